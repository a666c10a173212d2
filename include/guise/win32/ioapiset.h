/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input and output that may take time: overlapped pipes complete through their
 * event; completion ports do not exist.
 */
#ifndef _IO_APISET_H_
#define _IO_APISET_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

BOOL GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes,
			 BOOL wait);
BOOL CancelIo(HANDLE file);
BOOL CancelIoEx(HANDLE file, LPOVERLAPPED overlapped);
BOOL DeviceIoControl(HANDLE device, DWORD code, LPVOID in, DWORD in_size,
		     LPVOID out, DWORD out_size, LPDWORD returned,
		     LPOVERLAPPED overlapped);

GUISE_WIN32_END

#endif
