/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock rule sets: what part of the file system a thread or a registered
 * identity may touch at all, whoever it is. The headers may be older than the
 * kernel; what the kernel knows is asked at run time.
 */
#ifndef AUTHORITY_LANDLOCK_H
#define AUTHORITY_LANDLOCK_H

#include "base.h"

/* The kernel's ABI version; 0 = no Landlock (not built or not enabled). */
unsigned landlock_abi(void);

/* What beneath a directory stays allowed. */
enum landlock_scope {
	LANDLOCK_SHARE,	  /* everything but devices and running programs */
	LANDLOCK_JOURNAL, /* regular files: list, make, read, write, remove */
};

/* A rule set that allows nothing yet. 0; -ENOSYS without Landlock; -errno */
GUISE_MUST_USE int landlock_new(int *ret_ruleset);
/* The same; also no signal and no abstract socket outside, where the kernel
 * can (ABI 6) */
GUISE_MUST_USE int landlock_new_isolated(int *ret_ruleset);
/* Allow @scope beneath @dir_fd. 0 or -errno */
GUISE_MUST_USE int landlock_allow(int ruleset, int dir_fd,
				  enum landlock_scope scope);
/* Confine the calling thread for good (needs no_new_privs or
 * CAP_SYS_ADMIN). 0 or -errno */
GUISE_MUST_USE int landlock_confine(int ruleset);

#endif
