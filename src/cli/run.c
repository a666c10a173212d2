/* SPDX-License-Identifier: Apache-2.0 */
/* guise run: a command with a user's token as its primary token. */
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include "base.h"
#include "cli.h"
#include "options.h"
#include "user-token.h"

const char cmd_run_help[] =
	"usage: guise run --user NAME [--accounts FILE] [--identities FILE]\n"
	"                 [--directory DIR] [--no-new-privileges] -- COMMAND "
	"[ARGUMENT...]\n"
	"\n"
	"Runs COMMAND as NAME: real, effective and saved ids, groups, no\n"
	"capabilities at all, a session keyring of its own, a fresh "
	"environment\n"
	"(PATH HOME USER LOGNAME SHELL), no descriptors but 0, 1 and 2. "
	"COMMAND\n"
	"is searched and DIR entered as NAME. Exits with COMMAND's own "
	"status,\n"
	"128 + N if signal N ended it; 2 usage, 3 if it could not be started.\n"
	"\n"
	"  --user NAME          an account, of FILE or the system\n"
	"  --accounts FILE      embedded accounts; /var/lib/guise/accounts.db "
	"if\n"
	"                       it is there\n"
	"  --identities FILE    SIDs of system accounts; "
	"/etc/guise/identities.conf\n"
	"                       if it is there\n"
	"  --directory DIR      where to run it; / otherwise\n"
	"  --no-new-privileges  set-uid programs are of no help to it\n"
	"\n"
	"example: guise run --user alice -- id\n";

/* Room for the strings of one passwd entry. Ours. */
#define PASSWD_ROOM 16384

struct surroundings {
	char room[PASSWD_ROOM];
	struct passwd entry;
	bool known;
};

/* Accounts of guise's own have no home and no shell. */
static void look_up(uint32_t uid, struct surroundings *ret)
{
	struct passwd *found = NULL;

	ret->known = getpwuid_r(uid, &ret->entry, ret->room, sizeof(ret->room),
				&found) == 0 &&
		     found;
}

/* What the terminal sends reaches the command by itself; what is sent to us
 * alone is meant for it. */
static void pass_on(const siginfo_t *info, pid_t child)
{
	bool from_terminal = info->si_code == SI_KERNEL;

	if (!from_terminal || info->si_signo == SIGHUP)
		(void)kill(child, info->si_signo);
}

static int wait_for(pid_t child, const sigset_t *watched)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (sigwaitinfo(watched, &info) < 0)
			continue; /* EINTR */
		if (info.si_signo != SIGCHLD) {
			pass_on(&info, child);
			continue;
		}
		if (waitpid(child, &status, WNOHANG) != child)
			continue;
		return WIFEXITED(status) ? WEXITSTATUS(status)
					 : 128 + WTERMSIG(status);
	}
}

static int watch_signals(sigset_t *ret)
{
	static const int watched[] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT,
				      SIGQUIT};

	if (sigemptyset(ret) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
		if (sigaddset(ret, watched[i]) < 0)
			return -errno;
	}
	return -pthread_sigmask(SIG_BLOCK, ret, NULL);
}

static const char *advice(int code)
{
	switch (code) {
	case -ENOENT:
		return "give its path, or one that is in "
		       "/usr/local/bin:/usr/bin:/bin";
	case -EACCES:
		return "the user may not run it, or not enter the directory";
	case -EPERM:
		return "run guise as root";
	case GUISE_E_CEILING:
		return "root is run without guise";
	default:
		return "see guise run --help";
	}
}

static int run(const struct guise_token *token,
	       const struct guise_spawn_options *options)
{
	sigset_t watched;
	pid_t child;
	int r;

	r = watch_signals(&watched);
	if (r < 0)
		return cli_failed("signals", r, "try again");
	r = guise_spawn(token, options, &child);
	if (r < 0)
		return cli_failed(options->argv[0], r, advice(r));
	return wait_for(child, &watched);
}

static int run_as(const struct cli_user *user, const char *const *argv,
		  const char *directory, bool no_new_privileges)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct surroundings s = {.known = false};
	int r;

	r = cli_user_token(user, &token);
	if (r != 0)
		return r;
	look_up(guise_token_unix(token)->uid, &s);
	const struct guise_spawn_options options = {
		.size = sizeof(options),
		.argv = argv,
		.home = s.known ? s.entry.pw_dir : "/",
		.shell = s.known ? s.entry.pw_shell : "/bin/sh",
		.user = user->name,
		.working_directory = directory,
		.no_new_privileges = no_new_privileges,
		.stdin_fd = 0,
		.stdout_fd = 1,
		.stderr_fd = 2,
	};

	return run(token, &options);
}

int cmd_run(int argc, char **argv)
{
	struct cli_user user = {0};
	const char *directory = NULL;
	bool no_new_privileges = false;
	const struct cli_option known[] = {
		{.name = "user", .value = &user.name},
		{.name = "accounts", .value = &user.accounts},
		{.name = "identities", .value = &user.identities},
		{.name = "directory", .value = &directory},
		{.name = "no-new-privileges", .flag = &no_new_privileges},
	};
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r != 0)
		return r;
	if (!user.name)
		return cli_error(CLI_USAGE, "run", "as whom?",
				 "give --user NAME");
	if (argc < 2)
		return cli_error(CLI_USAGE, "run", "run what?",
				 "give the command after --");
	return run_as(&user, (const char *const *)(argv + 1), directory,
		      no_new_privileges);
}
