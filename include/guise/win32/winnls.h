/* SPDX-License-Identifier: Apache-2.0 */
/* Code pages and comparisons; there are no locales. */
#ifndef _WINNLS_
#define _WINNLS_

#include "stringapiset.h"

/* Code pages: CP_ACP is UTF-8 */
#define CP_ACP 0
#define CP_OEMCP 1
#define CP_THREAD_ACP 3
#define CP_UTF8 65001
#define MB_PRECOMPOSED 0x00000001
#define MB_ERR_INVALID_CHARS 0x00000008
#define WC_NO_BEST_FIT_CHARS 0x00000400
#define WC_ERR_INVALID_CHARS 0x00000080

/* Results of comparing */
#define CSTR_LESS_THAN 1
#define CSTR_EQUAL 2
#define CSTR_GREATER_THAN 3
#define NORM_IGNORECASE 0x00000001

GUISE_WIN32_BEGIN

UINT GetACP(VOID);
UINT GetOEMCP(VOID);
BOOL IsValidCodePage(UINT page);

GUISE_WIN32_END

#endif
