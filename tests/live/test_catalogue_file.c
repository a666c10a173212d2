/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accidents that others had with files, over all engines:
 * docs/threat-model.md, "The catalogue of accidents".
 */
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/xattr.h>

#include "cmocka-wrap.h"
#include "file-live.h"

/* @groups of alice, under a token id of the caller's choice */
static const struct guise_token *
alice_with(guise_luid id, const uint32_t *groups, size_t n_groups)
{
	const struct guise_token *plain = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, groups, n_groups, 0);
	const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;

	LIVE_CHECK(guise_token_builder_from(plain, &b) == 0);
	guise_token_builder_ids(b, id, id, id);
	LIVE_CHECK(guise_token_builder_seal(b, &token) == 0);
	(void)guise_token_builder_free(b);
	(void)guise_token_unref(plain);
	return token;
}

/* Credentials kept under a weak key become another client's when keys collide.
 * Here everything a key might be made of is equal, but for the groups. */
static void tokens_that_look_alike_never_share(struct file_live *l)
{
	const uint32_t staff[] = {STAFF}, music[] = {MUSIC};
	const struct guise_token *a = alice_with(7, staff, 1),
				 *b = alice_with(7, music, 1),
				 *c = alice_with(7, NULL, 0);

	live_file(l->dir, "staff", 0, STAFF, 0640);
	live_file(l->dir, "music", 0, MUSIC, 0640);
	live_file(l->dir, "not-staff", 0, STAFF, 0604);
	for (int i = 0; i < 3; i++) {
		LIVE_CHECK(file_live_open(l, c, "staff", O_RDONLY) == -EACCES);
		LIVE_CHECK(file_live_open(l, a, "music", O_RDONLY) == -EACCES);
		LIVE_CHECK(file_live_open(l, b, "staff", O_RDONLY) == -EACCES);
		LIVE_CHECK(file_live_open(l, a, "not-staff", O_RDONLY) ==
			   -EACCES);
		LIVE_CHECK(file_live_open(l, a, "staff", O_RDONLY) == 0);
		LIVE_CHECK(file_live_open(l, b, "music", O_RDONLY) == 0);
		LIVE_CHECK(file_live_open(l, b, "not-staff", O_RDONLY) == 0);
		LIVE_CHECK(file_live_open(l, c, "not-staff", O_RDONLY) == 0);
		/* and forgetting one of them harms no other */
		guise_engine_forget(l->engine, a);
	}
	(void)guise_token_unref(a);
	(void)guise_token_unref(b);
	(void)guise_token_unref(c);
}

/* A hard link to another's file, then a PUT over it: the other's file must not
 * change, nor its owner, nor its mode. protected_hardlinks would not let the
 * attacker make it; here it is there. */
static void
a_hard_link_does_not_make_a_put_reach_another_file(struct file_live *l)
{
	struct guise_temp temp = {.fd = -1};
	struct stat st;
	int r;

	live_file(l->dir, "victim", ALICE, ALICE, 0600);
	file_live_mkdir(l, "bobs", BOB, BOB, 0777);
	LIVE_CHECK(linkat(l->dir, "victim", l->dir, "bobs/x", 0) == 0);
	{
		int dir = openat(l->dir, "bobs", O_RDONLY | O_DIRECTORY);
		struct guise_temp plain = {.fd = -1};

		LIVE_CHECK(dir >= 0);
		/* as a replacement of its own kind: what bob may not read of
		 * it he does not take over */
		r = guise_temp_create(l->engine, l->bob, dir, "x", false, 0,
				      &temp);
		LIVE_CHECK(r == 0 || r == -EACCES);
		if (r == 0) {
			LIVE_CHECK(fstat(temp.fd, &st) == 0);
			LIVE_CHECK(st.st_uid == BOB && st.st_nlink == 1);
			guise_temp_abort(l->engine, l->bob, &temp);
			LIVE_CHECK(close(temp.fd) == 0);
		}
		LIVE_CHECK(guise_temp_create(l->engine, l->bob, dir, NULL,
					     false, 0644, &plain) == 0);
		LIVE_CHECK(write(plain.fd, "bob", 3) == 3);
		LIVE_CHECK(guise_temp_commit(l->engine, l->bob, &plain, "x",
					     true) == 0);
		LIVE_CHECK(close(plain.fd) == 0 && close(dir) == 0);
	}
	st = file_live_stat(l, "victim");
	LIVE_CHECK(st.st_uid == ALICE && st.st_gid == ALICE);
	LIVE_CHECK((st.st_mode & 07777) == 0600 && st.st_nlink == 1);
	LIVE_CHECK(st.st_size == (off_t)strlen("310001\n"));
	LIVE_CHECK(file_live_stat(l, "bobs/x").st_uid == BOB);
	LIVE_CHECK(file_live_open(l, l->bob, "victim", O_RDONLY) == -EACCES);
}

/* A descriptor the service opened reads and writes for whoever holds it, but
 * what asks the kernel at each call is asked as the client. */
static void
what_the_service_opened_gives_the_client_nothing(struct file_live *l)
{
	const struct timespec now[2] = {{.tv_nsec = UTIME_NOW},
					{.tv_nsec = UTIME_NOW}};
	int fd, top, got = -1;

	live_file(l->dir, "bobs", BOB, BOB, 0600);
	file_live_mkdir(l, "closed", BOB, BOB, 0700);
	live_file(l->dir, "closed/all", BOB, BOB, 0666);
	fd = openat(l->dir, "bobs", O_RDWR | O_CLOEXEC);
	top = openat(l->dir, "closed", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(fd >= 0 && top >= 0);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->alice, fd, 0666) ==
		   -EPERM);
	LIVE_CHECK(guise_file_set_times(l->engine, l->alice, fd, now) ==
		   -EACCES);
	LIVE_CHECK(guise_file_open(l->engine, l->alice, top, "all", O_RDONLY, 0,
				   0, &got) == -EACCES);
	LIVE_CHECK(guise_file_mkdir(l->engine, l->alice, top, "d", 0777) ==
		   -EACCES);
	LIVE_CHECK(guise_file_unlink(l->engine, l->alice, top, "all", false) ==
		   -EACCES);
	LIVE_CHECK(got == -1);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->bob, fd, 0640) == 0);
	LIVE_CHECK(close(fd) == 0 && close(top) == 0);
}

/* A share root that the client may not enter: nothing of what was before
 * (a working directory, a directory opened earlier) takes its place. */
static void a_root_that_is_refused_is_not_replaced(struct file_live *l)
{
	int got = -1, root;

	file_live_mkdir(l, "root", BOB, BOB, 0700);
	live_file(l->dir, "root/x", BOB, BOB, 0666);
	live_file(l->dir, "x", ALICE, ALICE, 0600);
	LIVE_CHECK(fchdir(l->dir) == 0); /* where alice has an x */
	root = openat(l->dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(root >= 0);
	LIVE_CHECK(file_live_open(l, l->alice, "x", O_RDONLY) == 0);
	for (int i = 0; i < 2; i++) {
		LIVE_CHECK(guise_file_open(l->engine, l->alice, root, "x",
					   O_RDONLY, 0, 0, &got) == -EACCES);
		LIVE_CHECK(guise_file_open(l->engine, l->alice, root, "",
					   O_RDONLY, 0, 0, &got) == -EACCES);
	}
	LIVE_CHECK(got == -1);
	LIVE_CHECK(guise_file_open(l->engine, l->bob, root, "x", O_RDONLY, 0, 0,
				   &got) == 0);
	LIVE_CHECK(close(got) == 0 && close(root) == 0);
	LIVE_CHECK(chdir("/") == 0);
}

/* Where a client sees only its own processes in /proc. */
static void hidden_processes_change_nothing(struct file_live *l)
{
	struct guise_temp temp = {.fd = -1};
	char value[8];

	LIVE_CHECK(unshare(CLONE_NEWNS) == 0);
	LIVE_CHECK(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	LIVE_CHECK(mount("proc", "/proc", "proc", 0, "hidepid=invisible") == 0);
	live_file(l->dir, "x", ALICE, ALICE, 0640);
	{
		int fd = openat(l->dir, "x", O_RDWR | O_CLOEXEC);

		LIVE_CHECK(fsetxattr(fd, "user.a", "b", 1, 0) == 0);
		LIVE_CHECK(close(fd) == 0);
	}
	LIVE_CHECK(file_live_open(l, l->bob, "x", O_RDONLY) == -EACCES);
	LIVE_CHECK(file_live_open(l, l->alice, "x", O_RDWR) == 0);
	LIVE_CHECK(guise_temp_create(l->engine, l->alice, l->dir, "x", false, 0,
				     &temp) == 0);
	LIVE_CHECK(fgetxattr(temp.fd, "user.a", value, sizeof(value)) == 1);
	LIVE_CHECK(guise_file_set_mode(l->engine, l->alice, temp.fd, 0600) ==
		   0);
	LIVE_CHECK(guise_temp_commit(l->engine, l->alice, &temp, "x", true) ==
		   0);
	LIVE_CHECK(close(temp.fd) == 0);
	LIVE_CHECK((file_live_stat(l, "x").st_mode & 07777) == 0600);
}

static const uint32_t edges[] = {
	1,	    65533,	65534,	    65535,	65536,
	0x7fffffff, 0x80000000, 0xfffffffd, 0xfffffffe,
};
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static void make_at_edge(struct file_live *l, uint32_t uid, uint32_t gid)
{
	const struct guise_token *token = live_token(uid, gid);
	struct stat st;

	LIVE_CHECK(guise_file_mkdir(l->engine, token, l->dir, "d", 0700) == 0);
	st = file_live_stat(l, "d");
	LIVE_CHECK(st.st_uid == uid && st.st_gid == gid);
	LIVE_CHECK(guise_file_unlink(l->engine, token, l->dir, "d", true) == 0);
	(void)guise_token_unref(token);
}

/* CVE-2019-14287 and all that ids have been taken for */
static void ids_at_the_edges_own_what_they_make(struct file_live *l)
{
	const struct guise_token *root = live_token(0, ALICE),
				 *wheel = live_token(ALICE, 0);

	for (size_t u = 0; u < EDGES; u++) {
		for (size_t g = 0; g < EDGES; g++)
			make_at_edge(l, edges[u], edges[g]);
	}
	LIVE_CHECK(guise_file_mkdir(l->engine, root, l->dir, "d", 0700) ==
		   GUISE_E_CEILING);
	LIVE_CHECK(guise_file_mkdir(l->engine, wheel, l->dir, "d", 0700) ==
		   GUISE_E_CEILING);
	LIVE_CHECK(!file_live_is_there(l, "d"));
	(void)guise_token_unref(root);
	(void)guise_token_unref(wheel);
}

int main(void)
{
	static const struct file_scenario scenarios[] = {
		SCENARIO(tokens_that_look_alike_never_share),
		SCENARIO(a_hard_link_does_not_make_a_put_reach_another_file),
		SCENARIO(what_the_service_opened_gives_the_client_nothing),
		SCENARIO(a_root_that_is_refused_is_not_replaced),
		SCENARIO(hidden_processes_change_nothing),
		SCENARIO(ids_at_the_edges_own_what_they_make),
	};

	return file_live_main(scenarios,
			      sizeof(scenarios) / sizeof(scenarios[0]));
}
