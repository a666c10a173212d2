/* SPDX-License-Identifier: Apache-2.0 */
/* Results of the security packages. */
#ifndef WIN32_SSPI_STATUS_H
#define WIN32_SSPI_STATUS_H

#define SECURITY_WIN32
#include <pthread.h> /* before names are banned */

#include <gssapi/gssapi.h>

#include "facade.h"

#include <security.h>

/* Of making a context, as Windows has it for what Kerberos says.
 * SEC_I_CONTINUE_NEEDED for GSS_S_CONTINUE_NEEDED */
SECURITY_STATUS sspi_status(OM_uint32 major, OM_uint32 minor);
/* Of a message: what was repeated, is late or came too early is an error */
SECURITY_STATUS sspi_status_message(OM_uint32 major, OM_uint32 minor);
/* Of an NTSTATUS, and of a code of the library */
SECURITY_STATUS sspi_status_of_nt(NTSTATUS status);
SECURITY_STATUS sspi_status_of(int code);

#endif
