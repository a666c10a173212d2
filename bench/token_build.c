/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Question: what does it cost to make a token, by its SIDs: gathering them in a
 * builder, sealing, and the whole way from an empty builder to a token and the
 * end of both?
 *
 * Method: all SIDs are domain SIDs (five sub-authorities) of one domain. In
 * each of 31 rounds all variants run in turn, each at least 1 ms; printed are
 * the median and the least over the rounds in microseconds. What is made is
 * released again at once: with nothing above it on the heap, glibc gives more
 * than 128 KiB back to the kernel each time, and faults it in again. A server
 * that has been running for a while has something above it, so all is measured
 * again with a heap that is kept.
 *
 *	ninja -C BUILD bench/token_build && BUILD/bench/token_build
 */
#include <malloc.h>
#include <stdio.h>
#include <time.h>

#include "base.h"
#include <guise/token.h>

#define ROUNDS 31
#define ROUND_NS 1000000

struct subject {
	const struct guise_sid *sids; /* the user, then groups */
	size_t n_sids;
	struct guise_token_builder *builder;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static struct guise_sid domain_sid(uint32_t rid)
{
	return (struct guise_sid){
		.authority = 5,
		.sub = {21, 2457507606, 2709100691, 398136650, rid},
		.n_subs = 5,
	};
}

static struct guise_token_builder *fill_builder(const struct guise_sid *sids,
						size_t n_sids)
{
	struct guise_token_builder *b;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &sids[0], 0);
	for (size_t i = 1; i < n_sids; i++)
		guise_token_builder_group(b, &sids[i], GUISE_GROUP_USUAL);
	return b;
}

static void run_fill(const struct subject *s)
{
	(void)guise_token_builder_free(fill_builder(s->sids, s->n_sids));
}

static void run_seal(const struct subject *s)
{
	const struct guise_token *token;

	must(guise_token_builder_seal(s->builder, &token) == 0);
	(void)guise_token_unref(token);
}

static void run_whole(const struct subject *s)
{
	struct guise_token_builder *b = fill_builder(s->sids, s->n_sids);
	const struct guise_token *token;

	must(guise_token_builder_seal(b, &token) == 0);
	(void)guise_token_unref(token);
	(void)guise_token_builder_free(b);
}

typedef void (*run_fn)(const struct subject *s);

static const run_fn runs[] = {run_fill, run_seal, run_whole};

static double one_round(run_fn run, const struct subject *s)
{
	uint64_t start = now_ns(), end;
	uint64_t n = 0;

	do {
		run(s);
		n++;
		end = now_ns();
	} while (end - start < ROUND_NS);
	return (double)(end - start) / (double)n / 1000;
}

static int compare_doubles(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static void bench(const struct guise_sid *sids, size_t n_sids)
{
	double us[ARRAY_SIZE(runs)][ROUNDS];
	struct subject s = {
		.sids = sids,
		.n_sids = n_sids,
		.builder = fill_builder(sids, n_sids),
	};

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
			us[i][round] = one_round(runs[i], &s);
	}
	printf("%5zu", n_sids);
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		qsort(us[i], ROUNDS, sizeof(double), compare_doubles);
		printf(" %8.2f %8.2f", us[i][ROUNDS / 2], us[i][0]);
	}
	printf("\n");
	s.builder = guise_token_builder_free(s.builder);
}

static void bench_all(const char *heap)
{
	static const size_t counts[] = {10, 100, 1000};
	static struct guise_sid sids[1000];

	for (uint32_t i = 0; i < ARRAY_SIZE(sids); i++)
		sids[i] = domain_sid(1000 + 7 * i);
	printf("%s\n SIDs         gathering           sealing       whole "
	       "build\n",
	       heap);
	for (size_t k = 0; k < ARRAY_SIZE(counts); k++)
		bench(sids, counts[k]);
}

int main(void)
{
	printf("us, median and least of %d rounds\n", ROUNDS);
	bench_all("heap as it comes");
	must(mallopt(M_TRIM_THRESHOLD, 1 << 28) == 1);
	bench_all("heap kept");
	return 0;
}
