/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_ERROR_TEXT_H
#define WIN32_ERROR_TEXT_H

#include "facade.h"

/* One sentence about a Win32 error, ASCII; NULL: none */
const char *error_text(DWORD error);

#endif
