/* SPDX-License-Identifier: Apache-2.0 */
/* A private directory with a fresh file of accounts, gone after the test. */
#ifndef TESTS_ACCOUNTS_FIXTURE_H
#define TESTS_ACCOUNTS_FIXTURE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/logon.h>

struct fixture {
	char directory[64];
	char path[96];
	struct guise_accounts *accounts;
};

static inline void fixture_path(const struct fixture *f, const char *name,
				char ret[128])
{
	(void)snprintf(ret, 128, "%s/%s", f->directory, name);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	(void)snprintf(f->directory, sizeof(f->directory),
		       "/tmp/guise-accounts-XXXXXX");
	if (!mkdtemp(f->directory))
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/accounts.db",
		       f->directory);
	*state = f;
	return guise_accounts_open(f->path, GUISE_ACCOUNTS_CREATE,
				   &f->accounts);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	DIR *directory;
	struct dirent *entry;

	f->accounts = guise_accounts_close(f->accounts);
	directory = opendir(f->directory);
	while (directory && (entry = readdir(directory)))
		(void)unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory)
		(void)closedir(directory);
	(void)rmdir(f->directory);
	free(f);
	return 0;
}

static inline void fixture_reopen(struct fixture *f, unsigned flags)
{
	f->accounts = guise_accounts_close(f->accounts);
	assert_int_equal(guise_accounts_open(f->path, flags, &f->accounts), 0);
}

static inline void add_user(struct fixture *f, const char *name)
{
	assert_int_equal(guise_accounts_add_user(f->accounts, name, NULL), 0);
}

static inline void add_group(struct fixture *f, const char *name)
{
	assert_int_equal(guise_accounts_add_group(f->accounts, name, NULL), 0);
}

static inline void add_member(struct fixture *f, const char *group,
			      const char *member)
{
	assert_int_equal(guise_accounts_add_member(f->accounts, group, member),
			 0);
}

static inline struct guise_account find(struct fixture *f, const char *name)
{
	struct guise_account account = {0};

	assert_int_equal(guise_accounts_find(f->accounts, name, &account), 0);
	return account;
}

#define account_test(name)                                                     \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
