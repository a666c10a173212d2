/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "live.h"

#define CHILD_FAILED 101
#define CAP_BIT(cap) (UINT64_C(1) << (cap))

static bool in_first_user_namespace(void)
{
	char text[64] = {0};
	FILE *f = fopen("/proc/self/uid_map", "re");
	unsigned first = 1, outside = 1, count = 0;

	if (!f)
		return false;
	if (fgets(text, sizeof(text), f))
		(void)sscanf(text, "%u %u %u", &first, &outside, &count);
	(void)fclose(f);
	return first == 0 && outside == 0 && count == UINT32_MAX;
}

void live_require_root(void)
{
	const struct rlimit none = {0};

	if (geteuid() != 0 || !in_first_user_namespace()) {
		printf("skipped: needs root outside of a user namespace\n");
		exit(77);
	}
	(void)setrlimit(RLIMIT_CORE, &none);
}

void live_fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	(void)fflush(stderr);
	_exit(CHILD_FAILED);
}

void live_identity_read(struct live_identity *ret)
{
	static const char *const keys[] = {
		"Uid:", "Gid:", "Groups:", "CapEff:"};
	FILE *f = fopen("/proc/thread-self/status", "re");
	char line[2048];
	size_t used = 0;

	LIVE_CHECK(f != NULL);
	memset(ret, 0, sizeof(*ret));
	while (fgets(line, sizeof(line), f)) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			size_t n = strlen(line);

			if (strncmp(line, keys[i], strlen(keys[i])) != 0)
				continue;
			LIVE_CHECK(used + n < sizeof(ret->text));
			memcpy(ret->text + used, line, n);
			used += n;
		}
	}
	(void)fclose(f);
	LIVE_CHECK(used > 0);
}

bool live_identity_equal(const struct live_identity *a,
			 const struct live_identity *b)
{
	return strcmp(a->text, b->text) == 0;
}

bool live_is(uint32_t uid, uint32_t gid, size_t n_groups)
{
	uint32_t r, e, s, gr, ge, gs;

	return sys_kernel.get_uids(NULL, &r, &e, &s) == 0 &&
	       sys_kernel.get_gids(NULL, &gr, &ge, &gs) == 0 && e == uid &&
	       ge == gid &&
	       sys_kernel.get_groups(NULL, NULL, 0) == (int)n_groups;
}

/* Watches its own identity until told to stop. */
struct bystander {
	pthread_t thread;
	pthread_barrier_t ready;
	atomic_bool stop;
	atomic_ulong looks;
};

static void *stand_by(void *context)
{
	struct bystander *b = context;
	struct live_identity before, now;

	live_identity_read(&before);
	(void)pthread_barrier_wait(&b->ready);
	do {
		live_identity_read(&now);
		LIVE_CHECK(live_identity_equal(&before, &now));
		atomic_fetch_add(&b->looks, 1);
		(void)usleep(200);
	} while (!atomic_load(&b->stop));
	return NULL;
}

static void start_bystander(struct bystander *b)
{
	LIVE_CHECK(pthread_barrier_init(&b->ready, NULL, 2) == 0);
	LIVE_CHECK(pthread_create(&b->thread, NULL, stand_by, b) == 0);
	(void)pthread_barrier_wait(&b->ready);
}

static void stop_bystander(struct bystander *b)
{
	atomic_store(&b->stop, true);
	LIVE_CHECK(pthread_join(b->thread, NULL) == 0);
	LIVE_CHECK(atomic_load(&b->looks) > 0);
}

static _Noreturn void child(void (*before)(void), void (*scenario)(void),
			    bool watched)
{
	struct bystander b = {.stop = false};
	struct live_identity first, last;

	if (before)
		before();
	live_identity_read(&first);
	if (watched)
		start_bystander(&b);
	scenario();
	if (watched)
		stop_bystander(&b);
	/* the scenario's own thread is itself again, too */
	live_identity_read(&last);
	LIVE_CHECK(live_identity_equal(&first, &last));
	LIVE_CHECK(guise_scope_depth() == 0);
	exit(0); /* exit, not _exit: a leak checker wants its say */
}

static enum live_end run(void (*before)(void), void (*scenario)(void),
			 bool watched)
{
	int status;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(before, scenario, watched);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return LIVE_OTHER;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGABRT ? LIVE_ABORTED : LIVE_OTHER;
	if (WEXITSTATUS(status) == CHILD_FAILED)
		return LIVE_FAILED;
	return WEXITSTATUS(status) == 0 ? LIVE_DONE : LIVE_OTHER;
}

enum live_end live_run_after(void (*before)(void), void (*scenario)(void))
{
	return run(before, scenario, true);
}

enum live_end live_run(void (*scenario)(void))
{
	return run(NULL, scenario, true);
}

void live_expect_alone(enum live_end end, void (*scenario)(void))
{
	assert_int_equal(run(NULL, scenario, false), end);
}

void live_expect_after(void (*before)(void), enum live_end end,
		       void (*scenario)(void))
{
	assert_int_equal(live_run_after(before, scenario), end);
}

void live_expect(enum live_end end, void (*scenario)(void))
{
	live_expect_after(NULL, end, scenario);
}

void live_become_service(void)
{
	const struct kcred service = {
		.uid = LIVE_SERVICE,
		.gid = LIVE_SERVICE,
		.capabilities = CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID),
	};
	const struct sys_capabilities caps = {
		.effective = service.capabilities,
		.permitted = service.capabilities,
		.inheritable = service.capabilities,
	};

	LIVE_CHECK(kcred_become(&service, false) == 0);
	LIVE_CHECK(sys_set_all_capabilities(&caps) == 0);
	LIVE_CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (long)CAP_SETUID,
			 0L, 0L) == 0);
	LIVE_CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (long)CAP_SETGID,
			 0L, 0L) == 0);
}

const struct guise_token *live_token_at(enum guise_level level, uint32_t uid,
					uint32_t gid, const uint32_t *groups,
					size_t n_groups, uint64_t privileges)
{
	struct guise_sid user = guise_sid_of_uid(uid);
	struct guise_sid group = guise_sid_of_gid(gid);
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_group(b, &group, GUISE_GROUP_USUAL);
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION, level);
	guise_token_builder_privileges(b, privileges, privileges, privileges);
	guise_token_builder_unix(b, uid, gid, groups, n_groups);
	must(guise_token_builder_seal(b, &token) == 0);
	(void)guise_token_builder_free(b);
	return token;
}

const struct guise_token *live_token(uint32_t uid, uint32_t gid)
{
	return live_token_at(GUISE_LEVEL_IMPERSONATION, uid, gid, NULL, 0, 0);
}

int live_directory(char ret_path[64])
{
	int dir;

	(void)snprintf(ret_path, 64, "/tmp/guise-live-XXXXXX");
	LIVE_CHECK(mkdtemp(ret_path) != NULL);
	LIVE_CHECK(chmod(ret_path, 0755) == 0);
	dir = open(ret_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIVE_CHECK(dir >= 0);
	return dir;
}

void live_cleanup(int dir, const char *path)
{
	DIR *list = fdopendir(dir);
	struct dirent *entry;

	LIVE_CHECK(list != NULL);
	rewinddir(list);
	while ((entry = readdir(list))) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(list), entry->d_name, 0) < 0)
			(void)unlinkat(dirfd(list), entry->d_name,
				       AT_REMOVEDIR);
	}
	(void)closedir(list);
	(void)rmdir(path);
}

void live_file(int dir, const char *name, uint32_t uid, uint32_t gid,
	       mode_t mode)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);

	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(dprintf(fd, "%u\n", uid) > 0);
	LIVE_CHECK(fchown(fd, uid, gid) == 0);
	LIVE_CHECK(fchmod(fd, mode) == 0);
	LIVE_CHECK(close(fd) == 0);
}

double live_seconds(void)
{
	const char *text = getenv("GUISE_LIVE_SECONDS");
	double seconds = text ? strtod(text, NULL) : 10;

	return seconds > 0 ? seconds : 10;
}
