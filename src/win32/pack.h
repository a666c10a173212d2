/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers with pointers in them, laid out in the caller's buffer: the structure
 * first, behind it what it points to. A layout is gone through twice: first it
 * is counted, then, if there is room, written.
 */
#ifndef WIN32_PACK_H
#define WIN32_PACK_H

#include <guise/token.h>

#include "facade.h"

/**
 * struct pack - an answer being laid out
 * @out: where it goes, the caller's memory, writable; NULL: it is counted
 * @used: bytes so far
 */
struct pack {
	uint8_t *out;
	size_t used;
};

/** pack_take() - room for @size bytes; their offset */
size_t pack_take(struct pack *pack, size_t size, size_t align);

/** pack_at() - where @offset is; NULL while it is counted */
void *pack_at(const struct pack *pack, size_t offset);

/** pack_put() - write what was taken at @offset */
void pack_put(struct pack *pack, size_t offset, const void *data, size_t size);

/** pack_add() - take and put */
void pack_add(struct pack *pack, const void *data, size_t size, size_t align);

/** pack_sid() - a SID; where it is; NULL for NULL and while it is counted */
PSID pack_sid(struct pack *pack, const struct guise_sid *sid);

/**
 * pack_sids() - SIDs with attributes into an array that was taken, the SIDs
 * behind all that was
 */
void pack_sids(struct pack *pack, size_t array,
	       const struct guise_sid_and_attributes *sids, size_t n);

/** pack_utf16() - @text in UTF-16 with a NUL; where it is.
 * @ret_size: bytes without the NUL; may be NULL */
PWSTR pack_utf16(struct pack *pack, const char *text, size_t size,
		 size_t *ret_size);

#endif
