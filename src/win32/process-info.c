/* SPDX-License-Identifier: Apache-2.0 */
/* NtQueryInformationProcess and its like: facts about processes and threads. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "buf.h"
#include "facade.h"
#include "handle.h"
#include "out-text.h"
#include "path.h"
#include "proc.h"
#include "process.h"
#include "text.h"
#include "thread.h"
#include "user-memory.h"

#include <winternl-process.h>

#define NORMAL_PRIORITY 8

/* One query under way */
struct query {
	struct process *process;
	void *out;
	ULONG size;
	ULONG needed; /* what was or would have been written */
};

/* An answer of fixed size */
static NTSTATUS give(struct query *q, const void *info, ULONG size)
{
	q->needed = size;
	if (q->size != size)
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(q->out, size))
		return STATUS_ACCESS_VIOLATION;
	memcpy(q->out, info, size);
	return STATUS_SUCCESS;
}

static NTSTATUS basic(struct query *q)
{
	struct process *process = q->process;
	PROCESS_BASIC_INFORMATION info = {
		.ExitStatus = (NTSTATUS)STILL_ACTIVE,
		.AffinityMask = ~(KAFFINITY)0,
		.BasePriority = NORMAL_PRIORITY,
		.UniqueProcessId = (ULONG_PTR)process->pid,
		.InheritedFromUniqueProcessId =
			(ULONG_PTR)proc_parent(process->pid),
	};

	if (process_has_ended(process))
		info.ExitStatus = (NTSTATUS)process->code;
	return give(q, &info, sizeof(info));
}

static NTSTATUS no_pointer(struct query *q)
{
	const ULONG_PTR none = 0; /* no debugger's port, no 32-bit half */

	return give(q, &none, sizeof(none));
}

/* The terminal session of a process's token */
static NTSTATUS session_of(pid_t pid, DWORD *ret)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *object = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_token_object_of_process(pid, &object);

	if (r < 0)
		return r == -ESRCH ? STATUS_INVALID_PARAMETER : status_of(r);
	token = guise_token_object_token(object);
	*ret = guise_token_session(token);
	return STATUS_SUCCESS;
}

static NTSTATUS session(struct query *q)
{
	DWORD number;
	NTSTATUS status = session_of(q->process->pid, &number);

	return status < 0 ? status : give(q, &number, sizeof(number));
}

/* The file that a process runs, as a Windows path for free() */
static NTSTATUS image_of(pid_t pid, char **ret)
{
	char path[64], image[PATH_MAX];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	n = readlink(path, image, sizeof(image) - 1);
	if (n < 0)
		return errno == ENOENT ? STATUS_PROCESS_IS_TERMINATING
				       : status_of(-errno);
	image[n] = 0;
	return path_to_windows(image, ret);
}

static NTSTATUS image(struct query *q)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	UNICODE_STRING string = {0};
	uint8_t *out = q->out;
	char *path;
	NTSTATUS status = image_of(q->process->pid, &path);

	if (status < 0)
		return status;
	status = text_to_utf16(path, strlen(path), &text);
	free(path);
	if (status < 0)
		return status;
	q->needed = (ULONG)(sizeof(string) + text.size + sizeof(WCHAR));
	if (q->size < q->needed)
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(out, q->needed))
		return STATUS_ACCESS_VIOLATION;
	string.Length = (USHORT)text.size;
	string.MaximumLength = (USHORT)(text.size + sizeof(WCHAR));
	string.Buffer = (PWSTR)(void *)(out + sizeof(string));
	memcpy(out, &string, sizeof(string));
	memcpy(out + sizeof(string), text.data, text.size);
	memset(out + sizeof(string) + text.size, 0, sizeof(WCHAR));
	return STATUS_SUCCESS;
}

static const struct {
	PROCESSINFOCLASS class;
	ACCESS_MASK needed;
	NTSTATUS (*answer)(struct query *q);
} answers[] = {
	{ProcessBasicInformation, PROCESS_QUERY_LIMITED_INFORMATION, basic},
	{ProcessDebugPort, PROCESS_QUERY_INFORMATION, no_pointer},
	{ProcessSessionInformation, PROCESS_QUERY_LIMITED_INFORMATION, session},
	{ProcessWow64Information, PROCESS_QUERY_LIMITED_INFORMATION,
	 no_pointer},
	{ProcessImageFileName, PROCESS_QUERY_LIMITED_INFORMATION, image},
	{ProcessImageFileNameWin32, PROCESS_QUERY_LIMITED_INFORMATION, image},
};

NTSTATUS NTAPI NtQueryInformationProcess(HANDLE handle, PROCESSINFOCLASS class,
					 PVOID out, ULONG size, PULONG ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	struct query q = {.out = out, .size = size};
	NTSTATUS status = STATUS_INVALID_INFO_CLASS;

	if (ret_size && !user_writable(ret_size, sizeof(*ret_size)))
		return STATUS_ACCESS_VIOLATION;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		if (answers[i].class != class)
			continue;
		status = handle_object(handle, &process_type, answers[i].needed,
				       &object, NULL);
		q.process = (struct process *)object;
		if (status >= 0)
			status = answers[i].answer(&q);
	}
	if (ret_size && q.needed)
		*ret_size = q.needed;
	return status;
}

NTSTATUS NTAPI NtQueryInformationThread(HANDLE handle, THREADINFOCLASS class,
					PVOID out, ULONG size, PULONG ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	THREAD_BASIC_INFORMATION info = {
		.ExitStatus = (NTSTATUS)STILL_ACTIVE,
		.AffinityMask = ~(KAFFINITY)0,
		.Priority = NORMAL_PRIORITY,
		.BasePriority = NORMAL_PRIORITY,
	};
	struct query q = {.out = out, .size = size};
	const struct thread *thread;
	NTSTATUS status;

	if (ret_size && !user_writable(ret_size, sizeof(*ret_size)))
		return STATUS_ACCESS_VIOLATION;
	if (class != ThreadBasicInformation)
		return STATUS_INVALID_INFO_CLASS;
	status = handle_object(handle, &thread_type,
			       THREAD_QUERY_LIMITED_INFORMATION, &object, NULL);
	if (status < 0)
		return status;
	thread = (const struct thread *)object;
	if (thread_has_ended(thread))
		info.ExitStatus = (NTSTATUS)thread->code;
	info.ClientId.UniqueProcess = (HANDLE)(LONG_PTR)thread->pid;
	info.ClientId.UniqueThread = (HANDLE)(LONG_PTR)thread->tid;
	status = give(&q, &info, sizeof(info));
	if (ret_size)
		*ret_size = q.needed;
	return status;
}

BOOL WINAPI ProcessIdToSessionId(DWORD pid, DWORD *ret)
{
	DWORD number;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	status = session_of(pid ? (pid_t)pid : -1, &number);
	if (status >= 0)
		*ret = number;
	return win32_result(status);
}

/* @size: room, then how many characters without the NUL */
static BOOL give_image(HANDLE handle, struct out_text *out, DWORD *size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;
	char *path = NULL;

	if (!user_writable(size, sizeof(*size)))
		return win32_fail(ERROR_NOACCESS);
	status =
		handle_object(handle, &process_type,
			      PROCESS_QUERY_LIMITED_INFORMATION, &object, NULL);
	if (status >= 0)
		status = image_of(((struct process *)object)->pid, &path);
	if (status >= 0)
		status = out_text_set(out, path);
	free(path);
	if (status >= 0 && out_text_length(out) >= *size)
		status = STATUS_BUFFER_TOO_SMALL;
	if (status >= 0) {
		*size = out_text_length(out);
		out_text_write(out);
	}
	return win32_result(status);
}

BOOL WINAPI QueryFullProcessImageNameW(HANDLE process, DWORD flags, LPWSTR ret,
				       PDWORD size)
{
	struct out_text out = {.buffer = ret, .wide = true};
	BOOL fine;

	if (flags & ~(DWORD)PROCESS_NAME_NATIVE)
		return win32_fail(ERROR_INVALID_PARAMETER);
	fine = give_image(process, &out, size);
	out_text_clear(&out);
	return fine;
}

BOOL WINAPI QueryFullProcessImageNameA(HANDLE process, DWORD flags, LPSTR ret,
				       PDWORD size)
{
	struct out_text out = {.buffer = ret};
	BOOL fine;

	if (flags & ~(DWORD)PROCESS_NAME_NATIVE)
		return win32_fail(ERROR_INVALID_PARAMETER);
	fine = give_image(process, &out, size);
	out_text_clear(&out);
	return fine;
}

/* Nothing is known of how the program was started but its standard handles. */
VOID WINAPI GetStartupInfoW(LPSTARTUPINFOW ret)
{
	*ret = (STARTUPINFOW){
		.cb = sizeof(*ret),
		.dwFlags = STARTF_USESTDHANDLES,
		.hStdInput = GetStdHandle(STD_INPUT_HANDLE),
		.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE),
		.hStdError = GetStdHandle(STD_ERROR_HANDLE),
	};
}

VOID WINAPI GetStartupInfoA(LPSTARTUPINFOA ret)
{
	*ret = (STARTUPINFOA){
		.cb = sizeof(*ret),
		.dwFlags = STARTF_USESTDHANDLES,
		.hStdInput = GetStdHandle(STD_INPUT_HANDLE),
		.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE),
		.hStdError = GetStdHandle(STD_ERROR_HANDLE),
	};
}
