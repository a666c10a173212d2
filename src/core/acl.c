/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access control lists (MS-DTYP 2.4.5). Built in two passes over their source,
 * bytes or entries: the first checks everything and adds up the sizes, the
 * second fills one block of memory that holds the object, the array the access
 * check walks, the full entries and their data. No state in between can be
 * seen or leaked.
 */
#include "ace-internal.h"
#include "buf.h"
#include "sid-hash.h"

#define ACL_HEADER_SIZE 8
#define ACL_REVISION 2
#define ACL_REVISION_COMPOUND 3
#define ACL_REVISION_DS 4

/* The arrays of an ACL being filled. */
struct acl_parts {
	struct guise_acl *acl;
	struct acl_check_ace *check;
	struct guise_ace *aces;
	uint8_t *data; /* next free byte */
};

static size_t align8(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static int parts_alloc(size_t n_aces, size_t data_size, struct acl_parts *ret)
{
	size_t aces_at = align8(sizeof(struct guise_acl));
	size_t check_at, data_at, size;
	uint8_t *block;

	/* Both are limited by the 64 KiB of an ACL: no overflow. */
	must(n_aces <= UINT16_MAX && data_size <= GUISE_ACL_MAX_SIZE);
	check_at = aces_at + n_aces * sizeof(struct guise_ace);
	data_at = check_at + n_aces * sizeof(struct acl_check_ace);
	size = data_at + data_size;

	block = calloc(1, size);
	if (!block)
		return -ENOMEM;
	ret->acl = (void *)block;
	ret->aces = (void *)(block + aces_at);
	ret->check = (void *)(block + check_at);
	ret->data = block + data_at;
	atomic_init(&ret->acl->refcount, 1);
	ret->acl->facts = ACL_FACTS_NONE;
	ret->acl->n_aces = n_aces;
	ret->acl->aces = ret->aces;
	ret->acl->check = ret->check;
	return 0;
}

/* Entry @i of the ACL becomes @ace; @data_size bytes of its data are there. */
static void parts_set(struct acl_parts *parts, size_t i,
		      const struct guise_ace *ace, size_t data_size)
{
	struct guise_ace *to = &parts->aces[i];

	*to = *ace;
	to->data = NULL;
	if (ace->data_size > 0) {
		memcpy(parts->data, ace->data, data_size);
		to->data = parts->data;
		parts->data += ace->data_size; /* with zero padding */
	}
	parts->check[i] = (struct acl_check_ace){
		.sid_hash = sid_hash(&to->sid),
		.mask = to->mask,
		.type = to->type,
		.flags = to->flags,
	};
	acl_facts_add(&parts->acl->facts, to->type, to->flags, to->mask,
		      &to->sid);
	parts->acl->encoded_size += ace_encoded_size(to);
}

int acl_read_span(struct reader r, struct acl_span *ret)
{
	struct acl_span span = {0};
	uint16_t size;

	if (!read_u8(&r, &span.revision) || !read_skip(&r, 1) ||
	    !read_u16le(&r, &size) || !read_u16le(&r, &span.n_aces) ||
	    !read_skip(&r, 2))
		return GUISE_E_INVALID_ACL;
	if (span.revision < ACL_REVISION || span.revision > ACL_REVISION_DS)
		return GUISE_E_INVALID_ACL;
	if (size < ACL_HEADER_SIZE ||
	    !read_sub(&r, size - ACL_HEADER_SIZE, &span.aces))
		return GUISE_E_INVALID_ACL;
	*ret = span;
	return 0;
}

/* First pass over bytes: is every ACE well-formed and inside? */
static int check_span(const struct acl_span *span, size_t *ret_data_size)
{
	struct reader in = span->aces;
	struct ace_span ace;
	size_t data_size = 0;
	int r;

	for (size_t i = 0; i < span->n_aces; i++) {
		r = ace_read_span(&in, &ace);
		if (r < 0)
			return r;
		data_size += ace.data.size;
	}
	*ret_data_size = data_size;
	return 0;
}

int guise_acl_decode(const void *data, size_t size,
		     const struct guise_acl **ret)
{
	struct acl_parts parts;
	struct acl_span span;
	struct ace_span found;
	struct guise_ace ace;
	size_t data_size;
	int r;

	if (!data || !ret)
		return -EINVAL;
	r = acl_read_span(reader_of(data, size), &span);
	if (r < 0)
		return r;
	r = check_span(&span, &data_size);
	if (r < 0)
		return r;
	r = parts_alloc(span.n_aces, data_size, &parts);
	if (r < 0)
		return r;
	parts.acl->revision = span.revision;
	parts.acl->encoded_size = ACL_HEADER_SIZE;
	for (size_t i = 0; i < span.n_aces; i++) {
		must(ace_read_span(&span.aces, &found) == 0);
		ace_from_span(&found, &ace);
		parts_set(&parts, i, &ace, ace.data_size);
	}
	*ret = parts.acl;
	return 0;
}

static unsigned revision_for(uint8_t type)
{
	if (ace_shape(type) == ACE_SHAPE_OBJECT)
		return ACL_REVISION_DS;
	if (type == GUISE_ACE_ACCESS_ALLOWED_COMPOUND)
		return ACL_REVISION_COMPOUND;
	return ACL_REVISION;
}

/* First pass over entries. */
static int check_aces(const struct guise_ace *aces, size_t n_aces,
		      unsigned *revision, size_t *ret_data_size)
{
	size_t size = ACL_HEADER_SIZE, data_size = 0;
	struct guise_ace ace;
	int r;

	for (size_t i = 0; i < n_aces; i++) {
		r = ace_normalise(&aces[i], &ace);
		if (r < 0)
			return r;
		size += ace_encoded_size(&ace);
		data_size += ace.data_size;
		if (size > GUISE_ACL_MAX_SIZE)
			return GUISE_E_INVALID_ACL;
		if (*revision < revision_for(ace.type))
			*revision = revision_for(ace.type);
	}
	*ret_data_size = data_size;
	return 0;
}

int guise_acl_new(unsigned revision, const struct guise_ace *aces,
		  size_t n_aces, const struct guise_acl **ret)
{
	unsigned lowest = revision ? revision : ACL_REVISION;
	struct acl_parts parts;
	struct guise_ace ace;
	size_t data_size;
	int r;

	if (!ret || (n_aces && !aces) || lowest < ACL_REVISION ||
	    lowest > ACL_REVISION_DS)
		return -EINVAL;
	r = check_aces(aces, n_aces, &lowest, &data_size);
	if (r < 0)
		return r;
	r = parts_alloc(n_aces, data_size, &parts);
	if (r < 0)
		return r;
	parts.acl->revision = (uint8_t)lowest;
	parts.acl->encoded_size = ACL_HEADER_SIZE;
	for (size_t i = 0; i < n_aces; i++) {
		must(ace_normalise(&aces[i], &ace) == 0);
		parts_set(&parts, i, &ace, aces[i].data_size);
	}
	*ret = parts.acl;
	return 0;
}

static int encode_aces(const struct guise_acl *acl, struct guise_buf *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < acl->n_aces; i++)
		r = ace_encode(&acl->aces[i], out);
	return r;
}

static int encode_header(const struct guise_acl *acl, struct guise_buf *out)
{
	int r;

	r = buf_append_u8(out, acl->revision);
	if (r == 0)
		r = buf_append_u8(out, 0);
	if (r == 0)
		r = buf_append_u16le(out, (uint16_t)acl->encoded_size);
	if (r == 0)
		r = buf_append_u16le(out, (uint16_t)acl->n_aces);
	if (r == 0)
		r = buf_append_u16le(out, 0);
	return r;
}

int guise_acl_encode(const struct guise_acl *acl, struct guise_buf *out)
{
	uint8_t *room;
	int r;

	if (!acl || !out)
		return -EINVAL;
	/* All the room at once: nothing after this can fail half-way. */
	r = buf_reserve(out, acl->encoded_size, &room);
	if (r < 0)
		return r;
	must(encode_header(acl, out) == 0);
	must(encode_aces(acl, out) == 0);
	return 0;
}

/* The count is the one thing of an ACL that changes after it is built. */
static struct guise_acl *writable(const struct guise_acl *acl)
{
	struct guise_acl *result;

	memcpy(&result, &acl, sizeof(result));
	return result;
}

const struct guise_acl *guise_acl_ref(const struct guise_acl *acl)
{
	if (acl)
		refcount_get(&writable(acl)->refcount);
	return acl;
}

const struct guise_acl *guise_acl_unref(const struct guise_acl *acl)
{
	if (acl && refcount_put(&writable(acl)->refcount))
		free(writable(acl));
	return NULL;
}

void guise_acl_unrefp(const struct guise_acl **acl)
{
	*acl = guise_acl_unref(*acl);
}

unsigned guise_acl_revision(const struct guise_acl *acl)
{
	return acl->revision;
}

size_t guise_acl_n_aces(const struct guise_acl *acl)
{
	return acl->n_aces;
}

const struct guise_ace *guise_acl_ace(const struct guise_acl *acl, size_t index)
{
	must(index < acl->n_aces);
	return &acl->aces[index];
}

bool guise_acl_equal(const struct guise_acl *a, const struct guise_acl *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->revision != b->revision || a->n_aces != b->n_aces)
		return false;
	for (size_t i = 0; i < a->n_aces; i++) {
		if (!ace_equal(&a->aces[i], &b->aces[i]))
			return false;
	}
	return true;
}
