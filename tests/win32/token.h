/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of tokens have in common; after windows.h and winternl.h. */
#ifndef TESTS_WIN32_TOKEN_H
#define TESTS_WIN32_TOKEN_H

#include "check.h"

/* The process's token; the test's to close */
__attribute__((__unused__)) static HANDLE own_token(DWORD access)
{
	HANDLE token = NULL;

	check(OpenProcessToken(GetCurrentProcess(), access, &token));
	return token;
}

/* An impersonation token made of it, with all access */
__attribute__((__unused__)) static HANDLE
own_duplicate(SECURITY_IMPERSONATION_LEVEL level)
{
	HANDLE token = own_token(TOKEN_DUPLICATE), duplicate = NULL;

	check(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, level,
			       TokenImpersonation, &duplicate));
	check(CloseHandle(token));
	return duplicate;
}

/* A number that a class of a token answers; ~0 if it fails */
__attribute__((__unused__)) static DWORD
token_number(HANDLE token, TOKEN_INFORMATION_CLASS which)
{
	DWORD number = 0, size;

	return GetTokenInformation(token, which, &number, sizeof(number), &size)
		       ? number
		       : ~0u;
}

/* A whole answer, for free(); NULL if it fails */
__attribute__((__unused__)) static void *
token_answer(HANDLE token, TOKEN_INFORMATION_CLASS which)
{
	DWORD size = 0;
	void *answer;

	GetTokenInformation(token, which, NULL, 0, &size);
	answer = malloc(size ? size : 1);
	if (!answer ||
	    !GetTokenInformation(token, which, answer, size, &size)) {
		free(answer);
		return NULL;
	}
	return answer;
}

/* The access that a handle has */
__attribute__((__unused__)) static ACCESS_MASK access_of(HANDLE handle)
{
	PUBLIC_OBJECT_BASIC_INFORMATION info = {0};

	check_equal(NtQueryObject(handle, ObjectBasicInformation, &info,
				  sizeof(info), NULL),
		    0);
	return info.GrantedAccess;
}

/* How many privileges a token has, and how many of them are enabled */
struct privileges {
	DWORD n;
	DWORD enabled;
};

__attribute__((__unused__)) static struct privileges privileges_of(HANDLE token)
{
	struct privileges ret = {0xdead, 0xdead};
	union {
		TOKEN_PRIVILEGES value;
		BYTE room[1024];
	} is;
	const LUID_AND_ATTRIBUTES *all = is.value.Privileges;
	DWORD size;

	if (!GetTokenInformation(token, TokenPrivileges, &is, sizeof(is),
				 &size))
		return ret;
	ret.n = is.value.PrivilegeCount;
	ret.enabled = 0;
	for (DWORD i = 0; i < ret.n; i++) {
		if (all[i].Attributes & SE_PRIVILEGE_ENABLED)
			ret.enabled++;
	}
	return ret;
}

/* Of this thread; NULL if it has none */
__attribute__((__unused__)) static HANDLE thread_token(void)
{
	HANDLE token = NULL;

	return OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)
		       ? token
		       : NULL;
}

/* Of the group in the token; ~0 if it is in none */
__attribute__((__unused__)) static DWORD group_attributes(HANDLE token,
							  PSID sid)
{
	TOKEN_GROUPS *groups = token_answer(token, TokenGroups);
	DWORD attributes = ~0u;

	for (DWORD i = 0; i < groups->GroupCount; i++) {
		if (EqualSid(groups->Groups[i].Sid, sid))
			attributes = groups->Groups[i].Attributes;
	}
	free(groups);
	return attributes;
}

#endif
