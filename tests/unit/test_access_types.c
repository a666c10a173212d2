/* SPDX-License-Identifier: Apache-2.0 */
/* Checks by object type: the vectors of access-types.txt, and what no vector
 * can say. */
#include <stdio.h>

#include "cmocka-wrap.h"

#include "access-vectors.h"

#include "text.h"

#define MAX_TYPES 16
#define MAX_REASONS 64

/* The columns, see the head of access-types.txt */
enum column {
	FORM,
	TOKEN,
	SD,
	MAPPING,
	DESIRED,
	SELF,
	OBJECTS,
	ANSWERS,
	SOURCE,
	N_COLUMNS,
};

static struct guise_guid guid_of(const char *text)
{
	/* where each pair of digits goes: the first three parts are
	 * little-endian */
	static const uint8_t at[16] = {3, 2, 1,	 0,  5,	 4,  7,	 6,
				       8, 9, 10, 11, 12, 13, 14, 15};
	struct guise_guid guid;
	unsigned byte;

	for (size_t i = 0; i < 16; i++) {
		text += *text == '-';
		assert_int_equal(sscanf(text, "%2x", &byte), 1);
		guid.bytes[at[i]] = (uint8_t)byte;
		text += 2;
	}
	return guid;
}

static size_t types_of(char *text, struct guise_object_type *types)
{
	size_t n = 0;
	char *word;

	if (vectors_is(text, "-"))
		return 0;
	while ((word = strsep(&text, ","))) {
		assert_true(n < MAX_TYPES);
		types[n].level = (uint16_t)(word[0] - '0');
		types[n].guid = guid_of(word + 2);
		n++;
	}
	return n;
}

static void expect_answer(const struct vectors *v, const char *want,
			  const struct guise_decision *d)
{
	uint32_t mask = mask_of(want + 1);
	bool allowed = *want == '+';

	if (d->allowed != allowed || d->granted != (allowed ? mask : 0) ||
	    d->missing != (allowed ? 0 : mask))
		fail_msg("%s:%u: want %s, granted %#x missing %#x", v->name,
			 v->number, want, d->granted, d->missing);
}

static void expect(struct vectors *v, int r, const struct guise_decision *d,
		   size_t n)
{
	char *text = v->column[ANSWERS], *word;
	uint64_t code = 0;

	if (strncmp(text, "error ", 6) == 0) {
		text += 6;
		assert_true(text_to_u64(text, strlen(text), 65535, &code));
		if (r == 0 || (guise_error_win32(r) != code &&
			       !(r == -EINVAL && code == 87)))
			fail_msg("%s:%u: %d", v->name, v->number, r);
		assert_false(d->allowed);
		return;
	}
	if (r < 0)
		fail_msg("%s:%u: %s", v->name, v->number, guise_error_name(r));
	while ((word = strsep(&text, " "))) {
		assert_true(n-- > 0);
		expect_answer(v, word, d++);
	}
	assert_int_equal(n, 0);
}

static int run_row(const struct vectors *v, const struct guise_sd *sd,
		   const struct guise_token *token,
		   const struct guise_access_options *options,
		   struct guise_decision *d, size_t *n)
{
	struct guise_generic_mapping mapping = mapping_of(v->column[MAPPING]);
	uint32_t desired = mask_of(v->column[DESIRED]);
	struct guise_reason reasons[MAX_REASONS];
	struct guise_decision explained;
	size_t n_reasons;
	int r;

	*n = 1;
	if (vectors_is(v->column[FORM], "result_list")) {
		*n = options->n_object_types;
		return guise_access_check_by_type_result_list(
			sd, token, desired, &mapping, options, d);
	}
	r = guise_access_check_by_type(sd, token, desired, &mapping, options,
				       d);
	assert_int_equal(guise_access_explain(sd, token, desired, &mapping,
					      options, &explained, reasons,
					      MAX_REASONS, &n_reasons),
			 r);
	assert_memory_equal(&explained, d, sizeof(*d));
	return r;
}

static void check_row(struct vectors *v)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = token_of(v->column[TOKEN]);
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd = sd_of(v->column[SD]);
	struct guise_object_type types[MAX_TYPES];
	struct guise_decision d[MAX_TYPES] = {0};
	struct guise_access_options options = {
		.size = sizeof(options),
		.object_types = types,
		.n_object_types = types_of(v->column[OBJECTS], types),
	};
	struct guise_sid self;
	size_t n;
	int r;

	if (!vectors_is(v->column[SELF], "-")) {
		self = sid_of(v->column[SELF]);
		options.principal_self = &self;
	}
	r = run_row(v, sd, token, &options, d, &n);
	expect(v, r, d, n);
}

static void type_trees_come_out_the_same(void **state)
{
	struct vectors v = vectors_open("access-types.txt");

	(void)state;
	while (vectors_next(&v, N_COLUMNS))
		check_row(&v);
	assert_true(v.n_rows >= 70);
	vectors_close(&v);
}

static const struct guise_token *user(void)
{
	return token_of(
		"{\"user\":\"S-1-5-21-11-22-33-1001\",\"groups\":[\"WD\"]}");
}

static struct guise_guid guid_number(uint8_t number)
{
	return (struct guise_guid){{[0] = 0xaa, [15] = number}};
}

/* As many as there may be, and one more. */
static void a_list_has_its_limit(void **state)
{
	static struct guise_object_type types[GUISE_OBJECT_TYPES_MAX + 1];
	static struct guise_decision d[GUISE_OBJECT_TYPES_MAX + 1];
	struct guise_access_options options = {
		.size = sizeof(options),
		.object_types = types,
		.n_object_types = GUISE_OBJECT_TYPES_MAX,
	};
	const struct guise_token *token = user();
	const struct guise_sd *sd = sd_of("O:BAG:BAD:(A;;0x1;;;WD)");

	(void)state;
	for (size_t i = 1; i <= GUISE_OBJECT_TYPES_MAX; i++)
		types[i].level = (uint16_t)(2 - i % 2);
	assert_int_equal(guise_access_check_by_type_result_list(
				 sd, token, 1, &guise_mapping_ds, &options, d),
			 0);
	assert_true(d[0].allowed && d[GUISE_OBJECT_TYPES_MAX - 1].allowed);
	options.n_object_types++;
	assert_int_equal(guise_access_check_by_type_result_list(
				 sd, token, 1, &guise_mapping_ds, &options, d),
			 -EINVAL);
	assert_false(d[0].allowed || d[1].allowed);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void options_of_another_size_are_refused(void **state)
{
	struct guise_access_options options = {.size = sizeof(options) - 1};
	struct guise_decision d = {.allowed = true};
	const struct guise_token *token = user();
	const struct guise_sd *sd = sd_of("O:BAG:BAD:(A;;0x1;;;WD)");

	(void)state;
	assert_int_equal(guise_access_check_by_type(
				 sd, token, 1, &guise_mapping_ds, &options, &d),
			 -EINVAL);
	assert_false(d.allowed);
	options.size = sizeof(options);
	options.n_object_types = 1; /* of none */
	d.allowed = true;
	assert_int_equal(guise_access_check_by_type(
				 sd, token, 1, &guise_mapping_ds, &options, &d),
			 -EINVAL);
	assert_false(d.allowed);
	assert_int_equal(guise_access_check_by_type(
				 sd, token, 1, &guise_mapping_ds, NULL, &d),
			 0);
	assert_true(d.allowed);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

/* After an error no node reads "allowed", whatever was there before. */
static void an_error_denies_every_node(void **state)
{
	const struct guise_object_type types[] = {
		{.level = 0, .guid = guid_number(0)},
		{.level = 1, .guid = guid_number(1)},
	};
	const struct guise_access_options options = {
		.size = sizeof(options),
		.object_types = types,
		.n_object_types = 2,
	};
	struct guise_decision d[2] = {{.allowed = true}, {.allowed = true}};
	const struct guise_token *token = user();
	const struct guise_sd *sd = sd_of("G:BAD:(A;;0x1;;;WD)");

	(void)state;
	assert_int_equal(guise_access_check_by_type_result_list(
				 sd, token, 1, &guise_mapping_ds, &options, d),
			 GUISE_E_INVALID_SD);
	assert_false(d[0].allowed || d[1].allowed);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void each_node_names_the_ace_that_decided(void **state)
{
	const struct guise_object_type types[] = {
		{.level = 0,
		 .guid = guid_of("00000010-0000-0000-0000-000000000000")},
		{.level = 1,
		 .guid = guid_of("00000011-0000-0000-0000-000000000000")},
		{.level = 1,
		 .guid = guid_of("00000012-0000-0000-0000-000000000000")},
	};
	const struct guise_access_options options = {
		.size = sizeof(options),
		.object_types = types,
		.n_object_types = 3,
	};
	struct guise_decision d[3];
	const struct guise_token *token = user();
	const struct guise_sd *sd =
		sd_of("O:BAG:BAD:"
		      "(OD;;0x1;00000011-0000-0000-0000-000000000000;;WD)"
		      "(OA;;0x1;00000012-0000-0000-0000-000000000000;;WD)");

	(void)state;
	assert_int_equal(guise_access_check_by_type_result_list(
				 sd, token, 1, &guise_mapping_ds, &options, d),
			 0);
	assert_int_equal(d[0].decided_by, 1);
	assert_int_equal(d[1].decided_by, 1);
	assert_int_equal(d[2].decided_by, 2);
	assert_true(d[2].allowed && !d[1].allowed);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void the_node_that_lacks_is_named(void **state)
{
	const struct guise_object_type types[] = {
		{.level = 0, .guid = guid_number(0)},
		{.level = 1,
		 .guid = guid_of("00000011-0000-0000-0000-000000000000")},
		{.level = 1,
		 .guid = guid_of("00000012-0000-0000-0000-000000000000")},
	};
	const struct guise_access_options options = {
		.size = sizeof(options),
		.object_types = types,
		.n_object_types = 3,
	};
	struct guise_reason reasons[8];
	struct guise_decision d;
	const struct guise_token *token = user();
	const struct guise_sd *sd = sd_of(
		"O:BAG:BAD:(OA;;0x3;00000011-0000-0000-0000-000000000000;;WD)");
	size_t n;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 3, &guise_mapping_ds,
					      &options, &d, reasons, 8, &n),
			 0);
	assert_false(d.allowed);
	assert_int_equal(n, 2);
	assert_int_equal(reasons[0].kind, GUISE_REASON_ACE);
	assert_int_equal(reasons[0].node, 1);
	assert_int_equal(reasons[1].kind, GUISE_REASON_NOT_GRANTED);
	assert_int_equal(reasons[1].node, 2);
	assert_int_equal(reasons[1].mask, 3);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

/* The denial of one node decides: what else stayed open is no reason. */
static void a_denied_node_is_the_only_reason(void **state)
{
	const struct guise_object_type types[] = {
		{.level = 0, .guid = guid_number(0)},
		{.level = 1,
		 .guid = guid_of("00000011-0000-0000-0000-000000000000")},
		{.level = 1, .guid = guid_number(2)},
	};
	const struct guise_access_options options = {
		.size = sizeof(options),
		.object_types = types,
		.n_object_types = 3,
	};
	struct guise_reason reasons[8];
	struct guise_decision d;
	const struct guise_token *token = user();
	const struct guise_sd *sd = sd_of(
		"O:BAG:BAD:(OD;;0x1;00000011-0000-0000-0000-000000000000;;WD)");
	size_t n;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 1, &guise_mapping_ds,
					      &options, &d, reasons, 8, &n),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(reasons[0].kind, GUISE_REASON_ACE);
	assert_int_equal(reasons[0].node, 1);
	assert_int_equal(d.decided_by, 1);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_trees_come_out_the_same),
		cmocka_unit_test(a_list_has_its_limit),
		cmocka_unit_test(options_of_another_size_are_refused),
		cmocka_unit_test(an_error_denies_every_node),
		cmocka_unit_test(each_node_names_the_ace_that_decided),
		cmocka_unit_test(the_node_that_lacks_is_named),
		cmocka_unit_test(a_denied_node_is_the_only_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
