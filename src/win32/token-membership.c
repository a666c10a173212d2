/* SPDX-License-Identifier: Apache-2.0 */
/* What a token is a member of, what it may do, and whether it is like
 * another. */
#include <guise/thread-token.h>

#include <shlobj.h>
#include <winternl.h>

#include "sd-read.h"
#include "token-of.h"
#include "token-query.h"
#include "token.h"
#include "user-memory.h"

#define PRIVILEGES_AT offsetof(PRIVILEGE_SET, Privilege)

static bool is_anonymous(const struct guise_token *token)
{
	return guise_token_type(token) == GUISE_TOKEN_IMPERSONATION &&
	       guise_token_level(token) == GUISE_LEVEL_ANONYMOUS;
}

/* The calling thread's client, else the process as its own client */
static NTSTATUS own_client(const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_effective_token(&token);

	if (r < 0)
		return status_of(r);
	if (is_anonymous(token))
		return STATUS_CANT_OPEN_ANONYMOUS;
	if (guise_token_type(token) == GUISE_TOKEN_IMPERSONATION) {
		*ret = guise_take(token);
		return STATUS_SUCCESS;
	}
	return status_of(guise_token_at_level(token, GUISE_LEVEL_IDENTIFICATION,
					      guise_luid_new(), ret));
}

static NTSTATUS client_of(HANDLE handle, const struct guise_token **ret)
{
	return handle ? token_of_handle(handle, TOKEN_QUERY, ret)
		      : own_client(ret);
}

/* A SID that cannot be read is none. */
static NTSTATUS sid_of(PSID sid, struct guise_sid *ret)
{
	NTSTATUS status = sid_from_memory(sid, ret);

	return status == STATUS_ACCESS_VIOLATION ? STATUS_INVALID_SID : status;
}

static NTSTATUS membership(HANDLE handle, PSID sid, ULONG flags, bool *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid wanted;
	NTSTATUS status;

	if (flags & ~(ULONG)CTMF_VALID_FLAGS)
		return STATUS_INVALID_PARAMETER;
	status = client_of(handle, &token);
	if (status >= 0)
		status = sid_of(sid, &wanted);
	if (status < 0)
		return status;
	return status_of(
		guise_token_check_membership(token, &wanted, flags, ret));
}

static NTSTATUS capability(HANDLE handle, PSID sid, bool *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid wanted;
	NTSTATUS status = client_of(handle, &token);

	if (status >= 0)
		status = sid_of(sid, &wanted);
	if (status < 0)
		return status;
	if (is_anonymous(token))
		return STATUS_BAD_IMPERSONATION_LEVEL;
	*ret = guise_token_has_capability(token, &wanted);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlCheckTokenMembershipEx(HANDLE token, PSID sid, ULONG flags,
					 PBOOLEAN ret)
{
	bool member = false;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = membership(token, sid, flags, &member);
	*ret = member;
	return status;
}

NTSTATUS NTAPI RtlCheckTokenMembership(HANDLE token, PSID sid, PBOOLEAN ret)
{
	return RtlCheckTokenMembershipEx(token, sid, 0, ret);
}

NTSTATUS NTAPI RtlCheckTokenCapability(HANDLE token, PSID sid, PBOOLEAN ret)
{
	bool has = false;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = capability(token, sid, &has);
	*ret = has;
	return status;
}

BOOL WINAPI CheckTokenMembershipEx(HANDLE token, PSID sid, DWORD flags,
				   PBOOL ret)
{
	bool member = false;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	status = membership(token, sid, flags, &member);
	*ret = member;
	return win32_result(status);
}

BOOL WINAPI CheckTokenMembership(HANDLE token, PSID sid, PBOOL ret)
{
	return CheckTokenMembershipEx(token, sid, 0, ret);
}

BOOL WINAPI CheckTokenCapability(HANDLE token, PSID sid, PBOOL ret)
{
	bool has = false;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	status = capability(token, sid, &has);
	*ret = has;
	return win32_result(status);
}

BOOL WINAPI IsUserAnAdmin(VOID)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid administrators;

	return guise_sid_well_known(GUISE_SID_BUILTIN_ADMINISTRATORS, NULL,
				    &administrators) == 0 &&
	       own_client(&token) >= 0 &&
	       guise_token_is_member(token, &administrators);
}

BOOL WINAPI IsTokenRestricted(HANDLE handle)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	if (!win32_result(token_of_handle(handle, TOKEN_QUERY, &token)))
		return FALSE;
	return guise_token_is_restricted(token);
}

/* A LUID that is no privilege is one that nobody holds. */
static uint64_t bit_of(const LUID *luid)
{
	const guise_luid number = luid_number(luid);

	return GUISE_PRIVILEGE_BIT(number <= GUISE_PRIVILEGE_MAX ? number : 0);
}

static uint64_t wanted_bits(const uint8_t *entries, DWORD n)
{
	LUID_AND_ATTRIBUTES entry;
	uint64_t wanted = 0;

	for (DWORD i = 0; i < n; i++) {
		memcpy(&entry, entries + i * sizeof(entry), sizeof(entry));
		wanted |= bit_of(&entry.Luid);
	}
	return wanted;
}

static void mark_held(uint8_t *entries, DWORD n, uint64_t held)
{
	LUID_AND_ATTRIBUTES entry;

	for (DWORD i = 0; i < n; i++) {
		memcpy(&entry, entries + i * sizeof(entry), sizeof(entry));
		if (!(held & bit_of(&entry.Luid)))
			continue;
		entry.Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
		memcpy(entries + i * sizeof(entry), &entry, sizeof(entry));
	}
}

static NTSTATUS privilege_check(HANDLE handle, PPRIVILEGE_SET set, bool *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	uint8_t *entries = (uint8_t *)set + PRIVILEGES_AT;
	DWORD header[2];
	uint64_t held;
	NTSTATUS status;
	int r;

	if (!user_readable(set, sizeof(header)))
		return STATUS_ACCESS_VIOLATION;
	memcpy(header, set, sizeof(header));
	if (header[0] > GUISE_WIN32_PRIVILEGES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_writable(entries, header[0] * sizeof(LUID_AND_ATTRIBUTES)))
		return STATUS_ACCESS_VIOLATION;
	status = token_of_handle(handle, TOKEN_QUERY, &token);
	if (status < 0)
		return status;
	r = guise_privilege_check(token, wanted_bits(entries, header[0]),
				  header[1] == PRIVILEGE_SET_ALL_NECESSARY,
				  &held, ret);
	if (r == 0)
		mark_held(entries, header[0], held);
	return status_of(r);
}

NTSTATUS NTAPI NtPrivilegeCheck(HANDLE token, PPRIVILEGE_SET privileges,
				PBOOLEAN ret)
{
	bool held = false;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = privilege_check(token, privileges, &held);
	if (status >= 0)
		*ret = held;
	return status;
}

BOOL WINAPI PrivilegeCheck(HANDLE token, PPRIVILEGE_SET privileges, LPBOOL ret)
{
	bool held = false;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	status = privilege_check(token, privileges, &held);
	if (status >= 0)
		*ret = held;
	return win32_result(status);
}

NTSTATUS NTAPI NtCompareTokens(HANDLE first, HANDLE second, PBOOLEAN ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *a = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *b = NULL;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = token_of_handle(first, TOKEN_QUERY, &a);
	if (status >= 0)
		status = token_of_handle(second, TOKEN_QUERY, &b);
	if (status >= 0)
		*ret = guise_tokens_equal(a, b);
	return status;
}
