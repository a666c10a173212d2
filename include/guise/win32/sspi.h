/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security packages: Kerberos, and Negotiate, which is Kerberos in SPNEGO's
 * envelope. NTLM is not among them. docs/win32.md says where keys, tickets and
 * the clients' accounts come from.
 */
#ifndef __SSPI_H__
#define __SSPI_H__

#if !defined(SECURITY_WIN32) && !defined(SECURITY_KERNEL) &&                   \
	!defined(SECURITY_MAC)
#error define SECURITY_WIN32 before including sspi.h or security.h
#endif

#include "ntsecapi.h"

GUISE_WIN32_BEGIN

#define ISSP_LEVEL 32
#define ISSP_MODE 1

typedef WCHAR SEC_WCHAR;
typedef CHAR SEC_CHAR;
#ifndef __SECSTATUS_DEFINED__
#define __SECSTATUS_DEFINED__
typedef LONG SECURITY_STATUS;
#endif
#define SEC_TEXT TEXT
#define SEC_FAR
#define SEC_ENTRY

#ifdef UNICODE
typedef SEC_WCHAR *SECURITY_PSTR;
typedef const SEC_WCHAR *SECURITY_PCSTR;
#else
typedef SEC_CHAR *SECURITY_PSTR;
typedef const SEC_CHAR *SECURITY_PCSTR;
#endif

/* Handles of credentials and of contexts */
#ifndef __SECHANDLE_DEFINED__
#define __SECHANDLE_DEFINED__
typedef struct _SecHandle {
	ULONG_PTR dwLower;
	ULONG_PTR dwUpper;
} SecHandle, *PSecHandle;
#endif
typedef SecHandle CredHandle, CtxtHandle;
typedef PSecHandle PCredHandle, PCtxtHandle;

#define SEC_DELETED_HANDLE ((ULONG_PTR)(-2))
#define SecInvalidateHandle(x)                                                 \
	do {                                                                   \
		((PSecHandle)(x))->dwLower = (ULONG_PTR)(INT_PTR)-1;           \
		((PSecHandle)(x))->dwUpper = (ULONG_PTR)(INT_PTR)-1;           \
	} while (0)
#define SecIsValidHandle(x)                                                    \
	(((PSecHandle)(x))->dwLower != (ULONG_PTR)(INT_PTR)-1 &&               \
	 ((PSecHandle)(x))->dwUpper != (ULONG_PTR)(INT_PTR)-1)

typedef LARGE_INTEGER _SECURITY_INTEGER, SECURITY_INTEGER, *PSECURITY_INTEGER;
typedef SECURITY_INTEGER TimeStamp;
typedef SECURITY_INTEGER *PTimeStamp;
typedef UNICODE_STRING SECURITY_STRING, *PSECURITY_STRING;

/* Packages */
typedef struct _SecPkgInfoW {
	ULONG fCapabilities;
	USHORT wVersion;
	USHORT wRPCID;
	ULONG cbMaxToken;
	SEC_WCHAR *Name;
	SEC_WCHAR *Comment;
} SecPkgInfoW, *PSecPkgInfoW;
typedef struct _SecPkgInfoA {
	ULONG fCapabilities;
	USHORT wVersion;
	USHORT wRPCID;
	ULONG cbMaxToken;
	SEC_CHAR *Name;
	SEC_CHAR *Comment;
} SecPkgInfoA, *PSecPkgInfoA;
#define SecPkgInfo GUISE_WIN32_AW(SecPkgInfo)
#define PSecPkgInfo GUISE_WIN32_AW(PSecPkgInfo)

#define SECPKG_FLAG_INTEGRITY 0x00000001
#define SECPKG_FLAG_PRIVACY 0x00000002
#define SECPKG_FLAG_TOKEN_ONLY 0x00000004
#define SECPKG_FLAG_DATAGRAM 0x00000008
#define SECPKG_FLAG_CONNECTION 0x00000010
#define SECPKG_FLAG_MULTI_REQUIRED 0x00000020
#define SECPKG_FLAG_CLIENT_ONLY 0x00000040
#define SECPKG_FLAG_EXTENDED_ERROR 0x00000080
#define SECPKG_FLAG_IMPERSONATION 0x00000100
#define SECPKG_FLAG_ACCEPT_WIN32_NAME 0x00000200
#define SECPKG_FLAG_STREAM 0x00000400
#define SECPKG_FLAG_NEGOTIABLE 0x00000800
#define SECPKG_FLAG_GSS_COMPATIBLE 0x00001000
#define SECPKG_FLAG_LOGON 0x00002000
#define SECPKG_FLAG_ASCII_BUFFERS 0x00004000
#define SECPKG_FLAG_FRAGMENT 0x00008000
#define SECPKG_FLAG_MUTUAL_AUTH 0x00010000
#define SECPKG_FLAG_DELEGATION 0x00020000
#define SECPKG_FLAG_READONLY_WITH_CHECKSUM 0x00040000
#define SECPKG_FLAG_RESTRICTED_TOKENS 0x00080000
#define SECPKG_FLAG_NEGO_EXTENDER 0x00100000
#define SECPKG_FLAG_NEGOTIABLE2 0x00200000
#define SECPKG_ID_NONE 0xFFFF

SECURITY_STATUS EnumerateSecurityPackagesA(ULONG *count,
					   PSecPkgInfoA *packages);
SECURITY_STATUS EnumerateSecurityPackagesW(ULONG *count,
					   PSecPkgInfoW *packages);
#define EnumerateSecurityPackages GUISE_WIN32_AW(EnumerateSecurityPackages)
SECURITY_STATUS QuerySecurityPackageInfoA(SEC_CHAR *name, PSecPkgInfoA *ret);
SECURITY_STATUS QuerySecurityPackageInfoW(SEC_WCHAR *name, PSecPkgInfoW *ret);
#define QuerySecurityPackageInfo GUISE_WIN32_AW(QuerySecurityPackageInfo)
SECURITY_STATUS FreeContextBuffer(PVOID buffer);

/* Credentials: of the process, of the impersonated client, or of a name and a
 * password */
#define SECPKG_CRED_INBOUND 0x00000001
#define SECPKG_CRED_OUTBOUND 0x00000002
#define SECPKG_CRED_BOTH 0x00000003
#define SECPKG_CRED_DEFAULT 0x00000004

#define SEC_WINNT_AUTH_IDENTITY_ANSI 0x1
#define SEC_WINNT_AUTH_IDENTITY_UNICODE 0x2
#define SEC_WINNT_AUTH_IDENTITY_VERSION 0x200

typedef struct _SEC_WINNT_AUTH_IDENTITY_W {
	unsigned short *User;
	ULONG UserLength;
	unsigned short *Domain;
	ULONG DomainLength;
	unsigned short *Password;
	ULONG PasswordLength;
	ULONG Flags;
} SEC_WINNT_AUTH_IDENTITY_W, *PSEC_WINNT_AUTH_IDENTITY_W;
typedef struct _SEC_WINNT_AUTH_IDENTITY_A {
	unsigned char *User;
	ULONG UserLength;
	unsigned char *Domain;
	ULONG DomainLength;
	unsigned char *Password;
	ULONG PasswordLength;
	ULONG Flags;
} SEC_WINNT_AUTH_IDENTITY_A, *PSEC_WINNT_AUTH_IDENTITY_A;
#define SEC_WINNT_AUTH_IDENTITY GUISE_WIN32_AW_(SEC_WINNT_AUTH_IDENTITY)
#define PSEC_WINNT_AUTH_IDENTITY GUISE_WIN32_AW_(PSEC_WINNT_AUTH_IDENTITY)

typedef struct _SEC_WINNT_AUTH_IDENTITY_EXW {
	ULONG Version;
	ULONG Length;
	unsigned short *User;
	ULONG UserLength;
	unsigned short *Domain;
	ULONG DomainLength;
	unsigned short *Password;
	ULONG PasswordLength;
	ULONG Flags;
	unsigned short *PackageList;
	ULONG PackageListLength;
} SEC_WINNT_AUTH_IDENTITY_EXW, *PSEC_WINNT_AUTH_IDENTITY_EXW;
typedef struct _SEC_WINNT_AUTH_IDENTITY_EXA {
	ULONG Version;
	ULONG Length;
	unsigned char *User;
	ULONG UserLength;
	unsigned char *Domain;
	ULONG DomainLength;
	unsigned char *Password;
	ULONG PasswordLength;
	ULONG Flags;
	unsigned char *PackageList;
	ULONG PackageListLength;
} SEC_WINNT_AUTH_IDENTITY_EXA, *PSEC_WINNT_AUTH_IDENTITY_EXA;
#define SEC_WINNT_AUTH_IDENTITY_EX GUISE_WIN32_AW(SEC_WINNT_AUTH_IDENTITY_EX)
#define PSEC_WINNT_AUTH_IDENTITY_EX GUISE_WIN32_AW(PSEC_WINNT_AUTH_IDENTITY_EX)

typedef void(WINAPI *SEC_GET_KEY_FN)(void *argument, void *principal,
				     ULONG version, void **key,
				     SECURITY_STATUS *status);

SECURITY_STATUS
AcquireCredentialsHandleA(SEC_CHAR *principal, SEC_CHAR *package, ULONG use,
			  void *session, void *data, SEC_GET_KEY_FN get_key,
			  void *argument, PCredHandle ret, PTimeStamp expiry);
SECURITY_STATUS
AcquireCredentialsHandleW(SEC_WCHAR *principal, SEC_WCHAR *package, ULONG use,
			  void *session, void *data, SEC_GET_KEY_FN get_key,
			  void *argument, PCredHandle ret, PTimeStamp expiry);
#define AcquireCredentialsHandle GUISE_WIN32_AW(AcquireCredentialsHandle)
SECURITY_STATUS FreeCredentialsHandle(PCredHandle credentials);
#define FreeCredentialHandle FreeCredentialsHandle

#define SECPKG_CRED_ATTR_NAMES 1
typedef struct _SecPkgCredentials_NamesW {
	SEC_WCHAR *sUserName;
} SecPkgCredentials_NamesW, *PSecPkgCredentials_NamesW;
typedef struct _SecPkgCredentials_NamesA {
	SEC_CHAR *sUserName;
} SecPkgCredentials_NamesA, *PSecPkgCredentials_NamesA;
#define SecPkgCredentials_Names GUISE_WIN32_AW(SecPkgCredentials_Names)
#define PSecPkgCredentials_Names GUISE_WIN32_AW(PSecPkgCredentials_Names)

SECURITY_STATUS QueryCredentialsAttributesA(PCredHandle credentials,
					    ULONG attribute, void *buffer);
SECURITY_STATUS QueryCredentialsAttributesW(PCredHandle credentials,
					    ULONG attribute, void *buffer);
#define QueryCredentialsAttributes GUISE_WIN32_AW(QueryCredentialsAttributes)

/* Contexts */
#define SECBUFFER_VERSION 0
#define SECBUFFER_EMPTY 0
#define SECBUFFER_DATA 1
#define SECBUFFER_TOKEN 2
#define SECBUFFER_PKG_PARAMS 3
#define SECBUFFER_MISSING 4
#define SECBUFFER_EXTRA 5
#define SECBUFFER_STREAM_TRAILER 6
#define SECBUFFER_STREAM_HEADER 7
#define SECBUFFER_NEGOTIATION_INFO 8
#define SECBUFFER_PADDING 9
#define SECBUFFER_STREAM 10
#define SECBUFFER_MECHLIST 11
#define SECBUFFER_MECHLIST_SIGNATURE 12
#define SECBUFFER_TARGET 13
#define SECBUFFER_CHANNEL_BINDINGS 14
#define SECBUFFER_CHANGE_PASS_RESPONSE 15
#define SECBUFFER_TARGET_HOST 16
#define SECBUFFER_ALERT 17
#define SECBUFFER_ATTRMASK 0xF0000000
#define SECBUFFER_READONLY 0x80000000
#define SECBUFFER_READONLY_WITH_CHECKSUM 0x10000000

typedef struct _SecBuffer {
	ULONG cbBuffer;
	ULONG BufferType;
	void *pvBuffer;
} SecBuffer, *PSecBuffer;

typedef struct _SecBufferDesc {
	ULONG ulVersion;
	ULONG cBuffers;
	PSecBuffer pBuffers;
} SecBufferDesc, *PSecBufferDesc;

#define SECURITY_NATIVE_DREP 0x00000010
#define SECURITY_NETWORK_DREP 0x00000000

#define ISC_REQ_DELEGATE 0x00000001
#define ISC_REQ_MUTUAL_AUTH 0x00000002
#define ISC_REQ_REPLAY_DETECT 0x00000004
#define ISC_REQ_SEQUENCE_DETECT 0x00000008
#define ISC_REQ_CONFIDENTIALITY 0x00000010
#define ISC_REQ_USE_SESSION_KEY 0x00000020
#define ISC_REQ_PROMPT_FOR_CREDS 0x00000040
#define ISC_REQ_USE_SUPPLIED_CREDS 0x00000080
#define ISC_REQ_ALLOCATE_MEMORY 0x00000100
#define ISC_REQ_USE_DCE_STYLE 0x00000200
#define ISC_REQ_DATAGRAM 0x00000400
#define ISC_REQ_CONNECTION 0x00000800
#define ISC_REQ_EXTENDED_ERROR 0x00004000
#define ISC_REQ_STREAM 0x00008000
#define ISC_REQ_INTEGRITY 0x00010000
#define ISC_REQ_IDENTIFY 0x00020000
#define ISC_REQ_NULL_SESSION 0x00040000
#define ISC_REQ_NO_INTEGRITY 0x00800000
#define ISC_RET_DELEGATE 0x00000001
#define ISC_RET_MUTUAL_AUTH 0x00000002
#define ISC_RET_REPLAY_DETECT 0x00000004
#define ISC_RET_SEQUENCE_DETECT 0x00000008
#define ISC_RET_CONFIDENTIALITY 0x00000010
#define ISC_RET_ALLOCATED_MEMORY 0x00000100
#define ISC_RET_USED_DCE_STYLE 0x00000200
#define ISC_RET_CONNECTION 0x00000800
#define ISC_RET_EXTENDED_ERROR 0x00004000
#define ISC_RET_STREAM 0x00008000
#define ISC_RET_INTEGRITY 0x00010000
#define ISC_RET_IDENTIFY 0x00020000
#define ASC_REQ_DELEGATE 0x00000001
#define ASC_REQ_MUTUAL_AUTH 0x00000002
#define ASC_REQ_REPLAY_DETECT 0x00000004
#define ASC_REQ_SEQUENCE_DETECT 0x00000008
#define ASC_REQ_CONFIDENTIALITY 0x00000010
#define ASC_REQ_USE_SESSION_KEY 0x00000020
#define ASC_REQ_ALLOCATE_MEMORY 0x00000100
#define ASC_REQ_USE_DCE_STYLE 0x00000200
#define ASC_REQ_DATAGRAM 0x00000400
#define ASC_REQ_CONNECTION 0x00000800
#define ASC_REQ_EXTENDED_ERROR 0x00008000
#define ASC_REQ_STREAM 0x00010000
#define ASC_REQ_INTEGRITY 0x00020000
#define ASC_REQ_IDENTIFY 0x00080000
#define ASC_REQ_ALLOW_NULL_SESSION 0x00100000
#define ASC_REQ_ALLOW_MISSING_BINDINGS 0x10000000
#define ASC_RET_DELEGATE 0x00000001
#define ASC_RET_MUTUAL_AUTH 0x00000002
#define ASC_RET_REPLAY_DETECT 0x00000004
#define ASC_RET_SEQUENCE_DETECT 0x00000008
#define ASC_RET_CONFIDENTIALITY 0x00000010
#define ASC_RET_ALLOCATED_MEMORY 0x00000100
#define ASC_RET_USED_DCE_STYLE 0x00000200
#define ASC_RET_CONNECTION 0x00000800
#define ASC_RET_EXTENDED_ERROR 0x00008000
#define ASC_RET_STREAM 0x00010000
#define ASC_RET_INTEGRITY 0x00020000
#define ASC_RET_IDENTIFY 0x00080000

/* What a SECBUFFER_CHANNEL_BINDINGS begins with; offsets from its beginning */
typedef struct _SEC_CHANNEL_BINDINGS {
	ULONG dwInitiatorAddrType;
	ULONG cbInitiatorLength;
	ULONG dwInitiatorOffset;
	ULONG dwAcceptorAddrType;
	ULONG cbAcceptorLength;
	ULONG dwAcceptorOffset;
	ULONG cbApplicationDataLength;
	ULONG dwApplicationDataOffset;
} SEC_CHANNEL_BINDINGS, *PSEC_CHANNEL_BINDINGS;

SECURITY_STATUS InitializeSecurityContextA(
	PCredHandle credentials, PCtxtHandle context, SEC_CHAR *target,
	ULONG flags, ULONG reserved, ULONG representation, PSecBufferDesc input,
	ULONG reserved2, PCtxtHandle new_context, PSecBufferDesc output,
	ULONG *attributes, PTimeStamp expiry);
SECURITY_STATUS InitializeSecurityContextW(
	PCredHandle credentials, PCtxtHandle context, SEC_WCHAR *target,
	ULONG flags, ULONG reserved, ULONG representation, PSecBufferDesc input,
	ULONG reserved2, PCtxtHandle new_context, PSecBufferDesc output,
	ULONG *attributes, PTimeStamp expiry);
#define InitializeSecurityContext GUISE_WIN32_AW(InitializeSecurityContext)
SECURITY_STATUS AcceptSecurityContext(PCredHandle credentials,
				      PCtxtHandle context, PSecBufferDesc input,
				      ULONG flags, ULONG representation,
				      PCtxtHandle new_context,
				      PSecBufferDesc output, ULONG *attributes,
				      PTimeStamp expiry);
SECURITY_STATUS CompleteAuthToken(PCtxtHandle context, PSecBufferDesc token);
SECURITY_STATUS ApplyControlToken(PCtxtHandle context, PSecBufferDesc input);
SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context);

/* The client of a context */
SECURITY_STATUS ImpersonateSecurityContext(PCtxtHandle context);
SECURITY_STATUS RevertSecurityContext(PCtxtHandle context);
SECURITY_STATUS QuerySecurityContextToken(PCtxtHandle context, PHANDLE token);

GUISE_WIN32_END

#include "sspi-context.h"
#include "sspi-table.h"

#endif
