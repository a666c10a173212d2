/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and values in the text of a condition (MS-DTYP 2.5.1.1), turned into
 * tokens as they are read. The text is UTF-8, the code UTF-16LE.
 */
#include "acl-internal.h"
#include "buf.h"
#include "condition-code.h"
#include "condition-parse.h"
#include "text.h"
#include "utf16.h"

int condition_fail(struct condition_parser *p, size_t at, const char *why)
{
	const size_t n = strlen(why);

	if (p->reterr) {
		must(n < sizeof(p->reterr->text));
		p->reterr->offset = at;
		memcpy(p->reterr->text, why, n + 1);
	}
	return GUISE_E_INVALID_CONDITION;
}

int condition_fail_limit(struct condition_parser *p, const char *why)
{
	(void)condition_fail(p, p->at, why);
	return GUISE_E_LIMIT;
}

char condition_peek(const struct condition_parser *p)
{
	return p->at < p->size ? p->text[p->at] : '\0';
}

void condition_skip(struct condition_parser *p)
{
	while (condition_peek(p) == ' ' ||
	       (condition_peek(p) >= '\t' && condition_peek(p) <= '\r'))
		p->at++;
}

bool condition_accept(struct condition_parser *p, const char *text)
{
	const size_t n = strlen(text);

	if (p->size - p->at < n || memcmp(p->text + p->at, text, n) != 0)
		return false;
	p->at += n;
	return true;
}

size_t condition_peek_word(const struct condition_parser *p)
{
	size_t n = 0;

	while (p->at + n < p->size &&
	       condition_is_plain((uint8_t)p->text[p->at + n]))
		n++;
	if (p->at + n < p->size &&
	    (p->text[p->at + n] == '%' || p->text[p->at + n] == '@' ||
	     (uint8_t)p->text[p->at + n] >= 0x80))
		return 0;
	return n;
}

/* After every append: no more than fits in an ACE */
static int checked(struct condition_parser *p, int r)
{
	if (r == 0 && p->out->size - p->start > GUISE_ACL_MAX_SIZE)
		return condition_fail_limit(p, "the condition is too long");
	return r;
}

int condition_emit(struct condition_parser *p, uint8_t token)
{
	return checked(p, buf_append_u8(p->out, token));
}

/* A token whose size is not known yet: end_sized() with what this gave */
static int begin_sized(struct condition_parser *p, uint8_t token,
		       size_t *ret_at)
{
	int r;

	r = condition_emit(p, token);
	if (r < 0)
		return r;
	*ret_at = p->out->size;
	return buf_append_u32le(p->out, 0);
}

static void end_sized(struct condition_parser *p, size_t at)
{
	buf_put_u32le(p->out, at, (uint32_t)(p->out->size - at - 4));
}

static int emit_character(struct condition_parser *p, const char *text,
			  size_t size)
{
	uint8_t units[4];
	size_t n;

	must(utf16_from_utf8(text, size, units, &n));
	return checked(p, buf_append(p->out, units, n));
}

/* "%XXXX": one UTF-16 unit. What needs no escape in any name must not have
 * one, so that every name has one form. */
static int parse_escape(struct condition_parser *p)
{
	const size_t at = p->at++;
	unsigned unit = 0;

	for (unsigned i = 0; i < 4; i++, p->at++) {
		unsigned value;

		if (!text_digit(condition_peek(p), 16, &value))
			return condition_fail(p, at,
					      "\"%\" needs four hex digits");
		unit = unit << 4 | value;
	}
	if (unit == 0)
		return condition_fail(p, at, "a name cannot hold a NUL");
	if (condition_is_plain(unit))
		return condition_fail(p, at,
				      "this character must not be escaped");
	return checked(p, buf_append_u16le(p->out, (uint16_t)unit));
}

/* Characters up to the first that is not of a name. */
static int parse_name(struct condition_parser *p, bool prefixed)
{
	const size_t start = p->at;
	uint32_t character;
	int r;

	for (;;) {
		size_t n =
			utf8_next(p->text + p->at, p->size - p->at, &character);

		if (n == 0 && p->at < p->size)
			return condition_fail(p, p->at, "this is not UTF-8");
		if (n > 0 && character == '%') {
			r = parse_escape(p);
		} else if (n > 0 && (character >= 0x80 ||
				     condition_is_plain(character) ||
				     (prefixed &&
				      condition_is_plain_prefixed(character)) ||
				     (character == '@' && p->at > start))) {
			r = emit_character(p, p->text + p->at, n);
			p->at += n;
		} else {
			break;
		}
		if (r < 0)
			return r;
	}
	return p->at > start ? 0
			     : condition_fail(p, p->at, "a name is missing");
}

static uint8_t accept_prefix(struct condition_parser *p)
{
	static const uint8_t tokens[] = {CONDITION_USER, CONDITION_DEVICE,
					 CONDITION_RESOURCE};

	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		const char *prefix = condition_word(tokens[i]);
		const size_t n = strlen(prefix);

		if (p->size - p->at >= n &&
		    text_equal_nocase(p->text + p->at, n, prefix, n)) {
			p->at += n;
			return tokens[i];
		}
	}
	return 0;
}

int condition_parse_attribute(struct condition_parser *p, bool local_too)
{
	const size_t start = p->at;
	uint8_t token = accept_prefix(p);
	size_t at;
	int r;

	if (!token && !local_too)
		return condition_fail(p, start,
				      "only a value or an attribute of @User, "
				      "@Device or @Resource can be here");
	if (!token &&
	    condition_word_find(p->text + start, condition_peek_word(p)))
		return condition_fail(p, start,
				      "an operator where an attribute must be");
	r = begin_sized(p, token ? token : CONDITION_LOCAL, &at);
	if (r < 0)
		return r;
	r = parse_name(p, token != 0);
	if (r < 0)
		return r;
	end_sized(p, at);
	return 0;
}

static int parse_string(struct condition_parser *p)
{
	const size_t start = p->at++;
	uint32_t character;
	size_t at, n;
	int r;

	r = begin_sized(p, CONDITION_STRING, &at);
	if (r < 0)
		return r;
	for (; condition_peek(p) != '"'; p->at += n) {
		if (p->at == p->size)
			return condition_fail(p, start,
					      "the string has no end");
		n = utf8_next(p->text + p->at, p->size - p->at, &character);
		if (n == 0 || character == 0)
			return condition_fail(p, p->at, "this is not UTF-8");
		r = emit_character(p, p->text + p->at, n);
		if (r < 0)
			return r;
	}
	p->at++;
	end_sized(p, at);
	return 0;
}

/* '#' among the digits is a zero; an odd number of them has a zero before. */
static bool octet_digit(char c, unsigned *ret)
{
	*ret = 0;
	return c == '#' || text_digit(c, 16, ret);
}

static int parse_octets(struct condition_parser *p)
{
	const char *digits = p->text + ++p->at;
	size_t n = 0, at;
	unsigned octet, low;
	int r;

	while (p->at < p->size && octet_digit(condition_peek(p), &low)) {
		p->at++;
		n++;
	}
	r = begin_sized(p, CONDITION_OCTETS, &at);
	for (size_t i = 0; r == 0 && i < n;) {
		(void)octet_digit(digits[i++], &octet);
		if ((n - i) % 2) {
			(void)octet_digit(digits[i++], &low);
			octet = octet << 4 | low;
		}
		r = checked(p, buf_append_u8(p->out, (uint8_t)octet));
	}
	if (r == 0)
		end_sized(p, at);
	return r;
}

static bool parse_digits(struct condition_parser *p, unsigned radix,
			 uint64_t *ret)
{
	uint64_t value = 0;
	const size_t start = p->at;

	for (;; p->at++) {
		unsigned digit;

		if (!text_digit(condition_peek(p), radix, &digit))
			break;
		if (ckd_mul(&value, value, radix) ||
		    ckd_add(&value, value, digit))
			return false;
	}
	*ret = value;
	return p->at > start;
}

/* A zero alone is decimal. */
static uint8_t parse_base(struct condition_parser *p)
{
	if (condition_accept(p, "0x") || condition_accept(p, "0X"))
		return CONDITION_BASE_16;
	if (condition_peek(p) != '0' || p->at + 1 >= p->size ||
	    p->text[p->at + 1] < '0' || p->text[p->at + 1] > '9')
		return CONDITION_BASE_10;
	p->at++;
	return CONDITION_BASE_8;
}

static int parse_integer(struct condition_parser *p)
{
	static const uint8_t radix[] = {[CONDITION_BASE_8] = 8,
					[CONDITION_BASE_10] = 10,
					[CONDITION_BASE_16] = 16};
	const size_t start = p->at;
	uint8_t sign = CONDITION_SIGN_NONE, base;
	uint64_t value;
	int r;

	if (condition_accept(p, "-"))
		sign = CONDITION_SIGN_MINUS;
	else if (condition_accept(p, "+"))
		sign = CONDITION_SIGN_PLUS;
	base = parse_base(p);
	if (!parse_digits(p, radix[base], &value) ||
	    value > INT64_MAX + (uint64_t)(sign == CONDITION_SIGN_MINUS))
		return condition_fail(p, start,
				      "not an integer of at most 64 bits");
	if (sign == CONDITION_SIGN_MINUS)
		value = -value;
	r = condition_emit(p, CONDITION_INT64);
	if (r == 0)
		r = buf_append_u64le(p->out, value);
	if (r == 0)
		r = buf_append_u8(p->out, sign);
	if (r == 0)
		r = checked(p, buf_append_u8(p->out, base));
	return r;
}

/* "SID(" has been consumed. */
static int parse_sid(struct condition_parser *p)
{
	struct guise_sid sid;
	uint8_t *room;
	size_t start, size, at;
	int r;

	condition_skip(p);
	start = p->at;
	while (p->at < p->size && p->text[p->at] != ')' &&
	       p->text[p->at] != ' ')
		p->at++;
	r = sid_of_text(p->text + start, p->at - start, p->domain, &sid);
	if (r < 0)
		return condition_fail(p, start, "not a SID");
	condition_skip(p);
	if (!condition_accept(p, ")"))
		return condition_fail(p, p->at, "\")\" is missing");
	size = 8 + 4u * sid.n_subs;
	r = begin_sized(p, CONDITION_SID, &at);
	if (r == 0)
		r = buf_reserve(p->out, size, &room);
	if (r < 0)
		return r;
	sid_write(&sid, room);
	p->out->size += size;
	end_sized(p, at);
	return checked(p, 0);
}

static bool accept_sid(struct condition_parser *p)
{
	const size_t start = p->at;

	if (condition_peek_word(p) == 3 &&
	    text_equal_nocase(p->text + p->at, 3, "SID", 3)) {
		p->at += 3;
		condition_skip(p);
		if (condition_accept(p, "("))
			return true;
	}
	p->at = start;
	return false;
}

static int parse_value(struct condition_parser *p)
{
	const char c = condition_peek(p);

	if (c == '"')
		return parse_string(p);
	if (c == '#')
		return parse_octets(p);
	if ((c >= '0' && c <= '9') || c == '-' || c == '+')
		return parse_integer(p);
	if (accept_sid(p))
		return parse_sid(p);
	return condition_fail(p, p->at, "a value is missing");
}

int condition_parse_set(struct condition_parser *p)
{
	size_t at;
	int r;

	if (!condition_accept(p, "{"))
		return parse_value(p);
	r = begin_sized(p, CONDITION_COMPOSITE, &at);
	if (r < 0)
		return r;
	condition_skip(p);
	if (condition_accept(p, "}")) {
		end_sized(p, at);
		return 0;
	}
	do {
		condition_skip(p);
		r = parse_value(p);
		if (r < 0)
			return r;
		condition_skip(p);
	} while (condition_accept(p, ","));
	if (!condition_accept(p, "}"))
		return condition_fail(p, p->at, "\"}\" or \",\" is missing");
	end_sized(p, at);
	return 0;
}
