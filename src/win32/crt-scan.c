/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scanning with Microsoft's formats: every argument is a pointer, so it is
 * enough to say the lengths of integers anew and to leave the rest to the C
 * library. l means 32 bits, I64 means 64. Wide text is not scanned: its
 * directives end the scan, as one that does not match.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "crt-format.h"

/* The length at @at in the C library's words; how many characters it takes */
static size_t length_at(const char *at, const char **ret)
{
	static const struct {
		const char *microsoft, *linux_form;
	} lengths[] = {
		{"I64", "ll"}, {"I32", ""},  {"I", "ll"}, {"ll", "ll"},
		{"l", ""},     {"hh", "hh"}, {"h", "h"},  {"j", "ll"},
		{"z", "ll"},   {"t", "ll"},  {"L", "L"},  {"w", "w"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		size_t n = strlen(lengths[i].microsoft);

		if (strncmp(at, lengths[i].microsoft, n) == 0) {
			*ret = lengths[i].linux_form;
			return n;
		}
	}
	*ret = "";
	return 0;
}

/* The end of a set, which may begin with ']' */
static size_t set_size(const char *at)
{
	size_t n = 1;

	n += at[n] == '^';
	n += at[n] == ']';
	while (at[n] && at[n] != ']')
		n++;
	return at[n] ? n + 1 : n;
}

/* One directive behind its '%'; how many characters of @at it takes.
 * 0: text of 16 bits, or no memory */
static size_t translate(const char *at, struct guise_buf *out)
{
	const size_t prefix = strspn(at, "*0123456789");
	const char *length, *kind;
	size_t n = prefix + length_at(at + prefix, &length), size;
	bool is_long = n > prefix && at[prefix] == 'l';

	kind = at + n;
	if (*kind && strchr("sScC[", *kind)) {
		if (is_long || *kind == 'S' || *kind == 'C' || *length == 'w')
			return 0;
		length = "";
	} else if (*kind && strchr("aAeEfFgG", *kind) && is_long) {
		length = "l"; /* a double */
	}
	size = *kind == '[' ? set_size(kind) : *kind != '\0';
	if (buf_append_text(out, "%") < 0 || buf_append(out, at, prefix) < 0 ||
	    buf_append_text(out, length) < 0 || buf_append(out, kind, size) < 0)
		return 0;
	return n + size;
}

/* @format for the C library, with NUL. An unknown rest is cut off behind a
 * directive that nothing matches. */
static int linux_format(const char *format, struct guise_buf *out)
{
	int r = 0;

	while (*format && r == 0) {
		size_t n;

		if (*format != '%') {
			r = buf_append(out, format++, 1);
			continue;
		}
		n = translate(++format, out);
		if (n == 0 && *format)
			break;
		format += n;
	}
	return r < 0 ? r : buf_append(out, "", 1);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the program's own */

int guise_crt_vsscanf(const char *s, const char *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	if (linux_format(format, &out) < 0)
		return EOF;
	return vsscanf(s, (const char *)out.data, ap);
}

int guise_crt_vfscanf(FILE *f, const char *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	if (linux_format(format, &out) < 0)
		return EOF;
	return vfscanf(f, (const char *)out.data, ap);
}

#pragma GCC diagnostic pop

int guise_crt_vscanf(const char *format, va_list ap)
{
	return guise_crt_vfscanf(stdin, format, ap);
}

int guise_crt_sscanf(const char *s, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = guise_crt_vsscanf(s, format, ap);
	va_end(ap);
	return r;
}

int guise_crt_fscanf(FILE *f, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = guise_crt_vfscanf(f, format, ap);
	va_end(ap);
	return r;
}

int guise_crt_scanf(const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = guise_crt_vscanf(format, ap);
	va_end(ap);
	return r;
}
