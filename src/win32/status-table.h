/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_STATUS_TABLE_H
#define WIN32_STATUS_TABLE_H

#include "base.h"

struct status_row {
	uint32_t status;
	uint32_t error;
};

/* sorted by status */
extern const struct status_row status_rows[];
extern const size_t n_status_rows;

#endif
