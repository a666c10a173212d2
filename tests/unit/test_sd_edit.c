/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of objects that exist: parts replaced (tests/vectors/sd-set.txt),
 * selected, built, and converted to auto-inheritance. */
#include "cmocka-wrap.h"

#include "token.h"
#include "vectors.h"

#include "base.h"
#include <guise/sd-edit.h>

#define USER "S-1-5-21-1-2-3-1001"

enum column {
	CURRENT,
	PARTS,
	FLAGS,
	MODIFICATION,
	EXPECTED,
	SOURCE,
	N_COLUMNS
};

static const struct test_token user = {
	.user = USER,
	.groups = {"BA"},
	.integrity = "ME",
};

static uint32_t part_of(const char *word)
{
	static const struct {
		const char *word;
		uint32_t bit;
	} parts[] = {
		{"O", GUISE_OWNER_SECURITY},
		{"G", GUISE_GROUP_SECURITY},
		{"D", GUISE_DACL_SECURITY},
		{"S", GUISE_SACL_SECURITY},
		{"L", GUISE_LABEL_SECURITY},
		{"A", GUISE_ATTRIBUTE_SECURITY},
		{"P", GUISE_SCOPE_SECURITY},
		{"B", GUISE_BACKUP_SECURITY},
		{"+D", GUISE_PROTECTED_DACL_SECURITY},
		{"-D", GUISE_UNPROTECTED_DACL_SECURITY},
		{"+S", GUISE_PROTECTED_SACL_SECURITY},
		{"-S", GUISE_UNPROTECTED_SACL_SECURITY},
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(parts[i].word, word) == 0)
			return parts[i].bit;
	}
	fail_msg("no part: %s", word);
	return 0;
}

static uint32_t parts_of(char *text)
{
	uint32_t parts = 0;
	char *word;

	while ((word = strsep(&text, " ")))
		parts |= part_of(word);
	return parts;
}

static uint32_t flags_of(const char *text)
{
	return (strchr(text, 'D') ? GUISE_SEF_DACL_AUTO_INHERIT : 0u) |
	       (strchr(text, 'S') ? GUISE_SEF_SACL_AUTO_INHERIT : 0u) |
	       (strchr(text, 'p') ? GUISE_SEF_AVOID_PRIVILEGE_CHECK : 0u) |
	       (strchr(text, 'o') ? GUISE_SEF_AVOID_OWNER_CHECK : 0u);
}

/* SDDL in our own spelling of masks; an error's name stays as it is. */
static char *respell(const char *text)
{
	const struct guise_sd *sd;
	char *ret;

	if (!strchr(text, ':'))
		return strdup(text);
	sd = sd_of(text);
	ret = sddl_of(sd, NULL);
	guise_sd_unref(sd);
	return ret;
}

static char *answer(int r, const struct guise_sd *sd)
{
	return r < 0 ? strdup(guise_error_name(r)) : sddl_of(sd, NULL);
}

static bool check(char *const *column)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *current = sd_of(column[CURRENT]);
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *modification = sd_of(column[MODIFICATION]);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = test_token_make(&user);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r = guise_sd_set(current, parts_of(column[PARTS]), modification,
			     flags_of(column[FLAGS]), token,
			     &guise_mapping_file, &sd);
	char *got = answer(r, sd), *expected = respell(column[EXPECTED]);
	bool same = strcmp(got, expected) == 0;

	if (!same)
		print_error("got %s\n", got);
	free(got);
	free(expected);
	return same;
}

static void parts_are_replaced_as_windows_does(void **state)
{
	struct vectors v = vectors_open("sd-set.txt");
	unsigned n_bad = 0;

	(void)state;
	while (vectors_next(&v, N_COLUMNS)) {
		if (check(v.column))
			continue;
		print_error("sd-set.txt:%u: %s: not %s (%s)\n", v.number,
			    v.column[CURRENT], v.column[EXPECTED],
			    v.column[SOURCE]);
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
	assert_true(v.n_rows > 30);
	vectors_close(&v);
}

static void setting_checks_its_arguments(void **state)
{
	const struct guise_sd *sd = sd_of("O:BAG:BAS:(AU;SA;FA;;;WD)");
	const struct guise_sd *ret = NULL;
	const struct guise_generic_mapping *file = &guise_mapping_file;

	(void)state;
	assert_int_equal(guise_sd_set(sd, 0x200, sd, 0, NULL, file, &ret),
			 -EINVAL);
	assert_int_equal(guise_sd_set(sd, 1, sd, GUISE_SEF_DEFAULT_DESCRIPTOR,
				      NULL, file, &ret),
			 -EINVAL);
	assert_int_equal(guise_sd_set(sd, 1, NULL, 0, NULL, file, &ret),
			 -EINVAL);
	assert_int_equal(guise_sd_set(sd, 1, sd, 0, NULL, NULL, &ret), -EINVAL);
	assert_int_equal(guise_sd_set(sd, 1, sd, 0, NULL, file, &ret),
			 GUISE_E_NO_TOKEN);
	assert_int_equal(guise_sd_set(sd, 8, sd, 0, NULL, file, &ret),
			 GUISE_E_NO_TOKEN);
	assert_null(ret);
	/* A group takes no token; parts not named need none. */
	assert_int_equal(guise_sd_set(sd, 2, sd, 0, NULL, file, &ret), 0);
	guise_sd_unref(ret);
	guise_sd_unref(sd);
}

/* An object without a label is of medium integrity. */
static void taking_a_label_away_is_setting_one(void **state)
{
	static const char *const modifications[] = {
		"S:", "O:BA", "S:(ML;IO;NW;;;LW)", "S:(ML;;NW;;;ME)"};
	static const char *const levels[] = {"LW", "ME"};
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *old = sd_of("O:BAG:BAS:(ML;;NW;;;LW)");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(modifications); i++) {
		const struct guise_sd *sd = sd_of(modifications[i]);

		for (size_t k = 0; k < ARRAY_SIZE(levels); k++) {
			const struct test_token owner = {
				.user = USER, .integrity = levels[k]};
			const struct guise_token *token =
				test_token_make(&owner);
			const struct guise_sd *set = NULL;

			assert_int_equal(
				guise_sd_set(old, GUISE_LABEL_SECURITY, sd, 0,
					     token, &guise_mapping_file, &set),
				k == 0 ? GUISE_E_INVALID_LABEL : 0);
			guise_sd_unref(set);
			guise_token_unref(token);
		}
		guise_sd_unref(sd);
	}
}

static void the_revision_of_a_label_list_is_kept(void **state)
{
	const struct guise_ace label = {
		.type = GUISE_ACE_SYSTEM_MANDATORY_LABEL,
		.mask = 1,
		.sid = sid_of("LW")};
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *set = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	const struct guise_sd *old = sd_of("O:BAG:BA");

	(void)state;
	assert_int_equal(guise_acl_new(3, &label, 1, &sacl), 0);
	fields.sacl = sacl;
	assert_int_equal(guise_sd_new(&fields, &sd), 0);
	assert_int_equal(guise_sd_set(old, GUISE_LABEL_SECURITY, sd,
				      GUISE_SEF_AVOID_PRIVILEGE_CHECK, NULL,
				      &guise_mapping_file, &set),
			 0);
	assert_int_equal(guise_acl_revision(guise_sd_sacl(set)), 3);
	guise_sd_unref(old);
}

static void parts_are_selected(void **state)
{
	static const char sddl[] = "O:BUG:SYD:P(A;;GA;;;WD)S:P(ML;;;;;SI)";
	static const struct {
		uint32_t information;
		const char *expected;
	} rows[] = {
		{0, ""},
		{GUISE_OWNER_SECURITY, "O:BU"},
		{GUISE_GROUP_SECURITY, "G:SY"},
		{GUISE_DACL_SECURITY, "D:P(A;;GA;;;WD)"},
		/* without the label, but with its protection */
		{GUISE_SACL_SECURITY, "S:P"},
		{GUISE_LABEL_SECURITY, "S:P(ML;;;;;SI)"},
		{GUISE_BACKUP_SECURITY, sddl},
		{0x17, sddl},
	};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_of(sddl);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_sd *part = NULL;
		char *got;

		assert_int_equal(
			guise_sd_select(sd, rows[i].information, &part), 0);
		got = sddl_of(part, NULL);
		assert_string_equal(got, rows[i].expected);
		free(got);
		guise_sd_unref(part);
	}
}

static void the_rights_for_each_part_are_those_of_the_table(void **state)
{
	static const struct {
		uint32_t information, read, write;
	} rows[] = {
		{0, 0, 0},
		{GUISE_OWNER_SECURITY, 0x20000, 0x80000},
		{GUISE_GROUP_SECURITY, 0x20000, 0x80000},
		{GUISE_DACL_SECURITY, 0x20000, 0x40000},
		{GUISE_SACL_SECURITY, 0x1000000, 0x1000000},
		{GUISE_LABEL_SECURITY, 0x20000, 0x80000},
		{GUISE_ATTRIBUTE_SECURITY, 0x20000, 0x40000},
		{GUISE_SCOPE_SECURITY, 0x20000, 0x1000000},
		{GUISE_BACKUP_SECURITY, 0x1020000, 0x10c0000},
		{GUISE_DACL_SECURITY | GUISE_SACL_SECURITY, 0x1020000,
		 0x1040000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(guise_sd_query_access(rows[i].information),
				 rows[i].read);
		assert_int_equal(guise_sd_set_access(rows[i].information),
				 rows[i].write);
	}
}

/* One ACE of each part, in the order of the parts' bits. */
static const struct guise_sd *sacl_of_all_parts(void)
{
	const struct guise_ace aces[] = {
		{.type = GUISE_ACE_SYSTEM_AUDIT, .mask = 1},
		{.type = GUISE_ACE_SYSTEM_MANDATORY_LABEL, .mask = 1},
		{.type = GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE},
		{.type = GUISE_ACE_SYSTEM_SCOPED_POLICY_ID},
		{.type = GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL, .mask = 1},
		{.type = GUISE_ACE_SYSTEM_ACCESS_FILTER, .mask = 1},
	};
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	const struct guise_sd *sd = NULL;

	assert_int_equal(guise_acl_new(0, aces, ARRAY_SIZE(aces), &sacl), 0);
	fields.sacl = sacl;
	assert_int_equal(guise_sd_new(&fields, &sd), 0);
	return sd;
}

static void each_part_of_a_sacl_is_its_own(void **state)
{
	const struct guise_sd *sd = sacl_of_all_parts();
	const struct guise_sd *empty = sd_of("");
	const struct guise_token *token = test_token_make(&user);

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		const uint32_t bit = GUISE_SACL_SECURITY << i;
		const struct guise_sd *part = NULL, *rest = NULL;
		const bool is_free = bit == GUISE_LABEL_SECURITY ||
				     bit == GUISE_ATTRIBUTE_SECURITY;

		assert_int_equal(guise_sd_select(sd, bit, &part), 0);
		assert_int_equal(guise_acl_n_aces(guise_sd_sacl(part)), 1);
		assert_int_equal(guise_acl_ace(guise_sd_sacl(part), 0)->type,
				 guise_acl_ace(guise_sd_sacl(sd), i)->type);
		guise_sd_unref(part);
		assert_int_equal(guise_sd_set(sd, bit, empty, 0, token,
					      &guise_mapping_file, &rest),
				 is_free ? 0 : GUISE_E_PRIVILEGE_NOT_HELD);
		if (is_free)
			assert_int_equal(guise_acl_n_aces(guise_sd_sacl(rest)),
					 5);
		guise_sd_unref(rest);
	}
	guise_token_unref(token);
	guise_sd_unref(empty);
	guise_sd_unref(sd);
}

/* A descriptor older than auto-inheritance, and what becomes of it. */
static void convert(const char *parent_sddl, const char *dacl,
		    bool is_container, const char *expected)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *parent = parent_sddl ? sd_of(parent_sddl) : NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct guise_sd *old;
	char text[512], *got, *want;

	snprintf(text, sizeof(text), "O:BAG:BU%s", dacl);
	old = sd_of(text);
	assert_int_equal(guise_sd_to_auto_inherit(parent, old, is_container,
						  &guise_mapping_file, NULL,
						  &sd),
			 0);
	snprintf(text, sizeof(text), "O:BAG:BU%s", expected);
	want = respell(text);
	got = sddl_of(sd, NULL);
	assert_string_equal(got, want);
	free(got);
	free(want);
	guise_sd_unref(old);
}

static void what_came_from_the_parent_is_marked(void **state)
{
	static const char parent[] = "D:(A;OICI;FA;;;BA)(A;OICI;FR;;;WD)";

	(void)state;
	convert(parent, "D:(A;;FA;;;BA)(A;;FR;;;WD)", false,
		"D:AI(A;ID;FA;;;BA)(A;ID;FR;;;WD)");
	convert(parent, "D:(A;OICI;FA;;;BA)(A;OICI;FR;;;WD)", true,
		"D:AI(A;OICIID;FA;;;BA)(A;OICIID;FR;;;WD)");
	/* Explicit ones come first; generic rights count as what they are. */
	convert(parent, "D:(A;;GA;;;BA)(A;;FR;;;WD)(A;;FX;;;BU)", false,
		"D:AI(A;;FX;;;BU)(A;ID;FA;;;BA)(A;ID;FR;;;WD)");
	/* Two may make up for one. */
	convert("D:(A;OI;FR;;;WD)", "D:(A;;0x120000;;;WD)(A;;0x89;;;WD)", false,
		"D:AI(A;ID;FR;;;WD)");
	/* CREATOR OWNER became the owner. */
	convert("D:(A;OI;FA;;;CO)", "D:(A;;FA;;;BA)", false,
		"D:AI(A;ID;FA;;;BA)");
}

static void what_differs_from_the_parent_is_protected(void **state)
{
	static const char parent[] = "D:(A;OICI;FA;;;BA)(A;OICI;FR;;;WD)";

	(void)state;
	convert(parent, "D:(A;;FA;;;BA)", false, "D:PAI(A;;FA;;;BA)");
	convert(parent, "D:", false, "D:PAI");
	convert(parent, "D:(A;;FX;;;BA)(A;;FR;;;WD)", false,
		"D:PAI(A;;FX;;;BA)(A;;FR;;;WD)");
	convert(NULL, "D:(A;;FA;;;BA)", false, "D:PAI(A;;FA;;;BA)");
	convert("D:(A;CI;FA;;;BA)", "D:(A;;FA;;;BA)", false,
		"D:PAI(A;;FA;;;BA)");
	convert(parent, "D:NO_ACCESS_CONTROL", false, "D:PAINO_ACCESS_CONTROL");
}

/* A grant that came after an inherited denial must not come before it. */
static void an_order_that_matters_is_left(void **state)
{
	(void)state;
	convert("D:(D;OI;FW;;;BU)", "D:(D;;FW;;;BU)(A;;FA;;;WD)", false,
		"D:PAI(D;;FW;;;BU)(A;;FA;;;WD)");
	convert("D:(D;OI;FW;;;BU)", "D:(A;;FA;;;WD)(D;;FW;;;BU)", false,
		"D:AI(A;;FA;;;WD)(D;ID;FW;;;BU)");
}

static void what_is_converted_or_not_there_stays(void **state)
{
	(void)state;
	convert("D:(A;OI;FA;;;BA)", "D:AI(A;;FA;;;BA)", false,
		"D:AI(A;;FA;;;BA)");
	convert("D:(A;OI;FA;;;BA)", "D:P(A;;FA;;;BA)", false,
		"D:PAI(A;;FA;;;BA)");
	convert("D:(A;OI;FA;;;BA)", "", false, "");
	convert("S:(AU;OISA;FA;;;BA)", "S:(AU;SA;FA;;;BA)", false,
		"S:AI(AU;IDSA;FA;;;BA)");
}

static void converting_takes_an_owner_and_a_group(void **state)
{
	const struct guise_sd *sd = sd_of("O:BAD:(A;;FA;;;BA)");
	const struct guise_sd *ret = NULL;

	(void)state;
	assert_int_equal(guise_sd_to_auto_inherit(NULL, sd, false,
						  &guise_mapping_file, NULL,
						  &ret),
			 GUISE_E_INVALID_SD);
	assert_int_equal(guise_sd_to_auto_inherit(NULL, NULL, false,
						  &guise_mapping_file, NULL,
						  &ret),
			 -EINVAL);
	guise_sd_unref(sd);
}

static void descriptors_are_built_of_trustees_and_entries(void **state)
{
	const struct guise_trustee owner = {.sid = sid_of("SY")};
	const struct guise_explicit_access access = {
		.mode = GUISE_ACCESS_GRANT,
		.mask = GUISE_FILE_GENERIC_READ,
		.trustee.sid = sid_of("WD")};
	const struct guise_explicit_access audit = {
		.mode = GUISE_ACCESS_AUDIT_FAILURE,
		.mask = GUISE_FILE_ALL_ACCESS,
		.trustee.sid = sid_of("BU")};
	const struct guise_sd_parts parts = {.size = sizeof(parts),
					     .owner = &owner,
					     .access = &access,
					     .n_access = 1,
					     .audit = &audit,
					     .n_audit = 1};
	static const struct {
		const char *old, *expected;
	} rows[] = {
		{NULL, "O:SYD:(A;;FR;;;WD)S:(AU;FA;FA;;;BU)"},
		{"O:BAG:BAD:P(D;;FA;;;AN)",
		 "O:SYG:BAD:P(D;;FA;;;AN)(A;;FR;;;WD)S:(AU;FA;FA;;;BU)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_sd *old =
			rows[i].old ? sd_of(rows[i].old) : NULL;
		const struct guise_sd *sd = NULL;
		char *got;

		assert_int_equal(guise_sd_build(&parts, old, NULL, &sd), 0);
		got = sddl_of(sd, NULL);
		assert_string_equal(got, rows[i].expected);
		free(got);
		guise_sd_unref(sd);
		guise_sd_unref(old);
	}
}

static void building_with_nothing_changes_nothing(void **state)
{
	struct guise_sd_parts parts = {.size = sizeof(parts)};
	const struct guise_sd *old = sd_of("O:BAD:NO_ACCESS_CONTROL");
	const struct guise_sd *sd = NULL;

	(void)state;
	assert_int_equal(guise_sd_build(&parts, old, NULL, &sd), 0);
	assert_true(guise_sd_equal(old, sd));
	guise_sd_unref(sd);
	parts.size = 0;
	assert_int_equal(guise_sd_build(&parts, old, NULL, &sd), -EINVAL);
	guise_sd_unref(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_replaced_as_windows_does),
		cmocka_unit_test(setting_checks_its_arguments),
		cmocka_unit_test(taking_a_label_away_is_setting_one),
		cmocka_unit_test(the_revision_of_a_label_list_is_kept),
		cmocka_unit_test(parts_are_selected),
		cmocka_unit_test(
			the_rights_for_each_part_are_those_of_the_table),
		cmocka_unit_test(each_part_of_a_sacl_is_its_own),
		cmocka_unit_test(what_came_from_the_parent_is_marked),
		cmocka_unit_test(what_differs_from_the_parent_is_protected),
		cmocka_unit_test(an_order_that_matters_is_left),
		cmocka_unit_test(what_is_converted_or_not_there_stays),
		cmocka_unit_test(converting_takes_an_owner_and_a_group),
		cmocka_unit_test(descriptors_are_built_of_trustees_and_entries),
		cmocka_unit_test(building_with_nothing_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
