/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token, a request and a descriptor out of one input: check, raw check and
 * explanation must say what the model says. The input is a head of 8 bytes,
 * then two bytes for each SID of the token (which one, what attributes), then
 * the descriptor as it is:
 *
 *	u32 desired, u8 number of groups, u8 number of restricting SIDs,
 *	u8 flags (below), u8 user
 */
#include "base.h"
#include "fuzz.h"
#include "model.h"
#include "reader.h"
#include <guise/access.h>

#define MAX_SIDS 32
#define MAX_ACES 512

enum head_flags {
	HEAD_PRIMARY = 0x01,
	HEAD_WRITE_RESTRICTED = 0x02,
	HEAD_TAKE_OWNERSHIP = 0x04,
	HEAD_SECURITY = 0x08,
	HEAD_NO_WRITE_UP = 0x10,
	HEAD_USER_DENY_ONLY = 0x20,
	HEAD_REGISTRY = 0x40,
	HEAD_ANONYMOUS = 0x80,
};

/* What the corpus' descriptors speak of. */
static const struct guise_sid pool[] = {
	{.authority = 1, .sub = {0}, .n_subs = 1},
	{.authority = 3, .sub = {4}, .n_subs = 1},
	{.authority = 5, .sub = {10}, .n_subs = 1},
	{.authority = 5, .sub = {32, 544}, .n_subs = 2},
	{.authority = 5, .sub = {32, 545}, .n_subs = 2},
	{.authority = 5, .sub = {18}, .n_subs = 1},
	{.authority = 5, .sub = {11}, .n_subs = 1},
	{.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5},
	{.authority = 0},
};

struct question {
	struct guise_sid_and_attributes groups[MAX_SIDS];
	struct guise_sid restricted[MAX_SIDS];
	struct guise_ace dacl[MAX_ACES];
	struct guise_ace sacl[MAX_ACES];
	struct model_token token;
	struct model_object object;
	const struct guise_generic_mapping *mapping;
	uint32_t desired;
};

static uint32_t attributes_of(uint8_t byte)
{
	static const uint32_t some[] = {GUISE_GROUP_USUAL,
					GUISE_GROUP_USE_FOR_DENY_ONLY, 0,
					GUISE_GROUP_ENABLED};

	return some[byte % ARRAY_SIZE(some)];
}

static bool read_sid(struct reader *in, struct guise_sid_and_attributes *ret)
{
	uint8_t which, how;

	if (!read_u8(in, &which) || !read_u8(in, &how))
		return false;
	ret->sid = pool[which % ARRAY_SIZE(pool)];
	ret->attributes = attributes_of(how);
	return true;
}

static bool read_sids(struct reader *in, struct question *q)
{
	struct guise_sid_and_attributes entry;

	for (size_t i = 0; i < q->token.n_groups; i++) {
		if (!read_sid(in, &q->groups[i]))
			return false;
	}
	for (size_t i = 0; i < q->token.n_restricted; i++) {
		if (!read_sid(in, &entry))
			return false;
		q->restricted[i] = entry.sid;
	}
	return true;
}

static bool read_head(struct reader *in, struct question *q)
{
	uint8_t n_groups, n_restricted, flags, user;
	struct model_token *t = &q->token;

	if (!read_u32le(in, &q->desired) || !read_u8(in, &n_groups) ||
	    !read_u8(in, &n_restricted) || !read_u8(in, &flags) ||
	    !read_u8(in, &user))
		return false;
	t->n_groups = n_groups % MAX_SIDS;
	t->n_restricted = n_restricted % MAX_SIDS;
	t->groups = q->groups;
	t->restricted = q->restricted;
	t->user.sid = pool[user % ARRAY_SIZE(pool)];
	if (flags & HEAD_USER_DENY_ONLY)
		t->user.attributes = GUISE_GROUP_USE_FOR_DENY_ONLY;
	t->write_restricted = flags & HEAD_WRITE_RESTRICTED;
	t->impersonation = !(flags & HEAD_PRIMARY);
	t->level = flags & HEAD_ANONYMOUS ? GUISE_LEVEL_ANONYMOUS
					  : GUISE_LEVEL_IMPERSONATION;
	if (flags & HEAD_TAKE_OWNERSHIP)
		t->privileges_enabled |=
			GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	if (flags & HEAD_SECURITY)
		t->privileges_enabled |= GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	t->no_write_up = flags & HEAD_NO_WRITE_UP;
	q->mapping = flags & HEAD_REGISTRY ? &guise_mapping_registry
					   : &guise_mapping_file;
	return true;
}

static const struct guise_token *seal(const struct model_token *t)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &t->user.sid, t->user.attributes);
	for (size_t i = 0; i < t->n_groups; i++)
		guise_token_builder_group(b, &t->groups[i].sid,
					  t->groups[i].attributes);
	for (size_t i = 0; i < t->n_restricted; i++)
		guise_token_builder_restricted_sid(b, &t->restricted[i]);
	guise_token_builder_type(b,
				 t->impersonation ? GUISE_TOKEN_IMPERSONATION
						  : GUISE_TOKEN_PRIMARY,
				 t->level);
	guise_token_builder_flags(
		b, t->write_restricted ? GUISE_TOKEN_WRITE_RESTRICTED : 0);
	guise_token_builder_privileges(b, t->privileges_enabled,
				       t->privileges_enabled, 0);
	guise_token_builder_mandatory_policy(
		b, t->no_write_up ? GUISE_MANDATORY_NO_WRITE_UP : 0);
	must(guise_token_builder_seal(b, &token) == 0);
	return token;
}

/* false: more ACEs than the question has room for */
static bool copy_acl(const struct guise_acl *acl, struct guise_ace *to,
		     const struct guise_ace **ret, size_t *ret_n)
{
	size_t n = acl ? guise_acl_n_aces(acl) : 0;

	if (n > MAX_ACES)
		return false;
	for (size_t i = 0; i < n; i++)
		to[i] = *guise_acl_ace(acl, i);
	*ret = to;
	*ret_n = n;
	return true;
}

static bool same(const struct guise_decision *a, const struct guise_decision *b)
{
	return a->granted == b->granted && a->missing == b->missing &&
	       a->decided_by == b->decided_by && a->allowed == b->allowed &&
	       a->missing_privilege == b->missing_privilege &&
	       a->privileges_used == b->privileges_used;
}

static void compare(const struct question *q, const struct guise_token *token,
		    const struct guise_sd *sd, struct reader raw)
{
	struct guise_decision want, got;
	int r = model_check(&q->token, &q->object, q->desired, q->mapping,
			    &want);
	size_t n_reasons;

	must(guise_access_check(sd, token, q->desired, q->mapping, &got) == r);
	must(same(&got, &want));
	must(guise_access_check_raw(raw.data, raw.size, token, q->desired,
				    q->mapping, &got) == r);
	must(same(&got, &want));
	must(guise_access_explain(sd, token, q->desired, q->mapping, NULL, &got,
				  NULL, 0, &n_reasons) == r);
	must(same(&got, &want));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	static struct question q;
	struct reader in = reader_of(data, size);
	struct guise_decision d;

	q = (struct question){0};
	if (!read_head(&in, &q) || !read_sids(&in, &q) || !in.size)
		return 0;
	token = seal(&q.token);
	if (guise_sd_decode(in.data, in.size, &sd) < 0) {
		must(guise_access_check_raw(in.data, in.size, token, q.desired,
					    q.mapping, &d) < 0);
		must(!d.allowed);
		return 0;
	}
	q.object.owner = guise_sd_owner(sd);
	q.object.group = guise_sd_group(sd);
	q.object.has_dacl = guise_sd_dacl(sd);
	if (copy_acl(guise_sd_dacl(sd), q.dacl, &q.object.dacl,
		     &q.object.n_dacl) &&
	    copy_acl(guise_sd_sacl(sd), q.sacl, &q.object.sacl,
		     &q.object.n_sacl))
		compare(&q, token, sd, in);
	return 0;
}
