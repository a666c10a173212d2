/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel does with mode and ACL (fs/namei.c acl_permission_check,
 * fs/posix_acl.c posix_acl_permission). One surprise is kept: when the group
 * bits of the mode (with an ACL: its mask) are all clear, the kernel does not
 * look at the ACL at all, so that named users and groups count as "other".
 */
#include <guise/share.h>

#include "posix-acl.h"
#include "reader.h"
#include "xattr.h"

#define ACL_VERSION 2
#define ENTRY_SIZE 8
/* Kernel: XATTR_SIZE_MAX. */
#define ENTRIES_MAX (65536 / ENTRY_SIZE)

void posix_acl_clear(struct posix_acl *acl)
{
	free(acl->entries);
	*acl = (struct posix_acl){0};
}

static struct posix_entry entry_of(enum posix_tag tag, unsigned permissions,
				   uint32_t id)
{
	return (struct posix_entry){.tag = tag,
				    .permissions = permissions & 7,
				    .unmasked = permissions & 7,
				    .id = id};
}

static int acl_of_mode(const struct stat *stat, struct posix_acl *ret)
{
	struct posix_entry *entries = array_alloc(3, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	entries[0] = entry_of(POSIX_OWNER, stat->st_mode >> 6, stat->st_uid);
	entries[1] =
		entry_of(POSIX_OWNING_GROUP, stat->st_mode >> 3, stat->st_gid);
	entries[2] = entry_of(POSIX_OTHER, stat->st_mode, 0);
	*ret = (struct posix_acl){.entries = entries, .n = 3};
	return 0;
}

static bool read_entry(struct reader *in, const struct stat *stat,
		       struct posix_entry *ret)
{
	uint16_t tag, permissions;
	uint32_t id;

	if (!read_u16le(in, &tag) || !read_u16le(in, &permissions) ||
	    !read_u32le(in, &id) || permissions > 7)
		return false;
	switch (tag) {
	case POSIX_OWNER:
		id = stat->st_uid;
		break;
	case POSIX_OWNING_GROUP:
		id = stat->st_gid;
		break;
	case POSIX_USER:
	case POSIX_GROUP:
		if (id == GUISE_UID_NONE)
			return false;
		break;
	case POSIX_MASK:
	case POSIX_OTHER:
		id = 0;
		break;
	default:
		return false;
	}
	*ret = entry_of((enum posix_tag)tag, permissions, id);
	return true;
}

/* The order the kernel keeps; each but users and groups exactly once. */
static bool tag_may_follow(enum posix_tag before, enum posix_tag tag)
{
	if (tag == POSIX_USER || tag == POSIX_GROUP)
		return before != 0 && tag >= before;
	return tag > before;
}

static int read_entries(struct reader *in, const struct stat *stat,
			struct posix_acl *acl)
{
	unsigned seen = 0;
	unsigned before = 0;

	while (in->size) {
		struct posix_entry entry;

		if (!read_entry(in, stat, &entry) ||
		    !tag_may_follow((enum posix_tag)before, entry.tag))
			return -EBADMSG;
		before = entry.tag;
		seen |= entry.tag;
		if (entry.tag == POSIX_MASK) {
			acl->has_mask = true;
			acl->mask = entry.permissions;
		} else {
			acl->entries[acl->n++] = entry;
		}
	}
	if ((seen & (POSIX_OWNER | POSIX_OWNING_GROUP | POSIX_OTHER)) !=
	    (POSIX_OWNER | POSIX_OWNING_GROUP | POSIX_OTHER))
		return -EBADMSG;
	/* POSIX.1e: named entries need a mask. */
	if ((seen & (POSIX_USER | POSIX_GROUP)) && !acl->has_mask)
		return -EBADMSG;
	return 0;
}

static void apply_mask(struct posix_acl *acl)
{
	if (!acl->has_mask)
		return;
	for (size_t i = 0; i < acl->n; i++) {
		struct posix_entry *entry = &acl->entries[i];

		if (entry->tag != POSIX_OWNER && entry->tag != POSIX_OTHER)
			entry->permissions &= acl->mask;
	}
}

int posix_acl_decode(const struct stat *stat, const void *data, size_t size,
		     struct posix_acl *ret)
{
	GUISE_AUTO(posix_acl_clear) struct posix_acl acl = {0};
	struct reader in = reader_of(data, size);
	uint32_t version;
	int r;

	/* The surprise of the file's header. */
	if (!data || (stat->st_mode & S_IRWXG) == 0)
		return acl_of_mode(stat, ret);
	if (!read_u32le(&in, &version) || version != ACL_VERSION ||
	    in.size % ENTRY_SIZE != 0 || in.size / ENTRY_SIZE > ENTRIES_MAX)
		return -EBADMSG;
	acl.entries = array_alloc(in.size / ENTRY_SIZE, sizeof(*acl.entries));
	if (!acl.entries)
		return -ENOMEM;
	r = read_entries(&in, stat, &acl);
	if (r < 0)
		return r;
	apply_mask(&acl);
	*ret = acl;
	acl = (struct posix_acl){0};
	return 0;
}

int posix_acl_read(int fd, const struct stat *stat, struct posix_acl *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	int r = S_ISLNK(stat->st_mode)
			? -ENODATA
			: xattr_read(fd, XATTR_POSIX_ACCESS, &value);

	if (r == -ENODATA || r == -EOPNOTSUPP)
		return posix_acl_decode(stat, NULL, 0, ret);
	if (r < 0)
		return r;
	return posix_acl_decode(stat, value.data, value.size, ret);
}

static bool in_group(const struct guise_unix_identity *who, uint32_t gid)
{
	size_t low = 0;
	size_t high = who->n_groups;

	if (who->gid == gid)
		return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (who->groups[middle] == gid)
			return true;
		if (who->groups[middle] < gid)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool entry_matches(const struct posix_entry *entry,
			  const struct guise_unix_identity *who)
{
	switch (entry->tag) {
	case POSIX_OWNER:
	case POSIX_USER:
		return entry->id == who->uid;
	case POSIX_OWNING_GROUP:
	case POSIX_GROUP:
		return in_group(who, entry->id);
	case POSIX_OTHER:
		return true;
	case POSIX_MASK:
		break;
	}
	return false;
}

static bool is_group(const struct posix_entry *entry)
{
	return entry->tag == POSIX_OWNING_GROUP || entry->tag == POSIX_GROUP;
}

bool posix_acl_allows(const struct posix_acl *acl,
		      const struct guise_unix_identity *who, unsigned want,
		      size_t *ret_entry)
{
	size_t decided = acl->n;
	bool allowed = false;

	for (size_t i = 0; i < acl->n; i++) {
		const struct posix_entry *entry = &acl->entries[i];

		/* Whoever is in a group is not "other". */
		if (entry->tag == POSIX_OTHER && decided < acl->n)
			break;
		if (!entry_matches(entry, who))
			continue;
		allowed = (entry->permissions & want) == want;
		if (allowed || decided == acl->n)
			decided = i;
		/* Any one of the groups will do. */
		if (allowed || !is_group(entry))
			break;
	}
	if (ret_entry)
		*ret_entry = decided;
	return allowed;
}
