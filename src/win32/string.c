/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lstrlen and its like, wsprintf, CompareStringOrdinal. Letters outside ASCII
 * have no case here, and no language has an order of its own.
 */
#include <limits.h>

#include "buf.h"
#include "crt-format.h"
#include "status.h"
#include "text.h"

/* What wsprintf never writes more than, the NUL included */
#define WSPRINTF_MAX 1024

int WINAPI lstrlenA(LPCSTR s)
{
	return s ? (int)strlen(s) : 0;
}

int WINAPI lstrlenW(LPCWSTR s)
{
	return s ? (int)text_length(s) : 0;
}

LPSTR WINAPI lstrcpynA(LPSTR to, LPCSTR from, int space)
{
	size_t n;

	if (!to || !from)
		return NULL;
	if (space <= 0)
		return to;
	n = strnlen(from, (size_t)space - 1);
	memmove(to, from, n);
	to[n] = 0;
	return to;
}

LPWSTR WINAPI lstrcpynW(LPWSTR to, LPCWSTR from, int space)
{
	int n = 0;

	if (!to || !from)
		return NULL;
	if (space <= 0)
		return to;
	while (n < space - 1 && from[n])
		n++;
	memmove(to, from, (size_t)n * sizeof(*to));
	to[n] = 0;
	return to;
}

LPSTR WINAPI lstrcpyA(LPSTR to, LPCSTR from)
{
	return lstrcpynA(to, from, INT_MAX);
}

LPWSTR WINAPI lstrcpyW(LPWSTR to, LPCWSTR from)
{
	return lstrcpynW(to, from, INT_MAX);
}

LPSTR WINAPI lstrcatA(LPSTR to, LPCSTR from)
{
	if (!to || !from)
		return NULL;
	(void)lstrcpynA(to + strlen(to), from, INT_MAX);
	return to;
}

LPWSTR WINAPI lstrcatW(LPWSTR to, LPCWSTR from)
{
	if (!to || !from)
		return NULL;
	(void)lstrcpynW(to + text_length(to), from, INT_MAX);
	return to;
}

/* Characters of either width */
struct run {
	const char *narrow;
	const WCHAR *wide;
	size_t n;
};

static unsigned unit(const struct run *run, size_t i)
{
	return run->wide ? run->wide[i] : (unsigned char)run->narrow[i];
}

static unsigned upper(unsigned c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static int sign(bool less, bool more)
{
	return less ? -1 : more;
}

static int compare(const struct run *a, const struct run *b, bool fold)
{
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		unsigned x = fold ? upper(unit(a, i)) : unit(a, i);
		unsigned y = fold ? upper(unit(b, i)) : unit(b, i);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return sign(a->n<b->n, a->n> b->n);
}

/* As dictionaries have it: case matters where nothing else does, and then small
 * letters come first. NULL comes before all texts. */
static int compare_words(const struct run *a, const struct run *b, bool fold)
{
	bool no_a = !a->narrow && !a->wide, no_b = !b->narrow && !b->wide;
	int order;

	if (no_a || no_b)
		return sign(no_a && !no_b, no_b && !no_a);
	order = compare(a, b, true);
	return order || fold ? order : -compare(a, b, false);
}

static struct run run_a(LPCSTR s)
{
	return (struct run){.narrow = s, .n = s ? strlen(s) : 0};
}

static struct run run_w(LPCWSTR s)
{
	return (struct run){.wide = s, .n = s ? text_length(s) : 0};
}

int WINAPI lstrcmpA(LPCSTR a, LPCSTR b)
{
	const struct run x = run_a(a), y = run_a(b);

	return compare_words(&x, &y, false);
}

int WINAPI lstrcmpW(LPCWSTR a, LPCWSTR b)
{
	const struct run x = run_w(a), y = run_w(b);

	return compare_words(&x, &y, false);
}

int WINAPI lstrcmpiA(LPCSTR a, LPCSTR b)
{
	const struct run x = run_a(a), y = run_a(b);

	return compare_words(&x, &y, true);
}

int WINAPI lstrcmpiW(LPCWSTR a, LPCWSTR b)
{
	const struct run x = run_w(a), y = run_w(b);

	return compare_words(&x, &y, true);
}

int WINAPI CompareStringOrdinal(LPCWCH a, int a_size, LPCWCH b, int b_size,
				BOOL ignore_case)
{
	struct run x = {.wide = a}, y = {.wide = b};

	if (!a || !b || a_size < -1 || b_size < -1) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return 0;
	}
	x.n = a_size < 0 ? text_length(a) : (size_t)a_size;
	y.n = b_size < 0 ? text_length(b) : (size_t)b_size;
	return CSTR_EQUAL + compare(&x, &y, ignore_case);
}

/* Formats and cuts; how many characters, without the NUL */
static int print(bool wide, void *to, const void *format, va_list ap)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	size_t size = wide ? sizeof(WCHAR) : 1, n;

	if (crt_format(wide, format, ap, &text) < 0) {
		memset(to, 0, size);
		return 0;
	}
	n = text.size / size;
	if (n > WSPRINTF_MAX - 1)
		n = WSPRINTF_MAX - 1;
	if (n > 0)
		memcpy(to, text.data, n * size);
	memset((char *)to + n * size, 0, size);
	return (int)n;
}

int WINAPI wvsprintfA(LPSTR to, LPCSTR format, va_list ap)
{
	return print(false, to, format, ap);
}

int WINAPI wvsprintfW(LPWSTR to, LPCWSTR format, va_list ap)
{
	return print(true, to, format, ap);
}

int wsprintfA(LPSTR to, LPCSTR format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = print(false, to, format, ap);
	va_end(ap);
	return n;
}

int wsprintfW(LPWSTR to, LPCWSTR format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = print(true, to, format, ap);
	va_end(ap);
	return n;
}
