/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: every rule by a row, in the order in which they decide. */
#include "cmocka-wrap.h"

#include <guise/thread-token.h>

#include "base.h"

#define IMPERSONATE GUISE_PRIVILEGE_BIT(GUISE_SE_IMPERSONATE)
#define OWN_SESSION 77
#define LOW 0x1000
#define MEDIUM 0x2000
#define HIGH 0x3000

enum sandbox {
	OPEN,
	RESTRICTED,
	RESTRICTED_MORE, /* and to one SID more than that */
	PACKAGE_A,
	PACKAGE_B,
};

struct side {
	uint32_t user;
	uint32_t integrity;
	uint64_t privileges;
	guise_luid session;
	guise_luid origin;
	enum sandbox sandbox;
	bool full; /* the full token of a split logon */
};

#define SERVICE                                                                \
	{                                                                      \
		.user = 1, .integrity = MEDIUM, .session = OWN_SESSION         \
	}

static void add_sandbox(struct guise_token_builder *b, enum sandbox sandbox)
{
	struct guise_sid one = guise_sid_of_gid(100), two = one;
	struct guise_sid package;
	const char *text;

	two.sub[1]++;
	text = sandbox == PACKAGE_A ? "S-1-15-2-1-2-3-4-5-6-7"
				    : "S-1-15-2-1-2-3-4-5-6-8";
	assert_int_equal(guise_sid_parse(text, strlen(text), NULL, &package),
			 0);
	if (sandbox == PACKAGE_A || sandbox == PACKAGE_B)
		guise_token_builder_package(b, &package);
	if (sandbox == RESTRICTED || sandbox == RESTRICTED_MORE)
		guise_token_builder_restricted_sid(b, &one);
	if (sandbox == RESTRICTED_MORE)
		guise_token_builder_restricted_sid(b, &two);
}

static const struct guise_token *token_of(const struct side *side,
					  enum guise_token_type type)
{
	struct guise_sid user = guise_sid_of_uid(side->user), label;
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	assert_int_equal(
		guise_sid_well_known(GUISE_SID_MEDIUM_LABEL, NULL, &label), 0);
	label.sub[0] = side->integrity;
	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_integrity(b, &label);
	guise_token_builder_type(b, type, GUISE_LEVEL_DELEGATION);
	guise_token_builder_privileges(b, IMPERSONATE, side->privileges,
				       side->privileges);
	guise_token_builder_ids(b, 1, side->session, side->origin);
	if (side->full)
		guise_token_builder_elevation(b, GUISE_ELEVATION_FULL);
	add_sandbox(b, side->sandbox);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

/* clang-format off */
static const struct {
	const char *rule;
	struct side process, token;
	bool allowed;
} rows[] = {
	{ "same user", SERVICE, { .user = 1, .integrity = MEDIUM }, true },
	{ "another user", SERVICE, { .user = 2, .integrity = MEDIUM }, false },
	{ "anonymous session", SERVICE, { .user = 2, .integrity = HIGH, .session = 0x3e6 }, true },
	{ "anonymous session from a sandbox",
	  { .user = 1, .integrity = LOW, .sandbox = PACKAGE_A },
	  { .user = 2, .integrity = HIGH, .session = 0x3e6 }, true },
	{ "privilege", { .user = 1, .integrity = MEDIUM, .privileges = IMPERSONATE },
	  { .user = 2, .integrity = HIGH, .full = true }, true },
	{ "privilege out of a package",
	  { .user = 1, .integrity = LOW, .privileges = IMPERSONATE, .sandbox = PACKAGE_A },
	  { .user = 2, .integrity = LOW }, false },
	{ "privilege out of a restriction",
	  { .user = 1, .integrity = LOW, .privileges = IMPERSONATE, .sandbox = RESTRICTED },
	  { .user = 2, .integrity = LOW }, false },
	{ "privilege within the package",
	  { .user = 1, .integrity = LOW, .privileges = IMPERSONATE, .sandbox = PACKAGE_A },
	  { .user = 2, .integrity = LOW, .sandbox = PACKAGE_A }, true },
	{ "privilege within the restriction",
	  { .user = 1, .integrity = LOW, .privileges = IMPERSONATE, .sandbox = RESTRICTED },
	  { .user = 2, .integrity = LOW, .sandbox = RESTRICTED }, true },
	{ "less restricted than the process",
	  { .user = 1, .integrity = LOW, .sandbox = RESTRICTED },
	  { .user = 1, .integrity = LOW, .sandbox = RESTRICTED_MORE }, false },
	{ "more restricted than the process",
	  { .user = 1, .integrity = LOW, .sandbox = RESTRICTED_MORE },
	  { .user = 1, .integrity = LOW, .sandbox = RESTRICTED }, true },
	{ "another package",
	  { .user = 1, .integrity = LOW, .sandbox = PACKAGE_A },
	  { .user = 1, .integrity = LOW, .sandbox = PACKAGE_B }, false },
	{ "higher integrity", SERVICE, { .user = 1, .integrity = HIGH }, false },
	{ "higher integrity, own origin", SERVICE,
	  { .user = 1, .integrity = HIGH, .origin = OWN_SESSION }, false },
	{ "lower integrity", SERVICE, { .user = 1, .integrity = LOW }, true },
	{ "own origin", SERVICE,
	  { .user = 2, .integrity = MEDIUM, .origin = OWN_SESSION, .full = true }, true },
	{ "another origin", SERVICE, { .user = 2, .integrity = MEDIUM, .origin = 78 }, false },
	{ "no origin, no session", { .user = 1, .integrity = MEDIUM },
	  { .user = 2, .integrity = MEDIUM }, false },
	{ "elevated", SERVICE, { .user = 1, .integrity = MEDIUM, .full = true }, false },
	{ "both elevated", { .user = 1, .integrity = MEDIUM, .full = true },
	  { .user = 1, .integrity = MEDIUM, .full = true }, true },
	{ "restricted, the process not", SERVICE,
	  { .user = 1, .integrity = MEDIUM, .sandbox = RESTRICTED }, false },
};
/* clang-format on */

static void check_row(size_t i)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *process =
		token_of(&rows[i].process, GUISE_TOKEN_PRIMARY);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token =
		token_of(&rows[i].token, GUISE_TOKEN_IMPERSONATION);
	const enum guise_level reduced[] = {
		GUISE_LEVEL_ANONYMOUS, GUISE_LEVEL_IDENTIFICATION,
		GUISE_LEVEL_IDENTIFICATION, GUISE_LEVEL_IDENTIFICATION};
	enum guise_level level;

	for (unsigned l = 0; l <= GUISE_LEVEL_DELEGATION; l++) {
		assert_int_equal(guise_impersonation_gate(process, token,
							  (enum guise_level)l,
							  &level),
				 0);
		if (level != (rows[i].allowed ? l : reduced[l]))
			fail_msg("%s: level %u becomes %u", rows[i].rule, l,
				 level);
	}
}

static void each_rule_decides_in_its_turn(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(i);
}

static void a_level_is_never_raised(void **state)
{
	const struct side side = SERVICE;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *process =
		token_of(&side, GUISE_TOKEN_PRIMARY);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	enum guise_level level = GUISE_LEVEL_DELEGATION;

	(void)state;
	assert_int_equal(guise_token_at_level(process,
					      GUISE_LEVEL_IDENTIFICATION, 1,
					      &token),
			 0);
	assert_int_equal(guise_impersonation_gate(process, token,
						  GUISE_LEVEL_IMPERSONATION,
						  &level),
			 GUISE_E_BAD_LEVEL);
	assert_int_equal(guise_impersonation_gate(process, process,
						  (enum guise_level)4, &level),
			 GUISE_E_BAD_LEVEL);
	assert_int_equal(guise_impersonation_gate(NULL, token, 0, &level),
			 -EINVAL);
	assert_int_equal(guise_impersonation_gate(process, NULL, 0, &level),
			 -EINVAL);
	assert_int_equal(guise_impersonation_gate(process, token, 0, NULL),
			 -EINVAL);
	assert_int_equal(level, GUISE_LEVEL_DELEGATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_decides_in_its_turn),
		cmocka_unit_test(a_level_is_never_raised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
