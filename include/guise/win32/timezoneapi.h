/* SPDX-License-Identifier: Apache-2.0 */
/* Conversions of time. */
#ifndef _TIMEZONEAPI_H_
#define _TIMEZONEAPI_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

BOOL FileTimeToSystemTime(const FILETIME *from, LPSYSTEMTIME to);
BOOL SystemTimeToFileTime(const SYSTEMTIME *from, LPFILETIME to);

GUISE_WIN32_END

#endif
