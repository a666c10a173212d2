/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's permissions in words: which class, which entry, which change. */
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <guise/share.h>

#include "base.h"

#include "explain.h"
#include "posix-acl.h"

/* Room for the strings of one passwd entry. Ours. */
#define ENTRY_ROOM 65536

struct bits {
	char text[4];
};

static struct bits bits_of(unsigned permissions)
{
	return (struct bits){{
		permissions & POSIX_READ ? 'r' : '-',
		permissions & POSIX_WRITE ? 'w' : '-',
		permissions & POSIX_EXECUTE ? 'x' : '-',
		'\0',
	}};
}

/* As setfacl takes it: a name that means this very uid, or the number. */
static void user_of(const struct explanation *e, char ret[300])
{
	GUISE_AUTO(freep) char *room = malloc(ENTRY_ROOM);
	uint32_t uid = guise_token_unix(e->token)->uid;
	struct passwd entry, *found = NULL;

	if (room && getpwuid_r(uid, &entry, room, ENTRY_ROOM, &found) == 0 &&
	    found && strlen(found->pw_name) < 256)
		(void)snprintf(ret, 300, "%s", found->pw_name);
	else
		(void)snprintf(ret, 300, "%u", uid);
}

static const char *class_of(enum posix_tag tag)
{
	switch (tag) {
	case POSIX_OWNER:
		return "the owner";
	case POSIX_USER:
		return "named in the ACL";
	case POSIX_OWNING_GROUP:
		return "in the owning group";
	case POSIX_GROUP:
		return "in a group named in the ACL";
	case POSIX_OTHER:
		return "neither owner nor in a group: other";
	case POSIX_MASK:
		break;
	}
	return "?";
}

static unsigned mask_of(const struct posix_acl *acl)
{
	if (acl->has_mask)
		return acl->mask;
	for (size_t i = 0; i < acl->n; i++) {
		if (acl->entries[i].tag == POSIX_OWNING_GROUP)
			return acl->entries[i].permissions;
	}
	return 0;
}

/* The smallest: only this user, only these bits; the mask no wider. */
static void suggest(struct explanation *e, const struct place *place,
		    const struct posix_acl *acl,
		    const struct posix_entry *entry, unsigned want)
{
	GUISE_AUTO(freep) char *path = shell_quoted(place->path);
	unsigned permissions = entry->permissions | want;
	char user[300];

	if (!path) {
		e->failed = true;
		return;
	}
	if (entry->tag == POSIX_OWNER) {
		explanation_change(e, "chmod u+%s%s%s %s",
				   want & POSIX_READ ? "r" : "",
				   want & POSIX_WRITE ? "w" : "",
				   want & POSIX_EXECUTE ? "x" : "", path);
		return;
	}
	user_of(e, user);
	explanation_change(e, "setfacl -m u:%s:%s,m::%s %s", user,
			   bits_of(permissions).text,
			   bits_of(permissions | mask_of(acl)).text, path);
}

static void explain_bits(struct explanation *e, const char *layer,
			 const struct place *place, unsigned want,
			 const char *to_do_what)
{
	GUISE_AUTO(posix_acl_clear) struct posix_acl acl = {0};
	const struct posix_entry *entry;
	bool allowed;
	size_t number;
	int r;

	r = posix_acl_read(place->fd, &place->stat, &acl);
	if (r < 0) {
		explanation_add(e, layer, true, "%s: its ACL: %s", place->path,
				guise_strerror(r));
		return;
	}
	allowed = posix_acl_allows(&acl, guise_token_unix(e->token), want,
				   &number);
	must(number < acl.n); /* "other" matches everyone */
	entry = &acl.entries[number];
	explanation_add(
		e, layer, !allowed, "%s: %s is %s, with %s%s%s; %s takes %s",
		place->path, e->user, class_of(entry->tag),
		bits_of(entry->permissions).text,
		entry->unmasked != entry->permissions ? " left by the mask of "
						      : "",
		entry->unmasked != entry->permissions
			? bits_of(entry->unmasked).text
			: "",
		to_do_what, bits_of(want).text);
	if (!allowed)
		suggest(e, place, &acl, entry, want);
}

void explain_search(struct explanation *e, const struct place *place)
{
	explain_bits(e, "path", place, POSIX_EXECUTE, "entering it");
}

static void explain_mount(struct explanation *e, const struct place *place)
{
	GUISE_AUTO(freep) char *path = shell_quoted(place->path);
	struct statvfs fs;

	if (!path || fstatvfs(place->fd, &fs) < 0)
		return;
	if (want_changes(&e->want) && (fs.f_flag & ST_RDONLY)) {
		explanation_add(e, "mount", true, "%s: mounted read-only",
				place->path);
		explanation_change(
			e, "mount -o remount,rw \"$(stat -c %%m %s)\"", path);
	}
	if ((e->want.posix & POSIX_EXECUTE) && S_ISREG(place->stat.st_mode) &&
	    (fs.f_flag & ST_NOEXEC)) {
		explanation_add(e, "mount", true, "%s: mounted noexec",
				place->path);
		explanation_change(
			e, "mount -o remount,exec \"$(stat -c %%m %s)\"", path);
	}
}

static void explain_attribute(struct explanation *e, const struct place *place,
			      uint64_t attribute, const char *word, char letter)
{
	GUISE_AUTO(freep) char *path = shell_quoted(place->path);
	struct statx stx;

	if (!path ||
	    statx(place->fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &stx) < 0 ||
	    !(stx.stx_attributes & attribute))
		return;
	explanation_add(e, "attribute", true, "%s: marked %s", place->path,
			word);
	explanation_change(e, "chattr -%c %s", letter, path);
}

static void explain_attributes(struct explanation *e, const struct place *place)
{
	if (!want_changes(&e->want))
		return;
	explain_attribute(e, place, STATX_ATTR_IMMUTABLE, "immutable", 'i');
	explain_attribute(e, place, STATX_ATTR_APPEND, "append-only", 'a');
}

static void explain_delete(struct explanation *e, const struct place *object,
			   const struct place *parent)
{
	uint32_t uid = guise_token_unix(e->token)->uid;
	GUISE_AUTO(freep) char *path = shell_quoted(parent->path);

	explain_bits(e, "posix", parent, POSIX_WRITE | POSIX_EXECUTE,
		     "removing a name from it");
	if (!path || !(parent->stat.st_mode & S_ISVTX))
		return;
	if (parent->stat.st_uid == uid || object->stat.st_uid == uid)
		return;
	explanation_add(e, "posix", true,
			"%s: sticky: only owners may remove names from it",
			parent->path);
	explanation_change(e, "chmod -t %s", path);
}

void explain_posix(struct explanation *e, const struct place *object,
		   const struct place *parent)
{
	explain_mount(e, object);
	explain_attributes(e, object);
	if (e->want.posix)
		explain_bits(e, "posix", object, e->want.posix, "this");
	if (e->want.deletes && parent->fd >= 0)
		explain_delete(e, object, parent);
}
