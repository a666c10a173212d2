/* SPDX-License-Identifier: Apache-2.0 */
/* Narrow printing with Microsoft's formats. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "crt-format.h"

int guise_crt_vfprintf(FILE *f, const char *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int n = crt_format(false, format, ap, &out);

	if (n > 0 && fwrite(out.data, 1, out.size, f) != out.size)
		return -1;
	return n;
}

int guise_crt_vprintf(const char *format, va_list ap)
{
	return guise_crt_vfprintf(stdout, format, ap);
}

int guise_crt_vsnprintf(char *to, size_t n, const char *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int length = crt_format(false, format, ap, &out);
	size_t copied;

	if (n == 0)
		return length;
	copied = length < 0 ? 0 : (size_t)length;
	copied = copied < n ? copied : n - 1;
	if (copied)
		memcpy(to, out.data, copied);
	to[copied] = '\0';
	return length;
}

int guise_crt_vsprintf(char *to, const char *format, va_list ap)
{
	return guise_crt_vsnprintf(to, SIZE_MAX, format, ap);
}

int _vsnprintf(char *to, size_t n, const char *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int length = crt_format(false, format, ap, &out);
	const bool fits = length >= 0 && (size_t)length <= n;

	if (length < 0)
		return length;
	if (out.size && n)
		memcpy(to, out.data, fits ? out.size : n);
	if (fits && (size_t)length < n)
		to[length] = '\0';
	return fits ? length : -1;
}

int _vsnprintf_s(char *to, size_t room, size_t n, const char *format,
		 va_list ap)
{
	const bool cut = n == _TRUNCATE || n < room;
	const size_t most = n < room ? n + 1 : room;
	int length;

	if (!to || room == 0 || !format) {
		errno = EINVAL;
		return -1;
	}
	length = guise_crt_vsnprintf(to, most, format, ap);
	if (length >= 0 && (size_t)length < most)
		return length;
	if (!cut) {
		to[0] = '\0';
		errno = ERANGE;
	}
	return -1;
}

int vsprintf_s(char *to, size_t room, const char *format, va_list ap)
{
	return _vsnprintf_s(to, room, SIZE_MAX - 1, format, ap);
}

int _vscprintf(const char *format, va_list ap)
{
	return guise_crt_vsnprintf(NULL, 0, format, ap);
}

int guise_crt_fprintf(FILE *f, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = guise_crt_vfprintf(f, format, ap);
	va_end(ap);
	return r;
}

int guise_crt_printf(const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = guise_crt_vfprintf(stdout, format, ap);
	va_end(ap);
	return r;
}

int guise_crt_snprintf(char *to, size_t n, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = guise_crt_vsnprintf(to, n, format, ap);
	va_end(ap);
	return r;
}

int guise_crt_sprintf(char *to, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = guise_crt_vsprintf(to, format, ap);
	va_end(ap);
	return r;
}

int sprintf_s(char *to, size_t room, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vsprintf_s(to, room, format, ap);
	va_end(ap);
	return r;
}

int _snprintf(char *to, size_t n, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = _vsnprintf(to, n, format, ap);
	va_end(ap);
	return r;
}

int _snprintf_s(char *to, size_t room, size_t n, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = _vsnprintf_s(to, room, n, format, ap);
	va_end(ap);
	return r;
}

int _scprintf(const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = _vscprintf(format, ap);
	va_end(ap);
	return r;
}

errno_t fopen_s(FILE **ret, const char *path, const char *mode)
{
	if (!ret || !path || !mode)
		return EINVAL;
	*ret = fopen(path, mode);
	return *ret ? 0 : errno;
}
