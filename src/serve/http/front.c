/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and stopping the library, with every limit it knows. */
#include <stdio.h>
#include <unistd.h>

#include "front-internal.h"

#include "fd.h"

/* The raw target is ours to decode. */
static size_t keep_raw(void *context, struct MHD_Connection *connection,
		       char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

static struct MHD_Daemon *start(struct front *front)
{
	const struct front_options *o = &front->options;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD |
			 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET |
			 MHD_USE_ITC;
	struct MHD_OptionItem more[4] = {{MHD_OPTION_END, 0, NULL}};
	size_t n = 0;

	if (o->certificate) {
		flags |= MHD_USE_TLS;
		more[n++] = (struct MHD_OptionItem){
			MHD_OPTION_HTTPS_MEM_CERT, 0,
			(void *)(uintptr_t)o->certificate};
		more[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0,
						    (void *)(uintptr_t)o->key};
	}
	if (o->n_threads > 1)
		more[n++] =
			(struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE,
						(intptr_t)o->n_threads, NULL};
	more[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	return MHD_start_daemon(
		flags, 0, NULL, NULL, call_handle, front,
		MHD_OPTION_URI_LOG_CALLBACK, call_new, front,
		MHD_OPTION_NOTIFY_COMPLETED, call_completed, front,
		MHD_OPTION_NOTIFY_CONNECTION, connection_notify, front,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_raw, NULL,
		MHD_OPTION_CONNECTION_LIMIT, o->max_connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		o->max_connections_per_address,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->max_header_size,
		MHD_OPTION_CONNECTION_TIMEOUT, o->idle_timeout_s,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, more,
		MHD_OPTION_END);
}

static void front_free(struct front *front)
{
	for (unsigned i = 0; i < front->options.n_threads; i++)
		free(front->spares[i]);
	free(front->spares);
	(void)pthread_mutex_destroy(&front->lock);
	free(front);
}

int front_start(const struct front_options *options, struct front **ret)
{
	struct front *front = calloc(1, sizeof(*front));
	int r;

	if (!front)
		return -ENOMEM;
	front->options = *options;
	front->wake_fd = -EBADF;
	front->spares = array_alloc(options->n_threads, sizeof(*front->spares));
	if (!front->spares) {
		free(front);
		return -ENOMEM;
	}
	must(pthread_mutex_init(&front->lock, NULL) == 0);
	front->daemon = start(front);
	if (!front->daemon) {
		front_free(front);
		return -EIO;
	}
	r = accept_start(front);
	if (r < 0) {
		MHD_stop_daemon(front->daemon);
		front_free(front);
		return r;
	}
	*ret = front;
	return 0;
}

void front_count(struct front *front, struct front_counters *ret)
{
	*ret = (struct front_counters){
		.requests = atomic_load(&front->requests),
		.denied = atomic_load(&front->denied),
		.errors = atomic_load(&front->errors),
		.bytes_sent = atomic_load(&front->bytes_sent),
		.bytes_received = atomic_load(&front->bytes_received),
		.connections = atomic_load(&front->n_connections),
		.fresh = atomic_load(&front->n_fresh),
		.running = atomic_load(&front->running),
	};
}

void front_quiesce(struct front *front)
{
	atomic_store(&front->is_draining, true);
	accept_stop(front);
}

void front_refuse(struct front *front)
{
	atomic_store(&front->is_refusing, true);
}

struct front *front_stop(struct front *front)
{
	if (!front)
		return NULL;
	accept_stop(front);
	MHD_stop_daemon(front->daemon);
	(void)fd_close(front->options.listen_fd);
	front_free(front);
	return NULL;
}
