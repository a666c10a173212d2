/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VirtualAlloc and its like over mmap. Linux keeps the list of mappings; ours
 * only remembers how large a reservation was, which VirtualFree must know.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "status.h"
#include "user-memory.h"

/**
 * struct region - one reservation
 * @lock of the list protects all of it
 */
struct region {
	struct region *next;
	uint8_t *start;
	size_t size;
};

static pthread_mutex_t regions_lock = PTHREAD_MUTEX_INITIALIZER;
static struct region *regions;

static const struct {
	DWORD windows;
	int linux_form;
} protections[] = {
	{PAGE_NOACCESS, PROT_NONE},
	{PAGE_READONLY, PROT_READ},
	{PAGE_READWRITE, PROT_READ | PROT_WRITE},
	{PAGE_WRITECOPY, PROT_READ | PROT_WRITE},
	{PAGE_EXECUTE, PROT_EXEC},
	{PAGE_EXECUTE_READ, PROT_READ | PROT_EXEC},
	{PAGE_EXECUTE_READWRITE, PROT_READ | PROT_WRITE | PROT_EXEC},
	{PAGE_EXECUTE_WRITECOPY, PROT_READ | PROT_WRITE | PROT_EXEC},
};

static bool protection_of(DWORD windows, int *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(protections); i++) {
		if (protections[i].windows == windows) {
			*ret = protections[i].linux_form;
			return true;
		}
	}
	return false;
}

static size_t whole_pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), all;

	if (ckd_add(&all, size, page - 1))
		return 0;
	return all & ~(page - 1);
}

/* The region that [start, start+size) lies in; the list is locked */
static struct region *region_of(const uint8_t *start, size_t size)
{
	for (struct region *r = regions; r; r = r->next) {
		if (start >= r->start && size <= r->size &&
		    (size_t)(start - r->start) <= r->size - size)
			return r;
	}
	return NULL;
}

static void *reserve(void *wanted, size_t size, int protection)
{
	struct region *region = array_alloc(1, sizeof(*region));
	void *at;

	if (!region)
		return NULL;
	at = mmap(wanted, size, protection,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			  (wanted ? MAP_FIXED_NOREPLACE : 0),
		  -1, 0);
	if (at == MAP_FAILED) {
		free(region);
		return NULL;
	}
	region->start = at;
	region->size = size;
	region->next = regions;
	regions = region;
	return at;
}

static void *commit(uint8_t *start, size_t size, int protection)
{
	if (!region_of(start, size))
		return NULL;
	return mprotect(start, size, protection) == 0 ? start : NULL;
}

LPVOID WINAPI VirtualAlloc(LPVOID address, SIZE_T size, DWORD type,
			   DWORD protect)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uint8_t *start = (uint8_t *)((uintptr_t)address & ~(page - 1));
	size_t all;
	int protection;
	void *at;

	if (ckd_add(&all, size, (uintptr_t)address & (page - 1)) || size == 0 ||
	    !(all = whole_pages(all)) || !protection_of(protect, &protection) ||
	    !(type & (MEM_COMMIT | MEM_RESERVE))) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	must(pthread_mutex_lock(&regions_lock) == 0);
	if ((type & MEM_RESERVE) || !address)
		at = reserve(start, all,
			     type & MEM_COMMIT ? protection : PROT_NONE);
	else
		at = commit(start, all, protection);
	must(pthread_mutex_unlock(&regions_lock) == 0);
	if (!at)
		(void)win32_fail(address ? ERROR_INVALID_ADDRESS
					 : ERROR_NOT_ENOUGH_MEMORY);
	return at;
}

/* The whole of a reservation; the list is locked */
static bool release(const uint8_t *start)
{
	for (struct region **at = &regions; *at; at = &(*at)->next) {
		struct region *region = *at;

		if (region->start != start)
			continue;
		*at = region->next;
		must(munmap(region->start, region->size) == 0);
		free(region);
		return true;
	}
	return false;
}

/* What is decommitted reads as zeros when it is committed again. */
static bool decommit(uint8_t *start, size_t size)
{
	const struct region *region = region_of(start, size);

	if (!region)
		return false;
	if (size == 0)
		size = region->size;
	return mmap(start, size, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		    0) != MAP_FAILED;
}

BOOL WINAPI VirtualFree(LPVOID address, SIZE_T size, DWORD type)
{
	bool fine;

	if ((type != MEM_RELEASE && type != MEM_DECOMMIT) ||
	    (type == MEM_RELEASE && size != 0))
		return win32_fail(ERROR_INVALID_PARAMETER);
	must(pthread_mutex_lock(&regions_lock) == 0);
	fine = type == MEM_RELEASE ? release(address)
				   : decommit(address, whole_pages(size));
	must(pthread_mutex_unlock(&regions_lock) == 0);
	return fine ? TRUE : win32_fail(ERROR_INVALID_ADDRESS);
}

/* What the kernel says of one mapping, or of the gap before the next */
struct mapping {
	uintptr_t start;
	uintptr_t end;
	DWORD protection;
	DWORD type; /* MEM_FREE: a gap */
};

static DWORD protection_of_modes(const char *modes)
{
	int bits = (modes[0] == 'r' ? PROT_READ : 0) |
		   (modes[1] == 'w' ? PROT_WRITE : 0) |
		   (modes[2] == 'x' ? PROT_EXEC : 0);
	DWORD protection = PAGE_READWRITE;

	for (size_t i = ARRAY_SIZE(protections); i-- > 0;) {
		if (protections[i].linux_form == bits)
			protection = protections[i].windows;
	}
	return protection;
}

/* One line of /proc/self/maps: does it hold @wanted, or begin behind it? */
static bool read_mapping(const char *line, uintptr_t wanted,
			 struct mapping *ret)
{
	uintptr_t start, end;
	char modes[5], name[2] = "";

	if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %1s", &start, &end, modes,
		   name) < 3 ||
	    wanted >= end) {
		return false;
	}
	if (wanted < start) {
		*ret = (struct mapping){wanted, start, PAGE_NOACCESS, MEM_FREE};
		return true;
	}
	*ret = (struct mapping){start, end, protection_of_modes(modes),
				MEM_PRIVATE};
	if (modes[3] == 's')
		ret->type = MEM_MAPPED;
	else if (name[0] == '/')
		ret->type = MEM_IMAGE;
	return true;
}

/* False: there is nothing there or behind it */
static bool mapping_at(const void *address, struct mapping *ret)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	bool found = false;

	while (maps && !found && fgets(line, sizeof(line), maps))
		found = read_mapping(line, (uintptr_t)address, ret);
	if (maps)
		(void)fclose(maps); /* only read from */
	return found;
}

/* Without a mapping there is no protection. */
static bool protection_at(const void *address, DWORD *ret)
{
	struct mapping mapping;

	if (!mapping_at(address, &mapping) || mapping.type == MEM_FREE)
		return false;
	*ret = mapping.protection;
	return true;
}

SIZE_T WINAPI VirtualQuery(LPCVOID address, PMEMORY_BASIC_INFORMATION ret,
			   SIZE_T size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = (uintptr_t)address & ~(page - 1);
	struct mapping mapping;
	DWORD error = 0;

	if (size < sizeof(*ret))
		error = ERROR_BAD_LENGTH;
	else if (!user_writable(ret, sizeof(*ret)))
		error = ERROR_NOACCESS;
	else if (!mapping_at((const void *)start, &mapping))
		error = ERROR_INVALID_PARAMETER;
	if (error) {
		(void)win32_fail(error);
		return 0;
	}
	*ret = (MEMORY_BASIC_INFORMATION){
		.BaseAddress = (PVOID)start,
		.RegionSize = mapping.end - start,
		.State = MEM_FREE,
		.Protect = mapping.protection,
	};
	if (mapping.type != MEM_FREE) {
		ret->AllocationBase = (PVOID)mapping.start;
		ret->AllocationProtect = mapping.protection;
		ret->State = MEM_COMMIT;
		ret->Type = mapping.type;
	}
	return sizeof(*ret);
}

BOOL WINAPI VirtualProtect(LPVOID address, SIZE_T size, DWORD protect,
			   PDWORD ret_before)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = (uintptr_t)address & ~(page - 1);
	int protection;
	DWORD before;

	if (!protection_of(protect, &protection))
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (!ret_before)
		return win32_fail(ERROR_NOACCESS);
	if (!protection_at(address, &before) ||
	    mprotect((void *)start,
		     whole_pages((uintptr_t)address - start + size),
		     protection) < 0)
		return win32_fail(ERROR_INVALID_ADDRESS);
	*ret_before = before;
	return TRUE;
}
