/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for any ACL, tried on random ones: inheritance settles, converting
 * finds out what was inherited, changes say what they say twice, too. */
#include "cmocka-wrap.h"

#include "token.h"

#include "base.h"
#include <guise/sd-edit.h>

enum { ROUNDS = 3000, ACES_MAX = 6 };

#define USER "S-1-5-21-1-2-3-1001"
#define AUTO (GUISE_SEF_DACL_AUTO_INHERIT | GUISE_SEF_SACL_AUTO_INHERIT)

static uint64_t seed = 0x9e3779b97f4a7c15;

/* xorshift64: the same in every run */
static uint32_t random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static struct guise_ace random_ace(void)
{
	static const char *const sids[] = {"WD", "BU", "BA", "CO", "CG",
					   "SY", "AN", "OW", USER};
	static const uint32_t masks[] = {
		GUISE_GENERIC_ALL,	 GUISE_GENERIC_READ,
		GUISE_FILE_GENERIC_READ, GUISE_FILE_ALL_ACCESS,
		GUISE_FILE_WRITE_DATA,	 GUISE_FILE_READ_DATA,
		GUISE_WRITE_DAC,
	};

	return (struct guise_ace){
		.type = (uint8_t)random_below(2),
		.flags = (uint8_t)random_below(16),
		.mask = masks[random_below(ARRAY_SIZE(masks))],
		.sid = sid_of(sids[random_below(ARRAY_SIZE(sids))]),
	};
}

static const struct guise_acl *random_acl(void)
{
	struct guise_ace aces[ACES_MAX];
	const struct guise_acl *acl = NULL;
	size_t n = random_below(ACES_MAX + 1);

	for (size_t i = 0; i < n; i++)
		aces[i] = random_ace();
	assert_int_equal(guise_acl_new(0, aces, n, &acl), 0);
	return acl;
}

static const struct guise_sd *random_sd(void)
{
	const struct guise_sid owner = sid_of(USER), group = sid_of("BU");
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *dacl = random_acl();
	const struct guise_sd *sd = NULL;

	assert_int_equal(guise_sd_new(
				 &(struct guise_sd_fields){
					 .size = sizeof(struct guise_sd_fields),
					 .owner = &owner,
					 .group = &group,
					 .dacl = dacl,
				 },
				 &sd),
			 0);
	return sd;
}

static const struct guise_token *token(void)
{
	static const struct test_token want = {
		.user = USER, .groups = {"BU"}, .primary_group = "BU"};

	return test_token_make(&want);
}

static const struct guise_sd *inherit(const struct guise_sd *parent,
				      bool is_container, uint32_t flags,
				      const struct guise_token *creator)
{
	const struct guise_sd *sd = NULL;

	assert_int_equal(guise_inherit(parent, NULL, is_container, flags,
				       creator, &guise_mapping_file, &sd),
			 0);
	return sd;
}

/* What a grandchild gives its children is what it was given. */
static void inheritance_settles_after_two_generations(void **state)
{
	const struct guise_token *creator = token();

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_sd *parent = random_sd();
		const struct guise_sd *child =
			inherit(parent, true, AUTO, creator);
		const struct guise_sd *grandchild =
			inherit(child, true, AUTO, creator);
		const struct guise_sd *next =
			inherit(grandchild, true, AUTO, creator);

		assert_true(guise_sd_equal(grandchild, next));
		guise_sd_unref(next);
		guise_sd_unref(grandchild);
		guise_sd_unref(child);
		guise_sd_unref(parent);
	}
	guise_token_unref(creator);
}

/* Made without auto-inheritance, then converted: as if made with it. */
static void conversion_finds_what_was_inherited(void **state)
{
	const struct guise_token *creator = token();
	unsigned n_tried = 0;

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		bool is_container = random_below(2);
		const struct guise_sd *parent = random_sd();
		const struct guise_sd *plain =
			inherit(parent, is_container, 0, creator);
		const struct guise_sd *marked =
			inherit(parent, is_container, AUTO, creator);
		const struct guise_sd *converted = NULL;

		assert_int_equal(guise_sd_to_auto_inherit(
					 parent, plain, is_container,
					 &guise_mapping_file, NULL, &converted),
				 0);
		if (guise_acl_n_aces(guise_sd_dacl(plain)) > 0) {
			assert_true(guise_sd_equal(converted, marked));
			n_tried++;
		}
		guise_sd_unref(converted);
		guise_sd_unref(marked);
		guise_sd_unref(plain);
		guise_sd_unref(parent);
	}
	assert_true(n_tried > ROUNDS / 2);
	guise_token_unref(creator);
}

/* Explicit entries set where inherited ones are leave those alone, and setting
 * them again changes nothing. */
static void setting_twice_is_setting_once(void **state)
{
	const struct guise_token *creator = token();

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_sd *parent = random_sd();
		const struct guise_sd *wanted = random_sd();
		const struct guise_sd *sd =
			inherit(parent, true, AUTO, creator);
		const struct guise_sd *once = NULL, *twice = NULL;

		assert_int_equal(guise_sd_set(sd, GUISE_DACL_SECURITY, wanted,
					      AUTO, NULL, &guise_mapping_file,
					      &once),
				 0);
		assert_int_equal(guise_sd_set(once, GUISE_DACL_SECURITY, wanted,
					      AUTO, NULL, &guise_mapping_file,
					      &twice),
				 0);
		assert_true(guise_sd_equal(once, twice));
		assert_true(guise_acl_n_aces(guise_sd_dacl(once)) >=
			    guise_acl_n_aces(guise_sd_dacl(wanted)));
		guise_sd_unref(twice);
		guise_sd_unref(once);
		guise_sd_unref(sd);
		guise_sd_unref(wanted);
		guise_sd_unref(parent);
	}
	guise_token_unref(creator);
}

static uint32_t rights(const struct guise_acl *acl, const struct guise_sid *who)
{
	uint32_t mask;

	assert_int_equal(guise_acl_effective_rights(acl, who, 1,
						    &guise_mapping_file, &mask),
			 0);
	return mask;
}

/* Denied is denied, whatever was there; others get nothing by it. */
static void a_denial_denies_and_gives_nothing(void **state)
{
	const struct guise_edit_options options = {
		.size = sizeof(options), .mapping = &guise_mapping_file};
	const struct guise_sid others = sid_of("WD");

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_acl *acl = random_acl(), *now = NULL;
		const struct guise_ace ace = random_ace();
		const struct guise_explicit_access entry = {
			.mode = GUISE_ACCESS_DENY,
			.mask = ace.mask,
			.trustee.sid = ace.sid};

		assert_int_equal(
			guise_acl_set_entries(acl, &entry, 1, &options, &now),
			0);
		assert_int_equal(rights(now, &ace.sid) &
					 guise_map_generic(ace.mask,
							   &guise_mapping_file),
				 0);
		assert_int_equal(rights(now, &ace.sid) & ~rights(acl, &ace.sid),
				 0);
		if (!guise_sid_equal(&ace.sid, &others))
			assert_int_equal(rights(now, &others),
					 rights(acl, &others));
		guise_acl_unref(now);
		guise_acl_unref(acl);
	}
}

/* Of a list without denials of others, a grant gives what it says; taking it
 * back and lifting denials leaves no entry. */
static void a_grant_comes_and_goes(void **state)
{
	const struct guise_edit_options options = {
		.size = sizeof(options), .mapping = &guise_mapping_file};

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_acl *acl = random_acl(), *now = NULL;
		const struct guise_ace ace = random_ace();
		struct guise_explicit_access entries[3] = {
			{.mode = GUISE_ACCESS_SET,
			 .mask = ace.mask,
			 .trustee.sid = ace.sid},
			{.mode = GUISE_ACCESS_REVOKE, .trustee.sid = ace.sid},
			{.mode = GUISE_ACCESS_LIFT, .trustee.sid = ace.sid},
		};

		assert_int_equal(
			guise_acl_set_entries(acl, entries, 1, &options, &now),
			0);
		assert_int_equal(
			rights(now, &ace.sid),
			guise_map_generic(ace.mask, &guise_mapping_file));
		guise_acl_unref(now);
		assert_int_equal(
			guise_acl_set_entries(acl, entries, 3, &options, &now),
			0);
		for (size_t j = 0; j < guise_acl_n_aces(now); j++)
			assert_false(guise_sid_equal(
				&guise_acl_ace(now, j)->sid, &ace.sid));
		guise_acl_unref(now);
		guise_acl_unref(acl);
	}
}

static void sorting_keeps_every_entry_and_settles(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct guise_acl *acl = random_acl();
		const struct guise_acl *sorted = NULL, *again = NULL;

		assert_int_equal(guise_acl_sort(acl, &sorted), 0);
		assert_true(guise_acl_is_canonical(sorted));
		assert_int_equal(guise_acl_n_aces(sorted),
				 guise_acl_n_aces(acl));
		assert_int_equal(guise_acl_sort(sorted, &again), 0);
		assert_ptr_equal(again, sorted);
		guise_acl_unref(again);
		guise_acl_unref(sorted);
		guise_acl_unref(acl);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inheritance_settles_after_two_generations),
		cmocka_unit_test(conversion_finds_what_was_inherited),
		cmocka_unit_test(setting_twice_is_setting_once),
		cmocka_unit_test(a_denial_denies_and_gives_nothing),
		cmocka_unit_test(a_grant_comes_and_goes),
		cmocka_unit_test(sorting_keeps_every_entry_and_settles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
