/* SPDX-License-Identifier: Apache-2.0 */
/* Of the shell, what is about tokens. */
#ifndef _SHLOBJ_H_
#define _SHLOBJ_H_

#include "windows.h"

GUISE_WIN32_BEGIN

/* Is the calling thread's client, or the process, an administrator that is not
 * for denying only? */
BOOL IsUserAnAdmin(VOID);

GUISE_WIN32_END

#endif
