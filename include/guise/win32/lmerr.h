/* SPDX-License-Identifier: Apache-2.0 */
/* What network management functions say that no other does. */
#ifndef _LMERR_
#define _LMERR_

#include "winerror.h"

#define NERR_Success 0
#define NERR_BASE 2100
#define NERR_BufTooSmall (NERR_BASE + 23)
#define NERR_InternalError (NERR_BASE + 40)
#define NERR_GroupNotFound (NERR_BASE + 120)
#define NERR_UserNotFound (NERR_BASE + 121)
#define NERR_InvalidComputer (NERR_BASE + 251)
#define MAX_NERR (NERR_BASE + 899)

#endif
