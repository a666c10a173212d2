/* SPDX-License-Identifier: Apache-2.0 */
/* The text that says who is who, and what its rules make of principals. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include "base.h"
#include "descriptor.h"
#include "guard-page.h"
#include "identities-text.h"
#include "idmap.h"

#define A "S-1-5-21-1-2-3"
#define B "S-1-5-21-4-5-6"

static const char whole[] =
	"; who is who\n"
	"[idmap]\n"
	"sources = static builtin unix domain algorithm\n"
	"domains = " A " ; a comment\n"
	"range = 200000-2000200000\n"
	"range-size = 200000\n"
	"\n"
	"[static]\n" A "-1105 = uid 20001\n" A "-513 = gid 20513\n"
	"[domain " B "]\n"
	"range = 1000000-1999999\n"
	"[realm AD.EXAMPLE.COM]\n"
	"clients = pac\n"
	"domains = " A "\n"
	"[realm EXAMPLE.COM]\n"
	"clients = accounts\n"
	"[principals]\n"
	"alice/admin@EXAMPLE.COM = alice-admin\n"
	"Root@AD.EXAMPLE.COM = rudolf\n"
	"mallory@EXAMPLE.COM = -\n";

static void expect_rule(const struct guise_identities *ids,
			const char *principal, enum guise_principal_rule rule,
			const char *account, bool is_explicit)
{
	struct guise_principal_match match = {0};

	assert_int_equal(guise_identities_match(ids, principal, &match), 0);
	if (match.rule != rule)
		fail_msg("%s: rule %d", principal, match.rule);
	assert_string_equal(match.account, account);
	assert_int_equal(match.is_explicit, is_explicit);
	assert_int_equal(match.why == NULL, rule != GUISE_PRINCIPAL_REFUSED);
}

static void expect_refused(const struct guise_identities *ids,
			   const char *principal)
{
	expect_rule(ids, principal, GUISE_PRINCIPAL_REFUSED, "", false);
}

static void principals_have_the_account_that_is_written(void **state)
{
	const struct guise_identities *ids = identities_of(whole);

	(void)state;
	expect_rule(ids, "alice/admin@EXAMPLE.COM", GUISE_PRINCIPAL_ACCOUNT,
		    "alice-admin", true);
	expect_rule(ids, "Root@AD.EXAMPLE.COM", GUISE_PRINCIPAL_ACCOUNT,
		    "rudolf", true);
	expect_rule(ids, "mallory@EXAMPLE.COM", GUISE_PRINCIPAL_REFUSED, "",
		    true);
	expect_refused(ids, "Alice/admin@EXAMPLE.COM");
	expect_refused(ids, "alice/admin@example.com");
	expect_refused(ids, "alice/admin@EXAMPLE.COM ");
	expect_rule(ids, "root@AD.EXAMPLE.COM", GUISE_PRINCIPAL_PAC, "", false);
	ids = guise_identities_unref(ids);
}

static void realms_that_are_not_named_have_no_clients(void **state)
{
	static const char *const strangers[] = {
		"alice@OTHER.COM",
		"alice@example.com",
		"alice@EXAMPLE.COM.",
		"alice@EXAMPLE.CO",
		"alice@X.EXAMPLE.COM",
		"alice",
		"@EXAMPLE.COM",
		"alice@",
		"",
		"alice@EXAMPLE.COM@OTHER.COM",
		"alice@OTHER.COM@EXAMPLE.COM",
		"alice\\@EXAMPLE.COM",
		"alice@EXAMPLE.COM\\",
	};
	const struct guise_identities *ids = identities_of(whole);
	const struct guise_identities *none = identities_of("");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strangers); i++)
		expect_refused(ids, strangers[i]);
	expect_refused(none, "alice@EXAMPLE.COM");
	ids = guise_identities_unref(ids);
	none = guise_identities_unref(none);
}

static void a_realms_rule_takes_plain_names_only(void **state)
{
	static const char *const fine[] = {"alice", "a.b-c_d", "_svc", "u1",
					   "9to5"};
	static const char *const odd[] = {
		"root",	     "administrator",
		"system",    "nobody",
		"daemon",    "krbtgt",
		"guest",     "Alice",
		"ALICE",     "aliceX",
		"host$",     "$",
		"alice/adm", "host/a.b.c",
		"HTTP/x",    "a\\\\b",
		"a\\@b",     "a\\/b",
		"a b",	     "-x",
		".x",	     "..",
		"1000",	     "0",
		"al:ice",    "al\xc3\xafs",
		"a\\tb",     "a\nb",
		"a+b",	     "a;b",
		"Root",	     "ROOT",
		"rOOt",	     "a%b",
		"\xc0\xae",  "a,b",
	};
	const struct guise_identities *ids = identities_of(whole);
	char name[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fine); i++) {
		(void)snprintf(name, sizeof(name), "%s@EXAMPLE.COM", fine[i]);
		expect_rule(ids, name, GUISE_PRINCIPAL_ACCOUNT, fine[i], false);
	}
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		(void)snprintf(name, sizeof(name), "%s@EXAMPLE.COM", odd[i]);
		expect_refused(ids, name);
	}
	ids = guise_identities_unref(ids);
}

static void names_that_are_too_long_are_refused(void **state)
{
	const struct guise_identities *ids = identities_of(whole);
	char name[2 * GUISE_PRINCIPAL_MAX];
	const size_t suffix = sizeof("@EXAMPLE.COM");
	struct guise_principal_match match;

	(void)state;
	memset(name, 'a', sizeof(name));
	memcpy(name + GUISE_USER_NAME_MAX, "@EXAMPLE.COM", suffix);
	assert_int_equal(guise_identities_match(ids, name, &match), 0);
	assert_int_equal(match.rule, GUISE_PRINCIPAL_ACCOUNT);
	assert_int_equal(strlen(match.account), GUISE_USER_NAME_MAX);
	memset(name, 'a', sizeof(name));
	memcpy(name + GUISE_USER_NAME_MAX + 1, "@EXAMPLE.COM", suffix);
	expect_refused(ids, name);
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	memcpy(name + sizeof(name) - suffix, "@EXAMPLE.COM", suffix);
	expect_refused(ids, name);
	ids = guise_identities_unref(ids);
}

static void claims_that_cross_a_trust_are_taken_where_it_is_said(void **state)
{
	static const struct {
		const char *text;
		bool own, other;
	} rows[] = {
		{"clients = pac\ndomains = " A "\n", true, false},
		{"clients = pac\ndomains = " A "\nclaims = yes\n", true, true},
		{"claims = no\nclients = pac\ndomains = " A "\n", false, false},
		{"clients = accounts\n", false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_identities *ids;
		char text[200];

		(void)snprintf(text, sizeof(text), "[realm R]\n%s",
			       rows[i].text);
		ids = identities_of(text);
		assert_int_equal(identities_take_claims(ids, "R", true),
				 rows[i].own);
		assert_int_equal(identities_take_claims(ids, "R", false),
				 rows[i].other);
		assert_false(identities_take_claims(ids, "r", true));
		ids = guise_identities_unref(ids);
	}
}

static void a_pac_speaks_for_the_realms_domains_only(void **state)
{
	static const struct {
		const char *sid;
		bool believed;
	} rows[] = {
		{A "-1105", true},
		{A "-500", true},
		{"S-1-18-1", true},
		{"S-1-18-2", true},
		{A, false},
		{A "-1-2", false},
		{B "-1105", false},
		{"S-1-5-21-1-2-33-1105", false},
		{"S-1-5-21-1-2-1105", false},
		{"S-1-18-3", false},
		{"S-1-18-1-1", false},
		{"S-1-1-0", false},
		{"S-1-5-18", false},
		{"S-1-5-11", false},
		{"S-1-5-32-544", false},
		{"S-1-5-21-0-0-0-497", false},
		{"S-1-22-1-0", false},
		{"S-1-22-2-0", false},
		{"S-1-16-16384", false},
		{"S-1-21-1-2-3-1105", false},
	};
	const struct guise_identities *ids = identities_of(whole);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_sid sid = sid_of(rows[i].sid);

		if (guise_identities_believes(ids, "AD.EXAMPLE.COM", &sid) !=
		    rows[i].believed)
			fail_msg("%s", rows[i].sid);
		assert_false(
			guise_identities_believes(ids, "EXAMPLE.COM", &sid));
		assert_false(guise_identities_believes(ids, "OTHER.COM", &sid));
		assert_false(guise_identities_believes(ids, "", &sid));
	}
	ids = guise_identities_unref(ids);
}

/* What is refused, at which line. */
static const struct {
	const char *text;
	unsigned line;
	int code;
} wrong[] = {
	{"key = value\n", 1, -EINVAL},
	{"[idmap\n", 1, -EINVAL},
	{"[idmap] x\n", 1, -EINVAL},
	{"[nonsense]\n", 1, -EINVAL},
	{"[IDMAP]\n", 1, -EINVAL},
	{"[]\n", 1, -EINVAL},
	{"[idmap]\nnonsense\n", 2, -EINVAL},
	{"[idmap]\nsource = static\n", 2, -EINVAL},
	{"[idmap]\n\n;\nsources = static magic\n", 4, -EINVAL},
	{"[idmap]\nsources = static static\n", 2, -EINVAL},
	{"[idmap]\nsources = -\n", 2, -EINVAL},
	{"[idmap]\nsources = unix\nsources = static\n", 3, -EINVAL},
	{"[idmap]\nsources = winbind algorithm\n", 2, -EINVAL},
	{"[idmap]\nsources = static sssd winbind unix\n", 2, -EINVAL},
	{"[idmap]\nrange = 200000\n", 2, -EINVAL},
	{"[idmap]\nrange = 999-200000\n", 2, -EINVAL},
	{"[idmap]\nrange = 0-200000\n", 2, -EINVAL},
	{"[idmap]\nrange = 3000-2000\n", 2, -EINVAL},
	{"[idmap]\nrange = 3000-3000\n", 2, -EINVAL},
	{"[idmap]\nrange = 3000-4294967295\n", 2, -EINVAL},
	{"[idmap]\nrange = 3000-99999999999\n", 2, -EINVAL},
	{"[idmap]\nrange = -3000-4000\n", 2, -EINVAL},
	{"[idmap]\nrange = 3000 - 4000\n", 2, -EINVAL},
	{"[idmap]\nrange = 3000-4000\nrange = 3000-4000\n", 3, -EINVAL},
	{"[idmap]\nrange-size = 0\n", 2, -EINVAL},
	{"[idmap]\nrange-size = x\n", 2, -EINVAL},
	{"[idmap]\nrange-size = 1\nrange-size = 1\n", 3, -EINVAL},
	{"[idmap]\nrange = 3000-4000\ndomains = " A "\n", 3, -EINVAL},
	{"[idmap]\ndomains = " A " " A "\n", 2, -EINVAL},
	{"[idmap]\ndomains = S-1-5-32\n", 2, -EINVAL},
	{"[idmap]\ndomains = " A "-500\n", 2, -EINVAL},
	{"[idmap]\ndomains = S-1-5-21-1-2-99999999999\n", 2, -EINVAL},
	{"[idmap]\ndomains = s-1-5-21-1-2-3\n", 2, -EINVAL},
	{"[idmap]\ndomains = S-1-5-21-01-2-3\n", 2, -EINVAL},
	{"[idmap]\nsources = static\ndomains = " A "\n", 3, -EINVAL},
	{"[idmap]\nrange = 3000-3100\nrange-size = 100\n"
	 "domains = " A "\ndomains = " B "\n",
	 5, -EEXIST},
	{"[static]\nBA = gid 5\n", 2, -EINVAL},
	{"[static]\nalice = uid 5\n", 2, -EINVAL},
	{"[static]\n" A "-1 = 20001\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid -1\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid +1\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid 4294967295\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid 4294967296\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid 1x\n", 2, -EINVAL},
	{"[static]\n" A "-1 = user 1\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid 1 2\n", 2, -EINVAL},
	{"[static]\nS-1-22-1-1000 = uid 0\n", 2, -EINVAL},
	{"[static]\nS-1-22-2-1000 = gid 1\n", 2, -EINVAL},
	{"[static]\n" A "-1 = uid 1\n" A "-1 = uid 2\n", 3, -EINVAL},
	{"[static]\n" A "-1 = uid 1\n" A "-1 = gid 2\n", 3, -EINVAL},
	{"[static]\n" A "-1 = uid 1\n" A "-2 = uid 1\n", 3, -EINVAL},
	{"[static]\n" A "-1 = gid 1\n" A "-2 = both 1\n", 3, -EINVAL},
	{"[static]\n" A "-3 = both 1\n" A "-2 = uid 1\n", 3, -EINVAL},
	{"[idmap]\nsources = unix\n[static]\n" A "-1 = uid 1\n", 4, -EINVAL},
	{"[domain]\n", 1, -EINVAL},
	{"[domain x]\n", 1, -EINVAL},
	{"[domain " A "-5]\n", 1, -EINVAL},
	{"[domain " A "]\n", 1, -EINVAL},
	{"[domain " A "]\nfirst = 4\n", 2, -EINVAL},
	{"[domain " A "]\nrange = 500-4000\n", 2, -EINVAL},
	{"[domain " A "]\nrange = 2000-4000\nrange = 2000-4000\n", 3, -EINVAL},
	{"[domain " A "]\nrange = 2000-4000\n[domain " A "]\n", 3, -EINVAL},
	{"[domain " A "]\nrange = 2000-4000\n[domain " B
	 "]\nrange = 4000-5000\n",
	 3, -EINVAL},
	{"[domain " A "]\nrange = 2000-2000000000\n[idmap]\ndomains = " B "\n",
	 4, -EINVAL},
	{"[idmap]\nsources = unix\n[domain " A "]\nrange = 2000-3000\n", 3,
	 -EINVAL},
	{"[realm]\n", 1, -EINVAL},
	{"[realm A@B]\n", 1, -EINVAL},
	{"[realm A B]\n", 1, -EINVAL},
	{"[realm A]\n", 1, -EINVAL},
	{"[realm A]\nclients = all\n", 2, -EINVAL},
	{"[realm A]\nclients = pac\n", 1, -EINVAL},
	{"[realm A]\nclients = accounts\ndomains = " A "\n", 1, -EINVAL},
	{"[realm A]\nclients = accounts\nclaims = no\n", 1, -EINVAL},
	{"[realm A]\nclients = pac\ndomains = " A "\nclaims = maybe\n", 4,
	 -EINVAL},
	{"[realm A]\nclients = pac\ndomains = " A "\nclaims =\n", 4, -EINVAL},
	{"[realm A]\nclaims = no\nclaims = no\n", 3, -EINVAL},
	{"[idmap]\nclaims = no\n", 2, -EINVAL},
	{"[realm A]\nclients = accounts\nclients = pac\n", 3, -EINVAL},
	{"[realm A]\nclient = accounts\n", 2, -EINVAL},
	{"[realm A]\nclients = pac\ndomains = " A ", " A "\n", 3, -EINVAL},
	{"[realm A]\nclients = accounts\n[realm A]\n", 3, -EINVAL},
	{"[principals]\nalice = alice\n", 2, -EINVAL},
	{"[principals]\n@A = alice\n", 2, -EINVAL},
	{"[principals]\na@ = alice\n", 2, -EINVAL},
	{"[principals]\na@A =\n", 2, -EINVAL},
	{"[principals]\na@A = a b\n", 2, -EINVAL},
	{"[principals]\na@A = a/b\n", 2, -EINVAL},
	{"[principals]\na@A = +a\n", 2, -EINVAL},
	{"[principals]\na=b@A = a\n", 2, -EINVAL},
	{"[principals]\na@A = a\nb@A = b\na@A = c\n", 4, -EINVAL},
	{"[principals]\na@A = a\n  b\n", 3, -EINVAL},
};

static void mistakes_are_refused_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct guise_identities_error error = {.size = sizeof(error)};
		const struct guise_identities *ids = NULL;
		int r = guise_identities_parse(
			wrong[i].text, strlen(wrong[i].text), &ids, &error);

		if (r != wrong[i].code || error.line != wrong[i].line)
			fail_msg("\"%s\": %d, line %u: %s", wrong[i].text, r,
				 error.line, error.why);
		assert_null(ids);
		assert_true(error.why[0]);
	}
}

static void every_prefix_and_flipped_bit_is_read_safely(void **state)
{
	struct guard_page guard = guard_page_new(sizeof(whole));

	(void)state;
	for (size_t size = 0; size <= strlen(whole); size++) {
		GUISE_AUTO(guise_identities_unrefp)
		const struct guise_identities *ids = NULL;

		(void)!guise_identities_parse(
			(char *)guard_page_place(&guard, whole, size), size,
			&ids, NULL);
	}
	guard_page_free(&guard);
	for (size_t bit = 0; bit < 8 * strlen(whole); bit++) {
		GUISE_AUTO(guise_identities_unrefp)
		const struct guise_identities *ids = NULL;
		char text[sizeof(whole)];

		memcpy(text, whole, sizeof(text));
		text[bit / 8] ^= (char)(1 << bit % 8);
		(void)!guise_identities_parse(text, strlen(whole), &ids, NULL);
	}
}

static void texts_may_come_from_other_systems(void **state)
{
	const struct guise_identities *ids = identities_of(
		"\xef\xbb\xbf[realm R]\r\n  clients = accounts\r\n"
		"[ realm  A-REALM-WITH-A-NAME.THAT-IS-LONGER-THAN-LIBINIH."
		"WOULD-KEEP ] # x\n"
		"\tclients: accounts");

	(void)state;
	expect_rule(ids, "a@R", GUISE_PRINCIPAL_ACCOUNT, "a", false);
	expect_rule(ids,
		    "a@A-REALM-WITH-A-NAME.THAT-IS-LONGER-THAN-LIBINIH."
		    "WOULD-KEEP",
		    GUISE_PRINCIPAL_ACCOUNT, "a", false);
	ids = guise_identities_unref(ids);
}

static char *repeat(const char *head, const char *format, unsigned n)
{
	const size_t room = strlen(head) + (size_t)n * 64 + 1;
	char *text = malloc(room);
	size_t at;

	assert_non_null(text);
	at = (size_t)snprintf(text, room, "%s", head);
	for (unsigned i = 0; i < n; i++) {
		char line[64];
		int size = 0;

		for (const char *c = format; *c; c++) {
			if (*c == '#')
				size += snprintf(line + size,
						 sizeof(line) - (size_t)size,
						 "%u", i + 1);
			else
				line[size++] = *c;
		}
		memcpy(text + at, line, (size_t)size);
		at += (size_t)size;
	}
	text[at] = '\0';
	return text;
}

static void expect_limit(const char *head, const char *format, unsigned most)
{
	for (unsigned more = 0; more < 2; more++) {
		GUISE_AUTO(guise_identities_unrefp)
		const struct guise_identities *ids = NULL;
		struct guise_identities_error error = {.size = sizeof(error)};
		char *text = repeat(head, format, most + more);
		int r = guise_identities_parse(text, strlen(text), &ids,
					       &error);

		if (r != (more ? GUISE_E_LIMIT : 0))
			fail_msg("%s %u: %d %s", format, most + more, r,
				 error.why);
		free(text);
	}
}

static void everything_is_limited(void **state)
{
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *ids = NULL;
	char *blank = malloc(GUISE_IDENTITIES_MAX_SIZE + 1);

	(void)state;
	assert_non_null(blank);
	memset(blank, '\n', GUISE_IDENTITIES_MAX_SIZE + 1);
	assert_int_equal(guise_identities_parse(
				 blank, GUISE_IDENTITIES_MAX_SIZE, &ids, NULL),
			 0);
	ids = guise_identities_unref(ids);
	assert_int_equal(guise_identities_parse(blank,
						GUISE_IDENTITIES_MAX_SIZE + 1,
						&ids, NULL),
			 GUISE_E_LIMIT);
	free(blank);
	expect_limit("[static]\n", A "-# = uid #\n",
		     GUISE_IDENTITIES_ENTRIES_MAX);
	expect_limit("[principals]\n", "u#@R = u#\n",
		     GUISE_IDENTITIES_ENTRIES_MAX);
	expect_limit("", "[realm R#]\nclients = accounts\n",
		     GUISE_IDENTITIES_REALMS_MAX);
	expect_limit("[realm R]\nclients = pac\n", "domains = S-1-5-21-1-2-#\n",
		     GUISE_IDENTITIES_DOMAINS_MAX);
	expect_limit("", "[domain S-1-5-21-1-2-#]\nrange = 2#000-2#999\n",
		     GUISE_IDENTITIES_DOMAINS_MAX);
}

static void lines_that_are_too_long_are_refused(void **state)
{
	struct guise_identities_error error = {.size = sizeof(error)};
	const struct guise_identities *ids = NULL;
	char text[400];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "[principals]\n", 13);
	memcpy(text + 213, "@R = b\n", 8);
	assert_int_equal(
		guise_identities_parse(text, strlen(text), &ids, &error),
		-EINVAL);
	assert_int_equal(error.line, 2);
	text[20] = '\0';
	assert_int_equal(guise_identities_parse(text, 213, &ids, &error),
			 -EINVAL);
}

static void files_that_others_may_write_are_refused(void **state)
{
	char directory[] = "/tmp/guise-identities-XXXXXX", path[64];
	const struct guise_identities *ids = NULL;
	struct guise_identities_error error = {.size = sizeof(error)};
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/identities.conf", directory);
	assert_int_equal(guise_identities_load(path, &ids, &error), -ENOENT);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(whole, 1, strlen(whole), file), strlen(whole));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(guise_identities_load(path, &ids, &error), 0);
	expect_rule(ids, "alice@EXAMPLE.COM", GUISE_PRINCIPAL_ACCOUNT, "alice",
		    false);
	ids = guise_identities_unref(ids);
	assert_int_equal(chmod(path, 0664), 0);
	assert_int_equal(guise_identities_load(path, &ids, &error), -EPERM);
	assert_int_equal(chmod(path, 0602), 0);
	assert_int_equal(guise_identities_load(path, &ids, &error), -EPERM);
	if (geteuid() == 0) {
		assert_int_equal(chmod(path, 0644), 0);
		assert_int_equal(chown(path, 12345, 0), 0);
		assert_int_equal(guise_identities_load(path, &ids, &error),
				 -EPERM);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(guise_identities_load(path, &ids, &error), -EPERM);
	assert_int_equal(guise_identities_load(directory, &ids, &error),
			 -EPERM);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

static void nothing_is_made_of_nothing(void **state)
{
	const struct guise_identities *ids = identities_of("");
	struct guise_principal_match match;
	struct guise_identities_error error = {0};
	struct guise_sid sid = {0};

	(void)state;
	assert_int_equal(guise_identities_parse(NULL, 1, &ids, NULL), -EINVAL);
	assert_int_equal(guise_identities_parse("", 0, NULL, NULL), -EINVAL);
	assert_int_equal(guise_identities_parse("", 0, &ids, &error), -EINVAL);
	assert_int_equal(guise_identities_load(NULL, &ids, NULL), -EINVAL);
	assert_int_equal(guise_identities_match(NULL, "a", &match), -EINVAL);
	assert_int_equal(guise_identities_match(ids, NULL, &match), -EINVAL);
	assert_int_equal(guise_identities_match(ids, "a", NULL), -EINVAL);
	assert_false(guise_identities_believes(NULL, "R", &sid));
	assert_false(guise_identities_believes(ids, NULL, &sid));
	assert_false(guise_identities_believes(ids, "R", NULL));
	assert_null(guise_identities_ref(NULL));
	assert_null(guise_identities_unref(NULL));
	assert_ptr_equal(guise_identities_ref(ids), ids);
	assert_null(guise_identities_unref(ids));
	ids = guise_identities_unref(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(principals_have_the_account_that_is_written),
		cmocka_unit_test(realms_that_are_not_named_have_no_clients),
		cmocka_unit_test(a_realms_rule_takes_plain_names_only),
		cmocka_unit_test(names_that_are_too_long_are_refused),
		cmocka_unit_test(
			claims_that_cross_a_trust_are_taken_where_it_is_said),
		cmocka_unit_test(a_pac_speaks_for_the_realms_domains_only),
		cmocka_unit_test(mistakes_are_refused_with_their_line),
		cmocka_unit_test(every_prefix_and_flipped_bit_is_read_safely),
		cmocka_unit_test(texts_may_come_from_other_systems),
		cmocka_unit_test(everything_is_limited),
		cmocka_unit_test(lines_that_are_too_long_are_refused),
		cmocka_unit_test(files_that_others_may_write_are_refused),
		cmocka_unit_test(nothing_is_made_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
