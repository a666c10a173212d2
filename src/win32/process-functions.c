/* SPDX-License-Identifier: Apache-2.0 */
/* OpenProcess and what is done with processes. */
#include <pthread.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "handle.h"
#include "process.h"
#include "status.h"
#include "user-memory.h"

#include <winternl-process.h>

HANDLE WINAPI GetCurrentProcess(VOID)
{
	return (HANDLE)(LONG_PTR)-1;
}

DWORD WINAPI GetCurrentProcessId(VOID)
{
	return (DWORD)getpid();
}

static NTSTATUS open_process(pid_t pid, ACCESS_MASK access, ULONG attributes,
			     HANDLE *ret)
{
	struct process *process;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = process_find(pid, &process);
	if (status < 0)
		return status;
	status = object_check(&process->object, access, &granted);
	if (status < 0) {
		(void)object_unref(&process->object);
		return status;
	}
	return handle_new(&process->object, granted, attributes, ret);
}

HANDLE WINAPI OpenProcess(DWORD access, BOOL inherit, DWORD pid)
{
	HANDLE handle = NULL;

	(void)win32_result(open_process((pid_t)pid, access,
					inherit ? OBJ_INHERIT : 0, &handle));
	return handle;
}

NTSTATUS NTAPI NtOpenProcess(PHANDLE ret, ACCESS_MASK access,
			     const OBJECT_ATTRIBUTES *attributes,
			     const CLIENT_ID *id)
{
	HANDLE handle;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)) ||
	    !user_readable(attributes, sizeof(*attributes)) ||
	    (id && !user_readable(id, sizeof(*id))))
		return STATUS_ACCESS_VIOLATION;
	if (!id || attributes->ObjectName)
		return STATUS_INVALID_PARAMETER_MIX;
	status = open_process((pid_t)(LONG_PTR)id->UniqueProcess, access,
			      attributes->Attributes, &handle);
	if (status >= 0)
		*ret = handle;
	return status;
}

static NTSTATUS process_of(HANDLE handle, ACCESS_MASK needed,
			   struct object **ret)
{
	return handle_object(handle, &process_type, needed, ret, NULL);
}

DWORD WINAPI GetProcessId(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;

	if (!win32_result(process_of(handle, PROCESS_QUERY_LIMITED_INFORMATION,
				     &object)))
		return 0;
	return (DWORD)((struct process *)object)->pid;
}

/* The kernel tells nobody but the parent. */
static NTSTATUS exit_code(struct process *process, DWORD *ret)
{
	if (!process_has_ended(process)) {
		*ret = STILL_ACTIVE;
		return STATUS_SUCCESS;
	}
	process_reap(process);
	if (!process->has_code)
		return STATUS_NOT_SUPPORTED;
	*ret = process->code;
	return STATUS_SUCCESS;
}

BOOL WINAPI GetExitCodeProcess(HANDLE handle, LPDWORD ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = process_of(handle, PROCESS_QUERY_LIMITED_INFORMATION, &object);
	if (status >= 0 && !user_writable(ret, sizeof(*ret)))
		status = STATUS_ACCESS_VIOLATION;
	if (status >= 0)
		status = exit_code((struct process *)object, ret);
	return win32_result(status);
}

static NTSTATUS end(struct process *process, UINT code)
{
	if (process->is_own)
		_exit((int)code);
	if (process_has_ended(process))
		return STATUS_PROCESS_IS_TERMINATING;
	must(pthread_mutex_lock(&process->object.lock) == 0);
	process->was_ended = true;
	process->ended_with = code;
	must(pthread_mutex_unlock(&process->object.lock) == 0);
	if (pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0) < 0)
		return status_of(-errno);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtTerminateProcess(HANDLE handle, NTSTATUS code)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = process_of(handle, PROCESS_TERMINATE, &object);
	if (status >= 0)
		status = end((struct process *)object, (DWORD)code);
	return status;
}

BOOL WINAPI TerminateProcess(HANDLE handle, UINT code)
{
	return win32_result(NtTerminateProcess(handle, (NTSTATUS)code));
}

VOID WINAPI ExitProcess(UINT code)
{
	exit((int)code);
}
