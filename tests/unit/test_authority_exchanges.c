/* SPDX-License-Identifier: Apache-2.0 */
/* Logons of more than one message: whose they are, and for how long. */
#include <time.h>

#include "cmocka-wrap.h"

#include "exchanges.h"

static const struct helper_place place = {.slot = 3, .serial = 9};

static uint64_t add(struct exchanges *exchanges, uint64_t worker,
		    uint64_t pending, uint64_t now_ms)
{
	uint64_t name = 0;

	assert_int_equal(exchanges_add(exchanges,
				       &(struct exchange){.worker = worker,
							  .place = place,
							  .pending = pending},
				       now_ms, &name),
			 0);
	assert_true(name != 0);
	return name;
}

static void an_exchange_leads_back_to_its_helper_once(void **state)
{
	struct exchanges exchanges;
	struct exchange found;
	uint64_t name;

	(void)state;
	exchanges_init(&exchanges);
	assert_false(exchanges_take(&exchanges, 1, 5, 0, &found));
	name = add(&exchanges, 1, 77, 1000);
	assert_true(exchanges_take(&exchanges, 1, name, 1001, &found));
	assert_int_equal(found.place.slot, 3);
	assert_int_equal(found.place.serial, 9);
	assert_int_equal(found.pending, 77);
	assert_false(exchanges_take(&exchanges, 1, name, 1001, &found));
	exchanges_clear(&exchanges);
}

static void another_workers_exchange_is_not_known(void **state)
{
	struct exchanges exchanges;
	struct exchange found;
	uint64_t name;

	(void)state;
	exchanges_init(&exchanges);
	name = add(&exchanges, 1, 77, 1000);
	assert_false(exchanges_take(&exchanges, 2, name, 1001, &found));
	/* and it is its owner's still */
	assert_true(exchanges_take(&exchanges, 1, name, 1001, &found));
	assert_false(exchanges_take(&exchanges, 1, 0, 1001, &found));
	exchanges_clear(&exchanges);
}

static void an_old_exchange_is_forgotten(void **state)
{
	struct exchanges exchanges;
	struct exchange found;
	uint64_t name;

	(void)state;
	exchanges_init(&exchanges);
	name = add(&exchanges, 1, 77, 1000);
	assert_false(exchanges_take(&exchanges, 1, name,
				    1001 + EXCHANGE_LIFE_MS, &found));
	exchanges_clear(&exchanges);
}

static void who_begins_too_many_loses_its_own_oldest(void **state)
{
	struct exchanges exchanges;
	struct exchange found;
	uint64_t others, first, last = 0;

	(void)state;
	exchanges_init(&exchanges);
	others = add(&exchanges, 2, 1, 999);
	first = add(&exchanges, 1, 2, 1000);
	for (unsigned i = 0; i < EXCHANGES_PER_WORKER_MAX; i++)
		last = add(&exchanges, 1, 3, 1001 + i);
	assert_false(exchanges_take(&exchanges, 1, first, 1100, &found));
	assert_true(exchanges_take(&exchanges, 1, last, 1100, &found));
	assert_true(exchanges_take(&exchanges, 2, others, 1100, &found));
	exchanges_clear(&exchanges);
}

static void a_strangers_exchanges_cost_nobody_elses(void **state)
{
	struct exchange found, exchange = {.worker = 1};
	struct exchanges exchanges;
	uint64_t others[3], name;

	(void)state;
	exchanges_init(&exchanges);
	for (size_t i = 0; i < 3; i++) {
		exchange.origin = 100 + i / 2;
		assert_int_equal(exchanges_add(&exchanges, &exchange, 1000 + i,
					       &others[i]),
				 0);
	}
	exchange.origin = 7;
	for (unsigned i = 0; i < 3 * EXCHANGES_PER_WORKER_MAX; i++)
		assert_int_equal(
			exchanges_add(&exchanges, &exchange, 2000 + i, &name),
			0);
	for (size_t i = 0; i < 3; i++)
		assert_true(
			exchanges_take(&exchanges, 1, others[i], 2200, &found));
	assert_true(exchanges_take(&exchanges, 1, name, 2200, &found));
	exchanges_clear(&exchanges);
}

/* Another thread looked at the clock earlier than the one that began it. */
static void one_that_has_just_begun_is_not_old(void **state)
{
	struct exchanges exchanges;
	struct exchange found;
	uint64_t name;

	(void)state;
	exchanges_init(&exchanges);
	name = add(&exchanges, 1, 77, 1000);
	(void)add(&exchanges, 2, 78, 999);
	assert_true(exchanges_take(&exchanges, 1, name, 999, &found));
	assert_int_equal(found.pending, 77);
	exchanges_clear(&exchanges);
}

static void all_workers_together_are_bounded(void **state)
{
	struct exchanges exchanges;
	uint64_t name = 0;

	(void)state;
	exchanges_init(&exchanges);
	for (uint64_t i = 0; i < EXCHANGES_MAX; i++)
		(void)add(&exchanges, 1 + i % 1000, i, 1000);
	assert_int_equal(exchanges_add(&exchanges,
				       &(struct exchange){.worker = 5000}, 1000,
				       &name),
			 GUISE_E_LIMIT);
	assert_int_equal(name, 0);
	(void)add(&exchanges, 5000, 1, 1001 + EXCHANGE_LIFE_MS);
	exchanges_clear(&exchanges);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exchange_leads_back_to_its_helper_once),
		cmocka_unit_test(another_workers_exchange_is_not_known),
		cmocka_unit_test(an_old_exchange_is_forgotten),
		cmocka_unit_test(who_begins_too_many_loses_its_own_oldest),
		cmocka_unit_test(a_strangers_exchanges_cost_nobody_elses),
		cmocka_unit_test(one_that_has_just_begun_is_not_old),
		cmocka_unit_test(all_workers_together_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
