/* SPDX-License-Identifier: Apache-2.0 */
#include "fair.h"

static size_t count(const struct fair *at, size_t n, uint64_t origin)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += at[i].origin == origin;
	return found;
}

size_t fair_loser(const struct fair *at, size_t n)
{
	size_t loser = 0, most = 0;

	must(n > 0);
	for (size_t i = 0; i < n; i++) {
		const size_t has = count(at, n, at[i].origin);

		if (has < most ||
		    (has == most && at[i].since >= at[loser].since))
			continue;
		most = has;
		loser = i;
	}
	return loser;
}
