/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of open files: by the function, and by what the handle was
 * granted. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <winternl-object.h>

#include "files.h"

#define DACL DACL_SECURITY_INFORMATION

static HANDLE file_open(const char *name, DWORD access)
{
	HANDLE file =
		CreateFileA(file_path(name), access, FILE_SHARE_READ, NULL,
			    OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);

	check_say(file != INVALID_HANDLE_VALUE, "%s: %u", name, GetLastError());
	return file;
}

static void set_by_handle(const char *name, SE_OBJECT_TYPE type,
			  const char *sddl)
{
	HANDLE file = file_open(name, READ_CONTROL | WRITE_DAC);
	PSECURITY_DESCRIPTOR sd = sd_of(sddl);
	BOOL present, defaulted;
	PACL dacl;

	check(GetSecurityDescriptorDacl(sd, &present, &dacl, &defaulted));
	check_equal(SetSecurityInfo(file, type, DACL, NULL, NULL, dacl, NULL),
		    0);
	LocalFree(sd);
	check(CloseHandle(file));
}

/* What is recorded of GrantAccessToPathFileNoInherit and ...Directory... */
static void kernel_objects_inherit_nothing(void)
{
	directory_make("k");
	check(file_store("k", DACL, "D:P(A;;FA;;;WD)"));
	file_make("k/f");
	check(file_store("k/f", DACL, "D:P(A;;FA;;;WD)"));
	set_by_handle("k/f", SE_KERNEL_OBJECT, "D:(A;;FR;;;AU)(A;;FA;;;WD)");
	named_is("k/f", "D:P(A;;FR;;;AU)(A;;FA;;;WD)");
	directory_make("k/d");
	file_make("k/d/f");
	check(file_store("k/d", DACL, "D:P(A;OICI;FA;;;WD)"));
	check(file_store("k/d/f", DACL, "D:(A;;FA;;;WD)"));
	set_by_handle("k/d", SE_KERNEL_OBJECT,
		      "D:P(A;OICI;FR;;;AU)(A;OICI;FA;;;WD)");
	named_is("k/d", "D:P(A;OICI;FR;;;AU)(A;OICI;FA;;;WD)");
	named_is("k/d/f", "D:P(A;;FA;;;WD)");
}

static void files_by_handle_inherit_and_pass_on(void)
{
	directory_make("hd");
	file_make("hd/f");
	check(file_store("hd", DACL, "D:P(A;OICI;FA;;;WD)"));
	set_by_handle("hd", SE_FILE_OBJECT,
		      "D:(A;OICI;FR;;;AU)(A;OICI;FA;;;WD)");
	named_is("hd", "D:PAI(A;OICI;FR;;;AU)(A;OICI;FA;;;WD)");
	named_is("hd/f", "D:AI(A;ID;FR;;;AU)(A;ID;FA;;;WD)");
	set_by_handle("hd/f", SE_FILE_OBJECT, "D:(A;;FR;;;BU)");
	named_is("hd/f", "D:AI(A;;FR;;;BU)(A;ID;FR;;;AU)(A;ID;FA;;;WD)");
}

static void the_type_says_how_a_file_is_shown(void)
{
	PSECURITY_DESCRIPTOR sd;
	HANDLE file;

	directory_make("sd");
	file_make("sd/f");
	check(file_store("sd", DACL, "D:P(A;OICI;FA;;;WD)"));
	check(file_store("sd/f", DACL, "D:(A;;FA;;;WD)"));
	file = file_open("sd/f", READ_CONTROL);
	check_equal(GetSecurityInfo(file, SE_FILE_OBJECT, DACL, NULL, NULL,
				    NULL, NULL, &sd),
		    0);
	sd_check(sd, DACL, "D:(A;ID;FA;;;WD)", "as a file", __LINE__);
	LocalFree(sd);
	check_equal(GetSecurityInfo(file, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL, &sd),
		    0);
	sd_check(sd, DACL, "D:(A;;FA;;;WD)", "as an object", __LINE__);
	LocalFree(sd);
	check_equal(SetSecurityInfo(file, SE_FILE_OBJECT, DACL, NULL, NULL,
				    NULL, NULL),
		    ERROR_ACCESS_DENIED);
	check_equal(SetSecurityInfo(file, SE_FILE_OBJECT,
				    OWNER_SECURITY_INFORMATION, NULL, NULL,
				    NULL, NULL),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(file));
	file = file_open("sd/f", FILE_READ_DATA);
	check_equal(GetSecurityInfo(file, SE_FILE_OBJECT, DACL, NULL, NULL,
				    NULL, NULL, &sd),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(file));
}

/* The rows of a handle that asked for READ_CONTROL and WRITE_DAC alone */
static void nt_calls_take_the_rights_of_the_handle(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("O:BAG:BAD:(A;;FA;;;WD)");
	HANDLE file;
	BYTE got[1024];
	ULONG n = 0;

	file_make("nt");
	file = file_open("nt", READ_CONTROL | WRITE_DAC);
	check_equal(NtSetSecurityObject(file, DACL, sd), 0);
	check_equal(NtQuerySecurityObject(file, DACL, got, sizeof(got), &n), 0);
	sd_check(got, DACL, "D:(A;;FA;;;WD)", "nt", __LINE__);
	check_equal(NtSetSecurityObject(file, OWNER_SECURITY_INFORMATION, sd),
		    STATUS_ACCESS_DENIED);
	check_equal(NtQuerySecurityObject(file, SACL_SECURITY_INFORMATION, got,
					  sizeof(got), &n),
		    STATUS_ACCESS_DENIED);
	check_equal(NtQuerySecurityObject(file, DACL, NULL, 0, &n),
		    STATUS_BUFFER_TOO_SMALL);
	check(n > 0);
	check(CloseHandle(file));
	file = file_open("nt", WRITE_OWNER);
	check_equal(NtSetSecurityObject(file, OWNER_SECURITY_INFORMATION, sd),
		    0);
	check_equal(NtSetSecurityObject(file, DACL, sd), STATUS_ACCESS_DENIED);
	check_equal(NtQuerySecurityObject(file, OWNER_SECURITY_INFORMATION, got,
					  sizeof(got), &n),
		    STATUS_ACCESS_DENIED);
	check(CloseHandle(file));
	stored_check("nt", EVERYTHING & ~GROUP_SECURITY_INFORMATION,
		     "O:BAD:(A;;FA;;;WD)", __LINE__);
	LocalFree(sd);
}

/* The creator's descriptor, and order decides in it. */
static void what_is_denied_is_denied(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	HANDLE file;

	file_make("deny");
	check(file_store("deny", EVERYTHING,
			 "O:S-1-5-21-1-2-3-4G:BAD:(D;;FW;;;WD)(A;;FA;;;WD)"));
	check_fails(CreateFileA(file_path("deny"), GENERIC_WRITE, 0, NULL,
				OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE,
		    ERROR_ACCESS_DENIED);
	check(file_store("deny", DACL, "D:(A;;FA;;;WD)(D;;FW;;;WD)"));
	file = CreateFileA(file_path("deny"), GENERIC_WRITE, 0, NULL,
			   OPEN_EXISTING, 0, NULL);
	check(file != INVALID_HANDLE_VALUE);
	check(CloseHandle(file));
	/* what is granted is granted for as long as the handle is open */
	file = file_open("deny", READ_CONTROL | WRITE_DAC);
	check_equal(file_set("deny", DACL | PROTECTED_DACL_SECURITY_INFORMATION,
			     "D:(D;;FA;;;WD)"),
		    0);
	check_equal(GetNamedSecurityInfoA(file_path("deny"), SE_FILE_OBJECT,
					  DACL, NULL, NULL, NULL, NULL, &sd),
		    ERROR_ACCESS_DENIED);
	check_equal(SetSecurityInfo(file, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL),
		    0);
	check(CloseHandle(file));
	stored_is("deny", "D:NO_ACCESS_CONTROL");
}

static HANDLE file_create(const char *name, DWORD access, const char *sddl)
{
	PSECURITY_DESCRIPTOR sd = sd_of(sddl);
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), sd, FALSE};
	HANDLE file = CreateFileA(file_path(name), access, 0, &attributes,
				  CREATE_NEW, 0, NULL);

	LocalFree(sd);
	return file;
}

static void new_files_have_what_their_creator_says(void)
{
	HANDLE file = file_create("new", READ_CONTROL, "D:(A;;0x1;;;WD)");
	PSECURITY_DESCRIPTOR sd;

	check(file != INVALID_HANDLE_VALUE);
	check_equal(GetSecurityInfo(file, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL, &sd),
		    0);
	sd_check(sd, DACL, "D:(A;;CC;;;WD)", "new", __LINE__);
	LocalFree(sd);
	check(CloseHandle(file));
	file = file_create("newp", READ_CONTROL, "D:P(A;;FA;;;WD)");
	check(file != INVALID_HANDLE_VALUE);
	check(CloseHandle(file));
	named_is("newp", "D:P(A;;FA;;;WD)");
	if (!check(become_plain()))
		return;
	check_fails(file_create("foreign", READ_CONTROL,
				"O:S-1-5-21-1-2-3-4D:(A;;FA;;;WD)") !=
			    INVALID_HANDLE_VALUE,
		    ERROR_INVALID_OWNER);
	check(RevertToSelf());
	check_fails(GetFileSecurityA(file_path("foreign"), DACL, NULL, 0,
				     &(DWORD){0}),
		    ERROR_FILE_NOT_FOUND);
}

static void new_files_take_what_their_directory_passes_on(void)
{
	HANDLE file;

	directory_make("parent");
	check(file_store("parent", DACL, "D:P(A;OICI;FA;;;WD)"));
	file = CreateFileA(file_path("parent/f"), FILE_ALL_ACCESS, 0, NULL,
			   CREATE_NEW, 0, NULL);
	check(file != INVALID_HANDLE_VALUE);
	check(CloseHandle(file));
	named_is("parent/f", "D:(A;ID;FA;;;WD)");
	stored_is("parent/f", "D:(A;;FA;;;WD)");
}

static void owners_are_for_who_may_restore(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("O:S-1-5-21-1-2-3-4");
	HANDLE file;
	BOOL defaulted;
	PSID owner;

	check(GetSecurityDescriptorOwner(sd, &owner, &defaulted));
	file_make("restore");
	check(file_store("restore", DACL, "D:(A;;FA;;;WD)"));
	file = file_open("restore", WRITE_OWNER);
	check_equal(SetSecurityInfo(file, SE_FILE_OBJECT,
				    OWNER_SECURITY_INFORMATION, owner, NULL,
				    NULL, NULL),
		    0);
	stored_check("restore", OWNER_SECURITY_INFORMATION,
		     "O:S-1-5-21-1-2-3-4", __LINE__);
	if (check(become_plain())) {
		check_equal(SetSecurityInfo(file, SE_FILE_OBJECT,
					    OWNER_SECURITY_INFORMATION, owner,
					    NULL, NULL, NULL),
			    ERROR_INVALID_OWNER);
		check(RevertToSelf());
	}
	check(CloseHandle(file));
	LocalFree(sd);
}

static DWORD label_set(HANDLE object, SE_OBJECT_TYPE type, const char *sddl)
{
	PSECURITY_DESCRIPTOR sd = sd_of(sddl);
	BOOL present, defaulted;
	PACL sacl;
	DWORD error;

	check(GetSecurityDescriptorSacl(sd, &present, &sacl, &defaulted));
	error = SetSecurityInfo(object, type, LABEL_SECURITY_INFORMATION, NULL,
				NULL, NULL, sacl);
	LocalFree(sd);
	return error;
}

static void label_is(HANDLE object, const char *sddl, int line)
{
	PSECURITY_DESCRIPTOR sd = NULL;

	check_equal(GetSecurityInfo(object, SE_KERNEL_OBJECT,
				    LABEL_SECURITY_INFORMATION, NULL, NULL,
				    NULL, NULL, &sd),
		    0);
	sd_check(sd, LABEL_SECURITY_INFORMATION, sddl, "label", line);
	LocalFree(sd);
}

/* What is recorded of SetObjectIntegrityLabel; a file's label takes
 * WRITE_OWNER and not ACCESS_SYSTEM_SECURITY. */
static void labels_are_set_up_to_ones_own(void)
{
	HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), file;

	file_make("label");
	check(file_store("label", DACL, "D:(A;;FA;;;WD)"));
	if (!check(become_plain()))
		return;
	check_equal(
		label_set(event, SE_KERNEL_OBJECT, "S:(ML;;;;;S-1-16-20480)"),
		ERROR_INVALID_LABEL);
	check_equal(label_set(event, SE_KERNEL_OBJECT, "S:(ML;;;;;S-1-16-0)"),
		    0);
	label_is(event, "S:(ML;;;;;S-1-16-0)", __LINE__);
	check_equal(label_set(event, SE_KERNEL_OBJECT, "S:(ML;;NW;;;LW)"), 0);
	label_is(event, "S:(ML;;NW;;;LW)", __LINE__);
	file = file_open("label", WRITE_OWNER | READ_CONTROL);
	check_equal(label_set(file, SE_FILE_OBJECT, "S:(ML;;NW;;;LW)"), 0);
	label_is(file, "S:(ML;;NW;;;LW)", __LINE__);
	check(RevertToSelf());
	check(CloseHandle(file) && CloseHandle(event));
}

/* A handle works whoever the thread is by then; a privilege does not, and a
 * name leads nowhere. */
static void identified_clients_have_no_privileges(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("O:S-1-5-21-1-2-3-4"), got;
	HANDLE objects[2];
	BOOL defaulted;
	PSID owner;

	check(GetSecurityDescriptorOwner(sd, &owner, &defaulted));
	file_make("id");
	check(file_store("id", DACL, "D:(A;;FA;;;WD)"));
	objects[0] = CreateEventA(NULL, FALSE, FALSE, NULL);
	objects[1] = file_open("id", WRITE_OWNER | READ_CONTROL | WRITE_DAC);
	if (!check(ImpersonateSelf(SecurityIdentification)))
		return;
	for (unsigned i = 0; i < 4; i++)
		check_equal(SetSecurityInfo(objects[i / 2],
					    i % 2 ? SE_FILE_OBJECT
						  : SE_KERNEL_OBJECT,
					    OWNER_SECURITY_INFORMATION, owner,
					    NULL, NULL, NULL),
			    ERROR_INVALID_OWNER);
	check_equal(GetSecurityInfo(objects[1], SE_FILE_OBJECT, DACL, NULL,
				    NULL, NULL, NULL, &got),
		    0);
	check_equal(SetSecurityInfo(objects[1], SE_KERNEL_OBJECT, DACL, NULL,
				    NULL, NULL, NULL),
		    0);
	LocalFree(got);
	check_equal(GetNamedSecurityInfoA(file_path("id"), SE_FILE_OBJECT, DACL,
					  NULL, NULL, NULL, NULL, &got),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check_fails(
		GetFileSecurityA(file_path("id"), DACL, NULL, 0, &(DWORD){0}),
		ERROR_BAD_IMPERSONATION_LEVEL);
	check(RevertToSelf());
	check_equal(SetSecurityInfo(objects[1], SE_FILE_OBJECT,
				    OWNER_SECURITY_INFORMATION, owner, NULL,
				    NULL, NULL),
		    0);
	check(CloseHandle(objects[0]) && CloseHandle(objects[1]));
	LocalFree(sd);
}

static void user_objects_are_as_all_others(void)
{
	SECURITY_INFORMATION dacl = DACL;
	HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
	PSECURITY_DESCRIPTOR sd = sd_of("D:(A;;0x1f0003;;;WD)");
	BYTE got[1024];
	DWORD n;

	check(SetUserObjectSecurity(event, &dacl, sd));
	check_fails(GetUserObjectSecurity(event, &dacl, NULL, 0, &n),
		    ERROR_INSUFFICIENT_BUFFER);
	check(GetUserObjectSecurity(event, &dacl, got, n, &n));
	sd_check(got, DACL, "D:(A;;0x1f0003;;;WD)", "event", __LINE__);
	check_fails(GetUserObjectSecurity(NULL, &dacl, got, n, &n),
		    ERROR_INVALID_HANDLE);
	check_fails(SetUserObjectSecurity(event, NULL, sd), ERROR_NOACCESS);
	LocalFree(sd);
	check(CloseHandle(event));
}

static DWORD WINAPI set_the_group(void *argument)
{
	const char *const groups[] = {"G:BU", "G:SY"};
	unsigned *failed = argument;

	for (unsigned i = 0; i < 1000; i++)
		*failed += !file_store("race", GROUP_SECURITY_INFORMATION,
				       groups[i % 2]);
	return 0;
}

/* A change of one part takes back no change of another. */
static void parts_set_at_once_are_all_set(void)
{
	const char *const owners[] = {"O:BA", "O:SY"};
	unsigned failed = 0;
	HANDLE thread;

	file_make("race");
	check(file_store("race", EVERYTHING, "O:BAG:BUD:(A;;FA;;;WD)"));
	thread = CreateThread(NULL, 0, set_the_group, &failed, 0, NULL);
	check(thread != NULL);
	for (unsigned i = 0; i < 1000; i++) {
		check(file_store("race", OWNER_SECURITY_INFORMATION,
				 owners[i % 2]));
		stored_check("race", OWNER_SECURITY_INFORMATION, owners[i % 2],
			     __LINE__);
	}
	check_equal(WaitForSingleObject(thread, INFINITE), 0);
	check_equal(failed, 0);
	check(CloseHandle(thread));
	stored_check("race", EVERYTHING, "O:SYG:SYD:(A;;FA;;;WD)", __LINE__);
}

int main(void)
{
	if (!files_begin())
		return check_done();
	run(kernel_objects_inherit_nothing);
	run(files_by_handle_inherit_and_pass_on);
	run(the_type_says_how_a_file_is_shown);
	run(nt_calls_take_the_rights_of_the_handle);
	run(what_is_denied_is_denied);
	run(new_files_have_what_their_creator_says);
	run(new_files_take_what_their_directory_passes_on);
	run(owners_are_for_who_may_restore);
	run(labels_are_set_up_to_ones_own);
	run(identified_clients_have_no_privileges);
	run(user_objects_are_as_all_others);
	run(parts_set_at_once_are_all_set);
	files_end();
	return check_done();
}
