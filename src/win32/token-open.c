/* SPDX-License-Identifier: Apache-2.0 */
/* OpenProcessToken and OpenThreadToken: whose token, and who asks for it. */
#include <guise/thread-token.h>

#include <winternl.h>

#include "proc.h"
#include "process.h"
#include "token.h"
#include "user-memory.h"

/* Who asks: the thread's client, or the process itself for OpenAsSelf */
static NTSTATUS caller_token(bool as_self, const struct guise_token **ret)
{
	struct guise_token_object *own;
	NTSTATUS status;

	if (!as_self)
		return status_of(guise_effective_token(ret));
	status = token_process(&own);
	if (status >= 0)
		*ret = guise_token_object_token(own);
	return status;
}

static NTSTATUS open_cell(struct guise_token_object *cell, bool as_self,
			  ACCESS_MASK access, ULONG attributes, HANDLE *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	struct guise_token_handle opened = {0};
	NTSTATUS status = caller_token(as_self, &caller);

	if (status >= 0)
		status = status_of(
			guise_token_open(cell, caller, access, &opened));
	return status < 0 ? status
			  : token_handle_give(&opened, attributes, ret);
}

static NTSTATUS cell_of_process(const struct process *process,
				struct guise_token_object **ret)
{
	NTSTATUS status;

	if (!process->is_own)
		return status_of(
			guise_token_object_of_process(process->pid, ret));
	status = token_process(ret);
	if (status >= 0)
		(void)guise_token_object_ref(*ret);
	return status;
}

static NTSTATUS open_process_token(HANDLE process, ACCESS_MASK access,
				   ULONG attributes, HANDLE *ret)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *cell = NULL;
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status =
		handle_object(process, &process_type,
			      PROCESS_QUERY_LIMITED_INFORMATION, &object, NULL);
	if (status >= 0)
		status = cell_of_process((struct process *)object, &cell);
	if (status < 0)
		return status;
	return open_cell(cell, false, access, attributes, ret);
}

NTSTATUS NTAPI NtOpenProcessTokenEx(HANDLE process, ACCESS_MASK access,
				    ULONG attributes, PHANDLE ret)
{
	HANDLE handle;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = open_process_token(process, access, attributes, &handle);
	if (status >= 0)
		*ret = handle;
	return status;
}

NTSTATUS NTAPI NtOpenProcessToken(HANDLE process, ACCESS_MASK access,
				  PHANDLE ret)
{
	return NtOpenProcessTokenEx(process, access, 0, ret);
}

BOOL WINAPI OpenProcessToken(HANDLE process, DWORD access, PHANDLE ret)
{
	return win32_result(NtOpenProcessTokenEx(process, access, 0, ret));
}

static NTSTATUS cell_of_thread(const struct thread *thread,
			       struct guise_token_object **ret)
{
	int r;

	if (thread->tid == proc_own_tid()) {
		*ret = guise_token_object_ref(guise_thread_token());
		return *ret ? STATUS_SUCCESS : STATUS_NO_TOKEN;
	}
	r = thread->is_own ? guise_thread_token_of(thread->tid, ret)
			   : guise_token_object_of_thread(thread->pid,
							  thread->tid, ret);
	return r == -ESRCH ? STATUS_NO_TOKEN : status_of(r);
}

/* An anonymous client is not even shown. */
static bool is_anonymous(struct guise_token_object *cell)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	token = guise_token_object_token(cell);
	return guise_token_level(token) == GUISE_LEVEL_ANONYMOUS;
}

static NTSTATUS open_thread_token(HANDLE thread, ACCESS_MASK access,
				  bool as_self, ULONG attributes, HANDLE *ret)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *cell = NULL;
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = handle_object(thread, &thread_type,
			       THREAD_QUERY_LIMITED_INFORMATION, &object, NULL);
	if (status >= 0)
		status = cell_of_thread((struct thread *)object, &cell);
	if (status < 0)
		return status;
	if (is_anonymous(cell))
		return STATUS_CANT_OPEN_ANONYMOUS;
	return open_cell(cell, as_self, access, attributes, ret);
}

NTSTATUS NTAPI NtOpenThreadTokenEx(HANDLE thread, ACCESS_MASK access,
				   BOOLEAN as_self, ULONG attributes,
				   PHANDLE ret)
{
	HANDLE handle = NULL;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status =
		open_thread_token(thread, access, as_self, attributes, &handle);
	*ret = handle; /* also on failure */
	return status;
}

NTSTATUS NTAPI NtOpenThreadToken(HANDLE thread, ACCESS_MASK access,
				 BOOLEAN as_self, PHANDLE ret)
{
	return NtOpenThreadTokenEx(thread, access, as_self, 0, ret);
}

BOOL WINAPI OpenThreadToken(HANDLE thread, DWORD access, BOOL as_self,
			    PHANDLE ret)
{
	return win32_result(
		NtOpenThreadTokenEx(thread, access, as_self != 0, 0, ret));
}
