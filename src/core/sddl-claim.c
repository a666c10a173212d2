/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claim of a resource attribute ACE (MS-DTYP 2.5.1.1):
 * ("name",type,flags,value,...). Blanks may stand between its parts. A name's
 * characters may be written %XXXX, a UTF-16 unit each; a string's may not. A
 * value may occur twice, as Windows allows here: such a claim counts as absent
 * when conditions ask for it.
 */
#include "acl-internal.h"
#include "buf.h"
#include "sddl-internal.h"
#include "text.h"
#include "utf16.h"
#include <guise/claim.h>

/* One claim being read. */
struct claim_text {
	const struct sddl_context *context;
	struct sddl_span rest; /* what has not been read yet */
	struct guise_claim claim;
	struct guise_buf name;	 /* UTF-8 */
	struct guise_buf values; /* struct guise_claim_value, one by one; of
				  * SIDs and octets without the pointer */
	struct guise_buf bytes;	 /* what those would point to, in their order */
};

static void claim_text_clear(struct claim_text *text)
{
	guise_buf_clear(&text->name);
	guise_buf_clear(&text->values);
	guise_buf_clear(&text->bytes);
}

static int fail(const struct claim_text *text, const char *at, const char *why)
{
	return sddl_fail(text->context, at, GUISE_E_INVALID_ACL, why);
}

/* @c with blanks around it */
static int expect(struct claim_text *text, char c, const char *why)
{
	sddl_skip_blanks(&text->rest);
	if (!sddl_skip(&text->rest, c))
		return fail(text, text->rest.at, why);
	sddl_skip_blanks(&text->rest);
	return 0;
}

/* As far as @stop says no */
static struct sddl_span cut(struct claim_text *text, bool (*stop)(char c))
{
	struct sddl_span all = text->rest;
	size_t n = 0;

	while (n < all.size && !stop(all.at[n]))
		n++;
	text->rest.at += n;
	text->rest.size -= n;
	return (struct sddl_span){all.at, n};
}

static bool is_quote(char c)
{
	return c == '"';
}

static bool is_end(char c)
{
	return c == ',' || c == ')' || c == ' ';
}

/* "...", without the quotes */
static int cut_quoted(struct claim_text *text, struct sddl_span *ret)
{
	const char *at = text->rest.at;

	if (!sddl_skip(&text->rest, '"'))
		return fail(text, at, "expected \" here");
	*ret = cut(text, is_quote);
	if (!sddl_skip(&text->rest, '"'))
		return fail(text, at, "this \" is not closed");
	return 0;
}

/* %XXXX at the head of @in */
static bool read_escape(struct sddl_span *in, uint16_t *ret)
{
	unsigned unit = 0, digit;

	if (in->size < 5)
		return false;
	for (size_t i = 1; i < 5; i++) {
		if (!text_digit(in->at[i], 16, &digit))
			return false;
		unit = unit << 4 | digit;
	}
	in->at += 5;
	in->size -= 5;
	*ret = (uint16_t)unit;
	return true;
}

/* The next character of a name to UTF-16LE, which knows all that a name can
 * be: an escape is half a character sometimes. */
static int read_name_character(struct claim_text *text, struct sddl_span *in,
			       struct guise_buf *out)
{
	const char *start = in->at;
	uint32_t character;
	uint16_t unit;
	size_t n, size;
	uint8_t *at;
	int r;

	if (*start == '%') {
		if (!read_escape(in, &unit) || unit == 0)
			return fail(text, start, "expected %XXXX, not 0");
		return buf_append_u16le(out, unit);
	}
	n = utf8_next(in->at, in->size, &character);
	if (n == 0 || character == 0)
		return fail(text, in->at, "not UTF-8");
	r = buf_reserve(out, UTF16_SIZE_MAX(n), &at);
	if (r < 0)
		return r;
	must(utf16_from_utf8(in->at, n, at, &size));
	out->size += size;
	in->at += n;
	in->size -= n;
	return 0;
}

static int read_name(struct claim_text *text)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf wide = {0};
	const char *start = text->rest.at;
	struct sddl_span in;
	uint8_t *at;
	int r;

	r = cut_quoted(text, &in);
	while (r == 0 && in.size > 0)
		r = read_name_character(text, &in, &wide);
	if (r < 0)
		return r;
	if (wide.size == 0)
		return fail(text, start, "the name is empty");
	r = buf_reserve(&text->name, UTF8_SIZE_MAX(wide.size), &at);
	if (r < 0)
		return r;
	text->name.size += utf8_from_utf16(wide.data, wide.size, (char *)at);
	return 0;
}

struct number {
	bool minus;
	uint64_t magnitude;
};

/* Decimal, 0octal or 0xhex with or without a sign; false also on overflow */
static bool read_number(struct sddl_span in, struct number *ret)
{
	struct number number = {.minus = in.size > 0 && *in.at == '-'};
	unsigned base = 10, digit;

	if (number.minus || (in.size > 0 && *in.at == '+'))
		in = (struct sddl_span){in.at + 1, in.size - 1};
	if (in.size > 2 && in.at[0] == '0' &&
	    (in.at[1] == 'x' || in.at[1] == 'X')) {
		in = (struct sddl_span){in.at + 2, in.size - 2};
		base = 16;
	} else if (in.size > 1 && in.at[0] == '0') {
		base = 8;
	}
	for (size_t i = 0; i < in.size; i++) {
		if (!text_digit(in.at[i], base, &digit) ||
		    ckd_mul(&number.magnitude, number.magnitude, base) ||
		    ckd_add(&number.magnitude, number.magnitude, digit))
			return false;
	}
	*ret = number;
	return in.size > 0;
}

/* From 0 to @max, the sign bit taken as any other */
static int read_unsigned(struct claim_text *text, uint64_t max, uint64_t *ret)
{
	struct sddl_span in = cut(text, is_end);
	struct number number;

	if (!read_number(in, &number) || number.minus || number.magnitude > max)
		return fail(text, in.at, "no number, or out of range");
	*ret = number.magnitude;
	return 0;
}

static int read_signed(struct claim_text *text, struct guise_claim_value *ret)
{
	struct sddl_span in = cut(text, is_end);
	struct number number;

	if (!read_number(in, &number) ||
	    number.magnitude > (uint64_t)INT64_MAX + number.minus)
		return fail(text, in.at, "no number, or out of range");
	ret->integer =
		(int64_t)(number.minus ? -number.magnitude : number.magnitude);
	return 0;
}

static int read_bits(struct claim_text *text, struct guise_claim_value *ret)
{
	uint64_t value;
	int r;

	r = read_unsigned(text, UINT64_MAX, &value);
	if (r == 0)
		ret->integer = (int64_t)value;
	return r;
}

static int read_boolean(struct claim_text *text, struct guise_claim_value *ret)
{
	uint64_t value;
	int r;

	r = read_unsigned(text, 1, &value);
	if (r == 0)
		ret->integer = (int64_t)value;
	return r;
}

static int read_string(struct claim_text *text, struct guise_claim_value *ret)
{
	struct sddl_span in;
	int r;

	r = cut_quoted(text, &in);
	if (r < 0)
		return r;
	ret->data = in.at;
	ret->size = in.size;
	return 0;
}

/* As MS-DTYP has it, or SID(...) as in conditions */
static int read_sid(struct claim_text *text, struct guise_claim_value *ret)
{
	struct sddl_span in = cut(text, is_end);
	struct guise_sid sid;
	int r;

	if (in.size >= 4 && text_equal_nocase(in.at, 4, "SID(", 4)) {
		in = (struct sddl_span){in.at + 4, in.size - 4};
		if (!sddl_skip(&text->rest, ')'))
			return fail(text, text->rest.at, "expected ) here");
	}
	r = sddl_parse_sid(text->context, in, GUISE_E_INVALID_ACL, &sid);
	if (r < 0)
		return r;
	ret->size = guise_sid_size(&sid);
	return guise_sid_encode(&sid, &text->bytes);
}

/*
 * Hex digits, after a '#' or not; a '#' among them is a 0, and one 0 goes
 * before an odd number of them.
 */
static int read_octets(struct claim_text *text, struct guise_claim_value *ret)
{
	struct sddl_span in = cut(text, is_end);
	unsigned octet = 0, digit;
	int r = 0;

	if (in.size > 0 && *in.at == '#')
		in = (struct sddl_span){in.at + 1, in.size - 1};
	ret->size = (in.size + 1) / 2;
	for (; r == 0 && in.size > 0; in.at++, in.size--) {
		if (!text_digit(*in.at == '#' ? '0' : *in.at, 16, &digit))
			return fail(text, in.at, "not a hex digit");
		octet = (octet << 4 | digit) & 0xff;
		if (in.size % 2 == 1)
			r = buf_append_u8(&text->bytes, (uint8_t)octet);
	}
	return r;
}

static const struct claim_type {
	char name[3];
	uint16_t type;
	int (*read)(struct claim_text *text, struct guise_claim_value *ret);
} claim_types[] = {
	{"TI", GUISE_CLAIM_INT64, read_signed},
	{"TU", GUISE_CLAIM_UINT64, read_bits},
	{"TS", GUISE_CLAIM_STRING, read_string},
	{"TD", GUISE_CLAIM_SID, read_sid},
	{"TX", GUISE_CLAIM_OCTETS, read_octets},
	{"TB", GUISE_CLAIM_BOOLEAN, read_boolean},
};

static int read_type(struct claim_text *text, const struct claim_type **ret)
{
	struct sddl_span in = cut(text, is_end);

	for (size_t i = 0; i < ARRAY_SIZE(claim_types); i++) {
		if (text_equal_nocase(claim_types[i].name, 2, in.at, in.size)) {
			*ret = &claim_types[i];
			text->claim.type = claim_types[i].type;
			return 0;
		}
	}
	return fail(text, in.at, "expected TI, TU, TS, TD, TX or TB");
}

static int read_flags(struct claim_text *text)
{
	uint64_t flags;
	int r;

	r = read_unsigned(text, UINT32_MAX, &flags);
	if (r == 0)
		text->claim.flags = (uint32_t)flags;
	return r;
}

static int read_values(struct claim_text *text, const struct claim_type *type)
{
	int r = 0;

	sddl_skip_blanks(&text->rest);
	while (r == 0 && sddl_skip(&text->rest, ',')) {
		struct guise_claim_value value = {0};

		if (text->claim.n_values++ == GUISE_CLAIM_VALUES_MAX)
			return sddl_fail(text->context, text->rest.at,
					 GUISE_E_LIMIT, "too many values");
		sddl_skip_blanks(&text->rest);
		r = type->read(text, &value);
		if (r == 0)
			r = buf_append(&text->values, &value, sizeof(value));
		sddl_skip_blanks(&text->rest);
	}
	return r;
}

static int read_claim(struct claim_text *text)
{
	const struct claim_type *type = NULL;
	int r;

	r = expect(text, '(', "expected (\"name\",type,flags,value,...)");
	if (r == 0)
		r = read_name(text);
	if (r == 0)
		r = expect(text, ',', "expected , after the name");
	if (r == 0)
		r = read_type(text, &type);
	if (r == 0)
		r = expect(text, ',', "expected , after the type");
	if (r == 0)
		r = read_flags(text);
	if (r == 0)
		r = read_values(text, type);
	if (r == 0)
		r = expect(text, ')', "expected , or ) here");
	return r;
}

static int encode(struct claim_text *text, struct guise_buf *out)
{
	struct guise_claim_value *values = (void *)text->values.data;
	const uint8_t *bytes = text->bytes.data;

	if (text->claim.type == GUISE_CLAIM_SID ||
	    text->claim.type == GUISE_CLAIM_OCTETS) {
		for (size_t i = 0; i < text->claim.n_values; i++) {
			values[i].data = values[i].size ? bytes : NULL;
			bytes += values[i].size;
		}
	}
	text->claim.name = (const char *)text->name.data;
	text->claim.name_size = text->name.size;
	text->claim.values = values;
	return guise_claim_encode(&text->claim, out);
}

int sddl_parse_claim(const struct sddl_context *context, struct sddl_span *in,
		     struct guise_buf *out)
{
	GUISE_AUTO(claim_text_clear)
	struct claim_text text = {.context = context, .rest = *in};
	int r;

	r = read_claim(&text);
	if (r < 0)
		return r;
	r = encode(&text, out);
	if (r == GUISE_E_INVALID_CLAIM)
		return fail(&text, in->at,
			    "a string is not UTF-8, or has NULs");
	if (r == GUISE_E_LIMIT)
		return sddl_fail(context, in->at, r, "the claim is too large");
	if (r < 0)
		return r;
	*in = text.rest;
	return 0;
}
