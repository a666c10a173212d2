/* SPDX-License-Identifier: Apache-2.0 */
/* guise acl: descriptors of files, as icacls does it. Runs as its caller; only
 * root can store one. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <guise/inherit.h>
#include <guise/sddl.h>
#include <guise/store.h>

#include "base.h"

#include "acl-rights.h"
#include "acl.h"
#include "cli.h"
#include "options.h"

const char cmd_acl_help[] =
	"usage: guise acl show PATH [--json | --sddl]\n"
	"       guise acl set PATH SDDL\n"
	"       guise acl grant PATH WHO:RIGHTS[:INHERIT]\n"
	"       guise acl deny PATH WHO:RIGHTS[:INHERIT]\n"
	"       guise acl revoke PATH WHO [--granted | --denied]\n"
	"       guise acl inherit PATH on|off\n"
	"       guise acl reset PATH\n"
	"                [--recursive] [--accounts FILE]\n"
	"\n"
	"Shows and changes the security descriptor of a file or directory. A\n"
	"share asks it and the kernel: both must agree.\n"
	"\n"
	"  show      what is stored, or what mode and POSIX ACL amount to\n"
	"  set       store the parts that SDDL has; the others stay\n"
	"  grant     allow RIGHTS, and lift a denial of the same for WHO\n"
	"  deny      deny RIGHTS, and take them off what WHO was granted\n"
	"  revoke    forget what was said about WHO (not what is inherited)\n"
	"  inherit   on: take entries from the directory above; off: take no\n"
	"            more, those that are there become its own\n"
	"  reset     forget what is stored: the kernel alone decides\n"
	"\n"
	"  WHO       name, user:NAME, group:NAME, SID, or alias (WD, BA)\n"
	"  RIGHTS    of r read, w write, x execute, m modify, f full control;\n"
	"            or SDDL rights (FR, FA); or a number (0x1301bf)\n"
	"  INHERIT   of OI files, CI directories, IO only them, NP one level;\n"
	"            nothing: this one only\n"
	"  --recursive      also the files and directories beneath\n"
	"  --accounts FILE  embedded accounts\n"
	"\n"
	"Exit: 0 done, 2 usage, 3 failed.\n"
	"example: guise acl grant /srv/docs bob:rx:OICI\n";

struct request {
	const struct who *who;
	enum acl_form form;
	bool recursive;
	struct acl_edit edit;
	const struct guise_sd *sd; /* for set */
	bool inherit;
};

static int store(const struct acl_target *target, const struct guise_sd *sd)
{
	int r = guise_sd_write(target->fd, sd);

	if (r < 0)
		return cli_failed(target->path, r,
				  "storing takes root and a file system with "
				  "security attributes");
	return CLI_YES;
}

/* What a change begins with. */
static int current(const struct request *request,
		   const struct acl_target *target, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	bool stored;
	int r;

	r = guise_sd_read(target->fd, who_mapping(request->who), &sd, &stored);
	if (r == 0 && !stored)
		r = acl_edit_base(sd, ret);
	else if (r == 0)
		*ret = guise_take(sd);
	if (r < 0)
		return cli_failed(target->path, r,
				  "guise acl reset forgets a stored one");
	return 0;
}

static int visit_show(void *context, const struct acl_target *target)
{
	const struct request *request = context;

	return acl_show(request->who, target, request->form);
}

/* Devices, sockets and pipes are in no share, and what stored one would mean
 * for them nobody asks. */
static int refuse_odd(const struct acl_target *target)
{
	if (S_ISREG(target->stat.st_mode) || S_ISDIR(target->stat.st_mode))
		return 0;
	return cli_error(CLI_FAILED, target->path,
			 "neither a file nor a directory",
			 "its mode alone decides: see chmod(1)");
}

static int visit_edit(void *context, const struct acl_target *target)
{
	const struct request *request = context;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	struct acl_edit edit = request->edit;
	int r;

	/* a file has no heirs */
	if (!S_ISDIR(target->stat.st_mode))
		edit.flags = 0;
	r = refuse_odd(target);
	if (r == 0)
		r = current(request, target, &old);
	if (r != 0)
		return r;
	r = acl_edit_apply(old, &edit, &new);
	if (r < 0)
		return cli_failed(target->path, r, "remove entries first");
	/* nothing to change: a derived descriptor is not stored for that */
	if (guise_sd_equal(old, new))
		return 0;
	return store(target, new);
}

static int visit_set(void *context, const struct acl_target *target)
{
	const struct request *request = context;
	const struct guise_sd *wanted = request->sd;
	const bool dacl = guise_sd_control(wanted) & GUISE_SD_DACL_PRESENT;
	const bool sacl = guise_sd_control(wanted) & GUISE_SD_SACL_PRESENT;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	int r;

	r = refuse_odd(target);
	if (r == 0)
		r = current(request, target, &old);
	if (r != 0)
		return r;
	r = guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = guise_sd_control(dacl ? wanted : old),
			.rm_control = guise_sd_rm_control(old),
			.owner = guise_sd_owner(guise_sd_owner(wanted) ? wanted
								       : old),
			.group = guise_sd_group(guise_sd_group(wanted) ? wanted
								       : old),
			.dacl = guise_sd_dacl(dacl ? wanted : old),
			.sacl = guise_sd_sacl(sacl ? wanted : old),
		},
		&new);
	if (r < 0)
		return cli_failed(target->path, r, "check the SDDL");
	return store(target, new);
}

/* The stored descriptor of the directory @target is in; NULL: none. */
static int parent_sd(const struct acl_target *target,
		     const struct guise_sd **ret)
{
	char *path = NULL;
	bool stored = false;
	int fd, r;

	/* by the path's text: a directory's ".." would do, but not a file's */
	if (asprintf(&path, "%s", target->path) < 0)
		return -ENOMEM;
	while (strlen(path) > 1 && path[strlen(path) - 1] == '/')
		path[strlen(path) - 1] = '\0';
	if (strrchr(path, '/') == path)
		path[1] = '\0';
	else if (strrchr(path, '/'))
		*strrchr(path, '/') = '\0';
	fd = open(strchr(target->path, '/') ? path : ".", O_PATH | O_CLOEXEC);
	r = fd < 0 ? -errno : guise_sd_read(fd, NULL, ret, &stored);
	if (fd >= 0)
		(void)close(fd);
	free(path);
	if (r == 0 && !stored)
		*ret = guise_sd_unref(*ret);
	return r;
}

/* The old one without its protection, with what the parent gives now. An empty
 * list, which to the library is a wish for no entries, has none of its own. */
static int inherit_again(const struct acl_target *target,
			 const struct guise_sd *old,
			 const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *parent = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *open = NULL;
	const struct guise_acl *dacl = guise_sd_dacl(old);
	const bool empty = dacl && guise_acl_n_aces(dacl) == 0;
	const uint16_t without =
		GUISE_SD_DACL_PROTECTED | (empty ? GUISE_SD_DACL_PRESENT : 0);
	int r;

	r = parent_sd(target, &parent);
	if (r == 0)
		r = guise_sd_new(
			&(struct guise_sd_fields){
				.size = sizeof(struct guise_sd_fields),
				.control = guise_sd_control(old) &
					   (uint16_t)~without,
				.rm_control = guise_sd_rm_control(old),
				.owner = guise_sd_owner(old),
				.group = guise_sd_group(old),
				.dacl = empty ? NULL : dacl,
				.sacl = guise_sd_sacl(old),
			},
			&open);
	if (r < 0)
		return r;
	return guise_inherit(parent, open, S_ISDIR(target->stat.st_mode),
			     GUISE_SEF_DACL_AUTO_INHERIT |
				     GUISE_SEF_AVOID_PRIVILEGE_CHECK |
				     GUISE_SEF_AVOID_OWNER_CHECK |
				     GUISE_SEF_AVOID_OWNER_RESTRICTION,
			     NULL, &guise_mapping_file, ret);
}

static int visit_inherit(void *context, const struct acl_target *target)
{
	const struct request *request = context;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	int r;

	r = refuse_odd(target);
	if (r == 0)
		r = current(request, target, &old);
	if (r != 0)
		return r;
	r = request->inherit ? inherit_again(target, old, &new)
			     : acl_edit_protect(old, &new);
	if (r < 0)
		return cli_failed(target->path, r,
				  "look at it with guise acl show");
	return store(target, new);
}

static int visit_reset(void *context, const struct acl_target *target)
{
	int r = refuse_odd(target);

	(void)context;
	if (r != 0)
		return r;
	r = guise_sd_remove(target->fd);
	if (r < 0)
		return cli_failed(target->path, r, "this takes root");
	return CLI_YES;
}

static const char *colon_before(const char *text, const char *end)
{
	while (end > text) {
		if (*--end == ':')
			return end;
	}
	return NULL;
}

/* WHO:RIGHTS[:INHERIT]; WHO may hold colons ("user:bob"), the others not. */
static int parse_grant(const struct who *who, const char *text,
		       struct acl_edit *ret)
{
	const char *last = strrchr(text, ':');
	char name[WHO_NAME_SIZE];
	const char *rights;
	size_t size;

	if (!last || last == text)
		return cli_error(CLI_USAGE, text, "no rights in it",
				 "write WHO:RIGHTS[:INHERIT]");
	size = strlen(last + 1);
	rights = last;
	if (acl_flags_parse(last + 1, size, &ret->flags) == 0) {
		rights = colon_before(text, last);
		size = rights ? (size_t)(last - rights - 1) : 0;
	} else {
		ret->flags = 0;
	}
	if (!rights || rights == text ||
	    acl_rights_parse(rights + 1, size, &ret->mask) < 0)
		return cli_error(CLI_USAGE, text, "no such rights",
				 "use rwxmf, SDDL rights or a number");
	if ((size_t)(rights - text) >= sizeof(name))
		return cli_error(CLI_USAGE, text, "no such name",
				 "names are at most 256 bytes");
	memcpy(name, text, (size_t)(rights - text));
	name[rights - text] = '\0';
	return who_find(who, name, &ret->sid);
}

static int run_set(struct request *request, const char *path, const char *sddl)
{
	struct guise_error_info error = {0};
	int r, exit_code;

	r = guise_sddl_parse(sddl, strlen(sddl), NULL, &request->sd, &error);
	if (r < 0)
		return cli_error(CLI_USAGE, sddl,
				 error.text[0] ? error.text : guise_strerror(r),
				 "see guise sddl --help");
	exit_code = acl_walk(path, request->recursive, visit_set, request);
	request->sd = guise_sd_unref(request->sd);
	return exit_code;
}

static int run_edit(struct request *request, enum acl_change change,
		    const char *path, const char *what)
{
	int r;

	request->edit.change = change;
	r = change == ACL_GRANT || change == ACL_DENY
		    ? parse_grant(request->who, what, &request->edit)
		    : who_find(request->who, what, &request->edit.sid);
	if (r != 0)
		return r;
	return acl_walk(path, request->recursive, visit_edit, request);
}

static int run_inherit(struct request *request, const char *path,
		       const char *what)
{
	request->inherit = strcmp(what, "on") == 0;
	if (!request->inherit && strcmp(what, "off") != 0)
		return cli_error(CLI_USAGE, what, "neither on nor off",
				 "see guise acl --help");
	return acl_walk(path, request->recursive, visit_inherit, request);
}

static int dispatch(struct request *request, int argc, char **argv,
		    enum acl_change revoke)
{
	const char *verb = argc > 1 ? argv[1] : "";
	const char *path = argc > 2 ? argv[2] : "";
	const char *what = argc > 3 ? argv[3] : "";

	if (argc == 3 && strcmp(verb, "show") == 0)
		return acl_walk(path, request->recursive, visit_show, request);
	if (argc == 3 && strcmp(verb, "reset") == 0)
		return acl_walk(path, request->recursive, visit_reset, request);
	if (argc == 4 && strcmp(verb, "set") == 0)
		return run_set(request, path, what);
	if (argc == 4 && strcmp(verb, "grant") == 0)
		return run_edit(request, ACL_GRANT, path, what);
	if (argc == 4 && strcmp(verb, "deny") == 0)
		return run_edit(request, ACL_DENY, path, what);
	if (argc == 4 && strcmp(verb, "revoke") == 0)
		return run_edit(request, revoke, path, what);
	if (argc == 4 && strcmp(verb, "inherit") == 0)
		return run_inherit(request, path, what);
	return cli_error(CLI_USAGE, "acl",
			 "not a known action with its "
			 "arguments",
			 "see guise acl --help");
}

int cmd_acl(int argc, char **argv)
{
	GUISE_AUTO(who_closep) struct who *who = NULL;
	bool json = false, sddl = false, granted = false, denied = false;
	const char *accounts = NULL;
	struct request request = {0};
	const struct cli_option options[] = {
		{"json", NULL, &json},
		{"sddl", NULL, &sddl},
		{"recursive", NULL, &request.recursive},
		{"granted", NULL, &granted},
		{"denied", NULL, &denied},
		{"accounts", &accounts, NULL},
	};
	int r;

	r = cli_options(&argc, argv, options, ARRAY_SIZE(options));
	if (r == 0 && ((json && sddl) || (granted && denied)))
		r = cli_error(CLI_USAGE, "acl", "options exclude each other",
			      "see guise acl --help");
	if (r == 0)
		r = who_open(accounts, &who);
	if (r != 0)
		return r;
	request.who = who;
	request.form = json ? ACL_JSON : sddl ? ACL_SDDL : ACL_READABLE;
	r = dispatch(&request, argc, argv,
		     granted  ? ACL_REVOKE_GRANTED
		     : denied ? ACL_REVOKE_DENIED
			      : ACL_REVOKE);
	if (fflush(stdout) != 0)
		return cli_failed("output", -EIO, "check where it goes");
	return r;
}
