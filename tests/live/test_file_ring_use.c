/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Living with a ring: interruption, cancellation, tokens that come, go and are
 * forgotten, in the engine of a process that registers them itself.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include "file-ring-fixture.h"

static atomic_ulong interrupted;

static void on_alarm(int number)
{
	(void)number;
	atomic_fetch_add(&interrupted, 1);
}

/* Each answer belongs to its question, whatever interrupts the waiting. */
static void signals_do_not_disturb(void)
{
	const struct itimerval often = {{0, 150}, {0, 150}}, never = {{0}, {0}};
	struct sigaction action = {.sa_handler = on_alarm};
	struct fixture f;

	set_up(&f);
	f.id = register_id(&f, ALICE, -EBADF);
	LIVE_CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	LIVE_CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
	for (int i = 0; i < 3000; i++) {
		LIVE_CHECK(file_ring_mkdir(f.ring, f.alice, f.dir, "d", 0777) ==
			   0);
		LIVE_CHECK(file_ring_mkdir(f.ring, f.alice, f.dir, "d", 0777) ==
			   -EEXIST);
		LIVE_CHECK(open_on(&f, "bobs") == -EACCES);
		LIVE_CHECK(file_ring_unlink(f.ring, f.alice, f.dir, "d",
					    AT_REMOVEDIR) == 0);
		LIVE_CHECK(file_ring_unlink(f.ring, f.alice, f.dir, "d",
					    AT_REMOVEDIR) == -ENOENT);
	}
	LIVE_CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
	LIVE_CHECK(atomic_load(&interrupted) > 20);
	tear_down(&f);
}

struct busy {
	struct guise_engine *engine;
	const struct guise_token *token;
	int dir;
	atomic_ulong rounds;
};

/* Nothing in it but the operations may be a cancellation point. */
static void be_busy_once(struct busy *b)
{
	static const char *const names[] = {"alices", "bobs", "world", "none"};
	struct guise_temp temp = {.fd = -1};
	struct stat stats[4];
	int results[4];

	LIVE_CHECK(guise_file_mkdir(b->engine, b->token, b->dir, "d", 0777) ==
		   0);
	LIVE_CHECK(guise_file_unlink(b->engine, b->token, b->dir, "d", true) ==
		   0);
	LIVE_CHECK(guise_file_stat_many(b->engine, b->token, b->dir, names, 4,
					stats, results) == 0);
	LIVE_CHECK(guise_temp_create(b->engine, b->token, b->dir, "alices",
				     false, 0, &temp) == 0);
	LIVE_CHECK(syscall(SYS_close, temp.fd) == 0);
	guise_temp_abort(b->engine, b->token, &temp);
}

static void *be_busy(void *context)
{
	struct busy *b = context;

	for (;;) {
		be_busy_once(b);
		atomic_fetch_add(&b->rounds, 1);
		pthread_testcancel();
	}
	return NULL;
}

static int must_not_be(void *context, const char *name, unsigned type)
{
	(void)context;
	(void)type;
	LIVE_CHECK(strncmp(name, GUISE_TEMP_PREFIX,
			   strlen(GUISE_TEMP_PREFIX)) != 0);
	return 0;
}

/* A cancelled thread leaves nothing behind: no request, name or descriptor. */
static void cancellation_waits_for_the_answer(void)
{
	_Alignas(8) char buffer[4096];
	struct busy b = {.rounds = 0};
	struct fixture f;

	set_up(&f);
	b.token = f.alice;
	b.dir = f.dir;
	LIVE_CHECK(guise_engine_new_ring(FILE_LIVE_SERVICE, FILE_LIVE_SERVICE,
					 &b.engine) == 0);
	for (int i = 0; i < 200; i++) {
		unsigned long before = atomic_load(&b.rounds);
		pthread_t thread;
		void *end = NULL;

		LIVE_CHECK(pthread_create(&thread, NULL, be_busy, &b) == 0);
		while (atomic_load(&b.rounds) == before)
			(void)usleep(20 + (useconds_t)i);
		LIVE_CHECK(pthread_cancel(thread) == 0);
		LIVE_CHECK(pthread_join(thread, &end) == 0);
		LIVE_CHECK(end == PTHREAD_CANCELED);
		LIVE_CHECK(guise_file_unlink(b.engine, f.alice, f.dir, "d",
					     true) == -ENOENT);
		LIVE_CHECK(file_live_n_open(f.path) == 0);
		LIVE_CHECK(file_each_entry(f.dir, buffer, sizeof(buffer),
					   must_not_be, NULL) == 0);
	}
	(void)guise_engine_free(b.engine);
	tear_down(&f);
}

static const struct guise_token *token_with_id(guise_luid id)
{
	const struct guise_token *plain = live_token(ALICE, ALICE), *token;
	struct guise_token_builder *b = NULL;

	LIVE_CHECK(guise_token_builder_from(plain, &b) == 0);
	guise_token_builder_ids(b, id, 0, 0);
	LIVE_CHECK(guise_token_builder_seal(b, &token) == 0);
	(void)guise_token_builder_free(b);
	(void)guise_token_unref(plain);
	return token;
}

/* The other ring of this process: an engine's */
static int engines_ring(const struct fixture *f)
{
	int found = -1;

	for (int fd = 0; fd < 64; fd++) {
		char path[64], what[64] = {0};

		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, what, sizeof(what) - 1) > 0 &&
		    strcmp(what, "anon_inode:[io_uring]") == 0 && fd != f->fd)
			found = fd;
	}
	LIVE_CHECK(found >= 0);
	return found;
}

/* How many personalities the kernel holds in it: counted by removing them. */
static unsigned n_registered(int ring_fd)
{
	unsigned n = 0;

	for (unsigned id = 1; id < 10000; id++)
		n += syscall(SYS_io_uring_register, ring_fd,
			     IORING_UNREGISTER_PERSONALITY, NULL, id) == 0;
	return n;
}

static void tokens_come_and_go(void)
{
	enum { N = 4200 };
	static const struct guise_token *tokens[N];
	struct guise_engine *engine = NULL;
	struct fixture f;
	int fd;

	set_up(&f);
	LIVE_CHECK(guise_engine_new_ring(FILE_LIVE_SERVICE, FILE_LIVE_SERVICE,
					 &engine) == 0);
	for (int i = 0; i < N; i++)
		tokens[i] = live_token(LIVE_ID + 1000 + (uint32_t)i,
				       i % 2 ? ALICE : BOB);
	LIVE_CHECK(fchownat(f.dir, "alices", 0, ALICE, 0) == 0);
	LIVE_CHECK(fchmodat(f.dir, "alices", 0040, 0) == 0);
	for (int round = 0; round < 2; round++) { /* more than it holds */
		for (int i = 0; i < N; i++) {
			int r = guise_file_open(engine, tokens[i], f.dir,
						"alices", O_RDONLY, 0, 0, &fd);

			LIVE_CHECK(r == (i % 2 ? 0 : -EACCES));
			if (r == 0)
				LIVE_CHECK(close(fd) == 0);
		}
	}
	for (int i = 0; i < N; i++) {
		if (i < N - 10)
			guise_engine_forget(engine, tokens[i]);
		(void)guise_token_unref(tokens[i]);
	}
	/* what was evicted or forgotten is gone from the kernel, too */
	LIVE_CHECK(n_registered(engines_ring(&f)) == 10);
	(void)guise_engine_free(engine);
	tear_down(&f);
}

static void forgetting_reaches_every_copy(void)
{
	const struct guise_token *one = token_with_id(77),
				 *copy = token_with_id(77),
				 *other = token_with_id(78);
	struct guise_engine *engine = NULL;
	struct fixture f;
	int fd;

	set_up(&f);
	LIVE_CHECK(guise_engine_new_ring(FILE_LIVE_SERVICE, FILE_LIVE_SERVICE,
					 &engine) == 0);
	LIVE_CHECK(guise_file_open(engine, one, f.dir, "alices", O_RDONLY, 0, 0,
				   &fd) == 0);
	LIVE_CHECK(close(fd) == 0);
	LIVE_CHECK(guise_file_open(engine, other, f.dir, "alices", O_RDONLY, 0,
				   0, &fd) == 0);
	LIVE_CHECK(close(fd) == 0);
	guise_engine_forget(engine, copy);
	guise_engine_forget(engine, copy);
	LIVE_CHECK(n_registered(engines_ring(&f)) == 1); /* and now none */
	LIVE_CHECK(guise_file_open(engine, other, f.dir, "alices", O_RDONLY, 0,
				   0, &fd) == GUISE_E_NO_SUCH_LOGON_SESSION);
	/* forgotten is not forbidden: a new use registers anew */
	LIVE_CHECK(guise_file_open(engine, one, f.dir, "alices", O_RDONLY, 0, 0,
				   &fd) == 0);
	LIVE_CHECK(close(fd) == 0);
	(void)guise_engine_free(engine);
	(void)guise_token_unref(one);
	(void)guise_token_unref(copy);
	(void)guise_token_unref(other);
	tear_down(&f);
}

static void nobody_registers_inside_a_scope(void)
{
	const struct guise_token *bob = live_token(BOB, BOB);
	struct guise_engine *engine = NULL;
	struct fixture f;
	int fd = -1;

	set_up(&f);
	LIVE_CHECK(guise_engine_new_ring(FILE_LIVE_SERVICE, FILE_LIVE_SERVICE,
					 &engine) == 0);
	LIVE_CHECK(guise_file_open(engine, f.alice, f.dir, "alices", O_RDONLY,
				   0, 0, &fd) == 0);
	LIVE_CHECK(close(fd) == 0);
	fd = -1;
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, bob) == 0);
		LIVE_CHECK(guise_file_open(engine, bob, f.dir, "bobs", O_RDONLY,
					   0, 0, &fd) == -EBUSY);
		/* a registered one is itself wherever it is used */
		LIVE_CHECK(guise_file_open(engine, f.alice, f.dir, "bobs",
					   O_RDONLY, 0, 0, &fd) == -EACCES);
		LIVE_CHECK(fd == -1);
		LIVE_CHECK(guise_file_open(engine, f.alice, f.dir, "alices",
					   O_RDONLY, 0, 0, &fd) == 0);
	}
	LIVE_CHECK(close(fd) == 0);
	(void)guise_engine_free(engine);
	(void)guise_token_unref(bob);
	tear_down(&f);
}

static void an_engine_wants_unprivileged_ids(void)
{
	struct guise_engine *engine = NULL;

	LIVE_CHECK(guise_engine_new_ring(0, 1, &engine) == -EINVAL);
	LIVE_CHECK(guise_engine_new_ring(1, 0, &engine) == -EINVAL);
	LIVE_CHECK(guise_engine_new_ring(UINT32_MAX, 1, &engine) == -EINVAL);
	LIVE_CHECK(guise_engine_new_ring(1, UINT32_MAX, &engine) == -EINVAL);
	LIVE_CHECK(guise_engine_new_ring(1, 1, NULL) == -EINVAL);
	LIVE_CHECK(engine == NULL);
}

DONE(signals_do_not_disturb)
DONE(cancellation_waits_for_the_answer)
DONE(tokens_come_and_go)
DONE(forgetting_reaches_every_copy)
DONE(an_engine_wants_unprivileged_ids)
DONE(nobody_registers_inside_a_scope)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signals_do_not_disturb),
		TEST(cancellation_waits_for_the_answer),
		TEST(tokens_come_and_go),
		TEST(forgetting_reaches_every_copy),
		TEST(an_engine_wants_unprivileged_ids),
		TEST(nobody_registers_inside_a_scope),
	};

	require_ring();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
