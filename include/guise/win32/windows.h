/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What almost every Windows program includes. Of Windows' parts those are here
 * that have to do with security, objects, files, pipes, threads and text;
 * windows, graphics, sockets and the registry are not.
 */
#ifndef _WINDOWS_
#define _WINDOWS_

#include "guise-win32.h"

#ifndef WIN32_LEAN_AND_MEAN
#include <stdlib.h>
#endif

#include "windef.h"

#include "winbase.h"
#include "wincon.h"
#include "winerror.h"
#include "winnls.h"
#include "winuser.h"

#endif
