/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of tokens: what leaves the SIDs alone borrows them, table and all,
 * from the token that was sealed with them.
 */
#include <guise/token-change.h>

#include "token-internal.h"

struct guise_token *token_copy(const struct guise_token *token)
{
	/* what is before it others may be writing to */
	const size_t head = offsetof(struct guise_token, filter_mask);
	struct guise_token *t = malloc(sizeof(*t));

	if (!t)
		return NULL;
	memcpy((uint8_t *)t + head, (const uint8_t *)token + head,
	       sizeof(*t) - head);
	atomic_init(&t->refcount, 1);
	atomic_init(&t->object_sd, NULL);
	t->sealed = guise_token_ref(token->sealed ? token->sealed : token);
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		t->claims[kind] = guise_claims_ref(token->claims[kind]);
	if (token->default_dacl)
		t->default_dacl = guise_acl_ref(token->default_dacl);
	(void)credentials_ref(t->credentials);
	return t;
}

/* A group that is neither enabled nor deny-only, which somebody could enable.
 * The label has states of its own. */
static bool is_dormant(const struct guise_sid_and_attributes *group)
{
	const uint32_t kept = GUISE_GROUP_ENABLED |
			      GUISE_GROUP_USE_FOR_DENY_ONLY |
			      GUISE_GROUP_INTEGRITY;

	return !(group->attributes & kept);
}

static bool has_dormant_groups(const struct guise_token *token)
{
	for (size_t i = 1; i <= token->n_groups; i++) {
		if (is_dormant(&token->sids[i]))
			return true;
	}
	return false;
}

static void drop_dormant_groups(struct guise_token_builder *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->groups.n; i++) {
		if (!is_dormant(&b->groups.at[i]))
			b->groups.at[kept++] = b->groups.at[i];
	}
	b->groups.n = kept;
	if (!token_builder_owner_may_own(b))
		token_builder_own_by_user(b);
	if (!token_builder_find(b, &b->primary_group))
		b->primary_group = b->user.sid;
}

/* @token without dormant groups, as a token that is still the caller's own. */
static int copy_without_dormant(const struct guise_token *token,
				struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_token *t;
	int r;

	r = guise_token_builder_from(token, &b);
	if (r < 0)
		return r;
	r = token_builder_drop_unix_groups(b);
	if (r < 0)
		return r;
	drop_dormant_groups(b);
	r = guise_token_builder_seal(b, &t);
	if (r < 0)
		return r;
	*ret = (struct guise_token *)(uintptr_t)t;
	return 0;
}

static int copy_effective(const struct guise_token *token,
			  struct guise_token **ret)
{
	int r = 0;

	if (has_dormant_groups(token))
		r = copy_without_dormant(token, ret);
	else if (!(*ret = token_copy(token)))
		r = -ENOMEM;
	if (r < 0)
		return r;
	(*ret)->privileges = token->privileges_enabled;
	(*ret)->privileges_default &= token->privileges_enabled;
	return 0;
}

/* NtDuplicateToken: nobody gets more out of a token than it was given for. */
static int level_check(const struct guise_token *token,
		       const struct guise_duplicate_options *o)
{
	if (o->level < GUISE_LEVEL_ANONYMOUS ||
	    o->level > GUISE_LEVEL_DELEGATION)
		return GUISE_E_BAD_LEVEL;
	if (token->type == GUISE_TOKEN_PRIMARY)
		return 0;
	if (o->type == GUISE_TOKEN_PRIMARY)
		return token->level < GUISE_LEVEL_IMPERSONATION
			       ? GUISE_E_BAD_LEVEL
			       : 0;
	return o->level > token->level ? GUISE_E_BAD_LEVEL : 0;
}

int guise_token_duplicate(const struct guise_token *token,
			  const struct guise_duplicate_options *o,
			  const struct guise_token **ret)
{
	struct guise_token *t = NULL;
	int r;

	if (!token || !o || !ret || o->size != sizeof(*o))
		return -EINVAL;
	if (o->type != GUISE_TOKEN_PRIMARY &&
	    o->type != GUISE_TOKEN_IMPERSONATION)
		return -EINVAL;
	r = level_check(token, o);
	if (r < 0)
		return r;
	if (o->effective_only)
		r = copy_effective(token, &t);
	else if (!(t = token_copy(token)))
		r = -ENOMEM;
	if (r < 0)
		return r;

	t->type = o->type;
	if (o->type == GUISE_TOKEN_IMPERSONATION)
		t->level = o->level;
	t->id = o->token_id;
	token_settle_credentials(t);
	*ret = t;
	return 0;
}

int guise_token_at_level(const struct guise_token *token,
			 enum guise_level level, guise_luid token_id,
			 const struct guise_token **ret)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = level,
		.token_id = token_id,
	};

	return guise_token_duplicate(token, &options, ret);
}

/* An impersonation token below impersonation speaks for nobody. */
static bool holds(const struct guise_token *caller,
		  enum guise_privilege privilege)
{
	if (caller->type == GUISE_TOKEN_IMPERSONATION &&
	    caller->level < GUISE_LEVEL_IMPERSONATION)
		return false;
	return guise_token_has_privilege(caller, privilege);
}

int guise_token_create(struct guise_token_builder *builder,
		       const struct guise_token *creator, bool session_exists,
		       const struct guise_token **ret)
{
	if (!builder || !creator || !ret)
		return -EINVAL;
	if (!holds(creator, GUISE_SE_CREATE_TOKEN))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	if (!session_exists)
		return GUISE_E_NO_SUCH_LOGON_SESSION;
	return guise_token_builder_seal(builder, ret);
}
