/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes of a caller's memory: the kernel is asked to fault the pages in, which
 * fails where a touch would have. The part of the own stack above the current
 * frame is known to be there.
 */
#include <pthread.h>
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
	/* EINVAL: device memory, of which the kernel does not tell */
	fine = madvise((void *)start, end - start, advice) == 0 ||
	       errno == EINVAL;
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
