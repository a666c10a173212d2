/* SPDX-License-Identifier: Apache-2.0 */
/* Sections between users: what one may do with another's, whose memory it is,
 * and the directory that all of them share. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <winternl.h>

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"
#include "sections.h"
#include "token.h"

#define SE_CREATE_TOKEN 2
#define NOBODY 65534
#define PLACE "/dev/shm/guise-win32"

static char *self; /* the program, which runs itself */

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

	attributes.lpSecurityDescriptor = sd_of("D:(A;;GA;;;WD)");
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
		    setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
		    setresuid(NOBODY, NOBODY, NOBODY) == 0)
			(void)execv(words[0], words);
		_exit(99);
	}
	return child;
}

static int run_as_nobody(const char *guarded, const char *readable)
{
	char *const words[] = {self, changeable("nobody"), changeable(guarded),
			       changeable(readable), NULL};
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
static void other_users_sections_are_not_mapped(void)
{
	char name[80], byte;
	char *const words[] = {self, changeable("keep"), name, NULL};
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

static void run_alone(const char *what)
{
	int status = -1;
	pid_t child;

	if (geteuid() != 0) {
		check_skip("the machine's directory: needs root");
		return;
	}
	child = fork();
	if (child == 0) {
		(void)execl(self, self, what, NULL);
		_exit(99);
	}
	check_equal(waitpid(child, &status, 0), child);
	if (status == 77 << 8)
		check_skip("no mount namespace");
	else
		check_say(status == 0, "%s: %x", what, (unsigned)status);
}

static void the_first_client_does_not_own_the_directory(void)
{
	run_alone("first-client");
}

static void what_is_planted_is_not_changed(void)
{
	run_alone("planted-link");
}

static void other_users_get_what_the_descriptor_says(void)
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
	attributes.lpSecurityDescriptor =
		sd_of("D:(A;;GA;;;SY)(A;;GR;;;WD)(A;;GA;;;BA)");
	b = CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes,
			       PAGE_READWRITE, 0, SIZE, readable);
	view = MapViewOfFile(b, FILE_MAP_WRITE, 0, 0, 0);
	check(a && b && view);
	view[9] = 99;
	status = run_as_nobody(guarded, readable);
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
	self = argv[0];
	if (argc == 2)
		return strcmp(argv[1], "first-client") == 0 ? make_as_client()
							    : make_with_link();
	if (argc == 3)
		return keep(argv[2]);
	if (argc == 4)
		return as_nobody(argv[2], argv[3]);
	run(other_users_get_what_the_descriptor_says);
	run(other_users_sections_are_not_mapped);
	run(memory_is_the_process_s_whoever_is_impersonated);
	run(the_first_client_does_not_own_the_directory);
	run(what_is_planted_is_not_changed);
	return check_done();
}
