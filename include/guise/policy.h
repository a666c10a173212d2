/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Central access policies (MS-GPCAP, MS-DTYP 2.5.3.2): rules that objects name
 * by a scoped policy ACE and that restrict beyond their own DACL. A set is
 * immutable and shared by reference count; an object that names a policy the
 * set lacks falls under the recovery policy (Administrators, SYSTEM and OWNER
 * RIGHTS only).
 *
 * All functions are thread-safe. Cost: building is linear in the size; a
 * look-up is linear in the policies of the set.
 */
#ifndef GUISE_POLICY_H
#define GUISE_POLICY_H

#include <guise/condition.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_policy_rule - one rule
 * @name: borrowed, for people; may be NULL
 * @applies_to, @applies_to_size: borrowed "artx" code over the object's
 *        attributes; NULL, 0: to every object. UNKNOWN applies
 * @dacl: borrowed: what it allows; not NULL
 * @staged: borrowed, may be NULL: evaluated beside @dacl and only reported
 */
struct guise_policy_rule {
	const char *name;
	const void *applies_to;
	size_t applies_to_size;
	const struct guise_acl *dacl;
	const struct guise_acl *staged;
};

/**
 * struct guise_policy - a policy and its rules
 * @id: S-1-17-x, as the scoped policy ACE names it
 * @name: borrowed, for people; may be NULL
 */
struct guise_policy {
	struct guise_sid id;
	const char *name;
	const struct guise_policy_rule *rules;
	size_t n_rules;
};

struct guise_policies;

/**
 * guise_policies_new() - build a set
 * @policies: borrowed; copied, ACLs are referenced
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_INVALID_SID (an id outside S-1-17, or twice);
 * GUISE_E_INVALID_CONDITION; GUISE_E_LIMIT (GUISE_POLICIES_MAX,
 * GUISE_POLICY_RULES_MAX); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_policies_new(const struct guise_policy *policies, size_t n_policies,
		   const struct guise_policies **ret);

/** guise_policies_ref() - one more reference; NULL for NULL */
GUISE_API const struct guise_policies *
guise_policies_ref(const struct guise_policies *policies);

/** guise_policies_unref() - give a reference back; always returns NULL */
GUISE_API const struct guise_policies *
guise_policies_unref(const struct guise_policies *policies);

/** guise_policies_unrefp() - unref and set to NULL, for GUISE_AUTO() */
GUISE_API void guise_policies_unrefp(const struct guise_policies **policies);

#ifdef __cplusplus
}
#endif
#endif
