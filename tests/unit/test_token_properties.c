/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds for any token and any descriptor without conditions: a token that
 * was filtered, duplicated as effective-only, put into an AppContainer, or had
 * its privileges taken or its label lowered, is granted no bit that its source
 * is not. A duplicate is granted just the same.
 *
 * Conditional ACEs are left out: "not a member of" is true of who is less.
 */
#include "cmocka-wrap.h"

#include "token-build.h"

#include "base.h"
#include <guise/access.h>
#include <guise/token-change.h>

enum { ROUNDS = 4000, DESCRIPTORS = 8, ACES_MAX = 6 };

static uint64_t seed = 0x9e3779b97f4a7c15;

/* xorshift64: the same in every run */
static uint32_t random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static const char *const sids[] = {"WD", "BU", "BA", "AU", "RC",
				   "SY", "IU", "OW", USER, "S-1-5-32-551"};

static struct guise_sid random_sid(void)
{
	return sid_of(sids[random_below(ARRAY_SIZE(sids))]);
}

static const struct guise_acl *random_dacl(void)
{
	struct guise_ace aces[ACES_MAX];
	const struct guise_acl *acl = NULL;
	size_t n = random_below(ACES_MAX + 1);

	for (size_t i = 0; i < n; i++)
		aces[i] = (struct guise_ace){
			.type = (uint8_t)random_below(2),
			.flags = random_below(8) ? 0 : GUISE_ACE_INHERIT_ONLY,
			.mask = 1u << random_below(21) | 1u << random_below(21),
			.sid = random_below(6) ? random_sid()
					       : sid_of("S-1-15-2-1"),
		};
	assert_int_equal(guise_acl_new(0, aces, n, &acl), 0);
	return acl;
}

static const struct guise_acl *random_sacl(void)
{
	struct guise_ace label = {
		.type = GUISE_ACE_SYSTEM_MANDATORY_LABEL,
		.mask = random_below(8),
		.sid = {.authority = 16, .n_subs = 1},
	};
	const struct guise_acl *acl = NULL;

	label.sid.sub[0] = 0x1000 * random_below(5);
	assert_int_equal(guise_acl_new(0, &label, random_below(2), &acl), 0);
	return acl;
}

static const struct guise_sd *random_sd(void)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *sacl = random_sacl();
	const struct guise_sid owner = random_sid(), group = random_sid();
	const struct guise_sd *sd = NULL;

	if (random_below(12))
		dacl = random_dacl();
	assert_int_equal(guise_sd_new(
				 &(struct guise_sd_fields){
					 .size = sizeof(struct guise_sd_fields),
					 .owner = &owner,
					 .group = &group,
					 .dacl = dacl,
					 .sacl = sacl,
				 },
				 &sd),
			 0);
	return sd;
}

static uint32_t random_attributes(void)
{
	static const uint32_t some[] = {7, 7, 7, 15, 0, 2, 4, 0x10, 0x18, 1};

	return some[random_below(ARRAY_SIZE(some))];
}

static const struct guise_token *random_token(void)
{
	static const char *const labels[] = {"LW", "ME", "HI", "SI"};
	struct guise_token_builder *b = builder();
	const struct guise_sid user = random_sid();
	size_t n = random_below(8);

	guise_token_builder_user(
		b, &user, random_below(8) ? 0 : GUISE_GROUP_USE_FOR_DENY_ONLY);
	for (size_t i = 0; i < n; i++) {
		const struct guise_sid sid = random_sid();

		guise_token_builder_group(b, &sid, random_attributes());
	}
	if (random_below(4)) {
		const struct guise_sid label = sid_of(labels[random_below(4)]);

		guise_token_builder_integrity(b, &label);
	}
	guise_token_builder_mandatory_policy(b, random_below(4));
	guise_token_builder_privileges(b, seed & GUISE_PRIVILEGE_ALL,
				       seed >> 9 & GUISE_PRIVILEGE_ALL, 0);
	for (size_t i = random_below(3) ? 0 : random_below(4); i > 0; i--) {
		const struct guise_sid sid = random_sid();

		guise_token_builder_restricted_sid(b, &sid);
	}
	if (!random_below(4))
		guise_token_builder_flags(b, GUISE_TOKEN_WRITE_RESTRICTED);
	return sealed(b);
}

static const struct guise_token *filtered(const struct guise_token *token)
{
	struct guise_sid disable[3], to[3];
	const struct guise_filter_options options = {
		.size = sizeof(options),
		.flags = random_below(16),
		.disable = disable,
		.n_disable = random_below(4),
		.delete_privileges = random_below(2) ? seed : 0,
		.restrict_to = to,
		.n_restrict_to = random_below(2) ? 0 : random_below(4),
		.token_id = 7,
	};
	const struct guise_token *ret = NULL;

	for (size_t i = 0; i < 3; i++) {
		disable[i] = random_sid();
		to[i] = random_sid();
	}
	assert_int_equal(guise_token_filter(token, &options, &ret), 0);
	return ret;
}

static const struct guise_token *duplicate(const struct guise_token *token,
					   bool effective_only)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = GUISE_LEVEL_IDENTIFICATION,
		.effective_only = effective_only,
	};
	const struct guise_token *ret = NULL;

	assert_int_equal(guise_token_duplicate(token, &options, &ret), 0);
	return ret;
}

static const struct guise_token *boxed(const struct guise_token *token)
{
	const struct guise_sid package = sid_of("S-1-15-2-1-2-3-4-5-6-7");
	const struct guise_lowbox_options options = {
		.size = sizeof(options),
		.package = &package,
		.less_privileged = random_below(2),
	};
	const struct guise_token *ret = NULL;

	assert_int_equal(guise_token_lowbox(token, &options, &ret), 0);
	return ret;
}

static const struct guise_token *disarmed(const struct guise_token *token)
{
	const struct guise_token *ret = NULL;

	assert_int_equal(guise_token_disable_privileges(token, 1, &ret, NULL),
			 0);
	return ret;
}

static const struct guise_token *lowered(const struct guise_token *token)
{
	struct guise_sid label = *guise_token_integrity(token);
	const struct guise_token_value value = {
		.size = sizeof(value),
		.field = GUISE_TOKEN_FIELD_INTEGRITY,
		.sid = &label,
	};
	const struct guise_token *ret = NULL;

	label.sub[0] /= 2;
	assert_int_equal(guise_token_set(token, &value, 1, &ret), 0);
	return ret;
}

static struct guise_decision ask(const struct guise_sd *sd,
				 const struct guise_token *token,
				 uint32_t desired)
{
	struct guise_decision decision;

	assert_int_equal(guise_access_check(sd, token, desired,
					    &guise_mapping_file, &decision),
			 0);
	return decision;
}

static void show(const struct guise_sd *sd, uint32_t desired,
		 const struct guise_decision *more,
		 const struct guise_decision *less)
{
	char *text = sddl_of(sd, NULL);

	print_error("%s desired %x: granted %x, its source %x\n", text, desired,
		    less->granted, more->granted);
	free(text);
	fail();
}

/* @less gets nothing that @more does not get; @same: and nothing else. */
static void compare(const struct guise_token *more,
		    const struct guise_token *less, bool same)
{
	for (unsigned i = 0; i < DESCRIPTORS; i++) {
		const struct guise_sd *sd = random_sd();
		uint32_t desired =
			i % 2 ? GUISE_MAXIMUM_ALLOWED
			      : (1u << random_below(25) | random_below(4));
		struct guise_decision a = ask(sd, more, desired);
		struct guise_decision b = ask(sd, less, desired);

		if (b.granted & ~a.granted || (same && a.granted != b.granted))
			show(sd, desired, &a, &b);
		(void)guise_sd_unref(sd);
	}
}

/* Any of the ways to make less of a token, perhaps twice. */
static void nothing_that_takes_away_gives(void **state)
{
	static const struct guise_token *(*const ways[])(
		const struct guise_token *token) = {filtered, filtered, boxed,
						    disarmed, lowered};

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_token *token = random_token();
		const struct guise_token *less =
			ways[random_below(ARRAY_SIZE(ways))](token);
		const struct guise_token *least = filtered(less);

		compare(token, less, false);
		compare(less, least, false);
		(void)guise_token_unref(least);
		(void)guise_token_unref(less);
		(void)guise_token_unref(token);
	}
}

static void duplicates_are_granted_the_same(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_token *token = random_token();
		const struct guise_token *copy = duplicate(token, false);
		const struct guise_token *effective = duplicate(token, true);

		/* the copy may outlive what it shares */
		compare(token, copy, true);
		compare(token, effective, true);
		(void)guise_token_unref(token);
		compare(copy, effective, true);
		assert_true(guise_tokens_equal(copy, copy));
		(void)guise_token_unref(copy);
		(void)guise_token_unref(effective);
	}
}

/* What is equal cannot be told apart. */
static void equal_tokens_are_granted_the_same(void **state)
{
	unsigned n_equal = 0;

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_token *token = random_token();
		const struct guise_token *less = filtered(token);

		if (guise_tokens_equal(token, less)) {
			compare(token, less, true);
			n_equal++;
		}
		(void)guise_token_unref(less);
		(void)guise_token_unref(token);
	}
	assert_true(n_equal > 10 && n_equal < ROUNDS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_takes_away_gives),
		cmocka_unit_test(duplicates_are_granted_the_same),
		cmocka_unit_test(equal_tokens_are_granted_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
