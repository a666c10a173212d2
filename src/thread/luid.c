/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of tokens and logon sessions: random, so that no two processes and no two
 * boots give the same one, and nobody guesses another's. They are fetched by
 * the page: a token that is adjusted should not cost a system call. The kernel
 * empties that page in a forked child, however it was forked, and with it the
 * lock, which a thread that is not there may have held.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/random.h>

#include <guise/token.h>

#include "base.h"

/* Windows' own sessions are 0x3e3 ... 0x3e7; we stay clear of all small
 * numbers, which look like LUIDs of privileges. */
#define LUID_MIN 0x10000

/* All zero it is empty, and its lock is PTHREAD_MUTEX_INITIALIZER. */
struct stock {
	pthread_mutex_t lock; /* of the members below; innermost */
	unsigned n;
	guise_luid luids[500];
};
static_assert(sizeof(struct stock) <= 4096, "one page");

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct stock *stock; /* NULL: the kernel has no such pages */

static void stock_init(void)
{
	void *page = mmap(NULL, sizeof(*stock), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, sizeof(*stock), MADV_WIPEONFORK) < 0) {
		must(munmap(page, sizeof(*stock)) == 0);
		return;
	}
	stock = page;
}

static void fetch(guise_luid *luids, size_t n)
{
	uint8_t *at = (uint8_t *)luids;
	size_t left = n * sizeof(*luids);

	while (left > 0) { /* more than 256 bytes may come in parts */
		ssize_t got = getrandom(at, left, 0);

		must(got > 0 || errno == EINTR);
		if (got > 0) {
			at += got;
			left -= (size_t)got;
		}
	}
}

/* Fetching is a cancellation point: nobody ends with the lock held. */
static void fill(struct stock *s)
{
	int cancellation;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
	fetch(s->luids, ARRAY_SIZE(s->luids));
	s->n = ARRAY_SIZE(s->luids);
	(void)pthread_setcancelstate(cancellation, NULL);
}

static guise_luid take(struct stock *s)
{
	guise_luid luid;

	must(pthread_mutex_lock(&s->lock) == 0);
	if (s->n == 0)
		fill(s);
	luid = s->luids[--s->n];
	s->luids[s->n] = 0;
	must(pthread_mutex_unlock(&s->lock) == 0);
	return luid;
}

guise_luid guise_luid_new(void)
{
	guise_luid luid;

	must(pthread_once(&once, stock_init) == 0);
	do {
		if (stock)
			luid = take(stock);
		else
			fetch(&luid, 1);
	} while (luid < LUID_MIN);
	return luid;
}
