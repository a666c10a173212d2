/* SPDX-License-Identifier: Apache-2.0 */
/* Where the named objects of an application package are. */
#ifndef _SECURITYAPPCONTAINER_H_
#define _SECURITYAPPCONTAINER_H_

#include "windows.h"

GUISE_WIN32_BEGIN

BOOL GetAppContainerNamedObjectPath(HANDLE token, PSID package, ULONG size,
				    LPWSTR path, PULONG ret_size);

GUISE_WIN32_END

#endif
