/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Editing access control lists: entries about trustees in and out (EXPLICIT_
 * ACCESS, SetEntriesInAcl and its relatives), the canonical order, and what an
 * ACL gives somebody. Lists are immutable: an edit makes a new one.
 *
 * All functions are thread-safe. Cost: editing is the number of entries times
 * the ACEs, everything else linear in the ACEs; groups are looked up one by
 * one.
 */
#ifndef GUISE_ACL_EDIT_H
#define GUISE_ACL_EDIT_H

#include <guise/access.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a trustee is named: TRUSTEE_FORM, with its numbers. */
enum guise_trustee_form {
	GUISE_TRUSTEE_SID = 0,
	GUISE_TRUSTEE_NAME = 1,
	GUISE_TRUSTEE_OBJECTS_AND_SID = 3,
	GUISE_TRUSTEE_OBJECTS_AND_NAME = 4,
};

/**
 * struct guise_trustee - whom an entry is about and, in the two last forms,
 * which part and which heirs of the object
 * @form: enum guise_trustee_form
 * @sid: in the forms with a SID
 * @name: borrowed, in the forms with a name: an account for the caller's
 *        look-up; "CURRENT_USER" is whom guise_edit_options says
 * @objects: enum guise_ace_object_flags: which of the two types are given, in
 *        the forms with objects
 * @object_type, @inherited_object_type: of the object's part and of the heirs
 * @object_type_name, @inherited_object_type_name: borrowed, for
 *        GUISE_TRUSTEE_OBJECTS_AND_NAME: looked up instead of the two above;
 *        NULL takes those
 */
struct guise_trustee {
	enum guise_trustee_form form;
	uint32_t objects;
	struct guise_sid sid;
	const char *name;
	struct guise_guid object_type;
	struct guise_guid inherited_object_type;
	const char *object_type_name;
	const char *inherited_object_type_name;
};

/* What an entry does: ACCESS_MODE, with its numbers. */
enum guise_access_mode {
	GUISE_ACCESS_NOT_USED = 0,
	/* Add to what the trustee is granted; lift its denials of the same. */
	GUISE_ACCESS_GRANT = 1,
	/* Forget what is granted and denied it, then grant. */
	GUISE_ACCESS_SET = 2,
	/* Add to what it is denied; take the same off what it is granted. */
	GUISE_ACCESS_DENY = 3,
	/* Forget what is granted it, and its auditing. */
	GUISE_ACCESS_REVOKE = 4,
	GUISE_ACCESS_AUDIT_SUCCESS = 5,
	GUISE_ACCESS_AUDIT_FAILURE = 6,
	/* Forget what is denied it; not one of Windows' modes. */
	GUISE_ACCESS_LIFT = 0x100,
};

/**
 * struct guise_explicit_access - EXPLICIT_ACCESS: one entry
 * @mask: access mask; not used by REVOKE and LIFT
 * @mode: enum guise_access_mode
 * @inheritance: of enum guise_ace_flags: OBJECT_INHERIT, CONTAINER_INHERIT,
 *        NO_PROPAGATE_INHERIT, INHERIT_ONLY; and INHERITED on what
 *        guise_acl_explicit_entries() reports
 * @trustee: whom it is about
 */
struct guise_explicit_access {
	uint32_t mask;
	enum guise_access_mode mode;
	uint8_t inheritance;
	struct guise_trustee trustee;
};

/**
 * struct guise_edit_options - what an edit may know besides
 * @size: sizeof(struct guise_edit_options)
 * @mapping: borrowed, may be NULL: with it, lifting a denial of generic rights
 *        takes off what they stand for
 * @current_user: borrowed, may be NULL: whom the name CURRENT_USER means
 * @find_name: finds an account; 0, or the error the edit ends with
 *        (GUISE_E_NONE_MAPPED). NULL: no name is known
 * @find_type: the same for the name of an object type
 * @context: passed to both
 */
struct guise_edit_options {
	size_t size;
	const struct guise_generic_mapping *mapping;
	const struct guise_sid *current_user;
	int (*find_name)(void *context, const char *name,
			 struct guise_sid *ret);
	int (*find_type)(void *context, const char *name,
			 struct guise_guid *ret);
	void *context;
};

/**
 * guise_trustee_resolve() - a trustee as a SID with its object types
 * @trustee: borrowed
 * @options: borrowed, may be NULL
 * @ret: in form GUISE_TRUSTEE_SID or GUISE_TRUSTEE_OBJECTS_AND_SID
 *
 * Return: 0; GUISE_E_NONE_MAPPED (a name nobody knows); GUISE_E_INVALID_SID;
 * what the caller's look-up returned; -EINVAL (no such form, no name, unknown
 * object flags, a wrong size, NULL).
 */
GUISE_API GUISE_MUST_USE int
guise_trustee_resolve(const struct guise_trustee *trustee,
		      const struct guise_edit_options *options,
		      struct guise_trustee *ret);

/**
 * guise_acl_set_entries() - SetEntriesInAcl: an ACL with entries worked in
 * @old: borrowed, may be NULL: empty
 * @entries, @n_entries: borrowed; worked in one after the other
 * @options: borrowed, may be NULL
 * @ret: returns a reference; NULL if there is neither an old ACL nor an entry
 *
 * New denials go in front, new grants behind the denials there, new audits in
 * front; a right for the same trustee, types and heirs is added to the entry
 * there is. Inherited ACEs and conditional ones stay as they are, but for SET,
 * REVOKE and LIFT, which also forget conditional ones.
 *
 * Return: 0; those of guise_trustee_resolve(); GUISE_E_INVALID_ACL (too large);
 * GUISE_E_LIMIT (more than GUISE_ACL_ENTRIES_MAX entries); -ENOMEM; -EINVAL
 * (NULL, no such mode, other flags of inheritance).
 */
GUISE_API GUISE_MUST_USE int guise_acl_set_entries(
	const struct guise_acl *old,
	const struct guise_explicit_access *entries, size_t n_entries,
	const struct guise_edit_options *options, const struct guise_acl **ret);

/**
 * guise_acl_explicit_entries() - GetExplicitEntriesFromAcl: an ACL as entries
 * @acl: borrowed, may be NULL: empty
 * @ret_entries: an array to free(), in the order of the ACL, or NULL without
 *        entries; the trustees are SIDs
 * @ret_n: how many
 *
 * All entries, inherited ones too. An ACE that audits both outcomes becomes
 * two. What has no mode (conditions, labels, attributes, policies, unknown
 * types) is left out. With guise_sd_owner() and guise_sd_group() this is
 * LookupSecurityDescriptorParts.
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_acl_explicit_entries(const struct guise_acl *acl,
			   struct guise_explicit_access **ret_entries,
			   size_t *ret_n);

/**
 * guise_acl_effective_rights() - GetEffectiveRightsFromAcl: what an ACL gives
 * somebody
 * @acl: borrowed, not NULL
 * @sids, @n_sids: borrowed: the trustee and the groups it is in
 * @mapping: borrowed, may be NULL: what generic rights in the ACL become
 * @ret: the mask
 *
 * ACEs count in their order. Privileges, ownership, integrity and conditions
 * are not looked at: a conditional grant does not count, a conditional denial
 * does, and so with ACEs for a part of the object. For decisions there is
 * guise_access_check().
 *
 * Return: 0; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_acl_effective_rights(const struct guise_acl *acl,
			   const struct guise_sid *sids, size_t n_sids,
			   const struct guise_generic_mapping *mapping,
			   uint32_t *ret);

/**
 * guise_acl_audited_rights() - GetAuditedPermissionsFromAcl: which rights are
 * audited for somebody, when granted and when refused
 *
 * The parameters are those of guise_acl_effective_rights(); a conditional
 * audit counts. Return: 0; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_acl_audited_rights(const struct guise_acl *acl,
			 const struct guise_sid *sids, size_t n_sids,
			 const struct guise_generic_mapping *mapping,
			 uint32_t *ret_success, uint32_t *ret_failure);

/**
 * guise_acl_is_canonical() - are denials before grants among the explicit
 * entries, and these before the inherited ones? @acl is not NULL
 *
 * The order among inherited entries says which ancestor they are from; it is
 * not judged. Entries that neither grant nor deny may be anywhere among the
 * explicit ones.
 */
GUISE_API bool guise_acl_is_canonical(const struct guise_acl *acl);

/**
 * guise_acl_sort() - put an ACL into the canonical order
 * @acl: borrowed, not NULL
 * @ret: returns a reference; to @acl itself if it is canonical
 *
 * Entries of a kind keep their order. Since the order decides, the result may
 * grant something else than @acl: for editors, never before a decision.
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_acl_sort(const struct guise_acl *acl,
					    const struct guise_acl **ret);

#ifdef __cplusplus
}
#endif
#endif
