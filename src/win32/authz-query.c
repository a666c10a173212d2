/* SPDX-License-Identifier: Apache-2.0 */
/* What a client is, in a buffer of the caller's (authz.h). */
#include "authz-internal.h"
#include "claim-write.h"
#include "sd-read.h"
#include "status.h"

/* Bytes that are put one behind the other as far as there is room, and counted
 * all the same. */
struct answer {
	BYTE *at;
	size_t room;
	size_t size;
};

static void put(struct answer *answer, const void *bytes, size_t size)
{
	if (answer->size + size <= answer->room)
		memcpy(answer->at + answer->size, bytes, size);
	answer->size += size;
}

/* SIDs behind an array that points to them; @answer->size is where the array
 * is. */
static void put_sids(struct answer *answer,
		     const struct guise_sid_and_attributes *sids, size_t n)
{
	BYTE bytes[GUISE_SID_MAX_SIZE];
	size_t sid_at = answer->size + n * sizeof(SID_AND_ATTRIBUTES);

	for (size_t i = 0; i < n; i++) {
		SID_AND_ATTRIBUTES one = {
			.Sid = (PSID)((uintptr_t)answer->at + sid_at),
			.Attributes = sids[i].attributes,
		};

		put(answer, &one, sizeof(one));
		sid_at += guise_sid_size(&sids[i].sid);
	}
	for (size_t i = 0; i < n; i++) {
		sid_write(&sids[i].sid, bytes);
		put(answer, bytes, guise_sid_size(&sids[i].sid));
	}
}

/* TOKEN_GROUPS */
static void put_groups(struct answer *answer,
		       const struct guise_sid_and_attributes *sids, size_t n)
{
	const uint64_t count = n; /* and what aligns the array */

	static_assert(offsetof(TOKEN_GROUPS, Groups) == sizeof(count),
		      "a count stands before the groups");
	put(answer, &count, sizeof(count));
	put_sids(answer, sids, n);
}

static void put_privileges(struct answer *answer,
			   const struct guise_token *token)
{
	const uint64_t held = guise_token_privileges(token);
	const DWORD n = (DWORD)__builtin_popcountll(held);

	put(answer, &n, sizeof(n));
	for (unsigned p = 0; p < 64; p++) {
		LUID_AND_ATTRIBUTES one = {.Luid.LowPart = p};

		if (!(held & UINT64_C(1) << p))
			continue;
		if (guise_token_privileges_enabled(token) & UINT64_C(1) << p)
			one.Attributes |= SE_PRIVILEGE_ENABLED;
		if (guise_token_privileges_default(token) & UINT64_C(1) << p)
			one.Attributes |= SE_PRIVILEGE_ENABLED_BY_DEFAULT;
		put(answer, &one, sizeof(one));
	}
}

/* TOKEN_APPCONTAINER_INFORMATION: a pointer, and a SID if there is one */
static void put_package(struct answer *answer, const struct guise_sid *package)
{
	BYTE bytes[GUISE_SID_MAX_SIZE];
	PSID at = (PSID)((uintptr_t)answer->at + sizeof(at));

	if (!package)
		at = NULL;
	put(answer, &at, sizeof(at));
	if (!package)
		return;
	sid_write(package, bytes);
	put(answer, bytes, guise_sid_size(package));
}

static bool put_lists(struct answer *answer, const struct guise_token *token,
		      AUTHZ_CONTEXT_INFORMATION_CLASS which)
{
	const struct guise_sid_and_attributes *sids;
	size_t n;

	switch ((int)which) {
	case AuthzContextInfoUserSid:
		put_sids(answer, guise_token_user(token), 1);
		return true;
	case AuthzContextInfoGroupsSids:
		sids = guise_token_groups(token, &n);
		break;
	case AuthzContextInfoRestrictedSids:
		sids = guise_token_restricted_sids(token, &n);
		break;
	case AuthzContextInfoDeviceSids:
		sids = guise_token_device_groups(token, &n);
		break;
	case AuthzContextInfoCapabilitySids:
		sids = guise_token_capabilities(token, &n);
		break;
	default:
		return false;
	}
	put_groups(answer, sids, n);
	return true;
}

static bool put_information(struct answer *answer,
			    AUTHZ_CLIENT_CONTEXT_HANDLE context,
			    const struct guise_token *token,
			    AUTHZ_CONTEXT_INFORMATION_CLASS which)
{
	guise_luid session = guise_token_authentication_id(token);

	switch ((int)which) {
	case AuthzContextInfoPrivileges:
		put_privileges(answer, token);
		return true;
	case AuthzContextInfoExpirationTime:
		put(answer, &context->expiration, sizeof(context->expiration));
		return true;
	case AuthzContextInfoIdentifier:
		put(answer, &context->id, sizeof(context->id));
		return true;
	case AuthzContextInfoAuthenticationId:
		put(answer, &session, sizeof(session));
		return true;
	case AuthzContextInfoAppContainerSid:
		put_package(answer, guise_token_package(token));
		return true;
	default:
		return put_lists(answer, token, which);
	}
}

/* The classes whose answer is a set of claims. */
static bool claims_of(AUTHZ_CONTEXT_INFORMATION_CLASS which,
		      enum guise_token_claims_kind *ret)
{
	switch ((int)which) {
	case AuthzContextInfoSecurityAttributes:
		*ret = GUISE_CLAIMS_LOCAL;
		return true;
	case AuthzContextInfoUserClaims:
		*ret = GUISE_CLAIMS_USER;
		return true;
	case AuthzContextInfoDeviceClaims:
		*ret = GUISE_CLAIMS_DEVICE;
		return true;
	default:
		return false;
	}
}

static NTSTATUS give(AUTHZ_CLIENT_CONTEXT_HANDLE context,
		     AUTHZ_CONTEXT_INFORMATION_CLASS which, DWORD size,
		     PDWORD ret_size, PVOID ret)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = context_token(context);
	struct answer answer = {.at = ret};
	enum guise_token_claims_kind kind;

	if (claims_of(which, &kind))
		return claims_give(guise_token_claims(token, kind), size, ret,
				   ret_size);
	if (!put_information(&answer, context, token, which))
		return STATUS_INVALID_PARAMETER;
	*ret_size = (DWORD)answer.size;
	if (!ret || size < answer.size)
		return STATUS_BUFFER_TOO_SMALL;
	answer = (struct answer){.at = ret, .room = size};
	(void)put_information(&answer, context, token, which);
	return STATUS_SUCCESS;
}

BOOL AuthzGetInformationFromContext(AUTHZ_CLIENT_CONTEXT_HANDLE context,
				    AUTHZ_CONTEXT_INFORMATION_CLASS which,
				    DWORD size, PDWORD ret_size, PVOID ret)
{
	if (!context || !ret_size)
		return win32_result(STATUS_INVALID_PARAMETER);
	return win32_result(give(context, which, size, ret_size, ret));
}
