/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos clients at the logon helper, with a KDC of the test's own: who gets
 * which token, who is refused and why, exchanges of several messages, channel
 * bindings, replays.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "accounts-fixture.h"

#include <guise/identity.h>

#include "accept.h"
#include "kdc.h"
#include "source.h"

#define ENOUGH_MS 20000
#define DOMAIN "S-1-5-21-111-222-333"
#define TARGET "HTTP@localhost"

static const char rules[] =
	"[idmap]\nsources = static domain\n"
	"[static]\n" DOMAIN "-1107 = uid 20007\n"
	"[domain " DOMAIN "]\nrange = 1000000-1999999\n"
	"[realm GUISE.TEST]\nclients = pac\ndomains = " DOMAIN "\n"
	"[principals]\n"
	"carol@GUISE.TEST = carol\n"
	"gone@GUISE.TEST = nobody-of-that-name\n"
	"locked@GUISE.TEST = locked\n";

static struct kdc kdc;
static struct fixture *accounts;
static const struct guise_identities *identities;
static const char *http;
static char keytab[128], replay[128];
static char cache_of_alice[128];

struct helped {
	struct gss_acceptor_options acceptor;
	struct logon_sources sources;
	struct logon_helper *helper;
};

static const struct guise_identities *parse(const char *text)
{
	struct guise_identities_error error = {.size = sizeof(error)};
	const struct guise_identities *ids = NULL;

	if (guise_identities_parse(text, strlen(text), &ids, &error) < 0)
		fail_msg("line %u: %s", error.line, error.why);
	return ids;
}

static void add_principals(void)
{
	kdc_principal(&kdc, "alice", "pw", "sid=" DOMAIN "-1103",
		      "groups=513 1110 S-1-18-1 S-1-5-21-9-9-9-2001 "
		      "S-1-5-32-544 S-1-1-0",
		      "claims=title=S:chief", NULL);
	kdc_principal(&kdc, "plain", "pw", NULL);
	kdc_principal(&kdc, "half", "pw", "sid=" DOMAIN "-1107", "groups=513",
		      NULL);
	kdc_principal(&kdc, "stranger", "pw", "sid=S-1-5-21-9-9-9-1000",
		      "groups=513", NULL);
	kdc_principal(&kdc, "carol", "pw", "sid=" DOMAIN "-1104", NULL);
	kdc_principal(&kdc, "gone", "pw", NULL);
	kdc_principal(&kdc, "locked", "pw", NULL);
	kdc_principal(&kdc, "HTTP/localhost", NULL, NULL);
}

static int group_setup(void **state)
{
	(void)state;
	kdc_start(&kdc, NULL);
	add_principals();
	http = kdc_keytab(&kdc, "http.keytab", "HTTP/localhost");
	(void)snprintf(keytab, sizeof(keytab), "%s", http);
	(void)snprintf(replay, sizeof(replay), "%s/replay", kdc.directory);
	(void)snprintf(cache_of_alice, sizeof(cache_of_alice), "%s",
		       kdc_kinit(&kdc, "alice", "pw", "-f", NULL));
	assert_int_equal(fixture_setup((void **)&accounts), 0);
	add_user(accounts, "carol");
	add_user(accounts, "locked");
	assert_int_equal(
		guise_accounts_set_locked(accounts->accounts, "locked", true),
		0);
	accounts->accounts = guise_accounts_close(accounts->accounts);
	identities = parse(rules);
	/* what an administrator's environment must not turn off */
	(void)setenv("KRB5RCACHENAME", "none:", 1);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	identities = guise_identities_unref(identities);
	(void)fixture_teardown((void **)&accounts);
	kdc_stop(&kdc);
	return 0;
}

static void start(struct helped *h)
{
	h->acceptor.keytab = keytab;
	h->acceptor.replay_cache = replay;
	h->sources.accounts_path = accounts->path;
	h->sources.identities = identities;
	h->sources.negotiate = &h->acceptor;
	assert_int_equal(logon_helper_start(&h->sources, &h->helper), 0);
}

static void stop(struct helped *h)
{
	h->helper = logon_helper_stop(h->helper);
}

static int ask(struct helped *h, struct logon_negotiation *n,
	       const gss_buffer_desc *message, const struct guise_token **ret)
{
	int r;

	n->token = message->value;
	n->token_size = message->length;
	r = logon_helper_negotiate(h->helper, n, ENOUGH_MS, ret);
	assert_true((r == 0) == (*ret != NULL));
	assert_true((r == GUISE_E_CONTINUE_NEEDED) == (n->pending != 0));
	assert_true(r == 0 || r == GUISE_E_CONTINUE_NEEDED || n->why[0]);
	return r;
}

static gss_buffer_desc message_of(const char *cache, OM_uint32 flags)
{
	gss_buffer_desc message;

	kdc_initiate(cache, TARGET, flags, true, NULL, &message);
	return message;
}

static void release(gss_buffer_desc *buffer)
{
	OM_uint32 minor;

	(void)gss_release_buffer(&minor, buffer);
}

/* One message of @name's; the token or why not. */
static int log_on(struct helped *h, const char *name,
		  struct logon_negotiation *n, const struct guise_token **ret)
{
	const char *cache = kdc_kinit(&kdc, name, "pw", NULL);
	gss_buffer_desc message = message_of(cache, GSS_C_MUTUAL_FLAG);
	int r = ask(h, n, &message, ret);

	release(&message);
	return r;
}

static bool has_group(const struct guise_token *token, const char *text)
{
	struct guise_sid sid = {0};

	assert_int_equal(guise_sid_parse(text, strlen(text), NULL, &sid), 0);
	return guise_token_is_member(token, &sid);
}

static void a_pac_becomes_sids_and_ids(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};
	char user[GUISE_SID_TEXT_SIZE];

	(void)state;
	start(&h);
	if (log_on(&h, "alice", &n, &token) != 0)
		fail_msg("%s", n.why);
	(void)guise_sid_format(&guise_token_user(token)->sid, user);
	assert_string_equal(user, DOMAIN "-1103");
	assert_string_equal(n.principal, "alice@GUISE.TEST");
	assert_string_equal(guise_token_name(token), "alice@GUISE.TEST");
	assert_int_equal(guise_token_unix(token)->uid, 1001103);
	assert_int_equal(guise_token_unix(token)->gid, 1000513);
	assert_int_equal(guise_token_unix(token)->n_groups, 2);
	assert_true(has_group(token, DOMAIN "-1110"));
	assert_true(has_group(token, "S-1-18-1"));
	assert_true(has_group(token, "S-1-5-2"));
	assert_true(has_group(token, "S-1-22-1-1001103"));
	assert_true(has_group(token, "S-1-22-2-1001110"));
	/* of others' domains, or nobody's to say */
	assert_false(has_group(token, "S-1-5-21-9-9-9-2001"));
	assert_false(has_group(token, "S-1-5-32-544"));
	assert_non_null(guise_token_claims(token, GUISE_CLAIMS_USER));
	assert_true(n.expires > time(NULL));
	assert_true(n.expires < time(NULL) + 2 * 24 * 3600);
	guise_buf_clear(&n.reply);
	stop(&h);
}

/* The library adds the clock skew. */
static void a_token_ends_with_its_ticket(void **state)
{
	const char *cache = kdc_kinit(&kdc, "alice", "pw", "-l", "60s", NULL);
	gss_buffer_desc message = message_of(cache, GSS_C_MUTUAL_FLAG);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	start(&h);
	assert_int_equal(ask(&h, &n, &message, &token), 0);
	assert_true(n.expires > time(NULL));
	assert_true(n.expires <= time(NULL) + 60);
	assert_int_equal(guise_token_expiration(token),
			 (n.expires + 11644473600) * 10000000);
	release(&message);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void an_account_is_found_by_its_principal(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	start(&h);
	if (log_on(&h, "carol", &n, &token) != 0)
		fail_msg("%s", n.why);
	assert_string_equal(guise_token_name(token), "carol");
	assert_int_equal(guise_token_unix(token)->uid, 200000);
	/* what the PAC says is not of this account */
	assert_false(has_group(token, DOMAIN "-1104"));
	assert_true(guise_token_expiration(token) != GUISE_TOKEN_NEVER_EXPIRES);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void write_pam(const char *rule)
{
	char path[160];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/guise", kdc.directory);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "account required pam_%s.so\n", rule) > 0);
	assert_int_equal(fclose(file), 0);
}

/* www-data is a system user of every Debian. */
static void a_system_account_obeys_its_rules(void **state)
{
	static const char by_name[] = "[principals]\n"
				      "www-data@GUISE.TEST = www-data\n";
	static const char by_realm[] = "[realm GUISE.TEST]\n"
				       "clients = accounts\n";
	static const struct {
		const char *rules, *pam, *why;
	} cases[] = {
		{by_name, "permit", NULL},
		{by_name, "deny", "the account may not log on"},
		{by_realm, "permit",
		 "the account is a system user, and only [principals] may name "
		 "such"},
	};
	const struct guise_identities *all = identities;

	(void)state;
	kdc_principal(&kdc, "www-data", "pw", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct logon_negotiation n = {0};
		struct helped h = {0};
		int r;

		write_pam(cases[i].pam);
		identities = parse(cases[i].rules);
		h.sources.system = true;
		h.sources.pam_service = "guise";
		h.sources.pam_confdir = kdc.directory;
		start(&h);
		r = log_on(&h, "www-data", &n, &token);
		if (cases[i].why)
			assert_string_equal(n.why, cases[i].why);
		else
			assert_string_equal(guise_token_name(token),
					    "www-data");
		assert_int_equal(r, cases[i].why ? GUISE_E_LOGON_FAILURE : 0);
		guise_buf_clear(&n.reply);
		stop(&h);
		identities = guise_identities_unref(identities);
	}
	identities = all;
}

static void who_has_no_gid_has_no_identity_on_the_file_system(void **state)
{
	static const char text[] =
		"[idmap]\nsources = static\n[static]\n" DOMAIN
		"-1107 = uid 20007\n"
		"[realm GUISE.TEST]\nclients = pac\n"
		"domains = " DOMAIN "\n";
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_identities *all = identities;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	identities = parse(text);
	start(&h);
	if (log_on(&h, "half", &n, &token) != 0)
		fail_msg("%s", n.why);
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
	assert_false(has_group(token, "S-1-22-1-20007"));
	guise_buf_clear(&n.reply);
	stop(&h);
	identities = (guise_identities_unref(identities), all);
}

static void clients_that_no_rule_lets_in_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name, *why;
	} cases[] = {
		{"plain", "the ticket has no PAC that says who it is"},
		{"stranger", "the client's SID is of no domain that its realm "
			     "may speak for"},
		{"gone", "the account does not exist"},
		{"locked", "the account may not log on"},
	};
	struct helped h = {0};

	(void)state;
	start(&h);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct guise_token *token = NULL;
		struct logon_negotiation n = {0};
		char principal[64];

		assert_int_equal(log_on(&h, cases[i].name, &n, &token),
				 GUISE_E_LOGON_FAILURE);
		assert_string_equal(n.why, cases[i].why);
		(void)snprintf(principal, sizeof(principal), "%s@GUISE.TEST",
			       cases[i].name);
		assert_string_equal(n.principal, principal);
		guise_buf_clear(&n.reply);
	}
	stop(&h);
}

static void without_rules_or_an_acceptor_nobody_is_let_in(void **state)
{
	gss_buffer_desc message = message_of(cache_of_alice, GSS_C_MUTUAL_FLAG);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		const struct guise_token *token = NULL;
		struct logon_negotiation n = {0};
		struct helped h = {0};

		start(&h);
		stop(&h);
		if (i == 0)
			h.sources.negotiate = NULL;
		else
			h.sources.identities = NULL;
		assert_int_equal(logon_helper_start(&h.sources, &h.helper), 0);
		assert_int_equal(ask(&h, &n, &message, &token),
				 GUISE_E_LOGON_FAILURE);
		guise_buf_clear(&n.reply);
		stop(&h);
	}
	release(&message);
}

/* The initiator's next step, with what came back. */
static OM_uint32 go_on(gss_ctx_id_t *context, struct logon_negotiation *n,
		       bool spnego, OM_uint32 flags, gss_buffer_desc *ret)
{
	static uint8_t spnego_bytes[] = {0x2b, 6, 1, 5, 5, 2};
	gss_OID_desc spnego_oid = {6, spnego_bytes};
	gss_OID_desc krb5 = *gss_mech_krb5;
	gss_buffer_desc in = {n->reply.size, n->reply.data};
	gss_buffer_desc name_text = {strlen(TARGET), (void *)(uintptr_t)TARGET};
	gss_name_t name;
	OM_uint32 major, minor;

	*ret = (gss_buffer_desc){0};
	assert_int_equal(gss_import_name(&minor, &name_text,
					 GSS_C_NT_HOSTBASED_SERVICE, &name),
			 0);
	major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, context, name,
				     spnego ? &spnego_oid : &krb5, flags, 0,
				     GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, ret,
				     NULL, NULL);
	(void)gss_release_name(&minor, &name);
	return major;
}

static void the_client_can_tell_that_it_is_the_right_server(void **state)
{
	(void)state;
	for (unsigned spnego = 0; spnego < 2; spnego++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct logon_negotiation n = {0};
		struct helped h = {0};
		gss_buffer_desc message, more;
		gss_ctx_id_t context;
		OM_uint32 minor;

		start(&h);
		kdc_initiate(cache_of_alice, TARGET, GSS_C_MUTUAL_FLAG, spnego,
			     &context, &message);
		assert_int_equal(ask(&h, &n, &message, &token), 0);
		assert_true(n.reply.size > 0);
		assert_int_equal(
			go_on(&context, &n, spnego, GSS_C_MUTUAL_FLAG, &more),
			GSS_S_COMPLETE);
		assert_int_equal(more.length, 0);
		(void)gss_delete_sec_context(&minor, &context, NULL);
		release(&message);
		guise_buf_clear(&n.reply);
		stop(&h);
	}
}

#define THREE_LEGS (GSS_C_MUTUAL_FLAG | GSS_C_DCE_STYLE)

static void an_exchange_of_several_messages_goes_on(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};
	gss_buffer_desc message, more;
	gss_ctx_id_t context;
	OM_uint32 minor;
	uint64_t pending;

	(void)state;
	start(&h);
	kdc_initiate(cache_of_alice, TARGET, THREE_LEGS, false, &context,
		     &message);
	assert_int_equal(ask(&h, &n, &message, &token),
			 GUISE_E_CONTINUE_NEEDED);
	pending = n.pending;
	assert_int_equal(go_on(&context, &n, false, THREE_LEGS, &more),
			 GSS_S_COMPLETE);
	if (ask(&h, &n, &more, &token) != 0)
		fail_msg("%s", n.why);
	assert_string_equal(n.principal, "alice@GUISE.TEST");
	/* it is over: nobody can go on from there again */
	token = guise_token_unref(token);
	n.pending = pending;
	assert_int_equal(ask(&h, &n, &more, &token), GUISE_E_LOGON_FAILURE);
	assert_string_equal(n.why, "the client took too long to go on");
	(void)gss_delete_sec_context(&minor, &context, NULL);
	release(&message);
	release(&more);
	guise_buf_clear(&n.reply);
	stop(&h);
}

/* Its first message is answered; what to say next. */
static uint64_t begin_exchange(struct helped *h, gss_buffer_desc *ret_more)
{
	const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	gss_buffer_desc message;
	gss_ctx_id_t context;
	OM_uint32 minor;

	kdc_initiate(cache_of_alice, TARGET, THREE_LEGS, false, &context,
		     &message);
	assert_int_equal(ask(h, &n, &message, &token), GUISE_E_CONTINUE_NEEDED);
	assert_int_equal(go_on(&context, &n, false, THREE_LEGS, ret_more),
			 GSS_S_COMPLETE);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	release(&message);
	guise_buf_clear(&n.reply);
	return n.pending;
}

static void exchanges_that_wait_are_bounded(void **state)
{
	gss_buffer_desc first_more, more = {0};
	const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};
	uint64_t first, last = 0;

	(void)state;
	start(&h);
	first = begin_exchange(&h, &first_more);
	for (unsigned i = 0; i < GUISE_NEGOTIATIONS_PENDING_MAX; i++) {
		release(&more);
		last = begin_exchange(&h, &more);
	}
	n.pending = first;
	assert_int_equal(ask(&h, &n, &first_more, &token),
			 GUISE_E_LOGON_FAILURE);
	n.pending = last;
	assert_int_equal(ask(&h, &n, &more, &token), 0);
	token = guise_token_unref(token);
	release(&first_more);
	release(&more);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void one_exchange_cannot_end_another(void **state)
{
	gss_buffer_desc mine, other;
	const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	start(&h);
	n.pending = begin_exchange(&h, &mine);
	(void)begin_exchange(&h, &other);
	assert_int_equal(ask(&h, &n, &other, &token), GUISE_E_LOGON_FAILURE);
	n.pending = 12345;
	assert_int_equal(ask(&h, &n, &mine, &token), GUISE_E_LOGON_FAILURE);
	release(&mine);
	release(&other);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void a_message_is_good_once_for_all_helpers(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	gss_buffer_desc message = message_of(cache_of_alice, GSS_C_MUTUAL_FLAG);
	const struct guise_token *again = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0}, other = {0};

	(void)state;
	start(&h);
	start(&other);
	assert_int_equal(ask(&h, &n, &message, &token), 0);
	assert_int_equal(ask(&h, &n, &message, &again), GUISE_E_LOGON_FAILURE);
	assert_non_null(strstr(n.why, "replay"));
	assert_int_equal(ask(&other, &n, &message, &again),
			 GUISE_E_LOGON_FAILURE);
	assert_non_null(strstr(n.why, "replay"));
	release(&message);
	guise_buf_clear(&n.reply);
	stop(&h);
	stop(&other);
}

static gss_buffer_desc bound_message(const char *bindings)
{
	struct gss_channel_bindings_struct b = {0};
	gss_buffer_desc name_text = {strlen(TARGET), (void *)(uintptr_t)TARGET};
	gss_key_value_element_desc element = {"ccache", cache_of_alice};
	const gss_key_value_set_desc store = {1, &element};
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_OID_desc krb5 = *gss_mech_krb5;
	gss_buffer_desc message = {0};
	OM_uint32 major, minor;
	gss_cred_id_t cred;
	gss_name_t name;

	b.application_data.length = strlen(bindings);
	b.application_data.value = (void *)(uintptr_t)bindings;
	(void)gss_import_name(&minor, &name_text, GSS_C_NT_HOSTBASED_SERVICE,
			      &name);
	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, 0,
				      GSS_C_NO_OID_SET, GSS_C_INITIATE, &store,
				      &cred, NULL, NULL);
	assert_int_equal(major, GSS_S_COMPLETE);
	major = gss_init_sec_context(&minor, cred, &context, name, &krb5, 0, 0,
				     *bindings ? &b : NULL, NULL, NULL,
				     &message, NULL, NULL);
	assert_int_equal(major, GSS_S_COMPLETE);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	(void)gss_release_name(&minor, &name);
	(void)gss_release_cred(&minor, &cred);
	return message;
}

static void channel_bindings_are_compared_and_may_be_required(void **state)
{
	static const char ours[] = "tls-server-end-point:0123456789abcdef";
	static const struct {
		const char *sent;
		bool required, accepted;
	} cases[] = {
		{ours, true, true},
		{ours, false, true},
		{"", false, true},
		{"", true, false},
		{"tls-server-end-point:0123456789abcdeX", true, false},
		{"tls-server-end-point:0123456789abcdeX", false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		gss_buffer_desc message = bound_message(cases[i].sent);
		struct logon_negotiation n = {0};
		struct helped h = {0};
		int r;

		h.acceptor.bindings = (const uint8_t *)ours;
		h.acceptor.bindings_size = strlen(ours);
		h.acceptor.bindings_required = cases[i].required;
		start(&h);
		r = ask(&h, &n, &message, &token);
		if ((r == 0) != cases[i].accepted)
			fail_msg("%zu: %d %s", i, r, n.why);
		release(&message);
		guise_buf_clear(&n.reply);
		stop(&h);
	}
}

static void a_keytab_that_comes_later_helps(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	gss_buffer_desc message = message_of(cache_of_alice, GSS_C_MUTUAL_FLAG);
	struct logon_negotiation n = {0};
	struct helped h = {0};
	char away[160];

	(void)state;
	(void)snprintf(away, sizeof(away), "%s.away", keytab);
	assert_int_equal(rename(keytab, away), 0);
	start(&h);
	assert_int_equal(ask(&h, &n, &message, &token), -EIO);
	assert_int_equal(rename(away, keytab), 0);
	assert_int_equal(ask(&h, &n, &message, &token), 0);
	release(&message);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void a_service_of_its_own_accepts_no_other_ticket(void **state)
{
	gss_buffer_desc message;
	const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};

	(void)state;
	kdc_principal(&kdc, "host/localhost", NULL, NULL);
	(void)kdc_keytab(&kdc, "http.keytab", "host/localhost");
	h.acceptor.service = TARGET;
	start(&h);
	kdc_initiate(cache_of_alice, "host@localhost", 0, true, NULL, &message);
	assert_int_equal(ask(&h, &n, &message, &token), GUISE_E_LOGON_FAILURE);
	release(&message);
	message = message_of(cache_of_alice, 0);
	assert_int_equal(ask(&h, &n, &message, &token), 0);
	token = guise_token_unref(token);
	release(&message);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void what_is_no_message_is_refused_and_the_helper_lives(void **state)
{
	static uint8_t long_one[GUISE_GSS_TOKEN_MAX + 1];
	gss_buffer_desc good = message_of(cache_of_alice, GSS_C_MUTUAL_FLAG);
	const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};
	gss_buffer_desc cases[] = {
		{0, long_one},
		{1, long_one},
		{sizeof(long_one) - 1, long_one},
		{sizeof(long_one), long_one},
		{36,
		 (void *)(uintptr_t) "NTLMSSP\0\1\0\0\0\7\202\10\242\0\0\0\0"
				     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"},
		{good.length / 2, good.value},
	};

	(void)state;
	start(&h);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		n.pending = 0;
		assert_int_equal(ask(&h, &n, &cases[i], &token),
				 GUISE_E_LOGON_FAILURE);
	}
	assert_int_equal(ask(&h, &n, &good, &token), 0);
	token = guise_token_unref(token);
	release(&good);
	guise_buf_clear(&n.reply);
	stop(&h);
}

static void each_realm_has_its_own_rule(void **state)
{
	static const char text[] =
		"[idmap]\nsources = domain\n"
		"[domain " DOMAIN "]\nrange = 1000000-1999999\n"
		"[domain S-1-5-21-9-9-9]\nrange = 3000000-3999999\n"
		"[realm GUISE.TEST]\nclients = pac\ndomains = " DOMAIN "\n"
		"[realm OTHER.TEST]\nclients = pac\n"
		"domains = S-1-5-21-9-9-9\n";
	const struct guise_identities *all = identities;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation n = {0};
	struct helped h = {0};
	gss_buffer_desc message;
	const char *eve, *liar;
	struct kdc other;

	(void)state;
	kdc_start(&other, "OTHER.TEST");
	kdc_principal(&other, "eve", "pw", "sid=S-1-5-21-9-9-9-1000",
		      "groups=513", NULL);
	kdc_principal(&other, "liar", "pw", "sid=" DOMAIN "-1103", "groups=513",
		      NULL);
	kdc_trust(&kdc, &other);
	kdc_use(&other);
	eve = kdc_kinit(&other, "eve", "pw", NULL);
	liar = kdc_kinit(&other, "liar", "pw", NULL);
	kdc_use(&kdc);
	identities = parse(text);
	start(&h);
	message = message_of(eve, 0);
	if (ask(&h, &n, &message, &token) != 0)
		fail_msg("%s", n.why);
	assert_string_equal(n.principal, "eve@OTHER.TEST");
	assert_int_equal(guise_token_unix(token)->uid, 3001000);
	token = guise_token_unref(token);
	release(&message);
	/* the other realm's KDC says that this is alice of ours */
	message = message_of(liar, 0);
	assert_int_equal(ask(&h, &n, &message, &token), GUISE_E_LOGON_FAILURE);
	release(&message);
	stop(&h);
	/* and now a realm without a rule */
	identities = (guise_identities_unref(identities), all);
	start(&h);
	message = message_of(eve, 0);
	assert_int_equal(ask(&h, &n, &message, &token), GUISE_E_LOGON_FAILURE);
	release(&message);
	guise_buf_clear(&n.reply);
	stop(&h);
	other.is_used = false;
	kdc_stop(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pac_becomes_sids_and_ids),
		cmocka_unit_test(a_token_ends_with_its_ticket),
		cmocka_unit_test(an_account_is_found_by_its_principal),
		cmocka_unit_test(a_system_account_obeys_its_rules),
		cmocka_unit_test(
			who_has_no_gid_has_no_identity_on_the_file_system),
		cmocka_unit_test(
			clients_that_no_rule_lets_in_are_refused_with_a_reason),
		cmocka_unit_test(without_rules_or_an_acceptor_nobody_is_let_in),
		cmocka_unit_test(
			the_client_can_tell_that_it_is_the_right_server),
		cmocka_unit_test(an_exchange_of_several_messages_goes_on),
		cmocka_unit_test(exchanges_that_wait_are_bounded),
		cmocka_unit_test(one_exchange_cannot_end_another),
		cmocka_unit_test(a_message_is_good_once_for_all_helpers),
		cmocka_unit_test(
			channel_bindings_are_compared_and_may_be_required),
		cmocka_unit_test(a_keytab_that_comes_later_helps),
		cmocka_unit_test(a_service_of_its_own_accepts_no_other_ticket),
		cmocka_unit_test(
			what_is_no_message_is_refused_and_the_helper_lives),
		cmocka_unit_test(each_realm_has_its_own_rule),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
