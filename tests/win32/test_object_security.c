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

static HANDLE make_event(void)
{
	return CreateEventA(NULL, TRUE, FALSE, NULL);
}

static HANDLE make_mutex(void)
{
	return CreateMutexA(NULL, FALSE, NULL);
}

static HANDLE make_semaphore(void)
{
	return CreateSemaphoreA(NULL, 0, 1, NULL);
}

static HANDLE make_section(void)
{
	return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
				  1, NULL);
}

/* A real handle to what a pseudo-handle stands for */
static HANDLE real(HANDLE pseudo)
{
	HANDLE made = NULL;

	check(DuplicateHandle(GetCurrentProcess(), pseudo, GetCurrentProcess(),
			      &made, 0, FALSE, DUPLICATE_SAME_ACCESS));
	return made;
}

static HANDLE make_thread(void)
{
	return real(GetCurrentThread());
}

static HANDLE make_process(void)
{
	return real(GetCurrentProcess());
}

static HANDLE make_token(void)
{
	HANDLE own = NULL, made = NULL;

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE, &own));
	check(DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &made));
	check(CloseHandle(own));
	return made;
}

static HANDLE make_file(void)
{
	return CreateFileA("/tmp/guise-test-object-security",
			   READ_CONTROL | WRITE_DAC | WRITE_OWNER, 0, NULL,
			   OPEN_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
}

static HANDLE make_pipe(void)
{
	return CreateNamedPipeA("\\\\.\\pipe\\guise-test-object-security",
				PIPE_ACCESS_DUPLEX | WRITE_DAC | WRITE_OWNER,
				PIPE_TYPE_BYTE, 1, 64, 64, 0, NULL);
}

static const struct {
	const char *name;
	HANDLE (*make)(void);
} kinds[] = {
	{"event", make_event},	       {"mutex", make_mutex},
	{"semaphore", make_semaphore}, {"section", make_section},
	{"thread", make_thread},       {"process", make_process},
	{"token", make_token},	       {"file", make_file},
	{"pipe", make_pipe},
};

#define PARTS                                                                  \
	(OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |             \
	 DACL_SECURITY_INFORMATION)

/* The same object with one right */
static HANDLE with(HANDLE handle, DWORD access)
{
	HANDLE made = NULL;

	check_say(DuplicateHandle(GetCurrentProcess(), handle,
				  GetCurrentProcess(), &made, access, FALSE, 0),
		  "0x%x: %u", access, GetLastError());
	return made;
}

static void check_kind(size_t kind)
{
	HANDLE all = kinds[kind].make(), looks, changes, owns;
	BYTE sd[2048], again[2048];
	DWORD size = 0, n = 0;

	check_say(all && all != INVALID_HANDLE_VALUE, "%s: %u",
		  kinds[kind].name, GetLastError());
	looks = with(all, READ_CONTROL);
	changes = with(all, WRITE_DAC);
	owns = with(all, WRITE_OWNER);
	check_fails(GetKernelObjectSecurity(looks, PARTS, NULL, 0, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_fails(GetKernelObjectSecurity(looks, PARTS, sd, size - 1, &n),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(n, size);
	check(GetKernelObjectSecurity(looks, PARTS, sd, sizeof(sd), &n));
	check(IsValidSecurityDescriptor(sd));
	check_equal(n, GetSecurityDescriptorLength(sd));
	/* each handle may what it may, and nothing else */
	check_fails(GetKernelObjectSecurity(changes, PARTS, again,
					    sizeof(again), &n),
		    ERROR_ACCESS_DENIED);
	check_fails(GetKernelObjectSecurity(looks, SACL_SECURITY_INFORMATION,
					    again, sizeof(again), &n),
		    ERROR_ACCESS_DENIED);
	check_fails(
		SetKernelObjectSecurity(looks, DACL_SECURITY_INFORMATION, sd),
		ERROR_ACCESS_DENIED);
	check_fails(SetKernelObjectSecurity(changes, OWNER_SECURITY_INFORMATION,
					    sd),
		    ERROR_ACCESS_DENIED);
	check_fails(
		SetKernelObjectSecurity(owns, DACL_SECURITY_INFORMATION, sd),
		ERROR_ACCESS_DENIED);
	check(SetKernelObjectSecurity(changes, DACL_SECURITY_INFORMATION, sd));
	check(SetKernelObjectSecurity(owns, OWNER_SECURITY_INFORMATION, sd));
	check(GetKernelObjectSecurity(looks, PARTS, again, sizeof(again), &n));
	check_equal(n, size);
	check_equal(memcmp(sd, again, n), 0);
	check(CloseHandle(looks));
	check(CloseHandle(changes));
	check(CloseHandle(owns));
	check(CloseHandle(all));
}

static void every_kind_of_object_has_a_descriptor(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const unsigned before = check_failures;

		check_kind(i);
		check_say(check_failures == before, "%s", kinds[i].name);
	}
}

int main(void)
{
	run(sizes_follow_the_rules);
	run(reading_and_writing_take_their_rights);
	run(what_is_set_must_be_there);
	run(the_group_reads_back);
	run(names_are_opened_as_the_descriptor_says);
	run(every_kind_of_object_has_a_descriptor);
	return check_done();
}
