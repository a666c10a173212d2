/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's conditions (MS-DTYP 2.4.4.17, 2.5.3.1.5): the reverse Polish code
 * becomes a tree, the tree is evaluated from its root. Every side of a
 * comparison is an array of values; a single value is an array of one.
 *
 * Where the rules are silent, read so: an operator over what it can never take
 * (a literal on the left, an operator where values belong, membership of what
 * is no SID) makes the code no condition, which is UNKNOWN, as wrong bytes do;
 * what the values at hand do not fit makes that operator UNKNOWN. In one place
 * a claim that does not count hides others of its name; what was given besides
 * the SACL is another place. Two claims compare exactly if one of them is
 * case-sensitive. In the restricted pass the token's groups are its restricting
 * SIDs. Sets are equal when as many and each in the other.
 */
#include <string.h>

#include "model-condition.h"

/* One side of an operator. */
struct side {
	bool attribute, missing, composite, exact;
	struct model_value values[MODEL_VALUES_MAX];
	size_t n;
};

static bool is_member_operator(unsigned token)
{
	return model_is_unary(token) && token != TOKEN_EXISTS &&
	       token != TOKEN_NOT_EXISTS && token != TOKEN_NOT;
}

static const struct model_claims *claims_of(const struct model_scope *scope,
					    unsigned token)
{
	const struct model_claims *const *claims = scope->token->claims;

	switch (token) {
	case TOKEN_USER:
		return claims[scope->restricted ? GUISE_CLAIMS_RESTRICTED_USER
						: GUISE_CLAIMS_USER];
	case TOKEN_DEVICE:
		return claims[scope->restricted ? GUISE_CLAIMS_RESTRICTED_DEVICE
						: GUISE_CLAIMS_DEVICE];
	case TOKEN_RESOURCE:
		return scope->resource;
	default:
		return claims[GUISE_CLAIMS_LOCAL];
	}
}

static bool is_hidden(const struct model_scope *scope, uint32_t flags)
{
	if (scope->all_claims)
		return false;
	return flags & GUISE_CLAIM_DISABLED ||
	       (flags & GUISE_CLAIM_DENY_ONLY && !scope->deny);
}

/* The last of the name; NULL: there is none. */
static const struct model_claim *find(const struct model_claims *claims,
				      const struct node *node)
{
	const struct model_claim *found = NULL;

	for (size_t i = 0; claims && i < claims->n; i++) {
		if (model_text_compare(claims->at[i].name,
				       claims->at[i].name_size, node->data + 5,
				       node->size - 5, false) == 0)
			found = &claims->at[i];
	}
	return found;
}

static void attribute_side(const struct tree *tree, const struct node *node,
			   struct side *ret)
{
	const struct model_scope *scope = tree->scope;
	const struct model_claim *found =
		find(claims_of(scope, node->token), node);

	if (!found && node->token == TOKEN_RESOURCE)
		found = find(scope->given, node);
	if (found && is_hidden(scope, found->flags))
		found = NULL;
	ret->attribute = true;
	ret->missing = !found;
	if (!found)
		return;
	ret->n = found->n_values;
	memcpy(ret->values, found->values, ret->n * sizeof(ret->values[0]));
	ret->composite = ret->n != 1;
	ret->exact = found->flags & GUISE_CLAIM_CASE_SENSITIVE;
}

/* false: @at is an operator, which has no values */
static bool side_of(struct tree *tree, unsigned at, struct side *ret)
{
	const struct node *node = &tree->node[at];
	size_t used;
	int n;

	*ret = (struct side){0};
	if (model_is_unary(node->token) || model_is_binary(node->token))
		return false;
	if (model_is_attribute(node->token)) {
		attribute_side(tree, node, ret);
		return true;
	}
	ret->composite = node->token == TOKEN_COMPOSITE;
	n = ret->composite ? model_read_literals(node->data + 5, node->size - 5,
						 false, ret->values, &used)
			   : model_read_literals(node->data, node->size, true,
						 ret->values, &used);
	if (n < 0 || n > MODEL_VALUES_MAX) {
		tree->too_large = true;
		return false;
	}
	ret->n = (size_t)n;
	return true;
}

static enum guise_truth truth(bool value)
{
	return value ? GUISE_TRUE : GUISE_FALSE;
}

static enum guise_truth negate(enum guise_truth value)
{
	return value == GUISE_UNKNOWN ? GUISE_UNKNOWN
				      : truth(value == GUISE_FALSE);
}

/* Numbers and truth values are one kind: 0 and 1 can be equal. */
static unsigned kind_of(const struct model_value *v)
{
	return v->type == GUISE_CLAIM_UINT64 || v->type == GUISE_CLAIM_BOOLEAN
		       ? GUISE_CLAIM_INT64
		       : v->type;
}

/* Are all values of both of one kind, and of one that can be compared? */
static bool alike(const struct side *a, const struct side *b)
{
	unsigned kind = 0;
	bool boolean = false, large = false;

	for (size_t i = 0; i < a->n + b->n; i++) {
		const struct model_value *v =
			i < a->n ? &a->values[i] : &b->values[i - a->n];

		boolean |= v->type == GUISE_CLAIM_BOOLEAN;
		large |= v->integer > 1;
		if (kind && kind_of(v) != kind)
			return false;
		kind = kind_of(v);
	}
	return !(boolean && large);
}

static bool is_in(const struct model_value *v, const struct side *set,
		  bool exact)
{
	for (size_t i = 0; i < set->n; i++) {
		if (model_value_equal(v, &set->values[i], exact))
			return true;
	}
	return false;
}

/* How many of @a are in @b. */
static size_t n_in(const struct side *a, const struct side *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += is_in(&a->values[i], b, a->exact || b->exact);
	return n;
}

static int compare_octets(const struct model_value *a,
			  const struct model_value *b)
{
	for (size_t i = 0; i < a->size && i < b->size; i++) {
		if (a->bytes[i] != b->bytes[i])
			return a->bytes[i] < b->bytes[i] ? -1 : 1;
	}
	return a->size < b->size ? -1 : a->size > b->size;
}

static int compare_numbers(const struct model_value *a,
			   const struct model_value *b)
{
	bool a_below = a->type == GUISE_CLAIM_INT64 && a->integer >> 63;
	bool b_below = b->type == GUISE_CLAIM_INT64 && b->integer >> 63;

	if (a_below != b_below)
		return a_below ? -1 : 1;
	return a->integer < b->integer ? -1 : a->integer > b->integer;
}

static bool is_ordered(const struct model_value *v)
{
	return v->type == GUISE_CLAIM_INT64 || v->type == GUISE_CLAIM_UINT64 ||
	       v->type == GUISE_CLAIM_STRING || v->type == GUISE_CLAIM_OCTETS;
}

static enum guise_truth in_order(unsigned token, const struct side *a,
				 const struct side *b)
{
	const struct model_value *x = &a->values[0], *y = &b->values[0];
	int order;

	if (a->composite || b->composite || !is_ordered(x) || !is_ordered(y))
		return GUISE_UNKNOWN;
	if (x->type == GUISE_CLAIM_STRING)
		order = model_text_compare(x->bytes, x->size, y->bytes, y->size,
					   a->exact || b->exact);
	else if (x->type == GUISE_CLAIM_OCTETS)
		order = compare_octets(x, y);
	else
		order = compare_numbers(x, y);
	switch (token) {
	case TOKEN_LESS:
		return truth(order < 0);
	case TOKEN_LESS_EQUAL:
		return truth(order <= 0);
	case TOKEN_GREATER:
		return truth(order > 0);
	default:
		return truth(order >= 0);
	}
}

static enum guise_truth compare(unsigned token, const struct side *a,
				const struct side *b)
{
	bool equal;

	if (!alike(a, b))
		return GUISE_UNKNOWN;
	switch (token) {
	case TOKEN_EQUAL:
	case TOKEN_NOT_EQUAL:
		equal = a->n == b->n && n_in(a, b) == a->n &&
			n_in(b, a) == b->n;
		return truth(equal == (token == TOKEN_EQUAL));
	case TOKEN_CONTAINS:
		return truth(n_in(b, a) == b->n);
	case TOKEN_NOT_CONTAINS:
		return truth(n_in(b, a) != b->n);
	case TOKEN_ANY_OF:
		return truth(n_in(b, a) > 0);
	case TOKEN_NOT_ANY_OF:
		return truth(n_in(b, a) == 0);
	default:
		return in_order(token, a, b);
	}
}

/* Operators with an attribute on the left and values on the right. */
static enum guise_truth relation(struct tree *tree, const struct node *node)
{
	bool contains = node->token == TOKEN_CONTAINS ||
			node->token == TOKEN_NOT_CONTAINS;
	bool any =
		node->token == TOKEN_ANY_OF || node->token == TOKEN_NOT_ANY_OF;
	struct side a, b;

	if (!side_of(tree, node->left, &a) || !side_of(tree, node->right, &b) ||
	    !a.attribute)
		return GUISE_UNKNOWN;
	/* the empty set on the right of Contains decides, whatever is left */
	if (contains && !b.attribute && b.n == 0)
		return truth(node->token == TOKEN_NOT_CONTAINS);
	if (a.missing || a.n == 0 || b.missing || (b.attribute && b.n == 0))
		return GUISE_UNKNOWN;
	if (any && !b.attribute && (!b.composite || b.n == 0))
		return GUISE_UNKNOWN;
	return compare(node->token, &a, &b);
}

static bool is_there(const struct tree *tree, unsigned token,
		     const struct guise_sid *sid)
{
	const struct model_scope *scope = tree->scope;
	const struct model_token *t = scope->token;

	if (token == 0x8a || token == 0x8c || token == 0x91 || token == 0x93)
		return model_has(t->device_groups, sid, scope->deny);
	if (!scope->restricted)
		return model_is_member(t, sid, scope->deny);
	for (size_t i = 0; i < t->restricted.n; i++) {
		if (model_sid_equal(&t->restricted.at[i].sid, sid))
			return true;
	}
	return false;
}

/* Member_of 89, Device_ 8a, Member_of_Any 8b, Device_ 8c; not: 90 to 93 */
static enum guise_truth member(struct tree *tree, const struct node *node)
{
	bool not_any = node->token == 0x92 || node->token == 0x93;
	bool any = node->token == 0x8b || node->token == 0x8c || not_any;
	bool not = node->token >= 0x90;
	struct guise_sid sid;
	struct side list;
	size_t n = 0, used;

	if (!side_of(tree, node->left, &list) || list.n == 0)
		return GUISE_UNKNOWN;
	for (size_t i = 0; i < list.n; i++) {
		if (list.values[i].type != GUISE_CLAIM_SID ||
		    !model_read_sid(list.values[i].bytes, list.values[i].size,
				    &sid, &used))
			return GUISE_UNKNOWN;
		n += is_there(tree, node->token, &sid);
	}
	return truth((any ? n > 0 : n == list.n) != not );
}

static enum guise_truth exists(struct tree *tree, const struct node *node)
{
	struct side a;

	if (!side_of(tree, node->left, &a) || !a.attribute)
		return GUISE_UNKNOWN;
	if (!a.missing && a.n == 0)
		return GUISE_UNKNOWN; /* as Windows has it */
	return truth(a.missing == (node->token == TOKEN_NOT_EXISTS));
}

/* An attribute that stands alone; a literal says nothing. */
static enum guise_truth alone(struct tree *tree, unsigned at)
{
	struct side a;
	bool number = true, nonzero = false;

	if (!side_of(tree, at, &a) || !a.attribute || a.missing || a.n == 0)
		return GUISE_UNKNOWN;
	for (size_t i = 0; i < a.n; i++) {
		number = number && kind_of(&a.values[i]) == GUISE_CLAIM_INT64;
		nonzero = nonzero || a.values[i].integer != 0;
	}
	if (number)
		return truth(nonzero);
	if (a.n == 1 && a.values[0].type == GUISE_CLAIM_STRING)
		return truth(a.values[0].size > 0);
	return GUISE_UNKNOWN;
}

/* An attribute beside the negation of one: UNKNOWN on Windows. */
static bool is_odd(const struct tree *tree, const struct node *node)
{
	const struct node *right = &tree->node[node->right];

	return model_is_attribute(tree->node[node->left].token) &&
	       right->token == TOKEN_NOT &&
	       model_is_attribute(tree->node[right->left].token);
}

static enum guise_truth evaluate(struct tree *tree, unsigned at)
{
	const struct node *node = &tree->node[at];
	enum guise_truth a, b;

	switch (node->token) {
	case TOKEN_AND:
	case TOKEN_OR:
		a = evaluate(tree, node->left);
		b = evaluate(tree, node->right);
		if (is_odd(tree, node))
			return GUISE_UNKNOWN;
		if (node->token == TOKEN_OR) /* the one that dominates */
			return a == GUISE_TRUE || b == GUISE_TRUE ? GUISE_TRUE
			       : a == GUISE_UNKNOWN		  ? a
								  : b;
		return a == GUISE_FALSE || b == GUISE_FALSE ? GUISE_FALSE
		       : a == GUISE_UNKNOWN		    ? a
							    : b;
	case TOKEN_NOT:
		return negate(evaluate(tree, node->left));
	case TOKEN_EXISTS:
	case TOKEN_NOT_EXISTS:
		return exists(tree, node);
	default:
		if (model_is_binary(node->token))
			return relation(tree, node);
		if (is_member_operator(node->token))
			return member(tree, node);
		return alone(tree, at);
	}
}

/* Deny-only in one place is deny-only everywhere. */
static void look_up(struct model_sids list, const struct guise_sid *sid,
		    bool *enabled, bool *deny_only)
{
	for (size_t i = 0; i < list.n; i++) {
		if (!model_sid_equal(&list.at[i].sid, sid))
			continue;
		if (list.at[i].attributes & GUISE_GROUP_USE_FOR_DENY_ONLY)
			*deny_only = true;
		else if (list.at[i].attributes & GUISE_GROUP_ENABLED)
			*enabled = true;
	}
}

bool model_has(struct model_sids list, const struct guise_sid *sid, bool deny)
{
	bool enabled = false, deny_only = false;

	look_up(list, sid, &enabled, &deny_only);
	return deny_only ? deny : enabled;
}

/* A user without attributes counts as enabled. */
bool model_is_member(const struct model_token *token,
		     const struct guise_sid *sid, bool deny)
{
	struct guise_sid_and_attributes user = token->user;
	bool enabled = false, deny_only = false;

	if (!(user.attributes & GUISE_GROUP_USE_FOR_DENY_ONLY))
		user.attributes = GUISE_GROUP_ENABLED;
	look_up((struct model_sids){&user, 1}, sid, &enabled, &deny_only);
	look_up(token->groups, sid, &enabled, &deny_only);
	return deny_only ? deny : enabled;
}

enum guise_truth model_condition(const uint8_t *code, size_t size,
				 const struct model_scope *scope,
				 bool *ret_too_large)
{
	static struct tree tree;
	enum guise_truth result;

	tree = (struct tree){.scope = scope};
	result = model_plant(&tree, code, size) ? evaluate(&tree, tree.stack[0])
						: GUISE_UNKNOWN;
	if (tree.too_large)
		*ret_too_large = true;
	return result;
}
