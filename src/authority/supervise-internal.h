/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the supervisor's sources. */
#ifndef AUTHORITY_SUPERVISE_INTERNAL_H
#define AUTHORITY_SUPERVISE_INTERNAL_H

#include "spawn-worker.h"
#include "supervise.h"

#define WORKERS_MAX 64
/* So many starts in so short a time, then pauses. */
#define STARTS_MAX 5
#define STARTS_WINDOW_MS 10000
#define PAUSE_MAX_MS 30000

/* Clients of the control socket that have not said what they want. */
#define CONTROL_CLIENTS_MAX 4

struct control_client {
	int fd; /* -EBADF: none */
	uint64_t deadline_ms;
	char line[16];
	size_t n;
};

/* The place of one worker, over its lives. */
struct worker_place {
	struct worker *worker; /* NULL: none now */
	uint64_t starts_ms[STARTS_MAX];
	unsigned n_starts; /* ever */
	uint64_t next_ms;  /* not before */
	unsigned pause_ms;
};

struct supervisor {
	const struct supervise_hooks *hooks;
	unsigned drain_ms;
	struct authority_process process;
	struct service *current;
	struct service *services; /* current and those that drain */
	struct worker *workers;	  /* of all services */
	struct worker_place places[WORKERS_MAX];
	unsigned n_places;
	struct spawn_config spawn; /* its texts and arrays are owned */
	int signal_fd;
	int control_fd; /* -EBADF: none */
	struct control_client control_clients[CONTROL_CLIENTS_MAX];
	const char *control_path;
	uint64_t began_ms;
	uint64_t ticked_ms;
	bool is_stopping;
	bool process_is_up;
};

/* control.c */
/* 0; -EADDRINUSE (somebody answers there); -errno */
GUISE_MUST_USE int control_open(const char *path, int *ret_fd);
/* Let one client in, if there is room. */
void control_accept(struct supervisor *supervisor);
/* Answer it, once it has said what it wants, or has had its time. */
void control_serve(struct supervisor *supervisor, struct control_client *client,
		   bool is_readable);
/* The one JSON object. 0 or -ENOMEM */
GUISE_MUST_USE int control_status(struct supervisor *supervisor,
				  struct guise_buf *out);

/* supervise.c: takes @report */
void supervise_flush(struct supervisor *supervisor,
		     struct flush_report *report);

#endif
