/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a thread is on other machines: its client, if that has delegated, and
 * nobody at all otherwise; never the service, whoever has set what in the
 * environment, and never a user's own tickets that lie about. Against a real
 * KDC; each scenario in a child of its own, as in all live tests.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <guise/gss.h>
#include <guise/thread-token.h>
#include <guise/token-change.h>

#include "credentials.h"
#include "kdc.h"
#include "live.h"
#include "pin.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define NOBODY_IN "-"

static struct kdc kdc;
static const char *http, *backend;
/* names of caches: the service's own, and its clients' */
static const char *service, *alice, *bob;
static const struct gss_library *gss;

/* Fails when it is told to: to be pinned, not to be what the process is. */
static atomic_int pins_left = INT32_MAX;
int __real_gss_pin(const struct guise_token *token);
int __wrap_gss_pin(const struct guise_token *token);

int __wrap_gss_pin(const struct guise_token *token)
{
	if (atomic_fetch_sub(&pins_left, 1) <= 0)
		return -ENOMEM;
	return __real_gss_pin(token);
}

/* The first message to the backend by @handle; empty: it has no credentials. */
static gss_buffer_desc message_by(gss_cred_id_t handle, bool spnego)
{
	static char backend_name[] = "host@localhost";
	static uint8_t spnego_oid[] = {0x2b, 6, 1, 5, 5, 2};
	gss_OID_desc mechanism = {sizeof(spnego_oid), spnego_oid};
	gss_buffer_desc text = {sizeof(backend_name) - 1, backend_name};
	gss_buffer_desc message = {0};
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_name_t name;
	OM_uint32 minor;

	if (!spnego)
		mechanism = *gss_mech_krb5;
	LIVE_CHECK(gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE,
				   &name) == 0);
	(void)gss_init_sec_context(&minor, handle, &context, name, &mechanism,
				   0, 0, NULL, NULL, NULL, &message, NULL,
				   NULL);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	(void)gss_release_name(&minor, &name);
	return message;
}

static gss_buffer_desc first_message(bool spnego)
{
	return message_by(GSS_C_NO_CREDENTIAL, spnego);
}

/* Whom the backend sees. @token is released. */
static const char *seen(gss_buffer_desc *token)
{
	static _Thread_local char name[256];
	gss_buffer_desc text = {0};
	gss_ctx_id_t context;
	gss_name_t client;
	OM_uint32 minor;

	if (token->length == 0)
		return NOBODY_IN;
	context = kdc_accept(backend, GSS_C_ACCEPT, token, NULL);
	LIVE_CHECK(gss_inquire_context(&minor, context, &client, NULL, NULL,
				       NULL, NULL, NULL, NULL) == 0);
	LIVE_CHECK(gss_display_name(&minor, client, &text, NULL) == 0);
	(void)snprintf(name, sizeof(name), "%.*s", (int)text.length,
		       (const char *)text.value);
	(void)gss_release_buffer(&minor, &text);
	(void)gss_release_name(&minor, &client);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	(void)gss_release_buffer(&minor, token);
	return name;
}

/* Outside scopes: the acceptor's keytab is root's. */
static bool is_seen_as(const char *who)
{
	gss_buffer_desc token = first_message(false);
	const char *name = seen(&token);

	if (strcmp(name, who) != 0)
		fprintf(stderr, "seen as %s, not as %s\n", name, who);
	return strcmp(name, who) == 0;
}

static const struct guise_token *
token_with(struct guise_credentials *c, enum guise_level level, uint32_t uid)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *plain =
		live_token_at(level, uid, uid, NULL, 0, 0);
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_token *token;

	LIVE_CHECK(guise_token_builder_from(plain, &b) == 0);
	token_builder_credentials(b, c);
	LIVE_CHECK(guise_token_builder_seal(b, &token) == 0);
	return token;
}

/* What the owner of @cache delegates to the HTTP service, as @principal's */
static struct guise_credentials *delegated(const char *cache, OM_uint32 flags,
					   gss_cred_usage_t usage,
					   const char *principal,
					   bool constrained)
{
	struct guise_credentials *credentials;
	gss_cred_id_t handle = GSS_C_NO_CREDENTIAL;
	gss_buffer_desc token;
	gss_ctx_id_t context;
	OM_uint32 minor;

	kdc_initiate(cache, "HTTP@localhost", flags, true, NULL, &token);
	context = kdc_accept(http, usage, &token, &handle);
	LIVE_CHECK(gss_credentials_accepted(gss, handle, principal, constrained,
					    &credentials) == 0);
	(void)gss_release_cred(&minor, &handle);
	(void)gss_release_buffer(&minor, &token);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	return credentials;
}

static const struct guise_token *client(const char *cache,
					const char *principal, uint32_t uid)
{
	GUISE_AUTO(credentials_unrefp)
	struct guise_credentials *credentials = delegated(
		cache, GSS_C_DELEG_FLAG, GSS_C_ACCEPT, principal, false);

	LIVE_CHECK(credentials);
	return token_with(credentials, GUISE_LEVEL_DELEGATION, uid);
}

static const struct guise_token *alice_token(void)
{
	return client(alice, "alice@GUISE.TEST", ALICE);
}

static const struct guise_token *bob_token(void)
{
	return client(bob, "bob@GUISE.TEST", BOB);
}

static gss_buffer_desc message_as(const struct guise_token *token)
{
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, token) == 0);
	return first_message(false);
}

static bool is_seen_in_scope(const struct guise_token *token, const char *who)
{
	gss_buffer_desc message = message_as(token);

	return strcmp(seen(&message), who) == 0;
}

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
	(void)guise_token_unref(b);
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

static struct guise_token_object *object_of(const struct guise_token *token)
{
	struct guise_token_object *object;

	LIVE_CHECK(guise_token_object_new(token, NULL, NULL, &object) == 0);
	return object;
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
	(void)guise_token_unref(other);
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

/* Ways for a thread to end as a client */
static pthread_key_t late_key;
static _Atomic(const char *) late_name;

static void late(void *value)
{
	static _Thread_local int rounds;
	static char name[256];
	gss_buffer_desc message;

	/* once more, so that the library's destructor has run in between */
	if (rounds++ == 0) {
		(void)pthread_setspecific(late_key, value);
		return;
	}
	message = first_message(false);
	(void)snprintf(name, sizeof(name), "%s", seen(&message));
	late_name = name;
}

static void *exit_in_scope(void *context)
{
	static _Thread_local struct guise_scope scope;

	LIVE_CHECK(guise_scope_begin(&scope, context) == 0);
	LIVE_CHECK(pthread_setspecific(late_key, &scope) == 0);
	pthread_exit(NULL);
}

static void *exit_with_token(void *context)
{
	struct guise_token_object *object = object_of(context);

	LIVE_CHECK(guise_thread_impersonate(object, NULL) == 0);
	LIVE_CHECK(pthread_setspecific(late_key, object) == 0);
	pthread_exit(NULL);
}

static void *cancelled_in_scope(void *context)
{
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, context) == 0);
	LIVE_CHECK(pthread_setspecific(late_key, &scope) == 0);
	LIVE_CHECK(pthread_cancel(pthread_self()) == 0);
	pthread_testcancel();
	return NULL;
}

static void ends(void)
{
	static void *(*const ways[])(void *) = {exit_in_scope, exit_with_token,
						cancelled_in_scope};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();
	pthread_t thread;

	LIVE_CHECK(pthread_key_create(&late_key, late) == 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		late_name = NULL;
		LIVE_CHECK(pthread_create(&thread, NULL, ways[i],
					  (void *)(uintptr_t)full) == 0);
		LIVE_CHECK(pthread_join(thread, NULL) == 0);
		LIVE_CHECK(late_name);
		LIVE_CHECK(strcmp(late_name, "HTTP/localhost@GUISE.TEST") == 0);
	}
}

static void a_thread_that_ends_is_the_service(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, ends);
}

static void child_is(const char *who)
{
	pid_t pid = fork();
	int status;

	LIVE_CHECK(pid >= 0);
	if (pid == 0)
		_exit(is_seen_as(who) ? 0 : 1);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void *be_service(void *context)
{
	(void)context;
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	return NULL;
}

/* klist -s: is there a ticket */
static int spawned(const struct guise_token *token)
{
	static const char *const argv[] = {"klist", "-s", NULL};
	char conf[256];
	const char *const environment[] = {conf, NULL};
	const struct guise_spawn_options options = {.size = sizeof(options),
						    .argv = argv,
						    .environment = environment,
						    .stdin_fd = 0,
						    .stdout_fd = 1,
						    .stderr_fd = 2};
	int status;
	pid_t pid;

	(void)snprintf(conf, sizeof(conf), "KRB5_CONFIG=%s",
		       getenv("KRB5_CONFIG"));
	LIVE_CHECK(guise_spawn(token, &options, &pid) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void children(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();
	struct guise_token_object *object = object_of(full);
	gss_buffer_desc message;
	pthread_t thread;

	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, full) == 0);
		child_is("HTTP/localhost@GUISE.TEST");
		LIVE_CHECK(guise_thread_create(&thread, NULL, be_service,
					       NULL) == 0);
		LIVE_CHECK(pthread_join(thread, NULL) == 0);
		message = first_message(false);
	}
	LIVE_CHECK(strcmp(seen(&message), "alice@GUISE.TEST") == 0);
	LIVE_CHECK(guise_thread_impersonate(object, NULL) == 0);
	child_is("HTTP/localhost@GUISE.TEST");
	LIVE_CHECK(spawned(full) == 1);
	message = first_message(false);
	guise_thread_revert();
	LIVE_CHECK(strcmp(seen(&message), "alice@GUISE.TEST") == 0);
	(void)guise_token_object_unref(object);
}

static void children_and_new_threads_are_the_service(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, children);
}

/* No pin, no switch: nothing runs as the client. */
static void cannot_pin(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token(), *other = bob_token();
	struct guise_token_object *object = object_of(full);
	GUISE_SCOPE(outer);
	GUISE_SCOPE(inner);
	gss_buffer_desc message;

	pins_left = 0;
	LIVE_CHECK(guise_scope_begin(&outer, full) == -ENOMEM);
	LIVE_CHECK(live_is(0, 0, 0) && guise_scope_depth() == 0);
	LIVE_CHECK(guise_thread_impersonate(object, NULL) == -ENOMEM);
	LIVE_CHECK(live_is(0, 0, 0) && !guise_thread_token());
	pins_left = 1;
	LIVE_CHECK(guise_scope_begin(&outer, full) == 0);
	LIVE_CHECK(guise_scope_begin(&inner, other) == -ENOMEM);
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && guise_scope_depth() == 1);
	message = first_message(false);
	pins_left = INT32_MAX;
	guise_scope_end(&outer);
	LIVE_CHECK(strcmp(seen(&message), "alice@GUISE.TEST") == 0);
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
	(void)guise_token_object_unref(object);
	(void)guise_token_unref(other);
}

static void cannot_unpin(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();
	GUISE_SCOPE(scope);

	pins_left = 1;
	LIVE_CHECK(guise_scope_begin(&scope, full) == 0);
}

static void cannot_unpin_token(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();

	pins_left = 1;
	LIVE_CHECK(guise_thread_impersonate(object_of(full), NULL) == 0);
	guise_thread_revert();
}

static void give_up_power(void)
{
	const struct kcred powerless = {.uid = LIVE_SERVICE,
					.gid = LIVE_SERVICE};

	LIVE_CHECK(kcred_become(&powerless, false) == 0);
}

/* The switch fails, after the pin: the pin is taken back. */
static void cannot_switch(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *full = alice_token();
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, full) == -EPERM);
	LIVE_CHECK(first_message(false).length > 0);
	LIVE_CHECK(guise_scope_depth() == 0);
}

static void pin_and_switch_are_one(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, cannot_pin);
	live_expect_after(give_up_power, LIVE_DONE, cannot_switch);
	live_expect(LIVE_ABORTED, cannot_unpin);
	live_expect(LIVE_ABORTED, cannot_unpin_token);
}

static bool handle_is(gss_cred_id_t handle, const char *who)
{
	gss_buffer_desc plain = message_by(handle, false);
	gss_buffer_desc negotiated = message_by(handle, true);

	return strcmp(seen(&plain), who) == 0 &&
	       strcmp(seen(&negotiated), who) == 0;
}

static void handles(void)
{
	const struct guise_token *full = alice_token(), *low = NULL;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bare =
		live_token_at(GUISE_LEVEL_DELEGATION, ALICE, ALICE, NULL, 0, 0);
	gss_cred_id_t handle = GSS_C_NO_CREDENTIAL;
	OM_uint32 minor;

	LIVE_CHECK(guise_token_at_level(full, GUISE_LEVEL_IMPERSONATION, 1,
					&low) == 0);
	LIVE_CHECK(guise_token_gss_credential(low, &handle) ==
		   GUISE_E_BAD_LEVEL);
	LIVE_CHECK(guise_token_gss_credential(bare, &handle) ==
		   GUISE_E_NO_TOKEN);
	LIVE_CHECK(guise_token_gss_credential(NULL, &handle) == -EINVAL);
	LIVE_CHECK(guise_token_gss_credential(full, NULL) == -EINVAL);
	LIVE_CHECK(handle == GSS_C_NO_CREDENTIAL);
	LIVE_CHECK(guise_token_gss_credential(full, &handle) == 0);
	LIVE_CHECK(handle_is(handle, "alice@GUISE.TEST"));
	/* they end with the token */
	(void)guise_token_unref(low);
	(void)guise_token_unref(full);
	LIVE_CHECK(handle_is(handle, NOBODY_IN));
	(void)gss_release_cred(&minor, &handle);
}

static void a_handle_is_the_clients_while_the_token_lives(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, handles);
}

/* Nothing of it counts, or there is nothing. */
static void not_delegated(void)
{
	struct guise_credentials *c;

	LIVE_CHECK(
		!delegated(alice, 0, GSS_C_ACCEPT, "alice@GUISE.TEST", true));
	/* a service that could act for its clients gets a handle for each */
	LIVE_CHECK(!delegated(alice, 0, GSS_C_BOTH, "alice@GUISE.TEST", false));
	c = delegated(alice, 0, GSS_C_BOTH, "alice@GUISE.TEST", true);
	LIVE_CHECK(c);
	(void)credentials_unref(c);
	LIVE_CHECK(!delegated(alice, 0, GSS_C_BOTH, "bob@GUISE.TEST", true));
	/* somebody else's */
	LIVE_CHECK(!delegated(alice, GSS_C_DELEG_FLAG, GSS_C_ACCEPT,
			      "bob@GUISE.TEST", true));
	LIVE_CHECK(!delegated(alice, GSS_C_DELEG_FLAG, GSS_C_ACCEPT,
			      "alice@OTHER.TEST", true));
}

static void what_is_not_delegated_does_not_count(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, not_delegated);
}

static int start(void **state)
{
	(void)state;
	kdc_start(&kdc, NULL);
	kdc_principal(&kdc, "alice", "alicepw", NULL);
	kdc_principal(&kdc, "bob", "bobpw", NULL);
	kdc_principal(&kdc, "HTTP/localhost", "servicepw", NULL);
	kdc_principal(&kdc, "host/localhost", NULL, NULL);
	http = strdup(kdc_keytab(&kdc, "http.keytab", "HTTP/localhost"));
	backend = strdup(kdc_keytab(&kdc, "host.keytab", "host/localhost"));
	alice = strdup(kdc_kinit(&kdc, "alice", "alicepw", "-f", NULL));
	bob = strdup(kdc_kinit(&kdc, "bob", "bobpw", "-f", NULL));
	service = strdup(kdc_kinit(&kdc, "HTTP/localhost", "servicepw", NULL));
	/* for the scenarios in which the service is not root */
	(void)chmod(strchr(service, ':') + 1, 0644);
	(void)chmod(http, 0644);
	(void)chmod(backend, 0644);
	(void)chmod(strchr(alice, ':') + 1, 0644);
	(void)chmod(strchr(bob, ':') + 1, 0644);
	if (setenv("KRB5CCNAME", service, 1) < 0 ||
	    setenv("KRB5RCACHENAME", "none:", 1) < 0)
		return -1;
	return gss_library_load(&gss);
}

static int stop(void **state)
{
	(void)state;
	kdc_stop(&kdc);
	return 0;
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
		cmocka_unit_test(a_thread_that_ends_is_the_service),
		cmocka_unit_test(children_and_new_threads_are_the_service),
		cmocka_unit_test(pin_and_switch_are_one),
		cmocka_unit_test(a_handle_is_the_clients_while_the_token_lives),
		cmocka_unit_test(what_is_not_delegated_does_not_count),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, start, stop);
}
