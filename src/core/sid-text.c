/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form of a SID (MS-DTYP 2.4.2.1) with the leniencies of Windows'
 * own parser: lower-case "s-", hexadecimal numbers, a revision "0x1" that makes
 * all that follows hexadecimal, and sub-authorities that saturate instead of
 * overflowing. The authority does not saturate: more than 48 bits is an error.
 */
#include "acl-internal.h"
#include "buf.h"
#include "text.h"

struct text {
	const char *at;
	size_t size;
};

static bool skip(struct text *t, char c)
{
	if (t->size == 0 || *t->at != c)
		return false;
	t->at++;
	t->size--;
	return true;
}

static bool skip_hex_prefix(struct text *t)
{
	if (t->size < 2 || t->at[0] != '0' ||
	    (t->at[1] != 'x' && t->at[1] != 'X'))
		return false;
	t->at += 2;
	t->size -= 2;
	return true;
}

/* At least one digit; a value too large for 64 bits becomes UINT64_MAX. */
static bool read_number(struct text *t, bool hex, uint64_t *ret)
{
	unsigned base = skip_hex_prefix(t) || hex ? 16 : 10, digit;
	uint64_t value = 0;
	size_t n = 0;

	while (n < t->size && text_digit(t->at[n], base, &digit)) {
		if (ckd_mul(&value, value, base) ||
		    ckd_add(&value, value, digit))
			value = UINT64_MAX;
		/* saturated stays so: times base overflows again */
		n++;
	}
	t->at += n;
	t->size -= n;
	*ret = value;
	return n > 0;
}

static int parse_parts(struct text *t, struct guise_sid *ret)
{
	struct guise_sid sid = {0};
	uint64_t revision, sub;
	bool hex = t->size >= 2 && (t->at[1] == 'x' || t->at[1] == 'X');

	if (!read_number(t, false, &revision) || revision != 1 ||
	    !skip(t, '-') || !read_number(t, hex, &sid.authority))
		return GUISE_E_INVALID_SID;
	while (skip(t, '-')) {
		if (sid.n_subs == GUISE_SID_MAX_SUBS ||
		    !read_number(t, hex, &sub))
			return GUISE_E_INVALID_SID;
		sid.sub[sid.n_subs++] =
			sub > UINT32_MAX ? UINT32_MAX : (uint32_t)sub;
	}
	/* Windows wants a sub-authority in text, though not in bytes. */
	if (t->size > 0 || sid.n_subs == 0 || !guise_sid_is_valid(&sid))
		return GUISE_E_INVALID_SID;
	*ret = sid;
	return 0;
}

static int parse_hex(const char *text, size_t size, struct guise_sid *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r;

	if (size > 2 * (size_t)GUISE_SID_MAX_SIZE)
		return GUISE_E_INVALID_SID;
	r = text_unhex(text, size, &bytes);
	if (r < 0)
		return r == -EINVAL ? GUISE_E_INVALID_SID : r;
	return guise_sid_decode(bytes.data, bytes.size, ret);
}

int sid_of_text(const char *text, size_t size, const struct guise_sid *domain,
		struct guise_sid *ret)
{
	struct text t = {.at = text, .size = size};

	if (size == 2)
		return sid_of_alias(text, domain, ret);
	if (!skip(&t, 'S') && !skip(&t, 's'))
		return GUISE_E_INVALID_SID;
	return skip(&t, '-') ? parse_parts(&t, ret) : GUISE_E_INVALID_SID;
}

int guise_sid_parse(const char *text, size_t size,
		    const struct guise_sid *domain, struct guise_sid *ret)
{
	if (!text || !ret)
		return -EINVAL;
	/* Bytes in hex begin with the revision, "01". */
	if (size > 2 && text[0] == '0')
		return parse_hex(text, size, ret);
	return sid_of_text(text, size, domain, ret);
}

/* Windows writes an authority of more than 32 bits in upper-case hex. */
static size_t format_authority(uint64_t authority, char *to)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;
	int shift = 44;

	if (authority <= UINT32_MAX)
		return text_from_u64(authority, to);
	to[n++] = '0';
	to[n++] = 'x';
	while (authority >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		to[n++] = digits[authority >> shift & 0xf];
	return n;
}

/* "S-1-0x" and 12 digits, then "-4294967295" for each, and NUL */
static_assert(GUISE_SID_TEXT_SIZE >= 6 + 12 + 11 * GUISE_SID_MAX_SUBS + 1 + 8,
	      "text_from_u64() may touch 20 bytes at the last number");

size_t guise_sid_format(const struct guise_sid *sid,
			char ret_text[GUISE_SID_TEXT_SIZE])
{
	size_t n = 4;
	char digits[20];

	memcpy(ret_text, "S-1-", 4);
	n += format_authority(sid->authority & UINT64_C(0xffffffffffff),
			      ret_text + n);
	for (size_t i = 0; i < sid->n_subs && i < GUISE_SID_MAX_SUBS; i++) {
		size_t length = text_from_u64(sid->sub[i], digits);

		ret_text[n++] = '-';
		memcpy(ret_text + n, digits, length);
		n += length;
	}
	ret_text[n] = '\0';
	return n;
}
