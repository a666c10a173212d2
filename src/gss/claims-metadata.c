/* SPDX-License-Identifier: Apache-2.0 */
/* CLAIMS_SET_METADATA, MS-ADTS 2.2.18.3: a set of claims as bytes, perhaps
 * compressed, which are NDR again. */
#include "decompress.h"
#include "pac-internal.h"

enum format {
	FORMAT_NONE = 0,
	FORMAT_LZNT1 = 2,
	FORMAT_XPRESS = 3,
	FORMAT_XPRESS_HUFFMAN = 4,
};

struct metadata {
	struct reader set;
	uint16_t format;
	uint32_t size; /* uncompressed */
};

static bool read_metadata(const void *data, size_t size, struct metadata *ret)
{
	struct ndr_list set, reserved;
	struct reader ignored;
	uint16_t reserved_type;
	struct ndr ndr;

	return ndr_begin(data, size, &ndr) && ndr_list(&ndr, &set) &&
	       ndr_u16(&ndr, &ret->format) && ndr_u32(&ndr, &ret->size) &&
	       ndr_u16(&ndr, &reserved_type) && ndr_list(&ndr, &reserved) &&
	       set.is_there && ndr_blob(&ndr, set.n, &ret->set) &&
	       (!reserved.is_there || ndr_blob(&ndr, reserved.n, &ignored)) &&
	       ndr_is_at_end(&ndr);
}

static bool decompress(const struct metadata *metadata, uint8_t *ret)
{
	switch (metadata->format) {
	case FORMAT_LZNT1:
		return lznt1_decompress(metadata->set, ret, metadata->size);
	case FORMAT_XPRESS:
		return xpress_decompress(metadata->set, ret, metadata->size);
	case FORMAT_XPRESS_HUFFMAN:
		return xpress_huffman_decompress(metadata->set, ret,
						 metadata->size);
	default:
		return false;
	}
}

int pac_read_claims(const void *data, size_t size,
		    const struct guise_claims **ret)
{
	GUISE_AUTO(freep) uint8_t *set = NULL;
	struct metadata metadata;

	/* a domain that knows claims, and none for this client */
	if (size == 0) {
		*ret = NULL;
		return 0;
	}
	if (!read_metadata(data, size, &metadata))
		return GUISE_E_PROTOCOL;
	if (metadata.format == FORMAT_NONE)
		return pac_read_claims_set(metadata.set.data, metadata.set.size,
					   ret);
	if (metadata.size > GUISE_PAC_CLAIMS_SIZE_MAX)
		return GUISE_E_LIMIT;
	set = array_alloc(metadata.size, 1);
	if (!set)
		return -ENOMEM;
	if (!decompress(&metadata, set))
		return GUISE_E_PROTOCOL;
	return pac_read_claims_set(set, metadata.size, ret);
}

static int read_once(const void *data, size_t size,
		     const struct guise_claims **claims)
{
	if (*claims)
		return GUISE_E_PROTOCOL;
	return pac_read_claims(data, size, claims);
}

int pac_user_claims(struct pac *pac, const void *data, size_t size)
{
	return read_once(data, size, &pac->user_claims);
}

int pac_device_claims(struct pac *pac, const void *data, size_t size)
{
	return read_once(data, size, &pac->device_claims);
}
