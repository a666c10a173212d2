/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of processes and threads, as the kernel knows them: uids and gids
 * become S-1-22-1-uid and S-1-22-2-gid, capabilities become the privileges
 * they amount to. No name service is asked, so that this is safe anywhere and
 * says nothing but what is in force.
 */
#include <sys/types.h>
#include <unistd.h>

#include <guise/access.h>

#include "kcred.h"
#include "process.h"
#include "scope.h"

/* The ids that files see, and those of new ones. */
static struct kcred kcred_of(const struct status *s)
{
	return (struct kcred){
		.uid = s->uids[STATUS_FS],
		.gid = s->gids[STATUS_FS],
		.groups = s->groups,
		.n_groups = s->n_groups,
		.capabilities = s->effective,
	};
}

static int add_well_known(struct guise_token_builder *b,
			  enum guise_well_known_sid which)
{
	struct guise_sid sid;
	int r;

	r = guise_sid_well_known(which, NULL, &sid);
	if (r < 0)
		return r;
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	return 0;
}

static bool holds_group(const struct kcred *cred, uint32_t gid)
{
	for (size_t i = 0; i < cred->n_groups; i++) {
		if (cred->groups[i] == gid)
			return true;
	}
	return false;
}

static int add_groups(struct guise_token_builder *b, const struct kcred *cred)
{
	struct guise_sid primary = guise_sid_of_gid(cred->gid);
	int r;

	if (!holds_group(cred, cred->gid))
		guise_token_builder_group(b, &primary, GUISE_GROUP_USUAL);
	for (size_t i = 0; i < cred->n_groups; i++) {
		struct guise_sid sid = guise_sid_of_gid(cred->groups[i]);

		/* ascending, but setgroups() may have been given twins */
		if (i > 0 && cred->groups[i] == cred->groups[i - 1])
			continue;
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	guise_token_builder_primary_group(b, &primary);
	r = add_well_known(b, GUISE_SID_WORLD);
	if (r < 0)
		return r;
	return add_well_known(b, GUISE_SID_AUTHENTICATED_USER);
}

/* What its user makes is the user's and the system's. */
static int add_default_dacl(struct guise_token_builder *b,
			    const struct guise_sid *user)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	struct guise_ace aces[2] = {
		{.type = GUISE_ACE_ACCESS_ALLOWED, .mask = GUISE_GENERIC_ALL},
		{.type = GUISE_ACE_ACCESS_ALLOWED, .mask = GUISE_GENERIC_ALL},
	};
	int r;

	aces[0].sid = *user;
	r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL, &aces[1].sid);
	if (r < 0)
		return r;
	r = guise_acl_new(0, aces, ARRAY_SIZE(aces), &dacl);
	if (r < 0)
		return r;
	guise_token_builder_default_dacl(b, dacl);
	return 0;
}

/* Root is the system; whoever holds a capability is elevated. */
static enum guise_well_known_sid label_of(const struct kcred *cred)
{
	if (cred->uid == 0)
		return GUISE_SID_SYSTEM_LABEL;
	return cred->capabilities ? GUISE_SID_HIGH_LABEL
				  : GUISE_SID_MEDIUM_LABEL;
}

static int fill(struct guise_token_builder *b, const struct kcred *cred,
		uint64_t permitted, enum guise_token_type type)
{
	struct guise_sid user = guise_sid_of_uid(cred->uid), label;
	uint64_t present = projection_privileges(permitted);
	uint64_t enabled = projection_privileges(cred->capabilities);
	int r;

	r = guise_sid_well_known(label_of(cred), NULL, &label);
	if (r < 0)
		return r;
	guise_token_builder_user(b, &user, 0);
	r = add_groups(b, cred);
	if (r < 0)
		return r;
	r = add_default_dacl(b, &user);
	if (r < 0)
		return r;
	guise_token_builder_privileges(b, present, enabled, enabled);
	guise_token_builder_type(b, type, GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_integrity(b, &label);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	guise_token_builder_source(b, "kernel");
	guise_token_builder_unix(b, cred->uid, cred->gid, cred->groups,
				 cred->n_groups);
	guise_token_builder_capabilities(b, cred->capabilities);
	return 0;
}

static int token_of_kcred(const struct kcred *cred, uint64_t permitted,
			  enum guise_token_type type,
			  const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r;

	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	r = fill(b, cred, permitted | cred->capabilities, type);
	if (r < 0)
		return r;
	return guise_token_builder_seal(b, ret);
}

static int token_of_identity(const struct process_view *view, size_t index,
			     enum guise_token_type type,
			     const struct guise_token **ret)
{
	const struct status *s = &view->identities[index].status;
	const struct kcred cred = kcred_of(s);

	return token_of_kcred(&cred, s->permitted, type, ret);
}

int guise_token_of_process(pid_t pid, const struct guise_token **ret)
{
	GUISE_AUTO(process_view_clear) struct process_view view = {0};
	int r;

	if (!ret)
		return -EINVAL;
	r = process_view_read(pid, &view);
	if (r < 0)
		return r;
	return token_of_identity(&view, view.base, GUISE_TOKEN_PRIMARY, ret);
}

/* In a scope, the thread's status is the client's; what it reverts to was read
 * from the kernel when the scope began. */
int guise_token_self(const struct guise_token **ret)
{
	const struct kcred *base = scope_base();

	if (!ret)
		return -EINVAL;
	if (base)
		return token_of_kcred(base, base->capabilities,
				      GUISE_TOKEN_PRIMARY, ret);
	return guise_token_of_process(getpid(), ret);
}

int guise_token_of_thread(pid_t pid, pid_t tid, const struct guise_token **ret)
{
	GUISE_AUTO(process_view_clear) struct process_view view = {0};
	const struct process_thread *thread;
	int r;

	if (tid <= 0 || !ret)
		return -EINVAL;
	r = process_view_read(pid, &view);
	if (r < 0)
		return r;
	thread = process_view_find(&view, tid);
	if (!thread)
		return -ESRCH;
	if (view.base_known && thread->identity == view.base)
		return GUISE_E_NO_TOKEN;
	return token_of_identity(&view, thread->identity,
				 GUISE_TOKEN_IMPERSONATION, ret);
}
