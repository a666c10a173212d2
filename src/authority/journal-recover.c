/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an authority that is no more has left behind. The record is read as
 * root, the temporary is removed as its client: if somebody has put something
 * else in its place, they get no more than the client's own rights.
 */
#include <dirent.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <guise/impersonate.h>
#include <guise/logon.h>

#include "engine.h"
#include "fd.h"
#include "journal-internal.h"
#include "reader.h"

static void token_of_record(const struct journal_record *record,
			    struct guise_token_builder *b)
{
	const struct guise_sid user = guise_sid_of_uid(record->uid);

	guise_token_builder_user(b, &user, 0);
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_privileges(b, record->privileges,
				       record->privileges, record->privileges);
	guise_token_builder_ids(b, guise_luid_new(), guise_luid_new(), 0);
}

static int make_token(const struct journal_record *record,
		      const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(freep) uint32_t *groups = NULL;
	int r;

	groups = array_alloc(record->n_groups, sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	for (size_t i = 0; i < record->n_groups; i++)
		groups[i] = u32le(record->groups + 4 * i);
	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	token_of_record(record, b);
	guise_token_builder_unix(b, record->uid, record->gid, groups,
				 record->n_groups);
	return guise_token_builder_seal(b, ret);
}

static bool is_recorded_directory(int fd, const struct journal_record *record)
{
	union journal_handle handle;
	int mount_id;

	if (record->handle_size == 0)
		return true;
	handle.head.handle_bytes = JOURNAL_HANDLE_MAX;
	if (name_to_handle_at(fd, "", &handle.head, &mount_id, AT_EMPTY_PATH) <
	    0)
		return false;
	return handle.head.handle_type == record->handle_type &&
	       handle.head.handle_bytes == record->handle_size &&
	       memcmp(handle.head.f_handle, record->handle,
		      record->handle_size) == 0;
}

static int open_by_path(int root_fd, const struct journal_record *record)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	int fd = -EBADF;
	int r;

	r = file_open_here(root_fd, record->directory, &how, &fd);
	return r < 0 ? r : fd;
}

static int open_by_handle(int root_fd, const struct journal_record *record)
{
	union journal_handle handle;
	int fd;

	if (record->handle_size == 0)
		return -ENOENT;
	handle.head.handle_bytes = (unsigned)record->handle_size;
	handle.head.handle_type = record->handle_type;
	memcpy(handle.head.f_handle, record->handle, record->handle_size);
	fd = open_by_handle_at(root_fd, &handle.head,
			       O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_directory(const struct journal_record *record, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int root_fd = -EBADF;
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	root_fd = open(record->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return -errno;
	fd = open_by_path(root_fd, record);
	if (fd >= 0 && is_recorded_directory(fd, record)) {
		*ret_fd = fd_take(&fd);
		return 0;
	}
	fd_closep(&fd);
	fd = open_by_handle(root_fd, record);
	if (fd < 0)
		return fd;
	*ret_fd = fd_take(&fd);
	return 0;
}

static int remove_as_client(int dir_fd, const struct guise_token *token,
			    const char *name)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return file_remove_tree_here(dir_fd, name);
}

/* 0: gone, one way or the other */
static int clean(const struct journal_record *record)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(fd_closep) int dir_fd = -EBADF;
	int r;

	if (!guise_file_is_temp_name(record->name, strlen(record->name)))
		return -EBADMSG;
	r = open_directory(record, &dir_fd);
	if (r == 0)
		r = make_token(record, &token);
	if (r == 0)
		r = remove_as_client(dir_fd, token, record->name);
	/* the directory itself is gone, and so is what was in it */
	return r == -ENOENT || r == -ESTALE ? 0 : r;
}

static int clean_file(int dir_fd, const char *name, uint8_t *bytes)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct journal_record record;
	ssize_t n;
	int r;

	fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, bytes, JOURNAL_RECORD_MAX);
	if (n < 0)
		return -errno;
	/* cut short by a crash: written before the temporary, so there is none
	 */
	if (journal_record_decode(bytes, (size_t)n, &record) < 0 ||
	    strcmp(record.name, name) != 0)
		return unlinkat(dir_fd, name, 0) < 0 ? -errno : 0;
	r = clean(&record);
	if (r < 0)
		return r;
	return unlinkat(dir_fd, name, 0) < 0 ? -errno : 1;
}

static int clean_directory(int dir_fd)
{
	GUISE_AUTO(freep) uint8_t *bytes = malloc(JOURNAL_RECORD_MAX);
	const struct dirent *entry;
	int n = 0, fd;
	DIR *dir;

	fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
	dir = fd < 0 || !bytes ? NULL : fdopendir(fd);
	if (!dir) {
		(void)fd_close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.' ||
		    guise_file_is_temp_name(entry->d_name,
					    strlen(entry->d_name)))
			n += clean_file(dir_fd, entry->d_name, bytes) == 1;
	}
	(void)closedir(dir);
	return n;
}

/* One authority's directory, if nobody holds its lock. */
static int recover_one(const struct journal *journal, const char *name)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int n;

	fd = openat(journal->top_fd, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return 0;
	n = clean_directory(fd);
	(void)unlinkat(journal->top_fd, name, AT_REMOVEDIR);
	return n > 0 ? n : 0;
}

int journal_recover(const struct journal *journal)
{
	const struct dirent *entry;
	int n = 0, fd;
	DIR *dir;

	/* so that no directory is seen between its making and its lock */
	if (flock(journal->top_fd, LOCK_EX) < 0)
		return -errno;
	fd = fcntl(journal->top_fd, F_DUPFD_CLOEXEC, 0);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		(void)fd_close(fd);
		must(flock(journal->top_fd, LOCK_UN) == 0);
		return -ENOMEM;
	}
	rewinddir(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.' &&
		    strcmp(entry->d_name, journal->id) != 0)
			n += recover_one(journal, entry->d_name);
	}
	(void)closedir(dir);
	must(flock(journal->top_fd, LOCK_UN) == 0);
	return n;
}
