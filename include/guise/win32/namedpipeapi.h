/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named pipes between processes of this machine, and between threads of one
 * process. Names of other machines (\\host\pipe\name) cannot be opened.
 */
#ifndef _NAMEDPIPE_H_
#define _NAMEDPIPE_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

BOOL CreatePipe(PHANDLE read, PHANDLE write, LPSECURITY_ATTRIBUTES attributes,
		DWORD size);
HANDLE CreateNamedPipeW(LPCWSTR name, DWORD open_mode, DWORD pipe_mode,
			DWORD instances, DWORD out_size, DWORD in_size,
			DWORD timeout, LPSECURITY_ATTRIBUTES attributes);
BOOL ConnectNamedPipe(HANDLE pipe, LPOVERLAPPED overlapped);
BOOL DisconnectNamedPipe(HANDLE pipe);
BOOL WaitNamedPipeW(LPCWSTR name, DWORD timeout);
BOOL PeekNamedPipe(HANDLE pipe, LPVOID buffer, DWORD size, LPDWORD read,
		   LPDWORD available, LPDWORD left);
BOOL TransactNamedPipe(HANDLE pipe, LPVOID in, DWORD in_size, LPVOID out,
		       DWORD out_size, LPDWORD read, LPOVERLAPPED overlapped);
BOOL GetNamedPipeInfo(HANDLE pipe, LPDWORD flags, LPDWORD out_size,
		      LPDWORD in_size, LPDWORD instances);
BOOL GetNamedPipeHandleStateW(HANDLE pipe, LPDWORD state, LPDWORD instances,
			      LPDWORD collect_count, LPDWORD collect_timeout,
			      LPWSTR user, DWORD user_size);
BOOL SetNamedPipeHandleState(HANDLE pipe, LPDWORD mode, LPDWORD collect_count,
			     LPDWORD collect_timeout);
BOOL ImpersonateNamedPipeClient(HANDLE pipe);

GUISE_WIN32_END

#endif
