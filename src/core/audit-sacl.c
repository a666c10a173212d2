/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which audit ACEs of a SACL ask for an event (MS-DTYP 2.4.4.10 to 2.4.4.16).
 * In doubt they do: an event too many is read and forgotten, one too few is
 * never seen.
 */
#include "audit-internal.h"
#include "condition-internal.h"
#include "sd-internal.h"
#include "sid-hash.h"
#include "token-internal.h"

/* Deny-only SIDs count, as they do for refusals. */
#define AUDIT_MATCH (TOKEN_MATCH_DENY | TOKEN_MATCH_PACKAGE)
#define AUDIT_DEVICE_MATCH (TOKEN_MATCH_DEVICE | TOKEN_MATCH_DEVICE_DENY)

/* The nodes an ACE speaks of: all, or the one with its object type and those
 * below it. */
struct range {
	size_t first;
	size_t end;
};

/* The outcomes that have an event already. */
struct audited {
	bool success;
	bool failure;
};

static bool is_audit(uint8_t type)
{
	switch (type) {
	case GUISE_ACE_SYSTEM_AUDIT:
	case GUISE_ACE_SYSTEM_AUDIT_OBJECT:
	case GUISE_ACE_SYSTEM_AUDIT_CALLBACK:
	case GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT:
		return true;
	default:
		return false;
	}
}

static bool has_condition(uint8_t type)
{
	return type == GUISE_ACE_SYSTEM_AUDIT_CALLBACK ||
	       type == GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT;
}

static bool is_principal_self(const struct guise_sid *sid)
{
	static const struct guise_sid self = {
		.authority = 5, .sub = {10}, .n_subs = 1};

	return guise_sid_equal(sid, &self);
}

static bool is_in_token(const struct audit_check *c,
			const struct guise_sid *sid, uint32_t hash)
{
	if (is_principal_self(sid)) {
		sid = c->access ? c->access->principal_self : NULL;
		if (!sid)
			return false;
		hash = sid_hash(sid);
	}
	return token_may_hold(c->token, hash) &&
	       token_match(c->token, hash, sid) & AUDIT_MATCH;
}

static bool same_guid(const struct guise_guid *a, const struct guise_guid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* false: the ACE is for a type that was not asked about */
static bool find_nodes(const struct audit_check *c, const struct guise_ace *ace,
		       struct range *ret)
{
	const struct guise_object_type *types =
		c->access ? c->access->object_types : NULL;
	size_t n = c->access ? c->access->n_object_types : 0;
	size_t i = 0;

	*ret = (struct range){0, n ? n : 1};
	if (!(ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT))
		return true;
	while (i < n && !same_guid(&types[i].guid, &ace->object_type))
		i++;
	if (i == n)
		return false;
	*ret = (struct range){i, i + 1};
	while (ret->end < n && types[ret->end].level > types[i].level)
		ret->end++;
	return true;
}

static bool condition_holds(const struct audit_check *c,
			    const struct guise_ace *ace)
{
	const struct resource_attributes resource = {
		.sacl = c->sd->sacl,
		.given = c->access ? c->access->resource_attributes : NULL,
	};
	const struct condition_env env = {
		.token = c->token,
		.resource = &resource,
		.member = TOKEN_MATCH_DENY,
		.device_member = AUDIT_DEVICE_MATCH,
		.deny = true,
	};

	/* what to do with UNKNOWN is documented nowhere */
	return condition_evaluate(&env, ace->data, ace->data_size) !=
	       GUISE_FALSE;
}

/* What a refused request counts as having asked for. */
static uint32_t requested(const struct audit_check *c)
{
	uint32_t bits = c->desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;

	if (!bits && (c->desired & GUISE_MAXIMUM_ALLOWED))
		bits = c->mapping->all;
	return bits;
}

static bool asks(const struct audit_check *c, const struct acl_check_ace *ace,
		 const struct guise_decision *d)
{
	uint32_t mask = guise_map_generic(ace->mask, c->mapping);

	return d->allowed ? ace->flags & GUISE_ACE_SUCCESSFUL_ACCESS &&
				    mask & d->granted
			  : ace->flags & GUISE_ACE_FAILED_ACCESS &&
				    mask & requested(c);
}

static void emit(const struct audit_check *c, size_t number, size_t node,
		 const struct guise_decision *d)
{
	const struct guise_ace *ace = &c->sd->sacl->aces[number];
	struct guise_audit_event event =
		audit_event(c->audit, c->audit->what, c->token);

	event.success = d->allowed;
	event.desired = c->desired;
	event.granted = d->granted;
	event.privileges = d->privileges_used;
	event.ace = (uint32_t)number + 1;
	event.sid = &ace->sid;
	if (ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT)
		event.node = &c->access->object_types[node].guid;
	audit_emit(c->audit, &event);
}

/* One ACE whose trustee is in the token. */
static void audit_ace(const struct audit_check *c, size_t number,
		      struct audited *done)
{
	const struct guise_ace *ace = &c->sd->sacl->aces[number];
	struct range nodes;

	if (!find_nodes(c, ace, &nodes) ||
	    (has_condition(ace->type) && !condition_holds(c, ace)))
		return;
	for (size_t i = nodes.first; i < nodes.end; i++) {
		size_t which = c->n_decisions == 1 ? 0 : i;
		const struct guise_decision *d = &c->decisions[which];
		bool *is_done = d->allowed ? &done->success : &done->failure;

		if (*is_done || !asks(c, &c->sd->sacl->check[number], d))
			continue;
		*is_done = true;
		emit(c, number, i, d);
	}
}

bool audit_sacl(const struct audit_check *check)
{
	const struct guise_acl *sacl = check->sd->sacl;
	struct audited done = {false, false};

	for (size_t i = 0; sacl && i < sacl->n_aces; i++) {
		const struct acl_check_ace *ace = &sacl->check[i];

		if (is_audit(ace->type) &&
		    !(ace->flags & GUISE_ACE_INHERIT_ONLY) &&
		    is_in_token(check, &sacl->aces[i].sid, ace->sid_hash))
			audit_ace(check, i, &done);
	}
	return done.success;
}

static const struct guise_sid *find_policy(const struct guise_acl *sacl)
{
	for (size_t i = 0; sacl && i < sacl->n_aces; i++) {
		const struct acl_check_ace *ace = &sacl->check[i];

		if (ace->type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID &&
		    !(ace->flags & GUISE_ACE_INHERIT_ONLY))
			return &sacl->aces[i].sid;
	}
	return NULL;
}

/* No ACE asks for these: whoever stages rules wants to know. One event a check,
 * for the first node on which they differ (event 4818). */
void audit_staged(const struct audit_check *c)
{
	const uint32_t explicitly =
		c->desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;
	const struct guise_decision *d = c->decisions;
	struct guise_audit_event event;
	size_t i = 0;

	while (i < c->n_decisions && !d[i].staged_differs)
		i++;
	if (i == c->n_decisions)
		return;
	event = audit_event(c->audit, GUISE_AUDIT_STAGED, c->token);
	event.success = d[i].allowed;
	event.desired = c->desired;
	event.granted = d[i].granted;
	event.staged_granted = d[i].staged_granted;
	event.staged_allowed =
		d[i].staged_granted && !(explicitly & ~d[i].staged_granted);
	event.policy = find_policy(c->sd->sacl);
	if (c->n_decisions > 1)
		event.node = &c->access->object_types[i].guid;
	audit_emit(c->audit, &event);
}

bool guise_sd_has_audit(const struct guise_sd *sd)
{
	const struct guise_acl *sacl = sd ? sd->sacl : NULL;

	for (size_t i = 0; sacl && i < sacl->n_aces; i++) {
		const struct acl_check_ace *ace = &sacl->check[i];

		if ((is_audit(ace->type) ||
		     ace->type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID) &&
		    !(ace->flags & GUISE_ACE_INHERIT_ONLY))
			return true;
	}
	return false;
}
