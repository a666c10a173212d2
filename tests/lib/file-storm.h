/* SPDX-License-Identifier: Apache-2.0 */
/* The storm (storm.h) through an engine of the file layer, one a thread. */
#ifndef TESTS_FILE_STORM_H
#define TESTS_FILE_STORM_H

#include <guise/file.h>

#include "storm.h"

/*
 * struct file_storm - where a storm's engines come from
 * @name: for messages
 * @make: called by each thread first; the engine is freed by the same thread
 * @context: given to @make
 */
struct file_storm {
	const char *name;
	int (*make)(void *context, struct guise_engine **ret);
	void *context;
};

/* As storm_run() */
void file_storm_run(const struct file_storm *storm,
		    const struct storm_options *options,
		    struct storm_result *ret);

#endif
