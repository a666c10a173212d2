/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a Kerberos client to a token, without Kerberos: what is taken from a
 * PAC, and which numbers of a directory are not believed. The source of ids is
 * in this file.
 */
#include <stdio.h>

#include "cmocka-wrap.h"

#include <guise/logon.h>

#include "descriptor.h"
#include "gss-token.h"
#include "identities-text.h"

#define DOMAIN "S-1-5-21-1-2-3"
#define NOBODY UINT32_MAX

static struct {
	uint32_t uid, gid, rid_1110;
	enum guise_id_source source;
	int code;
} directory;

int __wrap_guise_identities_sid_to_id(const struct guise_identities *identities,
				      const struct guise_sid *sid,
				      enum guise_unix_id_kind wanted,
				      struct guise_unix_id *ret);
int __wrap_guise_identities_sid_to_id(const struct guise_identities *identities,
				      const struct guise_sid *sid,
				      enum guise_unix_id_kind wanted,
				      struct guise_unix_id *ret)
{
	uint32_t rid = sid->sub[sid->n_subs - 1], id = directory.gid;

	(void)identities;
	if (directory.code < 0)
		return directory.code;
	if (wanted == GUISE_UNIX_ID_UID)
		id = directory.uid;
	else if (rid == 1110)
		id = directory.rid_1110;
	else if (rid != 513)
		id = NOBODY;
	if (id == NOBODY)
		return GUISE_E_NONE_MAPPED;
	ret->kind = wanted;
	ret->id = id;
	ret->source = directory.source;
	return 0;
}

static const char believing[] = "[realm R]\nclients = pac\n"
				"domains = " DOMAIN "\n";

struct case_of {
	struct gss_client client;
	struct guise_sid_and_attributes groups[8], device_groups[4];
};

static void add(struct case_of *c, const char *sid, uint32_t attributes)
{
	c->groups[c->client.pac.n_groups++] =
		(struct guise_sid_and_attributes){sid_of(sid), attributes};
}

static struct case_of alice(void)
{
	struct case_of c = {
		.client = {.principal = "alice@R",
			   .realm = "R",
			   .expires = 1800000000,
			   .pac = {.has_logon_info = true,
				   .account = "alice",
				   .user = sid_of(DOMAIN "-1103"),
				   .domain_sid = sid_of(DOMAIN),
				   .primary_group = sid_of(DOMAIN "-513")}},
	};

	directory.uid = 20001;
	directory.gid = 20513;
	directory.rid_1110 = 21110;
	directory.source = GUISE_ID_SOURCE_WINBIND;
	directory.code = 0;
	add(&c, DOMAIN "-513", GUISE_GROUP_USUAL);
	add(&c, DOMAIN "-1110", GUISE_GROUP_USUAL);
	return c;
}

static int find_nobody(const void *context, const char *name,
		       guise_luid authentication_id,
		       const struct guise_token **ret)
{
	(void)context, (void)name, (void)authentication_id, (void)ret;
	return GUISE_E_NO_SUCH_ACCOUNT;
}

static int make(struct case_of *c, const struct guise_token **ret,
		char why[GUISE_WHY_SIZE])
{
	const struct guise_identities *ids = identities_of(believing);
	const struct gss_token_rules rules = {.identities = ids,
					      .find_account = find_nobody,
					      .authentication_id = 9};
	int r;

	c->client.pac.groups = c->groups;
	c->client.pac.device_groups = c->device_groups;
	why[0] = '\0';
	r = logon_gss_token(&rules, &c->client, ret, why);
	(void)guise_identities_unref(ids);
	return r;
}

static const struct guise_token *token_of(struct case_of *c)
{
	const struct guise_token *token = NULL;
	char why[GUISE_WHY_SIZE];
	int r = make(c, &token, why);

	if (r < 0)
		fail_msg("%s: %s", guise_strerror(r), why);
	return token;
}

static void refuse(struct case_of *c, int code)
{
	const struct guise_token *token = NULL;
	char why[GUISE_WHY_SIZE];

	assert_int_equal(make(c, &token, why), code);
	assert_null(token);
	assert_true(why[0] != '\0');
}

static bool has(const struct guise_token *token, const char *text)
{
	struct guise_sid sid = sid_of(text);

	return guise_token_is_member(token, &sid);
}

static void a_client_is_what_its_pac_says(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct case_of c = alice();
	struct guise_sid primary = sid_of(DOMAIN "-513");

	(void)state;
	add(&c, "S-1-18-1", GUISE_GROUP_USUAL);
	token = token_of(&c);
	assert_int_equal(guise_token_type(token), GUISE_TOKEN_PRIMARY);
	assert_int_equal(guise_token_unix(token)->uid, 20001);
	assert_int_equal(guise_token_unix(token)->gid, 20513);
	assert_true(
		guise_sid_equal(guise_token_primary_group(token), &primary));
	assert_true(has(token, DOMAIN "-1110"));
	assert_true(has(token, "S-1-18-1"));
	assert_true(has(token, "S-1-22-1-20001"));
	assert_true(has(token, "S-1-22-2-21110"));
	assert_true(has(token, "S-1-5-11"));
	assert_int_equal(guise_token_authentication_id(token), 9);
	assert_int_equal(guise_token_expiration(token),
			 (1800000000 + 11644473600) * 10000000);
}

static void a_primary_group_that_is_not_listed_is_one_all_the_same(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct case_of c = alice();

	(void)state;
	c.client.pac.n_groups = 0;
	token = token_of(&c);
	assert_true(has(token, DOMAIN "-513"));
}

static void groups_of_others_are_not_believed(void **state)
{
	static const char *const sids[] = {
		"S-1-5-21-9-9-9-512", "S-1-5-32-544", "S-1-5-18",
		"S-1-16-16384",	      "S-1-22-2-0",   "S-1-5-21-1-2-3",
	};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct case_of c = alice();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sids); i++)
		add(&c, sids[i], GUISE_GROUP_USUAL);
	token = token_of(&c);
	for (size_t i = 0; i < ARRAY_SIZE(sids); i++)
		assert_false(has(token, sids[i]));
}

static void a_group_raises_no_integrity(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *plain = NULL;
	struct case_of c = alice();

	(void)state;
	plain = token_of(&c);
	add(&c, DOMAIN "-1111",
	    GUISE_GROUP_USUAL | GUISE_GROUP_INTEGRITY |
		    GUISE_GROUP_INTEGRITY_ENABLED |
		    (uint32_t)GUISE_GROUP_LOGON_ID);
	token = token_of(&c);
	assert_true(guise_sid_equal(guise_token_integrity(token),
				    guise_token_integrity(plain)));
	assert_true(has(token, DOMAIN "-1111"));
}

static void a_group_that_only_denies_gives_nothing(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct case_of c = alice();

	(void)state;
	c.groups[1].attributes =
		GUISE_GROUP_USUAL | GUISE_GROUP_USE_FOR_DENY_ONLY;
	token = token_of(&c);
	assert_false(has(token, DOMAIN "-1110"));
	assert_false(has(token, "S-1-22-2-21110"));
	assert_int_equal(guise_token_unix(token)->n_groups, 1);
}

/* The kernel would let it open what the group may open. */
static void a_primary_group_that_only_denies_is_no_identity(void **state)
{
	static const uint32_t attributes[] = {
		0, GUISE_GROUP_USE_FOR_DENY_ONLY,
		GUISE_GROUP_USUAL | GUISE_GROUP_USE_FOR_DENY_ONLY};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct case_of c = alice();

		c.groups[0].attributes = attributes[i];
		token = token_of(&c);
		assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
		assert_int_equal(guise_token_unix(token)->gid, GUISE_UID_NONE);
		assert_false(has(token, DOMAIN "-513"));
		assert_false(has(token, "S-1-22-2-20513"));
		assert_true(has(token, DOMAIN "-1110"));
	}
}

/* rfc2307 numbers are written by who administers the directory. */
static void a_directory_makes_nobody_a_system_user_or_group(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct case_of c = alice();

	(void)state;
	directory.rid_1110 = 6; /* disk */
	token = token_of(&c);
	assert_int_equal(guise_token_unix(token)->n_groups, 1);
	assert_false(has(token, "S-1-22-2-6"));
	assert_true(has(token, DOMAIN "-1110"));
	token = guise_token_unref(token);

	directory.gid = 42; /* shadow, as the primary group: no identity */
	token = token_of(&c);
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
	token = guise_token_unref(token);

	directory.gid = 20513;
	directory.uid = 33;
	refuse(&c, GUISE_E_LOGON_FAILURE);
	directory.source = GUISE_ID_SOURCE_STATIC; /* who runs the server */
	directory.rid_1110 = 6;
	token = token_of(&c);
	assert_int_equal(guise_token_unix(token)->uid, 33);
	assert_true(has(token, "S-1-22-2-6"));
}

static void a_directory_that_fails_lets_nobody_in(void **state)
{
	static const int codes[] = {-EIO, -ETIMEDOUT, -ENOSYS};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		struct case_of c = alice();

		directory.code = codes[i];
		refuse(&c, codes[i]);
	}
}

static void who_is_nobody_here_has_sids_only(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct case_of c = alice();

	(void)state;
	directory.uid = NOBODY;
	token = token_of(&c);
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
	assert_int_equal(guise_token_unix(token)->n_groups, 0);
	assert_true(has(token, DOMAIN "-1110"));
	assert_false(has(token, "S-1-22-2-20513"));
}

static void pacs_that_do_not_say_who_it_is_are_refused(void **state)
{
	struct case_of c = alice();

	(void)state;
	c.client.pac.has_logon_info = false;
	refuse(&c, GUISE_E_LOGON_FAILURE);
	c.client.has_foreign_pac = true;
	refuse(&c, GUISE_E_LOGON_FAILURE);
	c = alice();
	c.client.has_foreign_pac = true; /* whatever else there is */
	refuse(&c, GUISE_E_LOGON_FAILURE);
	c = alice();
	c.client.pac.user = sid_of("S-1-5-21-9-9-9-1103");
	refuse(&c, GUISE_E_LOGON_FAILURE);
	c = alice();
	c.client.pac.user = sid_of("S-1-5-18");
	refuse(&c, GUISE_E_LOGON_FAILURE);
	/* believed as a group, but nobody */
	c = alice();
	c.client.pac.user = sid_of("S-1-18-1");
	c.client.pac.primary_group = sid_of("S-1-18-513");
	refuse(&c, GUISE_E_LOGON_FAILURE);
	c = alice();
	memcpy(c.client.principal, "alice@S", sizeof("alice@S"));
	memcpy(c.client.realm, "S", sizeof("S"));
	refuse(&c, GUISE_E_LOGON_FAILURE);
}

static void groups_of_the_device_are_the_devices(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct case_of c = alice();
	size_t n = 0;

	(void)state;
	c.client.pac.has_device = true;
	c.client.pac.device = sid_of(DOMAIN "-2000");
	c.device_groups[0] = (struct guise_sid_and_attributes){
		sid_of(DOMAIN "-515"), GUISE_GROUP_USUAL};
	c.device_groups[1] = (struct guise_sid_and_attributes){
		sid_of("S-1-5-21-9-9-9-515"), GUISE_GROUP_USUAL};
	c.client.pac.n_device_groups = 2;
	token = token_of(&c);
	(void)guise_token_device_groups(token, &n);
	assert_int_equal(n, 2); /* the device itself, and one of its groups */
	assert_false(has(token, DOMAIN "-515"));
	token = guise_token_unref(token);
	c.client.pac.device = sid_of("S-1-18-2");
	token = token_of(&c);
	(void)guise_token_device_groups(token, &n);
	assert_int_equal(n, 0);
}

static void without_rules_there_are_no_clients(void **state)
{
	const struct gss_token_rules none = {.find_account = find_nobody};
	const struct guise_token *token = NULL;
	struct case_of c = alice();
	char why[GUISE_WHY_SIZE];

	(void)state;
	assert_int_equal(logon_gss_token(&none, &c.client, &token, why),
			 GUISE_E_LOGON_FAILURE);
	assert_null(token);
}

/* Names are for people and logs: a KDC says whom it likes, of its own realm. */
static void no_name_reads_as_anothers(void **state)
{
	static const char *const odd[] = {"", "bob@OTHER", "OTHER\\bob",
					  "OTHER/bob"};
	const struct guise_token *token;
	struct case_of c = alice();

	(void)state;
	token = token_of(&c);
	assert_string_equal(guise_token_name(token), "alice@R");
	(void)guise_token_unref(token);
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		c = alice();
		memcpy(c.client.pac.account, odd[i], strlen(odd[i]) + 1);
		token = token_of(&c);
		assert_string_equal(guise_token_name(token), "alice@R");
		(void)guise_token_unref(token);
	}
	/* so long that the realm would have no place */
	c = alice();
	memset(c.client.pac.account, ' ', sizeof(c.client.pac.account) - 1);
	memcpy(c.client.pac.account, "bob", 3);
	token = token_of(&c);
	assert_string_equal(guise_token_name(token), "alice@R");
	(void)guise_token_unref(token);
	memset(c.client.principal, 'a', sizeof(c.client.principal) - 1);
	memcpy(c.client.principal + sizeof(c.client.principal) - 3, "@R", 3);
	token = token_of(&c);
	assert_string_equal(guise_token_name(token), "");
	(void)guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_is_what_its_pac_says),
		cmocka_unit_test(
			a_primary_group_that_is_not_listed_is_one_all_the_same),
		cmocka_unit_test(groups_of_others_are_not_believed),
		cmocka_unit_test(a_group_raises_no_integrity),
		cmocka_unit_test(a_group_that_only_denies_gives_nothing),
		cmocka_unit_test(
			a_primary_group_that_only_denies_is_no_identity),
		cmocka_unit_test(
			a_directory_makes_nobody_a_system_user_or_group),
		cmocka_unit_test(a_directory_that_fails_lets_nobody_in),
		cmocka_unit_test(who_is_nobody_here_has_sids_only),
		cmocka_unit_test(pacs_that_do_not_say_who_it_is_are_refused),
		cmocka_unit_test(groups_of_the_device_are_the_devices),
		cmocka_unit_test(without_rules_there_are_no_clients),
		cmocka_unit_test(no_name_reads_as_anothers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
