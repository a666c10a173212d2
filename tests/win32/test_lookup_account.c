/* SPDX-License-Identifier: Apache-2.0 */
/* LookupAccountSid, LookupAccountName, and the names of users. */
#define SECURITY_WIN32
#include <windows.h>

#include <lmcons.h>
#include <security.h>

#include <string.h>
#include <wchar.h>

#include "descriptor.h"

#define ROOM 300

static void sids_have_names(void)
{
	static const struct {
		const char *sid, *name, *domain;
		SID_NAME_USE use;
	} rows[] = {
		{"S-1-1-0", "Everyone", "", SidTypeWellKnownGroup},
		{"S-1-5-18", "SYSTEM", "NT AUTHORITY", SidTypeWellKnownGroup},
		{"S-1-5-32-544", "Administrators", "BUILTIN", SidTypeAlias},
		{"S-1-5-32", "BUILTIN", "BUILTIN", SidTypeDomain},
		{"S-1-22-1-0", "root", "Unix User", SidTypeUser},
		{"S-1-22-2-0", "root", "Unix Group", SidTypeGroup},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		char name[ROOM], domain[ROOM];
		DWORD n_name = ROOM, n_domain = ROOM;
		SID_NAME_USE use = SidTypeInvalid;
		PSID sid = sid_of(rows[i].sid);

		check_say(LookupAccountSidA(NULL, sid, name, &n_name, domain,
					    &n_domain, &use),
			  "%s: %u", rows[i].sid, GetLastError());
		check_equal(strcmp(name, rows[i].name), 0);
		check_equal(strcmp(domain, rows[i].domain), 0);
		check_equal(n_name, strlen(rows[i].name));
		check_equal(n_domain, strlen(rows[i].domain));
		check_equal(use, rows[i].use);
		LocalFree(sid);
	}
}

static void names_have_sids(void)
{
	static const struct {
		const WCHAR *name;
		const char *sid;
		const WCHAR *domain;
		SID_NAME_USE use;
	} rows[] = {
		{L"Everyone", "S-1-1-0", L"", SidTypeWellKnownGroup},
		{L"everyone", "S-1-1-0", L"", SidTypeWellKnownGroup},
		{L"LocalService", "S-1-5-19", L"NT AUTHORITY",
		 SidTypeWellKnownGroup},
		{L"NT AUTHORITY\\Network Service", "S-1-5-20", L"NT AUTHORITY",
		 SidTypeWellKnownGroup},
		{L"BUILTIN\\Users", "S-1-5-32-545", L"BUILTIN", SidTypeAlias},
		{L"Unix User\\root", "S-1-22-1-0", L"Unix User", SidTypeUser},
		{L"Unix Group\\root", "S-1-22-2-0", L"Unix Group",
		 SidTypeGroup},
		{L"root@Unix User", "S-1-22-1-0", L"Unix User", SidTypeUser},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		BYTE sid[SECURITY_MAX_SID_SIZE];
		WCHAR domain[ROOM];
		DWORD n_sid = sizeof(sid), n_domain = ROOM;
		SID_NAME_USE use = SidTypeInvalid;
		PSID wanted = sid_of(rows[i].sid);

		check_say(LookupAccountNameW(NULL, rows[i].name, sid, &n_sid,
					     domain, &n_domain, &use),
			  "%s: %u", rows[i].sid, GetLastError());
		check_say(EqualSid(sid, wanted), "%s", rows[i].sid);
		check_equal(wcscmp(domain, rows[i].domain), 0);
		check_equal(n_domain, wcslen(rows[i].domain));
		check_equal(use, rows[i].use);
		LocalFree(wanted);
	}
}

static void both_lengths_are_told(void)
{
	PSID sid = sid_of("S-1-5-32-544");
	char name[ROOM] = "x", domain[ROOM] = "y";
	DWORD n_name = 0, n_domain = 0;
	SID_NAME_USE use = SidTypeInvalid;

	check_fails(LookupAccountSidA(NULL, sid, NULL, &n_name, NULL, &n_domain,
				      &use),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(n_name, sizeof("Administrators"));
	check_equal(n_domain, sizeof("BUILTIN"));
	check_equal(use, SidTypeInvalid);

	n_name = sizeof("Administrators") - 1;
	n_domain = ROOM;
	check_fails(LookupAccountSidA(NULL, sid, name, &n_name, domain,
				      &n_domain, &use),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(n_name, sizeof("Administrators"));
	check_equal(n_domain, sizeof("BUILTIN"));
	check_equal(name[0], 'x');
	check_equal(domain[0], 'y');

	n_name = sizeof("Administrators");
	n_domain = sizeof("BUILTIN");
	check(LookupAccountSidA(NULL, sid, name, &n_name, domain, &n_domain,
				&use));
	check_equal(n_name, sizeof("Administrators") - 1);
	check_equal(n_domain, sizeof("BUILTIN") - 1);

	/* who does not want them does not get them */
	n_name = n_domain = ROOM;
	check(LookupAccountSidA(NULL, sid, NULL, &n_name, NULL, &n_domain,
				&use));
	LocalFree(sid);
}

static void both_sizes_are_told(void)
{
	BYTE sid[SECURITY_MAX_SID_SIZE];
	char domain[ROOM];
	DWORD n_sid = 0, n_domain = 0;
	SID_NAME_USE use = SidTypeInvalid;

	check_fails(LookupAccountNameA(NULL, "Administrators", NULL, &n_sid,
				       NULL, &n_domain, &use),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(n_sid, 16);
	check_equal(n_domain, sizeof("BUILTIN"));
	check_equal(use, SidTypeInvalid);

	n_sid = sizeof(sid);
	n_domain = sizeof("BUILTIN") - 1;
	check_fails(LookupAccountNameA(NULL, "Administrators", sid, &n_sid,
				       domain, &n_domain, &use),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(n_sid, 16);
	check_equal(n_domain, sizeof("BUILTIN"));

	check(LookupAccountNameA(NULL, "Administrators", sid, &n_sid, domain,
				 &n_domain, &use));
	check_equal(n_domain, sizeof("BUILTIN") - 1);
	check_equal(use, SidTypeAlias);
}

static void nobody_is_not_mapped(void)
{
	static const char *const names[] = {"nobody at all", "Every one",
					    "BUILTIN\\Everyone", "\\",
					    "elsewhere\\root"};
	BYTE sid[SECURITY_MAX_SID_SIZE];
	char name[ROOM], domain[ROOM];
	PSID unknown = sid_of("S-1-5-21-1-2-3-4");
	DWORD n_name = ROOM, n_domain = ROOM, n_sid = sizeof(sid);
	SID_NAME_USE use;

	for (size_t i = 0; i < ARRAYSIZE(names); i++)
		check_fails(LookupAccountNameA(NULL, names[i], sid, &n_sid,
					       domain, &n_domain, &use),
			    ERROR_NONE_MAPPED);
	check_equal(n_sid, sizeof(sid));
	check_equal(n_domain, ROOM);
	check_fails(LookupAccountSidA(NULL, unknown, name, &n_name, domain,
				      &n_domain, &use),
		    ERROR_NONE_MAPPED);
	check_equal(n_name, ROOM);
	LocalFree(unknown);
}

static void arguments_are_checked(void)
{
	PSID sid = sid_of("S-1-1-0");
	char name[ROOM], domain[ROOM];
	DWORD n_name = ROOM, n_domain = ROOM;
	SID_NAME_USE use;
	BYTE bad[SECURITY_MAX_SID_SIZE] = {9};

	check_fails(LookupAccountSidA(NULL, sid, NULL, NULL, NULL, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(LookupAccountSidA(NULL, NULL, name, &n_name, domain,
				      &n_domain, &use),
		    ERROR_INVALID_PARAMETER);
	check_fails(LookupAccountSidA(NULL, bad, name, &n_name, domain,
				      &n_domain, &use),
		    ERROR_INVALID_SID);
	check_fails(LookupAccountSidA("elsewhere", sid, name, &n_name, domain,
				      &n_domain, &use),
		    1722); /* RPC_S_SERVER_UNAVAILABLE */
	check(LookupAccountSidA("\\\\localhost", sid, name, &n_name, domain,
				&n_domain, &use));
	LocalFree(sid);
}

static void no_name_is_the_machine(void)
{
	BYTE sid[SECURITY_MAX_SID_SIZE];
	char domain[ROOM], name[ROOM];
	DWORD n_sid = sizeof(sid), n_domain = ROOM, n_name = ROOM;
	SID_NAME_USE use = SidTypeInvalid;

	check(LookupAccountNameA(NULL, NULL, sid, &n_sid, domain, &n_domain,
				 &use));
	check_equal(use, SidTypeDomain);
	check(GetComputerNameA(name, &n_name));
	check_equal(strcmp(name, domain), 0);
	check_equal(*GetSidSubAuthority(sid, 0), 21);
}

static void users_have_names(void)
{
	WCHAR wide[UNLEN + 1] = L"x";
	char name[UNLEN + 1] = "x", full[ROOM];
	DWORD n = 0;

	check_fails(GetUserNameA(NULL, &n), ERROR_INSUFFICIENT_BUFFER);
	check(n > 1);
	check(GetUserNameA(name, &n));
	check_equal(n, strlen(name) + 1);
	n--;
	name[0] = 'x';
	check_fails(GetUserNameA(name, &n), ERROR_INSUFFICIENT_BUFFER);
	check_equal(name[0], 'x');
	check(GetUserNameA(name, &n));
	n = UNLEN + 1;
	check(GetUserNameW(wide, &n));
	check_equal(n, wcslen(wide) + 1);
	check_equal(n, strlen(name) + 1);

	n = 0;
	check_fails(GetUserNameExA(NameSamCompatible, NULL, &n),
		    ERROR_MORE_DATA);
	check(GetUserNameExA(NameSamCompatible, full, &n));
	check_equal(n, strlen(full));
	check(strchr(full, '\\') != NULL);
	check_equal(strcmp(strchr(full, '\\') + 1, name), 0);
	n = ROOM;
	check_fails(GetUserNameExA(NameUnknown, full, &n),
		    ERROR_INVALID_PARAMETER);
	check_fails(GetUserNameExA(NameUserPrincipal, full, &n),
		    ERROR_NONE_MAPPED);
}

int main(void)
{
	run(sids_have_names);
	run(names_have_sids);
	run(both_lengths_are_told);
	run(both_sizes_are_told);
	run(nobody_is_not_mapped);
	run(arguments_are_checked);
	run(no_name_is_the_machine);
	run(users_have_names);
	return check_done();
}
