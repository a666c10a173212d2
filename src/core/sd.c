/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security descriptors (MS-DTYP 2.4.6). The object is the absolute form; bytes
 * are always the self-relative one. Offsets in bytes are untrusted: each makes
 * a reader of its own that starts there and ends with the descriptor. Parts
 * may lie in any order and overlap, as Windows allows, but not in the header
 * and only at multiples of four.
 */
#include "buf.h"
#include "sd-internal.h"
#include "sid-hash.h"

#define SD_REVISION 1
#define SD_HEADER_SIZE 20

struct offsets {
	uint32_t owner, group, sacl, dacl;
};

static bool read_header(struct reader *in, struct sd_span *span,
			struct offsets *at)
{
	return read_u8(in, &span->rm_control) &&
	       read_u16le(in, &span->control) && read_u32le(in, &at->owner) &&
	       read_u32le(in, &at->group) && read_u32le(in, &at->sacl) &&
	       read_u32le(in, &at->dacl);
}

/* What is at @offset; no data for offset 0, which means absent. */
static bool part_at(struct reader all, uint32_t offset, struct reader *ret)
{
	if (offset == 0) {
		*ret = reader_of(NULL, 0);
		return true;
	}
	if (offset < SD_HEADER_SIZE || offset % 4 != 0 ||
	    !read_skip(&all, offset))
		return false;
	*ret = all;
	return true;
}

static int sid_at(struct reader all, uint32_t offset, const uint8_t **ret_sid,
		  uint8_t *ret_n_subs)
{
	struct reader part;

	if (!part_at(all, offset, &part))
		return GUISE_E_INVALID_SD;
	if (!part.data)
		return 0;
	return sid_read_span(&part, ret_sid, ret_n_subs);
}

/* An ACL counts only with its PRESENT bit, whatever the offset says. */
static bool acl_at(struct reader all, bool present, uint32_t offset,
		   struct reader *ret)
{
	return !present || part_at(all, offset, ret);
}

int sd_read_span(const void *data, size_t size, struct sd_span *ret)
{
	struct reader all = reader_of(data, size), in = all;
	struct sd_span span = {0};
	struct offsets at;
	uint8_t revision;
	int r;

	if (size > GUISE_SD_MAX_SIZE || !read_u8(&in, &revision))
		return GUISE_E_INVALID_SD;
	if (revision != SD_REVISION)
		return GUISE_E_UNKNOWN_REVISION;
	if (!read_header(&in, &span, &at) ||
	    !(span.control & GUISE_SD_SELF_RELATIVE))
		return GUISE_E_INVALID_SD;
	r = sid_at(all, at.owner, &span.owner, &span.owner_n_subs);
	if (r < 0)
		return r;
	r = sid_at(all, at.group, &span.group, &span.group_n_subs);
	if (r < 0)
		return r;
	if (!acl_at(all, span.control & GUISE_SD_DACL_PRESENT, at.dacl,
		    &span.dacl) ||
	    !acl_at(all, span.control & GUISE_SD_SACL_PRESENT, at.sacl,
		    &span.sacl))
		return GUISE_E_INVALID_SD;
	*ret = span;
	return 0;
}

static void sid_of_span(const uint8_t *sid, uint8_t n_subs,
			struct guise_sid *ret)
{
	struct reader in = reader_of(sid, 8u + 4u * n_subs);

	must(sid_read(&in, ret) == 0);
}

static int acl_of_span(struct reader part, const struct guise_acl **ret)
{
	if (!part.data)
		return 0;
	return guise_acl_decode(part.data, part.size, ret);
}

int guise_sd_decode(const void *data, size_t size, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	struct guise_sid owner = {0}, group = {0};
	struct sd_span span;
	int r;

	if (!data || !ret)
		return -EINVAL;
	r = sd_read_span(data, size, &span);
	if (r < 0)
		return r;
	if (span.owner)
		sid_of_span(span.owner, span.owner_n_subs, &owner);
	if (span.group)
		sid_of_span(span.group, span.group_n_subs, &group);
	r = acl_of_span(span.dacl, &dacl);
	if (r < 0)
		return r;
	r = acl_of_span(span.sacl, &sacl);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = span.control,
			.rm_control = span.rm_control,
			.owner = span.owner ? &owner : NULL,
			.group = span.group ? &group : NULL,
			.dacl = dacl,
			.sacl = sacl,
		},
		ret);
}

static void set_sid(const struct guise_sid *from, bool *has,
		    struct guise_sid *to)
{
	if (!from)
		return;
	*has = true;
	to->authority = from->authority;
	to->n_subs = from->n_subs;
	memcpy(to->sub, from->sub, from->n_subs * sizeof(to->sub[0]));
}

int guise_sd_new(const struct guise_sd_fields *fields,
		 const struct guise_sd **ret)
{
	struct guise_sd *sd;

	if (!fields || !ret || fields->size != sizeof(*fields))
		return -EINVAL;
	if ((fields->owner && !guise_sid_is_valid(fields->owner)) ||
	    (fields->group && !guise_sid_is_valid(fields->group)))
		return GUISE_E_INVALID_SID;
	sd = calloc(1, sizeof(*sd));
	if (!sd)
		return -ENOMEM;
	atomic_init(&sd->refcount, 1);
	sd->control = (uint16_t)(fields->control & ~GUISE_SD_SELF_RELATIVE);
	if (fields->dacl)
		sd->control |= GUISE_SD_DACL_PRESENT;
	if (fields->sacl)
		sd->control |= GUISE_SD_SACL_PRESENT;
	sd->rm_control = fields->rm_control;
	set_sid(fields->owner, &sd->has_owner, &sd->owner);
	set_sid(fields->group, &sd->has_group, &sd->group);
	sd->dacl = guise_acl_ref(fields->dacl);
	sd->sacl = guise_acl_ref(fields->sacl);
	sd->sacl_facts = sd->sacl ? sd->sacl->facts : ACL_FACTS_NONE;
	sd->owner_hash = sid_hash(&sd->owner);
	*ret = sd;
	return 0;
}

/* Appends a part and puts its offset into the header field at @field. */
static int encode_acl(const struct guise_acl *acl, size_t start, size_t field,
		      struct guise_buf *out)
{
	size_t at = out->size - start;
	int r;

	if (!acl)
		return 0;
	r = guise_acl_encode(acl, out);
	if (r < 0)
		return r;
	buf_put_u32le(out, start + field, (uint32_t)at);
	return 0;
}

static int encode_sid(const struct guise_sid *sid, size_t start, size_t field,
		      struct guise_buf *out)
{
	size_t at = out->size - start;
	int r;

	if (!sid)
		return 0;
	r = guise_sid_encode(sid, out);
	if (r < 0)
		return r;
	buf_put_u32le(out, start + field, (uint32_t)at);
	return 0;
}

enum header_field {
	FIELD_OWNER = 4,
	FIELD_GROUP = 8,
	FIELD_SACL = 12,
	FIELD_DACL = 16,
};

static int encode_parts(const struct guise_sd *sd, struct guise_buf *out)
{
	size_t start = out->size;
	int r;

	r = buf_append_u8(out, SD_REVISION);
	if (r == 0)
		r = buf_append_u8(out, sd->rm_control);
	if (r == 0)
		r = buf_append_u16le(
			out, (uint16_t)(sd->control | GUISE_SD_SELF_RELATIVE));
	if (r == 0)
		r = buf_append_zeros(out, SD_HEADER_SIZE - FIELD_OWNER);
	if (r == 0)
		r = encode_acl(sd->sacl, start, FIELD_SACL, out);
	if (r == 0)
		r = encode_acl(sd->dacl, start, FIELD_DACL, out);
	if (r == 0)
		r = encode_sid(guise_sd_owner(sd), start, FIELD_OWNER, out);
	if (r == 0)
		r = encode_sid(guise_sd_group(sd), start, FIELD_GROUP, out);
	return r;
}

int guise_sd_encode(const struct guise_sd *sd, struct guise_buf *out)
{
	size_t before;
	int r;

	if (!sd || !out)
		return -EINVAL;
	before = out->size;
	r = encode_parts(sd, out);
	if (r < 0)
		buf_truncate(out, before);
	return r;
}

/* The count is the one thing of a descriptor that changes after it is built. */
static struct guise_sd *writable(const struct guise_sd *sd)
{
	struct guise_sd *result;

	memcpy(&result, &sd, sizeof(result));
	return result;
}

const struct guise_sd *guise_sd_ref(const struct guise_sd *sd)
{
	if (sd)
		refcount_get(&writable(sd)->refcount);
	return sd;
}

const struct guise_sd *guise_sd_unref(const struct guise_sd *sd)
{
	if (sd && refcount_put(&writable(sd)->refcount)) {
		guise_acl_unref(sd->dacl);
		guise_acl_unref(sd->sacl);
		free(writable(sd));
	}
	return NULL;
}

void guise_sd_unrefp(const struct guise_sd **sd)
{
	*sd = guise_sd_unref(*sd);
}

uint16_t guise_sd_control(const struct guise_sd *sd)
{
	return sd->control;
}

uint8_t guise_sd_rm_control(const struct guise_sd *sd)
{
	return sd->rm_control;
}

const struct guise_sid *guise_sd_owner(const struct guise_sd *sd)
{
	return sd->has_owner ? &sd->owner : NULL;
}

const struct guise_sid *guise_sd_group(const struct guise_sd *sd)
{
	return sd->has_group ? &sd->group : NULL;
}

const struct guise_acl *guise_sd_dacl(const struct guise_sd *sd)
{
	return sd->dacl;
}

const struct guise_acl *guise_sd_sacl(const struct guise_sd *sd)
{
	return sd->sacl;
}

bool guise_sd_equal(const struct guise_sd *a, const struct guise_sd *b)
{
	if (a == b)
		return true;
	return a && b && a->control == b->control &&
	       a->rm_control == b->rm_control && a->has_owner == b->has_owner &&
	       a->has_group == b->has_group &&
	       guise_sid_equal(&a->owner, &b->owner) &&
	       guise_sid_equal(&a->group, &b->group) &&
	       guise_acl_equal(a->dacl, b->dacl) &&
	       guise_acl_equal(a->sacl, b->sacl);
}
