/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users' directories and environments, and who an application package is. There
 * are no profiles to be loaded.
 */
#ifndef _INC_USERENV
#define _INC_USERENV

#include "windows.h"

GUISE_WIN32_BEGIN

/* The variables of a new process of a user, as text of WCHAR */
BOOL CreateEnvironmentBlock(LPVOID *environment, HANDLE token, BOOL inherit);
BOOL DestroyEnvironmentBlock(LPVOID environment);

/* His home directory */
BOOL GetUserProfileDirectoryA(HANDLE token, LPSTR buffer, LPDWORD size);
BOOL GetUserProfileDirectoryW(HANDLE token, LPWSTR buffer, LPDWORD size);
#define GetUserProfileDirectory GUISE_WIN32_AW(GetUserProfileDirectory)

/* The SID of a package by its name; FreeSid releases it */
HRESULT DeriveAppContainerSidFromAppContainerName(PCWSTR name, PSID *sid);

GUISE_WIN32_END

#endif
