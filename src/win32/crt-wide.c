/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C runtime's functions on 16-bit text: lengths, copies, comparisons,
 * searches. Bodies as ISO C and Microsoft describe them; nothing here looks at
 * a locale.
 */
#include <errno.h>
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
