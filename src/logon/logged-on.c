/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a logon adds to what the kernel knows of a process. The kernel has no
 * logon sessions, and the processes of one that nobody logged on through guise
 * are taken for what most are: somebody's at this machine.
 */
#include <linux/capability.h>

#include <guise/session.h>

#include "base.h"
#include "logon-token.h"

/* With these a process can do whatever it likes; the other capabilities are
 * theirs to take. */
#define ALMIGHTY                                                               \
	(UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETGID |               \
	 UINT64_C(1) << CAP_SYS_ADMIN)

static bool is_root(const struct guise_unix_identity *id)
{
	return id->uid == 0 && (id->capabilities & ALMIGHTY) == ALMIGHTY;
}

static int add_group(struct guise_token_builder *b, unsigned type,
		     uint32_t attributes)
{
	struct guise_sid sid;
	int r;

	r = guise_sid_well_known(type, NULL, &sid);
	if (r < 0)
		return r;
	guise_token_builder_group(b, &sid, attributes);
	return 0;
}

static int add_groups(struct guise_token_builder *b, guise_luid session)
{
	static const unsigned types[] = {GUISE_SID_BUILTIN_USERS,
					 GUISE_SID_INTERACTIVE,
					 GUISE_SID_LOCAL};
	const struct guise_sid logon = guise_session_sid(session);
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		r = add_group(b, types[i], GUISE_GROUP_USUAL);
		if (r < 0)
			return r;
	}
	guise_token_builder_group(
		b, &logon, GUISE_GROUP_USUAL | (uint32_t)GUISE_GROUP_LOGON_ID);
	return 0;
}

/* As much as an elevated administrator has, and owns as one. */
static int make_administrator(struct guise_token_builder *b,
			      const struct guise_token *kernel,
			      struct guise_sid *ret_owner)
{
	const uint64_t enabled = guise_token_privileges_enabled(kernel);
	int r;

	r = guise_sid_well_known(GUISE_SID_BUILTIN_ADMINISTRATORS, NULL,
				 ret_owner);
	if (r < 0)
		return r;
	guise_token_builder_group(b, ret_owner,
				  GUISE_GROUP_USUAL | GUISE_GROUP_OWNER);
	guise_token_builder_owner(b, ret_owner);
	guise_token_builder_privileges(b, GUISE_PRIVILEGE_ALL, enabled,
				       enabled);
	return 0;
}

static int set_default_dacl(struct guise_token_builder *b,
			    const struct guise_sid *owner, guise_luid session)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	const struct guise_sid logon = guise_session_sid(session);
	int r;

	r = logon_default_dacl(owner, &logon, &dacl);
	if (r < 0)
		return r;
	guise_token_builder_default_dacl(b, dacl);
	return 0;
}

static int complete(struct guise_token_builder *b,
		    const struct guise_token *kernel, guise_luid session)
{
	struct guise_sid owner = guise_token_user(kernel)->sid;
	int r;

	r = add_groups(b, session);
	if (r == 0 && is_root(guise_token_unix(kernel)))
		r = make_administrator(b, kernel, &owner);
	if (r == 0)
		r = set_default_dacl(b, &owner, session);
	if (r < 0)
		return r;
	guise_token_builder_mandatory_policy(
		b,
		GUISE_MANDATORY_NO_WRITE_UP | GUISE_MANDATORY_NEW_PROCESS_MIN);
	guise_token_builder_ids(b, guise_luid_new(), session, 0);
	return 0;
}

int guise_token_logged_on(const struct guise_token *kernel, guise_luid session,
			  const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r;

	if (!kernel || !ret)
		return -EINVAL;
	r = guise_token_builder_from(kernel, &b);
	if (r < 0)
		return r;
	r = complete(b, kernel, session);
	if (r < 0)
		return r;
	return guise_token_builder_seal(b, ret);
}
