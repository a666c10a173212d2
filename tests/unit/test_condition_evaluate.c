/* SPDX-License-Identifier: Apache-2.0 */
/* What conditions are for a token and an object (MS-DTYP 2.4.4.17). */
#include "cmocka-wrap.h"
#include "guard-page.h"

#include "base.h"
#include "buf.h"
#include "condition-attribute.h"
#include "token-internal.h"

#define TEXT(t)                                                                \
	{                                                                      \
		.data = (t), .size = sizeof(t) - 1                             \
	}
#define CLAIM(name_, type_, flags_, values_)                                   \
	{                                                                      \
		.name = (name_), .name_size = sizeof(name_) - 1,               \
		.type = (type_), .flags = (flags_), .values = (values_),       \
		.n_values = ARRAY_SIZE(values_)                                \
	}
#define NO_VALUES(name_)                                                       \
	{                                                                      \
		.name = (name_), .name_size = sizeof(name_) - 1,               \
		.type = GUISE_CLAIM_STRING                                     \
	}

static const struct guise_claim_value minus[] = {{.integer = -1}};
static const struct guise_claim_value zero[] = {{.integer = 0}};
static const struct guise_claim_value one[] = {{.integer = 1}};
static const struct guise_claim_value big[] = {{.integer = -1}}; /* 2^64-1 */
static const struct guise_claim_value numbers[] = {
	{.integer = 3}, {.integer = 1}, {.integer = 2}};
static const struct guise_claim_value word[] = {TEXT("Finance")};
static const struct guise_claim_value empty[] = {TEXT("")};
static const struct guise_claim_value words[] = {TEXT("red"), TEXT("Blue")};
static const struct guise_claim_value octets[] = {TEXT("\1\2")};
static const struct guise_claim_value sid[] = {
	TEXT("\1\2\0\0\0\0\0\5\x20\0\0\0\x20\2\0\0")};

static const struct guise_claim user_claims[] = {
	CLAIM("minus", GUISE_CLAIM_INT64, 0, minus),
	CLAIM("zero", GUISE_CLAIM_INT64, 0, zero),
	CLAIM("one", GUISE_CLAIM_INT64, 0, one),
	CLAIM("uone", GUISE_CLAIM_UINT64, 0, one),
	CLAIM("big", GUISE_CLAIM_UINT64, 0, big),
	CLAIM("numbers", GUISE_CLAIM_INT64, 0, numbers),
	CLAIM("yes", GUISE_CLAIM_BOOLEAN, 0, one),
	CLAIM("no", GUISE_CLAIM_BOOLEAN, 0, zero),
	CLAIM("word", GUISE_CLAIM_STRING, 0, word),
	CLAIM("exact", GUISE_CLAIM_STRING, GUISE_CLAIM_CASE_SENSITIVE, word),
	CLAIM("empty", GUISE_CLAIM_STRING, 0, empty),
	CLAIM("words", GUISE_CLAIM_STRING, 0, words),
	CLAIM("octets", GUISE_CLAIM_OCTETS, 0, octets),
	CLAIM("sid", GUISE_CLAIM_SID, 0, sid),
	CLAIM("off", GUISE_CLAIM_INT64, GUISE_CLAIM_DISABLED, one),
	CLAIM("deny", GUISE_CLAIM_INT64, GUISE_CLAIM_DENY_ONLY, one),
	NO_VALUES("none"),
};
static const struct guise_claim device_claims[] = {
	CLAIM("one", GUISE_CLAIM_INT64, 0, minus),
	CLAIM("device", GUISE_CLAIM_INT64, 0, one),
};
static const struct guise_claim local_claims[] = {
	CLAIM("WIN://SYSAPPID", GUISE_CLAIM_STRING, 0, words),
};
static const struct guise_claim restricted_claims[] = {
	CLAIM("zero", GUISE_CLAIM_INT64, 0, one),
};

static const struct guise_sid me = {
	.authority = 5, .n_subs = 5, .sub = {21, 1, 2, 3, 1001}};
static const struct guise_sid admins = {
	.authority = 5, .n_subs = 2, .sub = {32, 544}};
static const struct guise_sid guests = {
	.authority = 5, .n_subs = 2, .sub = {32, 546}};
static const struct guise_sid users = {
	.authority = 5, .n_subs = 2, .sub = {32, 545}};

static const struct guise_token *token;

static const struct guise_claims *set_of(const struct guise_claim *claims,
					 size_t n)
{
	const struct guise_claims *set = NULL;

	assert_int_equal(guise_claims_new(claims, n, &set), 0);
	return set;
}

static void give_claims(struct guise_token_builder *b,
			enum guise_token_claims_kind kind,
			const struct guise_claim *claims, size_t n)
{
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *set = set_of(claims, n);

	guise_token_builder_claims(b, kind, set);
}

static int token_setup(void **state)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;

	(void)state;
	if (guise_token_builder_new(&b) < 0)
		return -1;
	guise_token_builder_user(b, &me, 0);
	guise_token_builder_group(b, &admins, GUISE_GROUP_USUAL);
	guise_token_builder_group(b, &guests, GUISE_GROUP_USE_FOR_DENY_ONLY);
	guise_token_builder_restricted_sid(b, &users);
	guise_token_builder_device_group(b, &users, GUISE_GROUP_USUAL);
	guise_token_builder_device_group(b, &guests,
					 GUISE_GROUP_USE_FOR_DENY_ONLY);
	give_claims(b, GUISE_CLAIMS_USER, user_claims, ARRAY_SIZE(user_claims));
	give_claims(b, GUISE_CLAIMS_DEVICE, device_claims,
		    ARRAY_SIZE(device_claims));
	give_claims(b, GUISE_CLAIMS_LOCAL, local_claims,
		    ARRAY_SIZE(local_claims));
	give_claims(b, GUISE_CLAIMS_RESTRICTED_USER, restricted_claims,
		    ARRAY_SIZE(restricted_claims));
	return guise_token_builder_seal(b, &token);
}

static int token_teardown(void **state)
{
	(void)state;
	token = guise_token_unref(token);
	return 0;
}

static struct condition_env plain_env(void)
{
	return (struct condition_env){
		.token = token,
		.member = TOKEN_MATCH_ALLOW,
		.device_member = TOKEN_MATCH_DEVICE,
	};
}

static enum guise_truth ask(const struct condition_env *env, const char *text)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};

	if (guise_condition_parse(text, strlen(text), NULL, &code, NULL, NULL) <
	    0)
		fail_msg("cannot be read: %s", text);
	return condition_evaluate(env, code.data, code.size);
}

static void assert_is(const char *text, enum guise_truth truth)
{
	const struct condition_env env = plain_env();
	enum guise_truth is = ask(&env, text);

	if (is != truth)
		fail_msg("%s is %d", text, is);
}

static void three_values_combine_as_kleene_said(void **state)
{
	/* a result of each value; @User.none has none */
	static const char *const of[] = {"(@User.one == 0)", "(@User.one == 1)",
					 "(@User.none == 1)"};
	char text[128];

	(void)state;
	for (unsigned a = 0; a < 3; a++) {
		snprintf(text, sizeof(text), "(!%s)", of[a]);
		assert_is(text, a == 2 ? GUISE_UNKNOWN : !a);
		for (unsigned b = 0; b < 3; b++) {
			const bool unknown = a == 2 || b == 2;

			snprintf(text, sizeof(text), "(%s && %s)", of[a],
				 of[b]);
			assert_is(text, !a || !b  ? GUISE_FALSE
					: unknown ? GUISE_UNKNOWN
						  : GUISE_TRUE);
			snprintf(text, sizeof(text), "(%s || %s)", of[a],
				 of[b]);
			assert_is(text, a == 1 || b == 1 ? GUISE_TRUE
					: unknown	 ? GUISE_UNKNOWN
							 : GUISE_FALSE);
		}
	}
}

static void an_attribute_alone_is_its_value(void **state)
{
	(void)state;
	assert_is("(@User.one)", GUISE_TRUE);
	assert_is("(@User.minus)", GUISE_TRUE);
	assert_is("(@User.zero)", GUISE_FALSE);
	assert_is("(@User.numbers)", GUISE_TRUE);
	assert_is("(@User.yes)", GUISE_TRUE);
	assert_is("(@User.no)", GUISE_FALSE);
	assert_is("(@User.word)", GUISE_TRUE);
	assert_is("(@User.empty)", GUISE_FALSE);
	assert_is("(@User.words)", GUISE_UNKNOWN);
	assert_is("(@User.octets)", GUISE_UNKNOWN);
	assert_is("(@User.sid)", GUISE_UNKNOWN);
	assert_is("(@User.none)", GUISE_UNKNOWN);
	assert_is("(@User.absent)", GUISE_UNKNOWN);
	assert_is("(!@User.zero)", GUISE_TRUE);
	assert_is("(@User.zero || @User.one)", GUISE_TRUE);
	assert_is("(@User.zero || @User.zero || @User.one)", GUISE_TRUE);
	assert_is("(@User.zero || (@User.zero || (@User.one && @User.yes)))",
		  GUISE_TRUE);
	assert_is("(@User.zero && @User.absent)", GUISE_FALSE);
}

/* Windows: unknown, whatever the attributes are. */
static void an_attribute_before_a_negated_one_is_unknown(void **state)
{
	(void)state;
	assert_is("(@User.one || !@User.one)", GUISE_UNKNOWN);
	assert_is("(@User.one && !@User.zero)", GUISE_UNKNOWN);
	assert_is("(@User.zero && !@User.one)", GUISE_UNKNOWN);
	assert_is("(!@User.one || @User.one)", GUISE_TRUE);
	assert_is("(!@User.zero && !@User.zero)", GUISE_TRUE);
	assert_is("(@User.one == 1 || !@User.one)", GUISE_TRUE);
	assert_is("(@User.one || !(@User.one == 1))", GUISE_TRUE);
	assert_is("(@User.one || !(!@User.one))", GUISE_TRUE);
	assert_is("(@User.one && Exists @User.one)", GUISE_TRUE);
}

static void integers_compare_across_signs(void **state)
{
	(void)state;
	assert_is("(@User.one == 0x1)", GUISE_TRUE);
	assert_is("(@User.one == @User.uone)", GUISE_TRUE);
	assert_is("(@User.minus < @User.uone)", GUISE_TRUE);
	assert_is("(@User.uone > @User.minus)", GUISE_TRUE);
	assert_is("(@User.big > @User.minus)", GUISE_TRUE);
	assert_is("(@User.minus < @User.big)", GUISE_TRUE);
	assert_is("(@User.minus == @User.big)", GUISE_FALSE);
	assert_is("(@User.big == -1)", GUISE_FALSE);
	assert_is("(@User.big > 9223372036854775807)", GUISE_TRUE);
	assert_is("(@User.minus == -1)", GUISE_TRUE);
	assert_is("(@User.minus >= -1)", GUISE_TRUE);
	assert_is("(@User.minus > -2)", GUISE_TRUE);
	assert_is("(@User.minus <= -2)", GUISE_FALSE);
	assert_is("(@User.one != 1)", GUISE_FALSE);
	assert_is("(@User.one != 2)", GUISE_TRUE);
}

static void booleans_are_zero_or_one_and_have_no_order(void **state)
{
	(void)state;
	assert_is("(@User.yes == 1)", GUISE_TRUE);
	assert_is("(@User.yes == @User.uone)", GUISE_TRUE);
	assert_is("(@User.one == @User.yes)", GUISE_TRUE);
	assert_is("(@User.no == 1)", GUISE_FALSE);
	assert_is("(@User.yes == 2)", GUISE_UNKNOWN);
	assert_is("(@User.yes != 2)", GUISE_UNKNOWN);
	assert_is("(@User.minus != @User.yes)", GUISE_UNKNOWN);
	assert_is("(@User.yes > 0)", GUISE_UNKNOWN);
	assert_is("(@User.yes == \"1\")", GUISE_UNKNOWN);
	assert_is("(@User.yes Any_of {0, 1})", GUISE_TRUE);
}

static void strings_compare_in_any_case_or_in_their_own(void **state)
{
	(void)state;
	assert_is("(@User.word == \"FINANCE\")", GUISE_TRUE);
	assert_is("(@User.word == \"finances\")", GUISE_FALSE);
	assert_is("(@User.exact == \"Finance\")", GUISE_TRUE);
	assert_is("(@User.exact == \"FINANCE\")", GUISE_FALSE);
	assert_is("(@User.exact == @User.word)", GUISE_TRUE);
	assert_is("(@User.word < \"finances\")", GUISE_TRUE);
	assert_is("(@User.word >= \"FINANCE\")", GUISE_TRUE);
	assert_is("(@User.word > \"fin\")", GUISE_TRUE);
	assert_is("(@User.exact > \"FINANCE\")", GUISE_TRUE);
	assert_is("(@User.empty == \"\")", GUISE_TRUE);
	assert_is("(@User.word > @User.empty)", GUISE_TRUE);
	assert_is("(@User.words Contains \"BLUE\")", GUISE_TRUE);
	assert_is("(@User.exact Any_of {\"FINANCE\", \"x\"})", GUISE_FALSE);
}

static void octets_have_an_order_and_sids_have_none(void **state)
{
	(void)state;
	assert_is("(@User.octets == #0102)", GUISE_TRUE);
	assert_is("(@User.octets > #01)", GUISE_TRUE);
	assert_is("(@User.octets < #0103)", GUISE_TRUE);
	assert_is("(@User.octets < #010200)", GUISE_TRUE);
	assert_is("(@User.sid == SID(BA))", GUISE_TRUE);
	assert_is("(@User.sid != SID(BU))", GUISE_TRUE);
	assert_is("(@User.sid >= SID(BA))", GUISE_UNKNOWN);
	assert_is("(@User.sid == #0102)", GUISE_UNKNOWN);
}

static void types_that_do_not_fit_are_unknown(void **state)
{
	(void)state;
	assert_is("(@User.word == 1)", GUISE_UNKNOWN);
	assert_is("(@User.word != 1)", GUISE_UNKNOWN);
	assert_is("(@User.one == \"1\")", GUISE_UNKNOWN);
	assert_is("(@User.one < \"1\")", GUISE_UNKNOWN);
	assert_is("(@User.words == {\"red\", 1})", GUISE_UNKNOWN);
	assert_is("(@User.words Contains {1})", GUISE_UNKNOWN);
	assert_is("(@User.words Not_Contains {1})", GUISE_UNKNOWN);
	assert_is("(@User.words Any_of {1})", GUISE_UNKNOWN);
	/* one operator's trouble: the rest decides */
	assert_is("(@User.word == 1 || @User.one == 1)", GUISE_TRUE);
}

static void several_values_have_no_order(void **state)
{
	(void)state;
	assert_is("(@User.numbers > 0)", GUISE_UNKNOWN);
	assert_is("(@User.one < @User.numbers)", GUISE_UNKNOWN);
	assert_is("(@User.one < {2})", GUISE_UNKNOWN);
}

static void sets_are_equal_in_any_order_but_not_with_repeats(void **state)
{
	(void)state;
	assert_is("(@User.numbers == {1, 2, 3})", GUISE_TRUE);
	assert_is("(@User.numbers == {1, 2})", GUISE_FALSE);
	assert_is("(@User.numbers == {1, 2, 4})", GUISE_FALSE);
	assert_is("(@User.numbers == {1, 2, 2})", GUISE_FALSE);
	assert_is("(@User.numbers == {1, 2, 3, 3})", GUISE_FALSE);
	assert_is("(@User.numbers != {1, 2, 3, 3})", GUISE_TRUE);
	assert_is("(@User.numbers == 1)", GUISE_FALSE);
	assert_is("(@User.one == {1})", GUISE_TRUE);
	assert_is("(@User.words == {\"BLUE\", \"Red\"})", GUISE_TRUE);
}

static void contains_is_all_and_any_of_is_some(void **state)
{
	(void)state;
	assert_is("(@User.numbers Contains {1, 3})", GUISE_TRUE);
	assert_is("(@User.numbers Contains {1, 1})", GUISE_TRUE);
	assert_is("(@User.numbers Contains {1, 4})", GUISE_FALSE);
	assert_is("(@User.numbers Not_Contains {1, 4})", GUISE_TRUE);
	assert_is("(@User.numbers Contains 2)", GUISE_TRUE);
	assert_is("(@User.numbers Contains @User.uone)", GUISE_TRUE);
	assert_is("(@User.numbers Any_of {4, 1})", GUISE_TRUE);
	assert_is("(@User.numbers Any_of {4, 5})", GUISE_FALSE);
	assert_is("(@User.numbers Not_Any_of {4, 5})", GUISE_TRUE);
	assert_is("(@User.numbers Any_of @User.one)", GUISE_TRUE);
	/* Windows: a value without braces is no set */
	assert_is("(@User.numbers Any_of 1)", GUISE_UNKNOWN);
	assert_is("(@User.numbers Not_Any_of 1)", GUISE_UNKNOWN);
}

static void the_empty_set_decides_contains_alone(void **state)
{
	(void)state;
	assert_is("(@User.numbers Contains {})", GUISE_FALSE);
	assert_is("(@User.numbers Not_Contains {})", GUISE_TRUE);
	assert_is("(@User.absent Contains {})", GUISE_FALSE);
	assert_is("(@User.absent Not_Contains {})", GUISE_TRUE);
	assert_is("(@User.none Contains {})", GUISE_FALSE);
	assert_is("(@User.numbers Any_of {})", GUISE_UNKNOWN);
	assert_is("(@User.numbers Not_Any_of {})", GUISE_UNKNOWN);
	assert_is("(@User.numbers == {})", GUISE_FALSE);
	assert_is("(@User.numbers != {})", GUISE_TRUE);
	assert_is("(@User.absent == {})", GUISE_UNKNOWN);
	assert_is("(@User.one < {})", GUISE_UNKNOWN);
	assert_is("(Member_of {})", GUISE_UNKNOWN);
	assert_is("(Not_Member_of_Any {})", GUISE_UNKNOWN);
}

static void what_is_absent_is_unknown_but_to_exists(void **state)
{
	(void)state;
	assert_is("(@User.absent == 1)", GUISE_UNKNOWN);
	assert_is("(@User.absent != 1)", GUISE_UNKNOWN);
	assert_is("(@User.one == @User.absent)", GUISE_UNKNOWN);
	assert_is("(@User.absent Not_Any_of {1})", GUISE_UNKNOWN);
	assert_is("(Exists @User.absent)", GUISE_FALSE);
	assert_is("(Not_Exists @User.absent)", GUISE_TRUE);
	assert_is("(Exists @User.one)", GUISE_TRUE);
	assert_is("(Not_Exists @User.one)", GUISE_FALSE);
	/* there, but with nothing in it */
	assert_is("(Exists @User.none)", GUISE_UNKNOWN);
	assert_is("(Not_Exists @User.none)", GUISE_UNKNOWN);
	assert_is("(@User.none != \"x\")", GUISE_UNKNOWN);
	assert_is("(@User.none == @User.none)", GUISE_UNKNOWN);
}

static void attributes_are_looked_up_where_they_belong(void **state)
{
	(void)state;
	assert_is("(@User.ONE == 1)", GUISE_TRUE);
	assert_is("(@Device.one == -1)", GUISE_TRUE);
	assert_is("(Exists @User.device)", GUISE_FALSE);
	assert_is("(Exists @Device.device)", GUISE_TRUE);
	assert_is("(Exists @Resource.one)", GUISE_FALSE);
	assert_is("(Exists one)", GUISE_FALSE);
	assert_is("(win://sysappid Contains \"red\")", GUISE_TRUE);
}

static void flags_decide_whether_a_claim_is_there(void **state)
{
	struct condition_env env = plain_env();

	(void)state;
	assert_is("(Exists @User.off)", GUISE_FALSE);
	assert_is("(@User.off)", GUISE_UNKNOWN);
	assert_is("(Exists @User.deny)", GUISE_FALSE);
	env.deny = true;
	assert_int_equal(ask(&env, "(@User.deny == 1)"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Exists @User.off)"), GUISE_FALSE);
}

static void a_restricted_pass_has_claims_and_groups_of_its_own(void **state)
{
	struct condition_env env = plain_env();

	(void)state;
	env.restricted = true;
	env.member = TOKEN_MATCH_RESTRICTED;
	assert_int_equal(ask(&env, "(@User.zero == 1)"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Exists @User.one)"), GUISE_FALSE);
	assert_int_equal(ask(&env, "(Exists @Device.one)"), GUISE_FALSE);
	assert_int_equal(ask(&env, "(Exists WIN://SYSAPPID)"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Member_of {SID(BU)})"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Member_of {SID(BA)})"), GUISE_FALSE);
}

static void membership_is_all_or_any(void **state)
{
	struct condition_env deny = plain_env();

	(void)state;
	assert_is("(Member_of SID(BA))", GUISE_TRUE);
	assert_is("(Member_of {SID(BA), SID(S-1-5-21-1-2-3-1001)})",
		  GUISE_TRUE);
	assert_is("(Member_of {SID(BA), SID(BU)})", GUISE_FALSE);
	assert_is("(Member_of_Any {SID(BU), SID(BA)})", GUISE_TRUE);
	assert_is("(Member_of_Any {SID(BU), SID(WD)})", GUISE_FALSE);
	assert_is("(Not_Member_of {SID(BA), SID(BU)})", GUISE_TRUE);
	assert_is("(Not_Member_of_Any {SID(BA), SID(BU)})", GUISE_FALSE);
	assert_is("(Device_Member_of {SID(BU)})", GUISE_TRUE);
	assert_is("(Device_Member_of {SID(BA)})", GUISE_FALSE);
	assert_is("(Device_Member_of_Any {SID(BA), SID(BU)})", GUISE_TRUE);
	assert_is("(Not_Device_Member_of {SID(BA)})", GUISE_TRUE);
	assert_is("(Not_Device_Member_of_Any {SID(BU)})", GUISE_FALSE);
	/* deny-only groups are members for deny ACEs only */
	assert_is("(Member_of {SID(BG)})", GUISE_FALSE);
	assert_is("(Device_Member_of {SID(BG)})", GUISE_FALSE);
	deny.member = TOKEN_MATCH_DENY;
	deny.device_member = TOKEN_MATCH_DEVICE_DENY;
	assert_int_equal(ask(&deny, "(Member_of {SID(BG)})"), GUISE_TRUE);
	assert_int_equal(ask(&deny, "(Device_Member_of {SID(BG)})"),
			 GUISE_TRUE);
	/* what is no SID spoils all of it */
	assert_is("(Member_of {SID(BA), 1})", GUISE_UNKNOWN);
	assert_is("(Member_of_Any {SID(BA), 1} || @User.one)", GUISE_UNKNOWN);
}

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
	};
	struct guise_buf data[ARRAY_SIZE(claims)] = {0};
	struct guise_ace aces[ARRAY_SIZE(claims)];
	struct object o;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
		aces[i] = attribute_ace(&claims[i], &data[i]);
	aces[5].flags = GUISE_ACE_INHERIT_ONLY | GUISE_ACE_OBJECT_INHERIT;
	aces[6].data_size -= 4;
	object_init(&o, aces, ARRAY_SIZE(aces));
	assert_of_object(&o, "(@Resource.A Contains {\"BLUE\"})", GUISE_TRUE);
	assert_of_object(&o, "(@User.words == @Resource.a)", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.a == @Resource.a)", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.b == -1)", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.c == 1)", GUISE_TRUE);
	assert_of_object(&o, "(Exists @Resource.d)", GUISE_FALSE);
	assert_of_object(&o, "(Exists @Resource.e)", GUISE_FALSE);
	assert_of_object(&o, "(Exists @Resource.f)", GUISE_FALSE);
	assert_of_object(&o, "(@Resource.g == SID(BA))", GUISE_TRUE);
	assert_of_object(&o, "(@Resource.b && @Resource.a Any_of {\"red\"})",
			 GUISE_TRUE);
	object_clear(&o);
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
		guise_buf_clear(&data[i]);
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
	static struct guise_ace aces[RESOURCE_ATTRIBUTES_MAX + 1];
	GUISE_AUTO(guise_buf_clear) struct guise_buf data = {0};
	struct object o;

	(void)state;
	aces[0] = attribute_ace(&claim, &data);
	for (size_t i = 1; i < ARRAY_SIZE(aces); i++)
		aces[i] = aces[0];
	object_init(&o, aces, RESOURCE_ATTRIBUTES_MAX);
	assert_of_object(&o, "(@Resource.a == 1)", GUISE_TRUE);
	assert_of_object(&o, "(Not_Exists @Resource.b)", GUISE_TRUE);
	object_clear(&o);
	object_init(&o, aces, RESOURCE_ATTRIBUTES_MAX + 1);
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
	/* sets within sets, broken sets, broken SIDs */
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
		cmocka_unit_test(three_values_combine_as_kleene_said),
		cmocka_unit_test(an_attribute_alone_is_its_value),
		cmocka_unit_test(an_attribute_before_a_negated_one_is_unknown),
		cmocka_unit_test(integers_compare_across_signs),
		cmocka_unit_test(booleans_are_zero_or_one_and_have_no_order),
		cmocka_unit_test(strings_compare_in_any_case_or_in_their_own),
		cmocka_unit_test(octets_have_an_order_and_sids_have_none),
		cmocka_unit_test(types_that_do_not_fit_are_unknown),
		cmocka_unit_test(several_values_have_no_order),
		cmocka_unit_test(
			sets_are_equal_in_any_order_but_not_with_repeats),
		cmocka_unit_test(contains_is_all_and_any_of_is_some),
		cmocka_unit_test(the_empty_set_decides_contains_alone),
		cmocka_unit_test(what_is_absent_is_unknown_but_to_exists),
		cmocka_unit_test(attributes_are_looked_up_where_they_belong),
		cmocka_unit_test(flags_decide_whether_a_claim_is_there),
		cmocka_unit_test(
			a_restricted_pass_has_claims_and_groups_of_its_own),
		cmocka_unit_test(membership_is_all_or_any),
		cmocka_unit_test(resource_attributes_come_from_the_sacl),
		cmocka_unit_test(the_sacl_comes_before_what_is_given),
		cmocka_unit_test(a_sacl_of_too_many_attributes_cannot_be_read),
		cmocka_unit_test(many_values_compare_as_few_do),
		cmocka_unit_test(many_values_keep_their_case),
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
