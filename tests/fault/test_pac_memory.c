/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation failing in turn while a PAC is read: the call says -ENOMEM,
 * gives nothing, and leaks nothing (the last under ASan).
 */
#include "cmocka-wrap.h"

#include <errno.h>

#include "failing-memory.h"
#include "kdb_pac.h"
#include "pac.h"

void *__wrap_reallocarray(void *memory, size_t n, size_t size);

void *__wrap_reallocarray(void *memory, size_t n, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, n * size);
}

typedef int decoder(struct pac *pac, const void *data, size_t size);

static void all_or_nothing(decoder *decode, struct bytes bytes)
{
	struct pac pac = {0};

	for (long nth = 0;; nth++) {
		int r;

		n_left = nth;
		has_failed = false;
		r = decode(&pac, bytes.data, bytes.size);
		n_left = -1;
		if (!has_failed) {
			assert_int_equal(r, 0);
			assert_true(nth > 0);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_memory_equal(&pac, &(struct pac){0}, sizeof(pac));
	}
	pac_clear(&pac);
	free(bytes.data);
}

static void logon_infos_are_read_whole_or_not(void **state)
{
	struct bytes bytes = {0};

	(void)state;
	make_logon_info(&bytes, "S-1-5-21-1-2-3-1103",
			"513 514 515 516 517 518 519 520 521 522 523 524 525 "
			"526 527 528 529 530 531 532 533 534 535 536 537 538 "
			"539 540 541 542 543 544 545 546 547 548 S-1-18-1",
			"S-1-5-21-7-7-7 1201", "alice", "ADTEST");
	all_or_nothing(pac_logon_info, bytes);
}

static void device_infos_are_read_whole_or_not(void **state)
{
	struct bytes bytes = {0};

	(void)state;
	make_device_info(&bytes, "S-1-5-21-1-2-3-1500",
			 "515 S-1-18-1 S-1-5-21-4-5-6:1101");
	all_or_nothing(pac_device_info, bytes);
}

static void claims_are_read_whole_or_not(void **state)
{
	struct bytes bytes = {0}, set = {0}, out = {0};

	(void)state;
	make_claims(&bytes, "dept=S:Eng|Sales level=I:5");
	all_or_nothing(pac_user_claims, bytes);
	make_claims_set(&set, "dept=S:Eng|Sales level=I:5");
	for (size_t i = 0; i < set.size; i++) { /* as plain LZ77 */
		if (i % 32 == 0)
			put_u32(&out, 0);
		put(&out, set.data + i, 1);
	}
	bytes = (struct bytes){0};
	make_claims_metadata(&bytes, out.data, out.size, 3, (uint32_t)set.size);
	all_or_nothing(pac_device_claims, bytes);
	free(set.data);
	free(out.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logon_infos_are_read_whole_or_not),
		cmocka_unit_test(device_infos_are_read_whole_or_not),
		cmocka_unit_test(claims_are_read_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
