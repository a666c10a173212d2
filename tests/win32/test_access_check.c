/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AccessCheck and its relatives: what is wrong is found in order, what is not
 * answered is left alone, and what is answered (MS-DTYP 2.5.3.2). The process
 * runs as the plain user of fixture.h.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <string.h>
#include <winternl.h>

#include "descriptor.h"
#include "fixture.h"

#define KEY_SD "O:BAG:BUD:(A;;KR;;;WD)(D;;0x2;;;BA)"
#define GUID_A "12345678-1234-5678-1122-334455667788"
#define GUID_B "23456789-2345-6786-0233-445566778899"
#define UNTOUCHED 0xabcdef12u

static void *const wild = (void *)0x10;
static GENERIC_MAPPING key = {KEY_READ, KEY_WRITE, KEY_EXECUTE, KEY_ALL_ACCESS};
static HANDLE primary, client;

static HANDLE client_at(SECURITY_IMPERSONATION_LEVEL level, DWORD access)
{
	HANDLE token = NULL;

	if (!DuplicateTokenEx(primary, access, NULL, level, TokenImpersonation,
			      &token))
		exit(1);
	return token;
}

/* A privilege set with room for many. */
static union {
	PRIVILEGE_SET set;
	BYTE bytes[sizeof(PRIVILEGE_SET) + 16 * sizeof(LUID_AND_ATTRIBUTES)];
} privileges;

static DWORD size, granted;
static BOOL allowed;

static void fresh(DWORD privileges_size)
{
	memset(&privileges, 0xcc, sizeof(privileges));
	size = privileges_size;
	granted = UNTOUCHED;
	allowed = (BOOL)UNTOUCHED;
	SetLastError(0xdeadbeef);
}

static void is_untouched(void)
{
	check_equal(granted, UNTOUCHED);
	check_equal((DWORD)allowed, UNTOUCHED);
}

static const struct {
	const char *sd;
	DWORD desired;
	BOOL allowed;
	DWORD granted; /* of a refusal always 0 */
	DWORD error;   /* 0: the last error is left alone */
} answers[] = {
	{"O:BAG:BU", KEY_READ, TRUE, KEY_READ, 0},
	{"O:BAG:BUD:NO_ACCESS_CONTROL", KEY_READ, TRUE, KEY_READ, 0},
	{"O:BAG:BUD:", KEY_READ, FALSE, 0, ERROR_ACCESS_DENIED},
	{KEY_SD, KEY_READ, TRUE, KEY_READ, 0},
	{KEY_SD, KEY_WRITE, FALSE, 0, ERROR_ACCESS_DENIED},
	{KEY_SD, 0, FALSE, 0, ERROR_ACCESS_DENIED},
	{"O:BAG:BUD:(A;;KR;;;WD)", MAXIMUM_ALLOWED, TRUE, KEY_READ, 0},
	{"O:BAG:BUD:(A;;KR;;;WD)", MAXIMUM_ALLOWED | KEY_READ, TRUE, KEY_READ,
	 0},
	{"O:BAG:BUD:(A;;KR;;;WD)", MAXIMUM_ALLOWED | 2, FALSE, 0,
	 ERROR_ACCESS_DENIED},
	{"O:BAG:BUD:", MAXIMUM_ALLOWED, FALSE, 0, ERROR_ACCESS_DENIED},
	{"O:BAG:BUD:(A;;GR;;;WD)", KEY_READ, TRUE, KEY_READ, 0},
	{"O:BAG:BUD:(A;IO;KR;;;WD)", KEY_READ, FALSE, 0, ERROR_ACCESS_DENIED},
	{"O:BAG:BUD:(D;;1;;;WD)(A;;KR;;;WD)", KEY_READ, FALSE, 0,
	 ERROR_ACCESS_DENIED},
	{"O:BAG:BUD:(A;;KR;;;WD)(D;;1;;;WD)", KEY_READ, TRUE, KEY_READ, 0},
	{"O:BUG:BUD:", READ_CONTROL | WRITE_DAC, TRUE, READ_CONTROL | WRITE_DAC,
	 0},
	{"O:BUG:BUD:(A;;0;;;OW)", READ_CONTROL, FALSE, 0, ERROR_ACCESS_DENIED},
	{"O:BAG:BUD:(A;;GA;;;WD)", ACCESS_SYSTEM_SECURITY, FALSE, 0,
	 ERROR_PRIVILEGE_NOT_HELD},
	{"O:BAG:BUD:(A;;GA;;;WD)S:(ML;;NW;;;HI)", 2, FALSE, 0,
	 ERROR_ACCESS_DENIED},
	{"O:BAG:BUD:(A;;GA;;;WD)S:(ML;;NW;;;HI)", 1, TRUE, 1, 0},
};

static void answers_are_masks_and_last_errors(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(answers); i++) {
		PSECURITY_DESCRIPTOR sd = sd_of(answers[i].sd);

		fresh(sizeof(PRIVILEGE_SET));
		check_say(AccessCheck(sd, client, answers[i].desired, &key,
				      &privileges.set, &size, &granted,
				      &allowed),
			  "row %u: %u", i, GetLastError());
		check_say(allowed == answers[i].allowed, "row %u", i);
		check_equal(granted, answers[i].granted);
		check_equal(GetLastError(),
			    answers[i].error ? answers[i].error : 0xdeadbeef);
		check_equal(privileges.set.PrivilegeCount, 0);
		check_equal(size, sizeof(PRIVILEGE_SET));
		LocalFree(sd);
	}
}

/* What is wrong, in the order in which it is found: each row has all that is
 * wrong in the rows behind it, too, as far as that is possible. */
static void what_is_wrong_is_found_in_order(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("D:"); /* no owner, no group */
	const DWORD generic = GENERIC_READ;

	fresh(1);
	check(!AccessCheck(sd, primary, generic, &key, NULL, &size, &granted,
			   &allowed));
	check_equal(GetLastError(), ERROR_NOACCESS);
	check_equal(size, 1);
	check(!AccessCheck(sd, primary, generic, &key, &privileges.set, &size,
			   &granted, &allowed));
	check_equal(GetLastError(), ERROR_GENERIC_NOT_MAPPED);
	check_equal(size, 1);
	check(!AccessCheck(sd, primary, KEY_READ, &key, &privileges.set, &size,
			   &granted, &allowed));
	check_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, sizeof(PRIVILEGE_SET));
	check(!AccessCheck(sd, primary, KEY_READ, &key, &privileges.set, &size,
			   &granted, &allowed));
	check_equal(GetLastError(), ERROR_INVALID_SECURITY_DESCR);
	LocalFree(sd);
	sd = sd_of(KEY_SD);
	check(!AccessCheck(sd, primary, KEY_READ, &key, &privileges.set, &size,
			   &granted, &allowed));
	check_equal(GetLastError(), ERROR_NO_IMPERSONATION_TOKEN);
	check_equal(privileges.bytes[0], 0xcc);
	is_untouched();
	LocalFree(sd);
}

static const struct {
	DWORD size;
	int buffer; /* 0: a NULL pointer */
	DWORD error;
} rooms[] = {
	{0, 0, ERROR_INSUFFICIENT_BUFFER},
	{212, 0, ERROR_NOACCESS},
	{0, 1, ERROR_INSUFFICIENT_BUFFER},
	{1, 1, ERROR_INSUFFICIENT_BUFFER},
	{19, 1, ERROR_INSUFFICIENT_BUFFER},
	{20, 1, 0},
	{21, 1, 0},
	{212, 1, 0},
};

static void privilege_sets_need_room_for_one(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of(KEY_SD);

	for (unsigned i = 0; i < ARRAYSIZE(rooms); i++) {
		PRIVILEGE_SET *set = rooms[i].buffer ? &privileges.set : NULL;

		fresh(rooms[i].size);
		check_equal(AccessCheck(sd, client, KEY_READ, &key, set, &size,
					&granted, &allowed),
			    !rooms[i].error);
		check_equal(GetLastError(),
			    rooms[i].error ? rooms[i].error : 0xdeadbeef);
		check_equal(size, rooms[i].error == ERROR_INSUFFICIENT_BUFFER
					  ? sizeof(PRIVILEGE_SET)
					  : rooms[i].size);
		if (rooms[i].error) {
			is_untouched();
			check_equal(privileges.bytes[0], 0xcc);
		}
	}
	fresh(20);
	check(!AccessCheck(sd, client, KEY_READ, &key, NULL, NULL, &granted,
			   &allowed));
	check_equal(GetLastError(), ERROR_NOACCESS);
	is_untouched();
	LocalFree(sd);
}

static void pointers_to_nothing_are_noticed(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of(KEY_SD);
	SECURITY_DESCRIPTOR bad;

	fresh(20);
	check_fails(AccessCheck(sd, client, 1, NULL, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(sd, client, 1, &key, &privileges.set, &size,
				NULL, &allowed),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(sd, client, 1, &key, &privileges.set, &size,
				&granted, NULL),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(sd, client, 1, &key, wild, &size, &granted,
				&allowed),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(sd, client, 1, &key, &privileges.set, wild,
				&granted, &allowed),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(NULL, client, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_INVALID_SECURITY_DESCR);
	check_fails(AccessCheck(wild, client, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_NOACCESS);
	InitializeSecurityDescriptor(&bad, SECURITY_DESCRIPTOR_REVISION);
	bad.Owner = wild;
	check_fails(AccessCheck(&bad, client, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_NOACCESS);
	bad.Revision = 0;
	check_fails(AccessCheck(&bad, client, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_UNKNOWN_REVISION);
	is_untouched();
	check_equal(NtAccessCheck(sd, client, 1, &key, &privileges.set, &size,
				  NULL, NULL),
		    STATUS_ACCESS_VIOLATION);
	LocalFree(sd);
}

/* Memory that is there, but not for that */
static void memory_is_for_what_it_is_for(void)
{
	const DWORD both = MEM_RESERVE | MEM_COMMIT;
	PSECURITY_DESCRIPTOR sd = sd_of(KEY_SD);
	DWORD *closed = VirtualAlloc(NULL, 1, both, PAGE_NOACCESS);
	DWORD *fixed = VirtualAlloc(NULL, 1, both, PAGE_READONLY);

	fresh(20);
	check_fails(AccessCheck(closed, client, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(fixed, client, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_UNKNOWN_REVISION);
	check_fails(AccessCheck(sd, client, 1, &key, &privileges.set, &size,
				fixed, &allowed),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(sd, client, 1, &key, &privileges.set, &size,
				&granted, (BOOL *)fixed),
		    ERROR_NOACCESS);
	check_fails(AccessCheck(sd, client, 1, (GENERIC_MAPPING *)closed,
				&privileges.set, &size, &granted, &allowed),
		    ERROR_NOACCESS);
	is_untouched();
	check(!IsValidSid(closed));
	check(!IsValidAcl((PACL)closed));
	check(VirtualFree(closed, 0, MEM_RELEASE));
	check(VirtualFree(fixed, 0, MEM_RELEASE));
	LocalFree(sd);
}

static void tokens_are_impersonation_tokens_that_may_be_queried(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of(KEY_SD);
	HANDLE anonymous = client_at(SecurityAnonymous, TOKEN_ALL_ACCESS);
	HANDLE identified = client_at(SecurityIdentification, TOKEN_QUERY);
	HANDLE blind = client_at(SecurityImpersonation, TOKEN_DUPLICATE);

	fresh(20);
	check_fails(AccessCheck(sd, primary, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_NO_IMPERSONATION_TOKEN);
	check_fails(AccessCheck(sd, anonymous, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check_fails(AccessCheck(sd, blind, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_ACCESS_DENIED);
	check_fails(AccessCheck(sd, NULL, 1, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_INVALID_HANDLE);
	is_untouched();
	check(AccessCheck(sd, identified, 1, &key, &privileges.set, &size,
			  &granted, &allowed));
	check_equal(allowed, TRUE);
	CloseHandle(anonymous);
	CloseHandle(identified);
	CloseHandle(blind);
	LocalFree(sd);
}

static void enable(HANDLE token, DWORD privilege)
{
	TOKEN_PRIVILEGES change = {
		.PrivilegeCount = 1,
		.Privileges = {{{privilege, 0}, SE_PRIVILEGE_ENABLED}},
	};

	check(AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL));
}

static void privileges_that_were_used_are_said(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of(KEY_SD);
	HANDLE token = client_at(SecurityImpersonation, TOKEN_ALL_ACCESS);
	const DWORD both = ACCESS_SYSTEM_SECURITY | WRITE_OWNER;
	LUID_AND_ATTRIBUTES *one = privileges.set.Privilege;

	enable(token, 8); /* SeSecurity */
	enable(token, 9); /* SeTakeOwnership */
	fresh(20);
	check(AccessCheck(sd, token, ACCESS_SYSTEM_SECURITY, &key,
			  &privileges.set, &size, &granted, &allowed));
	check_equal(allowed, TRUE);
	check_equal(granted, ACCESS_SYSTEM_SECURITY);
	check_equal(GetLastError(), 0xdeadbeef);
	check_equal(size, 20);
	check_equal(privileges.set.PrivilegeCount, 1);
	check_equal(one->Luid.LowPart, 8);
	check_equal(one->Attributes, SE_PRIVILEGE_USED_FOR_ACCESS);
	fresh(20);
	check_fails(AccessCheck(sd, token, both, &key, &privileges.set, &size,
				&granted, &allowed),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 32);
	is_untouched();
	check(AccessCheck(sd, token, both, &key, &privileges.set, &size,
			  &granted, &allowed));
	check_equal(allowed, TRUE);
	check_equal(privileges.set.PrivilegeCount, 2);
	CloseHandle(token);
	LocalFree(sd);
}

static void native_checks_answer_with_statuses(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of(KEY_SD);
	NTSTATUS status = 7;

	fresh(20);
	check_equal(NtAccessCheck(sd, client, KEY_READ, &key, &privileges.set,
				  &size, &granted, &status),
		    0);
	check_equal(status, 0);
	check_equal(granted, KEY_READ);
	check_equal(NtAccessCheck(sd, client, KEY_WRITE, &key, &privileges.set,
				  &size, &granted, &status),
		    0);
	check_equal(status, STATUS_ACCESS_DENIED);
	check_equal(granted, 0);
	check_equal(NtAccessCheck(sd, client, ACCESS_SYSTEM_SECURITY, &key,
				  &privileges.set, &size, &granted, &status),
		    0);
	check_equal(status, STATUS_PRIVILEGE_NOT_HELD);
	check_equal(NtAccessCheck(sd, client, GENERIC_READ, &key,
				  &privileges.set, &size, &granted, &status),
		    STATUS_GENERIC_NOT_MAPPED);
	size = 19;
	check_equal(NtAccessCheck(sd, client, KEY_READ, &key, &privileges.set,
				  &size, &granted, &status),
		    STATUS_BUFFER_TOO_SMALL);
	check_equal(size, 20);
	size = 212;
	check_equal(NtAccessCheck(sd, client, GENERIC_READ, &key, NULL, &size,
				  &granted, &status),
		    STATUS_ACCESS_VIOLATION);
	check_equal(NtAccessCheck(sd, client, GENERIC_READ, &key, NULL, NULL,
				  &granted, &status),
		    STATUS_ACCESS_VIOLATION);
	check_equal(NtAccessCheckByType(NULL, NULL, client, MAXIMUM_ALLOWED,
					NULL, 0, &key, &privileges.set, &size,
					&granted, &status),
		    STATUS_INVALID_SECURITY_DESCR);
	LocalFree(sd);
}

static GUID guids[] = {
	{0x12345678,
	 0x1234,
	 0x5678,
	 {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}},
	{0x23456789,
	 0x2345,
	 0x6786,
	 {0x02, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99}},
};

static const struct {
	WORD levels[3];
	ULONG n;
	int allowed;
} trees[] = {
	{{0}, 1, 1},	   {{0, 1}, 2, 1},    {{0, 1, 2}, 3, 1},
	{{0, 1, 1}, 3, 1}, {{1}, 1, 0},	      {{0, 0}, 2, 0},
	{{0, 2}, 2, 0},	   {{0, 1, 0}, 3, 0}, {{0, 1, 3}, 3, 0},
};

static void object_types_are_a_tree(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("O:BAG:BUD:(A;;KR;;;WD)");
	PSECURITY_DESCRIPTOR bare = sd_of("D:");
	OBJECT_TYPE_LIST types[3];
	NTSTATUS status;

	for (unsigned i = 0; i < ARRAYSIZE(trees); i++) {
		for (unsigned j = 0; j < 3; j++)
			types[j] = (OBJECT_TYPE_LIST){
				.Level = trees[i].levels[j],
				.ObjectType = &guids[j % 2],
			};
		fresh(20);
		check_equal(AccessCheckByType(sd, NULL, client, KEY_READ, types,
					      trees[i].n, &key, &privileges.set,
					      &size, &granted, &allowed),
			    trees[i].allowed);
		if (!trees[i].allowed) {
			check_equal(GetLastError(), ERROR_INVALID_PARAMETER);
			/* found before what is wrong with the descriptor */
			check_fails(AccessCheckByType(
					    bare, NULL, client, KEY_READ, types,
					    trees[i].n, &key, &privileges.set,
					    &size, &granted, &allowed),
				    ERROR_INVALID_PARAMETER);
		}
	}
	types[0] = (OBJECT_TYPE_LIST){.Level = 0, .ObjectType = wild};
	check_fails(AccessCheckByType(sd, NULL, client, KEY_READ, types, 1,
				      &key, &privileges.set, &size, &granted,
				      &allowed),
		    ERROR_NOACCESS);
	check_fails(AccessCheckByType(sd, wild, client, KEY_READ, NULL, 0, &key,
				      &privileges.set, &size, &granted,
				      &allowed),
		    ERROR_NOACCESS);
	check_equal(NtAccessCheckByTypeResultList(
			    bare, NULL, client, MAXIMUM_ALLOWED, NULL, 0, &key,
			    &privileges.set, &size, &granted, &status),
		    STATUS_INVALID_PARAMETER);
	LocalFree(sd);
	LocalFree(bare);
}

static const struct {
	const char *sd;
	DWORD desired;
	DWORD granted[2];
	DWORD errors[2];
	BOOL whole; /* what AccessCheckByType says */
} lists[] = {
	{"O:BAG:BUD:(OA;;KR;" GUID_A ";;WD)",
	 KEY_READ,
	 {KEY_READ, KEY_READ},
	 {0, 0},
	 TRUE},
	{"O:BAG:BUD:(OA;;KR;" GUID_B ";;WD)",
	 KEY_READ,
	 {KEY_READ, KEY_READ},
	 {0, 0},
	 TRUE},
	{"O:BAG:BUD:(OD;;1;" GUID_B ";;WD)(A;;KR;;;WD)",
	 1,
	 {0, 0},
	 {ERROR_ACCESS_DENIED, ERROR_ACCESS_DENIED},
	 FALSE},
	{"O:BUG:BUD:(OD;;KR;" GUID_A ";;WD)",
	 KEY_WRITE,
	 {READ_CONTROL, READ_CONTROL},
	 {ERROR_ACCESS_DENIED, ERROR_ACCESS_DENIED},
	 FALSE},
	{"O:BAG:BUD:",
	 ACCESS_SYSTEM_SECURITY,
	 {0, 0},
	 {ERROR_PRIVILEGE_NOT_HELD, ERROR_PRIVILEGE_NOT_HELD},
	 FALSE},
};

static void each_type_has_an_answer(void)
{
	OBJECT_TYPE_LIST types[] = {{0, 0, &guids[0]}, {1, 0, &guids[1]}};
	DWORD masks[2], errors[2];

	for (unsigned i = 0; i < ARRAYSIZE(lists); i++) {
		PSECURITY_DESCRIPTOR sd = sd_of(lists[i].sd);

		fresh(20);
		check(AccessCheckByTypeResultList(
			sd, NULL, client, lists[i].desired, types, 2, &key,
			&privileges.set, &size, masks, errors));
		for (unsigned j = 0; j < 2; j++) {
			check_say(masks[j] == lists[i].granted[j] &&
					  errors[j] == lists[i].errors[j],
				  "row %u type %u: 0x%x, %u", i, j, masks[j],
				  errors[j]);
		}
		check(AccessCheckByType(sd, NULL, client, lists[i].desired,
					types, 2, &key, &privileges.set, &size,
					&granted, &allowed));
		check_equal(allowed, lists[i].whole);
		LocalFree(sd);
	}
}

static void self_is_who_the_caller_says(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("O:BAG:BAD:(A;;KR;;;PS)");
	PSID users = NULL, guests = NULL;

	ConvertStringSidToSidA("BU", &users);
	ConvertStringSidToSidA("BG", &guests);
	fresh(20);
	check(AccessCheckByType(sd, users, client, KEY_READ, NULL, 0, &key,
				&privileges.set, &size, &granted, &allowed));
	check_equal(allowed, TRUE);
	check(AccessCheckByType(sd, guests, client, KEY_READ, NULL, 0, &key,
				&privileges.set, &size, &granted, &allowed));
	check_equal(allowed, FALSE);
	check(AccessCheck(sd, client, KEY_READ, &key, &privileges.set, &size,
			  &granted, &allowed));
	check_equal(allowed, FALSE);
	*(BYTE *)users = 2;
	check_fails(AccessCheckByType(sd, users, client, KEY_READ, NULL, 0,
				      &key, &privileges.set, &size, &granted,
				      &allowed),
		    ERROR_INVALID_SID);
	LocalFree(users);
	LocalFree(guests);
	LocalFree(sd);
}

static void masks_are_mapped_bit_by_bit(void)
{
	DWORD mask = GENERIC_READ | GENERIC_WRITE | 0x40000000;

	MapGenericMask(&mask, &key);
	check_equal(mask, KEY_READ | KEY_WRITE);
	mask = GENERIC_ALL | DELETE;
	MapGenericMask(&mask, &key);
	check_equal(mask, KEY_ALL_ACCESS);
	mask = GENERIC_EXECUTE | MAXIMUM_ALLOWED;
	MapGenericMask(&mask, &key);
	check_equal(mask, KEY_EXECUTE | MAXIMUM_ALLOWED);
}

static void masks_are_compared(void)
{
	check(AreAllAccessesGranted(7, 5));
	check(!AreAllAccessesGranted(5, 7));
	check(AreAllAccessesGranted(0, 0));
	check(AreAnyAccessesGranted(4, 5));
	check(!AreAnyAccessesGranted(2, 5));
	check(!AreAnyAccessesGranted(2, 0));
}

int main(void)
{
	fixture_begin(PLAIN_USER);
	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS,
			      &primary)) {
		printf("no process token: %u\n", GetLastError());
		return EXIT_FAILURE;
	}
	client = client_at(SecurityImpersonation, TOKEN_QUERY);
	run(answers_are_masks_and_last_errors);
	run(what_is_wrong_is_found_in_order);
	run(privilege_sets_need_room_for_one);
	run(pointers_to_nothing_are_noticed);
	run(memory_is_for_what_it_is_for);
	run(tokens_are_impersonation_tokens_that_may_be_queried);
	run(privileges_that_were_used_are_said);
	run(native_checks_answer_with_statuses);
	run(object_types_are_a_tree);
	run(each_type_has_an_answer);
	run(self_is_who_the_caller_says);
	run(masks_are_mapped_bit_by_bit);
	run(masks_are_compared);
	return check_done();
}
