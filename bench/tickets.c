/* SPDX-License-Identifier: Apache-2.0 */
/* See tickets.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include "kdb_pac.h"
#include "tickets.h"

#define LIFE 36000
#define ENCTYPE ENCTYPE_AES256_CTS_HMAC_SHA1_96

/* Exported by libkrb5 for KDCs, without a public header. */
krb5_error_code krb5_encrypt_tkt_part(krb5_context context,
				      const krb5_keyblock *key,
				      krb5_ticket *ticket);
krb5_error_code encode_krb5_ticket(const krb5_ticket *ticket, krb5_data **ret);

static gss_OID_desc spnego_oid = {6,
				  (void *)(size_t) "\x2b\x06\x01\x05\x05\x02"};
static gss_OID_desc krb5_oid = {
	9, (void *)(size_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};

static void must_krb5(krb5_context context, const char *what,
		      krb5_error_code code)
{
	if (code == 0)
		return;
	fprintf(stderr, "tickets: %s: %s\n", what,
		krb5_get_error_message(context, code));
	exit(3);
}

static void must_gss(const char *what, OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;

	if (!GSS_ERROR(major))
		return;
	(void)gss_display_status(&ignored, minor, GSS_C_MECH_CODE, GSS_C_NO_OID,
				 &more, &text);
	fprintf(stderr, "tickets: %s: %.*s\n", what, (int)text.length,
		(const char *)text.value);
	exit(3);
}

static krb5_principal principal_of(krb5_context krb5, const char *name)
{
	krb5_principal principal;
	char text[256];

	(void)snprintf(text, sizeof(text), "%s@%s", name, TICKETS_REALM);
	must_krb5(krb5, text, krb5_parse_name(krb5, text, &principal));
	return principal;
}

void tickets_keytab(const char *keytab, const char *service)
{
	krb5_keytab_entry entry = {.vno = 1};
	krb5_context krb5;
	krb5_keytab file;

	must_krb5(NULL, "libkrb5", krb5_init_context(&krb5));
	entry.principal = principal_of(krb5, service);
	must_krb5(krb5, "key",
		  krb5_c_make_random_key(krb5, ENCTYPE, &entry.key));
	must_krb5(krb5, keytab, krb5_kt_resolve(krb5, keytab, &file));
	must_krb5(krb5, keytab, krb5_kt_add_entry(krb5, file, &entry));
	must_krb5(krb5, keytab, krb5_kt_close(krb5, file));
	krb5_free_keytab_entry_contents(krb5, &entry);
	krb5_free_context(krb5);
}

void tickets_open(struct tickets *t, const char *keytab, const char *service)
{
	krb5_keytab_entry entry;
	krb5_keytab file;

	must_krb5(NULL, "libkrb5", krb5_init_context(&t->krb5));
	t->service = principal_of(t->krb5, service);
	must_krb5(t->krb5, keytab, krb5_kt_resolve(t->krb5, keytab, &file));
	must_krb5(t->krb5, keytab,
		  krb5_kt_get_entry(t->krb5, file, t->service, 0, ENCTYPE,
				    &entry));
	must_krb5(t->krb5, "key",
		  krb5_copy_keyblock_contents(t->krb5, &entry.key, &t->key));
	must_krb5(t->krb5, "key",
		  krb5_c_make_random_key(t->krb5, ENCTYPE, &t->kdc_key));
	krb5_free_keytab_entry_contents(t->krb5, &entry);
	must_krb5(t->krb5, keytab, krb5_kt_close(t->krb5, file));
}

void tickets_close(struct tickets *t)
{
	krb5_free_keyblock_contents(t->krb5, &t->key);
	krb5_free_keyblock_contents(t->krb5, &t->kdc_key);
	krb5_free_principal(t->krb5, t->service);
	krb5_free_context(t->krb5);
}

/* The signed PAC, in the wrapping of tickets. */
static krb5_authdata **pac_of(struct tickets *t, krb5_principal client,
			      const char *name, unsigned rid,
			      const char *groups, krb5_timestamp now)
{
	struct bytes info = {0};
	krb5_authdata pac_data = {.ad_type = KRB5_AUTHDATA_WIN2K_PAC};
	krb5_authdata *list[] = {&pac_data, NULL}, **wrapped;
	krb5_data buffer, signed_pac;
	krb5_pac pac;
	char sid[64];

	(void)snprintf(sid, sizeof(sid), "%s-%u", TICKETS_DOMAIN, rid);
	if (!make_logon_info(&info, sid, groups, NULL, name, "BENCH"))
		abort();
	buffer = (krb5_data){.length = (unsigned)info.size,
			     .data = (char *)info.data};
	must_krb5(t->krb5, "PAC", krb5_pac_init(t->krb5, &pac));
	must_krb5(t->krb5, "PAC",
		  krb5_pac_add_buffer(t->krb5, pac, KRB5_PAC_LOGON_INFO,
				      &buffer));
	must_krb5(t->krb5, "PAC",
		  krb5_pac_sign(t->krb5, pac, now, client, &t->key, &t->kdc_key,
				&signed_pac));
	pac_data.length = signed_pac.length;
	pac_data.contents = (krb5_octet *)signed_pac.data;
	must_krb5(t->krb5, "PAC",
		  krb5_encode_authdata_container(
			  t->krb5, KRB5_AUTHDATA_IF_RELEVANT, list, &wrapped));
	krb5_free_data_contents(t->krb5, &signed_pac);
	krb5_pac_free(t->krb5, pac);
	free(info.data);
	return wrapped;
}

/* The ticket and the session key, in the cache as a KDC's answer. */
static void store_ticket(struct tickets *t, krb5_principal client,
			 krb5_authdata **authdata, krb5_timestamp now,
			 krb5_ccache cache)
{
	krb5_keyblock session;
	krb5_enc_tkt_part inner = {
		.flags = TKT_FLG_INITIAL | TKT_FLG_PRE_AUTH,
		.session = &session,
		.client = client,
		.transited = {.tr_type = KRB5_DOMAIN_X500_COMPRESS},
		.times = {now, now, now + LIFE, 0},
		.authorization_data = authdata};
	krb5_ticket ticket = {.server = t->service, .enc_part2 = &inner};
	krb5_creds creds = {.client = client,
			    .server = t->service,
			    .times = inner.times,
			    .ticket_flags = inner.flags};
	krb5_data *encoded;

	must_krb5(t->krb5, "session key",
		  krb5_c_make_random_key(t->krb5, ENCTYPE, &session));
	ticket.enc_part.kvno = 1;
	must_krb5(t->krb5, "ticket",
		  krb5_encrypt_tkt_part(t->krb5, &t->key, &ticket));
	must_krb5(t->krb5, "ticket", encode_krb5_ticket(&ticket, &encoded));
	creds.keyblock = session;
	creds.ticket = *encoded;
	must_krb5(t->krb5, "cache", krb5_cc_store_cred(t->krb5, cache, &creds));
	free(ticket.enc_part.ciphertext.data);
	krb5_free_data(t->krb5, encoded);
	krb5_free_keyblock_contents(t->krb5, &session);
}

static void first_message(struct tickets *t, krb5_ccache cache, bool spnego,
			  gss_buffer_desc *ret)
{
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_name_t target;
	gss_buffer_desc text;
	OM_uint32 major, minor, ignored;
	gss_key_value_element_desc element = {"ccache", NULL};
	gss_key_value_set_desc store = {1, &element};
	char *name, *cache_name;

	must_krb5(t->krb5, "name",
		  krb5_unparse_name(t->krb5, t->service, &name));
	text = (gss_buffer_desc){strlen(name), name};
	major = gss_import_name(&minor, &text, GSS_KRB5_NT_PRINCIPAL_NAME,
				&target);
	must_gss("name", major, minor);
	must_krb5(t->krb5, "cache",
		  krb5_cc_get_full_name(t->krb5, cache, &cache_name));
	element.value = cache_name;
	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, 0,
				      GSS_C_NO_OID_SET, GSS_C_INITIATE, &store,
				      &cred, NULL, NULL);
	must_gss("credential", major, minor);
	major = gss_init_sec_context(
		&minor, cred, &context, target,
		spnego ? &spnego_oid : &krb5_oid, GSS_C_MUTUAL_FLAG, 0,
		GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, ret, NULL, NULL);
	must_gss("message", major, minor);
	(void)gss_delete_sec_context(&ignored, &context, NULL);
	(void)gss_release_cred(&ignored, &cred);
	(void)gss_release_name(&ignored, &target);
	krb5_free_unparsed_name(t->krb5, name);
	krb5_free_string(t->krb5, cache_name);
}

void tickets_message(struct tickets *t, const char *name, unsigned rid,
		     const char *groups, bool spnego, gss_buffer_desc *ret)
{
	krb5_timestamp now = (krb5_timestamp)time(NULL);
	krb5_principal client = principal_of(t->krb5, name);
	krb5_authdata **authdata = pac_of(t, client, name, rid, groups, now);
	krb5_ccache cache;

	must_krb5(t->krb5, "cache",
		  krb5_cc_new_unique(t->krb5, "MEMORY", NULL, &cache));
	must_krb5(t->krb5, "cache", krb5_cc_initialize(t->krb5, cache, client));
	store_ticket(t, client, authdata, now, cache);
	first_message(t, cache, spnego, ret);
	must_krb5(t->krb5, "cache", krb5_cc_destroy(t->krb5, cache));
	krb5_free_authdata(t->krb5, authdata);
	krb5_free_principal(t->krb5, client);
}
