/* SPDX-License-Identifier: Apache-2.0 */
/* Remembered descriptors: by file and change time, never one of another. */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include <time.h>

#include "sd-cache.h"

static struct stat file(uint64_t ino, long age_ms)
{
	struct stat st = {.st_dev = 5, .st_ino = ino};
	struct timespec now;
	int64_t ns;

	clock_gettime(CLOCK_REALTIME, &now);
	ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec -
	     (int64_t)age_ms * 1000000;
	st.st_ctim.tv_sec = ns / 1000000000;
	st.st_ctim.tv_nsec = ns % 1000000000;
	return st;
}

static struct sd_cache *cache_of(size_t n)
{
	struct sd_cache *cache = NULL;

	assert_int_equal(sd_cache_new(n, &cache), 0);
	return cache;
}

static bool knows(struct sd_cache *cache, const struct stat *st)
{
	const struct guise_sd *sd = NULL;
	bool found = sd_cache_find(cache, st, &sd);

	guise_sd_unref(sd);
	return found;
}

static void what_was_put_is_found(void **state)
{
	struct sd_cache *cache = cache_of(64);
	const struct guise_sd *sd = sd_of("O:BAG:BAD:");
	const struct guise_sd *found = NULL;
	struct stat st = file(1, 5000);
	(void)state;

	assert_false(knows(cache, &st));
	sd_cache_put(cache, &st, sd, 100);
	guise_sd_unref(sd);
	assert_true(sd_cache_find(cache, &st, &found));
	assert_ptr_equal(found, sd);
	guise_sd_unref(found);
	sd_cache_free(cache);
}

static void that_there_is_none_is_remembered(void **state)
{
	struct sd_cache *cache = cache_of(64);
	const struct guise_sd *found = NULL;
	struct stat st = file(1, 5000);
	(void)state;

	sd_cache_put(cache, &st, NULL, 0);
	assert_true(sd_cache_find(cache, &st, &found));
	assert_null(found);
	sd_cache_free(cache);
}

static void another_change_time_is_another_file(void **state)
{
	struct sd_cache *cache = cache_of(64);
	struct stat st = file(1, 5000);
	struct stat other = st;
	(void)state;

	sd_cache_put(cache, &st, NULL, 0);
	other.st_ctim.tv_nsec ^= 1;
	assert_false(knows(cache, &other));
	other = st;
	other.st_ctim.tv_sec++;
	assert_false(knows(cache, &other));
	other = st;
	other.st_dev++;
	assert_false(knows(cache, &other));
	other = st;
	other.st_ino++;
	assert_false(knows(cache, &other));
	assert_true(knows(cache, &st));
	sd_cache_free(cache);
}

/* Within a tick of the clock a second change would leave no trace. */
static void the_newly_changed_is_not_remembered(void **state)
{
	static const long ages_ms[] = {0, 1, 10, -1000, -100000};
	struct sd_cache *cache = cache_of(64);
	(void)state;

	for (size_t i = 0; i < 5; i++) {
		struct stat st = file(i, ages_ms[i]);

		sd_cache_put(cache, &st, NULL, 0);
		assert_false(knows(cache, &st));
	}
	sd_cache_free(cache);
}

static void the_longest_unused_gives_way(void **state)
{
	struct sd_cache *cache = cache_of(4);
	struct stat st[5];
	(void)state;

	for (uint64_t i = 0; i < 5; i++)
		st[i] = file(i, 5000);
	for (size_t i = 0; i < 4; i++)
		sd_cache_put(cache, &st[i], NULL, 0);
	assert_true(knows(cache, &st[0]));
	sd_cache_put(cache, &st[4], NULL, 0);
	assert_true(knows(cache, &st[0]));
	assert_false(knows(cache, &st[1]));
	assert_true(knows(cache, &st[4]));
	sd_cache_free(cache);
}

static void it_stays_as_small_as_asked(void **state)
{
	struct sd_cache *cache = cache_of(32);
	size_t known = 0;
	struct stat st[1000];
	(void)state;

	for (uint64_t i = 0; i < 1000; i++) {
		st[i] = file(i, 5000);
		sd_cache_put(cache, &st[i], NULL, 0);
	}
	for (size_t i = 0; i < 1000; i++)
		known += knows(cache, &st[i]);
	assert_in_range(known, 1, 32);
	sd_cache_free(cache);
}

/* Many small ones, or a few large ones. */
static void the_bytes_kept_are_limited(void **state)
{
	const struct guise_sd *sd = sd_of("O:BAG:BAD:");
	struct sd_cache *cache = cache_of(4096);
	size_t known = 0;
	struct stat st[4096];
	(void)state;

	for (uint64_t i = 0; i < 4096; i++) {
		st[i] = file(i, 5000);
		sd_cache_put(cache, &st[i], sd, 65536);
	}
	for (size_t i = 0; i < 4096; i++)
		known += knows(cache, &st[i]);
	assert_in_range(known, 1, (16 << 20) / 65536);
	/* one that can never fit is not kept, and breaks nothing */
	sd_cache_put(cache, &st[0], sd, SIZE_MAX);
	assert_false(knows(cache, &st[0]));
	guise_sd_unref(sd);
	sd_cache_free(cache);
}

/* What gives way gives its bytes back. */
static void bytes_given_back_are_used_again(void **state)
{
	const struct guise_sd *sd = sd_of("O:BAG:BAD:");
	struct sd_cache *cache = cache_of(4);
	struct stat st;
	(void)state;

	for (uint64_t i = 0; i < 1000; i++) {
		st = file(i, 5000);
		sd_cache_put(cache, &st, sd, 4 << 20);
	}
	assert_true(knows(cache, &st));
	guise_sd_unref(sd);
	sd_cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_found),
		cmocka_unit_test(that_there_is_none_is_remembered),
		cmocka_unit_test(another_change_time_is_another_file),
		cmocka_unit_test(the_newly_changed_is_not_remembered),
		cmocka_unit_test(the_longest_unused_gives_way),
		cmocka_unit_test(it_stays_as_small_as_asked),
		cmocka_unit_test(the_bytes_kept_are_limited),
		cmocka_unit_test(bytes_given_back_are_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
