/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens made of tokens: duplicates, restricted ones, AppContainers'. */
#include <guise/thread-token.h>

#include <winternl.h>

#include "sd-read.h"
#include "token.h"
#include "user-memory.h"

#define SECURITY_ATTRIBUTES_SIZE ((DWORD)sizeof(SECURITY_ATTRIBUTES))

/**
 * struct request - a new token that is asked for
 * @access, @attributes: of its handle
 * @sd: owned; NULL: as its maker's defaults have it
 */
struct request {
	ACCESS_MASK access;
	ULONG attributes;
	const struct guise_sd *sd;
	struct guise_duplicate_options options;
};

static NTSTATUS duplicate(HANDLE token, const struct request *request,
			  HANDLE *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle source = {0};
	struct guise_token_handle made = {0};
	NTSTATUS status;
	int r;

	status = token_from_handle(token, TOKEN_DUPLICATE, &source);
	if (status < 0)
		return status;
	r = guise_effective_token(&caller);
	if (r == 0)
		r = guise_token_handle_duplicate(
			&source, caller, request->access, &request->options,
			request->sd, &made);
	if (r < 0)
		return status_of(r);
	return token_handle_give(&made, request->attributes, ret);
}

/* Without a stated level an impersonation token keeps its own; a primary one
 * gives an anonymous token, which is what nothing said amounts to. */
static NTSTATUS unsaid_level(HANDLE token, enum guise_level *ret)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle source = {0};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	NTSTATUS status = token_from_handle(token, 0, &source);

	if (status < 0)
		return status;
	now = guise_token_object_token(source.object);
	*ret = guise_token_type(now) == GUISE_TOKEN_IMPERSONATION
		       ? guise_token_level(now)
		       : GUISE_LEVEL_ANONYMOUS;
	return STATUS_SUCCESS;
}

static NTSTATUS read_attributes(HANDLE token,
				const OBJECT_ATTRIBUTES *attributes,
				struct request *ret)
{
	const SECURITY_QUALITY_OF_SERVICE *qos = NULL;
	OBJECT_ATTRIBUTES said = {0};

	if (attributes && !user_readable(attributes, sizeof(*attributes)))
		return STATUS_ACCESS_VIOLATION;
	if (attributes)
		said = *attributes;
	ret->attributes = said.Attributes;
	qos = said.SecurityQualityOfService;
	if (qos && !user_readable(qos, sizeof(*qos)))
		return STATUS_ACCESS_VIOLATION;
	if (qos) {
		ret->options.level = (enum guise_level)qos->ImpersonationLevel;
	} else {
		NTSTATUS status = unsaid_level(token, &ret->options.level);

		if (status < 0)
			return status;
	}
	return sd_read_optional(said.SecurityDescriptor, &ret->sd);
}

NTSTATUS NTAPI NtDuplicateToken(HANDLE token, ACCESS_MASK access,
				POBJECT_ATTRIBUTES attributes,
				BOOLEAN effective_only, TOKEN_TYPE type,
				PHANDLE ret)
{
	struct request request = {
		.access = access,
		.options = {.size = sizeof(request.options),
			    .type = (enum guise_token_type)type,
			    .effective_only = effective_only != 0},
	};
	HANDLE handle;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	if (type != TokenPrimary && type != TokenImpersonation)
		return STATUS_INVALID_PARAMETER;
	status = read_attributes(token, attributes, &request);
	if (status >= 0)
		status = duplicate(token, &request, &handle);
	request.sd = guise_sd_unref(request.sd);
	if (status >= 0)
		*ret = handle;
	return status;
}

BOOL WINAPI DuplicateTokenEx(HANDLE token, DWORD access,
			     LPSECURITY_ATTRIBUTES security,
			     SECURITY_IMPERSONATION_LEVEL level,
			     TOKEN_TYPE type, PHANDLE ret)
{
	SECURITY_QUALITY_OF_SERVICE qos = {
		.Length = sizeof(qos),
		.ImpersonationLevel = level,
	};
	OBJECT_ATTRIBUTES attributes = {
		.Length = sizeof(attributes),
		.SecurityQualityOfService = &qos,
	};

	if (security) {
		if (!user_readable(security, SECURITY_ATTRIBUTES_SIZE))
			return win32_fail(ERROR_NOACCESS);
		attributes.SecurityDescriptor = security->lpSecurityDescriptor;
		if (security->bInheritHandle)
			attributes.Attributes = OBJ_INHERIT;
	}
	return win32_result(
		NtDuplicateToken(token, access, &attributes, FALSE, type, ret));
}

BOOL WINAPI DuplicateToken(HANDLE token, SECURITY_IMPERSONATION_LEVEL level,
			   PHANDLE ret)
{
	return DuplicateTokenEx(token, TOKEN_IMPERSONATE | TOKEN_QUERY, NULL,
				level, TokenImpersonation, ret);
}
