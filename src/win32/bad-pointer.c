/* SPDX-License-Identifier: Apache-2.0 */
/* Old questions about pointers; the answers of user-memory.h, turned round. */
#include "facade.h"
#include "user-memory.h"

/* How often it is asked again: pages are multiples of it */
#define STEP 256

BOOL WINAPI IsBadReadPtr(const VOID *memory, UINT_PTR size)
{
	return !user_readable(memory, size);
}

BOOL WINAPI IsBadWritePtr(LPVOID memory, UINT_PTR size)
{
	return !user_writable(memory, size);
}

BOOL WINAPI IsBadCodePtr(FARPROC function)
{
	return !user_readable((const void *)(uintptr_t)function, 1);
}

/* To the NUL or to @max units; what is behind it need not be there. */
static BOOL is_bad_text(const uint8_t *text, UINT_PTR max, size_t unit)
{
	for (UINT_PTR i = 0; i < max; i++) {
		const uint8_t *at = text + i * unit;
		const uintptr_t end = (uintptr_t)at + unit - 1;
		const bool is_new = i == 0 || end % STEP < unit;
		bool is_nul = true;

		if (is_new && !user_readable(at, unit))
			return TRUE;
		for (size_t k = 0; k < unit; k++)
			is_nul = is_nul && at[k] == 0;
		if (is_nul)
			return FALSE;
	}
	return FALSE;
}

BOOL WINAPI IsBadStringPtrA(LPCSTR text, UINT_PTR max)
{
	return is_bad_text((const uint8_t *)text, max, sizeof(*text));
}

BOOL WINAPI IsBadStringPtrW(LPCWSTR text, UINT_PTR max)
{
	return is_bad_text((const uint8_t *)text, max, sizeof(*text));
}
