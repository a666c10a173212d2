/* SPDX-License-Identifier: Apache-2.0 */
/* A copy as a temporary: complete, or not there. */
#ifndef STORE_COPY_TREE_H
#define STORE_COPY_TREE_H

#include "gate.h"

/*
 * struct copy - from one gate's share to the other's
 * @from, @to: begun
 * @recursive: directories with their members
 * @failed: may be NULL; told of the member that makes it fail
 */
struct copy {
	struct gate *from;
	struct gate *to;
	bool recursive;
	guise_member_failed *failed;
	void *context;
};

/*
 * struct copy_target - where and as what
 * @dir_fd: directory the temporary is made in
 * @parent_sd: that directory's stored descriptor, or NULL
 * @like: name of the file in it that will be replaced and whose stored
 *        descriptor @like_sd the copy keeps; NULL: a new one
 */
struct copy_target {
	int dir_fd;
	const struct guise_sd *parent_sd;
	const char *like;
	const struct guise_buf *like_sd;
};

/* @path: of @source in its share, for links and reports. On success the
 * temporary is the caller's to commit and its fd to close. */
GUISE_MUST_USE int copy_tree(const struct copy *copy,
			     const struct gate_object *source, const char *path,
			     const struct copy_target *target,
			     struct guise_temp *ret);

#endif
