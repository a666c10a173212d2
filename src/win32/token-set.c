/* SPDX-License-Identifier: Apache-2.0 */
/* SetTokenInformation: one table of what can be set, and how it is read out of
 * the caller's memory. What may be set is the library's to say. */
#include <guise/session.h>
#include <guise/thread-token.h>

#include <winternl.h>

#include "sd-read.h"
#include "token-attributes.h"
#include "token-of.h"
#include "token-query.h"
#include "token.h"
#include "user-memory.h"

/**
 * struct setting - a value that is to be set, read
 * @dacl, @claims, @operations: owned
 * @value: points into the rest: do not copy
 */
struct setting {
	const struct guise_acl *dacl;
	const struct guise_claims *claims;
	enum guise_attribute_operation *operations;
	struct guise_sid sid;
	uint8_t bytes[GUISE_AUDIT_POLICY_SIZE];
	struct guise_token_value value;
};

static void setting_clear(struct setting *setting)
{
	setting->dacl = guise_acl_unref(setting->dacl);
	setting->claims = guise_claims_unref(setting->claims);
	free(setting->operations);
}

typedef NTSTATUS read_value(const void *from, struct setting *ret);

/* Each of the structures with a SID begins with the pointer to it. */
static NTSTATUS read_sid(const void *from, struct setting *ret)
{
	PSID sid;

	memcpy(&sid, from, sizeof(sid));
	ret->value.sid = &ret->sid;
	return sid_from_memory(sid, &ret->sid);
}

static NTSTATUS read_dacl(const void *from, struct setting *ret)
{
	PACL dacl;
	NTSTATUS status = STATUS_SUCCESS;

	memcpy(&dacl, from, sizeof(dacl));
	if (dacl)
		status = acl_read(dacl, &ret->dacl);
	ret->value.dacl = ret->dacl;
	return status;
}

static NTSTATUS read_number(const void *from, struct setting *ret)
{
	memcpy(&ret->value.number, from, sizeof(ret->value.number));
	return STATUS_SUCCESS;
}

static NTSTATUS read_luid(const void *from, struct setting *ret)
{
	LUID luid;

	memcpy(&luid, from, sizeof(luid));
	ret->value.luid = luid_number(&luid);
	return STATUS_SUCCESS;
}

static NTSTATUS read_policy(const void *from, struct setting *ret)
{
	memcpy(ret->bytes, from, sizeof(ret->bytes));
	ret->value.bytes = ret->bytes;
	ret->value.bytes_size = sizeof(ret->bytes);
	return STATUS_SUCCESS;
}

static NTSTATUS read_attributes(const void *from, struct setting *ret)
{
	NTSTATUS status = attributes_read(from, &ret->claims, &ret->operations);

	ret->value.attributes = ret->claims;
	ret->value.operations = ret->operations;
	return status;
}

/**
 * struct set_row - a class that can be set; its number is that of the field
 * @size: the least there must be
 */
static const struct set_row {
	ULONG class;
	ULONG size;
	read_value *read;
} rows[] = {
	{TokenOwner, sizeof(TOKEN_OWNER), read_sid},
	{TokenPrimaryGroup, sizeof(TOKEN_PRIMARY_GROUP), read_sid},
	{TokenDefaultDacl, sizeof(TOKEN_DEFAULT_DACL), read_dacl},
	{TokenSessionId, sizeof(ULONG), read_number},
	{TokenAuditPolicy, sizeof(TOKEN_AUDIT_POLICY), read_policy},
	{TokenOrigin, sizeof(TOKEN_ORIGIN), read_luid},
	{TokenVirtualizationAllowed, sizeof(ULONG), read_number},
	{TokenVirtualizationEnabled, sizeof(ULONG), read_number},
	{TokenIntegrityLevel, sizeof(TOKEN_MANDATORY_LABEL), read_sid},
	{TokenUIAccess, sizeof(ULONG), read_number},
	{TokenMandatoryPolicy, sizeof(TOKEN_MANDATORY_POLICY), read_number},
	{TokenSecurityAttributes,
	 sizeof(TOKEN_SECURITY_ATTRIBUTES_AND_OPERATION_INFORMATION),
	 read_attributes},
};

static const struct set_row *find_row(ULONG class)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].class == class)
			return &rows[i];
	}
	return NULL;
}

static NTSTATUS check_buffer(const void *from, ULONG size, ULONG least)
{
	if (size < least)
		return from || !size ? STATUS_INFO_LENGTH_MISMATCH
				     : STATUS_ACCESS_VIOLATION;
	return user_readable(from, least) ? STATUS_SUCCESS
					  : STATUS_ACCESS_VIOLATION;
}

static NTSTATUS set_field(HANDLE handle, const struct set_row *row,
			  const void *from)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	GUISE_AUTO(setting_clear)
	struct setting setting = {
		.value = {.size = sizeof(setting.value),
			  .field = (enum guise_token_field)row->class},
	};
	NTSTATUS status = token_from_handle(handle, 0, &token);
	int r;

	if (status >= 0 && !(token.granted & TOKEN_ADJUST_DEFAULT))
		status = STATUS_ACCESS_DENIED;
	if (status >= 0)
		status = row->read(from, &setting);
	if (status < 0)
		return status;
	r = guise_effective_token(&caller);
	if (r == 0)
		r = guise_token_handle_set(&token, caller, &setting.value);
	return status_of(r);
}

/* A link is the logon session's, for all of its tokens. */
static NTSTATUS set_linked(HANDLE handle, const void *from)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *linked = NULL;
	HANDLE other;
	NTSTATUS status;
	int r;

	memcpy(&other, from, sizeof(other));
	status = token_of_handle(handle, TOKEN_ADJUST_DEFAULT, &token);
	if (status < 0)
		return status;
	r = guise_effective_token(&caller);
	if (r < 0)
		return status_of(r);
	if (!guise_token_has_privilege(caller, GUISE_SE_CREATE_TOKEN))
		return STATUS_PRIVILEGE_NOT_HELD;
	status = token_of_handle(other, TOKEN_QUERY | TOKEN_DUPLICATE, &linked);
	if (status < 0)
		return status;
	return status_of(guise_session_link(
		guise_token_authentication_id(token), linked));
}

NTSTATUS NTAPI NtSetInformationToken(HANDLE token,
				     TOKEN_INFORMATION_CLASS class,
				     PVOID information, ULONG size)
{
	const struct set_row *row = find_row((ULONG) class);
	const bool is_link = class == TokenLinkedToken;
	NTSTATUS status;

	if (!row && !is_link)
		return STATUS_INVALID_INFO_CLASS;
	status = check_buffer(information, size,
			      is_link ? sizeof(TOKEN_LINKED_TOKEN) : row->size);
	if (status < 0)
		return status;
	return is_link ? set_linked(token, information)
		       : set_field(token, row, information);
}

BOOL WINAPI SetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS class,
				LPVOID information, DWORD size)
{
	return win32_result(
		NtSetInformationToken(token, class, information, size));
}
