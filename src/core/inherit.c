/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor of a new object (MS-DTYP 2.5.3.4): owner and group first,
 * since ACEs for CREATOR OWNER turn into ACEs for them, then the DACL and the
 * SACL, each from what the creator asked for, what the parent passes on and,
 * for the DACL, the default of the token, by the same rules.
 */
#include "buf.h"
#include "inherit-internal.h"
#include "sd-internal.h"

#define FLAGS_KNOWN                                                            \
	(GUISE_SEF_DACL_AUTO_INHERIT | GUISE_SEF_SACL_AUTO_INHERIT |           \
	 GUISE_SEF_DEFAULT_DESCRIPTOR | GUISE_SEF_AVOID_PRIVILEGE_CHECK |      \
	 GUISE_SEF_AVOID_OWNER_CHECK | GUISE_SEF_DEFAULT_OWNER_FROM_PARENT |   \
	 GUISE_SEF_DEFAULT_GROUP_FROM_PARENT)

struct request {
	const struct guise_sd *parent;	 /* may be NULL */
	const struct guise_sd *creator;	 /* may be NULL */
	const struct guise_token *token; /* may be NULL */
	uint32_t flags;
};

static bool may_be_owner(const struct guise_token *token,
			 const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *user = guise_token_user(token);
	const uint32_t needed = GUISE_GROUP_OWNER | GUISE_GROUP_ENABLED;
	size_t n;
	const struct guise_sid_and_attributes *groups =
		guise_token_groups(token, &n);

	if (guise_sid_equal(&user->sid, sid))
		return !(user->attributes & GUISE_GROUP_USE_FOR_DENY_ONLY);
	for (size_t i = 0; i < n; i++) {
		if ((groups[i].attributes & needed) == needed &&
		    !(groups[i].attributes & GUISE_GROUP_USE_FOR_DENY_ONLY) &&
		    guise_sid_equal(&groups[i].sid, sid))
			return true;
	}
	return false;
}

static bool may_be_group(const struct guise_token *token,
			 const struct guise_sid *sid)
{
	size_t n;
	const struct guise_sid_and_attributes *groups =
		guise_token_groups(token, &n);

	if (guise_sid_equal(&guise_token_user(token)->sid, sid))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, sid))
			return true;
	}
	return false;
}

static bool may_set_anyone(const struct request *req)
{
	return (req->flags & GUISE_SEF_AVOID_OWNER_CHECK) ||
	       (req->token &&
		guise_token_has_privilege(req->token, GUISE_SE_RESTORE));
}

static int find_owner(const struct request *req, const struct guise_sid **ret)
{
	const struct guise_sid *asked =
		req->creator ? guise_sd_owner(req->creator) : NULL;
	const struct guise_sid *parents =
		req->parent ? guise_sd_owner(req->parent) : NULL;

	if (asked && !may_set_anyone(req)) {
		if (!req->token)
			return GUISE_E_NO_TOKEN;
		if (!may_be_owner(req->token, asked))
			return GUISE_E_INVALID_OWNER;
	}
	if (asked) {
		*ret = asked;
		return 0;
	}
	if ((req->flags & GUISE_SEF_DEFAULT_OWNER_FROM_PARENT) && parents) {
		*ret = parents;
		return 0;
	}
	if (!req->token)
		return GUISE_E_NO_TOKEN;
	*ret = guise_token_owner(req->token);
	return 0;
}

static int find_group(const struct request *req, const struct guise_sid **ret)
{
	const struct guise_sid *asked =
		req->creator ? guise_sd_group(req->creator) : NULL;
	const struct guise_sid *parents =
		req->parent ? guise_sd_group(req->parent) : NULL;

	if (asked && !may_set_anyone(req)) {
		if (!req->token)
			return GUISE_E_NO_TOKEN;
		if (!may_be_group(req->token, asked))
			return GUISE_E_INVALID_PRIMARY_GROUP;
	}
	if (asked) {
		*ret = asked;
		return 0;
	}
	if ((req->flags & GUISE_SEF_DEFAULT_GROUP_FROM_PARENT) && parents) {
		*ret = parents;
		return 0;
	}
	if (!req->token)
		return GUISE_E_NO_TOKEN;
	*ret = guise_token_primary_group(req->token);
	return 0;
}

/* One of the two ACLs: where it comes from and what came out. */
struct acl_case {
	const struct guise_acl *inheritable; /* the parent's; may be NULL */
	const struct guise_acl *explicit; /* the creator's; NULL: see below */
	bool is_explicit; /* the creator gave one, if only a NULL ACL */
	bool is_protected;
	bool is_default; /* it yields to what the parent passes on */
	bool auto_inherit;
	const struct guise_acl *fallback; /* the token's default */
	bool must_exist;		  /* never leave it out */
};

struct acl_result {
	const struct guise_acl *acl;
	bool present;
	bool is_protected;
};

/* These two are inherited even into a protected SACL. */
static bool is_unconditional(const struct guise_ace *ace)
{
	return ace->type == GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE ||
	       ace->type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID;
}

static int collect_inherited(const struct heir *heir,
			     const struct guise_acl *parent,
			     bool unconditional_only, struct guise_buf *aces)
{
	int r = 0;

	for (size_t i = 0; r == 0 && parent && i < parent->n_aces; i++) {
		if (!unconditional_only || is_unconditional(&parent->aces[i]))
			r = inherit_ace(heir, &parent->aces[i], aces);
	}
	return r;
}

static int collect_explicit(const struct heir *heir,
			    const struct guise_acl *acl, bool drop_inherited,
			    struct guise_buf *aces)
{
	int r = 0;

	for (size_t i = 0; r == 0 && acl && i < acl->n_aces; i++) {
		if (!drop_inherited ||
		    !(acl->aces[i].flags & GUISE_ACE_INHERITED))
			r = adopt_ace(heir, &acl->aces[i], aces);
	}
	return r;
}

static int make_acl(const struct guise_buf *aces, struct acl_result *result)
{
	const void *array = aces->data;
	int r;

	r = guise_acl_new(0, array, aces->size / sizeof(struct guise_ace),
			  &result->acl);
	if (r < 0)
		return r == GUISE_E_INVALID_ACL ? GUISE_E_BAD_INHERITANCE_ACL
						: r;
	result->present = true;
	return 0;
}

/* The creator's ACL, with the parent's after it where that is wanted. */
static int merge(const struct heir *heir, const struct acl_case *from,
		 struct acl_result *result)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf aces = {0};
	bool all = from->auto_inherit && !from->is_protected;
	int r;

	result->is_protected = from->is_protected;
	if (!from->explicit) { /* a NULL ACL is the creator's last word */
		result->present = true;
		return 0;
	}
	r = collect_explicit(heir, from->explicit, all, &aces);
	if (r < 0)
		return r;
	/* So is an empty one: Windows inherits nothing into it. */
	if (from->explicit->n_aces == 0)
		all = false;
	r = collect_inherited(heir, from->inheritable, !all, &aces);
	if (r < 0)
		return r;
	return make_acl(&aces, result);
}

static int fall_back(const struct heir *heir, const struct acl_case *from,
		     struct acl_result *result)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf aces = {0};
	int r;

	if (!from->fallback && !from->must_exist)
		return 0;
	r = collect_explicit(heir, from->fallback, false, &aces);
	if (r < 0)
		return r;
	return make_acl(&aces, result);
}

static int compute_acl(const struct heir *heir, const struct acl_case *from,
		       struct acl_result *result)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf inherited = {0};
	int r;

	if (from->is_explicit && !from->is_default)
		return merge(heir, from, result);
	r = collect_inherited(heir, from->inheritable, false, &inherited);
	if (r < 0)
		return r;
	if (inherited.size > 0)
		return make_acl(&inherited, result);
	if (from->is_explicit)
		return merge(heir, from, result);
	return fall_back(heir, from, result);
}

static int compute_dacl(const struct request *req, struct heir heir,
			struct acl_result *result)
{
	uint16_t control = req->creator ? req->creator->control : 0;
	const struct acl_case from = {
		.inheritable = req->parent ? req->parent->dacl : NULL,
		.explicit = req->creator ? req->creator->dacl : NULL,
		.is_explicit = control & GUISE_SD_DACL_PRESENT,
		.is_protected = control & GUISE_SD_DACL_PROTECTED,
		.is_default = (control & GUISE_SD_DACL_DEFAULTED) ||
			      (req->flags & GUISE_SEF_DEFAULT_DESCRIPTOR),
		.auto_inherit = req->flags & GUISE_SEF_DACL_AUTO_INHERIT,
		.fallback = req->token ? guise_token_default_dacl(req->token)
				       : NULL,
		/* An object without a DACL is everybody's: without a default
		 * it gets an empty one, which its owner can change. */
		.must_exist = true,
	};

	heir.mark_inherited = from.auto_inherit;
	return compute_acl(&heir, &from, result);
}

static int compute_sacl(const struct request *req, struct heir heir,
			struct acl_result *result)
{
	uint16_t control = req->creator ? req->creator->control : 0;
	const struct acl_case from = {
		.inheritable = req->parent ? req->parent->sacl : NULL,
		.explicit = req->creator ? req->creator->sacl : NULL,
		.is_explicit = control & GUISE_SD_SACL_PRESENT,
		.is_protected = control & GUISE_SD_SACL_PROTECTED,
		.is_default = (control & GUISE_SD_SACL_DEFAULTED) ||
			      (req->flags & GUISE_SEF_DEFAULT_DESCRIPTOR),
		.auto_inherit = req->flags & GUISE_SEF_SACL_AUTO_INHERIT,
	};

	heir.mark_inherited = from.auto_inherit;
	return compute_acl(&heir, &from, result);
}

/* Giving an object a SACL takes SeSecurity; inheriting one does not. */
static int check_privilege(const struct request *req)
{
	if (!req->creator || !(req->creator->control & GUISE_SD_SACL_PRESENT) ||
	    (req->flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK))
		return 0;
	if (!req->token)
		return GUISE_E_NO_TOKEN;
	if (!guise_token_has_privilege(req->token, GUISE_SE_SECURITY))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	return 0;
}

static uint16_t result_control(const struct request *req,
			       const struct acl_result *dacl,
			       const struct acl_result *sacl)
{
	uint16_t control = 0;

	if (dacl->present)
		control |= GUISE_SD_DACL_PRESENT;
	if (dacl->is_protected)
		control |= GUISE_SD_DACL_PROTECTED;
	if (dacl->present && (req->flags & GUISE_SEF_DACL_AUTO_INHERIT))
		control |= GUISE_SD_DACL_AUTO_INHERITED;
	if (sacl->present)
		control |= GUISE_SD_SACL_PRESENT;
	if (sacl->is_protected)
		control |= GUISE_SD_SACL_PROTECTED;
	if (sacl->present && (req->flags & GUISE_SEF_SACL_AUTO_INHERIT))
		control |= GUISE_SD_SACL_AUTO_INHERITED;
	return control;
}

static void result_clear(struct acl_result *result)
{
	result->acl = guise_acl_unref(result->acl);
}

static int build(const struct request *req, struct heir heir,
		 const struct guise_sd **ret)
{
	GUISE_AUTO(result_clear) struct acl_result dacl = {0};
	GUISE_AUTO(result_clear) struct acl_result sacl = {0};
	int r;

	r = compute_dacl(req, heir, &dacl);
	if (r < 0)
		return r;
	r = compute_sacl(req, heir, &sacl);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = result_control(req, &dacl, &sacl),
			.owner = heir.owner,
			.group = heir.group,
			.dacl = dacl.acl,
			.sacl = sacl.acl,
		},
		ret);
}

int guise_inherit(const struct guise_sd *parent, const struct guise_sd *creator,
		  bool is_container, uint32_t flags,
		  const struct guise_token *token,
		  const struct guise_generic_mapping *mapping,
		  const struct guise_sd **ret)
{
	const struct request req = {parent, creator, token, flags};
	struct heir heir = {.mapping = mapping, .is_container = is_container};
	int r;

	if (!mapping || !ret || (flags & ~(uint32_t)FLAGS_KNOWN))
		return -EINVAL;
	r = check_privilege(&req);
	if (r < 0)
		return r;
	r = find_owner(&req, &heir.owner);
	if (r < 0)
		return r;
	r = find_group(&req, &heir.group);
	if (r < 0)
		return r;
	return build(&req, heir, ret);
}
