/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials and contexts: objects behind handles. A SecHandle's lower half is
 * a number of the handle table, its upper half a serial number that no other
 * object ever has, so that a handle that is out of date stands for nothing.
 */
#ifndef WIN32_SSPI_OBJECT_H
#define WIN32_SSPI_OBJECT_H

#include <guise/identity.h>

#include "logon.h"
#include "object.h"
#include "sspi-package.h"

/**
 * struct sspi_object - what credentials and contexts begin with
 * @serial: set when a handle is made
 */
struct sspi_object {
	struct object object;
	ULONG_PTR serial;
};

/**
 * struct credentials - what AcquireCredentialsHandle found; never changes
 * @initiator, @acceptor: owned; GSS_C_NO_CREDENTIAL: there is none, and the
 *                        status says why. It is also why when the password is
 *                        wrong, which Windows tells with the first context
 * @identities: who clients are; a reference, NULL without @acceptor
 */
struct credentials {
	struct sspi_object base;
	const struct sspi_package *package;
	gss_cred_id_t initiator, acceptor;
	SECURITY_STATUS initiator_status, acceptor_status;
	const struct guise_identities *identities;
};

/**
 * struct context - a security context
 * @lock: protects all that follows; calls into the library are made with it
 *        held. Comes before every other lock
 * @credentials: a reference; NULL: imported
 * @gss: GSS_C_NO_CONTEXT: a step failed, and nothing more can be done with it
 * @target: of an initiator; owned
 * @is_acceptor: the server's end
 * @is_established: both sides have said all
 * @flags: GSS_C_*_FLAG that are in force
 * @attributes: the same as ISC_RET_* or ASC_RET_*
 * @expires: seconds since 1970; INT64_MAX: never
 * @client: of an established acceptor
 * @cell: its token; a reference
 * @token: a handle to it, once it was asked for; closed with the context
 */
struct context {
	struct sspi_object base;
	const struct sspi_package *package;
	pthread_mutex_t lock;
	struct credentials *credentials;
	gss_ctx_id_t gss;
	gss_name_t target;
	bool is_acceptor;
	bool is_established;
	OM_uint32 flags;
	ULONG attributes;
	int64_t expires;
	struct logged_on client;
	struct guise_token_object *cell;
	HANDLE token;
};

/* Fresh, with one reference; NULL: no memory */
struct credentials *credentials_new(const struct sspi_package *package);
struct context *sspi_context_new(const struct sspi_package *package,
				 bool is_acceptor);

/* Takes the reference, also on failure. SEC_E_INSUFFICIENT_MEMORY */
SECURITY_STATUS sspi_handle_new(struct sspi_object *object, PSecHandle ret);
/* References. SEC_E_INVALID_HANDLE; NULL pointers are no handles */
SECURITY_STATUS credentials_of_handle(PCredHandle handle,
				      struct credentials **ret);
SECURITY_STATUS context_of_handle(PCtxtHandle handle, struct context **ret);
void sspi_credentials_unrefp(struct credentials **credentials);
void context_unrefp(struct context **context);

#endif
