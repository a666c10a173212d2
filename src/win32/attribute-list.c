/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of attributes for new processes, in the caller's memory. One attribute
 * means something here: which handles are inherited. The others are refused
 * when they are set, so that nobody takes a process for confined that is not.
 */
#include "attribute-list.h"

#include "status.h"
#include "user-memory.h"

#define MAGIC 0x41736947u /* "GisA" */
/* More kinds than there are */
#define ATTRIBUTES_MAX 64

/**
 * struct attribute - one of a list
 * @value: borrowed until the list is deleted, as on Windows
 */
struct attribute {
	DWORD_PTR kind;
	SIZE_T size;
	void *value;
};

struct attribute_list {
	DWORD magic;
	DWORD room;
	DWORD n;
	DWORD reserved;
	struct attribute attributes[];
};

static NTSTATUS init_list(struct attribute_list *list, DWORD n, DWORD flags,
			  SIZE_T *size)
{
	const SIZE_T needed = sizeof(*list) + n * sizeof(struct attribute);
	SIZE_T room;

	if (flags != 0 || n > ATTRIBUTES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_writable(size, sizeof(*size)))
		return STATUS_ACCESS_VIOLATION;
	room = *size;
	*size = needed;
	if (!list || room < needed)
		return STATUS_BUFFER_TOO_SMALL;
	if (!user_writable(list, needed))
		return STATUS_ACCESS_VIOLATION;
	*list = (struct attribute_list){.magic = MAGIC, .room = n};
	return STATUS_SUCCESS;
}

BOOL WINAPI InitializeProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST list,
					      DWORD n, DWORD flags,
					      PSIZE_T size)
{
	return win32_result(
		init_list((struct attribute_list *)list, n, flags, size));
}

static struct attribute *find(struct attribute_list *list, DWORD_PTR kind)
{
	for (DWORD i = 0; i < list->n; i++) {
		if (list->attributes[i].kind == kind)
			return &list->attributes[i];
	}
	return NULL;
}

static NTSTATUS check_list(struct attribute_list *list)
{
	if (!user_readable(list, sizeof(*list)))
		return STATUS_ACCESS_VIOLATION;
	if (list->magic != MAGIC || list->n > list->room ||
	    list->room > ATTRIBUTES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(list->attributes,
			   list->room * sizeof(struct attribute)))
		return STATUS_ACCESS_VIOLATION;
	return STATUS_SUCCESS;
}

static DWORD add(struct attribute_list *list, const struct attribute *attribute)
{
	NTSTATUS status = check_list(list);

	if (status < 0)
		return win32_error(status);
	if (attribute->kind != PROC_THREAD_ATTRIBUTE_HANDLE_LIST)
		return ERROR_NOT_SUPPORTED;
	if (attribute->size == 0 || attribute->size % sizeof(HANDLE) != 0)
		return ERROR_BAD_LENGTH;
	if (find(list, attribute->kind))
		return ERROR_OBJECT_NAME_EXISTS;
	if (list->n == list->room)
		return ERROR_GEN_FAILURE;
	list->attributes[list->n++] = *attribute;
	return ERROR_SUCCESS;
}

BOOL WINAPI UpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST list,
				      DWORD flags, DWORD_PTR kind, PVOID value,
				      SIZE_T size, PVOID previous,
				      PSIZE_T ret_size)
{
	const struct attribute attribute = {kind, size, value};
	DWORD error = ERROR_INVALID_PARAMETER;

	if (flags == 0 && !previous && !ret_size)
		error = add((struct attribute_list *)list, &attribute);
	if (error != ERROR_SUCCESS)
		SetLastError(error);
	return error == ERROR_SUCCESS;
}

VOID WINAPI DeleteProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST list)
{
	struct attribute_list *own = (struct attribute_list *)list;

	if (check_list(own) >= 0)
		own->magic = 0;
}

NTSTATUS attribute_list_handles(const void *list, const HANDLE **ret,
				size_t *ret_n)
{
	struct attribute_list *own = (struct attribute_list *)(uintptr_t)list;
	const struct attribute *handles;
	NTSTATUS status;

	*ret = NULL;
	*ret_n = 0;
	if (!own)
		return STATUS_SUCCESS;
	status = check_list(own);
	if (status < 0)
		return status;
	handles = find(own, PROC_THREAD_ATTRIBUTE_HANDLE_LIST);
	if (!handles)
		return STATUS_SUCCESS;
	if (!user_readable(handles->value, handles->size))
		return STATUS_ACCESS_VIOLATION;
	*ret = handles->value;
	*ret_n = handles->size / sizeof(HANDLE);
	return STATUS_SUCCESS;
}
