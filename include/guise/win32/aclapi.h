/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access lists by entries and trustees, and security by object name. Named
 * objects are files and directories; printers, keys and shares do not exist.
 */
#ifndef __ACCESS_CONTROL_API__
#define __ACCESS_CONTROL_API__

#include "windef.h"

#include "accctrl.h"

GUISE_WIN32_BEGIN

/* Called for each object of a tree */
typedef VOID (*FN_PROGRESS)(LPWSTR name, DWORD status,
			    PPROG_INVOKE_SETTING setting, PVOID argument,
			    BOOL security_set);

/* Security by name and by handle */
DWORD GetNamedSecurityInfoA(LPCSTR name, SE_OBJECT_TYPE type,
			    SECURITY_INFORMATION information, PSID *owner,
			    PSID *group, PACL *dacl, PACL *sacl,
			    PSECURITY_DESCRIPTOR *sd);
DWORD GetNamedSecurityInfoW(LPCWSTR name, SE_OBJECT_TYPE type,
			    SECURITY_INFORMATION information, PSID *owner,
			    PSID *group, PACL *dacl, PACL *sacl,
			    PSECURITY_DESCRIPTOR *sd);
#define GetNamedSecurityInfo GUISE_WIN32_AW(GetNamedSecurityInfo)
DWORD SetNamedSecurityInfoA(LPSTR name, SE_OBJECT_TYPE type,
			    SECURITY_INFORMATION information, PSID owner,
			    PSID group, PACL dacl, PACL sacl);
DWORD SetNamedSecurityInfoW(LPWSTR name, SE_OBJECT_TYPE type,
			    SECURITY_INFORMATION information, PSID owner,
			    PSID group, PACL dacl, PACL sacl);
#define SetNamedSecurityInfo GUISE_WIN32_AW(SetNamedSecurityInfo)
DWORD GetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE type,
		      SECURITY_INFORMATION information, PSID *owner,
		      PSID *group, PACL *dacl, PACL *sacl,
		      PSECURITY_DESCRIPTOR *sd);
DWORD SetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE type,
		      SECURITY_INFORMATION information, PSID owner, PSID group,
		      PACL dacl, PACL sacl);
DWORD TreeSetNamedSecurityInfoA(LPSTR name, SE_OBJECT_TYPE type,
				SECURITY_INFORMATION information, PSID owner,
				PSID group, PACL dacl, PACL sacl, DWORD action,
				FN_PROGRESS progress,
				PROG_INVOKE_SETTING setting, PVOID argument);
DWORD TreeSetNamedSecurityInfoW(LPWSTR name, SE_OBJECT_TYPE type,
				SECURITY_INFORMATION information, PSID owner,
				PSID group, PACL dacl, PACL sacl, DWORD action,
				FN_PROGRESS progress,
				PROG_INVOKE_SETTING setting, PVOID argument);
#define TreeSetNamedSecurityInfo GUISE_WIN32_AW(TreeSetNamedSecurityInfo)
DWORD TreeResetNamedSecurityInfoA(LPSTR name, SE_OBJECT_TYPE type,
				  SECURITY_INFORMATION information, PSID owner,
				  PSID group, PACL dacl, PACL sacl,
				  BOOL keep_explicit, FN_PROGRESS progress,
				  PROG_INVOKE_SETTING setting, PVOID argument);
DWORD TreeResetNamedSecurityInfoW(LPWSTR name, SE_OBJECT_TYPE type,
				  SECURITY_INFORMATION information, PSID owner,
				  PSID group, PACL dacl, PACL sacl,
				  BOOL keep_explicit, FN_PROGRESS progress,
				  PROG_INVOKE_SETTING setting, PVOID argument);
#define TreeResetNamedSecurityInfo GUISE_WIN32_AW(TreeResetNamedSecurityInfo)
DWORD GetInheritanceSourceA(LPSTR name, SE_OBJECT_TYPE type,
			    SECURITY_INFORMATION information, BOOL container,
			    GUID **classes, DWORD class_count, PACL acl,
			    PFN_OBJECT_MGR_FUNCTS functions,
			    PGENERIC_MAPPING mapping, PINHERITED_FROMA sources);
DWORD GetInheritanceSourceW(LPWSTR name, SE_OBJECT_TYPE type,
			    SECURITY_INFORMATION information, BOOL container,
			    GUID **classes, DWORD class_count, PACL acl,
			    PFN_OBJECT_MGR_FUNCTS functions,
			    PGENERIC_MAPPING mapping, PINHERITED_FROMW sources);
#define GetInheritanceSource GUISE_WIN32_AW(GetInheritanceSource)
DWORD FreeInheritedFromArray(PINHERITED_FROMW sources, USHORT count,
			     PFN_OBJECT_MGR_FUNCTS functions);

/* Entries */
DWORD SetEntriesInAclA(ULONG count, PEXPLICIT_ACCESS_A entries, PACL old,
		       PACL *acl);
DWORD SetEntriesInAclW(ULONG count, PEXPLICIT_ACCESS_W entries, PACL old,
		       PACL *acl);
#define SetEntriesInAcl GUISE_WIN32_AW(SetEntriesInAcl)
DWORD GetExplicitEntriesFromAclA(PACL acl, PULONG count,
				 PEXPLICIT_ACCESS_A *entries);
DWORD GetExplicitEntriesFromAclW(PACL acl, PULONG count,
				 PEXPLICIT_ACCESS_W *entries);
#define GetExplicitEntriesFromAcl GUISE_WIN32_AW(GetExplicitEntriesFromAcl)
DWORD GetEffectiveRightsFromAclA(PACL acl, PTRUSTEE_A trustee,
				 PACCESS_MASK rights);
DWORD GetEffectiveRightsFromAclW(PACL acl, PTRUSTEE_W trustee,
				 PACCESS_MASK rights);
#define GetEffectiveRightsFromAcl GUISE_WIN32_AW(GetEffectiveRightsFromAcl)
DWORD GetAuditedPermissionsFromAclA(PACL acl, PTRUSTEE_A trustee,
				    PACCESS_MASK success, PACCESS_MASK failure);
DWORD GetAuditedPermissionsFromAclW(PACL acl, PTRUSTEE_W trustee,
				    PACCESS_MASK success, PACCESS_MASK failure);
#define GetAuditedPermissionsFromAcl                                           \
	GUISE_WIN32_AW(GetAuditedPermissionsFromAcl)
DWORD BuildSecurityDescriptorA(PTRUSTEE_A owner, PTRUSTEE_A group,
			       ULONG access_count, PEXPLICIT_ACCESS_A access,
			       ULONG audit_count, PEXPLICIT_ACCESS_A audit,
			       PSECURITY_DESCRIPTOR old, PULONG size,
			       PSECURITY_DESCRIPTOR *sd);
DWORD BuildSecurityDescriptorW(PTRUSTEE_W owner, PTRUSTEE_W group,
			       ULONG access_count, PEXPLICIT_ACCESS_W access,
			       ULONG audit_count, PEXPLICIT_ACCESS_W audit,
			       PSECURITY_DESCRIPTOR old, PULONG size,
			       PSECURITY_DESCRIPTOR *sd);
#define BuildSecurityDescriptor GUISE_WIN32_AW(BuildSecurityDescriptor)
DWORD LookupSecurityDescriptorPartsA(PTRUSTEE_A *owner, PTRUSTEE_A *group,
				     PULONG access_count,
				     PEXPLICIT_ACCESS_A *access,
				     PULONG audit_count,
				     PEXPLICIT_ACCESS_A *audit,
				     PSECURITY_DESCRIPTOR sd);
DWORD LookupSecurityDescriptorPartsW(PTRUSTEE_W *owner, PTRUSTEE_W *group,
				     PULONG access_count,
				     PEXPLICIT_ACCESS_W *access,
				     PULONG audit_count,
				     PEXPLICIT_ACCESS_W *audit,
				     PSECURITY_DESCRIPTOR sd);
#define LookupSecurityDescriptorParts                                          \
	GUISE_WIN32_AW(LookupSecurityDescriptorParts)

/* Trustees */
VOID BuildExplicitAccessWithNameA(PEXPLICIT_ACCESS_A entry, LPSTR name,
				  DWORD permissions, ACCESS_MODE mode,
				  DWORD inheritance);
VOID BuildExplicitAccessWithNameW(PEXPLICIT_ACCESS_W entry, LPWSTR name,
				  DWORD permissions, ACCESS_MODE mode,
				  DWORD inheritance);
#define BuildExplicitAccessWithName GUISE_WIN32_AW(BuildExplicitAccessWithName)
VOID BuildImpersonateExplicitAccessWithNameA(PEXPLICIT_ACCESS_A entry,
					     LPSTR name, PTRUSTEE_A trustee,
					     DWORD permissions,
					     ACCESS_MODE mode,
					     DWORD inheritance);
VOID BuildImpersonateExplicitAccessWithNameW(PEXPLICIT_ACCESS_W entry,
					     LPWSTR name, PTRUSTEE_W trustee,
					     DWORD permissions,
					     ACCESS_MODE mode,
					     DWORD inheritance);
#define BuildImpersonateExplicitAccessWithName                                 \
	GUISE_WIN32_AW(BuildImpersonateExplicitAccessWithName)
VOID BuildTrusteeWithNameA(PTRUSTEE_A trustee, LPSTR name);
VOID BuildTrusteeWithNameW(PTRUSTEE_W trustee, LPWSTR name);
#define BuildTrusteeWithName GUISE_WIN32_AW(BuildTrusteeWithName)
VOID BuildImpersonateTrusteeA(PTRUSTEE_A trustee, PTRUSTEE_A impersonate);
VOID BuildImpersonateTrusteeW(PTRUSTEE_W trustee, PTRUSTEE_W impersonate);
#define BuildImpersonateTrustee GUISE_WIN32_AW(BuildImpersonateTrustee)
VOID BuildTrusteeWithSidA(PTRUSTEE_A trustee, PSID sid);
VOID BuildTrusteeWithSidW(PTRUSTEE_W trustee, PSID sid);
#define BuildTrusteeWithSid GUISE_WIN32_AW(BuildTrusteeWithSid)
VOID BuildTrusteeWithObjectsAndSidA(PTRUSTEE_A trustee,
				    POBJECTS_AND_SID objects, GUID *type,
				    GUID *inherited_type, PSID sid);
VOID BuildTrusteeWithObjectsAndSidW(PTRUSTEE_W trustee,
				    POBJECTS_AND_SID objects, GUID *type,
				    GUID *inherited_type, PSID sid);
#define BuildTrusteeWithObjectsAndSid                                          \
	GUISE_WIN32_AW(BuildTrusteeWithObjectsAndSid)
VOID BuildTrusteeWithObjectsAndNameA(PTRUSTEE_A trustee,
				     POBJECTS_AND_NAME_A objects,
				     SE_OBJECT_TYPE object_type, LPSTR type,
				     LPSTR inherited_type, LPSTR name);
VOID BuildTrusteeWithObjectsAndNameW(PTRUSTEE_W trustee,
				     POBJECTS_AND_NAME_W objects,
				     SE_OBJECT_TYPE object_type, LPWSTR type,
				     LPWSTR inherited_type, LPWSTR name);
#define BuildTrusteeWithObjectsAndName                                         \
	GUISE_WIN32_AW(BuildTrusteeWithObjectsAndName)
LPSTR GetTrusteeNameA(PTRUSTEE_A trustee);
LPWSTR GetTrusteeNameW(PTRUSTEE_W trustee);
#define GetTrusteeName GUISE_WIN32_AW(GetTrusteeName)
TRUSTEE_TYPE GetTrusteeTypeA(PTRUSTEE_A trustee);
TRUSTEE_TYPE GetTrusteeTypeW(PTRUSTEE_W trustee);
#define GetTrusteeType GUISE_WIN32_AW(GetTrusteeType)
TRUSTEE_FORM GetTrusteeFormA(PTRUSTEE_A trustee);
TRUSTEE_FORM GetTrusteeFormW(PTRUSTEE_W trustee);
#define GetTrusteeForm GUISE_WIN32_AW(GetTrusteeForm)
MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationA(PTRUSTEE_A trustee);
MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationW(PTRUSTEE_W trustee);
#define GetMultipleTrusteeOperation GUISE_WIN32_AW(GetMultipleTrusteeOperation)
PTRUSTEE_A GetMultipleTrusteeA(PTRUSTEE_A trustee);
PTRUSTEE_W GetMultipleTrusteeW(PTRUSTEE_W trustee);
#define GetMultipleTrustee GUISE_WIN32_AW(GetMultipleTrustee)

GUISE_WIN32_END

#endif
