/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials. Those of the process are its keytab and its ticket cache, as
 * Kerberos is configured for it; those of an impersonated client are what its
 * token carries, and nothing else; those of a name are had with its password.
 */
#include <guise/gss.h>
#include <guise/thread-token.h>

#include "account.h"
#include "clean-run.h"
#include "identities.h"
#include "sspi-identity.h"
#include "sspi-name.h"
#include "sspi-object.h"
#include "status.h"

/**
 * struct acquisition - one call of AcquireCredentialsHandle
 * @principal: UTF-8, or NULL
 * @identity: the name and the password; without a principal there is none
 * @into: what is being filled
 */
struct acquisition {
	const char *principal;
	struct sspi_identity identity;
	ULONG use;
	struct credentials *into;
};

/* With credentials that are not for a mechanism the library takes its default
 * ones, which are somebody else's. */
static bool has_mechanism(gss_cred_id_t credential,
			  const gss_OID_desc *mechanism)
{
	const struct sspi_library *gss = sspi_library();
	gss_OID_set set = GSS_C_NO_OID_SET;
	OM_uint32 major, minor;
	bool found = false;

	major = gss->gss_inquire_cred(&minor, credential, NULL, NULL, NULL,
				      &set);
	if (GSS_ERROR(major))
		return false;
	for (size_t i = 0; i < set->count && !found; i++)
		found = sspi_oid_equal(&set->elements[i], mechanism);
	(void)gss->gss_release_oid_set(&minor, &set);
	return found;
}

/* Negotiate speaks of Kerberos only, whatever else is installed. */
static SECURITY_STATUS limit_to_package(const struct sspi_package *package,
					gss_cred_id_t credential)
{
	gss_OID_set_desc kerberos = {1, sspi_oid(&sspi_oid_krb5)};
	OM_uint32 major, minor;

	if (!has_mechanism(credential, package->mechanism))
		return SEC_E_NO_CREDENTIALS;
	if (package == sspi_package_kerberos())
		return SEC_E_OK;
	major = sspi_library()->gss_set_neg_mechs(&minor, credential,
						  &kerberos);
	return sspi_status(major, minor);
}

/* Signing and encrypting are agreed on only if they are asked for, which MIT's
 * library else does always. */
static SECURITY_STATUS ask_as_told(gss_cred_id_t *credential)
{
	gss_buffer_desc nothing = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	major = sspi_library()->gss_set_cred_option(
		&minor, credential, sspi_oid(&sspi_oid_flags_as_asked),
		&nothing);
	return sspi_status(major, minor);
}

/* What cannot be limited is not kept. */
static SECURITY_STATUS keep_limited(const struct sspi_package *package,
				    gss_cred_id_t *credential)
{
	SECURITY_STATUS status = limit_to_package(package, *credential);
	OM_uint32 minor;

	if (status == SEC_E_OK)
		status = ask_as_told(credential);
	if (status != SEC_E_OK)
		(void)sspi_library()->gss_release_cred(&minor, credential);
	return status;
}

/* The mechanisms that credentials of a package are for */
static gss_OID_set_desc mechanisms(const struct sspi_package *package,
				   gss_OID_desc ret[2])
{
	size_t n = 0;

	ret[n++] = *package->mechanism;
	if (package->takes_kerberos)
		ret[n++] = sspi_oid_krb5;
	return (gss_OID_set_desc){n, ret};
}

static SECURITY_STATUS acquire_own(const struct acquisition *a,
				   gss_cred_usage_t usage, gss_cred_id_t *ret)
{
	const struct sspi_library *gss = sspi_library();
	GUISE_AUTO(sspi_name_clear) gss_name_t name = GSS_C_NO_NAME;
	gss_OID_desc list[2];
	gss_OID_set_desc set = mechanisms(a->into->package, list);
	SECURITY_STATUS status = SEC_E_OK;
	OM_uint32 major, minor;

	if (a->principal)
		status = sspi_name_client(a->principal, &name);
	if (status != SEC_E_OK)
		return SEC_E_NO_CREDENTIALS;
	major = gss->gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &set,
					   usage, GSS_C_NO_CRED_STORE, ret,
					   NULL, NULL);
	if (GSS_ERROR(major))
		return SEC_E_NO_CREDENTIALS;
	return keep_limited(a->into->package, ret);
}

static SECURITY_STATUS acquire_by_password(const struct acquisition *a,
					   gss_cred_id_t *ret)
{
	const struct sspi_library *gss = sspi_library();
	const struct secret *secret = &a->identity.password;
	gss_buffer_desc password = {secret->size, secret->text};
	GUISE_AUTO(sspi_name_clear) gss_name_t name = GSS_C_NO_NAME;
	gss_OID_desc list[2];
	gss_OID_set_desc set = mechanisms(a->into->package, list);
	SECURITY_STATUS status = sspi_name_client(a->identity.principal, &name);
	OM_uint32 major, minor;

	if (status != SEC_E_OK)
		return SEC_E_LOGON_DENIED;
	major = gss->gss_acquire_cred_with_password(
		&minor, name, &password, GSS_C_INDEFINITE, &set, GSS_C_INITIATE,
		ret, NULL, NULL);
	if (GSS_ERROR(major))
		return sspi_status(major, minor);
	return keep_limited(a->into->package, ret);
}

/* What only the process has: keytab, ticket cache, rules */
static NTSTATUS acquire_as_process(void *context)
{
	struct acquisition *a = context;
	struct credentials *into = a->into;

	if (a->identity.principal)
		into->initiator_status =
			acquire_by_password(a, &into->initiator);
	else if (a->use & SECPKG_CRED_OUTBOUND)
		into->initiator_status =
			acquire_own(a, GSS_C_INITIATE, &into->initiator);
	if (!(a->use & SECPKG_CRED_INBOUND))
		return STATUS_SUCCESS;
	into->acceptor_status = acquire_own(a, GSS_C_ACCEPT, &into->acceptor);
	return status_of(identities_read(&into->identities));
}

/* A client that is impersonated has what it has delegated, and no keytab: what
 * the service has is not for who acts as its client. */
static SECURITY_STATUS acquire_as_client(const struct acquisition *a)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct credentials *into = a->into;

	if (guise_effective_token(&token) < 0 ||
	    !(a->use & SECPKG_CRED_OUTBOUND) ||
	    guise_token_gss_credential(token, &into->initiator) < 0)
		return SEC_E_NO_CREDENTIALS;
	into->initiator_status = keep_limited(into->package, &into->initiator);
	return into->initiator_status;
}

static bool is_impersonating(void)
{
	return guise_thread_token() || guise_scope_depth() > 0;
}

/* A password that is wrong is told with the first context, as on Windows; that
 * there is nothing at all, now. */
static SECURITY_STATUS fill(struct acquisition *a)
{
	const bool has_password = a->identity.principal != NULL;
	NTSTATUS status;

	if (is_impersonating() && !has_password)
		return acquire_as_client(a);
	if (has_password && a->use & SECPKG_CRED_INBOUND && is_impersonating())
		return SEC_E_NO_CREDENTIALS;
	status = clean_run(acquire_as_process, a);
	if (status < 0)
		return sspi_status_of_nt(status);
	if (has_password || a->into->acceptor || a->into->initiator)
		return SEC_E_OK;
	return SEC_E_NO_CREDENTIALS;
}

static void tell_expiry(const struct credentials *credentials, PTimeStamp ret)
{
	OM_uint32 minor, seconds = GSS_C_INDEFINITE;

	if (!ret)
		return;
	if (credentials->initiator)
		(void)sspi_library()->gss_inquire_cred(
			&minor, credentials->initiator, NULL, &seconds, NULL,
			NULL);
	*ret = sspi_time(sspi_time_after(seconds));
}

/* Only one's own logon session's */
static SECURITY_STATUS check_session(const void *session)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	LUID luid;

	if (!session)
		return SEC_E_OK;
	memcpy(&luid, session, sizeof(luid));
	if (guise_effective_token(&token) < 0 ||
	    guise_token_authentication_id(token) != session_of_luid(&luid))
		return SEC_E_NOT_OWNER;
	return SEC_E_OK;
}

/**
 * struct acquire_call - the arguments; texts are WCHAR if @wide, else UTF-8
 */
struct acquire_call {
	const void *principal, *package;
	bool wide;
	ULONG use;
	const void *session, *data;
	PCredHandle ret;
	PTimeStamp expiry;
};

static SECURITY_STATUS read_call(const struct acquire_call *call,
				 char **principal, struct acquisition *ret)
{
	GUISE_AUTO(text_freep) char *name = NULL;
	const struct sspi_package *package;
	NTSTATUS status = text_of_caller(call->package, call->wide, &name);

	if (status >= 0)
		status = text_of_caller(call->principal, call->wide, principal);
	if (status < 0)
		return sspi_status_of_nt(status);
	package = sspi_package_by_name(name);
	if (!package)
		return SEC_E_SECPKG_NOT_FOUND;
	if (!(call->use & SECPKG_CRED_BOTH))
		return SEC_E_UNKNOWN_CREDENTIALS;
	ret->use = call->use;
	ret->principal = *principal;
	ret->into = credentials_new(package);
	if (!ret->into)
		return SEC_E_INSUFFICIENT_MEMORY;
	return call->data ? sspi_identity_read(call->data, &ret->identity)
			  : SEC_E_OK;
}

static SECURITY_STATUS acquire(const struct acquire_call *call)
{
	GUISE_AUTO(text_freep) char *principal = NULL;
	GUISE_AUTO(sspi_credentials_unrefp) struct credentials *into = NULL;
	struct acquisition a = {0};
	SECURITY_STATUS status = read_call(call, &principal, &a);

	into = a.into;
	if (status == SEC_E_OK)
		status = call->ret ? check_session(call->session)
				   : SEC_E_INVALID_HANDLE;
	if (status == SEC_E_OK)
		status = fill(&a);
	sspi_identity_clear(&a.identity);
	if (status != SEC_E_OK)
		return status;
	tell_expiry(into, call->expiry);
	return sspi_handle_new(&guise_take(into)->base, call->ret);
}

SECURITY_STATUS
AcquireCredentialsHandleA(SEC_CHAR *principal, SEC_CHAR *package, ULONG use,
			  void *session, void *data, SEC_GET_KEY_FN get_key,
			  void *argument, PCredHandle ret, PTimeStamp expiry)
{
	const struct acquire_call call = {principal, package, false, use,
					  session,   data,    ret,   expiry};

	(void)get_key; /* reserved, as on Windows */
	(void)argument;
	return acquire(&call);
}

SECURITY_STATUS
AcquireCredentialsHandleW(SEC_WCHAR *principal, SEC_WCHAR *package, ULONG use,
			  void *session, void *data, SEC_GET_KEY_FN get_key,
			  void *argument, PCredHandle ret, PTimeStamp expiry)
{
	const struct acquire_call call = {principal, package, true, use,
					  session,   data,    ret,  expiry};

	(void)get_key;
	(void)argument;
	return acquire(&call);
}

static SECURITY_STATUS query_name(PCredHandle handle, ULONG attribute,
				  bool wide, void **ret)
{
	GUISE_AUTO(sspi_credentials_unrefp)
	struct credentials *credentials = NULL;
	GUISE_AUTO(sspi_name_clear) gss_name_t name = GSS_C_NO_NAME;
	SECURITY_STATUS status = credentials_of_handle(handle, &credentials);
	gss_cred_id_t credential;
	OM_uint32 minor;

	if (status != SEC_E_OK)
		return status;
	if (attribute != SECPKG_CRED_ATTR_NAMES)
		return SEC_E_UNSUPPORTED_FUNCTION;
	credential = credentials->initiator ? credentials->initiator
					    : credentials->acceptor;
	if (!credential ||
	    GSS_ERROR(sspi_library()->gss_inquire_cred(
		    &minor, credential, &name, NULL, NULL, NULL)) ||
	    !name)
		return SEC_E_NO_CREDENTIALS;
	return sspi_name_display(name, wide, ret);
}

SECURITY_STATUS QueryCredentialsAttributesA(PCredHandle credentials,
					    ULONG attribute, void *buffer)
{
	return query_name(credentials, attribute, false, buffer);
}

SECURITY_STATUS QueryCredentialsAttributesW(PCredHandle credentials,
					    ULONG attribute, void *buffer)
{
	return query_name(credentials, attribute, true, buffer);
}
