/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a path to the descriptor of a directory and a name in it. Resolved by
 * the kernel in one call, as the client, beneath the root; or, for a token
 * without SeChangeNotify, directory by directory, each checked for TRAVERSE
 * (MS-FSA: the check that nearly everyone skips).
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "gate.h"

static int open_directory(struct gate *gate, int dir_fd, const char *path,
			  int *ret_fd)
{
	return guise_file_open(gate->actor->engine, gate->actor->token, dir_fd,
			       path, O_PATH | O_DIRECTORY, 0, gate->resolve,
			       ret_fd);
}

/* @path, @size: what led there, for the record */
static int check_traverse(struct gate *gate, int fd, const char *path,
			  size_t size)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct stat stat;
	int r;

	if (fstat(fd, &stat) < 0)
		return -errno;
	r = gate_stored_sd(gate, fd, &stat, &sd);
	if (r < 0)
		return r;
	r = gate_check_sd(gate, sd, GUISE_FILE_TRAVERSE);
	gate_audit(gate, sd,
		   &(struct gate_about){path, size, &stat,
					&gate->verdict.decision},
		   GUISE_FILE_TRAVERSE, r);
	return r;
}

/* One component further: @size bytes at @name. */
static int step(struct gate *gate, int *fd, const char *name, size_t size)
{
	char component[GUISE_NAME_MAX + 1];
	int next = -EBADF;
	int r;

	if (size > GUISE_NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(component, name, size);
	component[size] = '\0';
	r = open_directory(gate, *fd, component, &next);
	if (r < 0)
		return r;
	fd_closep(fd);
	*fd = next;
	return 0;
}

static int walk(struct gate *gate, const char *path, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	const char *at = path;
	int r;

	r = open_directory(gate, gate->share->root_fd, "", &fd);
	if (r == 0)
		r = check_traverse(gate, fd, path, 0);
	while (r == 0 && *at) {
		const char *end = strchrnul(at, '/');

		r = step(gate, &fd, at, (size_t)(end - at));
		if (r == 0)
			r = check_traverse(gate, fd, path,
					   (size_t)(end - path));
		at = *end ? end + 1 : end;
	}
	if (r < 0)
		return r;
	*ret_fd = fd_take(&fd);
	return 0;
}

static int set_name(struct gate_place *place, const char *name)
{
	size_t size = strlen(name);

	if (size == 0 || size > GUISE_NAME_MAX)
		return size ? -ENAMETOOLONG : -EINVAL;
	memcpy(place->room, name, size + 1);
	place->path = place->room;
	place->in_dir = true;
	return 0;
}

int gate_place_in_parent(struct gate *gate, const char *path,
			 struct gate_place *ret)
{
	char parent[GUISE_PATH_MAX + 1];
	const char *name = path_split(path, parent);
	int r;

	if (*path == '\0')
		return -EBUSY;
	r = set_name(ret, name);
	if (r < 0)
		return r;
	gate_place_clear(ret);
	r = gate->walks ? walk(gate, parent, &ret->owned_fd)
			: open_directory(gate, gate->share->root_fd, parent,
					 &ret->owned_fd);
	if (r < 0)
		return r;
	ret->dir_fd = ret->owned_fd;
	return 0;
}

int gate_place(struct gate *gate, struct gate_place *ret)
{
	if (gate->walks && *gate->path)
		return gate_place_in_parent(gate, gate->path, ret);
	ret->dir_fd = gate->share->root_fd;
	ret->path = gate->path;
	ret->in_dir = false;
	return 0;
}

/* The link's text; "" never: the kernel refuses to make such. */
static int read_link(struct gate *gate, const struct gate_place *place,
		     char ret[GUISE_PATH_MAX + 1])
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	ssize_t size;
	int r;

	r = guise_file_open(gate->actor->engine, gate->actor->token,
			    place->dir_fd, place->path, O_PATH | O_NOFOLLOW, 0,
			    0, &fd);
	if (r < 0)
		return r;
	size = readlinkat(fd, "", ret, GUISE_PATH_MAX + 1);
	if (size < 0) /* no link, or not any more */
		return errno == ENOENT || errno == EINVAL ? -ELOOP : -errno;
	if (size > GUISE_PATH_MAX)
		return -ENAMETOOLONG;
	ret[size] = '\0';
	return 0;
}

int gate_follow(struct gate *gate, struct gate_place *place,
		char path[GUISE_PATH_MAX + 1], unsigned *links)
{
	char parent[GUISE_PATH_MAX + 1];
	char target[GUISE_PATH_MAX + 1];
	const char *name;
	int r;

	if (gate->resolve & GUISE_RESOLVE_NO_SYMLINKS ||
	    ++*links > SHARE_LINKS_MAX)
		return -ELOOP;
	r = read_link(gate, place, target);
	if (r < 0)
		return r;
	if (target[0] == '/')
		return -EXDEV; /* beneath means beneath */
	(void)path_split(path, parent);
	r = path_join(parent, target, path);
	if (r < 0)
		return r;
	/* Resolved by the kernel, ".." and all; only the name at its end must
	 * be one, as everywhere. */
	name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	r = path_check(name);
	if (r < 0 || *name == '\0')
		return r < 0 ? r : -EISDIR;
	return gate_place_in_parent(gate, path, place);
}
