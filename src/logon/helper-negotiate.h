/* SPDX-License-Identifier: Apache-2.0 */
/* Kerberos clients in the logon helper: its acceptor, and the exchanges that
 * wait for their next message. */
#ifndef LOGON_HELPER_NEGOTIATE_H
#define LOGON_HELPER_NEGOTIATE_H

#include "source.h"

struct negotiations;

/* @sources: borrowed for the process's life. NULL: no memory. Lives as long as
 * the process. */
struct negotiations *negotiations_new(const struct logon_sources *sources);

/* Answers the request in @packet, whose message is still in the socket. False:
 * the conversation is over. */
bool negotiations_serve(struct negotiations *negotiations, const void *packet,
			size_t size);

#endif
