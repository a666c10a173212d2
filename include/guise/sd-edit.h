/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing the descriptor of an object that exists: SetPrivateObjectSecurityEx,
 * GetPrivateObjectSecurity, ConvertToAutoInheritPrivateObjectSecurity,
 * BuildSecurityDescriptor. Descriptors are immutable: a change makes a new one.
 * What is made for children already there is the caller's part.
 *
 * All functions are thread-safe. Cost: linear in the ACEs, but for
 * guise_sd_to_auto_inherit(): the object's ACEs times the inherited ones.
 */
#ifndef GUISE_SD_EDIT_H
#define GUISE_SD_EDIT_H

#include <guise/acl-edit.h>
#include <guise/inherit.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * guise_sd_query_access() - QuerySecurityAccessMask: rights it takes to read
 * the parts in @information (enum guise_security_information)
 */
GUISE_API uint32_t guise_sd_query_access(uint32_t information);

/** guise_sd_set_access() - SetSecurityAccessMask: the same for writing */
GUISE_API uint32_t guise_sd_set_access(uint32_t information);

/**
 * guise_sd_select() - GetPrivateObjectSecurity: the named parts of @sd
 * @information: of enum guise_security_information; SACL means what is audited,
 *               labels, attributes, policies and filters have bits of their own
 * @ret: returns a reference
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_sd_select(const struct guise_sd *sd,
					     uint32_t information,
					     const struct guise_sd **ret);

/**
 * guise_sd_set() - SetPrivateObjectSecurityEx: replace the named parts
 * @current: borrowed: the object's descriptor
 * @information: of enum guise_security_information; SACL as in
 *         guise_sd_select(). [UN]PROTECTED_DACL and _SACL go with the ACL they
 *         are about and count more than the bit in @modification
 * @modification: borrowed: where the parts are taken from. A DACL must be
 *         there; no SACL stands for an empty one
 * @flags: of enum guise_inherit_flags: DACL_AUTO_INHERIT, SACL_AUTO_INHERIT,
 *         AVOID_PRIVILEGE_CHECK, AVOID_OWNER_CHECK, FORCE_USER_MODE
 * @token: borrowed: who changes it; may be NULL if nothing is checked
 * @mapping: borrowed, not NULL: what generic rights in new ACEs become
 * @ret: returns a reference
 *
 * An ACL replaces the old one as it is. With the flag for auto-inheritance it
 * is a matter of protection: with neither protected, the explicit ACEs come
 * from @modification and the inherited ones stay; a protected new one is taken
 * whole, its inherited ACEs made explicit; over a protected old one the new one
 * is taken as it is. AUTO_INHERITED is set by that flag, or if @modification
 * has it together with AUTO_INHERIT_REQ.
 *
 * It asks whether @token may have the new owner (SeRestore), SACL, policy or
 * filter (SeSecurity) or label (SeRelabel). Whether it may change the object at
 * all is the caller's to check, with guise_sd_set_access().
 *
 * Return: 0; GUISE_E_INVALID_OWNER, GUISE_E_INVALID_PRIMARY_GROUP (also where
 * @modification has none); GUISE_E_INVALID_LABEL (above the token's level,
 * without SeRelabel); GUISE_E_PRIVILEGE_NOT_HELD; GUISE_E_NO_TOKEN;
 * GUISE_E_INVALID_ACL (@modification has no DACL, or the result is too large);
 * -ENOMEM; -EINVAL (NULL, an unknown flag or bit, PROTECTED and UNPROTECTED at
 * once or without their ACL).
 */
GUISE_API GUISE_MUST_USE int
guise_sd_set(const struct guise_sd *current, uint32_t information,
	     const struct guise_sd *modification, uint32_t flags,
	     const struct guise_token *token,
	     const struct guise_generic_mapping *mapping,
	     const struct guise_sd **ret);

/**
 * guise_sd_to_auto_inherit() - ConvertToAutoInheritPrivateObjectSecurity: find
 * out which ACEs came from the parent
 * @parent: borrowed, may be NULL
 * @current: borrowed; must have an owner and a group
 * @is_container: the object can hold others
 * @mapping: borrowed, not NULL
 * @options: borrowed, may be NULL: as for guise_inherit_by_type()
 * @ret: returns a reference
 *
 * If an ACL holds all that the parent passes on, what it holds because of that
 * is marked INHERITED and put behind the rest; several ACEs may make up for
 * one. Otherwise, and where that order would mean something else, the ACL stays
 * as it is and becomes protected. Each ACL that is there becomes
 * AUTO_INHERITED; one that already is stays as it is.
 *
 * Return: 0; GUISE_E_INVALID_SD (no owner or group); GUISE_E_BAD_INHERITANCE_
 * ACL; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_sd_to_auto_inherit(const struct guise_sd *parent,
			 const struct guise_sd *current, bool is_container,
			 const struct guise_generic_mapping *mapping,
			 const struct guise_inherit_options *options,
			 const struct guise_sd **ret);

/**
 * struct guise_sd_parts - what guise_sd_build() works in
 * @size: sizeof(struct guise_sd_parts)
 * @owner, @group: borrowed, NULL leaves the old one
 * @access, @n_access: borrowed: entries for the DACL
 * @audit, @n_audit: borrowed: entries for the SACL
 */
struct guise_sd_parts {
	size_t size;
	const struct guise_trustee *owner;
	const struct guise_trustee *group;
	const struct guise_explicit_access *access;
	size_t n_access;
	const struct guise_explicit_access *audit;
	size_t n_audit;
};

/**
 * guise_sd_build() - BuildSecurityDescriptor: a descriptor out of trustees and
 * entries
 * @parts: borrowed
 * @old: borrowed, may be NULL: what they are worked into
 * @options: borrowed, may be NULL
 * @ret: returns a reference
 *
 * Return: 0; those of guise_acl_set_entries() and guise_trustee_resolve(); a
 * wrong size of @parts is -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_sd_build(const struct guise_sd_parts *parts, const struct guise_sd *old,
	       const struct guise_edit_options *options,
	       const struct guise_sd **ret);

#ifdef __cplusplus
}
#endif
#endif
