/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that greets clients of other processes: accepts, hears the hello,
 * decides by the pipe's descriptor and the kernel's word, and gives the
 * connection to an instance that listens. It runs as the process. Greetings
 * are limited in number and time, so that nobody holds up the others.
 */
#ifndef PIPE_DOORMAN_H
#define PIPE_DOORMAN_H

#include "end.h"

/* Greet the pipe's clients. Starts the thread if need be. */
GUISE_MUST_USE int doorman_watch(struct pipe *pipe);
/* No more clients; when it returns the listener can be closed. */
void doorman_forget(struct pipe *pipe);
/* An instance listens: whoever waits for one may hear of it. */
void doorman_wake(void);

#endif
