/* SPDX-License-Identifier: Apache-2.0 */
/* Locks within a process, what is done once, and the pool of threads. */
#include <windows.h>

#include <stdio.h>

#include "check.h"

#define N_THREADS 8
#define N_ROUNDS 2000

static void in_threads(LPTHREAD_START_ROUTINE what, void *argument)
{
	HANDLE threads[N_THREADS];

	for (int i = 0; i < N_THREADS; i++) {
		threads[i] = CreateThread(NULL, 0, what, argument, 0, NULL);
		check(threads[i] != NULL);
	}
	check_equal(WaitForMultipleObjects(N_THREADS, threads, TRUE, 60000),
		    WAIT_OBJECT_0);
	for (int i = 0; i < N_THREADS; i++)
		check(CloseHandle(threads[i]));
}

static CRITICAL_SECTION section;
static SRWLOCK slim = SRWLOCK_INIT;
/* two counters that only a lock keeps equal */
static volatile LONG first, second;

static DWORD WINAPI count_in_section(LPVOID unused)
{
	(void)unused;
	for (int i = 0; i < N_ROUNDS; i++) {
		EnterCriticalSection(&section);
		EnterCriticalSection(&section);
		first = first + 1;
		second = second + 1;
		LeaveCriticalSection(&section);
		LeaveCriticalSection(&section);
	}
	return 0;
}

static DWORD WINAPI try_section(LPVOID wanted)
{
	check_equal(TryEnterCriticalSection(&section), wanted != NULL);
	if (wanted)
		LeaveCriticalSection(&section);
	return 0;
}

static void critical_sections_keep_others_out(void)
{
	InitializeCriticalSection(&section);
	first = second = 0;
	in_threads(count_in_section, NULL);
	check_equal(first, N_THREADS * N_ROUNDS);
	check_equal(second, first);
	EnterCriticalSection(&section);
	in_threads(try_section, NULL);
	LeaveCriticalSection(&section);
	check(TryEnterCriticalSection(&section));
	check(TryEnterCriticalSection(&section));
	LeaveCriticalSection(&section);
	LeaveCriticalSection(&section);
	DeleteCriticalSection(&section);
}

static DWORD WINAPI count_in_slim(LPVOID unused)
{
	(void)unused;
	for (int i = 0; i < N_ROUNDS; i++) {
		if (i % 4) {
			AcquireSRWLockShared(&slim);
			if (first != second)
				check(first == second);
			ReleaseSRWLockShared(&slim);
			continue;
		}
		AcquireSRWLockExclusive(&slim);
		first = first + 1;
		second = second + 1;
		ReleaseSRWLockExclusive(&slim);
	}
	return 0;
}

static void slim_locks_are_shared_or_exclusive(void)
{
	first = second = 0;
	in_threads(count_in_slim, NULL);
	check_equal(first, N_THREADS * N_ROUNDS / 4);
	check_equal(second, first);
	check(TryAcquireSRWLockShared(&slim));
	check(TryAcquireSRWLockShared(&slim));
	check(!TryAcquireSRWLockExclusive(&slim));
	ReleaseSRWLockShared(&slim);
	ReleaseSRWLockShared(&slim);
	check(TryAcquireSRWLockExclusive(&slim));
	check(!TryAcquireSRWLockShared(&slim));
	check(!TryAcquireSRWLockExclusive(&slim));
	ReleaseSRWLockExclusive(&slim);
	check(slim.Ptr == NULL);
}

static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
static int stock;

static DWORD WINAPI consume(LPVOID unused)
{
	(void)unused;
	for (int i = 0; i < 100; i++) {
		AcquireSRWLockExclusive(&slim);
		while (stock == 0)
			check(SleepConditionVariableSRW(&changed, &slim,
							INFINITE, 0));
		stock--;
		ReleaseSRWLockExclusive(&slim);
	}
	return 0;
}

static DWORD WINAPI produce(LPVOID unused)
{
	(void)unused;
	for (int i = 0; i < 100 * N_THREADS; i++) {
		AcquireSRWLockExclusive(&slim);
		stock++;
		ReleaseSRWLockExclusive(&slim);
		WakeConditionVariable(&changed);
	}
	return 0;
}

static void condition_variables_lose_no_wakeup(void)
{
	HANDLE producer = CreateThread(NULL, 0, produce, NULL, 0, NULL);

	in_threads(consume, NULL);
	check_equal(WaitForSingleObject(producer, 60000), WAIT_OBJECT_0);
	check_equal(stock, 0);
	check(CloseHandle(producer));
	InitializeCriticalSection(&section);
	EnterCriticalSection(&section);
	check_fails(SleepConditionVariableCS(&changed, &section, 20),
		    ERROR_TIMEOUT);
	LeaveCriticalSection(&section);
	AcquireSRWLockShared(&slim);
	check_fails(
		SleepConditionVariableSRW(&changed, &slim, 0,
					  CONDITION_VARIABLE_LOCKMODE_SHARED),
		ERROR_TIMEOUT);
	ReleaseSRWLockShared(&slim);
	DeleteCriticalSection(&section);
}

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static volatile LONG n_inits;
static int made;

static BOOL CALLBACK make(PINIT_ONCE self, PVOID fail, PVOID *context)
{
	check(self == &once);
	(void)InterlockedIncrement(&n_inits);
	Sleep(20);
	*context = &made;
	SetLastError(4711);
	return fail == NULL;
}

static DWORD WINAPI make_once(LPVOID unused)
{
	LPVOID context = NULL;

	(void)unused;
	check(InitOnceExecuteOnce(&once, make, NULL, &context));
	check(context == &made);
	return 0;
}

static void things_are_done_once(void)
{
	LPVOID context = NULL;
	BOOL pending = FALSE;

	check_fails(InitOnceExecuteOnce(&once, make, &made, &context), 4711);
	check_fails(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY,
					    &pending, &context),
		    ERROR_GEN_FAILURE);
	n_inits = 0;
	in_threads(make_once, NULL);
	check_equal(n_inits, 1);
	check(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &pending,
				      &context));
	check(!pending && context == &made);
	InitOnceInitialize(&once);
	check(InitOnceBeginInitialize(&once, INIT_ONCE_ASYNC, &pending, NULL));
	check(pending);
	check_fails(InitOnceBeginInitialize(&once, 0, &pending, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(InitOnceComplete(&once, INIT_ONCE_ASYNC, (LPVOID)1),
		    ERROR_INVALID_PARAMETER);
	check(InitOnceComplete(&once, INIT_ONCE_ASYNC, NULL));
	check_fails(InitOnceComplete(&once, INIT_ONCE_ASYNC, NULL),
		    ERROR_GEN_FAILURE);
}

static volatile LONG n_cleaned;

static VOID NTAPI clean(PVOID value)
{
	check(value == &made);
	(void)InterlockedIncrement(&n_cleaned);
}

static DWORD WINAPI use_storage(LPVOID index)
{
	check(FlsGetValue(*(DWORD *)index) == NULL);
	check(FlsSetValue(*(DWORD *)index, &made));
	check(FlsGetValue(*(DWORD *)index) == &made);
	return 0;
}

static void storage_belongs_to_threads(void)
{
	DWORD fls = FlsAlloc(clean), tls = TlsAlloc();

	check(fls != FLS_OUT_OF_INDEXES && tls != TLS_OUT_OF_INDEXES);
	in_threads(use_storage, &fls);
	check_equal(n_cleaned, N_THREADS);
	check(FlsSetValue(fls, &made));
	check(FlsFree(fls));
	check_equal(n_cleaned, N_THREADS + 1);
	check_fails(FlsFree(fls), ERROR_INVALID_PARAMETER);
	check(TlsSetValue(tls, &made));
	check(TlsGetValue(tls) == &made);
	check_fails(FlsGetValue(127), ERROR_INVALID_PARAMETER);
	check(TlsFree(tls));
	check_fails(TlsGetValue(tls), ERROR_INVALID_PARAMETER);
	check_fails(TlsSetValue(tls, NULL), ERROR_INVALID_PARAMETER);
}

static volatile LONG n_run;

static DWORD WINAPI add_one(LPVOID done)
{
	if (InterlockedIncrement(&n_run) == 50)
		check(SetEvent(done));
	return 0;
}

static VOID CALLBACK work_a_little(PTP_CALLBACK_INSTANCE instance,
				   PVOID context, PTP_WORK work)
{
	check(instance && work && context == &made);
	Sleep(1);
	(void)InterlockedIncrement(&n_run);
}

static VOID CALLBACK end_thread(PTP_CALLBACK_INSTANCE instance, PVOID context)
{
	(void)instance;
	(void)context;
	(void)InterlockedIncrement(&n_run);
	ExitThread(0);
}

static void the_pool_runs_everything(void)
{
	HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL);
	PTP_WORK work;

	n_run = 0;
	for (int i = 0; i < 50; i++)
		check(QueueUserWorkItem(add_one, done, WT_EXECUTEDEFAULT));
	check_equal(WaitForSingleObject(done, 60000), WAIT_OBJECT_0);
	check_equal(n_run, 50);
	n_run = 0;
	for (int i = 0; i < 5; i++)
		check(TrySubmitThreadpoolCallback(end_thread, NULL, NULL));
	for (int i = 0; n_run < 5 && i < 1000; i++)
		Sleep(10);
	check_equal(n_run, 5);
	n_run = 0;
	work = CreateThreadpoolWork(work_a_little, &made, NULL);
	check(work != NULL);
	for (int i = 0; i < 20; i++)
		SubmitThreadpoolWork(work);
	WaitForThreadpoolWorkCallbacks(work, FALSE);
	check_equal(n_run, 20);
	SubmitThreadpoolWork(work);
	WaitForThreadpoolWorkCallbacks(work, TRUE);
	check(n_run <= 21);
	CloseThreadpoolWork(work);
	check(CloseHandle(done));
	check_fails(QueueUserWorkItem(NULL, NULL, 0), ERROR_INVALID_PARAMETER);
	check_fails(QueueUserWorkItem(add_one, NULL, WT_TRANSFER_IMPERSONATION),
		    ERROR_NOT_SUPPORTED);
}

static volatile LONG n_clients;

/* Takes a token on, and forgets it */
static DWORD WINAPI forget_a_token(LPVOID done)
{
	HANDLE token;

	if (OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)) {
		(void)InterlockedIncrement(&n_clients);
		(void)CloseHandle(token);
	}
	check(ImpersonateSelf(SecurityImpersonation));
	if (InterlockedIncrement(&n_run) == 40)
		check(SetEvent(done));
	return 0;
}

static void a_token_left_on_the_pool_is_nobodys(void)
{
	HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL), token;

	n_run = n_clients = 0;
	/* the caller's own token does not go there either */
	check(ImpersonateSelf(SecurityImpersonation));
	for (int i = 0; i < 40; i++)
		check(QueueUserWorkItem(forget_a_token, done, 0));
	check_equal(WaitForSingleObject(done, 60000), WAIT_OBJECT_0);
	check_equal(n_clients, 0);
	check(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
	check(CloseHandle(token));
	check(RevertToSelf());
	check(CloseHandle(done));
}

static volatile LONG n_signals, n_timeouts;

static VOID CALLBACK note(PVOID done, BOOLEAN timed_out)
{
	HANDLE token;

	check(!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
	check(ImpersonateSelf(SecurityImpersonation));
	(void)InterlockedIncrement(timed_out ? &n_timeouts : &n_signals);
	check(SetEvent(done));
}

static void registered_waits_call_back_until_they_end(void)
{
	HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
	HANDLE done = CreateEventA(NULL, FALSE, FALSE, NULL), wait = NULL;

	check(RegisterWaitForSingleObject(&wait, event, note, done, INFINITE,
					  WT_EXECUTEDEFAULT));
	for (int i = 0; i < 3; i++) {
		check(SetEvent(event));
		check_equal(WaitForSingleObject(done, 60000), WAIT_OBJECT_0);
	}
	check(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
	check_equal(n_signals, 3);
	check_equal(n_timeouts, 0);
	check_fails(UnregisterWait(wait), ERROR_INVALID_HANDLE);
	check(RegisterWaitForSingleObject(&wait, event, note, done, 10,
					  WT_EXECUTEONLYONCE));
	check_equal(WaitForSingleObject(done, 60000), WAIT_OBJECT_0);
	Sleep(50);
	check_equal(n_timeouts, 1);
	check(UnregisterWaitEx(wait, done));
	check_equal(WaitForSingleObject(done, 60000), WAIT_OBJECT_0);
	check_fails(RegisterWaitForSingleObject(&wait, NULL, note, done, 10, 0),
		    ERROR_INVALID_HANDLE);
	check(CloseHandle(event));
	check(CloseHandle(done));
}

static void interlocked_functions_return_old_or_new(void)
{
	LONG volatile small = 5;
	LONGLONG volatile large = 1LL << 40;

	check_equal(InterlockedAdd(&small, 2), 7);
	check_equal(InterlockedExchangeAdd(&small, 1), 7);
	check_equal(InterlockedXor(&small, 1), 8);
	check_equal(InterlockedCompareExchange(&small, 1, 9), 9);
	check_equal(small, 1);
	check_equal(InterlockedAdd64(&large, 1), (1LL << 40) + 1);
	check_equal(InterlockedCompareExchange64(&large, 3, 2),
		    (1LL << 40) + 1);
	check_equal(InterlockedExchange64(&large, 4), (1LL << 40) + 1);
	check_equal(InterlockedOr64(&large, 1), 4);
	check_equal(InterlockedAnd64(&large, 1), 5);
	check_equal(InterlockedExchangeAdd64(&large, 1), 1);
}

int main(void)
{
	run(critical_sections_keep_others_out);
	run(slim_locks_are_shared_or_exclusive);
	run(condition_variables_lose_no_wakeup);
	run(things_are_done_once);
	run(storage_belongs_to_threads);
	run(the_pool_runs_everything);
	run(a_token_left_on_the_pool_is_nobodys);
	run(registered_waits_call_back_until_they_end);
	run(interlocked_functions_return_old_or_new);
	return check_done();
}
