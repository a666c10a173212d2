/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views: sections in this process's address space. Linux keeps the mappings;
 * our list remembers where each view begins and how long it is, which
 * UnmapViewOfFile is not told.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "handle.h"
#include "process.h"
#include "section.h"
#include "user-memory.h"

/* What offsets and addresses are multiples of */
#define GRANULARITY 65536u

/**
 * struct view - one view
 * @section: a reference
 * @lock of the list protects all of it
 */
struct view {
	struct view *next;
	uint8_t *start;
	size_t size;
	struct object *section;
};

static pthread_mutex_t views_lock = PTHREAD_MUTEX_INITIALIZER;
static struct view *views;

/**
 * struct mapping - one view to be made
 * @needed: rights that the handle must have
 * @linux_form, @flags: for mmap
 */
struct mapping {
	HANDLE handle;
	void *address;
	uint64_t offset;
	size_t size;
	ACCESS_MASK needed;
	int linux_form;
	int flags;
};

static const struct {
	DWORD protection;
	ACCESS_MASK needed;
	int linux_form;
	int flags;
} kinds[] = {
	{PAGE_NOACCESS, SECTION_MAP_READ, PROT_NONE, MAP_SHARED},
	{PAGE_READONLY, SECTION_MAP_READ, PROT_READ, MAP_SHARED},
	{PAGE_READWRITE, SECTION_MAP_WRITE, PROT_READ | PROT_WRITE, MAP_SHARED},
	{PAGE_WRITECOPY, SECTION_MAP_READ, PROT_READ | PROT_WRITE, MAP_PRIVATE},
	{PAGE_EXECUTE, SECTION_MAP_EXECUTE, PROT_EXEC, MAP_SHARED},
	{PAGE_EXECUTE_READ, SECTION_MAP_EXECUTE | SECTION_MAP_READ,
	 PROT_READ | PROT_EXEC, MAP_SHARED},
	{PAGE_EXECUTE_READWRITE, SECTION_MAP_EXECUTE | SECTION_MAP_WRITE,
	 PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED},
	{PAGE_EXECUTE_WRITECOPY, SECTION_MAP_EXECUTE | SECTION_MAP_READ,
	 PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE},
};

static NTSTATUS set_kind(DWORD protection, struct mapping *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].protection != protection)
			continue;
		ret->needed = kinds[i].needed;
		ret->linux_form = kinds[i].linux_form;
		ret->flags = kinds[i].flags;
		return STATUS_SUCCESS;
	}
	return STATUS_INVALID_PAGE_PROTECTION;
}

/* Does the section allow such a view at all? */
static bool is_allowed(const struct mapping *mapping, DWORD protection)
{
	bool writes = mapping->flags == MAP_SHARED &&
		      (mapping->linux_form & PROT_WRITE);

	if (writes && protection != PAGE_READWRITE &&
	    protection != PAGE_EXECUTE_READWRITE)
		return false;
	return !(mapping->linux_form & PROT_EXEC) || protection >= PAGE_EXECUTE;
}

static uint64_t whole_pages(uint64_t size)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) & ~(page - 1);
}

/* How much of the section it is: from the offset to the end, if not said */
static NTSTATUS set_size(struct mapping *mapping, uint64_t section_size)
{
	uint64_t left;

	if (mapping->offset % GRANULARITY ||
	    (uintptr_t)mapping->address % GRANULARITY)
		return STATUS_MAPPED_ALIGNMENT;
	if (mapping->offset >= section_size)
		return STATUS_INVALID_VIEW_SIZE;
	left = section_size - mapping->offset;
	if (mapping->size == 0)
		mapping->size = left;
	if (mapping->size > whole_pages(left))
		return STATUS_INVALID_VIEW_SIZE;
	mapping->size = whole_pages(mapping->size);
	return STATUS_SUCCESS;
}

static NTSTATUS add_view(struct mapping *mapping, struct sync *section)
{
	struct view *view = array_alloc(1, sizeof(*view));
	void *at;

	if (!view)
		return STATUS_NO_MEMORY;
	at = mmap(mapping->address, mapping->size, mapping->linux_form,
		  mapping->flags | (mapping->address ? MAP_FIXED_NOREPLACE : 0),
		  section->data_fd, (off_t)mapping->offset);
	if (at == MAP_FAILED) {
		free(view);
		return errno == EEXIST ? STATUS_CONFLICTING_ADDRESSES
				       : status_of(-errno);
	}
	view->start = at;
	view->size = mapping->size;
	view->section = object_ref(&section->object);
	must(pthread_mutex_lock(&views_lock) == 0);
	view->next = views;
	views = view;
	must(pthread_mutex_unlock(&views_lock) == 0);
	mapping->address = at;
	return STATUS_SUCCESS;
}

static NTSTATUS map(struct mapping *mapping)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	struct sync *section;
	NTSTATUS status;

	status = handle_object(mapping->handle, &section_type, mapping->needed,
			       &object, NULL);
	if (status < 0)
		return status;
	section = (struct sync *)object;
	if (!is_allowed(mapping, section->state.protection))
		return STATUS_SECTION_PROTECTION;
	status = set_size(mapping, section->state.size);
	return status < 0 ? status : add_view(mapping, section);
}

/* FILE_MAP_ constants as a protection */
static DWORD protection_of(DWORD access)
{
	bool executes = access & FILE_MAP_EXECUTE;

	if (access & FILE_MAP_WRITE)
		return executes ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
	if (access & FILE_MAP_READ)
		return executes ? PAGE_EXECUTE_READ : PAGE_READONLY;
	if (access & FILE_MAP_COPY)
		return executes ? PAGE_EXECUTE_WRITECOPY : PAGE_WRITECOPY;
	return PAGE_NOACCESS;
}

LPVOID WINAPI MapViewOfFileEx(HANDLE section, DWORD access, DWORD offset_high,
			      DWORD offset_low, SIZE_T size, LPVOID address)
{
	struct mapping mapping = {
		.handle = section,
		.address = address,
		.offset = (uint64_t)offset_high << 32 | offset_low,
		.size = size,
	};
	NTSTATUS status = set_kind(protection_of(access), &mapping);

	if (status >= 0)
		status = map(&mapping);
	return win32_result(status) ? mapping.address : NULL;
}

LPVOID WINAPI MapViewOfFile(HANDLE section, DWORD access, DWORD offset_high,
			    DWORD offset_low, SIZE_T size)
{
	return MapViewOfFileEx(section, access, offset_high, offset_low, size,
			       NULL);
}

/* Views of other processes cannot be made or taken away. */
static NTSTATUS check_process(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = handle_object(handle, &process_type, PROCESS_VM_OPERATION,
			       &object, NULL);
	if (status < 0)
		return status;
	return process_is_own(object) ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

NTSTATUS NTAPI NtMapViewOfSection(HANDLE section, HANDLE process,
				  PVOID *address, ULONG_PTR zero_bits,
				  SIZE_T commit, PLARGE_INTEGER offset,
				  PSIZE_T size, SECTION_INHERIT inherit,
				  ULONG type, ULONG protection)
{
	struct mapping mapping = {.handle = section};
	NTSTATUS status;

	(void)commit; /* all of it always is */
	if (!user_writable(address, sizeof(*address)) ||
	    !user_writable(size, sizeof(*size)) ||
	    (offset && !user_writable(offset, sizeof(*offset))))
		return STATUS_ACCESS_VIOLATION;
	if (zero_bits || (inherit != ViewShare && inherit != ViewUnmap))
		return STATUS_INVALID_PARAMETER;
	if (type & ~(ULONG)(MEM_RESERVE | MEM_TOP_DOWN))
		return STATUS_INVALID_PARAMETER;
	mapping.address = *address;
	mapping.size = *size;
	mapping.offset = offset ? (uint64_t)offset->QuadPart : 0;
	status = set_kind(protection, &mapping);
	if (status >= 0)
		status = check_process(process);
	if (status >= 0)
		status = map(&mapping);
	if (status < 0)
		return status;
	*address = mapping.address;
	*size = mapping.size;
	return STATUS_SUCCESS;
}

static bool lies_in(const struct view *view, const uint8_t *address)
{
	return address >= view->start &&
	       (size_t)(address - view->start) < view->size;
}

/* Takes the view that @address lies in off the list; NULL: there is none */
static struct view *take_view(const uint8_t *address)
{
	struct view *found = NULL;

	must(pthread_mutex_lock(&views_lock) == 0);
	for (struct view **at = &views; *at; at = &(*at)->next) {
		if (!lies_in(*at, address))
			continue;
		found = *at;
		*at = found->next;
		break;
	}
	must(pthread_mutex_unlock(&views_lock) == 0);
	return found;
}

NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE process, PVOID address)
{
	NTSTATUS status = check_process(process);
	struct view *view;

	if (status < 0)
		return status;
	view = take_view(address);
	if (!view)
		return STATUS_NOT_MAPPED_VIEW;
	must(munmap(view->start, view->size) == 0);
	(void)object_unref(view->section);
	free(view);
	return STATUS_SUCCESS;
}

BOOL WINAPI UnmapViewOfFile(LPCVOID address)
{
	return win32_result(NtUnmapViewOfSection(GetCurrentProcess(),
						 (PVOID)(uintptr_t)address));
}

/* Writes the pages from @address on to the file, @size bytes or the rest */
static NTSTATUS flush(const uint8_t *address, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	NTSTATUS status = STATUS_NOT_MAPPED_VIEW;

	must(pthread_mutex_lock(&views_lock) == 0);
	for (struct view *v = views; v; v = v->next) {
		size_t left, before;

		if (!lies_in(v, address))
			continue;
		before = (uintptr_t)address & (page - 1);
		left = v->size - (size_t)(address - v->start);
		size = size == 0 || size > left ? left : size;
		status = msync((void *)((uintptr_t)address - before),
			       size + before, MS_SYNC) < 0
				 ? status_of(-errno)
				 : STATUS_SUCCESS;
		break;
	}
	must(pthread_mutex_unlock(&views_lock) == 0);
	return status;
}

BOOL WINAPI FlushViewOfFile(LPCVOID address, SIZE_T size)
{
	return win32_result(flush(address, size));
}
