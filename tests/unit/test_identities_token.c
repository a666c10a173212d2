/* SPDX-License-Identifier: Apache-2.0 */
/* System accounts in both worlds. */
#include <stdio.h>

#include "cmocka-wrap.h"

#include <guise/access.h>
#include <guise/logon.h>
#include <guise/lookup.h>

#include "base.h"
#include "descriptor.h"
#include "identities-text.h"
#include "logon-token.h"

#define A "S-1-5-21-1-2-3"

static const char text[] =
	"[static]\n" A "-1105 = uid 20001\n" A "-513 = gid 20513\n" A
	"-520 = gid 20520\n" A "-9 = both 20009\n" A "-500 = uid 0\n";

static bool is_user(const struct guise_token *token, const char *sid)
{
	const struct guise_sid expected = sid_of(sid);

	return guise_sid_equal(&guise_token_user(token)->sid, &expected);
}

static bool has(const struct guise_token *token, const char *sid)
{
	const struct guise_sid expected = sid_of(sid);
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, &expected))
			return groups[i].attributes == GUISE_GROUP_USUAL;
	}
	return false;
}

static const struct guise_token *
unix_token(uint32_t uid, uint32_t gid, const uint32_t *groups, size_t n_groups)
{
	const struct guise_token *token = NULL;

	assert_int_equal(logon_token_of_unix(uid, gid, groups, n_groups, "u",
					     LOGON_NETWORK, 4711, &token),
			 0);
	return token;
}

static void a_user_of_a_domain_is_both(void **state)
{
	const uint32_t groups[] = {20513, 20520, 20999};
	const struct guise_identities *ids = identities_of(text);
	const struct guise_token *plain = unix_token(20001, 20513, groups, 3);
	const struct guise_token *token = NULL, *by_child = NULL;
	const struct guise_sid user = sid_of(A "-1105");
	const struct guise_sid primary = sid_of(A "-513");
	const struct guise_unix_identity *id;

	(void)state;
	assert_int_equal(guise_identities_token(ids, plain, &token), 0);
	assert_true(is_user(token, A "-1105"));
	assert_true(has(token, "S-1-22-1-20001"));
	assert_true(has(token, A "-513") && has(token, "S-1-22-2-20513"));
	assert_true(has(token, A "-520") && has(token, "S-1-22-2-20520"));
	assert_true(has(token, "S-1-22-2-20999"));
	assert_true(has(token, "S-1-1-0") && has(token, "S-1-5-2"));
	assert_true(guise_sid_equal(guise_token_owner(token), &user));
	assert_true(
		guise_sid_equal(guise_token_primary_group(token), &primary));
	assert_int_equal(guise_lookup_token(ids, plain, 0, &by_child), 0);
	assert_true(is_user(by_child, A "-1105") && has(by_child, A "-520"));
	by_child = guise_token_unref(by_child);
	id = guise_token_unix(token);
	assert_int_equal(id->uid, 20001);
	assert_int_equal(id->gid, 20513);
	assert_int_equal(id->n_groups, guise_token_unix(plain)->n_groups);
	assert_int_equal(guise_token_authentication_id(token), 4711);
	assert_true(guise_token_id(token) != guise_token_id(plain));
	assert_int_equal(guise_token_privileges(token),
			 guise_token_privileges(plain));
	assert_string_equal(guise_token_name(token), "u");
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

/* What is made by the user belongs to the user by either name. */
static void objects_default_to_the_domains_user(void **state)
{
	const struct guise_identities *ids = identities_of(text);
	const struct guise_token *plain = unix_token(20001, 20513, NULL, 0);
	const struct guise_token *token = NULL;
	const struct guise_sid user = sid_of(A "-1105");
	const struct guise_ace *ace;

	(void)state;
	assert_int_equal(guise_identities_token(ids, plain, &token), 0);
	ace = guise_acl_ace(guise_token_default_dacl(token), 0);
	assert_true(guise_sid_equal(&ace->sid, &user));
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

static void groups_may_be_mapped_alone(void **state)
{
	const uint32_t groups[] = {20520};
	const struct guise_identities *ids = identities_of(text);
	const struct guise_token *plain = unix_token(1234, 100, groups, 1);
	const struct guise_token *token = NULL;

	(void)state;
	assert_int_equal(guise_identities_token(ids, plain, &token), 0);
	assert_true(is_user(token, "S-1-22-1-1234"));
	assert_false(has(token, "S-1-22-1-1234"));
	assert_true(has(token, A "-520") && has(token, "S-1-22-2-20520"));
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

static void who_is_in_one_world_only_stays_there(void **state)
{
	const struct guise_identities *ids = identities_of(text);
	const struct guise_token *plain = unix_token(1234, 100, NULL, 0);
	const struct guise_token *token = NULL, *anonymous = NULL;

	(void)state;
	assert_int_equal(guise_identities_token(ids, plain, &token), 0);
	assert_ptr_equal(token, plain);
	token = guise_token_unref(token);
	/* not S-1-22-1-uid: somebody else's word */
	assert_int_equal(guise_token_anonymous(20001, 20513, &anonymous), 0);
	assert_int_equal(guise_identities_token(ids, anonymous, &token), 0);
	assert_ptr_equal(token, anonymous);
	token = guise_token_unref(token);
	anonymous = guise_token_unref(anonymous);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

static void nobody_is_a_group_of_their_own(void **state)
{
	const uint32_t groups[] = {20009};
	const struct guise_identities *ids = identities_of(text);
	const struct guise_token *plain = unix_token(20009, 20009, groups, 1);
	const struct guise_token *token = NULL;

	(void)state;
	assert_int_equal(guise_identities_token(ids, plain, &token), 0);
	assert_true(is_user(token, A "-9"));
	assert_false(has(token, A "-9"));
	assert_true(has(token, "S-1-22-2-20009"));
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

static void the_token_is_as_good_as_before(void **state)
{
	const uint32_t groups[] = {20513};
	const struct guise_identities *ids = identities_of(text);
	const struct guise_token *plain = unix_token(20001, 20513, groups, 1);
	const struct guise_token *client = NULL, *token = NULL;

	(void)state;
	assert_int_equal(guise_token_at_level(plain, GUISE_LEVEL_IDENTIFICATION,
					      1, &client),
			 0);
	assert_int_equal(guise_identities_token(ids, client, &token), 0);
	assert_true(is_user(token, A "-1105"));
	assert_int_equal(guise_token_type(token), GUISE_TOKEN_IMPERSONATION);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IDENTIFICATION);
	token = guise_token_unref(token);
	client = guise_token_unref(client);
	assert_int_equal(guise_identities_token(NULL, plain, &token), -EINVAL);
	assert_int_equal(guise_identities_token(ids, NULL, &token), -EINVAL);
	assert_int_equal(guise_identities_token(ids, plain, NULL), -EINVAL);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_of_a_domain_is_both),
		cmocka_unit_test(objects_default_to_the_domains_user),
		cmocka_unit_test(groups_may_be_mapped_alone),
		cmocka_unit_test(who_is_in_one_world_only_stays_there),
		cmocka_unit_test(nobody_is_a_group_of_their_own),
		cmocka_unit_test(the_token_is_as_good_as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
