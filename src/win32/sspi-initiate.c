/* SPDX-License-Identifier: Apache-2.0 */
/* The client's end of a context. */
#include <pthread.h>

#include "account.h"
#include "sspi-name.h"
#include "sspi-step.h"

static const struct {
	ULONG request;
	OM_uint32 flag;
} requests[] = {
	/* Windows delegates to whom the KDC says may have it, only */
	{ISC_REQ_DELEGATE, GSS_C_DELEG_POLICY_FLAG},
	{ISC_REQ_MUTUAL_AUTH, GSS_C_MUTUAL_FLAG},
	{ISC_REQ_REPLAY_DETECT, GSS_C_REPLAY_FLAG | GSS_C_INTEG_FLAG},
	{ISC_REQ_SEQUENCE_DETECT, GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG},
	{ISC_REQ_CONFIDENTIALITY, GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG},
	{ISC_REQ_USE_DCE_STYLE, GSS_C_DCE_STYLE},
	{ISC_REQ_EXTENDED_ERROR, GSS_C_EXTENDED_ERROR_FLAG},
	{ISC_REQ_INTEGRITY, GSS_C_INTEG_FLAG},
	{ISC_REQ_IDENTIFY, GSS_C_IDENTIFY_FLAG},
};

static const struct {
	OM_uint32 flag;
	ULONG attribute;
} attributes[] = {
	{GSS_C_DELEG_FLAG, ISC_RET_DELEGATE},
	{GSS_C_MUTUAL_FLAG, ISC_RET_MUTUAL_AUTH},
	{GSS_C_REPLAY_FLAG, ISC_RET_REPLAY_DETECT},
	{GSS_C_SEQUENCE_FLAG, ISC_RET_SEQUENCE_DETECT},
	{GSS_C_CONF_FLAG, ISC_RET_CONFIDENTIALITY},
	{GSS_C_DCE_STYLE, ISC_RET_USED_DCE_STYLE},
	{GSS_C_EXTENDED_ERROR_FLAG, ISC_RET_EXTENDED_ERROR},
	{GSS_C_INTEG_FLAG, ISC_RET_INTEGRITY},
	{GSS_C_IDENTIFY_FLAG, ISC_RET_IDENTIFY},
};

/* Neither is there in Kerberos as it is used here. */
#define UNSUPPORTED (ISC_REQ_DATAGRAM | ISC_REQ_NULL_SESSION)

static OM_uint32 flags_of(ULONG request)
{
	OM_uint32 flags = 0;

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		flags |= request & requests[i].request ? requests[i].flag : 0;
	return flags;
}

static ULONG attributes_of(OM_uint32 flags, ULONG request)
{
	/* what is the caller's own affair is as it was asked for */
	ULONG ret = request & (ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_CONNECTION |
			       ISC_REQ_STREAM);

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		ret |= flags & attributes[i].flag ? attributes[i].attribute : 0;
	return ret;
}

static SECURITY_STATUS import_target(const struct sspi_call *call,
				     gss_name_t *ret)
{
	GUISE_AUTO(text_freep) char *text = NULL;
	NTSTATUS status = text_of_caller(call->target, call->wide, &text);

	if (status < 0)
		return sspi_status_of_nt(status);
	return text ? sspi_name_target(text, ret) : SEC_E_TARGET_UNKNOWN;
}

static SECURITY_STATUS begin(const struct sspi_call *call, struct context **ret)
{
	GUISE_AUTO(sspi_credentials_unrefp)
	struct credentials *credentials = NULL;
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	SECURITY_STATUS status =
		credentials_of_handle(call->credentials, &credentials);

	if (status != SEC_E_OK)
		return status;
	if (call->request & UNSUPPORTED)
		return SEC_E_UNSUPPORTED_FUNCTION;
	if (!credentials->initiator)
		return credentials->initiator_status;
	context = sspi_context_new(credentials->package, false);
	if (!context)
		return SEC_E_INSUFFICIENT_MEMORY;
	context->credentials = guise_take(credentials);
	status = import_target(call, &context->target);
	if (status == SEC_E_OK)
		*ret = guise_take(context);
	return status;
}

/* In its envelope Kerberos' reason has lost its number; asked again without, it
 * says it. Nothing of that is used or sent. */
static SECURITY_STATUS ask_kerberos_why(const struct context *context)
{
	const struct sspi_library *gss = sspi_library();
	gss_ctx_id_t attempt = GSS_C_NO_CONTEXT;
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, ignored;

	major = gss->gss_init_sec_context(
		&minor, context->credentials->initiator, &attempt,
		context->target, sspi_oid(&sspi_oid_krb5), 0, GSS_C_INDEFINITE,
		GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, NULL, &token, NULL,
		NULL);
	(void)gss->gss_release_buffer(&ignored, &token);
	if (attempt)
		(void)gss->gss_delete_sec_context(&ignored, &attempt,
						  GSS_C_NO_BUFFER);
	return GSS_ERROR(major) ? sspi_status(major, minor)
				: SEC_E_INTERNAL_ERROR;
}

static NTSTATUS initiate(void *argument)
{
	struct sspi_step *step = argument;
	struct context *context = step->context;
	struct sspi_input *in = &step->input;

	step->major = sspi_library()->gss_init_sec_context(
		&step->minor, context->credentials->initiator, &context->gss,
		context->target, sspi_oid(context->package->mechanism),
		flags_of(step->request), GSS_C_INDEFINITE,
		in->has_bindings ? &in->bindings : GSS_C_NO_CHANNEL_BINDINGS,
		&in->token, NULL, &step->token, &step->flags, &step->seconds);
	step->status = sspi_status(step->major, step->minor);
	if (step->status == SEC_E_INTERNAL_ERROR && in->token.length == 0 &&
	    context->package != sspi_package_kerberos())
		step->status = ask_kerberos_why(context);
	return STATUS_SUCCESS;
}

/* A client always has something to say first, and the server later. */
static SECURITY_STATUS check(const struct sspi_call *call)
{
	if (!sspi_buffers_are_valid(call->output) ||
	    !sspi_buffer_find(call->output, SECBUFFER_TOKEN))
		return SEC_E_INVALID_TOKEN;
	if (call->context && !(sspi_buffers_are_valid(call->input) &&
			       sspi_buffer_find(call->input, SECBUFFER_TOKEN)))
		return SEC_E_INVALID_TOKEN;
	return SEC_E_OK;
}

static SECURITY_STATUS initialize(const struct sspi_call *call)
{
	SECURITY_STATUS status = check(call);

	return status == SEC_E_OK ? sspi_make_step(call, false, begin, initiate,
						   attributes_of)
				  : status;
}

SECURITY_STATUS InitializeSecurityContextA(
	PCredHandle credentials, PCtxtHandle context, SEC_CHAR *target,
	ULONG flags, ULONG reserved, ULONG representation, PSecBufferDesc input,
	ULONG reserved2, PCtxtHandle new_context, PSecBufferDesc output,
	ULONG *attributes_ret, PTimeStamp expiry)
{
	const struct sspi_call call = {
		credentials, context,	  target, false,	  flags,
		input,	     new_context, output, attributes_ret, expiry};

	(void)reserved;
	(void)representation; /* both are the same in Kerberos */
	(void)reserved2;
	return initialize(&call);
}

SECURITY_STATUS InitializeSecurityContextW(
	PCredHandle credentials, PCtxtHandle context, SEC_WCHAR *target,
	ULONG flags, ULONG reserved, ULONG representation, PSecBufferDesc input,
	ULONG reserved2, PCtxtHandle new_context, PSecBufferDesc output,
	ULONG *attributes_ret, PTimeStamp expiry)
{
	const struct sspi_call call = {
		credentials, context,	  target, true,		  flags,
		input,	     new_context, output, attributes_ret, expiry};

	(void)reserved;
	(void)representation;
	(void)reserved2;
	return initialize(&call);
}
