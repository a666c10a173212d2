/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids of a ring come round: 65535, then from the beginning. An id whose
 * session is over must not become another client's while a thread of the
 * worker may still hold it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/impersonate.h>

#include "engine.h"
#include "fd.h"
#include "identities.h"
#include "live.h"

#define SERVICE 64990u

struct fixture {
	int ring_fd;
	struct io_uring_params params;
	struct identities ids;
	struct kcred alice;
	struct kcred bob;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct identities_options options = {
		.n_rings = 1,
		.service_uid = SERVICE,
		.service_gid = SERVICE,
		.nobody_uid = 65534,
		.nobody_gid = 65534,
		.ruleset = -EBADF,
	};

	assert_non_null(f);
	assert_int_equal(file_ring_setup(8, &f->ring_fd, &f->params), 0);
	options.ring_fds = &f->ring_fd;
	assert_int_equal(identities_init(&f->ids, &options), 0);
	f->alice = (struct kcred){.uid = LIVE_ID + 1, .gid = LIVE_ID + 1};
	f->bob = (struct kcred){.uid = LIVE_ID + 2, .gid = LIVE_ID + 2};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	identities_clear(&f->ids);
	(void)fd_close(f->ring_fd);
	free(f);
	return 0;
}

static int add(struct fixture *f, const struct kcred *who)
{
	int id = -1;

	assert_int_equal(identities_add(&f->ids, who, &id), 0);
	return id;
}

/* The kernel's turn, moved on without our bookkeeping: fast. */
static void turn_to(struct fixture *f, unsigned id)
{
	long got;

	do {
		got = syscall(SYS_io_uring_register, f->ring_fd,
			      IORING_REGISTER_PERSONALITY, NULL, 0);
		assert_true(got > 0);
		file_ring_unregister(f->ring_fd, (int)got);
	} while ((unsigned)got != id);
}

/* Our bookkeeping, told where the kernel is: as if we had registered all. */
static void come_round(struct fixture *f)
{
	turn_to(f, 65534);
	f->ids.rings[0].next_id = 65535;
}

static void ids_are_handed_out_in_turn(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add(f, &f->alice), 1);
	assert_int_equal(add(f, &f->bob), 2);
	identities_retire(&f->ids, (int[]){1}, true);
	assert_int_equal(add(f, &f->alice), 3);
}

static void a_retired_id_is_given_to_nobody(void **state)
{
	struct fixture *f = *state;
	int id = add(f, &f->alice);

	assert_int_equal(id, 1);
	identities_retire(&f->ids, &id, false);
	come_round(f);
	assert_int_equal(add(f, &f->bob), 65535);
	/* 1 would be next */
	assert_int_equal(add(f, &f->bob), 2);
	assert_int_equal(f->ids.n_retired, 1);
}

static void a_row_of_retired_ids_is_skipped(void **state)
{
	struct fixture *f = *state;
	int ids[5];

	for (unsigned i = 0; i < 5; i++)
		ids[i] = add(f, &f->alice);
	for (unsigned i = 0; i < 5; i++) /* 3 stays alive in between */
		if (i != 2)
			identities_retire(&f->ids, &ids[i], false);
	come_round(f);
	assert_int_equal(add(f, &f->bob), 65535);
	assert_int_equal(add(f, &f->bob), 6);
}

static void a_released_id_may_come_again(void **state)
{
	struct fixture *f = *state;
	int id = add(f, &f->alice);

	identities_retire(&f->ids, &id, false);
	identities_release(&f->ids, &id);
	come_round(f);
	assert_int_equal(add(f, &f->bob), 65535);
	assert_int_equal(add(f, &f->bob), 1);
}

/* Were the kernel to hand ids out in another order, no client would get a
 * retired one either: the logon fails. */
static void an_unexpected_id_is_refused(void **state)
{
	struct fixture *f = *state;
	int id = add(f, &f->alice), got = -1;

	identities_retire(&f->ids, &id, false);
	turn_to(f, 65535); /* and we believe that 2 is next */
	assert_int_equal(identities_add(&f->ids, &f->bob, &got), GUISE_E_LIMIT);
	assert_int_equal(got, -1);
	assert_int_equal(f->ids.n_live, 0);
}

static bool is_alive(const struct fixture *f, int id)
{
	return syscall(SYS_io_uring_register, f->ring_fd,
		       IORING_UNREGISTER_PERSONALITY, NULL, (unsigned)id) == 0;
}

static void retired_is_dead_in_the_kernel(void **state)
{
	struct fixture *f = *state;
	int id = add(f, &f->alice);

	identities_retire(&f->ids, &id, false);
	assert_false(is_alive(f, id));
	/* the placeholders of a skip do not stay either */
	come_round(f);
	(void)add(f, &f->bob);
	(void)add(f, &f->bob);
	assert_false(is_alive(f, id));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(ids_are_handed_out_in_turn),
		T(a_retired_id_is_given_to_nobody),
		T(a_row_of_retired_ids_is_skipped),
		T(a_released_id_may_come_again),
		T(an_unexpected_id_is_refused),
		T(retired_is_dead_in_the_kernel),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
