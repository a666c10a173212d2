/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derived descriptors against a naive transcription of POSIX.1e's rule: for
 * each right alone, the NT check of the derived descriptor and the rule must
 * agree for everybody.
 */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include <sys/stat.h>

#include <guise/access.h>
#include <guise/store.h>

#include "posix-acl.h"

enum { R = 4, W = 2, X = 1 };

struct raw_entry {
	uint16_t tag;
	uint16_t permissions;
	uint32_t id;
};

struct raw_acl {
	struct raw_entry entries[16];
	size_t n;
	uint8_t bytes[4 + 16 * 8];
	size_t size;
};

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value & 0xffff);
	put16(at + 2, value >> 16);
}

static void raw_encode(struct raw_acl *acl)
{
	put32(acl->bytes, 2);
	for (size_t i = 0; i < acl->n; i++) {
		uint8_t *at = acl->bytes + 4 + 8 * i;

		put16(at, acl->entries[i].tag);
		put16(at + 2, acl->entries[i].permissions);
		put32(at + 4, acl->entries[i].id);
	}
	acl->size = 4 + 8 * acl->n;
}

static void raw_add(struct raw_acl *acl, unsigned tag, unsigned permissions,
		    uint32_t id)
{
	acl->entries[acl->n++] =
		(struct raw_entry){(uint16_t)tag, (uint16_t)permissions, id};
}

struct person {
	uint32_t uid;
	uint32_t groups[3]; /* the first is the gid; sorted */
	size_t n_groups;
};

static const struct person people[] = {
	{1000, {100}, 1},	    /* the owner, in the owning group */
	{1000, {7}, 1},		    /* the owner, elsewhere */
	{1001, {100}, 1},	    /* in the owning group */
	{1002, {7}, 1},		    /* may be named */
	{1002, {100, 101}, 2},	    /* named and in groups */
	{1003, {101}, 1},	    /* in a named group */
	{1003, {100, 101, 102}, 3}, /* in all groups */
	{1003, {101, 102}, 2},	    /* in both named groups */
	{1004, {7}, 1},		    /* other */
};

static bool person_in(const struct person *p, uint32_t gid)
{
	for (size_t i = 0; i < p->n_groups; i++) {
		if (p->groups[i] == gid)
			return true;
	}
	return false;
}

/* POSIX.1e 23.5.1 and the kernel's shortcut for a group class without any
 * right, naively. */
static bool rule(const struct stat *st, const struct raw_acl *acl,
		 const struct person *p, unsigned want)
{
	bool in_class = false;
	bool granted = false;
	unsigned mask = 7;

	if (!acl || !(st->st_mode & 070)) {
		unsigned shift = p->uid == st->st_uid	    ? 6
				 : person_in(p, st->st_gid) ? 3
							    : 0;
		return ((st->st_mode >> shift) & want) == want;
	}
	for (size_t i = 0; i < acl->n; i++) {
		if (acl->entries[i].tag == 0x10)
			mask = acl->entries[i].permissions;
	}
	if (p->uid == st->st_uid)
		return (acl->entries[0].permissions & want) == want;
	for (size_t i = 0; i < acl->n; i++) {
		const struct raw_entry *e = &acl->entries[i];

		if (e->tag == 2 && e->id == p->uid)
			return (e->permissions & mask & want) == want;
	}
	for (size_t i = 0; i < acl->n; i++) {
		const struct raw_entry *e = &acl->entries[i];

		if (!(e->tag == 4 && person_in(p, st->st_gid)) &&
		    !(e->tag == 8 && person_in(p, e->id)))
			continue;
		in_class = true;
		granted |= (e->permissions & mask & want) == want;
	}
	if (in_class)
		return granted;
	return (acl->entries[acl->n - 1].permissions & want) == want;
}

static const struct guise_token *token_of(const struct person *p)
{
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;
	struct guise_sid sid = {
		.authority = 22, .sub = {1, p->uid}, .n_subs = 2};

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &sid, 0);
	for (size_t i = 0; i < p->n_groups; i++) {
		sid.sub[0] = 2;
		sid.sub[1] = p->groups[i];
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	sid = sid_of("S-1-1-0");
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	guise_token_builder_unix(b, p->uid, p->groups[0], p->groups,
				 p->n_groups);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	guise_token_builder_free(b);
	return token;
}

static bool nt_allows(const struct guise_sd *sd,
		      const struct guise_token *token, uint32_t access)
{
	struct guise_decision decision;

	assert_int_equal(guise_access_check(sd, token, access,
					    &guise_mapping_file, &decision),
			 0);
	return decision.allowed;
}

static void compare_one(const struct stat *st, const struct raw_acl *acl,
			const struct guise_sd *sd, const struct posix_acl *ours,
			const struct person *p)
{
	const struct guise_token *token = token_of(p);
	static const struct {
		uint32_t access;
		unsigned want;
	} rights[] = {
		{GUISE_FILE_READ_DATA, R},
		{GUISE_FILE_WRITE_DATA, W},
		{GUISE_FILE_APPEND_DATA, W},
		{GUISE_FILE_EXECUTE, X},
	};
	bool may_change = rule(st, acl, p, W | X) && S_ISDIR(st->st_mode) &&
			  (!(st->st_mode & S_ISVTX) || p->uid == st->st_uid);

	for (size_t i = 0; i < 4; i++) {
		bool expected = rule(st, acl, p, rights[i].want);

		if (nt_allows(sd, token, rights[i].access) != expected)
			fail_msg("mode %o uid %u: right %x: rule says %d: %s",
				 st->st_mode, p->uid, rights[i].access,
				 expected, sddl_of(sd, NULL));
	}
	assert_int_equal(nt_allows(sd, token, GUISE_FILE_DELETE_CHILD),
			 may_change);
	/* POSIX rights taken together, by our own evaluator. */
	for (unsigned want = 1; want < 8; want++)
		assert_int_equal(posix_acl_allows(ours, guise_token_unix(token),
						  want, NULL),
				 rule(st, acl, p, want));
	assert_true(nt_allows(sd, token, GUISE_FILE_READ_ATTRIBUTES));
	assert_true(nt_allows(sd, token, GUISE_READ_CONTROL));
	assert_int_equal(nt_allows(sd, token, GUISE_WRITE_DAC),
			 p->uid == st->st_uid);
	assert_false(nt_allows(sd, token, GUISE_WRITE_OWNER));
	assert_false(nt_allows(sd, token, GUISE_DELETE));
	guise_token_unref(token);
}

static void compare(const struct stat *st, const struct raw_acl *acl)
{
	const struct guise_sd *sd = NULL;
	struct posix_acl ours = {0};

	assert_int_equal(guise_sd_of_posix(st, acl ? acl->bytes : NULL,
					   acl ? acl->size : 0, NULL, &sd),
			 0);
	assert_int_equal(posix_acl_decode(st, acl ? acl->bytes : NULL,
					  acl ? acl->size : 0, &ours),
			 0);
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
		compare_one(st, acl, sd, &ours, &people[i]);
	posix_acl_clear(&ours);
	guise_sd_unref(sd);
}

static void every_mode_is_as_the_kernel_has_it(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode < 02000; mode++) {
		struct stat st = {.st_uid = 1000, .st_gid = 100};

		/* the sticky bit takes the place of set-uid */
		st.st_mode = (mode & 0777) | (mode & 01000 ? S_ISVTX : 0) |
			     (mode % 3 ? S_IFDIR : S_IFREG);
		compare(&st, NULL);
	}
}

static unsigned random_bits(unsigned n)
{
	return (unsigned)(random() >> 4) % n;
}

static void random_acl(struct stat *st, struct raw_acl *acl)
{
	unsigned mask = random_bits(4) ? random_bits(8) : 7;
	bool named = random_bits(5) != 0;

	*acl = (struct raw_acl){0};
	raw_add(acl, 1, random_bits(8), UINT32_MAX);
	if (named && random_bits(2))
		raw_add(acl, 2, random_bits(8), 1002);
	if (named && random_bits(4) == 0)
		raw_add(acl, 2, random_bits(8), 1003);
	raw_add(acl, 4, random_bits(8), UINT32_MAX);
	if (named && random_bits(2))
		raw_add(acl, 8, random_bits(8), 101);
	if (named && random_bits(2))
		raw_add(acl, 8, random_bits(8), 102);
	raw_add(acl, 0x10, mask, UINT32_MAX);
	raw_add(acl, 0x20, random_bits(8), UINT32_MAX);
	raw_encode(acl);
	*st = (struct stat){.st_uid = 1000, .st_gid = 100};
	st->st_mode = (random_bits(2) ? S_IFDIR : S_IFREG) |
		      (random_bits(3) ? 0 : S_ISVTX) |
		      (mode_t)(acl->entries[0].permissions << 6) |
		      (mode_t)(mask << 3) |
		      acl->entries[acl->n - 1].permissions;
}

static void random_acls_are_as_the_kernel_has_them(void **state)
{
	(void)state;
	srandom(20210101);
	for (unsigned i = 0; i < 3000; i++) {
		struct raw_acl acl;
		struct stat st;

		random_acl(&st, &acl);
		compare(&st, &acl);
	}
}

static void malformed_acls_are_refused(void **state)
{
	struct stat st = {
		.st_mode = S_IFREG | 0664, .st_uid = 1000, .st_gid = 100};
	struct raw_acl acl = {0};
	const struct guise_sd *sd = NULL;
	(void)state;

	raw_add(&acl, 1, 6, UINT32_MAX);
	raw_add(&acl, 2, 6, 1002);
	raw_add(&acl, 4, 6, UINT32_MAX);
	raw_add(&acl, 0x10, 6, UINT32_MAX);
	raw_add(&acl, 0x20, 4, UINT32_MAX);
	raw_encode(&acl);
	for (size_t size = 0; size < acl.size; size++)
		assert_int_equal(
			guise_sd_of_posix(&st, acl.bytes, size, NULL, &sd),
			-EBADMSG);
	acl.bytes[0] = 1; /* version */
	assert_int_equal(guise_sd_of_posix(&st, acl.bytes, acl.size, NULL, &sd),
			 -EBADMSG);
	acl.bytes[0] = 2;
	acl.entries[3].tag = 0x20; /* no mask, other twice */
	raw_encode(&acl);
	assert_int_equal(guise_sd_of_posix(&st, acl.bytes, acl.size, NULL, &sd),
			 -EBADMSG);
	acl.entries[3].tag = 0x10;
	acl.entries[0].permissions = 8;
	raw_encode(&acl);
	assert_int_equal(guise_sd_of_posix(&st, acl.bytes, acl.size, NULL, &sd),
			 -EBADMSG);
	acl.entries[0].permissions = 6;
	acl.entries[1].tag = 0x40; /* a tag nobody knows */
	raw_encode(&acl);
	assert_int_equal(guise_sd_of_posix(&st, acl.bytes, acl.size, NULL, &sd),
			 -EBADMSG);
	assert_null(sd);
}

static bool map_uid(void *context, uint32_t uid, struct guise_sid *ret)
{
	(void)context;
	if (uid != 1000)
		return false;
	*ret = sid_of("S-1-5-21-1-2-3-1000");
	return true;
}

static void mapping_names_those_it_knows(void **state)
{
	const struct guise_id_mapping mapping = {.size = sizeof(mapping),
						 .uid_to_sid = map_uid};
	struct stat st = {
		.st_mode = S_IFREG | 0640, .st_uid = 1000, .st_gid = 100};
	const struct guise_sd *sd = NULL;
	struct guise_sid sid;
	(void)state;

	assert_int_equal(guise_sd_of_posix(&st, NULL, 0, &mapping, &sd), 0);
	sid = sid_of("S-1-5-21-1-2-3-1000");
	assert_true(guise_sid_equal(guise_sd_owner(sd), &sid));
	sid = sid_of("S-1-22-2-100");
	assert_true(guise_sid_equal(guise_sd_group(sd), &sid));
	guise_sd_unref(sd);
	st.st_uid = 1001;
	assert_int_equal(guise_sd_of_posix(&st, NULL, 0, &mapping, &sd), 0);
	sid = sid_of("S-1-22-1-1001");
	assert_true(guise_sid_equal(guise_sd_owner(sd), &sid));
	guise_sd_unref(sd);
}

static void bad_arguments_are_refused(void **state)
{
	struct stat st = {.st_mode = S_IFREG};
	struct guise_id_mapping mapping = {.size = 1};
	const struct guise_sd *sd = NULL;
	(void)state;

	assert_int_equal(guise_sd_of_posix(NULL, NULL, 0, NULL, &sd), -EINVAL);
	assert_int_equal(guise_sd_of_posix(&st, NULL, 0, NULL, NULL), -EINVAL);
	assert_int_equal(guise_sd_of_posix(&st, NULL, 0, &mapping, &sd),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_is_as_the_kernel_has_it),
		cmocka_unit_test(random_acls_are_as_the_kernel_has_them),
		cmocka_unit_test(malformed_acls_are_refused),
		cmocka_unit_test(mapping_names_those_it_knows),
		cmocka_unit_test(bad_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
