/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File operations as a client: one interface, three engines.
 *
 *  switch  this thread takes on the client's credentials for each operation;
 *          for servers that hold CAP_SETUID and CAP_SETGID
 *  ring    io_uring with a personality (a prebuilt kernel credential) on every
 *          request; as fast as a plain open whatever the number of groups
 *  broker  guise's authority does it and passes the descriptor back; made by
 *          guise_authority_engine(), see authority.h
 *
 * Here the kernel alone decides; share.h adds descriptors and policy. An
 * engine belongs to one thread at a time; tokens may be shared freely.
 *
 * Paths are relative to a directory descriptor and resolved beneath it, never
 * through magic links: leaving it gives -EXDEV. What is called @name is one
 * component: not empty, not "." or "..", no slash, else -EINVAL; longer than
 * GUISE_NAME_MAX bytes: -ENAMETOOLONG.
 *
 * Thread-safety: any number of engines may be used at once, one engine by one
 * thread at a time. guise_file_list() moves the position of its descriptor.
 * Cost of an operation beyond the kernel's own: switch, what a scope costs (see
 * impersonate.h); ring, mostly one io_uring_enter; broker, one request to
 * another process and its reply.
 */
#ifndef GUISE_FILE_H
#define GUISE_FILE_H

#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The attribute in which descriptors of files are stored. */
#define GUISE_SD_XATTR "security.guise.sd"

struct guise_engine;

/**
 * guise_engine_new_switch() - an engine that impersonates for each operation
 * @ret: the caller's, until guise_engine_free()
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_engine_new_switch(struct guise_engine **ret);

/**
 * guise_engine_new_ring() - a restricted ring of this thread's own
 * @service_uid, @service_gid: unprivileged ids that registered credentials
 *                 keep as real and saved ids; not 0
 *
 * For a server that holds CAP_SETUID and CAP_SETGID. Identities are registered
 * at first use and dropped when unused for long (least recently used beyond
 * 4096), which makes a thread: a token's first use inside a scope is refused
 * with -EBUSY. Operations io_uring lacks are done as the switch engine does
 * them.
 *
 * Return: 0; -ENOSYS or -EPERM when the host has no io_uring for us;
 * -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_engine_new_ring(uint32_t service_uid,
						   uint32_t service_gid,
						   struct guise_engine **ret);

/**
 * guise_engine_free() - NULL is fine; always returns NULL. By the thread that
 * used it; engines of an authority are not freed, they end with it
 */
GUISE_API struct guise_engine *guise_engine_free(struct guise_engine *engine);

/**
 * guise_engine_freep() - free *@engine and set it to NULL, for GUISE_AUTO();
 * @engine is not NULL, *@engine may be
 */
GUISE_API void guise_engine_freep(struct guise_engine **engine);

/**
 * guise_engine_name() - "switch", "ring" or "broker"; "" for NULL; static
 * storage
 */
GUISE_API const char *guise_engine_name(const struct guise_engine *engine);

/**
 * guise_engine_forget() - drop whatever the engine keeps for @token, which is
 * borrowed; NULLs are ignored
 */
GUISE_API void guise_engine_forget(struct guise_engine *engine,
				   const struct guise_token *token);

/*
 * Errors common to all operations: what the kernel says to this client
 * (-EACCES, -ENOENT, -ELOOP, -EXDEV, -EROFS, -EDQUOT, ...);
 * GUISE_E_BAD_LEVEL (below impersonation: nothing is opened);
 * GUISE_E_CEILING; GUISE_E_NO_SUCH_LOGON_SESSION (logged off or evicted: log
 * on again); -ECONNRESET (the authority is gone); -ENOMEM;
 * -EINVAL (a NULL, a negative descriptor, mode bits beyond 07777).
 */

enum guise_resolve {
	GUISE_RESOLVE_NO_SYMLINKS = 1, /* no symbolic link at all */
	GUISE_RESOLVE_NO_XDEV = 2,     /* stay on one mount */
};

/**
 * guise_file_open() - open beneath @dir_fd as the client
 * @path: relative; "" or "." is the directory itself
 * @flags: as open(2); O_CLOEXEC and O_NOCTTY are added. O_CREAT only with
 *         O_EXCL; O_TMPFILE, O_TRUNC are refused (-EINVAL): replacing is what
 *         temporaries are for
 * @mode: for O_CREAT, before the umask
 * @resolve: enum guise_resolve
 *
 * Never blocks on a FIFO (O_NONBLOCK is added unless O_PATH); devices, FIFOs
 * and sockets are refused with -ENXIO unless O_PATH. @ret_fd is the caller's.
 * Return: 0; the common errors; -EEXIST; -ENXIO; -ENAMETOOLONG.
 */
GUISE_API GUISE_MUST_USE int guise_file_open(struct guise_engine *engine,
					     const struct guise_token *token,
					     int dir_fd, const char *path,
					     int flags, mode_t mode,
					     unsigned resolve, int *ret_fd);

/**
 * guise_file_mkdir() - make directory @name in @dir_fd; @mode is before the
 * umask. Return: 0; the common errors; -EEXIST
 */
GUISE_API GUISE_MUST_USE int guise_file_mkdir(struct guise_engine *engine,
					      const struct guise_token *token,
					      int dir_fd, const char *name,
					      mode_t mode);

/**
 * guise_file_unlink() - remove one name; @is_directory as AT_REMOVEDIR. Return:
 * 0; the common errors; -EISDIR, -ENOTDIR, -ENOTEMPTY
 */
GUISE_API GUISE_MUST_USE int guise_file_unlink(struct guise_engine *engine,
					       const struct guise_token *token,
					       int dir_fd, const char *name,
					       bool is_directory);

/**
 * guise_file_rename() - @flags: 0, RENAME_NOREPLACE or RENAME_EXCHANGE. Return:
 * 0; the common errors; -EEXIST, -ENOTEMPTY, -EISDIR, -ENOTDIR and others of
 * renameat2; across file systems -EXDEV
 */
GUISE_API GUISE_MUST_USE int
guise_file_rename(struct guise_engine *engine, const struct guise_token *token,
		  int old_dir_fd, const char *old_name, int new_dir_fd,
		  const char *new_name, unsigned flags);

/**
 * guise_file_set_times() - utimensat of an open (O_PATH will do) file; @times:
 * borrowed, access and modification. Return: 0; the common errors
 */
GUISE_API GUISE_MUST_USE int
guise_file_set_times(struct guise_engine *engine,
		     const struct guise_token *token, int fd,
		     const struct timespec times[2]);

/**
 * guise_file_set_mode() - fchmod of an open (O_PATH will do) file; @mode: 0 ...
 * 07777, no umask. Return: 0; the common errors
 */
GUISE_API GUISE_MUST_USE int
guise_file_set_mode(struct guise_engine *engine,
		    const struct guise_token *token, int fd, mode_t mode);

/**
 * struct guise_temp - an exclusive temporary that becomes a file or directory
 * @fd: open for writing (a directory: for reading), the caller's
 * @dir_fd: the directory it lies in; borrowed from the caller of create
 * @id: the engine's number for it
 * @name: its name in @dir_fd, GUISE_TEMP_PREFIX and random characters
 */
struct guise_temp {
	int fd;
	int dir_fd;
	uint64_t id;
	char name[48];
};

#define GUISE_TEMP_PREFIX ".guise-tmp-"

/**
 * guise_file_is_temp_name() - is @name (@size bytes, no NUL needed) one of a
 * temporary? Listings leave these names out, and requests for them are answered
 * as for names that do not exist
 */
GUISE_API bool guise_file_is_temp_name(const char *name, size_t size);

/**
 * guise_temp_create() - a new temporary in @dir_fd, owned by the client
 * @like: NULL, or the name of the existing file in @dir_fd that it will
 *        replace: mode, POSIX ACL, group (where the client may give it) and
 *        user.* attributes are taken over, as the client
 * @is_directory: a directory
 * @mode: for a new one, before the umask
 *
 * With @like it is created 0600 (0700) and is at no instant more readable than
 * what it will replace: where the client cannot give the old group, group and
 * others get only what both had. Set-id bits of files are not taken over. A new
 * one has its mode from the start, as umask or the directory's default ACL say.
 * With an authority it is written into a journal first, so that it is removed
 * after any crash.
 *
 * Return also: -EISDIR, -ENOTDIR, -ELOOP, -ENXIO when @like is of another kind;
 * -EACCES when it has user.* attributes that the client may not read;
 * -EOPNOTSUPP when attributes cannot be reached (no /proc).
 */
GUISE_API GUISE_MUST_USE int guise_temp_create(struct guise_engine *engine,
					       const struct guise_token *token,
					       int dir_fd, const char *like,
					       bool is_directory, mode_t mode,
					       struct guise_temp *ret);
/**
 * guise_temp_commit() - give it its final name, atomically
 * @replace: an existing file of that name is replaced; else -EEXIST
 *
 * On success and failure alike @temp->fd stays the caller's; on failure the
 * temporary is still there: abort it. Return: 0; the common errors; -EEXIST;
 * others of renameat2.
 */
GUISE_API GUISE_MUST_USE int guise_temp_commit(struct guise_engine *engine,
					       const struct guise_token *token,
					       struct guise_temp *temp,
					       const char *name, bool replace);
/** guise_temp_abort() - remove it (a directory with all that is in it) */
GUISE_API void guise_temp_abort(struct guise_engine *engine,
				const struct guise_token *token,
				struct guise_temp *temp);

/**
 * guise_file_list() - names in a directory opened by guise_file_open()
 * @found: called for each but ".", ".." and temporaries; @type is DT_*; @name
 *         is borrowed for the call; negative ends the listing and is returned
 *
 * Return: 0; what @found returned; errors of lseek and getdents64 (-ENOTDIR,
 * -EBADF, ...); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_file_list(int dir_fd,
		int (*found)(void *context, const char *name, unsigned type),
		void *context);

/**
 * guise_file_stat_many() - metadata of names in a directory, as the client
 * @names: @n of them
 * @ret_results: per name 0 or the error
 *
 * One batch on a ring. Symbolic links are not followed. Return: 0 if each has
 * its result.
 */
GUISE_API GUISE_MUST_USE int
guise_file_stat_many(struct guise_engine *engine,
		     const struct guise_token *token, int dir_fd,
		     const char *const *names, size_t n, struct stat *ret_stats,
		     int *ret_results);

#ifdef __cplusplus
}
#endif
#endif
