/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check straight on a self-relative descriptor's bytes. All of them are
 * checked, also what lies behind the ACE that decides: bytes that
 * guise_sd_decode() refuses get no decision here either.
 */
#include "access-phases.h"
#include "sd-internal.h"
#include "sid-hash.h"

struct access_raw {
	struct access_object object;
	struct sd_span sd;
	struct acl_span dacl;
	struct acl_span sacl;
	struct acl_facts facts;
	bool *walked; /* every ACE of the DACL was found valid */
};

static const struct access_raw *raw_of(const struct access_object *object)
{
	return (const struct access_raw *)object;
}

static uint8_t raw_owner_bits(const struct access_object *object,
			      const struct guise_token *token)
{
	const struct sd_span *sd = &raw_of(object)->sd;
	uint32_t hash = sid_hash_raw(sd->owner, sd->owner_n_subs);

	if (!token_may_hold(token, hash))
		return 0;
	return token_match_raw(token, hash, sd->owner, sd->owner_n_subs);
}

static struct guise_sid sid_of(const struct ace_span *ace)
{
	struct reader in = reader_of(ace->sid, 8u + 4u * ace->n_subs);
	struct guise_sid sid = {0};

	must(sid_read(&in, &sid) == 0);
	return sid;
}

static void raw_sacl(const struct access_object *object,
		     struct resource_attributes *ret)
{
	*ret = (struct resource_attributes){.raw_sacl = raw_of(object)->sacl};
}

static int aces_check(const struct acl_span *acl)
{
	struct reader in = acl->aces;
	struct ace_span ace;
	int r = 0;

	for (unsigned i = 0; i < acl->n_aces && r == 0; i++)
		r = ace_read_span(&in, &ace);
	return r;
}

/* Every ACE is valid, and these are its facts. */
static int sacl_init(struct reader bytes, struct acl_span *ret,
		     struct acl_facts *facts)
{
	struct reader in;
	struct ace_span ace;
	struct guise_sid sid;
	int r;

	r = acl_read_span(bytes, ret);
	if (r < 0)
		return r;
	in = ret->aces;
	for (unsigned i = 0; i < ret->n_aces; i++) {
		r = ace_read_span(&in, &ace);
		if (r < 0)
			return r;
		if (!ace.sid || !acl_facts_want(ace.type))
			continue;
		sid = sid_of(&ace);
		acl_facts_add(facts, ace.type, ace.flags, ace.mask, &sid);
	}
	return 0;
}

#define PLAIN_ACE_HEAD 16 /* header, mask, and the SID up to its subs */

/*
 * The common case of ace_read_span() without a call: an allow or deny ACE that
 * is exactly its SID. Whatever else there is, valid or not, is left to that.
 */
static inline bool read_plain(struct reader *in, struct ace_span *ret)
{
	const uint8_t *p = in->data;
	unsigned size, n_subs;

	if (in->size < PLAIN_ACE_HEAD || p[0] > GUISE_ACE_ACCESS_DENIED)
		return false;
	size = u16le(p + 2);
	n_subs = p[9];
	if (p[8] != 1 || n_subs > GUISE_SID_MAX_SUBS ||
	    size != PLAIN_ACE_HEAD + 4 * n_subs || size > in->size)
		return false;
	ret->type = p[0];
	ret->flags = p[1];
	ret->n_subs = (uint8_t)n_subs;
	ret->mask = u32le(p + 4);
	ret->object_type = NULL;
	ret->data = reader_of(NULL, 0);
	ret->sid = p + 8;
	in->data += size;
	in->size -= size;
	return true;
}

/* Malformed ACEs are reported by the walk, which always follows. */
static bool raw_has_owner_rights(const struct access_object *object)
{
	const struct acl_span *dacl = &raw_of(object)->dacl;
	struct reader in = dacl->aces;
	struct ace_span ace = {0};

	for (unsigned i = 0; i < dacl->n_aces; i++) {
		struct guise_sid sid;

		if (!read_plain(&in, &ace) && ace_read_span(&in, &ace) < 0)
			return true;
		if (!ace.sid || ace.n_subs != 1 ||
		    ace.flags & GUISE_ACE_INHERIT_ONLY ||
		    !ace_type_decides(ace.type))
			continue;
		sid = sid_of(&ace);
		if (sid_is_owner_rights(&sid))
			return true;
	}
	return false;
}

static int raw_walk(const struct access_object *object, struct walk *w)
{
	const struct access_raw *raw = raw_of(object);
	const struct guise_token *token = w->request->token;
	struct reader in = raw->dacl.aces;
	unsigned n = raw->dacl.n_aces;
	struct ace_span ace = {0};
	bool decided = false;

	for (unsigned i = 0; i < n; i++) {
		uint32_t hash;
		int r;

		if (!read_plain(&in, &ace)) {
			r = ace_read_span(&in, &ace);
			if (r < 0)
				return r;
			if (!ace.sid)
				continue;
		}
		hash = sid_hash_raw(ace.sid, ace.n_subs);
		if (!decided && token_may_hold(token, hash))
			decided = walk_raw_step(w, token, &ace, hash, i + 1);
	}
	*raw->walked = true;
	return 0;
}

static const struct guise_sid *raw_owner_sid(const struct access_object *object)
{
	(void)object;
	return NULL;
}

static const struct access_object_ops raw_ops = {
	.owner_bits = raw_owner_bits,
	.has_owner_rights = raw_has_owner_rights,
	.walk = raw_walk,
	.sacl = raw_sacl,
	.owner_sid = raw_owner_sid,
};

static int raw_init(struct access_raw *raw, const void *data, size_t size)
{
	int r;

	raw->object = (struct access_object){
		.ops = &raw_ops,
		.sacl = &raw->facts,
	};
	raw->facts = ACL_FACTS_NONE;
	raw->sacl = (struct acl_span){0};
	r = sd_read_span(data, size, &raw->sd);
	if (r < 0)
		return r;
	if (raw->sd.dacl.data) {
		r = acl_read_span(raw->sd.dacl, &raw->dacl);
		if (r < 0)
			return r;
		raw->object.has_dacl = true;
	}
	if (raw->sd.sacl.data) {
		r = sacl_init(raw->sd.sacl, &raw->sacl, &raw->facts);
		if (r < 0)
			return r;
	}
	return raw->sd.owner && raw->sd.group ? 0 : GUISE_E_INVALID_SD;
}

int guise_access_check_raw(const void *data, size_t size,
			   const struct guise_token *token, uint32_t desired,
			   const struct guise_generic_mapping *mapping,
			   struct guise_decision *ret)
{
	struct access_request request = {
		.token = token,
		.mapping = mapping,
		.desired = desired,
	};
	bool walked = false;
	struct access_raw raw ACCESS_UNINITIALISED;
	int r;

	if (!ret)
		return -EINVAL;
	*ret = (struct guise_decision){0};
	if (!data || !token || !mapping)
		return -EINVAL;
	if (desired & GUISE_GENERIC_MASK)
		return GUISE_E_GENERIC_NOT_MAPPED;
	r = raw_init(&raw, data, size);
	if (r < 0)
		return r;
	raw.walked = &walked;
	r = access_request_check(&request);
	if (r < 0)
		return r;
	r = access_decide_plain(&raw.object, &raw_ops, &request, ret);
	if (r == 0 && raw.object.has_dacl && !walked)
		r = aces_check(&raw.dacl);
	if (r < 0)
		*ret = (struct guise_decision){0};
	return r;
}
