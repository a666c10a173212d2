/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos clients of a server that accepts them itself: tokens, their level by
 * what was really delegated, logons without a password (S4U2Self).
 */
#include <stdio.h>
#include <unistd.h>

#include "accounts-fixture.h"

#include <guise/gss.h>
#include <guise/impersonate.h>

#include "base.h"
#include "kdc.h"

#define DOMAIN "S-1-5-21-111-222-333"
#define TARGET "HTTP@localhost"

static const char rules[] = "[idmap]\nsources = static domain\n"
			    "[domain " DOMAIN "]\nrange = 1000000-1999999\n"
			    "[realm GUISE.TEST]\nclients = pac\n"
			    "domains = " DOMAIN " S-1-5-21-9-9-9\n"
			    "[principals]\ncarol@GUISE.TEST = carol\n"
			    "mallory@GUISE.TEST = -\n";

static struct kdc kdc;
static struct fixture *accounts;
static const struct guise_identities *identities;
static struct guise_lookup_options lookups;
static char http[128], alice[128], bob[128];
static char why[GUISE_WHY_SIZE];

static void keep(char ret[128], const char *text)
{
	(void)snprintf(ret, 128, "%s", text);
}

static int group_setup(void **state)
{
	struct guise_identities_error error = {.size = sizeof(error)};

	(void)state;
	kdc_start(&kdc, NULL);
	kdc_principal(&kdc, "alice", "pw", "sid=" DOMAIN "-1103",
		      "groups=513 S-1-18-1", NULL);
	kdc_principal(&kdc, "bob", "pw", "sid=" DOMAIN "-1104", "groups=513",
		      NULL);
	kdc_principal(&kdc, "afar", "pw", "sid=S-1-5-21-9-9-9-1000",
		      "groups=513", NULL);
	kdc_principal(&kdc, "carol", "pw", NULL);
	kdc_principal(&kdc, "mallory", "pw", "sid=" DOMAIN "-1105", NULL);
	kdc_principal(&kdc, "disabled", "pw", "-allow_tix",
		      "sid=" DOMAIN "-1106", NULL);
	kdc_principal(&kdc, "expired", "pw", "-expire", "yesterday",
		      "sid=" DOMAIN "-1107", NULL);
	kdc_principal(&kdc, "HTTP/localhost", NULL, "+ok_to_auth_as_delegate",
		      NULL);
	keep(http, kdc_keytab(&kdc, "http.keytab", "HTTP/localhost"));
	keep(alice, kdc_kinit(&kdc, "alice", "pw", "-f", NULL));
	keep(bob, kdc_kinit(&kdc, "bob", "pw", "-f", NULL));
	if (fixture_setup((void **)&accounts) < 0)
		return -1;
	add_user(accounts, "carol");
	accounts->accounts = guise_accounts_close(accounts->accounts);
	lookups = (struct guise_lookup_options){.size = sizeof(lookups),
						.accounts = accounts->path};
	return guise_identities_parse(rules, strlen(rules), &identities,
				      &error);
}

static int group_teardown(void **state)
{
	(void)state;
	identities = guise_identities_unref(identities);
	(void)fixture_teardown((void **)&accounts);
	kdc_stop(&kdc);
	return 0;
}

static struct guise_gss_options options(void)
{
	why[0] = '\0';
	return (struct guise_gss_options){
		.size = sizeof(struct guise_gss_options),
		.identities = identities,
		.accounts = &lookups,
		.reterr = why,
		.reterr_size = sizeof(why),
	};
}

static void end_context(gss_ctx_id_t *context)
{
	OM_uint32 minor;

	if (*context)
		(void)gss_delete_sec_context(&minor, context, NULL);
}

static void end_cred(gss_cred_id_t *cred)
{
	OM_uint32 minor;

	if (*cred)
		(void)gss_release_cred(&minor, cred);
}

static const struct guise_token *token_of(gss_ctx_id_t context,
					  gss_cred_id_t delegated,
					  const struct guise_gss_options *o)
{
	const struct guise_token *token = NULL;
	int r = guise_token_from_gss(context, delegated, o, &token);

	if (r < 0)
		fail_msg("%s: %s", guise_strerror(r), why);
	assert_int_equal(guise_token_type(token), GUISE_TOKEN_IMPERSONATION);
	assert_string_equal(why, "");
	return token;
}

static void a_client_that_keeps_its_ticket_can_be_impersonated(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	GUISE_AUTO(end_cred) gss_cred_id_t delegated = NULL;
	struct guise_gss_options o = options();
	gss_cred_id_t cred;

	(void)state;
	o.authentication_id = 4711;
	context =
		kdc_context(alice, TARGET, GSS_C_MUTUAL_FLAG, http, &delegated);
	token = token_of(context, delegated, &o);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
	assert_int_equal(guise_token_unix(token)->uid, 1001103);
	assert_int_equal(guise_token_unix(token)->gid, 1000513);
	assert_int_equal(guise_token_authentication_id(token), 4711);
	assert_int_equal(guise_token_gss_credential(token, &cred),
			 GUISE_E_BAD_LEVEL);
}

static void a_client_that_forwards_its_ticket_delegates(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	GUISE_AUTO(end_cred) gss_cred_id_t delegated = NULL;
	GUISE_AUTO(end_cred) gss_cred_id_t carried = NULL;
	struct guise_gss_options o = options();

	(void)state;
	context =
		kdc_context(alice, TARGET, GSS_C_DELEG_FLAG, http, &delegated);
	assert_non_null(delegated);
	token = token_of(context, delegated, &o);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_DELEGATION);
	assert_int_equal(guise_token_gss_credential(token, &carried), 0);
}

static void what_somebody_else_delegated_counts_for_nothing(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL, other = NULL;
	GUISE_AUTO(end_cred) gss_cred_id_t delegated = NULL;
	struct guise_gss_options o = options();

	(void)state;
	context = kdc_context(alice, TARGET, 0, http, NULL);
	other = kdc_context(bob, TARGET, GSS_C_DELEG_FLAG, http, &delegated);
	assert_non_null(delegated);
	token = token_of(context, delegated, &o);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
}

static void a_right_of_the_service_counts_only_where_it_is_wanted(void **state)
{
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	GUISE_AUTO(end_cred) gss_cred_id_t delegated = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *token;
	gss_buffer_desc message;
	OM_uint32 minor;

	(void)state;
	kdc_initiate(alice, TARGET, 0, false, NULL, &message);
	context = kdc_accept(http, GSS_C_BOTH, &message, &delegated);
	(void)gss_release_buffer(&minor, &message);
	assert_non_null(delegated); /* though the client gave nothing */
	token = token_of(context, delegated, &o);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
	token = guise_token_unref(token);
	o.constrained = true;
	token = token_of(context, delegated, &o);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_DELEGATION);
	token = guise_token_unref(token);
}

static void an_account_is_looked_up_in_a_child(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	struct guise_gss_options o = options();

	(void)state;
	context = kdc_context(kdc_kinit(&kdc, "carol", "pw", NULL), TARGET, 0,
			      http, NULL);
	token = token_of(context, NULL, &o);
	assert_string_equal(guise_token_name(token), "carol");
	assert_int_equal(guise_token_unix(token)->uid, 200000);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
	token = guise_token_unref(token);
	/* not there any more */
	lookups.accounts = "/nonexistent/accounts.db";
	assert_int_equal(guise_token_from_gss(context, NULL, &o, &token),
			 GUISE_E_LOGON_FAILURE);
	assert_string_equal(why, "the account does not exist");
	lookups.accounts = accounts->path;
}

static void who_is_mapped_to_no_id_can_only_be_identified(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	GUISE_AUTO(end_cred) gss_cred_id_t delegated = NULL;
	struct guise_gss_options o = options();

	(void)state;
	context = kdc_context(kdc_kinit(&kdc, "afar", "pw", "-f", NULL), TARGET,
			      GSS_C_DELEG_FLAG, http, &delegated);
	token = token_of(context, delegated, &o);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IDENTIFICATION);
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
}

static void a_client_that_the_rules_refuse_gets_nothing(void **state)
{
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *token = NULL;

	(void)state;
	context = kdc_context(kdc_kinit(&kdc, "mallory", "pw", NULL), TARGET, 0,
			      http, NULL);
	assert_int_equal(guise_token_from_gss(context, NULL, &o, &token),
			 GUISE_E_LOGON_FAILURE);
	assert_null(token);
	assert_true(why[0] != '\0');
}

static void only_established_contexts_accepted_here_make_tokens(void **state)
{
	GUISE_AUTO(end_context) gss_ctx_id_t initiated = NULL, half = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *token = NULL;
	gss_buffer_desc message;
	OM_uint32 minor;

	(void)state;
	kdc_initiate(alice, TARGET, 0, false, &initiated, &message);
	(void)gss_release_buffer(&minor, &message);
	assert_int_equal(guise_token_from_gss(initiated, NULL, &o, &token),
			 GUISE_E_NO_TOKEN);
	assert_string_equal(why, "the context was not accepted here");
	kdc_initiate(alice, TARGET, GSS_C_MUTUAL_FLAG, true, &half, &message);
	(void)gss_release_buffer(&minor, &message);
	assert_int_equal(guise_token_from_gss(half, NULL, &o, &token),
			 GUISE_E_NO_TOKEN);
	assert_null(token);
}

static void options_that_are_none_are_refused(void **state)
{
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *token = NULL;

	(void)state;
	context = kdc_context(alice, TARGET, 0, http, NULL);
	assert_int_equal(guise_token_from_gss(NULL, NULL, &o, &token), -EINVAL);
	assert_int_equal(guise_token_from_gss(context, NULL, NULL, &token),
			 -EINVAL);
	assert_int_equal(guise_token_from_gss(context, NULL, &o, NULL),
			 -EINVAL);
	o.size--;
	assert_int_equal(guise_token_from_gss(context, NULL, &o, &token),
			 -EINVAL);
	o.size++;
	o.identities = NULL;
	assert_int_equal(guise_token_from_gss(context, NULL, &o, &token),
			 -EINVAL);
}

static void nobody_is_accepted_within_a_scope(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(end_context) gss_ctx_id_t context = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *none = NULL;
	struct guise_scope scope = {0};

	(void)state;
	if (geteuid() != 0)
		skip();
	context = kdc_context(alice, TARGET, 0, http, NULL);
	token = token_of(context, NULL, &o);
	assert_int_equal(guise_scope_begin(&scope, token), 0);
	assert_int_equal(guise_token_from_gss(context, NULL, &o, &none),
			 -EPERM);
	guise_scope_end(&scope);
}

static void a_name_is_enough_to_identify(void **state)
{
	GUISE_AUTO(end_cred) gss_cred_id_t service = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *token = NULL;

	(void)state;
	service = kdc_service(http, "HTTP/localhost");
	if (guise_gss_logon_s4u(service, "alice@GUISE.TEST", false, &o,
				&token) != 0)
		fail_msg("%s", why);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IDENTIFICATION);
	assert_int_equal(guise_token_unix(token)->uid, 1001103);
	token = guise_token_unref(token);

	o.constrained = true; /* alone it raises nothing */
	assert_int_equal(guise_gss_logon_s4u(service, "alice@GUISE.TEST", false,
					     &o, &token),
			 0);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IDENTIFICATION);
	token = guise_token_unref(token);

	o.s4u_impersonation = true;
	assert_int_equal(guise_gss_logon_s4u(service, "alice@GUISE.TEST", false,
					     &o, &token),
			 0);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_DELEGATION);
	token = guise_token_unref(token);

	o.constrained = false;
	assert_int_equal(guise_gss_logon_s4u(service, "alice@GUISE.TEST", false,
					     &o, &token),
			 0);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
	token = guise_token_unref(token);
}

static void names_that_the_kdc_or_the_rules_refuse(void **state)
{
	GUISE_AUTO(end_cred) gss_cred_id_t service = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *token = NULL;
	static const struct {
		const char *client;
		int code;
		const char *why;
	} cases[] = {
		{"nobody-here@GUISE.TEST", GUISE_E_NO_SUCH_ACCOUNT, ""},
		{"mallory@GUISE.TEST", GUISE_E_LOGON_FAILURE, ""},
		{"disabled@GUISE.TEST", GUISE_E_LOGON_FAILURE, "revoked"},
		{"expired@GUISE.TEST", GUISE_E_LOGON_FAILURE, "expired"},
		{"alice", -EINVAL, ""},
		{"alice\\@GUISE.TEST", -EINVAL, ""},
		{"alice@", -EINVAL, ""},
		{"", -EINVAL, ""},
	};

	(void)state;
	service = kdc_service(http, "HTTP/localhost");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int r = guise_gss_logon_s4u(service, cases[i].client, false, &o,
					    &token);

		if (r != cases[i].code || !strstr(why, cases[i].why))
			fail_msg("%s: %s, %s", cases[i].client,
				 guise_strerror(r), why);
		assert_null(token);
	}
}

static void a_kdc_that_is_down_logs_nobody_on(void **state)
{
	GUISE_AUTO(end_cred) gss_cred_id_t service = NULL;
	struct guise_gss_options o = options();
	const struct guise_token *token = NULL;
	int r;

	(void)state;
	service = kdc_service(http, "HTTP/localhost");
	kdc_pause(&kdc);
	r = guise_gss_logon_s4u(service, "bob@GUISE.TEST", false, &o, &token);
	kdc_continue(&kdc);
	if (r != -ETIMEDOUT)
		fail_msg("%s, %s", guise_strerror(r), why);
	assert_null(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_client_that_keeps_its_ticket_can_be_impersonated),
		cmocka_unit_test(a_client_that_forwards_its_ticket_delegates),
		cmocka_unit_test(
			what_somebody_else_delegated_counts_for_nothing),
		cmocka_unit_test(
			a_right_of_the_service_counts_only_where_it_is_wanted),
		cmocka_unit_test(an_account_is_looked_up_in_a_child),
		cmocka_unit_test(who_is_mapped_to_no_id_can_only_be_identified),
		cmocka_unit_test(a_client_that_the_rules_refuse_gets_nothing),
		cmocka_unit_test(
			only_established_contexts_accepted_here_make_tokens),
		cmocka_unit_test(options_that_are_none_are_refused),
		cmocka_unit_test(nobody_is_accepted_within_a_scope),
		cmocka_unit_test(a_name_is_enough_to_identify),
		cmocka_unit_test(names_that_the_kdc_or_the_rules_refuse),
		cmocka_unit_test(a_kdc_that_is_down_logs_nobody_on),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
