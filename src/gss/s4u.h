/* SPDX-License-Identifier: Apache-2.0 */
/* S4U2Self: a client's ticket to the service itself, asked for by the service,
 * without the client's password. */
#ifndef GSS_S4U_H
#define GSS_S4U_H

#include "library.h"

/**
 * gss_s4u_context() - as if @client had come to the service
 * @service: borrowed; the service's own, GSS_C_BOTH
 * @client: "alice@REALM", or with @enterprise a name that the KDC knows how to
 *          find
 * @ret_context: accepted, established; the caller's
 * @ret_cred: what the service may show of the client to others, where the KDC
 *          lets it (S4U2Proxy); the caller's, or GSS_C_NO_CREDENTIAL
 * @reterr: why not
 *
 * 0; GUISE_E_NO_SUCH_ACCOUNT (the KDC does not know the client);
 * GUISE_E_LOGON_FAILURE (it does, but the account is disabled or expired, or a
 * policy forbids it); -ETIMEDOUT (no KDC answers); -EIO (anything else);
 * -EINVAL (a credential that is not for both).
 */
GUISE_MUST_USE int gss_s4u_context(const struct gss_library *gss,
				   gss_cred_id_t service, const char *client,
				   bool enterprise, gss_ctx_id_t *ret_context,
				   gss_cred_id_t *ret_cred,
				   char reterr[GUISE_WHY_SIZE]);

#endif
