/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text between UTF-16 and bytes. Every code page that stands for "the one of
 * this machine" is UTF-8 here.
 */
#ifndef _APISETSTRING_
#define _APISETSTRING_

#include "minwindef.h"

GUISE_WIN32_BEGIN

int MultiByteToWideChar(UINT page, DWORD flags, LPCCH in, int in_size,
			LPWSTR out, int out_size);
int WideCharToMultiByte(UINT page, DWORD flags, LPCWCH in, int in_size,
			LPSTR out, int out_size, LPCCH fallback,
			LPBOOL used_fallback);
int CompareStringOrdinal(LPCWCH a, int a_size, LPCWCH b, int b_size,
			 BOOL ignore_case);

GUISE_WIN32_END

#endif
