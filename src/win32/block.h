/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structures with what they point to, in one block of memory that one call
 * frees, as the local security authority returns them. A block is written by
 * offset, since it moves while it grows; its pointers are made at the end.
 */
#ifndef WIN32_BLOCK_H
#define WIN32_BLOCK_H

#include <guise/sid.h>

#include "facade.h"

/**
 * struct block_writer - a block on its way
 * @bytes: what it holds; where a pointer will be, there is an offset
 * @pointers: offsets of those
 * @status: the first failure; nothing is added after it
 */
struct block_writer {
	struct guise_buf bytes;
	struct guise_buf pointers;
	NTSTATUS status;
};

void block_clear(struct block_writer *block);
/* Zeros at the end; their offset, aligned for anything. 0 on failure, where
 * block_at() still gives memory if there ever was an addition. */
size_t block_add(struct block_writer *block, size_t size);
/* What is at an offset, until the next addition */
void *block_at(const struct block_writer *block, size_t offset);
/* The pointer at @where will point to what is at @to. */
void block_point(struct block_writer *block, size_t where, size_t to);
/* The UNICODE_STRING at @where becomes this text, with a NUL after it. */
void block_text(struct block_writer *block, size_t where, const char *utf8);
/* The PWSTR at @where will point to this text. */
void block_wide(struct block_writer *block, size_t where, const char *utf8);
/* The PSID at @where will point to this SID. */
void block_sid(struct block_writer *block, size_t where,
	       const struct guise_sid *sid);
/* The whole, for memory_free(); what @status is. */
NTSTATUS block_finish(struct block_writer *block, PVOID *ret);

#endif
