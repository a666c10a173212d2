/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens for tests of tokens: a builder that has its user, and short ways to
 * fill and to seal it. cmocka-wrap.h comes before. */
#ifndef TESTS_TOKEN_BUILD_H
#define TESTS_TOKEN_BUILD_H

#include "descriptor.h"

#include <guise/token.h>

#define USER "S-1-5-21-11-22-33-1001"

static inline struct guise_token_builder *builder(void)
{
	struct guise_token_builder *b = NULL;
	struct guise_sid user = sid_of(USER);

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &user, 0);
	return b;
}

static inline void add(struct guise_token_builder *b, const char *sid,
		       uint32_t how)
{
	struct guise_sid group = sid_of(sid);

	guise_token_builder_group(b, &group, how);
}

/* A set of one claim NAME == 7; @flags: enum guise_claim_flags. */
static inline const struct guise_claims *one_claim(const char *name,
						   uint32_t flags)
{
	const struct guise_claim_value seven = {.integer = 7};
	const struct guise_claim claim = {
		.name = name,
		.name_size = strlen(name),
		.type = GUISE_CLAIM_INT64,
		.flags = flags,
		.values = &seven,
		.n_values = 1,
	};
	const struct guise_claims *claims = NULL;

	assert_int_equal(guise_claims_new(&claim, 1, &claims), 0);
	return claims;
}

static inline void add_claim(struct guise_token_builder *b,
			     enum guise_token_claims_kind kind,
			     const char *name, uint32_t flags)
{
	const struct guise_claims *claims = one_claim(name, flags);

	guise_token_builder_claims(b, kind, claims);
	claims = guise_claims_unref(claims);
}

/* Seals and frees the builder. */
static inline const struct guise_token *sealed(struct guise_token_builder *b)
{
	const struct guise_token *token = NULL;

	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

static inline void expect_refused(struct guise_token_builder *b, int code)
{
	const struct guise_token *token = NULL;

	assert_int_equal(guise_token_builder_seal(b, &token), code);
	assert_null(token);
	(void)guise_token_builder_free(b);
}

#endif
