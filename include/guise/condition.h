/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditional expressions of callback ACEs: text, byte code ("artx") and value
 * (MS-DTYP 2.4.4.17, 2.5.1.1). Thread-safe: nothing is kept, what goes in is
 * only read. Cost: linear in the expression; evaluating allocates nothing.
 */
#ifndef GUISE_CONDITION_H
#define GUISE_CONDITION_H

#include <guise/claim.h>
#include <guise/sddl.h>
#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum guise_truth - three-valued; all zero reads "false" */
enum guise_truth {
	GUISE_FALSE = 0,
	GUISE_TRUE = 1,
	GUISE_UNKNOWN = 2,
};

/**
 * guise_condition_parse() - text to byte code
 * @text: borrowed, @size bytes, with the outer parentheses
 * @options: borrowed, may be NULL: the domain of aliases such as SID(DA)
 * @out: the caller's; "artx" and the code are appended, not padded; unchanged
 *       on failure
 * @ret_used: may be NULL; how many bytes of @text the expression took. If it is
 *            NULL, anything but blanks after it is an error
 * @reterr: may be NULL; offset and reason on failure
 *
 * Read as Windows does: operators, prefixes and SID in any case, operands in
 * parentheses of their own, "#" among octets as a zero. In names letters,
 * digits and ":./_" stand for themselves and must not be escaped as %XXXX;
 * with a prefix so do all printable characters but blank and !"%&(),<=>|, and
 * everything beyond ASCII may.
 *
 * Return: 0; GUISE_E_INVALID_CONDITION; GUISE_E_LIMIT (operators or parentheses
 * nested deeper than GUISE_CONDITION_MAX_DEPTH, code larger than an ACE, or
 * text above GUISE_SDDL_MAX_SIZE); -ENOMEM; -EINVAL (a NULL that is not
 * allowed, or a wrong size of @options).
 */
GUISE_API GUISE_MUST_USE int
guise_condition_parse(const char *text, size_t size,
		      const struct guise_sddl_options *options,
		      struct guise_buf *out, size_t *ret_used,
		      struct guise_error_info *reterr);

/**
 * guise_condition_format() - byte code to text as Windows prints it
 * @code: borrowed, untrusted: from "artx" on; trailing zeros are padding
 * @options: borrowed, may be NULL
 * @out: the caller's; unchanged on failure
 *
 * What is printed gives the same code when it is parsed, but for integers of
 * other widths or with a sign that they do not have, which keep their value.
 *
 * Return: 0; GUISE_E_INVALID_CONDITION (malformed, or no text says it: a value
 * on the left of an operator, a quotation mark in a string); GUISE_E_LIMIT
 * (nested deeper than GUISE_CONDITION_MAX_DEPTH, larger than an ACE); -ENOMEM;
 * -EINVAL as above.
 */
GUISE_API GUISE_MUST_USE int
guise_condition_format(const void *code, size_t size,
		       const struct guise_sddl_options *options,
		       struct guise_buf *out);

/**
 * guise_condition_evaluate() - what the condition of an allow ACE is for a
 * token
 * @code: borrowed, untrusted: from "artx" on; malformed code is UNKNOWN
 * @token: borrowed: groups, device groups and claims
 * @resource: borrowed, may be NULL: the object's attributes
 *
 * An allow ACE applies when its condition is TRUE, a deny ACE unless it is
 * FALSE. What cannot be told makes an operator UNKNOWN; what cannot be meant
 * makes all of it UNKNOWN (MS-DTYP 2.4.4.17.6, 2.4.4.17.7). Never allocates.
 * Cost: linear in @code, in the values it compares and, for each name of
 * @Resource, in the attributes. -EINVAL on a NULL that is not allowed, else 0
 * with the answer in @ret.
 */
GUISE_API GUISE_MUST_USE int guise_condition_evaluate(
	const void *code, size_t size, const struct guise_token *token,
	const struct guise_claims *resource, enum guise_truth *ret);

#ifdef __cplusplus
}
#endif
#endif
