/* SPDX-License-Identifier: Apache-2.0 */
/* A name and a password, as AcquireCredentialsHandle takes them. */
#ifndef WIN32_SSPI_IDENTITY_H
#define WIN32_SSPI_IDENTITY_H

#include <pthread.h>

#include "logon.h"
#include "sspi-status.h"

/**
 * struct sspi_identity - whose credentials are wanted
 * @principal: "alice@REALM", or without a realm: the default one; for free()
 * @password: wiped when cleared
 */
struct sspi_identity {
	char *principal;
	struct secret password;
};

void sspi_identity_clear(struct sspi_identity *identity);

/* SEC_WINNT_AUTH_IDENTITY in each of its forms. SEC_E_UNKNOWN_CREDENTIALS: it
 * is none of them, or there is no user in it; SEC_E_INSUFFICIENT_MEMORY */
SECURITY_STATUS sspi_identity_read(const void *data, struct sspi_identity *ret);

#endif
