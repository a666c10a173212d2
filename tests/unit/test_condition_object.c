/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on attributes of an object, many values, and byte code that means
 * harm (MS-DTYP 2.4.4.17, 2.4.10.1). */
#include "cmocka-wrap.h"
#include "guard-page.h"

#include "buf.h"
#include "condition-fixture.h"

/* A SACL of resource attributes, in both forms. */
struct object {
	const struct guise_acl *sacl;
	struct guise_buf bytes;
	struct resource_attributes parsed, raw;
};

static void object_init(struct object *o, const struct guise_ace *aces,
			size_t n)
{
	*o = (struct object){0};
	assert_int_equal(guise_acl_new(0, aces, n, &o->sacl), 0);
	assert_int_equal(guise_acl_encode(o->sacl, &o->bytes), 0);
	o->parsed.sacl = o->sacl;
	assert_int_equal(acl_read_span(reader_of(o->bytes.data, o->bytes.size),
				       &o->raw.raw_sacl),
			 0);
}

static void object_clear(struct object *o)
{
	o->sacl = guise_acl_unref(o->sacl);
	guise_buf_clear(&o->bytes);
}

static void assert_of_object(const struct object *o, const char *text,
			     enum guise_truth truth)
{
	struct condition_env env = plain_env();

	env.resource = &o->parsed;
	assert_int_equal(ask(&env, text), truth);
	env.resource = &o->raw;
	assert_int_equal(ask(&env, text), truth);
}

static struct guise_ace attribute_ace(const struct guise_claim *claim,
				      struct guise_buf *data)
{
	assert_int_equal(guise_claim_encode(claim, data), 0);
	return (struct guise_ace){
		.type = GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE,
		.sid = {.authority = 1, .n_subs = 1},
		.data = data->data,
		.data_size = data->size,
	};
}

static void resource_attributes_come_from_the_sacl(void **state)
{
	static const struct guise_claim_value twice[] = {{.integer = 1},
							 {.integer = 1}};
	const struct guise_claim claims[] = {
		CLAIM("a", GUISE_CLAIM_STRING, 0, words),
		CLAIM("b", GUISE_CLAIM_INT64, 0, one),
		CLAIM("B", GUISE_CLAIM_INT64, 0, minus), /* a later one */
		CLAIM("c", GUISE_CLAIM_INT64, 0, one),
		CLAIM("c", GUISE_CLAIM_INT64, 0, twice), /* as if absent */
		CLAIM("d", GUISE_CLAIM_INT64, 0, one),	 /* inherit-only */
		CLAIM("e", GUISE_CLAIM_INT64, 0, one),	 /* malformed */
		CLAIM("f", GUISE_CLAIM_INT64, 0, twice), /* as if absent */
		CLAIM("g", GUISE_CLAIM_SID, 0, sid),
		CLAIM("h", GUISE_CLAIM_INT64, 0, one), /* of no type */
	};
	const size_t type_at = 4, count_at = 12;
	struct guise_buf data[ARRAY_SIZE(claims)] = {0};
	struct guise_ace aces[ARRAY_SIZE(claims)];
	struct object o;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
		aces[i] = attribute_ace(&claims[i], &data[i]);
	aces[5].flags = GUISE_ACE_INHERIT_ONLY | GUISE_ACE_OBJECT_INHERIT;
	aces[6].data_size -= 4;
	data[9].data[type_at + 1] = 2;
	data[9].data[count_at] = 0;
	object_init(&o, aces, ARRAY_SIZE(aces));
	assert_of_object(&o, "(@Resource.A Contains {\"BLUE\"})", GUISE_TRUE);
	assert_of_object(&o, "(@User.words == @Resource.a)", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.a == @Resource.a)", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.b == -1)", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.c == 1)", GUISE_TRUE);
	assert_of_object(&o, "(Exists @Resource.d)", GUISE_FALSE);
	assert_of_object(&o, "(Exists @Resource.e)", GUISE_FALSE);
	assert_of_object(&o, "(Exists @Resource.f)", GUISE_FALSE);
	assert_of_object(&o, "(Exists @Resource.h)", GUISE_FALSE);
	assert_of_object(&o, "(@Resource.g == SID(BA))", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.b && @Resource.a Any_of {\"red\"})",
			 GUISE_TRUE);
	object_clear(&o);
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
		guise_buf_clear(&data[i]);
}

static void what_the_sacl_hides_is_not_what_is_given(void **state)
{
	const struct guise_claim hidden =
		CLAIM("a", GUISE_CLAIM_INT64, GUISE_CLAIM_DISABLED, one);
	const struct guise_claim given =
		CLAIM("a", GUISE_CLAIM_INT64, 0, minus);
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *set = set_of(&given, 1);
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	const struct guise_ace ace = attribute_ace(&hidden, &data);
	struct object o;

	(void)state;
	object_init(&o, &ace, 1);
	assert_of_object(&o, "(@Resource.a == -1)", GUISE_UNKNOWN);
	o.parsed.given = set;
	o.raw.given = set;
	assert_of_object(&o, "(@Resource.a == -1)", GUISE_UNKNOWN);
	assert_of_object(&o, "(Exists @Resource.a)", GUISE_FALSE);
	object_clear(&o);
}

static void the_sacl_comes_before_what_is_given(void **state)
{
	const struct guise_claim in_sacl =
		CLAIM("a", GUISE_CLAIM_INT64, 0, one);
	const struct guise_claim given[] = {
		CLAIM("A", GUISE_CLAIM_INT64, 0, minus),
		CLAIM("b", GUISE_CLAIM_INT64, 0, minus),
	};
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *set = set_of(given, 2);
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	const struct guise_ace ace = attribute_ace(&in_sacl, &data);
	static const char text[] = "(@Resource.b == -1)";
	enum guise_truth truth = GUISE_FALSE;
	struct object o;

	(void)state;
	object_init(&o, &ace, 1);
	o.parsed.given = set;
	o.raw.given = set;
	assert_of_object(&o, "(@Resource.a == 1)", GUISE_TRUE);
	assert_of_object(&o, text, GUISE_TRUE);
	object_clear(&o);
	assert_int_equal(guise_condition_parse(text, sizeof(text) - 1, NULL,
					       &code, NULL, NULL),
			 0);
	assert_int_equal(guise_condition_evaluate(code.data, code.size, token,
						  set, &truth),
			 0);
	assert_int_equal(truth, GUISE_TRUE);
	assert_int_equal(guise_condition_evaluate(code.data, code.size, token,
						  NULL, &truth),
			 0);
	assert_int_equal(truth, GUISE_UNKNOWN);
	assert_int_equal(guise_condition_evaluate(NULL, 0, token, NULL, &truth),
			 -EINVAL);
	assert_int_equal(guise_condition_evaluate(code.data, code.size, NULL,
						  NULL, &truth),
			 -EINVAL);
	assert_int_equal(guise_condition_evaluate(code.data, code.size, token,
						  NULL, NULL),
			 -EINVAL);
}

static void a_sacl_of_too_many_attributes_cannot_be_read(void **state)
{
	const struct guise_claim claim = CLAIM("a", GUISE_CLAIM_INT64, 0, one);
	static struct guise_ace aces[GUISE_RESOURCE_ATTRIBUTES_MAX + 1];
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	struct object o;

	(void)state;
	aces[0] = attribute_ace(&claim, &data);
	for (size_t i = 1; i < ARRAY_SIZE(aces); i++)
		aces[i] = aces[0];
	object_init(&o, aces, GUISE_RESOURCE_ATTRIBUTES_MAX);
	assert_of_object(&o, "(@Resource.a == 1)", GUISE_TRUE);
	assert_of_object(&o, "(Not_Exists @Resource.b)", GUISE_TRUE);
	object_clear(&o);
	object_init(&o, aces, GUISE_RESOURCE_ATTRIBUTES_MAX + 1);
	assert_of_object(&o, "(@Resource.a == 1)", GUISE_UNKNOWN);
	assert_of_object(&o, "(Not_Exists @Resource.b || @User.one)",
			 GUISE_UNKNOWN);
	object_clear(&o);
}

/* {"p0", "p1", ...}, each member @times */
static void append_set(struct guise_buf *text, unsigned n, unsigned times)
{
	char member[24];

	for (unsigned i = 0; i < n * times; i++) {
		snprintf(member, sizeof(member), "%s\"p%u\"", i ? ", " : "{",
			 i % n);
		assert_int_equal(buf_append_text(text, member), 0);
	}
	assert_int_equal(buf_append_text(text, "})"), 0);
}

static void assert_many(const struct object *o, const char *before, unsigned n,
			unsigned times, enum guise_truth truth)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};

	assert_int_equal(buf_append_text(&text, before), 0);
	append_set(&text, n, times);
	assert_int_equal(buf_append_u8(&text, '\0'), 0);
	assert_of_object(o, (char *)text.data, truth);
}

/* Many values go another way than few: it must lead to the same place. */
static void many_values_compare_as_few_do(void **state)
{
	static struct guise_claim_value values[GUISE_CLAIM_VALUES_MAX];
	static char names[GUISE_CLAIM_VALUES_MAX][8];
	static const unsigned sizes[] = {1,  2,	 15,  16,   17,
					 18, 60, 300, 1000, 1024};
	struct guise_claim claim = {.name = "m",
				    .name_size = 1,
				    .type = GUISE_CLAIM_STRING,
				    .values = values};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(names[i], sizeof(names[i]), "P%u", i);
		values[i].data = names[i];
		values[i].size = strlen(names[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
		const unsigned n = sizes[i];
		struct guise_ace ace;
		struct object o;

		claim.n_values = n;
		ace = attribute_ace(&claim, &data);
		object_init(&o, &ace, 1);
		assert_many(&o, "(@Resource.m == ", n, 1, GUISE_TRUE);
		assert_many(&o, "(@Resource.m == ", n + 1, 1, GUISE_FALSE);
		assert_many(&o, "(@Resource.m Contains ", n, 1, GUISE_TRUE);
		assert_many(&o, "(@Resource.m Contains ", n, 2, GUISE_TRUE);
		assert_many(&o, "(@Resource.m Contains ", n + 1, 1,
			    GUISE_FALSE);
		assert_many(&o, "(@Resource.m Any_of ", n + 1, 1, GUISE_TRUE);
		assert_of_object(&o, "(@Resource.m == @Resource.m)",
				 GUISE_TRUE);
		assert_of_object(&o, "(@Resource.m Any_of {\"q\"})",
				 GUISE_FALSE);
		object_clear(&o);
	}
}

/* Case and its absence, where a set is put into a table first. */
static void many_values_keep_their_case(void **state)
{
	static struct guise_claim_value values[40];
	static char names[40][8];
	struct guise_claim claim = {.name = "m",
				    .name_size = 1,
				    .type = GUISE_CLAIM_STRING,
				    .flags = GUISE_CLAIM_CASE_SENSITIVE,
				    .values = values,
				    .n_values = 40};
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	struct guise_ace ace;
	struct object o;

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "%c%u", i < 20 ? 'P' : 'p',
			 i % 20);
		values[i].data = names[i];
		values[i].size = strlen(names[i]);
	}
	ace = attribute_ace(&claim, &data);
	object_init(&o, &ace, 1);
	assert_many(&o, "(@Resource.m Contains ", 20, 1, GUISE_TRUE);
	assert_many(&o, "(@Resource.m == ", 20, 2, GUISE_FALSE);
	assert_of_object(&o, "(@Resource.m == @Resource.m)", GUISE_TRUE);
	object_clear(&o);
}

/* Values chosen to collide make the answer UNKNOWN, not the check slow. */
/* Each comparison is paid for by its bytes, and there is a limit to all. */
static void a_condition_compares_only_so_much(void **state)
{
	char many[2001];
	const struct guise_claim_value value = {.data = many, .size = 2000};
	const struct guise_claim claim = {"a", 1,      GUISE_CLAIM_STRING,
					  0,   &value, 1};
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	static const char same[] = "(@Resource.a == @Resource.a)";
	struct guise_ace ace;
	struct object o;

	(void)state;
	memset(many, 'x', sizeof(many) - 1);
	ace = attribute_ace(&claim, &data);
	object_init(&o, &ace, 1);
	assert_of_object(&o, same, GUISE_TRUE);
	assert_int_equal(buf_append_text(&text, "(("), 0);
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(buf_append_text(&text, same), 0);
		assert_int_equal(buf_append_text(&text, i < 19 ? " && " : "))"),
				 0);
	}
	assert_int_equal(buf_append_u8(&text, 0), 0);
	assert_of_object(&o, (const char *)text.data, GUISE_UNKNOWN);
	object_clear(&o);
}

static void values_that_collide_are_given_up(void **state)
{
	static struct guise_claim_value values[GUISE_CLAIM_VALUES_MAX];
	struct guise_claim claim = {.name = "m",
				    .name_size = 1,
				    .type = GUISE_CLAIM_INT64,
				    .values = values,
				    .n_values = GUISE_CLAIM_VALUES_MAX};
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	struct guise_ace ace;
	struct object o;
	/* the inverse of the odd number that integers are hashed with */
	const uint64_t key = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t inverse = key;

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		inverse *= 2 - key * inverse;
	assert_true(inverse * key == 1);
	for (unsigned i = 0; i < ARRAY_SIZE(values); i++)
		values[i].integer = (int64_t)(inverse * (i + 1));
	ace = attribute_ace(&claim, &data);
	object_init(&o, &ace, 1);
	assert_of_object(&o, "(Exists @Resource.m)", GUISE_FALSE);
	object_clear(&o);
}

#define CODE(bytes) (const uint8_t *)"artx" bytes, sizeof("artx" bytes) - 1
/* @User.one, @User.zero, 1 */
#define U1 "\xf9\6\0\0\0o\0n\0e\0"
#define U0 "\xf9\x8\0\0\0z\0e\0r\0o\0"
#define ONE "\4\1\0\0\0\0\0\0\0\3\2"

static void assert_code(const uint8_t *code, size_t size,
			enum guise_truth truth)
{
	const struct condition_env env = plain_env();
	struct guard_page page = guard_page_new(size);

	assert_int_equal(condition_evaluate(&env,
					    guard_page_place(&page, code, size),
					    size),
			 truth);
	guard_page_free(&page);
}

static void malformed_code_is_unknown(void **state)
{
	(void)state;
	assert_code(CODE(U1), GUISE_TRUE);
	assert_code(CODE(U1 "\0\0\0"), GUISE_TRUE);
	assert_code((const uint8_t *)"", 0, GUISE_UNKNOWN);
	assert_code((const uint8_t *)"art", 3, GUISE_UNKNOWN);
	assert_code((const uint8_t *)"artX" U1, 15, GUISE_UNKNOWN);
	assert_code(CODE(""), GUISE_UNKNOWN);
	assert_code(CODE("\0\0"), GUISE_UNKNOWN);
	assert_code(CODE(U1 U1), GUISE_UNKNOWN);
	assert_code(CODE(U1 "\0" U1 "\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 "\x7f"), GUISE_UNKNOWN);
	assert_code(CODE("\xa2"), GUISE_UNKNOWN);
	assert_code(CODE(U1 "\xa1"), GUISE_UNKNOWN);
	assert_code(CODE("\x80"), GUISE_UNKNOWN);
	assert_code(CODE(U1 "\x80"), GUISE_UNKNOWN);
	assert_code(CODE("\x87"), GUISE_UNKNOWN);
	assert_code(CODE("\x89"), GUISE_UNKNOWN);
	assert_code(CODE("\xf9\0\0\0\0"), GUISE_UNKNOWN);
	assert_code(CODE("\xf9\5\0\0\0o\0n\0e"), GUISE_UNKNOWN);
	assert_code(CODE("\xf9\x7\0\0\0o\0n\0e\0"), GUISE_UNKNOWN);
	assert_code(CODE("\xf9\xff\xff\xff\xff"), GUISE_UNKNOWN);
	assert_code(CODE("\4\1\0\0\0\0\0\0\0\3"), GUISE_UNKNOWN);
	assert_code(CODE(U1 "\x10\1\0\0\0a\x80"), GUISE_UNKNOWN);
}

/* What cannot be meant spoils all of it, even where the rest would decide. */
static void an_error_makes_all_of_it_unknown(void **state)
{
	(void)state;
	assert_code(CODE(U1 U1 ONE "\x80\xa1"), GUISE_TRUE);
	/* a value as a condition */
	assert_code(CODE(ONE), GUISE_UNKNOWN);
	assert_code(CODE(ONE "\xa2"), GUISE_UNKNOWN);
	assert_code(CODE(U1 ONE "\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(ONE U1 "\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 "\x50\0\0\0\0\xa1"), GUISE_UNKNOWN);
	/* a value or a result on the left */
	assert_code(CODE(U1 ONE ONE "\x80\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 ONE U1 "\x80\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 ONE "\x80" ONE "\x80"), GUISE_UNKNOWN);
	assert_code(CODE(U1 U1 "\xa2" ONE "\x80\xa1"), GUISE_UNKNOWN);
	/* Exists of a value, Member_of an attribute or a number */
	assert_code(CODE(U1 ONE "\x87\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 U1 "\x89\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 ONE "\x89\xa1"), GUISE_UNKNOWN);
	/* half a unit of a string; sets within sets, broken sets and SIDs */
	assert_code(CODE(U1 U1 "\x10\1\0\0\0a\x80\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 U1 "\x50\5\0\0\0\x50\0\0\0\0\x80\xa1"),
		    GUISE_UNKNOWN);
	assert_code(CODE(U1 U1 "\x50\1\0\0\0\0\x80\xa1"), GUISE_UNKNOWN);
	assert_code(CODE(U1 "\x51\x09\0\0\0\1\0\0\0\0\0\0\1\0\x89\xa1"),
		    GUISE_UNKNOWN);
	assert_code(CODE(U1 "\x51\7\0\0\0\1\0\0\0\0\0\0\x89\xa1"),
		    GUISE_UNKNOWN);
}

static void integers_of_any_width_have_their_value(void **state)
{
	(void)state;
	assert_code(CODE(U1 "\1\1\xff\xff\xff\xff\xff\xff\xff\3\2\x80"),
		    GUISE_TRUE);
	assert_code(CODE(U1 "\2\1\0\xff\xff\xff\xff\xff\xff\3\2\x80"),
		    GUISE_TRUE);
	assert_code(CODE(U1 "\3\1\0\0\0\xff\xff\xff\xff\3\2\x80"), GUISE_TRUE);
	assert_code(CODE(U1 "\4\1\0\0\0\xff\xff\xff\xff\3\2\x80"), GUISE_FALSE);
	assert_code(CODE(U1 "\1\xff\0\0\0\0\0\0\0\3\2\x84"), GUISE_TRUE);
	/* sign and base are how it was written */
	assert_code(CODE(U1 "\4\1\0\0\0\0\0\0\0\x99\x99\x80"), GUISE_TRUE);
}

static void every_truncation_is_unknown_or_a_shorter_condition(void **state)
{
	static const uint8_t code[] =
		"artx" U1 ONE "\x80" U0 "\x50\x0b\0\0\0" ONE "\x86\xa1";
	const struct condition_env env = plain_env();
	struct guard_page page = guard_page_new(sizeof(code));

	(void)state;
	for (size_t n = 0; n < sizeof(code) - 1; n++) {
		const bool whole = n == 4 + 11 || n == 4 + 11 + 12;

		assert_int_equal(
			condition_evaluate(&env,
					   guard_page_place(&page, code, n), n),
			whole ? GUISE_TRUE : GUISE_UNKNOWN);
	}
	guard_page_free(&page);
}

static enum guise_truth ask_chain(size_t n)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	const struct condition_env env = plain_env();

	assert_int_equal(buf_append(&code, "artx", 4), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(buf_append(&code, U1, 11), 0);
	for (size_t i = 1; i < n; i++)
		assert_int_equal(buf_append_u8(&code, 0xa0), 0);
	return condition_evaluate(&env, code.data, code.size);
}

static void depth_has_a_limit(void **state)
{
	(void)state;
	assert_int_equal(ask_chain(1), GUISE_TRUE);
	assert_int_equal(ask_chain(3), GUISE_TRUE);
	assert_int_equal(ask_chain(GUISE_CONDITION_MAX_DEPTH), GUISE_TRUE);
	assert_int_equal(ask_chain(GUISE_CONDITION_MAX_DEPTH + 1),
			 GUISE_UNKNOWN);
	assert_int_equal(ask_chain(5000), GUISE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resource_attributes_come_from_the_sacl),
		cmocka_unit_test(the_sacl_comes_before_what_is_given),
		cmocka_unit_test(what_the_sacl_hides_is_not_what_is_given),
		cmocka_unit_test(a_sacl_of_too_many_attributes_cannot_be_read),
		cmocka_unit_test(many_values_compare_as_few_do),
		cmocka_unit_test(many_values_keep_their_case),
		cmocka_unit_test(a_condition_compares_only_so_much),
		cmocka_unit_test(values_that_collide_are_given_up),
		cmocka_unit_test(malformed_code_is_unknown),
		cmocka_unit_test(an_error_makes_all_of_it_unknown),
		cmocka_unit_test(integers_of_any_width_have_their_value),
		cmocka_unit_test(
			every_truncation_is_unknown_or_a_shorter_condition),
		cmocka_unit_test(depth_has_a_limit),
	};

	return cmocka_run_group_tests(tests, token_setup, token_teardown);
}
