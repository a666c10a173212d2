/* SPDX-License-Identifier: Apache-2.0 */
/* What every source file of the library starts from. Internal. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <guise/base.h>
#include <guise/limits.h>

#define static_assert _Static_assert

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Our own promises, never input: always compiled, prints, aborts. */
#define must(cond) ((cond) ? (void)0 : must_failed(#cond, __FILE__, __LINE__))
__attribute__((noreturn, cold)) void must_failed(const char *cond,
						 const char *file, int line);

/* Checked arithmetic (C23's stdckdint where the compiler lacks it):
 * true means overflow. */
#define ckd_add(ret, a, b) __builtin_add_overflow((a), (b), (ret))
#define ckd_mul(ret, a, b) __builtin_mul_overflow((a), (b), (ret))
#define ckd_sub(ret, a, b) __builtin_sub_overflow((a), (b), (ret))

/* Shared, immutable objects: count is 1 at birth. */
static inline void refcount_get(atomic_uint *count)
{
	unsigned before =
		atomic_fetch_add_explicit(count, 1, memory_order_relaxed);

	must(before > 0 && before < UINT32_MAX / 2);
}

/* true: this was the last reference, free the object */
static inline bool refcount_put(atomic_uint *count)
{
	unsigned before =
		atomic_fetch_sub_explicit(count, 1, memory_order_acq_rel);

	must(before > 0);
	return before == 1;
}

/* Spares what is written before it is read the zeroing that the compiler is
 * told to add; for large objects where that shows. */
#if __has_attribute(uninitialized)
#define UNINITIALIZED __attribute__((uninitialized))
#else
#define UNINITIALIZED
#endif

static inline void freep(void *pointer)
{
	void *memory;

	memcpy(&memory, pointer, sizeof(memory));
	free(memory);
}

/* An array of @n elements of @size bytes, zeroed; NULL on overflow, too. */
static inline void *array_alloc(size_t n, size_t size)
{
	return calloc(n ? n : 1, size);
}

#include "banned.h"

#endif
