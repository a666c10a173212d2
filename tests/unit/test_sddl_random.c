/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors made at random: what is printed reads as the same, and what was
 * printed once is printed so again. The seed is fixed; a failure prints the
 * text.
 */
#include "cmocka-wrap.h"

#include "descriptor.h"

#include "base.h"
#include "buf.h"
#include <guise/claim.h>
#include <guise/condition.h>

#define N_ROUNDS 3000

static uint32_t seed;

static uint32_t any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8 ^ seed << 16;
}

static unsigned below(unsigned n)
{
	return (any() >> 4) % n;
}

static const struct guise_sid domain = {
	.authority = 5, .sub = {21, 1, 2, 3}, .n_subs = 4};
static const struct guise_sddl_options options = {.size = sizeof(options),
						  .domain = &domain};

static struct guise_sid any_sid(void)
{
	struct guise_sid sid = {.authority = below(20),
				.n_subs = (uint8_t)(1 + below(15))};
	struct guise_sid known;

	/* SDDL reads no SID without a sub-authority. */
	if (below(2) &&
	    guise_sid_well_known(below(120), &domain, &known) == 0 &&
	    known.n_subs > 0)
		return known;
	if (below(4) == 0)
		sid.authority = (uint64_t)any() << 16 | 1;
	for (unsigned i = 0; i < sid.n_subs; i++)
		sid.sub[i] = any();
	return sid;
}

static uint32_t any_mask(void)
{
	static const uint32_t common[] = {0,	    0x1f01ff,	0x120089,
					  0x1200a9, 0xf003f,	0x20019,
					  0x1,	    0x80000000, UINT32_MAX};

	if (below(2))
		return common[below(ARRAY_SIZE(common))];
	return below(2) ? any() : any() & 0xf00f01ff;
}

static void any_guid(struct guise_guid *ret)
{
	for (size_t i = 0; i < sizeof(ret->bytes); i++)
		ret->bytes[i] = (uint8_t)any();
}

static const char *const names[] = {
	"a",	    "Project", "ad://ext/x",	   "a b",
	"\xc3\xbc", "%",       "\xf0\x9f\x98\x80", "((;"};
static const char *const strings[] = {"",    "x", ")", "(A;;GA;;;WD)",
				      "%41", " ", ",", "\xc3\xbc"};

/* Values point into @bytes, which has room for all. */
static void any_value(uint16_t type, struct guise_claim_value *ret,
		      struct guise_buf *bytes)
{
	const char *string = strings[below(ARRAY_SIZE(strings))];
	struct guise_sid sid = any_sid();
	const size_t before = bytes->size;

	ret->integer = (int64_t)((uint64_t)any() << 32 | any());
	if (type == GUISE_CLAIM_BOOLEAN)
		ret->integer &= 1;
	if (type == GUISE_CLAIM_SID)
		assert_int_equal(guise_sid_encode(&sid, bytes), 0);
	else
		assert_int_equal(buf_append_text(bytes, string), 0);
	ret->data = bytes->data + before;
	ret->size = bytes->size - before;
}

static void any_claim(struct guise_buf *out)
{
	static const uint16_t types[] = {
		GUISE_CLAIM_INT64, GUISE_CLAIM_UINT64,	GUISE_CLAIM_STRING,
		GUISE_CLAIM_SID,   GUISE_CLAIM_BOOLEAN, GUISE_CLAIM_OCTETS};
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	struct guise_claim_value values[5] = {0};
	const char *name = names[below(ARRAY_SIZE(names))];
	struct guise_claim claim = {
		.name = name,
		.name_size = strlen(name),
		.type = types[below(ARRAY_SIZE(types))],
		.flags = below(2) ? any() : below(64),
		.values = values,
		.n_values = below(ARRAY_SIZE(values) + 1),
	};
	uint8_t *room;

	assert_int_equal(buf_reserve(&bytes, 1024, &room), 0);
	for (size_t i = 0; i < claim.n_values; i++)
		any_value(claim.type, &values[i], &bytes);
	assert_int_equal(guise_claim_encode(&claim, out), 0);
}

static void any_condition(struct guise_buf *out)
{
	static const char *const simple[] = {
		"@User.a == 1",
		"@Resource.b Any_of {\"x\", \"y)\"}",
		"Member_of {SID(BA), SID(DA)}",
		"@Device.c%0020d",
		"Exists @User.e",
		"@User.f >= #0102",
		"x != -0x10",
	};
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	unsigned n = 1 + below(4);
	int r = buf_append_text(&text, "(");

	for (unsigned i = 0; r == 0 && i < n; i++)
		r = buf_printf(&text, "%s%s(%s)",
			       i == 0	  ? ""
			       : below(2) ? " && "
					  : " || ",
			       below(4) == 0 ? "!" : "",
			       simple[below(ARRAY_SIZE(simple))]);
	if (r == 0)
		r = buf_append_text(&text, ")");
	assert_int_equal(r, 0);
	assert_int_equal(guise_condition_parse((const char *)text.data,
					       text.size, &options, out, NULL,
					       NULL),
			 0);
}

/* Types that have a name, by where they belong. */
static const uint8_t dacl_types[] = {0, 1, 5, 6, 9, 0xa, 0xb};
static const uint8_t sacl_types[] = {2,	   3,	 7,    8,    0xd,
				     0x11, 0x12, 0x13, 0x14, 0x15};

static bool has_guids(uint8_t type)
{
	return (type >= 5 && type <= 8) || type == 0xb;
}

static void any_ace(uint8_t type, struct guise_ace *ret, struct guise_buf *data)
{
	struct guise_ace ace = {.type = type,
				.flags = (uint8_t)any(),
				.mask = any_mask(),
				.sid = any_sid()};

	if (has_guids(type)) {
		ace.object_flags = (uint16_t)(1 + below(3));
		any_guid(&ace.object_type);
		any_guid(&ace.inherited_object_type);
	}
	if (type == 0x12)
		any_claim(data);
	else if ((type >= 9 && type <= 0xd) || (type == 0x15 && below(2)))
		any_condition(data);
	ace.data = data->data;
	ace.data_size = data->size;
	*ret = ace;
}

static const struct guise_acl *any_acl(const uint8_t *types, size_t n_types)
{
	struct guise_buf data[4] = {0};
	struct guise_ace aces[4] = {0};
	const struct guise_acl *acl = NULL;
	unsigned n = below(ARRAY_SIZE(aces) + 1);

	for (unsigned i = 0; i < n; i++)
		any_ace(types[below((unsigned)n_types)], &aces[i], &data[i]);
	assert_int_equal(guise_acl_new(0, aces, n, &acl), 0);
	for (unsigned i = 0; i < n; i++)
		guise_buf_clear(&data[i]);
	return acl;
}

static const struct guise_sd *any_sd(void)
{
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *dacl =
		any_acl(dacl_types, ARRAY_SIZE(dacl_types));
	GUISE_AUTO(guise_acl_unrefp)
	const struct guise_acl *sacl =
		any_acl(sacl_types, ARRAY_SIZE(sacl_types));
	const uint16_t of_dacl = GUISE_SD_DACL_PROTECTED |
				 GUISE_SD_DACL_AUTO_INHERIT_REQ |
				 GUISE_SD_DACL_AUTO_INHERITED;
	struct guise_sid owner = any_sid(), group = any_sid();
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	const struct guise_sd *sd = NULL;

	if (below(4)) /* with or without an ACL: NULL */
		fields.control |=
			GUISE_SD_DACL_PRESENT | (uint16_t)(any() & of_dacl);
	if (below(4))
		fields.control |= GUISE_SD_SACL_PRESENT |
				  (uint16_t)((any() & of_dacl) << 1);
	fields.owner = below(2) ? &owner : NULL;
	fields.group = below(2) ? &group : NULL;
	fields.dacl = fields.control & GUISE_SD_DACL_PRESENT && below(8) ? dacl
									 : NULL;
	fields.sacl = fields.control & GUISE_SD_SACL_PRESENT && below(8) ? sacl
									 : NULL;
	assert_int_equal(guise_sd_new(&fields, &sd), 0);
	return sd;
}

static void every_descriptor_reads_as_it_was_written(void **state)
{
	(void)state;
	seed = 4711;
	for (unsigned i = 0; i < N_ROUNDS; i++) {
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = any_sd();
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *back = NULL;
		struct guise_error_info error = {0};
		char *text = sddl_of(sd, &domain), *again;
		int r = guise_sddl_parse(text, strlen(text), &options, &back,
					 &error);

		if (r < 0)
			fail_msg("%s: %zu: %s", text, error.offset, error.text);
		if (!guise_sd_equal(sd, back))
			fail_msg("not the same: %s", text);
		again = sddl_of(back, &domain);
		assert_string_equal(text, again);
		free(again);
		free(text);
	}
}

/* Without the domain too: then the same SIDs are written in full. */
static void the_domain_changes_the_text_only(void **state)
{
	(void)state;
	seed = 815;
	for (unsigned i = 0; i < N_ROUNDS / 10; i++) {
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = any_sd();
		char *text = sddl_of(sd, NULL);
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *back = sd_of(text);

		assert_true(guise_sd_equal(sd, back));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_descriptor_reads_as_it_was_written),
		cmocka_unit_test(the_domain_changes_the_text_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
