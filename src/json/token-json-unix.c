/* SPDX-License-Identifier: Apache-2.0 */
/* The "unix" member of a token's JSON: what it is to the kernel. */
#include <jansson.h>

#include "base.h"
#include "token-json-maker.h"
#include "token-names.h"

static bool json_to_id(const json_t *json, uint32_t *ret)
{
	json_int_t value = json_integer_value(json);

	if (!json_is_integer(json) || value < 0 || value >= UINT32_MAX)
		return false;
	*ret = (uint32_t)value;
	return true;
}

/* Names, or numbers for those that have none yet. */
static int take_unix_capabilities(struct maker *m, const json_t *json)
{
	uint64_t mask = 0;
	json_t *item;
	size_t i;

	if (!json_is_array(json))
		return token_refuse(m, -EINVAL,
				    "unix.capabilities: not a list");
	json_array_foreach(json, i, item)
	{
		const struct token_word *word = NULL;
		uint32_t number = 64;

		if (json_is_string(item))
			word = token_word_find(&token_capability_words,
					       json_string_value(item));
		if (word)
			number = word->value;
		else if (!json_to_id(item, &number) || number > 63)
			return token_refuse(
				m, -EINVAL,
				"unix.capabilities: no capability at %zu", i);
		mask |= UINT64_C(1) << number;
	}
	guise_token_builder_capabilities(m->builder, mask);
	return 0;
}

/* @ret has room for all of @json, a list or NULL */
static int take_unix_groups(struct maker *m, const json_t *json, uint32_t *ret)
{
	json_t *item;
	size_t i;

	if (json && !json_is_array(json))
		return token_refuse(m, -EINVAL, "unix.groups: not a list");
	json_array_foreach(json, i, item)
	{
		if (!json_to_id(item, &ret[i]))
			return token_refuse(m, -EINVAL,
					    "unix.groups: no id at %zu", i);
	}
	return 0;
}

int token_take_unix(struct maker *m, const json_t *json)
{
	static const char *const known[] = {"uid", "gid", "groups",
					    "capabilities"};
	const json_t *groups = json_object_get(json, "groups");
	const json_t *capabilities = json_object_get(json, "capabilities");
	GUISE_AUTO(freep) uint32_t *ids = NULL;
	size_t n_known = 0;
	uint32_t uid, gid;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		n_known += json_object_get(json, known[i]) != NULL;
	if (!json_is_object(json) || json_object_size(json) != n_known ||
	    !json_to_id(json_object_get(json, "uid"), &uid) ||
	    !json_to_id(json_object_get(json, "gid"), &gid))
		return token_refuse(m, -EINVAL,
				    "unix: not uid, gid, groups, capabilities");
	ids = array_alloc(json_array_size(groups), sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	r = take_unix_groups(m, groups, ids);
	if (r < 0)
		return r;
	guise_token_builder_unix(m->builder, uid, gid, ids,
				 json_array_size(groups));
	return capabilities ? take_unix_capabilities(m, capabilities) : 0;
}
