/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GetTokenInformation: one table of classes. What an answer takes is counted
 * first; a buffer that is too small is told the size and left as it was.
 */
#include <guise/session.h>
#include <guise/thread-token.h>

#include <winternl.h>

#include "token-query.h"
#include "token.h"
#include "user-memory.h"

static_assert(sizeof(TOKEN_AUDIT_POLICY) == GUISE_AUDIT_POLICY_SIZE,
	      "one form of it");
static_assert(sizeof(TOKEN_STATISTICS) == 56, "as on Windows");

LUID luid_of(guise_luid id)
{
	return (LUID){.LowPart = (DWORD)id, .HighPart = (LONG)(id >> 32)};
}

guise_luid luid_number(const LUID *luid)
{
	return (guise_luid)(uint32_t)luid->HighPart << 32 | luid->LowPart;
}

static NTSTATUS one_sid(struct pack *pack, const struct guise_sid *sid)
{
	size_t at = pack_take(pack, sizeof(PSID), sizeof(PSID));
	const PSID pointer = pack_sid(pack, sid);

	pack_put(pack, at, &pointer, sizeof(pointer));
	return STATUS_SUCCESS;
}

static NTSTATUS answer_owner(const struct token_query *q, struct pack *pack)
{
	return one_sid(pack, guise_token_owner(q->token));
}

static NTSTATUS answer_primary_group(const struct token_query *q,
				     struct pack *pack)
{
	return one_sid(pack, guise_token_primary_group(q->token));
}

static NTSTATUS answer_package(const struct token_query *q, struct pack *pack)
{
	return one_sid(pack, guise_token_package(q->token));
}

static NTSTATUS answer_trust_level(const struct token_query *q,
				   struct pack *pack)
{
	return one_sid(pack, guise_token_trust_level(q->token));
}

static NTSTATUS sid_and_attributes(struct pack *pack,
				   const struct guise_sid_and_attributes *sid)
{
	pack_sids(pack,
		  pack_take(pack, sizeof(SID_AND_ATTRIBUTES), sizeof(PSID)),
		  sid, 1);
	return STATUS_SUCCESS;
}

static NTSTATUS answer_user(const struct token_query *q, struct pack *pack)
{
	return sid_and_attributes(pack, guise_token_user(q->token));
}

static NTSTATUS answer_label(const struct token_query *q, struct pack *pack)
{
	const struct guise_sid_and_attributes label = {
		.sid = *guise_token_integrity(q->token),
		.attributes = SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED,
	};

	return sid_and_attributes(pack, &label);
}

/* SIDs of a token by class; the restricted device groups are always none */
static NTSTATUS answer_sids(const struct token_query *q, struct pack *pack)
{
	const struct guise_sid_and_attributes *sids = NULL;
	size_t n = 0;

	if (q->class == TokenGroups)
		sids = guise_token_groups(q->token, &n);
	else if (q->class == TokenRestrictedSids)
		sids = guise_token_restricted_sids(q->token, &n);
	else if (q->class == TokenCapabilities)
		sids = guise_token_capabilities(q->token, &n);
	else if (q->class == TokenDeviceGroups)
		sids = guise_token_device_groups(q->token, &n);
	pack_groups(pack, sids, n);
	return STATUS_SUCCESS;
}

static NTSTATUS answer_logon_sid(const struct token_query *q, struct pack *pack)
{
	const struct guise_sid_and_attributes *sid =
		guise_token_logon_sid(q->token);

	if (!sid)
		return STATUS_NOT_FOUND;
	pack_groups(pack, sid, 1);
	return STATUS_SUCCESS;
}

static NTSTATUS answer_privileges(const struct token_query *q,
				  struct pack *pack)
{
	pack_privileges(pack, q->token, guise_token_privileges(q->token));
	return STATUS_SUCCESS;
}

static NTSTATUS answer_default_dacl(const struct token_query *q,
				    struct pack *pack)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	const struct guise_acl *dacl = guise_token_default_dacl(q->token);
	size_t at = pack_take(pack, sizeof(PACL), sizeof(PACL));
	size_t dacl_at;
	void *pointer = NULL;
	int r;

	if (dacl) {
		r = guise_acl_encode(dacl, &bytes);
		if (r < 0)
			return status_of(r);
		dacl_at = pack_take(pack, bytes.size, sizeof(uint32_t));
		pack_put(pack, dacl_at, bytes.data, bytes.size);
		pointer = pack_at(pack, dacl_at);
	}
	pack_put(pack, at, &pointer, sizeof(pointer));
	return STATUS_SUCCESS;
}

static NTSTATUS answer_source(const struct token_query *q, struct pack *pack)
{
	const char *name = guise_token_source(q->token);
	TOKEN_SOURCE source = {
		.SourceIdentifier = luid_of(guise_token_source_id(q->token)),
	};

	memcpy(source.SourceName, name, strnlen(name, TOKEN_SOURCE_LENGTH));
	pack_add(pack, &source, sizeof(source), sizeof(DWORD));
	return STATUS_SUCCESS;
}

static NTSTATUS answer_statistics(const struct token_query *q,
				  struct pack *pack)
{
	const struct guise_token *token = q->token;
	const uint32_t charged = guise_token_dynamic_charged(token);
	size_t n_groups;
	TOKEN_STATISTICS all = {
		.TokenId = luid_of(guise_token_id(token)),
		.AuthenticationId =
			luid_of(guise_token_authentication_id(token)),
		.ExpirationTime.QuadPart = guise_token_expiration(token),
		.TokenType = (TOKEN_TYPE)guise_token_type(token),
		.ImpersonationLevel =
			(SECURITY_IMPERSONATION_LEVEL)guise_token_level(token),
		.DynamicCharged = charged,
		.DynamicAvailable = charged - guise_token_dynamic_used(token),
		.PrivilegeCount = (DWORD)__builtin_popcountll(
			guise_token_privileges(token)),
		.ModifiedId = luid_of(guise_token_modified_id(token)),
	};

	(void)guise_token_groups(token, &n_groups);
	all.GroupCount = (DWORD)n_groups;
	pack_add(pack, &all, sizeof(all), sizeof(DWORD));
	return STATUS_SUCCESS;
}

static NTSTATUS answer_audit_policy(const struct token_query *q,
				    struct pack *pack)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	int r = guise_effective_token(&caller);

	if (r < 0)
		return status_of(r);
	if (!guise_token_has_privilege(caller, GUISE_SE_SECURITY))
		return STATUS_PRIVILEGE_NOT_HELD;
	pack_add(pack, guise_token_audit_policy(q->token),
		 GUISE_AUDIT_POLICY_SIZE, 1);
	return STATUS_SUCCESS;
}

static NTSTATUS answer_origin(const struct token_query *q, struct pack *pack)
{
	const LUID origin = luid_of(guise_token_origin(q->token));

	pack_add(pack, &origin, sizeof(origin), sizeof(DWORD));
	return STATUS_SUCCESS;
}

/* A prefix of the object names that there is none of */
static NTSTATUS answer_isolation(const struct token_query *q, struct pack *pack)
{
	const TOKEN_BNO_ISOLATION_INFORMATION none = {0};

	(void)q;
	pack_add(pack, &none, sizeof(none), sizeof(PVOID));
	return STATUS_SUCCESS;
}

static NTSTATUS answer_level(const struct token_query *q, struct pack *pack)
{
	const ULONG level = guise_token_level(q->token);

	if (guise_token_type(q->token) != GUISE_TOKEN_IMPERSONATION)
		return STATUS_INVALID_INFO_CLASS;
	pack_add(pack, &level, sizeof(level), sizeof(level));
	return STATUS_SUCCESS;
}

static bool has_flag(const struct token_query *q, uint32_t flag)
{
	return (guise_token_flags(q->token) & flag) != 0;
}

static ULONG number_of(const struct token_query *q)
{
	switch (q->class) {
	case TokenType:
		return guise_token_type(q->token);
	case TokenSessionId:
		return guise_token_session(q->token);
	case TokenSandBoxInert:
		return has_flag(q, GUISE_TOKEN_SANDBOX_INERT);
	case TokenElevationType:
		return guise_token_elevation(q->token);
	case TokenElevation:
		return guise_token_is_elevated(q->token);
	case TokenHasRestrictions:
		return has_flag(q, GUISE_TOKEN_IS_FILTERED);
	case TokenVirtualizationAllowed:
		return has_flag(q, GUISE_TOKEN_VIRTUALIZE_ALLOWED);
	case TokenVirtualizationEnabled:
		return has_flag(q, GUISE_TOKEN_VIRTUALIZE_ENABLED);
	case TokenUIAccess:
		return has_flag(q, GUISE_TOKEN_UI_ACCESS);
	case TokenMandatoryPolicy:
		return guise_token_mandatory_policy(q->token);
	case TokenIsAppContainer:
		return guise_token_package(q->token) != NULL;
	case TokenAppContainerNumber:
		return guise_token_package_number(q->token);
	case TokenIsRestricted:
		return guise_token_is_restricted(q->token);
	case TokenIsLessPrivilegedAppContainer:
		return has_flag(q, GUISE_TOKEN_LESS_PRIVILEGED);
	case TokenIsSandboxed:
		return guise_token_package(q->token) ||
		       guise_token_is_restricted(q->token);
	default: /* what no token here has: silos, private namespaces */
		return 0;
	}
}

static NTSTATUS answer_number(const struct token_query *q, struct pack *pack)
{
	const ULONG number = number_of(q);

	pack_add(pack, &number, sizeof(number), sizeof(number));
	return STATUS_SUCCESS;
}

/* The handle is made when there is room for it (give_linked()). */
static NTSTATUS answer_linked(const struct token_query *q, struct pack *pack)
{
	const TOKEN_LINKED_TOKEN none = {0};

	(void)q;
	pack_add(pack, &none, sizeof(none), sizeof(HANDLE));
	return STATUS_SUCCESS;
}

/**
 * struct class_row - an information class
 * @answer: NULL: cannot be asked for
 * @fixed: too small a buffer is one of a wrong length
 */
static const struct class_row {
	token_answer *answer;
	bool fixed;
} classes[] = {
	[TokenUser] = {answer_user},
	[TokenGroups] = {answer_sids},
	[TokenPrivileges] = {answer_privileges},
	[TokenOwner] = {answer_owner},
	[TokenPrimaryGroup] = {answer_primary_group},
	[TokenDefaultDacl] = {answer_default_dacl},
	[TokenSource] = {answer_source},
	[TokenType] = {answer_number},
	[TokenImpersonationLevel] = {answer_level},
	[TokenStatistics] = {answer_statistics},
	[TokenRestrictedSids] = {answer_sids},
	[TokenSessionId] = {answer_number, true},
	[TokenGroupsAndPrivileges] = {answer_groups_and_privileges},
	[TokenSandBoxInert] = {answer_number, true},
	[TokenAuditPolicy] = {answer_audit_policy},
	[TokenOrigin] = {answer_origin, true},
	[TokenElevationType] = {answer_number},
	[TokenLinkedToken] = {answer_linked, true},
	[TokenElevation] = {answer_number, true},
	[TokenHasRestrictions] = {answer_number, true},
	[TokenAccessInformation] = {answer_access},
	[TokenVirtualizationAllowed] = {answer_number, true},
	[TokenVirtualizationEnabled] = {answer_number, true},
	[TokenIntegrityLevel] = {answer_label},
	[TokenUIAccess] = {answer_number, true},
	[TokenMandatoryPolicy] = {answer_number, true},
	[TokenLogonSid] = {answer_logon_sid},
	[TokenIsAppContainer] = {answer_number, true},
	[TokenCapabilities] = {answer_sids},
	[TokenAppContainerSid] = {answer_package},
	[TokenAppContainerNumber] = {answer_number, true},
	[TokenUserClaimAttributes] = {answer_claims},
	[TokenDeviceClaimAttributes] = {answer_claims},
	[TokenRestrictedUserClaimAttributes] = {answer_claims},
	[TokenRestrictedDeviceClaimAttributes] = {answer_claims},
	[TokenDeviceGroups] = {answer_sids},
	[TokenRestrictedDeviceGroups] = {answer_sids},
	[TokenSecurityAttributes] = {answer_attributes},
	[TokenIsRestricted] = {answer_number, true},
	[TokenProcessTrustLevel] = {answer_trust_level},
	[TokenPrivateNameSpace] = {answer_number, true},
	[TokenSingletonAttributes] = {answer_attributes},
	[TokenBnoIsolation] = {answer_isolation},
	[TokenChildProcessFlags] = {answer_number, true},
	[TokenIsLessPrivilegedAppContainer] = {answer_number, true},
	[TokenIsSandboxed] = {answer_number, true},
	[TokenIsAppSilo] = {answer_number, true},
};

static NTSTATUS linked_handle(const struct guise_token_handle *handle,
			      const struct guise_token *token, HANDLE *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *linked = NULL;
	struct guise_token_handle opened = {0};
	int r;

	r = guise_session_linked_token(guise_token_authentication_id(token),
				       &linked);
	if (r == 0)
		r = guise_effective_token(&caller);
	if (r == 0)
		r = guise_token_handle_linked(handle, caller, linked, &opened);
	return r < 0 ? status_of(r) : token_handle_give(&opened, 0, ret);
}

static NTSTATUS give(const struct guise_token_handle *handle,
		     const struct token_query *q, void *out, ULONG size,
		     ULONG *ret_size)
{
	const struct class_row *row = &classes[q->class];
	struct pack pack = {0};
	NTSTATUS status = row->answer(q, &pack);

	if (status < 0)
		return status;
	*ret_size = (ULONG)pack.used;
	if (size < pack.used)
		return row->fixed ? STATUS_INFO_LENGTH_MISMATCH
				  : STATUS_BUFFER_TOO_SMALL;
	if (!user_writable(out, pack.used))
		return STATUS_ACCESS_VIOLATION;
	if (q->class == TokenLinkedToken)
		return linked_handle(handle, q->token, out);
	pack = (struct pack){.out = out};
	return row->answer(q, &pack);
}

NTSTATUS NTAPI NtQueryInformationToken(HANDLE handle,
				       TOKEN_INFORMATION_CLASS class, PVOID out,
				       ULONG size, PULONG ret_size)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	struct token_query q = {.class = (ULONG) class};
	NTSTATUS status;

	if (!user_writable(ret_size, sizeof(*ret_size)) || (size && !out))
		return STATUS_ACCESS_VIOLATION;
	if ((unsigned)class >= ARRAY_SIZE(classes) || !classes[class].answer)
		return STATUS_INVALID_INFO_CLASS;
	status = token_from_handle(
		handle, class == TokenSource ? TOKEN_QUERY_SOURCE : TOKEN_QUERY,
		&token);
	if (status < 0)
		return status;
	now = guise_token_object_token(token.object);
	q.token = now;
	return give(&token, &q, out, size, ret_size);
}

BOOL WINAPI GetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS class,
				LPVOID out, DWORD size, PDWORD ret_size)
{
	return win32_result(
		NtQueryInformationToken(token, class, out, size, ret_size));
}
