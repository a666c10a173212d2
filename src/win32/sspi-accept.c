/* SPDX-License-Identifier: Apache-2.0 */
/* The server's end of a context. */
#include "sspi-step.h"

static const struct {
	OM_uint32 flag;
	ULONG attribute;
} attributes[] = {
	{GSS_C_MUTUAL_FLAG, ASC_RET_MUTUAL_AUTH},
	{GSS_C_REPLAY_FLAG, ASC_RET_REPLAY_DETECT},
	{GSS_C_SEQUENCE_FLAG, ASC_RET_SEQUENCE_DETECT},
	{GSS_C_CONF_FLAG, ASC_RET_CONFIDENTIALITY},
	{GSS_C_DCE_STYLE, ASC_RET_USED_DCE_STYLE},
	{GSS_C_EXTENDED_ERROR_FLAG, ASC_RET_EXTENDED_ERROR},
	{GSS_C_INTEG_FLAG, ASC_RET_INTEGRITY},
	{GSS_C_IDENTIFY_FLAG, ASC_RET_IDENTIFY},
};

static ULONG attributes_of(OM_uint32 flags, ULONG request)
{
	ULONG ret = request & (ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_CONNECTION |
			       ASC_REQ_STREAM);

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		ret |= flags & attributes[i].flag ? attributes[i].attribute : 0;
	if (flags & GSS_C_DELEG_FLAG && request & ASC_REQ_DELEGATE)
		ret |= ASC_RET_DELEGATE;
	return ret;
}

static SECURITY_STATUS begin(const struct sspi_call *call, struct context **ret)
{
	GUISE_AUTO(sspi_credentials_unrefp)
	struct credentials *credentials = NULL;
	struct context *context;
	SECURITY_STATUS status =
		credentials_of_handle(call->credentials, &credentials);

	if (status != SEC_E_OK)
		return status;
	if (call->request & ASC_REQ_DATAGRAM)
		return SEC_E_UNSUPPORTED_FUNCTION;
	if (!credentials->acceptor)
		return credentials->acceptor_status;
	context = sspi_context_new(credentials->package, true);
	if (!context)
		return SEC_E_INSUFFICIENT_MEMORY;
	context->credentials = guise_take(credentials);
	*ret = context;
	return SEC_E_OK;
}

/* Bindings that a client leaves out are as good as none. */
static bool lacks_bindings(const struct sspi_step *step)
{
	return step->input.has_bindings &&
	       !(step->request & ASC_REQ_ALLOW_MISSING_BINDINGS) &&
	       !(step->flags & GSS_C_CHANNEL_BOUND_FLAG);
}

/* In its envelope Kerberos' reason has lost its number: whatever it is, the
 * client is not let in. */
static SECURITY_STATUS status_of_step(const struct sspi_step *step)
{
	SECURITY_STATUS status = sspi_status(step->major, step->minor);

	/* keys are there, so these are of another mechanism */
	if (GSS_ROUTINE_ERROR(step->major) == GSS_S_NO_CRED ||
	    GSS_ROUTINE_ERROR(step->major) == GSS_S_BAD_MECH)
		return SEC_E_INVALID_TOKEN;
	return status == SEC_E_INTERNAL_ERROR &&
			       step->context->package != sspi_package_kerberos()
		       ? SEC_E_LOGON_DENIED
		       : status;
}

/* Credentials that the server did not ask for are not kept. */
static gss_cred_id_t wanted(const struct sspi_step *step)
{
	return step->request & ASC_REQ_DELEGATE ? step->delegated
						: GSS_C_NO_CREDENTIAL;
}

static NTSTATUS accept_step(void *argument)
{
	struct sspi_step *step = argument;
	struct context *context = step->context;
	struct sspi_input *in = &step->input;

	step->major = sspi_library()->gss_accept_sec_context(
		&step->minor, &context->gss, context->credentials->acceptor,
		&in->token,
		in->has_bindings ? &in->bindings : GSS_C_NO_CHANNEL_BINDINGS,
		NULL, NULL, &step->token, &step->flags, &step->seconds,
		&step->delegated);
	step->status = status_of_step(step);
	if (step->status != SEC_E_OK)
		return STATUS_SUCCESS;
	if (lacks_bindings(step))
		step->status = SEC_E_BAD_BINDINGS;
	else
		step->status =
			sspi_find_client(context, step->flags, wanted(step));
	return STATUS_SUCCESS;
}

/* Negotiate's server may speak first: the client then learns what there is. */
static SECURITY_STATUS check(const struct sspi_call *call)
{
	GUISE_AUTO(sspi_credentials_unrefp)
	struct credentials *credentials = NULL;
	struct sspi_input in;
	SECURITY_STATUS status = sspi_input_read(call->input, &in);

	if (status != SEC_E_OK || in.token.length)
		return status;
	if (call->context)
		return SEC_E_INVALID_TOKEN;
	status = credentials_of_handle(call->credentials, &credentials);
	if (status != SEC_E_OK)
		return status;
	return credentials->package == sspi_package_kerberos()
		       ? SEC_E_INVALID_TOKEN
		       : SEC_E_OK;
}

SECURITY_STATUS AcceptSecurityContext(PCredHandle credentials,
				      PCtxtHandle context, PSecBufferDesc input,
				      ULONG flags, ULONG representation,
				      PCtxtHandle new_context,
				      PSecBufferDesc output,
				      ULONG *attributes_ret, PTimeStamp expiry)
{
	const struct sspi_call call = {
		.credentials = credentials,
		.context = context,
		.request = flags,
		.input = input,
		.new_context = new_context,
		.output = output,
		.attributes = attributes_ret,
		.expiry = expiry,
	};
	SECURITY_STATUS status = check(&call);

	(void)representation;
	return status == SEC_E_OK ? sspi_make_step(&call, true, begin,
						   accept_step, attributes_of)
				  : status;
}
