/* SPDX-License-Identifier: Apache-2.0 */
/* LogonUser and its relatives. */
#include "account.h"
#include "logon.h"
#include "memory.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

/**
 * struct logon_call - the arguments of the longest of them
 * @wide: texts are WCHAR
 */
struct logon_call {
	bool wide;
	const void *user, *domain, *password;
	DWORD type, provider;
	PTOKEN_GROUPS groups;
	PHANDLE token;
	PSID *sid;
	PVOID *profile;
	LPDWORD profile_size;
	PQUOTA_LIMITS quotas;
};

/* What is read of it; owned */
struct logon_texts {
	char *user, *domain;
	struct secret password;
	struct guise_sid_and_attributes *groups;
	size_t n_groups;
};

static void logon_texts_clear(struct logon_texts *texts)
{
	free(texts->user);
	free(texts->domain);
	secret_clear(&texts->password);
	free(texts->groups);
}

static bool is_logon_type(DWORD type)
{
	switch (type) {
	case LOGON32_LOGON_INTERACTIVE:
	case LOGON32_LOGON_NETWORK:
	case LOGON32_LOGON_BATCH:
	case LOGON32_LOGON_SERVICE:
	case LOGON32_LOGON_UNLOCK:
	case LOGON32_LOGON_NETWORK_CLEARTEXT:
	case LOGON32_LOGON_NEW_CREDENTIALS:
		return true;
	}
	return false;
}

static NTSTATUS check_call(const struct logon_call *call)
{
	const bool new_credentials =
		call->type == LOGON32_LOGON_NEW_CREDENTIALS;

	if (!call->token || !call->user ||
	    !call->profile != !call->profile_size)
		return STATUS_INVALID_PARAMETER;
	if (!user_writable(call->token, sizeof(*call->token)))
		return STATUS_ACCESS_VIOLATION;
	if (call->provider > LOGON32_PROVIDER_VIRTUAL ||
	    (new_credentials && call->provider != LOGON32_PROVIDER_DEFAULT &&
	     call->provider != LOGON32_PROVIDER_WINNT50))
		return STATUS_INVALID_PARAMETER;
	if (!is_logon_type(call->type))
		return STATUS_INVALID_LOGON_TYPE;
	return call->groups ? logon_check_tcb() : STATUS_SUCCESS;
}

/* No password is an empty one: it is asked for all the same. */
static NTSTATUS read_password(const struct logon_call *call, struct secret *ret)
{
	const WCHAR *wide = call->password;
	const char *narrow = call->password;

	if (!call->password)
		return secret_of_utf8("", 0, ret);
	return call->wide ? secret_of_utf16(wide, text_length(wide), ret)
			  : secret_of_utf8(narrow, strlen(narrow), ret);
}

static NTSTATUS read_call(const struct logon_call *call,
			  struct logon_texts *texts)
{
	NTSTATUS status = text_of_caller(call->user, call->wide, &texts->user);

	if (status >= 0)
		status = text_of_caller(call->domain, call->wide,
					&texts->domain);
	if (status >= 0)
		status = read_password(call, &texts->password);
	if (status >= 0 && call->groups)
		status = logon_read_groups(call->groups, &texts->groups,
					   &texts->n_groups);
	return status;
}

/* Everything or nothing: the handle comes last. */
static NTSTATUS give(const struct logon_call *call,
		     const struct logged_on *logged_on)
{
	PVOID profile = NULL;
	PSID sid = NULL;
	ULONG size = 0;
	NTSTATUS status = STATUS_SUCCESS;

	if (call->sid)
		status =
			sid_new(&guise_token_user(logged_on->token)->sid, &sid);
	if (status >= 0 && call->profile)
		status = logon_profile(logged_on->session, &profile, &size);
	if (status >= 0)
		status = logged_on_handle(logged_on, call->token);
	if (status < 0) {
		memory_free(sid);
		memory_free(profile);
		return status;
	}
	if (call->sid)
		*call->sid = sid;
	if (call->profile) {
		*call->profile = profile;
		*call->profile_size = size;
	}
	if (call->quotas)
		logon_quotas(call->quotas);
	return STATUS_SUCCESS;
}

static BOOL logon_user(const struct logon_call *call)
{
	GUISE_AUTO(logged_on_clear) struct logged_on logged_on = {0};
	GUISE_AUTO(logon_texts_clear) struct logon_texts texts = {0};
	NTSTATUS status = check_call(call);

	if (status >= 0)
		status = read_call(call, &texts);
	if (status >= 0) {
		const struct logon logon = {
			.user = texts.user,
			.domain = texts.domain,
			.password = texts.password.text,
			.password_size = texts.password.size,
			.type = (enum guise_logon_type)call->type,
			.groups = texts.groups,
			.n_groups = texts.n_groups,
		};

		status = log_on(&logon, &logged_on);
	}
	if (status >= 0)
		status = give(call, &logged_on);
	return win32_result(status);
}

BOOL LogonUserExExW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
		    DWORD provider, PTOKEN_GROUPS groups, PHANDLE token,
		    PSID *sid, PVOID *profile, LPDWORD profile_size,
		    PQUOTA_LIMITS quotas)
{
	const struct logon_call call = {
		true,	user,  domain, password, type,	       provider,
		groups, token, sid,    profile,	 profile_size, quotas,
	};

	return logon_user(&call);
}

BOOL LogonUserExW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
		  DWORD provider, PHANDLE token, PSID *sid, PVOID *profile,
		  LPDWORD profile_size, PQUOTA_LIMITS quotas)
{
	return LogonUserExExW(user, domain, password, type, provider, NULL,
			      token, sid, profile, profile_size, quotas);
}

BOOL LogonUserExA(LPCSTR user, LPCSTR domain, LPCSTR password, DWORD type,
		  DWORD provider, PHANDLE token, PSID *sid, PVOID *profile,
		  LPDWORD profile_size, PQUOTA_LIMITS quotas)
{
	const struct logon_call call = {
		false, user,  domain, password, type,	      provider,
		NULL,  token, sid,    profile,	profile_size, quotas,
	};

	return logon_user(&call);
}

BOOL LogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
		DWORD provider, PHANDLE token)
{
	return LogonUserExW(user, domain, password, type, provider, token, NULL,
			    NULL, NULL, NULL);
}

BOOL LogonUserA(LPCSTR user, LPCSTR domain, LPCSTR password, DWORD type,
		DWORD provider, PHANDLE token)
{
	return LogonUserExA(user, domain, password, type, provider, token, NULL,
			    NULL, NULL, NULL);
}
