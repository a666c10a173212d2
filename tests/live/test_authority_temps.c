/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Temporaries of a worker: made as the client, committed or aborted by the
 * authority, and gone whoever dies, and whenever.
 */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "authority-live.h"

#include <guise/sddl.h>
#include <guise/share.h>
#include <guise/store.h>

#include "client.h"
#include "codec.h"
#include "journal.h"

static int share_fd(const struct guise_authority *a)
{
	return guise_authority_root(a, 0);
}

static int directory_of(struct guise_authority *a,
			const struct guise_token *token, const char *name)
{
	int fd = -1;

	LIVE_CHECK(guise_file_open(guise_authority_engine(a, 0), token,
				   share_fd(a), name, O_RDONLY | O_DIRECTORY, 0,
				   0, &fd) == 0);
	return fd;
}

static void a_temporary_becomes_a_file(void)
{
	struct guise_authority *a = authority_live_start(NULL, false);
	struct guise_engine *engine = guise_authority_engine(a, 0);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	int dir = directory_of(a, alice, "common");
	struct guise_temp temp;
	struct stat st;

	LIVE_CHECK(guise_temp_create(engine, alice, dir, NULL, false, 0640,
				     &temp) == 0);
	LIVE_CHECK(fstat(temp.fd, &st) == 0);
	LIVE_CHECK(st.st_uid == authority_live.alice_uid);
	LIVE_CHECK(authority_live_count_temps("common") == 1);
	LIVE_CHECK(write(temp.fd, "new\n", 4) == 4);
	/* of another thread: the temporary is the session's */
	LIVE_CHECK(guise_temp_commit(guise_authority_engine(a, 1), alice, &temp,
				     "file", true) == 0);
	LIVE_CHECK(fstatat(dir, "file", &st, 0) == 0);
	LIVE_CHECK(st.st_size == 4 && st.st_uid == authority_live.alice_uid);
	LIVE_CHECK(authority_live_count_temps("common") == 0);

	/* not over what is there, unless asked to */
	LIVE_CHECK(guise_temp_create(engine, alice, dir, "file", false, 0,
				     &temp) == 0);
	LIVE_CHECK(guise_temp_commit(engine, alice, &temp, "file", false) ==
		   -EEXIST);
	guise_temp_abort(engine, alice, &temp);
	LIVE_CHECK(authority_live_count_temps("common") == 0);
}

static void clients_share_no_temporaries(void)
{
	struct guise_authority *a = authority_live_start(NULL, false);
	struct guise_engine *engine = guise_authority_engine(a, 0);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *bob = authority_live_logon(a, "bob");
	int dir = directory_of(a, alice, "common");
	int own = directory_of(a, alice, "alices");
	struct guise_temp temp, copy, refused;

	LIVE_CHECK(guise_temp_create(engine, alice, dir, NULL, false, 0600,
				     &temp) == 0);
	copy = temp;
	LIVE_CHECK(guise_temp_commit(engine, bob, &copy, "bobs", true) ==
		   -ENOENT);
	copy = temp;
	guise_temp_abort(engine, bob, &copy);
	LIVE_CHECK(authority_live_count_temps("common") == 1);
	/* nor may bob make one where only alice may */
	LIVE_CHECK(guise_temp_create(engine, bob, own, NULL, false, 0600,
				     &refused) == -EACCES);
	/* nor take the name of temporaries for a file */
	LIVE_CHECK(guise_temp_commit(engine, alice, &temp,
				     GUISE_TEMP_PREFIX "x", true) == -EINVAL);
	guise_temp_abort(engine, alice, &temp);
	LIVE_CHECK(authority_live_count_temps("common") == 0);
}

static void only_so_many_are_pending(void)
{
	struct guise_authority *a = authority_live_start(NULL, false);
	struct guise_engine *engine = guise_authority_engine(a, 0);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	int dir = directory_of(a, alice, "common");
	struct guise_temp temp;
	unsigned n = 0;
	int r;

	for (;;) {
		r = guise_temp_create(engine, alice, dir, NULL, false, 0600,
				      &temp);
		if (r < 0)
			break;
		(void)close(temp.fd);
		n++;
		LIVE_CHECK(n < 100000);
	}
	LIVE_CHECK(r == GUISE_E_LIMIT);
	LIVE_CHECK(authority_live_count_temps("common") == n);
	guise_authority_logoff(a, 0, alice);
	LIVE_CHECK(authority_live_count_temps("common") == 0);
}

/* --- crashes --- */

static bool no_temps(void *context)
{
	(void)context;
	return authority_live_count_temps("common") == 0;
}

static bool journal_is_empty(void *context)
{
	char path[128];

	(void)context;
	/* an authority's own directory goes when its records are gone */
	(void)snprintf(path, sizeof(path), "%s/journal", authority_live.state);
	return rmdir(path) == 0 || errno == ENOENT;
}

/* A worker with pending temporaries, one of them a tree, tells and waits. */
static void pending_worker(int tell_fd, pid_t *tell)
{
	struct guise_authority *a = authority_live_start(NULL, false);
	struct guise_engine *engine = guise_authority_engine(a, 0);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *bob = authority_live_logon(a, "bob");
	int dir = directory_of(a, alice, "common"), fd;
	struct guise_temp file, tree;

	LIVE_CHECK(guise_temp_create(engine, alice, dir, NULL, false, 0600,
				     &file) == 0);
	LIVE_CHECK(guise_temp_create(engine, bob, dir, NULL, true, 0700,
				     &tree) == 0);
	LIVE_CHECK(guise_file_mkdir(engine, bob, tree.fd, "sub", 0700) == 0);
	LIVE_CHECK(guise_file_open(engine, bob, tree.fd, "sub/member",
				   O_WRONLY | O_CREAT | O_EXCL, 0600, 0,
				   &fd) == 0);
	*tell = authority_live_pid();
	LIVE_CHECK(write(tell_fd, tell, sizeof(*tell)) == sizeof(*tell));
	for (;;)
		(void)pause();
}

static pid_t start_pending_worker(pid_t *ret_authority)
{
	int fds[2];
	pid_t pid;

	LIVE_CHECK(pipe(fds) == 0);
	pid = fork();
	if (pid == 0)
		pending_worker(fds[1], ret_authority);
	(void)close(fds[1]);
	LIVE_CHECK(read(fds[0], ret_authority, sizeof(*ret_authority)) ==
		   sizeof(*ret_authority));
	(void)close(fds[0]);
	LIVE_CHECK(authority_live_count_temps("common") == 2);
	return pid;
}

static void a_killed_worker_leaves_none(void)
{
	pid_t authority;
	pid_t worker = start_pending_worker(&authority);

	LIVE_CHECK(kill(worker, SIGKILL) == 0);
	LIVE_CHECK(waitpid(worker, NULL, 0) == worker);
	LIVE_CHECK(authority_live_wait(no_temps, NULL, 5));
	LIVE_CHECK(authority_live_wait(journal_is_empty, NULL, 5));
}

static void kill_both(pid_t worker, pid_t authority)
{
	struct pollfd end = {.events = POLLIN};

	end.fd = (int)syscall(SYS_pidfd_open, authority, 0);
	LIVE_CHECK(end.fd >= 0);
	/* the authority first, or it would clean up */
	LIVE_CHECK(kill(authority, SIGKILL) == 0);
	LIVE_CHECK(poll(&end, 1, 5000) == 1);
	(void)close(end.fd);
	LIVE_CHECK(kill(worker, SIGKILL) == 0);
	LIVE_CHECK(waitpid(worker, NULL, 0) == worker);
}

static void the_next_authority_cleans_up(void)
{
	struct guise_authority *a;
	pid_t authority;
	pid_t worker = start_pending_worker(&authority);

	kill_both(worker, authority);
	LIVE_CHECK(authority_live_count_temps("common") == 2);
	a = authority_live_start(NULL, false);
	LIVE_CHECK(authority_live_count_temps("common") == 0);
	(void)guise_authority_stop(a);
	LIVE_CHECK(authority_live_wait(journal_is_empty, NULL, 5));
}

/* One authority does not clean up after another that is alive. */
static void the_living_keep_their_temporaries(void)
{
	struct guise_authority *a;
	pid_t authority;
	pid_t worker = start_pending_worker(&authority);

	a = authority_live_start(NULL, false);
	LIVE_CHECK(authority_live_count_temps("common") == 2);
	(void)guise_authority_stop(a);
	LIVE_CHECK(kill(worker, SIGKILL) == 0);
	LIVE_CHECK(waitpid(worker, NULL, 0) == worker);
	LIVE_CHECK(authority_live_wait(no_temps, NULL, 5));
}

static void a_renamed_directory_is_found_again(void)
{
	char from[128], to[128];
	struct guise_authority *a;
	pid_t authority;
	pid_t worker = start_pending_worker(&authority);

	kill_both(worker, authority);
	(void)snprintf(from, sizeof(from), "%s/common", authority_live.share);
	(void)snprintf(to, sizeof(to), "%s/elsewhere", authority_live.share);
	LIVE_CHECK(rename(from, to) == 0);
	a = authority_live_start(NULL, false);
	LIVE_CHECK(authority_live_count_temps("elsewhere") == 0);
	(void)guise_authority_stop(a);
	LIVE_CHECK(rename(to, from) == 0);
}

/* What somebody put in the place of a temporary is removed with the client's
 * rights, not with root's. */
static void a_swapped_temporary_is_not_removed_as_root(void)
{
	char path[256], victim[128];
	struct guise_authority *a;
	const struct dirent *entry;
	pid_t authority;
	pid_t worker = start_pending_worker(&authority);
	struct stat st;
	DIR *dir;

	kill_both(worker, authority);
	(void)snprintf(path, sizeof(path), "%s/common", authority_live.share);
	(void)snprintf(victim, sizeof(victim), "%s/public.txt",
		       authority_live.share);
	dir = opendir(path);
	LIVE_CHECK(dir);
	while ((entry = readdir(dir))) {
		if (!guise_file_is_temp_name(entry->d_name,
					     strlen(entry->d_name)))
			continue;
		(void)renameat(dirfd(dir), entry->d_name, dirfd(dir), "away");
		/* root's file, in a sticky directory */
		LIVE_CHECK(linkat(AT_FDCWD, victim, dirfd(dir), entry->d_name,
				  0) == 0);
		break;
	}
	(void)closedir(dir);
	a = authority_live_start(NULL, false);
	LIVE_CHECK(authority_live_count_temps("common") == 1);
	LIVE_CHECK(stat(victim, &st) == 0 && st.st_nlink == 2);
	(void)guise_authority_stop(a);
}

/* --- through a share: descriptors are written by the authority --- */

static void a_share_works_through_the_authority(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *bob = authority_live_logon(a, "bob");
	const struct guise_share_options options = {
		.size = sizeof(options),
		.root_fd = dup(share_fd(a)),
	};
	struct guise_actor actor = {
		.engine = guise_authority_engine(a, 0),
		.token = alice,
	};
	struct guise_share *share = NULL;
	struct guise_put *put = NULL;
	const struct guise_sd *sd = NULL, *denying = NULL;
	struct stat st;
	bool stored, created;
	int fd;

	LIVE_CHECK(guise_share_new(&options, &share) == 0);
	LIVE_CHECK(guise_share_put_begin(share, &actor, "common/f", &put, &fd,
					 &st) == 0);
	LIVE_CHECK(write(fd, "x", 1) == 1);
	LIVE_CHECK(guise_share_put_commit(put, &actor, NULL, false, &st) == 0);
	LIVE_CHECK(guise_share_mkdir(share, &actor, "common/d") == 0);
	LIVE_CHECK(guise_share_copy(share, &actor, "common/f", share,
				    "common/d/g", true, false, NULL, NULL,
				    &created) == 0);
	/* bob may read, by mode... */
	LIVE_CHECK(authority_live_open(a, 0, bob, "common/f", O_RDONLY) == 0);
	LIVE_CHECK(guise_share_get_sd(share, &actor, "common/f", &sd,
				      &stored) == 0);
	LIVE_CHECK(!stored);
	(void)guise_sd_unref(sd);
	/* ...until alice, and only she, says otherwise */
	LIVE_CHECK(guise_sddl_parse(
			   "O:BAG:BAD:(A;;FA;;;OW)(D;;FA;;;AU)",
			   sizeof("O:BAG:BAD:(A;;FA;;;OW)(D;;FA;;;AU)") - 1,
			   NULL, &denying, NULL) == 0);
	actor.token = bob;
	LIVE_CHECK(guise_share_set_sd(share, &actor, "common/f",
				      GUISE_DACL_SECURITY,
				      denying) == GUISE_E_ACCESS_DENIED);
	actor.token = alice;
	LIVE_CHECK(guise_share_set_sd(share, &actor, "common/f",
				      GUISE_DACL_SECURITY, denying) == 0);
	actor.token = bob;
	LIVE_CHECK(guise_share_open(share, &actor, "common/f",
				    GUISE_FILE_READ_DATA, &fd,
				    NULL) == GUISE_E_ACCESS_DENIED);
	(void)guise_sd_unref(denying);
	(void)guise_share_free(share);
}

/* A worker's word for a client's right is not enough: asked directly. */
static void the_authority_decides_about_descriptors_itself(void)
{
	struct guise_authority *a = authority_live_start(NULL, false);
	struct guise_engine *engine = guise_authority_engine(a, 0);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *bob = authority_live_logon(a, "bob");
	static const uint8_t sd[] = {
		'g', 's', 'd', 1,    52, 0,  0,	 0, /* O:BA G:BA, no DACL */
		1,   0,	  0,   0x80, 20, 0,  0,	 0, 36, 0,  0, 0, 0,
		0,   0,	  0,   0,    0,	 0,  0,	 1, 2,	0,  0, 0, 0,
		0,   5,	  32,  0,    0,	 0,  32, 2, 0,	0,  1, 2, 0,
		0,   0,	  0,   0,    5,	 32, 0,	 0, 0,	32, 2, 0, 0,
	};
	char path[128];
	int fd, other;

	LIVE_CHECK(guise_file_open(engine, bob, share_fd(a), "public.txt",
				   O_RDONLY, 0, 0, &fd) == 0);
	LIVE_CHECK(guise_file_open(engine, alice, share_fd(a), "alice.txt",
				   O_RDONLY, 0, 0, &other) == 0);
	/* without WRITE_DAC; of a file bob cannot even open; by a name that is
	 * another file's; as a temporary it never was; as another's owner */
	LIVE_CHECK(engine->ops->write_sd(engine, bob, fd, 0, "public.txt", sd,
					 sizeof(sd), GUISE_DACL_SECURITY) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(engine->ops->write_sd(engine, bob, other, 0, "alice.txt", sd,
					 sizeof(sd), GUISE_DACL_SECURITY) < 0);
	LIVE_CHECK(engine->ops->write_sd(engine, alice, other, 0, "public.txt",
					 sd, sizeof(sd),
					 GUISE_DACL_SECURITY) == -ESTALE);
	LIVE_CHECK(engine->ops->write_sd(engine, alice, other, 0, NULL, sd,
					 sizeof(sd), GUISE_DACL_SECURITY) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(engine->ops->write_sd(engine, alice, other, 0, "alice.txt",
					 sd, sizeof(sd),
					 GUISE_OWNER_SECURITY) < 0);
	LIVE_CHECK(engine->ops->write_sd(engine, alice, other, 0, "alice.txt",
					 sd, sizeof(sd), GUISE_SACL_SECURITY) ==
		   GUISE_E_ACCESS_DENIED);
	LIVE_CHECK(engine->ops->write_sd(engine, alice, other, 0, "alice.txt",
					 "garbage", 7,
					 GUISE_DACL_SECURITY) == -EBADMSG);
	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s",
			       authority_live.share,
			       i ? "public.txt" : "alice.txt");
		LIVE_CHECK(getxattr(path, GUISE_SD_XATTR, NULL, 0) < 0);
	}
}

static const struct guise_sd *parsed(const char *sddl)
{
	const struct guise_sd *sd = NULL;

	LIVE_CHECK(guise_sddl_parse(sddl, strlen(sddl), NULL, &sd, NULL) == 0);
	return sd;
}

/* Alice sets the DACL of a file under a policy that lets everyone: the
 * authority's answer, which knows that policy or not. */
static int change_policed(bool known)
{
	const struct guise_sd *sd =
		parsed("O:SYG:SYD:(A;;FA;;;WD)S:(SP;;;;;S-1-17-9)");
	const struct guise_policy_rule rule = {.dacl = guise_sd_dacl(sd)};
	const struct guise_policy policy = {
		.id = {.authority = 17, .sub = {9}, .n_subs = 1},
		.rules = &rule,
		.n_rules = 1};
	const struct guise_policies *policies = NULL;
	struct guise_authority_options options;
	struct guise_authority *a;
	struct guise_buf bytes = {0};
	const struct guise_token *alice;
	struct guise_root root;
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/public.txt",
		       authority_live.share);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	LIVE_CHECK(fd >= 0 && guise_sd_write(fd, sd) == 0);
	LIVE_CHECK(guise_policies_new(&policy, 1, &policies) == 0);
	options = authority_live_options(&root);
	options.policies = known ? policies : NULL;
	a = authority_live_start(&options, false);
	policies = guise_policies_unref(policies);
	alice = authority_live_logon(a, "alice");
	LIVE_CHECK(sd_codec_guise.encode(sd, &bytes) == 0);
	LIVE_CHECK(guise_file_open(guise_authority_engine(a, 0), alice,
				   share_fd(a), "public.txt", O_RDONLY, 0, 0,
				   &fd) == 0);
	return guise_authority_engine(a, 0)->ops->write_sd(
		guise_authority_engine(a, 0), alice, fd, 0, "public.txt",
		bytes.data, bytes.size, GUISE_DACL_SECURITY);
}

static void the_authority_decides_by_central_policies(void)
{
	LIVE_CHECK(change_policed(true) == 0);
}

static void a_policy_the_authority_does_not_know_refuses(void)
{
	LIVE_CHECK(change_policed(false) == GUISE_E_ACCESS_DENIED);
}

static void modes_and_times_are_changed_as_the_client(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);
	struct guise_engine *engine = guise_authority_engine(a, 0);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *bob = authority_live_logon(a, "bob");
	const struct timespec times[2] = {{1000, 5}, {2000, 6}};
	struct stat st;
	int fd;

	LIVE_CHECK(guise_file_open(engine, alice, share_fd(a), "alice.txt",
				   O_PATH, 0, 0, &fd) == 0);
	LIVE_CHECK(guise_file_set_mode(engine, bob, fd, 0666) == -EPERM);
	LIVE_CHECK(guise_file_set_mode(engine, alice, fd, 0640) == 0);
	LIVE_CHECK(guise_file_set_times(engine, bob, fd, times) < 0);
	LIVE_CHECK(guise_file_set_times(engine, alice, fd, times) == 0);
	LIVE_CHECK(fstat(fd, &st) == 0);
	LIVE_CHECK((st.st_mode & 07777) == 0640 && st.st_mtime == 2000);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(a_temporary_becomes_a_file),
		SCENARIO(clients_share_no_temporaries),
		SCENARIO(only_so_many_are_pending),
		SCENARIO(a_killed_worker_leaves_none),
		SCENARIO(the_next_authority_cleans_up),
		SCENARIO(the_living_keep_their_temporaries),
		SCENARIO(a_renamed_directory_is_found_again),
		SCENARIO(a_swapped_temporary_is_not_removed_as_root),
		SCENARIO(a_share_works_through_the_authority),
		SCENARIO(the_authority_decides_about_descriptors_itself),
		SCENARIO(the_authority_decides_by_central_policies),
		SCENARIO(a_policy_the_authority_does_not_know_refuses),
		SCENARIO(modes_and_times_are_changed_as_the_client),
	};

	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
