/* SPDX-License-Identifier: Apache-2.0 */
/* A broken promise ends the process: going on would be going on with an
 * identity or a decision nobody vouches for. */
#include <stdio.h>

#include "base.h"

void must_failed(const char *cond, const char *file, int line)
{
	(void)fprintf(stderr, "guise: %s:%d: broken invariant: %s\n", file,
		      line, cond);
	abort();
}
