/* SPDX-License-Identifier: Apache-2.0 */
/* The model's conditions: their code as a tree. */
#ifndef MODEL_CONDITION_H
#define MODEL_CONDITION_H

#include "model.h"

#define NODES_MAX 256
#define NONE NODES_MAX

enum token {
	TOKEN_INT8 = 0x01,
	TOKEN_INT16 = 0x02,
	TOKEN_INT32 = 0x03,
	TOKEN_INT64 = 0x04,
	TOKEN_TEXT = 0x10,
	TOKEN_OCTETS = 0x18,
	TOKEN_COMPOSITE = 0x50,
	TOKEN_SID = 0x51,
	TOKEN_EQUAL = 0x80,
	TOKEN_NOT_EQUAL = 0x81,
	TOKEN_LESS = 0x82,
	TOKEN_LESS_EQUAL = 0x83,
	TOKEN_GREATER = 0x84,
	TOKEN_GREATER_EQUAL = 0x85,
	TOKEN_CONTAINS = 0x86,
	TOKEN_EXISTS = 0x87,
	TOKEN_ANY_OF = 0x88,
	TOKEN_MEMBER = 0x89,
	TOKEN_NOT_EXISTS = 0x8d,
	TOKEN_NOT_CONTAINS = 0x8e,
	TOKEN_NOT_ANY_OF = 0x8f,
	TOKEN_AND = 0xa0,
	TOKEN_OR = 0xa1,
	TOKEN_NOT = 0xa2,
	TOKEN_LOCAL = 0xf8,
	TOKEN_USER = 0xf9,
	TOKEN_RESOURCE = 0xfa,
	TOKEN_DEVICE = 0xfb,
};

struct node {
	unsigned token;
	const uint8_t *data;
	size_t size;
	unsigned left, right; /* of the tree; NONE */
};

struct tree {
	struct node node[NODES_MAX + 1]; /* one more for NONE */
	unsigned n;
	unsigned stack[NODES_MAX]; /* while it is made */
	unsigned depth;
	const struct model_scope *scope;
	bool too_large;
};

bool model_is_attribute(unsigned token);
bool model_is_unary(unsigned token);
bool model_is_binary(unsigned token);

/* Literals one after the other and nothing else; at most one if @single.
 * Returns their number or -1. @ret: NULL or where they go. */
int model_read_literals(const uint8_t *data, size_t size, bool single,
			struct model_value *ret, size_t *ret_used);

/* Fills @tree from "artx" on; false: no condition. The root is the one node
 * left on its stack. */
bool model_plant(struct tree *tree, const uint8_t *code, size_t size);

#endif
