/* SPDX-License-Identifier: Apache-2.0 */
/* Auditing: which ACEs of a SACL ask for an event, and who may cause one. */
#include "cmocka-wrap.h"

#include "audit-record.h"
#include "base.h"

/* A check as it was made, and what is audited of it. */
struct scene {
	const char *sddl;
	uint32_t desired;
	struct guise_decision decision;
	const struct guise_access_options *access;
	const struct guise_token *token; /* NULL: user_token() */
};

static bool audit_scene(const struct scene *scene, struct record *record)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct guise_audit_sink sink = {keep, record};
	const struct guise_audit_options audit = {
		.size = sizeof(audit),
		.sink = &sink,
		.server = "test",
		.type = "File",
		.name = "a",
		.handle = 7,
	};
	bool success = true;

	record->n = 0;
	token = scene->token ? guise_token_ref(scene->token) : user_token();
	sd = sd_of(scene->sddl);
	assert_int_equal(guise_audit_access(sd, token, scene->desired,
					    &guise_mapping_file, scene->access,
					    &scene->decision, 1, &audit,
					    &success),
			 0);
	return success;
}

/* Every row: what is audited, by which ACE (0: nothing). */
static void an_ace_asks_by_trustee_flags_mask_and_outcome(void **state)
{
	static const struct {
		const char *what;
		struct scene scene;
		uint32_t ace;
	} rows[] = {
		{"no SACL", {"O:SYG:SYD:", READ, GRANTED(READ)}, 0},
		{"empty SACL", {"O:SYG:SYD:S:", READ, GRANTED(READ)}, 0},
		{"success wanted",
		 {"O:SYG:SYS:(AU;SA;FR;;;WD)", READ, GRANTED(READ)},
		 1},
		{"success wanted, refused",
		 {"O:SYG:SYS:(AU;SA;FR;;;WD)", READ, REFUSED(READ)},
		 0},
		{"failure wanted",
		 {"O:SYG:SYS:(AU;FA;FR;;;WD)", READ, REFUSED(READ)},
		 1},
		{"failure wanted, granted",
		 {"O:SYG:SYS:(AU;FA;FR;;;WD)", READ, GRANTED(READ)},
		 0},
		{"both wanted",
		 {"O:SYG:SYS:(AU;SAFA;FR;;;WD)", READ, GRANTED(READ)},
		 1},
		{"neither wanted",
		 {"O:SYG:SYS:(AU;;FR;;;WD)", READ, GRANTED(READ)},
		 0},
		{"the second one",
		 {"O:SYG:SYS:(AU;FA;FR;;;WD)(AU;SA;FR;;;" STAFF ")", READ,
		  GRANTED(READ)},
		 2},
		{"the first of two",
		 {"O:SYG:SYS:(AU;SA;FR;;;WD)(AU;SA;FR;;;" STAFF ")", READ,
		  GRANTED(READ)},
		 1},
		{"another trustee",
		 {"O:SYG:SYS:(AU;SA;FR;;;BA)", READ, GRANTED(READ)},
		 0},
		{"the user",
		 {"O:SYG:SYS:(AU;SA;FR;;;" USER ")", READ, GRANTED(READ)},
		 1},
		{"inherit-only",
		 {"O:SYG:SYS:(AU;OIIOSA;FR;;;WD)", READ, GRANTED(READ)},
		 0},
		{"inherited is in force",
		 {"O:SYG:SYS:(AU;IDSA;FR;;;WD)", READ, GRANTED(READ)},
		 1},
		{"no bit in common",
		 {"O:SYG:SYS:(AU;SA;0x2;;;WD)", 0x1, GRANTED(0x1)},
		 0},
		{"generic bits are mapped",
		 {"O:SYG:SYS:(AU;SA;GR;;;WD)", 0x1, GRANTED(0x1)},
		 1},
		{"generic write is not read",
		 {"O:SYG:SYS:(AU;SA;GW;;;WD)", 0x1, GRANTED(0x1)},
		 0},
		{"success looks at what was granted",
		 {"O:SYG:SYS:(AU;SA;0x2;;;WD)", GUISE_MAXIMUM_ALLOWED,
		  GRANTED(0x3)},
		 1},
		{"failure looks at what was asked",
		 {"O:SYG:SYS:(AU;FA;0x2;;;WD)", 0x3, REFUSED(0x1)},
		 1},
		{"the maximum asks for everything",
		 {"O:SYG:SYS:(AU;FA;0x40;;;WD)", GUISE_MAXIMUM_ALLOWED,
		  REFUSED(GUISE_MAXIMUM_ALLOWED)},
		 1},
		{"the maximum besides a bit does not",
		 {"O:SYG:SYS:(AU;FA;0x40;;;WD)", GUISE_MAXIMUM_ALLOWED | 1,
		  REFUSED(1)},
		 0},
		{"reading the SACL itself",
		 {"O:SYG:SYS:(AU;FA;0x1000000;;;WD)",
		  GUISE_ACCESS_SYSTEM_SECURITY,
		  REFUSED(GUISE_ACCESS_SYSTEM_SECURITY)},
		 1},
		{"an alarm is ignored",
		 {"O:SYG:SYS:(AL;SA;FR;;;WD)", READ, GRANTED(READ)},
		 0},
		{"a label is no audit",
		 {"O:SYG:SYS:(ML;;NW;;;HI)", READ, GRANTED(READ)},
		 0},
		{"self without one is nobody",
		 {"O:SYG:SYS:(AU;SA;FR;;;PS)", READ, GRANTED(READ)},
		 0},
		{"an object type that was not asked about",
		 {"O:SYG:SYS:(OU;SA;FR;"
		  "00000000-0000-0000-0000-000000000001;;WD)",
		  READ, GRANTED(READ)},
		 0},
		{"an object ACE without a type",
		 {"O:SYG:SYS:(OU;SA;FR;;"
		  "00000000-0000-0000-0000-000000000001;WD)",
		  READ, GRANTED(READ)},
		 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_decision *d = &rows[i].scene.decision;
		struct record record;
		bool success = audit_scene(&rows[i].scene, &record);

		if (record.n != (rows[i].ace ? 1 : 0) ||
		    success != (rows[i].ace && d->allowed) ||
		    (record.n && record.events[0].ace != rows[i].ace))
			fail_msg("%s: %zu events, ace %u", rows[i].what,
				 record.n, record.n ? record.events[0].ace : 0);
		if (record.n)
			assert_int_equal(record.events[0].success, d->allowed);
	}
}

static void an_event_says_who_what_and_why(void **state)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = user_token();
	const struct scene scene = {
		"O:SYG:SYS:(AU;FA;FW;;;BA)(AU;SA;FR;;;" STAFF ")",
		READ,
		{.allowed = true,
		 .granted = READ,
		 .privileges_used = GUISE_PRIVILEGE_BIT(8)},
		.token = token};
	const struct guise_sid staff = sid_of(STAFF);
	struct record record;
	const struct guise_audit_event *e = &record.events[0];

	(void)state;
	assert_true(audit_scene(&scene, &record));
	assert_int_equal(record.n, 1);
	assert_int_equal(e->what, GUISE_AUDIT_ACCESS);
	assert_true(e->success);
	assert_false(e->creation);
	assert_int_equal(e->ace, 2);
	assert_int_equal(e->desired, READ);
	assert_int_equal(e->granted, READ);
	assert_int_equal(e->privileges, GUISE_PRIVILEGE_BIT(8));
	assert_string_equal(e->server, "test");
	assert_string_equal(e->type, "File");
	assert_string_equal(e->name, "a");
	assert_int_equal(e->handle, 7);
	assert_ptr_equal(e->client, token);
	assert_null(e->process);
	assert_null(e->node);
	assert_null(e->policy);
	assert_true(guise_sid_equal(&record.sids[0], &staff));
}

static void deny_only_groups_are_audited_and_disabled_ones_not(void **state)
{
	static const struct {
		uint32_t attributes;
		size_t n;
	} rows[] = {
		{GUISE_GROUP_USUAL, 1},
		{GUISE_GROUP_USE_FOR_DENY_ONLY, 1},
		{0, 0},
	};
	const struct guise_sid user = sid_of(USER), staff = sid_of(STAFF);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		GUISE_AUTO(guise_token_builder_freep)
		struct guise_token_builder *b = NULL;
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct record record;

		assert_int_equal(guise_token_builder_new(&b), 0);
		guise_token_builder_user(b, &user, 0);
		guise_token_builder_group(b, &staff, rows[i].attributes);
		assert_int_equal(guise_token_builder_seal(b, &token), 0);
		(void)audit_scene(
			&(struct scene){"O:SYG:SYS:(AU;SA;FR;;;" STAFF ")",
					READ, GRANTED(READ), .token = token},
			&record);
		assert_int_equal(record.n, rows[i].n);
	}
}

static void principal_self_is_whom_the_check_said(void **state)
{
	const struct guise_sid self = sid_of(USER), other = sid_of("BA");
	struct guise_access_options access = {.size = sizeof(access),
					      .principal_self = &self};
	const struct scene scene = {"O:SYG:SYS:(AU;SA;FR;;;PS)", READ,
				    GRANTED(READ), .access = &access};
	struct record record;

	(void)state;
	assert_true(audit_scene(&scene, &record));
	access.principal_self = &other;
	assert_false(audit_scene(&scene, &record));
}

/* A descriptor whose only SACL ACE is @ace. */
static const struct guise_sd *sd_with(const struct guise_ace *ace)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	const struct guise_sid owner = sid_of("SY");
	const struct guise_sd *sd = NULL;

	assert_int_equal(guise_acl_new(0, ace, 1, &sacl), 0);
	assert_int_equal(guise_sd_new(
				 &(struct guise_sd_fields){
					 .size = sizeof(struct guise_sd_fields),
					 .control = GUISE_SD_SACL_PRESENT,
					 .owner = &owner,
					 .group = &owner,
					 .sacl = sacl},
				 &sd),
			 0);
	return sd;
}

static size_t count_events(const struct guise_sd *sd,
			   const struct guise_access_options *access,
			   const struct guise_decision *decisions, size_t n,
			   struct record *record)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = user_token();
	const struct guise_audit_sink sink = {keep, record};
	const struct guise_audit_options audit = {.size = sizeof(audit),
						  .sink = &sink};

	record->n = 0;
	assert_int_equal(guise_audit_access(sd, token, READ,
					    &guise_mapping_file, access,
					    decisions, n, &audit, NULL),
			 0);
	return record->n;
}

#define GUID(last)                                                             \
	{                                                                      \
		{                                                              \
			[15] = (last)                                          \
		}                                                              \
	}

static const struct guise_object_type types[] = {
	{0, GUID(1)}, {1, GUID(2)}, {2, GUID(3)}, {1, GUID(4)}};

static struct guise_ace object_ace(uint8_t flags, uint8_t guid)
{
	return (struct guise_ace){
		.type = GUISE_ACE_SYSTEM_AUDIT_OBJECT,
		.flags = flags,
		.object_flags = GUISE_ACE_OBJECT_TYPE_PRESENT,
		.object_type = GUID(guid),
		.mask = READ,
		.sid = sid_of("WD"),
	};
}

static void an_object_type_audits_its_node_and_those_below(void **state)
{
	static const struct guise_access_options access = {
		.size = sizeof(access),
		.object_types = types,
		.n_object_types = ARRAY_SIZE(types),
	};
	/* one node granted at a time: is that a success for the ACE's type? */
	static const bool expected[5][4] = {
		{true, true, true, true},     /* type 1: the root */
		{false, true, true, false},   /* type 2 */
		{false, false, true, false},  /* type 3 */
		{false, false, false, true},  /* type 4 */
		{false, false, false, false}, /* type 5: not in the list */
	};

	(void)state;
	for (uint8_t guid = 1; guid <= 5; guid++) {
		const struct guise_ace ace =
			object_ace(GUISE_ACE_SUCCESSFUL_ACCESS, guid);
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = sd_with(&ace);

		for (size_t node = 0; node < 4; node++) {
			struct guise_decision d[4] = {{0}};
			struct record record;

			d[node] = (struct guise_decision)GRANTED(READ);
			assert_int_equal(
				count_events(sd, &access, d, 4, &record),
				expected[guid - 1][node]);
			if (record.n)
				assert_ptr_equal(record.events[0].node,
						 &types[node].guid);
		}
	}
}

static void one_answer_for_the_tree_counts_for_each_type_in_it(void **state)
{
	static const struct guise_access_options access = {
		.size = sizeof(access),
		.object_types = types,
		.n_object_types = ARRAY_SIZE(types),
	};
	static const struct guise_decision no = REFUSED(READ);
	struct record record;

	(void)state;
	for (uint8_t guid = 1; guid <= 5; guid++) {
		const struct guise_ace ace =
			object_ace(GUISE_ACE_FAILED_ACCESS, guid);
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = sd_with(&ace);

		assert_int_equal(count_events(sd, &access, &no, 1, &record),
				 guid < 5);
		assert_int_equal(count_events(sd, NULL, &no, 1, &record), 0);
	}
}

/* MS-DTYP 2.4.4.13: both outcomes of one list, an event each. */
static void a_list_has_at_most_one_event_an_outcome(void **state)
{
	static const struct guise_access_options access = {
		.size = sizeof(access),
		.object_types = types,
		.n_object_types = ARRAY_SIZE(types),
	};
	static const struct guise_decision d[4] = {
		GRANTED(READ), REFUSED(READ), GRANTED(READ), REFUSED(READ)};
	const struct guise_ace ace = {.type = GUISE_ACE_SYSTEM_AUDIT,
				      .flags = GUISE_ACE_SUCCESSFUL_ACCESS |
					       GUISE_ACE_FAILED_ACCESS,
				      .mask = READ,
				      .sid = sid_of("WD")};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_with(&ace);
	struct record record;

	(void)state;
	assert_int_equal(count_events(sd, &access, d, 4, &record), 2);
	assert_true(record.events[0].success);
	assert_false(record.events[1].success);
	assert_null(record.events[0].node);
}

static void a_condition_audits_unless_it_is_false(void **state)
{
	/* Member_of {WD}, Member_of {BA}: the user is in WD only; and an
	 * attribute that nobody has */
	static const uint8_t member_of_wd[] = {
		'a', 'r', 't', 'x', 0x50, 17, 0, 0, 0, 0x51, 12, 0, 0,	 0,
		1,   1,	  0,   0,   0,	  0,  0, 1, 0, 0,    0,	 0, 0x89};
	static const uint8_t member_of_ba[] = {
		'a', 'r', 't', 'x', 0x50, 21, 0, 0, 0,	 0x51, 16,
		0,   0,	  0,   1,   2,	  0,  0, 0, 0,	 0,    5,
		32,  0,	  0,   0,   0x20, 2,  0, 0, 0x89};
	static const uint8_t unknown[] = {'a', 'r', 't', 'x', 0xf9, 2,
					  0,   0,   0,	 'x', 0};
	static const struct {
		const uint8_t *code;
		size_t size;
		size_t n;
	} rows[] = {
		{member_of_wd, sizeof(member_of_wd), 1},
		{member_of_ba, sizeof(member_of_ba), 0},
		{unknown, sizeof(unknown), 1},
		{(const uint8_t *)"artx", 4, 1},
		{(const uint8_t *)"", 0, 1},
	};
	static const struct guise_decision yes = GRANTED(READ);
	struct record record;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_ace ace = {
			.type = GUISE_ACE_SYSTEM_AUDIT_CALLBACK,
			.flags = GUISE_ACE_SUCCESSFUL_ACCESS,
			.mask = READ,
			.sid = sid_of("WD"),
			.data = rows[i].code,
			.data_size = rows[i].size};
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = sd_with(&ace);

		if (count_events(sd, NULL, &yes, 1, &record) != rows[i].n)
			fail_msg("row %zu: %zu events", i, record.n);
	}
}

/* A policy of one rule: who is granted what now, and what is staged. */
static const struct guise_policies *policy_of(const char *now,
					      const char *staged)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *a = sd_of(now);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *b = sd_of(staged);
	const struct guise_policy_rule rule = {.dacl = guise_sd_dacl(a),
					       .staged = guise_sd_dacl(b)};
	const struct guise_policy policy = {
		.id = sid_of("S-1-17-9"), .rules = &rule, .n_rules = 1};
	const struct guise_policies *set = NULL;

	assert_int_equal(guise_policies_new(&policy, 1, &set), 0);
	return set;
}

static void staged_rules_that_differ_are_an_event(void **state)
{
	static const struct {
		const char *now, *staged;
		size_t n;
		bool allowed, staged_allowed;
	} rows[] = {
		{"D:(A;;FR;;;WD)", "D:(A;;FR;;;WD)", 0, true, true},
		{"D:(A;;FR;;;WD)", "D:", 1, true, false},
		{"D:(A;;FR;;;WD)", "D:(A;;0x1;;;WD)", 1, true, false},
		{"D:", "D:(A;;FA;;;WD)", 1, false, true},
		{"D:(A;;0x1;;;WD)", "D:", 0, false, false},
	};
	const struct guise_sid id = sid_of("S-1-17-9");
	const struct guise_ace ace = {.type = GUISE_ACE_SYSTEM_SCOPED_POLICY_ID,
				      .sid = id};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *user = user_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *process = process_token(SE_AUDIT);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_with(&ace);

	(void)state;
	assert_true(guise_sd_has_audit(sd));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		GUISE_AUTO(guise_policies_unrefp)
		const struct guise_policies *policies =
			policy_of(rows[i].now, rows[i].staged);
		const struct guise_access_options access = {
			.size = sizeof(access), .policies = policies};
		struct record record = {.n = 0};
		const struct guise_audit_sink sink = {keep, &record};
		const struct guise_audit_options audit = {.size = sizeof(audit),
							  .sink = &sink,
							  .process = process};
		const struct guise_audit_event *e = &record.events[0];
		struct guise_decision d;
		bool close = true;

		assert_int_equal(guise_access_check_and_audit(
					 sd, user, READ, &guise_mapping_file,
					 &access, &audit, &d, &close),
				 0);
		assert_false(close);
		assert_int_equal(d.allowed, rows[i].allowed);
		if (record.n != rows[i].n)
			fail_msg("row %zu: %zu events", i, record.n);
		if (!record.n)
			continue;
		assert_int_equal(e->what, GUISE_AUDIT_STAGED);
		assert_int_equal(e->success, rows[i].allowed);
		assert_int_equal(e->staged_allowed, rows[i].staged_allowed);
		assert_true(guise_sid_equal(e->policy, &id));
		assert_int_equal(e->ace, 0);
	}
}

static void what_cannot_be_audited_is_refused(void **state)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *user = user_token();
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd = sd_of("O:SYG:SYD:S:(AU;SAFA;FA;;;WD)");
	struct record record = {.n = 0};
	const struct guise_audit_sink sink = {keep, &record}, none = {0};
	const struct guise_audit_options good = {.size = sizeof(good),
						 .sink = &sink};
	struct guise_audit_options bad[] = {good, good, good, good};
	const struct guise_decision yes = GRANTED(READ);

	(void)state;
	bad[0].size--;
	bad[1].sink = NULL;
	bad[2].sink = &none;
	bad[3].what = GUISE_AUDIT_CLOSE;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(guise_audit_access(sd, user, READ,
						    &guise_mapping_file, NULL,
						    &yes, 1, &bad[i], NULL),
				 -EINVAL);
	/* as many decisions as nodes */
	assert_int_equal(guise_audit_access(sd, user, READ, &guise_mapping_file,
					    NULL, &yes, 2, &good, NULL),
			 -EINVAL);
	assert_int_equal(guise_audit_access(sd, user, READ, &guise_mapping_file,
					    NULL, &yes, 0, &good, NULL),
			 -EINVAL);
	assert_int_equal(guise_audit_access(NULL, user, READ,
					    &guise_mapping_file, NULL, &yes, 1,
					    &good, NULL),
			 -EINVAL);
	assert_int_equal(guise_audit_access(sd, user, GUISE_GENERIC_READ,
					    &guise_mapping_file, NULL, &yes, 1,
					    &good, NULL),
			 GUISE_E_GENERIC_NOT_MAPPED);
	assert_int_equal(record.n, 0);
}

static void descriptors_without_audits_are_known_beforehand(void **state)
{
	static const struct {
		const char *sddl;
		bool has;
	} rows[] = {
		{"O:SYG:SYD:", false},
		{"O:SYG:SYD:S:", false},
		{"O:SYG:SYS:(ML;;NW;;;HI)", false},
		{"O:SYG:SYS:(AL;SA;FR;;;WD)", false},
		{"O:SYG:SYS:(AU;OIIOSA;FR;;;WD)", false},
		{"O:SYG:SYS:(ML;;NW;;;HI)(AU;SA;FR;;;WD)", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = sd_of(rows[i].sddl);

		assert_int_equal(guise_sd_has_audit(sd), rows[i].has);
	}
	assert_false(guise_sd_has_audit(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ace_asks_by_trustee_flags_mask_and_outcome),
		cmocka_unit_test(an_event_says_who_what_and_why),
		cmocka_unit_test(
			deny_only_groups_are_audited_and_disabled_ones_not),
		cmocka_unit_test(principal_self_is_whom_the_check_said),
		cmocka_unit_test(
			an_object_type_audits_its_node_and_those_below),
		cmocka_unit_test(
			one_answer_for_the_tree_counts_for_each_type_in_it),
		cmocka_unit_test(a_list_has_at_most_one_event_an_outcome),
		cmocka_unit_test(a_condition_audits_unless_it_is_false),
		cmocka_unit_test(staged_rules_that_differ_are_an_event),
		cmocka_unit_test(what_cannot_be_audited_is_refused),
		cmocka_unit_test(
			descriptors_without_audits_are_known_beforehand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
