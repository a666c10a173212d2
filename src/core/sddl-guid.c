/* SPDX-License-Identifier: Apache-2.0 */
/* GUIDs as SDDL writes them: 8-4-4-4-12 hex digits without braces. In bytes
 * the first three groups are little-endian (MS-DTYP 2.3.4.2). */
#include "buf.h"
#include "sddl-internal.h"
#include "text.h"

#define TEXT_SIZE 36

/* Which byte each pair of digits is, from left to right; -1: a hyphen. */
static const signed char layout[] = {3,	 2, 1, 0,  -1, 5,  4,  -1, 7,  6,
				     -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};

bool sddl_parse_guid(struct sddl_span text, struct guise_guid *ret)
{
	struct guise_guid guid = {0};
	size_t at = 0;

	if (text.size != TEXT_SIZE)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(layout); i++) {
		unsigned high, low;

		if (layout[i] < 0) {
			if (text.at[at++] != '-')
				return false;
			continue;
		}
		if (!text_digit(text.at[at], 16, &high) ||
		    !text_digit(text.at[at + 1], 16, &low))
			return false;
		at += 2;
		guid.bytes[layout[i]] = (uint8_t)(high << 4 | low);
	}
	*ret = guid;
	return true;
}

int sddl_format_guid(const struct guise_guid *guid, struct guise_buf *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(layout); i++) {
		if (layout[i] < 0)
			r = buf_append(out, "-", 1);
		else
			r = text_hex(&guid->bytes[layout[i]], 1, out);
	}
	return r;
}
