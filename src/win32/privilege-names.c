/* SPDX-License-Identifier: Apache-2.0 */
/* Names of privileges. They are the same everywhere; another machine is not
 * asked, and cannot be. */
#include <limits.h>
#include <unistd.h>

#include <guise/privilege.h>

#include "text.h"
#include "token-query.h"
#include "user-memory.h"

/* What the descriptions are in: English as spoken in the United States */
#define LANGUAGE 0x0409

static bool is_this_machine(const char *name)
{
	char own[HOST_NAME_MAX + 1] = {0};

	if (!name)
		return true;
	if (strncmp(name, "\\\\", 2) == 0)
		name += 2;
	if (!*name || strcmp(name, ".") == 0 ||
	    strcasecmp(name, "localhost") == 0)
		return true;
	return gethostname(own, sizeof(own) - 1) == 0 &&
	       strcasecmp(name, own) == 0;
}

static NTSTATUS check_machine(const char *name)
{
	return is_this_machine(name)
		       ? STATUS_SUCCESS
		       : status_of_win32(RPC_S_SERVER_UNAVAILABLE);
}

static NTSTATUS check_machine_wide(const WCHAR *wide)
{
	GUISE_AUTO(freep) char *name = NULL;
	NTSTATUS status = utf8_dup(wide, &name);

	return status < 0 ? status : check_machine(name);
}

static NTSTATUS find(const char *name, enum guise_privilege *ret)
{
	if (!name)
		return STATUS_NO_SUCH_PRIVILEGE;
	return status_of(guise_privilege_parse(name, strlen(name), ret));
}

static NTSTATUS give_value(const char *name, PLUID ret)
{
	enum guise_privilege privilege;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = find(name, &privilege);
	if (status >= 0)
		*ret = luid_of((guise_luid)privilege);
	return status;
}

BOOL WINAPI LookupPrivilegeValueA(LPCSTR system, LPCSTR name, PLUID ret)
{
	NTSTATUS status = check_machine(system);

	if (status >= 0)
		status = give_value(name, ret);
	return win32_result(status);
}

BOOL WINAPI LookupPrivilegeValueW(LPCWSTR system, LPCWSTR name, PLUID ret)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = check_machine_wide(system);

	if (status >= 0)
		status = utf8_dup(name, &text);
	if (status >= 0)
		status = give_value(text, ret);
	return win32_result(status);
}

/*
 * ASCII text into the caller's buffer of *@size characters, which becomes how
 * many there are: without the NUL if it fits, with it if not.
 */
static NTSTATUS give_text(const char *text, bool wide, void *ret, LPDWORD size)
{
	const size_t n = strlen(text), width = wide ? sizeof(WCHAR) : 1;

	if (!user_writable(size, sizeof(*size)))
		return STATUS_ACCESS_VIOLATION;
	if (*size <= n) {
		*size = (DWORD)n + 1;
		return STATUS_BUFFER_TOO_SMALL;
	}
	if (!user_writable(ret, (n + 1) * width))
		return STATUS_ACCESS_VIOLATION;
	for (size_t i = 0; i <= n; i++) {
		if (wide)
			((WCHAR *)ret)[i] = (WCHAR)text[i];
		else
			((char *)ret)[i] = text[i];
	}
	*size = (DWORD)n;
	return STATUS_SUCCESS;
}

static NTSTATUS give_name(const LUID *luid, bool wide, void *ret, LPDWORD size)
{
	const char *name;
	guise_luid number;

	if (!user_readable(luid, sizeof(*luid)))
		return STATUS_ACCESS_VIOLATION;
	number = luid_number(luid);
	name = number <= GUISE_PRIVILEGE_MAX
		       ? guise_privilege_name((unsigned)number)
		       : NULL;
	return name ? give_text(name, wide, ret, size)
		    : STATUS_NO_SUCH_PRIVILEGE;
}

BOOL WINAPI LookupPrivilegeNameA(LPCSTR system, PLUID luid, LPSTR ret,
				 LPDWORD size)
{
	NTSTATUS status = check_machine(system);

	if (status >= 0)
		status = give_name(luid, false, ret, size);
	return win32_result(status);
}

BOOL WINAPI LookupPrivilegeNameW(LPCWSTR system, PLUID luid, LPWSTR ret,
				 LPDWORD size)
{
	NTSTATUS status = check_machine_wide(system);

	if (status >= 0)
		status = give_name(luid, true, ret, size);
	return win32_result(status);
}

static NTSTATUS give_display_name(const char *name, bool wide, void *ret,
				  LPDWORD size, LPDWORD language)
{
	enum guise_privilege privilege;
	NTSTATUS status;

	if (!user_writable(language, sizeof(*language)))
		return STATUS_ACCESS_VIOLATION;
	status = find(name, &privilege);
	if (status >= 0)
		status = give_text(guise_privilege_display_name(privilege),
				   wide, ret, size);
	if (status >= 0)
		*language = LANGUAGE;
	return status;
}

BOOL WINAPI LookupPrivilegeDisplayNameA(LPCSTR system, LPCSTR name, LPSTR ret,
					LPDWORD size, LPDWORD language)
{
	NTSTATUS status = check_machine(system);

	if (status >= 0)
		status = give_display_name(name, false, ret, size, language);
	return win32_result(status);
}

BOOL WINAPI LookupPrivilegeDisplayNameW(LPCWSTR system, LPCWSTR name,
					LPWSTR ret, LPDWORD size,
					LPDWORD language)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = check_machine_wide(system);

	if (status >= 0)
		status = utf8_dup(name, &text);
	if (status >= 0)
		status = give_display_name(text, true, ret, size, language);
	return win32_result(status);
}
