/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the directory of an object gives on the object (NTFS's two shortcuts):
 * DELETE by DELETE_CHILD, READ_ATTRIBUTES by LIST_DIRECTORY. Where the
 * directory has no stored descriptor, mode and POSIX ACL answer for it.
 * Off the fast path: only asked when the object's own descriptor refused.
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "gate.h"
#include "posix-acl.h"
#include "posix.h"

struct parent {
	int fd;
	struct stat stat;
	const struct guise_sd *sd;
};

static void parent_clear(struct parent *parent)
{
	parent->fd = fd_close(parent->fd);
	parent->sd = guise_sd_unref(parent->sd);
}

static int parent_look(struct gate *gate, struct parent *parent)
{
	if (fstat(parent->fd, &parent->stat) < 0)
		return -errno;
	return gate_stored_sd(gate, parent->fd, &parent->stat, &parent->sd);
}

static int parent_of_path(struct gate *gate, const char *path,
			  struct parent *ret)
{
	GUISE_AUTO(gate_place_clear) struct gate_place place = GATE_PLACE_NONE;
	int r;

	r = gate_place_in_parent(gate, path, &place);
	if (r < 0)
		return r;
	ret->fd = fd_take(&place.owned_fd);
	return parent_look(gate, ret);
}

/* A link at the end of a path led elsewhere: the directory the link is in has
 * nothing to say about what it points to. */
static bool is_in(struct gate *gate, const struct parent *parent,
		  const char *name, const struct gate_object *object)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat stat;

	return guise_file_open(gate->actor->engine, gate->actor->token,
			       parent->fd, name, O_PATH | O_NOFOLLOW, 0,
			       gate->resolve & GUISE_RESOLVE_NO_XDEV,
			       &fd) == 0 &&
	       fstat(fd, &stat) == 0 && same_file(&stat, &object->stat);
}

static bool sd_gives(struct gate *gate, const struct guise_sd *sd,
		     uint32_t access)
{
	struct guise_decision decision;

	return gate_ask(gate, sd, access, &decision) == 0 && decision.allowed;
}

/* Listing is asked of the kernel: as the client, for reading. */
static bool gives_list(struct gate *gate, const struct parent *parent)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	if (parent->sd &&
	    !sd_gives(gate, parent->sd, GUISE_FILE_LIST_DIRECTORY))
		return false;
	return guise_file_open(gate->actor->engine, gate->actor->token,
			       parent->fd, "", O_RDONLY | O_DIRECTORY, 0, 0,
			       &fd) == 0;
}

static bool posix_gives(struct gate *gate, int fd, const struct stat *stat,
			unsigned want)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	GUISE_AUTO(posix_acl_clear) struct posix_acl acl = {0};

	return posix_read_acl(gate->actor, fd, stat, &value) == 0 &&
	       posix_acl_decode(stat, value.size ? value.data : NULL,
				value.size, &acl) == 0 &&
	       posix_acl_allows(&acl, guise_token_unix(gate->actor->token),
				want, NULL);
}

static bool gives_delete(struct gate *gate, const struct parent *parent,
			 const struct gate_object *object)
{
	const struct guise_unix_identity *who =
		guise_token_unix(gate->actor->token);

	if (parent->sd)
		return sd_gives(gate, parent->sd, GUISE_FILE_DELETE_CHILD);
	if ((parent->stat.st_mode & S_ISVTX) &&
	    parent->stat.st_uid != who->uid && object->stat.st_uid != who->uid)
		return false;
	return posix_gives(gate, parent->fd, &parent->stat,
			   POSIX_WRITE | POSIX_EXECUTE);
}

uint32_t gate_by_parent(struct gate *gate, const struct gate_place *place,
			const struct gate_object *object, uint32_t bits)
{
	GUISE_AUTO(parent_clear) struct parent parent = {.fd = -EBADF};
	const char *slash = strrchr(place->path, '/');
	const char *name = slash ? slash + 1 : place->path;
	/* A question on the side: it must not leave traces in the verdict. */
	struct gate aside = gate_aside(gate);
	uint32_t given = 0;
	int r;

	if (*name == '\0')
		return 0; /* the root is in no directory of the share */
	if (place->in_dir) {
		r = guise_file_open(aside.actor->engine, aside.actor->token,
				    place->dir_fd, "", O_PATH | O_DIRECTORY, 0,
				    0, &parent.fd);
		if (r == 0)
			r = parent_look(&aside, &parent);
	} else {
		r = parent_of_path(&aside, place->path, &parent);
	}
	if (r < 0 || !is_in(&aside, &parent, name, object))
		return 0;
	if ((bits & GUISE_FILE_READ_ATTRIBUTES) && gives_list(&aside, &parent))
		given |= GUISE_FILE_READ_ATTRIBUTES;
	if ((bits & GUISE_DELETE) && gives_delete(&aside, &parent, object))
		given |= GUISE_DELETE;
	return given;
}

bool gate_parent_listable(struct gate *gate)
{
	GUISE_AUTO(parent_clear) struct parent parent = {.fd = -EBADF};
	struct gate aside = gate_aside(gate);
	int r;

	if (*gate->path) {
		r = parent_of_path(&aside, gate->path, &parent);
	} else {
		r = guise_file_open(gate->actor->engine, gate->actor->token,
				    gate->share->root_fd, "",
				    O_PATH | O_DIRECTORY, 0, 0, &parent.fd);
		if (r == 0)
			r = parent_look(&aside, &parent);
	}
	return r == 0 && gives_list(&aside, &parent);
}

int gate_may_empty(struct gate *gate, int dir_fd)
{
	struct stat stat;

	if (fstat(dir_fd, &stat) < 0)
		return -errno;
	return posix_gives(gate, dir_fd, &stat, POSIX_WRITE | POSIX_EXECUTE)
		       ? 0
		       : -EACCES;
}
