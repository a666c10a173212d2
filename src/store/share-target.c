/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "share-target.h"

void target_clear(struct target *target)
{
	gate_place_clear(&target->place);
	target->parent_sd = guise_sd_unref(target->parent_sd);
}

int target_find(struct gate *gate, const char *path, bool overwrite,
		struct target *ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	r = gate_place_in_parent(gate, path, &ret->place);
	if (r < 0)
		return r;
	r = guise_file_open(gate->actor->engine, gate->actor->token,
			    ret->place.dir_fd, ret->place.path,
			    O_PATH | O_NOFOLLOW, 0, 0, &fd);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (fstat(fd, &ret->old) < 0)
		return -errno;
	return overwrite ? 0 : -EEXIST;
}

int target_may_add(struct gate *gate, struct target *target, bool is_directory)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object parent = GATE_OBJECT_NONE;
	int r;

	r = gate_pass(gate,
		      is_directory ? GATE_CREATE_DIRECTORY : GATE_CREATE_FILE,
		      0, &target->place, &parent);
	if (r < 0)
		return r;
	target->parent_sd = guise_take(parent.sd);
	return 0;
}

/* 0: @path leads to another directory than @object, with its status; 1: there
 * is nothing to look at; -EINVAL: to @object. */
static int look(struct gate *gate, const char *path, const struct stat *object,
		struct stat *ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	if (guise_file_open(gate->actor->engine, gate->actor->token,
			    gate->share->root_fd, path, O_PATH, 0,
			    gate->resolve, &fd) < 0 ||
	    fstat(fd, ret) < 0)
		return 1;
	return same_file(ret, object) ? -EINVAL : 0;
}

/* By inode, and up by "..": links on the way do not hide what is above. */
int target_is_outside(struct gate *gate, const char *path,
		      const struct stat *object)
{
	char at[GUISE_PATH_MAX + 1];
	struct stat root, stat;
	int r;

	if (fstat(gate->share->root_fd, &root) < 0)
		return -errno;
	r = look(gate, path, object, &stat);
	(void)path_split(path, at);
	while (r >= 0) {
		r = look(gate, at, object, &stat);
		if (r != 0 || same_file(&stat, &root))
			break;
		r = path_join(at, "..", at) < 0 ? -EINVAL : 0;
	}
	return r < 0 ? r : 0;
}
