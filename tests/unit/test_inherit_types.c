/* SPDX-License-Identifier: Apache-2.0 */
/* New objects of a known type, objects made by a server, and labels: what
 * MS-DTYP 2.5.3.4 and "Windows Integrity Mechanism Design" say of them. */
#include "cmocka-wrap.h"

#include "token.h"

#include "base.h"
#include <guise/inherit.h>

#define USER "S-1-5-21-11-22-33-1001"
#define OWNERS "O:" USER "G:" USER
#define CLASS_USER "bf967aba-0de6-11d0-a285-00aa003049e2"
#define CLASS_OTHER "4828cc14-1437-45bc-9b07-ad6f015e5f28"
#define PROPERTY "4c164200-20c0-11d0-a768-00aa006e0529"
#define AUTO (GUISE_SEF_DACL_AUTO_INHERIT | GUISE_SEF_SACL_AUTO_INHERIT)

static const struct guise_guid class_user = {
	{0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11, 0xa2, 0x85, 0x00, 0xaa,
	 0x00, 0x30, 0x49, 0xe2}};
static const struct guise_guid class_other = {
	{0x14, 0xcc, 0x28, 0x48, 0x37, 0x14, 0xbc, 0x45, 0x9b, 0x07, 0xad, 0x6f,
	 0x01, 0x5e, 0x5f, 0x28}};

static const struct test_token user = {
	.user = USER,
	.default_dacl = "(A;;FA;;;" USER ")",
};

/* The question of one line, and its answer: SDDL without owner and group, or
 * an error's name. */
struct row {
	const char *parent, *creator;
	uint32_t flags;
	const char *expected;
};

static void ask(const struct row *row, bool is_container,
		const struct test_token *want,
		const struct guise_inherit_options *options)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *parent = row->parent ? sd_of(row->parent) : NULL;
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *creator =
		row->creator ? sd_of(row->creator) : NULL;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = test_token_make(want);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r = guise_inherit_by_type(parent, creator, is_container, row->flags,
				      token, &guise_mapping_file, options, &sd);
	char *got;

	if (r < 0) {
		assert_string_equal(guise_error_name(r), row->expected);
		return;
	}
	got = sddl_of(sd, NULL);
	assert_memory_equal(got, OWNERS, strlen(OWNERS));
	assert_string_equal(got + strlen(OWNERS), row->expected);
	free(got);
}

static void ask_all(const struct row *rows, size_t n, bool is_container,
		    const struct test_token *want,
		    const struct guise_inherit_options *options)
{
	for (size_t i = 0; i < n; i++)
		ask(&rows[i], is_container, want, options);
}

static const struct guise_inherit_options a_user = {
	.size = sizeof(a_user),
	.object_types = &class_user,
	.n_object_types = 1,
};

static void aces_for_another_type_of_child_are_only_passed_on(void **state)
{
	static const struct row row = {
		"D:(OA;OICI;FA;;" CLASS_USER ";WD)", NULL, AUTO,
		"D:AI(OA;OICIIOID;FA;;" CLASS_USER ";WD)"};
	static const struct row leaf = {"D:(OA;OICI;FA;;" CLASS_USER ";WD)",
					NULL, AUTO, "D:AI(A;;FA;;;" USER ")"};
	const struct guise_inherit_options other = {
		.size = sizeof(other),
		.object_types = &class_other,
		.n_object_types = 1,
	};

	(void)state;
	ask(&row, true, &user, NULL);
	ask(&row, true, &user, &other);
	ask(&leaf, false, &user, NULL);
	ask(&leaf, false, &user, &other);
}

static void aces_for_the_type_of_the_child_are_in_force(void **state)
{
	static const struct row containers[] = {
		/* In force and passed on are one, as in every directory. */
		{"D:(OA;CIIO;RP;" PROPERTY ";" CLASS_USER ";RU)", NULL, AUTO,
		 "D:AI(OA;CIID;RP;" PROPERTY ";" CLASS_USER ";RU)"},
		/* Two, if they differ; the one in force has no heirs. */
		{"D:(OA;CI;GR;" PROPERTY ";" CLASS_USER ";CO)", NULL, AUTO,
		 "D:AI(OA;ID;FR;" PROPERTY ";;" USER ")(OA;CIIOID;GR;" PROPERTY
		 ";" CLASS_USER ";CO)"},
		{"D:(OD;CINP;WP;;" CLASS_USER ";WD)", NULL, AUTO,
		 "D:AI(D;ID;WP;;;WD)"},
	};
	static const struct row leaves[] = {
		{"D:(OA;OI;RP;" PROPERTY ";" CLASS_USER ";RU)", NULL, AUTO,
		 "D:AI(OA;ID;RP;" PROPERTY ";;RU)"},
		{"D:(OA;OI;RP;;" CLASS_USER ";RU)", NULL, AUTO,
		 "D:AI(A;ID;RP;;;RU)"},
		{"D:(OA;OI;RP;;" CLASS_OTHER ";RU)(A;OI;FR;;;WD)", NULL, AUTO,
		 "D:AI(A;ID;FR;;;WD)"},
		{"S:(OU;OISA;WP;;" CLASS_USER ";WD)", NULL, AUTO,
		 "D:AI(A;;FA;;;" USER ")S:AI(AU;IDSA;WP;;;WD)"},
	};

	(void)state;
	ask_all(containers, ARRAY_SIZE(containers), true, &user, &a_user);
	ask_all(leaves, ARRAY_SIZE(leaves), false, &user, &a_user);
}

static void one_of_several_types_will_do(void **state)
{
	const struct guise_guid types[] = {class_other, class_user};
	const struct guise_inherit_options both = {.size = sizeof(both),
						   .object_types = types,
						   .n_object_types = 2};
	static const struct row row = {
		"D:(OA;OI;RP;;" CLASS_USER ";RU)(OA;OI;WP;;" CLASS_OTHER ";RU)",
		NULL, AUTO, "D:AI(A;ID;RP;;;RU)(A;ID;WP;;;RU)"};

	(void)state;
	ask(&row, false, &user, &both);
}

static void server_sids_stand_for_the_token_of_the_server(void **state)
{
	static const struct test_token service = {
		.user = "SY", .groups = {"BA"}, .primary_group = "BA"};
	static const char parent[] = "D:(A;OI;FR;;;S-1-3-2)(A;OI;FX;;;S-1-3-3)";
	static const struct row with = {parent, NULL, AUTO,
					"D:AI(A;ID;FR;;;SY)(A;ID;FX;;;BA)"};
	static const struct row without = {parent, NULL, AUTO,
					   "D:AI(A;ID;FR;;;" USER
					   ")(A;ID;FX;;;" USER ")"};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = test_token_make(&service);
	const struct guise_inherit_options options = {.size = sizeof(options),
						      .server = token};

	(void)state;
	ask(&with, false, &user, &options);
	ask(&without, false, &user, NULL);
}

static void options_are_checked(void **state)
{
	static const struct row bad = {NULL, NULL, 0, "EINVAL"};
	struct guise_inherit_options options = a_user;

	(void)state;
	options.size--;
	ask(&bad, false, &user, &options);
	options = a_user;
	options.object_types = NULL;
	ask(&bad, false, &user, &options);
	options = a_user;
	options.n_object_types = GUISE_OBJECT_TYPES_MAX + 1;
	ask(&bad, false, &user, &options);
}

static void labels_are_inherited_as_they_are(void **state)
{
	static const struct row row = {"S:(ML;OICI;NW;;;HI)", NULL, AUTO,
				       "D:AI(A;;FA;;;" USER
				       ")S:AI(ML;OICIID;NW;;;HI)"};
	struct test_token low = user;

	(void)state;
	ask(&row, true, &user, NULL);
	/* also for a creator that would have got another */
	low.integrity = "LW";
	ask(&row, true, &low, NULL);
}

/* D: in the answers, for brevity: there is no default DACL. */
static void creators_below_medium_label_what_they_make(void **state)
{
	static const struct row low_rows[] = {
		{NULL, NULL, 0, "D:S:(ML;;NW;;;LW)"},
		{NULL, NULL, GUISE_SEF_SACL_AUTO_INHERIT,
		 "D:S:AI(ML;;NW;;;LW)"},
		{NULL, NULL, GUISE_SEF_MACL_NO_READ_UP, "D:S:(ML;;NR;;;LW)"},
		/* what waits for children is not the object's */
		{"S:(ML;OIIO;NW;;;ME)", NULL, 0,
		 "D:S:(ML;OIIO;NW;;;ME)"
		 "(ML;;NW;;;LW)"},
		{"S:(AU;CISA;FA;;;WD)", NULL, 0,
		 "D:S:(AU;CISA;FA;;;WD)(ML;;NW;;;LW)"},
		{NULL, "S:(ML;;NX;;;S-1-16-0)", 0, "D:S:(ML;;NX;;;S-1-16-0)"},
	};
	static const struct row medium_rows[] = {
		{NULL, NULL, 0, "D:"},
		{NULL, NULL,
		 GUISE_SEF_MACL_NO_WRITE_UP | GUISE_SEF_MACL_NO_EXECUTE_UP,
		 "D:S:(ML;;NWNX;;;ME)"},
	};
	struct test_token creator = {.user = USER, .integrity = "LW"};

	(void)state;
	ask_all(low_rows, ARRAY_SIZE(low_rows), true, &creator, NULL);
	creator.integrity = "ME";
	ask_all(medium_rows, ARRAY_SIZE(medium_rows), true, &creator, NULL);
	/* A token that does not speak of integrity says nothing. */
	creator.integrity = NULL;
	ask(&medium_rows[0], true, &creator, NULL);
}

/* Setting a label takes no privilege: it must not drop anything else. */
static void a_label_does_not_stand_in_for_the_parents_sacl(void **state)
{
	static const char audit[] = "S:(AU;CISA;FA;;;WD)";
	static const struct row rows[] = {
		{audit, "S:(ML;;NW;;;LW)", 0,
		 "D:S:(ML;;NW;;;LW)(AU;CISA;FA;;;WD)"},
		{audit, "S:P(ML;;NW;;;LW)", 0,
		 "D:S:(ML;;NW;;;LW)(AU;CISA;FA;;;WD)"},
		{audit, "S:P(ML;;NW;;;LW)", GUISE_SEF_SACL_AUTO_INHERIT,
		 "D:S:AI(ML;;NW;;;LW)(AU;CIIDSA;FA;;;WD)"},
	};
	const struct test_token creator = {.user = USER, .integrity = "ME"};

	(void)state;
	ask_all(rows, ARRAY_SIZE(rows), true, &creator, NULL);
}

static void a_label_above_ones_own_takes_the_relabel_privilege(void **state)
{
	static const struct row rows[] = {
		{NULL, "S:(ML;;NW;;;HI)", 0, "PRIVILEGE_NOT_HELD"},
		{NULL, "S:(ML;;NW;;;LW)(ML;IO;NW;;;HI)", 0,
		 "PRIVILEGE_NOT_HELD"},
		/* no label SID: above all */
		{NULL, "S:(ML;;NW;;;WD)", 0, "PRIVILEGE_NOT_HELD"},
		{NULL, "S:(ML;;NW;;;ME)", 0, "D:S:(ML;;NW;;;ME)"},
		{NULL, "S:(ML;;NW;;;HI)", GUISE_SEF_AVOID_PRIVILEGE_CHECK,
		 "D:S:(ML;;NW;;;HI)"},
	};
	struct test_token creator = {.user = USER, .integrity = "ME"};
	const struct row high = {NULL, "S:(ML;;NW;;;HI)", 0,
				 "D:S:(ML;;NW;;;HI)"};

	(void)state;
	ask_all(rows, ARRAY_SIZE(rows), false, &creator, NULL);
	creator.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	ask(&rows[0], false, &creator, NULL);
	creator.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL);
	ask(&high, false, &creator, NULL);
}

static void a_label_alone_takes_no_security_privilege(void **state)
{
	static const struct row rows[] = {
		{NULL, "S:(ML;;NW;;;LW)", 0, "D:S:(ML;;NW;;;LW)"},
		{NULL, "S:(ML;;NW;;;LW)(AU;SA;FA;;;WD)", 0,
		 "PRIVILEGE_NOT_HELD"},
		{NULL, "S:", 0, "PRIVILEGE_NOT_HELD"},
	};
	struct test_token creator = {.user = USER, .integrity = "ME"};

	(void)state;
	ask_all(rows, ARRAY_SIZE(rows), false, &creator, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			aces_for_another_type_of_child_are_only_passed_on),
		cmocka_unit_test(aces_for_the_type_of_the_child_are_in_force),
		cmocka_unit_test(one_of_several_types_will_do),
		cmocka_unit_test(server_sids_stand_for_the_token_of_the_server),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(labels_are_inherited_as_they_are),
		cmocka_unit_test(creators_below_medium_label_what_they_make),
		cmocka_unit_test(
			a_label_does_not_stand_in_for_the_parents_sacl),
		cmocka_unit_test(
			a_label_above_ones_own_takes_the_relabel_privilege),
		cmocka_unit_test(a_label_alone_takes_no_security_privilege),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
