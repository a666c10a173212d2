/* SPDX-License-Identifier: Apache-2.0 */
/* See roots.h. */
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "landlock.h"
#include "roots.h"

/* PATH_MAX holds no more components; deeper is not beneath a root. */
#define WALK_MAX 2048

struct place {
	uint64_t mount;
	dev_t dev;
	ino_t ino;
	mode_t mode;
};

static int place_of(int fd, struct place *ret)
{
	struct statx sx;

	if (statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT,
		  STATX_TYPE | STATX_INO | STATX_MNT_ID, &sx) < 0)
		return -errno;
	if (!(sx.stx_mask & STATX_MNT_ID))
		return -EOPNOTSUPP;
	*ret = (struct place){
		.mount = sx.stx_mnt_id,
		.dev = (dev_t)((uint64_t)sx.stx_dev_major << 32 |
			       sx.stx_dev_minor),
		.ino = sx.stx_ino,
		.mode = sx.stx_mode,
	};
	return 0;
}

static bool root_has_mount(const struct root *root, uint64_t mount)
{
	for (unsigned i = 0; i < root->n_mounts; i++) {
		if (root->mount_ids[i] == mount)
			return true;
	}
	return false;
}

static void root_add_mount(struct root *root, uint64_t mount)
{
	if (root->n_mounts < ROOT_MOUNTS_MAX && !root_has_mount(root, mount))
		root->mount_ids[root->n_mounts++] = mount;
}

/* Nobody needs devices or set-uid programs in there. What the kernel does not
 * let us set does not matter: devices are refused again at open. */
static void harden_tree(int fd)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID |
			    MOUNT_ATTR_NOEXEC,
	};

	(void)syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | AT_RECURSIVE,
		      &attr, sizeof(attr));
}

static int open_detached(const char *path)
{
	long fd;

	fd = syscall(SYS_open_tree, AT_FDCWD, path,
		     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (fd < 0)
		return -errno;
	harden_tree((int)fd);
	return (int)fd;
}

/* In mountinfo, space, tab, newline and backslash are \ooo. In place. */
static void unescape_octal(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') << 6 |
				       (text[2] - '0') << 3 | (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* The mount at @path beneath the root, as the copy has it. One that cannot be
 * found (mounted since, or over) is one the broker refuses to work on. */
static void root_learn_mount(struct root *root, const char *path)
{
	const struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS,
	};
	struct place place;
	long fd;

	fd = syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
	if (fd < 0)
		return;
	if (place_of((int)fd, &place) == 0)
		root_add_mount(root, place.mount);
	(void)close((int)fd);
}

/* What is mounted beneath: field 5 of each line of mountinfo. */
static int root_learn_mounts(struct root *root, const char *real_path)
{
	const size_t size = strcmp(real_path, "/") ? strlen(real_path) : 0;
	char *line = NULL, *at;
	size_t capacity = 0;
	FILE *file;

	file = fopen("/proc/self/mountinfo", "re");
	if (!file)
		return -errno;
	while (getline(&line, &capacity, file) > 0) {
		unsigned field;

		at = line;
		for (field = 1; at && field < 5; field++) {
			at = strchr(at, ' ');
			at = at ? at + 1 : NULL;
		}
		if (!at)
			continue;
		at[strcspn(at, " \n")] = '\0';
		unescape_octal(at);
		if (strncmp(at, real_path, size) == 0 && at[size] == '/' &&
		    at[size + 1])
			root_learn_mount(root, at + size + 1);
	}
	free(line);
	(void)fclose(file);
	return 0;
}

static int root_open(const char *path, struct root *ret)
{
	char *real_path;
	struct place place;
	int r;

	real_path = realpath(path, NULL);
	if (!real_path)
		return -errno;
	ret->path = real_path; /* the caller's cleanup frees it */
	ret->fd = open_detached(real_path);
	ret->is_detached = ret->fd >= 0;
	if (!ret->is_detached)
		ret->fd = open(real_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->fd < 0)
		return -errno;
	r = place_of(ret->fd, &place);
	if (r < 0)
		return r;
	if (!S_ISDIR(place.mode))
		return -ENOTDIR;
	ret->dev = place.dev;
	ret->ino = place.ino;
	root_add_mount(ret, place.mount);
	return root_learn_mounts(ret, real_path);
}

int roots_open(const struct guise_root *roots, size_t n, struct roots *ret)
{
	struct roots opened = {.are_detached = true};
	int r;

	if (n > ROOTS_MAX || (n && !roots))
		return -EINVAL;
	opened.at = array_alloc(n, sizeof(*opened.at));
	if (!opened.at)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		opened.at[i].fd = -EBADF;
	opened.n = n;
	for (size_t i = 0; i < n; i++) {
		r = roots[i].path ? root_open(roots[i].path, &opened.at[i])
				  : -EINVAL;
		if (r < 0) {
			roots_close(&opened);
			return r;
		}
		opened.are_detached &= opened.at[i].is_detached;
	}
	*ret = opened;
	return 0;
}

void roots_close(struct roots *roots)
{
	for (size_t i = 0; i < roots->n; i++) {
		(void)fd_close(roots->at[i].fd);
		free(roots->at[i].path);
	}
	free(roots->at);
	*roots = (struct roots){0};
}

int roots_allow(const struct roots *roots, int ruleset)
{
	int r;

	for (size_t i = 0; i < roots->n; i++) {
		r = landlock_allow(ruleset, roots->at[i].fd, LANDLOCK_SHARE);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool is_root(const struct root *root, const struct place *place)
{
	return place->mount == root->mount_ids[0] && place->dev == root->dev &&
	       place->ino == root->ino;
}

static int find_mount(const struct roots *roots, const struct place *place)
{
	for (size_t i = 0; i < roots->n; i++) {
		if (root_has_mount(&roots->at[i], place->mount))
			return (int)i;
	}
	return GUISE_E_PROTOCOL;
}

static int find_root(const struct roots *roots, const struct place *place)
{
	for (size_t i = 0; i < roots->n; i++) {
		if (is_root(&roots->at[i], place))
			return (int)i;
	}
	return -1;
}

static int open_parent(int fd)
{
	const struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
	};
	long parent = syscall(SYS_openat2, fd, "..", &how, sizeof(how));

	return parent < 0 ? -errno : (int)parent;
}

/* Upwards until a root is met. At the top of everything ".." leads nowhere
 * new: then it was beneath none. A directory somebody moved out of its root
 * is "disconnected", which the kernel answers with ENOENT. */
static int walk_to_root(const struct roots *roots, int start)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct place here, above;
	int at = start, r;

	r = place_of(start, &here);
	for (unsigned i = 0; r == 0 && i < WALK_MAX; i++) {
		int found = find_root(roots, &here);
		int parent;

		if (found >= 0)
			return found;
		parent = open_parent(at);
		if (parent < 0)
			return parent;
		fd_closep(&fd);
		fd = at = parent;
		r = place_of(fd, &above);
		if (r == 0 && above.mount == here.mount &&
		    above.dev == here.dev && above.ino == here.ino)
			return GUISE_E_PROTOCOL;
		here = above;
	}
	return r < 0 ? r : GUISE_E_PROTOCOL;
}

int roots_check_directory(const struct roots *roots, int fd, unsigned *ret_root)
{
	struct place place;
	int r;

	r = place_of(fd, &place);
	if (r < 0)
		return r;
	if (!S_ISDIR(place.mode))
		return GUISE_E_PROTOCOL;
	/* Detached mounts have nothing outside; a directory moved out of the
	 * root while open is refused by Landlock as the operation runs. */
	if (roots->are_detached && roots->have_landlock)
		r = find_mount(roots, &place);
	else
		r = walk_to_root(roots, fd);
	if (r < 0)
		return r;
	*ret_root = (unsigned)r;
	return 0;
}

/* Where mounts are the host's own, the kernel's name for it must lie beneath
 * the root's. */
static int check_name_of_file(const struct root *root, int fd)
{
	char link[40], path[GUISE_PATH_MAX + 1];
	const size_t size = strcmp(root->path, "/") ? strlen(root->path) : 0;
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return -errno;
	path[n] = '\0';
	if (strncmp(path, root->path, size) != 0 ||
	    (path[size] != '/' && path[size] != '\0'))
		return GUISE_E_PROTOCOL;
	return 0;
}

int roots_check_file(const struct roots *roots, int fd, unsigned *ret_root)
{
	struct place place;
	int r, checked;

	r = place_of(fd, &place);
	if (r < 0)
		return r;
	if (S_ISDIR(place.mode))
		return roots_check_directory(roots, fd, ret_root);
	r = find_mount(roots, &place);
	if (r < 0)
		return r;
	/* FIFOs, sockets and devices lie in shares, too: no worker's fault */
	if (!S_ISREG(place.mode) && !S_ISLNK(place.mode))
		return -ENXIO;
	if (!roots->at[r].is_detached) {
		checked = check_name_of_file(&roots->at[r], fd);
		if (checked < 0)
			return checked;
	}
	*ret_root = (unsigned)r;
	return 0;
}
