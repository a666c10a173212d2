/* SPDX-License-Identifier: Apache-2.0 */
/* guise account group and guise account privilege. */
#include <stdio.h>

#include "account.h"
#include "base.h"
#include "cli.h"

#define MANY 10000

static int run_add(int argc, char **argv)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account_options options = {.size = sizeof(options),
						.primary_gid = GUISE_UID_NONE};
	const char *path, *gid = NULL;
	const struct cli_option extra[] = {
		{.name = "gid", .value = &gid},
	};
	struct guise_account group;
	int r;

	r = account_arguments(&argc, argv, extra, ARRAY_SIZE(extra),
			      &options.privileges, 1, 1, &path);
	if (r == 0)
		r = account_parse_id(gid, &options.unix_id);
	if (r == 0)
		r = account_open(path, GUISE_ACCOUNTS_CREATE, &accounts);
	if (r != 0)
		return r;
	r = guise_accounts_add_group(accounts, argv[1], &options);
	if (r == 0)
		r = guise_accounts_find(accounts, argv[1], &group);
	if (r < 0)
		return account_failed(argv[1], r);
	printf("added group %s: gid %u\n", group.name, group.unix_id);
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

static int run_del(int argc, char **argv)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account account;
	int r;

	r = account_open_plain(&argc, argv, 1, 1, 0, &accounts);
	if (r != 0)
		return r;
	r = guise_accounts_find(accounts, argv[1], &account);
	if (r == 0 && !account.is_group)
		return cli_error(CLI_FAILED, argv[1], "is a user",
				 "use guise account del");
	if (r == 0)
		r = guise_accounts_delete(accounts, argv[1]);
	if (r == -EBUSY)
		return cli_error(CLI_FAILED, argv[1],
				 "is somebody's primary group, or busy",
				 "delete the users that have its gid first");
	return r < 0 ? account_failed(argv[1], r) : CLI_YES;
}

static int change_members(int argc, char **argv,
			  int (*change)(struct guise_accounts *accounts,
					const char *group, const char *member))
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	int r;

	r = account_open_plain(&argc, argv, 2, MANY, 0, &accounts);
	if (r != 0)
		return r;
	for (int i = 2; i < argc; i++) {
		r = change(accounts, argv[1], argv[i]);
		if (r == -EINVAL)
			return cli_error(CLI_FAILED, argv[i],
					 "the group would be a member of "
					 "itself",
					 "see guise account group members");
		if (r == GUISE_E_ACCOUNT_EXISTS)
			return cli_error(CLI_FAILED, argv[i],
					 "is a member already",
					 "nothing needs to be done");
		if (r == GUISE_E_NO_SUCH_ACCOUNT)
			return cli_error(CLI_FAILED, argv[i],
					 "no such member or group",
					 "see guise account list and guise "
					 "account group members");
		if (r < 0)
			return account_failed(argv[i], r);
	}
	return CLI_YES;
}

static int run_add_member(int argc, char **argv)
{
	return change_members(argc, argv, guise_accounts_add_member);
}

static int run_remove_member(int argc, char **argv)
{
	return change_members(argc, argv, guise_accounts_remove_member);
}

static int print_rows(int argc, char **argv, bool members)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	bool json = false;
	const struct cli_option extra[] = {
		{.name = "json", .flag = &json},
	};
	const char *path;
	int r;

	r = account_arguments(&argc, argv, extra, ARRAY_SIZE(extra), NULL,
			      members, members, &path);
	if (r == 0)
		r = account_open(path, GUISE_ACCOUNTS_READ_ONLY, &accounts);
	if (r != 0)
		return r;
	return account_rows_print(accounts, json, true,
				  members ? argv[1] : NULL);
}

static int run_list(int argc, char **argv)
{
	return print_rows(argc, argv, false);
}

static int run_members(int argc, char **argv)
{
	return print_rows(argc, argv, true);
}

int account_group(int argc, char **argv)
{
	static const struct account_command table[] = {
		{"add", run_add},	  {"add-member", run_add_member},
		{"del", run_del},	  {"list", run_list},
		{"members", run_members}, {"remove-member", run_remove_member},
	};

	return account_dispatch(argc, argv, "account group", table,
				ARRAY_SIZE(table));
}

/* @removed: the named ones go, else they come */
static int change_privileges(int argc, char **argv, bool removed)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account account;
	uint64_t named = 0;
	const char *path;
	int r;

	r = account_arguments(&argc, argv, NULL, 0, NULL, 2, MANY, &path);
	for (int i = 2; r == 0 && i < argc; i++)
		r = account_parse_privilege(argv[i], &named);
	if (r == 0)
		r = account_open(path, 0, &accounts);
	if (r != 0)
		return r;
	r = guise_accounts_find(accounts, argv[1], &account);
	if (r == 0)
		r = guise_accounts_set_privileges(
			accounts, argv[1],
			removed ? account.privileges & ~named
				: account.privileges | named);
	return r < 0 ? account_failed(argv[1], r) : CLI_YES;
}

static int run_privilege_add(int argc, char **argv)
{
	return change_privileges(argc, argv, false);
}

static int run_privilege_remove(int argc, char **argv)
{
	return change_privileges(argc, argv, true);
}

static int run_privilege_list(int argc, char **argv)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	struct guise_account account;
	int r;

	r = account_open_plain(&argc, argv, 1, 1, GUISE_ACCOUNTS_READ_ONLY,
			       &accounts);
	if (r != 0)
		return r;
	r = guise_accounts_find(accounts, argv[1], &account);
	if (r < 0)
		return account_unanswered(argv[1], r);
	for (unsigned i = GUISE_PRIVILEGE_MIN; i <= GUISE_PRIVILEGE_MAX; i++) {
		if (account.privileges & GUISE_PRIVILEGE_BIT(i))
			printf("%s\n", guise_privilege_name(i));
	}
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

int account_privilege(int argc, char **argv)
{
	static const struct account_command table[] = {
		{"add", run_privilege_add},
		{"list", run_privilege_list},
		{"remove", run_privilege_remove},
	};

	return account_dispatch(argc, argv, "account privilege", table,
				ARRAY_SIZE(table));
}
