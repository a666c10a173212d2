/* SPDX-License-Identifier: Apache-2.0 */
/* The model's decoder of conditions (MS-DTYP 2.4.4.17): code to tree. */
#include <string.h>

#include "model-condition.h"

static uint64_t little(const uint8_t *p, unsigned n)
{
	uint64_t value = 0;

	while (n--)
		value = value * 256 + p[n];
	return value;
}

bool model_is_attribute(unsigned token)
{
	return token >= TOKEN_LOCAL && token <= TOKEN_DEVICE;
}

bool model_is_unary(unsigned token)
{
	return token == TOKEN_EXISTS || token == TOKEN_NOT_EXISTS ||
	       token == TOKEN_NOT || (token >= 0x89 && token <= 0x8c) ||
	       (token >= 0x90 && token <= 0x93);
}

bool model_is_binary(unsigned token)
{
	return (token >= TOKEN_EQUAL && token <= TOKEN_CONTAINS) ||
	       token == TOKEN_ANY_OF || token == TOKEN_NOT_CONTAINS ||
	       token == TOKEN_NOT_ANY_OF || token == TOKEN_AND ||
	       token == TOKEN_OR;
}

/* Of an integer of 8, 16 or 32 bits only these count. */
static uint64_t cut(uint64_t value, unsigned token)
{
	switch (token) {
	case TOKEN_INT8:
		return (uint64_t)(int8_t)value;
	case TOKEN_INT16:
		return (uint64_t)(int16_t)value;
	case TOKEN_INT32:
		return (uint64_t)(int32_t)value;
	default:
		return value;
	}
}

static bool read_integer(const uint8_t *data, size_t size,
			 struct model_value *ret, size_t *ret_used)
{
	if (size < 11) /* sign and base are for those who print */
		return false;
	ret->type = GUISE_CLAIM_INT64;
	ret->integer = cut(little(data + 1, 8), data[0]);
	*ret_used = 11;
	return true;
}

static bool read_literal(const uint8_t *data, size_t size,
			 struct model_value *ret, size_t *ret_used)
{
	struct guise_sid sid;
	size_t length, used;

	*ret = (struct model_value){0};
	if (size == 0)
		return false;
	if (data[0] >= TOKEN_INT8 && data[0] <= TOKEN_INT64)
		return read_integer(data, size, ret, ret_used);
	if (size < 5)
		return false;
	length = little(data + 1, 4);
	if (length > size - 5)
		return false;
	ret->bytes = data + 5;
	ret->size = length;
	*ret_used = 5 + length;
	switch (data[0]) {
	case TOKEN_TEXT:
		ret->type = GUISE_CLAIM_STRING;
		return length % 2 == 0;
	case TOKEN_OCTETS:
		ret->type = GUISE_CLAIM_OCTETS;
		return true;
	case TOKEN_SID:
		ret->type = GUISE_CLAIM_SID;
		return model_read_sid(ret->bytes, length, &sid, &used) &&
		       used == length;
	default:
		return false;
	}
}

int model_read_literals(const uint8_t *data, size_t size, bool single,
			struct model_value *ret, size_t *ret_used)
{
	struct model_value value;
	size_t at = 0, used;
	int n = 0;

	while (at < size && !(single && n == 1)) {
		if (!read_literal(data + at, size - at, &value, &used))
			return -1;
		if (ret && n < MODEL_VALUES_MAX)
			ret[n] = value;
		at += used;
		n++;
	}
	*ret_used = at;
	return n;
}

/* Bytes of the leaf at @data, 0 if it is none. */
static size_t leaf_size(const uint8_t *data, size_t size)
{
	struct model_value value;
	size_t used, length;

	if (!model_is_attribute(data[0]) && data[0] != TOKEN_COMPOSITE)
		return read_literal(data, size, &value, &used) ? used : 0;
	if (size < 5 || little(data + 1, 4) > size - 5)
		return 0;
	length = little(data + 1, 4);
	if (data[0] == TOKEN_COMPOSITE)
		return model_read_literals(data + 5, length, false, NULL,
					   &used) >= 0
			       ? 5 + length
			       : 0;
	return length % 2 || length == 0 ? 0 : 5 + length;
}

static bool all_zero(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i])
			return false;
	}
	return true;
}

static bool push(struct tree *tree, const uint8_t *data, size_t size)
{
	struct node *node = &tree->node[tree->n];
	bool binary = model_is_binary(data[0]), unary = model_is_unary(data[0]);

	if (tree->depth < (binary ? 2u : unary ? 1u : 0u))
		return false;
	*node = (struct node){.token = data[0],
			      .data = data,
			      .size = size,
			      .left = NONE,
			      .right = NONE};
	if (binary)
		node->right = tree->stack[--tree->depth];
	if (binary || unary)
		node->left = tree->stack[--tree->depth];
	tree->stack[tree->depth++] = tree->n++;
	return true;
}

static bool is_operator(unsigned token)
{
	return model_is_unary(token) || model_is_binary(token);
}

/* Is @node a SID or a list of SIDs, written out? */
static bool is_sids(const struct node *node)
{
	struct model_value value;
	size_t at = 5, used;

	if (node->token != TOKEN_COMPOSITE)
		return node->token == TOKEN_SID;
	for (; at < node->size; at += used) {
		if (!read_literal(node->data + at, node->size - at, &value,
				  &used) ||
		    value.type != GUISE_CLAIM_SID)
			return false;
	}
	return true;
}

/* Has @node what its operator can take? */
static bool fits(const struct tree *tree, const struct node *node)
{
	const struct node *left = &tree->node[node->left];
	const struct node *right = &tree->node[node->right];

	switch (node->token) {
	case TOKEN_AND:
	case TOKEN_OR:
		if (!is_operator(right->token) &&
		    !model_is_attribute(right->token))
			return false;
		__attribute__((fallthrough));
	case TOKEN_NOT:
		return is_operator(left->token) ||
		       model_is_attribute(left->token);
	case TOKEN_EXISTS:
	case TOKEN_NOT_EXISTS:
		return model_is_attribute(left->token);
	default:
		if (model_is_binary(node->token))
			return model_is_attribute(left->token) &&
			       !is_operator(right->token);
		return !model_is_unary(node->token) || is_sids(left);
	}
}

bool model_plant(struct tree *tree, const uint8_t *code, size_t size)
{
	size_t at = 4;

	if (size < 4 || memcmp(code, "artx", 4) != 0)
		return false;
	while (at < size && !all_zero(code + at, size - at)) {
		size_t used =
			model_is_unary(code[at]) || model_is_binary(code[at])
				? 1
				: leaf_size(code + at, size - at);

		if (used == 0)
			return false;
		if (tree->n == NODES_MAX) {
			tree->too_large = true;
			return false;
		}
		if (!push(tree, code + at, used))
			return false;
		at += used;
	}
	for (unsigned i = 0; i < tree->n; i++) {
		if (!fits(tree, &tree->node[i]))
			return false;
	}
	return tree->depth == 1;
}
