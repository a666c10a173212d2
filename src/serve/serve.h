/* SPDX-License-Identifier: Apache-2.0 */
/* The two programs of guise serve: the authority with its supervisor, and the
 * worker that it starts. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "config.h"

/* Of each worker: with the most threads and jobs, what one authority has. */
#define SERVE_PASSWORD_THREADS 2
#define SERVE_LOGON_THREADS 2
#define SERVE_DIRECTORY_THREADS 6
#define SERVE_SIDS_THREADS 4 /* where config_asks_for_sids() */

/* Reads a configuration anew: at start and on SIGHUP. 0, or an error with
 * @reterr filled. */
typedef int serve_load(void *context, struct config *ret,
		       struct config_error *reterr);

/* Reads central access policies from the text of their file, in whatever form
 * that is: the server's caller knows. 0, or an error with @reterr filled. */
typedef int serve_policies(struct span text, const struct guise_policies **ret,
			   struct guise_error_info *reterr);

/* What the system must have for @config: paths, keys, the worker's user. @warn
 * is told of what does not prevent a start. */
GUISE_MUST_USE int serve_check_system(const struct config *config,
				      serve_policies *policies,
				      config_warn *warn,
				      struct config_error *reterr);

/* May this process do what the authority has to? 0; -EINVAL */
GUISE_MUST_USE int serve_check_privileges(struct config_error *reterr);

/* A config_warn: a line to stderr. */
void serve_warn(const struct config_error *warning);

/* Runs until SIGTERM. 0; or the error that prevented the start, with @reterr
 * filled if it was the configuration's (else where is ""). */
GUISE_MUST_USE int serve_run(serve_load *load, void *context,
			     serve_policies *policies,
			     struct config_error *reterr);

/* The worker program; its exit code. */
int serve_worker(serve_policies *policies);

/* The descriptors that a worker is given, in this order. */
enum serve_fd {
	SERVE_FD_LISTEN = 0,
	SERVE_FD_LOG,
	SERVE_FD_JOURNAL,     /* only if audits go there */
	SERVE_FD_POLICIES,    /* only with central access policies */
	SERVE_FD_CERTIFICATE, /* only with TLS */
	SERVE_FD_KEY,
	SERVE_FDS,
};

/* Is it given, with this configuration? Both sides ask. */
bool serve_passes(const struct config *config, enum serve_fd fd);

#endif
