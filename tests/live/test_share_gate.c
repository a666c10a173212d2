/* SPDX-License-Identifier: Apache-2.0 */
/* The gate beyond the table: shortcuts by the directory, traversal, links,
 * what a refusal may tell, policies, owners. */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include "share-fixture.h"

#include <guise/impersonate.h>

static int open_path(struct share_fixture *f, const struct guise_token *token,
		     const char *path, uint32_t access)
{
	const struct guise_actor actor = as(f, token);
	int fd = -1;
	int r = guise_share_open(f->share, &actor, path, access, &fd, NULL);

	if (r == 0)
		(void)close(fd);
	return r;
}

static int stat_path(struct share_fixture *f, const struct guise_token *token,
		     const char *path)
{
	const struct guise_actor actor = as(f, token);
	struct stat st;

	return guise_share_stat(f->share, &actor, path, &st);
}

static int delete_path(struct share_fixture *f, const struct guise_token *token,
		       const char *path)
{
	const struct guise_actor actor = as(f, token);

	return guise_share_delete(f->share, &actor, path, NULL, NULL);
}

static void attributes_come_with_the_right_to_list(void **state)
{
	struct share_fixture *f = *state;

	make_dir(f, "d", BOB, 0755);
	make_file(f, "d/f", BOB, 0600, "");
	store_mask(f, "d/f", 0);
	/* no descriptor on the directory: the kernel's word */
	assert_int_equal(stat_path(f, f->alice, "d/f"), 0);
	assert_int_equal(fchmodat(f->dir, "d", 0711, 0), 0);
	assert_int_equal(stat_path(f, f->alice, "d/f"), GUISE_E_ACCESS_DENIED);
	assert_int_equal(fchmodat(f->dir, "d", 0755, 0), 0);
	/* a descriptor on it: both */
	store_mask(f, "d", GUISE_FILE_LIST_DIRECTORY);
	assert_int_equal(stat_path(f, f->alice, "d/f"), 0);
	store_mask(f, "d", ~(uint32_t)GUISE_FILE_LIST_DIRECTORY & 0x1f01ff);
	assert_int_equal(stat_path(f, f->alice, "d/f"), GUISE_E_ACCESS_DENIED);
	store_mask(f, "d", GUISE_FILE_LIST_DIRECTORY);
	assert_int_equal(fchmodat(f->dir, "d", 0711, 0), 0);
	assert_int_equal(stat_path(f, f->alice, "d/f"), GUISE_E_ACCESS_DENIED);
	/* and nothing more than attributes */
	assert_int_equal(fchmodat(f->dir, "d", 0755, 0), 0);
	assert_int_equal(
		open_path(f, f->alice, "d/f",
			  GUISE_FILE_READ_ATTRIBUTES | GUISE_READ_CONTROL),
		GUISE_E_ACCESS_DENIED);
}

/* DELETE by mode and POSIX ACL of a directory without a descriptor. */
static void deletion_comes_with_write_on_the_directory(void **state)
{
	static const struct {
		mode_t mode;
		uint32_t dir_owner;
		uint32_t file_owner;
		bool expected;
	} cases[] = {
		{0777, BOB, BOB, true},	   {0775, BOB, BOB, false},
		{0772, BOB, BOB, false},   {01777, BOB, BOB, false},
		{01777, BOB, ALICE, true}, {01777, ALICE, BOB, true},
		{0700, ALICE, BOB, true},  {0500, ALICE, BOB, false},
	};
	struct share_fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int r;

		make_dir(f, "d", cases[i].dir_owner, cases[i].mode);
		make_file(f, "d/f", cases[i].file_owner, 0600, "");
		store_mask(f, "d/f", 0);
		r = open_path(f, f->alice, "d/f", GUISE_DELETE);
		if ((r == 0) != cases[i].expected)
			fail_msg("open case %zu: %d", i, r);
		r = delete_path(f, f->alice, "d/f");
		if ((r == 0) != cases[i].expected)
			fail_msg("delete case %zu: %d", i, r);
		fixture_remove(f->dir, "d");
	}
}

/* alice may list her own directory; a link in it must not lend that to what
 * it points to. */
static void shortcuts_do_not_follow_links(void **state)
{
	struct share_fixture *f = *state;

	make_dir(f, "secret", BOB, 0711);
	make_file(f, "secret/f", BOB, 0600, "");
	store_mask(f, "secret/f", 0);
	make_dir(f, "mine", ALICE, 0777);
	assert_int_equal(symlinkat("../secret/f", f->dir, "mine/l"), 0);
	assert_int_equal(stat_path(f, f->alice, "mine/l"),
			 GUISE_E_ACCESS_DENIED);
	assert_int_equal(open_path(f, f->alice, "mine/l", GUISE_DELETE),
			 GUISE_E_ACCESS_DENIED);
}

static void without_change_notify_each_directory_counts(void **state)
{
	struct share_fixture *f = *state;
	const struct guise_token *plain =
		fixture_token_at(GUISE_LEVEL_IMPERSONATION, ALICE, NULL, 0, 0);

	make_dir(f, "a", BOB, 0777);
	make_dir(f, "a/b", BOB, 0777);
	make_file(f, "a/b/f", BOB, 0666, "");
	assert_int_equal(open_path(f, plain, "a/b/f", GUISE_FILE_READ_DATA), 0);
	store_mask(f, "a", 0x1f01ff & ~(uint32_t)GUISE_FILE_TRAVERSE);
	assert_int_equal(open_path(f, f->alice, "a/b/f", GUISE_FILE_READ_DATA),
			 0);
	assert_int_equal(open_path(f, plain, "a/b/f", GUISE_FILE_READ_DATA),
			 GUISE_E_ACCESS_DENIED);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
	assert_int_equal(f->verdict.missing, GUISE_FILE_TRAVERSE);
	assert_int_equal(delete_path(f, plain, "a/b/f"), GUISE_E_ACCESS_DENIED);
	assert_int_equal(put(f, plain, "a/b/g", ""), GUISE_E_ACCESS_DENIED);
	store_mask(f, "a", GUISE_FILE_TRAVERSE);
	assert_int_equal(open_path(f, plain, "a/b/f", GUISE_FILE_READ_DATA), 0);
	/* the root is a directory on the way, too */
	store_mask(f, ".", 0);
	assert_int_equal(open_path(f, plain, "a/b/f", GUISE_FILE_READ_DATA),
			 GUISE_E_ACCESS_DENIED);
	forget_sd(f, ".");
	/* a link would lead around the check */
	assert_int_equal(symlinkat("a/b", f->dir, "l"), 0);
	assert_int_equal(open_path(f, plain, "l/f", GUISE_FILE_READ_DATA),
			 -ELOOP);
	assert_int_equal(open_path(f, f->alice, "l/f", GUISE_FILE_READ_DATA),
			 0);
	guise_token_unref(plain);
}

static void links_stay_beneath_the_root(void **state)
{
	static const char *const targets[] = {
		"/etc/hostname",  "../../etc",		"../x", "/",
		"../d/../../etc", "/proc/self/root/etc"};
	struct share_fixture *f = *state;

	make_dir(f, "d", ALICE, 0777);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		assert_int_equal(symlinkat(targets[i], f->dir, "d/l"), 0);
		if (strcmp(targets[i], "../x") != 0) {
			assert_int_equal(open_path(f, f->alice, "d/l",
						   GUISE_FILE_READ_DATA),
					 -EXDEV);
			assert_int_equal(stat_path(f, f->alice, "d/l"), -EXDEV);
			assert_int_equal(f->verdict.layer, GUISE_LAYER_KERNEL);
			assert_int_equal(put(f, f->alice, "d/l", "x"), -EXDEV);
		}
		assert_int_equal(delete_path(f, f->alice, "d/l"), 0);
		assert_false(exists(f, "d/l"));
	}
	/* one that stays beneath is followed; deleting takes the link itself */
	make_file(f, "d/f", ALICE, 0666, "old");
	assert_int_equal(symlinkat("../d/f", f->dir, "d/l"), 0);
	assert_int_equal(open_path(f, f->alice, "d/l", GUISE_FILE_READ_DATA),
			 0);
	assert_int_equal(put(f, f->alice, "d/l", "new"), 0);
	assert_content(f, "d/f", "new");
	assert_int_equal(delete_path(f, f->alice, "d/l"), 0);
	assert_true(exists(f, "d/f"));
	/* a dangling one: the file it names is made */
	assert_int_equal(symlinkat("fresh", f->dir, "d/l"), 0);
	assert_int_equal(put(f, f->alice, "d/l", "new"), 0);
	assert_content(f, "d/fresh", "new");
	/* in circles */
	assert_int_equal(symlinkat("c2", f->dir, "d/c1"), 0);
	assert_int_equal(symlinkat("c1", f->dir, "d/c2"), 0);
	assert_int_equal(put(f, f->alice, "d/c1", "new"), -ELOOP);
	assert_no_temporaries(f);
}

static void a_share_may_follow_no_links(void **state)
{
	struct share_fixture *f = *state;
	struct guise_share *share = f->share;

	make_dir(f, "d", ALICE, 0777);
	make_file(f, "d/f", ALICE, 0666, "old");
	assert_int_equal(symlinkat("f", f->dir, "d/l"), 0);
	assert_int_equal(symlinkat("d", f->dir, "k"), 0);
	f->share = fixture_share_of(f->path, GUISE_POLICY_BOTH,
				    GUISE_SHARE_NO_SYMLINKS);
	assert_int_equal(open_path(f, f->alice, "d/l", GUISE_FILE_READ_DATA),
			 -ELOOP);
	assert_int_equal(open_path(f, f->alice, "k/f", GUISE_FILE_READ_DATA),
			 -ELOOP);
	assert_int_equal(put(f, f->alice, "d/l", "new"), -ELOOP);
	assert_int_equal(put(f, f->alice, "k/f", "new"), -ELOOP);
	assert_content(f, "d/f", "old");
	guise_share_free(f->share);
	f->share = share;
}

static void names_of_temporaries_do_not_exist(void **state)
{
	struct share_fixture *f = *state;
	const char *name = GUISE_TEMP_PREFIX "left";

	make_file(f, name, ALICE, 0666, "");
	assert_int_equal(open_path(f, f->alice, name, GUISE_FILE_READ_DATA),
			 -ENOENT);
	assert_int_equal(stat_path(f, f->alice, name), -ENOENT);
	assert_int_equal(put(f, f->alice, name, ""), -ENOENT);
	assert_int_equal(delete_path(f, f->alice, name), -ENOENT);
	/* nor through a link */
	assert_int_equal(symlinkat(name, f->dir, "l"), 0);
	assert_int_equal(put(f, f->alice, "l", ""), -ENOENT);
	assert_true(exists(f, name));
}

/* What may be told about a refused name: exactly whether its directory may be
 * listed, by kernel and by descriptor. */
static void a_refusal_says_whether_the_name_was_known(void **state)
{
	static const struct {
		mode_t mode;
		uint32_t sd; /* on the directory; 0: none stored */
		bool expected;
	} cases[] = {
		{0755, 0, true},
		{0711, 0, false},
		{0755, GUISE_FILE_LIST_DIRECTORY, true},
		{0711, GUISE_FILE_LIST_DIRECTORY, false},
		{0755, GUISE_FILE_TRAVERSE, false},
		{0711, GUISE_FILE_TRAVERSE, false},
	};
	struct share_fixture *f = *state;

	make_dir(f, "d", BOB, 0755);
	make_file(f, "d/kernel", BOB, 0600, "");
	make_file(f, "d/nt", BOB, 0666, "");
	store_mask(f, "d/nt", 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(fchmodat(f->dir, "d", cases[i].mode, 0), 0);
		forget_sd(f, "d");
		if (cases[i].sd)
			store_mask(f, "d", cases[i].sd);
		assert_int_equal(open_path(f, f->alice, "d/kernel",
					   GUISE_FILE_READ_DATA),
				 -EACCES);
		assert_int_equal(f->verdict.parent_listable, cases[i].expected);
		assert_int_equal(
			open_path(f, f->alice, "d/nt", GUISE_FILE_READ_DATA),
			GUISE_E_ACCESS_DENIED);
		assert_int_equal(f->verdict.parent_listable, cases[i].expected);
	}
	/* a directory that cannot even be entered */
	assert_int_equal(fchmodat(f->dir, "d", 0600, 0), 0);
	assert_int_equal(open_path(f, f->alice, "d/nt", GUISE_FILE_READ_DATA),
			 -EACCES);
	assert_false(f->verdict.parent_listable);
}

static void policy_posix_asks_the_kernel_alone(void **state)
{
	struct share_fixture *f = *state;
	struct guise_share *share = f->share;
	const struct guise_actor actor = as(f, f->alice);
	const struct guise_sd *sd = NULL;
	bool stored = true;

	make_dir(f, "d", ALICE, 0777);
	make_file(f, "d/f", ALICE, 0644, "old");
	store_sd(f, "d/f", "O:SYG:SYD:(D;;FA;;;WD)");
	store_sd(f, "d", "O:SYG:SYD:(A;OICI;FA;;;WD)");
	f->share = fixture_share_of(f->path, GUISE_POLICY_POSIX, 0);
	assert_int_equal(open_path(f, f->alice, "d/f", GUISE_FILE_READ_DATA),
			 0);
	assert_int_equal(open_path(f, f->bob, "d/f", GUISE_FILE_WRITE_DATA),
			 -EACCES);
	/* descriptors are shown as derived, and cannot be set */
	assert_int_equal(
		guise_share_get_sd(f->share, &actor, "d/f", &sd, &stored), 0);
	assert_false(stored);
	assert_int_equal(guise_share_set_sd(f->share, &actor, "d/f",
					    GUISE_DACL_SECURITY, sd),
			 -EOPNOTSUPP);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_SHARE);
	guise_sd_unref(sd);
	/* what was stored stays; nothing is inherited */
	assert_int_equal(put(f, f->alice, "d/f", "new"), 0);
	assert_stored(f, "d/f", "O:SYG:SYD:(D;;FA;;;WD)");
	assert_int_equal(put(f, f->alice, "d/g", "new"), 0);
	assert_stored(f, "d/g", "");
	guise_share_free(f->share);
	f->share = share;
}

struct names {
	char text[512];
};

static int collect(void *context, const struct guise_entry *entry)
{
	struct names *names = context;
	size_t used = strlen(names->text);
	const char *kind = S_ISDIR(entry->stat.st_mode)	  ? "/"
			   : S_ISLNK(entry->stat.st_mode) ? "@"
							  : "";

	(void)snprintf(names->text + used, sizeof(names->text) - used, "%s%s ",
		       entry->name, kind);
	return 0;
}

static bool lists(struct share_fixture *f, const char *path, const char *name)
{
	const struct guise_actor actor = as(f, f->alice);
	struct names names = {" "};
	char wanted[64];

	assert_int_equal(
		guise_share_list(f->share, &actor, path, collect, &names), 0);
	(void)snprintf(wanted, sizeof(wanted), " %s ", name);
	return strstr(names.text, wanted) != NULL;
}

static void links_are_listed_as_what_they_show(void **state)
{
	struct share_fixture *f = *state;

	make_dir(f, "d", ALICE, 0755);
	make_dir(f, "e", ALICE, 0755);
	make_file(f, "d/f", ALICE, 0644, "");
	make_file(f, "d/" GUISE_TEMP_PREFIX "x", ALICE, 0644, "");
	assert_int_equal(symlinkat("f", f->dir, "d/tofile"), 0);
	assert_int_equal(symlinkat("../e", f->dir, "d/todir"), 0);
	assert_int_equal(symlinkat("/etc/passwd", f->dir, "d/out"), 0);
	assert_int_equal(symlinkat("nothing", f->dir, "d/dangling"), 0);
	assert_true(lists(f, "d", "f"));
	assert_true(lists(f, "d", "tofile"));
	assert_true(lists(f, "d", "todir/"));
	assert_false(lists(f, "d", "out"));
	assert_false(lists(f, "d", "out@"));
	assert_false(lists(f, "d", "dangling@"));
	assert_false(lists(f, "d", GUISE_TEMP_PREFIX "x"));
	assert_true(lists(f, "", "d/"));
}

static void what_cannot_be_read_can_be_hidden(void **state)
{
	struct share_fixture *f = *state;
	struct guise_share *share = f->share;

	make_dir(f, "d", BOB, 0755);
	make_file(f, "d/open", BOB, 0644, "");
	make_file(f, "d/kernel", BOB, 0600, "");
	make_file(f, "d/nt", BOB, 0644, "");
	store_mask(f, "d/nt", GUISE_FILE_READ_ATTRIBUTES);
	make_file(f, "d/broken", BOB, 0644, "");
	assert_int_equal(symlinkat("kernel", f->dir, "d/link"), 0);
	{
		int fd = openat(f->dir, "d/broken", O_RDONLY | O_CLOEXEC);

		assert_int_equal(fsetxattr(fd, GUISE_SD_XATTR, "x", 1, 0), 0);
		assert_int_equal(close(fd), 0);
	}
	assert_true(lists(f, "d", "kernel"));
	assert_true(lists(f, "d", "nt"));
	f->share = fixture_share_of(f->path, GUISE_POLICY_BOTH,
				    GUISE_SHARE_HIDE_UNREADABLE);
	assert_true(lists(f, "d", "open"));
	assert_false(lists(f, "d", "kernel"));
	assert_false(lists(f, "d", "nt"));
	assert_false(lists(f, "d", "broken"));
	assert_false(lists(f, "d", "link"));
	guise_share_free(f->share);
	f->share = share;
}

static int get(struct share_fixture *f, const struct guise_token *token,
	       const char *path, char **ret_text)
{
	const struct guise_actor actor = as(f, token);
	const struct guise_sd *sd = NULL;
	int r = guise_share_get_sd(f->share, &actor, path, &sd, NULL);

	if (r == 0)
		*ret_text = sddl_of(sd, NULL);
	guise_sd_unref(sd);
	return r;
}

static int set(struct share_fixture *f, const struct guise_token *token,
	       const char *path, uint32_t parts, const char *sddl)
{
	const struct guise_actor actor = as(f, token);
	const struct guise_sd *sd = sd_of(sddl);
	int r = guise_share_set_sd(f->share, &actor, path, parts, sd);

	guise_sd_unref(sd);
	return r;
}

static void the_system_list_needs_the_privilege(void **state)
{
	static const char sddl[] = "O:SYG:SYD:(A;;FA;;;WD)S:(AU;SA;FA;;;WD)";
	const uint64_t privileges =
		CHANGE_NOTIFY | GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	struct share_fixture *f = *state;
	const struct guise_token *auditor = fixture_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, NULL, 0, privileges);
	char *text = NULL;

	make_file(f, "f", ALICE, 0644, "");
	store_sd(f, "f", sddl);
	assert_int_equal(get(f, f->alice, "f", &text), 0);
	assert_string_equal(text, "O:SYG:SYD:(A;;FA;;;WD)");
	free(text);
	assert_int_equal(
		set(f, f->alice, "f", GUISE_SACL_SECURITY, "O:SYG:SYS:"),
		GUISE_E_ACCESS_DENIED);
	assert_int_equal(f->verdict.decision.missing_privilege,
			 GUISE_SE_SECURITY);
	assert_stored(f, "f", sddl);
	assert_int_equal(get(f, auditor, "f", &text), 0);
	assert_string_equal(text, sddl);
	free(text);
	assert_int_equal(set(f, auditor, "f", GUISE_SACL_SECURITY,
			     "O:SYG:SYS:(AU;FA;FR;;;WD)"),
			 0);
	assert_stored(f, "f", "O:SYG:SYD:(A;;FA;;;WD)S:(AU;FA;FR;;;WD)");
	/* also where nothing is stored */
	forget_sd(f, "f");
	assert_int_equal(
		set(f, f->alice, "f", GUISE_SACL_SECURITY, "O:SYG:SYS:"),
		GUISE_E_ACCESS_DENIED);
	guise_token_unref(auditor);
}

static void owners_are_oneself_unless_restoring(void **state)
{
	const uint64_t restore =
		CHANGE_NOTIFY | GUISE_PRIVILEGE_BIT(GUISE_SE_RESTORE);
	const uint64_t take =
		CHANGE_NOTIFY | GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	struct share_fixture *f = *state;
	const struct guise_token *restorer = fixture_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, NULL, 0, restore);
	const struct guise_token *taker = fixture_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, NULL, 0, take);
	const uint32_t owner = GUISE_OWNER_SECURITY;

	make_file(f, "f", BOB, 0666, "");
	store_sd(f, "f", "O:SYG:SYD:(A;;FA;;;WD)");
	assert_int_equal(set(f, f->alice, "f", owner, "O:S-1-22-1-310002"),
			 GUISE_E_INVALID_OWNER);
	/* a group that is not marked to own things */
	assert_int_equal(set(f, f->alice, "f", owner, "O:S-1-22-2-320000"),
			 GUISE_E_INVALID_OWNER);
	assert_int_equal(set(f, f->alice, "f", owner, "G:SY"),
			 GUISE_E_INVALID_OWNER);
	assert_stored(f, "f", "O:SYG:SYD:(A;;FA;;;WD)");
	assert_int_equal(set(f, f->alice, "f", owner, "O:S-1-22-1-310001"), 0);
	assert_stored(f, "f", "O:S-1-22-1-310001G:SYD:(A;;FA;;;WD)");
	assert_int_equal(set(f, restorer, "f", owner, "O:S-1-22-1-310002"), 0);
	/* without WRITE_OWNER only SeTakeOwnership gets there */
	store_mask(f, "f", 0);
	assert_int_equal(set(f, f->alice, "f", owner, "O:S-1-22-1-310001"),
			 GUISE_E_ACCESS_DENIED);
	assert_int_equal(set(f, restorer, "f", owner, "O:S-1-22-1-310001"),
			 GUISE_E_ACCESS_DENIED);
	assert_int_equal(set(f, taker, "f", owner, "O:S-1-22-1-310001"), 0);
	guise_token_unref(restorer);
	guise_token_unref(taker);
}

/* Where nothing is stored, the file's owner is who may begin. */
static void the_kernels_owner_may_protect(void **state)
{
	struct share_fixture *f = *state;
	char *text = NULL;

	make_file(f, "f", ALICE, 0644, "");
	assert_int_equal(
		set(f, f->bob, "f", GUISE_DACL_SECURITY, "D:(A;;FA;;;WD)"),
		GUISE_E_ACCESS_DENIED);
	assert_stored(f, "f", "");
	assert_int_equal(get(f, f->bob, "f", &text), 0);
	free(text);
	assert_int_equal(set(f, f->alice, "f", GUISE_DACL_SECURITY,
			     "D:P(A;;FA;;;S-1-22-1-310001)"),
			 0);
	assert_stored(f, "f",
		      "O:S-1-22-1-310001G:S-1-22-2-310001"
		      "D:P(A;;FA;;;S-1-22-1-310001)");
	assert_int_equal(open_path(f, f->bob, "f", GUISE_FILE_READ_DATA),
			 GUISE_E_ACCESS_DENIED);
	assert_int_equal(open_path(f, f->alice, "f", GUISE_FILE_READ_DATA), 0);
}

/* A change is seen at once, however often the file was looked at before. */
static void a_new_descriptor_counts_at_once(void **state)
{
	struct share_fixture *f = *state;

	make_file(f, "f", BOB, 0644, "");
	for (unsigned i = 0; i < 20; i++) {
		store_mask(f, "f", GUISE_FILE_READ_DATA);
		if (i % 4 == 0)
			(void)usleep(30000); /* old enough to be remembered */
		for (unsigned j = 0; j < 3; j++)
			assert_int_equal(open_path(f, f->alice, "f",
						   GUISE_FILE_READ_DATA),
					 0);
		store_mask(f, "f", 0);
		if (i % 4 == 1)
			(void)usleep(30000);
		for (unsigned j = 0; j < 3; j++)
			assert_int_equal(open_path(f, f->alice, "f",
						   GUISE_FILE_READ_DATA),
					 GUISE_E_ACCESS_DENIED);
	}
}

/* The attribute itself is out of every client's reach, owner or not. */
static void clients_cannot_write_the_attribute(void **state)
{
	struct share_fixture *f = *state;
	char path[96];
	int set_result, set_error, remove_result;

	make_file(f, "f", ALICE, 0666, "");
	store_sd(f, "f", "O:SYG:SYD:");
	(void)snprintf(path, sizeof(path), "%s/f", f->path);
	{
		GUISE_SCOPE(scope);

		assert_int_equal(guise_scope_begin(&scope, f->alice), 0);
		set_result = setxattr(path, GUISE_SD_XATTR, "x", 1, 0);
		set_error = errno;
		remove_result = removexattr(path, GUISE_SD_XATTR);
	}
	assert_int_equal(set_result, -1);
	assert_int_equal(set_error, EPERM);
	assert_int_equal(remove_result, -1);
	assert_stored(f, "f", "O:SYG:SYD:");
}

static void odd_requests_are_refused(void **state)
{
	static const char *const paths[] = {"/f",     "f/",   "../f",
					    "d/../f", "d//f", "."};
	struct share_fixture *f = *state;
	const struct guise_actor actor = as(f, f->alice);
	int fd = -1;

	make_file(f, "f", ALICE, 0644, "");
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(
			open_path(f, f->alice, paths[i], GUISE_FILE_READ_DATA),
			-EINVAL);
	assert_int_equal(open_path(f, f->alice, "f", 0), -EINVAL);
	assert_int_equal(open_path(f, f->alice, "f", GUISE_MAXIMUM_ALLOWED),
			 -EINVAL);
	assert_int_equal(guise_share_open(NULL, &actor, "f", 1, &fd, NULL),
			 -EINVAL);
	assert_int_equal(guise_share_open(f->share, NULL, "f", 1, &fd, NULL),
			 -EINVAL);
	assert_int_equal(guise_share_open(f->share, &actor, NULL, 1, &fd, NULL),
			 -EINVAL);
	assert_int_equal(delete_path(f, f->alice, ""), -EBUSY);
	assert_int_equal(put(f, f->alice, "", ""), -EISDIR);
	assert_int_equal(put(f, f->alice, "none/f", ""), -ENOENT);
	assert_int_equal(put(f, f->alice, "f/f", ""), -ENOTDIR);
	assert_int_equal(open_path(f, f->alice, "none", GUISE_FILE_READ_DATA),
			 -ENOENT);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_NONE);
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(attributes_come_with_the_right_to_list),
	SHARE_TEST(deletion_comes_with_write_on_the_directory),
	SHARE_TEST(shortcuts_do_not_follow_links),
	SHARE_TEST(without_change_notify_each_directory_counts),
	SHARE_TEST(links_stay_beneath_the_root),
	SHARE_TEST(a_share_may_follow_no_links),
	SHARE_TEST(names_of_temporaries_do_not_exist),
	SHARE_TEST(a_refusal_says_whether_the_name_was_known),
	SHARE_TEST(policy_posix_asks_the_kernel_alone),
	SHARE_TEST(links_are_listed_as_what_they_show),
	SHARE_TEST(what_cannot_be_read_can_be_hidden),
	SHARE_TEST(the_system_list_needs_the_privilege),
	SHARE_TEST(owners_are_oneself_unless_restoring),
	SHARE_TEST(the_kernels_owner_may_protect),
	SHARE_TEST(a_new_descriptor_counts_at_once),
	SHARE_TEST(clients_cannot_write_the_attribute),
	SHARE_TEST(odd_requests_are_refused),
};

SHARE_MAIN(tests)
