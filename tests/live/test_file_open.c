/* SPDX-License-Identifier: Apache-2.0 */
/* Opening as the client, over all engines: what is refused first. */
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <time.h>

#include "file-live.h"

static void own_file_opens_and_others_do_not(struct file_live *l)
{
	live_file(l->dir, "alices", ALICE, ALICE, 0600);
	live_file(l->dir, "bobs", BOB, BOB, 0600);
	live_file(l->dir, "roots", 0, 0, 0600);
	for (int i = 0; i < 3; i++) { /* registered only the first time */
		LIVE_CHECK(file_live_open(l, l->bob, "alices", O_RDONLY) ==
			   -EACCES);
		LIVE_CHECK(file_live_open(l, l->alice, "bobs", O_RDWR) ==
			   -EACCES);
		LIVE_CHECK(file_live_open(l, l->alice, "roots", O_RDONLY) ==
			   -EACCES);
		LIVE_CHECK(file_live_open(l, l->alice, "alices", O_RDWR) == 0);
		LIVE_CHECK(file_live_open(l, l->bob, "bobs", O_RDONLY) == 0);
	}
	LIVE_CHECK(file_live_open(l, l->alice, "none", O_RDONLY) == -ENOENT);
}

static void groups_are_exactly_the_tokens(struct file_live *l)
{
	live_file(l->dir, "staff", 0, STAFF, 0040);
	live_file(l->dir, "music", 0, MUSIC, 0040);
	live_file(l->dir, "own", 0, ALICE, 0040);
	live_file(l->dir, "nobodys", 0, NOBODYS, 0040);
	live_file(l->dir, "root-group", 0, 0, 0040);
	/* CVE-2021-41617's class, turned round: a group may deny, too */
	live_file(l->dir, "not-music", 0, MUSIC, 0604);
	LIVE_CHECK(file_live_open(l, l->alice, "nobodys", O_RDONLY) == -EACCES);
	LIVE_CHECK(file_live_open(l, l->alice, "root-group", O_RDONLY) ==
		   -EACCES);
	LIVE_CHECK(file_live_open(l, l->bob, "root-group", O_RDONLY) ==
		   -EACCES);
	LIVE_CHECK(file_live_open(l, l->bob, "music", O_RDONLY) == -EACCES);
	LIVE_CHECK(file_live_open(l, l->bob, "own", O_RDONLY) == -EACCES);
	LIVE_CHECK(file_live_open(l, l->alice, "not-music", O_RDONLY) ==
		   -EACCES);
	LIVE_CHECK(file_live_open(l, l->bob, "not-music", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, "music", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, "staff", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, "own", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->bob, "staff", O_RDONLY) == 0);
}

static void a_change_of_groups_needs_a_new_token(struct file_live *l)
{
	const uint32_t fewer[] = {MUSIC};
	const struct guise_token *later = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, fewer, 1, 0);

	live_file(l->dir, "staff", 0, STAFF, 0040);
	LIVE_CHECK(file_live_open(l, l->alice, "staff", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, later, "staff", O_RDONLY) == -EACCES);
	LIVE_CHECK(file_live_open(l, l->alice, "staff", O_RDONLY) == 0);
	(void)guise_token_unref(later);
}

static void no_path_leads_out(struct file_live *l)
{
	static const char *const outside[] = {
		"/etc/passwd",
		"/",
		"..",
		"../..",
		"sub/../../secret",
		"abs",
		"up",
		"sub/up2",
		"magic/etc/passwd",
		"magic",
		"sub/../..",
		"../share/x",
		"through/passwd",
		"loop",
		"sub/./../../x",
	};

	live_file(l->dir, "x", ALICE, ALICE, 0644);
	file_live_mkdir(l, "sub", ALICE, ALICE, 0755);
	LIVE_CHECK(symlinkat("/etc/passwd", l->dir, "abs") == 0);
	LIVE_CHECK(symlinkat("../", l->dir, "up") == 0);
	LIVE_CHECK(symlinkat("../../etc", l->dir, "sub/up2") == 0);
	LIVE_CHECK(symlinkat("/proc/self/root", l->dir, "magic") == 0);
	LIVE_CHECK(symlinkat("/etc", l->dir, "through") == 0);
	LIVE_CHECK(symlinkat("loop", l->dir, "loop") == 0);
	LIVE_CHECK(symlinkat("sub/../x", l->dir, "inside") == 0);
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		int r = file_live_open(l, l->alice, outside[i], O_RDONLY);
		int p = file_live_open(l, l->alice, outside[i], O_PATH);

		LIVE_CHECK(r == -EXDEV || r == -ELOOP);
		LIVE_CHECK(p == -EXDEV || p == -ELOOP);
	}
	LIVE_CHECK(file_live_open(l, l->alice, "sub/../x", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, "inside", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, "", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, ".", O_RDONLY | O_DIRECTORY) ==
		   0);
}

static void magic_links_do_not_lead_to_descriptors(struct file_live *l)
{
	char name[32];
	int fd = -1, r, proc;

	(void)snprintf(name, sizeof(name), "self/fd/%d", l->dir);
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(proc >= 0);
	r = guise_file_open(l->engine, l->alice, proc, name, O_RDONLY, 0, 0,
			    &fd);
	LIVE_CHECK(r < 0 && fd == -1);
	r = guise_file_open(l->engine, l->alice, proc, "self/root", O_PATH, 0,
			    0, &fd);
	LIVE_CHECK(r == -ELOOP && fd == -1);
	LIVE_CHECK(close(proc) == 0);
}

static void links_can_be_refused_altogether(struct file_live *l)
{
	int fd = -1;

	live_file(l->dir, "x", ALICE, ALICE, 0644);
	file_live_mkdir(l, "sub", ALICE, ALICE, 0755);
	live_file(l->dir, "sub/y", ALICE, ALICE, 0644);
	LIVE_CHECK(symlinkat("x", l->dir, "link") == 0);
	LIVE_CHECK(symlinkat("sub", l->dir, "way") == 0);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, "link",
				   O_RDONLY, 0, GUISE_RESOLVE_NO_SYMLINKS,
				   &fd) == -ELOOP);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, "way/y",
				   O_RDONLY, 0, GUISE_RESOLVE_NO_SYMLINKS,
				   &fd) == -ELOOP);
	LIVE_CHECK(file_live_open(l, l->alice, "link", O_RDONLY | O_NOFOLLOW) ==
		   -ELOOP);
	LIVE_CHECK(file_live_open(l, l->alice, "link", O_RDONLY) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, "link", O_PATH | O_NOFOLLOW) ==
		   0);
	LIVE_CHECK(file_live_open(l, l->alice, "way/y", O_RDONLY) == 0);
}

static void make_socket(struct file_live *l)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	LIVE_CHECK(fd >= 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/socket", l->path);
	LIVE_CHECK(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	LIVE_CHECK(chmod(a.sun_path, 0666) == 0);
	LIVE_CHECK(close(fd) == 0);
}

static void
fifos_devices_and_sockets_neither_open_nor_block(struct file_live *l)
{
	static const char *const names[] = {"fifo", "zero", "socket"};
	struct timespec before, after;

	(void)umask(0);
	LIVE_CHECK(mkfifoat(l->dir, "fifo", 0666) == 0);
	LIVE_CHECK(mknodat(l->dir, "zero", S_IFCHR | 0666, makedev(1, 5)) == 0);
	make_socket(l);
	(void)alarm(5); /* should one block after all */
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	for (size_t i = 0; i < 3; i++) {
		int r = file_live_open(l, l->alice, names[i], O_RDONLY);

		/* a file system mounted nodev says so itself */
		LIVE_CHECK(r == -ENXIO || (i == 1 && r == -EACCES));
		r = file_live_open(l, l->alice, names[i], O_RDWR);
		LIVE_CHECK(r == -ENXIO || (i == 1 && r == -EACCES));
		r = file_live_open(l, l->alice, names[i], O_WRONLY);
		LIVE_CHECK(r == -ENXIO || (i == 1 && r == -EACCES));
		LIVE_CHECK(file_live_open(l, l->alice, names[i], O_PATH) == 0);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	LIVE_CHECK(after.tv_sec - before.tv_sec < 4);
	(void)alarm(0);
}

static void what_is_created_is_the_clients(struct file_live *l)
{
	struct stat st;

	LIVE_CHECK(file_live_open(l, l->alice, "new",
				  O_RDWR | O_CREAT | O_EXCL) == 0);
	st = file_live_stat(l, "new");
	LIVE_CHECK(st.st_uid == ALICE && st.st_gid == ALICE);
	LIVE_CHECK((st.st_mode & 07777) == 0644);
	LIVE_CHECK(file_live_open(l, l->bob, "new",
				  O_RDWR | O_CREAT | O_EXCL) == -EEXIST);
	file_live_mkdir(l, "bobs", BOB, BOB, 0755);
	LIVE_CHECK(file_live_open(l, l->alice, "bobs/new",
				  O_RDWR | O_CREAT | O_EXCL) == -EACCES);
	/* CVE-2018-13405: no set-gid file of a group that is not the client's
	 */
	file_live_mkdir(l, "setgid", 0, NOBODYS, 02777);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, "setgid/x",
				   O_RDWR | O_CREAT | O_EXCL, 02775, 0,
				   &(int){-1}) == 0);
	st = file_live_stat(l, "setgid/x");
	LIVE_CHECK(st.st_gid == NOBODYS && !(st.st_mode & S_ISGID));
}

static void refuse_level(struct file_live *l, enum guise_level level)
{
	const struct guise_token *t =
		live_token_at(level, ALICE, ALICE, NULL, 0, 0);
	const char *const names[] = {"world"};
	struct guise_temp temp = {.fd = -1};
	struct timespec times[2] = {{0}, {0}};
	struct stat st;
	int result;

	LIVE_CHECK(file_live_open(l, t, "world", O_RDONLY) ==
		   GUISE_E_BAD_LEVEL);
	LIVE_CHECK(file_live_open(l, t, "world", O_PATH) == GUISE_E_BAD_LEVEL);
	/* before anything is looked at */
	LIVE_CHECK(guise_file_open(l->engine, t, -1, NULL, -1, 0, 0, NULL) ==
		   GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_file_mkdir(l->engine, t, l->dir, "d", 0777) ==
		   GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_file_unlink(l->engine, t, l->dir, "world", false) ==
		   GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_file_rename(l->engine, t, l->dir, "world", l->dir, "w",
				     0) == GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_file_set_times(l->engine, t, l->dir, times) ==
		   GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_file_set_mode(l->engine, t, l->dir, 0) ==
		   GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_temp_create(l->engine, t, l->dir, NULL, false, 0600,
				     &temp) == GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_file_stat_many(l->engine, t, l->dir, names, 1, &st,
					&result) == GUISE_E_BAD_LEVEL);
	LIVE_CHECK(temp.fd == -1);
	(void)guise_token_unref(t);
}

static void below_impersonation_nothing_opens(struct file_live *l)
{
	const struct guise_token *low = live_token_at(
		GUISE_LEVEL_IDENTIFICATION, ALICE, ALICE, NULL, 0, 0);

	live_file(l->dir, "world", 0, 0, 0666);
	refuse_level(l, GUISE_LEVEL_ANONYMOUS);
	refuse_level(l, GUISE_LEVEL_IDENTIFICATION);
	LIVE_CHECK(file_live_is_there(l, "world"));
	LIVE_CHECK(!file_live_is_there(l, "d"));
	LIVE_CHECK(file_live_open(l, l->alice, "world", O_RDONLY) == 0);
	{ /* nor from inside such a scope, whatever token is named */
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, low) == 0);
		LIVE_CHECK(file_live_open(l, l->alice, "world", O_RDONLY) ==
			   GUISE_E_BAD_LEVEL);
	}
	LIVE_CHECK(file_live_open(l, l->alice, "world", O_RDONLY) == 0);
	(void)guise_token_unref(low);
}

static void root_is_above_the_ceiling(struct file_live *l)
{
	const uint32_t wheel[] = {0};
	const struct guise_token *root = live_token(0, 0);
	const struct guise_token *half = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, wheel, 1, 0);

	live_file(l->dir, "world", 0, 0, 0666);
	LIVE_CHECK(file_live_open(l, root, "world", O_RDONLY) ==
		   GUISE_E_CEILING);
	LIVE_CHECK(file_live_open(l, half, "world", O_RDONLY) ==
		   GUISE_E_CEILING);
	(void)guise_token_unref(root);
	(void)guise_token_unref(half);
}

static void senseless_arguments_are_refused(struct file_live *l)
{
	static const int bad_flags[] = {
		O_RDWR | O_CREAT,
		O_RDWR | O_TRUNC,
		O_RDWR | O_TMPFILE,
		O_RDWR | O_EXCL,
		O_RDONLY | O_CREAT | O_EXCL | O_DIRECTORY,
		O_PATH | O_CREAT | O_EXCL,
		O_WRONLY | O_RDWR,
		O_RDONLY | O_DIRECT,
		O_RDONLY | 0x40000000,
	};
	static char deep[5000];
	int fd = -1;

	live_file(l->dir, "x", ALICE, ALICE, 0644);
	for (size_t i = 0; i < sizeof(bad_flags) / sizeof(bad_flags[0]); i++)
		LIVE_CHECK(file_live_open(l, l->alice, "x", bad_flags[i]) ==
			   -EINVAL);
	memset(deep, 'a', sizeof(deep) - 1);
	LIVE_CHECK(file_live_open(l, l->alice, deep, O_RDONLY) ==
		   -ENAMETOOLONG);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, AT_FDCWD, "x", O_RDONLY,
				   0, 0, &fd) == -EINVAL);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, NULL, O_RDONLY,
				   0, 0, &fd) == -EINVAL);
	LIVE_CHECK(guise_file_open(l->engine, NULL, l->dir, "x", O_RDONLY, 0, 0,
				   &fd) == -EINVAL);
	LIVE_CHECK(guise_file_open(NULL, l->alice, l->dir, "x", O_RDONLY, 0, 0,
				   &fd) == -EINVAL);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, "x", O_RDONLY,
				   0, 4, &fd) == -EINVAL);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, "x", O_RDONLY,
				   0, 0, NULL) == -EINVAL);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, "y",
				   O_RDWR | O_CREAT | O_EXCL, 0100644, 0,
				   &fd) == -EINVAL);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, 12345, "x", O_RDONLY, 0,
				   0, &fd) == -EBADF);
	LIVE_CHECK(file_live_open(l, l->alice, "x/y", O_RDONLY) == -ENOTDIR);
	LIVE_CHECK(file_live_open(l, l->alice, "x", O_RDONLY | O_DIRECTORY) ==
		   -ENOTDIR);
	LIVE_CHECK(fd == -1);
}

static void stat_many_answers_for_each_name(struct file_live *l)
{
	enum { N = 300 };
	static char names[N][16];
	const char *at[N];
	struct stat stats[N];
	int results[N];
	int sub;

	file_live_mkdir(l, "d", ALICE, ALICE, 0700);
	sub = openat(l->dir, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(sub >= 0);
	for (int i = 0; i < N; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "n%d", i);
		at[i] = names[i];
		if (i % 3 == 0)
			live_file(sub, names[i], BOB, BOB, 0600);
		else if (i % 3 == 1)
			LIVE_CHECK(symlinkat("/etc", sub, names[i]) == 0);
	}
	LIVE_CHECK(guise_file_stat_many(l->engine, l->alice, sub, at, N, stats,
					results) == 0);
	for (int i = 0; i < N; i++) {
		LIVE_CHECK(results[i] == (i % 3 == 2 ? -ENOENT : 0));
		if (i % 3 == 0)
			LIVE_CHECK(S_ISREG(stats[i].st_mode) &&
				   stats[i].st_uid == BOB);
		if (i % 3 == 1)
			LIVE_CHECK(S_ISLNK(stats[i].st_mode));
	}
	/* who may not search the directory learns nothing */
	LIVE_CHECK(guise_file_stat_many(l->engine, l->bob, sub, at, N, stats,
					results) == 0);
	for (int i = 0; i < N; i++)
		LIVE_CHECK(results[i] == -EACCES);
	at[7] = "a/b";
	LIVE_CHECK(guise_file_stat_many(l->engine, l->alice, sub, at, N, stats,
					results) == -EINVAL);
	LIVE_CHECK(guise_file_stat_many(l->engine, l->alice, sub, at, 0, NULL,
					NULL) == 0);
	(void)close(sub);
}

static void no_descriptor_is_left_behind(struct file_live *l)
{
	const char *const names[] = {"alices", "bobs", "fifo", "none"};
	struct stat stats[4];
	int results[4];

	live_file(l->dir, "alices", ALICE, ALICE, 0600);
	live_file(l->dir, "bobs", BOB, BOB, 0600);
	LIVE_CHECK(mkfifoat(l->dir, "fifo", 0666) == 0);
	LIVE_CHECK(fchownat(l->dir, "fifo", ALICE, ALICE, 0) == 0);
	LIVE_CHECK(file_live_open(l, l->alice, "alices", O_RDONLY) == 0);
	for (int i = 0; i < 50; i++) {
		for (size_t n = 0; n < 4; n++)
			(void)file_live_open(l, l->alice, names[n], O_RDONLY);
		LIVE_CHECK(guise_file_stat_many(l->engine, l->alice, l->dir,
						names, 4, stats, results) == 0);
	}
	LIVE_CHECK(file_live_n_open(l->path) == 0);
}

int main(void)
{
	static const struct file_scenario scenarios[] = {
		SCENARIO(own_file_opens_and_others_do_not),
		SCENARIO(groups_are_exactly_the_tokens),
		SCENARIO(a_change_of_groups_needs_a_new_token),
		SCENARIO(no_path_leads_out),
		SCENARIO(magic_links_do_not_lead_to_descriptors),
		SCENARIO(links_can_be_refused_altogether),
		SCENARIO(fifos_devices_and_sockets_neither_open_nor_block),
		SCENARIO(what_is_created_is_the_clients),
		SCENARIO(below_impersonation_nothing_opens),
		SCENARIO(root_is_above_the_ceiling),
		SCENARIO(senseless_arguments_are_refused),
		SCENARIO(stat_many_answers_for_each_name),
		SCENARIO(no_descriptor_is_left_behind),
	};

	return file_live_main(scenarios,
			      sizeof(scenarios) / sizeof(scenarios[0]));
}
