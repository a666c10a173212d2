/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: finding them, their descriptors, their end. */
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "descriptor-file.h"
#include "fd.h"
#include "futex.h"
#include "handle.h"
#include "proc.h"
#include "process-watch.h"
#include "process.h"

/* All that this process has opened, itself included. */
static struct object_list processes = OBJECT_LIST;
static pthread_once_t own_once = PTHREAD_ONCE_INIT;
static struct process *own;

static struct process *of(struct object *object)
{
	return (struct process *)object;
}

static void process_free(struct object *object)
{
	struct process *process = of(object);

	object_list_remove(&processes, &process->link);
	(void)fd_close(process->pidfd);
	(void)fd_close(process->resume);
	object_clear(object);
	free(process);
}

static ACCESS_MASK process_imply(ACCESS_MASK granted)
{
	return granted & PROCESS_QUERY_INFORMATION
		       ? PROCESS_QUERY_LIMITED_INFORMATION
		       : 0;
}

NTSTATUS process_default_sd(const struct object_type *type, uint32_t uid,
			    const struct guise_sd **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_token_object *own_token;
	int r;

	r = guise_process_token(&own_token);
	if (r < 0)
		return status_of(r);
	token = guise_token_object_token(own_token);
	if (uid != getuid() || !guise_token_default_dacl(token))
		return descriptor_for_user(NULL, uid, type->mapping.all, ret);
	return status_of(guise_inherit(NULL, NULL, false, 0, token,
				       &type->mapping, ret));
}

static NTSTATUS process_get_sd(struct object *object,
			       const struct guise_sd **ret)
{
	const struct process *process = of(object);
	NTSTATUS status;

	status = descriptor_file_read('P', process->pid, process->start,
				      process->uid, ret);
	if (status != STATUS_OBJECT_NAME_NOT_FOUND)
		return status;
	return process_default_sd(object->type, process->uid, ret);
}

static NTSTATUS process_set_sd(struct object *object,
			       SECURITY_INFORMATION information,
			       const struct guise_sd *modification)
{
	const struct process *process = of(object);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *current = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *changed = NULL;
	NTSTATUS status;

	status = process_get_sd(object, &current);
	if (status >= 0)
		status = object_changed_sd(object->type, current, information,
					   modification, &changed);
	if (status < 0)
		return status;
	return descriptor_file_write('P', process->pid, process->start,
				     process->uid, changed);
}

bool process_has_ended(struct process *process)
{
	struct pollfd ask = {.fd = process->pidfd, .events = POLLIN};

	if (process->is_own)
		return false;
	if (atomic_load(&process->ended))
		return true;
	return poll(&ask, 1, 0) == 1 && (ask.revents & POLLIN);
}

/* A code of Windows' for an end that had none */
static DWORD code_of_signal(int signal)
{
	switch (signal) {
	case SIGSEGV:
	case SIGBUS:
		return (DWORD)STATUS_ACCESS_VIOLATION;
	case SIGINT:
		return (DWORD)STATUS_CONTROL_C_EXIT;
	case SIGABRT:
		return 3; /* as abort() of Windows' C library */
	default:
		return 128 + (DWORD)signal;
	}
}

void process_reap(struct process *process)
{
	siginfo_t info = {0};

	if (!process->is_child)
		return;
	must(pthread_mutex_lock(&process->object.lock) == 0);
	if (!process->has_code &&
	    waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | WNOHANG) ==
		    0 &&
	    info.si_pid != 0) {
		process->has_code = true;
		if (info.si_code == CLD_EXITED)
			process->code = (DWORD)info.si_status;
		else if (process->was_ended)
			process->code = process->ended_with;
		else
			process->code = code_of_signal(info.si_status);
	}
	must(pthread_mutex_unlock(&process->object.lock) == 0);
}

static NTSTATUS wait_word(struct object *object, struct wait_word *ret)
{
	struct process *process = of(object);

	ret->futex = &process->ended;
	ret->value = atomic_load(&process->ended);
	ret->shared = false;
	if (process->is_own)
		return STATUS_SUCCESS;
	return process_watch(process);
}

static NTSTATUS wait_ready(struct object *object)
{
	return process_has_ended(of(object)) ? STATUS_WAIT_0 : STATUS_TIMEOUT;
}

static const struct wait_ops wait_ops = {
	.word = wait_word,
	.ready = wait_ready,
	.take = wait_ready,
};

const struct object_type process_type = {
	.name = "Process",
	.mapping = {0x20410, 0x20bea, 0x121001, PROCESS_ALL_ACCESS},
	.valid = PROCESS_ALL_ACCESS,
	.imply = process_imply,
	.debuggable = true,
	.may_gain = true,
	.free = process_free,
	.wait = &wait_ops,
	.get_sd = process_get_sd,
	.set_sd = process_set_sd,
};

static struct process *process_new(pid_t pid, uint64_t start, uint32_t uid)
{
	struct process *process = array_alloc(1, sizeof(*process));

	if (!process)
		return NULL;
	object_init(&process->object, &process_type, NULL);
	process->pid = pid;
	process->start = start;
	process->uid = uid;
	process->pidfd = -EBADF;
	process->resume = -EBADF;
	return process;
}

static void make_own(void)
{
	uint64_t start = 0;

	(void)proc_start(getpid(), &start); /* 0: no /proc here */
	own = process_new(getpid(), start, getuid());
	if (!own)
		return;
	own->is_own = true;
	object_list_add(&processes, &own->link, &own->object);
}

struct object *process_current(void)
{
	must(pthread_once(&own_once, make_own) == 0);
	return own ? object_ref(&own->object) : NULL;
}

bool process_is_own(const struct object *object)
{
	return ((const struct process *)object)->is_own;
}

struct process_key {
	pid_t pid;
	uint64_t start;
};

static bool is_process(struct object *object, const void *key)
{
	const struct process_key *wanted = key;
	const struct process *process = of(object);

	return process->pid == wanted->pid && process->start == wanted->start;
}

static NTSTATUS open_other(const struct process_key *key, uint32_t uid,
			   struct process **ret)
{
	GUISE_AUTO(fd_closep) int pidfd = pidfd_open(key->pid, 0);
	struct process *process;
	uint64_t start;

	if (pidfd < 0)
		return errno == ESRCH || errno == EINVAL ? STATUS_INVALID_CID
							 : status_of(-errno);
	/* asked after the descriptor is held: it is the same one */
	if (!proc_start(key->pid, &start) || start != key->start)
		return STATUS_INVALID_CID;
	process = process_new(key->pid, key->start, uid);
	if (!process)
		return STATUS_NO_MEMORY;
	process->pidfd = fd_take(&pidfd);
	object_list_add(&processes, &process->link, &process->object);
	*ret = process;
	return STATUS_SUCCESS;
}

NTSTATUS process_find(pid_t pid, struct process **ret)
{
	struct process_key key = {.pid = pid};
	struct object *found = process_current();
	uint32_t uid;
	pid_t group;

	if (!found)
		return STATUS_NO_MEMORY;
	if (pid == own->pid) {
		*ret = of(found);
		return STATUS_SUCCESS;
	}
	(void)object_unref(found);
	if (!proc_start(pid, &key.start) || !proc_owner(pid, &group, &uid) ||
	    group != pid)
		return STATUS_INVALID_CID;
	found = object_list_find(&processes, is_process, &key);
	if (found) {
		*ret = of(found);
		return STATUS_SUCCESS;
	}
	return open_other(&key, uid, ret);
}

NTSTATUS process_adopt(pid_t pid, struct process **ret)
{
	struct process *process;
	uint64_t start;
	NTSTATUS status;

	if (!proc_start_ended(pid, &start))
		return STATUS_INVALID_CID;
	process = process_new(pid, start, getuid());
	if (!process)
		return STATUS_NO_MEMORY;
	process->is_child = true;
	process->pidfd = pidfd_open(pid, 0);
	status =
		process->pidfd < 0 ? status_of(-errno) : process_watch(process);
	if (status < 0) {
		(void)object_unref(&process->object);
		return status;
	}
	object_list_add(&processes, &process->link, &process->object);
	*ret = process; /* the watch reaps it */
	return STATUS_SUCCESS;
}
