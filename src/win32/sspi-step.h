/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a context: what InitializeSecurityContext and AcceptSecurityContext
 * have in common. A step is made as the process, also while a client is
 * impersonated: keys, tickets and the memory of what was seen before are its.
 */
#ifndef WIN32_SSPI_STEP_H
#define WIN32_SSPI_STEP_H

#include "sspi-buffers.h"
#include "sspi-object.h"

/**
 * struct sspi_call - the arguments of both functions
 * @target: WCHAR if @wide, else UTF-8; the initiator's
 */
struct sspi_call {
	PCredHandle credentials;
	PCtxtHandle context;
	const void *target;
	bool wide;
	ULONG request;
	PSecBufferDesc input;
	PCtxtHandle new_context;
	PSecBufferDesc output;
	ULONG *attributes;
	PTimeStamp expiry;
};

/**
 * struct sspi_step - one of them on its way
 * @context: locked
 * @major, @minor: what the library says
 * @flags, @seconds: of the context
 * @token: to be sent; the library's, released afterwards
 * @delegated: what the client has given; released afterwards
 * @status: the outcome
 */
struct sspi_step {
	struct context *context;
	struct sspi_input input;
	ULONG request;
	OM_uint32 major, minor, flags, seconds;
	gss_buffer_desc token;
	gss_cred_id_t delegated;
	SECURITY_STATUS status;
};

/* What one side does: the step itself, with its status */
typedef NTSTATUS sspi_step_function(void *step);

/**
 * sspi_make_step() - from the arguments to the results
 * @begin: makes a context for a first call
 * @function: the side's step
 * @attributes: the side's names of the flags
 */
SECURITY_STATUS
sspi_make_step(const struct sspi_call *call, bool is_acceptor,
	       SECURITY_STATUS (*begin)(const struct sspi_call *call,
					struct context **ret),
	       sspi_step_function *function,
	       ULONG (*attributes)(OM_uint32 flags, ULONG request));

/* The client of an acceptor that is being established with these flags: session
 * and token. SEC_E_LOGON_DENIED: nobody whom the rules let in */
SECURITY_STATUS sspi_find_client(struct context *context, OM_uint32 flags,
				 gss_cred_id_t delegated);

/* What the session of a client is called, by its token: name, authority,
 * package */
void sspi_describe(const struct guise_token *token, struct guise_session *ret);

#endif
