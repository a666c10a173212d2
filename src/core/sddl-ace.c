/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading one ACE: (type;flags;rights;object;inherited object;trustee), and
 * for some types ;(condition) or ;(claim). Field after field, from left to
 * right, so that the first mistake is the one that is told. Blanks may lead a
 * field but not trail it, except at the end: so does Windows.
 */
#include "ace-internal.h"
#include "buf.h"
#include "sddl-internal.h"
#include <guise/condition.h>

/* One ACE being read. */
struct ace_text {
	const struct sddl_context *context;
	struct sddl_span rest; /* what has not been read yet */
	const struct sddl_type *type;
	struct guise_ace ace;
};

static int fail(const struct ace_text *text, const char *at, const char *why)
{
	return sddl_fail(text->context, at, GUISE_E_INVALID_ACL, why);
}

/* As far as none of ';', '(' and ')', without blanks before it. */
static struct sddl_span cut(struct ace_text *text)
{
	struct sddl_span field;
	size_t n = 0;

	sddl_skip_blanks(&text->rest);
	while (n < text->rest.size && text->rest.at[n] != ';' &&
	       text->rest.at[n] != '(' && text->rest.at[n] != ')')
		n++;
	field = (struct sddl_span){text->rest.at, n};
	text->rest.at += n;
	text->rest.size -= n;
	return field;
}

/* The next field, and past its ';' */
static int next_field(struct ace_text *text, struct sddl_span *ret)
{
	*ret = cut(text);
	if (!sddl_skip(&text->rest, ';'))
		return fail(text, text->rest.at,
			    "an ACE has six fields in parentheses");
	return 0;
}

static int read_type(struct ace_text *text, bool in_sacl)
{
	struct sddl_span field;
	int r;

	r = next_field(text, &field);
	if (r < 0)
		return r;
	text->type = sddl_find_type(field);
	if (!text->type)
		return fail(text, field.at, "unknown ACE type");
	if (text->type->in_sacl != in_sacl)
		return fail(text, field.at,
			    in_sacl ? "this ACE type has no place in a SACL"
				    : "this ACE type has no place in a DACL");
	text->ace.type = text->type->type;
	return 0;
}

static int read_flags(struct ace_text *text)
{
	struct sddl_span field;
	uint8_t flag;
	int r;

	r = next_field(text, &field);
	if (r < 0)
		return r;
	if (field.size % 2 != 0)
		return fail(text, field.at, "ACE flags are pairs of letters");
	for (size_t i = 0; i < field.size; i += 2) {
		flag = sddl_find_flag(text->type, field.at + i);
		if (!flag)
			return fail(text, field.at + i, "unknown ACE flag");
		text->ace.flags |= flag;
	}
	return 0;
}

static int read_rights(struct ace_text *text)
{
	struct sddl_span field;
	int r;

	r = next_field(text, &field);
	if (r < 0)
		return r;
	if (!sddl_parse_rights(text->type->rights, field, &text->ace.mask))
		return fail(text, field.at,
			    "not rights of this ACE type, nor a number");
	return 0;
}

static int read_guid(struct ace_text *text, uint16_t present,
		     struct guise_guid *ret)
{
	struct sddl_span field;
	int r;

	r = next_field(text, &field);
	if (r < 0 || field.size == 0)
		return r;
	if (!sddl_parse_guid(field, ret))
		return sddl_fail(text->context, field.at, GUISE_E_INVALID_GUID,
				 "a GUID is 8-4-4-4-12 hex digits");
	/* Dropping it would widen the ACE to the whole object. */
	if (ace_shape(text->type->type) != ACE_SHAPE_OBJECT)
		return fail(text, field.at, "only object ACE types have GUIDs");
	text->ace.object_flags |= present;
	return 0;
}

static int read_guids(struct ace_text *text)
{
	struct guise_ace *ace = &text->ace;
	int r;

	r = read_guid(text, GUISE_ACE_OBJECT_TYPE_PRESENT, &ace->object_type);
	if (r == 0)
		r = read_guid(text, GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT,
			      &ace->inherited_object_type);
	/* An object ACE about no object type in particular is a plain one. */
	if (r == 0 && ace_shape(ace->type) == ACE_SHAPE_OBJECT &&
	    !ace->object_flags)
		ace->type = text->type->plain;
	return r;
}

/* The condition's own errors count from where it starts. */
static int read_condition(struct ace_text *text, struct guise_buf *data)
{
	const struct sddl_context *context = text->context;
	struct guise_error_info error = {0};
	size_t used;
	int r;

	r = guise_condition_parse(text->rest.at, text->rest.size,
				  context->options, data, &used, &error);
	if (r == 0) {
		text->rest.at += used;
		text->rest.size -= used;
		return 0;
	}
	if (context->reterr && error.text[0] != '\0') {
		error.offset += (size_t)(text->rest.at - context->start);
		*context->reterr = error;
	}
	return r;
}

static int read_extra(struct ace_text *text, struct guise_buf *data)
{
	switch (text->type->extra) {
	case SDDL_EXTRA_CONDITION:
	case SDDL_EXTRA_MAYBE_CONDITION:
		return read_condition(text, data);
	case SDDL_EXTRA_CLAIM:
		return sddl_parse_claim(text->context, &text->rest, data);
	case SDDL_EXTRA_NONE:
		break;
	}
	return fail(text, text->rest.at, "this ACE type has six fields");
}

/* From the trustee to the ')' */
static int read_tail(struct ace_text *text, struct guise_buf *data)
{
	const size_t before = data->size;
	const enum sddl_extra extra = text->type->extra;
	int r;

	r = sddl_parse_sid(text->context, sddl_trim(cut(text)),
			   GUISE_E_INVALID_ACL, &text->ace.sid);
	if (r < 0)
		return r;
	if (sddl_skip(&text->rest, ';')) {
		sddl_skip_blanks(&text->rest);
		r = read_extra(text, data);
		if (r < 0)
			return r;
		sddl_skip_blanks(&text->rest);
	} else if (extra == SDDL_EXTRA_CONDITION || extra == SDDL_EXTRA_CLAIM) {
		return fail(text, text->rest.at,
			    "this ACE type has a seventh field");
	}
	if (!sddl_skip(&text->rest, ')'))
		return fail(text, text->rest.at, "expected ) after this ACE");
	text->ace.data_size = data->size - before;
	return 0;
}

int sddl_parse_ace(const struct sddl_context *context, struct sddl_span *in,
		   bool in_sacl, struct guise_ace *ret, struct guise_buf *data)
{
	struct ace_text text = {.context = context, .rest = *in};
	int r;

	must(sddl_skip(&text.rest, '('));
	r = read_type(&text, in_sacl);
	if (r == 0)
		r = read_flags(&text);
	if (r == 0)
		r = read_rights(&text);
	if (r == 0)
		r = read_guids(&text);
	if (r == 0)
		r = read_tail(&text, data);
	if (r < 0)
		return r;
	*in = text.rest;
	*ret = text.ace;
	return 0;
}
