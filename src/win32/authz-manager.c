/* SPDX-License-Identifier: Apache-2.0 */
/* Resource managers, and what their events are called (authz.h). */
#include "authz-internal.h"
#include "status.h"
#include "text.h"

AUTHZ_RESOURCE_MANAGER_HANDLE manager_ref(AUTHZ_RESOURCE_MANAGER_HANDLE rm)
{
	refcount_get(&rm->refs);
	return rm;
}

void manager_unref(AUTHZ_RESOURCE_MANAGER_HANDLE rm)
{
	if (!refcount_put(&rm->refs))
		return;
	free(rm->name);
	free(rm);
}

static NTSTATUS manager_new(DWORD flags, const AUTHZ_INIT_INFO *information,
			    AUTHZ_RESOURCE_MANAGER_HANDLE *ret)
{
	AUTHZ_RESOURCE_MANAGER_HANDLE made;
	NTSTATUS status;

	if (!ret || !information || (flags & ~AUTHZ_VALID_RM_INIT_FLAGS) ||
	    information->version != AUTHZ_INIT_INFO_VERSION_V1 ||
	    !information->pfnComputeDynamicGroups !=
		    !information->pfnFreeDynamicGroups)
		return STATUS_INVALID_PARAMETER;
	made = calloc(1, sizeof(*made));
	if (!made)
		return STATUS_NO_MEMORY;
	status = utf8_dup(information->szResourceManagerName, &made->name);
	if (status) {
		free(made);
		return status;
	}
	atomic_init(&made->refs, 1);
	made->flags = flags;
	made->check = information->pfnDynamicAccessCheck;
	made->compute_groups = information->pfnComputeDynamicGroups;
	made->free_groups = information->pfnFreeDynamicGroups;
	*ret = made;
	return STATUS_SUCCESS;
}

BOOL AuthzInitializeResourceManagerEx(DWORD flags, PAUTHZ_INIT_INFO information,
				      PAUTHZ_RESOURCE_MANAGER_HANDLE ret)
{
	const AUTHZ_INIT_INFO none = {.version = AUTHZ_INIT_INFO_VERSION_V1};

	return win32_result(
		manager_new(flags, information ? information : &none, ret));
}

BOOL AuthzInitializeResourceManager(
	DWORD flags, PFN_AUTHZ_DYNAMIC_ACCESS_CHECK check,
	PFN_AUTHZ_COMPUTE_DYNAMIC_GROUPS compute_groups,
	PFN_AUTHZ_FREE_DYNAMIC_GROUPS free_groups, PCWSTR name,
	PAUTHZ_RESOURCE_MANAGER_HANDLE ret)
{
	const AUTHZ_INIT_INFO information = {
		.version = AUTHZ_INIT_INFO_VERSION_V1,
		.szResourceManagerName = name,
		.pfnDynamicAccessCheck = check,
		.pfnComputeDynamicGroups = compute_groups,
		.pfnFreeDynamicGroups = free_groups,
	};

	return win32_result(manager_new(flags, &information, ret));
}

BOOL AuthzFreeResourceManager(AUTHZ_RESOURCE_MANAGER_HANDLE rm)
{
	if (!rm)
		return win32_result(STATUS_INVALID_PARAMETER);
	manager_unref(rm);
	return TRUE;
}

static void event_free(AUTHZ_AUDIT_EVENT_HANDLE event)
{
	free(event->type);
	free(event->name);
	free(event);
}

static NTSTATUS event_new(DWORD flags, const WCHAR *type, const WCHAR *name,
			  AUTHZ_AUDIT_EVENT_HANDLE *ret)
{
	AUTHZ_AUDIT_EVENT_HANDLE made;
	NTSTATUS status;

	if (!ret || (flags & ~AUTHZ_VALID_OBJECT_ACCESS_AUDIT_FLAGS))
		return STATUS_INVALID_PARAMETER;
	made = calloc(1, sizeof(*made));
	if (!made)
		return STATUS_NO_MEMORY;
	made->flags = flags;
	status = utf8_dup(type, &made->type);
	if (!status)
		status = utf8_dup(name, &made->name);
	if (status) {
		event_free(made);
		return status;
	}
	*ret = made;
	return STATUS_SUCCESS;
}

/* Event types and parameters beyond the names are the security log's. */
BOOL AuthzInitializeObjectAccessAuditEvent(DWORD flags,
					   AUTHZ_AUDIT_EVENT_TYPE_HANDLE type,
					   PWSTR operation, PWSTR object_type,
					   PWSTR name, PWSTR more,
					   PAUTHZ_AUDIT_EVENT_HANDLE ret,
					   DWORD count, ...)
{
	(void)operation;
	(void)more;
	if (type || count)
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(event_new(flags, object_type, name, ret));
}

BOOL AuthzInitializeObjectAccessAuditEvent2(DWORD flags,
					    AUTHZ_AUDIT_EVENT_TYPE_HANDLE type,
					    PWSTR operation, PWSTR object_type,
					    PWSTR name, PWSTR more, PWSTR more2,
					    PAUTHZ_AUDIT_EVENT_HANDLE ret,
					    DWORD count, ...)
{
	(void)more2;
	return AuthzInitializeObjectAccessAuditEvent(
		flags, type, operation, object_type, name, more, ret, count);
}

BOOL AuthzFreeAuditEvent(AUTHZ_AUDIT_EVENT_HANDLE event)
{
	if (!event)
		return win32_result(STATUS_INVALID_PARAMETER);
	event_free(event);
	return TRUE;
}
