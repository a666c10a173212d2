/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guise account: the embedded accounts. The work is the library's; here is the
 * command line, and what to tell people who got it wrong.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "base.h"
#include "cli.h"
#include "text.h"
#include "user-token.h"

const char cmd_account_help[] =
	"usage: guise account add NAME [--uid N] [--gid N] [--password-stdin]\n"
	"                         [--privilege SeX]...\n"
	"       guise account del NAME\n"
	"       guise account list [--json]\n"
	"       guise account show NAME [--json]\n"
	"       guise account passwd NAME [--stdin]\n"
	"       guise account lock NAME\n"
	"       guise account unlock NAME\n"
	"       guise account group add NAME [--gid N] [--privilege SeX]...\n"
	"       guise account group del NAME\n"
	"       guise account group list [--json]\n"
	"       guise account group add-member GROUP NAME...\n"
	"       guise account group remove-member GROUP NAME...\n"
	"       guise account group members GROUP [--json]\n"
	"       guise account privilege add NAME SeX...\n"
	"       guise account privilege remove NAME SeX...\n"
	"       guise account privilege list NAME\n"
	"\n"
	"Users and groups of guise's own, in a file of the server's. Groups "
	"may\n"
	"be members of groups. A user without password cannot log on.\n"
	"\n"
	"  --accounts PATH   the file (" CLI_ACCOUNTS_PATH "); add makes it\n"
	"  --uid N, --gid N  Unix ids instead of the next of the file's "
	"ranges\n"
	"  --password-stdin, --stdin\n"
	"                    read the password from standard input, one line\n"
	"  --privilege SeX   a Windows privilege, as SeBackupPrivilege\n"
	"  --json            for programs\n"
	"\n"
	"example: guise account add alice && guise account passwd alice\n";

/* What to do about it, for people. */
static const char *advice(int code)
{
	switch (code) {
	case -ENOENT:
		return "make it with guise account add, or name another file "
		       "with --accounts";
	case -EPERM:
		return "the file must be yours with mode 0600, in a directory "
		       "that only you or root can write; usually: run as root";
	case -EACCES:
		return "run it as the file's owner, usually root";
	case -EROFS:
		return "make the file writable or let a newer guise convert it";
	case -EBADMSG:
		return "restore it from a backup, or name another file with "
		       "--accounts";
	case -EBUSY:
		return "try again; somebody else is writing";
	case GUISE_E_UNKNOWN_REVISION:
		return "it was made by a newer guise: use that one";
	case GUISE_E_NO_SUCH_ACCOUNT:
		return "see guise account list";
	case GUISE_E_ACCOUNT_EXISTS:
		return "choose another name or id; see guise account list";
	case GUISE_E_LIMIT:
		return "the id range is used up (give --uid or --gid), or "
		       "groups would nest deeper than 16";
	case -EINVAL:
		return "see guise account --help";
	default:
		return "check the file and its disk";
	}
}

/* Where errno's words would not do. */
static const char *reason(int code)
{
	if (code == -EBADMSG)
		return "not a guise accounts file, or damaged";
	if (code == -ENOENT)
		return "does not exist";
	if (code == -EPERM)
		return "others own it or could change it";
	return guise_strerror(code);
}

int account_failed(const char *what, int code)
{
	return cli_error(CLI_FAILED, what, reason(code), advice(code));
}

int account_unanswered(const char *what, int code)
{
	return cli_error(code == GUISE_E_NO_SUCH_ACCOUNT ? CLI_NO : CLI_FAILED,
			 what, reason(code), advice(code));
}

int account_dispatch(int argc, char **argv, const char *what,
		     const struct account_command *table, size_t n)
{
	if (argc < 2)
		return cli_error(CLI_USAGE, what, "says not what to do",
				 "see guise account --help");
	for (size_t i = 0; i < n; i++) {
		if (strcmp(table[i].name, argv[1]) == 0)
			return table[i].run(argc - 1, argv + 1);
	}
	return cli_error(CLI_USAGE, argv[1], "no such subcommand",
			 "see guise account --help");
}

int account_parse_privilege(const char *text, uint64_t *mask)
{
	enum guise_privilege privilege;

	if (guise_privilege_parse(text, strlen(text), &privilege) < 0)
		return cli_error(CLI_USAGE, text, "no such privilege",
				 "name one as SeBackupPrivilege");
	*mask |= GUISE_PRIVILEGE_BIT(privilege);
	return 0;
}

int account_parse_id(const char *text, uint32_t *ret)
{
	uint64_t id;

	*ret = GUISE_UID_NONE;
	if (!text)
		return 0;
	if (!text_to_u64(text, strlen(text), UINT32_MAX - 1, &id) || id == 0 ||
	    id == 65534 || id == 65535)
		return cli_error(CLI_USAGE, *text ? text : "empty id",
				 "not a usable id",
				 "give a number from 1 to 4294967294, but not "
				 "65534 or 65535");
	*ret = (uint32_t)id;
	return 0;
}

/* "--privilege X" and "--privilege=X" may be repeated, which cli_options()
 * does not know; so they are taken out first. */
static int take_privileges(int *argc, char **argv, uint64_t *mask)
{
	static const char name[] = "--privilege";
	const size_t size = sizeof(name) - 1;
	int n = 1, i = 1, r;

	for (; i < *argc && strcmp(argv[i], "--") != 0; i++) {
		const char *text;

		if (strncmp(argv[i], name, size) != 0 ||
		    (argv[i][size] && argv[i][size] != '=')) {
			argv[n++] = argv[i];
			continue;
		}
		text = argv[i][size] ? argv[i] + size + 1
				     : (i + 1 < *argc ? argv[++i] : NULL);
		if (!text)
			return cli_error(CLI_USAGE, name, "needs a value",
					 "name one as SeBackupPrivilege");
		r = account_parse_privilege(text, mask);
		if (r != 0)
			return r;
	}
	while (i < *argc)
		argv[n++] = argv[i++];
	argv[n] = NULL;
	*argc = n;
	return 0;
}

int account_arguments(int *argc, char **argv, const struct cli_option *extra,
		      size_t n_extra, uint64_t *privileges, int min, int max,
		      const char **ret_path)
{
	const char *path = CLI_ACCOUNTS_PATH;
	struct cli_option known[8] = {{.name = "accounts", .value = &path}};
	int r;

	must(n_extra < ARRAY_SIZE(known));
	for (size_t i = 0; i < n_extra; i++)
		known[i + 1] = extra[i];
	if (privileges) {
		r = take_privileges(argc, argv, privileges);
		if (r != 0)
			return r;
	}
	r = cli_options(argc, argv, known, n_extra + 1);
	if (r != 0)
		return r;
	if (*argc - 1 < min)
		return cli_error(CLI_USAGE, argv[0], "a name is missing",
				 "see guise account --help");
	if (*argc - 1 > max)
		return cli_error(CLI_USAGE, argv[max + 1], "is too much",
				 "see guise account --help");
	*ret_path = path;
	return 0;
}

int account_open(const char *path, unsigned flags, struct guise_accounts **ret)
{
	int r;

	/* Its directory is a package's to make; a first user may have none. */
	if ((flags & GUISE_ACCOUNTS_CREATE) &&
	    strcmp(path, CLI_ACCOUNTS_PATH) == 0)
		(void)mkdir("/var/lib/guise", 0755);
	r = guise_accounts_open(path, flags, ret);
	/* a file that is not there matters before who owns its directory */
	if (r == -EPERM && !(flags & GUISE_ACCOUNTS_CREATE) &&
	    access(path, F_OK) < 0 && errno == ENOENT)
		r = -ENOENT;
	if (r == -ENOENT && (flags & GUISE_ACCOUNTS_CREATE))
		return cli_failed(path, r, "make its directory first");
	if (r < 0)
		return account_failed(path, r);
	return 0;
}

int account_open_plain(int *argc, char **argv, int min, int max, unsigned flags,
		       struct guise_accounts **ret)
{
	const char *path;
	int r = account_arguments(argc, argv, NULL, 0, NULL, min, max, &path);

	return r == 0 ? account_open(path, flags, ret) : r;
}

static int say_added(struct guise_accounts *accounts, const char *name)
{
	struct guise_account account;
	char sid[GUISE_SID_TEXT_SIZE];
	int r;

	r = guise_accounts_find(accounts, name, &account);
	if (r < 0)
		return account_failed(name, r);
	(void)guise_sid_format(&account.sid, sid);
	printf("added %s: uid %u, gid %u, %s%s\n", account.name,
	       account.unix_id, account.primary_gid, sid,
	       account.has_password ? "" : ", no password yet");
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

/* The user is there with the password, or not at all. */
static int add_with_password(struct guise_accounts *accounts, const char *name,
			     const struct guise_account_options *options,
			     const struct account_password *password)
{
	int r;

	r = guise_accounts_add_user(accounts, name, options);
	if (r == -EINVAL)
		return cli_failed(name, r,
				  "names have up to 256 bytes of UTF-8, none "
				  "of \"/\\[]:;|=,+*?<>@, and no space or dot "
				  "at either end");
	if (r < 0)
		return account_failed(name, r);
	if (password->size) {
		r = guise_accounts_set_password(accounts, name, password->text,
						password->size);
		if (r < 0) {
			if (guise_accounts_delete(accounts, name) < 0)
				return cli_failed(name, r,
						  "it was added without a "
						  "password; use guise account "
						  "passwd");
			return account_failed(name, r);
		}
	}
	return say_added(accounts, name);
}

static int run_add(int argc, char **argv)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	GUISE_AUTO(account_password_wipe)
	struct account_password password = {0};
	struct guise_account_options options = {.size = sizeof(options)};
	const char *path, *uid = NULL, *gid = NULL;
	bool from_stdin = false;
	const struct cli_option extra[] = {
		{.name = "uid", .value = &uid},
		{.name = "gid", .value = &gid},
		{.name = "password-stdin", .flag = &from_stdin},
	};
	int r;

	r = account_arguments(&argc, argv, extra, ARRAY_SIZE(extra),
			      &options.privileges, 1, 1, &path);
	if (r == 0)
		r = account_parse_id(uid, &options.unix_id);
	if (r == 0)
		r = account_parse_id(gid, &options.primary_gid);
	if (r == 0 && from_stdin)
		r = account_read_password(true, &password);
	if (r == 0)
		r = account_open(path, GUISE_ACCOUNTS_CREATE, &accounts);
	if (r != 0)
		return r;
	return add_with_password(accounts, argv[1], &options, &password);
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
	if (r == 0 && account.is_group)
		return cli_error(CLI_FAILED, argv[1], "is a group",
				 "use guise account group del");
	if (r == 0)
		r = guise_accounts_delete(accounts, argv[1]);
	return r < 0 ? account_failed(argv[1], r) : CLI_YES;
}

static int run_passwd(int argc, char **argv)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	GUISE_AUTO(account_password_wipe)
	struct account_password password = {0};
	struct guise_account account;
	bool from_stdin = false;
	const struct cli_option extra[] = {
		{.name = "stdin", .flag = &from_stdin},
	};
	const char *path;
	int r;

	r = account_arguments(&argc, argv, extra, ARRAY_SIZE(extra), NULL, 1, 1,
			      &path);
	if (r == 0)
		r = account_open(path, 0, &accounts);
	if (r != 0)
		return r;
	/* Before anybody types a password for nobody. */
	r = guise_accounts_find(accounts, argv[1], &account);
	if (r < 0)
		return account_failed(argv[1], r);
	if (account.is_group)
		return cli_error(CLI_FAILED, argv[1], "is a group",
				 "only users have passwords");
	r = account_read_password(from_stdin, &password);
	if (r != 0)
		return r;
	r = guise_accounts_set_password(accounts, argv[1], password.text,
					password.size);
	return r < 0 ? account_failed(argv[1], r) : CLI_YES;
}

static int set_locked(int argc, char **argv, bool locked)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	int r;

	r = account_open_plain(&argc, argv, 1, 1, 0, &accounts);
	if (r != 0)
		return r;
	r = guise_accounts_set_locked(accounts, argv[1], locked);
	return r < 0 ? account_failed(argv[1], r) : CLI_YES;
}

static int run_lock(int argc, char **argv)
{
	return set_locked(argc, argv, true);
}

static int run_unlock(int argc, char **argv)
{
	return set_locked(argc, argv, false);
}

int cmd_account(int argc, char **argv)
{
	static const struct account_command table[] = {
		{"add", run_add},
		{"del", run_del},
		{"group", account_group},
		{"list", account_list},
		{"lock", run_lock},
		{"passwd", run_passwd},
		{"privilege", account_privilege},
		{"show", account_show},
		{"unlock", run_unlock},
	};

	return account_dispatch(argc, argv, "account", table,
				ARRAY_SIZE(table));
}
