/* SPDX-License-Identifier: Apache-2.0 */
/*
 * winbind and SSSD, whatever they say: libraries of theirs that say what the
 * environment tells them are found before the real ones. With the argument
 * "absent" the libraries lack their functions.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "cmocka-wrap.h"

#include <guise/lookup.h>

#include "base.h"
#include "descriptor.h"
#include "identities-text.h"
#include "logon-token.h"
#include "source.h"

#define A "S-1-5-21-1-2-3"
#define B "S-1-5-21-4-5-6"

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);

static bool sssd_listens;

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)fd, (void)address, (void)size;
	errno = ECONNREFUSED;
	return sssd_listens ? 0 : -1;
}

/* Both daemons, one after the other, beside the algorithm for other domains. */
static const struct {
	const char *text, *variable;
	enum guise_id_source source;
} daemons[] = {
	{"[idmap]\nsources = static builtin unix algorithm winbind\n"
	 "domains = " B "\n"
	 "[static]\n" A "-1105 = uid 20001\n",
	 "FAKE_WINBIND", GUISE_ID_SOURCE_WINBIND},
	{"[idmap]\nsources = static builtin unix algorithm sssd\n"
	 "domains = " B "\n"
	 "[static]\n" A "-1105 = uid 20001\n",
	 "FAKE_SSSD", GUISE_ID_SOURCE_SSSD},
};

static void says(size_t i, const char *what)
{
	assert_int_equal(setenv(daemons[i].variable, what, 1), 0);
}

static void expect_id(const struct guise_identities *ids, const char *of,
		      enum guise_unix_id_kind wanted, int code,
		      enum guise_unix_id_kind kind, uint32_t number,
		      enum guise_id_source source)
{
	struct guise_unix_id id = {0}, by_child = {0};
	const struct guise_sid sid = sid_of(of);
	int r = guise_identities_sid_to_id(ids, &sid, wanted, &id);
	const int child_code = code == GUISE_E_NONE_MAPPED ? 0 : code;

	if (r != code || id.kind != kind || id.id != number ||
	    id.source != source)
		fail_msg("%s: %s, %d %u of %s", of, guise_strerror(r), id.kind,
			 id.id, guise_id_source_name(id.source));
	r = guise_lookup_ids(ids, &sid, 1, wanted, 0, &by_child);
	if (r != child_code || by_child.kind != id.kind ||
	    (id.kind && by_child.id != id.id))
		fail_msg("%s by the child: %s, %u", of, guise_strerror(r),
			 by_child.id);
}

static void expect_none(const struct guise_identities *ids, const char *of,
			enum guise_unix_id_kind wanted, int code)
{
	expect_id(ids, of, wanted, code, GUISE_UNIX_ID_NONE, 0,
		  GUISE_ID_SOURCE_NONE);
}

static void they_are_believed_within_reason(void **state)
{
	(void)state;
	sssd_listens = true;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);
		const enum guise_id_source source = daemons[i].source;

		says(i, A "-7 uid 30007;" A "-8 gid 30008;" A "-9 both 30009;" A
			  "-1105 uid 30011;");
		expect_id(ids, A "-7", GUISE_UNIX_ID_UID, 0, GUISE_UNIX_ID_UID,
			  30007, source);
		expect_id(ids, A "-8", GUISE_UNIX_ID_BOTH, 0, GUISE_UNIX_ID_GID,
			  30008, source);
		expect_id(ids, A "-9", GUISE_UNIX_ID_BOTH, 0,
			  GUISE_UNIX_ID_BOTH, 30009, source);
		expect_id(ids, A "-9", GUISE_UNIX_ID_GID, 0, GUISE_UNIX_ID_GID,
			  30009, source);
		/* the table came first */
		expect_id(ids, A "-1105", GUISE_UNIX_ID_UID, 0,
			  GUISE_UNIX_ID_UID, 20001, GUISE_ID_SOURCE_STATIC);
		ids = guise_identities_unref(ids);
	}
}

/* Known, but not as what was wanted: decided, and nobody else is asked. */
static void a_group_is_no_user(void **state)
{
	(void)state;
	sssd_listens = true;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);

		says(i, A "-7 uid 30007;" A "-8 gid 30008;");
		expect_none(ids, A "-7", GUISE_UNIX_ID_GID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-8", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		ids = guise_identities_unref(ids);
	}
}

static void they_cannot_make_root_or_nobody(void **state)
{
	(void)state;
	sssd_listens = true;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);

		says(i, A "-500 uid 0;" A "-512 gid 0;" A "-1 both 0;" A
			  "-2 uid 65534;" A "-3 uid 65535;" A
			  "-4 uid 4294967295;" A "-5 gid 4294967295;" A
			  "-6 uid 20001;S-1-5-18 uid 30018;S-1-5-32-544 gid "
			  "30544;S-1-1-0 gid 30000;S-1-22-1-5 uid 30005;");
		expect_none(ids, A "-500", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-512", GUISE_UNIX_ID_GID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-1", GUISE_UNIX_ID_BOTH,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-2", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-3", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-4", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-5", GUISE_UNIX_ID_GID,
			    GUISE_E_NONE_MAPPED);
		/* the uid that the table gives to somebody else */
		expect_none(ids, A "-6", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, "S-1-5-18", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, "S-1-5-32-544", GUISE_UNIX_ID_GID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, "S-1-1-0", GUISE_UNIX_ID_GID,
			    GUISE_E_NONE_MAPPED);
		expect_id(ids, "S-1-22-1-5", GUISE_UNIX_ID_UID, 0,
			  GUISE_UNIX_ID_UID, 5, GUISE_ID_SOURCE_UNIX);
		ids = guise_identities_unref(ids);
	}
}

static void expect_sid(const struct guise_identities *ids,
		       enum guise_unix_id_kind kind, uint32_t number,
		       const char *expected, enum guise_id_source source)
{
	const struct guise_unix_id id = {.kind = kind, .id = number};
	const struct guise_sid sid = sid_of(expected);
	enum guise_id_source from[2] = {0};
	struct guise_sid found[2] = {0};

	assert_int_equal(guise_identities_id_to_sid(ids, kind, number,
						    &found[0], &from[0]),
			 0);
	assert_int_equal(guise_lookup_sids(ids, &id, 1, 0, &found[1], &from[1]),
			 0);
	for (unsigned i = 0; i < 2; i++) {
		if (!guise_sid_equal(&found[i], &sid) || from[i] != source) {
			char is[GUISE_SID_TEXT_SIZE];

			(void)guise_sid_format(&found[i], is);
			fail_msg("%u: %s of %s", number, is,
				 guise_id_source_name(from[i]));
		}
	}
}

/* The first of @domain's ids, which are computed */
static uint32_t first_of(const struct guise_identities *ids, const char *domain)
{
	struct guise_sid sid = sid_of(domain);
	struct guise_unix_id id = {0};

	assert_int_equal(guise_sid_append(&sid, 0, &sid), 0);
	assert_int_equal(
		guise_identities_sid_to_id(ids, &sid, GUISE_UNIX_ID_UID, &id),
		0);
	return id.id;
}

/* An account of A that says it has the number of one of B, and a number of
 * nobody that says it is one of B. */
static void they_have_no_say_about_domains_that_are_computed(void **state)
{
	(void)state;
	sssd_listens = true;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);
		const uint32_t first = first_of(ids, B);
		char text[256];

		(void)snprintf(text, sizeof(text),
			       A "-7 uid %u;" A "-8 gid %u;" A "-9 both %u;" A
				 "-10 uid %u;" B "-1105 uid 30005;",
			       first, first + 1105, first + 199999,
			       first + 200000);
		says(i, text);
		expect_none(ids, A "-7", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-8", GUISE_UNIX_ID_GID,
			    GUISE_E_NONE_MAPPED);
		expect_none(ids, A "-9", GUISE_UNIX_ID_BOTH,
			    GUISE_E_NONE_MAPPED);
		expect_id(ids, A "-10", GUISE_UNIX_ID_UID, 0, GUISE_UNIX_ID_UID,
			  first + 200000, daemons[i].source);
		expect_sid(ids, GUISE_UNIX_ID_UID, first, B "-0",
			   GUISE_ID_SOURCE_ALGORITHM);
		expect_sid(ids, GUISE_UNIX_ID_UID, 30005, "S-1-22-1-30005",
			   GUISE_ID_SOURCE_UNIX);
		ids = guise_identities_unref(ids);
	}
}

/* They come last: what they do not know has no id. */
static void what_they_do_not_know_is_nobody(void **state)
{
	(void)state;
	sssd_listens = true;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);
		const struct guise_sid sid = sid_of(B "-77");
		struct guise_unix_id id = {0};

		says(i, "");
		expect_none(ids, A "-77", GUISE_UNIX_ID_UID,
			    GUISE_E_NONE_MAPPED);
		/* and what is computed does not wait for them */
		says(i, "error 5");
		assert_int_equal(guise_identities_sid_to_id(
					 ids, &sid, GUISE_UNIX_ID_UID, &id),
				 0);
		assert_int_equal(id.source, GUISE_ID_SOURCE_ALGORITHM);
		ids = guise_identities_unref(ids);
	}
}

/* Not "nobody". */
static void one_that_fails_is_an_error(void **state)
{
	static const struct {
		const char *says;
		int code;
	} rows[2][5] = {
		{{"error 6", -EIO}, /* WINBIND_NOT_AVAILABLE */
		 {"error 2", -EIO},
		 {"error 3", -ENOMEM},
		 {"error 7", -EIO},
		 {A "-7 odd 30007;", -EIO}},
		{{"error 5", -EIO},
		 {"error 12", -ENOMEM},
		 {"error 110", -ETIMEDOUT},
		 {A "-7 none 30007;", -EIO},
		 {A "-7 odd 30007;", -EIO}},
	};

	(void)state;
	sssd_listens = true;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);

		for (size_t j = 0; j < ARRAY_SIZE(rows[i]); j++) {
			says(i, rows[i][j].says);
			expect_none(ids, A "-7", GUISE_UNIX_ID_UID,
				    rows[i][j].code);
		}
		ids = guise_identities_unref(ids);
	}
}

/* Its library says "not found" for "nobody there". */
static void an_sssd_that_does_not_run_knows_nothing(void **state)
{
	const struct guise_identities *ids = identities_of(daemons[1].text);
	const struct guise_unix_id uid = {.kind = GUISE_UNIX_ID_UID,
					  .id = 30007};
	struct guise_sid sid;

	(void)state;
	sssd_listens = false;
	says(1, "");
	expect_none(ids, A "-7", GUISE_UNIX_ID_UID, -EIO);
	assert_int_equal(guise_lookup_sids(ids, &uid, 1, 0, &sid, NULL), -EIO);
	sssd_listens = true;
	assert_int_equal(guise_lookup_sids(ids, &uid, 1, 0, &sid, NULL), 0);
	ids = guise_identities_unref(ids);
}

static void the_way_back_is_guarded_too(void **state)
{
	(void)state;
	sssd_listens = true;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);
		const enum guise_id_source source = daemons[i].source;

		says(i, A "-7 uid 30007;" A "-8 gid 30007;" A "-9 both 30009;" A
			  "-500 uid 0;S-1-5-18 uid 30018;S-1-5-32-544 gid "
			  "30544;S-1-22-1-0 uid 30022;" A
			  "-1105 uid 30011;S-1-5-21-1-2-3 uid 30012;" A
			  "-3 uid 65534;");
		expect_sid(ids, GUISE_UNIX_ID_UID, 30007, A "-7", source);
		expect_sid(ids, GUISE_UNIX_ID_GID, 30007, A "-8", source);
		expect_sid(ids, GUISE_UNIX_ID_GID, 30009, A "-9", source);
		expect_sid(ids, GUISE_UNIX_ID_UID, 0, "S-1-22-1-0",
			   GUISE_ID_SOURCE_UNIX);
		expect_sid(ids, GUISE_UNIX_ID_UID, 65534, "S-1-22-1-65534",
			   GUISE_ID_SOURCE_UNIX);
		expect_sid(ids, GUISE_UNIX_ID_UID, 30018, "S-1-22-1-30018",
			   GUISE_ID_SOURCE_UNIX);
		expect_sid(ids, GUISE_UNIX_ID_GID, 30544, "S-1-22-2-30544",
			   GUISE_ID_SOURCE_UNIX);
		expect_sid(ids, GUISE_UNIX_ID_UID, 30022, "S-1-22-1-30022",
			   GUISE_ID_SOURCE_UNIX);
		/* the SID that the table gives another uid */
		expect_sid(ids, GUISE_UNIX_ID_UID, 30011, "S-1-22-1-30011",
			   GUISE_ID_SOURCE_UNIX);
		expect_sid(ids, GUISE_UNIX_ID_UID, 30012, "S-1-22-1-30012",
			   GUISE_ID_SOURCE_UNIX);
		expect_sid(ids, GUISE_UNIX_ID_UID, 20001, A "-1105",
			   GUISE_ID_SOURCE_STATIC);
		ids = guise_identities_unref(ids);
	}
}

/* Half a token would be somebody with fewer groups, deny entries among them. */
static void a_failing_daemon_makes_no_token(void **state)
{
	const uint32_t groups[] = {30008};
	const struct guise_token *plain = NULL, *token = NULL;

	(void)state;
	sssd_listens = true;
	assert_int_equal(logon_token_of_unix(30007, 30007, groups, 1, "u",
					     LOGON_NETWORK, 4711, &plain),
			 0);
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);
		const struct guise_sid sid = sid_of(A "-7");

		says(i, "error 5");
		assert_int_equal(guise_identities_token(ids, plain, &token),
				 -EIO);
		assert_int_equal(guise_lookup_token(ids, plain, 0, &token),
				 -EIO);
		assert_null(token);
		says(i, A "-7 uid 30007;" A "-8 gid 30008;");
		assert_int_equal(guise_identities_token(ids, plain, &token), 0);
		assert_true(
			guise_sid_equal(&guise_token_user(token)->sid, &sid));
		token = guise_token_unref(token);
		ids = guise_identities_unref(ids);
	}
	plain = guise_token_unref(plain);
}

static void nonsense_for_a_sid_is_an_error(void **state)
{
	const struct guise_identities *ids = identities_of(daemons[1].text);
	const struct guise_unix_id uid = {.kind = GUISE_UNIX_ID_UID,
					  .id = 30007};
	struct guise_sid sid;

	(void)state;
	sssd_listens = true;
	says(1, "alice uid 30007;");
	assert_int_equal(guise_lookup_sids(ids, &uid, 1, 0, &sid, NULL), -EIO);
	says(1, A "-7 odd 30007;");
	assert_int_equal(guise_lookup_sids(ids, &uid, 1, 0, &sid, NULL), -EIO);
	ids = guise_identities_unref(ids);
}

static void one_that_hangs_is_not_waited_for(void **state)
{
	const struct guise_identities *ids = identities_of(daemons[0].text);
	const struct guise_sid sid = sid_of(A "-7");
	struct guise_unix_id id = {.id = 77};

	(void)state;
	says(0, "hang");
	assert_int_equal(
		guise_lookup_ids(ids, &sid, 1, GUISE_UNIX_ID_UID, 200, &id),
		-ETIMEDOUT);
	assert_int_equal(id.id, 77);
	ids = guise_identities_unref(ids);
}

/* A token of a PAC, still without ids */
static const struct guise_token *of_a_pac(const char *user, const char *primary,
					  uint32_t primary_attributes,
					  const char *group)
{
	const struct guise_sid sids[] = {sid_of(user), sid_of(primary),
					 sid_of(group)};
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;

	assert_int_equal(logon_token_new(&sids[0], LOGON_NETWORK, 4711, &b), 0);
	guise_token_builder_group(b, &sids[1], primary_attributes);
	guise_token_builder_primary_group(b, &sids[1]);
	guise_token_builder_group(b, &sids[2], GUISE_GROUP_USUAL);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

static void all_of_a_clients_ids_have_one_time_limit(void **state)
{
	const struct guise_identities *ids = identities_of(daemons[0].text);
	const struct guise_token *plain = NULL, *token = NULL;
	const unsigned enough = 10000, short_of_all = 1000;
	char why[GUISE_WHY_SIZE];

	(void)state;
	plain = of_a_pac(A "-7", A "-8", GUISE_GROUP_USUAL, A "-9");
	says(0, A "-7 uid 30007;" A "-8 gid 30008;" A "-9 gid 30009;");
	assert_int_equal(setenv("FAKE_WINBIND_MS", "400", 1), 0);
	/* three questions of the daemon's; no one of them is too slow */
	assert_int_equal(logon_gss_ids(ids, plain, &short_of_all, &token, why),
			 -ETIMEDOUT);
	assert_int_equal(logon_gss_ids(ids, plain, &enough, &token, why), 0);
	assert_int_equal(unsetenv("FAKE_WINBIND_MS"), 0);
	assert_int_equal(guise_token_unix(token)->uid, 30007);
	assert_int_equal(guise_token_unix(token)->gid, 30008);
	assert_int_equal(guise_token_unix(token)->n_groups, 2);
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

static void a_primary_group_that_only_denies_is_asked_for_nothing(void **state)
{
	const struct guise_identities *ids = identities_of(daemons[0].text);
	const struct guise_token *plain = NULL, *token = NULL;
	char why[GUISE_WHY_SIZE];

	(void)state;
	plain = of_a_pac(A "-7", A "-8", GUISE_GROUP_USE_FOR_DENY_ONLY, A "-9");
	says(0, A "-7 uid 30007;" A "-8 gid 30008;" A "-9 gid 30009;");
	/* not even whether a daemon would have to be: that is -EAGAIN */
	assert_int_equal(logon_gss_ids(ids, plain, NULL, &token, why), 0);
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
	assert_int_equal(guise_token_unix(token)->gid, GUISE_UID_NONE);
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

/* Of several people only those wait for it whom it has to name. */
static void who_is_in_the_table_does_not_wait(void **state)
{
	const struct guise_identities *ids = identities_of(
		"[idmap]\nsources = static builtin unix algorithm winbind\n"
		"domains = " B "\n"
		"[static]\n" A "-7 = uid 30007\n" A "-8 = gid 30008\n" A
		"-9 = gid 30009\n");
	const struct guise_token *plain = NULL, *token = NULL;
	const uint32_t listed[] = {30009}, other[] = {30010};
	char why[GUISE_WHY_SIZE];

	(void)state;
	says(0, "hang");
	assert_int_equal(logon_token_of_unix(30007, 30008, listed, 1, "u",
					     LOGON_LOCAL, 4711, &plain),
			 0);
	assert_int_equal(logon_token_at_once(ids, plain, &token), 0);
	token = guise_token_unref(token);
	assert_int_equal(guise_lookup_token(ids, plain, 200, &token), 0);
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	assert_int_equal(logon_token_of_unix(30007, 30008, other, 1, "u",
					     LOGON_LOCAL, 4711, &plain),
			 0);
	assert_int_equal(logon_token_at_once(ids, plain, &token), -EAGAIN);
	assert_int_equal(guise_lookup_token(ids, plain, 200, &token),
			 -ETIMEDOUT);
	plain = guise_token_unref(plain);

	plain = of_a_pac(A "-7", A "-8", GUISE_GROUP_USUAL, B "-9");
	assert_int_equal(logon_gss_ids(ids, plain, NULL, &token, why), 0);
	assert_int_equal(guise_token_unix(token)->uid, 30007);
	assert_int_equal(guise_token_unix(token)->n_groups, 2);
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	plain = of_a_pac(A "-7", A "-8", GUISE_GROUP_USUAL, A "-10");
	assert_int_equal(logon_gss_ids(ids, plain, NULL, &token, why), -EAGAIN);
	assert_null(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

static void many_are_asked_at_once(void **state)
{
	const struct guise_identities *ids = identities_of(daemons[0].text);
	struct guise_sid sids[3] = {sid_of(A "-7"), sid_of("S-1-1-0"),
				    sid_of("S-1-22-2-5")};
	struct guise_unix_id found[3];

	(void)state;
	says(0, A "-7 uid 30007;");
	assert_int_equal(
		guise_lookup_ids(ids, sids, 3, GUISE_UNIX_ID_BOTH, 0, found),
		0);
	assert_int_equal(found[0].id, 30007);
	assert_int_equal(found[1].kind, GUISE_UNIX_ID_NONE);
	assert_int_equal(found[2].kind, GUISE_UNIX_ID_GID);
	assert_int_equal(found[2].id, 5);
	assert_int_equal(guise_lookup_ids(ids, sids, GUISE_TOKEN_SIDS_MAX + 1,
					  GUISE_UNIX_ID_BOTH, 0, found),
			 GUISE_E_LIMIT);
	assert_int_equal(
		guise_lookup_ids(NULL, sids, 1, GUISE_UNIX_ID_BOTH, 0, found),
		-EINVAL);
	assert_int_equal(
		guise_lookup_ids(ids, NULL, 0, GUISE_UNIX_ID_BOTH, 0, NULL), 0);
	assert_int_equal(guise_lookup_ids(ids, sids, 1, 0, 0, found), -EINVAL);
	ids = guise_identities_unref(ids);
}

static void without_its_library_a_source_is_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		const struct guise_identities *ids =
			identities_of(daemons[i].text);
		const struct guise_unix_id uid = {.kind = GUISE_UNIX_ID_UID,
						  .id = 30007};
		struct guise_sid sid;

		expect_none(ids, A "-7", GUISE_UNIX_ID_UID, -ENOSYS);
		assert_int_equal(guise_lookup_sids(ids, &uid, 1, 0, &sid, NULL),
				 -ENOSYS);
		expect_id(ids, A "-1105", GUISE_UNIX_ID_UID, 0,
			  GUISE_UNIX_ID_UID, 20001, GUISE_ID_SOURCE_STATIC);
		ids = guise_identities_unref(ids);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_believed_within_reason),
		cmocka_unit_test(a_group_is_no_user),
		cmocka_unit_test(they_cannot_make_root_or_nobody),
		cmocka_unit_test(
			they_have_no_say_about_domains_that_are_computed),
		cmocka_unit_test(what_they_do_not_know_is_nobody),
		cmocka_unit_test(one_that_fails_is_an_error),
		cmocka_unit_test(an_sssd_that_does_not_run_knows_nothing),
		cmocka_unit_test(the_way_back_is_guarded_too),
		cmocka_unit_test(a_failing_daemon_makes_no_token),
		cmocka_unit_test(nonsense_for_a_sid_is_an_error),
		cmocka_unit_test(one_that_hangs_is_not_waited_for),
		cmocka_unit_test(all_of_a_clients_ids_have_one_time_limit),
		cmocka_unit_test(
			a_primary_group_that_only_denies_is_asked_for_nothing),
		cmocka_unit_test(who_is_in_the_table_does_not_wait),
		cmocka_unit_test(many_are_asked_at_once),
	};
	const struct CMUnitTest absent[] = {
		cmocka_unit_test(without_its_library_a_source_is_an_error),
	};

	if (argc > 1 && strcmp(argv[1], "absent") == 0)
		return cmocka_run_group_tests(absent, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
