/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who am I: the user, groups and privileges of the token in force.
 *
 *	whoami [/user | /groups | /priv | /all]
 */
#include <windows.h>

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>

/* One information class, in memory of its own. */
static void *query(HANDLE token, TOKEN_INFORMATION_CLASS which)
{
	DWORD size = 0;
	void *data;

	(void)GetTokenInformation(token, which, NULL, 0, &size);
	if (GetLastError() != ERROR_INSUFFICIENT_BUFFER)
		return NULL;
	data = malloc(size);
	if (data && !GetTokenInformation(token, which, data, size, &size)) {
		free(data);
		return NULL;
	}
	return data;
}

static void print_name(PSID sid)
{
	WCHAR name[256], domain[256];
	DWORD name_size = 256, domain_size = 256;
	SID_NAME_USE use;

	if (!LookupAccountSidW(NULL, sid, name, &name_size, domain,
			       &domain_size, &use)) {
		wprintf(L"%-40ls", L"-");
		return;
	}
	if (domain[0]) {
		int n = wprintf(L"%ls\\%ls", domain, name);

		wprintf(L"%*ls", n < 40 ? 40 - n : 1, L"");
	} else {
		wprintf(L"%-40ls", name);
	}
}

static void print_sid(PSID sid)
{
	LPWSTR text;

	if (!ConvertSidToStringSidW(sid, &text))
		return;
	wprintf(L" %ls", text);
	(void)LocalFree(text);
}

static int print_user(HANDLE token)
{
	TOKEN_USER *user = query(token, TokenUser);

	if (!user)
		return 3;
	wprintf(L"USER\n");
	print_name(user->User.Sid);
	print_sid(user->User.Sid);
	wprintf(L"\n");
	free(user);
	return 0;
}

static void print_attributes(DWORD attributes)
{
	static const struct {
		DWORD bit;
		const WCHAR *name;
	} names[] = {
		{SE_GROUP_MANDATORY, L"mandatory"},
		{SE_GROUP_ENABLED_BY_DEFAULT, L"default"},
		{SE_GROUP_ENABLED, L"enabled"},
		{SE_GROUP_OWNER, L"owner"},
		{SE_GROUP_USE_FOR_DENY_ONLY, L"deny-only"},
		{SE_GROUP_INTEGRITY, L"integrity"},
		{SE_GROUP_RESOURCE, L"resource"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (attributes & names[i].bit)
			wprintf(L" %ls", names[i].name);
	}
	if ((attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID)
		wprintf(L" logon-id");
}

static int print_groups(HANDLE token)
{
	TOKEN_GROUPS *groups = query(token, TokenGroups);

	if (!groups)
		return 3;
	wprintf(L"GROUPS\n");
	for (DWORD i = 0; i < groups->GroupCount; i++) {
		print_name(groups->Groups[i].Sid);
		print_sid(groups->Groups[i].Sid);
		print_attributes(groups->Groups[i].Attributes);
		wprintf(L"\n");
	}
	free(groups);
	return 0;
}

static int print_privileges(HANDLE token)
{
	TOKEN_PRIVILEGES *privileges = query(token, TokenPrivileges);

	if (!privileges)
		return 3;
	wprintf(L"PRIVILEGES\n");
	for (DWORD i = 0; i < privileges->PrivilegeCount; i++) {
		LUID_AND_ATTRIBUTES *p = &privileges->Privileges[i];
		WCHAR name[64], display[256];
		DWORD name_size = 64, display_size = 256, language;

		if (!LookupPrivilegeNameW(NULL, &p->Luid, name, &name_size) ||
		    !LookupPrivilegeDisplayNameW(NULL, name, display,
						 &display_size, &language))
			continue;
		wprintf(L"%-32ls %-8ls %ls\n", name,
			p->Attributes & SE_PRIVILEGE_ENABLED ? L"enabled"
							     : L"disabled",
			display);
	}
	free(privileges);
	return 0;
}

/* The thread's token, if it impersonates; only when it has none, the
 * process's: any other failure must not end in another identity's answer. */
static BOOL open_token(HANDLE *token)
{
	if (OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, token))
		return TRUE;
	if (GetLastError() != ERROR_NO_TOKEN)
		return FALSE;
	return OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token);
}

int wmain(int argc, WCHAR **argv)
{
	const WCHAR *what = argc == 2 ? argv[1] : L"/user";
	BOOL all = lstrcmpiW(what, L"/all") == 0;
	HANDLE token;
	int result = 2;

	if (argc > 2) {
		fwprintf(stderr, L"usage: whoami [/user|/groups|/priv|/all]\n");
		return 2;
	}
	if (!open_token(&token)) {
		fwprintf(stderr, L"whoami: error %lu\n",
			 (unsigned long)GetLastError());
		return 3;
	}
	if (all || lstrcmpiW(what, L"/user") == 0)
		result = print_user(token);
	if (all || lstrcmpiW(what, L"/groups") == 0)
		result = print_groups(token);
	if (all || lstrcmpiW(what, L"/priv") == 0)
		result = print_privileges(token);
	(void)CloseHandle(token);
	if (result == 2)
		fwprintf(stderr, L"whoami: %ls: unknown option; use /all\n",
			 what);
	return result;
}
