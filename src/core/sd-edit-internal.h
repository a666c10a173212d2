/* SPDX-License-Identifier: Apache-2.0 */
/* What the functions that change descriptors have in common. */
#ifndef CORE_SD_EDIT_INTERNAL_H
#define CORE_SD_EDIT_INTERNAL_H

#include "sd-internal.h"
#include <guise/sd-edit.h>

/* The parts that live in the SACL, each with a bit of its own. */
#define SD_SACL_PARTS                                                          \
	(GUISE_SACL_SECURITY | GUISE_LABEL_SECURITY |                          \
	 GUISE_ATTRIBUTE_SECURITY | GUISE_SCOPE_SECURITY |                     \
	 GUISE_PROCESS_TRUST_LABEL_SECURITY | GUISE_ACCESS_FILTER_SECURITY)
#define SD_ALL_PARTS                                                           \
	(GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY | GUISE_DACL_SECURITY |   \
	 SD_SACL_PARTS)

/* The part of a SACL that an ACE of @type belongs to. */
uint32_t sd_part_of_sacl(uint8_t type);
/* @information with BACKUP spelled out */
uint32_t sd_parts(uint32_t information);

#endif
