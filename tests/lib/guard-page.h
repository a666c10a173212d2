/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that ends at an unreadable page: a parser that reads one byte too
 * many dies at once. Place, parse, place the next input; one area serves many.
 */
#ifndef TESTS_GUARD_PAGE_H
#define TESTS_GUARD_PAGE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct guard_page {
	uint8_t *area;
	size_t size; /* readable bytes; the page after them is not */
	size_t page;
};

static inline struct guard_page guard_page_new(size_t max_size)
{
	struct guard_page guard = {.page = (size_t)sysconf(_SC_PAGESIZE)};

	guard.size = (max_size / guard.page + 1) * guard.page;
	guard.area = mmap(NULL, guard.size + guard.page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guard.area == MAP_FAILED ||
	    mprotect(guard.area + guard.size, guard.page, PROT_NONE) < 0) {
		perror("guard page");
		abort();
	}
	return guard;
}

/* A copy of @data that ends where reading ends; valid until the next one. */
static inline uint8_t *guard_page_place(struct guard_page *guard,
					const void *data, size_t size)
{
	uint8_t *at;

	if (size > guard->size)
		abort();
	at = guard->area + guard->size - size;
	if (size > 0)
		memcpy(at, data, size);
	return at;
}

static inline void guard_page_free(struct guard_page *guard)
{
	munmap(guard->area, guard->size + guard->page);
}

#endif
