/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions as observed: tests/vectors/condition.txt and
 * condition-syntax.txt. */
#include "cmocka-wrap.h"

#include "vectors.h"

#include "base.h"
#include "condition-internal.h"
#include "text.h"
#include "token-internal.h"

#define CLAIMS_MAX 16
#define VALUES_MAX 1000

static struct guise_sid domain;
static const struct guise_sddl_options options = {.size = sizeof(options),
						  .domain = &domain};

static int domain_setup(void **state)
{
	static const char text[] = "S-1-5-21-2457507606-2709100691-398136650";

	(void)state;
	return guise_sid_parse(text, sizeof(text) - 1, NULL, &domain);
}

/* Claims of one column, as they are cut out of it. */
struct draft {
	struct guise_claim claims[CLAIMS_MAX];
	size_t n;
	struct guise_claim_value values[CLAIMS_MAX * VALUES_MAX];
	size_t n_values;
	struct guise_buf bytes[VALUES_MAX]; /* of TX and TD */
	size_t n_bytes;
};

static uint16_t type_of(const char *name)
{
	static const struct {
		const char *name;
		uint16_t type;
	} types[] = {
		{"TI", GUISE_CLAIM_INT64},   {"TU", GUISE_CLAIM_UINT64},
		{"TS", GUISE_CLAIM_STRING},  {"TD", GUISE_CLAIM_SID},
		{"TB", GUISE_CLAIM_BOOLEAN}, {"TX", GUISE_CLAIM_OCTETS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (vectors_is(name, types[i].name))
			return types[i].type;
	}
	fail_msg("no type %s", name);
	return 0;
}

static int64_t number_of(const char *text)
{
	uint64_t value;
	const bool negative = text[0] == '-';

	assert_true(text_to_u64(text + negative, strlen(text) - negative,
				UINT64_MAX, &value));
	return (int64_t)(negative ? -value : value);
}

static void add_value(struct draft *d, uint16_t type, char *text)
{
	struct guise_claim_value *value = &d->values[d->n_values++];
	struct guise_buf *bytes = &d->bytes[d->n_bytes];
	struct guise_sid sid;

	assert_true(d->n_values <= ARRAY_SIZE(d->values));
	*value = (struct guise_claim_value){0};
	vectors_unescape(text);
	switch (type) {
	case GUISE_CLAIM_STRING:
		value->data = text;
		value->size = strlen(text);
		return;
	case GUISE_CLAIM_SID:
		assert_int_equal(
			guise_sid_parse(text, strlen(text), &domain, &sid), 0);
		assert_int_equal(guise_sid_encode(&sid, bytes), 0);
		break;
	case GUISE_CLAIM_OCTETS:
		assert_int_equal(text_unhex(text, strlen(text), bytes), 0);
		break;
	default:
		value->integer = number_of(text);
		return;
	}
	value->data = bytes->data;
	value->size = bytes->size;
	d->n_bytes++;
}

/* NAME:TYPE+FLAGS=VALUE|VALUE, cut up in place */
static void add_claim(struct draft *d, char *text)
{
	struct guise_claim *claim = &d->claims[d->n++];
	char *name = strsep(&text, ":");
	char *type = strsep(&text, "=");
	char *flags = type;
	char *value;

	assert_true(d->n <= CLAIMS_MAX);
	(void)strsep(&flags, "+");
	vectors_unescape(name);
	*claim = (struct guise_claim){
		.name = name,
		.name_size = strlen(name),
		.type = type_of(type),
		.flags = flags ? (uint32_t)number_of(flags) : 0,
		.values = d->values + d->n_values,
	};
	if (vectors_is(text, "{}"))
		return;
	while ((value = strsep(&text, "|")) != NULL) {
		add_value(d, claim->type, value);
		claim->n_values++;
	}
}

static struct draft *draft_of(char *column)
{
	struct draft *d = test_calloc(1, sizeof(*d));
	char *claim;

	if (vectors_is(column, "-"))
		return d;
	while ((claim = strsep(&column, ";")) != NULL)
		add_claim(d, claim);
	return d;
}

static void draft_free(struct draft *d)
{
	for (size_t i = 0; i < d->n_bytes; i++)
		guise_buf_clear(&d->bytes[i]);
	test_free(d);
}

static int claims_of(char *column, const struct guise_claims **ret)
{
	struct draft *d = draft_of(column);
	int r = guise_claims_new(d->claims, d->n, ret);

	draft_free(d);
	return r;
}

/* The resource attributes as ACEs of a SACL */
static const struct guise_acl *sacl_of(char *column)
{
	struct draft *d = draft_of(column);
	struct guise_ace aces[CLAIMS_MAX] = {0};
	struct guise_buf data[CLAIMS_MAX] = {0};
	const struct guise_acl *sacl = NULL;

	for (size_t i = 0; i < d->n; i++) {
		assert_int_equal(guise_claim_encode(&d->claims[i], &data[i]),
				 0);
		aces[i].type = GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE;
		aces[i].sid = (struct guise_sid){.authority = 1, .n_subs = 1};
		aces[i].data = data[i].data;
		aces[i].data_size = data[i].size;
	}
	assert_int_equal(guise_acl_new(0, aces, d->n, &sacl), 0);
	for (size_t i = 0; i < d->n; i++)
		guise_buf_clear(&data[i]);
	draft_free(d);
	return sacl;
}

static void add_sids(struct guise_token_builder *b, char *column, bool device)
{
	struct guise_sid sid;
	char *text;

	if (vectors_is(column, "-"))
		return;
	while ((text = strsep(&column, ",")) != NULL) {
		assert_int_equal(
			guise_sid_parse(text, strlen(text), &domain, &sid), 0);
		if (device)
			guise_token_builder_device_group(b, &sid,
							 GUISE_GROUP_USUAL);
		else
			guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
}

/* The token of a row, or the error that its claims are */
static int token_of(char **column, const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *user = NULL;
	GUISE_AUTO(guise_claims_unrefp)
	const struct guise_claims *device = NULL;
	const struct guise_sid sid = {
		.authority = 5, .n_subs = 5, .sub = {21, 11, 22, 33, 1001}};
	int r;

	r = claims_of(column[4], &user);
	if (r == 0)
		r = claims_of(column[5], &device);
	if (r < 0)
		return r;
	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &sid, 0);
	add_sids(b, column[2], false);
	add_sids(b, column[3], true);
	guise_token_builder_claims(b, GUISE_CLAIMS_USER, user);
	guise_token_builder_claims(b, GUISE_CLAIMS_DEVICE, device);
	return guise_token_builder_seal(b, ret);
}

/* With the SACL parsed and as bytes: both must say the same. */
static enum guise_truth evaluate(const struct guise_buf *code,
				 const struct guise_token *token,
				 const struct guise_acl *sacl)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	struct resource_attributes parsed = {.sacl = sacl}, raw = {0};
	struct condition_env env = {
		.token = token,
		.resource = &parsed,
		.member = TOKEN_MATCH_ALLOW,
		.device_member = TOKEN_MATCH_DEVICE,
	};
	enum guise_truth truth =
		condition_evaluate(&env, code->data, code->size);

	assert_int_equal(guise_acl_encode(sacl, &bytes), 0);
	assert_int_equal(
		acl_read_span(reader_of(bytes.data, bytes.size), &raw.raw_sacl),
		0);
	env.resource = &raw;
	assert_int_equal(condition_evaluate(&env, code->data, code->size),
			 truth);
	return truth;
}

static bool is_as_expected(const char *expected, enum guise_truth truth)
{
	static const char *const names[] = {"false", "true", "unknown"};

	if (vectors_is(expected, "not-true"))
		return truth != GUISE_TRUE;
	/* seen elsewhere; see the head of the file */
	if (strncmp(expected, "conflict-", 9) == 0)
		return truth == GUISE_FALSE;
	return vectors_is(expected, names[truth]);
}

static bool check_row(char **column)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	int r;

	vectors_unescape(column[0]);
	r = token_of(column, &token);
	if (r < 0)
		return r == GUISE_E_INVALID_CLAIM &&
		       (vectors_is(column[1], "invalid") ||
			vectors_is(column[1], "not-true"));
	sacl = sacl_of(column[6]);
	r = guise_condition_parse(column[0], strlen(column[0]), &options, &code,
				  NULL, NULL);
	return r == 0 &&
	       is_as_expected(column[1], evaluate(&code, token, sacl));
}

static void conditions_are_what_was_observed(void **state)
{
	struct vectors v = vectors_open("condition.txt");
	unsigned n_wrong = 0;

	(void)state;
	while (vectors_next(&v, 8)) {
		if (!check_row(v.column)) {
			n_wrong++;
			print_message("condition.txt:%u: not %s\n", v.number,
				      v.column[1]);
		}
	}
	assert_true(v.n_rows > 100);
	vectors_close(&v);
	assert_int_equal(n_wrong, 0);
}

/* Bytes of the first @n characters */
static size_t prefix_size(const char *text, size_t n)
{
	size_t size = 0;

	for (; n > 0; n--) {
		do
			size++;
		while (((uint8_t)text[size] & 0xc0) == 0x80);
	}
	return size;
}

static bool is_parsed_as(const char *text, const char *expected,
			 struct guise_buf *code)
{
	struct guise_error_info info = {0};
	size_t used = 0;
	unsigned n;
	int r = guise_condition_parse(text, strlen(text), &options, code, NULL,
				      &info);

	if (vectors_is(expected, "accepted"))
		return r == 0;
	if (r != GUISE_E_INVALID_CONDITION || info.offset > strlen(text) ||
	    info.text[0] == '\0' || code->size > 0)
		return false;
	if (vectors_is(expected, "rejected"))
		return true;
	r = guise_condition_parse(text, strlen(text), &options, code, &used,
				  NULL);
	return r == 0 && sscanf(expected, "prefix %u", &n) == 1 &&
	       used == prefix_size(text, n);
}

/* But for the padding, which may be missing */
static bool bytes_are(const struct guise_buf *code,
		      const struct guise_buf *expected)
{
	if (code->size > expected->size || expected->size - code->size > 3)
		return false;
	for (size_t i = code->size; i < expected->size; i++) {
		if (expected->data[i] != 0)
			return false;
	}
	return memcmp(code->data, expected->data, code->size) == 0;
}

static bool prints_as(const struct guise_buf *code, const char *text)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	return guise_condition_format(code->data, code->size, &options, &out) ==
		       0 &&
	       out.size == strlen(text) &&
	       memcmp(out.data, text, out.size) == 0;
}

static bool check_syntax(char **column)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};

	vectors_unescape(column[0]);
	if (!is_parsed_as(column[0], column[1], &code))
		return false;
	if (vectors_is(column[3], "-"))
		return true;
	if (text_unhex(column[3], strlen(column[3]), &bytes) < 0 ||
	    !bytes_are(&code, &bytes))
		return false;
	return vectors_is(column[2], "-") || prints_as(&bytes, column[0]);
}

static void conditions_are_read_and_printed_as_windows_does(void **state)
{
	struct vectors v = vectors_open("condition-syntax.txt");
	unsigned n_wrong = 0;

	(void)state;
	while (vectors_next(&v, 5)) {
		if (!check_syntax(v.column)) {
			n_wrong++;
			print_message("condition-syntax.txt:%u: %s\n", v.number,
				      v.column[0]);
		}
	}
	assert_true(v.n_rows > 100);
	vectors_close(&v);
	assert_int_equal(n_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_are_what_was_observed),
		cmocka_unit_test(
			conditions_are_read_and_printed_as_windows_does),
	};

	return cmocka_run_group_tests(tests, domain_setup, NULL);
}
