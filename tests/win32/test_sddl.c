/* SPDX-License-Identifier: Apache-2.0 */
/* sddl.h: descriptors as text (MS-DTYP 2.5.1). What the text means is tested
 * where the library reads it; here it is what the functions say. */
#include <windows.h>

#include <sddl.h>
#include <string.h>
#include <wchar.h>

#include "check.h"

#define PROTECTED "O:BUG:SYD:P(A;;GA;;;WD)S:P(ML;;;;;SI)"

static void *const wild = (void *)0x10;

static int same_wide(const WCHAR *a, const WCHAR *b)
{
	return wcslen(a) == wcslen(b) &&
	       memcmp(a, b, wcslen(a) * sizeof(*a)) == 0;
}

static const struct {
	const char *text;
	DWORD error; /* 0: it comes back as it is */
} texts[] = {
	{"", 0},
	{"O:BA", 0},
	{"G:SY", 0},
	{"O:BAG:SYD:(A;;FA;;;WD)S:(AU;SA;FA;;;WD)", 0},
	{"D:", 0},
	{"D:NO_ACCESS_CONTROL", 0},
	{"D:PARAI(A;OICIIOID;FR;;;BA)", 0},
	{"D:(XA;;GR;;;WD;(@USER.Title == \"PM\"))", 0},
	{"D:(A;;ROB;;;WD)", ERROR_INVALID_ACL},
	{"D:(A;;GA ;;;WD)", ERROR_INVALID_ACL},
	{"D:(A;;GA;;;ZZ)", ERROR_INVALID_ACL},
	{"D:(Q;;GA;;;WD)", ERROR_INVALID_ACL},
	{"D:(AU;SA;GA;;;WD)", ERROR_INVALID_ACL},
	{"O:ZZ", ERROR_INVALID_SID},
	{"D:(OA;;GA;nonsense;;WD)", RPC_S_INVALID_STRING_UUID},
	{"D:(XA;;GR;;;WD;(@User.))", ERROR_INVALID_ACE_CONDITION},
	{"X:BA", ERROR_INVALID_PARAMETER},
	{"O:BAO:BA", ERROR_INVALID_PARAMETER},
	{"nonsense", ERROR_INVALID_PARAMETER},
};

static void texts_become_descriptors_and_come_back(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(texts); i++) {
		PSECURITY_DESCRIPTOR sd = wild;
		ULONG size = 7, length = 0;
		char *text = NULL;

		SetLastError(0xdeadbeef);
		check_say(ConvertStringSecurityDescriptorToSecurityDescriptorA(
				  texts[i].text, SDDL_REVISION_1, &sd, &size) ==
				  !texts[i].error,
			  "%s", texts[i].text);
		if (texts[i].error) {
			check_equal(GetLastError(), texts[i].error);
			check(sd == wild);
			check_equal(size, 7);
			continue;
		}
		check_equal(GetLastError(), 0xdeadbeef);
		check(IsValidSecurityDescriptor(sd));
		check_equal(size, GetSecurityDescriptorLength(sd));
		check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
			sd, SDDL_REVISION_1, 0xf, &text, &length));
		check(text && strcmp(text, texts[i].text) == 0);
		check_equal(length, strlen(texts[i].text) + 1);
		LocalFree(text);
		LocalFree(sd);
	}
}

static void arguments_are_needed(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	SECURITY_DESCRIPTOR bad = {0};
	char *text = NULL;

	check_fails(ConvertStringSecurityDescriptorToSecurityDescriptorA(
			    NULL, SDDL_REVISION_1, &sd, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertStringSecurityDescriptorToSecurityDescriptorW(
			    NULL, SDDL_REVISION_1, &sd, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertStringSecurityDescriptorToSecurityDescriptorA(
			    "D:(A;;ROB;;;WD)", SDDL_REVISION_1, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertStringSecurityDescriptorToSecurityDescriptorA(
			    "D:", 0, &sd, NULL),
		    ERROR_UNKNOWN_REVISION);
	check_fails(ConvertStringSecurityDescriptorToSecurityDescriptorA(
			    "D:", 2, &sd, NULL),
		    ERROR_UNKNOWN_REVISION);
	check(sd == NULL);
	check_fails(ConvertSecurityDescriptorToStringSecurityDescriptorA(
			    &bad, SDDL_REVISION_1, 0xf, &text, NULL),
		    ERROR_UNKNOWN_REVISION);
	InitializeSecurityDescriptor(&bad, SECURITY_DESCRIPTOR_REVISION);
	check_fails(ConvertSecurityDescriptorToStringSecurityDescriptorA(
			    &bad, 2, 0xf, &text, NULL),
		    ERROR_UNKNOWN_REVISION);
	check_fails(ConvertSecurityDescriptorToStringSecurityDescriptorA(
			    &bad, SDDL_REVISION_1, 0xf, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(ConvertSecurityDescriptorToStringSecurityDescriptorA(
			    NULL, SDDL_REVISION_1, 0xf, &text, NULL),
		    ERROR_INVALID_PARAMETER);
	check(text == NULL);
}

/* Of a SACL the label is a part of its own; that the list is protected is said
 * with any part of it. */
static const struct {
	SECURITY_INFORMATION information;
	const char *text;
} selected[] = {
	{0, ""},
	{OWNER_SECURITY_INFORMATION, "O:BU"},
	{GROUP_SECURITY_INFORMATION, "G:SY"},
	{DACL_SECURITY_INFORMATION, "D:P(A;;GA;;;WD)"},
	{SACL_SECURITY_INFORMATION, "S:P"},
	{LABEL_SECURITY_INFORMATION, "S:P(ML;;;;;SI)"},
	{OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
		 DACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
	 PROTECTED},
};

static void the_parts_asked_for_are_printed(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;

	check(ConvertStringSecurityDescriptorToSecurityDescriptorA(
		PROTECTED, SDDL_REVISION_1, &sd, NULL));
	for (unsigned i = 0; i < ARRAYSIZE(selected); i++) {
		char *text = NULL;

		check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
			sd, SDDL_REVISION_1, selected[i].information, &text,
			NULL));
		check_say(strcmp(text, selected[i].text) == 0, "%s is not %s",
			  text, selected[i].text);
		LocalFree(text);
	}
	LocalFree(sd);
}

static void absolute_ones_are_printed_as_well(void)
{
	SECURITY_DESCRIPTOR sd;
	BYTE world[12] = {1, 1, 0, 0, 0, 0, 0, 1};
	char *text = NULL;
	ULONG length = 7;

	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
		&sd, SDDL_REVISION_1, 0xf, &text, &length));
	check(strcmp(text, "") == 0);
	check_equal(length, 1);
	LocalFree(text);
	SetSecurityDescriptorOwner(&sd, world, FALSE);
	SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE);
	check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
		&sd, SDDL_REVISION_1, 0xf, &text, &length));
	check(strcmp(text, "O:WDD:NO_ACCESS_CONTROL") == 0);
	LocalFree(text);
}

static void wide_text_is_the_same(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	WCHAR *text = NULL;
	ULONG size = 0, length = 0;

	check(ConvertStringSecurityDescriptorToSecurityDescriptorW(
		L"O:BAD:(A;;FA;;;WD)", SDDL_REVISION_1, &sd, &size));
	check_equal(size, GetSecurityDescriptorLength(sd));
	check(ConvertSecurityDescriptorToStringSecurityDescriptorW(
		sd, SDDL_REVISION_1, 0xf, &text, &length));
	check(same_wide(text, L"O:BAD:(A;;FA;;;WD)"));
	check_equal(length, wcslen(text) + 1);
	LocalFree(text);
	LocalFree(sd);
}

/* SIDs of the machine's domain, whichever that is */
static void aliases_of_the_machine_come_back(void)
{
	static const char *const rows[] = {
		"O:LAG:LG",
		"D:(A;;FA;;;LA)(D;OICI;KR;;;LG)",
		"D:(A;;GA;;;DU)(A;;GR;;;S-1-5-21-1-2-3-500)",
		"O:S-1-5-21-1-2-3-501D:",
	};

	for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
		PSECURITY_DESCRIPTOR sd = NULL;
		char *text = NULL;

		check(ConvertStringSecurityDescriptorToSecurityDescriptorA(
			rows[i], SDDL_REVISION_1, &sd, NULL));
		check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
			sd, SDDL_REVISION_1,
			OWNER_SECURITY_INFORMATION |
				GROUP_SECURITY_INFORMATION |
				DACL_SECURITY_INFORMATION,
			&text, NULL));
		check_say(strcmp(text, rows[i]) == 0, "%s, not %s", text,
			  rows[i]);
		LocalFree(text);
		LocalFree(sd);
	}
}

int main(void)
{
	run(texts_become_descriptors_and_come_back);
	run(arguments_are_needed);
	run(the_parts_asked_for_are_printed);
	run(absolute_ones_are_printed_as_well);
	run(wide_text_is_the_same);
	run(aliases_of_the_machine_come_back);
	return check_done();
}
