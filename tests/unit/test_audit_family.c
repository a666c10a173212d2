/* SPDX-License-Identifier: Apache-2.0 */
/* AccessCheckAndAuditAlarm and its relatives: who may cause an event, and which
 * events there are besides those of the SACL. */
#include "cmocka-wrap.h"

#include "audit-record.h"
#include "base.h"

/* The whole family, called with everything right but one thing. */
struct caller {
	const struct guise_token *client;
	const struct guise_token *process;
	unsigned flags;
	uint32_t desired;
	const char *sddl;
	struct record record;
	struct guise_decision decision;
	bool generate_on_close;
};

static int call(struct caller *c)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_of(c->sddl);
	const struct guise_audit_sink sink = {keep, &c->record};
	const struct guise_audit_options audit = {.size = sizeof(audit),
						  .sink = &sink,
						  .process = c->process,
						  .flags = c->flags};

	c->record.n = 0;
	c->generate_on_close = true;
	c->decision = (struct guise_decision)GRANTED(ALL);
	return guise_access_check_and_audit(
		sd, c->client, c->desired, &guise_mapping_file, NULL, &audit,
		&c->decision, &c->generate_on_close);
}

#define AUDITED "O:SYG:SYD:(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)"

static void only_processes_with_the_privilege_audit(void **state)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *user = user_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *held = process_token(SE_AUDIT);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *lacking = process_token(0);
	struct caller c = {.client = user, .desired = READ, .sddl = AUDITED};

	(void)state;
	c.process = held;
	assert_int_equal(call(&c), 0);
	assert_true(c.decision.allowed && c.generate_on_close);
	assert_int_equal(c.record.n, 1);
	assert_ptr_equal(c.record.events[0].process, held);
	c.process = lacking;
	assert_int_equal(call(&c), GUISE_E_PRIVILEGE_NOT_HELD);
	assert_false(c.decision.allowed || c.generate_on_close);
	assert_int_equal(c.record.n, 0);
	c.process = NULL;
	assert_int_equal(call(&c), GUISE_E_PRIVILEGE_NOT_HELD);
	c.process = user;
	assert_int_equal(call(&c), GUISE_E_BAD_TOKEN_TYPE);
	/* the check all the same, and no audit */
	c.process = lacking;
	c.flags = GUISE_AUDIT_ALLOW_NO_PRIVILEGE;
	assert_int_equal(call(&c), 0);
	assert_true(c.decision.allowed);
	assert_false(c.generate_on_close);
	assert_int_equal(c.record.n, 0);
	c.process = held;
	assert_int_equal(call(&c), 0);
	assert_int_equal(c.record.n, 1);
	c.flags = 2;
	assert_int_equal(call(&c), -EINVAL);
}

static void the_client_must_be_impersonated(void **state)
{
	static const struct {
		enum guise_token_type type;
		enum guise_level level;
		int code;
	} rows[] = {
		{GUISE_TOKEN_PRIMARY, GUISE_LEVEL_IMPERSONATION,
		 GUISE_E_NO_IMPERSONATION_TOKEN},
		{GUISE_TOKEN_IMPERSONATION, GUISE_LEVEL_ANONYMOUS,
		 GUISE_E_BAD_LEVEL},
		{GUISE_TOKEN_IMPERSONATION, GUISE_LEVEL_IDENTIFICATION, 0},
		{GUISE_TOKEN_IMPERSONATION, GUISE_LEVEL_DELEGATION, 0},
	};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *process = process_token(SE_AUDIT);
	const struct guise_sid user = sid_of("WD");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		GUISE_AUTO(guise_token_builder_freep)
		struct guise_token_builder *b = NULL;
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct caller c = {
			.process = process, .desired = READ, .sddl = AUDITED};

		assert_int_equal(guise_token_builder_new(&b), 0);
		guise_token_builder_user(b, &user, 0);
		guise_token_builder_type(b, rows[i].type, rows[i].level);
		assert_int_equal(guise_token_builder_seal(b, &token), 0);
		c.client = token;
		assert_int_equal(call(&c), rows[i].code);
		assert_int_equal(c.record.n, rows[i].code ? 0 : 1);
		assert_int_equal(c.decision.allowed, rows[i].code == 0);
	}
}

static void a_refusal_is_audited_and_not_closed(void **state)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *user = user_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *process = process_token(SE_AUDIT);
	struct caller c = {.client = user,
			   .process = process,
			   .desired = WRITE,
			   .sddl = AUDITED};

	(void)state;
	assert_int_equal(call(&c), 0);
	assert_false(c.decision.allowed || c.generate_on_close);
	assert_int_equal(c.record.n, 1);
	assert_false(c.record.events[0].success);
	c.desired = GUISE_GENERIC_READ;
	assert_int_equal(call(&c), GUISE_E_GENERIC_NOT_MAPPED);
	assert_int_equal(c.record.n, 0);
}

static void privileges_used_and_lacking_are_audited(void **state)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *plain = user_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *taker = test_token_make(&(struct test_token){
		.user = USER,
		.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP)});
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *process = process_token(SE_AUDIT);
	struct caller c = {.client = taker,
			   .process = process,
			   .desired = GUISE_WRITE_OWNER,
			   .sddl = "O:SYG:SYD:"};

	(void)state;
	assert_int_equal(call(&c), 0);
	assert_true(c.decision.allowed);
	assert_false(c.generate_on_close);
	assert_int_equal(c.record.n, 1);
	assert_int_equal(c.record.events[0].what,
			 GUISE_AUDIT_PRIVILEGED_OBJECT);
	assert_true(c.record.events[0].success);
	assert_int_equal(c.record.events[0].privileges,
			 GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP));
	c.client = plain;
	c.desired = GUISE_ACCESS_SYSTEM_SECURITY;
	assert_int_equal(call(&c), 0);
	assert_int_equal(c.record.n, 1);
	assert_false(c.record.events[0].success);
	assert_int_equal(c.record.events[0].privileges,
			 GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY));
}

static void handles_are_audited_to_their_end(void **state)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *user = user_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *process = process_token(SE_AUDIT);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_of(AUDITED);
	struct record record = {.n = 0};
	const struct guise_audit_sink sink = {keep, &record};
	struct guise_audit_options audit = {.size = sizeof(audit),
					    .sink = &sink,
					    .process = process,
					    .handle = 9,
					    .creation = true};
	const struct guise_decision yes = GRANTED(READ);
	bool close = false;

	(void)state;
	assert_int_equal(guise_audit_open(sd, user, READ, &guise_mapping_file,
					  NULL, &yes, &audit, &close),
			 0);
	assert_true(close && record.n == 1 && record.events[0].creation);
	assert_int_equal(guise_audit_delete(&audit, close), 0);
	assert_int_equal(guise_audit_close(&audit, close), 0);
	assert_int_equal(record.n, 3);
	assert_int_equal(record.events[1].what, GUISE_AUDIT_DELETE);
	assert_int_equal(record.events[2].what, GUISE_AUDIT_CLOSE);
	assert_int_equal(record.events[2].handle, 9);
	assert_int_equal(guise_audit_close(&audit, false), 0);
	assert_int_equal(
		guise_audit_privileged_object(&audit, user, WRITE, 4, false),
		0);
	assert_int_equal(
		guise_audit_privileged_service(&audit, user, "backup", 4, true),
		0);
	assert_int_equal(record.n, 5);
	assert_int_equal(record.events[3].desired, WRITE);
	assert_string_equal(record.events[4].service, "backup");
	audit.process = NULL;
	assert_int_equal(guise_audit_close(&audit, true),
			 GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(guise_audit_delete(&audit, true),
			 GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(
		guise_audit_privileged_service(&audit, user, "x", 4, true),
		GUISE_E_PRIVILEGE_NOT_HELD);
	assert_int_equal(record.n, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_processes_with_the_privilege_audit),
		cmocka_unit_test(the_client_must_be_impersonated),
		cmocka_unit_test(a_refusal_is_audited_and_not_closed),
		cmocka_unit_test(privileges_used_and_lacking_are_audited),
		cmocka_unit_test(handles_are_audited_to_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
