/* SPDX-License-Identifier: Apache-2.0 */
/* A bare ring, with hooks that answer what they are told, and a directory with
 * files of alice, bob and everyone. Include system headers first. */
#ifndef TESTS_FILE_RING_FIXTURE_H
#define TESTS_FILE_RING_FIXTURE_H

#include "cmocka-wrap.h"
#include "file-live.h"

#include "file-internal.h"

static const struct open_how read_how = {
	.flags = O_RDONLY | O_CLOEXEC,
	.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
};

/* A ring whose hooks give a number told to them. */
struct fixture {
	int fd;
	struct io_uring_params params;
	struct file_ring *ring;
	int dir;
	char path[64];
	int id; /* what the hook answers */
	unsigned died;
	const struct guise_token *alice;
};

static inline int told(void *context, const struct guise_token *token)
{
	const struct fixture *f = context;

	(void)token;
	return f->id;
}

static inline void count_dead(void *context, const struct guise_token *token)
{
	struct fixture *f = context;

	LIVE_CHECK(token == f->alice);
	f->died++;
}

static inline void set_up(struct fixture *f)
{
	const struct file_ring_hooks hooks = {told, count_dead, f};

	*f = (struct fixture){.fd = -1};
	f->dir = live_directory(f->path);
	LIVE_CHECK(fchmod(f->dir, 0777) == 0);
	live_file(f->dir, "alices", ALICE, ALICE, 0600);
	live_file(f->dir, "bobs", BOB, BOB, 0600);
	live_file(f->dir, "world", 0, 0, 0644);
	f->alice = live_token(ALICE, ALICE);
	LIVE_CHECK(file_ring_setup(8, &f->fd, &f->params) == 0);
	LIVE_CHECK(fcntl(f->fd, F_GETFD) == FD_CLOEXEC);
	LIVE_CHECK(file_ring_new(f->fd, &f->params, &hooks, &f->ring) == 0);
}

static inline void tear_down(struct fixture *f)
{
	f->ring = file_ring_free(f->ring);
	(void)close(f->fd);
	(void)guise_token_unref(f->alice);
	live_cleanup(f->dir, f->path);
}

static inline int register_id(struct fixture *f, uint32_t uid, int landlock_fd)
{
	const struct kcred kcred = {.uid = uid, .gid = uid};
	int id = file_ring_register(f->fd, &kcred, FILE_LIVE_SERVICE,
				    FILE_LIVE_SERVICE, landlock_fd);

	LIVE_CHECK(id > 0);
	return id;
}

static inline int open_on(struct fixture *f, const char *name)
{
	int fd = -1, r;

	r = file_ring_open(f->ring, f->alice, f->dir, name, &read_how, &fd);
	if (r < 0) {
		LIVE_CHECK(fd == -1);
		return r;
	}
	LIVE_CHECK(close(fd) == 0);
	return 0;
}

/* Each runs in a child of its own */
#define DONE(scenario)                                                         \
	static void test_##scenario(void **state)                              \
	{                                                                      \
		(void)state;                                                   \
		live_expect(LIVE_DONE, scenario);                              \
	}
#define ABORTED(scenario)                                                      \
	static void test_##scenario(void **state)                              \
	{                                                                      \
		(void)state;                                                   \
		live_expect(LIVE_ABORTED, scenario);                           \
	}
#define TEST(scenario)                                                         \
	{                                                                      \
#scenario, test_##scenario, NULL, NULL, NULL                   \
	}

/* Exits 77 where there is no io_uring for us. */
static inline void require_ring(void)
{
	struct io_uring_params params;
	int fd = -1, r;

	live_require_root();
	r = file_ring_setup(4, &fd, &params);
	if (r < 0) {
		printf("skipped: no io_uring here: %s\n", guise_strerror(r));
		exit(77);
	}
	(void)close(fd);
}

#endif
