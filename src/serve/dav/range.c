/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Range requests, RFC 9110 14.1.2: one range of bytes. Several are answered
 * with the whole: multipart answers cost more than they give (and many small
 * ranges of one file are an old attack).
 */
#include "range.h"

static bool number(struct span s, uint64_t *ret)
{
	return text_to_u64(s.data, s.size, UINT64_MAX, ret);
}

/* "-N": the last N bytes */
static enum range_kind suffix(struct span count, uint64_t size,
			      uint64_t *ret_offset, uint64_t *ret_length)
{
	uint64_t n;

	if (!number(count, &n))
		return RANGE_WHOLE;
	if (n == 0 || size == 0)
		return RANGE_UNSATISFIABLE;
	*ret_length = n < size ? n : size;
	*ret_offset = size - *ret_length;
	return RANGE_PART;
}

enum range_kind range_parse(struct span value, uint64_t size,
			    uint64_t *ret_offset, uint64_t *ret_length)
{
	struct span unit, set, first, last;
	uint64_t from, to = UINT64_MAX;

	if (!span_split(value, '=', &unit, &set) ||
	    !span_equal_nocase(unit, "bytes"))
		return RANGE_WHOLE;
	set = span_trim(set);
	if (!span_split(set, '-', &first, &last))
		return RANGE_WHOLE;
	if (first.size == 0)
		return suffix(last, size, ret_offset, ret_length);
	if (!number(first, &from) || (last.size && !number(last, &to)))
		return RANGE_WHOLE; /* also several ranges: a comma */
	if (to < from)
		return RANGE_WHOLE; /* invalid: to be ignored */
	if (from >= size)
		return RANGE_UNSATISFIABLE;
	if (to >= size)
		to = size - 1;
	*ret_offset = from;
	*ret_length = to - from + 1;
	return RANGE_PART;
}
