/* SPDX-License-Identifier: Apache-2.0 */
/* The walk; see propagate.h. */
#include <fcntl.h>
#include <unistd.h>

#include <guise/propagate.h>

#include "nt-internal.h"
#include "propagate-internal.h"
#include "share-internal.h"

#define ACLS (GUISE_DACL_SECURITY | GUISE_SACL_SECURITY)
#define OWNERS (GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY)

struct walk {
	const struct guise_propagate_options *options;
	uint32_t parts;			     /* of ACLS */
	const struct guise_sd *modification; /* for the options' owners */
	uint32_t access;		     /* to each member */
	struct guise_propagated done;
};

/* A directory on the way: what it passed on before and does now. */
struct level {
	int fd;
	const char *path;
	unsigned depth;
	const struct guise_sd *old;
	const struct guise_sd *new;
	bool acls_stay; /* of its members */
};

/*
 * What becomes of one object.
 * @listed: of a directory: opened for its members before it is changed, which
 *	may take that right from the caller; NULL: that failed or was not tried
 */
struct change {
	struct guise_nt_file *listed;
	const struct guise_sd *old;
	const struct guise_sd *new;
	bool acls_stay;
};

static void change_clear(struct change *change)
{
	change->listed = guise_nt_file_free(change->listed);
	change->old = guise_sd_unref(change->old);
	change->new = guise_sd_unref(change->new);
}

static int walk_members(struct walk *walk, const struct level *level);

static void count(struct walk *walk, int error, bool changed)
{
	if (error < 0) {
		walk->done.n_failed++;
		if (walk->done.first_error == 0)
			walk->done.first_error = error;
	} else if (changed) {
		walk->done.n_changed++;
	}
}

static int tell(const struct walk *walk, const char *path, int error)
{
	return walk->options->visited
		       ? walk->options->visited(walk->options->context, path,
						error)
		       : 0;
}

/* What failed and is not tried again */
static int give_up(struct walk *walk, const char *path, int error)
{
	int r = tell(walk, path, error);

	if (r != GUISE_PROPAGATE_AGAIN)
		count(walk, error, false);
	return r;
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

/* @sd with the owner and group that all are to have */
static int with_owners(const struct walk *walk, const struct guise_sd *sd,
		       const struct guise_sd **ret)
{
	if (walk->options->owners == 0) {
		*ret = guise_sd_ref(sd);
		return 0;
	}
	return guise_sd_set(sd, walk->options->owners, walk->modification, 0,
			    walk->options->token, &guise_mapping_file, ret);
}

/* @change->new is NULL where the member is left alone. NT_SD_CHANGED */
static int change_once(struct walk *walk, const struct level *level,
		       struct guise_nt_file *file, struct change *change)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *owned = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *base = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	const bool is_directory = guise_nt_file_is_directory(file);
	bool stored;
	int r;

	r = guise_nt_get_sd(file, walk->options->mapping, &change->old,
			    &stored);
	if (r == 0)
		r = with_owners(walk, change->old, &owned);
	if (r == 0 && !level->acls_stay)
		r = base_of(walk, level, owned, stored, is_directory, &base);
	if (r == 0 && base)
		r = propagate_merge(level->new, base, is_directory, walk->parts,
				    &new);
	else if (r == 0 && walk->options->owners)
		new = guise_sd_ref(owned);
	if (r < 0 || !new)
		return r;
	if (!(stored && guise_sd_equal(change->old, new)))
		r = nt_sd_replace(file->fd, stored ? change->old : NULL, new);
	if (r != 0)
		return r;
	change->new = guise_take(new);
	change->acls_stay = !base;
	return 0;
}

static int change_member(struct walk *walk, const struct level *level,
			 struct guise_nt_file *file, struct change *change)
{
	int r;

	while ((r = change_once(walk, level, file, change)) == NT_SD_CHANGED)
		change->old = guise_sd_unref(change->old);
	return r;
}

static int open_list(struct walk *walk, const struct guise_nt_file *file,
		     struct guise_nt_file **ret)
{
	return member_open(walk, file->fd, ".", GUISE_FILE_LIST_DIRECTORY, ret);
}

static int list_members(struct walk *walk, const struct guise_nt_file *file,
			struct level *level, struct change *change)
{
	int r = 0;

	if (level->depth > GUISE_TREE_DEPTH_MAX)
		return give_up(walk, level->path, GUISE_E_LIMIT);
	if (!change->listed)
		r = open_list(walk, file, &change->listed);
	if (r < 0)
		return give_up(walk, level->path, r);
	level->fd = change->listed->fd;
	return walk_members(walk, level);
}

static int descend(struct walk *walk, const struct level *level,
		   const struct guise_nt_file *file, const char *path,
		   struct change *change)
{
	struct level next = {
		.path = path,
		.depth = level->depth + 1,
		.old = change->old,
		.new = change->new,
		.acls_stay = change->acls_stay,
	};
	int r;

	do
		r = list_members(walk, file, &next, change);
	while (r == GUISE_PROPAGATE_AGAIN);
	return r;
}

static int member_once(struct walk *walk, const struct level *level,
		       const char *name)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	GUISE_AUTO(change_clear) struct change change = {0};
	char path[GUISE_PATH_MAX + 1];
	int r;

	r = path_join(level->path, name, path);
	if (r < 0)
		return give_up(walk, name, r);
	r = member_open(walk, level->fd, name, walk->access, &file);
	if (r == -ENXIO || (r == 0 && S_ISLNK(file->stat.st_mode)))
		return 0; /* no descriptor is stored on such */
	if (r == -ENOENT)
		return 0; /* gone meanwhile: none of our business any more */
	if (walk->options->visiting) {
		int end = walk->options->visiting(walk->options->context, path);

		if (end < 0)
			return end;
	}
	if (r == 0 && guise_nt_file_is_directory(file))
		(void)open_list(walk, file, &change.listed); /* tried again */
	if (r == 0)
		r = change_member(walk, level, file, &change);
	if (r < 0)
		return give_up(walk, path, r);
	count(walk, 0, change.new && !guise_sd_equal(change.old, change.new));
	r = tell(walk, path, 0);
	if (r < 0 || !change.new || !guise_nt_file_is_directory(file))
		return r < 0 ? r : 0;
	return descend(walk, level, file, path, &change);
}

static int member(struct walk *walk, const struct level *level,
		  const char *name)
{
	int r;

	do
		r = member_once(walk, level, name);
	while (r == GUISE_PROPAGATE_AGAIN);
	return r;
}

static int walk_members(struct walk *walk, const struct level *level)
{
	GUISE_AUTO(name_list_clear) struct name_list names = {0};
	int r = name_list_read(level->fd, &names);

	if (r < 0)
		return give_up(walk, level->path, r);
	for (size_t i = 0; i < names.n; i++) {
		r = member(walk, level, names.names[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool has_members(const struct walk *walk,
			const struct guise_nt_file *file)
{
	return (walk->parts || walk->options->owners) &&
	       walk->options->kind != GUISE_PROPAGATE_NONE &&
	       guise_nt_file_is_directory(file);
}

static int propagate(const struct guise_nt_file *file, struct walk *walk,
		     struct change *change, struct guise_propagated *ret)
{
	const struct level top = {.depth = 0};
	int r = tell(walk, "", 0);

	if (r >= 0 && has_members(walk, file))
		r = descend(walk, &top, file, "", change);
	if (r >= 0 && ret)
		*ret = walk->done;
	return r < 0 ? r : 0;
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

static int change_top(const struct guise_nt_file *file, uint32_t information,
		      const struct walk *walk, struct change *change)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *passed = NULL;
	bool stored;
	int r;

	r = guise_nt_get_sd(file, walk->options->mapping, &old, &stored);
	if (r == 0)
		r = changed(file, information, old, walk->modification,
			    walk->options, &new);
	if (r == 0)
		r = stored ? (passed = guise_sd_ref(old), 0)
			   : propagate_usual(old, &passed);
	if (r == 0)
		r = nt_sd_replace(file->fd, stored ? old : NULL, new);
	if (r != 0)
		return r;
	change->old = guise_take(passed);
	change->new = guise_take(new);
	change->acls_stay = walk->parts == 0;
	return 0;
}

int guise_nt_set_sd_inheriting(const struct guise_nt_file *file,
			       uint32_t information,
			       const struct guise_sd *modification,
			       const struct guise_propagate_options *options,
			       struct guise_propagated *ret)
{
	GUISE_AUTO(change_clear) struct change change = {0};
	struct walk walk = {
		.options = options,
		.parts = information & ACLS,
		.modification = modification,
	};
	int r;

	if (!file || !modification || !options ||
	    options->size != sizeof(*options) || !options->token ||
	    (options->owners & ~(uint32_t)OWNERS))
		return -EINVAL;
	walk.access = GUISE_READ_CONTROL |
		      guise_sd_set_access(walk.parts | options->owners);
	if (has_members(&walk, file))
		(void)open_list(&walk, file, &change.listed); /* tried again */
	do
		r = change_top(file, information, &walk, &change);
	while (r == NT_SD_CHANGED);
	return r < 0 ? r : propagate(file, &walk, &change, ret);
}
