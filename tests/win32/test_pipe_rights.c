/* SPDX-License-Identifier: Apache-2.0 */
/* What handles of pipes may, and the descriptor that all ends of one share. */
#include <windows.h>

#include <aclapi.h>
#include <winternl.h>

#include "pipe-fixture.h"
#include "token.h"

static void handles_have_what_was_asked_for(void)
{
	static const struct {
		DWORD open_mode;
		ACCESS_MASK granted;
	} rows[] = {
		{PIPE_ACCESS_INBOUND, 0x120089},
		{PIPE_ACCESS_OUTBOUND, 0x120116},
		{PIPE_ACCESS_DUPLEX, 0x12019f},
		{PIPE_ACCESS_INBOUND | WRITE_DAC, 0x160089},
		{PIPE_ACCESS_INBOUND | WRITE_OWNER, 0x1a0089},
	};
	HANDLE handle, server;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		server = pipe_server("granted", rows[i].open_mode, 0, 1);
		check_equal(access_of(server), rows[i].granted);
		check(CloseHandle(server));
	}
	server = pipe_server("granted", PIPE_ACCESS_DUPLEX, 0, 1);
	handle = pipe_client("granted", FILE_ALL_ACCESS, 0);
	check_equal(access_of(handle), FILE_ALL_ACCESS);
	check(CloseHandle(handle));
	check(CloseHandle(server));
	handle = CreateFileA("\\\\.\\pipe\\", FILE_ALL_ACCESS, 0, NULL,
			     OPEN_EXISTING, 0, NULL);
	check_equal(access_of(handle), FILE_ALL_ACCESS);
	check(CloseHandle(handle));
}

static void duplicates_have_no_more_than_the_handle(void)
{
	static const struct {
		ACCESS_MASK access, granted;
	} rows[] = {
		{0, 0},
		{GENERIC_READ, 0x120089},
		{GENERIC_WRITE, 0x120116},
		{GENERIC_EXECUTE, 0x1200a0},
		{GENERIC_ALL, 0x1f01ff},
	};
	HANDLE server = pipe_server("twice", DUPLEX, 0, 1), twin = NULL;
	HANDLE client = pipe_client("twice", FILE_ALL_ACCESS, 0);
	HANDLE process = GetCurrentProcess();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check(DuplicateHandle(process, client, process, &twin,
				      rows[i].access, FALSE, 0));
		check_equal(access_of(twin), rows[i].granted);
		check(CloseHandle(twin));
	}
	check(DuplicateHandle(process, client, process, &twin, GENERIC_READ,
			      FALSE, 0));
	check_fails(write_byte(twin), ERROR_ACCESS_DENIED);
	check(CloseHandle(client));
	/* it is open as long as one handle is */
	check(write_byte(server));
	check(read_byte(twin));
	check(CloseHandle(twin));
	check_fails(write_byte(server), ERROR_NO_DATA);
	check_fails(DuplicateHandle(process, server, process, &twin,
				    GENERIC_ALL, FALSE, 0),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(server));
}

/* As an object and as a file */
static void aclapi_reads_and_writes_its_descriptor(void)
{
	static const SE_OBJECT_TYPE types[] = {SE_KERNEL_OBJECT,
					       SE_FILE_OBJECT};
	HANDLE server = pipe_server("acl", DUPLEX | WRITE_DAC, 0, 1);
	PSECURITY_DESCRIPTOR sd;
	PSID owner;
	PACL dacl;

	for (size_t i = 0; i < 2; i++) {
		check_equal(GetSecurityInfo(server, types[i],
					    OWNER_SECURITY_INFORMATION |
						    DACL_SECURITY_INFORMATION,
					    &owner, NULL, &dacl, NULL, &sd),
			    ERROR_SUCCESS);
		check(IsValidSid(owner));
		check(dacl && dacl->AceCount >= 5);
		check_equal(SetSecurityInfo(server, types[i],
					    DACL_SECURITY_INFORMATION, NULL,
					    NULL, dacl, NULL),
			    ERROR_SUCCESS);
		check(LocalFree(sd) == NULL);
	}
	check(CloseHandle(server));
}

static BOOL group_of(HANDLE handle, BYTE sid[SECURITY_MAX_SID_SIZE])
{
	BYTE sd[1024];
	BOOL defaulted;
	DWORD size;
	PSID group;

	return GetKernelObjectSecurity(handle, GROUP_SECURITY_INFORMATION, sd,
				       sizeof(sd), &size) &&
	       GetSecurityDescriptorGroup(sd, &group, &defaulted) &&
	       CopySid(SECURITY_MAX_SID_SIZE, sid, group);
}

static void all_ends_and_instances_share_a_descriptor(void)
{
	HANDLE server = pipe_server("shared", DUPLEX | WRITE_OWNER, 0, 3);
	HANDLE client = pipe_client("shared", GENERIC_READ, 0), second;
	BYTE world[SECURITY_MAX_SID_SIZE], is[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(world);
	SECURITY_DESCRIPTOR sd;
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), &sd, FALSE};
	char name[PIPE_NAME_SIZE];

	check(CreateWellKnownSid(WinWorldSid, NULL, world, &size));
	check(InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION));
	check(SetSecurityDescriptorGroup(&sd, world, FALSE));
	check(SetKernelObjectSecurity(server, GROUP_SECURITY_INFORMATION, &sd));
	check(group_of(client, is) && EqualSid(is, world));
	second = pipe_server("shared", DUPLEX, 0, 3);
	check(group_of(second, is) && EqualSid(is, world));
	/* a descriptor of one's own, and rights to the one that is there */
	check_handle_fails(CreateNamedPipeA(pipe_name("shared", name),
					    DUPLEX | WRITE_OWNER, 0, 3, 0, 0, 0,
					    &attributes),
			   ERROR_ACCESS_DENIED);
	check(DisconnectNamedPipe(server));
	check(group_of(server, is));
	check_fails(group_of(client, is), ERROR_PIPE_NOT_CONNECTED);
	check(CloseHandle(second));
	check(CloseHandle(client));
	check(CloseHandle(server));
}

int main(void)
{
	pipe_fixture_begin();
	run(handles_have_what_was_asked_for);
	run(duplicates_have_no_more_than_the_handle);
	run(aclapi_reads_and_writes_its_descriptor);
	run(all_ends_and_instances_share_a_descriptor);
	pipe_fixture_end();
	return check_done();
}
