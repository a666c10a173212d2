/* SPDX-License-Identifier: Apache-2.0 */
/* Storage of each thread: the C library's, under the numbers it gives. */
#include <pthread.h>

#include "status.h"

/* What Windows has: TLS_MINIMUM_AVAILABLE and the expansion slots */
#define INDEXES_MAX 1088

static atomic_bool in_use[INDEXES_MAX];

static bool is_index(DWORD index)
{
	return index < INDEXES_MAX && atomic_load(&in_use[index]);
}

DWORD WINAPI TlsAlloc(VOID)
{
	pthread_key_t key;

	if (pthread_key_create(&key, NULL) != 0) {
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
		return TLS_OUT_OF_INDEXES;
	}
	if (key >= INDEXES_MAX) {
		must(pthread_key_delete(key) == 0);
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
		return TLS_OUT_OF_INDEXES;
	}
	atomic_store(&in_use[key], true);
	return key;
}

/* A value of NULL is told from a failure by the last error. */
LPVOID WINAPI TlsGetValue(DWORD index)
{
	SetLastError(is_index(index) ? 0 : ERROR_INVALID_PARAMETER);
	return is_index(index) ? pthread_getspecific(index) : NULL;
}

BOOL WINAPI TlsSetValue(DWORD index, LPVOID value)
{
	if (!is_index(index))
		return win32_fail(ERROR_INVALID_PARAMETER);
	return pthread_setspecific(index, value) == 0
		       ? TRUE
		       : win32_fail(ERROR_NOT_ENOUGH_MEMORY);
}

BOOL WINAPI TlsFree(DWORD index)
{
	if (index >= INDEXES_MAX || !atomic_exchange(&in_use[index], false))
		return win32_fail(ERROR_INVALID_PARAMETER);
	must(pthread_key_delete(index) == 0);
	return TRUE;
}
