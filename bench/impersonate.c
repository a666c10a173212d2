/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does guise_thread_impersonate() and guise_thread_revert() cost beside
 * the bare system calls of their credential switch, by the number of groups?
 *
 * Method: as bench/rounds.h says; pinned to one core; the pair and the bare
 * calls take turns in the same rounds, and the figure is their ratio. "again"
 * is impersonating whom the thread is already, "revert" reverting what is not
 * on: neither makes a system call.
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

#include "rounds.h"

#define CLIENT 310000u
#define MAX_GROUPS 1000

static const size_t sizes[] = {5, 32, 200, 1000};
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct client {
	size_t n_groups;
	struct guise_token_object *object;
};

static uint32_t groups[MAX_GROUPS];

static _Noreturn void die(const char *what, int code)
{
	fprintf(stderr, "impersonate: %s: %s\n", what, guise_strerror(code));
	exit(3);
}

static void pair(const void *context)
{
	const struct client *c = context;
	int r = guise_thread_impersonate(c->object, NULL);

	if (r < 0)
		die("impersonate", r);
	guise_thread_revert();
}

static void bare_calls(const void *context)
{
	static const uint32_t same = UINT32_MAX;
	const struct client *c = context;
	long r = 0;

	r |= syscall(SYS_setgroups, c->n_groups, groups);
	r |= syscall(SYS_setresgid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, 0, same);
	r |= syscall(SYS_setresgid, same, 0, same);
	r |= syscall(SYS_setgroups, 0, NULL);
	if (r < 0)
		die("bare calls", -errno);
}

static void again(const void *context)
{
	const struct client *c = context;
	int r = guise_thread_impersonate(c->object, NULL);

	if (r < 0)
		die("impersonate", r);
}

static void revert_nothing(const void *context)
{
	(void)context;
	guise_thread_revert();
}

static struct guise_token_object *client_of(size_t n_groups)
{
	struct guise_sid user = guise_sid_of_uid(CLIENT);
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;
	struct guise_token_object *object = NULL;
	int r = guise_token_builder_new(&b);

	if (r < 0)
		die("token", r);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_unix(b, CLIENT, CLIENT, groups, n_groups);
	r = guise_token_builder_seal(b, &token);
	if (r == 0)
		r = guise_token_object_new(token, NULL, NULL, &object);
	if (r < 0)
		die("token", r);
	(void)guise_token_unref(token);
	(void)guise_token_builder_free(b);
	return object;
}

static void compare(const struct client *clients, unsigned rounds)
{
	struct bench_case cases[2 * N_SIZES] = {0};

	for (size_t i = 0; i < N_SIZES; i++) {
		cases[2 * i] = (struct bench_case){.run = pair,
						   .context = &clients[i]};
		cases[2 * i + 1] = (struct bench_case){.run = bare_calls,
						       .context = &clients[i]};
	}
	rounds_measure(cases, 2 * N_SIZES, rounds);
	printf("%8s %16s %12s %8s\n", "groups", "pair, ns", "bare, ns",
	       "ratio");
	for (size_t i = 0; i < N_SIZES; i++)
		printf("%8zu %16.0f %12.0f %8.3f\n", clients[i].n_groups,
		       cases[2 * i].ns, cases[2 * i + 1].ns,
		       cases[2 * i].ns / cases[2 * i + 1].ns);
}

static void without_calls(const struct client *client, unsigned rounds)
{
	struct bench_case cases[] = {
		{.run = revert_nothing},
		{.run = again, .context = client},
	};

	rounds_measure(cases, 1, rounds);
	again(client);
	rounds_measure(cases + 1, 1, rounds);
	guise_thread_revert();
	printf("\nrevert of nothing %.1f ns, the same client again %.1f ns\n",
	       cases[0].ns, cases[1].ns);
}

int main(int argc, char **argv)
{
	struct client clients[N_SIZES];
	unsigned rounds = rounds_of(argc, argv);

	if (rounds == 0)
		return 2;
	if (geteuid() != 0) {
		fprintf(stderr, "impersonate: needs root\n");
		return 77;
	}
	for (uint32_t i = 0; i < MAX_GROUPS; i++)
		groups[i] = CLIENT + 1000 + i;
	for (size_t i = 0; i < N_SIZES; i++)
		clients[i] = (struct client){.n_groups = sizes[i],
					     .object = client_of(sizes[i])};
	/* the base has no groups, so that the bare calls restore it */
	if (syscall(SYS_setgroups, 0, NULL) < 0)
		die("groups", -errno);
	compare(clients, rounds);
	without_calls(&clients[0], rounds);
	for (size_t i = 0; i < N_SIZES; i++)
		(void)guise_token_object_unref(clients[i].object);
	return 0;
}
