/* SPDX-License-Identifier: Apache-2.0 */
/* A token to bytes: field by field, each once. */
#include "acl-internal.h"
#include "buf.h"
#include "token-codec.h"

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

static size_t list_size(const struct guise_sid_and_attributes *at, size_t n)
{
	size_t size = 0; /* n is limited: GUISE_TOKEN_SIDS_MAX */

	for (size_t i = 0; i < n; i++)
		size += guise_sid_size(&at[i].sid) + 4;
	return size;
}

/* Room is made once for all of them; a sealed token has valid SIDs only. */
static int append_list(const struct guise_sid_and_attributes *at, size_t n,
		       struct guise_buf *out)
{
	uint8_t *to;
	int r;

	r = buf_append_u32le(out, (uint32_t)n);
	if (r == 0)
		r = buf_reserve(out, list_size(at, n), &to);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		const size_t size = guise_sid_size(&at[i].sid);

		sid_write(&at[i].sid, out->data + out->size);
		out->size += size + 4;
		buf_put_u32le(out, out->size - 4, at[i].attributes);
	}
	return 0;
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
		r = append_more(t, out);
	if (r == 0)
		r = append_sids(t, out);
	if (r == 0)
		r = append_dacl(t, out);
	if (r == 0)
		r = append_claims(t, out);
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
