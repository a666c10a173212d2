/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Central access policies on their way from the administrator's file to the
 * shares: the authority reads and checks the file, and passes the very bytes it
 * checked to the workers in memory that nobody can change.
 */
#ifndef SERVE_POLICIES_H
#define SERVE_POLICIES_H

#include "serve.h"

/* @ret: a reference; @ret_fd: sealed memory with the file's content. 0, or
 * @reterr is filled. */
GUISE_MUST_USE int policies_load(const char *path, serve_policies *parse,
				 const struct guise_policies **ret, int *ret_fd,
				 struct config_error *reterr);
/* The worker's side. 0; -EBADMSG; -ENOMEM; errors of @parse */
GUISE_MUST_USE int policies_take(int fd, serve_policies *parse,
				 const struct guise_policies **ret);

#endif
