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

#include "accept.h"
#include "kdc.h"

#define TARGET "HTTP@localhost"
#define PRINCIPAL "HTTP/localhost@GUISE.TEST"

/* @foe: of the other realm, in disguise; @friend: one that is trusted */
static struct kdc kdc, foe, friend;
static char keytab[128], keys[128], alice[128], forged[128], eve[128];

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
	kdc_principal(&friend, "eve", "pw", NULL);
	kdc_start(&foe, NULL);
	kdc_principal(&foe, "alice", "pw", NULL);
	kdc_principal(&foe, "HTTP/localhost", NULL, NULL);
	keep(keys, kdc_keytab(&foe, "its.keytab", "HTTP/localhost"));
	keep(forged, kdc_kinit(&foe, "alice", "pw", NULL));
	kdc_start(&kdc, NULL);
	kdc_principal(&kdc, "alice", "pw", NULL);
	kdc_principal(&kdc, "HTTP/localhost", NULL, NULL);
	keep(keytab, kdc_keytab(&kdc, "http.keytab", "HTTP/localhost"));
	keep(alice, kdc_kinit(&kdc, "alice", "pw", NULL));
	kdc_trust(&kdc, &friend);
	kdc_use(&friend);
	keep(eve, kdc_kinit(&friend, "eve", "pw", NULL));
	kdc_use(&kdc);
	return setenv("KRB5RCACHENAME", "none:", 1);
}

static int group_teardown(void **state)
{
	(void)state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_realm_speaks_for_no_other_that_gave_a_key),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
