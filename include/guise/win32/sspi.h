/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security packages (NTLM, Kerberos, ...), as far as impersonation goes. There
 * are no packages here: none can be found, and no context be made.
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
#define SECPKG_FLAG_IMPERSONATION 0x00000100
#define SECPKG_FLAG_NEGOTIABLE 0x00000800
#define SECPKG_FLAG_LOGON 0x00002000
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

/* Credentials */
#define SECPKG_CRED_INBOUND 0x00000001
#define SECPKG_CRED_OUTBOUND 0x00000002
#define SECPKG_CRED_BOTH 0x00000003
#define SECPKG_CRED_DEFAULT 0x00000004

typedef void (*SEC_GET_KEY_FN)(void *argument, void *principal, ULONG version,
			       void **key, SECURITY_STATUS *status);

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

/* Contexts */
#define SECBUFFER_VERSION 0
#define SECBUFFER_EMPTY 0
#define SECBUFFER_DATA 1
#define SECBUFFER_TOKEN 2

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
#define ISC_REQ_ALLOCATE_MEMORY 0x00000100
#define ISC_REQ_CONNECTION 0x00000800
#define ISC_REQ_INTEGRITY 0x00010000
#define ISC_REQ_IDENTIFY 0x00020000
#define ASC_REQ_DELEGATE 0x00000001
#define ASC_REQ_MUTUAL_AUTH 0x00000002
#define ASC_REQ_REPLAY_DETECT 0x00000004
#define ASC_REQ_SEQUENCE_DETECT 0x00000008
#define ASC_REQ_CONFIDENTIALITY 0x00000010
#define ASC_REQ_ALLOCATE_MEMORY 0x00000100
#define ASC_REQ_CONNECTION 0x00000800
#define ASC_REQ_INTEGRITY 0x00020000
#define ASC_REQ_IDENTIFY 0x00080000

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
SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context);

/* The client of a context */
SECURITY_STATUS ImpersonateSecurityContext(PCtxtHandle context);
SECURITY_STATUS RevertSecurityContext(PCtxtHandle context);
SECURITY_STATUS QuerySecurityContextToken(PCtxtHandle context, PHANDLE token);

GUISE_WIN32_END

#endif
