/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others do while a copy or a move is on its way: an engine that lets
 * them act at one exact point, once. What was not decided on is neither
 * replaced nor deleted.
 */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include "share-fixture.h"

#define READ_ONLY "O:SYG:SYD:(A;;FR;;;WD)"
#define EVERYTHING "O:SYG:SYD:(A;;FA;;;WD)"

enum point {
	AFTER_CREATE,	/* of the outermost temporary */
	BEFORE_RENAME,	/* the first */
	AFTER_EXCHANGE, /* the first */
	BEFORE_UNLINK,	/* the first */
};

static struct {
	const struct engine_ops *real;
	struct engine_ops ops;
	struct share_fixture *f;
	enum point point;
	void (*act)(struct share_fixture *f);
	unsigned n_acts;
	int old; /* the directory that is replaced, open */
} others;

static void reach(enum point point)
{
	if (point == others.point && others.n_acts++ == 0)
		others.act(others.f);
}

static int create(struct guise_engine *engine, const struct guise_token *token,
		  int dir_fd, const char *like, bool is_directory, mode_t mode,
		  struct guise_temp *ret)
{
	int r = others.real->temp_create(engine, token, dir_fd, like,
					 is_directory, mode, ret);

	reach(AFTER_CREATE);
	return r;
}

static int rename_name(struct guise_engine *engine,
		       const struct guise_token *token, int old_dir,
		       const char *old_name, int new_dir, const char *new_name,
		       unsigned flags)
{
	int r;

	reach(BEFORE_RENAME);
	r = others.real->rename(engine, token, old_dir, old_name, new_dir,
				new_name, flags);
	if (flags == RENAME_EXCHANGE)
		reach(AFTER_EXCHANGE);
	return r;
}

static int unlink_name(struct guise_engine *engine,
		       const struct guise_token *token, int dir_fd,
		       const char *name, int flags)
{
	reach(BEFORE_UNLINK);
	return others.real->unlink(engine, token, dir_fd, name, flags);
}

typedef int run(struct share_fixture *f);

/* @do_it with @act at @point, which must be reached. */
static int meanwhile(struct share_fixture *f, enum point point,
		     void (*act)(struct share_fixture *f), run *do_it)
{
	int r;

	others.real = f->engine->ops;
	others.ops = *f->engine->ops;
	others.ops.temp_create = create;
	others.ops.rename = rename_name;
	others.ops.unlink = unlink_name;
	others.f = f;
	others.point = point;
	others.act = act;
	others.n_acts = 0;
	f->engine->ops = &others.ops;
	r = do_it(f);
	f->engine->ops = others.real;
	assert_true(others.n_acts > 0);
	return r;
}

static int copy_over(struct share_fixture *f)
{
	return copy(f, "from", "to", true, NULL);
}

static int move_over(struct share_fixture *f)
{
	return move(f, "from", "to", true, NULL);
}

static void files(struct share_fixture *f)
{
	fixture_remove(f->dir, "from");
	fixture_remove(f->dir, "to");
	make_file(f, "from", ALICE, 0666, "from");
	make_file(f, "to", BOB, 0666, "to");
	store_sd(f, "to", EVERYTHING);
}

static void protected_file_comes(struct share_fixture *f)
{
	make_file(f, "x", BOB, 0666, "protected");
	store_sd(f, "x", READ_ONLY);
	assert_int_equal(renameat(f->dir, "x", f->dir, "to"), 0);
}

static void kernel_protected_file_comes(struct share_fixture *f)
{
	make_file(f, "x", BOB, 0644, "protected");
	assert_int_equal(renameat(f->dir, "x", f->dir, "to"), 0);
}

static void it_is_protected(struct share_fixture *f)
{
	store_sd(f, "to", READ_ONLY);
}

static void it_gets_another_descriptor(struct share_fixture *f)
{
	store_sd(f, "to", "O:SYG:SYD:(A;;FW;;;WD)");
}

static void it_is_closed_to_others(struct share_fixture *f)
{
	assert_int_equal(fchmodat(f->dir, "to", 0662, 0), 0);
}

static void it_vanishes(struct share_fixture *f)
{
	assert_int_equal(unlinkat(f->dir, "to", 0), 0);
}

static void it_becomes_a_link(struct share_fixture *f)
{
	it_vanishes(f);
	assert_int_equal(symlinkat("from", f->dir, "to"), 0);
}

static void a_copy_over_a_file_is_decided_again(void **state)
{
	struct share_fixture *f = *state;

	files(f);
	assert_int_equal(
		meanwhile(f, AFTER_CREATE, protected_file_comes, copy_over),
		GUISE_E_ACCESS_DENIED);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
	assert_content(f, "to", "protected");
	files(f);
	assert_int_equal(meanwhile(f, AFTER_CREATE, kernel_protected_file_comes,
				   copy_over),
			 -EACCES);
	assert_content(f, "to", "protected");
	files(f);
	assert_int_equal(meanwhile(f, AFTER_CREATE, it_is_protected, copy_over),
			 GUISE_E_ACCESS_DENIED);
	assert_content(f, "to", "to");
	assert_stored(f, "to", READ_ONLY);
	files(f);
	assert_int_equal(
		meanwhile(f, AFTER_CREATE, it_is_closed_to_others, copy_over),
		-ESTALE);
	assert_content(f, "to", "to");
	files(f);
	assert_int_equal(meanwhile(f, AFTER_CREATE, it_vanishes, copy_over),
			 -ESTALE);
	assert_false(exists(f, "to"));
	files(f);
	assert_int_equal(
		meanwhile(f, AFTER_CREATE, it_becomes_a_link, copy_over),
		-ESTALE);
	assert_no_temporaries(f);
}

static void a_copy_keeps_the_descriptor_of_now(void **state)
{
	struct share_fixture *f = *state;

	files(f);
	assert_int_equal(meanwhile(f, AFTER_CREATE, it_gets_another_descriptor,
				   copy_over),
			 0);
	assert_content(f, "to", "from");
	assert_stored(f, "to", "O:SYG:SYD:(A;;FW;;;WD)");
	assert_no_temporaries(f);
}

static void a_copy_over_a_link_replaces_no_other(void **state)
{
	struct share_fixture *f = *state;

	files(f);
	it_becomes_a_link(f);
	assert_int_equal(
		meanwhile(f, AFTER_CREATE, protected_file_comes, copy_over),
		-ESTALE);
	assert_content(f, "to", "protected");
	assert_stored(f, "to", READ_ONLY);
	assert_no_temporaries(f);
}

static void trees(struct share_fixture *f)
{
	fixture_remove(f->dir, "from");
	fixture_remove(f->dir, "to");
	make_dir(f, "from", ALICE, 0777);
	make_file(f, "from/new", ALICE, 0666, "new");
	make_dir(f, "to", ALICE, 0777);
	make_file(f, "to/a", ALICE, 0666, "a");
	make_dir(f, "to/sub", ALICE, 0777);
	make_file(f, "to/sub/b", ALICE, 0666, "b");
	/* the others' way in, whatever name it has */
	if (others.old > 0)
		(void)close(others.old);
	others.old =
		openat(f->dir, "to/sub", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(others.old >= 0);
}

static void protected_member_comes(struct share_fixture *f)
{
	/* all but DELETE_CHILD */
	const struct guise_sd *sd = sd_of("O:SYG:SYD:(A;;0x1f01bf;;;WD)");

	make_file(f, "x", BOB, 0666, "protected");
	store_sd(f, "x", READ_ONLY);
	assert_int_equal(guise_sd_write(others.old, sd), 0);
	assert_int_equal(renameat(f->dir, "x", others.old, "x"), 0);
	guise_sd_unref(sd);
}

static void member_comes_late(struct share_fixture *f)
{
	make_file(f, "x", BOB, 0666, "protected");
	assert_int_equal(renameat(f->dir, "x", others.old, "x"), 0);
}

/* Where the source was there is something else again. */
static void source_name_is_taken(struct share_fixture *f)
{
	member_comes_late(f);
	make_file(f, "from", BOB, 0644, "taken");
}

static void assert_all_there(struct share_fixture *f)
{
	assert_content(f, "from/new", "new");
	assert_content(f, "to/a", "a");
	assert_content(f, "to/sub/b", "b");
	assert_content(f, "to/sub/x", "protected");
	assert_false(exists(f, "to/new"));
	assert_no_temporaries(f);
}

static void a_member_that_came_meanwhile_is_decided_on(void **state)
{
	static run *const runs[] = {copy_over, move_over};
	struct share_fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		trees(f);
		assert_int_equal(meanwhile(f, BEFORE_RENAME,
					   protected_member_comes, runs[i]),
				 GUISE_E_ACCESS_DENIED);
		assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
		assert_all_there(f);
	}
}

/* During the copy: found before anything is exchanged. */
static void a_long_copy_looks_again_before_its_end(void **state)
{
	struct share_fixture *f = *state;

	trees(f);
	assert_int_equal(
		meanwhile(f, AFTER_CREATE, protected_member_comes, copy_over),
		GUISE_E_ACCESS_DENIED);
	assert_all_there(f);
}

/* Even after the last look: what came is not removed with the rest. */
static void a_member_that_came_too_late_is_kept(void **state)
{
	static run *const runs[] = {copy_over, move_over};
	struct share_fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		trees(f);
		assert_int_equal(
			meanwhile(f, BEFORE_UNLINK, member_comes_late, runs[i]),
			-ENOTEMPTY);
		assert_content(f, "to/sub/x", "protected");
		assert_content(f, "from/new", "new");
		assert_no_temporaries(f);
	}
}

static void what_cannot_go_back_is_kept_in_sight(void **state)
{
	struct share_fixture *f = *state;
	struct snapshot now;

	trees(f);
	assert_int_equal(
		meanwhile(f, BEFORE_UNLINK, source_name_is_taken, move_over),
		-ENOTEMPTY);
	assert_content(f, "from", "taken");
	assert_content(f, "to/new", "new");
	assert_no_temporaries(f);
	now = snapshot_of(f);
	assert_non_null(strstr(now.text, "displaced-"));
	assert_non_null(strstr(now.text, "protected"));
	free(now.text);
}

/* The copy has been seen under its name and somebody has put a file into it:
 * that one goes neither with the old tree nor with the copy. */
static void put_into_the_new_one(struct share_fixture *f)
{
	protected_member_comes(f);
	make_dir(f, "to/more", BOB, 0755);
	make_file(f, "to/more/y", BOB, 0644, "put into the copy");
}

static void what_was_put_into_a_copy_outlives_it(void **state)
{
	struct share_fixture *f = *state;
	struct snapshot now;

	trees(f);
	assert_true(meanwhile(f, AFTER_EXCHANGE, put_into_the_new_one,
			      copy_over) < 0);
	assert_content(f, "to/sub/b", "b");
	assert_content(f, "to/sub/x", "protected");
	assert_no_temporaries(f);
	now = snapshot_of(f);
	assert_non_null(strstr(now.text, "put into the copy"));
	free(now.text);
}

/* Not shown by any listing, and not destroyed with what is. */
static void a_tree_somebody_writes_into_is_not_replaced(void **state)
{
	static run *const runs[] = {copy_over, move_over};
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->bob);
	struct guise_put *p = NULL;
	struct snapshot before;
	struct stat old;
	int fd;

	trees(f);
	assert_int_equal(guise_share_put_begin(f->share, &actor, "to/sub/w", &p,
					       &fd, &old),
			 0);
	for (size_t i = 0; i < 2; i++) {
		before = snapshot_of(f);
		assert_int_equal(runs[i](f), -ENOTEMPTY);
		assert_unchanged(f, &before);
	}
	assert_int_equal(guise_share_put_commit(p, &actor, NULL, false, NULL),
			 0);
	assert_int_equal(copy_over(f), 0);
	assert_false(exists(f, "to/sub"));
	assert_no_temporaries(f);
}

/* DELETE on what is replaced can come from its directory, and only from its
 * own: the source's has no say. */
static void only_its_own_directory_gives_deletion(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	const uint32_t no_delete = GUISE_FILE_ALL_ACCESS &
				   ~(uint32_t)GUISE_FILE_DELETE_CHILD &
				   ~(uint32_t)GUISE_DELETE;

	make_dir(f, "here", ALICE, 0777);
	make_dir(f, "here/t", ALICE, 0777);
	make_dir(f, "there", ALICE, 0777);
	make_dir(f, "there/t", ALICE, 0777);
	store_mask(f, "there/t", no_delete | GUISE_FILE_DELETE_CHILD);
	/* given by the target's directory */
	store_mask(f, "here", no_delete);
	store_mask(f, "there", GUISE_FILE_ALL_ACCESS);
	assert_int_equal(guise_share_move(f->share, &actor, "here/t", f->share,
					  "there/t", true, NULL, NULL, NULL),
			 0);
	/* by the source's only */
	make_dir(f, "here/t", ALICE, 0777);
	store_mask(f, "here", GUISE_FILE_ALL_ACCESS);
	store_mask(f, "there/t", no_delete);
	store_mask(f, "there", no_delete);
	assert_int_equal(guise_share_move(f->share, &actor, "here/t", f->share,
					  "there/t", true, NULL, NULL, NULL),
			 GUISE_E_ACCESS_DENIED);
	assert_true(exists(f, "here/t"));
	assert_true(exists(f, "there/t"));
	assert_no_temporaries(f);
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(a_copy_over_a_file_is_decided_again),
	SHARE_TEST(a_copy_keeps_the_descriptor_of_now),
	SHARE_TEST(a_copy_over_a_link_replaces_no_other),
	SHARE_TEST(a_member_that_came_meanwhile_is_decided_on),
	SHARE_TEST(a_long_copy_looks_again_before_its_end),
	SHARE_TEST(a_member_that_came_too_late_is_kept),
	SHARE_TEST(what_cannot_go_back_is_kept_in_sight),
	SHARE_TEST(what_was_put_into_a_copy_outlives_it),
	SHARE_TEST(a_tree_somebody_writes_into_is_not_replaced),
	SHARE_TEST(only_its_own_directory_gives_deletion),
};

SHARE_MAIN(tests)
