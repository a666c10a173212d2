/* SPDX-License-Identifier: Apache-2.0 */
/* What the authority knows of passwords without asking, and how much of it. */
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include "helper-pool.h"
#include "remembered.h"
#include "token-build.h"

#define USERS 10000

static const struct guise_token *token_new(void)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token = NULL;

	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

static struct question question_of(const char *name, const char *password)
{
	return (struct question){
		.name = name,
		.password = (const uint8_t *)password,
		.password_size = strlen(password),
	};
}

static int begin(struct remembered *r, const struct question *q,
		 struct flight *flight)
{
	struct logged logged = {0};
	int code;

	code = remembered_begin(r, q, clock_ns() + 100000000, flight, &logged);
	(void)guise_token_unref(logged.token);
	return code;
}

/* Asks if need be; the answer is @code. */
static int ask(struct remembered *r, const char *name, const char *password,
	       int code)
{
	const struct question q = question_of(name, password);
	struct logged logged = {0};
	struct flight flight;
	int known = begin(r, &q, &flight);

	if (known != REMEMBERED_ASK)
		return known;
	if (code == 0) {
		const struct guise_token *token = token_new();

		remembered_end(r, &flight, 0, token, &logged);
		(void)guise_token_unref(token);
	} else {
		remembered_end(r, &flight, code, NULL, &logged);
	}
	(void)guise_token_unref(logged.token);
	return REMEMBERED_ASK;
}

static void log_on_all(struct remembered *r, int code)
{
	char name[32];

	for (unsigned i = 0; i < USERS; i++) {
		(void)snprintf(name, sizeof(name), "user-%u", i);
		assert_int_equal(ask(r, name, code ? "wrong" : "right", code),
				 REMEMBERED_ASK);
	}
}

static void many_users_fill_it_and_no_more(void **state)
{
	struct remembered r;
	size_t before;

	(void)state;
	assert_int_equal(remembered_init(&r, 600000), 0);
	log_on_all(&r, 0);
	assert_int_equal(remembered_look(&r).n_right, 4096);
	before = mallinfo2().uordblks;
	remembered_flush(&r);
	for (unsigned i = 0; i < 3; i++) {
		log_on_all(&r, 0);
		remembered_flush(&r);
		log_on_all(&r, 0);
		log_on_all(&r, GUISE_E_LOGON_FAILURE);
		remembered_flush(&r);
	}
	log_on_all(&r, 0);
	assert_true(mallinfo2().uordblks <= before + 65536);
	assert_true(remembered_look(&r).n_wrong <= 2 * 4096);
	remembered_clear(&r);
}

static void answers_are_of_their_password_alone(void **state)
{
	struct remembered r;

	(void)state;
	assert_int_equal(remembered_init(&r, 600000), 0);
	assert_int_equal(ask(&r, "alice", "right", 0), REMEMBERED_ASK);
	assert_int_equal(ask(&r, "alice", "right", 0), 0);
	assert_int_equal(ask(&r, "alice", "wrong", GUISE_E_LOGON_FAILURE),
			 REMEMBERED_ASK);
	assert_int_equal(ask(&r, "alice", "wrong", 0), GUISE_E_LOGON_FAILURE);
	assert_int_equal(ask(&r, "alice", "right", 0), 0);
	assert_int_equal(ask(&r, "bob", "right", 0), REMEMBERED_ASK);
	/* what may be over in a moment is not kept */
	assert_int_equal(ask(&r, "carol", "right", GUISE_E_LIMIT),
			 REMEMBERED_ASK);
	assert_int_equal(ask(&r, "carol", "right", -ENOMEM), REMEMBERED_ASK);
	remembered_clear(&r);
}

static void silence_is_of_the_name(void **state)
{
	struct remembered r;

	(void)state;
	assert_int_equal(remembered_init(&r, 600000), 0);
	assert_int_equal(ask(&r, "alice", "one", -ETIMEDOUT), REMEMBERED_ASK);
	assert_int_equal(ask(&r, "alice", "two", 0), -ETIMEDOUT);
	assert_int_equal(ask(&r, "bob", "two", 0), REMEMBERED_ASK);
	remembered_flush(&r);
	assert_int_equal(ask(&r, "alice", "two", 0), REMEMBERED_ASK);
	remembered_clear(&r);
}

static void nothing_is_known_longer_than_the_cache_lives(void **state)
{
	struct remembered r;

	(void)state;
	assert_int_equal(remembered_init(&r, 50), 0);
	assert_int_equal(ask(&r, "alice", "right", 0), REMEMBERED_ASK);
	assert_int_equal(ask(&r, "alice", "wrong", GUISE_E_LOGON_FAILURE),
			 REMEMBERED_ASK);
	(void)usleep(60000);
	assert_int_equal(ask(&r, "alice", "right", 0), REMEMBERED_ASK);
	assert_int_equal(ask(&r, "alice", "wrong", 0), REMEMBERED_ASK);
	remembered_clear(&r);
}

static void a_quick_question_does_not_wait_for_a_slow_one(void **state)
{
	struct question slow = question_of("alice", "one");
	struct question quick = question_of("alice", "two");
	struct logged logged = {0};
	struct flight flight, other;
	struct remembered r;

	(void)state;
	assert_int_equal(remembered_init(&r, 600000), 0);
	quick.is_quick = true;
	assert_int_equal(begin(&r, &slow, &flight), REMEMBERED_ASK);
	assert_int_equal(begin(&r, &quick, &other), -EAGAIN);
	quick.is_quick = false;
	assert_int_equal(begin(&r, &quick, &other), -ETIMEDOUT);
	remembered_end(&r, &flight, -EAGAIN, NULL, &logged);
	assert_int_equal(begin(&r, &quick, &other), REMEMBERED_ASK);
	remembered_end(&r, &other, -EAGAIN, NULL, &logged);
	remembered_clear(&r);
}

static void an_answer_to_an_older_question_is_not_kept(void **state)
{
	const struct question q = question_of("alice", "right");
	const struct guise_token *token = token_new();
	struct logged logged = {0};
	struct flight flight;
	struct remembered r;

	(void)state;
	assert_int_equal(remembered_init(&r, 600000), 0);
	assert_int_equal(begin(&r, &q, &flight), REMEMBERED_ASK);
	remembered_flush(&r);
	remembered_end(&r, &flight, 0, token, &logged);
	assert_true(logged.generation != remembered_generation(&r));
	(void)guise_token_unref(logged.token);
	assert_int_equal(ask(&r, "alice", "right", 0), REMEMBERED_ASK);
	(void)guise_token_unref(token);
	remembered_clear(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_users_fill_it_and_no_more),
		cmocka_unit_test(answers_are_of_their_password_alone),
		cmocka_unit_test(silence_is_of_the_name),
		cmocka_unit_test(nothing_is_known_longer_than_the_cache_lives),
		cmocka_unit_test(a_quick_question_does_not_wait_for_a_slow_one),
		cmocka_unit_test(an_answer_to_an_older_question_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
