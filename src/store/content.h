/* SPDX-License-Identifier: Apache-2.0 */
/* What a copy takes along of a file: its bytes and its user.* attributes. */
#ifndef STORE_CONTENT_H
#define STORE_CONTENT_H

#include "gate.h"

/* From the beginning of @from_fd to its end, to the beginning of @to_fd. */
GUISE_MUST_USE int content_copy(int from_fd, int to_fd);
/* As the client of @gate. 0; errors of the calls */
GUISE_MUST_USE int content_copy_attributes(struct gate *gate, int from_fd,
					   int to_fd);

#endif
