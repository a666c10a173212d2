/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client that did not say who it is: ANONYMOUS LOGON, at untrusted
 * integrity. A server's anonymous client is in no group but Everyone and has
 * the Unix ids of a configured nobody. What a thread puts on to be nobody is
 * not even in Everyone (as Windows has it, unless a policy says else), and has
 * no Unix identity of its own, so that the kernel sees the process's nobody.
 */
#include <guise/impersonate.h>

#include "anonymous.h"

/* Windows' fixed logon session of ANONYMOUS LOGON. */
#define ANONYMOUS_SESSION 0x3e6

struct anonymous_sids {
	struct guise_sid user, world, label;
};

static int make_sids(struct anonymous_sids *ret)
{
	int r;

	r = guise_sid_well_known(GUISE_SID_ANONYMOUS, NULL, &ret->user);
	if (r < 0)
		return r;
	r = guise_sid_well_known(GUISE_SID_WORLD, NULL, &ret->world);
	if (r < 0)
		return r;
	return guise_sid_well_known(GUISE_SID_UNTRUSTED_LABEL, NULL,
				    &ret->label);
}

static void describe(struct guise_token_builder *b,
		     const struct anonymous_sids *sids)
{
	/* as everyone has it (bypass traverse checking) */
	const uint64_t privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY);

	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_user(b, &sids->user, 0);
	guise_token_builder_privileges(b, privileges, privileges, privileges);
	guise_token_builder_integrity(b, &sids->label);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	guise_token_builder_ids(b, guise_luid_new(), ANONYMOUS_SESSION, 0);
	guise_token_builder_source(b, "guise");
	guise_token_builder_name(b, "anonymous");
}

int guise_token_anonymous(uint32_t uid, uint32_t gid,
			  const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct anonymous_sids sids;
	int r;

	if (!ret || uid == 0 || gid == 0 || uid == GUISE_UID_NONE ||
	    gid == GUISE_UID_NONE)
		return -EINVAL;
	r = make_sids(&sids);
	if (r < 0)
		return r;
	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	describe(b, &sids);
	guise_token_builder_group(b, &sids.world, GUISE_GROUP_USUAL);
	guise_token_builder_unix(b, uid, gid, NULL, 0);
	return guise_token_builder_seal(b, ret);
}

int anonymous_token(const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct anonymous_sids sids;
	int r;

	r = make_sids(&sids);
	if (r < 0)
		return r;
	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	describe(b, &sids);
	return guise_token_builder_seal(b, ret);
}
