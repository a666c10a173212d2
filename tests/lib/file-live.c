/* SPDX-License-Identifier: Apache-2.0 */
#include <ftw.h>

#include "cmocka-wrap.h"
#include "file-live.h"

#define CASES_MAX 128

static int make_switch(struct guise_engine **ret)
{
	return guise_engine_new_switch(ret);
}

static int make_ring(struct guise_engine **ret)
{
	return guise_engine_new_ring(FILE_LIVE_SERVICE, FILE_LIVE_SERVICE, ret);
}

static const struct {
	const char *name;
	int (*make)(struct guise_engine **ret);
} engines[] = {
	{"switch", make_switch},
	{"ring", make_ring},
};

#define ENGINES (sizeof(engines) / sizeof(engines[0]))

struct file_case {
	const struct file_scenario *scenario;
	size_t engine;
	char name[120];
};

/* What the child is to run: set before it is forked. */
static const struct file_case *current;

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)remove(path);
	return 0;
}

static void run_current(void)
{
	const uint32_t alices[] = {STAFF, MUSIC}, bobs[] = {STAFF};
	struct file_live l = {
		.alice = live_token_at(GUISE_LEVEL_IMPERSONATION, ALICE, ALICE,
				       alices, 2, 0),
		.bob = live_token_at(GUISE_LEVEL_IMPERSONATION, BOB, BOB, bobs,
				     1, 0),
	};

	(void)umask(022);
	l.dir = live_directory(l.path);
	LIVE_CHECK(fchmod(l.dir, 0777) == 0);
	LIVE_CHECK(engines[current->engine].make(&l.engine) == 0);
	current->scenario->run(&l);
	l.engine = guise_engine_free(l.engine);
	(void)guise_token_unref(l.alice);
	(void)guise_token_unref(l.bob);
	(void)close(l.dir);
	(void)nftw(l.path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void run_case(void **state)
{
	current = *state;
	live_expect(LIVE_DONE, run_current);
}

static bool is_here(size_t engine)
{
	struct guise_engine *made = NULL;
	int r = engines[engine].make(&made);

	(void)guise_engine_free(made);
	if (r < 0)
		printf("left out: %s: %s\n", engines[engine].name,
		       guise_strerror(r));
	return r == 0;
}

int file_live_main(const struct file_scenario *scenarios, size_t n)
{
	static struct file_case cases[CASES_MAX];
	static struct CMUnitTest tests[CASES_MAX];
	size_t n_tests = 0;

	live_require_root();
	for (size_t e = 0; e < ENGINES; e++) {
		if (!is_here(e))
			continue;
		for (size_t i = 0; i < n; i++) {
			struct file_case *c = &cases[n_tests];

			must(n_tests < CASES_MAX);
			c->scenario = &scenarios[i];
			c->engine = e;
			(void)snprintf(c->name, sizeof(c->name), "%s: %s",
				       engines[e].name, scenarios[i].name);
			tests[n_tests++] = (struct CMUnitTest){
				c->name, run_case, NULL, NULL, c};
		}
	}
	must(n_tests > 0);
	return _cmocka_run_group_tests("file", tests, n_tests, NULL, NULL);
}

void file_live_mkdir(struct file_live *l, const char *name, uint32_t uid,
		     uint32_t gid, mode_t mode)
{
	LIVE_CHECK(mkdirat(l->dir, name, 0700) == 0);
	LIVE_CHECK(fchownat(l->dir, name, uid, gid, 0) == 0);
	LIVE_CHECK(fchmodat(l->dir, name, mode, 0) == 0);
}

int file_live_open(struct file_live *l, const struct guise_token *token,
		   const char *path, int flags)
{
	int fd = -1, r;

	r = guise_file_open(l->engine, token, l->dir, path, flags, 0644, 0,
			    &fd);
	if (r < 0) {
		LIVE_CHECK(fd == -1);
		return r;
	}
	LIVE_CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	LIVE_CHECK(close(fd) == 0);
	return 0;
}

unsigned file_live_n_open(const char *path)
{
	size_t size = strlen(path);
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++) {
		char link[64], what[256] = {0};

		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n += readlink(link, what, sizeof(what) - 1) > 0 &&
		     strncmp(what, path, size) == 0 && what[size] == '/';
	}
	return n;
}

struct stat file_live_stat(struct file_live *l, const char *name)
{
	struct stat st;

	LIVE_CHECK(fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0);
	return st;
}

bool file_live_is_there(struct file_live *l, const char *name)
{
	struct stat st;

	return fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}
