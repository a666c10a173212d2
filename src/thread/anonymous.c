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

static int begin(struct guise_token_builder **ret)
{
	/* as everyone has it (bypass traverse checking) */
	const uint64_t privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY);
	struct guise_token_builder *b;
	struct guise_sid user, label;
	int r;

	r = guise_sid_well_known(GUISE_SID_ANONYMOUS, NULL, &user);
	if (r < 0)
		return r;
	r = guise_sid_well_known(GUISE_SID_UNTRUSTED_LABEL, NULL, &label);
	if (r < 0)
		return r;
	r = guise_token_builder_new(ret);
	if (r < 0)
		return r;
	b = *ret;
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_privileges(b, privileges, privileges, privileges);
	guise_token_builder_integrity(b, &label);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	guise_token_builder_ids(b, guise_luid_new(), ANONYMOUS_SESSION, 0);
	guise_token_builder_source(b, "guise");
	guise_token_builder_name(b, "anonymous");
	return 0;
}

int guise_token_anonymous(uint32_t uid, uint32_t gid,
			  const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct guise_sid world;
	int r;

	if (!ret || uid == 0 || gid == 0 || uid == GUISE_UID_NONE ||
	    gid == GUISE_UID_NONE)
		return -EINVAL;
	r = guise_sid_well_known(GUISE_SID_WORLD, NULL, &world);
	if (r < 0)
		return r;
	r = begin(&b);
	if (r < 0)
		return r;
	guise_token_builder_group(b, &world, GUISE_GROUP_USUAL);
	guise_token_builder_unix(b, uid, gid, NULL, 0);
	return guise_token_builder_seal(b, ret);
}

int anonymous_token(const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r = begin(&b);

	return r < 0 ? r : guise_token_builder_seal(b, ret);
}
