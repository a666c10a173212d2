/* SPDX-License-Identifier: Apache-2.0 */
/* Handles to token objects: what each right is needed for, what takes a
 * privilege of the caller, that all holders see a change. */
#include "cmocka-wrap.h"

#include <errno.h>

#include "token-object-fixture.h"

#include "base.h"

/* One thing that a handle may be asked for. */
enum request {
	QUERY,
	SOURCE,
	DUPLICATE,
	FILTER,
	PRIVILEGES,
	PRIVILEGES_AND_PREVIOUS,
	GROUPS,
	GROUPS_AND_PREVIOUS,
	SET_DACL,
	SET_SESSION,
	READ_OWNER,
	READ_SACL,
	WRITE_OWNER,
	WRITE_DACL,
	LINKED,
	REQUESTS,
};

static bool it_fits(void *context, const struct guise_adjusted *adjusted)
{
	(void)context;
	return adjusted->before && adjusted->after;
}

static int make(const struct guise_token_handle *handle,
		const struct guise_token *caller, enum request request)
{
	const struct guise_duplicate_options duplicate = {
		.size = sizeof(duplicate),
		.type = GUISE_TOKEN_PRIMARY,
		.level = GUISE_LEVEL_IMPERSONATION};
	const struct guise_filter_options filter = {.size = sizeof(filter)};
	const struct guise_token *linked = guise_token_ref(caller);
	struct guise_token_handle made = {0};
	int r;

	if (request == DUPLICATE)
		r = guise_token_handle_duplicate(handle, caller, 0, &duplicate,
						 NULL, &made);
	else if (request == FILTER)
		r = guise_token_handle_filter(handle, caller, &filter, &made);
	else
		r = guise_token_handle_linked(handle, caller, linked, &made);
	guise_token_handle_close(&made);
	(void)guise_token_unref(linked);
	return r;
}

static int adjust(const struct guise_token_handle *handle, enum request request)
{
	bool previous = request == PRIVILEGES_AND_PREVIOUS ||
			request == GROUPS_AND_PREVIOUS;

	if (request == PRIVILEGES || request == PRIVILEGES_AND_PREVIOUS)
		return guise_token_handle_adjust_privileges(
			handle, NULL, 0, previous ? it_fits : NULL, NULL, NULL);
	return guise_token_handle_adjust_groups(
		handle, NULL, 0, previous ? it_fits : NULL, NULL, NULL);
}

static int set(const struct guise_token_handle *handle,
	       const struct guise_token *caller, enum guise_token_field field,
	       uint32_t number)
{
	const struct guise_token_value value = {
		.size = sizeof(value), .field = field, .number = number};

	return guise_token_handle_set(handle, caller, &value);
}

static int secure(const struct guise_token_handle *handle,
		  const struct guise_token *caller, enum request request)
{
	const struct guise_sd *sd = sd_of("O:" USER "G:BUD:(A;;GA;;;WD)");
	const struct guise_sd *parts = NULL;
	int r;

	if (request == READ_OWNER || request == READ_SACL)
		r = guise_token_handle_sd(handle,
					  request == READ_SACL
						  ? GUISE_SACL_SECURITY
						  : GUISE_OWNER_SECURITY,
					  &parts);
	else
		r = guise_token_handle_set_sd(handle, caller,
					      request == WRITE_OWNER
						      ? GUISE_OWNER_SECURITY
						      : GUISE_DACL_SECURITY,
					      sd);
	(void)guise_sd_unref(parts);
	(void)guise_sd_unref(sd);
	return r;
}

static int query(const struct guise_token_handle *handle, uint32_t needed)
{
	const struct guise_token *token = NULL;
	int r = guise_token_handle_query(handle, needed, &token);

	(void)guise_token_unref(token);
	return r;
}

static int request_of(const struct guise_token_handle *handle,
		      const struct guise_token *caller, enum request request)
{
	switch ((int)request) {
	case QUERY:
		return query(handle, GUISE_TOKEN_QUERY);
	case SOURCE:
		return query(handle, GUISE_TOKEN_QUERY_SOURCE);
	case DUPLICATE:
	case FILTER:
	case LINKED:
		return make(handle, caller, request);
	case PRIVILEGES:
	case PRIVILEGES_AND_PREVIOUS:
	case GROUPS:
	case GROUPS_AND_PREVIOUS:
		return adjust(handle, request);
	case SET_DACL:
		return set(handle, caller, GUISE_TOKEN_FIELD_DEFAULT_DACL, 0);
	case SET_SESSION:
		return set(handle, caller, GUISE_TOKEN_FIELD_SESSION_ID, 3);
	default:
		return secure(handle, caller, request);
	}
}

/* With just its rights each works; with one of them missing it does not. */
static void a_handle_does_what_it_was_opened_for(void **state)
{
	static const uint32_t needs[REQUESTS] = {
		[QUERY] = GUISE_TOKEN_QUERY,
		[SOURCE] = GUISE_TOKEN_QUERY_SOURCE,
		[DUPLICATE] = GUISE_TOKEN_DUPLICATE,
		[FILTER] = GUISE_TOKEN_DUPLICATE,
		[PRIVILEGES] = GUISE_TOKEN_ADJUST_PRIVILEGES,
		[PRIVILEGES_AND_PREVIOUS] =
			GUISE_TOKEN_ADJUST_PRIVILEGES | GUISE_TOKEN_QUERY,
		[GROUPS] = GUISE_TOKEN_ADJUST_GROUPS,
		[GROUPS_AND_PREVIOUS] =
			GUISE_TOKEN_ADJUST_GROUPS | GUISE_TOKEN_QUERY,
		[SET_DACL] = GUISE_TOKEN_ADJUST_DEFAULT,
		[SET_SESSION] = GUISE_TOKEN_ADJUST_DEFAULT |
				GUISE_TOKEN_ADJUST_SESSIONID,
		[READ_OWNER] = GUISE_READ_CONTROL,
		[READ_SACL] = GUISE_ACCESS_SYSTEM_SECURITY,
		[WRITE_OWNER] = GUISE_WRITE_OWNER,
		[WRITE_DACL] = GUISE_WRITE_DAC,
		[LINKED] = GUISE_TOKEN_QUERY,
	};
	const struct guise_token *token = user(), *caller = trusted();
	const uint32_t all = ALL | GUISE_ACCESS_SYSTEM_SECURITY;

	(void)state;
	for (int i = 0; i < REQUESTS; i++) {
		struct guise_token_handle handle = handle_with(token, needs[i]);

		assert_int_equal(request_of(&handle, caller, (enum request)i),
				 0);
		for (uint32_t bit = 1; bit; bit <<= 1) {
			if (!(needs[i] & bit))
				continue;
			handle.granted = all & ~bit;
			assert_int_equal(
				request_of(&handle, caller, (enum request)i),
				GUISE_E_ACCESS_DENIED);
		}
		guise_token_handle_close(&handle);
		assert_int_equal(request_of(&handle, caller, (enum request)i),
				 -EBADF);
	}
	(void)guise_token_unref(caller);
	(void)guise_token_unref(token);
}

/* The right first, then the privilege; and the caller's, not the token's. */
static void some_fields_take_a_privilege_of_the_caller(void **state)
{
	static const enum guise_token_field tcb[] = {
		GUISE_TOKEN_FIELD_SESSION_ID,
		GUISE_TOKEN_FIELD_AUDIT_POLICY,
		GUISE_TOKEN_FIELD_ORIGIN,
		GUISE_TOKEN_FIELD_UI_ACCESS,
		GUISE_TOKEN_FIELD_MANDATORY_POLICY,
		GUISE_TOKEN_FIELD_SECURITY_ATTRIBUTES,
		GUISE_TOKEN_FIELD_VIRTUALIZATION_ALLOWED,
	};
	const struct guise_token *token = user(), *strong = trusted(),
				 *shadow = NULL;
	struct guise_token_handle handle = handle_with(strong, ALL);

	(void)state;
	assert_int_equal(guise_token_at_level(strong,
					      GUISE_LEVEL_IDENTIFICATION, 1,
					      &shadow),
			 0);
	for (size_t i = 0; i < ARRAY_SIZE(tcb); i++) {
		handle.granted = 0;
		assert_int_equal(set(&handle, token, tcb[i], 0),
				 GUISE_E_ACCESS_DENIED);
		handle.granted = ALL;
		assert_int_equal(set(&handle, token, tcb[i], 0),
				 GUISE_E_PRIVILEGE_NOT_HELD);
		assert_int_equal(set(&handle, shadow, tcb[i], 0),
				 GUISE_E_PRIVILEGE_NOT_HELD);
		assert_int_equal(set(&handle, strong, tcb[i], 0), 0);
	}
	assert_int_equal(set(&handle, strong, (enum guise_token_field)1, 0),
			 -EINVAL);
	guise_token_handle_close(&handle);
	(void)guise_token_unref(shadow);
	(void)guise_token_unref(strong);
	(void)guise_token_unref(token);
}

static int set_label(const struct guise_token_handle *handle,
		     const struct guise_token *caller, const char *text)
{
	const struct guise_sid label = sid_of(text);
	const struct guise_token_value value = {
		.size = sizeof(value),
		.field = GUISE_TOKEN_FIELD_INTEGRITY,
		.sid = &label,
	};

	return guise_token_handle_set(handle, caller, &value);
}

static void integrity_goes_down_freely_and_up_with_a_privilege(void **state)
{
	const struct guise_token *token = user(), *strong = trusted();
	struct guise_token_handle handle = handle_with(token, ALL);

	(void)state;
	assert_int_equal(set_label(&handle, token, "ME"), 0);
	assert_int_equal(set_label(&handle, token, "HI"),
			 GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(set_label(&handle, token, "LW"), 0);
	assert_int_equal(set_label(&handle, token, "ME"),
			 GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(set_label(&handle, strong, "SI"), 0);
	guise_token_handle_close(&handle);
	(void)guise_token_unref(strong);
	(void)guise_token_unref(token);
}

static void all_holders_see_a_change(void **state)
{
	const struct guise_token *token = user(), *now = NULL;
	struct guise_token_handle one = handle_with(token, ALL);
	struct guise_token_handle two = {guise_token_object_ref(one.object),
					 GUISE_TOKEN_QUERY};
	uint64_t generation = guise_token_object_generation(one.object);
	guise_luid modified = guise_token_modified_id(token);

	(void)state;
	assert_int_equal(guise_token_handle_adjust_privileges(&one, NULL, 0,
							      NULL, NULL, NULL),
			 0);
	assert_int_equal(
		guise_token_handle_query(&two, GUISE_TOKEN_QUERY, &now), 0);
	assert_int_equal(guise_token_privileges_enabled(now), 0);
	assert_int_equal(guise_token_id(now), guise_token_id(token));
	assert_int_not_equal(guise_token_modified_id(now), modified);
	assert_int_not_equal(guise_token_object_generation(one.object),
			     generation);
	/* who holds the token itself keeps what it was */
	assert_int_equal(guise_token_privileges_enabled(token), BIT(BACKUP));
	(void)guise_token_unref(now);
	guise_token_handle_close(&one);
	guise_token_handle_close(&two);
	(void)guise_token_unref(token);
}

/* A duplicate is another object: they part ways. */
static void a_duplicate_does_not_follow_its_source(void **state)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = GUISE_LEVEL_IMPERSONATION,
		.token_id = 11};
	const struct guise_token *token = user(), *now;
	struct guise_token_handle one = handle_with(token, ALL), two = {0};

	(void)state;
	assert_int_equal(guise_token_handle_duplicate(&one, token,
						      GUISE_TOKEN_QUERY,
						      &options, NULL, &two),
			 0);
	assert_int_equal(two.granted, GUISE_TOKEN_QUERY);
	assert_int_equal(guise_token_handle_adjust_privileges(&one, NULL, 0,
							      NULL, NULL, NULL),
			 0);
	now = guise_token_object_token(two.object);
	assert_int_equal(guise_token_privileges_enabled(now), BIT(BACKUP));
	assert_int_not_equal(guise_token_id(now), 11);
	(void)guise_token_unref(now);
	guise_token_handle_close(&one);
	guise_token_handle_close(&two);
	(void)guise_token_unref(token);
}

static void a_duplicate_has_the_same_rights_or_is_asked(void **state)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_PRIMARY,
		.level = GUISE_LEVEL_IMPERSONATION};
	const struct guise_sd *sd = sd_of("D:(A;;0x8;;;" USER ")");
	const struct guise_token *token = user();
	struct guise_token_handle one = handle_with(token, 0xa), two = {0};

	(void)state;
	assert_int_equal(guise_token_handle_duplicate(&one, token, 0, &options,
						      sd, &two),
			 0);
	assert_int_equal(two.granted, 0xa);
	guise_token_handle_close(&two);
	assert_int_equal(guise_token_handle_duplicate(&one, token,
						      GUISE_MAXIMUM_ALLOWED,
						      &options, NULL, &two),
			 0);
	assert_int_equal(two.granted, ALL);
	guise_token_handle_close(&two);
	assert_int_equal(guise_token_handle_duplicate(&one, token, 0x2,
						      &options, sd, &two),
			 GUISE_E_ACCESS_DENIED);
	assert_null(two.object);
	guise_token_handle_close(&one);
	(void)guise_sd_unref(sd);
	(void)guise_token_unref(token);
}

/* A client that may not open what is there may duplicate what it holds. */
static void an_identified_client_may_have_a_copy(void **state)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options), .type = GUISE_TOKEN_PRIMARY};
	const struct guise_token *token = user();
	struct guise_token_handle one = handle_with(token, ALL), two = {0};

	(void)state;
	for (int level = 0; level <= 3; level++) {
		const struct guise_token *caller = NULL;

		assert_int_equal(guise_token_at_level(token,
						      (enum guise_level)level,
						      1, &caller),
				 0);
		assert_int_equal(guise_token_handle_duplicate(
					 &one, caller, GUISE_MAXIMUM_ALLOWED,
					 &options, NULL, &two),
				 level ? 0 : GUISE_E_BAD_LEVEL);
		assert_int_equal(two.granted, level ? ALL : 0);
		guise_token_handle_close(&two);
		(void)guise_token_unref(caller);
	}
	guise_token_handle_close(&one);
	(void)guise_token_unref(token);
}

static void a_filtered_token_has_the_same_rights(void **state)
{
	const struct guise_filter_options options = {.size = sizeof(options)};
	const struct guise_token *token = user(), *now;
	struct guise_token_handle one = handle_with(token, 0xa), two = {0};

	(void)state;
	assert_int_equal(guise_token_handle_filter(&one, token, &options, &two),
			 0);
	assert_int_equal(two.granted, 0xa);
	now = guise_token_object_token(two.object);
	assert_int_equal(guise_token_parent_id(now), guise_token_id(token));
	assert_int_not_equal(guise_token_id(now), guise_token_id(token));
	(void)guise_token_unref(now);
	guise_token_handle_close(&one);
	guise_token_handle_close(&two);
	(void)guise_token_unref(token);
}

static void a_box_is_another_object(void **state)
{
	const struct guise_sid package = sid_of("S-1-15-2-1-2-3-4-5-6-7");
	const struct guise_lowbox_options options = {.size = sizeof(options),
						     .package = &package};
	const struct guise_token *token = user(), *now;
	struct guise_token_handle one = handle_with(token, ALL), two = {0};

	(void)state;
	assert_int_equal(
		guise_token_handle_lowbox(&one, token, 0, &options, NULL, &two),
		0);
	now = guise_token_object_token(two.object);
	assert_non_null(guise_token_package(now));
	(void)guise_token_unref(now);
	guise_token_handle_close(&two);
	one.granted = ALL & ~(uint32_t)GUISE_TOKEN_DUPLICATE;
	assert_int_equal(
		guise_token_handle_lowbox(&one, token, 0, &options, NULL, &two),
		GUISE_E_ACCESS_DENIED);
	guise_token_handle_close(&one);
	(void)guise_token_unref(token);
}

static void a_linked_token_is_for_show_or_for_the_trusted(void **state)
{
	const struct guise_token *token = user(), *strong = trusted(), *now;
	struct guise_token_handle one = handle_with(token, GUISE_TOKEN_QUERY),
				  two = {0};

	(void)state;
	assert_int_equal(guise_token_handle_linked(&one, token, NULL, &two),
			 GUISE_E_NO_SUCH_LOGON_SESSION);
	assert_int_equal(guise_token_handle_linked(&one, token, strong, &two),
			 0);
	now = guise_token_object_token(two.object);
	assert_int_equal(guise_token_type(now), GUISE_TOKEN_IMPERSONATION);
	assert_int_equal(guise_token_level(now), GUISE_LEVEL_IDENTIFICATION);
	assert_int_equal(two.granted, ALL);
	(void)guise_token_unref(now);
	guise_token_handle_close(&two);
	assert_int_equal(guise_token_handle_linked(&one, strong, strong, &two),
			 0);
	now = guise_token_object_token(two.object);
	assert_int_equal(guise_token_type(now), GUISE_TOKEN_PRIMARY);
	(void)guise_token_unref(now);
	guise_token_handle_close(&two);
	guise_token_handle_close(&one);
	(void)guise_token_unref(strong);
	(void)guise_token_unref(token);
}

static bool never_fits(void *context, const struct guise_adjusted *adjusted)
{
	*(uint64_t *)context = adjusted->changed;
	return false;
}

static void without_room_for_the_previous_state_nothing_changes(void **state)
{
	const struct guise_token *token = user(), *now;
	struct guise_token_handle handle = handle_with(token, ALL);
	struct guise_adjusted done = {0};
	uint64_t changed = 0;

	(void)state;
	assert_int_equal(guise_token_handle_adjust_privileges(
				 &handle, NULL, 0, never_fits, &changed, &done),
			 -ERANGE);
	assert_int_equal(changed, BIT(BACKUP));
	assert_null(done.before);
	now = guise_token_object_token(handle.object);
	assert_ptr_equal(now, token);
	(void)guise_token_unref(now);
	guise_token_handle_close(&handle);
	(void)guise_token_unref(token);
}

static void an_adjustment_says_what_it_did(void **state)
{
	const struct guise_privilege_change changes[] = {
		{GUISE_SE_DEBUG, GUISE_PRIVILEGE_ENABLED},
		{GUISE_SE_TCB, GUISE_PRIVILEGE_ENABLED},
	};
	const struct guise_sid_and_attributes group = {.sid = sid_of("BU")};
	const struct guise_token *token = user();
	struct guise_token_handle handle = handle_with(token, ALL);
	struct guise_adjusted done = {0};

	(void)state;
	assert_int_equal(guise_token_handle_adjust_privileges(
				 &handle, changes, 2, NULL, NULL, &done),
			 0);
	assert_ptr_equal(done.before, token);
	assert_int_equal(done.changed, BIT(DEBUG));
	assert_false(done.all_assigned);
	guise_adjusted_clear(&done);
	assert_int_equal(guise_token_handle_adjust_groups(&handle, &group, 1,
							  it_fits, NULL, &done),
			 0);
	assert_true(done.all_assigned);
	assert_true(guise_token_is_member(done.before, &group.sid));
	assert_false(guise_token_is_member(done.after, &group.sid));
	guise_adjusted_clear(&done);
	guise_token_handle_close(&handle);
	(void)guise_token_unref(token);
}

static void the_descriptor_is_read_and_written_by_parts(void **state)
{
	const struct guise_sd *change = sd_of("O:SYG:BUD:(A;;GR;;;WD)");
	const struct guise_token *token = user();
	struct guise_token_handle handle = handle_with(token, ALL);
	const struct guise_sd *sd = NULL;
	char *text;

	(void)state;
	assert_int_equal(guise_token_handle_set_sd(&handle, token,
						   GUISE_DACL_SECURITY, change),
			 0);
	assert_int_equal(guise_token_handle_set_sd(
				 &handle, token, GUISE_OWNER_SECURITY, change),
			 GUISE_E_INVALID_OWNER);
	assert_int_equal(guise_token_handle_sd(&handle,
					       GUISE_OWNER_SECURITY |
						       GUISE_DACL_SECURITY,
					       &sd),
			 0);
	text = sddl_of(sd, NULL);
	assert_string_equal(text, "O:" USER "D:(A;;SWRC;;;WD)");
	free(text);
	(void)guise_sd_unref(sd);
	guise_token_handle_close(&handle);
	(void)guise_token_unref(token);
	(void)guise_sd_unref(change);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handle_does_what_it_was_opened_for),
		cmocka_unit_test(some_fields_take_a_privilege_of_the_caller),
		cmocka_unit_test(
			integrity_goes_down_freely_and_up_with_a_privilege),
		cmocka_unit_test(all_holders_see_a_change),
		cmocka_unit_test(a_duplicate_does_not_follow_its_source),
		cmocka_unit_test(a_duplicate_has_the_same_rights_or_is_asked),
		cmocka_unit_test(an_identified_client_may_have_a_copy),
		cmocka_unit_test(a_filtered_token_has_the_same_rights),
		cmocka_unit_test(a_box_is_another_object),
		cmocka_unit_test(a_linked_token_is_for_show_or_for_the_trusted),
		cmocka_unit_test(
			without_room_for_the_previous_state_nothing_changes),
		cmocka_unit_test(an_adjustment_says_what_it_did),
		cmocka_unit_test(the_descriptor_is_read_and_written_by_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
