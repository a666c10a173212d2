/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptor of token objects, for the thread layer, which makes them. */
#ifndef CORE_TOKEN_SD_H
#define CORE_TOKEN_SD_H

#include "base.h"
#include <guise/sd.h>
#include <guise/token.h>

/*
 * What a token object that @creator creates gets, @given, which may be NULL,
 * considered. Returns a reference. Errors of guise_inherit(). Without @given it
 * is made once and kept with @creator.
 */
GUISE_MUST_USE int token_object_sd(const struct guise_token *creator,
				   const struct guise_sd *given,
				   const struct guise_sd **ret);

#endif
