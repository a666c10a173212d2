/* SPDX-License-Identifier: Apache-2.0 */
/* Duplicates: NtDuplicateToken's rules of types and levels, what effective-only
 * leaves out, and what is shared with the source; NtCreateToken's own checks.
 */
#include "cmocka-wrap.h"

#include <errno.h>

#include "token-build.h"

#include "token-internal.h"
#include <guise/token-change.h>

#define PRIMARY GUISE_TOKEN_PRIMARY
#define IMPERSONATION GUISE_TOKEN_IMPERSONATION

static const struct guise_token *plain(enum guise_token_type type,
				       enum guise_level level)
{
	struct guise_token_builder *b = builder();

	add(b, "BU", GUISE_GROUP_USUAL);
	guise_token_builder_type(b, type, level);
	guise_token_builder_ids(b, 11, 12, 13);
	guise_token_builder_modified_id(b, 14);
	return sealed(b);
}

static int duplicate(const struct guise_token *token,
		     enum guise_token_type type, enum guise_level level,
		     bool effective_only, const struct guise_token **ret)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = type,
		.level = level,
		.effective_only = effective_only,
		.token_id = 99,
	};

	return guise_token_duplicate(token, &options, ret);
}

/* What comes of a duplicate: its level, or the error. */
static int outcome(enum guise_token_type from, enum guise_level at,
		   enum guise_token_type to, int level)
{
	const struct guise_token *token = plain(from, at), *copy = NULL;
	int r = duplicate(token, to, (enum guise_level)level, false, &copy);

	(void)guise_token_unref(token);
	if (r < 0) {
		assert_null(copy);
		return r;
	}
	assert_int_equal(guise_token_type(copy), to);
	r = (int)guise_token_level(copy);
	(void)guise_token_unref(copy);
	return r;
}

static void an_impersonation_token_is_never_raised(void **state)
{
	(void)state;
	for (int at = 0; at <= 3; at++) {
		for (int want = 0; want <= 3; want++)
			assert_int_equal(outcome(IMPERSONATION,
						 (enum guise_level)at,
						 IMPERSONATION, want),
					 want <= at ? want : GUISE_E_BAD_LEVEL);
	}
}

static void only_a_full_client_becomes_a_primary_token(void **state)
{
	(void)state;
	for (int at = 0; at <= 3; at++)
		assert_int_equal(outcome(IMPERSONATION, (enum guise_level)at,
					 PRIMARY, 0),
				 at >= 2 ? at : GUISE_E_BAD_LEVEL);
}

static void a_primary_token_becomes_anything(void **state)
{
	(void)state;
	for (int want = 0; want <= 3; want++) {
		assert_int_equal(outcome(PRIMARY, GUISE_LEVEL_IMPERSONATION,
					 IMPERSONATION, want),
				 want);
		assert_int_equal(outcome(PRIMARY, GUISE_LEVEL_IMPERSONATION,
					 PRIMARY, want),
				 GUISE_LEVEL_IMPERSONATION);
	}
}

static void what_is_no_level_or_type_is_refused(void **state)
{
	(void)state;
	assert_int_equal(outcome(PRIMARY, 2, IMPERSONATION, 4),
			 GUISE_E_BAD_LEVEL);
	assert_int_equal(outcome(PRIMARY, 2, PRIMARY, -1), GUISE_E_BAD_LEVEL);
	assert_int_equal(outcome(PRIMARY, 2, (enum guise_token_type)0, 2),
			 -EINVAL);
	assert_int_equal(outcome(PRIMARY, 2, (enum guise_token_type)3, 2),
			 -EINVAL);
}

static void a_duplicate_has_an_id_of_its_own_and_the_rest(void **state)
{
	const struct guise_token *token = plain(PRIMARY, 2), *copy = NULL;

	(void)state;
	assert_int_equal(duplicate(token, IMPERSONATION, 2, false, &copy), 0);
	assert_int_equal(guise_token_id(copy), 99);
	assert_int_equal(guise_token_modified_id(copy), 14);
	assert_int_equal(guise_token_authentication_id(copy), 12);
	assert_int_equal(guise_token_origin(copy), 13);
	assert_int_equal(guise_token_parent_id(copy), 0);
	assert_true(guise_tokens_equal(token, copy));
	(void)guise_token_unref(copy);
	(void)guise_token_unref(token);
}

/* Also of a duplicate: chains do not grow. */
static void duplicates_share_the_sids_of_the_sealed_token(void **state)
{
	const struct guise_token *token = plain(PRIMARY, 2), *one = NULL,
				 *two = NULL;
	const struct guise_sid bu = sid_of("BU");

	(void)state;
	assert_int_equal(duplicate(token, IMPERSONATION, 2, true, &one), 0);
	assert_int_equal(duplicate(one, PRIMARY, 2, false, &two), 0);
	assert_ptr_equal(one->sids, token->sids);
	assert_ptr_equal(two->sids, token->sids);
	assert_ptr_equal(two->sealed, token);
	(void)guise_token_unref(token);
	(void)guise_token_unref(one);
	assert_true(guise_token_is_member(two, &bu));
	(void)guise_token_unref(two);
}

static void effective_only_leaves_out_what_is_not_enabled(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token, *copy = NULL;
	const struct guise_sid_and_attributes *groups;
	const struct guise_sid ba = sid_of("BA"), me = sid_of("ME"),
			       user = sid_of(USER);
	static const uint32_t gids[] = {4, 6};
	size_t n;

	(void)state;
	add(b, "WD", GUISE_GROUP_USUAL);
	add(b, "BA", GUISE_GROUP_OWNER);
	add(b, "BU", GUISE_GROUP_USE_FOR_DENY_ONLY);
	add(b, "AU", GUISE_GROUP_ENABLED_BY_DEFAULT);
	guise_token_builder_unix(b, 1000, 1000, gids, 2);
	add(b, "S-1-22-2-4", 0);
	guise_token_builder_integrity(b, &me);
	guise_token_builder_owner(b, &ba);
	guise_token_builder_primary_group(b, &ba);
	guise_token_builder_privileges(b, 0x3c0, 0x180, 0x300);
	token = sealed(b);
	assert_int_equal(duplicate(token, PRIMARY, 2, true, &copy), 0);

	groups = guise_token_groups(copy, &n);
	assert_int_equal(n, 3); /* WD, BU, the label */
	assert_int_equal(groups[1].attributes, GUISE_GROUP_USE_FOR_DENY_ONLY);
	assert_int_equal(guise_token_integrity(copy)->sub[0], 0x2000);
	assert_true(guise_sid_equal(guise_token_owner(copy), &user));
	assert_true(guise_sid_equal(guise_token_primary_group(copy), &user));
	assert_int_equal(guise_token_unix(copy)->n_groups, 1);
	assert_int_equal(guise_token_unix(copy)->groups[0], 6);
	assert_int_equal(guise_token_privileges(copy), 0x180);
	assert_int_equal(guise_token_privileges_enabled(copy), 0x180);
	assert_int_equal(guise_token_privileges_default(copy), 0x100);
	(void)guise_token_unref(copy);
	(void)guise_token_unref(token);
}

static void options_of_another_size_are_refused(void **state)
{
	const struct guise_token *token = plain(PRIMARY, 2), *ret = NULL;
	const struct guise_duplicate_options options = {.size = 1};

	(void)state;
	assert_int_equal(guise_token_duplicate(token, &options, &ret), -EINVAL);
	assert_int_equal(guise_token_duplicate(token, NULL, &ret), -EINVAL);
	assert_int_equal(guise_token_duplicate(NULL, &options, &ret), -EINVAL);
	assert_null(ret);
	(void)guise_token_unref(token);
}

/* A creator with @privileges at @level. */
static int create(uint64_t privileges, enum guise_level level,
		  bool session_exists)
{
	struct guise_token_builder *b = builder(), *wanted = builder();
	const struct guise_token *creator, *token = NULL;
	int r;

	guise_token_builder_privileges(b, GUISE_PRIVILEGE_ALL, privileges, 0);
	guise_token_builder_type(b, IMPERSONATION, level);
	creator = sealed(b);
	r = guise_token_create(wanted, creator, session_exists, &token);
	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	(void)guise_token_unref(creator);
	(void)guise_token_builder_free(wanted);
	return r;
}

static void creating_takes_the_privilege_and_a_session(void **state)
{
	const uint64_t has = GUISE_PRIVILEGE_BIT(GUISE_SE_CREATE_TOKEN);

	(void)state;
	assert_int_equal(create(has, GUISE_LEVEL_IMPERSONATION, true), 0);
	assert_int_equal(create(~has, GUISE_LEVEL_IMPERSONATION, true),
			 GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(create(has, GUISE_LEVEL_IDENTIFICATION, true),
			 GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(create(has, GUISE_LEVEL_IMPERSONATION, false),
			 GUISE_E_NO_SUCH_LOGON_SESSION);
}

/* Credentials that count how often they ended. */
struct counted {
	struct guise_credentials credentials;
	unsigned ended;
};

static void count_end(struct guise_credentials *credentials)
{
	((struct counted *)credentials)->ended++;
}

static const struct guise_token *
carrying(struct counted *c, enum guise_token_type type, enum guise_level level)
{
	struct guise_token_builder *b = builder();

	*c = (struct counted){.credentials = {1, count_end}};
	add(b, "BU", GUISE_GROUP_USUAL);
	guise_token_builder_unix(b, 1000, 1000, NULL, 0);
	guise_token_builder_type(b, type, level);
	token_builder_credentials(b, &c->credentials);
	(void)credentials_unref(&c->credentials);
	return sealed(b);
}

static void credentials_end_with_the_last_token(void **state)
{
	const struct guise_token *token, *copy;
	struct counted c;

	(void)state;
	token = carrying(&c, IMPERSONATION, GUISE_LEVEL_DELEGATION);
	assert_ptr_equal(token_credentials(token), &c);
	assert_ptr_equal(token_network_credentials(token), &c);
	assert_int_equal(duplicate(token, IMPERSONATION, GUISE_LEVEL_DELEGATION,
				   false, &copy),
			 0);
	assert_ptr_equal(token_network_credentials(copy), &c);
	(void)guise_token_unref(token);
	assert_int_equal(c.ended, 0);
	assert_int_equal(
		guise_token_adjust_privileges(copy, NULL, 0, 7, &token, NULL),
		0);
	(void)guise_token_unref(copy);
	assert_ptr_equal(token_network_credentials(token), &c);
	assert_int_equal(c.ended, 0);
	(void)guise_token_unref(token);
	assert_int_equal(c.ended, 1);
}

/* A client that was lowered is not raised by way of a primary token. */
static void what_was_lowered_has_no_credentials_any_more(void **state)
{
	const struct guise_token *token, *low, *primary, *again;
	struct counted c;

	(void)state;
	token = carrying(&c, IMPERSONATION, GUISE_LEVEL_DELEGATION);
	for (int level = 0; level < 3; level++) {
		assert_int_equal(duplicate(token, IMPERSONATION,
					   (enum guise_level)level, level == 1,
					   &low),
				 0);
		assert_null(token_credentials(low));
		if (level == 2) {
			assert_int_equal(
				duplicate(low, PRIMARY, 2, false, &primary), 0);
			assert_int_equal(duplicate(primary, IMPERSONATION, 3,
						   false, &again),
					 0);
			assert_null(token_credentials(again));
			(void)guise_token_unref(primary);
			(void)guise_token_unref(again);
		}
		(void)guise_token_unref(low);
	}
	(void)guise_token_unref(token);
	assert_int_equal(c.ended, 1);
	for (int level = 0; level < 3; level++) {
		token = carrying(&c, IMPERSONATION, (enum guise_level)level);
		assert_null(token_credentials(token));
		assert_int_equal(c.ended, 1);
		(void)guise_token_unref(token);
	}
}

static void a_primary_token_keeps_credentials_and_uses_none(void **state)
{
	const struct guise_token *token, *primary, *again;
	struct counted c;

	(void)state;
	token = carrying(&c, IMPERSONATION, GUISE_LEVEL_DELEGATION);
	assert_int_equal(duplicate(token, PRIMARY, 3, false, &primary), 0);
	assert_null(token_network_credentials(primary));
	assert_int_equal(duplicate(primary, IMPERSONATION, 3, false, &again),
			 0);
	assert_ptr_equal(token_network_credentials(again), &c);
	(void)guise_token_unref(again);
	(void)guise_token_unref(primary);
	(void)guise_token_unref(token);
	assert_int_equal(c.ended, 1);
}

static void other_users_do_not_inherit_credentials(void **state)
{
	const struct guise_token *token, *copy;
	struct guise_token_builder *b = NULL;
	struct counted c;

	(void)state;
	token = carrying(&c, IMPERSONATION, GUISE_LEVEL_DELEGATION);
	for (int what = 0; what < 3; what++) {
		const struct guise_unix_identity *id = guise_token_unix(token);
		struct guise_sid user = guise_token_user(token)->sid;

		assert_int_equal(guise_token_builder_from(token, &b), 0);
		if (what == 1)
			user.sub[user.n_subs - 1]++;
		guise_token_builder_user(b, &user, 0);
		guise_token_builder_owner(b, &user);
		guise_token_builder_primary_group(b, &user);
		guise_token_builder_unix(b, id->uid + (what == 2), id->gid,
					 id->groups, id->n_groups);
		assert_int_equal(guise_token_builder_seal(b, &copy), 0);
		assert_ptr_equal(token_credentials(copy),
				 what == 0 ? &c : NULL);
		(void)guise_token_unref(copy);
		b = guise_token_builder_free(b);
	}
	(void)guise_token_unref(token);
	assert_int_equal(c.ended, 1);
}

static void restricted_tokens_have_no_network(void **state)
{
	static const struct guise_sid users = {
		.authority = 5, .sub = {32, 545}, .n_subs = 2};
	const struct guise_filter_options filter = {.size = sizeof(filter),
						    .restrict_to = &users,
						    .n_restrict_to = 1};
	const struct guise_token *token, *restricted;
	struct counted c;

	(void)state;
	token = carrying(&c, IMPERSONATION, GUISE_LEVEL_DELEGATION);
	assert_int_equal(guise_token_filter(token, &filter, &restricted), 0);
	assert_null(token_network_credentials(restricted));
	(void)guise_token_unref(restricted);
	(void)guise_token_unref(token);
	assert_int_equal(c.ended, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_impersonation_token_is_never_raised),
		cmocka_unit_test(only_a_full_client_becomes_a_primary_token),
		cmocka_unit_test(a_primary_token_becomes_anything),
		cmocka_unit_test(what_is_no_level_or_type_is_refused),
		cmocka_unit_test(a_duplicate_has_an_id_of_its_own_and_the_rest),
		cmocka_unit_test(duplicates_share_the_sids_of_the_sealed_token),
		cmocka_unit_test(effective_only_leaves_out_what_is_not_enabled),
		cmocka_unit_test(options_of_another_size_are_refused),
		cmocka_unit_test(creating_takes_the_privilege_and_a_session),
		cmocka_unit_test(credentials_end_with_the_last_token),
		cmocka_unit_test(what_was_lowered_has_no_credentials_any_more),
		cmocka_unit_test(
			a_primary_token_keeps_credentials_and_uses_none),
		cmocka_unit_test(other_users_do_not_inherit_credentials),
		cmocka_unit_test(restricted_tokens_have_no_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
