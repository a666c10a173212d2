/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker's side. Each of its threads has a channel, a ring and a map from
 * token to personality of its own; logging a client on or off changes the maps
 * of all threads, each under its own lock, so that a look-up meets no other
 * thread.
 *
 * A thread marks the session it is about to use (@using) before it looks it
 * up, and clears the mark after the operation. Whoever ends a session takes it
 * out of all maps first and then looks at the marks: if there is none, nobody
 * can come to hold its personality any more and the authority may reuse it
 * ("released"); else it is told later (@deferred).
 */
#ifndef AUTHORITY_CLIENT_H
#define AUTHORITY_CLIENT_H

#include <pthread.h>

#include <guise/authority.h>

#include "engine.h"
#include "proto.h"
#include "reader.h"
#include "session-map.h"
#include "wire.h"

struct worker_thread {
	struct guise_engine engine; /* first: an engine is one of these */
	struct guise_authority *authority;
	unsigned number;
	int socket;
	struct guise_buf request; /* holds the largest without moving */
	struct packet reply;
	struct file_ring *ring; /* NULL: broker */
	struct session_map map;
	_Atomic guise_luid using; /* 0: none */
};

/* What a worker is given: descriptors are taken, arrays borrowed. */
struct client_setup {
	unsigned n_threads;
	const int *sockets;
	unsigned n_rings; /* 0 or n_threads */
	const int *ring_fds;
	const struct io_uring_params *ring_params;
	unsigned n_roots;
	const int *root_fds;
	int empty_fd;
	uint32_t service_uid;
	uint32_t service_gid;
	unsigned features;
	unsigned idle_ms;
	pid_t parent; /* the worker dies with it; 0 = it has none that matters
		       */
};

struct guise_authority {
	struct worker_thread *threads;
	unsigned n_threads;
	int *ring_fds;
	unsigned n_rings;
	int *root_fds;
	unsigned n_roots;
	int empty_fd;
	uint32_t service_uid;
	uint32_t service_gid;
	unsigned features;
	unsigned touch_ms; /* use is reported this often */
	pid_t parent;
	bool is_confined;
	_Atomic uint64_t polled_ms;
	pthread_mutex_t
		deferred_lock; /* deferred, but for the count's reading */
	guise_luid *deferred;
	size_t deferred_capacity;
	atomic_size_t n_deferred;
};

/* Maps the rings and says hello on every channel. On failure everything is
 * closed. 0; -ECONNRESET; -ENOMEM; -errno */
GUISE_MUST_USE int client_new(const struct client_setup *setup,
			      struct guise_authority **ret);

/*
 * One request, one answer. @fds: borrowed, as many as the type has. The result
 * of the authority; on 0 @ret_reply is the rest of the reply (borrowed until
 * the thread's next call) and @ret_fd the descriptor it came with, which is the
 * caller's. Both may be NULL. -ECONNRESET when the authority is gone
 */
GUISE_MUST_USE int client_call(struct worker_thread *thread,
			       enum request_type type,
			       const struct request *request, const int *fds,
			       struct reader *ret_reply, int *ret_fd);

/* Session @id is over (or shall be). */
void client_end_session(struct worker_thread *thread, guise_luid id);
/* The thread's mark is gone: tell the authority what waited for that. */
void client_settle(struct worker_thread *thread);

/* NULL if there is no such thread, or on NULL */
struct worker_thread *client_thread(struct guise_authority *authority,
				    unsigned thread);
/* CLOCK_MONOTONIC_COARSE */
uint64_t client_now_ms(void);
/* What the authority revoked while nobody used it: at once, or once a second */
void client_poll_revoked(struct worker_thread *thread);
void client_poll(struct worker_thread *thread);

extern const struct engine_ops client_ring_ops;
extern const struct engine_ops client_broker_ops;
GUISE_MUST_USE int client_personality(void *context,
				      const struct guise_token *token);
void client_died(void *context, const struct guise_token *token);

#endif
