/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SetConsoleCtrlHandler over signals. A signal's handler only writes its number
 * into a pipe; a thread reads it and calls the program's handlers, the last
 * that was set first, until one says TRUE. If none does, the signal does what
 * it does without us. Nothing is touched before the first handler is set.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "status.h"

#include <wincon.h>

static const struct {
	int number;
	DWORD type;
	bool is_end; /* the process ends, whatever the handlers say */
} signals[] = {
	{SIGINT, CTRL_C_EVENT, false},
	{SIGQUIT, CTRL_BREAK_EVENT, false},
	{SIGHUP, CTRL_CLOSE_EVENT, true},
	{SIGTERM, CTRL_SHUTDOWN_EVENT, true},
};

struct handler {
	struct handler *next;
	PHANDLER_ROUTINE routine;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct handler *first; /* the last that was set */
static bool is_started, ignores_ctrl_c;
static int wakeup[2] = {-EBADF, -EBADF};

static void note(int number)
{
	uint8_t byte = (uint8_t)number;
	int before = errno;

	/* a full pipe holds enough of them */
	if (write(wakeup[1], &byte, 1) < 0)
		errno = before;
}

/* The @n-th, counted from the last that was set; NULL: there are no more */
static PHANDLER_ROUTINE routine_at(size_t n)
{
	PHANDLER_ROUTINE routine = NULL;

	must(pthread_mutex_lock(&lock) == 0);
	for (struct handler *h = first; h; h = h->next) {
		if (n-- == 0)
			routine = h->routine;
		if (routine)
			break;
	}
	must(pthread_mutex_unlock(&lock) == 0);
	return routine;
}

static bool is_handled(DWORD type)
{
	PHANDLER_ROUTINE routine;

	for (size_t i = 0; (routine = routine_at(i)); i++) {
		BOOL handled = routine(type);

		guise_thread_revert();
		if (handled)
			return true;
	}
	return false;
}

static bool is_ignored(DWORD type)
{
	bool is;

	must(pthread_mutex_lock(&lock) == 0);
	is = type == CTRL_C_EVENT && ignores_ctrl_c;
	must(pthread_mutex_unlock(&lock) == 0);
	return is;
}

/* What the signal does to a program without handlers */
static void end_process(int number)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	must(sigaction(number, &action, NULL) == 0);
	must(kill(getpid(), number) == 0);
}

static void deal_with(int number)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		if (signals[i].number != number || is_ignored(signals[i].type))
			continue;
		if (!is_handled(signals[i].type) || signals[i].is_end)
			end_process(number);
	}
}

static void *watch(void *unused)
{
	uint8_t number;

	(void)unused;
	for (;;) {
		ssize_t n = read(wakeup[0], &number, 1);

		if (n == 1)
			deal_with(number);
		else
			must(n < 0 && errno == EINTR); /* nobody closes it */
	}
	return NULL;
}

/* The pipe, the thread, the signals; locked */
static int start(void)
{
	struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
	pthread_t thread;
	int r;

	if (is_started)
		return 0;
	if (wakeup[0] < 0 && pipe2(wakeup, O_CLOEXEC) < 0)
		return -errno;
	/* a handler must not wait */
	if (fcntl(wakeup[1], F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	r = guise_thread_create(&thread, NULL, watch, NULL);
	if (r < 0)
		return r;
	must(pthread_detach(thread) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		must(sigaction(signals[i].number, &action, NULL) == 0);
	is_started = true;
	return 0;
}

static NTSTATUS add(PHANDLER_ROUTINE routine)
{
	struct handler *handler = array_alloc(1, sizeof(*handler));

	if (!handler)
		return STATUS_NO_MEMORY;
	handler->routine = routine;
	handler->next = first;
	first = handler;
	return STATUS_SUCCESS;
}

static NTSTATUS take_off(PHANDLER_ROUTINE routine)
{
	for (struct handler **at = &first; *at; at = &(*at)->next) {
		struct handler *handler = *at;

		if (handler->routine != routine)
			continue;
		*at = handler->next;
		free(handler);
		return STATUS_SUCCESS;
	}
	return STATUS_INVALID_PARAMETER;
}

BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE routine, BOOL wanted)
{
	NTSTATUS status;

	must(pthread_mutex_lock(&lock) == 0);
	status = status_of(start());
	if (status >= 0 && !routine)
		ignores_ctrl_c = wanted;
	else if (status >= 0)
		status = wanted ? add(routine) : take_off(routine);
	must(pthread_mutex_unlock(&lock) == 0);
	return win32_result(status);
}
