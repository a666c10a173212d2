/* SPDX-License-Identifier: Apache-2.0 */
/* Storage of each thread: the C library's, under the numbers it gives. Fls is
 * the same with a function that cleans up. */
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

/* Of those that Fls has: what cleans up; under the lock */
static struct {
	pthread_mutex_t lock;
	bool in_use[INDEXES_MAX];
	PFLS_CALLBACK_FUNCTION callback[INDEXES_MAX];
} fls = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool is_fls_index(DWORD index)
{
	bool is;

	must(pthread_mutex_lock(&fls.lock) == 0);
	is = index < INDEXES_MAX && fls.in_use[index];
	must(pthread_mutex_unlock(&fls.lock) == 0);
	return is;
}

DWORD WINAPI FlsAlloc(PFLS_CALLBACK_FUNCTION callback)
{
	pthread_key_t key;

	if (pthread_key_create(&key, callback) != 0) {
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
		return FLS_OUT_OF_INDEXES;
	}
	if (key >= INDEXES_MAX) {
		must(pthread_key_delete(key) == 0);
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
		return FLS_OUT_OF_INDEXES;
	}
	must(pthread_mutex_lock(&fls.lock) == 0);
	fls.in_use[key] = true;
	fls.callback[key] = callback;
	must(pthread_mutex_unlock(&fls.lock) == 0);
	return key;
}

PVOID WINAPI FlsGetValue(DWORD index)
{
	bool is = is_fls_index(index);

	SetLastError(is ? 0 : ERROR_INVALID_PARAMETER);
	return is ? pthread_getspecific(index) : NULL;
}

BOOL WINAPI FlsSetValue(DWORD index, PVOID value)
{
	if (!is_fls_index(index))
		return win32_fail(ERROR_INVALID_PARAMETER);
	return pthread_setspecific(index, value) == 0
		       ? TRUE
		       : win32_fail(ERROR_NOT_ENOUGH_MEMORY);
}

/* Cleans up for the calling thread; others' values are out of reach. */
BOOL WINAPI FlsFree(DWORD index)
{
	PFLS_CALLBACK_FUNCTION callback = NULL;
	bool was = false;
	PVOID value;

	must(pthread_mutex_lock(&fls.lock) == 0);
	if (index < INDEXES_MAX) {
		was = fls.in_use[index];
		callback = fls.callback[index];
		fls.in_use[index] = false;
	}
	must(pthread_mutex_unlock(&fls.lock) == 0);
	if (!was)
		return win32_fail(ERROR_INVALID_PARAMETER);
	value = pthread_getspecific(index);
	must(pthread_key_delete(index) == 0);
	if (value && callback)
		callback(value);
	return TRUE;
}
