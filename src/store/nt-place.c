/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a path to the directory its last name is in, and to what has that name:
 * by the kernel in one call, as the caller; or, for a token without
 * SeChangeNotify, directory by directory, each asked for TRAVERSE. A link at
 * the end is followed here, so that the directory is that of what is opened.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <unistd.h>

#include <guise/nt-file.h>

#include "engine.h"
#include "nt-internal.h"

/* As many as the kernel follows. */
#define LINKS_MAX 40

struct finder {
	const struct guise_nt_request *request;
	bool walks;
	unsigned links;
	/* the path that is left, from @dir_fd */
	int dir_fd;
	int owned_fd;
	char path[GUISE_PATH_MAX + 1];
};

void nt_node_clear(struct nt_node *node)
{
	node->fd = fd_close(node->fd);
	node->sd = guise_sd_unref(node->sd);
}

void nt_place_clear(struct nt_place *place)
{
	nt_node_clear(&place->parent);
	nt_node_clear(&place->object);
	place->is_there = false;
}

static void finder_clear(struct finder *f)
{
	f->owned_fd = fd_close(f->owned_fd);
}

static int node_open(int dir_fd, const char *path, uint64_t flags,
		     struct nt_node *ret)
{
	const struct open_how how = {
		.flags = flags | O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	int r;

	r = file_open_here(dir_fd, path, &how, &ret->fd);
	if (r < 0)
		return r;
	if (fstat(ret->fd, &ret->stat) < 0) {
		r = -errno;
		ret->fd = fd_close(ret->fd);
	}
	return r;
}

static int ask_traverse(struct finder *f, struct nt_node *node)
{
	int r = nt_access_node(f->request, node, GUISE_FILE_TRAVERSE);

	node->sd = guise_sd_unref(node->sd);
	return r;
}

/* No link on the way: it would lead past the check. */
static int walk(struct finder *f, const char *path, struct nt_node *ret)
{
	struct nt_node at = NT_NODE_NONE, next = NT_NODE_NONE;
	char component[GUISE_NAME_MAX + 1];
	int r;

	r = node_open(f->dir_fd, *path == '/' ? "/" : ".", O_DIRECTORY, &at);
	while (r == 0 && (path += strspn(path, "/"), *path)) {
		size_t size = strcspn(path, "/");

		r = ask_traverse(f, &at);
		if (r == 0 && size > GUISE_NAME_MAX)
			r = -ENAMETOOLONG;
		if (r < 0)
			break;
		memcpy(component, path, size);
		component[size] = '\0';
		path += size;
		r = node_open(at.fd, component, O_DIRECTORY | O_NOFOLLOW,
			      &next);
		if (r < 0)
			break;
		nt_node_clear(&at);
		at = next;
		next = (struct nt_node)NT_NODE_NONE;
	}
	if (r == 0)
		r = ask_traverse(f, &at);
	if (r < 0) {
		nt_node_clear(&at);
		return r;
	}
	*ret = at;
	return 0;
}

static int find_directory(struct finder *f, const char *path,
			  struct nt_node *ret)
{
	if (f->walks)
		return walk(f, path, ret);
	return node_open(f->dir_fd, *path ? path : ".", O_DIRECTORY, ret);
}

/* The name at the end of @path, NULL if there is none; @ret_size: of what
 * comes before it. */
static const char *last_name(char *path, size_t *ret_size)
{
	size_t size = strlen(path);
	const char *name;

	while (size > 1 && path[size - 1] == '/')
		path[--size] = '\0';
	name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return NULL;
	*ret_size = (size_t)(name - path);
	return name;
}

int nt_place_look(const struct guise_nt_request *request,
		  struct nt_place *place)
{
	int r;

	(void)request;
	nt_node_clear(&place->object);
	place->is_there = false;
	r = node_open(place->parent.fd, place->name, O_NOFOLLOW,
		      &place->object);
	if (r == -ENOENT)
		return 0;
	if (r == 0)
		place->is_there = true;
	return r;
}

/* The link's text becomes the path that is left. */
static int follow(struct finder *f, struct nt_place *place)
{
	ssize_t size;

	if (f->walks || ++f->links > LINKS_MAX)
		return -ELOOP;
	size = readlinkat(place->object.fd, "", f->path, sizeof(f->path));
	if (size < 0)
		return -errno;
	if ((size_t)size >= sizeof(f->path))
		return -ENAMETOOLONG;
	f->path[size] = '\0';
	f->owned_fd = fd_close(f->owned_fd);
	f->owned_fd = fd_take(&place->parent.fd);
	f->dir_fd = f->owned_fd;
	nt_place_clear(place);
	return 0;
}

static int find_without_name(struct finder *f, struct nt_place *ret)
{
	int r = find_directory(f, f->path, &ret->object);

	ret->name[0] = '\0';
	ret->is_there = r == 0;
	return r;
}

static int find_in_parent(struct finder *f, const char *name, size_t before,
			  struct nt_place *ret, bool *reterr_parent)
{
	char parent[GUISE_PATH_MAX + 1];
	int r;

	if (strlen(name) > GUISE_NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(parent, f->path, before);
	parent[before] = '\0';
	memcpy(ret->name, name, strlen(name) + 1);
	r = find_directory(f, parent, &ret->parent);
	if (r < 0) {
		*reterr_parent = true;
		return r;
	}
	return nt_place_look(f->request, ret);
}

static int find(struct finder *f, struct nt_place *ret, bool *reterr_parent)
{
	for (;;) {
		size_t before = 0;
		const char *name = last_name(f->path, &before);
		int r;

		if (!name)
			return find_without_name(f, ret);
		r = find_in_parent(f, name, before, ret, reterr_parent);
		if (r < 0 || !ret->is_there ||
		    !S_ISLNK(ret->object.stat.st_mode) ||
		    (f->request->options & GUISE_NT_OPEN_LINK))
			return r;
		r = follow(f, ret);
		if (r < 0)
			return r;
	}
}

int nt_place_find(const struct guise_nt_request *request, struct nt_place *ret,
		  bool *reterr_parent)
{
	GUISE_AUTO(finder_clear)
	struct finder f = {
		.request = request,
		.dir_fd = request->dir_fd,
		.owned_fd = -EBADF,
	};
	size_t size = strlen(request->path);

	if (size == 0)
		return -ENOENT;
	if (size > GUISE_PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(f.path, request->path, size + 1);
	f.walks = !guise_token_has_privilege(request->token,
					     GUISE_SE_CHANGE_NOTIFY);
	return find(&f, ret, reterr_parent);
}
