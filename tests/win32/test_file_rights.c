/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file may be opened for, what its handle may be used for, and that
 * both go by who the thread was when it opened it.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

#include <string.h>

#include "file-open.h"
#include "token.h"

/* What a process with every privilege has to be without, to be refused
 * something; its user and groups stay. */
static void become_plain(void)
{
	HANDLE token = own_token(TOKEN_DUPLICATE | TOKEN_QUERY), plain = NULL;
	SID_IDENTIFIER_AUTHORITY nt = {SECURITY_NT_AUTHORITY};
	SID_AND_ATTRIBUTES admins = {0};

	check(AllocateAndInitializeSid(&nt, 2, SECURITY_BUILTIN_DOMAIN_RID,
				       DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0,
				       0, &admins.Sid));
	check(CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE, 1, &admins, 0,
				    NULL, 0, NULL, &plain));
	check(ImpersonateLoggedOnUser(plain));
	FreeSid(admins.Sid);
	check(CloseHandle(plain));
	check(CloseHandle(token));
}

static void asked_and_granted(void)
{
	static const struct {
		DWORD asked;
		DWORD granted;
	} rows[] = {
		{0, 0x100080},
		{GENERIC_READ, 0x120089},
		{GENERIC_WRITE, 0x120196},
		{GENERIC_EXECUTE, 0x1200a0},
		{GENERIC_ALL, 0x1f01ff},
		{FILE_APPEND_DATA, 0x100084},
		{MAXIMUM_ALLOWED, 0x1f01ff},
	};

	make("granted", "D:(A;;FA;;;WD)");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		HANDLE file =
			open_as("granted", rows[i].asked, OPEN_EXISTING, NULL);
		FILE_ACCESS_INFORMATION access = {0};
		IO_STATUS_BLOCK result;

		check_equal(access_of(file), rows[i].granted);
		check_equal(NtQueryInformationFile(file, &result, &access,
						   sizeof(access),
						   FileAccessInformation),
			    STATUS_SUCCESS);
		check_equal(access.AccessFlags, rows[i].granted);
		check(CloseHandle(file));
	}
}

/* Each use of a handle, and what it takes */

static BOOL write_one(HANDLE file)
{
	DWORD n = 7;
	BOOL done = WriteFile(file, "x", 1, &n, NULL);

	check_equal(n, done);
	return done;
}

static BOOL times(HANDLE file)
{
	FILETIME time;

	return GetFileTime(file, NULL, NULL, &time);
}

static BOOL set_times(HANDLE file)
{
	FILETIME time = {0, 0x1d00000};

	return SetFileTime(file, NULL, NULL, &time);
}

static BOOL inform(HANDLE file)
{
	BY_HANDLE_FILE_INFORMATION information;

	return GetFileInformationByHandle(file, &information);
}

static BOOL dispose(HANDLE file)
{
	FILE_DISPOSITION_INFO keep = {FALSE};

	return SetFileInformationByHandle(file, FileDispositionInfo, &keep,
					  sizeof(keep));
}

static BOOL secure(HANDLE file)
{
	BYTE sd[256];
	DWORD n;

	return GetKernelObjectSecurity(file, DACL_SECURITY_INFORMATION, sd,
				       sizeof(sd), &n);
}

static BOOL size(HANDLE file)
{
	return GetFileSize(file, NULL) != INVALID_FILE_SIZE;
}

static void each_use_takes_its_right(void)
{
	static const struct {
		const char *what;
		BOOL (*use)(HANDLE file);
		DWORD needed;
	} rows[] = {
		{"read", read_one, FILE_READ_DATA},
		{"write", write_one, FILE_WRITE_DATA},
		{"append", write_one, FILE_APPEND_DATA},
		{"cut", SetEndOfFile, FILE_WRITE_DATA},
		{"flush", FlushFileBuffers, FILE_WRITE_DATA},
		{"times", times, FILE_READ_ATTRIBUTES},
		{"set times", set_times, FILE_WRITE_ATTRIBUTES},
		{"information", inform, FILE_READ_ATTRIBUTES},
		{"disposition", dispose, DELETE},
		{"descriptor", secure, READ_CONTROL},
		{"size", size, 0},
	};
	HANDLE file;

	make("uses", "D:(A;;FA;;;WD)");
	file = open_as("uses", GENERIC_ALL, OPEN_EXISTING, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		DWORD others = FILE_ALL_ACCESS & ~rows[i].needed;
		HANDLE one, rest;

		if (rows[i].use == write_one || rows[i].use == FlushFileBuffers)
			others &= ~(DWORD)(FILE_WRITE_DATA | FILE_APPEND_DATA);
		check(DuplicateHandle(GetCurrentProcess(), file,
				      GetCurrentProcess(), &one, rows[i].needed,
				      FALSE, 0));
		check(DuplicateHandle(GetCurrentProcess(), file,
				      GetCurrentProcess(), &rest, others, FALSE,
				      0));
		check_say(rows[i].use(one), "%s: error %u", rows[i].what,
			  GetLastError());
		SetLastError(0);
		check_say(rows[i].use(rest) == (rows[i].needed == 0) &&
				  GetLastError() == (rows[i].needed ? 5u : 0u),
			  "%s: error %u", rows[i].what, GetLastError());
		check(CloseHandle(one));
		check(CloseHandle(rest));
	}
	check(CloseHandle(file));
}

static void a_copy_gains_no_rights(void)
{
	HANDLE file, copy;

	make("copy", "D:(A;;FA;;;WD)");
	file = open_as("copy", FILE_READ_DATA, OPEN_EXISTING, NULL);
	check_fails(DuplicateHandle(GetCurrentProcess(), file,
				    GetCurrentProcess(), &copy, FILE_WRITE_DATA,
				    FALSE, 0),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(file));
}

static void the_creator_gets_what_it_asks_for(void)
{
	HANDLE file =
		open_as("mine", READ_CONTROL, CREATE_NEW, "D:(A;;0x1;;;WD)");

	check_equal(access_of(file), 0x120080);
	check(CloseHandle(file));
	become_plain();
	open_fails("mine", FILE_WRITE_DATA, OPEN_EXISTING, ERROR_ACCESS_DENIED);
	check(RevertToSelf());
}

static void truncating_is_writing(void)
{
	make("read only", "D:(A;;0x120089;;;WD)");
	become_plain();
	check(opens("read only", FILE_READ_DATA, OPEN_EXISTING));
	check(opens("read only", FILE_READ_DATA, OPEN_ALWAYS));
	open_fails("read only", FILE_READ_DATA, CREATE_ALWAYS,
		   ERROR_ACCESS_DENIED);
	open_fails("read only", GENERIC_WRITE, TRUNCATE_EXISTING,
		   ERROR_ACCESS_DENIED);
	open_fails("read only", FILE_READ_DATA, CREATE_NEW, ERROR_FILE_EXISTS);
	check(RevertToSelf());
}

static void who_may_not_own_is_refused(void)
{
	become_plain();
	check_fails(open_as("foreign", GENERIC_READ, CREATE_NEW,
			    "O:S-1-5-21-1-2-3-4444D:(A;;FA;;;WD)") !=
			    INVALID_HANDLE_VALUE,
		    ERROR_INVALID_OWNER);
	check(RevertToSelf());
	open_fails("foreign", GENERIC_READ, OPEN_EXISTING,
		   ERROR_FILE_NOT_FOUND);
}

/* Below impersonation nothing is opened, whatever it grants. */
static void an_identified_client_opens_nothing(void)
{
	static const SECURITY_IMPERSONATION_LEVEL levels[] = {
		SecurityIdentification, SecurityAnonymous};
	WIN32_FIND_DATAA found;

	make("levels", "D:(A;;FA;;;WD)");
	for (size_t i = 0; i < 2; i++) {
		HANDLE token = own_duplicate(levels[i]);

		if (!check(SetThreadToken(NULL, token)))
			continue;
		open_fails("levels", GENERIC_READ, OPEN_EXISTING,
			   ERROR_BAD_IMPERSONATION_LEVEL);
		open_fails("new", GENERIC_WRITE, CREATE_NEW,
			   ERROR_BAD_IMPERSONATION_LEVEL);
		check_fails(CreateDirectoryA(temp_path("dir"), NULL),
			    ERROR_BAD_IMPERSONATION_LEVEL);
		check_fails(DeleteFileA(temp_path("levels")),
			    ERROR_BAD_IMPERSONATION_LEVEL);
		check_fails(GetFileAttributesA(temp_path("levels")) !=
				    INVALID_FILE_ATTRIBUTES,
			    ERROR_BAD_IMPERSONATION_LEVEL);
		check_fails(FindFirstFileA(temp_path("*"), &found) !=
				    INVALID_HANDLE_VALUE,
			    ERROR_BAD_IMPERSONATION_LEVEL);
		check(RevertToSelf());
		check(CloseHandle(token));
	}
	check(opens("levels", GENERIC_READ, OPEN_EXISTING));
}

static void a_client_is_refused_what_the_process_may(void)
{
	make("admins", "D:P(A;;FA;;;BA)(A;;FA;;;SY)");
	check(opens("admins", GENERIC_READ, OPEN_EXISTING));
	become_plain();
	open_fails("admins", GENERIC_READ, OPEN_EXISTING, ERROR_ACCESS_DENIED);
	open_fails("admins", GENERIC_READ, CREATE_ALWAYS, ERROR_ACCESS_DENIED);
	check_fails(CopyFileA(temp_path("admins"), temp_path("stolen"), FALSE),
		    ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	check(opens("admins", GENERIC_READ, OPEN_EXISTING));
}

static void a_handle_keeps_its_access(void)
{
	HANDLE by_process, by_client;
	PSECURITY_DESCRIPTOR nobody;

	make("kept", "D:P(A;;FA;;;BA)(A;;0x120089;;;WD)");
	by_process = open_as("kept", GENERIC_READ | GENERIC_WRITE,
			     OPEN_EXISTING, NULL);
	become_plain();
	by_client = open_as("kept", GENERIC_READ, OPEN_EXISTING, NULL);
	check(write_one(by_process));
	check_fails(write_one(by_client), ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	check(read_one(by_client));
	check_fails(write_one(by_client), ERROR_ACCESS_DENIED);

	/* nor does a new descriptor change it */
	nobody = sd_of("D:P");
	check(SetFileSecurityA(temp_path("kept"), DACL_SECURITY_INFORMATION,
			       nobody));
	LocalFree(nobody);
	check(read_one(by_client));
	check(CloseHandle(by_client));
	check(CloseHandle(by_process));
}

/* What takes a file's place is as closed as it was. */
static void a_replacement_gets_the_list_of_what_it_replaces(void)
{
	make("closed file", "D:P(A;;FA;;;BA)(A;;FA;;;SY)");
	make("replacement", "D:(A;;FA;;;WD)");
	check(ReplaceFileA(temp_path("closed file"), temp_path("replacement"),
			   NULL, 0, NULL, NULL));
	check(opens("closed file", GENERIC_READ, OPEN_EXISTING));
	become_plain();
	open_fails("closed file", GENERIC_READ, OPEN_EXISTING,
		   ERROR_ACCESS_DENIED);
	check_fails(ReplaceFileA(temp_path("closed file"), temp_path("kept"),
				 NULL, REPLACEFILE_IGNORE_ACL_ERRORS, NULL,
				 NULL),
		    ERROR_ACCESS_DENIED);
	check(RevertToSelf());
}

static void a_directory_with_an_empty_list_stays(void)
{
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};

	attributes.lpSecurityDescriptor = sd_of("D:P");
	check(CreateDirectoryA(temp_path("closed"), &attributes));
	LocalFree(attributes.lpSecurityDescriptor);
	become_plain();
	check_fails(RemoveDirectoryA(temp_path("closed")), ERROR_ACCESS_DENIED);
	check_fails(GetFileAttributesA(temp_path("closed\\x")) !=
			    INVALID_FILE_ATTRIBUTES,
		    ERROR_FILE_NOT_FOUND);
	open_fails("closed\\x", GENERIC_WRITE, CREATE_NEW, ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	check(RemoveDirectoryA(temp_path("closed")));
}

static void new_files_get_what_their_directory_passes_on(void)
{
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
	char *text = NULL;
	BYTE sd[512];
	DWORD n;

	attributes.lpSecurityDescriptor =
		sd_of("D:P(A;OICI;FA;;;WD)(A;OI;FR;;;BU)(A;CI;FR;;;AU)");
	check(CreateDirectoryA(temp_path("above"), &attributes));
	LocalFree(attributes.lpSecurityDescriptor);
	make("above\\below", NULL);
	check(GetFileSecurityA(temp_path("above\\below"),
			       DACL_SECURITY_INFORMATION, sd, sizeof(sd), &n));
	check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
		sd, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, NULL));
	check_say(strcmp(text, "D:(A;;FA;;;WD)(A;;FR;;;BU)") == 0, "%s", text);
	LocalFree(text);
}

static BOOL set_part(HANDLE file, SECURITY_INFORMATION part, const char *sddl)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	BOOL done;

	sd = sd_of(sddl);
	done = SetKernelObjectSecurity(file, part, sd);
	LocalFree(sd);
	return done;
}

static void part_is(HANDLE file, SECURITY_INFORMATION part, const char *want,
		    int line)
{
	BYTE sd[512];
	char *text = NULL;
	DWORD n;

	if (!check_say(GetKernelObjectSecurity(file, part, sd, sizeof(sd), &n),
		       "line %d: error %u", line, GetLastError()))
		return;
	check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
		sd, SDDL_REVISION_1, part, &text, NULL));
	check_say(strcmp(text, want) == 0, "line %d: %s", line, text);
	LocalFree(text);
}
#define is_part(file, part, want) part_is(file, part, want, __LINE__)

static void descriptors_are_set_through_handles(void)
{
	const SECURITY_INFORMATION dacl = DACL_SECURITY_INFORMATION,
				   owner = OWNER_SECURITY_INFORMATION,
				   label = LABEL_SECURITY_INFORMATION;
	HANDLE file, other;
	BYTE sd[512];
	DWORD n;

	make("parts", "O:BAD:(A;;FA;;;WD)");
	file = open_as("parts", READ_CONTROL | WRITE_DAC, OPEN_EXISTING, NULL);
	check(set_part(file, dacl, "D:(A;;0x1f01ff;;;WD)"));
	is_part(file, dacl, "D:(A;;FA;;;WD)");
	check_fails(set_part(file, owner, "O:SY"), ERROR_ACCESS_DENIED);
	check_fails(set_part(file, label, "S:(ML;;NW;;;LW)"),
		    ERROR_ACCESS_DENIED);
	check_fails(GetKernelObjectSecurity(file, SACL_SECURITY_INFORMATION, sd,
					    sizeof(sd), &n),
		    ERROR_ACCESS_DENIED);
	check_fails(GetKernelObjectSecurity(file, dacl, NULL, 0, &n),
		    ERROR_INSUFFICIENT_BUFFER);
	check(CloseHandle(file));

	/* with SeRestore anybody may become the owner */
	file = open_as("parts", READ_CONTROL | WRITE_OWNER, OPEN_EXISTING,
		       NULL);
	check(set_part(file, owner, "O:S-1-5-21-1-2-3-4444"));
	is_part(file, owner, "O:S-1-5-21-1-2-3-4444");
	/* and the label takes no other right */
	check(set_part(file, label, "S:(ML;;NW;;;ME)"));
	is_part(file, label, "S:(ML;;NW;;;ME)");
	check_fails(set_part(file, dacl, "D:"), ERROR_ACCESS_DENIED);

	/* audit and label lie side by side */
	other = open_as("parts", ACCESS_SYSTEM_SECURITY, OPEN_EXISTING, NULL);
	check(other != INVALID_HANDLE_VALUE);
	check(set_part(other, SACL_SECURITY_INFORMATION, "S:(AU;SA;FR;;;WD)"));
	check(set_part(file, label, "S:(ML;;NW;;;LW)"));
	is_part(other, SACL_SECURITY_INFORMATION, "S:(AU;SA;FR;;;WD)");
	is_part(file, label, "S:(ML;;NW;;;LW)");
	check(CloseHandle(other));
	check(CloseHandle(file));

	become_plain();
	open_fails("parts", ACCESS_SYSTEM_SECURITY, OPEN_EXISTING,
		   ERROR_PRIVILEGE_NOT_HELD);
	check(RevertToSelf());
}

/* Administrators have them, and have to say when they want them. */
static int enable(LPCSTR name)
{
	HANDLE token = own_token(TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY);
	TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
	int held;

	check(LookupPrivilegeValueA(NULL, name,
				    &privileges.Privileges[0].Luid));
	privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
	check(AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL));
	held = GetLastError() == ERROR_SUCCESS;
	check(CloseHandle(token));
	return held;
}

static int can_store(void)
{
	HANDLE file =
		open_as("probe", GENERIC_READ, CREATE_NEW, "D:(A;;FA;;;WD)");

	if (file != INVALID_HANDLE_VALUE)
		return CloseHandle(file);
	check_equal(GetLastError(), ERROR_ACCESS_DENIED);
	/* a file that cannot keep its protection is not made */
	open_fails("probe", GENERIC_READ, OPEN_EXISTING, ERROR_FILE_NOT_FOUND);
	check_skip("descriptors of files take CAP_SYS_ADMIN");
	return 0;
}

static void run_with_descriptors(void)
{
	run(asked_and_granted);
	run(each_use_takes_its_right);
	run(a_copy_gains_no_rights);
	run(the_creator_gets_what_it_asks_for);
	run(truncating_is_writing);
	run(who_may_not_own_is_refused);
	run(a_client_is_refused_what_the_process_may);
	run(a_handle_keeps_its_access);
	run(a_replacement_gets_the_list_of_what_it_replaces);
	run(new_files_get_what_their_directory_passes_on);
	run(an_identified_client_opens_nothing);
	if (enable("SeRestorePrivilege") && enable("SeSecurityPrivilege")) {
		run(a_directory_with_an_empty_list_stays);
		run(descriptors_are_set_through_handles);
	} else {
		check_skip("what administrators may do takes their token");
	}
}

int main(void)
{
	temp_begin();
	if (can_store())
		run_with_descriptors();
	temp_end();
	return check_done();
}
