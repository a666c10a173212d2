/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that come with a ticket, a cookie, or on a connection that is known:
 * who a request is taken for, what ends that, and what the client is told.
 */
#include "serve-fake.h"

#define MESSAGE "Negotiate YWJj" /* abc */
#define ECHOED "WWW-Authenticate: Negotiate YWJj\n"
#define SECRET                                                                 \
	"00112233445566778899aabbccddeeff"                                     \
	"0123456789abcdeffedcba9876543210"
#define COOKIE "guise-0=" SECRET

static const struct session_name name = {
	{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa,
	 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab,
	 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10}};

/* Nothing is open to everybody here. */
static struct site kerberos_site(void)
{
	struct site made = site;

	made.shares = &shares[1];
	made.n_shares = 1;
	made.schemes = (struct schemes){.basic = true, .negotiate = true};
	made.cookie = "guise-0";
	return made;
}

static void prepare(void)
{
	reset(0, true);
	door.live = name;
}

static struct told get(struct ask ask)
{
	const struct site here = kerberos_site();

	ask.method = ask.method ? ask.method : "GET";
	ask.target = ask.target ? ask.target : "/closed/x";
	return ask_site(&here, &ask);
}

static bool says(const struct told *told, const char *what)
{
	return strstr(told->text, what);
}

static void both_schemes_are_offered_the_stronger_first(void **state)
{
	struct site here = kerberos_site();
	struct ask ask = {"GET", "/closed/x"};
	struct told told;
	const char *negotiate, *basic;

	(void)state;
	prepare();
	told = ask_site(&here, &ask);
	assert_int_equal(told.status, 401);
	negotiate = strstr(told.text, "WWW-Authenticate: Negotiate\n");
	basic = strstr(told.text, "WWW-Authenticate: Basic ");
	assert_true(negotiate && basic && negotiate < basic);
	assert_false(says(&told, "Set-Cookie"));
	here.schemes.basic = false;
	told = ask_site(&here, &ask);
	assert_true(says(&told, "WWW-Authenticate: Negotiate\n"));
	assert_false(says(&told, "Basic"));
	here.schemes = (struct schemes){.basic = true};
	told = ask_site(&here, &ask);
	assert_false(says(&told, "Negotiate"));
	assert_true(says(&told, "Basic"));
}

static void a_scheme_that_is_not_offered_is_not_taken(void **state)
{
	struct site here = kerberos_site();

	(void)state;
	prepare();
	here.schemes.basic = false;
	assert_int_equal(
		ask_site(&here, &(struct ask){"GET", "/closed/x", GOOD}).status,
		401);
	here.schemes = (struct schemes){.basic = true};
	assert_int_equal(
		ask_site(&here, &(struct ask){"GET", "/closed/x", MESSAGE})
			.status,
		401);
	assert_int_equal(below.logons, 0);
}

static void a_ticket_logs_on_and_the_server_proves_itself(void **state)
{
	static const char *const methods[] = {"GET", "HEAD", "PROPFIND",
					      "OPTIONS"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		struct told told;

		prepare();
		told = get((struct ask){.method = methods[i],
					.authorization = MESSAGE,
					.name = "Depth",
					.value = "0"});
		assert_in_range(told.status, 200, 299);
		assert_string_equal(door.message, "abc");
		assert_true(says(&told, ECHOED));
		assert_true(says(&told, "Persistent-Auth: false"));
		assert_false(says(&told, "Set-Cookie"));
	}
	/* also when the answer is no */
	prepare();
	below.error = -ENOENT;
	{
		struct told told = get((struct ask){.authorization = MESSAGE});

		assert_int_equal(told.status, 404);
		assert_true(says(&told, ECHOED));
	}
}

static void odd_messages_are_failed_logons(void **state)
{
	static const char *const bad[] = {
		"Negotiate",	  "Negotiate ",		"Negotiate YWJ",
		"Negotiate Y===", "Negotiate ====",	"Negotiate YW J",
		"NegotiateYWJj",  "Negotiate YWK=YWJj", "NTLM YWJj",
		"Kerberos YWJj"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct binding binding = {.is_bound = true, .session = name};
		struct told told;

		prepare();
		door.has_live = true;
		told = get((struct ask){.authorization = bad[i],
					.binding = &binding});
		assert_int_equal(told.status, 401);
		assert_int_equal(below.logons, 0);
		assert_false(binding.is_bound);
	}
}

static void a_refused_ticket_is_told_with_the_reply_and_no_cookie(void **state)
{
	static const int errors[] = {GUISE_E_LOGON_FAILURE, GUISE_E_CEILING};
	struct told told;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		prepare();
		door.negotiate = errors[i];
		door.life_s = 60;
		told = get((struct ask){.authorization = MESSAGE});
		assert_int_equal(told.status, 401);
		assert_int_equal(told.decided, DECIDED_LOGON);
		assert_true(says(&told, ECHOED));
		assert_true(says(&told, "Basic"));
		assert_false(says(&told, "Set-Cookie"));
		assert_false(says(&told, "Persistent-Auth"));
		assert_int_equal(below.looked, 0);
	}
	prepare();
	door.negotiate = -ETIMEDOUT;
	told = get((struct ask){.authorization = MESSAGE});
	assert_int_equal(told.status, 503);
	assert_false(says(&told, "Persistent-Auth"));
	assert_false(says(&told, "WWW-Authenticate"));
}

static void an_exchange_goes_on_over_one_connection(void **state)
{
	struct binding binding = {0}, other = {0};
	struct ask leg = {.authorization = MESSAGE, .binding = &binding};
	struct told told;

	(void)state;
	prepare();
	door.negotiate = GUISE_E_CONTINUE_NEEDED;
	told = get(leg);
	assert_int_equal(told.status, 401);
	assert_int_equal(told.decided, DECIDED_LEG);
	assert_true(says(&told, ECHOED));
	/* another scheme would end it */
	assert_false(says(&told, "Basic"));
	assert_int_equal(binding.pending, 7);
	assert_false(binding.is_bound);
	/* somebody else's connection knows nothing of it */
	door.negotiate = 0;
	assert_int_equal(
		get((struct ask){.authorization = MESSAGE, .binding = &other})
			.status,
		200);
	assert_int_equal(door.seen_pending, 0);
	assert_int_equal(get(leg).status, 200);
	assert_int_equal(door.seen_pending, 7);
	assert_int_equal(binding.pending, 0);
}

static void anything_else_in_between_ends_an_exchange(void **state)
{
	static const char *const between[] = {NULL, GOOD, WRONG, "Bearer x",
					      "Negotiate !"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(between); i++) {
		struct binding binding = {.pending = 7};

		prepare();
		(void)get((struct ask){.authorization = between[i],
				       .binding = &binding});
		assert_int_equal(binding.pending, 0);
	}
}

static void a_connection_knows_who_has_negotiated_on_it(void **state)
{
	struct binding binding = {0}, other = {0};
	struct told told;

	(void)state;
	prepare();
	door.binds = true;
	told = get((struct ask){.authorization = MESSAGE, .binding = &binding});
	assert_int_equal(told.status, 200);
	assert_true(says(&told, "Persistent-Auth: true"));
	assert_int_equal(below.logons, 1);
	for (int i = 0; i < 3; i++) {
		told = get((struct ask){.binding = &binding});
		assert_int_equal(told.status, 200);
		assert_false(says(&told, "WWW-Authenticate"));
	}
	assert_int_equal(below.logons, 1);
	/* nobody else's does, nor one that is not there */
	assert_int_equal(get((struct ask){.binding = &other}).status, 401);
	assert_int_equal(get((struct ask){0}).status, 401);
	/* the session is over */
	door.has_live = false;
	assert_int_equal(get((struct ask){.binding = &binding}).status, 401);
}

static void whoever_shows_credentials_is_nobody_else_any_more(void **state)
{
	static const struct {
		const char *authorization;
		unsigned status;
	} shown[] = {
		{WRONG, 401},	{UNKNOWN, 401},	      {ABOVE, 401},
		{GOOD, 200},	{"Bearer x", 401},    {"", 401},
		{MESSAGE, 401}, {"Negotiate !", 401},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		struct binding binding = {.is_bound = true, .session = name};
		struct ask ask = {.authorization = shown[i].authorization,
				  .binding = &binding,
				  .cookie = COOKIE};

		prepare();
		door.has_live = true;
		door.negotiate = GUISE_E_LOGON_FAILURE;
		/* neither cookie nor connection help who shows wrong ones */
		assert_int_equal(get(ask).status, shown[i].status);
		assert_int_equal(door.unbound, 1);
		assert_int_equal(get((struct ask){.binding = &binding}).status,
				 401);
	}
}

static void two_authorizations_are_none(void **state)
{
	struct binding binding = {.is_bound = true, .session = name};

	(void)state;
	prepare();
	door.has_live = true;
	assert_int_equal(get((struct ask){.authorization = GOOD,
					  .name = "Authorization",
					  .value = GOOD,
					  .binding = &binding})
				 .status,
			 401);
	assert_false(binding.is_bound);
	assert_int_equal(below.logons, 0);
}

static void a_cookie_is_given_on_success_and_taken_until_its_end(void **state)
{
	struct told told;

	(void)state;
	prepare();
	door.life_s = 42;
	told = get((struct ask){.authorization = MESSAGE});
	assert_int_equal(told.status, 200);
	assert_true(says(&told, "Set-Cookie: " COOKIE
				"; Path=/; Max-Age=42; HttpOnly; "
				"SameSite=Strict\n"));
	assert_true(says(&told, "Vary: Authorization, Cookie\n"));
	told = get((struct ask){.cookie = "a=b; " COOKIE " ; c=d"});
	assert_int_equal(told.status, 200);
	assert_false(says(&told, "Set-Cookie"));
	assert_int_equal(below.logons, 1);
	door.has_live = false;
	assert_int_equal(get((struct ask){.cookie = COOKIE}).status, 401);
}

static void with_tls_a_cookie_is_for_tls_alone(void **state)
{
	struct site here = kerberos_site();
	struct ask ask = {"GET", "/closed/x", MESSAGE};
	struct told told;

	(void)state;
	prepare();
	door.life_s = 42;
	here.is_secure = true;
	here.cookie = "__Host-guise-0";
	told = ask_site(&here, &ask);
	assert_true(says(&told, "Set-Cookie: __Host-guise-0=" SECRET
				"; Path=/; Max-Age=42; HttpOnly; "
				"SameSite=Strict; Secure\n"));
}

static void odd_cookies_are_no_credentials(void **state)
{
	static const char *const bad[] = {
		"",
		"guise-0",
		"guise-0=",
		"guise-0=" SECRET "0",
		"guise-0=\"" SECRET "\"",
		"guise-1=" SECRET,
		"Guise-0=" SECRET,
		"xguise-0=" SECRET,
		"guise-0=0" SECRET,
		/* somebody else has set a second one */
		COOKIE "; " COOKIE,
		COOKIE "; guise-0=x",
		"guise-0=00112233445566778899AABBCCDDEEFF"
		"0123456789abcdeffedcba9876543210",
		"guise-0=10112233445566778899aabbccddeeff"
		"0123456789abcdeffedcba9876543210",
	};
	struct site here = kerberos_site();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		prepare();
		door.has_live = true;
		if (get((struct ask){.cookie = bad[i]}).status != 401)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(below.logons, 0);
	}
	/* two headers, and a server that gives none */
	prepare();
	door.has_live = true;
	assert_int_equal(get((struct ask){.cookie = COOKIE,
					  .name = "Cookie",
					  .value = "a=b"})
				 .status,
			 401);
	here.cookie = NULL;
	assert_int_equal(ask_site(&here, &(struct ask){"GET", "/closed/x",
						       .cookie = COOKIE})
				 .status,
			 401);
}

/* A page elsewhere makes the browser ask: what it sends along by itself does
 * not count. */
static void another_sites_page_has_no_session(void **state)
{
	static const struct {
		const char *header;
		const char *value;
		bool counts;
	} sites[] = {
		{"Sec-Fetch-Site", "same-origin", true},
		{"Sec-Fetch-Site", "none", true},
		{"Sec-Fetch-Site", "cross-site", false},
		{"Sec-Fetch-Site", "same-site", false},
		{"Sec-Fetch-Site", "", false},
		{"Origin", "null", false},
		{"Origin", "https://evil.example", false},
		{"Origin", "https://", false},
		{"Origin", "", false},
		{"X-Other", "x", true},
	};
	static const char *const methods[] = {"GET", "DELETE", "MKCOL", "PUT"};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		for (size_t i = 0; i < ARRAY_SIZE(sites); i++) {
			struct binding binding = {.is_bound = true,
						  .session = name};
			struct ask ask = {.method = methods[m],
					  .name = sites[i].header,
					  .value = sites[i].value,
					  .cookie = COOKIE};
			struct told told;

			prepare();
			door.has_live = true;
			told = get(ask);
			assert_int_equal(told.status != 401, sites[i].counts);
			ask.cookie = NULL;
			ask.binding = &binding;
			told = get(ask);
			assert_int_equal(told.status != 401, sites[i].counts);
		}
	}
}

static void an_origin_is_compared_with_the_host(void **state)
{
	static const struct {
		const char *host;
		const char *origin;
		bool is_cross;
	} pairs[] = {
		{"files.example", "https://files.example", false},
		{"files.example", "http://FILES.example", false},
		{"files.example:8443", "https://files.example:8443", false},
		{"files.example:8443", "https://files.example", true},
		{"files.example", "https://files.example.evil", true},
		{"files.example", "https://evil/files.example", true},
		{"files.example", "ftp://files.example", true},
		{"", "https://", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		const struct request_header headers[] = {
			{span_of("Host"), span_of(pairs[i].host)},
			{span_of("Origin"), span_of(pairs[i].origin)},
		};
		const struct request request = {.headers = headers,
						.n_headers = 2};

		assert_int_equal(request_is_cross_site(&request),
				 pairs[i].is_cross);
	}
}

/* Another service of this host may have set the cookie. One session is alive
 * here, so the answer says which of the two was asked for. */
static void a_cookie_makes_nobody_else_of_a_known_connection(void **state)
{
	struct binding binding = {.is_bound = true}; /* all zero: unknown */
	struct ask ask = {.cookie = COOKIE, .binding = &binding};

	(void)state;
	prepare();
	door.has_live = true;
	/* also when the connection's own session is over */
	assert_int_equal(get(ask).status, 401);
	assert_true(binding.is_bound);
	assert_int_equal(get(ask).status, 401);
	binding.session = name;
	ask.cookie = "guise-0="
		     "ff112233445566778899aabbccddeeff"
		     "0123456789abcdeffedcba9876543210";
	assert_int_equal(get(ask).status, 200);
	/* nobody has logged on here yet: the cookie is all there is */
	binding.is_bound = false;
	assert_int_equal(get(ask).status, 401);
	ask.cookie = COOKIE;
	assert_int_equal(get(ask).status, 200);
	assert_int_equal(below.logons, 0);
}

static void a_peer_needs_no_credentials(void **state)
{
	struct binding binding = {.is_peer = true, .peer_fd = 0};
	struct ask ask = {.binding = &binding};

	(void)state;
	prepare();
	assert_int_equal(get(ask).status, 200);
	assert_int_equal(below.logons, 1);
	/* a cookie, then, is nothing to go by, or to fall back from */
	door.has_live = true;
	ask.cookie = COOKIE;
	assert_int_equal(get(ask).status, 200);
	assert_int_equal(below.logons, 2);
	ask.cookie = NULL;
	/* who shows some is taken at his word, and at nothing else later */
	ask.authorization = GOOD;
	assert_int_equal(get(ask).status, 200);
	ask.authorization = NULL;
	assert_int_equal(get(ask).status, 401);
	binding.is_peer = true;
	ask.authorization = WRONG;
	assert_int_equal(get(ask).status, 401);
	ask.authorization = NULL;
	assert_int_equal(get(ask).status, 401);
	assert_int_equal(below.logons, 4);
}

/* Somebody's browser may come through a proxy of their own. */
static void another_sites_page_is_no_peer(void **state)
{
	struct binding binding = {.is_peer = true, .peer_fd = 0};
	struct ask ask = {.binding = &binding,
			  .name = "Origin",
			  .value = "https://evil.example"};

	(void)state;
	prepare();
	assert_int_equal(get(ask).status, 401);
	assert_int_equal(below.logons, 0);
	ask.name = NULL;
	assert_int_equal(get(ask).status, 200);
}

static void a_dead_session_is_asked_for_again(void **state)
{
	struct binding binding = {.is_bound = true, .session = name};
	struct ask ask = {.binding = &binding};

	(void)state;
	prepare();
	door.has_live = true;
	below.session_dead = 1;
	assert_int_equal(get(ask).status, 401);
	assert_int_equal(below.logons, 0);
	assert_false(door.has_live);
	/* a peer is still there to be asked */
	prepare();
	door.has_live = true;
	binding.is_peer = true;
	below.session_dead = 1;
	assert_int_equal(get(ask).status, 200);
	assert_int_equal(below.logons, 1);
	/* a message is good for once */
	prepare();
	below.session_dead = 1;
	assert_int_equal(get((struct ask){.authorization = MESSAGE}).status,
			 503);
	assert_int_equal(below.logons, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_schemes_are_offered_the_stronger_first),
		cmocka_unit_test(a_scheme_that_is_not_offered_is_not_taken),
		cmocka_unit_test(a_ticket_logs_on_and_the_server_proves_itself),
		cmocka_unit_test(odd_messages_are_failed_logons),
		cmocka_unit_test(
			a_refused_ticket_is_told_with_the_reply_and_no_cookie),
		cmocka_unit_test(an_exchange_goes_on_over_one_connection),
		cmocka_unit_test(anything_else_in_between_ends_an_exchange),
		cmocka_unit_test(a_connection_knows_who_has_negotiated_on_it),
		cmocka_unit_test(
			whoever_shows_credentials_is_nobody_else_any_more),
		cmocka_unit_test(two_authorizations_are_none),
		cmocka_unit_test(
			a_cookie_is_given_on_success_and_taken_until_its_end),
		cmocka_unit_test(with_tls_a_cookie_is_for_tls_alone),
		cmocka_unit_test(odd_cookies_are_no_credentials),
		cmocka_unit_test(another_sites_page_has_no_session),
		cmocka_unit_test(an_origin_is_compared_with_the_host),
		cmocka_unit_test(
			a_cookie_makes_nobody_else_of_a_known_connection),
		cmocka_unit_test(a_peer_needs_no_credentials),
		cmocka_unit_test(another_sites_page_is_no_peer),
		cmocka_unit_test(a_dead_session_is_asked_for_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
