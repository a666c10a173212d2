/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C runtime's functions on 16-bit text: lengths, copies, comparisons,
 * searches. Bodies as ISO C and Microsoft describe them; nothing here looks at
 * a locale.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

size_t wcslen(const wchar_t *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

size_t wcsnlen(const wchar_t *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t n)
{
	return memcpy(to, from, n * sizeof(*to));
}

wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t n)
{
	return memmove(to, from, n * sizeof(*to));
}

wchar_t *wmemset(wchar_t *to, wchar_t c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = c;
	return to;
}

int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == c)
			return (wchar_t *)(uintptr_t)&s[i];
	}
	return NULL;
}

wchar_t *wcscpy(wchar_t *to, const wchar_t *from)
{
	return wmemcpy(to, from, wcslen(from) + 1);
}

/* As in C: filled with NULs to the end, and no NUL where there is no room */
wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t n)
{
	size_t used = wcsnlen(from, n);

	(void)wmemcpy(to, from, used);
	(void)wmemset(to + used, 0, n - used);
	return to;
}

wchar_t *wcscat(wchar_t *to, const wchar_t *from)
{
	(void)wcscpy(to + wcslen(to), from);
	return to;
}

wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t n)
{
	wchar_t *end = to + wcslen(to);
	size_t used = wcsnlen(from, n);

	(void)wmemcpy(end, from, used);
	end[used] = 0;
	return to;
}

wchar_t *_wcsdup(const wchar_t *s)
{
	wchar_t *copy;
	size_t n;

	if (!s)
		return NULL;
	n = wcslen(s) + 1;
	copy = calloc(n, sizeof(*copy));
	return copy ? wmemcpy(copy, s, n) : NULL;
}

wchar_t *wcsdup(const wchar_t *s)
{
	return _wcsdup(s);
}

/* Empties what cannot be filled. */
static errno_t refuse(wchar_t *to, rsize_t room, errno_t error)
{
	if (to && room)
		to[0] = 0;
	return error;
}

/* @n characters of @from to @to, which has room for @room, behind @at of its
 * own */
static errno_t copy(wchar_t *to, rsize_t room, size_t at, const wchar_t *from,
		    rsize_t n)
{
	size_t length = wcsnlen(from, n == _TRUNCATE ? room - at : n);

	if (length >= room - at && n == _TRUNCATE) {
		(void)wmemcpy(to + at, from, room - at - 1);
		to[room - 1] = 0;
		return STRUNCATE;
	}
	if (length >= room - at)
		return refuse(to, room, ERANGE);
	(void)wmemcpy(to + at, from, length);
	to[at + length] = 0;
	return 0;
}

errno_t wcsncpy_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t n)
{
	if (!to || room == 0)
		return EINVAL;
	if (!from)
		return refuse(to, room, EINVAL);
	return copy(to, room, 0, from, n);
}

errno_t wcscpy_s(wchar_t *to, rsize_t room, const wchar_t *from)
{
	return wcsncpy_s(to, room, from, SIZE_MAX - 1);
}

errno_t wcsncat_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t n)
{
	size_t at;

	if (!to || room == 0)
		return EINVAL;
	at = wcsnlen(to, room);
	if (!from || at == room) /* no text, or not ended */
		return refuse(to, room, EINVAL);
	return copy(to, room, at, from, n);
}

errno_t wcscat_s(wchar_t *to, rsize_t room, const wchar_t *from)
{
	return wcsncat_s(to, room, from, SIZE_MAX - 1);
}

int wcscmp(const wchar_t *a, const wchar_t *b)
{
	return wcsncmp(a, b, SIZE_MAX);
}

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
		if (!a[i])
			break;
	}
	return 0;
}

int wcscoll(const wchar_t *a, const wchar_t *b)
{
	return wcscmp(a, b);
}

static wchar_t lower(wchar_t c)
{
	const bool ascii = c >= 'A' && c <= 'Z';
	const bool latin = c >= 0xc0 && c <= 0xde && c != 0xd7;

	return ascii || latin ? (wchar_t)(c + 0x20) : c;
}

static wchar_t upper(wchar_t c)
{
	const bool ascii = c >= 'a' && c <= 'z';
	const bool latin = c >= 0xe0 && c <= 0xfe && c != 0xf7;

	return ascii || latin ? (wchar_t)(c - 0x20) : c;
}

int _wcsicmp(const wchar_t *a, const wchar_t *b)
{
	return _wcsnicmp(a, b, SIZE_MAX);
}

int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int difference = lower(a[i]) - lower(b[i]);

		if (difference || !a[i])
			return difference;
	}
	return 0;
}

wchar_t *_wcslwr(wchar_t *s)
{
	for (size_t i = 0; s[i]; i++)
		s[i] = lower(s[i]);
	return s;
}

wchar_t *_wcsupr(wchar_t *s)
{
	for (size_t i = 0; s[i]; i++)
		s[i] = upper(s[i]);
	return s;
}

wchar_t *_wcsrev(wchar_t *s)
{
	size_t n = wcslen(s);

	for (size_t i = 0; i < n / 2; i++) {
		wchar_t c = s[i];

		s[i] = s[n - 1 - i];
		s[n - 1 - i] = c;
	}
	return s;
}

wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
	return wmemchr(s, c, wcslen(s) + 1);
}

wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
	for (size_t i = wcslen(s) + 1; i-- > 0;) {
		if (s[i] == c)
			return (wchar_t *)(uintptr_t)&s[i];
	}
	return NULL;
}

wchar_t *wcsstr(const wchar_t *s, const wchar_t *what)
{
	size_t n = wcslen(what);

	for (;; s++) {
		if (wcsncmp(s, what, n) == 0)
			return (wchar_t *)(uintptr_t)s;
		if (!*s)
			return NULL;
	}
}

/* How many characters at the start of @s are, or are not, among @any */
static size_t span(const wchar_t *s, const wchar_t *any, bool among)
{
	size_t n = 0, n_any = wcslen(any);

	while (s[n] && (wmemchr(any, s[n], n_any) != NULL) == among)
		n++;
	return n;
}

size_t wcsspn(const wchar_t *s, const wchar_t *any)
{
	return span(s, any, true);
}

size_t wcscspn(const wchar_t *s, const wchar_t *any)
{
	return span(s, any, false);
}

wchar_t *wcspbrk(const wchar_t *s, const wchar_t *any)
{
	s += wcscspn(s, any);
	return *s ? (wchar_t *)(uintptr_t)s : NULL;
}

wchar_t *wcstok_s(wchar_t *s, const wchar_t *any, wchar_t **state)
{
	s = s ? s : *state;
	s += wcsspn(s, any);
	if (!*s) {
		*state = s;
		return NULL;
	}
	*state = s + wcscspn(s, any);
	if (**state)
		*(*state)++ = 0;
	return s;
}

wchar_t *wcstok(wchar_t *s, const wchar_t *any, wchar_t **state)
{
	return wcstok_s(s, any, state);
}
