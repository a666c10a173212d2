/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's directories and files. See journal.h. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "journal-internal.h"

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* The directories of others are trusted only if root made them. */
static int open_private(int at, const char *name, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;

	if (mkdirat(at, name, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(at, name, OPEN_DIRECTORY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_uid != geteuid() || st.st_mode & 022)
		return -EPERM;
	*ret_fd = fd_take(&fd);
	return 0;
}

/* Its own directory, locked as long as this process lives. */
static int open_own(struct journal *journal)
{
	uint64_t random;
	int r;

	must(getrandom(&random, sizeof(random), 0) == (ssize_t)sizeof(random));
	(void)snprintf(journal->id, sizeof(journal->id), "%016llx",
		       (unsigned long long)random);
	r = open_private(journal->top_fd, journal->id, &journal->fd);
	if (r < 0)
		return r;
	return flock(journal->fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
}

int journal_open(const char *state_directory, struct journal *ret)
{
	struct journal journal = {.top_fd = -EBADF, .fd = -EBADF};
	GUISE_AUTO(fd_closep) int state_fd = -EBADF;
	int r;

	r = open_private(AT_FDCWD, state_directory, &state_fd);
	if (r < 0)
		return r;
	r = open_private(state_fd, "journal", &journal.top_fd);
	if (r == 0 && flock(journal.top_fd, LOCK_EX) < 0)
		r = -errno;
	if (r == 0)
		r = open_own(&journal);
	if (r < 0) {
		(void)fd_close(journal.fd);
		(void)fd_close(journal.top_fd);
		return r;
	}
	must(flock(journal.top_fd, LOCK_UN) == 0);
	*ret = journal;
	return 0;
}

void journal_close(struct journal *journal)
{
	/* fails while records are left: then the next one cleans up */
	if (journal->top_fd >= 0)
		(void)unlinkat(journal->top_fd, journal->id, AT_REMOVEDIR);
	journal->fd = fd_close(journal->fd);
	journal->top_fd = fd_close(journal->top_fd);
}

/* The directory's path beneath the root, as the kernel tells it. */
static void directory_path(const struct root *root, int dir_fd, char *ret,
			   size_t size)
{
	char link[40], path[GUISE_PATH_MAX + 1];
	size_t skip = 0;
	ssize_t n;

	(void)snprintf(ret, size, ".");
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir_fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return;
	path[n] = '\0';
	/* the top of a detached tree is "/" */
	if (!root->is_detached && strcmp(root->path, "/") != 0)
		skip = strlen(root->path);
	if (strlen(path) < skip || path[skip] != '/')
		return;
	while (path[skip] == '/')
		skip++;
	if (path[skip])
		(void)snprintf(ret, size, "%s", path + skip);
}

static void directory_handle(int dir_fd, union journal_handle *ret)
{
	int mount_id;

	ret->head.handle_bytes = JOURNAL_HANDLE_MAX;
	ret->head.handle_type = 0;
	if (name_to_handle_at(dir_fd, "", &ret->head, &mount_id,
			      AT_EMPTY_PATH) < 0)
		ret->head.handle_bytes = 0; /* none: the path has to do */
}

static int write_record(const struct journal *journal, const char *name,
			const struct guise_buf *record)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	ssize_t n;

	fd = openat(journal->fd, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	n = write(fd, record->data, record->size);
	if (n == (ssize_t)record->size)
		return 0;
	journal_remove(journal, name);
	return n < 0 ? -errno : -ENOSPC;
}

static int encode_groups(const struct guise_unix_identity *identity,
			 struct guise_buf *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < identity->n_groups; i++)
		r = buf_append_u32le(out, identity->groups[i]);
	return r;
}

int journal_add(const struct journal *journal, const struct root *root,
		int dir_fd, const struct guise_token *token, const char *name)
{
	const struct guise_unix_identity *identity = guise_token_unix(token);
	GUISE_AUTO(guise_buf_clear) struct guise_buf groups = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	char directory[GUISE_PATH_MAX + 1];
	union journal_handle handle;
	struct journal_record record = {
		.uid = identity->uid,
		.gid = identity->gid,
		.privileges = guise_token_privileges_enabled(token),
		.n_groups = identity->n_groups,
		.root = root->path,
		.directory = directory,
		.name = name,
	};
	int r;

	r = encode_groups(identity, &groups);
	if (r < 0)
		return r;
	directory_path(root, dir_fd, directory, sizeof(directory));
	directory_handle(dir_fd, &handle);
	record.groups = groups.data;
	record.handle = handle.head.f_handle;
	record.handle_size = handle.head.handle_bytes;
	record.handle_type = handle.head.handle_type;
	r = journal_record_encode(&record, &bytes);
	if (r < 0)
		return r;
	return write_record(journal, name, &bytes);
}

void journal_remove(const struct journal *journal, const char *name)
{
	(void)unlinkat(journal->fd, name, 0); /* else: cleaned up later */
}
