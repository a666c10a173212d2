/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the tokens of processes and threads, and the handles that come of
 * it. */
#include <windows.h>
#include <winternl.h>

#include "token.h"

#define UNTOUCHED ((HANDLE)0x1234)

static HANDLE self(void)
{
	return GetCurrentThread();
}

static void a_handle_has_the_access_that_was_asked_for(void)
{
	static const struct {
		DWORD asked, granted;
	} rows[] = {
		{TOKEN_QUERY, TOKEN_QUERY},
		{TOKEN_QUERY | TOKEN_DUPLICATE, TOKEN_QUERY | TOKEN_DUPLICATE},
		{GENERIC_READ, TOKEN_READ},
		{GENERIC_WRITE, TOKEN_WRITE},
		{GENERIC_EXECUTE, TOKEN_EXECUTE},
		{GENERIC_ALL, TOKEN_ALL_ACCESS},
		{TOKEN_ALL_ACCESS, TOKEN_ALL_ACCESS},
		{MAXIMUM_ALLOWED, TOKEN_ALL_ACCESS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		HANDLE token = own_token(rows[i].asked);

		check_equal(access_of(token), rows[i].granted);
		check(CloseHandle(token));
	}
}

static void nothing_asked_for_is_nothing_granted(void)
{
	HANDLE token = UNTOUCHED;

	check_fails(OpenProcessToken(GetCurrentProcess(), 0, &token),
		    ERROR_ACCESS_DENIED);
	check(token == UNTOUCHED);
}

static void what_is_no_process_has_no_token(void)
{
	HANDLE token = UNTOUCHED, event;

	event = CreateEventA(NULL, FALSE, FALSE, NULL);
	check_fails(OpenProcessToken(NULL, TOKEN_QUERY, &token),
		    ERROR_INVALID_HANDLE);
	check_fails(OpenProcessToken(event, TOKEN_QUERY, &token),
		    ERROR_INVALID_HANDLE);
	check_equal(NtOpenProcessToken(event, TOKEN_QUERY, &token),
		    (NTSTATUS)0xC0000024);
	check(token == UNTOUCHED);
	check_fails(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, NULL),
		    ERROR_NOACCESS);
	check(CloseHandle(event));
}

static void the_process_handle_must_allow_queries(void)
{
	HANDLE process, token = NULL;

	process = OpenProcess(PROCESS_TERMINATE, FALSE, GetCurrentProcessId());
	check_fails(OpenProcessToken(process, TOKEN_QUERY, &token),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(process));
	process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE,
			      GetCurrentProcessId());
	check(OpenProcessToken(process, TOKEN_QUERY, &token));
	check(CloseHandle(token));
	check(CloseHandle(process));
}

static void a_thread_without_a_token_says_so(void)
{
	HANDLE token = UNTOUCHED;

	check(RevertToSelf());
	check_fails(OpenThreadToken(self(), TOKEN_QUERY, TRUE, &token),
		    ERROR_NO_TOKEN);
	check(!token);
	check_fails(
		OpenThreadToken(self(), TOKEN_ADJUST_PRIVILEGES, FALSE, &token),
		ERROR_NO_TOKEN);
	check_equal(NtOpenThreadToken(self(), TOKEN_READ, TRUE, &token),
		    (NTSTATUS)0xC000007C);
}

static void a_thread_handle_needs_limited_queries(void)
{
	HANDLE impersonated = own_duplicate(SecurityImpersonation);
	HANDLE thread, token = NULL;

	check(ImpersonateLoggedOnUser(impersonated));
	thread = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE,
			    GetCurrentThreadId());
	check(OpenThreadToken(thread, TOKEN_QUERY, TRUE, &token));
	check_equal(access_of(token), TOKEN_QUERY);
	check_equal(token_number(token, TokenImpersonationLevel), 2);
	check(CloseHandle(token));
	check(CloseHandle(thread));
	thread = OpenThread(THREAD_SET_THREAD_TOKEN, FALSE,
			    GetCurrentThreadId());
	check_fails(OpenThreadToken(thread, TOKEN_QUERY, TRUE, &token),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(thread));
	check(RevertToSelf());
	check(CloseHandle(impersonated));
}

static void an_identification_client_opens_only_as_the_process(void)
{
	HANDLE token = NULL;

	check(ImpersonateSelf(SecurityIdentification));
	check_fails(OpenThreadToken(self(), TOKEN_QUERY, FALSE, &token),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check_fails(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check_fails(
		OpenProcess(PROCESS_TERMINATE, FALSE, GetCurrentProcessId()),
		ERROR_BAD_IMPERSONATION_LEVEL);
	check(OpenThreadToken(self(), TOKEN_QUERY, TRUE, &token));
	check_equal(token_number(token, TokenImpersonationLevel), 1);
	check(RevertToSelf());
	check(CloseHandle(token));
}

static void an_anonymous_client_is_not_shown(void)
{
	HANDLE token = NULL;
	DWORD size;
	TOKEN_TYPE type;

	check(ImpersonateSelf(SecurityAnonymous));
	check_fails(OpenThreadToken(self(), TOKEN_QUERY, TRUE, &token),
		    ERROR_CANT_OPEN_ANONYMOUS);
	check_fails(OpenThreadToken(self(), TOKEN_QUERY, FALSE, &token),
		    ERROR_CANT_OPEN_ANONYMOUS);
	check_fails(GetTokenInformation(GetCurrentThreadToken(), TokenType,
					&type, sizeof(type), &size),
		    ERROR_CANT_OPEN_ANONYMOUS);
	check(RevertToSelf());
}

static void pseudo_handles_mean_the_token_of_the_moment(void)
{
	TOKEN_STATISTICS process, other;
	DWORD size;

	check(GetTokenInformation(GetCurrentProcessToken(), TokenStatistics,
				  &process, sizeof(process), &size));
	check(GetTokenInformation(GetCurrentThreadEffectiveToken(),
				  TokenStatistics, &other, sizeof(other),
				  &size));
	check_equal(other.TokenId.LowPart, process.TokenId.LowPart);
	check_fails(GetTokenInformation(GetCurrentThreadToken(),
					TokenStatistics, &other, sizeof(other),
					&size),
		    ERROR_NO_TOKEN);
	check(ImpersonateSelf(SecurityIdentification));
	check(GetTokenInformation(GetCurrentThreadToken(), TokenStatistics,
				  &other, sizeof(other), &size));
	check_equal(other.TokenType, TokenImpersonation);
	check_equal(other.ImpersonationLevel, SecurityIdentification);
	check(GetTokenInformation(GetCurrentThreadEffectiveToken(),
				  TokenStatistics, &other, sizeof(other),
				  &size));
	check_equal(other.TokenType, TokenImpersonation);
	check(RevertToSelf());
}

static void pseudo_handles_let_nobody_change_anything(void)
{
	HANDLE copy = NULL;

	check_fails(DuplicateToken(GetCurrentProcessToken(),
				   SecurityImpersonation, &copy),
		    ERROR_ACCESS_DENIED);
	check_fails(ImpersonateLoggedOnUser(GetCurrentProcessToken()),
		    ERROR_ACCESS_DENIED);
	check_fails(CloseHandle(GetCurrentProcessToken()),
		    ERROR_INVALID_HANDLE);
}

static void a_duplicated_handle_may_gain_what_the_token_grants(void)
{
	HANDLE token = own_token(TOKEN_QUERY), copy = NULL;

	check(DuplicateHandle(GetCurrentProcess(), token, GetCurrentProcess(),
			      &copy, TOKEN_ALL_ACCESS, FALSE, 0));
	check_equal(access_of(copy), TOKEN_ALL_ACCESS);
	check(CloseHandle(copy));
	check(CloseHandle(token));
}

static void a_token_says_that_it_is_one(void)
{
	HANDLE token = own_token(TOKEN_QUERY);
	union {
		PUBLIC_OBJECT_TYPE_INFORMATION info;
		char room[256];
	} type;

	check_equal(NtQueryObject(token, ObjectTypeInformation, &type,
				  sizeof(type), NULL),
		    0);
	check_equal(type.info.TypeName.Length, 10);
	check(type.info.TypeName.Buffer[0] == L'T');
	check(CloseHandle(token));
}

static void a_token_has_a_descriptor_that_decides_who_opens_it(void)
{
	HANDLE token = own_token(READ_CONTROL | WRITE_DAC), other = NULL;
	PSECURITY_DESCRIPTOR was;
	SECURITY_DESCRIPTOR none;
	ACL empty;
	DWORD size = 0;

	check_fails(GetKernelObjectSecurity(token, DACL_SECURITY_INFORMATION,
					    NULL, 0, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	was = malloc(size);
	check(GetKernelObjectSecurity(token, DACL_SECURITY_INFORMATION, was,
				      size, &size));
	check(InitializeAcl(&empty, sizeof(empty), ACL_REVISION));
	check(InitializeSecurityDescriptor(&none,
					   SECURITY_DESCRIPTOR_REVISION));
	check(SetSecurityDescriptorDacl(&none, TRUE, &empty, FALSE));
	check(SetKernelObjectSecurity(token, DACL_SECURITY_INFORMATION, &none));
	check_fails(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &other),
		    ERROR_ACCESS_DENIED);
	check(SetKernelObjectSecurity(token, DACL_SECURITY_INFORMATION, was));
	check(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &other));
	check(CloseHandle(other));
	check(CloseHandle(token));
	free(was);
}

static void native_opens_take_attributes_of_the_handle(void)
{
	HANDLE token = NULL;
	DWORD flags = 0;

	check_equal(NtOpenProcessTokenEx(GetCurrentProcess(), TOKEN_READ,
					 OBJ_INHERIT, &token),
		    0);
	check(GetHandleInformation(token, &flags));
	check_equal(flags, HANDLE_FLAG_INHERIT);
	check_equal(access_of(token), TOKEN_READ);
	check_equal(NtClose(token), 0);
}

int main(void)
{
	run(a_handle_has_the_access_that_was_asked_for);
	run(nothing_asked_for_is_nothing_granted);
	run(what_is_no_process_has_no_token);
	run(the_process_handle_must_allow_queries);
	run(a_thread_without_a_token_says_so);
	run(a_thread_handle_needs_limited_queries);
	run(an_identification_client_opens_only_as_the_process);
	run(an_anonymous_client_is_not_shown);
	run(pseudo_handles_mean_the_token_of_the_moment);
	run(pseudo_handles_let_nobody_change_anything);
	run(a_duplicated_handle_may_gain_what_the_token_grants);
	run(a_token_says_that_it_is_one);
	run(a_token_has_a_descriptor_that_decides_who_opens_it);
	run(native_opens_take_attributes_of_the_handle);
	return check_done();
}
