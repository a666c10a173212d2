/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation failing in turn while tokens are made from tokens and token
 * objects are changed: the call says -ENOMEM, gives nothing, changes nothing
 * and leaks nothing (the last under ASan).
 */
#include "cmocka-wrap.h"

#include <errno.h>

#include "failing-memory.h"
#include "token-object-fixture.h"

/* Each makes one token of @token, or fails. */
typedef int maker(const struct guise_token *token,
		  const struct guise_token **ret);

static int duplicate(const struct guise_token *token,
		     const struct guise_token **ret)
{
	return guise_token_at_level(token, GUISE_LEVEL_ANONYMOUS, 7, ret);
}

static int effective(const struct guise_token *token,
		     const struct guise_token **ret)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_PRIMARY,
		.effective_only = true};

	return guise_token_duplicate(token, &options, ret);
}

static int filter(const struct guise_token *token,
		  const struct guise_token **ret)
{
	const struct guise_sid rc = sid_of("RC");
	const struct guise_filter_options options = {
		.size = sizeof(options),
		.flags = GUISE_FILTER_LUA_TOKEN,
		.disable = &rc,
		.n_disable = 1,
		.restrict_to = &rc,
		.n_restrict_to = 1,
	};

	return guise_token_filter(token, &options, ret);
}

static int lowbox(const struct guise_token *token,
		  const struct guise_token **ret)
{
	const struct guise_sid package = sid_of("S-1-15-2-1-2-3-4-5-6-7");
	const struct guise_lowbox_options options = {.size = sizeof(options),
						     .package = &package};

	return guise_token_lowbox(token, &options, ret);
}

static int privileges(const struct guise_token *token,
		      const struct guise_token **ret)
{
	return guise_token_disable_privileges(token, 7, ret, NULL);
}

static int groups(const struct guise_token *token,
		  const struct guise_token **ret)
{
	const struct guise_sid_and_attributes group = {.sid = sid_of("BU")};

	return guise_token_adjust_groups(token, &group, 1, 7, ret, NULL);
}

static int reset(const struct guise_token *token,
		 const struct guise_token **ret)
{
	return guise_token_reset_groups(token, 7, ret);
}

static int set_session(const struct guise_token *token,
		       const struct guise_token **ret)
{
	const struct guise_token_value value = {
		.size = sizeof(value), .field = GUISE_TOKEN_FIELD_SESSION_ID};

	return guise_token_set(token, &value, 7, ret);
}

static int set_attributes(const struct guise_token *token,
			  const struct guise_token **ret)
{
	static const enum guise_attribute_operation add = GUISE_ATTRIBUTE_ADD;
	const struct guise_claim claim = {
		.name = "a", .name_size = 1, .type = GUISE_CLAIM_INT64};
	const struct guise_claims *claims = NULL;
	struct guise_token_value value = {
		.size = sizeof(value),
		.field = GUISE_TOKEN_FIELD_SECURITY_ATTRIBUTES,
		.operations = &add};
	int r;

	r = guise_claims_new(&claim, 1, &claims);
	value.attributes = claims;
	if (r == 0)
		r = guise_token_set(token, &value, 7, ret);
	(void)guise_claims_unref(claims);
	return r;
}

/* The rest is about objects; what is in one is what comes out. */
static int change(struct guise_token_handle *handle,
		  const struct guise_token *caller)
{
	const struct guise_sd *sd = NULL;
	int r;

	r = guise_token_handle_adjust_privileges(handle, NULL, 0, NULL, NULL,
						 NULL);
	if (r == 0)
		r = guise_token_handle_adjust_groups(handle, NULL, 0, NULL,
						     NULL, NULL);
	if (r == 0)
		r = guise_token_handle_sd(handle, GUISE_DACL_SECURITY, &sd);
	if (r == 0)
		r = guise_token_handle_set_sd(handle, caller,
					      GUISE_DACL_SECURITY, sd);
	(void)guise_sd_unref(sd);
	return r;
}

static int object(const struct guise_token *token,
		  const struct guise_token **ret)
{
	const struct guise_filter_options options = {.size = sizeof(options)};
	struct guise_token_handle handle = {.granted = ALL}, made = {0};
	int r;

	r = guise_token_object_new(token, NULL, NULL, &handle.object);
	if (r == 0)
		r = change(&handle, token);
	if (r == 0)
		r = guise_token_handle_filter(&handle, token, &options, &made);
	if (r == 0)
		*ret = guise_token_object_token(made.object);
	guise_token_handle_close(&made);
	guise_token_handle_close(&handle);
	return r;
}

static const struct guise_token *full(void)
{
	struct guise_token_builder *b =
		user_with(GUISE_PRIVILEGE_ALL, BIT(BACKUP));
	const struct guise_acl *dacl = NULL;

	for (unsigned i = 0; i < 20; i++)
		add(b, "BU", GUISE_GROUP_ENABLED);
	add(b, "AU", 0);
	add_claim(b, GUISE_CLAIMS_LOCAL, "b", 0);
	assert_int_equal(guise_acl_new(0, NULL, 0, &dacl), 0);
	guise_token_builder_default_dacl(b, dacl);
	(void)guise_acl_unref(dacl);
	return sealed(b);
}

static void every_failure_leaves_nothing_behind(maker *make)
{
	const struct guise_token *token = full();

	for (long n = 0;; n++) {
		const struct guise_token *made = NULL;
		int r;

		n_left = n;
		has_failed = false;
		r = make(token, &made);
		n_left = -1;
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
		assert_true((made == NULL) == has_failed);
		(void)guise_token_unref(made);
		if (!has_failed) {
			assert_true(n > 0);
			break;
		}
	}
	(void)guise_token_unref(token);
}

static void a_token_is_made_of_another_or_it_is_not(void **state)
{
	static maker *const makers[] = {
		duplicate, effective, filter,	   lowbox,	   privileges,
		groups,	   reset,     set_session, set_attributes, object,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		every_failure_leaves_nothing_behind(makers[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_made_of_another_or_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
