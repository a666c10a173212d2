/* SPDX-License-Identifier: Apache-2.0 */
/* AppContainers: what both the user and the package may. */
#include "cmocka-wrap.h"

#include "access-build.h"

#define PACKAGE "S-1-15-2-1-2-3-4-5-6-7"
#define CAPABILITY "S-1-15-3-1"
#define ALL_PACKAGES "S-1-15-2-1"
#define ALL_RESTRICTED_PACKAGES "S-1-15-2-2"

static struct guise_token_builder *container(void)
{
	const struct guise_sid package = sid_of(PACKAGE);
	const struct guise_sid capability = sid_of(CAPABILITY);
	struct guise_token_builder *b = builder();

	add(b, "WD", GUISE_GROUP_USUAL);
	guise_token_builder_package(b, &package);
	guise_token_builder_capability(b, &capability, GUISE_GROUP_ENABLED);
	return b;
}

/* What the container is granted of @desired. */
static uint32_t granted(struct guise_token_builder *b, const char *sddl,
			uint32_t desired)
{
	const struct guise_token *token = sealed(b);
	uint32_t mask = test_granted(sd_of(sddl), token, desired);

	token = guise_token_unref(token);
	return mask;
}

static void user_and_package_must_be_granted(void **state)
{
	(void)state;
	assert_int_equal(granted(container(), "O:BAG:BAD:(A;;0x1;;;WD)", 1), 0);
	assert_int_equal(
		granted(container(), "O:BAG:BAD:(A;;0x1;;;" PACKAGE ")", 1), 0);
	assert_int_equal(
		granted(container(),
			"O:BAG:BAD:(A;;0x1;;;WD)(A;;0x1;;;" PACKAGE ")", 1),
		1);
	assert_int_equal(granted(container(),
				 "O:BAG:BAD:(A;;0x3;;;WD)(A;;0x6;;;" PACKAGE
				 ")",
				 GUISE_MAXIMUM_ALLOWED),
			 2);
}

static void a_capability_stands_for_the_package(void **state)
{
	const struct guise_sid other = sid_of("S-1-15-3-2");
	struct guise_token_builder *b = container();

	(void)state;
	assert_int_equal(
		granted(container(),
			"O:BAG:BAD:(A;;0x1;;;WD)(A;;0x1;;;" CAPABILITY ")", 1),
		1);
	/* one that is not enabled does not */
	guise_token_builder_capability(b, &other, 0);
	assert_int_equal(
		granted(b, "O:BAG:BAD:(A;;0x1;;;WD)(A;;0x1;;;S-1-15-3-2)", 1),
		0);
}

static void all_packages_are_not_all_less_privileged_ones(void **state)
{
	static const char all[] =
		"O:BAG:BAD:(A;;0x1;;;WD)(A;;0x1;;;" ALL_PACKAGES ")";
	static const char less[] =
		"O:BAG:BAD:(A;;0x1;;;WD)(A;;0x1;;;" ALL_RESTRICTED_PACKAGES ")";
	struct guise_token_builder *b = container();

	(void)state;
	assert_int_equal(granted(container(), all, 1), 1);
	guise_token_builder_flags(b, GUISE_TOKEN_LESS_PRIVILEGED);
	assert_int_equal(granted(b, all, 1), 0);
	b = container();
	guise_token_builder_flags(b, GUISE_TOKEN_LESS_PRIVILEGED);
	assert_int_equal(granted(b, less, 1), 1);
}

static void what_everyone_may_a_package_may_not(void **state)
{
	(void)state;
	assert_int_equal(granted(container(), "O:BAG:BA", 1), 0);
	assert_int_equal(granted(container(), "O:BAG:BAD:NO_ACCESS_CONTROL", 1),
			 0);
	assert_int_equal(granted(container(), "O:BAG:BAD:NO_ACCESS_CONTROL",
				 GUISE_MAXIMUM_ALLOWED),
			 0);
}

static void a_package_is_no_owner(void **state)
{
	static const char owned[] = "O:" USER "G:BAD:(A;;0x1;;;" PACKAGE ")";

	(void)state;
	assert_int_equal(granted(container(), owned, GUISE_READ_CONTROL), 0);
	assert_int_equal(granted(container(),
				 "O:" USER "G:BAD:(A;;RC;;;" PACKAGE ")",
				 GUISE_READ_CONTROL),
			 GUISE_READ_CONTROL);
	/* not even of what it owns */
	assert_int_equal(granted(container(), "O:" PACKAGE "G:BAD:(A;;RC;;;WD)",
				 GUISE_READ_CONTROL),
			 0);
}

static void a_package_can_be_denied(void **state)
{
	(void)state;
	assert_int_equal(granted(container(),
				 "O:BAG:BAD:(D;;0x1;;;" PACKAGE
				 ")(A;;0x1;;;WD)(A;;0x1;;;" ALL_PACKAGES ")",
				 1),
			 0);
	/* which is nothing to others */
	assert_int_equal(granted(builder(),
				 "O:BAG:BAD:(D;;0x1;;;" PACKAGE
				 ")(A;;0x1;;;" USER ")",
				 1),
			 1);
}

static void restricting_sids_and_package_must_both_be_granted(void **state)
{
	static const char both[] = "O:BAG:BAD:(A;;0x3;;;WD)(A;;0x1;;;RC)"
				   "(A;;0x2;;;" PACKAGE ")";
	const struct guise_sid rc = sid_of("RC");
	struct guise_token_builder *b = container();

	(void)state;
	guise_token_builder_restricted_sid(b, &rc);
	assert_int_equal(granted(b, both, 1), 0);
	b = container();
	guise_token_builder_restricted_sid(b, &rc);
	assert_int_equal(granted(b, both, GUISE_MAXIMUM_ALLOWED), 0);
	b = container();
	guise_token_builder_restricted_sid(b, &rc);
	assert_int_equal(granted(b,
				 "O:BAG:BAD:(A;;0x1;;;WD)(A;;0x1;;;RC)"
				 "(A;;0x1;;;" PACKAGE ")",
				 1),
			 1);
}

/* What a privilege gives its user goes through the package's pass, too. */
static void privileges_do_not_get_a_package_anything(void **state)
{
	const uint64_t both = GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP) |
			      GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	struct guise_token_builder *b = container();

	(void)state;
	guise_token_builder_privileges(b, both, both, 0);
	assert_int_equal(
		granted(b, "O:BAG:BAD:(A;;FA;;;WD)", GUISE_WRITE_OWNER), 0);
	b = container();
	guise_token_builder_privileges(b, both, both, 0);
	assert_int_equal(granted(b,
				 "O:BAG:BAD:(A;;FA;;;WD)(A;;WO;;;" PACKAGE ")",
				 GUISE_WRITE_OWNER),
			 GUISE_WRITE_OWNER);
	b = container();
	guise_token_builder_privileges(b, both, both, 0);
	assert_int_equal(granted(b,
				 "O:BAG:BAD:(A;;FA;;;WD)(A;;FA;;;" PACKAGE ")",
				 GUISE_ACCESS_SYSTEM_SECURITY),
			 0);
}

static void the_package_pass_says_so(void **state)
{
	const struct guise_token *token = sealed(container());
	const struct guise_sd *sd = sd_of("O:BAG:BAD:(A;;0x1;;;WD)");
	struct guise_reason reasons[4];
	struct guise_decision d;
	size_t n;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 1, &guise_mapping_file,
					      NULL, &d, reasons, 4, &n),
			 0);
	assert_int_equal(n, 2);
	assert_int_equal(reasons[1].kind, GUISE_REASON_PACKAGE);
	assert_int_equal(reasons[1].pass, GUISE_PASS_PACKAGE);
	assert_int_equal(reasons[1].mask, 1);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(user_and_package_must_be_granted),
		cmocka_unit_test(a_capability_stands_for_the_package),
		cmocka_unit_test(all_packages_are_not_all_less_privileged_ones),
		cmocka_unit_test(what_everyone_may_a_package_may_not),
		cmocka_unit_test(a_package_is_no_owner),
		cmocka_unit_test(a_package_can_be_denied),
		cmocka_unit_test(
			restricting_sids_and_package_must_both_be_granted),
		cmocka_unit_test(privileges_do_not_get_a_package_anything),
		cmocka_unit_test(the_package_pass_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
