/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request from its headers to its answer. The front end calls
 *
 *	next = exchange_begin(ex, thread)
 *	next == EXCHANGE_BLOCKS   call exchange_run() on a thread that may
 *	                          block, one for exchange_work()
 *	next == EXCHANGE_BODY     call exchange_body() for each piece, then
 *	                          exchange_body_end()
 *	next == EXCHANGE_RESPOND  send ex->response; exchange_end()
 *
 * until there is an answer. Every call may come from another thread, one at a
 * time; only exchange_run() may block for long. EXCHANGE_BODY is never returned
 * before the headers have been judged, so a refused upload is refused before
 * "100 Continue".
 */
#ifndef SERVE_EXCHANGE_H
#define SERVE_EXCHANGE_H

#include <guise/share.h>

#include "destination.h"
#include "propfind.h"
#include "request.h"
#include "site.h"

enum exchange_next {
	EXCHANGE_RESPOND = 0,
	EXCHANGE_BODY,
	EXCHANGE_BLOCKS,
};

/* What blocks: each kind has threads of its own, so that none waits for another
 * that is slow. */
enum exchange_work {
	WORK_FILES = 0,
	WORK_PASSWORD,	/* a hash that is slow by intention */
	WORK_LOGON,	/* Kerberos, peers, anonymous clients */
	WORK_DIRECTORY, /* what the system has to be asked: it may hang */
	WORK_SIDS,	/* what a daemon has to be asked for a peer: likewise */
};

/* Which of our rules gave the answer; for the log. */
enum decided {
	DECIDED_NONE = 0,
	DECIDED_OK,
	DECIDED_LOGON,	 /* credentials missing or wrong */
	DECIDED_LEG,	 /* a logon goes on with the next request */
	DECIDED_VERDICT, /* ex->verdict has the layer */
	DECIDED_NOT_FOUND,
	DECIDED_LIMIT,
	DECIDED_CONDITION, /* a precondition of the client's own */
	DECIDED_REQUEST,   /* malformed or not offered */
	DECIDED_FAILURE,   /* something broke */
};

enum exchange_step {
	STEP_LOGON = 0, /* the client is not known yet */
	STEP_START,	/* judge the headers */
	STEP_BODY,	/* the body is coming */
	STEP_RUN,	/* the blocking part */
	STEP_DONE,
};

/**
 * struct exchange - private to src/serve but for what the comments name
 * @site, @request: borrowed
 * @response: the answer (front end reads it, may take fd and memory)
 * @client: held, or NULL
 * @thread: of the call that is going on; borrowed for it
 * @error: what the operation said
 * @audit, @audit_failures: what the store tells of, all of it or refusals only;
 *         their context is the exchange
 * @audited: the last line, without its time, so that it is not told twice
 * @after_logon: the step to go on with
 * @authenticate, @set_cookie: headers of the answer, or NULL
 */
struct exchange {
	const struct site *site;
	const struct request *request;
	const struct serve_thread *thread;
	struct response response;
	enum exchange_step step;
	enum exchange_step after_logon;
	enum http_method method;
	enum decided decided;
	int error;
	struct guise_verdict verdict;
	struct guise_audit_sink audit;
	struct guise_audit_sink audit_failures;
	struct guise_buf audited;

	bool has_logged_on_again;
	struct client *client;
	char *authenticate;
	char *set_cookie;

	const struct site_share *share; /* NULL: the index of shares */
	const char *path;		/* within the share */
	struct conditions conditions;

	/* PUT */
	struct guise_put *put;
	int put_fd; /* borrowed from @put */
	struct stat old;
	uint64_t received;

	/* PROPFIND */
	enum depth depth;
	struct guise_buf body;

	/* COPY, MOVE */
	const struct site_share *destination_share;
	const char *destination_path;
	bool overwrite;

	/* Large, and not cleared for each request but for the kind of
	 * @credentials and what says that @logon is empty: @target is there
	 * from the start on, @destination after its header has been read. */
	struct credentials credentials;
	struct logon logon;
	struct target target;
	struct target destination;
};

/* @ex: uninitialised memory of the caller's; end it with exchange_end(). */
enum exchange_next exchange_begin(struct exchange *ex, const struct site *site,
				  const struct request *request,
				  const struct serve_thread *thread);
/* Instead: the request cannot be read for certain. 400, and the connection is
 * closed, for nobody knows where the next request begins. */
enum exchange_next exchange_refuse(struct exchange *ex, const struct site *site,
				   const struct request *request,
				   const struct serve_thread *thread);
/* Instead of exchange_run(): there is no place for it. 503 */
enum exchange_next exchange_busy(struct exchange *ex);
enum exchange_work exchange_work(const struct exchange *ex);
/* Is it the request of nobody in particular? */
bool exchange_is_anonymous(const struct exchange *ex);
enum exchange_next exchange_run(struct exchange *ex,
				const struct serve_thread *thread);
enum exchange_next exchange_body(struct exchange *ex,
				 const struct serve_thread *thread,
				 const void *data, size_t size);
enum exchange_next exchange_body_end(struct exchange *ex,
				     const struct serve_thread *thread);
/* Also in the middle: an upload that was going on leaves nothing behind. */
void exchange_end(struct exchange *ex, const struct serve_thread *thread);

#endif
