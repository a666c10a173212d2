/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of files as other users: what a server's clients can read and
 * set, with the identities they have. Needs accounts: with-accounts.sh. */
#include "files.h"

#define DACL DACL_SECURITY_INFORMATION
#define PROTECT (DACL | PROTECTED_DACL_SECURITY_INFORMATION)
#define OWNER OWNER_SECURITY_INFORMATION

/* A client: its token and its SID as text */
struct client {
	HANDLE token;
	char *sid;
};

static struct client alice, bob;

static BOOL client_logon(const char *name, struct client *ret)
{
	BYTE user[256];
	DWORD n;

	return check_say(LogonUserA(name, ".", "Correct horse 1",
				    LOGON32_LOGON_NETWORK,
				    LOGON32_PROVIDER_DEFAULT, &ret->token),
			 "%s: %u", name, GetLastError()) &&
	       check(GetTokenInformation(ret->token, TokenUser, user,
					 sizeof(user), &n)) &&
	       check(ConvertSidToStringSidA(
		       ((TOKEN_USER *)(void *)user)->User.Sid, &ret->sid));
}

static void as(const struct client *client)
{
	check(ImpersonateLoggedOnUser(client->token));
}

/* @format with the client's SID in it */
static const char *sddl(const char *format, const struct client *client)
{
	static char text[512];

	snprintf(text, sizeof(text), format, client->sid);
	return text;
}

/* Asked as a client who may read it */
static void seen_as(const struct client *client, const char *name,
		    const char *want, int line)
{
	as(client);
	named_check(name, DACL, want, line);
	check(RevertToSelf());
}

static DWORD get(const char *name, DWORD parts)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	DWORD error = GetNamedSecurityInfoA(file_path(name), SE_FILE_OBJECT,
					    parts, NULL, NULL, NULL, NULL, &sd);

	LocalFree(sd);
	return error;
}

static HANDLE file_create(const char *name)
{
	HANDLE file = CreateFileA(file_path(name), GENERIC_WRITE, 0, NULL,
				  CREATE_NEW, 0, NULL);

	check_say(file != INVALID_HANDLE_VALUE, "%s: %u", name, GetLastError());
	return file;
}

static void what_a_client_makes_is_its_own(void)
{
	as(&alice);
	check(CloseHandle(file_create("alice")));
	named_check("alice", OWNER, sddl("O:%s", &alice), __LINE__);
	check_equal(file_set("alice", PROTECT, sddl("D:(A;;FA;;;%s)", &alice)),
		    0);
	check(RevertToSelf());
	seen_as(&alice, "alice", sddl("D:PAI(A;;FA;;;%s)", &alice), __LINE__);
}

static void others_are_kept_out(void)
{
	BYTE sd[1024];
	DWORD n = 7;

	as(&bob);
	check_equal(get("alice", DACL), ERROR_ACCESS_DENIED);
	check_fails(
		GetFileSecurityA(file_path("alice"), DACL, sd, sizeof(sd), &n),
		ERROR_ACCESS_DENIED);
	check_equal(n, 7);
	check_equal(file_set("alice", DACL, "D:(A;;FA;;;WD)"),
		    ERROR_ACCESS_DENIED);
	check_fails(file_store("alice", DACL, "D:(A;;FA;;;WD)"),
		    ERROR_ACCESS_DENIED);
	check_equal(file_set("alice", OWNER, sddl("O:%s", &bob)),
		    ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	seen_as(&alice, "alice", sddl("D:PAI(A;;FA;;;%s)", &alice), __LINE__);
}

static void owners_cannot_give_away(void)
{
	as(&alice);
	check_equal(file_set("alice", OWNER, sddl("O:%s", &bob)),
		    ERROR_INVALID_OWNER);
	check_equal(file_set("alice", OWNER, sddl("O:%s", &alice)), 0);
	check_equal(get("alice", SACL_SECURITY_INFORMATION),
		    ERROR_PRIVILEGE_NOT_HELD);
	check(RevertToSelf());
}

static void each_right_is_asked_for_what_it_is(void)
{
	char list[512];

	file_make("rights");
	snprintf(list, sizeof(list), "D:P(A;;WD;;;%s)(A;;RC;;;%s)", alice.sid,
		 bob.sid);
	check(file_store("rights", DACL, list));
	as(&bob);
	check_equal(get("rights", DACL), 0);
	check_equal(file_set("rights", DACL, "D:(A;;FA;;;WD)"),
		    ERROR_ACCESS_DENIED);
	as(&alice);
	check_equal(get("rights", DACL), ERROR_ACCESS_DENIED);
	check_equal(file_set("rights", DACL, sddl("D:(A;;WO;;;%s)", &alice)),
		    0);
	check_equal(file_set("rights", DACL, "D:(A;;FA;;;WD)"),
		    ERROR_ACCESS_DENIED);
	check_equal(file_set("rights", OWNER, sddl("O:%s", &alice)), 0);
	/* its owner may always read and change who may */
	check_equal(get("rights", DACL), 0);
	check_equal(file_set("rights", DACL, "D:(A;;FA;;;WD)"), 0);
	check(RevertToSelf());
}

static DWORD failures, last_failure;

static VOID progress(LPWSTR name, DWORD status, PPROG_INVOKE_SETTING setting,
		     PVOID argument, BOOL set)
{
	(void)name;
	(void)setting;
	(void)argument;
	check(!set);
	failures++;
	last_failure = status;
}

static void trees_are_changed_as_far_as_the_client_may(void)
{
	PSECURITY_DESCRIPTOR sd;
	BOOL present, defaulted;
	PACL dacl;

	as(&alice);
	check(CreateDirectoryA(file_path("tree"), NULL));
	check(CloseHandle(file_create("tree/mine")));
	check(RevertToSelf());
	check(chmod(file_path("tree"), 0777) == 0);
	as(&bob);
	check(CloseHandle(file_create("tree/his")));
	check_equal(file_set("tree/his", PROTECT, sddl("D:(A;;FA;;;%s)", &bob)),
		    0);
	as(&alice);
	sd = sd_of(sddl("D:(A;OICI;FA;;;%s)", &alice));
	check(GetSecurityDescriptorDacl(sd, &present, &dacl, &defaulted));
	check_equal(TreeResetNamedSecurityInfoA(
			    file_path("tree"), SE_FILE_OBJECT, PROTECT, NULL,
			    NULL, dacl, NULL, FALSE, progress,
			    ProgressInvokeOnError, NULL),
		    0);
	LocalFree(sd);
	check_equal(failures, 1);
	check_equal(last_failure, ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	seen_as(&alice, "tree", sddl("D:PAI(A;OICI;FA;;;%s)", &alice),
		__LINE__);
	seen_as(&alice, "tree/mine", sddl("D:AI(A;ID;FA;;;%s)", &alice),
		__LINE__);
	seen_as(&bob, "tree/his", sddl("D:PAI(A;;FA;;;%s)", &bob), __LINE__);
}

/* What was granted when it was opened stays granted. */
static void handles_outlive_the_client(void)
{
	HANDLE file;

	as(&alice);
	file = CreateFileA(file_path("alice"), READ_CONTROL | WRITE_DAC, 0,
			   NULL, OPEN_EXISTING, 0, NULL);
	check(file != INVALID_HANDLE_VALUE);
	as(&bob);
	check_equal(SetSecurityInfo(file, SE_KERNEL_OBJECT, DACL, NULL, NULL,
				    NULL, NULL),
		    0);
	check(RevertToSelf());
	check(CloseHandle(file));
	stored_is("alice", "D:NO_ACCESS_CONTROL");
}

int main(void)
{
	if (!files_begin())
		return check_done();
	check(chmod(files_root, 0777) == 0);
	if (client_logon("alice", &alice) && client_logon("bob", &bob)) {
		run(what_a_client_makes_is_its_own);
		run(others_are_kept_out);
		run(owners_cannot_give_away);
		run(each_right_is_asked_for_what_it_is);
		run(trees_are_changed_as_far_as_the_client_may);
		run(handles_outlive_the_client);
		CloseHandle(alice.token);
		CloseHandle(bob.token);
	}
	LocalFree(alice.sid);
	LocalFree(bob.sid);
	files_end();
	return check_done();
}
