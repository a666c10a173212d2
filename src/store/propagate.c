/* SPDX-License-Identifier: Apache-2.0 */
/* The walk; see propagate.h. */
#include <fcntl.h>
#include <unistd.h>

#include <guise/propagate.h>

#include "nt-internal.h"
#include "propagate-internal.h"
#include "share-internal.h"

#define ACLS (GUISE_DACL_SECURITY | GUISE_SACL_SECURITY)

struct walk {
	const struct guise_propagate_options *options;
	uint32_t parts; /* of ACLS */
	struct guise_propagated done;
};

/* A directory on the way: what it passed on before and does now. */
struct level {
	int fd;
	const char *path;
	unsigned depth;
	const struct guise_sd *old;
	const struct guise_sd *new;
};

static int walk_members(struct walk *walk, const struct level *level);

static int report(struct walk *walk, const char *path, int error, bool changed)
{
	if (error < 0) {
		walk->done.n_failed++;
		if (walk->done.first_error == 0)
			walk->done.first_error = error;
	} else if (changed) {
		walk->done.n_changed++;
	}
	if (!walk->options->visited)
		return 0;
	return walk->options->visited(walk->options->context, path, error);
}

static int member_open(struct walk *walk, int dir_fd, const char *name,
		       uint32_t access, struct guise_nt_file **ret)
{
	const struct guise_nt_request request = {
		.size = sizeof(request),
		.token = walk->options->token,
		.mapping = walk->options->mapping,
		.dir_fd = dir_fd,
		.path = name,
		.access = access,
		.share = GUISE_NT_SHARE_ALL,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_OPEN_LINK,
	};

	return guise_nt_open(&request, ret, NULL);
}

static bool is_protected(const struct guise_sd *sd, uint32_t parts)
{
	const uint16_t control = guise_sd_control(sd);

	return (!(parts & GUISE_DACL_SECURITY) ||
		(control & GUISE_SD_DACL_PROTECTED)) &&
	       (!(parts & GUISE_SACL_SECURITY) ||
		(control & GUISE_SD_SACL_PROTECTED));
}

/* The explicit part of a member, to which what is inherited is added; NULL:
 * the member is left alone. */
static int base_of(struct walk *walk, const struct level *level,
		   const struct guise_sd *sd, bool stored, bool is_directory,
		   const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *marked = NULL;
	const enum guise_propagate_kind kind = walk->options->kind;
	int r;

	*ret = NULL;
	if (!stored || kind == GUISE_PROPAGATE_RESET)
		return propagate_without_entries(sd, walk->parts, ret);
	r = propagate_mark(level->old, sd, is_directory, &marked);
	if (r < 0)
		return r;
	if (kind == GUISE_PROPAGATE_RESET_KEEP_EXPLICIT)
		return propagate_unprotect(marked, walk->parts, ret);
	if (!is_protected(marked, walk->parts))
		*ret = guise_take(marked);
	return 0;
}

static int change_member(struct walk *walk, const struct level *level,
			 struct guise_nt_file *file,
			 const struct guise_sd **ret_old,
			 const struct guise_sd **ret_new)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *base = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	const bool is_directory = guise_nt_file_is_directory(file);
	bool stored;
	int r;

	r = guise_nt_get_sd(file, walk->options->mapping, &old, &stored);
	if (r == 0)
		r = base_of(walk, level, old, stored, is_directory, &base);
	if (r < 0 || !base)
		return r;
	r = propagate_merge(level->new, base, is_directory, walk->parts, &new);
	if (r == 0 && !(stored && guise_sd_equal(old, new)))
		r = nt_sd_store(file->fd, new);
	if (r < 0)
		return r;
	*ret_old = guise_take(old);
	*ret_new = guise_take(new);
	return 0;
}

static int descend(struct walk *walk, const struct level *level,
		   const struct guise_nt_file *file, const char *path,
		   const struct guise_sd *old, const struct guise_sd *new)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *listed = NULL;
	struct level next = {
		.path = path,
		.depth = level->depth + 1,
		.old = old,
		.new = new,
	};
	int r;

	if (next.depth > GUISE_TREE_DEPTH_MAX)
		return report(walk, path, GUISE_E_LIMIT, false);
	r = member_open(walk, file->fd, ".", GUISE_FILE_LIST_DIRECTORY,
			&listed);
	if (r < 0)
		return report(walk, path, r, false);
	next.fd = listed->fd;
	return walk_members(walk, &next);
}

static int member(struct walk *walk, const struct level *level,
		  const char *name)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	char path[GUISE_PATH_MAX + 1];
	int r;

	r = path_join(level->path, name, path);
	if (r == 0)
		r = member_open(walk, level->fd, name,
				GUISE_READ_CONTROL |
					guise_sd_set_access(walk->parts),
				&file);
	if (r == -ENXIO || (r == 0 && S_ISLNK(file->stat.st_mode)))
		return 0; /* no descriptor is stored on such */
	if (r == 0)
		r = change_member(walk, level, file, &old, &new);
	if (r < 0 || !new) {
		/* gone meanwhile: none of our business any more */
		return r == -ENOENT ? 0 : report(walk, name, r, false);
	}
	r = report(walk, path, 0, !guise_sd_equal(old, new));
	if (r < 0 || !guise_nt_file_is_directory(file))
		return r;
	return descend(walk, level, file, path, old, new);
}

static int walk_members(struct walk *walk, const struct level *level)
{
	GUISE_AUTO(name_list_clear) struct name_list names = {0};
	int r = name_list_read(level->fd, &names);

	if (r < 0)
		return report(walk, level->path, r, false);
	for (size_t i = 0; i < names.n; i++) {
		r = member(walk, level, names.names[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int propagate(const struct guise_nt_file *file,
		     const struct guise_propagate_options *options,
		     uint32_t parts, const struct guise_sd *old,
		     const struct guise_sd *new, struct guise_propagated *ret)
{
	struct walk walk = {.options = options, .parts = parts};
	const struct level top = {.depth = 0};
	int r = 0;

	if (parts && guise_nt_file_is_directory(file) &&
	    options->kind != GUISE_PROPAGATE_NONE)
		r = descend(&walk, &top, file, "", old, new);
	if (r == 0 && ret)
		*ret = walk.done;
	return r;
}

/* PROTECTED stays where nothing else is said. */
static uint32_t with_protection(const struct guise_sd *old,
				uint32_t information)
{
	const uint16_t control = guise_sd_control(old);

	if ((information & GUISE_DACL_SECURITY) &&
	    !(information & (GUISE_PROTECTED_DACL_SECURITY |
			     GUISE_UNPROTECTED_DACL_SECURITY)) &&
	    (control & GUISE_SD_DACL_PROTECTED))
		information |= GUISE_PROTECTED_DACL_SECURITY;
	if ((information & GUISE_SACL_SECURITY) &&
	    !(information & ((uint32_t)GUISE_PROTECTED_SACL_SECURITY |
			     GUISE_UNPROTECTED_SACL_SECURITY)) &&
	    (control & GUISE_SD_SACL_PROTECTED))
		information |= GUISE_PROTECTED_SACL_SECURITY;
	return information;
}

/* Which ACLs take in what is passed on. */
static uint32_t to_merge(uint32_t information)
{
	uint32_t parts = information & ACLS;

	if (information & GUISE_PROTECTED_DACL_SECURITY)
		parts &= ~(uint32_t)GUISE_DACL_SECURITY;
	if (information & GUISE_PROTECTED_SACL_SECURITY)
		parts &= ~(uint32_t)GUISE_SACL_SECURITY;
	return parts;
}

static int changed(const struct guise_nt_file *file, uint32_t information,
		   const struct guise_sd *old,
		   const struct guise_sd *modification,
		   const struct guise_propagate_options *options,
		   const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *set = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *parent = NULL;
	uint32_t parts, flags = 0;
	int r;

	information = with_protection(old, information);
	parts = to_merge(information);
	if (information & GUISE_PROTECTED_DACL_SECURITY)
		flags |= GUISE_SEF_DACL_AUTO_INHERIT;
	if (information & GUISE_PROTECTED_SACL_SECURITY)
		flags |= GUISE_SEF_SACL_AUTO_INHERIT;
	r = guise_sd_set(old, information, modification, flags, options->token,
			 &guise_mapping_file, &set);
	if (r < 0)
		return r;
	if (parts == 0) {
		*ret = guise_take(set);
		return 0;
	}
	r = propagate_parent_sd(file->parent_fd, options->mapping, &parent);
	if (r < 0)
		return r;
	return propagate_merge(parent, set, guise_nt_file_is_directory(file),
			       parts, ret);
}

int guise_nt_set_sd_inheriting(const struct guise_nt_file *file,
			       uint32_t information,
			       const struct guise_sd *modification,
			       const struct guise_propagate_options *options,
			       struct guise_propagated *ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *passed = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	bool stored;
	int r;

	if (!file || !modification || !options ||
	    options->size != sizeof(*options) || !options->token)
		return -EINVAL;
	r = guise_nt_get_sd(file, options->mapping, &old, &stored);
	if (r == 0)
		r = changed(file, information, old, modification, options,
			    &new);
	if (r == 0)
		r = stored ? (passed = guise_sd_ref(old), 0)
			   : propagate_usual(old, &passed);
	if (r == 0)
		r = nt_sd_store(file->fd, new);
	if (r < 0)
		return r;
	return propagate(file, options, information & ACLS, passed, new, ret);
}
