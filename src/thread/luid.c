/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of tokens and logon sessions: a random number and those after it, so that
 * no two processes and no two boots give the same one, and so that each token
 * that is adjusted does not cost a system call. The next one lies in a page
 * that the kernel empties in a forked child, however it was forked: the child
 * begins somewhere else.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/random.h>

#include <guise/token.h>

#include "base.h"

/* Windows' own sessions are 0x3e3 ... 0x3e7; we stay clear of all small
 * numbers, which look like LUIDs of privileges. */
#define LUID_MIN 0x10000

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* 0: to be chosen. NULL: the kernel has no such pages */
static _Atomic(uint64_t) *next;

static void next_init(void)
{
	void *page = mmap(NULL, sizeof(*next), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, sizeof(*next), MADV_WIPEONFORK) < 0) {
		must(munmap(page, sizeof(*next)) == 0);
		return;
	}
	next = page;
}

static guise_luid luid_random(void)
{
	guise_luid luid;

	do {
		must(getrandom(&luid, sizeof(luid), 0) == sizeof(luid));
	} while (luid < LUID_MIN);
	return luid;
}

guise_luid guise_luid_new(void)
{
	uint64_t luid, seen;

	must(pthread_once(&once, next_init) == 0);
	if (!next)
		return luid_random();
	seen = atomic_load(next);
	do {
		luid = seen < LUID_MIN ? luid_random() : seen;
	} while (!atomic_compare_exchange_weak(next, &seen, luid + 1));
	return luid;
}
