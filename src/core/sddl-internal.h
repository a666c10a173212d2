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
	const char *start;			  /* of the whole text */
	const struct guise_sddl_options *options; /* may be NULL */
	struct guise_error_info *reterr;	  /* may be NULL */
};

/* What aliases are relative to, or NULL; @options may be NULL. */
static inline const struct guise_sid *
sddl_domain(const struct guise_sddl_options *options)
{
	return options ? options->domain : NULL;
}

/* Says where and why, and returns @code. */
int sddl_fail(const struct sddl_context *context, const char *at, int code,
	      const char *why);
/* Only the blank: tabs and newlines are errors everywhere. */
void sddl_skip_blanks(struct sddl_span *span);
struct sddl_span sddl_trim(struct sddl_span span);
/* Moves past @c, which must come next; false: something else does. */
GUISE_MUST_USE bool sddl_skip(struct sddl_span *in, char c);
/* @span is the whole SID, alias or S-1-...: no hex bytes here. */
GUISE_MUST_USE int sddl_parse_sid(const struct sddl_context *context,
				  struct sddl_span span, int code,
				  struct guise_sid *ret);
/*
 * One ACE; @in starts at its '(' and ends after its ')'. @ret has the size of
 * its data but no pointer: the data is appended to @data. On failure both may
 * be half done.
 */
GUISE_MUST_USE int sddl_parse_ace(const struct sddl_context *context,
				  struct sddl_span *in, bool in_sacl,
				  struct guise_ace *ret,
				  struct guise_buf *data);

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

/* What the seventh field is. */
enum sddl_extra {
	SDDL_EXTRA_NONE = 0, /* there is none */
	SDDL_EXTRA_CONDITION,
	SDDL_EXTRA_MAYBE_CONDITION,
	SDDL_EXTRA_CLAIM,
};

/* A type of ACE that has a name. */
struct sddl_type {
	char name[3];
	uint8_t type;
	bool in_sacl;  /* it belongs there, else in the DACL */
	uint8_t plain; /* what an object type without GUIDs is */
	enum sddl_rights rights;
	enum sddl_extra extra;
};

/* Both: static storage, or NULL. The name is in any case. */
const struct sddl_type *sddl_find_type(struct sddl_span name);
const struct sddl_type *sddl_find_type_number(uint8_t number);
/* The bit that a flag's name, in any case, means in this type; 0: none. */
uint8_t sddl_find_flag(const struct sddl_type *type, const char two[2]);
/* The name of the next of the bits in @set, which is taken out of it, in the
 * order of printing; NULL when there is none. */
const char *sddl_next_flag(const struct sddl_type *type, uint8_t *set);

/* "0x" and lower-case digits without leading zeros */
GUISE_MUST_USE int sddl_format_hex(uint32_t value, struct guise_buf *out);

GUISE_MUST_USE bool sddl_parse_guid(struct sddl_span text,
				    struct guise_guid *ret);
GUISE_MUST_USE int sddl_format_guid(const struct guise_guid *guid,
				    struct guise_buf *out);
GUISE_MUST_USE int sddl_format_sid(const struct guise_sid *sid,
				   const struct guise_sid *domain,
				   struct guise_buf *out);
/* The claim of a resource attribute ACE: @in starts at its '(' and ends after
 * its ')'; the binary form is appended to @out, or nothing. */
GUISE_MUST_USE int sddl_parse_claim(const struct sddl_context *context,
				    struct sddl_span *in,
				    struct guise_buf *out);
/* On failure, as in the next, a part may have been appended. */
GUISE_MUST_USE int sddl_format_claim(const void *data, size_t size,
				     const struct guise_sid *domain,
				     struct guise_buf *out);
GUISE_MUST_USE int sddl_format_ace(const struct guise_ace *ace,
				   const struct guise_sddl_options *options,
				   struct guise_buf *out);

#endif
