/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security descriptors of files: stored in an extended attribute, or derived
 * from mode and POSIX ACL where none is stored.
 *
 * All functions are thread-safe; a descriptor of a file is replaced as a whole,
 * so that a reader sees the old one or the new one. Cost: one or two extended
 * attribute calls, and work linear in the ACEs; guise_sd_of_posix() makes no
 * system call. They act as whoever calls and check nobody's rights.
 */
#ifndef GUISE_STORE_H
#define GUISE_STORE_H

#include <guise/file.h>
#include <guise/inherit.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_id_mapping - uid and gid to SID, for derived descriptors
 * @size: sizeof
 * @uid_to_sid, @gid_to_sid: false = no mapping, S-1-22-x is used
 *
 * NULL pointers: S-1-22-1-uid, S-1-22-2-gid. Called from any thread.
 */
struct guise_id_mapping {
	size_t size;
	bool (*uid_to_sid)(void *context, uint32_t uid, struct guise_sid *ret);
	bool (*gid_to_sid)(void *context, uint32_t gid, struct guise_sid *ret);
	void *context;
};

/**
 * guise_sd_of_posix() - the descriptor that mode and POSIX ACL amount to
 * @stat: borrowed; mode and owners are used
 * @access_acl, @access_acl_size: borrowed; the value of
 *        system.posix_acl_access, or NULL, 0
 * @mapping: borrowed, may be NULL
 * @ret: returns a reference
 *
 * Owner and group of the file; the owner's entry, named entries, group, mask
 * applied, other. POSIX classes are exclusive (the owner gets exactly the
 * owner bits): expressed with deny entries where an allow list alone would
 * give more. The owner also has READ_CONTROL, WRITE_DAC. Everyone may read
 * attributes and the descriptor. Rule: acl(5), POSIX.1e draft 17.
 *
 * Return: 0; -EBADMSG (a malformed ACL); GUISE_E_INVALID_ACL (too many entries
 * for one ACL); GUISE_E_INVALID_SID (from @mapping); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_sd_of_posix(
	const struct stat *stat, const void *access_acl, size_t access_acl_size,
	const struct guise_id_mapping *mapping, const struct guise_sd **ret);

/**
 * guise_sd_read() - the descriptor of an open file
 * @fd: borrowed; opened as anyone; O_PATH will do where /proc is mounted
 * @mapping: borrowed, may be NULL; for a descriptor that is derived
 * @ret: returns a reference
 * @ret_stored: may be NULL; false when the descriptor was derived
 *
 * Return: 0; -EBADMSG when the stored value is malformed (never ignored: a
 * bad descriptor denies); errors of fstat and fgetxattr;
 * errors of guise_sd_of_posix(); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_sd_read(int fd, const struct guise_id_mapping *mapping,
	      const struct guise_sd **ret, bool *ret_stored);
/**
 * guise_sd_write() - store a descriptor; needs CAP_SYS_ADMIN (a security.*
 * attribute). Checks nobody's rights: see guise_share_set_sd().
 * Return: 0; GUISE_E_INVALID_SD (no owner or group); -ENOSPC or -E2BIG when
 * the file system has no room for it; -EOPNOTSUPP; -EPERM; other errors of
 * fsetxattr; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_sd_write(int fd, const struct guise_sd *sd);

/**
 * guise_sd_use_user_attribute() - for the rest of this process's life,
 * guise_sd_write(), guise_sd_remove() and what is built on them keep
 * descriptors in the attribute user.guise.sd, and guise_sd_read() believes it
 *
 * For programs that are tried out without privileges. Whoever may write a file
 * can change its user.* attributes, so these descriptors protect nothing, and
 * no other process and no share believes them.
 *
 * Return: 0; -EPERM: the calling thread holds a capability, and could write the
 * real ones; errors of capget. Thread-safe.
 */
GUISE_API GUISE_MUST_USE int guise_sd_use_user_attribute(void);

/**
 * guise_sd_remove() - forget the stored one; needs CAP_SYS_ADMIN
 *
 * Return: 0, also if there was none; errors of fremovexattr; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_sd_remove(int fd);

#ifdef __cplusplus
}
#endif
#endif
