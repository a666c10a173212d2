/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of objects, shared by the processes of this machine: a directory of
 * directories in memory (/dev/shm). docs/architecture.md says why this way.
 */
#ifndef WIN32_NAMESPACE_H
#define WIN32_NAMESPACE_H

#include "object.h"

/* Which of the two directories */
enum name_scope {
	NAME_LOCAL,  /* of this process's user */
	NAME_GLOBAL, /* of the machine, if root has made it; else as LOCAL */
};

/*
 * The directory, made if need be; belongs to root or to this process's user and
 * to nobody who could play tricks with it. A descriptor for the life of the
 * process, or a negative error.
 */
int namespace_directory(enum name_scope scope);

#endif
