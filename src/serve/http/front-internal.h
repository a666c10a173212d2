/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_FRONT_INTERNAL_H
#define HTTP_FRONT_INTERNAL_H

#include <pthread.h>
#include <time.h>

#include <microhttpd.h>

#include "front.h"

#define REQUEST_HEADERS_MAX 100
#define PEER_SIZE 64
/* Local users are counted modulo this; who shares a number shares a limit. */
#define UID_COUNTERS 4096

/**
 * struct connection - one TCP connection, in a list of all
 * @waits_since: monotonic seconds since which it has not said what it wants;
 *               0 while a request of it runs
 * @body_until: monotonic seconds when all of the body must have come; 0: none
 *              is awaited
 * @body_is_upload: it must come at MIN_RATE
 * @received: bytes of the body
 * @judged_at, @judged: when its rate was last looked at, and what had come
 * @has_asked: a request could be read, at least its first line; of the thread
 * @binding: what is known of the client; of the request that runs
 */
struct connection {
	struct connection *previous;
	struct connection *next;
	int fd; /* borrowed from the library */
	int64_t waits_since;
	int64_t body_until;
	bool body_is_upload;
	uint64_t received;
	int64_t judged_at;
	uint64_t judged;
	bool has_asked;
	bool has_run; /* a request of it was counted as running */
	char peer[PEER_SIZE];
	struct binding binding;
};

/**
 * struct front
 * @wake_fd: written to when nobody is to be taken in any more; else -EBADF
 * @lock: protects connections and their fields; a leaf
 * @n_numbered: event threads that have got their number
 * @spares: for each of them a call that it is done with, or NULL; its own
 */
struct front {
	struct front_options options;
	struct MHD_Daemon *daemon;
	pthread_t accepter; /* while there is wake_fd */
	int wake_fd;
	pthread_mutex_t lock;
	struct connection *connections;
	atomic_uint n_numbered;
	struct call **spares;
	atomic_bool is_draining;
	atomic_bool is_refusing;
	atomic_ullong requests, denied, errors, bytes_sent, bytes_received;
	/* counted from accept() on; n_fresh: those that have run nothing */
	atomic_uint n_connections, n_fresh, running;
	atomic_uint n_of_uid[UID_COUNTERS]; /* of a Unix socket */
};

enum call_state {
	CALL_NEW = 0, /* headers not read */
	CALL_READY,   /* headers read, not judged: there is no body */
	CALL_BODY,
	CALL_JOB,     /* suspended */
	CALL_RESUMED, /* the job is done */
	CALL_DRAINS,  /* answered, but the body is still coming */
	CALL_SENT,
};

/* One request as the library sees it. */
struct call {
	struct exchange exchange;
	struct request request;
	struct request_header headers[REQUEST_HEADERS_MAX];
	const char *cursor; /* where the last header or request line ended */
	bool has_too_many_headers;
	bool is_malformed;
	bool has_body;
	struct front *front;
	struct MHD_Connection *connection;
	struct job job;
	enum call_state state;
	bool is_begun;
	bool is_corked; /* by us; call_uncork() sends what is held back */
	enum exchange_next next;
	uint64_t drained;
	struct timespec started;
	const char *engine; /* of the thread that worked last */
	char peer[PEER_SIZE];
	size_t capacity; /* of target */
	char target[];
};

int64_t front_now(void);
/* This event thread, with its number. */
struct serve_thread front_thread(struct front *front);
/* The record of a call's connection: a request begins, or has ended. */
void connection_runs(struct front *front, struct MHD_Connection *connection,
		     bool runs);
/* The body is awaited; an upload may take upload-timeout, other bodies a few
 * times idle-timeout. */
void connection_awaits(struct front *front, struct MHD_Connection *connection,
		       bool is_upload);
void connection_asks(struct MHD_Connection *connection);
void connection_received(struct front *front, struct MHD_Connection *connection,
			 size_t size);
const char *connection_peer(struct MHD_Connection *connection);
/* NULL: there was no memory for it */
struct binding *connection_binding(struct MHD_Connection *connection);
/* The counter of the local user at the other end of a Unix socket; NULL for
 * other sockets. */
atomic_uint *connection_counter(struct front *front, int fd);
void connection_notify(void *context, struct MHD_Connection *connection,
		       void **socket_context,
		       enum MHD_ConnectionNotificationCode code);

/* The thread that takes in who connects (accept.c). 0; -errno. */
GUISE_MUST_USE int accept_start(struct front *front);
/* Returns when it has ended; does nothing the second time. */
void accept_stop(struct front *front);

/* Callbacks of the library (call.c). */
void *call_new(void *context, const char *uri,
	       struct MHD_Connection *connection);
enum MHD_Result call_handle(void *context, struct MHD_Connection *connection,
			    const char *url, const char *method,
			    const char *version, const char *upload_data,
			    size_t *upload_data_size, void **call);
void call_completed(void *context, struct MHD_Connection *connection,
		    void **call, enum MHD_RequestTerminationCode code);

/* A line in the log for a client whose first request nobody could read. */
void call_unread(struct front *front, const char *peer);

/* Sends call->exchange.response (respond.c). */
enum MHD_Result call_respond(struct call *call);
/* When all of it has been sent, or the connection ended. */
void call_uncork(struct call *call);

#endif
