/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System accounts, as the name service switch knows them. Only _r functions,
 * each answer checked: a lookup that "succeeds" with no entry, or with another
 * one than was asked for, gives nobody. Names are never read as numbers.
 *
 * [helper]: modules of the switch are foreign code that may change the ids of
 * the whole process.
 */
#include <grp.h>
#include <pwd.h>

#include "base.h"
#include "logon-token.h"

/* A passwd entry's strings, to begin with and at most. Ours: sssd's entries
 * are below a kilobyte. */
#define ENTRY_SIZE_MIN 1024
#define ENTRY_SIZE_MAX (1u << 20)
#define GROUPS_MIN 64

/* What is asked for: a name, or a uid when @name is NULL. */
struct question {
	const char *name;
	uint32_t uid;
};

struct entry {
	struct passwd pw;
	char *strings; /* what @pw points into */
};

static void entry_clear(struct entry *entry)
{
	free(entry->strings);
}

static void groups_freep(gid_t **groups)
{
	free(*groups);
}

/* "+" and "-" begin compat entries; separators and controls end fields. */
static bool name_is_askable(const char *name)
{
	size_t size = strnlen(name, GUISE_USER_NAME_MAX + 1);

	if (size == 0 || size > GUISE_USER_NAME_MAX)
		return false;
	if (name[0] == '+' || name[0] == '-')
		return false;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c < 0x20 || c == 0x7f || c == ':' || c == '/')
			return false;
	}
	return true;
}

/* 0 or a positive errno, as the libc functions do. */
static int ask(const struct question *q, size_t size, struct entry *entry,
	       struct passwd **result)
{
	*result = NULL;
	if (q->name)
		return getpwnam_r(q->name, &entry->pw, entry->strings, size,
				  result);
	return getpwuid_r(q->uid, &entry->pw, entry->strings, size, result);
}

static bool answers(const struct question *q, const struct entry *entry,
		    const struct passwd *result)
{
	if (result != &entry->pw || !entry->pw.pw_name)
		return false;
	if (entry->pw.pw_uid == GUISE_UID_NONE ||
	    entry->pw.pw_gid == GUISE_UID_NONE)
		return false;
	return q->name ? strcmp(entry->pw.pw_name, q->name) == 0
		       : entry->pw.pw_uid == q->uid;
}

static int find_entry(const struct question *q, struct entry *ret)
{
	struct passwd *result = NULL;

	for (size_t size = ENTRY_SIZE_MIN; size <= ENTRY_SIZE_MAX; size *= 2) {
		int error;

		free(ret->strings);
		ret->strings = calloc(1, size);
		if (!ret->strings)
			return -ENOMEM;
		error = ask(q, size, ret, &result);
		if (error == ERANGE)
			continue;
		if (error == ENOENT || error == ESRCH || (!error && !result))
			return GUISE_E_NO_SUCH_ACCOUNT;
		if (error)
			return error == ENOMEM ? -ENOMEM : -EIO;
		return answers(q, ret, result) ? 0 : GUISE_E_NO_SUCH_ACCOUNT;
	}
	return GUISE_E_LIMIT;
}

static int find_groups(const struct passwd *pw, gid_t **ret, size_t *ret_n)
{
	GUISE_AUTO(groups_freep) gid_t *groups = NULL;
	int n = GROUPS_MIN;

	for (;;) {
		int capacity = n;
		gid_t *grown =
			reallocarray(groups, (size_t)capacity, sizeof(*groups));

		if (!grown)
			return -ENOMEM;
		groups = grown;
		if (getgrouplist(pw->pw_name, pw->pw_gid, groups, &n) >= 0) {
			if (n < 0 || n > capacity)
				return -EIO;
			break;
		}
		if (n <= capacity)
			n = 2 * capacity;
		if (n > GUISE_UNIX_GROUPS_MAX)
			return GUISE_E_LIMIT;
	}
	*ret = guise_take(groups);
	*ret_n = (size_t)n;
	return 0;
}

static int token_of(const struct question *q, guise_luid authentication_id,
		    const struct guise_token **ret)
{
	GUISE_AUTO(entry_clear) struct entry entry = {0};
	GUISE_AUTO(groups_freep) gid_t *groups = NULL;
	size_t n_groups = 0;
	int r;

	r = find_entry(q, &entry);
	if (r < 0)
		return r;
	r = find_groups(&entry.pw, &groups, &n_groups);
	if (r < 0)
		return r;
	if (unix_ids_hold_none(entry.pw.pw_uid, entry.pw.pw_gid, groups,
			       n_groups))
		return GUISE_E_NO_SUCH_ACCOUNT;
	return logon_token_of_unix(entry.pw.pw_uid, entry.pw.pw_gid, groups,
				   n_groups, entry.pw.pw_name, LOGON_NETWORK,
				   authentication_id, ret);
}

int guise_system_token(const char *name, guise_luid authentication_id,
		       const struct guise_token **ret)
{
	struct question q = {.name = name};

	if (!name || !ret)
		return -EINVAL;
	if (!name_is_askable(name))
		return GUISE_E_NO_SUCH_ACCOUNT;
	return token_of(&q, authentication_id, ret);
}

int guise_system_token_of_uid(uint32_t uid, guise_luid authentication_id,
			      const struct guise_token **ret)
{
	struct question q = {.uid = uid};

	if (!ret)
		return -EINVAL;
	if (uid == GUISE_UID_NONE)
		return GUISE_E_NO_SUCH_ACCOUNT;
	return token_of(&q, authentication_id, ret);
}
