/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include "file-storm.h"
#include "live.h"

static void *start(void *context)
{
	const struct file_storm *storm = context;
	struct guise_engine *engine = NULL;

	LIVE_CHECK(storm->make(storm->context, &engine) == 0);
	return engine;
}

static void stop(void *context, void *thread)
{
	(void)context;
	(void)guise_engine_free(thread);
}

static int open_file(void *context, void *thread,
		     const struct guise_token *token, int dir, const char *name,
		     int *ret_fd)
{
	(void)context;
	return guise_file_open(thread, token, dir, name, O_RDONLY, 0, 0,
			       ret_fd);
}

void file_storm_run(const struct file_storm *storm,
		    const struct storm_options *options,
		    struct storm_result *ret)
{
	struct file_storm copy = *storm;
	const struct storm_engine engine = {
		.name = storm->name,
		.context = &copy,
		.start = start,
		.stop = stop,
		.open = open_file,
	};

	storm_run(&engine, options, ret);
}
