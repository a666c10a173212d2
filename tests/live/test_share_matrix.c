/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every operation times every right it needs: with exactly those rights it
 * succeeds; without any one of them the descriptor refuses and nothing has
 * happened; with all of them, but without the kernel's consent, the kernel
 * refuses. (MS-FSA's table of rights per operation.)
 *
 * The tree: d/ with f, t, sub/ (with m), and e/ beside it.
 */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include "share-fixture.h"

#define READ_EVERYTHING                                                        \
	(GUISE_FILE_READ_DATA | GUISE_FILE_READ_EA | GUISE_FILE_READ_ATTRIBUTES)

struct row {
	const char *name;
	int (*run)(struct share_fixture *f);
	uint32_t d;	  /* needed on d */
	uint32_t object;  /* on d/f, or d/sub */
	uint32_t target;  /* on d/t */
	uint32_t member;  /* on d/sub/m */
	uint32_t e;	  /* on e */
	const char *shut; /* whose mode 0 makes the kernel refuse; NULL: none */
};

static struct guise_actor actor_of(struct share_fixture *f)
{
	return as(f, f->alice);
}

static int open_with(struct share_fixture *f, const char *path, uint32_t access)
{
	const struct guise_actor actor = actor_of(f);
	int fd = -1;
	int r = guise_share_open(f->share, &actor, path, access, &fd, NULL);

	if (r == 0)
		(void)close(fd);
	return r;
}

static int op_read(struct share_fixture *f)
{
	return open_with(f, "d/f", GUISE_FILE_READ_DATA);
}

static int op_write(struct share_fixture *f)
{
	return open_with(f, "d/f", GUISE_FILE_WRITE_DATA);
}

static int op_append(struct share_fixture *f)
{
	return open_with(f, "d/f", GUISE_FILE_APPEND_DATA);
}

static int op_read_write(struct share_fixture *f)
{
	return open_with(f, "d/f",
			 GUISE_FILE_READ_DATA | GUISE_FILE_WRITE_DATA);
}

static int op_generic_read(struct share_fixture *f)
{
	return open_with(f, "d/f", GUISE_GENERIC_READ);
}

static int op_open_for_delete(struct share_fixture *f)
{
	return open_with(f, "d/f", GUISE_DELETE);
}

static int op_stat(struct share_fixture *f)
{
	const struct guise_actor actor = actor_of(f);
	struct stat st;

	return guise_share_stat(f->share, &actor, "d/f", &st);
}

static int ignore_entry(void *context, const struct guise_entry *entry)
{
	(void)context;
	(void)entry;
	return 0;
}

static int op_list(struct share_fixture *f)
{
	const struct guise_actor actor = actor_of(f);

	return guise_share_list(f->share, &actor, "d", ignore_entry, NULL);
}

static int op_create(struct share_fixture *f)
{
	return put(f, f->alice, "d/new", "new");
}

static int op_replace(struct share_fixture *f)
{
	return put(f, f->alice, "d/f", "new");
}

static int op_mkdir(struct share_fixture *f)
{
	const struct guise_actor actor = actor_of(f);

	return guise_share_mkdir(f->share, &actor, "d/new");
}

static int delete_path(struct share_fixture *f, const char *path)
{
	const struct guise_actor actor = actor_of(f);

	return guise_share_delete(f->share, &actor, path, NULL, NULL);
}

static int op_delete(struct share_fixture *f)
{
	return delete_path(f, "d/f");
}

static int op_delete_tree(struct share_fixture *f)
{
	return delete_path(f, "d/sub");
}

static int copy_path(struct share_fixture *f, const char *from, const char *to)
{
	const struct guise_actor actor = actor_of(f);

	return guise_share_copy(f->share, &actor, from, f->share, to, true,
				true, NULL, NULL, NULL);
}

static int op_copy(struct share_fixture *f)
{
	return copy_path(f, "d/f", "e/new");
}

static int op_copy_over(struct share_fixture *f)
{
	return copy_path(f, "d/f", "d/t");
}

static int op_copy_tree(struct share_fixture *f)
{
	return copy_path(f, "d/sub", "e/new");
}

static int op_copy_over_tree(struct share_fixture *f)
{
	return copy_path(f, "d/t", "d/sub");
}

static int move_path(struct share_fixture *f, const char *from, const char *to)
{
	const struct guise_actor actor = actor_of(f);

	return guise_share_move(f->share, &actor, from, f->share, to, true,
				NULL, NULL, NULL);
}

static int op_move(struct share_fixture *f)
{
	return move_path(f, "d/f", "e/new");
}

static int op_move_over(struct share_fixture *f)
{
	return move_path(f, "d/f", "d/t");
}

static int op_move_tree(struct share_fixture *f)
{
	return move_path(f, "d/sub", "e/new");
}

static int op_move_over_tree(struct share_fixture *f)
{
	return move_path(f, "d/t", "d/sub");
}

static int op_get_sd(struct share_fixture *f)
{
	const struct guise_actor actor = actor_of(f);
	const struct guise_sd *sd = NULL;
	int r = guise_share_get_sd(f->share, &actor, "d/f", &sd, NULL);

	guise_sd_unref(sd);
	return r;
}

static int set_part(struct share_fixture *f, uint32_t part)
{
	const struct guise_actor actor = actor_of(f);
	const struct guise_sd *sd =
		sd_of("O:S-1-22-1-310001G:SYD:(A;;FA;;;WD)");
	int r = guise_share_set_sd(f->share, &actor, "d/f", part, sd);

	guise_sd_unref(sd);
	return r;
}

static int op_set_dacl(struct share_fixture *f)
{
	return set_part(f, GUISE_DACL_SECURITY);
}

static int op_set_owner(struct share_fixture *f)
{
	return set_part(f, GUISE_OWNER_SECURITY);
}

static int op_set_all(struct share_fixture *f)
{
	return set_part(f, GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY |
				   GUISE_DACL_SECURITY);
}

/* clang-format off */
static const struct row rows[] = {
	/* name, run, d, object, target, member, e, shut */
	{"read", op_read, 0, GUISE_FILE_READ_DATA, 0, 0, 0, "d/f"},
	{"write", op_write, 0, GUISE_FILE_WRITE_DATA, 0, 0, 0, "d/f"},
	{"append", op_append, 0, GUISE_FILE_APPEND_DATA, 0, 0, 0, "d/f"},
	{"read-write", op_read_write, 0,
	 GUISE_FILE_READ_DATA | GUISE_FILE_WRITE_DATA, 0, 0, 0, "d/f"},
	{"generic-read", op_generic_read, 0, GUISE_FILE_GENERIC_READ, 0, 0, 0,
	 "d/f"},
	{"open-for-delete", op_open_for_delete, 0, GUISE_DELETE, 0, 0, 0, "d"},
	{"stat", op_stat, 0, GUISE_FILE_READ_ATTRIBUTES, 0, 0, 0, "d"},
	{"list", op_list, GUISE_FILE_LIST_DIRECTORY, 0, 0, 0, 0, "d"},
	{"create", op_create, GUISE_FILE_ADD_FILE, 0, 0, 0, 0, "d"},
	{"replace", op_replace, 0, GUISE_FILE_WRITE_DATA, 0, 0, 0, "d/f"},
	{"mkdir", op_mkdir, GUISE_FILE_ADD_SUBDIRECTORY, 0, 0, 0, 0, "d"},
	{"delete", op_delete, 0, GUISE_DELETE, 0, 0, 0, "d"},
	{"delete-by-parent", op_delete, GUISE_FILE_DELETE_CHILD, 0, 0, 0, 0,
	 "d"},
	{"delete-tree", op_delete_tree, 0, GUISE_DELETE, 0, GUISE_DELETE, 0,
	 "d"},
	{"copy", op_copy, 0, READ_EVERYTHING, 0, 0, GUISE_FILE_ADD_FILE, "e"},
	{"copy-over", op_copy_over, 0, READ_EVERYTHING, GUISE_FILE_WRITE_DATA,
	 0, 0, "d/t"},
	/* the member's attributes by the right to list its directory */
	{"copy-tree", op_copy_tree, 0, READ_EVERYTHING, 0,
	 GUISE_FILE_READ_DATA | GUISE_FILE_READ_EA,
	 GUISE_FILE_ADD_SUBDIRECTORY, "d/sub/m"},
	{"copy-over-tree", op_copy_over_tree, GUISE_FILE_ADD_FILE,
	 GUISE_DELETE, READ_EVERYTHING, GUISE_DELETE, 0, "d/t"},
	{"move", op_move, 0, GUISE_DELETE, 0, 0, GUISE_FILE_ADD_FILE, "e"},
	{"move-over", op_move_over, GUISE_FILE_ADD_FILE, GUISE_DELETE,
	 GUISE_DELETE, 0, 0, "d"},
	{"move-tree", op_move_tree, 0, GUISE_DELETE, 0, 0,
	 GUISE_FILE_ADD_SUBDIRECTORY, "e"},
	{"move-over-tree", op_move_over_tree, GUISE_FILE_ADD_FILE,
	 GUISE_DELETE, GUISE_DELETE, GUISE_DELETE, 0, "d"},
	{"get-sd", op_get_sd, 0, GUISE_READ_CONTROL, 0, 0, 0, "d"},
	{"set-dacl", op_set_dacl, 0, GUISE_WRITE_DAC, 0, 0, 0, "d"},
	{"set-owner", op_set_owner, 0, GUISE_WRITE_OWNER, 0, 0, 0, "d"},
	{"set-all", op_set_all, 0, GUISE_WRITE_DAC | GUISE_WRITE_OWNER, 0, 0,
	 0, "d"},
};
/* clang-format on */

static const char *object_of(const struct row *row)
{
	return strstr(row->name, "tree") ? "d/sub" : "d/f";
}

/* A new directory's members need a new directory that allows them. */
#define INHERITED "(A;OICIIO;FA;;;WD)"

static void store_needed(struct share_fixture *f, const char *name,
			 uint32_t mask)
{
	char sddl[120];

	(void)snprintf(sddl, sizeof(sddl), "O:SYG:SYD:(A;;0x%x;;;WD)" INHERITED,
		       mask);
	store_sd(f, name, sddl);
}

static void make_tree(struct share_fixture *f)
{
	fixture_remove(f->dir, "d");
	fixture_remove(f->dir, "e");
	make_dir(f, "d", BOB, 0777);
	make_dir(f, "e", BOB, 0777);
	make_dir(f, "d/sub", BOB, 0777);
	make_file(f, "d/f", BOB, 0666, "f");
	make_file(f, "d/t", BOB, 0666, "t");
	make_file(f, "d/sub/m", BOB, 0666, "m");
}

static void store_row(struct share_fixture *f, const struct row *row)
{
	store_needed(f, "d", row->d);
	store_needed(f, "e", row->e);
	store_mask(f, object_of(row), row->object);
	store_mask(f, "d/t", row->target);
	store_mask(f, "d/sub/m", row->member);
}

static void exactly_the_rights_suffice(void **state)
{
	struct share_fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int r;

		make_tree(f);
		store_row(f, &rows[i]);
		r = rows[i].run(f);
		if (r < 0)
			fail_msg("%s: %s, missing %x", rows[i].name,
				 guise_strerror(r), f->verdict.missing);
		assert_int_equal(f->verdict.layer, GUISE_LAYER_NONE);
		assert_no_temporaries(f);
	}
}

/* One bit taken from one of the masks of @row. */
static void refused_without(struct share_fixture *f, const struct row *row,
			    uint32_t *mask, uint32_t bit)
{
	struct snapshot before;
	int r;

	*mask &= ~bit;
	make_tree(f);
	store_row(f, row);
	before = snapshot_of(f);
	r = row->run(f);
	/* a member that stays makes the whole stay */
	if (r != GUISE_E_ACCESS_DENIED && r != -ENOTEMPTY)
		fail_msg("%s without %x: %d %s", row->name, bit, r,
			 r ? guise_strerror(r) : "done");
	assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
	assert_true(f->verdict.missing & bit);
	assert_unchanged(f, &before);
	*mask |= bit;
}

static unsigned refused_without_any(struct share_fixture *f, struct row *row)
{
	uint32_t *masks[] = {&row->d, &row->object, &row->target, &row->member,
			     &row->e};
	unsigned n = 0;

	for (size_t i = 0; i < 5; i++) {
		for (unsigned bit = 0; bit < 32; bit++) {
			if (!(*masks[i] >> bit & 1))
				continue;
			refused_without(f, row, masks[i], 1u << bit);
			n++;
		}
	}
	return n;
}

static void each_right_is_needed(void **state)
{
	struct share_fixture *f = *state;
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row row = rows[i];

		/* its point is that the other right is missing */
		if (strcmp(row.name, "delete-by-parent") == 0)
			continue;
		n += refused_without_any(f, &row);
	}
	assert_in_range(n, 50, 200);
}

/* A deny entry in front of everything, although the modes allow. */
static void a_deny_entry_is_final(void **state)
{
	struct share_fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const char *const names[] = {"d",   "e",	    "d/f",
						    "d/t", "d/sub", "d/sub/m"};
		struct snapshot before;
		int r;

		make_tree(f);
		for (size_t j = 0; j < 6; j++)
			store_sd(f, names[j],
				 "O:SYG:SYD:(D;;FA;;;S-1-22-2-320000)"
				 "(A;;FA;;;WD)");
		before = snapshot_of(f);
		r = rows[i].run(f);
		assert_int_equal(r, GUISE_E_ACCESS_DENIED);
		assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
		assert_int_equal(f->verdict.decision.decided_by, 1);
		assert_unchanged(f, &before);
	}
}

/* Full rights by descriptor do not help against the kernel. */
static void the_kernel_has_its_say(void **state)
{
	struct share_fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const char *const names[] = {"d",   "e",	    "d/f",
						    "d/t", "d/sub", "d/sub/m"};
		struct snapshot before;
		int r;

		make_tree(f);
		for (size_t j = 0; j < 6; j++)
			store_sd(f, names[j], "O:SYG:SYD:(A;OICI;FA;;;WD)");
		assert_int_equal(fchmodat(f->dir, rows[i].shut, 0700, 0), 0);
		before = snapshot_of(f);
		r = rows[i].run(f);
		if (r != -EACCES && r != -EPERM)
			fail_msg("%s: %d", rows[i].name, r);
		assert_int_equal(f->verdict.layer, GUISE_LAYER_KERNEL);
		assert_unchanged(f, &before);
	}
}

/* Where nothing is stored, the kernel alone decides. */
static void without_descriptors_the_kernel_decides(void **state)
{
	struct share_fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int r;

		make_tree(f);
		r = rows[i].run(f);
		/* who may change a descriptor, the kernel knows, too: owners */
		if (rows[i].object & (GUISE_WRITE_DAC | GUISE_WRITE_OWNER)) {
			assert_int_equal(r, GUISE_E_ACCESS_DENIED);
			continue;
		}
		if (r < 0)
			fail_msg("%s: %s", rows[i].name, guise_strerror(r));
		assert_no_temporaries(f);
	}
}

/* What cannot be understood denies; nothing reads around it. */
static void malformed_descriptors_refuse(void **state)
{
	struct share_fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const char *const names[] = {"d",   "e",	    "d/f",
						    "d/t", "d/sub", "d/sub/m"};
		struct snapshot before;
		int r;

		make_tree(f);
		for (size_t j = 0; j < 6; j++) {
			int fd = openat(f->dir, names[j], O_RDONLY | O_CLOEXEC);

			assert_int_equal(
				fsetxattr(fd, GUISE_SD_XATTR, "gsd", 3, 0), 0);
			assert_int_equal(close(fd), 0);
		}
		before = snapshot_of(f);
		r = rows[i].run(f);
		if (r != -EBADMSG)
			fail_msg("%s: %d", rows[i].name, r);
		assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
		assert_unchanged(f, &before);
	}
}

static void below_impersonation_nothing_happens(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_token *alice = f->alice;

	for (int level = 0; level < 2; level++) {
		f->alice = fixture_token_at((enum guise_level)level, ALICE,
					    NULL, 0, CHANGE_NOTIFY);
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct snapshot before;

			make_tree(f);
			before = snapshot_of(f);
			assert_int_equal(rows[i].run(f), GUISE_E_BAD_LEVEL);
			assert_int_equal(f->verdict.layer, GUISE_LAYER_LEVEL);
			assert_unchanged(f, &before);
		}
		guise_token_unref(f->alice);
	}
	f->alice = alice;
}

static bool changes(const struct row *row)
{
	return row->run != op_read && row->run != op_generic_read &&
	       row->run != op_stat && row->run != op_list &&
	       row->run != op_get_sd;
}

static void a_read_only_share_changes_nothing(void **state)
{
	struct share_fixture *f = *state;
	struct guise_share *share = f->share;

	f->share = fixture_share_of(f->path, GUISE_POLICY_BOTH,
				    GUISE_SHARE_READ_ONLY);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct snapshot before;
		int r;

		make_tree(f);
		before = snapshot_of(f);
		r = rows[i].run(f);
		if (changes(&rows[i])) {
			assert_int_equal(r, -EROFS);
			assert_int_equal(f->verdict.layer, GUISE_LAYER_SHARE);
		} else {
			assert_int_equal(r, 0);
		}
		assert_unchanged(f, &before);
	}
	guise_share_free(f->share);
	f->share = share;
}

/* Root is above the ceiling of every process that did not say otherwise. */
static void identities_above_the_ceiling_are_refused(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_token *alice = f->alice;

	f->alice = fixture_token(0, NULL, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_tree(f);
		assert_int_equal(rows[i].run(f), GUISE_E_CEILING);
		assert_int_equal(f->verdict.layer, GUISE_LAYER_CEILING);
	}
	guise_token_unref(f->alice);
	f->alice = alice;
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(exactly_the_rights_suffice),
	SHARE_TEST(each_right_is_needed),
	SHARE_TEST(a_deny_entry_is_final),
	SHARE_TEST(the_kernel_has_its_say),
	SHARE_TEST(without_descriptors_the_kernel_decides),
	SHARE_TEST(malformed_descriptors_refuse),
	SHARE_TEST(below_impersonation_nothing_happens),
	SHARE_TEST(a_read_only_share_changes_nothing),
	SHARE_TEST(identities_above_the_ceiling_are_refused),
};

SHARE_MAIN(tests)
