/* SPDX-License-Identifier: Apache-2.0 */
/* Which place is given up when there is none left: not a stranger's choice. */
#ifndef LOGON_FAIR_H
#define LOGON_FAIR_H

#include "base.h"

/* A place: for whom, since when by any clock. */
struct fair {
	uint64_t origin;
	uint64_t since;
};

/* Of @n > 0 places the oldest of whoever has most; of several who have, the
 * oldest. Costs n * n. */
size_t fair_loser(const struct fair *at, size_t n);

#endif
