/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim as Windows writes it: ("name",TS,0x0,"value","value"), without
 * blanks, octets as bare hex. In a name all but letters, digits and some other
 * characters of ASCII are written %XXXX; a string stands as it is, so one with
 * a quotation mark cannot be written at all.
 */
#include "buf.h"
#include "sddl-internal.h"
#include "text.h"
#include "utf16.h"
#include <guise/claim.h>

static bool is_plain(uint32_t character)
{
	return (character >= '0' && character <= '9') ||
	       (character >= 'A' && character <= 'Z') ||
	       (character >= 'a' && character <= 'z') ||
	       (character < 0x80 && character > ' ' &&
		strchr("#$'*+-./:;?@[\\]^_`{}~", (int)character));
}

static int format_escape(uint32_t unit, struct guise_buf *out)
{
	const uint8_t bytes[2] = {(uint8_t)(unit >> 8), (uint8_t)unit};
	int r;

	r = buf_append(out, "%", 1);
	if (r < 0)
		return r;
	return text_hex(bytes, sizeof(bytes), out);
}

static int format_character(uint32_t character, struct guise_buf *out)
{
	int r;

	if (is_plain(character))
		return buf_append_u8(out, (uint8_t)character);
	if (character < 0x10000)
		return format_escape(character, out);
	r = format_escape(0xd7c0 + (character >> 10), out);
	if (r < 0)
		return r;
	return format_escape(0xdc00 | (character & 0x3ff), out);
}

static int format_name(const struct guise_claim *claim, struct guise_buf *out)
{
	uint32_t character;
	int r = 0;

	for (size_t i = 0; r == 0 && i < claim->name_size;) {
		i += utf8_next(claim->name + i, claim->name_size - i,
			       &character);
		r = format_character(character, out);
	}
	return r;
}

static int format_string(const struct guise_claim_value *value,
			 struct guise_buf *out)
{
	int r;

	if (value->size > 0 && memchr(value->data, '"', value->size))
		return GUISE_E_INVALID_ACL;
	r = buf_append(out, "\"", 1);
	if (r == 0)
		r = buf_append(out, value->data, value->size);
	if (r == 0)
		r = buf_append(out, "\"", 1);
	return r;
}

static int format_unsigned(uint64_t value, struct guise_buf *out)
{
	char digits[20];

	return buf_append(out, digits, text_from_u64(value, digits));
}

static int format_signed(int64_t value, struct guise_buf *out)
{
	int r;

	if (value >= 0)
		return format_unsigned((uint64_t)value, out);
	r = buf_append(out, "-", 1);
	if (r < 0)
		return r;
	return format_unsigned(-(uint64_t)value, out);
}

static int format_sid(const struct guise_claim_value *value,
		      const struct guise_sid *domain, struct guise_buf *out)
{
	struct guise_sid sid;
	int r;

	r = guise_sid_decode(value->data, value->size, &sid);
	if (r < 0)
		return r;
	return sddl_format_sid(&sid, domain, out);
}

static int format_value(uint16_t type, const struct guise_claim_value *value,
			const struct guise_sid *domain, struct guise_buf *out)
{
	switch (type) {
	case GUISE_CLAIM_INT64:
		return format_signed(value->integer, out);
	case GUISE_CLAIM_UINT64:
	case GUISE_CLAIM_BOOLEAN:
		return format_unsigned((uint64_t)value->integer, out);
	case GUISE_CLAIM_STRING:
		return format_string(value, out);
	case GUISE_CLAIM_SID:
		return format_sid(value, domain, out);
	case GUISE_CLAIM_OCTETS:
		return text_hex(value->data, value->size, out);
	default:
		return GUISE_E_INVALID_ACL;
	}
}

static const char *type_name(uint16_t type)
{
	switch (type) {
	case GUISE_CLAIM_INT64:
		return "TI";
	case GUISE_CLAIM_UINT64:
		return "TU";
	case GUISE_CLAIM_STRING:
		return "TS";
	case GUISE_CLAIM_SID:
		return "TD";
	case GUISE_CLAIM_OCTETS:
		return "TX";
	default:
		return "TB";
	}
}

static int format_claim(const struct guise_claim *claim,
			const struct guise_sid *domain, struct guise_buf *out)
{
	int r;

	r = buf_append_text(out, "(\"");
	if (r == 0)
		r = format_name(claim, out);
	if (r == 0)
		r = buf_append_text(out, "\",");
	if (r == 0)
		r = buf_append_text(out, type_name(claim->type));
	if (r == 0)
		r = buf_append(out, ",", 1);
	if (r == 0)
		r = sddl_format_hex(claim->flags, out);
	for (size_t i = 0; r == 0 && i < claim->n_values; i++) {
		r = buf_append(out, ",", 1);
		if (r == 0)
			r = format_value(claim->type, &claim->values[i], domain,
					 out);
	}
	if (r == 0)
		r = buf_append(out, ")", 1);
	return r;
}

int sddl_format_claim(const void *data, size_t size,
		      const struct guise_sid *domain, struct guise_buf *out)
{
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *claims = NULL;
	int r;

	r = guise_claim_decode(data, size, &claims);
	if (r == GUISE_E_INVALID_CLAIM)
		return GUISE_E_INVALID_ACL;
	if (r < 0)
		return r;
	return format_claim(guise_claims_at(claims, 0), domain, out);
}
