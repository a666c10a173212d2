/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts in the caller's buffer, which may begin at any address: everything is
 * copied there. */
#include "pack.h"

#include "sd-read.h"
#include "text.h"

size_t pack_take(struct pack *pack, size_t size, size_t align)
{
	size_t at = (pack->used + align - 1) / align * align;

	pack->used = at + size;
	return at;
}

void *pack_at(const struct pack *pack, size_t offset)
{
	return pack->out ? pack->out + offset : NULL;
}

void pack_put(struct pack *pack, size_t offset, const void *data, size_t size)
{
	if (pack->out && size)
		memcpy(pack->out + offset, data, size);
}

void pack_add(struct pack *pack, const void *data, size_t size, size_t align)
{
	pack_put(pack, pack_take(pack, size, align), data, size);
}

PSID pack_sid(struct pack *pack, const struct guise_sid *sid)
{
	PSID to;

	if (!sid)
		return NULL;
	to = pack_at(pack,
		     pack_take(pack, guise_sid_size(sid), sizeof(uint32_t)));
	if (to)
		sid_to_memory(sid, to);
	return to;
}

void pack_sids(struct pack *pack, size_t array,
	       const struct guise_sid_and_attributes *sids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const SID_AND_ATTRIBUTES entry = {
			.Sid = pack_sid(pack, &sids[i].sid),
			.Attributes = sids[i].attributes,
		};

		pack_put(pack, array + i * sizeof(entry), &entry,
			 sizeof(entry));
	}
}

PWSTR pack_utf16(struct pack *pack, const char *text, size_t size,
		 size_t *ret_size)
{
	const WCHAR nul = 0;
	size_t start = pack_take(pack, 0, sizeof(WCHAR));

	while (size > 0) {
		WCHAR units[2];
		uint32_t c;
		size_t n = text_next_utf8((const uint8_t *)text, size, &c);
		size_t n_units;

		must(n > 0); /* claims hold text */
		n_units = text_put_utf16(c, units);
		pack_add(pack, units, n_units * sizeof(WCHAR), sizeof(WCHAR));
		text += n;
		size -= n;
	}
	if (ret_size)
		*ret_size = pack->used - start;
	pack_add(pack, &nul, sizeof(nul), sizeof(WCHAR));
	return pack_at(pack, start);
}
