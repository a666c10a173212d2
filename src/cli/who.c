/* SPDX-License-Identifier: Apache-2.0 */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include <guise/logon.h>
#include <guise/store.h>

#include "base.h"
#include "cli.h"
#include "printable.h"
#include "user-token.h"
#include "who.h"

/* WELL_KNOWN_SID_TYPE numbers that stand for somebody by themselves. */
#define WELL_KNOWN_MAX 120
/* Room for the strings of one passwd or group entry. Ours. */
#define ENTRY_ROOM 65536

struct who {
	struct guise_account *accounts;
	size_t n;
	/* The usual accounts are there, but not for this caller: SIDs go
	 * without names, and names that might be of an account are refused. */
	bool is_blind;
	struct guise_id_mapping mapping;
};

static int add_account(void *context, const struct guise_account *account)
{
	struct who *who = context;
	struct guise_account *grown;

	grown = reallocarray(who->accounts, who->n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	who->accounts = grown;
	who->accounts[who->n++] = *account;
	return 0;
}

static bool map_id(const struct who *who, bool is_group, uint32_t id,
		   struct guise_sid *ret)
{
	for (size_t i = 0; i < who->n; i++) {
		const struct guise_account *account = &who->accounts[i];

		if (account->is_group == is_group && account->unix_id == id) {
			*ret = account->sid;
			return true;
		}
	}
	return false;
}

bool who_unix_id(const struct who *who, const struct guise_sid *sid,
		 uint32_t *ret_id, bool *ret_is_group)
{
	for (size_t i = 0; i < who->n; i++) {
		const struct guise_account *account = &who->accounts[i];

		if (guise_sid_equal(&account->sid, sid)) {
			*ret_id = account->unix_id;
			*ret_is_group = account->is_group;
			return true;
		}
	}
	return false;
}

static bool map_uid(void *context, uint32_t uid, struct guise_sid *ret)
{
	return map_id(context, false, uid, ret);
}

static bool map_gid(void *context, uint32_t gid, struct guise_sid *ret)
{
	return map_id(context, true, gid, ret);
}

static int load(struct who *who, const char *path)
{
	GUISE_AUTO(guise_accounts_closep) struct guise_accounts *db = NULL;
	const bool is_usual = !path;
	int r;

	if (is_usual) {
		path = CLI_ACCOUNTS_PATH;
		if (access(path, F_OK) < 0 && errno == ENOENT)
			return 0;
	}
	r = guise_accounts_open(path, GUISE_ACCOUNTS_READ_ONLY, &db);
	if (is_usual && geteuid() != 0 && (r == -EACCES || r == -EPERM)) {
		who->is_blind = true;
		return 0;
	}
	if (r < 0)
		return r;
	return guise_accounts_list(db, add_account, who);
}

int who_open(const char *accounts, struct who **ret)
{
	struct who *who = calloc(1, sizeof(*who));
	int r = who ? load(who, accounts) : -ENOMEM;

	if (r < 0) {
		who_close(who);
		return cli_failed(accounts ? accounts : CLI_ACCOUNTS_PATH, r,
				  "name a file of accounts with --accounts");
	}
	who->mapping = (struct guise_id_mapping){
		.size = sizeof(who->mapping),
		.uid_to_sid = map_uid,
		.gid_to_sid = map_gid,
		.context = who,
	};
	*ret = who;
	return 0;
}

struct who *who_close(struct who *who)
{
	if (who)
		free(who->accounts);
	free(who);
	return NULL;
}

void who_closep(struct who **who)
{
	*who = who_close(*who);
}

const struct guise_id_mapping *who_mapping(const struct who *who)
{
	return &who->mapping;
}

static struct guise_sid unix_sid(uint32_t kind, uint32_t id)
{
	return (struct guise_sid){
		.authority = 22, .sub = {kind, id}, .n_subs = 2};
}

static bool find_account(const struct who *who, const char *name, bool users,
			 bool groups, struct guise_sid *ret)
{
	for (size_t i = 0; i < who->n; i++) {
		const struct guise_account *account = &who->accounts[i];

		if (strcasecmp(account->name, name) != 0 ||
		    !(account->is_group ? groups : users))
			continue;
		*ret = account->sid;
		return true;
	}
	return false;
}

static bool find_system_user(const char *name, struct guise_sid *ret)
{
	GUISE_AUTO(freep) char *room = malloc(ENTRY_ROOM);
	struct passwd entry, *found = NULL;

	if (!room || getpwnam_r(name, &entry, room, ENTRY_ROOM, &found) != 0 ||
	    !found)
		return false;
	*ret = unix_sid(1, entry.pw_uid);
	return true;
}

static bool find_system_group(const char *name, struct guise_sid *ret)
{
	GUISE_AUTO(freep) char *room = malloc(ENTRY_ROOM);
	struct group entry, *found = NULL;

	if (!room || getgrnam_r(name, &entry, room, ENTRY_ROOM, &found) != 0 ||
	    !found)
		return false;
	*ret = unix_sid(2, entry.gr_gid);
	return true;
}

static bool find_well_known(const char *name, struct guise_sid *ret)
{
	for (unsigned type = 0; type < WELL_KNOWN_MAX; type++) {
		struct guise_sid sid;
		const char *known;

		if (guise_sid_well_known(type, NULL, &sid) < 0)
			continue;
		known = guise_sid_name(&sid);
		if (known && strcasecmp(known, name) == 0) {
			*ret = sid;
			return true;
		}
	}
	return false;
}

bool who_look_up(const struct who *who, const char *text, struct guise_sid *ret)
{
	bool users = strncmp(text, "group:", 6) != 0;
	bool groups = strncmp(text, "user:", 5) != 0;
	const char *name = !users ? text + 6 : !groups ? text + 5 : text;

	if (!who->is_blind && (find_account(who, name, users, groups, ret) ||
			       (users && find_system_user(name, ret)) ||
			       (groups && find_system_group(name, ret))))
		return true;
	return users && groups &&
	       (guise_sid_parse(text, strlen(text), NULL, ret) == 0 ||
		(!who->is_blind && find_well_known(text, ret)));
}

int who_find(const struct who *who, const char *text, struct guise_sid *ret)
{
	if (who_look_up(who, text, ret))
		return 0;
	if (who->is_blind)
		return cli_failed(CLI_ACCOUNTS_PATH, -EACCES,
				  "give a SID, or run it as root");
	return cli_error(CLI_USAGE, text, "nobody is called so",
			 "give a name, user:NAME, group:NAME or a SID");
}

static void system_name(const struct guise_sid *sid, char ret[WHO_NAME_SIZE])
{
	GUISE_AUTO(freep) char *room = malloc(ENTRY_ROOM);
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;

	if (!room || sid->authority != 22 || sid->n_subs != 2)
		return;
	if (sid->sub[0] == 1 &&
	    getpwuid_r(sid->sub[1], &user, room, ENTRY_ROOM, &found_user) ==
		    0 &&
	    found_user)
		(void)snprintf(ret, WHO_NAME_SIZE, "%s", user.pw_name);
	if (sid->sub[0] == 2 &&
	    getgrgid_r(sid->sub[1], &group, room, ENTRY_ROOM, &found_group) ==
		    0 &&
	    found_group)
		(void)snprintf(ret, WHO_NAME_SIZE, "group:%s", group.gr_name);
}

void who_label(const struct who *who, const struct guise_sid *sid,
	       char ret[WHO_LABEL_SIZE])
{
	char name[WHO_NAME_SIZE];
	char text[GUISE_SID_TEXT_SIZE];

	who_name(who, sid, name);
	(void)guise_sid_format(sid, text);
	(void)snprintf(ret, WHO_LABEL_SIZE, "%s%s%s%s", name[0] ? name : text,
		       name[0] ? " (" : "", name[0] ? text : "",
		       name[0] ? ")" : "");
}

void who_name(const struct who *who, const struct guise_sid *sid,
	      char ret[WHO_NAME_SIZE])
{
	const char *known = guise_sid_name(sid);

	ret[0] = '\0';
	for (size_t i = 0; i < who->n && !ret[0]; i++) {
		const struct guise_account *account = &who->accounts[i];

		if (guise_sid_equal(&account->sid, sid))
			(void)snprintf(ret, WHO_NAME_SIZE, "%s%s",
				       account->is_group ? "group:" : "",
				       account->name);
	}
	if (!ret[0])
		system_name(sid, ret);
	if (!ret[0] && known)
		(void)snprintf(ret, WHO_NAME_SIZE, "%s", known);
	cli_printable(ret);
}
