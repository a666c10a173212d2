/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ACE in SDDL: (type;flags;rights;object;inherited object;trustee). What a
 * type may have is said by its row in the table of types; the fields are read
 * by one function each. Blanks may lead a field but not trail it, except after
 * the trustee: so does Windows.
 */
#include "ace-internal.h"
#include "buf.h"
#include "sddl-internal.h"
#include "text.h"

struct type {
	char name[3];
	uint8_t type;
	bool in_sacl;  /* it belongs there, else in the DACL */
	uint8_t plain; /* what an object type without GUIDs is */
	enum sddl_rights rights;
	/* set: this type is refused, and this is why */
	const char *refused;
};

#define NO_CONDITION "conditional ACEs are not supported in SDDL"
#define NO_CLAIM "resource attribute ACEs are not supported in SDDL"
#define NO_POLICY "policy, trust and filter ACEs are not supported in SDDL"

static const struct type types[] = {
	{"A", GUISE_ACE_ACCESS_ALLOWED, false},
	{"D", GUISE_ACE_ACCESS_DENIED, false},
	{"AU", GUISE_ACE_SYSTEM_AUDIT, true},
	{"AL", GUISE_ACE_SYSTEM_ALARM, true},
	{"OA", GUISE_ACE_ACCESS_ALLOWED_OBJECT, false,
	 .plain = GUISE_ACE_ACCESS_ALLOWED},
	{"OD", GUISE_ACE_ACCESS_DENIED_OBJECT, false,
	 .plain = GUISE_ACE_ACCESS_DENIED},
	{"OU", GUISE_ACE_SYSTEM_AUDIT_OBJECT, true,
	 .plain = GUISE_ACE_SYSTEM_AUDIT},
	{"OL", GUISE_ACE_SYSTEM_ALARM_OBJECT, true,
	 .plain = GUISE_ACE_SYSTEM_ALARM},
	{"ML", GUISE_ACE_SYSTEM_MANDATORY_LABEL, true,
	 .rights = SDDL_RIGHTS_LABEL},
	{"XA", GUISE_ACE_ACCESS_ALLOWED_CALLBACK, false,
	 .refused = NO_CONDITION},
	{"XD", GUISE_ACE_ACCESS_DENIED_CALLBACK, false,
	 .refused = NO_CONDITION},
	{"ZA", GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT, false,
	 .refused = NO_CONDITION},
	{"XU", GUISE_ACE_SYSTEM_AUDIT_CALLBACK, true, .refused = NO_CONDITION},
	{"RA", GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE, true, .refused = NO_CLAIM},
	{"SP", GUISE_ACE_SYSTEM_SCOPED_POLICY_ID, true, .refused = NO_POLICY},
	{"TL", GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL, true,
	 .refused = NO_POLICY},
	{"FL", GUISE_ACE_SYSTEM_ACCESS_FILTER, true, .refused = NO_POLICY},
};

struct flag {
	char name[3];
	uint8_t flag;
};

/* In the order of printing; every bit has a name. */
static const struct flag flags[] = {
	{"OI", GUISE_ACE_OBJECT_INHERIT},
	{"CI", GUISE_ACE_CONTAINER_INHERIT},
	{"NP", GUISE_ACE_NO_PROPAGATE_INHERIT},
	{"IO", GUISE_ACE_INHERIT_ONLY},
	{"ID", GUISE_ACE_INHERITED},
	{"CR", GUISE_ACE_CRITICAL},
	{"SA", GUISE_ACE_SUCCESSFUL_ACCESS},
	{"FA", GUISE_ACE_FAILED_ACCESS},
};

/* Cuts the next field off, without its leading blanks and the ';'. */
static bool next_field(struct sddl_span *ace, struct sddl_span *ret)
{
	size_t n = 0;

	sddl_skip_blanks(ace);
	while (n < ace->size && ace->at[n] != ';')
		n++;
	if (n == ace->size)
		return false;
	*ret = (struct sddl_span){ace->at, n};
	ace->at += n + 1;
	ace->size -= n + 1;
	return true;
}

static const struct type *find_type(struct sddl_span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (text_equal_nocase(types[i].name, strlen(types[i].name),
				      name.at, name.size))
			return &types[i];
	}
	return NULL;
}

static int parse_type(const struct sddl_context *context,
		      struct sddl_span field, bool in_sacl,
		      const struct type **ret)
{
	const struct type *type = find_type(field);

	if (!type)
		return sddl_fail(context, field.at, GUISE_E_INVALID_ACL,
				 "unknown ACE type");
	if (type->refused)
		return sddl_fail(context, field.at, GUISE_E_INVALID_ACL,
				 type->refused);
	if (type->in_sacl != in_sacl)
		return sddl_fail(context, field.at, GUISE_E_INVALID_ACL,
				 in_sacl ? "this ACE type has no place in a "
					   "SACL"
					 : "this ACE type has no place in a "
					   "DACL");
	*ret = type;
	return 0;
}

static int parse_flag(const struct sddl_context *context, const char *two,
		      uint8_t *flag)
{
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (text_equal_nocase(flags[i].name, 2, two, 2)) {
			*flag |= flags[i].flag;
			return 0;
		}
	}
	return sddl_fail(context, two, GUISE_E_INVALID_ACL, "unknown ACE flag");
}

static int parse_flags(const struct sddl_context *context,
		       struct sddl_span field, uint8_t *ret)
{
	int r = 0;

	if (field.size % 2 != 0)
		return sddl_fail(context, field.at, GUISE_E_INVALID_ACL,
				 "ACE flags are pairs of letters");
	for (size_t i = 0; r == 0 && i < field.size; i += 2)
		r = parse_flag(context, field.at + i, ret);
	return r;
}

static int parse_guid(const struct sddl_context *context,
		      const struct type *type, struct sddl_span field,
		      uint16_t present, struct guise_ace *ace,
		      struct guise_guid *ret)
{
	if (field.size == 0)
		return 0;
	/* Dropping it would widen the ACE to the whole object. */
	if (ace_shape(type->type) != ACE_SHAPE_OBJECT)
		return sddl_fail(context, field.at, GUISE_E_INVALID_ACL,
				 "only object ACE types have GUIDs");
	if (!sddl_parse_guid(field, ret))
		return sddl_fail(context, field.at, GUISE_E_INVALID_GUID,
				 "a GUID is 8-4-4-4-12 hex digits");
	ace->object_flags |= present;
	return 0;
}

static int parse_guids(const struct sddl_context *context,
		       const struct type *type, struct sddl_span object,
		       struct sddl_span inherited, struct guise_ace *ace)
{
	int r;

	r = parse_guid(context, type, object, GUISE_ACE_OBJECT_TYPE_PRESENT,
		       ace, &ace->object_type);
	if (r < 0)
		return r;
	r = parse_guid(context, type, inherited,
		       GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT, ace,
		       &ace->inherited_object_type);
	if (r < 0)
		return r;
	/* An object ACE about no object type in particular is a plain one. */
	if (ace_shape(type->type) == ACE_SHAPE_OBJECT && !ace->object_flags)
		ace->type = type->plain;
	return 0;
}

struct fields {
	struct sddl_span type, flags, rights, object, inherited, trustee;
};

static bool cut_fields(struct sddl_span ace, struct fields *ret)
{
	if (!next_field(&ace, &ret->type) || !next_field(&ace, &ret->flags) ||
	    !next_field(&ace, &ret->rights) ||
	    !next_field(&ace, &ret->object) ||
	    !next_field(&ace, &ret->inherited))
		return false;
	ret->trustee = sddl_trim(ace);
	return true;
}

static int parse_fields(const struct sddl_context *context,
			const struct fields *fields, bool in_sacl,
			struct guise_ace *ret)
{
	const struct type *type;
	int r;

	r = parse_type(context, fields->type, in_sacl, &type);
	if (r < 0)
		return r;
	ret->type = type->type;
	r = parse_flags(context, fields->flags, &ret->flags);
	if (r < 0)
		return r;
	if (!sddl_parse_rights(type->rights, fields->rights, &ret->mask))
		return sddl_fail(context, fields->rights.at,
				 GUISE_E_INVALID_ACL,
				 "not rights of this ACE type, nor a number");
	r = parse_guids(context, type, fields->object, fields->inherited, ret);
	if (r < 0)
		return r;
	return sddl_parse_sid(context, fields->trustee, GUISE_E_INVALID_ACL,
			      &ret->sid);
}

int sddl_parse_ace(const struct sddl_context *context, struct sddl_span *in,
		   bool in_sacl, struct guise_ace *ret)
{
	struct guise_ace ace = {0};
	struct fields fields;
	size_t n = 1;
	int r;

	must(in->size > 0 && in->at[0] == '(');
	while (n < in->size && in->at[n] != ')' && in->at[n] != '(')
		n++;
	/* A refused type may have parentheses inside; name it first. */
	if (n == in->size ||
	    !cut_fields((struct sddl_span){in->at + 1, n - 1}, &fields))
		return sddl_fail(context, in->at, GUISE_E_INVALID_ACL,
				 "an ACE has six fields in parentheses");
	r = parse_fields(context, &fields, in_sacl, &ace);
	if (r < 0)
		return r;
	if (in->at[n] != ')')
		return sddl_fail(context, in->at + n, GUISE_E_INVALID_ACL,
				 "parenthesis inside an ACE");
	in->at += n + 1;
	in->size -= n + 1;
	*ret = ace;
	return 0;
}

static const struct type *find_type_number(uint8_t number)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].type == number)
			return &types[i];
	}
	return NULL;
}

static int format_flags(uint8_t set, struct guise_buf *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(flags); i++) {
		if (set & flags[i].flag)
			r = buf_append(out, flags[i].name, 2);
	}
	return r;
}

static int format_guids(const struct guise_ace *ace, struct guise_buf *out)
{
	int r = 0;

	if (ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT)
		r = sddl_format_guid(&ace->object_type, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0 &&
	    (ace->object_flags & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT))
		r = sddl_format_guid(&ace->inherited_object_type, out);
	return r;
}

/* Object types without GUIDs print as the plain type they mean. */
static const char *type_name(const struct type *type,
			     const struct guise_ace *ace)
{
	if (ace_shape(type->type) == ACE_SHAPE_OBJECT && !ace->object_flags)
		return find_type_number(type->plain)->name;
	return type->name;
}

int sddl_format_ace(const struct guise_ace *ace, const struct guise_sid *domain,
		    struct guise_buf *out)
{
	const struct type *type = find_type_number(ace->type);
	int r;

	if (!type || type->refused)
		return GUISE_E_INVALID_SD;
	r = buf_append(out, "(", 1);
	if (r == 0)
		r = buf_append_text(out, type_name(type, ace));
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = format_flags(ace->flags, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = sddl_format_rights(type->rights, ace->mask, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = format_guids(ace, out);
	if (r == 0)
		r = buf_append(out, ";", 1);
	if (r == 0)
		r = sddl_format_sid(&ace->sid, domain, out);
	if (r == 0)
		r = buf_append(out, ")", 1);
	return r;
}
