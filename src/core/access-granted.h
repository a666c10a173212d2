/* SPDX-License-Identifier: Apache-2.0 */
/* Opening an object: the whole of what is desired is granted, or it is an
 * error. */
#ifndef CORE_ACCESS_GRANTED_H
#define CORE_ACCESS_GRANTED_H

#include <guise/access.h>

/**
 * access_granted() - what opening an object grants
 * @desired: generic bits are mapped
 * @ret: what is granted: @desired, or in its place MAXIMUM_ALLOWED's share
 *
 * Return: 0; GUISE_E_PRIVILEGE_NOT_HELD, GUISE_E_ACCESS_DENIED; the codes of
 * guise_access_check().
 */
GUISE_MUST_USE int access_granted(const struct guise_sd *sd,
				  const struct guise_token *token,
				  uint32_t desired,
				  const struct guise_generic_mapping *mapping,
				  uint32_t *ret);

#endif
