/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accctrl.h structures, filled in and asked (aclapi.h). Nothing is copied: what
 * is pointed to stays the caller's.
 */
#include "facade.h"

#include <aclapi.h>

VOID BuildTrusteeWithNameW(PTRUSTEE_W ret, LPWSTR name)
{
	*ret = (TRUSTEE_W){.TrusteeForm = TRUSTEE_IS_NAME, .ptstrName = name};
}

VOID BuildTrusteeWithNameA(PTRUSTEE_A ret, LPSTR name)
{
	*ret = (TRUSTEE_A){.TrusteeForm = TRUSTEE_IS_NAME, .ptstrName = name};
}

VOID BuildTrusteeWithSidW(PTRUSTEE_W ret, PSID sid)
{
	*ret = (TRUSTEE_W){.TrusteeForm = TRUSTEE_IS_SID, .ptstrName = sid};
}

VOID BuildTrusteeWithSidA(PTRUSTEE_A ret, PSID sid)
{
	*ret = (TRUSTEE_A){.TrusteeForm = TRUSTEE_IS_SID, .ptstrName = sid};
}

static void fill_objects(POBJECTS_AND_SID objects, const GUID *type,
			 const GUID *heirs, PSID sid)
{
	*objects = (OBJECTS_AND_SID){.pSid = sid};
	if (type) {
		objects->ObjectsPresent |= ACE_OBJECT_TYPE_PRESENT;
		objects->ObjectTypeGuid = *type;
	}
	if (heirs) {
		objects->ObjectsPresent |= ACE_INHERITED_OBJECT_TYPE_PRESENT;
		objects->InheritedObjectTypeGuid = *heirs;
	}
}

VOID BuildTrusteeWithObjectsAndSidW(PTRUSTEE_W ret, POBJECTS_AND_SID objects,
				    GUID *type, GUID *heirs, PSID sid)
{
	fill_objects(objects, type, heirs, sid);
	*ret = (TRUSTEE_W){.TrusteeForm = TRUSTEE_IS_OBJECTS_AND_SID,
			   .ptstrName = (LPWSTR)objects};
}

VOID BuildTrusteeWithObjectsAndSidA(PTRUSTEE_A ret, POBJECTS_AND_SID objects,
				    GUID *type, GUID *heirs, PSID sid)
{
	fill_objects(objects, type, heirs, sid);
	*ret = (TRUSTEE_A){.TrusteeForm = TRUSTEE_IS_OBJECTS_AND_SID,
			   .ptstrName = (LPSTR)objects};
}

static DWORD names_present(const void *type, const void *heirs)
{
	return (type ? ACE_OBJECT_TYPE_PRESENT : 0u) |
	       (heirs ? ACE_INHERITED_OBJECT_TYPE_PRESENT : 0u);
}

VOID BuildTrusteeWithObjectsAndNameW(PTRUSTEE_W ret,
				     POBJECTS_AND_NAME_W objects,
				     SE_OBJECT_TYPE object_type, LPWSTR type,
				     LPWSTR heirs, LPWSTR name)
{
	*objects = (OBJECTS_AND_NAME_W){
		.ObjectsPresent = names_present(type, heirs),
		.ObjectType = object_type,
		.ObjectTypeName = type,
		.InheritedObjectTypeName = heirs,
		.ptstrName = name,
	};
	*ret = (TRUSTEE_W){.TrusteeForm = TRUSTEE_IS_OBJECTS_AND_NAME,
			   .ptstrName = (LPWSTR)objects};
}

VOID BuildTrusteeWithObjectsAndNameA(PTRUSTEE_A ret,
				     POBJECTS_AND_NAME_A objects,
				     SE_OBJECT_TYPE object_type, LPSTR type,
				     LPSTR heirs, LPSTR name)
{
	*objects = (OBJECTS_AND_NAME_A){
		.ObjectsPresent = names_present(type, heirs),
		.ObjectType = object_type,
		.ObjectTypeName = type,
		.InheritedObjectTypeName = heirs,
		.ptstrName = name,
	};
	*ret = (TRUSTEE_A){.TrusteeForm = TRUSTEE_IS_OBJECTS_AND_NAME,
			   .ptstrName = (LPSTR)objects};
}

VOID BuildImpersonateTrusteeW(PTRUSTEE_W trustee, PTRUSTEE_W server)
{
	trustee->pMultipleTrustee = server;
	trustee->MultipleTrusteeOperation = TRUSTEE_IS_IMPERSONATE;
}

VOID BuildImpersonateTrusteeA(PTRUSTEE_A trustee, PTRUSTEE_A server)
{
	trustee->pMultipleTrustee = server;
	trustee->MultipleTrusteeOperation = TRUSTEE_IS_IMPERSONATE;
}

VOID BuildExplicitAccessWithNameW(PEXPLICIT_ACCESS_W ret, LPWSTR name,
				  DWORD mask, ACCESS_MODE mode,
				  DWORD inheritance)
{
	ret->grfAccessPermissions = mask;
	ret->grfAccessMode = mode;
	ret->grfInheritance = inheritance;
	BuildTrusteeWithNameW(&ret->Trustee, name);
}

VOID BuildExplicitAccessWithNameA(PEXPLICIT_ACCESS_A ret, LPSTR name,
				  DWORD mask, ACCESS_MODE mode,
				  DWORD inheritance)
{
	ret->grfAccessPermissions = mask;
	ret->grfAccessMode = mode;
	ret->grfInheritance = inheritance;
	BuildTrusteeWithNameA(&ret->Trustee, name);
}

VOID BuildImpersonateExplicitAccessWithNameW(PEXPLICIT_ACCESS_W ret,
					     LPWSTR name, PTRUSTEE_W server,
					     DWORD mask, ACCESS_MODE mode,
					     DWORD inheritance)
{
	BuildExplicitAccessWithNameW(ret, name, mask, mode, inheritance);
	BuildImpersonateTrusteeW(&ret->Trustee, server);
}

VOID BuildImpersonateExplicitAccessWithNameA(PEXPLICIT_ACCESS_A ret, LPSTR name,
					     PTRUSTEE_A server, DWORD mask,
					     ACCESS_MODE mode,
					     DWORD inheritance)
{
	BuildExplicitAccessWithNameA(ret, name, mask, mode, inheritance);
	BuildImpersonateTrusteeA(&ret->Trustee, server);
}

/* Only a trustee that is a name has one. */
LPWSTR GetTrusteeNameW(PTRUSTEE_W trustee)
{
	return trustee && trustee->TrusteeForm == TRUSTEE_IS_NAME
		       ? trustee->ptstrName
		       : NULL;
}

LPSTR GetTrusteeNameA(PTRUSTEE_A trustee)
{
	return trustee && trustee->TrusteeForm == TRUSTEE_IS_NAME
		       ? trustee->ptstrName
		       : NULL;
}

TRUSTEE_TYPE GetTrusteeTypeW(PTRUSTEE_W trustee)
{
	return trustee ? trustee->TrusteeType : TRUSTEE_IS_UNKNOWN;
}

TRUSTEE_TYPE GetTrusteeTypeA(PTRUSTEE_A trustee)
{
	return trustee ? trustee->TrusteeType : TRUSTEE_IS_UNKNOWN;
}

TRUSTEE_FORM GetTrusteeFormW(PTRUSTEE_W trustee)
{
	return trustee ? trustee->TrusteeForm : TRUSTEE_BAD_FORM;
}

TRUSTEE_FORM GetTrusteeFormA(PTRUSTEE_A trustee)
{
	return trustee ? trustee->TrusteeForm : TRUSTEE_BAD_FORM;
}

MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationW(PTRUSTEE_W trustee)
{
	return trustee ? trustee->MultipleTrusteeOperation
		       : NO_MULTIPLE_TRUSTEE;
}

MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationA(PTRUSTEE_A trustee)
{
	return trustee ? trustee->MultipleTrusteeOperation
		       : NO_MULTIPLE_TRUSTEE;
}

PTRUSTEE_W GetMultipleTrusteeW(PTRUSTEE_W trustee)
{
	return trustee ? trustee->pMultipleTrustee : NULL;
}

PTRUSTEE_A GetMultipleTrusteeA(PTRUSTEE_A trustee)
{
	return trustee ? trustee->pMultipleTrustee : NULL;
}
