/* SPDX-License-Identifier: Apache-2.0 */
/* In one step or not at all: puts while others change the same names, and every
 * operation with each call of the engine failing in turn. */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include <pthread.h>

#include "share-fixture.h"

static struct guise_put *put_begin(struct share_fixture *f, const char *path,
				   struct stat *ret_old)
{
	const struct guise_actor actor = as(f, f->alice);
	struct guise_put *p = NULL;
	int fd;

	assert_int_equal(
		guise_share_put_begin(f->share, &actor, path, &p, &fd, ret_old),
		0);
	assert_int_equal(write(fd, "mine", 4), 4);
	return p;
}

static int put_commit(struct share_fixture *f, struct guise_put *p,
		      const struct stat *must_be)
{
	const struct guise_actor actor = as(f, f->alice);
	struct stat new;
	int r = guise_share_put_commit(p, &actor, must_be, true, &new);

	assert_no_temporaries(f);
	return r;
}

static void a_put_replaces_only_what_it_knows(void **state)
{
	struct share_fixture *f = *state;
	const struct stat nothing = {0};
	struct guise_put *p;
	struct stat old;

	/* begun as new, somebody else was faster */
	p = put_begin(f, "f", &old);
	assert_int_equal(old.st_mode, 0);
	make_file(f, "f", BOB, 0666, "theirs");
	assert_int_equal(put_commit(f, p, NULL), -EEXIST);
	p = put_begin(f, "g", &old);
	assert_int_equal(put_commit(f, p, &nothing), 0);
	assert_content(f, "g", "mine");
	/* asked to be new, but it is there */
	p = put_begin(f, "g", &old);
	assert_int_equal(put_commit(f, p, &nothing), -EEXIST);
	/* the version that was looked at, and another one */
	p = put_begin(f, "f", &old);
	assert_int_equal(put_commit(f, p, &old), 0);
	p = put_begin(f, "f", &old);
	assert_int_equal(fchmodat(f->dir, "f", 0664, 0), 0);
	assert_int_equal(put_commit(f, p, &old), -ESTALE);
	/* gone meanwhile */
	p = put_begin(f, "f", &old);
	assert_int_equal(unlinkat(f->dir, "f", 0), 0);
	assert_int_equal(put_commit(f, p, NULL), -ESTALE);
	assert_false(exists(f, "f"));
	/* a link in its place */
	make_file(f, "f", ALICE, 0666, "f");
	make_file(f, "victim", ALICE, 0666, "victim");
	p = put_begin(f, "f", &old);
	assert_int_equal(unlinkat(f->dir, "f", 0), 0);
	assert_int_equal(symlinkat("victim", f->dir, "f"), 0);
	assert_int_equal(put_commit(f, p, NULL), -ESTALE);
	assert_content(f, "victim", "victim");
}

/* Between begin and commit the file under the name is exchanged for one that
 * the client may not write, by descriptor or by mode. */
static void a_put_is_decided_again_at_its_end(void **state)
{
	struct share_fixture *f = *state;
	struct guise_put *p;
	struct stat old;

	make_file(f, "f", BOB, 0666, "first");
	p = put_begin(f, "f", &old);
	make_file(f, "x", BOB, 0666, "protected");
	store_sd(f, "x", "O:SYG:SYD:(A;;FR;;;WD)");
	assert_int_equal(renameat(f->dir, "x", f->dir, "f"), 0);
	assert_int_equal(put_commit(f, p, NULL), GUISE_E_ACCESS_DENIED);
	assert_content(f, "f", "protected");
	assert_int_equal(unlinkat(f->dir, "f", 0), 0);

	make_file(f, "f", BOB, 0666, "first");
	p = put_begin(f, "f", &old);
	make_file(f, "x", BOB, 0644, "protected");
	assert_int_equal(renameat(f->dir, "x", f->dir, "f"), 0);
	assert_int_equal(put_commit(f, p, NULL), -EACCES);
	assert_content(f, "f", "protected");
	assert_int_equal(unlinkat(f->dir, "f", 0), 0);

	/* a descriptor set meanwhile comes along */
	make_file(f, "f", BOB, 0666, "first");
	p = put_begin(f, "f", &old);
	store_sd(f, "f", "O:SYG:SYD:(A;;FW;;;WD)");
	assert_int_equal(put_commit(f, p, NULL), 0);
	assert_stored(f, "f", "O:SYG:SYD:(A;;FW;;;WD)");
	assert_content(f, "f", "mine");
}

static void an_aborted_put_leaves_nothing(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	struct snapshot before;
	struct guise_put *p;
	struct stat old;

	make_file(f, "f", ALICE, 0666, "f");
	before = snapshot_of(f);
	p = put_begin(f, "f", &old);
	guise_share_put_abort(p, &actor);
	p = put_begin(f, "g", &old);
	guise_share_put_abort(p, &actor);
	guise_share_put_abort(NULL, &actor);
	assert_unchanged(f, &before);
}

/*
 * All or nothing: the n-th operation of the engine fails, for every n, until
 * the run no longer reaches it.
 */
static struct {
	const struct engine_ops *real;
	struct engine_ops ops;
	unsigned calls;
	unsigned fail_at;
} faulty;

static bool fails_now(void)
{
	return ++faulty.calls == faulty.fail_at;
}

static int faulty_open(struct guise_engine *engine,
		       const struct guise_token *token, int dir_fd,
		       const char *path, const struct open_how *how,
		       int *ret_fd)
{
	return fails_now() ? -EIO
			   : faulty.real->open(engine, token, dir_fd, path, how,
					       ret_fd);
}

static int faulty_rename(struct guise_engine *engine,
			 const struct guise_token *token, int old_dir,
			 const char *old_name, int new_dir,
			 const char *new_name, unsigned flags)
{
	return fails_now()
		       ? -EIO
		       : faulty.real->rename(engine, token, old_dir, old_name,
					     new_dir, new_name, flags);
}

static int faulty_mkdir(struct guise_engine *engine,
			const struct guise_token *token, int dir_fd,
			const char *name, mode_t mode)
{
	return fails_now()
		       ? -EIO
		       : faulty.real->mkdir(engine, token, dir_fd, name, mode);
}

static int faulty_create(struct guise_engine *engine,
			 const struct guise_token *token, int dir_fd,
			 const char *like, bool is_directory, mode_t mode,
			 struct guise_temp *ret)
{
	return fails_now()
		       ? -ENOSPC
		       : faulty.real->temp_create(engine, token, dir_fd, like,
						  is_directory, mode, ret);
}

static int faulty_commit(struct guise_engine *engine,
			 const struct guise_token *token,
			 struct guise_temp *temp, const char *name,
			 bool replace)
{
	return fails_now() ? -EIO
			   : faulty.real->temp_commit(engine, token, temp, name,
						      replace);
}

static int faulty_read_sd(struct guise_engine *engine,
			  const struct guise_token *token, int fd,
			  struct guise_buf *out)
{
	return fails_now() ? -EIO
			   : faulty.real->read_sd(engine, token, fd, out);
}

static int faulty_write_sd(struct guise_engine *engine,
			   const struct guise_token *token, int fd,
			   unsigned root, const char *path, const void *data,
			   size_t size, uint32_t parts)
{
	return fails_now() ? -EOPNOTSUPP
			   : faulty.real->write_sd(engine, token, fd, root,
						   path, data, size, parts);
}

static void faulty_begin(struct share_fixture *f, unsigned nth)
{
	faulty.real = f->engine->ops;
	faulty.ops = *f->engine->ops;
	faulty.ops.open = faulty_open;
	faulty.ops.rename = faulty_rename;
	faulty.ops.mkdir = faulty_mkdir;
	faulty.ops.temp_create = faulty_create;
	faulty.ops.temp_commit = faulty_commit;
	faulty.ops.read_sd = faulty_read_sd;
	faulty.ops.write_sd = faulty_write_sd;
	faulty.calls = 0;
	faulty.fail_at = nth;
	f->engine->ops = &faulty.ops;
}

static void faulty_end(struct share_fixture *f)
{
	f->engine->ops = faulty.real;
}

static int run_put_new(struct share_fixture *f)
{
	return put(f, f->alice, "d/new", "new");
}

static int run_put_old(struct share_fixture *f)
{
	return put(f, f->alice, "d/f", "new");
}

static int run_mkdir(struct share_fixture *f)
{
	return make(f, "d/newdir");
}

static int run_copy_tree(struct share_fixture *f)
{
	return copy(f, "tree", "d/copy", true, NULL);
}

static int run_copy_over(struct share_fixture *f)
{
	return copy(f, "tree", "over", true, NULL);
}

static int run_copy_file_over(struct share_fixture *f)
{
	return copy(f, "tree/m", "d/f", true, NULL);
}

static int run_move(struct share_fixture *f)
{
	return move(f, "tree", "d/moved", true, NULL);
}

static int run_move_over(struct share_fixture *f)
{
	return move(f, "d/moved", "over", true, NULL);
}

static void all_or_nothing(void **state)
{
	static int (*const runs[])(struct share_fixture *) = {
		run_put_new,   run_put_old,	   run_mkdir, run_copy_tree,
		run_copy_over, run_copy_file_over, run_move,  run_move_over};
	struct share_fixture *f = *state;

	make_dir(f, "d", BOB, 0777);
	store_sd(f, "d", "O:SYG:SYD:(A;OICI;FA;;;WD)");
	make_file(f, "d/f", ALICE, 0666, "f");
	store_sd(f, "d/f", "O:SYG:SYD:(A;;FA;;;WD)");
	make_dir(f, "tree", ALICE, 0777);
	make_file(f, "tree/m", ALICE, 0666, "m");
	make_dir(f, "tree/sub", ALICE, 0777);
	make_dir(f, "over", ALICE, 0777);
	make_file(f, "over/o", ALICE, 0666, "o");
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		int r = -1;

		for (unsigned nth = 1; r < 0; nth++) {
			struct snapshot before = snapshot_of(f);

			faulty_begin(f, nth);
			r = runs[i](f);
			faulty_end(f);
			assert_in_range(nth, 1, 200);
			/* a failure that did not matter is no failure: the
			 * run went on, as with a parent's own answer */
			if (r == 0) {
				free(before.text);
				break;
			}
			assert_unchanged(f, &before);
		}
		assert_no_temporaries(f);
	}
}

/* Somebody renames the directory away and back while files are put: every
 * put ends with its file, or with nothing. */
struct shaker {
	int dir;
	atomic_bool stop;
};

static void *shake(void *context)
{
	struct shaker *s = context;

	while (!atomic_load(&s->stop)) {
		(void)renameat(s->dir, "d", s->dir, "away");
		(void)renameat(s->dir, "away", s->dir, "d");
	}
	return NULL;
}

static void renames_meanwhile_leave_no_halves(void **state)
{
	struct share_fixture *f = *state;
	struct shaker shaker = {.dir = f->dir};
	unsigned n_done = 0;
	pthread_t thread;

	make_dir(f, "d", ALICE, 0777);
	assert_int_equal(pthread_create(&thread, NULL, shake, &shaker), 0);
	/* on a busy machine it may be away for long */
	for (unsigned i = 0; i < 3000 || (!n_done && i < 3000000); i++) {
		int r = put(f, f->alice, "d/f", i % 2 ? "odd" : "even");

		assert_true(r == 0 || r == -ENOENT || r == -EEXIST ||
			    r == -ESTALE);
		n_done += r == 0;
	}
	atomic_store(&shaker.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(n_done > 0);
	assert_no_temporaries(f);
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(a_put_replaces_only_what_it_knows),
	SHARE_TEST(a_put_is_decided_again_at_its_end),
	SHARE_TEST(an_aborted_put_leaves_nothing),
	SHARE_TEST(all_or_nothing),
	SHARE_TEST(renames_meanwhile_leave_no_halves),
};

SHARE_MAIN(tests)
