/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to a token, through a builder: what could not have been sealed is none.
 */
#include "acl-internal.h"
#include "buf.h"
#include "reader.h"
#include "token-codec.h"

/* Version 2: where "filtered" was, and all there were. */
#define V2_FLAG_FILTERED 0x10u
#define V2_FLAGS_ALL 0x80058u
/* the smallest SID and its attributes */
#define LIST_ENTRY_MIN_SIZE (8 + 4)

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

/* Sealing would set the flag: then two encodings mean one token. */
static bool says_restricted(const struct guise_token_builder *b)
{
	return !b->restricted.n || b->flags & GUISE_TOKEN_IS_RESTRICTED;
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
	    !take_names(&in, b) || !take_more(&in, b, version) ||
	    !take_sids(&in, b) || !take_dacl(&in, b) || !take_claims(&in, b) ||
	    in.size)
		return b->error == -ENOMEM ? -ENOMEM : GUISE_E_INVALID_TOKEN;
	if (version == TOKEN_VERSION && !says_restricted(b))
		return GUISE_E_INVALID_TOKEN;
	return guise_token_builder_seal(b, ret);
}
