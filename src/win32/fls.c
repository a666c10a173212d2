/* SPDX-License-Identifier: Apache-2.0 */
/* Storage of each thread that a function cleans up when the thread ends. */
#include <pthread.h>

#include "fls.h"
#include "status.h"
#include "thread.h"

/* How often values are looked for that cleaning up has set. */
#define PASSES 4

/* What there is; one index stands for one of the C library's keys */
struct storage {
	bool in_use;
	pthread_key_t key;
	PFLS_CALLBACK_FUNCTION callback; /* NULL: nothing is to be done */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct storage all[FLS_MAXIMUM_AVAILABLE];

/* A copy; false: there is no such index */
static bool find(DWORD index, struct storage *ret)
{
	if (index >= ARRAY_SIZE(all))
		return false;
	must(pthread_mutex_lock(&lock) == 0);
	*ret = all[index];
	must(pthread_mutex_unlock(&lock) == 0);
	return ret->in_use;
}

/* The value, which is nobody's any more */
static void *take_value(pthread_key_t key)
{
	void *value = pthread_getspecific(key);

	if (value)
		must(pthread_setspecific(key, NULL) == 0);
	return value;
}

static bool clean(void)
{
	bool found = false;

	for (DWORD i = 0; i < ARRAY_SIZE(all); i++) {
		struct storage storage;
		void *value;

		if (!find(i, &storage) || !storage.callback)
			continue;
		value = take_value(storage.key);
		if (value) {
			storage.callback(value);
			found = true;
		}
	}
	return found;
}

void fls_end_thread(void)
{
	for (unsigned i = 0; i < PASSES && clean(); i++)
		;
}

/* The first that is free; the list is locked */
static DWORD take_index(PFLS_CALLBACK_FUNCTION callback)
{
	for (DWORD i = 0; i < ARRAY_SIZE(all); i++) {
		if (all[i].in_use)
			continue;
		if (pthread_key_create(&all[i].key, NULL) != 0)
			break;
		all[i].callback = callback;
		all[i].in_use = true;
		return i;
	}
	return FLS_OUT_OF_INDEXES;
}

DWORD WINAPI FlsAlloc(PFLS_CALLBACK_FUNCTION callback)
{
	DWORD index;

	must(pthread_mutex_lock(&lock) == 0);
	index = take_index(callback);
	must(pthread_mutex_unlock(&lock) == 0);
	if (index == FLS_OUT_OF_INDEXES)
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	return index;
}

PVOID WINAPI FlsGetValue(DWORD index)
{
	struct storage storage;
	bool is = find(index, &storage);

	SetLastError(is ? 0 : ERROR_INVALID_PARAMETER);
	return is ? pthread_getspecific(storage.key) : NULL;
}

BOOL WINAPI FlsSetValue(DWORD index, PVOID value)
{
	struct storage storage;

	if (!find(index, &storage))
		return win32_fail(ERROR_INVALID_PARAMETER);
	/* a thread that is known says when it ends */
	if (!thread_own() || pthread_setspecific(storage.key, value) != 0)
		return win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	return TRUE;
}

/* Cleans up for the calling thread; others' values are out of reach. */
BOOL WINAPI FlsFree(DWORD index)
{
	struct storage storage;
	void *value;

	if (!find(index, &storage))
		return win32_fail(ERROR_INVALID_PARAMETER);
	value = take_value(storage.key);
	must(pthread_mutex_lock(&lock) == 0);
	if (all[index].in_use)
		must(pthread_key_delete(all[index].key) == 0);
	all[index].in_use = false;
	must(pthread_mutex_unlock(&lock) == 0);
	if (value && storage.callback)
		storage.callback(value);
	return TRUE;
}
