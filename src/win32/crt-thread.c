/* SPDX-License-Identifier: Apache-2.0 */
/* Threads of the C runtime: those of the system, by other words. */
/* not process.h of this directory */
#include <guise/win32/process.h>

#include "facade.h"

uintptr_t _beginthreadex(void *security, unsigned stack_size,
			 _beginthreadex_proc_type start, void *argument,
			 unsigned flags, unsigned *ret_id)
{
	DWORD id;
	HANDLE thread =
		CreateThread(security, stack_size, start, argument, flags, &id);

	if (thread && ret_id)
		*ret_id = id;
	return (uintptr_t)thread;
}

void _endthreadex(unsigned code)
{
	ExitThread(code);
}
