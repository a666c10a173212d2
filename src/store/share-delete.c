/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deleting, and looking whether one could. Each member passes the gate in its
 * own right; what is refused stays, with the directories above it.
 *
 * The kernel removes names, not open files: between the check of a file and
 * its removal somebody who may rename in that directory can put another one
 * there. Whoever could do that could have done it before the request.
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "share-delete.h"

struct deletion {
	struct gate *gate;
	guise_member_failed *failed;
	void *context;
	bool only_look;
};

/* @ret: what is or was at @place */
static int delete_one(struct deletion *d, const struct gate_place *place,
		      const char *path, unsigned depth,
		      struct gate_object *ret);

static int delete_member(struct deletion *d, int dir_fd, const char *dir_path,
			 const char *name, unsigned depth)
{
	const struct gate_place place = {.dir_fd = dir_fd,
					 .owned_fd = -EBADF,
					 .path = name,
					 .in_dir = true};
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	char path[GUISE_PATH_MAX + 1];
	int r;

	r = path_join(dir_path, name, path);
	if (r == 0)
		r = delete_one(d, &place, path, depth, &object);
	/* Somebody was faster: it is gone. */
	if (r == 0 || r == -ENOENT)
		return 0;
	if (d->failed && r != -ENOTEMPTY)
		d->failed(d->context, r == -ENAMETOOLONG ? dir_path : path, r);
	return r;
}

/* What a look ahead sees besides the members: will it be empty without them? */
static int look_at_directory(struct deletion *d, int fd,
			     const struct name_list *list)
{
	int r;

	if (list->n) {
		r = gate_may_empty(d->gate, fd);
		if (r < 0)
			return r;
	}
	/* Somebody is writing a file there. */
	r = names_has_temporary(fd);
	return r > 0 ? -ENOTEMPTY : r;
}

/* @fd: the directory, open for reading as the client */
static int delete_members(struct deletion *d, int fd, const char *path,
			  unsigned depth)
{
	GUISE_AUTO(name_list_clear) struct name_list list = {0};
	bool some_stayed = false;
	int r;

	if (depth >= GUISE_TREE_DEPTH_MAX)
		return GUISE_E_LIMIT;
	r = name_list_read(fd, &list);
	if (r < 0)
		return r;
	if (d->only_look) {
		r = look_at_directory(d, fd, &list);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < list.n; i++) {
		r = delete_member(d, fd, path, list.names[i], depth + 1);
		if (r < 0 && d->only_look)
			return r;
		some_stayed |= r < 0;
	}
	return some_stayed ? -ENOTEMPTY : 0;
}

static int open_directory(struct deletion *d, const struct gate_place *place,
			  const struct gate_object *object, int *ret_fd)
{
	const struct guise_actor *actor = d->gate->actor;
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat stat;
	int r;

	r = guise_file_open(actor->engine, actor->token, place->dir_fd,
			    place->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
			    0, &fd);
	if (r < 0)
		return r;
	if (fstat(fd, &stat) < 0)
		return -errno;
	/* Not the one that was decided on. */
	if (!same_file(&stat, &object->stat))
		return -ESTALE;
	*ret_fd = fd_take(&fd);
	return 0;
}

static int remove_name(struct deletion *d, const struct gate_place *place,
		       bool is_directory)
{
	if (d->only_look)
		return 0;
	return guise_file_unlink(d->gate->actor->engine, d->gate->actor->token,
				 place->dir_fd, place->path, is_directory);
}

static int delete_directory(struct deletion *d, const struct gate_place *place,
			    const struct gate_object *object, const char *path,
			    unsigned depth)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	r = open_directory(d, place, object, &fd);
	/* An empty one can be removed unread. */
	if (r == -EACCES && !d->only_look)
		return remove_name(d, place, true) == 0 ? 0 : r;
	if (r == 0)
		r = delete_members(d, fd, path, depth);
	if (r < 0)
		return r;
	return remove_name(d, place, true);
}

/* What is allowed goes on record when it is done. */
static int pass(struct deletion *d, const struct gate_place *place,
		const char *path, struct gate_object *ret)
{
	const bool looks_ahead = d->gate->looks_ahead;
	int r;

	d->gate->member = path;
	d->gate->looks_ahead = true;
	r = gate_pass(d->gate, GATE_DELETE, 0, place, ret);
	d->gate->member = NULL;
	d->gate->looks_ahead = looks_ahead;
	return r;
}

static void tell_done(struct deletion *d, const struct gate_object *object,
		      const char *path, int r)
{
	if (d->only_look)
		return;
	d->gate->member = path;
	gate_audit_done(d->gate, GATE_DELETE, object, r);
	d->gate->member = NULL;
}

static int delete_one(struct deletion *d, const struct gate_place *place,
		      const char *path, unsigned depth, struct gate_object *ret)
{
	int r;

	r = pass(d, place, path, ret);
	if (r < 0)
		return r;
	r = S_ISDIR(ret->stat.st_mode)
		    ? delete_directory(d, place, ret, path, depth)
		    : remove_name(d, place, false);
	tell_done(d, ret, path, r);
	return r;
}

int delete_tree(struct gate *gate, const struct gate_place *place,
		const char *path, guise_member_failed *failed, void *context)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	struct deletion d = {
		.gate = gate, .failed = failed, .context = context};

	return delete_one(&d, place, path, 0, &object);
}

int delete_tree_check(struct gate *gate, const struct gate_place *place,
		      const char *path, guise_member_failed *failed,
		      void *context, struct gate_object *ret)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	struct deletion d = {.gate = gate,
			     .failed = failed,
			     .context = context,
			     .only_look = true};
	int r;

	r = delete_one(&d, place, path, 0, &object);
	if (r == 0 && ret) {
		*ret = object;
		object = (struct gate_object)GATE_OBJECT_NONE;
	}
	return r;
}

int guise_share_delete(struct guise_share *share,
		       const struct guise_actor *actor, const char *path,
		       guise_member_failed *failed, void *context)
{
	GUISE_AUTO(gate_place_clear) struct gate_place place = GATE_PLACE_NONE;
	struct gate gate;
	int r;

	r = gate_begin(&gate, share, actor, GATE_DELETE, 0, path);
	if (r < 0)
		return r;
	r = gate_place_in_parent(&gate, path, &place);
	if (r == 0)
		r = delete_tree(&gate, &place, path, failed, context);
	return gate_end(&gate, r);
}
