/* SPDX-License-Identifier: Apache-2.0 */
/* Files opened as Windows opens them: what is granted and stays granted, by
 * descriptor and by kernel, as a client. Each scenario in a child of its own.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/propagate.h>

#include "descriptor.h"
#include "live.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define ALICE_SID "S-1-22-1-310001"
#define BOB_SID "S-1-22-1-310002"
#define USUAL (UINT64_C(1) << GUISE_SE_CHANGE_NOTIFY)

static int dir;
static char dir_path[64];
static const struct guise_token *alice, *bob;

/* As live_token_at(), and one of Everyone: the derived descriptor speaks of
 * those. */
static const struct guise_token *client(enum guise_level level, uint32_t uid)
{
	const struct guise_sid user = guise_sid_of_uid(uid);
	const struct guise_sid everyone = sid_of("S-1-1-0");
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	LIVE_CHECK(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_group(b, &everyone, GUISE_GROUP_USUAL);
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION, level);
	guise_token_builder_privileges(b, USUAL, USUAL, USUAL);
	guise_token_builder_unix(b, uid, uid, NULL, 0);
	LIVE_CHECK(guise_token_builder_seal(b, &token) == 0);
	(void)guise_token_builder_free(b);
	return token;
}

static void begin(void)
{
	dir = live_directory(dir_path);
	LIVE_CHECK(fchmod(dir, 0777) == 0);
	alice = client(GUISE_LEVEL_IMPERSONATION, ALICE);
	bob = client(GUISE_LEVEL_IMPERSONATION, BOB);
}

static void end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir_path);
	LIVE_CHECK(system(command) == 0);
}

static void store(const char *name, const char *sddl)
{
	const struct guise_sd *sd = sd_of(sddl);
	int fd = openat(dir, name, O_PATH);

	LIVE_CHECK(fd >= 0 && guise_sd_write(fd, sd) == 0);
	close(fd);
	guise_sd_unref(sd);
}

static bool stored_is(const char *name, const char *sddl)
{
	const struct guise_sd *want = sd_of(sddl), *sd = NULL;
	int fd = openat(dir, name, O_PATH);
	bool stored = false, equal;

	LIVE_CHECK(fd >= 0 && guise_sd_read(fd, NULL, &sd, &stored) == 0);
	close(fd);
	equal = stored &&
		guise_acl_equal(guise_sd_dacl(want), guise_sd_dacl(sd)) &&
		guise_sd_control(want) == guise_sd_control(sd);
	guise_sd_unref(want);
	guise_sd_unref(sd);
	return equal;
}

static struct guise_nt_request request(const struct guise_token *token,
				       const char *name, uint32_t access)
{
	return (struct guise_nt_request){
		.size = sizeof(struct guise_nt_request),
		.token = token,
		.dir_fd = dir,
		.path = name,
		.access = access,
		.share = GUISE_NT_SHARE_ALL,
		.disposition = GUISE_NT_OPEN,
	};
}

static int open_as(const struct guise_nt_request *how,
		   struct guise_nt_file **ret)
{
	GUISE_SCOPE(scope);
	int r = guise_scope_begin(&scope, how->token);

	return r < 0 ? r : guise_nt_open(how, ret, NULL);
}

static int try_as(const struct guise_token *token, const char *name,
		  uint32_t access)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	const struct guise_nt_request how = request(token, name, access);

	return open_as(&how, &file);
}

static void descriptor_and_mode_both_decide(void)
{
	begin();
	live_file(dir, "f", BOB, BOB, 0644);
	LIVE_CHECK(try_as(alice, "f", GUISE_GENERIC_READ) == 0);
	LIVE_CHECK(try_as(alice, "f", GUISE_GENERIC_WRITE) < 0);
	store("f", "O:" BOB_SID "G:BAD:P(A;;FA;;;" BOB_SID ")");
	LIVE_CHECK(try_as(alice, "f", GUISE_GENERIC_READ) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(try_as(bob, "f", GUISE_GENERIC_READ) == 0);
	/* what the descriptor gives the mode may still withhold */
	store("f", "O:" BOB_SID "G:BAD:P(A;;FA;;;" ALICE_SID ")");
	LIVE_CHECK(try_as(alice, "f", GUISE_GENERIC_READ) == 0);
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_WRITE_DATA) == -EACCES);
	LIVE_CHECK(try_as(bob, "f", GUISE_FILE_READ_DATA) ==
		   GUISE_E_ACCESS_DENIED);
	end();
}

static void attributes_take_no_reading(void)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;

	begin();
	live_file(dir, "f", BOB, BOB, 0600);
	how = request(alice, "f", GUISE_FILE_READ_ATTRIBUTES);
	LIVE_CHECK(open_as(&how, &file) == 0);
	LIVE_CHECK(guise_nt_file_granted(file) == GUISE_FILE_READ_ATTRIBUTES);
	end();
}

static void below_impersonation_nothing_is_opened(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *identified = NULL;

	begin();
	live_file(dir, "f", ALICE, ALICE, 0666);
	identified = client(GUISE_LEVEL_IDENTIFICATION, ALICE);
	LIVE_CHECK(try_as(identified, "f", GUISE_FILE_READ_ATTRIBUTES) ==
		   GUISE_E_BAD_LEVEL);
	end();
}

static void the_creator_gets_what_it_asks_for(void)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;

	begin();
	sd = sd_of("D:(A;;0x1;;;WD)");
	how = request(alice, "new", GUISE_READ_CONTROL);
	how.disposition = GUISE_NT_CREATE;
	how.creator = sd;
	LIVE_CHECK(open_as(&how, &file) == 0);
	LIVE_CHECK(guise_nt_file_granted(file) == GUISE_READ_CONTROL);
	LIVE_CHECK(guise_nt_file_action(file) == GUISE_NT_CREATED);
	LIVE_CHECK(stored_is("new", "D:(A;;0x1;;;WD)"));
	LIVE_CHECK(open_as(&how, &file) == -EEXIST);
	LIVE_CHECK(try_as(bob, "new", GUISE_FILE_WRITE_DATA) ==
		   GUISE_E_ACCESS_DENIED);
	end();
}

static void nobody_gives_a_file_to_others(void)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;

	begin();
	sd = sd_of("O:" BOB_SID "D:(A;;FA;;;WD)");
	how = request(alice, "new", GUISE_READ_CONTROL);
	how.disposition = GUISE_NT_CREATE;
	how.creator = sd;
	LIVE_CHECK(open_as(&how, &file) == GUISE_E_INVALID_OWNER);
	LIVE_CHECK(faccessat(dir, "new", F_OK, 0) < 0);
	end();
}

static void truncating_takes_writing(void)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;
	struct stat st;

	begin();
	live_file(dir, "f", ALICE, ALICE, 0644);
	store("f", "O:" ALICE_SID "G:BAD:(A;;0x1;;;" ALICE_SID ")");
	how = request(alice, "f", GUISE_FILE_READ_DATA);
	LIVE_CHECK(open_as(&how, &file) == 0);
	file = guise_nt_file_free(file);
	how.disposition = GUISE_NT_OVERWRITE;
	LIVE_CHECK(open_as(&how, &file) == GUISE_E_ACCESS_DENIED);
	store("f", "O:" ALICE_SID "G:BAD:(A;;0x3;;;" ALICE_SID ")");
	LIVE_CHECK(open_as(&how, &file) == 0);
	LIVE_CHECK(guise_nt_file_granted(file) == GUISE_FILE_READ_DATA);
	LIVE_CHECK(fstatat(dir, "f", &st, 0) == 0 && st.st_size == 0);
	end();
}

static void shares_are_agreed_upon(void)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *first = NULL;
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *second = NULL;
	struct guise_nt_request how;

	begin();
	live_file(dir, "f", ALICE, ALICE, 0644);
	how = request(alice, "f", GUISE_FILE_READ_DATA);
	how.share = GUISE_NT_SHARE_READ;
	LIVE_CHECK(open_as(&how, &first) == 0);
	LIVE_CHECK(open_as(&how, &second) == 0);
	second = guise_nt_file_free(second);
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_WRITE_DATA) ==
		   GUISE_E_SHARING_VIOLATION);
	LIVE_CHECK(try_as(alice, "f", GUISE_DELETE) ==
		   GUISE_E_SHARING_VIOLATION);
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_READ_ATTRIBUTES) == 0);
	/* who may not, learns no more than that */
	LIVE_CHECK(try_as(bob, "f", GUISE_FILE_WRITE_DATA) ==
		   GUISE_E_ACCESS_DENIED);
	how.disposition = GUISE_NT_OVERWRITE;
	LIVE_CHECK(open_as(&how, &second) == GUISE_E_SHARING_VIOLATION);
	end();
}

static void the_last_to_close_deletes(void)
{
	struct guise_nt_file *first = NULL, *second = NULL;
	struct guise_nt_request how;

	begin();
	live_file(dir, "f", ALICE, ALICE, 0644);
	how = request(alice, "f", GUISE_DELETE);
	LIVE_CHECK(open_as(&how, &first) == 0);
	LIVE_CHECK(open_as(&how, &second) == 0);
	LIVE_CHECK(guise_nt_file_set_delete(first, true) == 0);
	first = guise_nt_file_free(first);
	LIVE_CHECK(faccessat(dir, "f", F_OK, 0) == 0);
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_READ_DATA) ==
		   GUISE_E_DELETE_PENDING);
	second = guise_nt_file_free(second);
	LIVE_CHECK(faccessat(dir, "f", F_OK, 0) < 0);
	end();
}

static void deleting_is_the_directorys_to_give(void)
{
	begin();
	live_file(dir, "f", BOB, BOB, 0644);
	LIVE_CHECK(try_as(alice, "f", GUISE_DELETE) == 0);
	LIVE_CHECK(fchmod(dir, 01777) == 0); /* sticky: its owner's alone */
	LIVE_CHECK(try_as(alice, "f", GUISE_DELETE) < 0);
	LIVE_CHECK(try_as(bob, "f", GUISE_DELETE) == 0);
	LIVE_CHECK(fchmod(dir, 0755) == 0);
	LIVE_CHECK(try_as(bob, "f", GUISE_DELETE) < 0);
	end();
}

static void attributes_are_the_owners(void)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;

	begin();
	live_file(dir, "f", BOB, BOB, 0644);
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_WRITE_ATTRIBUTES) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_WRITE_EA) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(try_as(alice, "f", GUISE_GENERIC_EXECUTE) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(try_as(alice, "f", GUISE_GENERIC_READ) == 0);
	LIVE_CHECK(try_as(bob, "f", GUISE_FILE_ALL_ACCESS & ~GUISE_DELETE) ==
		   0);
	how = request(alice, "f", GUISE_MAXIMUM_ALLOWED);
	LIVE_CHECK(open_as(&how, &file) == 0);
	LIVE_CHECK(!(guise_nt_file_granted(file) &
		     (GUISE_FILE_WRITE_ATTRIBUTES | GUISE_FILE_WRITE_EA |
		      GUISE_FILE_EXECUTE)));
	file = guise_nt_file_free(file);

	/* who may write is lent it, and has no use for it */
	live_file(dir, "shared", BOB, BOB, 0666);
	how = request(alice, "shared", GUISE_GENERIC_WRITE);
	LIVE_CHECK(open_as(&how, &file) == 0);
	LIVE_CHECK(!guise_nt_file_may_change(file));
	file = guise_nt_file_free(file);
	how = request(bob, "shared", GUISE_FILE_WRITE_ATTRIBUTES);
	LIVE_CHECK(open_as(&how, &file) == 0);
	LIVE_CHECK(guise_nt_file_may_change(file));
	live_file(dir, "program", BOB, BOB, 0755);
	LIVE_CHECK(try_as(alice, "program", GUISE_GENERIC_EXECUTE) == 0);
	end();
}

static void files_of_procfs_are_closed(void)
{
	begin();
	LIVE_CHECK(try_as(alice, "/proc/self/maps", GUISE_FILE_READ_DATA) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(try_as(alice, "/proc/self/maps",
			  GUISE_FILE_READ_ATTRIBUTES) == 0);
	end();
}

static void links_are_followed_to_what_is_asked(void)
{
	begin();
	live_file(dir, "f", BOB, BOB, 0644);
	store("f", "O:" BOB_SID "G:BAD:P(A;;FA;;;" BOB_SID ")");
	LIVE_CHECK(symlinkat("f", dir, "link") == 0);
	LIVE_CHECK(symlinkat("loop", dir, "loop") == 0);
	LIVE_CHECK(try_as(alice, "link", GUISE_FILE_READ_DATA) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(try_as(bob, "link", GUISE_FILE_READ_DATA) == 0);
	LIVE_CHECK(try_as(bob, "loop", GUISE_FILE_READ_DATA) == -ELOOP);
	end();
}

static void a_handle_outlives_its_identity(void)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;
	char byte;

	begin();
	live_file(dir, "f", ALICE, ALICE, 0600);
	how = request(alice, "f", GUISE_FILE_READ_DATA);
	LIVE_CHECK(open_as(&how, &file) == 0);
	store("f", "O:" ALICE_SID "G:BAD:P(D;;FA;;;WD)");
	LIVE_CHECK(read(guise_nt_file_fd(file), &byte, 1) == 1);
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_READ_DATA) ==
		   GUISE_E_ACCESS_DENIED);
	end();
}

static void set_named(const char *name, const char *sddl)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_of(sddl);
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	const struct guise_nt_request how =
		request(alice, name, GUISE_WRITE_DAC | GUISE_READ_CONTROL);
	const struct guise_propagate_options options = {
		.size = sizeof(options),
		.token = alice,
	};
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	LIVE_CHECK(guise_nt_open(&how, &file, NULL) == 0);
	LIVE_CHECK(guise_nt_set_sd_inheriting(file, GUISE_DACL_SECURITY, sd,
					      &options, NULL) == 0);
}

/* What is recorded of GrantAccessToPathDirectory. */
static void a_grant_reaches_what_is_there(void)
{
	begin();
	LIVE_CHECK(mkdirat(dir, "d", 0777) == 0);
	LIVE_CHECK(fchownat(dir, "d", ALICE, ALICE, 0) == 0);
	live_file(dir, "d/f", ALICE, ALICE, 0644);
	live_file(dir, "d/own", ALICE, ALICE, 0644);
	store("d", "O:" ALICE_SID "G:BAD:P(A;OICI;FA;;;WD)");
	store("d/f", "O:" ALICE_SID "G:BAD:(A;;FA;;;WD)");
	store("d/own", "O:" ALICE_SID "G:BAD:P(A;;FA;;;WD)");
	set_named("d", "D:(A;OICI;FR;;;AU)(A;OICI;FA;;;WD)");
	LIVE_CHECK(stored_is("d", "D:PAI(A;OICI;FR;;;AU)(A;OICI;FA;;;WD)"));
	LIVE_CHECK(stored_is("d/f", "D:AI(A;ID;FR;;;AU)(A;ID;FA;;;WD)"));
	LIVE_CHECK(stored_is("d/own", "D:P(A;;FA;;;WD)"));
	end();
}

static void an_empty_list_still_inherits(void)
{
	begin();
	live_file(dir, "f", ALICE, ALICE, 0644);
	set_named("f", "D:");
	LIVE_CHECK(try_as(alice, "f", GUISE_FILE_READ_DATA) == 0);
	LIVE_CHECK(try_as(bob, "f", GUISE_FILE_READ_DATA) ==
		   GUISE_E_ACCESS_DENIED);
	end();
}

static void writing_a_descriptor_leaves_no_capability(void)
{
	struct live_identity before, after;
	GUISE_SCOPE(scope);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;

	begin();
	sd = sd_of("D:(A;;FR;;;WD)");
	live_file(dir, "f", ALICE, ALICE, 0644);
	how = request(alice, "f", GUISE_WRITE_DAC);
	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	live_identity_read(&before);
	LIVE_CHECK(guise_nt_open(&how, &file, NULL) == 0);
	LIVE_CHECK(guise_nt_set_sd(file, alice, GUISE_DACL_SECURITY, sd, 0,
				   NULL) == 0);
	live_identity_read(&after);
	LIVE_CHECK(live_identity_equal(&before, &after));
	guise_scope_end(&scope);
	end();
}

/* As a container that took CAP_SYS_ADMIN away starts its services */
static void give_up_admin(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2];
	const uint32_t keep = ~(UINT32_C(1) << CAP_SYS_ADMIN);

	LIVE_CHECK(syscall(SYS_capget, &header, sets) == 0);
	sets[0].effective &= keep;
	sets[0].permitted &= keep;
	sets[0].inheritable &= keep;
	LIVE_CHECK(syscall(SYS_capset, &header, sets) == 0);
}

static void test_who_can_protect_files_cannot_pretend_to(void **state)
{
	(void)state;
	assert_int_equal(guise_sd_use_user_attribute(), -EPERM);
}

static void what_cannot_be_protected_is_not_made(void)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	struct guise_nt_request how;
	struct dirent *entry;
	DIR *entries;

	begin();
	sd = sd_of("D:P(A;;FA;;;" ALICE_SID ")");
	how = request(alice, "new", GUISE_GENERIC_ALL);
	how.disposition = GUISE_NT_CREATE;
	how.creator = sd;
	LIVE_CHECK(open_as(&how, &file) == -EPERM);
	/* not even under another name */
	entries = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY));
	LIVE_CHECK(entries);
	while ((entry = readdir(entries)))
		LIVE_CHECK(entry->d_name[0] == '.' &&
			   strlen(entry->d_name) <= 2);
	closedir(entries);

	/* without one it is the mode that protects */
	how.creator = NULL;
	LIVE_CHECK(open_as(&how, &file) == 0);
	LIVE_CHECK(guise_nt_set_sd(file, alice, GUISE_DACL_SECURITY, sd, 0,
				   NULL) == -EPERM);
	end();
}

#define SCENARIO(name)                                                         \
	static void test_##name(void **state)                                  \
	{                                                                      \
		(void)state;                                                   \
		live_expect(LIVE_DONE, name);                                  \
	}
SCENARIO(descriptor_and_mode_both_decide)
SCENARIO(attributes_take_no_reading)
SCENARIO(below_impersonation_nothing_is_opened)
SCENARIO(the_creator_gets_what_it_asks_for)
SCENARIO(nobody_gives_a_file_to_others)
SCENARIO(truncating_takes_writing)
SCENARIO(shares_are_agreed_upon)
SCENARIO(the_last_to_close_deletes)
SCENARIO(deleting_is_the_directorys_to_give)
SCENARIO(attributes_are_the_owners)
SCENARIO(files_of_procfs_are_closed)
SCENARIO(links_are_followed_to_what_is_asked)
SCENARIO(a_handle_outlives_its_identity)
SCENARIO(a_grant_reaches_what_is_there)
SCENARIO(an_empty_list_still_inherits)
SCENARIO(writing_a_descriptor_leaves_no_capability)

static void test_what_cannot_be_protected_is_not_made(void **state)
{
	(void)state;
	live_expect_after(give_up_admin, LIVE_DONE,
			  what_cannot_be_protected_is_not_made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptor_and_mode_both_decide),
		cmocka_unit_test(test_attributes_take_no_reading),
		cmocka_unit_test(test_below_impersonation_nothing_is_opened),
		cmocka_unit_test(test_the_creator_gets_what_it_asks_for),
		cmocka_unit_test(test_nobody_gives_a_file_to_others),
		cmocka_unit_test(test_truncating_takes_writing),
		cmocka_unit_test(test_shares_are_agreed_upon),
		cmocka_unit_test(test_the_last_to_close_deletes),
		cmocka_unit_test(test_deleting_is_the_directorys_to_give),
		cmocka_unit_test(test_attributes_are_the_owners),
		cmocka_unit_test(test_files_of_procfs_are_closed),
		cmocka_unit_test(test_links_are_followed_to_what_is_asked),
		cmocka_unit_test(test_a_handle_outlives_its_identity),
		cmocka_unit_test(test_a_grant_reaches_what_is_there),
		cmocka_unit_test(test_an_empty_list_still_inherits),
		cmocka_unit_test(
			test_writing_a_descriptor_leaves_no_capability),
		cmocka_unit_test(test_who_can_protect_files_cannot_pretend_to),
		cmocka_unit_test(test_what_cannot_be_protected_is_not_made),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
