/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a question strictly: an unknown member may be one that matters, so
 * it is refused rather than ignored.
 */
#include <stdio.h>

#include <guise/sddl.h>

#include "base.h"
#include "check-input.h"
#include "text.h"
#include "token-json.h"

static int refuse(struct guise_error_info *reterr, int code, const char *text)
{
	(void)snprintf(reterr->text, sizeof(reterr->text), "%.*s",
		       (int)sizeof(reterr->text) - 1, text);
	reterr->offset = 0;
	return code;
}

void check_input_clear(struct check_input *input)
{
	input->token = guise_token_unref(input->token);
	input->sd = guise_sd_unref(input->sd);
}

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

/* A number, "0x...", SDDL rights or the name of a right. */
static bool mask_of(const json_t *json, uint32_t *ret)
{
	const char *text = json_string_value(json);
	size_t size = json_string_length(json);

	if (json_is_integer(json)) {
		json_int_t value = json_integer_value(json);

		if (value < 0 || value > UINT32_MAX)
			return false;
		*ret = (uint32_t)value;
		return true;
	}
	if (!json_is_string(json) || size == 0 || is_odd_number(text, size))
		return false;
	return right_by_name(text, size, ret) ||
	       guise_access_mask_parse(text, size, ret) == 0;
}

static int take_desired(struct check_input *in, const json_t *json,
			struct guise_error_info *reterr)
{
	uint32_t mask;
	json_t *item;
	size_t i;

	if (!json_is_array(json))
		return mask_of(json, &in->desired)
			       ? 0
			       : refuse(reterr, -EINVAL,
					"desired: not an access mask");
	json_array_foreach(json, i, item)
	{
		if (!json_is_string(item) || !mask_of(item, &mask))
			return refuse(reterr, -EINVAL,
				      "desired: not a list of rights");
		in->desired |= mask;
	}
	return 0;
}

static int take_token(struct check_input *in, const json_t *json,
		      struct guise_error_info *reterr)
{
	return token_from_json(json, in->domain, &in->token, reterr);
}

/* SDDL's words for ACEs that are not decided on yet. */
static bool names_later_ace(const char *text, size_t size)
{
	static const char *const types[] = {"XA", "XD", "ZA", "SP",
					    "TL", "FL", "RA", "XU"};

	for (size_t at = 0; at + 4 <= size; at++) {
		if (text[at] != '(' || text[at + 3] != ';')
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
			if (text_equal_nocase(text + at + 1, 2, types[i], 2))
				return true;
		}
	}
	return false;
}

/* What SDDL cannot say yet is not malformed: it is not supported. */
static int parse_sddl(struct check_input *in, const char *text, size_t size,
		      struct guise_error_info *reterr)
{
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = in->domain};
	int r = guise_sddl_parse(text, size, &options, &in->sd, reterr);

	return r == GUISE_E_INVALID_ACL && names_later_ace(text, size)
		       ? -EOPNOTSUPP
		       : r;
}

static int take_sd(struct check_input *in, const json_t *json,
		   struct guise_error_info *reterr)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	const char *text = json_string_value(json);
	size_t size = json_string_length(json);
	int r;

	if (!json_is_string(json))
		return refuse(reterr, -EINVAL, "sd: neither SDDL nor hex");
	/* SDDL that says anything has a colon; hex never has */
	if (size == 0 || memchr(text, ':', size))
		return parse_sddl(in, text, size, reterr);
	r = text_unhex(text, size, &bytes);
	if (r < 0)
		return refuse(reterr, r, "sd: neither SDDL nor hex");
	return guise_sd_decode(bytes.data, bytes.size, &in->sd);
}

static const struct {
	const char *name;
	const struct guise_generic_mapping *mapping;
} mappings[] = {
	{"file", &guise_mapping_file},	 {"registry", &guise_mapping_registry},
	{"token", &guise_mapping_token}, {"process", &guise_mapping_process},
	{"ds", &guise_mapping_ds},
};

static bool mapping_by_list(const json_t *json,
			    struct guise_generic_mapping *ret)
{
	return json_array_size(json) == 4 &&
	       mask_of(json_array_get(json, 0), &ret->read) &&
	       mask_of(json_array_get(json, 1), &ret->write) &&
	       mask_of(json_array_get(json, 2), &ret->execute) &&
	       mask_of(json_array_get(json, 3), &ret->all);
}

static int take_mapping(struct check_input *in, const json_t *json,
			struct guise_error_info *reterr)
{
	const char *name = json_string_value(json);

	if (json_is_array(json) && mapping_by_list(json, &in->mapping))
		return 0;
	for (size_t i = 0; name && i < ARRAY_SIZE(mappings); i++) {
		if (strcmp(name, mappings[i].name) == 0) {
			in->mapping = *mappings[i].mapping;
			return 0;
		}
	}
	return refuse(reterr, -EINVAL, "mapping: neither a type nor 4 masks");
}

static int take_domain(struct check_input *in, const json_t *json,
		       struct guise_error_info *reterr)
{
	int r = json_to_sid(json, NULL, &in->domain_sid);

	if (r < 0)
		return refuse(reterr, r, "domain_sid: not a SID");
	in->domain = &in->domain_sid;
	return 0;
}

static int take_mode(struct check_input *in, const json_t *json,
		     struct guise_error_info *reterr)
{
	const char *mode = json_string_value(json);

	(void)in;
	if (mode && strcmp(mode, "check") == 0)
		return 0;
	if (mode && strcmp(mode, "by_type_result_list") == 0)
		return refuse(reterr, -EOPNOTSUPP,
			      "mode: by_type_result_list is not supported yet");
	return refuse(reterr, -EINVAL, "mode: no such mode");
}

/* An empty list or object asks for nothing. */
static int take_later(struct check_input *in, const json_t *json,
		      struct guise_error_info *reterr)
{
	(void)in;
	if ((json_is_array(json) && json_array_size(json) == 0) ||
	    (json_is_object(json) && json_object_size(json) == 0))
		return 0;
	return refuse(reterr, -EOPNOTSUPP,
		      "object_types, principal_self and resource_attributes "
		      "are not supported yet");
}

/* In the order they are needed. */
static const struct {
	const char *name;
	bool required;
	int (*take)(struct check_input *in, const json_t *json,
		    struct guise_error_info *reterr);
} members[] = {
	{"domain_sid", false, take_domain},
	{"mode", false, take_mode},
	{"object_types", false, take_later},
	{"principal_self", false, take_later},
	{"resource_attributes", false, take_later},
	{"mapping", false, take_mapping},
	{"desired", true, take_desired},
	{"token", true, take_token},
	{"sd", true, take_sd},
};

static int check_names(const json_t *json, struct guise_error_info *reterr)
{
	size_t known = 0;

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const json_t *value = json_object_get(json, members[i].name);

		if (value)
			known++;
		else if (members[i].required)
			return refuse(reterr, -EINVAL,
				      "token, sd and desired must be there");
	}
	if (known != json_object_size(json))
		return refuse(reterr, -EINVAL, "unknown member");
	return 0;
}

static int take_members(struct check_input *in, const json_t *json,
			struct guise_error_info *reterr)
{
	int r;

	if (!json_is_object(json))
		return refuse(reterr, -EINVAL, "not a JSON object");
	r = check_names(json, reterr);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(members); i++) {
		const json_t *value = json_object_get(json, members[i].name);

		if (value && (members[i].required || !json_is_null(value)))
			r = members[i].take(in, value, reterr);
	}
	return r;
}

int check_input_parse(struct check_input *ret, const char *line, size_t size,
		      struct guise_error_info *reterr)
{
	json_error_t error;
	json_t *json;
	int r;

	ret->mapping = guise_mapping_file;
	json = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
	if (!json) {
		r = refuse(reterr, -EINVAL, error.text);
		reterr->offset =
			error.position > 0 ? (size_t)error.position : 0;
		return r;
	}
	r = take_members(ret, json, reterr);
	json_decref(json);
	return r;
}

static bool has_type(const struct guise_acl *acl, uint8_t first, uint8_t last)
{
	size_t n = acl ? guise_acl_n_aces(acl) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct guise_ace *ace = guise_acl_ace(acl, i);

		if (ace->type >= first && ace->type <= last &&
		    !(ace->flags & GUISE_ACE_INHERIT_ONLY))
			return true;
	}
	return false;
}

int check_input_supported(const struct check_input *input)
{
	if (has_type(guise_sd_dacl(input->sd),
		     GUISE_ACE_ACCESS_ALLOWED_CALLBACK,
		     GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT) ||
	    has_type(guise_sd_sacl(input->sd),
		     GUISE_ACE_SYSTEM_SCOPED_POLICY_ID,
		     GUISE_ACE_SYSTEM_ACCESS_FILTER))
		return -EOPNOTSUPP;
	return 0;
}
