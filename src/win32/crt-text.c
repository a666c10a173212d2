/* SPDX-License-Identifier: Apache-2.0 */
/* What Microsoft's runtime has on narrow text and memory that the C library
 * has not, or has under another name; and between the two widths. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

int _stricmp(const char *a, const char *b)
{
	return _strnicmp(a, b, SIZE_MAX);
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
}

int _strnicmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int difference = lower(a[i]) - lower(b[i]);

		if (difference || !a[i])
			return difference;
	}
	return 0;
}

char *_strlwr(char *s)
{
	for (size_t i = 0; s[i]; i++)
		s[i] = (char)lower(s[i]);
	return s;
}

char *_strupr(char *s)
{
	for (size_t i = 0; s[i]; i++) {
		if (s[i] >= 'a' && s[i] <= 'z')
			s[i] = (char)(s[i] - 0x20);
	}
	return s;
}

char *_strdup(const char *s)
{
	return s ? strdup(s) : NULL;
}

/* Empties what cannot be filled. */
static errno_t refuse(char *to, rsize_t room, errno_t error)
{
	if (to && room)
		to[0] = '\0';
	return error;
}

/* @n bytes of @from to @to, which has room for @room, behind @at of its own */
static errno_t copy(char *to, rsize_t room, size_t at, const char *from,
		    rsize_t n)
{
	size_t length = strnlen(from, n == _TRUNCATE ? room - at : n);

	if (length >= room - at && n == _TRUNCATE) {
		memcpy(to + at, from, room - at - 1);
		to[room - 1] = '\0';
		return STRUNCATE;
	}
	if (length >= room - at)
		return refuse(to, room, ERANGE);
	memcpy(to + at, from, length);
	to[at + length] = '\0';
	return 0;
}

errno_t strncpy_s(char *to, rsize_t room, const char *from, rsize_t n)
{
	if (!to || room == 0)
		return EINVAL;
	if (!from)
		return refuse(to, room, EINVAL);
	return copy(to, room, 0, from, n);
}

errno_t strcpy_s(char *to, rsize_t room, const char *from)
{
	return strncpy_s(to, room, from, SIZE_MAX - 1);
}

errno_t strncat_s(char *to, rsize_t room, const char *from, rsize_t n)
{
	size_t at;

	if (!to || room == 0)
		return EINVAL;
	at = strnlen(to, room);
	if (!from || at == room) /* no text, or not ended */
		return refuse(to, room, EINVAL);
	return copy(to, room, at, from, n);
}

errno_t strcat_s(char *to, rsize_t room, const char *from)
{
	return strncat_s(to, room, from, SIZE_MAX - 1);
}

errno_t memmove_s(void *to, rsize_t room, const void *from, rsize_t n)
{
	if (n == 0)
		return 0;
	if (!to || !from)
		return EINVAL;
	if (n > room)
		return ERANGE;
	memmove(to, from, n);
	return 0;
}

/* As memmove_s(), but a target without enough room is filled with zeros. */
errno_t memcpy_s(void *to, rsize_t room, const void *from, rsize_t n)
{
	if (n > 0 && to && (!from || n > room))
		memset(to, 0, room);
	return memmove_s(to, room, from, n);
}

char *strtok_s(char *s, const char *any, char **state)
{
	return strtok_r(s, any, state);
}

/* What has no place in @n units is left; without @to only counted. */
size_t mbstowcs(wchar_t *to, const char *from, size_t n)
{
	size_t done = 0, size = strlen(from);

	while (size) {
		WCHAR units[2];
		uint32_t c;
		size_t used = text_next_utf8((const uint8_t *)from, size, &c);
		size_t put = used ? text_put_utf16(c, units) : 0;

		if (!used) {
			errno = EILSEQ;
			return SIZE_MAX;
		}
		if (to && put > n - done)
			return done;
		if (to)
			memcpy(to + done, units, put * sizeof(*to));
		done += put;
		from += used;
		size -= used;
	}
	if (to && done < n)
		to[done] = 0;
	return done;
}

size_t wcstombs(char *to, const wchar_t *from, size_t n)
{
	size_t done = 0, length = wcslen(from);

	while (length) {
		uint8_t bytes[4];
		uint32_t c;
		size_t used = text_next_utf16(from, length, &c);
		size_t put = used ? text_put_utf8(c, bytes) : 0;

		if (!used) {
			errno = EILSEQ;
			return SIZE_MAX;
		}
		if (to && put > n - done)
			return done;
		if (to)
			memcpy(to + done, bytes, put);
		done += put;
		from += used;
		length -= used;
	}
	if (to && done < n)
		to[done] = '\0';
	return done;
}
