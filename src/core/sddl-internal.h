/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SDDL between its files: the text being read with the place it has got to,
 * and one function each way for every kind of field.
 */
#ifndef CORE_SDDL_INTERNAL_H
#define CORE_SDDL_INTERNAL_H

#include "base.h"
#include <guise/sddl.h>

/* A part of the text; fields are cut out of it by moving @at. */
struct sddl_span {
	const char *at;
	size_t size;
};

/* What stays the same while one text is read. */
struct sddl_context {
	const char *start;		 /* of the whole text, for offsets */
	const struct guise_sid *domain;	 /* may be NULL */
	struct guise_error_info *reterr; /* may be NULL */
};

/* Says where and why, and returns @code. */
int sddl_fail(const struct sddl_context *context, const char *at, int code,
	      const char *why);
/* Only the blank: tabs and newlines are errors everywhere. */
void sddl_skip_blanks(struct sddl_span *span);
struct sddl_span sddl_trim(struct sddl_span span);
/* @span is the whole SID, alias or S-1-...: no hex bytes here. */
GUISE_MUST_USE int sddl_parse_sid(const struct sddl_context *context,
				  struct sddl_span span, int code,
				  struct guise_sid *ret);
/* One ACE; @in starts at its '(' and ends after its ')'. */
GUISE_MUST_USE int sddl_parse_ace(const struct sddl_context *context,
				  struct sddl_span *in, bool in_sacl,
				  struct guise_ace *ret);

/* Which letters an access mask has. */
enum sddl_rights {
	SDDL_RIGHTS_ACCESS = 0,
	SDDL_RIGHTS_LABEL,
};
/* The whole of @text, empty is 0; false if it is not an access mask */
GUISE_MUST_USE bool sddl_parse_rights(enum sddl_rights rights,
				      struct sddl_span text, uint32_t *ret);
GUISE_MUST_USE int sddl_format_rights(enum sddl_rights rights, uint32_t mask,
				      struct guise_buf *out);

GUISE_MUST_USE bool sddl_parse_guid(struct sddl_span text,
				    struct guise_guid *ret);
GUISE_MUST_USE int sddl_format_guid(const struct guise_guid *guid,
				    struct guise_buf *out);
GUISE_MUST_USE int sddl_format_sid(const struct guise_sid *sid,
				   const struct guise_sid *domain,
				   struct guise_buf *out);
GUISE_MUST_USE int sddl_format_ace(const struct guise_ace *ace,
				   const struct guise_sid *domain,
				   struct guise_buf *out);

#endif
