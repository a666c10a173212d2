/* SPDX-License-Identifier: Apache-2.0 */
/* SIDs in the caller's memory (MS-DTYP 2.4.2; securitybaseapi.h). */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <string.h>
#include <userenv.h>
#include <wchar.h>
#include <winternl.h>

#include "descriptor.h"

#define ANY_ERROR 0xdeadbeef
#define DOMAIN "S-1-5-21-12-23-34-45-56"

/* For memory that is not there. */
static void *const wild = (void *)0x10;

static int same_wide(const WCHAR *a, const WCHAR *b)
{
	return wcslen(a) == wcslen(b) &&
	       memcmp(a, b, wcslen(a) * sizeof(*a)) == 0;
}

static int is_text(PSID sid, const char *wanted)
{
	char *text = NULL;
	int same;

	if (!ConvertSidToStringSidA(sid, &text))
		return 0;
	same = strcmp(text, wanted) == 0;
	if (!same)
		printf("\t%s is not %s\n", text, wanted);
	LocalFree(text);
	return same;
}

static void valid_means_revision_and_count(void)
{
	BYTE bytes[SECURITY_MAX_SID_SIZE] = {SID_REVISION, 1};
	SID *sid = (SID *)bytes;

	check(IsValidSid(sid));
	sid->SubAuthorityCount = 0;
	check(IsValidSid(sid));
	sid->SubAuthorityCount = SID_MAX_SUB_AUTHORITIES;
	check(IsValidSid(sid));
	sid->SubAuthorityCount = SID_MAX_SUB_AUTHORITIES + 1;
	check(!IsValidSid(sid));
	sid->SubAuthorityCount = 1;
	sid->Revision = 2;
	check(!IsValidSid(sid));
	check(!RtlValidSid(sid));
}

static void pointers_to_nothing_are_no_sids(void)
{
	check(!IsValidSid(NULL));
	check(!IsValidSid(wild));
	check(!RtlValidSid(wild));
}

static void allocated_sids_have_their_parts(void)
{
	SID_IDENTIFIER_AUTHORITY nt = {SECURITY_NT_AUTHORITY};
	PSID sid = NULL;

	check(AllocateAndInitializeSid(&nt, 2, 32, 544, 1, 2, 3, 4, 5, 6,
				       &sid));
	check(is_text(sid, "S-1-5-32-544"));
	check_equal(GetLengthSid(sid), 16);
	check(FreeSid(sid) == NULL);
	check(AllocateAndInitializeSid(&nt, 8, 1, 2, 3, 4, 5, 6, 7, 8, &sid));
	check(is_text(sid, "S-1-5-1-2-3-4-5-6-7-8"));
	FreeSid(sid);
	check(AllocateAndInitializeSid(&nt, 0, 1, 2, 3, 4, 5, 6, 7, 8, &sid));
	check_equal(GetLengthSid(sid), 8);
	FreeSid(sid);
	check_fails(
		AllocateAndInitializeSid(&nt, 9, 1, 2, 3, 4, 5, 6, 7, 8, &sid),
		ERROR_INVALID_SID);
}

static void initialising_sets_all_but_the_sub_authorities(void)
{
	SID_IDENTIFIER_AUTHORITY world = {SECURITY_WORLD_SID_AUTHORITY};
	BYTE bytes[SECURITY_MAX_SID_SIZE];

	memset(bytes, 0x11, sizeof(bytes));
	check(InitializeSid(bytes, &world, 15));
	check_equal(bytes[0], SID_REVISION);
	check_equal(*GetSidSubAuthorityCount(bytes), 15);
	check_equal(GetSidIdentifierAuthority(bytes)->Value[5], 1);
	check_equal(*GetSidSubAuthority(bytes, 0), 0x11111111);
	check_fails(InitializeSid(bytes, &world, 16), ERROR_INVALID_PARAMETER);
	check_equal(RtlInitializeSid(bytes, &world, 16),
		    STATUS_INVALID_PARAMETER);
}

static void lengths_are_eight_and_four_each(void)
{
	for (UCHAR n = 0; n < 20; n++)
		check_equal(GetSidLengthRequired(n), 8 + 4 * n);
}

/* They clear the last error and look at nothing (recorded on Windows). */
static void getters_succeed_whatever_they_are_given(void)
{
	PSID sid = sid_of("S-1-5-21-93476-23408-4576");

	SetLastError(ANY_ERROR);
	check_equal(*GetSidSubAuthority(sid, 0), 21);
	check_equal(GetLastError(), 0);
	SetLastError(ANY_ERROR);
	check_equal(*GetSidSubAuthority(sid, 1), 93476);
	check_equal(GetLastError(), 0);
	SetLastError(ANY_ERROR);
	check(GetSidSubAuthority(sid, 4) != NULL);
	check_equal(GetLastError(), 0);
	SetLastError(ANY_ERROR);
	check_equal(*GetSidSubAuthorityCount(sid), 4);
	check_equal(GetLastError(), 0);
	SetLastError(ANY_ERROR);
	check(GetSidIdentifierAuthority(NULL) != NULL);
	check_equal(GetLastError(), 0);
	LocalFree(sid);
}

static void copying_needs_room(void)
{
	PSID sid = sid_of("S-1-5-32-544");
	BYTE copy[SECURITY_MAX_SID_SIZE] = {0};

	check_fails(CopySid(GetLengthSid(sid) - 1, copy, sid),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(copy[0], 0);
	check(CopySid(GetLengthSid(sid), copy, sid));
	check(EqualSid(copy, sid));
	LocalFree(sid);
}

static const struct {
	const char *a;
	const char *b;
	int equal;
	int prefix;
} pairs[] = {
	{"S-1-5-32-544", "S-1-5-32-544", 1, 1},
	{"S-1-5-32-544", "S-1-5-32-545", 0, 1},
	{"S-1-5-32-544", "S-1-5-33-544", 0, 0},
	{"S-1-5-32-544", "S-1-5-32", 0, 0},
	{"S-1-1-0", "S-1-2-0", 0, 0},
	{"S-1-1-0", "S-1-1-5", 0, 1},
};

static void equality_is_of_all_bytes_or_all_but_the_last(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(pairs); i++) {
		PSID a = sid_of(pairs[i].a);
		PSID b = sid_of(pairs[i].b);

		SetLastError(ANY_ERROR);
		check_equal(EqualSid(a, b), pairs[i].equal);
		check_equal(GetLastError(), 0);
		check_equal(EqualPrefixSid(a, b), pairs[i].prefix);
		check_equal(RtlEqualSid(a, b), pairs[i].equal);
		check_equal(RtlEqualPrefixSid(a, b), pairs[i].prefix);
		LocalFree(a);
		LocalFree(b);
	}
}

static const struct {
	const char *a;
	const char *b;
	DWORD error;
	int equal;
} domains[] = {
	{"S-1-1-0", DOMAIN, ERROR_NON_DOMAIN_SID, 0},
	{"S-1-3-4", DOMAIN, ERROR_NON_DOMAIN_SID, 0},
	{"S-1-5-10", DOMAIN, ERROR_NON_DOMAIN_SID, 0},
	{"S-1-5-1000", DOMAIN, ERROR_NON_DOMAIN_SID, 0},
	{"S-1-5-65-1", DOMAIN, ERROR_NON_DOMAIN_SID, 0},
	{"S-1-16-8192", DOMAIN, ERROR_NON_DOMAIN_SID, 0},
	{"S-1-5-32", DOMAIN, 0, 0},
	{"S-1-5-32-545", DOMAIN, 0, 0},
	{"S-1-5-32-545", "S-1-5-32-545", 0, 1},
	{"S-1-5-32-545", "S-1-5-32-544", 0, 1},
	{"S-1-5-21-1-2-3-500", "S-1-5-21-1-2-3-501", 0, 1},
	{"S-1-5-21-1-2-3-500", "S-1-5-21-1-2-4-500", 0, 0},
};

static void domains_are_compared_where_there_are_any(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(domains); i++) {
		PSID a = sid_of(domains[i].a);
		PSID b = sid_of(domains[i].b);
		BOOL equal = 0xdead;

		SetLastError(ANY_ERROR);
		check_equal(EqualDomainSid(a, b, &equal), !domains[i].error);
		check_equal(GetLastError(), domains[i].error);
		check_equal(equal,
			    domains[i].error ? 0xdead : domains[i].equal);
		LocalFree(a);
		LocalFree(b);
	}
	check_fails(EqualDomainSid(NULL, NULL, NULL), ERROR_INVALID_SID);
}

static void the_domain_of_an_account_is_asked_for_with_a_buffer(void)
{
	PSID user = sid_of("S-1-5-21-1-2-3-1001");
	PSID world = sid_of("S-1-1-0");
	BYTE domain[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(domain);

	check_fails(GetWindowsAccountDomainSid(NULL, NULL, NULL),
		    ERROR_INVALID_SID);
	check_fails(GetWindowsAccountDomainSid(user, domain, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(GetWindowsAccountDomainSid(world, domain, &size),
		    ERROR_NON_DOMAIN_SID);
	size = 1;
	check_fails(GetWindowsAccountDomainSid(user, domain, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 24);
	check(GetWindowsAccountDomainSid(user, domain, &size));
	check_equal(size, 24);
	check(is_text(domain, "S-1-5-21-1-2-3"));
	LocalFree(user);
	LocalFree(world);
}

static const struct {
	int type;
	const char *domain;
	const char *sid; /* NULL: refused */
} known[] = {
	{WinNullSid, NULL, "S-1-0-0"},
	{WinWorldSid, DOMAIN, "S-1-1-0"},
	{WinCreatorOwnerServerSid, NULL, "S-1-3-2"},
	{WinNtAuthoritySid, NULL, "S-1-5"},
	{WinLocalSystemSid, DOMAIN, "S-1-5-18"},
	{WinBuiltinDomainSid, NULL, "S-1-5-32"},
	{WinBuiltinAdministratorsSid, NULL, "S-1-5-32-544"},
	{WinAccountAdministratorSid, DOMAIN, DOMAIN "-500"},
	{WinAccountAdministratorSid, NULL, NULL},
	{WinAccountComputersSid, NULL, NULL},
	{WinSChannelAuthenticationSid, NULL, "S-1-5-64-14"},
	{WinBuiltinPerfLoggingUsersSid, NULL, "S-1-5-32-559"},
	{WinMediumLabelSid, DOMAIN, "S-1-16-8192"},
	{WinWriteRestrictedCodeSid, NULL, "S-1-5-33"},
	{WinCreatorOwnerRightsSid, NULL, "S-1-3-4"},
	{WinBuiltinAnyPackageSid, DOMAIN, "S-1-15-2-1"},
	{WinConsoleLogonSid, NULL, "S-1-2-1"},
	{WinLogonIdsSid, NULL, NULL},
	{9999, NULL, NULL},
	{-1, NULL, NULL},
};

static void well_known_sids_are_made_of_numbers(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(known); i++) {
		PSID domain = known[i].domain ? sid_of(known[i].domain) : NULL;
		WELL_KNOWN_SID_TYPE type = (WELL_KNOWN_SID_TYPE)known[i].type;
		BYTE sid[SECURITY_MAX_SID_SIZE];
		DWORD size = sizeof(sid);

		if (!known[i].sid) {
			check_fails(
				CreateWellKnownSid(type, domain, sid, &size),
				ERROR_INVALID_PARAMETER);
			continue;
		}
		check(CreateWellKnownSid(type, domain, sid, &size));
		check_equal(size, GetLengthSid(sid));
		/* one of six sub-authorities is of no account domain */
		if (type != WinAccountAdministratorSid)
			check(IsWellKnownSid(sid, type));
		check(!IsWellKnownSid(sid, WinDialupSid));
		if (*GetSidSubAuthorityCount(sid) > 0)
			check(is_text(sid, known[i].sid));
		LocalFree(domain);
	}
	check(!IsWellKnownSid(NULL, WinNullSid));
}

static void well_known_sids_need_room(void)
{
	DWORD size = 0;
	BYTE sid[SECURITY_MAX_SID_SIZE] = {0};

	check_fails(CreateWellKnownSid(WinInteractiveSid, NULL, NULL, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 12);
	size = 11;
	check_fails(CreateWellKnownSid(WinInteractiveSid, NULL, sid, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 12);
	/* room that is nowhere */
	check_fails(CreateWellKnownSid(WinInteractiveSid, NULL, NULL, &size),
		    ERROR_INVALID_PARAMETER);
	check_equal(sid[0], 0);
	check_fails(CreateWellKnownSid(WinInteractiveSid, NULL, sid, NULL),
		    ERROR_INVALID_PARAMETER);
}

static const struct {
	const char *text;
	const char *wanted; /* NULL: refused with @error */
	DWORD error;
} texts[] = {
	{"S-1-5-32-544", "S-1-5-32-544", 0},
	{"s-1-12-1", "S-1-12-1", 0},
	{"WD", "S-1-1-0", 0},
	{"wD", "S-1-1-0", 0},
	{"OW", "S-1-3-4", 0},
	{"BO", "S-1-5-32-551", 0},
	{"S-1-0x5-0x20-0x220", "S-1-5-32-544", 0},
	{"S-1-5-4294967296", "S-1-5-4294967295", 0},
	{"S-1-5", NULL, ERROR_INVALID_SID},
	{"WDandmorecharacters", NULL, ERROR_INVALID_SID},
	{"", NULL, ERROR_INVALID_SID},
	{"S-1-", NULL, ERROR_INVALID_SID},
	{"S-2-5-32", NULL, ERROR_INVALID_SID},
	{"ZZ", NULL, ERROR_INVALID_SID},
};

static void texts_become_sids_and_come_back(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(texts); i++) {
		PSID sid = wild;

		if (texts[i].wanted) {
			check(ConvertStringSidToSidA(texts[i].text, &sid));
			check(is_text(sid, texts[i].wanted));
			LocalFree(sid);
			continue;
		}
		check_fails(ConvertStringSidToSidA(texts[i].text, &sid),
			    texts[i].error);
		check(sid == wild);
	}
}

/* LA and LG are of the machine, whether or not it has accounts. */
static void the_machine_is_a_domain(void)
{
	PSID administrator = NULL, guest = NULL;

	check(ConvertStringSidToSidA("LA", &administrator));
	check(ConvertStringSidToSidA("lg", &guest));
	check(EqualPrefixSid(administrator, guest));
	check(IsWellKnownSid(administrator, WinAccountAdministratorSid));
	check(IsWellKnownSid(guest, WinAccountGuestSid));
	LocalFree(administrator);
	LocalFree(guest);
}

static void wide_texts_do_as_well(void)
{
	WCHAR buffer[64];
	UNICODE_STRING counted = {0, sizeof(buffer), buffer};
	UNICODE_STRING made = {0};
	WCHAR *text = NULL;
	PSID sid = NULL;

	check(ConvertStringSidToSidW(L"BA", &sid));
	check(ConvertSidToStringSidW(sid, &text));
	check(same_wide(text, L"S-1-5-32-544"));
	LocalFree(text);
	check_equal(RtlConvertSidToUnicodeString(&counted, sid, FALSE), 0);
	check_equal(counted.Length, 12 * sizeof(WCHAR));
	check(same_wide(buffer, L"S-1-5-32-544"));
	counted.MaximumLength = 23;
	check_equal(RtlConvertSidToUnicodeString(&counted, sid, FALSE),
		    STATUS_BUFFER_OVERFLOW);
	check_equal(RtlConvertSidToUnicodeString(&made, sid, TRUE), 0);
	check_equal(made.MaximumLength, 13 * sizeof(WCHAR));
	check(same_wide(made.Buffer, L"S-1-5-32-544"));
	LocalFree(made.Buffer);
	LocalFree(sid);
}

static void texts_need_both_arguments(void)
{
	BYTE bad[SECURITY_MAX_SID_SIZE] = {2, 1};
	PSID world = sid_of("WD");
	char *text = NULL;
	PSID sid = NULL;

	check_fails(ConvertStringSidToSidA(NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertStringSidToSidA(NULL, &sid),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertStringSidToSidA("WD", NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertStringSidToSidW(NULL, &sid),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertSidToStringSidA(NULL, &text),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertSidToStringSidA(world, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertSidToStringSidA(bad, &text), ERROR_INVALID_SID);
	LocalFree(world);
}

static UNICODE_STRING counted(const WCHAR *text)
{
	USHORT size = (USHORT)(wcslen(text) * sizeof(WCHAR));

	return (UNICODE_STRING){size, size, (WCHAR *)(ULONG_PTR)text};
}

static void services_have_sids(void)
{
	UNICODE_STRING name = counted(L"TestService");
	BYTE sid[SECURITY_MAX_SID_SIZE];
	ULONG size = 0;

	check_equal(RtlCreateServiceSid(NULL, sid, &size),
		    STATUS_INVALID_PARAMETER);
	check_equal(RtlCreateServiceSid(&name, sid, NULL),
		    STATUS_INVALID_PARAMETER);
	check_equal(RtlCreateServiceSid(&name, sid, &size),
		    STATUS_BUFFER_TOO_SMALL);
	check_equal(size, 32);
	check_equal(RtlCreateServiceSid(&name, sid, &size), 0);
	check(is_text(sid, "S-1-5-80-3892056402-659729507-4115993473-"
			   "1921682939-1565901394"));
}

static void capabilities_have_two_sids(void)
{
	UNICODE_STRING name = counted(L"__AB");
	BYTE group[SECURITY_MAX_SID_SIZE], capability[SECURITY_MAX_SID_SIZE];
	PSID *groups = NULL, *capabilities = NULL;
	DWORD n_groups = 0, n_capabilities = 0;

	check_equal(RtlDeriveCapabilitySidsFromName(&name, group, capability),
		    0);
	check(is_text(capability,
		      "S-1-15-3-1024-3721894123-914086352-480141578-205773950-"
		      "3911026213-962493688-3873948626-643950112"));
	check(is_text(group, "S-1-5-32-3721894123-914086352-480141578-"
			     "205773950-3911026213-962493688-3873948626-"
			     "643950112"));
	check(DeriveCapabilitySidsFromName(L"__AB", &groups, &n_groups,
					   &capabilities, &n_capabilities));
	check_equal(n_groups, 1);
	check_equal(n_capabilities, 1);
	check(EqualSid(groups[0], group));
	check(EqualSid(capabilities[0], capability));
	LocalFree(groups[0]);
	LocalFree(groups);
	LocalFree(capabilities[0]);
	LocalFree(capabilities);
	check_fails(DeriveCapabilitySidsFromName(L"__AB", NULL, &n_groups,
						 &capabilities,
						 &n_capabilities),
		    ERROR_INVALID_PARAMETER);
}

static void packages_have_sids(void)
{
	PSID sid = NULL, again = NULL;

	check_equal(
		DeriveAppContainerSidFromAppContainerName(L"Some.App", &sid),
		S_OK);
	check_equal(*GetSidSubAuthorityCount(sid), 8);
	check_equal(*GetSidSubAuthority(sid, 0), 2);
	check_equal(
		DeriveAppContainerSidFromAppContainerName(L"some.app", &again),
		S_OK);
	check(EqualSid(sid, again));
	FreeSid(sid);
	FreeSid(again);
	check_equal(DeriveAppContainerSidFromAppContainerName(NULL, &sid),
		    E_INVALIDARG);
}

static void local_ids_are_unique(void)
{
	LUID a = {0, 0}, b = {0, 0};

	check(AllocateLocallyUniqueId(&a));
	check(AllocateLocallyUniqueId(&b));
	check(a.LowPart != b.LowPart || a.HighPart != b.HighPart);
	check_fails(AllocateLocallyUniqueId(NULL), ERROR_NOACCESS);
	check_equal(NtAllocateLocallyUniqueId(wild), STATUS_ACCESS_VIOLATION);
}

static void sids_are_made_of_arrays(void)
{
	SID_IDENTIFIER_AUTHORITY nt = {SECURITY_NT_AUTHORITY};
	ULONG subs[SID_MAX_SUB_AUTHORITIES] = {32, 544};
	PSID made = NULL;

	check_equal(RtlAllocateAndInitializeSidEx(&nt, 2, subs, &made), 0);
	check(IsWellKnownSid(made, WinBuiltinAdministratorsSid));
	RtlFreeSid(made);
	check_equal(RtlAllocateAndInitializeSidEx(&nt, 15, subs, &made), 0);
	check_equal(*GetSidSubAuthorityCount(made), 15);
	RtlFreeSid(made);
	check_equal(RtlAllocateAndInitializeSidEx(&nt, 16, subs, &made),
		    STATUS_INVALID_SID);
}

static void arrays_are_copied_into_an_area(void)
{
	PSID world = NULL, users = NULL, rest = NULL;
	SID_AND_ATTRIBUTES to[2], from[2];
	BYTE area[40];
	ULONG size = 0;

	ConvertStringSidToSidA("WD", &world);
	ConvertStringSidToSidA("BU", &users);
	from[0] = (SID_AND_ATTRIBUTES){world, 7};
	from[1] = (SID_AND_ATTRIBUTES){users, 3};
	check_equal(RtlCopySidAndAttributesArray(2, from, 27, to, area, &rest,
						 &size),
		    STATUS_BUFFER_TOO_SMALL);
	check_equal(RtlCopySidAndAttributesArray(2, from, sizeof(area), to,
						 area, &rest, &size),
		    0);
	check_equal(size, sizeof(area) - 28);
	check(rest == area + 28);
	check(to[1].Sid == area + 12 && EqualSid(to[1].Sid, users));
	check_equal(to[1].Attributes, 3);
	LocalFree(world);
	LocalFree(users);
}

static void labels_are_levels(void)
{
	PSID low = NULL, high = NULL, world = NULL;
	BOOLEAN answer = 7;

	ConvertStringSidToSidA("LW", &low);
	ConvertStringSidToSidA("HI", &high);
	ConvertStringSidToSidA("WD", &world);
	check_equal(RtlSidDominates(high, low, &answer), 0);
	check_equal(answer, TRUE);
	check_equal(RtlSidDominates(low, high, &answer), 0);
	check_equal(answer, FALSE);
	check_equal(RtlSidDominates(low, low, &answer), 0);
	check_equal(answer, TRUE);
	check_equal(RtlSidEqualLevel(low, high, &answer), 0);
	check_equal(answer, FALSE);
	check_equal(RtlSidDominates(world, low, &answer), STATUS_INVALID_SID);
	check_equal(answer, FALSE);
	LocalFree(low);
	LocalFree(high);
	LocalFree(world);
}

int main(void)
{
	run(valid_means_revision_and_count);
	run(pointers_to_nothing_are_no_sids);
	run(allocated_sids_have_their_parts);
	run(initialising_sets_all_but_the_sub_authorities);
	run(lengths_are_eight_and_four_each);
	run(getters_succeed_whatever_they_are_given);
	run(copying_needs_room);
	run(equality_is_of_all_bytes_or_all_but_the_last);
	run(domains_are_compared_where_there_are_any);
	run(the_domain_of_an_account_is_asked_for_with_a_buffer);
	run(well_known_sids_are_made_of_numbers);
	run(well_known_sids_need_room);
	run(texts_become_sids_and_come_back);
	run(the_machine_is_a_domain);
	run(wide_texts_do_as_well);
	run(texts_need_both_arguments);
	run(sids_are_made_of_arrays);
	run(arrays_are_copied_into_an_area);
	run(labels_are_levels);
	run(services_have_sids);
	run(capabilities_have_two_sids);
	run(packages_have_sids);
	run(local_ids_are_unique);
	return check_done();
}
