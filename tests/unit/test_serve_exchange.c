/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What requests are answered with, over shares that are made up: each test
 * says what the layer below answers and looks at what the client is told. The
 * first concern is that nothing is told to who may not know.
 */
#include "serve-fake.h"

static const char *const methods[] = {"GET",  "HEAD", "PUT",   "DELETE",
				      "COPY", "MOVE", "MKCOL", "PROPFIND"};

static struct ask ask_for(const char *method, const char *target,
			  const char *authorization)
{
	struct ask ask = {.method = method,
			  .target = target,
			  .authorization = authorization};

	if (strcmp(method, "COPY") == 0 || strcmp(method, "MOVE") == 0) {
		ask.name = "Destination";
		ask.value = "/open/d/elsewhere";
	}
	if (strcmp(method, "PROPFIND") == 0) {
		ask.name = "Depth";
		ask.value = "1";
	}
	return ask;
}

/* The heart: a hidden thing and one that is not there are told apart by
 * nothing, whoever asks, whatever is asked, whichever layer refuses. */
static void hidden_is_told_as_missing(void **state)
{
	static const int refusals[] = {-EACCES,
				       -EPERM,
				       -EBADMSG,
				       -ENXIO,
				       GUISE_E_ACCESS_DENIED,
				       GUISE_E_BAD_LEVEL,
				       GUISE_E_CEILING};
	static const int absences[] = {-ENOENT, -ENOTDIR, -ELOOP, -EXDEV};
	static const char *const who[] = {GOOD, NULL};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		for (size_t w = 0; w < ARRAY_SIZE(who); w++) {
			struct ask ask =
				ask_for(methods[m], "/open/d/x", who[w]);
			struct told missing, hidden;

			reset(-ENOENT, false);
			missing = asked(&ask);
			assert_int_equal(missing.status / 100, 4);
			for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
				reset(refusals[i], false);
				hidden = asked(&ask);
				assert_int_equal(hidden.status, missing.status);
				assert_string_equal(hidden.text, missing.text);
			}
			for (size_t i = 0; i < ARRAY_SIZE(absences); i++) {
				reset(absences[i], false);
				hidden = asked(&ask);
				assert_int_equal(hidden.status, missing.status);
				assert_string_equal(hidden.text, missing.text);
			}
		}
	}
}

/* COPY and MOVE look at the source first; what fails after that must not say
 * that it was there. */
static void a_hidden_source_is_not_told_by_a_later_failure(void **state)
{
	static const int errors[] = {-EACCES, -ENOENT, -EEXIST, -EINVAL,
				     GUISE_E_ACCESS_DENIED};

	(void)state;
	for (size_t m = 4; m < 6; m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", GOOD);
		struct told missing, hidden;

		reset(-ENOENT, false);
		missing = asked(&ask);
		assert_int_equal(missing.status, 404);
		for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
			reset(errors[i], false);
			below.fails_later = true;
			hidden = asked(&ask);
			assert_int_equal(below.looked, 2);
			assert_int_equal(hidden.status, 404);
			assert_string_equal(hidden.text, missing.text);
		}
	}
}

/* The source is in sight, the target's directory is not: what is there and what
 * is not must get one answer, with Overwrite: F as well. */
static void a_hidden_target_is_told_as_missing(void **state)
{
	static const char *const who[] = {GOOD, NULL};

	(void)state;
	for (size_t m = 4; m < 6; m++) {
		for (size_t w = 0; w < ARRAY_SIZE(who); w++) {
			struct ask ask =
				ask_for(methods[m], "/open/d/x", who[w]);
			struct told missing, hidden;

			ask.value = "/open/dark/y";
			reset(-EACCES, true);
			below.fails_later = true;
			below.dark = "dark";
			below.layer = GUISE_LAYER_SHARE;
			missing = asked(&ask);
			assert_int_equal(missing.status, who[w] ? 409 : 401);
			reset(-EEXIST, true);
			below.fails_later = true;
			below.dark = "dark";
			hidden = asked(&ask);
			assert_int_equal(below.looked, 2);
			assert_int_equal(hidden.status, missing.status);
			assert_string_equal(hidden.text, missing.text);
		}
	}
}

static void a_read_only_share_hides_as_well(void **state)
{
	struct told missing, hidden;

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", GOOD);

		reset(-ENOENT, false);
		missing = asked(&ask);
		reset(GUISE_E_ACCESS_DENIED, false);
		below.layer = GUISE_LAYER_SHARE;
		hidden = asked(&ask);
		assert_string_equal(hidden.text, missing.text);
		below.listable = true;
		assert_int_equal(asked(&ask).status, 403);
	}
}

static void what_is_listed_is_forbidden_by_name(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", GOOD);
		struct told told;

		reset(-EACCES, true);
		told = asked(&ask);
		assert_int_equal(told.status, 403);
		assert_int_equal(told.decided, DECIDED_VERDICT);
	}
}

static void anonymous_is_challenged_where_refused(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x", NULL);
		struct told refused, unlisted;

		reset(-EACCES, true);
		refused = asked(&ask);
		assert_int_equal(refused.status, 401);
		reset(-ENOENT, false);
		unlisted = asked(&ask);
		assert_int_equal(unlisted.status, 401);
		assert_string_equal(refused.text, unlisted.text);
	}
	reset(-ENOENT, true);
	assert_int_equal(asked(&(struct ask){"GET", "/open/d/x", NULL}).status,
			 404);
}

static void a_closed_share_and_no_share_are_the_same(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask a = ask_for(methods[m], "/closed/x", NULL);
		struct ask b = ask_for(methods[m], "/nosuch/x", NULL);
		struct ask c = ask_for(methods[m], "/closed", NULL);
		struct told closed, missing, root;

		reset(0, true);
		closed = asked(&a);
		missing = asked(&b);
		root = asked(&c);
		assert_int_equal(closed.status, 401);
		assert_string_equal(closed.text, missing.text);
		assert_string_equal(root.text, missing.text);
		assert_int_equal(below.looked, 0);
	}
}

/* For someone logged on: a share whose root is closed to them. */
static void a_forbidden_root_and_no_share_are_the_same(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask a = ask_for(methods[m], "/closed/", GOOD);
		struct ask b = ask_for(methods[m], "/nosuch/", GOOD);
		struct told closed, missing;

		reset(-EACCES, false);
		below.root_listable = false;
		closed = asked(&a);
		missing = asked(&b);
		if (closed.status != missing.status)
			fail_msg("%s: %u and %u", methods[m], closed.status,
				 missing.status);
		assert_string_equal(closed.text, missing.text);
	}
}

static void every_failed_logon_is_told_alike(void **state)
{
	static const char *const bad[] = {
		WRONG,	UNKNOWN,      ABOVE,	 "Basic",
		"junk", "Basic ====", "Bearer x"};
	struct told first = {0};

	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			struct ask ask =
				ask_for(methods[m], "/open/d/x", bad[i]);
			struct told told;

			reset(0, true);
			told = asked(&ask);
			assert_int_equal(told.status, 401);
			assert_int_equal(told.decided, DECIDED_LOGON);
			assert_int_equal(below.looked, 0);
			if (first.status == 0)
				first = told;
			/* HEAD has no body */
			if (strcmp(methods[m], "HEAD") != 0)
				assert_string_equal(told.text, first.text);
		}
	}
}

static void nothing_is_looked_at_without_credentials(void **state)
{
	static const char *const targets[] = {"/",    "/a/../b", "junk",
					      "/%00", "*",	 "/closed/x"};
	static const char *const odd[] = {"GET", "LOCK", "BREW", "OPTIONS"};
	const struct site closed = {
		.shares = shares + 1, .n_shares = 1, .clients = &clients};

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(targets); t++) {
		for (size_t m = 0; m < ARRAY_SIZE(odd); m++) {
			struct ask ask = {odd[m], targets[t], NULL};

			reset(0, true);
			assert_int_equal(ask_site(&closed, &ask).status, 401);
			assert_int_equal(below.looked + below.logons, 0);
		}
	}
}

static void a_dead_session_is_renewed_once(void **state)
{
	(void)state;
	for (size_t m = 0; m < ARRAY_SIZE(methods); m++) {
		struct ask ask = ask_for(methods[m], "/open/d/x/", GOOD);

		ask.target = "/open/d/x";
		reset(0, true);
		below.session_dead = 1;
		assert_in_range(asked(&ask).status, 200, 399);
		assert_int_equal(below.logons, 2);
		reset(0, true);
		below.session_dead = 100;
		assert_int_equal(asked(&ask).status, 503);
		assert_int_equal(below.logons, 2);
	}
}

static void too_busy_is_503(void **state)
{
	struct told told;

	(void)state;
	reset(0, true);
	told = asked(&(struct ask){"GET", "/open/d/x", BUSY});
	assert_int_equal(told.status, 503);
	assert_non_null(strstr(told.text, "Retry-After: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden_is_told_as_missing),
		cmocka_unit_test(
			a_hidden_source_is_not_told_by_a_later_failure),
		cmocka_unit_test(a_hidden_target_is_told_as_missing),
		cmocka_unit_test(a_read_only_share_hides_as_well),
		cmocka_unit_test(what_is_listed_is_forbidden_by_name),
		cmocka_unit_test(anonymous_is_challenged_where_refused),
		cmocka_unit_test(a_closed_share_and_no_share_are_the_same),
		cmocka_unit_test(a_forbidden_root_and_no_share_are_the_same),
		cmocka_unit_test(every_failed_logon_is_told_alike),
		cmocka_unit_test(nothing_is_looked_at_without_credentials),
		cmocka_unit_test(a_dead_session_is_renewed_once),
		cmocka_unit_test(too_busy_is_503),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
