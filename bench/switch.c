/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does it cost to become a client and come back, by the number of groups?
 *
 * Method: one thread, pinned; every case once a round, in turn, so that drift
 * hits all alike; batches of about a millisecond; the median of the rounds.
 * Figures are ratios to the null call (getppid) measured in the same rounds.
 * "open+read" is open, read 4 KiB, close of a cached file by the service
 * itself. libc's wrappers run in a child of their own, since they change the
 * whole process: alone, and beside 8 sleeping threads.
 *
 *	ninja -C build bench/switch && sudo taskset -c 1 build/bench/switch
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include "client_switch.h"

#define ROUNDS 31
#define BATCH_NS 1000000

struct bench_case {
	const char *name;
	size_t n_groups;
	void (*body)(const struct bench_case *c);
	const struct guise_token *token;
	unsigned batch;
	double samples[ROUNDS];
};

static char file_path[] = "/tmp/guise-bench-XXXXXX";

static _Noreturn void die(const char *what, int code)
{
	fprintf(stderr, "switch: %s: %s\n", what, guise_strerror(code));
	exit(3);
}

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void null_call(const struct bench_case *c)
{
	(void)c;
	(void)syscall(SYS_getppid);
}

static void open_read(const struct bench_case *c)
{
	char data[4096];
	int fd = open(file_path, O_RDONLY | O_CLOEXEC);

	(void)c;
	if (fd < 0 || read(fd, data, sizeof(data)) != sizeof(data))
		die("open and read", -EIO);
	(void)close(fd);
}

static void in_and_out(const struct bench_case *c)
{
	GUISE_SCOPE(scope);
	int r = guise_scope_begin(&scope, c->token);

	if (r < 0)
		die("begin", r);
}

/* The calls alone, without any checking: the floor. */
static void raw_calls(const struct bench_case *c)
{
	client_bare_switch(c->n_groups);
}

static void libc_calls(const struct bench_case *c)
{
	if (setgroups(c->n_groups, client_groups()) < 0 ||
	    setegid(CLIENT) < 0 || seteuid(CLIENT) < 0 || seteuid(0) < 0 ||
	    setegid(0) < 0 || setgroups(0, NULL) < 0)
		die("libc's calls", -errno);
}

static double run_batch(const struct bench_case *c)
{
	double start = now_ns();

	for (unsigned i = 0; i < c->batch; i++)
		c->body(c);
	return (now_ns() - start) / c->batch;
}

static void choose_batch(struct bench_case *c)
{
	double one;

	c->batch = 20;
	one = run_batch(c);
	c->batch = (unsigned)(BATCH_NS / one) + 1;
}

static int compare(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static double median(struct bench_case *c)
{
	qsort(c->samples, ROUNDS, sizeof(double), compare);
	return c->samples[ROUNDS / 2];
}

static void measure(struct bench_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		choose_batch(&cases[i]);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < n; i++)
			cases[i].samples[round] = run_batch(&cases[i]);
	}
}

static void print(struct bench_case *cases, size_t n)
{
	double null_ns = median(&cases[0]);

	printf("%-28s %7s %12s %10s\n", "", "groups", "ns", "x null");
	for (size_t i = 0; i < n; i++) {
		double ns = median(&cases[i]);

		printf("%-28s %7zu %12.0f %10.1f\n", cases[i].name,
		       cases[i].n_groups, ns, ns / null_ns);
	}
	(void)fflush(stdout);
}

static const size_t sizes[] = {0, 5, 32, 200, 1000};
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

static struct bench_case case_of(const char *name, size_t n_groups,
				 void (*body)(const struct bench_case *))
{
	return (struct bench_case){.name = name,
				   .n_groups = n_groups,
				   .body = body,
				   .token = client_token(n_groups)};
}

static void switching(void)
{
	struct bench_case cases[2 + 2 * N_SIZES];
	size_t n = 0;

	cases[n++] = case_of("null call", 0, null_call);
	cases[n++] = case_of("open+read 4K+close", 0, open_read);
	for (size_t i = 0; i < N_SIZES; i++) {
		cases[n++] = case_of("scope begin+end", sizes[i], in_and_out);
		cases[n++] = case_of("six raw calls", sizes[i], raw_calls);
	}
	measure(cases, n);
	print(cases, n);
}

static void nesting(void)
{
	struct bench_case cases[1 + N_SIZES];
	size_t n = 0;
	int r;
	GUISE_SCOPE(outer);

	cases[n++] = case_of("null call", 0, null_call);
	for (size_t i = 0; i < N_SIZES; i++)
		cases[n++] =
			case_of("same token, nested", sizes[i], in_and_out);
	/* one outer scope a size would not be one measurement; so one */
	r = guise_scope_begin(&outer, cases[1].token);
	if (r < 0)
		die("begin", r);
	for (size_t i = 2; i < n; i++)
		cases[i].name = "another token, nested";
	measure(cases, n);
	print(cases, n);
}

static void *sleep_on(void *context)
{
	while (pause() < 0)
		;
	return context;
}

static void in_a_child(const char *title, unsigned n_threads)
{
	pid_t pid;

	printf("\n%s\n", title);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct bench_case cases[1 + N_SIZES];
		size_t n = 0;
		pthread_t thread;

		for (unsigned i = 0; i < n_threads; i++)
			(void)pthread_create(&thread, NULL, sleep_on, NULL);
		cases[n++] = case_of("null call", 0, null_call);
		for (size_t i = 0; i < N_SIZES; i++)
			cases[n++] = case_of("libc's six wrappers", sizes[i],
					     libc_calls);
		measure(cases, n);
		print(cases, n);
		_exit(0);
	}
	(void)waitpid(pid, NULL, 0);
}

int main(void)
{
	char data[4096] = {0};
	int fd;

	if (geteuid() != 0) {
		fprintf(stderr, "switch: needs root\n");
		return 77;
	}
	fd = mkstemp(file_path);
	if (fd < 0 || write(fd, data, sizeof(data)) != sizeof(data) ||
	    fchmod(fd, 0644) < 0)
		die("file", -errno);
	switching();
	printf("\ninside a scope\n");
	nesting();
	in_a_child("libc, alone", 0);
	in_a_child("libc, beside 8 sleeping threads", 8);
	(void)close(fd);
	(void)unlink(file_path);
	return 0;
}
