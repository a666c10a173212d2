/* SPDX-License-Identifier: Apache-2.0 */
/* All of the network management functions that there are here. */
#ifndef _LM_
#define _LM_

#include "lmaccess.h"
#include "lmapibuf.h"
#include "lmcons.h"
#include "lmerr.h"

#endif
