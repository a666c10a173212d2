/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an engine is to the file layer: a table of operations. The public
 * functions check arguments, level and names once and call these; an engine
 * sees only clean input. @dir_fd is always a directory descriptor that was
 * opened as a client or is a root.
 */
#ifndef FILE_ENGINE_H
#define FILE_ENGINE_H

#include <linux/io_uring.h>
#include <linux/openat2.h>

#include <guise/file.h>

#include "base.h"

struct engine_ops {
	const char *name;
	void (*free)(struct guise_engine *engine);
	void (*forget)(struct guise_engine *engine,
		       const struct guise_token *token);
	int (*open)(struct guise_engine *engine,
		    const struct guise_token *token, int dir_fd,
		    const char *path, const struct open_how *how, int *ret_fd);
	int (*mkdir)(struct guise_engine *engine,
		     const struct guise_token *token, int dir_fd,
		     const char *name, mode_t mode);
	int (*unlink)(struct guise_engine *engine,
		      const struct guise_token *token, int dir_fd,
		      const char *name, int flags);
	int (*rename)(struct guise_engine *engine,
		      const struct guise_token *token, int old_dir_fd,
		      const char *old_name, int new_dir_fd,
		      const char *new_name, unsigned flags);
	int (*set_times)(struct guise_engine *engine,
			 const struct guise_token *token, int fd,
			 const struct timespec times[2]);
	int (*set_mode)(struct guise_engine *engine,
			const struct guise_token *token, int fd, mode_t mode);
	int (*temp_create)(struct guise_engine *engine,
			   const struct guise_token *token, int dir_fd,
			   const char *like, bool is_directory, mode_t mode,
			   struct guise_temp *ret);
	int (*temp_commit)(struct guise_engine *engine,
			   const struct guise_token *token,
			   struct guise_temp *temp, const char *name,
			   bool replace);
	void (*temp_abort)(struct guise_engine *engine,
			   const struct guise_token *token,
			   struct guise_temp *temp);
	/* NULL: the generic one (open O_PATH and fstat, one by one) */
	int (*stat_many)(struct guise_engine *engine,
			 const struct guise_token *token, int dir_fd,
			 const char *const *names, size_t n,
			 struct stat *ret_stats, int *ret_results);
	/*
	 * The security descriptor xattr. Reading: @fd may be O_PATH; the bytes
	 * as stored, -ENODATA if there are none. Writing needs the service's
	 * privilege. @expected_* say which file the caller means by @fd, so
	 * that another process can check. The store layer has decided that
	 * @token may; an authority decides once more on its own.
	 * @path is the file's path beneath root number @root (of an authority),
	 * or NULL for the file of a pending temporary of this engine.
	 */
	int (*read_sd)(struct guise_engine *engine,
		       const struct guise_token *token, int fd,
		       struct guise_buf *out);
	int (*write_sd)(struct guise_engine *engine,
			const struct guise_token *token, int fd, unsigned root,
			const char *path, const void *data, size_t size,
			uint32_t security_information);
	/*
	 * The POSIX access ACL (system.posix_acl_access) as stored; @fd may be
	 * O_PATH. NULL: the caller may read it itself.
	 */
	int (*read_acl)(struct guise_engine *engine,
			const struct guise_token *token, int fd,
			struct guise_buf *out);
	/*
	 * Copy all user.* attributes between open files (not O_PATH), as the
	 * client. NULL: the store layer does it in a scope of this thread.
	 */
	int (*copy_attributes)(struct guise_engine *engine,
			       const struct guise_token *token, int from_fd,
			       int to_fd);
};

struct guise_engine {
	const struct engine_ops *ops;
};

/* guise_file_open() with the fstat it makes anyway; @ret_stat may hold
 * anything on failure. */
GUISE_MUST_USE int file_open_stat(struct guise_engine *engine,
				  const struct guise_token *token, int dir_fd,
				  const char *path, int flags, mode_t mode,
				  unsigned resolve, int *ret_fd,
				  struct stat *ret_stat);

/*
 * The bodies of the operations io_uring lacks or that are many steps, as plain
 * code to be run by a thread that already is the client (in a scope): used by
 * the switch engine and by the authority's broker. Only system calls in them.
 */
GUISE_MUST_USE int file_temp_create_here(int dir_fd, const char *like,
					 bool is_directory, mode_t mode,
					 const char *temp_name, int *ret_fd);
GUISE_MUST_USE int file_temp_commit_here(int dir_fd, const char *temp_name,
					 const char *name, bool replace);
/* Removes @name in @dir_fd, a directory with all that is in it. */
GUISE_MUST_USE int file_remove_tree_here(int dir_fd, const char *name);
GUISE_MUST_USE int file_open_here(int dir_fd, const char *path,
				  const struct open_how *how, int *ret_fd);
/* GUISE_TEMP_PREFIX + 128 random bits in base32. */
void file_temp_name(char ret[48]);

/* One ring with its personalities looked up by token; used by the embedded
 * ring engine and by a worker's. */
struct file_ring;
struct file_ring_hooks {
	/* personality of @token in this ring, > 0; or a negative error */
	int (*personality)(void *context, const struct guise_token *token);
	/* the kernel did not know it: it is dead */
	void (*died)(void *context, const struct guise_token *token);
	void *context;
};
/* @ring_fd: borrowed; made with R_DISABLED, restricted, enabled; mapped here.
 * @params: what io_uring_setup returned. */
GUISE_MUST_USE int file_ring_new(int ring_fd,
				 const struct io_uring_params *params,
				 const struct file_ring_hooks *hooks,
				 struct file_ring **ret);
struct file_ring *file_ring_free(struct file_ring *ring);
GUISE_MUST_USE int file_ring_open(struct file_ring *ring,
				  const struct guise_token *token, int dir_fd,
				  const char *path, const struct open_how *how,
				  int *ret_fd);
GUISE_MUST_USE int file_ring_mkdir(struct file_ring *ring,
				   const struct guise_token *token, int dir_fd,
				   const char *name, mode_t mode);
GUISE_MUST_USE int file_ring_unlink(struct file_ring *ring,
				    const struct guise_token *token, int dir_fd,
				    const char *name, int flags);
GUISE_MUST_USE int file_ring_rename(struct file_ring *ring,
				    const struct guise_token *token,
				    int old_dir_fd, const char *old_name,
				    int new_dir_fd, const char *new_name,
				    unsigned flags);
GUISE_MUST_USE int file_ring_stat_many(struct file_ring *ring,
				       const struct guise_token *token,
				       int dir_fd, const char *const *names,
				       size_t n, struct stat *ret_stats,
				       int *ret_results);
/* Create a ring fit for another, unprivileged process: disabled, restricted to
 * the operations above and to (un)registering personalities, then enabled;
 * not mapped by the caller. */
GUISE_MUST_USE int file_ring_setup(unsigned entries, int *ret_fd,
				   struct io_uring_params *ret_params);
/* Run @kcred on a throw-away thread and register it. @landlock_fd: a ruleset
 * the identity is confined to, or -EBADF for none. Returns the id, > 0. */
struct kcred;
GUISE_MUST_USE int file_ring_register(int ring_fd, const struct kcred *kcred,
				      uint32_t service_uid,
				      uint32_t service_gid, int landlock_fd);
/* The same for several rings from one thread; on failure none is left. */
GUISE_MUST_USE int file_ring_register_all(const int *ring_fds, size_t n,
					  const struct kcred *kcred,
					  uint32_t service_uid,
					  uint32_t service_gid, int landlock_fd,
					  int *ret_ids);
void file_ring_unregister(int ring_fd, int id);

#endif
