/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptors of objects, read and written through handles: which right it
 * takes is a table of the library's (guise_sd_query_access()), what may be
 * written its rule (guise_sd_set()).
 */
#include <guise/inherit.h>
#include <guise/sd-edit.h>
#include <guise/thread-token.h>

#include "object.h"
#include "sd-read.h"
#include "user-memory.h"

/* Parts of a descriptor; other bits name nothing that could be read. */
#define PARTS                                                                  \
	(GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY | GUISE_DACL_SECURITY |   \
	 GUISE_SACL_SECURITY | GUISE_LABEL_SECURITY |                          \
	 GUISE_ATTRIBUTE_SECURITY | GUISE_SCOPE_SECURITY |                     \
	 GUISE_PROCESS_TRUST_LABEL_SECURITY | GUISE_ACCESS_FILTER_SECURITY |   \
	 GUISE_BACKUP_SECURITY)

static NTSTATUS selected_sd(HANDLE handle, SECURITY_INFORMATION information,
			    const struct guise_sd **ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;
	int r;

	status = handle_object(handle, NULL, guise_sd_query_access(information),
			       &object, NULL);
	if (status >= 0)
		status = object_sd(object, &sd);
	if (status < 0)
		return status;
	if (!sd)
		return STATUS_NO_SECURITY_ON_OBJECT;
	r = guise_sd_select(sd, information, ret);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}

NTSTATUS NTAPI NtQuerySecurityObject(HANDLE handle,
				     SECURITY_INFORMATION information,
				     PSECURITY_DESCRIPTOR ret, ULONG size,
				     PULONG ret_size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;
	ULONG needed;

	if (!user_writable(ret_size, sizeof(*ret_size)))
		return STATUS_ACCESS_VIOLATION;
	status = selected_sd(handle, information & PARTS, &sd);
	if (status < 0)
		return status;
	status = sd_give(sd, 0, NULL, &needed);
	if (status < 0 && status != STATUS_BUFFER_TOO_SMALL)
		return status;
	if (size >= needed && !user_writable(ret, needed))
		return STATUS_ACCESS_VIOLATION;
	return sd_give(sd, size, ret, ret_size);
}

BOOL WINAPI GetKernelObjectSecurity(HANDLE handle,
				    SECURITY_INFORMATION information,
				    PSECURITY_DESCRIPTOR ret, DWORD size,
				    LPDWORD ret_size)
{
	return win32_result(NtQuerySecurityObject(handle, information, ret,
						  size, ret_size));
}

/* What is to be set must be there; a DACL that is not said stays. */
static NTSTATUS check_parts(const struct guise_sd *modification,
			    SECURITY_INFORMATION *information)
{
	if ((*information & OWNER_SECURITY_INFORMATION) &&
	    !guise_sd_owner(modification))
		return STATUS_INVALID_SECURITY_DESCR;
	if ((*information & GROUP_SECURITY_INFORMATION) &&
	    !guise_sd_group(modification))
		return STATUS_INVALID_SECURITY_DESCR;
	if (!(guise_sd_control(modification) & GUISE_SD_DACL_PRESENT))
		*information &= ~(
			SECURITY_INFORMATION)(DACL_SECURITY_INFORMATION |
					      GUISE_PROTECTED_DACL_SECURITY |
					      GUISE_UNPROTECTED_DACL_SECURITY);
	return STATUS_SUCCESS;
}

/* On the object itself; whoever else sets it at the same time comes after. */
static NTSTATUS set_common(struct object *object,
			   SECURITY_INFORMATION information,
			   const struct guise_sd *modification)
{
	const struct guise_sd *changed = NULL;
	NTSTATUS status = STATUS_NO_SECURITY_ON_OBJECT;

	must(pthread_mutex_lock(&object->lock) == 0);
	if (object->sd)
		status = object_changed_sd(object->type, object->sd,
					   information, modification, &changed);
	if (status >= 0) {
		(void)guise_sd_unref(object->sd);
		object->sd = changed;
	}
	must(pthread_mutex_unlock(&object->lock) == 0);
	return status;
}

NTSTATUS NTAPI NtSetSecurityObject(HANDLE handle,
				   SECURITY_INFORMATION information,
				   PSECURITY_DESCRIPTOR descriptor)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;

	if (!descriptor)
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(handle, NULL, guise_sd_set_access(information),
			       &object, NULL);
	if (status >= 0)
		status = sd_read(descriptor, &sd);
	if (status >= 0)
		status = check_parts(sd, &information);
	if (status < 0 || information == 0)
		return status;
	if (object->type->set_sd)
		return object->type->set_sd(object, information, sd);
	return set_common(object, information, sd);
}

BOOL WINAPI SetKernelObjectSecurity(HANDLE handle,
				    SECURITY_INFORMATION information,
				    PSECURITY_DESCRIPTOR descriptor)
{
	return win32_result(
		NtSetSecurityObject(handle, information, descriptor));
}

NTSTATUS object_new_sd(const struct object_type *type,
		       PSECURITY_DESCRIPTOR descriptor,
		       const struct guise_sd **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *given = NULL;
	NTSTATUS status;
	int r;

	status = sd_read_optional(descriptor, &given);
	if (status < 0)
		return status;
	r = guise_effective_token(&token);
	if (r < 0)
		return status_of(r);
	r = guise_inherit(NULL, given, false, 0, token, &type->mapping, ret);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}
