/* SPDX-License-Identifier: Apache-2.0 */
/* Terminals take and give UTF-8. */
#include "facade.h"

#include <wincon.h>

UINT WINAPI GetConsoleCP(VOID)
{
	return CP_UTF8;
}

UINT WINAPI GetConsoleOutputCP(VOID)
{
	return CP_UTF8;
}

BOOL WINAPI SetConsoleCP(UINT code_page)
{
	if (code_page == CP_UTF8)
		return TRUE;
	SetLastError(ERROR_INVALID_PARAMETER);
	return FALSE;
}

BOOL WINAPI SetConsoleOutputCP(UINT code_page)
{
	return SetConsoleCP(code_page);
}
