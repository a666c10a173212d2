/* SPDX-License-Identifier: Apache-2.0 */
/* 64 threads are 64 clients at once, by engine switch: see tests/lib/storm.h.
 * GUISE_LIVE_SECONDS shortens it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "live.h"
#include "storm.h"

static int open_switched(void *context, void *thread,
			 const struct guise_token *token, int dir,
			 const char *name, int *ret_fd)
{
	GUISE_SCOPE(scope);
	int fd, r;

	(void)context;
	(void)thread;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static const struct storm_engine engine = {
	.name = "switch",
	.open = open_switched,
};

static void storm(void)
{
	const struct storm_options options = {0};
	struct storm_result result;

	storm_run(&engine, &options, &result);
	LIVE_CHECK(storm_passed(&result));
}

static void threads_of_64_clients_never_mix(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, storm);
}

/* The storm itself must notice: an engine that opens as the service. */
static int open_as_service(void *context, void *thread,
			   const struct guise_token *token, int dir,
			   const char *name, int *ret_fd)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	(void)context;
	(void)thread;
	(void)token;
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static void storm_of_a_bad_engine(void)
{
	const struct storm_engine bad = {.name = "service (bad on purpose)",
					 .open = open_as_service};
	const struct storm_options options = {.n_threads = 4, .seconds = 0.2};
	struct storm_result result;

	storm_run(&bad, &options, &result);
	LIVE_CHECK(result.wrongly_granted > 0);
	LIVE_CHECK(!storm_passed(&result));
}

static void the_storm_notices_an_engine_that_opens_as_the_service(void **s)
{
	(void)s;
	live_expect(LIVE_DONE, storm_of_a_bad_engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_storm_notices_an_engine_that_opens_as_the_service),
		cmocka_unit_test(threads_of_64_clients_never_mix),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
