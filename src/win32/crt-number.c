/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and 16-bit text. What Windows' 32-bit long cannot hold is cut to its
 * limits, as there, though long has 64 bits here.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define BASE_MAX 36

/* A number as it was written */
struct number {
	unsigned long long magnitude;
	bool negative;
	bool too_large; /* for magnitude */
};

static bool is_space(wchar_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0;
}

/* The value of a digit, BASE_MAX if it is none */
static unsigned digit(wchar_t c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A') + 10;
	return BASE_MAX;
}

/* The base that @base and the start of @s say; skips 0x. */
static unsigned find_base(const wchar_t **s, int base)
{
	const wchar_t *at = *s;
	const bool hex = at[0] == '0' && (at[1] == 'x' || at[1] == 'X') &&
			 digit(at[2]) < 16;

	if (hex && (base == 0 || base == 16)) {
		*s += 2;
		return 16;
	}
	if (base == 0)
		return at[0] == '0' ? 8 : 10;
	return (unsigned)base;
}

/* @end, if not NULL: behind the number, or @s itself if there is none */
static struct number parse(const wchar_t *s, wchar_t **end, int base)
{
	const wchar_t *at = s, *first;
	struct number number = {0};
	unsigned radix;

	if (end)
		*end = (wchar_t *)(uintptr_t)s;
	if (base < 0 || base == 1 || base > BASE_MAX) {
		errno = EINVAL;
		return number;
	}
	while (is_space(*at))
		at++;
	number.negative = *at == '-';
	at += *at == '-' || *at == '+';
	radix = find_base(&at, base);
	for (first = at; digit(*at) < radix; at++) {
		if (__builtin_mul_overflow(number.magnitude, radix,
					   &number.magnitude) ||
		    __builtin_add_overflow(number.magnitude, digit(*at),
					   &number.magnitude))
			number.too_large = true;
	}
	if (end && at > first)
		*end = (wchar_t *)(uintptr_t)at;
	return number;
}

static long long to_signed(struct number number, long long lowest,
			   long long highest)
{
	const unsigned long long most =
		(unsigned long long)highest + (number.negative ? 1 : 0);

	if (number.too_large || number.magnitude > most) {
		errno = ERANGE;
		return number.negative ? lowest : highest;
	}
	return number.negative ? (long long)-number.magnitude
			       : (long long)number.magnitude;
}

static unsigned long long to_unsigned(struct number number,
				      unsigned long long highest)
{
	if (number.too_large || number.magnitude > highest) {
		errno = ERANGE;
		return highest;
	}
	return (number.negative ? -number.magnitude : number.magnitude) &
	       highest;
}

long wcstol(const wchar_t *s, wchar_t **end, int base)
{
	return (long)to_signed(parse(s, end, base), INT_MIN, INT_MAX);
}

unsigned long wcstoul(const wchar_t *s, wchar_t **end, int base)
{
	return (unsigned long)to_unsigned(parse(s, end, base), UINT_MAX);
}

long long _wcstoi64(const wchar_t *s, wchar_t **end, int base)
{
	return to_signed(parse(s, end, base), LLONG_MIN, LLONG_MAX);
}

unsigned long long _wcstoui64(const wchar_t *s, wchar_t **end, int base)
{
	return to_unsigned(parse(s, end, base), ULLONG_MAX);
}

long long wcstoll(const wchar_t *s, wchar_t **end, int base)
{
	return _wcstoi64(s, end, base);
}

unsigned long long wcstoull(const wchar_t *s, wchar_t **end, int base)
{
	return _wcstoui64(s, end, base);
}

/* strtod()'s answer on the part that is ASCII; a number has nothing else */
double wcstod(const wchar_t *s, wchar_t **end)
{
	const wchar_t *at = s;
	char *text, *text_end;
	double value = 0;
	size_t n = 0;

	if (end)
		*end = (wchar_t *)(uintptr_t)s;
	while (is_space(*at))
		at++;
	while (at[n] > ' ' && at[n] < 0x7f)
		n++;
	text = calloc(n + 1, 1);
	if (!text)
		return value;
	for (size_t i = 0; i < n; i++)
		text[i] = (char)at[i];
	value = strtod(text, &text_end);
	if (end && text_end > text)
		*end = (wchar_t *)(uintptr_t)(at + (text_end - text));
	free(text);
	return value;
}

int _wtoi(const wchar_t *s)
{
	return (int)wcstol(s, NULL, 10);
}

long _wtol(const wchar_t *s)
{
	return wcstol(s, NULL, 10);
}

long long _wtoi64(const wchar_t *s)
{
	return _wcstoi64(s, NULL, 10);
}

/* Digits of @value in @base, with NUL; "" in a base that there is not */
static char *format(unsigned long long value, bool negative, char *to, int base)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char reversed[65];
	size_t n = 0, at = 0;

	to[0] = '\0';
	if (base < 2 || base > BASE_MAX) {
		errno = EINVAL;
		return to;
	}
	do {
		reversed[n++] = digits[value % (unsigned)base];
		value /= (unsigned)base;
	} while (value);
	if (negative)
		to[at++] = '-';
	while (n)
		to[at++] = reversed[--n];
	to[at] = '\0';
	return to;
}

static wchar_t *format_wide(unsigned long long value, bool negative,
			    wchar_t *to, int base)
{
	char text[66];
	size_t n = 0;

	(void)format(value, negative, text, base);
	do {
		to[n] = (wchar_t)text[n];
	} while (text[n++]);
	return to;
}

/* Only in base 10 negative numbers have a sign. */
char *_itoa(int value, char *to, int base)
{
	if (base == 10)
		return _i64toa(value, to, base);
	return format((unsigned)value, false, to, base);
}

char *_ultoa(unsigned value, char *to, int base)
{
	return format(value, false, to, base);
}

char *_i64toa(long long value, char *to, int base)
{
	const bool negative = value < 0 && base == 10;
	const unsigned long long bits = (unsigned long long)value;

	return format(negative ? -bits : bits, negative, to, base);
}

char *_ui64toa(unsigned long long value, char *to, int base)
{
	return format(value, false, to, base);
}

wchar_t *_itow(int value, wchar_t *to, int base)
{
	if (base == 10)
		return _i64tow(value, to, base);
	return format_wide((unsigned)value, false, to, base);
}

wchar_t *_ultow(unsigned value, wchar_t *to, int base)
{
	return format_wide(value, false, to, base);
}

wchar_t *_i64tow(long long value, wchar_t *to, int base)
{
	const bool negative = value < 0 && base == 10;
	const unsigned long long bits = (unsigned long long)value;

	return format_wide(negative ? -bits : bits, negative, to, base);
}

wchar_t *_ui64tow(unsigned long long value, wchar_t *to, int base)
{
	return format_wide(value, false, to, base);
}
