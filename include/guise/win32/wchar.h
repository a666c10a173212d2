/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wide characters of the C runtime. The C library's own functions are made for
 * 32-bit characters and must never see ours; in C this file therefore takes
 * the place of the C library's, and what it does not declare does not exist.
 * Wide formats are those of Microsoft's runtime: %s is wide text in them, %S
 * narrow text (UTF-8), l means 32 bits, ll and I64 mean 64. In C++ use the
 * names without std::.
 */
#ifndef GUISE_WIN32_WCHAR_H
#define GUISE_WIN32_WCHAR_H

#ifdef __cplusplus
#include_next <wchar.h>

#include <cwchar>
#endif

#include "guise-win32.h"

#include <stdint.h>
#include <stdio.h>

GUISE_WIN32_BEGIN

#ifndef __cplusplus
typedef __WINT_TYPE__ wint_t;
#ifndef WEOF
#define WEOF ((wint_t)0xffffffffu)
#endif
#endif

typedef int errno_t;
typedef size_t rsize_t;

/* Length, copies, concatenation */
#define wcslen guise_crt_wcslen
#define wcsnlen guise_crt_wcsnlen
#define wcscpy guise_crt_wcscpy
#define wcsncpy guise_crt_wcsncpy
#define wcscat guise_crt_wcscat
#define wcsncat guise_crt_wcsncat
#define _wcsdup guise_crt_wcsdup
#define wcsdup guise_crt_wcsdup
#define wmemcpy guise_crt_wmemcpy
#define wmemmove guise_crt_wmemmove
#define wmemset guise_crt_wmemset
#define wmemcmp guise_crt_wmemcmp
size_t wcslen(const wchar_t *s);
size_t wcsnlen(const wchar_t *s, size_t max);
wchar_t *wcscpy(wchar_t *to, const wchar_t *from);
wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wcscat(wchar_t *to, const wchar_t *from);
wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *_wcsdup(const wchar_t *s);
wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wmemset(wchar_t *to, wchar_t c, size_t n);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n);

/* The same with the room there is; too little clears the target */
#define wcscpy_s guise_crt_wcscpy_s
#define wcsncpy_s guise_crt_wcsncpy_s
#define wcscat_s guise_crt_wcscat_s
#define wcsncat_s guise_crt_wcsncat_s
#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif
errno_t wcscpy_s(wchar_t *to, rsize_t room, const wchar_t *from);
errno_t wcsncpy_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t n);
errno_t wcscat_s(wchar_t *to, rsize_t room, const wchar_t *from);
errno_t wcsncat_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t n);

/* Comparing; letters without case are those of ASCII and Latin-1 */
#define wcscmp guise_crt_wcscmp
#define wcsncmp guise_crt_wcsncmp
#define _wcsicmp guise_crt_wcsicmp
#define wcsicmp guise_crt_wcsicmp
#define _wcsnicmp guise_crt_wcsnicmp
#define wcsnicmp guise_crt_wcsnicmp
#define _wcslwr guise_crt_wcslwr
#define _wcsupr guise_crt_wcsupr
int wcscmp(const wchar_t *a, const wchar_t *b);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n);
int _wcsicmp(const wchar_t *a, const wchar_t *b);
int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t n);
wchar_t *_wcslwr(wchar_t *s);
wchar_t *_wcsupr(wchar_t *s);

/* Searching */
#define wcschr guise_crt_wcschr
#define wcsrchr guise_crt_wcsrchr
#define wcsstr guise_crt_wcsstr
#define wcspbrk guise_crt_wcspbrk
#define wcsspn guise_crt_wcsspn
#define wcscspn guise_crt_wcscspn
#define wcstok_s guise_crt_wcstok_s
wchar_t *wcschr(const wchar_t *s, wchar_t c);
wchar_t *wcsrchr(const wchar_t *s, wchar_t c);
wchar_t *wcsstr(const wchar_t *s, const wchar_t *what);
wchar_t *wcspbrk(const wchar_t *s, const wchar_t *any);
size_t wcsspn(const wchar_t *s, const wchar_t *any);
size_t wcscspn(const wchar_t *s, const wchar_t *any);
wchar_t *wcstok_s(wchar_t *s, const wchar_t *any, wchar_t **state);

/* Numbers; long has 64 bits here, values are cut to Windows' 32 */
#define wcstol guise_crt_wcstol
#define wcstoul guise_crt_wcstoul
#define _wcstoi64 guise_crt_wcstoi64
#define _wcstoui64 guise_crt_wcstoui64
#define wcstoll guise_crt_wcstoi64
#define wcstoull guise_crt_wcstoui64
#define _wtoi guise_crt_wtoi
#define _wtol guise_crt_wtol
long wcstol(const wchar_t *s, wchar_t **end, int base);
unsigned long wcstoul(const wchar_t *s, wchar_t **end, int base);
long long _wcstoi64(const wchar_t *s, wchar_t **end, int base);
unsigned long long _wcstoui64(const wchar_t *s, wchar_t **end, int base);
int _wtoi(const wchar_t *s);
long _wtol(const wchar_t *s);

/* Printing to streams: UTF-8 */
#define wprintf guise_crt_wprintf
#define fwprintf guise_crt_fwprintf
#define vwprintf guise_crt_vwprintf
#define vfwprintf guise_crt_vfwprintf
#define fputws guise_crt_fputws
#define fputwc guise_crt_fputwc
#define putwchar guise_crt_putwchar
#define _putws guise_crt_putws
int wprintf(const wchar_t *format, ...);
int fwprintf(FILE *f, const wchar_t *format, ...);
int vwprintf(const wchar_t *format, va_list ap);
int vfwprintf(FILE *f, const wchar_t *format, va_list ap);
int fputws(const wchar_t *s, FILE *f);
wint_t fputwc(wchar_t c, FILE *f);
wint_t putwchar(wchar_t c);
int _putws(const wchar_t *s);

/* Printing to memory: n counts characters */
#define swprintf guise_crt_swprintf
#define vswprintf guise_crt_vswprintf
#define swprintf_s guise_crt_swprintf_s
#define vswprintf_s guise_crt_vswprintf_s
#define _snwprintf guise_crt_snwprintf
#define _vsnwprintf guise_crt_vsnwprintf
#define _snwprintf_s guise_crt_snwprintf_s
#define _scwprintf guise_crt_scwprintf
int swprintf(wchar_t *to, size_t n, const wchar_t *format, ...);
int vswprintf(wchar_t *to, size_t n, const wchar_t *format, va_list ap);
int swprintf_s(wchar_t *to, size_t n, const wchar_t *format, ...);
int vswprintf_s(wchar_t *to, size_t n, const wchar_t *format, va_list ap);
int _snwprintf(wchar_t *to, size_t n, const wchar_t *format, ...);
int _vsnwprintf(wchar_t *to, size_t n, const wchar_t *format, va_list ap);
int _snwprintf_s(wchar_t *to, size_t room, size_t n, const wchar_t *format,
		 ...);
int _scwprintf(const wchar_t *format, ...);

GUISE_WIN32_END

#endif
