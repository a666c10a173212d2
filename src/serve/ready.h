/* SPDX-License-Identifier: Apache-2.0 */
/* The line that says, when the server is ready, what it serves to whom. */
#ifndef SERVE_READY_H
#define SERVE_READY_H

#include "config.h"

/* Appends "http://127.0.0.1:8080, engine ring, ..." without a newline. @engine:
 * the one in use. 0 or -ENOMEM */
GUISE_MUST_USE int ready_format(struct guise_buf *out,
				const struct config *config,
				const char *engine);

#endif
