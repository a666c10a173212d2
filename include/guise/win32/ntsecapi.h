/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local security authority: logging on, logon sessions, and what is known
 * of accounts. Of its policy what has a meaning here can be asked and nothing
 * be set; docs/win32.md says which.
 */
#ifndef _NTSECAPI_
#define _NTSECAPI_

#include "ntdef.h"
#include "windows.h"

GUISE_WIN32_BEGIN

typedef UNICODE_STRING LSA_UNICODE_STRING, *PLSA_UNICODE_STRING;
typedef STRING LSA_STRING, *PLSA_STRING;
typedef OBJECT_ATTRIBUTES LSA_OBJECT_ATTRIBUTES, *PLSA_OBJECT_ATTRIBUTES;
typedef PVOID LSA_HANDLE, *PLSA_HANDLE;
#define LSA_SUCCESS(status) ((LONG)(status) >= 0)

ULONG LsaNtStatusToWinError(NTSTATUS status);

/* Logging on */
typedef ULONG LSA_OPERATIONAL_MODE, *PLSA_OPERATIONAL_MODE;
#define LSA_MODE_PASSWORD_PROTECTED 0x00000001
#define LSA_MODE_INDIVIDUAL_ACCOUNTS 0x00000002
#define LSA_MODE_MANDATORY_ACCESS 0x00000004
#define LSA_MODE_LOG_FULL 0x00000008

typedef enum _SECURITY_LOGON_TYPE {
	UndefinedLogonType = 0,
	Interactive = 2,
	Network,
	Batch,
	Service,
	Proxy,
	Unlock,
	NetworkCleartext,
	NewCredentials,
	RemoteInteractive,
	CachedInteractive,
	CachedRemoteInteractive,
	CachedUnlock
} SECURITY_LOGON_TYPE,
	*PSECURITY_LOGON_TYPE;

NTSTATUS LsaConnectUntrusted(PHANDLE lsa);
NTSTATUS LsaRegisterLogonProcess(PLSA_STRING name, PHANDLE lsa,
				 PLSA_OPERATIONAL_MODE mode);
NTSTATUS LsaDeregisterLogonProcess(HANDLE lsa);
NTSTATUS LsaLookupAuthenticationPackage(HANDLE lsa, PLSA_STRING name,
					PULONG package);
NTSTATUS LsaLogonUser(HANDLE lsa, PLSA_STRING origin, SECURITY_LOGON_TYPE type,
		      ULONG package, PVOID information, ULONG size,
		      PTOKEN_GROUPS groups, PTOKEN_SOURCE source,
		      PVOID *profile, PULONG profile_size, PLUID session,
		      PHANDLE token, PQUOTA_LIMITS quotas,
		      PNTSTATUS sub_status);
NTSTATUS LsaFreeReturnBuffer(PVOID buffer);

/* What is logged on with: passwords, or for a service that acts for a client
 * nothing (S4U) */
#define MSV1_0_PACKAGE_NAME "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"
#define MSV1_0_PACKAGE_NAMEW L"MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"
#define MSV1_0_PACKAGE_NAMEW_LENGTH                                            \
	(sizeof(MSV1_0_PACKAGE_NAMEW) - sizeof(WCHAR))
#ifndef MICROSOFT_KERBEROS_NAME_A
#define MICROSOFT_KERBEROS_NAME_A "Kerberos"
#define MICROSOFT_KERBEROS_NAME_W L"Kerberos"
#define MICROSOFT_KERBEROS_NAME MICROSOFT_KERBEROS_NAME_W
#endif

typedef enum _MSV1_0_LOGON_SUBMIT_TYPE {
	MsV1_0InteractiveLogon = 2,
	MsV1_0Lm20Logon,
	MsV1_0NetworkLogon,
	MsV1_0SubAuthLogon,
	MsV1_0WorkstationUnlockLogon = 7,
	MsV1_0S4ULogon = 12,
	MsV1_0VirtualLogon = 82,
	MsV1_0NoElevationLogon,
	MsV1_0LuidLogon
} MSV1_0_LOGON_SUBMIT_TYPE,
	*PMSV1_0_LOGON_SUBMIT_TYPE;

typedef enum _MSV1_0_PROFILE_BUFFER_TYPE {
	MsV1_0InteractiveProfile = 2,
	MsV1_0Lm20LogonProfile,
	MsV1_0SmartCardProfile
} MSV1_0_PROFILE_BUFFER_TYPE,
	*PMSV1_0_PROFILE_BUFFER_TYPE;

typedef struct _MSV1_0_INTERACTIVE_LOGON {
	MSV1_0_LOGON_SUBMIT_TYPE MessageType;
	UNICODE_STRING LogonDomainName;
	UNICODE_STRING UserName;
	UNICODE_STRING Password;
} MSV1_0_INTERACTIVE_LOGON, *PMSV1_0_INTERACTIVE_LOGON;

typedef struct _MSV1_0_INTERACTIVE_PROFILE {
	MSV1_0_PROFILE_BUFFER_TYPE MessageType;
	USHORT LogonCount;
	USHORT BadPasswordCount;
	LARGE_INTEGER LogonTime;
	LARGE_INTEGER LogoffTime;
	LARGE_INTEGER KickOffTime;
	LARGE_INTEGER PasswordLastSet;
	LARGE_INTEGER PasswordCanChange;
	LARGE_INTEGER PasswordMustChange;
	UNICODE_STRING LogonScript;
	UNICODE_STRING HomeDirectory;
	UNICODE_STRING FullName;
	UNICODE_STRING ProfilePath;
	UNICODE_STRING HomeDirectoryDrive;
	UNICODE_STRING LogonServer;
	ULONG UserFlags;
} MSV1_0_INTERACTIVE_PROFILE, *PMSV1_0_INTERACTIVE_PROFILE;

#define MSV1_0_S4U_LOGON_FLAG_CHECK_LOGONHOURS 0x2
typedef struct _MSV1_0_S4U_LOGON {
	MSV1_0_LOGON_SUBMIT_TYPE MessageType;
	ULONG Flags;
	UNICODE_STRING UserPrincipalName;
	UNICODE_STRING DomainName;
} MSV1_0_S4U_LOGON, *PMSV1_0_S4U_LOGON;

typedef enum _KERB_LOGON_SUBMIT_TYPE {
	KerbInteractiveLogon = 2,
	KerbSmartCardLogon = 6,
	KerbWorkstationUnlockLogon = 7,
	KerbSmartCardUnlockLogon = 8,
	KerbProxyLogon = 9,
	KerbTicketLogon = 10,
	KerbTicketUnlockLogon = 11,
	KerbS4ULogon = 12,
	KerbCertificateLogon = 13,
	KerbCertificateS4ULogon = 14,
	KerbCertificateUnlockLogon = 15,
	KerbNoElevationLogon = 83,
	KerbLuidLogon = 84
} KERB_LOGON_SUBMIT_TYPE,
	*PKERB_LOGON_SUBMIT_TYPE;

typedef struct _KERB_INTERACTIVE_LOGON {
	KERB_LOGON_SUBMIT_TYPE MessageType;
	UNICODE_STRING LogonDomainName;
	UNICODE_STRING UserName;
	UNICODE_STRING Password;
} KERB_INTERACTIVE_LOGON, *PKERB_INTERACTIVE_LOGON;

#define KERB_S4U_LOGON_FLAG_CHECK_LOGONHOURS 0x2
#define KERB_S4U_LOGON_FLAG_IDENTIFY 0x8
typedef struct _KERB_S4U_LOGON {
	KERB_LOGON_SUBMIT_TYPE MessageType;
	ULONG Flags;
	UNICODE_STRING ClientUpn;
	UNICODE_STRING ClientRealm;
} KERB_S4U_LOGON, *PKERB_S4U_LOGON;

/* Logon sessions */
typedef struct _LSA_LAST_INTER_LOGON_INFO {
	LARGE_INTEGER LastSuccessfulLogon;
	LARGE_INTEGER LastFailedLogon;
	ULONG FailedAttemptCountSinceLastSuccessfulLogon;
} LSA_LAST_INTER_LOGON_INFO, *PLSA_LAST_INTER_LOGON_INFO;

typedef struct _SECURITY_LOGON_SESSION_DATA {
	ULONG Size;
	LUID LogonId;
	LSA_UNICODE_STRING UserName;
	LSA_UNICODE_STRING LogonDomain;
	LSA_UNICODE_STRING AuthenticationPackage;
	ULONG LogonType;
	ULONG Session;
	PSID Sid;
	LARGE_INTEGER LogonTime;
	LSA_UNICODE_STRING LogonServer;
	LSA_UNICODE_STRING DnsDomainName;
	LSA_UNICODE_STRING Upn;
	ULONG UserFlags;
	LSA_LAST_INTER_LOGON_INFO LastLogonInfo;
	LSA_UNICODE_STRING LogonScript;
	LSA_UNICODE_STRING ProfilePath;
	LSA_UNICODE_STRING HomeDirectory;
	LSA_UNICODE_STRING HomeDirectoryDrive;
	LARGE_INTEGER LogoffTime;
	LARGE_INTEGER KickOffTime;
	LARGE_INTEGER PasswordLastSet;
	LARGE_INTEGER PasswordCanChange;
	LARGE_INTEGER PasswordMustChange;
} SECURITY_LOGON_SESSION_DATA, *PSECURITY_LOGON_SESSION_DATA;

/* Both results go to LsaFreeReturnBuffer */
NTSTATUS LsaEnumerateLogonSessions(PULONG count, PLUID *sessions);
NTSTATUS LsaGetLogonSessionData(PLUID session,
				PSECURITY_LOGON_SESSION_DATA *data);

/* Rights to the policy */
#define POLICY_VIEW_LOCAL_INFORMATION 0x00000001
#define POLICY_VIEW_AUDIT_INFORMATION 0x00000002
#define POLICY_GET_PRIVATE_INFORMATION 0x00000004
#define POLICY_TRUST_ADMIN 0x00000008
#define POLICY_CREATE_ACCOUNT 0x00000010
#define POLICY_CREATE_SECRET 0x00000020
#define POLICY_CREATE_PRIVILEGE 0x00000040
#define POLICY_SET_DEFAULT_QUOTA_LIMITS 0x00000080
#define POLICY_SET_AUDIT_REQUIREMENTS 0x00000100
#define POLICY_AUDIT_LOG_ADMIN 0x00000200
#define POLICY_SERVER_ADMIN 0x00000400
#define POLICY_LOOKUP_NAMES 0x00000800
#define POLICY_NOTIFICATION 0x00001000
#define POLICY_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | 0xFFF)
#define POLICY_READ                                                            \
	(STANDARD_RIGHTS_READ | POLICY_VIEW_AUDIT_INFORMATION |                \
	 POLICY_GET_PRIVATE_INFORMATION)
#define POLICY_WRITE (STANDARD_RIGHTS_WRITE | 0x7F8)
#define POLICY_EXECUTE                                                         \
	(STANDARD_RIGHTS_EXECUTE | POLICY_VIEW_LOCAL_INFORMATION |             \
	 POLICY_LOOKUP_NAMES)

NTSTATUS LsaOpenPolicy(PLSA_UNICODE_STRING system,
		       PLSA_OBJECT_ATTRIBUTES attributes, ACCESS_MASK desired,
		       PLSA_HANDLE policy);
NTSTATUS LsaClose(LSA_HANDLE handle);
/* Frees what the functions below return */
NTSTATUS LsaFreeMemory(PVOID memory);

/* What the machine is called */
typedef enum _POLICY_INFORMATION_CLASS {
	PolicyAuditLogInformation = 1,
	PolicyAuditEventsInformation,
	PolicyPrimaryDomainInformation,
	PolicyPdAccountInformation,
	PolicyAccountDomainInformation,
	PolicyLsaServerRoleInformation,
	PolicyReplicaSourceInformation,
	PolicyDefaultQuotaInformation,
	PolicyModificationInformation,
	PolicyAuditFullSetInformation,
	PolicyAuditFullQueryInformation,
	PolicyDnsDomainInformation,
	PolicyDnsDomainInformationInt,
	PolicyLocalAccountDomainInformation,
	PolicyMachineAccountInformation,
	PolicyLastEntry
} POLICY_INFORMATION_CLASS,
	*PPOLICY_INFORMATION_CLASS;

typedef struct _POLICY_ACCOUNT_DOMAIN_INFO {
	LSA_UNICODE_STRING DomainName;
	PSID DomainSid;
} POLICY_ACCOUNT_DOMAIN_INFO, *PPOLICY_ACCOUNT_DOMAIN_INFO;

typedef struct _POLICY_PRIMARY_DOMAIN_INFO {
	LSA_UNICODE_STRING Name;
	PSID Sid;
} POLICY_PRIMARY_DOMAIN_INFO, *PPOLICY_PRIMARY_DOMAIN_INFO;

typedef struct _POLICY_DNS_DOMAIN_INFO {
	LSA_UNICODE_STRING Name;
	LSA_UNICODE_STRING DnsDomainName;
	LSA_UNICODE_STRING DnsForestName;
	GUID DomainGuid;
	PSID Sid;
} POLICY_DNS_DOMAIN_INFO, *PPOLICY_DNS_DOMAIN_INFO;

typedef enum _POLICY_LSA_SERVER_ROLE {
	PolicyServerRoleBackup = 2,
	PolicyServerRolePrimary
} POLICY_LSA_SERVER_ROLE,
	*PPOLICY_LSA_SERVER_ROLE;

typedef struct _POLICY_LSA_SERVER_ROLE_INFO {
	POLICY_LSA_SERVER_ROLE LsaServerRole;
} POLICY_LSA_SERVER_ROLE_INFO, *PPOLICY_LSA_SERVER_ROLE_INFO;

/* What is audited: nothing. */
typedef ULONG POLICY_AUDIT_EVENT_OPTIONS, *PPOLICY_AUDIT_EVENT_OPTIONS;
#define POLICY_AUDIT_EVENT_UNCHANGED 0x00000000
#define POLICY_AUDIT_EVENT_SUCCESS 0x00000001
#define POLICY_AUDIT_EVENT_FAILURE 0x00000002
#define POLICY_AUDIT_EVENT_NONE 0x00000004

typedef enum _POLICY_AUDIT_EVENT_TYPE {
	AuditCategorySystem = 0,
	AuditCategoryLogon,
	AuditCategoryObjectAccess,
	AuditCategoryPrivilegeUse,
	AuditCategoryDetailedTracking,
	AuditCategoryPolicyChange,
	AuditCategoryAccountManagement,
	AuditCategoryDirectoryServiceAccess,
	AuditCategoryAccountLogon
} POLICY_AUDIT_EVENT_TYPE,
	*PPOLICY_AUDIT_EVENT_TYPE;

typedef struct _POLICY_AUDIT_EVENTS_INFO {
	BOOLEAN AuditingMode;
	PPOLICY_AUDIT_EVENT_OPTIONS EventAuditingOptions;
	ULONG MaximumAuditEventCount;
} POLICY_AUDIT_EVENTS_INFO, *PPOLICY_AUDIT_EVENTS_INFO;

NTSTATUS LsaQueryInformationPolicy(LSA_HANDLE policy,
				   POLICY_INFORMATION_CLASS information,
				   PVOID *buffer);

/* Names and SIDs */
typedef struct _LSA_TRUST_INFORMATION {
	LSA_UNICODE_STRING Name;
	PSID Sid;
} LSA_TRUST_INFORMATION, *PLSA_TRUST_INFORMATION;

typedef struct _LSA_REFERENCED_DOMAIN_LIST {
	ULONG Entries;
	PLSA_TRUST_INFORMATION Domains;
} LSA_REFERENCED_DOMAIN_LIST, *PLSA_REFERENCED_DOMAIN_LIST;

typedef struct _LSA_TRANSLATED_SID {
	SID_NAME_USE Use;
	ULONG RelativeId;
	LONG DomainIndex;
} LSA_TRANSLATED_SID, *PLSA_TRANSLATED_SID;

typedef struct _LSA_TRANSLATED_SID2 {
	SID_NAME_USE Use;
	PSID Sid;
	LONG DomainIndex;
	ULONG Flags;
} LSA_TRANSLATED_SID2, *PLSA_TRANSLATED_SID2;

typedef struct _LSA_TRANSLATED_NAME {
	SID_NAME_USE Use;
	LSA_UNICODE_STRING Name;
	LONG DomainIndex;
} LSA_TRANSLATED_NAME, *PLSA_TRANSLATED_NAME;

NTSTATUS LsaLookupNames(LSA_HANDLE policy, ULONG count,
			PLSA_UNICODE_STRING names,
			PLSA_REFERENCED_DOMAIN_LIST *domains,
			PLSA_TRANSLATED_SID *sids);
NTSTATUS LsaLookupNames2(LSA_HANDLE policy, ULONG flags, ULONG count,
			 PLSA_UNICODE_STRING names,
			 PLSA_REFERENCED_DOMAIN_LIST *domains,
			 PLSA_TRANSLATED_SID2 *sids);
NTSTATUS LsaLookupSids(LSA_HANDLE policy, ULONG count, PSID *sids,
		       PLSA_REFERENCED_DOMAIN_LIST *domains,
		       PLSA_TRANSLATED_NAME *names);
NTSTATUS LsaLookupSids2(LSA_HANDLE policy, ULONG options, ULONG count,
			PSID *sids, PLSA_REFERENCED_DOMAIN_LIST *domains,
			PLSA_TRANSLATED_NAME *names);

/* Privileges of accounts */
NTSTATUS LsaEnumerateAccountRights(LSA_HANDLE policy, PSID account,
				   PLSA_UNICODE_STRING *rights, PULONG count);
NTSTATUS LsaAddAccountRights(LSA_HANDLE policy, PSID account,
			     PLSA_UNICODE_STRING rights, ULONG count);
NTSTATUS LsaRemoveAccountRights(LSA_HANDLE policy, PSID account, BOOLEAN all,
				PLSA_UNICODE_STRING rights, ULONG count);

/* Rights to log on; every account has all that allow */
#define SE_INTERACTIVE_LOGON_NAME TEXT("SeInteractiveLogonRight")
#define SE_NETWORK_LOGON_NAME TEXT("SeNetworkLogonRight")
#define SE_BATCH_LOGON_NAME TEXT("SeBatchLogonRight")
#define SE_SERVICE_LOGON_NAME TEXT("SeServiceLogonRight")
#define SE_DENY_INTERACTIVE_LOGON_NAME TEXT("SeDenyInteractiveLogonRight")
#define SE_DENY_NETWORK_LOGON_NAME TEXT("SeDenyNetworkLogonRight")
#define SE_DENY_BATCH_LOGON_NAME TEXT("SeDenyBatchLogonRight")
#define SE_DENY_SERVICE_LOGON_NAME TEXT("SeDenyServiceLogonRight")
#define SE_REMOTE_INTERACTIVE_LOGON_NAME TEXT("SeRemoteInteractiveLogonRight")
#define SE_DENY_REMOTE_INTERACTIVE_LOGON_NAME                                  \
	TEXT("SeDenyRemoteInteractiveLogonRight")

GUISE_WIN32_END

#endif
