/* SPDX-License-Identifier: Apache-2.0 */
#include "access_subject.h"
#include "base.h"

struct guise_sid domain_sid(uint32_t rid)
{
	return (struct guise_sid){
		.authority = 5,
		.sub = {21, 2457507606, 2709100691, 398136650, rid},
		.n_subs = 5,
	};
}

static bool sid_same(const struct guise_sid *a, const struct guise_sid *b)
{
	return a->n_subs == b->n_subs && a->authority == b->authority &&
	       memcmp(a->sub, b->sub, a->n_subs * sizeof(a->sub[0])) == 0;
}

static bool holds(const struct guise_token *token, const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	if (sid_same(&guise_token_user(token)->sid, sid))
		return true;
	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (groups[i].attributes & GUISE_GROUP_ENABLED &&
		    sid_same(&groups[i].sid, sid))
			return true;
	}
	return false;
}

bool linear_check(const struct guise_sd *sd, const struct guise_token *token,
		  uint32_t desired)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	size_t n = guise_acl_n_aces(dacl);

	if (holds(token, guise_sd_owner(sd)))
		desired &= ~(uint32_t)(GUISE_READ_CONTROL | GUISE_WRITE_DAC);
	for (size_t i = 0; i < n && desired; i++) {
		const struct guise_ace *ace = guise_acl_ace(dacl, i);

		if (ace->flags & GUISE_ACE_INHERIT_ONLY ||
		    !holds(token, &ace->sid))
			continue;
		if (ace->type == GUISE_ACE_ACCESS_DENIED && ace->mask & desired)
			return false;
		if (ace->type == GUISE_ACE_ACCESS_ALLOWED)
			desired &= ~ace->mask;
	}
	return !desired;
}

static struct guise_sid group_sid(size_t i)
{
	return domain_sid(1000 + 7 * (uint32_t)i);
}

static const struct guise_sid package = {
	.authority = 15,
	.sub = {2, 1, 2, 3, 4, 5, 6, 7},
	.n_subs = 8,
};

static void add_capabilities(struct guise_token_builder *b, size_t n)
{
	guise_token_builder_package(b, &package);
	for (uint32_t i = 0; i < n; i++) {
		const struct guise_sid sid = {
			.authority = 15,
			.sub = {3, 1024, i},
			.n_subs = 3,
		};

		guise_token_builder_capability(b, &sid, GUISE_GROUP_ENABLED);
	}
}

static const struct guise_token *make_token(enum subject_kind kind,
					    size_t n_sids)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_token *token;

	must(guise_token_builder_new(&b) == 0);
	for (size_t i = 0; i < n_sids; i++) {
		const struct guise_sid sid = group_sid(i);

		if (i == 0)
			guise_token_builder_user(b, &sid, 0);
		else
			guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
		if (kind == SUBJECT_RESTRICTED)
			guise_token_builder_restricted_sid(b, &sid);
	}
	if (kind == SUBJECT_LOWBOX)
		add_capabilities(b, n_sids);
	must(guise_token_builder_seal(b, &token) == 0);
	return token;
}

static struct guise_guid type_guid(size_t i)
{
	return (struct guise_guid){{(uint8_t)i, (uint8_t)(i >> 8), 0x5a}};
}

static struct guise_ace make_ace(const struct subject *s, size_t i,
				 size_t n_types)
{
	struct guise_ace ace = {
		.type = i < s->n_aces / 2 ? GUISE_ACE_ACCESS_DENIED
					  : GUISE_ACE_ACCESS_ALLOWED,
		.mask = GUISE_FILE_ALL_ACCESS,
		.sid = domain_sid(500000 + 13 * (uint32_t)i),
	};

	if (s->kind == SUBJECT_OBJECT) {
		ace.type = ace.type == GUISE_ACE_ACCESS_DENIED
				   ? GUISE_ACE_ACCESS_DENIED_OBJECT
				   : GUISE_ACE_ACCESS_ALLOWED_OBJECT;
		ace.object_flags = GUISE_ACE_OBJECT_TYPE_PRESENT;
		ace.object_type = type_guid(i % (n_types ? n_types : 1));
	}
	return ace;
}

const struct guise_sd *sd_of_aces(const struct guise_ace *aces, size_t n_aces,
				  const struct guise_sid *owner)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	const struct guise_sid group = domain_sid(513);
	const struct guise_sd *sd;

	must(guise_acl_new(0, aces, n_aces, &dacl) == 0);
	must(guise_sd_new(
		     &(struct guise_sd_fields){
			     .size = sizeof(struct guise_sd_fields),
			     .owner = owner,
			     .group = &group,
			     .dacl = dacl,
		     },
		     &sd) == 0);
	return sd;
}

static const struct guise_sd *make_sd(const struct subject *s, size_t n_types)
{
	GUISE_AUTO(freep)
	struct guise_ace *aces = array_alloc(s->n_aces, sizeof(*aces));
	const struct guise_sid owner = domain_sid(500);

	must(aces);
	for (size_t i = 0; i < s->n_aces; i++)
		aces[i] = make_ace(s, i, n_types);
	if (s->n_aces)
		aces[s->n_aces - 1] = (struct guise_ace){
			.mask = GUISE_FILE_ALL_ACCESS,
			.sid = group_sid(s->n_sids - 1),
		};
	if (s->kind == SUBJECT_LOWBOX)
		aces[s->n_aces - 2] = (struct guise_ace){
			.mask = GUISE_FILE_ALL_ACCESS,
			.sid = package,
		};
	return sd_of_aces(aces, s->n_aces, &owner);
}

static void make_types(struct subject *s, size_t n)
{
	s->types = array_alloc(n, sizeof(s->types[0]));
	must(s->types);
	for (size_t i = 0; i < n; i++) {
		s->types[i].level = i ? 1 : 0;
		s->types[i].guid = type_guid(i);
	}
	s->options = (struct guise_access_options){
		.size = sizeof(s->options),
		.object_types = s->types,
		.n_object_types = n,
	};
}

void subject_set(struct subject *s, const struct guise_sd *sd,
		 const struct guise_token *token, bool with_samba)
{
	s->sd = sd;
	s->token = token;
	must(guise_sd_encode(sd, &s->raw) == 0);
	if (with_samba)
		s->samba = samba_subject_new(&s->raw, token);
}

void subject_init(struct subject *s, enum subject_kind kind, size_t n_aces,
		  size_t n_sids, size_t n_types, bool with_samba)
{
	*s = (struct subject){
		.kind = kind,
		.n_aces = n_aces,
		.n_sids = n_sids,
		.allowed = n_aces > 0,
	};
	make_types(s, n_types);
	subject_set(s, make_sd(s, n_types), make_token(kind, n_sids),
		    with_samba);
}

void subject_clear(struct subject *s)
{
	s->token = guise_token_unref(s->token);
	s->sd = guise_sd_unref(s->sd);
	samba_subject_free(s->samba);
	free(s->types);
	guise_buf_clear(&s->raw);
	*s = (struct subject){0};
}
