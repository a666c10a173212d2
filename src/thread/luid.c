/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of tokens and logon sessions: random, so that no two processes and no
 * two boots give the same one. */
#include <sys/random.h>

#include <guise/token.h>

#include "base.h"

/* Windows' own sessions are 0x3e3 ... 0x3e7; we stay clear of all small
 * numbers, which look like LUIDs of privileges. */
#define LUID_MIN 0x10000

guise_luid guise_luid_new(void)
{
	guise_luid luid;

	do {
		must(getrandom(&luid, sizeof(luid), 0) == sizeof(luid));
	} while (luid < LUID_MIN);
	return luid;
}
