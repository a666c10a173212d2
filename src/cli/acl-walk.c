/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as the caller, by descriptors and never through a link. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <guise/store.h>

#include "base.h"

#include "acl.h"
#include "cli.h"

struct walk {
	int (*visit)(void *context, const struct acl_target *target);
	void *context;
	int worst;
};

static void walk_members(struct walk *walk, const struct acl_target *directory,
			 unsigned depth);

static void note(struct walk *walk, int exit_code)
{
	if (exit_code > walk->worst)
		walk->worst = exit_code;
}

int acl_open(const char *path, struct acl_target *ret)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &ret->stat) < 0) {
		int error = -errno;

		if (fd >= 0)
			(void)close(fd);
		return cli_failed(path, error, "check the path");
	}
	ret->path = path;
	ret->fd = fd;
	return 0;
}

void acl_close(struct acl_target *target)
{
	if (target->fd >= 0)
		(void)close(target->fd);
	target->fd = -EBADF;
}

static void walk_one(struct walk *walk, int dir_fd, const char *name,
		     const char *path, unsigned depth)
{
	GUISE_AUTO(acl_close)
	struct acl_target target = {.path = path, .fd = -EBADF};

	target.fd = openat(dir_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target.fd < 0 || fstat(target.fd, &target.stat) < 0) {
		note(walk, cli_failed(path, -errno, "check the path"));
		return;
	}
	if (!S_ISREG(target.stat.st_mode) && !S_ISDIR(target.stat.st_mode))
		return;
	note(walk, walk->visit(walk->context, &target));
	if (S_ISDIR(target.stat.st_mode))
		walk_members(walk, &target, depth + 1);
}

static void walk_entries(struct walk *walk, DIR *dir, const char *path,
			 unsigned depth)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		char *member = NULL;

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (asprintf(&member, "%s/%s", path, entry->d_name) < 0) {
			note(walk, cli_failed(path, -ENOMEM, "try again"));
			return;
		}
		walk_one(walk, dirfd(dir), entry->d_name, member, depth);
		free(member);
	}
}

static void walk_members(struct walk *walk, const struct acl_target *directory,
			 unsigned depth)
{
	int fd = -1;
	DIR *dir;

	if (depth > GUISE_TREE_DEPTH_MAX) {
		note(walk, cli_failed(directory->path, GUISE_E_LIMIT,
				      "begin further down"));
		return;
	}
	fd = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		note(walk, cli_failed(directory->path, -errno,
				      "check that you may list it"));
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	walk_entries(walk, dir, directory->path, depth);
	(void)closedir(dir);
}

int acl_walk(const char *path, bool recursive,
	     int (*visit)(void *context, const struct acl_target *target),
	     void *context)
{
	struct walk walk = {.visit = visit, .context = context};
	GUISE_AUTO(acl_close) struct acl_target target = {.fd = -EBADF};
	int r;

	r = acl_open(path, &target);
	if (r != 0)
		return r;
	note(&walk, visit(context, &target));
	if (recursive && S_ISDIR(target.stat.st_mode))
		walk_members(&walk, &target, 1);
	return walk.worst;
}
