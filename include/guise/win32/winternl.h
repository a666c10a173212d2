/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions as ntdll spells them. Windows' header of this name has a few of
 * them, those of its driver kits the others; here they are in one place, each
 * part in a file of its own.
 */
#ifndef _WINTERNL_
#define _WINTERNL_

#include "winternl-file.h"
#include "winternl-object.h"
#include "winternl-pipe.h"
#include "winternl-process.h"
#include "winternl-security.h"
#include "winternl-token.h"

#endif
