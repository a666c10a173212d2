/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own form: "gsd", a version byte, the size of what follows (u32le), and
 * the self-relative descriptor (MS-DTYP 2.4.6), to the last byte.
 */
#include <guise/share.h>

#include "buf.h"
#include "codec.h"
#include "reader.h"

#define VERSION 1
/* Kernel: XATTR_SIZE_MAX. */
#define VALUE_MAX 65536

static const uint8_t magic[4] = {'g', 's', 'd', VERSION};

static int guise_decode(const void *data, size_t size,
			const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct reader in = reader_of(data, size);
	uint8_t head[sizeof(magic)];
	uint32_t sd_size;
	int r;

	if (size > VALUE_MAX || !read_copy(&in, head, sizeof(head)) ||
	    memcmp(head, magic, sizeof(magic)) != 0 ||
	    !read_u32le(&in, &sd_size) || sd_size != in.size)
		return -EBADMSG;
	r = guise_sd_decode(in.data, in.size, &sd);
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	/* The access check refuses those; so does storing. */
	if (!guise_sd_owner(sd) || !guise_sd_group(sd))
		return -EBADMSG;
	*ret = guise_take(sd);
	return 0;
}

static int append(const struct guise_sd *sd, struct guise_buf *out)
{
	size_t size_at = out->size + sizeof(magic);
	size_t sd_at = size_at + 4;
	int r;

	r = buf_append(out, magic, sizeof(magic));
	if (r == 0)
		r = buf_append_u32le(out, 0);
	if (r == 0)
		r = guise_sd_encode(sd, out);
	if (r < 0)
		return r;
	if (out->size - sd_at > VALUE_MAX - sizeof(magic) - 4)
		return -E2BIG;
	buf_put_u32le(out, size_at, (uint32_t)(out->size - sd_at));
	return 0;
}

static int guise_encode(const struct guise_sd *sd, struct guise_buf *out)
{
	size_t before = out->size;
	int r;

	if (!guise_sd_owner(sd) || !guise_sd_group(sd))
		return GUISE_E_INVALID_SD;
	r = append(sd, out);
	if (r < 0)
		buf_truncate(out, before);
	return r;
}

const struct sd_codec sd_codec_guise = {
	.xattr = GUISE_SD_XATTR,
	.decode = guise_decode,
	.encode = guise_encode,
};
