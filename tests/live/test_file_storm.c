/* SPDX-License-Identifier: Apache-2.0 */
/* 64 threads being 64 clients by turns, through the engines of one process. */
#include <stdio.h>

#include "cmocka-wrap.h"
#include "file-live.h"
#include "file-storm.h"

static int make_switch(void *context, struct guise_engine **ret)
{
	(void)context;
	return guise_engine_new_switch(ret);
}

static int make_ring(void *context, struct guise_engine **ret)
{
	(void)context;
	return guise_engine_new_ring(FILE_LIVE_SERVICE, FILE_LIVE_SERVICE, ret);
}

static void rage(const struct file_storm *storm)
{
	const struct storm_options options = {0};
	struct storm_result result;

	file_storm_run(storm, &options, &result);
	assert_true(storm_passed(&result));
}

static void nobody_gets_what_is_not_his_by_switch(void **state)
{
	const struct file_storm storm = {"switch", make_switch, NULL};

	(void)state;
	rage(&storm);
}

static void nobody_gets_what_is_not_his_by_ring(void **state)
{
	const struct file_storm storm = {"ring", make_ring, NULL};
	struct guise_engine *engine = NULL;
	int r;

	(void)state;
	r = make_ring(NULL, &engine);
	if (r == -ENOSYS || r == -EPERM) {
		printf("left out: ring: %s\n", guise_strerror(r));
		skip();
	}
	assert_int_equal(r, 0);
	(void)guise_engine_free(engine);
	rage(&storm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_gets_what_is_not_his_by_switch),
		cmocka_unit_test(nobody_gets_what_is_not_his_by_ring),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
