/* SPDX-License-Identifier: Apache-2.0 */
/* The security packages that there are, and memory that FreeContextBuffer
 * frees. */
#ifndef WIN32_SSPI_PACKAGE_H
#define WIN32_SSPI_PACKAGE_H

#include "sspi-library.h"
#include "sspi-status.h"

/**
 * struct sspi_package - one of them
 * @mechanism: of its tokens
 * @takes_kerberos: Kerberos' own tokens, too, as Windows' Negotiate does
 */
struct sspi_package {
	const char *name;
	const char *comment;
	ULONG capabilities;
	USHORT rpc_id;
	ULONG token_max;
	const gss_OID_desc *mechanism;
	bool takes_kerberos;
};

/* By name, whatever its case; NULL: there is none, or no library for it */
const struct sspi_package *sspi_package_by_name(const char *name);
/* What all of them are in the end */
const struct sspi_package *sspi_package_kerberos(void);

/* A description, wide or not; SEC_E_INSUFFICIENT_MEMORY */
SECURITY_STATUS sspi_package_describe(const struct sspi_package *package,
				      bool wide, void **ret);
/* A text, wide or not; also SEC_E_INVALID_PARAMETER: it is no UTF-8 */
SECURITY_STATUS sspi_text(const char *utf8, bool wide, void **ret);

#endif
