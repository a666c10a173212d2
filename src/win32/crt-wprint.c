/* SPDX-License-Identifier: Apache-2.0 */
/* Wide printing with Microsoft's formats, and lines of wide text; streams hold
 * UTF-8. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

/* A line, cut to what surely fits: a byte becomes one unit at most. */
wchar_t *fgetws(wchar_t *to, int n, FILE *f)
{
	char *line = n > 0 ? malloc((size_t)n) : NULL;
	size_t length;

	if (!line)
		return NULL;
	if (!fgets(line, n, f)) {
		free(line);
		return NULL;
	}
	length = mbstowcs(to, line, (size_t)n);
	free(line);
	return length == SIZE_MAX ? NULL : to;
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
