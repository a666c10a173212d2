/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A share in a fresh directory, three clients, and both embedded engines: a
 * test program runs all its tests once with each. cmocka-wrap.h comes before.
 */
#ifndef TESTS_SHARE_FIXTURE_H
#define TESTS_SHARE_FIXTURE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <guise/share.h>

#include "engine.h"

#define ALICE 310001u
#define BOB 310002u
#define STAFF 320000u
#define SERVICE 990u

struct share_fixture {
	char path[64];
	int dir;
	struct guise_engine *engine;
	struct guise_share *share;
	const struct guise_token *alice; /* in STAFF */
	const struct guise_token *bob;
	struct guise_verdict verdict;
};

/* Set by main() before each round. */
extern const char *fixture_engine_name;

static inline struct guise_engine *fixture_engine(const char *name)
{
	struct guise_engine *engine = NULL;
	int r = strcmp(name, "ring") == 0
			? guise_engine_new_ring(SERVICE, SERVICE, &engine)
			: guise_engine_new_switch(&engine);

	if (r < 0)
		fail_msg("engine %s: %s", name, guise_strerror(r));
	return engine;
}

static inline void fixture_sids(struct guise_token_builder *b, uint32_t uid,
				const uint32_t *groups, size_t n_groups)
{
	struct guise_sid sid = {.authority = 22, .sub = {1, uid}, .n_subs = 2};

	guise_token_builder_user(b, &sid, 0);
	sid.sub[0] = 2;
	sid.sub[1] = uid;
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	for (size_t i = 0; i < n_groups; i++) {
		sid.sub[1] = groups[i];
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	assert_int_equal(guise_sid_well_known(GUISE_SID_WORLD, NULL, &sid), 0);
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
}

static inline const struct guise_token *
fixture_token_at(enum guise_level level, uint32_t uid, const uint32_t *groups,
		 size_t n_groups, uint64_t privileges)
{
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	assert_int_equal(guise_token_builder_new(&b), 0);
	fixture_sids(b, uid, groups, n_groups);
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION, level);
	guise_token_builder_privileges(b, privileges, privileges, privileges);
	guise_token_builder_unix(b, uid, uid, groups, n_groups);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	guise_token_builder_free(b);
	return token;
}

#define CHANGE_NOTIFY GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY)

static inline const struct guise_token *
fixture_token(uint32_t uid, const uint32_t *groups, size_t n_groups)
{
	return fixture_token_at(GUISE_LEVEL_IMPERSONATION, uid, groups,
				n_groups, CHANGE_NOTIFY);
}

static inline struct guise_share *
fixture_share_of(const char *path, enum guise_share_policy policy,
		 unsigned flags)
{
	struct guise_share *share = NULL;
	const struct guise_share_options options = {
		.size = sizeof(options),
		.root_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC),
		.policy = policy,
		.flags = flags,
	};

	assert_int_equal(guise_share_new(&options, &share), 0);
	return share;
}

static inline int fixture_setup(void **state)
{
	static const uint32_t staff[] = {STAFF};
	struct share_fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	(void)umask(022);
	(void)snprintf(f->path, sizeof(f->path), "/tmp/guise-share-XXXXXX");
	if (!mkdtemp(f->path) || chmod(f->path, 0777) < 0)
		return -1;
	f->dir = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->engine = fixture_engine(fixture_engine_name);
	f->share = fixture_share_of(f->path, GUISE_POLICY_BOTH, 0);
	f->alice = fixture_token(ALICE, staff, 1);
	f->bob = fixture_token(BOB, NULL, 0);
	*state = f;
	return 0;
}

/* As root: a tree of the tests' own making. */
static inline void fixture_remove(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			fixture_remove(dirfd(dir), entry->d_name);
	}
	if (dir)
		(void)closedir(dir);
	(void)unlinkat(dir_fd, name, dir ? AT_REMOVEDIR : 0);
}

static inline int fixture_teardown(void **state)
{
	struct share_fixture *f = *state;

	guise_share_free(f->share);
	guise_engine_free(f->engine);
	guise_token_unref(f->alice);
	guise_token_unref(f->bob);
	(void)close(f->dir);
	fixture_remove(AT_FDCWD, f->path);
	free(f);
	return 0;
}

static inline struct guise_actor as(struct share_fixture *f,
				    const struct guise_token *token)
{
	return (struct guise_actor){
		.engine = f->engine, .token = token, .verdict = &f->verdict};
}

static inline void make_file(struct share_fixture *f, const char *name,
			     uint32_t uid, mode_t mode, const char *content)
{
	int fd = openat(f->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)),
			 (ssize_t)strlen(content));
	assert_int_equal(fchown(fd, uid, uid), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static inline void make_dir(struct share_fixture *f, const char *name,
			    uint32_t uid, mode_t mode)
{
	assert_int_equal(mkdirat(f->dir, name, 0700), 0);
	assert_int_equal(fchownat(f->dir, name, uid, uid, 0), 0);
	assert_int_equal(fchmodat(f->dir, name, mode, 0), 0);
}

static inline void store_sd(struct share_fixture *f, const char *name,
			    const char *sddl)
{
	const struct guise_sd *sd = sd_of(sddl);
	int fd = openat(f->dir, name, O_PATH | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(guise_sd_write(fd, sd), 0);
	assert_int_equal(close(fd), 0);
	guise_sd_unref(sd);
}

/* Everyone has exactly @mask; owned by somebody else. */
static inline void store_mask(struct share_fixture *f, const char *name,
			      uint32_t mask)
{
	char sddl[80];

	(void)snprintf(sddl, sizeof(sddl), "O:SYG:SYD:(A;;0x%x;;;WD)", mask);
	store_sd(f, name, mask ? sddl : "O:SYG:SYD:");
}

static inline void forget_sd(struct share_fixture *f, const char *name)
{
	int fd = openat(f->dir, name, O_PATH | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(guise_sd_remove(fd), 0);
	assert_int_equal(close(fd), 0);
}

/* SDDL of what is stored, "" for nothing; free() it */
static inline char *stored_sd(struct share_fixture *f, const char *name)
{
	const struct guise_sd *sd = NULL;
	int fd = openat(f->dir, name, O_PATH | O_CLOEXEC);
	bool stored = false;
	char *text;

	assert_true(fd >= 0);
	assert_int_equal(guise_sd_read(fd, NULL, &sd, &stored), 0);
	assert_int_equal(close(fd), 0);
	text = stored ? sddl_of(sd, NULL) : strdup("");
	guise_sd_unref(sd);
	return text;
}

static inline void assert_stored(struct share_fixture *f, const char *name,
				 const char *expected)
{
	char *text = stored_sd(f, name);

	assert_string_equal(text, expected);
	free(text);
}

static inline void assert_content(struct share_fixture *f, const char *name,
				  const char *expected)
{
	char content[256] = {0};
	int fd = openat(f->dir, name, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_true(read(fd, content, sizeof(content) - 1) >= 0);
	assert_int_equal(close(fd), 0);
	assert_string_equal(content, expected);
}

static inline bool exists(struct share_fixture *f, const char *name)
{
	struct stat st;

	return fstatat(f->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Everything there is, temporaries included, as text: names, kinds, modes,
 * contents, stored descriptors. Equal snapshots: nothing has happened. */
struct snapshot {
	char *text;
	size_t size;
};

static inline int snapshot_order(const struct dirent **a,
				 const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static inline void snapshot_add(FILE *out, int dir_fd, const char *name,
				unsigned depth)
{
	struct dirent **entries = NULL;
	char bytes[600];
	struct stat st;
	ssize_t n;
	int fd, count;

	assert_int_equal(fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	fprintf(out, "%u %s %o %u\n", depth, depth ? name : "", st.st_mode,
		st.st_uid);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return;
	fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	assert_true(fd >= 0);
	n = fgetxattr(fd, GUISE_SD_XATTR, bytes, sizeof(bytes));
	for (ssize_t i = 0; i < n; i++)
		fprintf(out, "%02x", (unsigned char)bytes[i]);
	if (S_ISREG(st.st_mode)) {
		n = read(fd, bytes, sizeof(bytes));
		fprintf(out, " %.*s\n", (int)n, bytes);
	} else {
		count = scandirat(fd, ".", &entries, NULL, snapshot_order);
		for (int i = 0; i < count; i++) {
			if (strcmp(entries[i]->d_name, ".") &&
			    strcmp(entries[i]->d_name, ".."))
				snapshot_add(out, fd, entries[i]->d_name,
					     depth + 1);
			free(entries[i]);
		}
		free(entries);
	}
	assert_int_equal(close(fd), 0);
}

static inline struct snapshot snapshot_of(struct share_fixture *f)
{
	struct snapshot s = {0};
	FILE *out = open_memstream(&s.text, &s.size);

	assert_non_null(out);
	snapshot_add(out, AT_FDCWD, f->path, 0);
	assert_int_equal(fclose(out), 0);
	return s;
}

static inline void assert_unchanged(struct share_fixture *f,
				    struct snapshot *before)
{
	struct snapshot now = snapshot_of(f);

	assert_string_equal(now.text, before->text);
	free(now.text);
	free(before->text);
}

static inline void assert_no_temporaries(struct share_fixture *f)
{
	struct snapshot now = snapshot_of(f);

	assert_null(strstr(now.text, GUISE_TEMP_PREFIX));
	free(now.text);
}

/* One PUT from beginning to end. */
static inline int put(struct share_fixture *f, const struct guise_token *token,
		      const char *path, const char *content)
{
	const struct guise_actor actor = as(f, token);
	struct guise_put *p = NULL;
	struct stat old;
	int fd, r;

	r = guise_share_put_begin(f->share, &actor, path, &p, &fd, &old);
	if (r < 0)
		return r;
	assert_int_equal(write(fd, content, strlen(content)),
			 (ssize_t)strlen(content));
	return guise_share_put_commit(p, &actor, NULL, false, NULL);
}

/* The other changes, as alice */
static inline int copy(struct share_fixture *f, const char *from,
		       const char *to, bool overwrite, bool *ret_created)
{
	const struct guise_actor actor = as(f, f->alice);

	return guise_share_copy(f->share, &actor, from, f->share, to, true,
				overwrite, NULL, NULL, ret_created);
}

static inline int move(struct share_fixture *f, const char *from,
		       const char *to, bool overwrite, bool *ret_created)
{
	const struct guise_actor actor = as(f, f->alice);

	return guise_share_move(f->share, &actor, from, f->share, to, overwrite,
				NULL, NULL, ret_created);
}

static inline int make(struct share_fixture *f, const char *path)
{
	const struct guise_actor actor = as(f, f->alice);

	return guise_share_mkdir(f->share, &actor, path);
}

/* main() of a test program: all tests, once an engine. */
#define SHARE_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#define SHARE_MAIN(tests)                                                      \
	const char *fixture_engine_name;                                       \
	int main(void)                                                         \
	{                                                                      \
		static const char *const engines[] = {"switch", "ring"};       \
		struct guise_engine *ring = NULL;                              \
		int failed = 0;                                                \
                                                                               \
		if (geteuid() != 0) {                                          \
			printf("skipped: needs root\n");                       \
			return 77;                                             \
		}                                                              \
		for (size_t i = 0; i < 2; i++) {                               \
			fixture_engine_name = engines[i];                      \
			if (i == 1 && guise_engine_new_ring(SERVICE, SERVICE,  \
							    &ring) < 0) {      \
				printf("skipped: no io_uring here\n");         \
				break;                                         \
			}                                                      \
			printf("engine %s\n", engines[i]);                     \
			failed += cmocka_run_group_tests_name(                 \
				engines[i], tests, NULL, NULL);                \
		}                                                              \
		guise_engine_free(ring);                                       \
		return failed ? 1 : 0;                                         \
	}

#endif
