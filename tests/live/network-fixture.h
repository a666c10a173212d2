/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads as clients of other machines, against a real KDC: alice and bob, who
 * delegate to the service, and another service that says whom it has seen.
 */
#ifndef TESTS_NETWORK_FIXTURE_H
#define TESTS_NETWORK_FIXTURE_H

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
static const char *service, *alice, *bob, *sensitive;
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
static inline gss_buffer_desc message_by(gss_cred_id_t handle, bool spnego)
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

static inline gss_buffer_desc first_message(bool spnego)
{
	return message_by(GSS_C_NO_CREDENTIAL, spnego);
}

/* Whom the backend sees. @token is released. */
static inline const char *seen(gss_buffer_desc *token)
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
static inline bool is_seen_as(const char *who)
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
static inline struct guise_credentials *
delegated(const char *cache, OM_uint32 flags, gss_cred_usage_t usage,
	  const char *principal, bool constrained)
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

static inline const struct guise_token *
client(const char *cache, const char *principal, uint32_t uid)
{
	GUISE_AUTO(credentials_unrefp)
	struct guise_credentials *credentials = delegated(
		cache, GSS_C_DELEG_FLAG, GSS_C_ACCEPT, principal, false);

	LIVE_CHECK(credentials);
	return token_with(credentials, GUISE_LEVEL_DELEGATION, uid);
}

static inline const struct guise_token *alice_token(void)
{
	return client(alice, "alice@GUISE.TEST", ALICE);
}

static inline const struct guise_token *bob_token(void)
{
	return client(bob, "bob@GUISE.TEST", BOB);
}

static inline gss_buffer_desc message_as(const struct guise_token *token)
{
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, token) == 0);
	return first_message(false);
}

static inline bool is_seen_in_scope(const struct guise_token *token,
				    const char *who)
{
	gss_buffer_desc message = message_as(token);

	return strcmp(seen(&message), who) == 0;
}

static inline struct guise_token_object *
object_of(const struct guise_token *token)
{
	struct guise_token_object *object;

	LIVE_CHECK(guise_token_object_new(token, NULL, NULL, &object) == 0);
	return object;
}

/* Not on the heap: no test uses all of them. */
static inline const char *kept(const char *text)
{
	static char room[8][512];
	static size_t n;

	LIVE_CHECK(n < sizeof(room) / sizeof(*room));
	(void)snprintf(room[n], sizeof(*room), "%s", text);
	return room[n++];
}

static inline int network_start(void **state)
{
	(void)state;
	kdc_start(&kdc, NULL);
	kdc_principal(&kdc, "alice", "alicepw", "sid=S-1-5-21-1-2-3-1", NULL);
	kdc_principal(&kdc, "bob", "bobpw", "sid=S-1-5-21-1-2-3-2", NULL);
	kdc_principal(&kdc, "sensitive", "pw", "sid=S-1-5-21-1-2-3-3",
		      "-allow_forwardable", NULL);
	kdc_principal(&kdc, "HTTP/localhost", "servicepw",
		      "+ok_to_auth_as_delegate", NULL);
	kdc_principal(&kdc, "host/localhost", NULL, NULL);
	http = kept(kdc_keytab(&kdc, "http.keytab", "HTTP/localhost"));
	backend = kept(kdc_keytab(&kdc, "host.keytab", "host/localhost"));
	alice = kept(kdc_kinit(&kdc, "alice", "alicepw", "-f", NULL));
	bob = kept(kdc_kinit(&kdc, "bob", "bobpw", "-f", NULL));
	sensitive = kept(kdc_kinit(&kdc, "sensitive", "pw", NULL));
	service = kept(kdc_kinit(&kdc, "HTTP/localhost", "servicepw", NULL));
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

static inline int network_stop(void **state)
{
	(void)state;
	kdc_stop(&kdc);
	return 0;
}

#endif
