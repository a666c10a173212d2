/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring itself: what a restricted ring refuses, that nothing runs without a
 * personality, dead and forgotten identities, confinement, another process's
 * use of it, interruption.
 */
#include <linux/landlock.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <liburing.h>

#include "cmocka-wrap.h"
#include "file-live.h"

#include "engine.h"

/* Rights of Landlock ABI 3 */
#define LANDLOCK_FS_ALL ((1ULL << 15) - 1)

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

static int told(void *context, const struct guise_token *token)
{
	const struct fixture *f = context;

	(void)token;
	return f->id;
}

static void count_dead(void *context, const struct guise_token *token)
{
	struct fixture *f = context;

	LIVE_CHECK(token == f->alice);
	f->died++;
}

static void set_up(struct fixture *f)
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

static void tear_down(struct fixture *f)
{
	f->ring = file_ring_free(f->ring);
	(void)close(f->fd);
	(void)guise_token_unref(f->alice);
	live_cleanup(f->dir, f->path);
}

static int register_id(struct fixture *f, uint32_t uid, int landlock_fd)
{
	const struct kcred kcred = {.uid = uid, .gid = uid};
	int id = file_ring_register(f->fd, &kcred, FILE_LIVE_SERVICE,
				    FILE_LIVE_SERVICE, landlock_fd);

	LIVE_CHECK(id > 0);
	return id;
}

static int open_on(struct fixture *f, const char *name)
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

/* A second mapping by liburing, to send what the file layer never would. */
struct raw {
	struct io_uring ring;
	struct io_uring_params params;
};

static void raw_map(struct fixture *f, struct raw *raw)
{
	raw->params = f->params;
	memset(&raw->ring, 0, sizeof(raw->ring));
	LIVE_CHECK(io_uring_queue_mmap(f->fd, &raw->params, &raw->ring) == 0);
	for (unsigned i = 0; i < raw->params.sq_entries; i++)
		raw->ring.sq.array[i] = i;
}

static int raw_result(struct raw *raw)
{
	struct io_uring_cqe *cqe = NULL;
	int result;

	LIVE_CHECK(io_uring_submit_and_wait(&raw->ring, 1) >= 0);
	LIVE_CHECK(io_uring_wait_cqe(&raw->ring, &cqe) == 0);
	result = cqe->res;
	io_uring_cqe_seen(&raw->ring, cqe);
	return result;
}

static int raw_op(struct raw *raw, struct fixture *f, unsigned op, int id)
{
	static char buffer[256];
	struct io_uring_sqe *sqe = io_uring_get_sqe(&raw->ring);

	LIVE_CHECK(sqe != NULL);
	io_uring_prep_rw((int)op, sqe, f->dir, buffer, 1, 0);
	sqe->personality = (uint16_t)id;
	return raw_result(raw);
}

static void only_four_operations_pass(void)
{
	struct fixture f;
	struct raw raw;
	int id;

	set_up(&f);
	id = register_id(&f, ALICE, -EBADF);
	raw_map(&f, &raw);
	for (unsigned op = 0; op < IORING_OP_LAST; op++) {
		if (op == IORING_OP_OPENAT2 || op == IORING_OP_RENAMEAT ||
		    op == IORING_OP_UNLINKAT || op == IORING_OP_MKDIRAT)
			continue;
		LIVE_CHECK(raw_op(&raw, &f, op, id) == -EACCES);
		LIVE_CHECK(raw_op(&raw, &f, op, 0) == -EACCES);
	}
	tear_down(&f);
}

static int raw_open(struct raw *raw, struct fixture *f, const char *name,
		    int id, unsigned flags)
{
	struct open_how how = read_how;
	struct io_uring_sqe *sqe = io_uring_get_sqe(&raw->ring);

	io_uring_prep_openat2(sqe, f->dir, name, &how);
	sqe->personality = (uint16_t)id;
	sqe->flags = (uint8_t)flags;
	return raw_result(raw);
}

static void links_and_asynchrony_do_not_pass(void)
{
	static const unsigned flags[] = {
		IOSQE_FIXED_FILE,	IOSQE_IO_DRAIN, IOSQE_IO_LINK,
		IOSQE_IO_HARDLINK,	IOSQE_ASYNC,	IOSQE_BUFFER_SELECT,
		IOSQE_CQE_SKIP_SUCCESS,
	};
	struct fixture f;
	struct raw raw;
	int id, fd;

	set_up(&f);
	id = register_id(&f, ALICE, -EBADF);
	raw_map(&f, &raw);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		LIVE_CHECK(raw_open(&raw, &f, "alices", id, flags[i]) < 0);
	fd = raw_open(&raw, &f, "alices", id, 0);
	LIVE_CHECK(fd >= 0 && close(fd) == 0);
	tear_down(&f);
}

static void nothing_else_can_be_registered(void)
{
	static char memory[4096];
	struct iovec iov = {memory, sizeof(memory)};
	struct io_uring_restriction more = {
		.opcode = IORING_RESTRICTION_SQE_OP,
		.sqe_op = IORING_OP_READ,
	};
	struct fixture f;
	int none = -1;

	set_up(&f);
	LIVE_CHECK(syscall(SYS_io_uring_register, f.fd, IORING_REGISTER_BUFFERS,
			   &iov, 1) < 0 &&
		   errno == EACCES);
	LIVE_CHECK(syscall(SYS_io_uring_register, f.fd, IORING_REGISTER_FILES,
			   &none, 1) < 0 &&
		   errno == EACCES);
	LIVE_CHECK(syscall(SYS_io_uring_register, f.fd,
			   IORING_REGISTER_RESTRICTIONS, &more, 1) < 0);
	LIVE_CHECK(syscall(SYS_io_uring_register, f.fd,
			   IORING_REGISTER_ENABLE_RINGS, NULL, 0) < 0);
	tear_down(&f);
}

static void a_request_without_a_personality_ends_the_process(void)
{
	struct fixture f;

	set_up(&f);
	f.id = 0;
	(void)open_on(&f, "world");
}

static void a_personality_that_does_not_fit_ends_the_process(void)
{
	struct fixture f;

	set_up(&f);
	f.id = 65536 + register_id(&f, ALICE, -EBADF); /* not to be cut off */
	(void)open_on(&f, "world");
}

static void a_hooks_refusal_is_passed_on(void)
{
	struct fixture f;

	set_up(&f);
	f.id = GUISE_E_CEILING;
	LIVE_CHECK(open_on(&f, "world") == GUISE_E_CEILING);
	LIVE_CHECK(f.died == 0);
	tear_down(&f);
}

static void an_unknown_identity_is_dead(void)
{
	const char *names[100];
	struct stat stats[100];
	int results[100];
	struct fixture f;

	set_up(&f);
	f.id = 1234;
	LIVE_CHECK(open_on(&f, "world") == GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(f.died == 1);
	LIVE_CHECK(file_ring_mkdir(f.ring, f.alice, f.dir, "d", 0777) ==
		   GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(file_ring_unlink(f.ring, f.alice, f.dir, "world", 0) ==
		   GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(file_ring_rename(f.ring, f.alice, f.dir, "world", f.dir, "w",
				    0) == GUISE_E_NO_SUCH_LOGON_SESSION);
	for (int i = 0; i < 100; i++)
		names[i] = "world";
	LIVE_CHECK(file_ring_stat_many(f.ring, f.alice, f.dir, names, 100,
				       stats, results) ==
		   GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(f.died == 5);
	/* and the ring is in order */
	f.id = register_id(&f, ALICE, -EBADF);
	LIVE_CHECK(open_on(&f, "alices") == 0);
	LIVE_CHECK(open_on(&f, "bobs") == -EACCES);
	LIVE_CHECK(file_ring_stat_many(f.ring, f.alice, f.dir, names, 100,
				       stats, results) == 0);
	for (int i = 0; i < 100; i++)
		LIVE_CHECK(results[i] == 0 && stats[i].st_uid == 0);
	tear_down(&f);
}

static void an_unregistered_identity_is_dead(void)
{
	struct fixture f;

	set_up(&f);
	f.id = register_id(&f, ALICE, -EBADF);
	LIVE_CHECK(open_on(&f, "alices") == 0);
	file_ring_unregister(f.fd, f.id);
	LIVE_CHECK(open_on(&f, "alices") == GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(open_on(&f, "world") == GUISE_E_NO_SUCH_LOGON_SESSION);
	LIVE_CHECK(f.died == 2);
	file_ring_unregister(f.fd, f.id); /* once more does no harm */
	tear_down(&f);
}

static void all_rings_register_or_none(void)
{
	const struct kcred kcred = {.uid = ALICE, .gid = ALICE};
	int rings[2], ids[2] = {0};
	struct fixture f;

	set_up(&f);
	rings[0] = f.fd;
	rings[1] = f.dir; /* no ring */
	LIVE_CHECK(file_ring_register_all(rings, 2, &kcred, FILE_LIVE_SERVICE,
					  FILE_LIVE_SERVICE, -EBADF, ids) < 0);
	f.id = ids[0];
	LIVE_CHECK(f.id > 0);
	LIVE_CHECK(open_on(&f, "alices") == GUISE_E_NO_SUCH_LOGON_SESSION);
	/* real and saved ids must be an unprivileged service's */
	LIVE_CHECK(file_ring_register(f.fd, &kcred, 0, 0, -EBADF) < 0);
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

static int ruleset_of(int dir)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs =
						     LANDLOCK_FS_ALL};
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_FS_ALL,
		.parent_fd = dir,
	};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr),
			      0);

	if (fd < 0)
		return -EBADF;
	LIVE_CHECK(syscall(SYS_landlock_add_rule, fd,
			   LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0);
	return fd;
}

static void a_confined_identity_reaches_only_the_share(void)
{
	struct fixture inside, outside;
	int landlock_fd;

	set_up(&inside);
	set_up(&outside);
	landlock_fd = ruleset_of(inside.dir);
	if (landlock_fd < 0) {
		printf("no Landlock of ABI 3 here: not checked\n");
		return;
	}
	inside.id = register_id(&inside, ALICE, landlock_fd);
	LIVE_CHECK(open_on(&inside, "alices") == 0);
	LIVE_CHECK(open_on(&inside, "bobs") == -EACCES);
	LIVE_CHECK(file_ring_mkdir(inside.ring, inside.alice, inside.dir, "d",
				   0700) == 0);
	LIVE_CHECK(file_ring_unlink(inside.ring, inside.alice, inside.dir, "d",
				    AT_REMOVEDIR) == 0);
	/* her own file, which she may read, but outside */
	LIVE_CHECK(faccessat(outside.dir, "alices", R_OK, 0) == 0);
	{
		int fd = -1;

		LIVE_CHECK(file_ring_open(inside.ring, inside.alice,
					  outside.dir, "alices", &read_how,
					  &fd) == -EACCES);
	}
	LIVE_CHECK(file_ring_mkdir(inside.ring, inside.alice, outside.dir, "d",
				   0700) == -EACCES);
	/* this thread is not confined */
	LIVE_CHECK(close(openat(outside.dir, "alices", O_RDONLY)) == 0);
	LIVE_CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
	(void)close(landlock_fd);
	tear_down(&inside);
	tear_down(&outside);
}

/* What a worker is: no uid but its own, no capability. */
static _Noreturn void act_as_worker(struct fixture *f, int alices_id)
{
	const struct file_ring_hooks hooks = {told, count_dead, f};
	const struct kcred worker = {.uid = FILE_LIVE_SERVICE,
				     .gid = FILE_LIVE_SERVICE};
	struct file_ring *ring = NULL;

	LIVE_CHECK(kcred_become(&worker, true) == 0);
	LIVE_CHECK(file_ring_new(f->fd, &f->params, &hooks, &ring) == 0);
	f->ring = ring;
	LIVE_CHECK(openat(f->dir, "alices", O_RDONLY) < 0 && errno == EACCES);
	f->id = alices_id;
	LIVE_CHECK(open_on(f, "bobs") == -EACCES);
	LIVE_CHECK(open_on(f, "alices") == 0);
	f->id = alices_id + 1;
	LIVE_CHECK(open_on(f, "alices") == GUISE_E_NO_SUCH_LOGON_SESSION);
	/* what it can register is only itself */
	f->id = (int)syscall(SYS_io_uring_register, f->fd,
			     IORING_REGISTER_PERSONALITY, NULL, 0);
	LIVE_CHECK(f->id > 0 && f->id != alices_id);
	LIVE_CHECK(open_on(f, "alices") == -EACCES);
	_exit(0);
}

static void another_process_acts_through_what_was_registered(void)
{
	struct fixture f;
	int id, status;
	pid_t pid;

	set_up(&f);
	f.ring = file_ring_free(f.ring); /* an authority does not map it */
	id = register_id(&f, ALICE, -EBADF);
	pid = fork();
	if (pid == 0)
		act_as_worker(&f, id);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	tear_down(&f);
}

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

static void *be_busy(void *context)
{
	struct busy *b = context;

	for (;;) {
		LIVE_CHECK(guise_file_mkdir(b->engine, b->token, b->dir, "d",
					    0777) == 0);
		LIVE_CHECK(guise_file_unlink(b->engine, b->token, b->dir, "d",
					     true) == 0);
		atomic_fetch_add(&b->rounds, 1);
		pthread_testcancel();
	}
	return NULL;
}

/* A cancelled thread leaves nothing on the ring for the next to find. */
static void cancellation_waits_for_the_answer(void)
{
	struct busy b = {.rounds = 0};
	struct fixture f;

	set_up(&f);
	b.token = f.alice;
	b.dir = f.dir;
	LIVE_CHECK(guise_engine_new_ring(FILE_LIVE_SERVICE, FILE_LIVE_SERVICE,
					 &b.engine) == 0);
	for (int i = 0; i < 100; i++) {
		unsigned long before = atomic_load(&b.rounds);
		pthread_t thread;
		void *end = NULL;

		LIVE_CHECK(pthread_create(&thread, NULL, be_busy, &b) == 0);
		while (atomic_load(&b.rounds) == before)
			(void)usleep(20);
		LIVE_CHECK(pthread_cancel(thread) == 0);
		LIVE_CHECK(pthread_join(thread, &end) == 0);
		LIVE_CHECK(end == PTHREAD_CANCELED);
		LIVE_CHECK(guise_file_unlink(b.engine, f.alice, f.dir, "d",
					     true) == -ENOENT);
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

/* The descriptor of the newest ring of this process: an engine's */
static int newest_ring(void)
{
	int found = -1;

	for (int fd = 0; fd < 64; fd++) {
		char path[64], what[64] = {0};

		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, what, sizeof(what) - 1) > 0 &&
		    strcmp(what, "anon_inode:[io_uring]") == 0)
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
	LIVE_CHECK(n_registered(newest_ring()) == 10);
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
	LIVE_CHECK(n_registered(newest_ring()) == 1); /* and now none */
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

/* The service sleeps in a request of alice's; may she signal it? */
static void the_client_cannot_signal_the_service(void)
{
	const struct kcred alice = {.uid = ALICE, .gid = ALICE};
	struct fixture f;
	int status;
	pid_t pid, self = getpid();

	set_up(&f);
	f.id = register_id(&f, ALICE, -EBADF);
	LIVE_CHECK(open_on(&f, "alices") == 0);
	pid = fork();
	if (pid == 0) {
		LIVE_CHECK(kcred_become(&alice, true) == 0);
		LIVE_CHECK(kill(self, 0) < 0 && errno == EPERM);
		_exit(0);
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	tear_down(&f);
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

DONE(only_four_operations_pass)
DONE(links_and_asynchrony_do_not_pass)
DONE(nothing_else_can_be_registered)
ABORTED(a_request_without_a_personality_ends_the_process)
ABORTED(a_personality_that_does_not_fit_ends_the_process)
DONE(a_hooks_refusal_is_passed_on)
DONE(an_unknown_identity_is_dead)
DONE(an_unregistered_identity_is_dead)
DONE(all_rings_register_or_none)
DONE(nobody_registers_inside_a_scope)
DONE(a_confined_identity_reaches_only_the_share)
DONE(another_process_acts_through_what_was_registered)
DONE(signals_do_not_disturb)
DONE(cancellation_waits_for_the_answer)
DONE(tokens_come_and_go)
DONE(forgetting_reaches_every_copy)
DONE(an_engine_wants_unprivileged_ids)
DONE(the_client_cannot_signal_the_service)

#define TEST(scenario)                                                         \
	{                                                                      \
#scenario, test_##scenario, NULL, NULL, NULL                   \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_four_operations_pass),
		TEST(links_and_asynchrony_do_not_pass),
		TEST(nothing_else_can_be_registered),
		TEST(a_request_without_a_personality_ends_the_process),
		TEST(a_personality_that_does_not_fit_ends_the_process),
		TEST(a_hooks_refusal_is_passed_on),
		TEST(an_unknown_identity_is_dead),
		TEST(an_unregistered_identity_is_dead),
		TEST(all_rings_register_or_none),
		TEST(nobody_registers_inside_a_scope),
		TEST(a_confined_identity_reaches_only_the_share),
		TEST(another_process_acts_through_what_was_registered),
		TEST(signals_do_not_disturb),
		TEST(cancellation_waits_for_the_answer),
		TEST(tokens_come_and_go),
		TEST(forgetting_reaches_every_copy),
		TEST(an_engine_wants_unprivileged_ids),
		TEST(the_client_cannot_signal_the_service),
	};
	struct io_uring_params params;
	int fd = -1, r;

	live_require_root();
	r = file_ring_setup(4, &fd, &params);
	if (r < 0) {
		printf("skipped: no io_uring here: %s\n", guise_strerror(r));
		return 77;
	}
	(void)close(fd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
