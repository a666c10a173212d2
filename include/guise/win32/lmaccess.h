/* SPDX-License-Identifier: Apache-2.0 */
/* Of the network management of accounts: who is in which groups. */
#ifndef _LMACCESS_
#define _LMACCESS_

#include "windows.h"

#include "lmcons.h"

GUISE_WIN32_BEGIN

typedef struct _GROUP_USERS_INFO_0 {
	LPWSTR grui0_name;
} GROUP_USERS_INFO_0, *PGROUP_USERS_INFO_0, *LPGROUP_USERS_INFO_0;

typedef struct _LOCALGROUP_USERS_INFO_0 {
	LPWSTR lgrui0_name;
} LOCALGROUP_USERS_INFO_0, *PLOCALGROUP_USERS_INFO_0,
	*LPLOCALGROUP_USERS_INFO_0;

#define LG_INCLUDE_INDIRECT 0x0001

NET_API_STATUS NetUserGetGroups(LPCWSTR server, LPCWSTR user, DWORD level,
				LPBYTE *buffer, DWORD preferred, LPDWORD count,
				LPDWORD total);
NET_API_STATUS NetUserGetLocalGroups(LPCWSTR server, LPCWSTR user, DWORD level,
				     DWORD flags, LPBYTE *buffer,
				     DWORD preferred, LPDWORD count,
				     LPDWORD total);

GUISE_WIN32_END

#endif
