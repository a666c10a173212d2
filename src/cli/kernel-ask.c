/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's own answer: as the user, in a scope with nothing but the
 * question in it. Nothing is opened for its content and nothing is changed. */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <guise/impersonate.h>
#include <guise/share.h>

#include "base.h"

#include "explain.h"
#include "posix-acl.h"

static int ask_here(const char *path, unsigned want)
{
	/* 0 asks whether it can be reached; never access(2), which speaks of
	 * the real uid */
	return syscall(SYS_faccessat2, AT_FDCWD, path, want, AT_EACCESS) < 0
		       ? -errno
		       : 0;
}

static int sticky_here(const char *path, const char *parent_path, uint32_t uid)
{
	struct stat object, parent;

	if (lstat(path, &object) < 0 || stat(parent_path, &parent) < 0)
		return -errno;
	return !(parent.st_mode & S_ISVTX) || parent.st_uid == uid ||
			       object.st_uid == uid
		       ? 0
		       : -EPERM;
}

int kernel_ask(const struct guise_token *token, const char *path,
	       const char *parent_path, const struct want *want)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, token);
	if (r == 0)
		r = ask_here(path, want->posix);
	if (r == 0 && want->deletes)
		r = ask_here(parent_path, POSIX_WRITE | POSIX_EXECUTE);
	if (r == 0 && want->deletes)
		r = sticky_here(path, parent_path,
				guise_token_unix(token)->uid);
	return r;
}

unsigned kernel_grants(const struct guise_token *token, const char *path,
		       int *ret_error)
{
	GUISE_SCOPE(scope);
	unsigned granted = 0;

	*ret_error = guise_scope_begin(&scope, token);
	if (*ret_error == 0)
		*ret_error = ask_here(path, 0);
	for (unsigned bit = 1; *ret_error == 0 && bit < 8; bit <<= 1) {
		if (ask_here(path, bit) == 0)
			granted |= bit;
	}
	return granted;
}
