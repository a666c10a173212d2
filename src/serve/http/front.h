/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thin front end: connections of libmicrohttpd to exchanges and back. Only
 * files of this directory know that library.
 */
#ifndef HTTP_FRONT_H
#define HTTP_FRONT_H

#include <guise/authority.h>

#include "access-log.h"
#include "jobs.h"
#include "site.h"

struct front;

/**
 * struct front_options - all borrowed until front_stop()
 * @listen_fd: the front end takes it; non-blocking
 * @n_threads: event threads; their numbers with the authority are 0 ...
 * @jobs, @passwords, @logons, @directory: who does what of enum exchange_work
 * @sids: likewise; NULL where config_asks_for_sids() is false
 * @certificate, @key: PEM text, or NULL: plain HTTP
 * @has_peers: clients of a Unix socket are who the kernel says
 * @log_fd: opened O_APPEND, one write a line; -EBADF: no access log
 * @denied: called for each refusal by a layer
 */
struct front_options {
	const struct site *site;
	struct jobs *jobs;
	struct jobs *passwords;
	struct jobs *logons;
	struct jobs *directory;
	struct jobs *sids;
	int listen_fd;
	unsigned n_threads;
	struct guise_engine *(*engine)(void *context, unsigned number);
	void (*denied)(void *context, const struct serve_thread *thread,
		       const struct guise_token *token, const char *text);
	void *context;
	const char *certificate;
	const char *key;
	bool has_peers;
	int log_fd;
	enum log_format log_format;
	unsigned max_connections;
	unsigned max_connections_per_address;
	size_t max_header_size;
	unsigned idle_timeout_s;
	unsigned upload_timeout_s;
};

struct front_counters {
	uint64_t requests;
	uint64_t denied;
	uint64_t errors;
	uint64_t bytes_sent;
	uint64_t bytes_received;
	uint32_t connections;
	uint32_t fresh;	  /* connections that have not asked for anything yet */
	uint32_t running; /* requests that have begun and not ended */
};

/* 0; -errno; -EIO (the library says no: its reason is on stderr) */
GUISE_MUST_USE int front_start(const struct front_options *options,
			       struct front **ret);
/* Ends connections that take too long to say what they want; once a second. */
void front_tend(struct front *front);
void front_count(struct front *front, struct front_counters *ret);
/* No new connections; those that are there are asked to go. */
void front_quiesce(struct front *front);
/* Requests that come from now on are cut off: when none is running any more,
 * none will be. */
void front_refuse(struct front *front);
/* No request may be running. */
struct front *front_stop(struct front *front);

#endif
