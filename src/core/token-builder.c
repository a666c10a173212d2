/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathering a token's fields. Setters cannot fail visibly: the first failure
 * is kept and comes out at seal, so no half-described token is ever made.
 */
#include "token-internal.h"

static void fail(struct guise_token_builder *b, int code)
{
	if (!b->error)
		b->error = code;
}

static bool attributes_agree(uint32_t attributes)
{
	return !(attributes & GUISE_GROUP_ENABLED &&
		 attributes & GUISE_GROUP_USE_FOR_DENY_ONLY);
}

static void list_add(struct guise_token_builder *b, struct token_sid_list *list,
		     const struct guise_sid *sid, uint32_t attributes)
{
	struct guise_sid_and_attributes *at = list->at;
	size_t capacity = list->capacity;

	if (!sid)
		return fail(b, -EINVAL);
	if (!guise_sid_is_valid(sid))
		return fail(b, GUISE_E_INVALID_SID);
	if (!attributes_agree(attributes))
		return fail(b, GUISE_E_INVALID_TOKEN);
	if (list->n >= GUISE_TOKEN_SIDS_MAX)
		return fail(b, GUISE_E_LIMIT);
	if (list->n == capacity) {
		capacity = capacity ? 2 * capacity : 16;
		at = realloc(at, capacity * sizeof(*at)); /* limited above */
		if (!at)
			return fail(b, -ENOMEM);
		list->at = at;
		list->capacity = capacity;
	}
	token_sid_copy(&at[list->n].sid, sid);
	at[list->n].attributes = attributes;
	list->n++;
}

static void list_copy(struct guise_token_builder *b,
		      struct token_sid_list *list,
		      const struct guise_sid_and_attributes *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		list_add(b, list, &from[i].sid, from[i].attributes);
}

int guise_token_builder_new(struct guise_token_builder **ret)
{
	struct guise_token_builder *b;

	if (!ret)
		return -EINVAL;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->type = GUISE_TOKEN_IMPERSONATION;
	b->level = GUISE_LEVEL_IMPERSONATION;
	b->elevation = GUISE_ELEVATION_DEFAULT;
	b->expiration = GUISE_TOKEN_NEVER_EXPIRES;
	b->uid = GUISE_UID_NONE;
	b->gid = GUISE_UID_NONE;
	*ret = b;
	return 0;
}

/* The plain fields of @token; the lists are copied by the caller. */
static void copy_fields(struct guise_token_builder *b,
			const struct guise_token *token)
{
	b->user = token->sids[0];
	b->has_user = true;
	b->owner = token->owner;
	b->has_owner = true;
	b->primary_group = token->primary_group;
	b->has_primary_group = true;
	b->package = token->package;
	b->has_package = token->has_package;
	b->trust_level = token->trust_level;
	b->has_trust_level = token->has_trust_level;
	b->type = token->type;
	b->level = token->level;
	b->flags = token->flags;
	b->mandatory_policy = token->mandatory_policy;
	b->privileges = token->privileges;
	b->privileges_enabled = token->privileges_enabled;
	b->privileges_default = token->privileges_default;
	b->authentication_id = token->authentication_id;
	b->origin = token->origin;
	b->parent_id = token->parent_id;
	b->modified_id = token->modified_id;
	b->has_modified_id = true;
	b->source_id = token->source_id;
	b->expiration = token->expiration;
	b->session_id = token->session_id;
	b->package_number = token->package_number;
	b->elevation = token->elevation;
	memcpy(b->audit_policy, token->audit_policy, sizeof(b->audit_policy));
	b->unix_capabilities = token->unix_identity.capabilities;
}

int guise_token_builder_from(const struct guise_token *token,
			     struct guise_token_builder **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_unix_identity *id;
	const struct guise_sid_and_attributes *sids;
	size_t n;
	int r;

	if (!token || !ret)
		return -EINVAL;
	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;

	copy_fields(b, token);
	sids = guise_token_groups(token, &n);
	list_copy(b, &b->groups, sids, n);
	b->may_have_label = true;
	sids = guise_token_restricted_sids(token, &n);
	list_copy(b, &b->restricted, sids, n);
	sids = guise_token_device_groups(token, &n);
	list_copy(b, &b->device_groups, sids, n);
	sids = guise_token_capabilities(token, &n);
	list_copy(b, &b->capabilities, sids, n);
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		b->claims[kind] = guise_claims_ref(token->claims[kind]);
	id = &token->unix_identity;
	guise_token_builder_unix(b, id->uid, id->gid, id->groups, id->n_groups);
	guise_token_builder_default_dacl(b, token->default_dacl);
	guise_token_builder_source(b, token->source);
	guise_token_builder_name(b, token->name);
	token_builder_credentials(b, token->credentials);
	if (b->error)
		return b->error;

	*ret = guise_take(b);
	return 0;
}

struct guise_token_builder *
guise_token_builder_free(struct guise_token_builder *b)
{
	if (!b)
		return NULL;
	free(b->groups.at);
	free(b->restricted.at);
	free(b->device_groups.at);
	free(b->capabilities.at);
	free(b->unix_groups);
	(void)guise_acl_unref(b->default_dacl);
	(void)credentials_unref(b->credentials);
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		(void)guise_claims_unref(b->claims[kind]);
	free(b);
	return NULL;
}

void guise_token_builder_freep(struct guise_token_builder **builder)
{
	*builder = guise_token_builder_free(*builder);
}

static void set_sid(struct guise_token_builder *b, const struct guise_sid *sid,
		    struct guise_sid *field, bool *has)
{
	if (!sid)
		return fail(b, -EINVAL);
	if (!guise_sid_is_valid(sid))
		return fail(b, GUISE_E_INVALID_SID);
	token_sid_copy(field, sid);
	*has = true;
}

void guise_token_builder_user(struct guise_token_builder *b,
			      const struct guise_sid *sid, uint32_t attributes)
{
	if (!b)
		return;
	if (!attributes_agree(attributes))
		return fail(b, GUISE_E_INVALID_TOKEN);
	if (sid && !guise_sid_equal(sid, &b->user.sid))
		token_builder_credentials(b, NULL);
	set_sid(b, sid, &b->user.sid, &b->has_user);
	b->user.attributes = attributes;
}

void guise_token_builder_group(struct guise_token_builder *b,
			       const struct guise_sid *sid, uint32_t attributes)
{
	if (!b)
		return;
	list_add(b, &b->groups, sid, attributes);
	b->may_have_label |= attributes & GUISE_GROUP_INTEGRITY;
}

/* NtFilterToken stores restricting SIDs as ordinary, enabled groups. */
void guise_token_builder_restricted_sid(struct guise_token_builder *b,
					const struct guise_sid *sid)
{
	if (b)
		list_add(b, &b->restricted, sid, GUISE_GROUP_USUAL);
}

void guise_token_builder_device_group(struct guise_token_builder *b,
				      const struct guise_sid *sid,
				      uint32_t attributes)
{
	if (b)
		list_add(b, &b->device_groups, sid, attributes);
}

void guise_token_builder_claims(struct guise_token_builder *b,
				enum guise_token_claims_kind kind,
				const struct guise_claims *claims)
{
	if (!b)
		return;
	if ((unsigned)kind >= GUISE_CLAIMS_KINDS)
		return fail(b, -EINVAL);
	claims = guise_claims_n(claims) ? guise_claims_ref(claims) : NULL;
	(void)guise_claims_unref(b->claims[kind]);
	b->claims[kind] = claims;
}

/* S-1-19-T-L */
static bool sid_is_trust_level(const struct guise_sid *sid)
{
	return sid->authority == 19 && sid->n_subs == 2;
}

void guise_token_builder_trust_level(struct guise_token_builder *b,
				     const struct guise_sid *sid)
{
	if (!b)
		return;
	b->has_trust_level = false;
	b->trust_level = (struct guise_sid){0};
	if (!sid)
		return;
	if (guise_sid_is_valid(sid) && !sid_is_trust_level(sid))
		return fail(b, GUISE_E_INVALID_SID);
	set_sid(b, sid, &b->trust_level, &b->has_trust_level);
}

void guise_token_builder_privileges(struct guise_token_builder *b,
				    uint64_t present, uint64_t enabled,
				    uint64_t enabled_by_default)
{
	if (!b)
		return;
	if (present & ~GUISE_PRIVILEGE_ALL)
		return fail(b, GUISE_E_INVALID_TOKEN);
	b->privileges = present;
	b->privileges_enabled = enabled & present;
	b->privileges_default = enabled_by_default & present;
}

void guise_token_builder_type(struct guise_token_builder *b,
			      enum guise_token_type type,
			      enum guise_level level)
{
	if (!b)
		return;
	b->type = type;
	b->level = level;
}

void guise_token_builder_flags(struct guise_token_builder *b, uint32_t flags)
{
	if (b)
		b->flags = flags;
}

void guise_token_builder_owner(struct guise_token_builder *b,
			       const struct guise_sid *sid)
{
	if (b)
		set_sid(b, sid, &b->owner, &b->has_owner);
}

void guise_token_builder_primary_group(struct guise_token_builder *b,
				       const struct guise_sid *sid)
{
	if (b)
		set_sid(b, sid, &b->primary_group, &b->has_primary_group);
}

void guise_token_builder_default_dacl(struct guise_token_builder *b,
				      const struct guise_acl *dacl)
{
	if (!b)
		return;
	if (dacl)
		dacl = guise_acl_ref(dacl);
	(void)guise_acl_unref(b->default_dacl);
	b->default_dacl = dacl;
}

bool token_sid_is_label(const struct guise_sid *sid)
{
	return sid->authority == 16 && sid->n_subs == 1;
}

void guise_token_builder_integrity(struct guise_token_builder *b,
				   const struct guise_sid *label)
{
	size_t kept = 0;

	if (!b)
		return;
	if (!label)
		return fail(b, -EINVAL);
	if (!guise_sid_is_valid(label) || !token_sid_is_label(label))
		return fail(b, GUISE_E_INVALID_SID);
	for (size_t i = 0; i < b->groups.n; i++) {
		if (!(b->groups.at[i].attributes & GUISE_GROUP_INTEGRITY))
			b->groups.at[kept++] = b->groups.at[i];
	}
	b->groups.n = kept;
	guise_token_builder_group(b, label,
				  GUISE_GROUP_INTEGRITY |
					  GUISE_GROUP_INTEGRITY_ENABLED);
}

void guise_token_builder_mandatory_policy(struct guise_token_builder *b,
					  uint32_t policy)
{
	if (b)
		b->mandatory_policy = policy;
}

void guise_token_builder_ids(struct guise_token_builder *b, guise_luid token_id,
			     guise_luid authentication_id, guise_luid origin)
{
	if (!b)
		return;
	b->id = token_id;
	b->authentication_id = authentication_id;
	b->origin = origin;
}

void token_builder_own_by_user(struct guise_token_builder *b)
{
	b->owner = b->user.sid;
	b->has_owner = true;
}

void guise_token_builder_parent_id(struct guise_token_builder *b, guise_luid id)
{
	if (b)
		b->parent_id = id;
}

void guise_token_builder_modified_id(struct guise_token_builder *b,
				     guise_luid id)
{
	if (!b)
		return;
	b->modified_id = id;
	b->has_modified_id = true;
}

void guise_token_builder_source_id(struct guise_token_builder *b, guise_luid id)
{
	if (b)
		b->source_id = id;
}

void guise_token_builder_expiration(struct guise_token_builder *b,
				    int64_t expiration)
{
	if (b)
		b->expiration = expiration;
}

void guise_token_builder_session(struct guise_token_builder *b,
				 uint32_t session_id)
{
	if (b)
		b->session_id = session_id;
}

void guise_token_builder_elevation(struct guise_token_builder *b,
				   enum guise_elevation elevation)
{
	if (b)
		b->elevation = elevation;
}

void guise_token_builder_audit_policy(struct guise_token_builder *b,
				      const void *policy, size_t size)
{
	if (!b)
		return;
	if (!policy && size)
		return fail(b, -EINVAL);
	if (size > sizeof(b->audit_policy))
		return fail(b, GUISE_E_LIMIT);
	memset(b->audit_policy, 0, sizeof(b->audit_policy));
	if (size)
		memcpy(b->audit_policy, policy, size);
}

void guise_token_builder_package_number(struct guise_token_builder *b,
					uint32_t number)
{
	if (b)
		b->package_number = number;
}

/* @ret has @max + 1 bytes */
static void set_text(struct guise_token_builder *b, const char *text,
		     size_t max, char *ret)
{
	size_t size;

	if (!text)
		return fail(b, -EINVAL);
	size = strnlen(text, max + 1);
	if (size > max)
		return fail(b, GUISE_E_LIMIT);
	memcpy(ret, text, size);
	ret[size] = '\0';
}

void guise_token_builder_source(struct guise_token_builder *b, const char *name)
{
	if (b)
		set_text(b, name, sizeof(b->source) - 1, b->source);
}

void guise_token_builder_name(struct guise_token_builder *b, const char *name)
{
	if (b)
		set_text(b, name, sizeof(b->name) - 1, b->name);
}

void guise_token_builder_unix(struct guise_token_builder *b, uint32_t uid,
			      uint32_t gid, const uint32_t *groups,
			      size_t n_groups)
{
	uint32_t *copy;

	if (!b)
		return;
	if (!groups && n_groups)
		return fail(b, -EINVAL);
	if (n_groups > GUISE_UNIX_GROUPS_MAX)
		return fail(b, GUISE_E_LIMIT);
	copy = array_alloc(n_groups, sizeof(*copy));
	if (!copy)
		return fail(b, -ENOMEM);
	if (n_groups)
		memcpy(copy, groups, n_groups * sizeof(*copy));
	if (uid != b->uid)
		token_builder_credentials(b, NULL);
	free(b->unix_groups);
	b->unix_groups = copy;
	b->n_unix_groups = n_groups;
	b->uid = uid;
	b->gid = gid;
}

void guise_token_builder_capabilities(struct guise_token_builder *b,
				      uint64_t capabilities)
{
	if (b)
		b->unix_capabilities = capabilities;
}

void guise_token_builder_package(struct guise_token_builder *b,
				 const struct guise_sid *package)
{
	if (b)
		set_sid(b, package, &b->package, &b->has_package);
}

void guise_token_builder_capability(struct guise_token_builder *b,
				    const struct guise_sid *sid,
				    uint32_t attributes)
{
	if (b)
		list_add(b, &b->capabilities, sid, attributes);
}
