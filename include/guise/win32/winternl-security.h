/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Part of winternl.h: SIDs, ACLs, descriptors and access checks as ntdll spells
 * them. Those of Rtl work in the caller's memory, those of Nt are system calls
 * on Windows: they take any pointer and answer STATUS_ACCESS_VIOLATION.
 */
#ifndef GUISE_WINTERNL_SECURITY_H
#define GUISE_WINTERNL_SECURITY_H

#include "ntdef.h"
#include "windows.h"

GUISE_WIN32_BEGIN

/* Identifiers */
BOOLEAN RtlValidSid(PSID sid);
ULONG RtlLengthRequiredSid(ULONG count);
ULONG RtlLengthSid(PSID sid);
PSID_IDENTIFIER_AUTHORITY RtlIdentifierAuthoritySid(PSID sid);
PUCHAR RtlSubAuthorityCountSid(PSID sid);
PULONG RtlSubAuthoritySid(PSID sid, ULONG index);
BOOLEAN RtlEqualSid(PSID a, PSID b);
BOOLEAN RtlEqualPrefixSid(PSID a, PSID b);
NTSTATUS RtlInitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority,
			  UCHAR count);
NTSTATUS RtlAllocateAndInitializeSidEx(PSID_IDENTIFIER_AUTHORITY authority,
				       UCHAR count, PULONG subs, PSID *ret);
NTSTATUS RtlAllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority,
				     UCHAR count, ULONG sub0, ULONG sub1,
				     ULONG sub2, ULONG sub3, ULONG sub4,
				     ULONG sub5, ULONG sub6, ULONG sub7,
				     PSID *ret);
PVOID RtlFreeSid(PSID sid);
NTSTATUS RtlCopySid(ULONG size, PSID ret, PSID sid);
NTSTATUS RtlCopySidAndAttributesArray(ULONG count, PSID_AND_ATTRIBUTES from,
				      ULONG size, PSID_AND_ATTRIBUTES ret,
				      PSID area, PSID *ret_rest,
				      PULONG ret_rest_size);
NTSTATUS RtlSidDominates(PSID a, PSID b, PBOOLEAN ret);
NTSTATUS RtlSidEqualLevel(PSID a, PSID b, PBOOLEAN ret);
NTSTATUS NtAllocateLocallyUniqueId(PLUID ret);
VOID RtlCopyLuid(PLUID ret, const LUID *luid);
NTSTATUS RtlCreateServiceSid(PUNICODE_STRING name, PSID ret, PULONG size);
NTSTATUS RtlDeriveCapabilitySidsFromName(PUNICODE_STRING name, PSID group,
					 PSID capability);
NTSTATUS RtlConvertSidToUnicodeString(PUNICODE_STRING ret, PSID sid,
				      BOOLEAN allocate);

/* Lists and their entries */
BOOLEAN RtlValidAcl(PACL acl);
NTSTATUS RtlCreateAcl(PACL acl, ULONG size, ULONG revision);
NTSTATUS RtlQueryInformationAcl(PACL acl, PVOID ret, ULONG size,
				ACL_INFORMATION_CLASS which);
NTSTATUS RtlSetInformationAcl(PACL acl, PVOID information, ULONG size,
			      ACL_INFORMATION_CLASS which);
BOOLEAN RtlFirstFreeAce(PACL acl, PVOID *ret);
NTSTATUS RtlGetAce(PACL acl, ULONG index, PVOID *ret);
NTSTATUS RtlDeleteAce(PACL acl, ULONG index);
NTSTATUS RtlAddAce(PACL acl, ULONG revision, ULONG index, PVOID list,
		   ULONG size);
NTSTATUS RtlAddAccessAllowedAceEx(PACL acl, ULONG revision, ULONG flags,
				  ACCESS_MASK mask, PSID sid);
NTSTATUS RtlAddAccessAllowedAce(PACL acl, ULONG revision, ACCESS_MASK mask,
				PSID sid);
NTSTATUS RtlAddAccessDeniedAceEx(PACL acl, ULONG revision, ULONG flags,
				 ACCESS_MASK mask, PSID sid);
NTSTATUS RtlAddAccessDeniedAce(PACL acl, ULONG revision, ACCESS_MASK mask,
			       PSID sid);
NTSTATUS RtlAddAuditAccessAceEx(PACL acl, ULONG revision, ULONG flags,
				ACCESS_MASK mask, PSID sid, BOOLEAN success,
				BOOLEAN failure);
NTSTATUS RtlAddAuditAccessAce(PACL acl, ULONG revision, ACCESS_MASK mask,
			      PSID sid, BOOLEAN success, BOOLEAN failure);
NTSTATUS RtlAddMandatoryAce(PACL acl, ULONG revision, ULONG flags, PSID label,
			    UCHAR type, ACCESS_MASK policy);
NTSTATUS RtlAddAccessAllowedObjectAce(PACL acl, ULONG revision, ULONG flags,
				      ACCESS_MASK mask, GUID *type, GUID *heirs,
				      PSID sid);
NTSTATUS RtlAddAccessDeniedObjectAce(PACL acl, ULONG revision, ULONG flags,
				     ACCESS_MASK mask, GUID *type, GUID *heirs,
				     PSID sid);
NTSTATUS RtlAddAuditAccessObjectAce(PACL acl, ULONG revision, ULONG flags,
				    ACCESS_MASK mask, GUID *type, GUID *heirs,
				    PSID sid, BOOLEAN success, BOOLEAN failure);
NTSTATUS
RtlAddResourceAttributeAce(PACL acl, ULONG revision, ULONG flags, ULONG mask,
			   PSID sid,
			   PCLAIM_SECURITY_ATTRIBUTES_INFORMATION attributes,
			   PULONG ret_size);
NTSTATUS RtlAddScopedPolicyIDAce(PACL acl, ULONG revision, ULONG flags,
				 ULONG mask, PSID sid);
NTSTATUS RtlAddProcessTrustLabelAce(PACL acl, ULONG revision, ULONG flags,
				    PSID sid, UCHAR type, ACCESS_MASK mask);
BOOLEAN RtlOwnerAcesPresent(PACL acl);

/* Descriptors */
NTSTATUS RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR sd, ULONG revision);
BOOLEAN RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR sd);
BOOLEAN RtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR sd, ULONG size,
					   SECURITY_INFORMATION required);
ULONG RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR sd);
NTSTATUS RtlGetControlSecurityDescriptor(PSECURITY_DESCRIPTOR sd,
					 PSECURITY_DESCRIPTOR_CONTROL ret,
					 PULONG revision);
NTSTATUS RtlSetControlSecurityDescriptor(PSECURITY_DESCRIPTOR sd,
					 SECURITY_DESCRIPTOR_CONTROL interest,
					 SECURITY_DESCRIPTOR_CONTROL set);
NTSTATUS RtlGetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID *ret,
				       PBOOLEAN defaulted);
NTSTATUS RtlGetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID *ret,
				       PBOOLEAN defaulted);
NTSTATUS RtlGetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PBOOLEAN present,
				      PACL *ret, PBOOLEAN defaulted);
NTSTATUS RtlGetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PBOOLEAN present,
				      PACL *ret, PBOOLEAN defaulted);
NTSTATUS RtlSetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID owner,
				       BOOLEAN defaulted);
NTSTATUS RtlSetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID group,
				       BOOLEAN defaulted);
NTSTATUS RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd, BOOLEAN present,
				      PACL dacl, BOOLEAN defaulted);
NTSTATUS RtlSetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd, BOOLEAN present,
				      PACL sacl, BOOLEAN defaulted);
BOOLEAN RtlGetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR ret);
VOID RtlSetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR value);
NTSTATUS RtlMakeSelfRelativeSD(PSECURITY_DESCRIPTOR sd,
			       PSECURITY_DESCRIPTOR ret, PULONG size);
NTSTATUS RtlAbsoluteToSelfRelativeSD(PSECURITY_DESCRIPTOR sd,
				     PSECURITY_DESCRIPTOR ret, PULONG size);
NTSTATUS RtlSelfRelativeToAbsoluteSD(PSECURITY_DESCRIPTOR sd,
				     PSECURITY_DESCRIPTOR ret, PULONG size,
				     PACL dacl, PULONG dacl_size, PACL sacl,
				     PULONG sacl_size, PSID owner,
				     PULONG owner_size, PSID group,
				     PULONG group_size);
NTSTATUS RtlSelfRelativeToAbsoluteSD2(PSECURITY_DESCRIPTOR sd, PULONG size);
NTSTATUS RtlCopySecurityDescriptor(PSECURITY_DESCRIPTOR sd,
				   PSECURITY_DESCRIPTOR *ret);

/* Descriptors of a server's own objects */
NTSTATUS RtlNewSecurityObjectWithMultipleInheritance(
	PSECURITY_DESCRIPTOR parent, PSECURITY_DESCRIPTOR creator,
	PSECURITY_DESCRIPTOR *ret, GUID **types, ULONG n_types,
	BOOLEAN is_container, ULONG flags, HANDLE token,
	PGENERIC_MAPPING mapping);
NTSTATUS RtlNewSecurityObjectEx(PSECURITY_DESCRIPTOR parent,
				PSECURITY_DESCRIPTOR creator,
				PSECURITY_DESCRIPTOR *ret, GUID *type,
				BOOLEAN is_container, ULONG flags, HANDLE token,
				PGENERIC_MAPPING mapping);
NTSTATUS RtlNewSecurityObject(PSECURITY_DESCRIPTOR parent,
			      PSECURITY_DESCRIPTOR creator,
			      PSECURITY_DESCRIPTOR *ret, BOOLEAN is_container,
			      HANDLE token, PGENERIC_MAPPING mapping);
NTSTATUS RtlSetSecurityObjectEx(SECURITY_INFORMATION information,
				PSECURITY_DESCRIPTOR modification,
				PSECURITY_DESCRIPTOR *sd, ULONG flags,
				PGENERIC_MAPPING mapping, HANDLE token);
NTSTATUS RtlSetSecurityObject(SECURITY_INFORMATION information,
			      PSECURITY_DESCRIPTOR modification,
			      PSECURITY_DESCRIPTOR *sd,
			      PGENERIC_MAPPING mapping, HANDLE token);
NTSTATUS RtlQuerySecurityObject(PSECURITY_DESCRIPTOR sd,
				SECURITY_INFORMATION information,
				PSECURITY_DESCRIPTOR ret, ULONG size,
				PULONG needed);
NTSTATUS RtlDeleteSecurityObject(PSECURITY_DESCRIPTOR *sd);
NTSTATUS RtlConvertToAutoInheritSecurityObject(PSECURITY_DESCRIPTOR parent,
					       PSECURITY_DESCRIPTOR current,
					       PSECURITY_DESCRIPTOR *ret,
					       GUID *type, BOOLEAN is_container,
					       PGENERIC_MAPPING mapping);

/* Checks */
NTSTATUS NtAccessCheck(PSECURITY_DESCRIPTOR sd, HANDLE token,
		       ACCESS_MASK desired, PGENERIC_MAPPING mapping,
		       PPRIVILEGE_SET privileges, PULONG privileges_size,
		       PACCESS_MASK granted, PNTSTATUS status);
NTSTATUS NtAccessCheckByType(PSECURITY_DESCRIPTOR sd, PSID self, HANDLE token,
			     ACCESS_MASK desired, POBJECT_TYPE_LIST types,
			     ULONG n_types, PGENERIC_MAPPING mapping,
			     PPRIVILEGE_SET privileges, PULONG privileges_size,
			     PACCESS_MASK granted, PNTSTATUS status);
NTSTATUS NtAccessCheckByTypeResultList(PSECURITY_DESCRIPTOR sd, PSID self,
				       HANDLE token, ACCESS_MASK desired,
				       POBJECT_TYPE_LIST types, ULONG n_types,
				       PGENERIC_MAPPING mapping,
				       PPRIVILEGE_SET privileges,
				       PULONG privileges_size,
				       PACCESS_MASK granted, PNTSTATUS status);
VOID RtlMapGenericMask(PACCESS_MASK mask, const GENERIC_MAPPING *mapping);
BOOLEAN RtlAreAllAccessesGranted(ACCESS_MASK granted, ACCESS_MASK desired);
BOOLEAN RtlAreAnyAccessesGranted(ACCESS_MASK granted, ACCESS_MASK desired);

/* Checks that are put on record */
NTSTATUS NtAccessCheckAndAuditAlarm(
	PUNICODE_STRING subsystem, PVOID id, PUNICODE_STRING type_name,
	PUNICODE_STRING name, PSECURITY_DESCRIPTOR sd, ACCESS_MASK desired,
	PGENERIC_MAPPING mapping, BOOLEAN creation, PACCESS_MASK granted,
	PNTSTATUS status, PBOOLEAN on_close);
NTSTATUS NtAccessCheckByTypeAndAuditAlarm(
	PUNICODE_STRING subsystem, PVOID id, PUNICODE_STRING type_name,
	PUNICODE_STRING name, PSECURITY_DESCRIPTOR sd, PSID self,
	ACCESS_MASK desired, AUDIT_EVENT_TYPE event, ULONG flags,
	POBJECT_TYPE_LIST types, ULONG n_types, PGENERIC_MAPPING mapping,
	BOOLEAN creation, PACCESS_MASK granted, PNTSTATUS status,
	PBOOLEAN on_close);
NTSTATUS NtAccessCheckByTypeResultListAndAuditAlarm(
	PUNICODE_STRING subsystem, PVOID id, PUNICODE_STRING type_name,
	PUNICODE_STRING name, PSECURITY_DESCRIPTOR sd, PSID self,
	ACCESS_MASK desired, AUDIT_EVENT_TYPE event, ULONG flags,
	POBJECT_TYPE_LIST types, ULONG n_types, PGENERIC_MAPPING mapping,
	BOOLEAN creation, PACCESS_MASK granted, PNTSTATUS status,
	PBOOLEAN on_close);
NTSTATUS NtAccessCheckByTypeResultListAndAuditAlarmByHandle(
	PUNICODE_STRING subsystem, PVOID id, HANDLE token,
	PUNICODE_STRING type_name, PUNICODE_STRING name,
	PSECURITY_DESCRIPTOR sd, PSID self, ACCESS_MASK desired,
	AUDIT_EVENT_TYPE event, ULONG flags, POBJECT_TYPE_LIST types,
	ULONG n_types, PGENERIC_MAPPING mapping, BOOLEAN creation,
	PACCESS_MASK granted, PNTSTATUS status, PBOOLEAN on_close);
NTSTATUS NtOpenObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				PUNICODE_STRING type_name, PUNICODE_STRING name,
				PSECURITY_DESCRIPTOR sd, HANDLE token,
				ACCESS_MASK desired, ACCESS_MASK granted,
				PPRIVILEGE_SET privileges, BOOLEAN creation,
				BOOLEAN allowed, PBOOLEAN on_close);
NTSTATUS NtCloseObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				 BOOLEAN on_close);
NTSTATUS NtDeleteObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				  BOOLEAN on_close);
NTSTATUS NtPrivilegeObjectAuditAlarm(PUNICODE_STRING subsystem, PVOID id,
				     HANDLE token, ACCESS_MASK desired,
				     PPRIVILEGE_SET privileges,
				     BOOLEAN allowed);
NTSTATUS NtPrivilegedServiceAuditAlarm(PUNICODE_STRING subsystem,
				       PUNICODE_STRING service, HANDLE token,
				       PPRIVILEGE_SET privileges,
				       BOOLEAN allowed);

GUISE_WIN32_END

#endif
