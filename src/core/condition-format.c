/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Byte code to text, in the one form Windows prints: every operand of && and
 * || and ! between parentheses, nothing else.
 *
 * The code is postfix, so the last token is the root of a tree. A first pass
 * checks that it is a tree the text can express, and notes where the part each
 * token completes begins; the second goes down from the root. What no text
 * says (a value where an attribute must be, a quote inside a string) is
 * refused, so that what is printed always means what was stored.
 */
#include "acl-internal.h"
#include "buf.h"
#include "condition-code.h"
#include "condition-parse.h"
#include "sddl-internal.h"
#include "text.h"
#include "utf16.h"

/* What a token completes, as an operand of those that follow. */
enum operand {
	OPERAND_LOCAL,
	OPERAND_ATTRIBUTE,
	OPERAND_VALUE,
	OPERAND_SET,
	OPERAND_RESULT,
};

/* One token; @first is the index of the first one of the part it completes. */
struct part {
	struct condition_item item;
	uint32_t first;
	uint16_t depth; /* logical operators within each other */
	uint8_t operand;
};

struct formatter {
	struct part *parts;
	uint32_t n;
	const struct guise_sid *domain;
	struct guise_buf *out;
};

static bool is_attribute(uint8_t operand)
{
	return operand == OPERAND_LOCAL || operand == OPERAND_ATTRIBUTE;
}

/* Of the operators that have one operand, and of && and || */
static bool is_operand_of(enum condition_kind kind, uint8_t operand)
{
	if (kind == CONDITION_KIND_MEMBER)
		return operand == OPERAND_VALUE || operand == OPERAND_SET;
	if (kind == CONDITION_KIND_EXISTS)
		return is_attribute(operand);
	return is_attribute(operand) || operand == OPERAND_RESULT;
}

static uint8_t operand_of(uint8_t token)
{
	switch (condition_kind(token)) {
	case CONDITION_KIND_VALUE:
		return OPERAND_VALUE;
	case CONDITION_KIND_SET:
		return OPERAND_SET;
	case CONDITION_KIND_ATTRIBUTE:
		return token == CONDITION_LOCAL ? OPERAND_LOCAL
						: OPERAND_ATTRIBUTE;
	case CONDITION_KIND_NONE:
	case CONDITION_KIND_EXISTS:
	case CONDITION_KIND_MEMBER:
	case CONDITION_KIND_COMPARISON:
	case CONDITION_KIND_NOT:
	case CONDITION_KIND_LOGICAL:
		break;
	}
	return OPERAND_RESULT;
}

/* The part before @first, or NULL */
static const struct part *part_before(const struct formatter *f, uint32_t first)
{
	return first > 0 ? &f->parts[first - 1] : NULL;
}

static bool take_unary(const struct formatter *f, struct part *part,
		       enum condition_kind kind)
{
	const struct part *operand = part_before(f, part->first);

	if (!operand || !is_operand_of(kind, operand->operand))
		return false;
	part->first = operand->first;
	part->depth = operand->depth;
	return true;
}

static bool take_binary(const struct formatter *f, struct part *part,
			enum condition_kind kind)
{
	const struct part *right = part_before(f, part->first);
	const struct part *left = right ? part_before(f, right->first) : NULL;
	bool fits;

	if (!left)
		return false;
	if (kind == CONDITION_KIND_COMPARISON)
		fits = is_attribute(left->operand) &&
		       right->operand != OPERAND_LOCAL &&
		       right->operand != OPERAND_RESULT;
	else
		fits = is_operand_of(kind, left->operand) &&
		       is_operand_of(kind, right->operand);
	part->first = left->first;
	part->depth = left->depth > right->depth ? left->depth : right->depth;
	return fits;
}

/* Where the part that @part completes begins, and whether its operands are
 * such as the grammar has. */
static int complete(const struct formatter *f, struct part *part)
{
	const enum condition_kind kind = condition_kind(part->item.token);
	bool fits = true;

	part->operand = operand_of(part->item.token);
	switch (kind) {
	case CONDITION_KIND_EXISTS:
	case CONDITION_KIND_MEMBER:
	case CONDITION_KIND_NOT:
		fits = take_unary(f, part, kind);
		break;
	case CONDITION_KIND_COMPARISON:
	case CONDITION_KIND_LOGICAL:
		fits = take_binary(f, part, kind);
		break;
	case CONDITION_KIND_VALUE:
	case CONDITION_KIND_SET:
	case CONDITION_KIND_ATTRIBUTE:
	case CONDITION_KIND_NONE:
		break;
	}
	if (kind == CONDITION_KIND_NOT || kind == CONDITION_KIND_LOGICAL)
		part->depth++;
	if (part->depth >= GUISE_CONDITION_MAX_DEPTH)
		return GUISE_E_LIMIT;
	return fits ? 0 : GUISE_E_INVALID_CONDITION;
}

static int read_parts(struct formatter *f, struct reader in)
{
	const struct part *root;
	int r;

	while (condition_read(&in, &f->parts[f->n].item)) {
		f->parts[f->n].first = f->n;
		r = complete(f, &f->parts[f->n]);
		if (r < 0)
			return r;
		f->n++;
	}
	root = part_before(f, f->n);
	if (!condition_at_end(in) || !root || root->first != 0 ||
	    !is_operand_of(CONDITION_KIND_NOT, root->operand))
		return GUISE_E_INVALID_CONDITION;
	return 0;
}

static int append_digits(struct guise_buf *out, uint64_t value, unsigned radix)
{
	static const char digits[] = "0123456789abcdef";
	char reversed[22];
	size_t n = 0;
	int r = 0;

	do {
		reversed[n++] = digits[value % radix];
		value /= radix;
	} while (value);
	while (r == 0 && n > 0)
		r = buf_append_u8(out, (uint8_t)reversed[--n]);
	return r;
}

static int format_integer(struct guise_buf *out,
			  const struct condition_item *item)
{
	const bool negative = item->integer < 0;
	const uint64_t value =
		negative ? -(uint64_t)item->integer : (uint64_t)item->integer;
	const char *sign = "";
	const char *base = "";
	unsigned radix = 10;
	int r;

	/* The value decides; the sign byte only where it says no other. */
	if (negative || (value == 0 && item->sign == CONDITION_SIGN_MINUS))
		sign = "-";
	else if (item->sign == CONDITION_SIGN_PLUS)
		sign = "+";
	if (item->base == CONDITION_BASE_8) {
		radix = 8;
		base = "0";
	} else if (item->base == CONDITION_BASE_16) {
		radix = 16;
		base = "0x";
	}
	r = buf_append_text(out, sign);
	if (r == 0)
		r = buf_append_text(out, base);
	if (r == 0)
		r = append_digits(out, value, radix);
	return r;
}

static int format_string(struct guise_buf *out,
			 const struct condition_item *item)
{
	char utf8[4];
	int r;

	if (item->size % 2)
		return GUISE_E_INVALID_CONDITION;
	r = buf_append_u8(out, '"');
	for (uint32_t i = 0; r == 0 && i < item->size; i += 2) {
		const uint8_t *at = item->data + i;
		const uint16_t unit = u16le(at);
		const bool pair = utf16_is_pair(at, item->size - i);

		if (unit == 0 || unit == '"')
			return GUISE_E_INVALID_CONDITION;
		r = buf_append(out, utf8,
			       utf8_from_utf16(at, pair ? 4 : 2, utf8));
		i += pair ? 2 : 0;
	}
	return r < 0 ? r : buf_append_u8(out, '"');
}

static int format_octets(struct guise_buf *out,
			 const struct condition_item *item)
{
	int r;

	r = buf_append_u8(out, '#');
	return r < 0 ? r : text_hex(item->data, item->size, out);
}

static int format_sid(const struct formatter *f,
		      const struct condition_item *item)
{
	struct reader in = reader_of(item->data, item->size);
	struct guise_sid sid;
	int r;

	if (sid_read(&in, &sid) < 0 || in.size > 0)
		return GUISE_E_INVALID_CONDITION;
	r = buf_append_text(f->out, "SID(");
	if (r == 0)
		r = sddl_format_sid(&sid, f->domain, f->out);
	if (r == 0)
		r = buf_append_u8(f->out, ')');
	return r;
}

static int format_value(const struct formatter *f,
			const struct condition_item *item)
{
	switch (item->token) {
	case CONDITION_STRING:
		return format_string(f->out, item);
	case CONDITION_OCTETS:
		return format_octets(f->out, item);
	case CONDITION_SID:
		return format_sid(f, item);
	default:
		return format_integer(f->out, item);
	}
}

static int format_set(const struct formatter *f,
		      const struct condition_item *set)
{
	struct reader in = reader_of(set->data, set->size);
	struct condition_item item;
	const char *before = "{";
	int r = 0;

	while (r == 0 && condition_read(&in, &item)) {
		if (condition_kind(item.token) != CONDITION_KIND_VALUE)
			return GUISE_E_INVALID_CONDITION;
		r = buf_append_text(f->out, before);
		if (r == 0)
			r = format_value(f, &item);
		before = ", ";
	}
	if (r == 0 && in.size > 0)
		return GUISE_E_INVALID_CONDITION;
	if (r == 0 && set->size == 0)
		r = buf_append_text(f->out, before);
	return r < 0 ? r : buf_append_u8(f->out, '}');
}

static int format_escape(struct guise_buf *out, uint16_t unit)
{
	const uint8_t bytes[] = {(uint8_t)(unit >> 8), (uint8_t)unit};
	int r;

	r = buf_append_u8(out, '%');
	return r < 0 ? r : text_hex(bytes, sizeof(bytes), out);
}

static int format_attribute(struct guise_buf *out,
			    const struct condition_item *item)
{
	const bool local = item->token == CONDITION_LOCAL;
	const size_t start = out->size;
	int r = 0;

	if (item->size == 0 || item->size % 2)
		return GUISE_E_INVALID_CONDITION;
	if (!local)
		r = buf_append_text(out, condition_word(item->token));
	for (uint32_t i = 0; r == 0 && i < item->size; i += 2) {
		const uint16_t unit = u16le(item->data + i);

		if (unit == 0)
			return GUISE_E_INVALID_CONDITION;
		if (local ? condition_is_plain(unit) || (unit == '@' && i > 0)
			  : condition_is_plain_prefixed(unit))
			r = buf_append_u8(out, (uint8_t)unit);
		else
			r = format_escape(out, unit);
	}
	/* a local attribute named as an operator would be read as that */
	if (r == 0 && condition_word_find((const char *)out->data + start,
					  out->size - start))
		return GUISE_E_INVALID_CONDITION;
	return r;
}

static int format_part(const struct formatter *f, const struct part *part);

static int format_between(const struct formatter *f, const char *before,
			  const struct part *part, const char *after)
{
	int r;

	r = buf_append_text(f->out, before);
	if (r == 0)
		r = format_part(f, part);
	return r < 0 ? r : buf_append_text(f->out, after);
}

static int format_infix(const struct formatter *f, const struct part *part)
{
	const struct part *right = part - 1;
	const struct part *left = part_before(f, right->first);
	const bool logical =
		condition_kind(part->item.token) == CONDITION_KIND_LOGICAL;
	int r;

	r = format_between(f, logical ? "(" : "", left, logical ? ") " : " ");
	if (r == 0)
		r = buf_append_text(f->out, condition_word(part->item.token));
	if (r < 0)
		return r;
	return format_between(f, logical ? " (" : " ", right,
			      logical ? ")" : "");
}

static int format_prefix(const struct formatter *f, const struct part *part)
{
	int r;

	r = buf_append_text(f->out, condition_word(part->item.token));
	return r < 0 ? r : format_between(f, " ", part - 1, "");
}

/* Recursion is as deep as @part->depth, and two more. */
static int format_part(const struct formatter *f, const struct part *part)
{
	switch (condition_kind(part->item.token)) {
	case CONDITION_KIND_VALUE:
		return format_value(f, &part->item);
	case CONDITION_KIND_SET:
		return format_set(f, &part->item);
	case CONDITION_KIND_ATTRIBUTE:
		return format_attribute(f->out, &part->item);
	case CONDITION_KIND_EXISTS:
	case CONDITION_KIND_MEMBER:
		return format_prefix(f, part);
	case CONDITION_KIND_COMPARISON:
	case CONDITION_KIND_LOGICAL:
		return format_infix(f, part);
	case CONDITION_KIND_NOT:
		return format_between(f, "!(", part - 1, ")");
	case CONDITION_KIND_NONE:
		break;
	}
	return GUISE_E_INVALID_CONDITION;
}

int guise_condition_format(const void *code, size_t size,
			   const struct guise_sddl_options *options,
			   struct guise_buf *out)
{
	GUISE_AUTO(freep) struct part *parts = NULL;
	struct formatter f = {.out = out};
	struct reader in;
	size_t before;
	int r;

	if (!code || !out || (options && options->size != sizeof(*options)))
		return -EINVAL;
	if (size > GUISE_ACL_MAX_SIZE)
		return GUISE_E_LIMIT;
	if (!condition_tokens(code, size, &in))
		return GUISE_E_INVALID_CONDITION;
	/* no more tokens than bytes, and room to see that there are no more */
	parts = array_alloc(in.size + 1, sizeof(*parts));
	if (!parts)
		return -ENOMEM;
	f.parts = parts;
	f.domain = options ? options->domain : NULL;
	r = read_parts(&f, in);
	if (r < 0)
		return r;
	before = out->size;
	r = format_between(&f, "(", &f.parts[f.n - 1], ")");
	if (r < 0)
		buf_truncate(out, before);
	return r;
}
