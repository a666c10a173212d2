/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of token objects: owner, group and DACL are the creator's
 * defaults. They depend on nothing else, so that the first one serves for all
 * objects that this creator will make: most of what a duplicate costs.
 */
#include "token-sd.h"

#include <guise/inherit.h>
#include <guise/token-change.h>

#include "token-internal.h"

/* Full access for the creator and SYSTEM. */
static int usual_dacl(const struct guise_token *creator,
		      const struct guise_acl **ret)
{
	const struct guise_ace aces[] = {
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = guise_mapping_token.all,
		 .sid = creator->sids[0].sid},
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = guise_mapping_token.all,
		 .sid = {.authority = 5, .sub = {18}, .n_subs = 1}},
	};

	return guise_acl_new(0, aces, ARRAY_SIZE(aces), ret);
}

/* @creator, or where it lacks a default DACL one that has the DACL that Windows
 * gives to every token it makes: without any, everybody could open the object.
 */
static int with_default_dacl(const struct guise_token *creator,
			     const struct guise_token **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	struct guise_token *t;
	int r;

	if (creator->default_dacl) {
		*ret = guise_token_ref(creator);
		return 0;
	}
	r = usual_dacl(creator, &dacl);
	if (r < 0)
		return r;
	t = token_copy(creator);
	if (!t)
		return -ENOMEM;
	t->default_dacl = guise_take(dacl);
	*ret = t;
	return 0;
}

static int make(const struct guise_token *creator, const struct guise_sd *given,
		const struct guise_sd **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = with_default_dacl(creator, &token);
	if (r < 0)
		return r;
	return guise_inherit(NULL, given, false, 0, token, &guise_mapping_token,
			     ret);
}

int token_object_sd(const struct guise_token *creator,
		    const struct guise_sd *given, const struct guise_sd **ret)
{
	/* like the count, what is kept is no part of the value */
	struct guise_token *t = (struct guise_token *)(uintptr_t)creator;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *made = NULL;
	const struct guise_sd *kept;
	int r;

	if (given)
		return make(creator, given, ret);
	kept = atomic_load(&t->object_sd);
	if (!kept) {
		r = make(creator, NULL, &made);
		if (r < 0)
			return r;
		/* else another thread was faster, and its one is in @kept */
		if (atomic_compare_exchange_strong(&t->object_sd, &kept, made))
			kept = guise_take(made);
	}
	*ret = guise_sd_ref(kept);
	return 0;
}
