/* SPDX-License-Identifier: Apache-2.0 */
/* Token objects: who may open one, the descriptor it gets, how the token in it
 * is replaced while others read it. */
#include "cmocka-wrap.h"

#include <errno.h>
#include <pthread.h>

#include "token-object-fixture.h"
#include "token-object.h"

static int open_as(struct guise_token_object *object,
		   const struct guise_token *caller, uint32_t desired,
		   uint32_t *ret_granted)
{
	struct guise_token_handle handle = {0};
	int r = guise_token_open(object, caller, desired, &handle);

	*ret_granted = handle.granted;
	assert_true((r == 0) == (handle.object != NULL));
	guise_token_handle_close(&handle);
	return r;
}

static void rights_are_what_the_descriptor_grants(void **state)
{
	const struct guise_token *token = user();
	struct guise_token_object *object =
		object_with(token, "O:SYG:SYD:(A;;0x2a;;;BU)(A;;GR;;;WD)");
	uint32_t granted;

	(void)state;
	assert_int_equal(open_as(object, token, GUISE_TOKEN_QUERY, &granted),
			 0);
	assert_int_equal(granted, GUISE_TOKEN_QUERY);
	assert_int_equal(
		open_as(object, token, GUISE_MAXIMUM_ALLOWED, &granted), 0);
	assert_int_equal(granted, 0x2a);
	assert_int_equal(
		open_as(object, token, GUISE_TOKEN_IMPERSONATE, &granted),
		GUISE_E_ACCESS_DENIED);
	assert_int_equal(open_as(object, token, GUISE_GENERIC_ALL, &granted),
			 GUISE_E_ACCESS_DENIED);
	assert_int_equal(open_as(object, token, 0, &granted),
			 GUISE_E_ACCESS_DENIED);
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(token);
}

static void generic_rights_are_those_of_tokens(void **state)
{
	static const uint32_t rows[][2] = {
		{GUISE_GENERIC_READ, 0x20008},
		{GUISE_GENERIC_WRITE, 0x200e0},
		{GUISE_GENERIC_EXECUTE, 0x20000},
		{GUISE_GENERIC_ALL, 0xf01ff},
		{GUISE_MAXIMUM_ALLOWED, 0xf01ff},
	};
	const struct guise_token *token = user();
	struct guise_token_object *object = object_with(token, NULL);
	uint32_t granted;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(open_as(object, token, rows[i][0], &granted),
				 0);
		assert_int_equal(granted, rows[i][1]);
	}
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(token);
}

static void the_sacl_takes_a_privilege_of_the_caller(void **state)
{
	const struct guise_token *token = user(), *caller = trusted();
	struct guise_token_object *object = object_with(token, NULL);
	uint32_t granted;

	(void)state;
	assert_int_equal(
		open_as(object, token, GUISE_ACCESS_SYSTEM_SECURITY, &granted),
		GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(
		open_as(object, caller, GUISE_ACCESS_SYSTEM_SECURITY, &granted),
		0);
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(caller);
	(void)guise_token_unref(token);
}

/* Even where everyone is granted everything. */
static void who_may_only_be_identified_opens_nothing(void **state)
{
	const struct guise_token *token = user();
	struct guise_token_object *object =
		object_with(token, "O:SYG:SYD:NO_ACCESS_CONTROL");
	uint32_t granted;

	(void)state;
	for (int level = 0; level <= 3; level++) {
		const struct guise_token *caller = NULL;

		assert_int_equal(guise_token_at_level(token,
						      (enum guise_level)level,
						      1, &caller),
				 0);
		assert_int_equal(
			open_as(object, caller, GUISE_TOKEN_QUERY, &granted),
			level >= 2 ? 0 : GUISE_E_BAD_LEVEL);
		(void)guise_token_unref(caller);
	}
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(token);
}

static char *sddl_of_object(struct guise_token_object *object)
{
	const struct guise_sd *sd = guise_token_object_sd(object);
	char *text = sddl_of(sd, NULL);

	(void)guise_sd_unref(sd);
	return text;
}

static void a_descriptor_is_made_of_the_creators_defaults(void **state)
{
	struct guise_token_builder *b = user_with(0, 0);
	const struct guise_sd *sd = sd_of("D:(A;;GA;;;SY)(A;;GR;;;BU)");
	const struct guise_token *token = user(), *creator;
	const struct guise_sid bu = sid_of("BU");
	struct guise_token_object *object = NULL;
	char *text;

	(void)state;
	guise_token_builder_default_dacl(b, guise_sd_dacl(sd));
	guise_token_builder_primary_group(b, &bu);
	creator = sealed(b);
	assert_int_equal(guise_token_object_new(token, creator, NULL, &object),
			 0);
	text = sddl_of_object(object);
	assert_string_equal(text, "O:" USER
				  "G:BUD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)"
				  "(A;;SWRC;;;BU)");
	free(text);
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(creator);
	(void)guise_token_unref(token);
	(void)guise_sd_unref(sd);
}

/* On Windows everybody could open it; here nobody else. */
static void without_a_default_dacl_it_is_the_creators(void **state)
{
	const struct guise_token *token = user(), *other;
	struct guise_token_object *object = object_with(token, NULL);
	struct guise_token_builder *b = user_with(0, 0);
	const struct guise_sid stranger = sid_of("S-1-5-21-11-22-33-1002");
	uint32_t granted;

	(void)state;
	guise_token_builder_user(b, &stranger, 0);
	other = sealed(b);
	assert_int_equal(open_as(object, token, ALL, &granted), 0);
	assert_int_equal(open_as(object, other, GUISE_TOKEN_QUERY, &granted),
			 GUISE_E_ACCESS_DENIED);
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(other);
	(void)guise_token_unref(token);
}

static void a_late_replacement_starts_again(void **state)
{
	const struct guise_token *token = user(), *one = NULL, *two = NULL,
				 *low = NULL;
	struct guise_token_object *object = object_with(token, NULL);

	(void)state;
	assert_int_equal(guise_token_disable_privileges(token, 1, &one, NULL),
			 0);
	assert_int_equal(guise_token_disable_privileges(token, 2, &two, NULL),
			 0);
	assert_int_equal(guise_token_at_level(token, GUISE_LEVEL_IDENTIFICATION,
					      3, &low),
			 0);
	assert_int_equal(guise_token_object_replace(object, token, low),
			 GUISE_E_BAD_TOKEN_TYPE);
	assert_int_equal(guise_token_object_replace(object, token, one), 0);
	assert_int_equal(guise_token_object_replace(object, token, two),
			 -EAGAIN);
	assert_int_equal(guise_token_object_replace(object, one, two), 0);
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(low);
	(void)guise_token_unref(two);
	(void)guise_token_unref(one);
	(void)guise_token_unref(token);
}

static const struct guise_token *followed;

static int follower(struct guise_token_object *object,
		    const struct guise_token *before,
		    const struct guise_token *after)
{
	const struct guise_token *now = guise_token_object_token(object);

	assert_ptr_equal(now, after);
	assert_ptr_not_equal(before, after);
	(void)guise_token_unref(now);
	followed = after;
	return -ETIMEDOUT;
}

/* With the change made; its failure is told, and the change stays. */
static void who_follows_is_called_with_the_change_made(void **state)
{
	const struct guise_token *token = user(), *now;
	struct guise_token_handle handle = handle_with(token, ALL);

	(void)state;
	token_object_set_follower(follower);
	assert_int_equal(guise_token_handle_adjust_privileges(&handle, NULL, 0,
							      NULL, NULL, NULL),
			 -ETIMEDOUT);
	token_object_set_follower(NULL);
	now = guise_token_object_token(handle.object);
	assert_ptr_equal(now, followed);
	(void)guise_token_unref(now);
	guise_token_handle_close(&handle);
	(void)guise_token_unref(token);
}

/* Until its defaults change: then it is another token. */
static void objects_of_one_creator_share_a_descriptor(void **state)
{
	const struct guise_token *token = user(), *other = NULL;
	const struct guise_token_value value = {
		.size = sizeof(value),
		.field = GUISE_TOKEN_FIELD_PRIMARY_GROUP,
		.sid = &guise_token_user(token)->sid,
	};
	struct guise_token_object *objects[3];
	const struct guise_sd *sds[3];

	(void)state;
	assert_int_equal(guise_token_set(token, &value, 1, &other), 0);
	objects[0] = object_with(token, NULL);
	objects[1] = object_with(token, NULL);
	objects[2] = object_with(other, NULL);
	for (int i = 0; i < 3; i++)
		sds[i] = guise_token_object_sd(objects[i]);
	assert_ptr_equal(sds[0], sds[1]);
	assert_false(guise_sd_equal(sds[0], sds[2]));
	(void)guise_token_unref(token);
	(void)guise_token_unref(other);
	for (int i = 0; i < 3; i++) {
		assert_non_null(guise_sd_owner(sds[i]));
		(void)guise_sd_unref(sds[i]);
		(void)guise_token_object_unref(objects[i]);
	}
}

enum { THREADS = 4, TURNS = 400 };

/* Turns one privilege on and off, and looks at what is there. */
static void *turn(void *argument)
{
	const struct guise_token_handle *handle = argument;

	for (unsigned i = 0; i < TURNS; i++) {
		const struct guise_privilege_change change = {
			GUISE_SE_DEBUG, i % 2 ? GUISE_PRIVILEGE_ENABLED : 0};
		const struct guise_token *now = NULL;
		const struct guise_sd *sd;
		int r;

		r = guise_token_handle_adjust_privileges(handle, &change, 1,
							 NULL, NULL, NULL);
		assert_int_equal(r, 0);
		assert_int_equal(guise_token_handle_query(
					 handle, GUISE_TOKEN_QUERY, &now),
				 0);
		assert_int_equal(guise_token_privileges(now),
				 BIT(BACKUP) | BIT(DEBUG));
		sd = guise_token_object_sd(handle->object);
		assert_non_null(guise_sd_owner(sd));
		(void)guise_sd_unref(sd);
		(void)guise_token_unref(now);
	}
	return NULL;
}

/* No change is lost: each went in on top of the one before it. */
static void threads_change_one_object_at_once(void **state)
{
	const struct guise_token *token = user();
	struct guise_token_handle handle = handle_with(token, ALL);
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, turn, &handle), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(guise_token_object_generation(handle.object),
			 THREADS * TURNS);
	guise_token_handle_close(&handle);
	(void)guise_token_unref(token);
}

static void *create(void *creator)
{
	for (unsigned i = 0; i < TURNS; i++)
		(void)guise_token_object_unref(object_with(creator, NULL));
	return NULL;
}

/* The first descriptor is made by whoever comes first. */
static void threads_create_objects_at_once(void **state)
{
	const struct guise_token *token = user();
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, create,
						(void *)(uintptr_t)token),
				 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	(void)guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_are_what_the_descriptor_grants),
		cmocka_unit_test(generic_rights_are_those_of_tokens),
		cmocka_unit_test(the_sacl_takes_a_privilege_of_the_caller),
		cmocka_unit_test(who_may_only_be_identified_opens_nothing),
		cmocka_unit_test(a_descriptor_is_made_of_the_creators_defaults),
		cmocka_unit_test(without_a_default_dacl_it_is_the_creators),
		cmocka_unit_test(a_late_replacement_starts_again),
		cmocka_unit_test(who_follows_is_called_with_the_change_made),
		cmocka_unit_test(objects_of_one_creator_share_a_descriptor),
		cmocka_unit_test(threads_change_one_object_at_once),
		cmocka_unit_test(threads_create_objects_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
