/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the network management functions. */
#ifndef _LMAPIBUF_
#define _LMAPIBUF_

#include "windows.h"

#include "lmcons.h"

GUISE_WIN32_BEGIN

NET_API_STATUS NetApiBufferAllocate(DWORD size, LPVOID *buffer);
NET_API_STATUS NetApiBufferFree(LPVOID buffer);
NET_API_STATUS NetApiBufferSize(LPVOID buffer, LPDWORD size);

GUISE_WIN32_END

#endif
