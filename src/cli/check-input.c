/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a question strictly: an unknown member may be one that matters, so
 * it is refused rather than ignored.
 */
#include <stdio.h>

#include <jansson.h>

#include "base.h"
#include "check-input.h"
#include "claims-json.h"
#include "policies-json.h"
#include "sd-json.h"
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
	input->resource_attributes =
		guise_claims_unref(input->resource_attributes);
	input->policies = guise_policies_unref(input->policies);
	free(input->object_types);
	input->object_types = NULL;
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

	if (mode && strcmp(mode, "by_type_result_list") == 0)
		in->result_list = true;
	else if (!mode || strcmp(mode, "check") != 0)
		return refuse(reterr, -EINVAL,
			      "mode: must be check or by_type_result_list");
	return 0;
}

/* {"level": 0 ... 4, "guid": GUID} */
static int take_object_type(const json_t *json, struct guise_object_type *ret)
{
	const json_t *level = json_object_get(json, "level");

	if (json_object_size(json) != 2 || !json_is_integer(level) ||
	    json_integer_value(level) < 0 ||
	    json_integer_value(level) > UINT16_MAX)
		return -EINVAL;
	ret->level = (uint16_t)json_integer_value(level);
	return guid_from_json(json_object_get(json, "guid"), &ret->guid);
}

/* Every node but the first hangs from one before it. */
static bool is_tree(const struct guise_object_type *types, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (types[i].level > (i ? types[i - 1].level + 1u : 0u) ||
		    types[i].level > GUISE_OBJECT_TYPE_LEVEL_MAX ||
		    (i && !types[i].level))
			return false;
	}
	return true;
}

static int take_object_types(struct check_input *in, const json_t *json,
			     struct guise_error_info *reterr)
{
	json_t *item;
	size_t i;
	int r;

	if (!json_is_array(json))
		return refuse(reterr, -EINVAL, "object_types: not a list");
	in->object_types =
		array_alloc(json_array_size(json), sizeof(*in->object_types));
	if (!in->object_types)
		return -ENOMEM;
	json_array_foreach(json, i, item)
	{
		r = take_object_type(item, &in->object_types[i]);
		if (r < 0)
			return refuse(reterr, r,
				      "object_types: not {\"level\": 0...4, "
				      "\"guid\": GUID}");
	}
	if (!is_tree(in->object_types, json_array_size(json)))
		return refuse(reterr, -EINVAL,
			      "object_types: begins at level 0, each at most "
			      "one deeper than the one before, 1 to 4");
	in->options.object_types = in->object_types;
	in->options.n_object_types = json_array_size(json);
	return 0;
}

static int take_self(struct check_input *in, const json_t *json,
		     struct guise_error_info *reterr)
{
	int r = json_to_sid(json, in->domain, &in->principal_self);

	if (r < 0)
		return refuse(reterr, r, "principal_self: not a SID");
	in->options.principal_self = &in->principal_self;
	return 0;
}

static int take_attributes(struct check_input *in, const json_t *json,
			   struct guise_error_info *reterr)
{
	int r;

	r = claims_from_json(json, "resource_attributes", in->domain,
			     &in->resource_attributes, reterr);
	in->options.resource_attributes = in->resource_attributes;
	return r;
}

static int take_policies(struct check_input *in, const json_t *json,
			 struct guise_error_info *reterr)
{
	int r;

	r = policies_from_json(json, in->domain, &in->policies, reterr);
	in->options.policies = in->policies;
	return r;
}

static int take_mapping(struct check_input *in, const json_t *json,
			struct guise_error_info *reterr)
{
	if (mapping_from_json(json, &in->mapping) == 0)
		return 0;
	return refuse(reterr, -EINVAL,
		      "mapping: must be file, registry, token, process, ds or "
		      "[read, write, execute, all]");
}

static int take_desired(struct check_input *in, const json_t *json,
			struct guise_error_info *reterr)
{
	uint32_t mask;
	json_t *item;
	size_t i;

	if (!json_is_array(json))
		return mask_from_json(json, &in->desired) == 0
			       ? 0
			       : refuse(reterr, -EINVAL,
					"desired: not an access mask");
	json_array_foreach(json, i, item)
	{
		if (!json_is_string(item) || mask_from_json(item, &mask) < 0)
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

static int take_sd(struct check_input *in, const json_t *json,
		   struct guise_error_info *reterr)
{
	struct guise_error_info error = {0};
	int r = sd_from_json(json, in->domain, &in->sd, &error);

	if (r == 0)
		return 0;
	if (!error.text[0])
		return refuse(reterr, r,
			      r == -EINVAL ? "sd: neither SDDL nor hex"
					   : guise_strerror(r));
	(void)snprintf(reterr->text, sizeof(reterr->text), "sd: %.80s (at %zu)",
		       error.text, error.offset);
	reterr->offset = error.offset;
	return r;
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
	{"object_types", false, take_object_types},
	{"principal_self", false, take_self},
	{"resource_attributes", false, take_attributes},
	{"policies", false, take_policies},
	{"mapping", false, take_mapping},
	{"desired", true, take_desired},
	{"token", true, take_token},
	{"sd", true, take_sd},
};

static bool is_member(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (strcmp(members[i].name, name) == 0)
			return true;
	}
	return false;
}

static int check_names(json_t *json, struct guise_error_info *reterr)
{
	const char *name;
	json_t *value;

	json_object_foreach(json, name, value)
	{
		if (is_member(name))
			continue;
		(void)snprintf(reterr->text, sizeof(reterr->text),
			       "unknown member \"%.40s\"", name);
		return -EINVAL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (members[i].required &&
		    !json_object_get(json, members[i].name))
			return refuse(reterr, -EINVAL,
				      "token, sd and desired must be there");
	}
	return 0;
}

static int take_members(struct check_input *in, json_t *json,
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
	if (r == 0 && in->result_list && !in->options.n_object_types)
		r = refuse(reterr, -EINVAL,
			   "mode: by_type_result_list needs object_types");
	return r;
}

/* An object over several lines ends early in the first and does not begin in
 * the next. */
static int refuse_syntax(struct guise_error_info *reterr,
			 const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);
	bool is_part = code == json_error_premature_end_of_input ||
		       code == json_error_invalid_syntax;

	(void)snprintf(reterr->text, sizeof(reterr->text), "%.80s%s",
		       error->text, is_part ? "; give one object a line" : "");
	reterr->offset = error->position > 0 ? (size_t)error->position : 0;
	return -EINVAL;
}

int check_input_parse(struct check_input *ret,
		      const struct check_defaults *defaults, const char *line,
		      size_t size, struct guise_error_info *reterr)
{
	json_error_t error;
	json_t *json;
	int r;

	ret->mapping = guise_mapping_file;
	ret->domain = defaults->domain;
	ret->options.size = sizeof(ret->options);
	ret->options.policies = defaults->policies;
	json = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		return refuse_syntax(reterr, &error);
	r = take_members(ret, json, reterr);
	json_decref(json);
	return r;
}
