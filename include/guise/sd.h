/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security descriptors (MS-DTYP 2.4.6): owner, group, DACL, SACL, control.
 * Immutable, shared by reference count. The object in memory is the absolute
 * form; decode and encode read and write the self-relative one.
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
};

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

/** guise_sd_new() - build; Return: 0, GUISE_E_INVALID_SID, -ENOMEM, -EINVAL */
GUISE_API GUISE_MUST_USE int guise_sd_new(const struct guise_sd_fields *fields,
					  const struct guise_sd **ret);
/**
 * guise_sd_decode() - read a self-relative descriptor
 *
 * Bounds-checks every offset; parts may lie in any order and overlap, as
 * Windows allows. Return: 0; GUISE_E_UNKNOWN_REVISION; GUISE_E_INVALID_SD;
 * GUISE_E_INVALID_ACL; GUISE_E_INVALID_SID; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_sd_decode(const void *data, size_t size,
					     const struct guise_sd **ret);
/** guise_sd_encode() - append the self-relative form, in Windows' own layout:
 * header, SACL, DACL, owner, group */
GUISE_API GUISE_MUST_USE int guise_sd_encode(const struct guise_sd *sd,
					     struct guise_buf *out);
GUISE_API const struct guise_sd *guise_sd_ref(const struct guise_sd *sd);
GUISE_API const struct guise_sd *guise_sd_unref(const struct guise_sd *sd);
GUISE_API void guise_sd_unrefp(const struct guise_sd **sd);
GUISE_API uint16_t guise_sd_control(const struct guise_sd *sd);
GUISE_API uint8_t guise_sd_rm_control(const struct guise_sd *sd);
/** The four parts, borrowed from @sd; NULL when absent (for the ACLs: look at
 * the PRESENT bit to tell a NULL DACL from an absent one). */
GUISE_API const struct guise_sid *guise_sd_owner(const struct guise_sd *sd);
GUISE_API const struct guise_sid *guise_sd_group(const struct guise_sd *sd);
GUISE_API const struct guise_acl *guise_sd_dacl(const struct guise_sd *sd);
GUISE_API const struct guise_acl *guise_sd_sacl(const struct guise_sd *sd);
GUISE_API bool guise_sd_equal(const struct guise_sd *a,
			      const struct guise_sd *b);

#ifdef __cplusplus
}
#endif
#endif
