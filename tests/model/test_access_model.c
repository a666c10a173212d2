/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access check against the model on random cases, and the properties any
 * access check has. A run is decided by its seed: GUISE_TEST_SEED (default 1);
 * GUISE_TEST_ROUNDS sets the number of tokens (default 25000, eight
 * descriptors each). A failure prints the seed and the round.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base.h"
#include "model.h"
#include "text.h"

#define MAX_GROUPS 12
#define MAX_RESTRICTED 4
#define MAX_ACES 9
#define SDS_PER_TOKEN 8
#define MAX_REASONS 64

struct random {
	uint64_t state;
};

/* SplitMix64 (public domain constants) */
static uint64_t next(struct random *r)
{
	uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint32_t below(struct random *r, uint32_t n)
{
	return (uint32_t)(next(r) >> 32) % n;
}

static bool one_in(struct random *r, uint32_t n)
{
	return below(r, n) == 0;
}

/* Few SIDs, so that they meet; odd ones among them. */
static const struct guise_sid pool[] = {
	{.authority = 1, .sub = {0}, .n_subs = 1},  /* Everyone */
	{.authority = 3, .sub = {4}, .n_subs = 1},  /* OWNER RIGHTS */
	{.authority = 5, .sub = {10}, .n_subs = 1}, /* SELF */
	{.authority = 5, .sub = {11}, .n_subs = 1},
	{.authority = 5, .sub = {32, 544}, .n_subs = 2},
	{.authority = 5, .sub = {32, 545}, .n_subs = 2},
	{.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5},
	{.authority = 5, .sub = {21, 1, 2, 3, 1002}, .n_subs = 5},
	{.authority = 5, .sub = {21, 1, 2, 3, 1003}, .n_subs = 5},
	{.authority = 5, .sub = {12}, .n_subs = 1}, /* RESTRICTED */
	{.authority = 0, .sub = {0}, .n_subs = 0},  /* all-zero */
	{.authority = 0, .sub = {0}, .n_subs = 1},  /* Null */
	{.authority = 0xffffffffffff,
	 .sub = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	 .n_subs = 15},
	{.authority = 16, .sub = {0x2000}, .n_subs = 1}, /* a label */
};

static struct guise_sid any_sid(struct random *r)
{
	return pool[below(r, ARRAY_SIZE(pool))];
}

/* Everything one case is made of, as plain arrays. */
struct subject {
	struct guise_sid_and_attributes groups[MAX_GROUPS];
	struct guise_sid restricted[MAX_RESTRICTED];
	struct model_token model;
	uint64_t privileges;
};

struct object {
	struct guise_sid owner, group;
	struct guise_ace dacl[MAX_ACES];
	struct guise_ace sacl[2];
	bool has_dacl_bit, has_sacl;
	struct model_object model;
};

static uint32_t any_attributes(struct random *r)
{
	static const uint32_t some[] = {7, 7, 7, 0, 4, 0x10, 0x11, 3, 15};

	return some[below(r, ARRAY_SIZE(some))];
}

static void make_subject(struct random *r, struct subject *s)
{
	struct model_token *m = &s->model;

	*s = (struct subject){0};
	m->user.sid = any_sid(r);
	m->user.attributes = one_in(r, 6) ? GUISE_GROUP_USE_FOR_DENY_ONLY : 0;
	m->groups = s->groups;
	m->n_groups = below(r, MAX_GROUPS + 1);
	for (size_t i = 0; i < m->n_groups; i++) {
		s->groups[i].sid = any_sid(r);
		s->groups[i].attributes = any_attributes(r);
	}
	m->restricted = s->restricted;
	if (one_in(r, 3))
		m->n_restricted = below(r, MAX_RESTRICTED + 1);
	for (size_t i = 0; i < m->n_restricted; i++)
		s->restricted[i] = any_sid(r);
	m->write_restricted = one_in(r, 3);
	m->impersonation = !one_in(r, 4);
	m->level = one_in(r, 16) ? GUISE_LEVEL_ANONYMOUS
				 : (enum guise_level)(1 + below(r, 3));
	s->privileges = next(r) & GUISE_PRIVILEGE_ALL;
	m->privileges_enabled = s->privileges & next(r);
	m->no_write_up = one_in(r, 4);
	m->integrity = 0x1000 * below(r, 5);
}

static const struct guise_token *seal(const struct subject *s)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct model_token *m = &s->model;
	const struct guise_token *token = NULL;
	struct guise_sid label = {
		.authority = 16, .sub = {m->integrity}, .n_subs = 1};

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &m->user.sid, m->user.attributes);
	for (size_t i = 0; i < m->n_groups; i++)
		guise_token_builder_group(b, &m->groups[i].sid,
					  m->groups[i].attributes);
	for (size_t i = 0; i < m->n_restricted; i++)
		guise_token_builder_restricted_sid(b, &m->restricted[i]);
	guise_token_builder_flags(
		b, m->write_restricted ? GUISE_TOKEN_WRITE_RESTRICTED : 0);
	guise_token_builder_type(b,
				 m->impersonation ? GUISE_TOKEN_IMPERSONATION
						  : GUISE_TOKEN_PRIMARY,
				 m->level);
	guise_token_builder_privileges(b, s->privileges, m->privileges_enabled,
				       0);
	guise_token_builder_integrity(b, &label);
	guise_token_builder_mandatory_policy(
		b, m->no_write_up ? GUISE_MANDATORY_NO_WRITE_UP : 0);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	return token;
}

static uint32_t any_mask(struct random *r)
{
	uint32_t mask = 0;

	if (one_in(r, 8))
		return (uint32_t)next(r);
	if (one_in(r, 6))
		mask |= 0x10000000u << below(r, 4);
	for (unsigned n = below(r, 4); n; n--)
		mask |= 1u << below(r, 21);
	return mask;
}

static void make_ace(struct random *r, struct guise_ace *ace)
{
	static const uint8_t types[] = {0, 0, 0,    0,	  0,	1,   1,
					1, 5, 6,    9,	  0xa,	0xb, 0xc,
					4, 2, 0x11, 0x12, 0x30, 0xff};
	static const uint8_t data[8] = {'a', 'r', 't', 'x'};

	*ace = (struct guise_ace){0};
	ace->type = types[below(r, ARRAY_SIZE(types))];
	ace->flags = one_in(r, 8) ? GUISE_ACE_INHERIT_ONLY : 0;
	ace->flags |= one_in(r, 4) ? (uint8_t)(next(r) & 0xf7) : 0;
	if (ace->type == 4 || ace->type > 0x15) {
		ace->data = data;
		ace->data_size = sizeof(data);
		return;
	}
	ace->sid = any_sid(r);
	ace->mask = any_mask(r);
	if ((ace->type >= 5 && ace->type <= 8) || ace->type == 0xb ||
	    ace->type == 0xc)
		ace->object_flags = (uint16_t)below(r, 4);
	if ((ace->type >= 9 && ace->type <= 0xc) || ace->type == 0x12) {
		ace->data = data;
		ace->data_size = sizeof(data);
	}
}

static void make_object(struct random *r, struct object *o)
{
	struct model_object *m = &o->model;

	*o = (struct object){0};
	o->owner = any_sid(r);
	o->group = any_sid(r);
	m->owner = one_in(r, 40) ? NULL : &o->owner;
	m->group = one_in(r, 40) ? NULL : &o->group;
	o->has_dacl_bit = !one_in(r, 16);
	m->has_dacl = o->has_dacl_bit && !one_in(r, 16);
	m->dacl = o->dacl;
	m->n_dacl = m->has_dacl ? below(r, MAX_ACES + 1) : 0;
	for (size_t i = 0; i < m->n_dacl; i++)
		make_ace(r, &o->dacl[i]);
	o->has_sacl = one_in(r, 3);
	m->sacl = o->sacl;
	m->n_sacl = o->has_sacl ? below(r, 3) : 0;
	for (size_t i = 0; i < m->n_sacl; i++) {
		make_ace(r, &o->sacl[i]);
		if (one_in(r, 3))
			continue;
		o->sacl[i] = (struct guise_ace){
			.type = GUISE_ACE_SYSTEM_MANDATORY_LABEL,
			.flags = one_in(r, 4) ? GUISE_ACE_INHERIT_ONLY : 0,
			.mask = below(r, 8),
			.sid = {.authority = 16,
				.sub = {0x1000 * below(r, 6)},
				.n_subs = 1},
		};
	}
}

static const struct guise_sd *build_sd(const struct object *o)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	const struct model_object *m = &o->model;
	struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.control = o->has_dacl_bit ? GUISE_SD_DACL_PRESENT : 0,
		.owner = m->owner,
		.group = m->group,
	};
	const struct guise_sd *sd = NULL;

	if (m->has_dacl)
		assert_int_equal(guise_acl_new(0, m->dacl, m->n_dacl, &dacl),
				 0);
	if (o->has_sacl)
		assert_int_equal(guise_acl_new(0, m->sacl, m->n_sacl, &sacl),
				 0);
	fields.dacl = dacl;
	fields.sacl = sacl;
	assert_int_equal(guise_sd_new(&fields, &sd), 0);
	return sd;
}

static uint32_t any_desired(struct random *r)
{
	uint32_t desired = one_in(r, 16) ? 0 : any_mask(r);

	if (!one_in(r, 16))
		desired &= ~GUISE_GENERIC_MASK;
	if (one_in(r, 3))
		desired |= GUISE_MAXIMUM_ALLOWED;
	if (one_in(r, 10))
		desired |= GUISE_ACCESS_SYSTEM_SECURITY;
	return desired;
}

static const struct guise_generic_mapping *any_mapping(struct random *r)
{
	static const struct guise_generic_mapping none,
		low = {1, 2, 4, 8},
		wild = {0xffffffff, 0x20003, 0x120001, 0xffffffff};
	const struct guise_generic_mapping *all[] = {
		&guise_mapping_file,
		&guise_mapping_file,
		&guise_mapping_registry,
		&guise_mapping_process,
		&none,
		&low,
		&wild,
	};

	return all[below(r, ARRAY_SIZE(all))];
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	uint64_t value;

	if (text && text_to_u64(text, strlen(text), UINT64_MAX, &value))
		return value;
	return otherwise;
}

struct run {
	uint64_t seed, round;
	struct random random;
	struct subject subject;
	const struct guise_token *token;
	struct object object;
	const struct guise_sd *sd;
	struct guise_buf raw;
};

static void print_decision(const char *who, const struct guise_decision *d)
{
	print_error("%s: allowed %d granted %#x missing %#x by %u used %#llx\n",
		    who, d->allowed, d->granted, d->missing, d->decided_by,
		    (unsigned long long)d->privileges_used);
}

static void run_fail(const struct run *run, const char *what, uint32_t desired)
{
	print_error("%s: seed %llu round %llu desired %#x\n", what,
		    (unsigned long long)run->seed,
		    (unsigned long long)run->round, desired);
	fail();
}

static bool same(const struct guise_decision *a, const struct guise_decision *b)
{
	return a->granted == b->granted && a->missing == b->missing &&
	       a->decided_by == b->decided_by && a->allowed == b->allowed &&
	       a->missing_privilege == b->missing_privilege &&
	       a->privileges_used == b->privileges_used;
}

static void check_one(struct run *run)
{
	const struct guise_generic_mapping *mapping = any_mapping(&run->random);
	uint32_t desired = any_desired(&run->random);
	struct guise_decision want, check, raw, explained;
	struct guise_reason reasons[MAX_REASONS];
	size_t n_reasons;
	int r = model_check(&run->subject.model, &run->object.model, desired,
			    mapping, &want);

	if (guise_access_check(run->sd, run->token, desired, mapping, &check) !=
		    r ||
	    !same(&check, &want)) {
		print_decision("model", &want);
		print_decision("check", &check);
		run_fail(run, "check is not the model", desired);
	}
	if (guise_access_check_raw(run->raw.data, run->raw.size, run->token,
				   desired, mapping, &raw) != r ||
	    !same(&raw, &want))
		run_fail(run, "raw check is not the model", desired);
	if (guise_access_explain(run->sd, run->token, desired, mapping, NULL,
				 &explained, reasons, MAX_REASONS,
				 &n_reasons) != r ||
	    !same(&explained, &want))
		run_fail(run, "explanation is not the model", desired);
	if (r == 0 && desired && n_reasons == 0)
		run_fail(run, "a decision without a reason", desired);
}

/* Calls @each for every random token and descriptor. */
static void for_each_case(uint64_t divisor, void (*each)(struct run *run))
{
	struct run run = {.seed = setting("GUISE_TEST_SEED", 1)};
	uint64_t rounds = setting("GUISE_TEST_ROUNDS", 25000) / divisor;

	for (run.round = 0; run.round < rounds; run.round++) {
		run.random.state = run.seed * 1000003 + run.round;
		make_subject(&run.random, &run.subject);
		run.token = seal(&run.subject);
		for (unsigned i = 0; i < SDS_PER_TOKEN; i++) {
			make_object(&run.random, &run.object);
			run.sd = build_sd(&run.object);
			run.raw.size = 0;
			assert_int_equal(guise_sd_encode(run.sd, &run.raw), 0);
			each(&run);
			run.sd = guise_sd_unref(run.sd);
		}
		run.token = guise_token_unref(run.token);
	}
	guise_buf_clear(&run.raw);
}

static void check_raw_and_explain_agree_with_the_model(void **state)
{
	(void)state;
	for_each_case(1, check_one);
}

/* The decision; "denied" where there is none. */
static struct guise_decision decide(const struct guise_sd *sd,
				    const struct guise_token *token,
				    uint32_t desired,
				    const struct guise_generic_mapping *m)
{
	struct guise_decision d;
	int r = guise_access_check(sd, token, desired, m, &d);

	assert_true(r == 0 || !d.allowed);
	return d;
}

static void grants_only_what_was_asked(struct run *run)
{
	uint32_t desired = any_desired(&run->random);
	struct guise_decision d =
		decide(run->sd, run->token, desired, &guise_mapping_file);

	if (!(desired & GUISE_MAXIMUM_ALLOWED) && d.granted & ~desired)
		run_fail(run, "granted more than desired", desired);
	if (d.allowed && desired & ~GUISE_MAXIMUM_ALLOWED & ~d.granted)
		run_fail(run, "allowed without granting all", desired);
	if (!d.allowed && (d.granted || d.privileges_used))
		run_fail(run, "denied and yet granted", desired);
}

static void granted_is_within_desired(void **state)
{
	(void)state;
	for_each_case(5, grants_only_what_was_asked);
}

/* Privileges answer only what is asked by name, so without them. */
static void maximum_is_the_union(struct run *run)
{
	struct guise_decision max;
	uint32_t sum = 0;

	if (run->subject.model.privileges_enabled &
	    GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP))
		return;
	max = decide(run->sd, run->token, GUISE_MAXIMUM_ALLOWED,
		     &guise_mapping_file);
	for (uint32_t bit = 1; bit < 0x01000000; bit <<= 1) {
		if (guise_mapping_file.all & bit)
			sum |= decide(run->sd, run->token, bit,
				      &guise_mapping_file)
				       .granted;
	}
	if ((max.granted & guise_mapping_file.all) != sum)
		run_fail(run, "maximum is not the sum of the bits", sum);
}

static void maximum_allowed_is_the_union_of_single_bits(void **state)
{
	(void)state;
	for_each_case(5, maximum_is_the_union);
}

static void deny_first_adds_nothing(struct run *run)
{
	struct object with = run->object;
	const struct guise_sd *sd;
	uint32_t before, after;

	if (!with.model.has_dacl || with.model.n_dacl == MAX_ACES)
		return;
	memmove(with.dacl + 1, with.dacl,
		with.model.n_dacl * sizeof(with.dacl[0]));
	with.dacl[0] = (struct guise_ace){.type = GUISE_ACE_ACCESS_DENIED,
					  .mask = any_mask(&run->random),
					  .sid = any_sid(&run->random)};
	with.model.dacl = with.dacl;
	with.model.n_dacl++;
	sd = build_sd(&with);
	before = decide(run->sd, run->token, GUISE_MAXIMUM_ALLOWED,
			&guise_mapping_file)
			 .granted;
	after = decide(sd, run->token, GUISE_MAXIMUM_ALLOWED,
		       &guise_mapping_file)
			.granted;
	sd = guise_sd_unref(sd);
	if (after & ~before)
		run_fail(run, "a deny ACE added rights", after & ~before);
}

static void a_deny_ace_put_first_never_adds(void **state)
{
	(void)state;
	for_each_case(5, deny_first_adds_nothing);
}

static void order_is_irrelevant(struct run *run)
{
	struct subject turned = run->subject;
	size_t n = turned.model.n_groups;
	uint32_t desired = any_desired(&run->random);
	const struct guise_token *token;
	struct guise_decision a, b;

	for (size_t i = 0; i < n; i++)
		turned.groups[i] = run->subject.groups[n - 1 - i];
	turned.model.groups = turned.groups;
	token = seal(&turned);
	a = decide(run->sd, run->token, desired, &guise_mapping_file);
	b = decide(run->sd, token, desired, &guise_mapping_file);
	token = guise_token_unref(token);
	if (!same(&a, &b))
		run_fail(run, "group order mattered", desired);
}

static void group_order_does_not_matter(void **state)
{
	(void)state;
	for_each_case(5, order_is_irrelevant);
}

static void restricting_adds_nothing(struct run *run)
{
	struct subject free_one = run->subject;
	uint32_t desired = any_desired(&run->random);
	const struct guise_token *token;
	struct guise_decision a, b;

	free_one.model.n_restricted = 0;
	free_one.model.groups = free_one.groups;
	token = seal(&free_one);
	a = decide(run->sd, run->token, desired, &guise_mapping_file);
	b = decide(run->sd, token, desired, &guise_mapping_file);
	token = guise_token_unref(token);
	if (a.granted & ~b.granted)
		run_fail(run, "a restricted token got more", desired);
}

static void a_restricted_token_never_gets_more(void **state)
{
	(void)state;
	for_each_case(5, restricting_adds_nothing);
}

/* Whatever bytes do, the raw check answers as decoding and checking would. */
static void broken_bytes_agree(struct run *run)
{
	uint32_t desired = any_desired(&run->random) & ~GUISE_GENERIC_MASK;
	size_t at = below(&run->random, (uint32_t)run->raw.size);
	uint8_t old = run->raw.data[at];
	const struct guise_sd *sd = NULL;
	struct guise_decision a = {0}, b = {0};
	int ra, rb;

	run->raw.data[at] ^= (uint8_t)(1u << below(&run->random, 8));
	ra = guise_sd_decode(run->raw.data, run->raw.size, &sd);
	if (ra == 0)
		ra = guise_access_check(sd, run->token, desired,
					&guise_mapping_file, &a);
	rb = guise_access_check_raw(run->raw.data, run->raw.size, run->token,
				    desired, &guise_mapping_file, &b);
	run->raw.data[at] = old;
	sd = guise_sd_unref(sd);
	/* which of several faults is named depends on who looks first */
	if ((ra < 0) != (rb < 0) || !same(&a, &b))
		run_fail(run, "raw check differs on broken bytes", desired);
}

static void raw_check_agrees_on_broken_bytes(void **state)
{
	(void)state;
	for_each_case(2, broken_bytes_agree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_raw_and_explain_agree_with_the_model),
		cmocka_unit_test(granted_is_within_desired),
		cmocka_unit_test(maximum_allowed_is_the_union_of_single_bits),
		cmocka_unit_test(a_deny_ace_put_first_never_adds),
		cmocka_unit_test(group_order_does_not_matter),
		cmocka_unit_test(a_restricted_token_never_gets_more),
		cmocka_unit_test(raw_check_agrees_on_broken_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
