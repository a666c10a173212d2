/* SPDX-License-Identifier: Apache-2.0 */
/* The access check as a function: its errors, its outputs, its reasons. What
 * it decides is in tests/vectors/access*.txt and tests/model/. */
#include "cmocka-wrap.h"

#include "descriptor.h"
#include "guard-page.h"

#include "base.h"
#include <guise/access.h>

#define MAX_REASONS 16
#define USER "S-1-5-21-11-22-33-1001"

static struct guise_token_builder *builder(void)
{
	struct guise_token_builder *b = NULL;
	const struct guise_sid user = sid_of(USER), world = sid_of("WD");

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_group(b, &world, GUISE_GROUP_USUAL);
	return b;
}

static const struct guise_token *sealed(struct guise_token_builder *b)
{
	const struct guise_token *token = NULL;

	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

/* A decision that must not survive. */
static const struct guise_decision yes = {.granted = 1, .allowed = true};

static void expect_denied(const struct guise_decision *d)
{
	static const struct guise_decision zero;

	assert_memory_equal(d, &zero, sizeof(zero));
}

/* All three entries, on one descriptor. */
static void expect_error(const char *sddl, const struct guise_token *token,
			 uint32_t desired, int code)
{
	const struct guise_sd *sd = sd_of(sddl);
	struct guise_decision d = yes;
	struct guise_buf raw = {0};
	struct guise_reason reason;
	size_t n = 77;

	assert_int_equal(
		guise_access_check(sd, token, desired, &guise_mapping_file, &d),
		code);
	expect_denied(&d);
	assert_int_equal(guise_sd_encode(sd, &raw), 0);
	d = yes;
	assert_int_equal(guise_access_check_raw(raw.data, raw.size, token,
						desired, &guise_mapping_file,
						&d),
			 code);
	expect_denied(&d);
	d = yes;
	assert_int_equal(guise_access_explain(sd, token, desired,
					      &guise_mapping_file, NULL, &d,
					      &reason, 1, &n),
			 code);
	expect_denied(&d);
	assert_int_equal(n, 77);
	guise_buf_clear(&raw);
	sd = guise_sd_unref(sd);
}

static void an_error_is_not_a_grant(void **state)
{
	const struct guise_token *token = sealed(builder());

	(void)state;
	expect_error("O:BAG:BA", token, GUISE_GENERIC_READ,
		     GUISE_E_GENERIC_NOT_MAPPED);
	expect_error("O:BA", token, 1, GUISE_E_INVALID_SD);
	expect_error("G:BA", token, 1, GUISE_E_INVALID_SD);
	expect_error("O:BA", token, GUISE_GENERIC_ALL,
		     GUISE_E_GENERIC_NOT_MAPPED);
	token = guise_token_unref(token);
}

static void an_anonymous_level_token_decides_nothing(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_ANONYMOUS);
	token = sealed(b);
	expect_error("O:BAG:BA", token, 1, GUISE_E_BAD_LEVEL);
	expect_error("O:BAG:BAD:(A;;FA;;;WD)", token, 0, GUISE_E_BAD_LEVEL);
	token = guise_token_unref(token);
}

static void null_arguments_are_refused(void **state)
{
	const struct guise_generic_mapping *m = &guise_mapping_file;
	const struct guise_token *token = sealed(builder());
	const struct guise_sd *sd = sd_of("O:BAG:BA");
	struct guise_decision d = yes;
	size_t n;

	(void)state;
	assert_int_equal(guise_access_check(NULL, token, 1, m, &d), -EINVAL);
	expect_denied(&d);
	d = yes;
	assert_int_equal(guise_access_check(sd, NULL, 1, m, &d), -EINVAL);
	expect_denied(&d);
	d = yes;
	assert_int_equal(guise_access_check(sd, token, 1, NULL, &d), -EINVAL);
	expect_denied(&d);
	assert_int_equal(guise_access_check(sd, token, 1, m, NULL), -EINVAL);
	d = yes;
	assert_int_equal(guise_access_check_raw(NULL, 20, token, 1, m, &d),
			 -EINVAL);
	expect_denied(&d);
	d = yes;
	assert_int_equal(
		guise_access_explain(sd, token, 1, m, NULL, &d, NULL, 1, &n),
		-EINVAL);
	expect_denied(&d);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

/* The ACE that decides comes first; what follows it is broken. */
static void bytes_broken_behind_the_deciding_ace_grant_nothing(void **state)
{
	const struct guise_sd *sd = sd_of("O:BAG:BAD:(A;;FA;;;WD)(A;;FA;;;BA)");
	const struct guise_token *token = sealed(builder());
	struct guise_buf raw = {0};
	struct guise_decision d = yes;

	(void)state;
	assert_int_equal(guise_sd_encode(sd, &raw), 0);
	/* header 20, ACL header 8, first ACE 20: the second ACE's size */
	raw.data[20 + 8 + 20 + 2] = 0xff;
	assert_int_equal(guise_access_check_raw(raw.data, raw.size, token, 1,
						&guise_mapping_file, &d),
			 GUISE_E_INVALID_ACL);
	expect_denied(&d);
	/* not even where no ACE is needed for the answer */
	d = yes;
	assert_int_equal(guise_access_check_raw(raw.data, raw.size, token,
						GUISE_ACCESS_SYSTEM_SECURITY,
						&guise_mapping_file, &d),
			 GUISE_E_INVALID_ACL);
	expect_denied(&d);
	guise_buf_clear(&raw);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void every_truncation_of_a_descriptor_grants_nothing(void **state)
{
	const struct guise_sd *sd = sd_of(
		"O:" USER "G:BAD:(OA;;FA;;;WD)(D;;FA;;;BA)S:(ML;;NW;;;HI)");
	const struct guise_token *token = sealed(builder());
	struct guise_buf raw = {0};
	struct guard_page guard;
	struct guise_decision d;

	(void)state;
	assert_int_equal(guise_sd_encode(sd, &raw), 0);
	guard = guard_page_new(raw.size);
	for (size_t n = 0; n < raw.size; n++) {
		uint8_t *at = guard_page_place(&guard, raw.data, n);

		d = yes;
		assert_true(guise_access_check_raw(
				    at, n, token, GUISE_MAXIMUM_ALLOWED,
				    &guise_mapping_file, &d) < 0);
		expect_denied(&d);
	}
	guard_page_free(&guard);
	guise_buf_clear(&raw);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void nothing_asked_is_nothing_granted(void **state)
{
	const struct guise_token *token = sealed(builder());
	const struct guise_sd *sd = sd_of("O:BAG:BAD:(A;;FA;;;WD)");
	struct guise_decision d = yes;

	(void)state;
	assert_int_equal(
		guise_access_check(sd, token, 0, &guise_mapping_file, &d), 0);
	expect_denied(&d);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static size_t explain(const char *sddl, const struct guise_token *token,
		      uint32_t desired, struct guise_decision *d,
		      struct guise_reason *reasons)
{
	const struct guise_sd *sd = sd_of(sddl);
	size_t n = 0;

	assert_int_equal(guise_access_explain(sd, token, desired,
					      &guise_mapping_file, NULL, d,
					      reasons, MAX_REASONS, &n),
			 0);
	sd = guise_sd_unref(sd);
	return n;
}

static void the_ace_that_denied_is_named(void **state)
{
	const struct guise_token *token = sealed(builder());
	struct guise_reason reasons[MAX_REASONS];
	const struct guise_sid world = sid_of("WD");
	struct guise_decision d;
	size_t n;

	(void)state;
	n = explain("O:BAG:BAD:(A;;0x1;;;WD)(D;;0x2;;;BA)(D;;0x6;;;WD)", token,
		    3, &d, reasons);
	assert_int_equal(n, 2);
	assert_int_equal(d.decided_by, 3);
	assert_int_equal(d.missing, 2);
	assert_int_equal(reasons[0].ace, 1);
	assert_true(reasons[0].allow);
	assert_int_equal(reasons[0].mask, 1);
	assert_int_equal(reasons[1].ace, 3);
	assert_false(reasons[1].allow);
	assert_int_equal(reasons[1].mask, 2);
	assert_true(guise_sid_equal(&reasons[1].sid, &world));
	token = guise_token_unref(token);
}

static void bits_nobody_granted_are_named(void **state)
{
	const struct guise_token *token = sealed(builder());
	struct guise_reason reasons[MAX_REASONS];
	struct guise_decision d;
	size_t n;

	(void)state;
	n = explain("O:BAG:BAD:(A;;0x1;;;WD)", token, 7, &d, reasons);
	assert_int_equal(n, 2);
	assert_int_equal(reasons[1].kind, GUISE_REASON_NOT_GRANTED);
	assert_int_equal(reasons[1].mask, 6);
	assert_int_equal(d.missing, 6);
	assert_int_equal(d.decided_by, 0);
	n = explain("O:BAG:BAD:", token, GUISE_MAXIMUM_ALLOWED, &d, reasons);
	assert_int_equal(n, 1);
	assert_int_equal(reasons[0].kind, GUISE_REASON_NOT_GRANTED);
	assert_int_equal(reasons[0].mask, GUISE_MAXIMUM_ALLOWED);
	token = guise_token_unref(token);
}

static void the_missing_privilege_is_named(void **state)
{
	const struct guise_token *token = sealed(builder());
	struct guise_reason reasons[MAX_REASONS];
	struct guise_decision d;

	(void)state;
	assert_int_equal(explain("O:BAG:BA", token,
				 GUISE_ACCESS_SYSTEM_SECURITY | 1, &d, reasons),
			 1);
	assert_int_equal(d.missing_privilege, GUISE_SE_SECURITY);
	assert_int_equal(reasons[0].kind, GUISE_REASON_NO_PRIVILEGE);
	assert_int_equal(reasons[0].privilege, GUISE_SE_SECURITY);
	assert_false(reasons[0].allow);
	token = guise_token_unref(token);
}

static void owner_and_privilege_are_reasons(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid user = sid_of(USER);
	const struct guise_token *token;
	struct guise_reason reasons[MAX_REASONS];
	struct guise_decision d;
	size_t n;

	(void)state;
	guise_token_builder_privileges(
		b, GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP),
		GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP), 0);
	token = sealed(b);
	n = explain("O:" USER "G:BAD:", token,
		    GUISE_WRITE_OWNER | GUISE_READ_CONTROL, &d, reasons);
	assert_true(d.allowed);
	assert_int_equal(n, 2);
	assert_int_equal(reasons[0].kind, GUISE_REASON_PRIVILEGE);
	assert_int_equal(reasons[1].kind, GUISE_REASON_OWNER);
	assert_true(guise_sid_equal(&reasons[1].sid, &user));
	assert_true(d.privileges_used ==
		    GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP));
	n = explain("O:" USER "G:BAD:(A;;0x1;;;OW)", token, 1, &d, reasons);
	assert_int_equal(n, 1);
	assert_true(guise_sid_equal(&reasons[0].sid, &user));
	token = guise_token_unref(token);
}

static void the_restricted_pass_says_so(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid rc = sid_of("RC");
	const struct guise_token *token;
	struct guise_reason reasons[MAX_REASONS];
	struct guise_decision d;
	size_t n;

	(void)state;
	guise_token_builder_restricted_sid(b, &rc);
	token = sealed(b);
	n = explain("O:BAG:BAD:(A;;0x1;;;WD)", token, 1, &d, reasons);
	assert_false(d.allowed);
	assert_int_equal(n, 2);
	assert_int_equal(reasons[0].pass, GUISE_PASS_NORMAL);
	assert_int_equal(reasons[1].kind, GUISE_REASON_RESTRICTED);
	assert_int_equal(reasons[1].pass, GUISE_PASS_RESTRICTED);
	token = guise_token_unref(token);
}

static void more_reasons_than_room_are_counted(void **state)
{
	const struct guise_token *token = sealed(builder());
	const struct guise_sd *sd =
		sd_of("O:BAG:BAD:(A;;0x1;;;WD)(A;;0x2;;;WD)(A;;0x4;;;WD)");
	struct guise_reason reasons[2] = {0};
	struct guise_decision d;
	size_t n = 0;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 7, &guise_mapping_file,
					      NULL, &d, reasons, 1, &n),
			 0);
	assert_int_equal(n, 3);
	assert_int_equal(reasons[0].ace, 1);
	assert_int_equal(reasons[1].ace, 0);
	assert_int_equal(guise_access_explain(sd, token, 7, &guise_mapping_file,
					      NULL, &d, NULL, 0, &n),
			 0);
	assert_int_equal(n, 3);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_is_not_a_grant),
		cmocka_unit_test(an_anonymous_level_token_decides_nothing),
		cmocka_unit_test(null_arguments_are_refused),
		cmocka_unit_test(
			bytes_broken_behind_the_deciding_ace_grant_nothing),
		cmocka_unit_test(
			every_truncation_of_a_descriptor_grants_nothing),
		cmocka_unit_test(nothing_asked_is_nothing_granted),
		cmocka_unit_test(the_ace_that_denied_is_named),
		cmocka_unit_test(bits_nobody_granted_are_named),
		cmocka_unit_test(the_missing_privilege_is_named),
		cmocka_unit_test(owner_and_privilege_are_reasons),
		cmocka_unit_test(the_restricted_pass_says_so),
		cmocka_unit_test(more_reasons_than_room_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
