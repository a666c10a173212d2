/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens by how far a program is trusted. There is no policy that says so of
 * programs: the caller names the level. */
#ifndef _WINSAFER_H
#define _WINSAFER_H

#include "windows.h"

GUISE_WIN32_BEGIN

DECLARE_HANDLE(SAFER_LEVEL_HANDLE);

#define SAFER_SCOPEID_MACHINE 1
#define SAFER_SCOPEID_USER 2
#define SAFER_LEVELID_FULLYTRUSTED 0x40000
#define SAFER_LEVELID_NORMALUSER 0x20000
#define SAFER_LEVELID_CONSTRAINED 0x10000
#define SAFER_LEVELID_UNTRUSTED 0x01000
#define SAFER_LEVELID_DISALLOWED 0x00000
#define SAFER_LEVEL_OPEN 1

#define SAFER_TOKEN_NULL_IF_EQUAL 0x00000001
#define SAFER_TOKEN_COMPARE_ONLY 0x00000002
#define SAFER_TOKEN_MAKE_INERT 0x00000004
#define SAFER_TOKEN_WANT_FLAGS 0x00000008

BOOL SaferCreateLevel(DWORD scope, DWORD level, DWORD flags,
		      SAFER_LEVEL_HANDLE *handle, LPVOID reserved);
BOOL SaferCloseLevel(SAFER_LEVEL_HANDLE handle);
/* NULL as token is the calling thread's, or the process's */
BOOL SaferComputeTokenFromLevel(SAFER_LEVEL_HANDLE handle, HANDLE in_token,
				PHANDLE out_token, DWORD flags,
				LPVOID reserved);

GUISE_WIN32_END

#endif
