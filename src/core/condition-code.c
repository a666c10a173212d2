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

const uint8_t condition_kinds[256] = {
	[CONDITION_INT8] = CONDITION_KIND_VALUE,
	[CONDITION_INT16] = CONDITION_KIND_VALUE,
	[CONDITION_INT32] = CONDITION_KIND_VALUE,
	[CONDITION_INT64] = CONDITION_KIND_VALUE,
	[CONDITION_STRING] = CONDITION_KIND_VALUE,
	[CONDITION_OCTETS] = CONDITION_KIND_VALUE,
	[CONDITION_SID] = CONDITION_KIND_VALUE,
	[CONDITION_COMPOSITE] = CONDITION_KIND_SET,
	[CONDITION_LOCAL] = CONDITION_KIND_ATTRIBUTE,
	[CONDITION_USER] = CONDITION_KIND_ATTRIBUTE,
	[CONDITION_RESOURCE] = CONDITION_KIND_ATTRIBUTE,
	[CONDITION_DEVICE] = CONDITION_KIND_ATTRIBUTE,
	[CONDITION_EXISTS] = CONDITION_KIND_EXISTS,
	[CONDITION_NOT_EXISTS] = CONDITION_KIND_EXISTS,
	[CONDITION_MEMBER_OF] = CONDITION_KIND_MEMBER,
	[CONDITION_DEVICE_MEMBER_OF] = CONDITION_KIND_MEMBER,
	[CONDITION_MEMBER_OF_ANY] = CONDITION_KIND_MEMBER,
	[CONDITION_DEVICE_MEMBER_OF_ANY] = CONDITION_KIND_MEMBER,
	[CONDITION_NOT_MEMBER_OF] = CONDITION_KIND_MEMBER,
	[CONDITION_NOT_DEVICE_MEMBER_OF] = CONDITION_KIND_MEMBER,
	[CONDITION_NOT_MEMBER_OF_ANY] = CONDITION_KIND_MEMBER,
	[CONDITION_NOT_DEVICE_MEMBER_OF_ANY] = CONDITION_KIND_MEMBER,
	[CONDITION_EQUAL] = CONDITION_KIND_COMPARISON,
	[CONDITION_NOT_EQUAL] = CONDITION_KIND_COMPARISON,
	[CONDITION_LESS] = CONDITION_KIND_COMPARISON,
	[CONDITION_LESS_OR_EQUAL] = CONDITION_KIND_COMPARISON,
	[CONDITION_GREATER] = CONDITION_KIND_COMPARISON,
	[CONDITION_GREATER_OR_EQUAL] = CONDITION_KIND_COMPARISON,
	[CONDITION_CONTAINS] = CONDITION_KIND_COMPARISON,
	[CONDITION_ANY_OF] = CONDITION_KIND_COMPARISON,
	[CONDITION_NOT_CONTAINS] = CONDITION_KIND_COMPARISON,
	[CONDITION_NOT_ANY_OF] = CONDITION_KIND_COMPARISON,
	[CONDITION_NOT] = CONDITION_KIND_NOT,
	[CONDITION_AND] = CONDITION_KIND_LOGICAL,
	[CONDITION_OR] = CONDITION_KIND_LOGICAL,
};

bool condition_read(struct reader *r, struct condition_item *ret)
{
	if (r->size == 0)
		return false;
	switch (condition_kind(r->data[0])) {
	case CONDITION_KIND_NONE:
		return false;
	case CONDITION_KIND_VALUE:
	case CONDITION_KIND_SET:
	case CONDITION_KIND_ATTRIBUTE:
		return condition_read_operand(r, ret);
	case CONDITION_KIND_EXISTS:
	case CONDITION_KIND_MEMBER:
	case CONDITION_KIND_COMPARISON:
	case CONDITION_KIND_NOT:
	case CONDITION_KIND_LOGICAL:
		break;
	}
	*ret = (struct condition_item){.token = r->data[0]};
	return read_skip(r, 1);
}

bool condition_at_end(struct reader r)
{
	for (size_t i = 0; i < r.size; i++) {
		if (r.data[i] != CONDITION_PADDING)
			return false;
	}
	return true;
}
