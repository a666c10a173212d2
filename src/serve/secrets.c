/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key that others know is worth nothing, so with one that everybody may read
 * nothing starts, as sshd has it with its host keys. A group may have been
 * given it by intention (ssl-cert): that is only told.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <guise/logon.h>

#include "accept.h"
#include "fd.h"
#include "helper-body.h"
#include "secrets.h"

/* A host's name may have to be looked up; nothing else is done meanwhile. */
#define LOOK_TIMEOUT_MS 3000
#define WEB_SERVICE "HTTP" /* RFC 4559 4.1 */

static int fill(struct config_error *ret, const char *where,
		const char *subject, const char *why, const char *todo)
{
	(void)snprintf(ret->where, sizeof(ret->where), "%s", where);
	(void)snprintf(ret->why, sizeof(ret->why), "%.80s: %s", subject, why);
	ret->todo = todo;
	return -EINVAL;
}

static void tell(config_warn *warn, const char *where, const char *subject,
		 const char *why, const char *todo)
{
	struct config_error warning = {0};

	(void)fill(&warning, where, subject, why, todo);
	warn(&warning);
}

/* Whoever may change it could as well know it. */
static int check_key(const char *where, const char *path, config_warn *warn,
		     struct config_error *reterr)
{
	struct stat found;

	if (!path)
		return 0;
	if (stat(path, &found) < 0)
		return fill(reterr, where, path, strerror(errno),
			    "make the file or name another");
	if (!S_ISREG(found.st_mode))
		return fill(reterr, where, path, "not a regular file",
			    "name a file");
	if (found.st_mode & (S_IWGRP | S_IROTH | S_IWOTH))
		return fill(reterr, where, path, "others may read or change it",
			    "make it root's, with mode 600, and if others have "
			    "seen it make new keys");
	if (found.st_uid != 0 && found.st_uid != geteuid())
		return fill(reterr, where, path, "it is somebody else's",
			    "make it root's, with mode 600");
	if ((found.st_mode & S_IRGRP) && found.st_gid != 0)
		tell(warn, where, path, "a group may read it",
		     "if that is not intended make its mode 600");
	return 0;
}

/* What a child has seen in the keytab. */
struct look {
	int code;
	bool is_for_web;
	char why[GUISE_WHY_SIZE];
};

static void look_and_exit(const struct config *config, int fd, pid_t parent)
{
	const struct gss_acceptor_options options = {
		.keytab = config->keytab,
		.service = config->kerberos_service,
	};
	struct look look = {0};

	if (!helper_prepare(fd, parent))
		_exit(1);
	look.code = gss_acceptor_look(&options, WEB_SERVICE, &look.is_for_web,
				      look.why);
	_exit(write(HELPER_FD, &look, sizeof(look)) == sizeof(look) ? 0 : 1);
}

static int receive(int fd, struct look *ret)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	int n;

	do {
		n = poll(&poll_fd, 1, LOOK_TIMEOUT_MS);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return -ETIMEDOUT;
	/* written at once, and smaller than what a pipe takes at once */
	if (n < 0 || read(fd, ret, sizeof(*ret)) != sizeof(*ret))
		return -EIO;
	/* libraries of others ran there */
	ret->why[sizeof(ret->why) - 1] = '\0';
	return 0;
}

static int look(const struct config *config, struct look *ret)
{
	GUISE_AUTO(fd_closep) int mine = -EBADF;
	GUISE_AUTO(fd_closep) int other = -EBADF;
	int pipes[2], r;
	const pid_t parent = getpid();
	pid_t child;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	mine = pipes[0];
	other = pipes[1];
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		look_and_exit(config, other, parent);
	(void)fd_close(fd_take(&other));
	r = receive(mine, ret);
	if (r < 0)
		(void)kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}

/* It is read for each client, so keys may come later: what is missing is told,
 * and whoever comes with a password is served meanwhile. */
static int check_keys(const struct config *config, config_warn *warn,
		      struct config_error *reterr)
{
	const char *path = config->keytab ? config->keytab : "the system's";
	struct look seen = {0};
	int r;

	if (!config->negotiate)
		return 0;
	r = look(config, &seen);
	if (r < 0)
		tell(warn, "keytab", path, guise_strerror(r),
		     "whether it can be used could not be found out");
	else if (seen.code == -ENOSYS)
		return fill(reterr, "negotiate", "Kerberos",
			    "libgssapi_krb5 is not installed",
			    "install it, or say negotiate = no");
	else if (seen.code < 0)
		tell(warn, "keytab", path,
		     seen.why[0] ? seen.why : guise_strerror(seen.code),
		     "no Kerberos client can log on until that is mended; "
		     "klist -k FILE shows which keys it has");
	else if (!seen.is_for_web)
		tell(warn, "keytab", path,
		     "it has no key of " WEB_SERVICE "/host.name",
		     "browsers and curl ask for that service; klist -k FILE "
		     "shows which keys it has");
	return 0;
}

/* As who looks somebody up opens it. */
static int check_accounts(const char *path, struct config_error *reterr)
{
	GUISE_AUTO(guise_accounts_closep) struct guise_accounts *open = NULL;
	int r;

	if (!path)
		return 0;
	r = guise_accounts_open(path, GUISE_ACCOUNTS_READ_ONLY, &open);
	if (r == 0)
		return 0;
	if (r == -EPERM && geteuid() != 0)
		return fill(reterr, "accounts", path, "it is not yours alone",
			    "if it is root's run this as root");
	if (r == -EPERM)
		return fill(reterr, "accounts", path,
			    "others may read or change it",
			    "make it root's, with mode 600, in a directory "
			    "that root alone can write");
	if (r == -EBADMSG)
		return fill(reterr, "accounts", path, "no file of accounts",
			    "name one made by guise account add");
	return fill(reterr, "accounts", path, guise_strerror(r),
		    r == -ENOENT ? "make it with guise account add"
				 : "make it readable for root");
}

int secrets_check(const struct config *config, config_warn *warn,
		  struct config_error *reterr)
{
	int r = check_accounts(config->accounts, reterr);

	if (r == 0)
		r = check_key("tls-key", config->tls_key, warn, reterr);
	if (r == 0)
		r = check_key("keytab", config->keytab, warn, reterr);
	return r < 0 ? r : check_keys(config, warn, reterr);
}
