/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a share's operations have in common. */
#ifndef STORE_SHARE_INTERNAL_H
#define STORE_SHARE_INTERNAL_H

#include <guise/share.h>

#include "base.h"
#include "codec.h"
#include "engine.h"
#include "sd-cache.h"

/* Symbolic links followed one by one at the end of a path. Ours: the kernel
 * follows 40 in all. */
#define SHARE_LINKS_MAX 8

struct guise_share {
	int root_fd;
	unsigned root_number;
	enum guise_share_policy policy;
	unsigned flags;
	mode_t file_mode;
	mode_t directory_mode;
	char *name;			    /* for audits; NULL: none */
	struct guise_access_options access; /* with a reference to policies */
	struct guise_id_mapping mapping_copy;
	const struct guise_id_mapping *mapping; /* of the copy, or NULL */
	const struct sd_codec *codec;
	struct sd_cache *cache;
};

/* path.c */

/* No empty, "." or ".." component; nothing that names a temporary.
 * 0; -EINVAL; -ENAMETOOLONG; -ENOENT */
GUISE_MUST_USE int path_check(const char *path);
/* "a/b/c": copies "a/b" to @ret_parent, points at "c". */
const char *path_split(const char *path, char ret_parent[GUISE_PATH_MAX + 1]);
/* @directory + "/" + @name; either may be empty. 0; -ENAMETOOLONG */
GUISE_MUST_USE int path_join(const char *directory, const char *name,
			     char ret[GUISE_PATH_MAX + 1]);
/* @path is @directory or beneath it, as text. */
bool path_is_within(const char *path, const char *directory);

/* names.c: the names in a directory, all of them at once, so that a tree can
 * be changed while it is walked. */
struct name_list {
	char **names;
	size_t n;
	size_t capacity;
};
GUISE_MUST_USE int name_list_read(int dir_fd, struct name_list *ret);
void name_list_clear(struct name_list *list);
/* 1: there are temporaries in it, which no list has; 0: none */
GUISE_MUST_USE int names_has_temporary(int dir_fd);

static inline bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

#endif
