/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Homes and environments of users. The home is what /etc/passwd says; the name
 * service is not asked, since its modules must not run where threads
 * impersonate. Who is not in there, or has no account of the system's, is at
 * home in the root directory.
 */
#include <pwd.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "facade.h"

#include <userenv.h>

#include "account.h"
#include "command-line.h"
#include "environment.h"
#include "memory.h"
#include "out-text.h"
#include "path.h"
#include "profile.h"
#include "status.h"
#include "text.h"
#include "token.h"

#define SEARCH_PATH "/usr/local/bin:/usr/bin:/bin"
#define SHELL "/bin/sh"
#define HOME "/"
#define LINE_MAX_BYTES 4096

/**
 * struct home - of a user; owned
 */
struct home {
	char *directory;
	char *shell;
};

static void home_clear(struct home *home)
{
	free(home->directory);
	free(home->shell);
}

static void filep(FILE **file)
{
	if (*file)
		(void)fclose(*file); /* it was read only */
}

/* *ret is untouched if nobody has this uid. */
static void find_home(uint32_t uid, struct home *ret)
{
	GUISE_AUTO(filep) FILE *file = fopen("/etc/passwd", "re");
	char line[LINE_MAX_BYTES];
	struct passwd entry, *found;

	while (file &&
	       fgetpwent_r(file, &entry, line, sizeof(line), &found) == 0) {
		if (found->pw_uid != uid)
			continue;
		ret->directory = strdup(found->pw_dir);
		ret->shell = strdup(found->pw_shell);
		return;
	}
}

static NTSTATUS read_home(const struct guise_token *token, struct home *ret)
{
	find_home(guise_token_unix(token)->uid, ret);
	if (!ret->directory || !*ret->directory) {
		free(ret->directory);
		ret->directory = strdup(HOME);
	}
	if (!ret->shell || !*ret->shell) {
		free(ret->shell);
		ret->shell = strdup(SHELL);
	}
	return ret->directory && ret->shell ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static size_t name_length(const char *variable)
{
	return strcspn(variable, "=");
}

static bool is_there(char *const *list, const char *variable)
{
	const size_t n = name_length(variable);

	for (; *list; list++) {
		if (name_length(*list) == n && memcmp(*list, variable, n) == 0)
			return true;
	}
	return false;
}

/* Takes @variable, which may be NULL for want of memory. A variable that is
 * there already stays as it is. */
static NTSTATUS add(char ***list, char *variable)
{
	char **more;
	size_t n = 0;

	if (!variable)
		return STATUS_NO_MEMORY;
	if (is_there(*list, variable)) {
		free(variable);
		return STATUS_SUCCESS;
	}
	while ((*list)[n])
		n++;
	more = reallocarray(*list, n + 2, sizeof(*more));
	if (!more) {
		free(variable);
		return STATUS_NO_MEMORY;
	}
	more[n] = variable;
	more[n + 1] = NULL;
	*list = more;
	return STATUS_SUCCESS;
}

static NTSTATUS add_value(char ***list, const char *name, const char *value)
{
	char *variable = NULL;

	if (asprintf(&variable, "%s=%s", name, value) < 0)
		variable = NULL;
	return add(list, variable);
}

static NTSTATUS add_user(char ***list, const struct guise_token *token)
{
	GUISE_AUTO(home_clear) struct home home = {0};
	GUISE_AUTO(text_freep) char *windows = NULL;
	const char *name = guise_token_name(token);
	NTSTATUS status = read_home(token, &home);

	if (status >= 0)
		status = path_to_windows(home.directory, &windows);
	if (status < 0)
		return status;
	{
		const struct {
			const char *name, *value;
		} own[] = {
			{"HOME", home.directory}, {"USERPROFILE", windows},
			{"SHELL", home.shell},	  {"USER", name},
			{"LOGNAME", name},	  {"USERNAME", name},
		};

		for (size_t i = 0; status >= 0 && i < ARRAY_SIZE(own); i++)
			status = add_value(list, own[i].name, own[i].value);
	}
	return status;
}

static NTSTATUS add_system(char ***list)
{
	char machine[GUISE_USER_NAME_MAX + 1];
	NTSTATUS status = add_value(list, "PATH", SEARCH_PATH);

	account_domain_name(machine);
	if (status >= 0)
		status = add_value(list, "COMPUTERNAME", machine);
	return status;
}

static NTSTATUS add_process(char ***list)
{
	char **own = NULL;
	NTSTATUS status = environment_list(NULL, false, "", &own);

	for (char **at = own; status >= 0 && *at; at++)
		status = add(list, strdup(*at));
	command_line_free(own);
	return status;
}

/* As one text, each with its NUL, and one more at the end */
static NTSTATUS join(char *const *list, WCHAR **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf block = {0};
	static const WCHAR nul;
	NTSTATUS status = STATUS_SUCCESS;

	for (; status >= 0 && *list; list++)
		status = text_to_utf16(*list, strlen(*list) + 1, &block);
	if (status < 0)
		return status;
	*ret = memory_new(block.size + 2 * sizeof(nul));
	if (!*ret)
		return STATUS_NO_MEMORY;
	if (block.size > 0)
		memcpy(*ret, block.data, block.size);
	return STATUS_SUCCESS;
}

NTSTATUS profile_environment(const struct guise_token *token, bool inherit,
			     WCHAR **ret)
{
	char **list = array_alloc(1, sizeof(*list));
	NTSTATUS status = list ? STATUS_SUCCESS : STATUS_NO_MEMORY;

	if (status >= 0 && token)
		status = add_user(&list, token);
	if (status >= 0 && inherit)
		status = add_process(&list);
	if (status >= 0)
		status = add_system(&list);
	if (status >= 0)
		status = join(list, ret);
	command_line_free(list);
	return status;
}

void profile_environment_free(WCHAR *block)
{
	memory_free(block);
}

BOOL CreateEnvironmentBlock(LPVOID *environment, HANDLE handle, BOOL inherit)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	WCHAR *block = NULL;
	NTSTATUS status =
		environment ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;

	if (status >= 0 && handle) {
		status = token_from_handle(handle, TOKEN_QUERY, &token);
		if (status >= 0)
			now = guise_token_object_token(token.object);
	}
	if (status >= 0)
		status = profile_environment(now, inherit, &block);
	if (status >= 0)
		*environment = block;
	return win32_result(status);
}

BOOL DestroyEnvironmentBlock(LPVOID environment)
{
	if (!environment)
		return win32_fail(ERROR_INVALID_PARAMETER);
	profile_environment_free(environment);
	return TRUE;
}

static NTSTATUS home_of_handle(HANDLE handle, char **ret)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	GUISE_AUTO(home_clear) struct home home = {0};
	NTSTATUS status = token_from_handle(handle, TOKEN_QUERY, &token);

	if (status < 0)
		return status;
	now = guise_token_object_token(token.object);
	status = read_home(now, &home);
	return status < 0 ? status : path_to_windows(home.directory, ret);
}

static BOOL profile_directory(HANDLE handle, struct out_text *out, LPDWORD size)
{
	GUISE_AUTO(text_freep) char *home = NULL;
	NTSTATUS status =
		size ? home_of_handle(handle, &home) : STATUS_INVALID_PARAMETER;
	DWORD room;

	if (status >= 0)
		status = out_text_set(out, home);
	if (status >= 0) {
		room = *size;
		*size = out_text_length(out) + 1;
		if (*size > room || !out->buffer)
			status = STATUS_BUFFER_TOO_SMALL;
		else
			out_text_write(out);
	}
	out_text_clear(out);
	return win32_result(status);
}

BOOL GetUserProfileDirectoryW(HANDLE token, LPWSTR buffer, LPDWORD size)
{
	struct out_text out = {.buffer = buffer, .wide = true};

	return profile_directory(token, &out, size);
}

BOOL GetUserProfileDirectoryA(HANDLE token, LPSTR buffer, LPDWORD size)
{
	struct out_text out = {.buffer = buffer};

	return profile_directory(token, &out, size);
}
