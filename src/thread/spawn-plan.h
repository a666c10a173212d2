/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be run, prepared before the fork; and the child, which makes only
 * async-signal-safe calls. */
#ifndef THREAD_SPAWN_PLAN_H
#define THREAD_SPAWN_PLAN_H

#include "kcred.h"

/* NAME=value of the minimal environment: PATH HOME USER LOGNAME SHELL. */
#define SPAWN_MINIMAL_VARIABLES 5

/* How the child gets its identity. */
enum spawn_identity {
	SPAWN_AS_PROCESS = 0, /* it has it */
	SPAWN_BECOME,	      /* all of it */
	SPAWN_STAY,	      /* it has the ids; fewer capabilities */
};

/*
 * @candidates: paths to try, in order; each owned
 * @own: memory of the minimal environment, each owned
 * @kept: descriptors to keep besides 0, 1, 2, ascending, none twice; owned
 */
struct spawn_plan {
	struct kcred cred;
	enum spawn_identity identity;
	const struct guise_spawn_options *options;
	char **candidates;
	size_t n_candidates;
	char *own[SPAWN_MINIMAL_VARIABLES];
	const char *environment[SPAWN_MINIMAL_VARIABLES + 1];
	bool minimal;
	int *kept;
	size_t n_kept;
	bool suspended;
};

/*
 * In the child: becomes what @plan says and executes it. Through @report goes
 * an int, the negative error, if it does not come so far; and before that, of a
 * suspended plan, 0 when nothing is missing but a byte to go on.
 */
_Noreturn void spawn_child(const struct spawn_plan *plan, int report);

#endif
