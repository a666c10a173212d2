/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims and conditions of a case. Few names, few values of each type, so that
 * conditions have something to say.
 */
#include <string.h>

#include "base.h"
#include "case.h"

/* UTF-16 units: a name and itself in other case are one. */
static const uint16_t names[][2] = {
	{'a'}, {'b'}, {0xe4, 'c'}, {'A'}, {0xc4, 'C'}, {'z'},
};
static const uint8_t name_units[] = {1, 1, 2, 1, 2, 1};
#define UNIQUE_NAMES 3

static const uint16_t texts[][3] = {
	{'x'}, {'y'}, {'X'}, {0}, {'x', 0xe9}, {'X', 0xc9}, {0x43f},
};
static const uint8_t text_units[] = {1, 1, 1, 0, 2, 2, 1};

void put_bytes(struct bytes *out, const void *data, size_t size)
{
	if (size > out->room - out->size)
		abort();
	if (size)
		memcpy(out->data + out->size, data, size);
	out->size += size;
}

void put_u8(struct bytes *out, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	put_bytes(out, &byte, 1);
}

void put_u16(struct bytes *out, unsigned value)
{
	put_u8(out, value & 0xff);
	put_u8(out, value >> 8);
}

void put_u32(struct bytes *out, uint32_t value)
{
	put_u16(out, value & 0xffff);
	put_u16(out, value >> 16);
}

void put_u64(struct bytes *out, uint64_t value)
{
	put_u32(out, (uint32_t)value);
	put_u32(out, (uint32_t)(value >> 32));
}

void put_sid(struct bytes *out, const struct guise_sid *sid)
{
	put_u8(out, 1);
	put_u8(out, sid->n_subs);
	for (int shift = 40; shift >= 0; shift -= 8)
		put_u8(out, (unsigned)(sid->authority >> shift & 0xff));
	for (unsigned i = 0; i < sid->n_subs; i++)
		put_u32(out, sid->sub[i]);
}

static void put_units(struct bytes *out, const uint16_t *units, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_u16(out, units[i]);
}

/*
 * What values point to, made once: texts, SIDs and octets. A table for each,
 * as model_value wants them: bytes.
 */
struct pool {
	uint8_t text[ARRAY_SIZE(texts)][6];
	uint8_t name[ARRAY_SIZE(names)][4];
	uint8_t sid[4][GUISE_SID_MAX_SIZE];
	size_t sid_size[4];
};

static const struct guise_sid value_sids[] = {
	{.authority = 1, .sub = {0}, .n_subs = 1},
	{.authority = 5, .sub = {32, 545}, .n_subs = 2},
	{.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5},
	{.authority = 5, .sub = {12}, .n_subs = 1},
};

static const struct pool *pool(void)
{
	static struct pool p;
	struct bytes out;

	if (p.sid_size[0])
		return &p;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		out = (struct bytes){p.text[i], 0, 6};
		put_units(&out, texts[i], text_units[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		out = (struct bytes){p.name[i], 0, 4};
		put_units(&out, names[i], name_units[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(value_sids); i++) {
		out = (struct bytes){p.sid[i], 0, GUISE_SID_MAX_SIZE};
		put_sid(&out, &value_sids[i]);
		p.sid_size[i] = out.size;
	}
	return &p;
}

static struct model_value value_make(struct choices *ch, unsigned type)
{
	static const uint64_t numbers[] = {1, 0, 2, UINT64_MAX,
					   UINT64_C(1) << 63};
	static const uint8_t octets[] = {1, 2, 3};
	struct model_value v = {.type = type};
	size_t i;

	switch (type) {
	case GUISE_CLAIM_STRING:
		i = choose(ch, ARRAY_SIZE(texts));
		v.bytes = pool()->text[i];
		v.size = 2u * text_units[i];
		break;
	case GUISE_CLAIM_SID:
		i = choose(ch, ARRAY_SIZE(value_sids));
		v.bytes = pool()->sid[i];
		v.size = pool()->sid_size[i];
		break;
	case GUISE_CLAIM_OCTETS:
		v.bytes = octets + choose(ch, 2);
		v.size = choose(ch, 3);
		break;
	case GUISE_CLAIM_BOOLEAN:
		v.integer = choose(ch, 2);
		break;
	default:
		v.integer = numbers[choose(ch, ARRAY_SIZE(numbers))];
	}
	return v;
}

static const unsigned types[] = {
	GUISE_CLAIM_INT64,   GUISE_CLAIM_STRING, GUISE_CLAIM_INT64,
	GUISE_CLAIM_STRING,  GUISE_CLAIM_INT64,	 GUISE_CLAIM_UINT64,
	GUISE_CLAIM_BOOLEAN, GUISE_CLAIM_SID,	 GUISE_CLAIM_OCTETS,
};

/* Repeated values only if @repeat: no claim of a token has them. */
static void claim_make(struct choices *ch, size_t name, bool repeat,
		       struct model_claim *ret)
{
	static const uint32_t flags[] = {0,
					 0,
					 0,
					 GUISE_CLAIM_CASE_SENSITIVE,
					 GUISE_CLAIM_CASE_SENSITIVE,
					 GUISE_CLAIM_DISABLED,
					 GUISE_CLAIM_DENY_ONLY,
					 GUISE_CLAIM_DENY_ONLY |
						 GUISE_CLAIM_CASE_SENSITIVE};
	size_t n = choose(ch, 8);

	ret->name = pool()->name[name];
	ret->name_size = 2u * name_units[name];
	ret->type = types[choose(ch, ARRAY_SIZE(types))];
	ret->flags = flags[choose(ch, ARRAY_SIZE(flags))];
	ret->n_values = 0;
	n = n < 4 ? 1 : n < 7 ? n - 3 : 0;
	for (size_t i = 0; i < n; i++) {
		struct model_value v = value_make(ch, ret->type);
		bool again = false;

		for (size_t k = 0; k < ret->n_values; k++)
			again |= model_value_equal(
				&v, &ret->values[k],
				ret->flags & GUISE_CLAIM_CASE_SENSITIVE);
		if (!again || repeat)
			ret->values[ret->n_values++] = v;
	}
}

/* @resource: for an ACE, which may carry what no set of claims has. */
void case_claims_make(struct choices *ch, bool resource,
		      struct model_claims *ret)
{
	size_t first = choose(ch, UNIQUE_NAMES);

	ret->n = choose(ch, UNIQUE_NAMES + 1);
	for (size_t i = 0; i < ret->n; i++)
		claim_make(ch, (first + i) % UNIQUE_NAMES,
			   resource && rarely(ch, 6), &ret->at[i]);
}

static void put_value(struct bytes *out, const struct model_value *v)
{
	switch (v->type) {
	case GUISE_CLAIM_STRING:
		put_bytes(out, v->bytes, v->size);
		put_u16(out, 0);
		break;
	case GUISE_CLAIM_SID:
	case GUISE_CLAIM_OCTETS:
		put_u32(out, (uint32_t)v->size);
		put_bytes(out, v->bytes, v->size);
		break;
	default:
		put_u64(out, v->integer);
	}
	while (out->size % 4)
		put_u8(out, 0);
}

static void set_u32(struct bytes *out, size_t at, size_t value)
{
	struct bytes field = {out->data + at, 0, 4};

	put_u32(&field, (uint32_t)value);
}

/* CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1, its name last */
void case_claim_write(const struct model_claim *claim, struct bytes *out)
{
	size_t start = out->size, offsets = start + 16;

	put_u32(out, 0);
	put_u16(out, claim->type);
	put_u16(out, 0);
	put_u32(out, claim->flags);
	put_u32(out, (uint32_t)claim->n_values);
	for (size_t i = 0; i < claim->n_values; i++)
		put_u32(out, 0);
	for (size_t i = 0; i < claim->n_values; i++) {
		set_u32(out, offsets + 4 * i, out->size - start);
		put_value(out, &claim->values[i]);
	}
	set_u32(out, start, out->size - start);
	put_bytes(out, claim->name, claim->name_size);
	put_u16(out, 0);
	while (out->size % 4)
		put_u8(out, 0);
}

/* Attributes: f8 local, f9 user, fa resource, fb device */
static void put_attribute(struct choices *ch, bool resource_only,
			  struct bytes *out)
{
	static const uint8_t kinds[] = {0xf9, 0xfa, 0xfa, 0xfb, 0xf8};
	size_t name = choose(ch, ARRAY_SIZE(names));
	unsigned from = kinds[choose(ch, ARRAY_SIZE(kinds))];

	put_u8(out, resource_only ? 0xfa : from);
	put_u32(out, 2u * name_units[name]);
	put_bytes(out, pool()->name[name], 2u * name_units[name]);
}

static void put_literal(struct choices *ch, unsigned type, struct bytes *out)
{
	struct model_value v = value_make(ch, type);

	switch (type) {
	case GUISE_CLAIM_STRING:
	case GUISE_CLAIM_OCTETS:
	case GUISE_CLAIM_SID:
		put_u8(out, type == GUISE_CLAIM_STRING ? 0x10
			    : type == GUISE_CLAIM_SID  ? 0x51
						       : 0x18);
		put_u32(out, (uint32_t)v.size);
		put_bytes(out, v.bytes, v.size);
		break;
	default:
		put_u8(out, 4 - (unsigned)rarely(ch, 8) * choose(ch, 4));
		put_u64(out, v.integer);
		put_u8(out, v.integer >> 63 ? 2 : 3);
		put_u8(out, 2);
	}
}

static void put_composite(struct choices *ch, unsigned type, struct bytes *out)
{
	size_t length_at = out->size + 1;
	size_t n = choose(ch, 4);

	put_u8(out, 0x50);
	put_u32(out, 0);
	for (size_t i = 0; i < n; i++)
		put_literal(ch,
			    rarely(ch, 12)
				    ? types[choose(ch, ARRAY_SIZE(types))]
				    : type,
			    out);
	if (rarely(ch, 60))
		put_bytes(out, "\x50\0\0\0", 5); /* an empty one inside */
	set_u32(out, length_at, out->size - length_at - 4);
}

static void put_operand(struct choices *ch, bool resource_only,
			struct bytes *out)
{
	unsigned type = types[choose(ch, ARRAY_SIZE(types))];

	switch (choose(ch, 5)) {
	case 0:
	case 1:
		put_literal(ch, type, out);
		break;
	case 2:
	case 3:
		put_composite(ch, type, out);
		break;
	default:
		put_attribute(ch, resource_only, out);
	}
}

static void put_member(struct choices *ch, struct bytes *out)
{
	static const uint8_t operators[] = {0x89, 0x8b, 0x90, 0x92,
					    0x8a, 0x8c, 0x91, 0x93};

	if (rarely(ch, 30))
		put_operand(ch, false, out);
	else if (choose(ch, 3))
		put_composite(ch, GUISE_CLAIM_SID, out);
	else
		put_literal(ch, GUISE_CLAIM_SID, out);
	put_u8(out, operators[choose(ch, ARRAY_SIZE(operators))]);
}

static void put_relation(struct choices *ch, bool resource_only,
			 struct bytes *out)
{
	static const uint8_t operators[] = {0x80, 0x81, 0x86, 0x88, 0x8e,
					    0x8f, 0x82, 0x83, 0x84, 0x85};

	if (!resource_only && rarely(ch, 30))
		put_operand(ch, resource_only, out);
	else
		put_attribute(ch, resource_only, out);
	put_operand(ch, resource_only, out);
	put_u8(out, operators[choose(ch, ARRAY_SIZE(operators))]);
}

static void put_expression(struct choices *ch, bool resource_only,
			   unsigned depth, struct bytes *out)
{
	switch (choose(ch, depth ? 8 : 5)) {
	case 0:
		if (!resource_only) {
			put_member(ch, out);
			break;
		}
		__attribute__((fallthrough));
	case 1:
	case 2:
		put_relation(ch, resource_only, out);
		break;
	case 3:
		put_attribute(ch, resource_only, out);
		put_u8(out, choose(ch, 2) ? 0x87 : 0x8d);
		break;
	case 4:
		put_attribute(ch, resource_only, out);
		break;
	case 5:
		put_expression(ch, resource_only, depth - 1, out);
		put_u8(out, 0xa2);
		break;
	default:
		put_expression(ch, resource_only, depth - 1, out);
		put_expression(ch, resource_only, depth - 1, out);
		put_u8(out, 0xa0 + choose(ch, 2));
	}
}

/* Now and then bytes that are no condition; never for policies, which have
 * theirs checked. */
void case_condition_write(struct choices *ch, bool resource_only,
			  struct bytes *out)
{
	size_t start = out->size;

	put_bytes(out, "artx", 4);
	put_expression(ch, resource_only, 2, out);
	if (!resource_only && rarely(ch, 30))
		put_u8(out, choose(ch, 256));
	if (!resource_only && rarely(ch, 30))
		out->data[start + choose(ch, (uint32_t)(out->size - start))] ^=
			(uint8_t)(1u << choose(ch, 8));
	while ((out->size - start) % 4)
		put_u8(out, 0);
}
