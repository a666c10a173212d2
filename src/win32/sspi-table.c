/* SPDX-License-Identifier: Apache-2.0 */
/* The interface as a table. */
#include "sspi-status.h"

#define TABLE(letter)                                                          \
	{                                                                      \
		.dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION,      \
		.EnumerateSecurityPackages##letter =                           \
			EnumerateSecurityPackages##letter,                     \
		.QueryCredentialsAttributes##letter =                          \
			QueryCredentialsAttributes##letter,                    \
		.AcquireCredentialsHandle##letter =                            \
			AcquireCredentialsHandle##letter,                      \
		.FreeCredentialsHandle = FreeCredentialsHandle,                \
		.InitializeSecurityContext##letter =                           \
			InitializeSecurityContext##letter,                     \
		.AcceptSecurityContext = AcceptSecurityContext,                \
		.CompleteAuthToken = CompleteAuthToken,                        \
		.DeleteSecurityContext = DeleteSecurityContext,                \
		.ApplyControlToken = ApplyControlToken,                        \
		.QueryContextAttributes##letter =                              \
			QueryContextAttributes##letter,                        \
		.ImpersonateSecurityContext = ImpersonateSecurityContext,      \
		.RevertSecurityContext = RevertSecurityContext,                \
		.MakeSignature = MakeSignature,                                \
		.VerifySignature = VerifySignature,                            \
		.FreeContextBuffer = FreeContextBuffer,                        \
		.QuerySecurityPackageInfo##letter =                            \
			QuerySecurityPackageInfo##letter,                      \
		.ExportSecurityContext = ExportSecurityContext,                \
		.ImportSecurityContext##letter =                               \
			ImportSecurityContext##letter,                         \
		.QuerySecurityContextToken = QuerySecurityContextToken,        \
		.EncryptMessage = EncryptMessage,                              \
		.DecryptMessage = DecryptMessage,                              \
	}

/* Programs get them to change, as on Windows. */
static SecurityFunctionTableA narrow = TABLE(A);
static SecurityFunctionTableW wide = TABLE(W);

PSecurityFunctionTableA WINAPI InitSecurityInterfaceA(void)
{
	return &narrow;
}

PSecurityFunctionTableW WINAPI InitSecurityInterfaceW(void)
{
	return &wide;
}
