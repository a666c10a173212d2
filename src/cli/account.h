/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of guise account share. Each subcommand gets argv from its
 * own name on and returns an exit code. */
#ifndef CLI_ACCOUNT_H
#define CLI_ACCOUNT_H

#include <guise/logon.h>

#include "options.h"

struct account_command {
	const char *name;
	int (*run)(int argc, char **argv);
};

/* Runs the row of @table named argv[1]. */
int account_dispatch(int argc, char **argv, const char *what,
		     const struct account_command *table, size_t n);

/* Takes --accounts, the options of @extra, and any number of --privilege into
 * @privileges unless that is NULL, out of argv; then at least @min positional
 * arguments must remain, and at most @max. 0 or CLI_USAGE */
int account_arguments(int *argc, char **argv, const struct cli_option *extra,
		      size_t n_extra, uint64_t *privileges, int min, int max,
		      const char **ret_path);

/* 0, or an exit code after saying what is wrong and what to do. */
int account_open(const char *path, unsigned flags, struct guise_accounts **ret);
/* The accounts of a subcommand with no option but --accounts and between @min
 * and @max positional arguments. 0 or an exit code */
int account_open_plain(int *argc, char **argv, int min, int max, unsigned flags,
		       struct guise_accounts **ret);
/* Says why @what failed. CLI_FAILED */
int account_failed(const char *what, int code);
/* For questions: an unknown name is the answer no. CLI_NO or CLI_FAILED */
int account_unanswered(const char *what, int code);

/* "200000" to a uid or gid; NULL leaves it to the range. 0 or CLI_USAGE */
int account_parse_id(const char *text, uint32_t *ret);
/* 0 or CLI_USAGE */
int account_parse_privilege(const char *text, uint64_t *mask);

/* A password: one line of standard input, or asked for twice on the terminal
 * without echo. */
struct account_password {
	char text[GUISE_PASSWORD_MAX + 2];
	size_t size;
};
int account_read_password(bool from_stdin, struct account_password *ret);
void account_password_wipe(struct account_password *password);

int account_list(int argc, char **argv);
int account_show(int argc, char **argv);
int account_group(int argc, char **argv);
int account_privilege(int argc, char **argv);
/* For people one line each, or a JSON array: the members of @members_of unless
 * NULL, else all, or all groups. An exit code */
int account_rows_print(struct guise_accounts *accounts, bool json,
		       bool groups_only, const char *members_of);

#endif
