/* SPDX-License-Identifier: Apache-2.0 */
/* Which ACEs of the model's lists apply, in which pass. */
#include <string.h>

#include "model-internal.h"

static const struct guise_sid owner_rights = {
	.authority = 3, .sub = {4}, .n_subs = 1};
static const struct guise_sid self = {.authority = 5, .sub = {10}, .n_subs = 1};

bool model_uses(const struct check *c, enum model_part part)
{
	return !(c->q->left_out & part);
}

bool model_holds(const struct check *c, enum guise_privilege privilege)
{
	return model_uses(c, MODEL_PRIVILEGES) &&
	       c->q->token->privileges_enabled >> privilege & 1;
}

uint32_t model_map(const struct check *c, uint32_t mask)
{
	const struct guise_generic_mapping *m = c->q->mapping;
	uint32_t mapped = mask & 0x0fffffff;

	if (mask & 0x80000000)
		mapped |= m->read;
	if (mask & 0x40000000)
		mapped |= m->write;
	if (mask & 0x20000000)
		mapped |= m->execute;
	if (mask & 0x10000000)
		mapped |= m->all;
	return mapped;
}

bool model_inherit_only(const struct model_ace *ace)
{
	return ace->flags & GUISE_ACE_INHERIT_ONLY;
}

static bool in_token(const struct check *c, const struct guise_sid *sid,
		     bool deny)
{
	if (!model_uses(c, MODEL_DENY_ONLY))
		deny = false;
	return model_is_member(c->q->token, sid, deny);
}

static bool in_package(const struct check *c, const struct guise_sid *sid,
		       bool deny)
{
	const struct model_token *t = c->q->token;
	const struct guise_sid all = {
		.authority = 15,
		.sub = {2, t->less_privileged ? 2 : 1},
		.n_subs = 2,
	};

	if (!model_has(t->capabilities, sid, false) &&
	    model_has(t->capabilities, sid, true))
		return deny; /* deny-only in one place is so everywhere */
	return model_sid_equal(sid, t->package) || model_sid_equal(sid, &all) ||
	       model_has(t->capabilities, sid, deny);
}

static bool in_pass(const struct check *c, enum pass pass,
		    const struct guise_sid *sid, bool deny)
{
	const struct model_sids *restricted = &c->q->token->restricted;

	if (model_sid_equal(sid, &owner_rights) || model_sid_equal(sid, &self))
		return false;
	if (pass == PASS_TOKEN)
		return in_token(c, sid, deny);
	if (pass == PASS_PACKAGE)
		return in_package(c, sid, deny);
	for (size_t i = 0; i < restricted->n; i++) {
		if (model_sid_equal(&restricted->at[i].sid, sid))
			return true;
	}
	return false;
}

/* Whom an ACE speaks of: two SIDs stand for others. */
static bool matches(const struct check *c, enum pass pass,
		    const struct guise_sid *sid, bool deny)
{
	if (model_sid_equal(sid, &owner_rights))
		return model_uses(c, MODEL_OWNER_ACES) &&
		       in_pass(c, pass, &c->sd.owner, deny);
	if (model_sid_equal(sid, &self))
		return model_uses(c, MODEL_SELF) && c->q->self &&
		       in_pass(c, pass, c->q->self, deny);
	return in_pass(c, pass, sid, deny);
}

static bool allows(uint8_t type)
{
	return type == GUISE_ACE_ACCESS_ALLOWED ||
	       type == GUISE_ACE_ACCESS_ALLOWED_OBJECT ||
	       type == GUISE_ACE_ACCESS_ALLOWED_CALLBACK ||
	       type == GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT;
}

static bool denies(uint8_t type)
{
	return type == GUISE_ACE_ACCESS_DENIED ||
	       type == GUISE_ACE_ACCESS_DENIED_OBJECT ||
	       type == GUISE_ACE_ACCESS_DENIED_CALLBACK ||
	       type == GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT;
}

static bool is_callback(uint8_t type)
{
	return type >= GUISE_ACE_ACCESS_ALLOWED_CALLBACK &&
	       type <= GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT;
}

enum guise_truth model_judge(struct check *c, const uint8_t *code, size_t size,
			     bool deny, bool restricted)
{
	bool resource = model_uses(c, MODEL_RESOURCE);
	const struct model_scope scope = {
		.token = c->q->token,
		.resource = resource ? &c->resource : NULL,
		.given = resource ? c->q->resource : NULL,
		.deny = deny,
		.restricted = restricted,
		.all_claims = !model_uses(c, MODEL_DISABLED),
	};

	if (!model_uses(c, MODEL_CONDITION))
		return GUISE_UNKNOWN;
	return model_condition(code, size, &scope, &c->too_large);
}

/* The node an ACE is about; false: none of these. */
static bool find_node(const struct check *c, const struct model_ace *ace,
		      size_t *ret)
{
	*ret = 0;
	if (!ace->has_object_type)
		return true;
	if (!model_uses(c, MODEL_OBJECT))
		return false;
	for (; *ret < c->q->n_types; ++*ret) {
		if (memcmp(c->q->types[*ret].guid.bytes, ace->object_type.bytes,
			   16) == 0)
			return true;
	}
	return false;
}

static struct entry entry_of(struct check *c, const struct model_ace *ace,
			     enum pass pass)
{
	/* nothing but a privilege gives ACCESS_SYSTEM_SECURITY */
	struct entry e = {.deny = denies(ace->type),
			  .mask = model_map(c, ace->mask) &
				  ~GUISE_ACCESS_SYSTEM_SECURITY};
	enum guise_truth truth;

	if (model_inherit_only(ace) || !(allows(ace->type) || e.deny) ||
	    (e.deny && !model_uses(c, MODEL_DENY)) ||
	    !find_node(c, ace, &e.node) || !matches(c, pass, &ace->sid, e.deny))
		return e;
	e.applies = true;
	if (is_callback(ace->type)) {
		truth = model_judge(c, ace->data, ace->data_size, e.deny,
				    pass == PASS_RESTRICTED);
		e.applies = truth == GUISE_TRUE ||
			    (e.deny && truth == GUISE_UNKNOWN);
	}
	return e;
}

static bool speaks_of_owner(const struct model_acl *acl)
{
	for (size_t i = 0; i < acl->n; i++) {
		const struct model_ace *ace = &acl->at[i];

		if (!model_inherit_only(ace) &&
		    (allows(ace->type) || denies(ace->type)) &&
		    model_sid_equal(&ace->sid, &owner_rights))
			return true;
	}
	return false;
}

void model_prepare(struct check *c, struct list *list,
		   const struct model_acl *acl, enum pass pass, bool is_rule)
{
	list->acl = acl;
	list->owner = !is_rule && pass != PASS_PACKAGE &&
		      model_uses(c, MODEL_OWNER) && !speaks_of_owner(acl) &&
		      in_pass(c, pass, &c->sd.owner, false);
	for (size_t i = 0; i < acl->n; i++)
		list->entry[i] = entry_of(c, &acl->at[i], pass);
}
