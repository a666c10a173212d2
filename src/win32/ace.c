/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making entries of ACLs in the caller's memory (MS-DTYP 2.4.4). What is given
 * becomes a value first; how its bytes look is the library's matter.
 */
#include "acl-bytes.h"
#include "claim-read.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"

#include <guise/condition.h>
#include <winternl-security.h>

#define AUDIT_FLAGS (SUCCESSFUL_ACCESS_ACE_FLAG | FAILED_ACCESS_ACE_FLAG)
#define LABEL_POLICIES SYSTEM_MANDATORY_LABEL_VALID_MASK
#define POLICY_AUTHORITY 17
#define TRUST_AUTHORITY 19

/* An entry of @type for the SID at @sid; other members are the caller's. */
static NTSTATUS add(PACL acl, ULONG revision, ULONG flags, struct guise_ace ace,
		    PSID sid)
{
	ULONG allowed = VALID_INHERIT_FLAGS;
	NTSTATUS status = sid_from_memory(sid, &ace.sid);

	if (status)
		return STATUS_INVALID_SID;
	if (ace.type == SYSTEM_AUDIT_ACE_TYPE ||
	    ace.type == SYSTEM_AUDIT_OBJECT_ACE_TYPE ||
	    ace.type == SYSTEM_AUDIT_CALLBACK_ACE_TYPE)
		allowed |= AUDIT_FLAGS;
	if (flags & ~allowed)
		return STATUS_INVALID_PARAMETER;
	ace.flags = (uint8_t)flags;
	return acl_append(acl, revision, &ace, NULL);
}

static NTSTATUS add_plain(PACL acl, ULONG revision, ULONG flags, uint8_t type,
			  ACCESS_MASK mask, PSID sid)
{
	return add(acl, revision, flags,
		   (struct guise_ace){.type = type, .mask = mask}, sid);
}

static ULONG audit_flags(BOOL success, BOOL failure)
{
	return (success ? SUCCESSFUL_ACCESS_ACE_FLAG : 0u) |
	       (failure ? FAILED_ACCESS_ACE_FLAG : 0u);
}

NTSTATUS RtlAddAccessAllowedAceEx(PACL acl, ULONG revision, ULONG flags,
				  ACCESS_MASK mask, PSID sid)
{
	return add_plain(acl, revision, flags, ACCESS_ALLOWED_ACE_TYPE, mask,
			 sid);
}

NTSTATUS RtlAddAccessAllowedAce(PACL acl, ULONG revision, ACCESS_MASK mask,
				PSID sid)
{
	return RtlAddAccessAllowedAceEx(acl, revision, 0, mask, sid);
}

BOOL AddAccessAllowedAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			   PSID sid)
{
	return win32_result(
		RtlAddAccessAllowedAceEx(acl, revision, flags, mask, sid));
}

BOOL AddAccessAllowedAce(PACL acl, DWORD revision, DWORD mask, PSID sid)
{
	return AddAccessAllowedAceEx(acl, revision, 0, mask, sid);
}

NTSTATUS RtlAddAccessDeniedAceEx(PACL acl, ULONG revision, ULONG flags,
				 ACCESS_MASK mask, PSID sid)
{
	return add_plain(acl, revision, flags, ACCESS_DENIED_ACE_TYPE, mask,
			 sid);
}

NTSTATUS RtlAddAccessDeniedAce(PACL acl, ULONG revision, ACCESS_MASK mask,
			       PSID sid)
{
	return RtlAddAccessDeniedAceEx(acl, revision, 0, mask, sid);
}

BOOL AddAccessDeniedAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			  PSID sid)
{
	return win32_result(
		RtlAddAccessDeniedAceEx(acl, revision, flags, mask, sid));
}

BOOL AddAccessDeniedAce(PACL acl, DWORD revision, DWORD mask, PSID sid)
{
	return AddAccessDeniedAceEx(acl, revision, 0, mask, sid);
}

NTSTATUS RtlAddAuditAccessAceEx(PACL acl, ULONG revision, ULONG flags,
				ACCESS_MASK mask, PSID sid, BOOLEAN success,
				BOOLEAN failure)
{
	return add_plain(acl, revision, flags | audit_flags(success, failure),
			 SYSTEM_AUDIT_ACE_TYPE, mask, sid);
}

NTSTATUS RtlAddAuditAccessAce(PACL acl, ULONG revision, ACCESS_MASK mask,
			      PSID sid, BOOLEAN success, BOOLEAN failure)
{
	return RtlAddAuditAccessAceEx(acl, revision, 0, mask, sid, success,
				      failure);
}

BOOL AddAuditAccessAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			 PSID sid, BOOL success, BOOL failure)
{
	return win32_result(RtlAddAuditAccessAceEx(acl, revision, flags, mask,
						   sid, success != FALSE,
						   failure != FALSE));
}

BOOL AddAuditAccessAce(PACL acl, DWORD revision, DWORD mask, PSID sid,
		       BOOL success, BOOL failure)
{
	return AddAuditAccessAceEx(acl, revision, 0, mask, sid, success,
				   failure);
}

NTSTATUS RtlAddMandatoryAce(PACL acl, ULONG revision, ULONG flags, PSID label,
			    UCHAR type, ACCESS_MASK policy)
{
	if (type != SYSTEM_MANDATORY_LABEL_ACE_TYPE ||
	    (policy & ~(ACCESS_MASK)LABEL_POLICIES))
		return STATUS_INVALID_PARAMETER;
	return add_plain(acl, revision, flags, type, policy, label);
}

BOOL AddMandatoryAce(PACL acl, DWORD revision, DWORD flags, DWORD policy,
		     PSID label)
{
	return win32_result(RtlAddMandatoryAce(acl, revision, flags, label,
					       SYSTEM_MANDATORY_LABEL_ACE_TYPE,
					       policy));
}

/* With neither type an entry is about the whole object, for all heirs: a plain
 * one, which says the same. */
static NTSTATUS add_object(PACL acl, ULONG revision, ULONG flags, uint8_t plain,
			   uint8_t object, ACCESS_MASK mask, const GUID *type,
			   const GUID *heirs, PSID sid)
{
	struct guise_ace ace = {.type = object, .mask = mask};

	if (!type && !heirs)
		return add_plain(acl, revision, flags, plain, mask, sid);
	if (type) {
		ace.object_flags |= GUISE_ACE_OBJECT_TYPE_PRESENT;
		memcpy(&ace.object_type, type, sizeof(*type));
	}
	if (heirs) {
		ace.object_flags |= GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT;
		memcpy(&ace.inherited_object_type, heirs, sizeof(*heirs));
	}
	return add(acl, revision, flags, ace, sid);
}

NTSTATUS RtlAddAccessAllowedObjectAce(PACL acl, ULONG revision, ULONG flags,
				      ACCESS_MASK mask, GUID *type, GUID *heirs,
				      PSID sid)
{
	return add_object(acl, revision, flags, ACCESS_ALLOWED_ACE_TYPE,
			  ACCESS_ALLOWED_OBJECT_ACE_TYPE, mask, type, heirs,
			  sid);
}

BOOL AddAccessAllowedObjectAce(PACL acl, DWORD revision, DWORD flags,
			       DWORD mask, GUID *type, GUID *heirs, PSID sid)
{
	return win32_result(RtlAddAccessAllowedObjectAce(
		acl, revision, flags, mask, type, heirs, sid));
}

NTSTATUS RtlAddAccessDeniedObjectAce(PACL acl, ULONG revision, ULONG flags,
				     ACCESS_MASK mask, GUID *type, GUID *heirs,
				     PSID sid)
{
	return add_object(acl, revision, flags, ACCESS_DENIED_ACE_TYPE,
			  ACCESS_DENIED_OBJECT_ACE_TYPE, mask, type, heirs,
			  sid);
}

BOOL AddAccessDeniedObjectAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			      GUID *type, GUID *heirs, PSID sid)
{
	return win32_result(RtlAddAccessDeniedObjectAce(
		acl, revision, flags, mask, type, heirs, sid));
}

NTSTATUS RtlAddAuditAccessObjectAce(PACL acl, ULONG revision, ULONG flags,
				    ACCESS_MASK mask, GUID *type, GUID *heirs,
				    PSID sid, BOOLEAN success, BOOLEAN failure)
{
	return add_object(acl, revision, flags | audit_flags(success, failure),
			  SYSTEM_AUDIT_ACE_TYPE, SYSTEM_AUDIT_OBJECT_ACE_TYPE,
			  mask, type, heirs, sid);
}

BOOL AddAuditAccessObjectAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			     GUID *type, GUID *heirs, PSID sid, BOOL success,
			     BOOL failure)
{
	return win32_result(RtlAddAuditAccessObjectAce(
		acl, revision, flags, mask, type, heirs, sid, success != FALSE,
		failure != FALSE));
}

/* An entry that carries data, and the bytes the ACL takes with it. */
static NTSTATUS add_with_data(PACL acl, ULONG revision, ULONG flags,
			      struct guise_ace ace, PSID sid,
			      const struct guise_buf *data, DWORD *ret_size)
{
	ULONG size;
	NTSTATUS status;

	if (sid_from_memory(sid, &ace.sid))
		return STATUS_INVALID_SID;
	ace.flags = (uint8_t)flags;
	ace.data = data->data;
	ace.data_size = data->size;
	status = acl_append(acl, revision, &ace, &size);
	if (ret_size && (!status || status == STATUS_ALLOTTED_SPACE_EXCEEDED))
		*ret_size = size;
	return status;
}

static bool is_conditional_type(UCHAR type)
{
	return type == ACCESS_ALLOWED_CALLBACK_ACE_TYPE ||
	       type == ACCESS_DENIED_CALLBACK_ACE_TYPE ||
	       type == SYSTEM_AUDIT_CALLBACK_ACE_TYPE;
}

static NTSTATUS add_conditional(PACL acl, DWORD revision, DWORD flags,
				UCHAR type, DWORD mask, PSID sid,
				const WCHAR *condition, DWORD *ret_size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	GUISE_AUTO(freep) char *text = NULL;
	const struct guise_ace ace = {.type = type, .mask = mask};
	ULONG allowed = VALID_INHERIT_FLAGS;
	NTSTATUS status;

	if (type == SYSTEM_AUDIT_CALLBACK_ACE_TYPE)
		allowed |= AUDIT_FLAGS;
	if (!condition || !is_conditional_type(type) || (flags & ~allowed))
		return STATUS_INVALID_PARAMETER;
	status = utf8_dup(condition, &text);
	if (!status)
		status = status_of(guise_condition_parse(
			text, strlen(text), NULL, &code, NULL, NULL));
	return status ? status
		      : add_with_data(acl, revision, flags, ace, sid, &code,
				      ret_size);
}

BOOL AddConditionalAce(PACL acl, DWORD revision, DWORD flags, UCHAR type,
		       DWORD mask, PSID sid, PWCHAR condition, DWORD *ret_size)
{
	return win32_result(add_conditional(acl, revision, flags, type, mask,
					    sid, condition, ret_size));
}

NTSTATUS
RtlAddResourceAttributeAce(PACL acl, ULONG revision, ULONG flags, ULONG mask,
			   PSID sid,
			   PCLAIM_SECURITY_ATTRIBUTES_INFORMATION attributes,
			   PULONG ret_size)
{
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *claims = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	const struct guise_ace ace = {
		.type = SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE};
	NTSTATUS status;

	if (mask || (flags & ~(DWORD)VALID_INHERIT_FLAGS) ||
	    !IsWellKnownSid(sid, WinWorldSid))
		return STATUS_INVALID_PARAMETER;
	status = claims_read(attributes, &claims);
	if (status)
		return status;
	if (guise_claims_n(claims) != 1)
		return STATUS_INVALID_PARAMETER;
	status = status_of(
		guise_claim_encode(guise_claims_at(claims, 0), &bytes));
	return status ? status
		      : add_with_data(acl, revision, flags, ace, sid, &bytes,
				      ret_size);
}

BOOL AddResourceAttributeAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			     PSID sid,
			     PCLAIM_SECURITY_ATTRIBUTES_INFORMATION attributes,
			     PDWORD ret_size)
{
	return win32_result(RtlAddResourceAttributeAce(
		acl, revision, flags, mask, sid, attributes, ret_size));
}

NTSTATUS RtlAddScopedPolicyIDAce(PACL acl, ULONG revision, ULONG flags,
				 ULONG mask, PSID sid)
{
	struct guise_sid policy;

	if (sid_from_memory(sid, &policy))
		return STATUS_INVALID_SID;
	if (mask || policy.authority != POLICY_AUTHORITY)
		return STATUS_INVALID_PARAMETER;
	return add_plain(acl, revision, flags, SYSTEM_SCOPED_POLICY_ID_ACE_TYPE,
			 0, sid);
}

BOOL AddScopedPolicyIDAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			  PSID sid)
{
	return win32_result(
		RtlAddScopedPolicyIDAce(acl, revision, flags, mask, sid));
}

NTSTATUS RtlAddProcessTrustLabelAce(PACL acl, ULONG revision, ULONG flags,
				    PSID sid, UCHAR type, ACCESS_MASK mask)
{
	struct guise_sid level;

	if (sid_from_memory(sid, &level))
		return STATUS_INVALID_SID;
	if (type != SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE ||
	    (mask & ~(ACCESS_MASK)SYSTEM_PROCESS_TRUST_LABEL_VALID_MASK) ||
	    level.authority != TRUST_AUTHORITY)
		return STATUS_INVALID_PARAMETER;
	return add_plain(acl, revision, flags, type, mask, sid);
}
