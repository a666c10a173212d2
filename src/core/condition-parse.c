/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of conditions (MS-DTYP 2.5.1.1, and what Windows accepts beyond
 * it): recursive descent, each level one binding strength, tokens appended in
 * the order of evaluation as they are found. Recursion happens at parentheses
 * only, which are counted.
 *
 *	or:    and { "||" and }
 *	and:   not { "&&" not }
 *	not:   [ "!" ] term
 *	term:  "(" or ")" | Exists ATTRIBUTE | Member_of SET
 *	       | ATTRIBUTE [ comparison ]
 *
 * An attribute between parentheses is still an attribute: it may be compared.
 */
#include "condition-parse.h"
#include "buf.h"
#include "condition-code.h"

/* What has been read. @depth: logical operators within each other; when the
 * text is printed, each takes a pair of parentheses. */
struct node {
	bool is_attribute;
	unsigned depth;
};

static int parse_or(struct condition_parser *p, struct node *ret);

/* The outermost parentheses take one of GUISE_CONDITION_MAX_DEPTH. */
static int combine(struct condition_parser *p, uint8_t token, unsigned depth,
		   struct node *ret)
{
	if (depth + 1 >= GUISE_CONDITION_MAX_DEPTH)
		return condition_fail_limit(p, "too many operators");
	*ret = (struct node){.depth = depth + 1};
	return condition_emit(p, token);
}

static int parse_parentheses(struct condition_parser *p, struct node *ret)
{
	int r;

	if (!condition_accept(p, "("))
		return condition_fail(p, p->at, "\"(\" is missing");
	if (p->parentheses == GUISE_CONDITION_MAX_DEPTH)
		return condition_fail_limit(p, "too many parentheses");
	p->parentheses++;
	r = parse_or(p, ret);
	if (r < 0)
		return r;
	if (!condition_accept(p, ")"))
		return condition_fail(p, p->at,
				      "an operator or \")\" is missing");
	p->parentheses--;
	return 0;
}

/* The token of a symbol or word that compares, consumed; 0 if none is next */
static uint8_t accept_comparison(struct condition_parser *p)
{
	/* those of two characters before those of one */
	static const uint8_t symbols[] = {
		CONDITION_EQUAL,	 CONDITION_NOT_EQUAL,
		CONDITION_LESS_OR_EQUAL, CONDITION_GREATER_OR_EQUAL,
		CONDITION_LESS,		 CONDITION_GREATER,
	};
	const size_t n = condition_peek_word(p);
	uint8_t token;

	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		if (condition_accept(p, condition_word(symbols[i])))
			return symbols[i];
	}
	token = condition_word_find(p->text + p->at, n);
	if (condition_kind(token) != CONDITION_KIND_COMPARISON)
		return 0;
	p->at += n;
	return token;
}

/* An operand may stand in parentheses of its own, as many as there are. */
static int parse_operand(struct condition_parser *p,
			 int (*parse)(struct condition_parser *))
{
	const unsigned outside = p->parentheses;
	int r;

	for (condition_skip(p); condition_accept(p, "("); condition_skip(p)) {
		if (p->parentheses == GUISE_CONDITION_MAX_DEPTH)
			return condition_fail_limit(p, "too many parentheses");
		p->parentheses++;
	}
	r = parse(p);
	while (r == 0 && p->parentheses > outside) {
		condition_skip(p);
		if (!condition_accept(p, ")"))
			return condition_fail(p, p->at, "\")\" is missing");
		p->parentheses--;
	}
	return r;
}

/* What an attribute is compared with: no local attribute. */
static int parse_right_side(struct condition_parser *p)
{
	return condition_peek(p) == '@' ? condition_parse_attribute(p, false)
					: condition_parse_set(p);
}

static int parse_any_attribute(struct condition_parser *p)
{
	return condition_parse_attribute(p, true);
}

static int parse_comparison(struct condition_parser *p, struct node *ret)
{
	uint8_t token;
	int r;

	condition_skip(p);
	token = accept_comparison(p);
	if (!token)
		return 0;
	r = parse_operand(p, parse_right_side);
	if (r < 0)
		return r;
	*ret = (struct node){.depth = ret->depth};
	return condition_emit(p, token);
}

/* An operator before its operand: Exists and Member_of. What is no SID is
 * accepted, as Windows does; its value is UNKNOWN. */
static int parse_prefix_operator(struct condition_parser *p, uint8_t token)
{
	int r;

	r = parse_operand(p, condition_kind(token) == CONDITION_KIND_EXISTS
				     ? parse_any_attribute
				     : condition_parse_set);
	if (r < 0)
		return r;
	return condition_emit(p, token);
}

static bool is_prefix_operator(uint8_t token)
{
	const enum condition_kind kind = condition_kind(token);

	return kind == CONDITION_KIND_EXISTS || kind == CONDITION_KIND_MEMBER;
}

static int parse_term(struct condition_parser *p, struct node *ret)
{
	const size_t n = condition_peek_word(p);
	const uint8_t token = condition_word_find(p->text + p->at, n);
	int r;

	*ret = (struct node){0};
	if (is_prefix_operator(token)) {
		p->at += n;
		return parse_prefix_operator(p, token);
	}
	if (condition_peek(p) == '(') {
		r = parse_parentheses(p, ret);
	} else {
		r = condition_parse_attribute(p, true);
		ret->is_attribute = true;
	}
	if (r < 0 || !ret->is_attribute)
		return r;
	return parse_comparison(p, ret);
}

static int parse_not(struct condition_parser *p, struct node *ret)
{
	int r;

	condition_skip(p);
	if (!condition_accept(p, "!"))
		return parse_term(p, ret);
	condition_skip(p);
	r = parse_term(p, ret);
	if (r < 0)
		return r;
	return combine(p, CONDITION_NOT, ret->depth, ret);
}

static unsigned deeper(const struct node *a, const struct node *b)
{
	return a->depth > b->depth ? a->depth : b->depth;
}

static int parse_and(struct condition_parser *p, struct node *ret)
{
	struct node right;
	int r;

	r = parse_not(p, ret);
	for (;;) {
		if (r < 0)
			return r;
		condition_skip(p);
		if (!condition_accept(p, "&&"))
			return 0;
		r = parse_not(p, &right);
		if (r == 0)
			r = combine(p, CONDITION_AND, deeper(ret, &right), ret);
	}
}

static int parse_or(struct condition_parser *p, struct node *ret)
{
	struct node right;
	int r;

	r = parse_and(p, ret);
	for (;;) {
		if (r < 0)
			return r;
		condition_skip(p);
		if (!condition_accept(p, "||"))
			return 0;
		r = parse_and(p, &right);
		if (r == 0)
			r = combine(p, CONDITION_OR, deeper(ret, &right), ret);
	}
}

static int parse_whole(struct condition_parser *p, size_t *ret_used)
{
	struct node node;
	int r;

	r = buf_append(p->out, CONDITION_MAGIC, CONDITION_MAGIC_SIZE);
	if (r < 0)
		return r;
	condition_skip(p);
	r = parse_parentheses(p, &node);
	if (r < 0)
		return r;
	condition_skip(p);
	if (!ret_used && p->at < p->size)
		return condition_fail(p, p->at, "text after the condition");
	return 0;
}

int guise_condition_parse(const char *text, size_t size,
			  const struct guise_sddl_options *options,
			  struct guise_buf *out, size_t *ret_used,
			  struct guise_error_info *reterr)
{
	struct condition_parser p = {
		.text = text,
		.size = size,
		.domain = options ? options->domain : NULL,
		.out = out,
		.reterr = reterr,
	};
	int r;

	if (!text || !out || (options && options->size != sizeof(*options)))
		return -EINVAL;
	p.start = out->size;
	if (size > GUISE_SDDL_MAX_SIZE)
		return condition_fail_limit(&p, "the text is too long");
	r = parse_whole(&p, ret_used);
	if (r < 0) {
		buf_truncate(out, p.start);
		return r;
	}
	if (ret_used)
		*ret_used = p.at;
	return 0;
}
