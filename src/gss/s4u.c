/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ticket that the KDC gives is for the service, so the service plays both
 * ends of an exchange with it: what comes out is a context as clients make
 * them, with a PAC that the KDC has signed.
 */
#include <stdio.h>

#include "s4u.h"

struct s4u {
	const struct gss_library *gss;
	gss_name_t service_name, client_name;
	gss_cred_id_t client; /* the service's, for the client */
	gss_ctx_id_t initiator, acceptor;
	gss_cred_id_t proxy;
	gss_buffer_desc message, reply;
};

static void s4u_clear(struct s4u *s)
{
	OM_uint32 minor;

	(void)s->gss->gss_release_buffer(&minor, &s->reply);
	(void)s->gss->gss_release_buffer(&minor, &s->message);
	if (s->initiator != GSS_C_NO_CONTEXT)
		(void)s->gss->gss_delete_sec_context(&minor, &s->initiator,
						     GSS_C_NO_BUFFER);
	if (s->acceptor != GSS_C_NO_CONTEXT)
		(void)s->gss->gss_delete_sec_context(&minor, &s->acceptor,
						     GSS_C_NO_BUFFER);
	if (s->proxy != GSS_C_NO_CREDENTIAL)
		(void)s->gss->gss_release_cred(&minor, &s->proxy);
	if (s->client != GSS_C_NO_CREDENTIAL)
		(void)s->gss->gss_release_cred(&minor, &s->client);
	if (s->client_name != GSS_C_NO_NAME)
		(void)s->gss->gss_release_name(&minor, &s->client_name);
	if (s->service_name != GSS_C_NO_NAME)
		(void)s->gss->gss_release_name(&minor, &s->service_name);
}

static int fail(const struct s4u *s, OM_uint32 major, OM_uint32 minor, int code,
		char reterr[GUISE_WHY_SIZE])
{
	gss_status_text(s->gss, major, minor, reterr);
	return code;
}

static int find_names(struct s4u *s, gss_cred_id_t service, const char *client,
		      bool enterprise, char reterr[GUISE_WHY_SIZE])
{
	gss_buffer_desc text = {.length = strlen(client)};
	OM_uint32 major, minor = 0;
	gss_cred_usage_t usage = 0;

	major = s->gss->gss_inquire_cred(&minor, service, &s->service_name,
					 NULL, &usage, NULL);
	if (GSS_ERROR(major))
		return fail(s, major, minor, -EIO, reterr);
	if (usage != GSS_C_BOTH || s->service_name == GSS_C_NO_NAME) {
		(void)snprintf(reterr, GUISE_WHY_SIZE,
			       "the service's credential is not for both "
			       "initiating and accepting");
		return -EINVAL;
	}
	memcpy(&text.value, &client, sizeof(client));
	major = s->gss->gss_import_name(
		&minor, &text,
		gss_oid(enterprise ? GSS_OID_ENTERPRISE
				   : GSS_OID_KRB5_PRINCIPAL),
		&s->client_name);
	return GSS_ERROR(major) ? fail(s, major, minor, -EIO, reterr) : 0;
}

static int code_of(OM_uint32 minor)
{
	switch ((krb5_error_code)minor) {
	case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN:
		return GUISE_E_NO_SUCH_ACCOUNT;
	case KRB5KDC_ERR_CLIENT_REVOKED: /* disabled, locked */
	case KRB5KDC_ERR_CLIENT_NOTYET:
	case KRB5KDC_ERR_NAME_EXP:
	case KRB5KDC_ERR_KEY_EXP:
	case KRB5KDC_ERR_POLICY:
		return GUISE_E_LOGON_FAILURE;
	case KRB5_KDC_UNREACH:
	case KRB5_REALM_CANT_RESOLVE:
		return -ETIMEDOUT;
	default:
		return -EIO;
	}
}

static int get_ticket(struct s4u *s, gss_cred_id_t service,
		      char reterr[GUISE_WHY_SIZE])
{
	gss_OID_set_desc krb5 = {1, gss_oid(GSS_OID_KRB5)};
	OM_uint32 major, minor = 0;

	major = s->gss->gss_acquire_cred_impersonate_name(
		&minor, service, s->client_name, GSS_C_INDEFINITE, &krb5,
		GSS_C_INITIATE, &s->client, NULL, NULL);
	return GSS_ERROR(major) ? fail(s, major, minor, code_of(minor), reterr)
				: 0;
}

static int play_both_ends(struct s4u *s, gss_cred_id_t service,
			  char reterr[GUISE_WHY_SIZE])
{
	OM_uint32 major, minor = 0;

	major = s->gss->gss_init_sec_context(
		&minor, s->client, &s->initiator, s->service_name,
		gss_oid(GSS_OID_KRB5), 0, 0, GSS_C_NO_CHANNEL_BINDINGS,
		GSS_C_NO_BUFFER, NULL, &s->message, NULL, NULL);
	if (major != GSS_S_COMPLETE)
		return fail(s, major, minor, code_of(minor), reterr);
	major = s->gss->gss_accept_sec_context(
		&minor, &s->acceptor, service, &s->message,
		GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &s->reply, NULL, NULL,
		&s->proxy);
	return major == GSS_S_COMPLETE ? 0
				       : fail(s, major, minor, -EIO, reterr);
}

int gss_s4u_context(const struct gss_library *gss, gss_cred_id_t service,
		    const char *client, bool enterprise,
		    gss_ctx_id_t *ret_context, gss_cred_id_t *ret_cred,
		    char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(s4u_clear) struct s4u s = {.gss = gss};
	int r;

	r = find_names(&s, service, client, enterprise, reterr);
	if (r < 0)
		return r;
	r = get_ticket(&s, service, reterr);
	if (r < 0)
		return r;
	r = play_both_ends(&s, service, reterr);
	if (r < 0)
		return r;
	*ret_context = guise_take(s.acceptor);
	*ret_cred = guise_take(s.proxy);
	return 0;
}
