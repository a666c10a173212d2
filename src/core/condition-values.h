/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two sides of a comparison, wherever they are: claims of a token, claims
 * in a resource attribute ACE, literals of the byte code. Nothing is copied.
 */
#ifndef CORE_CONDITION_VALUES_H
#define CORE_CONDITION_VALUES_H

#include "claim-internal.h"
#include "condition-code.h"
#include "condition-internal.h"

struct condition_values {
	uint16_t type; /* enum guise_claim_type of all of them; 0 if none */
	bool is_literal;
	bool is_set;	/* literals between braces */
	bool is_mixed;	/* those have several types */
	bool sensitive; /* strings to their case */
	uint32_t n;
	struct reader literals; /* those of a set; else they are in the */
	const struct claim_datum *datums; /* first of these that is not */
	const struct claim_span *span;	  /* NULL, or are but one: */
	struct claim_datum one;
};

/* The value at *@position, 0 for the first, which moves to the next one; NULL
 * after the last. It is where it is, or decoded to @room. */
const struct claim_datum *
condition_values_next(const struct condition_values *values, uint32_t *position,
		      struct claim_datum *room);
/* A literal, or literals between braces; false if they are malformed. */
GUISE_MUST_USE bool condition_values_read(const struct condition_item *item,
					  struct condition_values *ret);
/* Bytes that looking at all values reads, of those that are not laid out. */
static inline size_t
condition_values_size(const struct condition_values *values)
{
	if (values->span)
		return values->span->all.size;
	return values->is_set ? values->literals.size : 0;
}
/* A value occurs twice, or nobody can tell in reasonable time. */
bool condition_values_repeat(const struct condition_values *values);

/* ==, with sets; UNKNOWN if the types do not fit each other. */
enum guise_truth condition_equal(const struct condition_values *left,
				 const struct condition_values *right);
/* <, <=, >, >=: of one value each that has an order. */
enum guise_truth condition_order(uint8_t token,
				 const struct condition_values *left,
				 const struct condition_values *right);
/* Every one on the right is on the left; any one is. */
enum guise_truth condition_contains(const struct condition_values *left,
				    const struct condition_values *right);
enum guise_truth condition_any_of(const struct condition_values *left,
				  const struct condition_values *right);

#endif
