/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluating a condition (MS-DTYP 2.4.4.17, 2.5.3.1.5) straight on its bytes:
 * a postfix machine without a heap. Operators of comparison take the last two
 * operands as they were named, so at most two of those are kept; an operand
 * that another one is put on top of can only be meant for && and ||, and
 * becomes a truth value there and then.
 *
 * Two kinds of failure (2.4.4.17.6, 2.4.4.17.7). What cannot be told, because
 * an attribute is absent or has the wrong type, makes its operator UNKNOWN.
 * What cannot be meant (malformed code, a literal where an attribute must be)
 * makes all of it UNKNOWN, whatever the rest says.
 */
#include "condition-attribute.h"
#include "sid-hash.h"
#include "token-internal.h"

/*
 * A truth value on the stack, with what the quirk needs to know of it. On
 * Windows ATTRIBUTE && !ATTRIBUTE and ATTRIBUTE || !ATTRIBUTE are UNKNOWN,
 * whatever the attributes are.
 */
#define TRUTH_MASK 0x03
#define TRUTH_OF_ATTRIBUTE 0x10	    /* of one as it is */
#define TRUTH_OF_NOT_ATTRIBUTE 0x20 /* of ! and one as it is */

/* What all comparisons of one condition may look at. Ours: whoever writes a
 * descriptor must not make its checks slow. */
#define COMPARED_BYTES_MAX 131072u

/* Tokens are read to where they may stay as operands. */
struct machine {
	const struct condition_env *env;
	unsigned n_truths;
	unsigned n_operands;
	uint32_t compared;		/* bytes, by all comparisons so far */
	struct condition_item items[3]; /* the operands, the token at hand */
	struct condition_values left, right; /* of a comparison */
	struct claim_span left_span, right_span;
	struct attribute_memo memo;
	uint8_t truths[GUISE_CONDITION_MAX_DEPTH];
};

static bool push_truth(struct machine *m, uint8_t truth)
{
	if (m->n_truths == ARRAY_SIZE(m->truths))
		return false;
	m->truths[m->n_truths++] = truth;
	return true;
}

static enum guise_truth negated(enum guise_truth truth)
{
	if (truth == GUISE_UNKNOWN)
		return GUISE_UNKNOWN;
	return truth == GUISE_TRUE ? GUISE_FALSE : GUISE_TRUE;
}

/* One number: not zero; several: one of them is not. A string: not empty. */
static enum guise_truth truth_of_values(const struct condition_values *values)
{
	const struct claim_datum *datum;
	struct claim_datum room;
	uint32_t at = 0;

	switch (values->type) {
	case GUISE_CLAIM_INT64:
	case GUISE_CLAIM_UINT64:
	case GUISE_CLAIM_BOOLEAN:
		while ((datum = condition_values_next(values, &at, &room))) {
			if (datum->integer)
				return GUISE_TRUE;
		}
		return values->n > 0 ? GUISE_FALSE : GUISE_UNKNOWN;
	case GUISE_CLAIM_STRING:
		datum = condition_values_next(values, &at, &room);
		if (!datum || values->n != 1)
			return GUISE_UNKNOWN;
		return datum->size > 0 ? GUISE_TRUE : GUISE_FALSE;
	default:
		return GUISE_UNKNOWN;
	}
}

/* An operand named for its own sake: it must be an attribute. */
static bool push_operand_truth(struct machine *m,
			       const struct condition_item *item)
{
	if (condition_kind(item->token) != CONDITION_KIND_ATTRIBUTE)
		return false;
	switch (attribute_find(m->env, &m->memo, item, &m->left_span,
			       &m->left)) {
	case ATTRIBUTE_PRESENT:
		return push_truth(m, (uint8_t)(truth_of_values(&m->left) |
					       TRUTH_OF_ATTRIBUTE));
	case ATTRIBUTE_ABSENT:
		return push_truth(m, GUISE_UNKNOWN | TRUTH_OF_ATTRIBUTE);
	case ATTRIBUTE_UNREADABLE:
		break;
	}
	return false;
}

/* Out of line: few conditions name an attribute for its own sake. */
static __attribute__((noinline)) bool settle_some(struct machine *m)
{
	const unsigned n = m->n_operands;

	m->n_operands = 0;
	for (unsigned i = 0; i < n; i++) {
		if (!push_operand_truth(m, &m->items[i]))
			return false;
	}
	return true;
}

/* All operands become truth values. */
static inline bool settle(struct machine *m)
{
	return m->n_operands == 0 || settle_some(m);
}

/* The token at hand stays. */
static bool push_operand(struct machine *m)
{
	if (m->n_operands < 2) {
		m->n_operands++;
		return true;
	}
	if (!push_operand_truth(m, &m->items[0]))
		return false;
	m->items[0] = m->items[1];
	m->items[1] = m->items[2];
	return true;
}

/* The last operand, to be looked at before the next token is read; NULL if
 * there is none */
static const struct condition_item *pop_operand(struct machine *m)
{
	return m->n_operands > 0 ? &m->items[--m->n_operands] : NULL;
}

/* The result of an operator whose operands have been taken. */
static bool push_result(struct machine *m, enum guise_truth truth, bool negate)
{
	if (!settle(m))
		return false;
	return push_truth(m, (uint8_t)(negate ? negated(truth) : truth));
}

/* Either side of a comparison. */
static enum attribute_state side_of(struct machine *m,
				    const struct condition_item *item,
				    struct claim_span *span,
				    struct condition_values *ret)
{
	if (condition_kind(item->token) == CONDITION_KIND_ATTRIBUTE)
		return attribute_find(m->env, &m->memo, item, span, ret);
	return condition_values_read(item, ret) ? ATTRIBUTE_PRESENT
						: ATTRIBUTE_UNREADABLE;
}

static enum guise_truth compare_values(uint8_t token,
				       const struct condition_values *left,
				       const struct condition_values *right)
{
	switch (token) {
	case CONDITION_EQUAL:
	case CONDITION_NOT_EQUAL:
		return condition_equal(left, right);
	case CONDITION_CONTAINS:
	case CONDITION_NOT_CONTAINS:
		return condition_contains(left, right);
	case CONDITION_ANY_OF:
	case CONDITION_NOT_ANY_OF:
		/* on Windows one value does not do: it must be in braces */
		if (right->is_literal && !right->is_set)
			return GUISE_UNKNOWN;
		return condition_any_of(left, right);
	default:
		return condition_order(token, left, right);
	}
}

static bool is_negative(uint8_t token)
{
	switch (token) {
	case CONDITION_NOT_EQUAL:
	case CONDITION_NOT_CONTAINS:
	case CONDITION_NOT_ANY_OF:
	case CONDITION_NOT_EXISTS:
	case CONDITION_NOT_MEMBER_OF:
	case CONDITION_NOT_DEVICE_MEMBER_OF:
	case CONDITION_NOT_MEMBER_OF_ANY:
	case CONDITION_NOT_DEVICE_MEMBER_OF_ANY:
		return true;
	default:
		return false;
	}
}

static bool is_empty_set(const struct condition_values *values)
{
	return values->is_set && values->n == 0;
}

static bool may_compare(struct machine *m)
{
	m->compared += (uint32_t)(condition_values_size(&m->left) +
				  condition_values_size(&m->right));
	return m->compared <= COMPARED_BYTES_MAX;
}

static bool do_comparison(struct machine *m, uint8_t token)
{
	const struct condition_item *b = pop_operand(m);
	const struct condition_item *a = pop_operand(m);
	enum attribute_state a_state, b_state;
	enum guise_truth truth = GUISE_UNKNOWN;

	if (!a || !b || condition_kind(a->token) != CONDITION_KIND_ATTRIBUTE)
		return false;
	a_state = side_of(m, a, &m->left_span, &m->left);
	b_state = side_of(m, b, &m->right_span, &m->right);
	if (a_state == ATTRIBUTE_UNREADABLE || b_state == ATTRIBUTE_UNREADABLE)
		return false;
	if (a_state == ATTRIBUTE_PRESENT && b_state == ATTRIBUTE_PRESENT &&
	    !may_compare(m))
		return false;
	if (b_state == ATTRIBUTE_PRESENT && is_empty_set(&m->right) &&
	    (token == CONDITION_CONTAINS || token == CONDITION_NOT_CONTAINS))
		truth = GUISE_FALSE; /* even of an absent attribute */
	else if (a_state == ATTRIBUTE_PRESENT && m->left.n > 0 &&
		 b_state == ATTRIBUTE_PRESENT &&
		 (m->right.n > 0 || is_empty_set(&m->right)))
		truth = compare_values(token, &m->left, &m->right);
	return push_result(m, truth, is_negative(token));
}

static bool do_exists(struct machine *m, uint8_t token)
{
	const struct condition_item *item = pop_operand(m);
	enum guise_truth truth = GUISE_FALSE;

	if (!item || condition_kind(item->token) != CONDITION_KIND_ATTRIBUTE)
		return false;
	switch (attribute_find(m->env, &m->memo, item, &m->left_span,
			       &m->left)) {
	case ATTRIBUTE_UNREADABLE:
		return false;
	case ATTRIBUTE_ABSENT:
		break;
	case ATTRIBUTE_PRESENT:
		truth = m->left.n > 0 ? GUISE_TRUE : GUISE_UNKNOWN;
		break;
	}
	return push_result(m, truth, is_negative(token));
}

/* The SIDs of a Member_of operator, seen one by one. */
struct membership {
	const struct guise_token *token;
	uint8_t bits; /* any of them makes a member */
	unsigned n_members;
	unsigned n_others;
};

static bool ask_member(struct membership *ask,
		       const struct condition_item *item)
{
	struct reader in = reader_of(item->data, item->size);
	const uint8_t *sid;
	uint8_t n_subs;
	uint32_t hash;

	if (item->token != CONDITION_SID ||
	    sid_read_span(&in, &sid, &n_subs) < 0 || in.size > 0)
		return false;
	hash = sid_hash_raw(sid, n_subs);
	if (token_may_hold(ask->token, hash) &&
	    token_match_raw(ask->token, hash, sid, n_subs) & ask->bits)
		ask->n_members++;
	else
		ask->n_others++;
	return true;
}

static bool ask_members(struct membership *ask,
			const struct condition_item *operand)
{
	struct reader in = reader_of(operand->data, operand->size);
	struct condition_item item;

	if (operand->token != CONDITION_COMPOSITE)
		return ask_member(ask, operand);
	while (in.size > 0) {
		if (!condition_read_operand(&in, &item) ||
		    !ask_member(ask, &item))
			return false;
	}
	return true;
}

static bool is_about_device(uint8_t token)
{
	return token == CONDITION_DEVICE_MEMBER_OF ||
	       token == CONDITION_DEVICE_MEMBER_OF_ANY ||
	       token == CONDITION_NOT_DEVICE_MEMBER_OF ||
	       token == CONDITION_NOT_DEVICE_MEMBER_OF_ANY;
}

static bool is_about_any(uint8_t token)
{
	return token == CONDITION_MEMBER_OF_ANY ||
	       token == CONDITION_DEVICE_MEMBER_OF_ANY ||
	       token == CONDITION_NOT_MEMBER_OF_ANY ||
	       token == CONDITION_NOT_DEVICE_MEMBER_OF_ANY;
}

/* No SIDs at all are UNKNOWN, or every token would be a member of nothing. */
static bool do_member(struct machine *m, uint8_t token)
{
	struct membership ask = {
		.token = m->env->token,
		.bits = is_about_device(token) ? m->env->device_member
					       : m->env->member,
	};
	const struct condition_item *operand = pop_operand(m);
	enum guise_truth truth = GUISE_FALSE;

	if (!operand || !ask_members(&ask, operand))
		return false;
	if (ask.n_members + ask.n_others == 0)
		truth = GUISE_UNKNOWN;
	else if (is_about_any(token) ? ask.n_members > 0 : ask.n_others == 0)
		truth = GUISE_TRUE;
	return push_result(m, truth, is_negative(token));
}

static bool do_not(struct machine *m)
{
	uint8_t *top;

	if (!settle(m) || m->n_truths == 0)
		return false;
	top = &m->truths[m->n_truths - 1];
	*top = (uint8_t)(negated(*top & TRUTH_MASK) |
			 (*top & TRUTH_OF_ATTRIBUTE ? TRUTH_OF_NOT_ATTRIBUTE
						    : 0));
	return true;
}

/* FALSE decides &&, TRUE decides ||; else UNKNOWN does. */
static enum guise_truth combined(uint8_t token, enum guise_truth a,
				 enum guise_truth b)
{
	const enum guise_truth decides =
		token == CONDITION_AND ? GUISE_FALSE : GUISE_TRUE;

	if (a == decides || b == decides)
		return decides;
	return a == GUISE_UNKNOWN ? a : b;
}

static bool do_logical(struct machine *m, uint8_t token)
{
	uint8_t a, b;

	if (!settle(m) || m->n_truths < 2)
		return false;
	b = m->truths[--m->n_truths];
	a = m->truths[m->n_truths - 1];
	m->truths[m->n_truths - 1] =
		a & TRUTH_OF_ATTRIBUTE && b & TRUTH_OF_NOT_ATTRIBUTE
			? GUISE_UNKNOWN
			: (uint8_t)combined(token, a & TRUTH_MASK,
					    b & TRUTH_MASK);
	return true;
}

/* An operator other than those of comparison. */
static bool do_other(struct machine *m, enum condition_kind kind, uint8_t token)
{
	switch (kind) {
	case CONDITION_KIND_LOGICAL:
		return do_logical(m, token);
	case CONDITION_KIND_MEMBER:
		return do_member(m, token);
	case CONDITION_KIND_EXISTS:
		return do_exists(m, token);
	case CONDITION_KIND_NOT:
		return do_not(m);
	case CONDITION_KIND_NONE:
	case CONDITION_KIND_VALUE:
	case CONDITION_KIND_SET:
	case CONDITION_KIND_ATTRIBUTE:
	case CONDITION_KIND_COMPARISON:
		break;
	}
	return false;
}

/*
 * The next token, whatever it is; false: it cannot be there. What most are is
 * asked first: processors predict these branches better than a jump by a table.
 */
static inline bool step(struct machine *m, struct reader *in)
{
	const uint8_t token = in->data[0];
	const enum condition_kind kind = condition_kind(token);

	if (kind == CONDITION_KIND_ATTRIBUTE || kind == CONDITION_KIND_VALUE ||
	    kind == CONDITION_KIND_SET)
		return condition_read_operand(in, &m->items[m->n_operands]) &&
		       push_operand(m);
	if (!read_skip(in, 1))
		return false;
	return kind == CONDITION_KIND_COMPARISON ? do_comparison(m, token)
						 : do_other(m, kind, token);
}

enum guise_truth condition_evaluate(const struct condition_env *env,
				    const uint8_t *code, size_t size)
{
	UNINITIALIZED struct machine m;
	struct reader in;

	m.env = env;
	m.n_truths = 0;
	m.n_operands = 0;
	m.compared = 0;
	m.memo = (struct attribute_memo){0};
	if (!condition_tokens(code, size, &in))
		return GUISE_UNKNOWN;
	while (in.size > 0 && in.data[0] != CONDITION_PADDING) {
		if (!step(&m, &in))
			return GUISE_UNKNOWN;
	}
	if (!condition_at_end(in) || !settle(&m) || m.n_truths != 1)
		return GUISE_UNKNOWN;
	return m.truths[0] & TRUTH_MASK;
}

int guise_condition_evaluate(const void *code, size_t size,
			     const struct guise_token *token,
			     const struct guise_claims *resource,
			     enum guise_truth *ret)
{
	const struct resource_attributes attributes = {.given = resource};
	const struct condition_env env = {
		.token = token,
		.resource = &attributes,
		.member = TOKEN_MATCH_ALLOW,
		.device_member = TOKEN_MATCH_DEVICE,
	};

	if (!ret)
		return -EINVAL;
	*ret = GUISE_UNKNOWN;
	if (!code || !token)
		return -EINVAL;
	*ret = condition_evaluate(&env, code, size);
	return 0;
}
