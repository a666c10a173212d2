/* SPDX-License-Identifier: Apache-2.0 */
/* GetNamedSecurityInfo and SetNamedSecurityInfo: files and directories by path,
 * pipes and what else the kernel has by name. */
#include "security-info.h"

#include <guise/sd-edit.h>

#include <aclapi.h>

#include "text.h"

/* NOT_SUPPORTED: a kind of object that Windows has and Linux has not */
static NTSTATUS check(const char *name, SE_OBJECT_TYPE type)
{
	if (!name)
		return STATUS_INVALID_PARAMETER;
	switch ((int)type) {
	case SE_FILE_OBJECT:
	case SE_KERNEL_OBJECT:
		return STATUS_SUCCESS;
	case SE_SERVICE:
	case SE_PRINTER:
	case SE_REGISTRY_KEY:
	case SE_LMSHARE:
	case SE_WINDOW_OBJECT:
	case SE_DS_OBJECT:
	case SE_DS_OBJECT_ALL:
	case SE_WMIGUID_OBJECT:
	case SE_REGISTRY_WOW64_32KEY:
	case SE_REGISTRY_WOW64_64KEY:
		return STATUS_NOT_SUPPORTED;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

static NTSTATUS open_object(const char *name, SE_OBJECT_TYPE type,
			    ACCESS_MASK access, HANDLE *ret)
{
	return type == SE_FILE_OBJECT
		       ? security_open_file_handle(name, access, ret)
		       : security_open_kernel(name, access, ret);
}

static NTSTATUS get(const char *name, SE_OBJECT_TYPE type,
		    SECURITY_INFORMATION information,
		    const struct sd_outputs *to)
{
	NTSTATUS status = check(name, type);
	HANDLE object;

	if (status >= 0)
		status = outputs_check(information, to);
	if (status >= 0)
		status = open_object(name, type,
				     guise_sd_query_access(information),
				     &object);
	if (status < 0)
		return status;
	status = security_get(object, type, information, to);
	(void)handle_close(object);
	return status;
}

DWORD WINAPI GetNamedSecurityInfoA(LPCSTR name, SE_OBJECT_TYPE type,
				   SECURITY_INFORMATION information,
				   PSID *owner, PSID *group, PACL *dacl,
				   PACL *sacl, PSECURITY_DESCRIPTOR *sd)
{
	const struct sd_outputs to = {owner, group, dacl, sacl, sd};

	return win32_error(get(name, type, information, &to));
}

DWORD WINAPI GetNamedSecurityInfoW(LPCWSTR name, SE_OBJECT_TYPE type,
				   SECURITY_INFORMATION information,
				   PSID *owner, PSID *group, PACL *dacl,
				   PACL *sacl, PSECURITY_DESCRIPTOR *sd)
{
	const struct sd_outputs to = {owner, group, dacl, sacl, sd};
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = utf8_dup(name, &text);

	if (status >= 0)
		status = get(text, type, information, &to);
	return win32_error(status);
}

static NTSTATUS set(const char *name, SE_OBJECT_TYPE type,
		    SECURITY_INFORMATION information,
		    const struct sd_inputs *from)
{
	NTSTATUS status = check(name, type);
	HANDLE object;

	if (status >= 0)
		status = information_check(information);
	if (status >= 0)
		status = open_object(name, type,
				     guise_sd_set_access(information), &object);
	if (status < 0)
		return status;
	status = security_set(object, type, information, from);
	(void)handle_close(object);
	return status;
}

DWORD WINAPI SetNamedSecurityInfoA(LPSTR name, SE_OBJECT_TYPE type,
				   SECURITY_INFORMATION information, PSID owner,
				   PSID group, PACL dacl, PACL sacl)
{
	const struct sd_inputs from = {owner, group, dacl, sacl};

	return win32_error(set(name, type, information, &from));
}

DWORD WINAPI SetNamedSecurityInfoW(LPWSTR name, SE_OBJECT_TYPE type,
				   SECURITY_INFORMATION information, PSID owner,
				   PSID group, PACL dacl, PACL sacl)
{
	const struct sd_inputs from = {owner, group, dacl, sacl};
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = utf8_dup(name, &text);

	if (status >= 0)
		status = set(text, type, information, &from);
	return win32_error(status);
}
