/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes of a caller's memory: the kernel is asked to fault the pages in, which
 * fails where a touch would have. It says the same of memory that may not be
 * touched so and of devices' memory; then its list of mappings is asked. The
 * part of the own stack above the current frame is known to be there.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user-memory.h"

/* Windows keeps the first 64 KiB empty, Linux likewise (mmap_min_addr). */
#define LOWEST_ADDRESS 0x10000

/* End of this thread's stack; 0: not asked yet. */
static _Thread_local uintptr_t stack_end;

static uintptr_t find_stack_end(void)
{
	pthread_attr_t attributes;
	void *start;
	size_t size;
	uintptr_t end = 1; /* asked; nothing is known */

	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return end;
	if (pthread_attr_getstack(&attributes, &start, &size) == 0)
		end = (uintptr_t)start + size;
	(void)pthread_attr_destroy(&attributes); /* cannot fail */
	return end;
}

static bool is_own_stack(uintptr_t start, uintptr_t end)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

	if (stack_end == 0)
		stack_end = find_stack_end();
	return start >= here && end <= stack_end;
}

/* Do mappings that may be read, or written, cover all of it? Also where the
 * kernel is too old to be asked otherwise. */
static bool is_mapped(uintptr_t start, uintptr_t end, bool write)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uintptr_t from, to;
	char may[5];

	/* they come in order, and the rest of each line does not matter */
	while (maps && start < end &&
	       fscanf(maps, "%" SCNxPTR "-%" SCNxPTR " %4s%*[^\n]", &from, &to,
		      may) == 3) {
		if (from > start)
			break;
		if (to > start && may[write] == (write ? 'w' : 'r'))
			start = to;
	}
	if (maps)
		(void)fclose(maps); /* was only read */
	return start >= end;
}

static bool populates(const void *memory, size_t size, int advice)
{
	uintptr_t start = (uintptr_t)memory, end, page;
	int saved = errno;
	bool fine;

	if (size == 0)
		return true;
	if (start < LOWEST_ADDRESS || ckd_add(&end, start, size))
		return false;
	if (is_own_stack(start, end))
		return true;
	page = (uintptr_t)sysconf(_SC_PAGESIZE);
	if (end > UINTPTR_MAX - page)
		return false;
	start &= ~(page - 1);
	end = (end + page - 1) & ~(page - 1);
	fine = madvise((void *)start, end - start, advice) == 0;
	if (!fine && errno == EINVAL)
		fine = is_mapped(start, end, advice == MADV_POPULATE_WRITE);
	errno = saved;
	return fine;
}

bool user_readable(const void *memory, size_t size)
{
	return populates(memory, size, MADV_POPULATE_READ);
}

bool user_writable(void *memory, size_t size)
{
	return populates(memory, size, MADV_POPULATE_WRITE);
}
