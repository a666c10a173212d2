/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of Microsoft's runtime. Integers and floating-point numbers are
 * written by the C library, under the length that Windows' types have; text of
 * either width is put in by us.
 */
#ifndef WIN32_CRT_FORMAT_H
#define WIN32_CRT_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <guise/base.h>

/*
 * Writes @format with its arguments; appends to @out without NUL.
 * @wide: @format and what is written are 16-bit text, else bytes. Text in the
 * other width is converted; what cannot be becomes '?' or U+FFFD. %n is
 * refused.
 *
 * Return: how many characters (units or bytes) were written, or -1 with errno
 * ENOMEM, EINVAL (%n), EOVERFLOW (more than INT_MAX).
 */
int crt_format(bool wide, const void *format, va_list ap,
	       struct guise_buf *out);

/* Appends @n units as UTF-8; half a pair becomes U+FFFD. 0 or -ENOMEM */
int crt_append_utf8(const wchar_t *text, size_t n, struct guise_buf *out);

#endif
