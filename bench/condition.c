/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Question: what does a condition cost to evaluate, and how much of that is
 * what nobody could save?
 *
 * Method: a token with 30 groups and 30 user claims; conditions as Windows
 * writes them. The floor does by hand, in plain C, what the typical condition
 * asks for: hash two names as they are in the byte code, find both claims, do
 * the two comparisons, hash a SID and ask the token for it; no byte code is
 * read. In each of 15 rounds all variants run in turn, each at least 2 ms;
 * printed is the median over the rounds of one evaluation in nanoseconds, and
 * its ratio to the floor of the same run.
 *
 *	ninja -C BUILD bench/condition && BUILD/bench/condition
 */
#include <stdio.h>
#include <time.h>

#include "base.h"
#include "claim-internal.h"
#include "condition-internal.h"
#include "sid-hash.h"
#include "token-internal.h"
#include "utf16.h"

#define ROUNDS 15
#define ROUND_NS 2000000
#define N_CLAIMS 30
#define N_GROUPS 30
#define N_MANY 900

struct subject {
	const char *name;
	const char *text;
	enum guise_truth value;
	struct guise_buf code;
};

static const struct guise_token *token;
static const struct guise_acl *sacl;

static uint64_t now_ns(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void run_condition(const struct subject *s)
{
	const struct resource_attributes resource = {.sacl = sacl};
	const struct condition_env env = {
		.token = token,
		.resource = &resource,
		.member = TOKEN_MATCH_ALLOW,
		.device_member = TOKEN_MATCH_DEVICE,
	};

	must(condition_evaluate(&env, s->code.data, s->code.size) == s->value);
}

/* "Department", "Level", "FINANCE" and SID(BA), as byte code has them. */
static const uint8_t department[] = {'D', 0, 'e', 0, 'p', 0, 'a', 0, 'r', 0,
				     't', 0, 'm', 0, 'e', 0, 'n', 0, 't', 0};
static const uint8_t level[] = {'L', 0, 'e', 0, 'v', 0, 'e', 0, 'l', 0};
static const uint8_t finance[] = {'F', 0,   'i', 0,   'n', 0,	'a',
				  0,   'n', 0,	 'c', 0,   'e', 0};
static const uint8_t admins[] = {1,  2, 0, 0, 0,    0, 0, 5,
				 32, 0, 0, 0, 0x20, 2, 0, 0};

static const struct claim_entry *find(const uint8_t *name, size_t size)
{
	return claims_find(token->claims[GUISE_CLAIMS_USER], name, size);
}

static void run_floor(const struct subject *s)
{
	const struct claim_entry *a = find(department, sizeof(department));
	const struct claim_entry *b = find(level, sizeof(level));
	const uint32_t hash = sid_hash_raw(admins, admins[1]);

	must(s->value == GUISE_TRUE);
	must(a && b && a->n_values == 1 && b->n_values == 1);
	must(utf16_equal(a->values->data, a->values->size, finance,
			 sizeof(finance), true) &&
	     b->values->integer >= 3 && token_may_hold(token, hash) &&
	     token_match_raw(token, hash, admins, admins[1]) &
		     TOKEN_MATCH_ALLOW);
}

static struct guise_claim_value text_value(const char *text)
{
	return (struct guise_claim_value){.data = text, .size = strlen(text)};
}

static const struct guise_claims *make_claims(void)
{
	static char names[N_CLAIMS][32];
	static char texts[N_MANY][8];
	static struct guise_claim_value many[N_MANY];
	struct guise_claim claims[N_CLAIMS + 3] = {0};
	const struct guise_claim_value word = text_value("Finance");
	const struct guise_claim_value number = {.integer = 5};
	const struct guise_claims *set;

	for (unsigned i = 0; i < N_CLAIMS; i++) {
		snprintf(names[i], sizeof(names[i]), "ad://ext/claim%u", i);
		claims[i] = (struct guise_claim){
			names[i], strlen(names[i]), GUISE_CLAIM_INT64,
			0,	  &number,	    1};
	}
	for (unsigned i = 0; i < N_MANY; i++) {
		snprintf(texts[i], sizeof(texts[i]), "a%u", i * 7 % N_MANY);
		many[i] = text_value(texts[i]);
	}
	claims[N_CLAIMS] = (struct guise_claim){
		"department", 10, GUISE_CLAIM_STRING, 0, &word, 1};
	claims[N_CLAIMS + 1] = (struct guise_claim){
		"level", 5, GUISE_CLAIM_INT64, 0, &number, 1};
	claims[N_CLAIMS + 2] = (struct guise_claim){
		"many", 4, GUISE_CLAIM_STRING, 0, many, N_MANY};
	must(guise_claims_new(claims, ARRAY_SIZE(claims), &set) == 0);
	return set;
}

static void make_token(void)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *claims = make_claims();
	struct guise_sid sid = {
		.authority = 5, .sub = {21, 1, 2, 3, 1000}, .n_subs = 5};

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &sid, 0);
	for (unsigned i = 0; i < N_GROUPS; i++) {
		sid.sub[4] = 2000 + 7 * i;
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	sid = (struct guise_sid){.authority = 5, .sub = {32, 544}, .n_subs = 2};
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	guise_token_builder_claims(b, GUISE_CLAIMS_USER, claims);
	must(guise_token_builder_seal(b, &token) == 0);
}

static void make_sacl(void)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	const struct guise_claim_value word = text_value("finance");
	const struct guise_claim claim = {"Owner", 5,	  GUISE_CLAIM_STRING,
					  0,	   &word, 1};
	struct guise_ace ace = {
		.type = GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE,
		.sid = {.authority = 1, .n_subs = 1},
	};

	must(guise_claim_encode(&claim, &data) == 0);
	ace.data = data.data;
	ace.data_size = data.size;
	must(guise_acl_new(0, &ace, 1, &sacl) == 0);
}

/* {"a0", "a1", ...}: as many as the claim has */
static char *many_text(void)
{
	const size_t size = 64 + N_MANY * 10;
	char *text = array_alloc(size, 1);
	int n = snprintf(text, size, "(@User.many == {");

	for (unsigned i = 0; i < N_MANY; i++)
		n += snprintf(text + n, size - (size_t)n, "%s\"A%u\"",
			      i ? ", " : "", i);
	snprintf(text + n, size - (size_t)n, "})");
	return text;
}

static double one_round(void (*run)(const struct subject *s),
			const struct subject *s)
{
	uint64_t start = now_ns(), end;
	uint64_t n = 0;

	do {
		for (unsigned i = 0; i < 32; i++)
			run(s);
		n += 32;
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

static double median(double rounds[ROUNDS])
{
	qsort(rounds, ROUNDS, sizeof(double), compare_doubles);
	return rounds[ROUNDS / 2];
}

#define TYPICAL                                                                \
	"(@User.Department == \"Finance\" && @User.Level >= 3 && "             \
	"Member_of {SID(BA)})"

int main(void)
{
	struct subject subjects[] = {
		{"typical", TYPICAL, GUISE_TRUE},
		{"one comparison", "(@User.Level >= 3)", GUISE_TRUE},
		{"one membership", "(Member_of {SID(BA)})", GUISE_TRUE},
		{"other case", "(@User.Department == \"FINANCE\")", GUISE_TRUE},
		{"no such claim", "(@User.Title == \"Boss\")", GUISE_UNKNOWN},
		{"resource", "(@User.Department == @Resource.Owner)",
		 GUISE_TRUE},
		{"900 strings", many_text(), GUISE_TRUE},
	};
	double rounds[ARRAY_SIZE(subjects) + 1][ROUNDS];
	double floor_ns;

	make_token();
	make_sacl();
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
		must(guise_condition_parse(subjects[i].text,
					   strlen(subjects[i].text), NULL,
					   &subjects[i].code, NULL, NULL) == 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		rounds[ARRAY_SIZE(subjects)][round] =
			one_round(run_floor, &subjects[0]);
		for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
			rounds[i][round] =
				one_round(run_condition, &subjects[i]);
	}
	floor_ns = median(rounds[ARRAY_SIZE(subjects)]);
	printf("one evaluation, ns (median of %d rounds)\n", ROUNDS);
	printf("%-16s %10.1f\n", "floor", floor_ns);
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
		const double ns = median(rounds[i]);

		printf("%-16s %10.1f %8.2f\n", subjects[i].name, ns,
		       ns / floor_ns);
	}
	return 0;
}
