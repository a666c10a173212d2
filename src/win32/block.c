/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/base.h>

#include "block.h"

#include "buf.h"
#include "memory.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"

#define ALIGNMENT 8

void block_clear(struct block_writer *block)
{
	guise_buf_clear(&block->bytes);
	guise_buf_clear(&block->pointers);
}

static void note(struct block_writer *block, NTSTATUS status)
{
	if (status < 0 && block->status >= 0)
		block->status = status;
}

size_t block_add(struct block_writer *block, size_t size)
{
	const size_t at =
		(block->bytes.size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	if (block->status < 0)
		return 0;
	note(block, status_of(buf_append_zeros(&block->bytes,
					       at - block->bytes.size + size)));
	return block->status < 0 ? 0 : at;
}

void *block_at(const struct block_writer *block, size_t offset)
{
	return block->bytes.data + offset;
}

void block_point(struct block_writer *block, size_t where, size_t to)
{
	if (block->status < 0)
		return;
	memcpy(block_at(block, where), &to, sizeof(to));
	note(block,
	     status_of(buf_append(&block->pointers, &where, sizeof(where))));
}

/* Adds the text with a NUL; *ret is where it is. False: that failed. */
static bool add_text(struct block_writer *block, const char *utf8, size_t *ret,
		     size_t *ret_bytes)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};

	note(block, text_to_utf16(utf8, strlen(utf8), &text));
	*ret = block_add(block, text.size + sizeof(WCHAR));
	if (block->status < 0)
		return false;
	if (text.size > 0)
		memcpy(block_at(block, *ret), text.data, text.size);
	*ret_bytes = text.size;
	return true;
}

void block_text(struct block_writer *block, size_t where, const char *utf8)
{
	UNICODE_STRING string = {0};
	size_t to, bytes;

	if (!add_text(block, utf8, &to, &bytes))
		return;
	if (bytes > UNICODE_STRING_MAX_BYTES - sizeof(WCHAR)) {
		note(block, STATUS_NAME_TOO_LONG);
		return;
	}
	string.Length = (USHORT)bytes;
	string.MaximumLength = (USHORT)(bytes + sizeof(WCHAR));
	memcpy(block_at(block, where), &string, sizeof(string));
	block_point(block, where + offsetof(UNICODE_STRING, Buffer), to);
}

void block_wide(struct block_writer *block, size_t where, const char *utf8)
{
	size_t to, bytes;

	if (add_text(block, utf8, &to, &bytes))
		block_point(block, where, to);
}

void block_sid(struct block_writer *block, size_t where,
	       const struct guise_sid *sid)
{
	const size_t to = block_add(block, guise_sid_size(sid));

	if (block->status < 0)
		return;
	sid_to_memory(sid, block_at(block, to));
	block_point(block, where, to);
}

static void relocate(const struct block_writer *block, uint8_t *base)
{
	const size_t n = block->pointers.size / sizeof(size_t);

	for (size_t i = 0; i < n; i++) {
		size_t where, to;
		void *pointer;

		memcpy(&where, block->pointers.data + i * sizeof(where),
		       sizeof(where));
		memcpy(&to, base + where, sizeof(to));
		pointer = base + to;
		memcpy(base + where, &pointer, sizeof(pointer));
	}
}

NTSTATUS block_finish(struct block_writer *block, PVOID *ret)
{
	uint8_t *memory;

	if (block->status < 0)
		return block->status;
	memory = memory_new(block->bytes.size);
	if (!memory)
		return STATUS_NO_MEMORY;
	if (block->bytes.size > 0)
		memcpy(memory, block->bytes.data, block->bytes.size);
	relocate(block, memory);
	*ret = memory;
	return STATUS_SUCCESS;
}
