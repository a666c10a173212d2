/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does guise_thread_impersonate() and guise_thread_revert() cost beside
 * the bare system calls of their credential switch, by the number of groups?
 *
 * Method: as bench/impersonation.h says; pinned to one core. What is there
 * already makes no system call.
 *
 *	ninja -C build bench/impersonate
 *	sudo taskset -c 1 build/bench/impersonate
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "client_switch.h"
#include "impersonation.h"
#include "rounds.h"

static const size_t sizes[] = {5, 32, 200, 1000};
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

static _Noreturn void die(const char *what, int code)
{
	fprintf(stderr, "impersonate: %s: %s\n", what, guise_strerror(code));
	exit(3);
}

static void pair(const void *context)
{
	struct guise_token_object *const *object = context;
	int r = guise_thread_impersonate(*object, NULL);

	if (r < 0)
		die("impersonate", r);
	guise_thread_revert();
}

static void impersonate(const void *context)
{
	struct guise_token_object *const *object = context;
	int r = guise_thread_impersonate(*object, NULL);

	if (r < 0)
		die("impersonate", r);
}

static void revert(const void *context)
{
	(void)context;
	guise_thread_revert();
}

int main(int argc, char **argv)
{
	static const struct impersonation how = {pair, impersonate, revert};
	struct guise_token_object *objects[N_SIZES];
	struct impersonated clients[N_SIZES];
	unsigned rounds = rounds_of(argc, argv);

	if (rounds == 0)
		return 2;
	if (geteuid() != 0) {
		fprintf(stderr, "impersonate: needs root\n");
		return 77;
	}
	for (size_t i = 0; i < N_SIZES; i++) {
		objects[i] = client_object(sizes[i]);
		clients[i] = (struct impersonated){sizes[i], &objects[i]};
	}
	/* the base has no groups, so that the bare calls restore it */
	if (syscall(SYS_setgroups, 0, NULL) < 0)
		die("groups", -errno);
	impersonation_measure(&how, clients, N_SIZES, rounds);
	for (size_t i = 0; i < N_SIZES; i++)
		(void)guise_token_object_unref(objects[i]);
	return 0;
}
