/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of the whole of Windows. Windows and menus do not exist here; their
 * handles are declared because signatures mention them.
 */
#ifndef _WINDEF_
#define _WINDEF_

#include "minwindef.h"

DECLARE_HANDLE(HWND);
DECLARE_HANDLE(HDESK);
DECLARE_HANDLE(HWINSTA);

/* The smaller and the larger one; not for C++, which has its own */
#if !defined(NOMINMAX) && !defined(__cplusplus)
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#endif

#endif
