/* SPDX-License-Identifier: Apache-2.0 */
/* NtQueryObject: what a handle and its object say of themselves. */
#include <pthread.h>

#include "buf.h"
#include "handle.h"
#include "text.h"
#include "user-memory.h"

/* OBJECT_BASIC_INFORMATION, of which the SDK names the first four */
struct basic_information {
	ULONG attributes;
	ACCESS_MASK granted;
	ULONG n_handles;
	ULONG n_references;
	ULONG paged_pool;
	ULONG nonpaged_pool;
	ULONG reserved[3];
	ULONG name_size;
	ULONG type_size;
	ULONG descriptor_size;
	LARGE_INTEGER created;
};
static_assert(sizeof(struct basic_information) == 56, "as on Windows");

/* OBJECT_TYPE_INFORMATION, of which the SDK names the first */
struct type_information {
	UNICODE_STRING name;
	ULONG n_objects;
	ULONG n_handles;
	ULONG pools[4];
	ULONG high_water[6];
	ULONG invalid_attributes;
	GENERIC_MAPPING mapping;
	ACCESS_MASK valid;
	BOOLEAN security_required;
	BOOLEAN maintain_handle_count;
	UCHAR type_index;
	UCHAR reserved;
	ULONG pool_type;
	ULONG default_pools[2];
};
static_assert(sizeof(struct type_information) == 104, "as on Windows");

/* One query under way */
struct query {
	struct object *object;
	HANDLE handle;
	ACCESS_MASK granted;
	void *out;
	ULONG size;
	ULONG needed; /* what was or would have been written */
};

static NTSTATUS basic(struct query *q)
{
	struct basic_information info = {.granted = q->granted};
	ULONG attributes = 0;

	q->needed = sizeof(info);
	if (q->size != sizeof(info))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(q->out, sizeof(info)))
		return STATUS_ACCESS_VIOLATION;
	if (handle_attributes(q->handle, &attributes) >= 0)
		info.attributes = attributes;
	info.n_handles = handle_count(q->object);
	info.n_references = atomic_load(&q->object->references);
	memcpy(q->out, &info, sizeof(info));
	return STATUS_SUCCESS;
}

/* A structure that begins with a UNICODE_STRING, and its text behind it */
static NTSTATUS give_with_text(struct query *q, void *info, size_t size,
			       const struct guise_buf *text)
{
	size_t bytes = text->size ? text->size + sizeof(WCHAR) : 0;
	uint8_t *out = q->out;
	UNICODE_STRING name = {0};

	if (bytes > UINT16_MAX)
		return STATUS_NAME_TOO_LONG;
	q->needed = (ULONG)(size + bytes);
	if (q->size < q->needed)
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(out, q->needed))
		return STATUS_ACCESS_VIOLATION;
	if (bytes) {
		name.Length = (USHORT)text->size;
		name.MaximumLength = (USHORT)bytes;
		name.Buffer = (PWSTR)(void *)(out + size);
		memcpy(out + size, text->data, text->size);
		memset(out + size + text->size, 0, sizeof(WCHAR));
	}
	memcpy(out, info, size);
	memcpy(out, &name, sizeof(name));
	return STATUS_SUCCESS;
}

static NTSTATUS name(struct query *q)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf utf8 = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	UNICODE_STRING info = {0};
	NTSTATUS status = STATUS_SUCCESS;

	if (q->object->type->get_name)
		status = q->object->type->get_name(q->object, &utf8);
	if (status >= 0)
		status = text_to_utf16((const char *)utf8.data, utf8.size,
				       &text);
	if (status < 0)
		return status;
	return give_with_text(q, &info, sizeof(info), &text);
}

static NTSTATUS type(struct query *q)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const struct object_type *t = q->object->type;
	struct type_information info = {
		.mapping = {t->mapping.read, t->mapping.write,
			    t->mapping.execute, t->mapping.all},
		.valid = t->valid,
		.security_required = t->get_sd || q->object->sd,
	};
	NTSTATUS status;

	status = text_to_utf16(t->name, strlen(t->name), &text);
	if (status < 0)
		return status;
	return give_with_text(q, &info, sizeof(info), &text);
}

static NTSTATUS handle_flags(struct query *q)
{
	BOOLEAN flags[2] = {0};
	ULONG attributes = 0;

	q->needed = sizeof(flags);
	if (q->size < sizeof(flags))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(q->out, sizeof(flags)))
		return STATUS_ACCESS_VIOLATION;
	if (handle_attributes(q->handle, &attributes) >= 0) {
		flags[0] = (attributes & OBJ_INHERIT) != 0;
		flags[1] = (attributes & OBJ_PROTECT_CLOSE) != 0;
	}
	memcpy(q->out, flags, sizeof(flags));
	return STATUS_SUCCESS;
}

static const struct {
	ULONG class;
	NTSTATUS (*answer)(struct query *q);
} answers[] = {
	{0, basic},
	{1, name},
	{2, type},
	{4, handle_flags},
};

NTSTATUS NTAPI NtQueryObject(HANDLE handle, OBJECT_INFORMATION_CLASS class,
			     PVOID out, ULONG size, PULONG ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	struct query q = {.handle = handle, .out = out, .size = size};
	NTSTATUS status = STATUS_INVALID_INFO_CLASS;

	if (ret_size && !user_writable(ret_size, sizeof(*ret_size)))
		return STATUS_ACCESS_VIOLATION;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		if (answers[i].class != (ULONG) class)
			continue;
		status = handle_object(handle, NULL, 0, &object, &q.granted);
		q.object = object;
		if (status >= 0)
			status = answers[i].answer(&q);
	}
	if (ret_size && q.needed)
		*ret_size = q.needed;
	return status;
}
