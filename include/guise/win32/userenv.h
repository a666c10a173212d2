/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles' header: of it only what says who an application package is. */
#ifndef _INC_USERENV
#define _INC_USERENV

#include "windows.h"

GUISE_WIN32_BEGIN

/* The SID of a package by its name; FreeSid releases it */
HRESULT DeriveAppContainerSidFromAppContainerName(PCWSTR name, PSID *sid);

GUISE_WIN32_END

#endif
