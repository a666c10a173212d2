/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accounts are those of guise's own file and those of the system. A file that
 * this process may not read is as one that is not there: names are for people.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "account.h"
#include "fd.h"
#include "status.h"
#include "text.h"

/* where `guise account` keeps them */
#define ACCOUNTS "/var/lib/guise/accounts.db"

const struct guise_lookup_options *account_options(void)
{
	static const struct guise_lookup_options all = {
		.size = sizeof(all),
		.accounts = ACCOUNTS,
		.system = true,
	};
	static const struct guise_lookup_options system = {
		.size = sizeof(system),
		.system = true,
	};

	return access(ACCOUNTS, R_OK) == 0 ? &all : &system;
}

/* Nobody else may know the user of a fixture, or of a container. */
static int find_own(struct guise_principal *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_token_object *own;
	const struct guise_sid *sid;
	char text[GUISE_SID_TEXT_SIZE];
	const char *name;
	int r = guise_process_token(&own);

	if (r < 0)
		return r;
	token = guise_token_object_token(own);
	sid = &guise_token_user(token)->sid;
	name = guise_token_name(token);
	(void)guise_sid_format(sid, text);
	*ret = (struct guise_principal){
		.size = sizeof(*ret),
		.sid = *sid,
		.use = GUISE_SID_USE_USER,
	};
	(void)snprintf(ret->name, sizeof(ret->name), "%s",
		       name && *name ? name : text);
	account_domain_name(ret->domain);
	ret->domain_sid = *sid;
	if (ret->domain_sid.n_subs > 0)
		ret->domain_sid.n_subs--;
	return 0;
}

int account_by_sid(const struct guise_sid *sid, struct guise_principal *ret)
{
	int r;

	*ret = (struct guise_principal){.size = sizeof(*ret)};
	r = guise_lookup_sid(account_options(), sid, ret);
	if (r == GUISE_E_NONE_MAPPED && find_own(ret) == 0)
		r = guise_sid_equal(&ret->sid, sid) ? 0 : GUISE_E_NONE_MAPPED;
	return r;
}

int account_by_name(const char *name, struct guise_principal *ret)
{
	const char *slash = strchr(name, '\\');
	GUISE_AUTO(text_freep) char *domain = NULL;
	int r;

	*ret = (struct guise_principal){.size = sizeof(*ret)};
	r = guise_lookup_name(account_options(), name, strlen(name), ret);
	if (r != GUISE_E_NONE_MAPPED || find_own(ret) != 0)
		return r;
	if (slash) {
		domain = strndup(name, (size_t)(slash - name));
		if (!domain)
			return -ENOMEM;
		if (strcasecmp(domain, ret->domain) != 0 &&
		    strcmp(domain, ".") != 0)
			return GUISE_E_NONE_MAPPED;
	}
	return strcasecmp(slash ? slash + 1 : name, ret->name) == 0
		       ? 0
		       : GUISE_E_NONE_MAPPED;
}

int account_resolve(void *context, const char *name, struct guise_sid *ret)
{
	struct guise_principal found;
	int r = account_by_name(name, &found);

	(void)context;
	if (r == 0)
		*ret = found.sid;
	return r;
}

/* What tells this machine from others: its id, which is not told to anybody
 * (machine-id(5)), else its name. */
static size_t machine_name(char *ret, size_t size)
{
	static const char word[] = "guise ";
	GUISE_AUTO(fd_closep)
	int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	memcpy(ret, word, sizeof(word));
	n = fd < 0 ? -1 : read(fd, ret + strlen(word), size - sizeof(word));
	if (n > 0)
		return strlen(word) + (size_t)n;
	if (gethostname(ret + strlen(word), size - sizeof(word)) < 0)
		return 0;
	ret[size - 1] = '\0';
	return strlen(ret);
}

/**
 * struct known_domain - the domain of a file of accounts
 * @lock: protects the rest
 * @file, @changed: which file it was, and when it had changed
 * @sid: no sub-authorities: none is known
 */
static struct known_domain {
	pthread_mutex_t lock;
	ino_t file;
	struct timespec changed;
	struct guise_sid sid;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool is_known(const struct stat *file, struct guise_sid *ret)
{
	bool same;

	pthread_mutex_lock(&known.lock);
	same = known.sid.n_subs > 0 && known.file == file->st_ino &&
	       known.changed.tv_sec == file->st_ctim.tv_sec &&
	       known.changed.tv_nsec == file->st_ctim.tv_nsec;
	if (same)
		*ret = known.sid;
	pthread_mutex_unlock(&known.lock);
	return same;
}

static void remember(const struct stat *file, const struct guise_sid *sid)
{
	pthread_mutex_lock(&known.lock);
	known.file = file->st_ino;
	known.changed = file->st_ctim;
	known.sid = *sid;
	pthread_mutex_unlock(&known.lock);
}

/* Asking takes a process of its own, so what was answered is kept. */
static bool accounts_domain(const struct guise_lookup_options *options,
			    struct guise_sid *ret)
{
	struct guise_principal found = {.size = sizeof(found)};
	struct stat file;

	if (stat(options->accounts, &file) != 0)
		return false;
	if (is_known(&file, ret))
		return true;
	if (guise_lookup_name(options, "", 0, &found) < 0 ||
	    found.sid.n_subs == 0)
		return false;
	remember(&file, &found.sid);
	*ret = found.sid;
	return true;
}

bool machine_domain(struct guise_sid *ret)
{
	const struct guise_lookup_options *options = account_options();
	char name[128];

	/* accounts of the system are of no domain */
	if (options->accounts && accounts_domain(options, ret))
		return true;
	return guise_sid_of_machine(name, machine_name(name, sizeof(name)),
				    ret) == 0;
}

void account_domain_name(char ret[GUISE_USER_NAME_MAX + 1])
{
	char host[GUISE_USER_NAME_MAX + 1] = "";
	size_t size;

	if (gethostname(host, sizeof(host) - 1) < 0 || !host[0])
		memcpy(host, "localhost", sizeof("localhost"));
	size = strcspn(host, ".");
	if (size > MAX_COMPUTERNAME_LENGTH)
		size = MAX_COMPUTERNAME_LENGTH;
	for (size_t i = 0; i < size; i++)
		ret[i] = host[i] >= 'a' && host[i] <= 'z'
				 ? (char)(host[i] - 'a' + 'A')
				 : host[i];
	ret[size] = '\0';
}

bool is_this_machine(const char *name)
{
	char machine[GUISE_USER_NAME_MAX + 1];

	if (!name)
		return true;
	if (strncmp(name, "\\\\", 2) == 0)
		name += 2;
	account_domain_name(machine);
	return !*name || strcmp(name, ".") == 0 ||
	       strcasecmp(name, "localhost") == 0 ||
	       strcasecmp(name, machine) == 0;
}

NTSTATUS text_of_caller(const void *text, bool wide, char **ret)
{
	if (wide || !text)
		return utf8_dup(text, ret);
	*ret = strdup(text);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

void text_freep(char **text)
{
	free(*text);
	*text = NULL;
}

int account_token(const struct guise_sid *sid, const struct guise_token **ret)
{
	struct guise_principal found = {.size = sizeof(found)};
	int r = guise_lookup_sid(account_options(), sid, &found);

	if (r < 0)
		return r;
	if (found.use != GUISE_SID_USE_USER)
		return GUISE_E_NONE_MAPPED;
	return guise_lookup_logon(account_options(), found.name, NULL, 0, 0,
				  ret, NULL);
}

NTSTATUS account_groups(const struct guise_sid *sid,
			struct guise_sid **ret_sids, size_t *ret_n)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_sid_and_attributes *groups = NULL;
	struct guise_sid *sids;
	size_t n = 0, n_groups = 0;
	int r = account_token(sid, &token);

	/* a group of which nobody could tell must not be forgotten: it might
	 * be denied something */
	if (r < 0 && r != GUISE_E_NONE_MAPPED && r != GUISE_E_NO_SUCH_ACCOUNT)
		return status_of(r);
	if (r == 0)
		groups = guise_token_groups(token, &n_groups);
	sids = array_alloc(n_groups + 2, sizeof(*sids));
	if (!sids)
		return STATUS_NO_MEMORY;
	sids[n++] = *sid;
	for (size_t i = 0; i < n_groups; i++) {
		if (groups[i].attributes & GUISE_GROUP_ENABLED)
			sids[n++] = groups[i].sid;
	}
	r = guise_sid_well_known(GUISE_SID_WORLD, NULL, &sids[n]);
	must(r == 0);
	*ret_sids = sids;
	*ret_n = n + 1;
	return STATUS_SUCCESS;
}
