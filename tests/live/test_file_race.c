/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Races against the root, over all engines: while clients open and remove,
 * other threads keep swapping directories with links and moving directories
 * out of the tree and back. Nothing outside is ever opened or removed.
 * (CVE-2017-2619, CVE-2018-15664, CVE-2021-30465 and their kin.)
 */
#include <linux/fs.h>
#include <pthread.h>
#include <time.h>

#include <guise/limits.h>

#include "cmocka-wrap.h"
#include "file-live.h"

#include "engine.h"

struct race {
	int root;
	int outside;
	atomic_bool stop;
	atomic_ulong flips;
};

static double seconds(void)
{
	double s = live_seconds() / 5;

	return s < 1 ? s : 1 + s / 10;
}

static bool is_over(const struct timespec *start)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) +
		       (double)(now.tv_nsec - start->tv_nsec) / 1e9 >
	       seconds();
}

static void say(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			0644);

	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	LIVE_CHECK(close(fd) == 0);
}

/*
 * root/x/f, root/x/y/f, root/f: "inside". outside/f, outside/y2/f: "outside".
 * root/link -> outside. All of it readable by everyone: only the resolution
 * keeps the client in.
 */
static void make_tree(struct file_live *l, struct race *race)
{
	file_live_mkdir(l, "root", 0, 0, 0755);
	file_live_mkdir(l, "outside", 0, 0, 0755);
	race->root = openat(l->dir, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	race->outside =
		openat(l->dir, "outside", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(race->root >= 0 && race->outside >= 0);
	LIVE_CHECK(mkdirat(race->root, "x", 0755) == 0);
	LIVE_CHECK(mkdirat(race->root, "x/y", 0755) == 0);
	LIVE_CHECK(mkdirat(race->outside, "y2", 0755) == 0);
	say(race->root, "f", "inside");
	say(race->root, "x/f", "inside");
	say(race->root, "x/y/f", "inside");
	say(race->outside, "f", "outside");
	say(race->outside, "y2/f", "outside");
	LIVE_CHECK(symlinkat("../outside", race->root, "link") == 0);
	LIVE_CHECK(symlinkat("../../outside/f", race->root, "x/flink") == 0);
	LIVE_CHECK(symlinkat("../outside/f", race->root, "flink") == 0);
}

/* A directory, a file and links to outside change places. */
static void *flip_links(void *context)
{
	struct race *r = context;

	while (!atomic_load(&r->stop)) {
		LIVE_CHECK(renameat2(r->root, "x", r->root, "link",
				     RENAME_EXCHANGE) == 0);
		LIVE_CHECK(renameat2(r->root, "x", r->root, "link",
				     RENAME_EXCHANGE) == 0);
		LIVE_CHECK(renameat2(r->root, "f", r->root, "flink",
				     RENAME_EXCHANGE) == 0);
		LIVE_CHECK(renameat2(r->root, "f", r->root, "flink",
				     RENAME_EXCHANGE) == 0);
		atomic_fetch_add(&r->flips, 1);
	}
	return NULL;
}

/* A directory moves out and back: its ".." is another one meanwhile. */
static void *move_out(void *context)
{
	struct race *r = context;
	int x = openat(r->root, "x", O_PATH | O_DIRECTORY | O_CLOEXEC);

	LIVE_CHECK(x >= 0);
	while (!atomic_load(&r->stop)) {
		LIVE_CHECK(renameat(x, "y", r->outside, "y") == 0);
		LIVE_CHECK(renameat(r->outside, "y", x, "y") == 0);
		atomic_fetch_add(&r->flips, 1);
	}
	(void)close(x);
	return NULL;
}

struct counts {
	unsigned long opened;
	unsigned long refused;
};

static void open_one(struct file_live *l, struct race *race, const char *path,
		     struct counts *counts)
{
	char text[16] = {0};
	int fd = -1, r;

	r = guise_file_open(l->engine, l->alice, race->root, path, O_RDONLY, 0,
			    0, &fd);
	if (r < 0) {
		/* -EAGAIN: disturbed too often, an honest answer */
		LIVE_CHECK(r == -EXDEV || r == -ENOENT || r == -ENOTDIR ||
			   r == -EAGAIN || r == -ELOOP);
		counts->refused++;
		return;
	}
	LIVE_CHECK(read(fd, text, sizeof(text) - 1) > 0);
	LIVE_CHECK(strcmp(text, "inside") == 0);
	LIVE_CHECK(close(fd) == 0);
	counts->opened++;
}

static void race_opens(struct file_live *l, void *(*flip)(void *context))
{
	static const char *const paths[] = {
		"x/f",
		"x/y/f",
		"x/y/../f",
		"x/y/../../f",
		"link/f",
		"f",
		"flink",
		"x/y/../y2/f",
		"x/../f",
		"x/flink",
		"x/y/../../outside/f",
		"x/y/.././f",
	};
	struct race race = {.stop = false};
	struct counts counts = {0};
	struct timespec start;
	pthread_t thread;

	make_tree(l, &race);
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	LIVE_CHECK(pthread_create(&thread, NULL, flip, &race) == 0);
	while (!is_over(&start)) {
		for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
			open_one(l, &race, paths[i], &counts);
	}
	atomic_store(&race.stop, true);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(counts.opened > 100 && counts.refused > 100);
	LIVE_CHECK(atomic_load(&race.flips) > 100);
	(void)close(race.root);
	(void)close(race.outside);
}

static void swapped_links_never_lead_out(struct file_live *l)
{
	race_opens(l, flip_links);
}

static void directories_moved_out_never_lead_out(struct file_live *l)
{
	race_opens(l, move_out);
}

static void *flip_in_tree(void *context)
{
	struct race *r = context;

	/* "d" is a directory with a file, "link" a link to outside */
	while (!atomic_load(&r->stop)) {
		(void)renameat2(r->root, "d", r->root, "link", RENAME_EXCHANGE);
		atomic_fetch_add(&r->flips, 1);
	}
	return NULL;
}

static void make_member(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(fchown(fd, ALICE, ALICE) == 0 && close(fd) == 0);
}

static void fill(int dir)
{
	LIVE_CHECK(mkdirat(dir, "d", 0777) == 0);
	LIVE_CHECK(fchownat(dir, "d", ALICE, ALICE, 0) == 0);
	for (int i = 0; i < 8; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "d/%d", i);
		make_member(dir, name);
	}
	LIVE_CHECK(symlinkat("../outside", dir, "link") == 0);
}

/* What is outside is alice's own: only the way of removing protects it. */
static void removing_never_leads_out(struct file_live *l)
{
	struct timespec start;
	unsigned long rounds = 0;

	file_live_mkdir(l, "outside", ALICE, ALICE, 0777);
	for (int i = 0; i < 8; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "outside/%d", i);
		make_member(l->dir, name);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	for (; !is_over(&start); rounds++) {
		struct race race = {.stop = false};
		struct guise_temp temp = {.fd = -1};
		pthread_t thread;

		LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, NULL,
					     true, 0777, &temp) == 0);
		fill(temp.fd);
		race.root = temp.fd;
		LIVE_CHECK(pthread_create(&thread, NULL, flip_in_tree, &race) ==
			   0);
		guise_temp_abort(l->engine, l->alice, &temp);
		atomic_store(&race.stop, true);
		LIVE_CHECK(pthread_join(thread, NULL) == 0);
		(void)close(temp.fd);
	}
	LIVE_CHECK(rounds > 20);
	for (int i = 0; i < 8; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "outside/%d", i);
		LIVE_CHECK(file_live_is_there(l, name));
	}
}

static void nest(int dir, unsigned depth)
{
	int at = dup(dir);

	LIVE_CHECK(at >= 0);
	for (unsigned i = 0; i < depth; i++) {
		int next;

		LIVE_CHECK(mkdirat(at, "n", 0777) == 0);
		next = openat(at, "n", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		LIVE_CHECK(next >= 0 && close(at) == 0);
		at = next;
	}
	make_member(at, "leaf");
	LIVE_CHECK(close(at) == 0);
}

static void removing_has_a_depth_limit(struct file_live *l)
{
	nest(l->dir, GUISE_TREE_DEPTH_MAX);
	LIVE_CHECK(file_remove_tree_here(l->dir, "n") == 0);
	LIVE_CHECK(!file_live_is_there(l, "n"));
	LIVE_CHECK(file_remove_tree_here(l->dir, "n") == -ENOENT);
	nest(l->dir, GUISE_TREE_DEPTH_MAX + 1);
	LIVE_CHECK(file_remove_tree_here(l->dir, "n") == GUISE_E_LIMIT);
	LIVE_CHECK(file_live_is_there(l, "n"));
}

static void removing_takes_all_of_a_large_directory(struct file_live *l)
{
	int d;

	file_live_mkdir(l, "large", ALICE, ALICE, 0777);
	d = openat(l->dir, "large", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(d >= 0);
	for (int i = 0; i < 3000; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "a-rather-long-name-%d", i);
		if (i % 10 == 0)
			LIVE_CHECK(mkdirat(d, name, 0777) == 0);
		else
			make_member(d, name);
	}
	LIVE_CHECK(file_remove_tree_here(l->dir, "large") == 0);
	LIVE_CHECK(!file_live_is_there(l, "large"));
	(void)close(d);
}

int main(void)
{
	static const struct file_scenario scenarios[] = {
		SCENARIO(swapped_links_never_lead_out),
		SCENARIO(directories_moved_out_never_lead_out),
		SCENARIO(removing_never_leads_out),
		SCENARIO(removing_has_a_depth_limit),
		SCENARIO(removing_takes_all_of_a_large_directory),
	};

	return file_live_main(scenarios,
			      sizeof(scenarios) / sizeof(scenarios[0]));
}
