/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security descriptors (MS-DTYP 2.4.6): owner, group, DACL, SACL, control.
 * Immutable, shared by reference count. The object in memory is the absolute
 * form; decode and encode read and write the self-relative one.
 *
 * All functions are thread-safe, also on a shared descriptor: it never changes,
 * and its count is atomic. Decoding, encoding and comparing are linear in the
 * size, all others constant. Accessors take a descriptor that is not NULL.
 */
#ifndef GUISE_SD_H
#define GUISE_SD_H

#include <guise/acl.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_sd_control {
	GUISE_SD_OWNER_DEFAULTED = 0x0001,
	GUISE_SD_GROUP_DEFAULTED = 0x0002,
	GUISE_SD_DACL_PRESENT = 0x0004,
	GUISE_SD_DACL_DEFAULTED = 0x0008,
	GUISE_SD_SACL_PRESENT = 0x0010,
	GUISE_SD_SACL_DEFAULTED = 0x0020,
	GUISE_SD_DACL_TRUSTED = 0x0040,
	GUISE_SD_SERVER_SECURITY = 0x0080,
	GUISE_SD_DACL_AUTO_INHERIT_REQ = 0x0100,
	GUISE_SD_SACL_AUTO_INHERIT_REQ = 0x0200,
	GUISE_SD_DACL_AUTO_INHERITED = 0x0400,
	GUISE_SD_SACL_AUTO_INHERITED = 0x0800,
	GUISE_SD_DACL_PROTECTED = 0x1000,
	GUISE_SD_SACL_PROTECTED = 0x2000,
	GUISE_SD_RM_CONTROL_VALID = 0x4000,
	GUISE_SD_SELF_RELATIVE = 0x8000,
};

/* SECURITY_INFORMATION */
enum guise_security_information {
	GUISE_OWNER_SECURITY = 0x1,
	GUISE_GROUP_SECURITY = 0x2,
	GUISE_DACL_SECURITY = 0x4,
	GUISE_SACL_SECURITY = 0x8,
	GUISE_LABEL_SECURITY = 0x10,
	GUISE_ATTRIBUTE_SECURITY = 0x20,
	GUISE_SCOPE_SECURITY = 0x40,
	GUISE_PROCESS_TRUST_LABEL_SECURITY = 0x80,
	GUISE_ACCESS_FILTER_SECURITY = 0x100,
	GUISE_BACKUP_SECURITY = 0x10000, /* all of the above */
	GUISE_UNPROTECTED_SACL_SECURITY = 0x10000000,
	GUISE_UNPROTECTED_DACL_SECURITY = 0x20000000,
	GUISE_PROTECTED_SACL_SECURITY = 0x40000000,
};
/* No enumerator: it is no int. */
#define GUISE_PROTECTED_DACL_SECURITY UINT32_C(0x80000000)

struct guise_sd;

/**
 * struct guise_sd_fields - what a descriptor is made of
 * @size: sizeof(struct guise_sd_fields)
 * @control: SELF_RELATIVE is ignored; DACL_PRESENT with @dacl NULL is a NULL
 *           DACL (everyone, full); a non-NULL ACL sets its PRESENT bit
 * @rm_control: the Sbz1 byte
 * @owner, @group: borrowed, NULL = absent
 * @dacl, @sacl: borrowed; the descriptor takes its own references
 */
struct guise_sd_fields {
	size_t size;
	uint16_t control;
	uint8_t rm_control;
	const struct guise_sid *owner;
	const struct guise_sid *group;
	const struct guise_acl *dacl;
	const struct guise_acl *sacl;
};

/**
 * guise_sd_new() - build a descriptor
 * @fields: borrowed; SIDs are copied, ACLs referenced
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_INVALID_SID; -ENOMEM; -EINVAL (NULL, or a wrong size).
 */
GUISE_API GUISE_MUST_USE int guise_sd_new(const struct guise_sd_fields *fields,
					  const struct guise_sd **ret);

/**
 * guise_sd_decode() - read a self-relative descriptor
 * @data, @size: borrowed, untrusted; copied; at most GUISE_SD_MAX_SIZE bytes
 * @ret: returns a reference
 *
 * Bounds-checks every offset; parts may lie in any order and overlap, as
 * Windows allows. Return: 0; GUISE_E_UNKNOWN_REVISION; GUISE_E_INVALID_SD;
 * GUISE_E_INVALID_ACL; GUISE_E_INVALID_SID; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_sd_decode(const void *data, size_t size,
					     const struct guise_sd **ret);

/**
 * guise_sd_encode() - append the self-relative form, in Windows' own layout:
 * header, SACL, DACL, owner, group
 * @out: the caller's; its content is unchanged on failure
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_sd_encode(const struct guise_sd *sd,
					     struct guise_buf *out);

/** guise_sd_ref() - one more reference; returns @sd, NULL for NULL */
GUISE_API const struct guise_sd *guise_sd_ref(const struct guise_sd *sd);

/**
 * guise_sd_unref() - give a reference back; the last one frees the descriptor.
 * NULL is fine; always returns NULL
 */
GUISE_API const struct guise_sd *guise_sd_unref(const struct guise_sd *sd);

/**
 * guise_sd_unrefp() - unref *@sd and set it to NULL, for GUISE_AUTO(); @sd is
 * not NULL, *@sd may be
 */
GUISE_API void guise_sd_unrefp(const struct guise_sd **sd);

/** guise_sd_control() - enum guise_sd_control bits, without SELF_RELATIVE */
GUISE_API uint16_t guise_sd_control(const struct guise_sd *sd);

/** guise_sd_rm_control() - the Sbz1 byte (resource manager control) */
GUISE_API uint8_t guise_sd_rm_control(const struct guise_sd *sd);

/** guise_sd_owner() - borrowed from @sd; NULL when absent */
GUISE_API const struct guise_sid *guise_sd_owner(const struct guise_sd *sd);

/** guise_sd_group() - borrowed from @sd; NULL when absent */
GUISE_API const struct guise_sid *guise_sd_group(const struct guise_sd *sd);

/**
 * guise_sd_dacl() - borrowed from @sd; NULL when absent or a NULL DACL: the
 * DACL_PRESENT bit tells which
 */
GUISE_API const struct guise_acl *guise_sd_dacl(const struct guise_sd *sd);

/**
 * guise_sd_sacl() - borrowed from @sd; NULL when absent or a NULL SACL: the
 * SACL_PRESENT bit tells which
 */
GUISE_API const struct guise_acl *guise_sd_sacl(const struct guise_sd *sd);

/**
 * guise_sd_equal() - the same in all parts and control bits; two NULLs are
 * equal, NULL and a descriptor are not
 */
GUISE_API bool guise_sd_equal(const struct guise_sd *a,
			      const struct guise_sd *b);

#ifdef __cplusplus
}
#endif
#endif
