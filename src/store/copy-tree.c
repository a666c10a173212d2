/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each member passes the gate to be read and is built as a temporary inside
 * its parent's temporary: at no time is there a name without its protection,
 * and removing the outermost temporary removes everything.
 *
 * A symbolic link is copied as what it shows, if that lies beneath the root; a
 * link that shows nothing cannot be copied, and neither can a tree with one.
 */
#include <fcntl.h>
#include <unistd.h>

#include <guise/share.h>

#include "content.h"
#include "copy-tree.h"
#include "fd.h"
#include "protect.h"

/* The directories being copied, outermost last: a link to one of them would
 * have no end. */
struct chain {
	const struct chain *above;
	const struct stat *stat;
	unsigned depth;
};

/* One node being built. */
struct build {
	const struct copy *copy;
	const struct gate_object *source;
	const char *path;
	struct chain chain;
	struct guise_temp temp;
	const struct guise_sd *sd; /* the temp's; borrowed by its members */
};

static int build_node(struct build *b, const struct copy_target *target);

static void build_close(struct build *b)
{
	b->temp.fd = fd_close(b->temp.fd);
	b->sd = guise_sd_unref(b->sd);
}

static void build_abort(struct build *b)
{
	const struct guise_actor *actor = b->copy->to->actor;

	guise_temp_abort(actor->engine, actor->token, &b->temp);
	build_close(b);
}

static int open_member(struct build *b, const char *name, const char *path,
		       struct gate_object *ret)
{
	struct gate *gate = b->copy->from;
	const struct gate_place link = {.dir_fd = gate->share->root_fd,
					.owned_fd = -EBADF,
					.path = path};
	const struct gate_place place = {.dir_fd = b->source->fd,
					 .owned_fd = -EBADF,
					 .path = name,
					 .in_dir = true};
	int r;

	/* Beneath the directory itself first: there "beneath" makes every
	 * link that leads out of it fail. */
	gate->member = path;
	r = gate_pass(gate, GATE_COPY_FROM, 0, &place, ret);
	if (r == -EXDEV)
		r = gate_pass(gate, GATE_COPY_FROM, 0, &link, ret);
	gate->member = NULL;
	if (r == -EXDEV || r == -ELOOP)
		return -EOPNOTSUPP;
	return r;
}

static bool is_in_chain(const struct chain *chain, const struct stat *stat)
{
	for (; chain; chain = chain->above) {
		if (same_file(chain->stat, stat))
			return true;
	}
	return false;
}

/* The directory just made must allow its members, as any directory. */
static int check_new_member(struct build *b, const struct stat *member)
{
	return gate_check_sd(b->copy->to, b->sd,
			     S_ISDIR(member->st_mode)
				     ? GUISE_FILE_ADD_SUBDIRECTORY
				     : GUISE_FILE_ADD_FILE);
}

static int copy_opened(struct build *b, const char *name, const char *path,
		       const struct gate_object *source)
{
	const struct guise_actor *actor = b->copy->to->actor;
	const struct copy_target target = {.dir_fd = b->temp.fd,
					   .parent_sd = b->sd};
	struct build member = {
		.copy = b->copy,
		.source = source,
		.path = path,
		.chain = {.above = &b->chain,
			  .stat = &source->stat,
			  .depth = b->chain.depth + 1},
		.temp = {.fd = -EBADF},
	};
	int r;

	if (is_in_chain(&b->chain, &source->stat))
		return -ELOOP;
	r = check_new_member(b, &source->stat);
	if (r == 0)
		r = build_node(&member, &target);
	if (r < 0)
		return r;
	r = guise_temp_commit(actor->engine, actor->token, &member.temp, name,
			      false);
	if (r < 0)
		build_abort(&member);
	else
		build_close(&member);
	return r;
}

static int copy_member(struct build *b, const char *name)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object source = GATE_OBJECT_NONE;
	char path[GUISE_PATH_MAX + 1];
	int r;

	r = path_join(b->path, name, path);
	if (r < 0)
		return r;
	r = open_member(b, name, path, &source);
	if (r == 0)
		r = copy_opened(b, name, path, &source);
	/* Told once: the directories above it pass the failure on. */
	if (r < 0 && r != -ECANCELED && b->copy->failed)
		b->copy->failed(b->copy->context, path, r);
	return r;
}

static int copy_members(struct build *b)
{
	GUISE_AUTO(name_list_clear) struct name_list list = {0};
	int r;

	if (b->chain.depth >= GUISE_TREE_DEPTH_MAX)
		return GUISE_E_LIMIT;
	r = name_list_read(b->source->fd, &list);
	for (size_t i = 0; i < list.n && r == 0; i++)
		r = copy_member(b, list.names[i]);
	return r;
}

static int fill(struct build *b, const struct copy_target *target)
{
	bool is_directory = S_ISDIR(b->source->stat.st_mode);
	int r;

	r = target->like
		    ? protect_temp_bytes(b->copy->to, &b->temp, target->like_sd)
		    : protect_temp(b->copy->to, &b->temp, b->sd);
	if (r == 0)
		r = content_copy_attributes(b->copy->to, b->source->fd,
					    b->temp.fd);
	if (r < 0)
		return r;
	if (!is_directory)
		return content_copy(b->source->fd, b->temp.fd);
	return b->copy->recursive ? copy_members(b) : 0;
}

static int build_node(struct build *b, const struct copy_target *target)
{
	struct gate *to = b->copy->to;
	bool is_directory = S_ISDIR(b->source->stat.st_mode);
	mode_t mode =
		is_directory ? to->share->directory_mode : to->share->file_mode;
	int r = 0;

	if (!target->like)
		r = protect_inherit(to, target->parent_sd, is_directory,
				    &b->sd);
	if (r < 0)
		return r;
	r = guise_temp_create(to->actor->engine, to->actor->token,
			      target->dir_fd, target->like, is_directory, mode,
			      &b->temp);
	if (r == 0)
		r = fill(b, target);
	if (r < 0)
		build_abort(b);
	return r;
}

int copy_tree(const struct copy *copy, const struct gate_object *source,
	      const char *path, const struct copy_target *target,
	      struct guise_temp *ret)
{
	struct build b = {
		.copy = copy,
		.source = source,
		.path = path,
		.chain = {.stat = &source->stat},
		.temp = {.fd = -EBADF},
	};
	int r;

	r = build_node(&b, target);
	if (r < 0)
		return r;
	*ret = b.temp;
	b.temp.fd = -EBADF;
	build_close(&b);
	return 0;
}
