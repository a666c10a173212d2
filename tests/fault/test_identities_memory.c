/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation failing in turn while identities are read and tokens made of
 * them: the call says -ENOMEM, gives nothing, and leaks nothing (the last under
 * ASan).
 */
#include "cmocka-wrap.h"

#include <errno.h>

#include <guise/identity.h>

#include "failing-memory.h"
#include "logon-token.h"

#define A "S-1-5-21-1-2-3"

void *__wrap_reallocarray(void *memory, size_t n, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
char *__wrap_strndup(const char *text, size_t size);

void *__wrap_reallocarray(void *memory, size_t n, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, n * size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t size)
{
	return fails() ? NULL : __real_strndup(text, size);
}

static const char text[] =
	"[idmap]\ndomains = S-1-5-21-4-5-6\n"
	"[static]\n" A "-1 = uid 20001\n" A "-2 = gid 20002\n" A
	"-3 = both 20003\n"
	"[domain S-1-5-21-7-8-9]\nrange = 2000-3000\n"
	"[realm AD]\nclients = pac\ndomains = " A " S-1-5-21-4-5-6\n"
	"[realm R]\nclients = accounts\n"
	"[principals]\na/b@R = c\nd/e@R = f\ng/h@R = -\n";

static void identities_are_read_whole_or_not(void **state)
{
	const struct guise_identities *ids = NULL;

	(void)state;
	for (long nth = 0;; nth++) {
		int r;

		n_left = nth;
		has_failed = false;
		r = guise_identities_parse(text, strlen(text), &ids, NULL);
		n_left = -1;
		if (!has_failed) {
			assert_int_equal(r, 0);
			assert_true(nth > 10);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_null(ids);
	}
	ids = guise_identities_unref(ids);
}

static void tokens_are_in_both_worlds_or_none(void **state)
{
	const uint32_t groups[] = {20002, 20003};
	const struct guise_identities *ids = NULL;
	const struct guise_token *plain = NULL, *token = NULL;

	(void)state;
	assert_int_equal(guise_identities_parse(text, strlen(text), &ids, NULL),
			 0);
	assert_int_equal(logon_token_of_unix(20001, 20002, groups, 2, "u",
					     LOGON_NETWORK, 4711, &plain),
			 0);
	for (long nth = 0;; nth++) {
		int r;

		n_left = nth;
		has_failed = false;
		r = guise_identities_token(ids, plain, &token);
		n_left = -1;
		if (!has_failed) {
			assert_int_equal(r, 0);
			assert_true(nth > 3);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_null(token);
	}
	token = guise_token_unref(token);
	plain = guise_token_unref(plain);
	ids = guise_identities_unref(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identities_are_read_whole_or_not),
		cmocka_unit_test(tokens_are_in_both_worlds_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
