/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor a new object gets: CreatePrivateObjectSecurityEx (MS-DTYP
 * 2.5.3.4). Thread-safe: what goes in is only read and may be shared. Cost:
 * linear in the ACEs of parent and creator, and a few allocations.
 */
#ifndef GUISE_INHERIT_H
#define GUISE_INHERIT_H

#include <guise/access.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_inherit_flags {
	GUISE_SEF_DACL_AUTO_INHERIT = 0x01,
	GUISE_SEF_SACL_AUTO_INHERIT = 0x02,
	GUISE_SEF_DEFAULT_DESCRIPTOR = 0x04,
	GUISE_SEF_AVOID_PRIVILEGE_CHECK = 0x08,
	GUISE_SEF_AVOID_OWNER_CHECK = 0x10,
	GUISE_SEF_DEFAULT_OWNER_FROM_PARENT = 0x20,
	GUISE_SEF_DEFAULT_GROUP_FROM_PARENT = 0x40,
};

/**
 * guise_inherit() - compute the descriptor of a new object
 * @parent: borrowed, may be NULL: the container's descriptor
 * @creator: borrowed, may be NULL: what the creator asked for
 * @is_container: the new object can hold others
 * @flags: enum guise_inherit_flags
 * @token: borrowed; gives owner, group and default DACL; may be NULL if none
 *         of them is needed
 * @mapping: borrowed, not NULL: what generic rights of inherited ACEs become
 * @ret: returns a reference
 *
 * If neither creator nor parent nor token has a DACL for the object, it gets an
 * empty one (Windows: none, open to everyone). An explicit SACL takes
 * SeSecurity; an owner or group that the token could not set takes SeRestore.
 *
 * Return: 0; GUISE_E_INVALID_OWNER; GUISE_E_INVALID_PRIMARY_GROUP;
 * GUISE_E_PRIVILEGE_NOT_HELD (a SACL without SeSecurity);
 * GUISE_E_NO_TOKEN; GUISE_E_BAD_INHERITANCE_ACL; -ENOMEM; -EINVAL (@mapping or
 * @ret NULL, an unknown flag).
 */
GUISE_API GUISE_MUST_USE int
guise_inherit(const struct guise_sd *parent, const struct guise_sd *creator,
	      bool is_container, uint32_t flags,
	      const struct guise_token *token,
	      const struct guise_generic_mapping *mapping,
	      const struct guise_sd **ret);

#ifdef __cplusplus
}
#endif
#endif
