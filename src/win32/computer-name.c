/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GetComputerName: the host's name. The NetBIOS name is its first label in
 * capitals, cut to the fifteen characters that such a name has. And the two
 * directories that programs ask for by function.
 */
#include <limits.h>
#include <unistd.h>

#include "buf.h"
#include "status.h"
#include "text.h"

#define NAME_SIZE (HOST_NAME_MAX + 1)

static const char windows_directory[] = "C:\\Windows";
static const char system_directory[] = "C:\\Windows\\System32";

static void make_netbios(char *name)
{
	size_t n = 0;

	while (name[n] && name[n] != '.' && n < MAX_COMPUTERNAME_LENGTH) {
		if (name[n] >= 'a' && name[n] <= 'z')
			name[n] = (char)(name[n] - 'a' + 'A');
		n++;
	}
	name[n] = 0;
}

static NTSTATUS name_of(COMPUTER_NAME_FORMAT type, char ret[NAME_SIZE])
{
	char *dot;

	if ((unsigned)type >= ComputerNameMax)
		return STATUS_INVALID_PARAMETER;
	if (gethostname(ret, NAME_SIZE) < 0)
		return status_of(-errno);
	ret[NAME_SIZE - 1] = 0;
	dot = strchr(ret, '.');
	if (type == ComputerNameNetBIOS || type == ComputerNamePhysicalNetBIOS)
		make_netbios(ret);
	else if (type == ComputerNameDnsDomain ||
		 type == ComputerNamePhysicalDnsDomain)
		memmove(ret, dot ? dot + 1 : "", dot ? strlen(dot) : 1);
	else if (dot && (type == ComputerNameDnsHostname ||
			 type == ComputerNamePhysicalDnsHostname))
		*dot = 0;
	return STATUS_SUCCESS;
}

/* @small: the error of a buffer that is too small */
static BOOL give_narrow(COMPUTER_NAME_FORMAT type, DWORD small, LPSTR ret,
			LPDWORD size)
{
	char name[NAME_SIZE];
	size_t n;

	if (!size)
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (!win32_result(name_of(type, name)))
		return FALSE;
	n = strlen(name);
	if (!ret || *size <= n) {
		*size = (DWORD)n + 1;
		return win32_fail(small);
	}
	memcpy(ret, name, n + 1);
	*size = (DWORD)n;
	return TRUE;
}

static BOOL give_wide(COMPUTER_NAME_FORMAT type, DWORD small, LPWSTR ret,
		      LPDWORD size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf wide = {0};
	char name[NAME_SIZE];
	NTSTATUS status;
	size_t n;

	if (!size)
		return win32_fail(ERROR_INVALID_PARAMETER);
	status = name_of(type, name);
	if (status >= 0)
		status = text_to_utf16(name, strlen(name) + 1, &wide);
	if (!win32_result(status))
		return FALSE;
	n = wide.size / sizeof(*ret);
	if (!ret || *size < n) {
		*size = (DWORD)n;
		return win32_fail(small);
	}
	memcpy(ret, wide.data, wide.size);
	*size = (DWORD)n - 1;
	return TRUE;
}

BOOL WINAPI GetComputerNameA(LPSTR ret, LPDWORD size)
{
	return give_narrow(ComputerNameNetBIOS, ERROR_BUFFER_OVERFLOW, ret,
			   size);
}

BOOL WINAPI GetComputerNameW(LPWSTR ret, LPDWORD size)
{
	return give_wide(ComputerNameNetBIOS, ERROR_BUFFER_OVERFLOW, ret, size);
}

BOOL WINAPI GetComputerNameExA(COMPUTER_NAME_FORMAT type, LPSTR ret,
			       LPDWORD size)
{
	return give_narrow(type, ERROR_MORE_DATA, ret, size);
}

BOOL WINAPI GetComputerNameExW(COMPUTER_NAME_FORMAT type, LPWSTR ret,
			       LPDWORD size)
{
	return give_wide(type, ERROR_MORE_DATA, ret, size);
}

/* The length without NUL; with it, of what does not fit */
static UINT give_directory_a(const char *text, LPSTR ret, UINT space)
{
	size_t n = strlen(text);

	if (n >= space)
		return (UINT)n + 1;
	memcpy(ret, text, n + 1);
	return (UINT)n;
}

static UINT give_directory_w(const char *text, LPWSTR ret, UINT space)
{
	size_t n = strlen(text);

	if (n >= space)
		return (UINT)n + 1;
	for (size_t i = 0; i <= n; i++) /* it is ASCII */
		ret[i] = (WCHAR)text[i];
	return (UINT)n;
}

UINT WINAPI GetWindowsDirectoryA(LPSTR ret, UINT space)
{
	return give_directory_a(windows_directory, ret, space);
}

UINT WINAPI GetWindowsDirectoryW(LPWSTR ret, UINT space)
{
	return give_directory_w(windows_directory, ret, space);
}

UINT WINAPI GetSystemDirectoryA(LPSTR ret, UINT space)
{
	return give_directory_a(system_directory, ret, space);
}

UINT WINAPI GetSystemDirectoryW(LPWSTR ret, UINT space)
{
	return give_directory_w(system_directory, ret, space);
}
