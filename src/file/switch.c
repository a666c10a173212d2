/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The switch engine: one scope an operation, in it nothing but the operation.
 * Beginning a scope verifies the identity by reading it back; ending it
 * restores the service or ends the process.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include "fd.h"
#include "file-internal.h"

/* openat2(2) gives up when something is renamed or mounted while it passes a
 * ".."; a signal may interrupt it on a network file system. */
int file_open_here(int dir_fd, const char *path, const struct open_how *how,
		   int *ret_fd)
{
	long fd = -1;

	for (unsigned i = 0; i < FILE_RETRIES_MAX; i++) {
		fd = syscall(SYS_openat2, dir_fd, path, how, sizeof(*how));
		if (fd >= 0) {
			*ret_fd = (int)fd;
			return 0;
		}
		if (errno != EAGAIN && errno != EINTR)
			break;
		(void)sched_yield();
	}
	return -errno;
}

static int switch_open(struct guise_engine *engine,
		       const struct guise_token *token, int dir_fd,
		       const char *path, const struct open_how *how,
		       int *ret_fd)
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return file_open_here(dir_fd, path, how, ret_fd);
}

static int switch_mkdir(struct guise_engine *engine,
			const struct guise_token *token, int dir_fd,
			const char *name, mode_t mode)
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return mkdirat(dir_fd, name, mode) < 0 ? -errno : 0;
}

static int switch_unlink(struct guise_engine *engine,
			 const struct guise_token *token, int dir_fd,
			 const char *name, int flags)
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return unlinkat(dir_fd, name, flags) < 0 ? -errno : 0;
}

static int switch_rename(struct guise_engine *engine,
			 const struct guise_token *token, int old_dir_fd,
			 const char *old_name, int new_dir_fd,
			 const char *new_name, unsigned flags)
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return renameat2(old_dir_fd, old_name, new_dir_fd, new_name, flags) < 0
		       ? -errno
		       : 0;
}

int switch_set_times(struct guise_engine *engine,
		     const struct guise_token *token, int fd,
		     const struct timespec times[2])
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return utimensat(fd, "", times, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

int switch_set_mode(struct guise_engine *engine,
		    const struct guise_token *token, int fd, mode_t mode)
{
	GUISE_SCOPE(scope);
	char path[FD_PATH_SIZE];
	int r;

	(void)engine;
	file_fd_path(fd, path);
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	if (fchmod(fd, mode) == 0)
		return 0;
	if (errno != EBADF)
		return -errno;
	return chmod(path, mode) < 0 ? -errno : 0; /* O_PATH */
}

int switch_temp_create(struct guise_engine *engine,
		       const struct guise_token *token, int dir_fd,
		       const char *like, bool is_directory, mode_t mode,
		       struct guise_temp *ret)
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	file_temp_name(ret->name);
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return file_temp_create_here(dir_fd, like, is_directory, mode,
				     ret->name, &ret->fd);
}

static int switch_temp_commit(struct guise_engine *engine,
			      const struct guise_token *token,
			      struct guise_temp *temp, const char *name,
			      bool replace)
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return file_temp_commit_here(temp->dir_fd, temp->name, name, replace);
}

void switch_temp_abort(struct guise_engine *engine,
		       const struct guise_token *token, struct guise_temp *temp)
{
	GUISE_SCOPE(scope);

	(void)engine;
	if (guise_scope_begin(&scope, token) < 0)
		return;
	/* what the client may no longer remove stays, named as what it is */
	if (file_remove_tree_here(temp->dir_fd, temp->name) < 0)
		return;
}

/* One scope for all names. */
static int switch_stat_many(struct guise_engine *engine,
			    const struct guise_token *token, int dir_fd,
			    const char *const *names, size_t n,
			    struct stat *ret_stats, int *ret_results)
{
	GUISE_SCOPE(scope);
	int r;

	(void)engine;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		r = fstatat(dir_fd, names[i], &ret_stats[i],
			    AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
		ret_results[i] = r < 0 ? -errno : 0;
	}
	return 0;
}

static void switch_free(struct guise_engine *engine)
{
	free(engine);
}

static const struct engine_ops switch_ops = {
	.name = "switch",
	.free = switch_free,
	.open = switch_open,
	.mkdir = switch_mkdir,
	.unlink = switch_unlink,
	.rename = switch_rename,
	.set_times = switch_set_times,
	.set_mode = switch_set_mode,
	.temp_create = switch_temp_create,
	.temp_commit = switch_temp_commit,
	.temp_abort = switch_temp_abort,
	.stat_many = switch_stat_many,
	.read_sd = service_read_sd,
	.write_sd = service_write_sd,
};

int guise_engine_new_switch(struct guise_engine **ret)
{
	struct guise_engine *engine;

	if (!ret)
		return -EINVAL;
	engine = calloc(1, sizeof(*engine));
	if (!engine)
		return -ENOMEM;
	engine->ops = &switch_ops;
	*ret = engine;
	return 0;
}
