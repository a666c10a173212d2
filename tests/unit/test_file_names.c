/* SPDX-License-Identifier: Apache-2.0 */
/* Names of temporaries, and the map of personalities. */
#include <stdio.h>

#include "cmocka-wrap.h"

#include "engine.h"
#include "personality-map.h"

static void other_names_are_no_temporaries(void **state)
{
	static const char *const names[] = {
		"",
		".",
		"..",
		"a",
		".guise-tmp",
		".guise-tmp_",
		".Guise-tmp-",
		"guise-tmp-a",
		" .guise-tmp-",
		"x.guise-tmp-",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_false(
			guise_file_is_temp_name(names[i], strlen(names[i])));
	assert_false(guise_file_is_temp_name(".guise-tmp-", 10));
	assert_false(guise_file_is_temp_name(NULL, 0));
	assert_true(guise_file_is_temp_name(".guise-tmp-", 11));
	assert_true(guise_file_is_temp_name(".guise-tmp-anything", 19));
}

static void a_temporarys_name_is_prefix_and_26_characters(void **state)
{
	unsigned long seen[26] = {0};

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		char name[48];

		memset(name, 'X', sizeof(name));
		file_temp_name(name);
		assert_int_equal(strnlen(name, sizeof(name)), 11 + 26);
		assert_true(guise_file_is_temp_name(name, strlen(name)));
		for (unsigned c = 0; c < 26; c++) {
			char at = name[11 + c];
			bool letter = at >= 'a' && at <= 'z';

			assert_true(letter || (at >= '2' && at <= '7'));
			seen[c] |= 1ul << (letter ? at - 'a' : at - '2' + 26);
		}
	}
	/* five bits in each but the last, which has three */
	for (unsigned c = 0; c < 25; c++)
		assert_int_equal(seen[c], 0xFFFFFFFF);
	assert_int_equal(seen[25], 0x11111111);
}

static const struct guise_token *make_token(uint32_t uid, guise_luid id)
{
	struct guise_sid user = guise_sid_of_uid(uid);
	const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_ids(b, id, 0, 0);
	guise_token_builder_unix(b, uid, uid, NULL, 0);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

/* What left the map, as a sum of ids and a count */
struct gone {
	int sum;
	int n;
};

static void note(void *context, int id)
{
	struct gone *gone = context;

	gone->sum += id;
	gone->n++;
}

#define N 5

struct map_fixture {
	struct personality_map *map;
	const struct guise_token *tokens[N + 1];
};

static void map_set_up(struct map_fixture *f)
{
	assert_int_equal(personality_map_new(N, &f->map), 0);
	for (unsigned i = 0; i <= N; i++)
		f->tokens[i] = make_token(1000 + i, 0);
	for (int i = 0; i < N; i++) {
		assert_false(personality_map_is_full(f->map));
		assert_int_equal(personality_map_find(f->map, f->tokens[i]), 0);
		personality_map_add(f->map, f->tokens[i], i + 1);
	}
	assert_true(personality_map_is_full(f->map));
}

static void map_tear_down(struct map_fixture *f)
{
	struct gone gone = {0};

	f->map = personality_map_free(f->map, note, &gone);
	for (unsigned i = 0; i <= N; i++)
		(void)guise_token_unref(f->tokens[i]);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct map_fixture f;
	const struct guise_token *twin;

	(void)state;
	map_set_up(&f);
	assert_int_equal(personality_map_find(f.map, f.tokens[N]), 0);
	/* the same identity in another object may be anybody tomorrow */
	twin = make_token(1000, 0);
	assert_int_equal(personality_map_find(f.map, twin), 0);
	(void)guise_token_unref(twin);
	for (int i = 0; i < N; i++)
		assert_int_equal(personality_map_find(f.map, f.tokens[i]),
				 i + 1);
	map_tear_down(&f);
}

static void the_least_recently_used_goes_first(void **state)
{
	struct map_fixture f;

	(void)state;
	map_set_up(&f);
	assert_int_equal(personality_map_find(f.map, f.tokens[0]), 1);
	assert_int_equal(personality_map_find(f.map, f.tokens[2]), 3);
	assert_int_equal(personality_map_evict(f.map), 2);
	assert_int_equal(personality_map_find(f.map, f.tokens[1]), 0);
	personality_map_add(f.map, f.tokens[N], 6);
	assert_int_equal(personality_map_evict(f.map), 4);
	assert_int_equal(personality_map_evict(f.map), 5);
	assert_int_equal(personality_map_evict(f.map), 1);
	assert_int_equal(personality_map_evict(f.map), 3);
	assert_int_equal(personality_map_evict(f.map), 6);
	map_tear_down(&f);
}

static void removing_takes_the_token_and_its_copies_only(void **state)
{
	const struct guise_token *a = make_token(1, 9), *b = make_token(2, 9);
	const struct guise_token *none = make_token(3, 0);
	struct gone gone = {0};
	struct map_fixture f;

	(void)state;
	map_set_up(&f);
	/* id 0 names nobody: tokens without id are not each other's copies */
	personality_map_remove(f.map, none, note, &gone);
	assert_int_equal(gone.n, 0);
	personality_map_remove(f.map, f.tokens[1], note, &gone);
	personality_map_remove(f.map, f.tokens[3], note, &gone);
	assert_int_equal(gone.n, 2);
	assert_int_equal(gone.sum, 2 + 4);
	personality_map_add(f.map, a, 70);
	personality_map_add(f.map, b, 80);
	personality_map_remove(f.map, a, note, &gone);
	assert_int_equal(gone.n, 4);
	assert_int_equal(gone.sum, 2 + 4 + 70 + 80);
	assert_int_equal(personality_map_find(f.map, b), 0);
	assert_int_equal(personality_map_find(f.map, f.tokens[4]), 5);
	map_tear_down(&f);
	(void)guise_token_unref(a);
	(void)guise_token_unref(b);
	(void)guise_token_unref(none);
}

static void the_map_keeps_its_tokens_alive(void **state)
{
	const struct guise_token *token = make_token(1, 0), *kept = token;
	struct personality_map *map = NULL;
	struct gone gone = {0};

	(void)state;
	assert_int_equal(personality_map_new(1, &map), 0);
	personality_map_add(map, token, 4);
	(void)guise_token_unref(token);
	assert_int_equal(guise_token_unix(kept)->uid, 1); /* for sanitizers */
	assert_int_equal(personality_map_find(map, kept), 4);
	map = personality_map_free(map, note, &gone);
	assert_int_equal(gone.sum, 4);
	assert_null(personality_map_free(NULL, note, &gone));
}

static void many_tokens_keep_their_numbers(void **state)
{
	enum { MANY = 3000 };
	static const struct guise_token *tokens[MANY];
	struct personality_map *map = NULL;
	struct gone gone = {0};

	(void)state;
	assert_int_equal(personality_map_new(1000, &map), 0);
	for (int i = 0; i < MANY; i++) {
		tokens[i] = make_token(5, 0);
		if (personality_map_is_full(map))
			assert_int_equal(personality_map_evict(map), i - 999);
		personality_map_add(map, tokens[i], i + 1);
	}
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(personality_map_find(map, tokens[i]),
				 i < MANY - 1000 ? 0 : i + 1);
		(void)guise_token_unref(tokens[i]);
	}
	map = personality_map_free(map, note, &gone);
	assert_int_equal(gone.n, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_names_are_no_temporaries),
		cmocka_unit_test(a_temporarys_name_is_prefix_and_26_characters),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(the_least_recently_used_goes_first),
		cmocka_unit_test(removing_takes_the_token_and_its_copies_only),
		cmocka_unit_test(the_map_keeps_its_tokens_alive),
		cmocka_unit_test(many_tokens_keep_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
