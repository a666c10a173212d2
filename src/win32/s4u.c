/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/random.h>

#include <guise/gss.h>

#include "account.h"
#include "clean-run.h"
#include "identities.h"
#include "s4u.h"
#include "sspi-step.h"

#define KEYTAB_NAME_MAX 1024

/* The service's own tickets, between one logon and the next: a cache in memory
 * that no other library happens to name */
static char cache[64];

static void name_cache(void)
{
	uint64_t number[2];

	must(getrandom(number, sizeof(number), 0) == sizeof(number));
	(void)snprintf(cache, sizeof(cache), "MEMORY:guise-%016llx%016llx",
		       (unsigned long long)number[0],
		       (unsigned long long)number[1]);
}

/* The keytab that Kerberos is configured with */
static bool keytab_name(char ret[KEYTAB_NAME_MAX])
{
	const struct sspi_library *gss = sspi_library();
	krb5_context context;
	bool found;

	if (gss->krb5_init_context(&context) != 0)
		return false;
	found = gss->krb5_kt_default_name(context, ret, KEYTAB_NAME_MAX) == 0;
	gss->krb5_free_context(context);
	return found;
}

/* Both to ask for the client's ticket and to take it: by the keytab, not by
 * whose tickets the process happens to have */
static gss_cred_id_t own_credential(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char keytab[KEYTAB_NAME_MAX];
	gss_key_value_element_desc elements[] = {{"keytab", keytab},
						 {"client_keytab", keytab},
						 {"ccache", cache}};
	const gss_key_value_set_desc store = {ARRAY_SIZE(elements), elements};
	gss_OID_set_desc kerberos = {1, sspi_oid(&sspi_oid_krb5)};
	gss_cred_id_t ret = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor;

	must(pthread_once(&once, name_cache) == 0);
	if (!keytab_name(keytab))
		return GSS_C_NO_CREDENTIAL;
	major = sspi_library()->gss_acquire_cred_from(
		&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &kerberos, GSS_C_BOTH,
		&store, &ret, NULL, NULL);
	return GSS_ERROR(major) ? GSS_C_NO_CREDENTIAL : ret;
}

/* One logon on its way, as the process */
struct errand {
	const char *client;
	bool may_act;
	guise_luid session;
	const struct guise_token *token;
};

static NTSTATUS status_of_logon(int r)
{
	switch (r) {
	case -EIO:
	case -ETIMEDOUT:
		return STATUS_NO_LOGON_SERVERS;
	case GUISE_E_NO_SUCH_ACCOUNT:
	case -EINVAL: /* it is no name */
		return STATUS_NO_SUCH_USER;
	}
	return status_of(r);
}

static NTSTATUS ask(void *argument)
{
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *identities = NULL;
	struct errand *errand = argument;
	const struct guise_lookup_options accounts = identities_accounts();
	struct guise_gss_options options = {
		.size = sizeof(options),
		.accounts = &accounts,
		.authentication_id = errand->session,
		.s4u_impersonation = errand->may_act,
	};
	gss_cred_id_t own;
	OM_uint32 minor;
	int r = identities_read(&identities);

	if (r < 0)
		return status_of(r);
	own = own_credential();
	if (!own)
		return STATUS_NO_LOGON_SERVERS;
	options.identities = identities;
	r = guise_gss_logon_s4u(own, errand->client, false, &options,
				&errand->token);
	(void)sspi_library()->gss_release_cred(&minor, &own);
	return status_of_logon(r);
}

/* For free(); NULL: no memory, or no realm in it */
static char *principal(const char *user, const char *domain)
{
	char *text = NULL, *at;

	if (*domain) {
		if (asprintf(&text, "%s@%s", user, domain) < 0)
			return NULL;
	} else {
		text = strdup(user);
	}
	at = text ? strrchr(text, '@') : NULL;
	if (!at) {
		free(text);
		return NULL;
	}
	for (; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	return text;
}

NTSTATUS s4u_log_on(const char *user, const char *domain, bool may_act,
		    struct logged_on *ret)
{
	GUISE_AUTO(text_freep) char *client = principal(user, domain);
	GUISE_AUTO(logged_on_clear) struct logged_on logged_on = {0};
	struct guise_session session = {
		.size = sizeof(session),
		.id = guise_luid_new(),
	};
	struct errand errand = {client, may_act, session.id, NULL};
	NTSTATUS status;
	int r;

	if (!client || !sspi_library())
		return STATUS_NO_SUCH_USER;
	status = clean_run(ask, &errand);
	if (status < 0)
		return status;
	logged_on.token = errand.token;
	sspi_describe(logged_on.token, &session);
	r = guise_session_new(&session, &logged_on.session);
	if (r < 0)
		return status_of(r);
	*ret = logged_on;
	logged_on = (struct logged_on){0};
	return STATUS_SUCCESS;
}
