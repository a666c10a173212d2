/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a pipe of a name is: a socket in a directory. Short plain names are
 * their own file names, in lower case; others are named by a hash, so that
 * each name, however it is written, is one file and no name is a path.
 */
#ifndef PIPE_NAMES_H
#define PIPE_NAMES_H

#include <sys/socket.h>
#include <sys/un.h>

#include "base.h"

/* @address: of the socket
 * @lock: path of the file whose lock is the name's owner's */
struct pipe_place {
	struct sockaddr_un address;
	char lock[sizeof(((struct sockaddr_un *)0)->sun_path) + 8];
};

#define PIPE_FILE_MAX 48

/* 0; -EINVAL (not a name) */
GUISE_MUST_USE int pipe_file_of_name(const char *name,
				     char ret[PIPE_FILE_MAX + 1]);
/* @directory: NULL is the default. 0; -EINVAL; -EPERM (not safe);
 * -ENAMETOOLONG; -ENOENT and other errors of looking at the directory */
GUISE_MUST_USE int pipe_place_find(const char *directory, const char *name,
				   struct pipe_place *ret);

#endif
