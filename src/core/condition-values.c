/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing values (MS-DTYP 2.4.4.17.6). Few values are compared each with
 * each. Of many, one side is put into a table on the stack first, so that what
 * whoever wrote the descriptor and its attributes can make the check spend is
 * linear in their size: a table that fills up badly, as only values chosen for
 * it do, is given up, and the answer is UNKNOWN.
 */
#include "condition-values.h"
#include "acl-internal.h"
#include "sid-hash.h"
#include "utf16.h"

/* Up to this many pairs are compared without a table. */
#define PAIRS_MAX 256
/* ... and of no more bytes than this, counted once for each pair */
#define PAIRED_BYTES_MAX 16384
#define TABLE_SLOTS (2 * GUISE_CLAIM_VALUES_MAX)
/* Slots looked at for one value, on average, before the table is given up. */
#define TABLE_PROBES_MAX 32

static uint16_t literal_type(uint8_t token)
{
	switch (token) {
	case CONDITION_STRING:
		return GUISE_CLAIM_STRING;
	case CONDITION_OCTETS:
		return GUISE_CLAIM_OCTETS;
	case CONDITION_SID:
		return GUISE_CLAIM_SID;
	default:
		return GUISE_CLAIM_INT64;
	}
}

static void datum_of(const struct condition_item *item, struct claim_datum *ret)
{
	ret->integer = item->integer;
	ret->data = item->data;
	ret->size = item->size;
	ret->hash = 0;
}

static const struct claim_datum *next_of_set(const struct condition_values *set,
					     uint32_t *position,
					     struct claim_datum *room)
{
	struct reader in = set->literals;
	struct condition_item item;

	if (!read_skip(&in, *position) || !condition_read(&in, &item))
		return NULL;
	datum_of(&item, room);
	*position = (uint32_t)(set->literals.size - in.size);
	return room;
}

const struct claim_datum *
condition_values_next(const struct condition_values *values, uint32_t *position,
		      struct claim_datum *room)
{
	const uint32_t i = *position;

	if (values->is_set)
		return next_of_set(values, position, room);
	if (i >= values->n)
		return NULL;
	*position = i + 1;
	if (values->datums)
		return &values->datums[i];
	if (!values->span)
		return &values->one;
	return claim_span_value(values->span, i, room) ? room : NULL;
}

static bool literal_is_whole(const struct condition_item *item)
{
	struct reader in = reader_of(item->data, item->size);
	const uint8_t *sid;
	uint8_t n_subs;

	switch (item->token) {
	case CONDITION_STRING:
		return item->size % 2 == 0;
	case CONDITION_SID:
		return sid_read_span(&in, &sid, &n_subs) == 0 && in.size == 0;
	default:
		return condition_kind(item->token) == CONDITION_KIND_VALUE;
	}
}

static bool read_set(const struct condition_item *set,
		     struct condition_values *ret)
{
	struct reader in = reader_of(set->data, set->size);
	struct condition_item item;

	ret->literals = in;
	ret->type = 0;
	ret->n = 0;
	while (condition_read(&in, &item)) {
		const uint16_t type = literal_type(item.token);

		if (!literal_is_whole(&item))
			return false;
		if (ret->n++ == 0)
			ret->type = type;
		ret->is_mixed |= ret->type != type;
	}
	return in.size == 0;
}

bool condition_values_read(const struct condition_item *item,
			   struct condition_values *ret)
{
	ret->is_literal = true;
	ret->is_set = item->token == CONDITION_COMPOSITE;
	ret->is_mixed = false;
	ret->sensitive = false;
	ret->datums = NULL;
	ret->span = NULL;
	if (ret->is_set)
		return read_set(item, ret);
	ret->type = literal_type(item->token);
	ret->n = 1;
	datum_of(item, &ret->one);
	return condition_is_integer(item->token) || literal_is_whole(item);
}

static bool is_integer(uint16_t type)
{
	return type == GUISE_CLAIM_INT64 || type == GUISE_CLAIM_UINT64;
}

/* All are 0 or 1. */
static bool are_boolean(const struct condition_values *values)
{
	const struct claim_datum *datum;
	struct claim_datum room;
	uint32_t at = 0;

	while ((datum = condition_values_next(values, &at, &room))) {
		if (datum->integer >> 1)
			return false;
	}
	return true;
}

/* Whether the two can be equal at all. */
static bool are_comparable(const struct condition_values *left,
			   const struct condition_values *right)
{
	if (left->is_mixed || right->is_mixed)
		return false;
	if (left->type == right->type)
		return true;
	if (is_integer(left->type) && is_integer(right->type))
		return true;
	if (left->type == GUISE_CLAIM_BOOLEAN && is_integer(right->type))
		return are_boolean(right);
	if (right->type == GUISE_CLAIM_BOOLEAN && is_integer(left->type))
		return are_boolean(left);
	return false;
}

/* INT64 and UINT64 by their value: those of one sign are in the order of their
 * bits. */
static int compare_integers(uint16_t a_type, int64_t a, uint16_t b_type,
			    int64_t b)
{
	const bool a_negative = a_type == GUISE_CLAIM_INT64 && a < 0;
	const bool b_negative = b_type == GUISE_CLAIM_INT64 && b < 0;

	if (a_negative != b_negative)
		return a_negative ? -1 : 1;
	return ((uint64_t)a > (uint64_t)b) - ((uint64_t)a < (uint64_t)b);
}

static int compare_bytes(const struct claim_datum *a,
			 const struct claim_datum *b)
{
	const uint32_t size = a->size < b->size ? a->size : b->size;
	const int order = size ? memcmp(a->data, b->data, size) : 0;

	return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* One comparison: what is the same for all pairs. */
struct pairing {
	uint16_t a_type;
	uint16_t b_type;
	bool fold;
};

static bool pair_equal(const struct pairing *p, const struct claim_datum *a,
		       const struct claim_datum *b)
{
	switch (p->a_type) {
	case GUISE_CLAIM_STRING:
		return utf16_equal(a->data, a->size, b->data, b->size, p->fold);
	case GUISE_CLAIM_SID:
	case GUISE_CLAIM_OCTETS:
		return a->size == b->size && compare_bytes(a, b) == 0;
	default:
		return compare_integers(p->a_type, a->integer, p->b_type,
					b->integer) == 0;
	}
}

/* The only one, or the first. */
static const struct claim_datum *first_of(const struct condition_values *values,
					  struct claim_datum *room)
{
	uint32_t at = 0;

	if (values->is_set || values->span)
		return condition_values_next(values, &at, room);
	return values->datums ? values->datums : &values->one;
}

static struct pairing pairing_of(const struct condition_values *a,
				 const struct condition_values *b)
{
	return (struct pairing){a->type, b->type,
				!a->sensitive && !b->sensitive};
}

/* How many of @members are in @set; few of both. */
static uint32_t count_few(const struct pairing *p,
			  const struct condition_values *set,
			  const struct condition_values *members)
{
	const struct claim_datum *member, *element;
	struct claim_datum member_room, element_room;
	uint32_t n = 0, at = 0, i;

	while ((member = condition_values_next(members, &at, &member_room))) {
		i = 0;
		while ((element = condition_values_next(set, &i,
							&element_room))) {
			if (pair_equal(p, member, element)) {
				n++;
				break;
			}
		}
	}
	return n;
}

/* Positions plus one of values in an open-addressing table; 0 is empty. */
struct table {
	const struct condition_values *set;
	uint32_t probes; /* left */
	uint16_t slots[TABLE_SLOTS];
};
static_assert(GUISE_ACL_MAX_SIZE <= UINT16_MAX, "a position fits a slot");

static uint32_t hash_bytes(const uint8_t *data, uint32_t size)
{
	uint32_t hash = 2166136261u;

	for (uint32_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * 16777619u;
	return hash ^ hash >> 15;
}

static uint32_t datum_hash(uint16_t type, const struct claim_datum *datum)
{
	const uint64_t key = UINT64_C(0x9e3779b97f4a7c15);

	if (datum->hash)
		return datum->hash;
	switch (type) {
	case GUISE_CLAIM_STRING:
		return utf16_hash(datum->data, datum->size);
	case GUISE_CLAIM_SID:
	case GUISE_CLAIM_OCTETS:
		return hash_bytes(datum->data, datum->size);
	default:
		return (uint32_t)((uint64_t)datum->integer * key >> 32);
	}
}

/* The slot of an equal value, or the empty one where it belongs; false when
 * the table is given up. */
static bool table_find(struct table *t, const struct pairing *p,
		       const struct claim_datum *datum, uint16_t **ret)
{
	uint32_t i = datum_hash(p->a_type, datum);

	for (; t->probes > 0; i++, t->probes--) {
		uint16_t *slot = &t->slots[i % TABLE_SLOTS];
		const struct claim_datum *other;
		struct claim_datum room;
		uint32_t at;

		*ret = slot;
		if (*slot == 0)
			return true;
		at = *slot - 1u;
		other = condition_values_next(t->set, &at, &room);
		if (other && pair_equal(p, datum, other))
			return true;
	}
	return false;
}

/* Puts all values in; *ret_repeats: one was there already. false: given up */
static bool table_fill(struct table *t, const struct condition_values *set,
		       bool fold, bool *ret_repeats)
{
	const struct pairing p = {set->type, set->type, fold};
	const struct claim_datum *datum;
	struct claim_datum room;
	uint32_t at = 0;
	uint16_t *slot;

	*ret_repeats = false;
	if (set->n > GUISE_CLAIM_VALUES_MAX)
		return false;
	memset(t->slots, 0, sizeof(t->slots));
	t->set = set;
	t->probes = TABLE_PROBES_MAX * (set->n + 1);
	for (;;) {
		const uint32_t before = at;

		datum = condition_values_next(set, &at, &room);
		if (!datum)
			return true;
		if (!table_find(t, &p, datum, &slot))
			return false;
		if (*slot)
			*ret_repeats = true;
		else
			*slot = (uint16_t)(before + 1);
	}
}

/* How many of @members are in @set; false: given up. Uses 4 KiB of stack. */
static bool count_many(const struct pairing *p,
		       const struct condition_values *set,
		       const struct condition_values *members, uint32_t *ret)
{
	const struct claim_datum *member;
	struct claim_datum room;
	uint32_t n = 0, at = 0;
	UNINITIALIZED struct table t;
	uint16_t *slot;
	bool repeats;

	if (!table_fill(&t, set, p->fold, &repeats))
		return false;
	t.probes = TABLE_PROBES_MAX * (members->n + 1);
	while ((member = condition_values_next(members, &at, &room))) {
		if (!table_find(&t, p, member, &slot))
			return false;
		n += *slot != 0;
	}
	*ret = n;
	return true;
}

/* Comparing each with each is faster than a table. */
static bool are_few(const struct condition_values *a,
		    const struct condition_values *b)
{
	return (uint64_t)a->n * b->n <= PAIRS_MAX &&
	       (uint64_t)condition_values_size(a) * b->n +
			       (uint64_t)condition_values_size(b) * a->n <=
		       PAIRED_BYTES_MAX;
}

static bool count_members(const struct condition_values *set,
			  const struct condition_values *members, uint32_t *ret)
{
	const struct pairing p = pairing_of(members, set);

	if (!are_few(set, members))
		return count_many(&p, set, members, ret);
	*ret = count_few(&p, set, members);
	return true;
}

static bool many_repeat(const struct condition_values *values, bool fold)
{
	UNINITIALIZED struct table t;
	bool repeats;

	return !table_fill(&t, values, fold, &repeats) || repeats;
}

bool condition_values_repeat(const struct condition_values *values)
{
	const struct pairing p = {values->type, values->type,
				  !values->sensitive};
	const struct claim_datum *a, *b;
	struct claim_datum a_room, b_room;
	uint32_t at = 0, i;

	if (!are_few(values, values))
		return many_repeat(values, p.fold);
	while ((a = condition_values_next(values, &at, &a_room))) {
		i = at;
		while ((b = condition_values_next(values, &i, &b_room))) {
			if (pair_equal(&p, a, b))
				return true;
		}
	}
	return false;
}

static enum guise_truth truth_of(bool value)
{
	return value ? GUISE_TRUE : GUISE_FALSE;
}

/* One of each. */
static bool are_equal(const struct condition_values *left,
		      const struct condition_values *right)
{
	const struct pairing p = pairing_of(left, right);
	struct claim_datum a_room, b_room;
	const struct claim_datum *a = first_of(left, &a_room);
	const struct claim_datum *b = first_of(right, &b_room);

	must(a && b);
	return pair_equal(&p, a, b);
}

/*
 * A set that names a member twice is not equal to a claim, which never does:
 * so Windows has it. With as many values on both sides, those of a claim being
 * different from each other, it is enough that all on the left are on the
 * right.
 */
enum guise_truth condition_equal(const struct condition_values *left,
				 const struct condition_values *right)
{
	uint32_t n;

	if (right->n == 0)
		return GUISE_FALSE;
	if (!are_comparable(left, right))
		return GUISE_UNKNOWN;
	if (left->n != right->n)
		return GUISE_FALSE;
	if (left->n == 1)
		return truth_of(are_equal(left, right));
	if (!count_members(right, left, &n))
		return GUISE_UNKNOWN;
	return truth_of(n == left->n);
}

static bool has_order(const struct condition_values *values)
{
	return values->n == 1 && !values->is_set &&
	       (is_integer(values->type) ||
		values->type == GUISE_CLAIM_STRING ||
		values->type == GUISE_CLAIM_OCTETS);
}

/* One of each, of types that have an order. */
static int compare(const struct condition_values *left,
		   const struct condition_values *right)
{
	struct claim_datum a_room, b_room;
	const struct claim_datum *a = first_of(left, &a_room);
	const struct claim_datum *b = first_of(right, &b_room);

	must(a && b);
	switch (left->type) {
	case GUISE_CLAIM_STRING:
		return utf16_compare(a->data, a->size, b->data, b->size,
				     !left->sensitive && !right->sensitive);
	case GUISE_CLAIM_OCTETS:
		return compare_bytes(a, b);
	default:
		return compare_integers(left->type, a->integer, right->type,
					b->integer);
	}
}

enum guise_truth condition_order(uint8_t token,
				 const struct condition_values *left,
				 const struct condition_values *right)
{
	int order;

	if (!has_order(left) || !has_order(right) ||
	    !are_comparable(left, right))
		return GUISE_UNKNOWN;
	order = compare(left, right);
	switch (token) {
	case CONDITION_LESS:
		return truth_of(order < 0);
	case CONDITION_LESS_OR_EQUAL:
		return truth_of(order <= 0);
	case CONDITION_GREATER:
		return truth_of(order > 0);
	default:
		return truth_of(order >= 0);
	}
}

enum guise_truth condition_contains(const struct condition_values *left,
				    const struct condition_values *right)
{
	uint32_t n;

	if (!are_comparable(left, right) || !count_members(left, right, &n))
		return GUISE_UNKNOWN;
	return truth_of(n == right->n);
}

enum guise_truth condition_any_of(const struct condition_values *left,
				  const struct condition_values *right)
{
	uint32_t n;

	if (right->n == 0 || !are_comparable(left, right) ||
	    !count_members(left, right, &n))
		return GUISE_UNKNOWN;
	return truth_of(n > 0);
}
