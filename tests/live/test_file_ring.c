/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring itself: what a restricted ring refuses, that nothing runs without a
 * personality, dead identities, confinement, another process's use of it.
 */
#include <linux/landlock.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <liburing.h>

#include "file-ring-fixture.h"

/* Rights of Landlock ABI 3 */
#define LANDLOCK_FS_ALL ((1ULL << 15) - 1)

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
	live_cleanup(f.dir, f.path); /* for there will be no later */
	(void)open_on(&f, "world");
}

static void a_personality_that_does_not_fit_ends_the_process(void)
{
	struct fixture f;

	set_up(&f);
	f.id = 65536 + register_id(&f, ALICE, -EBADF); /* not to be cut off */
	live_cleanup(f.dir, f.path);
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

DONE(only_four_operations_pass)
DONE(links_and_asynchrony_do_not_pass)
DONE(nothing_else_can_be_registered)
ABORTED(a_request_without_a_personality_ends_the_process)
ABORTED(a_personality_that_does_not_fit_ends_the_process)
DONE(a_hooks_refusal_is_passed_on)
DONE(an_unknown_identity_is_dead)
DONE(an_unregistered_identity_is_dead)
DONE(all_rings_register_or_none)
DONE(a_confined_identity_reaches_only_the_share)
DONE(another_process_acts_through_what_was_registered)
DONE(the_client_cannot_signal_the_service)

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
		TEST(a_confined_identity_reaches_only_the_share),
		TEST(another_process_acts_through_what_was_registered),
		TEST(the_client_cannot_signal_the_service),
	};

	require_ring();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
