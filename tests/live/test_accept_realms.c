/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A keytab with keys of two realms. The KDC of the one knows its key and can
 * make tickets with it for whomever it likes; here it says to be the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <krb5.h>

#include <guise/gss.h>

#include "accept.h"
#include "kdc.h"

#define TARGET "HTTP@localhost"
#define PRINCIPAL "HTTP/localhost@GUISE.TEST"
#define SID(rid) "sid=S-1-5-21-1-2-3-" rid
#define CLAIMS                                                                 \
	"claims=dept=S:Eng", "device=S-1-5-21-1-2-3-1500",                     \
		"device_claims=managed=B:1"

/* [1]: what is said of claims, each against what is so without a word */
static const char *const rules[] = {
	"[realm GUISE.TEST]\nclients = pac\ndomains = S-1-5-21-1-2-3\n"
	"[realm FRIEND.TEST]\nclients = pac\ndomains = S-1-5-21-1-2-3\n",
	"[realm GUISE.TEST]\nclients = pac\ndomains = S-1-5-21-1-2-3\n"
	"claims = no\n"
	"[realm FRIEND.TEST]\nclients = pac\ndomains = S-1-5-21-1-2-3\n"
	"claims = yes\n",
};

/* @foe: of the other realm, in disguise; @friend: one that is trusted */
static struct kdc kdc, foe, friend;
static const struct guise_identities *identities[2];
static char keytab[128], both[128], keys[128], alice[128], forged[128],
	eve[128];

static void keep(char ret[128], const char *text)
{
	(void)snprintf(ret, 128, "%s", text);
}

/* What @from has as keys of another principal in @to */
static void add_keys(const char *from, const char *to, const char *principal)
{
	krb5_context context;
	krb5_keytab in, out;
	krb5_kt_cursor cursor;
	krb5_keytab_entry entry;
	krb5_principal name, was;
	char text[160];

	(void)snprintf(text, sizeof(text), "FILE:%s", to);
	assert_int_equal(krb5_init_context(&context), 0);
	assert_int_equal(krb5_kt_resolve(context, from, &in), 0);
	assert_int_equal(krb5_kt_resolve(context, text, &out), 0);
	assert_int_equal(krb5_parse_name(context, principal, &name), 0);
	assert_int_equal(krb5_kt_start_seq_get(context, in, &cursor), 0);
	while (krb5_kt_next_entry(context, in, &entry, &cursor) == 0) {
		was = entry.principal;
		entry.principal = name;
		assert_int_equal(krb5_kt_add_entry(context, out, &entry), 0);
		entry.principal = was;
		(void)krb5_free_keytab_entry_contents(context, &entry);
	}
	(void)krb5_kt_end_seq_get(context, in, &cursor);
	krb5_free_principal(context, name);
	(void)krb5_kt_close(context, in);
	(void)krb5_kt_close(context, out);
	krb5_free_context(context);
}

static int group_setup(void **state)
{
	(void)state;
	kdc_start(&friend, "FRIEND.TEST");
	kdc_principal(&friend, "eve", "pw", SID("1101"), CLAIMS, NULL);
	kdc_start(&foe, NULL);
	kdc_principal(&foe, "alice", "pw", SID("1102"), NULL);
	kdc_principal(&foe, "HTTP/localhost", NULL, NULL);
	keep(keys, kdc_keytab(&foe, "its.keytab", "HTTP/localhost"));
	keep(forged, kdc_kinit(&foe, "alice", "pw", NULL));
	kdc_start(&kdc, NULL);
	kdc_principal(&kdc, "alice", "pw", SID("1102"), CLAIMS, NULL);
	kdc_principal(&kdc, "HTTP/localhost", NULL, NULL);
	keep(keytab, kdc_keytab(&kdc, "http.keytab", "HTTP/localhost"));
	keep(both, kdc_keytab(&kdc, "both.keytab", "HTTP/localhost"));
	keep(alice, kdc_kinit(&kdc, "alice", "pw", NULL));
	kdc_trust(&kdc, &friend);
	kdc_use(&friend);
	keep(eve, kdc_kinit(&friend, "eve", "pw", NULL));
	kdc_use(&kdc);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(guise_identities_parse(rules[i],
							strlen(rules[i]),
							&identities[i], NULL),
				 0);
	return setenv("KRB5RCACHENAME", "none:", 1);
}

static int group_teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++)
		identities[i] = guise_identities_unref(identities[i]);
	kdc_stop(&friend);
	kdc_stop(&foe);
	kdc_stop(&kdc);
	return 0;
}

static int come(struct gss_acceptor *acceptor, const char *cache,
		struct kdc *by)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf reply = {0};
	struct gss_exchange *exchange = NULL;
	struct gss_client client = {0};
	char why[GUISE_WHY_SIZE] = "";
	gss_buffer_desc message;
	OM_uint32 minor;
	int r;

	kdc_use(by);
	kdc_initiate(cache, TARGET, 0, true, NULL, &message);
	kdc_use(&kdc);
	r = gss_acceptor_step(acceptor, &exchange, message.value,
			      message.length, &reply, why);
	assert_true(r >= 0 || why[0]);
	if (r == 0) {
		assert_int_equal(gss_exchange_client(exchange, &client, why),
				 0);
		assert_int_equal(client.has_own_key, cache == alice);
		gss_client_clear(&client);
	}
	exchange = gss_exchange_free(exchange);
	(void)gss_release_buffer(&minor, &message);
	return r;
}

static struct gss_acceptor *acceptor_for(const char *service)
{
	const struct gss_acceptor_options options = {
		.keytab = strchr(keytab, '/'), .service = service};
	struct gss_acceptor *acceptor;

	assert_int_equal(gss_acceptor_new(&options, &acceptor), 0);
	return acceptor;
}

/* The keytab gets the other realm's key while it is used. */
static void a_realm_speaks_for_no_other_that_gave_a_key(void **state)
{
	struct gss_acceptor *any = acceptor_for(NULL);
	struct gss_acceptor *host = acceptor_for(TARGET);
	struct gss_acceptor *one = acceptor_for(PRINCIPAL);

	(void)state;
	assert_int_equal(come(any, alice, &kdc), 0);
	assert_int_equal(come(any, eve, &kdc), 0);
	assert_int_equal(come(any, forged, &foe), GUISE_E_LOGON_FAILURE);
	add_keys(keys, strchr(keytab, '/'), "HTTP/localhost@FOE.TEST");
	assert_int_equal(come(any, forged, &foe), GUISE_E_LOGON_FAILURE);
	assert_int_equal(come(host, forged, &foe), GUISE_E_LOGON_FAILURE);
	assert_int_equal(come(one, forged, &foe), GUISE_E_LOGON_FAILURE);
	/* whoever comes with a ticket of their own, or of whom theirs trusts */
	assert_int_equal(come(any, alice, &kdc), 0);
	assert_int_equal(come(any, eve, &kdc), 0);
	assert_int_equal(come(one, eve, &kdc), 0);
	assert_int_equal(come(host, alice, &kdc), 0);
	any = gss_acceptor_free(any);
	host = gss_acceptor_free(host);
	one = gss_acceptor_free(one);
}

/* A server that accepts by itself, with the keys of @with, and says that they
 * are those of @said. */
static int enter_by(const struct guise_identities *by_rules, const char *cache,
		    struct kdc *by, const char *with, const char *said,
		    const struct guise_token **ret, char why[GUISE_WHY_SIZE])
{
	const struct guise_gss_options options = {
		.size = sizeof(options),
		.identities = by_rules,
		.keytab = said,
		.reterr = why,
		.reterr_size = GUISE_WHY_SIZE,
	};
	gss_buffer_desc message;
	gss_ctx_id_t context;
	OM_uint32 minor;
	int r;

	kdc_use(by);
	kdc_initiate(cache, TARGET, 0, false, NULL, &message);
	kdc_use(&kdc);
	context = kdc_accept(with, GSS_C_ACCEPT, &message, NULL);
	r = guise_token_from_gss(context, NULL, &options, ret);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	(void)gss_release_buffer(&minor, &message);
	return r;
}

static int enter(const char *cache, struct kdc *by, const char *with,
		 const char *said, char why[GUISE_WHY_SIZE])
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	return enter_by(identities[0], cache, by, with, said, &token, why);
}

static void servers_that_accept_themselves_ask_for_the_key(void **state)
{
	char why[GUISE_WHY_SIZE];

	(void)state;
	assert_int_equal(enter(alice, &kdc, both, both, why), 0);
	assert_int_equal(enter(eve, &kdc, both, both, why), 0);
	add_keys(keys, strchr(both, '/'), "HTTP/localhost@FOE.TEST");
	assert_int_equal(enter(forged, &foe, both, both, why),
			 GUISE_E_LOGON_FAILURE);
	assert_string_equal(why, "the ticket was made with the key of another "
				 "realm");
	assert_int_equal(enter(alice, &kdc, both, both, why), 0);
	assert_int_equal(enter(eve, &kdc, both, both, why), 0);
}

/* One that was not used knows nothing of the keys of the one that was. */
static void a_keytab_that_is_another_one_vouches_for_nobody(void **state)
{
	char why[GUISE_WHY_SIZE];

	(void)state;
	assert_int_equal(setenv("KRB5_KTNAME", both, 1), 0);
	assert_int_equal(enter(eve, &kdc, both, NULL, why), 0);
	assert_int_equal(enter(forged, &foe, both, NULL, why),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(setenv("KRB5_KTNAME", "FILE:/nowhere", 1), 0);
	assert_int_equal(enter(alice, &kdc, both, NULL, why), 0);
	assert_int_equal(enter(eve, &kdc, both, NULL, why), -EIO);
	assert_int_equal(enter(eve, &kdc, both, keys, why), 0);
	assert_int_equal(enter(forged, &foe, both, keys, why),
			 GUISE_E_LOGON_FAILURE);
}

static bool has_claims(unsigned which, const char *cache)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	char why[GUISE_WHY_SIZE];
	bool of_user, of_device;

	assert_int_equal(enter_by(identities[which], cache, &kdc, both, both,
				  &token, why),
			 0);
	of_user = guise_token_claims(token, GUISE_CLAIMS_USER) != NULL;
	of_device = guise_token_claims(token, GUISE_CLAIMS_DEVICE) != NULL;
	assert_int_equal(of_user, of_device);
	return of_user;
}

static void claims_that_cross_a_trust_are_taken_where_it_is_said(void **state)
{
	(void)state;
	assert_true(has_claims(0, alice));
	assert_false(has_claims(0, eve));
	assert_false(has_claims(1, alice));
	assert_true(has_claims(1, eve));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_realm_speaks_for_no_other_that_gave_a_key),
		cmocka_unit_test(
			servers_that_accept_themselves_ask_for_the_key),
		cmocka_unit_test(
			a_keytab_that_is_another_one_vouches_for_nobody),
		cmocka_unit_test(
			claims_that_cross_a_trust_are_taken_where_it_is_said),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
