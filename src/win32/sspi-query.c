/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a context. */
#include <pthread.h>
#include <time.h>

#include <guise/thread-token.h>

#include "account.h"
#include "memory.h"
#include "sspi-buffers.h"
#include "sspi-name.h"
#include "sspi-object.h"
#include "token.h"

/* A byte at a time: Kerberos' ciphers steal text, nothing is padded. */
#define BLOCK_SIZE 1

/**
 * struct question - one attribute of one context
 * @context: locked
 * @buffer: the caller's, of the attribute's structure
 */
struct question {
	struct context *context;
	bool wide;
	void *buffer;
};

static void put(const struct question *q, const void *value, size_t size)
{
	memcpy(q->buffer, value, size);
}

/* One text, or several beside each other */
static SECURITY_STATUS put_text(const struct question *q, size_t at,
				const char *text)
{
	void *memory = NULL;
	SECURITY_STATUS status = sspi_text(text, q->wide, &memory);

	if (status == SEC_E_OK)
		memcpy((uint8_t *)q->buffer + at, &memory, sizeof(memory));
	return status;
}

/* What a signature takes, and what comes with an encrypted message */
static SECURITY_STATUS measure(const struct context *context,
			       SecPkgContext_Sizes *ret)
{
	const struct sspi_library *gss = sspi_library();
	gss_iov_buffer_desc signature[] = {
		{.type = GSS_IOV_BUFFER_TYPE_DATA},
		{.type = GSS_IOV_BUFFER_TYPE_MIC_TOKEN},
	};
	gss_iov_buffer_desc trailer[] = {
		{.type = GSS_IOV_BUFFER_TYPE_HEADER},
		{.type = GSS_IOV_BUFFER_TYPE_DATA},
	};
	OM_uint32 major, minor;

	major = gss->gss_get_mic_iov_length(&minor, context->gss,
					    GSS_C_QOP_DEFAULT, signature, 2);
	if (!GSS_ERROR(major))
		major = gss->gss_wrap_iov_length(&minor, context->gss, 1,
						 GSS_C_QOP_DEFAULT, NULL,
						 trailer, 2);
	if (GSS_ERROR(major))
		return sspi_status(major, minor);
	*ret = (SecPkgContext_Sizes){
		.cbMaxToken = context->package->token_max,
		.cbMaxSignature = (ULONG)signature[1].buffer.length,
		.cbBlockSize = BLOCK_SIZE,
		.cbSecurityTrailer = (ULONG)trailer[0].buffer.length,
	};
	return SEC_E_OK;
}

static SECURITY_STATUS query_sizes(const struct question *q)
{
	SecPkgContext_Sizes sizes;
	SECURITY_STATUS status = measure(q->context, &sizes);

	if (status == SEC_E_OK)
		put(q, &sizes, sizeof(sizes));
	return status;
}

/* Names at both ends, as principals; each for free() */
static SECURITY_STATUS find_names(const struct context *context, char **client,
				  char **server)
{
	GUISE_AUTO(sspi_name_clear) gss_name_t source = GSS_C_NO_NAME;
	GUISE_AUTO(sspi_name_clear) gss_name_t target = GSS_C_NO_NAME;
	OM_uint32 major, minor;

	major = sspi_library()->gss_inquire_context(&minor, context->gss,
						    &source, &target, NULL,
						    NULL, NULL, NULL, NULL);
	if (GSS_ERROR(major))
		return sspi_status(major, minor);
	*client = source ? sspi_name_text(source) : NULL;
	*server = target ? sspi_name_text(target) : NULL;
	return *client && *server ? SEC_E_OK : SEC_E_INTERNAL_ERROR;
}

/* DOMAIN\user as the logon session has it, or for a client who it is */
static SECURITY_STATUS query_names(const struct question *q)
{
	struct guise_session session = {.size = sizeof(session)};
	GUISE_AUTO(text_freep) char *client = NULL;
	GUISE_AUTO(text_freep) char *server = NULL;
	char text[sizeof(session.name) + sizeof(session.authority) + 1];
	SECURITY_STATUS status;

	if (q->context->is_acceptor &&
	    guise_session_find(q->context->client.session, &session) == 0) {
		(void)snprintf(text, sizeof(text), "%s\\%s", session.authority,
			       session.name);
		return put_text(q, 0, text);
	}
	status = find_names(q->context, &client, &server);
	return status == SEC_E_OK ? put_text(q, 0, client) : status;
}

static_assert(offsetof(SecPkgContext_NativeNamesA, sServerName) ==
		      offsetof(SecPkgContext_NativeNamesW, sServerName),
	      "one offset for both forms");

static SECURITY_STATUS query_native_names(const struct question *q)
{
	GUISE_AUTO(text_freep) char *client = NULL;
	GUISE_AUTO(text_freep) char *server = NULL;
	SecPkgContext_NativeNamesW names = {0};
	const struct question into = {q->context, q->wide, &names};
	SECURITY_STATUS status = find_names(q->context, &client, &server);

	if (status == SEC_E_OK)
		status = put_text(&into, 0, client);
	if (status == SEC_E_OK)
		status = put_text(
			&into,
			offsetof(SecPkgContext_NativeNamesW, sServerName),
			server);
	if (status == SEC_E_OK)
		put(q, &names, sizeof(names));
	else
		memory_free(names.sClientName);
	return status;
}

/* The realm that vouches for the other end, or for oneself */
static SECURITY_STATUS query_authority(const struct question *q)
{
	GUISE_AUTO(text_freep) char *client = NULL;
	GUISE_AUTO(text_freep) char *server = NULL;
	SECURITY_STATUS status = find_names(q->context, &client, &server);
	const char *at;

	if (status != SEC_E_OK)
		return status;
	at = strrchr(client, '@');
	return at ? put_text(q, 0, at + 1) : SEC_E_INTERNAL_ERROR;
}

/* The service that the client has asked for: always wide */
static SECURITY_STATUS query_target(const struct question *q)
{
	GUISE_AUTO(text_freep) char *client = NULL;
	GUISE_AUTO(text_freep) char *server = NULL;
	const struct question wide = {q->context, true, q->buffer};
	SECURITY_STATUS status = find_names(q->context, &client, &server);

	return status == SEC_E_OK ? put_text(&wide, 0, server) : status;
}

static SECURITY_STATUS query_lifespan(const struct question *q)
{
	const SecPkgContext_Lifespan lifespan = {
		.tsStart.QuadPart = 0,
		.tsExpiry = sspi_time(q->context->expires),
	};

	put(q, &lifespan, sizeof(lifespan));
	return SEC_E_OK;
}

/* What the library says of the key: its bytes, and the number of its kind at
 * the end of an object identifier */
static SECURITY_STATUS find_key(const struct context *context,
				gss_buffer_set_t *ret, ULONG *ret_kind)
{
	const struct sspi_library *gss = sspi_library();
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 major, minor;

	major = gss->gss_inquire_sec_context_by_oid(
		&minor, context->gss, sspi_oid(&sspi_oid_session_key), &set);
	if (GSS_ERROR(major))
		return sspi_status(major, minor);
	if (set->count < 2 || set->elements[1].length == 0) {
		(void)gss->gss_release_buffer_set(&minor, &set);
		return SEC_E_INTERNAL_ERROR;
	}
	*ret_kind = ((uint8_t *)set->elements[1]
			     .value)[set->elements[1].length - 1];
	*ret = set;
	return SEC_E_OK;
}

static void release_set(gss_buffer_set_t *set)
{
	OM_uint32 minor;

	if (*set)
		(void)sspi_library()->gss_release_buffer_set(&minor, set);
}

static SECURITY_STATUS query_session_key(const struct question *q)
{
	GUISE_AUTO(release_set) gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	SecPkgContext_SessionKey key;
	ULONG kind;
	SECURITY_STATUS status = find_key(q->context, &set, &kind);

	if (status != SEC_E_OK)
		return status;
	key.SessionKeyLength = (ULONG)set->elements[0].length;
	key.SessionKey = memory_new(set->elements[0].length);
	if (!key.SessionKey)
		return SEC_E_INSUFFICIENT_MEMORY;
	memcpy(key.SessionKey, set->elements[0].value, set->elements[0].length);
	put(q, &key, sizeof(key));
	return SEC_E_OK;
}

/* Kinds of keys (RFC 3961, 3962, 4757, 8009) with their checksums */
static const struct {
	ULONG kind, checksum, bits;
	const char *cipher, *signature;
} kinds[] = {
	{17, 15, 128, "AES128-CTS-HMAC-SHA1-96", "HMAC-SHA1-96"},
	{18, 16, 256, "AES256-CTS-HMAC-SHA1-96", "HMAC-SHA1-96"},
	{19, 19, 128, "AES128-CTS-HMAC-SHA256-128", "HMAC-SHA256-128"},
	{20, 20, 256, "AES256-CTS-HMAC-SHA384-192", "HMAC-SHA384-192"},
	{23, (ULONG)-138, 128, "RC4-HMAC", "HMAC-MD5"},
};

static SECURITY_STATUS query_key_info(const struct question *q)
{
	GUISE_AUTO(release_set) gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	SecPkgContext_KeyInfoW info = {0};
	const struct question into = {q->context, q->wide, &info};
	SECURITY_STATUS status;
	size_t i = 0;
	ULONG kind;

	status = find_key(q->context, &set, &kind);
	if (status != SEC_E_OK)
		return status;
	while (i < ARRAY_SIZE(kinds) && kinds[i].kind != kind)
		i++;
	if (i == ARRAY_SIZE(kinds))
		return SEC_E_UNSUPPORTED_FUNCTION;
	info.KeySize = kinds[i].bits;
	info.SignatureAlgorithm = kinds[i].checksum;
	info.EncryptAlgorithm = kind;
	status = put_text(&into, 0, kinds[i].signature);
	if (status == SEC_E_OK)
		status = put_text(
			&into,
			offsetof(SecPkgContext_KeyInfoW, sEncryptAlgorithmName),
			kinds[i].cipher);
	if (status == SEC_E_OK)
		put(q, &info, sizeof(info));
	else
		memory_free(info.sSignatureAlgorithmName);
	return status;
}

static SECURITY_STATUS query_package(const struct question *q)
{
	void *package = NULL;
	SECURITY_STATUS status =
		sspi_package_describe(q->context->package, q->wide, &package);

	if (status == SEC_E_OK)
		put(q, &package, sizeof(package));
	return status;
}

static SECURITY_STATUS query_negotiation(const struct question *q)
{
	SecPkgContext_NegotiationInfoW info = {
		.NegotiationState = q->context->is_established
					    ? SECPKG_NEGOTIATION_COMPLETE
					    : SECPKG_NEGOTIATION_IN_PROGRESS,
	};
	void *package = NULL;
	SECURITY_STATUS status = sspi_package_describe(sspi_package_kerberos(),
						       q->wide, &package);

	if (status != SEC_E_OK)
		return status;
	info.PackageInfo = package;
	put(q, &info, sizeof(info));
	return SEC_E_OK;
}

static SECURITY_STATUS query_flags(const struct question *q)
{
	const SecPkgContext_Flags flags = {q->context->attributes};

	put(q, &flags, sizeof(flags));
	return SEC_E_OK;
}

/* The context's own handle, which the caller does not close */
static SECURITY_STATUS query_token(const struct question *q)
{
	struct context *context = q->context;
	SecPkgContext_AccessToken token;
	NTSTATUS status = STATUS_SUCCESS;

	if (!context->cell)
		return SEC_E_NO_IMPERSONATION;
	if (!context->token)
		status = token_handle_new(guise_token_object_ref(context->cell),
					  TOKEN_ALL_ACCESS, 0, &context->token);
	if (status < 0)
		return sspi_status_of_nt(status);
	token.AccessToken = context->token;
	put(q, &token, sizeof(token));
	return SEC_E_OK;
}

/* @early: can be asked before all is said */
static const struct {
	ULONG attribute;
	bool early;
	SECURITY_STATUS (*answer)(const struct question *q);
} answers[] = {
	{SECPKG_ATTR_SIZES, false, query_sizes},
	{SECPKG_ATTR_NAMES, false, query_names},
	{SECPKG_ATTR_LIFESPAN, false, query_lifespan},
	{SECPKG_ATTR_KEY_INFO, false, query_key_info},
	{SECPKG_ATTR_AUTHORITY, false, query_authority},
	{SECPKG_ATTR_SESSION_KEY, false, query_session_key},
	{SECPKG_ATTR_PACKAGE_INFO, true, query_package},
	{SECPKG_ATTR_NEGOTIATION_INFO, true, query_negotiation},
	{SECPKG_ATTR_NATIVE_NAMES, false, query_native_names},
	{SECPKG_ATTR_FLAGS, true, query_flags},
	{SECPKG_ATTR_ACCESS_TOKEN, false, query_token},
	{SECPKG_ATTR_CLIENT_SPECIFIED_TARGET, false, query_target},
};

static SECURITY_STATUS ask(const struct question *q, ULONG attribute)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(answers) && answers[i].attribute != attribute)
		i++;
	if (i == ARRAY_SIZE(answers))
		return SEC_E_UNSUPPORTED_FUNCTION;
	if (!q->context->gss ||
	    (!answers[i].early && !q->context->is_established))
		return SEC_E_INVALID_HANDLE;
	return answers[i].answer(q);
}

static SECURITY_STATUS query(PCtxtHandle handle, ULONG attribute, bool wide,
			     void *buffer)
{
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	SECURITY_STATUS status = context_of_handle(handle, &context);

	if (status != SEC_E_OK)
		return status;
	if (!buffer)
		return SEC_E_INVALID_PARAMETER;
	must(pthread_mutex_lock(&context->lock) == 0);
	status = ask(&(struct question){context, wide, buffer}, attribute);
	must(pthread_mutex_unlock(&context->lock) == 0);
	return status;
}

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute,
					void *buffer)
{
	return query(context, attribute, false, buffer);
}

SECURITY_STATUS QueryContextAttributesW(PCtxtHandle context, ULONG attribute,
					void *buffer)
{
	return query(context, attribute, true, buffer);
}

/* Neither package has a use for them. */
SECURITY_STATUS CompleteAuthToken(PCtxtHandle handle, PSecBufferDesc token)
{
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	SECURITY_STATUS status = context_of_handle(handle, &context);

	(void)token;
	return status == SEC_E_OK ? SEC_E_UNSUPPORTED_FUNCTION : status;
}

SECURITY_STATUS ApplyControlToken(PCtxtHandle handle, PSecBufferDesc input)
{
	return CompleteAuthToken(handle, input);
}
