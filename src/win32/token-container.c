/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of AppContainers as Windows' programs make and ask them. */
#include <guise/thread-token.h>

#include <securityappcontainer.h>
#include <winternl.h>

#include "sd-read.h"
#include "text.h"
#include "token-of.h"
#include "user-memory.h"

#define OBJECTS "AppContainerNamedObjects\\"

/* The package that is asked about: the one named, else the token's */
static NTSTATUS package_of(HANDLE token, PSID package, struct guise_sid *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	NTSTATUS status;

	if (token && package)
		return STATUS_INVALID_PARAMETER;
	if (package)
		return sid_from_memory(package, ret);
	status = token_of_handle(token ? token
				       : GetCurrentThreadEffectiveToken(),
				 TOKEN_QUERY, &now);
	if (status < 0)
		return status;
	if (!guise_token_package(now))
		return STATUS_INVALID_PARAMETER;
	*ret = *guise_token_package(now);
	return STATUS_SUCCESS;
}

static NTSTATUS object_path(HANDLE token, PSID package, ULONG size, LPWSTR ret,
			    PULONG ret_size)
{
	char text[sizeof(OBJECTS) + GUISE_SID_TEXT_SIZE] = OBJECTS;
	struct guise_sid sid;
	NTSTATUS status;
	size_t n;

	if (!user_writable(ret_size, sizeof(*ret_size)))
		return STATUS_ACCESS_VIOLATION;
	status = package_of(token, package, &sid);
	if (status < 0)
		return status;
	(void)guise_sid_format(&sid, text + strlen(OBJECTS));
	n = strlen(text) + 1;
	*ret_size = (ULONG)n;
	if (size < n)
		return STATUS_BUFFER_TOO_SMALL;
	if (!user_writable(ret, n * sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	for (size_t i = 0; i < n; i++)
		ret[i] = (WCHAR)text[i];
	return STATUS_SUCCESS;
}

BOOL WINAPI GetAppContainerNamedObjectPath(HANDLE token, PSID package,
					   ULONG size, LPWSTR path,
					   PULONG ret_size)
{
	return win32_result(object_path(token, package, size, path, ret_size));
}

static NTSTATUS create(HANDLE token, const SECURITY_CAPABILITIES *wanted,
		       PHANDLE ret)
{
	SECURITY_CAPABILITIES read;
	HANDLE own = NULL;
	NTSTATUS status;

	if (!user_readable(wanted, sizeof(*wanted)))
		return STATUS_ACCESS_VIOLATION;
	read = *wanted;
	if (!token) {
		status = NtOpenProcessToken(GetCurrentProcess(),
					    TOKEN_DUPLICATE, &own);
		if (status < 0)
			return status;
	}
	status = NtCreateLowBoxToken(ret, token ? token : own, TOKEN_ALL_ACCESS,
				     NULL, read.AppContainerSid,
				     read.CapabilityCount, read.Capabilities, 0,
				     NULL);
	if (own)
		(void)NtClose(own);
	return status;
}

BOOL WINAPI CreateAppContainerToken(HANDLE token,
				    PSECURITY_CAPABILITIES capabilities,
				    PHANDLE ret)
{
	return win32_result(create(token, capabilities, ret));
}
