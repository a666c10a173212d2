/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GetSecurityInfo, SetSecurityInfo and their like: by handle. The type says how
 * the caller means the object: a file meant as a file inherits and passes on, a
 * file meant as a kernel object has its descriptor replaced and no more.
 */
#include "security-info.h"

#include <guise/sd-edit.h>

#include <aclapi.h>

#include "user-memory.h"

/* Can the object be what the caller says it is? No service, printer, key, share
 * or window has a handle here. */
static NTSTATUS check_type(HANDLE handle, SE_OBJECT_TYPE type)
{
	if (!handle)
		return STATUS_INVALID_HANDLE;
	switch ((int)type) {
	case SE_FILE_OBJECT:
	case SE_KERNEL_OBJECT:
	case SE_WMIGUID_OBJECT:
		return STATUS_SUCCESS;
	case SE_SERVICE:
	case SE_PRINTER:
	case SE_REGISTRY_KEY:
	case SE_LMSHARE:
	case SE_WINDOW_OBJECT:
		return STATUS_INVALID_HANDLE;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

/* One that was inherited from a parent process has no place in a directory. */
static bool is_file(const struct object *object, SE_OBJECT_TYPE type)
{
	return type == SE_FILE_OBJECT && object->type == &file_type &&
	       ((const struct file_object *)object)->file;
}

static NTSTATUS sd_of(struct object *object, SE_OBJECT_TYPE type,
		      const struct guise_sd **ret)
{
	if (is_file(object, type))
		return status_of(guise_nt_get_sd_marked(
			((struct file_object *)object)->file, file_mapping(),
			ret));
	return object_sd(object, ret);
}

NTSTATUS security_get(HANDLE handle, SE_OBJECT_TYPE type,
		      SECURITY_INFORMATION information,
		      const struct sd_outputs *to)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status = check_type(handle, type);

	if (status >= 0)
		status = outputs_check(information, to);
	if (status >= 0)
		status = handle_object(handle, NULL,
				       guise_sd_query_access(information),
				       &object, NULL);
	if (status >= 0)
		status = sd_of(object, type, &sd);
	if (status < 0)
		return status;
	return sd ? outputs_give(sd, information, to)
		  : STATUS_NO_SECURITY_ON_OBJECT;
}

DWORD WINAPI GetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE type,
			     SECURITY_INFORMATION information, PSID *owner,
			     PSID *group, PACL *dacl, PACL *sacl,
			     PSECURITY_DESCRIPTOR *sd)
{
	const struct sd_outputs to = {owner, group, dacl, sacl, sd};

	return win32_error(security_get(handle, type, information, &to));
}

static NTSTATUS set_file(HANDLE handle, SECURITY_INFORMATION information,
			 const struct sd_inputs *from)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_propagate_options options = {0};
	NTSTATUS status;

	status = file_of_handle(handle, guise_sd_set_access(information), &file,
				NULL);
	if (status >= 0)
		status = inputs_read(information, from, &sd);
	if (status < 0)
		return status;
	return security_set_file(file, information, sd, &options);
}

NTSTATUS security_set(HANDLE handle, SE_OBJECT_TYPE type,
		      SECURITY_INFORMATION information,
		      const struct sd_inputs *from)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	SECURITY_DESCRIPTOR sd;
	NTSTATUS status = check_type(handle, type);

	if (status >= 0)
		status = information_check(information);
	if (status >= 0)
		status = handle_object(handle, NULL, 0, &object, NULL);
	if (status < 0)
		return status;
	if (is_file(object, type))
		return set_file(handle, information, from);
	sd = inputs_absolute(information, from);
	return NtSetSecurityObject(handle, information, &sd);
}

DWORD WINAPI SetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE type,
			     SECURITY_INFORMATION information, PSID owner,
			     PSID group, PACL dacl, PACL sacl)
{
	const struct sd_inputs from = {owner, group, dacl, sacl};

	return win32_error(security_set(handle, type, information, &from));
}

BOOL WINAPI GetUserObjectSecurity(HANDLE object,
				  PSECURITY_INFORMATION information,
				  PSECURITY_DESCRIPTOR ret, DWORD size,
				  LPDWORD ret_size)
{
	if (!user_readable(information, sizeof(*information)))
		return win32_fail(ERROR_NOACCESS);
	return GetKernelObjectSecurity(object, *information, ret, size,
				       ret_size);
}

BOOL WINAPI SetUserObjectSecurity(HANDLE object,
				  PSECURITY_INFORMATION information,
				  PSECURITY_DESCRIPTOR sd)
{
	if (!user_readable(information, sizeof(*information)))
		return win32_fail(ERROR_NOACCESS);
	return SetKernelObjectSecurity(object, *information, sd);
}
