/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Built without GSSAPI there are no security packages. So nobody has
 * credentials or a context, and every handle to one is no handle.
 */
#define SECURITY_WIN32
#include "facade.h"

#include <security.h>

static const SECURITY_STATUS no_handle = SEC_E_INVALID_HANDLE;
static const SECURITY_STATUS no_package = SEC_E_SECPKG_NOT_FOUND;

SECURITY_STATUS EnumerateSecurityPackagesA(ULONG *count, PSecPkgInfoA *packages)
{
	*count = 0;
	*packages = NULL;
	return SEC_E_OK;
}

SECURITY_STATUS EnumerateSecurityPackagesW(ULONG *count, PSecPkgInfoW *packages)
{
	*count = 0;
	*packages = NULL;
	return SEC_E_OK;
}

SECURITY_STATUS QuerySecurityPackageInfoA(SEC_CHAR *name, PSecPkgInfoA *ret)
{
	(void)name;
	(void)ret;
	return no_package;
}

SECURITY_STATUS QuerySecurityPackageInfoW(SEC_WCHAR *name, PSecPkgInfoW *ret)
{
	(void)name;
	(void)ret;
	return no_package;
}

/* What no package returned is only ever nothing. */
SECURITY_STATUS FreeContextBuffer(PVOID buffer)
{
	return buffer ? no_handle : SEC_E_OK;
}

SECURITY_STATUS
AcquireCredentialsHandleA(SEC_CHAR *principal, SEC_CHAR *package, ULONG use,
			  void *session, void *data, SEC_GET_KEY_FN get_key,
			  void *argument, PCredHandle ret, PTimeStamp expiry)
{
	(void)principal;
	(void)package;
	(void)use;
	(void)session;
	(void)data;
	(void)get_key;
	(void)argument;
	(void)ret;
	(void)expiry;
	return no_package;
}

SECURITY_STATUS
AcquireCredentialsHandleW(SEC_WCHAR *principal, SEC_WCHAR *package, ULONG use,
			  void *session, void *data, SEC_GET_KEY_FN get_key,
			  void *argument, PCredHandle ret, PTimeStamp expiry)
{
	(void)principal;
	(void)package;
	(void)use;
	(void)session;
	(void)data;
	(void)get_key;
	(void)argument;
	(void)ret;
	(void)expiry;
	return no_package;
}

SECURITY_STATUS FreeCredentialsHandle(PCredHandle credentials)
{
	(void)credentials;
	return no_handle;
}

SECURITY_STATUS InitializeSecurityContextA(
	PCredHandle credentials, PCtxtHandle context, SEC_CHAR *target,
	ULONG flags, ULONG reserved, ULONG representation, PSecBufferDesc input,
	ULONG reserved2, PCtxtHandle new_context, PSecBufferDesc output,
	ULONG *attributes, PTimeStamp expiry)
{
	(void)credentials;
	(void)context;
	(void)target;
	(void)flags;
	(void)reserved;
	(void)representation;
	(void)input;
	(void)reserved2;
	(void)new_context;
	(void)output;
	(void)attributes;
	(void)expiry;
	return no_handle;
}

SECURITY_STATUS InitializeSecurityContextW(
	PCredHandle credentials, PCtxtHandle context, SEC_WCHAR *target,
	ULONG flags, ULONG reserved, ULONG representation, PSecBufferDesc input,
	ULONG reserved2, PCtxtHandle new_context, PSecBufferDesc output,
	ULONG *attributes, PTimeStamp expiry)
{
	(void)credentials;
	(void)context;
	(void)target;
	(void)flags;
	(void)reserved;
	(void)representation;
	(void)input;
	(void)reserved2;
	(void)new_context;
	(void)output;
	(void)attributes;
	(void)expiry;
	return no_handle;
}

SECURITY_STATUS AcceptSecurityContext(PCredHandle credentials,
				      PCtxtHandle context, PSecBufferDesc input,
				      ULONG flags, ULONG representation,
				      PCtxtHandle new_context,
				      PSecBufferDesc output, ULONG *attributes,
				      PTimeStamp expiry)
{
	(void)credentials;
	(void)context;
	(void)input;
	(void)flags;
	(void)representation;
	(void)new_context;
	(void)output;
	(void)attributes;
	(void)expiry;
	return no_handle;
}

SECURITY_STATUS CompleteAuthToken(PCtxtHandle context, PSecBufferDesc token)
{
	(void)context;
	(void)token;
	return no_handle;
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context)
{
	(void)context;
	return no_handle;
}

SECURITY_STATUS ImpersonateSecurityContext(PCtxtHandle context)
{
	(void)context;
	return no_handle;
}

SECURITY_STATUS RevertSecurityContext(PCtxtHandle context)
{
	(void)context;
	return no_handle;
}

SECURITY_STATUS QuerySecurityContextToken(PCtxtHandle context, PHANDLE token)
{
	(void)context;
	(void)token;
	return no_handle;
}

SECURITY_STATUS ApplyControlToken(PCtxtHandle context, PSecBufferDesc input)
{
	(void)context;
	(void)input;
	return no_handle;
}

SECURITY_STATUS QueryCredentialsAttributesA(PCredHandle credentials,
					    ULONG attribute, void *buffer)
{
	(void)credentials;
	(void)attribute;
	(void)buffer;
	return no_handle;
}

SECURITY_STATUS QueryCredentialsAttributesW(PCredHandle credentials,
					    ULONG attribute, void *buffer)
{
	return QueryCredentialsAttributesA(credentials, attribute, buffer);
}

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute,
					void *buffer)
{
	(void)context;
	(void)attribute;
	(void)buffer;
	return no_handle;
}

SECURITY_STATUS QueryContextAttributesW(PCtxtHandle context, ULONG attribute,
					void *buffer)
{
	return QueryContextAttributesA(context, attribute, buffer);
}

SECURITY_STATUS MakeSignature(PCtxtHandle context, ULONG quality,
			      PSecBufferDesc message, ULONG sequence)
{
	(void)context;
	(void)quality;
	(void)message;
	(void)sequence;
	return no_handle;
}

SECURITY_STATUS VerifySignature(PCtxtHandle context, PSecBufferDesc message,
				ULONG sequence, ULONG *quality)
{
	(void)quality;
	return MakeSignature(context, 0, message, sequence);
}

SECURITY_STATUS EncryptMessage(PCtxtHandle context, ULONG quality,
			       PSecBufferDesc message, ULONG sequence)
{
	return MakeSignature(context, quality, message, sequence);
}

SECURITY_STATUS DecryptMessage(PCtxtHandle context, PSecBufferDesc message,
			       ULONG sequence, ULONG *quality)
{
	(void)quality;
	return MakeSignature(context, 0, message, sequence);
}

SECURITY_STATUS ExportSecurityContext(PCtxtHandle context, ULONG flags,
				      PSecBuffer packed, void **token)
{
	(void)context;
	(void)flags;
	(void)packed;
	(void)token;
	return no_handle;
}

SECURITY_STATUS ImportSecurityContextA(SEC_CHAR *package, PSecBuffer packed,
				       void *token, PCtxtHandle context)
{
	(void)package;
	(void)packed;
	(void)token;
	(void)context;
	return no_package;
}

SECURITY_STATUS ImportSecurityContextW(SEC_WCHAR *package, PSecBuffer packed,
				       void *token, PCtxtHandle context)
{
	(void)package;
	return ImportSecurityContextA(NULL, packed, token, context);
}
