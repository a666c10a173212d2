/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public file operations: the one place where arguments, names and the
 * impersonation level are checked, whatever the engine. An engine is called
 * only with input it may pass on, and no operation can be cancelled half-way.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "file-internal.h"
#include "scope.h"

/* Flags a caller may use; openat2 refuses those it does not know itself. */
#define OPEN_FLAGS_ALLOWED                                                     \
	(O_ACCMODE | O_APPEND | O_CREAT | O_EXCL | O_DIRECTORY | O_NOFOLLOW |  \
	 O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_PATH | O_SYNC | O_NOATIME |     \
	 O_LARGEFILE)
#define O_PATH_FLAGS_ALLOWED (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct guise_engine *guise_engine_free(struct guise_engine *engine)
{
	if (engine)
		engine->ops->free(engine);
	return NULL;
}

void guise_engine_freep(struct guise_engine **engine)
{
	*engine = guise_engine_free(*engine);
}

const char *guise_engine_name(const struct guise_engine *engine)
{
	return engine ? engine->ops->name : "";
}

void guise_engine_forget(struct guise_engine *engine,
			 const struct guise_token *token)
{
	if (engine && token && engine->ops->forget)
		engine->ops->forget(engine, token);
}

/* Level first, before anything is looked at: design rule, CVE-2015-0002's
 * lesson. A thread in a scope below impersonation opens nothing either. */
static int check_actor(const struct guise_engine *engine,
		       const struct guise_token *token)
{
	if (!engine || !token)
		return -EINVAL;
	if (!projection_is_client(token) || !scope_allows_open())
		return GUISE_E_BAD_LEVEL;
	return 0;
}

static int check_name(const char *name)
{
	size_t size;

	if (!name)
		return -EINVAL;
	size = strnlen(name, GUISE_NAME_MAX + 1);
	if (size > GUISE_NAME_MAX)
		return -ENAMETOOLONG;
	if (size == 0 || memchr(name, '/', size))
		return -EINVAL;
	if (name[0] == '.' && (size == 1 || (size == 2 && name[1] == '.')))
		return -EINVAL;
	return 0;
}

/* The usual three: who, in which directory (never the working one), what. */
static int check(const struct guise_engine *engine,
		 const struct guise_token *token, int dir_fd, const char *name)
{
	int r;

	r = check_actor(engine, token);
	if (r < 0)
		return r;
	if (dir_fd < 0)
		return -EINVAL;
	return check_name(name);
}

static bool open_flags_are_sound(int flags, mode_t mode)
{
	if (flags & ~OPEN_FLAGS_ALLOWED || mode & ~(mode_t)07777)
		return false;
	if ((flags & O_ACCMODE) == O_ACCMODE)
		return false;
	if (flags & O_PATH)
		return !(flags & ~O_PATH_FLAGS_ALLOWED);
	if (!(flags & O_CREAT) != !(flags & O_EXCL))
		return false;
	return !(flags & O_CREAT && flags & O_DIRECTORY);
}

static int open_how_of(int flags, mode_t mode, unsigned resolve,
		       struct open_how *ret)
{
	struct open_how how = {.resolve = FILE_RESOLVE_ALWAYS};

	if (!open_flags_are_sound(flags, mode))
		return -EINVAL;
	if (resolve &
	    ~(unsigned)(GUISE_RESOLVE_NO_SYMLINKS | GUISE_RESOLVE_NO_XDEV))
		return -EINVAL;
	if (resolve & GUISE_RESOLVE_NO_SYMLINKS)
		how.resolve |= RESOLVE_NO_SYMLINKS;
	if (resolve & GUISE_RESOLVE_NO_XDEV)
		how.resolve |= RESOLVE_NO_XDEV;
	/* a FIFO must not hold the thread, a terminal not take it over */
	how.flags = (unsigned)flags | O_CLOEXEC;
	if (!(flags & O_PATH))
		how.flags |= O_NOCTTY | O_NONBLOCK;
	if (flags & O_CREAT)
		how.mode = mode;
	*ret = how;
	return 0;
}

static bool is_one_name(const char *path)
{
	return !strchr(path, '/') && strcmp(path, "..") != 0;
}

/* A single name is first taken for what it mostly is, no link: that is cheaper
 * to resolve and gives the same. */
static int open_path(struct guise_engine *engine,
		     const struct guise_token *token, int dir_fd,
		     const char *path, const struct open_how *how, int *ret_fd)
{
	struct open_how first = *how;
	int r;

	if (!is_one_name(path))
		return engine->ops->open(engine, token, dir_fd, path, how,
					 ret_fd);
	first.resolve = (how->resolve & RESOLVE_NO_XDEV) | FILE_RESOLVE_NAME;
	r = engine->ops->open(engine, token, dir_fd, path, &first, ret_fd);
	if (r == -ELOOP && !(how->resolve & RESOLVE_NO_SYMLINKS))
		r = engine->ops->open(engine, token, dir_fd, path, how, ret_fd);
	return r;
}

/* What may be opened for its content. */
static int check_kind(int fd, struct stat *ret)
{
	if (fstat(fd, ret) < 0)
		return -errno;
	return S_ISREG(ret->st_mode) || S_ISDIR(ret->st_mode) ? 0 : -ENXIO;
}

int file_open_stat(struct guise_engine *engine, const struct guise_token *token,
		   int dir_fd, const char *path, int flags, mode_t mode,
		   unsigned resolve, int *ret_fd, struct stat *ret_stat)
{
	NO_CANCEL(hold);
	struct open_how how;
	int fd, r;

	r = check_actor(engine, token);
	if (r < 0)
		return r;
	if (dir_fd < 0 || !path || !ret_fd)
		return -EINVAL;
	if (strnlen(path, GUISE_PATH_MAX + 1) > GUISE_PATH_MAX)
		return -ENAMETOOLONG;
	r = open_how_of(flags, mode, resolve, &how);
	if (r < 0)
		return r;

	r = open_path(engine, token, dir_fd, *path ? path : ".", &how, &fd);
	if (r < 0)
		return r;
	r = check_kind(fd, ret_stat);
	if (r < 0 && !(r == -ENXIO && flags & O_PATH)) {
		(void)fd_close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int guise_file_open(struct guise_engine *engine,
		    const struct guise_token *token, int dir_fd,
		    const char *path, int flags, mode_t mode, unsigned resolve,
		    int *ret_fd)
{
	struct stat st;

	return file_open_stat(engine, token, dir_fd, path, flags, mode, resolve,
			      ret_fd, &st);
}

int guise_file_mkdir(struct guise_engine *engine,
		     const struct guise_token *token, int dir_fd,
		     const char *name, mode_t mode)
{
	NO_CANCEL(hold);
	int r;

	r = check(engine, token, dir_fd, name);
	if (r < 0)
		return r;
	if (mode & ~(mode_t)07777)
		return -EINVAL;
	return engine->ops->mkdir(engine, token, dir_fd, name, mode);
}

int guise_file_unlink(struct guise_engine *engine,
		      const struct guise_token *token, int dir_fd,
		      const char *name, bool is_directory)
{
	NO_CANCEL(hold);
	int r;

	r = check(engine, token, dir_fd, name);
	if (r < 0)
		return r;
	return engine->ops->unlink(engine, token, dir_fd, name,
				   is_directory ? AT_REMOVEDIR : 0);
}

int guise_file_rename(struct guise_engine *engine,
		      const struct guise_token *token, int old_dir_fd,
		      const char *old_name, int new_dir_fd,
		      const char *new_name, unsigned flags)
{
	NO_CANCEL(hold);
	int r;

	r = check(engine, token, old_dir_fd, old_name);
	if (r < 0)
		return r;
	r = check(engine, token, new_dir_fd, new_name);
	if (r < 0)
		return r;
	if (flags && flags != RENAME_NOREPLACE && flags != RENAME_EXCHANGE)
		return -EINVAL;
	return engine->ops->rename(engine, token, old_dir_fd, old_name,
				   new_dir_fd, new_name, flags);
}

int guise_file_set_times(struct guise_engine *engine,
			 const struct guise_token *token, int fd,
			 const struct timespec times[2])
{
	NO_CANCEL(hold);
	int r;

	r = check_actor(engine, token);
	if (r < 0)
		return r;
	if (fd < 0 || !times)
		return -EINVAL;
	return engine->ops->set_times(engine, token, fd, times);
}

int guise_file_set_mode(struct guise_engine *engine,
			const struct guise_token *token, int fd, mode_t mode)
{
	NO_CANCEL(hold);
	int r;

	r = check_actor(engine, token);
	if (r < 0)
		return r;
	if (fd < 0 || mode & ~(mode_t)07777)
		return -EINVAL;
	return engine->ops->set_mode(engine, token, fd, mode);
}

int guise_temp_create(struct guise_engine *engine,
		      const struct guise_token *token, int dir_fd,
		      const char *like, bool is_directory, mode_t mode,
		      struct guise_temp *ret)
{
	NO_CANCEL(hold);
	struct guise_temp temp = {.fd = -EBADF, .dir_fd = dir_fd};
	int r;

	r = check_actor(engine, token);
	if (r < 0)
		return r;
	if (dir_fd < 0 || mode & ~(mode_t)07777 || !ret)
		return -EINVAL;
	if (like) {
		r = check_name(like);
		if (r < 0)
			return r;
	}
	r = engine->ops->temp_create(engine, token, dir_fd, like, is_directory,
				     mode, &temp);
	if (r < 0)
		return r;
	*ret = temp;
	return 0;
}

int guise_temp_commit(struct guise_engine *engine,
		      const struct guise_token *token, struct guise_temp *temp,
		      const char *name, bool replace)
{
	NO_CANCEL(hold);
	int r;

	r = check_actor(engine, token);
	if (r < 0)
		return r;
	if (!temp || !temp->name[0])
		return -EINVAL;
	r = check(engine, token, temp->dir_fd, name);
	if (r < 0)
		return r;
	r = engine->ops->temp_commit(engine, token, temp, name, replace);
	if (r < 0)
		return r;
	temp->name[0] = '\0'; /* nothing is left to abort */
	return 0;
}

void guise_temp_abort(struct guise_engine *engine,
		      const struct guise_token *token, struct guise_temp *temp)
{
	NO_CANCEL(hold);

	if (!temp || !temp->name[0] || check_actor(engine, token) < 0)
		return;
	engine->ops->temp_abort(engine, token, temp);
	temp->name[0] = '\0';
}

/* For an engine without a batch of its own. */
static int stat_one(struct guise_engine *engine,
		    const struct guise_token *token, int dir_fd,
		    const char *name, struct stat *ret)
{
	const struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = FILE_RESOLVE_NAME,
	};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	r = engine->ops->open(engine, token, dir_fd, name, &how, &fd);
	if (r < 0)
		return r;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

int guise_file_stat_many(struct guise_engine *engine,
			 const struct guise_token *token, int dir_fd,
			 const char *const *names, size_t n,
			 struct stat *ret_stats, int *ret_results)
{
	NO_CANCEL(hold);
	int r;

	r = check_actor(engine, token);
	if (r < 0)
		return r;
	if (dir_fd < 0 || (n && (!names || !ret_stats || !ret_results)))
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		r = check_name(names[i]);
		if (r < 0)
			return r;
	}
	if (engine->ops->stat_many)
		return engine->ops->stat_many(engine, token, dir_fd, names, n,
					      ret_stats, ret_results);
	for (size_t i = 0; i < n; i++)
		ret_results[i] = stat_one(engine, token, dir_fd, names[i],
					  &ret_stats[i]);
	return 0;
}
