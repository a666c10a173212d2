/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to a descriptor's DACL: values in, a new descriptor out. Explicit
 * entries only; inherited ones come from above and change there.
 */
#ifndef CLI_ACL_EDIT_H
#define CLI_ACL_EDIT_H

#include <guise/sd.h>

enum acl_change {
	ACL_GRANT,  /* add to the allow entry; lift the same denied bits */
	ACL_DENY,   /* add to the deny entry; take the bits off allows */
	ACL_REVOKE, /* remove allow and deny entries */
	ACL_REVOKE_GRANTED,
	ACL_REVOKE_DENIED,
};

struct acl_edit {
	enum acl_change change;
	struct guise_sid sid;
	uint32_t mask;
	uint8_t flags;
};

/* 0; GUISE_E_INVALID_ACL (it would be too large); -ENOMEM */
GUISE_MUST_USE int acl_edit_apply(const struct guise_sd *sd,
				  const struct acl_edit *edit,
				  const struct guise_sd **ret);

/*
 * A derived descriptor as the beginning of a stored one: without its deny
 * entries. They are there because the kernel's classes exclude each other, and
 * their order is not canonical; the kernel goes on enforcing its classes, since
 * a share needs both to agree.
 */
GUISE_MUST_USE int acl_edit_base(const struct guise_sd *derived,
				 const struct guise_sd **ret);

/* Protected, the inherited entries made explicit. */
GUISE_MUST_USE int acl_edit_protect(const struct guise_sd *sd,
				    const struct guise_sd **ret);

#endif
