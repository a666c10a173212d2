/* SPDX-License-Identifier: Apache-2.0 */
/* guise effective: what a user may do with a file, by its descriptor, by the
 * kernel, and so through a share. The kernel is asked, not reckoned. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include <guise/share.h>

#include "base.h"

#include "acl.h"
#include "cli.h"
#include "explain.h"
#include "options.h"
#include "policies-json.h"
#include "posix-acl.h"
#include "posix.h"
#include "user-token.h"

const char cmd_effective_help[] =
	"usage: guise effective --user NAME PATH [--policies FILE] [--json]\n"
	"                       [--accounts FILE] [--identities FILE]\n"
	"\n"
	"Shows each right on PATH that NAME has: by the security descriptor\n"
	"(the stored one; without one it leaves the decision to the kernel), "
	"by\n"
	"the kernel (which is asked as NAME), and by both, as a share asks.\n"
	"Deleting by the directory's rights is not looked at: see guise "
	"explain.\n"
	"\n"
	"  --policies FILE  the share's central access policies, as for guise "
	"check\n"
	"\n"
	"Exit: 0 some right, 1 none, 2 usage, 3 failed.\n"
	"example: guise effective --user bob /srv/docs/plan\n";

/* @posix: what the kernel asks for the same; 0: it must only be reachable */
struct row {
	const char *file;
	const char *directory;
	uint32_t access;
	unsigned posix;
};

/* clang-format off */
static const struct row rows[] = {
	{"read data", "list directory", GUISE_FILE_READ_DATA, POSIX_READ},
	{"write data", "add file", GUISE_FILE_WRITE_DATA, POSIX_WRITE},
	{"append data", "add subdirectory", GUISE_FILE_APPEND_DATA, POSIX_WRITE},
	{"execute", "traverse", GUISE_FILE_EXECUTE, POSIX_EXECUTE},
	{"delete members", "delete members", GUISE_FILE_DELETE_CHILD, POSIX_WRITE | POSIX_EXECUTE},
	{"read extended attributes", "read extended attributes", GUISE_FILE_READ_EA, POSIX_READ},
	{"write extended attributes", "write extended attributes", GUISE_FILE_WRITE_EA, POSIX_WRITE},
	{"read attributes", "read attributes", GUISE_FILE_READ_ATTRIBUTES, 0},
	{"read permissions", "read permissions", GUISE_READ_CONTROL, 0},
	{"change permissions", "change permissions", GUISE_WRITE_DAC, 0},
	{"take ownership", "take ownership", GUISE_WRITE_OWNER, 0},
};
/* clang-format on */

struct effective {
	bool stored;
	uint32_t by_sd;
	uint32_t by_kernel;
	int kernel_error;
	bool is_directory;
};

static bool is_row_of(const struct row *row, bool is_directory)
{
	return is_directory || row->access != GUISE_FILE_DELETE_CHILD;
}

/* Each right by itself: what the maximum would hold. */
static uint32_t granted_by(const struct guise_sd *sd,
			   const struct guise_token *token,
			   const struct guise_policies *policies)
{
	const struct guise_access_options options = {.size = sizeof(options),
						     .policies = policies};
	uint32_t granted = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_decision decision;

		if (guise_access_check_by_type(sd, token, rows[i].access,
					       &guise_mapping_file, &options,
					       &decision) == 0 &&
		    decision.allowed)
			granted |= rows[i].access;
	}
	return granted;
}

static void ask_kernel(const struct guise_token *token, const char *path,
		       struct effective *ret)
{
	unsigned granted = kernel_grants(token, path, &ret->kernel_error);

	for (size_t i = 0; i < ARRAY_SIZE(rows) && ret->kernel_error == 0;
	     i++) {
		if ((granted & rows[i].posix) == rows[i].posix)
			ret->by_kernel |= rows[i].access;
	}
}

/* What nobody but a descriptor decides comes from the derived one. */
#define CONTROL_BITS (GUISE_READ_CONTROL | GUISE_WRITE_DAC | GUISE_WRITE_OWNER)

static int ask_sd(const struct guise_token *token, const struct who *who,
		  const struct guise_policies *policies,
		  const struct acl_target *target, struct effective *ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *derived = NULL;
	int r;

	r = guise_sd_read(target->fd, NULL, &sd, &ret->stored);
	/* a malformed one denies everything */
	if (r == -EBADMSG) {
		ret->stored = true;
		return 0;
	}
	if (r == 0 && !ret->stored)
		r = posix_sd_for_token(target->fd, &target->stat, token,
				       who_mapping(who), &derived);
	if (r < 0)
		return r;
	ret->by_sd = ret->stored ? granted_by(sd, token, policies)
				 : ~(uint32_t)CONTROL_BITS |
					   granted_by(derived, token, NULL);
	return 0;
}

static void show_readable(const struct effective *e, const char *user,
			  const char *path)
{
	printf("%s on %s: %s\n", user, path,
	       e->stored ? "descriptor and kernel"
			 : "no stored descriptor: the kernel decides");
	if (e->kernel_error)
		printf("cannot be reached: %s\n",
		       guise_strerror(e->kernel_error));
	printf("%-26s %-11s %-7s %s\n", "right", "descriptor", "kernel",
	       "effective");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		bool sd = (e->by_sd & row->access) == row->access;
		bool kernel = (e->by_kernel & row->access) == row->access;
		/* changing a descriptor is no call of the client's: guise
		 * alone decides on it */
		bool asked = !(row->access & CONTROL_BITS);

		if (is_row_of(row, e->is_directory))
			printf("%-26s %-11s %-7s %s\n",
			       e->is_directory ? row->directory : row->file,
			       sd ? "yes" : "no",
			       !asked	? "-"
			       : kernel ? "yes"
					: "no",
			       sd && kernel ? "yes" : "no");
	}
}

static uint32_t all_rows(bool is_directory)
{
	uint32_t all = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (is_row_of(&rows[i], is_directory))
			all |= rows[i].access;
	}
	return all;
}

static int show_json(const struct effective *e, const char *user,
		     const char *path)
{
	uint32_t all = all_rows(e->is_directory);
	char sd[16], kernel[16], effective[16];
	json_t *json;
	int r = -1;

	(void)snprintf(sd, sizeof(sd), "0x%x", e->by_sd & all);
	(void)snprintf(kernel, sizeof(kernel), "0x%x", e->by_kernel & all);
	(void)snprintf(effective, sizeof(effective), "0x%x",
		       e->by_sd & e->by_kernel & all);
	json = json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s*}", "user", user,
			 "path", path, "stored", e->stored, "descriptor", sd,
			 "kernel", kernel, "effective", effective, "error",
			 e->kernel_error ? guise_error_name(e->kernel_error)
					 : NULL);
	if (json)
		r = json_dumpf(json, stdout, JSON_COMPACT);
	json_decref(json);
	printf("\n");
	return r < 0 ? cli_error(CLI_FAILED, path, "cannot be written as JSON",
				 "try without --json")
		     : 0;
}

static int run(const struct cli_user *user, const char *path,
	       const struct guise_policies *policies, bool json)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *primary = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(acl_close) struct acl_target target = {.fd = -EBADF};
	GUISE_AUTO(who_closep) struct who *who = NULL;
	struct effective e = {0};
	int r;

	r = who_open(user->accounts, &who);
	if (r == 0)
		r = cli_user_token(user, &primary);
	if (r == 0)
		r = acl_open(path, &target);
	if (r != 0)
		return r;
	r = guise_token_at_level(primary, GUISE_LEVEL_IMPERSONATION, 1, &token);
	if (r == 0)
		r = ask_sd(token, who, policies, &target, &e);
	if (r < 0)
		return cli_failed(path, r, "look with guise acl show");
	e.is_directory = S_ISDIR(target.stat.st_mode);
	ask_kernel(token, path, &e);
	if (json && show_json(&e, user->name, path) != 0)
		return CLI_FAILED;
	if (!json)
		show_readable(&e, user->name, path);
	if (fflush(stdout) != 0)
		return cli_failed("output", -EIO, "check where it goes");
	return e.by_sd & e.by_kernel & all_rows(e.is_directory) ? CLI_YES
								: CLI_NO;
}

int cmd_effective(int argc, char **argv)
{
	GUISE_AUTO(guise_policies_unrefp)
	const struct guise_policies *policies = NULL;
	struct cli_user user = {0};
	const char *policies_file = NULL;
	bool json = false;
	const struct cli_option options[] = {
		{"user", &user.name, NULL},
		{"accounts", &user.accounts, NULL},
		{"identities", &user.identities, NULL},
		{"policies", &policies_file, NULL},
		{"json", NULL, &json},
	};
	int r;

	r = cli_options(&argc, argv, options, ARRAY_SIZE(options));
	if (r != 0)
		return r;
	if (argc != 2 || !user.name)
		return cli_error(CLI_USAGE, "effective",
				 "--user and one path are needed",
				 "see guise effective --help");
	if (policies_file)
		r = policies_from_file(policies_file, NULL, &policies);
	return r != 0 ? r : run(&user, argv[1], policies, json);
}
