/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting tokens on threads and taking them off. What is allowed at which level
 * is the library's gate (guise_thread_impersonate()): as on Windows, what it
 * does not allow becomes identification and is a success.
 */
#include <guise/thread-token.h>

#include <winternl.h>

#include "impersonate.h"
#include "proc.h"
#include "process.h"
#include "user-memory.h"

static const struct guise_impersonate_options as_windows = {
	.size = sizeof(as_windows),
	.level = GUISE_LEVEL_DELEGATION,
	.allow_reduction = true,
	.token_only = true,
};

static bool is_primary(struct guise_token_object *cell)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	token = guise_token_object_token(cell);
	return guise_token_type(token) == GUISE_TOKEN_PRIMARY;
}

NTSTATUS impersonate_cell(struct guise_token_object *cell)
{
	struct guise_impersonate_options options = as_windows;

	if (is_primary(cell))
		options.level = GUISE_LEVEL_IMPERSONATION;
	return status_of(guise_thread_impersonate(cell, &options));
}

NTSTATUS impersonate_on(struct object *object, struct guise_token_object *cell)
{
	const struct thread *thread = (const struct thread *)object;
	int r;

	if (!thread->is_own)
		return STATUS_NOT_SUPPORTED;
	if (atomic_load(&thread->ended))
		return STATUS_THREAD_IS_TERMINATING;
	if (thread->tid != proc_own_tid()) {
		r = guise_thread_set_token(thread->tid, cell, &as_windows);
		return r == -ESRCH ? STATUS_THREAD_IS_TERMINATING
				   : status_of(r);
	}
	if (cell)
		return impersonate_cell(cell);
	guise_thread_revert();
	return STATUS_SUCCESS;
}

/* A primary token is duplicated, an impersonation token taken as it is. */
static NTSTATUS impersonate_user(HANDLE token)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle handle = {0};
	NTSTATUS status;
	ACCESS_MASK needed;

	status = token_from_handle(token, TOKEN_QUERY, &handle);
	if (status < 0)
		return status;
	needed =
		is_primary(handle.object) ? TOKEN_DUPLICATE : TOKEN_IMPERSONATE;
	if (!(handle.granted & needed))
		return STATUS_ACCESS_DENIED;
	return impersonate_cell(handle.object);
}

BOOL WINAPI ImpersonateLoggedOnUser(HANDLE token)
{
	return win32_result(impersonate_user(token));
}

BOOL WINAPI RevertToSelf(VOID)
{
	guise_thread_revert();
	return TRUE;
}

static NTSTATUS set_thread_token(HANDLE thread, HANDLE token)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle handle = {0};
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = handle_object(thread, &thread_type, THREAD_SET_THREAD_TOKEN,
			       &object, NULL);
	if (status >= 0 && token)
		status = token_from_handle(token, TOKEN_IMPERSONATE, &handle);
	if (status < 0)
		return status;
	if (token && is_primary(handle.object))
		return STATUS_BAD_TOKEN_TYPE;
	return impersonate_on(object, handle.object);
}

BOOL WINAPI SetThreadToken(PHANDLE thread, HANDLE token)
{
	if (thread && !user_readable(thread, sizeof(*thread)))
		return win32_fail(ERROR_NOACCESS);
	return win32_result(
		set_thread_token(thread ? *thread : GetCurrentThread(), token));
}

NTSTATUS NTAPI NtSetInformationThread(HANDLE thread, THREADINFOCLASS class,
				      PVOID information, ULONG size)
{
	HANDLE token;

	if (class != ThreadImpersonationToken)
		return STATUS_INVALID_INFO_CLASS;
	if (size != sizeof(token))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_readable(information, sizeof(token)))
		return STATUS_ACCESS_VIOLATION;
	memcpy(&token, information, sizeof(token));
	return set_thread_token(thread, token);
}

NTSTATUS NTAPI NtImpersonateAnonymousToken(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = handle_object(handle, &thread_type, THREAD_IMPERSONATE,
			       &object, NULL);
	if (status < 0)
		return status;
	if (((struct thread *)object)->tid != proc_own_tid())
		return STATUS_NOT_SUPPORTED;
	return status_of(guise_impersonate_anonymous());
}

BOOL WINAPI ImpersonateAnonymousToken(HANDLE thread)
{
	return win32_result(NtImpersonateAnonymousToken(thread));
}
