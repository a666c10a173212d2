/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos clients at the logon helper: who gets which token, who is refused
 * and why.
 */
#include "negotiate-fixture.h"

static bool has_group(const struct guise_token *token, const char *text)
{
	struct guise_sid sid = {0};

	assert_int_equal(guise_sid_parse(text, strlen(text), NULL, &sid), 0);
	return guise_token_is_member(token, &sid);
}

static void a_pac_becomes_sids_and_ids(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};
	char user[GUISE_SID_TEXT_SIZE];

	(void)state;
	start(&h);
	if (log_on(&h, "alice", &n, &token) != 0)
		fail_msg("%s", n.why);
	(void)guise_sid_format(&guise_token_user(token)->sid, user);
	assert_string_equal(user, DOMAIN "-1103");
	assert_string_equal(n.principal, "alice@GUISE.TEST");
	assert_string_equal(guise_token_name(token), "alice@GUISE.TEST");
	assert_int_equal(guise_token_unix(token)->uid, 1001103);
	assert_int_equal(guise_token_unix(token)->gid, 1000513);
	assert_int_equal(guise_token_unix(token)->n_groups, 2);
	assert_true(has_group(token, DOMAIN "-1110"));
	assert_true(has_group(token, "S-1-18-1"));
	assert_true(has_group(token, "S-1-5-2"));
	assert_true(has_group(token, "S-1-22-1-1001103"));
	assert_true(has_group(token, "S-1-22-2-1001110"));
	/* of others' domains, or nobody's to say */
	assert_false(has_group(token, "S-1-5-21-9-9-9-2001"));
	assert_false(has_group(token, "S-1-5-32-544"));
	assert_non_null(guise_token_claims(token, GUISE_CLAIMS_USER));
	assert_true(n.expires > time(NULL));
	assert_true(n.expires < time(NULL) + 2 * 24 * 3600);
	guise_buf_clear(&n.reply);
	stop(&h);
}

/* The library adds the clock skew. */
static void a_token_ends_with_its_ticket(void **state)
{
	const char *cache = kdc_kinit(&kdc, "alice", "pw", "-l", "60s", NULL);
	gss_buffer_desc message = message_of(cache, GSS_C_MUTUAL_FLAG);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	start(&h);
	assert_int_equal(ask(&h, &n, &message, &token), 0);
	assert_true(n.expires > time(NULL));
	assert_true(n.expires <= time(NULL) + 60);
	assert_int_equal(guise_token_expiration(token),
			 (n.expires + 11644473600) * 10000000);
	release(&message);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void an_account_is_found_by_its_principal(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	start(&h);
	if (log_on(&h, "carol", &n, &token) != 0)
		fail_msg("%s", n.why);
	assert_string_equal(guise_token_name(token), "carol");
	assert_int_equal(guise_token_unix(token)->uid, 200000);
	/* what the PAC says is not of this account */
	assert_false(has_group(token, DOMAIN "-1104"));
	assert_true(guise_token_expiration(token) != GUISE_TOKEN_NEVER_EXPIRES);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void write_pam(const char *rule)
{
	char path[160];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/guise", kdc.directory);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "account required pam_%s.so\n", rule) > 0);
	assert_int_equal(fclose(file), 0);
}

/* www-data is a system user of every Debian. */
static void a_system_account_obeys_its_rules(void **state)
{
	static const char by_name[] = "[principals]\n"
				      "www-data@GUISE.TEST = www-data\n";
	static const char by_realm[] = "[realm GUISE.TEST]\n"
				       "clients = accounts\n";
	static const struct {
		const char *rules, *pam, *why;
	} cases[] = {
		{by_name, "permit", NULL},
		{by_name, "deny", "the account may not log on"},
		{by_realm, "permit",
		 "the account is a system user, and only [principals] may name "
		 "such"},
	};
	const struct guise_identities *all = identities;

	(void)state;
	kdc_principal(&kdc, "www-data", "pw", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct logon_negotiation n = {0};
		struct helped h = {0};
		int r;

		write_pam(cases[i].pam);
		identities = identities_of(cases[i].rules);
		h.sources.system = true;
		h.sources.pam_service = "guise";
		h.sources.pam_confdir = kdc.directory;
		start(&h);
		r = log_on(&h, "www-data", &n, &token);
		if (cases[i].why)
			assert_string_equal(n.why, cases[i].why);
		else
			assert_string_equal(guise_token_name(token),
					    "www-data");
		assert_int_equal(r, cases[i].why ? GUISE_E_LOGON_FAILURE : 0);
		guise_buf_clear(&n.reply);
		stop(&h);
		identities = guise_identities_unref(identities);
	}
	identities = all;
}

static void who_has_no_gid_has_no_identity_on_the_file_system(void **state)
{
	static const char text[] =
		"[idmap]\nsources = static\n[static]\n" DOMAIN
		"-1107 = uid 20007\n"
		"[realm GUISE.TEST]\nclients = pac\n"
		"domains = " DOMAIN "\n";
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_identities *all = identities;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	identities = identities_of(text);
	start(&h);
	if (log_on(&h, "half", &n, &token) != 0)
		fail_msg("%s", n.why);
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
	assert_false(has_group(token, "S-1-22-1-20007"));
	guise_buf_clear(&n.reply);
	stop(&h);
	identities = (guise_identities_unref(identities), all);
}

static void clients_that_no_rule_lets_in_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name, *why;
	} cases[] = {
		{"plain", "the ticket has no PAC that says who it is"},
		{"stranger", "the client's SID is of no domain that its realm "
			     "may speak for"},
		{"gone", "the account does not exist"},
		{"locked", "the account may not log on"},
	};
	struct helped h = {0};

	(void)state;
	start(&h);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct guise_token *token = NULL;
		struct logon_negotiation n = {0};
		char principal[64];

		assert_int_equal(log_on(&h, cases[i].name, &n, &token),
				 GUISE_E_LOGON_FAILURE);
		assert_string_equal(n.why, cases[i].why);
		(void)snprintf(principal, sizeof(principal), "%s@GUISE.TEST",
			       cases[i].name);
		assert_string_equal(n.principal, principal);
		guise_buf_clear(&n.reply);
	}
	stop(&h);
}

static void without_rules_or_an_acceptor_nobody_is_let_in(void **state)
{
	gss_buffer_desc message = message_of(cache_of_alice, GSS_C_MUTUAL_FLAG);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		const struct guise_token *token = NULL;
		struct logon_negotiation n = {0};
		struct helped h = {0};

		start(&h);
		stop(&h);
		if (i == 0)
			h.sources.negotiate = NULL;
		else
			h.sources.identities = NULL;
		assert_int_equal(logon_helper_start(&h.sources, &h.helper), 0);
		assert_int_equal(ask(&h, &n, &message, &token),
				 GUISE_E_LOGON_FAILURE);
		guise_buf_clear(&n.reply);
		stop(&h);
	}
	release(&message);
}

static void each_realm_has_its_own_rule(void **state)
{
	static const char text[] =
		"[idmap]\nsources = domain\n"
		"[domain " DOMAIN "]\nrange = 1000000-1999999\n"
		"[domain S-1-5-21-9-9-9]\nrange = 3000000-3999999\n"
		"[realm GUISE.TEST]\nclients = pac\ndomains = " DOMAIN "\n"
		"[realm OTHER.TEST]\nclients = pac\n"
		"domains = S-1-5-21-9-9-9\n";
	const struct guise_identities *all = identities;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};
	gss_buffer_desc message;
	const char *eve, *liar;
	struct kdc other;

	(void)state;
	kdc_start(&other, "OTHER.TEST");
	kdc_principal(&other, "eve", "pw", "sid=S-1-5-21-9-9-9-1000",
		      "groups=513", NULL);
	kdc_principal(&other, "liar", "pw", "sid=" DOMAIN "-1103", "groups=513",
		      NULL);
	kdc_trust(&kdc, &other);
	kdc_use(&other);
	eve = kdc_kinit(&other, "eve", "pw", NULL);
	liar = kdc_kinit(&other, "liar", "pw", NULL);
	kdc_use(&kdc);
	identities = identities_of(text);
	start(&h);
	message = message_of(eve, 0);
	if (ask(&h, &n, &message, &token) != 0)
		fail_msg("%s", n.why);
	assert_string_equal(n.principal, "eve@OTHER.TEST");
	assert_int_equal(guise_token_unix(token)->uid, 3001000);
	token = guise_token_unref(token);
	release(&message);
	/* the other realm's KDC says that this is alice of ours */
	message = message_of(liar, 0);
	assert_int_equal(ask(&h, &n, &message, &token), GUISE_E_LOGON_FAILURE);
	release(&message);
	stop(&h);
	/* and now a realm without a rule */
	identities = (guise_identities_unref(identities), all);
	start(&h);
	message = message_of(eve, 0);
	assert_int_equal(ask(&h, &n, &message, &token), GUISE_E_LOGON_FAILURE);
	release(&message);
	guise_buf_clear(&n.reply);
	stop(&h);
	other.is_used = false;
	kdc_stop(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pac_becomes_sids_and_ids),
		cmocka_unit_test(a_token_ends_with_its_ticket),
		cmocka_unit_test(an_account_is_found_by_its_principal),
		cmocka_unit_test(a_system_account_obeys_its_rules),
		cmocka_unit_test(
			who_has_no_gid_has_no_identity_on_the_file_system),
		cmocka_unit_test(
			clients_that_no_rule_lets_in_are_refused_with_a_reason),
		cmocka_unit_test(without_rules_or_an_acceptor_nobody_is_let_in),
		cmocka_unit_test(each_realm_has_its_own_rule),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
