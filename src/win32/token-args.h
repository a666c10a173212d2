/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of SIDs and of privileges in the caller's memory, as the functions that
 * change tokens take them. Everything is read once, after a probe.
 */
#ifndef WIN32_TOKEN_ARGS_H
#define WIN32_TOKEN_ARGS_H

#include <guise/token-change.h>

#include "facade.h"

/**
 * sids_read() - an array of SIDs with attributes
 * @ret: for free(), @n elements
 *
 * Return: 0; ACCESS_VIOLATION; INVALID_SID; INVALID_PARAMETER (more than a
 * token may have); NO_MEMORY.
 */
NTSTATUS sids_read(const SID_AND_ATTRIBUTES *sids, size_t n,
		   struct guise_sid_and_attributes **ret);

/** groups_read() - a counted array; NULL is an empty one. Return: as
 * sids_read() */
NTSTATUS groups_read(const TOKEN_GROUPS *groups,
		     struct guise_sid_and_attributes **ret, size_t *ret_n);

/**
 * changes_read() - an array of privileges with attributes
 * @ret: for free(), @n elements
 *
 * Return: 0; ACCESS_VIOLATION; INVALID_PARAMETER (too many); NO_MEMORY.
 */
NTSTATUS changes_read(const LUID_AND_ATTRIBUTES *privileges, size_t n,
		      struct guise_privilege_change **ret);

/** privileges_read() - a counted array; NULL is an empty one. Return: as
 * changes_read() */
NTSTATUS privileges_read(const TOKEN_PRIVILEGES *privileges,
			 struct guise_privilege_change **ret, size_t *ret_n);

/** changes_mask() - those of an array that are privileges, as a mask */
uint64_t changes_mask(const struct guise_privilege_change *changes, size_t n);

#endif
