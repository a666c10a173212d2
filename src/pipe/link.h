/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two ends of a connection within one process know of each other
 * beside the socket's bytes: the contexts in which the client wrote, by the
 * number of the frame from which on each holds, and that the server has
 * disconnected. Made together with the socket pair, by the process for itself,
 * so no bytes lead to it. A token object is never said over a socket.
 */
#ifndef PIPE_LINK_H
#define PIPE_LINK_H

#include <guise/pipe.h>
#include <guise/thread-token.h>

#include "base.h"

struct link;

/* With two references, one for each end. NULL: no memory */
struct link *link_new(void);
void link_unref(struct link *link);
/* Frames from number @frame on are written in @context (borrowed). -ENOMEM */
GUISE_MUST_USE int link_promise(struct link *link, uint64_t frame,
				struct guise_token_object *context);
/* The context of frame number @frame, which has come; returns a reference, or
 * NULL. Numbers come in ascending order. */
struct guise_token_object *link_context(struct link *link, uint64_t frame);
void link_disconnect(struct link *link);
bool link_is_disconnected(struct link *link);

/*
 * A client thread's context as its quality of service lets the server see it.
 * @source: the token it was made of; while that is in force the context is the
 * same object.
 */
struct capture {
	struct guise_quality_of_service qos;
	const struct guise_token *source;
	struct guise_token_object *context;
};

/* What is in force on the calling thread, as a context in @capture. 0;
 * GUISE_E_BAD_LEVEL (it is below the level offered); errors of
 * guise_effective_token(), guise_token_duplicate(), guise_token_object_new() */
GUISE_MUST_USE int capture_now(struct capture *capture);
void capture_clear(struct capture *capture);

/* An object for a context: its user, the process and SYSTEM may do all. */
GUISE_MUST_USE int context_new(const struct guise_token *token,
			       struct guise_token_object **ret);
/* The caller's effective token, at impersonation level or a primary one, to
 * open things with: else GUISE_E_BAD_LEVEL. Returns a reference */
GUISE_MUST_USE int caller_token(const struct guise_token **ret);

#endif
