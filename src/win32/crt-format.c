/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A format is read unit by unit, in its own width. One directive at a time is
 * taken apart, its arguments are fetched by Windows' sizes (l is 32 bits, ll
 * and I64 are 64), and it is written: numbers by the C library with their
 * length said anew, text by copying or converting character by character.
 */
#include "crt-format.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "text.h"

#define REPLACEMENT 0xfffd

enum length {
	LENGTH_NONE,
	LENGTH_CHAR,  /* hh */
	LENGTH_SHORT, /* h: 16 bits, or narrow */
	LENGTH_32,    /* l, I32: 32 bits; l also: wide */
	LENGTH_64,    /* ll, I64, I, j, z, t */
	LENGTH_WIDE,  /* w */
	LENGTH_LONG_DOUBLE,
};

struct directive {
	char flags[8]; /* of "-+ #0" */
	size_t n_flags;
	int width;
	int precision; /* negative: none */
	enum length length;
	wchar_t kind;
};

struct printer {
	bool wide;
	const uint8_t *format; /* the next unit of it */
	va_list ap;
	struct guise_buf *out;
};

/* Text to print: units or bytes, ending at @n or at a NUL */
struct string {
	const void *text;
	size_t n;
	bool wide;
};

static wchar_t peek(const struct printer *p)
{
	wchar_t unit;

	if (!p->wide)
		return *p->format;
	memcpy(&unit, p->format, sizeof(unit));
	return unit;
}

static void skip(struct printer *p)
{
	p->format += p->wide ? sizeof(wchar_t) : 1;
}

static bool take(struct printer *p, wchar_t unit)
{
	if (peek(p) != unit)
		return false;
	skip(p);
	return true;
}

/* One unit of the output */
static int put(struct printer *p, wchar_t unit)
{
	return p->wide ? buf_append(p->out, &unit, sizeof(unit))
		       : buf_append_u8(p->out, (uint8_t)unit);
}

static int put_spaces(struct printer *p, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = put(p, ' ');
	return r;
}

/* Reads digits or takes an argument for '*'. */
static int number(struct printer *p)
{
	int n = 0;

	if (take(p, '*'))
		return va_arg(p->ap, int);
	for (wchar_t c = peek(p); c >= '0' && c <= '9'; c = peek(p)) {
		if (n < INT_MAX / 10 - 1)
			n = n * 10 + (c - '0');
		skip(p);
	}
	return n;
}

static enum length microsoft_length(struct printer *p)
{
	const uint8_t *before = p->format;

	if (take(p, '6') && take(p, '4'))
		return LENGTH_64;
	p->format = before;
	if (take(p, '3') && take(p, '2'))
		return LENGTH_32;
	p->format = before;
	return LENGTH_64; /* of a pointer's size */
}

static enum length read_length(struct printer *p)
{
	if (take(p, 'h'))
		return take(p, 'h') ? LENGTH_CHAR : LENGTH_SHORT;
	if (take(p, 'l'))
		return take(p, 'l') ? LENGTH_64 : LENGTH_32;
	if (take(p, 'w'))
		return LENGTH_WIDE;
	if (take(p, 'I'))
		return microsoft_length(p);
	if (take(p, 'j') || take(p, 'z') || take(p, 't'))
		return LENGTH_64;
	return take(p, 'L') ? LENGTH_LONG_DOUBLE : LENGTH_NONE;
}

static struct directive read_directive(struct printer *p)
{
	struct directive d = {.precision = -1};

	for (wchar_t c = peek(p); c && strchr("-+ #0", c < 0x80 ? c : '!');
	     c = peek(p)) {
		if (d.n_flags < sizeof(d.flags) - 2)
			d.flags[d.n_flags++] = (char)c;
		skip(p);
	}
	d.width = number(p);
	if (d.width < 0) { /* an argument: to the left */
		d.flags[d.n_flags++] = '-';
		d.width = d.width == INT_MIN ? INT_MAX : -d.width;
	}
	if (take(p, '.'))
		d.precision = number(p);
	d.length = read_length(p);
	d.kind = peek(p);
	if (d.kind)
		skip(p);
	return d;
}

/* "%", the flags, "*.*", @length, @kind: for the C library */
static void linux_format(const struct directive *d, const char *length,
			 char ret[24])
{
	(void)snprintf(ret, 24, "%%%.*s*.*%s%c", (int)d->n_flags, d->flags,
		       length, (char)d->kind);
}

/* Appends @n ASCII characters in the width of the output. */
static int put_ascii(struct printer *p, const char *text, size_t n)
{
	int r = 0;

	if (!p->wide)
		return buf_append(p->out, text, n);
	for (size_t i = 0; i < n && r == 0; i++)
		r = put(p, (wchar_t)text[i]);
	return r;
}

/* The formats are made above from the program's own, which is theirs to
 * check. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Writes through @write, once to measure and once for good. */
#define PUT_NUMBER(p, d, format, value)                                        \
	do {                                                                   \
		GUISE_AUTO(guise_buf_clear) struct guise_buf text_ = {0};      \
		uint8_t *at_;                                                  \
		int n_ = snprintf(NULL, 0, format, (d)->width, (d)->precision, \
				  value);                                      \
                                                                               \
		if (n_ < 0)                                                    \
			return -EOVERFLOW;                                     \
		if (buf_reserve(&text_, (size_t)n_ + 1, &at_) < 0)             \
			return -ENOMEM;                                        \
		(void)snprintf((char *)at_, (size_t)n_ + 1, format,            \
			       (d)->width, (d)->precision, value);             \
		return put_ascii(p, (const char *)at_, (size_t)n_);            \
	} while (0)

static int put_integer(struct printer *p, const struct directive *d,
		       unsigned long long value)
{
	char format[24];

	linux_format(d, "ll", format);
	PUT_NUMBER(p, d, format, value);
}

static int put_float(struct printer *p, const struct directive *d)
{
	char format[24];

	if (d->length == LENGTH_LONG_DOUBLE) {
		long double value = va_arg(p->ap, long double);

		linux_format(d, "L", format);
		PUT_NUMBER(p, d, format, value);
	} else {
		double value = va_arg(p->ap, double);

		linux_format(d, "", format);
		PUT_NUMBER(p, d, format, value);
	}
}

#pragma GCC diagnostic pop

static unsigned long long signed_argument(struct printer *p, enum length length)
{
	if (length == LENGTH_64)
		return (unsigned long long)va_arg(p->ap, long long);
	if (length == LENGTH_SHORT)
		return (unsigned long long)(short)va_arg(p->ap, int);
	if (length == LENGTH_CHAR)
		return (unsigned long long)(signed char)va_arg(p->ap, int);
	return (unsigned long long)va_arg(p->ap, int);
}

static unsigned long long unsigned_argument(struct printer *p,
					    enum length length)
{
	if (length == LENGTH_64)
		return va_arg(p->ap, unsigned long long);
	if (length == LENGTH_SHORT)
		return (unsigned short)va_arg(p->ap, int);
	if (length == LENGTH_CHAR)
		return (unsigned char)va_arg(p->ap, int);
	return va_arg(p->ap, unsigned);
}

/* All digits of an address, in capitals */
static int put_pointer(struct printer *p, struct directive *d)
{
	d->kind = 'X';
	d->precision = d->precision < 0 ? 16 : d->precision;
	return put_integer(p, d, (uintptr_t)va_arg(p->ap, void *));
}

/* Whether a directive for text means wide text: the lower-case letter is the
 * output's own width, the capital the other one, unless a length says. */
static bool means_wide(const struct printer *p, const struct directive *d)
{
	if (d->length == LENGTH_SHORT)
		return false;
	if (d->length == LENGTH_32 || d->length == LENGTH_WIDE)
		return true;
	return (d->kind >= 'a') == p->wide;
}

/* How many units or bytes the character at @at has; looks at no more. 0: the
 * end */
static size_t character_size(const struct string *s, size_t at)
{
	const WCHAR *units = s->text;
	const uint8_t *bytes = s->text;
	size_t n = 1, most;

	if (at == s->n || (s->wide ? units[at] : bytes[at]) == 0)
		return 0;
	if (s->wide) /* the first half of a pair */
		most = (units[at] & 0xfc00) == 0xd800 ? 2 : 1;
	else
		most = bytes[at] < 0xc0	  ? 1
		       : bytes[at] < 0xe0 ? 2
		       : bytes[at] < 0xf0 ? 3
					  : 4;
	while (n < most && at + n < s->n &&
	       (s->wide ? units[at + n] : bytes[at + n] & 0x80))
		n++;
	return n;
}

/* The next character of @s in the units of the output; how many of @s it
 * takes, 0 at the end. */
static size_t convert(const struct printer *p, const struct string *s,
		      size_t at, wchar_t ret[4], size_t *ret_n)
{
	const WCHAR *units = s->text;
	const uint8_t *bytes = s->text;
	uint8_t utf8[4];
	uint32_t c;
	size_t n, used;

	*ret_n = 1;
	if (s->wide == p->wide && at < s->n) {
		ret[0] = s->wide ? units[at] : bytes[at];
		return ret[0] != 0;
	}
	n = character_size(s, at);
	if (n == 0)
		return 0;
	used = s->wide ? text_next_utf16(units + at, n, &c)
		       : text_next_utf8(bytes + at, n, &c);
	if (p->wide) {
		*ret_n = text_put_utf16(used ? c : REPLACEMENT, ret);
		return used ? used : 1;
	}
	*ret_n = text_put_utf8(used ? c : '?', utf8);
	for (size_t i = 0; i < *ret_n; i++)
		ret[i] = utf8[i];
	return used ? used : 1;
}

/* Writes, or without @p->out only counts, as many whole characters as the
 * precision lets through. */
static int copy_string(struct printer *p, const struct directive *d,
		       const struct string *s, bool write, size_t *ret_n)
{
	size_t most = d->precision < 0 ? SIZE_MAX : (size_t)d->precision;
	size_t at = 0, done = 0, used, n;
	wchar_t units[4];
	int r;

	while (done < most && (used = convert(p, s, at, units, &n)) > 0 &&
	       n <= most - done) {
		for (size_t i = 0; i < n && write; i++) {
			r = put(p, units[i]);
			if (r < 0)
				return r;
		}
		at += used;
		done += n;
	}
	*ret_n = done;
	return 0;
}

static int put_string(struct printer *p, const struct directive *d,
		      const struct string *s)
{
	const bool left = memchr(d->flags, '-', d->n_flags) != NULL;
	size_t n, width = (size_t)d->width, pad;
	int r;

	r = copy_string(p, d, s, false, &n);
	pad = width > n ? width - n : 0;
	if (r == 0 && !left)
		r = put_spaces(p, pad);
	if (r == 0)
		r = copy_string(p, d, s, true, &n);
	if (r == 0 && left)
		r = put_spaces(p, pad);
	return r;
}

static int put_text(struct printer *p, struct directive *d)
{
	struct string s = {.n = SIZE_MAX, .wide = means_wide(p, d)};

	s.text = va_arg(p->ap, const void *);
	if (!s.text) {
		s.text = "(null)";
		s.wide = false;
	}
	return put_string(p, d, &s);
}

/* An ANSI_STRING or UNICODE_STRING */
static int put_counted(struct printer *p, struct directive *d)
{
	const bool wide = d->length == LENGTH_32 || d->length == LENGTH_WIDE;
	const UNICODE_STRING *counted = va_arg(p->ap, const UNICODE_STRING *);
	struct string s = {.text = "(null)", .n = SIZE_MAX};

	if (counted && counted->Buffer) {
		s.text = counted->Buffer;
		s.wide = wide;
		s.n = counted->Length / (wide ? sizeof(WCHAR) : 1);
	}
	return put_string(p, d, &s);
}

/* One character; a NUL is one, too */
static int put_character(struct printer *p, struct directive *d)
{
	const bool wide = means_wide(p, d);
	const wchar_t unit = (wchar_t)va_arg(p->ap, int);
	const char byte = (char)unit;
	const struct string s = {
		.text = wide ? (const void *)&unit : (const void *)&byte,
		.n = 1,
		.wide = wide,
	};

	d->precision = -1;
	if (wide ? unit != 0 : byte != 0)
		return put_string(p, d, &s);
	d->width -= d->width > 0;
	if (put_string(p, d, &(struct string){.text = "", .n = 0}) < 0)
		return -ENOMEM;
	return put(p, 0);
}

static int put_directive(struct printer *p)
{
	struct directive d = read_directive(p);

	switch (d.kind) {
	case 'd':
	case 'i':
		return put_integer(p, &d, signed_argument(p, d.length));
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		return put_integer(p, &d, unsigned_argument(p, d.length));
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		return put_float(p, &d);
	case 'p':
		return put_pointer(p, &d);
	case 's':
	case 'S':
		return put_text(p, &d);
	case 'c':
	case 'C':
		return put_character(p, &d);
	case 'Z':
		return put_counted(p, &d);
	case 'n': /* a write into the caller's memory that a text asks for */
		return -EINVAL;
	case 0:
		return 0;
	default: /* what means nothing is itself */
		return put(p, d.kind);
	}
}

static int run(struct printer *p)
{
	int r = 0;

	for (wchar_t c = peek(p); c && r == 0; c = peek(p)) {
		skip(p);
		r = c == '%' ? put_directive(p) : put(p, c);
	}
	return r;
}

int crt_format(bool wide, const void *format, va_list ap, struct guise_buf *out)
{
	const size_t unit = wide ? sizeof(wchar_t) : 1, before = out->size;
	struct printer p = {.wide = wide, .format = format, .out = out};
	int r;

	va_copy(p.ap, ap);
	r = run(&p);
	va_end(p.ap);
	if (r == 0 && (out->size - before) / unit > INT_MAX)
		r = -EOVERFLOW;
	if (r < 0) {
		buf_truncate(out, before);
		errno = -r;
		return -1;
	}
	return (int)((out->size - before) / unit);
}

int crt_append_utf8(const wchar_t *text, size_t n, struct guise_buf *out)
{
	int r = 0;

	while (n && r == 0) {
		uint8_t utf8[4];
		uint32_t c;
		size_t used = text_next_utf16(text, n, &c);

		r = buf_append(out, utf8,
			       text_put_utf8(used ? c : REPLACEMENT, utf8));
		text += used ? used : 1;
		n -= used ? used : 1;
	}
	return r;
}
