/* SPDX-License-Identifier: Apache-2.0 */
/* CloseHandle, DuplicateHandle and what else is done with handles as such. */
#include "handle.h"
#include "process.h"
#include "token.h"
#include "user-memory.h"

#define HANDLE_FLAGS (HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE)

NTSTATUS NTAPI NtClose(HANDLE handle)
{
	return handle_close(handle);
}

BOOL WINAPI CloseHandle(HANDLE handle)
{
	return win32_result(handle_close(handle));
}

/* A handle to a process that may be given or robbed of handles: only our own */
static NTSTATUS check_own_process(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = handle_object(handle, &process_type, PROCESS_DUP_HANDLE,
			       &object, NULL);
	if (status < 0)
		return status;
	return process_is_own(object) ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

/* Fewer rights are always granted, more only where the type lets them be asked
 * for once again. */
static NTSTATUS duplicate_access(struct object *object, ACCESS_MASK had,
				 ACCESS_MASK desired, ACCESS_MASK *ret)
{
	ACCESS_MASK mapped = guise_map_generic(desired, &object->type->mapping);

	if ((mapped & ~had) == 0) {
		*ret = mapped;
		return STATUS_SUCCESS;
	}
	if (!object->type->may_gain)
		return STATUS_ACCESS_DENIED;
	return object_check(object, mapped, ret);
}

static ULONG attributes_of(HANDLE handle)
{
	ULONG attributes = 0;

	return handle_attributes(handle, &attributes) < 0 ? 0 : attributes;
}

static NTSTATUS duplicate(HANDLE source, ACCESS_MASK desired, ULONG attributes,
			  ULONG options, HANDLE *ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = handle_object(source, NULL, 0, &object, &granted);
	if (status < 0)
		return status;
	if (!(options & DUPLICATE_SAME_ACCESS)) {
		status = duplicate_access(object, granted, desired, &granted);
		if (status < 0)
			return status;
	}
	if (options & DUPLICATE_SAME_ATTRIBUTES)
		attributes = attributes_of(source);
	return handle_new(guise_take(object), granted, attributes, ret);
}

NTSTATUS NTAPI NtDuplicateObject(HANDLE source_process, HANDLE source,
				 HANDLE target_process, PHANDLE target,
				 ACCESS_MASK access, ULONG attributes,
				 ULONG options)
{
	HANDLE made = NULL;
	NTSTATUS status;

	if (target && !user_writable(target, sizeof(*target)))
		return STATUS_ACCESS_VIOLATION;
	status = check_own_process(source_process);
	if (status < 0)
		return status;
	if (target_process || !(options & DUPLICATE_CLOSE_SOURCE))
		status = check_own_process(target_process);
	if (status >= 0 && target_process)
		status = duplicate(source, access, attributes, options, &made);
	if (options & DUPLICATE_CLOSE_SOURCE) {
		NTSTATUS closed = handle_close(source);

		if (!target_process)
			status = closed;
	}
	if (status < 0)
		return status;
	if (target)
		*target = made;
	return STATUS_SUCCESS;
}

BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source,
			    HANDLE target_process, LPHANDLE target,
			    DWORD access, BOOL inherit, DWORD options)
{
	return win32_result(NtDuplicateObject(
		source_process, source, target_process, target, access,
		inherit ? OBJ_INHERIT : 0,
		options & (DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS)));
}

BOOL WINAPI GetHandleInformation(HANDLE handle, LPDWORD ret)
{
	ULONG attributes;
	NTSTATUS status;

	status = handle_attributes(handle, &attributes);
	if (status < 0)
		return win32_result(status);
	if (!user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	*ret = (attributes & OBJ_INHERIT ? HANDLE_FLAG_INHERIT : 0) |
	       (attributes & OBJ_PROTECT_CLOSE ? HANDLE_FLAG_PROTECT_FROM_CLOSE
					       : 0);
	return TRUE;
}

static ULONG attributes_of_flags(DWORD flags)
{
	return (flags & HANDLE_FLAG_INHERIT ? OBJ_INHERIT : 0) |
	       (flags & HANDLE_FLAG_PROTECT_FROM_CLOSE ? OBJ_PROTECT_CLOSE : 0);
}

BOOL WINAPI SetHandleInformation(HANDLE handle, DWORD mask, DWORD flags)
{
	if (mask & ~(DWORD)HANDLE_FLAGS)
		return win32_fail(ERROR_INVALID_PARAMETER);
	return win32_result(handle_set_attributes(
		handle, attributes_of_flags(mask), attributes_of_flags(flags)));
}

/* A token is one, however often it was opened. */
static bool is_same(const struct object *a, const struct object *b)
{
	return a == b || (a->type == &token_type && b->type == &token_type &&
			  token_cell(a) == token_cell(b));
}

NTSTATUS NTAPI NtCompareObjects(HANDLE first, HANDLE second)
{
	GUISE_AUTO(object_unrefp) struct object *a = NULL;
	GUISE_AUTO(object_unrefp) struct object *b = NULL;
	NTSTATUS status;

	status = handle_object(first, NULL, 0, &a, NULL);
	if (status >= 0)
		status = handle_object(second, NULL, 0, &b, NULL);
	if (status < 0)
		return status;
	return is_same(a, b) ? STATUS_SUCCESS : STATUS_NOT_SAME_OBJECT;
}

BOOL WINAPI CompareObjectHandles(HANDLE first, HANDLE second)
{
	NTSTATUS status = NtCompareObjects(first, second);

	if (status == STATUS_NOT_SAME_OBJECT)
		return FALSE;
	return win32_result(status);
}
