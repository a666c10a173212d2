/* SPDX-License-Identifier: Apache-2.0 */
/* guise id: who somebody is, in both worlds. */
#include <stdio.h>

#include <jansson.h>

#include <guise/lookup.h>
#include <guise/store.h>

#include "base.h"
#include "cli.h"
#include "id-rows.h"
#include "idmap.h"
#include "options.h"
#include "printable.h"
#include "text.h"
#include "user-token.h"

/* Users below are the system's: a realm's rule does not give them away. */
#define FIRST_USER_ID 1000

const char cmd_id_help[] =
	"usage: guise id WHO [--accounts FILE] [--identities FILE] [--json]\n"
	"\n"
	"Shows who WHO is to Linux and to Windows: a line for a user, one for\n"
	"each of the user's groups: user or group, Unix id, SID, the source\n"
	"that gives the one for the other, name.\n"
	"\n"
	"  NAME, user:NAME   an account, of FILE or the system\n"
	"  group:NAME        a group\n"
	"  uid:N, gid:N      a Unix id\n"
	"  S-1-...           a SID\n"
	"  principal:NAME@REALM\n"
	"                    a Kerberos client: what the rules make of it\n"
	"\n"
	"  --accounts FILE   embedded accounts; /var/lib/guise/accounts.db if "
	"it\n"
	"                    is there\n"
	"  --identities FILE who is who; /etc/guise/identities.conf if it is\n"
	"                    there\n"
	"\n"
	"Sources: accounts (embedded), static, unix (S-1-22), winbind, sssd,\n"
	"domain, algorithm; builtin: a well-known SID, which has no id.\n"
	"\n"
	"Exit: 0 found, 1 nobody, no id or refused, 2 usage, 3 failed.\n"
	"example: guise id alice\n";

struct query {
	struct cli_user user;
	const char *who;
	bool json;
	struct id_worlds worlds;
};

/* @with: goes into the object, too; taken; may be NULL */
static int print_json(const struct id_row *rows, size_t n, bool is_list,
		      json_t *with)
{
	json_t *json = with ? with : json_object();
	json_t *groups = json_array();
	int r = 0;

	for (size_t i = 1; i < n && r == 0; i++)
		r = json_array_append_new(groups, id_row_json(&rows[i]));
	if (r == 0 && n > 0) {
		json_t *first = id_row_json(&rows[0]);

		r = json_object_update(json, first);
		json_decref(first);
	}
	if (r == 0 && is_list)
		r = json_object_set(json, "groups", groups);
	if (r == 0)
		r = json_dumpf(json, stdout, JSON_INDENT(2));
	json_decref(groups);
	json_decref(json);
	printf("\n");
	return r < 0 ? cli_failed("output", -ENOMEM, "try again") : CLI_YES;
}

static int show(const struct query *q, const struct id_row *rows, size_t n,
		bool is_list, json_t *with)
{
	if (q->json)
		return print_json(rows, n, is_list, with);
	json_decref(with);
	for (size_t i = 0; i < n; i++)
		id_row_print(&rows[i]);
	return CLI_YES;
}

static int show_one(const struct query *q, const struct id_row *row)
{
	int r = show(q, row, 1, false, NULL);

	return r == CLI_YES && row->id == GUISE_UID_NONE ? CLI_NO : r;
}

/* A lookup of SIDs or ids. */
static int unmapped(const struct query *q, int code)
{
	char why[GUISE_WHY_SIZE];

	if (!identities_wait(q->worlds.identities))
		return cli_failed(q->who, code, "try again");
	(void)identities_unanswered(q->worlds.identities, code, why);
	return cli_error(CLI_FAILED, q->who, why,
			 "mend that, or take it out of the sources in the "
			 "file of identities");
}

/* A lookup of a user. */
static int failed(const struct query *q, int code)
{
	const bool is_closed = code == -EACCES || code == -EPERM;

	if (code == -EIO && identities_wait(q->worlds.identities))
		return unmapped(q, code);
	return cli_failed(q->who, code,
			  is_closed ? "run it as root, or name another file of "
				      "accounts with --accounts"
				    : "try getent passwd; is a directory of "
				      "/etc/nsswitch.conf not there?");
}

static void fill_options(const struct query *q,
			 struct guise_lookup_options *ret)
{
	*ret = (struct guise_lookup_options){
		.size = sizeof(*ret),
		.accounts = cli_accounts(q->user.accounts),
		.system = true,
		.identities = q->worlds.identities,
	};
}

static const char *after(const char *prefix, const char *text)
{
	const size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

/* Says who has been asked: a name is looked for in two places. */
static int nobody(const struct query *q, bool is_group)
{
	const char *accounts = cli_accounts(q->user.accounts);
	const char *kind = is_group ? "group" : "user";
	char why[400];

	(void)snprintf(why, sizeof(why),
		       accounts ? "no %s of %.200s, nor of the system (NSS)"
				: "no %s of the system (NSS), and %.200s is "
				  "not there",
		       kind, accounts ? accounts : CLI_ACCOUNTS_PATH);
	if (after("principal:", q->who))
		return cli_error(CLI_NO, q->who, why,
				 "the rules make it the account of its name: "
				 "add that, or name another in [principals]");
	if (!is_group && strchr(q->who, '@'))
		return cli_error(CLI_NO, q->who, why,
				 "if it is a Kerberos client say "
				 "principal:NAME@REALM");
	return cli_error(CLI_NO, q->who, why,
			 is_group
				 ? "see guise account list and getent group; a "
				   "domain's groups come by winbind or sss in "
				   "/etc/nsswitch.conf"
				 : "see guise account list and getent passwd; "
				   "a domain's users come by winbind or sss in "
				   "/etc/nsswitch.conf");
}

static int find_token(const struct query *q, const char *name,
		      const struct guise_token **ret)
{
	struct guise_lookup_options options;
	int r;

	fill_options(q, &options);
	r = guise_lookup_logon(&options, name, NULL, 0, guise_luid_new(), ret,
			       NULL);
	if (r == GUISE_E_NO_SUCH_ACCOUNT)
		return nobody(q, false);
	if (r == GUISE_E_LOGON_FAILURE)
		return cli_error(CLI_NO, q->who, "the account is locked",
				 "see guise account unlock");
	return r < 0 ? failed(q, r) : 0;
}

static int show_token(const struct query *q, const struct guise_token *token,
		      json_t *with)
{
	GUISE_AUTO(freep) struct id_row *rows = NULL;
	size_t n = 0;
	int r = id_rows_of_token(&q->worlds, token, &rows, &n);

	if (r < 0) {
		json_decref(with);
		return unmapped(q, r);
	}
	return show(q, rows, n, true, with);
}

static int show_user(const struct query *q, const char *name)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = find_token(q, name, &token);

	return r != 0 ? r : show_token(q, token, NULL);
}

static int show_sid(const struct query *q, const char *text)
{
	struct guise_sid sid;
	struct id_row row;
	int r = guise_sid_parse(text, strlen(text), NULL, &sid);

	if (r < 0)
		return cli_error(CLI_USAGE, text, guise_strerror(r),
				 "see guise id --help");
	r = id_row_of_sid(&q->worlds, &sid, &row);
	return r < 0 ? unmapped(q, r) : show_one(q, &row);
}

static int show_id(const struct query *q, enum guise_unix_id_kind kind,
		   const char *text)
{
	struct id_row row;
	uint64_t id;
	int r;

	if (!text_to_u64(text, strlen(text), GUISE_UID_NONE - 1, &id))
		return cli_error(CLI_USAGE, q->who, "not a uid or gid",
				 "give a number below 4294967295");
	r = id_row_of_id(&q->worlds, kind, (uint32_t)id, &row);
	return r < 0 ? unmapped(q, r) : show_one(q, &row);
}

static int show_group(const struct query *q)
{
	struct id_row row;
	struct guise_sid sid;
	uint32_t gid;
	int r;

	if (!who_look_up(q->worlds.who, q->who, &sid))
		return nobody(q, true);
	if (guise_sid_to_gid(&sid, &gid))
		r = id_row_of_id(&q->worlds, GUISE_UNIX_ID_GID, gid, &row);
	else
		r = id_row_of_sid(&q->worlds, &sid, &row);
	return r < 0 ? unmapped(q, r) : show_one(q, &row);
}

/* What stands before the account's rows. */
static json_t *principal_json(const char *principal,
			      const struct guise_principal_match *match,
			      const char *rule)
{
	return json_pack("{s:s, s:s, s:b, s:s?, s:s?}", "principal", principal,
			 "rule", rule, "explicit", (int)match->is_explicit,
			 "account", match->account[0] ? match->account : NULL,
			 "why", match->why);
}

static int refused(const struct query *q, const char *principal,
		   const struct guise_principal_match *match)
{
	if (!q->json)
		return cli_error(CLI_NO, q->who, match->why,
				 "see docs/identity.md");
	(void)show(q, NULL, 0, false,
		   principal_json(principal, match, "refused"));
	return CLI_NO;
}

/* The realm is one of the configuration's: the rule came from there. */
static int show_pac(const struct query *q, const char *principal,
		    const struct guise_principal_match *match,
		    const struct id_realm *realm)
{
	static const char *const claims[] = {
		[ID_CLAIMS_OWN] = "by its own keys",
		[ID_CLAIMS_YES] = "yes",
		[ID_CLAIMS_NO] = "no",
	};
	json_t *json;

	if (q->json) {
		json = principal_json(principal, match, "pac");
		(void)json_object_set_new(json, "claims",
					  json_string(claims[realm->claims]));
		return show(q, NULL, 0, false, json);
	}
	printf("principal %s: what its PAC says, of", principal);
	for (size_t i = 0; i < realm->n_domains; i++) {
		char text[GUISE_SID_TEXT_SIZE];

		(void)guise_sid_format(&realm->domains[i], text);
		printf(" %s", text);
	}
	printf("; claims: %s\n", claims[realm->claims]);
	return CLI_YES;
}

static int show_account(const struct query *q, const char *principal,
			struct guise_principal_match *match)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = find_token(q, match->account, &token);

	if (r != 0)
		return r;
	if (!match->is_explicit &&
	    guise_token_unix(token)->uid < FIRST_USER_ID) {
		match->why = "the account is a system user, and only "
			     "[principals] may name such";
		return refused(q, principal, match);
	}
	if (!q->json)
		printf("principal %s: account %s, by %s\n", principal,
		       match->account,
		       match->is_explicit ? "[principals]"
					  : "the rule of its realm");
	return show_token(q, token,
			  q->json ? principal_json(principal, match, "account")
				  : NULL);
}

static int show_principal(const struct query *q, const char *principal)
{
	GUISE_AUTO(freep) char *printable = strdup(principal);
	struct guise_principal_match match = {0};
	int r = guise_identities_match(q->worlds.identities, principal, &match);

	if (r < 0 || !printable)
		return cli_failed("principal", r < 0 ? r : -ENOMEM,
				  "try again");
	cli_printable(printable);
	switch (match.rule) {
	case GUISE_PRINCIPAL_ACCOUNT:
		return show_account(q, printable, &match);
	case GUISE_PRINCIPAL_PAC:
		return show_pac(q, printable, &match,
				identities_realm(q->worlds.identities,
						 strrchr(principal, '@') + 1));
	case GUISE_PRINCIPAL_REFUSED:
		break;
	}
	return refused(q, printable, &match);
}

static int answer(const struct query *q)
{
	const char *rest;

	if ((rest = after("principal:", q->who)))
		return show_principal(q, rest);
	if ((rest = after("uid:", q->who)))
		return show_id(q, GUISE_UNIX_ID_UID, rest);
	if ((rest = after("gid:", q->who)))
		return show_id(q, GUISE_UNIX_ID_GID, rest);
	if (after("group:", q->who))
		return show_group(q);
	if (after("S-1-", q->who))
		return show_sid(q, q->who);
	rest = after("user:", q->who);
	return show_user(q, rest ? rest : q->who);
}

static int run(struct query *q)
{
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *ids = NULL;
	GUISE_AUTO(who_closep) struct who *who = NULL;
	int r;

	r = cli_identities(q->user.identities, &ids);
	if (r == 0)
		r = who_open(q->user.accounts, &who);
	if (r != 0)
		return r;
	q->worlds = (struct id_worlds){who, ids};
	r = answer(q);
	if (fflush(stdout) != 0)
		return cli_failed("output", -EIO, "check where it goes");
	return r;
}

int cmd_id(int argc, char **argv)
{
	struct query q = {0};
	const struct cli_option known[] = {
		{.name = "accounts", .value = &q.user.accounts},
		{.name = "identities", .value = &q.user.identities},
		{.name = "json", .flag = &q.json},
	};
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r != 0)
		return r;
	if (argc != 2)
		return cli_error(CLI_USAGE, "id",
				 "give one name, SID, uid:N, gid:N or "
				 "principal:NAME@REALM",
				 "see guise id --help");
	q.who = argv[1];
	return run(&q);
}
