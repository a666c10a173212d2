/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that may do less than their source: NtFilterToken and
 * NtCreateLowBoxToken. Whatever is asked for, nothing is ever given: a check
 * grants the result no bit that it does not grant the source.
 */
#include <guise/token-change.h>

#include "sid-hash.h"
#include "sid-set.h"
#include "token-internal.h"

#define FILTER_FLAGS_ALL                                                       \
	((uint32_t)(GUISE_FILTER_DISABLE_MAX_PRIVILEGE |                       \
		    GUISE_FILTER_SANDBOX_INERT | GUISE_FILTER_LUA_TOKEN |      \
		    GUISE_FILTER_WRITE_RESTRICTED))
#define RID_LOW 0x1000
#define RID_MEDIUM 0x2000

/* They give nobody else's things and no way around an access check. */
const uint64_t token_usual_privileges =
	GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY) | /* paths need it */
	GUISE_PRIVILEGE_BIT(GUISE_SE_SHUTDOWN) |      /* of one's own machine */
	GUISE_PRIVILEGE_BIT(GUISE_SE_UNDOCK) |
	GUISE_PRIVILEGE_BIT(GUISE_SE_TIME_ZONE) | /* how one reads a clock */
	GUISE_PRIVILEGE_BIT(GUISE_SE_INCREASE_WORKING_SET);

/*
 * LUA_TOKEN: the groups that are taken from an administrator's everyday token.
 * Windows does not publish its list; this one has every group that can make
 * itself, or anybody, an administrator.
 */
enum lua_domain { BUILTIN, DOMAIN };
static const struct {
	enum lua_domain domain;
	uint32_t rid;
} lua_groups[] = {
	{BUILTIN, 544}, /* Administrators: everything */
	{BUILTIN, 547}, /* Power Users: could once replace programs of others */
	{BUILTIN, 548}, /* Account Operators: passwords of others */
	{BUILTIN, 549}, /* Server Operators: services run as what they say */
	{BUILTIN, 550}, /* Print Operators: load drivers */
	{BUILTIN, 551}, /* Backup Operators: read and write every file */
	{BUILTIN, 552}, /* Replicator: writes what logon scripts come from */
	{BUILTIN, 554}, /* Pre-Windows 2000 Compatible: reads all accounts */
	{BUILTIN, 556}, /* Network Configuration Operators */
	{BUILTIN, 569}, /* Cryptographic Operators */
	{BUILTIN, 578}, /* Hyper-V Administrators: disks of other machines */
	{DOMAIN, 498},	/* Enterprise Read-only Domain Controllers */
	{DOMAIN, 512},	/* Domain Admins */
	{DOMAIN, 516},	/* Domain Controllers: hold all passwords */
	{DOMAIN, 517},	/* Cert Publishers: vouch for anybody */
	{DOMAIN, 518},	/* Schema Admins */
	{DOMAIN, 519},	/* Enterprise Admins */
	{DOMAIN, 520},	/* Group Policy Creator Owners */
	{DOMAIN, 521},	/* Read-only Domain Controllers */
	{DOMAIN, 526},	/* Key Admins: other ways to log on as somebody */
	{DOMAIN, 527},	/* Enterprise Key Admins */
	{DOMAIN, 553},	/* RAS and IAS Servers */
};

/* S-1-5-114: a local account that is an administrator, in one SID. */
static bool is_local_administrator(const struct guise_sid *sid)
{
	return sid->authority == 5 && sid->n_subs == 1 && sid->sub[0] == 114;
}

static bool administers(const struct guise_sid *sid)
{
	enum lua_domain domain;

	if (is_local_administrator(sid))
		return true;
	if (sid->authority != 5)
		return false;
	if (sid->n_subs == 2 && sid->sub[0] == 32)
		domain = BUILTIN;
	else if (sid->n_subs == 5 && sid->sub[0] == 21)
		domain = DOMAIN;
	else
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(lua_groups); i++) {
		if (lua_groups[i].domain == domain &&
		    lua_groups[i].rid == sid->sub[sid->n_subs - 1])
			return true;
	}
	return false;
}

static void make_deny_only(struct guise_sid_and_attributes *entry)
{
	entry->attributes &= ~(uint32_t)(GUISE_GROUP_ENABLED |
					 GUISE_GROUP_ENABLED_BY_DEFAULT);
	entry->attributes |= GUISE_GROUP_USE_FOR_DENY_ONLY;
}

/* The user and the groups that are in the list, and for LUA the mighty ones. */
static void disable(struct guise_token_builder *b, const struct sid_set *list,
		    bool lua)
{
	if (sid_set_find(list, &b->user.sid) != SID_SET_NONE)
		make_deny_only(&b->user);
	for (size_t i = 0; i < b->groups.n; i++) {
		struct guise_sid_and_attributes *group = &b->groups.at[i];

		if (group->attributes & GUISE_GROUP_INTEGRITY)
			continue;
		if (sid_set_find(list, &group->sid) != SID_SET_NONE ||
		    (lua && administers(&group->sid)))
			make_deny_only(group);
	}
	if (!token_builder_owner_may_own(b))
		token_builder_own_by_user(b);
}

static void keep_privileges(struct guise_token_builder *b, uint64_t kept)
{
	b->privileges &= kept;
	b->privileges_enabled &= kept;
	b->privileges_default &= kept;
}

/* A token without a label is below all that have one. */
static void lower_integrity(struct guise_token_builder *b, uint32_t rid)
{
	for (size_t i = 0; i < b->groups.n; i++) {
		struct guise_sid_and_attributes *group = &b->groups.at[i];

		if (group->attributes & GUISE_GROUP_INTEGRITY &&
		    group->sid.sub[0] > rid)
			group->sid.sub[0] = rid;
	}
}

static void filter_privileges(struct guise_token_builder *b,
			      const struct guise_filter_options *o)
{
	if (o->flags & GUISE_FILTER_DISABLE_MAX_PRIVILEGE)
		keep_privileges(b, GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY));
	else
		keep_privileges(b, ~o->delete_privileges);
	if (o->flags & GUISE_FILTER_LUA_TOKEN)
		keep_privileges(b, token_usual_privileges);
}

/*
 * The list of a token that had one already can only become shorter. And where
 * all access was restricted it stays so: for writing only would be more.
 */
static void restrict_to(struct guise_token_builder *b,
			const struct guise_token *source,
			const struct guise_filter_options *o)
{
	bool was = token_is_restricted(source);
	bool was_for_all =
		was && !(source->flags & GUISE_TOKEN_WRITE_RESTRICTED);

	if (o->n_restrict_to) {
		b->restricted.n = 0;
		b->flags |= GUISE_TOKEN_IS_RESTRICTED;
		b->flags &= ~(uint32_t)GUISE_TOKEN_WRITE_RESTRICTED;
	}
	for (size_t i = 0; i < o->n_restrict_to; i++) {
		const struct guise_sid *sid = &o->restrict_to[i];

		if (!guise_sid_is_valid(sid) || !was ||
		    token_match(source, sid_hash(sid), sid) &
			    TOKEN_MATCH_RESTRICTED)
			guise_token_builder_restricted_sid(b, sid);
	}
	if (o->flags & GUISE_FILTER_WRITE_RESTRICTED && !was_for_all)
		b->flags |= GUISE_TOKEN_WRITE_RESTRICTED;
}

static void filter(struct guise_token_builder *b,
		   const struct guise_token *source,
		   const struct guise_filter_options *o,
		   const struct sid_set *list)
{
	bool lua = o->flags & GUISE_FILTER_LUA_TOKEN;

	disable(b, list, lua);
	filter_privileges(b, o);
	restrict_to(b, source, o);
	if (lua) {
		lower_integrity(b, RID_MEDIUM);
		token_builder_own_by_user(b);
		b->elevation = GUISE_ELEVATION_LIMITED;
	}
	if (o->flags & GUISE_FILTER_SANDBOX_INERT)
		b->flags |= GUISE_TOKEN_SANDBOX_INERT;
	b->flags |= GUISE_TOKEN_IS_FILTERED;
	b->parent_id = source->id;
	b->id = o->token_id;
}

static bool filter_options_agree(const struct guise_filter_options *o)
{
	return o->size == sizeof(*o) && !(o->flags & ~FILTER_FLAGS_ALL) &&
	       (o->disable || !o->n_disable) &&
	       (o->restrict_to || !o->n_restrict_to);
}

int guise_token_filter(const struct guise_token *token,
		       const struct guise_filter_options *o,
		       const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(sid_set_clear) struct sid_set list = {0};
	int r;

	if (!token || !o || !ret || !filter_options_agree(o))
		return -EINVAL;
	r = sid_set_init(&list, o->disable, sizeof(*o->disable), o->n_disable);
	if (r == 0)
		r = guise_token_builder_from(token, &b);
	if (r < 0)
		return r;
	filter(b, token, o, &list);
	r = token_builder_drop_unix_groups(b);
	return r < 0 ? r : guise_token_builder_seal(b, ret);
}

/* S-1-15-2 and seven numbers made of the package's name. */
static bool sid_is_package(const struct guise_sid *sid)
{
	return guise_sid_is_valid(sid) && sid->authority == 15 &&
	       sid->n_subs == 8 && sid->sub[0] == 2;
}

static bool sid_is_capability(const struct guise_sid *sid)
{
	return guise_sid_is_valid(sid) && sid->authority == 15 &&
	       sid->n_subs >= 2 && sid->sub[0] == 3;
}

static int lowbox_check(const struct guise_token *token,
			const struct guise_lowbox_options *o)
{
	if (o->size != sizeof(*o) || !o->package ||
	    (!o->capabilities && o->n_capabilities))
		return -EINVAL;
	if (!sid_is_package(o->package))
		return GUISE_E_INVALID_SID;
	for (size_t i = 0; i < o->n_capabilities; i++) {
		if (!sid_is_capability(&o->capabilities[i].sid))
			return GUISE_E_INVALID_SID;
	}
	if (token->has_package)
		return GUISE_E_INVALID_TOKEN;
	if (token->type == GUISE_TOKEN_IMPERSONATION &&
	    token->level < GUISE_LEVEL_IMPERSONATION)
		return GUISE_E_BAD_LEVEL;
	return 0;
}

int guise_token_lowbox(const struct guise_token *token,
		       const struct guise_lowbox_options *o,
		       const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r;

	if (!token || !o || !ret)
		return -EINVAL;
	r = lowbox_check(token, o);
	if (r == 0)
		r = guise_token_builder_from(token, &b);
	if (r < 0)
		return r;

	guise_token_builder_package(b, o->package);
	for (size_t i = 0; i < o->n_capabilities; i++)
		guise_token_builder_capability(b, &o->capabilities[i].sid,
					       o->capabilities[i].attributes);
	guise_token_builder_package_number(b, o->number);
	if (o->less_privileged)
		b->flags |= GUISE_TOKEN_LESS_PRIVILEGED;
	keep_privileges(b, token_usual_privileges);
	lower_integrity(b, RID_LOW);
	b->type = GUISE_TOKEN_PRIMARY;
	b->id = o->token_id;
	return guise_token_builder_seal(b, ret);
}
