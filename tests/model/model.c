/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's check (MS-DTYP 2.5.3.2): what becomes of one bit at each node of
 * the type tree, in one list, for one set of SIDs; then all lists, all sets of
 * SIDs and all bits, one after the other.
 *
 * Where the rules are silent, read so:
 * - A bit that a privilege gave needs nothing else than not to be masked, and
 *   to be given in the AppContainer's pass, too.
 * - Trust labels and filters: every one that is not inherit-only counts, their
 *   masks are generic-mapped; a filter is judged like an allow ACE, with the
 *   token's own claims. None of them touches ACCESS_SYSTEM_SECURITY.
 * - A policy's rules are further DACLs, in every pass, without what owners have
 *   implicitly. AppliesTo is judged like an allow ACE.
 * - In the AppContainer's pass allow and deny ACEs match its SIDs only, OWNER
 *   RIGHTS matches if the owner is one of them, conditions see the whole token.
 * - OWNER RIGHTS and PRINCIPAL SELF stand for others and are never anyone, not
 *   even of a token that has them in its list.
 * - An ACE of OWNER RIGHTS switches the implicit rights off whatever its
 *   condition or object type, if it allows or denies at all.
 */
#include <errno.h>

#include "model-internal.h"

static bool is_writing(const struct check *c, uint32_t bit)
{
	const struct guise_generic_mapping *m = c->q->mapping;

	if (bit & (GUISE_DELETE | GUISE_WRITE_DAC | GUISE_WRITE_OWNER))
		return true;
	return !(bit & (m->read | m->execute | GUISE_READ_CONTROL |
			GUISE_SYNCHRONIZE));
}

static bool pass_counts(const struct check *c, enum pass pass, uint32_t bit)
{
	const struct model_token *t = c->q->token;

	if (pass == PASS_TOKEN)
		return true;
	if (pass == PASS_PACKAGE)
		return model_uses(c, MODEL_PACKAGE) && t->package;
	return model_uses(c, MODEL_RESTRICTED) && t->is_restricted &&
	       (!t->write_restricted || !model_uses(c, MODEL_WRITE_ONLY) ||
		is_writing(c, bit));
}

/* Who has @bit, node by node. @ret_by, @ret_refused: for the DACL alone. */
static void ask(const struct check *c, uint32_t bit, bool *ret_given,
		size_t *ret_by, bool *ret_refused)
{
	enum fate fates[MODEL_NODES_MAX];
	size_t by;

	*ret_by = 0;
	*ret_refused = false;
	for (size_t i = 0; i < c->n_nodes; i++)
		ret_given[i] = true;
	for (size_t l = 0; l <= c->n_rules; l++) {
		for (enum pass p = 0; p < PASSES; p++) {
			if (!pass_counts(c, p, bit))
				continue;
			model_settle(c, &c->lists[l][p], p, bit, fates, &by);
			for (size_t i = 0; i < c->n_nodes; i++)
				ret_given[i] &= fates[i] == GIVEN;
			if (l == 0 && p == PASS_TOKEN) {
				*ret_by = by;
				*ret_refused = fates[0] == REFUSED;
			}
		}
	}
}

static void prepare_lists(struct check *c)
{
	for (enum pass p = 0; p < PASSES; p++) {
		if ((p == PASS_RESTRICTED && !c->q->token->is_restricted) ||
		    (p == PASS_PACKAGE && !c->q->token->package))
			continue;
		model_prepare(c, &c->lists[0][p], &c->sd.dacl, p, false);
		for (size_t i = 0; i < c->n_rules; i++)
			model_prepare(c, &c->lists[1 + i][p], &c->rules[i], p,
				      true);
	}
}

/* A bit that a privilege gives, if it was asked for by name. */
static enum guise_privilege privilege_for(const struct check *c, uint32_t bit)
{
	if (!(c->q->desired & bit))
		return 0;
	if (bit == GUISE_ACCESS_SYSTEM_SECURITY &&
	    model_holds(c, GUISE_SE_SECURITY))
		return GUISE_SE_SECURITY;
	if (bit == GUISE_WRITE_OWNER && model_holds(c, GUISE_SE_TAKE_OWNERSHIP))
		return GUISE_SE_TAKE_OWNERSHIP;
	return 0;
}

/* What DACL, passes, policies and masks give, node by node. */
struct answer {
	uint32_t given[MODEL_NODES_MAX];
	uint32_t refused;    /* at the root, by a deny ACE of the DACL */
	size_t by[32];	     /* the ACE that settled a bit at the root */
	uint32_t privileged; /* by a privilege */
	uint64_t used;
};

/* Nothing but the DACL gives an AppContainer's part. */
static void give_privileged(const struct check *c, uint32_t bit,
			    struct answer *a)
{
	enum fate fates[MODEL_NODES_MAX];
	bool package = pass_counts(c, PASS_PACKAGE, bit);
	size_t by;

	if (package)
		model_settle(c, &c->lists[0][PASS_PACKAGE], PASS_PACKAGE, bit,
			     fates, &by);
	for (size_t i = 0; i < c->n_nodes; i++) {
		if (!package || fates[i] == GIVEN)
			a->given[i] |= bit & c->mask;
	}
}

static void ask_all(const struct check *c, struct answer *a)
{
	bool given[MODEL_NODES_MAX], refused;

	for (unsigned n = 0; n < 32; n++) {
		uint32_t bit = UINT32_C(1) << n;
		enum guise_privilege privilege = privilege_for(c, bit);

		if (bit == GUISE_MAXIMUM_ALLOWED || bit & GUISE_GENERIC_MASK)
			continue;
		if (privilege) {
			give_privileged(c, bit, a);
			a->privileged |= bit;
			a->used |= GUISE_PRIVILEGE_BIT(privilege);
			continue;
		}
		if (bit == GUISE_ACCESS_SYSTEM_SECURITY ||
		    !(c->q->desired & (bit | GUISE_MAXIMUM_ALLOWED)))
			continue;
		/* without a DACL the maximum is what the type knows */
		if (!(c->q->desired & bit) && !c->sd.dacl.present &&
		    !(c->q->mapping->all & bit))
			continue;
		ask(c, bit, given, &a->by[n], &refused);
		if (refused)
			a->refused |= bit;
		for (size_t i = 0; i < c->n_nodes; i++) {
			if (given[i])
				a->given[i] |= bit & c->mask;
		}
	}
}

static void decide(const struct check *c, const struct answer *a, size_t node,
		   struct guise_decision *ret)
{
	uint32_t asked = c->q->desired & ~GUISE_MAXIMUM_ALLOWED;
	bool maximum = c->q->desired & GUISE_MAXIMUM_ALLOWED;
	uint32_t given = a->given[node];

	*ret = (struct guise_decision){0};
	/* what is masked is refused before privileges are looked at, those
	 * before the DACL */
	ret->missing = asked & ~given;
	if (asked & ~c->mask)
		ret->missing = asked & ~c->mask;
	else if (asked & GUISE_ACCESS_SYSTEM_SECURITY &&
		 !model_holds(c, GUISE_SE_SECURITY))
		ret->missing_privilege = GUISE_SE_SECURITY;
	if (ret->missing_privilege)
		ret->missing = GUISE_ACCESS_SYSTEM_SECURITY;
	if (maximum && asked == 0 && given == 0)
		ret->missing = GUISE_MAXIMUM_ALLOWED;
	if (c->q->desired && !ret->missing) {
		ret->allowed = true;
		ret->granted = maximum ? given : asked;
		ret->privileges_used = a->used;
		if (c->relabels && ret->granted & GUISE_WRITE_OWNER)
			ret->privileges_used |=
				GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL);
	}
}

/*
 * With one list to walk, what the walk of a request without MAXIMUM_ALLOWED
 * says: it stops at the first deny ACE that names a bit not given by then, or
 * where the last bit is given.
 */
static void trace(const struct check *c, const struct answer *a,
		  struct guise_decision *ret)
{
	uint32_t asked = c->q->desired & ~a->privileged;
	size_t stop = SIZE_MAX, last = 0;

	if (c->q->desired & ~GUISE_MAXIMUM_ALLOWED & ~c->mask ||
	    ret->missing_privilege)
		return;
	for (unsigned n = 0; n < 32; n++) {
		if (asked >> n & 1 && a->refused >> n & 1 && a->by[n] < stop)
			stop = a->by[n];
		if (asked >> n & 1 && a->by[n] > last)
			last = a->by[n];
	}
	if (stop == SIZE_MAX) {
		ret->decided_by = ret->allowed ? (uint32_t)last : 0;
		return;
	}
	ret->decided_by = (uint32_t)stop;
	for (unsigned n = 0; n < 32; n++) {
		if (asked >> n & 1 && a->by[n] > stop)
			ret->missing |= UINT32_C(1) << n;
	}
}

/* The codes, in the order in which the faults are found. */
static int refuse_question(const struct check *c)
{
	const struct model_question *q = c->q;

	for (size_t i = 0; i < q->n_types; i++) {
		unsigned level = q->types[i].level;

		if (level > 4 || (i == 0) != (level == 0) ||
		    (i && level > q->types[i - 1].level + 1u))
			return -EINVAL;
	}
	if (q->desired & GUISE_GENERIC_MASK)
		return GUISE_E_GENERIC_NOT_MAPPED;
	if (!c->sd.has_owner || !c->sd.has_group)
		return GUISE_E_INVALID_SD;
	if (q->token->impersonation && q->token->level == GUISE_LEVEL_ANONYMOUS)
		return GUISE_E_BAD_LEVEL;
	return 0;
}

int model_check(const struct model_question *question, bool whole,
		struct guise_decision *ret, bool *ret_exact)
{
	static struct check c;
	struct answer a = {0};
	int r;

	c.q = question;
	c.n_nodes = question->n_types ? question->n_types : 1;
	c.resource.n = c.n_rules = 0;
	c.too_large = c.relabels = false;
	for (size_t i = 0; i < (whole ? 1 : c.n_nodes); i++)
		ret[i] = (struct guise_decision){0};
	*ret_exact = false;
	r = model_read_sd(question->sd, question->sd_size, &c.sd);
	if (r == 0)
		r = refuse_question(&c);
	if (r < 0)
		return r;
	model_collect_resource(&c);
	r = model_collect_rules(&c);
	if (r < 0)
		return r;
	c.mask = model_mask(&c);
	prepare_lists(&c);
	if (c.too_large)
		return MODEL_TOO_LARGE;
	ask_all(&c, &a);
	for (size_t i = 0; i < (whole ? 1 : c.n_nodes); i++)
		decide(&c, &a, i, &ret[i]);
	*ret_exact = question->n_types == 0 && c.n_rules == 0 &&
		     !pass_counts(&c, PASS_RESTRICTED, GUISE_DELETE) &&
		     !pass_counts(&c, PASS_PACKAGE, GUISE_DELETE) &&
		     !(question->desired & GUISE_MAXIMUM_ALLOWED);
	if (*ret_exact)
		trace(&c, &a, &ret[0]);
	return 0;
}
