/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread is made when first needed, without any client's identity, and
 * waits in epoll. A watched process is held by a reference until it has ended.
 */
#include <sys/epoll.h>

#include <guise/thread-token.h>

#include "futex.h"
#include "process-watch.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int epoll_fd = -EBADF;
static int start_error;

static void ended(struct process *process)
{
	(void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, process->pidfd, NULL);
	process_reap(process);
	atomic_store(&process->ended, 1);
	futex_wake(&process->ended, false);
	(void)object_unref(&process->object);
}

static void *watch(void *unused)
{
	struct epoll_event events[16];

	(void)unused;
	for (;;) {
		int n = epoll_wait(epoll_fd, events, ARRAY_SIZE(events), -1);

		must(n >= 0 || errno == EINTR);
		for (int i = 0; i < n; i++)
			ended(events[i].data.ptr);
	}
	return NULL;
}

static void start(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0) {
		start_error = -errno;
		return;
	}
	must(pthread_attr_init(&attributes) == 0);
	must(pthread_attr_setdetachstate(&attributes,
					 PTHREAD_CREATE_DETACHED) == 0);
	start_error = guise_thread_create(&thread, &attributes, watch, NULL);
	must(pthread_attr_destroy(&attributes) == 0);
}

NTSTATUS process_watch(struct process *process)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = process};
	int r = 0;

	if (atomic_load(&process->ended))
		return STATUS_SUCCESS;
	must(pthread_once(&once, start) == 0);
	if (start_error < 0)
		return status_of(start_error);
	(void)object_ref(&process->object); /* the watch's */
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, process->pidfd, &event) < 0)
		r = -errno;
	if (r == 0)
		return STATUS_SUCCESS;
	(void)object_unref(&process->object);
	return r == -EEXIST ? STATUS_SUCCESS : status_of(r);
}
