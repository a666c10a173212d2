/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of operations and the way through the gate. See gate.h.
 *
 * What the kernel is asked is part of each row: to replace a file is to write
 * it, so it is opened for writing although the new one is renamed over it.
 * Rights the kernel knows nothing of (READ_CONTROL, WRITE_DAC, WRITE_OWNER,
 * ACCESS_SYSTEM_SECURITY) are decided by the derived descriptor where none is
 * stored, since nobody else would.
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "gate.h"
#include "posix-acl.h"
#include "posix.h"

#define CONTROL_BITS                                                           \
	(GUISE_READ_CONTROL | GUISE_WRITE_DAC | GUISE_WRITE_OWNER |            \
	 GUISE_ACCESS_SYSTEM_SECURITY)
#define CHANGE_BITS                                                            \
	(GUISE_FILE_WRITE_DATA | GUISE_FILE_APPEND_DATA |                      \
	 GUISE_FILE_WRITE_EA | GUISE_FILE_WRITE_ATTRIBUTES |                   \
	 GUISE_FILE_DELETE_CHILD | GUISE_DELETE | GUISE_WRITE_DAC |            \
	 GUISE_WRITE_OWNER)
#define PARENT_BITS (GUISE_DELETE | GUISE_FILE_READ_ATTRIBUTES)
#define SUBJECT_BITS                                                           \
	(GUISE_FILE_READ_DATA | GUISE_FILE_READ_EA | GUISE_FILE_READ_ATTRIBUTES)

/*
 * struct gate_rule - what an operation needs (windows-style rights; the
 *                    kernel's share is in @flags)
 * @object: on the object
 * @parent: on the directory, for operations that create; those open nothing
 * @flags: how the object is opened; by the access asked if @by_access
 * @changes: refused on a read-only share
 */
struct gate_rule {
	uint32_t object;
	uint32_t parent;
	int flags;
	bool by_access;
	bool changes;
};

/* clang-format off */
static const struct gate_rule rules[GATE_OPS] = {
	[GATE_OPEN] = { .by_access = true },
	[GATE_STAT] = { .object = GUISE_FILE_READ_ATTRIBUTES, .flags = O_PATH },
	[GATE_LIST] = { .object = GUISE_FILE_LIST_DIRECTORY,
			.flags = O_RDONLY | O_DIRECTORY },
	[GATE_COPY_FROM] = { .object = SUBJECT_BITS, .flags = O_RDONLY },
	[GATE_CREATE_FILE] = { .parent = GUISE_FILE_ADD_FILE,
			       .changes = true },
	[GATE_CREATE_DIRECTORY] = { .parent = GUISE_FILE_ADD_SUBDIRECTORY,
				    .changes = true },
	[GATE_REPLACE] = { .object = GUISE_FILE_WRITE_DATA,
			   .flags = O_WRONLY | O_NOFOLLOW, .changes = true },
	[GATE_DELETE] = { .object = GUISE_DELETE,
			  .flags = O_PATH | O_NOFOLLOW, .changes = true },
	[GATE_GET_SD] = { .object = GUISE_READ_CONTROL, .flags = O_PATH },
	[GATE_SET_SD] = { .flags = O_PATH, .changes = true },
};
/* clang-format on */

void gate_place_clear(struct gate_place *place)
{
	place->owned_fd = fd_close(place->owned_fd);
	place->dir_fd = -EBADF;
}

void gate_object_clear(struct gate_object *object)
{
	object->fd = fd_close(object->fd);
	object->sd = guise_sd_unref(object->sd);
}

static int refuse(struct gate *gate, enum guise_layer layer, int code)
{
	gate->verdict.layer = layer;
	return code;
}

static bool is_change(enum gate_op op, uint32_t access)
{
	return rules[op].changes ||
	       (rules[op].by_access && (access & CHANGE_BITS));
}

static int admit(struct gate *gate, enum gate_op op, uint32_t access)
{
	const struct guise_token *token = gate->actor->token;

	if (guise_token_type(token) == GUISE_TOKEN_IMPERSONATION &&
	    guise_token_level(token) < GUISE_LEVEL_IMPERSONATION)
		return refuse(gate, GUISE_LAYER_LEVEL, GUISE_E_BAD_LEVEL);
	gate->may_change = is_change(op, access);
	if (gate->may_change && (gate->share->flags & GUISE_SHARE_READ_ONLY))
		return refuse(gate, GUISE_LAYER_SHARE, -EROFS);
	return path_check(gate->path);
}

int gate_begin(struct gate *gate, struct guise_share *share,
	       const struct guise_actor *actor, enum gate_op op,
	       uint32_t access, const char *path)
{
	int r;

	if (actor && actor->verdict)
		*actor->verdict = (struct guise_verdict){0};
	if (!share || !actor || !actor->engine || !actor->token || !path)
		return -EINVAL;
	*gate = (struct gate){.share = share,
			      .actor = actor,
			      .path = path,
			      .audit = actor->audit};
	/* Without SeChangeNotify every directory on the way is checked; a
	 * symbolic link would lead past that. */
	gate->walks = share->policy == GUISE_POLICY_BOTH &&
		      !guise_token_has_privilege(actor->token,
						 GUISE_SE_CHANGE_NOTIFY);
	if (gate->walks || (share->flags & GUISE_SHARE_NO_SYMLINKS))
		gate->resolve = GUISE_RESOLVE_NO_SYMLINKS;
	r = admit(gate, op, access);
	if (r < 0 && actor->verdict)
		*actor->verdict = gate->verdict;
	return r;
}

/* A refusal that is not ours: whose it was. */
static enum guise_layer layer_of(int code)
{
	switch (code) {
	case GUISE_E_BAD_LEVEL:
		return GUISE_LAYER_LEVEL;
	case GUISE_E_CEILING:
		return GUISE_LAYER_CEILING;
	case -EACCES:
	case -EPERM:
	case -EROFS:
	case -EXDEV:
	case -ELOOP:
		return GUISE_LAYER_KERNEL;
	default:
		return GUISE_LAYER_NONE;
	}
}

int gate_end(struct gate *gate, int r)
{
	struct guise_verdict *verdict = &gate->verdict;

	if (r < 0 && verdict->layer == GUISE_LAYER_NONE)
		verdict->layer = layer_of(r);
	if (r == 0)
		verdict->layer = GUISE_LAYER_NONE;
	if (!gate->actor->verdict)
		return r;
	*gate->actor->verdict = *verdict;
	if (verdict->layer == GUISE_LAYER_DESCRIPTOR ||
	    verdict->layer == GUISE_LAYER_KERNEL)
		gate->actor->verdict->parent_listable =
			gate_parent_listable(gate);
	return r;
}

int gate_stored_sd(struct gate *gate, int fd, const struct stat *stat,
		   const struct guise_sd **ret)
{
	const struct guise_actor *actor = gate->actor;
	struct guise_share *share = gate->share;
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	const struct guise_sd *sd = NULL;
	int r;

	*ret = NULL;
	if (share->policy == GUISE_POLICY_POSIX)
		return 0;
	if (sd_cache_find(share->cache, stat, ret))
		return 0;
	r = actor->engine->ops->read_sd(actor->engine, actor->token, fd,
					&value);
	if (r == 0)
		r = share->codec->decode(value.data, value.size, &sd);
	else if (r == -ENODATA || r == -EOPNOTSUPP)
		r = 0;
	/* What cannot be read protects all the same: it denies. */
	if (r < 0)
		return refuse(gate, GUISE_LAYER_DESCRIPTOR, r);
	sd_cache_put(share->cache, stat, sd, value.size);
	*ret = sd;
	return 0;
}

int gate_ask(const struct gate *gate, const struct guise_sd *sd,
	     uint32_t access, struct guise_decision *ret)
{
	const struct guise_access_options *options = &gate->share->access;

	if (!options->policies)
		return guise_access_check(sd, gate->actor->token, access,
					  &guise_mapping_file, ret);
	return guise_access_check_by_type(sd, gate->actor->token, access,
					  &guise_mapping_file, options, ret);
}

static int decide(struct gate *gate, const struct guise_sd *sd, uint32_t access)
{
	struct guise_decision *decision = &gate->verdict.decision;
	int r;

	r = gate_ask(gate, sd, access, decision);
	gate->verdict.missing = decision->missing;
	if (r < 0)
		return refuse(gate, GUISE_LAYER_DESCRIPTOR, r);
	if (!decision->allowed)
		return refuse(gate, GUISE_LAYER_DESCRIPTOR,
			      GUISE_E_ACCESS_DENIED);
	gate->verdict.layer = GUISE_LAYER_NONE;
	return 0;
}

int gate_check_sd(struct gate *gate, const struct guise_sd *sd, uint32_t access)
{
	return sd ? decide(gate, sd, access) : 0;
}

/* Rights that only a descriptor can give, where none is stored. */
static int decide_derived(struct gate *gate, const struct gate_object *object,
			  uint32_t access)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	if (access == 0 || access == GUISE_READ_CONTROL)
		return 0; /* a derived descriptor gives it to everyone */
	r = posix_sd_for_actor(gate->actor, object->fd, &object->stat,
			       gate->share->mapping, &sd);
	if (r < 0)
		return refuse(gate, GUISE_LAYER_DESCRIPTOR, r);
	return decide(gate, sd, access);
}

static int decide_stored(struct gate *gate, const struct gate_place *place,
			 struct gate_object *object, uint32_t access)
{
	uint32_t given;
	int r;

	r = decide(gate, object->sd, access);
	if (r != GUISE_E_ACCESS_DENIED || !(access & PARENT_BITS))
		return r;
	given = gate_by_parent(gate, place, object, access & PARENT_BITS);
	if (given == access) {
		gate->verdict.missing = 0;
		gate->verdict.layer = GUISE_LAYER_NONE;
		return 0;
	}
	return given ? decide(gate, object->sd, access & ~given) : r;
}

static struct gate_about about_object(const struct gate *gate,
				      const struct gate_object *object)
{
	const char *path = gate->member ? gate->member : gate->path;

	return (struct gate_about){path, strlen(path), &object->stat,
				   &object->decision};
}

static struct gate_about about_parent(const struct gate *gate,
				      const struct gate_object *object)
{
	const char *slash = strrchr(gate->path, '/');

	return (struct gate_about){gate->path,
				   slash ? (size_t)(slash - gate->path) : 0,
				   &object->stat, &object->decision};
}

static int check_object(struct gate *gate, const struct gate_place *place,
			struct gate_object *object, uint32_t access)
{
	int r;

	r = gate_stored_sd(gate, object->fd, &object->stat, &object->sd);
	if (r < 0)
		return r;
	if (!object->sd)
		return decide_derived(gate, object, access & CONTROL_BITS);
	r = decide_stored(gate, place, object, access);
	if (gate->audit) {
		const struct gate_about about = about_object(gate, object);

		object->decision = gate->verdict.decision;
		gate_audit(gate, object->sd, &about, access, r);
	}
	return r;
}

/* The directory a new member goes to. */
static int check_parent(struct gate *gate, int dir_fd, uint32_t access,
			struct gate_object *ret)
{
	struct gate_object object = GATE_OBJECT_NONE;
	int r;

	if (fstat(dir_fd, &object.stat) < 0)
		return -errno;
	r = gate_stored_sd(gate, dir_fd, &object.stat, &object.sd);
	if (r == 0)
		r = gate_check_sd(gate, object.sd, access);
	if (gate->audit && object.sd) {
		const struct gate_about about = about_parent(gate, &object);

		object.decision = gate->verdict.decision;
		gate_audit(gate, object.sd, &about, access, r);
	}
	if (r < 0) {
		gate_object_clear(&object);
		return r;
	}
	*ret = object;
	return 0;
}

static int flags_for(uint32_t access)
{
	bool reads = access & GUISE_FILE_READ_DATA;
	bool writes = access & GUISE_FILE_WRITE_DATA;
	bool appends = access & GUISE_FILE_APPEND_DATA;

	if (!reads && !writes && !appends)
		return O_PATH;
	if (!writes && !appends)
		return O_RDONLY;
	/* APPEND_DATA without WRITE_DATA: only to the end. */
	return (reads ? O_RDWR : O_WRONLY) | (writes ? 0 : O_APPEND);
}

/* Devices, FIFOs and sockets are not served, not even looked at: reading what
 * is stored on one can mean to open it, which may never end. A link is only
 * met where it is acted on itself. */
bool gate_serves(const struct stat *stat)
{
	return S_ISREG(stat->st_mode) || S_ISDIR(stat->st_mode) ||
	       S_ISLNK(stat->st_mode);
}

int gate_pass(struct gate *gate, enum gate_op op, uint32_t access,
	      const struct gate_place *place, struct gate_object *ret)
{
	const struct gate_rule *rule = &rules[op];
	const struct guise_actor *actor = gate->actor;
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	int flags = rule->by_access ? flags_for(access) : rule->flags;
	int r;

	must(gate->may_change || !is_change(op, access));
	if (rule->parent) {
		must(place->in_dir);
		return check_parent(gate, place->dir_fd, rule->parent, ret);
	}
	r = file_open_stat(actor->engine, actor->token, place->dir_fd,
			   place->path, flags, 0, gate->resolve, &object.fd,
			   &object.stat);
	if (r < 0) {
		gate_audit_refused(gate, place, flags, rule->object | access,
				   r);
		return r;
	}
	if (!gate_serves(&object.stat))
		return -ENXIO;
	r = check_object(gate, place, &object, rule->object | access);
	if (r < 0)
		return r;
	*ret = object;
	object = (struct gate_object)GATE_OBJECT_NONE;
	return 0;
}

int gate_pass_here(struct gate *gate, enum gate_op op, uint32_t access,
		   struct gate_object *ret)
{
	GUISE_AUTO(gate_place_clear) struct gate_place place = GATE_PLACE_NONE;
	int r;

	r = gate_place(gate, &place);
	if (r < 0)
		return r;
	return gate_pass(gate, op, access, &place, ret);
}

void gate_audit_done(struct gate *gate, enum gate_op op,
		     const struct gate_object *object, int r)
{
	const bool is_parent = rules[op].parent;
	const bool looks_ahead = gate->looks_ahead;
	struct gate_about about;

	if (!gate->audit || (r < 0 && layer_of(r) != GUISE_LAYER_KERNEL))
		return;
	about = is_parent ? about_parent(gate, object)
			  : about_object(gate, object);
	gate->looks_ahead = false;
	gate_audit(gate, object->sd, &about,
		   is_parent ? rules[op].parent : rules[op].object, r);
	gate->looks_ahead = looks_ahead;
}
