/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "descriptor-file.h"
#include "fd.h"
#include "futex.h"
#include "named-mode.h"
#include "named.h"
#include "namespace.h"

#define STATE "state"
#define DATA "data"
#define SD "sd"
#define SD_NEW "sd.new"
/* How often what changes under us is looked at again. */
#define TRIES 200
#define PAUSE_NS 1000000

static struct object_list all = OBJECT_LIST;
/* Serialises looking up and making within this process; comes first. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void named_lock(void)
{
	must(pthread_mutex_lock(&lock) == 0);
}

void named_unlock(void)
{
	must(pthread_mutex_unlock(&lock) == 0);
}

static bool is_named(struct object_link *link, const struct name_parts *parts)
{
	const struct named *named = (const struct named *)link;

	return named->scope == parts->scope &&
	       strcmp(named->entry, parts->entry) == 0;
}

struct object *named_find(const struct name_parts *parts)
{
	return object_list_find_link(&all, is_named, parts);
}

void named_list(struct named *named, struct object *object)
{
	object_list_add(&all, &named->link, object);
}

static void pause_a_little(void)
{
	const struct timespec time = {.tv_nsec = PAUSE_NS};

	(void)nanosleep(&time, NULL);
}

/* The entry in the directory @parent, and nothing else */
static void remove_entry(int parent, int directory, const char *entry)
{
	(void)unlinkat(directory, STATE, 0);
	(void)unlinkat(directory, SD, 0);
	(void)unlinkat(directory, SD_NEW, 0);
	(void)unlinkat(directory, DATA, 0);
	(void)unlinkat(parent, entry, AT_REMOVEDIR);
}

static int open_file(int directory, const char *name, bool *ret_read_only)
{
	int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int fd = openat(directory, name, O_RDWR | flags);
	struct stat is;

	*ret_read_only = false;
	if (fd < 0 && errno == EACCES) {
		*ret_read_only = true;
		fd = openat(directory, name, O_RDONLY | flags);
	}
	if (fd < 0)
		return -errno;
	if (fstat(fd, &is) < 0 || !S_ISREG(is.st_mode)) {
		(void)fd_close(fd);
		return -EBADF;
	}
	return fd;
}

/*
 * Takes the lock of one who has it open. Nobody has it: it is dead, and is
 * removed. -ENOENT: dead, or removed meanwhile; -EAGAIN: look again.
 */
static int hold(int parent, int directory, int state_fd, const char *entry)
{
	struct stat is;

	if (flock(state_fd, LOCK_EX | LOCK_NB) == 0) {
		remove_entry(parent, directory, entry);
		return -ENOENT;
	}
	if (errno != EWOULDBLOCK || flock(state_fd, LOCK_SH | LOCK_NB) < 0)
		return -EAGAIN;
	if (fstat(state_fd, &is) < 0)
		return -errno;
	return is.st_nlink > 0 ? 0 : -ENOENT;
}

static struct named *named_new(const struct name_parts *parts, const char *text)
{
	struct named *named = array_alloc(1, sizeof(*named));

	if (!named)
		return NULL;
	named->directory = -EBADF;
	named->lock_fd = -EBADF;
	named->scope = parts->scope;
	named->entry = strdup(parts->entry);
	named->text = strdup(text);
	if (!named->entry || !named->text)
		return named_close(named);
	return named;
}

struct named *named_close(struct named *named)
{
	if (!named)
		return NULL;
	object_list_remove(&all, &named->link);
	if (named->lock_fd >= 0 &&
	    flock(named->lock_fd, LOCK_EX | LOCK_NB) == 0)
		remove_entry(namespace_directory(named->scope),
			     named->directory, named->entry);
	(void)fd_close(named->lock_fd);
	(void)fd_close(named->directory);
	free(named->entry);
	free(named->text);
	free(named);
	return NULL;
}

void named_files_clear(struct named_files *files)
{
	files->state_fd = fd_close(files->state_fd);
	files->data_fd = fd_close(files->data_fd);
	files->sd = guise_sd_unref(files->sd);
}

/* One look. -EAGAIN: another is needed */
static int open_once(int parent, struct named *named, struct named_files *files)
{
	struct stat is;
	bool read_only;
	int fd, r;

	named->directory = fd_close(named->directory);
	named->directory =
		openat(parent, named->entry,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (named->directory < 0)
		return -errno;
	fd = open_file(named->directory, STATE, &files->read_only);
	if (fd == -ENOENT) { /* half removed; nobody makes it so */
		remove_entry(parent, named->directory, named->entry);
		return -ENOENT;
	}
	if (fd < 0)
		return fd;
	r = hold(parent, named->directory, fd, named->entry);
	if (r < 0) {
		(void)fd_close(fd);
		return r;
	}
	named->lock_fd = fd;
	if (fstat(fd, &is) < 0)
		return -errno;
	named->uid = is.st_uid;
	files->data_fd = open_file(named->directory, DATA, &read_only);
	return 0;
}

static NTSTATUS status_of_open(int r)
{
	switch (r) {
	case -ENOENT:
		return STATUS_OBJECT_NAME_NOT_FOUND;
	case -EACCES:
	case -EPERM:
	case -EAGAIN: /* somebody holds on to what is not for him to hold */
		return STATUS_ACCESS_DENIED;
	case -EBADF:
	case -ENOTDIR:
	case -ELOOP:
		return STATUS_INVALID_HANDLE;
	default:
		return status_of(r);
	}
}

NTSTATUS named_open(const struct name_parts *parts, const char *text,
		    struct named **ret, struct named_files *ret_files)
{
	int parent = namespace_directory(parts->scope), r = -EAGAIN;
	struct named_files files = {.state_fd = -EBADF, .data_fd = -EBADF};
	struct named *named;
	NTSTATUS status;

	if (parent < 0)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	named = named_new(parts, text);
	if (!named)
		return STATUS_NO_MEMORY;
	for (unsigned i = 0; i < TRIES && r == -EAGAIN; i++) {
		if (i > 0)
			pause_a_little();
		r = open_once(parent, named, &files);
	}
	status = r < 0 ? status_of_open(r) : named_sd(named, &files.sd);
	if (status >= 0) {
		files.state_fd = fcntl(named->lock_fd, F_DUPFD_CLOEXEC, 0);
		status = files.state_fd < 0 ? status_of(-errno) : status;
	}
	if (status < 0) {
		named_files_clear(&files);
		(void)named_close(named);
		return status;
	}
	*ret = named;
	*ret_files = files;
	return STATUS_SUCCESS;
}

static int write_file(int directory, const char *name, mode_t mode,
		      const void *data, size_t size, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	fd = openat(directory, name,
		    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (pwrite(fd, data, size, 0) != (ssize_t)size)
		return -ENOSPC;
	if (fchmod(fd, mode) < 0) /* the umask does not matter */
		return -errno;
	if (ret_fd)
		*ret_fd = fd_take(&fd);
	return 0;
}

static int write_sd(int directory, const char *name, mode_t mode,
		    const struct guise_sd *sd)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r = guise_sd_encode(sd, &bytes);

	if (r < 0)
		return r;
	return write_file(directory, name, mode & 0644, bytes.data, bytes.size,
			  NULL);
}

static int write_data(int directory, const struct sync_state *state,
		      mode_t mode, struct named_files *files)
{
	int r;

	if (state->kind != SYNC_SECTION)
		return 0;
	r = write_file(directory, DATA, mode, "", 0, &files->data_fd);
	if (r < 0)
		return r;
	return ftruncate(files->data_fd, (off_t)state->size) < 0 ? -errno : 0;
}

/* Everything in a directory that nobody knows of yet */
static int fill(struct named *named, const struct sync_state *state,
		const struct guise_sd *sd, struct named_files *files)
{
	mode_t mode = named_mode(state->kind, sd);
	int r;

	r = write_file(named->directory, STATE, mode, state, sizeof(*state),
		       &named->lock_fd);
	if (r >= 0)
		r = write_sd(named->directory, SD, mode, sd);
	if (r >= 0)
		r = write_data(named->directory, state, mode, files);
	if (r >= 0 && flock(named->lock_fd, LOCK_SH) < 0)
		r = -errno;
	if (r >= 0 && fchmod(named->directory, mode & 0044 ? 0755 : 0700) < 0)
		r = -errno;
	if (r < 0)
		return r;
	files->state_fd = fcntl(named->lock_fd, F_DUPFD_CLOEXEC, 0);
	return files->state_fd < 0 ? -errno : 0;
}

static int create_in(int parent, struct named *named,
		     const struct sync_state *state, const struct guise_sd *sd,
		     struct named_files *files)
{
	char temporary[64];
	int r;

	(void)snprintf(temporary, sizeof(temporary), ".%d.%lld", (int)gettid(),
		       (long long)futex_now());
	if (mkdirat(parent, temporary, 0700) < 0)
		return -errno;
	named->directory =
		openat(parent, temporary,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = named->directory < 0 ? -errno : fill(named, state, sd, files);
	if (r >= 0 && renameat2(parent, temporary, parent, named->entry,
				RENAME_NOREPLACE) < 0)
		r = -errno;
	if (r < 0) {
		remove_entry(parent, named->directory, temporary);
		/* the lock is on what is gone: nothing more to remove */
		named->lock_fd = fd_close(named->lock_fd);
	}
	return r;
}

NTSTATUS named_create(const struct name_parts *parts, const char *text,
		      const struct sync_state *state, const struct guise_sd *sd,
		      struct named **ret, struct named_files *ret_files)
{
	int parent = namespace_directory(parts->scope), r;
	struct named_files files = {.state_fd = -EBADF, .data_fd = -EBADF};
	struct named *named;

	if (parent < 0)
		return status_of(parent);
	named = named_new(parts, text);
	if (!named)
		return STATUS_NO_MEMORY;
	named->uid = geteuid();
	r = create_in(parent, named, state, sd, &files);
	if (r < 0) {
		named_files_clear(&files);
		(void)named_close(named);
		return r == -EEXIST ? STATUS_OBJECT_NAME_COLLISION
				    : status_of(r);
	}
	files.sd = guise_sd_ref(sd);
	*ret = named;
	*ret_files = files;
	return STATUS_SUCCESS;
}

NTSTATUS named_inherit(const struct name_parts *parts, const char *text,
		       uint32_t uid, const int fds[2], struct named **ret)
{
	struct named *named = named_new(parts, text);

	if (!named)
		return STATUS_NO_MEMORY;
	named->uid = uid;
	named->directory = fcntl(fds[1], F_DUPFD_CLOEXEC, 0);
	named->lock_fd = fcntl(fds[0], F_DUPFD_CLOEXEC, 0);
	if (named->directory < 0 || named->lock_fd < 0) {
		NTSTATUS status = status_of(-errno);

		(void)named_close(named);
		return status;
	}
	*ret = named;
	return STATUS_SUCCESS;
}

/* A descriptor is its user's wish; who that user is the kernel knows. */
static NTSTATUS with_true_owner(const struct guise_sd *sd, uint32_t uid,
				const struct guise_sd **ret)
{
	struct guise_sid owner = guise_sid_of_uid(uid);
	struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.control = guise_sd_control(sd),
		.owner = &owner,
		.group = &owner,
		.dacl = guise_sd_dacl(sd),
		.sacl = guise_sd_sacl(sd),
	};
	int r;

	if (uid == 0 || uid == getuid() || uid == geteuid()) {
		*ret = guise_sd_ref(sd);
		return STATUS_SUCCESS;
	}
	r = guise_sd_new(&fields, ret);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}

NTSTATUS named_sd(const struct named *named, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;

	status = descriptor_read_in(named->directory, SD, named->uid, &sd);
	if (status == STATUS_OBJECT_NAME_NOT_FOUND)
		return STATUS_INVALID_HANDLE;
	if (status < 0)
		return status;
	return with_true_owner(sd, named->uid, ret);
}

/* Of the file that a section maps, if it is one of @named's owner's */
static int set_data_mode(const struct named *named, mode_t mode)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat is;

	fd = openat(named->directory, DATA,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &is) < 0 || !S_ISREG(is.st_mode) || is.st_nlink != 1 ||
	    is.st_uid != named->uid)
		return -EBADF;
	return fchmod(fd, mode) < 0 ? -errno : 0;
}

NTSTATUS named_set_sd(const struct named *named, uint32_t kind,
		      const struct guise_sd *sd)
{
	mode_t mode = named_mode(kind, sd);
	int r = 0;

	/* first what takes away: at no time may more than either allows */
	if (fchmod(named->lock_fd, 0600) < 0)
		return status_of(-errno);
	if (kind == SYNC_SECTION)
		r = set_data_mode(named, 0600);
	(void)unlinkat(named->directory, SD_NEW, 0);
	if (r >= 0)
		r = write_sd(named->directory, SD_NEW, mode, sd);
	if (r >= 0 &&
	    renameat(named->directory, SD_NEW, named->directory, SD) < 0)
		r = -errno;
	if (r >= 0 && kind == SYNC_SECTION)
		r = set_data_mode(named, mode);
	if (r >= 0 && fchmod(named->lock_fd, mode) < 0)
		r = -errno;
	if (r >= 0 && fchmod(named->directory, mode & 0044 ? 0755 : 0700) < 0)
		r = -errno;
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}

const char *named_plain(const struct named *named)
{
	const char *last = strrchr(named->text, '\\');

	return last ? last + 1 : named->text;
}
