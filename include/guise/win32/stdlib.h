/* SPDX-License-Identifier: Apache-2.0 */
/* The C library's, with multibyte text as UTF-8 and 16-bit characters, and
 * what Microsoft's runtime has besides. */
#ifndef GUISE_WIN32_STDLIB_H
#define GUISE_WIN32_STDLIB_H

#include "guise-crt.h"

#include_next <stdlib.h>

GUISE_WIN32_BEGIN

/* As in C; every locale's text is UTF-8 */
size_t guise_crt_mbstowcs(wchar_t *to, const char *from, size_t n);
size_t guise_crt_wcstombs(char *to, const wchar_t *from, size_t n);
#define mbstowcs guise_crt_mbstowcs
#define wcstombs guise_crt_wcstombs

/* Numbers as text; the caller has the room */
char *_itoa(int value, char *to, int base);
char *_ultoa(unsigned value, char *to, int base);
char *_i64toa(long long value, char *to, int base);
char *_ui64toa(unsigned long long value, char *to, int base);
wchar_t *_itow(int value, wchar_t *to, int base);
wchar_t *_ultow(unsigned value, wchar_t *to, int base);
wchar_t *_i64tow(long long value, wchar_t *to, int base);
wchar_t *_ui64tow(unsigned long long value, wchar_t *to, int base);

GUISE_WIN32_END

#define _ltoa _itoa
#define _ltow _itow
#define _atoi64 atoll
#define _strtoi64 strtoll
#define _strtoui64 strtoull

#define _MAX_PATH 260
#define _MAX_DRIVE 3
#define _MAX_DIR 256
#define _MAX_FNAME 256
#define _MAX_EXT 256
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif
#ifndef __cplusplus
#define __max(a, b) (((a) > (b)) ? (a) : (b))
#define __min(a, b) (((a) < (b)) ? (a) : (b))
#endif

#include <wchar.h>

#endif
