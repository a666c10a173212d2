/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CreateProcess over guise_spawn_suspended(): the child has its identity and
 * waits, its descriptors are set, then it runs.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include "attribute-list.h"
#include "command-line.h"
#include "descriptor-file.h"
#include "environment.h"
#include "fd.h"
#include "find-program.h"
#include "handle-inherit.h"
#include "handle.h"
#include "path.h"
#include "primary-token.h"
#include "proc.h"
#include "process-create.h"
#include "text.h"
#include "thread.h"
#include "token.h"
#include "user-memory.h"

/* Flags that are taken and have no meaning here, or the one they always have */
#define FLAGS_IGNORED                                                          \
	(DETACHED_PROCESS | CREATE_NEW_CONSOLE | NORMAL_PRIORITY_CLASS |       \
	 CREATE_NEW_PROCESS_GROUP | CREATE_BREAKAWAY_FROM_JOB |                \
	 CREATE_DEFAULT_ERROR_MODE | CREATE_NO_WINDOW)
#define FLAGS_KNOWN                                                            \
	(CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT |                       \
	 EXTENDED_STARTUPINFO_PRESENT | FLAGS_IGNORED)

/**
 * struct child - one on its way; all owned
 * @std: what becomes 0, 1, 2
 * @resume: -EBADF: it runs, or there is none
 */
struct child {
	char *application;
	char *command_line;
	char *directory;
	char *program;
	char **words;
	char **environment;
	int std[3];
	struct inheritance inheritance;
	pid_t pid;
	int resume;
};

static void child_clear(struct child *child)
{
	free(child->application);
	free(child->command_line);
	free(child->directory);
	free(child->program);
	command_line_free(child->words);
	command_line_free(child->environment);
	for (size_t i = 0; i < ARRAY_SIZE(child->std); i++)
		(void)fd_close(child->std[i]);
	inheritance_clear(&child->inheritance);
	(void)fd_close(child->resume);
}

static NTSTATUS text_of(const void *text, bool wide, char **ret)
{
	if (!text) {
		*ret = NULL;
		return STATUS_SUCCESS;
	}
	if (wide)
		return utf8_dup(text, ret);
	*ret = strdup(text);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS read_directory(const struct create_arguments *a, char **ret)
{
	char *text;
	struct path path = PATH_NONE;
	NTSTATUS status = text_of(a->directory, a->wide, &text);

	if (status < 0)
		return status;
	if (!text) { /* where this process is */
		*ret = getcwd(NULL, 0);
		return *ret ? STATUS_SUCCESS : status_of(-errno);
	}
	status = path_resolve_utf8(text, strlen(text), &path);
	free(text);
	if (status >= 0)
		*ret = guise_take(path.unix_path);
	path_clear(&path);
	if (status >= 0 && access(*ret, F_OK) < 0)
		return status_of_win32(ERROR_DIRECTORY);
	return status;
}

static NTSTATUS read_texts(struct child *child,
			   const struct create_arguments *a)
{
	NTSTATUS status;

	status = text_of(a->application, a->wide, &child->application);
	if (status >= 0)
		status =
			text_of(a->command_line, a->wide, &child->command_line);
	if (status >= 0)
		status = read_directory(a, &child->directory);
	if (status < 0)
		return status;
	if (!child->command_line && child->application)
		child->command_line = command_line_join(
			(const char *const *)&child->application, 1);
	if (!child->command_line)
		return child->application ? STATUS_NO_MEMORY
					  : STATUS_INVALID_PARAMETER;
	child->words = command_line_split(child->command_line);
	if (!child->words)
		return STATUS_NO_MEMORY;
	if (!child->words[0])
		return STATUS_INVALID_PARAMETER;
	return find_program(child->application, child->words[0],
			    &child->program);
}

/* The descriptor that a handle stands for, as the child's own; none is none,
 * which Windows' programs say in both ways. */
static NTSTATUS fd_of_handle(HANDLE handle, bool to_other, int *ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	GUISE_AUTO(pass_clear) struct pass pass = {.to_other = to_other};
	NTSTATUS status;

	if (!handle || handle == INVALID_HANDLE_VALUE)
		return STATUS_SUCCESS;
	status = handle_object(handle, NULL, 0, &object, &pass.granted);
	if (status < 0)
		return status;
	if (!object->type->has_fd || !object->type->pass)
		return STATUS_OBJECT_TYPE_MISMATCH;
	status = object->type->pass(object, &pass);
	if (status >= 0 && pass.n_fds > 0)
		*ret = fd_take(&pass.fds[0]);
	return status;
}

static NTSTATUS open_std(struct child *child, const STARTUPINFOW *startup)
{
	const HANDLE handles[3] = {startup->hStdInput, startup->hStdOutput,
				   startup->hStdError};

	for (int i = 0; i < 3; i++) {
		NTSTATUS status = STATUS_SUCCESS;

		if (startup->dwFlags & STARTF_USESTDHANDLES)
			status = fd_of_handle(handles[i],
					      child->inheritance.to_other,
					      &child->std[i]);
		else
			child->std[i] = fcntl(i, F_DUPFD_CLOEXEC, 3);
		if (status < 0)
			return status;
		if (child->std[i] < 0)
			child->std[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (child->std[i] < 0)
			return status_of(-errno);
	}
	return STATUS_SUCCESS;
}

/* A list of handles only narrows what is inherited. */
static NTSTATUS read_attributes(struct child *child,
				const struct create_arguments *a)
{
	const STARTUPINFOEXW *extended = a->startup;
	NTSTATUS status;

	if (!(a->flags & EXTENDED_STARTUPINFO_PRESENT))
		return STATUS_SUCCESS;
	if (!user_readable(extended, sizeof(*extended)))
		return STATUS_ACCESS_VIOLATION;
	if (extended->StartupInfo.cb != sizeof(*extended))
		return STATUS_INVALID_PARAMETER;
	status = attribute_list_handles(extended->lpAttributeList,
					&child->inheritance.only,
					&child->inheritance.n_only);
	if (status >= 0 && child->inheritance.only && !a->inherit_handles)
		return STATUS_INVALID_PARAMETER;
	return status;
}

/* What the child begins with: the token that it is made for, else this
 * process's as it is now */
static NTSTATUS pack(struct child *child, const struct guise_token *token,
		     const struct create_arguments *a)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *primary =
		guise_token_ref(a->primary ? a->primary : token);
	struct guise_token_object *own;
	NTSTATUS status;

	if (!primary) {
		status = token_process(&own);
		if (status < 0)
			return status;
		primary = guise_token_object_token(own);
	}
	return handles_pack(primary, a->inherit_handles, &child->inheritance);
}

static NTSTATUS prepare(struct child *child, const struct guise_token *token,
			const struct create_arguments *a)
{
	char variable[64] = "";
	NTSTATUS status;

	child->inheritance.to_other = token != NULL;
	status = read_attributes(child, a);
	if (status >= 0)
		status = read_texts(child, a);
	if (status >= 0)
		status = open_std(child, a->startup);
	if (status >= 0)
		status = pack(child, token, a);
	if (status < 0)
		return status;
	if (child->inheritance.n_handles > 0)
		(void)snprintf(variable, sizeof(variable),
			       HANDLES_VARIABLE "=%d",
			       child->inheritance.fds[0]);
	return environment_list(a->environment,
				a->flags & CREATE_UNICODE_ENVIRONMENT, variable,
				&child->environment);
}

static NTSTATUS spawn(struct child *child, const struct guise_token *token)
{
	struct guise_spawn_options options = {
		.size = sizeof(options),
		.argv = (const char *const *)child->words,
		.environment = (const char *const *)child->environment,
		.working_directory = child->directory,
		.as_process = !token,
		.keep_capabilities = true,
		.stdin_fd = child->std[0],
		.stdout_fd = child->std[1],
		.stderr_fd = child->std[2],
		.keep_fds = child->inheritance.fds,
		.n_keep_fds = child->inheritance.n_handles > 0
				      ? child->inheritance.n_fds
				      : 0,
	};
	int r;

	/* what is executed is what was found; Windows' own word is argv[0] no
	 * more than the kernel's */
	free(child->words[0]);
	child->words[0] = guise_take(child->program);
	r = guise_spawn_suspended(token, &options, &child->pid, &child->resume);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}

static NTSTATUS set_descriptor(char kind, const struct process *process,
			       const struct object_type *type,
			       LPSECURITY_ATTRIBUTES attributes)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;

	if (!attributes || !attributes->lpSecurityDescriptor)
		return STATUS_SUCCESS;
	status = object_new_sd(type, attributes->lpSecurityDescriptor, &sd);
	if (status < 0)
		return status;
	return descriptor_file_write(kind, process->pid, process->start,
				     process->uid, sd);
}

static ULONG inherits(LPSECURITY_ATTRIBUTES attributes)
{
	return attributes && attributes->bInheritHandle ? OBJ_INHERIT : 0;
}

static NTSTATUS resume_first(struct thread *thread)
{
	struct process *process = thread->process;
	int fd, r;

	must(pthread_mutex_lock(&process->object.lock) == 0);
	fd = fd_take(&process->resume);
	must(pthread_mutex_unlock(&process->object.lock) == 0);
	if (fd < 0)
		return STATUS_SUCCESS;
	r = guise_spawn_resume(fd);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}

/* The first thread of @process; takes nothing. */
static struct thread *first_thread(struct process *process, bool suspended)
{
	struct thread *thread = thread_new(process->pid, process->start,
					   process->pid, process->uid);

	if (!thread)
		return NULL;
	if (suspended) {
		(void)object_ref(&process->object);
		thread->process = process;
		thread->resume = resume_first;
	}
	thread_list(thread);
	return thread;
}

static NTSTATUS give_handles(struct process *process, struct thread *thread,
			     const struct create_arguments *a)
{
	PROCESS_INFORMATION made = {
		.dwProcessId = (DWORD)process->pid,
		.dwThreadId = (DWORD)process->pid,
	};
	NTSTATUS status;

	(void)object_ref(&process->object);
	(void)object_ref(&thread->object);
	status = handle_new(&process->object, PROCESS_ALL_ACCESS,
			    inherits(a->process), &made.hProcess);
	if (status < 0) {
		(void)object_unref(&thread->object);
		return status;
	}
	status = handle_new(&thread->object, THREAD_ALL_ACCESS,
			    inherits(a->thread), &made.hThread);
	if (status < 0) {
		(void)handle_close(made.hProcess);
		return status;
	}
	*a->information = made;
	return STATUS_SUCCESS;
}

/* From here on the child is there; where this fails it never runs, since the
 * descriptor that would let it is closed. */
static NTSTATUS let_run(struct child *child, struct process *process,
			const struct create_arguments *a)
{
	bool suspended = a->flags & CREATE_SUSPENDED;
	struct thread *thread;
	NTSTATUS status;
	int r;

	status = set_descriptor('P', process, &process_type, a->process);
	if (status >= 0)
		status = set_descriptor('T', process, &thread_type, a->thread);
	if (status < 0)
		return status;
	thread = first_thread(process, suspended);
	if (!thread)
		return STATUS_NO_MEMORY;
	if (suspended) {
		process->resume = fd_take(&child->resume);
		status = give_handles(process, thread, a);
	} else {
		r = guise_spawn_resume(fd_take(&child->resume));
		status =
			r < 0 ? status_of(r) : give_handles(process, thread, a);
	}
	(void)object_unref(&thread->object);
	return status;
}

static NTSTATUS check_arguments(const struct create_arguments *a)
{
	if (!user_writable(a->information, sizeof(*a->information)) ||
	    !user_readable(a->startup, sizeof(STARTUPINFOW)))
		return STATUS_ACCESS_VIOLATION;
	if (a->flags & ~(DWORD)FLAGS_KNOWN)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

NTSTATUS process_create(const struct guise_token *token,
			const struct create_arguments *a)
{
	GUISE_AUTO(child_clear)
	struct child child = {
		.std = {-EBADF, -EBADF, -EBADF},
		.resume = -EBADF,
	};
	struct process *process;
	uint32_t uid;
	pid_t pid;
	NTSTATUS status;

	status = check_arguments(a);
	if (status >= 0)
		status = prepare(&child, token, a);
	if (status >= 0)
		status = spawn(&child, token);
	if (status >= 0)
		status = process_adopt(child.pid, &process);
	if (status < 0)
		return status;
	if (proc_owner(child.pid, &pid, &uid))
		process->uid = uid;
	status = let_run(&child, process, a);
	(void)object_unref(&process->object);
	return status;
}

BOOL WINAPI CreateProcessW(LPCWSTR application, LPWSTR command_line,
			   LPSECURITY_ATTRIBUTES process,
			   LPSECURITY_ATTRIBUTES thread, BOOL inherit_handles,
			   DWORD flags, LPVOID environment, LPCWSTR directory,
			   LPSTARTUPINFOW startup,
			   LPPROCESS_INFORMATION information)
{
	const struct create_arguments arguments = {
		true,	   application,	    command_line, process,
		thread,	   inherit_handles, flags,	  environment,
		directory, startup,	    information,
	};

	return win32_result(process_create(NULL, &arguments));
}

BOOL WINAPI CreateProcessA(LPCSTR application, LPSTR command_line,
			   LPSECURITY_ATTRIBUTES process,
			   LPSECURITY_ATTRIBUTES thread, BOOL inherit_handles,
			   DWORD flags, LPVOID environment, LPCSTR directory,
			   LPSTARTUPINFOA startup,
			   LPPROCESS_INFORMATION information)
{
	const struct create_arguments arguments = {
		false,	   application,	    command_line, process,
		thread,	   inherit_handles, flags,	  environment,
		directory, startup,	    information,
	};

	return win32_result(process_create(NULL, &arguments));
}
