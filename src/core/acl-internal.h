/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of an ACL, for the access check and inheritance. One block of
 * memory holds the header, both arrays and the ACEs' data; nothing in it
 * changes after it is built.
 */
#ifndef CORE_ACL_INTERNAL_H
#define CORE_ACL_INTERNAL_H

#include "base.h"
#include "reader.h"
#include <guise/acl.h>

/*
 * What the access check's loop touches of each ACE; only when the hash is in
 * the token does it look at the whole SID in @aces.
 */
struct acl_check_ace {
	uint32_t sid_hash; /* sid_hash() of the trustee */
	uint32_t mask;	   /* as stored, generic bits not mapped */
	uint8_t type;
	uint8_t flags;
	uint16_t zero;
};
static_assert(sizeof(struct acl_check_ace) == 12, "no holes");

/* What an ACL holds that is not inherit-only. */
enum acl_has {
	ACL_HAS_LABEL = 0x01,
	ACL_HAS_TRUST = 0x02,
	ACL_HAS_FILTER = 0x04,
	ACL_HAS_POLICY = 0x08,
	ACL_HAS_OWNER_RIGHTS = 0x10, /* one that grants or denies */
};

/* What the access check wants to know of an ACL without walking it. */
struct acl_facts {
	/* of the first label; of what has none, S-1-16-8192 and no write-up */
	uint32_t label_rid;
	uint32_t label_policy;
	uint8_t has; /* enum acl_has */
};

/* Of an ACL without ACEs, and of none. */
#define ACL_FACTS_NONE                                                         \
	((struct acl_facts){.label_rid = 0x2000, .label_policy = 1})

/* Whether acl_facts_add() has anything to say of this type. */
bool acl_facts_want(uint8_t type);
/* One ACE more. */
void acl_facts_add(struct acl_facts *facts, uint8_t type, uint8_t flags,
		   uint32_t mask, const struct guise_sid *sid);
/* The type is one that can grant or deny, whatever its condition says. */
bool ace_type_decides(uint8_t type);
/* The level a label ACE's trustee names; the highest one for no label SID. */
uint32_t label_rid(const struct guise_sid *sid);

struct guise_acl {
	atomic_uint refcount;
	uint8_t revision;
	struct acl_facts facts;
	size_t n_aces;
	const struct acl_check_ace *check; /* n_aces, same order as aces */
	const struct guise_ace *aces;
	size_t encoded_size; /* of the binary form, without slack */
};

/* The header of a binary ACL, checked: revision 2-4, AclSize inside. */
struct acl_span {
	uint8_t revision;
	uint16_t n_aces;
	struct reader aces; /* the bytes after the header, slack included */
};

/*
 * One ACE found in bytes, not copied. For types without a trustee (unknown
 * and compound ones) @sid is NULL and @mask 0. @object_type and
 * @inherited_object_type are 16 bytes or NULL.
 */
struct ace_span {
	uint8_t type;
	uint8_t flags;
	uint8_t n_subs; /* of the SID at @sid */
	uint32_t mask;
	uint32_t object_flags;
	const uint8_t *object_type;
	const uint8_t *inherited_object_type;
	const uint8_t *sid; /* 8 + 4 * n_subs bytes, checked valid */
	struct reader data; /* after the SID; after the header without one */
};

/* Revision, count and authority, before the sub-authorities. */
#define SID_HEAD_SIZE 8
#define SID_REVISION 1

/* A SID at the head of @r: consumed on success, @r unmoved on failure.
 * 0 or GUISE_E_INVALID_SID */
GUISE_MUST_USE int sid_read(struct reader *r, struct guise_sid *ret);
/* The same without parsing: the SID's bytes and its count (MS-DTYP 2.4.2.2). */
GUISE_MUST_USE static inline int
sid_read_span(struct reader *r, const uint8_t **ret_sid, uint8_t *ret_n_subs)
{
	struct reader in = *r;
	const uint8_t *sid;

	if (!read_bytes(&in, SID_HEAD_SIZE, &sid) || sid[0] != SID_REVISION ||
	    sid[1] > GUISE_SID_MAX_SUBS || !read_skip(&in, 4u * sid[1]))
		return GUISE_E_INVALID_SID;
	*r = in;
	*ret_sid = sid;
	*ret_n_subs = sid[1];
	return 0;
}
/* Of a two-letter SDDL alias, any case. 0 or GUISE_E_INVALID_SID */
GUISE_MUST_USE int sid_of_alias(const char alias[2],
				const struct guise_sid *domain,
				struct guise_sid *ret);
/* guise_sid_parse() without the hex form: "S-1-..." or an alias */
GUISE_MUST_USE int sid_of_text(const char *text, size_t size,
			       const struct guise_sid *domain,
			       struct guise_sid *ret);
/* Writes guise_sid_size() bytes at @to; @sid must be valid. */
void sid_write(const struct guise_sid *sid, uint8_t *to);

/* The ACL at the head of @r, which is not moved. 0 or GUISE_E_INVALID_ACL */
GUISE_MUST_USE int acl_read_span(struct reader r, struct acl_span *ret);
/* The next ACE of an ACL of @revision. 0, or GUISE_E_INVALID_ACL with @r
 * unmoved. */
GUISE_MUST_USE int ace_read_span(struct reader *r, struct ace_span *ret);

/* Shapes of an ACE after its header. */
enum ace_shape {
	ACE_SHAPE_OPAQUE = 0, /* unknown or compound: bytes */
	ACE_SHAPE_PLAIN,      /* mask, SID */
	ACE_SHAPE_OBJECT,     /* mask, flags, GUIDs, SID */
};
enum ace_shape ace_shape(uint8_t type);
/* The type carries bytes after its SID: callback and resource attribute */
bool ace_has_data(uint8_t type);

#endif
