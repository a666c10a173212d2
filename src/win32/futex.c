/* SPDX-License-Identifier: Apache-2.0 */
/* Sleeping on one or several futexes (futex(2), futex_waitv of Linux 5.16). */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "futex.h"

#define NS_PER_S INT64_C(1000000000)
/* How long a sleep on several lasts where the kernel can only do one. */
#define SLICE_NS INT64_C(2000000)

int64_t futex_now(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static const struct timespec *timespec_of(int64_t ns, struct timespec *ret)
{
	if (ns == FUTEX_FOREVER)
		return NULL;
	ret->tv_sec = ns / NS_PER_S;
	ret->tv_nsec = ns % NS_PER_S;
	return ret;
}

void futex_wake(const void *futex, bool shared)
{
	(void)syscall(SYS_futex, futex,
		      FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG), INT32_MAX,
		      NULL, NULL, 0);
}

static long wait_one(const struct wait_word *word, int64_t deadline_ns)
{
	struct timespec deadline;

	return syscall(SYS_futex, word->futex,
		       FUTEX_WAIT_BITSET |
			       (word->shared ? 0 : FUTEX_PRIVATE_FLAG),
		       word->value, timespec_of(deadline_ns, &deadline), NULL,
		       FUTEX_BITSET_MATCH_ANY);
}

static long wait_many(const struct wait_word *words, size_t n,
		      int64_t deadline_ns)
{
	struct futex_waitv waiters[MAXIMUM_WAIT_OBJECTS] = {0};
	struct timespec deadline;

	for (size_t i = 0; i < n; i++) {
		waiters[i].val = words[i].value;
		waiters[i].uaddr = (uintptr_t)words[i].futex;
		waiters[i].flags =
			FUTEX_32 | (words[i].shared ? 0 : FUTEX_PRIVATE_FLAG);
	}
	return syscall(SYS_futex_waitv, waiters, n, 0,
		       timespec_of(deadline_ns, &deadline), CLOCK_MONOTONIC);
}

/* A short sleep on the first alone, for kernels without futex_waitv */
static long wait_slice(const struct wait_word *words, int64_t deadline_ns)
{
	int64_t until = futex_now() + SLICE_NS;

	if (until >= deadline_ns)
		return wait_one(words, deadline_ns);
	(void)wait_one(words, until); /* look again, whatever it says */
	return 0;
}

NTSTATUS futex_wait(const struct wait_word *words, size_t n,
		    int64_t deadline_ns)
{
	long r;

	if (n == 1) {
		r = wait_one(words, deadline_ns);
	} else {
		r = wait_many(words, n, deadline_ns);
		if (r < 0 && errno == ENOSYS)
			r = wait_slice(words, deadline_ns);
	}
	if (r >= 0 || errno == EAGAIN || errno == EINTR)
		return STATUS_SUCCESS;
	return errno == ETIMEDOUT ? STATUS_TIMEOUT : STATUS_INVALID_HANDLE;
}
