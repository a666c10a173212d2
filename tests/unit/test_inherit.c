/* SPDX-License-Identifier: Apache-2.0 */
/* New objects' descriptors: refusals first, then the rules of
 * MS-DTYP 2.5.3.4 that the vectors do not touch. */
#include "cmocka-wrap.h"

#include "token.h"

#include "base.h"
#include <guise/inherit.h>

#define USER "S-1-5-21-11-22-33-1001"
#define GROUP "S-1-5-21-11-22-33-513"
#define AUTO (GUISE_SEF_DACL_AUTO_INHERIT | GUISE_SEF_SACL_AUTO_INHERIT)

static const struct test_token user = {
	.user = USER,
	.groups = {GROUP, "BA"},
	.primary_group = GROUP,
	.default_dacl = "(A;;GA;;;" USER ")",
};

static int run(const char *parent_sddl, const char *creator_sddl,
	       bool is_container, uint32_t flags, const struct test_token *want,
	       const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *parent = parent_sddl ? sd_of(parent_sddl) : NULL;
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *creator =
		creator_sddl ? sd_of(creator_sddl) : NULL;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = want ? test_token_make(want) : NULL;

	return guise_inherit(parent, creator, is_container, flags, token,
			     &guise_mapping_file, ret);
}

static void refuse(const char *parent, const char *creator, uint32_t flags,
		   const struct test_token *want, int code)
{
	const struct guise_sd *sd = NULL;

	assert_int_equal(run(parent, creator, false, flags, want, &sd), code);
	assert_null(sd);
}

static void expect(const char *parent, const char *creator, bool is_container,
		   uint32_t flags, const struct test_token *want,
		   const char *expected)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	char *got;

	assert_int_equal(run(parent, creator, is_container, flags, want, &sd),
			 0);
	got = sddl_of(sd, NULL);
	assert_string_equal(got, expected);
	free(got);
}

static void owners_the_token_cannot_set_are_refused(void **state)
{
	struct test_token plain = user;

	(void)state;
	refuse(NULL, "O:SY", 0, &user, GUISE_E_INVALID_OWNER);
	refuse(NULL, "O:WD", 0, &user, GUISE_E_INVALID_OWNER);
	refuse(NULL, "G:SY", 0, &user, GUISE_E_INVALID_PRIMARY_GROUP);
	refuse(NULL, "O:BA", 0, NULL, GUISE_E_NO_TOKEN);
	plain.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP);
	refuse(NULL, "O:SY", 0, &plain, GUISE_E_INVALID_OWNER);
}

static void a_user_for_deny_only_is_no_owner(void **state)
{
	struct test_token denied = user;

	(void)state;
	denied.user_attributes = GUISE_GROUP_USE_FOR_DENY_ONLY;
	denied.owner = "BA";
	refuse(NULL, "O:" USER, 0, &denied, GUISE_E_INVALID_OWNER);
	expect(NULL, "O:BA", false, 0, &denied,
	       "O:BAG:" GROUP "D:(A;;FA;;;" USER ")");
}

static void restore_privilege_or_the_flag_allow_any_owner(void **state)
{
	struct test_token restorer = user;
	const char *expected = "O:SYG:SYD:(A;;FA;;;" USER ")";

	(void)state;
	restorer.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_RESTORE);
	expect(NULL, "O:SYG:SY", false, 0, &restorer, expected);
	expect(NULL, "O:SYG:SY", false, GUISE_SEF_AVOID_OWNER_CHECK, &user,
	       expected);
}

static void a_sacl_takes_the_security_privilege(void **state)
{
	struct test_token auditor = user;

	(void)state;
	refuse(NULL, "S:(AU;SA;FA;;;WD)", 0, &user, GUISE_E_PRIVILEGE_NOT_HELD);
	refuse(NULL, "S:", 0, &user, GUISE_E_PRIVILEGE_NOT_HELD);
	refuse(NULL, "S:NO_ACCESS_CONTROL", 0, &user,
	       GUISE_E_PRIVILEGE_NOT_HELD);
	refuse(NULL, "S:", 0, NULL, GUISE_E_NO_TOKEN);
	auditor.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	expect(NULL, "S:(AU;SA;GA;;;WD)", false, 0, &auditor,
	       "O:" USER "G:" GROUP "D:(A;;FA;;;" USER ")S:(AU;SA;FA;;;WD)");
}

static void inheriting_a_sacl_takes_no_privilege(void **state)
{
	(void)state;
	expect("S:(AU;OISA;FA;;;WD)", NULL, false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:AI(A;;FA;;;" USER
	       ")S:AI(AU;IDSA;FA;;;WD)");
}

static void arguments_are_checked(void **state)
{
	const struct guise_sd *sd = NULL;

	(void)state;
	refuse(NULL, NULL, 0x80000000, &user, -EINVAL);
	refuse(NULL, NULL, 0, NULL, GUISE_E_NO_TOKEN);
	assert_int_equal(guise_inherit(NULL, NULL, false, 0, NULL, NULL, &sd),
			 -EINVAL);
	assert_int_equal(guise_inherit(NULL, NULL, false, 0, NULL,
				       &guise_mapping_file, NULL),
			 -EINVAL);
}

/* MS-DTYP 2.4.6: both bits together, and the request is not kept. */
static void auto_inherited_is_kept_if_it_was_requested(void **state)
{
	(void)state;
	expect(NULL, "D:ARAI(A;;FR;;;BA)", false, 0, &user,
	       "O:" USER "G:" GROUP "D:AI(A;;FR;;;BA)");
	expect(NULL, "D:AI(A;;FR;;;BA)", false, 0, &user,
	       "O:" USER "G:" GROUP "D:(A;;FR;;;BA)");
	expect(NULL, "D:PAR(A;ID;FR;;;BA)", false, 0, &user,
	       "O:" USER "G:" GROUP "D:P(A;ID;FR;;;BA)");
}

/* An administrator who says what owners may do means it. */
static void owner_rights_may_keep_creators_from_giving_a_dacl(void **state)
{
	const char *read_only = "D:(A;OICI;FA;;;BA)(A;OICI;FR;;;OW)";

	(void)state;
	refuse(read_only, "D:(A;;FA;;;WD)", 0, &user, GUISE_E_ACCESS_DENIED);
	refuse("D:(D;OI;WD;;;OW)(A;OI;FA;;;OW)", "D:(A;;FA;;;WD)", 0, &user,
	       GUISE_E_ACCESS_DENIED);
	expect(read_only, "D:(A;;FA;;;WD)", false,
	       GUISE_SEF_AVOID_OWNER_RESTRICTION, &user,
	       "O:" USER "G:" GROUP "D:(A;;FA;;;WD)");
	expect(read_only, NULL, false, 0, &user,
	       "O:" USER "G:" GROUP "D:(A;;FA;;;BA)(A;;FR;;;OW)");
	expect("D:(A;OI;FA;;;OW)", "D:(A;;FA;;;WD)", false, 0, &user,
	       "O:" USER "G:" GROUP "D:(A;;FA;;;WD)");
	/* Not for this kind of child. */
	expect("D:(A;CI;FR;;;OW)", "D:(A;;FA;;;WD)", false, 0, &user,
	       "O:" USER "G:" GROUP "D:(A;;FA;;;WD)");
}

static void without_any_dacl_nobody_gets_in(void **state)
{
	struct test_token bare = user;

	(void)state;
	bare.default_dacl = NULL;
	expect(NULL, NULL, false, 0, &bare, "O:" USER "G:" GROUP "D:");
	expect("D:(A;;FA;;;WD)", NULL, false, 0, &bare,
	       "O:" USER "G:" GROUP "D:");
	expect("D:NO_ACCESS_CONTROL", NULL, false, 0, &bare,
	       "O:" USER "G:" GROUP "D:");
}

static void owner_and_group_come_from_the_parent_if_asked(void **state)
{
	(void)state;
	expect("O:SYG:BA", NULL, false,
	       GUISE_SEF_DEFAULT_OWNER_FROM_PARENT |
		       GUISE_SEF_DEFAULT_GROUP_FROM_PARENT,
	       &user, "O:SYG:BAD:(A;;FA;;;" USER ")");
	expect("O:SYG:BA", NULL, false, 0, &user,
	       "O:" USER "G:" GROUP "D:(A;;FA;;;" USER ")");
	/* The creator's word counts more. */
	expect("O:SYG:SY", "O:BAG:BA", false,
	       GUISE_SEF_DEFAULT_OWNER_FROM_PARENT |
		       GUISE_SEF_DEFAULT_GROUP_FROM_PARENT,
	       &user, "O:BAG:BAD:(A;;FA;;;" USER ")");
}

static void explicit_aces_come_before_inherited_ones(void **state)
{
	(void)state;
	expect("D:(D;OI;FW;;;AN)(A;OI;FR;;;WD)", "D:(A;;FA;;;BA)(A;ID;FA;;;BG)",
	       false, AUTO, &user,
	       "O:" USER "G:" GROUP
	       "D:AI(A;;FA;;;BA)(D;ID;FW;;;AN)(A;ID;FR;;;WD)");
}

static void protection_keeps_the_parent_out(void **state)
{
	(void)state;
	expect("D:(A;OI;FA;;;WD)", "D:P(A;;FR;;;BA)", false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:PAI(A;;FR;;;BA)");
	expect("D:(A;OI;FA;;;WD)", "D:P", false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:PAI");
	/* Nor does anything come in without auto-inheritance. */
	expect("D:(A;OI;FA;;;WD)", "D:(A;;FR;;;BA)", false, 0, &user,
	       "O:" USER "G:" GROUP "D:(A;;FR;;;BA)");
}

static void an_explicit_empty_or_null_dacl_stays_so(void **state)
{
	(void)state;
	expect("D:(A;OI;FA;;;WD)", "D:", false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:AI");
	expect("D:(A;OI;FA;;;WD)", "D:NO_ACCESS_CONTROL", false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:AINO_ACCESS_CONTROL");
}

static void a_default_descriptor_yields_to_the_parent(void **state)
{
	(void)state;
	expect("D:(A;OI;FR;;;WD)", "D:(A;;FA;;;BA)", false,
	       GUISE_SEF_DEFAULT_DESCRIPTOR, &user,
	       "O:" USER "G:" GROUP "D:(A;;FR;;;WD)");
	expect("D:(A;;FR;;;WD)", "D:(A;;FA;;;BA)", false,
	       GUISE_SEF_DEFAULT_DESCRIPTOR, &user,
	       "O:" USER "G:" GROUP "D:(A;;FA;;;BA)");
}

static void creator_sids_are_replaced_where_in_force(void **state)
{
	(void)state;
	expect("D:(A;OICI;GA;;;CO)(A;OICI;GR;;;CG)", NULL, false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:AI(A;ID;FA;;;" USER ")(A;ID;FR;;;" GROUP
	       ")");
	expect("D:(A;OICI;FA;;;CO)(A;OICI;GR;;;WD)(A;OICI;FR;;;BU)", NULL, true,
	       AUTO, &user,
	       "O:" USER "G:" GROUP "D:AI(A;ID;FA;;;" USER
	       ")(A;OICIIOID;FA;;;CO)(A;ID;FR;;;WD)"
	       "(A;OICIIOID;GR;;;WD)(A;OICIID;FR;;;BU)");
	/* OWNER RIGHTS is no creator. */
	expect("D:(A;OI;FR;;;OW)", NULL, false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:AI(A;ID;FR;;;OW)");
}

static void an_ace_without_rights_is_not_inherited(void **state)
{
	(void)state;
	expect("D:(A;OI;;;;WD)", NULL, false, AUTO, &user,
	       "O:" USER "G:" GROUP "D:AI(A;;FA;;;" USER ")");
}

static const struct guise_sd *with_sacl(const struct guise_ace *aces, size_t n,
					uint16_t control)
{
	const struct guise_acl *sacl = NULL;
	const struct guise_sd *sd = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields),
					 .control = control};

	assert_int_equal(guise_acl_new(0, aces, n, &sacl), 0);
	fields.sacl = sacl;
	assert_int_equal(guise_sd_new(&fields, &sd), 0);
	guise_acl_unref(sacl);
	return sd;
}

/* Resource attributes and policies say what the object is, not who audits. */
static void a_protected_sacl_still_gets_attributes_and_policies(void **state)
{
	static const uint8_t claim[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	const struct guise_ace aces[] = {
		{.type = GUISE_ACE_SYSTEM_AUDIT,
		 .flags = GUISE_ACE_OBJECT_INHERIT,
		 .mask = 1,
		 .sid = sid_of("WD")},
		{.type = GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE,
		 .flags = GUISE_ACE_OBJECT_INHERIT,
		 .sid = sid_of("WD"),
		 .data = claim,
		 .data_size = sizeof(claim)},
		{.type = GUISE_ACE_SYSTEM_SCOPED_POLICY_ID,
		 .flags = GUISE_ACE_OBJECT_INHERIT,
		 .sid = sid_of("S-1-17-1")},
	};
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *parent = with_sacl(aces, ARRAY_SIZE(aces), 0);
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *creator =
		with_sacl(NULL, 0, GUISE_SD_SACL_PROTECTED);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = test_token_make(&user);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct guise_ace *ace;

	(void)state;
	assert_int_equal(guise_inherit(parent, creator, false,
				       AUTO | GUISE_SEF_AVOID_PRIVILEGE_CHECK,
				       token, &guise_mapping_file, &sd),
			 0);
	assert_int_equal(guise_acl_n_aces(guise_sd_sacl(sd)), 2);
	ace = guise_acl_ace(guise_sd_sacl(sd), 0);
	assert_int_equal(ace->type, GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE);
	assert_memory_equal(ace->data, claim, sizeof(claim));
	assert_int_equal(guise_acl_ace(guise_sd_sacl(sd), 1)->type,
			 GUISE_ACE_SYSTEM_SCOPED_POLICY_ID);
}

/* The creator may have taken them from another child. */
static void attributes_are_not_inherited_twice(void **state)
{
	const struct guise_ace policy = {
		.type = GUISE_ACE_SYSTEM_SCOPED_POLICY_ID,
		.flags = GUISE_ACE_OBJECT_INHERIT,
		.sid = sid_of("S-1-17-1"),
	};
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *parent = with_sacl(&policy, 1, 0);
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *creator =
		with_sacl(NULL, 0, GUISE_SD_SACL_PROTECTED);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = test_token_make(&user);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *once = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *twice = NULL;
	const uint32_t flags = GUISE_SEF_AVOID_PRIVILEGE_CHECK;

	(void)state;
	assert_int_equal(guise_inherit(parent, creator, false, flags, token,
				       &guise_mapping_file, &once),
			 0);
	assert_int_equal(guise_acl_n_aces(guise_sd_sacl(once)), 1);
	assert_int_equal(guise_inherit(parent, once, false, flags, token,
				       &guise_mapping_file, &twice),
			 0);
	assert_true(guise_sd_equal(once, twice));
}

/* Two halves of each of many ACEs do not fit any more. */
static void what_exceeds_an_acl_is_refused(void **state)
{
	enum { N = 2000 };
	struct guise_ace *aces = calloc(N, sizeof(*aces));
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *parent = NULL;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = test_token_make(&user);
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	const struct guise_sd *sd = NULL;

	(void)state;
	assert_non_null(aces);
	for (unsigned i = 0; i < N; i++)
		aces[i] = (struct guise_ace){
			.flags = GUISE_ACE_CONTAINER_INHERIT,
			.mask = GUISE_GENERIC_ALL,
			.sid = sid_of("CO"),
		};
	assert_int_equal(guise_acl_new(0, aces, N, &dacl), 0);
	free(aces);
	fields.dacl = dacl;
	assert_int_equal(guise_sd_new(&fields, &parent), 0);
	assert_int_equal(guise_inherit(parent, NULL, true, AUTO, token,
				       &guise_mapping_file, &sd),
			 GUISE_E_BAD_INHERITANCE_ACL);
	assert_null(sd);
}

/* The children of a container get from it what they would get if all of them
 * were made at once: inheriting twice adds nothing. */
static void inheritance_settles(void **state)
{
	static const char parent[] = "D:AI(A;OICI;GA;;;CO)(A;OI;FR;;;WD)"
				     "(A;CINP;FX;;;WD)(D;OICIIO;FW;;;AN)";
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *child = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *grandchild = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *next = NULL;
	char *text, *again;

	(void)state;
	assert_int_equal(run(parent, NULL, true, AUTO, &user, &child), 0);
	text = sddl_of(child, NULL);
	assert_int_equal(run(text, NULL, true, AUTO, &user, &grandchild), 0);
	free(text);
	text = sddl_of(grandchild, NULL);
	assert_int_equal(run(text, NULL, true, AUTO, &user, &next), 0);
	again = sddl_of(next, NULL);
	assert_string_equal(text, again);
	free(text);
	free(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_the_token_cannot_set_are_refused),
		cmocka_unit_test(restore_privilege_or_the_flag_allow_any_owner),
		cmocka_unit_test(a_sacl_takes_the_security_privilege),
		cmocka_unit_test(inheriting_a_sacl_takes_no_privilege),
		cmocka_unit_test(arguments_are_checked),
		cmocka_unit_test(auto_inherited_is_kept_if_it_was_requested),
		cmocka_unit_test(
			owner_rights_may_keep_creators_from_giving_a_dacl),
		cmocka_unit_test(without_any_dacl_nobody_gets_in),
		cmocka_unit_test(owner_and_group_come_from_the_parent_if_asked),
		cmocka_unit_test(explicit_aces_come_before_inherited_ones),
		cmocka_unit_test(protection_keeps_the_parent_out),
		cmocka_unit_test(an_explicit_empty_or_null_dacl_stays_so),
		cmocka_unit_test(a_default_descriptor_yields_to_the_parent),
		cmocka_unit_test(creator_sids_are_replaced_where_in_force),
		cmocka_unit_test(a_user_for_deny_only_is_no_owner),
		cmocka_unit_test(an_ace_without_rights_is_not_inherited),
		cmocka_unit_test(
			a_protected_sacl_still_gets_attributes_and_policies),
		cmocka_unit_test(attributes_are_not_inherited_twice),
		cmocka_unit_test(what_exceeds_an_acl_is_refused),
		cmocka_unit_test(inheritance_settles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
