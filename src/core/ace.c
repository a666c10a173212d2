/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ACE in bytes (MS-DTYP 2.4.4): finding its parts, checking that they are
 * inside, and writing it. A type is known by the shape of what follows the
 * four-byte header; what we do not know is kept as bytes, so that reading and
 * writing a descriptor loses nothing.
 */
#include "ace-internal.h"
#include "buf.h"

#define ACE_HEADER_SIZE 4
#define GUID_SIZE sizeof(struct guise_guid)
#define GUIDS_PRESENT                                                          \
	(GUISE_ACE_OBJECT_TYPE_PRESENT |                                       \
	 GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT)

struct kind {
	enum ace_shape shape;
	bool has_data;
};

static const struct kind kinds[] = {
	[GUISE_ACE_ACCESS_ALLOWED] = {ACE_SHAPE_PLAIN, false},
	[GUISE_ACE_ACCESS_DENIED] = {ACE_SHAPE_PLAIN, false},
	[GUISE_ACE_SYSTEM_AUDIT] = {ACE_SHAPE_PLAIN, false},
	[GUISE_ACE_SYSTEM_ALARM] = {ACE_SHAPE_PLAIN, false},
	[GUISE_ACE_ACCESS_ALLOWED_COMPOUND] = {ACE_SHAPE_OPAQUE, true},
	[GUISE_ACE_ACCESS_ALLOWED_OBJECT] = {ACE_SHAPE_OBJECT, false},
	[GUISE_ACE_ACCESS_DENIED_OBJECT] = {ACE_SHAPE_OBJECT, false},
	[GUISE_ACE_SYSTEM_AUDIT_OBJECT] = {ACE_SHAPE_OBJECT, false},
	[GUISE_ACE_SYSTEM_ALARM_OBJECT] = {ACE_SHAPE_OBJECT, false},
	[GUISE_ACE_ACCESS_ALLOWED_CALLBACK] = {ACE_SHAPE_PLAIN, true},
	[GUISE_ACE_ACCESS_DENIED_CALLBACK] = {ACE_SHAPE_PLAIN, true},
	[GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT] = {ACE_SHAPE_OBJECT, true},
	[GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT] = {ACE_SHAPE_OBJECT, true},
	[GUISE_ACE_SYSTEM_AUDIT_CALLBACK] = {ACE_SHAPE_PLAIN, true},
	[GUISE_ACE_SYSTEM_ALARM_CALLBACK] = {ACE_SHAPE_PLAIN, true},
	[GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT] = {ACE_SHAPE_OBJECT, true},
	[GUISE_ACE_SYSTEM_ALARM_CALLBACK_OBJECT] = {ACE_SHAPE_OBJECT, true},
	[GUISE_ACE_SYSTEM_MANDATORY_LABEL] = {ACE_SHAPE_PLAIN, false},
	[GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE] = {ACE_SHAPE_PLAIN, true},
	[GUISE_ACE_SYSTEM_SCOPED_POLICY_ID] = {ACE_SHAPE_PLAIN, false},
	[GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL] = {ACE_SHAPE_PLAIN, false},
	[GUISE_ACE_SYSTEM_ACCESS_FILTER] = {ACE_SHAPE_PLAIN, true},
};

static struct kind kind_of(uint8_t type)
{
	const struct kind unknown = {ACE_SHAPE_OPAQUE, true};

	return type < ARRAY_SIZE(kinds) ? kinds[type] : unknown;
}

enum ace_shape ace_shape(uint8_t type)
{
	return kind_of(type).shape;
}

bool ace_has_data(uint8_t type)
{
	return kind_of(type).has_data;
}

/* ObjectType and InheritedObjectType, as far as the flags say (2.4.4.3) */
static bool read_guids(struct reader *in, struct ace_span *span)
{
	uint32_t flags;

	if (!read_u32le(in, &flags))
		return false;
	span->object_flags = flags & GUIDS_PRESENT;
	if ((flags & GUISE_ACE_OBJECT_TYPE_PRESENT) &&
	    !read_bytes(in, GUID_SIZE, &span->object_type))
		return false;
	return !(flags & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT) ||
	       read_bytes(in, GUID_SIZE, &span->inherited_object_type);
}

static bool read_trustee(struct reader *in, struct ace_span *span)
{
	if (!read_u32le(in, &span->mask))
		return false;
	if (ace_shape(span->type) == ACE_SHAPE_OBJECT && !read_guids(in, span))
		return false;
	return sid_read_span(in, &span->sid, &span->n_subs) == 0;
}

int ace_read_span(struct reader *r, struct ace_span *ret)
{
	struct ace_span span = {0};
	struct reader in = *r, body;
	uint16_t size;

	if (!read_u8(&in, &span.type) || !read_u8(&in, &span.flags) ||
	    !read_u16le(&in, &size))
		return GUISE_E_INVALID_ACL;
	if (size < ACE_HEADER_SIZE || size % 4 != 0 ||
	    !read_sub(&in, size - ACE_HEADER_SIZE, &body))
		return GUISE_E_INVALID_ACL;
	if (ace_shape(span.type) != ACE_SHAPE_OPAQUE &&
	    !read_trustee(&body, &span))
		return GUISE_E_INVALID_ACL;

	/* Bytes after the SID of a type that has none there are slack. */
	span.data = ace_has_data(span.type) ? body : reader_of(NULL, 0);
	*r = in;
	*ret = span;
	return 0;
}

static void copy_guid(const uint8_t *from, struct guise_guid *to)
{
	if (from)
		memcpy(to->bytes, from, GUID_SIZE);
}

void ace_from_span(const struct ace_span *span, struct guise_ace *ret)
{
	struct guise_ace ace = {
		.type = span->type,
		.flags = span->flags,
		.object_flags = (uint16_t)span->object_flags,
		.mask = span->mask,
		.data = span->data.size ? span->data.data : NULL,
		.data_size = span->data.size,
	};
	struct reader sid;

	copy_guid(span->object_type, &ace.object_type);
	copy_guid(span->inherited_object_type, &ace.inherited_object_type);
	if (span->sid) {
		sid = reader_of(span->sid, 8u + 4u * span->n_subs);
		must(sid_read(&sid, &ace.sid) == 0);
	}
	*ret = ace;
}

static size_t guids_size(const struct guise_ace *ace)
{
	size_t n = 0;

	if (ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT)
		n += GUID_SIZE;
	if (ace->object_flags & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT)
		n += GUID_SIZE;
	return n;
}

size_t ace_encoded_size(const struct guise_ace *ace)
{
	size_t size = ACE_HEADER_SIZE + ace->data_size;

	switch (ace_shape(ace->type)) {
	case ACE_SHAPE_OPAQUE:
		return size;
	case ACE_SHAPE_OBJECT:
		size += 4 + guids_size(ace);
		break;
	case ACE_SHAPE_PLAIN:
		break;
	}
	return size + 4 + guise_sid_size(&ace->sid);
}

static int append_guids(const struct guise_ace *ace, struct guise_buf *out)
{
	int r;

	r = buf_append_u32le(out, ace->object_flags);
	if (r == 0 && (ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT))
		r = buf_append(out, ace->object_type.bytes, GUID_SIZE);
	if (r == 0 &&
	    (ace->object_flags & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT))
		r = buf_append(out, ace->inherited_object_type.bytes,
			       GUID_SIZE);
	return r;
}

static int append_trustee(const struct guise_ace *ace, struct guise_buf *out)
{
	int r;

	r = buf_append_u32le(out, ace->mask);
	if (r == 0 && ace_shape(ace->type) == ACE_SHAPE_OBJECT)
		r = append_guids(ace, out);
	if (r == 0)
		r = guise_sid_encode(&ace->sid, out);
	return r;
}

int ace_encode(const struct guise_ace *ace, struct guise_buf *out)
{
	int r;

	r = buf_append_u8(out, ace->type);
	if (r == 0)
		r = buf_append_u8(out, ace->flags);
	if (r == 0)
		r = buf_append_u16le(out, (uint16_t)ace_encoded_size(ace));
	if (r == 0 && ace_shape(ace->type) != ACE_SHAPE_OPAQUE)
		r = append_trustee(ace, out);
	if (r == 0)
		r = buf_append(out, ace->data, ace->data_size);
	return r;
}

static bool guid_equal(const struct guise_guid *a, const struct guise_guid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool ace_equal(const struct guise_ace *a, const struct guise_ace *b)
{
	return a->type == b->type && a->flags == b->flags &&
	       a->object_flags == b->object_flags && a->mask == b->mask &&
	       guise_sid_equal(&a->sid, &b->sid) &&
	       guid_equal(&a->object_type, &b->object_type) &&
	       guid_equal(&a->inherited_object_type,
			  &b->inherited_object_type) &&
	       a->data_size == b->data_size &&
	       (a->data_size == 0 ||
		memcmp(a->data, b->data, a->data_size) == 0);
}

int ace_normalise(const struct guise_ace *ace, struct guise_ace *ret)
{
	enum ace_shape shape = ace_shape(ace->type);
	struct guise_ace clean = {.type = ace->type, .flags = ace->flags};

	if (shape != ACE_SHAPE_OPAQUE) {
		if (!guise_sid_is_valid(&ace->sid))
			return GUISE_E_INVALID_SID;
		clean.mask = ace->mask;
		clean.sid.authority = ace->sid.authority;
		clean.sid.n_subs = ace->sid.n_subs;
		memcpy(clean.sid.sub, ace->sid.sub,
		       ace->sid.n_subs * sizeof(ace->sid.sub[0]));
	}
	if (shape == ACE_SHAPE_OBJECT) {
		clean.object_flags = ace->object_flags & GUIDS_PRESENT;
		if (clean.object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT)
			clean.object_type = ace->object_type;
		if (clean.object_flags &
		    GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT)
			clean.inherited_object_type =
				ace->inherited_object_type;
	}
	if (!ace_has_data(ace->type) && ace->data_size > 0)
		return GUISE_E_INVALID_ACL;
	if (ace->data_size > 0 && !ace->data)
		return -EINVAL;
	if (ace->data_size > GUISE_ACL_MAX_SIZE)
		return GUISE_E_INVALID_ACL;
	/* An ACE's size is a multiple of four; so are all its other parts. */
	clean.data = ace->data;
	clean.data_size = (ace->data_size + 3) & ~(size_t)3;
	*ret = clean;
	return 0;
}
