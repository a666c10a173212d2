/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens as bytes: there and back, and what is refused. */
#include "cmocka-wrap.h"

#include "guard-page.h"
#include "token-build.h"

#include "base.h"

/* What the second version of the bytes had not. */
static void add_more(struct guise_token_builder *b)
{
	guise_token_builder_parent_id(b, 21);
	guise_token_builder_modified_id(b, 22);
	guise_token_builder_source_id(b, 23);
	guise_token_builder_expiration(b, -24);
	guise_token_builder_session(b, 25);
	guise_token_builder_package_number(b, 26);
	guise_token_builder_elevation(b, GUISE_ELEVATION_LIMITED);
	guise_token_builder_audit_policy(b, "\x12\x34", 2);
}

/* A token with something in every field. */
static const struct guise_token *full_token(void)
{
	static const uint32_t groups[] = {100, 200};
	const struct guise_sid bu = sid_of("BU"), hi = sid_of("HI"),
			       rc = sid_of("RC"), au = sid_of("AU"),
			       ba = sid_of("BA"),
			       trust = sid_of("S-1-19-512-4096"),
			       package = sid_of("S-1-15-2-1-2-3-4-5-6-7"),
			       capability = sid_of("S-1-15-3-1");
	const struct guise_sd *sd = sd_of("D:(A;;FA;;;BA)(D;OICI;FR;;;BU)");
	struct guise_token_builder *b = builder();

	add(b, "BU", GUISE_GROUP_USUAL);
	add(b, "BA", GUISE_GROUP_OWNER | GUISE_GROUP_USUAL);
	guise_token_builder_restricted_sid(b, &rc);
	guise_token_builder_device_group(b, &au, GUISE_GROUP_USUAL);
	guise_token_builder_privileges(b, GUISE_PRIVILEGE_ALL, 0x300, 0x100);
	guise_token_builder_flags(b, GUISE_TOKEN_WRITE_RESTRICTED |
					     GUISE_TOKEN_LESS_PRIVILEGED);
	guise_token_builder_trust_level(b, &trust);
	add_claim(b, GUISE_CLAIMS_USER, "department", 0);
	add_claim(b, GUISE_CLAIMS_DEVICE, "managed", GUISE_CLAIM_MANDATORY);
	add_claim(b, GUISE_CLAIMS_LOCAL, "WIN://NOALLAPPPKG", 0);
	add_claim(b, GUISE_CLAIMS_RESTRICTED_USER, "department", 0);
	add_claim(b, GUISE_CLAIMS_RESTRICTED_DEVICE, "managed", 0);
	guise_token_builder_owner(b, &ba);
	guise_token_builder_primary_group(b, &bu);
	guise_token_builder_default_dacl(b, guise_sd_dacl(sd));
	guise_token_builder_integrity(b, &hi);
	guise_token_builder_mandatory_policy(b, 3);
	guise_token_builder_ids(b, 11, 12, 13);
	guise_token_builder_source(b, "guise");
	guise_token_builder_name(b, "alice");
	guise_token_builder_unix(b, 1000, 1001, groups, 2);
	guise_token_builder_capabilities(b, 5);
	guise_token_builder_package(b, &package);
	guise_token_builder_capability(b, &capability, GUISE_GROUP_ENABLED);
	(void)guise_sd_unref(sd);
	add_more(b);
	return sealed(b);
}

static struct guise_buf encoded(const struct guise_token *token)
{
	struct guise_buf bytes = {0};

	assert_int_equal(guise_token_encode(token, &bytes), 0);
	return bytes;
}

static void bytes_and_back_is_the_same_token(void **state)
{
	const struct guise_token *token = full_token(), *again = NULL;
	struct guise_buf bytes = encoded(token), twice;

	(void)state;
	assert_int_equal(guise_token_decode(bytes.data, bytes.size, &again), 0);
	twice = encoded(again);
	assert_int_equal(twice.size, bytes.size);
	assert_memory_equal(twice.data, bytes.data, bytes.size);
	assert_string_equal(guise_token_name(again), "alice");
	assert_int_equal(guise_token_parent_id(again), 21);
	assert_int_equal(guise_token_modified_id(again), 22);
	assert_int_equal(guise_token_source_id(again), 23);
	assert_int_equal(guise_token_expiration(again), -24);
	assert_int_equal(guise_token_session(again), 25);
	assert_int_equal(guise_token_package_number(again), 26);
	assert_int_equal(guise_token_elevation(again), GUISE_ELEVATION_LIMITED);
	assert_int_equal(guise_token_audit_policy(again)[1], 0x34);
	assert_string_equal(guise_token_source(again), "guise");
	assert_int_equal(guise_token_unix(again)->groups[1], 200);
	assert_true(guise_acl_equal(guise_token_default_dacl(again),
				    guise_token_default_dacl(token)));
	assert_non_null(guise_token_package(again));
	assert_int_equal(guise_token_trust_level(again)->sub[1], 4096);
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		assert_int_equal(
			guise_claims_n(guise_token_claims(
				again, (enum guise_token_claims_kind)kind)),
			1);
	guise_buf_clear(&bytes);
	guise_buf_clear(&twice);
	again = guise_token_unref(again);
	token = guise_token_unref(token);
}

static void a_copy_through_a_builder_is_the_same_but_its_id(void **state)
{
	const struct guise_token *token = full_token(), *copy;
	struct guise_token_builder *b = NULL;
	struct guise_buf one = encoded(token), other;

	(void)state;
	assert_int_equal(guise_token_builder_from(token, &b), 0);
	copy = sealed(b);
	assert_int_equal(guise_token_id(copy), 0);
	copy = guise_token_unref(copy);
	assert_int_equal(guise_token_builder_from(token, &b), 0);
	guise_token_builder_ids(b, 11, 12, 13);
	copy = sealed(b);
	other = encoded(copy);
	assert_int_equal(one.size, other.size);
	assert_memory_equal(one.data, other.data, one.size);
	guise_buf_clear(&one);
	guise_buf_clear(&other);
	copy = guise_token_unref(copy);
	token = guise_token_unref(token);
}

/* Where in the bytes of a token without a name or Unix groups they begin and
 * how many they are. */
#define MORE_AT (64 + 20 + 10)
#define MORE_SIZE (4 * 8 + 2 * 4 + 1 + GUISE_AUDIT_POLICY_SIZE)

static struct guise_buf of_version_2(const struct guise_token *token)
{
	struct guise_buf bytes = encoded(token);
	uint8_t *more = bytes.data + MORE_AT;

	bytes.size -= MORE_SIZE;
	memmove(more, more + MORE_SIZE, bytes.size - MORE_AT);
	bytes.data[4] = 2;
	return bytes;
}

static void an_older_version_is_still_read(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token, *again = NULL;
	const struct guise_sid rc = sid_of("RC");
	struct guise_buf bytes;

	(void)state;
	guise_token_builder_restricted_sid(b, &rc);
	guise_token_builder_ids(b, 11, 12, 13);
	token = sealed(b);
	bytes = of_version_2(token);
	bytes.data[8] = 0x10; /* filtered, then */
	assert_int_equal(guise_token_decode(bytes.data, bytes.size, &again), 0);
	assert_int_equal(guise_token_flags(again),
			 GUISE_TOKEN_IS_FILTERED | GUISE_TOKEN_IS_RESTRICTED);
	assert_int_equal(guise_token_modified_id(again), 11);
	assert_int_equal(guise_token_elevation(again), GUISE_ELEVATION_DEFAULT);
	assert_int_equal(guise_token_expiration(again),
			 GUISE_TOKEN_NEVER_EXPIRES);
	again = guise_token_unref(again);
	bytes.data[9] = 0x08; /* filtered, now */
	assert_int_equal(guise_token_decode(bytes.data, bytes.size, &again),
			 GUISE_E_INVALID_TOKEN);
	guise_buf_clear(&bytes);
	token = guise_token_unref(token);
}

/* A token has one encoding: who has restricting SIDs says so. */
static void restricting_sids_come_with_their_flag(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token, *again = NULL;
	const struct guise_sid rc = sid_of("RC");
	struct guise_buf bytes;

	(void)state;
	guise_token_builder_restricted_sid(b, &rc);
	token = sealed(b);
	bytes = encoded(token);
	assert_int_equal(bytes.data[8], GUISE_TOKEN_IS_RESTRICTED);
	bytes.data[8] = 0;
	assert_int_equal(guise_token_decode(bytes.data, bytes.size, &again),
			 GUISE_E_INVALID_TOKEN);
	guise_buf_clear(&bytes);
	token = guise_token_unref(token);
}

/* A token carries a set or none: an empty one would be a second way to say so.
 */
static void an_empty_set_of_claims_is_none(void **state)
{
	const struct guise_claims *empty = NULL;
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	assert_int_equal(guise_claims_new(NULL, 0, &empty), 0);
	guise_token_builder_claims(b, GUISE_CLAIMS_USER, empty);
	empty = guise_claims_unref(empty);
	token = sealed(b);
	assert_null(guise_token_claims(token, GUISE_CLAIMS_USER));
	token = guise_token_unref(token);
}

/* Five counts of claims end the bytes of a token without any. */
static void counts_of_claims_are_not_believed(void **state)
{
	const struct guise_token *token = sealed(builder()), *again = NULL;
	struct guise_buf bytes = encoded(token);

	(void)state;
	for (size_t back = 1; back <= 5 * 4; back++) {
		uint8_t *at = bytes.data + bytes.size - back;

		*at = 1;
		assert_int_equal(
			guise_token_decode(bytes.data, bytes.size, &again),
			GUISE_E_INVALID_TOKEN);
		*at = 0;
	}
	assert_null(again);
	guise_buf_clear(&bytes);
	token = guise_token_unref(token);
}

static void every_truncation_of_the_bytes_is_refused(void **state)
{
	const struct guise_token *token = full_token(), *again = NULL;
	struct guise_buf bytes = encoded(token);
	struct guard_page guard = guard_page_new(bytes.size + 1);
	uint8_t zero = 0;

	(void)state;
	for (size_t n = 0; n < bytes.size; n++) {
		uint8_t *at = guard_page_place(&guard, bytes.data, n);

		assert_int_equal(guise_token_decode(at, n, &again),
				 GUISE_E_INVALID_TOKEN);
		assert_null(again);
	}
	bytes.data = realloc(bytes.data, bytes.size + 1);
	bytes.data[bytes.size] = zero;
	assert_int_equal(guise_token_decode(bytes.data, bytes.size + 1, &again),
			 GUISE_E_INVALID_TOKEN);
	guard_page_free(&guard);
	guise_buf_clear(&bytes);
	token = guise_token_unref(token);
}

/* A flip is refused, or it makes a token that encodes to just those bytes. */
static void every_bit_of_the_bytes_means_something(void **state)
{
	const struct guise_token *token = full_token();
	struct guise_buf bytes = encoded(token), other;
	size_t n_refused = 0;

	(void)state;
	for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
		const struct guise_token *again = NULL;

		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (guise_token_decode(bytes.data, bytes.size, &again) == 0) {
			other = encoded(again);
			assert_int_equal(other.size, bytes.size);
			assert_memory_equal(other.data, bytes.data, bytes.size);
			guise_buf_clear(&other);
			again = guise_token_unref(again);
		} else {
			n_refused++;
		}
		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(n_refused > 100);
	guise_buf_clear(&bytes);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_and_back_is_the_same_token),
		cmocka_unit_test(
			a_copy_through_a_builder_is_the_same_but_its_id),
		cmocka_unit_test(an_older_version_is_still_read),
		cmocka_unit_test(restricting_sids_come_with_their_flag),
		cmocka_unit_test(an_empty_set_of_claims_is_none),
		cmocka_unit_test(counts_of_claims_are_not_believed),
		cmocka_unit_test(every_truncation_of_the_bytes_is_refused),
		cmocka_unit_test(every_bit_of_the_bytes_means_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
