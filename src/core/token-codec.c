/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens as bytes, the form in which our own processes pass them. All fields
 * in a fixed order, little-endian; SIDs in their binary form. Reading builds
 * through a builder, so that nothing becomes a token that could not have been
 * sealed; each token has exactly one encoding.
 *
 *	u32 magic "GTOK", u16 version 3, u8 type, u8 level
 *	u32 flags, u32 mandatory policy
 *	u64 id, u64 authentication id, u64 origin
 *	u64 privileges: present, enabled, enabled by default
 *	u32 uid, u32 gid, u64 capabilities, u32 n, n times u32 group
 *	8 bytes source; u16 size, bytes of the name
 *	user: SID, u32 attributes
 *	4 lists: u32 n, n times SID and u32 attributes
 *		(groups, restricting SIDs, device groups, capabilities)
 *	SID owner, SID primary group
 *	u8 1 and the package SID, or u8 0
 *	u8 1 and the trust level's SID, or u8 0
 *	u8 1, u32 size and the default DACL, or u8 0
 *	5 sets of claims: u32 n, n times u32 size and the claim as
 *		guise_claim_encode() has it (an empty set is none)
 *	u64 parent id, u64 modified id, u64 source id, u64 expiration
 *	u32 session, u32 package number, u8 elevation
 *	30 bytes audit policy
 *
 * Version 2 ends after the claims, and its flag 0x10 is what 0x800 is now: it
 * is read, not written.
 */
#include "acl-internal.h"
#include "buf.h"
#include "reader.h"
#include "token-internal.h"

#define TOKEN_MAGIC 0x4b4f5447u /* "GTOK" */
#define TOKEN_VERSION 3
#define TOKEN_VERSION_2 2
#define V2_FLAG_FILTERED 0x10u
#define V2_FLAGS_ALL 0x80058u
/* the smallest SID and its attributes */
#define LIST_ENTRY_MIN_SIZE (8 + 4)

static int append_head(const struct guise_token *t, struct guise_buf *out)
{
	const uint64_t words[] = {
		t->id,	       t->authentication_id,  t->origin,
		t->privileges, t->privileges_enabled, t->privileges_default,
	};
	int r;

	r = buf_append_u32le(out, TOKEN_MAGIC);
	if (r == 0)
		r = buf_append_u16le(out, TOKEN_VERSION);
	if (r == 0)
		r = buf_append_u8(out, (uint8_t)t->type);
	if (r == 0)
		r = buf_append_u8(out, (uint8_t)t->level);
	if (r == 0)
		r = buf_append_u32le(out, t->flags);
	if (r == 0)
		r = buf_append_u32le(out, t->mandatory_policy);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(words); i++)
		r = buf_append_u64le(out, words[i]);
	return r;
}

static int append_unix(const struct guise_token *t, struct guise_buf *out)
{
	const struct guise_unix_identity *id = &t->unix_identity;
	int r;

	r = buf_append_u32le(out, id->uid);
	if (r == 0)
		r = buf_append_u32le(out, id->gid);
	if (r == 0)
		r = buf_append_u64le(out, id->capabilities);
	if (r == 0)
		r = buf_append_u32le(out, (uint32_t)id->n_groups);
	for (size_t i = 0; r == 0 && i < id->n_groups; i++)
		r = buf_append_u32le(out, id->groups[i]);
	return r;
}

static int append_names(const struct guise_token *t, struct guise_buf *out)
{
	size_t size = strlen(t->name);
	int r;

	r = buf_append(out, t->source, 8);
	if (r == 0)
		r = buf_append_u16le(out, (uint16_t)size);
	if (r == 0)
		r = buf_append(out, t->name, size);
	return r;
}

static int append_entry(const struct guise_sid_and_attributes *entry,
			struct guise_buf *out)
{
	int r;

	r = guise_sid_encode(&entry->sid, out);
	return r < 0 ? r : buf_append_u32le(out, entry->attributes);
}

static int append_optional_sid(const struct guise_sid *sid,
			       struct guise_buf *out)
{
	int r;

	r = buf_append_u8(out, sid != NULL);
	return r < 0 || !sid ? r : guise_sid_encode(sid, out);
}

static int append_list(const struct guise_sid_and_attributes *at, size_t n,
		       struct guise_buf *out)
{
	int r;

	r = buf_append_u32le(out, (uint32_t)n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = append_entry(&at[i], out);
	return r;
}

static int append_sids(const struct guise_token *t, struct guise_buf *out)
{
	const size_t counts[] = {t->n_groups, t->n_restricted,
				 t->n_device_groups, t->n_capabilities};
	const struct guise_sid_and_attributes *at = t->sids + 1;
	int r;

	r = append_entry(t->sids, out);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(counts); i++) {
		r = append_list(at, counts[i], out);
		at += counts[i];
	}
	if (r == 0)
		r = guise_sid_encode(&t->owner, out);
	if (r == 0)
		r = guise_sid_encode(&t->primary_group, out);
	if (r == 0)
		r = append_optional_sid(guise_token_package(t), out);
	if (r == 0)
		r = append_optional_sid(guise_token_trust_level(t), out);
	return r;
}

static int append_dacl(const struct guise_token *t, struct guise_buf *out)
{
	size_t at;
	int r;

	r = buf_append_u8(out, t->default_dacl != NULL);
	if (r < 0 || !t->default_dacl)
		return r;
	at = out->size;
	r = buf_append_u32le(out, 0);
	if (r == 0)
		r = guise_acl_encode(t->default_dacl, out);
	if (r == 0)
		buf_put_u32le(out, at, (uint32_t)(out->size - at - 4));
	return r;
}

static int append_claim(const struct guise_claim *claim, struct guise_buf *out)
{
	size_t at = out->size;
	int r;

	r = buf_append_u32le(out, 0);
	if (r == 0)
		r = guise_claim_encode(claim, out);
	if (r == 0)
		buf_put_u32le(out, at, (uint32_t)(out->size - at - 4));
	return r;
}

static int append_claims(const struct guise_token *t, struct guise_buf *out)
{
	int r = 0;

	for (unsigned kind = 0; r == 0 && kind < GUISE_CLAIMS_KINDS; kind++) {
		const struct guise_claims *set = t->claims[kind];
		size_t n = guise_claims_n(set);

		r = buf_append_u32le(out, (uint32_t)n);
		for (size_t i = 0; r == 0 && i < n; i++)
			r = append_claim(guise_claims_at(set, i), out);
	}
	return r;
}

/* What version 2 has not. */
static int append_more(const struct guise_token *t, struct guise_buf *out)
{
	const uint64_t words[] = {t->parent_id, t->modified_id, t->source_id,
				  (uint64_t)t->expiration};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(words); i++)
		r = buf_append_u64le(out, words[i]);
	if (r == 0)
		r = buf_append_u32le(out, t->session_id);
	if (r == 0)
		r = buf_append_u32le(out, t->package_number);
	if (r == 0)
		r = buf_append_u8(out, (uint8_t)t->elevation);
	if (r == 0)
		r = buf_append(out, t->audit_policy, sizeof(t->audit_policy));
	return r;
}

static int append_token(const struct guise_token *t, struct guise_buf *out)
{
	size_t before = out->size;
	int r;

	r = append_head(t, out);
	if (r == 0)
		r = append_unix(t, out);
	if (r == 0)
		r = append_names(t, out);
	if (r == 0)
		r = append_sids(t, out);
	if (r == 0)
		r = append_dacl(t, out);
	if (r == 0)
		r = append_claims(t, out);
	if (r == 0)
		r = append_more(t, out);
	if (r == 0 && out->size - before > GUISE_TOKEN_ENCODED_MAX)
		r = GUISE_E_LIMIT;
	return r;
}

int guise_token_encode(const struct guise_token *token, struct guise_buf *out)
{
	size_t before;
	int r;

	if (!token || !out)
		return -EINVAL;
	before = out->size;
	r = append_token(token, out);
	if (r < 0)
		buf_truncate(out, before);
	return r;
}

/* What the flags of an older version mean now. */
static bool flags_of_version(uint16_t version, uint32_t *flags)
{
	if (version == TOKEN_VERSION)
		return true;
	if (version != TOKEN_VERSION_2 || *flags & ~V2_FLAGS_ALL)
		return false;
	if (*flags & V2_FLAG_FILTERED)
		*flags = (*flags & ~V2_FLAG_FILTERED) | GUISE_TOKEN_IS_FILTERED;
	return true;
}

static bool take_head(struct reader *in, struct guise_token_builder *b,
		      uint16_t *ret_version)
{
	uint64_t id, authentication_id, origin, present, enabled, by_default;
	uint32_t magic, flags, policy;
	uint16_t version;
	uint8_t type, level;

	if (!read_u32le(in, &magic) || magic != TOKEN_MAGIC ||
	    !read_u16le(in, &version) || !read_u8(in, &type) ||
	    !read_u8(in, &level) || !read_u32le(in, &flags) ||
	    !read_u32le(in, &policy) || !read_u64le(in, &id) ||
	    !read_u64le(in, &authentication_id) || !read_u64le(in, &origin) ||
	    !read_u64le(in, &present) || !read_u64le(in, &enabled) ||
	    !read_u64le(in, &by_default))
		return false;
	/* a builder would drop such bits: then two encodings mean one token */
	if ((enabled | by_default) & ~present ||
	    !flags_of_version(version, &flags))
		return false;
	guise_token_builder_type(b, (enum guise_token_type)type,
				 (enum guise_level)level);
	guise_token_builder_flags(b, flags);
	guise_token_builder_mandatory_policy(b, policy);
	guise_token_builder_ids(b, id, authentication_id, origin);
	guise_token_builder_privileges(b, present, enabled, by_default);
	*ret_version = version;
	return true;
}

/* Sorted, without duplicates, as a sealed token has them. */
static bool take_unix_groups(struct reader *in, uint32_t *groups, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!read_u32le(in, &groups[i]) ||
		    (i && groups[i] <= groups[i - 1]))
			return false;
	}
	return true;
}

static bool take_unix(struct reader *in, struct guise_token_builder *b)
{
	GUISE_AUTO(freep) uint32_t *groups = NULL;
	uint32_t uid, gid, n;
	uint64_t capabilities;

	if (!read_u32le(in, &uid) || !read_u32le(in, &gid) ||
	    !read_u64le(in, &capabilities) || !read_u32le(in, &n) ||
	    n > GUISE_UNIX_GROUPS_MAX || n > in->size / sizeof(*groups))
		return false;
	groups = array_alloc(n, sizeof(*groups));
	if (!groups) {
		if (!b->error)
			b->error = -ENOMEM;
		return true;
	}
	if (!take_unix_groups(in, groups, n))
		return false;
	guise_token_builder_unix(b, uid, gid, groups, n);
	guise_token_builder_capabilities(b, capabilities);
	return true;
}

/* A text padded with NULs, without one inside. */
static bool text_is_padded(const char *text, size_t size)
{
	size_t used = strnlen(text, size);

	for (size_t i = used; i < size; i++) {
		if (text[i])
			return false;
	}
	return true;
}

static bool take_names(struct reader *in, struct guise_token_builder *b)
{
	char source[8 + 1] = {0}, name[TOKEN_NAME_MAX + 1] = {0};
	uint16_t size;

	if (!read_copy(in, source, 8) || !text_is_padded(source, 8) ||
	    !read_u16le(in, &size) || size > TOKEN_NAME_MAX ||
	    !read_copy(in, name, size) || strlen(name) != size)
		return false;
	guise_token_builder_source(b, source);
	guise_token_builder_name(b, name);
	return true;
}

static bool take_entry(struct reader *in, struct guise_sid_and_attributes *ret)
{
	return sid_read(in, &ret->sid) == 0 && read_u32le(in, &ret->attributes);
}

enum list_kind {
	LIST_GROUPS = 0,
	LIST_RESTRICTED,
	LIST_DEVICE_GROUPS,
	LIST_CAPABILITIES,
	N_LISTS,
};

/* false: attributes that the list cannot have */
static bool give_entry(struct guise_token_builder *b, enum list_kind kind,
		       const struct guise_sid_and_attributes *e)
{
	switch (kind) {
	case LIST_GROUPS:
		guise_token_builder_group(b, &e->sid, e->attributes);
		return true;
	case LIST_RESTRICTED:
		guise_token_builder_restricted_sid(b, &e->sid);
		return e->attributes == GUISE_GROUP_USUAL;
	case LIST_DEVICE_GROUPS:
		guise_token_builder_device_group(b, &e->sid, e->attributes);
		return true;
	case LIST_CAPABILITIES:
		guise_token_builder_capability(b, &e->sid, e->attributes);
		return true;
	case N_LISTS:
		break;
	}
	return false;
}

static bool take_list(struct reader *in, struct guise_token_builder *b,
		      enum list_kind kind)
{
	struct guise_sid_and_attributes entry = {0};
	uint32_t n;

	if (!read_u32le(in, &n) || n > GUISE_TOKEN_SIDS_MAX ||
	    n > in->size / LIST_ENTRY_MIN_SIZE)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!take_entry(in, &entry) || !give_entry(b, kind, &entry))
			return false;
	}
	return true;
}

/* NULL in *ret where there is none; else @sid. */
static bool take_optional_sid(struct reader *in, struct guise_sid *sid,
			      const struct guise_sid **ret)
{
	uint8_t has_sid;

	*ret = NULL;
	if (!read_u8(in, &has_sid) || has_sid > 1)
		return false;
	if (!has_sid)
		return true;
	*ret = sid;
	return sid_read(in, sid) == 0;
}

static bool take_sids(struct reader *in, struct guise_token_builder *b)
{
	struct guise_sid_and_attributes user = {0};
	const struct guise_sid *optional;
	struct guise_sid sid = {0};

	if (!take_entry(in, &user))
		return false;
	guise_token_builder_user(b, &user.sid, user.attributes);
	for (unsigned kind = 0; kind < N_LISTS; kind++) {
		if (!take_list(in, b, (enum list_kind)kind))
			return false;
	}
	if (sid_read(in, &sid) < 0)
		return false;
	guise_token_builder_owner(b, &sid);
	if (sid_read(in, &sid) < 0)
		return false;
	guise_token_builder_primary_group(b, &sid);
	if (!take_optional_sid(in, &sid, &optional))
		return false;
	if (optional)
		guise_token_builder_package(b, optional);
	if (!take_optional_sid(in, &sid, &optional))
		return false;
	guise_token_builder_trust_level(b, optional);
	return true;
}

/* The ACL in exactly @size bytes, as our own encoder writes it: no slack, no
 * reserved bits. */
static int read_exact_acl(const uint8_t *bytes, size_t size,
			  const struct guise_acl **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	int r;

	r = guise_acl_decode(bytes, size, &acl);
	if (r == 0)
		r = guise_acl_encode(acl, &again);
	if (r < 0)
		return r;
	if (again.size != size || memcmp(again.data, bytes, size) != 0)
		return GUISE_E_INVALID_ACL;
	*ret = guise_take(acl);
	return 0;
}

static bool take_dacl(struct reader *in, struct guise_token_builder *b)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	const uint8_t *bytes;
	uint8_t has_dacl;
	uint32_t size;
	int r;

	if (!read_u8(in, &has_dacl) || has_dacl > 1)
		return false;
	if (!has_dacl)
		return true;
	if (!read_u32le(in, &size) || !read_bytes(in, size, &bytes))
		return false;
	r = read_exact_acl(bytes, size, &dacl);
	if (r == -ENOMEM && !b->error)
		b->error = r;
	if (r < 0)
		return r == -ENOMEM;
	guise_token_builder_default_dacl(b, dacl);
	return true;
}

/* The claims of one set while it is read: each decoded as a set of its own. */
struct claim_list {
	const struct guise_claims **sets;
	struct guise_claim *claims; /* borrow from @sets */
	size_t n;
};

static void claim_list_clear(struct claim_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		(void)guise_claims_unref(list->sets[i]);
	free(list->sets);
	free(list->claims);
}

/* One claim, in exactly the bytes that our own encoder writes. */
static int read_claim(struct reader *in, struct claim_list *list)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	const uint8_t *bytes;
	uint32_t size;
	int r;

	if (!read_u32le(in, &size) || !read_bytes(in, size, &bytes))
		return GUISE_E_INVALID_CLAIM;
	r = guise_claim_decode(bytes, size, &set);
	if (r == 0)
		r = guise_claim_encode(guise_claims_at(set, 0), &again);
	if (r < 0)
		return r;
	if (again.size != size || memcmp(again.data, bytes, size) != 0)
		return GUISE_E_INVALID_CLAIM;
	list->claims[list->n] = *guise_claims_at(set, 0);
	list->sets[list->n++] = guise_take(set);
	return 0;
}

static int read_claims(struct reader *in, size_t n,
		       const struct guise_claims **ret)
{
	GUISE_AUTO(claim_list_clear)
	struct claim_list list = {
		.sets = array_alloc(n, sizeof(*list.sets)),
		.claims = array_alloc(n, sizeof(*list.claims)),
	};
	int r = 0;

	if (!list.sets || !list.claims)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = read_claim(in, &list);
	return r < 0 ? r : guise_claims_new(list.claims, n, ret);
}

static bool take_claims(struct reader *in, struct guise_token_builder *b)
{
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++) {
		GUISE_AUTO(guise_claims_unrefp)
		const struct guise_claims *claims = NULL;
		uint32_t n;
		int r;

		if (!read_u32le(in, &n) || n > GUISE_CLAIMS_MAX ||
		    n > in->size / 4)
			return false;
		if (n == 0)
			continue;
		r = read_claims(in, n, &claims);
		if (r == -ENOMEM && !b->error)
			b->error = r;
		if (r < 0)
			return false;
		guise_token_builder_claims(
			b, (enum guise_token_claims_kind)kind, claims);
	}
	return true;
}

static bool take_more(struct reader *in, struct guise_token_builder *b,
		      uint16_t version)
{
	uint8_t policy[GUISE_AUDIT_POLICY_SIZE] = {0}, elevation;
	uint64_t parent, modified, source, expiration;
	uint32_t session, number;

	if (version == TOKEN_VERSION_2)
		return true;
	if (!read_u64le(in, &parent) || !read_u64le(in, &modified) ||
	    !read_u64le(in, &source) || !read_u64le(in, &expiration) ||
	    !read_u32le(in, &session) || !read_u32le(in, &number) ||
	    !read_u8(in, &elevation) || !read_copy(in, policy, sizeof(policy)))
		return false;
	/* sealing would set it: then two encodings mean one token */
	if (b->restricted.n && !(b->flags & GUISE_TOKEN_IS_RESTRICTED))
		return false;
	guise_token_builder_parent_id(b, parent);
	guise_token_builder_modified_id(b, modified);
	guise_token_builder_source_id(b, source);
	guise_token_builder_expiration(b, (int64_t)expiration);
	guise_token_builder_session(b, session);
	guise_token_builder_package_number(b, number);
	guise_token_builder_elevation(b, (enum guise_elevation)elevation);
	guise_token_builder_audit_policy(b, policy, sizeof(policy));
	return true;
}

int guise_token_decode(const void *data, size_t size,
		       const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct reader in = reader_of(data, size);
	uint16_t version;
	int r;

	if (!data || !ret)
		return -EINVAL;
	if (size > GUISE_TOKEN_ENCODED_MAX)
		return GUISE_E_LIMIT;
	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	if (!take_head(&in, b, &version) || !take_unix(&in, b) ||
	    !take_names(&in, b) || !take_sids(&in, b) || !take_dacl(&in, b) ||
	    !take_claims(&in, b) || !take_more(&in, b, version) || in.size)
		return b->error == -ENOMEM ? -ENOMEM : GUISE_E_INVALID_TOKEN;
	return guise_token_builder_seal(b, ret);
}
