/* SPDX-License-Identifier: Apache-2.0 */
/* See authority-live.h. */
#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <time.h>

#include "cmocka-wrap.h"

#include "authority-live.h"

struct authority_live authority_live;

static const struct authority_scenario *current;

static void make_file(const char *directory, const char *name, uint32_t uid,
		      mode_t mode)
{
	char path[256];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s/%s", authority_live.path,
		       directory, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(write(fd, "content\n", 8) == 8);
	LIVE_CHECK(fchown(fd, uid, uid) == 0);
	LIVE_CHECK(fchmod(fd, mode) == 0);
	(void)close(fd);
}

static void make_directory(const char *name, uint32_t uid, mode_t mode)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", authority_live.path, name);
	LIVE_CHECK(mkdir(path, 0700) == 0);
	LIVE_CHECK(chown(path, uid, uid) == 0);
	LIVE_CHECK(chmod(path, mode) == 0);
}

static uint32_t add_user(struct guise_accounts *accounts, const char *name)
{
	struct guise_account account = {0};
	char password[64];
	int n = snprintf(password, sizeof(password), "of %s", name);

	LIVE_CHECK(guise_accounts_add_user(accounts, name, NULL) == 0);
	LIVE_CHECK(guise_accounts_set_password(accounts, name, password,
					       (size_t)n) == 0);
	LIVE_CHECK(guise_accounts_find(accounts, name, &account) == 0);
	return account.unix_id;
}

/* Hashing passwords is slow on purpose: done once, then copied. */
static char template_directory[] = "/tmp/guise-template-XXXXXX";
static char template_path[64];

static void make_accounts(void)
{
	struct guise_accounts *accounts = NULL;

	LIVE_CHECK(mkdtemp(template_directory));
	(void)snprintf(template_path, sizeof(template_path), "%s/accounts.db",
		       template_directory);
	LIVE_CHECK(guise_accounts_open(template_path, GUISE_ACCOUNTS_CREATE,
				       &accounts) == 0);
	authority_live.alice_uid = add_user(accounts, "alice");
	authority_live.bob_uid = add_user(accounts, "bob");
	(void)guise_accounts_close(accounts);
}

static void copy_accounts(void)
{
	const int from = open(template_path, O_RDONLY | O_CLOEXEC);
	const int to = open(authority_live.accounts,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	LIVE_CHECK(from >= 0 && to >= 0 && fstat(from, &st) == 0);
	LIVE_CHECK(sendfile(to, from, NULL, (size_t)st.st_size) == st.st_size);
	(void)close(from);
	(void)close(to);
}

static void set_up(void)
{
	struct authority_live *l = &authority_live;

	(void)snprintf(l->path, sizeof(l->path), "/tmp/guise-authority-XXXXXX");
	LIVE_CHECK(mkdtemp(l->path));
	LIVE_CHECK(chmod(l->path, 0755) == 0);
	(void)snprintf(l->share, sizeof(l->share), "%.60s/share", l->path);
	(void)snprintf(l->state, sizeof(l->state), "%.60s/state", l->path);
	(void)snprintf(l->accounts, sizeof(l->accounts), "%.60s/accounts.db",
		       l->path);
	copy_accounts();
	make_directory("share", 0, 0755);
	make_directory("home", 0, 0755);
	make_directory("share/common", 0, 01777);
	make_directory("share/alices", l->alice_uid, 0700);
	make_file("share", "alice.txt", l->alice_uid, 0600);
	make_file("share", "bob.txt", l->bob_uid, 0600);
	make_file("share", "public.txt", 0, 0644);
	make_file("home", "alice.txt", l->alice_uid, 0600);
	make_file("home", "public.txt", 0, 0644);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

static void tear_down(void)
{
	(void)nftw(authority_live.path, remove_one, 16,
		   FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* In a child without anything else in it: once confined it could not report
 * by any way but its end. */
static enum live_end run_child(void (*scenario)(void))
{
	pid_t pid;
	int status;

	(void)fflush(NULL);
	pid = fork();
	LIVE_CHECK(pid >= 0);
	if (pid == 0) {
		/* cmocka would jump back into its own loop */
		for (int i = 1; i < NSIG; i++)
			(void)signal(i, SIG_DFL);
		scenario();
		_exit(0);
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFEXITED(status))
		return WEXITSTATUS(status) ? LIVE_FAILED : LIVE_DONE;
	return WTERMSIG(status) == SIGABRT ? LIVE_ABORTED : LIVE_OTHER;
}

static void run_over(enum guise_engine_choice engine)
{
	authority_live.engine = engine;
	set_up();
	assert_int_equal(run_child(current->run), current->end);
	tear_down();
}

static void run_ring(void **state)
{
	current = *state;
	run_over(GUISE_ENGINE_RING);
}

static void run_broker(void **state)
{
	current = *state;
	run_over(GUISE_ENGINE_BROKER);
}

int authority_live_main(const struct authority_scenario *scenarios, size_t n)
{
	struct CMUnitTest *tests = calloc(2 * n, sizeof(*tests));
	char(*names)[128] = calloc(2 * n, sizeof(*names));
	int r;

	live_require_root();
	LIVE_CHECK(tests && names);
	for (size_t i = 0; i < 2 * n; i++) {
		union {
			const struct authority_scenario *scenario;
			void *state;
		} at = {.scenario = &scenarios[i / 2]};

		(void)snprintf(names[i], sizeof(names[i]), "%s_%s",
			       i % 2 ? "broker" : "ring",
			       scenarios[i / 2].name);
		tests[i] = (struct CMUnitTest){
			.name = names[i],
			.test_func = i % 2 ? run_broker : run_ring,
			.initial_state = at.state,
		};
	}
	make_accounts();
	if (getenv("GUISE_LIVE_FILTER")) /* for whoever looks into one */
		cmocka_set_test_filter(getenv("GUISE_LIVE_FILTER"));
	r = _cmocka_run_group_tests("authority", tests, 2 * n, NULL, NULL);
	(void)nftw(template_directory, remove_one, 4, FTW_DEPTH | FTW_PHYS);
	free(tests);
	free(names);
	return r;
}

struct guise_authority_options
authority_live_options(struct guise_root *ret_root)
{
	ret_root->path = authority_live.share;
	return (struct guise_authority_options){
		.size = sizeof(struct guise_authority_options),
		.roots = ret_root,
		.n_roots = 1,
		.n_threads = AUTHORITY_THREADS,
		.engine = authority_live.engine,
		.service_uid = AUTHORITY_SERVICE,
		.service_gid = AUTHORITY_SERVICE,
		.accounts_path = authority_live.accounts,
		.state_directory = authority_live.state,
	};
}

struct guise_authority *
authority_live_start(const struct guise_authority_options *options,
		     bool confined)
{
	struct guise_authority *authority = NULL;
	struct guise_root root;
	struct guise_authority_options preset = authority_live_options(&root);
	int r;

	r = guise_authority_start(options ? options : &preset, &authority);
	if (r < 0)
		fprintf(stderr, "start: %s\n", guise_strerror(r));
	LIVE_CHECK(r == 0);
	if (confined) {
		r = guise_authority_confine(authority);
		if (r < 0)
			fprintf(stderr, "confine: %s\n", guise_strerror(r));
		LIVE_CHECK(r == 0);
	}
	return authority;
}

const struct guise_token *authority_live_logon(struct guise_authority *a,
					       const char *name)
{
	const struct guise_token *token = NULL;
	char password[64];
	int n = snprintf(password, sizeof(password), "of %s", name);
	int r;

	r = guise_authority_logon_password(a, 0, name, password, (size_t)n,
					   &token);
	if (r < 0)
		fprintf(stderr, "logon of %s: %s\n", name, guise_strerror(r));
	LIVE_CHECK(r == 0);
	return token;
}

int authority_live_open(struct guise_authority *a, unsigned thread,
			const struct guise_token *token, const char *path,
			int flags)
{
	int fd, r;

	r = guise_file_open(guise_authority_engine(a, thread), token,
			    guise_authority_root(a, 0), path, flags, 0600, 0,
			    &fd);
	if (r == 0)
		(void)close(fd);
	return r;
}

pid_t authority_live_pid(void)
{
	char path[64], text[64] = "";
	FILE *file;
	int pid = 0;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		       (int)gettid());
	file = fopen(path, "re");
	LIVE_CHECK(file);
	LIVE_CHECK(fgets(text, sizeof(text), file));
	(void)fclose(file);
	LIVE_CHECK(sscanf(text, "%d", &pid) == 1);
	return pid;
}

unsigned authority_live_count_temps(const char *name)
{
	char path[256];
	const struct dirent *entry;
	unsigned n = 0;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "%s/%s", authority_live.share, name);
	dir = opendir(path);
	LIVE_CHECK(dir);
	while ((entry = readdir(dir)))
		n += guise_file_is_temp_name(entry->d_name,
					     strlen(entry->d_name));
	(void)closedir(dir);
	return n;
}

bool authority_live_wait(bool (*holds)(void *context), void *context,
			 unsigned seconds)
{
	const struct timespec pause = {.tv_nsec = 20000000};

	for (unsigned i = 0; i < seconds * 50; i++) {
		if (holds(context))
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return holds(context);
}
