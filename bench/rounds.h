/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the benchmarks of pure functions measure: every case in turn in each
 * round, so that drift hits all alike; a batch long enough that reading the
 * clock does not count, and short enough that most are not interrupted; the
 * processor time of the thread; the median of the rounds.
 */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include <stddef.h>

#define ROUNDS_DEFAULT 31
#define ROUNDS_MAX 101

/**
 * struct bench_case - one thing to measure
 * @run: does it once, and aborts if the result is not the expected one
 * @context: for @run
 * @ns: the result: median of one run in nanoseconds
 * @batch, @samples: of rounds_measure()
 */
struct bench_case {
	void (*run)(const void *context);
	const void *context;
	double ns;
	size_t batch;
	double samples[ROUNDS_MAX];
};

/** rounds_measure() - fill @ns of @n cases over @rounds (odd) rounds */
void rounds_measure(struct bench_case *cases, size_t n, unsigned rounds);

/**
 * rounds_of() - the number of rounds a command line asks for
 *
 * Return: it, ROUNDS_DEFAULT without an argument; 0 after saying how it is used
 */
unsigned rounds_of(int argc, char **argv);

#endif
