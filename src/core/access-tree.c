/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Object type trees (MS-DTYP 2.5.1.1, 2.5.3.2): what ACEs for properties and
 * classes do to the nodes of one object. Nodes lie in preorder, so that what
 * is below a node follows it without a gap. What is granted to a node is
 * granted to all below it; what all children have, their parent has.
 */
#include "access-internal.h"

int tree_init(struct access_tree *ret, const struct guise_object_type *types,
	      size_t n, bool result_list)
{
	uint16_t last[GUISE_OBJECT_TYPE_LEVEL_MAX + 1] = {0};

	if (!types || n == 0 || n > GUISE_OBJECT_TYPES_MAX ||
	    types[0].level != 0)
		return -EINVAL;
	ret->types = types;
	ret->n = (uint16_t)n;
	ret->result_list = result_list;
	for (uint16_t i = 0; i < n; i++) {
		uint16_t level = types[i].level;

		if (i > 0 && (level == 0 || level > types[i - 1].level + 1 ||
			      level > GUISE_OBJECT_TYPE_LEVEL_MAX))
			return -EINVAL;
		ret->node[i].parent = level ? last[level - 1] : 0;
		last[level] = i;
		ret->node[i].end = (uint16_t)(i + 1);
		for (uint16_t up = i; up != 0; up = ret->node[up].parent)
			ret->node[ret->node[up].parent].end = (uint16_t)(i + 1);
	}
	return 0;
}

void tree_begin(struct access_tree *tree, uint32_t open, bool max)
{
	tree->max = max;
	for (size_t i = 0; i < tree->n; i++) {
		tree->node[i].open = open;
		tree->node[i].granted = 0;
	}
}

void tree_forget_decided(struct access_tree *tree)
{
	for (size_t i = 0; i < tree->n; i++)
		tree->node[i].decided_by = 0;
}

size_t tree_find(const struct access_tree *tree, const uint8_t *object_type)
{
	size_t i;

	for (i = 0; i < tree->n; i++) {
		if (memcmp(tree->types[i].guid.bytes, object_type,
			   sizeof(tree->types[i].guid.bytes)) == 0)
			break;
	}
	return i;
}

uint32_t tree_open(const struct access_tree *tree)
{
	uint32_t open = 0;

	for (size_t i = 0; i < tree->n; i++)
		open |= tree->node[i].open;
	return open;
}

static uint32_t grant(const struct access_tree *tree, struct access_node *node,
		      uint32_t mask, uint32_t number)
{
	uint32_t gained = mask & node->open;

	node->granted |= gained;
	node->open &= ~gained;
	if (gained && number && (tree->max || !node->open))
		node->decided_by = number;
	return gained;
}

static uint32_t deny(const struct access_tree *tree, struct access_node *node,
		     uint32_t mask, uint32_t number)
{
	uint32_t lost = mask & node->open;

	node->open &= ~lost;
	if (lost && number && !tree->max)
		node->decided_by = number;
	return lost;
}

/* What every child of @parent has been granted. */
static uint32_t granted_to_children(const struct access_tree *tree,
				    size_t parent)
{
	uint32_t all = UINT32_MAX;

	for (size_t i = parent + 1; i < tree->node[parent].end;
	     i = tree->node[i].end)
		all &= tree->node[i].granted;
	return all;
}

uint32_t tree_allow(struct access_tree *tree, size_t node, uint32_t mask,
		    uint32_t number)
{
	uint32_t gained = 0;

	for (size_t i = node; i < tree->node[node].end; i++)
		gained |= grant(tree, &tree->node[i], mask, number);
	while (node != 0) {
		node = tree->node[node].parent;
		gained |= grant(tree, &tree->node[node],
				granted_to_children(tree, node), number);
	}
	return gained;
}

uint32_t tree_deny(struct access_tree *tree, size_t node, uint32_t mask,
		   uint32_t number)
{
	uint32_t lost = 0;

	for (size_t i = node; i < tree->node[node].end; i++)
		lost |= deny(tree, &tree->node[i], mask, number);
	while (node != 0) {
		node = tree->node[node].parent;
		lost |= deny(tree, &tree->node[node], lost, number);
	}
	return lost;
}
