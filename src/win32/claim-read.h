/* SPDX-License-Identifier: Apache-2.0 */
/* Claims in the caller's memory (winnt.h CLAIM_SECURITY_ATTRIBUTES_INFORMATION)
 * as the library's values. */
#ifndef WIN32_CLAIM_READ_H
#define WIN32_CLAIM_READ_H

#include <guise/claim.h>

#include "facade.h"

/**
 * claims_read() - a set of claims as a value
 * @information: the caller's; believed as far as its counts and pointers go
 * @ret: returns a reference
 *
 * Return: 0; INVALID_PARAMETER (NULL, another version, a type that there is
 * not, FQBN included, or a malformed claim); what the text and
 * guise_claims_new() say; NO_MEMORY.
 */
NTSTATUS claims_read(const CLAIM_SECURITY_ATTRIBUTES_INFORMATION *information,
		     const struct guise_claims **ret);

#endif
