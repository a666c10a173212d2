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
	*ret = (struct claim_datum){
		.integer = item->integer,
		.data = item->data,
		.size = item->size,
	};
}

bool condition_values_next(const struct condition_values *values,
			   uint32_t *position, struct claim_datum *ret)
{
	struct reader in = values->literals;
	struct condition_item item;

	if (values->is_set) {
		if (!read_skip(&in, *position) || !condition_read(&in, &item))
			return false;
		datum_of(&item, ret);
		*position = (uint32_t)(values->literals.size - in.size);
		return true;
	}
	if (*position >= values->n)
		return false;
	if (values->span)
		return claim_span_value(values->span, (*position)++, ret);
	*ret = values->datums ? values->datums[*position] : values->one;
	++*position;
	return true;
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

static void add_literal(struct condition_values *values,
			const struct condition_item *item)
{
	const uint16_t type = literal_type(item->token);

	if (values->n == 0)
		values->type = type;
	values->is_mixed |= values->type != type;
	values->n++;
}

bool condition_values_read(const struct condition_item *item,
			   struct condition_values *ret)
{
	struct condition_values values = {.is_literal = true};
	struct condition_item literal;
	struct reader in;

	if (item->token != CONDITION_COMPOSITE) {
		if (!literal_is_whole(item))
			return false;
		datum_of(item, &values.one);
		add_literal(&values, item);
		*ret = values;
		return true;
	}
	values.is_set = true;
	values.literals = reader_of(item->data, item->size);
	in = values.literals;
	while (condition_read(&in, &literal)) {
		if (!literal_is_whole(&literal))
			return false;
		add_literal(&values, &literal);
	}
	*ret = values;
	return in.size == 0;
}

static bool is_integer(uint16_t type)
{
	return type == GUISE_CLAIM_INT64 || type == GUISE_CLAIM_UINT64;
}

/* All are 0 or 1. */
static bool are_boolean(const struct condition_values *values)
{
	struct claim_datum datum;
	uint32_t at = 0;

	while (condition_values_next(values, &at, &datum)) {
		if (datum.integer >> 1)
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

/* How many of @members are in @set; few of both. */
static uint32_t count_few(const struct pairing *p,
			  const struct condition_values *set,
			  const struct condition_values *members)
{
	struct claim_datum member, element;
	uint32_t n = 0, at = 0, i;

	while (condition_values_next(members, &at, &member)) {
		i = 0;
		while (condition_values_next(set, &i, &element)) {
			if (pair_equal(p, &member, &element)) {
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
		struct claim_datum other;
		uint32_t at;

		*ret = slot;
		if (*slot == 0)
			return true;
		at = *slot - 1u;
		if (condition_values_next(t->set, &at, &other) &&
		    pair_equal(p, datum, &other))
			return true;
	}
	return false;
}

/* Puts all values in; *ret_repeats: one was there already. false: given up */
static bool table_fill(struct table *t, const struct condition_values *set,
		       bool fold, bool *ret_repeats)
{
	const struct pairing p = {set->type, set->type, fold};
	struct claim_datum datum;
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

		if (!condition_values_next(set, &at, &datum))
			return true;
		if (!table_find(t, &p, &datum, &slot))
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
	struct claim_datum member;
	uint32_t n = 0, at = 0;
	struct table t;
	uint16_t *slot;
	bool repeats;

	if (!table_fill(&t, set, p->fold, &repeats))
		return false;
	t.probes = TABLE_PROBES_MAX * (members->n + 1);
	while (condition_values_next(members, &at, &member)) {
		if (!table_find(&t, p, &member, &slot))
			return false;
		n += *slot != 0;
	}
	*ret = n;
	return true;
}

static bool count_members(const struct condition_values *set,
			  const struct condition_values *members, uint32_t *ret)
{
	const struct pairing p = {members->type, set->type,
				  !set->sensitive && !members->sensitive};

	if ((uint64_t)set->n * members->n > PAIRS_MAX)
		return count_many(&p, set, members, ret);
	*ret = count_few(&p, set, members);
	return true;
}

static bool many_repeat(const struct condition_values *values, bool fold)
{
	struct table t;
	bool repeats;

	return !table_fill(&t, values, fold, &repeats) || repeats;
}

bool condition_values_repeat(const struct condition_values *values)
{
	const struct pairing p = {values->type, values->type,
				  !values->sensitive};
	struct claim_datum a, b;
	uint32_t at = 0, i;

	if ((uint64_t)values->n * values->n > PAIRS_MAX)
		return many_repeat(values, p.fold);
	while (condition_values_next(values, &at, &a)) {
		i = at;
		while (condition_values_next(values, &i, &b)) {
			if (pair_equal(&p, &a, &b))
				return true;
		}
	}
	return false;
}

static enum guise_truth truth_of(bool value)
{
	return value ? GUISE_TRUE : GUISE_FALSE;
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

static int compare(const struct condition_values *left,
		   const struct condition_values *right)
{
	struct claim_datum a = {0}, b = {0};
	uint32_t i = 0, k = 0;

	(void)condition_values_next(left, &i, &a);
	(void)condition_values_next(right, &k, &b);
	switch (left->type) {
	case GUISE_CLAIM_STRING:
		return utf16_compare(a.data, a.size, b.data, b.size,
				     !left->sensitive && !right->sensitive);
	case GUISE_CLAIM_OCTETS:
		return compare_bytes(&a, &b);
	default:
		return compare_integers(left->type, a.integer, right->type,
					b.integer);
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
