/* SPDX-License-Identifier: Apache-2.0 */
/* Sections: shared memory, with a name or without, and views of it. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <sddl.h>
#include <winternl.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "token.h"

#define SIZE 70000
#define SE_CREATE_TOKEN 2
#define NOBODY 65534
#define PLACE "/dev/shm/guise-win32"

/* A name nobody else has */
static const char *own_name(const char *what)
{
	static char name[64];

	(void)snprintf(name, sizeof(name), "test-sections-%s-%d", what,
		       (int)getpid());
	return name;
}

static HANDLE memory(DWORD protection, const char *name)
{
	return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protection, 0,
				  SIZE, name);
}

static void views_of_one_section_share_their_bytes(void)
{
	HANDLE section = memory(PAGE_READWRITE, NULL);
	char *a = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
	char *b = MapViewOfFile(section, FILE_MAP_READ, 0, 0, SIZE);
	char *tail = MapViewOfFile(section, FILE_MAP_READ, 0, 65536, 0);
	char *copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);

	check(section && a && b && tail && copy);
	check_equal(a[100], 0);
	a[100] = 7;
	a[65536] = 8;
	check_equal(b[100], 7);
	check_equal(tail[0], 8);
	copy[200] = 9;
	check_equal(a[200], 0);
	check(FlushViewOfFile(a + 10, 20));
	check(CloseHandle(section));
	a[101] = 1; /* a view lives on */
	check_equal(b[101], 1);
	check(UnmapViewOfFile(a));
	check(UnmapViewOfFile(b + 5));
	check(UnmapViewOfFile(tail));
	check(UnmapViewOfFile(copy));
	check_fails(UnmapViewOfFile(a), ERROR_INVALID_ADDRESS);
	check_fails(FlushViewOfFile(a, 0), ERROR_INVALID_ADDRESS);
}

static void what_cannot_be_made_says_why(void)
{
	static const struct {
		HANDLE file;
		DWORD protection, high, low;
		DWORD error;
	} rows[] = {
		{INVALID_HANDLE_VALUE, PAGE_READWRITE, 0, 0,
		 ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, 0, 0, 1, ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, PAGE_NOACCESS, 0, 1,
		 ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, PAGE_EXECUTE, 0, 1,
		 ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_IMAGE, 0, 1,
		 ERROR_NOT_SUPPORTED},
		{INVALID_HANDLE_VALUE, PAGE_READWRITE, 0x80000000, 0,
		 ERROR_NOT_ENOUGH_MEMORY},
		{NULL, PAGE_READWRITE, 0, 1, ERROR_INVALID_HANDLE},
		{(HANDLE)0xdead0, PAGE_READWRITE, 0, 1, ERROR_INVALID_HANDLE},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		SetLastError(0xdeadbeef);
		check_say(!CreateFileMappingA(rows[i].file, NULL,
					      rows[i].protection, rows[i].high,
					      rows[i].low, NULL),
			  "row %zu was made", i);
		check_say(GetLastError() == rows[i].error, "row %zu: %u", i,
			  GetLastError());
	}
}

static void views_are_limited_by_section_and_handle(void)
{
	static const struct {
		DWORD protection, access, offset;
		SIZE_T size;
		DWORD error; /* 0: it works */
	} rows[] = {
		{PAGE_READWRITE, FILE_MAP_WRITE, 0, SIZE, 0},
		{PAGE_READWRITE, FILE_MAP_READ, 0, SIZE, 0},
		{PAGE_READWRITE, FILE_MAP_READ, 65536, 0, 0},
		{PAGE_READWRITE, FILE_MAP_READ, 4096, 0,
		 ERROR_MAPPED_ALIGNMENT},
		{PAGE_READWRITE, FILE_MAP_READ, 131072, 0, ERROR_ACCESS_DENIED},
		{PAGE_READWRITE, FILE_MAP_READ, 0, 2 * SIZE,
		 ERROR_ACCESS_DENIED},
		{PAGE_READWRITE, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0,
		 ERROR_ACCESS_DENIED},
		{PAGE_READONLY, FILE_MAP_READ, 0, 0, 0},
		{PAGE_READONLY, FILE_MAP_COPY, 0, 0, 0},
		{PAGE_READONLY, FILE_MAP_WRITE, 0, 0, ERROR_ACCESS_DENIED},
		{PAGE_WRITECOPY, FILE_MAP_COPY, 0, 0, 0},
		{PAGE_WRITECOPY, FILE_MAP_WRITE, 0, 0, ERROR_ACCESS_DENIED},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		HANDLE section = memory(rows[i].protection, NULL);
		void *view;

		SetLastError(0);
		view = MapViewOfFile(section, rows[i].access, 0, rows[i].offset,
				     rows[i].size);
		check_say((view == NULL) == (rows[i].error != 0), "row %zu", i);
		check_say(GetLastError() == rows[i].error, "row %zu: %u", i,
			  GetLastError());
		if (view)
			check(UnmapViewOfFile(view));
		check(CloseHandle(section));
	}
}

static void a_handle_with_few_rights_maps_little(void)
{
	HANDLE section = memory(PAGE_READWRITE, NULL), weak;
	HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

	check(DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(),
			      &weak, SECTION_QUERY, FALSE, 0));
	check_fails(MapViewOfFile(weak, FILE_MAP_READ, 0, 0, 0),
		    ERROR_ACCESS_DENIED);
	check_fails(MapViewOfFile(event, FILE_MAP_READ, 0, 0, 0),
		    ERROR_INVALID_HANDLE);
	check_fails(MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 0),
		    ERROR_INVALID_HANDLE);
	check_fails(SetEvent(section), ERROR_INVALID_HANDLE);
	check_equal(WaitForSingleObject(section, 0), WAIT_FAILED);
	check(CloseHandle(weak));
	check(CloseHandle(section));
	check(CloseHandle(event));
}

static void names_find_the_same_memory(void)
{
	char name[64];
	HANDLE section, again, event;
	char *view, *other;

	(void)snprintf(name, sizeof(name), "Local\\%s", own_name("named"));
	section = memory(PAGE_READWRITE, name);
	check_equal(GetLastError(), 0);
	again = memory(PAGE_READWRITE, name);
	check_equal(GetLastError(), ERROR_ALREADY_EXISTS);
	check(CloseHandle(again));
	again = OpenFileMappingA(FILE_MAP_READ, FALSE, name);
	check(again != NULL);
	view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
	other = MapViewOfFile(again, FILE_MAP_READ, 0, 0, 0);
	check(view && other);
	view[SIZE - 1] = 5;
	check_equal(other[SIZE - 1], 5);
	check_fails(MapViewOfFile(again, FILE_MAP_WRITE, 0, 0, 0),
		    ERROR_ACCESS_DENIED);
	check_fails(CreateEventA(NULL, TRUE, FALSE, name),
		    ERROR_INVALID_HANDLE);
	check(UnmapViewOfFile(view));
	check(UnmapViewOfFile(other));
	check(CloseHandle(section));
	check(CloseHandle(again));
	check_fails(OpenFileMappingA(FILE_MAP_READ, FALSE, name),
		    ERROR_FILE_NOT_FOUND);
	event = CreateEventA(NULL, TRUE, FALSE, name);
	check(event != NULL);
	check_fails(memory(PAGE_READWRITE, name), ERROR_INVALID_HANDLE);
	check(CloseHandle(event));
}

/* Opens the section with nothing but its name, as another program would */
static int other_program(const char *name)
{
	HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
	char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

	if (!view || view[3] != 33)
		return 1;
	view[4] = 44;
	return 0;
}

static void other_processes_see_it_too(const char *program)
{
	const char *name = own_name("shared");
	HANDLE section = memory(PAGE_READWRITE, name);
	char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
	int status = -1;
	pid_t child;

	view[3] = 33;
	child = fork();
	if (child == 0) {
		(void)execl(program, program, "open", name, NULL);
		_exit(99);
	}
	check_equal(waitpid(child, &status, 0), child);
	check_equal(status, 0);
	check_equal(view[4], 44);
	check(UnmapViewOfFile(view));
	check(CloseHandle(section));
}

static void the_descriptor_says_who_may_open_it(void)
{
	const char *name = own_name("guarded");
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
	HANDLE section, weak;

	/* reading and its own descriptor for everybody, and nothing else */
	check(ConvertStringSecurityDescriptorToSecurityDescriptorA(
		"D:(A;;0x60004;;;WD)(A;;0;;;OW)", SDDL_REVISION_1,
		&attributes.lpSecurityDescriptor, NULL));
	section = CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes,
				     PAGE_READWRITE, 0, SIZE, name);
	check(section != NULL);
	weak = OpenFileMappingA(FILE_MAP_READ, FALSE, name);
	check(weak != NULL);
	check(CloseHandle(weak));
	check_fails(OpenFileMappingA(FILE_MAP_WRITE, FALSE, name),
		    ERROR_ACCESS_DENIED);
	check_fails(memory(PAGE_READWRITE, name), ERROR_ACCESS_DENIED);
	LocalFree(attributes.lpSecurityDescriptor);
	check(ConvertStringSecurityDescriptorToSecurityDescriptorA(
		"D:(A;;GA;;;WD)", SDDL_REVISION_1,
		&attributes.lpSecurityDescriptor, NULL));
	check(SetKernelObjectSecurity(section, DACL_SECURITY_INFORMATION,
				      attributes.lpSecurityDescriptor));
	weak = OpenFileMappingA(FILE_MAP_WRITE, FALSE, name);
	check(weak != NULL);
	check(CloseHandle(weak));
	check(CloseHandle(section));
	LocalFree(attributes.lpSecurityDescriptor);
}

static void the_native_functions_do_the_same(void)
{
	HANDLE section = NULL;
	LARGE_INTEGER size = {.QuadPart = SIZE}, offset = {0};
	SECTION_BASIC_INFORMATION info;
	SIZE_T view_size = 0, used;
	PVOID at = NULL;

	check_equal(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size,
				    PAGE_READWRITE, SEC_COMMIT, NULL),
		    STATUS_SUCCESS);
	check_equal(NtMapViewOfSection(section, GetCurrentProcess(), &at, 0, 0,
				       &offset, &view_size, ViewUnmap, 0,
				       PAGE_READWRITE),
		    STATUS_SUCCESS);
	check_equal(view_size, 73728);
	check(at != NULL);
	check_equal(NtQuerySection(section, SectionBasicInformation, &info,
				   sizeof(info), &used),
		    STATUS_SUCCESS);
	check_equal(info.MaximumSize.QuadPart, SIZE);
	check_equal(used, sizeof(info));
	check_equal(NtQuerySection(section, SectionBasicInformation, &info, 4,
				   NULL),
		    STATUS_INFO_LENGTH_MISMATCH);
	check_equal(NtUnmapViewOfSection(GetCurrentProcess(), at),
		    STATUS_SUCCESS);
	check_equal(NtUnmapViewOfSection(GetCurrentProcess(), at),
		    STATUS_NOT_MAPPED_VIEW);
	check_equal(NtCreateSection(NULL, SECTION_ALL_ACCESS, NULL, &size,
				    PAGE_READWRITE, SEC_COMMIT, NULL),
		    STATUS_ACCESS_VIOLATION);
	check(CloseHandle(section));
	/* the section's own protection binds every handle to it */
	check_equal(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size,
				    PAGE_READONLY, SEC_COMMIT, NULL),
		    STATUS_SUCCESS);
	at = NULL;
	view_size = 0;
	check_equal(NtMapViewOfSection(section, GetCurrentProcess(), &at, 0, 0,
				       NULL, &view_size, ViewUnmap, 0,
				       PAGE_READWRITE),
		    STATUS_SECTION_PROTECTION);
	check_equal(NtMapViewOfSection(section, GetCurrentProcess(), &at, 0, 0,
				       NULL, &view_size, ViewUnmap, 0,
				       PAGE_EXECUTE_READ),
		    STATUS_SECTION_PROTECTION);
	check(at == NULL);
	check(CloseHandle(section));
}

static HANDLE new_file(const char *path, DWORD access)
{
	return CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE,
			   NULL, OPEN_ALWAYS, 0, NULL);
}

static void files_are_mapped_and_grow(void)
{
	char path[64], text[8] = "";
	HANDLE file, section;
	FILE *plain;
	char *view;

	(void)snprintf(path, sizeof(path), "/tmp/%s", own_name("file"));
	file = new_file(path, GENERIC_READ | GENERIC_WRITE);
	check(file != INVALID_HANDLE_VALUE);
	check_fails(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL),
		    ERROR_FILE_INVALID);
	check_fails(CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 10, NULL),
		    ERROR_NOT_ENOUGH_MEMORY);
	section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 6, NULL);
	check(section != NULL);
	check_equal(GetLastError(), 0);
	view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
	check(view != NULL);
	memcpy(view, "mapped", 6);
	check(FlushViewOfFile(view, 0));
	check(UnmapViewOfFile(view));
	check(CloseHandle(section));
	check(CloseHandle(file));
	plain = fopen(path, "re");
	check(plain && fread(text, 1, sizeof(text), plain) == 6);
	check(plain && fclose(plain) == 0);
	check_equal(memcmp(text, "mapped", 6), 0);
	file = new_file(path, GENERIC_READ);
	check_fails(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL),
		    ERROR_ACCESS_DENIED);
	section = CreateFileMappingA(file, NULL, PAGE_WRITECOPY, 0, 0, NULL);
	view = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
	check(view && memcmp(view, "mapped", 6) == 0);
	check(UnmapViewOfFile(view));
	check(CloseHandle(section));
	check(CloseHandle(file));
	check_equal(unlink(path), 0);
}

/* What nobody may do with root's sections, from nobody's own program */
static int as_nobody(const char *guarded, const char *readable)
{
	HANDLE section;
	char *view;

	if (OpenFileMappingA(FILE_MAP_READ, FALSE, guarded) ||
	    GetLastError() != ERROR_ACCESS_DENIED)
		return 1;
	if (CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
			       SIZE, guarded) ||
	    GetLastError() != ERROR_ACCESS_DENIED)
		return 2;
	section = OpenFileMappingA(FILE_MAP_READ, FALSE, readable);
	view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
	if (!view || view[9] != 99)
		return 3;
	if (OpenFileMappingA(FILE_MAP_WRITE, FALSE, readable) ||
	    GetLastError() != ERROR_ACCESS_DENIED)
		return 4;
	return 0;
}

/* Has a section that everybody may open, until its reader is gone */
static int keep(const char *name)
{
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
	HANDLE section;
	char byte;

	if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(
		    "D:(A;;GA;;;WD)", SDDL_REVISION_1,
		    &attributes.lpSecurityDescriptor, NULL))
		return 1;
	section = CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes,
				     PAGE_READWRITE, 0, SIZE, name);
	(void)LocalFree(attributes.lpSecurityDescriptor);
	if (!section || write(STDOUT_FILENO, "", 1) != 1)
		return 2;
	return read(STDIN_FILENO, &byte, 1) == 0 ? 0 : 3;
}

/* As execv wants its words */
static char *changeable(const char *word)
{
	return (char *)(ULONG_PTR)word;
}

static pid_t start_as_nobody(char *const *words, int in, int out)
{
	pid_t child = fork();

	if (child == 0) {
		if (dup2(in, STDIN_FILENO) >= 0 &&
		    dup2(out, STDOUT_FILENO) >= 0 && setgroups(0, NULL) == 0 &&
		    setresgid(65534, 65534, 65534) == 0 &&
		    setresuid(65534, 65534, 65534) == 0)
			(void)execv(words[0], words);
		_exit(99);
	}
	return child;
}

static int run_as_nobody(const char *program, const char *guarded,
			 const char *readable)
{
	char *const words[] = {changeable(program), changeable("nobody"),
			       changeable(guarded), changeable(readable), NULL};
	int status = -1;
	pid_t child = start_as_nobody(words, STDIN_FILENO, STDOUT_FILENO);

	check_equal(waitpid(child, &status, 0), child);
	return status;
}

static HANDLE token_of(PSID user, PSID group)
{
	SECURITY_QUALITY_OF_SERVICE qos = {sizeof(qos), SecurityImpersonation,
					   0, 0};
	LUID session = {0x3e7, 0};
	LARGE_INTEGER never = {.QuadPart = 0x7fffffffffffffff};
	TOKEN_USER who = {{user, 0}};
	TOKEN_GROUPS groups = {1, {{group, 7}}};
	TOKEN_PRIVILEGES privileges = {1, {{{23, 0}, 3}}};
	TOKEN_OWNER owner = {user};
	TOKEN_PRIMARY_GROUP primary = {group};
	TOKEN_SOURCE source = {{'t', 'e', 's', 't'}, {9, 0}};
	OBJECT_ATTRIBUTES attributes;
	HANDLE token = NULL;
	BOOLEAN was;

	InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
	attributes.SecurityQualityOfService = &qos;
	check_equal(RtlAdjustPrivilege(SE_CREATE_TOKEN, TRUE, FALSE, &was), 0);
	check_equal(NtCreateToken(&token, TOKEN_ALL_ACCESS, &attributes,
				  TokenImpersonation, &session, &never, &who,
				  &groups, &privileges, &owner, &primary, NULL,
				  &source),
		    STATUS_SUCCESS);
	return token;
}

/* The thread is nobody's, to the kernel, too. */
static BOOL become_nobody(void)
{
	PSID user = NULL, group = NULL;
	HANDLE token;

	check(ConvertStringSidToSidA("S-1-22-1-65534", &user));
	check(ConvertStringSidToSidA("S-1-22-2-65534", &group));
	token = token_of(user, group);
	LocalFree(user);
	LocalFree(group);
	check(ImpersonateLoggedOnUser(token));
	check(CloseHandle(token));
	return check_equal(geteuid(), NOBODY);
}

/* Its owner could cut it short while we look at it. */
static void other_users_sections_are_not_mapped(const char *program)
{
	char name[80], byte;
	char *const words[] = {changeable(program), changeable("keep"), name,
			       changeable("-"), NULL};
	int in[2], out[2], status = -1;
	pid_t child;

	if (geteuid() != 0) {
		check_skip("another user's sections: needs root");
		return;
	}
	(void)snprintf(name, sizeof(name), "Global\\%s", own_name("k"));
	check(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	child = start_as_nobody(words, in[0], out[1]);
	(void)close(in[0]);
	(void)close(out[1]);
	if (read(out[0], &byte, 1) != 1) {
		check_skip("nobody cannot run the test's program");
	} else {
		check_fails(OpenFileMappingA(FILE_MAP_READ, FALSE, name),
			    ERROR_ACCESS_DENIED);
		check_fails(memory(PAGE_READWRITE, name), ERROR_ACCESS_DENIED);
		/* nor as the one who could do so */
		check(become_nobody());
		check_fails(OpenFileMappingA(FILE_MAP_READ, FALSE, name),
			    ERROR_ACCESS_DENIED);
		(void)snprintf(name, sizeof(name), "Global\\%s",
			       own_name("mine"));
		check_fails(memory(PAGE_READWRITE, name), ERROR_ACCESS_DENIED);
		check(RevertToSelf());
		check_fails(OpenFileMappingA(FILE_MAP_READ, FALSE, name),
			    ERROR_FILE_NOT_FOUND);
	}
	(void)close(in[1]);
	(void)close(out[0]);
	check_equal(waitpid(child, &status, 0), child);
	check(status == 0 || status == 99 << 8);
}

/* Whose memory it is, and what others may do with it: 0 is none there */
static struct stat stat_of_memory(void)
{
	char path[64], text[64] = "";
	struct stat is = {0};

	for (int fd = 3; fd < 64; fd++) {
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, text, sizeof(text) - 1) > 0 &&
		    strstr(text, "memfd:guise-section") && fstat(fd, &is) == 0)
			return is;
	}
	return is;
}

/* How many of the descriptors of memory cannot be cut short */
static int sealed_memory(void)
{
	int n = 0;

	for (int fd = 3; fd < 64; fd++) {
		int seals = fcntl(fd, F_GET_SEALS);

		n += seals > 0 && (seals & F_SEAL_SHRINK);
	}
	return n;
}

static void memory_is_the_process_s_whoever_is_impersonated(void)
{
	HANDLE section;
	struct stat is;

	if (geteuid() != 0) {
		check_skip("impersonating another user: needs root");
		return;
	}
	check(become_nobody());
	section = memory(PAGE_READWRITE, NULL);
	check(section != NULL);
	check(RevertToSelf());
	is = stat_of_memory();
	check_equal(is.st_size, SIZE);
	check_equal(is.st_uid, 0);
	check_equal(is.st_mode & 07777, 0644);
	check_equal(sealed_memory(), 1);
	check(CloseHandle(section));
}

/* A namespace where nobody has used objects yet */
static BOOL is_alone(void)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("shm", "/dev/shm", "tmpfs", 0, "mode=1777") == 0;
}

/* In a program of its own, whose first named object a client makes */
static int make_as_client(void)
{
	struct stat is;
	HANDLE event, own;

	if (!is_alone())
		return 77;
	if (!become_nobody())
		return 1;
	event = CreateEventA(NULL, TRUE, FALSE, "Global\\of-client");
	if (!event || !RevertToSelf())
		return 2;
	if (stat(PLACE, &is) < 0 || is.st_uid != 0 ||
	    (is.st_mode & 07777) != 01777)
		return 3;
	own = CreateEventA(NULL, TRUE, FALSE, "Global\\of-root");
	return own && CloseHandle(own) && CloseHandle(event) ? 0 : 4;
}

/* What another planted under the name is neither used nor changed. */
static int make_with_link(void)
{
	const char *victim = "/dev/shm/victim";
	struct stat is;

	if (!is_alone())
		return 77;
	if (mkdir(victim, 0700) < 0 || symlink(victim, PLACE) < 0)
		return 1;
	if (CreateEventA(NULL, TRUE, FALSE, "Global\\planted"))
		return 2;
	if (stat(victim, &is) < 0 || (is.st_mode & 07777) != 0700)
		return 3;
	/* nothing half made is left */
	return stat("/dev/shm", &is) == 0 && is.st_nlink == 3 ? 0 : 4;
}

static void run_alone(const char *program, const char *what)
{
	int status = -1;
	pid_t child;

	if (geteuid() != 0) {
		check_skip("the machine's directory: needs root");
		return;
	}
	child = fork();
	if (child == 0) {
		(void)execl(program, program, what, NULL);
		_exit(99);
	}
	check_equal(waitpid(child, &status, 0), child);
	if (status == 77 << 8)
		check_skip("no mount namespace");
	else
		check_say(status == 0, "%s: %x", what, (unsigned)status);
}

static void the_first_client_does_not_own_the_directory(const char *program)
{
	run_alone(program, "first-client");
}

static void what_is_planted_is_not_changed(const char *program)
{
	run_alone(program, "planted-link");
}

static void other_users_get_what_the_descriptor_says(const char *program)
{
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
	char guarded[80], readable[80];
	HANDLE a, b;
	int status;
	char *view;

	if (geteuid() != 0) {
		check_skip("another user's sections: needs root");
		return;
	}
	(void)snprintf(guarded, sizeof(guarded), "Global\\%s", own_name("g"));
	(void)snprintf(readable, sizeof(readable), "Global\\%s", own_name("r"));
	a = memory(PAGE_READWRITE, guarded);
	check(ConvertStringSecurityDescriptorToSecurityDescriptorA(
		"D:(A;;GA;;;SY)(A;;GR;;;WD)(A;;GA;;;BA)", SDDL_REVISION_1,
		&attributes.lpSecurityDescriptor, NULL));
	b = CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes,
			       PAGE_READWRITE, 0, SIZE, readable);
	view = MapViewOfFile(b, FILE_MAP_WRITE, 0, 0, 0);
	check(a && b && view);
	view[9] = 99;
	status = run_as_nobody(program, guarded, readable);
	if (status == 99 << 8)
		check_skip("nobody cannot run the test's program");
	else
		check_equal(status, 0);
	check(UnmapViewOfFile(view));
	check(CloseHandle(a));
	check(CloseHandle(b));
	LocalFree(attributes.lpSecurityDescriptor);
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return strcmp(argv[1], "first-client") == 0 ? make_as_client()
							    : make_with_link();
	if (argc == 3)
		return other_program(argv[2]);
	if (argc == 4)
		return strcmp(argv[1], "keep") == 0
			       ? keep(argv[2])
			       : as_nobody(argv[2], argv[3]);
	run(views_of_one_section_share_their_bytes);
	run(what_cannot_be_made_says_why);
	run(views_are_limited_by_section_and_handle);
	run(a_handle_with_few_rights_maps_little);
	run(names_find_the_same_memory);
	other_processes_see_it_too(argv[0]);
	other_users_get_what_the_descriptor_says(argv[0]);
	other_users_sections_are_not_mapped(argv[0]);
	the_first_client_does_not_own_the_directory(argv[0]);
	what_is_planted_is_not_changed(argv[0]);
	run(memory_is_the_process_s_whoever_is_impersonated);
	run(the_descriptor_says_who_may_open_it);
	run(the_native_functions_do_the_same);
	run(files_are_mapped_and_grow);
	return check_done();
}
