/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's side: channels and the life of sessions. See client.h. */
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "client.h"
#include "fd.h"

/* Revoked sessions are asked for this often. */
#define POLL_MS 1000

/* Milliseconds are fine enough, and the coarse clock costs a few ns. */
uint64_t client_now_ms(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int read_reply(struct worker_thread *thread, struct reader *ret_reply,
		      int *ret_fd)
{
	struct reader r = reader_of(thread->reply.data, thread->reply.size);
	uint32_t code;
	int32_t result;

	if (!read_u32le(&r, &code))
		return GUISE_E_PROTOCOL;
	memcpy(&result, &code, sizeof(result));
	if (result < 0)
		return result;
	if (ret_fd && thread->reply.n_fds == 1)
		*ret_fd = packet_take_fd(&thread->reply, 0);
	if (ret_reply)
		*ret_reply = r;
	return 0;
}

int client_call(struct worker_thread *thread, enum request_type type,
		const struct request *request, const int *fds,
		struct reader *ret_reply, int *ret_fd)
{
	int r;

	buf_truncate(&thread->request, 0);
	r = request_encode(type, request, &thread->request);
	if (r < 0)
		return r;
	r = wire_send(thread->socket, thread->request.data,
		      thread->request.size, fds, request_fds(type));
	if (request_is_secret(type))
		explicit_bzero(thread->request.data, thread->request.size);
	if (r == 0)
		r = wire_receive(thread->socket, &thread->reply);
	if (r < 0)
		return r;
	r = read_reply(thread, ret_reply, ret_fd);
	packet_close_fds(&thread->reply);
	return r;
}

/* --- sessions --- */

static bool is_used(struct guise_authority *authority, guise_luid id)
{
	for (unsigned i = 0; i < authority->n_threads; i++) {
		if (atomic_load(&authority->threads[i].using) == id)
			return true;
	}
	return false;
}

static bool remove_everywhere(struct guise_authority *authority, guise_luid id)
{
	bool found = false;

	for (unsigned i = 0; i < authority->n_threads; i++)
		found |= session_map_remove(&authority->threads[i].map, id);
	return found;
}

/* Without memory the authority keeps the ids retired until we end: safe. */
static void defer(struct guise_authority *authority, guise_luid id)
{
	size_t n;

	must(pthread_mutex_lock(&authority->deferred_lock) == 0);
	n = atomic_load(&authority->n_deferred);
	if (n == authority->deferred_capacity) {
		const size_t capacity = n ? 2 * n : 16;
		guise_luid *grown =
			realloc(authority->deferred, capacity * sizeof(*grown));

		if (grown) {
			authority->deferred = grown;
			authority->deferred_capacity = capacity;
		}
	}
	if (n < authority->deferred_capacity) {
		authority->deferred[n] = id;
		atomic_store(&authority->n_deferred, n + 1);
	}
	must(pthread_mutex_unlock(&authority->deferred_lock) == 0);
}

/* One deferred session that nobody uses any more; 0 if there is none. */
static guise_luid take_deferred(struct guise_authority *authority)
{
	guise_luid id = 0;
	size_t n;

	must(pthread_mutex_lock(&authority->deferred_lock) == 0);
	n = atomic_load(&authority->n_deferred);
	for (size_t i = 0; i < n && !id; i++) {
		if (is_used(authority, authority->deferred[i]))
			continue;
		id = authority->deferred[i];
		authority->deferred[i] = authority->deferred[n - 1];
		atomic_store(&authority->n_deferred, n - 1);
	}
	must(pthread_mutex_unlock(&authority->deferred_lock) == 0);
	return id;
}

static void send_logoff(struct worker_thread *thread, guise_luid id,
			bool released)
{
	const struct request request = {
		.session = id,
		.released = released,
	};

	/* the authority being gone is found out by the next request */
	(void)!client_call(thread, REQUEST_LOGOFF, &request, NULL, NULL, NULL);
}

void client_settle(struct worker_thread *thread)
{
	guise_luid id;

	if (atomic_load(&thread->authority->n_deferred) == 0)
		return;
	while ((id = take_deferred(thread->authority)))
		send_logoff(thread, id, true);
}

void client_end_session(struct worker_thread *thread, guise_luid id)
{
	struct guise_authority *authority = thread->authority;
	bool used;

	if (!remove_everywhere(authority, id))
		return; /* somebody else is at it */
	used = is_used(authority, id);
	if (used)
		defer(authority, id);
	send_logoff(thread, id, !used);
	if (used)
		client_settle(thread); /* its user may have gone meanwhile */
}

int client_personality(void *context, const struct guise_token *token)
{
	struct worker_thread *thread = context;
	const guise_luid id = guise_token_id(token);
	struct request request = {.session = id};
	bool touch = false;
	int personality, r;

	atomic_store(&thread->using, id);
	personality = session_map_use(&thread->map, session_key_of(token),
				      client_now_ms(),
				      thread->authority->touch_ms, &touch);
	if (personality < 0 || !touch)
		return personality;
	r = client_call(thread, REQUEST_TOUCH, &request, NULL, NULL, NULL);
	if (r == GUISE_E_NO_SUCH_LOGON_SESSION)
		client_died(thread, token);
	return r < 0 ? r : personality;
}

/* Our own mark is still set, so this waits for client_settle(). */
void client_died(void *context, const struct guise_token *token)
{
	struct worker_thread *thread = context;

	client_end_session(thread, guise_token_id(token));
}

/* What the authority revoked while nobody used it. */
void client_poll_revoked(struct worker_thread *thread)
{
	const struct request request = {0};
	guise_luid ids[REVOKED_MAX];
	struct reader reply;
	uint32_t n;

	if (client_call(thread, REQUEST_REVOKED, &request, NULL, &reply, NULL) <
		    0 ||
	    !read_u32le(&reply, &n) || n > REVOKED_MAX)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (!read_u64le(&reply, &ids[i]))
			return;
	}
	for (uint32_t i = 0; i < n; i++)
		client_end_session(thread, ids[i]);
}

void client_poll(struct worker_thread *thread)
{
	struct guise_authority *authority = thread->authority;
	const uint64_t now = client_now_ms();
	uint64_t last = atomic_load(&authority->polled_ms);

	if (now - last >= POLL_MS &&
	    atomic_compare_exchange_strong(&authority->polled_ms, &last, now))
		client_poll_revoked(thread);
}

struct worker_thread *client_thread(struct guise_authority *authority,
				    unsigned thread)
{
	if (!authority || thread >= authority->n_threads)
		return NULL;
	return &authority->threads[thread];
}

void guise_authority_logoff(struct guise_authority *authority, unsigned thread,
			    const struct guise_token *token)
{
	struct worker_thread *t = client_thread(authority, thread);

	if (t && token)
		client_end_session(t, guise_token_id(token));
}
