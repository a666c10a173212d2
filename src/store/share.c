/* SPDX-License-Identifier: Apache-2.0 */
/* The share itself: where, by which rules, and the descriptors it remembers. */
#include <guise/share.h>

#include "fd.h"
#include "share-internal.h"

#define FLAGS_KNOWN                                                            \
	(GUISE_SHARE_READ_ONLY | GUISE_SHARE_NO_SYMLINKS |                     \
	 GUISE_SHARE_HIDE_UNREADABLE)
#define SD_CACHE_DEFAULT 16384
/* Files remembered at most; the cache limits the bytes. Ours. */
#define SD_CACHE_MAX (1u << 20)

static bool options_are_sound(const struct guise_share_options *options)
{
	return options && options->size >= sizeof(*options) &&
	       options->root_fd >= 0 &&
	       (options->policy == GUISE_POLICY_BOTH ||
		options->policy == GUISE_POLICY_POSIX) &&
	       !(options->flags & ~(unsigned)FLAGS_KNOWN) &&
	       !((options->file_mode | options->directory_mode) & ~0777u) &&
	       options->n_sd_cache <= SD_CACHE_MAX &&
	       (!options->mapping ||
		options->mapping->size >= sizeof(*options->mapping));
}

static int check_root(int fd)
{
	struct stat stat;

	if (fstat(fd, &stat) < 0)
		return -errno;
	return S_ISDIR(stat.st_mode) ? 0 : -ENOTDIR;
}

static void fill(struct guise_share *share,
		 const struct guise_share_options *options)
{
	share->root_fd = options->root_fd;
	share->root_number = options->root_number;
	share->policy = options->policy;
	share->flags = options->flags;
	share->file_mode = options->file_mode ? options->file_mode : 0666;
	share->directory_mode =
		options->directory_mode ? options->directory_mode : 0777;
	share->codec = &sd_codec_guise;
	share->access = (struct guise_access_options){
		.size = sizeof(share->access),
		.policies = guise_policies_ref(options->policies),
	};
	if (options->mapping) {
		share->mapping_copy = *options->mapping;
		share->mapping = &share->mapping_copy;
	}
}

int guise_share_new(const struct guise_share_options *options,
		    struct guise_share **ret)
{
	struct guise_share *share;
	int r;

	if (!ret || !options_are_sound(options))
		return -EINVAL;
	r = check_root(options->root_fd);
	if (r < 0)
		return r;
	share = calloc(1, sizeof(*share));
	if (!share)
		return -ENOMEM;
	share->name = options->name ? strdup(options->name) : NULL;
	r = options->name && !share->name
		    ? -ENOMEM
		    : sd_cache_new(options->n_sd_cache ? options->n_sd_cache
						       : SD_CACHE_DEFAULT,
				   &share->cache);
	if (r < 0) {
		free(share->name);
		free(share);
		return r;
	}
	fill(share, options);
	*ret = share;
	return 0;
}

struct guise_share *guise_share_free(struct guise_share *share)
{
	if (!share)
		return NULL;
	sd_cache_free(share->cache);
	(void)fd_close(share->root_fd);
	(void)guise_policies_unref(share->access.policies);
	free(share->name);
	free(share);
	return NULL;
}
