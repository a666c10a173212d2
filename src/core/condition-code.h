/* SPDX-License-Identifier: Apache-2.0 */
/* The byte code of conditions (MS-DTYP 2.4.4.17): its tokens, the words the
 * text has for them, and a reader. */
#ifndef CORE_CONDITION_CODE_H
#define CORE_CONDITION_CODE_H

#include "base.h"
#include "reader.h"

/* Before the first token. */
#define CONDITION_MAGIC "artx"
#define CONDITION_MAGIC_SIZE 4

enum condition_token {
	CONDITION_PADDING = 0x00,
	CONDITION_INT8 = 0x01,
	CONDITION_INT16 = 0x02,
	CONDITION_INT32 = 0x03,
	CONDITION_INT64 = 0x04,
	CONDITION_STRING = 0x10,
	CONDITION_OCTETS = 0x18,
	CONDITION_COMPOSITE = 0x50,
	CONDITION_SID = 0x51,
	CONDITION_EQUAL = 0x80,
	CONDITION_NOT_EQUAL = 0x81,
	CONDITION_LESS = 0x82,
	CONDITION_LESS_OR_EQUAL = 0x83,
	CONDITION_GREATER = 0x84,
	CONDITION_GREATER_OR_EQUAL = 0x85,
	CONDITION_CONTAINS = 0x86,
	CONDITION_EXISTS = 0x87,
	CONDITION_ANY_OF = 0x88,
	CONDITION_MEMBER_OF = 0x89,
	CONDITION_DEVICE_MEMBER_OF = 0x8a,
	CONDITION_MEMBER_OF_ANY = 0x8b,
	CONDITION_DEVICE_MEMBER_OF_ANY = 0x8c,
	CONDITION_NOT_EXISTS = 0x8d,
	CONDITION_NOT_CONTAINS = 0x8e,
	CONDITION_NOT_ANY_OF = 0x8f,
	CONDITION_NOT_MEMBER_OF = 0x90,
	CONDITION_NOT_DEVICE_MEMBER_OF = 0x91,
	CONDITION_NOT_MEMBER_OF_ANY = 0x92,
	CONDITION_NOT_DEVICE_MEMBER_OF_ANY = 0x93,
	CONDITION_AND = 0xa0,
	CONDITION_OR = 0xa1,
	CONDITION_NOT = 0xa2,
	CONDITION_LOCAL = 0xf8,
	CONDITION_USER = 0xf9,
	CONDITION_RESOURCE = 0xfa,
	CONDITION_DEVICE = 0xfb,
};

/* The last two bytes of an integer: how its text was written. */
enum condition_sign {
	CONDITION_SIGN_PLUS = 1,
	CONDITION_SIGN_MINUS = 2,
	CONDITION_SIGN_NONE = 3,
};
enum condition_base {
	CONDITION_BASE_8 = 1,
	CONDITION_BASE_10 = 2,
	CONDITION_BASE_16 = 3,
};

/* What a token is to the grammar. */
enum condition_kind {
	CONDITION_KIND_NONE = 0, /* no token */
	CONDITION_KIND_VALUE,	 /* integer, string, octets, SID */
	CONDITION_KIND_SET,	 /* values between braces */
	CONDITION_KIND_ATTRIBUTE,
	CONDITION_KIND_EXISTS,	   /* ATTRIBUTE op */
	CONDITION_KIND_MEMBER,	   /* VALUE or SET op */
	CONDITION_KIND_COMPARISON, /* ATTRIBUTE and any operand op */
	CONDITION_KIND_NOT,
	CONDITION_KIND_LOGICAL, /* && and || */
};

/* enum condition_kind of every token. */
extern const uint8_t condition_kinds[256];

static inline enum condition_kind condition_kind(uint8_t token)
{
	return condition_kinds[token];
}

/* One token with its payload. */
struct condition_item {
	uint8_t token;
	uint8_t sign; /* these two: of integers only */
	uint8_t base;
	uint32_t size;	     /* these two: of all others; 0 and NULL */
	const uint8_t *data; /* for integers */
	int64_t integer;     /* sign-extended from its width; else 0 */
};

/* The value of an integer token: every width has eight bytes, and those beyond
 * the width say nothing. SDDL knows one width only. */
static inline int64_t condition_narrowed(uint8_t token, uint64_t value)
{
	if (token == CONDITION_INT64)
		return (int64_t)value;
	switch (token) {
	case CONDITION_INT8:
		return (int8_t)value;
	case CONDITION_INT16:
		return (int16_t)value;
	default:
		return (int32_t)value;
	}
}

static inline bool condition_is_integer(uint8_t token)
{
	return token >= CONDITION_INT8 && token <= CONDITION_INT64;
}

/* A token with a payload: VALUE, SET or ATTRIBUTE; false if it is malformed,
 * then @r is unmoved. */
GUISE_MUST_USE static inline bool
condition_read_operand(struct reader *r, struct condition_item *ret)
{
	struct reader in = *r;
	const uint8_t *p;

	if (!read_bytes(&in, 5, &p))
		return false;
	ret->token = p[0];
	if (condition_is_integer(p[0])) {
		if (!read_skip(&in, 6))
			return false;
		ret->integer = condition_narrowed(p[0], u64le(p + 1));
		ret->sign = p[9];
		ret->base = p[10];
		ret->data = NULL;
		ret->size = 0;
	} else {
		ret->size = u32le(p + 1);
		ret->integer = 0;
		if (!read_bytes(&in, ret->size, &ret->data))
			return false;
	}
	*r = in;
	return true;
}

/* Any token. false: at its end, or malformed; then @r is unmoved. */
GUISE_MUST_USE bool condition_read(struct reader *r,
				   struct condition_item *ret);
/* The tokens of @code, padding included; false without the magic. */
GUISE_MUST_USE static inline bool
condition_tokens(const void *code, size_t size, struct reader *ret)
{
	struct reader in = reader_of(code, size);
	const uint8_t *magic;

	if (!read_bytes(&in, CONDITION_MAGIC_SIZE, &magic) ||
	    memcmp(magic, CONDITION_MAGIC, CONDITION_MAGIC_SIZE) != 0)
		return false;
	*ret = in;
	return true;
}
/* Nothing is left but padding. */
bool condition_at_end(struct reader r);

/* The word of an operator as Windows prints it ("Member_of"), or of an
 * attribute's prefix ("@USER."); NULL if there is none */
const char *condition_word(uint8_t token);
/* The operator that is written as this word, in any case; 0 if none is */
uint8_t condition_word_find(const char *word, size_t size);

/* Characters of attribute names that stand for themselves: of all names, and
 * of those with a prefix. */
bool condition_is_plain(uint32_t character);
bool condition_is_plain_prefixed(uint32_t character);

#endif
