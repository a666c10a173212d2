/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access check against the model on random cases, and the properties any
 * access check has. Settings, from the environment:
 *
 *	GUISE_TEST_SEED     decides a run (default 1)
 *	GUISE_TEST_ROUNDS   cases against the model (default 200000; a fifth of
 *	                    that for each property)
 *	GUISE_TEST_VERBOSE  1: print how often each part of the check decides,
 *	                    measured by leaving it out of the model
 *
 * A failing case is made as small as it goes, then printed, with its choices
 * in hexadecimal: after a zero byte they are an input of fuzz_model.
 */
#include "cmocka-wrap.h"

#include <stdio.h>

#include "base.h"
#include "case.h"
#include "text.h"

#define SHRINK_TRIES 20000

/* NULL, or what is wrong with the case; may choose more. */
typedef const char *property(struct choices *ch, struct test_case *c);

static struct test_case the_case;

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	uint64_t value;

	if (text && text_to_u64(text, strlen(text), UINT64_MAX, &value))
		return value;
	return otherwise;
}

static const char *try_case(struct choices *ch, property *holds)
{
	const char *wrong;

	case_make(ch, &the_case);
	wrong = case_build(&the_case);
	if (!wrong)
		wrong = holds(ch, &the_case);
	case_clear(&the_case);
	return wrong;
}

/* Does @ch with what is at [@at, @at + @n) taken out, or zeroed, fail, too? */
static bool fails_without(struct choices *ch, size_t at, size_t n, bool zero,
			  property *holds)
{
	static struct choices less;

	less = *ch;
	less.at = 0;
	less.random = false;
	if (zero) {
		memset(less.bytes + at, 0, n);
		if (memcmp(less.bytes, ch->bytes, ch->size) == 0)
			return false;
	} else {
		memmove(less.bytes + at, less.bytes + at + n,
			less.size - at - n);
		less.size -= n;
	}
	if (!try_case(&less, holds))
		return false;
	*ch = less;
	return true;
}

/* Takes out and zeroes what can be, ever smaller pieces. */
static void shrink(struct choices *ch, property *holds)
{
	unsigned tries = 0;
	bool smaller = true;

	while (smaller && tries < SHRINK_TRIES) {
		smaller = false;
		for (size_t n = 64; n > 0; n /= 2) {
			for (size_t at = 0; at + n <= ch->size;) {
				bool less =
					fails_without(ch, at, n, false,
						      holds) ||
					fails_without(ch, at, n, true, holds);

				smaller |= less;
				at += less ? 0 : n;
				if (++tries > SHRINK_TRIES)
					return;
			}
		}
	}
}

static void report(struct choices *ch, property *holds, uint64_t seed,
		   uint64_t round)
{
	const char *wrong;

	shrink(ch, holds);
	ch->at = 0;
	ch->random = false;
	case_make(ch, &the_case);
	wrong = case_build(&the_case);
	if (!wrong)
		wrong = holds(ch, &the_case);
	print_error("%s: seed %llu round %llu\n", wrong,
		    (unsigned long long)seed, (unsigned long long)round);
	case_print(&the_case);
	print_error("choices: 00");
	for (size_t i = 0; i < ch->size; i++)
		print_error("%02x", ch->bytes[i]);
	print_error("\n");
	case_clear(&the_case);
	fail();
}

static void for_each_case(uint64_t divisor, property *holds)
{
	static struct choices ch;
	uint64_t seed = setting("GUISE_TEST_SEED", 1);
	uint64_t rounds = setting("GUISE_TEST_ROUNDS", 200000) / divisor;

	for (uint64_t round = 0; round < rounds; round++) {
		choices_seed(&ch, seed, round);
		if (try_case(&ch, holds))
			report(&ch, holds, seed, round);
	}
}

/* How often a part of the check was what decided. */
static struct {
	uint64_t cases, allowed, errors, decides[MODEL_PARTS];
} count;

static void count_parts(const struct test_case *c)
{
	struct guise_decision all[CASE_TYPES_MAX], less[CASE_TYPES_MAX];
	struct model_question q = case_question(c);
	bool whole = c->form != CASE_RESULTS, exact;
	size_t n = whole ? 1 : c->n_types;
	int code = model_check(&q, whole, all, &exact);

	count.cases++;
	count.errors += code < 0;
	count.allowed += all[0].allowed;
	for (unsigned part = 0; code == 0 && part < MODEL_PARTS; part++) {
		q.left_out = 1u << part;
		if (model_check(&q, whole, less, &exact) == 0)
			count.decides[part] +=
				memcmp(all, less, n * sizeof(all[0])) != 0;
	}
}

static void print_parts(void)
{
	static const char *const names[MODEL_PARTS] = {
		"deny ACEs",	       "owner",
		"OWNER RIGHTS ACEs",   "SELF ACEs",
		"privileges",	       "label",
		"trust label",	       "access filter",
		"restricted pass",     "write-restricted",
		"AppContainer pass",   "policy",
		"object ACEs",	       "conditions",
		"resource attributes", "deny-only",
		"claim flags"};

	print_message("%llu cases, %llu allowed, %llu errors; decided by\n",
		      (unsigned long long)count.cases,
		      (unsigned long long)count.allowed,
		      (unsigned long long)count.errors);
	for (unsigned i = 0; i < MODEL_PARTS; i++)
		print_message("%22s %6.2f %%\n", names[i],
			      100.0 * (double)count.decides[i] /
				      (double)count.cases);
}

static const char *agrees(struct choices *ch, struct test_case *c)
{
	static int verbose = -1;

	(void)ch;
	if (verbose < 0)
		verbose = setting("GUISE_TEST_VERBOSE", 0) != 0;
	if (verbose)
		count_parts(c);
	return case_difference(c);
}

static void the_library_agrees_with_the_model(void **state)
{
	(void)state;
	for_each_case(1, agrees);
	if (count.cases)
		print_parts();
}

/* The decision; "denied" where there is none. */
static struct guise_decision decide_as(const struct test_case *c,
				       const struct guise_sd *sd,
				       const struct guise_token *token,
				       uint32_t desired)
{
	const struct guise_access_options options = {
		.size = sizeof(options),
		.principal_self = c->has_self ? &c->self : NULL,
		.object_types = c->n_types ? c->types : NULL,
		.n_object_types = c->n_types,
		.policies = c->lib_policies,
		.resource_attributes = c->lib_resource,
	};
	struct guise_decision d = {0};

	if (!sd || guise_access_check_by_type(sd, token, desired, c->mapping,
					      &options, &d) < 0)
		assert_false(d.allowed);
	return d;
}

static struct guise_decision decide(const struct test_case *c, uint32_t desired)
{
	return decide_as(c, c->lib_sd, c->lib_token, desired);
}

static const char *within_desired(struct choices *ch, struct test_case *c)
{
	struct guise_decision d = decide(c, c->desired);

	(void)ch;
	if (!(c->desired & GUISE_MAXIMUM_ALLOWED) && d.granted & ~c->desired)
		return "granted more than desired";
	if (d.allowed && c->desired & ~GUISE_MAXIMUM_ALLOWED & ~d.granted)
		return "allowed without granting all";
	if (d.allowed && (d.missing || d.missing_privilege))
		return "allowed and yet missing something";
	if (!d.allowed && (d.granted || d.privileges_used))
		return "denied and yet granted";
	return NULL;
}

static void granted_is_within_desired(void **state)
{
	(void)state;
	for_each_case(5, within_desired);
}

/* Privileges answer only what is asked by name, so without WRITE_OWNER. */
static const char *maximum_is_the_union(struct choices *ch, struct test_case *c)
{
	uint32_t max = decide(c, GUISE_MAXIMUM_ALLOWED).granted;

	(void)ch;
	for (unsigned n = 0; n < 28; n++) {
		uint32_t bit = UINT32_C(1) << n;
		bool alone;

		if (bit & (GUISE_WRITE_OWNER | GUISE_MAXIMUM_ALLOWED |
			   GUISE_ACCESS_SYSTEM_SECURITY))
			continue;
		alone = decide(c, bit).allowed;
		if (max & bit && !alone)
			return "the maximum has a bit that alone is refused";
		if (alone && c->mapping->all & bit && !(max & bit))
			return "the maximum lacks a bit that alone is given";
	}
	return NULL;
}

static void maximum_allowed_is_the_union_of_single_bits(void **state)
{
	(void)state;
	for_each_case(5, maximum_is_the_union);
}

static size_t u16_at(const uint8_t *p)
{
	return p[0] + 256u * p[1];
}

static size_t u32_at(const uint8_t *p)
{
	return u16_at(p) + 65536 * u16_at(p + 2);
}

static void set_u16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
}

/* The case's descriptor with a deny ACE in front, its DACL moved to the end. */
static const struct guise_sd *with_deny_ace(struct choices *ch,
					    const struct test_case *c)
{
	static uint8_t data[CASE_SD_MAX];
	struct bytes out = {data, 0, sizeof(data)};
	const struct guise_sid sid = case_sid(ch);
	const struct guise_sd *sd = NULL;
	size_t dacl = u32_at(c->sd + 16), size, ace;

	if (dacl == 0 || !(c->sd[2] & GUISE_SD_DACL_PRESENT))
		return NULL;
	size = u16_at(c->sd + dacl + 2);
	put_bytes(&out, c->sd, c->sd_size);
	set_u16(data + 16, out.size);
	put_bytes(&out, c->sd + dacl, 8);
	ace = out.size;
	put_u32(&out, GUISE_ACE_ACCESS_DENIED);
	put_u32(&out, case_mask(ch));
	put_sid(&out, &sid);
	set_u16(data + ace + 2, out.size - ace);
	set_u16(data + ace - 6, size + out.size - ace);
	set_u16(data + ace - 4, u16_at(c->sd + dacl + 4) + 1);
	put_bytes(&out, c->sd + dacl + 8, size - 8);
	assert_int_equal(guise_sd_decode(data, out.size, &sd), 0);
	return sd;
}

static const char *deny_first_adds_nothing(struct choices *ch,
					   struct test_case *c)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd = with_deny_ace(ch, c);
	struct guise_decision before = decide(c, c->desired);
	struct guise_decision after =
		decide_as(c, sd, c->lib_token, c->desired);

	return after.granted & ~before.granted ? "a deny ACE added rights"
					       : NULL;
}

static void a_deny_ace_put_first_never_adds(void **state)
{
	(void)state;
	for_each_case(5, deny_first_adds_nothing);
}

/* A token like the case's, but changed by @change. */
static const struct guise_token *other_token(struct test_case *c,
					     void (*change)(struct test_case *))
{
	const struct guise_token *mine = c->lib_token, *other;
	const struct guise_sd *sd = c->lib_sd;
	const struct guise_policies *policies = c->lib_policies;
	const struct guise_claims *resource = c->lib_resource;
	static struct case_list groups;
	struct model_token model = c->token.model;

	groups = c->token.groups;
	c->lib_token = NULL;
	c->lib_sd = NULL;
	c->lib_policies = NULL;
	c->lib_resource = NULL;
	change(c);
	assert_null(case_build(c));
	other = guise_token_ref(c->lib_token);
	case_clear(c);
	c->token.model = model;
	c->token.groups = groups;
	c->lib_token = mine;
	c->lib_sd = sd;
	c->lib_policies = policies;
	c->lib_resource = resource;
	return other;
}

static void turn_groups(struct test_case *c)
{
	struct case_list *groups = &c->token.groups;

	for (size_t i = 0; i < groups->n / 2; i++) {
		struct guise_sid_and_attributes swapped = groups->at[i];

		groups->at[i] = groups->at[groups->n - 1 - i];
		groups->at[groups->n - 1 - i] = swapped;
	}
}

static const char *order_is_irrelevant(struct choices *ch, struct test_case *c)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *turned = other_token(c, turn_groups);
	struct guise_decision a = decide(c, c->desired);
	struct guise_decision b = decide_as(c, c->lib_sd, turned, c->desired);

	(void)ch;
	return memcmp(&a, &b, sizeof(a)) ? "group order mattered" : NULL;
}

static void group_order_does_not_matter(void **state)
{
	(void)state;
	for_each_case(5, order_is_irrelevant);
}

static void set_free(struct test_case *c)
{
	c->token.model.restricted.n = 0;
	c->token.model.is_restricted = false;
}

static void set_loose(struct test_case *c)
{
	c->token.model.package = NULL;
	c->token.model.capabilities.n = 0;
	c->token.model.less_privileged = false;
}

static void raise_up(struct test_case *c)
{
	c->token.model.no_write_up = false;
}

static const char *bounds_add_nothing(struct choices *ch, struct test_case *c)
{
	static void (*const freedom[])(struct test_case *) = {
		set_free, set_loose, raise_up};
	uint32_t granted = decide(c, c->desired).granted;

	(void)ch;
	for (size_t i = 0; i < ARRAY_SIZE(freedom); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *freed = other_token(c, freedom[i]);

		if (granted &
		    ~decide_as(c, c->lib_sd, freed, c->desired).granted)
			return "a bound token got more";
	}
	return NULL;
}

static void a_bound_token_never_gets_more(void **state)
{
	(void)state;
	for_each_case(5, bounds_add_nothing);
}

static void take_privileges(struct test_case *c)
{
	c->token.model.privileges_enabled = 0;
}

static const char *privileges_take_nothing(struct choices *ch,
					   struct test_case *c)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *poor = other_token(c, take_privileges);

	(void)ch;
	if (decide_as(c, c->lib_sd, poor, c->desired).granted &
	    ~decide(c, c->desired).granted)
		return "a privilege took rights away";
	return NULL;
}

static void privileges_never_take_away(void **state)
{
	(void)state;
	for_each_case(5, privileges_take_nothing);
}

/* Switches off by INHERIT_ONLY what can take away, or depends on groups. */
static void only_allow(uint8_t *acl)
{
	size_t at = 8;

	for (size_t n = u16_at(acl + 4); n > 0; n--) {
		uint8_t type = acl[at];

		if (type == GUISE_ACE_ACCESS_DENIED ||
		    type == GUISE_ACE_ACCESS_DENIED_OBJECT ||
		    (type >= GUISE_ACE_ACCESS_ALLOWED_CALLBACK &&
		     type <= GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT) ||
		    type == GUISE_ACE_SYSTEM_ACCESS_FILTER ||
		    type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID)
			acl[at + 1] |= GUISE_ACE_INHERIT_ONLY;
		at += u16_at(acl + at + 2);
	}
}

/* Every other one; deny-only groups stay, they do take away. */
static void drop_groups(struct test_case *c)
{
	struct case_list *groups = &c->token.groups;

	for (size_t i = 0; i < groups->n; i += 2)
		groups->at[i].attributes &= ~(uint32_t)GUISE_GROUP_ENABLED;
}

static const char *groups_lose_nothing(struct choices *ch, struct test_case *c)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *fewer = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	uint32_t less, more;

	(void)ch;
	for (size_t field = 12; field <= 16; field += 4) {
		if (u32_at(c->sd + field))
			only_allow(c->sd + u32_at(c->sd + field));
	}
	if (guise_sd_decode(c->sd, c->sd_size, &sd) < 0)
		return NULL;
	fewer = other_token(c, drop_groups);
	less = decide_as(c, sd, fewer, c->desired).granted;
	more = decide_as(c, sd, c->lib_token, c->desired).granted;
	return less & ~more ? "a group took rights away" : NULL;
}

static void without_deny_aces_groups_never_take_away(void **state)
{
	(void)state;
	for_each_case(5, groups_lose_nothing);
}

/* The root has what all nodes have; below it nothing is missing. */
static const char *root_is_the_whole(struct choices *ch, struct test_case *c)
{
	const struct guise_access_options options = {
		.size = sizeof(options),
		.principal_self = c->has_self ? &c->self : NULL,
		.object_types = c->types,
		.n_object_types = c->n_types,
		.policies = c->lib_policies,
		.resource_attributes = c->lib_resource,
	};
	struct guise_decision whole = decide(c, c->desired);
	struct guise_decision list[CASE_TYPES_MAX] = {0};

	(void)ch;
	if (c->n_types == 0 || !c->lib_sd)
		return NULL;
	if (guise_access_check_by_type_result_list(c->lib_sd, c->lib_token,
						   c->desired, c->mapping,
						   &options, list) < 0)
		return whole.allowed ? "only the whole is decided" : NULL;
	if (list[0].granted != whole.granted ||
	    list[0].allowed != whole.allowed)
		return "the root is not the whole";
	for (size_t i = 1; i < c->n_types; i++) {
		if (list[0].granted & ~list[i].granted)
			return "a node lacks what the root has";
	}
	return NULL;
}

static void the_root_has_what_every_node_has(void **state)
{
	(void)state;
	for_each_case(5, root_is_the_whole);
}

/* Whatever bytes do, the raw check answers as decoding and checking would. */
static const char *broken_bytes_agree(struct choices *ch, struct test_case *c)
{
	size_t at = choose_bits(ch) % c->sd_size;
	struct guise_decision a = {0}, b = {0};
	const struct guise_sd *sd = NULL;
	int ra, rb;

	c->sd[at] ^= (uint8_t)(1u << choose(ch, 8));
	ra = guise_sd_decode(c->sd, c->sd_size, &sd);
	if (ra == 0)
		ra = guise_access_check(sd, c->lib_token, c->desired,
					c->mapping, &a);
	rb = guise_access_check_raw(c->sd, c->sd_size, c->lib_token, c->desired,
				    c->mapping, &b);
	sd = guise_sd_unref(sd);
	/* which of several faults is named depends on who looks first */
	if ((ra < 0) != (rb < 0) || memcmp(&a, &b, sizeof(a)) != 0)
		return "the raw check differs on broken bytes";
	return NULL;
}

static void raw_check_agrees_on_broken_bytes(void **state)
{
	(void)state;
	for_each_case(2, broken_bytes_agree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_agrees_with_the_model),
		cmocka_unit_test(granted_is_within_desired),
		cmocka_unit_test(maximum_allowed_is_the_union_of_single_bits),
		cmocka_unit_test(a_deny_ace_put_first_never_adds),
		cmocka_unit_test(group_order_does_not_matter),
		cmocka_unit_test(a_bound_token_never_gets_more),
		cmocka_unit_test(privileges_never_take_away),
		cmocka_unit_test(without_deny_aces_groups_never_take_away),
		cmocka_unit_test(the_root_has_what_every_node_has),
		cmocka_unit_test(raw_check_agrees_on_broken_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
