/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access masks in SDDL (MS-DTYP 2.5.1.1): two-letter names joined in any order
 * and C numbers. Printed as one of the file and registry names if the mask is
 * exactly that, else as the names of its bits from a fixed order, else, with a
 * bit that has no name, in hex.
 */
#include "buf.h"
#include "sddl-internal.h"
#include "text.h"

struct name {
	char text[3];
	uint32_t mask;
};

/* Printed only when the mask is equal; of equal ones the first. */
static const struct name whole[] = {
	{"FA", 0x001f01ff}, {"FR", 0x00120089}, {"FW", 0x00120116},
	{"FX", 0x001200a0}, {"KA", 0x000f003f}, {"KR", 0x00020019},
	{"KW", 0x00020006}, {"KX", 0x00020019},
};

/* In the order of printing. */
static const struct name bits[] = {
	{"CC", 0x00000001}, {"DC", 0x00000002}, {"LC", 0x00000004},
	{"SW", 0x00000008}, {"RP", 0x00000010}, {"WP", 0x00000020},
	{"DT", 0x00000040}, {"LO", 0x00000080}, {"CR", 0x00000100},
	{"SD", 0x00010000}, {"RC", 0x00020000}, {"WD", 0x00040000},
	{"WO", 0x00080000}, {"GA", 0x10000000}, {"GX", 0x20000000},
	{"GW", 0x40000000}, {"GR", 0x80000000},
};

/* The policy of a mandatory label (MS-DTYP 2.4.4.13). */
static const struct name label_bits[] = {
	{"NW", 1},
	{"NR", 2},
	{"NX", 4},
};

struct names {
	const struct name *names;
	size_t n;
};

static struct names names_of_bits(enum sddl_rights rights)
{
	if (rights == SDDL_RIGHTS_LABEL)
		return (struct names){label_bits, ARRAY_SIZE(label_bits)};
	return (struct names){bits, ARRAY_SIZE(bits)};
}

static struct names names_of_wholes(enum sddl_rights rights)
{
	if (rights == SDDL_RIGHTS_LABEL)
		return (struct names){0};
	return (struct names){whole, ARRAY_SIZE(whole)};
}

static bool find(struct names names, const char *two, uint32_t *ret)
{
	for (size_t i = 0; i < names.n; i++) {
		if (text_equal_nocase(names.names[i].text, 2, two, 2)) {
			*ret = names.names[i].mask;
			return true;
		}
	}
	return false;
}

static unsigned skip_base(struct sddl_span *text)
{
	if (text->size > 2 && text->at[0] == '0' &&
	    (text->at[1] == 'x' || text->at[1] == 'X')) {
		text->at += 2;
		text->size -= 2;
		return 16;
	}
	return text->size > 1 && text->at[0] == '0' ? 8 : 10;
}

/*
 * As the C library of Windows reads an unsigned long: a value too large
 * becomes 0xffffffff, and a minus sign is applied after that.
 */
static bool parse_number(struct sddl_span *text, uint32_t *ret)
{
	bool minus = *text->at == '-';
	uint64_t value = 0;
	unsigned base, digit;
	size_t n = 0;

	if (minus || *text->at == '+') {
		text->at++;
		text->size--;
	}
	base = skip_base(text);
	for (; n < text->size && text_digit(text->at[n], base, &digit); n++) {
		value = value * base + digit;
		if (value > UINT32_MAX)
			value = UINT32_MAX + UINT64_C(1); /* stays there */
	}
	text->at += n;
	text->size -= n;
	if (value > UINT32_MAX)
		value = UINT32_MAX;
	*ret = minus ? (uint32_t)-value : (uint32_t)value;
	return n > 0;
}

static bool parse_name(enum sddl_rights rights, struct sddl_span *text,
		       uint32_t *ret)
{
	if (text->size < 2 || (!find(names_of_bits(rights), text->at, ret) &&
			       !find(names_of_wholes(rights), text->at, ret)))
		return false;
	text->at += 2;
	text->size -= 2;
	return true;
}

static bool is_digit(const char *at)
{
	return *at >= '0' && *at <= '9';
}

/*
 * Windows lets numbers and names follow each other: "GR0x1", "0xfGR". A sign
 * only comes first here, and a number never follows a number.
 */
bool sddl_parse_rights(enum sddl_rights rights, struct sddl_span text,
		       uint32_t *ret)
{
	bool is_first = true, after_number = false;
	uint32_t mask = 0, one;

	for (; text.size > 0; is_first = false) {
		bool sign = is_first && (*text.at == '-' || *text.at == '+');
		bool number = sign || is_digit(text.at);

		if (number ? after_number || !parse_number(&text, &one)
			   : !parse_name(rights, &text, &one))
			return false;
		after_number = number;
		mask |= one;
	}
	*ret = mask;
	return true;
}

int guise_access_mask_parse(const char *text, size_t size, uint32_t *ret)
{
	if (!text || !ret)
		return -EINVAL;
	if (size == 0 ||
	    !sddl_parse_rights(SDDL_RIGHTS_ACCESS,
			       (struct sddl_span){text, size}, ret))
		return GUISE_E_INVALID_ACL;
	return 0;
}

int sddl_format_hex(uint32_t mask, struct guise_buf *out)
{
	static const char digits[] = "0123456789abcdef";
	char text[10] = "0x";
	size_t n = 2;
	int shift = 28;

	while (shift > 0 && mask >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		text[n++] = digits[mask >> shift & 0xf];
	return buf_append(out, text, n);
}

int sddl_format_rights(enum sddl_rights rights, uint32_t mask,
		       struct guise_buf *out)
{
	struct names exact = names_of_wholes(rights);
	struct names single = names_of_bits(rights);
	uint32_t unnamed = mask;
	int r = 0;

	for (size_t i = 0; i < exact.n; i++) {
		if (exact.names[i].mask == mask)
			return buf_append(out, exact.names[i].text, 2);
	}
	for (size_t i = 0; i < single.n; i++)
		unnamed &= ~single.names[i].mask;
	if (unnamed)
		return sddl_format_hex(mask, out);
	for (size_t i = 0; r == 0 && i < single.n; i++) {
		if (mask & single.names[i].mask)
			r = buf_append(out, single.names[i].text, 2);
	}
	return r;
}
