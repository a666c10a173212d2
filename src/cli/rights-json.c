/* SPDX-License-Identifier: Apache-2.0 */
/* Access masks and generic mappings in JSON: numbers, SDDL rights, names. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <guise/sddl.h>

#include "base.h"
#include "sd-json.h"
#include "text.h"

/* MS-DTYP 2.4.3 and the file rights. */
static const struct {
	const char *name;
	uint32_t mask;
} rights[] = {
	{"READ_DATA", GUISE_FILE_READ_DATA},
	{"LIST_DIRECTORY", GUISE_FILE_LIST_DIRECTORY},
	{"WRITE_DATA", GUISE_FILE_WRITE_DATA},
	{"ADD_FILE", GUISE_FILE_ADD_FILE},
	{"APPEND_DATA", GUISE_FILE_APPEND_DATA},
	{"ADD_SUBDIRECTORY", GUISE_FILE_ADD_SUBDIRECTORY},
	{"READ_EA", GUISE_FILE_READ_EA},
	{"WRITE_EA", GUISE_FILE_WRITE_EA},
	{"EXECUTE", GUISE_FILE_EXECUTE},
	{"TRAVERSE", GUISE_FILE_TRAVERSE},
	{"DELETE_CHILD", GUISE_FILE_DELETE_CHILD},
	{"READ_ATTRIBUTES", GUISE_FILE_READ_ATTRIBUTES},
	{"WRITE_ATTRIBUTES", GUISE_FILE_WRITE_ATTRIBUTES},
	{"DELETE", GUISE_DELETE},
	{"READ_CONTROL", GUISE_READ_CONTROL},
	{"WRITE_DAC", GUISE_WRITE_DAC},
	{"WRITE_OWNER", GUISE_WRITE_OWNER},
	{"SYNCHRONIZE", GUISE_SYNCHRONIZE},
	{"ACCESS_SYSTEM_SECURITY", GUISE_ACCESS_SYSTEM_SECURITY},
	{"MAXIMUM_ALLOWED", GUISE_MAXIMUM_ALLOWED},
	{"GENERIC_ALL", GUISE_GENERIC_ALL},
	{"GENERIC_EXECUTE", GUISE_GENERIC_EXECUTE},
	{"GENERIC_WRITE", GUISE_GENERIC_WRITE},
	{"GENERIC_READ", GUISE_GENERIC_READ},
	{"FILE_GENERIC_READ", GUISE_FILE_GENERIC_READ},
	{"FILE_GENERIC_WRITE", GUISE_FILE_GENERIC_WRITE},
	{"FILE_GENERIC_EXECUTE", GUISE_FILE_GENERIC_EXECUTE},
	{"FILE_ALL_ACCESS", GUISE_FILE_ALL_ACCESS},
	{"STANDARD_RIGHTS_READ", GUISE_READ_CONTROL},
	{"STANDARD_RIGHTS_WRITE", GUISE_READ_CONTROL},
	{"STANDARD_RIGHTS_EXECUTE", GUISE_READ_CONTROL},
	{"STANDARD_RIGHTS_REQUIRED", 0x000f0000},
	{"STANDARD_RIGHTS_ALL", 0x001f0000},
	{"KEY_QUERY_VALUE", 0x1},
	{"KEY_SET_VALUE", 0x2},
	{"KEY_CREATE_SUB_KEY", 0x4},
	{"KEY_ENUMERATE_SUB_KEYS", 0x8},
	{"KEY_NOTIFY", 0x10},
	{"KEY_CREATE_LINK", 0x20},
	{"KEY_READ", 0x20019},
	{"KEY_WRITE", 0x20006},
	{"KEY_EXECUTE", 0x20019},
	{"KEY_ALL_ACCESS", 0xf003f},
	{"TOKEN_ASSIGN_PRIMARY", 0x1},
	{"TOKEN_DUPLICATE", 0x2},
	{"TOKEN_IMPERSONATE", 0x4},
	{"TOKEN_QUERY", 0x8},
	{"TOKEN_QUERY_SOURCE", 0x10},
	{"TOKEN_ADJUST_PRIVILEGES", 0x20},
	{"TOKEN_ADJUST_GROUPS", 0x40},
	{"TOKEN_ADJUST_DEFAULT", 0x80},
	{"TOKEN_ADJUST_SESSIONID", 0x100},
	{"TOKEN_READ", 0x20008},
	{"TOKEN_WRITE", 0x200e0},
	{"TOKEN_EXECUTE", 0x20000},
	{"TOKEN_ALL_ACCESS", 0xf01ff},
};

static bool right_named(const char *text, size_t size, uint32_t *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(rights); i++) {
		if (text_equal_nocase(rights[i].name, strlen(rights[i].name),
				      text, size)) {
			*ret = rights[i].mask;
			return true;
		}
	}
	return false;
}

/* "FILE_READ_DATA" and "READ_DATA" are the same right; "FILE_GENERIC_READ" and
 * "GENERIC_READ" are not. */
static bool right_by_name(const char *text, size_t size, uint32_t *ret)
{
	const size_t prefix = strlen("FILE_");

	if (right_named(text, size, ret))
		return true;
	return size > prefix &&
	       text_equal_nocase(text, prefix, "FILE_", prefix) &&
	       right_named(text + prefix, size - prefix, ret) &&
	       !(*ret & GUISE_GENERIC_MASK);
}

/* SDDL takes numbers that are too large or negative, as Windows does; here
 * they are mistakes. */
static bool is_odd_number(const char *text, size_t size)
{
	uint64_t value;

	return text[0] == '-' || (text[0] >= '1' && text[0] <= '9' &&
				  !text_to_u64(text, size, UINT32_MAX, &value));
}

int mask_from_json(const json_t *json, uint32_t *ret)
{
	const char *text = json_string_value(json);
	size_t size = json_string_length(json);

	if (json_is_integer(json)) {
		json_int_t value = json_integer_value(json);

		if (value < 0 || value > UINT32_MAX)
			return -EINVAL;
		*ret = (uint32_t)value;
		return 0;
	}
	if (!json_is_string(json) || size == 0 || is_odd_number(text, size))
		return -EINVAL;
	if (right_by_name(text, size, ret))
		return 0;
	return guise_access_mask_parse(text, size, ret);
}

static const struct {
	const char *name;
	const struct guise_generic_mapping *mapping;
} mappings[] = {
	{"file", &guise_mapping_file},	 {"registry", &guise_mapping_registry},
	{"token", &guise_mapping_token}, {"process", &guise_mapping_process},
	{"ds", &guise_mapping_ds},
};

static int mapping_of_name(const char *name, struct guise_generic_mapping *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(mappings); i++) {
		if (strcmp(mappings[i].name, name) == 0) {
			*ret = *mappings[i].mapping;
			return 0;
		}
	}
	return -EINVAL;
}

int mapping_from_json(const json_t *json, struct guise_generic_mapping *ret)
{
	uint32_t masks[4];
	int r;

	if (!json || json_is_string(json))
		return mapping_of_name(json ? json_string_value(json) : "file",
				       ret);
	if (json_array_size(json) != ARRAY_SIZE(masks))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		r = mask_from_json(json_array_get(json, i), &masks[i]);
		if (r < 0)
			return -EINVAL;
	}
	*ret = (struct guise_generic_mapping){masks[0], masks[1], masks[2],
					      masks[3]};
	return 0;
}

/* Bits that mean the same for every type. */
static const uint32_t standard_bits =
	GUISE_DELETE | GUISE_READ_CONTROL | GUISE_WRITE_DAC |
	GUISE_WRITE_OWNER | GUISE_SYNCHRONIZE | GUISE_ACCESS_SYSTEM_SECURITY |
	GUISE_MAXIMUM_ALLOWED;

/* The first name of the one bit; NULL: it has none in this type. */
static const char *bit_name(uint32_t bit, bool is_file)
{
	if (!is_file && !(bit & standard_bits))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(rights); i++) {
		if (rights[i].mask == bit)
			return rights[i].name;
	}
	return NULL;
}

json_t *rights_to_json(uint32_t mask,
		       const struct guise_generic_mapping *mapping)
{
	const bool is_file =
		memcmp(mapping, &guise_mapping_file, sizeof(*mapping)) == 0;
	json_t *list = json_array();
	char number[11];

	for (unsigned i = 0; i < 32; i++) {
		uint32_t bit = mask & UINT32_C(1) << i;
		const char *name = bit_name(bit, is_file);

		(void)snprintf(number, sizeof(number), "0x%x", bit);
		if (bit &&
		    json_array_append_new(
			    list, json_string(name ? name : number)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
