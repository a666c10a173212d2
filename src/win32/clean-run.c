/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "clean-run.h"

/* One call */
struct errand {
	NTSTATUS (*function)(void *);
	void *argument;
};

static void *run(void *context)
{
	const struct errand *errand = context;

	return (void *)(intptr_t)errand->function(errand->argument);
}

NTSTATUS clean_run(NTSTATUS (*function)(void *), void *argument)
{
	struct errand errand = {function, argument};
	pthread_t clean;
	void *status;
	int r;

	if (!guise_thread_token() && guise_scope_depth() == 0)
		return function(argument);
	r = guise_thread_create(&clean, NULL, run, &errand);
	if (r < 0)
		return status_of(r);
	must(pthread_join(clean, &status) == 0);
	return (NTSTATUS)(intptr_t)status;
}

static NTSTATUS get_uid(void *ret)
{
	*(uid_t *)ret = geteuid();
	return STATUS_SUCCESS;
}

NTSTATUS clean_uid(uid_t *ret)
{
	return clean_run(get_uid, ret);
}
