/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors beside what their directory passes on; see propagate.h. */
#include <fcntl.h>
#include <unistd.h>

#include <guise/propagate.h>

#include "nt-internal.h"
#include "propagate-internal.h"

#define DACL_BITS                                                              \
	(GUISE_SD_DACL_PRESENT | GUISE_SD_DACL_DEFAULTED |                     \
	 GUISE_SD_DACL_AUTO_INHERIT_REQ | GUISE_SD_DACL_AUTO_INHERITED |       \
	 GUISE_SD_DACL_PROTECTED)
#define SACL_BITS                                                              \
	(GUISE_SD_SACL_PRESENT | GUISE_SD_SACL_DEFAULTED |                     \
	 GUISE_SD_SACL_AUTO_INHERIT_REQ | GUISE_SD_SACL_AUTO_INHERITED |       \
	 GUISE_SD_SACL_PROTECTED)
#define INHERIT_FLAGS                                                          \
	(GUISE_SEF_DACL_AUTO_INHERIT | GUISE_SEF_SACL_AUTO_INHERIT |           \
	 GUISE_SEF_AVOID_PRIVILEGE_CHECK | GUISE_SEF_AVOID_OWNER_CHECK |       \
	 GUISE_SEF_AVOID_OWNER_RESTRICTION)

static const struct {
	enum guise_well_known_sid who;
	uint8_t flags;
} usual[] = {
	{GUISE_SID_LOCAL_SYSTEM,
	 GUISE_ACE_OBJECT_INHERIT | GUISE_ACE_CONTAINER_INHERIT},
	{GUISE_SID_BUILTIN_ADMINISTRATORS,
	 GUISE_ACE_OBJECT_INHERIT | GUISE_ACE_CONTAINER_INHERIT},
	{GUISE_SID_CREATOR_OWNER, GUISE_ACE_OBJECT_INHERIT |
					  GUISE_ACE_CONTAINER_INHERIT |
					  GUISE_ACE_INHERIT_ONLY},
};

static int usual_dacl(const struct guise_acl **ret)
{
	struct guise_ace aces[ARRAY_SIZE(usual)] = {0};

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		int r = guise_sid_well_known(usual[i].who, NULL, &aces[i].sid);

		if (r < 0)
			return r;
		aces[i].flags = usual[i].flags;
		aces[i].mask = GUISE_FILE_ALL_ACCESS;
	}
	return guise_acl_new(0, aces, ARRAY_SIZE(usual), ret);
}

int propagate_usual(const struct guise_sd *derived, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	int r = usual_dacl(&dacl);

	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = GUISE_SD_DACL_PRESENT |
				   GUISE_SD_DACL_AUTO_INHERITED,
			.owner = guise_sd_owner(derived),
			.group = guise_sd_group(derived),
			.dacl = dacl,
		},
		ret);
}

int propagate_parent_sd(int parent_fd, const struct guise_id_mapping *mapping,
			const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	bool stored;
	int r;

	*ret = NULL;
	if (parent_fd < 0) /* nothing is above it */
		return 0;
	r = guise_sd_read(parent_fd, mapping, &sd, &stored);
	if (r < 0)
		return r;
	if (!stored)
		return propagate_usual(sd, ret);
	*ret = guise_take(sd);
	return 0;
}

/* @base with the ACLs that @parts names from @from. */
static int with_acls(const struct guise_sd *base, const struct guise_sd *from,
		     uint32_t parts, const struct guise_sd **ret)
{
	const bool dacl = parts & GUISE_DACL_SECURITY;
	const bool sacl = parts & GUISE_SACL_SECURITY;
	const uint16_t bits =
		(uint16_t)((dacl ? DACL_BITS : 0) | (sacl ? SACL_BITS : 0));

	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = (uint16_t)((guise_sd_control(base) & ~bits) |
					      (guise_sd_control(from) & bits)),
			.rm_control = guise_sd_rm_control(base),
			.owner = guise_sd_owner(base),
			.group = guise_sd_group(base),
			.dacl = guise_sd_dacl(dacl ? from : base),
			.sacl = guise_sd_sacl(sacl ? from : base),
		},
		ret);
}

static int merge_one(const struct guise_sd *parent, const struct guise_sd *sd,
		     bool is_directory, uint32_t part,
		     const struct guise_sd **ret)
{
	const struct guise_acl *acl = part == GUISE_DACL_SECURITY
					      ? guise_sd_dacl(sd)
					      : guise_sd_sacl(sd);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *merged = NULL;
	uint32_t flags = INHERIT_FLAGS;
	int r;

	/* Nothing is inherited into the empty ACL of a new object; into that
	 * of one that is there, all is. */
	if (acl && guise_acl_n_aces(acl) == 0)
		flags |= GUISE_SEF_DEFAULT_DESCRIPTOR;
	r = guise_inherit(parent, sd, is_directory, flags, NULL,
			  &guise_mapping_file, &merged);
	return r < 0 ? r : with_acls(sd, merged, part, ret);
}

int propagate_merge(const struct guise_sd *parent, const struct guise_sd *sd,
		    bool is_directory, uint32_t parts,
		    const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *now = guise_sd_ref(sd);
	const uint32_t each[] = {GUISE_DACL_SECURITY, GUISE_SACL_SECURITY};

	for (size_t i = 0; i < ARRAY_SIZE(each); i++) {
		const struct guise_sd *next = NULL;
		int r;

		if (!(parts & each[i]))
			continue;
		r = merge_one(parent, now, is_directory, each[i], &next);
		if (r < 0)
			return r;
		now = guise_sd_unref(now);
		now = next;
	}
	*ret = guise_take(now);
	return 0;
}

int propagate_without_entries(const struct guise_sd *sd, uint32_t parts,
			      const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *none = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *bare = NULL;
	int r = guise_acl_new(0, NULL, 0, &none);

	if (r < 0)
		return r;
	r = guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = GUISE_SD_DACL_PRESENT,
			.dacl = none,
		},
		&bare);
	return r < 0 ? r : with_acls(sd, bare, parts, ret);
}

int propagate_unprotect(const struct guise_sd *sd, uint32_t parts,
			const struct guise_sd **ret)
{
	uint16_t bits = 0;

	if (parts & GUISE_DACL_SECURITY)
		bits |= GUISE_SD_DACL_PROTECTED;
	if (parts & GUISE_SACL_SECURITY)
		bits |= GUISE_SD_SACL_PROTECTED;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = (uint16_t)(guise_sd_control(sd) & ~bits),
			.rm_control = guise_sd_rm_control(sd),
			.owner = guise_sd_owner(sd),
			.group = guise_sd_group(sd),
			.dacl = guise_sd_dacl(sd),
			.sacl = guise_sd_sacl(sd),
		},
		ret);
}

int propagate_mark(const struct guise_sd *parent, const struct guise_sd *sd,
		   bool is_directory, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *marked = NULL;
	int r;

	if ((guise_sd_control(sd) & GUISE_SD_DACL_AUTO_INHERITED) ||
	    (guise_sd_control(sd) & GUISE_SD_DACL_PROTECTED) ||
	    !guise_sd_dacl(sd)) {
		*ret = guise_sd_ref(sd);
		return 0;
	}
	r = guise_sd_to_auto_inherit(parent, sd, is_directory,
				     &guise_mapping_file, NULL, &marked);
	/* A SACL may be a label and nothing more: where nothing is passed on,
	 * it is not protected from that. */
	return r < 0 ? r : with_acls(sd, marked, GUISE_DACL_SECURITY, ret);
}

/* As it is shown: what was found out, without the bit that would say that it
 * was known before. */
static int shown(const struct guise_sd *stored, const struct guise_sd *marked,
		 const struct guise_sd **ret)
{
	const uint16_t bits = (uint16_t)((GUISE_SD_DACL_AUTO_INHERITED |
					  GUISE_SD_SACL_AUTO_INHERITED) &
					 ~guise_sd_control(stored));

	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = (uint16_t)(guise_sd_control(marked) & ~bits),
			.rm_control = guise_sd_rm_control(marked),
			.owner = guise_sd_owner(marked),
			.group = guise_sd_group(marked),
			.dacl = guise_sd_dacl(marked),
			.sacl = guise_sd_sacl(marked),
		},
		ret);
}

int guise_nt_get_sd_marked(const struct guise_nt_file *file,
			   const struct guise_id_mapping *mapping,
			   const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *parent = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *marked = NULL;
	bool stored;
	int r;

	if (!file || !ret)
		return -EINVAL;
	r = guise_nt_get_sd(file, mapping, &sd, &stored);
	if (r < 0)
		return r;
	if (!stored || file->parent_fd < 0) {
		*ret = guise_take(sd);
		return 0;
	}
	r = guise_sd_read(file->parent_fd, mapping, &parent, NULL);
	if (r == 0)
		r = propagate_mark(parent, sd, S_ISDIR(file->stat.st_mode),
				   &marked);
	return r < 0 ? r : shown(sd, marked, ret);
}

static bool same_entry(const struct guise_ace *a, const struct guise_ace *b,
		       const struct guise_sid *owner)
{
	const uint32_t b_mask = guise_map_generic(b->mask, &guise_mapping_file);
	struct guise_sid creator;

	if (a->type != b->type ||
	    guise_map_generic(a->mask, &guise_mapping_file) != b_mask)
		return false;
	if (guise_sid_equal(&a->sid, &b->sid))
		return true;
	return guise_sid_well_known(GUISE_SID_CREATOR_OWNER, NULL, &creator) ==
		       0 &&
	       guise_sid_equal(&b->sid, &creator) && owner &&
	       guise_sid_equal(&a->sid, owner);
}

static bool passes_on(const struct guise_sd *sd, const struct guise_ace *ace,
		      const struct guise_sid *owner, bool is_sacl)
{
	const uint8_t inheritable =
		GUISE_ACE_OBJECT_INHERIT | GUISE_ACE_CONTAINER_INHERIT;
	const struct guise_acl *acl =
		is_sacl ? guise_sd_sacl(sd) : guise_sd_dacl(sd);
	size_t n = acl ? guise_acl_n_aces(acl) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct guise_ace *of = guise_acl_ace(acl, i);

		if (!(of->flags & GUISE_ACE_INHERITED) &&
		    (of->flags & inheritable) && same_entry(ace, of, owner))
			return true;
	}
	return false;
}

static bool may_read_sd(const struct guise_token *token,
			const struct guise_sd *sd, bool is_sacl)
{
	const uint32_t access =
		is_sacl ? GUISE_ACCESS_SYSTEM_SECURITY : GUISE_READ_CONTROL;
	struct guise_decision decision;

	return guise_access_check(sd, token, access, &guise_mapping_file,
				  &decision) == 0 &&
	       decision.allowed;
}

int guise_nt_inheritance_source(const struct guise_nt_file *file,
				const struct guise_token *token,
				const struct guise_id_mapping *mapping,
				const struct guise_ace *ace, bool is_sacl,
				int *ret_generations)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *own = NULL;
	GUISE_AUTO(fd_closep) int at = -EBADF;
	int r;

	if (!file || !token || !ace || !ret_generations)
		return -EINVAL;
	*ret_generations = 0;
	if (!(ace->flags & GUISE_ACE_INHERITED))
		return 0;
	*ret_generations = -1;
	r = guise_nt_get_sd(file, mapping, &own, NULL);
	if (r == -ENOMEM || file->parent_fd < 0)
		return r == -ENOMEM ? r : 0;
	at = fcntl(file->parent_fd, F_DUPFD_CLOEXEC, 0);
	for (int up = 1; at >= 0 && up <= GUISE_TREE_DEPTH_MAX; up++) {
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
		int next;

		if (guise_sd_read(at, mapping, &sd, NULL) == 0 &&
		    may_read_sd(token, sd, is_sacl) &&
		    passes_on(sd, ace, own ? guise_sd_owner(own) : NULL,
			      is_sacl)) {
			*ret_generations = up;
			return 0;
		}
		next = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd_closep(&at);
		at = next;
	}
	return 0;
}
