/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Question: what does an access check cost, by ACEs of the DACL and SIDs of
 * the token, and how much less is that than looking every ACE's SID up in the
 * token's list, as a straightforward implementation does?
 *
 * Method: no ACE matches but the last, an allow ACE for the token's last
 * group; the first half of the ACEs deny. All SIDs are domain SIDs (five
 * sub-authorities) of one domain; the owner is not in the token. In each of 15
 * rounds all variants run in turn, each at least 2 ms; printed is the median
 * over the rounds of one check in nanoseconds, and the ratio of the medians.
 * Build a token: everything guise_token_builder_seal() does, and the whole way
 * from an empty builder.
 *
 *	ninja -C BUILD bench/access_check && BUILD/bench/access_check
 */
#include <stdio.h>
#include <time.h>

#include "base.h"
#include <guise/access.h>

#define ROUNDS 15
#define ROUND_NS 2000000

struct subject {
	size_t n_aces;
	size_t n_sids;
	const struct guise_token *token;
	const struct guise_sd *sd;
	struct guise_buf raw;
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

static bool sid_same(const struct guise_sid *a, const struct guise_sid *b)
{
	return a->n_subs == b->n_subs && a->authority == b->authority &&
	       memcmp(a->sub, b->sub, a->n_subs * sizeof(a->sub[0])) == 0;
}

static bool holds(const struct guise_token *token, const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	if (sid_same(&guise_token_user(token)->sid, sid))
		return true;
	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (groups[i].attributes & GUISE_GROUP_ENABLED &&
		    sid_same(&groups[i].sid, sid))
			return true;
	}
	return false;
}

/* The peer: what one writes first. */
static bool linear_check(const struct guise_sd *sd,
			 const struct guise_token *token, uint32_t desired)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	size_t n = guise_acl_n_aces(dacl);

	if (holds(token, guise_sd_owner(sd)))
		desired &= ~(uint32_t)(GUISE_READ_CONTROL | GUISE_WRITE_DAC);
	for (size_t i = 0; i < n && desired; i++) {
		const struct guise_ace *ace = guise_acl_ace(dacl, i);

		if (ace->flags & GUISE_ACE_INHERIT_ONLY ||
		    !holds(token, &ace->sid))
			continue;
		if (ace->type == GUISE_ACE_ACCESS_DENIED && ace->mask & desired)
			return false;
		if (ace->type == GUISE_ACE_ACCESS_ALLOWED)
			desired &= ~ace->mask;
	}
	return !desired;
}

static void run_parsed(const struct subject *s)
{
	struct guise_decision d;

	must(guise_access_check(s->sd, s->token, GUISE_FILE_GENERIC_READ,
				&guise_mapping_file, &d) == 0);
	must(d.allowed);
}

static void run_raw(const struct subject *s)
{
	struct guise_decision d;

	must(guise_access_check_raw(s->raw.data, s->raw.size, s->token,
				    GUISE_FILE_GENERIC_READ,
				    &guise_mapping_file, &d) == 0);
	must(d.allowed);
}

static void run_linear(const struct subject *s)
{
	must(linear_check(s->sd, s->token, GUISE_FILE_GENERIC_READ));
}

static void run_seal(const struct subject *s)
{
	const struct guise_token *token;

	must(guise_token_builder_seal(s->builder, &token) == 0);
	(void)guise_token_unref(token);
}

static struct guise_token_builder *fill_builder(size_t n_sids)
{
	struct guise_token_builder *b;
	struct guise_sid sid = domain_sid(1000);

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &sid, 0);
	for (size_t i = 1; i < n_sids; i++) {
		sid = domain_sid(1000 + 7 * (uint32_t)i);
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	return b;
}

static void run_build(const struct subject *s)
{
	struct guise_token_builder *b = fill_builder(s->n_sids);
	const struct guise_token *token;

	must(guise_token_builder_seal(b, &token) == 0);
	(void)guise_token_unref(token);
	(void)guise_token_builder_free(b);
}

static void make_sd(struct subject *s)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(freep)
	struct guise_ace *aces = array_alloc(s->n_aces, sizeof(*aces));
	struct guise_sid owner = domain_sid(500), group = domain_sid(513);
	size_t n;

	must(aces);
	for (size_t i = 0; i < s->n_aces; i++) {
		aces[i].type = i < s->n_aces / 2 ? GUISE_ACE_ACCESS_DENIED
						 : GUISE_ACE_ACCESS_ALLOWED;
		aces[i].mask = GUISE_FILE_ALL_ACCESS;
		aces[i].sid = domain_sid(500000 + 13 * (uint32_t)i);
	}
	aces[s->n_aces - 1].sid = guise_token_groups(s->token, &n)[n - 1].sid;
	must(guise_acl_new(0, aces, s->n_aces, &dacl) == 0);
	must(guise_sd_new(
		     &(struct guise_sd_fields){
			     .size = sizeof(struct guise_sd_fields),
			     .owner = &owner,
			     .group = &group,
			     .dacl = dacl,
		     },
		     &s->sd) == 0);
	must(guise_sd_encode(s->sd, &s->raw) == 0);
}

typedef void (*run_fn)(const struct subject *s);

static double one_round(run_fn run, const struct subject *s)
{
	uint64_t start = now_ns(), end;
	uint64_t n = 0;

	do {
		for (unsigned i = 0; i < 8; i++)
			run(s);
		n += 8;
		end = now_ns();
	} while (end - start < ROUND_NS);
	return (double)(end - start) / (double)n;
}

static int compare_doubles(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static void measure(const run_fn *runs, size_t n_runs, const struct subject *s,
		    double *ret)
{
	double rounds[4][ROUNDS];

	must(n_runs <= ARRAY_SIZE(rounds));
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < n_runs; i++)
			rounds[i][round] = one_round(runs[i], s);
	}
	for (size_t i = 0; i < n_runs; i++) {
		qsort(rounds[i], ROUNDS, sizeof(double), compare_doubles);
		ret[i] = rounds[i][ROUNDS / 2];
	}
}

static void subject_init(struct subject *s, size_t n_aces, size_t n_sids)
{
	*s = (struct subject){.n_aces = n_aces, .n_sids = n_sids};
	s->builder = fill_builder(n_sids);
	must(guise_token_builder_seal(s->builder, &s->token) == 0);
	make_sd(s);
}

static void subject_clear(struct subject *s)
{
	s->token = guise_token_unref(s->token);
	s->sd = guise_sd_unref(s->sd);
	s->builder = guise_token_builder_free(s->builder);
	guise_buf_clear(&s->raw);
}

static void bench_check(size_t n_aces, size_t n_sids)
{
	static const run_fn runs[] = {run_linear, run_raw, run_parsed};
	double ns[ARRAY_SIZE(runs)];
	struct subject s;

	subject_init(&s, n_aces, n_sids);
	measure(runs, ARRAY_SIZE(runs), &s, ns);
	printf("%5zu %5zu %12.1f %9.1f %9.1f %8.2f %8.2f %8.0f %8.0f\n", n_aces,
	       n_sids, ns[0], ns[1], ns[2], ns[1] / (double)n_aces,
	       ns[2] / (double)n_aces, ns[0] / ns[1], ns[0] / ns[2]);
	subject_clear(&s);
}

static void bench_build(size_t n_sids)
{
	static const run_fn runs[] = {run_seal, run_build};
	double ns[ARRAY_SIZE(runs)];
	struct subject s;

	subject_init(&s, 1, n_sids);
	measure(runs, ARRAY_SIZE(runs), &s, ns);
	printf("%5zu %12.2f %12.2f\n", n_sids, ns[0] / 1000, ns[1] / 1000);
	subject_clear(&s);
}

int main(void)
{
	static const size_t aces[] = {5, 20, 100, 500};
	static const size_t sids[] = {10, 100, 1000};

	printf("one check, ns (median of %d rounds)\n", ROUNDS);
	printf(" ACEs  SIDs       linear       raw    parsed  raw/ACE "
	       "pars/ACE  lin/raw lin/pars\n");
	for (size_t i = 0; i < ARRAY_SIZE(aces); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(sids); k++)
			bench_check(aces[i], sids[k]);
	}
	printf("\nmaking a token, us\n SIDs         seal  whole build\n");
	for (size_t k = 0; k < ARRAY_SIZE(sids); k++)
		bench_build(sids[k]);
	return 0;
}
