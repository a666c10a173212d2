/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in directories that others write to, too: what a name means is opened
 * once, not followed where it is a link, looked at, and only then used, by its
 * descriptor.
 */
#ifndef PIPE_PATH_H
#define PIPE_PATH_H

#include <sys/stat.h>

#include "base.h"

/* What is at @path itself, as an O_PATH descriptor, to be closed. -ENOENT:
 * nothing, or nothing of @type (S_IFSOCK, S_IFDIR); other errors of open() */
GUISE_MUST_USE int path_open(const char *path, mode_t type, struct stat *ret);

#define PATH_WAY_SIZE 40

/* The way to what takes no such descriptor. */
void path_way(int fd, char ret[PATH_WAY_SIZE]);

/* 0 or errors of chmod() */
GUISE_MUST_USE int path_chmod(int fd, mode_t mode);

#endif
