/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the command-line tool share. Each command is a file with
 * cmd_NAME() and its help text; main.c has one table row for each.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <guise/base.h>

/* Exit codes of every command; scripts rely on them. */
enum cli_exit {
	CLI_YES = 0,	/* yes, allowed, done */
	CLI_NO = 1,	/* no, denied */
	CLI_USAGE = 2,	/* the command line is wrong */
	CLI_FAILED = 3, /* could not find out or do it */
};

/* One line on stderr: "guise: @what: @why; @todo". Returns @exit_code. */
int cli_error(int exit_code, const char *what, const char *why,
	      const char *todo);
/* The same for a failed call: why is guise_strerror(@code). CLI_FAILED */
int cli_failed(const char *what, int code, const char *todo);

/* A command gets argv from its own name on. --help and an unknown command are
 * dealt with before. */
#define CLI_COMMAND(name)                                                      \
	int cmd_##name(int argc, char **argv);                                 \
	extern const char cmd_##name##_help[]

CLI_COMMAND(account);
CLI_COMMAND(acl);
CLI_COMMAND(check);
CLI_COMMAND(effective);
CLI_COMMAND(explain);
CLI_COMMAND(id);
CLI_COMMAND(inherit);
CLI_COMMAND(run);
CLI_COMMAND(scan);
CLI_COMMAND(sddl);
CLI_COMMAND(serve);
CLI_COMMAND(sid);
CLI_COMMAND(status);
CLI_COMMAND(token);

/* The program that guise serve starts; has no help and no options. */
int cmd_serve_worker(int argc, char **argv);

#endif
