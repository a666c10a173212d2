/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SACL's own rules: giving an object a SACL takes SeSecurity, unless there
 * are but labels in it; a label above one's own integrity level takes
 * SeRelabel; and what a creator below medium makes is labelled like it
 * (MS-DTYP 2.5.3.3, "Windows Integrity Mechanism Design").
 */
#include "access-internal.h"
#include "buf.h"
#include "inherit-internal.h"

#define LABEL_MEDIUM 8192
/* SEF_MACL_NO_WRITE_UP is 1 << 8, as SYSTEM_MANDATORY_LABEL_NO_WRITE_UP is 1 */
#define MACL_SHIFT 8
#define MACL_FLAGS                                                             \
	(GUISE_SEF_MACL_NO_WRITE_UP | GUISE_SEF_MACL_NO_READ_UP |              \
	 GUISE_SEF_MACL_NO_EXECUTE_UP)

static bool is_label(const struct guise_ace *ace)
{
	return ace->type == GUISE_ACE_SYSTEM_MANDATORY_LABEL;
}

/* Integrity binds only tokens that say so, here as in the access check. */
static bool is_bound_by_integrity(const struct guise_token *token)
{
	return guise_token_mandatory_policy(token) &
	       GUISE_MANDATORY_NO_WRITE_UP;
}

static bool may_set_label(const struct guise_token *token,
			  const struct guise_sid *label)
{
	return !is_bound_by_integrity(token) ||
	       guise_token_has_privilege(token, GUISE_SE_RELABEL) ||
	       label_rid(label) <= label_rid(guise_token_integrity(token));
}

int inherit_check_labels(const struct guise_token *token, uint32_t flags,
			 const struct guise_acl *sacl)
{
	if ((flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK) || !sacl)
		return 0;
	if (!token)
		return GUISE_E_NO_TOKEN;
	for (size_t i = 0; i < sacl->n_aces; i++) {
		if (is_label(&sacl->aces[i]) &&
		    !may_set_label(token, &sacl->aces[i].sid))
			return GUISE_E_PRIVILEGE_NOT_HELD;
	}
	return 0;
}

/* In force for the object itself. */
static bool has_effective_label(const struct guise_acl *sacl)
{
	for (size_t i = 0; sacl && i < sacl->n_aces; i++) {
		if (is_label(&sacl->aces[i]) &&
		    !(sacl->aces[i].flags & GUISE_ACE_INHERIT_ONLY))
			return true;
	}
	return false;
}

int inherit_check_new_label(const struct guise_token *token, uint32_t flags,
			    const struct guise_acl *sacl)
{
	static const struct guise_sid medium = {
		.authority = 16, .sub = {0x2000}, .n_subs = 1};
	int r = inherit_check_labels(token, flags, sacl);

	if (r == GUISE_E_PRIVILEGE_NOT_HELD)
		return GUISE_E_INVALID_LABEL; /* it is the label's fault */
	if (r < 0 || (flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK) ||
	    has_effective_label(sacl))
		return r;
	if (!token)
		return GUISE_E_NO_TOKEN;
	return may_set_label(token, &medium) ? 0 : GUISE_E_INVALID_LABEL;
}

bool inherit_has_only_labels(const struct guise_acl *sacl)
{
	for (size_t i = 0; sacl && i < sacl->n_aces; i++) {
		if (!is_label(&sacl->aces[i]))
			return false;
	}
	return sacl && sacl->n_aces > 0;
}

int inherit_check_sacl(const struct guise_token *token, uint32_t flags,
		       const struct guise_acl *sacl)
{
	if (flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK)
		return 0;
	if (!token)
		return GUISE_E_NO_TOKEN;
	if (!inherit_has_only_labels(sacl) &&
	    !guise_token_has_privilege(token, GUISE_SE_SECURITY))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	return inherit_check_labels(token, flags, sacl);
}

/* A label in force, whoever it is from, is the object's. */
static bool has_label(const struct acl_result *sacl)
{
	const struct guise_ace *aces = (const void *)sacl->aces.data;
	size_t n = sacl->aces.size / sizeof(*aces);

	for (size_t i = 0; i < n; i++) {
		if (is_label(&aces[i]) &&
		    !(aces[i].flags & GUISE_ACE_INHERIT_ONLY))
			return true;
	}
	return false;
}

int inherit_label(const struct inherit_request *req, struct acl_result *sacl)
{
	struct guise_ace label = {.type = GUISE_ACE_SYSTEM_MANDATORY_LABEL};
	uint32_t policy = (req->flags & MACL_FLAGS) >> MACL_SHIFT;
	int r;

	if (!req->token || !is_bound_by_integrity(req->token) ||
	    has_label(sacl))
		return 0;
	label.sid = *guise_token_integrity(req->token);
	label.mask = policy ? policy : 1;
	if (!policy && label_rid(&label.sid) >= LABEL_MEDIUM)
		return 0;
	r = buf_append(&sacl->aces, &label, sizeof(label));
	if (r < 0)
		return r;
	sacl->present = true;
	sacl->is_null = false;
	return 0;
}
