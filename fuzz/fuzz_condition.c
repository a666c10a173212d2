/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions, as text and as byte code, which the first byte says.
 *
 * Text that is accepted prints as a text that gives the same code; refusals
 * name a place inside the text. Any code has a value for a fixed token, the
 * same whether the SACL has been parsed or not; what can be printed means the
 * same when it is read again.
 *
 *	't' TEXT    or    'c' SIZE16 CLAIM CODE, the claim for a resource
 *	attribute ACE
 */
#include "base.h"
#include "condition-internal.h"
#include "fuzz.h"
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

static const struct guise_sid domain = {
	.authority = 5, .sub = {21, 1, 2, 3}, .n_subs = 4};
static const struct guise_sddl_options options = {.size = sizeof(options),
						  .domain = &domain};

static const struct guise_claims *make_claims(void)
{
	static const struct guise_claim_value minus[] = {{.integer = -1}};
	static const struct guise_claim_value numbers[] = {
		{.integer = 0}, {.integer = 1}, {.integer = INT64_MAX}};
	static const struct guise_claim_value flag[] = {{.integer = 1}};
	static const struct guise_claim_value words[] = {TEXT("a"), TEXT("B"),
							 TEXT("")};
	static const struct guise_claim_value plain[] = {TEXT("Finance")};
	static const struct guise_claim_value octets[] = {TEXT("\1\2\3")};
	static const struct guise_claim_value sid[] = {
		TEXT("\1\1\0\0\0\0\0\1\0\0\0\0")};
	const struct guise_claim claims[] = {
		CLAIM("i", GUISE_CLAIM_INT64, 0, minus),
		CLAIM("u", GUISE_CLAIM_UINT64, 0, numbers),
		CLAIM("b", GUISE_CLAIM_BOOLEAN, 0, flag),
		CLAIM("s", GUISE_CLAIM_STRING, 0, plain),
		CLAIM("w", GUISE_CLAIM_STRING, GUISE_CLAIM_CASE_SENSITIVE,
		      words),
		CLAIM("o", GUISE_CLAIM_OCTETS, 0, octets),
		CLAIM("d", GUISE_CLAIM_SID, 0, sid),
		CLAIM("off", GUISE_CLAIM_INT64, GUISE_CLAIM_DISABLED, flag),
		CLAIM("deny", GUISE_CLAIM_INT64, GUISE_CLAIM_DENY_ONLY, flag),
		{.name = "none", .name_size = 4, .type = GUISE_CLAIM_INT64},
	};
	const struct guise_claims *set;

	must(guise_claims_new(claims, ARRAY_SIZE(claims), &set) == 0);
	return set;
}

static const struct guise_token *make_token(const struct guise_claims *claims)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_sid world = {.authority = 1, .n_subs = 1};
	const struct guise_sid user = {
		.authority = 5, .sub = {21, 1, 2, 3, 1001}, .n_subs = 5};
	const struct guise_token *token;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_group(b, &world, GUISE_GROUP_USUAL);
	guise_token_builder_device_group(b, &world, GUISE_GROUP_USUAL);
	guise_token_builder_restricted_sid(b, &user);
	guise_token_builder_claims(b, GUISE_CLAIMS_USER, claims);
	guise_token_builder_claims(b, GUISE_CLAIMS_DEVICE, claims);
	guise_token_builder_claims(b, GUISE_CLAIMS_LOCAL, claims);
	must(guise_token_builder_seal(b, &token) == 0);
	return token;
}

/* Made once: nothing changes them. */
static const struct guise_claims *the_claims(void)
{
	static const struct guise_claims *claims;

	if (!claims)
		claims = make_claims();
	return claims;
}

static const struct guise_token *the_token(void)
{
	static const struct guise_token *token;

	if (!token)
		token = make_token(the_claims());
	return token;
}

static const struct guise_acl *make_sacl(const uint8_t *claim, size_t size)
{
	struct guise_ace ace = {
		.type = GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE,
		.sid = {.authority = 1, .n_subs = 1},
		.data = claim,
		.data_size = size,
	};
	const struct guise_acl *sacl = NULL;

	return guise_acl_new(0, &ace, 1, &sacl) == 0 ? sacl : NULL;
}

/* The value with and without the SACL parsed, in a pass of one kind. */
static enum guise_truth evaluate(const struct guise_acl *sacl, bool deny,
				 bool restricted, const void *code, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	struct resource_attributes parsed = {.sacl = sacl,
					     .given = the_claims()};
	struct resource_attributes raw = {.given = the_claims()};
	struct condition_env env = {
		.token = the_token(),
		.resource = &parsed,
		.member =
			restricted ? TOKEN_MATCH_RESTRICTED : TOKEN_MATCH_ALLOW,
		.device_member = TOKEN_MATCH_DEVICE,
		.restricted = restricted,
		.deny = deny,
	};
	const enum guise_truth truth = condition_evaluate(&env, code, size);

	must(truth <= GUISE_UNKNOWN);
	must(guise_acl_encode(sacl, &bytes) == 0);
	must(acl_read_span(reader_of(bytes.data, bytes.size), &raw.raw_sacl) ==
	     0);
	env.resource = &raw;
	must(condition_evaluate(&env, code, size) == truth);
	return truth;
}

static void try_code(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	struct reader in = reader_of(data, size), claim;
	uint16_t claim_size;
	bool printed;

	if (!read_u16le(&in, &claim_size) || !read_sub(&in, claim_size, &claim))
		return;
	sacl = make_sacl(claim.data, claim.size);
	if (!sacl)
		return;
	printed =
		guise_condition_format(in.data, in.size, &options, &text) == 0;
	must(printed || text.size == 0);
	if (printed)
		must(guise_condition_parse((char *)text.data, text.size,
					   &options, &again, NULL, NULL) == 0);
	for (unsigned i = 0; i < 4; i++) {
		const bool deny = i & 1, restricted = i & 2;
		const enum guise_truth truth =
			evaluate(sacl, deny, restricted, in.data, in.size);

		if (printed)
			must(evaluate(sacl, deny, restricted, again.data,
				      again.size) == truth);
	}
}

static void try_text(const char *text, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf printed = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf second = {0};
	struct guise_error_info error = {.offset = SIZE_MAX};
	size_t used = SIZE_MAX;

	if (guise_condition_parse(text, size, &options, &code, &used, &error) <
	    0) {
		must(error.offset <= size && code.size == 0);
		must(memchr(error.text, '\0', sizeof(error.text)));
		return;
	}
	must(used <= size);
	must(guise_condition_format(code.data, code.size, &options, &printed) ==
	     0);
	must(guise_condition_parse((char *)printed.data, printed.size, &options,
				   &again, NULL, NULL) == 0);
	must(code.size == again.size &&
	     memcmp(code.data, again.data, code.size) == 0);
	must(guise_condition_format(again.data, again.size, &options,
				    &second) == 0);
	must(printed.size == second.size &&
	     memcmp(printed.data, second.data, second.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] == 't')
		try_text((const char *)data + 1, size - 1);
	else if (size > 0 && data[0] == 'c')
		try_code(data + 1, size - 1);
	return 0;
}
