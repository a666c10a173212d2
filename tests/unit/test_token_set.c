/* SPDX-License-Identifier: Apache-2.0 */
/* Fields that may be set: NtSetInformationToken without its rights. */
#include "cmocka-wrap.h"

#include <errno.h>

#include "token-build.h"

#include "token-internal.h"
#include <guise/token-change.h>

/* @token, which this takes, with @value; NULL and *ret_error on failure. */
static const struct guise_token *set(const struct guise_token *token,
				     struct guise_token_value value,
				     int expected)
{
	const struct guise_token *ret = NULL;

	value.size = sizeof(value);
	assert_int_equal(guise_token_set(token, &value, 77, &ret), expected);
	if (expected < 0) {
		assert_null(ret);
		return token;
	}
	assert_int_equal(guise_token_modified_id(ret), 77);
	assert_int_equal(guise_token_id(ret), guise_token_id(token));
	(void)guise_token_unref(token);
	return ret;
}

static const struct guise_token *set_sid(const struct guise_token *token,
					 enum guise_token_field field,
					 const char *text, int expected)
{
	const struct guise_sid sid = sid_of(text);

	return set(token,
		   (struct guise_token_value){.field = field, .sid = &sid},
		   expected);
}

static const struct guise_token *set_number(const struct guise_token *token,
					    enum guise_token_field field,
					    uint32_t number, int expected)
{
	return set(token,
		   (struct guise_token_value){.field = field, .number = number},
		   expected);
}

static const struct guise_token *base(void)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid me = sid_of("ME");

	add(b, "BA", GUISE_GROUP_USUAL | GUISE_GROUP_OWNER);
	add(b, "BU", GUISE_GROUP_USUAL);
	add(b, "SO", GUISE_GROUP_OWNER | GUISE_GROUP_USE_FOR_DENY_ONLY);
	guise_token_builder_integrity(b, &me);
	add(b, "WD", GUISE_GROUP_USUAL);
	guise_token_builder_ids(b, 11, 12, 0);
	return sealed(b);
}

static void the_owner_is_the_user_or_a_group_that_may(void **state)
{
	const enum guise_token_field owner = GUISE_TOKEN_FIELD_OWNER;
	const struct guise_token *t = base();
	const struct guise_sid ba = sid_of("BA");

	(void)state;
	t = set_sid(t, owner, "BU", GUISE_E_INVALID_OWNER);
	t = set_sid(t, owner, "SO", GUISE_E_INVALID_OWNER);
	t = set_sid(t, owner, "SY", GUISE_E_INVALID_OWNER);
	t = set_sid(t, owner, "BA", 0);
	assert_true(guise_sid_equal(guise_token_owner(t), &ba));
	t = set_sid(t, owner, USER, 0);
	t = set(t, (struct guise_token_value){.field = owner}, -EINVAL);
	(void)guise_token_unref(t);
}

static void the_primary_group_is_the_user_or_any_group(void **state)
{
	const enum guise_token_field group = GUISE_TOKEN_FIELD_PRIMARY_GROUP;
	const struct guise_token *t = base();
	const struct guise_sid so = sid_of("SO");

	(void)state;
	t = set_sid(t, group, "SY", GUISE_E_INVALID_PRIMARY_GROUP);
	t = set_sid(t, group, USER, 0);
	t = set_sid(t, group, "SO", 0);
	assert_true(guise_sid_equal(guise_token_primary_group(t), &so));
	(void)guise_token_unref(t);
}

static const struct guise_acl *dacl_of(unsigned n_aces)
{
	struct guise_ace aces[200] = {0};
	const struct guise_acl *acl = NULL;

	for (unsigned i = 0; i < n_aces; i++)
		aces[i].sid = sid_of(USER);
	assert_int_equal(guise_acl_new(0, aces, n_aces, &acl), 0);
	return acl;
}

/* ACEs for the user are 36 bytes: 113 of them are 4068. With the header
 * of the DACL and the primary group, 24, there is room for no more. */
static void a_default_dacl_has_limited_room(void **state)
{
	const struct guise_acl *small = dacl_of(113), *large = dacl_of(114);
	const struct guise_token *t = base();
	struct guise_token_value value = {
		.field = GUISE_TOKEN_FIELD_DEFAULT_DACL, .dacl = large};

	(void)state;
	assert_int_equal(guise_token_dynamic_charged(t), 4096);
	assert_int_equal(guise_token_dynamic_used(t), 16);
	t = set(t, value, GUISE_E_ALLOTTED_SPACE_EXCEEDED);
	value.dacl = small;
	t = set(t, value, 0);
	assert_ptr_equal(guise_token_default_dacl(t), small);
	assert_int_equal(guise_token_dynamic_used(t), 4092);
	value.dacl = NULL;
	t = set(t, value, 0);
	assert_null(guise_token_default_dacl(t));
	(void)guise_acl_unref(small);
	(void)guise_acl_unref(large);
	(void)guise_token_unref(t);
}

/* What a token was made with may be set again. */
static void a_larger_room_stays_as_large(void **state)
{
	const struct guise_acl *large = dacl_of(150);
	struct guise_token_builder *b = builder();
	const struct guise_token *t;

	(void)state;
	guise_token_builder_default_dacl(b, large);
	t = sealed(b);
	assert_true(guise_token_dynamic_charged(t) > 4096);
	t = set(t,
		(struct guise_token_value){
			.field = GUISE_TOKEN_FIELD_DEFAULT_DACL, .dacl = large},
		0);
	(void)guise_acl_unref(large);
	(void)guise_token_unref(t);
}

static void numbers_are_set(void **state)
{
	const struct guise_token *t = base();

	(void)state;
	t = set_number(t, GUISE_TOKEN_FIELD_SESSION_ID, 3, 0);
	assert_int_equal(guise_token_session(t), 3);
	t = set_number(t, GUISE_TOKEN_FIELD_UI_ACCESS, 1, 0);
	assert_true(guise_token_flags(t) & GUISE_TOKEN_UI_ACCESS);
	t = set_number(t, GUISE_TOKEN_FIELD_UI_ACCESS, 0, 0);
	assert_false(guise_token_flags(t) & GUISE_TOKEN_UI_ACCESS);
	t = set_number(t, GUISE_TOKEN_FIELD_MANDATORY_POLICY, 3, 0);
	assert_int_equal(guise_token_mandatory_policy(t), 3);
	t = set_number(t, GUISE_TOKEN_FIELD_MANDATORY_POLICY, 4,
		       GUISE_E_INVALID_TOKEN);
	(void)guise_token_unref(t);
}

static void virtualization_is_enabled_where_it_is_allowed(void **state)
{
	const enum guise_token_field
		allowed = GUISE_TOKEN_FIELD_VIRTUALIZATION_ALLOWED,
		enabled = GUISE_TOKEN_FIELD_VIRTUALIZATION_ENABLED;
	const struct guise_token *t = base();

	(void)state;
	t = set_number(t, enabled, 1, GUISE_E_INVALID_TOKEN);
	t = set_number(t, enabled, 0, 0);
	t = set_number(t, allowed, 1, 0);
	t = set_number(t, enabled, 1, 0);
	assert_int_equal(guise_token_flags(t),
			 GUISE_TOKEN_VIRTUALIZE_ALLOWED |
				 GUISE_TOKEN_VIRTUALIZE_ENABLED);
	t = set_number(t, allowed, 0, 0);
	assert_int_equal(guise_token_flags(t), 0);
	(void)guise_token_unref(t);
}

static void origin_and_audit_policy_are_set_once(void **state)
{
	static const uint8_t policy[] = {0x12};
	const struct guise_token_value origin = {
		.field = GUISE_TOKEN_FIELD_ORIGIN, .luid = 5};
	struct guise_token_value audit = {
		.field = GUISE_TOKEN_FIELD_AUDIT_POLICY,
		.bytes = policy,
		.bytes_size = 1};
	const struct guise_token *t = base();

	(void)state;
	t = set(t, origin, 0);
	assert_int_equal(guise_token_origin(t), 5);
	t = set(t, origin, GUISE_E_INVALID_TOKEN);
	audit.bytes_size = GUISE_AUDIT_POLICY_SIZE + 1;
	t = set(t, audit, GUISE_E_LIMIT);
	audit.bytes_size = 1;
	t = set(t, audit, 0);
	assert_int_equal(guise_token_audit_policy(t)[0], 0x12);
	t = set(t, audit, GUISE_E_INVALID_TOKEN);
	(void)guise_token_unref(t);
}

/* In its place: the groups keep their order. */
static void the_label_is_replaced(void **state)
{
	const enum guise_token_field label = GUISE_TOKEN_FIELD_INTEGRITY;
	const struct guise_sid_and_attributes *groups;
	const struct guise_token *t = base();
	size_t n;

	(void)state;
	t = set_sid(t, label, "LW", 0);
	assert_int_equal(guise_token_integrity(t)->sub[0], 0x1000);
	groups = guise_token_groups(t, &n);
	assert_int_equal(n, 5);
	assert_int_equal(groups[3].attributes, 0x60);
	t = set_sid(t, label, "S-1-16-8192-1", GUISE_E_INVALID_SID);
	t = set_sid(t, label, "BU", GUISE_E_INVALID_SID);
	(void)guise_token_unref(t);
	t = set_sid(sealed(builder()), label, "HI", 0);
	assert_int_equal(guise_token_integrity(t)->sub[0], 0x3000);
	(void)guise_token_unref(t);
}

#define N_MAX 3

/* Up to three attributes NAME == 7 and what to do with each. */
struct operations {
	const char *names[N_MAX];
	enum guise_attribute_operation what[N_MAX];
};

static const struct guise_token *operate(const struct guise_token *token,
					 struct operations o, int expected)
{
	const struct guise_claim_value seven = {.integer = 7};
	const struct guise_claims *set_of = NULL;
	struct guise_claim claims[N_MAX];
	size_t n = 0;

	for (; n < N_MAX && o.names[n]; n++)
		claims[n] = (struct guise_claim){
			.name = o.names[n],
			.name_size = strlen(o.names[n]),
			.type = GUISE_CLAIM_INT64,
			.values = &seven,
			.n_values = 1,
		};
	assert_int_equal(guise_claims_new(claims, n, &set_of), 0);
	token = set(token,
		    (struct guise_token_value){
			    .field = GUISE_TOKEN_FIELD_SECURITY_ATTRIBUTES,
			    .attributes = set_of,
			    .operations = o.what,
		    },
		    expected);
	(void)guise_claims_unref(set_of);
	return token;
}

/* Names of the token's attributes, a letter each. */
static void assert_attributes(const struct guise_token *token,
			      const char *names)
{
	const struct guise_claims *set_of =
		guise_token_claims(token, GUISE_CLAIMS_LOCAL);

	assert_int_equal(guise_claims_n(set_of), strlen(names));
	for (size_t i = 0; names[i]; i++)
		assert_int_equal(guise_claims_at(set_of, i)->name[0], names[i]);
}

static void attributes_are_added_replaced_and_deleted(void **state)
{
	const enum guise_attribute_operation ADD = GUISE_ATTRIBUTE_ADD,
					     DELETE = GUISE_ATTRIBUTE_DELETE,
					     REPLACE = GUISE_ATTRIBUTE_REPLACE,
					     NONE = GUISE_ATTRIBUTE_NONE;
	const struct guise_token *t = base();

	(void)state;
	t = operate(t,
		    (struct operations){{"a", "b", "c"}, {ADD, NONE, REPLACE}},
		    0);
	assert_attributes(t, "ac");
	t = operate(t, (struct operations){{"A"}, {ADD}},
		    GUISE_E_INVALID_TOKEN);
	t = operate(t, (struct operations){{"d"}, {DELETE}},
		    GUISE_E_INVALID_TOKEN);
	t = operate(t, (struct operations){{"C", "A"}, {DELETE, REPLACE}}, 0);
	assert_attributes(t, "A");
	t = operate(t, (struct operations){{"a"}, {NONE}}, 0);
	assert_attributes(t, "A");
	t = operate(t,
		    (struct operations){{"a"}, {GUISE_ATTRIBUTE_REPLACE_ALL}},
		    -EINVAL);
	t = operate(
		t,
		(struct operations){{"a"}, {(enum guise_attribute_operation)5}},
		-EINVAL);
	t = set(t,
		(struct guise_token_value){
			.field = GUISE_TOKEN_FIELD_SECURITY_ATTRIBUTES},
		0);
	assert_attributes(t, "");
	(void)guise_token_unref(t);
}

/* The attribute that makes a container a less privileged one takes effect. */
static void an_attribute_may_say_what_a_container_is(void **state)
{
	const struct guise_sid package = sid_of("S-1-15-2-1-2-3-4-5-6-7"),
			       restricted = sid_of("S-1-15-2-2");
	struct guise_token_builder *b = builder();
	const struct guise_token *t;

	(void)state;
	guise_token_builder_package(b, &package);
	t = sealed(b);
	assert_false(guise_token_is_member(t, &restricted));
	t = operate(t,
		    (struct operations){{"WIN://NOALLAPPPKG"},
					{GUISE_ATTRIBUTE_ADD}},
		    0);
	assert_true(guise_token_is_member(t, &restricted));
	(void)guise_token_unref(t);
}

static void what_is_no_field_is_refused(void **state)
{
	const struct guise_token *t = base(), *ret = NULL;
	const struct guise_token_value small = {.size = 8};

	(void)state;
	t = set_number(t, (enum guise_token_field)1, 0, -EINVAL);
	assert_int_equal(guise_token_set(t, &small, 1, &ret), -EINVAL);
	assert_int_equal(guise_token_set(t, NULL, 1, &ret), -EINVAL);
	(void)guise_token_unref(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_owner_is_the_user_or_a_group_that_may),
		cmocka_unit_test(the_primary_group_is_the_user_or_any_group),
		cmocka_unit_test(a_default_dacl_has_limited_room),
		cmocka_unit_test(a_larger_room_stays_as_large),
		cmocka_unit_test(numbers_are_set),
		cmocka_unit_test(virtualization_is_enabled_where_it_is_allowed),
		cmocka_unit_test(origin_and_audit_policy_are_set_once),
		cmocka_unit_test(the_label_is_replaced),
		cmocka_unit_test(attributes_are_added_replaced_and_deleted),
		cmocka_unit_test(an_attribute_may_say_what_a_container_is),
		cmocka_unit_test(what_is_no_field_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
