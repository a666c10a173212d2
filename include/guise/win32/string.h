/* SPDX-License-Identifier: Apache-2.0 */
/* Text of the C runtime: the C library's, what Microsoft's has besides, and as
 * there the functions of wchar.h. */
#ifndef GUISE_WIN32_STRING_H
#define GUISE_WIN32_STRING_H

#include "guise-crt.h"

#include_next <string.h>

GUISE_WIN32_BEGIN

/* Letters without case are those of ASCII */
int _stricmp(const char *a, const char *b);
int _strnicmp(const char *a, const char *b, size_t n);
#define stricmp _stricmp
#define strnicmp _strnicmp
#define strcmpi _stricmp
char *_strlwr(char *s);
char *_strupr(char *s);
char *_strdup(const char *s);

/* With the room there is; too little empties the target: ERANGE */
errno_t strcpy_s(char *to, rsize_t room, const char *from);
errno_t strncpy_s(char *to, rsize_t room, const char *from, rsize_t n);
errno_t strcat_s(char *to, rsize_t room, const char *from);
errno_t strncat_s(char *to, rsize_t room, const char *from, rsize_t n);
errno_t memcpy_s(void *to, rsize_t room, const void *from, rsize_t n);
errno_t memmove_s(void *to, rsize_t room, const void *from, rsize_t n);
char *strtok_s(char *s, const char *any, char **state);

GUISE_WIN32_END

#include <wchar.h>

#endif
