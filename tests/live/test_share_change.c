/* SPDX-License-Identifier: Apache-2.0 */
/* What is made, replaced, copied, moved and deleted: with its protection.
 * test_share_atomic.c is about what comes between. */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include "share-fixture.h"

#define PARENT                                                                 \
	"O:SYG:SYD:(A;OICI;FA;;;S-1-22-1-310001)(D;OI;FW;;;WD)(A;CI;FR;;;WD)"
#define CHILD_FILE                                                             \
	"O:S-1-22-1-310001G:S-1-22-2-310001D:AI"                               \
	"(A;ID;FA;;;S-1-22-1-310001)(D;ID;FW;;;WD)"
#define CHILD_DIRECTORY                                                        \
	"O:S-1-22-1-310001G:S-1-22-2-310001D:AI"                               \
	"(A;OICIID;FA;;;S-1-22-1-310001)(D;OIIOID;FW;;;WD)(A;CIID;FR;;;WD)"

static void new_things_inherit(void **state)
{
	struct share_fixture *f = *state;

	make_dir(f, "d", BOB, 0777);
	store_sd(f, "d", PARENT);
	assert_int_equal(put(f, f->alice, "d/f", "x"), 0);
	assert_stored(f, "d/f", CHILD_FILE);
	assert_int_equal(make(f, "d/sub"), 0);
	assert_stored(f, "d/sub", CHILD_DIRECTORY);
	assert_int_equal(put(f, f->alice, "d/sub/f", "x"), 0);
	assert_stored(f, "d/sub/f", CHILD_FILE);
	assert_no_temporaries(f);
}

static void copies_inherit_where_they_go(void **state)
{
	struct share_fixture *f = *state;
	bool created = false;

	make_dir(f, "from", BOB, 0777);
	make_dir(f, "from/sub", BOB, 0777);
	make_file(f, "from/sub/m", BOB, 0666, "m");
	store_sd(f, "from/sub/m", "O:BAG:BAD:(A;;FR;;;WD)");
	make_dir(f, "d", BOB, 0777);
	store_sd(f, "d", PARENT);
	assert_int_equal(copy(f, "from", "d/to", false, &created), 0);
	assert_true(created);
	assert_stored(f, "d/to", CHILD_DIRECTORY);
	assert_stored(f, "d/to/sub", CHILD_DIRECTORY);
	assert_stored(f, "d/to/sub/m", CHILD_FILE);
	assert_content(f, "d/to/sub/m", "m");
	assert_stored(f, "from/sub/m", "O:BAG:BAD:(A;;FR;;;WD)");
	assert_no_temporaries(f);
}

/* Who may make directories, but put nothing into them, copies none with
 * members. */
static void copies_obey_what_they_inherit(void **state)
{
	struct share_fixture *f = *state;

	make_dir(f, "from", BOB, 0777);
	make_dir(f, "d", BOB, 0777);
	store_sd(f, "d", "O:SYG:SYD:(A;;FA;;;WD)(A;CIIO;FRFX;;;WD)");
	assert_int_equal(copy(f, "from", "d/empty", false, NULL), 0);
	make_file(f, "from/m", BOB, 0666, "m");
	assert_int_equal(copy(f, "from", "d/full", false, NULL),
			 GUISE_E_ACCESS_DENIED);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
	assert_int_equal(f->verdict.missing, GUISE_FILE_ADD_FILE);
	assert_false(exists(f, "d/full"));
	assert_no_temporaries(f);
}

static void moves_keep_what_they_had(void **state)
{
	struct share_fixture *f = *state;

	make_dir(f, "d", BOB, 0777);
	store_sd(f, "d", PARENT);
	make_file(f, "f", BOB, 0666, "f");
	store_sd(f, "f", "O:BAG:BAD:(A;;FA;;;WD)");
	assert_int_equal(move(f, "f", "d/f", false, NULL), 0);
	assert_stored(f, "d/f", "O:BAG:BAD:(A;;FA;;;WD)");
	assert_false(exists(f, "f"));
}

static void without_a_descriptor_above_none_is_stored(void **state)
{
	struct share_fixture *f = *state;

	make_dir(f, "d", BOB, 0777);
	assert_int_equal(put(f, f->alice, "d/f", "x"), 0);
	assert_int_equal(make(f, "d/sub"), 0);
	assert_stored(f, "d/f", "");
	assert_stored(f, "d/sub", "");
	/* one with nothing to inherit, and no default DACL in the token: an
	 * empty one, which its owner can change */
	store_sd(f, "d", "O:SYG:SYD:(A;;FA;;;WD)");
	assert_int_equal(put(f, f->alice, "d/g", "x"), 0);
	assert_stored(f, "d/g", "O:S-1-22-1-310001G:S-1-22-2-310001D:AI");
}

static void replacing_keeps_descriptor_mode_and_attributes(void **state)
{
	static const char sddl[] = "O:BAG:BAD:PAI(A;;0x12019f;;;WD)";
	struct share_fixture *f = *state;
	struct stat st;
	char value[8];
	int fd;

	make_file(f, "f", ALICE, 0664, "old");
	store_sd(f, "f", sddl);
	fd = openat(f->dir, "f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(fsetxattr(fd, "user.color", "red", 3, 0), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(put(f, f->alice, "f", "new"), 0);
	assert_content(f, "f", "new");
	assert_stored(f, "f", sddl);
	fd = openat(f->dir, "f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0664);
	assert_int_equal(fgetxattr(fd, "user.color", value, 8), 3);
	assert_int_equal(close(fd), 0);
	/* and so does a copy over it */
	make_file(f, "g", ALICE, 0600, "copied");
	store_sd(f, "g", "O:SYG:SYD:(A;;FA;;;WD)");
	assert_int_equal(copy(f, "g", "f", true, NULL), 0);
	assert_content(f, "f", "copied");
	assert_stored(f, "f", sddl);
	assert_no_temporaries(f);
}

static void copies_take_user_attributes_along(void **state)
{
	struct share_fixture *f = *state;
	char value[8] = {0};
	int fd;

	make_file(f, "f", ALICE, 0644, "f");
	fd = openat(f->dir, "f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(fsetxattr(fd, "user.color", "red", 3, 0), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(copy(f, "f", "g", false, NULL), 0);
	fd = openat(f->dir, "g", O_RDONLY | O_CLOEXEC);
	assert_int_equal(fgetxattr(fd, "user.color", value, 8), 3);
	assert_string_equal(value, "red");
	assert_int_equal(close(fd), 0);
}

static void existing_targets_are_respected(void **state)
{
	struct share_fixture *f = *state;
	struct snapshot before;

	make_file(f, "a", ALICE, 0666, "a");
	make_file(f, "b", ALICE, 0666, "b");
	make_dir(f, "d", ALICE, 0777);
	before = snapshot_of(f);
	assert_int_equal(copy(f, "a", "b", false, NULL), -EEXIST);
	assert_int_equal(move(f, "a", "b", false, NULL), -EEXIST);
	assert_int_equal(make(f, "a"), -EEXIST);
	assert_int_equal(make(f, "d"), -EEXIST);
	assert_int_equal(make(f, ""), -EEXIST);
	assert_int_equal(put(f, f->alice, "d", "x"), -EISDIR);
	assert_unchanged(f, &before);
}

static void trees_do_not_go_into_themselves(void **state)
{
	struct share_fixture *f = *state;
	struct snapshot before;

	make_dir(f, "d", ALICE, 0777);
	make_dir(f, "d/e", ALICE, 0777);
	make_file(f, "d/e/f", ALICE, 0666, "f");
	assert_int_equal(symlinkat("d/e", f->dir, "l"), 0);
	before = snapshot_of(f);
	assert_int_equal(copy(f, "d", "d/e/x", true, NULL), -EINVAL);
	assert_int_equal(copy(f, "d", "l/x", true, NULL), -EINVAL);
	assert_int_equal(copy(f, "d", "d", true, NULL), -EINVAL);
	assert_int_equal(copy(f, "d/e/f", "d", true, NULL), -EINVAL);
	assert_int_equal(copy(f, "d/e/f", "d/e/f", true, NULL), -EINVAL);
	assert_int_equal(move(f, "d", "d/e/x", true, NULL), -EINVAL);
	assert_int_equal(move(f, "d/e/f", "d", true, NULL), -EINVAL);
	assert_int_equal(move(f, "d", "d", true, NULL), -EINVAL);
	assert_unchanged(f, &before);
}

static void trees_replace_each_other_in_one_step(void **state)
{
	struct share_fixture *f = *state;
	bool created = true;

	make_dir(f, "a", ALICE, 0777);
	make_file(f, "a/new", ALICE, 0666, "new");
	make_dir(f, "b", ALICE, 0777);
	make_dir(f, "b/old", ALICE, 0777);
	make_file(f, "b/old/f", ALICE, 0666, "old");
	assert_int_equal(copy(f, "a", "b", true, &created), 0);
	assert_false(created);
	assert_content(f, "b/new", "new");
	assert_false(exists(f, "b/old"));
	assert_true(exists(f, "a/new"));
	make_file(f, "c", ALICE, 0666, "c");
	/* a file over a directory, and the other way round */
	assert_int_equal(move(f, "c", "b", true, &created), 0);
	assert_false(created);
	assert_content(f, "b", "c");
	assert_false(exists(f, "c"));
	assert_int_equal(move(f, "a", "b", true, NULL), 0);
	assert_content(f, "b/new", "new");
	assert_false(exists(f, "a"));
	assert_no_temporaries(f);
}

/* What must not go may not be half gone: the descriptor of one member deep
 * down, or the mode of its directory. */
static void a_tree_is_replaced_whole_or_not(void **state)
{
	struct share_fixture *f = *state;

	for (unsigned i = 0; i < 4; i++) {
		struct snapshot before;
		int r;

		make_dir(f, "a", ALICE, 0777);
		make_dir(f, "b", ALICE, 0777);
		make_dir(f, "b/c", i % 2 ? BOB : ALICE, i % 2 ? 0755 : 0777);
		make_file(f, "b/c/kept", BOB, 0644, "kept");
		make_file(f, "b/first", BOB, 0644, "first");
		if (i % 2 == 0) {
			store_mask(f, "b/c/kept", GUISE_FILE_READ_DATA);
			store_mask(f, "b/c",
				   GUISE_FILE_ALL_ACCESS &
					   ~(uint32_t)GUISE_FILE_DELETE_CHILD);
		}
		before = snapshot_of(f);
		r = i < 2 ? copy(f, "a", "b", true, NULL)
			  : move(f, "a", "b", true, NULL);
		assert_int_equal(r, i % 2 ? -EACCES : GUISE_E_ACCESS_DENIED);
		assert_unchanged(f, &before);
		fixture_remove(f->dir, "a");
		fixture_remove(f->dir, "b");
	}
}

struct failures {
	unsigned n;
	int error;
	char path[64];
};

static void remember(void *context, const char *path, int error)
{
	struct failures *failures = context;

	failures->n++;
	failures->error = error;
	(void)snprintf(failures->path, sizeof(failures->path), "%s", path);
}

static void one_unreadable_member_fails_the_copy(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	struct failures failures = {0};
	struct snapshot before;

	make_dir(f, "a", ALICE, 0777);
	make_file(f, "a/fine", ALICE, 0644, "fine");
	make_dir(f, "a/b", ALICE, 0777);
	make_file(f, "a/b/secret", BOB, 0600, "secret");
	before = snapshot_of(f);
	assert_int_equal(guise_share_copy(f->share, &actor, "a", f->share, "c",
					  true, false, remember, &failures,
					  NULL),
			 -EACCES);
	assert_true(failures.n >= 1);
	assert_int_equal(failures.error, -EACCES);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_KERNEL);
	assert_unchanged(f, &before);
	/* without members there is nothing to refuse */
	assert_int_equal(guise_share_copy(f->share, &actor, "a", f->share, "c",
					  false, false, NULL, NULL, NULL),
			 0);
	assert_true(exists(f, "c"));
	assert_false(exists(f, "c/fine"));
}

static void links_in_a_copy_become_what_they_show(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	struct failures failures = {0};

	make_dir(f, "a", ALICE, 0777);
	make_file(f, "target", ALICE, 0644, "shown");
	assert_int_equal(symlinkat("../target", f->dir, "a/l"), 0);
	assert_int_equal(copy(f, "a", "c", false, NULL), 0);
	assert_content(f, "c/l", "shown");
	/* one that leads out cannot be copied, and is not silently left out */
	assert_int_equal(symlinkat("/etc/passwd", f->dir, "a/out"), 0);
	assert_int_equal(guise_share_copy(f->share, &actor, "a", f->share, "e",
					  true, false, remember, &failures,
					  NULL),
			 -EOPNOTSUPP);
	assert_string_equal(failures.path, "a/out");
	assert_false(exists(f, "e"));
	assert_int_equal(unlinkat(f->dir, "a/out", 0), 0);
	/* in circles */
	assert_int_equal(symlinkat("../a", f->dir, "a/self"), 0);
	assert_int_equal(copy(f, "a", "e", false, NULL), -ELOOP);
	assert_false(exists(f, "e"));
	assert_no_temporaries(f);
}

static void deletion_reports_what_stays(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	struct failures failures = {0};

	make_dir(f, "a", ALICE, 0777);
	make_file(f, "a/gone", ALICE, 0644, "");
	make_dir(f, "a/b", BOB, 0755);
	make_file(f, "a/b/stays", BOB, 0644, "");
	assert_int_equal(
		guise_share_delete(f->share, &actor, "a", remember, &failures),
		-ENOTEMPTY);
	assert_int_equal(failures.n, 1);
	assert_string_equal(failures.path, "a/b/stays");
	assert_int_equal(failures.error, -EACCES);
	assert_false(exists(f, "a/gone"));
	assert_true(exists(f, "a/b/stays"));
}

static void between_shares_a_move_is_copied(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	struct guise_share *other;
	char path[128];
	bool created = false;

	make_dir(f, "one", BOB, 0777);
	make_dir(f, "one/t", ALICE, 0777);
	make_file(f, "one/t/f", ALICE, 0644, "f");
	make_dir(f, "two", BOB, 0777);
	store_sd(f, "two", PARENT);
	(void)snprintf(path, sizeof(path), "%s/two", f->path);
	other = fixture_share_of(path, GUISE_POLICY_BOTH, 0);
	assert_int_equal(guise_share_move(f->share, &actor, "one/t", other, "t",
					  false, NULL, NULL, &created),
			 0);
	assert_true(created);
	assert_content(f, "two/t/f", "f");
	assert_stored(f, "two/t/f", CHILD_FILE);
	assert_false(exists(f, "one/t"));
	/* what may not be deleted is not copied either */
	assert_int_equal(fchmodat(f->dir, "one", 0755, 0), 0);
	make_file(f, "one/g", ALICE, 0644, "g");
	assert_int_equal(guise_share_move(f->share, &actor, "one/g", other, "g",
					  false, NULL, NULL, NULL),
			 -EACCES);
	assert_true(exists(f, "one/g"));
	guise_share_free(other);
}

static void depth_has_a_limit(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	int fd = dup(f->dir);

	for (unsigned i = 0; i < GUISE_TREE_DEPTH_MAX + 10; i++) {
		int next;

		assert_int_equal(mkdirat(fd, "x", 0777), 0);
		assert_int_equal(fchmodat(fd, "x", 0777, 0), 0);
		next = openat(fd, "x", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(next >= 0);
		(void)close(fd);
		fd = next;
	}
	(void)close(fd);
	assert_int_equal(copy(f, "x", "y", false, NULL), GUISE_E_LIMIT);
	assert_false(exists(f, "y"));
	assert_int_equal(guise_share_delete(f->share, &actor, "x", NULL, NULL),
			 -ENOTEMPTY);
	assert_true(exists(f, "x"));
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(new_things_inherit),
	SHARE_TEST(copies_inherit_where_they_go),
	SHARE_TEST(copies_obey_what_they_inherit),
	SHARE_TEST(moves_keep_what_they_had),
	SHARE_TEST(without_a_descriptor_above_none_is_stored),
	SHARE_TEST(replacing_keeps_descriptor_mode_and_attributes),
	SHARE_TEST(copies_take_user_attributes_along),
	SHARE_TEST(existing_targets_are_respected),
	SHARE_TEST(trees_do_not_go_into_themselves),
	SHARE_TEST(trees_replace_each_other_in_one_step),
	SHARE_TEST(a_tree_is_replaced_whole_or_not),
	SHARE_TEST(one_unreadable_member_fails_the_copy),
	SHARE_TEST(links_in_a_copy_become_what_they_show),
	SHARE_TEST(deletion_reports_what_stays),
	SHARE_TEST(between_shares_a_move_is_copied),
	SHARE_TEST(depth_has_a_limit),
};

SHARE_MAIN(tests)
