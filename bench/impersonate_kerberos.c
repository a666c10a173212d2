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

#include "client_switch.h"
#include "rounds.h"

#define N_GROUPS 5

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

static void bare(const void *context)
{
	(void)context;
	client_bare_switch(N_GROUPS);
}

static void *measure(void *name)
{
	struct bench_case cases[] = {{.run = pair}, {.run = bare}};

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
	client = client_object(N_GROUPS);
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
