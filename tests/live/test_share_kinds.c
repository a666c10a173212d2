/* SPDX-License-Identifier: Apache-2.0 */
/* What is neither file, directory nor symbolic link is not served, by no
 * operation, and holds no thread. */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include <sys/sysmacros.h>

#include "share-fixture.h"

static unsigned n_odd_looks;
static const struct engine_ops *real_ops;

static int watch_read_sd(struct guise_engine *engine,
			 const struct guise_token *token, int fd,
			 struct guise_buf *out)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	n_odd_looks += !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
	return real_ops->read_sd(engine, token, fd, out);
}

static int list_none(void *context, const struct guise_entry *entry)
{
	(void)context;
	(void)entry;
	return 0;
}

/* Every operation there is, on one name. */
static void assert_not_served(struct share_fixture *f, const char *name)
{
	const struct guise_actor actor = as(f, f->alice);
	const struct guise_sd *sd = NULL;
	const struct guise_sd *new = sd_of("O:SYG:SYD:(A;;FA;;;WD)");
	struct stat st;
	int fd;

	assert_int_equal(guise_share_open(f->share, &actor, name,
					  GUISE_FILE_READ_DATA, &fd, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_stat(f->share, &actor, name, &st), -ENXIO);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_NONE);
	assert_int_equal(guise_share_open(f->share, &actor, name,
					  GUISE_READ_CONTROL, &fd, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_get_sd(f->share, &actor, name, &sd, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_set_sd(f->share, &actor, name,
					    GUISE_DACL_SECURITY, new),
			 -ENXIO);
	assert_int_equal(guise_share_delete(f->share, &actor, name, NULL, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_copy(f->share, &actor, name, f->share, "y",
					  true, true, NULL, NULL, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_copy(f->share, &actor, "f", f->share, name,
					  true, true, NULL, NULL, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_move(f->share, &actor, name, f->share, "y",
					  true, NULL, NULL, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_move(f->share, &actor, "f", f->share, name,
					  true, NULL, NULL, NULL),
			 -ENXIO);
	assert_int_equal(
		guise_share_list(f->share, &actor, name, list_none, NULL),
		-ENOTDIR);
	assert_true(put(f, f->alice, name, "") < 0);
	guise_sd_unref(new);
}

/* Nor is what is stored on them looked at. */
static void devices_fifos_and_sockets_are_not_served(void **state)
{
	struct share_fixture *f = *state;
	static struct engine_ops ops; /* the teardown uses it, too */
	struct snapshot before;

	make_file(f, "f", ALICE, 0666, "f");
	assert_int_equal(mknodat(f->dir, "p", S_IFIFO | 0666, 0), 0);
	assert_int_equal(mknodat(f->dir, "s", S_IFSOCK | 0666, 0), 0);
	assert_int_equal(mknodat(f->dir, "d", S_IFCHR | 0666, makedev(1, 5)),
			 0);
	assert_int_equal(fchmodat(f->dir, "p", 0666, 0), 0);
	assert_int_equal(fchmodat(f->dir, "s", 0666, 0), 0);
	assert_int_equal(fchmodat(f->dir, "d", 0666, 0), 0);
	before = snapshot_of(f);
	real_ops = f->engine->ops;
	ops = *real_ops;
	ops.read_sd = watch_read_sd;
	n_odd_looks = 0;
	f->engine->ops = &ops;
	assert_not_served(f, "p");
	assert_not_served(f, "s");
	assert_not_served(f, "d");
	f->engine->ops = real_ops;
	assert_int_equal(n_odd_looks, 0);
	assert_unchanged(f, &before);
}

static void a_directory_with_one_is_not_deleted_over(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	struct snapshot before;

	make_dir(f, "from", ALICE, 0777);
	make_dir(f, "to", ALICE, 0777);
	make_file(f, "to/a", ALICE, 0666, "a");
	assert_int_equal(mknodat(f->dir, "to/p", S_IFIFO | 0666, 0), 0);
	before = snapshot_of(f);
	assert_int_equal(guise_share_copy(f->share, &actor, "from", f->share,
					  "to", true, true, NULL, NULL, NULL),
			 -ENXIO);
	assert_int_equal(guise_share_move(f->share, &actor, "from", f->share,
					  "to", true, NULL, NULL, NULL),
			 -ENXIO);
	/* nor is a tree with one copied */
	assert_int_equal(guise_share_copy(f->share, &actor, "to", f->share, "y",
					  true, true, NULL, NULL, NULL),
			 -ENXIO);
	assert_unchanged(f, &before);
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(devices_fifos_and_sockets_are_not_served),
	SHARE_TEST(a_directory_with_one_is_not_deleted_over),
};

SHARE_MAIN(tests)
