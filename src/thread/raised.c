/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <signal.h>

#include "raised.h"
#include "sys.h"

static int raise_and_call(uint64_t effective, uint64_t raised,
			  int (*call)(void *), void *context)
{
	uint64_t now, permitted;
	int r, result;

	r = sys_kernel.set_capabilities(NULL, raised);
	if (r < 0)
		return r;
	result = call(context);
	must(sys_kernel.set_capabilities(NULL, effective) == 0);
	must(sys_kernel.get_capabilities(NULL, &now, &permitted) == 0);
	must(now == effective);
	return result;
}

int raised_call(uint64_t capabilities, int (*call)(void *), void *context)
{
	uint64_t effective, permitted, raised;
	sigset_t all, before;
	int r;

	r = sys_kernel.get_capabilities(NULL, &effective, &permitted);
	if (r < 0)
		return r;
	raised = effective | (capabilities & permitted);
	if (raised == effective)
		return call(context);
	/* A handler would run with it, and may be about to change who the
	 * thread is. */
	must(sigfillset(&all) == 0);
	r = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (r != 0)
		return -r;
	r = raise_and_call(effective, raised, call, context);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return r;
}
