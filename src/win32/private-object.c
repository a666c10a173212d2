/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of a server's own objects (MS-DTYP 2.5.3.4): made, changed and
 * asked in the caller's memory. They are self-relative and LocalAlloc's.
 */
#include <guise/inherit.h>
#include <guise/sd-edit.h>
#include <guise/thread-token.h>

#include "sd-read.h"
#include "status.h"
#include "token-of.h"

#include <winternl-security.h>

/* What the functions that make a descriptor are given, read. */
struct making {
	const struct guise_sd *parent;
	const struct guise_sd *creator;
	const struct guise_token *token;
	const struct guise_token *server;
	struct guise_guid *types;
	size_t n_types;
	struct guise_generic_mapping mapping;
};

static void making_clear(struct making *making)
{
	making->parent = guise_sd_unref(making->parent);
	making->creator = guise_sd_unref(making->creator);
	making->token = guise_token_unref(making->token);
	making->server = guise_token_unref(making->server);
	free(making->types);
	making->types = NULL;
}

static NTSTATUS read_mapping(const GENERIC_MAPPING *mapping,
			     struct guise_generic_mapping *ret)
{
	if (!mapping)
		return STATUS_INVALID_PARAMETER;
	*ret = (struct guise_generic_mapping){
		.read = mapping->GenericRead,
		.write = mapping->GenericWrite,
		.execute = mapping->GenericExecute,
		.all = mapping->GenericAll,
	};
	return STATUS_SUCCESS;
}

/* The caller's token, of either type; NULL stays NULL. */
static NTSTATUS read_token(HANDLE handle, const struct guise_token **ret)
{
	return handle ? token_of_handle(handle, TOKEN_QUERY, ret)
		      : STATUS_SUCCESS;
}

static NTSTATUS read_types(GUID **types, ULONG n, struct making *ret)
{
	if (n > GUISE_OBJECT_TYPES_MAX || (n && !types))
		return STATUS_INVALID_PARAMETER;
	if (n == 0)
		return STATUS_SUCCESS;
	ret->types = array_alloc(n, sizeof(*ret->types));
	if (!ret->types)
		return STATUS_NO_MEMORY;
	ret->n_types = n;
	for (ULONG i = 0; i < n; i++) {
		if (!types[i])
			return STATUS_INVALID_PARAMETER;
		memcpy(&ret->types[i], types[i], sizeof(*ret->types));
	}
	return STATUS_SUCCESS;
}

/* The process's own token, for CREATOR OWNER SERVER. */
static NTSTATUS read_server(const struct guise_token **ret)
{
	struct guise_token_object *process;
	int r = guise_process_token(&process);

	if (r == 0)
		*ret = guise_token_object_token(process);
	return status_of(r);
}

static struct guise_inherit_options options_of(const struct making *making)
{
	return (struct guise_inherit_options){
		.size = sizeof(struct guise_inherit_options),
		.object_types = making->types,
		.n_object_types = making->n_types,
		.server = making->server,
	};
}

NTSTATUS RtlNewSecurityObjectWithMultipleInheritance(
	PSECURITY_DESCRIPTOR parent, PSECURITY_DESCRIPTOR creator,
	PSECURITY_DESCRIPTOR *ret, GUID **types, ULONG n_types,
	BOOLEAN is_container, ULONG flags, HANDLE token,
	PGENERIC_MAPPING mapping)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *made = NULL;
	GUISE_AUTO(making_clear) struct making making = {0};
	struct guise_inherit_options options;
	NTSTATUS status = ret ? read_mapping(mapping, &making.mapping)
			      : STATUS_INVALID_PARAMETER;

	if (!status)
		status = sd_read_optional(parent, &making.parent);
	if (!status)
		status = sd_read_optional(creator, &making.creator);
	if (!status)
		status = read_types(types, n_types, &making);
	if (!status)
		status = read_token(token, &making.token);
	if (!status)
		status = read_server(&making.server);
	if (status)
		return status;
	options = options_of(&making);
	status = status_of(guise_inherit_by_type(
		making.parent, making.creator, is_container, flags,
		making.token, &making.mapping, &options, &made));
	return status ? status : sd_new(made, ret, NULL);
}

NTSTATUS RtlNewSecurityObjectEx(PSECURITY_DESCRIPTOR parent,
				PSECURITY_DESCRIPTOR creator,
				PSECURITY_DESCRIPTOR *ret, GUID *type,
				BOOLEAN is_container, ULONG flags, HANDLE token,
				PGENERIC_MAPPING mapping)
{
	return RtlNewSecurityObjectWithMultipleInheritance(
		parent, creator, ret, &type, type ? 1 : 0, is_container, flags,
		token, mapping);
}

NTSTATUS RtlNewSecurityObject(PSECURITY_DESCRIPTOR parent,
			      PSECURITY_DESCRIPTOR creator,
			      PSECURITY_DESCRIPTOR *ret, BOOLEAN is_container,
			      HANDLE token, PGENERIC_MAPPING mapping)
{
	return RtlNewSecurityObjectEx(parent, creator, ret, NULL, is_container,
				      0, token, mapping);
}

BOOL CreatePrivateObjectSecurityWithMultipleInheritance(
	PSECURITY_DESCRIPTOR parent, PSECURITY_DESCRIPTOR creator,
	PSECURITY_DESCRIPTOR *ret, GUID **types, ULONG n_types,
	BOOL is_container, ULONG flags, HANDLE token, PGENERIC_MAPPING mapping)
{
	return win32_result(RtlNewSecurityObjectWithMultipleInheritance(
		parent, creator, ret, types, n_types, is_container != FALSE,
		flags, token, mapping));
}

BOOL CreatePrivateObjectSecurityEx(PSECURITY_DESCRIPTOR parent,
				   PSECURITY_DESCRIPTOR creator,
				   PSECURITY_DESCRIPTOR *ret, GUID *type,
				   BOOL is_container, ULONG flags, HANDLE token,
				   PGENERIC_MAPPING mapping)
{
	return win32_result(RtlNewSecurityObjectEx(parent, creator, ret, type,
						   is_container != FALSE, flags,
						   token, mapping));
}

BOOL CreatePrivateObjectSecurity(PSECURITY_DESCRIPTOR parent,
				 PSECURITY_DESCRIPTOR creator,
				 PSECURITY_DESCRIPTOR *ret, BOOL is_container,
				 HANDLE token, PGENERIC_MAPPING mapping)
{
	return CreatePrivateObjectSecurityEx(parent, creator, ret, NULL,
					     is_container, 0, token, mapping);
}

/* A descriptor of these functions in the place of another one. */
static NTSTATUS replace(const struct guise_sd *made, PSECURITY_DESCRIPTOR *sd)
{
	PSECURITY_DESCRIPTOR bytes;
	NTSTATUS status = sd_new(made, &bytes, NULL);

	if (status)
		return status;
	(void)LocalFree(*sd);
	*sd = bytes;
	return STATUS_SUCCESS;
}

NTSTATUS RtlSetSecurityObjectEx(SECURITY_INFORMATION information,
				PSECURITY_DESCRIPTOR modification,
				PSECURITY_DESCRIPTOR *sd, ULONG flags,
				PGENERIC_MAPPING mapping, HANDLE token)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *made = NULL;
	/* parent: what it is now, creator: what is to change */
	GUISE_AUTO(making_clear) struct making making = {0};
	NTSTATUS status = sd ? read_mapping(mapping, &making.mapping)
			     : STATUS_INVALID_PARAMETER;

	if (!status)
		status = sd_read(*sd, &making.parent);
	if (!status)
		status = sd_read(modification, &making.creator);
	if (!status)
		status = read_token(token, &making.token);
	if (!status)
		status = status_of(guise_sd_set(
			making.parent, information, making.creator, flags,
			making.token, &making.mapping, &made));
	return status ? status : replace(made, sd);
}

NTSTATUS RtlSetSecurityObject(SECURITY_INFORMATION information,
			      PSECURITY_DESCRIPTOR modification,
			      PSECURITY_DESCRIPTOR *sd,
			      PGENERIC_MAPPING mapping, HANDLE token)
{
	return RtlSetSecurityObjectEx(information, modification, sd, 0, mapping,
				      token);
}

BOOL SetPrivateObjectSecurityEx(SECURITY_INFORMATION information,
				PSECURITY_DESCRIPTOR modification,
				PSECURITY_DESCRIPTOR *sd, ULONG flags,
				PGENERIC_MAPPING mapping, HANDLE token)
{
	return win32_result(RtlSetSecurityObjectEx(information, modification,
						   sd, flags, mapping, token));
}

BOOL SetPrivateObjectSecurity(SECURITY_INFORMATION information,
			      PSECURITY_DESCRIPTOR modification,
			      PSECURITY_DESCRIPTOR *sd,
			      PGENERIC_MAPPING mapping, HANDLE token)
{
	return SetPrivateObjectSecurityEx(information, modification, sd, 0,
					  mapping, token);
}

NTSTATUS RtlQuerySecurityObject(PSECURITY_DESCRIPTOR sd,
				SECURITY_INFORMATION information,
				PSECURITY_DESCRIPTOR ret, ULONG size,
				PULONG ret_size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *whole = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *parts = NULL;
	NTSTATUS status = sd_read(sd, &whole);

	if (!status)
		status = status_of(guise_sd_select(whole, information, &parts));
	return status ? status : sd_give(parts, ret ? size : 0, ret, ret_size);
}

BOOL GetPrivateObjectSecurity(PSECURITY_DESCRIPTOR sd,
			      SECURITY_INFORMATION information,
			      PSECURITY_DESCRIPTOR ret, DWORD size,
			      PDWORD ret_size)
{
	return win32_result(
		RtlQuerySecurityObject(sd, information, ret, size, ret_size));
}

NTSTATUS RtlDeleteSecurityObject(PSECURITY_DESCRIPTOR *sd)
{
	(void)LocalFree(*sd);
	*sd = NULL;
	return STATUS_SUCCESS;
}

BOOL DestroyPrivateObjectSecurity(PSECURITY_DESCRIPTOR *sd)
{
	return win32_result(RtlDeleteSecurityObject(sd));
}

NTSTATUS RtlConvertToAutoInheritSecurityObject(PSECURITY_DESCRIPTOR parent,
					       PSECURITY_DESCRIPTOR current,
					       PSECURITY_DESCRIPTOR *ret,
					       GUID *type, BOOLEAN is_container,
					       PGENERIC_MAPPING mapping)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *made = NULL;
	GUISE_AUTO(making_clear) struct making making = {0};
	struct guise_inherit_options options;
	NTSTATUS status = ret ? read_mapping(mapping, &making.mapping)
			      : STATUS_INVALID_PARAMETER;

	if (!status)
		status = sd_read_optional(parent, &making.parent);
	if (!status)
		status = sd_read(current, &making.creator);
	if (!status)
		status = read_types(&type, type ? 1 : 0, &making);
	if (!status)
		status = read_server(&making.server);
	if (status)
		return status;
	options = options_of(&making);
	status = status_of(guise_sd_to_auto_inherit(
		making.parent, making.creator, is_container, &making.mapping,
		&options, &made));
	return status ? status : sd_new(made, ret, NULL);
}

BOOL ConvertToAutoInheritPrivateObjectSecurity(PSECURITY_DESCRIPTOR parent,
					       PSECURITY_DESCRIPTOR current,
					       PSECURITY_DESCRIPTOR *ret,
					       GUID *type, BOOLEAN is_container,
					       PGENERIC_MAPPING mapping)
{
	return win32_result(RtlConvertToAutoInheritSecurityObject(
		parent, current, ret, type, is_container, mapping));
}

VOID QuerySecurityAccessMask(SECURITY_INFORMATION information, LPDWORD ret)
{
	*ret = guise_sd_query_access(information);
}

VOID SetSecurityAccessMask(SECURITY_INFORMATION information, LPDWORD ret)
{
	*ret = guise_sd_set_access(information);
}
