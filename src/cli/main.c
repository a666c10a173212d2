/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command-line tool: finds the command in a table and runs it. To add one:
 * write NAME.c with cmd_NAME() and cmd_NAME_help, list it in meson.build, add a
 * row here.
 */
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "cli.h"

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
	const char *help;
};

#define COMMAND(name, summary)                                                 \
	{                                                                      \
#name, summary, cmd_##name, cmd_##name##_help                  \
	}

/* clang-format off */
static const struct command commands[] = {
	COMMAND(account, "manage embedded users and groups"),
	COMMAND(acl, "show and change descriptors of files"),
	COMMAND(check, "decide access checks, a JSON object a line"),
	COMMAND(effective, "show what a user may do with a file"),
	COMMAND(explain, "say why a user may or may not, and what would change it"),
	COMMAND(id, "show who somebody is to Linux and to Windows"),
	COMMAND(inherit, "compute the descriptor of a new object"),
	COMMAND(run, "run a command as a user"),
	COMMAND(scan, "find threads that are not who their process is"),
	COMMAND(sddl, "turn SDDL into descriptor bytes and back"),
	COMMAND(serve, "serve files over HTTP and WebDAV, each request as its client"),
	COMMAND(sid, "show SIDs in all their forms"),
	COMMAND(status, "show who is logged on with a server, and what protects it"),
	COMMAND(token, "show access tokens"),
};
/* clang-format on */

int cli_error(int exit_code, const char *what, const char *why,
	      const char *todo)
{
	fprintf(stderr, "guise: %s: %s; %s\n", what, why, todo);
	return exit_code;
}

int cli_failed(const char *what, int code, const char *todo)
{
	return cli_error(CLI_FAILED, what, guise_strerror(code), todo);
}

static int print_overview(void)
{
	printf("usage: guise COMMAND [ARGUMENT...]\n"
	       "       guise COMMAND --help\n"
	       "       guise --help | --version\n"
	       "\n"
	       "Windows-style impersonation on Linux: tokens, security "
	       "descriptors,\n"
	       "access checks, and a file server in which every request is its "
	       "client.\n"
	       "\n"
	       "commands:\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	printf("\n"
	       "exit codes: 0 yes or done, 1 no or denied, 2 usage, "
	       "3 failed\n"
	       "(check, inherit, sddl and sid: 0 when every line was "
	       "answered,\n"
	       "whatever the answers)\n");
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

/* What follows "--" belongs to somebody else. */
static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return true;
	}
	return false;
}

static int print_help(const struct command *command)
{
	printf("%s", command->help);
	return fflush(stdout) == 0 ? CLI_YES : CLI_FAILED;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return cli_error(CLI_USAGE, "command line", "no command given",
				 "see guise --help");
	if (strcmp(argv[1], "--help") == 0)
		return print_overview();
	if (strcmp(argv[1], "--version") == 0)
		return printf("guise %s\n", GUISE_VERSION) > 0 ? CLI_YES
							       : CLI_FAILED;
	if (strcmp(argv[1], "serve-worker") == 0) /* not for people */
		return cmd_serve_worker(argc - 1, argv + 1);
	command = find(argv[1]);
	if (!command)
		return cli_error(CLI_USAGE, argv[1], "no such command",
				 "see guise --help");
	if (wants_help(argc - 1, argv + 1))
		return print_help(command);
	return command->run(argc - 1, argv + 1);
}
