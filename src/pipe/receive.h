/* SPDX-License-Identifier: Apache-2.0 */
/* Taking frames out of a channel's socket. Whoever calls these has the
 * reading turn. */
#ifndef PIPE_RECEIVE_H
#define PIPE_RECEIVE_H

#include "end.h"

/*
 * One more frame behind those ahead. 0; -ETIMEDOUT (none came); -EPIPE (the
 * other side is closed); -ENOTCONN (disconnected: what was ahead is gone);
 * GUISE_E_PROTOCOL; -ENOMEM; errors of recvmsg. All but the first, -ENOMEM and
 * 0 are final.
 */
GUISE_MUST_USE int receive_frame(struct channel *channel,
				 const struct deadline *deadline);
/* The server in this process has disconnected: nothing is left to read. */
bool receive_is_over(struct channel *channel);
/* Drop the first frame ahead, of which all was read. */
void receive_drop(struct channel *channel);

#endif
