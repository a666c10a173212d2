/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor of a case, written as bytes by a writer of its own, and the
 * central access policies it may name.
 */
#include <string.h>

#include "base.h"
#include "case.h"

static void set_u16(struct bytes *out, size_t at, size_t value)
{
	out->data[at] = (uint8_t)value;
	out->data[at + 1] = (uint8_t)(value >> 8);
}

static void ace_begin(struct bytes *out, unsigned type, unsigned flags,
		      uint32_t mask)
{
	put_u8(out, type);
	put_u8(out, flags);
	put_u16(out, 0);
	put_u32(out, mask);
}

static void ace_end(struct bytes *out, size_t start)
{
	while ((out->size - start) % 4)
		put_u8(out, 0);
	set_u16(out, start + 2, out->size - start);
}

static unsigned ace_flags(struct choices *ch)
{
	unsigned flags = rarely(ch, 12) ? GUISE_ACE_INHERIT_ONLY : 0;

	if (rarely(ch, 8))
		flags |= choose(ch, 256) & ~(unsigned)GUISE_ACE_INHERIT_ONLY;
	return flags;
}

static void put_object_types(struct choices *ch, struct bytes *out)
{
	unsigned flags = choose(ch, 8) ? 1 : choose(ch, 4);
	struct guise_guid guid = {.bytes = {[15] = 0xaa}};

	put_u32(out, flags);
	if (flags & 1) {
		guid.bytes[0] = (uint8_t)choose(ch, CASE_TYPES_MAX + 1);
		put_bytes(out, guid.bytes, 16);
	}
	if (flags & 2)
		put_bytes(out, guid.bytes, 16);
}

static bool is_deny(unsigned type)
{
	return type == 1 || type == 6 || type == 0xa || type == 0xc;
}

/* An allow or deny ACE, or one that says nothing in a DACL. */
static unsigned dacl_type(struct choices *ch)
{
	static const uint8_t types[] = {0, 0,	0,   1, 1,   5,	  6, 9,	   9,
					9, 0xa, 0xa, 5, 0xb, 0xc, 2, 0x30, 4};
	static const uint8_t objects[] = {5, 5, 5, 6, 0, 1, 0xb, 5};
	static const uint8_t conditions[] = {9, 9, 0xa, 9, 0xa, 0xb, 9, 0};

	switch (ch->theme) {
	case CASE_CONDITIONS:
		return conditions[choose(ch, ARRAY_SIZE(conditions))];
	case CASE_OBJECTS:
		return objects[choose(ch, ARRAY_SIZE(objects))];
	default:
		return types[choose(ch, ARRAY_SIZE(types))];
	}
}

static void put_dacl_ace(struct choices *ch, struct bytes *out)
{
	unsigned type = dacl_type(ch);
	size_t start = out->size;
	struct guise_sid sid;

	ace_begin(out, type, ace_flags(ch),
		  is_deny(type) || choose(ch, 2) ? case_mask(ch)
						 : case_wide_mask(ch));
	if (type == 5 || type == 6 || type == 0xb || type == 0xc)
		put_object_types(ch, out);
	sid = case_sid(ch);
	if (rarely(ch, 16)) /* PRINCIPAL SELF */
		sid = (struct guise_sid){
			.authority = 5, .sub = {10}, .n_subs = 1};
	put_sid(out, &sid);
	if (type >= 9 && type <= 0xc && !rarely(ch, 30))
		case_condition_write(ch, false, out);
	ace_end(out, start);
}

static void put_label(struct choices *ch, struct bytes *out)
{
	struct guise_sid sid = {.authority = 16, .n_subs = 1};
	size_t start = out->size;

	sid.sub[0] = 0x1000 * choose(ch, 6);
	ace_begin(out, 0x11, ace_flags(ch), choose(ch, 8));
	if (rarely(ch, 30))
		sid = case_sid(ch);
	put_sid(out, &sid);
	ace_end(out, start);
}

static void put_resource(struct choices *ch, struct bytes *out)
{
	static struct model_claims claims;
	const struct guise_sid world = {
		.authority = 1, .sub = {0}, .n_subs = 1};
	size_t start = out->size;

	case_claims_make(ch, true, &claims);
	if (claims.n == 0)
		return;
	ace_begin(out, 0x12, ace_flags(ch), 0);
	put_sid(out, &world);
	case_claim_write(&claims.at[0], out);
	ace_end(out, start);
}

/* S-1-17-1 is known if policies are, others are not. */
static void put_policy_id(struct choices *ch, struct bytes *out)
{
	struct guise_sid sid = {.authority = 17, .sub = {1}, .n_subs = 1};
	size_t start = out->size;

	sid.sub[0] += rarely(ch, 6);
	if (rarely(ch, 30))
		sid = case_sid(ch);
	ace_begin(out, 0x13, ace_flags(ch), 0);
	put_sid(out, &sid);
	ace_end(out, start);
}

static void put_trust(struct choices *ch, struct bytes *out)
{
	static const uint32_t types[] = {512, 1024, 0};
	static const uint32_t levels[] = {1024, 4096, 8192, 0};
	struct guise_sid sid = {.authority = 19, .n_subs = 2};
	size_t start = out->size;

	sid.sub[0] = types[choose(ch, ARRAY_SIZE(types))];
	sid.sub[1] = levels[choose(ch, ARRAY_SIZE(levels))];
	if (rarely(ch, 30))
		sid = case_sid(ch);
	ace_begin(out, 0x14, ace_flags(ch), case_wide_mask(ch));
	put_sid(out, &sid);
	ace_end(out, start);
}

static void put_filter(struct choices *ch, struct bytes *out)
{
	const struct guise_sid world = {
		.authority = 1, .sub = {0}, .n_subs = 1};
	size_t start = out->size;

	ace_begin(out, 0x15, ace_flags(ch), case_wide_mask(ch));
	put_sid(out, &world);
	if (!rarely(ch, 30))
		case_condition_write(ch, false, out);
	ace_end(out, start);
}

static void put_sacl_ace(struct choices *ch, struct bytes *out)
{
	switch (ch->theme == CASE_CONDITIONS ? 2 : choose(ch, 10)) {
	case 0:
	case 1:
		put_label(ch, out);
		break;
	case 2:
	case 3:
	case 4:
		put_resource(ch, out);
		break;
	case 5:
	case 6:
		put_policy_id(ch, out);
		break;
	case 7:
		put_trust(ch, out);
		break;
	case 8:
		put_filter(ch, out);
		break;
	default:
		put_dacl_ace(ch, out);
	}
}

/* ACEs as they are all valid in an ACL of this revision. */
static void put_acl(struct choices *ch, unsigned max,
		    void (*put_ace)(struct choices *, struct bytes *),
		    struct bytes *out)
{
	size_t start = out->size;
	unsigned n = choose(ch, max + 1), count = 0;

	put_u16(out, 4);
	put_u16(out, 0);
	put_u32(out, 0);
	while (count < n) {
		size_t before = out->size;

		put_ace(ch, out);
		if (out->size == before)
			break;
		count++;
	}
	set_u16(out, start + 2, out->size - start);
	set_u16(out, start + 4, count);
}

static void set_u32(struct bytes *out, size_t at, size_t value)
{
	set_u16(out, at, value & 0xffff);
	set_u16(out, at + 2, value >> 16);
}

void case_sd_make(struct choices *ch, struct test_case *ret)
{
	struct bytes out = {ret->sd, 0, sizeof(ret->sd)};
	unsigned control = GUISE_SD_SELF_RELATIVE;
	struct guise_sid sid;

	for (unsigned i = 0; i < 5; i++)
		put_u32(&out, 0);
	if (choose(ch, 2)) {
		control |= GUISE_SD_SACL_PRESENT;
		set_u32(&out, 12, out.size);
		put_acl(ch, 4, put_sacl_ace, &out);
	}
	if (!rarely(ch, 20)) {
		control |= GUISE_SD_DACL_PRESENT;
		set_u32(&out, 16, rarely(ch, 20) ? 0 : out.size);
		put_acl(ch, 8, put_dacl_ace, &out);
	}
	if (!rarely(ch, 60)) {
		sid = case_sid(ch);
		set_u32(&out, 4, out.size);
		put_sid(&out, &sid);
	}
	if (!rarely(ch, 60)) {
		sid = case_sid(ch);
		set_u32(&out, 8, out.size);
		put_sid(&out, &sid);
	}
	out.data[0] = 1;
	set_u16(&out, 2, control);
	ret->sd_size = out.size;
}

static void rule_make(struct choices *ch, struct case_rule *to,
		      struct model_rule *ret)
{
	struct bytes out = {to->applies_to, 0, sizeof(to->applies_to)};

	*ret = (struct model_rule){.dacl = to->dacl};
	if (choose(ch, 2)) {
		case_condition_write(ch, true, &out);
		ret->applies_to = out.data;
		ret->applies_to_size = out.size;
	}
	out = (struct bytes){to->dacl, 0, sizeof(to->dacl)};
	put_acl(ch, 4, put_dacl_ace, &out);
	ret->dacl_size = out.size;
}

void case_policy_make(struct choices *ch, struct test_case *ret)
{
	ret->has_policies = true;
	ret->policy = (struct model_policy){
		.id = {.authority = 17, .sub = {1}, .n_subs = 1},
		.rules = ret->rules,
		.n_rules = choose(ch, CASE_RULES_MAX + 1),
	};
	for (size_t i = 0; i < ret->policy.n_rules; i++)
		rule_make(ch, &ret->rule[i], &ret->rules[i]);
}
