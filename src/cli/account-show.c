/* SPDX-License-Identifier: Apache-2.0 */
/* guise account list and show: accounts as lines for people and as JSON. */
#include <jansson.h>
#include <stdio.h>

#include "account.h"
#include "base.h"
#include "cli.h"

static void json_freep(json_t **json)
{
	json_decref(*json);
}

static json_t *privileges_json(uint64_t privileges)
{
	json_t *list = json_array();

	for (unsigned i = GUISE_PRIVILEGE_MIN; i <= GUISE_PRIVILEGE_MAX; i++) {
		if ((privileges & GUISE_PRIVILEGE_BIT(i)) &&
		    json_array_append_new(
			    list, json_string(guise_privilege_name(i))) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* NULL when there is no memory. */
static json_t *account_json(const struct guise_account *account)
{
	json_t *privileges = privileges_json(account->privileges);
	char sid[GUISE_SID_TEXT_SIZE];

	(void)guise_sid_format(&account->sid, sid);
	if (!privileges)
		return NULL;
	if (account->is_group)
		return json_pack("{s:s, s:s, s:I, s:s, s:o}", "name",
				 account->name, "kind", "group", "gid",
				 (json_int_t)account->unix_id, "sid", sid,
				 "privileges", privileges);
	return json_pack("{s:s, s:s, s:I, s:I, s:s, s:b, s:b, s:o}", "name",
			 account->name, "kind", "user", "uid",
			 (json_int_t)account->unix_id, "gid",
			 (json_int_t)account->primary_gid, "sid", sid, "locked",
			 account->locked, "password", account->has_password,
			 "privileges", privileges);
}

static int print_json(const json_t *json)
{
	if (json_dumpf(json, stdout, JSON_INDENT(2)) < 0 ||
	    putchar('\n') == EOF || fflush(stdout) != 0)
		return cli_error(CLI_FAILED, "standard output", "cannot write",
				 "check where it goes");
	return CLI_YES;
}

struct rows {
	json_t *json; /* NULL: lines for people */
	bool groups_only;
};

static const char *state_of(const struct guise_account *account)
{
	if (account->is_group)
		return "group";
	if (account->locked)
		return "locked";
	return account->has_password ? "user" : "no password";
}

static int add_row(void *context, const struct guise_account *account)
{
	struct rows *rows = context;
	char sid[GUISE_SID_TEXT_SIZE];

	if (rows->groups_only && !account->is_group)
		return 0;
	if (rows->json) {
		json_t *json = account_json(account);

		return !json || json_array_append_new(rows->json, json) < 0
			       ? -ENOMEM
			       : 0;
	}
	(void)guise_sid_format(&account->sid, sid);
	printf("%-20s %-11s %10u  %s\n", account->name, state_of(account),
	       account->unix_id, sid);
	return 0;
}

int account_rows_print(struct guise_accounts *accounts, bool json,
		       bool groups_only, const char *members_of)
{
	GUISE_AUTO(json_freep) json_t *list = json ? json_array() : NULL;
	struct rows rows = {.json = list,
			    .groups_only = groups_only && !members_of};
	int r;

	if (json && !list)
		return account_failed("accounts", -ENOMEM);
	r = members_of ? guise_accounts_members(accounts, members_of, add_row,
						&rows)
		       : guise_accounts_list(accounts, add_row, &rows);
	if (r < 0)
		return account_unanswered(members_of ? members_of : "accounts",
					  r);
	if (list)
		return print_json(list);
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

int account_list(int argc, char **argv)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	bool json = false;
	const struct cli_option extra[] = {
		{.name = "json", .flag = &json},
	};
	const char *path;
	int r;

	r = account_arguments(&argc, argv, extra, ARRAY_SIZE(extra), NULL, 0, 0,
			      &path);
	if (r == 0)
		r = account_open(path, GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r != 0)
		return r;
	return account_rows_print(accounts, json, false, NULL);
}

/* The groups an account is a direct member of. */
struct memberships {
	struct guise_accounts *accounts;
	uint32_t rid;
	bool found; /* in the group being looked at */
	json_t *names;
};

static int look_for(void *context, const struct guise_account *member)
{
	struct memberships *m = context;

	m->found = m->found || member->rid == m->rid;
	return 0;
}

static int look_into(void *context, const struct guise_account *group)
{
	struct memberships *m = context;
	int r;

	if (!group->is_group)
		return 0;
	m->found = false;
	r = guise_accounts_members(m->accounts, group->name, look_for, m);
	if (r < 0)
		return r;
	if (m->found &&
	    json_array_append_new(m->names, json_string(group->name)) < 0)
		return -ENOMEM;
	return 0;
}

static void print_names(const char *label, const json_t *names)
{
	size_t i;
	json_t *name;

	printf("%s", label);
	json_array_foreach(names, i, name)
		printf("%s%s", i ? ", " : "", json_string_value(name));
	printf("%s\n", json_array_size(names) ? "" : "none");
}

static int print_account(const struct guise_account *account,
			 const json_t *groups)
{
	GUISE_AUTO(json_freep)
	json_t *privileges = privileges_json(account->privileges);
	char sid[GUISE_SID_TEXT_SIZE];

	(void)guise_sid_format(&account->sid, sid);
	printf("name        %s\n", account->name);
	printf("kind        %s\n", account->is_group ? "group" : "user");
	printf("sid         %s\n", sid);
	if (account->is_group) {
		printf("gid         %u\n", account->unix_id);
	} else {
		printf("uid         %u\n", account->unix_id);
		printf("gid         %u\n", account->primary_gid);
		printf("password    %s\n",
		       account->has_password ? "set" : "none");
		printf("locked      %s\n", account->locked ? "yes" : "no");
	}
	print_names("groups      ", groups);
	print_names("privileges  ", privileges);
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

static int show(struct guise_accounts *accounts, const char *name, bool as_json)
{
	GUISE_AUTO(json_freep) json_t *groups = json_array();
	GUISE_AUTO(json_freep) json_t *json = NULL;
	struct guise_account account;
	struct memberships m = {.accounts = accounts, .names = groups};
	int r;

	r = guise_accounts_find(accounts, name, &account);
	if (r < 0)
		return account_unanswered(name, r);
	m.rid = account.rid;
	r = groups ? guise_accounts_list(accounts, look_into, &m) : -ENOMEM;
	if (r < 0)
		return account_failed(name, r);
	if (!as_json)
		return print_account(&account, groups);
	json = account_json(&account);
	if (!json || json_object_set(json, "groups", groups) < 0)
		return account_failed(name, -ENOMEM);
	return print_json(json);
}

int account_show(int argc, char **argv)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	bool json = false;
	const struct cli_option extra[] = {
		{.name = "json", .flag = &json},
	};
	const char *path;
	int r;

	r = account_arguments(&argc, argv, extra, ARRAY_SIZE(extra), NULL, 1, 1,
			      &path);
	if (r == 0)
		r = account_open(path, GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r != 0)
		return r;
	return show(accounts, argv[1], json);
}
