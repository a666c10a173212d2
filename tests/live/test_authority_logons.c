/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logons at an authority whose directory is slow, dead or crashing: who waits
 * for it, and who does not. PAM's service is our own, with a module that
 * behaves as it is told; /etc/passwd is ours, in a private mount namespace.
 * Needs root; skips otherwise.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "accounts-fixture.h"

#include "logons.h"

#define CLIENTS_MAX 16

static char directory[64], confdir[96];
static int wake_fd = -1;

static const char passwd_text[] = "root:x:0:0:root:/root:/bin/sh\n"
				  "alice:x:5001:5100::/:/bin/sh\n"
				  "bob:x:5002:5100::/:/bin/sh\n"
				  "hung:x:5003:5100::/:/bin/sh\n"
				  "hung2:x:5004:5100::/:/bin/sh\n";
static const char group_text[] = "root:x:0:\n"
				 "people:x:5100:\n"
				 "staff:x:5101:alice\n";

static char *in_directory(const char *name)
{
	static char paths[4][128];
	static unsigned n;
	char *path = paths[n++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

/* In place: it is mounted. */
static void put_file(const char *name, const char *text)
{
	FILE *file = fopen(in_directory(name), "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The service "odd", as the test wants it. */
static void put_service(const char *arguments)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
		       "auth required " PAM_ODD " password=secret log=%s %s\n"
		       "account required " PAM_ODD "\n",
		       in_directory("log"), arguments);
	put_file("pam.d/odd", text);
	(void)unlink(in_directory("log"));
}

/* How often PAM was asked */
static unsigned count_questions(void)
{
	FILE *file = fopen(in_directory("log"), "re");
	unsigned n = 0;
	int c;

	while (file && (c = fgetc(file)) != EOF)
		n += c == '\n';
	if (file)
		(void)fclose(file);
	return n;
}

static int group_setup(void **state)
{
	(void)state;
	(void)snprintf(directory, sizeof(directory),
		       "/tmp/guise-logons-XXXXXX");
	if (!mkdtemp(directory) || mkdir(in_directory("pam.d"), 0700) < 0)
		return -1;
	(void)snprintf(confdir, sizeof(confdir), "%s/pam.d", directory);
	put_file("passwd", passwd_text);
	put_file("group", group_text);
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	if (mount(in_directory("passwd"), "/etc/passwd", NULL, MS_BIND, NULL) <
		    0 ||
	    mount(in_directory("group"), "/etc/group", NULL, MS_BIND, NULL) < 0)
		return -1;
	return 0;
}

static int group_teardown(void **state)
{
	char command[128];

	(void)state;
	(void)close(wake_fd);
	(void)snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command) == 0 ? 0 : -1;
}

static struct logons_options options_of(unsigned n_helpers, unsigned timeout_ms)
{
	return (struct logons_options){
		.sources =
			{
				.system = true,
				.pam_service = "odd",
				.pam_confdir = confdir,
			},
		.n_helpers = n_helpers,
		.timeout_ms = timeout_ms,
		.cache_ms = 60000,
		.wake_fd = wake_fd,
	};
}

static uint64_t now_ms(void)
{
	return clock_ns() / 1000000;
}

/* --- clients, each with a thread --- */

struct client {
	struct logons *logons;
	const char *name;
	const char *password;
	pthread_t thread;
	atomic_bool is_done;
	int result;
	uint64_t took_ms;
};

static int log_on(struct logons *logons, const char *name, const char *password)
{
	struct logged logged = {0};
	int r;

	r = logons_password(logons, STAGE_ALL, name, (const uint8_t *)password,
			    strlen(password), &logged);
	(void)guise_token_unref(logged.token);
	return r;
}

static void *client_run(void *argument)
{
	struct client *client = argument;
	const uint64_t began = now_ms();

	client->result = log_on(client->logons, client->name, client->password);
	client->took_ms = now_ms() - began;
	atomic_store(&client->is_done, true);
	return NULL;
}

static void begin(struct client *client, struct logons *logons,
		  const char *name, const char *password)
{
	*client = (struct client){
		.logons = logons,
		.name = name,
		.password = password,
	};
	assert_int_equal(
		pthread_create(&client->thread, NULL, client_run, client), 0);
}

static void pause_ms(unsigned ms)
{
	const struct timespec t = {.tv_sec = ms / 1000,
				   .tv_nsec = (long)(ms % 1000) * 1000000};

	(void)nanosleep(&t, NULL);
}

/* As the main thread does: it tends the helpers meanwhile. */
static void wait_for(struct client *client)
{
	while (!atomic_load(&client->is_done)) {
		logons_tick(client->logons);
		pause_ms(20);
	}
	assert_int_equal(pthread_join(client->thread, NULL), 0);
	logons_tick(client->logons);
}

/* --- tests --- */

static void a_hanging_directory_stops_no_embedded_account(void **state)
{
	struct fixture *accounts = NULL;
	struct client hung[CLIENTS_MAX];
	struct logons_options options = options_of(1, 3000);
	struct logons logons;
	static const char *const names[] = {"alice", "bob",  "hung",
					    "hung2", "no-1", "no-2"};
	uint64_t began;

	(void)state;
	put_service("hang");
	assert_int_equal(fixture_setup((void **)&accounts), 0);
	assert_int_equal(
		guise_accounts_add_user(accounts->accounts, "emma", NULL), 0);
	assert_int_equal(guise_accounts_set_password(accounts->accounts, "emma",
						     "pw of emma", 10),
			 0);
	accounts->accounts = guise_accounts_close(accounts->accounts);
	options.sources.accounts_path = accounts->path;
	assert_int_equal(logons_init(&logons, &options), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		begin(&hung[i], &logons, names[i], "secret");
	pause_ms(300); /* by now they wait for PAM */
	began = now_ms();
	assert_int_equal(log_on(&logons, "emma", "pw of emma"), 0);
	assert_true(now_ms() - began < 1500);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		wait_for(&hung[i]);
		assert_int_equal(hung[i].result, -ETIMEDOUT);
	}
	logons_clear(&logons);
	assert_int_equal(fixture_teardown((void **)&accounts), 0);
}

static void a_name_that_hangs_stops_no_other(void **state)
{
	const struct logons_options options = options_of(1, 6000);
	struct client hung, bob;
	struct logons logons;

	(void)state;
	put_service("hang=hung");
	assert_int_equal(logons_init(&logons, &options), 0);
	begin(&hung, &logons, "hung", "secret");
	pause_ms(100);
	begin(&bob, &logons, "bob", "secret");
	wait_for(&bob);
	assert_int_equal(bob.result, 0);
	assert_true(bob.took_ms < 4000); /* another helper came */
	assert_false(atomic_load(&hung.is_done));
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	wait_for(&hung);
	assert_int_equal(hung.result, -ETIMEDOUT);
	/* which goes again */
	pause_ms(50);
	logons_tick(&logons);
	logons_tick(&logons);
	assert_int_equal(pool_look(&logons.pools[LOGON_SYSTEM]).n_helpers, 1);
	logons_clear(&logons);
}

static void one_question_for_a_name_at_a_time(void **state)
{
	const struct logons_options options = options_of(4, 5000);
	struct client clients[8];
	struct logons logons;

	(void)state;
	put_service("slow");
	assert_int_equal(logons_init(&logons, &options), 0);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++)
		begin(&clients[i], &logons, "alice", "secret");
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		wait_for(&clients[i]);
		assert_int_equal(clients[i].result, 0);
	}
	assert_int_equal(count_questions(), 1);
	assert_int_equal(remembered_look(&logons.remembered).n_shared, 7);
	logons_clear(&logons);
}

/* A flood for one name is not everybody's. */
static void few_wait_for_one_name(void **state)
{
	const struct logons_options options = options_of(2, 1500);
	struct client clients[CLIENTS_MAX];
	struct logons logons;
	unsigned n_refused = 0;

	(void)state;
	put_service("hang=hung");
	assert_int_equal(logons_init(&logons, &options), 0);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		begin(&clients[i], &logons, "hung", "secret");
	pause_ms(300);
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		wait_for(&clients[i]);
		n_refused += clients[i].result == GUISE_E_LIMIT;
		assert_true(clients[i].result == GUISE_E_LIMIT ||
			    clients[i].result == -ETIMEDOUT);
	}
	assert_int_equal(n_refused, CLIENTS_MAX - 1 - FLIGHT_WAITING_MAX);
	logons_clear(&logons);
}

static void a_refusal_is_known_for_a_moment(void **state)
{
	const struct logons_options options = options_of(1, 5000);
	struct logons logons;

	(void)state;
	put_service("");
	assert_int_equal(logons_init(&logons, &options), 0);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(log_on(&logons, "alice", "wrong"),
				 GUISE_E_LOGON_FAILURE);
	assert_int_equal(count_questions(), 1);
	/* it is of this password alone */
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	assert_int_equal(count_questions(), 2);
	pause_ms(REFUSAL_MS + 100);
	assert_int_equal(log_on(&logons, "alice", "wrong"),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(count_questions(), 3);
	logons_clear(&logons);
}

static void without_a_cache_everything_is_asked(void **state)
{
	struct logons_options options = options_of(1, 5000);
	struct logons logons;

	(void)state;
	put_service("");
	options.cache_ms = UINT32_MAX;
	assert_int_equal(logons_init(&logons, &options), 0);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(log_on(&logons, "alice", "wrong"),
				 GUISE_E_LOGON_FAILURE);
		assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	}
	assert_int_equal(count_questions(), 6);
	logons_clear(&logons);
}

static void silence_is_known_for_a_moment(void **state)
{
	const struct logons_options options = options_of(1, 700);
	struct logons logons;
	uint64_t began;

	(void)state;
	put_service("hang=hung");
	assert_int_equal(logons_init(&logons, &options), 0);
	assert_int_equal(log_on(&logons, "hung", "secret"), -ETIMEDOUT);
	began = now_ms();
	assert_int_equal(log_on(&logons, "hung", "other"), -ETIMEDOUT);
	assert_true(now_ms() - began < 300);
	assert_int_equal(count_questions(), 1);
	logons_tick(&logons);
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	assert_int_equal(pool_look(&logons.pools[LOGON_SYSTEM]).n_restarts, 1);
	logons_clear(&logons);
}

static void a_module_that_dies_takes_its_helper_only(void **state)
{
	const struct logons_options options = options_of(1, 5000);
	struct logons logons;

	(void)state;
	put_service("die");
	assert_int_equal(logons_init(&logons, &options), 0);
	assert_int_equal(log_on(&logons, "alice", "secret"), -EIO);
	put_service("");
	logons_tick(&logons);
	assert_int_equal(log_on(&logons, "bob", "secret"), 0);
	assert_int_equal(pool_look(&logons.pools[LOGON_SYSTEM]).n_restarts, 1);
	logons_clear(&logons);
}

/* Whoever comes next does not notice. */
static void a_helper_that_died_idle_is_replaced_before_it_is_asked(void **state)
{
	const struct logons_options options = options_of(1, 5000);
	const struct helper_slot *slot;
	struct client client;
	struct logons logons;

	(void)state;
	put_service("");
	assert_int_equal(logons_init(&logons, &options), 0);
	slot = &logons.pools[LOGON_SYSTEM].slots[0];
	for (unsigned i = 1; i <= 2; i++) {
		assert_int_equal(kill(logon_helper_pid(slot->helper), SIGKILL),
				 0);
		while (logon_helper_is_alive(slot->helper))
			pause_ms(1);
		if (i == 2) /* nobody asks: the main thread sees it */
			logons_tick(&logons);
		begin(&client, &logons, i == 1 ? "alice" : "bob", "secret");
		wait_for(&client);
		assert_int_equal(client.result, 0);
		assert_int_equal(
			pool_look(&logons.pools[LOGON_SYSTEM]).n_restarts, i);
	}
	logons_clear(&logons);
}

static void a_flush_forgets_here_and_in_the_helpers(void **state)
{
	const struct logons_options options = options_of(2, 5000);
	struct logons logons;
	pid_t before, after;

	(void)state;
	put_service("");
	assert_int_equal(logons_init(&logons, &options), 0);
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	assert_int_equal(log_on(&logons, "alice", "wrong"),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(count_questions(), 2);
	before = logon_helper_pid(logons.pools[LOGON_SYSTEM].slots[0].helper);
	logons_flush(&logons);
	after = logon_helper_pid(logons.pools[LOGON_SYSTEM].slots[0].helper);
	assert_int_not_equal(before, after);
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	assert_int_equal(log_on(&logons, "alice", "wrong"),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(count_questions(), 4);
	logons_clear(&logons);
}

/* An answer that was on its way when all was to be forgotten. */
static void what_was_asked_before_a_flush_is_not_kept(void **state)
{
	const struct logons_options options = options_of(1, 5000);
	struct client client;
	struct logons logons;

	(void)state;
	put_service("slow");
	assert_int_equal(logons_init(&logons, &options), 0);
	begin(&client, &logons, "alice", "secret");
	pause_ms(80);
	logons_flush(&logons); /* its helper is busy: it goes afterwards */
	wait_for(&client);
	assert_int_equal(client.result, 0);
	assert_int_equal(remembered_look(&logons.remembered).n_right, 0);
	assert_int_equal(log_on(&logons, "alice", "secret"), 0);
	assert_int_equal(count_questions(), 2);
	assert_int_equal(remembered_look(&logons.remembered).n_right, 1);
	logons_clear(&logons);
}

/* The ticket was taken before: that its account was looked up afterwards makes
 * it no newer. */
static void what_was_proven_before_a_flush_is_not_kept(void **state)
{
	static const char rules[] = "[principals]\nalice@A = alice\n";
	struct logons_options options = options_of(1, 5000);
	struct exchange proven = {.worker = 1, .principal = "alice@A"};
	struct logon_negotiation negotiation = {.token = NULL};
	struct logged logged = {0};
	struct logons logons;

	(void)state;
	put_service("");
	assert_int_equal(guise_identities_parse(rules, sizeof(rules) - 1,
						&options.sources.identities,
						NULL),
			 0);
	assert_int_equal(logons_init(&logons, &options), 0);
	proven.generation = remembered_generation(&logons.remembered);
	assert_int_equal(exchanges_add(&logons.proven, &proven,
				       clock_ns() / 1000000,
				       &negotiation.pending),
			 0);
	logons_flush(&logons);
	assert_int_equal(
		logons_negotiate_rest(&logons, 1, &negotiation, &logged), 0);
	assert_int_not_equal(logged.generation,
			     remembered_generation(&logons.remembered));
	(void)guise_token_unref(logged.token);
	logons_clear(&logons);
	(void)guise_identities_unref(options.sources.identities);
}

/* Only a client that has proven who it is comes to this step: the server was
 * too slow, and the ticket was not wrong. */
static void a_proof_that_waited_too_long_is_no_wrong_ticket(void **state)
{
	const struct logons_options options = options_of(1, 5000);
	struct logon_negotiation negotiation = {.pending = 42};
	struct logged logged = {0};
	struct logons logons;

	(void)state;
	assert_int_equal(logons_init(&logons, &options), 0);
	assert_int_equal(
		logons_negotiate_rest(&logons, 1, &negotiation, &logged),
		-ETIMEDOUT);
	assert_null(logged.token);
	assert_string_equal(negotiation.why,
			    "it has waited too long for its account");
	logons_clear(&logons);
}

static void without_sources_nobody_is_known(void **state)
{
	struct logons_options options = options_of(2, 1000);
	struct logons logons;

	(void)state;
	options.sources.system = false;
	assert_int_equal(logons_init(&logons, &options), 0);
	assert_int_equal(log_on(&logons, "alice", "secret"),
			 GUISE_E_LOGON_FAILURE);
	logons_clear(&logons);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hanging_directory_stops_no_embedded_account),
		cmocka_unit_test(a_name_that_hangs_stops_no_other),
		cmocka_unit_test(one_question_for_a_name_at_a_time),
		cmocka_unit_test(few_wait_for_one_name),
		cmocka_unit_test(a_refusal_is_known_for_a_moment),
		cmocka_unit_test(without_a_cache_everything_is_asked),
		cmocka_unit_test(silence_is_known_for_a_moment),
		cmocka_unit_test(a_module_that_dies_takes_its_helper_only),
		cmocka_unit_test(
			a_helper_that_died_idle_is_replaced_before_it_is_asked),
		cmocka_unit_test(a_flush_forgets_here_and_in_the_helpers),
		cmocka_unit_test(what_was_asked_before_a_flush_is_not_kept),
		cmocka_unit_test(what_was_proven_before_a_flush_is_not_kept),
		cmocka_unit_test(
			a_proof_that_waited_too_long_is_no_wrong_ticket),
		cmocka_unit_test(without_sources_nobody_is_known),
	};

	if (geteuid() != 0) {
		printf("skipped: needs root\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
