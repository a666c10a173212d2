/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor a new object gets: CreatePrivateObjectSecurityEx (MS-DTYP
 * 2.5.3.4). Thread-safe: what goes in is only read and may be shared. Cost:
 * linear in the ACEs of parent and creator, and a few allocations; attributes
 * and policies that come into an explicit SACL are looked for in it first.
 */
#ifndef GUISE_INHERIT_H
#define GUISE_INHERIT_H

#include <guise/access.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The SEF_ flags of CreatePrivateObjectSecurityEx.
 *
 * AI_USE_EXTRA_PARAMS and FORCE_USER_MODE are taken and change nothing: what
 * extra parameters there are is in struct guise_inherit_options, and every
 * caller is checked as one in user mode.
 */
enum guise_inherit_flags {
	/* The DACL takes in what the parent passes on, marked INHERITED. */
	GUISE_SEF_DACL_AUTO_INHERIT = 0x01,
	GUISE_SEF_SACL_AUTO_INHERIT = 0x02,
	/* The creator's ACLs yield to what the parent passes on. */
	GUISE_SEF_DEFAULT_DESCRIPTOR = 0x04,
	/* Do not ask for SeSecurity or SeRelabel. */
	GUISE_SEF_AVOID_PRIVILEGE_CHECK = 0x08,
	/* Any owner and group will do. */
	GUISE_SEF_AVOID_OWNER_CHECK = 0x10,
	/* Where the creator names none: the parent's, not the token's. */
	GUISE_SEF_DEFAULT_OWNER_FROM_PARENT = 0x20,
	GUISE_SEF_DEFAULT_GROUP_FROM_PARENT = 0x40,
	/* An object without a label gets one at the token's integrity level,
	 * whatever the level, with this policy. */
	GUISE_SEF_MACL_NO_WRITE_UP = 0x0100,
	GUISE_SEF_MACL_NO_READ_UP = 0x0200,
	GUISE_SEF_MACL_NO_EXECUTE_UP = 0x0400,
	GUISE_SEF_AI_USE_EXTRA_PARAMS = 0x0800,
	/* The creator may give a DACL though OWNER RIGHTS of the parent lack
	 * WRITE_DAC. */
	GUISE_SEF_AVOID_OWNER_RESTRICTION = 0x1000,
	GUISE_SEF_FORCE_USER_MODE = 0x2000,
};

/**
 * struct guise_inherit_options - what an inheritance may know besides
 * @size: sizeof(struct guise_inherit_options)
 * @object_types, @n_object_types: borrowed; what the new object is (its class
 *         and auxiliary classes): an ACE for one type of child is in force on
 *         an object of that type, and on others only passed on. 0: no type
 * @server: borrowed, may be NULL: the service's own token, whose default owner
 *         and primary group CREATOR OWNER SERVER and CREATOR GROUP SERVER
 *         become; NULL: the new object's own
 */
struct guise_inherit_options {
	size_t size;
	const struct guise_guid *object_types;
	size_t n_object_types;
	const struct guise_token *server;
};

/**
 * guise_inherit() - compute the descriptor of a new object
 * @parent: borrowed, may be NULL: the container's descriptor
 * @creator: borrowed, may be NULL: what the creator asked for
 * @is_container: the new object can hold others
 * @flags: enum guise_inherit_flags
 * @token: borrowed; gives owner, group, default DACL and label; may be NULL if
 *         none of the first three is needed
 * @mapping: borrowed, not NULL: what generic rights of inherited ACEs become
 * @ret: returns a reference
 *
 * If neither creator nor parent nor token has a DACL for the object, it gets an
 * empty one (Windows: none, open to everyone). An explicit SACL takes
 * SeSecurity, but one with nothing but labels takes none; a label above the
 * token's own takes SeRelabel; an owner or group that the token could not set
 * takes SeRestore.
 *
 * An object that gets no label otherwise is labelled with the integrity level
 * of @token, if that is below medium. A token that says no integrity level
 * labels nothing.
 *
 * Return: 0; GUISE_E_INVALID_OWNER; GUISE_E_INVALID_PRIMARY_GROUP;
 * GUISE_E_PRIVILEGE_NOT_HELD (a SACL without SeSecurity, a label without
 * SeRelabel); GUISE_E_ACCESS_DENIED (a DACL where the parent's OWNER RIGHTS
 * lack WRITE_DAC); GUISE_E_NO_TOKEN; GUISE_E_BAD_INHERITANCE_ACL (more than
 * 65535 bytes); -ENOMEM; -EINVAL (@mapping or @ret NULL, an unknown flag).
 */
GUISE_API GUISE_MUST_USE int
guise_inherit(const struct guise_sd *parent, const struct guise_sd *creator,
	      bool is_container, uint32_t flags,
	      const struct guise_token *token,
	      const struct guise_generic_mapping *mapping,
	      const struct guise_sd **ret);

/**
 * guise_inherit_by_type() - CreatePrivateObjectSecurityWithMultipleInheritance:
 * the same for an object of known types, or made by a server
 * @options: borrowed, may be NULL
 *
 * The other parameters are those of guise_inherit(). Cost: as there, and for
 * an ACE for one type of child linear in the types.
 *
 * Return: as guise_inherit(); -EINVAL also for a wrong size of @options, or
 * object types that are NULL or more than GUISE_OBJECT_TYPES_MAX.
 */
GUISE_API GUISE_MUST_USE int
guise_inherit_by_type(const struct guise_sd *parent,
		      const struct guise_sd *creator, bool is_container,
		      uint32_t flags, const struct guise_token *token,
		      const struct guise_generic_mapping *mapping,
		      const struct guise_inherit_options *options,
		      const struct guise_sd **ret);

#ifdef __cplusplus
}
#endif
#endif
