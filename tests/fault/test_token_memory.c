/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation failing in turn while a token is built, copied, written and
 * read: the call says -ENOMEM, gives nothing, and leaks nothing (the last under
 * ASan).
 */
#include "cmocka-wrap.h"

#include <errno.h>

#include "failing-memory.h"
#include "token-build.h"

/* Everything one run makes. */
struct made {
	struct guise_token_builder *builder;
	const struct guise_claims *claims;
	const struct guise_token *token, *copy, *decoded;
	struct guise_buf bytes;
};

static const struct guise_claim_value values[] = {
	{.data = "one", .size = 3},
	{.data = "two", .size = 3},
};
static const struct guise_claim claim = {
	.name = "numbers",
	.name_size = 7,
	.type = GUISE_CLAIM_STRING,
	.values = values,
	.n_values = 2,
};

static void fill(struct guise_token_builder *b, const struct made *made)
{
	static const uint32_t groups[] = {3, 2, 1};
	const struct guise_sid user = sid_of(USER), bu = sid_of("BU"),
			       package = sid_of("S-1-15-2-1-2");

	guise_token_builder_user(b, &user, 0);
	for (unsigned i = 0; i < 20; i++)
		guise_token_builder_group(b, &bu, GUISE_GROUP_USUAL);
	guise_token_builder_device_group(b, &bu, GUISE_GROUP_USUAL);
	guise_token_builder_package(b, &package);
	guise_token_builder_capability(b, &bu, GUISE_GROUP_USUAL);
	guise_token_builder_unix(b, 1, 2, groups, 3);
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		guise_token_builder_claims(
			b, (enum guise_token_claims_kind)kind, made->claims);
}

static int run(struct made *made)
{
	int r;

	r = guise_claims_new(&claim, 1, &made->claims);
	if (r == 0)
		r = guise_token_builder_new(&made->builder);
	if (r < 0)
		return r;
	fill(made->builder, made);
	r = guise_token_builder_seal(made->builder, &made->token);
	if (r == 0)
		r = guise_token_at_level(made->token, GUISE_LEVEL_ANONYMOUS, 7,
					 &made->copy);
	if (r == 0)
		r = guise_token_encode(made->copy, &made->bytes);
	if (r == 0)
		r = guise_token_decode(made->bytes.data, made->bytes.size,
				       &made->decoded);
	return r;
}

static void made_clear(struct made *made)
{
	(void)guise_token_builder_free(made->builder);
	(void)guise_claims_unref(made->claims);
	(void)guise_token_unref(made->token);
	(void)guise_token_unref(made->copy);
	(void)guise_token_unref(made->decoded);
	guise_buf_clear(&made->bytes);
}

static void a_token_is_made_whole_or_not_at_all(void **state)
{
	long n;

	(void)state;
	for (n = 0;; n++) {
		struct made made = {0};
		int r;

		n_left = n;
		has_failed = false;
		r = run(&made);
		n_left = -1;
		if (has_failed) {
			assert_int_equal(r, -ENOMEM);
			assert_null(made.decoded);
		} else {
			assert_int_equal(r, 0);
			assert_non_null(made.decoded);
		}
		made_clear(&made);
		if (!has_failed)
			break;
	}
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_made_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
