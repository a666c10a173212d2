/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsed descriptors by file: device, inode and change time, which every
 * change of an attribute moves. That a file has none is remembered, too.
 */
#ifndef STORE_SD_CACHE_H
#define STORE_SD_CACHE_H

#include <sys/stat.h>

#include <guise/sd.h>

#include "base.h"

struct sd_cache;

/* @n: descriptors remembered at most, rounded up */
GUISE_MUST_USE int sd_cache_new(size_t n, struct sd_cache **ret);
struct sd_cache *sd_cache_free(struct sd_cache *cache);
/* true: known; *@ret is a reference, or NULL when the file has none stored */
GUISE_MUST_USE bool sd_cache_find(struct sd_cache *cache,
				  const struct stat *stat,
				  const struct guise_sd **ret);
/* @stat: taken before the attribute was read; @sd may be NULL; @size: of its
 * stored form, by which what is remembered is limited, too */
void sd_cache_put(struct sd_cache *cache, const struct stat *stat,
		  const struct guise_sd *sd, size_t size);

#endif
