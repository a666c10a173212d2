/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker, as the authority sees it: a process, its rings, its sessions and
 * pending temporaries, and one channel (a socket and a thread of ours) for
 * each of its threads. A channel is strictly one request, one answer.
 *
 * Locks, outer to inner: sessions.lock, identities.lock; temps.lock,
 * logons.lock, denials.lock, log_lock are innermost and taken alone or under
 * the first two.
 */
#ifndef AUTHORITY_WORKER_H
#define AUTHORITY_WORKER_H

#include <linux/io_uring.h>
#include <pthread.h>

#include "identities.h"
#include "proto.h"
#include "service.h"
#include "sessions.h"
#include "temps.h"
#include "wire.h"

struct worker;

struct channel {
	struct worker *worker; /* borrowed */
	unsigned thread;       /* the worker's thread it belongs to */
	int socket;	       /* ours */
	pthread_t runner;
	bool is_running;
	enum phase phase;
	struct packet packet; /* the request being answered */
	struct guise_buf reply;
	int reply_fd; /* goes with the reply; owned */
	atomic_uint_fast64_t counters[COUNTERS_MAX];
};

struct worker {
	struct worker *next; /* main thread's list */
	struct service *service;
	unsigned number;
	uint64_t serial; /* no other worker of this process ever has it */
	pid_t pid;	 /* 0: not started yet */
	int pidfd;	 /* owned */
	uint64_t began_ms;
	unsigned n_threads;
	int *ring_fds; /* owned; n_rings of them */
	struct io_uring_params *ring_params;
	unsigned n_rings; /* n_threads, or 0 */
	int *far_sockets; /* the worker's ends, until it has them */
	struct channel *channels;
	struct identities identities;
	struct sessions sessions;
	struct temps temps;
	atomic_uint n_running; /* channel threads */
	atomic_bool is_cut;    /* broke the protocol */
	/* main thread: */
	bool is_dead;	     /* the process has ended */
	bool is_draining;    /* it was told to finish */
	uint64_t kill_at_ms; /* then it is killed; 0 = not set */
};

/* Rings and sockets, no process or thread yet. */
GUISE_MUST_USE int worker_new(struct service *service, unsigned number,
			      struct worker **ret);
/* The process is there: serve its channels. Takes @pidfd. */
GUISE_MUST_USE int worker_run(struct worker *worker, pid_t pid, int pidfd);
/* Every channel has ended (all clean-up is done). */
bool worker_is_idle(const struct worker *worker);
/* Make the channels end: the process is dead or shall not be served. */
void worker_hang_up(struct worker *worker);
/* Hangs up, waits for the channels, frees. */
struct worker *worker_free(struct worker *worker);

/* End it at once: protocol broken. Any thread. @why is for the log. */
void worker_cut_off(struct worker *worker, const char *why);
void worker_signal(const struct worker *worker, int signal_number);

/* channel.c: the body of a channel's thread */
void *channel_run(void *channel);

#endif
