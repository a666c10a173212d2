/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that run as somebody else: as the token in a text, in the form of
 * `guise check`. GUISE_WIN32_TOKEN names it, and is for processes that can do
 * nothing that others cannot, so whom root started becomes nobody before.
 */
#ifndef TESTS_WIN32_FIXTURE_H
#define TESTS_WIN32_FIXTURE_H

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER "S-1-5-21-11-22-33-1001"

/* A user like many */
#define PLAIN_USER                                                             \
	"{\"user\": \"" USER "\","                                             \
	" \"groups\": [\"WD\", \"BU\", \"AU\", \"IU\"],"                       \
	" \"privileges\":"                                                     \
	" [{\"name\": \"SeSecurityPrivilege\", \"attributes\": []},"           \
	"  {\"name\": \"SeTakeOwnershipPrivilege\", \"attributes\": []},"      \
	"  {\"name\": \"SeRestorePrivilege\", \"attributes\": []},"            \
	"  {\"name\": \"SeAuditPrivilege\", \"attributes\": []},"              \
	"  {\"name\": \"SeImpersonatePrivilege\", \"attributes\": []},"        \
	"  \"SeChangeNotifyPrivilege\"],"                                      \
	" \"type\": \"primary\","                                              \
	" \"integrity\": \"ME\","                                              \
	" \"mandatory_policy\": [\"no_write_up\"],"                            \
	" \"primary_group\": \"BU\","                                          \
	" \"default_dacl\":"                                                   \
	" \"D:(A;;GA;;;" USER ")(A;;GA;;;SY)\"}"

#define FIXTURE_NOBODY 65534

__attribute__((__unused__, __noreturn__)) static void
fixture_failed(const char *what)
{
	perror(what);
	_exit(EXIT_FAILURE);
}

/* Starts this program again, as the token. */
__attribute__((__unused__, __noreturn__)) static void
fixture_exec(const char *json)
{
	static char self[] = "/proc/self/exe";
	char *argv[] = {self, NULL};
	int fd = memfd_create("token", 0);
	char path[64];

	if (fd < 0 || write(fd, json, strlen(json)) != (ssize_t)strlen(json))
		fixture_failed("memfd");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	setenv("GUISE_WIN32_TOKEN", path, 1);
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) != 0 ||
	     setresgid(FIXTURE_NOBODY, FIXTURE_NOBODY, FIXTURE_NOBODY) != 0 ||
	     setresuid(FIXTURE_NOBODY, FIXTURE_NOBODY, FIXTURE_NOBODY) != 0))
		fixture_failed("becoming nobody");
	execv(self, argv);
	fixture_failed("starting again");
}

/* For the start of main(): from there on this is a process of the token. */
__attribute__((__unused__)) static void fixture_begin(const char *json)
{
	if (!getenv("GUISE_WIN32_TOKEN"))
		fixture_exec(json);
}

/* The same program in a process of its own, as the token. Its main() is told
 * by fixture_index() that it is such a one. Whether it succeeded */
__attribute__((__unused__)) static int fixture_run(const char *json,
						   unsigned index)
{
	char text[16];
	int status = -1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		snprintf(text, sizeof(text), "%u", index);
		setenv("FIXTURE_INDEX", text, 1);
		fixture_exec(json);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* The index given to fixture_run(), -1 in the process that was not started by
 * it */
__attribute__((__unused__)) static int fixture_index(void)
{
	const char *text = getenv("FIXTURE_INDEX");

	return text ? atoi(text) : -1;
}

#endif
