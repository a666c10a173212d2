/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Question: what does an access check cost, by ACEs of the DACL and SIDs of
 * the token, and how much less is that than what Samba's own check costs?
 *
 * Method: before anything is measured, both decide some thousand random
 * checks, and must agree. Then, for each size, all variants in turn in each
 * round (rounds.h), each run checked for the expected decision; printed are
 * medians of one check in nanoseconds and ratios of medians. Subjects are as
 * access_subject.h says: no ACE matches but the last.
 *
 *	samba	 se_access_check() of samba-libs on the descriptor it decoded
 *	bytes	 the same, with its decoding of the descriptor
 *	linear	 what one writes first, on our parsed descriptor; where Samba is
 *		 missing, ratios are to this, an upper bound of what is to be
 *		 won
 *	raw	 guise_access_check_raw()
 *	parsed	 guise_access_check()
 *
 * Beneath are an empty DACL (denied), one ACE, and the cost of each ACE: the
 * slope from 20 to 500 ACEs. Then, as information, checks that Samba's function
 * does not know: all but the last ACE for an object type, with a list of one
 * and of 20 types; restricted and AppContainer tokens, with as many restricting
 * SIDs or capabilities as groups. The last line is all of it in JSON.
 *
 *	ninja -C build bench/access_check
 *	taskset -c 1 build/bench/access_check
 */
#include <stdio.h>

#include "access_subject.h"
#include "base.h"
#include "rounds.h"

#define AGREE_CASES 20000
#define AGREE_SIDS 12

enum { SAMBA, BYTES, LINEAR, RAW, PARSED, N_VARIANTS };

static const size_t ace_counts[] = {1, 5, 20, 100, 500};
static const size_t sid_counts[] = {10, 100, 1000};

static const struct {
	const char *name;
	enum subject_kind kind;
	size_t n_types;
} kinds[] = {
	{"object_types_1", SUBJECT_OBJECT, 1},
	{"object_types_20", SUBJECT_OBJECT, 20},
	{"restricted", SUBJECT_RESTRICTED, 0},
	{"lowbox", SUBJECT_LOWBOX, 0},
};
static const size_t kind_ace_counts[] = {20, 100};

struct row {
	size_t n_aces;
	size_t n_sids;
	double ns[N_VARIANTS];
};

struct results {
	bool with_samba;
	unsigned rounds;
	struct row rows[ARRAY_SIZE(ace_counts) * ARRAY_SIZE(sid_counts)];
	struct row empty;
	double slope[N_VARIANTS];
	double kind_ns[ARRAY_SIZE(kinds)][ARRAY_SIZE(kind_ace_counts)];
};

static void run_parsed(const void *context)
{
	const struct subject *s = context;
	struct guise_decision d;

	must(guise_access_check(s->sd, s->token, SUBJECT_DESIRED,
				&guise_mapping_file, &d) == 0);
	must(d.allowed == s->allowed);
}

static void run_by_type(const void *context)
{
	const struct subject *s = context;
	struct guise_decision d;

	must(guise_access_check_by_type(s->sd, s->token, SUBJECT_DESIRED,
					&guise_mapping_file, &s->options,
					&d) == 0);
	must(d.allowed == s->allowed);
}

static void run_raw(const void *context)
{
	const struct subject *s = context;
	struct guise_decision d;

	must(guise_access_check_raw(s->raw.data, s->raw.size, s->token,
				    SUBJECT_DESIRED, &guise_mapping_file,
				    &d) == 0);
	must(d.allowed == s->allowed);
}

static void run_linear(const void *context)
{
	const struct subject *s = context;

	must(linear_check(s->sd, s->token, SUBJECT_DESIRED) == s->allowed);
}

static void run_samba(const void *context)
{
	const struct subject *s = context;

	must(samba_check(s->samba, SUBJECT_DESIRED) == s->allowed);
}

static void run_samba_bytes(const void *context)
{
	const struct subject *s = context;

	must(samba_check_bytes(s->samba, SUBJECT_DESIRED) == s->allowed);
}

/* A small generator of its own: the same cases each time. */
static uint32_t random_below(uint64_t *state, uint32_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33) % n;
}

static const struct guise_token *random_token(uint64_t *state)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct guise_sid sid = domain_sid(random_below(state, AGREE_SIDS));
	const struct guise_token *token;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &sid, 0);
	for (uint32_t i = 0; i < AGREE_SIDS; i++) {
		sid = domain_sid(i);
		if (random_below(state, 2))
			guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	must(guise_token_builder_seal(b, &token) == 0);
	return token;
}

static const struct guise_sd *random_sd(uint64_t *state)
{
	struct guise_ace aces[8] = {{0}};
	const struct guise_sid owner =
		domain_sid(random_below(state, AGREE_SIDS));
	size_t n = random_below(state, ARRAY_SIZE(aces) + 1);

	for (size_t i = 0; i < n; i++) {
		aces[i].type = (uint8_t)random_below(state, 2);
		aces[i].flags =
			random_below(state, 8) ? 0 : GUISE_ACE_INHERIT_ONLY;
		aces[i].mask = random_below(state, 0x200);
		aces[i].mask |= random_below(state, 0x20) << 16;
		aces[i].sid = domain_sid(random_below(state, AGREE_SIDS));
	}
	return sd_of_aces(aces, n, &owner);
}

static unsigned agree_once(uint64_t *state)
{
	const struct guise_token *token = random_token(state);
	uint32_t desired = 1u << random_below(state, 9);
	struct subject s = {0};
	struct guise_decision d;
	bool theirs;

	if (random_below(state, 2))
		desired |= GUISE_READ_CONTROL;
	subject_set(&s, random_sd(state), token, true);
	must(guise_access_check(s.sd, s.token, desired, &guise_mapping_file,
				&d) == 0);
	theirs = samba_check(s.samba, desired);
	must(theirs == samba_check_bytes(s.samba, desired));
	must(theirs == d.allowed);
	subject_clear(&s);
	return theirs;
}

static void agree(void)
{
	uint64_t state = 1;
	unsigned granted = 0;

	for (unsigned i = 0; i < AGREE_CASES; i++)
		granted += agree_once(&state);
	must(granted > AGREE_CASES / 10 && granted < AGREE_CASES / 10 * 9);
	printf("the same decision in %d random checks, %u granted\n\n",
	       AGREE_CASES, granted);
}

static struct row measure(const struct results *r, size_t n_aces, size_t n_sids)
{
	struct bench_case cases[N_VARIANTS] = {
		[SAMBA] = {.run = run_samba},
		[BYTES] = {.run = run_samba_bytes},
		[LINEAR] = {.run = run_linear},
		[RAW] = {.run = run_raw},
		[PARSED] = {.run = run_parsed},
	};
	size_t first = r->with_samba ? SAMBA : LINEAR;
	struct row row = {.n_aces = n_aces, .n_sids = n_sids};
	struct subject s;

	subject_init(&s, SUBJECT_PLAIN, n_aces, n_sids, 0, r->with_samba);
	for (size_t i = first; i < N_VARIANTS; i++)
		cases[i].context = &s;
	rounds_measure(cases + first, N_VARIANTS - first, r->rounds);
	for (size_t i = first; i < N_VARIANTS; i++)
		row.ns[i] = cases[i].ns;
	subject_clear(&s);
	return row;
}

static double ratio(const struct results *r, const struct row *row, int to)
{
	return row->ns[r->with_samba ? SAMBA : LINEAR] / row->ns[to];
}

static void print_row(const struct results *r, const struct row *row)
{
	printf("%5zu %5zu", row->n_aces, row->n_sids);
	if (r->with_samba)
		printf(" %11.1f %11.1f", row->ns[SAMBA], row->ns[BYTES]);
	printf(" %11.1f %8.1f %8.1f %9.0f %11.0f\n", row->ns[LINEAR],
	       row->ns[RAW], row->ns[PARSED], ratio(r, row, RAW),
	       ratio(r, row, PARSED));
}

static void bench_sizes(struct results *r)
{
	struct row *row = r->rows;

	printf("one check, ns (median of %u rounds); ratios to %s\n ACEs  SIDs"
	       "%s      linear      raw   parsed   ratio/raw ratio/parsed\n",
	       r->rounds, r->with_samba ? "samba" : "linear, an upper bound",
	       r->with_samba ? "       samba       bytes" : "");
	for (size_t i = 0; i < ARRAY_SIZE(ace_counts); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(sid_counts); k++) {
			*row = measure(r, ace_counts[i], sid_counts[k]);
			print_row(r, row++);
		}
	}
}

static const struct row *row_of(const struct results *r, size_t n_aces,
				size_t n_sids)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->rows); i++) {
		if (r->rows[i].n_aces == n_aces && r->rows[i].n_sids == n_sids)
			return &r->rows[i];
	}
	return NULL;
}

static void bench_fixed(struct results *r)
{
	const struct row *few = row_of(r, 20, 100), *many = row_of(r, 500, 100);
	const struct row *one = row_of(r, 1, 100);

	r->empty = measure(r, 0, 100);
	for (size_t i = 0; i < N_VARIANTS; i++)
		r->slope[i] = (many->ns[i] - few->ns[i]) / (500 - 20);
	printf("\n100 SIDs, ns       parsed      raw\n"
	       "empty DACL       %8.1f %8.1f\none ACE          %8.1f %8.1f\n"
	       "each ACE         %8.2f %8.2f\n",
	       r->empty.ns[PARSED], r->empty.ns[RAW], one->ns[PARSED],
	       one->ns[RAW], r->slope[PARSED], r->slope[RAW]);
}

static double measure_kind(const struct results *r, size_t kind, size_t n_aces)
{
	struct subject s;
	struct bench_case c = {
		.run = kinds[kind].n_types ? run_by_type : run_parsed,
		.context = &s,
	};

	subject_init(&s, kinds[kind].kind, n_aces, 100, kinds[kind].n_types,
		     false);
	rounds_measure(&c, 1, r->rounds);
	subject_clear(&s);
	return c.ns;
}

static void bench_kinds(struct results *r)
{
	printf("\n100 SIDs, parsed, ns  %3zu ACEs %3zu ACEs\n",
	       kind_ace_counts[0], kind_ace_counts[1]);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		printf("%-20s", kinds[i].name);
		for (size_t k = 0; k < ARRAY_SIZE(kind_ace_counts); k++) {
			r->kind_ns[i][k] =
				measure_kind(r, i, kind_ace_counts[k]);
			printf(" %8.1f", r->kind_ns[i][k]);
		}
		printf("\n");
	}
}

static void print_ns(const double *ns, bool with_samba)
{
	if (with_samba)
		printf("\"samba_ns\":%.1f,\"samba_bytes_ns\":%.1f,", ns[SAMBA],
		       ns[BYTES]);
	printf("\"linear_ns\":%.1f,\"raw_ns\":%.2f,\"parsed_ns\":%.2f",
	       ns[LINEAR], ns[RAW], ns[PARSED]);
}

static void print_json(const struct results *r)
{
	printf("\n{\"benchmark\":\"access_check\",\"rounds\":%u,\"peer\":\"%"
	       "s\","
	       "\"rows\":[",
	       r->rounds, r->with_samba ? samba_path() : "linear");
	for (size_t i = 0; i < ARRAY_SIZE(r->rows); i++) {
		printf("%s{\"aces\":%zu,\"sids\":%zu,", i ? "," : "",
		       r->rows[i].n_aces, r->rows[i].n_sids);
		print_ns(r->rows[i].ns, r->with_samba);
		printf("}");
	}
	printf("],\"empty\":{");
	print_ns(r->empty.ns, r->with_samba);
	printf("},\"each_ace\":{");
	print_ns(r->slope, r->with_samba);
	printf("},\"kinds\":[");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(kind_ace_counts); k++)
			printf("%s{\"name\":\"%s\",\"aces\":%zu,"
			       "\"parsed_ns\":%.1f}",
			       i + k ? "," : "", kinds[i].name,
			       kind_ace_counts[k], r->kind_ns[i][k]);
	}
	printf("]}\n");
}

int main(int argc, char **argv)
{
	struct results r = {.rounds = rounds_of(argc, argv)};
	const char *why_not;

	if (!r.rounds)
		return 2;
	why_not = samba_load();
	r.with_samba = !why_not;
	if (why_not)
		printf("no Samba to compare with: %s\n\n", why_not);
	else
		agree();
	bench_sizes(&r);
	bench_fixed(&r);
	bench_kinds(&r);
	print_json(&r);
	return 0;
}
