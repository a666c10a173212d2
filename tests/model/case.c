/* SPDX-License-Identifier: Apache-2.0 */
/* Choices; cases as objects of the library; and what it makes of them. */
#include "case.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"

#define REASONS_MAX 64

void choices_seed(struct choices *ch, uint64_t seed, uint64_t round)
{
	ch->size = ch->at = 0;
	ch->random = true;
	ch->state = seed * 1000003 + round;
}

/* SplitMix64 (public domain constants) */
static uint64_t next(struct choices *ch)
{
	uint64_t z = (ch->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint8_t choose_byte(struct choices *ch)
{
	if (ch->at == ch->size && ch->random && ch->size < CASE_CHOICES_MAX)
		ch->bytes[ch->size++] = (uint8_t)(next(ch) >> 32);
	return ch->at < ch->size ? ch->bytes[ch->at++] : 0;
}

uint32_t choose(struct choices *ch, uint32_t n)
{
	return choose_byte(ch) % n;
}

uint32_t choose_bits(struct choices *ch)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < 4; i++)
		bits = bits << 8 | choose_byte(ch);
	return bits;
}

bool rarely(struct choices *ch, uint32_t n)
{
	return choose(ch, n) == n - 1;
}

void case_make_raw(struct choices *ch, const uint8_t *sd, size_t size,
		   struct test_case *ret)
{
	ch->theme = choose(ch, CASE_THEMES);
	case_request_make(ch, ret);
	if (ret->form != CASE_PLAIN && choose(ch, 3))
		case_policy_make(ch, ret);
	case_token_make(ch, &ret->token);
	if (sd) {
		ret->sd_size = size < CASE_SD_MAX ? size : CASE_SD_MAX;
		memcpy(ret->sd, sd, ret->sd_size);
	} else {
		case_sd_make(ch, ret);
	}
	ret->lib_token = NULL;
	ret->lib_sd = NULL;
	ret->lib_policies = NULL;
	ret->lib_resource = NULL;
}

void case_make(struct choices *ch, struct test_case *ret)
{
	case_make_raw(ch, NULL, 0, ret);
}

void case_clear(struct test_case *c)
{
	c->lib_token = guise_token_unref(c->lib_token);
	c->lib_sd = guise_sd_unref(c->lib_sd);
	c->lib_policies = guise_policies_unref(c->lib_policies);
	c->lib_resource = guise_claims_unref(c->lib_resource);
}

/* UTF-16LE to UTF-8; no surrogates among ours. */
static size_t to_utf8(const uint8_t *units, size_t size, char *to)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i += 2) {
		unsigned u = units[i] + 256u * units[i + 1];

		if (u < 0x80) {
			to[n++] = (char)u;
		} else if (u < 0x800) {
			to[n++] = (char)(0xc0 | u >> 6);
			to[n++] = (char)(0x80 | (u & 0x3f));
		} else {
			to[n++] = (char)(0xe0 | u >> 12);
			to[n++] = (char)(0x80 | (u >> 6 & 0x3f));
			to[n++] = (char)(0x80 | (u & 0x3f));
		}
	}
	return n;
}

/* One claim for the library, and what it points to. */
struct lib_claim {
	char name[16];
	char text[8][16];
	struct guise_claim_value values[8];
};

static void convert(const struct model_claim *from, struct lib_claim *to,
		    struct guise_claim *ret)
{
	*ret = (struct guise_claim){
		.name = to->name,
		.name_size = to_utf8(from->name, from->name_size, to->name),
		.type = (uint16_t)from->type,
		.flags = from->flags,
		.values = to->values,
		.n_values = from->n_values,
	};
	for (size_t i = 0; i < from->n_values; i++) {
		const struct model_value *v = &from->values[i];

		to->values[i] = (struct guise_claim_value){
			.integer = (int64_t)v->integer,
			.data = v->bytes,
			.size = v->size,
		};
		if (v->type == GUISE_CLAIM_STRING) {
			to->values[i].data = to->text[i];
			to->values[i].size =
				to_utf8(v->bytes, v->size, to->text[i]);
		}
	}
}

static int build_claims(const struct model_claims *from,
			const struct guise_claims **ret)
{
	struct lib_claim room[4];
	struct guise_claim claims[4];

	for (size_t i = 0; i < from->n; i++)
		convert(&from->at[i], &room[i], &claims[i]);
	return guise_claims_new(claims, from->n, ret);
}

static int add_claims(struct guise_token_builder *b,
		      const struct model_token *t)
{
	for (unsigned k = 0; k < GUISE_CLAIMS_KINDS; k++) {
		GUISE_AUTO(guise_claims_unrefp)
		const struct guise_claims *claims = NULL;
		int r;

		if (!t->claims[k])
			continue;
		r = build_claims(t->claims[k], &claims);
		if (r < 0)
			return r;
		guise_token_builder_claims(b, k, claims);
	}
	return 0;
}

static void add_sids(struct guise_token_builder *b, const struct model_token *t)
{
	for (size_t i = 0; i < t->groups.n; i++)
		guise_token_builder_group(b, &t->groups.at[i].sid,
					  t->groups.at[i].attributes);
	for (size_t i = 0; i < t->restricted.n; i++)
		guise_token_builder_restricted_sid(b, &t->restricted.at[i].sid);
	for (size_t i = 0; i < t->device_groups.n; i++)
		guise_token_builder_device_group(
			b, &t->device_groups.at[i].sid,
			t->device_groups.at[i].attributes);
	if (t->package)
		guise_token_builder_package(b, t->package);
	for (size_t i = 0; i < t->capabilities.n; i++)
		guise_token_builder_capability(
			b, &t->capabilities.at[i].sid,
			t->capabilities.at[i].attributes);
	if (t->trust)
		guise_token_builder_trust_level(b, t->trust);
}

static int build_token(struct test_case *c)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct model_token *t = &c->token.model;
	struct guise_sid label = {
		.authority = 16, .sub = {t->integrity}, .n_subs = 1};
	int r = guise_token_builder_new(&b);

	if (r < 0)
		return r;
	guise_token_builder_user(b, &t->user.sid, t->user.attributes);
	add_sids(b, t);
	guise_token_builder_flags(
		b, (t->write_restricted ? GUISE_TOKEN_WRITE_RESTRICTED : 0u) |
			   (t->is_restricted ? GUISE_TOKEN_IS_RESTRICTED : 0u) |
			   (t->less_privileged ? GUISE_TOKEN_LESS_PRIVILEGED
					       : 0u));
	guise_token_builder_type(b,
				 t->impersonation ? GUISE_TOKEN_IMPERSONATION
						  : GUISE_TOKEN_PRIMARY,
				 t->level);
	guise_token_builder_privileges(b, c->token.privileges,
				       t->privileges_enabled, 0);
	guise_token_builder_integrity(b, &label);
	guise_token_builder_mandatory_policy(
		b, t->no_write_up ? GUISE_MANDATORY_NO_WRITE_UP : 0);
	r = add_claims(b, t);
	if (r < 0)
		return r;
	return guise_token_builder_seal(b, &c->lib_token);
}

static int build_policies(struct test_case *c)
{
	const struct guise_acl *dacl[CASE_RULES_MAX] = {0};
	struct guise_policy_rule rules[CASE_RULES_MAX];
	struct guise_policy policy = {
		.id = c->policy.id,
		.rules = rules,
		.n_rules = c->policy.n_rules,
	};
	int r = 0;

	for (size_t i = 0; i < c->policy.n_rules && r == 0; i++) {
		const struct model_rule *rule = &c->rules[i];

		r = guise_acl_decode(rule->dacl, rule->dacl_size, &dacl[i]);
		rules[i] = (struct guise_policy_rule){
			.applies_to = rule->applies_to,
			.applies_to_size = rule->applies_to_size,
			.dacl = dacl[i],
		};
	}
	if (r == 0)
		r = guise_policies_new(&policy, 1, &c->lib_policies);
	for (size_t i = 0; i < c->policy.n_rules; i++)
		guise_acl_unref(dacl[i]);
	return r;
}

const char *case_build(struct test_case *c)
{
	if (build_token(c) < 0)
		return "the token cannot be built";
	if (guise_sd_decode(c->sd, c->sd_size, &c->lib_sd) < 0)
		c->lib_sd = NULL;
	if (c->has_policies) {
		int r = build_policies(c);

		/* not every code that can be evaluated can be written */
		c->has_policies = r != GUISE_E_INVALID_CONDITION;
		if (c->has_policies && r < 0)
			return "the policies cannot be built";
	}
	if (c->has_resource && build_claims(&c->resource, &c->lib_resource) < 0)
		return "the resource attributes cannot be built";
	return NULL;
}

struct model_question case_question(const struct test_case *c)
{
	return (struct model_question){
		.token = &c->token.model,
		.sd = c->sd,
		.sd_size = c->sd_size,
		.desired = c->desired,
		.mapping = c->mapping,
		.self = c->has_self ? &c->self : NULL,
		.types = c->types,
		.n_types = c->n_types,
		.policies = &c->policy,
		.n_policies = c->has_policies,
		.resource = c->has_resource ? &c->resource : NULL,
	};
}

static struct guise_access_options options_of(const struct test_case *c)
{
	return (struct guise_access_options){
		.size = sizeof(struct guise_access_options),
		.principal_self = c->has_self ? &c->self : NULL,
		.object_types = c->n_types ? c->types : NULL,
		.n_object_types = c->n_types,
		.policies = c->lib_policies,
		.resource_attributes = c->lib_resource,
	};
}

/* Without one right value, what is missing is something that is. */
static bool missing_fits(const struct guise_decision *got,
			 const struct guise_decision *want)
{
	return want->allowed || want->missing == 0
		       ? got->missing == 0
		       : (got->missing & want->missing) != 0;
}

static bool same(const struct guise_decision *got,
		 const struct guise_decision *want, bool exact)
{
	if (exact && (got->missing != want->missing ||
		      got->decided_by != want->decided_by))
		return false;
	return got->granted == want->granted && got->allowed == want->allowed &&
	       missing_fits(got, want) &&
	       got->missing_privilege == want->missing_privilege &&
	       got->privileges_used == want->privileges_used;
}

/* What the model says; and then each function of the library. */
struct verdict {
	struct guise_decision want[CASE_TYPES_MAX], got[CASE_TYPES_MAX];
	int code;
	bool exact;
};

static const char *plain_difference(const struct test_case *c,
				    struct verdict *v)
{
	struct guise_decision *d = v->got;
	struct guise_reason reasons[REASONS_MAX];
	size_t n;

	if (guise_access_check(c->lib_sd, c->lib_token, c->desired, c->mapping,
			       d) != v->code ||
	    !same(d, v->want, v->exact))
		return "the check is not the model";
	if (guise_access_check_raw(c->sd, c->sd_size, c->lib_token, c->desired,
				   c->mapping, d) != v->code ||
	    !same(d, v->want, v->exact))
		return "the raw check is not the model";
	if (guise_access_explain(c->lib_sd, c->lib_token, c->desired,
				 c->mapping, NULL, d, reasons, REASONS_MAX,
				 &n) != v->code ||
	    !same(d, v->want, v->exact))
		return "the explanation is not the model";
	if (v->code == 0 && c->desired && n == 0)
		return "a decision without a reason";
	return NULL;
}

static const char *whole_difference(const struct test_case *c,
				    struct verdict *v)
{
	const struct guise_access_options options = options_of(c);
	struct guise_decision *d = v->got;
	struct guise_reason reasons[REASONS_MAX];
	size_t n;

	if (guise_access_check_by_type(c->lib_sd, c->lib_token, c->desired,
				       c->mapping, &options, d) != v->code ||
	    !same(d, v->want, v->exact))
		return "the check by type is not the model";
	if (guise_access_explain(c->lib_sd, c->lib_token, c->desired,
				 c->mapping, &options, d, reasons, REASONS_MAX,
				 &n) != v->code ||
	    !same(d, v->want, v->exact))
		return "the explanation by type is not the model";
	if (v->code == 0 && c->desired && n == 0)
		return "a decision by type without a reason";
	return NULL;
}

static const char *results_difference(const struct test_case *c,
				      struct verdict *v)
{
	const struct guise_access_options options = options_of(c);

	if (guise_access_check_by_type_result_list(c->lib_sd, c->lib_token,
						   c->desired, c->mapping,
						   &options, v->got) != v->code)
		return "the result list has another code than the model";
	for (size_t i = 0; i < c->n_types; i++) {
		if (!same(&v->got[i], &v->want[i], v->exact))
			return "the result list is not the model";
	}
	return NULL;
}

/* What cannot be read is refused, by bytes as by object. */
static const char *unread_difference(const struct test_case *c)
{
	struct guise_decision d = {.allowed = true};

	if (guise_access_check_raw(c->sd, c->sd_size, c->lib_token, c->desired,
				   c->mapping, &d) >= 0 ||
	    d.allowed || d.granted)
		return "the raw check reads what cannot be decoded";
	return NULL;
}

const char *case_difference(const struct test_case *c)
{
	struct model_question q = case_question(c);
	struct verdict v = {0};

	if (!c->lib_sd)
		return unread_difference(c);
	memset(v.got, 0xff, sizeof(v.got));
	v.code = model_check(&q, c->form != CASE_RESULTS, v.want, &v.exact);
	if (v.code == MODEL_TOO_LARGE)
		return NULL;
	if (v.code == MODEL_UNREADABLE)
		return "the model cannot read what can be decoded";
	if (c->form == CASE_PLAIN)
		return plain_difference(c, &v);
	if (c->form == CASE_WHOLE)
		return whole_difference(c, &v);
	return results_difference(c, &v);
}
