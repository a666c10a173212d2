/* SPDX-License-Identifier: Apache-2.0 */
#include "ndr.h"

#define HEADER_SIZE 16
/* Objects are padded to a multiple of eight, and so are the buffers of a PAC.
 */
#define PADDING_MAX 7

/* MS-RPCE 2.2.6.1, 2.2.6.2: version 1, little endian, 8 bytes, filler; then the
 * length of the object and filler */
bool ndr_begin(const void *data, size_t size, struct ndr *ret)
{
	struct reader in = reader_of(data, size);
	uint32_t length, filler;
	uint8_t version, endian;
	uint16_t header_size;
	bool is_there;

	if (!read_u8(&in, &version) || version != 1 || !read_u8(&in, &endian) ||
	    endian != 0x10 || !read_u16le(&in, &header_size) ||
	    header_size != 8 || !read_u32le(&in, &filler) ||
	    !read_u32le(&in, &length) || !read_u32le(&in, &filler))
		return false;
	if (length > in.size || in.size - length > PADDING_MAX)
		return false;
	*ret = (struct ndr){.in = reader_of(in.data, length), .size = length};
	return ndr_pointer(ret, &is_there) && is_there;
}

bool ndr_is_at_end(const struct ndr *ndr)
{
	return ndr->in.size <= PADDING_MAX;
}

/* @to is a power of two. */
static bool align(struct ndr *ndr, size_t to)
{
	const size_t at = ndr->size - ndr->in.size;

	return read_skip(&ndr->in, -at & (to - 1));
}

bool ndr_u16(struct ndr *ndr, uint16_t *ret)
{
	return align(ndr, 2) && read_u16le(&ndr->in, ret);
}

bool ndr_u32(struct ndr *ndr, uint32_t *ret)
{
	return align(ndr, 4) && read_u32le(&ndr->in, ret);
}

bool ndr_u64(struct ndr *ndr, uint64_t *ret)
{
	return align(ndr, 8) && read_u64le(&ndr->in, ret);
}

bool ndr_pointer(struct ndr *ndr, bool *ret)
{
	uint32_t referent;

	if (!ndr_u32(ndr, &referent))
		return false;
	*ret = referent;
	return true;
}

bool ndr_skip(struct ndr *ndr, size_t size)
{
	return read_skip(&ndr->in, size);
}

bool ndr_list(struct ndr *ndr, struct ndr_list *ret)
{
	struct ndr_list list;

	if (!ndr_u32(ndr, &list.n) || !ndr_pointer(ndr, &list.is_there) ||
	    (list.n && !list.is_there))
		return false;
	*ret = list;
	return true;
}

bool ndr_array(struct ndr *ndr, uint32_t n, size_t element_size)
{
	uint32_t max;

	return ndr_u32(ndr, &max) && max == n &&
	       n <= ndr->in.size / element_size;
}

bool ndr_blob(struct ndr *ndr, uint32_t n, struct reader *ret)
{
	return ndr_array(ndr, n, 1) && read_sub(&ndr->in, n, ret);
}

bool ndr_string(struct ndr *ndr, struct ndr_string *ret)
{
	struct ndr_string string;
	uint16_t capacity;

	if (!align(ndr, 4) || !read_u16le(&ndr->in, &string.size) ||
	    !read_u16le(&ndr->in, &capacity) ||
	    !ndr_pointer(ndr, &string.is_there))
		return false;
	if (string.size % 2 || string.size > capacity ||
	    (string.size && !string.is_there))
		return false;
	*ret = string;
	return true;
}

/* A conformant and varying array of 16-bit units. */
static bool units(struct ndr *ndr, struct reader *ret)
{
	uint32_t max, offset, n;

	return ndr_u32(ndr, &max) && ndr_u32(ndr, &offset) &&
	       ndr_u32(ndr, &n) && offset == 0 && n <= max &&
	       n <= ndr->in.size / 2 && read_sub(&ndr->in, 2 * (size_t)n, ret);
}

bool ndr_string_text(struct ndr *ndr, const struct ndr_string *string,
		     struct reader *ret)
{
	struct reader text = {0};

	if (string->is_there &&
	    (!units(ndr, &text) || text.size != string->size))
		return false;
	*ret = text;
	return true;
}

bool ndr_text(struct ndr *ndr, struct reader *ret)
{
	struct reader text;

	if (!units(ndr, &text) || text.size < 2 ||
	    u16le(text.data + text.size - 2) != 0)
		return false;
	text.size -= 2;
	*ret = text;
	return true;
}
