/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of the core failing in turn: the call says -ENOMEM, changes
 * none of its outputs and leaks nothing (the last under ASan). The linker puts
 * the __wrap_ functions before libc's.
 */
#include "cmocka-wrap.h"

#include <errno.h>

#include "failing-memory.h"

#include <guise/remedy.h>
#include <guise/sd-edit.h>
#include <guise/sddl.h>

/* Everything one run makes. */
struct made {
	const struct guise_sd *parsed, *decoded, *child;
	const struct guise_sd *set, *selected, *converted, *built;
	const struct guise_acl *sorted;
	struct guise_explicit_access *entries;
	struct guise_buf bytes, text;
};

static int change(struct made *made)
{
	int r;

	r = guise_sd_set(made->child, GUISE_DACL_SECURITY | GUISE_SACL_SECURITY,
			 made->parsed,
			 GUISE_SEF_DACL_AUTO_INHERIT |
				 GUISE_SEF_AVOID_PRIVILEGE_CHECK,
			 NULL, &guise_mapping_file, &made->set);
	if (r == 0)
		r = guise_sd_select(made->set, GUISE_SACL_SECURITY,
				    &made->selected);
	if (r == 0)
		r = guise_sd_to_auto_inherit(made->parsed, made->set, true,
					     &guise_mapping_file, NULL,
					     &made->converted);
	return r;
}

static int edit(struct made *made)
{
	struct guise_sd_parts parts = {.size = sizeof(parts)};
	int r;

	r = change(made);
	if (r == 0)
		r = guise_acl_explicit_entries(guise_sd_dacl(made->parsed),
					       &made->entries, &parts.n_access);
	parts.access = made->entries;
	if (r == 0)
		r = guise_sd_build(&parts, NULL, NULL, &made->built);
	if (r == 0)
		r = guise_acl_sort(guise_sd_dacl(made->parsed), &made->sorted);
	return r;
}

static int run(struct made *made)
{
	static const char sddl[] =
		"O:BAG:SYD:PAI(A;OICI;GA;;;CO)(D;;FA;;;AN)"
		"(OA;;CC;bf967aa8-0de6-11d0-a285-00aa003049e2;;WD)"
		"(XA;;FR;;;WD;(@User.a == \"b\" && Member_of {SID(BA)}))"
		"S:AR(AU;SA;FA;;;WD)"
		"(RA;;;;;WD;(\"a%0020\",TS,0x0,\"b\",\"c\"))"
		"(RA;;;;;WD;(\"d\",TD,0x0,BA))(RA;;;;;WD;(\"e\",TX,0x0,0102))";
	static const char hex[] = "010100000000000512000000";
	const uint32_t flags = GUISE_SEF_DACL_AUTO_INHERIT |
			       GUISE_SEF_AVOID_OWNER_CHECK |
			       GUISE_SEF_AVOID_PRIVILEGE_CHECK;
	struct guise_sid sid;
	int r;

	r = guise_sid_parse(hex, strlen(hex), NULL, &sid);
	if (r == 0)
		r = guise_sddl_parse(sddl, strlen(sddl), NULL, &made->parsed,
				     NULL);
	if (r == 0)
		r = guise_sd_encode(made->parsed, &made->bytes);
	if (r == 0)
		r = guise_sd_decode(made->bytes.data, made->bytes.size,
				    &made->decoded);
	if (r == 0)
		r = guise_sddl_format(made->decoded, NULL, &made->text);
	if (r == 0)
		r = guise_inherit(made->parsed, made->decoded, true, flags,
				  NULL, &guise_mapping_file, &made->child);
	if (r == 0)
		r = edit(made);
	return r;
}

/* What comes after the call that failed was never made. */
static void check_nothing_half_made(const struct made *made)
{
	if (!made->parsed)
		assert_int_equal(made->bytes.size, 0);
	if (!made->decoded)
		assert_int_equal(made->text.size, 0);
	if (!made->child)
		assert_null(made->set);
	if (!made->converted)
		assert_null(made->entries);
	assert_null(made->sorted);
}

static void clear(struct made *made)
{
	guise_sd_unref(made->parsed);
	guise_sd_unref(made->decoded);
	guise_sd_unref(made->child);
	guise_sd_unref(made->set);
	guise_sd_unref(made->selected);
	guise_sd_unref(made->converted);
	guise_sd_unref(made->built);
	guise_acl_unref(made->sorted);
	free(made->entries);
	guise_buf_clear(&made->bytes);
	guise_buf_clear(&made->text);
}

static void without_memory_calls_do_all_or_nothing(void **state)
{
	(void)state;
	for (long n = 0;; n++) {
		struct made made = {0};
		int r;

		n_left = n;
		has_failed = false;
		r = run(&made);
		n_left = -1;
		if (!has_failed) {
			assert_int_equal(r, 0);
			assert_true(n > 10);
			clear(&made);
			return;
		}
		assert_int_equal(r, -ENOMEM);
		check_nothing_half_made(&made);
		clear(&made);
	}
}

static int find_remedies(const struct guise_sd *sd,
			 const struct guise_token *token, size_t *n)
{
	const struct guise_policy_rule rule = {.name = "r",
					       .dacl = guise_sd_dacl(sd)};
	const struct guise_policy policy = {
		.id = {.authority = 17, .sub = {1}, .n_subs = 1},
		.rules = &rule,
		.n_rules = 1,
	};
	const struct guise_policies *set = NULL;
	int r;

	r = guise_policies_new(&policy, 1, &set);
	if (r == 0)
		r = guise_access_remedies(sd, token, 3, &guise_mapping_file,
					  NULL, NULL, 0, n);
	set = guise_policies_unref(set);
	return r;
}

static const struct guise_token *world(void)
{
	const struct guise_sid sid = {.authority = 1, .n_subs = 1};
	const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &sid, 0);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

static void without_memory_no_remedy_is_offered(void **state)
{
	static const char sddl[] = "O:BAG:BAD:(D;;0x1;;;WD)(A;;0x1;;;WD)";
	const struct guise_token *token = world();
	const struct guise_sd *sd = NULL;

	(void)state;
	assert_int_equal(guise_sddl_parse(sddl, strlen(sddl), NULL, &sd, NULL),
			 0);
	for (long left = 0;; left++) {
		size_t n = 77;
		int r;

		n_left = left;
		has_failed = false;
		r = find_remedies(sd, token, &n);
		n_left = -1;
		if (!has_failed) {
			assert_int_equal(r, 0);
			assert_true(left > 5 && n > 0 && n < 77);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_int_equal(n, 77);
	}
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_calls_do_all_or_nothing),
		cmocka_unit_test(without_memory_no_remedy_is_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
