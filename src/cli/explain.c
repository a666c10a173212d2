/* SPDX-License-Identifier: Apache-2.0 */
/* guise explain: why a user may or may not, and what would change it. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include <guise/impersonate.h>
#include <guise/share.h>

#include "base.h"

#include "cli.h"
#include "explain.h"
#include "options.h"
#include "policies-json.h"
#include "user-token.h"

const char cmd_explain_help[] =
	"usage: guise explain --user NAME --want WHAT[,WHAT...] PATH\n"
	"                     [--policy both|posix] [--policies FILE]\n"
	"                     [--json] [--accounts FILE] [--identities FILE]\n"
	"\n"
	"Says, layer by layer, whether a share would let NAME do this with "
	"PATH:\n"
	"who NAME is to the kernel, each directory on the way, mode and POSIX\n"
	"ACL, mount, and the stored security descriptor; and the smallest "
	"changes\n"
	"that would allow it, as commands. The kernel itself is asked as NAME "
	"and\n"
	"its answer compared. Runs as root.\n"
	"\n"
	"  --want     read write append execute delete stat list traverse\n"
	"             add-file add-directory permissions owner\n"
	"             (an upload over a file replaces it: that takes write, "
	"and\n"
	"             add-file on its directory)\n"
	"  --policy   both (the default) or posix: the kernel alone\n"
	"  --policies the share's central access policies, as for guise "
	"check;\n"
	"             without them an object under one is open for recovery "
	"only\n"
	"\n"
	"Exit: 0 allowed, 1 denied, 2 usage, 3 failed.\n"
	"example: guise explain --user bob --want read,write /srv/docs/plan\n";

struct visit {
	struct explanation *e;
	struct place parent; /* fd owned */
	char *object_path;
	char *parent_path;
};

static void visit_clear(struct visit *v)
{
	if (v->parent.fd >= 0)
		(void)close(v->parent.fd);
	free(v->object_path);
	free(v->parent_path);
}

static int keep_parent(struct visit *v, const struct place *place)
{
	int fd = fcntl(place->fd, F_DUPFD_CLOEXEC, 3);
	char *path = strdup(place->path);

	if (fd < 0 || !path) {
		free(path);
		if (fd >= 0)
			(void)close(fd);
		return -ENOMEM;
	}
	if (v->parent.fd >= 0)
		(void)close(v->parent.fd);
	free(v->parent_path);
	v->parent_path = path;
	v->parent = (struct place){.path = path, .fd = fd, .stat = place->stat};
	return 0;
}

static int visit_place(void *context, const struct place *place)
{
	struct visit *v = context;

	if (!place->is_last) {
		explain_search(v->e, place);
		explain_traverse(v->e, place);
		return keep_parent(v, place);
	}
	v->object_path = strdup(place->path);
	if (!v->object_path)
		return -ENOMEM;
	explain_posix(v->e, place, &v->parent);
	explain_sd(v->e, place, &v->parent);
	return 0;
}

/* Who it is, and whether a service may be them at all. */
static bool explain_identity(struct explanation *e)
{
	const struct guise_unix_identity *id = guise_token_unix(e->token);
	GUISE_SCOPE(scope);
	int r;

	if (id->uid == GUISE_UID_NONE) {
		explanation_add(e, "level", true,
				"%s has no Unix identity: cannot be "
				"impersonated",
				e->user);
		return false;
	}
	explanation_add(e, "level", false, "%s: impersonation", e->user);
	r = guise_scope_begin(&scope, e->token);
	guise_scope_end(&scope);
	explanation_add(e, "ceiling", r < 0, "uid %u, gid %u%s%s", id->uid,
			id->gid, r < 0 ? ": " : "",
			r < 0 ? guise_strerror(r) : "");
	return r == 0;
}

static void show_readable(const struct explanation *e, const char *path,
			  const char *want, int kernel, bool agrees,
			  bool reach_only)
{
	printf("%s: %s %s: %s\n", e->user, want, path,
	       explanation_allows(e) && kernel == 0 ? "allowed" : "denied");
	for (size_t i = 0; i < e->n_findings; i++)
		printf("  %-3s %-10s %s\n", e->findings[i].blocks ? "NO" : "ok",
		       e->findings[i].layer, e->findings[i].text);
	printf("  %-3s %-10s asked as %s%s: %s%s\n", kernel < 0 ? "NO" : "ok",
	       "kernel", e->user,
	       reach_only ? " whether it can be reached" : "",
	       kernel < 0 ? guise_strerror(kernel) : "yes",
	       agrees ? ""
		      : "; mode and ACL do not explain that: look at security "
			"modules, mounts and network file systems");
	if (e->n_changes)
		printf("to allow it:\n");
	for (size_t i = 0; i < e->n_changes; i++)
		printf("  %s\n", e->changes[i]);
}

static int show_json(const struct explanation *e, const char *path,
		     const char *want, int kernel, bool agrees)
{
	json_t *findings = json_array();
	json_t *changes = json_array();
	json_t *all;
	int r = -1;

	for (size_t i = 0; i < e->n_findings; i++)
		(void)json_array_append_new(
			findings, json_pack("{s:s, s:b, s:s}", "layer",
					    e->findings[i].layer, "ok",
					    !e->findings[i].blocks, "text",
					    e->findings[i].text));
	for (size_t i = 0; i < e->n_changes; i++)
		(void)json_array_append_new(changes,
					    json_string(e->changes[i]));
	all = json_pack("{s:s, s:s, s:s, s:b, s:o, s:{s:b, s:s*}, s:b, s:o}",
			"user", e->user, "path", path, "want", want, "allowed",
			explanation_allows(e) && kernel == 0, "findings",
			findings, "kernel", "allowed", kernel == 0, "error",
			kernel < 0 ? guise_error_name(kernel) : NULL, "agrees",
			agrees, "changes", changes);
	if (all)
		r = json_dumpf(all, stdout, JSON_COMPACT);
	json_decref(all);
	printf("\n");
	return r < 0 ? cli_error(CLI_FAILED, path, "cannot be written as JSON",
				 "try without --json")
		     : 0;
}

/* Of the findings, those that the kernel decides. */
static bool kernel_part_allows(const struct explanation *e)
{
	for (size_t i = 0; i < e->n_findings; i++) {
		const struct finding *finding = &e->findings[i];

		if (finding->blocks && strcmp(finding->layer, "descriptor") &&
		    strcmp(finding->layer, "attribute"))
			return false;
	}
	return true;
}

static int run(struct explanation *e, const char *path, const char *want,
	       bool json)
{
	GUISE_AUTO(visit_clear) struct visit v = {.e = e, .parent.fd = -EBADF};
	int kernel = GUISE_E_CEILING;
	bool agrees;
	int r;

	if (explain_identity(e)) {
		r = explain_walk(path, visit_place, &v);
		if (r < 0)
			return cli_failed(path, r, "check the path");
		kernel = kernel_ask(e->token, path,
				    v.parent_path ? v.parent_path : "/",
				    &e->want);
	}
	if (e->failed)
		return cli_failed("explain", -ENOMEM, "try again");
	agrees = kernel_part_allows(e) == (kernel == 0);
	r = CLI_YES;
	if (json)
		r = show_json(e, path, want, kernel, agrees);
	else
		show_readable(e, path, want, kernel, agrees,
			      !e->want.posix && !e->want.deletes);
	if (fflush(stdout) != 0)
		return cli_failed("output", -EIO, "check where it goes");
	if (r != CLI_YES)
		return r;
	return explanation_allows(e) && kernel == 0 ? CLI_YES : CLI_NO;
}

static int absolute(const char *path, char ret[PATH_MAX * 2])
{
	char here[PATH_MAX];

	if (path[0] == '/')
		here[0] = '\0';
	else if (!getcwd(here, sizeof(here)))
		return -errno;
	return (size_t)snprintf(ret, PATH_MAX * 2, "%s%s%s", here,
				here[0] ? "/" : "", path) >= PATH_MAX * 2
		       ? -ENAMETOOLONG
		       : 0;
}

static int parse_policy(const char *text, enum guise_share_policy *ret)
{
	if (!text || strcmp(text, "both") == 0)
		*ret = GUISE_POLICY_BOTH;
	else if (strcmp(text, "posix") == 0)
		*ret = GUISE_POLICY_POSIX;
	else
		return cli_error(CLI_USAGE, text, "no such policy",
				 "it is both or posix");
	return 0;
}

static int prepare(struct explanation *e, const struct cli_user *user)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = cli_user_token(user, &token);
	if (r != 0)
		return r;
	r = guise_token_at_level(token, GUISE_LEVEL_IMPERSONATION, 1,
				 &e->token);
	return r < 0 ? cli_failed(e->user, r, "choose another user") : 0;
}

int cmd_explain(int argc, char **argv)
{
	GUISE_AUTO(explanation_clear) struct explanation e = {0};
	GUISE_AUTO(guise_policies_unrefp)
	const struct guise_policies *policies = NULL;
	GUISE_AUTO(who_closep) struct who *who = NULL;
	const char *want = NULL, *policy = NULL, *policies_file = NULL;
	struct cli_user user = {0};
	bool json = false;
	const struct cli_option options[] = {
		{"user", &user.name, NULL},
		{"want", &want, NULL},
		{"policy", &policy, NULL},
		{"accounts", &user.accounts, NULL},
		{"identities", &user.identities, NULL},
		{"policies", &policies_file, NULL},
		{"json", NULL, &json},
	};
	char path[PATH_MAX * 2];
	int r;

	r = cli_options(&argc, argv, options, ARRAY_SIZE(options));
	if (r == 0 && (argc != 2 || !user.name || !want))
		r = cli_error(CLI_USAGE, "explain",
			      "--user, --want and one "
			      "path are needed",
			      "see guise explain --help");
	if (r == 0)
		r = want_parse(want, &e.want);
	if (r == 0)
		r = parse_policy(policy, &e.policy);
	if (r == 0 && absolute(argv[1], path) < 0)
		r = cli_failed(argv[1], -ENAMETOOLONG, "give a shorter path");
	if (r == 0 && policies_file)
		r = policies_from_file(policies_file, NULL, &policies);
	e.policies = policies;
	e.user = user.name;
	if (r == 0)
		r = who_open(user.accounts, &who);
	e.who = who;
	if (r == 0)
		r = prepare(&e, &user);
	return r != 0 ? r : run(&e, path, want, json);
}
