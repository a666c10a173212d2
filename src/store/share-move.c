/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves: one rename, or, where a directory is replaced, one exchange of names.
 * The descriptor goes along unchanged, as on Windows. Between shares or file
 * systems: a copy, then a deletion of what was copied.
 */
#include <fcntl.h>
#include <stdio.h>

#include <guise/share.h>

#include "fd.h"
#include "gate.h"
#include "share-delete.h"
#include "share-displace.h"
#include "share-target.h"

struct move {
	struct gate gate;
	struct gate_place source;
	struct gate_object object;
	struct target target;
};

static void move_clear(struct move *m)
{
	target_clear(&m->target);
	gate_object_clear(&m->object);
	gate_place_clear(&m->source);
}

static int rename_source(struct move *m, unsigned flags)
{
	return guise_file_rename(m->gate.actor->engine, m->gate.actor->token,
				 m->source.dir_fd, m->source.path,
				 m->target.place.dir_fd, m->target.place.path,
				 flags);
}

/* The old target, which now has the source's name, to the temporary's: beside
 * where it was, since its directory has a say in its deletion. */
static int displace(struct move *m, const struct guise_temp *temp)
{
	return guise_file_rename(m->gate.actor->engine, m->gate.actor->token,
				 m->source.dir_fd, m->source.path, temp->dir_fd,
				 temp->name, 0);
}

/* And back, if it stays; where the source's name is taken, by another name. */
static int put_back(struct move *m, struct guise_temp *temp)
{
	int r;

	r = guise_file_rename(m->gate.actor->engine, m->gate.actor->token,
			      temp->dir_fd, temp->name, m->source.dir_fd,
			      m->source.path, RENAME_NOREPLACE);
	if (r < 0)
		displaced_keep(&m->gate, temp, m->target.place.path);
	return r;
}

/*
 * The temporary comes first: a client that may not make one has changed
 * nothing yet. Where a failure leaves the two exchanged (somebody was in
 * between), both are there.
 */
static int exchange(struct move *m, const char *target,
		    guise_member_failed *failed, void *context)
{
	const struct guise_actor *actor = m->gate.actor;
	struct guise_temp temp;
	bool back = false;
	int r;

	r = guise_temp_create(actor->engine, actor->token,
			      m->target.place.dir_fd, NULL,
			      S_ISDIR(m->target.old.st_mode), 0700, &temp);
	if (r < 0)
		return r;
	(void)fd_close(temp.fd);
	r = rename_source(m, RENAME_EXCHANGE);
	if (r == 0) {
		r = displace(m, &temp);
		back = r < 0;
	}
	if (r == 0) {
		r = displaced_remove(&m->gate, &temp, target, failed, context);
		back = r < 0 && put_back(m, &temp) == 0;
	}
	if (back)
		(void)!rename_source(m, RENAME_EXCHANGE);
	guise_temp_abort(actor->engine, actor->token, &temp);
	return r;
}

static int replace(struct move *m, const char *target,
		   guise_member_failed *failed, void *context)
{
	GUISE_AUTO(gate_object_clear) struct gate_object old = GATE_OBJECT_NONE;
	const bool is_renamed_over = !S_ISDIR(m->object.stat.st_mode) &&
				     !S_ISDIR(m->target.old.st_mode);
	int r;

	if (same_file(&m->object.stat, &m->target.old))
		return -EINVAL;
	r = target_is_outside(&m->gate, m->gate.path, &m->target.old);
	if (r < 0)
		return r;
	r = delete_tree_check(&m->gate, &m->target.place, target, failed,
			      context, &old);
	if (r < 0)
		return r;
	if (!is_renamed_over)
		return exchange(m, target, failed, context);
	r = rename_source(m, 0);
	if (r == -EXDEV) /* a copy does it, and tells */
		return r;
	m->gate.member = target;
	gate_audit_done(&m->gate, GATE_DELETE, &old, r);
	m->gate.member = NULL;
	return r;
}

static int move_within(struct move *m, const char *target, bool overwrite,
		       guise_member_failed *failed, void *context)
{
	bool is_directory;
	int r;

	r = gate_place_in_parent(&m->gate, m->gate.path, &m->source);
	m->gate.looks_ahead = true;
	if (r == 0)
		r = gate_pass(&m->gate, GATE_DELETE, 0, &m->source, &m->object);
	m->gate.looks_ahead = false;
	if (r == 0)
		r = target_find(&m->gate, target, overwrite, &m->target);
	if (r < 0)
		return r;
	is_directory = S_ISDIR(m->object.stat.st_mode);
	r = is_directory ? target_is_outside(&m->gate, target, &m->object.stat)
			 : 0;
	if (r == 0)
		r = target_may_add(&m->gate, &m->target, is_directory);
	if (r < 0)
		return r;
	if (m->target.old.st_mode == 0)
		return rename_source(m, RENAME_NOREPLACE);
	return replace(m, target, failed, context);
}

static int move_by_copy(struct guise_share *share,
			const struct guise_actor *actor, const char *path,
			struct guise_share *target_share, const char *target,
			bool overwrite, guise_member_failed *failed,
			void *context, bool *ret_created)
{
	GUISE_AUTO(gate_place_clear) struct gate_place place = GATE_PLACE_NONE;
	struct gate gate;
	bool created;
	int r;

	/* Looked at first: no copy of what must stay. */
	r = gate_begin(&gate, share, actor, GATE_DELETE, 0, path);
	if (r < 0)
		return r;
	r = gate_place_in_parent(&gate, path, &place);
	if (r == 0)
		r = delete_tree_check(&gate, &place, path, failed, context,
				      NULL);
	r = gate_end(&gate, r);
	if (r < 0)
		return r;
	r = guise_share_copy(share, actor, path, target_share, target, true,
			     overwrite, failed, context, &created);
	if (r < 0)
		return r;
	if (ret_created)
		*ret_created = created;
	return guise_share_delete(share, actor, path, failed, context);
}

int guise_share_move(struct guise_share *share, const struct guise_actor *actor,
		     const char *path, struct guise_share *target_share,
		     const char *target, bool overwrite,
		     guise_member_failed *failed, void *context,
		     bool *ret_created)
{
	GUISE_AUTO(move_clear)
	struct move m = {.source = GATE_PLACE_NONE,
			 .object = GATE_OBJECT_NONE,
			 .target = TARGET_NONE};
	int r;

	if (!target_share || !target)
		return -EINVAL;
	r = path_check(target);
	if (r < 0)
		return r;
	if (share != target_share)
		return move_by_copy(share, actor, path, target_share, target,
				    overwrite, failed, context, ret_created);
	r = gate_begin(&m.gate, share, actor, GATE_DELETE, 0, path);
	if (r < 0)
		return r;
	r = move_within(&m, target, overwrite, failed, context);
	if (r == -EXDEV && m.target.place.dir_fd >= 0)
		return move_by_copy(share, actor, path, target_share, target,
				    overwrite, failed, context, ret_created);
	if (m.object.fd >= 0)
		gate_audit_done(&m.gate, GATE_DELETE, &m.object, r);
	r = gate_end(&m.gate, r);
	if (r == 0 && ret_created)
		*ret_created = m.target.old.st_mode == 0;
	return r;
}
