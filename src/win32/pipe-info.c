/* SPDX-License-Identifier: Apache-2.0 */
/* What the ends of pipes tell of themselves and of each other. */
#include <guise/thread-token.h>

#include "account.h"
#include "buf.h"
#include "pipe-object.h"
#include "text.h"
#include "user-memory.h"

static bool may_be_written(DWORD *value)
{
	return !value || user_writable(value, sizeof(*value));
}

static void give(DWORD *to, uint32_t value)
{
	if (to)
		*to = value;
}

/* One without name is one instance of a byte pipe, whose server reads. */
void pipe_info(const struct pipe_object *pipe, struct guise_pipe_info *ret)
{
	if (pipe->end) {
		must(guise_pipe_get_info(pipe->end, ret) == 0);
		return;
	}
	*ret = (struct guise_pipe_info){
		.is_server = !pipe->writes,
		.state = GUISE_PIPE_CONNECTED,
		.direction = GUISE_PIPE_INBOUND,
		.instances_max = 1,
		.instances = 1,
		.in_size = pipe->buffer_size,
		.out_size = pipe->buffer_size,
	};
}

BOOL WINAPI GetNamedPipeInfo(HANDLE handle, LPDWORD flags, LPDWORD out_size,
			     LPDWORD in_size, LPDWORD instances)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	struct guise_pipe_info info;

	if (!may_be_written(flags) || !may_be_written(out_size) ||
	    !may_be_written(in_size) || !may_be_written(instances))
		return win32_fail(ERROR_NOACCESS);
	if (!win32_result(pipe_of_handle(handle, FILE_READ_ATTRIBUTES, &pipe)))
		return FALSE;
	pipe_info(pipe, &info);
	give(flags,
	     (info.is_server ? PIPE_SERVER_END : PIPE_CLIENT_END) |
		     (info.type == GUISE_PIPE_MESSAGES ? PIPE_TYPE_MESSAGE
						       : PIPE_TYPE_BYTE));
	give(out_size, info.out_size);
	give(in_size, info.in_size);
	give(instances, info.instances_max);
	return TRUE;
}

/* The name of the client whom the server could be */
static NTSTATUS client_name(struct pipe_object *pipe, struct guise_buf *ret)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *context = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_principal principal;
	int r;

	if (!pipe->end)
		return STATUS_ILLEGAL_FUNCTION;
	r = guise_pipe_client(pipe->end, &context);
	if (r < 0)
		return pipe_status(r, pipe, STATUS_PIPE_CLOSING);
	token = guise_token_object_token(context);
	if (guise_token_level(token) < GUISE_LEVEL_IDENTIFICATION)
		return STATUS_CANT_OPEN_ANONYMOUS;
	account_of_token(token, &principal);
	return buf_append_text(ret, principal.name) < 0 ? STATUS_NO_MEMORY
							: STATUS_SUCCESS;
}

static void give_state(struct pipe_object *pipe, DWORD *state, DWORD *instances)
{
	struct guise_pipe_info info;

	pipe_info(pipe, &info);
	give(state,
	     (info.read_mode == GUISE_PIPE_MESSAGES ? PIPE_READMODE_MESSAGE
						    : PIPE_READMODE_BYTE) |
		     (atomic_load(&pipe->does_not_wait) ? PIPE_NOWAIT
							: PIPE_WAIT));
	give(instances, info.instances);
}

/* Everything but the user's name, which comes in two forms: *ret_name is it in
 * UTF-8 where @wants_name. Data that is collected before it is sent there is
 * none between processes of one machine. */
static NTSTATUS handle_state(HANDLE handle, DWORD *state, DWORD *instances,
			     const DWORD *collect_count,
			     const DWORD *collect_timeout, bool wants_name,
			     struct guise_buf *ret_name)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;

	if (!may_be_written(state) || !may_be_written(instances))
		return STATUS_ACCESS_VIOLATION;
	status = pipe_of_handle(handle, FILE_READ_ATTRIBUTES, &pipe);
	if (status >= 0 && (collect_count || collect_timeout))
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0 && wants_name)
		status = client_name(pipe, ret_name);
	if (status < 0)
		return status;
	give_state(pipe, state, instances);
	return STATUS_SUCCESS;
}

BOOL WINAPI GetNamedPipeHandleStateW(HANDLE handle, LPDWORD state,
				     LPDWORD instances, LPDWORD collect_count,
				     LPDWORD collect_timeout, LPWSTR user,
				     DWORD user_size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf name = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf wide = {0};
	NTSTATUS status;

	status = handle_state(handle, state, instances, collect_count,
			      collect_timeout, user != NULL, &name);
	if (status >= 0 && user)
		status = text_to_utf16((const char *)name.data, name.size,
				       &wide);
	if (status < 0 || !user)
		return win32_result(status);
	if (wide.size / sizeof(WCHAR) >= user_size)
		return win32_fail(ERROR_INSUFFICIENT_BUFFER);
	if (!user_writable(user, wide.size + sizeof(WCHAR)))
		return win32_fail(ERROR_NOACCESS);
	if (wide.size)
		memcpy(user, wide.data, wide.size);
	user[wide.size / sizeof(WCHAR)] = 0;
	return TRUE;
}

BOOL WINAPI GetNamedPipeHandleStateA(HANDLE handle, LPDWORD state,
				     LPDWORD instances, LPDWORD collect_count,
				     LPDWORD collect_timeout, LPSTR user,
				     DWORD user_size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf name = {0};
	NTSTATUS status;

	status = handle_state(handle, state, instances, collect_count,
			      collect_timeout, user != NULL, &name);
	if (status < 0 || !user)
		return win32_result(status);
	if (name.size >= user_size)
		return win32_fail(ERROR_INSUFFICIENT_BUFFER);
	if (!user_writable(user, name.size + 1))
		return win32_fail(ERROR_NOACCESS);
	if (name.size)
		memcpy(user, name.data, name.size);
	user[name.size] = 0;
	return TRUE;
}

NTSTATUS pipe_set_mode(struct pipe_object *pipe, DWORD mode)
{
	const bool messages = (mode & PIPE_READMODE_MESSAGE) != 0;
	int r = 0;

	if (mode & ~(DWORD)(PIPE_READMODE_MESSAGE | PIPE_NOWAIT))
		return STATUS_INVALID_PARAMETER;
	if (!pipe->end)
		return mode ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
	r = guise_pipe_set_read_mode(pipe->end, messages ? GUISE_PIPE_MESSAGES
							 : GUISE_PIPE_BYTES);
	if (r == 0)
		atomic_store(&pipe->does_not_wait, (mode & PIPE_NOWAIT) != 0);
	return status_of(r);
}

BOOL WINAPI SetNamedPipeHandleState(HANDLE handle, LPDWORD mode,
				    LPDWORD collect_count,
				    LPDWORD collect_timeout)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;

	if (mode && !user_readable(mode, sizeof(*mode)))
		return win32_fail(ERROR_NOACCESS);
	status = pipe_of_handle(handle, FILE_WRITE_ATTRIBUTES, &pipe);
	if (status >= 0 && mode)
		status = pipe_set_mode(pipe, *mode);
	if (status >= 0 && (collect_count || collect_timeout))
		status = STATUS_INVALID_PARAMETER;
	return win32_result(status);
}

static NTSTATUS named_info(HANDLE handle, ULONG *ret,
			   struct guise_pipe_info *info)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;

	status = pipe_named_of_handle(handle, 0, &pipe);
	if (status >= 0 && !user_writable(ret, sizeof(*ret)))
		status = STATUS_ACCESS_VIOLATION;
	if (status >= 0)
		must(guise_pipe_get_info(pipe->end, info) == 0);
	return status;
}

/* A pid that nobody has is none. */
static NTSTATUS give_pid(pid_t pid, ULONG *ret)
{
	if (pid == 0)
		return STATUS_NOT_FOUND;
	*ret = (ULONG)pid;
	return STATUS_SUCCESS;
}

BOOL WINAPI GetNamedPipeClientProcessId(HANDLE handle, PULONG ret)
{
	struct guise_pipe_info info;
	NTSTATUS status = named_info(handle, ret, &info);

	return win32_result(status < 0 ? status
				       : give_pid(info.client_pid, ret));
}

BOOL WINAPI GetNamedPipeServerProcessId(HANDLE handle, PULONG ret)
{
	struct guise_pipe_info info;
	NTSTATUS status = named_info(handle, ret, &info);

	return win32_result(status < 0 ? status
				       : give_pid(info.server_pid, ret));
}

/* Terminal sessions are none of Linux: everybody's is the process's own. */
static NTSTATUS give_session(ULONG *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_token_object *process;
	int r = guise_process_token(&process);

	if (r < 0)
		return status_of(r);
	token = guise_token_object_token(process);
	*ret = guise_token_session(token);
	return STATUS_SUCCESS;
}

BOOL WINAPI GetNamedPipeClientSessionId(HANDLE handle, PULONG ret)
{
	struct guise_pipe_info info;
	NTSTATUS status = named_info(handle, ret, &info);

	if (status >= 0 && info.client_pid == 0)
		status = STATUS_NOT_FOUND;
	return win32_result(status < 0 ? status : give_session(ret));
}

BOOL WINAPI GetNamedPipeServerSessionId(HANDLE handle, PULONG ret)
{
	struct guise_pipe_info info;
	NTSTATUS status = named_info(handle, ret, &info);

	return win32_result(status < 0 ? status : give_session(ret));
}

/* Every client is on this machine, and has no name of another. */
static NTSTATUS computer_name(HANDLE handle)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	struct guise_pipe_info info;
	NTSTATUS status;

	status = pipe_named_of_handle(handle, 0, &pipe);
	if (status < 0)
		return status;
	must(guise_pipe_get_info(pipe->end, &info) == 0);
	return info.client_pid ? status_of_win32(ERROR_PIPE_LOCAL)
			       : STATUS_NOT_FOUND;
}

BOOL WINAPI GetNamedPipeClientComputerNameW(HANDLE handle, LPWSTR name,
					    ULONG size)
{
	(void)name;
	(void)size;
	return win32_result(computer_name(handle));
}

BOOL WINAPI GetNamedPipeClientComputerNameA(HANDLE handle, LPSTR name,
					    ULONG size)
{
	(void)name;
	(void)size;
	return win32_result(computer_name(handle));
}
