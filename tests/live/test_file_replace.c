/* SPDX-License-Identifier: Apache-2.0 */
/* What a file that replaces another takes over, and who may see it meanwhile,
 * over all engines. */
#include <dirent.h>
#include <sys/acl.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include <acl/libacl.h>

#include "file-temp.h"

static void what_is_replaced_must_be_of_the_kind(struct file_live *l)
{
	struct guise_temp temp = {.fd = -1};

	live_file(l->dir, "file", ALICE, ALICE, 0644);
	file_live_mkdir(l, "directory", ALICE, ALICE, 0755);
	LIVE_CHECK(symlinkat("file", l->dir, "link") == 0);
	LIVE_CHECK(mkfifoat(l->dir, "fifo", 0666) == 0);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "directory",
				     false, 0, &temp) == -EISDIR);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "file", true,
				     0, &temp) == -ENOTDIR);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "link", false,
				     0, &temp) == -ELOOP);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "fifo", false,
				     0, &temp) == -ENXIO);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "none", false,
				     0, &temp) == -ENOENT);
	LIVE_CHECK(temp.fd == -1 && n_temporaries(l) == 0);
}

static void replacing_keeps_mode_group_and_attributes(struct file_live *l)
{
	struct guise_temp temp;
	struct stat st;
	char path[128], value[16];

	live_file(l->dir, "f", BOB, STAFF, 0664);
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	LIVE_CHECK(setxattr(path, "user.color", "red", 3, 0) == 0);
	LIVE_CHECK(setxattr(path, "user.empty", "", 0, 0) == 0);
	LIVE_CHECK(setxattr(path, "security.secret", "s", 1, 0) == 0);
	temp = temp_of(l, l->alice, "f", false, 0600);
	LIVE_CHECK(fstat(temp.fd, &st) == 0);
	LIVE_CHECK(st.st_uid == ALICE && st.st_gid == STAFF);
	LIVE_CHECK((st.st_mode & 07777) == 0664);
	LIVE_CHECK(fgetxattr(temp.fd, "user.color", value, 16) == 3);
	LIVE_CHECK(memcmp(value, "red", 3) == 0);
	LIVE_CHECK(fgetxattr(temp.fd, "user.empty", value, 16) == 0);
	LIVE_CHECK(fgetxattr(temp.fd, "security.secret", value, 16) < 0);
	LIVE_CHECK(guise_temp_commit(l->engine, l->alice, &temp, "f", true) ==
		   0);
	(void)close(temp.fd);
}

static void set_id_bits_are_not_carried_over(struct file_live *l)
{
	live_file(l->dir, "f", ALICE, STAFF, 06775);
	LIVE_CHECK((put(l, l->alice, "f", "f").st_mode & 07777) == 0775);
}

static void a_lost_group_gives_nobody_more(struct file_live *l)
{
	/* old group may write, others nothing: alice's own group gets what the
	 * others had; old group may nothing, others read: they lose it */
	static const struct {
		mode_t old, new;
	} rows[] = {
		{0660, 0600}, {0664, 0644}, {0604, 0600},
		{0646, 0644}, {0666, 0666}, {0607, 0600},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stat st;

		live_file(l->dir, "f", BOB, NOBODYS, rows[i].old);
		st = put(l, l->alice, "f", "f");
		LIVE_CHECK(st.st_gid == ALICE);
		LIVE_CHECK((st.st_mode & 07777) == rows[i].new);
		LIVE_CHECK(unlinkat(l->dir, "f", 0) == 0);
	}
}

static void unreadable_attributes_are_not_lost_silently(struct file_live *l)
{
	struct guise_temp temp = {.fd = -1};
	char path[128];

	live_file(l->dir, "f", BOB, BOB, 0602);
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "f", false, 0,
				     &temp) == 0);
	guise_temp_abort(l->engine, l->alice, &temp);
	(void)close(temp.fd);
	LIVE_CHECK(setxattr(path, "user.color", "red", 3, 0) == 0);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "f", false, 0,
				     &temp) == -EACCES);
	LIVE_CHECK(n_temporaries(l) == 0);
}

static void set_acl(const char *path, acl_type_t type, const char *text)
{
	acl_t acl = acl_from_text(text);

	LIVE_CHECK(acl != NULL && acl_valid(acl) == 0);
	LIVE_CHECK(acl_set_file(path, type, acl) == 0);
	(void)acl_free(acl);
}

static void expect_acl(const char *path, acl_type_t type, const char *text)
{
	acl_t want = acl_from_text(text), have = acl_get_file(path, type);

	LIVE_CHECK(want != NULL && have != NULL);
	if (acl_cmp(want, have) != 0) {
		fprintf(stderr, "ACL of %s:\n%s\nnot:\n%s\n", path,
			acl_to_any_text(have, NULL, ',', TEXT_NUMERIC_IDS),
			text);
		live_fail("the ACL", __FILE__, __LINE__);
	}
	(void)acl_free(want);
	(void)acl_free(have);
}

static void replacing_keeps_the_acl(struct file_live *l)
{
	char path[128], text[200];

	live_file(l->dir, "f", ALICE, STAFF, 0640);
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	(void)snprintf(text, sizeof(text),
		       "u::rw-,u:%u:r--,g::---,g:%u:r--,m::r--,o::---", BOB,
		       MUSIC);
	set_acl(path, ACL_TYPE_ACCESS, text);
	(void)put(l, l->alice, "f", "f");
	LIVE_CHECK(file_live_stat(l, "f").st_uid == ALICE);
	LIVE_CHECK(file_live_stat(l, "f").st_gid == STAFF);
	expect_acl(path, ACL_TYPE_ACCESS, text);
	LIVE_CHECK(file_live_open(l, l->bob, "f", O_RDWR) == -EACCES);
	LIVE_CHECK(file_live_open(l, l->bob, "f", O_RDONLY) == 0);
}

static void a_lost_group_narrows_the_acl(struct file_live *l)
{
	char path[128], text[200];

	live_file(l->dir, "f", BOB, NOBODYS, 0640);
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	(void)snprintf(text, sizeof(text),
		       "u::rw-,u:%u:rw-,g::rw-,g:%u:---,m::rw-,o::rwx", ALICE,
		       MUSIC);
	set_acl(path, ACL_TYPE_ACCESS, text);
	(void)put(l, l->alice, "f", "f");
	LIVE_CHECK(file_live_stat(l, "f").st_gid == ALICE);
	(void)snprintf(text, sizeof(text),
		       "u::rw-,u:%u:rw-,g::---,g:%u:---,m::rw-,o::rw-", ALICE,
		       MUSIC);
	expect_acl(path, ACL_TYPE_ACCESS, text);
}

static void default_acl(struct file_live *l, const char *perms)
{
	char text[200];

	(void)snprintf(text, sizeof(text),
		       "u::rwx,u:%u:%s,g::r-x,m::rwx,o::---", BOB, perms);
	set_acl(l->path, ACL_TYPE_DEFAULT, text);
}

static void a_new_file_gets_the_directorys_default_acl(struct file_live *l)
{
	char path[128], text[200];

	default_acl(l, "rw-");
	(void)put(l, l->alice, NULL, "f");
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	(void)snprintf(text, sizeof(text),
		       "u::rw-,u:%u:rw-,g::r-x,m::rw-,o::---", BOB);
	expect_acl(path, ACL_TYPE_ACCESS, text);
	LIVE_CHECK(file_live_open(l, l->bob, "f", O_RDWR) == 0);
}

static void a_replacement_does_not_get_the_default_acl(struct file_live *l)
{
	char path[128];

	live_file(l->dir, "f", ALICE, ALICE, 0640);
	default_acl(l, "rw-");
	(void)put(l, l->alice, "f", "f");
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	LIVE_CHECK(getxattr(path, "system.posix_acl_access", NULL, 0) < 0);
	LIVE_CHECK((file_live_stat(l, "f").st_mode & 07777) == 0640);
	LIVE_CHECK(file_live_open(l, l->bob, "f", O_RDONLY) == -EACCES);
}

static void a_directory_is_taken_over_with_its_defaults(struct file_live *l)
{
	struct guise_temp temp;
	char path[128], acl[200];
	struct stat st;

	file_live_mkdir(l, "d", ALICE, STAFF, 03770);
	(void)snprintf(path, sizeof(path), "%s/d", l->path);
	(void)snprintf(acl, sizeof(acl), "u::rwx,u:%u:r-x,g::r-x,m::r-x,o::---",
		       BOB);
	set_acl(path, ACL_TYPE_DEFAULT, acl);
	temp = temp_of(l, l->alice, "d", true, 0777);
	LIVE_CHECK(fstat(temp.fd, &st) == 0 && S_ISDIR(st.st_mode));
	LIVE_CHECK((st.st_mode & 07777) == 03770 && st.st_gid == STAFF);
	LIVE_CHECK(guise_temp_commit(l->engine, l->alice, &temp, "d", true) ==
		   0);
	expect_acl(path, ACL_TYPE_DEFAULT, acl);
	(void)close(temp.fd);
}

/* A child who is a stranger tries every temporary that it sees. */
static _Noreturn void snoop(const char *path, int stop)
{
	const struct kcred stranger = {.uid = LIVE_ID + 50,
				       .gid = LIVE_ID + 50};
	char name[400], byte;

	LIVE_CHECK(kcred_become(&stranger, true) == 0);
	for (;;) {
		DIR *d = opendir(path);
		struct dirent *e;

		LIVE_CHECK(d != NULL);
		while ((e = readdir(d))) {
			if (!guise_file_is_temp_name(e->d_name,
						     strlen(e->d_name)))
				continue;
			(void)snprintf(name, sizeof(name), "%s/%s", path,
				       e->d_name);
			if (open(name, O_RDONLY | O_CLOEXEC) >= 0)
				_exit(1);
			if (open(name, O_WRONLY | O_CLOEXEC) >= 0)
				_exit(1);
		}
		(void)closedir(d);
		if (read(stop, &byte, 1) == 1)
			_exit(0);
	}
}

static void a_temporary_is_never_briefly_readable(struct file_live *l)
{
	char path[128], value[2000];
	int stop[2], status;
	pid_t pid;

	(void)umask(0);
	live_file(l->dir, "f", ALICE, STAFF, 0640);
	(void)snprintf(path, sizeof(path), "%s/f", l->path);
	memset(value, 'v', sizeof(value));
	LIVE_CHECK(setxattr(path, "user.v", value, sizeof(value), 0) == 0);
	(void)snprintf(value, sizeof(value),
		       "u::rwx,u:%u:rwx,g::rwx,m::rwx,"
		       "o::rwx",
		       LIVE_ID + 50);
	set_acl(l->path, ACL_TYPE_DEFAULT, value);
	LIVE_CHECK(pipe2(stop, O_NONBLOCK | O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0)
		snoop(l->path, stop[0]);
	for (int i = 0; i < 1500; i++) {
		struct guise_temp temp = {.fd = -1};

		LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "f",
					     false, 0666, &temp) == 0);
		LIVE_CHECK(close(temp.fd) == 0);
		guise_temp_abort(l->engine, l->alice, &temp);
	}
	LIVE_CHECK(write(stop[1], "x", 1) == 1);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	static const struct file_scenario scenarios[] = {
		SCENARIO(what_is_replaced_must_be_of_the_kind),
		SCENARIO(replacing_keeps_mode_group_and_attributes),
		SCENARIO(set_id_bits_are_not_carried_over),
		SCENARIO(a_lost_group_gives_nobody_more),
		SCENARIO(unreadable_attributes_are_not_lost_silently),
		SCENARIO(replacing_keeps_the_acl),
		SCENARIO(a_lost_group_narrows_the_acl),
		SCENARIO(a_new_file_gets_the_directorys_default_acl),
		SCENARIO(a_replacement_does_not_get_the_default_acl),
		SCENARIO(a_directory_is_taken_over_with_its_defaults),
		SCENARIO(a_temporary_is_never_briefly_readable),
	};

	return file_live_main(scenarios,
			      sizeof(scenarios) / sizeof(scenarios[0]));
}
