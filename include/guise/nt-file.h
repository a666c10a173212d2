/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files as a Windows program opens them: access is asked for and decided once,
 * at the open, and what was granted stays with the open file.
 *
 * Two have to agree. The NT access check of the file's descriptor with the
 * token; where no descriptor is stored, of the one that mode and POSIX ACL
 * amount to. And the kernel, under the identity the calling thread has: call
 * these on a thread that is the client already (or is nobody's but the
 * process's own). Nothing here changes the thread's ids.
 *
 * A stored descriptor is an attribute only CAP_SYS_ADMIN may write. Where the
 * access check has allowed it, that one capability is effective for that one
 * call, if the process has it; else -EPERM.
 *
 * Paths are Unix paths. They are resolved once, as the caller; what follows
 * acts on descriptors. Links in /proc that lead to open files are not
 * followed. Devices, FIFOs and sockets are refused (-ENXIO).
 *
 * Share modes bind the opens of one process.
 *
 * Thread-safe, also on one open file: what threads of a process change of one
 * descriptor at the same time is all changed. Cost: a handful of opens and
 * attribute reads; a token without SeChangeNotify pays two more for each
 * directory on the way.
 */
#ifndef GUISE_NT_FILE_H
#define GUISE_NT_FILE_H

#include <guise/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What to do about a file that is there, and about one that is not. */
enum guise_nt_disposition {
	GUISE_NT_SUPERSEDE = 0,
	GUISE_NT_OPEN = 1,
	GUISE_NT_CREATE = 2,
	GUISE_NT_OPEN_IF = 3,
	GUISE_NT_OVERWRITE = 4,
	GUISE_NT_OVERWRITE_IF = 5,
};

/* The numbers of the options of NtCreateFile. */
enum guise_nt_options {
	GUISE_NT_DIRECTORY = 0x1,
	GUISE_NT_NON_DIRECTORY = 0x40,
	GUISE_NT_DELETE_ON_CLOSE = 0x1000,
	/* SeBackup and SeRestore count, where enabled. */
	GUISE_NT_BACKUP_INTENT = 0x4000,
	/* A symbolic link is opened itself. */
	GUISE_NT_OPEN_LINK = 0x200000,
};

enum guise_nt_share {
	GUISE_NT_SHARE_READ = 1,
	GUISE_NT_SHARE_WRITE = 2,
	GUISE_NT_SHARE_DELETE = 4,
	GUISE_NT_SHARE_ALL = 7,
};

enum guise_nt_action {
	GUISE_NT_SUPERSEDED = 0,
	GUISE_NT_OPENED = 1,
	GUISE_NT_CREATED = 2,
	GUISE_NT_OVERWRITTEN = 3,
};

/**
 * struct guise_nt_request - one open
 * @size: sizeof(struct guise_nt_request)
 * @token: borrowed: the effective token
 * @mapping: borrowed, may be NULL: for descriptors that are derived
 * @dir_fd: where a relative @path begins, or AT_FDCWD
 * @path: borrowed: the Unix path
 * @access: the rights asked for; generic bits and MAXIMUM_ALLOWED as well
 * @share: enum guise_nt_share: what others may have open meanwhile
 * @disposition, @options: of the enums above
 * @read_only: a new file gets no write bits
 * @creator: borrowed, may be NULL: the descriptor a new file is to have; what
 *           the directory passes on comes on top as guise_inherit() says
 */
struct guise_nt_request {
	size_t size;
	const struct guise_token *token;
	const struct guise_id_mapping *mapping;
	int dir_fd;
	const char *path;
	uint32_t access;
	uint32_t share;
	enum guise_nt_disposition disposition;
	uint32_t options;
	bool read_only;
	const struct guise_sd *creator;
};

/** struct guise_nt_file - an open file; freed by guise_nt_file_free() */
struct guise_nt_file;

/**
 * guise_nt_open() - open or create a file or directory
 * @request: borrowed
 * @ret: the caller's
 * @reterr_parent: may be NULL; set on failure: it was the way there that
 *         failed, not the name at its end
 *
 * To open: the access check, in which DELETE also comes from the directory's
 * DELETE_CHILD and READ_ATTRIBUTES from its LIST_DIRECTORY (MS-FSA 2.1.5.1.2),
 * and in which backup intent gives SeBackup's and SeRestore's holders what
 * those are for; then share modes; then the kernel. To create: ADD_FILE or
 * ADD_SUBDIRECTORY on the directory; the creator gets what was asked for. The
 * descriptor is on a new file before it has its name. Overwriting takes
 * WRITE_DATA, superseding DELETE; the descriptor stays.
 *
 * A file without write bits is read-only: it is opened neither for writing
 * nor for deleting.
 *
 * Return: 0; GUISE_E_ACCESS_DENIED, -EACCES, -EPERM (the kernel, or a
 * descriptor that cannot be stored), GUISE_E_PRIVILEGE_NOT_HELD
 * (ACCESS_SYSTEM_SECURITY without SeSecurity), GUISE_E_BAD_LEVEL (below
 * impersonation: nothing is opened); GUISE_E_SHARING_VIOLATION;
 * GUISE_E_DELETE_PENDING; GUISE_E_CANNOT_DELETE (read-only); -ENOENT, -EEXIST,
 * -ENOTDIR, -EISDIR, -ELOOP, -ENXIO, -ENAMETOOLONG, -EROFS, -ENOSPC and others
 * of the calls made; -EBADMSG (a malformed stored descriptor denies); errors of
 * guise_inherit() and guise_sd_write(); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_nt_open(const struct guise_nt_request *request,
	      struct guise_nt_file **ret, bool *reterr_parent);

/**
 * guise_nt_file_free() - close it; a file that is to be deleted goes when
 * nothing of this process has it open any more. NULL is fine; returns NULL
 */
GUISE_API struct guise_nt_file *guise_nt_file_free(struct guise_nt_file *file);

/** guise_nt_file_freep() - for GUISE_AUTO(); @file is not NULL, *@file may be
 */
GUISE_API void guise_nt_file_freep(struct guise_nt_file **file);

/** guise_nt_file_fd() - borrowed. O_PATH where no data access was granted;
 * open for reading and writing where it was created here: ask
 * guise_nt_file_granted() what may be done with it */
GUISE_API int guise_nt_file_fd(const struct guise_nt_file *file);

/** guise_nt_file_granted() - the rights granted, without generic bits */
GUISE_API uint32_t guise_nt_file_granted(const struct guise_nt_file *file);

/** guise_nt_file_action() - what was done to open it */
GUISE_API enum guise_nt_action
guise_nt_file_action(const struct guise_nt_file *file);

/**
 * guise_nt_file_may_change() - times and mode may be changed through it
 *
 * FILE_WRITE_ATTRIBUTES of a file without a stored descriptor may have come
 * along with writing; only its owner and the privileged may use it.
 */
GUISE_API bool guise_nt_file_may_change(const struct guise_nt_file *file);

/** guise_nt_file_is_directory() - it is one */
GUISE_API bool guise_nt_file_is_directory(const struct guise_nt_file *file);

/**
 * guise_nt_file_set_delete() - have it deleted when it is closed for good
 * @remove: false takes that back
 *
 * The caller has checked for DELETE. Return: 0; -ENOTEMPTY;
 * GUISE_E_CANNOT_DELETE (read-only); -EBUSY (it has no directory); errors of
 * reading it; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_nt_file_set_delete(struct guise_nt_file *file, bool remove);

/** guise_nt_file_delete_pending() - it will be */
GUISE_API bool guise_nt_file_delete_pending(const struct guise_nt_file *file);

/**
 * guise_nt_rename() - give an open file another name
 * @file: opened with DELETE: the caller has checked that
 * @to: borrowed: its token, @dir_fd and @path say where to; else unused
 * @replace: a file of that name is replaced; takes DELETE on it, or
 *           DELETE_CHILD on its directory
 * @reterr_parent: as for guise_nt_open()
 *
 * ADD_FILE or ADD_SUBDIRECTORY on the directory; the descriptor stays.
 * Return: 0; -EEXIST; -EXDEV; the errors of guise_nt_open().
 */
GUISE_API GUISE_MUST_USE int guise_nt_rename(struct guise_nt_file *file,
					     const struct guise_nt_request *to,
					     bool replace, bool *reterr_parent);

/**
 * guise_nt_get_sd() - the descriptor of an open file, stored or derived
 * @mapping: borrowed, may be NULL
 * @ret: returns a reference; all parts: guise_sd_select() picks
 * @ret_stored: may be NULL; false when it was derived
 *
 * Checks nobody's rights. Return: as guise_sd_read().
 */
GUISE_API GUISE_MUST_USE int
guise_nt_get_sd(const struct guise_nt_file *file,
		const struct guise_id_mapping *mapping,
		const struct guise_sd **ret, bool *ret_stored);

/**
 * guise_nt_set_sd() - change the descriptor of an open file
 * @token: borrowed: who changes it
 * @information, @modification, @flags: as for guise_sd_set()
 *
 * The caller has checked for the rights of guise_sd_set_access(). Nothing is
 * passed on to members: see propagate.h. A new owner's uid and a new group's
 * gid are not changed: they are what quotas and the kernel go by.
 *
 * Return: 0; errors of guise_sd_set(), guise_sd_read(), guise_sd_write();
 * -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_nt_set_sd(const struct guise_nt_file *file,
		const struct guise_token *token, uint32_t information,
		const struct guise_sd *modification, uint32_t flags,
		const struct guise_id_mapping *mapping);

/**
 * guise_nt_may_open() - may @token open anything on the calling thread?
 *
 * Return: 0; GUISE_E_BAD_LEVEL; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_nt_may_open(const struct guise_token *token);

#ifdef __cplusplus
}
#endif
#endif
