/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens on threads: how they come there, what the thread may do with them, and
 * how they come off. On real threads. */
#include <windows.h>

#include <winternl.h>

#include "descriptor.h"
#include "token.h"

#define THREADS 8
#define N(array) (sizeof(array) / sizeof((array)[0]))

static HANDLE self(void)
{
	return GetCurrentThread();
}

/* Level of the thread's token; ~0 without one */
static DWORD level_now(void)
{
	HANDLE token;
	DWORD level;

	if (!OpenThreadToken(self(), TOKEN_QUERY, TRUE, &token))
		return ~0u;
	level = token_number(token, TokenImpersonationLevel);
	check(CloseHandle(token));
	return level;
}

static void impersonating_oneself_is_allowed_at_every_level(void)
{
	for (DWORD level = SecurityIdentification; level <= SecurityDelegation;
	     level++) {
		check(ImpersonateSelf((SECURITY_IMPERSONATION_LEVEL)level));
		check_equal(level_now(), level);
		check(RevertToSelf());
		check_equal(level_now(), ~0u);
	}
	check_fails(ImpersonateSelf((SECURITY_IMPERSONATION_LEVEL)4),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check_equal(level_now(), ~0u);
}

static void reverting_without_a_token_is_a_success(void)
{
	SetLastError(0xdeadbeef);
	check(RevertToSelf());
	check(RevertToSelf());
	check_equal(GetLastError(), 0xdeadbeef);
	check(SetThreadToken(NULL, NULL));
}

static void a_user_is_impersonated_by_any_token(void)
{
	static const struct {
		DWORD access;
		TOKEN_TYPE type;
		DWORD error;
	} rows[] = {
		{TOKEN_QUERY | TOKEN_DUPLICATE, TokenPrimary, 0},
		{TOKEN_QUERY | TOKEN_IMPERSONATE, TokenPrimary, 5},
		{TOKEN_DUPLICATE, TokenPrimary, 5},
		{TOKEN_QUERY, TokenPrimary, 5},
		{TOKEN_QUERY | TOKEN_IMPERSONATE, TokenImpersonation, 0},
		{TOKEN_QUERY | TOKEN_DUPLICATE, TokenImpersonation, 5},
		{TOKEN_IMPERSONATE, TokenImpersonation, 5},
	};
	HANDLE own = own_token(TOKEN_DUPLICATE);

	for (size_t i = 0; i < N(rows); i++) {
		HANDLE token = NULL;
		BOOL done;

		check(DuplicateTokenEx(own, rows[i].access, NULL,
				       SecurityImpersonation, rows[i].type,
				       &token));
		done = ImpersonateLoggedOnUser(token);
		check_say(done == (rows[i].error == 0), "row %zu", i);
		if (!done)
			check_equal(GetLastError(), rows[i].error);
		check_equal(level_now(),
			    done ? (DWORD)SecurityImpersonation : ~0u);
		check(RevertToSelf());
		check(CloseHandle(token));
	}
	check_fails(ImpersonateLoggedOnUser(NULL), ERROR_INVALID_HANDLE);
	check_fails(ImpersonateLoggedOnUser(self()), ERROR_INVALID_HANDLE);
	check(CloseHandle(own));
}

static void a_thread_takes_only_impersonation_tokens(void)
{
	HANDLE primary = own_token(TOKEN_ALL_ACCESS), token = NULL;
	HANDLE client = own_duplicate(SecurityImpersonation);

	check_fails(SetThreadToken(NULL, primary), ERROR_BAD_TOKEN_TYPE);
	check(DuplicateTokenEx(primary, TOKEN_QUERY, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &token));
	check_fails(SetThreadToken(NULL, token), ERROR_ACCESS_DENIED);
	check(CloseHandle(token));
	check_fails(SetThreadToken(NULL, (HANDLE)0x7770), ERROR_INVALID_HANDLE);
	check_equal(level_now(), ~0u);
	check(SetThreadToken(NULL, client));
	check_equal(level_now(), SecurityImpersonation);
	check(SetThreadToken(NULL, NULL));
	check_equal(level_now(), ~0u);
	check_fails(SetThreadToken((HANDLE *)8, client), ERROR_NOACCESS);
	check(CloseHandle(client));
	check(CloseHandle(primary));
}

static void the_thread_shares_the_token_that_was_set(void)
{
	HANDLE client = own_duplicate(SecurityImpersonation), seen = NULL;
	TOKEN_STATISTICS *a, *b;

	check(SetThreadToken(NULL, client));
	check(OpenThreadToken(self(), TOKEN_QUERY, TRUE, &seen));
	a = token_answer(client, TokenStatistics);
	b = token_answer(seen, TokenStatistics);
	check_equal(a->TokenId.LowPart, b->TokenId.LowPart);
	free(a);
	free(b);
	check(RevertToSelf());
	check(CloseHandle(seen));
	check(CloseHandle(client));
}

static void native_calls_do_the_same(void)
{
	HANDLE client = own_duplicate(SecurityIdentification), none = NULL;

	check_equal(NtSetInformationThread(self(), ThreadImpersonationToken,
					   &client, sizeof(client)),
		    0);
	check_equal(level_now(), SecurityIdentification);
	check_equal(NtSetInformationThread(self(), ThreadImpersonationToken,
					   &none, sizeof(none)),
		    0);
	check_equal(level_now(), ~0u);
	check_equal(NtSetInformationThread(self(), ThreadImpersonationToken,
					   &none, 4),
		    (NTSTATUS)0xC0000004);
	check_equal(NtSetInformationThread(self(), ThreadImpersonationToken,
					   NULL, sizeof(none)),
		    (NTSTATUS)0xC0000005);
	check_equal(RtlImpersonateSelf(SecurityImpersonation), 0);
	check_equal(level_now(), SecurityImpersonation);
	check(RevertToSelf());
	check(CloseHandle(client));
}

static void the_anonymous_token_is_nobody(void)
{
	BYTE anonymous[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(anonymous);
	TOKEN_USER *user;
	HANDLE token = NULL;

	check_equal(NtImpersonateAnonymousToken(NULL), (NTSTATUS)0xC0000008);
	check(ImpersonateAnonymousToken(self()));
	check(OpenThreadToken(self(), TOKEN_ALL_ACCESS, TRUE, &token));
	check(RevertToSelf());
	user = token_answer(token, TokenUser);
	check(CreateWellKnownSid(WinAnonymousSid, NULL, anonymous, &size));
	check(EqualSid(user->User.Sid, anonymous));
	check_fails(GetTokenInformation(token, TokenLogonSid, NULL, 0, &size),
		    ERROR_NOT_FOUND);
	free(user);
	check(CloseHandle(token));
}

/* An event that only SERVICE may set and everybody may wait for */
static HANDLE guarded_event(void)
{
	SECURITY_ATTRIBUTES security = {sizeof(security), NULL, FALSE};
	HANDLE event;

	security.lpSecurityDescriptor =
		sd_of("D:(A;;0x100000;;;WD)(A;;0x2;;;IU)");
	event = CreateEventA(&security, TRUE, FALSE, "test_impersonate_event");
	check(event != NULL);
	LocalFree(security.lpSecurityDescriptor);
	return event;
}

static void a_disabled_group_opens_nothing_any_more(void)
{
	HANDLE own = own_token(TOKEN_ALL_ACCESS), restricted, client, opened;
	BYTE interactive[SECURITY_MAX_SID_SIZE];
	SID_AND_ATTRIBUTES disable = {interactive, 0};
	DWORD size = sizeof(interactive);
	HANDLE event = guarded_event();

	check(CreateWellKnownSid(WinInteractiveSid, NULL, interactive, &size));
	opened =
		OpenEventA(EVENT_MODIFY_STATE, FALSE, "test_impersonate_event");
	check(opened && CloseHandle(opened));
	check(CreateRestrictedToken(own, 0, 1, &disable, 0, NULL, 0, NULL,
				    &restricted));
	check(DuplicateTokenEx(restricted, TOKEN_IMPERSONATE, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &client));
	check(SetThreadToken(NULL, client));
	opened = OpenEventA(SYNCHRONIZE, FALSE, "test_impersonate_event");
	check(opened && CloseHandle(opened));
	check_fails(
		OpenEventA(EVENT_MODIFY_STATE, FALSE, "test_impersonate_event"),
		ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	check(CloseHandle(client));
	check(CloseHandle(restricted));
	check(CloseHandle(own));
	check(CloseHandle(event));
}

static void an_identification_client_opens_nothing(void)
{
	HANDLE event = guarded_event(), opened;

	check(ImpersonateSelf(SecurityIdentification));
	check_fails(OpenEventA(SYNCHRONIZE, FALSE, "test_impersonate_event"),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check(RevertToSelf());
	check(ImpersonateSelf(SecurityImpersonation));
	opened = OpenEventA(SYNCHRONIZE, FALSE, "test_impersonate_event");
	check(opened != NULL);
	check(RevertToSelf());
	/* what was opened stays open */
	check_equal(WaitForSingleObject(opened, 0), WAIT_TIMEOUT);
	check(CloseHandle(opened));
	check(CloseHandle(event));
}

static DWORD WINAPI say_level(void *unused)
{
	(void)unused;
	return level_now();
}

static void new_threads_start_clean(void)
{
	HANDLE thread;
	DWORD code = 0;

	check(ImpersonateSelf(SecurityImpersonation));
	thread = CreateThread(NULL, 0, say_level, NULL, 0, NULL);
	check_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
	check(GetExitCodeThread(thread, &code));
	check_equal(code, ~0u);
	check_equal(level_now(), SecurityImpersonation);
	check(RevertToSelf());
	check(CloseHandle(thread));
}

struct meeting {
	HANDLE ready, go;
	DWORD level;
};

static DWORD WINAPI wait_and_say(void *argument)
{
	struct meeting *meeting = argument;

	level_now(); /* the library knows the thread */
	check(SetEvent(meeting->ready));
	check_equal(WaitForSingleObject(meeting->go, INFINITE), WAIT_OBJECT_0);
	meeting->level = level_now();
	return 0;
}

/* A thread that waits, and what it has seen when it ends */
static HANDLE begin(struct meeting *meeting)
{
	HANDLE thread;

	meeting->ready = CreateEventA(NULL, TRUE, FALSE, NULL);
	meeting->go = CreateEventA(NULL, TRUE, FALSE, NULL);
	thread = CreateThread(NULL, 0, wait_and_say, meeting, 0, NULL);
	check_equal(WaitForSingleObject(meeting->ready, INFINITE),
		    WAIT_OBJECT_0);
	return thread;
}

static DWORD finish(struct meeting *meeting, HANDLE thread)
{
	check(SetEvent(meeting->go));
	check_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
	check(CloseHandle(meeting->ready));
	check(CloseHandle(meeting->go));
	check(CloseHandle(thread));
	return meeting->level;
}

static void another_thread_is_given_a_token(void)
{
	HANDLE client = own_duplicate(SecurityIdentification), seen = NULL;
	struct meeting meeting = {0};
	HANDLE thread = begin(&meeting);

	check_fails(OpenThreadToken(thread, TOKEN_QUERY, TRUE, &seen),
		    ERROR_NO_TOKEN);
	check(SetThreadToken(&thread, client));
	check_equal(level_now(), ~0u);
	check(OpenThreadToken(thread, TOKEN_QUERY, TRUE, &seen));
	check_equal(token_number(seen, TokenImpersonationLevel),
		    SecurityIdentification);
	check(CloseHandle(seen));
	check_equal(finish(&meeting, thread), SecurityIdentification);
	check(CloseHandle(client));
}

static void another_thread_is_reverted(void)
{
	HANDLE client = own_duplicate(SecurityImpersonation);
	struct meeting meeting = {0};
	HANDLE thread = begin(&meeting);

	check(SetThreadToken(&thread, client));
	check(SetThreadToken(&thread, NULL));
	check_equal(finish(&meeting, thread), ~0u);
	check(CloseHandle(client));
}

static void a_thread_handle_must_allow_it(void)
{
	HANDLE client = own_duplicate(SecurityImpersonation), weak;

	weak = OpenThread(THREAD_QUERY_INFORMATION, FALSE,
			  GetCurrentThreadId());
	check_fails(SetThreadToken(&weak, client), ERROR_ACCESS_DENIED);
	check_fails(ImpersonateAnonymousToken(weak), ERROR_ACCESS_DENIED);
	check(CloseHandle(weak));
	check(CloseHandle(client));
}

static void a_thread_is_impersonated_as_it_is(void)
{
	SECURITY_QUALITY_OF_SERVICE qos = {sizeof(qos), SecurityIdentification,
					   SECURITY_STATIC_TRACKING, FALSE};
	struct meeting meeting = {0};
	HANDLE thread = begin(&meeting);
	HANDLE client = own_duplicate(SecurityIdentification);

	check_equal(NtImpersonateThread(self(), thread, &qos), 0);
	check_equal(level_now(), SecurityIdentification);
	check(RevertToSelf());
	/* a client may offer no more than it has itself */
	check(SetThreadToken(&thread, client));
	qos.ImpersonationLevel = SecurityImpersonation;
	check_equal(NtImpersonateThread(self(), thread, &qos),
		    (NTSTATUS)0xC00000A5);
	check_equal(level_now(), ~0u);
	check_equal(NtImpersonateThread(self(), thread, NULL),
		    (NTSTATUS)0xC0000005);
	check_equal(finish(&meeting, thread), SecurityIdentification);
	check(CloseHandle(client));
}

static DWORD WINAPI come_and_go(void *argument)
{
	const DWORD level = 1 + (DWORD)(ULONG_PTR)argument % 3;

	for (int i = 0; i < 200; i++) {
		check(ImpersonateSelf((SECURITY_IMPERSONATION_LEVEL)level));
		if (!check_equal(level_now(), level))
			return 1;
		check(RevertToSelf());
		if (!check_equal(level_now(), ~0u))
			return 1;
	}
	return 0;
}

static void threads_do_not_see_each_other(void)
{
	HANDLE threads[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		threads[i] =
			CreateThread(NULL, 0, come_and_go, (void *)i, 0, NULL);
	check_equal(WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE),
		    WAIT_OBJECT_0);
	for (size_t i = 0; i < THREADS; i++)
		check(CloseHandle(threads[i]));
}

static DWORD enabled(const TOKEN_PRIVILEGES *privileges)
{
	DWORD n = 0;

	for (DWORD i = 0; i < privileges->PrivilegeCount; i++)
		n += (privileges->Privileges[i].Attributes &
		      SE_PRIVILEGE_ENABLED) != 0;
	return n;
}

static void one_thread_adjusts_only_its_own_privileges(void)
{
	TOKEN_PRIVILEGES *own, *thread;
	HANDLE token = NULL;

	check(ImpersonateSelf(SecurityImpersonation));
	check(OpenThreadToken(self(), TOKEN_ALL_ACCESS, TRUE, &token));
	check(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL));
	own = token_answer(GetCurrentProcessToken(), TokenPrivileges);
	thread = token_answer(GetCurrentThreadToken(), TokenPrivileges);
	check(enabled(own) > 0);
	check_equal(enabled(thread), 0);
	free(own);
	free(thread);
	check(RevertToSelf());
	check(CloseHandle(token));
}

int main(void)
{
	run(impersonating_oneself_is_allowed_at_every_level);
	run(reverting_without_a_token_is_a_success);
	run(a_user_is_impersonated_by_any_token);
	run(a_thread_takes_only_impersonation_tokens);
	run(the_thread_shares_the_token_that_was_set);
	run(native_calls_do_the_same);
	run(the_anonymous_token_is_nobody);
	run(a_disabled_group_opens_nothing_any_more);
	run(an_identification_client_opens_nothing);
	run(new_threads_start_clean);
	run(another_thread_is_given_a_token);
	run(another_thread_is_reverted);
	run(a_thread_handle_must_allow_it);
	run(a_thread_is_impersonated_as_it_is);
	run(threads_do_not_see_each_other);
	run(one_thread_adjusts_only_its_own_privileges);
	return check_done();
}
