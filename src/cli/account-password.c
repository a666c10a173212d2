/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a password: a line of standard input, or twice from the terminal
 * without echo. A signal that would end the program does so after the echo is
 * back.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "account.h"
#include "base.h"
#include "cli.h"
#include "fd.h"

/* Signals that end or stop the program from the keyboard or outside. */
static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
static volatile sig_atomic_t ended_by;

static void note_ending(int number)
{
	ended_by = number;
}

void account_password_wipe(struct account_password *password)
{
	explicit_bzero(password, sizeof(*password));
}

/* All of @fd up to its end, or its first line; one newline at the end goes.
 * -EMSGSIZE: longer than a password may be. */
static int read_line(int fd, bool to_end, const sigset_t *mask,
		     struct account_password *ret)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	ret->size = 0;
	for (;;) {
		ssize_t n;

		/* signals come in here or not at all: none is missed */
		if (mask && ppoll(&ready, 1, NULL, mask) < 0 && ended_by)
			return -ECANCELED;
		n = read(fd, ret->text + ret->size,
			 sizeof(ret->text) - ret->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		ret->size += (size_t)n;
		if (!to_end && ret->text[ret->size - 1] == '\n')
			break;
		if (ret->size == sizeof(ret->text))
			return -EMSGSIZE;
	}
	if (ret->size && ret->text[ret->size - 1] == '\n')
		ret->size--;
	return ret->size > GUISE_PASSWORD_MAX ? -EMSGSIZE : 0;
}

static int check_text(const struct account_password *password)
{
	if (password->size == 0)
		return cli_error(CLI_FAILED, "password", "is empty",
				 "give one, or use guise account lock");
	if (memchr(password->text, '\n', password->size) ||
	    memchr(password->text, '\0', password->size))
		return cli_error(CLI_FAILED, "password",
				 "has more than one line, or a NUL",
				 "give exactly one line of text");
	return 0;
}

static int say_unreadable(int r)
{
	if (r == -EMSGSIZE)
		return cli_error(CLI_FAILED, "password", "is too long",
				 "use at most 511 bytes");
	return cli_failed("password", r, "check standard input");
}

struct terminal {
	int fd;
	struct termios before;
	struct sigaction actions[ARRAY_SIZE(endings)];
	sigset_t mask;
	bool mute;
};

static int terminal_mute(struct terminal *t)
{
	const struct sigaction note = {.sa_handler = note_ending};
	struct termios mute;
	sigset_t held;

	if (tcgetattr(t->fd, &t->before) < 0)
		return -errno;
	(void)sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		(void)sigaddset(&held, endings[i]);
	(void)sigprocmask(SIG_BLOCK, &held, &t->mask);
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		(void)sigaction(endings[i], &note, &t->actions[i]);
	mute = t->before;
	mute.c_lflag &= ~(tcflag_t)ECHO;
	t->mute = true;
	return tcsetattr(t->fd, TCSAFLUSH, &mute) < 0 ? -errno : 0;
}

static void terminal_restore(struct terminal *t)
{
	if (t->mute) {
		(void)tcsetattr(t->fd, TCSAFLUSH, &t->before);
		for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
			(void)sigaction(endings[i], &t->actions[i], NULL);
		(void)sigprocmask(SIG_SETMASK, &t->mask, NULL);
		if (ended_by)
			(void)raise(ended_by);
	}
	t->fd = fd_close(t->fd);
}

static int prompt(const struct terminal *t, const char *text,
		  struct account_password *ret)
{
	int r;

	if (write(t->fd, text, strlen(text)) < 0)
		return -errno;
	r = read_line(t->fd, false, &t->mask, ret);
	(void)!write(t->fd, "\n", 1); /* the one that was not echoed */
	return r;
}

static int read_twice(const struct terminal *t, struct account_password *ret)
{
	GUISE_AUTO(account_password_wipe) struct account_password again = {0};
	int r;

	r = prompt(t, "New password: ", ret);
	if (r == 0)
		r = prompt(t, "Again: ", &again);
	if (r == -ECANCELED)
		return cli_error(CLI_FAILED, "password", "cancelled",
				 "nothing was changed");
	if (r < 0)
		return say_unreadable(r);
	if (ret->size != again.size ||
	    memcmp(ret->text, again.text, ret->size) != 0)
		return cli_error(CLI_FAILED, "password",
				 "the two are different", "try again");
	return check_text(ret);
}

int account_read_password(bool from_stdin, struct account_password *ret)
{
	GUISE_AUTO(terminal_restore) struct terminal terminal = {.fd = -EBADF};
	int r;

	if (from_stdin) {
		r = read_line(STDIN_FILENO, true, NULL, ret);
		return r < 0 ? say_unreadable(r) : check_text(ret);
	}
	terminal.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal.fd < 0)
		return cli_error(CLI_USAGE, "password",
				 "there is no terminal to ask on",
				 "give it on standard input with --stdin");
	r = terminal_mute(&terminal);
	if (r < 0)
		return cli_failed("terminal", r,
				  "give the password with --stdin");
	return read_twice(&terminal, ret);
}
