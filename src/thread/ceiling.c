/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ceiling: what no token may lift this process above, whoever made the
 * token. Set once and immutable from then on, so that reading it takes no
 * lock; published by one atomic pointer. A token that the ceiling does not
 * allow is refused as a whole, never trimmed: fewer groups could mean more
 * rights, where a group is what denies.
 */
#include "ceiling.h"
#include "scope.h"

#define NOBODY 65534

struct limits {
	uint32_t uid_min;
	uint32_t gid_min;
	uint32_t anonymous_uid;
	uint32_t anonymous_gid;
	uint64_t privileges;
	size_t n_allowed;
	bool allow_root;
	bool any_group;
	uint32_t allowed[]; /* ascending; without meaning if @any_group */
};

static _Atomic(struct limits *) current;

bool ceiling_is_set(void)
{
	return atomic_load_explicit(&current, memory_order_acquire) != NULL;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static int limits_new(const struct guise_ceiling *c, uint32_t uid, uint32_t gid,
		      struct limits **ret)
{
	struct limits *l;
	size_t size;

	if (ckd_mul(&size, c->n_groups_allowed, sizeof(uint32_t)) ||
	    ckd_add(&size, size, sizeof(*l)))
		return -EINVAL;
	l = calloc(1, size);
	if (!l)
		return -ENOMEM;
	*l = (struct limits){
		.uid_min = c->uid_min,
		.gid_min = c->gid_min,
		.anonymous_uid = uid ? uid : NOBODY,
		.anonymous_gid = gid ? gid : NOBODY,
		.privileges = c->privileges,
		.n_allowed = c->n_groups_allowed,
		.allow_root = c->allow_root,
		.any_group = !c->groups_allowed,
	};
	if (c->n_groups_allowed > 0) {
		memcpy(l->allowed, c->groups_allowed, size - sizeof(*l));
		qsort(l->allowed, l->n_allowed, sizeof(uint32_t), compare_ids);
	}
	*ret = l;
	return 0;
}

int ceiling_set(const struct guise_ceiling *ceiling, uint32_t anonymous_uid,
		uint32_t anonymous_gid)
{
	static const struct guise_ceiling none = {.size = sizeof(none)};
	const struct guise_ceiling *c = ceiling ? ceiling : &none;
	struct limits *fresh = NULL, *expected = NULL;
	int r;

	if (c->size < sizeof(*c) || anonymous_uid == GUISE_UID_NONE ||
	    anonymous_gid == GUISE_UID_NONE ||
	    (!c->groups_allowed && c->n_groups_allowed > 0))
		return -EINVAL;
	r = limits_new(c, anonymous_uid, anonymous_gid, &fresh);
	if (r < 0)
		return r;
	if (!atomic_compare_exchange_strong(&current, &expected, fresh)) {
		free(fresh);
		return -EALREADY;
	}
	return 0;
}

static bool id_allowed(const struct limits *l, uint32_t id, uint32_t min)
{
	if (id == GUISE_UID_NONE)
		return false;
	return id == 0 ? l->allow_root : id >= min;
}

static bool group_allowed(const struct limits *l, uint32_t gid)
{
	if (!id_allowed(l, gid, 0))
		return false;
	return l->any_group || bsearch(&gid, l->allowed, l->n_allowed,
				       sizeof(gid), compare_ids) != NULL;
}

static bool identity_allowed(const struct limits *l,
			     const struct guise_unix_identity *id)
{
	if (!id_allowed(l, id->uid, l->uid_min) ||
	    !id_allowed(l, id->gid, l->gid_min) ||
	    id->n_groups > GUISE_UNIX_GROUPS_MAX)
		return false;
	for (size_t i = 0; i < id->n_groups; i++) {
		if (!group_allowed(l, id->groups[i]))
			return false;
	}
	return true;
}

static bool is_anonymous_logon(const struct guise_token *token)
{
	struct guise_sid anonymous;

	return guise_sid_well_known(GUISE_SID_ANONYMOUS, NULL, &anonymous) ==
		       0 &&
	       guise_sid_equal(&guise_token_user(token)->sid, &anonymous);
}

static bool has_unix_identity(const struct guise_unix_identity *id)
{
	return id->uid != GUISE_UID_NONE && id->gid != GUISE_UID_NONE;
}

bool projection_is_anonymous(const struct guise_token *token)
{
	return !has_unix_identity(guise_token_unix(token)) &&
	       is_anonymous_logon(token);
}

void projection_of_nobody(struct kcred *ret)
{
	const struct limits *l =
		atomic_load_explicit(&current, memory_order_acquire);

	*ret = (struct kcred){.uid = l->anonymous_uid, .gid = l->anonymous_gid};
}

uint64_t projection_allowed(uint64_t privileges_enabled)
{
	const struct limits *l =
		atomic_load_explicit(&current, memory_order_acquire);

	return projection_capabilities(privileges_enabled & l->privileges);
}

int projection_of(const struct guise_token *token, struct kcred *ret)
{
	const struct guise_unix_identity *id = guise_token_unix(token);
	const struct limits *l;
	int r;

	r = impersonation_ready();
	if (r < 0)
		return r;
	if (!projection_is_client(token) || projection_is_anonymous(token)) {
		projection_of_nobody(ret);
		return 0;
	}
	if (!has_unix_identity(id))
		return GUISE_E_BAD_LEVEL;
	l = atomic_load_explicit(&current, memory_order_acquire);
	if (!identity_allowed(l, id))
		return GUISE_E_CEILING;
	*ret = (struct kcred){
		.uid = id->uid,
		.gid = id->gid,
		.groups = id->groups,
		.n_groups = id->n_groups,
		.capabilities = projection_allowed(
			guise_token_privileges_enabled(token)),
	};
	return 0;
}
