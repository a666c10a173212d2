/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A parent's descriptor, a creator's, a token and flags out of one input: the
 * descriptor of a new object, and then that one changed, converted, edited and
 * sorted. Whatever comes out can be written and read, and keeps the promises
 * of <guise/inherit.h>, <guise/sd-edit.h> and <guise/acl-edit.h>. The input:
 *
 *	u32 flags, u32 information, u8 bits (below), u8 privileges and
 *	integrity, u16 size of the parent, the parent, the creator
 */
#include "base.h"
#include "fuzz.h"
#include "reader.h"
#include <guise/sd-edit.h>

enum bits {
	BIT_CONTAINER = 0x01,
	BIT_NO_TOKEN = 0x02,
	BIT_NO_DEFAULT = 0x04,
	BIT_REGISTRY = 0x08,
	BIT_TYPE = 0x10,
	BIT_SERVER = 0x20,
	BIT_LABELLED = 0x40,
	BIT_USER_DENY_ONLY = 0x80,
};

struct question {
	uint32_t flags, information;
	uint8_t bits, rights;
	const struct guise_sd *parent, *creator; /* may be NULL */
	const struct guise_token *token;	 /* may be NULL */
	const struct guise_generic_mapping *mapping;
	struct guise_inherit_options options;
};

static const struct guise_sid user = {
	.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5};
static const struct guise_sid admins = {
	.authority = 5, .sub = {32, 544}, .n_subs = 2};
/* Of the user class; what the corpus' object ACEs are for. */
static const struct guise_guid type = {{0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d,
					0xd0, 0x11, 0xa2, 0x85, 0x00, 0xaa,
					0x00, 0x30, 0x49, 0xe2}};

static void question_clear(struct question *q)
{
	q->parent = guise_sd_unref(q->parent);
	q->creator = guise_sd_unref(q->creator);
	q->token = guise_token_unref(q->token);
	q->options.server = guise_token_unref(q->options.server);
}

static void give_default_dacl(struct guise_token_builder *b)
{
	const struct guise_ace ace = {.mask = GUISE_GENERIC_ALL, .sid = user};
	const struct guise_acl *dacl = NULL;

	must(guise_acl_new(0, &ace, 1, &dacl) == 0);
	guise_token_builder_default_dacl(b, dacl);
	guise_acl_unref(dacl);
}

static uint64_t privileges_of(uint8_t rights)
{
	return (rights & 1 ? GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY) : 0) |
	       (rights & 2 ? GUISE_PRIVILEGE_BIT(GUISE_SE_RESTORE) : 0) |
	       (rights & 4 ? GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL) : 0);
}

static const struct guise_token *token_of(const struct question *q,
					  const struct guise_sid *who)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_sid label = {.authority = 16,
					.sub = {(q->rights & 0xf0u) << 8},
					.n_subs = 1};
	const uint64_t privileges = privileges_of(q->rights);
	const struct guise_token *token = NULL;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, who,
				 q->bits & BIT_USER_DENY_ONLY
					 ? GUISE_GROUP_USE_FOR_DENY_ONLY
					 : 0);
	guise_token_builder_group(b, &admins,
				  GUISE_GROUP_USUAL | GUISE_GROUP_OWNER);
	guise_token_builder_owner(b, &admins);
	guise_token_builder_privileges(b, privileges, privileges, 0);
	if (!(q->bits & BIT_NO_DEFAULT))
		give_default_dacl(b);
	if (q->bits & BIT_LABELLED) {
		guise_token_builder_integrity(b, &label);
		guise_token_builder_mandatory_policy(
			b, GUISE_MANDATORY_NO_WRITE_UP);
	}
	must(guise_token_builder_seal(b, &token) == 0);
	return token;
}

static bool read_sd(struct reader in, const struct guise_sd **ret)
{
	return in.size == 0 || guise_sd_decode(in.data, in.size, ret) == 0;
}

static bool read_question(struct reader in, struct question *q)
{
	struct reader parent;
	uint16_t size;

	if (!read_u32le(&in, &q->flags) || !read_u32le(&in, &q->information) ||
	    !read_u8(&in, &q->bits) || !read_u8(&in, &q->rights) ||
	    !read_u16le(&in, &size) || !read_sub(&in, size, &parent) ||
	    !read_sd(parent, &q->parent) || !read_sd(in, &q->creator))
		return false;
	q->mapping = q->bits & BIT_REGISTRY ? &guise_mapping_registry
					    : &guise_mapping_file;
	q->options.size = sizeof(q->options);
	if (!(q->bits & BIT_NO_TOKEN))
		q->token = token_of(q, &user);
	if (q->bits & BIT_SERVER)
		q->options.server = token_of(q, &admins);
	if (q->bits & BIT_TYPE) {
		q->options.object_types = &type;
		q->options.n_object_types = 1;
	}
	return true;
}

static void must_be_valid(const struct guise_sd *sd)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *again = NULL;

	must(guise_sd_encode(sd, &bytes) == 0);
	must(guise_sd_decode(bytes.data, bytes.size, &again) == 0);
	must(guise_sd_equal(sd, again));
}

static size_t count(const struct guise_acl *acl)
{
	return acl ? guise_acl_n_aces(acl) : 0;
}

/* What is inherited is in force with mapped rights, or waits for children. */
static void must_be_inherited_well(const struct question *q,
				   const struct guise_sd *child)
{
	const struct guise_acl *dacl = guise_sd_dacl(child);

	must(dacl);
	for (size_t i = 0; i < count(dacl); i++) {
		const struct guise_ace *ace = guise_acl_ace(dacl, i);
		unsigned heirs = ace->flags & (GUISE_ACE_OBJECT_INHERIT |
					       GUISE_ACE_CONTAINER_INHERIT);

		must((q->bits & BIT_CONTAINER) || !heirs);
		if (ace->flags & GUISE_ACE_INHERIT_ONLY)
			must(heirs);
		else
			must(!(ace->mask & GUISE_GENERIC_MASK) || heirs ||
			     ace->type >= GUISE_ACE_SYSTEM_MANDATORY_LABEL);
		if (!q->parent)
			must(!(ace->flags & GUISE_ACE_INHERITED));
	}
}

static bool has_sacl_beyond_labels(const struct guise_sd *sd)
{
	const struct guise_acl *sacl = sd ? guise_sd_sacl(sd) : NULL;

	if (!sd || !(guise_sd_control(sd) & GUISE_SD_SACL_PRESENT))
		return false;
	for (size_t i = 0; i < count(sacl); i++) {
		if (guise_acl_ace(sacl, i)->type !=
		    GUISE_ACE_SYSTEM_MANDATORY_LABEL)
			return true;
	}
	return count(sacl) == 0;
}

static void check_new(const struct question *q, const struct guise_sd *child)
{
	must_be_valid(child);
	must(guise_sd_owner(child) && guise_sd_group(child));
	must(guise_sd_control(child) & GUISE_SD_DACL_PRESENT);
	must(!(guise_sd_control(child) & (GUISE_SD_DACL_AUTO_INHERIT_REQ |
					  GUISE_SD_SACL_AUTO_INHERIT_REQ)));
	if (!q->creator)
		must_be_inherited_well(q, child);
	if (!(q->flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK))
		must(!has_sacl_beyond_labels(q->creator) || (q->rights & 1));
}

static void check_set(const struct question *q, const struct guise_sd *sd)
{
	const uint32_t known =
		GUISE_SEF_DACL_AUTO_INHERIT | GUISE_SEF_SACL_AUTO_INHERIT |
		GUISE_SEF_AVOID_PRIVILEGE_CHECK | GUISE_SEF_AVOID_OWNER_CHECK;
	const uint32_t all =
		q->information |
		(q->information & GUISE_BACKUP_SECURITY ? 0x1ffu : 0);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *now = NULL;

	if (!q->creator ||
	    guise_sd_set(sd, q->information, q->creator, q->flags & known,
			 q->token, q->mapping, &now) < 0)
		return;
	must_be_valid(now);
	if (!(all & GUISE_DACL_SECURITY))
		must(guise_acl_equal(guise_sd_dacl(now), guise_sd_dacl(sd)));
	if (!(all & GUISE_OWNER_SECURITY))
		must(guise_sid_equal(guise_sd_owner(now), guise_sd_owner(sd)));
	if (!(all & 0x1f8u))
		must(guise_acl_equal(guise_sd_sacl(now), guise_sd_sacl(sd)));
	if (!(q->flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK))
		must(!(all & GUISE_SACL_SECURITY) || (q->rights & 1));
}

/* Everything that @token may do with @sd. */
static uint32_t granted(const struct question *q, const struct guise_sd *sd)
{
	struct guise_decision decision;

	must(guise_access_check(sd, q->token, GUISE_MAXIMUM_ALLOWED, q->mapping,
				&decision) == 0);
	return decision.granted;
}

static void check_conversion(const struct question *q,
			     const struct guise_sd *sd)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *now = NULL;

	if (guise_sd_to_auto_inherit(q->parent, sd, q->bits & BIT_CONTAINER,
				     q->mapping, &q->options, &now) < 0)
		return;
	must_be_valid(now);
	if (q->token)
		must(granted(q, now) == granted(q, sd));
}

static uint32_t rights(const struct guise_acl *acl, const struct guise_sid *who)
{
	uint32_t mask;

	must(guise_acl_effective_rights(acl, who, 1, NULL, &mask) == 0);
	return mask;
}

/* A denial gives nobody anything, and denies. */
static void check_denial(const struct guise_acl *acl,
			 const struct guise_explicit_access *entry)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *now = NULL;
	struct guise_explicit_access denial = *entry;
	const struct guise_sid *who = &entry->trustee.sid;

	denial.mode = GUISE_ACCESS_DENY;
	denial.inheritance &= GUISE_ACE_OBJECT_INHERIT;
	denial.trustee.form = GUISE_TRUSTEE_SID;
	if (guise_acl_set_entries(acl, &denial, 1, NULL, &now) < 0)
		return;
	must((rights(now, who) & ~rights(acl, who)) == 0);
	must((rights(now, who) & denial.mask) == 0);
	must((rights(now, &user) & ~rights(acl, &user)) == 0);
}

static void check_edits(const struct guise_acl *acl)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *now = NULL;
	GUISE_AUTO(freep) struct guise_explicit_access *entries = NULL;
	size_t n = 0;

	must(guise_acl_explicit_entries(acl, &entries, &n) == 0);
	for (size_t i = 0; i < n; i++)
		entries[i].inheritance &= 0xf;
	if (n > 0 && n <= 64)
		check_denial(acl, &entries[n / 2]);
	if (n <= 64 &&
	    guise_acl_set_entries(acl, entries, n, NULL, &now) == 0 && now)
		must(guise_acl_n_aces(now) <= guise_acl_n_aces(acl) + n);
}

static void check_order(const struct guise_acl *acl)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sorted = NULL;

	must(guise_acl_sort(acl, &sorted) == 0);
	must(guise_acl_is_canonical(sorted));
	must(guise_acl_n_aces(sorted) == guise_acl_n_aces(acl));
}

static void check_acl(const struct guise_acl *acl)
{
	if (!acl)
		return;
	check_edits(acl);
	check_order(acl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(question_clear) struct question q = {0};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *child = NULL;

	if (!read_question(reader_of(data, size), &q))
		return 0;
	if (guise_inherit_by_type(q.parent, q.creator, q.bits & BIT_CONTAINER,
				  q.flags, q.token, q.mapping, &q.options,
				  &child) < 0) {
		must(!child);
		return 0;
	}
	check_new(&q, child);
	check_set(&q, child);
	check_conversion(&q, child);
	check_acl(guise_sd_dacl(child));
	check_acl(guise_sd_sacl(child));
	return 0;
}
