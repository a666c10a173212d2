/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destination is an absolute URI or an absolute path. The scheme is not
 * compared: behind a proxy that ends TLS the client says https, truly.
 */
#include "destination.h"

int destination_parse(struct span value, struct span host, struct target *ret)
{
	struct span there, path;

	value = span_trim(value);
	if (target_split_uri(value, &there, &path)) {
		if (host.size == 0 || !text_equal_nocase(there.data, there.size,
							 host.data, host.size))
			return -EXDEV;
		value = path;
	}
	if (value.size == 0 || value.data[0] != '/')
		return -EINVAL;
	/* a query would be part of the name to one reader and not to another */
	if (memchr(value.data, '?', value.size))
		return -EINVAL;
	return target_parse(value, ret);
}

bool overwrite_parse(struct span value, bool *ret)
{
	value = span_trim(value);
	*ret = span_equal_nocase(value, "T");
	return *ret || span_equal_nocase(value, "F");
}

bool depth_parse(struct span value, enum depth *ret)
{
	value = span_trim(value);
	if (span_equal(value, "0"))
		*ret = DEPTH_0;
	else if (span_equal(value, "1"))
		*ret = DEPTH_1;
	else if (span_equal_nocase(value, "infinity"))
		*ret = DEPTH_INFINITY;
	else
		return false;
	return true;
}
