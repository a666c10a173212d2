/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GetFileSecurity and SetFileSecurity: the descriptor of a file as it is
 * stored. Nothing is passed on to members and nothing is taken in.
 */
#include "security-info.h"

#include <guise/sd-edit.h>

#include "text.h"

static NTSTATUS open_named(const char *name, ACCESS_MASK access, HANDLE *ret)
{
	if (!name || !*name)
		return STATUS_OBJECT_NAME_INVALID;
	return security_open_file_handle(name, access, ret);
}

static BOOL get(const char *name, SECURITY_INFORMATION information,
		PSECURITY_DESCRIPTOR ret, DWORD size, LPDWORD ret_size)
{
	HANDLE file;
	NTSTATUS status;

	status = open_named(name, guise_sd_query_access(information), &file);
	if (status >= 0) {
		status = NtQuerySecurityObject(file, information, ret, size,
					       ret_size);
		(void)handle_close(file);
	}
	return win32_result(status);
}

BOOL WINAPI GetFileSecurityA(LPCSTR name, SECURITY_INFORMATION information,
			     PSECURITY_DESCRIPTOR ret, DWORD size,
			     LPDWORD ret_size)
{
	return get(name, information, ret, size, ret_size);
}

BOOL WINAPI GetFileSecurityW(LPCWSTR name, SECURITY_INFORMATION information,
			     PSECURITY_DESCRIPTOR ret, DWORD size,
			     LPDWORD ret_size)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = utf8_dup(name, &text);

	if (status < 0)
		return win32_result(status);
	return get(text, information, ret, size, ret_size);
}

static BOOL set(const char *name, SECURITY_INFORMATION information,
		PSECURITY_DESCRIPTOR sd)
{
	HANDLE file;
	NTSTATUS status;

	status = open_named(name, guise_sd_set_access(information), &file);
	if (status >= 0) {
		status = NtSetSecurityObject(file, information, sd);
		(void)handle_close(file);
	}
	return win32_result(status);
}

BOOL WINAPI SetFileSecurityA(LPCSTR name, SECURITY_INFORMATION information,
			     PSECURITY_DESCRIPTOR sd)
{
	return set(name, information, sd);
}

BOOL WINAPI SetFileSecurityW(LPCWSTR name, SECURITY_INFORMATION information,
			     PSECURITY_DESCRIPTOR sd)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = utf8_dup(name, &text);

	if (status < 0)
		return win32_result(status);
	return set(text, information, sd);
}
