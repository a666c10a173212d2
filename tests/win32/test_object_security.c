/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of events and processes through handles. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <wchar.h>

#include <winternl-object.h>

#include "check.h"

static HANDLE new_event(DWORD access)
{
	HANDLE event = CreateEventExW(NULL, NULL, 0, access);

	check(event != NULL);
	return event;
}

static void sizes_follow_the_rules(void)
{
	HANDLE process = GetCurrentProcess();
	DWORD n = 0xbeef, m = 0;
	BYTE buffer[4096];

	check_fails(GetKernelObjectSecurity(NULL, OWNER_SECURITY_INFORMATION,
					    NULL, 0, &n),
		    ERROR_INVALID_HANDLE);
	check_equal(n, 0xbeef);
	check_fails(GetKernelObjectSecurity(process, OWNER_SECURITY_INFORMATION,
					    NULL, 0, NULL),
		    ERROR_NOACCESS);
	check_fails(GetKernelObjectSecurity(process, OWNER_SECURITY_INFORMATION,
					    NULL, 0, &n),
		    ERROR_INSUFFICIENT_BUFFER);
	check(n > sizeof(SECURITY_DESCRIPTOR_RELATIVE) && n < sizeof(buffer));
	check_fails(GetKernelObjectSecurity(process, OWNER_SECURITY_INFORMATION,
					    NULL, n, &m),
		    ERROR_NOACCESS);
	check_fails(GetKernelObjectSecurity(process, OWNER_SECURITY_INFORMATION,
					    buffer, n - 1, &m),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(m, n);
	SetLastError(0xdeadbeef);
	check(GetKernelObjectSecurity(process, OWNER_SECURITY_INFORMATION,
				      buffer, n + 1, &m));
	check_equal(m, n);
	check_equal(GetLastError(), 0xdeadbeef);
	check(GetKernelObjectSecurity(process, 0x100000, buffer, n, &m));
	check_equal(((PISECURITY_DESCRIPTOR_RELATIVE)(void *)buffer)->Control,
		    SE_SELF_RELATIVE);
}

static void reading_and_writing_take_their_rights(void)
{
	HANDLE event = new_event(EVENT_MODIFY_STATE);
	SECURITY_DESCRIPTOR sd = {.Revision = SECURITY_DESCRIPTOR_REVISION};
	BYTE buffer[4096];
	DWORD n;

	check_fails(GetKernelObjectSecurity(event, OWNER_SECURITY_INFORMATION,
					    buffer, sizeof(buffer), &n),
		    ERROR_ACCESS_DENIED);
	sd.Control = SE_DACL_PRESENT;
	check_fails(
		SetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, &sd),
		ERROR_ACCESS_DENIED);
	check(CloseHandle(event));
	event = new_event(EVENT_ALL_ACCESS);
	check_fails(GetKernelObjectSecurity(event, SACL_SECURITY_INFORMATION,
					    buffer, sizeof(buffer), &n),
		    ERROR_ACCESS_DENIED);
	check_fails(
		SetKernelObjectSecurity(event, SACL_SECURITY_INFORMATION, &sd),
		ERROR_ACCESS_DENIED);
	check(CloseHandle(event));
}

static void what_is_set_must_be_there(void)
{
	HANDLE event = new_event(EVENT_ALL_ACCESS);
	SECURITY_DESCRIPTOR sd = {0};

	check_fails(SetKernelObjectSecurity(event, OWNER_SECURITY_INFORMATION,
					    NULL),
		    ERROR_NOACCESS);
	check_fails(
		SetKernelObjectSecurity(event, OWNER_SECURITY_INFORMATION, &sd),
		ERROR_UNKNOWN_REVISION);
	sd.Revision = SECURITY_DESCRIPTOR_REVISION;
	check_fails(
		SetKernelObjectSecurity(event, OWNER_SECURITY_INFORMATION, &sd),
		ERROR_INVALID_SECURITY_DESCR);
	check_fails(
		SetKernelObjectSecurity(event, GROUP_SECURITY_INFORMATION, &sd),
		ERROR_INVALID_SECURITY_DESCR);
	check(SetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, &sd));
	sd.Control = SE_DACL_PRESENT;
	check(SetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, &sd));
	check(CloseHandle(event));
}

static SID everyone = {.Revision = 1,
		       .SubAuthorityCount = 1,
		       .IdentifierAuthority = {{0, 0, 0, 0, 0, 1}}};

static void the_group_reads_back(void)
{
	HANDLE event = new_event(EVENT_ALL_ACCESS);
	SECURITY_DESCRIPTOR sd = {.Revision = SECURITY_DESCRIPTOR_REVISION,
				  .Group = &everyone};
	BYTE buffer[4096];
	PISECURITY_DESCRIPTOR_RELATIVE got = (void *)buffer;
	DWORD n;

	check(SetKernelObjectSecurity(event, GROUP_SECURITY_INFORMATION, &sd));
	check(GetKernelObjectSecurity(event,
				      GROUP_SECURITY_INFORMATION |
					      DACL_SECURITY_INFORMATION |
					      OWNER_SECURITY_INFORMATION,
				      buffer, sizeof(buffer), &n));
	check_equal(memcmp(buffer + got->Group, &everyone, 12), 0);
	check(got->Owner && (got->Control & SE_DACL_PRESENT));
	check(CloseHandle(event));
}

static void names_are_opened_as_the_descriptor_says(void)
{
	struct {
		ACL acl;
		ACE_HEADER header;
		ACCESS_MASK mask;
		SID sid;
	} dacl = {
		.acl = {.AclRevision = 2,
			.AclSize = sizeof(dacl),
			.AceCount = 1},
		.header = {.AceSize = sizeof(dacl) - sizeof(ACL)},
		.mask = SYNCHRONIZE,
		.sid = everyone,
	};
	SECURITY_DESCRIPTOR sd = {.Revision = SECURITY_DESCRIPTOR_REVISION,
				  .Control = SE_DACL_PRESENT,
				  .Dacl = &dacl.acl};
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), &sd, FALSE};
	HANDLE event, opened;

	event = CreateEventExW(&attributes, L"test-object-security",
			       CREATE_EVENT_MANUAL_RESET, MAXIMUM_ALLOWED | 4);
	check(event != NULL);
	opened = OpenEventW(SYNCHRONIZE, FALSE, L"test-object-security");
	check(opened != NULL);
	check(CloseHandle(opened));
	check_fails(
		OpenEventW(EVENT_MODIFY_STATE, FALSE, L"test-object-security"),
		ERROR_ACCESS_DENIED);
	check_fails(CreateEventW(NULL, TRUE, FALSE, L"test-object-security"),
		    ERROR_ACCESS_DENIED);
	check(SetEvent(event));
	/* the owner may always change it; all see the change */
	sd.Dacl = NULL;
	check(SetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, &sd));
	opened = OpenEventW(EVENT_MODIFY_STATE, FALSE, L"test-object-security");
	check(opened != NULL);
	check(CloseHandle(opened));
	check(CloseHandle(event));
}

int main(void)
{
	run(sizes_follow_the_rules);
	run(reading_and_writing_take_their_rights);
	run(what_is_set_must_be_there);
	run(the_group_reads_back);
	run(names_are_opened_as_the_descriptor_says);
	return check_done();
}
