/* SPDX-License-Identifier: Apache-2.0 */
/* Entries in and out of ACLs, trustees, the canonical order, and what an ACL
 * gives: tests/vectors/acl-edit.txt and what does not fit in its columns. */
#include "cmocka-wrap.h"

#include "descriptor.h"
#include "vectors.h"

#include "base.h"
#include <guise/acl-edit.h>

#define CLASS_USER "bf967aba-0de6-11d0-a285-00aa003049e2"

enum column { OLD, ENTRIES, EXPECTED, SOURCE, N_COLUMNS };
enum { ENTRIES_MAX = 8 };

static const struct guise_sid me = {
	.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5};
static const struct guise_guid class_user = {
	{0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11, 0xa2, 0x85, 0x00, 0xaa,
	 0x00, 0x30, 0x49, 0xe2}};

static int find_name(void *context, const char *name, struct guise_sid *ret)
{
	(void)context;
	if (strcmp(name, "Everyone") != 0)
		return GUISE_E_NONE_MAPPED;
	*ret = sid_of("WD");
	return 0;
}

static int find_type(void *context, const char *name, struct guise_guid *ret)
{
	(void)context;
	if (strcmp(name, "user") != 0)
		return GUISE_E_NONE_MAPPED;
	*ret = class_user;
	return 0;
}

static const struct guise_edit_options options = {
	.size = sizeof(options),
	.mapping = &guise_mapping_file,
	.current_user = &me,
	.find_name = find_name,
	.find_type = find_type,
};

static enum guise_access_mode mode_of(const char *word)
{
	static const struct {
		const char *word;
		enum guise_access_mode mode;
	} modes[] = {
		{"NOT_USED", GUISE_ACCESS_NOT_USED},
		{"GRANT", GUISE_ACCESS_GRANT},
		{"SET", GUISE_ACCESS_SET},
		{"DENY", GUISE_ACCESS_DENY},
		{"REVOKE", GUISE_ACCESS_REVOKE},
		{"AUDIT_SUCCESS", GUISE_ACCESS_AUDIT_SUCCESS},
		{"AUDIT_FAILURE", GUISE_ACCESS_AUDIT_FAILURE},
		{"LIFT", GUISE_ACCESS_LIFT},
	};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].word, word) == 0)
			return modes[i].mode;
	}
	fail_msg("no mode: %s", word);
	return GUISE_ACCESS_NOT_USED;
}

/* The only GUID in the file, or nothing. */
static uint32_t type_of(const char *text, uint32_t flag, struct guise_guid *ret)
{
	if (!*text)
		return 0;
	assert_string_equal(text, CLASS_USER);
	*ret = class_user;
	return flag;
}

static void trustee_of(char *text, struct guise_trustee *ret)
{
	char *heirs, *type = strchr(text, '@');

	*ret = (struct guise_trustee){0};
	if (strncmp(text, "name:", 5) == 0) {
		ret->form = GUISE_TRUSTEE_NAME;
		ret->name = text + 5;
		return;
	}
	if (strncmp(text, "form:", 5) == 0) {
		ret->form = (enum guise_trustee_form)(text[5] - '0');
		return;
	}
	if (type) {
		*type++ = '\0';
		heirs = strchr(type, '@');
		*heirs++ = '\0';
		ret->form = GUISE_TRUSTEE_OBJECTS_AND_SID;
		ret->objects = type_of(type, GUISE_ACE_OBJECT_TYPE_PRESENT,
				       &ret->object_type);
		ret->objects |=
			type_of(heirs, GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT,
				&ret->inherited_object_type);
	}
	ret->sid = sid_of(text);
}

static uint8_t inheritance_of(const char *text)
{
	static const char names[][3] = {"OI", "CI", "NP", "IO", "ID"};
	uint8_t flags = 0;

	for (; text && *text; text += 2) {
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			if (strncmp(names[i], text, 2) == 0)
				flags |= (uint8_t)(1u << i);
		}
	}
	return flags;
}

static size_t entries_of(char *text, struct guise_explicit_access *ret)
{
	size_t n = 0;
	char *entry;

	if (strcmp(text, "-") == 0)
		return 0;
	while ((entry = strsep(&text, ";"))) {
		char *save = NULL;
		const char *mode = strtok_r(entry, " ", &save);
		const char *mask = strtok_r(NULL, " ", &save);
		char *trustee = strtok_r(NULL, " ", &save);

		assert_true(n < ENTRIES_MAX);
		ret[n] = (struct guise_explicit_access){.mode = mode_of(mode)};
		assert_int_equal(guise_access_mask_parse(mask, strlen(mask),
							 &ret[n].mask),
				 0);
		trustee_of(trustee, &ret[n].trustee);
		ret[n].inheritance = inheritance_of(strtok_r(NULL, " ", &save));
		n++;
	}
	return n;
}

/* The ACL of SDDL that has one; NULL for "-". */
static const struct guise_acl *acl_of(const char *sddl)
{
	const struct guise_acl *acl;
	const struct guise_sd *sd;

	if (strcmp(sddl, "-") == 0)
		return NULL;
	sd = sd_of(sddl);
	acl = guise_acl_ref(sddl[0] == 'S' ? guise_sd_sacl(sd)
					   : guise_sd_dacl(sd));
	guise_sd_unref(sd);
	return acl;
}

static char *text_of(const struct guise_acl *acl, bool is_sacl)
{
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	const struct guise_sd *sd = NULL;
	char *text;

	if (!acl)
		return strdup("none");
	if (is_sacl)
		fields.sacl = acl;
	else
		fields.dacl = acl;
	assert_int_equal(guise_sd_new(&fields, &sd), 0);
	text = sddl_of(sd, NULL);
	guise_sd_unref(sd);
	return text;
}

static void expect_text(char *got, const char *expected)
{
	assert_string_equal(got, expected);
	free(got);
}

/* The same ACL in our spelling of masks; no SDDL stays as it is. */
static char *respell(const char *expected)
{
	const struct guise_acl *acl;
	char *text;

	if (!strchr(expected, ':'))
		return strdup(expected);
	acl = acl_of(expected);
	text = text_of(acl, expected[0] == 'S');
	guise_acl_unref(acl);
	return text;
}

static bool check(char *const *column)
{
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *old = acl_of(column[OLD]);
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *new = NULL;
	struct guise_explicit_access entries[ENTRIES_MAX];
	size_t n = entries_of(column[ENTRIES], entries);
	int r = guise_acl_set_entries(old, entries, n, &options, &new);
	char *got = r < 0 ? strdup(guise_error_name(r))
			  : text_of(new, column[EXPECTED][0] == 'S');
	char *expected = respell(column[EXPECTED]);
	bool same = strcmp(got, expected) == 0;

	if (!same)
		print_error("got %s\n", got);
	free(got);
	free(expected);
	return same;
}

static void entries_are_worked_in_as_windows_does(void **state)
{
	struct vectors v = vectors_open("acl-edit.txt");
	unsigned n_bad = 0;

	(void)state;
	while (vectors_next(&v, N_COLUMNS)) {
		if (check(v.column))
			continue;
		print_error("acl-edit.txt:%u: %s: not %s (%s)\n", v.number,
			    v.column[OLD], v.column[EXPECTED],
			    v.column[SOURCE]);
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
	assert_true(v.n_rows > 40);
	vectors_close(&v);
}

static void too_many_entries_are_refused(void **state)
{
	const size_t n = GUISE_ACL_ENTRIES_MAX + 1;
	struct guise_explicit_access *entries = calloc(n, sizeof(*entries));
	const struct guise_acl *acl = NULL;

	(void)state;
	assert_non_null(entries);
	for (size_t i = 0; i < n; i++)
		entries[i] = (struct guise_explicit_access){
			.mode = GUISE_ACCESS_GRANT,
			.trustee.sid = {.authority = 5,
					.sub = {(uint32_t)i},
					.n_subs = 1}};
	assert_int_equal(guise_acl_set_entries(NULL, entries, n, NULL, &acl),
			 GUISE_E_LIMIT);
	assert_int_equal(
		guise_acl_set_entries(NULL, entries, n - 1, NULL, &acl),
		GUISE_E_INVALID_ACL);
	assert_null(acl);
	free(entries);
}

static void trustees_become_sids_with_types(void **state)
{
	const struct guise_trustee both = {
		.form = GUISE_TRUSTEE_OBJECTS_AND_NAME,
		.name = "Everyone",
		.objects = GUISE_ACE_OBJECT_TYPE_PRESENT |
			   GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT,
		.object_type_name = "user",
		.inherited_object_type_name = "user",
	};
	struct guise_trustee one = both, got;
	const struct guise_sid everyone = sid_of("WD");

	(void)state;
	assert_int_equal(guise_trustee_resolve(&both, &options, &got), 0);
	assert_int_equal(got.form, GUISE_TRUSTEE_OBJECTS_AND_SID);
	assert_true(guise_sid_equal(&got.sid, &everyone));
	assert_memory_equal(&got.object_type, &class_user, 16);
	assert_memory_equal(&got.inherited_object_type, &class_user, 16);
	assert_int_equal(got.objects, 3);
	/* Only the second: the first is zero, whatever it was. */
	one.objects = GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT;
	one.object_type = class_user;
	assert_int_equal(guise_trustee_resolve(&one, &options, &got), 0);
	assert_int_equal(got.objects, 2);
	assert_memory_equal(&got.object_type, &(struct guise_guid){0}, 16);
}

static void trustees_that_are_none_are_refused(void **state)
{
	struct guise_trustee t = {.form = GUISE_TRUSTEE_NAME};
	struct guise_edit_options wrong = options;
	struct guise_trustee got;

	(void)state;
	assert_int_equal(guise_trustee_resolve(&t, &options, &got), -EINVAL);
	t.name = "Everyone";
	assert_int_equal(guise_trustee_resolve(&t, NULL, &got),
			 GUISE_E_NONE_MAPPED);
	wrong.size++;
	assert_int_equal(guise_trustee_resolve(&t, &wrong, &got), -EINVAL);
	t.objects = 4;
	assert_int_equal(guise_trustee_resolve(&t, &options, &got), -EINVAL);
	t = (struct guise_trustee){.form = GUISE_TRUSTEE_OBJECTS_AND_NAME,
				   .name = "Everyone",
				   .objects = 1,
				   .object_type_name = "frob"};
	assert_int_equal(guise_trustee_resolve(&t, &options, &got),
			 GUISE_E_NONE_MAPPED);
	t = (struct guise_trustee){.sid = {.n_subs = 16}};
	assert_int_equal(guise_trustee_resolve(&t, &options, &got),
			 GUISE_E_INVALID_SID);
	assert_int_equal(guise_trustee_resolve(NULL, &options, &got), -EINVAL);
}

static void expect_entry(const struct guise_explicit_access *entry,
			 enum guise_access_mode mode, uint32_t mask,
			 uint8_t inheritance, const char *sid)
{
	const struct guise_sid want = sid_of(sid);

	assert_int_equal(entry->mode, mode);
	assert_int_equal(entry->mask, mask);
	assert_int_equal(entry->inheritance, inheritance);
	assert_true(guise_sid_equal(&entry->trustee.sid, &want));
}

static void an_acl_is_told_as_entries(void **state)
{
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *acl =
		acl_of("S:(AU;OISAFA;FR;;;WD)(ML;;NW;;;LW)"
		       "(OU;SA;CC;" CLASS_USER ";;BU)(AU;IDFA;FW;;;BA)");
	struct guise_explicit_access *entries = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(guise_acl_explicit_entries(acl, &entries, &n), 0);
	assert_int_equal(n, 4);
	expect_entry(&entries[0], GUISE_ACCESS_AUDIT_SUCCESS, 0x120089, 1,
		     "WD");
	expect_entry(&entries[1], GUISE_ACCESS_AUDIT_FAILURE, 0x120089, 1,
		     "WD");
	expect_entry(&entries[2], GUISE_ACCESS_AUDIT_SUCCESS, 1, 0, "BU");
	assert_int_equal(entries[2].trustee.form,
			 GUISE_TRUSTEE_OBJECTS_AND_SID);
	assert_memory_equal(&entries[2].trustee.object_type, &class_user, 16);
	expect_entry(&entries[3], GUISE_ACCESS_AUDIT_FAILURE, 0x120116, 0x10,
		     "BA");
	free(entries);
	assert_int_equal(guise_acl_explicit_entries(NULL, &entries, &n), 0);
	assert_null(entries);
	assert_int_equal(n, 0);
}

/* wine:advapi32/tests/security.c test_GetExplicitEntriesFromAclW */
static void revoking_leaves_denials_to_tell_of(void **state)
{
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *acl =
		acl_of("D:(A;;KR;;;BU)(A;;KR;;;WD)(D;;KW;;;WD)");
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *now = NULL;
	const struct guise_explicit_access revoke = {
		.mode = GUISE_ACCESS_REVOKE, .trustee.sid = sid_of("WD")};
	struct guise_explicit_access *entries = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(guise_acl_set_entries(acl, &revoke, 1, NULL, &now), 0);
	assert_int_equal(guise_acl_explicit_entries(now, &entries, &n), 0);
	assert_int_equal(n, 2);
	expect_entry(&entries[0], GUISE_ACCESS_GRANT, 0x20019, 0, "BU");
	expect_entry(&entries[1], GUISE_ACCESS_DENY, 0x20006, 0, "WD");
	free(entries);
}

/* What an ACL says, said again, is that ACL. */
static void entries_make_the_acl_they_come_from(void **state)
{
	static const char sddl[] = "D:(D;;FW;;;AN)(OD;CI;CC;;" CLASS_USER
				   ";BU)(A;OICI;FA;;;BA)(A;;FR;;;WD)";
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = acl_of(sddl);
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *again = NULL;
	struct guise_explicit_access *entries = NULL;
	size_t n;

	(void)state;
	assert_int_equal(guise_acl_explicit_entries(acl, &entries, &n), 0);
	assert_int_equal(
		guise_acl_set_entries(NULL, entries, n, &options, &again), 0);
	expect_text(text_of(again, false), sddl);
	free(entries);
}

static void effective_rights_are_what_the_order_gives(void **state)
{
	static const struct {
		const char *dacl;
		uint32_t expected;
	} rows[] = {
		{"D:", 0},
		{"D:(A;;FR;;;WD)(D;;FA;;;BU)", 0x120089},
		{"D:(D;;FA;;;BU)(A;;FR;;;WD)", 0},
		{"D:(A;;GR;;;WD)(A;;FX;;;BU)", 0x1200a9},
		{"D:(A;IO;FA;;;WD)(A;;FA;;;BA)", 0},
		{"D:(OA;;FA;" CLASS_USER ";;WD)", 0},
		{"D:(OA;;CC;;" CLASS_USER ";WD)", 1},
		{"D:(OD;;CC;" CLASS_USER ";;WD)(A;;CCDC;;;WD)", 2},
	};
	const struct guise_sid sids[] = {me, sid_of("WD"), sid_of("BU")};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_acl *acl = acl_of(rows[i].dacl);
		uint32_t got = UINT32_MAX;

		assert_int_equal(
			guise_acl_effective_rights(acl, sids, ARRAY_SIZE(sids),
						   &guise_mapping_file, &got),
			0);
		assert_int_equal(got, rows[i].expected);
		guise_acl_unref(acl);
	}
}

static void conditional_grants_do_not_count_and_denials_do(void **state)
{
	const struct guise_ace aces[] = {
		{.type = GUISE_ACE_ACCESS_DENIED_CALLBACK,
		 .mask = 1,
		 .sid = me},
		{.type = GUISE_ACE_ACCESS_ALLOWED_CALLBACK,
		 .mask = 2,
		 .sid = me},
		{.mask = 5, .sid = me},
	};
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	uint32_t got;

	(void)state;
	assert_int_equal(guise_acl_new(0, aces, ARRAY_SIZE(aces), &acl), 0);
	assert_int_equal(guise_acl_effective_rights(acl, &me, 1, NULL, &got),
			 0);
	assert_int_equal(got, 4);
}

static void audited_rights_are_told_by_outcome(void **state)
{
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *acl =
		acl_of("S:(AU;SA;GR;;;WD)(AU;SAFA;CC;;;BU)(AU;FA;DC;;;BA)"
		       "(AU;IOFA;FA;;;WD)");
	const struct guise_sid sids[] = {sid_of("WD"), sid_of("BU")};
	uint32_t success, failure;

	(void)state;
	assert_int_equal(guise_acl_audited_rights(acl, sids, 2,
						  &guise_mapping_file, &success,
						  &failure),
			 0);
	assert_int_equal(success, 0x120089);
	assert_int_equal(failure, 1);
}

static void the_canonical_order_is_recognised_and_made(void **state)
{
	static const struct {
		const char *dacl, *sorted;
	} rows[] = {
		{"D:", "D:"},
		{"D:(D;;FA;;;BU)(A;;FA;;;WD)(A;ID;FA;;;BA)(D;ID;FA;;;AN)",
		 "D:(D;;FA;;;BU)(A;;FA;;;WD)(A;ID;FA;;;BA)(D;ID;FA;;;AN)"},
		{"D:(A;;FA;;;WD)(D;;FA;;;BU)(A;;FR;;;BA)(D;;FR;;;BG)",
		 "D:(D;;FA;;;BU)(D;;FR;;;BG)(A;;FA;;;WD)(A;;FR;;;BA)"},
		{"D:(A;ID;FA;;;BA)(A;;FA;;;WD)(OD;;CC;" CLASS_USER ";;BU)",
		 "D:(OD;;CC;" CLASS_USER ";;BU)(A;;FA;;;WD)(A;ID;FA;;;BA)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_acl *acl = acl_of(rows[i].dacl);
		const struct guise_acl *sorted = NULL;

		assert_int_equal(guise_acl_is_canonical(acl),
				 strcmp(rows[i].dacl, rows[i].sorted) == 0);
		assert_int_equal(guise_acl_sort(acl, &sorted), 0);
		expect_text(text_of(sorted, false), rows[i].sorted);
		assert_true(guise_acl_is_canonical(sorted));
		guise_acl_unref(sorted);
		guise_acl_unref(acl);
	}
}

/* An entry of a type nobody knows is no grant that a denial has to precede. */
static void what_neither_grants_nor_denies_has_no_place(void **state)
{
	const struct guise_ace aces[] = {
		{.type = 0x40},
		{.type = GUISE_ACE_ACCESS_DENIED, .mask = 1, .sid = me},
		{.type = 0x40},
		{.mask = 1, .sid = me},
	};
	const struct guise_ace inherited = {
		.type = GUISE_ACE_ACCESS_DENIED,
		.flags = GUISE_ACE_INHERITED,
		.mask = 1,
		.sid = me,
	};
	const struct guise_ace late[] = {inherited, {.type = 0x40}};
	const struct guise_acl *acl = NULL;

	(void)state;
	assert_int_equal(guise_acl_new(0, aces, ARRAY_SIZE(aces), &acl), 0);
	assert_true(guise_acl_is_canonical(acl));
	guise_acl_unref(acl);
	assert_int_equal(guise_acl_new(0, late, ARRAY_SIZE(late), &acl), 0);
	assert_false(guise_acl_is_canonical(acl));
	guise_acl_unref(acl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_worked_in_as_windows_does),
		cmocka_unit_test(too_many_entries_are_refused),
		cmocka_unit_test(trustees_become_sids_with_types),
		cmocka_unit_test(trustees_that_are_none_are_refused),
		cmocka_unit_test(an_acl_is_told_as_entries),
		cmocka_unit_test(revoking_leaves_denials_to_tell_of),
		cmocka_unit_test(entries_make_the_acl_they_come_from),
		cmocka_unit_test(effective_rights_are_what_the_order_gives),
		cmocka_unit_test(
			conditional_grants_do_not_count_and_denials_do),
		cmocka_unit_test(audited_rights_are_told_by_outcome),
		cmocka_unit_test(the_canonical_order_is_recognised_and_made),
		cmocka_unit_test(what_neither_grants_nor_denies_has_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
