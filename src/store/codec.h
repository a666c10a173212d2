/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a descriptor lies in an extended attribute. One interface, so that
 * another format (Samba's) is another codec and nothing else.
 */
#ifndef STORE_CODEC_H
#define STORE_CODEC_H

#include <guise/store.h>

#include "base.h"

struct sd_codec {
	const char *xattr;
	/* 0; -EBADMSG for anything but a well-formed value that holds owner
	 * and group; -ENOMEM */
	int (*decode)(const void *data, size_t size,
		      const struct guise_sd **ret);
	/* appends; 0; GUISE_E_INVALID_SD without owner or group; -E2BIG above
	 * what an attribute can hold; -ENOMEM */
	int (*encode)(const struct guise_sd *sd, struct guise_buf *out);
};

extern const struct sd_codec sd_codec_guise;

#endif
