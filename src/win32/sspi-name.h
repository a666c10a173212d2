/* SPDX-License-Identifier: Apache-2.0 */
/* Names of principals, and times, between Windows and the library. */
#ifndef WIN32_SSPI_NAME_H
#define WIN32_SSPI_NAME_H

#include "sspi-package.h"

/* A client's: "alice@REALM"; without a realm, of the default one.
 * SEC_E_TARGET_UNKNOWN: it is no name */
SECURITY_STATUS sspi_name_client(const char *text, gss_name_t *ret);
/* A service's: "class/host" and "class/host:port", whose realm is that of the
 * host, or any other principal. DOMAIN\user is none: nobody is logged on here
 * whose key is a session's. */
SECURITY_STATUS sspi_name_target(const char *text, gss_name_t *ret);
void sspi_name_clear(gss_name_t *name);

/* NUL-terminated, for free(); NULL: it cannot be said */
char *sspi_name_text(gss_name_t name);
/* The same for FreeContextBuffer */
SECURITY_STATUS sspi_name_display(gss_name_t name, bool wide, void **ret);

/* Seconds since 1970 as the interface has times: local. INT64_MAX: never */
TimeStamp sspi_time(int64_t seconds);
/* Now and so many seconds; GSS_C_INDEFINITE gives INT64_MAX */
int64_t sspi_time_after(OM_uint32 seconds);

#endif
