/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inheritance among files that are there already: what SetNamedSecurityInfo
 * and TreeSetNamedSecurityInfo do besides setting a descriptor. A descriptor's
 * ACL takes in what the directory passes on, and what it passes on itself is
 * brought to all that lie beneath.
 *
 * A directory without a stored descriptor passes on full control for its
 * members' owner, SYSTEM and Administrators, as the directories of Windows'
 * users do. A member without one is as one without entries of its own: the
 * kernel goes on asking its mode anyway.
 *
 * The tree is walked by descriptors, never through symbolic links, at most
 * GUISE_TREE_DEPTH_MAX deep, each member opened as the caller with the rights
 * that the change takes. What cannot be changed is counted and reported, and
 * the rest is done: doing it again does what is left.
 *
 * Thread-safe; what others change in the tree meanwhile may be missed. Cost:
 * linear in the members, each a few opens and attribute calls.
 */
#ifndef GUISE_PROPAGATE_H
#define GUISE_PROPAGATE_H

#include <guise/nt-file.h>
#include <guise/sd-edit.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_propagate_kind {
	/* Explicit entries stay, protected ACLs and all beneath them, too. */
	GUISE_PROPAGATE_MERGE = 0,
	/* Only what is inherited is left, nothing is protected any more. */
	GUISE_PROPAGATE_RESET,
	/* The same, but explicit entries stay. */
	GUISE_PROPAGATE_RESET_KEEP_EXPLICIT,
	/* The object alone. */
	GUISE_PROPAGATE_NONE,
};

/* What struct guise_propagate_options's @visited may return */
#define GUISE_PROPAGATE_AGAIN 1

/**
 * struct guise_propagate_options - how
 * @size: sizeof(struct guise_propagate_options)
 * @token: borrowed: the effective token
 * @mapping: borrowed, may be NULL
 * @kind: what becomes of the members
 * @owners: of GUISE_OWNER_SECURITY and GUISE_GROUP_SECURITY: what each member
 *          gets from the modification, too, protected or not
 * @visiting: may be NULL: told of each member before it is changed, by its path
 *            from the object; a negative return ends the walk and is returned
 * @visited: may be NULL: told of the object, whose path is "", once it is
 *           changed, of each member and how it went; a negative return ends the
 *           walk and is returned, after a failure GUISE_PROPAGATE_AGAIN tries
 *           once more, 0 goes on
 * @context: for @visiting and @visited
 */
struct guise_propagate_options {
	size_t size;
	const struct guise_token *token;
	const struct guise_id_mapping *mapping;
	enum guise_propagate_kind kind;
	uint32_t owners;
	int (*visiting)(void *context, const char *path);
	int (*visited)(void *context, const char *path, int error);
	void *context;
};

/**
 * struct guise_propagated - what became of the members
 * @n_changed, @n_failed: how many
 * @first_error: of those that failed; 0
 */
struct guise_propagated {
	size_t n_changed;
	size_t n_failed;
	int first_error;
};

/**
 * guise_nt_set_sd_inheriting() - change a descriptor as SetNamedSecurityInfo
 * @file: borrowed; the caller has checked for the rights of
 *        guise_sd_set_access()
 * @information: enum guise_security_information: what to change. An ACL that
 *        is not protected, neither by its bit here nor by being so already,
 *        takes in what the directory passes on
 * @modification: borrowed: where the parts are taken from
 * @options: borrowed
 * @ret: may be NULL; set on success
 *
 * ACLs become AUTO_INHERITED. A NULL DACL stays one.
 *
 * Return: 0 if the object itself was changed, whatever became of the members;
 * errors of guise_nt_set_sd() and guise_inherit(); what @visiting or @visited
 * returned; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_nt_set_sd_inheriting(const struct guise_nt_file *file,
			   uint32_t information,
			   const struct guise_sd *modification,
			   const struct guise_propagate_options *options,
			   struct guise_propagated *ret);

/**
 * guise_nt_get_sd_marked() - a descriptor as GetNamedSecurityInfo shows it
 * @mapping: borrowed, may be NULL
 * @ret: returns a reference
 *
 * An ACL that does not say what it inherited is compared with what the
 * directory passes on: if all of that is there, those entries are shown as
 * inherited; if not, the ACL is shown as protected. Nothing is stored.
 *
 * Return: 0; errors of guise_nt_get_sd(), guise_sd_to_auto_inherit(); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_nt_get_sd_marked(const struct guise_nt_file *file,
		       const struct guise_id_mapping *mapping,
		       const struct guise_sd **ret);

/**
 * guise_nt_inheritance_source() - how far up an inherited entry comes from
 * @file: borrowed
 * @token: borrowed: who asks; ancestors whose descriptor it may not read are
 *         passed over
 * @mapping: borrowed, may be NULL
 * @ace: borrowed
 * @is_sacl: it is one of the SACL
 * @ret_generations: 0: not inherited; n: from the n-th directory up; -1: none
 *         of them has it any more
 *
 * Return: 0; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_nt_inheritance_source(
	const struct guise_nt_file *file, const struct guise_token *token,
	const struct guise_id_mapping *mapping, const struct guise_ace *ace,
	bool is_sacl, int *ret_generations);

#ifdef __cplusplus
}
#endif
#endif
