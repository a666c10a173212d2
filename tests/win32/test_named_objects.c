/* SPDX-License-Identifier: Apache-2.0 */
/* The security information of kernel objects and pipes, by handle and by name.
 */
#include <sys/wait.h>

#include "files.h"

#define DACL DACL_SECURITY_INFORMATION

static void handles_of_all_kinds_have_descriptors(void)
{
	static const SE_OBJECT_TYPE types[] = {SE_FILE_OBJECT, SE_KERNEL_OBJECT,
					       SE_WMIGUID_OBJECT};
	HANDLE kinds[] = {
		GetCurrentProcess(),
		GetCurrentThread(),
		CreateEventA(NULL, FALSE, FALSE, NULL),
		CreateMutexA(NULL, FALSE, NULL),
		CreateSemaphoreA(NULL, 0, 1, NULL),
		CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE,
				   0, 4096, NULL),
		NULL,
	};
	const unsigned n = sizeof(kinds) / sizeof(kinds[0]);
	PSECURITY_DESCRIPTOR sd;
	PACL dacl;

	check(OpenProcessToken(GetCurrentProcess(), READ_CONTROL | WRITE_DAC,
			       &kinds[n - 1]));
	for (unsigned i = 0; i < 3 * n; i++) {
		const HANDLE handle = kinds[i / 3];

		check_equal(GetSecurityInfo(handle, types[i % 3], DACL, NULL,
					    NULL, &dacl, NULL, &sd),
			    0);
		check(IsValidSecurityDescriptor(sd) && IsValidAcl(dacl));
		check_say(SetSecurityInfo(handle, types[i % 3], DACL, NULL,
					  NULL, dacl, NULL) == 0,
			  "kind %u", i / 3);
		LocalFree(sd);
	}
	for (unsigned i = 2; i < n; i++)
		check(CloseHandle(kinds[i]));
}

static void handles_are_what_they_are_said_to_be(void)
{
	static const struct {
		unsigned type;
		DWORD error;
	} rows[] = {
		{SE_UNKNOWN_OBJECT_TYPE, ERROR_INVALID_PARAMETER},
		{SE_FILE_OBJECT, ERROR_INVALID_HANDLE},
		{SE_SERVICE, ERROR_INVALID_HANDLE},
		{SE_REGISTRY_KEY, ERROR_INVALID_HANDLE},
		{SE_KERNEL_OBJECT, ERROR_INVALID_HANDLE},
		{SE_DS_OBJECT, ERROR_INVALID_PARAMETER},
		{SE_DS_OBJECT_ALL, ERROR_INVALID_PARAMETER},
		{SE_PROVIDER_DEFINED_OBJECT, ERROR_INVALID_PARAMETER},
		{SE_WMIGUID_OBJECT, ERROR_INVALID_HANDLE},
		{SE_REGISTRY_WOW64_32KEY, ERROR_INVALID_PARAMETER},
		{0xdeadbeef, ERROR_INVALID_PARAMETER},
	};
	const HANDLE wild = (HANDLE)(uintptr_t)0xdeadbeef;
	PSECURITY_DESCRIPTOR sd = NULL;
	ACL empty;

	check(InitializeAcl(&empty, sizeof(empty), ACL_REVISION));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const SE_OBJECT_TYPE type = (SE_OBJECT_TYPE)rows[i].type;

		check_equal(GetSecurityInfo(NULL, type, DACL, NULL, NULL, NULL,
					    NULL, &sd),
			    ERROR_INVALID_HANDLE);
		check_equal(SetSecurityInfo(NULL, type, DACL, NULL, NULL,
					    &empty, NULL),
			    ERROR_INVALID_HANDLE);
		check_equal(GetSecurityInfo(wild, type, DACL, NULL, NULL, NULL,
					    NULL, &sd),
			    rows[i].error);
		check_equal(SetSecurityInfo(wild, type, DACL, NULL, NULL,
					    &empty, NULL),
			    rows[i].error);
	}
	check(sd == NULL);
}

static void handles_need_their_rights(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("D:(A;;0x1f0003;;;WD)");
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), sd, FALSE};
	HANDLE event = CreateEventA(&attributes, FALSE, FALSE, NULL), weak;
	PSECURITY_DESCRIPTOR got = NULL;

	check(event != NULL);
	check(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(),
			      &weak, EVENT_MODIFY_STATE, FALSE, 0));
	check_equal(GetSecurityInfo(weak, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL, &got),
		    ERROR_ACCESS_DENIED);
	check_equal(SetSecurityInfo(weak, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL),
		    ERROR_ACCESS_DENIED);
	check(got == NULL);
	check_equal(GetSecurityInfo(event, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL, &got),
		    0);
	sd_check(got, DACL, "D:(A;;0x1f0003;;;WD)", "event", __LINE__);
	LocalFree(got);
	LocalFree(sd);
	check(CloseHandle(weak) && CloseHandle(event));
}

static void kernel_objects_are_found_by_name(void)
{
	static char name[] = "Local\\guise_named_security";
	PSECURITY_DESCRIPTOR sd, got;
	BOOL present, defaulted;
	HANDLE object;
	PACL dacl;

	for (unsigned i = 0; i < 4; i++) {
		if (i == 0)
			object = CreateEventA(NULL, FALSE, FALSE, name);
		else if (i == 1)
			object = CreateMutexA(NULL, FALSE, name);
		else if (i == 2)
			object = CreateSemaphoreA(NULL, 0, 1, name);
		else
			object = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL,
						    PAGE_READWRITE, 0, 4096,
						    name);
		if (!check(object != NULL))
			return;
		sd = sd_of("D:(A;;RCWD;;;WD)(A;;0x1f0003;;;BA)");
		check(GetSecurityDescriptorDacl(sd, &present, &dacl,
						&defaulted));
		check_equal(SetNamedSecurityInfoA(name, SE_KERNEL_OBJECT, DACL,
						  NULL, NULL, dacl, NULL),
			    0);
		LocalFree(sd);
		check_equal(GetNamedSecurityInfoA(name, SE_KERNEL_OBJECT, DACL,
						  NULL, NULL, NULL, NULL, &got),
			    0);
		sd_check(got, DACL, "D:(A;;RCWD;;;WD)(A;;0x1f0003;;;BA)", name,
			 __LINE__);
		LocalFree(got);
		check(CloseHandle(object));
	}
	check_equal(GetNamedSecurityInfoA(name, SE_KERNEL_OBJECT, DACL, NULL,
					  NULL, NULL, NULL, &got),
		    ERROR_FILE_NOT_FOUND);
}

/* In a process of its own, which ends when @end is closed */
static pid_t make_elsewhere(char *name, unsigned kind, int made[2], int end[2])
{
	pid_t child = fork();
	HANDLE object;
	char byte;

	if (child != 0)
		return child;
	close(end[1]);
	if (kind == 0)
		object = CreateSemaphoreA(NULL, 0, 1, name);
	else
		object = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL,
					    PAGE_READWRITE, 0, 4096, name);
	if (object && write(made[1], "1", 1) == 1)
		(void)!read(end[0], &byte, 1);
	_exit(0);
}

static void what_others_made_is_found(void)
{
	static char name[] = "Local\\guise_named_elsewhere";
	PSECURITY_DESCRIPTOR got;
	int made[2], end[2], status;
	char byte;
	pid_t child;

	for (unsigned kind = 0; kind < 2; kind++) {
		check(pipe(made) == 0 && pipe(end) == 0);
		child = make_elsewhere(name, kind, made, end);
		close(made[1]);
		check(read(made[0], &byte, 1) == 1);
		got = NULL;
		check_equal(GetNamedSecurityInfoA(name, SE_KERNEL_OBJECT, DACL,
						  NULL, NULL, NULL, NULL, &got),
			    0);
		check(IsValidSecurityDescriptor(got));
		LocalFree(got);
		close(end[1]);
		close(end[0]);
		close(made[0]);
		check(waitpid(child, &status, 0) == child);
		check_equal(GetNamedSecurityInfoA(name, SE_KERNEL_OBJECT, DACL,
						  NULL, NULL, NULL, NULL, &got),
			    ERROR_FILE_NOT_FOUND);
	}
}

static void pipes_have_names_like_files(void)
{
	static char name[] = "\\\\.\\pipe\\guise_named_security";
	PSECURITY_DESCRIPTOR sd = sd_of("D:(A;;FA;;;WD)"), got = NULL;
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), sd, FALSE};
	HANDLE pipe = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE,
				       PIPE_UNLIMITED_INSTANCES, 0, 0, 0,
				       &attributes);

	if (!check(pipe != INVALID_HANDLE_VALUE))
		return;
	check_equal(GetSecurityInfo(pipe, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL, &got),
		    0);
	sd_check(got, DACL, "D:(A;;FA;;;WD)", "server", __LINE__);
	LocalFree(got);
	got = NULL;
	check_equal(GetNamedSecurityInfoA(name, SE_FILE_OBJECT, DACL, NULL,
					  NULL, NULL, NULL, &got),
		    0);
	sd_check(got, DACL, "D:(A;;FA;;;WD)", "client", __LINE__);
	LocalFree(got);
	LocalFree(sd);
	check(CloseHandle(pipe));
}

int main(void)
{
	run(what_others_made_is_found);
	run(pipes_have_names_like_files);
	run(handles_of_all_kinds_have_descriptors);
	run(handles_are_what_they_are_said_to_be);
	run(handles_need_their_rights);
	run(kernel_objects_are_found_by_name);
	return check_done();
}
