/* SPDX-License-Identifier: Apache-2.0 */
/* GetNamedSecurityInfo and SetNamedSecurityInfo: files and directories by path,
 * events, mutexes and semaphores by name. */
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

static NTSTATUS get_kernel(const char *name, SECURITY_INFORMATION information,
			   const struct sd_outputs *to)
{
	HANDLE handle;
	NTSTATUS status;
	DWORD error;

	status = security_open_kernel(name, guise_sd_query_access(information),
				      &handle);
	if (status < 0)
		return status;
	error = GetSecurityInfo(handle, SE_KERNEL_OBJECT, information,
				to->owner, to->group, to->dacl, to->sacl,
				to->sd);
	(void)handle_close(handle);
	return status_of_win32(error);
}

static NTSTATUS get_file(const char *name, SECURITY_INFORMATION information,
			 const struct sd_outputs *to)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;

	status = security_open_file(name, guise_sd_query_access(information),
				    &file);
	if (status >= 0)
		status = status_of(
			guise_nt_get_sd_marked(file->file, NULL, &sd));
	return status < 0 ? status : outputs_give(sd, information, to);
}

static NTSTATUS get(const char *name, SE_OBJECT_TYPE type,
		    SECURITY_INFORMATION information,
		    const struct sd_outputs *to)
{
	NTSTATUS status = check(name, type);

	if (status >= 0)
		status = outputs_check(information, to);
	if (status < 0)
		return status;
	return type == SE_FILE_OBJECT ? get_file(name, information, to)
				      : get_kernel(name, information, to);
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

static NTSTATUS set_kernel(const char *name, SECURITY_INFORMATION information,
			   const struct sd_inputs *from)
{
	SECURITY_DESCRIPTOR sd = inputs_absolute(information, from);
	HANDLE handle;
	NTSTATUS status;

	status = security_open_kernel(name, guise_sd_set_access(information),
				      &handle);
	if (status < 0)
		return status;
	status = NtSetSecurityObject(handle, information, &sd);
	(void)handle_close(handle);
	return status;
}

static NTSTATUS set_file(const char *name, SECURITY_INFORMATION information,
			 const struct sd_inputs *from)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_propagate_options options = {0};
	NTSTATUS status = inputs_read(information, from, &sd);

	if (status >= 0)
		status = security_open_file(
			name, guise_sd_set_access(information), &file);
	if (status < 0)
		return status;
	return security_set_file(file, information, sd, &options);
}

static NTSTATUS set(const char *name, SE_OBJECT_TYPE type,
		    SECURITY_INFORMATION information,
		    const struct sd_inputs *from)
{
	NTSTATUS status = check(name, type);

	if (status >= 0)
		status = information_check(information);
	if (status < 0)
		return status;
	return type == SE_FILE_OBJECT ? set_file(name, information, from)
				      : set_kernel(name, information, from);
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
