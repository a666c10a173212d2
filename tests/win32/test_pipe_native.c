/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes as ntdll spells them. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <winternl.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "pipe-fixture.h"

#define BOTH (FILE_SHARE_READ | FILE_SHARE_WRITE)
#define SYNC FILE_SYNCHRONOUS_IO_NONALERT
#define READ_WRITE (GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE)

static NTSTATUS create(HANDLE *ret, const WCHAR *name, ULONG access,
		       ULONG share, ULONG disposition, ULONG options)
{
	LARGE_INTEGER timeout = {.QuadPart = -10000000};
	OBJECT_ATTRIBUTES attributes;
	IO_STATUS_BLOCK result;
	UNICODE_STRING text;
	NTSTATUS status;

	RtlInitUnicodeString(&text, name);
	InitializeObjectAttributes(&attributes, &text, OBJ_CASE_INSENSITIVE,
				   NULL, NULL);
	memset(&result, 0xcc, sizeof(result));
	status = NtCreateNamedPipeFile(ret, access, &attributes, &result, share,
				       disposition, options, 1, 1, 0,
				       0xffffffff, 100, 200, &timeout);
	if (status == STATUS_SUCCESS && disposition == FILE_CREATE)
		check_equal(result.Information, FILE_CREATED);
	return status;
}

static NTSTATUS control(HANDLE pipe, HANDLE event, IO_STATUS_BLOCK *result,
			ULONG code)
{
	return NtFsControlFile(pipe, event, NULL, NULL, result, code, NULL, 0,
			       NULL, 0);
}

static void instances_are_created_and_opened(void)
{
	static const WCHAR name[] = L"\\??\\pipe\\native";
	HANDLE one, two;

	check_equal(create(&one, name, READ_WRITE, BOTH, FILE_OPEN, SYNC),
		    STATUS_OBJECT_NAME_NOT_FOUND);
	check_equal(create(&one, name, READ_WRITE, 0, FILE_OPEN_IF, SYNC),
		    STATUS_INVALID_PARAMETER);
	check_equal(create(&one, L"\\??\\C:\\native", READ_WRITE, BOTH,
			   FILE_OPEN_IF, SYNC),
		    STATUS_OBJECT_NAME_INVALID);
	check_equal(create(&one, name, READ_WRITE, BOTH, FILE_CREATE, SYNC),
		    STATUS_SUCCESS);
	check_equal(create(&two, name, READ_WRITE, BOTH, FILE_CREATE, SYNC),
		    STATUS_ACCESS_DENIED);
	check_equal(create(&two, L"\\Device\\NamedPipe\\NATIVE", READ_WRITE,
			   BOTH, FILE_OPEN, SYNC),
		    STATUS_SUCCESS);
	check_equal(NtClose(two), STATUS_SUCCESS);
	check_equal(NtClose(one), STATUS_SUCCESS);
}

static void listening_goes_on_where_the_end_is_not_synchronous(void)
{
	HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL), server, client;
	IO_STATUS_BLOCK result = {.Status = 0x55}, written;
	LARGE_INTEGER at = {0};
	char to[8] = {0}, from[] = "abc";

	check_equal(create(&server, L"\\??\\pipe\\native", READ_WRITE, BOTH,
			   FILE_CREATE, 0),
		    STATUS_SUCCESS);
	check_equal(control(server, event, &result, FSCTL_PIPE_LISTEN),
		    STATUS_PENDING);
	check_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
	client = pipe_client("native", GENERIC_READ | GENERIC_WRITE, 0);
	check_equal(WaitForSingleObject(event, 10000), WAIT_OBJECT_0);
	check_equal(result.Status, STATUS_SUCCESS);
	check_equal(control(server, event, &result, FSCTL_PIPE_LISTEN),
		    STATUS_PIPE_CONNECTED);
	check_equal(NtReadFile(server, event, NULL, NULL, &result, to,
			       sizeof(to), &at, NULL),
		    STATUS_PENDING);
	check_equal(NtWriteFile(client, NULL, NULL, NULL, &written, from, 3,
				NULL, NULL),
		    STATUS_SUCCESS);
	check_equal(WaitForSingleObject(event, 10000), WAIT_OBJECT_0);
	check_equal(result.Status, STATUS_SUCCESS);
	check(result.Information == 3 && memcmp(to, "abc", 3) == 0);
	check_equal(NtClose(server), STATUS_SUCCESS);
	check_equal(NtClose(client), STATUS_SUCCESS);
	check(CloseHandle(event));
}

static void controls_do_what_the_functions_do(void)
{
	union {
		FILE_PIPE_PEEK_BUFFER value;
		char room[64];
	} seen;
	IO_STATUS_BLOCK result;
	HANDLE server, client, event;
	char byte;
	DWORD n;

	event = CreateEventA(NULL, TRUE, FALSE, NULL);
	check_equal(create(&server, L"\\??\\pipe\\native", READ_WRITE, BOTH,
			   FILE_CREATE, SYNC),
		    STATUS_SUCCESS);
	client = pipe_client("native", GENERIC_READ | GENERIC_WRITE, 0);
	check_equal(control(server, NULL, &result, FSCTL_PIPE_IMPERSONATE),
		    STATUS_CANNOT_IMPERSONATE);
	check_equal(control(client, NULL, &result, FSCTL_PIPE_IMPERSONATE),
		    STATUS_ILLEGAL_FUNCTION);
	check_equal(control(NULL, NULL, &result, FSCTL_PIPE_IMPERSONATE),
		    STATUS_INVALID_HANDLE);
	check_equal(control(event, NULL, &result, FSCTL_PIPE_IMPERSONATE),
		    STATUS_OBJECT_TYPE_MISMATCH);
	check_equal(control(server, NULL, &result, 0x110000),
		    STATUS_INVALID_DEVICE_REQUEST);
	check(WriteFile(client, "abc", 3, &n, NULL));
	check_equal(NtFsControlFile(server, event, NULL, NULL, &result,
				    FSCTL_PIPE_PEEK, NULL, 0, &seen,
				    sizeof(seen)),
		    STATUS_SUCCESS);
	check_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
	check_equal(result.Information,
		    offsetof(FILE_PIPE_PEEK_BUFFER, Data) + 3);
	check_equal(seen.value.NamedPipeState, FILE_PIPE_CONNECTED_STATE);
	check_equal(seen.value.ReadDataAvailable, 3);
	check(memcmp(seen.room + 16, "abc", 3) == 0);
	check_equal(control(server, NULL, &result, FSCTL_PIPE_PEEK),
		    STATUS_BUFFER_TOO_SMALL);
	check(!ReadFile(server, &byte, 1, &n, NULL));
	check_equal(control(server, NULL, &result, FSCTL_PIPE_IMPERSONATE),
		    STATUS_SUCCESS);
	check(RevertToSelf());
	check_equal(control(server, NULL, &result, FSCTL_PIPE_DISCONNECT),
		    STATUS_SUCCESS);
	check(!DeviceIoControl(server, FSCTL_PIPE_DISCONNECT, NULL, 0, NULL, 0,
			       &n, NULL));
	check_equal(GetLastError(), ERROR_PIPE_NOT_CONNECTED);
	check_equal(NtClose(client), STATUS_SUCCESS);
	check_equal(NtClose(server), STATUS_SUCCESS);
	check(CloseHandle(event));
}

static void the_root_waits_for_a_pipe(void)
{
	union {
		FILE_PIPE_WAIT_FOR_BUFFER value;
		char room[64];
	} wait = {.value = {.Timeout.QuadPart = -100000,
			    .NameLength = 12,
			    .TimeoutSpecified = TRUE}};
	HANDLE root = CreateFileA("\\\\.\\pipe\\", GENERIC_READ, 0, NULL,
				  OPEN_EXISTING, 0, NULL);
	HANDLE server = pipe_server("native", PIPE_ACCESS_DUPLEX, 0, 1), client;
	IO_STATUS_BLOCK result;

	memcpy(wait.room + offsetof(FILE_PIPE_WAIT_FOR_BUFFER, Name), L"native",
	       12);
	check_equal(NtFsControlFile(root, NULL, NULL, NULL, &result,
				    FSCTL_PIPE_WAIT, &wait, 14 + 12, NULL, 0),
		    STATUS_SUCCESS);
	client = pipe_client("native", GENERIC_READ, 0);
	check_equal(NtFsControlFile(root, NULL, NULL, NULL, &result,
				    FSCTL_PIPE_WAIT, &wait, 14 + 12, NULL, 0),
		    STATUS_IO_TIMEOUT);
	check_equal(NtFsControlFile(root, NULL, NULL, NULL, &result,
				    FSCTL_PIPE_WAIT, &wait, 14 + 10, NULL, 0),
		    STATUS_INVALID_PARAMETER);
	check_equal(NtClose(client), STATUS_SUCCESS);
	check_equal(NtClose(server), STATUS_SUCCESS);
	check_equal(NtFsControlFile(root, NULL, NULL, NULL, &result,
				    FSCTL_PIPE_WAIT, &wait, 14 + 12, NULL, 0),
		    STATUS_OBJECT_NAME_NOT_FOUND);
	check_equal(NtClose(root), STATUS_SUCCESS);
}

static NTSTATUS set_group(HANDLE pipe, WELL_KNOWN_SID_TYPE type)
{
	BYTE sid[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(sid);
	SECURITY_DESCRIPTOR sd;

	check(CreateWellKnownSid(type, NULL, sid, &size));
	check(InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION));
	check(SetSecurityDescriptorGroup(&sd, sid, FALSE));
	return NtSetSecurityObject(pipe, GROUP_SECURITY_INFORMATION, &sd);
}

static NTSTATUS group_is(HANDLE pipe, WELL_KNOWN_SID_TYPE type)
{
	union {
		SECURITY_DESCRIPTOR value;
		BYTE room[512];
	} sd;
	BOOL defaulted;
	NTSTATUS status;
	PSID group;
	ULONG size;

	status = NtQuerySecurityObject(pipe, GROUP_SECURITY_INFORMATION, &sd,
				       sizeof(sd), &size);
	if (status == STATUS_SUCCESS)
		check(GetSecurityDescriptorGroup(&sd, &group, &defaulted) &&
		      IsWellKnownSid(group, type));
	return status;
}

static void the_descriptor_is_the_pipes(void)
{
	static const WCHAR name[] = L"\\??\\pipe\\native";
	HANDLE server, client, second;

	check_equal(create(&server, name, READ_WRITE | WRITE_OWNER, BOTH,
			   FILE_CREATE, SYNC),
		    STATUS_SUCCESS);
	check_equal(set_group(server, WinWorldSid), STATUS_SUCCESS);
	check_equal(group_is(server, WinWorldSid), STATUS_SUCCESS);
	client = pipe_client("native", GENERIC_READ | WRITE_OWNER, 0);
	check_equal(group_is(client, WinWorldSid), STATUS_SUCCESS);
	check_equal(set_group(client, WinLocalSid), STATUS_SUCCESS);
	check_equal(group_is(server, WinLocalSid), STATUS_SUCCESS);
	check_equal(create(&second, name, READ_WRITE, BOTH, FILE_OPEN, SYNC),
		    STATUS_SUCCESS);
	check_equal(group_is(second, WinLocalSid), STATUS_SUCCESS);
	check_equal(set_group(second, WinWorldSid), STATUS_ACCESS_DENIED);
	check(DisconnectNamedPipe(server));
	check_equal(group_is(server, WinLocalSid), STATUS_SUCCESS);
	check_equal(group_is(client, WinLocalSid), STATUS_PIPE_DISCONNECTED);
	check_equal(set_group(client, WinWorldSid), STATUS_PIPE_DISCONNECTED);
	check_equal(NtClose(second), STATUS_SUCCESS);
	check_equal(NtClose(client), STATUS_SUCCESS);
	check_equal(NtClose(server), STATUS_SUCCESS);
}

static void ends_are_asked_by_class(void)
{
	FILE_PIPE_LOCAL_INFORMATION local;
	FILE_ACCESS_INFORMATION access;
	FILE_PIPE_INFORMATION mode = {9, 9};
	IO_STATUS_BLOCK result;
	HANDLE server, client;
	DWORD n;

	check_equal(create(&server, L"\\??\\pipe\\native", READ_WRITE, BOTH,
			   FILE_CREATE, SYNC),
		    STATUS_SUCCESS);
	client = pipe_client("native", GENERIC_READ | GENERIC_WRITE, 0);
	check(WriteFile(client, "abc", 3, &n, NULL));
	check_equal(NtQueryInformationFile(server, &result, &local,
					   sizeof(local),
					   FilePipeLocalInformation),
		    STATUS_SUCCESS);
	check_equal(result.Information, sizeof(local));
	check_equal(local.NamedPipeType, FILE_PIPE_MESSAGE_TYPE);
	check_equal(local.NamedPipeConfiguration, FILE_PIPE_FULL_DUPLEX);
	check_equal(local.MaximumInstances, 0xffffffff);
	check_equal(local.CurrentInstances, 1);
	check_equal(local.InboundQuota, 100);
	check_equal(local.OutboundQuota, 200);
	check_equal(local.ReadDataAvailable, 3);
	check_equal(local.NamedPipeState, FILE_PIPE_CONNECTED_STATE);
	check_equal(local.NamedPipeEnd, FILE_PIPE_SERVER_END);
	check_equal(NtQueryInformationFile(client, &result, &mode, sizeof(mode),
					   FilePipeInformation),
		    STATUS_SUCCESS);
	check_equal(mode.ReadMode, FILE_PIPE_BYTE_STREAM_MODE);
	check_equal(mode.CompletionMode, FILE_PIPE_QUEUE_OPERATION);
	mode.ReadMode = FILE_PIPE_MESSAGE_MODE;
	check_equal(NtSetInformationFile(client, &result, &mode, sizeof(mode),
					 FilePipeInformation),
		    STATUS_SUCCESS);
	check_equal(NtQueryInformationFile(client, &result, &mode, sizeof(mode),
					   FilePipeInformation),
		    STATUS_SUCCESS);
	check_equal(mode.ReadMode, FILE_PIPE_MESSAGE_MODE);
	check_equal(NtQueryInformationFile(client, &result, &access,
					   sizeof(access),
					   FileAccessInformation),
		    STATUS_SUCCESS);
	check_equal(access.AccessFlags, 0x12019f);
	check_equal(NtQueryInformationFile(client, &result, &mode, 4,
					   FilePipeInformation),
		    STATUS_INFO_LENGTH_MISMATCH);
	check_equal(NtClose(client), STATUS_SUCCESS);
	check_equal(NtClose(server), STATUS_SUCCESS);
}

int main(void)
{
	pipe_fixture_begin();
	run(instances_are_created_and_opened);
	run(listening_goes_on_where_the_end_is_not_synchronous);
	run(controls_do_what_the_functions_do);
	run(the_root_waits_for_a_pipe);
	run(the_descriptor_is_the_pipes);
	run(ends_are_asked_by_class);
	pipe_fixture_end();
	return check_done();
}
