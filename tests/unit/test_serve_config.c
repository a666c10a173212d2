/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration: what is not understood is refused, with its place. */
#include <stdio.h>
#include <sys/socket.h>

#include "cmocka-wrap.h"

#include "config.h"
#include "ready.h"

#define GOOD "listen = 127.0.0.1:80\naccounts = /a\n[share x]\npath = /srv/x\n"

#define KERBEROS "negotiate = yes\nidentities = /i\n"
#define TEN "1234567890"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static int parse(const char *text, struct config *config,
		 struct config_error *error)
{
	int r;

	*error = (struct config_error){0};
	config_init(config);
	r = config_parse(config, "f", span_of(text), error);
	return r < 0 ? r : config_check(config, error);
}

static void bad_text_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text;
		const char *where;
	} bad[] = {
		{"frob = 1\n" GOOD, "f:1"},
		{GOOD "frob = 1\n", "f:5"},
		{"\n; c\nworkers = 0\n" GOOD, "f:3"},
		{"workers = 65\n" GOOD, "f:1"},
		{"workers = -1\n" GOOD, "f:1"},
		{"workers = 1x\n" GOOD, "f:1"},
		{"workers =\n" GOOD, "f:1"},
		{"workers = 99999999999999999999\n" GOOD, "f:1"},
		{"max-upload = 1P\n" GOOD, "f:1"},
		{"max-upload = 99999999999T\n" GOOD, "f:1"},
		{"max-upload = K\n" GOOD, "f:1"},
		{"engine = none\n" GOOD, "f:1"},
		{"durable = perhaps\n" GOOD, "f:1"},
		{"log = relative\n" GOOD, "f:1"},
		{"log =\n" GOOD, "f:1"},
		{"log = nones\n" GOOD, "f:1"},
		{"audit = none\n" GOOD, "f:1"},
		{"audit =\n" GOOD, "f:1"},
		{"audit = log\naudit = log\n" GOOD, "f:2"},
		{GOOD "audit = log\n", "f:5"},
		{"journal-socket = here\n" GOOD, "f:1"},
		{"central-policies = here\n" GOOD, "f:1"},
		{"accounts = none\n" GOOD, "f:1"},
		{"uid-min = 0\n" GOOD, "f:1"},
		{"words\n" GOOD, "f:1"},
		{"[share\n" GOOD, "f:1"},
		{"[frob]\na = b\n" GOOD, "f:2"},
		{"[share a/b]\npath = /x\n", "f:2"},
		{"[share ..]\npath = /x\n", "f:2"},
		{GOOD "path = /y\n", "f:5"},
		{GOOD "policy = nt\n", "f:5"},
		{GOOD "workers = 2\n", "f:5"},
		{"workers = 1\nworkers = 1\n" GOOD, "f:2"},
		{"listen = nowhere\n[share x]\npath = /x\nanonymous = yes\n",
		 "listen"},
		{"listen = 127.0.0.1\n[share x]\npath=/x\nanonymous=yes\n",
		 "listen"},
		{"listen = 127.0.0.1:0\n[share x]\npath=/x\nanonymous=yes\n",
		 "listen"},
		{"listen = localhost:80\n[share x]\npath=/x\nanonymous=yes\n",
		 "listen"},
		{"listen = ::1:80\n[share x]\npath=/x\nanonymous=yes\n",
		 "listen"},
		{"listen = 0.0.0.0:80\n[share x]\npath=/x\nanonymous=yes\n",
		 "listen"},
		{"listen = [::]:80\n[share x]\npath=/x\nanonymous=yes\n",
		 "listen"},
		{"tls-key = /k\n" GOOD, "tls-certificate"},
		{"pam-service = x\n" GOOD, "pam-service"},
		{"audit = both\nlog = none\n" GOOD, "audit"},
		{"journal-socket = /x\n" GOOD, "journal-socket"},
		{"audit = off\njournal-socket = /x\n" GOOD, "journal-socket"},
		{"negotiate = yes\n" GOOD, "identities"},
		{"keytab = /k\n" GOOD, "keytab"},
		{"kerberos-service = HTTP@h\n" GOOD, "kerberos-service"},
		{"channel-bindings = off\n" GOOD, "channel-bindings"},
		{"negotiate-session = cookie\n" GOOD, "negotiate-session"},
		{KERBEROS "channel-bindings = required\n" GOOD,
		 "channel-bindings"},
		{"keytab = here\n" GOOD, "f:1"},
		{"identities = here\n" GOOD, "f:1"},
		{"negotiate-session = always\n" GOOD, "f:1"},
		{"channel-bindings = on\n" GOOD, "f:1"},
		{"basic = no\n" GOOD, "accounts"},
		{"listen = unix:here\n[share x]\npath = /x\n", "listen"},
		{"listen = unix:\n[share x]\npath = /x\n", "listen"},
		{"listen = unix:/" HUNDRED "12345678\n[share x]\npath = /x\n",
		 "listen"},
		{"listen = unix:/s\npeers = no\n[share x]\npath = /x\n",
		 "accounts"},
		{"listen = unix:/s\ntls-certificate = /c\ntls-key = /k\n"
		 "[share x]\npath = /x\n",
		 "tls-certificate"},
		{"threads = 39\n" GOOD, "f:1"},
		{"listen = unix:/s\nidentities = /i\nthreads = 35\n"
		 "[share x]\npath = /x\n",
		 "threads"},
		{GOOD "[share]\npath = /y\n", "share \"\""},
		{GOOD "[share y]\nanonymous = yes\n", "share \"y\""},
		{"listen = 127.0.0.1:80\naccounts = /a\n", "share"},
		{"listen = 127.0.0.1:80\n[share x]\npath = /x\n", "accounts"},
		{"", "listen"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct config_error error;
		struct config config;

		if (parse(bad[i].text, &config, &error) != -EINVAL)
			fail_msg("accepted: %s", bad[i].text);
		assert_string_equal(error.where, bad[i].where);
		assert_true(error.why[0] && error.todo && error.todo[0]);
		assert_null(strchr(error.why, '\n'));
		config_clear(&config);
	}
}

static void who_may_come_is_what_is_said(void **state)
{
	static const struct {
		const char *text;
		bool passwords, peers, connection, cookie;
		size_t header_size;
	} cases[] = {
		{GOOD, true, false, false, false, 16384},
		{"max-header-size = 4K\n" KERBEROS GOOD, true, false, false,
		 false, 4096},
		/* without TLS nobody is known by the connection alone */
		{KERBEROS GOOD, true, false, false, false, 81920},
		{"tls-certificate=/c\ntls-key=/k\n" KERBEROS GOOD, true, false,
		 true, false, 81920},
		{"tls-certificate=/c\ntls-key=/k\n" GOOD, true, false, false,
		 false, 16384},
		{"tls-certificate=/c\ntls-key=/k\nnegotiate-session=none"
		 "\n" KERBEROS GOOD,
		 true, false, false, false, 81920},
		{"negotiate-session = connection\n" KERBEROS GOOD, true, false,
		 true, false, 81920},
		{"negotiate-session = cookie\n" KERBEROS GOOD, true, false,
		 false, true, 81920},
		{"negotiate-session = both\n" KERBEROS GOOD, true, false, true,
		 true, 81920},
		{"basic = no\n" KERBEROS GOOD, false, false, false, false,
		 81920},
		{"listen = unix:/s\n[share x]\npath = /x\n", false, true, false,
		 false, 16384},
		{"listen = unix:/s\nsystem-accounts = yes\npeers = no\n"
		 "[share x]\npath = /x\n",
		 true, false, false, false, 16384},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
		struct config_error error;
		struct config config, again;

		if (parse(cases[i].text, &config, &error) < 0)
			fail_msg("%s: %s: %s", cases[i].text, error.where,
				 error.why);
		/* and the workers are told the same */
		assert_int_equal(config_format(&config, &text), 0);
		assert_int_equal(buf_append_u8(&text, 0), 0);
		assert_int_equal(parse((char *)text.data, &again, &error), 0);
		for (struct config *c = &config; c;
		     c = c == &config ? &again : NULL) {
			assert_int_equal(config_takes_passwords(c),
					 cases[i].passwords);
			assert_int_equal(config_has_peers(c), cases[i].peers);
			assert_int_equal(config_keeps(c, SESSION_CONNECTION),
					 cases[i].connection);
			assert_int_equal(config_keeps(c, SESSION_COOKIE),
					 cases[i].cookie);
			assert_int_equal(config_header_size(c),
					 cases[i].header_size);
		}
		config_clear(&config);
		config_clear(&again);
	}
}

static void overlong_and_binary_lines_are_refused(void **state)
{
	char text[400] = "log = /";
	struct config_error error;
	struct config config;

	(void)state;
	memset(text + 7, 'a', 300);
	assert_int_equal(parse(text, &config, &error), -EINVAL);
	assert_string_equal(error.where, "f:1");
	config_clear(&config);
	config_init(&config);
	assert_int_equal(config_parse(&config, "f",
				      (struct span){"log = /a\0b\n", 11},
				      &error),
			 -EINVAL);
	config_clear(&config);
}

/* Cut off, two names could become one share. */
static void a_section_name_is_never_cut(void **state)
{
	static const char *const leads[] = {
		"", "  ", "\t", "\v\f\r", "\xef\xbb\xbf", "\xef\xbb\xbf "};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(leads); i++) {
		struct config_error error;
		struct config config;
		char text[100];

		(void)snprintf(text, sizeof(text),
			       "%s[share %060d]\npath = /x\n", leads[i], 0);
		assert_int_equal(parse(text, &config, &error), -EINVAL);
		config_clear(&config);
	}
}

static void what_is_written_is_read_the_same(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf one = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf two = {0};
	struct config_error error;
	struct config config;

	(void)state;
	assert_int_equal(parse("max-upload = 3G\nengine = broker\n"
			       "log = none\nlog-format = json\n"
			       "audit = journal\njournal-socket = /j\n"
			       "central-policies = /p\n"
			       "system-accounts = yes\n" GOOD
			       "policy = posix\nread-only = yes\n",
			       &config, &error),
			 0);
	assert_int_equal(config.max_upload, 3ull << 30);
	assert_int_equal(config_format(&config, &one), 0);
	config_clear(&config);
	config_init(&config);
	assert_int_equal(config_parse(&config, "f",
				      (struct span){(char *)one.data, one.size},
				      &error),
			 0);
	assert_int_equal(config.engine, GUISE_ENGINE_BROKER);
	assert_true(config_logs_nothing(&config));
	assert_true(config_audits_journal(&config));
	assert_string_equal(config.journal_socket, "/j");
	assert_string_equal(config.central_policies, "/p");
	assert_int_equal(config.shares[0].policy, GUISE_POLICY_POSIX);
	assert_true(config.shares[0].read_only);
	assert_false(config.shares[0].anonymous);
	assert_int_equal(config_format(&config, &two), 0);
	assert_int_equal(one.size, two.size);
	assert_memory_equal(one.data, two.data, one.size);
	config_clear(&config);
}

static void addresses_know_whether_others_can_reach_them(void **state)
{
	static const struct {
		const char *listen;
		bool loopback;
	} cases[] = {
		{"127.0.0.1:80", true},	 {"127.9.9.9:80", true},
		{"[::1]:80", true},	 {"0.0.0.0:80", false},
		{"10.0.0.1:80", false},	 {"[::]:80", false},
		{"[fe80::1]:80", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct config config = {
			.listen = strdup(cases[i].listen),
		};
		struct sockaddr_storage address;
		bool loopback;

		assert_int_equal(config_address(&config, &address, &loopback),
				 0);
		assert_int_equal(loopback, cases[i].loopback);
		config_clear(&config);
	}
}

static void share_options_are_taken_apart(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"x=",
		"x=rel",
		"x=/p,",
		"x=/p,frob",
		"x=/p,policy",
		"x=/p,policy=nt",
		"x=/p,path=/q",
		"a/b=/p",
		"x=/p,anonymous=maybe",
	};
	struct config_error error;
	struct config config;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		config_init(&config);
		if (config_share_option(&config, span_of(bad[i]), &error) !=
		    -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		config_clear(&config);
	}
	config_init(&config);
	assert_int_equal(
		config_share_option(&config,
				    span_of("x=/p,anonymous,policy=posix,"
					    "read-only=no"),
				    &error),
		0);
	assert_string_equal(config.shares[0].path, "/p");
	assert_true(config.shares[0].anonymous);
	assert_false(config.shares[0].read_only);
	assert_int_equal(config_share_option(&config, span_of("x=/q"), &error),
			 -EINVAL);
	config_clear(&config);
}

static void the_ready_line_tells_what_is_served_to_whom(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{GOOD, "http://127.0.0.1:80, engine ring, workers 1; users: "
		       "accounts /a; shares: /x /srv/x (both)"},
		{"listen = [::1]:443\ntls-certificate = /c\ntls-key = /k\n"
		 "workers = 3\nsystem-accounts = yes\npam-service = w\n"
		 "accounts = /a\n[share]\npath = /x\npolicy = posix\n"
		 "hide-unreadable = yes\nno-symlinks = yes\n",
		 "https://[::1]:443, engine ring, workers 3; users: accounts "
		 "/a, system accounts (PAM w); shares: / /x (posix, "
		 "hide-unreadable, no-symlinks)"},
		{"listen = 127.0.0.1:80\n[share a]\npath = /x\n"
		 "anonymous = yes\n[share b]\npath = /y\nread-only = yes\n",
		 "http://127.0.0.1:80, engine ring, workers 1; users: none but "
		 "anonymous; shares: /a /x (both, anonymous), /b /y (both, "
		 "read-only)"},
	};
	struct config_error error;
	struct config config;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_buf line = {0};

		assert_int_equal(parse(rows[i].text, &config, &error), 0);
		assert_int_equal(ready_format(&line, &config, "ring"), 0);
		assert_int_equal(buf_append_u8(&line, '\0'), 0);
		assert_string_equal((char *)line.data, rows[i].want);
		guise_buf_clear(&line);
		config_clear(&config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_text_is_refused_with_its_place),
		cmocka_unit_test(who_may_come_is_what_is_said),
		cmocka_unit_test(overlong_and_binary_lines_are_refused),
		cmocka_unit_test(a_section_name_is_never_cut),
		cmocka_unit_test(what_is_written_is_read_the_same),
		cmocka_unit_test(addresses_know_whether_others_can_reach_them),
		cmocka_unit_test(share_options_are_taken_apart),
		cmocka_unit_test(the_ready_line_tells_what_is_served_to_whom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
