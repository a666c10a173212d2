/* SPDX-License-Identifier: Apache-2.0 */
/* Events, mutexes and semaphores, and waiting for them. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <wchar.h>

#include <winternl-object.h>

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* A name nobody else has */
static const char *own_name(const char *what)
{
	static char name[64];

	(void)snprintf(name, sizeof(name), "test-sync-%s-%d", what,
		       (int)getpid());
	return name;
}

static void events_stay_set_or_are_taken_once(void)
{
	HANDLE manual = CreateEventA(NULL, TRUE, TRUE, NULL);
	HANDLE once = CreateEventA(NULL, FALSE, TRUE, NULL);

	check_equal(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(once, 0), WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(once, 0), WAIT_TIMEOUT);
	check(ResetEvent(manual));
	check_equal(WaitForSingleObject(manual, 10), WAIT_TIMEOUT);
	check(CloseHandle(manual));
	check(CloseHandle(once));
}

static void semaphores_count(void)
{
	HANDLE semaphore = CreateSemaphoreA(NULL, 1, 3, NULL);
	LONG before = -1;

	check(ReleaseSemaphore(semaphore, 2, &before));
	check_equal(before, 1);
	check_fails(ReleaseSemaphore(semaphore, 1, NULL), ERROR_TOO_MANY_POSTS);
	check_fails(ReleaseSemaphore(semaphore, 0, NULL),
		    ERROR_INVALID_PARAMETER);
	for (int i = 0; i < 3; i++)
		check_equal(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
	check(CloseHandle(semaphore));
	check_fails(CreateSemaphoreA(NULL, 2, 1, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(CreateSemaphoreA(NULL, 0, 0, NULL),
		    ERROR_INVALID_PARAMETER);
}

static void *lock_and_end(void *mutex)
{
	check_equal(WaitForSingleObject(mutex, INFINITE), WAIT_OBJECT_0);
	return NULL;
}

static void *try_lock(void *mutex)
{
	check_equal(WaitForSingleObject(mutex, 0), WAIT_TIMEOUT);
	check_fails(ReleaseMutex(mutex), ERROR_NOT_OWNER);
	return NULL;
}

static void in_a_thread(void *(*what)(void *), void *argument)
{
	pthread_t thread;

	check_equal(pthread_create(&thread, NULL, what, argument), 0);
	check_equal(pthread_join(thread, NULL), 0);
}

static void mutexes_belong_to_threads(void)
{
	HANDLE mutex = CreateMutexA(NULL, TRUE, NULL);

	check_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
	in_a_thread(try_lock, mutex);
	check(ReleaseMutex(mutex));
	in_a_thread(try_lock, mutex);
	check(ReleaseMutex(mutex));
	check_fails(ReleaseMutex(mutex), ERROR_NOT_OWNER);
	check(CloseHandle(mutex));
}

static void a_mutex_whose_owner_ends_is_abandoned_once(void)
{
	HANDLE mutex = CreateMutexA(NULL, FALSE, NULL);

	in_a_thread(lock_and_end, mutex);
	check_equal(WaitForSingleObject(mutex, INFINITE), WAIT_ABANDONED);
	check(ReleaseMutex(mutex));
	check_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
	check(CloseHandle(mutex));
}

static void waiting_for_any_takes_the_first(void)
{
	HANDLE handles[3];

	for (int i = 0; i < 3; i++)
		handles[i] = CreateEventA(NULL, FALSE, i > 0, NULL);
	check_equal(WaitForMultipleObjects(3, handles, FALSE, 0),
		    WAIT_OBJECT_0 + 1);
	check_equal(WaitForMultipleObjects(3, handles, FALSE, 0),
		    WAIT_OBJECT_0 + 2);
	check_equal(WaitForMultipleObjects(3, handles, FALSE, 10),
		    WAIT_TIMEOUT);
	for (int i = 0; i < 3; i++)
		check(CloseHandle(handles[i]));
}

static void waiting_for_all_takes_all_or_nothing(void)
{
	HANDLE handles[2] = {CreateEventA(NULL, FALSE, TRUE, NULL),
			     CreateSemaphoreA(NULL, 0, 1, NULL)};
	HANDLE twins[2] = {handles[0], handles[0]};

	check_equal(WaitForMultipleObjects(2, handles, TRUE, 10), WAIT_TIMEOUT);
	check_equal(WaitForSingleObject(handles[0], 0), WAIT_OBJECT_0);
	check(SetEvent(handles[0]));
	check(ReleaseSemaphore(handles[1], 1, NULL));
	check_equal(WaitForMultipleObjects(2, handles, TRUE, 0), WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(handles[0], 0), WAIT_TIMEOUT);
	check_equal(WaitForSingleObject(handles[1], 0), WAIT_TIMEOUT);
	check_equal(WaitForMultipleObjects(2, twins, TRUE, 0), WAIT_FAILED);
	check_equal(GetLastError(), ERROR_INVALID_PARAMETER);
	check_equal(WaitForMultipleObjects(0, handles, FALSE, 0), WAIT_FAILED);
	check_equal(GetLastError(), ERROR_INVALID_PARAMETER);
	check(CloseHandle(handles[0]));
	check(CloseHandle(handles[1]));
}

static void *set_later(void *event)
{
	Sleep(30);
	check(SetEvent(event));
	return NULL;
}

static void those_who_sleep_are_woken(void)
{
	HANDLE handles[2] = {CreateEventA(NULL, FALSE, FALSE, NULL),
			     CreateEventA(NULL, TRUE, FALSE, NULL)};
	pthread_t thread;

	check_equal(pthread_create(&thread, NULL, set_later, handles[1]), 0);
	check_equal(WaitForMultipleObjects(2, handles, FALSE, 10000),
		    WAIT_OBJECT_0 + 1);
	check_equal(pthread_join(thread, NULL), 0);
	check_equal(pthread_create(&thread, NULL, set_later, handles[0]), 0);
	check_equal(WaitForSingleObject(handles[0], 10000), WAIT_OBJECT_0);
	check_equal(pthread_join(thread, NULL), 0);
	check_equal(SignalObjectAndWait(handles[0], handles[1], 0, FALSE),
		    WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(handles[0], 0), WAIT_OBJECT_0);
	check(CloseHandle(handles[0]));
	check(CloseHandle(handles[1]));
}

static void a_name_is_one_object(void)
{
	const char *name = own_name("one");
	HANDLE event, again;

	SetLastError(77);
	event = CreateEventA(NULL, TRUE, FALSE, name);
	check_equal(GetLastError(), 0);
	again = CreateEventA(NULL, FALSE, TRUE, name);
	check_equal(GetLastError(), ERROR_ALREADY_EXISTS);
	check(CompareObjectHandles(event, again));
	check_equal(WaitForSingleObject(again, 0), WAIT_TIMEOUT);
	check(CloseHandle(again));
	again = OpenEventA(SYNCHRONIZE, FALSE, name);
	check(again != NULL);
	check(SetEvent(event));
	check_equal(WaitForSingleObject(again, 0), WAIT_OBJECT_0);
	check(CloseHandle(again));
	check_fails(CreateMutexA(NULL, FALSE, name), ERROR_INVALID_HANDLE);
	check_fails(OpenMutexA(SYNCHRONIZE, FALSE, name), ERROR_INVALID_HANDLE);
	check_fails(OpenEventA(0, FALSE, name), ERROR_ACCESS_DENIED);
	check(CloseHandle(event));
	check_fails(OpenEventA(SYNCHRONIZE, FALSE, name), ERROR_FILE_NOT_FOUND);
}

static void bad_names_are_refused(void)
{
	char longer[300];

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = 0;
	check_fails(CreateEventA(NULL, TRUE, FALSE, longer),
		    ERROR_FILENAME_EXCED_RANGE);
	check_fails(CreateEventA(NULL, TRUE, FALSE, "a\\b"),
		    ERROR_PATH_NOT_FOUND);
	check_fails(OpenEventA(SYNCHRONIZE, FALSE, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(OpenEventA(SYNCHRONIZE, FALSE, "../../../etc/passwd"),
		    ERROR_FILE_NOT_FOUND);
}

/* Another process, which is no child that inherits anything */
static int in_a_process(int (*what)(const char *name), const char *name)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(what(name));
	check(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int set_by_name(const char *name)
{
	HANDLE event = OpenEventA(EVENT_MODIFY_STATE, FALSE, name);

	return event && SetEvent(event) ? 0 : (int)GetLastError();
}

static int lock_by_name(const char *name)
{
	HANDLE mutex = OpenMutexA(SYNCHRONIZE, FALSE, name);

	return (int)WaitForSingleObject(mutex, 0);
}

static void other_processes_find_objects_by_name(void)
{
	const char *name = own_name("process");
	HANDLE event = CreateEventA(NULL, FALSE, FALSE, name);

	check_equal(in_a_process(set_by_name, name), 0);
	check_equal(WaitForSingleObject(event, 1000), WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
	check(CloseHandle(event));
}

static void a_process_that_ends_abandons_its_mutexes(void)
{
	const char *name = own_name("mutex");
	HANDLE mutex = CreateMutexA(NULL, FALSE, name);

	check_equal(in_a_process(lock_by_name, name), WAIT_OBJECT_0);
	check_equal(WaitForSingleObject(mutex, 2000), WAIT_ABANDONED);
	check(ReleaseMutex(mutex));
	check(CloseHandle(mutex));
}

static void the_native_functions_tell_the_state(void)
{
	HANDLE mutex = CreateMutexA(NULL, TRUE, NULL);
	HANDLE semaphore = CreateSemaphoreA(NULL, 2, 5, NULL);
	HANDLE handles[2] = {mutex, semaphore};
	LARGE_INTEGER soon = {.QuadPart = -10000}, never = {.QuadPart = 0};
	MUTANT_BASIC_INFORMATION owned;
	SEMAPHORE_BASIC_INFORMATION left;
	ULONG used = 0;

	check_equal(NtQueryMutant(mutex, MutantBasicInformation, &owned,
				  sizeof(owned), &used),
		    STATUS_SUCCESS);
	check_equal(used, sizeof(owned));
	check_equal(owned.CurrentCount, 0);
	check(owned.OwnedByCaller && !owned.AbandonedState);
	check_equal(
		NtWaitForMultipleObjects(2, handles, WaitAll, FALSE, &never),
		STATUS_WAIT_0);
	check_equal(NtQueryMutant(mutex, MutantBasicInformation, &owned,
				  sizeof(owned), NULL),
		    STATUS_SUCCESS);
	check_equal(owned.CurrentCount, -1);
	check_equal(NtQuerySemaphore(semaphore, SemaphoreBasicInformation,
				     &left, sizeof(left), NULL),
		    STATUS_SUCCESS);
	check_equal(left.CurrentCount, 1);
	check_equal(left.MaximumCount, 5);
	check_equal(
		NtWaitForMultipleObjects(1, &semaphore, WaitAny, FALSE, NULL),
		STATUS_WAIT_0);
	check_equal(
		NtWaitForMultipleObjects(1, &semaphore, WaitAny, FALSE, &soon),
		STATUS_TIMEOUT);
	check_equal(NtWaitForMultipleObjects(0, handles, WaitAny, FALSE, NULL),
		    STATUS_INVALID_PARAMETER_1);
	check_equal(NtQuerySemaphore(mutex, SemaphoreBasicInformation, &left,
				     sizeof(left), NULL),
		    STATUS_OBJECT_TYPE_MISMATCH);
	check_equal(NtQueryMutant(mutex, MutantBasicInformation, NULL,
				  sizeof(owned), NULL),
		    STATUS_ACCESS_VIOLATION);
	check_equal(NtDelayExecution(FALSE, &soon), STATUS_SUCCESS);
	check(ReleaseMutex(mutex) && ReleaseMutex(mutex));
	check(CloseHandle(mutex));
	check(CloseHandle(semaphore));
}

int main(void)
{
	run(events_stay_set_or_are_taken_once);
	run(semaphores_count);
	run(mutexes_belong_to_threads);
	run(a_mutex_whose_owner_ends_is_abandoned_once);
	run(waiting_for_any_takes_the_first);
	run(waiting_for_all_takes_all_or_nothing);
	run(those_who_sleep_are_woken);
	run(a_name_is_one_object);
	run(bad_names_are_refused);
	run(other_processes_find_objects_by_name);
	run(a_process_that_ends_abandons_its_mutexes);
	run(the_native_functions_tell_the_state);
	return check_done();
}
