/* SPDX-License-Identifier: Apache-2.0 */
/* What a SID of a token counts for: as user, as group, in the restricting list,
 * as device group, as package or capability. */
#include "cmocka-wrap.h"

#include "token-build.h"

#include "sid-hash.h"
#include "token-internal.h"

#define PACKAGE "S-1-15-2-1-2-3-4-5-6-7"
#define CAPABILITY "S-1-15-3-1"
#define ALL_PACKAGES "S-1-15-2-1"
#define ALL_RESTRICTED_PACKAGES "S-1-15-2-2"

static void add_device(struct guise_token_builder *b, const char *sid,
		       uint32_t how)
{
	struct guise_sid group = sid_of(sid);

	guise_token_builder_device_group(b, &group, how);
}

static void add_capability(struct guise_token_builder *b, const char *sid,
			   uint32_t how)
{
	struct guise_sid capability = sid_of(sid);

	guise_token_builder_capability(b, &capability, how);
}

static struct guise_token_builder *container(void)
{
	struct guise_token_builder *b = builder();
	struct guise_sid package = sid_of(PACKAGE);

	guise_token_builder_package(b, &package);
	return b;
}

/* What the access check sees: nothing without the filter's consent. */
static unsigned bits_of(const struct guise_token *token, const char *text)
{
	struct guise_sid sid = sid_of(text);
	uint32_t hash = sid_hash(&sid);

	return token_may_hold(token, hash) ? token_match(token, hash, &sid) : 0;
}

static bool is_member(const struct guise_token *token, const char *text)
{
	struct guise_sid sid = sid_of(text);

	return guise_token_is_member(token, &sid);
}

static bool has_capability(const struct guise_token *token, const char *text)
{
	struct guise_sid sid = sid_of(text);

	return guise_token_has_capability(token, &sid);
}

static void deny_only_somewhere_is_a_member_nowhere(void **state)
{
	const struct guise_sid user = sid_of(USER), bu = sid_of("BU"),
			       wd = sid_of("WD"), ba = sid_of("BA");
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	guise_token_builder_user(b, &user, GUISE_GROUP_USE_FOR_DENY_ONLY);
	add(b, "BU", GUISE_GROUP_USUAL);
	add(b, "WD", GUISE_GROUP_USUAL);
	add(b, "BU", GUISE_GROUP_USE_FOR_DENY_ONLY);
	add(b, "BA", GUISE_GROUP_MANDATORY);
	token = sealed(b);
	assert_false(guise_token_is_member(token, &user));
	assert_false(guise_token_is_member(token, &bu));
	assert_false(guise_token_is_member(token, &ba));
	assert_true(guise_token_is_member(token, &wd));
	assert_false(guise_token_is_member(NULL, &wd));
	token = guise_token_unref(token);
}

static void a_restricted_token_is_a_member_twice_or_not(void **state)
{
	const struct guise_sid user = sid_of(USER), bu = sid_of("BU"),
			       rc = sid_of("RC");
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	add(b, "BU", GUISE_GROUP_USUAL);
	guise_token_builder_restricted_sid(b, &bu);
	guise_token_builder_restricted_sid(b, &rc);
	token = sealed(b);
	assert_true(guise_token_is_restricted(token));
	assert_true(guise_token_is_member(token, &bu));
	assert_false(guise_token_is_member(token, &user));
	assert_false(guise_token_is_member(token, &rc));
	token = guise_token_unref(token);
}

static void every_one_of_many_sids_is_found(void **state)
{
	struct guise_sid sid = sid_of(USER);
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		sid.sub[4] = 100000 + 2 * i;
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	token = sealed(b);
	for (uint32_t i = 0; i < 6000; i++) {
		sid.sub[4] = 100000 + i;
		assert_int_equal(guise_token_is_member(token, &sid), !(i & 1));
	}
	token = guise_token_unref(token);
}

static void what_lies_behind_a_sid_does_not_matter(void **state)
{
	const struct guise_sid clean = sid_of("BU");
	struct guise_sid dirty = clean;
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	dirty.sub[9] = 7;
	dirty.zero[1] = 7;
	guise_token_builder_group(b, &dirty, GUISE_GROUP_USUAL);
	token = sealed(b);
	assert_true(guise_token_is_member(token, &clean));
	token = guise_token_unref(token);
}

static void each_attribute_of_a_group_has_its_bits(void **state)
{
	static const struct {
		uint32_t attributes;
		unsigned group, device, capability;
	} rows[] = {
		{0, 0, 0, 0},
		{GUISE_GROUP_MANDATORY | GUISE_GROUP_ENABLED_BY_DEFAULT, 0, 0,
		 0},
		{GUISE_GROUP_ENABLED, TOKEN_MATCH_ALLOW | TOKEN_MATCH_DENY,
		 TOKEN_MATCH_DEVICE | TOKEN_MATCH_DEVICE_DENY,
		 TOKEN_MATCH_PACKAGE | TOKEN_MATCH_PACKAGE_DENY},
		{GUISE_GROUP_USUAL, TOKEN_MATCH_ALLOW | TOKEN_MATCH_DENY,
		 TOKEN_MATCH_DEVICE | TOKEN_MATCH_DEVICE_DENY,
		 TOKEN_MATCH_PACKAGE | TOKEN_MATCH_PACKAGE_DENY},
		{GUISE_GROUP_USE_FOR_DENY_ONLY, TOKEN_MATCH_DENY,
		 TOKEN_MATCH_DEVICE_DENY, TOKEN_MATCH_PACKAGE_DENY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_token_builder *b = container();
		const struct guise_token *token;

		add(b, "BU", rows[i].attributes);
		add_device(b, "BG", rows[i].attributes);
		add_capability(b, CAPABILITY, rows[i].attributes);
		token = sealed(b);
		assert_int_equal(bits_of(token, "BU"), rows[i].group);
		assert_int_equal(bits_of(token, "BG"), rows[i].device);
		assert_int_equal(bits_of(token, CAPABILITY),
				 rows[i].capability);
		token = guise_token_unref(token);
	}
}

/* Kinds add up for one SID and never lend each other their meaning. */
static void one_sid_may_be_of_several_kinds(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid bu = sid_of("BU");
	const struct guise_token *token;

	(void)state;
	add_device(b, "BU", GUISE_GROUP_USUAL);
	add_device(b, "BG", GUISE_GROUP_USUAL);
	add(b, "BU", GUISE_GROUP_USE_FOR_DENY_ONLY);
	guise_token_builder_restricted_sid(b, &bu);
	token = sealed(b);
	assert_int_equal(bits_of(token, "BU"),
			 TOKEN_MATCH_DEVICE | TOKEN_MATCH_DEVICE_DENY |
				 TOKEN_MATCH_DENY | TOKEN_MATCH_RESTRICTED);
	assert_int_equal(bits_of(token, "BG"),
			 TOKEN_MATCH_DEVICE | TOKEN_MATCH_DEVICE_DENY);
	assert_false(is_member(token, "BU"));
	assert_false(is_member(token, "BG"));
	assert_false(has_capability(token, "BG"));
	token = guise_token_unref(token);
}

static void deny_only_wins_among_devices_and_capabilities(void **state)
{
	const uint32_t deny = GUISE_GROUP_USE_FOR_DENY_ONLY;
	struct guise_token_builder *b = container();
	const struct guise_token *token;

	(void)state;
	add_device(b, "BU", GUISE_GROUP_USUAL);
	add_device(b, "BU", deny);
	add_device(b, "BU", GUISE_GROUP_USUAL);
	add_capability(b, CAPABILITY, deny);
	add_capability(b, CAPABILITY, GUISE_GROUP_USUAL);
	token = sealed(b);
	assert_int_equal(bits_of(token, "BU"), TOKEN_MATCH_DEVICE_DENY);
	assert_int_equal(bits_of(token, CAPABILITY), TOKEN_MATCH_PACKAGE_DENY);
	assert_false(has_capability(token, CAPABILITY));
	token = guise_token_unref(token);
}

static void a_container_is_its_package_and_all_packages(void **state)
{
	const unsigned both = TOKEN_MATCH_PACKAGE | TOKEN_MATCH_PACKAGE_DENY;
	const struct guise_token *token = sealed(container());
	size_t n;

	(void)state;
	assert_int_equal(bits_of(token, PACKAGE), both);
	assert_int_equal(bits_of(token, ALL_PACKAGES), both);
	assert_int_equal(bits_of(token, ALL_RESTRICTED_PACKAGES), 0);
	(void)guise_token_capabilities(token, &n);
	assert_int_equal(n, 0);
	token = guise_token_unref(token);
	token = sealed(builder());
	assert_int_equal(bits_of(token, ALL_PACKAGES), 0);
	token = guise_token_unref(token);
}

static void expect_less_privileged(const struct guise_token *token, bool is)
{
	assert_int_equal(bits_of(token, ALL_PACKAGES) == 0, is);
	assert_int_equal(bits_of(token, ALL_RESTRICTED_PACKAGES) != 0, is);
	(void)guise_token_unref(token);
}

static void less_privileged_is_a_flag_or_a_claim(void **state)
{
	static const struct {
		const char *name;
		enum guise_token_claims_kind kind;
		uint32_t flags;
		bool is;
	} rows[] = {
		{"WIN://NOALLAPPPKG", GUISE_CLAIMS_LOCAL, 0, true},
		{"win://NoAllAppPkg", GUISE_CLAIMS_LOCAL, 0, true},
		{"WIN://NOALLAPPPKG", GUISE_CLAIMS_LOCAL, GUISE_CLAIM_DISABLED,
		 false},
		{"WIN://NOALLAPPPKG", GUISE_CLAIMS_USER, 0, false},
		{"WIN://NOALLAPPPK", GUISE_CLAIMS_LOCAL, 0, false},
	};
	struct guise_token_builder *b = container();

	(void)state;
	expect_less_privileged(sealed(container()), false);
	guise_token_builder_flags(b, GUISE_TOKEN_LESS_PRIVILEGED);
	expect_less_privileged(sealed(b), true);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		b = container();
		add_claim(b, rows[i].kind, rows[i].name, rows[i].flags);
		expect_less_privileged(sealed(b), rows[i].is);
	}
}

/* Windows' CheckTokenMembership without CTMF_INCLUDE_APPCONTAINER. */
static void a_container_is_no_member_of_its_users_groups(void **state)
{
	struct guise_token_builder *b = container();
	const struct guise_token *token;

	(void)state;
	add(b, "BU", GUISE_GROUP_USUAL);
	add_capability(b, CAPABILITY, GUISE_GROUP_USUAL);
	token = sealed(b);
	assert_false(is_member(token, "BU"));
	assert_false(is_member(token, USER));
	assert_true(is_member(token, PACKAGE));
	assert_true(is_member(token, CAPABILITY));
	assert_true(is_member(token, ALL_PACKAGES));
	token = guise_token_unref(token);
}

static void a_package_is_no_capability(void **state)
{
	struct guise_token_builder *b = container();
	const struct guise_token *token;

	(void)state;
	add(b, "BU", GUISE_GROUP_USUAL);
	add_capability(b, CAPABILITY, GUISE_GROUP_USUAL);
	add_capability(b, "S-1-15-3-2", 0);
	token = sealed(b);
	assert_true(has_capability(token, CAPABILITY));
	assert_false(has_capability(token, "S-1-15-3-2"));
	assert_false(has_capability(token, "S-1-15-3-3"));
	assert_false(has_capability(token, PACKAGE));
	assert_false(has_capability(token, ALL_PACKAGES));
	assert_false(has_capability(token, "BU"));
	assert_false(guise_token_has_capability(token, NULL));
	assert_false(guise_token_has_capability(NULL, NULL));
	token = guise_token_unref(token);
}

static void without_a_container_a_capability_is_a_membership(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	add(b, CAPABILITY, GUISE_GROUP_USUAL);
	add(b, "BU", GUISE_GROUP_USE_FOR_DENY_ONLY);
	token = sealed(b);
	assert_true(has_capability(token, CAPABILITY));
	assert_true(has_capability(token, USER));
	assert_false(has_capability(token, "BU"));
	assert_false(has_capability(token, "S-1-15-3-2"));
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deny_only_somewhere_is_a_member_nowhere),
		cmocka_unit_test(a_restricted_token_is_a_member_twice_or_not),
		cmocka_unit_test(every_one_of_many_sids_is_found),
		cmocka_unit_test(what_lies_behind_a_sid_does_not_matter),
		cmocka_unit_test(each_attribute_of_a_group_has_its_bits),
		cmocka_unit_test(one_sid_may_be_of_several_kinds),
		cmocka_unit_test(deny_only_wins_among_devices_and_capabilities),
		cmocka_unit_test(a_container_is_its_package_and_all_packages),
		cmocka_unit_test(less_privileged_is_a_flag_or_a_claim),
		cmocka_unit_test(a_container_is_no_member_of_its_users_groups),
		cmocka_unit_test(a_package_is_no_capability),
		cmocka_unit_test(
			without_a_container_a_capability_is_a_membership),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
