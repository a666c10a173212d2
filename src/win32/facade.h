/* SPDX-License-Identifier: Apache-2.0 */
/* What every source file of the façade starts from: the Windows headers that a
 * program sees, and the helpers of the library's own base layer. */
#ifndef WIN32_FACADE_H
#define WIN32_FACADE_H

#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <winternl-object.h>

#include "base.h"

#endif
