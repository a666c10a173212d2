/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a process pay for a GSSAPI that it has loaded? Each time a thread
 * impersonates and reverts, its network credentials are pinned and put back.
 *
 * Method: as bench/rounds.h says; pinned to one core; the pair and the bare
 * system calls of its credential switch take turns in the same rounds. First
 * without the library in the process, then, in another thread, with it. The
 * difference of the two pairs, as far as the bare calls are the same, is the
 * pin.
 *
 *	ninja -C build bench/impersonate_kerberos &&
 *	sudo taskset -c 1 build/bench/impersonate_kerberos
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "rounds.h"

#define CLIENT 310000u
#define N_GROUPS 5

static const uint32_t groups[N_GROUPS] = {311001, 311002, 311003, 311004,
					  311005};
static struct guise_token_object *client;
static unsigned rounds;

static _Noreturn void die(const char *what, int code)
{
	fprintf(stderr, "impersonate_kerberos: %s: %s\n", what,
		guise_strerror(code));
	exit(3);
}

static void pair(const void *context)
{
	int r = guise_thread_impersonate(client, NULL);

	(void)context;
	if (r < 0)
		die("impersonate", r);
	guise_thread_revert();
}

static void bare_calls(const void *context)
{
	static const uint32_t same = UINT32_MAX;
	long r = 0;

	(void)context;
	r |= syscall(SYS_setgroups, N_GROUPS, groups);
	r |= syscall(SYS_setresgid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, 0, same);
	r |= syscall(SYS_setresgid, same, 0, same);
	r |= syscall(SYS_setgroups, 0, NULL);
	if (r < 0)
		die("bare calls", -errno);
}

static void make_client(void)
{
	struct guise_sid user = guise_sid_of_uid(CLIENT);
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;
	int r = guise_token_builder_new(&b);

	if (r < 0)
		die("token", r);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_unix(b, CLIENT, CLIENT, groups, N_GROUPS);
	r = guise_token_builder_seal(b, &token);
	if (r == 0)
		r = guise_token_object_new(token, NULL, NULL, &client);
	if (r < 0)
		die("token", r);
	(void)guise_token_unref(token);
	(void)guise_token_builder_free(b);
}

static void *measure(void *name)
{
	struct bench_case cases[] = {{.run = pair}, {.run = bare_calls}};

	/* the base has no groups, so that the bare calls restore it */
	if (syscall(SYS_setgroups, 0, NULL) < 0)
		die("groups", -errno);
	rounds_measure(cases, 2, rounds);
	printf("%-8s pair %8.0f ns, bare %8.0f ns, ratio %.3f, more %6.0f ns\n",
	       (const char *)name, cases[0].ns, cases[1].ns,
	       cases[0].ns / cases[1].ns, cases[0].ns - cases[1].ns);
	return NULL;
}

int main(int argc, char **argv)
{
	static char with[] = "with", without[] = "without";
	pthread_t thread;

	rounds = rounds_of(argc, argv);
	if (rounds == 0)
		return 2;
	if (geteuid() != 0) {
		fprintf(stderr, "impersonate_kerberos: needs root\n");
		return 77;
	}
	make_client();
	(void)measure(without);
	if (!dlopen("libgssapi_krb5.so.2", RTLD_NOW)) {
		fprintf(stderr, "impersonate_kerberos: no Kerberos here\n");
		return 77;
	}
	if (pthread_create(&thread, NULL, measure, with) != 0 ||
	    pthread_join(thread, NULL) != 0)
		die("thread", -EAGAIN);
	(void)guise_token_object_unref(client);
	return 0;
}
