/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of "guise acl" have in common. */
#ifndef CLI_ACL_H
#define CLI_ACL_H

#include <sys/stat.h>

#include "acl-edit.h"
#include "who.h"

/* One file or directory, opened O_PATH. */
struct acl_target {
	const char *path; /* for people */
	int fd;
	struct stat stat;
};

/* 0 or CLI_FAILED after saying why */
int acl_open(const char *path, struct acl_target *ret);
void acl_close(struct acl_target *target);

enum acl_form {
	ACL_READABLE,
	ACL_JSON,
	ACL_SDDL,
};

/* acl-show.c: an exit code */
int acl_show(const struct who *who, const struct acl_target *target,
	     enum acl_form form);

/* acl-walk.c: @visit for @path and, if @recursive, everything beneath; links
 * and what else is neither file nor directory are passed over. Goes on after a
 * failure; the worst exit code. */
int acl_walk(const char *path, bool recursive,
	     int (*visit)(void *context, const struct acl_target *target),
	     void *context);

#endif
