/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authority with workers that are programs of their own (guise serve): it
 * starts them by exec of this very binary, so that nothing of its memory is
 * theirs, starts a crashed one anew, and replaces all of them at a reload.
 */
#ifndef AUTHORITY_SUPERVISE_H
#define AUTHORITY_SUPERVISE_H

#include <guise/authority.h>

#include "base.h"

/* What the worker program finds of itself: */
struct authority_manifest {
	const char
		*config; /* opaque text from supervise_config, NUL-terminated */
	size_t config_size;
	const int *fds; /* the passed descriptors, in order */
	size_t n_fds;
	unsigned worker; /* its number, from 0 */
};

struct supervise_config {
	const struct guise_authority_options *options;
	/* opaque to the authority, handed to each worker */
	const char *worker_config;
	size_t worker_config_size;
	/* descriptors each worker inherits: listening sockets, logs; borrowed
	 */
	const int *fds;
	size_t n_fds;
	unsigned n_workers;
};

struct supervise_hooks {
	void *context;
	/* Called at start and on SIGHUP: fill a config whose memory lives until
	 * the next call. At reload a negative return keeps the old one. */
	int (*load)(void *context, struct supervise_config *ret);
	/* Called once, when it is told to end and has told its workers: nobody
	 * will accept any more. May be NULL. */
	void (*stopping)(void *context);
	/* One line for the error log. */
	void (*log)(void *context, const char *line);
};

/*
 * Runs until SIGTERM or SIGINT, then drains: workers get SIGTERM, finish what
 * they do within @drain_ms, then are killed. @control_path: Unix socket, mode
 * 0600, that answers `guise status` with one JSON object; NULL = none. Worker
 * argv is { "guise: worker", "serve-worker", NULL }; the manifest is
 * descriptor 3. A worker that dies is started again, at most 5 times in 10
 * seconds, then with growing pauses.
 * Return: 0 after a clean end, or the error that prevented the start.
 */
GUISE_MUST_USE int supervise_run(const struct supervise_hooks *hooks,
				 const char *control_path, unsigned drain_ms);

/* Where the state usually lies. */
#define AUTHORITY_STATE_DIRECTORY "/var/lib/guise"
/* Where the control socket usually lies; made when it is missing. */
#define CONTROL_DIRECTORY "/run/guise"
/* Is @path directly in it? */
bool control_is_usual(const char *path);

/*
 * The worker program's side: takes descriptor 3 apart and closes everything
 * that is not its own. Still root at that point (exec keeps it): the first
 * thing to do next is guise_authority_confine().
 */
GUISE_MUST_USE int authority_attach(struct guise_authority **ret,
				    struct authority_manifest *ret_manifest);

/* Who logs on with a password; borrowed. */
struct authority_password {
	const char *name;
	const char *password;
	size_t password_size;
};
/* guise_authority_logon_password() in two steps, for a server that lets nobody
 * wait for a directory whose user he is not: the first asks all that cannot
 * hang, and gives -EAGAIN when the second is to be called, by a thread that
 * may wait. */
GUISE_MUST_USE int authority_logon_quick(struct guise_authority *authority,
					 unsigned thread,
					 const struct authority_password *who,
					 const struct guise_token **ret);
GUISE_MUST_USE int authority_logon_rest(struct guise_authority *authority,
					unsigned thread,
					const struct authority_password *who,
					const struct guise_token **ret);

/* guise_authority_logon_negotiate() in two steps, likewise; the second goes on
 * with the same @negotiation. */
GUISE_MUST_USE int
authority_negotiate_quick(struct guise_authority *authority, unsigned thread,
			  const void *message, size_t message_size,
			  struct guise_negotiation *negotiation,
			  const struct guise_token **ret);
GUISE_MUST_USE int
authority_negotiate_rest(struct guise_authority *authority, unsigned thread,
			 struct guise_negotiation *negotiation,
			 const struct guise_token **ret);

/* guise_authority_logon_peer() in two steps, likewise: the second asks the
 * daemons that have the SIDs of somebody's ids. */
GUISE_MUST_USE int authority_peer_quick(struct guise_authority *authority,
					unsigned thread, int socket_fd,
					enum guise_level level,
					const struct guise_token **ret);
GUISE_MUST_USE int authority_peer_rest(struct guise_authority *authority,
				       unsigned thread, int socket_fd,
				       enum guise_level level,
				       const struct guise_token **ret);

/* Numbers a worker reports for `guise status` (at most once a second). */
struct worker_counters {
	uint64_t requests;
	uint64_t denied;
	uint64_t errors;
	uint64_t bytes_sent;
	uint64_t bytes_received;
	uint32_t connections;
};
void authority_report(struct guise_authority *authority, unsigned thread,
		      const struct worker_counters *counters);
/* Remembered (the last 64) and shown by `guise status`; @text is escaped there,
 * at most 256 bytes. Rate-limited by the authority. */
void authority_report_denied(struct guise_authority *authority, unsigned thread,
			     const struct guise_token *token, const char *text);

#endif
