/* SPDX-License-Identifier: Apache-2.0 */
#include "sspi-step.h"
#include "clean-run.h"
#include "sspi-name.h"

static void delete_gss(struct context *context)
{
	OM_uint32 minor;

	if (context->gss)
		(void)sspi_library()->gss_delete_sec_context(
			&minor, &context->gss, GSS_C_NO_BUFFER);
	context->gss = GSS_C_NO_CONTEXT;
}

static void release_step(struct sspi_step *step)
{
	const struct sspi_library *gss = sspi_library();
	OM_uint32 minor;

	(void)gss->gss_release_buffer(&minor, &step->token);
	if (step->delegated)
		(void)gss->gss_release_cred(&minor, &step->delegated);
}

/* Can it take one more message? Locked: what another thread has finished or
 * given up meanwhile must not begin anew. */
static bool continues(const struct context *context, bool is_acceptor)
{
	return context->gss && !context->is_established &&
	       context->is_acceptor == is_acceptor;
}

/* What was agreed on; on failure there is nothing left that could go on. */
static void settle(struct sspi_step *step,
		   ULONG (*attributes)(OM_uint32, ULONG))
{
	struct context *context = step->context;

	context->flags = step->flags;
	context->attributes = attributes(step->flags, step->request);
	context->expires = sspi_time_after(step->seconds);
	context->is_established = step->status == SEC_E_OK;
	if (step->status != SEC_E_OK && step->status != SEC_I_CONTINUE_NEEDED)
		delete_gss(context);
}

/* An error has a message for the other side, too, if that was asked for. */
static SECURITY_STATUS write_output(const struct sspi_call *call,
				    const struct sspi_step *step, bool extended)
{
	static const gss_buffer_desc nothing = {0, NULL};
	const bool failed = step->status != SEC_E_OK &&
			    step->status != SEC_I_CONTINUE_NEEDED;
	SECURITY_STATUS status = sspi_output_write(
		call->output, step->request & ISC_REQ_ALLOCATE_MEMORY,
		failed && !extended ? &nothing : &step->token);

	return failed ? step->status : status;
}

static void tell(const struct sspi_call *call, const struct context *context)
{
	if (call->attributes)
		*call->attributes = context->attributes;
	if (call->expiry)
		*call->expiry = sspi_time(context->expires);
}

static SECURITY_STATUS give_handle(const struct sspi_call *call,
				   struct context *context)
{
	if (!call->context) {
		(void)object_ref(&context->base.object);
		return sspi_handle_new(&context->base, call->new_context);
	}
	if (call->new_context)
		*call->new_context = *call->context;
	return SEC_E_OK;
}

static_assert(ISC_REQ_ALLOCATE_MEMORY == ASC_REQ_ALLOCATE_MEMORY,
	      "one flag for both sides");

static SECURITY_STATUS run_locked(const struct sspi_call *call,
				  struct sspi_step *step,
				  sspi_step_function *function,
				  ULONG (*attributes)(OM_uint32, ULONG))
{
	const bool extended =
		step->request &
		(step->context->is_acceptor ? ASC_REQ_EXTENDED_ERROR
					    : ISC_REQ_EXTENDED_ERROR);
	SECURITY_STATUS status;
	NTSTATUS run = clean_run(function, step);

	if (run < 0)
		step->status = sspi_status_of_nt(run);
	settle(step, attributes);
	status = write_output(call, step, extended);
	if (status != SEC_E_OK) {
		delete_gss(step->context);
		step->context->is_established = false;
		return status;
	}
	status = give_handle(call, step->context);
	if (status != SEC_E_OK)
		return status;
	tell(call, step->context);
	return step->status;
}

SECURITY_STATUS
sspi_make_step(const struct sspi_call *call, bool is_acceptor,
	       SECURITY_STATUS (*begin)(const struct sspi_call *call,
					struct context **ret),
	       sspi_step_function *function,
	       ULONG (*attributes)(OM_uint32 flags, ULONG request))
{
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	struct sspi_step step = {.request = call->request,
				 .status = SEC_E_INTERNAL_ERROR};
	SECURITY_STATUS status = sspi_input_read(call->input, &step.input);

	if (status == SEC_E_OK && call->output &&
	    !sspi_buffers_are_valid(call->output))
		status = SEC_E_INVALID_TOKEN;
	if (status == SEC_E_OK && !call->context && !call->new_context)
		status = SEC_E_INVALID_HANDLE;
	if (status == SEC_E_OK)
		status = call->context
				 ? context_of_handle(call->context, &context)
				 : begin(call, &context);
	if (status != SEC_E_OK)
		return status;
	step.context = context;
	must(pthread_mutex_lock(&context->lock) == 0);
	if (call->context && !continues(context, is_acceptor))
		status = SEC_E_INVALID_HANDLE;
	else
		status = run_locked(call, &step, function, attributes);
	must(pthread_mutex_unlock(&context->lock) == 0);
	release_step(&step);
	return status;
}
