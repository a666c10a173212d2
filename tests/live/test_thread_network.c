/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a thread is on other machines: its client, if that has delegated, and
 * nobody at all otherwise; never the service, whoever has set what in the
 * environment, and never a user's own tickets that lie about. Against a real
 * KDC; each scenario in a child of its own, as in all live tests.
 */
#include "network-fixture.h"

static void delegation(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *a = alice_token(), *b = bob_token();
	gss_buffer_desc first, second, third, fourth;

	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	{
		GUISE_SCOPE(outer);

		LIVE_CHECK(guise_scope_begin(&outer, a) == 0);
		first = first_message(false);
		{
			GUISE_SCOPE(inner);

			LIVE_CHECK(guise_scope_begin(&inner, b) == 0);
			second = first_message(false);
		}
		third = first_message(false);
		fourth = first_message(true);
	}
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	LIVE_CHECK(strcmp(seen(&first), "alice@GUISE.TEST") == 0);
	LIVE_CHECK(strcmp(seen(&second), "bob@GUISE.TEST") == 0);
	LIVE_CHECK(strcmp(seen(&third), "alice@GUISE.TEST") == 0);
	LIVE_CHECK(strcmp(seen(&fourth), "alice@GUISE.TEST") == 0);
}

static void a_delegated_client_is_one_everywhere(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, delegation);
	live_expect_after(live_become_service, LIVE_DONE, delegation);
}

struct half {
	const struct guise_token *token;
	const char *who;
	pthread_barrier_t *both;
};

static void *be_one(void *context)
{
	struct half *half = context;

	for (int i = 0; i < 20; i++) {
		gss_buffer_desc message;
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, half->token) == 0);
		(void)pthread_barrier_wait(half->both);
		message = first_message(i % 2);
		(void)pthread_barrier_wait(half->both);
		guise_scope_end(&scope);
		LIVE_CHECK(strcmp(seen(&message), half->who) == 0);
	}
	return NULL;
}

static void two_threads(void)
{
	pthread_barrier_t both;
	struct half halves[] = {
		{alice_token(), "alice@GUISE.TEST", &both},
		{bob_token(), "bob@GUISE.TEST", &both},
		{live_token(ALICE, ALICE), NOBODY_IN, &both},
	};
	pthread_t threads[3];

	LIVE_CHECK(pthread_barrier_init(&both, NULL, 3) == 0);
	for (int i = 0; i < 3; i++)
		LIVE_CHECK(pthread_create(&threads[i], NULL, be_one,
					  &halves[i]) == 0);
	for (int i = 0; i < 3; i++) {
		LIVE_CHECK(pthread_join(threads[i], NULL) == 0);
		(void)guise_token_unref(halves[i].token);
	}
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
}

static void each_thread_is_its_own_client(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, two_threads);
}

static void lower_levels(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bare =
		live_token_at(GUISE_LEVEL_DELEGATION, ALICE, ALICE, NULL, 0, 0);

	LIVE_CHECK(is_seen_in_scope(full, "alice@GUISE.TEST"));
	LIVE_CHECK(is_seen_in_scope(bare, NOBODY_IN));
	for (int level = 0; level < 3; level++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *low = NULL;

		LIVE_CHECK(guise_token_at_level(full, (enum guise_level)level,
						1, &low) == 0);
		LIVE_CHECK(is_seen_in_scope(low, NOBODY_IN));
	}
	{
		GUISE_SCOPE(scope);
		gss_buffer_desc message;

		LIVE_CHECK(guise_scope_begin(&scope, full) == 0);
		message = message_as(bare);
		LIVE_CHECK(message.length == 0);
		message = first_message(false);
		LIVE_CHECK(message.length > 0);
		guise_scope_end(&scope);
		LIVE_CHECK(strcmp(seen(&message), "alice@GUISE.TEST") == 0);
	}
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
}

static void below_delegation_there_is_nobody(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, lower_levels);
}

static void copy_file(const char *from, const char *to, uint32_t owner)
{
	char bytes[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = read(in, bytes, sizeof(bytes));

	LIVE_CHECK(in >= 0 && out >= 0 && n > 0);
	LIVE_CHECK(write(out, bytes, (size_t)n) == n);
	LIVE_CHECK(fchown(out, owner, owner) == 0);
	close(in);
	close(out);
}

/* Every place from which the library takes credentials by default */
static void set_traps(void)
{
	char path[256], text[512];
	FILE *conf;

	/* the user's own tickets, and the service's, for all to read */
	(void)snprintf(path, sizeof(path), "%s/cc.%u", kdc.directory, ALICE);
	copy_file(strchr(alice, ':') + 1, path, ALICE);
	LIVE_CHECK(chmod(strchr(service, ':') + 1, 0644) == 0);
	LIVE_CHECK(chmod(http, 0644) == 0);
	(void)snprintf(path, sizeof(path), "%s/trap.conf", kdc.directory);
	conf = fopen(path, "we");
	LIVE_CHECK(conf);
	fprintf(conf,
		"[libdefaults]\n"
		"default_client_keytab_name = FILE:%s\n"
		"default_ccache_name = FILE:%s/cc.%%{euid}\n",
		http, kdc.directory);
	LIVE_CHECK(fclose(conf) == 0);
	(void)snprintf(text, sizeof(text), "%s:%s", path,
		       getenv("KRB5_CONFIG"));
	LIVE_CHECK(setenv("KRB5_CONFIG", text, 1) == 0);
}

/* Shows that the trap is there, and then that a scope is not caught. */
static void trapped(const char *unprotected)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *low = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = bob_token();
	gss_buffer_desc caught, kept, named, whole;
	OM_uint32 minor;

	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, low) == 0);
		LIVE_CHECK(gss_krb5_ccache_name(&minor, NULL, NULL) == 0);
		caught = first_message(false);
	}
	LIVE_CHECK(strcmp(seen(&caught), unprotected) == 0);
	LIVE_CHECK(is_seen_in_scope(low, NOBODY_IN));
	LIVE_CHECK(is_seen_in_scope(full, "bob@GUISE.TEST"));
	{
		GUISE_SCOPE(outer);
		GUISE_SCOPE(inner);

		LIVE_CHECK(guise_scope_begin(&outer, full) == 0);
		kept = first_message(true);
		LIVE_CHECK(guise_scope_begin(&inner, low) == 0);
		named = first_message(true);
		guise_scope_end(&inner);
		whole = first_message(false);
	}
	LIVE_CHECK(named.length == 0);
	LIVE_CHECK(strcmp(seen(&kept), "bob@GUISE.TEST") == 0);
	LIVE_CHECK(strcmp(seen(&whole), "bob@GUISE.TEST") == 0);
}

static void trap_by_uid(void)
{
	set_traps();
	LIVE_CHECK(unsetenv("KRB5CCNAME") == 0);
	trapped("alice@GUISE.TEST");
}

static void trap_by_cache(void)
{
	set_traps();
	LIVE_CHECK(setenv("KRB5CCNAME", service, 1) == 0);
	trapped("HTTP/localhost@GUISE.TEST");
}

static void trap_by_keytab(void)
{
	set_traps();
	LIVE_CHECK(setenv("KRB5CCNAME", "MEMORY:fresh", 1) == 0);
	trapped("HTTP/localhost@GUISE.TEST");
}

static void trap_by_environment(void)
{
	LIVE_CHECK(setenv("KRB5CCNAME", "MEMORY:fresh", 1) == 0);
	LIVE_CHECK(chmod(http, 0644) == 0);
	LIVE_CHECK(setenv("KRB5_CLIENT_KTNAME", http, 1) == 0);
	trapped("HTTP/localhost@GUISE.TEST");
}

static void nothing_that_lies_about_is_used(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, trap_by_uid);
	live_expect(LIVE_DONE, trap_by_cache);
	live_expect(LIVE_DONE, trap_by_keytab);
	live_expect(LIVE_DONE, trap_by_environment);
}

/* What one client stores as default credentials is not the next one's. */
static void store(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *low = live_token(BOB, BOB);
	gss_cred_id_t handle;
	OM_uint32 minor;

	LIVE_CHECK(guise_token_gss_credential(full, &handle) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, low) == 0);
		LIVE_CHECK(
			GSS_ERROR(gss_store_cred(&minor, handle, GSS_C_INITIATE,
						 NULL, 1, 1, NULL, NULL)));
		LIVE_CHECK(first_message(false).length == 0);
	}
	LIVE_CHECK(is_seen_in_scope(low, NOBODY_IN));
	(void)gss_release_cred(&minor, &handle);
}

static void nobody_can_be_given_credentials(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, store);
}

static void thread_tokens(void)
{
	const struct guise_impersonate_options lower = {
		.size = sizeof(lower), .level = GUISE_LEVEL_IMPERSONATION};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *other = bob_token();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *adjusted = NULL;
	struct guise_token_object *object = object_of(full);
	gss_buffer_desc message, after, low, in_scope;

	LIVE_CHECK(guise_thread_impersonate(object, NULL) == 0);
	message = first_message(false);
	LIVE_CHECK(guise_thread_impersonate(object, NULL) == 0);
	in_scope = message_as(other);
	LIVE_CHECK(guise_token_disable_privileges(full, 5, &adjusted, NULL) ==
		   0);
	LIVE_CHECK(guise_token_object_replace(object, full, other) ==
		   GUISE_E_BAD_TOKEN_TYPE);
	LIVE_CHECK(guise_token_object_replace(object, full, adjusted) == 0);
	after = first_message(false);
	LIVE_CHECK(guise_thread_impersonate(object, &lower) == 0);
	low = first_message(false);
	guise_thread_revert();
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	LIVE_CHECK(strcmp(seen(&message), "alice@GUISE.TEST") == 0);
	LIVE_CHECK(strcmp(seen(&in_scope), "bob@GUISE.TEST") == 0);
	LIVE_CHECK(strcmp(seen(&after), "alice@GUISE.TEST") == 0);
	LIVE_CHECK(low.length == 0);
	(void)guise_token_object_unref(object);
}

/* The thread token goes while a scope is open: the scope stays who it is. */
static void revert_in_scope(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token(), *other = bob_token();
	struct guise_token_object *object = object_of(full);
	gss_buffer_desc message;

	LIVE_CHECK(guise_thread_impersonate(object, NULL) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, other) == 0);
		guise_thread_revert();
		message = first_message(false);
	}
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	LIVE_CHECK(strcmp(seen(&message), "bob@GUISE.TEST") == 0);
	(void)guise_token_object_unref(object);
}

static void a_thread_token_is_one_everywhere(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, thread_tokens);
	live_expect(LIVE_DONE, revert_in_scope);
}

struct waiting {
	_Atomic pid_t tid;
	atomic_bool end;
};

static void *wait_for_end(void *context)
{
	struct waiting *w = context;

	atomic_store(&w->tid, gettid());
	while (!atomic_load(&w->end))
		(void)usleep(1000);
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	return NULL;
}

static void set_others(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *low = live_token(ALICE, ALICE);
	struct guise_token_object *object = object_of(low);
	struct waiting w = {0};
	pthread_t thread;

	LIVE_CHECK(pthread_create(&thread, NULL, wait_for_end, &w) == 0);
	while (atomic_load(&w.tid) == 0)
		(void)usleep(1000);
	LIVE_CHECK(guise_thread_set_token(w.tid, object, NULL) == -EOPNOTSUPP);
	LIVE_CHECK(guise_thread_set_token(w.tid, NULL, NULL) == -EOPNOTSUPP);
	LIVE_CHECK(guise_thread_set_token(gettid(), object, NULL) == 0);
	LIVE_CHECK(first_message(false).length == 0);
	LIVE_CHECK(guise_thread_set_token(gettid(), NULL, NULL) == 0);
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	atomic_store(&w.end, true);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	(void)guise_token_object_unref(object);
}

static void another_thread_is_not_pinned_in_a_handler(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, set_others);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_delegated_client_is_one_everywhere),
		cmocka_unit_test(each_thread_is_its_own_client),
		cmocka_unit_test(below_delegation_there_is_nobody),
		cmocka_unit_test(nothing_that_lies_about_is_used),
		cmocka_unit_test(nobody_can_be_given_credentials),
		cmocka_unit_test(a_thread_token_is_one_everywhere),
		cmocka_unit_test(another_thread_is_not_pinned_in_a_handler),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, network_start, network_stop);
}
