/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wide characters of the C runtime. The C library's own functions are made for
 * 32-bit characters and must never see ours; in C this file therefore takes
 * the place of the C library's, and what it does not declare does not exist.
 * In C++ the C library's declarations stay, but for the names below. Wide
 * formats are those of Microsoft's runtime: %s is wide text in them, %S narrow
 * text (UTF-8), l means 32 bits, ll and I64 mean 64.
 */
#ifndef GUISE_WIN32_WCHAR_H
#define GUISE_WIN32_WCHAR_H

#include "guise-crt.h"

#ifdef __cplusplus
#define fgetws guise_libc_fgetws
#define fputwc guise_libc_fputwc
#define fputws guise_libc_fputws
#define fwprintf guise_libc_fwprintf
#define putwchar guise_libc_putwchar
#define swprintf guise_libc_swprintf
#define vfwprintf guise_libc_vfwprintf
#define vswprintf guise_libc_vswprintf
#define vwprintf guise_libc_vwprintf
#define wcscat guise_libc_wcscat
#define wcschr guise_libc_wcschr
#define wcscmp guise_libc_wcscmp
#define wcscoll guise_libc_wcscoll
#define wcscpy guise_libc_wcscpy
#define wcscspn guise_libc_wcscspn
#define wcsdup guise_libc_wcsdup
#define wcslen guise_libc_wcslen
#define wcsncat guise_libc_wcsncat
#define wcsncmp guise_libc_wcsncmp
#define wcsncpy guise_libc_wcsncpy
#define wcsnlen guise_libc_wcsnlen
#define wcspbrk guise_libc_wcspbrk
#define wcsrchr guise_libc_wcsrchr
#define wcsspn guise_libc_wcsspn
#define wcsstr guise_libc_wcsstr
#define wcstod guise_libc_wcstod
#define wcstok guise_libc_wcstok
#define wcstol guise_libc_wcstol
#define wcstoll guise_libc_wcstoll
#define wcstoul guise_libc_wcstoul
#define wcstoull guise_libc_wcstoull
#define wmemchr guise_libc_wmemchr
#define wmemcmp guise_libc_wmemcmp
#define wmemcpy guise_libc_wmemcpy
#define wmemmove guise_libc_wmemmove
#define wmemset guise_libc_wmemset
#define wprintf guise_libc_wprintf
#include_next <wchar.h>
#undef fgetws
#undef fputwc
#undef fputws
#undef fwprintf
#undef putwchar
#undef swprintf
#undef vfwprintf
#undef vswprintf
#undef vwprintf
#undef wcscat
#undef wcschr
#undef wcscmp
#undef wcscoll
#undef wcscpy
#undef wcscspn
#undef wcsdup
#undef wcslen
#undef wcsncat
#undef wcsncmp
#undef wcsncpy
#undef wcsnlen
#undef wcspbrk
#undef wcsrchr
#undef wcsspn
#undef wcsstr
#undef wcstod
#undef wcstok
#undef wcstol
#undef wcstoll
#undef wcstoul
#undef wcstoull
#undef wmemchr
#undef wmemcmp
#undef wmemcpy
#undef wmemmove
#undef wmemset
#undef wprintf
#endif

#include <stdio.h>

GUISE_WIN32_BEGIN

#ifndef __cplusplus
typedef __WINT_TYPE__ wint_t;
#ifndef WEOF
#define WEOF ((wint_t)0xffffffffu)
#endif
#ifndef WCHAR_MAX
#define WCHAR_MAX __WCHAR_MAX__
#define WCHAR_MIN 0
#endif
#endif

/* Length, copies, concatenation */
size_t wcslen(const wchar_t *s) GUISE_CRT(wcslen);
size_t wcsnlen(const wchar_t *s, size_t max) GUISE_CRT(wcsnlen);
wchar_t *wcscpy(wchar_t *to, const wchar_t *from) GUISE_CRT(wcscpy);
wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t n) GUISE_CRT(wcsncpy);
wchar_t *wcscat(wchar_t *to, const wchar_t *from) GUISE_CRT(wcscat);
wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t n) GUISE_CRT(wcsncat);
wchar_t *wcsdup(const wchar_t *s) GUISE_CRT(wcsdup);
wchar_t *_wcsdup(const wchar_t *s);
wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t n) GUISE_CRT(wmemcpy);
wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t n)
	GUISE_CRT(wmemmove);
wchar_t *wmemset(wchar_t *to, wchar_t c, size_t n) GUISE_CRT(wmemset);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n) GUISE_CRT(wmemcmp);

/* The same with the room there is; too little empties the target: ERANGE */
errno_t wcscpy_s(wchar_t *to, rsize_t room, const wchar_t *from);
errno_t wcsncpy_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t n);
errno_t wcscat_s(wchar_t *to, rsize_t room, const wchar_t *from);
errno_t wcsncat_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t n);

/* Comparing; letters without case are those of ASCII and Latin-1 */
int wcscmp(const wchar_t *a, const wchar_t *b) GUISE_CRT(wcscmp);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n) GUISE_CRT(wcsncmp);
int wcscoll(const wchar_t *a, const wchar_t *b) GUISE_CRT(wcscoll);
int _wcsicmp(const wchar_t *a, const wchar_t *b);
int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t n);
wchar_t *_wcslwr(wchar_t *s);
wchar_t *_wcsupr(wchar_t *s);
wchar_t *_wcsrev(wchar_t *s);
#define wcsicmp _wcsicmp
#define wcsnicmp _wcsnicmp

/* Searching */
#ifdef __cplusplus
/* for <cwchar>: both forms are here */
#ifndef __CORRECT_ISO_CPP_WCHAR_H_PROTO
#define __CORRECT_ISO_CPP_WCHAR_H_PROTO
#endif
extern "C++" {
wchar_t *wcschr(wchar_t *s, wchar_t c) GUISE_CRT(wcschr);
const wchar_t *wcschr(const wchar_t *s, wchar_t c) GUISE_CRT(wcschr);
wchar_t *wcsrchr(wchar_t *s, wchar_t c) GUISE_CRT(wcsrchr);
const wchar_t *wcsrchr(const wchar_t *s, wchar_t c) GUISE_CRT(wcsrchr);
wchar_t *wcsstr(wchar_t *s, const wchar_t *what) GUISE_CRT(wcsstr);
const wchar_t *wcsstr(const wchar_t *s, const wchar_t *what) GUISE_CRT(wcsstr);
wchar_t *wcspbrk(wchar_t *s, const wchar_t *any) GUISE_CRT(wcspbrk);
const wchar_t *wcspbrk(const wchar_t *s, const wchar_t *any) GUISE_CRT(wcspbrk);
wchar_t *wmemchr(wchar_t *s, wchar_t c, size_t n) GUISE_CRT(wmemchr);
const wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n)
	GUISE_CRT(wmemchr);
}
#else
wchar_t *wcschr(const wchar_t *s, wchar_t c) GUISE_CRT(wcschr);
wchar_t *wcsrchr(const wchar_t *s, wchar_t c) GUISE_CRT(wcsrchr);
wchar_t *wcsstr(const wchar_t *s, const wchar_t *what) GUISE_CRT(wcsstr);
wchar_t *wcspbrk(const wchar_t *s, const wchar_t *any) GUISE_CRT(wcspbrk);
wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n) GUISE_CRT(wmemchr);
#endif
size_t wcsspn(const wchar_t *s, const wchar_t *any) GUISE_CRT(wcsspn);
size_t wcscspn(const wchar_t *s, const wchar_t *any) GUISE_CRT(wcscspn);
wchar_t *wcstok(wchar_t *s, const wchar_t *any, wchar_t **state)
	GUISE_CRT(wcstok);
wchar_t *wcstok_s(wchar_t *s, const wchar_t *any, wchar_t **state);

/* Numbers; long has 64 bits here, values are cut to Windows' 32 */
long wcstol(const wchar_t *s, wchar_t **end, int base) GUISE_CRT(wcstol);
unsigned long wcstoul(const wchar_t *s, wchar_t **end, int base)
	GUISE_CRT(wcstoul);
long long wcstoll(const wchar_t *s, wchar_t **end, int base) GUISE_CRT(wcstoll);
unsigned long long wcstoull(const wchar_t *s, wchar_t **end, int base)
	GUISE_CRT(wcstoull);
double wcstod(const wchar_t *s, wchar_t **end) GUISE_CRT(wcstod);
long long _wcstoi64(const wchar_t *s, wchar_t **end, int base);
unsigned long long _wcstoui64(const wchar_t *s, wchar_t **end, int base);
int _wtoi(const wchar_t *s);
long _wtol(const wchar_t *s);
long long _wtoi64(const wchar_t *s);

/* Streams: UTF-8 */
int wprintf(const wchar_t *format, ...) GUISE_CRT(wprintf);
int fwprintf(FILE *f, const wchar_t *format, ...) GUISE_CRT(fwprintf);
int vwprintf(const wchar_t *format, va_list ap) GUISE_CRT(vwprintf);
int vfwprintf(FILE *f, const wchar_t *format, va_list ap) GUISE_CRT(vfwprintf);
int fputws(const wchar_t *s, FILE *f) GUISE_CRT(fputws);
wint_t fputwc(wchar_t c, FILE *f) GUISE_CRT(fputwc);
wint_t putwchar(wchar_t c) GUISE_CRT(putwchar);
wchar_t *fgetws(wchar_t *to, int n, FILE *f) GUISE_CRT(fgetws);
int _putws(const wchar_t *s);
#define wprintf_s wprintf
#define fwprintf_s fwprintf
#define vwprintf_s vwprintf
#define vfwprintf_s vfwprintf

/* Printing to memory: n counts characters */
int swprintf(wchar_t *to, size_t n, const wchar_t *format, ...)
	GUISE_CRT(swprintf);
int vswprintf(wchar_t *to, size_t n, const wchar_t *format, va_list ap)
	GUISE_CRT(vswprintf);
int swprintf_s(wchar_t *to, size_t n, const wchar_t *format, ...);
int vswprintf_s(wchar_t *to, size_t n, const wchar_t *format, va_list ap);
int _snwprintf(wchar_t *to, size_t n, const wchar_t *format, ...);
int _vsnwprintf(wchar_t *to, size_t n, const wchar_t *format, va_list ap);
int _snwprintf_s(wchar_t *to, size_t room, size_t n, const wchar_t *format,
		 ...);
int _vsnwprintf_s(wchar_t *to, size_t room, size_t n, const wchar_t *format,
		  va_list ap);
int _scwprintf(const wchar_t *format, ...);
int _vscwprintf(const wchar_t *format, va_list ap);

GUISE_WIN32_END

#endif
