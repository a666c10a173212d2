/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache of password logons. calloc() is wrapped by the linker, so that the
 * test knows every block the cache has and can look through them for the
 * password.
 */
#include <stdio.h>

#include "cmocka-wrap.h"

#include "base.h"
#include "logon-cache.h"

#define SECOND UINT64_C(1000000000)

struct block {
	void *data;
	size_t size;
};

static struct block blocks[16];
static size_t n_blocks;
static bool recording;
static unsigned fail_at; /* 0: never */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	void *data;

	if (recording && fail_at && --fail_at == 0)
		return NULL;
	data = __real_calloc(n, size);
	if (recording && n_blocks < ARRAY_SIZE(blocks))
		blocks[n_blocks++] = (struct block){data, n * size};
	return data;
}

static bool memory_holds(const char *text, size_t size)
{
	for (size_t i = 0; i < n_blocks; i++) {
		if (memmem(blocks[i].data, blocks[i].size, text, size))
			return true;
	}
	return false;
}

static void count_free(void *context, void *value)
{
	(void)value;
	++*(unsigned *)context;
}

static unsigned n_freed;

static struct logon_cache *make(size_t max_entries)
{
	struct logon_cache *cache = NULL;

	n_freed = 0;
	n_blocks = 0;
	recording = true;
	assert_int_equal(logon_cache_new(max_entries, 10 * SECOND, count_free,
					 &n_freed, &cache),
			 0);
	recording = false;
	return cache;
}

static char values[200];

static void put(struct logon_cache *cache, const char *name,
		const char *password, uint64_t now_ns, void *value)
{
	assert_int_equal(logon_cache_put(cache, name, strlen(name), password,
					 strlen(password), now_ns, value),
			 0);
}

static void *get(struct logon_cache *cache, const char *name,
		 const char *password, uint64_t now_ns)
{
	return logon_cache_find(cache, name, strlen(name), password,
				strlen(password), now_ns);
}

static void only_the_same_name_and_password_are_found(void **state)
{
	struct logon_cache *cache = make(8);

	(void)state;
	assert_null(get(cache, "alice", "secret", 1));
	put(cache, "alice", "secret", 1, &values[0]);
	assert_ptr_equal(get(cache, "alice", "secret", 2), &values[0]);
	assert_null(get(cache, "alice", "Secret", 2));
	assert_null(get(cache, "alice", "secre", 2));
	assert_null(get(cache, "alice", "secrets", 2));
	assert_null(get(cache, "alice", "", 2));
	assert_null(get(cache, "Alice", "secret", 2));
	assert_null(get(cache, "bob", "secret", 2));
	assert_null(get(cache, "", "secret", 2));
	/* where the name ends is part of it */
	assert_null(get(cache, "alices", "ecret", 2));
	assert_null(get(cache, "alic", "esecret", 2));
	assert_null(get(cache, "", "alicesecret", 2));
	(void)logon_cache_free(cache);
	assert_int_equal(n_freed, 1);
}

static void bytes_after_a_nul_count(void **state)
{
	struct logon_cache *cache = make(8);

	(void)state;
	assert_int_equal(
		logon_cache_put(cache, "a\0b", 3, "p\0q", 3, 1, &values[0]), 0);
	assert_null(logon_cache_find(cache, "a\0c", 3, "p\0q", 3, 1));
	assert_null(logon_cache_find(cache, "a\0b", 3, "p\0r", 3, 1));
	assert_ptr_equal(logon_cache_find(cache, "a\0b", 3, "p\0q", 3, 1),
			 &values[0]);
	(void)logon_cache_free(cache);
}

static void neither_name_nor_password_is_in_its_memory(void **state)
{
	static const char password[] = "correct horse battery staple";
	static const char name[] = "alice.in.wonderland";
	struct logon_cache *cache = make(4);
	char found[] = "a value pointer, not a secret";

	(void)state;
	assert_true(n_blocks >= 3);
	put(cache, name, password, 1, found);
	assert_ptr_equal(get(cache, name, password, 1), found);
	for (size_t at = 0; at + 6 <= sizeof(password) - 1; at++)
		assert_false(memory_holds(password + at, 6));
	for (size_t at = 0; at + 6 <= sizeof(name) - 1; at++)
		assert_false(memory_holds(name + at, 6));
	/* the search itself works: the pointer to the value is there */
	{
		void *value = found;

		assert_true(memory_holds((const char *)&value, sizeof(value)));
	}
	(void)logon_cache_free(cache);
}

static void two_caches_do_not_share_a_key(void **state)
{
	struct logon_cache *a = make(1), *b;
	uint8_t first[4096] = {0};
	size_t size = 0;

	(void)state;
	put(a, "alice", "secret", 1, NULL);
	for (size_t i = 0; i < n_blocks; i++) {
		/* the entry: what is neither context nor bucket */
		if (blocks[i].size > 64 && blocks[i].size < 200 && !size) {
			size = blocks[i].size;
			memcpy(first, blocks[i].data, size);
		}
	}
	assert_true(size > 0);
	b = make(1);
	put(b, "alice", "secret", 1, NULL);
	for (size_t i = 0; i < n_blocks; i++) {
		if (blocks[i].size == size)
			assert_memory_not_equal(blocks[i].data, first, 32);
	}
	(void)logon_cache_free(a);
	(void)logon_cache_free(b);
}

static void an_entry_dies_when_its_time_is_over(void **state)
{
	struct logon_cache *cache = make(8);

	(void)state;
	put(cache, "alice", "secret", SECOND, &values[0]);
	assert_non_null(get(cache, "alice", "secret", 11 * SECOND - 1));
	assert_null(get(cache, "alice", "secret", 11 * SECOND));
	assert_int_equal(n_freed, 1);
	assert_int_equal(logon_cache_size(cache), 0);
	(void)logon_cache_free(cache);
	assert_int_equal(n_freed, 1);
}

static void use_does_not_prolong_it(void **state)
{
	struct logon_cache *cache = make(8);

	(void)state;
	put(cache, "alice", "secret", 0, &values[0]);
	for (uint64_t now = 0; now < 10 * SECOND; now += SECOND)
		assert_non_null(get(cache, "alice", "secret", now));
	assert_null(get(cache, "alice", "secret", 10 * SECOND));
	(void)logon_cache_free(cache);
}

static void a_clock_gone_back_finds_nothing(void **state)
{
	struct logon_cache *cache = make(8);

	(void)state;
	put(cache, "alice", "secret", 5 * SECOND, &values[0]);
	assert_null(get(cache, "alice", "secret", 4 * SECOND));
	(void)logon_cache_free(cache);
}

static void expire_drops_the_old_and_keeps_the_young(void **state)
{
	struct logon_cache *cache = make(8);

	(void)state;
	put(cache, "a", "x", 1 * SECOND, &values[0]);
	put(cache, "b", "x", 5 * SECOND, &values[1]);
	put(cache, "c", "x", 2 * SECOND, &values[2]);
	logon_cache_expire(cache, 12 * SECOND);
	assert_int_equal(n_freed, 2);
	assert_int_equal(logon_cache_size(cache), 1);
	assert_ptr_equal(get(cache, "b", "x", 12 * SECOND), &values[1]);
	(void)logon_cache_free(cache);
}

static void the_least_recently_used_goes_first(void **state)
{
	struct logon_cache *cache = make(3);

	(void)state;
	put(cache, "a", "x", 1, &values[0]);
	put(cache, "b", "x", 1, &values[1]);
	put(cache, "c", "x", 1, &values[2]);
	assert_non_null(get(cache, "a", "x", 2));
	put(cache, "d", "x", 3, &values[3]);
	assert_int_equal(n_freed, 1);
	assert_int_equal(logon_cache_size(cache), 3);
	assert_null(get(cache, "b", "x", 3));
	assert_non_null(get(cache, "a", "x", 3));
	assert_non_null(get(cache, "c", "x", 3));
	assert_non_null(get(cache, "d", "x", 3));
	(void)logon_cache_free(cache);
	assert_int_equal(n_freed, 4);
}

static void putting_again_replaces_and_renews(void **state)
{
	struct logon_cache *cache = make(3);

	(void)state;
	put(cache, "a", "x", 0, &values[0]);
	put(cache, "a", "x", 5 * SECOND, &values[1]);
	assert_int_equal(n_freed, 1);
	assert_int_equal(logon_cache_size(cache), 1);
	assert_ptr_equal(get(cache, "a", "x", 12 * SECOND), &values[1]);
	(void)logon_cache_free(cache);
}

static void dropping_a_name_takes_all_its_passwords(void **state)
{
	struct logon_cache *cache = make(8);

	(void)state;
	put(cache, "a", "x", 1, &values[0]);
	put(cache, "a", "y", 1, &values[1]);
	put(cache, "ab", "x", 1, &values[2]);
	logon_cache_drop_name(cache, "a", 1);
	assert_int_equal(n_freed, 2);
	assert_null(get(cache, "a", "x", 1));
	assert_null(get(cache, "a", "y", 1));
	assert_non_null(get(cache, "ab", "x", 1));
	logon_cache_drop(cache, &values[0]);
	assert_int_equal(n_freed, 2);
	logon_cache_drop(cache, &values[2]);
	assert_int_equal(n_freed, 3);
	assert_int_equal(logon_cache_size(cache), 0);
	(void)logon_cache_free(cache);
}

static void flush_forgets_everything_and_goes_on(void **state)
{
	struct logon_cache *cache = make(4);
	char name[32];

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 10; i++) {
			(void)snprintf(name, sizeof(name), "user-%u", i);
			put(cache, name, "x", 1, &values[i]);
		}
		assert_int_equal(logon_cache_size(cache), 4);
		logon_cache_flush(cache);
		assert_int_equal(logon_cache_size(cache), 0);
		assert_null(get(cache, "user-9", "x", 1));
		assert_int_equal(n_freed, 10 * (round + 1));
	}
	(void)logon_cache_free(cache);
}

/* Against a plain list: the same finds, the same evictions. */
struct model {
	unsigned name;
	uint64_t born;
};

static void random_use_agrees_with_a_plain_list(void **state)
{
	struct logon_cache *cache = make(16);
	struct model list[16]; /* most recent first */
	size_t n = 0;
	uint32_t random = 4711;

	(void)state;
	for (uint64_t now = 0; now < 20000; now++) {
		unsigned name = (random = random * 1664525 + 1013904223) >> 27;
		struct model entry = {name, now * SECOND / 8};
		char text[32];
		size_t at = 0;
		bool known;

		(void)snprintf(text, sizeof(text), "user-%u", name);
		while (at < n && list[at].name != name)
			at++;
		known = at < n && entry.born - list[at].born < 10 * SECOND;
		assert_true((get(cache, text, "x", entry.born) != NULL) ==
			    known);
		if (at < n) {
			if (known)
				entry.born = list[at].born;
			memmove(&list[at], &list[at + 1],
				(--n - at) * sizeof(list[0]));
		}
		if (!known)
			put(cache, text, "x", entry.born, &values[name]);
		if (n == ARRAY_SIZE(list))
			n--;
		memmove(&list[1], &list[0], n++ * sizeof(list[0]));
		list[0] = entry;
		assert_int_equal(logon_cache_size(cache), n);
	}
	(void)logon_cache_free(cache);
}

static void silly_sizes_and_no_memory_make_no_cache(void **state)
{
	struct logon_cache *cache = NULL;

	(void)state;
	assert_int_equal(logon_cache_new(0, 1, NULL, NULL, &cache), -EINVAL);
	assert_int_equal(logon_cache_new(SIZE_MAX, 1, NULL, NULL, &cache),
			 -EINVAL);
	for (unsigned nth = 1; nth <= 3; nth++) {
		recording = true;
		fail_at = nth;
		assert_int_equal(logon_cache_new(4, 1, NULL, NULL, &cache),
				 -ENOMEM);
		recording = false;
		fail_at = 0;
	}
	assert_null(cache);
	assert_null(logon_cache_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_same_name_and_password_are_found),
		cmocka_unit_test(bytes_after_a_nul_count),
		cmocka_unit_test(neither_name_nor_password_is_in_its_memory),
		cmocka_unit_test(two_caches_do_not_share_a_key),
		cmocka_unit_test(an_entry_dies_when_its_time_is_over),
		cmocka_unit_test(use_does_not_prolong_it),
		cmocka_unit_test(a_clock_gone_back_finds_nothing),
		cmocka_unit_test(expire_drops_the_old_and_keeps_the_young),
		cmocka_unit_test(the_least_recently_used_goes_first),
		cmocka_unit_test(putting_again_replaces_and_renews),
		cmocka_unit_test(dropping_a_name_takes_all_its_passwords),
		cmocka_unit_test(flush_forgets_everything_and_goes_on),
		cmocka_unit_test(random_use_agrees_with_a_plain_list),
		cmocka_unit_test(silly_sizes_and_no_memory_make_no_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
