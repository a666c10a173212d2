/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the descriptor of a new object comes about: whom it belongs to
 * (inherit-owner.c), what one ACE becomes on it (inherit-ace.c), what a whole
 * ACL becomes (inherit-acl.c), its label and who may give it a SACL
 * (inherit-label.c). Changing the descriptor of an object that exists follows
 * the same rules and shares them.
 */
#ifndef CORE_INHERIT_INTERNAL_H
#define CORE_INHERIT_INTERNAL_H

#include "acl-internal.h"
#include <guise/inherit.h>

/* The new object, as far as its ACEs depend on it. */
struct heir {
	const struct guise_sid *owner; /* CREATOR OWNER becomes this */
	const struct guise_sid *group;
	const struct guise_sid *server_owner; /* CREATOR OWNER SERVER this */
	const struct guise_sid *server_group;
	const struct guise_generic_mapping *mapping;
	const struct guise_guid *object_types; /* what the object is */
	size_t n_object_types;
	bool is_container;
	bool mark_inherited; /* auto-inheritance: set INHERITED */
};

/* Who makes or changes the object, and how. */
struct inherit_request {
	const struct guise_sd *parent;	 /* may be NULL */
	const struct guise_sd *creator;	 /* may be NULL */
	const struct guise_token *token; /* may be NULL */
	uint32_t flags;			 /* enum guise_inherit_flags */
};

/* --- inherit.c --- */

bool inherit_options_valid(const struct guise_inherit_options *options);
/* The types and the server of valid @options (may be NULL); owner and group
 * must be there. */
void inherit_use_options(struct heir *heir,
			 const struct guise_inherit_options *options);

/* --- inherit-ace.c --- */

/* Appends what the new object inherits of a parent's @ace: none, one or two
 * struct guise_ace, whose data is still the parent's. 0 or -ENOMEM */
GUISE_MUST_USE int inherit_ace(const struct heir *heir,
			       const struct guise_ace *ace,
			       struct guise_buf *aces);
/* The same for an ACE of the creator or of the default DACL: always one. */
GUISE_MUST_USE int adopt_ace(const struct heir *heir,
			     const struct guise_ace *ace,
			     struct guise_buf *aces);

/* --- inherit-acl.c --- */

/* Where one of the two ACLs comes from. */
struct acl_case {
	const struct guise_acl *inheritable; /* the parent's; may be NULL */
	const struct guise_acl *explicit; /* the creator's; NULL: see below */
	bool is_explicit; /* the creator gave one, if only a NULL ACL */
	bool is_protected;
	bool is_default; /* it yields to what the parent passes on */
	bool auto_inherit;
	/* it may add to what the parent passes on, not take its place */
	bool only_adds;
	const struct guise_acl *fallback; /* the token's default */
	bool must_exist;		  /* never leave it out */
};

/* What came of it. */
struct acl_result {
	struct guise_buf aces; /* struct guise_ace, with borrowed data */
	bool present;
	bool is_null; /* present, without an ACL */
	bool is_protected;
};

/* Nothing but labels, and at least one. */
bool inherit_has_only_labels(const struct guise_acl *sacl);
/* 0 or -ENOMEM; the caller clears @result->aces in any case */
GUISE_MUST_USE int inherit_acl(const struct heir *heir,
			       const struct acl_case *from,
			       struct acl_result *result);
/* All that @parent passes on. 0 or -ENOMEM */
GUISE_MUST_USE int inherit_aces(const struct heir *heir,
				const struct guise_acl *parent,
				struct guise_buf *aces);
/* An ACL of the collected entries; none of a result that has none.
 * 0; GUISE_E_BAD_INHERITANCE_ACL; -ENOMEM */
GUISE_MUST_USE int inherit_make_acl(const struct acl_result *result,
				    unsigned revision,
				    const struct guise_acl **ret);

/* --- inherit-owner.c --- */

/* 0; GUISE_E_INVALID_OWNER; GUISE_E_NO_TOKEN */
GUISE_MUST_USE int inherit_check_owner(const struct guise_token *token,
				       uint32_t flags,
				       const struct guise_sid *owner);
/* Fills in owner and group. Besides: GUISE_E_INVALID_PRIMARY_GROUP */
GUISE_MUST_USE int inherit_owner(const struct inherit_request *request,
				 struct heir *heir);
/* May the creator give the object a DACL, or does the parent say through
 * OWNER RIGHTS that owners have none to give? 0; GUISE_E_ACCESS_DENIED;
 * -ENOMEM */
GUISE_MUST_USE int
inherit_check_owner_rights(const struct inherit_request *request,
			   const struct heir *heir);

/* --- inherit-label.c --- */

/* Whether @token may give an object @sacl (may be NULL).
 * 0; GUISE_E_PRIVILEGE_NOT_HELD; GUISE_E_NO_TOKEN */
GUISE_MUST_USE int inherit_check_sacl(const struct guise_token *token,
				      uint32_t flags,
				      const struct guise_acl *sacl);
/* The same for the labels in it alone. */
GUISE_MUST_USE int inherit_check_labels(const struct guise_token *token,
					uint32_t flags,
					const struct guise_acl *sacl);
/* The same of the labels an object is to have instead of its own: without one
 * in force it is of medium integrity. */
GUISE_MUST_USE int inherit_check_new_label(const struct guise_token *token,
					   uint32_t flags,
					   const struct guise_acl *sacl);
/* Adds the creator's own label to a SACL without any. 0 or -ENOMEM */
GUISE_MUST_USE int inherit_label(const struct inherit_request *request,
				 struct acl_result *sacl);

#endif
