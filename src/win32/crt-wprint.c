/* SPDX-License-Identifier: Apache-2.0 */
/* Wide printing with Microsoft's formats, and lines of wide text; streams hold
 * UTF-8. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "crt-format.h"
#include "text.h"

static int write_wide(FILE *f, const wchar_t *text, size_t n)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf utf8 = {0};

	if (crt_append_utf8(text, n, &utf8) < 0)
		return -1;
	return fwrite(utf8.data, 1, utf8.size, f) == utf8.size ? 0 : -1;
}

int vfwprintf(FILE *f, const wchar_t *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int n = crt_format(true, format, ap, &out);

	if (n > 0 &&
	    write_wide(f, (const wchar_t *)(void *)out.data, (size_t)n) < 0)
		return -1;
	return n;
}

int vwprintf(const wchar_t *format, va_list ap)
{
	return vfwprintf(stdout, format, ap);
}

int fputws(const wchar_t *s, FILE *f)
{
	return *s ? write_wide(f, s, wcslen(s)) : 0;
}

int _putws(const wchar_t *s)
{
	if (fputws(s, stdout) < 0 || fputc('\n', stdout) == EOF)
		return -1;
	return 0;
}

wint_t fputwc(wchar_t c, FILE *f)
{
	return write_wide(f, &c, 1) < 0 ? WEOF : c;
}

wint_t putwchar(wchar_t c)
{
	return fputwc(c, stdout);
}

/* A character of UTF-8 as units; what is none is U+FFFD. 0 at the end */
static size_t read_character(FILE *f, wchar_t ret[2])
{
	uint8_t bytes[4];
	size_t n = 0, most = 1;
	uint32_t character;

	while (n < most) {
		int c = fgetc(f);

		if (n > 0 && c != EOF && (c & 0xc0) != 0x80)
			(void)ungetc(c, f); /* of the next one */
		if (c == EOF || (n > 0 && (c & 0xc0) != 0x80))
			break;
		bytes[n++] = (uint8_t)c;
		if (n == 1 && c >= 0xc0)
			most = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	}
	if (n == 0)
		return 0;
	if (text_next_utf8(bytes, n, &character) != n)
		character = 0xfffd;
	return text_put_utf16(character, ret);
}

wchar_t *fgetws(wchar_t *to, int n, FILE *f)
{
	size_t done = 0, room = n > 0 ? (size_t)n - 1 : 0, used;
	wchar_t units[2];

	while (done < room && (used = read_character(f, units)) > 0) {
		if (used > room - done) { /* no room for the other half */
			units[0] = 0xfffd;
			used = 1;
		}
		(void)wmemcpy(to + done, units, used);
		done += used;
		if (to[done - 1] == '\n')
			break;
	}
	if (n > 0)
		to[done] = 0;
	return done ? to : NULL;
}

/* What fits of @out, with a NUL where there is room behind it */
static void copy_out(const struct guise_buf *out, wchar_t *to, size_t n)
{
	size_t length = out->size / sizeof(*to);

	if (length && n)
		memcpy(to, out->data, (length < n ? length : n) * sizeof(*to));
	if (length < n)
		to[length] = 0;
}

int _vsnwprintf(wchar_t *to, size_t n, const wchar_t *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int length = crt_format(true, format, ap, &out);

	if (length < 0)
		return length;
	copy_out(&out, to, n);
	return (size_t)length <= n ? length : -1;
}

/* Too little room: what fits, ended, and -1 */
int vswprintf(wchar_t *to, size_t n, const wchar_t *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int length = crt_format(true, format, ap, &out);

	if (length >= 0)
		copy_out(&out, to, n);
	if (length >= 0 && (size_t)length < n)
		return length;
	if (n)
		to[length < 0 ? 0 : n - 1] = 0;
	return -1;
}

int _vsnwprintf_s(wchar_t *to, size_t room, size_t n, const wchar_t *format,
		  va_list ap)
{
	const bool cut = n == _TRUNCATE || n < room;
	int length;

	if (!to || room == 0 || !format) {
		errno = EINVAL;
		return -1;
	}
	length = vswprintf(to, n < room ? n + 1 : room, format, ap);
	if (length < 0 && !cut) {
		to[0] = 0;
		errno = ERANGE;
	}
	return length;
}

int vswprintf_s(wchar_t *to, size_t n, const wchar_t *format, va_list ap)
{
	return _vsnwprintf_s(to, n, SIZE_MAX - 1, format, ap);
}

int _vscwprintf(const wchar_t *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	return crt_format(true, format, ap, &out);
}

int wprintf(const wchar_t *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vfwprintf(stdout, format, ap);
	va_end(ap);
	return r;
}

int fwprintf(FILE *f, const wchar_t *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vfwprintf(f, format, ap);
	va_end(ap);
	return r;
}

int swprintf(wchar_t *to, size_t n, const wchar_t *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vswprintf(to, n, format, ap);
	va_end(ap);
	return r;
}

int swprintf_s(wchar_t *to, size_t n, const wchar_t *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vswprintf_s(to, n, format, ap);
	va_end(ap);
	return r;
}

int _snwprintf(wchar_t *to, size_t n, const wchar_t *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = _vsnwprintf(to, n, format, ap);
	va_end(ap);
	return r;
}

int _snwprintf_s(wchar_t *to, size_t room, size_t n, const wchar_t *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = _vsnwprintf_s(to, room, n, format, ap);
	va_end(ap);
	return r;
}

int _scwprintf(const wchar_t *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = _vscwprintf(format, ap);
	va_end(ap);
	return r;
}
