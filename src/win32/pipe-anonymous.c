/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes without name: the kernel's own, one way, bytes. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "pipe-object.h"
#include "user-memory.h"

NTSTATUS pipe_anonymous_read(struct pipe_object *pipe, void *buffer, ULONG size,
			     ULONG *ret_size)
{
	ssize_t n;

	if (pipe->fd < 0 || pipe->writes)
		return STATUS_INVALID_PARAMETER;
	do {
		n = read(pipe->fd, buffer, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return status_of(-errno);
	if (n == 0 && size > 0)
		return STATUS_PIPE_BROKEN;
	*ret_size = (ULONG)n;
	return STATUS_SUCCESS;
}

static NTSTATUS write_all(int fd, const uint8_t *at, ULONG size)
{
	ULONG done = 0;

	while (done < size) {
		ssize_t n = write(fd, at + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EPIPE ? STATUS_PIPE_CLOSING
					      : status_of(-errno);
		done += (ULONG)n;
	}
	return STATUS_SUCCESS;
}

/* Windows programs know no SIGPIPE: it is blocked, and taken if it came. */
NTSTATUS pipe_anonymous_write(struct pipe_object *pipe, const void *buffer,
			      ULONG size, ULONG *ret_size)
{
	const struct timespec at_once = {0};
	sigset_t sigpipe, before, was_pending;
	NTSTATUS status;

	if (pipe->fd < 0 || !pipe->writes)
		return STATUS_INVALID_PARAMETER;
	must(sigemptyset(&sigpipe) == 0 && sigaddset(&sigpipe, SIGPIPE) == 0);
	must(sigpending(&was_pending) == 0);
	must(pthread_sigmask(SIG_BLOCK, &sigpipe, &before) == 0);
	status = write_all(pipe->fd, buffer, size);
	if (status == STATUS_PIPE_CLOSING &&
	    !sigismember(&was_pending, SIGPIPE)) {
		while (sigtimedwait(&sigpipe, NULL, &at_once) < 0 &&
		       errno == EINTR)
			;
	}
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	if (status >= 0)
		*ret_size = size;
	return status;
}

/* A copy of what is in the pipe, by way of another */
static NTSTATUS copy_ahead(int fd, void *buffer, size_t size, size_t *ret_size)
{
	GUISE_AUTO(fd_closep) int out = -EBADF;
	GUISE_AUTO(fd_closep) int in = -EBADF;
	int ends[2];
	ssize_t n;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return status_of(-errno);
	out = ends[0];
	in = ends[1];
	n = tee(fd, in, size, SPLICE_F_NONBLOCK);
	if (n > 0)
		n = read(out, buffer, (size_t)n);
	if (n < 0 && errno != EAGAIN)
		return status_of(-errno);
	*ret_size = n < 0 ? 0 : (size_t)n;
	return STATUS_SUCCESS;
}

NTSTATUS pipe_anonymous_peek(struct pipe_object *pipe, void *buffer, ULONG size,
			     struct guise_pipe_peeked *ret)
{
	struct pollfd poll_fd = {.fd = pipe->fd, .events = POLLIN};
	int available = 0;

	*ret = (struct guise_pipe_peeked){0};
	if (pipe->fd < 0 || pipe->writes)
		return STATUS_INVALID_PARAMETER;
	if (poll(&poll_fd, 1, 0) < 0 ||
	    ioctl(pipe->fd, FIONREAD, &available) < 0)
		return status_of(-errno);
	if (available == 0 && (poll_fd.revents & POLLHUP))
		return STATUS_PIPE_BROKEN;
	ret->available = (size_t)available;
	if (available == 0 || size == 0)
		return STATUS_SUCCESS;
	return copy_ahead(pipe->fd, buffer, size, &ret->size);
}

/* What Windows takes for a pipe whose maker does not care */
#define DEFAULT_SIZE 4096
/* No path of a file begins with it. */
#define PASSED_PIPE 0x80
#define PASSED_WRITES 0x01

NTSTATUS pipe_pass(struct object *object, struct pass *ret)
{
	const struct pipe_object *pipe = (struct pipe_object *)object;
	int fd;

	ret->bytes[ret->size++] =
		(uint8_t)(PASSED_PIPE | (pipe->writes ? PASSED_WRITES : 0));
	if (pipe->fd < 0)
		return STATUS_SUCCESS;
	fd = fcntl(pipe->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return status_of(-errno);
	ret->fds[ret->n_fds++] = fd;
	return STATUS_SUCCESS;
}

bool pipe_is_passed(const struct pass *pass)
{
	return pass->size == 1 && (pass->bytes[0] & PASSED_PIPE);
}

NTSTATUS pipe_receive(const struct pass *pass, struct object **ret)
{
	struct pipe_object *pipe;
	int fd;

	if (!pipe_is_passed(pass) || pass->n_fds != 1)
		return STATUS_INVALID_HANDLE;
	fd = fcntl(pass->fds[0], F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return status_of(-errno);
	pipe = pipe_new();
	if (!pipe) {
		(void)fd_close(fd);
		return STATUS_NO_MEMORY;
	}
	pipe->fd = fd;
	pipe->writes = (pass->bytes[0] & PASSED_WRITES) != 0;
	*ret = &pipe->object;
	return STATUS_SUCCESS;
}

static NTSTATUS object_of_fd(int *fd, bool writes, ULONG size,
			     const struct guise_sd *sd, ULONG attributes,
			     HANDLE *ret)
{
	struct pipe_object *pipe = pipe_new();

	if (!pipe)
		return STATUS_NO_MEMORY;
	pipe->fd = fd_take(fd);
	pipe->writes = writes;
	pipe->buffer_size = size ? size : DEFAULT_SIZE;
	pipe->object.sd = guise_sd_ref(sd);
	return handle_new(&pipe->object,
			  (writes ? FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES
				  : FILE_GENERIC_READ | FILE_WRITE_ATTRIBUTES),
			  attributes, ret);
}

static NTSTATUS create(const SECURITY_ATTRIBUTES *attributes, DWORD size,
		       HANDLE *ret_read, HANDLE *ret_write)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(fd_closep) int reads = -EBADF;
	GUISE_AUTO(fd_closep) int writes = -EBADF;
	const ULONG inherit =
		attributes && attributes->bInheritHandle ? OBJ_INHERIT : 0;
	NTSTATUS status;
	int ends[2];

	status = object_new_sd(
		&pipe_type,
		attributes ? attributes->lpSecurityDescriptor : NULL, &sd);
	if (status < 0)
		return status;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return status_of(-errno);
	reads = ends[0];
	writes = ends[1];
	if (size > 0) /* as far as the kernel lets us: it is advice */
		(void)!fcntl(writes, F_SETPIPE_SZ, (int)(size & INT32_MAX));
	status = object_of_fd(&reads, false, size, sd, inherit, ret_read);
	if (status < 0)
		return status;
	status = object_of_fd(&writes, true, size, sd, inherit, ret_write);
	if (status < 0)
		(void)handle_close(*ret_read);
	return status;
}

BOOL WINAPI CreatePipe(PHANDLE read_end, PHANDLE write_end,
		       LPSECURITY_ATTRIBUTES attributes, DWORD size)
{
	HANDLE reads, writes;
	NTSTATUS status;

	if (!user_writable(read_end, sizeof(*read_end)) ||
	    !user_writable(write_end, sizeof(*write_end)))
		return win32_fail(ERROR_NOACCESS);
	status = create(attributes, size, &reads, &writes);
	if (status < 0)
		return win32_result(status);
	*read_end = reads;
	*write_end = writes;
	return TRUE;
}
