/* SPDX-License-Identifier: Apache-2.0 */
/* Threads as themselves, and as other threads: duplicates of a token that is
 * there already, put on a thread. */
#include <guise/thread-token.h>

#include <winternl.h>

#include "impersonate.h"
#include "proc.h"
#include "process.h"
#include "user-memory.h"

/* The process's token must let the thread's client duplicate it. */
static NTSTATUS may_duplicate_own(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	struct guise_token_handle opened = {0};
	struct guise_token_object *own;
	NTSTATUS status;
	int r;

	status = token_process(&own);
	if (status < 0)
		return status;
	r = guise_effective_token(&caller);
	if (r == 0)
		r = guise_token_open(own, caller, TOKEN_DUPLICATE, &opened);
	guise_token_handle_close(&opened);
	return status_of(r);
}

NTSTATUS NTAPI RtlImpersonateSelfEx(SECURITY_IMPERSONATION_LEVEL level,
				    ACCESS_MASK access, PHANDLE ret)
{
	HANDLE handle = NULL;
	NTSTATUS status;

	if (ret && !user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = may_duplicate_own();
	if (status >= 0)
		status = status_of(
			guise_impersonate_self((enum guise_level)level));
	if (status < 0 || !ret)
		return status;
	status = token_handle_new(
		guise_token_object_ref(guise_thread_token()),
		TOKEN_IMPERSONATE | (access & TOKEN_ALL_ACCESS), 0, &handle);
	if (status < 0)
		guise_thread_revert();
	else
		*ret = handle;
	return status;
}

NTSTATUS NTAPI RtlImpersonateSelf(SECURITY_IMPERSONATION_LEVEL level)
{
	return RtlImpersonateSelfEx(level, 0, NULL);
}

BOOL WINAPI ImpersonateSelf(SECURITY_IMPERSONATION_LEVEL level)
{
	return win32_result(RtlImpersonateSelf(level));
}

/* The token in force on a thread of this process: what is on it, else the
 * process's own */
static NTSTATUS token_in_force(const struct thread *thread,
			       const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *cell = NULL;
	int r;

	if (!thread->is_own)
		return STATUS_NOT_SUPPORTED;
	if (thread->tid == proc_own_tid())
		return status_of(guise_effective_token(ret));
	r = guise_thread_token_of(thread->tid, &cell);
	if (r == GUISE_E_NO_TOKEN) {
		r = guise_process_token(&cell);
		if (r == 0)
			(void)guise_token_object_ref(cell);
	}
	if (r < 0)
		return r == -ESRCH ? STATUS_THREAD_IS_TERMINATING
				   : status_of(r);
	*ret = guise_token_object_token(cell);
	return STATUS_SUCCESS;
}

/* What the client thread lets a server have of it */
static NTSTATUS client_cell(const struct thread *client,
			    const SECURITY_QUALITY_OF_SERVICE *qos,
			    struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *copy = NULL;
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = (enum guise_level)qos->ImpersonationLevel,
		.effective_only = qos->EffectiveOnly != 0,
		.token_id = guise_luid_new(),
	};
	NTSTATUS status = token_in_force(client, &token);
	int r;

	if (status < 0)
		return status;
	r = guise_token_duplicate(token, &options, &copy);
	if (r == 0)
		r = guise_token_object_new(copy, token, NULL, ret);
	return status_of(r);
}

NTSTATUS NTAPI NtImpersonateThread(HANDLE server, HANDLE client,
				   PSECURITY_QUALITY_OF_SERVICE qos)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *cell = NULL;
	GUISE_AUTO(object_unrefp) struct object *to = NULL;
	GUISE_AUTO(object_unrefp) struct object *from = NULL;
	SECURITY_QUALITY_OF_SERVICE said;
	NTSTATUS status;

	if (!user_readable(qos, sizeof(*qos)))
		return STATUS_ACCESS_VIOLATION;
	said = *qos;
	status = handle_object(client, &thread_type,
			       THREAD_DIRECT_IMPERSONATION, &from, NULL);
	if (status >= 0)
		status = handle_object(server, &thread_type, THREAD_IMPERSONATE,
				       &to, NULL);
	if (status >= 0)
		status = client_cell((struct thread *)from, &said, &cell);
	return status < 0 ? status : impersonate_on(to, cell);
}
