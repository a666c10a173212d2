/* SPDX-License-Identifier: Apache-2.0 */
/* Consoles: only their code page, which is UTF-8. */
#ifndef _WINCON_
#define _WINCON_

#include "windef.h"

GUISE_WIN32_BEGIN

UINT GetConsoleCP(VOID);
UINT GetConsoleOutputCP(VOID);
/* ERROR_INVALID_PARAMETER for any other */
BOOL SetConsoleCP(UINT code_page);
BOOL SetConsoleOutputCP(UINT code_page);

GUISE_WIN32_END

#endif
