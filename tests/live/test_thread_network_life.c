/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a thread is on other machines when it ends, makes others, or cannot be
 * pinned; and what a client has delegated, which is not what a flag says.
 */
#include "network-fixture.h"

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
	(void)guise_token_object_unref(object);
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
	/* kept: a scope that its thread ended keeps its reference */
	static const struct guise_token *full;
	pthread_t thread;

	full = alice_token();
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
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
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

/* The process ends inside two scopes: what the program does at its end works,
 * and what comes after the library's end does not bring it down. */
static const struct guise_token *last;
static struct guise_scope outermost, innermost;

static void at_exit(void)
{
	gss_buffer_desc message = message_as(last);

	if (message.length == 0)
		_exit(1);
}

__attribute__((destructor)) static void at_the_very_end(void)
{
	GUISE_SCOPE(scope);

	if (!last)
		return;
	guise_scope_end(&innermost);
	guise_scope_end(&outermost);
	if (guise_scope_begin(&scope, last) != -ESHUTDOWN || !live_is(0, 0, 0))
		_exit(1);
	_exit(0);
}

static void leave(void)
{
	last = alice_token();
	LIVE_CHECK(guise_scope_begin(&outermost, last) == 0);
	LIVE_CHECK(guise_scope_begin(&innermost, last) == 0);
	LIVE_CHECK(atexit(at_exit) == 0);
	exit(1);
}

static void a_process_may_end_while_it_is_a_client(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, leave);
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

/* By the rules: what the service may do for a client who keeps its ticket. */
static struct guise_gss_options rules(void)
{
	static const char text[] = "[idmap]\nsources = domain\n"
				   "[domain S-1-5-21-1-2-3]\n"
				   "range = 310000-319999\n"
				   "[realm GUISE.TEST]\nclients = pac\n"
				   "domains = S-1-5-21-1-2-3\n";
	static const struct guise_identities *identities;
	struct guise_gss_options options = {.size = sizeof(options),
					    .constrained = true};

	LIVE_CHECK(identities ||
		   guise_identities_parse(text, sizeof(text) - 1, &identities,
					  NULL) == 0);
	options.identities = identities;
	return options;
}

static const struct guise_token *proxied(const char *cache)
{
	const struct guise_gss_options options = rules();
	const struct guise_token *token;
	gss_cred_id_t handle;
	gss_buffer_desc message;
	gss_ctx_id_t context;
	OM_uint32 minor;

	kdc_initiate(cache, "HTTP@localhost", 0, true, NULL, &message);
	context = kdc_accept(http, GSS_C_BOTH, &message, &handle);
	LIVE_CHECK(guise_token_from_gss(context, handle, &options, &token) ==
		   0);
	LIVE_CHECK(guise_token_level(token) == GUISE_LEVEL_DELEGATION);
	(void)gss_release_cred(&minor, &handle);
	(void)gss_release_buffer(&minor, &message);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	return token;
}

/* A token of each kind lives for one question: caches remember refusals. */
static bool proxy_is_seen_as(const char *cache, const char *who)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = proxied(cache);

	return is_seen_in_scope(token, who);
}

static void constrained(void)
{
	LIVE_CHECK(proxy_is_seen_as(alice, NOBODY_IN));
	kdc_attribute(&kdc, "HTTP/localhost", "delegate_to", "host/localhost");
	LIVE_CHECK(proxy_is_seen_as(alice, "alice@GUISE.TEST"));
	LIVE_CHECK(proxy_is_seen_as(bob, "bob@GUISE.TEST"));
	LIVE_CHECK(proxy_is_seen_as(sensitive, NOBODY_IN));
	kdc_attribute(&kdc, "HTTP/localhost", "delegate_to", NULL);
	LIVE_CHECK(proxy_is_seen_as(alice, NOBODY_IN));
	kdc_attribute(&kdc, "host/localhost", "delegate_from",
		      "HTTP/localhost");
	LIVE_CHECK(proxy_is_seen_as(alice, "alice@GUISE.TEST"));
	kdc_attribute(&kdc, "host/localhost", "delegate_from", NULL);
	LIVE_CHECK(is_seen_as("HTTP/localhost@GUISE.TEST"));
}

static void the_kdc_says_where_a_service_may_go_on(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, constrained);
}

/* S4U2Self, and on from there */
static bool transition_is_seen_as(bool impersonation, bool on, const char *who)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	gss_cred_id_t service_handle = kdc_service(http, "HTTP/localhost");
	struct guise_gss_options options = rules();
	OM_uint32 minor;

	options.s4u_impersonation = impersonation;
	options.constrained = on;
	LIVE_CHECK(guise_gss_logon_s4u(service_handle, "alice@GUISE.TEST",
				       false, &options, &token) == 0);
	(void)gss_release_cred(&minor, &service_handle);
	return is_seen_in_scope(token, who);
}

static void transition(void)
{
	LIVE_CHECK(transition_is_seen_as(true, true, NOBODY_IN));
	kdc_attribute(&kdc, "HTTP/localhost", "delegate_to", "host/localhost");
	LIVE_CHECK(transition_is_seen_as(false, false, NOBODY_IN));
	LIVE_CHECK(transition_is_seen_as(false, true, NOBODY_IN));
	LIVE_CHECK(transition_is_seen_as(true, false, NOBODY_IN));
	LIVE_CHECK(transition_is_seen_as(true, true, "alice@GUISE.TEST"));
	/* the KDC's word that this service need not show a client's ticket */
	kdc_admin(&kdc, "modprinc", "-ok_to_auth_as_delegate", "HTTP/localhost",
		  NULL);
	LIVE_CHECK(transition_is_seen_as(true, true, NOBODY_IN));
	kdc_admin(&kdc, "modprinc", "+ok_to_auth_as_delegate", "HTTP/localhost",
		  NULL);
	kdc_attribute(&kdc, "HTTP/localhost", "delegate_to", NULL);
}

static void a_name_goes_on_only_where_all_agree(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, transition);
}

/* What has ended is nothing, before it is accepted and after. */
static void short_lived(void)
{
	const time_t got = time(NULL);
	const char *brief =
		kdc_kinit(&kdc, "alice", "alicepw", "-f", "-l", "8s", NULL);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token =
		client(brief, "alice@GUISE.TEST", ALICE);
	GUISE_AUTO(credentials_unrefp) struct guise_credentials *late = NULL;
	gss_cred_id_t handle = GSS_C_NO_CREDENTIAL;
	gss_buffer_desc message;
	gss_ctx_id_t context;
	OM_uint32 minor;

	kdc_initiate(brief, "HTTP@localhost", GSS_C_DELEG_FLAG, true, NULL,
		     &message);
	context = kdc_accept(http, GSS_C_ACCEPT, &message, &handle);
	LIVE_CHECK(handle != GSS_C_NO_CREDENTIAL);
	LIVE_CHECK(setenv("KRB5_CLIENT_KTNAME", http, 1) == 0);
	LIVE_CHECK(is_seen_in_scope(token, "alice@GUISE.TEST"));
	while (time(NULL) <= got + 9)
		(void)usleep(100000);
	LIVE_CHECK(gss_credentials_accepted(gss, handle, "alice@GUISE.TEST",
					    true, &late) == 0);
	LIVE_CHECK(!late);
	LIVE_CHECK(is_seen_in_scope(token, NOBODY_IN));
	(void)gss_release_cred(&minor, &handle);
	(void)gss_release_buffer(&minor, &message);
	(void)gss_delete_sec_context(&minor, &context, NULL);
}

static void tickets_that_have_ended_are_none(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, short_lived);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_that_ends_is_the_service),
		cmocka_unit_test(children_and_new_threads_are_the_service),
		cmocka_unit_test(pin_and_switch_are_one),
		cmocka_unit_test(a_process_may_end_while_it_is_a_client),
		cmocka_unit_test(a_handle_is_the_clients_while_the_token_lives),
		cmocka_unit_test(what_is_not_delegated_does_not_count),
		cmocka_unit_test(the_kdc_says_where_a_service_may_go_on),
		cmocka_unit_test(a_name_goes_on_only_where_all_agree),
		cmocka_unit_test(tickets_that_have_ended_are_none),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, network_start, network_stop);
}
