/* SPDX-License-Identifier: Apache-2.0 */
/* Part of winternl.h: tokens, privileges and impersonation as ntdll spells
 * them. */
#ifndef GUISE_WINTERNL_TOKEN_H
#define GUISE_WINTERNL_TOKEN_H

#include "ntdef.h"
#include "windows.h"
#include "winternl-process.h"

GUISE_WIN32_BEGIN

/* Pseudo-handles */
#define NtCurrentProcessToken() ((HANDLE)(LONG_PTR)-4)
#define NtCurrentThreadToken() ((HANDLE)(LONG_PTR)-5)
#define NtCurrentThreadEffectiveToken() ((HANDLE)(LONG_PTR)-6)

/* What a token's security attributes are said in */
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_INVALID 0x00
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_INT64 0x01
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_UINT64 0x02
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_STRING 0x03
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_FQBN 0x04
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_SID 0x05
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_BOOLEAN 0x06
#define TOKEN_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING 0x10

typedef struct _TOKEN_SECURITY_ATTRIBUTE_FQBN_VALUE {
	ULONG64 Version;
	UNICODE_STRING Name;
} TOKEN_SECURITY_ATTRIBUTE_FQBN_VALUE, *PTOKEN_SECURITY_ATTRIBUTE_FQBN_VALUE;

typedef struct _TOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE {
	PVOID pValue;
	ULONG ValueLength;
} TOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE,
	*PTOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE;

typedef struct _TOKEN_SECURITY_ATTRIBUTE_V1 {
	UNICODE_STRING Name;
	USHORT ValueType;
	USHORT Reserved;
	ULONG Flags;
	ULONG ValueCount;
	union {
		PLONG64 pInt64;
		PDWORD64 pUint64;
		PUNICODE_STRING pString;
		PTOKEN_SECURITY_ATTRIBUTE_FQBN_VALUE pFqbn;
		PTOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE pOctetString;
	} Values;
} TOKEN_SECURITY_ATTRIBUTE_V1, *PTOKEN_SECURITY_ATTRIBUTE_V1;

#define TOKEN_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1 1
#define TOKEN_SECURITY_ATTRIBUTES_INFORMATION_VERSION                          \
	TOKEN_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1

typedef struct _TOKEN_SECURITY_ATTRIBUTES_INFORMATION {
	USHORT Version;
	USHORT Reserved;
	ULONG AttributeCount;
	union {
		PTOKEN_SECURITY_ATTRIBUTE_V1 pAttributeV1;
	};
} TOKEN_SECURITY_ATTRIBUTES_INFORMATION,
	*PTOKEN_SECURITY_ATTRIBUTES_INFORMATION;

typedef enum _TOKEN_SECURITY_ATTRIBUTE_OPERATION {
	TOKEN_SECURITY_ATTRIBUTE_OPERATION_NONE,
	TOKEN_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL,
	TOKEN_SECURITY_ATTRIBUTE_OPERATION_ADD,
	TOKEN_SECURITY_ATTRIBUTE_OPERATION_DELETE,
	TOKEN_SECURITY_ATTRIBUTE_OPERATION_REPLACE
} TOKEN_SECURITY_ATTRIBUTE_OPERATION,
	*PTOKEN_SECURITY_ATTRIBUTE_OPERATION;

typedef struct _TOKEN_SECURITY_ATTRIBUTES_AND_OPERATION_INFORMATION {
	PTOKEN_SECURITY_ATTRIBUTES_INFORMATION Attributes;
	PTOKEN_SECURITY_ATTRIBUTE_OPERATION Operations;
} TOKEN_SECURITY_ATTRIBUTES_AND_OPERATION_INFORMATION,
	*PTOKEN_SECURITY_ATTRIBUTES_AND_OPERATION_INFORMATION;

/* Opening */
NTSTATUS NtOpenProcessToken(HANDLE process, ACCESS_MASK access, PHANDLE ret);
NTSTATUS NtOpenProcessTokenEx(HANDLE process, ACCESS_MASK access,
			      ULONG attributes, PHANDLE ret);
NTSTATUS NtOpenThreadToken(HANDLE thread, ACCESS_MASK access,
			   BOOLEAN open_as_self, PHANDLE ret);
NTSTATUS NtOpenThreadTokenEx(HANDLE thread, ACCESS_MASK access,
			     BOOLEAN open_as_self, ULONG attributes,
			     PHANDLE ret);

/* Asking */
NTSTATUS NtQueryInformationToken(HANDLE token,
				 TOKEN_INFORMATION_CLASS information,
				 PVOID buffer, ULONG size, PULONG ret_size);

NTSTATUS NtCompareTokens(HANDLE first, HANDLE second, PBOOLEAN equal);
NTSTATUS NtPrivilegeCheck(HANDLE token, PPRIVILEGE_SET privileges,
			  PBOOLEAN result);
NTSTATUS RtlCheckTokenMembership(HANDLE token, PSID sid, PBOOLEAN member);
NTSTATUS RtlCheckTokenMembershipEx(HANDLE token, PSID sid, ULONG flags,
				   PBOOLEAN member);
NTSTATUS RtlCheckTokenCapability(HANDLE token, PSID capability, PBOOLEAN has);

/* Changing */
NTSTATUS NtSetInformationToken(HANDLE token,
			       TOKEN_INFORMATION_CLASS information,
			       PVOID buffer, ULONG size);
NTSTATUS NtAdjustPrivilegesToken(HANDLE token, BOOLEAN disable_all,
				 PTOKEN_PRIVILEGES state, ULONG size,
				 PTOKEN_PRIVILEGES previous, PULONG needed);
NTSTATUS NtAdjustGroupsToken(HANDLE token, BOOLEAN reset, PTOKEN_GROUPS state,
			     ULONG size, PTOKEN_GROUPS previous, PULONG needed);
NTSTATUS RtlAdjustPrivilege(ULONG privilege, BOOLEAN enable, BOOLEAN of_thread,
			    PBOOLEAN was_enabled);
NTSTATUS RtlAcquirePrivilege(PULONG privileges, ULONG count, ULONG flags,
			     PVOID *state);
VOID RtlReleasePrivilege(PVOID state);
NTSTATUS RtlRemovePrivileges(HANDLE token, PULONG keep, ULONG keep_count);

/* Made of parts, and of others */
NTSTATUS NtCreateToken(PHANDLE ret, ACCESS_MASK access,
		       POBJECT_ATTRIBUTES attributes, TOKEN_TYPE type,
		       PLUID session, PLARGE_INTEGER expiration,
		       PTOKEN_USER user, PTOKEN_GROUPS groups,
		       PTOKEN_PRIVILEGES privileges, PTOKEN_OWNER owner,
		       PTOKEN_PRIMARY_GROUP primary_group,
		       PTOKEN_DEFAULT_DACL dacl, PTOKEN_SOURCE source);
NTSTATUS NtDuplicateToken(HANDLE token, ACCESS_MASK access,
			  POBJECT_ATTRIBUTES attributes, BOOLEAN effective_only,
			  TOKEN_TYPE type, PHANDLE ret);

NTSTATUS NtFilterToken(HANDLE token, ULONG flags, PTOKEN_GROUPS disable,
		       PTOKEN_PRIVILEGES remove, PTOKEN_GROUPS restricting,
		       PHANDLE ret);
NTSTATUS NtCreateLowBoxToken(PHANDLE ret, HANDLE token, ACCESS_MASK access,
			     POBJECT_ATTRIBUTES attributes, PSID package,
			     ULONG capability_count,
			     PSID_AND_ATTRIBUTES capabilities,
			     ULONG handle_count, HANDLE *handles);

/* Of kernelbase, which no header declares */
BOOL CreateAppContainerToken(HANDLE token, PSECURITY_CAPABILITIES capabilities,
			     PHANDLE ret);

/* Impersonation */
NTSTATUS NtSetInformationThread(HANDLE thread, THREADINFOCLASS information,
				PVOID buffer, ULONG size);
NTSTATUS NtImpersonateThread(HANDLE server, HANDLE client,
			     PSECURITY_QUALITY_OF_SERVICE qos);
NTSTATUS NtImpersonateAnonymousToken(HANDLE thread);
NTSTATUS RtlImpersonateSelf(SECURITY_IMPERSONATION_LEVEL level);
NTSTATUS RtlImpersonateSelfEx(SECURITY_IMPERSONATION_LEVEL level,
			      ACCESS_MASK access, PHANDLE token);

GUISE_WIN32_END

#endif
