/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos clients of a separated server, with a KDC of the test's own: they
 * are logged on as accounts, their sessions end with their tickets, an exchange
 * of several messages finds its helper again, and nobody else's does.
 */
#include <stdlib.h>
#include <time.h>

#include "authority-live.h"
#include "kdc.h"

#define TARGET "HTTP@localhost"
#define THREE_LEGS (GSS_C_MUTUAL_FLAG | GSS_C_DCE_STYLE)

static struct kdc kdc;
static char keytab[128], cache_of_alice[128];

static const char rules[] = "[realm GUISE.TEST]\nclients = accounts\n"
			    "[principals]\ngone@GUISE.TEST = nobody-of-these\n";

static const struct guise_identities *identities(void)
{
	struct guise_identities_error error = {.size = sizeof(error)};
	const struct guise_identities *ids = NULL;

	LIVE_CHECK(guise_identities_parse(rules, strlen(rules), &ids, &error) ==
		   0);
	return ids;
}

static struct guise_authority *start(bool negotiates)
{
	struct guise_root root;
	struct guise_authority_options options = authority_live_options(&root);

	options.identities = identities();
	options.negotiate = negotiates;
	options.keytab = keytab;
	return authority_live_start(&options, false);
}

static int show(struct guise_authority *a, const gss_buffer_desc *message,
		struct guise_negotiation *n, const struct guise_token **ret)
{
	int r;

	n->size = sizeof(*n);
	r = guise_authority_logon_negotiate(a, 0, message->value,
					    message->length, n, ret);
	LIVE_CHECK((r == 0) == (*ret != NULL));
	LIVE_CHECK((r == GUISE_E_CONTINUE_NEEDED) == (n->pending != 0));
	LIVE_CHECK(r == 0 || r == GUISE_E_CONTINUE_NEEDED || n->why[0]);
	return r;
}

static void expect(const char *what, int got, int want,
		   const struct guise_negotiation *n)
{
	if (got != want)
		fprintf(stderr, "%s: %s (%s)\n", what, guise_strerror(got),
			n->why);
	LIVE_CHECK(got == want);
}

static void a_ticket_logs_its_client_on(void)
{
	struct guise_authority *a = start(true);
	struct guise_negotiation n = {0};
	const struct guise_token *token = NULL, *again = NULL;
	gss_buffer_desc message;

	kdc_initiate(cache_of_alice, TARGET, GSS_C_MUTUAL_FLAG, true, NULL,
		     &message);
	expect("alice", show(a, &message, &n, &token), 0, &n);
	LIVE_CHECK(strcmp(n.principal, "alice@GUISE.TEST") == 0);
	LIVE_CHECK(n.reply_size > 0);
	LIVE_CHECK(n.expires > time(NULL) && n.expires <= time(NULL) + 86400);
	LIVE_CHECK(guise_token_level(token) == GUISE_LEVEL_IMPERSONATION);
	LIVE_CHECK(guise_token_unix(token)->uid == authority_live.alice_uid);
	for (unsigned t = 0; t < AUTHORITY_THREADS; t++) {
		LIVE_CHECK(authority_live_open(a, t, token, "alice.txt",
					       O_RDONLY) == 0);
		LIVE_CHECK(authority_live_open(a, t, token, "bob.txt",
					       O_RDONLY) == -EACCES);
	}
	free(n.reply);
	/* the same message is good once */
	n = (struct guise_negotiation){0};
	expect("replayed", show(a, &message, &n, &again), GUISE_E_LOGON_FAILURE,
	       &n);
	free(n.reply);
	guise_authority_logoff(a, 0, token);
	LIVE_CHECK(authority_live_open(a, 1, token, "alice.txt", O_RDONLY) < 0);
	(void)guise_token_unref(token);
	(void)guise_authority_stop(a);
}

static void who_is_not_to_be_let_in_is_not(void)
{
	struct guise_authority *a = start(true);
	struct guise_negotiation n = {0};
	const struct guise_token *token = NULL;
	uint8_t junk[] = {0x60, 0x03, 0x06, 0x01, 0x00};
	gss_buffer_desc message = {sizeof(junk), junk};

	expect("junk", show(a, &message, &n, &token), GUISE_E_LOGON_FAILURE,
	       &n);
	free(n.reply);
	message.length = 0;
	n = (struct guise_negotiation){0};
	expect("nothing", show(a, &message, &n, &token), GUISE_E_LOGON_FAILURE,
	       &n);
	free(n.reply);
	kdc_initiate(kdc_kinit(&kdc, "gone", "pw", NULL), TARGET, 0, true, NULL,
		     &message);
	n = (struct guise_negotiation){0};
	expect("gone", show(a, &message, &n, &token), GUISE_E_LOGON_FAILURE,
	       &n);
	LIVE_CHECK(strcmp(n.principal, "gone@GUISE.TEST") == 0);
	free(n.reply);
	(void)guise_authority_stop(a);
}

static void without_kerberos_nobody_is_let_in(void)
{
	struct guise_authority *a = start(false);
	struct guise_negotiation n = {0};
	const struct guise_token *token = NULL;
	gss_buffer_desc message;

	kdc_initiate(cache_of_alice, TARGET, 0, true, NULL, &message);
	expect("not configured", show(a, &message, &n, &token),
	       GUISE_E_LOGON_FAILURE, &n);
	LIVE_CHECK(strcmp(n.why, "Kerberos is not configured") == 0);
	(void)guise_authority_stop(a);
}

/* What the client says to the answer. */
static gss_buffer_desc go_on(gss_ctx_id_t *context,
			     const struct guise_negotiation *n)
{
	gss_OID_desc krb5 = *gss_mech_krb5;
	gss_buffer_desc in = {n->reply_size, n->reply}, out = {0};
	gss_buffer_desc text = {strlen(TARGET), (void *)(uintptr_t)TARGET};
	gss_name_t name;
	OM_uint32 minor;

	LIVE_CHECK(gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE,
				   &name) == 0);
	LIVE_CHECK(gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, context,
					name, &krb5, THREE_LEGS, 0,
					GSS_C_NO_CHANNEL_BINDINGS, &in, NULL,
					&out, NULL, NULL) == GSS_S_COMPLETE);
	(void)gss_release_name(&minor, &name);
	return out;
}

static void an_exchange_finds_its_helper_again(void)
{
	struct guise_authority *a = start(true);
	struct guise_negotiation n[6] = {{0}}, used;
	const struct guise_token *token = NULL;
	gss_buffer_desc message;
	gss_ctx_id_t contexts[6];

	/* more at once than there are helpers: none is held by one */
	for (size_t i = 0; i < 6; i++) {
		kdc_initiate(cache_of_alice, TARGET, THREE_LEGS, false,
			     &contexts[i], &message);
		expect("begun", show(a, &message, &n[i], &token),
		       GUISE_E_CONTINUE_NEEDED, &n[i]);
		for (size_t k = 0; k < i; k++)
			LIVE_CHECK(n[i].pending != n[k].pending);
	}
	for (size_t i = 6; i-- > 0;) {
		message = go_on(&contexts[i], &n[i]);
		free(n[i].reply);
		used = n[i];
		expect("went on", show(a, &message, &n[i], &token), 0, &n[i]);
		LIVE_CHECK(authority_live_open(a, 0, token, "alice.txt",
					       O_RDONLY) == 0);
		guise_authority_logoff(a, 0, token);
		token = guise_token_unref(token);
		expect("a second time", show(a, &message, &used, &token),
		       GUISE_E_LOGON_FAILURE, &used);
	}
	used.pending = 0x1234567;
	expect("made up", show(a, &message, &used, &token),
	       GUISE_E_LOGON_FAILURE, &used);
	LIVE_CHECK(strcmp(used.why, "the exchange is too old") == 0);
	(void)guise_authority_stop(a);
}

/* Two workers with an authority each: what one was told is nothing to the
 * other. (With one authority: test_authority_exchanges.c) */
static void another_worker_cannot_go_on(void)
{
	struct guise_authority *a = start(true), *b = start(true);
	struct guise_negotiation n = {0}, stolen;
	const struct guise_token *token = NULL;
	gss_buffer_desc message;
	gss_ctx_id_t context;

	kdc_initiate(cache_of_alice, TARGET, THREE_LEGS, false, &context,
		     &message);
	expect("begun", show(a, &message, &n, &token), GUISE_E_CONTINUE_NEEDED,
	       &n);
	message = go_on(&context, &n);
	stolen = n;
	expect("stolen", show(b, &message, &stolen, &token),
	       GUISE_E_LOGON_FAILURE, &stolen);
	expect("its own", show(a, &message, &n, &token), 0, &n);
	(void)guise_token_unref(token);
	(void)guise_authority_stop(a);
	(void)guise_authority_stop(b);
}

struct use {
	struct guise_authority *a;
	const struct guise_token *token;
};

static bool is_over(void *context)
{
	const struct use *use = context;

	return authority_live_open(use->a, 0, use->token, "alice.txt",
				   O_RDONLY) < 0;
}

/* Also one that is used all the time. */
static void a_session_ends_with_its_ticket(void)
{
	struct use use = {.a = start(true)};
	struct guise_negotiation n = {0};
	gss_buffer_desc message;
	int64_t late;

	kdc_initiate(kdc_kinit(&kdc, "alice", "pw", "-l", "6", NULL), TARGET, 0,
		     true, NULL, &message);
	expect("alice", show(use.a, &message, &n, &use.token), 0, &n);
	LIVE_CHECK(n.expires <= time(NULL) + 6);
	LIVE_CHECK(!is_over(&use));
	LIVE_CHECK(authority_live_wait(is_over, &use, 20));
	late = time(NULL) - n.expires;
	LIVE_CHECK(late >= 0 && late <= 3);
	(void)guise_token_unref(use.token);
	(void)guise_authority_stop(use.a);
}

/* Accounts are looked up again when they change, whoever proved them. */
static void who_is_locked_is_logged_off(void)
{
	struct use use = {.a = start(true)};
	struct guise_accounts *accounts = NULL;
	struct guise_negotiation n = {0};
	gss_buffer_desc message;

	kdc_initiate(cache_of_alice, TARGET, 0, true, NULL, &message);
	expect("alice", show(use.a, &message, &n, &use.token), 0, &n);
	LIVE_CHECK(!is_over(&use));
	LIVE_CHECK(guise_accounts_open(authority_live.accounts, 0, &accounts) ==
		   0);
	LIVE_CHECK(guise_accounts_set_locked(accounts, "alice", true) == 0);
	(void)guise_accounts_close(accounts);
	LIVE_CHECK(authority_live_wait(is_over, &use, 10));
	(void)guise_token_unref(use.token);
	use.token = NULL;
	kdc_initiate(cache_of_alice, TARGET, 0, true, NULL, &message);
	n = (struct guise_negotiation){0};
	expect("locked", show(use.a, &message, &n, &use.token),
	       GUISE_E_LOGON_FAILURE, &n);
	(void)guise_authority_stop(use.a);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		{"a_ticket_logs_its_client_on", a_ticket_logs_its_client_on,
		 LIVE_DONE},
		{"who_is_not_to_be_let_in_is_not",
		 who_is_not_to_be_let_in_is_not, LIVE_DONE},
		{"without_kerberos_nobody_is_let_in",
		 without_kerberos_nobody_is_let_in, LIVE_DONE},
		{"an_exchange_finds_its_helper_again",
		 an_exchange_finds_its_helper_again, LIVE_DONE},
		{"another_worker_cannot_go_on", another_worker_cannot_go_on,
		 LIVE_DONE},
		{"a_session_ends_with_its_ticket",
		 a_session_ends_with_its_ticket, LIVE_DONE},
		{"who_is_locked_is_logged_off", who_is_locked_is_logged_off,
		 LIVE_DONE},
	};
	int r;

	live_require_root();
	kdc_start(&kdc, NULL);
	kdc_principal(&kdc, "alice", "pw", NULL);
	kdc_principal(&kdc, "gone", "pw", NULL);
	kdc_principal(&kdc, "HTTP/localhost", NULL, NULL);
	(void)snprintf(keytab, sizeof(keytab), "%s",
		       kdc_keytab(&kdc, "http.keytab", "HTTP/localhost"));
	(void)snprintf(cache_of_alice, sizeof(cache_of_alice), "%s",
		       kdc_kinit(&kdc, "alice", "pw", NULL));
	r = authority_live_main(scenarios, ARRAY_SIZE(scenarios));
	kdc_stop(&kdc);
	return r;
}
