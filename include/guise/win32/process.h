/* SPDX-License-Identifier: Apache-2.0 */
/* Threads of the C runtime. */
#ifndef _INC_PROCESS
#define _INC_PROCESS

#include "guise-crt.h"

#include <unistd.h>

GUISE_WIN32_BEGIN

typedef unsigned (*_beginthreadex_proc_type)(void *);

/* As CreateThread(), which tells the error; a handle, or 0 */
uintptr_t _beginthreadex(void *security, unsigned stack_size,
			 _beginthreadex_proc_type start, void *argument,
			 unsigned flags, unsigned *ret_id);
__attribute__((__noreturn__)) void _endthreadex(unsigned code);

GUISE_WIN32_END

#define _getpid getpid

#endif
