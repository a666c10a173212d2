/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's claims: values, how they compare, and what a resource attribute
 * ACE carries (MS-DTYP 2.4.10.1).
 */
#include <string.h>

#include "model.h"

static uint32_t u16_at(const uint8_t *p)
{
	return p[0] + 256u * p[1];
}

static uint32_t u32_at(const uint8_t *p)
{
	return u16_at(p) + 65536u * u16_at(p + 2);
}

static uint64_t u64_at(const uint8_t *p)
{
	return u32_at(p) + UINT64_C(0x100000000) * u32_at(p + 4);
}

/*
 * Windows' upper case of the letters that cases are made with: ASCII, Latin-1,
 * Greek and Cyrillic. sharp s (U+00DF) and the division sign have none.
 */
static uint32_t upper(uint32_t unit)
{
	if (unit >= 'a' && unit <= 'z')
		return unit - 'a' + 'A';
	if (unit >= 0xe0 && unit <= 0xfe && unit != 0xf7)
		return unit - 0x20;
	if (unit == 0xff)
		return 0x178;
	if (unit >= 0x3b1 && unit <= 0x3c9 && unit != 0x3c2)
		return unit - 0x20;
	if (unit >= 0x430 && unit <= 0x44f)
		return unit - 0x20;
	if (unit >= 0x450 && unit <= 0x45f)
		return unit - 0x50;
	return unit;
}

/* By UTF-16 unit, of upper case unless @exact. */
int model_text_compare(const uint8_t *a, size_t a_size, const uint8_t *b,
		       size_t b_size, bool exact)
{
	for (size_t i = 0; i + 2 <= a_size && i + 2 <= b_size; i += 2) {
		uint32_t x = u16_at(a + i), y = u16_at(b + i);

		if (!exact) {
			x = upper(x);
			y = upper(y);
		}
		if (x != y)
			return x < y ? -1 : 1;
	}
	return a_size < b_size ? -1 : a_size > b_size;
}

static bool is_number(const struct model_value *v)
{
	return v->type == GUISE_CLAIM_INT64 || v->type == GUISE_CLAIM_UINT64 ||
	       v->type == GUISE_CLAIM_BOOLEAN;
}

static bool is_negative(const struct model_value *v)
{
	return v->type == GUISE_CLAIM_INT64 && v->integer >> 63;
}

bool model_value_equal(const struct model_value *a, const struct model_value *b,
		       bool exact)
{
	if (is_number(a) && is_number(b))
		return is_negative(a) == is_negative(b) &&
		       a->integer == b->integer;
	if (a->type != b->type)
		return false;
	if (a->type == GUISE_CLAIM_STRING)
		return model_text_compare(a->bytes, a->size, b->bytes, b->size,
					  exact) == 0;
	return a->size == b->size &&
	       (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

/* Text up to its NUL; false if there is none. */
static bool read_text(const uint8_t *data, size_t size, size_t at,
		      const uint8_t **ret, size_t *ret_size)
{
	if (at > size)
		return false;
	for (size_t end = at; end + 2 <= size; end += 2) {
		if (u16_at(data + end) == 0) {
			*ret = data + at;
			*ret_size = end - at;
			return true;
		}
	}
	return false;
}

static bool read_counted(const uint8_t *data, size_t size, size_t at,
			 struct model_value *ret)
{
	if (at > size || size - at < 4)
		return false;
	ret->size = u32_at(data + at);
	ret->bytes = data + at + 4;
	return ret->size <= size - at - 4;
}

static bool read_value(const uint8_t *data, size_t size, size_t at,
		       struct model_value *ret)
{
	struct guise_sid sid;
	size_t used;

	switch (ret->type) {
	case GUISE_CLAIM_INT64:
	case GUISE_CLAIM_UINT64:
	case GUISE_CLAIM_BOOLEAN:
		if (at > size || size - at < 8)
			return false;
		ret->integer = u64_at(data + at);
		return ret->type != GUISE_CLAIM_BOOLEAN || ret->integer <= 1;
	case GUISE_CLAIM_STRING:
		return read_text(data, size, at, &ret->bytes, &ret->size);
	case GUISE_CLAIM_OCTETS:
		return read_counted(data, size, at, ret);
	case GUISE_CLAIM_SID:
		return read_counted(data, size, at, ret) &&
		       model_read_sid(ret->bytes, ret->size, &sid, &used) &&
		       used == ret->size;
	default:
		return false;
	}
}

static bool repeats(const struct model_claim *claim)
{
	for (size_t i = 0; i < claim->n_values; i++) {
		for (size_t k = 0; k < i; k++) {
			if (model_value_equal(
				    &claim->values[i], &claim->values[k],
				    claim->flags & GUISE_CLAIM_CASE_SENSITIVE))
				return true;
		}
	}
	return false;
}

static bool is_type(unsigned type)
{
	return type == GUISE_CLAIM_INT64 || type == GUISE_CLAIM_UINT64 ||
	       type == GUISE_CLAIM_STRING || type == GUISE_CLAIM_SID ||
	       type == GUISE_CLAIM_BOOLEAN || type == GUISE_CLAIM_OCTETS;
}

bool model_read_claim(const uint8_t *data, size_t size, struct model_claim *ret)
{
	size_t n;

	if (size < 16)
		return false;
	ret->type = u16_at(data + 4);
	if (!is_type(ret->type))
		return false;
	ret->flags = u32_at(data + 8);
	n = u32_at(data + 12);
	if (n > MODEL_VALUES_MAX || (size - 16) / 4 < n ||
	    !read_text(data, size, u32_at(data), &ret->name, &ret->name_size) ||
	    ret->name_size == 0)
		return false;
	for (ret->n_values = 0; ret->n_values < n; ret->n_values++) {
		struct model_value *value = &ret->values[ret->n_values];

		*value = (struct model_value){.type = ret->type};
		if (!read_value(data, size,
				u32_at(data + 16 + 4 * ret->n_values), value))
			return false;
	}
	return !repeats(ret);
}
