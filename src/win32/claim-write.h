/* SPDX-License-Identifier: Apache-2.0 */
/* A set of claims in the caller's memory (winnt.h
 * CLAIM_SECURITY_ATTRIBUTES_INFORMATION; authz.h calls the same layout
 * AUTHZ_SECURITY_ATTRIBUTES_INFORMATION). */
#ifndef WIN32_CLAIM_WRITE_H
#define WIN32_CLAIM_WRITE_H

#include <guise/claim.h>

#include "facade.h"

/**
 * claims_give() - the set in one piece, with pointers into it
 * @claims: NULL is an empty set
 * @size: bytes at @ret, which is aligned for pointers, and may be NULL if that
 *        is too small; nothing is written if it is
 * @ret_size: what it takes; written whether it fits or not
 *
 * Return: 0; BUFFER_TOO_SMALL; NO_MEMORY.
 */
NTSTATUS claims_give(const struct guise_claims *claims, ULONG size, void *ret,
		     ULONG *ret_size);

#endif
