/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos clients at the logon helper: mutual authentication, exchanges of
 * several messages, replays, channel bindings, keytabs, and what is no message.
 */
#include "negotiate-fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
