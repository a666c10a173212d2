/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment. Reading and changing it is serialised here, since the C
 * library does not; a program that uses both has to do that itself.
 */
#include <pthread.h>
#include <unistd.h>

#include "command-line.h"
#include "environment.h"
#include "status.h"
#include "text.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static NTSTATUS add(char ***list, size_t *n, char *text)
{
	char **more = text ? reallocarray(*list, *n + 2, sizeof(*more)) : NULL;

	if (!more) {
		free(text);
		return STATUS_NO_MEMORY;
	}
	more[(*n)++] = text;
	more[*n] = NULL;
	*list = more;
	return STATUS_SUCCESS;
}

static NTSTATUS add_wide(const WCHAR *block, char ***list, size_t *n)
{
	NTSTATUS status = STATUS_SUCCESS;

	while (status >= 0 && *block) {
		char *text;

		status = utf8_dup(block, &text);
		if (status >= 0)
			status = add(list, n, text);
		block += text_length(block) + 1;
	}
	return status;
}

static NTSTATUS add_narrow(const char *block, char ***list, size_t *n)
{
	NTSTATUS status = STATUS_SUCCESS;

	for (; status >= 0 && *block; block += strlen(block) + 1)
		status = add(list, n, strdup(block));
	return status;
}

static NTSTATUS add_own(char ***list, size_t *n)
{
	NTSTATUS status = STATUS_SUCCESS;

	must(pthread_mutex_lock(&lock) == 0);
	for (char **at = environ; status >= 0 && at && *at; at++)
		status = add(list, n, strdup(*at));
	must(pthread_mutex_unlock(&lock) == 0);
	return status;
}

NTSTATUS environment_list(const void *block, bool wide, const char *more,
			  char ***ret)
{
	char **list = array_alloc(1, sizeof(*list));
	NTSTATUS status;
	size_t n = 0;

	if (!list)
		return STATUS_NO_MEMORY;
	if (!block)
		status = add_own(&list, &n);
	else
		status = wide ? add_wide(block, &list, &n)
			      : add_narrow(block, &list, &n);
	if (status >= 0 && *more)
		status = add(&list, &n, strdup(more));
	if (status < 0) {
		command_line_free(list);
		return status;
	}
	*ret = list;
	return STATUS_SUCCESS;
}

/* The value, for free(); NULL: there is none, or no memory */
static char *value_of(const char *name)
{
	const char *value;
	char *copy;

	must(pthread_mutex_lock(&lock) == 0);
	value = getenv(name);
	copy = value ? strdup(value) : NULL;
	must(pthread_mutex_unlock(&lock) == 0);
	return copy;
}

DWORD WINAPI GetEnvironmentVariableA(LPCSTR name, LPSTR ret, DWORD space)
{
	char *value = name ? value_of(name) : NULL;
	size_t n;

	if (!value) {
		(void)win32_fail(ERROR_ENVVAR_NOT_FOUND);
		return 0;
	}
	n = strlen(value);
	if (n < space)
		memcpy(ret, value, n + 1);
	free(value);
	return (DWORD)(n < space ? n : n + 1);
}

DWORD WINAPI GetEnvironmentVariableW(LPCWSTR name, LPWSTR ret, DWORD space)
{
	char *narrow = NULL, *value = NULL;
	WCHAR *wide = NULL;
	size_t n = 0;

	if (utf8_dup(name, &narrow) >= 0 && narrow)
		value = value_of(narrow);
	if (utf16_dup(value, &wide) < 0 || !wide) {
		(void)win32_fail(ERROR_ENVVAR_NOT_FOUND);
	} else {
		n = text_length(wide);
		if (n < space)
			memcpy(ret, wide, (n + 1) * sizeof(*wide));
		else
			n++;
	}
	free(narrow);
	free(value);
	free(wide);
	return (DWORD)n;
}

BOOL WINAPI SetEnvironmentVariableA(LPCSTR name, LPCSTR value)
{
	int r;

	if (!name || !*name || strchr(name, '='))
		return win32_fail(ERROR_INVALID_PARAMETER);
	must(pthread_mutex_lock(&lock) == 0);
	r = value ? setenv(name, value, 1) : unsetenv(name);
	must(pthread_mutex_unlock(&lock) == 0);
	return r == 0 ? TRUE : win32_fail(ERROR_NOT_ENOUGH_MEMORY);
}

BOOL WINAPI SetEnvironmentVariableW(LPCWSTR name, LPCWSTR value)
{
	char *narrow = NULL, *narrow_value = NULL;
	NTSTATUS status = utf8_dup(name, &narrow);
	BOOL fine = FALSE;

	if (status >= 0)
		status = utf8_dup(value, &narrow_value);
	if (status < 0)
		(void)win32_result(status);
	else
		fine = SetEnvironmentVariableA(narrow, narrow_value);
	free(narrow);
	free(narrow_value);
	return fine;
}
