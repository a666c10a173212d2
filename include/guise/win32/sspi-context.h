/* SPDX-License-Identifier: Apache-2.0 */
/* Part of sspi.h: what can be asked of a security context and done with it. */
#include "sspi.h" /* which includes this file in its place */

#ifndef GUISE_WIN32_SSPI_CONTEXT_H
#define GUISE_WIN32_SSPI_CONTEXT_H

GUISE_WIN32_BEGIN

/* What is known of a context. Texts and packages in it go to
 * FreeContextBuffer; the access token stays the context's. */
#define SECPKG_ATTR_SIZES 0
#define SECPKG_ATTR_NAMES 1
#define SECPKG_ATTR_LIFESPAN 2
#define SECPKG_ATTR_DCE_INFO 3
#define SECPKG_ATTR_STREAM_SIZES 4
#define SECPKG_ATTR_KEY_INFO 5
#define SECPKG_ATTR_AUTHORITY 6
#define SECPKG_ATTR_PROTO_INFO 7
#define SECPKG_ATTR_PASSWORD_EXPIRY 8
#define SECPKG_ATTR_SESSION_KEY 9
#define SECPKG_ATTR_PACKAGE_INFO 10
#define SECPKG_ATTR_USER_FLAGS 11
#define SECPKG_ATTR_NEGOTIATION_INFO 12
#define SECPKG_ATTR_NATIVE_NAMES 13
#define SECPKG_ATTR_FLAGS 14
#define SECPKG_ATTR_USE_VALIDATED 15
#define SECPKG_ATTR_CREDENTIAL_NAME 16
#define SECPKG_ATTR_TARGET_INFORMATION 17
#define SECPKG_ATTR_ACCESS_TOKEN 18
#define SECPKG_ATTR_TARGET 19
#define SECPKG_ATTR_AUTHENTICATION_ID 20
#define SECPKG_ATTR_LOGOFF_TIME 21
#define SECPKG_ATTR_CLIENT_SPECIFIED_TARGET 27

typedef struct _SecPkgContext_Sizes {
	ULONG cbMaxToken;
	ULONG cbMaxSignature;
	ULONG cbBlockSize;
	ULONG cbSecurityTrailer;
} SecPkgContext_Sizes, *PSecPkgContext_Sizes;
typedef struct _SecPkgContext_NamesW {
	SEC_WCHAR *sUserName;
} SecPkgContext_NamesW, *PSecPkgContext_NamesW;
typedef struct _SecPkgContext_NamesA {
	SEC_CHAR *sUserName;
} SecPkgContext_NamesA, *PSecPkgContext_NamesA;
#define SecPkgContext_Names GUISE_WIN32_AW(SecPkgContext_Names)
#define PSecPkgContext_Names GUISE_WIN32_AW(PSecPkgContext_Names)
typedef struct _SecPkgContext_Lifespan {
	TimeStamp tsStart;
	TimeStamp tsExpiry;
} SecPkgContext_Lifespan, *PSecPkgContext_Lifespan;
typedef struct _SecPkgContext_KeyInfoW {
	SEC_WCHAR *sSignatureAlgorithmName;
	SEC_WCHAR *sEncryptAlgorithmName;
	ULONG KeySize;
	ULONG SignatureAlgorithm;
	ULONG EncryptAlgorithm;
} SecPkgContext_KeyInfoW, *PSecPkgContext_KeyInfoW;
typedef struct _SecPkgContext_KeyInfoA {
	SEC_CHAR *sSignatureAlgorithmName;
	SEC_CHAR *sEncryptAlgorithmName;
	ULONG KeySize;
	ULONG SignatureAlgorithm;
	ULONG EncryptAlgorithm;
} SecPkgContext_KeyInfoA, *PSecPkgContext_KeyInfoA;
#define SecPkgContext_KeyInfo GUISE_WIN32_AW(SecPkgContext_KeyInfo)
#define PSecPkgContext_KeyInfo GUISE_WIN32_AW(PSecPkgContext_KeyInfo)
typedef struct _SecPkgContext_AuthorityW {
	SEC_WCHAR *sAuthorityName;
} SecPkgContext_AuthorityW, *PSecPkgContext_AuthorityW;
typedef struct _SecPkgContext_AuthorityA {
	SEC_CHAR *sAuthorityName;
} SecPkgContext_AuthorityA, *PSecPkgContext_AuthorityA;
#define SecPkgContext_Authority GUISE_WIN32_AW(SecPkgContext_Authority)
#define PSecPkgContext_Authority GUISE_WIN32_AW(PSecPkgContext_Authority)
typedef struct _SecPkgContext_SessionKey {
	ULONG SessionKeyLength;
	unsigned char *SessionKey;
} SecPkgContext_SessionKey, *PSecPkgContext_SessionKey;
typedef struct _SecPkgContext_PackageInfoW {
	PSecPkgInfoW PackageInfo;
} SecPkgContext_PackageInfoW, *PSecPkgContext_PackageInfoW;
typedef struct _SecPkgContext_PackageInfoA {
	PSecPkgInfoA PackageInfo;
} SecPkgContext_PackageInfoA, *PSecPkgContext_PackageInfoA;
#define SecPkgContext_PackageInfo GUISE_WIN32_AW(SecPkgContext_PackageInfo)
#define PSecPkgContext_PackageInfo GUISE_WIN32_AW(PSecPkgContext_PackageInfo)

/* NegotiationState */
#define SECPKG_NEGOTIATION_COMPLETE 0
#define SECPKG_NEGOTIATION_OPTIMISTIC 1
#define SECPKG_NEGOTIATION_IN_PROGRESS 2
typedef struct _SecPkgContext_NegotiationInfoW {
	PSecPkgInfoW PackageInfo;
	ULONG NegotiationState;
} SecPkgContext_NegotiationInfoW, *PSecPkgContext_NegotiationInfoW;
typedef struct _SecPkgContext_NegotiationInfoA {
	PSecPkgInfoA PackageInfo;
	ULONG NegotiationState;
} SecPkgContext_NegotiationInfoA, *PSecPkgContext_NegotiationInfoA;
#define SecPkgContext_NegotiationInfo                                          \
	GUISE_WIN32_AW(SecPkgContext_NegotiationInfo)
#define PSecPkgContext_NegotiationInfo                                         \
	GUISE_WIN32_AW(PSecPkgContext_NegotiationInfo)
typedef struct _SecPkgContext_NativeNamesW {
	SEC_WCHAR *sClientName;
	SEC_WCHAR *sServerName;
} SecPkgContext_NativeNamesW, *PSecPkgContext_NativeNamesW;
typedef struct _SecPkgContext_NativeNamesA {
	SEC_CHAR *sClientName;
	SEC_CHAR *sServerName;
} SecPkgContext_NativeNamesA, *PSecPkgContext_NativeNamesA;
#define SecPkgContext_NativeNames GUISE_WIN32_AW(SecPkgContext_NativeNames)
#define PSecPkgContext_NativeNames GUISE_WIN32_AW(PSecPkgContext_NativeNames)
typedef struct _SecPkgContext_Flags {
	ULONG Flags;
} SecPkgContext_Flags, *PSecPkgContext_Flags;
typedef struct _SecPkgContext_AccessToken {
	void *AccessToken;
} SecPkgContext_AccessToken, *PSecPkgContext_AccessToken;
typedef struct _SecPkgContext_ClientSpecifiedTarget {
	SEC_WCHAR *sTargetName;
} SecPkgContext_ClientSpecifiedTarget, *PSecPkgContext_ClientSpecifiedTarget;

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute,
					void *buffer);
SECURITY_STATUS QueryContextAttributesW(PCtxtHandle context, ULONG attribute,
					void *buffer);
#define QueryContextAttributes GUISE_WIN32_AW(QueryContextAttributes)

/* Messages */
#define SECQOP_WRAP_NO_ENCRYPT 0x80000001

SECURITY_STATUS MakeSignature(PCtxtHandle context, ULONG quality,
			      PSecBufferDesc message, ULONG sequence);
SECURITY_STATUS VerifySignature(PCtxtHandle context, PSecBufferDesc message,
				ULONG sequence, ULONG *quality);
SECURITY_STATUS EncryptMessage(PCtxtHandle context, ULONG quality,
			       PSecBufferDesc message, ULONG sequence);
SECURITY_STATUS DecryptMessage(PCtxtHandle context, PSecBufferDesc message,
			       ULONG sequence, ULONG *quality);

/* To another process of the same service */
#define SECPKG_CONTEXT_EXPORT_RESET_NEW 0x00000001
#define SECPKG_CONTEXT_EXPORT_DELETE_OLD 0x00000002

SECURITY_STATUS ExportSecurityContext(PCtxtHandle context, ULONG flags,
				      PSecBuffer packed, void **token);
SECURITY_STATUS ImportSecurityContextA(SEC_CHAR *package, PSecBuffer packed,
				       void *token, PCtxtHandle context);
SECURITY_STATUS ImportSecurityContextW(SEC_WCHAR *package, PSecBuffer packed,
				       void *token, PCtxtHandle context);
#define ImportSecurityContext GUISE_WIN32_AW(ImportSecurityContext)

GUISE_WIN32_END

#endif
