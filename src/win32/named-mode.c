/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel may let other users do with an object's files. It knows
 * owner and others; a DACL knows everybody by name. So others get something
 * only where the DACL gives it to Everyone and Authenticated Users, and takes
 * nothing from anyone.
 */
#include <pthread.h>

#include <guise/token.h>

#include "named-mode.h"

#define OWNER_ONLY 0600
#define OTHERS_READ 0644
#define OTHERS_WRITE 0666

static bool denies(const struct guise_sd *sd)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	size_t n = dacl ? guise_acl_n_aces(dacl) : 0;

	for (size_t i = 0; i < n; i++) {
		if (guise_acl_ace(dacl, i)->type != GUISE_ACE_ACCESS_ALLOWED)
			return true;
	}
	return false;
}

/* Somebody of whom nothing is known but that he has logged on */
static int token_of_anybody(const struct guise_token **ret)
{
	struct guise_token_builder *b;
	struct guise_sid user, everyone, authenticated, label;
	int r;

	r = guise_sid_well_known(GUISE_SID_NULL, NULL, &user);
	if (r >= 0)
		r = guise_sid_well_known(GUISE_SID_WORLD, NULL, &everyone);
	if (r >= 0)
		r = guise_sid_well_known(GUISE_SID_AUTHENTICATED_USER, NULL,
					 &authenticated);
	if (r >= 0)
		r = guise_sid_well_known(GUISE_SID_MEDIUM_LABEL, NULL, &label);
	if (r >= 0)
		r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_group(b, &everyone, GUISE_GROUP_USUAL);
	guise_token_builder_group(b, &authenticated, GUISE_GROUP_USUAL);
	guise_token_builder_integrity(b, &label);
	r = guise_token_builder_seal(b, ret);
	(void)guise_token_builder_free(b);
	return r;
}

static bool grants(const struct guise_sd *sd, const struct guise_token *token,
		   ACCESS_MASK wanted)
{
	struct guise_decision decision;

	return guise_access_check(sd, token, wanted, &event_type.mapping,
				  &decision) == 0 &&
	       decision.allowed;
}

mode_t named_mode(uint32_t kind, const struct guise_sd *sd)
{
	/* what it takes to look, and what one who can write can do */
	static const struct {
		ACCESS_MASK read;
		ACCESS_MASK write;
	} rights[] = {
		[SYNC_EVENT] = {SYNCHRONIZE, SYNCHRONIZE | EVENT_MODIFY_STATE},
		[SYNC_MUTEX] = {SYNCHRONIZE, SYNCHRONIZE},
		[SYNC_SEMAPHORE] = {SYNCHRONIZE,
				    SYNCHRONIZE | SEMAPHORE_MODIFY_STATE},
		/* one who could write could cut it short under its users */
		[SYNC_SECTION] = {SECTION_MAP_READ, 0},
	};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	if (denies(sd) || token_of_anybody(&token) < 0)
		return OWNER_ONLY;
	if (rights[kind].write && grants(sd, token, rights[kind].write))
		return OTHERS_WRITE;
	return grants(sd, token, rights[kind].read) ? OTHERS_READ : OWNER_ONLY;
}
