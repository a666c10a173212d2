/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be preloaded into the KDC of the tests (KDC_PRELOAD): tickets of services
 * whose client's name begins with "forged" have a PAC that was not signed with
 * the service's key, as if somebody had written it who only knows another one.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <krb5.h>

typedef krb5_error_code sign(krb5_context context, krb5_enc_tkt_part *ticket,
			     const krb5_pac pac, krb5_const_principal server,
			     krb5_const_principal client,
			     const krb5_keyblock *server_key,
			     const krb5_keyblock *kdc_key,
			     krb5_boolean with_realm);

__attribute__((visibility("default"))) sign krb5_kdc_sign_ticket;

static int begins(const krb5_data *data, const char *text)
{
	return data->length >= strlen(text) &&
	       memcmp(data->data, text, strlen(text)) == 0;
}

krb5_error_code
krb5_kdc_sign_ticket(krb5_context context, krb5_enc_tkt_part *ticket,
		     const krb5_pac pac, krb5_const_principal server,
		     krb5_const_principal client,
		     const krb5_keyblock *server_key,
		     const krb5_keyblock *kdc_key, krb5_boolean with_realm)
{
	sign *original = (sign *)dlsym(RTLD_NEXT, "krb5_kdc_sign_ticket");
	krb5_keyblock *forged = NULL;
	krb5_error_code r;

	if (!begins(&ticket->client->data[0], "forged") ||
	    begins(&server->data[0], "krbtgt"))
		return original(context, ticket, pac, server, client,
				server_key, kdc_key, with_realm);
	r = krb5_copy_keyblock(context, server_key, &forged);
	if (r)
		return r;
	forged->contents[0] ^= 1;
	r = original(context, ticket, pac, server, client, forged, kdc_key,
		     with_realm);
	krb5_free_keyblock(context, forged);
	return r;
}
