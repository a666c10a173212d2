/* SPDX-License-Identifier: Apache-2.0 */
/* Changing names and metadata, and temporaries, as the client, over all
 * engines. */
#include <dirent.h>
#include <linux/fs.h>
#include <sys/xattr.h>

#include <guise/store.h>

#include "file-temp.h"

#include "engine.h"

static const char *const bad_names[] = {"",  ".",    "..", "a/b",
					"/", "/etc", "a/", NULL};

#define N_BAD (sizeof(bad_names) / sizeof(bad_names[0]))

static void only_one_component_is_a_name(struct file_live *l)
{
	char longest[300];
	struct guise_temp temp;

	memset(longest, 'a', sizeof(longest));
	longest[256] = '\0';
	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, l->dir, longest,
				    0777) == -ENAMETOOLONG);
	longest[255] = '\0';
	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, l->dir, longest,
				    0777) == 0);
	for (size_t i = 0; i < N_BAD; i++) {
		const char *n = bad_names[i];

		LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, l->dir, n,
					    0777) == -EINVAL);
		LIVE_CHECK(guise_file_unlink(l->engine, l->alice, l->dir, n,
					     true) == -EINVAL);
		LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, n,
					     l->dir, "b", 0) == -EINVAL);
		LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir,
					     longest, l->dir, n, 0) == -EINVAL);
		if (n)
			LIVE_CHECK(guise_temp_create(l->engine, l->alice,
						     l->dir, n, false, 0600,
						     &temp) == -EINVAL);
	}
	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, AT_FDCWD, "x", 0777) ==
		   -EINVAL);
	LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, longest,
				     l->dir, "b", RENAME_WHITEOUT) == -EINVAL);
}

static void directories_are_made_and_removed_as_the_client(struct file_live *l)
{
	struct stat st;
	int bobs;

	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, l->dir, "d", 0777) ==
		   0);
	st = file_live_stat(l, "d");
	LIVE_CHECK(st.st_uid == ALICE && st.st_gid == ALICE);
	LIVE_CHECK((st.st_mode & 07777) == 0755);
	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, l->dir, "d", 0777) ==
		   -EEXIST);
	file_live_mkdir(l, "bobs", BOB, BOB, 0755);
	bobs = openat(l->dir, "bobs", O_PATH | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(bobs >= 0);
	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, bobs, "x", 0777) ==
		   -EACCES);
	LIVE_CHECK(guise_file_mkdir(l->engine, l->bob, bobs, "x", 0777) == 0);
	LIVE_CHECK(guise_file_unlink(l->engine, l->alice, bobs, "x", true) ==
		   -EACCES);
	LIVE_CHECK(guise_file_unlink(l->engine, l->bob, l->dir, "bobs", true) ==
		   -ENOTEMPTY);
	LIVE_CHECK(guise_file_unlink(l->engine, l->bob, bobs, "x", false) ==
		   -EISDIR);
	LIVE_CHECK(guise_file_unlink(l->engine, l->bob, bobs, "x", true) == 0);
	(void)close(bobs);
}

static void names_are_removed_and_moved_as_the_client(struct file_live *l)
{
	LIVE_CHECK(fchmod(l->dir, 01777) == 0); /* sticky: owners only */
	live_file(l->dir, "alices", ALICE, ALICE, 0644);
	live_file(l->dir, "bobs", BOB, BOB, 0644);
	LIVE_CHECK(guise_file_unlink(l->engine, l->alice, l->dir, "bobs",
				     false) == -EPERM);
	LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, "bobs",
				     l->dir, "mine", 0) == -EPERM);
	LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, "alices",
				     l->dir, "bobs", 0) == -EPERM);
	LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, "alices",
				     l->dir, "bobs",
				     RENAME_NOREPLACE) == -EEXIST);
	LIVE_CHECK(guise_file_unlink(l->engine, l->alice, l->dir, "none",
				     false) == -ENOENT);
	LIVE_CHECK(file_live_stat(l, "bobs").st_uid == BOB);
	LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, "alices",
				     l->dir, "hers", 0) == 0);
	LIVE_CHECK(guise_file_unlink(l->engine, l->alice, l->dir, "hers",
				     false) == 0);
	LIVE_CHECK(!file_live_is_there(l, "hers"));
}

/* -EINVAL of a sound request is the kernel's word, not a dead identity. */
static void a_directory_does_not_move_into_itself(struct file_live *l)
{
	int d;

	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, l->dir, "d", 0777) ==
		   0);
	d = openat(l->dir, "d", O_PATH | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(d >= 0);
	for (int i = 0; i < 3; i++)
		LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, "d",
					     d, "e", 0) == -EINVAL);
	LIVE_CHECK(file_live_open(l, l->alice, "d", O_RDONLY) == 0);
	(void)close(d);
}

static void names_change_places(struct file_live *l)
{
	live_file(l->dir, "a", ALICE, ALICE, 0644);
	live_file(l->dir, "b", BOB, BOB, 0644);
	LIVE_CHECK(guise_file_rename(l->engine, l->alice, l->dir, "a", l->dir,
				     "b", RENAME_EXCHANGE) == 0);
	LIVE_CHECK(file_live_stat(l, "a").st_uid == BOB);
	LIVE_CHECK(file_live_stat(l, "b").st_uid == ALICE);
}

static void mode_and_times_are_the_owners(struct file_live *l)
{
	const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 2000}};
	struct stat st;
	int fd, path_fd;

	live_file(l->dir, "alices", ALICE, ALICE, 0644);
	/* the service's own descriptors: the check is made at each call */
	fd = openat(l->dir, "alices", O_RDWR | O_CLOEXEC);
	path_fd = openat(l->dir, "alices", O_PATH | O_CLOEXEC);
	LIVE_CHECK(fd >= 0 && path_fd >= 0);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->bob, fd, 0666) == -EPERM);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->bob, path_fd, 0666) ==
		   -EPERM);
	LIVE_CHECK(guise_file_set_times(l->engine, l->bob, fd, times) ==
		   -EPERM);
	LIVE_CHECK(guise_file_set_times(l->engine, l->bob, path_fd, times) ==
		   -EPERM);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->alice, fd, 010000) ==
		   -EINVAL);
	LIVE_CHECK((file_live_stat(l, "alices").st_mode & 07777) == 0644);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->alice, fd, 0600) == 0);
	LIVE_CHECK((file_live_stat(l, "alices").st_mode & 07777) == 0600);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->alice, path_fd, 0640) ==
		   0);
	LIVE_CHECK((file_live_stat(l, "alices").st_mode & 07777) == 0640);
	LIVE_CHECK(guise_file_set_times(l->engine, l->alice, path_fd, times) ==
		   0);
	st = file_live_stat(l, "alices");
	LIVE_CHECK(st.st_atim.tv_sec == 1000 && st.st_mtim.tv_sec == 2000);
	(void)close(fd);
	(void)close(path_fd);
}

static void a_new_file_is_the_clients_with_umask(struct file_live *l)
{
	struct stat st = put(l, l->alice, NULL, "new");

	LIVE_CHECK(st.st_uid == ALICE && st.st_gid == ALICE && st.st_size == 4);
	LIVE_CHECK((st.st_mode & 07777) == 0644);
	(void)umask(077);
	st = put(l, l->alice, NULL, "newer");
	LIVE_CHECK((st.st_mode & 07777) == 0600);
}

static void commit_replaces_only_when_told(struct file_live *l)
{
	struct guise_temp temp = temp_of(l, l->alice, NULL, false, 0644);

	live_file(l->dir, "there", BOB, BOB, 0644);
	LIVE_CHECK(guise_temp_commit(l->engine, l->alice, &temp, "there",
				     false) == -EEXIST);
	LIVE_CHECK(guise_temp_commit(l->engine, l->alice, &temp, "a/b", true) ==
		   -EINVAL);
	LIVE_CHECK(file_live_stat(l, "there").st_uid == BOB);
	LIVE_CHECK(n_temporaries(l) == 1 && write(temp.fd, "x", 1) == 1);
	LIVE_CHECK(guise_temp_commit(l->engine, l->alice, &temp, "there",
				     true) == 0);
	LIVE_CHECK(file_live_stat(l, "there").st_uid == ALICE);
	LIVE_CHECK(guise_temp_commit(l->engine, l->alice, &temp, "there",
				     true) == -EINVAL);
	(void)close(temp.fd);
}

static void abort_leaves_nothing(struct file_live *l)
{
	struct guise_temp temp = temp_of(l, l->alice, NULL, false, 0644);
	int d;

	guise_temp_abort(l->engine, l->bob, &temp); /* sees to it as bob: may,
						       the directory is 0777 */
	LIVE_CHECK(n_temporaries(l) == 0);
	(void)close(temp.fd);
	temp = temp_of(l, l->alice, NULL, true, 0777);
	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, temp.fd, "d", 0777) ==
		   0);
	d = openat(temp.fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(d >= 0);
	live_file(d, "f", ALICE, ALICE, 0600);
	LIVE_CHECK(symlinkat("/etc", d, "link") == 0);
	guise_temp_abort(l->engine, l->alice, &temp);
	LIVE_CHECK(n_temporaries(l) == 0);
	(void)close(d);
	(void)close(temp.fd);
}

static void a_temporary_needs_the_clients_rights(struct file_live *l)
{
	struct guise_temp temp = {.fd = -1};

	live_file(l->dir, "there", ALICE, ALICE, 0644);
	LIVE_CHECK(fchmod(l->dir, 0755) == 0);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, NULL, false,
				     0644, &temp) == -EACCES);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "there",
				     false, 0644, &temp) == -EACCES);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, NULL, true,
				     0755, &temp) == -EACCES);
	LIVE_CHECK(temp.fd == -1 && n_temporaries(l) == 0);
}

static int count_names(void *context, const char *name, unsigned type)
{
	unsigned *n = context;

	LIVE_CHECK(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
	LIVE_CHECK(!guise_file_is_temp_name(name, strlen(name)));
	LIVE_CHECK(type == DT_REG);
	(*n)++;
	return 0;
}

static int stop_at_third(void *context, const char *name, unsigned type)
{
	unsigned *n = context;

	(void)name;
	(void)type;
	return ++*n == 3 ? -ECANCELED : 1;
}

static void listings_show_all_names_but_temporaries(struct file_live *l)
{
	struct guise_temp temp = temp_of(l, l->alice, NULL, false, 0600);
	unsigned n = 0, m = 0;
	char name[200];
	int fd = -1;

	memset(name, 'n', sizeof(name));
	for (unsigned i = 0; i < 500; i++) {
		(void)snprintf(name + 150, 50, "%u", i);
		live_file(l->dir, name, ALICE, ALICE, 0600);
	}
	LIVE_CHECK(guise_file_open(l->engine, l->alice, l->dir, ".",
				   O_RDONLY | O_DIRECTORY, 0, 0, &fd) == 0);
	LIVE_CHECK(guise_file_list(fd, count_names, &n) == 0 && n == 500);
	LIVE_CHECK(guise_file_list(fd, count_names, &n) == 0 && n == 1000);
	LIVE_CHECK(guise_file_list(fd, stop_at_third, &m) == -ECANCELED);
	LIVE_CHECK(m == 3);
	LIVE_CHECK(guise_file_list(-1, count_names, &n) == -EINVAL);
	LIVE_CHECK(guise_file_list(fd, NULL, &n) == -EINVAL);
	LIVE_CHECK(guise_file_list(temp.fd, count_names, &n) == -ENOTDIR);
	(void)close(fd);
	guise_temp_abort(l->engine, l->alice, &temp);
	(void)close(temp.fd);
}

/* As the service, in the engines of a process that has the privilege. */
static void descriptors_are_read_and_written_as_the_service(struct file_live *l)
{
	const struct engine_ops *ops = l->engine->ops;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	char path[128];
	int fd, path_fd;

	live_file(l->dir, "f", BOB, BOB, 0600);
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	fd = openat(l->dir, "f", O_RDONLY | O_CLOEXEC);
	path_fd = openat(l->dir, "f", O_PATH | O_CLOEXEC);
	LIVE_CHECK(fd >= 0 && path_fd >= 0);
	LIVE_CHECK(ops->read_sd(l->engine, l->alice, fd, &out) == -ENODATA);
	LIVE_CHECK(ops->read_sd(l->engine, l->alice, path_fd, &out) ==
		   -ENODATA);
	LIVE_CHECK(out.size == 0);
	LIVE_CHECK(ops->write_sd(l->engine, l->alice, fd, 0, "f", NULL, 0, 0) ==
		   -EINVAL);
	LIVE_CHECK(ops->write_sd(l->engine, l->alice, -1, 0, "f", "x", 1, 0) ==
		   -EBADF);
	LIVE_CHECK(ops->write_sd(l->engine, l->alice, 12345, 0, "f", "x", 1,
				 0) < 0);
	LIVE_CHECK(ops->read_sd(l->engine, l->alice, 12345, &out) == -EBADF);
	LIVE_CHECK(ops->write_sd(l->engine, l->alice, fd, 0, "f", "one", 3,
				 0) == 0);
	LIVE_CHECK(ops->read_sd(l->engine, l->alice, path_fd, &out) == 0);
	LIVE_CHECK(ops->write_sd(l->engine, l->alice, path_fd, 0, "f", "two!",
				 4, 0) == 0);
	LIVE_CHECK(ops->read_sd(l->engine, l->alice, fd, &out) == 0);
	/* appended */
	LIVE_CHECK(out.size == 7 && memcmp(out.data, "onetwo!", 7) == 0);
	LIVE_CHECK(getxattr(path, GUISE_SD_XATTR, NULL, 0) == 4);
	{ /* a client has not that privilege */
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, l->bob) == 0);
		LIVE_CHECK(ops->write_sd(l->engine, l->bob, fd, 0, "f", "x", 1,
					 0) == -EPERM);
	}
	(void)close(fd);
	(void)close(path_fd);
}

int main(void)
{
	static const struct file_scenario scenarios[] = {
		SCENARIO(only_one_component_is_a_name),
		SCENARIO(directories_are_made_and_removed_as_the_client),
		SCENARIO(names_are_removed_and_moved_as_the_client),
		SCENARIO(a_directory_does_not_move_into_itself),
		SCENARIO(names_change_places),
		SCENARIO(mode_and_times_are_the_owners),
		SCENARIO(a_new_file_is_the_clients_with_umask),
		SCENARIO(commit_replaces_only_when_told),
		SCENARIO(abort_leaves_nothing),
		SCENARIO(a_temporary_needs_the_clients_rights),
		SCENARIO(listings_show_all_names_but_temporaries),
		SCENARIO(descriptors_are_read_and_written_as_the_service),
	};

	return file_live_main(scenarios,
			      sizeof(scenarios) / sizeof(scenarios[0]));
}
