/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that may do less: CreateRestrictedToken, AppContainers. */
#include <guise/thread-token.h>

#include <winternl.h>

#include "sd-read.h"
#include "token-args.h"
#include "token.h"
#include "user-memory.h"

/**
 * struct restriction - what is to be taken away, read
 * @disable, @restrict_to: owned
 */
struct restriction {
	struct guise_sid *disable;
	struct guise_sid *restrict_to;
	struct guise_filter_options options;
};

static void restriction_clear(struct restriction *restriction)
{
	free(restriction->disable);
	free(restriction->restrict_to);
}

/* The SIDs of an array alone */
static NTSTATUS bare_sids(const struct guise_sid_and_attributes *from, size_t n,
			  struct guise_sid **ret)
{
	*ret = array_alloc(n, sizeof(**ret));
	if (!*ret)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = from[i].sid;
	return STATUS_SUCCESS;
}

static NTSTATUS read_disabled(const SID_AND_ATTRIBUTES *sids, size_t n,
			      struct restriction *ret)
{
	GUISE_AUTO(freep) struct guise_sid_and_attributes *read = NULL;
	NTSTATUS status = sids_read(sids, n, &read);

	if (status >= 0)
		status = bare_sids(read, n, &ret->disable);
	ret->options.disable = ret->disable;
	ret->options.n_disable = n;
	return status;
}

/* They get attributes of their own; a caller that states some is mistaken. */
static NTSTATUS read_restricting(const SID_AND_ATTRIBUTES *sids, size_t n,
				 struct restriction *ret)
{
	GUISE_AUTO(freep) struct guise_sid_and_attributes *read = NULL;
	NTSTATUS status = sids_read(sids, n, &read);

	if (status < 0)
		return status;
	for (size_t i = 0; i < n; i++) {
		if (read[i].attributes != 0)
			return STATUS_INVALID_PARAMETER;
	}
	status = bare_sids(read, n, &ret->restrict_to);
	ret->options.restrict_to = ret->restrict_to;
	ret->options.n_restrict_to = n;
	return status;
}

static NTSTATUS read_deleted(const LUID_AND_ATTRIBUTES *privileges, size_t n,
			     struct restriction *ret)
{
	GUISE_AUTO(freep) struct guise_privilege_change *read = NULL;
	NTSTATUS status = changes_read(privileges, n, &read);

	if (status >= 0)
		ret->options.delete_privileges = changes_mask(read, n);
	return status;
}

static NTSTATUS filter(HANDLE handle,
		       const struct guise_filter_options *options, PHANDLE ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	struct guise_token_handle made = {0};
	HANDLE opened;
	NTSTATUS status;
	int r;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = token_from_handle(handle, 0, &token);
	if (status < 0)
		return status;
	r = guise_effective_token(&caller);
	if (r == 0)
		r = guise_token_handle_filter(&token, caller, options, &made);
	if (r < 0)
		return status_of(r);
	status = token_handle_give(&made, 0, &opened);
	if (status >= 0)
		*ret = opened;
	return status;
}

BOOL WINAPI CreateRestrictedToken(HANDLE token, DWORD flags,
				  DWORD disable_count,
				  PSID_AND_ATTRIBUTES disable,
				  DWORD delete_count,
				  PLUID_AND_ATTRIBUTES remove,
				  DWORD restrict_count,
				  PSID_AND_ATTRIBUTES restricting, PHANDLE ret)
{
	GUISE_AUTO(restriction_clear)
	struct restriction restriction = {
		.options = {.size = sizeof(restriction.options),
			    .flags = flags},
	};
	NTSTATUS status;

	status = read_disabled(disable, disable_count, &restriction);
	if (status >= 0)
		status = read_deleted(remove, delete_count, &restriction);
	if (status >= 0)
		status = read_restricting(restricting, restrict_count,
					  &restriction);
	if (status >= 0)
		status = filter(token, &restriction.options, ret);
	return win32_result(status);
}

/* What a counted list says of its length, and where it begins */
static NTSTATUS list_of(const void *list, size_t offset, DWORD *ret_n,
			const void **ret)
{
	*ret_n = 0;
	*ret = NULL;
	if (!list)
		return STATUS_SUCCESS;
	if (!user_readable(list, sizeof(*ret_n)))
		return STATUS_ACCESS_VIOLATION;
	memcpy(ret_n, list, sizeof(*ret_n));
	*ret = (const uint8_t *)list + offset;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtFilterToken(HANDLE token, ULONG flags, PTOKEN_GROUPS disable,
			     PTOKEN_PRIVILEGES remove,
			     PTOKEN_GROUPS restricting, PHANDLE ret)
{
	GUISE_AUTO(restriction_clear)
	struct restriction restriction = {
		.options = {.size = sizeof(restriction.options),
			    .flags = flags},
	};
	const void *list;
	NTSTATUS status;
	DWORD n;

	status = list_of(disable, offsetof(TOKEN_GROUPS, Groups), &n, &list);
	if (status >= 0)
		status = read_disabled(list, n, &restriction);
	if (status >= 0)
		status = list_of(remove, offsetof(TOKEN_PRIVILEGES, Privileges),
				 &n, &list);
	if (status >= 0)
		status = read_deleted(list, n, &restriction);
	if (status >= 0)
		status = list_of(restricting, offsetof(TOKEN_GROUPS, Groups),
				 &n, &list);
	if (status >= 0)
		status = read_restricting(list, n, &restriction);
	return status < 0 ? status : filter(token, &restriction.options, ret);
}

static NTSTATUS lowbox(HANDLE handle, ACCESS_MASK access,
		       const OBJECT_ATTRIBUTES *attributes,
		       const struct guise_lowbox_options *options, HANDLE *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	struct guise_token_handle made = {0};
	NTSTATUS status = token_from_handle(handle, 0, &token);
	int r;

	if (status >= 0 && attributes)
		status = sd_read_optional(attributes->SecurityDescriptor, &sd);
	if (status < 0)
		return status;
	r = guise_effective_token(&caller);
	if (r == 0)
		r = guise_token_handle_lowbox(&token, caller, access, options,
					      sd, &made);
	if (r < 0)
		return status_of(r);
	return token_handle_give(&made, attributes ? attributes->Attributes : 0,
				 ret);
}

NTSTATUS NTAPI NtCreateLowBoxToken(PHANDLE ret, HANDLE token,
				   ACCESS_MASK access,
				   POBJECT_ATTRIBUTES attributes, PSID package,
				   ULONG capability_count,
				   PSID_AND_ATTRIBUTES capabilities,
				   ULONG handle_count, HANDLE *handles)
{
	GUISE_AUTO(freep) struct guise_sid_and_attributes *read = NULL;
	struct guise_sid sid;
	struct guise_lowbox_options options = {
		.size = sizeof(options),
		.package = &sid,
		.n_capabilities = capability_count,
	};
	HANDLE made;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)) ||
	    (attributes && !user_readable(attributes, sizeof(*attributes))))
		return STATUS_ACCESS_VIOLATION;
	if (handle_count && !handles)
		return STATUS_INVALID_PARAMETER;
	status = sid_from_memory(package, &sid);
	if (status >= 0)
		status = sids_read(capabilities, capability_count, &read);
	options.capabilities = read;
	if (status >= 0)
		status = lowbox(token, access, attributes, &options, &made);
	if (status >= 0)
		*ret = made;
	return status;
}
