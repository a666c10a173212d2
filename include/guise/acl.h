/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access control entries and lists (MS-DTYP 2.4.4, 2.4.5). An ACL is decoded
 * once, checked completely, and from then on immutable and shared by
 * reference count; the access check runs on this parsed form.
 *
 * All functions are thread-safe, also on a shared ACL: it never changes, and
 * its count is atomic. Building, decoding, encoding and comparing are linear in
 * the size (at most 64 KiB), all others constant.
 */
#ifndef GUISE_ACL_H
#define GUISE_ACL_H

#include <guise/sid.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_ace_type {
	GUISE_ACE_ACCESS_ALLOWED = 0,
	GUISE_ACE_ACCESS_DENIED = 1,
	GUISE_ACE_SYSTEM_AUDIT = 2,
	GUISE_ACE_SYSTEM_ALARM = 3,
	GUISE_ACE_ACCESS_ALLOWED_COMPOUND = 4,
	GUISE_ACE_ACCESS_ALLOWED_OBJECT = 5,
	GUISE_ACE_ACCESS_DENIED_OBJECT = 6,
	GUISE_ACE_SYSTEM_AUDIT_OBJECT = 7,
	GUISE_ACE_SYSTEM_ALARM_OBJECT = 8,
	GUISE_ACE_ACCESS_ALLOWED_CALLBACK = 9,
	GUISE_ACE_ACCESS_DENIED_CALLBACK = 0xa,
	GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT = 0xb,
	GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT = 0xc,
	GUISE_ACE_SYSTEM_AUDIT_CALLBACK = 0xd,
	GUISE_ACE_SYSTEM_ALARM_CALLBACK = 0xe,
	GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT = 0xf,
	GUISE_ACE_SYSTEM_ALARM_CALLBACK_OBJECT = 0x10,
	GUISE_ACE_SYSTEM_MANDATORY_LABEL = 0x11,
	GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE = 0x12,
	GUISE_ACE_SYSTEM_SCOPED_POLICY_ID = 0x13,
	GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL = 0x14,
	GUISE_ACE_SYSTEM_ACCESS_FILTER = 0x15,
};

enum guise_ace_flags {
	GUISE_ACE_OBJECT_INHERIT = 0x01,
	GUISE_ACE_CONTAINER_INHERIT = 0x02,
	GUISE_ACE_NO_PROPAGATE_INHERIT = 0x04,
	GUISE_ACE_INHERIT_ONLY = 0x08,
	GUISE_ACE_INHERITED = 0x10,
	GUISE_ACE_CRITICAL = 0x20,
	GUISE_ACE_SUCCESSFUL_ACCESS = 0x40,
	GUISE_ACE_TRUST_PROTECTED_FILTER = 0x40, /* of access filters only */
	GUISE_ACE_FAILED_ACCESS = 0x80,
	GUISE_ACE_VALID_INHERIT_FLAGS = 0x1f,
};

enum guise_ace_object_flags {
	GUISE_ACE_OBJECT_TYPE_PRESENT = 1,
	GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT = 2,
};

/**
 * struct guise_ace - one entry, in its parsed form
 * @type: enum guise_ace_type, or a value unknown to us (then @raw holds it)
 * @flags: enum guise_ace_flags
 * @mask: access mask as stored (generic bits not mapped); 0 for unknown types
 * @sid: trustee; S-1-0 for unknown and compound types
 * @object_flags: which of the two GUIDs are present; 0 for plain types
 * @object_type, @inherited_object_type: valid as @object_flags says
 * @data: for callback, resource-attribute and unknown types: the bytes after
 *        the SID (or after the header, for unknown and compound types), else
 *        NULL. Inside an ACL they belong to that ACL and live as long.
 * @data_size: bytes at @data
 */
struct guise_ace {
	uint8_t type;
	uint8_t flags;
	uint16_t object_flags;
	uint32_t mask;
	struct guise_sid sid;
	struct guise_guid object_type;
	struct guise_guid inherited_object_type;
	const uint8_t *data;
	size_t data_size;
};

struct guise_acl;

/**
 * guise_acl_new() - build an ACL from entries
 * @revision: 0 to take the lowest that fits (2, or 4 with object ACEs), or 2-4;
 *            raised to what the entries need
 * @aces: borrowed; copied, with their @data, which is padded with zeros to a
 *        multiple of four bytes
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_INVALID_ACL (an ACE that cannot be encoded, or more than
 * 65535 bytes); GUISE_E_INVALID_SID; -ENOMEM; -EINVAL (NULL, or no such
 * revision).
 */
GUISE_API GUISE_MUST_USE int guise_acl_new(unsigned revision,
					   const struct guise_ace *aces,
					   size_t n_aces,
					   const struct guise_acl **ret);

/**
 * guise_acl_decode() - read a binary ACL; slack after the last ACE is accepted
 * @data: borrowed, untrusted; copied
 * @size: bytes at @data; must be at least the AclSize in the header
 * @ret: returns a reference
 *
 * Checks what IsValidAcl checks: revision 2-4, every ACE inside, SIDs valid.
 * Return: 0; GUISE_E_INVALID_ACL; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_acl_decode(const void *data, size_t size,
					      const struct guise_acl **ret);

/**
 * guise_acl_encode() - append the binary form (no slack) to @out
 * @out: the caller's; unchanged on failure
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_acl_encode(const struct guise_acl *acl,
					      struct guise_buf *out);

/** guise_acl_ref() - one more reference; returns @acl, NULL for NULL */
GUISE_API const struct guise_acl *guise_acl_ref(const struct guise_acl *acl);

/**
 * guise_acl_unref() - give a reference back; the last one frees the ACL. NULL
 * is fine; always returns NULL
 */
GUISE_API const struct guise_acl *guise_acl_unref(const struct guise_acl *acl);

/**
 * guise_acl_unrefp() - unref *@acl and set it to NULL, for GUISE_AUTO(); @acl
 * is not NULL, *@acl may be
 */
GUISE_API void guise_acl_unrefp(const struct guise_acl **acl);

/** guise_acl_revision() - AclRevision, 2 to 4; @acl is not NULL */
GUISE_API unsigned guise_acl_revision(const struct guise_acl *acl);

/** guise_acl_n_aces() - number of entries; @acl is not NULL */
GUISE_API size_t guise_acl_n_aces(const struct guise_acl *acl);

/**
 * guise_acl_ace() - entry @index; borrowed from @acl, which is not NULL. An
 * @index not below guise_acl_n_aces() aborts
 */
GUISE_API const struct guise_ace *guise_acl_ace(const struct guise_acl *acl,
						size_t index);

/**
 * guise_acl_equal() - same revision and same entries in the same order; two
 * NULLs are equal, NULL and an ACL are not
 */
GUISE_API bool guise_acl_equal(const struct guise_acl *a,
			       const struct guise_acl *b);

#ifdef __cplusplus
}
#endif
#endif
