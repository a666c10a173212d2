/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging on at the local security authority. All packages look at the same
 * accounts, and none does more than check a password, or for a service that
 * acts for a client (S4U) not even that: then the token says who the client is,
 * and no more unless the caller is part of the system. A client that is none of
 * this machine's is asked for at its Kerberos realm.
 */
#include <pthread.h>
#include <strings.h>

#include "logon.h"
#include "memory.h"
#include "object.h"
#include "s4u.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

#include <ntsecapi.h>

#define NAME_MAX_BYTES 127

/* The package that knows this machine's accounts only */
#define MSV1_0 0

/**
 * struct connection - a handle of LsaConnectUntrusted
 * @trusted: of LsaRegisterLogonProcess
 */
struct connection {
	struct object object;
	bool trusted;
};

static void connection_free(struct object *object)
{
	object_clear(object);
	free(object);
}

static const struct object_type connection_type = {
	.name = "LsaConnection",
	.free = connection_free,
};

static const struct {
	const char *name;
	ULONG number;
} packages[] = {
	{MSV1_0_PACKAGE_NAME, MSV1_0},
	{"NTLM", MSV1_0},
	{MICROSOFT_KERBEROS_NAME_A, 2},
	{"Negotiate", 9},
};

static NTSTATUS connect_trusted(bool trusted, PHANDLE ret)
{
	struct connection *connection;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	connection = array_alloc(1, sizeof(*connection));
	if (!connection)
		return STATUS_NO_MEMORY;
	object_init(&connection->object, &connection_type, NULL);
	connection->trusted = trusted;
	return handle_new(&connection->object, 0, 0, ret);
}

NTSTATUS LsaConnectUntrusted(PHANDLE lsa)
{
	return connect_trusted(false, lsa);
}

NTSTATUS LsaRegisterLogonProcess(PLSA_STRING name, PHANDLE lsa,
				 PLSA_OPERATIONAL_MODE mode)
{
	NTSTATUS status;

	if (!user_readable(name, sizeof(*name)) ||
	    !user_writable(mode, sizeof(*mode)))
		return STATUS_ACCESS_VIOLATION;
	if (name->Length > NAME_MAX_BYTES)
		return STATUS_NAME_TOO_LONG;
	if (logon_check_tcb() < 0)
		return STATUS_PORT_CONNECTION_REFUSED;
	status = connect_trusted(true, lsa);
	if (status >= 0)
		*mode = 0;
	return status;
}

static NTSTATUS connection_of(HANDLE lsa, struct object **ret)
{
	NTSTATUS status = handle_object(lsa, &connection_type, 0, ret, NULL);

	return status == STATUS_OBJECT_TYPE_MISMATCH ? STATUS_INVALID_HANDLE
						     : status;
}

NTSTATUS LsaDeregisterLogonProcess(HANDLE lsa)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status = connection_of(lsa, &object);

	return status < 0 ? status : handle_close(lsa);
}

NTSTATUS LsaLookupAuthenticationPackage(HANDLE lsa, PLSA_STRING name,
					PULONG package)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status = connection_of(lsa, &object);

	if (status < 0)
		return status;
	if (!user_readable(name, sizeof(*name)) ||
	    !user_readable(name->Buffer, name->Length) ||
	    !user_writable(package, sizeof(*package)))
		return STATUS_ACCESS_VIOLATION;
	if (name->Length > NAME_MAX_BYTES)
		return STATUS_NAME_TOO_LONG;
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		if (strlen(packages[i].name) == name->Length &&
		    strncasecmp(packages[i].name, name->Buffer, name->Length) ==
			    0) {
			*package = packages[i].number;
			return STATUS_SUCCESS;
		}
	}
	return STATUS_NO_SUCH_PACKAGE;
}

static bool is_package(ULONG number)
{
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		if (packages[i].number == number)
			return true;
	}
	return false;
}

/**
 * struct submitted - the texts of what a caller submits
 * @user, @domain: as UTF-8; owned
 * @secret: the password
 * @for_client: there is none, and none is needed
 * @only_known: the caller does not want to act as the client
 */
struct submitted {
	char *user, *domain;
	struct secret secret;
	bool for_client;
	bool only_known;
};

static void submitted_clear(struct submitted *submitted)
{
	free(submitted->user);
	free(submitted->domain);
	secret_clear(&submitted->secret);
}

/* The text of a string in the @size bytes at @base: where its pointer says, or
 * as far from the beginning as that. NULL: it is not in there. */
static const WCHAR *text_within(const UNICODE_STRING *string, const void *base,
				ULONG size)
{
	const uintptr_t from = (uintptr_t)base;
	uintptr_t at = (uintptr_t)string->Buffer;

	if (at >= from)
		at -= from;
	if (at > size || string->Length > size - at ||
	    string->Length % sizeof(WCHAR) || (from + at) % sizeof(WCHAR))
		return NULL;
	return (const WCHAR *)(from + at);
}

static NTSTATUS read_text(const UNICODE_STRING *string, const void *base,
			  ULONG size, char **ret)
{
	UNICODE_STRING absolute = *string;
	const WCHAR *text = text_within(string, base, size);

	if (!text && string->Length)
		return STATUS_INVALID_PARAMETER;
	absolute.Buffer = (PWSTR)(uintptr_t)text;
	return unicode_string_dup(&absolute, ret);
}

static NTSTATUS read_secret(const UNICODE_STRING *string, const void *base,
			    ULONG size, struct secret *ret)
{
	const WCHAR *text = text_within(string, base, size);

	if (!text && string->Length)
		return STATUS_INVALID_PARAMETER;
	return secret_of_utf16(text, string->Length / sizeof(WCHAR), ret);
}

/* The buffers of both packages are laid out alike. */
static NTSTATUS read_interactive(const void *buffer, ULONG size,
				 struct submitted *ret)
{
	MSV1_0_INTERACTIVE_LOGON in;
	NTSTATUS status;

	if (size < sizeof(in))
		return STATUS_INVALID_PARAMETER;
	memcpy(&in, buffer, sizeof(in));
	status = read_text(&in.UserName, buffer, size, &ret->user);
	if (status >= 0)
		status = read_text(&in.LogonDomainName, buffer, size,
				   &ret->domain);
	if (status >= 0)
		status = read_secret(&in.Password, buffer, size, &ret->secret);
	return status;
}

static NTSTATUS read_for_client(const void *buffer, ULONG size,
				struct submitted *ret)
{
	MSV1_0_S4U_LOGON in;
	NTSTATUS status;

	if (size < sizeof(in))
		return STATUS_INVALID_PARAMETER;
	memcpy(&in, buffer, sizeof(in));
	ret->for_client = true;
	ret->only_known = in.Flags & KERB_S4U_LOGON_FLAG_IDENTIFY;
	status = read_text(&in.UserPrincipalName, buffer, size, &ret->user);
	if (status >= 0)
		status = read_text(&in.DomainName, buffer, size, &ret->domain);
	return status;
}

static NTSTATUS read_submitted(const void *buffer, ULONG size,
			       struct submitted *ret)
{
	ULONG message;

	if (!user_readable(buffer, size))
		return STATUS_ACCESS_VIOLATION;
	if (size < sizeof(message))
		return STATUS_INVALID_PARAMETER;
	memcpy(&message, buffer, sizeof(message));
	switch (message) {
	case MsV1_0InteractiveLogon:
	case MsV1_0WorkstationUnlockLogon:
		return read_interactive(buffer, size, ret);
	case MsV1_0S4ULogon:
		return read_for_client(buffer, size, ret);
	}
	return STATUS_BAD_VALIDATION_CLASS;
}

/**
 * struct lsa_call - LsaLogonUser's arguments that say where results go
 */
struct lsa_call {
	PVOID *profile;
	PULONG profile_size;
	PLUID session;
	PHANDLE token;
	PQUOTA_LIMITS quotas;
	PNTSTATUS sub_status;
};

static bool are_writable(const struct lsa_call *call)
{
	return user_writable(call->profile, sizeof(*call->profile)) &&
	       user_writable(call->profile_size, sizeof(*call->profile_size)) &&
	       user_writable(call->session, sizeof(*call->session)) &&
	       user_writable(call->token, sizeof(*call->token)) &&
	       user_writable(call->quotas, sizeof(*call->quotas)) &&
	       user_writable(call->sub_status, sizeof(*call->sub_status));
}

/* Who a client is may be known without a password; acting as it may not. */
static int limit_level(struct logged_on *logged_on, bool trusted)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = trusted ? GUISE_LEVEL_IMPERSONATION
				 : GUISE_LEVEL_IDENTIFICATION,
		.token_id = guise_luid_new(),
	};
	const struct guise_token *token;
	int r = guise_token_duplicate(logged_on->token, &options, &token);

	if (r < 0)
		return r;
	(void)guise_token_unref(logged_on->token);
	logged_on->token = token;
	return 0;
}

static NTSTATUS give(const struct lsa_call *call,
		     const struct logged_on *logged_on)
{
	PVOID profile;
	ULONG size;
	NTSTATUS status = logon_profile(logged_on->session, &profile, &size);

	if (status < 0)
		return status;
	status = logged_on_handle(logged_on, call->token);
	if (status < 0) {
		memory_free(profile);
		return status;
	}
	*call->profile = profile;
	*call->profile_size = size;
	*call->session = luid_of_session(logged_on->session);
	logon_quotas(call->quotas);
	return STATUS_SUCCESS;
}

static bool is_type(SECURITY_LOGON_TYPE type)
{
	return type == Interactive || type == Network || type == Batch ||
	       type == Service || type == Unlock || type == NetworkCleartext;
}

/* A realm makes logons over the network, and the groups of its own token. */
static NTSTATUS log_on_at_realm(const struct submitted *submitted,
				const struct logon *logon, bool trusted,
				struct logged_on *ret)
{
	if (logon->type != GUISE_LOGON_NETWORK)
		return STATUS_INVALID_LOGON_TYPE;
	if (logon->groups)
		return STATUS_NOT_SUPPORTED;
	return s4u_log_on(submitted->user, submitted->domain, trusted, ret);
}

static NTSTATUS log_on_submitted(const struct submitted *submitted,
				 struct logon *logon, ULONG package,
				 bool trusted, struct logged_on *ret)
{
	NTSTATUS status;

	logon->user = submitted->user;
	logon->domain = *submitted->domain ? submitted->domain : NULL;
	if (!submitted->for_client) {
		logon->password = submitted->secret.text;
		logon->password_size = submitted->secret.size;
	}
	trusted = trusted && !submitted->only_known;
	status = log_on(logon, ret);
	if (status >= 0 && submitted->for_client)
		status = status_of(limit_level(ret, trusted));
	if (status == STATUS_NO_SUCH_USER && submitted->for_client &&
	    package != MSV1_0)
		status = log_on_at_realm(submitted, logon, trusted, ret);
	return status;
}

/* That an account is locked is a restriction, which the second status names. */
static NTSTATUS split_status(NTSTATUS status, PNTSTATUS sub_status)
{
	*sub_status = STATUS_SUCCESS;
	if (status != STATUS_ACCOUNT_DISABLED)
		return status;
	*sub_status = status;
	return STATUS_ACCOUNT_RESTRICTION;
}

static NTSTATUS logon_user(const struct connection *connection,
			   struct logon *logon, ULONG package,
			   const void *information, ULONG size,
			   const struct lsa_call *call)
{
	GUISE_AUTO(submitted_clear) struct submitted submitted = {0};
	GUISE_AUTO(logged_on_clear) struct logged_on logged_on = {0};
	const bool trusted = connection->trusted || logon_check_tcb() >= 0;
	NTSTATUS status = read_submitted(information, size, &submitted);

	if (status < 0)
		return status;
	if (logon->groups && !trusted)
		return STATUS_PRIVILEGE_NOT_HELD;
	status = log_on_submitted(&submitted, logon, package, trusted,
				  &logged_on);
	if (status >= 0)
		status = give(call, &logged_on);
	return split_status(status, call->sub_status);
}

NTSTATUS LsaLogonUser(HANDLE lsa, PLSA_STRING origin, SECURITY_LOGON_TYPE type,
		      ULONG package, PVOID information, ULONG size,
		      PTOKEN_GROUPS groups, PTOKEN_SOURCE source,
		      PVOID *profile, PULONG profile_size, PLUID session,
		      PHANDLE token, PQUOTA_LIMITS quotas, PNTSTATUS sub_status)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	const struct lsa_call call = {profile, profile_size, session,
				      token,   quotas,	     sub_status};
	struct logon logon = {.type = (enum guise_logon_type)type,
			      .source = source};
	struct guise_sid_and_attributes *list = NULL;
	NTSTATUS status = connection_of(lsa, &object);

	if (status < 0)
		return status;
	if (!are_writable(&call) || !user_readable(origin, sizeof(*origin)) ||
	    !user_readable(source, sizeof(*source)))
		return STATUS_ACCESS_VIOLATION;
	if (!is_type(type))
		return STATUS_INVALID_LOGON_TYPE;
	if (!is_package(package))
		return STATUS_NO_SUCH_PACKAGE;
	if (groups)
		status = logon_read_groups(groups, &list, &logon.n_groups);
	logon.groups = list;
	if (status >= 0)
		status = logon_user((struct connection *)object, &logon,
				    package, information, size, &call);
	free(list);
	return status;
}
