/* SPDX-License-Identifier: Apache-2.0 */
/* A token with a claim of every kind, and conditions asked of it. After
 * cmocka-wrap.h. */
#ifndef TESTS_CONDITION_FIXTURE_H
#define TESTS_CONDITION_FIXTURE_H

#include "base.h"
#include "condition-attribute.h"
#include "token-internal.h"

#define TEXT(t)                                                                \
	{                                                                      \
		.data = (t), .size = sizeof(t) - 1                             \
	}
#define CLAIM(name_, type_, flags_, values_)                                   \
	{                                                                      \
		.name = (name_), .name_size = sizeof(name_) - 1,               \
		.type = (type_), .flags = (flags_), .values = (values_),       \
		.n_values = ARRAY_SIZE(values_)                                \
	}
#define NO_VALUES(name_)                                                       \
	{                                                                      \
		.name = (name_), .name_size = sizeof(name_) - 1,               \
		.type = GUISE_CLAIM_STRING                                     \
	}

static const struct guise_claim_value minus[] = {{.integer = -1}};
static const struct guise_claim_value zero[] = {{.integer = 0}};
static const struct guise_claim_value one[] = {{.integer = 1}};
static const struct guise_claim_value big[] = {{.integer = -1}}; /* 2^64-1 */
static const struct guise_claim_value numbers[] = {
	{.integer = 3}, {.integer = 1}, {.integer = 2}};
static const struct guise_claim_value word[] = {TEXT("Finance")};
static const struct guise_claim_value empty[] = {TEXT("")};
static const struct guise_claim_value words[] = {TEXT("red"), TEXT("Blue")};
static const struct guise_claim_value octets[] = {TEXT("\1\2")};
static const struct guise_claim_value sid[] = {
	TEXT("\1\2\0\0\0\0\0\5\x20\0\0\0\x20\2\0\0")};

static const struct guise_claim user_claims[] = {
	CLAIM("minus", GUISE_CLAIM_INT64, 0, minus),
	CLAIM("zero", GUISE_CLAIM_INT64, 0, zero),
	CLAIM("one", GUISE_CLAIM_INT64, 0, one),
	CLAIM("uone", GUISE_CLAIM_UINT64, 0, one),
	CLAIM("big", GUISE_CLAIM_UINT64, 0, big),
	CLAIM("numbers", GUISE_CLAIM_INT64, 0, numbers),
	CLAIM("yes", GUISE_CLAIM_BOOLEAN, 0, one),
	CLAIM("no", GUISE_CLAIM_BOOLEAN, 0, zero),
	CLAIM("word", GUISE_CLAIM_STRING, 0, word),
	CLAIM("exact", GUISE_CLAIM_STRING, GUISE_CLAIM_CASE_SENSITIVE, word),
	CLAIM("empty", GUISE_CLAIM_STRING, 0, empty),
	CLAIM("words", GUISE_CLAIM_STRING, 0, words),
	CLAIM("octets", GUISE_CLAIM_OCTETS, 0, octets),
	CLAIM("sid", GUISE_CLAIM_SID, 0, sid),
	CLAIM("off", GUISE_CLAIM_INT64, GUISE_CLAIM_DISABLED, one),
	CLAIM("deny", GUISE_CLAIM_INT64, GUISE_CLAIM_DENY_ONLY, one),
	NO_VALUES("none"),
};
static const struct guise_claim device_claims[] = {
	CLAIM("one", GUISE_CLAIM_INT64, 0, minus),
	CLAIM("device", GUISE_CLAIM_INT64, 0, one),
};
static const struct guise_claim local_claims[] = {
	CLAIM("WIN://SYSAPPID", GUISE_CLAIM_STRING, 0, words),
};
static const struct guise_claim restricted_claims[] = {
	CLAIM("zero", GUISE_CLAIM_INT64, 0, one),
};

static const struct guise_sid me = {
	.authority = 5, .n_subs = 5, .sub = {21, 1, 2, 3, 1001}};
static const struct guise_sid admins = {
	.authority = 5, .n_subs = 2, .sub = {32, 544}};
static const struct guise_sid guests = {
	.authority = 5, .n_subs = 2, .sub = {32, 546}};
static const struct guise_sid users = {
	.authority = 5, .n_subs = 2, .sub = {32, 545}};

static const struct guise_token *token;

static inline const struct guise_claims *
set_of(const struct guise_claim *claims, size_t n)
{
	const struct guise_claims *set = NULL;

	assert_int_equal(guise_claims_new(claims, n, &set), 0);
	return set;
}

static inline void give_claims(struct guise_token_builder *b,
			       enum guise_token_claims_kind kind,
			       const struct guise_claim *claims, size_t n)
{
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *set = set_of(claims, n);

	guise_token_builder_claims(b, kind, set);
}

static inline int token_setup(void **state)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;

	(void)state;
	if (guise_token_builder_new(&b) < 0)
		return -1;
	guise_token_builder_user(b, &me, 0);
	guise_token_builder_group(b, &admins, GUISE_GROUP_USUAL);
	guise_token_builder_group(b, &guests, GUISE_GROUP_USE_FOR_DENY_ONLY);
	guise_token_builder_restricted_sid(b, &users);
	guise_token_builder_device_group(b, &users, GUISE_GROUP_USUAL);
	guise_token_builder_device_group(b, &guests,
					 GUISE_GROUP_USE_FOR_DENY_ONLY);
	give_claims(b, GUISE_CLAIMS_USER, user_claims, ARRAY_SIZE(user_claims));
	give_claims(b, GUISE_CLAIMS_DEVICE, device_claims,
		    ARRAY_SIZE(device_claims));
	give_claims(b, GUISE_CLAIMS_LOCAL, local_claims,
		    ARRAY_SIZE(local_claims));
	give_claims(b, GUISE_CLAIMS_RESTRICTED_USER, restricted_claims,
		    ARRAY_SIZE(restricted_claims));
	return guise_token_builder_seal(b, &token);
}

static inline int token_teardown(void **state)
{
	(void)state;
	token = guise_token_unref(token);
	return 0;
}

static inline struct condition_env plain_env(void)
{
	return (struct condition_env){
		.token = token,
		.member = TOKEN_MATCH_ALLOW,
		.device_member = TOKEN_MATCH_DEVICE,
	};
}

static inline enum guise_truth ask(const struct condition_env *env,
				   const char *text)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};

	if (guise_condition_parse(text, strlen(text), NULL, &code, NULL, NULL) <
	    0)
		fail_msg("cannot be read: %s", text);
	return condition_evaluate(env, code.data, code.size);
}

static inline void assert_is(const char *text, enum guise_truth truth)
{
	const struct condition_env env = plain_env();
	enum guise_truth is = ask(&env, text);

	if (is != truth)
		fail_msg("%s is %d", text, is);
}

#endif
