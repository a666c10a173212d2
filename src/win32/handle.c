/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handle table: chunks of entries that are made when needed and never go
 * away, so that finding an entry takes no lock of the table. Each entry has a
 * lock of its own, held for a few instructions: who looks a handle up leaves
 * with a reference, whatever another thread closes meanwhile.
 *
 * A closed entry waits in a queue until many others have been closed after it,
 * so that a handle used after its end does not soon mean something else.
 */
#include "handle.h"

#define CHUNK 256
#define CHUNKS (GUISE_WIN32_HANDLES_MAX / CHUNK)
/* Closed entries that wait before the first is used again. */
#define REUSE_DELAY 1024
/* Handle values count in fours; the low bits mean nothing. */
#define HANDLE_STEP 4
#define NO_ENTRY UINT32_MAX

/**
 * struct entry - one handle
 * @lock: protects the rest
 * @object: a reference; NULL: not in use
 * @granted, @attributes: as handle_new() was told
 * @next: in the queue of free entries; protected by the table's lock
 */
struct entry {
	pthread_mutex_t lock;
	struct object *object;
	ACCESS_MASK granted;
	ULONG attributes;
	uint32_t next;
};

struct chunk {
	struct entry entries[CHUNK];
};

/* @lock protects all but @chunks, which are written under it and read by
 * anyone. It comes before the entries' locks. */
static struct {
	pthread_mutex_t lock;
	_Atomic(struct chunk *) chunks[CHUNKS];
	uint32_t n_ever;
	uint32_t first_free;
	uint32_t last_free;
	uint32_t n_free;
} table = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.first_free = NO_ENTRY,
	.last_free = NO_ENTRY,
};

static HANDLE handle_of(uint32_t index)
{
	return (HANDLE)(((uintptr_t)index + 1) * HANDLE_STEP);
}

static struct entry *entry_at(uint32_t index)
{
	struct chunk *chunk = atomic_load_explicit(&table.chunks[index / CHUNK],
						   memory_order_acquire);

	return chunk ? &chunk->entries[index % CHUNK] : NULL;
}

static struct entry *entry_of(HANDLE handle, uint32_t *ret_index)
{
	uintptr_t number = (uintptr_t)handle / HANDLE_STEP;

	if (number == 0 || number > GUISE_WIN32_HANDLES_MAX)
		return NULL;
	*ret_index = (uint32_t)number - 1;
	return entry_at(*ret_index);
}

/* Locked, or NULL: there is no such handle */
static struct entry *entry_lock(HANDLE handle, uint32_t *ret_index)
{
	struct entry *entry = entry_of(handle, ret_index);

	if (!entry)
		return NULL;
	must(pthread_mutex_lock(&entry->lock) == 0);
	if (entry->object)
		return entry;
	must(pthread_mutex_unlock(&entry->lock) == 0);
	return NULL;
}

static void entry_unlock(struct entry *entry)
{
	must(pthread_mutex_unlock(&entry->lock) == 0);
}

static bool chunk_add(uint32_t index)
{
	struct chunk *chunk = array_alloc(1, sizeof(*chunk));

	if (!chunk)
		return false;
	for (size_t i = 0; i < CHUNK; i++)
		must(pthread_mutex_init(&chunk->entries[i].lock, NULL) == 0);
	atomic_store_explicit(&table.chunks[index / CHUNK], chunk,
			      memory_order_release);
	return true;
}

static void free_push(uint32_t index)
{
	entry_at(index)->next = NO_ENTRY;
	if (table.last_free == NO_ENTRY)
		table.first_free = index;
	else
		entry_at(table.last_free)->next = index;
	table.last_free = index;
	table.n_free++;
}

static uint32_t free_pop(void)
{
	uint32_t index = table.first_free;

	table.first_free = entry_at(index)->next;
	if (table.first_free == NO_ENTRY)
		table.last_free = NO_ENTRY;
	table.n_free--;
	return index;
}

/* An entry nobody uses; the table is locked */
static NTSTATUS entry_find(uint32_t *ret)
{
	bool full = table.n_ever == GUISE_WIN32_HANDLES_MAX;

	if (table.n_free > REUSE_DELAY || (full && table.n_free > 0)) {
		*ret = free_pop();
		return STATUS_SUCCESS;
	}
	if (full)
		return STATUS_INSUFFICIENT_RESOURCES;
	if (!entry_at(table.n_ever) && !chunk_add(table.n_ever))
		return STATUS_NO_MEMORY;
	*ret = table.n_ever++;
	return STATUS_SUCCESS;
}

static void entry_fill(uint32_t index, struct object *object,
		       ACCESS_MASK granted, ULONG attributes)
{
	struct entry *entry = entry_at(index);

	must(pthread_mutex_lock(&entry->lock) == 0);
	entry->granted = granted;
	entry->attributes = attributes & (OBJ_INHERIT | OBJ_PROTECT_CLOSE);
	entry->object = object;
	entry_unlock(entry);
}

static ACCESS_MASK with_implied(const struct object_type *type,
				ACCESS_MASK granted)
{
	return type->imply ? granted | type->imply(granted) : granted;
}

NTSTATUS handle_new(struct object *object, ACCESS_MASK granted,
		    ULONG attributes, HANDLE *ret)
{
	uint32_t index = 0;
	NTSTATUS status;

	must(pthread_mutex_lock(&table.lock) == 0);
	status = entry_find(&index);
	must(pthread_mutex_unlock(&table.lock) == 0);
	if (status < 0) {
		(void)object_unref(object);
		return status;
	}
	entry_fill(index, object, with_implied(object->type, granted),
		   attributes);
	*ret = handle_of(index);
	return STATUS_SUCCESS;
}

NTSTATUS handle_restore(HANDLE handle, struct object *object,
			ACCESS_MASK granted, ULONG attributes)
{
	uintptr_t number = (uintptr_t)handle / HANDLE_STEP;
	NTSTATUS status = STATUS_SUCCESS;

	must(pthread_mutex_lock(&table.lock) == 0);
	if (number == 0 || number > GUISE_WIN32_HANDLES_MAX ||
	    number - 1 < table.n_ever)
		status = STATUS_INVALID_HANDLE;
	while (status >= 0 && table.n_ever < number) {
		uint32_t index = table.n_ever;

		if (!entry_at(index) && !chunk_add(index)) {
			status = STATUS_NO_MEMORY;
			break;
		}
		table.n_ever++;
		if (index + 1 < number)
			free_push(index);
	}
	must(pthread_mutex_unlock(&table.lock) == 0);
	if (status < 0)
		(void)object_unref(object);
	else
		entry_fill((uint32_t)number - 1, object, granted, attributes);
	return status;
}

static NTSTATUS pseudo_object(HANDLE handle, struct object **ret,
			      ACCESS_MASK *ret_granted)
{
	switch ((intptr_t)handle) {
	case -1:
		*ret = process_current();
		break;
	case -2:
		*ret = thread_current();
		break;
	case -4:
	case -5:
	case -6:
		return pseudo_token(handle, ret, ret_granted);
	default:
		return STATUS_INVALID_HANDLE;
	}
	if (!*ret)
		return STATUS_NO_MEMORY;
	*ret_granted = (*ret)->type->mapping.all;
	return STATUS_SUCCESS;
}

static NTSTATUS any_object(HANDLE handle, struct object **ret,
			   ACCESS_MASK *ret_granted)
{
	struct entry *entry;
	uint32_t index;

	if ((intptr_t)handle < 0)
		return pseudo_object(handle, ret, ret_granted);
	entry = entry_lock(handle, &index);
	if (!entry)
		return STATUS_INVALID_HANDLE;
	*ret = object_ref(entry->object);
	*ret_granted = entry->granted;
	entry_unlock(entry);
	return STATUS_SUCCESS;
}

NTSTATUS handle_object(HANDLE handle, const struct object_type *type,
		       ACCESS_MASK needed, struct object **ret,
		       ACCESS_MASK *ret_granted)
{
	struct object *object;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = any_object(handle, &object, &granted);
	if (status < 0)
		return status;
	if (type && object->type != type)
		status = STATUS_OBJECT_TYPE_MISMATCH;
	else if ((granted & needed) != needed)
		status = STATUS_ACCESS_DENIED;
	if (status < 0) {
		(void)object_unref(object);
		return status;
	}
	*ret = object;
	if (ret_granted)
		*ret_granted = granted;
	return STATUS_SUCCESS;
}

NTSTATUS handle_close(HANDLE handle)
{
	struct object *object;
	struct entry *entry;
	uint32_t index;

	if ((intptr_t)handle == -1 || (intptr_t)handle == -2)
		return STATUS_SUCCESS;
	entry = entry_lock(handle, &index);
	if (!entry)
		return STATUS_INVALID_HANDLE;
	if (entry->attributes & OBJ_PROTECT_CLOSE) {
		entry_unlock(entry);
		return STATUS_HANDLE_NOT_CLOSABLE;
	}
	object = guise_take(entry->object);
	entry_unlock(entry);
	must(pthread_mutex_lock(&table.lock) == 0);
	free_push(index);
	must(pthread_mutex_unlock(&table.lock) == 0);
	(void)object_unref(object); /* no lock is held: it may take long */
	return STATUS_SUCCESS;
}

NTSTATUS handle_attributes(HANDLE handle, ULONG *ret)
{
	uint32_t index;
	struct entry *entry = entry_lock(handle, &index);

	if (!entry)
		return STATUS_INVALID_HANDLE;
	*ret = entry->attributes;
	entry_unlock(entry);
	return STATUS_SUCCESS;
}

NTSTATUS handle_set_attributes(HANDLE handle, ULONG mask, ULONG attributes)
{
	uint32_t index;
	struct entry *entry = entry_lock(handle, &index);

	if (!entry)
		return STATUS_INVALID_HANDLE;
	entry->attributes = (entry->attributes & ~mask) | (attributes & mask);
	entry_unlock(entry);
	return STATUS_SUCCESS;
}

static uint32_t entries_ever(void)
{
	uint32_t n;

	must(pthread_mutex_lock(&table.lock) == 0);
	n = table.n_ever;
	must(pthread_mutex_unlock(&table.lock) == 0);
	return n;
}

ULONG handle_count(const struct object *object)
{
	uint32_t n = entries_ever();
	ULONG count = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct entry *entry = entry_at(i);

		must(pthread_mutex_lock(&entry->lock) == 0);
		count += entry->object == object;
		entry_unlock(entry);
	}
	return count;
}

NTSTATUS handle_each_inherited(NTSTATUS (*each)(void *context, HANDLE handle,
						struct object *object,
						ACCESS_MASK granted),
			       void *context)
{
	uint32_t n = entries_ever();

	for (uint32_t i = 0; i < n; i++) {
		GUISE_AUTO(object_unrefp) struct object *object = NULL;
		ACCESS_MASK granted;
		NTSTATUS status;
		ULONG attributes = 0;

		if (handle_attributes(handle_of(i), &attributes) < 0 ||
		    !(attributes & OBJ_INHERIT) ||
		    any_object(handle_of(i), &object, &granted) < 0)
			continue;
		status = each(context, handle_of(i), object, granted);
		if (status < 0)
			return status;
	}
	return STATUS_SUCCESS;
}
