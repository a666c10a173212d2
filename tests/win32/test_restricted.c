/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is taken away from a token, and what it may then: CreateRestrictedToken,
 * AdjustTokenPrivileges and AdjustTokenGroups, seen by AccessCheck and by
 * CheckTokenMembership.
 */
#include <windows.h>

#include "descriptor.h"
#include "fixture.h"

#define THEIRS "O:SYG:SY"

static GENERIC_MAPPING key = {KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS};
static HANDLE primary;

static const char administrator[] =
	"{\"user\": \"" USER "\", \"groups\": [\"WD\", \"BU\","
	" {\"sid\": \"BA\", \"attributes\": [\"enabled_by_default\","
	" \"enabled\", \"owner\"]}],"
	" \"privileges\": [\"SeSecurityPrivilege\","
	" \"SeTakeOwnershipPrivilege\", \"SeChangeNotifyPrivilege\"],"
	" \"integrity\": \"HI\", \"primary_group\": \"BU\","
	" \"default_dacl\": \"D:(A;;GA;;;" USER ")\"}";

/* The mask, or the error as a negative number */
static long long may(HANDLE token, const char *text, DWORD desired)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	PRIVILEGE_SET set;
	DWORD size = sizeof(set), granted;
	BOOL allowed = FALSE, done;

	if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(
		    text, SDDL_REVISION_1, &sd, NULL))
		return 0;
	done = AccessCheck(sd, token, desired, &key, &set, &size, &granted,
			   &allowed);
	LocalFree(sd);
	return done && allowed ? granted : -(long long)GetLastError();
}

static const struct {
	DWORD flags;
	const char *disable;
	DWORD privilege; /* to delete; 0: none */
	const char *restrict_to;
	const char *sd;
	DWORD desired;
	long long answer;
} rows[] = {
	/* nothing taken away */
	{0, NULL, 0, NULL, THEIRS "D:(A;;KA;;;BA)", KEY_READ, KEY_READ},
	/* a group */
	{0, "BA", 0, NULL, THEIRS "D:(A;;KA;;;BA)", KEY_READ, -5},
	{0, "BA", 0, NULL, THEIRS "D:(D;;KR;;;BA)(A;;KA;;;WD)", KEY_READ, -5},
	{0, "BA", 0, NULL, THEIRS "D:(A;;KA;;;BU)", KEY_READ, KEY_READ},
	{0, "BA", 0, NULL, "O:BAG:SYD:", WRITE_DAC, -5},
	{0, "BG", 0, NULL, THEIRS "D:(A;;KA;;;BA)", KEY_READ, KEY_READ},
	/* the user */
	{0, USER, 0, NULL, THEIRS "D:(A;;KA;;;" USER ")", KEY_READ, -5},
	{0, USER, 0, NULL, THEIRS "D:(D;;KR;;;" USER ")(A;;KA;;;WD)", KEY_READ,
	 -5},
	{0, USER, 0, NULL, "O:" USER "G:SYD:", WRITE_DAC, -5},
	/* privileges */
	{0, NULL, 0, NULL, THEIRS "D:", ACCESS_SYSTEM_SECURITY,
	 ACCESS_SYSTEM_SECURITY},
	{0, NULL, 8, NULL, THEIRS "D:", ACCESS_SYSTEM_SECURITY, -1314},
	{0, NULL, 9, NULL, THEIRS "D:", ACCESS_SYSTEM_SECURITY,
	 ACCESS_SYSTEM_SECURITY},
	{0, NULL, 9, NULL, THEIRS "D:", WRITE_OWNER, -5},
	{DISABLE_MAX_PRIVILEGE, NULL, 0, NULL,
	 THEIRS "D:", ACCESS_SYSTEM_SECURITY, -1314},
	{DISABLE_MAX_PRIVILEGE, NULL, 0, NULL, THEIRS "D:", WRITE_OWNER, -5},
	/* a second question */
	{0, NULL, 0, "RC", THEIRS "D:(A;;KA;;;BA)", KEY_READ, -5},
	{0, NULL, 0, "RC", THEIRS "D:(A;;KA;;;BA)(A;;KR;;;RC)", KEY_READ,
	 KEY_READ},
	{0, NULL, 0, "RC", THEIRS "D:(A;;KA;;;BA)(A;;KR;;;RC)", MAXIMUM_ALLOWED,
	 KEY_READ},
	{0, NULL, 0, "BU", THEIRS "D:(A;;KA;;;BA)", KEY_READ, -5},
	{0, NULL, 0, "BU", THEIRS "D:(A;;KA;;;BU)", KEY_READ, KEY_READ},
	{0, NULL, 0, USER, "O:" USER "G:SYD:", WRITE_DAC, WRITE_DAC},
	{0, NULL, 0, "RC", "O:" USER "G:SYD:", WRITE_DAC, -5},
	{0, NULL, 0, "RC", THEIRS, KEY_READ, KEY_READ},
	{0, NULL, 0, "RC", THEIRS "D:", ACCESS_SYSTEM_SECURITY,
	 ACCESS_SYSTEM_SECURITY},
	/* for writing only */
	{WRITE_RESTRICTED, NULL, 0, "RC", THEIRS "D:(A;;KA;;;BA)", 1, 1},
	{WRITE_RESTRICTED, NULL, 0, "RC", THEIRS "D:(A;;KA;;;BA)", 2, -5},
	{WRITE_RESTRICTED, NULL, 0, NULL, THEIRS "D:(A;;KA;;;BA)", 2, 2},
	/* as without elevation */
	{LUA_TOKEN, NULL, 0, NULL, THEIRS "D:(A;;KA;;;BA)", KEY_READ, -5},
	{LUA_TOKEN, NULL, 0, NULL, THEIRS "D:(A;;KA;;;BU)", KEY_READ, KEY_READ},
	{LUA_TOKEN, NULL, 0, NULL, THEIRS "D:", ACCESS_SYSTEM_SECURITY, -1314},
	{LUA_TOKEN, NULL, 0, NULL, THEIRS "D:(A;;KA;;;WD)S:(ML;;NW;;;HI)", 2,
	 -5},
};

/* Row @i's token, to be asked about */
static HANDLE restricted(unsigned i)
{
	SID_AND_ATTRIBUTES disable = {sid_of(rows[i].disable), 0};
	SID_AND_ATTRIBUTES to = {sid_of(rows[i].restrict_to), 0};
	LUID_AND_ATTRIBUTES privilege = {{rows[i].privilege, 0}, 0};
	HANDLE made = NULL, client = NULL;

	check_say(CreateRestrictedToken(primary, rows[i].flags, !!disable.Sid,
					&disable, !!rows[i].privilege,
					&privilege, !!to.Sid, &to, &made),
		  "row %u: %u", i, GetLastError());
	check_say(DuplicateTokenEx(made, TOKEN_QUERY, NULL,
				   SecurityIdentification, TokenImpersonation,
				   &client),
		  "row %u: %u", i, GetLastError());
	check_equal(IsTokenRestricted(made), !!rows[i].restrict_to);
	CloseHandle(made);
	LocalFree(disable.Sid);
	LocalFree(to.Sid);
	return client;
}

static void what_is_taken_away_does_not_count(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
		HANDLE client = restricted(i);
		long long answer = may(client, rows[i].sd, rows[i].desired);

		check_say(answer == rows[i].answer,
			  "row %u, %s, 0x%x: 0x%llx, not 0x%llx", i, rows[i].sd,
			  rows[i].desired, answer, rows[i].answer);
		CloseHandle(client);
	}
}

static HANDLE client_with(DWORD access)
{
	HANDLE client = NULL;

	check(DuplicateTokenEx(primary, access | TOKEN_QUERY, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &client));
	return client;
}

/* A check sees the token as it is when it is asked. */
static void what_is_disabled_does_not_count(void)
{
	HANDLE client =
		client_with(TOKEN_ADJUST_PRIVILEGES | TOKEN_ADJUST_GROUPS);
	TOKEN_PRIVILEGES off = {1, {{{8, 0}, 0}}};
	TOKEN_GROUPS groups = {1, {{sid_of("BA"), 0}}};

	check_equal(may(client, THEIRS "D:", ACCESS_SYSTEM_SECURITY),
		    ACCESS_SYSTEM_SECURITY);
	check(AdjustTokenPrivileges(client, FALSE, &off, 0, NULL, NULL));
	check_equal(may(client, THEIRS "D:", ACCESS_SYSTEM_SECURITY), -1314);
	off.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
	check(AdjustTokenPrivileges(client, FALSE, &off, 0, NULL, NULL));
	check_equal(may(client, THEIRS "D:", ACCESS_SYSTEM_SECURITY),
		    ACCESS_SYSTEM_SECURITY);

	check_equal(may(client, THEIRS "D:(A;;KA;;;BA)", 1), 1);
	check(AdjustTokenGroups(client, FALSE, &groups, 0, NULL, NULL));
	check_equal(may(client, THEIRS "D:(A;;KA;;;BA)", 1), -5);
	/* not even to be denied by */
	check_equal(may(client, THEIRS "D:(D;;1;;;BA)(A;;KA;;;WD)", 1), 1);
	check(AdjustTokenGroups(client, TRUE, NULL, 0, NULL, NULL));
	check_equal(may(client, THEIRS "D:(A;;KA;;;BA)", 1), 1);
	LocalFree(groups.Groups[0].Sid);
	CloseHandle(client);
}

static const struct {
	const char *disable;
	const char *restrict_to;
	const char *sid;
	BOOL member;
} members[] = {
	{NULL, NULL, "BA", TRUE},  {NULL, NULL, USER, TRUE},
	{NULL, NULL, "BG", FALSE}, {"BA", NULL, "BA", FALSE},
	{"BA", NULL, "BU", TRUE},  {USER, NULL, USER, FALSE},
	{NULL, "BU", "BU", TRUE},  {NULL, "BU", "BA", FALSE},
	{NULL, "RC", "RC", FALSE},
};

static void members_are_who_counts(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(members); i++) {
		SID_AND_ATTRIBUTES disable = {sid_of(members[i].disable), 0};
		SID_AND_ATTRIBUTES to = {sid_of(members[i].restrict_to), 0};
		PSID sid = sid_of(members[i].sid);
		HANDLE made = NULL, client = client_with(TOKEN_DUPLICATE);
		BOOL member = 0x77;

		check(CreateRestrictedToken(client, 0, !!disable.Sid, &disable,
					    0, NULL, !!to.Sid, &to, &made));
		check_say(CheckTokenMembership(made, sid, &member),
			  "row %u: %u", i, GetLastError());
		check_say(member == members[i].member, "row %u", i);
		CloseHandle(made);
		CloseHandle(client);
		LocalFree(disable.Sid);
		LocalFree(to.Sid);
		LocalFree(sid);
	}
}

/* What is restricted twice is restricted to what both restrict to. */
static void restrictions_only_grow(void)
{
	SID_AND_ATTRIBUTES both[2] = {{sid_of("WD"), 0}, {sid_of("BU"), 0}};
	HANDLE client = client_with(TOKEN_DUPLICATE), once = NULL, twice = NULL;

	check(CreateRestrictedToken(client, 0, 0, NULL, 0, NULL, 2, both,
				    &once));
	check(CreateRestrictedToken(once, 0, 0, NULL, 0, NULL, 1, &both[1],
				    &twice));
	check_equal(may(once, THEIRS "D:(A;;KA;;;WD)", 1), 1);
	check_equal(may(twice, THEIRS "D:(A;;KA;;;WD)", 1), -5);
	check_equal(may(twice, THEIRS "D:(A;;KA;;;WD)(A;;1;;;BU)", 1), 1);
	check(CloseHandle(twice));
	check(CreateRestrictedToken(once, 0, 0, NULL, 0, NULL, 0, NULL,
				    &twice));
	check(IsTokenRestricted(twice));
	check_equal(may(twice, THEIRS "D:(A;;KA;;;BA)", 1), -5);
	check(CloseHandle(twice));
	both[0].Attributes = SE_GROUP_ENABLED;
	check_fails(CreateRestrictedToken(client, 0, 0, NULL, 0, NULL, 2, both,
					  &twice),
		    ERROR_INVALID_PARAMETER);
	CloseHandle(once);
	CloseHandle(client);
	LocalFree(both[0].Sid);
	LocalFree(both[1].Sid);
}

int main(void)
{
	fixture_begin(administrator);
	if (!OpenProcessToken(GetCurrentProcess(),
			      TOKEN_QUERY | TOKEN_DUPLICATE, &primary)) {
		printf("no process token: %u\n", GetLastError());
		return EXIT_FAILURE;
	}
	run(what_is_taken_away_does_not_count);
	run(what_is_disabled_does_not_count);
	run(members_are_who_counts);
	run(restrictions_only_grow);
	CloseHandle(primary);
	return check_done();
}
