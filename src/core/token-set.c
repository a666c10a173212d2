/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a token that may be set: NtSetInformationToken without its checks
 * of rights and privileges. A row of a table for each; those that are no SIDs
 * are set in a copy, the label and the attributes (which say what an
 * AppContainer's packages are) through a builder.
 */
#include <guise/token-change.h>

#include "acl-internal.h"
#include "claim-internal.h"
#include "token-internal.h"

static bool owner_may_be(const struct guise_token *token,
			 const struct guise_sid *sid)
{
	const uint32_t mask = GUISE_GROUP_OWNER | GUISE_GROUP_USE_FOR_DENY_ONLY;

	if (guise_sid_equal(&token->sids[0].sid, sid))
		return true;
	for (size_t i = 1; i <= token->n_groups; i++) {
		if ((token->sids[i].attributes & mask) == GUISE_GROUP_OWNER &&
		    guise_sid_equal(&token->sids[i].sid, sid))
			return true;
	}
	return false;
}

static bool is_user_or_group(const struct guise_token *token,
			     const struct guise_sid *sid)
{
	for (size_t i = 0; i <= token->n_groups; i++) {
		if (guise_sid_equal(&token->sids[i].sid, sid))
			return true;
	}
	return false;
}

/* Setters get a copy that nobody else sees yet. */

static int set_owner(struct guise_token *t, const struct guise_token_value *v)
{
	if (!v->sid)
		return -EINVAL;
	if (!guise_sid_is_valid(v->sid))
		return GUISE_E_INVALID_SID;
	if (!owner_may_be(t, v->sid))
		return GUISE_E_INVALID_OWNER;
	token_sid_copy(&t->owner, v->sid);
	return 0;
}

/* The default DACL and the primary group share a space of fixed size. */
static int dynamic_check(const struct guise_token *t, uint32_t charged)
{
	return guise_token_dynamic_used(t) > charged
		       ? GUISE_E_ALLOTTED_SPACE_EXCEEDED
		       : 0;
}

static int set_primary_group(struct guise_token *t,
			     const struct guise_token_value *v)
{
	uint32_t charged = guise_token_dynamic_charged(t);

	if (!v->sid)
		return -EINVAL;
	if (!guise_sid_is_valid(v->sid))
		return GUISE_E_INVALID_SID;
	if (!is_user_or_group(t, v->sid))
		return GUISE_E_INVALID_PRIMARY_GROUP;
	token_sid_copy(&t->primary_group, v->sid);
	return dynamic_check(t, charged);
}

static int set_default_dacl(struct guise_token *t,
			    const struct guise_token_value *v)
{
	uint32_t charged = guise_token_dynamic_charged(t);

	(void)guise_acl_unref(t->default_dacl);
	t->default_dacl = v->dacl ? guise_acl_ref(v->dacl) : NULL;
	return dynamic_check(t, charged);
}

static int set_session(struct guise_token *t, const struct guise_token_value *v)
{
	t->session_id = v->number;
	return 0;
}

static int set_audit_policy(struct guise_token *t,
			    const struct guise_token_value *v)
{
	static const uint8_t none[GUISE_AUDIT_POLICY_SIZE];

	if (!v->bytes && v->bytes_size)
		return -EINVAL;
	if (v->bytes_size > sizeof(t->audit_policy))
		return GUISE_E_LIMIT;
	if (memcmp(t->audit_policy, none, sizeof(none)) != 0)
		return GUISE_E_INVALID_TOKEN;
	if (v->bytes_size)
		memcpy(t->audit_policy, v->bytes, v->bytes_size);
	return 0;
}

static int set_origin(struct guise_token *t, const struct guise_token_value *v)
{
	if (t->origin)
		return GUISE_E_INVALID_TOKEN;
	t->origin = v->luid;
	return 0;
}

static void set_flag(struct guise_token *t, uint32_t flag, bool on)
{
	t->flags &= ~flag;
	if (on)
		t->flags |= flag;
}

static int set_virtualization_allowed(struct guise_token *t,
				      const struct guise_token_value *v)
{
	set_flag(t, GUISE_TOKEN_VIRTUALIZE_ALLOWED, v->number);
	if (!v->number)
		set_flag(t, GUISE_TOKEN_VIRTUALIZE_ENABLED, false);
	return 0;
}

static int set_virtualization_enabled(struct guise_token *t,
				      const struct guise_token_value *v)
{
	if (v->number && !(t->flags & GUISE_TOKEN_VIRTUALIZE_ALLOWED))
		return GUISE_E_INVALID_TOKEN;
	set_flag(t, GUISE_TOKEN_VIRTUALIZE_ENABLED, v->number);
	return 0;
}

static int set_ui_access(struct guise_token *t,
			 const struct guise_token_value *v)
{
	set_flag(t, GUISE_TOKEN_UI_ACCESS, v->number);
	return 0;
}

static int set_mandatory_policy(struct guise_token *t,
				const struct guise_token_value *v)
{
	if (v->number & ~TOKEN_POLICY_ALL)
		return GUISE_E_INVALID_TOKEN;
	t->mandatory_policy = v->number;
	return 0;
}

/* In the place of the old label, so that the groups keep their order. */
static int build_integrity(struct guise_token_builder *b,
			   const struct guise_token_value *v)
{
	if (!v->sid)
		return -EINVAL;
	if (!guise_sid_is_valid(v->sid) || !token_sid_is_label(v->sid))
		return GUISE_E_INVALID_SID;
	for (size_t i = 0; i < b->groups.n; i++) {
		struct guise_sid_and_attributes *group = &b->groups.at[i];

		if (!(group->attributes & GUISE_GROUP_INTEGRITY))
			continue;
		token_sid_copy(&group->sid, v->sid);
		group->attributes |= GUISE_GROUP_INTEGRITY_ENABLED;
		return 0;
	}
	guise_token_builder_integrity(b, v->sid);
	return 0;
}

static bool operations_agree(const struct guise_token_value *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum guise_attribute_operation operation = v->operations[i];

		if (operation < GUISE_ATTRIBUTE_NONE ||
		    operation > GUISE_ATTRIBUTE_REPLACE ||
		    operation == GUISE_ATTRIBUTE_REPLACE_ALL)
			return false;
	}
	return true;
}

/* What the token's own become; @at has room for all. */
static int keep_attributes(const struct guise_claims *own,
			   const struct guise_token_value *v,
			   struct guise_claim *at, size_t *n)
{
	const struct guise_claims *given = v->attributes;

	for (size_t i = 0; i < guise_claims_n(own); i++) {
		const struct claim_entry *entry = claims_find(
			given, own->entries[i].name, own->entries[i].name_size);
		size_t k = entry ? (size_t)(entry - given->entries) : 0;

		if (!entry || v->operations[k] == GUISE_ATTRIBUTE_NONE)
			at[(*n)++] = own->claims[i];
		else if (v->operations[k] == GUISE_ATTRIBUTE_REPLACE)
			at[(*n)++] = given->claims[k];
		else if (v->operations[k] == GUISE_ATTRIBUTE_ADD)
			return GUISE_E_INVALID_TOKEN;
	}
	return 0;
}

/* Those that are not the token's yet. */
static int add_attributes(const struct guise_claims *own,
			  const struct guise_token_value *v,
			  struct guise_claim *at, size_t *n)
{
	const struct guise_claims *given = v->attributes;

	for (size_t i = 0; i < given->n; i++) {
		const struct claim_entry *entry = &given->entries[i];

		if (v->operations[i] == GUISE_ATTRIBUTE_NONE ||
		    (own && claims_find(own, entry->name, entry->name_size)))
			continue;
		if (v->operations[i] == GUISE_ATTRIBUTE_DELETE)
			return GUISE_E_INVALID_TOKEN;
		at[(*n)++] = given->claims[i];
	}
	return 0;
}

static int apply_operations(const struct guise_claims *own,
			    const struct guise_token_value *v,
			    const struct guise_claims **ret)
{
	size_t all = guise_claims_n(own) + guise_claims_n(v->attributes), n = 0;
	GUISE_AUTO(freep)
	struct guise_claim *at = array_alloc(all, sizeof(*at));
	int r;

	if (!at)
		return -ENOMEM;
	r = keep_attributes(own, v, at, &n);
	if (r == 0)
		r = add_attributes(own, v, at, &n);
	return r < 0 ? r : guise_claims_new(at, n, ret);
}

static int build_attributes(struct guise_token_builder *b,
			    const struct guise_token_value *v)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	size_t n = guise_claims_n(v->attributes);
	int r;

	if (!v->operations) {
		guise_token_builder_claims(b, GUISE_CLAIMS_LOCAL,
					   v->attributes);
		return 0;
	}
	if (!operations_agree(v, n))
		return -EINVAL;
	if (n == 0)
		return 0;
	r = apply_operations(b->claims[GUISE_CLAIMS_LOCAL], v, &set);
	if (r == 0)
		guise_token_builder_claims(b, GUISE_CLAIMS_LOCAL, set);
	return r;
}

/* A field is set in a copy or built anew. */
static const struct field {
	enum guise_token_field field;
	int (*set)(struct guise_token *t, const struct guise_token_value *v);
	int (*build)(struct guise_token_builder *b,
		     const struct guise_token_value *v);
} fields[] = {
	{GUISE_TOKEN_FIELD_OWNER, set_owner, NULL},
	{GUISE_TOKEN_FIELD_PRIMARY_GROUP, set_primary_group, NULL},
	{GUISE_TOKEN_FIELD_DEFAULT_DACL, set_default_dacl, NULL},
	{GUISE_TOKEN_FIELD_SESSION_ID, set_session, NULL},
	{GUISE_TOKEN_FIELD_AUDIT_POLICY, set_audit_policy, NULL},
	{GUISE_TOKEN_FIELD_ORIGIN, set_origin, NULL},
	{GUISE_TOKEN_FIELD_VIRTUALIZATION_ALLOWED, set_virtualization_allowed,
	 NULL},
	{GUISE_TOKEN_FIELD_VIRTUALIZATION_ENABLED, set_virtualization_enabled,
	 NULL},
	{GUISE_TOKEN_FIELD_INTEGRITY, NULL, build_integrity},
	{GUISE_TOKEN_FIELD_UI_ACCESS, set_ui_access, NULL},
	{GUISE_TOKEN_FIELD_MANDATORY_POLICY, set_mandatory_policy, NULL},
	{GUISE_TOKEN_FIELD_SECURITY_ATTRIBUTES, NULL, build_attributes},
};

static int set_in_copy(const struct guise_token *token,
		       const struct field *field,
		       const struct guise_token_value *v,
		       guise_luid modified_id, const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *done = NULL;
	struct guise_token *t = token_copy(token);
	int r;

	if (!t)
		return -ENOMEM;
	done = t;
	r = field->set(t, v);
	if (r < 0)
		return r;
	t->modified_id = modified_id;
	*ret = guise_take(done);
	return 0;
}

static int set_by_building(const struct guise_token *token,
			   const struct field *field,
			   const struct guise_token_value *v,
			   guise_luid modified_id,
			   const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r;

	r = guise_token_builder_from(token, &b);
	if (r == 0)
		r = field->build(b, v);
	if (r < 0)
		return r;
	b->id = token->id;
	b->modified_id = modified_id;
	return guise_token_builder_seal(b, ret);
}

int guise_token_set(const struct guise_token *token,
		    const struct guise_token_value *v, guise_luid modified_id,
		    const struct guise_token **ret)
{
	if (!token || !v || !ret || v->size != sizeof(*v))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *field = &fields[i];

		if (field->field != v->field)
			continue;
		return field->set
			       ? set_in_copy(token, field, v, modified_id, ret)
			       : set_by_building(token, field, v, modified_id,
						 ret);
	}
	return -EINVAL;
}
