/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A share: a directory tree, a policy, and the one gate through which every
 * operation of a client goes: level, ceiling and policy, then the check of the
 * file's security descriptor, then the operation itself under the client's
 * kernel identity. Yes needs all of them.
 *
 * Paths are relative to the share's root, UTF-8 or not, '/' between
 * components, no empty, "." or ".." component ("" is the root itself): else
 * -EINVAL. They are resolved once, beneath the root; what follows acts on
 * descriptors.
 *
 * Thread-safety: any number of threads may use one share at once, each with an
 * actor of its own (its engine is one thread's); a put belongs to the actor's
 * thread that began it. guise_share_free() only when nobody uses it any more.
 *
 * Cost: opening the parent and the file, one fstat and, where the file's
 * descriptor is not remembered, one or two attribute reads; the check itself is
 * nanoseconds. Each kernel operation costs what the actor's engine takes (see
 * file.h). Listing, deleting and copying are linear in the members.
 */
#ifndef GUISE_SHARE_H
#define GUISE_SHARE_H

#include <guise/audit.h>
#include <guise/store.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_share_policy {
	GUISE_POLICY_BOTH =
		0, /* stored descriptor, where there is one, and kernel */
	GUISE_POLICY_POSIX = 1, /* the kernel alone */
};

enum guise_share_flags {
	GUISE_SHARE_READ_ONLY = 1,
	GUISE_SHARE_NO_SYMLINKS = 2,
	GUISE_SHARE_HIDE_UNREADABLE = 4, /* access-based enumeration */
};

/**
 * struct guise_share_options
 * @size: sizeof
 * @root_fd: the share takes it; a directory (O_PATH will do)
 * @root_number: what an authority calls this root; 0 without one
 * @policy, @flags
 * @file_mode, @directory_mode: of new ones before the umask; 0 = 0666, 0777
 * @mapping: copied; may be NULL
 * @n_sd_cache: files remembered with their parsed descriptor or that they have
 *              none (by device, inode, change time); 0 = 16384
 * @name: copied, for audits; may be NULL
 * @policies: the share takes a reference; may be NULL: the central access
 *            policies that stored descriptors name
 */
struct guise_share_options {
	size_t size;
	int root_fd;
	unsigned root_number;
	enum guise_share_policy policy;
	unsigned flags;
	mode_t file_mode;
	mode_t directory_mode;
	const struct guise_id_mapping *mapping;
	size_t n_sd_cache;
	const char *name;
	const struct guise_policies *policies;
};

struct guise_share;

/**
 * guise_share_new() - serve the tree beneath a directory
 * @options: borrowed; @root_fd is taken on success only, @mapping's context
 *           must live as long as the share
 * @ret: the caller's, until guise_share_free()
 *
 * Return: 0; -ENOTDIR; errors of fstat; -ENOMEM; -EINVAL (NULL, an unknown flag
 * or policy, mode bits beyond 0777, @n_sd_cache above 1048576).
 */
GUISE_API GUISE_MUST_USE int
guise_share_new(const struct guise_share_options *options,
		struct guise_share **ret);

/**
 * guise_share_free() - close the root and forget all; NULL is fine; always
 * returns NULL. No put of it may be open
 */
GUISE_API struct guise_share *guise_share_free(struct guise_share *share);

enum guise_layer {
	GUISE_LAYER_NONE = 0,
	GUISE_LAYER_LEVEL,	/* impersonation level too low */
	GUISE_LAYER_CEILING,	/* identity above the service's ceiling */
	GUISE_LAYER_SHARE,	/* read-only share and the like */
	GUISE_LAYER_DESCRIPTOR, /* the NT access check */
	GUISE_LAYER_KERNEL,	/* the file system's own permissions */
};

/**
 * struct guise_verdict - what decided, for logs and for the answer
 * @layer: what refused; NONE if nothing did
 * @decision: of the descriptor check, when that was made
 * @missing: access bits that were missing
 * @parent_listable: the client may list the directory the name is in, so
 *         telling it that the name exists tells it nothing new
 */
struct guise_verdict {
	enum guise_layer layer;
	struct guise_decision decision;
	uint32_t missing;
	bool parent_listable;
};

/**
 * struct guise_actor - who acts, by what, and where the verdict goes
 * @engine: borrowed; this thread's
 * @token: borrowed; the client's
 * @verdict: may be NULL; set by every operation
 * @audit: borrowed, may be NULL: what stored descriptors want on record. Called
 *         in the thread of the operation, outside every scope. @server is the
 *         share's name, @name the path in the share as the client gave it (of a
 *         directory that something was created in: that directory's), @handle
 *         the inode
 */
struct guise_actor {
	struct guise_engine *engine;
	const struct guise_token *token;
	struct guise_verdict *verdict;
	const struct guise_audit_sink *audit;
};

/*
 * Audited is what the stored descriptor decides, once an operation and object:
 * a success when the descriptor allowed it and the kernel let it be opened (for
 * DELETE and for what is created: when it was done); a failure when either
 * refused. Where the policy is GUISE_POLICY_POSIX, or no descriptor is stored,
 * nothing is audited. Questions that an operation asks on the side (may this
 * name be shown?) are not.
 */

/*
 * All operations: thread-safe on the share, 0 or an error. A refusal is
 * GUISE_E_ACCESS_DENIED (descriptor or policy) or the kernel's -EACCES,
 * -EPERM, -EROFS; see also file.h's common errors. A malformed stored
 * descriptor refuses with -EBADMSG. Names of temporaries do not exist.
 * Devices, FIFOs and sockets are listed but not served: every operation on one
 * is refused with -ENXIO, deleting, moving and replacing it as well, so a
 * directory with one cannot be deleted as a whole. -EINVAL is a malformed path
 * or a NULL; "Return also" names what comes on top. What goes in is borrowed.
 */

/**
 * guise_share_open() - open an existing file or directory
 * @access: file access mask: READ_DATA opens for reading, WRITE_DATA or
 *          APPEND_DATA for writing; only bits like READ_ATTRIBUTES or
 *          READ_CONTROL: O_PATH. Generic bits are mapped.
 * @ret_fd: the caller's
 * @ret_stat: may be NULL
 */
GUISE_API GUISE_MUST_USE int guise_share_open(struct guise_share *share,
					      const struct guise_actor *actor,
					      const char *path, uint32_t access,
					      int *ret_fd,
					      struct stat *ret_stat);

/** guise_share_stat() - READ_ATTRIBUTES (also by the parent's
 * LIST_DIRECTORY); follows symbolic links beneath the root */
GUISE_API GUISE_MUST_USE int guise_share_stat(struct guise_share *share,
					      const struct guise_actor *actor,
					      const char *path,
					      struct stat *ret_stat);

/** struct guise_entry - one name of a listing; symbolic links are shown as
 * what they point to, when that is beneath the root; else left out */
struct guise_entry {
	const char *name;
	struct stat stat;
};

/** guise_share_list() - LIST_DIRECTORY; @found as in guise_file_list(), in no
 * order; entries without a stat the client may see are left out */
GUISE_API GUISE_MUST_USE int
guise_share_list(struct guise_share *share, const struct guise_actor *actor,
		 const char *path,
		 int (*found)(void *context, const struct guise_entry *entry),
		 void *context);

/**
 * struct guise_put - a file being written, private members
 */
struct guise_put;

/**
 * guise_share_put_begin() - start to create or replace a file
 * @ret_fd: where the content goes; borrowed from the put, write-only use
 * @ret_old: the file that will be replaced (st_mode 0 if there is none)
 *
 * New: ADD_FILE on the parent; inherits its descriptor. Replacing: WRITE_DATA
 * on the file (and what the kernel asks to rename in the parent); keeps
 * descriptor, mode, POSIX ACL, user attributes.
 * Return also: -EISDIR; -ENOENT (no parent: see parent's existence).
 */
GUISE_API GUISE_MUST_USE int
guise_share_put_begin(struct guise_share *share,
		      const struct guise_actor *actor, const char *path,
		      struct guise_put **ret, int *ret_fd,
		      struct stat *ret_old);
/**
 * guise_share_put_commit() - make it the file
 * @must_be: NULL, or the stat (device, inode, change time) of the file that
 *           must still be there; a zeroed one: no file must be there
 * @durable: fsync before
 * Return also: -ESTALE if another file is there now; -EEXIST.
 * Takes @put in any case.
 */
GUISE_API GUISE_MUST_USE int
guise_share_put_commit(struct guise_put *put, const struct guise_actor *actor,
		       const struct stat *must_be, bool durable,
		       struct stat *ret_new);
/** guise_share_put_abort() - NULL is fine; takes @put */
GUISE_API void guise_share_put_abort(struct guise_put *put,
				     const struct guise_actor *actor);

/**
 * guise_share_mkdir() - make a directory; ADD_SUBDIRECTORY on the parent;
 * inherits its descriptor, where that has one, before it has its name
 *
 * Return also: -EEXIST; -ENOENT (no parent).
 */
GUISE_API GUISE_MUST_USE int guise_share_mkdir(struct guise_share *share,
					       const struct guise_actor *actor,
					       const char *path);

/** One member that a recursive operation could not do. */
typedef void guise_member_failed(void *context, const char *path, int error);

/**
 * guise_share_delete() - a file, or a directory with all that is in it
 * @failed: may be NULL; called for members that stay
 * DELETE on each, or DELETE_CHILD on its parent.
 * Return: 0; the error of the thing itself; -ENOTEMPTY if members stayed.
 */
GUISE_API GUISE_MUST_USE int guise_share_delete(struct guise_share *share,
						const struct guise_actor *actor,
						const char *path,
						guise_member_failed *failed,
						void *context);
/**
 * guise_share_copy() - within or between shares, content and user attributes
 * @recursive: false copies a directory without members
 * @overwrite: false: -EEXIST if the target is there
 * @ret_created: the target was not there before
 *
 * The copy is built as a temporary beside the target and takes its place in
 * one step; members that may not be read make the whole copy fail. What is
 * replaced is decided on again at the end. A tree that is replaced is deleted
 * member by member; if one must stay, the tree gets its place back and the
 * copy fails, also for a move. What cannot go back, since others have taken its
 * place, is left in sight under a name that begins with "displaced-".
 * Return also: -EINVAL when one is inside the other; -ESTALE if the target
 * became another one meanwhile; -ENOTEMPTY if members stayed, or if somebody
 * is writing a file in a directory that would be replaced.
 */
GUISE_API GUISE_MUST_USE int
guise_share_copy(struct guise_share *share, const struct guise_actor *actor,
		 const char *path, struct guise_share *target_share,
		 const char *target, bool recursive, bool overwrite,
		 guise_member_failed *failed, void *context, bool *ret_created);
/** guise_share_move() - rename; DELETE on the source (or DELETE_CHILD on its
 * parent), ADD_FILE or ADD_SUBDIRECTORY on the target's parent. Between shares
 * or file systems: copy, then delete. */
GUISE_API GUISE_MUST_USE int
guise_share_move(struct guise_share *share, const struct guise_actor *actor,
		 const char *path, struct guise_share *target_share,
		 const char *target, bool overwrite,
		 guise_member_failed *failed, void *context, bool *ret_created);

/**
 * guise_share_get_sd() - READ_CONTROL (and ACCESS_SYSTEM_SECURITY for a SACL,
 * which is left out otherwise)
 * @ret: returns a reference
 * @ret_stored: may be NULL; false when the descriptor was derived
 */
GUISE_API GUISE_MUST_USE int guise_share_get_sd(struct guise_share *share,
						const struct guise_actor *actor,
						const char *path,
						const struct guise_sd **ret,
						bool *ret_stored);

/**
 * guise_share_set_sd() - replace the parts that @security_information (enum
 * guise_security_information) names; WRITE_OWNER for owner and group, WRITE_DAC
 * for the DACL, ACCESS_SYSTEM_SECURITY for the SACL
 *
 * Return also: GUISE_E_INVALID_OWNER (an owner the client may not give);
 * GUISE_E_INVALID_SD; -EINVAL (no part, or any other); errors of
 * guise_sd_write().
 */
GUISE_API GUISE_MUST_USE int guise_share_set_sd(struct guise_share *share,
						const struct guise_actor *actor,
						const char *path,
						uint32_t security_information,
						const struct guise_sd *sd);

#ifdef __cplusplus
}
#endif
#endif
