/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What operations on a share put on record: once each, what happened, and
 * nothing that was only asked on the side. Both engines.
 */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include "share-fixture.h"

#define AUDIT_ALL "(AU;SAFA;FA;;;WD)"
/* Alice may all, others nothing; every access is audited. */
#define ALICE_ALONE "O:SYG:SYD:(A;;FA;;;S-1-22-1-310001)S:" AUDIT_ALL
#define ALL_MAY "O:SYG:SYD:(A;;FA;;;WD)S:" AUDIT_ALL
#define NOT_AUDITED "O:SYG:SYD:(A;;FA;;;WD)"

/* A line an event: "success 0x1 NAME\n". */
static struct {
	char text[2000];
	uint64_t handle; /* of the last one */
	char server[40];
	uint32_t ace;
} record;

static void keep(void *context, const struct guise_audit_event *event)
{
	size_t used = strlen(record.text);

	(void)context;
	(void)snprintf(record.text + used, sizeof(record.text) - used,
		       "%s 0x%x %s\n",
		       event->what == GUISE_AUDIT_STAGED ? "staged"
		       : event->success			 ? "success"
							 : "failure",
		       event->desired, event->name);
	(void)snprintf(record.server, sizeof(record.server), "%s",
		       event->server ? event->server : "-");
	record.handle = event->handle;
	record.ace = event->ace;
}

static const struct guise_audit_sink sink = {.function = keep};

static struct guise_actor audited(struct share_fixture *f,
				  const struct guise_token *token)
{
	struct guise_actor actor = as(f, token);

	actor.audit = &sink;
	memset(&record, 0, sizeof(record));
	return actor;
}

static int open_file(struct share_fixture *f, const struct guise_token *token,
		     const char *path, uint32_t access)
{
	const struct guise_actor actor = audited(f, token);
	int fd = -EBADF;
	int r = guise_share_open(f->share, &actor, path, access, &fd, NULL);

	if (r == 0)
		assert_int_equal(close(fd), 0);
	return r;
}

static void a_read_is_on_record_once_and_only_if_the_sacl_says_so(void **state)
{
	struct share_fixture *f = *state;
	struct stat stat;

	make_file(f, "a", 0, 0666, "x");
	make_file(f, "plain", 0, 0666, "x");
	make_file(f, "success", 0, 0666, "x");
	store_sd(f, "a", ALICE_ALONE);
	store_sd(f, "plain", NOT_AUDITED);
	store_sd(f, "success",
		 "O:SYG:SYD:(A;;FR;;;WD)S:(ML;;NW;;;LW)"
		 "(AU;SA;FR;;;S-1-22-1-310001)");
	assert_int_equal(fstatat(f->dir, "a", &stat, 0), 0);
	assert_int_equal(open_file(f, f->alice, "a", 1), 0);
	assert_string_equal(record.text, "success 0x1 a\n");
	assert_int_equal(record.handle, stat.st_ino);
	assert_int_equal(record.ace, 1);
	assert_string_equal(record.server, "-");
	assert_int_equal(open_file(f, f->bob, "a", 1), GUISE_E_ACCESS_DENIED);
	assert_string_equal(record.text, "failure 0x1 a\n");
	assert_int_equal(open_file(f, f->alice, "plain", 1), 0);
	assert_string_equal(record.text, "");
	assert_int_equal(open_file(f, f->alice, "success", 1), 0);
	assert_string_equal(record.text, "success 0x1 success\n");
	assert_int_equal(record.ace, 2);
	assert_int_equal(open_file(f, f->bob, "success", 1), 0);
	assert_int_equal(open_file(f, f->bob, "success", 2),
			 GUISE_E_ACCESS_DENIED);
	assert_string_equal(record.text, "");
	assert_int_equal(open_file(f, f->alice, "none", 1), -ENOENT);
	assert_string_equal(record.text, "");
}

static void
what_the_kernel_refuses_is_on_record_where_it_can_be_seen(void **state)
{
	struct share_fixture *f = *state;

	make_file(f, "a", ALICE, 0600, "x");
	store_sd(f, "a", ALL_MAY);
	assert_int_equal(open_file(f, f->bob, "a", 1), -EACCES);
	assert_string_equal(record.text, "failure 0x1 a\n");
	assert_int_equal(record.ace, 1);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_KERNEL);
	/* not even the way there */
	make_dir(f, "d", ALICE, 0700);
	make_file(f, "d/a", ALICE, 0666, "x");
	store_sd(f, "d/a", ALL_MAY);
	assert_int_equal(open_file(f, f->bob, "d/a", 1), -EACCES);
	assert_string_equal(record.text, "");
	/* nothing wanted on record */
	store_sd(f, "a", NOT_AUDITED);
	assert_int_equal(open_file(f, f->bob, "a", 1), -EACCES);
	assert_string_equal(record.text, "");
}

static void deletions_are_on_record_as_they_end(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor = audited(f, f->alice);

	make_file(f, "a", ALICE, 0644, "x");
	store_sd(f, "a", ALL_MAY);
	assert_int_equal(guise_share_delete(f->share, &actor, "a", NULL, NULL),
			 0);
	assert_string_equal(record.text, "success 0x10000 a\n");
	/* by the descriptor: not DELETE, and the directory gives nothing */
	make_dir(f, "d", 0, 0755);
	make_file(f, "d/a", 0, 0644, "x");
	store_sd(f, "d/a", "O:SYG:SYD:(A;;FR;;;WD)S:" AUDIT_ALL);
	actor = audited(f, f->bob);
	assert_int_equal(
		guise_share_delete(f->share, &actor, "d/a", NULL, NULL),
		GUISE_E_ACCESS_DENIED);
	assert_string_equal(record.text, "failure 0x10000 d/a\n");
	/* by the kernel, although the descriptor allows it */
	store_sd(f, "d/a", ALL_MAY);
	actor = audited(f, f->bob);
	assert_int_equal(
		guise_share_delete(f->share, &actor, "d/a", NULL, NULL),
		-EACCES);
	assert_string_equal(record.text, "failure 0x10000 d/a\n");
	assert_true(exists(f, "d/a"));
}

static void a_directory_that_allows_deletion_makes_it_a_success(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor;

	make_dir(f, "d", 0, 0777);
	store_mask(f, "d", GUISE_FILE_DELETE_CHILD | GUISE_FILE_TRAVERSE);
	make_file(f, "d/a", 0, 0644, "x");
	store_sd(f, "d/a", "O:SYG:SYD:(A;;FR;;;WD)S:" AUDIT_ALL);
	actor = audited(f, f->bob);
	assert_int_equal(
		guise_share_delete(f->share, &actor, "d/a", NULL, NULL), 0);
	assert_string_equal(record.text, "success 0x10000 d/a\n");
}

static void a_tree_is_on_record_member_by_member(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor;

	make_dir(f, "d", ALICE, 0755);
	make_dir(f, "d/e", ALICE, 0755);
	make_file(f, "d/e/a", ALICE, 0644, "x");
	store_sd(f, "d", ALL_MAY);
	store_sd(f, "d/e/a", ALL_MAY);
	actor = audited(f, f->alice);
	assert_int_equal(guise_share_delete(f->share, &actor, "d", NULL, NULL),
			 0);
	assert_string_equal(record.text,
			    "success 0x10000 d/e/a\nsuccess 0x10000 d\n");
}

static void uploads_are_on_record_when_they_are_done(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor;
	struct guise_put *p = NULL;
	struct stat old;
	int fd;

	make_dir(f, "d", ALICE, 0755);
	store_sd(f, "d", "O:SYG:SYD:(A;;FA;;;WD)S:" AUDIT_ALL);
	actor = audited(f, f->alice);
	assert_int_equal(
		guise_share_put_begin(f->share, &actor, "d/a", &p, &fd, &old),
		0);
	assert_int_equal(guise_share_put_commit(p, &actor, NULL, false, NULL),
			 0);
	assert_string_equal(record.text, "success 0x2 d\n");
	store_sd(f, "d/a", ALL_MAY);
	/* given up: nothing has happened */
	actor = audited(f, f->alice);
	assert_int_equal(
		guise_share_put_begin(f->share, &actor, "d/a", &p, &fd, &old),
		0);
	guise_share_put_abort(p, &actor);
	assert_string_equal(record.text, "");
	assert_int_equal(
		guise_share_put_begin(f->share, &actor, "d/a", &p, &fd, &old),
		0);
	assert_int_equal(guise_share_put_commit(p, &actor, NULL, false, NULL),
			 0);
	assert_string_equal(record.text, "success 0x2 d/a\n");
	/* refused: by the descriptor; by the kernel */
	store_sd(f, "d/a", "O:SYG:SYD:(A;;FR;;;WD)S:" AUDIT_ALL);
	actor = audited(f, f->alice);
	assert_int_equal(
		guise_share_put_begin(f->share, &actor, "d/a", &p, &fd, &old),
		GUISE_E_ACCESS_DENIED);
	assert_string_equal(record.text, "failure 0x2 d/a\n");
	actor = audited(f, f->bob);
	assert_int_equal(
		guise_share_put_begin(f->share, &actor, "d/b", &p, &fd, &old),
		-EACCES);
	assert_string_equal(record.text, "failure 0x2 d\n");
	actor = audited(f, f->alice);
	assert_int_equal(guise_share_mkdir(f->share, &actor, "d/m"), 0);
	assert_string_equal(record.text, "success 0x4 d\n");
	actor = audited(f, f->bob);
	assert_int_equal(guise_share_mkdir(f->share, &actor, "d/n"), -EACCES);
	assert_string_equal(record.text, "failure 0x4 d\n");
}

static void copies_and_moves_are_on_record_once_an_object(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor;

	make_file(f, "a", ALICE, 0644, "x");
	make_file(f, "b", ALICE, 0644, "x");
	store_sd(f, "a", ALL_MAY);
	store_sd(f, "b", ALL_MAY);
	actor = audited(f, f->alice);
	assert_int_equal(guise_share_copy(f->share, &actor, "a", f->share, "b",
					  true, true, NULL, NULL, NULL),
			 0);
	assert_string_equal(record.text, "success 0x89 a\nsuccess 0x2 b\n");
	store_sd(f, "b", ALL_MAY);
	actor = audited(f, f->alice);
	assert_int_equal(guise_share_move(f->share, &actor, "a", f->share, "b",
					  true, NULL, NULL, NULL),
			 0);
	assert_string_equal(record.text,
			    "success 0x10000 b\nsuccess 0x10000 a\n");
	make_dir(f, "d", ALICE, 0755);
	make_dir(f, "e", ALICE, 0755);
	make_file(f, "e/x", ALICE, 0644, "x");
	store_sd(f, "d", ALL_MAY);
	store_sd(f, "e", ALL_MAY);
	store_sd(f, "e/x", ALL_MAY);
	actor = audited(f, f->alice);
	assert_int_equal(guise_share_move(f->share, &actor, "d", f->share, "e",
					  true, NULL, NULL, NULL),
			 0);
	assert_string_equal(record.text, "success 0x10000 e/x\n"
					 "success 0x10000 e\n"
					 "success 0x10000 d\n");
}

static int put_over(struct share_fixture *f, const struct guise_actor *actor,
		    const char *path)
{
	struct guise_put *p = NULL;
	struct stat old;
	int fd;

	assert_int_equal(
		guise_share_put_begin(f->share, actor, path, &p, &fd, &old), 0);
	return guise_share_put_commit(p, actor, NULL, false, NULL);
}

/* Bob may write to it, but only root may take it away. */
static void make_sticky_with_w(struct share_fixture *f)
{
	make_dir(f, "d", 0, 01777);
	make_file(f, "d/w", 0, 0666, "x");
	store_sd(f, "d/w", ALL_MAY);
	make_file(f, "d/a", BOB, 0644, "x");
}

static void a_move_that_the_kernel_refuses_is_a_failure_on_record(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor;

	make_sticky_with_w(f);
	actor = audited(f, f->bob);
	assert_int_equal(guise_share_move(f->share, &actor, "d/w", f->share,
					  "d/v", true, NULL, NULL, NULL),
			 -EPERM);
	assert_string_equal(record.text, "failure 0x10000 d/w\n");
	assert_int_equal(f->verdict.layer, GUISE_LAYER_KERNEL);
	/* where it must not go: refused on the way there, by the kernel */
	make_dir(f, "e", ALICE, 0700);
	actor = audited(f, f->bob);
	assert_int_equal(guise_share_move(f->share, &actor, "d/w", f->share,
					  "e/w", true, NULL, NULL, NULL),
			 -EACCES);
	assert_string_equal(record.text, "failure 0x10000 d/w\n");
	/* by its descriptor: once */
	store_sd(f, "d/w", "O:SYG:SYD:(A;;FR;;;WD)S:" AUDIT_ALL);
	actor = audited(f, f->bob);
	assert_int_equal(guise_share_move(f->share, &actor, "d/w", f->share,
					  "d/v", true, NULL, NULL, NULL),
			 GUISE_E_ACCESS_DENIED);
	assert_string_equal(record.text, "failure 0x10000 d/w\n");
}

static void what_the_kernel_does_not_let_replace_is_no_success(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor;

	make_sticky_with_w(f);
	actor = audited(f, f->bob);
	assert_int_equal(put_over(f, &actor, "d/w"), -EPERM);
	assert_string_equal(record.text, "failure 0x2 d/w\n");
	actor = audited(f, f->bob);
	assert_int_equal(guise_share_copy(f->share, &actor, "d/a", f->share,
					  "d/w", true, true, NULL, NULL, NULL),
			 -EPERM);
	assert_string_equal(record.text, "failure 0x2 d/w\n");
	store_sd(f, "d/a", ALL_MAY);
	actor = audited(f, f->bob);
	assert_int_equal(guise_share_move(f->share, &actor, "d/a", f->share,
					  "d/w", true, NULL, NULL, NULL),
			 -EPERM);
	assert_string_equal(record.text, "failure 0x10000 d/w\n"
					 "failure 0x10000 d/a\n");
	assert_true(exists(f, "d/a"));
	/* a directory takes the name in one exchange, or does not */
	make_dir(f, "d/b", BOB, 0755);
	actor = audited(f, f->bob);
	assert_int_equal(guise_share_copy(f->share, &actor, "d/b", f->share,
					  "d/w", true, true, NULL, NULL, NULL),
			 -EPERM);
	assert_string_equal(record.text, "failure 0x10000 d/w\n");
	assert_true(exists(f, "d/w"));
}

static int list_nothing(void *context, const struct guise_entry *entry)
{
	(void)context;
	(void)entry;
	return 0;
}

static void questions_on_the_side_are_not_on_record(void **state)
{
	struct share_fixture *f = *state;
	struct guise_share *hiding = fixture_share_of(
		f->path, GUISE_POLICY_BOTH, GUISE_SHARE_HIDE_UNREADABLE);
	struct guise_share *posix =
		fixture_share_of(f->path, GUISE_POLICY_POSIX, 0);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_actor actor = audited(f, f->alice);
	int fd = -EBADF;

	make_file(f, "a", ALICE, 0644, "x");
	store_sd(f, "a", ALL_MAY);
	assert_int_equal(
		guise_share_list(hiding, &actor, "", list_nothing, NULL), 0);
	assert_string_equal(record.text, "");
	/* the SACL is left out without a word */
	assert_int_equal(guise_share_get_sd(f->share, &actor, "a", &sd, NULL),
			 0);
	assert_string_equal(record.text, "success 0x20000 a\n");
	assert_null(guise_sd_sacl(sd));
	actor = audited(f, f->alice);
	assert_int_equal(guise_share_open(posix, &actor, "a", 1, &fd, NULL), 0);
	assert_int_equal(close(fd), 0);
	assert_string_equal(record.text, "");
	(void)guise_share_free(hiding);
	(void)guise_share_free(posix);
}

static void the_way_is_on_record_for_who_must_be_let_through(void **state)
{
	struct share_fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *walker =
		fixture_token_at(GUISE_LEVEL_IMPERSONATION, BOB, NULL, 0, 0);

	make_dir(f, "d", 0, 0755);
	make_dir(f, "d/e", 0, 0755);
	make_file(f, "d/e/a", 0, 0644, "x");
	store_sd(f, "d", ALL_MAY);
	store_sd(f, "d/e", "O:SYG:SYD:(A;;FR;;;WD)S:" AUDIT_ALL);
	assert_int_equal(open_file(f, f->bob, "d/e/a", 1), 0);
	assert_string_equal(record.text, "");
	assert_int_equal(open_file(f, walker, "d/e/a", 1),
			 GUISE_E_ACCESS_DENIED);
	assert_string_equal(record.text, "success 0x20 d\nfailure 0x20 d/e\n");
}

static void descriptors_read_and_set_are_on_record(void **state)
{
	struct share_fixture *f = *state;
	struct guise_actor actor = audited(f, f->bob);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_of(ALL_MAY);

	make_file(f, "a", ALICE, 0666, "x");
	store_sd(f, "a", ALICE_ALONE);
	assert_int_equal(guise_share_set_sd(f->share, &actor, "a",
					    GUISE_SACL_SECURITY, sd),
			 GUISE_E_ACCESS_DENIED);
	/* an ACE for all file rights does not speak of the SACL */
	assert_string_equal(record.text, "");
	store_sd(f, "a", "O:SYG:SYD:(A;;FA;;;WD)S:(AU;FA;0x1000000;;;WD)");
	assert_int_equal(guise_share_set_sd(f->share, &actor, "a",
					    GUISE_SACL_SECURITY, sd),
			 GUISE_E_ACCESS_DENIED);
	assert_string_equal(record.text, "failure 0x1000000 a\n");
	store_sd(f, "a", ALICE_ALONE);
	actor = audited(f, f->alice);
	assert_int_equal(guise_share_set_sd(f->share, &actor, "a",
					    GUISE_DACL_SECURITY, sd),
			 0);
	assert_string_equal(record.text, "success 0x40000 a\n");
}

#define UNDER_POLICY "O:SYG:SYD:(A;;FA;;;WD)S:(SP;;;;;S-1-17-9)"

/* Everyone reads; staged: only alice does. */
static struct guise_share *share_under_policy(const char *path)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *now = sd_of("D:(A;;FR;;;WD)");
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *staged = sd_of("D:(A;;FR;;;S-1-22-1-310001)");
	GUISE_AUTO(guise_policies_unrefp)
	const struct guise_policies *policies = NULL;
	const struct guise_policy_rule rule = {.dacl = guise_sd_dacl(now),
					       .staged = guise_sd_dacl(staged)};
	const struct guise_policy policy = {
		.id = sid_of("S-1-17-9"), .rules = &rule, .n_rules = 1};
	struct guise_share_options options = {
		.size = sizeof(options),
		.root_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC),
		.name = "policed"};
	struct guise_share *share = NULL;

	assert_int_equal(guise_policies_new(&policy, 1, &policies), 0);
	options.policies = policies;
	assert_int_equal(guise_share_new(&options, &share), 0);
	return share;
}

static int open_in(struct guise_share *share, const struct guise_actor *actor,
		   uint32_t access)
{
	int fd = -EBADF;
	int r = guise_share_open(share, actor, "a", access, &fd, NULL);

	if (r == 0)
		assert_int_equal(close(fd), 0);
	return r;
}

static void central_policies_restrict_and_what_is_staged_is_told(void **state)
{
	struct share_fixture *f = *state;
	struct guise_share *share = share_under_policy(f->path);
	struct guise_actor actor = audited(f, f->alice);

	make_file(f, "a", 0, 0666, "x");
	store_sd(f, "a", UNDER_POLICY);
	assert_int_equal(open_in(share, &actor, 1), 0);
	assert_string_equal(record.text, "");
	assert_int_equal(open_in(share, &actor, 2), GUISE_E_ACCESS_DENIED);
	assert_int_equal(f->verdict.layer, GUISE_LAYER_DESCRIPTOR);
	assert_string_equal(record.text, "");
	actor = audited(f, f->bob);
	assert_int_equal(open_in(share, &actor, 1), 0);
	assert_string_equal(record.text, "staged 0x1 a\n");
	assert_string_equal(record.server, "policed");
	/* a share that does not know the policy: the recovery policy */
	actor = audited(f, f->alice);
	assert_int_equal(open_in(f->share, &actor, 1), GUISE_E_ACCESS_DENIED);
	(void)guise_share_free(share);
}

static const struct CMUnitTest tests[] = {
	SHARE_TEST(a_read_is_on_record_once_and_only_if_the_sacl_says_so),
	SHARE_TEST(what_the_kernel_refuses_is_on_record_where_it_can_be_seen),
	SHARE_TEST(deletions_are_on_record_as_they_end),
	SHARE_TEST(a_directory_that_allows_deletion_makes_it_a_success),
	SHARE_TEST(a_tree_is_on_record_member_by_member),
	SHARE_TEST(uploads_are_on_record_when_they_are_done),
	SHARE_TEST(copies_and_moves_are_on_record_once_an_object),
	SHARE_TEST(a_move_that_the_kernel_refuses_is_a_failure_on_record),
	SHARE_TEST(what_the_kernel_does_not_let_replace_is_no_success),
	SHARE_TEST(questions_on_the_side_are_not_on_record),
	SHARE_TEST(the_way_is_on_record_for_who_must_be_let_through),
	SHARE_TEST(descriptors_read_and_set_are_on_record),
	SHARE_TEST(central_policies_restrict_and_what_is_staged_is_told),
};

SHARE_MAIN(tests)
