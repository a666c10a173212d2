/* SPDX-License-Identifier: Apache-2.0 */
/* Setting the worker's side up and taking it down; its simple questions. */
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "client.h"
#include "fd.h"
#include "supervise.h"

unsigned guise_authority_features(const struct guise_authority *authority)
{
	return authority ? authority->features : 0;
}

int guise_authority_root(const struct guise_authority *authority,
			 unsigned number)
{
	if (!authority || number >= authority->n_roots)
		return -EBADF;
	return authority->root_fds[number];
}

struct guise_engine *guise_authority_engine(struct guise_authority *authority,
					    unsigned thread)
{
	if (!authority || thread >= authority->n_threads)
		return NULL;
	return &authority->threads[thread].engine;
}

static int copy_fds(const int *fds, unsigned n, int **ret)
{
	*ret = array_alloc(n, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	if (n)
		memcpy(*ret, fds, n * sizeof(*fds));
	return 0;
}

static int say_hello(struct worker_thread *thread)
{
	const struct request request = {
		.version = PROTO_VERSION,
		.thread = thread->number,
	};

	return client_call(thread, REQUEST_HELLO, &request, NULL, NULL, NULL);
}

static int init_thread(struct guise_authority *authority,
		       const struct client_setup *setup, unsigned number)
{
	struct worker_thread *thread = &authority->threads[number];
	const struct file_ring_hooks hooks = {
		.personality = client_personality,
		.died = client_died,
		.context = thread,
	};
	uint8_t *unused;
	int r;

	thread->authority = authority;
	thread->number = number;
	thread->engine.ops =
		setup->n_rings ? &client_ring_ops : &client_broker_ops;
	r = buf_reserve(&thread->request, WIRE_SIZE_MAX, &unused);
	if (r < 0)
		return r;
	thread->reply.capacity = WIRE_SIZE_MAX;
	thread->reply.data = malloc(WIRE_SIZE_MAX);
	if (!thread->reply.data)
		return -ENOMEM;
	r = session_map_init(&thread->map);
	if (r == 0 && setup->n_rings)
		r = file_ring_new(setup->ring_fds[number],
				  &setup->ring_params[number], &hooks,
				  &thread->ring);
	if (r < 0)
		return r;
	return say_hello(thread);
}

static int init_threads(struct guise_authority *authority,
			const struct client_setup *setup)
{
	int r = 0;

	authority->threads =
		array_alloc(setup->n_threads, sizeof(*authority->threads));
	if (!authority->threads)
		return -ENOMEM;
	authority->n_threads = setup->n_threads;
	for (unsigned i = 0; i < setup->n_threads; i++)
		authority->threads[i].socket = setup->sockets[i];
	for (unsigned i = 0; r == 0 && i < setup->n_threads; i++)
		r = init_thread(authority, setup, i);
	return r;
}

static int init(struct guise_authority *authority,
		const struct client_setup *setup)
{
	int r;

	must(pthread_mutex_init(&authority->deferred_lock, NULL) == 0);
	authority->empty_fd = setup->empty_fd;
	authority->service_uid = setup->service_uid;
	authority->service_gid = setup->service_gid;
	authority->features = setup->features;
	authority->touch_ms = setup->idle_ms / 4;
	authority->parent = setup->parent;
	r = copy_fds(setup->ring_fds, setup->n_rings, &authority->ring_fds);
	if (r == 0)
		r = copy_fds(setup->root_fds, setup->n_roots,
			     &authority->root_fds);
	if (r < 0)
		return r;
	authority->n_rings = setup->n_rings;
	authority->n_roots = setup->n_roots;
	return init_threads(authority, setup);
}

int client_new(const struct client_setup *setup, struct guise_authority **ret)
{
	struct guise_authority *authority;
	int r;

	must(setup->n_rings == 0 || setup->n_rings == setup->n_threads);
	authority = calloc(1, sizeof(*authority));
	if (!authority)
		return -ENOMEM;
	r = init(authority, setup);
	if (r < 0) {
		(void)guise_authority_stop(authority);
		return r;
	}
	*ret = authority;
	return 0;
}

static void clear_thread(struct worker_thread *thread)
{
	thread->ring = file_ring_free(thread->ring);
	session_map_clear(&thread->map);
	guise_buf_clear(&thread->request);
	free(thread->reply.data);
	thread->socket = fd_close(thread->socket);
}

struct guise_authority *guise_authority_stop(struct guise_authority *authority)
{
	if (!authority)
		return NULL;
	for (unsigned i = 0; i < authority->n_threads; i++)
		clear_thread(&authority->threads[i]);
	for (unsigned i = 0; i < authority->n_rings; i++)
		(void)fd_close(authority->ring_fds[i]);
	for (unsigned i = 0; i < authority->n_roots; i++)
		(void)fd_close(authority->root_fds[i]);
	(void)fd_close(authority->empty_fd);
	must(pthread_mutex_destroy(&authority->deferred_lock) == 0);
	free(authority->deferred);
	free(authority->threads);
	free(authority->ring_fds);
	free(authority->root_fds);
	free(authority);
	return NULL;
}

void authority_report(struct guise_authority *authority, unsigned thread,
		      const struct worker_counters *counters)
{
	const struct request request = {
		.counters = {counters->requests, counters->denied,
			     counters->errors, counters->bytes_sent,
			     counters->bytes_received, counters->connections},
	};

	must(thread < authority->n_threads);
	/* a report that is lost is followed by the next */
	(void)!client_call(&authority->threads[thread], REQUEST_REPORT,
			   &request, NULL, NULL, NULL);
}

void authority_report_denied(struct guise_authority *authority, unsigned thread,
			     const struct guise_token *token, const char *text)
{
	char cut[257];
	struct request request = {
		.session = token ? guise_token_id(token) : 0,
		.text = cut,
	};
	size_t size = strnlen(text, sizeof(cut) - 1);

	must(thread < authority->n_threads);
	memcpy(cut, text, size);
	cut[size] = '\0';
	(void)!client_call(&authority->threads[thread], REQUEST_REPORT_DENIED,
			   &request, NULL, NULL, NULL);
}
