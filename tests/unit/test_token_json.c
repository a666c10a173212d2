/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens as JSON: what is refused, and that there and back is the same. */
#include "cmocka-wrap.h"
#include <jansson.h>

#include "descriptor.h"
#include "token-json.h"

#include "base.h"

#define USER "S-1-5-21-11-22-33-1001"

static int parse(const char *text, const struct guise_token **ret,
		 struct guise_error_info *error)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
	int r;

	*error = (struct guise_error_info){0};
	assert_non_null(json);
	r = token_from_json(json, NULL, ret, error);
	json_decref(json);
	return r;
}

static const struct guise_token *parsed(const char *text)
{
	const struct guise_token *token = NULL;
	struct guise_error_info error;

	if (parse(text, &token, &error) < 0)
		fail_msg("%s: %s", text, error.text);
	return token;
}

static const struct {
	const char *text;
	int code;
} refused[] = {
	{"1", -EINVAL},
	{"{}", GUISE_E_INVALID_SID},
	{"{\"user\": 7}", -EINVAL},
	{"{\"user\": \"alice\"}", GUISE_E_INVALID_SID},
	{"{\"user\": \"BU\", \"usr\": 1}", -EINVAL},
	{"{\"user\": \"BU\", \"groups\": \"BA\"}", -EINVAL},
	{"{\"user\": \"BU\", \"groups\": [7]}", -EINVAL},
	{"{\"user\": \"BU\", \"groups\": [{\"sid\": \"BA\", \"x\": 1}]}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"groups\": [{\"sid\": \"BA\","
	 " \"attributes\": [\"deny\"]}]}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"groups\": [{\"sid\": \"BA\","
	 " \"attributes\": [\"enabled\", \"deny_only\"]}]}",
	 GUISE_E_INVALID_TOKEN},
	{"{\"user\": \"BU\", \"privileges\": [\"SeFlyPrivilege\"]}",
	 GUISE_E_NO_SUCH_PRIVILEGE},
	{"{\"user\": \"BU\", \"privileges\": [{\"name\": \"SeTcbPrivilege\","
	 " \"attributes\": [\"owner\"]}]}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"type\": \"secondary\"}", -EINVAL},
	{"{\"user\": \"BU\", \"level\": 2}", -EINVAL},
	{"{\"user\": \"BU\", \"write_restricted\": 1}", -EINVAL},
	{"{\"user\": \"BU\", \"flags\": [\"lowbox\"]}", -EINVAL},
	{"{\"user\": \"BU\", \"flags\": [\"virtualize_enabled\"]}",
	 GUISE_E_INVALID_TOKEN},
	{"{\"user\": \"BU\", \"session_id\": 4294967296}", -EINVAL},
	{"{\"user\": \"BU\", \"session_id\": -1}", -EINVAL},
	{"{\"user\": \"BU\", \"elevation\": \"some\"}", -EINVAL},
	{"{\"user\": \"BU\", \"elevation\": 1}", -EINVAL},
	{"{\"user\": \"BU\", \"origin\": -1}", -EINVAL},
	{"{\"user\": \"BU\", \"origin\": \"0x\"}", -EINVAL},
	{"{\"user\": \"BU\", \"origin\": \"12\"}", -EINVAL},
	{"{\"user\": \"BU\", \"origin\": \"0x12345678901234567\"}", -EINVAL},
	{"{\"user\": \"BU\", \"authentication_id\": \"0xg\"}", -EINVAL},
	{"{\"user\": \"BU\", \"source\": \"123456789\"}", -EINVAL},
	{"{\"user\": \"BU\", \"app_container\": {\"package\":"
	 " \"S-1-15-2-1\", \"number\": \"1\"}}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"restricted_sids\": \"RC\"}", -EINVAL},
	{"{\"user\": \"BU\", \"integrity\": \"WD\"}", GUISE_E_INVALID_SID},
	{"{\"user\": \"BU\", \"mandatory_policy\": [\"off\"]}", -EINVAL},
	{"{\"user\": \"BU\", \"owner\": \"BA\"}", GUISE_E_INVALID_OWNER},
	{"{\"user\": \"BU\", \"primary_group\": \"BA\"}",
	 GUISE_E_INVALID_PRIMARY_GROUP},
	{"{\"user\": \"BU\", \"default_dacl\": \"O:BA\"}", -EINVAL},
	{"{\"user\": \"BU\", \"unix\": {\"uid\": 1}}", -EINVAL},
	{"{\"user\": \"BU\", \"unix\": {\"uid\": -1, \"gid\": 1}}", -EINVAL},
	{"{\"user\": \"BU\", \"unix\": {\"uid\": 4294967295, \"gid\": 1}}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"unix\": {\"uid\": 1, \"gid\": 1,"
	 " \"capabilities\": [\"cap_fly\"]}}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"unix\": {\"uid\": 1, \"gid\": 1,"
	 " \"capabilities\": [64]}}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"app_container\": {\"capabilities\": []}}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"app_container\": {\"package\":"
	 " \"S-1-15-2-9\", \"less_privileged\": 1}}",
	 -EINVAL},
	{"{\"user\": \"BU\", \"trust_level\": \"BA\"}", GUISE_E_INVALID_SID},
	{"{\"user\": \"BU\", \"trust_level\": 7}", -EINVAL},
};

static void what_is_no_token_is_refused_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		const struct guise_token *token = NULL;
		struct guise_error_info error;
		int r = parse(refused[i].text, &token, &error);

		if (r != refused[i].code)
			fail_msg("%s: %s", refused[i].text,
				 guise_error_name(r));
		assert_null(token);
		assert_true(error.text[0] != '\0');
	}
}

/* Sets of claims that are refused, as user_claims. */
static const struct {
	const char *claims;
	int code;
} refused_claims[] = {
	{"7", -EINVAL},
	{"[1]", -EINVAL},
	{"{\"a\": 1}", -EINVAL},
	{"{\"a\": []}", -EINVAL},
	{"{\"a\": [\"TI\"]}", -EINVAL},
	{"{\"a\": [\"TI\", 1]}", -EINVAL},
	{"{\"a\": [\"TZ\", [1]]}", -EINVAL},
	{"{\"a\": [\"TI\", [1], \"2\"]}", -EINVAL},
	{"{\"a\": [\"TI\", [1], -1]}", -EINVAL},
	{"{\"a\": [\"TI\", [1], 4294967296]}", -EINVAL},
	{"{\"a\": [\"TI\", [1], 0, 0]}", -EINVAL},
	{"{\"a\": [\"TI\", [1], \"source=1\"]}", -EINVAL},
	{"{\"a\": [\"TI\", [1.5]]}", -EINVAL},
	{"{\"a\": [\"TI\", [\"9223372036854775808\"]]}", -EINVAL},
	{"{\"a\": [\"TI\", [\"-9223372036854775809\"]]}", -EINVAL},
	{"{\"a\": [\"TU\", [-1]]}", -EINVAL},
	{"{\"a\": [\"TU\", [\"18446744073709551616\"]]}", -EINVAL},
	{"{\"a\": [\"TB\", [2]]}", -EINVAL},
	{"{\"a\": [\"TB\", [\"1\"]]}", -EINVAL},
	{"{\"a\": [\"TS\", [1]]}", -EINVAL},
	{"{\"a\": [\"TD\", [\"nobody\"]]}", GUISE_E_INVALID_SID},
	{"{\"a\": [\"TX\", [\"abc\"]]}", -EINVAL},
	{"{\"a\": [\"TX\", [\"xy\"]]}", -EINVAL},
	{"{\"\": [\"TI\", [1]]}", GUISE_E_INVALID_CLAIM},
	{"{\"a\": [\"TI\", [1]], \"A\": [\"TI\", [1]]}", GUISE_E_INVALID_CLAIM},
	{"{\"a\": [\"TI\", [42, 42]]}", GUISE_E_INVALID_CLAIM},
	{"{\"a\": [\"TB\", [0, false]]}", GUISE_E_INVALID_CLAIM},
	{"{\"a\": [\"TS\", [\"foo\", \"FOO\"]]}", GUISE_E_INVALID_CLAIM},
	{"[[\"a\"]]", -EINVAL},
	{"[[7, \"TI\", [1]]]", -EINVAL},
	{"[[\"a\", \"TI\", [1], \"source=\"]]", -EINVAL},
	{"[[\"a\", \"TI\", [1], \"source=-1\"]]", -EINVAL},
	{"[[\"a\", \"TI\", [1], \"spring=1\"]]", -EINVAL},
	/* what does not count must be well-formed all the same */
	{"[[\"a\", \"TI\", [\"x\"], \"source=0\"]]", -EINVAL},
	{"[[\"a\", \"TI\", [1, 1]]]", GUISE_E_INVALID_CLAIM},
};

static void claims_that_are_none_are_refused_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused_claims); i++) {
		const struct guise_token *token = NULL;
		struct guise_error_info error;
		char text[256];
		int r;

		(void)snprintf(text, sizeof(text),
			       "{\"user\": \"BU\", \"user_claims\": %s}",
			       refused_claims[i].claims);
		r = parse(text, &token, &error);
		if (r != refused_claims[i].code)
			fail_msg("%s: %s", text, guise_error_name(r));
		assert_null(token);
		assert_memory_equal(error.text, "user_claims: ", 13);
	}
}

static const struct guise_claim *claim_of(const struct guise_token *token,
					  size_t i)
{
	const struct guise_claims *claims =
		guise_token_claims(token, GUISE_CLAIMS_USER);

	assert_true(i < guise_claims_n(claims));
	return guise_claims_at(claims, i);
}

/* As a domain controller may send them, and as Windows then takes them. */
static void of_claims_with_one_name_the_last_counts(void **state)
{
	const struct guise_token *token =
		parsed("{\"user\": \"BU\", \"user_claims\": ["
		       "[\"dup\", \"TS\", [\"foo\"]],"
		       "[\"other\", \"TI\", [1], 2],"
		       "[\"DUP\", \"TU\", [42], \"source=2\"],"
		       "[\"dup\", \"TS\", [\"not me\"], \"source=3\"],"
		       "[\"gone\", \"TS\", [\"x\"], \"source=0\"]]}");

	(void)state;
	assert_int_equal(
		guise_claims_n(guise_token_claims(token, GUISE_CLAIMS_USER)),
		2);
	assert_int_equal(claim_of(token, 0)->type, GUISE_CLAIM_UINT64);
	assert_int_equal(claim_of(token, 0)->values[0].integer, 42);
	assert_int_equal(claim_of(token, 1)->flags, 2);
	token = guise_token_unref(token);
}

static void numbers_reach_to_the_ends_of_their_types(void **state)
{
	const struct guise_token *token =
		parsed("{\"user\": \"BU\", \"user_claims\": {"
		       "\"i\": [\"TI\", [-1, \"-9223372036854775808\","
		       " \"9223372036854775807\"]],"
		       "\"u\": [\"TU\", [0, \"18446744073709551615\"]]}}");

	(void)state;
	assert_true(claim_of(token, 0)->values[0].integer == -1);
	assert_true(claim_of(token, 0)->values[1].integer == INT64_MIN);
	assert_true(claim_of(token, 0)->values[2].integer == INT64_MAX);
	assert_true(claim_of(token, 1)->values[1].integer == -1);
	token = guise_token_unref(token);
}

static void a_bare_group_is_enabled_and_a_bare_privilege_too(void **state)
{
	const struct guise_token *token =
		parsed("{\"user\": \"" USER "\", \"groups\": [\"BU\"],"
		       " \"privileges\": [\"SeBackupPrivilege\"]}");
	const struct guise_sid bu = sid_of("BU");
	size_t n;

	(void)state;
	assert_true(guise_token_is_member(token, &bu));
	assert_int_equal(guise_token_groups(token, &n)->attributes,
			 GUISE_GROUP_USUAL);
	assert_true(guise_token_has_privilege(token, GUISE_SE_BACKUP));
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
	assert_int_equal(guise_token_type(token), GUISE_TOKEN_IMPERSONATION);
	assert_int_equal(guise_token_mandatory_policy(token), 0);
	token = guise_token_unref(token);
}

static void a_token_that_says_its_integrity_is_held_to_it(void **state)
{
	const struct guise_token *token =
		parsed("{\"user\": \"" USER "\", \"integrity\": \"low\"}");

	(void)state;
	assert_int_equal(guise_token_integrity(token)->sub[0], 0x1000);
	assert_int_equal(guise_token_mandatory_policy(token),
			 GUISE_MANDATORY_NO_WRITE_UP);
	token = guise_token_unref(token);
}

static const char *const full =
	"{\"user\": {\"sid\": \"" USER "\", \"attributes\": [\"deny_only\"]},"
	"\"groups\": [\"BU\", {\"sid\": \"BA\", \"attributes\":"
	" [\"enabled\", \"owner\"]}],"
	"\"privileges\": [\"SeTcbPrivilege\", {\"name\":"
	" \"SeBackupPrivilege\", \"attributes\": [\"enabled_by_default\"]}],"
	"\"type\": \"primary\", \"level\": \"delegation\","
	"\"restricted_sids\": [\"RC\", \"BU\"], \"write_restricted\": true,"
	"\"integrity\": \"high\", \"mandatory_policy\": [\"new_process_min\"],"
	"\"owner\": \"BA\", \"primary_group\": \"BU\","
	"\"default_dacl\": \"D:(A;;FA;;;BA)\", \"device_groups\": [\"AU\"],"
	"\"app_container\": {\"package\": \"S-1-15-2-1-2-3-4-5-6-7\","
	" \"capabilities\": [\"S-1-15-3-1\"], \"less_privileged\": true,"
	" \"number\": 4294967295},"
	"\"flags\": [\"filtered\", \"ui_access\", \"sandbox_inert\","
	" \"virtualize_allowed\", \"virtualize_enabled\"],"
	"\"session_id\": 4294967295, \"elevation\": \"limited\","
	"\"authentication_id\": \"0xfedcba9876543210\", \"origin\": 999,"
	"\"source\": \"12345678\","
	"\"trust_level\": \"S-1-19-512-4096\","
	"\"user_claims\": {\"i\": [\"TI\", [-1, 2]], \"s\": [\"TS\","
	" [\"\", \"a\\u00e9\"], 2], \"u\": [\"TU\","
	" [\"18446744073709551615\"]], \"b\": [\"TB\", [true, false]],"
	" \"d\": [\"TD\", [\"BA\", \"S-1-1-0\"]], \"x\": [\"TX\","
	" [\"\", \"00fF\"]], \"none\": [\"TS\", []]},"
	"\"device_claims\": {\"i\": [\"TI\", [1]]},"
	"\"local_claims\": {\"WIN://NOALLAPPPKG\": [\"TU\", [1]]},"
	"\"restricted_user_claims\": {\"i\": [\"TI\", [3]]},"
	"\"restricted_device_claims\": [[\"i\", \"TI\", [4]]],"
	"\"unix\": {\"uid\": 0, \"gid\": 1, \"groups\": [3, 2],"
	" \"capabilities\": [\"cap_chown\", 63]}, \"name\": \"alice\"}";

static void json_and_back_is_the_same_token(void **state)
{
	const struct guise_token *token = parsed(full), *again = NULL;
	struct guise_buf one = {0}, other = {0};
	struct guise_error_info error;
	json_t *json = token_to_json(token);

	(void)state;
	assert_non_null(json);
	assert_int_equal(token_from_json(json, NULL, &again, &error), 0);
	assert_int_equal(guise_token_encode(token, &one), 0);
	assert_int_equal(guise_token_encode(again, &other), 0);
	assert_int_equal(one.size, other.size);
	assert_memory_equal(one.data, other.data, one.size);
	json_decref(json);
	guise_buf_clear(&one);
	guise_buf_clear(&other);
	again = guise_token_unref(again);
	token = guise_token_unref(token);
}

static void the_full_token_has_what_it_says(void **state)
{
	const struct guise_token *token = parsed(full);

	(void)state;
	assert_int_equal(guise_token_authentication_id(token),
			 0xfedcba9876543210);
	assert_int_equal(guise_token_origin(token), 999);
	assert_int_equal(guise_token_session(token), UINT32_MAX);
	assert_int_equal(guise_token_package_number(token), UINT32_MAX);
	assert_int_equal(guise_token_elevation(token), GUISE_ELEVATION_LIMITED);
	assert_string_equal(guise_token_source(token), "12345678");
	assert_true(guise_token_flags(token) & GUISE_TOKEN_IS_FILTERED);
	token = guise_token_unref(token);
}

/* An empty list of restricting SIDs is none; the flag says that none is left.
 */
static void restricted_to_nothing_is_said_aloud(void **state)
{
	const struct guise_token *token =
		parsed("{\"user\": \"" USER "\", \"restricted_sids\": []}");

	(void)state;
	assert_false(guise_token_is_restricted(token));
	token = guise_token_unref(token);
	token = parsed("{\"user\": \"" USER "\", \"flags\": [\"restricted\"]}");
	assert_true(guise_token_is_restricted(token));
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_token_is_refused_with_a_reason),
		cmocka_unit_test(
			claims_that_are_none_are_refused_with_a_reason),
		cmocka_unit_test(of_claims_with_one_name_the_last_counts),
		cmocka_unit_test(numbers_reach_to_the_ends_of_their_types),
		cmocka_unit_test(
			a_bare_group_is_enabled_and_a_bare_privilege_too),
		cmocka_unit_test(a_token_that_says_its_integrity_is_held_to_it),
		cmocka_unit_test(json_and_back_is_the_same_token),
		cmocka_unit_test(the_full_token_has_what_it_says),
		cmocka_unit_test(restricted_to_nothing_is_said_aloud),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
