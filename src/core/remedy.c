/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remedies: explain the refusal, take from each reason the changes that would
 * take it away, make each on trial and check again. First one change at a time,
 * then, if none sufficed, two, then three. What the check did not say yes to is
 * not offered.
 */
#include "remedy-internal.h"
#include <guise/token.h>

#define MAX_REASONS 32
#define MAX_CANDIDATES 24

/* What is asked, and what was found so far. */
struct search {
	uint32_t desired;
	const struct guise_generic_mapping *mapping;
	const struct guise_access_options *options;
	unsigned trials_left;
	struct guise_remedy so_far;
	size_t n_found;
	struct guise_remedy found[GUISE_REMEDIES_MAX];
};

/* The changes worth a trial. */
struct candidates {
	const struct trial *trial;
	uint32_t missing;
	size_t n;
	struct guise_change at[MAX_CANDIDATES];
};

static bool change_equal(const struct guise_change *a,
			 const struct guise_change *b)
{
	return a->kind == b->kind && a->privilege == b->privilege &&
	       a->mask == b->mask && a->ace == b->ace &&
	       guise_sid_equal(&a->sid, &b->sid);
}

static void propose(struct candidates *c, struct guise_change change)
{
	for (size_t i = 0; i < c->n; i++) {
		if (change_equal(&c->at[i], &change))
			return;
	}
	if (c->n < MAX_CANDIDATES)
		c->at[c->n++] = change;
}

static void propose_privilege(struct candidates *c, uint8_t privilege)
{
	bool held = guise_token_privileges(c->trial->token) &
		    GUISE_PRIVILEGE_BIT(privilege);

	propose(c, (struct guise_change){
			   .kind = held ? GUISE_CHANGE_ENABLE_PRIVILEGE
					: GUISE_CHANGE_GRANT_PRIVILEGE,
			   .privilege = privilege,
		   });
}

/* Whom an ACE must name to count in a pass; NULL: nobody in particular */
static const struct guise_sid *trustee_of(const struct guise_token *token,
					  enum guise_access_pass pass)
{
	const struct guise_sid_and_attributes *restricted;
	size_t n;

	if (pass == GUISE_PASS_PACKAGE)
		return guise_token_package(token);
	if (pass == GUISE_PASS_NORMAL)
		return &guise_token_user(token)->sid;
	restricted = guise_token_restricted_sids(token, &n);
	return n ? &restricted[0].sid : NULL;
}

static void propose_ace(struct candidates *c, enum guise_access_pass pass,
			uint32_t mask, uint32_t position)
{
	const struct guise_sid *sid = trustee_of(c->trial->token, pass);

	if (sid)
		propose(c, (struct guise_change){
				   .kind = GUISE_CHANGE_ADD_ACE,
				   .mask = mask,
				   .ace = position,
				   .sid = *sid,
			   });
}

static bool is_deny(uint8_t type)
{
	return type == GUISE_ACE_ACCESS_DENIED ||
	       type == GUISE_ACE_ACCESS_DENIED_OBJECT ||
	       type == GUISE_ACE_ACCESS_DENIED_CALLBACK ||
	       type == GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT;
}

/* Where an allow ACE belongs: behind the deny ACEs that are not inherited. */
static uint32_t canonical_position(const struct guise_acl *dacl)
{
	uint32_t n = 0;

	while (n < guise_acl_n_aces(dacl) &&
	       is_deny(guise_acl_ace(dacl, n)->type) &&
	       !(guise_acl_ace(dacl, n)->flags & GUISE_ACE_INHERITED))
		n++;
	return n + 1;
}

/* Groups that the token has, but not enabled, and that the DACL speaks of. */
static void propose_groups(struct candidates *c, const struct guise_acl *dacl)
{
	const uint32_t off = GUISE_GROUP_ENABLED |
			     GUISE_GROUP_USE_FOR_DENY_ONLY |
			     GUISE_GROUP_INTEGRITY;
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(c->trial->token, &n);
	for (size_t i = 0; i < n; i++) {
		if (groups[i].attributes & off)
			continue;
		for (size_t k = 0; k < guise_acl_n_aces(dacl); k++) {
			if (!guise_sid_equal(&guise_acl_ace(dacl, k)->sid,
					     &groups[i].sid))
				continue;
			propose(c, (struct guise_change){
					   .kind = GUISE_CHANGE_ENABLE_GROUP,
					   .sid = groups[i].sid,
				   });
			break;
		}
	}
}

static void propose_for_silence(struct candidates *c,
				const struct guise_reason *reason)
{
	const struct guise_acl *dacl = guise_sd_dacl(c->trial->sd);
	const uint32_t implicit = GUISE_READ_CONTROL | GUISE_WRITE_DAC;

	if (!dacl)
		return;
	propose_groups(c, dacl);
	propose_ace(c, reason->pass, reason->mask, canonical_position(dacl));
	if (reason->pass != GUISE_PASS_NORMAL)
		return;
	if (!(c->missing & ~implicit))
		propose(c,
			(struct guise_change){
				.kind = GUISE_CHANGE_TAKE_OWNERSHIP,
				.sid = guise_token_user(c->trial->token)->sid,
			});
	if (reason->mask & GUISE_WRITE_OWNER)
		propose_privilege(c, GUISE_SE_TAKE_OWNERSHIP);
}

static void propose_for_denial(struct candidates *c,
			       const struct guise_reason *reason,
			       const struct guise_generic_mapping *mapping)
{
	const struct guise_acl *dacl = guise_sd_dacl(c->trial->sd);
	const struct guise_ace *ace = guise_acl_ace(dacl, reason->ace - 1);
	uint32_t rest = guise_map_generic(ace->mask, mapping) & ~reason->mask;
	enum guise_change_kind kind =
		rest ? GUISE_CHANGE_CUT_ACE : GUISE_CHANGE_REMOVE_ACE;

	propose_ace(c, reason->pass, reason->mask, reason->ace);
	propose_ace(c, reason->pass, c->missing, reason->ace);
	propose(c, (struct guise_change){
			   .kind = kind,
			   .mask = rest ? reason->mask : 0,
			   .ace = reason->ace,
		   });
}

static void propose_for_label(struct candidates *c,
			      const struct guise_reason *reason)
{
	propose(c, (struct guise_change){
			   .kind = GUISE_CHANGE_RAISE_INTEGRITY,
			   .sid = reason->sid,
		   });
	propose(c, (struct guise_change){
			   .kind = GUISE_CHANGE_LOWER_LABEL,
			   .sid = *guise_token_integrity(c->trial->token),
		   });
	if (reason->mask == GUISE_WRITE_OWNER)
		propose_privilege(c, GUISE_SE_RELABEL);
}

static void propose_without_sacl_ace(struct candidates *c, uint32_t ace)
{
	propose(c, (struct guise_change){
			   .kind = GUISE_CHANGE_REMOVE_SACL_ACE,
			   .ace = ace,
		   });
}

/* A rule is not the object's to change; that it is under the policy is. */
static void propose_for_rule(struct candidates *c)
{
	const struct guise_acl *sacl = guise_sd_sacl(c->trial->sd);

	for (uint32_t i = 0; i < guise_acl_n_aces(sacl); i++) {
		const struct guise_ace *ace = guise_acl_ace(sacl, i);

		if (ace->type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID &&
		    !(ace->flags & GUISE_ACE_INHERIT_ONLY))
			propose_without_sacl_ace(c, i + 1);
	}
}

static void propose_for(struct candidates *c, const struct guise_reason *reason,
			const struct guise_generic_mapping *mapping)
{
	switch (reason->kind) {
	case GUISE_REASON_ACE:
		propose_for_denial(c, reason, mapping);
		break;
	case GUISE_REASON_NOT_GRANTED:
	case GUISE_REASON_RESTRICTED:
	case GUISE_REASON_PACKAGE:
		propose_for_silence(c, reason);
		break;
	case GUISE_REASON_NO_PRIVILEGE:
		propose_privilege(c, reason->privilege);
		break;
	case GUISE_REASON_CONDITION:
		propose(c, (struct guise_change){
				   .kind = GUISE_CHANGE_DROP_CONDITION,
				   .ace = reason->ace,
			   });
		break;
	case GUISE_REASON_INTEGRITY:
		propose_for_label(c, reason);
		break;
	case GUISE_REASON_TRUST:
		propose(c, (struct guise_change){
				   .kind = GUISE_CHANGE_RAISE_TRUST,
				   .sid = reason->sid,
			   });
		propose_without_sacl_ace(c, reason->ace);
		break;
	case GUISE_REASON_FILTER:
	case GUISE_REASON_RECOVERY:
		propose_without_sacl_ace(c, reason->ace);
		break;
	case GUISE_REASON_OWNER:
	case GUISE_REASON_PRIVILEGE:
	case GUISE_REASON_NO_DACL:
		break;
	}
}

/* The check, and if it says no what might help. */
static int ask(const struct search *s, const struct trial *trial,
	       struct candidates *ret, bool *ret_allowed)
{
	struct guise_reason reasons[MAX_REASONS];
	struct guise_decision d;
	size_t n;
	int r;

	r = guise_access_explain(trial->sd, trial->token, s->desired,
				 s->mapping, s->options, &d, reasons,
				 MAX_REASONS, &n);
	if (r < 0)
		return r;
	*ret_allowed = d.allowed;
	ret->trial = trial;
	ret->n = 0;
	ret->missing = d.missing & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;
	for (size_t i = 0; i < n && i < MAX_REASONS && ret->missing; i++) {
		reasons[i].mask &= ret->missing;
		if (reasons[i].allow || reasons[i].staged || !reasons[i].mask)
			continue;
		if (reasons[i].rule)
			propose_for_rule(ret);
		else
			propose_for(ret, &reasons[i], s->mapping);
	}
	return 0;
}

static unsigned cost_of(const struct guise_remedy *remedy)
{
	unsigned cost = 0;

	for (unsigned i = 0; i < remedy->n_changes; i++)
		cost += remedy->changes[i].kind;
	return cost;
}

/* In whatever order. */
static bool same_changes(const struct guise_remedy *a,
			 const struct guise_remedy *b)
{
	for (unsigned i = 0; i < a->n_changes; i++) {
		unsigned k = 0;

		while (k < b->n_changes &&
		       !change_equal(&a->changes[i], &b->changes[k]))
			k++;
		if (k == b->n_changes)
			return false;
	}
	return true;
}

/* Into its place; of two of the same cost the one found first comes first. */
static void keep_remedy(struct search *s)
{
	unsigned cost = cost_of(&s->so_far);
	size_t at = s->n_found;

	for (size_t i = 0; i < s->n_found; i++) {
		if (same_changes(&s->found[i], &s->so_far))
			return;
	}
	while (at > 0 && cost_of(&s->found[at - 1]) > cost)
		at--;
	if (at == GUISE_REMEDIES_MAX)
		return;
	if (s->n_found < GUISE_REMEDIES_MAX)
		s->n_found++;
	memmove(&s->found[at + 1], &s->found[at],
		(s->n_found - 1 - at) * sizeof(s->found[0]));
	s->found[at] = s->so_far;
}

static int search(struct search *s, const struct trial *trial, unsigned depth);

static int try_change(struct search *s, const struct trial *trial,
		      const struct guise_change *change, unsigned depth)
{
	GUISE_AUTO(trial_clear) struct trial changed = {0};
	int r;

	if (s->trials_left == 0)
		return 0;
	s->trials_left--;
	r = trial_change(trial, change, s->mapping, &changed);
	if (r < 0)
		return r == -ENOMEM ? r : 0; /* no such change then */
	s->so_far.changes[s->so_far.n_changes++] = *change;
	r = search(s, &changed, depth);
	s->so_far.n_changes--;
	return r;
}

/* Every way of @depth changes more; bounded by GUISE_REMEDY_CHANGES_MAX. */
static int search(struct search *s, const struct trial *trial, unsigned depth)
{
	struct candidates c;
	bool allowed;
	int r;

	r = ask(s, trial, &c, &allowed);
	if (r < 0)
		return r;
	if (allowed) {
		if (s->so_far.n_changes)
			keep_remedy(s);
		return 0;
	}
	for (size_t i = 0; r == 0 && depth && i < c.n; i++)
		r = try_change(s, trial, &c.at[i], depth - 1);
	return r;
}

int guise_access_remedies(const struct guise_sd *sd,
			  const struct guise_token *token, uint32_t desired,
			  const struct guise_generic_mapping *mapping,
			  const struct guise_access_options *options,
			  struct guise_remedy *ret, size_t max, size_t *ret_n)
{
	GUISE_AUTO(freep) struct search *s = NULL;
	const struct trial trial = {.sd = sd, .token = token};
	int r = 0;

	if (!sd || !token || !mapping || !ret_n || (!ret && max))
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->desired = desired;
	s->mapping = mapping;
	s->options = options;
	s->trials_left = GUISE_REMEDY_TRIALS_MAX;
	for (unsigned n = 1; n <= GUISE_REMEDY_CHANGES_MAX && !s->n_found;
	     n++) {
		r = search(s, &trial, n);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < s->n_found && i < max; i++)
		ret[i] = s->found[i];
	*ret_n = s->n_found;
	return 0;
}
