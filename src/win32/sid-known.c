/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs that are made of something: a number, a domain, the name of a service,
 * a capability or a package. And ids that are unique on this machine.
 */
#include <guise/logon.h>

#include "sd-read.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

#include <userenv.h>
#include <winternl-security.h>

/* A SID of the caller's, or none if it points to nothing. */
static NTSTATUS read_optional(PSID sid, struct guise_sid *value,
			      const struct guise_sid **ret)
{
	NTSTATUS status = sid ? sid_from_memory(sid, value) : STATUS_SUCCESS;

	if (!status)
		*ret = sid ? value : NULL;
	return status;
}

/* What answers with a SID in a buffer whose size is asked and told. No buffer
 * of a size that would do is a mistake. */
static NTSTATUS give(int made, const struct guise_sid *sid, PSID ret,
		     DWORD *size)
{
	DWORD needed;
	NTSTATUS status = status_of(made);

	if (status)
		return status;
	if (ret) {
		status = sid_give(sid, *size, ret, &needed);
	} else {
		needed = (DWORD)guise_sid_size(sid);
		status = *size < needed ? STATUS_BUFFER_TOO_SMALL
					: STATUS_INVALID_PARAMETER;
	}
	*size = needed;
	return status;
}

BOOL CreateWellKnownSid(WELL_KNOWN_SID_TYPE type, PSID domain, PSID ret,
			DWORD *size)
{
	const struct guise_sid *given;
	struct guise_sid value, made;
	NTSTATUS status = size ? read_optional(domain, &value, &given)
			       : STATUS_INVALID_PARAMETER;

	if (!status)
		status = give(guise_sid_well_known(type, given, &made), &made,
			      ret, size);
	return win32_result(status);
}

BOOL IsWellKnownSid(PSID sid, WELL_KNOWN_SID_TYPE type)
{
	struct guise_sid value;

	return !sid_from_memory(sid, &value) &&
	       guise_sid_is_well_known(&value, type);
}

BOOL GetWindowsAccountDomainSid(PSID sid, PSID ret, DWORD *size)
{
	struct guise_sid value, made;
	NTSTATUS status = sid_from_memory(sid, &value);

	if (status)
		return win32_result(STATUS_INVALID_SID);
	if (!size)
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(give(guise_sid_account_domain(&value, &made), &made,
				 ret, size));
}

NTSTATUS NtAllocateLocallyUniqueId(PLUID ret)
{
	guise_luid id = guise_luid_new();

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	ret->LowPart = (DWORD)id;
	ret->HighPart = (LONG)(id >> 32);
	return STATUS_SUCCESS;
}

BOOL AllocateLocallyUniqueId(PLUID ret)
{
	return win32_result(NtAllocateLocallyUniqueId(ret));
}

VOID RtlCopyLuid(PLUID ret, const LUID *luid)
{
	*ret = *luid;
}

/* What makes a SID of a name. */
typedef int derive(const char *name, size_t size, struct guise_sid *ret);

static NTSTATUS derived(derive *make, const UNICODE_STRING *name,
			struct guise_sid *ret)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = unicode_string_dup(name, &text);

	return status ? status : status_of(make(text, strlen(text), ret));
}

NTSTATUS RtlCreateServiceSid(PUNICODE_STRING name, PSID ret, PULONG size)
{
	struct guise_sid made;
	NTSTATUS status;

	if (!name || !size)
		return STATUS_INVALID_PARAMETER;
	status = derived(guise_sid_of_service, name, &made);
	return status ? status : sid_give(&made, ret ? *size : 0, ret, size);
}

NTSTATUS RtlDeriveCapabilitySidsFromName(PUNICODE_STRING name, PSID ret_group,
					 PSID ret_capability)
{
	struct guise_sid group, capability;
	NTSTATUS status;

	if (!name)
		return STATUS_INVALID_PARAMETER;
	status = derived(guise_sid_of_capability_group, name, &group);
	if (!status)
		status = derived(guise_sid_of_capability, name, &capability);
	if (status)
		return status;
	sid_to_memory(&group, ret_group);
	sid_to_memory(&capability, ret_capability);
	return STATUS_SUCCESS;
}

/* A list of one SID, both for LocalFree. */
static NTSTATUS sid_list(const struct guise_sid *sid, PSID **ret)
{
	PSID *list = LocalAlloc(LMEM_FIXED, sizeof(*list));
	NTSTATUS status = list ? sid_new(sid, list) : STATUS_NO_MEMORY;

	if (status) {
		(void)LocalFree(list);
		return status;
	}
	*ret = list;
	return STATUS_SUCCESS;
}

static NTSTATUS capability_lists(const WCHAR *name, PSID **ret_groups,
				 PSID **ret_capabilities)
{
	GUISE_AUTO(freep) char *text = NULL;
	struct guise_sid group, capability;
	PSID *groups = NULL;
	NTSTATUS status = utf8_dup(name, &text);

	if (!status)
		status = status_of(guise_sid_of_capability_group(
			text, strlen(text), &group));
	if (!status)
		status = status_of(guise_sid_of_capability(text, strlen(text),
							   &capability));
	if (!status)
		status = sid_list(&group, &groups);
	if (status)
		return status;
	status = sid_list(&capability, ret_capabilities);
	if (status) {
		(void)LocalFree(groups[0]);
		(void)LocalFree(groups);
		return status;
	}
	*ret_groups = groups;
	return STATUS_SUCCESS;
}

BOOL DeriveCapabilitySidsFromName(LPCWSTR name, PSID **ret_groups,
				  DWORD *ret_n_groups, PSID **ret_capabilities,
				  DWORD *ret_n_capabilities)
{
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (name && ret_groups && ret_n_groups && ret_capabilities &&
	    ret_n_capabilities)
		status = capability_lists(name, ret_groups, ret_capabilities);
	if (status)
		return win32_result(status);
	*ret_n_groups = 1;
	*ret_n_capabilities = 1;
	return TRUE;
}

HRESULT DeriveAppContainerSidFromAppContainerName(PCWSTR name, PSID *ret)
{
	GUISE_AUTO(freep) char *text = NULL;
	struct guise_sid made;
	NTSTATUS status;

	if (!name || !ret)
		return E_INVALIDARG;
	status = utf8_dup(name, &text);
	if (!status)
		status = status_of(
			guise_sid_of_package(text, strlen(text), &made));
	if (!status)
		status = sid_new(&made, ret);
	return status ? HRESULT_FROM_WIN32(win32_error(status)) : S_OK;
}
