/* SPDX-License-Identifier: Apache-2.0 */
/* The server as its client. */
#include <guise/thread-token.h>

#include "pipe-object.h"

/*
 * What the client offers is the limit; what the gate does not allow is
 * identification, and a success, as on Windows. A process that cannot change
 * its kernel identity takes its own clients' tokens on as tokens only.
 */
static const struct guise_impersonate_options options = {
	.size = sizeof(options),
	.level = GUISE_LEVEL_DELEGATION,
	.allow_reduction = true,
	.token_only = true,
};

NTSTATUS pipe_impersonate(struct pipe_object *pipe)
{
	return pipe_status(guise_impersonate_peer(pipe->end, &options), pipe,
			   STATUS_PIPE_CLOSING);
}

BOOL WINAPI ImpersonateNamedPipeClient(HANDLE handle)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;

	status = pipe_named_of_handle(handle, 0, &pipe);
	return win32_result(status < 0 ? status : pipe_impersonate(pipe));
}
