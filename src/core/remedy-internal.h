/* SPDX-License-Identifier: Apache-2.0 */
/* Making a change on trial. */
#ifndef CORE_REMEDY_INTERNAL_H
#define CORE_REMEDY_INTERNAL_H

#include "base.h"
#include <guise/remedy.h>

/* Whom and what a check is about; both its own references. */
struct trial {
	const struct guise_sd *sd;
	const struct guise_token *token;
};

void trial_clear(struct trial *trial);

/* @from with @change made. 0; -ENOMEM; other codes: it cannot be made. */
GUISE_MUST_USE int trial_change(const struct trial *from,
				const struct guise_change *change,
				const struct guise_generic_mapping *mapping,
				struct trial *ret);

#endif
