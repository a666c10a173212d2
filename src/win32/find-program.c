/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "find-program.h"
#include "path.h"
#include "status.h"

#define SUFFIX ".exe"

static NTSTATUS try_path(const char *path)
{
	struct stat is;

	if (stat(path, &is) < 0)
		return errno == EACCES ? STATUS_ACCESS_DENIED
				       : STATUS_OBJECT_NAME_NOT_FOUND;
	if (!S_ISREG(is.st_mode) || access(path, X_OK) < 0)
		return STATUS_ACCESS_DENIED;
	return STATUS_SUCCESS;
}

/* @path, or what it is without the suffix that Windows wants; takes it */
static NTSTATUS try_both(char *path, char **ret)
{
	size_t n = strlen(path), suffix = strlen(SUFFIX);
	NTSTATUS status = try_path(path);

	if (status == STATUS_OBJECT_NAME_NOT_FOUND && n > suffix &&
	    strcasecmp(path + n - suffix, SUFFIX) == 0) {
		path[n - suffix] = 0;
		status = try_path(path);
	}
	if (status < 0)
		free(path);
	else
		*ret = path;
	return status;
}

static NTSTATUS by_path(const char *text, char **ret)
{
	struct path path = PATH_NONE;
	NTSTATUS status = path_resolve_utf8(text, strlen(text), &path);

	if (status >= 0)
		status = try_both(guise_take(path.unix_path), ret);
	path_clear(&path);
	return status;
}

static NTSTATUS in_directory(const char *directory, size_t n, const char *word,
			     char **ret)
{
	char *path;

	if (asprintf(&path, "%.*s/%s", (int)n, directory, word) < 0)
		return STATUS_NO_MEMORY;
	return try_both(path, ret);
}

static NTSTATUS beside_this_program(const char *word, char **ret)
{
	char own[GUISE_PATH_MAX + 1];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	const char *slash;

	if (n <= 0)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	own[n] = 0;
	slash = strrchr(own, '/');
	return slash ? in_directory(own, (size_t)(slash - own), word, ret)
		     : STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS in_path(const char *word, char **ret)
{
	const char *at = getenv("PATH");
	NTSTATUS status = STATUS_OBJECT_NAME_NOT_FOUND;

	while (at && status == STATUS_OBJECT_NAME_NOT_FOUND) {
		size_t n = strcspn(at, ":");

		if (n > 0 && at[0] == '/')
			status = in_directory(at, n, word, ret);
		at = at[n] ? at + n + 1 : NULL;
	}
	return status;
}

NTSTATUS find_program(const char *application, const char *word, char **ret)
{
	NTSTATUS status;

	if (application)
		return by_path(application, ret);
	if (strpbrk(word, "/\\"))
		return by_path(word, ret);
	status = beside_this_program(word, ret);
	if (status == STATUS_OBJECT_NAME_NOT_FOUND)
		status = in_path(word, ret);
	return status;
}
