/* SPDX-License-Identifier: Apache-2.0 */
/* Part of sspi.h: the interface as a table of functions. */
#include "sspi.h" /* which includes this file in its place */

#ifndef GUISE_WIN32_SSPI_TABLE_H
#define GUISE_WIN32_SSPI_TABLE_H

GUISE_WIN32_BEGIN

/* What is not there is NULL. */
typedef SECURITY_STATUS(WINAPI *ENUMERATE_SECURITY_PACKAGES_FN_W)(
	ULONG *, PSecPkgInfoW *);
typedef SECURITY_STATUS(WINAPI *ENUMERATE_SECURITY_PACKAGES_FN_A)(
	ULONG *, PSecPkgInfoA *);
typedef SECURITY_STATUS(WINAPI *QUERY_CREDENTIALS_ATTRIBUTES_FN_W)(PCredHandle,
								   ULONG,
								   void *);
typedef SECURITY_STATUS(WINAPI *QUERY_CREDENTIALS_ATTRIBUTES_FN_A)(PCredHandle,
								   ULONG,
								   void *);
typedef SECURITY_STATUS(WINAPI *ACQUIRE_CREDENTIALS_HANDLE_FN_W)(
	SEC_WCHAR *, SEC_WCHAR *, ULONG, void *, void *, SEC_GET_KEY_FN, void *,
	PCredHandle, PTimeStamp);
typedef SECURITY_STATUS(WINAPI *ACQUIRE_CREDENTIALS_HANDLE_FN_A)(
	SEC_CHAR *, SEC_CHAR *, ULONG, void *, void *, SEC_GET_KEY_FN, void *,
	PCredHandle, PTimeStamp);
typedef SECURITY_STATUS(WINAPI *FREE_CREDENTIALS_HANDLE_FN)(PCredHandle);
typedef SECURITY_STATUS(WINAPI *INITIALIZE_SECURITY_CONTEXT_FN_W)(
	PCredHandle, PCtxtHandle, SEC_WCHAR *, ULONG, ULONG, ULONG,
	PSecBufferDesc, ULONG, PCtxtHandle, PSecBufferDesc, ULONG *,
	PTimeStamp);
typedef SECURITY_STATUS(WINAPI *INITIALIZE_SECURITY_CONTEXT_FN_A)(
	PCredHandle, PCtxtHandle, SEC_CHAR *, ULONG, ULONG, ULONG,
	PSecBufferDesc, ULONG, PCtxtHandle, PSecBufferDesc, ULONG *,
	PTimeStamp);
typedef SECURITY_STATUS(WINAPI *ACCEPT_SECURITY_CONTEXT_FN)(
	PCredHandle, PCtxtHandle, PSecBufferDesc, ULONG, ULONG, PCtxtHandle,
	PSecBufferDesc, ULONG *, PTimeStamp);
typedef SECURITY_STATUS(WINAPI *COMPLETE_AUTH_TOKEN_FN)(PCtxtHandle,
							PSecBufferDesc);
typedef SECURITY_STATUS(WINAPI *DELETE_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS(WINAPI *APPLY_CONTROL_TOKEN_FN)(PCtxtHandle,
							PSecBufferDesc);
typedef SECURITY_STATUS(WINAPI *QUERY_CONTEXT_ATTRIBUTES_FN_W)(PCtxtHandle,
							       ULONG, void *);
typedef SECURITY_STATUS(WINAPI *QUERY_CONTEXT_ATTRIBUTES_FN_A)(PCtxtHandle,
							       ULONG, void *);
typedef SECURITY_STATUS(WINAPI *IMPERSONATE_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS(WINAPI *REVERT_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS(WINAPI *MAKE_SIGNATURE_FN)(PCtxtHandle, ULONG,
						   PSecBufferDesc, ULONG);
typedef SECURITY_STATUS(WINAPI *VERIFY_SIGNATURE_FN)(PCtxtHandle,
						     PSecBufferDesc, ULONG,
						     ULONG *);
typedef SECURITY_STATUS(WINAPI *FREE_CONTEXT_BUFFER_FN)(void *);
typedef SECURITY_STATUS(WINAPI *QUERY_SECURITY_PACKAGE_INFO_FN_W)(
	SEC_WCHAR *, PSecPkgInfoW *);
typedef SECURITY_STATUS(WINAPI *QUERY_SECURITY_PACKAGE_INFO_FN_A)(
	SEC_CHAR *, PSecPkgInfoA *);
typedef SECURITY_STATUS(WINAPI *EXPORT_SECURITY_CONTEXT_FN)(PCtxtHandle, ULONG,
							    PSecBuffer,
							    void **);
typedef SECURITY_STATUS(WINAPI *IMPORT_SECURITY_CONTEXT_FN_W)(SEC_WCHAR *,
							      PSecBuffer,
							      void *,
							      PCtxtHandle);
typedef SECURITY_STATUS(WINAPI *IMPORT_SECURITY_CONTEXT_FN_A)(SEC_CHAR *,
							      PSecBuffer,
							      void *,
							      PCtxtHandle);
typedef SECURITY_STATUS(WINAPI *ADD_CREDENTIALS_FN_W)(PCredHandle, SEC_WCHAR *,
						      SEC_WCHAR *, ULONG,
						      void *, SEC_GET_KEY_FN,
						      void *, PTimeStamp);
typedef SECURITY_STATUS(WINAPI *ADD_CREDENTIALS_FN_A)(PCredHandle, SEC_CHAR *,
						      SEC_CHAR *, ULONG, void *,
						      SEC_GET_KEY_FN, void *,
						      PTimeStamp);
typedef SECURITY_STATUS(WINAPI *QUERY_SECURITY_CONTEXT_TOKEN_FN)(PCtxtHandle,
								 HANDLE *);
typedef SECURITY_STATUS(WINAPI *ENCRYPT_MESSAGE_FN)(PCtxtHandle, ULONG,
						    PSecBufferDesc, ULONG);
typedef SECURITY_STATUS(WINAPI *DECRYPT_MESSAGE_FN)(PCtxtHandle, PSecBufferDesc,
						    ULONG, ULONG *);

typedef struct _SECURITY_FUNCTION_TABLE_W {
	ULONG dwVersion;
	ENUMERATE_SECURITY_PACKAGES_FN_W EnumerateSecurityPackagesW;
	QUERY_CREDENTIALS_ATTRIBUTES_FN_W QueryCredentialsAttributesW;
	ACQUIRE_CREDENTIALS_HANDLE_FN_W AcquireCredentialsHandleW;
	FREE_CREDENTIALS_HANDLE_FN FreeCredentialsHandle;
	void *Reserved2;
	INITIALIZE_SECURITY_CONTEXT_FN_W InitializeSecurityContextW;
	ACCEPT_SECURITY_CONTEXT_FN AcceptSecurityContext;
	COMPLETE_AUTH_TOKEN_FN CompleteAuthToken;
	DELETE_SECURITY_CONTEXT_FN DeleteSecurityContext;
	APPLY_CONTROL_TOKEN_FN ApplyControlToken;
	QUERY_CONTEXT_ATTRIBUTES_FN_W QueryContextAttributesW;
	IMPERSONATE_SECURITY_CONTEXT_FN ImpersonateSecurityContext;
	REVERT_SECURITY_CONTEXT_FN RevertSecurityContext;
	MAKE_SIGNATURE_FN MakeSignature;
	VERIFY_SIGNATURE_FN VerifySignature;
	FREE_CONTEXT_BUFFER_FN FreeContextBuffer;
	QUERY_SECURITY_PACKAGE_INFO_FN_W QuerySecurityPackageInfoW;
	void *Reserved3;
	void *Reserved4;
	EXPORT_SECURITY_CONTEXT_FN ExportSecurityContext;
	IMPORT_SECURITY_CONTEXT_FN_W ImportSecurityContextW;
	ADD_CREDENTIALS_FN_W AddCredentialsW;
	void *Reserved8;
	QUERY_SECURITY_CONTEXT_TOKEN_FN QuerySecurityContextToken;
	ENCRYPT_MESSAGE_FN EncryptMessage;
	DECRYPT_MESSAGE_FN DecryptMessage;
	void *SetContextAttributesW;
	void *SetCredentialsAttributesW;
	void *ChangeAccountPasswordW;
	void *QueryContextAttributesExW;
	void *QueryCredentialsAttributesExW;
} SecurityFunctionTableW, *PSecurityFunctionTableW;

typedef struct _SECURITY_FUNCTION_TABLE_A {
	ULONG dwVersion;
	ENUMERATE_SECURITY_PACKAGES_FN_A EnumerateSecurityPackagesA;
	QUERY_CREDENTIALS_ATTRIBUTES_FN_A QueryCredentialsAttributesA;
	ACQUIRE_CREDENTIALS_HANDLE_FN_A AcquireCredentialsHandleA;
	FREE_CREDENTIALS_HANDLE_FN FreeCredentialsHandle;
	void *Reserved2;
	INITIALIZE_SECURITY_CONTEXT_FN_A InitializeSecurityContextA;
	ACCEPT_SECURITY_CONTEXT_FN AcceptSecurityContext;
	COMPLETE_AUTH_TOKEN_FN CompleteAuthToken;
	DELETE_SECURITY_CONTEXT_FN DeleteSecurityContext;
	APPLY_CONTROL_TOKEN_FN ApplyControlToken;
	QUERY_CONTEXT_ATTRIBUTES_FN_A QueryContextAttributesA;
	IMPERSONATE_SECURITY_CONTEXT_FN ImpersonateSecurityContext;
	REVERT_SECURITY_CONTEXT_FN RevertSecurityContext;
	MAKE_SIGNATURE_FN MakeSignature;
	VERIFY_SIGNATURE_FN VerifySignature;
	FREE_CONTEXT_BUFFER_FN FreeContextBuffer;
	QUERY_SECURITY_PACKAGE_INFO_FN_A QuerySecurityPackageInfoA;
	void *Reserved3;
	void *Reserved4;
	EXPORT_SECURITY_CONTEXT_FN ExportSecurityContext;
	IMPORT_SECURITY_CONTEXT_FN_A ImportSecurityContextA;
	ADD_CREDENTIALS_FN_A AddCredentialsA;
	void *Reserved8;
	QUERY_SECURITY_CONTEXT_TOKEN_FN QuerySecurityContextToken;
	ENCRYPT_MESSAGE_FN EncryptMessage;
	DECRYPT_MESSAGE_FN DecryptMessage;
	void *SetContextAttributesA;
	void *SetCredentialsAttributesA;
	void *ChangeAccountPasswordA;
	void *QueryContextAttributesExA;
	void *QueryCredentialsAttributesExA;
} SecurityFunctionTableA, *PSecurityFunctionTableA;
#define SecurityFunctionTable GUISE_WIN32_AW(SecurityFunctionTable)
#define PSecurityFunctionTable GUISE_WIN32_AW(PSecurityFunctionTable)

#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION 1
PSecurityFunctionTableA WINAPI InitSecurityInterfaceA(void);
PSecurityFunctionTableW WINAPI InitSecurityInterfaceW(void);
typedef PSecurityFunctionTableA(WINAPI *INIT_SECURITY_INTERFACE_A)(void);
typedef PSecurityFunctionTableW(WINAPI *INIT_SECURITY_INTERFACE_W)(void);
#define InitSecurityInterface GUISE_WIN32_AW(InitSecurityInterface)
#define INIT_SECURITY_INTERFACE GUISE_WIN32_AW_(INIT_SECURITY_INTERFACE)

GUISE_WIN32_END

#endif
