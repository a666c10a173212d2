/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes of other users. The child is the system's shell, which is asked
 * what it is; with-accounts.sh made the users.
 */
#include <windows.h>

#include <ntsecapi.h>
#include <userenv.h>

#include <string.h>
#include <wchar.h>

#include <guise/impersonate.h>

#include "check.h"
#include "temp.h"

#define PASSWORD L"Correct horse 1"
#define OUTPUT_MAX 4096
#define WAIT_MS 20000

static HANDLE logon_as(LPCWSTR user, DWORD type)
{
	HANDLE token = NULL;

	check_say(LogonUserW(user, NULL, PASSWORD, type, 0, &token), "%u",
		  GetLastError());
	return token;
}

/**
 * struct run - one child with its output
 */
struct run {
	STARTUPINFOW startup;
	PROCESS_INFORMATION information;
	HANDLE read, write;
	WCHAR line[1024];
	char output[OUTPUT_MAX];
};

static void prepare(struct run *run, const WCHAR *script)
{
	SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};

	memset(run, 0, sizeof(*run));
	run->startup.cb = sizeof(run->startup);
	check(CreatePipe(&run->read, &run->write, &inherited, 0));
	run->startup.dwFlags = STARTF_USESTDHANDLES;
	run->startup.hStdOutput = run->write;
	wcscpy(run->line, L"/bin/sh -c \"");
	wcscat(run->line, script);
	wcscat(run->line, L"\"");
}

/* The exit code of the child, whose output is read to its end. */
static DWORD finish(struct run *run)
{
	DWORD code = 0xdead, size = 0, n;

	CloseHandle(run->write);
	while (size < OUTPUT_MAX - 1 &&
	       ReadFile(run->read, run->output + size, OUTPUT_MAX - 1 - size,
			&n, NULL) &&
	       n > 0)
		size += n;
	CloseHandle(run->read);
	check_equal(WaitForSingleObject(run->information.hProcess, WAIT_MS),
		    WAIT_OBJECT_0);
	check(GetExitCodeProcess(run->information.hProcess, &code));
	CloseHandle(run->information.hProcess);
	CloseHandle(run->information.hThread);
	return code;
}

static DWORD run_as(struct run *run, HANDLE token, const WCHAR *script)
{
	prepare(run, script);
	check_say(CreateProcessAsUserW(token, NULL, run->line, NULL, NULL,
				       FALSE, 0, NULL, L"/", &run->startup,
				       &run->information),
		  "CreateProcessAsUser: %u", GetLastError());
	return finish(run);
}

static void the_child_is_the_user(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	struct run run;
	unsigned uid = 0, gid = 0;

	check_equal(run_as(&run, token, L"id -u; id -g; exit 7"), 7);
	check_equal(sscanf(run.output, "%u %u", &uid, &gid), 2);
	check(uid >= 200000 && uid < 300000);
	check(gid >= 300000 && gid < 400000);

	/* all ids of it, and all its groups; and nothing that it may do */
	check_equal(run_as(&run, token,
			   L"grep -E 'Uid|Gid|Groups|CapEff' "
			   L"/proc/self/status"),
		    0);
	check(strstr(run.output, "Uid:\t2") != NULL);
	check(strstr(run.output, "\t0\t") == NULL);
	check(strstr(run.output, "CapEff:\t0000000000000000") != NULL);
	CloseHandle(token);
}

/* as far as the process lets them: see main() */
static void privileges_go_along(void)
{
	HANDLE token = logon_as(L"bob", LOGON32_LOGON_SERVICE);
	struct run run;

	/* SeBackupPrivilege is CAP_DAC_READ_SEARCH: bit 2 */
	check_equal(run_as(&run, token, L"grep CapEff /proc/self/status"), 0);
	check_say(strstr(run.output, "0000000000000004") != NULL, "%s",
		  run.output);
	CloseHandle(token);
}

static void directory_and_environment_are_as_said(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	static WCHAR block[] = L"ONE=1\0PATH=/usr/bin:/bin\0";
	struct run run;

	prepare(&run, L"pwd; echo $ONE$TWO");
	check(SetEnvironmentVariableA("TWO", "2"));
	check(CreateProcessAsUserW(token, NULL, run.line, NULL, NULL, FALSE,
				   CREATE_UNICODE_ENVIRONMENT, block, L"/usr",
				   &run.startup, &run.information));
	check_equal(finish(&run), 0);
	check_equal(strcmp(run.output, "/usr\n1\n"), 0);

	/* without one it is the caller's */
	check_equal(run_as(&run, token, L"echo $TWO"), 0);
	check_equal(strcmp(run.output, "2\n"), 0);
	CloseHandle(token);
}

static void a_suspended_child_waits(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	struct run run;

	prepare(&run, L"exit 3");
	check(CreateProcessAsUserW(token, NULL, run.line, NULL, NULL, FALSE,
				   CREATE_SUSPENDED, NULL, L"/", &run.startup,
				   &run.information));
	check_equal(WaitForSingleObject(run.information.hProcess, 100),
		    WAIT_TIMEOUT);
	check_equal(ResumeThread(run.information.hThread), 1);
	check_equal(finish(&run), 3);
	CloseHandle(token);
}

static void a_copy_of_ones_own_token_will_do(void)
{
	HANDLE own = NULL, copy = NULL;
	struct run run;

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
	check(DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenPrimary, &copy));
	check_equal(run_as(&run, copy, L"id -u"), 0);
	check_equal(strcmp(run.output, "0\n"), 0);
	CloseHandle(own);
	CloseHandle(copy);
}

static void no_token_is_oneself(void)
{
	struct run run;

	check_equal(run_as(&run, NULL, L"id -u"), 0);
	check_equal(strcmp(run.output, "0\n"), 0);
}

static void tokens_are_checked(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	HANDLE network = logon_as(L"alice", LOGON32_LOGON_NETWORK);
	HANDLE weak = NULL, event = CreateEventA(NULL, FALSE, FALSE, NULL);
	struct run run, allowed;

	prepare(&run, L"true");
	check(DuplicateHandle(GetCurrentProcess(), token, GetCurrentProcess(),
			      &weak, TOKEN_QUERY | TOKEN_DUPLICATE, FALSE, 0));
	check_fails(CreateProcessAsUserW(weak, NULL, run.line, NULL, NULL,
					 FALSE, 0, NULL, NULL, &run.startup,
					 &run.information),
		    ERROR_ACCESS_DENIED);
	CloseHandle(weak);
	/* that is all it takes */
	check(DuplicateHandle(GetCurrentProcess(), token, GetCurrentProcess(),
			      &weak, TOKEN_QUERY | TOKEN_ASSIGN_PRIMARY, FALSE,
			      0));
	check_equal(run_as(&allowed, weak, L"true"), 0);
	check_fails(CreateProcessAsUserW(network, NULL, run.line, NULL, NULL,
					 FALSE, 0, NULL, NULL, &run.startup,
					 &run.information),
		    ERROR_BAD_TOKEN_TYPE);
	check_fails(CreateProcessAsUserW(event, NULL, run.line, NULL, NULL,
					 FALSE, 0, NULL, NULL, &run.startup,
					 &run.information),
		    ERROR_INVALID_HANDLE);
	check_fails(CreateProcessAsUserW((HANDLE)0x1234560, NULL, run.line,
					 NULL, NULL, FALSE, 0, NULL, NULL,
					 &run.startup, &run.information),
		    ERROR_INVALID_HANDLE);
	check_fails(CreateProcessWithTokenW(NULL, 0, NULL, run.line, 0, NULL,
					    NULL, &run.startup,
					    &run.information),
		    ERROR_INVALID_HANDLE);
	check_fails(CreateProcessWithTokenW(token, 8, NULL, run.line, 0, NULL,
					    NULL, &run.startup,
					    &run.information),
		    ERROR_INVALID_PARAMETER);
	check(run.information.hProcess == NULL);
	CloseHandle(run.read);
	CloseHandle(run.write);
	CloseHandle(weak);
	CloseHandle(network);
	CloseHandle(token);
	CloseHandle(event);
}

/* A client may not start what it has no privilege for, be the process what it
 * may. */
static void clients_have_their_own_privileges_only(void)
{
	HANDLE client = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	HANDLE other = logon_as(L"bob", LOGON32_LOGON_INTERACTIVE);
	struct run run;

	prepare(&run, L"true");
	check(ImpersonateLoggedOnUser(client));
	check_fails(CreateProcessAsUserW(other, NULL, run.line, NULL, NULL,
					 FALSE, 0, NULL, L"/", &run.startup,
					 &run.information),
		    ERROR_PRIVILEGE_NOT_HELD);
	check_fails(CreateProcessWithTokenW(other, 0, NULL, run.line, 0, NULL,
					    L"/", &run.startup,
					    &run.information),
		    ERROR_PRIVILEGE_NOT_HELD);
	check(RevertToSelf());
	CloseHandle(run.read);
	CloseHandle(run.write);
	CloseHandle(client);
	CloseHandle(other);
}

static void a_child_of_an_impersonating_thread_is_the_process(void)
{
	HANDLE client = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	struct run run;

	prepare(&run, L"id -u");
	check(ImpersonateLoggedOnUser(client));
	check(CreateProcessW(NULL, run.line, NULL, NULL, FALSE, 0, NULL, L"/",
			     &run.startup, &run.information));
	check(RevertToSelf());
	check_equal(finish(&run), 0);
	check_equal(strcmp(run.output, "0\n"), 0);
	CloseHandle(client);
}

/* The exit code of a shell that is alice and has only @access to @name, which
 * was opened for everything; 0xdead: it was not made */
static DWORD run_with(const char *name, DWORD access, const WCHAR *script)
{
	SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	HANDLE file = CreateFileA(temp_path(name), GENERIC_READ | GENERIC_WRITE,
				  0, NULL, OPEN_ALWAYS, 0, NULL);
	HANDLE reduced = NULL;
	DWORD code = 0xdead;
	struct run run;

	check(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(),
			      &reduced, access, TRUE, 0));
	prepare(&run, script);
	run.startup.hStdInput = reduced;
	if (CreateProcessAsUserW(token, NULL, run.line, NULL, NULL, TRUE, 0,
				 NULL, L"/", &run.startup, &run.information)) {
		code = finish(&run);
	} else {
		check_equal(GetLastError(), ERROR_ACCESS_DENIED);
		CloseHandle(run.read);
		CloseHandle(run.write);
	}
	check(CloseHandle(reduced));
	check(CloseHandle(file));
	check(CloseHandle(token));
	return code;
}

static void a_child_gets_no_more_than_the_handle(void)
{
	/* whatever descriptor of the file it finds is for reading only */
	static const WCHAR looks[] =
		L"for f in /proc/$$/fd/*; do case $(readlink $f) in "
		L"*/reduced) grep -q 'flags:.*0$' /proc/$$/fdinfo/${f##*/} "
		L"|| exit 1; n=1;; esac; done; echo x >&0 && exit 2; "
		L"test $n = 1";

	temp_begin();
	check_equal(run_with("reduced", FILE_GENERIC_READ, looks), 0);
	check_equal(run_with("reduced", FILE_GENERIC_READ, L"cat <&0"), 0);
	check_equal(run_with("reduced", FILE_GENERIC_WRITE, L"echo x >&0"), 0);
	check(run_with("reduced", FILE_GENERIC_WRITE, L"cat <&0") != 0);
	check(run_with("reduced", FILE_READ_ATTRIBUTES, L"cat <&0") != 0);
	check_equal(run_with("reduced", FILE_APPEND_DATA, L"true"), 0xdead);
	temp_end();
}

static void a_token_or_a_password_will_do(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	struct run run;

	prepare(&run, L"id -u");
	check(CreateProcessWithTokenW(token, LOGON_WITH_PROFILE, NULL, run.line,
				      0, NULL, L"/", &run.startup,
				      &run.information));
	check_equal(finish(&run), 0);
	check(run.output[0] == '2');
	CloseHandle(token);

	prepare(&run, L"id -u; echo $USERNAME");
	check_say(CreateProcessWithLogonW(L"alice", NULL, PASSWORD, 0, NULL,
					  run.line, 0, NULL, L"/", &run.startup,
					  &run.information),
		  "%u", GetLastError());
	check_equal(finish(&run), 0);
	check(run.output[0] == '2');
	check(strstr(run.output, "alice") != NULL);

	prepare(&run, L"id -u");
	check_fails(CreateProcessWithLogonW(L"alice", NULL, L"wrong", 0, NULL,
					    run.line, 0, NULL, L"/",
					    &run.startup, &run.information),
		    ERROR_LOGON_FAILURE);
	CloseHandle(run.read);
	CloseHandle(run.write);
}

/* What this program says of itself as a child */
static int tell(void)
{
	char name[256] = "";
	DWORD n = sizeof(name), size;
	_Alignas(16) BYTE memory[8192];
	TOKEN_STATISTICS s = {0};
	TOKEN_USER *user = (void *)memory;
	BYTE batch[SECURITY_MAX_SID_SIZE];
	DWORD n_batch = sizeof(batch);
	PSECURITY_LOGON_SESSION_DATA data = NULL;
	BOOL is_batch = FALSE;
	HANDLE token;

	if (!GetUserNameA(name, &n) ||
	    !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) ||
	    !GetTokenInformation(token, TokenStatistics, &s, sizeof(s),
				 &size) ||
	    !GetTokenInformation(token, TokenUser, memory, sizeof(memory),
				 &size) ||
	    !CreateWellKnownSid(WinBatchSid, NULL, batch, &n_batch) ||
	    !CheckTokenMembership(NULL, batch, &is_batch) ||
	    LsaGetLogonSessionData(&s.AuthenticationId, &data) != 0)
		return 1;
	printf("%s %d %x:%x %d %u", name, is_batch,
	       (unsigned)s.AuthenticationId.HighPart,
	       s.AuthenticationId.LowPart, EqualSid(user->User.Sid, data->Sid),
	       data->LogonType);
	LsaFreeReturnBuffer(data);
	CloseHandle(token);
	return 0;
}

/* Not only the ids: account, groups and logon session, too. */
static void a_windows_child_knows_who_it_is(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_BATCH), file;
	TOKEN_STATISTICS s = {0};
	char wanted[256];
	struct run run;
	DWORD n;

	check(GetTokenInformation(token, TokenStatistics, &s, sizeof(s), &n));
	(void)snprintf(wanted, sizeof(wanted), "alice 1 %x:%x 1 %u",
		       (unsigned)s.AuthenticationId.HighPart,
		       s.AuthenticationId.LowPart, Batch);
	prepare(&run, L"");
	n = GetModuleFileNameW(NULL, run.line, ARRAYSIZE(run.line));
	check(n > 0);
	check(ImpersonateLoggedOnUser(token));
	file = CreateFileW(run.line, GENERIC_READ, FILE_SHARE_READ, NULL,
			   OPEN_EXISTING, 0, NULL);
	check(RevertToSelf());
	wcscat(run.line, L" tell");
	if (file == INVALID_HANDLE_VALUE) {
		printf("the user may not run what is in this directory\n");
		CloseHandle(run.read);
		CloseHandle(run.write);
	} else {
		CloseHandle(file);
		check(CreateProcessAsUserW(token, NULL, run.line, NULL, NULL,
					   FALSE, 0, NULL, L"/", &run.startup,
					   &run.information));
		check_equal(finish(&run), 0);
		check_say(strcmp(run.output, wanted) == 0, "%s, not %s",
			  run.output, wanted);
	}
	CloseHandle(token);
}

static BOOL block_has(const WCHAR *block, const WCHAR *variable)
{
	for (; *block; block += wcslen(block) + 1) {
		if (wcscmp(block, variable) == 0)
			return TRUE;
	}
	return FALSE;
}

static void users_have_an_environment(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	LPVOID block = NULL;
	char home[MAX_PATH];
	DWORD n = 0;

	check(SetEnvironmentVariableA("OURS", "1"));
	check(CreateEnvironmentBlock(&block, token, FALSE));
	check(block_has(block, L"USERNAME=alice"));
	check(!block_has(block, L"OURS=1"));
	check(DestroyEnvironmentBlock(block));
	check(CreateEnvironmentBlock(&block, token, TRUE));
	check(block_has(block, L"USERNAME=alice"));
	check(block_has(block, L"OURS=1"));
	check(DestroyEnvironmentBlock(block));
	check_fails(CreateEnvironmentBlock(&block, (HANDLE)0x1234560, FALSE),
		    ERROR_INVALID_HANDLE);

	check_fails(GetUserProfileDirectoryA(token, NULL, &n),
		    ERROR_INSUFFICIENT_BUFFER);
	check(n > 1 && n <= MAX_PATH);
	check(GetUserProfileDirectoryA(token, home, &n));
	check_equal(n, strlen(home) + 1);
	CloseHandle(token);
}

int main(int argc, char **argv)
{
	/* Which privileges become capabilities is the program's to say, before
	 * anything else. */
	const struct guise_ceiling ceiling = {
		.size = sizeof(ceiling),
		.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP),
	};

	if (argc > 1 && strcmp(argv[1], "tell") == 0)
		return tell();
	check_equal(guise_impersonation_init(&ceiling, 0, 0), 0);
	run(the_child_is_the_user);
	run(privileges_go_along);
	run(directory_and_environment_are_as_said);
	run(a_suspended_child_waits);
	run(a_copy_of_ones_own_token_will_do);
	run(no_token_is_oneself);
	run(tokens_are_checked);
	run(clients_have_their_own_privileges_only);
	run(a_child_of_an_impersonating_thread_is_the_process);
	run(a_child_gets_no_more_than_the_handle);
	run(a_token_or_a_password_will_do);
	run(a_windows_child_knows_who_it_is);
	run(users_have_an_environment);
	return check_done();
}
