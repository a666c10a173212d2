/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies: built beside the target, then put in its place in one step. A file
 * over a file keeps the old one's descriptor, mode and attributes, as a PUT
 * does; anything else replaces what is there, which must be deletable.
 *
 * Copying can take long, and others may change meanwhile what is there: it is
 * decided on before, to begin nothing in vain, and again at the end.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <guise/share.h>

#include "copy-tree.h"
#include "fd.h"
#include "protect.h"
#include "share-delete.h"
#include "share-displace.h"
#include "share-target.h"

static void discard(const struct copy *copy, struct guise_temp *temp)
{
	const struct guise_actor *actor = copy->to->actor;

	guise_temp_abort(actor->engine, actor->token, temp);
	(void)fd_close(temp->fd);
}

static int commit(const struct copy *copy, struct guise_temp *temp,
		  const struct target *target, bool replace)
{
	const struct guise_actor *actor = copy->to->actor;
	int r;

	r = guise_temp_commit(actor->engine, actor->token, temp,
			      target->place.path, replace);
	discard(copy, temp);
	return r;
}

/* @old: what was there; as it ends, @op on it goes on record */
static int commit_over(const struct copy *copy, struct guise_temp *temp,
		       const struct target *target, enum gate_op op,
		       const struct gate_object *old)
{
	const int r = commit(copy, temp, target, true);

	gate_audit_done(copy->to, op, old, r);
	return r;
}

static int copy_new(const struct copy *copy, const struct gate_object *source,
		    const char *path, struct target *target)
{
	struct guise_temp temp;
	int r;

	r = target_may_add(copy->to, target, S_ISDIR(source->stat.st_mode));
	if (r < 0)
		return r;
	r = copy_tree(copy, source, path,
		      &(struct copy_target){.dir_fd = target->place.dir_fd,
					    .parent_sd = target->parent_sd},
		      &temp);
	if (r < 0)
		return r;
	return commit(copy, &temp, target, false);
}

static int copy_over_file(const struct copy *copy,
			  const struct gate_object *source, const char *path,
			  struct target *target)
{
	GUISE_AUTO(gate_object_clear) struct gate_object old = GATE_OBJECT_NONE;
	GUISE_AUTO(gate_object_clear) struct gate_object now = GATE_OBJECT_NONE;
	GUISE_AUTO(guise_buf_clear) struct guise_buf sd = {0};
	struct guise_temp temp;
	int r;

	copy->to->looks_ahead = true;
	r = gate_pass(copy->to, GATE_REPLACE, 0, &target->place, &old);
	copy->to->looks_ahead = false;
	if (r == 0)
		r = protect_stored_bytes(copy->to, old.fd, &sd);
	if (r < 0)
		return r;
	r = copy_tree(copy, source, path,
		      &(struct copy_target){.dir_fd = target->place.dir_fd,
					    .like = target->place.path,
					    .like_sd = &sd},
		      &temp);
	if (r < 0)
		return r;
	r = protect_again(copy->to, &target->place, &temp, &old.stat, &sd,
			  &now);
	if (r < 0) {
		discard(copy, &temp);
		return r;
	}
	return commit_over(copy, &temp, target, GATE_REPLACE, &now);
}

static int exchange(const struct copy *copy, struct guise_temp *temp,
		    const struct target *target)
{
	const struct guise_actor *actor = copy->to->actor;

	return guise_file_rename(
		actor->engine, actor->token, target->place.dir_fd, temp->name,
		target->place.dir_fd, target->place.path, RENAME_EXCHANGE);
}

/*
 * The old one has the temporary's name and stays, all or in part: back with
 * it. The copy had its name for a moment; what others did to it is theirs, so
 * it goes as any tree does.
 */
static void put_back(const struct copy *copy, struct guise_temp *temp,
		     const struct target *target, const char *target_path)
{
	/* The verdict is on the old one. */
	struct gate aside = gate_aside(copy->to);

	if (exchange(copy, temp, target) < 0 ||
	    displaced_remove(&aside, temp, target_path, NULL, NULL) < 0)
		displaced_keep(&aside, temp, target->place.path);
}

static int replace_by_exchange(const struct copy *copy, struct guise_temp *temp,
			       const struct target *target,
			       const char *target_path,
			       const struct gate_object *old)
{
	int r;

	r = exchange(copy, temp, target);
	if (r < 0) {
		gate_audit_done(copy->to, GATE_DELETE, old, r);
	} else {
		r = displaced_remove(copy->to, temp, target_path, copy->failed,
				     copy->context);
		if (r < 0)
			put_back(copy, temp, target, target_path);
	}
	discard(copy, temp);
	return r;
}

/* Still what was found at the beginning: another one was not asked for. */
static int check_same(const struct copy *copy, const struct target *target)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat now;
	int r;

	r = guise_file_open(copy->to->actor->engine, copy->to->actor->token,
			    target->place.dir_fd, target->place.path,
			    O_PATH | O_NOFOLLOW, 0, 0, &fd);
	if (r < 0)
		return r == -ENOENT ? -ESTALE : r;
	if (fstat(fd, &now) < 0)
		return -errno;
	return same_file(&now, &target->old) ? 0 : -ESTALE;
}

static int check_again(const struct copy *copy, const struct target *target,
		       const char *target_path, struct gate_object *ret_now)
{
	int r;

	r = check_same(copy, target);
	if (r == 0)
		r = delete_tree_check(copy->to, &target->place, target_path,
				      copy->failed, copy->context, ret_now);
	return r;
}

static int copy_instead(const struct copy *copy,
			const struct gate_object *source, const char *path,
			const char *target_path, struct target *target)
{
	GUISE_AUTO(gate_object_clear) struct gate_object now = GATE_OBJECT_NONE;
	const bool is_renamed_over =
		!S_ISDIR(source->stat.st_mode) && !S_ISDIR(target->old.st_mode);
	struct guise_temp temp;
	int r;

	r = target_may_add(copy->to, target, S_ISDIR(source->stat.st_mode));
	if (r < 0)
		return r;
	r = delete_tree_check(copy->to, &target->place, target_path,
			      copy->failed, copy->context, NULL);
	if (r < 0)
		return r;
	r = copy_tree(copy, source, path,
		      &(struct copy_target){.dir_fd = target->place.dir_fd,
					    .parent_sd = target->parent_sd},
		      &temp);
	if (r < 0)
		return r;
	r = check_again(copy, target, target_path, &now);
	if (r < 0) {
		discard(copy, &temp);
		return r;
	}
	if (is_renamed_over)
		return commit_over(copy, &temp, target, GATE_DELETE, &now);
	return replace_by_exchange(copy, &temp, target, target_path, &now);
}

/* The two are apart: neither holds the other. */
static int check_apart(const struct copy *copy,
		       const struct gate_object *source,
		       const char *target_path, const struct target *target)
{
	int r;

	if (same_file(&source->stat, &target->old) && target->old.st_mode)
		return -EINVAL;
	if (S_ISDIR(source->stat.st_mode)) {
		r = target_is_outside(copy->to, target_path, &source->stat);
		if (r < 0)
			return r;
	}
	if (!S_ISDIR(target->old.st_mode))
		return 0;
	return target_is_outside(copy->from, copy->from->path, &target->old);
}

static int copy_to(const struct copy *copy, const struct gate_object *source,
		   const char *target_path, bool overwrite, bool *ret_created)
{
	GUISE_AUTO(target_clear) struct target target = TARGET_NONE;
	const char *path = copy->from->path;
	int r;

	r = target_find(copy->to, target_path, overwrite, &target);
	if (r < 0)
		return r;
	r = check_apart(copy, source, target_path, &target);
	if (r < 0)
		return r;
	if (target.old.st_mode == 0)
		r = copy_new(copy, source, path, &target);
	else if (S_ISREG(target.old.st_mode) && S_ISREG(source->stat.st_mode))
		r = copy_over_file(copy, source, path, &target);
	else
		r = copy_instead(copy, source, path, target_path, &target);
	if (r == 0 && ret_created)
		*ret_created = target.old.st_mode == 0;
	return r;
}

int guise_share_copy(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, struct guise_share *target_share,
		     const char *target, bool recursive, bool overwrite,
		     guise_member_failed *failed, void *context,
		     bool *ret_created)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object source = GATE_OBJECT_NONE;
	struct gate from, to;
	struct copy copy = {.from = &from,
			    .to = &to,
			    .recursive = recursive,
			    .failed = failed,
			    .context = context};
	int r;

	r = gate_begin(&from, share, actor, GATE_COPY_FROM, 0, path);
	if (r < 0)
		return r;
	r = gate_begin(&to, target_share, actor, GATE_CREATE_FILE, 0, target);
	if (r < 0)
		return r;
	r = gate_pass_here(&from, GATE_COPY_FROM, 0, &source);
	if (r < 0)
		return gate_end(&from, r);
	r = copy_to(&copy, &source, target, overwrite, ret_created);
	/* A member that could not be read was refused at the other end. */
	return gate_end(from.verdict.layer ? &from : &to, r);
}
