/* SPDX-License-Identifier: Apache-2.0 */
/* Heaps: every heap is the C library's; sizes are remembered. */
#ifndef _HEAPAPI_H_
#define _HEAPAPI_H_

#include "minwindef.h"

GUISE_WIN32_BEGIN

HANDLE GetProcessHeap(VOID);
HANDLE HeapCreate(DWORD options, SIZE_T initial, SIZE_T maximum);
BOOL HeapDestroy(HANDLE heap);
LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size);
LPVOID HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T size);
BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID memory);
SIZE_T HeapSize(HANDLE heap, DWORD flags, LPCVOID memory);

GUISE_WIN32_END

#endif
