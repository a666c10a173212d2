/* SPDX-License-Identifier: Apache-2.0 */
/* guise token show: whose token it is, what it holds, what it becomes. */
#include <stdio.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include "base.h"
#include "claims-json.h"
#include "cli.h"
#include "options.h"
#include "printable.h"
#include "text.h"
#include "token-json.h"
#include "token-names.h"
#include "user-token.h"

const char cmd_token_help[] =
	"usage: guise token show [--user NAME [--accounts FILE]\n"
	"                         [--identities FILE] | --pid PID | --tid TID "
	"|\n"
	"                         --self] [--json]\n"
	"\n"
	"Shows an access token: the one NAME would get at logon, the one a\n"
	"process runs with, the one a thread impersonates, or this command's\n"
	"own (the default). Tokens of processes and threads are what the "
	"kernel\n"
	"says: ids and groups as S-1-22-1-UID and S-1-22-2-GID, capabilities "
	"as\n"
	"the privileges they amount to.\n"
	"\n"
	"  --user NAME      an account, of FILE or the system\n"
	"  --accounts FILE  embedded accounts; /var/lib/guise/accounts.db if "
	"it\n"
	"                   is there\n"
	"  --identities FILE  SIDs of system accounts; "
	"/etc/guise/identities.conf\n"
	"                   if it is there\n"
	"  --pid PID        a process\n"
	"  --tid TID        a thread; exit 1 if it impersonates nobody\n"
	"  --self           this command\n"
	"  --json           the form that guise check reads\n"
	"\n"
	"example: guise token show --user alice\n";

struct query {
	struct cli_user user;
	const char *pid;
	const char *tid;
	bool self;
	bool json;
};

static void show_sid(const char *what, const struct guise_sid *sid)
{
	char text[GUISE_SID_TEXT_SIZE];
	const char *name = guise_sid_name(sid);

	(void)guise_sid_format(sid, text);
	printf("%-15s %s%s%s%s\n", what, text, name ? " (" : "",
	       name ? name : "", name ? ")" : "");
}

static void show_attributes(uint32_t attributes)
{
	for (size_t i = 0; i < token_group_words.n; i++) {
		const struct token_word *w = &token_group_words.at[i];

		if (w->value && (attributes & w->value) == w->value)
			printf(" %s", w->word);
	}
	printf("\n");
}

static void show_groups(const char *what,
			const struct guise_sid_and_attributes *groups, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = guise_sid_name(&groups[i].sid);
		char text[GUISE_SID_TEXT_SIZE];

		(void)guise_sid_format(&groups[i].sid, text);
		printf("%-15s %s%s%s%s:", what, text, name ? " (" : "",
		       name ? name : "", name ? ")" : "");
		show_attributes(groups[i].attributes);
	}
}

static void show_privileges(const struct guise_token *token)
{
	uint64_t present = guise_token_privileges(token);
	uint64_t enabled = guise_token_privileges_enabled(token);

	for (unsigned p = GUISE_PRIVILEGE_MIN; p <= GUISE_PRIVILEGE_MAX; p++) {
		const char *name = guise_privilege_name(p);

		if (name && present & GUISE_PRIVILEGE_BIT(p))
			printf("%-15s %s: %s\n", "privilege", name,
			       enabled & GUISE_PRIVILEGE_BIT(p) ? "enabled"
								: "disabled");
	}
}

static void show_unix(const struct guise_unix_identity *id)
{
	if (id->uid == GUISE_UID_NONE) {
		printf("%-15s none: cannot be impersonated\n", "unix");
		return;
	}
	printf("%-15s uid %u, gid %u, groups", "unix", id->uid, id->gid);
	for (size_t i = 0; i < id->n_groups; i++)
		printf(" %u", id->groups[i]);
	printf("%s\n", id->n_groups ? "" : " none");
	for (uint32_t cap = 0; cap < 64; cap++) {
		const struct token_word *w =
			token_word_of(&token_capability_words, cap);

		if (id->capabilities & UINT64_C(1) << cap)
			printf("%-15s %s\n", "capability", w ? w->word : "?");
	}
}

static void show_type(const struct guise_token *token)
{
	const struct token_word *level = token_word_of(
		&token_level_words, (uint32_t)guise_token_level(token));

	if (guise_token_type(token) == GUISE_TOKEN_PRIMARY)
		printf("%-15s primary\n", "type");
	else
		printf("%-15s impersonation, level %s\n", "type",
		       level ? level->word : "?");
}

static void show_text(const char *text)
{
	char *copy = strdup(text);

	if (copy)
		cli_printable(copy);
	printf("%s", copy ? copy : "?");
	free(copy);
}

/* A value as JSON has it: text quoted, numbers bare. */
static void show_claim(const char *what, const char *name, const json_t *claim)
{
	char *values = json_dumps(json_array_get(claim, 1), JSON_ENSURE_ASCII);

	printf("%-15s ", what);
	show_text(name);
	printf(" %s %s\n", json_string_value(json_array_get(claim, 0)),
	       values ? values : "?");
	free(values);
}

static void show_claims(const struct guise_token *token)
{
	static const char *const what[GUISE_CLAIMS_KINDS] = {
		[GUISE_CLAIMS_USER] = "user claim",
		[GUISE_CLAIMS_DEVICE] = "device claim",
		[GUISE_CLAIMS_LOCAL] = "local claim",
		[GUISE_CLAIMS_RESTRICTED_USER] = "restricted user claim",
		[GUISE_CLAIMS_RESTRICTED_DEVICE] = "restricted device claim",
	};

	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++) {
		const struct guise_claims *claims = guise_token_claims(
			token, (enum guise_token_claims_kind)kind);
		json_t *json = claims_to_json(claims), *claim;
		const char *name;

		json_object_foreach(json, name, claim)
			show_claim(what[kind], name, claim);
		json_decref(json);
	}
}

static void show_container(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *capabilities;
	size_t n;

	if (guise_token_package(token))
		show_sid("app package", guise_token_package(token));
	if (guise_token_flags(token) & GUISE_TOKEN_LESS_PRIVILEGED)
		printf("%-15s less privileged\n", "app container");
	capabilities = guise_token_capabilities(token, &n);
	show_groups("app capability", capabilities, n);
}

/* What few tokens have. */
static void show_rest(const struct guise_token *token)
{
	const struct token_word *elevation = token_word_of(
		&token_elevation_words, guise_token_elevation(token));
	uint32_t flags = guise_token_flags(token);

	if (guise_token_elevation(token) != GUISE_ELEVATION_DEFAULT)
		printf("%-15s %s\n", "elevation", elevation->word);
	if (guise_token_session(token))
		printf("%-15s %u\n", "session", guise_token_session(token));
	if (flags & GUISE_TOKEN_WRITE_RESTRICTED)
		printf("%-15s write_restricted\n", "flag");
	for (size_t i = 0; i < token_flag_words.n; i++) {
		if (flags & token_flag_words.at[i].value)
			printf("%-15s %s\n", "flag",
			       token_flag_words.at[i].word);
	}
}

static void show_readable(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *list;
	char name[GUISE_USER_NAME_MAX + 1];
	size_t n;

	(void)snprintf(name, sizeof(name), "%s", guise_token_name(token));
	cli_printable(name);
	if (name[0])
		printf("%-15s %s\n", "name", name);
	show_sid("user", &guise_token_user(token)->sid);
	show_type(token);
	show_unix(guise_token_unix(token));
	show_sid("owner", guise_token_owner(token));
	show_sid("primary group", guise_token_primary_group(token));
	show_sid("integrity", guise_token_integrity(token));
	list = guise_token_groups(token, &n);
	show_groups("group", list, n);
	list = guise_token_restricted_sids(token, &n);
	show_groups("restricted to", list, n);
	list = guise_token_device_groups(token, &n);
	show_groups("device group", list, n);
	show_container(token);
	if (guise_token_trust_level(token))
		show_sid("trust level", guise_token_trust_level(token));
	show_rest(token);
	show_claims(token);
	show_privileges(token);
}

static int show_json(const struct guise_token *token)
{
	json_t *json = token_to_json(token);
	int r;

	if (!json)
		return cli_failed("token", -ENOMEM, "try again");
	r = json_dumpf(json, stdout, JSON_INDENT(2));
	json_decref(json);
	printf("\n");
	return r < 0 ? cli_failed("output", -EIO, "try again") : CLI_YES;
}

static int show(const struct guise_token *token, bool json)
{
	int r = CLI_YES;

	if (json)
		r = show_json(token);
	else
		show_readable(token);
	if (fflush(stdout) != 0)
		return cli_failed("output", -EIO, "check where it goes");
	return r;
}

static int parse_id(const char *what, const char *text, pid_t *ret)
{
	uint64_t id;

	if (!text_to_u64(text, strlen(text), INT32_MAX, &id) || id == 0)
		return cli_error(CLI_USAGE, text, "not an id", what);
	*ret = (pid_t)id;
	return 0;
}

static int token_of_pid(const char *text, const struct guise_token **ret)
{
	pid_t pid;
	int r;

	r = parse_id("give the number of a process", text, &pid);
	if (r != 0)
		return r;
	r = guise_token_of_process(pid, ret);
	return r < 0 ? cli_failed(text, r, "see guise token show --help") : 0;
}

/* /proc/TID exists for every thread, though no listing shows it. */
static int process_of(pid_t tid, pid_t *ret)
{
	char path[32], line[256];
	FILE *f;
	int r = -ESRCH;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? -ESRCH : -errno;
	while (r < 0 && fgets(line, sizeof(line), f)) {
		uint64_t pid;
		size_t n = strcspn(line, "\n");

		if (n > 6 && strncmp(line, "Tgid:\t", 6) == 0 &&
		    text_to_u64(line + 6, n - 6, INT32_MAX, &pid)) {
			*ret = (pid_t)pid;
			r = 0;
		}
	}
	(void)fclose(f);
	return r;
}

static int token_of_tid(const char *text, const struct guise_token **ret)
{
	pid_t tid, pid;
	int r;

	r = parse_id("give the number of a thread", text, &tid);
	if (r != 0)
		return r;
	r = process_of(tid, &pid);
	if (r == 0)
		r = guise_token_of_thread(pid, tid, ret);
	if (r == GUISE_E_NO_TOKEN)
		return cli_error(CLI_NO, text, guise_strerror(r),
				 "see --pid for its process");
	return r < 0 ? cli_failed(text, r, "see guise token show --help") : 0;
}

static int find_token(const struct query *q, const struct guise_token **ret)
{
	int r;

	if (q->user.name)
		return cli_user_token(&q->user, ret);
	if (q->pid)
		return token_of_pid(q->pid, ret);
	if (q->tid)
		return token_of_tid(q->tid, ret);
	r = guise_token_self(ret);
	return r < 0 ? cli_failed("this process", r, "is /proc mounted?") : 0;
}

static int run(const struct query *q)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = find_token(q, &token);
	return r != 0 ? r : show(token, q->json);
}

int cmd_token(int argc, char **argv)
{
	struct query q = {0};
	const struct cli_option known[] = {
		{.name = "user", .value = &q.user.name},
		{.name = "accounts", .value = &q.user.accounts},
		{.name = "identities", .value = &q.user.identities},
		{.name = "pid", .value = &q.pid},
		{.name = "tid", .value = &q.tid},
		{.name = "self", .flag = &q.self},
		{.name = "json", .flag = &q.json},
	};
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r != 0)
		return r;
	if (argc < 2)
		return cli_error(CLI_USAGE, "token", "what to do with it?",
				 "guise token show");
	if (strcmp(argv[1], "show") != 0)
		return cli_error(CLI_USAGE, argv[1], "no such subcommand",
				 "the only one is guise token show");
	if (argc > 2)
		return cli_error(CLI_USAGE, argv[2], "is too much",
				 "see guise token --help");
	if ((q.user.name != NULL) + (q.pid != NULL) + (q.tid != NULL) + q.self >
	    1)
		return cli_error(CLI_USAGE, "token show", "one token at a time",
				 "give one of --user, --pid, --tid, --self");
	return run(&q);
}
