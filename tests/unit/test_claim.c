/* SPDX-License-Identifier: Apache-2.0 */
/* Claims: sets of them, and their binary form (MS-DTYP 2.4.10.1). */
#include "cmocka-wrap.h"
#include "guard-page.h"

#include "base.h"
#include "utf16.h"
#include <guise/claim.h>

#define TEXT(t)                                                                \
	{                                                                      \
		.data = (t), .size = sizeof(t) - 1                             \
	}
#define NAME(t) .name = (t), .name_size = sizeof(t) - 1

static const uint8_t admins[] = {1,  2, 0, 0, 0,    0, 0, 5,
				 32, 0, 0, 0, 0x20, 2, 0, 0};

static int make(const struct guise_claim *claims, size_t n,
		const struct guise_claims **ret)
{
	*ret = NULL;
	return guise_claims_new(claims, n, ret);
}

static int make_one(uint16_t type, const struct guise_claim_value *values,
		    size_t n)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	const struct guise_claim claim = {NAME("x"), .type = type,
					  .values = values, .n_values = n};

	return make(&claim, 1, &set);
}

static void a_set_gives_back_what_it_was_given(void **state)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	const struct guise_claim_value ints[] = {{.integer = -1},
						 {.integer = 7}};
	const struct guise_claim_value texts[] = {TEXT("Finance"), TEXT(""),
						  TEXT("\xc3\x9f")};
	const struct guise_claim claims[] = {
		{NAME("Level"), .type = GUISE_CLAIM_INT64, .values = ints,
		 .n_values = 2},
		{NAME("Department"), .type = GUISE_CLAIM_STRING,
		 .flags = GUISE_CLAIM_CASE_SENSITIVE | 0x10000, .values = texts,
		 .n_values = 3},
		{NAME("none"), .type = GUISE_CLAIM_BOOLEAN},
	};
	const struct guise_claim *c;

	(void)state;
	assert_int_equal(make(claims, 3, &set), 0);
	assert_int_equal(guise_claims_n(set), 3);
	c = guise_claims_at(set, 0);
	assert_int_equal(c->name_size, 5);
	assert_memory_equal(c->name, "Level", 5);
	assert_true(c->name != claims[0].name);
	assert_int_equal(c->values[0].integer, -1);
	assert_int_equal(c->values[1].integer, 7);
	c = guise_claims_at(set, 1);
	assert_int_equal(c->type, GUISE_CLAIM_STRING);
	assert_int_equal(c->flags, 0x10002);
	assert_int_equal(c->n_values, 3);
	assert_int_equal(c->values[0].size, 7);
	assert_memory_equal(c->values[0].data, "Finance", 7);
	assert_int_equal(c->values[1].size, 0);
	assert_memory_equal(c->values[2].data, "\xc3\x9f", 2);
	assert_int_equal(guise_claims_at(set, 2)->n_values, 0);
}

static void an_empty_set_and_no_set_have_no_claims(void **state)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;

	(void)state;
	assert_int_equal(make(NULL, 0, &set), 0);
	assert_non_null(set);
	assert_int_equal(guise_claims_n(set), 0);
	assert_int_equal(guise_claims_n(NULL), 0);
	assert_null(guise_claims_ref(NULL));
	assert_null(guise_claims_unref(NULL));
}

static void a_name_occurs_once_whatever_its_case(void **state)
{
	const struct guise_claims *set;
	const struct guise_claim claims[] = {
		{NAME("Title"), .type = GUISE_CLAIM_INT64},
		{NAME("tItLe"), .type = GUISE_CLAIM_STRING},
	};
	const struct guise_claim cyrillic[] = {
		{NAME("\xea\x99\xad"), .type = GUISE_CLAIM_INT64},
		{NAME("\xea\x99\xac"), .type = GUISE_CLAIM_INT64},
	};

	(void)state;
	assert_int_equal(make(claims, 2, &set), GUISE_E_INVALID_CLAIM);
	assert_int_equal(make(cyrillic, 2, &set), GUISE_E_INVALID_CLAIM);
	assert_null(set);
}

static void a_value_occurs_once(void **state)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	const struct guise_claim_value ints[] = {
		{.integer = 42}, {.integer = 1}, {.integer = 42}};
	const struct guise_claim_value cases[] = {TEXT("foo"), TEXT("FOO")};
	const struct guise_claim_value same[] = {TEXT("foo"), TEXT("foo")};
	const struct guise_claim sensitive = {
		NAME("x"),
		.type = GUISE_CLAIM_STRING,
		.flags = GUISE_CLAIM_CASE_SENSITIVE,
		.values = cases,
		.n_values = 2,
	};

	(void)state;
	assert_int_equal(make_one(GUISE_CLAIM_INT64, ints, 2), 0);
	assert_int_equal(make_one(GUISE_CLAIM_INT64, ints, 3),
			 GUISE_E_INVALID_CLAIM);
	assert_int_equal(make_one(GUISE_CLAIM_STRING, cases, 2),
			 GUISE_E_INVALID_CLAIM);
	assert_int_equal(make_one(GUISE_CLAIM_STRING, same, 2),
			 GUISE_E_INVALID_CLAIM);
	assert_int_equal(make_one(GUISE_CLAIM_OCTETS, cases, 2), 0);
	assert_int_equal(make_one(GUISE_CLAIM_OCTETS, same, 2),
			 GUISE_E_INVALID_CLAIM);
	assert_int_equal(make(&sensitive, 1, &set), 0);
}

static void what_is_no_claim_is_refused(void **state)
{
	const struct guise_claims *set;
	const struct guise_claim_value two = {.integer = 2};
	const struct guise_claim_value minus = {.integer = -1};
	const struct guise_claim_value no_utf8[] = {TEXT("\xff"),
						    TEXT("\xed\xa0\x80"
							 "\xed\xb0\x80"),
						    TEXT("\xc0\x80"),
						    TEXT("a\0b")};
	const struct guise_claim_value lone = TEXT("\xed\xa0\x80");
	const struct guise_claim_value sid = {.data = admins,
					      .size = sizeof(admins)};
	const struct guise_claim_value cut = {.data = admins,
					      .size = sizeof(admins) - 1};
	const struct guise_claim nameless = {.type = GUISE_CLAIM_INT64};
	const struct guise_claim fqbn = {NAME("x"), .type = 4};

	(void)state;
	assert_int_equal(make_one(GUISE_CLAIM_BOOLEAN, &two, 1),
			 GUISE_E_INVALID_CLAIM);
	assert_int_equal(make_one(GUISE_CLAIM_BOOLEAN, &minus, 1),
			 GUISE_E_INVALID_CLAIM);
	for (size_t i = 0; i < ARRAY_SIZE(no_utf8); i++)
		assert_int_equal(make_one(GUISE_CLAIM_STRING, &no_utf8[i], 1),
				 GUISE_E_INVALID_CLAIM);
	assert_int_equal(make_one(GUISE_CLAIM_STRING, &lone, 1), 0);
	assert_int_equal(make_one(GUISE_CLAIM_SID, &sid, 1), 0);
	assert_int_equal(make_one(GUISE_CLAIM_SID, &cut, 1),
			 GUISE_E_INVALID_CLAIM);
	assert_int_equal(make(&nameless, 1, &set), GUISE_E_INVALID_CLAIM);
	assert_int_equal(make(&fqbn, 1, &set), GUISE_E_INVALID_CLAIM);
	assert_int_equal(make(NULL, 1, &set), -EINVAL);
	assert_int_equal(guise_claims_new(&nameless, 1, NULL), -EINVAL);
	assert_int_equal(make_one(GUISE_CLAIM_INT64, NULL, 1), -EINVAL);
}

static void limits_hold(void **state)
{
	static struct guise_claim_value values[GUISE_CLAIM_VALUES_MAX + 1];
	static struct guise_claim claims[GUISE_CLAIMS_MAX + 1];
	static char names[GUISE_CLAIMS_MAX + 1][4];
	static char big[GUISE_CLAIM_MAX_SIZE];
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	struct guise_claim_value value = {.data = big};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		values[i].integer = (int64_t)i;
	assert_int_equal(
		make_one(GUISE_CLAIM_UINT64, values, GUISE_CLAIM_VALUES_MAX),
		0);
	assert_int_equal(make_one(GUISE_CLAIM_UINT64, values,
				  GUISE_CLAIM_VALUES_MAX + 1),
			 GUISE_E_LIMIT);
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		names[i][0] = (char)('a' + i / 400);
		names[i][1] = (char)('a' + i / 20 % 20);
		names[i][2] = (char)('a' + i % 20);
		claims[i].name = names[i];
		claims[i].name_size = 3;
		claims[i].type = GUISE_CLAIM_INT64;
	}
	assert_int_equal(make(claims, GUISE_CLAIMS_MAX + 1, &set),
			 GUISE_E_LIMIT);
	assert_int_equal(make(claims, GUISE_CLAIMS_MAX, &set), 0);
	/* header, one offset, "x", length */
	memset(big, 'a', sizeof(big));
	value.size = GUISE_CLAIM_MAX_SIZE - 16 - 4 - 4 - 4;
	assert_int_equal(make_one(GUISE_CLAIM_OCTETS, &value, 1), 0);
	value.size++;
	assert_int_equal(make_one(GUISE_CLAIM_OCTETS, &value, 1),
			 GUISE_E_LIMIT);
	value.size = SIZE_MAX;
	assert_int_equal(make_one(GUISE_CLAIM_OCTETS, &value, 1),
			 GUISE_E_LIMIT);
	assert_int_equal(make_one(GUISE_CLAIM_STRING, &value, 1),
			 GUISE_E_LIMIT);
}

/* As Windows wrote ("colour",TS,0x0,"blue") of a resource attribute. */
static const uint8_t colour[] = {
	0x14, 0,    0, 0, 3,   0,   0,	 0,   0,   0,	0,   0,	  1, 0,	  0,
	0,    0x22, 0, 0, 0,   'c', 0,	 'o', 0,   'l', 0,   'o', 0, 'u', 0,
	'r',  0,    0, 0, 'b', 0,   'l', 0,   'u', 0,	'e', 0,	  0, 0,
};

static void the_binary_form_is_that_of_windows(void **state)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const struct guise_claim *c;

	(void)state;
	assert_int_equal(guise_claim_decode(colour, sizeof(colour), &set), 0);
	assert_int_equal(guise_claims_n(set), 1);
	c = guise_claims_at(set, 0);
	assert_int_equal(c->name_size, 6);
	assert_memory_equal(c->name, "colour", 6);
	assert_int_equal(c->type, GUISE_CLAIM_STRING);
	assert_int_equal(c->n_values, 1);
	assert_int_equal(c->values[0].size, 4);
	assert_memory_equal(c->values[0].data, "blue", 4);
	assert_int_equal(guise_claim_encode(c, &out), 0);
	assert_int_equal(out.size, sizeof(colour));
	assert_memory_equal(out.data, colour, sizeof(colour));
}

static void every_type_survives_encoding(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const struct guise_claim_value ints[] = {
		{.integer = INT64_MIN}, {.integer = -1}, {.integer = 0}};
	const struct guise_claim_value bools[] = {{.integer = 1},
						  {.integer = 0}};
	const struct guise_claim_value bytes[] = {TEXT(""), TEXT("\0\1\2")};
	const struct guise_claim_value texts[] = {
		TEXT(""), TEXT("\xf0\x9f\x98\x80"), TEXT("\xed\xb0\x80")};
	const struct guise_claim_value sids[] = {
		{.data = admins, .size = sizeof(admins)}};
	const struct guise_claim claims[] = {
		{NAME("a"), GUISE_CLAIM_INT64, 1, ints, 3},
		{NAME("a"), GUISE_CLAIM_UINT64, 2, ints, 3},
		{NAME("a"), GUISE_CLAIM_BOOLEAN, 4, bools, 2},
		{NAME("a"), GUISE_CLAIM_OCTETS, 0xffff0000, bytes, 2},
		{NAME("\xf0\x9f\x98\x80"), GUISE_CLAIM_STRING, 0, texts, 3},
		{NAME("a"), GUISE_CLAIM_SID, 0, sids, 1},
		{NAME("a"), GUISE_CLAIM_SID, 0, NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		GUISE_AUTO(guise_claims_unrefp)
		const struct guise_claims *set = NULL;
		const struct guise_claim *c;

		out.size = 0;
		assert_int_equal(guise_claim_encode(&claims[i], &out), 0);
		assert_int_equal(guise_claim_decode(out.data, out.size, &set),
				 0);
		c = guise_claims_at(set, 0);
		assert_int_equal(c->type, claims[i].type);
		assert_int_equal(c->flags, claims[i].flags);
		assert_int_equal(c->name_size, claims[i].name_size);
		assert_memory_equal(c->name, claims[i].name, c->name_size);
		assert_int_equal(c->n_values, claims[i].n_values);
		for (size_t k = 0; k < c->n_values; k++) {
			assert_int_equal(c->values[k].integer,
					 claims[i].values[k].integer);
			assert_int_equal(c->values[k].size,
					 claims[i].values[k].size);
			if (c->values[k].size)
				assert_memory_equal(c->values[k].data,
						    claims[i].values[k].data,
						    c->values[k].size);
		}
	}
}

/* A descriptor may hold such a claim, and it must be possible to show it. */
static void repeated_values_survive_decoding_but_make_no_set(void **state)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const struct guise_claim_value ints[] = {{.integer = 5},
						 {.integer = 5}};
	const struct guise_claim claim = {NAME("a"), GUISE_CLAIM_INT64, 0, ints,
					  2};
	const struct guise_claims *none;

	(void)state;
	assert_int_equal(guise_claim_encode(&claim, &out), 0);
	assert_int_equal(guise_claim_decode(out.data, out.size, &set), 0);
	assert_int_equal(guise_claims_at(set, 0)->n_values, 2);
	assert_int_equal(make(guise_claims_at(set, 0), 1, &none),
			 GUISE_E_INVALID_CLAIM);
}

static void every_truncation_is_refused(void **state)
{
	struct guard_page page = guard_page_new(sizeof(colour));
	const struct guise_claims *set = NULL;

	(void)state;
	for (size_t n = 0; n < sizeof(colour); n++) {
		const uint8_t *at = guard_page_place(&page, colour, n);

		assert_int_equal(guise_claim_decode(at, n, &set),
				 GUISE_E_INVALID_CLAIM);
		assert_null(set);
	}
	guard_page_free(&page);
}

static void trailing_zeros_are_padding(void **state)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	uint8_t padded[sizeof(colour) + 3] = {0};

	(void)state;
	memcpy(padded, colour, sizeof(colour));
	assert_int_equal(guise_claim_decode(padded, sizeof(padded), &set), 0);
}

static void offsets_that_lead_outside_are_refused(void **state)
{
	static const uint8_t where[] = {0, 16};
	uint8_t bytes[sizeof(colour)];
	const struct guise_claims *set;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(where); i++) {
		memcpy(bytes, colour, sizeof(colour));
		memset(bytes + where[i], 0xff, 4);
		assert_int_equal(guise_claim_decode(bytes, sizeof(bytes), &set),
				 GUISE_E_INVALID_CLAIM);
		memset(bytes + where[i], 0, 4);
		bytes[where[i]] = sizeof(bytes);
		assert_int_equal(guise_claim_decode(bytes, sizeof(bytes), &set),
				 GUISE_E_INVALID_CLAIM);
	}
	memcpy(bytes, colour, sizeof(colour));
	memset(bytes + 12, 0xff, 4);
	assert_int_equal(guise_claim_decode(bytes, sizeof(bytes), &set),
			 GUISE_E_INVALID_CLAIM);
}

/* Else a few bytes would become a great many. */
static void values_that_share_bytes_are_refused(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const struct guise_claim_value texts[] = {TEXT("suffix"), TEXT("fix")};
	const struct guise_claim claim = {NAME("a"), GUISE_CLAIM_STRING, 0,
					  texts, 2};
	const struct guise_claims *set = NULL;
	uint8_t *second;

	(void)state;
	assert_int_equal(guise_claim_encode(&claim, &out), 0);
	second = out.data + 20;
	second[0] = (uint8_t)(out.data[16] + 6);
	assert_int_equal(guise_claim_decode(out.data, out.size - 8, &set),
			 GUISE_E_INVALID_CLAIM);
	assert_null(set);
}

static void upper_case_is_that_of_windows(void **state)
{
	static const uint16_t pairs[][2] = {
		{'a', 'A'},
		{'z', 'Z'},
		{'`', '`'},
		{'{', '{'},
		{0xe9, 0xc9},
		{0xff, 0x178},
		{0x3c3, 0x3a3},
		{0x44f, 0x42f},
		{0x1c6, 0x1c4},
		{0x2d25, 0x10c5},
		{0xa66d, 0xa66c},
		{0xff5a, 0xff3a},
		/* its own upper case on Windows */
		{0xb5, 0xb5},
		{0xdf, 0xdf},
		{0x131, 0x131},
		{0x17f, 0x17f},
		{0x1c5, 0x1c5},
		{0x3c2, 0x3c2},
		/* pairs of a younger Unicode */
		{0x29e, 0x29e},
		{0x25c, 0x25c},
		{0x2cec, 0x2cec},
		{0xa7a7, 0xa7a7},
		{0x525, 0x525},
		{0x10d0, 0x10d0},
		{0xd800, 0xd800},
		{0xffff, 0xffff},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		assert_int_equal(utf16_upcase(pairs[i][0]), pairs[i][1]);
}

static void upper_case_has_973_pairs_and_is_its_own_upper_case(void **state)
{
	unsigned n = 0;

	(void)state;
	for (uint32_t unit = 0; unit <= UINT16_MAX; unit++) {
		uint16_t upper = utf16_upcase((uint16_t)unit);

		n += upper != unit;
		assert_int_equal(utf16_upcase(upper), upper);
	}
	assert_int_equal(n, 973);
}

/* Four units at a time give what one at a time gives. */
static void comparing_words_is_comparing_units(void **state)
{
	uint8_t a[24], b[24];

	(void)state;
	for (uint32_t x = 0; x < 0x180; x++) {
		for (uint32_t y = 0; y < 0x180; y += 1) {
			const uint16_t up = utf16_upcase((uint16_t)x);
			const uint16_t vp = utf16_upcase((uint16_t)y);
			const size_t at = 2 * ((x + y) % 12);

			memset(a, 0, sizeof(a));
			memset(b, 0, sizeof(b));
			a[at] = (uint8_t)x;
			a[at + 1] = (uint8_t)(x >> 8);
			b[at] = (uint8_t)y;
			b[at + 1] = (uint8_t)(y >> 8);
			assert_int_equal(utf16_equal(a, 24, b, 24, true),
					 up == vp);
			assert_int_equal(utf16_equal(a, 24, b, 24, false),
					 x == y);
			assert_int_equal(utf16_compare(a, 24, b, 24, true),
					 (up > vp) - (up < vp));
			if (up == vp)
				assert_int_equal(utf16_hash(a, 24),
						 utf16_hash(b, 24));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_gives_back_what_it_was_given),
		cmocka_unit_test(an_empty_set_and_no_set_have_no_claims),
		cmocka_unit_test(a_name_occurs_once_whatever_its_case),
		cmocka_unit_test(a_value_occurs_once),
		cmocka_unit_test(what_is_no_claim_is_refused),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(the_binary_form_is_that_of_windows),
		cmocka_unit_test(every_type_survives_encoding),
		cmocka_unit_test(
			repeated_values_survive_decoding_but_make_no_set),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(trailing_zeros_are_padding),
		cmocka_unit_test(offsets_that_lead_outside_are_refused),
		cmocka_unit_test(values_that_share_bytes_are_refused),
		cmocka_unit_test(upper_case_is_that_of_windows),
		cmocka_unit_test(
			upper_case_has_973_pairs_and_is_its_own_upper_case),
		cmocka_unit_test(comparing_words_is_comparing_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
