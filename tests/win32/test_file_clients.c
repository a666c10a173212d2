/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files as a server opens them for its clients: two users with passwords, each
 * with a Unix identity of their own. with-accounts.sh made them; bob may back
 * up.
 */
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"
#include "temp.h"

#define PASSWORD L"Correct horse 1"
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static HANDLE alice, bob;
static char alice_sid[128];

static HANDLE logon_as(LPCWSTR user)
{
	HANDLE token = NULL;

	check_say(LogonUserW(user, NULL, PASSWORD, LOGON32_LOGON_INTERACTIVE, 0,
			     &token),
		  "%u", GetLastError());
	return token;
}

static void sid_of_token(HANDLE token, char ret[128])
{
	BYTE room[256];
	DWORD n;
	char *text = NULL;

	check(GetTokenInformation(token, TokenUser, room, sizeof(room), &n));
	check(ConvertSidToStringSidA(((TOKEN_USER *)room)->User.Sid, &text));
	snprintf(ret, 128, "%s", text);
	LocalFree(text);
}

static HANDLE open_as(HANDLE token, const char *name, DWORD access,
		      DWORD disposition, DWORD flags)
{
	HANDLE file;
	DWORD error;

	if (token)
		check(ImpersonateLoggedOnUser(token));
	file = CreateFileA(temp_path(name), access, SHARE_ALL, NULL,
			   disposition, flags, NULL);
	error = GetLastError();
	if (token)
		check(RevertToSelf());
	SetLastError(error);
	return file;
}

#define opens(token, name, access, flags)                                      \
	(CloseHandle(open_as(token, name, access, OPEN_EXISTING, flags)))
#define open_fails(token, name, access, flags, error)                          \
	check_fails(open_as(token, name, access, OPEN_EXISTING, flags) !=      \
			    INVALID_HANDLE_VALUE,                              \
		    error)

static void store(const char *name, const char *format, const char *sid)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	char text[512];

	snprintf(text, sizeof(text), format, sid, sid);
	sd = sd_of(text);
	check(SetFileSecurityA(temp_path(name), DACL_SECURITY_INFORMATION, sd));
	LocalFree(sd);
}

static const char *unix_path(const char *name)
{
	static char path[2 * MAX_PATH];

	snprintf(path, sizeof(path), "%s", temp_path(name) + 2);
	for (char *c = path; *c; c++) {
		if (*c == '\\')
			*c = '/';
	}
	return path;
}

static void owner_is(HANDLE file, const char *want)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	PSID owner = NULL;
	char *text = NULL;

	check_equal(GetSecurityInfo(file, SE_FILE_OBJECT,
				    OWNER_SECURITY_INFORMATION, &owner, NULL,
				    NULL, NULL, &sd),
		    0);
	check(ConvertSidToStringSidA(owner, &text));
	check_say(strcmp(text, want) == 0, "%s, not %s", text, want);
	LocalFree(text);
	LocalFree(sd);
}

/* Where nothing is stored; and what it then stores says so, too */
static void a_client_sees_itself_as_the_owner(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	char other[64];
	struct stat is;
	HANDLE file;

	check(mkdir(unix_path("plain"), 0777) == 0 &&
	      chmod(unix_path("plain"), 0777) == 0);
	file = open_as(alice, "plain\\hers", READ_CONTROL | WRITE_DAC,
		       CREATE_NEW, 0);
	check(stat(unix_path("plain\\hers"), &is) == 0);
	snprintf(other, sizeof(other), "S-1-22-1-%u", is.st_uid);
	owner_is(file, other);
	check(ImpersonateLoggedOnUser(alice));
	owner_is(file, alice_sid);
	sd = sd_of("D:P(A;;FR;;;WD)");
	check(SetKernelObjectSecurity(file, DACL_SECURITY_INFORMATION, sd));
	LocalFree(sd);
	check(RevertToSelf());
	owner_is(file, alice_sid);
	check(CloseHandle(file));
	/* owners can always change it back */
	check(opens(alice, "plain\\hers", WRITE_DAC, 0));
	open_fails(bob, "plain\\hers", WRITE_DAC, 0, ERROR_ACCESS_DENIED);
}

static void what_a_client_makes_is_its_own(void)
{
	HANDLE file = open_as(alice, "hers", GENERIC_ALL, CREATE_NEW, 0);
	struct stat is;
	DWORD n;

	check(file != INVALID_HANDLE_VALUE);
	check(WriteFile(file, "text", 4, &n, NULL));
	owner_is(file, alice_sid);
	/* for the kernel, too */
	check(stat(unix_path("hers"), &is) == 0 && is.st_uid != getuid());
	check(CloseHandle(file));
}

static void a_client_opens_what_it_is_granted(void)
{
	store("hers", "D:P(A;;FA;;;%s)(A;;FA;;;SY)(A;;FA;;;BA)", alice_sid);
	check(opens(alice, "hers", GENERIC_READ | GENERIC_WRITE, 0));
	open_fails(bob, "hers", GENERIC_READ, 0, ERROR_ACCESS_DENIED);
	open_fails(bob, "hers", FILE_READ_DATA, 0, ERROR_ACCESS_DENIED);
	open_fails(bob, "hers", DELETE, 0, ERROR_ACCESS_DENIED);
	/* the kernel has a say as well */
	store("hers", "D:P(A;;FA;;;WD)", "");
	check(chmod(unix_path("hers"), 0600) == 0);
	open_fails(bob, "hers", GENERIC_READ, 0, ERROR_ACCESS_DENIED);
	check(opens(alice, "hers", GENERIC_READ, 0));
}

static void who_backs_up_reads_everything(void)
{
	store("hers", "D:P(A;;FA;;;%s)", alice_sid);
	open_fails(bob, "hers", GENERIC_READ, 0, ERROR_ACCESS_DENIED);
	check(opens(bob, "hers", GENERIC_READ, FILE_FLAG_BACKUP_SEMANTICS));
	open_fails(bob, "hers", GENERIC_WRITE, FILE_FLAG_BACKUP_SEMANTICS,
		   ERROR_ACCESS_DENIED);
}

static void a_handle_outlives_its_client(void)
{
	HANDLE file = open_as(alice, "hers", GENERIC_READ, OPEN_EXISTING, 0);
	char text[8] = "";
	DWORD n;

	check(ReadFile(file, text, 4, &n, NULL));
	check(strcmp(text, "text") == 0);
	check_fails(WriteFile(file, "x", 1, &n, NULL), ERROR_ACCESS_DENIED);
	/* nor is it another client's to be refused */
	check(ImpersonateLoggedOnUser(bob));
	check_equal(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
	check(ReadFile(file, text, 4, &n, NULL));
	check(RevertToSelf());
	check(CloseHandle(file));
}

static void a_client_does_not_get_at_the_servers_files(void)
{
	char system[64];
	HANDLE file = open_as(NULL, "secret", GENERIC_WRITE, CREATE_NEW, 0);

	check(CloseHandle(file));
	store("secret", "D:P(A;;FA;;;BA)(A;;FA;;;SY)", "");
	open_fails(alice, "secret", GENERIC_READ, 0, ERROR_ACCESS_DENIED);
	check(ImpersonateLoggedOnUser(alice));
	check_fails(DeleteFileA(temp_path("secret")), ERROR_ACCESS_DENIED);
	check_fails(MoveFileA(temp_path("secret"), temp_path("stolen")),
		    ERROR_ACCESS_DENIED);
	check_fails(CopyFileA(temp_path("secret"), temp_path("stolen"), FALSE),
		    ERROR_ACCESS_DENIED);
	check_fails(SetFileAttributesA(temp_path("secret"),
				       FILE_ATTRIBUTE_READONLY),
		    ERROR_ACCESS_DENIED);
	check_fails(
		CreateHardLinkA(temp_path("link"), temp_path("secret"), NULL),
		ERROR_ACCESS_DENIED);
	snprintf(system, sizeof(system), "C:\\etc\\guise-test-%lu",
		 (unsigned long)GetCurrentProcessId());
	check_fails(CreateDirectoryA(system, NULL), ERROR_ACCESS_DENIED);
	check_fails(CreateSymbolicLinkA(temp_path("link"), "secret", 0),
		    ERROR_PRIVILEGE_NOT_HELD);
	check(RevertToSelf());
	check(opens(NULL, "secret", GENERIC_READ, 0));
}

/* Not as the client, nor by the server through the client's handle */
static void a_client_leads_no_server_to_change_others_files(void)
{
	FILE_BASIC_INFO info = {.FileAttributes = FILE_ATTRIBUTE_READONLY};
	FILETIME time = {0, 0x1d00000};
	struct stat is;
	HANDLE file;

	check(CloseHandle(
		open_as(NULL, "plain\\ours", GENERIC_WRITE, CREATE_NEW, 0)));
	check(chmod(unix_path("plain\\ours"), 0644) == 0);
	open_fails(alice, "plain\\ours", FILE_WRITE_ATTRIBUTES, 0,
		   ERROR_ACCESS_DENIED);
	open_fails(alice, "plain\\ours", FILE_WRITE_EA, 0, ERROR_ACCESS_DENIED);

	check(chmod(unix_path("plain\\ours"), 0666) == 0);
	file = open_as(alice, "plain\\ours", GENERIC_WRITE, OPEN_EXISTING, 0);
	check_fails(SetFileInformationByHandle(file, FileBasicInfo, &info,
					       sizeof(info)),
		    ERROR_ACCESS_DENIED);
	check_fails(SetFileTime(file, NULL, NULL, &time), ERROR_ACCESS_DENIED);
	check(CloseHandle(file));
	check(stat(unix_path("plain\\ours"), &is) == 0 &&
	      (is.st_mode & 07777) == 0666);

	check(ImpersonateLoggedOnUser(alice));
	check_fails(CreateFileA("C:\\proc\\self\\maps", GENERIC_READ, SHARE_ALL,
				NULL, OPEN_EXISTING, 0,
				NULL) != INVALID_HANDLE_VALUE,
		    ERROR_ACCESS_DENIED);
	check(RevertToSelf());
}

int main(void)
{
	temp_begin();
	check(chmod(unix_path(""), 0777) == 0);
	alice = logon_as(L"alice");
	bob = logon_as(L"bob");
	sid_of_token(alice, alice_sid);
	store("", "D:(A;OICI;0x1301bf;;;WD)(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)",
	      "");
	run(what_a_client_makes_is_its_own);
	run(a_client_sees_itself_as_the_owner);
	run(a_client_opens_what_it_is_granted);
	run(who_backs_up_reads_everything);
	run(a_handle_outlives_its_client);
	run(a_client_does_not_get_at_the_servers_files);
	run(a_client_leads_no_server_to_change_others_files);
	check(CloseHandle(alice));
	check(CloseHandle(bob));
	temp_end();
	return check_done();
}
