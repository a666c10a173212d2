/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor that mode and POSIX ACL amount to. The kernel picks one class
 * and looks no further; an NT list adds up. So each class's allow entry is
 * followed by a deny entry for what a later class would add, and the groups,
 * any one of which may grant, come as allows first, then denies. The list is
 * not in canonical order: exact is better than pretty, and the check takes
 * lists in the order they are in (MS-DTYP 2.5.3.2).
 *
 * Not expressible: two groups that grant only together what is asked for at
 * once (the kernel wants one entry to grant all of it; NT adds them up).
 * Deleting is a right on the parent, as the kernel has it: DELETE_CHILD.
 */
#include <guise/access.h>
#include <guise/store.h>

#include "posix-acl.h"
#include "posix.h"

/* Anyone who gets at the file may stat it and read its mode and ACL. */
#define EVERYONE_MASK                                                          \
	(GUISE_READ_CONTROL | GUISE_SYNCHRONIZE | GUISE_FILE_READ_ATTRIBUTES)
/* chmod, setfacl and utimes are the owner's, whatever the bits say. */
#define OWNER_MASK                                                             \
	(EVERYONE_MASK | GUISE_WRITE_DAC | GUISE_FILE_WRITE_ATTRIBUTES)
/* What a class can lack. */
#define CLASS_MASK                                                             \
	((GUISE_FILE_GENERIC_READ | GUISE_FILE_GENERIC_WRITE |                 \
	  GUISE_FILE_GENERIC_EXECUTE | GUISE_FILE_DELETE_CHILD) &              \
	 ~EVERYONE_MASK)

struct derivation {
	const struct stat *stat;
	const struct guise_id_mapping *mapping;
	const struct posix_acl *acl;
	struct guise_ace *aces;
	size_t n_aces;
};

static struct guise_sid unix_sid(uint32_t kind, uint32_t id)
{
	return (struct guise_sid){
		.authority = 22, .sub = {kind, id}, .n_subs = 2};
}

struct guise_sid posix_sid_of_uid(const struct guise_id_mapping *mapping,
				  uint32_t uid)
{
	struct guise_sid sid;

	if (mapping && mapping->uid_to_sid &&
	    mapping->uid_to_sid(mapping->context, uid, &sid))
		return sid;
	return unix_sid(1, uid);
}

struct guise_sid posix_sid_of_gid(const struct guise_id_mapping *mapping,
				  uint32_t gid)
{
	struct guise_sid sid;

	if (mapping && mapping->gid_to_sid &&
	    mapping->gid_to_sid(mapping->context, gid, &sid))
		return sid;
	return unix_sid(2, gid);
}

static struct guise_sid everyone(void)
{
	return (struct guise_sid){.authority = 1, .sub = {0}, .n_subs = 1};
}

static struct guise_sid entry_sid(const struct derivation *d,
				  const struct posix_entry *entry)
{
	switch (entry->tag) {
	case POSIX_OWNER:
	case POSIX_USER:
		return posix_sid_of_uid(d->mapping, entry->id);
	case POSIX_OWNING_GROUP:
	case POSIX_GROUP:
		return posix_sid_of_gid(d->mapping, entry->id);
	case POSIX_OTHER:
	case POSIX_MASK:
		break;
	}
	return everyone();
}

static uint32_t entry_mask(const struct derivation *d,
			   const struct posix_entry *entry)
{
	const unsigned change = POSIX_WRITE | POSIX_EXECUTE;
	uint32_t mask = 0;

	if (entry->permissions & POSIX_READ)
		mask |= GUISE_FILE_GENERIC_READ;
	if (entry->permissions & POSIX_WRITE)
		mask |= GUISE_FILE_GENERIC_WRITE;
	if (entry->permissions & POSIX_EXECUTE)
		mask |= GUISE_FILE_GENERIC_EXECUTE;
	/* In a sticky directory only its owner may remove any member. */
	if (S_ISDIR(d->stat->st_mode) &&
	    (entry->permissions & change) == change &&
	    (!(d->stat->st_mode & S_ISVTX) || entry->tag == POSIX_OWNER))
		mask |= GUISE_FILE_DELETE_CHILD;
	if (entry->tag == POSIX_OWNER)
		mask |= OWNER_MASK;
	if (entry->tag == POSIX_OTHER)
		mask |= EVERYONE_MASK;
	return mask;
}

static void add(struct derivation *d, enum guise_ace_type type,
		const struct posix_entry *entry, uint32_t mask)
{
	if (mask == 0)
		return;
	d->aces[d->n_aces++] = (struct guise_ace){
		.type = (uint8_t)type,
		.mask = mask,
		.sid = entry_sid(d, entry),
	};
}

/* What the entries with one of @tags grant, all together. */
static uint32_t union_of(const struct derivation *d, unsigned tags)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < d->acl->n; i++) {
		if (d->acl->entries[i].tag & tags)
			mask |= entry_mask(d, &d->acl->entries[i]);
	}
	return mask;
}

static void add_allows(struct derivation *d, unsigned tags)
{
	for (size_t i = 0; i < d->acl->n; i++) {
		const struct posix_entry *entry = &d->acl->entries[i];

		if (entry->tag & tags)
			add(d, GUISE_ACE_ACCESS_ALLOWED, entry,
			    entry_mask(d, entry));
	}
}

/* Deny what the entries lack and those of @later would give. */
static void add_denies(struct derivation *d, unsigned tags, unsigned later)
{
	uint32_t beyond = union_of(d, later) & CLASS_MASK;

	for (size_t i = 0; i < d->acl->n; i++) {
		const struct posix_entry *entry = &d->acl->entries[i];

		if (entry->tag & tags)
			add(d, GUISE_ACE_ACCESS_DENIED, entry,
			    beyond & ~entry_mask(d, entry));
	}
}

static int derive(struct derivation *d, const struct guise_sd **ret)
{
	const unsigned groups = POSIX_OWNING_GROUP | POSIX_GROUP;
	struct guise_sid owner = posix_sid_of_uid(d->mapping, d->stat->st_uid);
	struct guise_sid group = posix_sid_of_gid(d->mapping, d->stat->st_gid);
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	int r;

	add_allows(d, POSIX_OWNER);
	add_denies(d, POSIX_OWNER, POSIX_USER | groups | POSIX_OTHER);
	add_allows(d, POSIX_USER);
	add_denies(d, POSIX_USER, groups | POSIX_OTHER);
	add_allows(d, groups);
	add_denies(d, groups, POSIX_OTHER);
	add_allows(d, POSIX_OTHER);
	r = guise_acl_new(0, d->aces, d->n_aces, &dacl);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = GUISE_SD_DACL_PRESENT,
			.owner = &owner,
			.group = &group,
			.dacl = dacl,
		},
		ret);
}

int guise_sd_of_posix(const struct stat *stat, const void *access_acl,
		      size_t access_acl_size,
		      const struct guise_id_mapping *mapping,
		      const struct guise_sd **ret)
{
	GUISE_AUTO(posix_acl_clear) struct posix_acl acl = {0};
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	struct derivation d = {.stat = stat, .mapping = mapping, .acl = &acl};
	int r;

	if (!stat || !ret || (mapping && mapping->size < sizeof(*mapping)))
		return -EINVAL;
	r = posix_acl_decode(stat, access_acl, access_acl_size, &acl);
	if (r < 0)
		return r;
	aces = array_alloc(2 * acl.n, sizeof(*aces));
	if (!aces)
		return -ENOMEM;
	d.aces = aces;
	return derive(&d, ret);
}
