/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens behind handles, for functions that only read one. */
#ifndef WIN32_TOKEN_OF_H
#define WIN32_TOKEN_OF_H

#include <guise/token.h>

#include "facade.h"

/**
 * token_of_handle() - the token as it is now
 * @handle: pseudo-handles too
 * @needed: rights the handle must have; 0: none
 * @ret: returns a reference
 *
 * Return: 0; INVALID_HANDLE; OBJECT_TYPE_MISMATCH; ACCESS_DENIED; NO_TOKEN.
 */
NTSTATUS token_of_handle(HANDLE handle, ACCESS_MASK needed,
			 const struct guise_token **ret);

#endif
