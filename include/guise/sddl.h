/* SPDX-License-Identifier: Apache-2.0 */
/* Security descriptor definition language (MS-DTYP 2.5.1): text to value and
 * back, in Windows' exact output form and with its leniencies.
 *
 * All functions are thread-safe: they keep nothing and only read what they are
 * given. Cost: linear in the text or the descriptor. */
#ifndef GUISE_SDDL_H
#define GUISE_SDDL_H

#include <guise/sd.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_sddl_options - what the text is relative to
 * @size: sizeof(struct guise_sddl_options)
 * @domain: borrowed, may be NULL: S-1-5-21-a-b-c for DA, DU, LA, LG, ...
 *          When formatting, SIDs of this domain print as those aliases.
 */
struct guise_sddl_options {
	size_t size;
	const struct guise_sid *domain;
};

/**
 * guise_sddl_parse() - text to descriptor
 * @text: borrowed, @size bytes, no NUL needed; at most GUISE_SDDL_MAX_SIZE
 * @options: borrowed, may be NULL
 * @ret: returns a reference
 * @reterr: may be NULL; offset and reason on failure
 *
 * The first mistake from the left is the one that counts: a bad ACE, right,
 * trustee or claim is GUISE_E_INVALID_ACL, a bad owner or group
 * GUISE_E_INVALID_SID, a bad condition or GUID has a code of its own.
 *
 * Return: 0; GUISE_E_INVALID_ACL; GUISE_E_INVALID_SID; GUISE_E_INVALID_GUID;
 * GUISE_E_INVALID_CONDITION; GUISE_E_LIMIT; -EINVAL (malformed section, NULL,
 * or a wrong size of @options); -ENOMEM.
 */
GUISE_API GUISE_MUST_USE int
guise_sddl_parse(const char *text, size_t size,
		 const struct guise_sddl_options *options,
		 const struct guise_sd **ret, struct guise_error_info *reterr);

/**
 * guise_sddl_format() - append the text, without NUL, to @out
 * @options: borrowed, may be NULL
 * @out: the caller's; its content is unchanged on failure
 *
 * Return: 0; GUISE_E_INVALID_ACL (an ACE that SDDL cannot express: a type
 * without a name, data that is no claim, a string in it that cannot be quoted);
 * GUISE_E_INVALID_CONDITION; GUISE_E_LIMIT (of conditions or claims); -ENOMEM;
 * -EINVAL (NULL, or a wrong size of @options).
 */
GUISE_API GUISE_MUST_USE int
guise_sddl_format(const struct guise_sd *sd,
		  const struct guise_sddl_options *options,
		  struct guise_buf *out);

/**
 * guise_access_mask_parse() - an access mask as SDDL writes it
 * @text: borrowed, @size bytes: rights ("FA", "CCDC", "GR") and numbers in
 *        decimal, 0octal or 0xhex, joined without a separator ("GR0x1"); a
 *        number too large is 0xffffffff, a sign comes first only
 *
 * MS-DTYP 2.5.1.1. Return: 0; GUISE_E_INVALID_ACL; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_access_mask_parse(const char *text, size_t size, uint32_t *ret);

#ifdef __cplusplus
}
#endif
#endif
