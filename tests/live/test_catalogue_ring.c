/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An identity that is unregistered while requests under it are on their way:
 * docs/threat-model.md, "The catalogue of accidents". A request is the client
 * it was made for, or dead; never the service, never the next client.
 */
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "file-ring-fixture.h"

struct eviction {
	struct fixture f;
	atomic_int id; /* alice's, alive or just dead */
	atomic_bool stop;
	unsigned long granted, refused, dead;
};

static int published(void *context, const struct guise_token *token)
{
	struct eviction *e = context;

	(void)token;
	return atomic_load(&e->id);
}

static void ignore(void *context, const struct guise_token *token)
{
	(void)context;
	(void)token;
}

static int ask(struct eviction *e, const char *name)
{
	int fd = -1, r;

	r = file_ring_open(e->f.ring, e->f.alice, e->f.dir, name, &read_how,
			   &fd);
	if (r == 0)
		LIVE_CHECK(close(fd) == 0);
	return r;
}

static void *keep_asking(void *context)
{
	struct eviction *e = context;

	while (!atomic_load(&e->stop)) {
		int hers = ask(e, "alices"), his = ask(e, "bobs");
		int roots = ask(e, "roots");

		LIVE_CHECK(hers == 0 || hers == GUISE_E_NO_SUCH_LOGON_SESSION);
		LIVE_CHECK(his == -EACCES ||
			   his == GUISE_E_NO_SUCH_LOGON_SESSION);
		LIVE_CHECK(roots == -EACCES ||
			   roots == GUISE_E_NO_SUCH_LOGON_SESSION);
		e->granted += hers == 0;
		e->refused += his == -EACCES;
		e->dead += hers == GUISE_E_NO_SUCH_LOGON_SESSION;
	}
	return NULL;
}

/* Alice leaves, bob comes, alice comes back: over and over. */
static void come_and_go(struct eviction *e)
{
	struct timespec start, t;

	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		int bob;

		file_ring_unregister(e->f.fd, atomic_load(&e->id));
		bob = register_id(&e->f, BOB, -EBADF);
		atomic_store(&e->id, register_id(&e->f, ALICE, -EBADF));
		(void)usleep(100);
		file_ring_unregister(e->f.fd, bob);
		(void)clock_gettime(CLOCK_MONOTONIC, &t);
	} while (t.tv_sec - start.tv_sec < 2);
}

static void evicted_in_flight(void)
{
	static struct eviction e;
	const struct file_ring_hooks hooks = {published, ignore, &e};
	pthread_t thread;

	set_up(&e.f);
	live_file(e.f.dir, "roots", 0, 0, 0600);
	e.f.ring = file_ring_free(e.f.ring);
	LIVE_CHECK(file_ring_new(e.f.fd, &e.f.params, &hooks, &e.f.ring) == 0);
	atomic_store(&e.id, register_id(&e.f, ALICE, -EBADF));
	LIVE_CHECK(pthread_create(&thread, NULL, keep_asking, &e) == 0);
	come_and_go(&e);
	atomic_store(&e.stop, true);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(e.granted > 100 && e.refused > 100 && e.dead > 10);
	tear_down(&e.f);
}

static void a_request_in_flight_is_its_client_or_dead(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, evicted_in_flight);
}

/* A kernel thread that polls a ring acts for whoever made it. Linked, drained
 * and asynchronous requests are refused by the ring itself: file-ring. */
static void unpolled(void)
{
	struct fixture f;

	set_up(&f);
	LIVE_CHECK((f.params.flags & IORING_SETUP_SQPOLL) == 0);
	LIVE_CHECK((f.params.flags & IORING_SETUP_SQ_AFF) == 0);
	LIVE_CHECK((f.params.flags & IORING_SETUP_ATTACH_WQ) == 0);
	tear_down(&f);
}

static void no_kernel_thread_polls_our_rings(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, unpolled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_kernel_thread_polls_our_rings),
		cmocka_unit_test(a_request_in_flight_is_its_client_or_dead),
	};

	require_ring();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
