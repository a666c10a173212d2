/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and ids of system users and groups, as the name service switch has
 * them. Every answer is checked: it must be the entry that was asked for.
 */
#include <grp.h>
#include <pwd.h>

#include <guise/token.h>

#include "nss-names.h"

/* Strings of one entry, to begin with and at most. Ours: a group's members
 * are in it. */
#define ENTRY_SIZE_MIN 1024
#define ENTRY_SIZE_MAX (4u << 20)

union entry {
	struct passwd user;
	struct group group;
};

/* One call of libc: 0 or a positive errno; *@ret_found if there is one. */
typedef int ask_fn(const void *key, union entry *entry, char *room, size_t size,
		   bool *ret_found);

/* Asks with ever more room. The strings of @entry are in *@ret_room. */
static int ask(ask_fn *fn, const void *key, union entry *entry, char **ret_room)
{
	for (size_t size = ENTRY_SIZE_MIN; size <= ENTRY_SIZE_MAX; size *= 2) {
		GUISE_AUTO(freep) char *room = calloc(1, size);
		bool found = false;
		int error;

		if (!room)
			return -ENOMEM;
		error = fn(key, entry, room, size, &found);
		if (error == ERANGE)
			continue;
		if (error == ENOENT || error == ESRCH || (!error && !found))
			return GUISE_E_NO_SUCH_ACCOUNT;
		if (error)
			return error == ENOMEM ? -ENOMEM : -EIO;
		*ret_room = guise_take(room);
		return 0;
	}
	return GUISE_E_LIMIT;
}

static int user_by_name(const void *key, union entry *entry, char *room,
			size_t size, bool *ret_found)
{
	struct passwd *found = NULL;
	int error = getpwnam_r(key, &entry->user, room, size, &found);

	*ret_found = found != NULL;
	return error;
}

static int user_by_id(const void *key, union entry *entry, char *room,
		      size_t size, bool *ret_found)
{
	const uint32_t *uid = key;
	struct passwd *found = NULL;
	int error = getpwuid_r(*uid, &entry->user, room, size, &found);

	*ret_found = found != NULL;
	return error;
}

static int group_by_name(const void *key, union entry *entry, char *room,
			 size_t size, bool *ret_found)
{
	struct group *found = NULL;
	int error = getgrnam_r(key, &entry->group, room, size, &found);

	*ret_found = found != NULL;
	return error;
}

static int group_by_id(const void *key, union entry *entry, char *room,
		       size_t size, bool *ret_found)
{
	const uint32_t *gid = key;
	struct group *found = NULL;
	int error = getgrgid_r(*gid, &entry->group, room, size, &found);

	*ret_found = found != NULL;
	return error;
}

/* "+" and "-" begin compat entries; separators and controls end fields. */
static bool is_askable(const char *name)
{
	if (name[0] == '\0' || name[0] == '+' || name[0] == '-')
		return false;
	for (; *name; name++) {
		if ((unsigned char)*name < 0x20 || *name == 0x7f ||
		    *name == ':' || *name == '/')
			return false;
	}
	return true;
}

static int copy_name(const char *name, char ret[GUISE_USER_NAME_MAX + 1])
{
	size_t size = name ? strnlen(name, GUISE_USER_NAME_MAX + 1) : 0;

	if (size == 0 || size > GUISE_USER_NAME_MAX)
		return GUISE_E_NO_SUCH_ACCOUNT;
	memcpy(ret, name, size);
	ret[size] = '\0';
	return 0;
}

int nss_find_user(const char *name, uint32_t *ret_uid)
{
	GUISE_AUTO(freep) char *room = NULL;
	union entry entry;
	int r;

	if (!is_askable(name))
		return GUISE_E_NO_SUCH_ACCOUNT;
	r = ask(user_by_name, name, &entry, &room);
	if (r < 0)
		return r;
	if (!entry.user.pw_name || strcmp(entry.user.pw_name, name) != 0 ||
	    entry.user.pw_uid == GUISE_UID_NONE)
		return GUISE_E_NO_SUCH_ACCOUNT;
	*ret_uid = entry.user.pw_uid;
	return 0;
}

int nss_find_group(const char *name, uint32_t *ret_gid)
{
	GUISE_AUTO(freep) char *room = NULL;
	union entry entry;
	int r;

	if (!is_askable(name))
		return GUISE_E_NO_SUCH_ACCOUNT;
	r = ask(group_by_name, name, &entry, &room);
	if (r < 0)
		return r;
	if (!entry.group.gr_name || strcmp(entry.group.gr_name, name) != 0 ||
	    entry.group.gr_gid == GUISE_UID_NONE)
		return GUISE_E_NO_SUCH_ACCOUNT;
	*ret_gid = entry.group.gr_gid;
	return 0;
}

int nss_name_user(uint32_t uid, char ret[GUISE_USER_NAME_MAX + 1])
{
	GUISE_AUTO(freep) char *room = NULL;
	union entry entry;
	int r;

	r = ask(user_by_id, &uid, &entry, &room);
	if (r < 0)
		return r;
	if (entry.user.pw_uid != uid)
		return GUISE_E_NO_SUCH_ACCOUNT;
	return copy_name(entry.user.pw_name, ret);
}

int nss_name_group(uint32_t gid, char ret[GUISE_USER_NAME_MAX + 1])
{
	GUISE_AUTO(freep) char *room = NULL;
	union entry entry;
	int r;

	r = ask(group_by_id, &gid, &entry, &room);
	if (r < 0)
		return r;
	if (entry.group.gr_gid != gid)
		return GUISE_E_NO_SUCH_ACCOUNT;
	return copy_name(entry.group.gr_name, ret);
}
