/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May a pointer of the caller's be used? For functions of which Windows says
 * 998 or STATUS_ACCESS_VIOLATION where the pointer is wrong. The kernel is
 * asked, no signal is caught; what another thread unmaps in the meantime is
 * that thread's mistake. Costs nothing on the calling thread's own stack, a
 * system call elsewhere. Nothing to read or write is always fine.
 */
#ifndef WIN32_USER_MEMORY_H
#define WIN32_USER_MEMORY_H

#include "facade.h"

bool user_readable(const void *memory, size_t size);
bool user_writable(void *memory, size_t size);

#endif
