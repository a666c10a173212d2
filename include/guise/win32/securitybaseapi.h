/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs, ACLs, security descriptors, tokens, impersonation and access checks.
 * What a thread's token is also decides what the Linux kernel lets it do.
 */
#ifndef _APISECUREBASE_
#define _APISECUREBASE_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

/* Identifiers */
BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority, BYTE count,
			      DWORD sub0, DWORD sub1, DWORD sub2, DWORD sub3,
			      DWORD sub4, DWORD sub5, DWORD sub6, DWORD sub7,
			      PSID *sid);
PVOID FreeSid(PSID sid);
BOOL InitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority, BYTE count);
BOOL CopySid(DWORD size, PSID to, PSID from);
BOOL IsValidSid(PSID sid);
BOOL EqualSid(PSID a, PSID b);
BOOL EqualPrefixSid(PSID a, PSID b);
BOOL EqualDomainSid(PSID a, PSID b, BOOL *equal);
DWORD GetLengthSid(PSID sid);
DWORD GetSidLengthRequired(UCHAR count);
PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID sid);
PDWORD GetSidSubAuthority(PSID sid, DWORD index);
PUCHAR GetSidSubAuthorityCount(PSID sid);
BOOL CreateWellKnownSid(WELL_KNOWN_SID_TYPE type, PSID domain, PSID sid,
			DWORD *size);
BOOL IsWellKnownSid(PSID sid, WELL_KNOWN_SID_TYPE type);
BOOL GetWindowsAccountDomainSid(PSID sid, PSID domain, DWORD *size);
BOOL DeriveCapabilitySidsFromName(LPCWSTR name, PSID **group_sids,
				  DWORD *group_count, PSID **sids,
				  DWORD *count);
BOOL AllocateLocallyUniqueId(PLUID luid);

/* Lists */
BOOL InitializeAcl(PACL acl, DWORD size, DWORD revision);
BOOL IsValidAcl(PACL acl);
BOOL GetAclInformation(PACL acl, LPVOID information, DWORD size,
		       ACL_INFORMATION_CLASS which);
BOOL SetAclInformation(PACL acl, LPVOID information, DWORD size,
		       ACL_INFORMATION_CLASS which);
BOOL AddAce(PACL acl, DWORD revision, DWORD index, LPVOID aces, DWORD size);
BOOL DeleteAce(PACL acl, DWORD index);
BOOL GetAce(PACL acl, DWORD index, LPVOID *ace);
BOOL FindFirstFreeAce(PACL acl, LPVOID *ace);
BOOL AddAccessAllowedAce(PACL acl, DWORD revision, DWORD mask, PSID sid);
BOOL AddAccessAllowedAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			   PSID sid);
BOOL AddAccessDeniedAce(PACL acl, DWORD revision, DWORD mask, PSID sid);
BOOL AddAccessDeniedAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			  PSID sid);
BOOL AddAuditAccessAce(PACL acl, DWORD revision, DWORD mask, PSID sid,
		       BOOL success, BOOL failure);
BOOL AddAuditAccessAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			 PSID sid, BOOL success, BOOL failure);
BOOL AddMandatoryAce(PACL acl, DWORD revision, DWORD flags, DWORD policy,
		     PSID label);
BOOL AddAccessAllowedObjectAce(PACL acl, DWORD revision, DWORD flags,
			       DWORD mask, GUID *type, GUID *inherited_type,
			       PSID sid);
BOOL AddAccessDeniedObjectAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			      GUID *type, GUID *inherited_type, PSID sid);
BOOL AddAuditAccessObjectAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			     GUID *type, GUID *inherited_type, PSID sid,
			     BOOL success, BOOL failure);
BOOL AddResourceAttributeAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			     PSID sid,
			     PCLAIM_SECURITY_ATTRIBUTES_INFORMATION attributes,
			     PDWORD size);
BOOL AddScopedPolicyIDAce(PACL acl, DWORD revision, DWORD flags, DWORD mask,
			  PSID sid);

/* Descriptors */
BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR sd, DWORD revision);
BOOL IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR sd);
DWORD GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR sd);
BOOL GetSecurityDescriptorControl(PSECURITY_DESCRIPTOR sd,
				  PSECURITY_DESCRIPTOR_CONTROL control,
				  LPDWORD revision);
BOOL SetSecurityDescriptorControl(PSECURITY_DESCRIPTOR sd,
				  SECURITY_DESCRIPTOR_CONTROL mask,
				  SECURITY_DESCRIPTOR_CONTROL bits);
BOOL GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR sd, PSID *owner,
				LPBOOL defaulted);
BOOL SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR sd, PSID owner,
				BOOL defaulted);
BOOL GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR sd, PSID *group,
				LPBOOL defaulted);
BOOL SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR sd, PSID group,
				BOOL defaulted);
BOOL GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR sd, LPBOOL present,
			       PACL *dacl, LPBOOL defaulted);
BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR sd, BOOL present, PACL dacl,
			       BOOL defaulted);
BOOL GetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR sd, LPBOOL present,
			       PACL *sacl, LPBOOL defaulted);
BOOL SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR sd, BOOL present, PACL sacl,
			       BOOL defaulted);
DWORD GetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR control);
DWORD SetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR control);
BOOL MakeAbsoluteSD(PSECURITY_DESCRIPTOR relative,
		    PSECURITY_DESCRIPTOR absolute, LPDWORD absolute_size,
		    PACL dacl, LPDWORD dacl_size, PACL sacl, LPDWORD sacl_size,
		    PSID owner, LPDWORD owner_size, PSID group,
		    LPDWORD group_size);
BOOL MakeSelfRelativeSD(PSECURITY_DESCRIPTOR absolute,
			PSECURITY_DESCRIPTOR relative, LPDWORD size);
VOID QuerySecurityAccessMask(SECURITY_INFORMATION information, LPDWORD access);
VOID SetSecurityAccessMask(SECURITY_INFORMATION information, LPDWORD access);

/* Descriptors of a program's own objects */
BOOL CreatePrivateObjectSecurity(PSECURITY_DESCRIPTOR parent,
				 PSECURITY_DESCRIPTOR creator,
				 PSECURITY_DESCRIPTOR *sd, BOOL container,
				 HANDLE token, PGENERIC_MAPPING mapping);
BOOL CreatePrivateObjectSecurityEx(PSECURITY_DESCRIPTOR parent,
				   PSECURITY_DESCRIPTOR creator,
				   PSECURITY_DESCRIPTOR *sd, GUID *type,
				   BOOL container, ULONG flags, HANDLE token,
				   PGENERIC_MAPPING mapping);
BOOL CreatePrivateObjectSecurityWithMultipleInheritance(
	PSECURITY_DESCRIPTOR parent, PSECURITY_DESCRIPTOR creator,
	PSECURITY_DESCRIPTOR *sd, GUID **types, ULONG type_count,
	BOOL container, ULONG flags, HANDLE token, PGENERIC_MAPPING mapping);
BOOL SetPrivateObjectSecurity(SECURITY_INFORMATION information,
			      PSECURITY_DESCRIPTOR with,
			      PSECURITY_DESCRIPTOR *sd,
			      PGENERIC_MAPPING mapping, HANDLE token);
BOOL SetPrivateObjectSecurityEx(SECURITY_INFORMATION information,
				PSECURITY_DESCRIPTOR with,
				PSECURITY_DESCRIPTOR *sd, ULONG flags,
				PGENERIC_MAPPING mapping, HANDLE token);
BOOL GetPrivateObjectSecurity(PSECURITY_DESCRIPTOR sd,
			      SECURITY_INFORMATION information,
			      PSECURITY_DESCRIPTOR result, DWORD size,
			      PDWORD needed);
BOOL DestroyPrivateObjectSecurity(PSECURITY_DESCRIPTOR *sd);
BOOL ConvertToAutoInheritPrivateObjectSecurity(PSECURITY_DESCRIPTOR parent,
					       PSECURITY_DESCRIPTOR sd,
					       PSECURITY_DESCRIPTOR *converted,
					       GUID *type, BOOLEAN container,
					       PGENERIC_MAPPING mapping);

/* Descriptors of files and of what handles name */
BOOL GetFileSecurityW(LPCWSTR name, SECURITY_INFORMATION information,
		      PSECURITY_DESCRIPTOR sd, DWORD size, LPDWORD needed);
BOOL SetFileSecurityW(LPCWSTR name, SECURITY_INFORMATION information,
		      PSECURITY_DESCRIPTOR sd);
BOOL GetKernelObjectSecurity(HANDLE handle, SECURITY_INFORMATION information,
			     PSECURITY_DESCRIPTOR sd, DWORD size,
			     LPDWORD needed);
BOOL SetKernelObjectSecurity(HANDLE handle, SECURITY_INFORMATION information,
			     PSECURITY_DESCRIPTOR sd);

/* Tokens */
BOOL GetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS which,
			 LPVOID information, DWORD size, PDWORD needed);
BOOL SetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS which,
			 LPVOID information, DWORD size);
BOOL DuplicateToken(HANDLE token, SECURITY_IMPERSONATION_LEVEL level,
		    PHANDLE duplicate);
BOOL DuplicateTokenEx(HANDLE token, DWORD access,
		      LPSECURITY_ATTRIBUTES attributes,
		      SECURITY_IMPERSONATION_LEVEL level, TOKEN_TYPE type,
		      PHANDLE duplicate);
BOOL CreateRestrictedToken(HANDLE token, DWORD flags, DWORD disable_count,
			   PSID_AND_ATTRIBUTES disable, DWORD delete_count,
			   PLUID_AND_ATTRIBUTES remove, DWORD restrict_count,
			   PSID_AND_ATTRIBUTES restricting, PHANDLE restricted);
BOOL AdjustTokenPrivileges(HANDLE token, BOOL disable_all,
			   PTOKEN_PRIVILEGES state, DWORD size,
			   PTOKEN_PRIVILEGES previous, PDWORD needed);
BOOL AdjustTokenGroups(HANDLE token, BOOL reset, PTOKEN_GROUPS state,
		       DWORD size, PTOKEN_GROUPS previous, PDWORD needed);
BOOL IsTokenRestricted(HANDLE token);
BOOL CheckTokenMembership(HANDLE token, PSID sid, PBOOL member);
BOOL CheckTokenMembershipEx(HANDLE token, PSID sid, DWORD flags, PBOOL member);
BOOL CheckTokenCapability(HANDLE token, PSID capability, PBOOL has);

/* Impersonation */
BOOL ImpersonateSelf(SECURITY_IMPERSONATION_LEVEL level);
BOOL ImpersonateLoggedOnUser(HANDLE token);
BOOL ImpersonateAnonymousToken(HANDLE thread);
BOOL RevertToSelf(VOID);

/* Checks */
BOOL AccessCheck(PSECURITY_DESCRIPTOR sd, HANDLE token, DWORD desired,
		 PGENERIC_MAPPING mapping, PPRIVILEGE_SET privileges,
		 LPDWORD privileges_size, LPDWORD granted, LPBOOL status);
BOOL AccessCheckByType(PSECURITY_DESCRIPTOR sd, PSID self, HANDLE token,
		       DWORD desired, POBJECT_TYPE_LIST types, DWORD type_count,
		       PGENERIC_MAPPING mapping, PPRIVILEGE_SET privileges,
		       LPDWORD privileges_size, LPDWORD granted, LPBOOL status);
BOOL AccessCheckByTypeResultList(PSECURITY_DESCRIPTOR sd, PSID self,
				 HANDLE token, DWORD desired,
				 POBJECT_TYPE_LIST types, DWORD type_count,
				 PGENERIC_MAPPING mapping,
				 PPRIVILEGE_SET privileges,
				 LPDWORD privileges_size, LPDWORD granted,
				 LPDWORD status);
BOOL PrivilegeCheck(HANDLE token, PPRIVILEGE_SET privileges, LPBOOL result);
VOID MapGenericMask(PDWORD mask, PGENERIC_MAPPING mapping);
BOOL AreAllAccessesGranted(DWORD granted, DWORD desired);
BOOL AreAnyAccessesGranted(DWORD granted, DWORD desired);

/* Checks that are put on record */
BOOL AccessCheckAndAuditAlarmW(LPCWSTR subsystem, LPVOID id, LPWSTR type_name,
			       LPWSTR name, PSECURITY_DESCRIPTOR sd,
			       DWORD desired, PGENERIC_MAPPING mapping,
			       BOOL creation, LPDWORD granted, LPBOOL status,
			       LPBOOL on_close);
BOOL AccessCheckByTypeAndAuditAlarmW(LPCWSTR subsystem, LPVOID id,
				     LPCWSTR type_name, LPCWSTR name,
				     PSECURITY_DESCRIPTOR sd, PSID self,
				     DWORD desired, AUDIT_EVENT_TYPE event,
				     DWORD flags, POBJECT_TYPE_LIST types,
				     DWORD type_count, PGENERIC_MAPPING mapping,
				     BOOL creation, LPDWORD granted,
				     LPBOOL status, LPBOOL on_close);
BOOL AccessCheckByTypeResultListAndAuditAlarmW(
	LPCWSTR subsystem, LPVOID id, LPCWSTR type_name, LPCWSTR name,
	PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD type_count, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD granted, LPDWORD status, LPBOOL on_close);
BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleW(
	LPCWSTR subsystem, LPVOID id, HANDLE token, LPCWSTR type_name,
	LPCWSTR name, PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired,
	AUDIT_EVENT_TYPE event, DWORD flags, POBJECT_TYPE_LIST types,
	DWORD type_count, PGENERIC_MAPPING mapping, BOOL creation,
	LPDWORD granted, LPDWORD status, LPBOOL on_close);
BOOL ObjectOpenAuditAlarmW(LPCWSTR subsystem, LPVOID id, LPWSTR type_name,
			   LPWSTR name, PSECURITY_DESCRIPTOR sd, HANDLE token,
			   DWORD desired, DWORD granted,
			   PPRIVILEGE_SET privileges, BOOL creation,
			   BOOL allowed, LPBOOL on_close);
BOOL ObjectCloseAuditAlarmW(LPCWSTR subsystem, LPVOID id, BOOL on_close);
BOOL ObjectDeleteAuditAlarmW(LPCWSTR subsystem, LPVOID id, BOOL on_close);
BOOL ObjectPrivilegeAuditAlarmW(LPCWSTR subsystem, LPVOID id, HANDLE token,
				DWORD desired, PPRIVILEGE_SET privileges,
				BOOL allowed);
BOOL PrivilegedServiceAuditAlarmW(LPCWSTR subsystem, LPCWSTR service,
				  HANDLE token, PPRIVILEGE_SET privileges,
				  BOOL allowed);

GUISE_WIN32_END

#endif
