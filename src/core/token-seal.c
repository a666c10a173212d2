/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From builder to token: one allocation, all SIDs in one array, hashed into
 * the table and the filter that the access check asks.
 */
#include "sid-hash.h"
#include "token-internal.h"

/* Bits of the filter per SID: about one miss in fifty gets through. */
#define FILTER_BITS_PER_SID 32
/* At most half full: most SIDs lie where their hash says. */
#define SLOTS_PER_SID 2

/* Where each part lies in the token's block, in order of alignment. */
struct layout {
	size_t n_sids;
	size_t n_filter_bits;
	size_t n_slots;
	size_t sids;
	size_t filter;
	size_t slots;
	size_t unix_groups;
	size_t name;
	size_t size;
};

static size_t power_of_two(size_t at_least, size_t start)
{
	size_t n = start;

	while (n < at_least)
		n *= 2;
	return n;
}

static size_t aligned(size_t offset)
{
	return (offset + 7) / 8 * 8;
}

/* Cannot overflow: every count was held to its limit on the way in. */
static struct layout layout_of(const struct guise_token_builder *b)
{
	struct layout l = {.n_sids = 1 + b->groups.n + b->restricted.n +
				     b->device_groups.n + b->capabilities.n +
				     (b->has_package ? 2 : 0)};

	/* two more for the SIDs whose meaning each check decides */
	l.n_filter_bits =
		power_of_two(FILTER_BITS_PER_SID * (l.n_sids + 2), 64);
	l.n_slots = power_of_two(SLOTS_PER_SID * l.n_sids, 4);
	l.sids = aligned(sizeof(struct guise_token));
	l.filter = aligned(l.sids +
			   l.n_sids * sizeof(struct guise_sid_and_attributes));
	l.slots = l.filter + l.n_filter_bits / 8;
	l.unix_groups = l.slots + l.n_slots * sizeof(struct token_slot);
	l.name = l.unix_groups + b->n_unix_groups * sizeof(uint32_t);
	l.size = l.name + strlen(b->name) + 1;
	return l;
}

/* These stand for someone that each check knows: the filter lets ACEs for them
 * through to it, but no token is them. */
static const struct guise_sid owner_rights = {
	.authority = 3, .sub = {4}, .n_subs = 1};
static const struct guise_sid principal_self = {
	.authority = 5, .sub = {10}, .n_subs = 1};

static bool is_stand_in(const struct guise_sid *sid)
{
	return sid->n_subs == 1 && (guise_sid_equal(sid, &owner_rights) ||
				    guise_sid_equal(sid, &principal_self));
}

/* What is being filled: the writable faces of the token's table. */
struct table {
	struct guise_sid_and_attributes *sids;
	size_t n; /* of @sids so far */
	uint64_t *filter;
	size_t filter_mask;
	struct token_slot *slots;
	size_t slot_mask;
};

static void filter_add(struct table *t, uint32_t hash)
{
	size_t bit = hash & t->filter_mask;

	t->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* The allowing half of @bits that is not there though the denying half is. */
static uint32_t deny_only_of(uint32_t bits)
{
	uint32_t lost = 0;

	if (bits & TOKEN_MATCH_DENY)
		lost |= TOKEN_MATCH_ALLOW;
	if (bits & TOKEN_MATCH_DEVICE_DENY)
		lost |= TOKEN_MATCH_DEVICE;
	if (bits & TOKEN_MATCH_PACKAGE_DENY)
		lost |= TOKEN_MATCH_PACKAGE;
	return lost & ~bits;
}

/* A SID that is anywhere deny-only allows nothing, whatever else says so. */
static uint32_t merge_bits(uint32_t a, uint32_t b)
{
	return (a | b) & ~(deny_only_of(a) | deny_only_of(b));
}

/* Seen through by the compiler: the call would be a quarter of sealing. */
static inline __attribute__((always_inline)) void
table_add(struct table *t, const struct guise_sid *sid, size_t index,
	  uint32_t bits)
{
	uint32_t hash = sid_hash(sid);
	size_t at = hash & t->slot_mask;

	if (is_stand_in(sid))
		return;
	filter_add(t, hash);
	for (; t->slots[at].where; at = (at + 1) & t->slot_mask) {
		size_t other = (t->slots[at].where >> 8) - 1;

		if (t->slots[at].hash == hash &&
		    guise_sid_equal(&t->sids[other].sid, sid)) {
			t->slots[at].where =
				merge_bits(t->slots[at].where, bits);
			return;
		}
	}
	t->slots[at].hash = hash;
	t->slots[at].where = (uint32_t)(index + 1) << 8 | bits;
}

/* What the entries of a list count for, by their attributes. */
struct list_bits {
	uint8_t enabled;
	uint8_t deny_only;
};

static const struct list_bits group_bits = {
	TOKEN_MATCH_ALLOW | TOKEN_MATCH_DENY,
	TOKEN_MATCH_DENY,
};
static const struct list_bits restricted_bits = {
	TOKEN_MATCH_RESTRICTED, 0, /* they have no such attribute */
};
static const struct list_bits device_bits = {
	TOKEN_MATCH_DEVICE | TOKEN_MATCH_DEVICE_DENY,
	TOKEN_MATCH_DEVICE_DENY,
};
static const struct list_bits package_bits = {
	TOKEN_MATCH_PACKAGE | TOKEN_MATCH_PACKAGE_DENY,
	TOKEN_MATCH_PACKAGE_DENY,
};

static inline uint32_t bits_of(struct list_bits bits, uint32_t attributes)
{
	if (attributes & GUISE_GROUP_USE_FOR_DENY_ONLY)
		return bits.deny_only;
	return attributes & GUISE_GROUP_ENABLED ? bits.enabled : 0;
}

/* Copies a list behind what @t has and hashes it, touching it only once. */
static void take_list(struct table *table, const struct token_sid_list *list,
		      struct list_bits list_bits)
{
	struct table t = *table; /* in registers: nothing written aliases it */

	for (size_t i = 0; i < list->n; i++, t.n++) {
		const struct guise_sid_and_attributes *from = &list->at[i];
		uint32_t bits = bits_of(list_bits, from->attributes);

		t.sids[t.n] = *from;
		/* a disabled group matches nothing and is not looked up */
		if (bits)
			table_add(&t, &from->sid, t.n, bits);
	}
	table->n = t.n;
}

static void take_sid(struct table *t, const struct guise_sid *sid,
		     uint32_t attributes, uint32_t bits)
{
	t->sids[t->n].sid = *sid;
	t->sids[t->n].attributes = attributes;
	table_add(t, sid, t->n, bits);
	t->n++;
}

/* The user counts as enabled without saying so, unless made deny-only. */
static void take_user(struct table *t,
		      const struct guise_sid_and_attributes *user)
{
	uint32_t bits =
		bits_of(group_bits, user->attributes | GUISE_GROUP_ENABLED);

	take_sid(t, &user->sid, user->attributes, bits);
}

/* ALL APPLICATION PACKAGES, or for an LPAC all restricted ones. */
static const struct guise_sid *packages_of(const struct guise_token_builder *b)
{
	static const struct guise_sid all = {
		.authority = 15, .sub = {2, 1}, .n_subs = 2};
	static const struct guise_sid all_restricted = {
		.authority = 15, .sub = {2, 2}, .n_subs = 2};

	return token_builder_is_less_privileged(b) ? &all_restricted : &all;
}

static void take_package(struct table *t, const struct guise_token_builder *b)
{
	take_sid(t, &b->package, GUISE_GROUP_USUAL, package_bits.enabled);
	take_sid(t, packages_of(b), GUISE_GROUP_USUAL, package_bits.enabled);
}

/* In the order struct guise_token says. */
static void table_fill(struct table *t, const struct guise_token_builder *b)
{
	filter_add(t, sid_hash(&owner_rights));
	filter_add(t, sid_hash(&principal_self));
	take_user(t, &b->user);
	take_list(t, &b->groups, group_bits);
	take_list(t, &b->restricted, restricted_bits);
	take_list(t, &b->device_groups, device_bits);
	take_list(t, &b->capabilities, package_bits);
	if (b->has_package)
		take_package(t, b);
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* As they mostly come: from another token, or from a directory. */
static bool ascend(const uint32_t *ids, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (ids[i] <= ids[i - 1])
			return false;
	}
	return true;
}

static size_t sort_unique(uint32_t *ids, size_t n)
{
	size_t kept = 0;

	if (ascend(ids, n))
		return n;
	qsort(ids, n, sizeof(*ids), compare_ids);
	for (size_t i = 1; i < n; i++) {
		if (ids[i] != ids[kept])
			ids[++kept] = ids[i];
	}
	return kept + 1;
}

static const struct guise_sid *integrity_of(const struct guise_token *t,
					    const struct guise_token_builder *b)
{
	static const struct guise_sid untrusted = {.authority = 16,
						   .n_subs = 1};
	const uint32_t active =
		GUISE_GROUP_INTEGRITY | GUISE_GROUP_INTEGRITY_ENABLED;

	for (size_t i = 1; b->may_have_label && i <= t->n_groups; i++) {
		if ((t->sids[i].attributes & active) == active)
			return &t->sids[i].sid;
	}
	return &untrusted;
}

static void fill_fields(struct guise_token *t,
			const struct guise_token_builder *b)
{
	t->n_groups = b->groups.n;
	t->n_restricted = b->restricted.n;
	t->n_device_groups = b->device_groups.n;
	t->n_capabilities = b->capabilities.n;
	t->type = b->type;
	t->level = b->level;
	t->flags = b->flags;
	if (b->restricted.n)
		t->flags |= GUISE_TOKEN_IS_RESTRICTED;
	t->mandatory_policy = b->mandatory_policy;
	t->privileges = b->privileges;
	t->privileges_enabled = b->privileges_enabled;
	t->privileges_default = b->privileges_default;
	t->id = b->id;
	t->authentication_id = b->authentication_id;
	t->origin = b->origin;
	t->parent_id = b->parent_id;
	t->modified_id = b->has_modified_id ? b->modified_id : b->id;
	t->source_id = b->source_id;
	t->expiration = b->expiration;
	t->session_id = b->session_id;
	t->package_number = b->package_number;
	t->elevation = b->elevation;
	memcpy(t->audit_policy, b->audit_policy, sizeof(t->audit_policy));
	t->owner = *token_builder_owner(b);
	t->primary_group = *token_builder_primary_group(b);
	t->package = b->package;
	t->has_package = b->has_package;
	t->trust_level = b->trust_level;
	t->has_trust_level = b->has_trust_level;
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		t->claims[kind] = guise_claims_ref(b->claims[kind]);
	memcpy(t->source, b->source, sizeof(t->source));
	if (b->default_dacl)
		t->default_dacl = guise_acl_ref(b->default_dacl);
	t->credentials = credentials_ref(b->credentials);
	token_settle_credentials(t);
}

static void fill_table(struct guise_token *t, const struct layout *l,
		       const struct guise_token_builder *b)
{
	struct table table = {
		.sids = (void *)((uint8_t *)t + l->sids),
		.filter = (void *)((uint8_t *)t + l->filter),
		.filter_mask = l->n_filter_bits - 1,
		.slots = (void *)((uint8_t *)t + l->slots),
		.slot_mask = l->n_slots - 1,
	};

	/* filter and slots are neighbours */
	memset(table.filter, 0, l->unix_groups - l->filter);
	table_fill(&table, b);
	must(table.n == l->n_sids);
	t->sids = table.sids;
	t->filter = table.filter;
	t->filter_mask = (uint32_t)table.filter_mask;
	t->slots = table.slots;
	t->slot_mask = (uint32_t)table.slot_mask;
}

static void fill_unix(struct guise_token *t, const struct layout *l,
		      const struct guise_token_builder *b)
{
	uint32_t *groups = (void *)((uint8_t *)t + l->unix_groups);
	char *name = (char *)t + l->name;

	if (b->n_unix_groups)
		memcpy(groups, b->unix_groups,
		       b->n_unix_groups * sizeof(*groups));
	t->unix_identity = (struct guise_unix_identity){
		.uid = b->uid,
		.gid = b->gid,
		.groups = groups,
		.n_groups = sort_unique(groups, b->n_unix_groups),
		.capabilities = b->unix_capabilities,
	};
	memcpy(name, b->name, strlen(b->name) + 1);
	t->name = name;
}

int guise_token_builder_seal(struct guise_token_builder *b,
			     const struct guise_token **ret)
{
	struct guise_token *t;
	struct layout layout;
	int r;

	if (!b || !ret)
		return -EINVAL;
	r = token_builder_check(b);
	if (r < 0)
		return r;

	layout = layout_of(b);
	t = malloc(layout.size);
	if (!t)
		return -ENOMEM;
	*t = (struct guise_token){0};
	atomic_init(&t->refcount, 1);
	atomic_init(&t->object_sd, NULL);
	fill_fields(t, b);
	fill_table(t, &layout, b);
	fill_unix(t, &layout, b);
	t->integrity = integrity_of(t, b);

	*ret = t;
	return 0;
}
