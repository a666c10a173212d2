/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LookupAccountSid and LookupAccountName. Lengths are as Windows has them: with
 * the NUL where something does not fit, and then for all of the results;
 * without it where they all do.
 */
#include <strings.h>

#include "account.h"
#include "out-text.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"

/* RPC_S_SERVER_UNAVAILABLE */
#define OTHER_MACHINE 1722

/* This machine is asked, and no other can be. */
static NTSTATUS check_system(const void *system, bool wide)
{
	GUISE_AUTO(text_freep) char *name = NULL;
	NTSTATUS status = text_of_caller(system, wide, &name);

	if (status < 0)
		return status;
	return is_this_machine(name) ? STATUS_SUCCESS
				     : status_of_win32(OTHER_MACHINE);
}

/**
 * struct account_sid_call - LookupAccountSid's arguments
 */
struct account_sid_call {
	const void *system;
	PSID sid;
	struct out_text name, domain;
	LPDWORD name_size, domain_size;
	PSID_NAME_USE use;
};

static NTSTATUS give_names(struct account_sid_call *call,
			   const struct guise_principal *found)
{
	DWORD name, domain;
	NTSTATUS status = out_text_set(&call->name, found->name);

	if (status >= 0)
		status = out_text_set(&call->domain, found->domain);
	if (status < 0)
		return status;
	name = out_text_length(&call->name);
	domain = out_text_length(&call->domain);
	if (name >= *call->name_size || domain >= *call->domain_size) {
		*call->name_size = name + 1;
		*call->domain_size = domain + 1;
		return STATUS_BUFFER_TOO_SMALL;
	}
	out_text_write(&call->name);
	out_text_write(&call->domain);
	*call->name_size = name;
	*call->domain_size = domain;
	*call->use = (SID_NAME_USE)found->use;
	return STATUS_SUCCESS;
}

static NTSTATUS lookup_sid(struct account_sid_call *call)
{
	struct guise_principal found;
	struct guise_sid sid;
	NTSTATUS status;

	if (!call->sid || !call->name_size || !call->domain_size || !call->use)
		return STATUS_INVALID_PARAMETER;
	status = check_system(call->system, call->name.wide);
	if (status >= 0)
		status = sid_from_memory(call->sid, &sid);
	if (status >= 0)
		status = status_of(account_by_sid(&sid, &found));
	return status < 0 ? status : give_names(call, &found);
}

static BOOL account_sid(struct account_sid_call *call)
{
	NTSTATUS status = lookup_sid(call);

	out_text_clear(&call->name);
	out_text_clear(&call->domain);
	return win32_result(status);
}

BOOL LookupAccountSidW(LPCWSTR system, PSID sid, LPWSTR name, LPDWORD name_size,
		       LPWSTR domain, LPDWORD domain_size, PSID_NAME_USE use)
{
	struct account_sid_call call = {
		.system = system,
		.sid = sid,
		.name = {.buffer = name, .wide = true},
		.domain = {.buffer = domain, .wide = true},
		.name_size = name_size,
		.domain_size = domain_size,
		.use = use,
	};

	return account_sid(&call);
}

BOOL LookupAccountSidA(LPCSTR system, PSID sid, LPSTR name, LPDWORD name_size,
		       LPSTR domain, LPDWORD domain_size, PSID_NAME_USE use)
{
	struct account_sid_call call = {
		.system = system,
		.sid = sid,
		.name = {.buffer = name},
		.domain = {.buffer = domain},
		.name_size = name_size,
		.domain_size = domain_size,
		.use = use,
	};

	return account_sid(&call);
}

/**
 * struct account_name_call - LookupAccountName's arguments
 */
struct account_name_call {
	const void *system, *name;
	PSID sid;
	LPDWORD sid_size;
	struct out_text domain;
	LPDWORD domain_size;
	PSID_NAME_USE use;
};

static NTSTATUS give_sid(struct account_name_call *call,
			 const struct guise_principal *found)
{
	DWORD size = (DWORD)guise_sid_size(&found->sid), domain;
	NTSTATUS status = out_text_set(&call->domain, found->domain);

	if (status < 0)
		return status;
	domain = out_text_length(&call->domain);
	if (size > *call->sid_size || domain >= *call->domain_size) {
		*call->sid_size = size;
		*call->domain_size = domain + 1;
		return STATUS_BUFFER_TOO_SMALL;
	}
	if (!call->sid)
		return STATUS_INVALID_PARAMETER;
	sid_to_memory(&found->sid, call->sid);
	out_text_write(&call->domain);
	*call->domain_size = domain;
	*call->use = (SID_NAME_USE)found->use;
	return STATUS_SUCCESS;
}

/* The machine's domain is there even if it has no accounts. */
static int find_machine(struct guise_principal *ret)
{
	if (!machine_domain(&ret->sid))
		return GUISE_E_NONE_MAPPED;
	ret->domain_sid = ret->sid;
	ret->use = GUISE_SID_USE_DOMAIN;
	account_domain_name(ret->name);
	memcpy(ret->domain, ret->name, sizeof(ret->domain));
	return 0;
}

static int find_name(const char *name, struct guise_principal *ret)
{
	char machine[GUISE_USER_NAME_MAX + 1];
	int r = account_by_name(name, ret);

	if (r != GUISE_E_NONE_MAPPED)
		return r;
	account_domain_name(machine);
	return !*name || strcasecmp(name, machine) == 0 ? find_machine(ret) : r;
}

/* No name at all is the machine's domain. */
static NTSTATUS lookup_name(struct account_name_call *call)
{
	GUISE_AUTO(text_freep) char *name = NULL;
	struct guise_principal found = {.size = sizeof(found)};
	NTSTATUS status;

	if (!call->sid_size || !call->domain_size || !call->use)
		return STATUS_INVALID_PARAMETER;
	status = check_system(call->system, call->domain.wide);
	if (status >= 0)
		status = text_of_caller(call->name, call->domain.wide, &name);
	if (status < 0)
		return status;
	status = status_of(find_name(name ? name : "", &found));
	return status < 0 ? status : give_sid(call, &found);
}

static BOOL account_name(struct account_name_call *call)
{
	NTSTATUS status = lookup_name(call);

	out_text_clear(&call->domain);
	return win32_result(status);
}

BOOL LookupAccountNameW(LPCWSTR system, LPCWSTR name, PSID sid,
			LPDWORD sid_size, LPWSTR domain, LPDWORD domain_size,
			PSID_NAME_USE use)
{
	struct account_name_call call = {
		.system = system,
		.name = name,
		.sid = sid,
		.sid_size = sid_size,
		.domain = {.buffer = domain, .wide = true},
		.domain_size = domain_size,
		.use = use,
	};

	return account_name(&call);
}

BOOL LookupAccountNameA(LPCSTR system, LPCSTR name, PSID sid, LPDWORD sid_size,
			LPSTR domain, LPDWORD domain_size, PSID_NAME_USE use)
{
	struct account_name_call call = {
		.system = system,
		.name = name,
		.sid = sid,
		.sid_size = sid_size,
		.domain = {.buffer = domain},
		.domain_size = domain_size,
		.use = use,
	};

	return account_name(&call);
}
