/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logon helper as its parent sees it: answers, slowness, death, what it
 * inherited and what it keeps in memory.
 */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "accounts-fixture.h"

#include "source.h"

#define ENOUGH_MS 10000

struct helped {
	struct fixture *f;
	struct logon_sources sources;
	struct logon_helper *helper;
};

static int helped_setup(void **state)
{
	struct helped *h = calloc(1, sizeof(*h));

	if (!h || fixture_setup((void **)&h->f) < 0)
		return -1;
	add_user(h->f, "alice");
	add_user(h->f, "locked");
	assert_int_equal(guise_accounts_set_password(h->f->accounts, "alice",
						     "secret", 6),
			 0);
	assert_int_equal(
		guise_accounts_set_locked(h->f->accounts, "locked", true), 0);
	/* SQLite must not be in use where helpers are forked */
	h->f->accounts = guise_accounts_close(h->f->accounts);
	h->sources.accounts_path = h->f->path;
	*state = h;
	return logon_helper_start(&h->sources, &h->helper);
}

static int helped_teardown(void **state)
{
	struct helped *h = *state;

	h->helper = logon_helper_stop(h->helper);
	(void)fixture_teardown((void **)&h->f);
	free(h);
	return 0;
}

static int ask_password(struct helped *h, const char *name,
			const char *password, unsigned timeout_ms)
{
	const struct guise_token *token = NULL;
	int r = logon_helper_password(h->helper, name, password,
				      strlen(password), timeout_ms, &token);

	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	return r;
}

static int ask_token(struct helped *h, const char *name, unsigned timeout_ms)
{
	const struct guise_token *token = NULL;
	int r = logon_helper_token(h->helper, name, timeout_ms, &token);

	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	return r;
}

static void it_checks_passwords_and_gives_tokens(void **state)
{
	struct helped *h = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *again = NULL;

	assert_int_equal(logon_helper_password(h->helper, "alice", "secret", 6,
					       ENOUGH_MS, &token),
			 0);
	assert_string_equal(guise_token_name(token), "alice");
	assert_int_equal(guise_token_unix(token)->uid, 200000);
	assert_int_equal(
		logon_helper_token(h->helper, "alice", ENOUGH_MS, &again), 0);
	assert_true(guise_token_authentication_id(token) !=
		    guise_token_authentication_id(again));
}

static void it_refuses_and_goes_on(void **state)
{
	struct helped *h = *state;

	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(ask_password(h, "alice", "wrong", ENOUGH_MS),
				 GUISE_E_LOGON_FAILURE);
		assert_int_equal(ask_password(h, "alice", "", ENOUGH_MS),
				 GUISE_E_LOGON_FAILURE);
		assert_int_equal(ask_password(h, "nobody", "secret", ENOUGH_MS),
				 GUISE_E_LOGON_FAILURE);
		assert_int_equal(ask_password(h, "locked", "secret", ENOUGH_MS),
				 GUISE_E_LOGON_FAILURE);
		assert_int_equal(ask_token(h, "nobody", ENOUGH_MS),
				 GUISE_E_NO_SUCH_ACCOUNT);
		assert_int_equal(ask_token(h, "locked", ENOUGH_MS),
				 GUISE_E_LOGON_FAILURE);
		/* root is a system account, and that source is off */
		assert_int_equal(ask_token(h, "root", ENOUGH_MS),
				 GUISE_E_NO_SUCH_ACCOUNT);
	}
	assert_int_equal(ask_password(h, "alice", "secret", ENOUGH_MS), 0);
}

static void what_fits_no_request_is_refused_here(void **state)
{
	struct helped *h = *state;
	const struct guise_token *token = NULL;
	char name[GUISE_USER_NAME_MAX + 2];
	char password[GUISE_PASSWORD_MAX + 1];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(password, 'a', sizeof(password));
	assert_int_equal(ask_password(h, name, "x", ENOUGH_MS),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(ask_password(h, "", "x", ENOUGH_MS),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(ask_token(h, name, ENOUGH_MS),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(ask_token(h, "", ENOUGH_MS), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(logon_helper_password(h->helper, "alice", password,
					       sizeof(password), ENOUGH_MS,
					       &token),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon_helper_password(h->helper, "alice", "secret\0",
					       7, ENOUGH_MS, &token),
			 GUISE_E_LOGON_FAILURE);
	assert_null(token);
	assert_int_equal(ask_password(h, "alice", "secret", ENOUGH_MS), 0);
}

static void tokens_larger_than_a_packet_arrive(void **state)
{
	struct helped *h = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	char name[32];

	fixture_reopen(h->f, 0);
	for (unsigned i = 0; i < 1500; i++) {
		(void)snprintf(name, sizeof(name), "group-%u", i);
		add_group(h->f, name);
		add_member(h->f, name, "alice");
	}
	h->f->accounts = guise_accounts_close(h->f->accounts);
	assert_int_equal(
		logon_helper_token(h->helper, "alice", ENOUGH_MS, &token), 0);
	assert_int_equal(guise_token_unix(token)->n_groups, 1501);
}

static bool is_gone(pid_t pid)
{
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void one_that_is_late_is_killed_and_stays_dead(void **state)
{
	struct helped *h = *state;
	pid_t pid = logon_helper_pid(h->helper);
	uint64_t start;

	assert_int_equal(kill(pid, SIGSTOP), 0);
	start = now_ms();
	assert_int_equal(ask_password(h, "alice", "secret", 150), -ETIMEDOUT);
	assert_true(now_ms() - start >= 149);
	assert_true(now_ms() - start < 5000);
	assert_true(is_gone(pid));
	/* its answer to the old question is no answer to a new one */
	assert_int_equal(ask_password(h, "alice", "wrong", 150), -ECONNRESET);
	assert_int_equal(ask_token(h, "alice", 150), -ECONNRESET);
}

static void one_that_died_is_noticed_and_replaced(void **state)
{
	struct helped *h = *state;
	pid_t pid = logon_helper_pid(h->helper);

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(ask_password(h, "alice", "secret", ENOUGH_MS),
			 -ECONNRESET);
	assert_true(is_gone(pid));
	h->helper = logon_helper_stop(h->helper);
	assert_int_equal(logon_helper_start(&h->sources, &h->helper), 0);
	assert_int_equal(ask_password(h, "alice", "secret", ENOUGH_MS), 0);
}

static void one_that_dies_while_it_is_asked_is_noticed(void **state)
{
	struct helped *h = *state;
	pid_t pid = logon_helper_pid(h->helper), killer;

	assert_int_equal(kill(pid, SIGSTOP), 0);
	killer = fork();
	if (killer == 0) {
		struct timespec wait = {.tv_nsec = 50000000};

		(void)nanosleep(&wait, NULL);
		_exit(kill(pid, SIGKILL) < 0);
	}
	assert_int_equal(ask_password(h, "alice", "secret", ENOUGH_MS),
			 -ECONNRESET);
	assert_int_equal(waitpid(killer, NULL, 0), killer);
	assert_true(is_gone(pid));
}

static void stopping_ends_and_reaps_it(void **state)
{
	struct helped *h = *state;
	pid_t pid = logon_helper_pid(h->helper);

	assert_false(is_gone(pid));
	h->helper = logon_helper_stop(h->helper);
	assert_true(is_gone(pid));
	assert_null(logon_helper_stop(NULL));
}

/* What /proc/PID/@name says about the helper. */
static void read_proc(pid_t pid, const char *name, char *ret, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, ret, size - 1);
	assert_true(n >= 0);
	ret[n] = '\0';
	(void)close(fd);
}

static void it_keeps_nothing_of_its_parent(void **state)
{
	struct helped *h = *state;
	int inherited = open("/etc/passwd", O_RDONLY); /* not O_CLOEXEC */
	char path[64], text[4096];
	unsigned n = 0, highest = 0;
	struct dirent *entry;
	DIR *fds;
	pid_t pid;

	assert_true(inherited > 2);
	h->helper = logon_helper_stop(h->helper);
	(void)signal(SIGUSR1, SIG_IGN);
	assert_int_equal(logon_helper_start(&h->sources, &h->helper), 0);
	(void)signal(SIGUSR1, SIG_DFL);
	/* an answer: it has shut itself in by now */
	assert_int_equal(ask_token(h, "alice", ENOUGH_MS), 0);
	pid = logon_helper_pid(h->helper);
	read_proc(pid, "comm", text, sizeof(text));
	assert_string_equal(text, "guise-logon\n");
	read_proc(pid, "status", text, sizeof(text));
	assert_non_null(strstr(text, "SigIgn:\t0000000000000000"));
	assert_non_null(strstr(text, "SigBlk:\t0000000000000000"));
	if (geteuid() == 0) { /* it is not dumpable: for root only */
		(void)snprintf(path, sizeof(path), "/proc/%d/fd", pid);
		fds = opendir(path);
		assert_non_null(fds);
		while ((entry = readdir(fds))) {
			unsigned fd = (unsigned)(entry->d_name[0] - '0');

			if (entry->d_name[0] == '.')
				continue;
			n++;
			highest = fd > highest ? fd : highest;
		}
		(void)closedir(fds);
		assert_int_equal(n, 4);
		assert_int_equal(highest, 3);
	}
	(void)close(inherited);
}

/* Searches all writable memory of a process. */
static bool process_holds(pid_t pid, const char *text, size_t size)
{
	char path[64], line[512];
	bool found = false;
	FILE *maps;
	int mem;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	(void)snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(maps && mem >= 0);
	while (!found && fgets(line, sizeof(line), maps)) {
		uint64_t start, end;
		char mode[8], *bytes;
		ssize_t n;

		if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) != 3 ||
		    mode[1] != 'w' || end - start > (64u << 20))
			continue;
		bytes = malloc(end - start);
		assert_non_null(bytes);
		n = pread(mem, bytes, end - start, (off_t)start);
		found = n > 0 && memmem(bytes, (size_t)n, text, size);
		free(bytes);
	}
	(void)fclose(maps);
	(void)close(mem);
	return found;
}

static void it_forgets_the_password(void **state)
{
	struct helped *h = *state;
	/* made after the fork, so that the child cannot have inherited it */
	char password[33];
	guise_luid random[2] = {guise_luid_new(), guise_luid_new()};

	if (geteuid() != 0)
		skip(); /* reading another process's memory */
	(void)snprintf(password, sizeof(password), "%016lx%016lx", random[0],
		       random[1]);
	assert_int_equal(ask_password(h, "alice", password, ENOUGH_MS),
			 GUISE_E_LOGON_FAILURE);
	assert_false(
		process_holds(logon_helper_pid(h->helper), password + 4, 16));
	/* that the search can find something: the path it was given */
	assert_true(process_holds(logon_helper_pid(h->helper), h->f->path,
				  strlen(h->f->path)));
}

/* glibc makes malloc usable in the child of a process with threads; the
 * allocators of gcc 12's sanitizers do not, and the child hangs. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FORK_KEEPS_MALLOC false
#else
#define FORK_KEEPS_MALLOC true
#endif

static atomic_bool stop_threads;

static void *allocate_all_the_time(void *context)
{
	(void)context;
	while (!atomic_load(&stop_threads)) {
		void *memory[64];

		for (size_t i = 0; i < 64; i++)
			memory[i] = malloc(i * 100);
		for (size_t i = 0; i < 64; i++)
			free(memory[i]);
	}
	return NULL;
}

static void it_starts_from_a_process_with_busy_threads(void **state)
{
	struct helped *h = *state;
	pthread_t threads[4];

	if (!FORK_KEEPS_MALLOC)
		skip();
	atomic_store(&stop_threads, false);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
						allocate_all_the_time, NULL),
				 0);
	for (unsigned i = 0; i < 20; i++) {
		h->helper = logon_helper_stop(h->helper);
		assert_int_equal(logon_helper_start(&h->sources, &h->helper),
				 0);
		assert_int_equal(ask_token(h, "alice", ENOUGH_MS), 0);
	}
	atomic_store(&stop_threads, true);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void it_dies_with_its_parent(void **state)
{
	struct helped *h = *state;
	int report[2];
	pid_t parent, child = 0;

	assert_int_equal(pipe(report), 0);
	parent = fork();
	if (parent == 0) {
		struct logon_helper *helper = NULL;
		const struct guise_token *token = NULL;
		pid_t pid;

		if (logon_helper_start(&h->sources, &helper) < 0)
			_exit(1);
		pid = logon_helper_pid(helper);
		/* once it has answered, it has tied itself to us */
		if (logon_helper_token(helper, "nobody", ENOUGH_MS, &token) !=
		    GUISE_E_NO_SUCH_ACCOUNT)
			_exit(1);
		/* stopped, it cannot notice the closed socket */
		(void)kill(pid, SIGSTOP);
		if (write(report[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(report[0], &child, sizeof(child)), sizeof(child));
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	for (unsigned i = 0; i < 500 && !is_gone(child); i++) {
		struct timespec wait = {.tv_nsec = 10000000};
		char text[4096], path[64];

		(void)snprintf(path, sizeof(path), "/proc/%d/stat", child);
		if (access(path, R_OK) < 0)
			break;
		read_proc(child, "stat", text, sizeof(text));
		if (strstr(text, ") Z "))
			break; /* dead, and whoever adopted it is slow */
		(void)nanosleep(&wait, NULL);
		assert_true(i < 499);
	}
	(void)close(report[0]);
	(void)close(report[1]);
}

static void a_broken_accounts_file_is_an_error_for_all(void **state)
{
	struct helped *h = *state;

	assert_int_equal(chmod(h->f->path, 0644), 0);
	assert_int_equal(ask_password(h, "alice", "secret", ENOUGH_MS), -EPERM);
	assert_int_equal(ask_token(h, "nobody", ENOUGH_MS), -EPERM);
	assert_int_equal(chmod(h->f->path, 0600), 0);
	/* it opens the file anew each time */
	assert_int_equal(ask_password(h, "alice", "secret", ENOUGH_MS), 0);
}

static void without_sources_there_is_nobody(void **state)
{
	struct helped *h = *state;
	const struct logon_sources none = {0};
	const struct guise_token *token = NULL;

	(void)h;
	assert_int_equal(logon_token(&none, "root", &token),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(logon_password(&none, "root", "x", 1, &token),
			 GUISE_E_LOGON_FAILURE);
	assert_null(token);
}

#define helper_test(name)                                                      \
	cmocka_unit_test_setup_teardown(name, helped_setup, helped_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		helper_test(it_checks_passwords_and_gives_tokens),
		helper_test(it_refuses_and_goes_on),
		helper_test(what_fits_no_request_is_refused_here),
		helper_test(tokens_larger_than_a_packet_arrive),
		helper_test(one_that_is_late_is_killed_and_stays_dead),
		helper_test(one_that_died_is_noticed_and_replaced),
		helper_test(one_that_dies_while_it_is_asked_is_noticed),
		helper_test(stopping_ends_and_reaps_it),
		helper_test(it_keeps_nothing_of_its_parent),
		helper_test(it_forgets_the_password),
		helper_test(it_starts_from_a_process_with_busy_threads),
		helper_test(it_dies_with_its_parent),
		helper_test(a_broken_accounts_file_is_an_error_for_all),
		helper_test(without_sources_there_is_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
