/* SPDX-License-Identifier: Apache-2.0 */
#include "pac-buffers.h"
#include "reader.h"

/* MS-PAC 2.4: those that are read. */
static const struct {
	uint32_t type;
	int (*decode)(struct pac *pac, const void *data, size_t size);
} kinds[] = {
	{1, pac_logon_info},   {12, pac_upn_info},	{13, pac_user_claims},
	{14, pac_device_info}, {15, pac_device_claims},
};

/* Of each of @kinds at most one, in the order of @kinds: device claims make
 * sense after the device only. */
struct found {
	struct reader buffers[ARRAY_SIZE(kinds)];
	bool is_there[ARRAY_SIZE(kinds)];
};

/* PAC_INFO_BUFFER (MS-PAC 2.4); offsets count from the beginning of all. */
static int find_one(struct reader *in, struct reader whole, struct found *found)
{
	struct reader buffer;
	uint32_t type, size;
	uint64_t offset;

	if (!read_u32le(in, &type) || !read_u32le(in, &size) ||
	    !read_u64le(in, &offset))
		return GUISE_E_PROTOCOL;
	if (offset > whole.size || !read_skip(&whole, (size_t)offset) ||
	    !read_sub(&whole, size, &buffer))
		return GUISE_E_PROTOCOL;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].type != type)
			continue;
		if (found->is_there[i])
			return GUISE_E_PROTOCOL;
		found->is_there[i] = true;
		found->buffers[i] = buffer;
	}
	return 0;
}

static int find_all(const void *data, size_t size, struct found *found)
{
	const struct reader whole = reader_of(data, size);
	struct reader in = whole;
	uint32_t n, version;

	if (!read_u32le(&in, &n) || !read_u32le(&in, &version) || version != 0)
		return GUISE_E_PROTOCOL;
	if (n > GUISE_PAC_BUFFERS_MAX)
		return GUISE_E_LIMIT;
	for (uint32_t i = 0; i < n; i++) {
		int r = find_one(&in, whole, found);

		if (r < 0)
			return r;
	}
	return 0;
}

int pac_decode(struct pac *pac, const void *data, size_t size)
{
	struct found found = {0};
	int r = find_all(data, size, &found);

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && r == 0; i++) {
		if (found.is_there[i])
			r = kinds[i].decode(pac, found.buffers[i].data,
					    found.buffers[i].size);
	}
	if (r < 0)
		pac_clear(pac);
	return r;
}
