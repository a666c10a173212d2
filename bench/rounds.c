/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base.h"
#include "rounds.h"
#include "text.h"

#define BATCH_NS 2e5

/* Processor time: others that use the machine count as little as may be. */
static double now_ns(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double run_batch(const struct bench_case *c)
{
	double start = now_ns();

	for (size_t i = 0; i < c->batch; i++)
		c->run(c->context);
	return (now_ns() - start) / (double)c->batch;
}

/* About BATCH_NS, also warms caches and the branch predictor. */
static void choose_batch(struct bench_case *c)
{
	double ns;

	c->batch = 1;
	for (;;) {
		ns = run_batch(c) * (double)c->batch;
		if (ns >= BATCH_NS)
			return;
		c->batch *= ns < BATCH_NS / 4 ? 4 : 2;
	}
}

static int compare(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

void rounds_measure(struct bench_case *cases, size_t n, unsigned rounds)
{
	must(rounds % 2 && rounds <= ROUNDS_MAX);
	for (size_t i = 0; i < n; i++)
		choose_batch(&cases[i]);
	for (unsigned round = 0; round < rounds; round++) {
		for (size_t i = 0; i < n; i++)
			cases[i].samples[round] = run_batch(&cases[i]);
	}
	for (size_t i = 0; i < n; i++) {
		qsort(cases[i].samples, rounds, sizeof(double), compare);
		cases[i].ns = cases[i].samples[rounds / 2];
	}
}

unsigned rounds_of(int argc, char **argv)
{
	uint64_t n = ROUNDS_DEFAULT;

	if (argc > 2 || (argc == 2 && (!text_to_u64(argv[1], strlen(argv[1]),
						    ROUNDS_MAX, &n) ||
				       n % 2 == 0))) {
		fprintf(stderr, "usage: %s [ROUNDS, odd, up to %d]\n", argv[0],
			ROUNDS_MAX);
		return 0;
	}
	return (unsigned)n;
}
