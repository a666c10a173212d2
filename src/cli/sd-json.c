/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the JSON that batch commands take, each strictly one thing. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <guise/sddl.h>

#include "base.h"
#include "buf.h"
#include "sd-json.h"
#include "text.h"

static int sd_from_hex(const char *text, size_t size,
		       const struct guise_sd **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r;

	r = text_unhex(text, size, &bytes);
	if (r < 0)
		return r;
	return guise_sd_decode(bytes.data, bytes.size, ret);
}

int sd_from_json(const json_t *json, const struct guise_sid *domain,
		 const struct guise_sd **ret, struct guise_error_info *reterr)
{
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = domain};
	const char *text = json_string_value(json);
	size_t size = json_string_length(json);

	if (!text)
		return -EINVAL;
	if (size > 0 && text[0] == '0')
		return sd_from_hex(text, size, ret);
	return guise_sddl_parse(text, size, &options, ret, reterr);
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

int mask_from_json(const json_t *json, uint32_t *ret)
{
	json_int_t number = json_integer_value(json);

	if (json_is_string(json))
		return guise_access_mask_parse(json_string_value(json),
					       json_string_length(json), ret);
	if (!json_is_integer(json) || number < 0 || number > UINT32_MAX)
		return -EINVAL;
	*ret = (uint32_t)number;
	return 0;
}

int json_answer(json_t *json, struct guise_buf *out)
{
	char *text = json ? json_dumps(json, 0) : NULL;
	int r = text ? buf_append_text(out, text) : -ENOMEM;

	free(text);
	json_decref(json);
	return r;
}

/* The names of Windows for what an errno says here. */
static const char *error_word(int code)
{
	if (code == -EINVAL)
		return "INVALID_PARAMETER";
	if (code == -EOPNOTSUPP)
		return "NOT_SUPPORTED";
	return guise_error_name(code);
}

int json_refuse(void *context, int code, const struct guise_error_info *error,
		struct guise_buf *out)
{
	const char *message =
		error->text[0] ? error->text : guise_strerror(code);

	(void)context;
	return json_answer(json_pack("{s:s, s:I, s:s}", "error",
				     error_word(code), "code",
				     (json_int_t)guise_error_win32(code),
				     "message", message),
			   out);
}
