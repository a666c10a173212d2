/* SPDX-License-Identifier: Apache-2.0 */
/* Access checks from the vector files, each by the check on the parsed form,
 * by the raw check and by the explanation. */
#include <stdio.h>

#include "cmocka-wrap.h"

#include "access-vectors.h"

#include "text.h"

#define MAX_REASONS 64

/* The columns, see the head of access.txt */
enum column {
	WHEN,
	TOKEN,
	SD,
	MAPPING,
	DESIRED,
	RESULT,
	GRANTED,
	CODE,
	SOURCE,
	N_COLUMNS,
};

static void expect_granted(const struct vectors *v,
			   const struct guise_decision *d)
{
	const char *want = v->column[GRANTED];

	if (!d->allowed)
		fail_msg("%s:%u: denied", v->name, v->number);
	if (vectors_is(want, "any"))
		return;
	if (strncmp(want, ">=", 2) == 0) {
		if (mask_of(want + 2) & ~d->granted)
			fail_msg("%s:%u: only %#x", v->name, v->number,
				 d->granted);
		return;
	}
	if (d->granted != mask_of(want))
		fail_msg("%s:%u: granted %#x", v->name, v->number, d->granted);
}

static void expect(const struct vectors *v, int r,
		   const struct guise_decision *d)
{
	const char *code = v->column[CODE];
	uint64_t number = 0;

	if (!vectors_is(code, "-"))
		assert_true(text_to_u64(code, strlen(code), 65535, &number));
	if (vectors_is(v->column[RESULT], "error")) {
		if (guise_error_win32(r) != number || r == 0)
			fail_msg("%s:%u: %s", v->name, v->number,
				 guise_error_name(r));
		assert_false(d->allowed);
		return;
	}
	if (r < 0)
		fail_msg("%s:%u: %s", v->name, v->number, guise_error_name(r));
	if (vectors_is(v->column[RESULT], "granted")) {
		expect_granted(v, d);
		return;
	}
	assert_string_equal(v->column[RESULT], "denied");
	if (d->allowed || d->granted)
		fail_msg("%s:%u: granted %#x", v->name, v->number, d->granted);
	assert_int_equal(d->missing_privilege,
			 number == 1314 ? GUISE_SE_SECURITY : 0);
}

static void check_row(struct vectors *v)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = token_of(v->column[TOKEN]);
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd = sd_of(v->column[SD]);
	GUISE_AUTO(guise_buf_clear) struct guise_buf raw = {0};
	struct guise_generic_mapping mapping = mapping_of(v->column[MAPPING]);
	uint32_t desired = mask_of(v->column[DESIRED]);
	struct guise_reason reasons[MAX_REASONS];
	struct guise_decision d;
	size_t n;

	expect(v, guise_access_check(sd, token, desired, &mapping, &d), &d);
	assert_int_equal(guise_sd_encode(sd, &raw), 0);
	expect(v,
	       guise_access_check_raw(raw.data, raw.size, token, desired,
				      &mapping, &d),
	       &d);
	expect(v,
	       guise_access_explain(sd, token, desired, &mapping, NULL, &d,
				    reasons, MAX_REASONS, &n),
	       &d);
}

/* Returns how many rows the check decides. */
static unsigned check_file(const char *name)
{
	struct vectors v = vectors_open(name);
	unsigned n = 0;

	while (vectors_next(&v, N_COLUMNS)) {
		if (!vectors_is(v.column[WHEN], "now"))
			continue;
		check_row(&v);
		n++;
	}
	print_message("%s: %u rows, %u of them elsewhere\n", name, v.n_rows,
		      v.n_rows - n);
	vectors_close(&v);
	return n;
}

static void observed_access_checks_come_out_the_same(void **state)
{
	(void)state;
	assert_true(check_file("access.txt") >= 77);
}

static void access_checks_follow_the_rules(void **state)
{
	(void)state;
	assert_true(check_file("access-rules.txt") >= 100);
}

static void generic_rights_become_what_was_observed(void **state)
{
	struct vectors v = vectors_open("access-mapping.txt");

	(void)state;
	while (vectors_next(&v, 5)) {
		struct guise_generic_mapping m = mapping_of(v.column[1]);
		uint32_t mapped = guise_map_generic(mask_of(v.column[2]), &m);

		if (mapped != mask_of(v.column[3]))
			fail_msg("%s:%u: %#x", v.name, v.number, mapped);
	}
	assert_true(v.n_rows >= 30);
	vectors_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(observed_access_checks_come_out_the_same),
		cmocka_unit_test(access_checks_follow_the_rules),
		cmocka_unit_test(generic_rights_become_what_was_observed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
