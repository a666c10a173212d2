/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts: the journal's records, a worker's manifest, its map of
 * sessions. */
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/logon.h>

#include "buf.h"
#include "journal.h"
#include "manifest.h"
#include "session-map.h"

static const uint8_t groups[] = {1, 0, 0, 0, 2, 1, 0, 0};
static const uint8_t handle[] = {9, 8, 7};

static struct journal_record sample_record(void)
{
	return (struct journal_record){
		.uid = 1000,
		.gid = 1001,
		.privileges = 1u << 17,
		.groups = groups,
		.n_groups = 2,
		.root = "/srv/share",
		.directory = "a/b",
		.handle_type = -3,
		.handle = handle,
		.handle_size = sizeof(handle),
		.name = ".guise-tmp-abc",
	};
}

static void a_record_is_read_as_written(void **state)
{
	const struct journal_record record = sample_record();
	struct journal_record again;
	struct guise_buf bytes = {0};

	(void)state;
	assert_int_equal(journal_record_encode(&record, &bytes), 0);
	assert_int_equal(journal_record_decode(bytes.data, bytes.size, &again),
			 0);
	assert_int_equal(again.uid, 1000);
	assert_int_equal(again.gid, 1001);
	assert_int_equal(again.privileges, 1u << 17);
	assert_int_equal(again.n_groups, 2);
	assert_memory_equal(again.groups, groups, sizeof(groups));
	assert_string_equal(again.root, "/srv/share");
	assert_string_equal(again.directory, "a/b");
	assert_int_equal(again.handle_type, -3);
	assert_int_equal(again.handle_size, sizeof(handle));
	assert_string_equal(again.name, ".guise-tmp-abc");
	guise_buf_clear(&bytes);
}

static void a_damaged_record_is_refused(void **state)
{
	const struct journal_record good = sample_record();
	struct journal_record bad, again;
	struct guise_buf bytes = {0};

	(void)state;
	assert_int_equal(journal_record_encode(&good, &bytes), 0);
	for (size_t size = 0; size < bytes.size; size++)
		assert_int_equal(
			journal_record_decode(bytes.data, size, &again),
			-EBADMSG);
	assert_int_equal(buf_append_u8(&bytes, 0), 0);
	assert_int_equal(journal_record_decode(bytes.data, bytes.size, &again),
			 -EBADMSG);

	for (unsigned i = 0; i < 3; i++) {
		bad = good;
		if (i == 0)
			bad.name = "../name";
		if (i == 1)
			bad.root = "relative";
		if (i == 2)
			bad.directory = "/absolute";
		buf_truncate(&bytes, 0);
		assert_int_equal(journal_record_encode(&bad, &bytes), 0);
		assert_int_equal(
			journal_record_decode(bytes.data, bytes.size, &again),
			-EBADMSG);
	}
	guise_buf_clear(&bytes);
}

static void a_manifest_is_read_as_written(void **state)
{
	struct manifest m = {
		.worker = 2,
		.n_threads = 3,
		.n_rings = 3,
		.n_roots = 5,
		.n_passed = 7,
		.service_uid = 64990,
		.service_gid = 64991,
		.features = 7,
		.idle_ms = 1234,
		.parent = 99,
		.config = "text",
		.config_size = 4,
	};
	struct manifest again;
	struct guise_buf bytes = {0};

	(void)state;
	m.ring_params[2].sq_entries = 64;
	assert_int_equal(manifest_encode(&m, &bytes), 0);
	assert_int_equal(manifest_decode(bytes.data, bytes.size, &again), 0);
	assert_int_equal(again.worker, 2);
	assert_int_equal(again.n_roots, 5);
	assert_int_equal(again.ring_params[2].sq_entries, 64);
	assert_string_equal(again.config, "text");
	assert_int_equal(manifest_fds(&again), 2 + 3 + 3 + 5 + 7);
	for (size_t size = 0; size < bytes.size; size++)
		assert_int_equal(manifest_decode(bytes.data, size, &again),
				 GUISE_E_PROTOCOL);
	buf_truncate(&bytes, 0);
	m.n_threads = 65;
	m.n_rings = 0;
	assert_int_equal(manifest_encode(&m, &bytes), 0);
	assert_int_equal(manifest_decode(bytes.data, bytes.size, &again),
			 GUISE_E_PROTOCOL);
	guise_buf_clear(&bytes);
}

static struct session_key key_of(guise_luid id)
{
	return (struct session_key){id, id};
}

static int look(struct session_map *map, guise_luid id)
{
	bool touch;

	return session_map_use(map, key_of(id), 0, 1000, &touch);
}

/* Against the simplest thing that could do the same. */
static void the_map_agrees_with_a_list(void **state)
{
	guise_luid ids[600];
	bool there[600] = {false};
	struct session_map map;
	unsigned dice = 12345;

	(void)state;
	assert_int_equal(session_map_init(&map), 0);
	for (unsigned i = 0; i < 600; i++)
		/* many that collide */
		ids[i] = i % 3 ? guise_luid_new()
			       : (guise_luid)(i + 1) << 32 | 7;
	for (unsigned round = 0; round < 20000; round++) {
		unsigned i;

		dice = dice * 1103515245 + 12345;
		i = (dice >> 8) % 600;
		if (dice >> 31) {
			assert_int_equal(session_map_add(&map, key_of(ids[i]),
							 (int)i + 1, 0),
					 0);
			there[i] = true;
		} else {
			assert_int_equal(session_map_remove(&map, ids[i]),
					 there[i]);
			there[i] = false;
		}
		i = (dice >> 4) % 600;
		assert_int_equal(look(&map, ids[i]),
				 there[i] ? (int)i + 1
					  : GUISE_E_NO_SUCH_LOGON_SESSION);
	}
	session_map_clear(&map);
}

static void nobody_is_in_the_map(void **state)
{
	struct session_map map;

	(void)state;
	assert_int_equal(session_map_init(&map), 0);
	assert_int_equal(look(&map, 0), GUISE_E_NO_SUCH_LOGON_SESSION);
	assert_int_equal(look(&map, 1), GUISE_E_NO_SUCH_LOGON_SESSION);
	assert_false(session_map_remove(&map, 1));
	session_map_clear(&map);
}

static void use_is_reported_now_and_then(void **state)
{
	struct session_map map;
	bool touch;

	(void)state;
	assert_int_equal(session_map_init(&map), 0);
	assert_int_equal(session_map_add(&map, key_of(5), 1, 1000), 0);
	assert_int_equal(session_map_use(&map, key_of(5), 1500, 1000, &touch),
			 1);
	assert_false(touch);
	assert_int_equal(session_map_use(&map, key_of(5), 2500, 1000, &touch),
			 1);
	assert_true(touch);
	assert_int_equal(session_map_use(&map, key_of(5), 2600, 1000, &touch),
			 1);
	assert_false(touch);
	session_map_clear(&map);
}

/* It bears the id of what was registered, but it is not that. */
static void an_adjusted_token_has_no_personality(void **state)
{
	const struct session_key adjusted = {.id = 5, .modified = 6};
	struct session_map map;
	bool touch;

	(void)state;
	assert_int_equal(session_map_init(&map), 0);
	assert_int_equal(session_map_add(&map, key_of(5), 1, 0), 0);
	assert_int_equal(session_map_use(&map, adjusted, 0, 1000, &touch),
			 GUISE_E_NO_SUCH_LOGON_SESSION);
	assert_true(session_map_differs(&map, adjusted));
	assert_false(session_map_differs(&map, key_of(5)));
	assert_false(session_map_differs(&map, key_of(7)));
	assert_false(session_map_differs(&map, key_of(0)));
	session_map_clear(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_read_as_written),
		cmocka_unit_test(a_damaged_record_is_refused),
		cmocka_unit_test(a_manifest_is_read_as_written),
		cmocka_unit_test(the_map_agrees_with_a_list),
		cmocka_unit_test(nobody_is_in_the_map),
		cmocka_unit_test(use_is_reported_now_and_then),
		cmocka_unit_test(an_adjusted_token_has_no_personality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
