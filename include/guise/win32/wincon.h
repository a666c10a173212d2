/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consoles: their code page, which is UTF-8, and how a program is told to end:
 * SIGINT is Ctrl+C, SIGQUIT Ctrl+Break, SIGHUP the closing of the terminal,
 * SIGTERM the shutdown.
 */
#ifndef _WINCON_
#define _WINCON_

#include "windef.h"

GUISE_WIN32_BEGIN

UINT GetConsoleCP(VOID);
UINT GetConsoleOutputCP(VOID);
/* ERROR_INVALID_PARAMETER for any other */
BOOL SetConsoleCP(UINT code_page);
BOOL SetConsoleOutputCP(UINT code_page);

#define CTRL_C_EVENT 0
#define CTRL_BREAK_EVENT 1
#define CTRL_CLOSE_EVENT 2
#define CTRL_LOGOFF_EVENT 5
#define CTRL_SHUTDOWN_EVENT 6

typedef BOOL(WINAPI *PHANDLER_ROUTINE)(DWORD type);

/* Handlers run in a thread of their own, without a thread token. */
BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE handler, BOOL add);

GUISE_WIN32_END

#endif
