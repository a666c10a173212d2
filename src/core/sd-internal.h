/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a descriptor, and its parts found in bytes without copying. */
#ifndef CORE_SD_INTERNAL_H
#define CORE_SD_INTERNAL_H

#include "acl-internal.h"
#include <guise/sd.h>

struct guise_sd {
	atomic_uint refcount;
	uint16_t control; /* never SELF_RELATIVE; PRESENT bits are exact */
	uint8_t rm_control;
	bool has_owner;
	bool has_group;
	/* for the access check: what it would else work out each time */
	uint32_t owner_hash; /* sid_hash() */
	struct acl_facts sacl_facts;
	const struct guise_acl *dacl; /* own reference */
	const struct guise_acl *sacl; /* own reference */
	struct guise_sid owner;
	struct guise_sid group;
};

/*
 * The parts of a self-relative descriptor. @owner and @group are checked SIDs
 * or NULL. @dacl and @sacl start at the ACL and end with the descriptor (what
 * acl_read_span() takes); data NULL: absent or, with its PRESENT bit, a NULL
 * ACL.
 */
struct sd_span {
	uint16_t control;
	uint8_t rm_control;
	uint8_t owner_n_subs;
	uint8_t group_n_subs;
	const uint8_t *owner;
	const uint8_t *group;
	struct reader dacl;
	struct reader sacl;
};

/* 0; GUISE_E_UNKNOWN_REVISION; GUISE_E_INVALID_SD; GUISE_E_INVALID_SID.
 * The ACLs are not looked into. */
GUISE_MUST_USE int sd_read_span(const void *data, size_t size,
				struct sd_span *ret);

#endif
