/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_FILE_COPY_H
#define WIN32_FILE_COPY_H

#include "path.h"

/* The data and the time of writing; the new file's descriptor is its
 * directory's to give. ERROR_FILE_EXISTS as a status if @fail_if_exists. */
NTSTATUS file_copy(const struct path *from, const struct path *to,
		   bool fail_if_exists);

#endif
