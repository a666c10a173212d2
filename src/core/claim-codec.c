/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One claim and its binary form, CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1 (MS-DTYP
 * 2.4.10.1): a header, the offsets of the values, and what the offsets of name
 * and values lead to. Written in the order Windows writes it, name first,
 * nothing aligned; read in any order.
 */
#include "acl-internal.h"
#include "buf.h"
#include "claim-internal.h"
#include "utf16.h"

#define CLAIM_HEADER_SIZE 16

/* Text at @offset up to its NUL */
static bool read_text(struct reader all, uint32_t offset, const uint8_t **ret,
		      size_t *ret_size)
{
	if (!read_skip(&all, offset))
		return false;
	for (size_t n = 0; n + 2 <= all.size; n += 2) {
		if (all.data[n] == 0 && all.data[n + 1] == 0) {
			*ret = all.data;
			*ret_size = n;
			return true;
		}
	}
	return false;
}

int claim_read_span(struct reader in, struct claim_span *ret)
{
	struct claim_span span = {.all = in};
	uint32_t name;
	uint16_t reserved;

	if (!read_u32le(&in, &name) || !read_u16le(&in, &span.type) ||
	    !read_u16le(&in, &reserved) || !read_u32le(&in, &span.flags) ||
	    !read_u32le(&in, &span.n_values))
		return GUISE_E_INVALID_CLAIM;
	if (span.n_values > in.size / 4)
		return GUISE_E_INVALID_CLAIM;
	if (span.n_values > GUISE_CLAIM_VALUES_MAX)
		return GUISE_E_LIMIT;
	span.offsets = in.data;
	if (!read_text(span.all, name, &span.name, &span.name_size) ||
	    span.name_size == 0)
		return GUISE_E_INVALID_CLAIM;
	*ret = span;
	return 0;
}

static bool read_integer(struct reader *in, struct claim_datum *ret)
{
	uint64_t value;

	if (!read_u64le(in, &value))
		return false;
	ret->integer = (int64_t)value;
	return true;
}

static bool read_counted(struct reader *in, struct claim_datum *ret)
{
	return read_u32le(in, &ret->size) &&
	       read_bytes(in, ret->size, &ret->data);
}

static bool sid_is_whole(const struct claim_datum *datum)
{
	struct reader in = reader_of(datum->data, datum->size);
	const uint8_t *sid;
	uint8_t n_subs;

	return sid_read_span(&in, &sid, &n_subs) == 0 && in.size == 0;
}

bool claim_span_value(const struct claim_span *span, uint32_t i,
		      struct claim_datum *ret)
{
	struct claim_datum datum = {0};
	const uint32_t offset = u32le(span->offsets + 4 * (size_t)i);
	struct reader in = span->all;
	size_t size;

	if (!read_skip(&in, offset))
		return false;
	switch (span->type) {
	case GUISE_CLAIM_INT64:
	case GUISE_CLAIM_UINT64:
		if (!read_integer(&in, &datum))
			return false;
		break;
	case GUISE_CLAIM_BOOLEAN:
		if (!read_integer(&in, &datum) || datum.integer >> 1)
			return false;
		break;
	case GUISE_CLAIM_STRING:
		if (!read_text(span->all, offset, &datum.data, &size))
			return false;
		datum.size = (uint32_t)size;
		break;
	case GUISE_CLAIM_SID:
		if (!read_counted(&in, &datum) || !sid_is_whole(&datum))
			return false;
		break;
	case GUISE_CLAIM_OCTETS:
		if (!read_counted(&in, &datum))
			return false;
		break;
	default:
		return false;
	}
	*ret = datum;
	return true;
}

/* The bytes that a value, read from a span of @type, has there */
static size_t datum_encoded_size(uint16_t type, const struct claim_datum *datum)
{
	switch (type) {
	case GUISE_CLAIM_STRING:
		return datum->size + 2u;
	case GUISE_CLAIM_SID:
	case GUISE_CLAIM_OCTETS:
		return datum->size + sizeof(uint32_t);
	default:
		return sizeof(uint64_t);
	}
}

bool claim_span_check(const struct claim_span *span)
{
	size_t need = CLAIM_HEADER_SIZE + 4 * (size_t)span->n_values +
		      span->name_size + 2;
	struct claim_datum datum;

	if (!claim_type_is_known(span->type))
		return false;
	for (uint32_t i = 0; i < span->n_values; i++) {
		if (!claim_span_value(span, i, &datum))
			return false;
		need += datum_encoded_size(span->type, &datum);
		if (need > span->all.size)
			return false;
	}
	return need <= span->all.size;
}

static int append_text(struct guise_buf *out, const void *text, size_t size)
{
	size_t n;
	uint8_t *at;
	int r;

	must(utf16_from_utf8(text, size, NULL, &n));
	r = buf_reserve(out, n, &at);
	if (r < 0)
		return r;
	must(utf16_from_utf8(text, size, at, &n));
	out->size += n;
	return buf_append_u16le(out, 0);
}

static int append_value(struct guise_buf *out, uint16_t type,
			const struct guise_claim_value *value)
{
	int r;

	switch (type) {
	case GUISE_CLAIM_STRING:
		return append_text(out, value->data, value->size);
	case GUISE_CLAIM_SID:
	case GUISE_CLAIM_OCTETS:
		r = buf_append_u32le(out, (uint32_t)value->size);
		if (r < 0)
			return r;
		return buf_append(out, value->data, value->size);
	default:
		return buf_append_u64le(out, (uint64_t)value->integer);
	}
}

static int append_claim(struct guise_buf *out, const struct guise_claim *claim)
{
	const size_t start = out->size;
	const size_t offsets = start + CLAIM_HEADER_SIZE;
	int r;

	r = buf_append_zeros(out, CLAIM_HEADER_SIZE + 4 * claim->n_values);
	if (r < 0)
		return r;
	buf_put_u32le(out, start, (uint32_t)(out->size - start));
	buf_put_u16le(out, start + 4, claim->type);
	buf_put_u32le(out, start + 8, claim->flags);
	buf_put_u32le(out, start + 12, (uint32_t)claim->n_values);
	r = append_text(out, claim->name, claim->name_size);
	for (size_t i = 0; r == 0 && i < claim->n_values; i++) {
		buf_put_u32le(out, offsets + 4 * i,
			      (uint32_t)(out->size - start));
		r = append_value(out, claim->type, &claim->values[i]);
	}
	return r;
}

int guise_claim_encode(const struct guise_claim *claim, struct guise_buf *out)
{
	size_t before, size;
	int r;

	if (!claim || !out)
		return -EINVAL;
	r = claim_check(claim, &size);
	if (r < 0)
		return r;
	before = out->size;
	r = append_claim(out, claim);
	if (r < 0)
		buf_truncate(out, before);
	else
		must(out->size - before == size);
	return r;
}

/* Values as a caller sees them; their text goes to @text, which has room. */
static bool values_from_span(const struct claim_span *span, char *text,
			     struct guise_claim_value *ret)
{
	struct claim_datum datum;

	if (!claim_type_is_known(span->type))
		return false;
	for (uint32_t i = 0; i < span->n_values; i++) {
		if (!claim_span_value(span, i, &datum))
			return false;
		ret[i].integer = datum.integer;
		ret[i].data = datum.data;
		ret[i].size = datum.size;
		if (span->type != GUISE_CLAIM_STRING)
			continue;
		ret[i].data = text;
		ret[i].size = utf8_from_utf16(datum.data, datum.size, text);
		text += ret[i].size;
	}
	return true;
}

int guise_claim_decode(const void *data, size_t size,
		       const struct guise_claims **ret)
{
	GUISE_AUTO(freep) struct guise_claim_value *values = NULL;
	GUISE_AUTO(freep) char *text = NULL;
	struct guise_claim claim = {0};
	struct claim_span span;
	int r;

	if (!data || !ret)
		return -EINVAL;
	if (size > GUISE_ACL_MAX_SIZE)
		return GUISE_E_LIMIT;
	r = claim_read_span(reader_of(data, size), &span);
	if (r < 0)
		return r;
	if (!claim_span_check(&span))
		return GUISE_E_INVALID_CLAIM;
	values = array_alloc(span.n_values, sizeof(*values));
	/* name and values share no bytes: half again as much is enough */
	text = malloc(UTF8_SIZE_MAX(size) + 1);
	if (!values || !text)
		return -ENOMEM;
	claim.name_size = utf8_from_utf16(span.name, span.name_size, text);
	claim.name = text;
	if (!values_from_span(&span, text + claim.name_size, values))
		return GUISE_E_INVALID_CLAIM;
	claim.type = span.type;
	claim.flags = span.flags;
	claim.values = values;
	claim.n_values = span.n_values;
	return claims_build(&claim, 1, true, ret);
}
