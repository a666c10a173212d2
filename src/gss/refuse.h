/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GSS_REFUSE_H
#define GSS_REFUSE_H

#include "base.h"

/* @why goes into @reterr, for the log; returns @code. */
static inline int refuse(int code, char reterr[GUISE_WHY_SIZE], const char *why)
{
	const size_t size = strnlen(why, GUISE_WHY_SIZE - 1);

	memcpy(reterr, why, size);
	reterr[size] = '\0';
	return code;
}

#endif
