/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of conditions, one after the other. What comes after the last one and
 * is zero is padding; a zero among them is an unknown token.
 */
#include "condition-code.h"
#include "text.h"

struct condition_words {
	uint8_t token;
	const char *word;
};

/* As Windows prints them; all are read in any case. */
static const struct condition_words words[] = {
	{CONDITION_EQUAL, "=="},
	{CONDITION_NOT_EQUAL, "!="},
	{CONDITION_LESS, "<"},
	{CONDITION_LESS_OR_EQUAL, "<="},
	{CONDITION_GREATER, ">"},
	{CONDITION_GREATER_OR_EQUAL, ">="},
	{CONDITION_CONTAINS, "Contains"},
	{CONDITION_ANY_OF, "Any_of"},
	{CONDITION_NOT_CONTAINS, "Not_Contains"},
	{CONDITION_NOT_ANY_OF, "Not_Any_of"},
	{CONDITION_EXISTS, "Exists"},
	{CONDITION_NOT_EXISTS, "Not_Exists"},
	{CONDITION_MEMBER_OF, "Member_of"},
	{CONDITION_DEVICE_MEMBER_OF, "Device_Member_of"},
	{CONDITION_MEMBER_OF_ANY, "Member_of_any"},
	{CONDITION_DEVICE_MEMBER_OF_ANY, "Device_Member_of_any"},
	{CONDITION_NOT_MEMBER_OF, "Not_Member_of"},
	{CONDITION_NOT_DEVICE_MEMBER_OF, "Not_Device_Member_of"},
	{CONDITION_NOT_MEMBER_OF_ANY, "Not_Member_of_any"},
	{CONDITION_NOT_DEVICE_MEMBER_OF_ANY, "Not_Device_Member_of_any"},
	{CONDITION_AND, "&&"},
	{CONDITION_OR, "||"},
	{CONDITION_USER, "@USER."},
	{CONDITION_DEVICE, "@DEVICE."},
	{CONDITION_RESOURCE, "@RESOURCE."},
};

const char *condition_word(uint8_t token)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i].token == token)
			return words[i].word;
	}
	return NULL;
}

uint8_t condition_word_find(const char *word, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (text_equal_nocase(words[i].word, strlen(words[i].word),
				      word, size))
			return words[i].token;
	}
	return 0;
}

static bool is_one_of(uint32_t character, const char *set)
{
	return character > 0 && character < 0x80 &&
	       memchr(set, (int)character, strlen(set));
}

bool condition_is_plain(uint32_t character)
{
	return (character >= 'a' && character <= 'z') ||
	       (character >= 'A' && character <= 'Z') ||
	       (character >= '0' && character <= '9') ||
	       is_one_of(character, ":./_");
}

bool condition_is_plain_prefixed(uint32_t character)
{
	return condition_is_plain(character) ||
	       is_one_of(character, "#$'*+-;?@[\\]^`{}~");
}

enum condition_kind condition_kind(uint8_t token)
{
	switch (token) {
	case CONDITION_INT8:
	case CONDITION_INT16:
	case CONDITION_INT32:
	case CONDITION_INT64:
	case CONDITION_STRING:
	case CONDITION_OCTETS:
	case CONDITION_SID:
		return CONDITION_KIND_VALUE;
	case CONDITION_COMPOSITE:
		return CONDITION_KIND_SET;
	case CONDITION_LOCAL:
	case CONDITION_USER:
	case CONDITION_RESOURCE:
	case CONDITION_DEVICE:
		return CONDITION_KIND_ATTRIBUTE;
	case CONDITION_EXISTS:
	case CONDITION_NOT_EXISTS:
		return CONDITION_KIND_EXISTS;
	case CONDITION_MEMBER_OF:
	case CONDITION_DEVICE_MEMBER_OF:
	case CONDITION_MEMBER_OF_ANY:
	case CONDITION_DEVICE_MEMBER_OF_ANY:
	case CONDITION_NOT_MEMBER_OF:
	case CONDITION_NOT_DEVICE_MEMBER_OF:
	case CONDITION_NOT_MEMBER_OF_ANY:
	case CONDITION_NOT_DEVICE_MEMBER_OF_ANY:
		return CONDITION_KIND_MEMBER;
	case CONDITION_EQUAL:
	case CONDITION_NOT_EQUAL:
	case CONDITION_LESS:
	case CONDITION_LESS_OR_EQUAL:
	case CONDITION_GREATER:
	case CONDITION_GREATER_OR_EQUAL:
	case CONDITION_CONTAINS:
	case CONDITION_ANY_OF:
	case CONDITION_NOT_CONTAINS:
	case CONDITION_NOT_ANY_OF:
		return CONDITION_KIND_COMPARISON;
	case CONDITION_NOT:
		return CONDITION_KIND_NOT;
	case CONDITION_AND:
	case CONDITION_OR:
		return CONDITION_KIND_LOGICAL;
	default:
		return CONDITION_KIND_NONE;
	}
}

/* Every width has eight bytes; those beyond the width say nothing. */
static int64_t narrowed(uint8_t token, uint64_t value)
{
	switch (token) {
	case CONDITION_INT8:
		return (int8_t)value;
	case CONDITION_INT16:
		return (int16_t)value;
	case CONDITION_INT32:
		return (int32_t)value;
	default:
		return (int64_t)value;
	}
}

static bool read_integer(struct reader *in, struct condition_item *item)
{
	uint64_t value;

	if (!read_u64le(in, &value) || !read_u8(in, &item->sign) ||
	    !read_u8(in, &item->base))
		return false;
	item->integer = narrowed(item->token, value);
	return true;
}

bool condition_read(struct reader *r, struct condition_item *ret)
{
	struct condition_item item = {0};
	struct reader in = *r;

	if (!read_u8(&in, &item.token))
		return false;
	switch (item.token) {
	case CONDITION_INT8:
	case CONDITION_INT16:
	case CONDITION_INT32:
	case CONDITION_INT64:
		if (!read_integer(&in, &item))
			return false;
		break;
	case CONDITION_STRING:
	case CONDITION_OCTETS:
	case CONDITION_COMPOSITE:
	case CONDITION_SID:
	case CONDITION_LOCAL:
	case CONDITION_USER:
	case CONDITION_RESOURCE:
	case CONDITION_DEVICE:
		if (!read_u32le(&in, &item.size) ||
		    !read_bytes(&in, item.size, &item.data))
			return false;
		break;
	default:
		if (condition_kind(item.token) == CONDITION_KIND_NONE)
			return false;
		break;
	}
	*r = in;
	*ret = item;
	return true;
}

bool condition_tokens(const void *code, size_t size, struct reader *ret)
{
	struct reader in = reader_of(code, size);
	const uint8_t *magic;

	if (!read_bytes(&in, CONDITION_MAGIC_SIZE, &magic) ||
	    memcmp(magic, CONDITION_MAGIC, CONDITION_MAGIC_SIZE) != 0)
		return false;
	*ret = in;
	return true;
}

bool condition_at_end(const struct reader *r)
{
	for (size_t i = 0; i < r->size; i++) {
		if (r->data[i] != CONDITION_PADDING)
			return false;
	}
	return true;
}
