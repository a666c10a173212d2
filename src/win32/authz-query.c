/* SPDX-License-Identifier: Apache-2.0 */
/* What a client is, in a buffer of the caller's (authz.h): laid out as a token
 * tells it. */
#include "authz-internal.h"
#include "status.h"
#include "token-query.h"

/* TOKEN_APPCONTAINER_INFORMATION: a pointer, and a SID if there is one */
static void pack_package(struct pack *pack, const struct guise_token *token)
{
	size_t at = pack_take(pack, sizeof(PSID), sizeof(PSID));
	const PSID sid = pack_sid(pack, guise_token_package(token));

	pack_put(pack, at, &sid, sizeof(sid));
}

static bool pack_lists(struct pack *pack, const struct guise_token *token,
		       AUTHZ_CONTEXT_INFORMATION_CLASS which)
{
	const struct guise_sid_and_attributes *sids;
	size_t n;

	switch ((int)which) {
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
	pack_groups(pack, sids, n);
	return true;
}

static bool pack_sets(struct pack *pack, const struct guise_token *token,
		      AUTHZ_CONTEXT_INFORMATION_CLASS which)
{
	enum guise_token_claims_kind kind;

	switch ((int)which) {
	case AuthzContextInfoSecurityAttributes:
		kind = GUISE_CLAIMS_LOCAL;
		break;
	case AuthzContextInfoUserClaims:
		kind = GUISE_CLAIMS_USER;
		break;
	case AuthzContextInfoDeviceClaims:
		kind = GUISE_CLAIMS_DEVICE;
		break;
	default:
		return pack_lists(pack, token, which);
	}
	pack_claims(pack, guise_token_claims(token, kind));
	return true;
}

/* False: there is no such class */
static bool pack_information(struct pack *pack,
			     AUTHZ_CLIENT_CONTEXT_HANDLE context,
			     const struct guise_token *token,
			     AUTHZ_CONTEXT_INFORMATION_CLASS which)
{
	const LUID session = luid_of(guise_token_authentication_id(token));

	switch ((int)which) {
	case AuthzContextInfoUserSid:
		pack_sids(pack,
			  pack_take(pack, sizeof(SID_AND_ATTRIBUTES),
				    sizeof(PSID)),
			  guise_token_user(token), 1);
		return true;
	case AuthzContextInfoPrivileges:
		pack_privileges(pack, token, guise_token_privileges(token));
		return true;
	case AuthzContextInfoExpirationTime:
		pack_add(pack, &context->expiration,
			 sizeof(context->expiration), sizeof(DWORD));
		return true;
	case AuthzContextInfoIdentifier:
		pack_add(pack, &context->id, sizeof(context->id),
			 sizeof(DWORD));
		return true;
	case AuthzContextInfoAuthenticationId:
		pack_add(pack, &session, sizeof(session), sizeof(DWORD));
		return true;
	case AuthzContextInfoAppContainerSid:
		pack_package(pack, token);
		return true;
	default:
		return pack_sets(pack, token, which);
	}
}

static NTSTATUS give(AUTHZ_CLIENT_CONTEXT_HANDLE context,
		     AUTHZ_CONTEXT_INFORMATION_CLASS which, DWORD size,
		     PDWORD ret_size, PVOID ret)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = authz_context_token(context);
	struct pack pack = {0};

	if (!pack_information(&pack, context, token, which))
		return STATUS_INVALID_PARAMETER;
	*ret_size = (DWORD)pack.used;
	if (!ret || size < pack.used)
		return STATUS_BUFFER_TOO_SMALL;
	pack = (struct pack){.out = ret};
	(void)pack_information(&pack, context, token, which);
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
