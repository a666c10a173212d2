/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creating and replacing files: written under a temporary name, complete with
 * descriptor, mode and attributes, then renamed into place.
 *
 * Between begin and commit others may change what is there. What was decided
 * at the beginning is decided again at the end, on the file that is there
 * then: a file that was not checked is not replaced.
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "protect.h"

struct guise_put {
	struct guise_share *share; /* borrowed; outlives the put */
	struct gate_place place;
	struct guise_temp temp;
	struct stat old;     /* st_mode 0: none */
	struct guise_buf sd; /* stored bytes of the old file, now the temp's */
	char path[GUISE_PATH_MAX + 1];
};

static struct guise_put *put_free(struct guise_put *put)
{
	if (!put)
		return NULL;
	(void)fd_close(put->temp.fd);
	gate_place_clear(&put->place);
	guise_buf_clear(&put->sd);
	free(put);
	return NULL;
}

static void put_freep(struct guise_put **put)
{
	*put = put_free(*put);
}

/* The name that is really meant, links followed; and the file there, if any:
 * -ENOENT when there is none. */
static int find_old(struct gate *gate, struct guise_put *put,
		    struct gate_object *ret)
{
	unsigned links = 0;
	int r;

	r = gate_place_in_parent(gate, put->path, &put->place);
	while (r == 0) {
		/* it is replaced, and that goes on record, at the end */
		gate->looks_ahead = true;
		r = gate_pass(gate, GATE_REPLACE, 0, &put->place, ret);
		gate->looks_ahead = false;
		if (r != -ELOOP)
			break;
		r = gate_follow(gate, &put->place, put->path, &links);
		if (r < 0) /* nowhere: not a place for a new file */
			gate_place_clear(&put->place);
	}
	return r == -EBUSY && *gate->path == '\0' ? -EISDIR : r;
}

static int begin_replace(struct gate *gate, struct guise_put *put,
			 const struct gate_object *old)
{
	int r;

	put->old = old->stat;
	r = protect_stored_bytes(gate, old->fd, &put->sd);
	if (r < 0)
		return r;
	r = guise_temp_create(gate->actor->engine, gate->actor->token,
			      put->place.dir_fd, put->place.path, false,
			      gate->share->file_mode, &put->temp);
	if (r < 0)
		return r;
	return protect_temp_bytes(gate, &put->temp, &put->sd);
}

static int begin_create(struct gate *gate, struct guise_put *put)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object parent = GATE_OBJECT_NONE;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	gate->looks_ahead = true;
	r = gate_pass(gate, GATE_CREATE_FILE, 0, &put->place, &parent);
	gate->looks_ahead = false;
	if (r < 0)
		return r;
	r = protect_inherit(gate, parent.sd, false, &sd);
	if (r < 0)
		return r;
	r = guise_temp_create(gate->actor->engine, gate->actor->token,
			      put->place.dir_fd, NULL, false,
			      gate->share->file_mode, &put->temp);
	gate_audit_done(gate, GATE_CREATE_FILE, &parent, r);
	if (r < 0)
		return r;
	return protect_temp(gate, &put->temp, sd);
}

static int begin(struct gate *gate, struct guise_put *put)
{
	GUISE_AUTO(gate_object_clear) struct gate_object old = GATE_OBJECT_NONE;
	int r;

	r = find_old(gate, put, &old);
	if (r == 0)
		r = begin_replace(gate, put, &old);
	else if (r == -ENOENT && put->place.dir_fd >= 0)
		r = begin_create(gate, put);
	if (r < 0)
		guise_temp_abort(gate->actor->engine, gate->actor->token,
				 &put->temp);
	return r;
}

int guise_share_put_begin(struct guise_share *share,
			  const struct guise_actor *actor, const char *path,
			  struct guise_put **ret, int *ret_fd,
			  struct stat *ret_old)
{
	GUISE_AUTO(put_freep) struct guise_put *put = NULL;
	struct gate gate;
	int r;

	if (!ret || !ret_fd || !ret_old)
		return -EINVAL;
	r = gate_begin(&gate, share, actor, GATE_CREATE_FILE, 0, path);
	if (r < 0)
		return r;
	put = calloc(1, sizeof(*put));
	if (!put)
		return -ENOMEM;
	put->share = share;
	put->place = (struct gate_place)GATE_PLACE_NONE;
	put->temp.fd = -EBADF;
	memcpy(put->path, path, strlen(path) + 1);
	r = gate_end(&gate, begin(&gate, put));
	if (r < 0)
		return r;
	*ret_fd = put->temp.fd;
	*ret_old = put->old;
	*ret = guise_take(put);
	return 0;
}

static bool same_version(const struct stat *a, const struct stat *b)
{
	return same_file(a, b) && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static int check_again(struct gate *gate, struct guise_put *put,
		       const struct stat *must_be, struct gate_object *ret_now)
{
	int r;

	r = protect_again(gate, &put->place, &put->temp, &put->old, &put->sd,
			  ret_now);
	if (r < 0)
		return r;
	return must_be && !same_version(must_be, &ret_now->stat) ? -ESTALE : 0;
}

static int commit(struct gate *gate, struct guise_put *put,
		  const struct stat *must_be, bool durable,
		  struct stat *ret_new)
{
	GUISE_AUTO(gate_object_clear) struct gate_object now = GATE_OBJECT_NONE;
	const struct guise_actor *actor = gate->actor;
	bool replace = put->old.st_mode != 0;
	struct stat new;
	int r;

	if (must_be && must_be->st_mode == 0) {
		replace = false;
		must_be = NULL;
	} else if (must_be && !replace) {
		return -ESTALE;
	}
	if (replace) {
		r = check_again(gate, put, must_be, &now);
		if (r < 0)
			return r;
	}
	if (durable && fsync(put->temp.fd) < 0)
		return -errno;
	r = guise_temp_commit(actor->engine, actor->token, &put->temp,
			      put->place.path, replace);
	if (replace)
		gate_audit_done(gate, GATE_REPLACE, &now, r);
	if (r < 0)
		return r;
	if (ret_new) {
		if (fstat(put->temp.fd, &new) < 0)
			return -errno;
		*ret_new = new;
	}
	return 0;
}

int guise_share_put_commit(struct guise_put *taken,
			   const struct guise_actor *actor,
			   const struct stat *must_be, bool durable,
			   struct stat *ret_new)
{
	GUISE_AUTO(put_freep) struct guise_put *put = taken;
	struct gate gate;
	int r;

	if (!put)
		return -EINVAL;
	r = gate_begin(&gate, put->share, actor, GATE_REPLACE, 0, "");
	if (r == 0) {
		gate.path = put->path;
		r = gate_end(&gate,
			     commit(&gate, put, must_be, durable, ret_new));
	}
	if (r < 0 && actor)
		guise_temp_abort(actor->engine, actor->token, &put->temp);
	return r;
}

void guise_share_put_abort(struct guise_put *put,
			   const struct guise_actor *actor)
{
	if (!put)
		return;
	if (actor)
		guise_temp_abort(actor->engine, actor->token, &put->temp);
	put_free(put);
}
