/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The storm: many threads, each a different client at any moment, opening what
 * is theirs and what is not, through whatever engine is given. Nobody may ever
 * get what is not his, nor be refused what is; meanwhile a checker watches
 * that the main thread stays who it is.
 */
#ifndef TESTS_STORM_H
#define TESTS_STORM_H

#include <guise/token.h>

/*
 * struct storm_engine - how to open a file as a client
 * @name: for messages
 * @context: given to each call
 * @start: called by each thread first; what it returns is its @thread; may be
 *         NULL
 * @stop: called by each thread last; may be NULL
 * @open: open @name below @dir read-only as @token; 0 and a descriptor, or
 *        -errno; -EACCES is what the storm expects for foreign files
 */
struct storm_engine {
	const char *name;
	void *context;
	void *(*start)(void *context);
	void (*stop)(void *context, void *thread);
	int (*open)(void *context, void *thread,
		    const struct guise_token *token, int dir, const char *name,
		    int *ret_fd);
};

/* Zero fields take the defaults: 64 threads with two clients each,
 * GUISE_LIVE_SECONDS or 10 seconds, 4 groups each. */
struct storm_options {
	unsigned n_threads;
	unsigned n_groups;
	double seconds;
};

/* @granted, @refused: opens that ended as they should
 * @wrongly_granted, @wrongly_refused, @broken: must all be 0 */
struct storm_result {
	unsigned long granted;
	unsigned long refused;
	unsigned long wrongly_granted;
	unsigned long wrongly_refused;
	unsigned long broken;
	unsigned long looks;
	unsigned long
		strangers; /* looks at which the main thread was not itself */
};

/* Needs root to make the files. Prints a line with the figures. */
void storm_run(const struct storm_engine *engine,
	       const struct storm_options *options, struct storm_result *ret);
/* Nothing wrong, and enough happened to say so. */
int storm_passed(const struct storm_result *result);

#endif
