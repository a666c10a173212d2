/* SPDX-License-Identifier: Apache-2.0 */
/* Part of winnt.h: security identifiers and the well-known ones. */
#include "winnt.h" /* which includes this file in its place */

#ifndef GUISE_WINNT_SID_H
#define GUISE_WINNT_SID_H

/* Programs initialise authorities with lists that have no inner braces, as the
 * SDK's are: nothing to warn them of. */
#pragma GCC system_header

/* Identifiers */
#define SID_REVISION 1
#define SID_MAX_SUB_AUTHORITIES 15
#define SID_RECOMMENDED_SUB_AUTHORITIES 1
#define SID_HASH_SIZE 32

typedef PVOID PSID;

typedef struct _SID_IDENTIFIER_AUTHORITY {
	BYTE Value[6];
} SID_IDENTIFIER_AUTHORITY, *PSID_IDENTIFIER_AUTHORITY;

typedef struct _SID {
	BYTE Revision;
	BYTE SubAuthorityCount;
	SID_IDENTIFIER_AUTHORITY IdentifierAuthority;
	DWORD SubAuthority[ANYSIZE_ARRAY];
} SID, *PISID;

#define SECURITY_MAX_SID_SIZE                                                  \
	(sizeof(SID) - sizeof(DWORD) +                                         \
	 (SID_MAX_SUB_AUTHORITIES * sizeof(DWORD)))
#define SECURITY_MAX_SID_STRING_CHARACTERS                                     \
	(2 + 4 + 15 + (11 * SID_MAX_SUB_AUTHORITIES) + 1)

typedef union _SE_SID {
	SID Sid;
	BYTE Buffer[SECURITY_MAX_SID_SIZE];
} SE_SID, *PSE_SID;

typedef enum _SID_NAME_USE {
	SidTypeUser = 1,
	SidTypeGroup,
	SidTypeDomain,
	SidTypeAlias,
	SidTypeWellKnownGroup,
	SidTypeDeletedAccount,
	SidTypeInvalid,
	SidTypeUnknown,
	SidTypeComputer,
	SidTypeLabel,
	SidTypeLogonSession
} SID_NAME_USE,
	*PSID_NAME_USE;

typedef struct _SID_AND_ATTRIBUTES {
	PSID Sid;
	DWORD Attributes;
} SID_AND_ATTRIBUTES, *PSID_AND_ATTRIBUTES;
typedef SID_AND_ATTRIBUTES SID_AND_ATTRIBUTES_ARRAY[ANYSIZE_ARRAY];
typedef SID_AND_ATTRIBUTES_ARRAY *PSID_AND_ATTRIBUTES_ARRAY;

typedef ULONG_PTR SID_HASH_ENTRY, *PSID_HASH_ENTRY;

typedef struct _SID_AND_ATTRIBUTES_HASH {
	DWORD SidCount;
	PSID_AND_ATTRIBUTES SidAttr;
	SID_HASH_ENTRY Hash[SID_HASH_SIZE];
} SID_AND_ATTRIBUTES_HASH, *PSID_AND_ATTRIBUTES_HASH;

/* Authorities */
#define SECURITY_NULL_SID_AUTHORITY                                            \
	{                                                                      \
		0, 0, 0, 0, 0, 0                                               \
	}
#define SECURITY_WORLD_SID_AUTHORITY                                           \
	{                                                                      \
		0, 0, 0, 0, 0, 1                                               \
	}
#define SECURITY_LOCAL_SID_AUTHORITY                                           \
	{                                                                      \
		0, 0, 0, 0, 0, 2                                               \
	}
#define SECURITY_CREATOR_SID_AUTHORITY                                         \
	{                                                                      \
		0, 0, 0, 0, 0, 3                                               \
	}
#define SECURITY_NON_UNIQUE_AUTHORITY                                          \
	{                                                                      \
		0, 0, 0, 0, 0, 4                                               \
	}
#define SECURITY_NT_AUTHORITY                                                  \
	{                                                                      \
		0, 0, 0, 0, 0, 5                                               \
	}
#define SECURITY_RESOURCE_MANAGER_AUTHORITY                                    \
	{                                                                      \
		0, 0, 0, 0, 0, 9                                               \
	}
#define SECURITY_APP_PACKAGE_AUTHORITY                                         \
	{                                                                      \
		0, 0, 0, 0, 0, 15                                              \
	}
#define SECURITY_MANDATORY_LABEL_AUTHORITY                                     \
	{                                                                      \
		0, 0, 0, 0, 0, 16                                              \
	}
#define SECURITY_SCOPED_POLICY_ID_AUTHORITY                                    \
	{                                                                      \
		0, 0, 0, 0, 0, 17                                              \
	}
#define SECURITY_AUTHENTICATION_AUTHORITY                                      \
	{                                                                      \
		0, 0, 0, 0, 0, 18                                              \
	}
#define SECURITY_PROCESS_TRUST_AUTHORITY                                       \
	{                                                                      \
		0, 0, 0, 0, 0, 19                                              \
	}

/* Relative identifiers below the authorities */
#define SECURITY_NULL_RID (0x00000000)
#define SECURITY_WORLD_RID (0x00000000)
#define SECURITY_LOCAL_RID (0x00000000)
#define SECURITY_LOCAL_LOGON_RID (0x00000001)
#define SECURITY_CREATOR_OWNER_RID (0x00000000)
#define SECURITY_CREATOR_GROUP_RID (0x00000001)
#define SECURITY_CREATOR_OWNER_SERVER_RID (0x00000002)
#define SECURITY_CREATOR_GROUP_SERVER_RID (0x00000003)
#define SECURITY_CREATOR_OWNER_RIGHTS_RID (0x00000004)
#define SECURITY_DIALUP_RID (0x00000001)
#define SECURITY_NETWORK_RID (0x00000002)
#define SECURITY_BATCH_RID (0x00000003)
#define SECURITY_INTERACTIVE_RID (0x00000004)
#define SECURITY_LOGON_IDS_RID (0x00000005)
#define SECURITY_LOGON_IDS_RID_COUNT (0x00000003)
#define SECURITY_SERVICE_RID (0x00000006)
#define SECURITY_ANONYMOUS_LOGON_RID (0x00000007)
#define SECURITY_PROXY_RID (0x00000008)
#define SECURITY_ENTERPRISE_CONTROLLERS_RID (0x00000009)
#define SECURITY_SERVER_LOGON_RID (0x00000009)
#define SECURITY_PRINCIPAL_SELF_RID (0x0000000A)
#define SECURITY_AUTHENTICATED_USER_RID (0x0000000B)
#define SECURITY_RESTRICTED_CODE_RID (0x0000000C)
#define SECURITY_TERMINAL_SERVER_RID (0x0000000D)
#define SECURITY_REMOTE_LOGON_RID (0x0000000E)
#define SECURITY_THIS_ORGANIZATION_RID (0x0000000F)
#define SECURITY_IUSER_RID (0x00000011)
#define SECURITY_LOCAL_SYSTEM_RID (0x00000012)
#define SECURITY_LOCAL_SERVICE_RID (0x00000013)
#define SECURITY_NETWORK_SERVICE_RID (0x00000014)
#define SECURITY_NT_NON_UNIQUE (0x00000015)
#define SECURITY_NT_NON_UNIQUE_SUB_AUTH_COUNT (0x00000003)
#define SECURITY_ENTERPRISE_READONLY_CONTROLLERS_RID (0x00000016)
#define SECURITY_BUILTIN_DOMAIN_RID (0x00000020)
#define SECURITY_WRITE_RESTRICTED_CODE_RID (0x00000021)
#define SECURITY_PACKAGE_BASE_RID (0x00000040)
#define SECURITY_PACKAGE_RID_COUNT (0x00000002)
#define SECURITY_PACKAGE_NTLM_RID (0x0000000A)
#define SECURITY_PACKAGE_SCHANNEL_RID (0x0000000E)
#define SECURITY_PACKAGE_DIGEST_RID (0x00000015)
#define SECURITY_CRED_TYPE_BASE_RID (0x00000041)
#define SECURITY_CRED_TYPE_RID_COUNT (0x00000002)
#define SECURITY_CRED_TYPE_THIS_ORG_CERT_RID (0x00000001)
#define SECURITY_MIN_BASE_RID (0x00000050)
#define SECURITY_SERVICE_ID_BASE_RID (0x00000050)
#define SECURITY_SERVICE_ID_RID_COUNT (0x00000006)
#define SECURITY_RESERVED_ID_BASE_RID (0x00000051)
#define SECURITY_APPPOOL_ID_BASE_RID (0x00000052)
#define SECURITY_APPPOOL_ID_RID_COUNT (0x00000006)
#define SECURITY_VIRTUALSERVER_ID_BASE_RID (0x00000053)
#define SECURITY_VIRTUALSERVER_ID_RID_COUNT (0x00000006)
#define SECURITY_USERMODEDRIVERHOST_ID_BASE_RID (0x00000054)
#define SECURITY_USERMODEDRIVERHOST_ID_RID_COUNT (0x00000006)
#define SECURITY_MAX_BASE_RID (0x0000006F)
#define SECURITY_MAX_ALWAYS_FILTERED (0x000003E7)
#define SECURITY_MIN_NEVER_FILTERED (0x000003E8)
#define SECURITY_OTHER_ORGANIZATION_RID (0x000003E8)
#define SECURITY_LOCAL_ACCOUNT_RID (0x00000071)
#define SECURITY_LOCAL_ACCOUNT_AND_ADMIN_RID (0x00000072)

/* Packages and capabilities */
#define SECURITY_APP_PACKAGE_BASE_RID (0x00000002)
#define SECURITY_BUILTIN_APP_PACKAGE_RID_COUNT (0x00000002)
#define SECURITY_APP_PACKAGE_RID_COUNT (0x00000008)
#define SECURITY_CAPABILITY_BASE_RID (0x00000003)
#define SECURITY_CAPABILITY_APP_RID (0x00000400)
#define SECURITY_BUILTIN_CAPABILITY_RID_COUNT (0x00000002)
#define SECURITY_CAPABILITY_RID_COUNT (0x00000005)
#define SECURITY_BUILTIN_PACKAGE_ANY_PACKAGE (0x00000001)
#define SECURITY_BUILTIN_PACKAGE_ANY_RESTRICTED_PACKAGE (0x00000002)
#define SECURITY_CAPABILITY_INTERNET_CLIENT (0x00000001)
#define SECURITY_CAPABILITY_INTERNET_CLIENT_SERVER (0x00000002)
#define SECURITY_CAPABILITY_PRIVATE_NETWORK_CLIENT_SERVER (0x00000003)
#define SECURITY_CAPABILITY_PICTURES_LIBRARY (0x00000004)
#define SECURITY_CAPABILITY_VIDEOS_LIBRARY (0x00000005)
#define SECURITY_CAPABILITY_MUSIC_LIBRARY (0x00000006)
#define SECURITY_CAPABILITY_DOCUMENTS_LIBRARY (0x00000007)
#define SECURITY_CAPABILITY_ENTERPRISE_AUTHENTICATION (0x00000008)
#define SECURITY_CAPABILITY_SHARED_USER_CERTIFICATES (0x00000009)
#define SECURITY_CAPABILITY_REMOVABLE_STORAGE (0x0000000A)
#define SECURITY_CAPABILITY_APPOINTMENTS (0x0000000B)
#define SECURITY_CAPABILITY_CONTACTS (0x0000000C)

/* Integrity levels */
#define SECURITY_MANDATORY_UNTRUSTED_RID (0x00000000)
#define SECURITY_MANDATORY_LOW_RID (0x00001000)
#define SECURITY_MANDATORY_MEDIUM_RID (0x00002000)
#define SECURITY_MANDATORY_HIGH_RID (0x00003000)
#define SECURITY_MANDATORY_SYSTEM_RID (0x00004000)
#define SECURITY_MANDATORY_PROTECTED_PROCESS_RID (0x00005000)
#define SECURITY_MANDATORY_MEDIUM_PLUS_RID                                     \
	(SECURITY_MANDATORY_MEDIUM_RID + 0x100)
#define SECURITY_MANDATORY_MAXIMUM_USER_RID SECURITY_MANDATORY_SYSTEM_RID

/* Authentication's identities, process trust */
#define SECURITY_AUTHENTICATION_AUTHORITY_RID_COUNT (1)
#define SECURITY_AUTHENTICATION_AUTHORITY_ASSERTED_RID (0x00000001)
#define SECURITY_AUTHENTICATION_SERVICE_ASSERTED_RID (0x00000002)
#define SECURITY_AUTHENTICATION_FRESH_KEY_AUTH_RID (0x00000003)
#define SECURITY_AUTHENTICATION_KEY_TRUST_RID (0x00000004)
#define SECURITY_AUTHENTICATION_KEY_PROPERTY_MFA_RID (0x00000005)
#define SECURITY_AUTHENTICATION_KEY_PROPERTY_ATTESTATION_RID (0x00000006)
#define SECURITY_PROCESS_TRUST_AUTHORITY_RID_COUNT (2)
#define SECURITY_PROCESS_PROTECTION_TYPE_FULL_RID (0x00000400)
#define SECURITY_PROCESS_PROTECTION_TYPE_LITE_RID (0x00000200)
#define SECURITY_PROCESS_PROTECTION_TYPE_NONE_RID (0x00000000)
#define SECURITY_PROCESS_PROTECTION_LEVEL_WINTCB_RID (0x00002000)
#define SECURITY_PROCESS_PROTECTION_LEVEL_WINDOWS_RID (0x00001000)
#define SECURITY_PROCESS_PROTECTION_LEVEL_APP_RID (0x00000800)
#define SECURITY_PROCESS_PROTECTION_LEVEL_ANTIMALWARE_RID (0x00000600)
#define SECURITY_PROCESS_PROTECTION_LEVEL_AUTHENTICODE_RID (0x00000400)
#define SECURITY_PROCESS_PROTECTION_LEVEL_NONE_RID (0x00000000)

/* Accounts of a domain */
#define FOREST_USER_RID_MAX (0x000001F3)
#define DOMAIN_USER_RID_MAX (0x000003E7)
#define DOMAIN_USER_RID_ADMIN (0x000001F4)
#define DOMAIN_USER_RID_GUEST (0x000001F5)
#define DOMAIN_USER_RID_KRBTGT (0x000001F6)
#define DOMAIN_USER_RID_DEFAULT_ACCOUNT (0x000001F7)
#define DOMAIN_USER_RID_WDAG_ACCOUNT (0x000001F8)
#define DOMAIN_GROUP_RID_ENTERPRISE_READONLY_DOMAIN_CONTROLLERS (0x000001F2)
#define DOMAIN_GROUP_RID_ADMINS (0x00000200)
#define DOMAIN_GROUP_RID_USERS (0x00000201)
#define DOMAIN_GROUP_RID_GUESTS (0x00000202)
#define DOMAIN_GROUP_RID_COMPUTERS (0x00000203)
#define DOMAIN_GROUP_RID_CONTROLLERS (0x00000204)
#define DOMAIN_GROUP_RID_CERT_ADMINS (0x00000205)
#define DOMAIN_GROUP_RID_SCHEMA_ADMINS (0x00000206)
#define DOMAIN_GROUP_RID_ENTERPRISE_ADMINS (0x00000207)
#define DOMAIN_GROUP_RID_POLICY_ADMINS (0x00000208)
#define DOMAIN_GROUP_RID_READONLY_CONTROLLERS (0x00000209)
#define DOMAIN_GROUP_RID_CLONEABLE_CONTROLLERS (0x0000020A)
#define DOMAIN_GROUP_RID_CDC_RESERVED (0x0000020C)
#define DOMAIN_GROUP_RID_PROTECTED_USERS (0x0000020D)
#define DOMAIN_GROUP_RID_KEY_ADMINS (0x0000020E)
#define DOMAIN_GROUP_RID_ENTERPRISE_KEY_ADMINS (0x0000020F)

/* Aliases of BUILTIN */
#define DOMAIN_ALIAS_RID_ADMINS (0x00000220)
#define DOMAIN_ALIAS_RID_USERS (0x00000221)
#define DOMAIN_ALIAS_RID_GUESTS (0x00000222)
#define DOMAIN_ALIAS_RID_POWER_USERS (0x00000223)
#define DOMAIN_ALIAS_RID_ACCOUNT_OPS (0x00000224)
#define DOMAIN_ALIAS_RID_SYSTEM_OPS (0x00000225)
#define DOMAIN_ALIAS_RID_PRINT_OPS (0x00000226)
#define DOMAIN_ALIAS_RID_BACKUP_OPS (0x00000227)
#define DOMAIN_ALIAS_RID_REPLICATOR (0x00000228)
#define DOMAIN_ALIAS_RID_RAS_SERVERS (0x00000229)
#define DOMAIN_ALIAS_RID_PREW2KCOMPACCESS (0x0000022A)
#define DOMAIN_ALIAS_RID_REMOTE_DESKTOP_USERS (0x0000022B)
#define DOMAIN_ALIAS_RID_NETWORK_CONFIGURATION_OPS (0x0000022C)
#define DOMAIN_ALIAS_RID_INCOMING_FOREST_TRUST_BUILDERS (0x0000022D)
#define DOMAIN_ALIAS_RID_MONITORING_USERS (0x0000022E)
#define DOMAIN_ALIAS_RID_LOGGING_USERS (0x0000022F)
#define DOMAIN_ALIAS_RID_AUTHORIZATIONACCESS (0x00000230)
#define DOMAIN_ALIAS_RID_TS_LICENSE_SERVERS (0x00000231)
#define DOMAIN_ALIAS_RID_DCOM_USERS (0x00000232)
#define DOMAIN_ALIAS_RID_IUSERS (0x00000238)
#define DOMAIN_ALIAS_RID_CRYPTO_OPERATORS (0x00000239)
#define DOMAIN_ALIAS_RID_CACHEABLE_PRINCIPALS_GROUP (0x0000023B)
#define DOMAIN_ALIAS_RID_NON_CACHEABLE_PRINCIPALS_GROUP (0x0000023C)
#define DOMAIN_ALIAS_RID_EVENT_LOG_READERS_GROUP (0x0000023D)
#define DOMAIN_ALIAS_RID_CERTSVC_DCOM_ACCESS_GROUP (0x0000023E)
#define DOMAIN_ALIAS_RID_RDS_REMOTE_ACCESS_SERVERS (0x0000023F)
#define DOMAIN_ALIAS_RID_RDS_ENDPOINT_SERVERS (0x00000240)
#define DOMAIN_ALIAS_RID_RDS_MANAGEMENT_SERVERS (0x00000241)
#define DOMAIN_ALIAS_RID_HYPER_V_ADMINS (0x00000242)
#define DOMAIN_ALIAS_RID_ACCESS_CONTROL_ASSISTANCE_OPS (0x00000243)
#define DOMAIN_ALIAS_RID_REMOTE_MANAGEMENT_USERS (0x00000244)
#define DOMAIN_ALIAS_RID_DEFAULT_ACCOUNT (0x00000245)
#define DOMAIN_ALIAS_RID_STORAGE_REPLICA_ADMINS (0x00000246)
#define DOMAIN_ALIAS_RID_DEVICE_OWNERS (0x00000247)

/* Logon sessions that are always there */
#define SYSTEM_LUID                                                            \
	{                                                                      \
		0x3e7, 0x0                                                     \
	}
#define ANONYMOUS_LOGON_LUID                                                   \
	{                                                                      \
		0x3e6, 0x0                                                     \
	}
#define LOCALSERVICE_LUID                                                      \
	{                                                                      \
		0x3e5, 0x0                                                     \
	}
#define NETWORKSERVICE_LUID                                                    \
	{                                                                      \
		0x3e4, 0x0                                                     \
	}
#define IUSER_LUID                                                             \
	{                                                                      \
		0x3e3, 0x0                                                     \
	}

/* Well-known identifiers by number */
typedef enum {
	WinNullSid = 0,
	WinWorldSid = 1,
	WinLocalSid = 2,
	WinCreatorOwnerSid = 3,
	WinCreatorGroupSid = 4,
	WinCreatorOwnerServerSid = 5,
	WinCreatorGroupServerSid = 6,
	WinNtAuthoritySid = 7,
	WinDialupSid = 8,
	WinNetworkSid = 9,
	WinBatchSid = 10,
	WinInteractiveSid = 11,
	WinServiceSid = 12,
	WinAnonymousSid = 13,
	WinProxySid = 14,
	WinEnterpriseControllersSid = 15,
	WinSelfSid = 16,
	WinAuthenticatedUserSid = 17,
	WinRestrictedCodeSid = 18,
	WinTerminalServerSid = 19,
	WinRemoteLogonIdSid = 20,
	WinLogonIdsSid = 21,
	WinLocalSystemSid = 22,
	WinLocalServiceSid = 23,
	WinNetworkServiceSid = 24,
	WinBuiltinDomainSid = 25,
	WinBuiltinAdministratorsSid = 26,
	WinBuiltinUsersSid = 27,
	WinBuiltinGuestsSid = 28,
	WinBuiltinPowerUsersSid = 29,
	WinBuiltinAccountOperatorsSid = 30,
	WinBuiltinSystemOperatorsSid = 31,
	WinBuiltinPrintOperatorsSid = 32,
	WinBuiltinBackupOperatorsSid = 33,
	WinBuiltinReplicatorSid = 34,
	WinBuiltinPreWindows2000CompatibleAccessSid = 35,
	WinBuiltinRemoteDesktopUsersSid = 36,
	WinBuiltinNetworkConfigurationOperatorsSid = 37,
	WinAccountAdministratorSid = 38,
	WinAccountGuestSid = 39,
	WinAccountKrbtgtSid = 40,
	WinAccountDomainAdminsSid = 41,
	WinAccountDomainUsersSid = 42,
	WinAccountDomainGuestsSid = 43,
	WinAccountComputersSid = 44,
	WinAccountControllersSid = 45,
	WinAccountCertAdminsSid = 46,
	WinAccountSchemaAdminsSid = 47,
	WinAccountEnterpriseAdminsSid = 48,
	WinAccountPolicyAdminsSid = 49,
	WinAccountRasAndIasServersSid = 50,
	WinNTLMAuthenticationSid = 51,
	WinDigestAuthenticationSid = 52,
	WinSChannelAuthenticationSid = 53,
	WinThisOrganizationSid = 54,
	WinOtherOrganizationSid = 55,
	WinBuiltinIncomingForestTrustBuildersSid = 56,
	WinBuiltinPerfMonitoringUsersSid = 57,
	WinBuiltinPerfLoggingUsersSid = 58,
	WinBuiltinAuthorizationAccessSid = 59,
	WinBuiltinTerminalServerLicenseServersSid = 60,
	WinBuiltinDCOMUsersSid = 61,
	WinBuiltinIUsersSid = 62,
	WinIUserSid = 63,
	WinBuiltinCryptoOperatorsSid = 64,
	WinUntrustedLabelSid = 65,
	WinLowLabelSid = 66,
	WinMediumLabelSid = 67,
	WinHighLabelSid = 68,
	WinSystemLabelSid = 69,
	WinWriteRestrictedCodeSid = 70,
	WinCreatorOwnerRightsSid = 71,
	WinCacheablePrincipalsGroupSid = 72,
	WinNonCacheablePrincipalsGroupSid = 73,
	WinEnterpriseReadonlyControllersSid = 74,
	WinAccountReadonlyControllersSid = 75,
	WinBuiltinEventLogReadersGroup = 76,
	WinNewEnterpriseReadonlyControllersSid = 77,
	WinBuiltinCertSvcDComAccessGroup = 78,
	WinMediumPlusLabelSid = 79,
	WinLocalLogonSid = 80,
	WinConsoleLogonSid = 81,
	WinThisOrganizationCertificateSid = 82,
	WinApplicationPackageAuthoritySid = 83,
	WinBuiltinAnyPackageSid = 84,
	WinCapabilityInternetClientSid = 85,
	WinCapabilityInternetClientServerSid = 86,
	WinCapabilityPrivateNetworkClientServerSid = 87,
	WinCapabilityPicturesLibrarySid = 88,
	WinCapabilityVideosLibrarySid = 89,
	WinCapabilityMusicLibrarySid = 90,
	WinCapabilityDocumentsLibrarySid = 91,
	WinCapabilitySharedUserCertificatesSid = 92,
	WinCapabilityEnterpriseAuthenticationSid = 93,
	WinCapabilityRemovableStorageSid = 94,
	WinBuiltinRDSRemoteAccessServersSid = 95,
	WinBuiltinRDSEndpointServersSid = 96,
	WinBuiltinRDSManagementServersSid = 97,
	WinUserModeDriversSid = 98,
	WinBuiltinHyperVAdminsSid = 99,
	WinAccountCloneableControllersSid = 100,
	WinBuiltinAccessControlAssistanceOperatorsSid = 101,
	WinBuiltinRemoteManagementUsersSid = 102,
	WinAuthenticationAuthorityAssertedSid = 103,
	WinAuthenticationServiceAssertedSid = 104,
	WinLocalAccountSid = 105,
	WinLocalAccountAndAdministratorSid = 106,
	WinAccountProtectedUsersSid = 107,
	WinCapabilityAppointmentsSid = 108,
	WinCapabilityContactsSid = 109,
	WinAccountDefaultSystemManagedSid = 110,
	WinBuiltinDefaultSystemManagedGroupSid = 111,
	WinBuiltinStorageReplicaAdminsSid = 112,
	WinAccountKeyAdminsSid = 113,
	WinAccountEnterpriseKeyAdminsSid = 114,
	WinAuthenticationKeyTrustSid = 115,
	WinAuthenticationKeyPropertyMFASid = 116,
	WinAuthenticationKeyPropertyAttestationSid = 117,
	WinAuthenticationFreshKeyAuthSid = 118,
	WinBuiltinDeviceOwnersSid = 119
} WELL_KNOWN_SID_TYPE;

#endif
