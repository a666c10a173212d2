/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls a confined worker may make. */
#ifndef AUTHORITY_CONFINE_H
#define AUTHORITY_CONFINE_H

#include "base.h"

/*
 * For every thread of the process and for good: what a network server needs is
 * allowed, what only hostile code would do ends the process, the rest is
 * refused (EPERM). 0 or -errno
 */
GUISE_MUST_USE int seccomp_confine(void);
/* On top of it: no more threads. */
GUISE_MUST_USE int seccomp_confine_threads(void);

/* 0 if the calling thread is the process's only one, else -EUSERS */
GUISE_MUST_USE int confine_check_alone(void);

#endif
