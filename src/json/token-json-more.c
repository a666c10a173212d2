/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a token's JSON that no access check asks for, both ways. */
#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "base.h"
#include "text.h"
#include "token-json-maker.h"
#include "token-names.h"

/* A number, or as a string with 0x: JSON's numbers end at 63 bits. */
static bool json_to_luid(const json_t *json, guise_luid *ret)
{
	const char *text = json_string_value(json);
	guise_luid luid = 0;
	unsigned digit;

	if (json_is_integer(json)) {
		*ret = (guise_luid)json_integer_value(json);
		return json_integer_value(json) >= 0;
	}
	if (!text || strncmp(text, "0x", 2) != 0 || strlen(text) < 3 ||
	    strlen(text) > 2 + 16 || strlen(text) != json_string_length(json))
		return false;
	for (text += 2; *text; text++) {
		if (!text_digit(*text, 16, &digit))
			return false;
		luid = luid << 4 | digit;
	}
	*ret = luid;
	return true;
}

static int take_luid(struct maker *m, const char *name, const json_t *json,
		     guise_luid *ret)
{
	return json_to_luid(json, ret)
		       ? 0
		       : token_refuse(m, -EINVAL,
				      "%s: not a number or \"0x...\"", name);
}

int token_take_authentication_id(struct maker *m, const json_t *json)
{
	return take_luid(m, "authentication_id", json, &m->authentication_id);
}

int token_take_origin(struct maker *m, const json_t *json)
{
	return take_luid(m, "origin", json, &m->origin);
}

static int take_number(struct maker *m, const char *name, const json_t *json,
		       uint32_t *ret)
{
	json_int_t value = json_integer_value(json);

	if (!json_is_integer(json) || value < 0 || value > UINT32_MAX)
		return token_refuse(m, -EINVAL, "%s: not a number of 32 bits",
				    name);
	*ret = (uint32_t)value;
	return 0;
}

int token_take_session(struct maker *m, const json_t *json)
{
	uint32_t session;
	int r = take_number(m, "session_id", json, &session);

	if (r == 0)
		guise_token_builder_session(m->builder, session);
	return r;
}

int token_take_package_number(struct maker *m, const json_t *json)
{
	uint32_t number;
	int r = take_number(m, "app_container.number", json, &number);

	if (r == 0)
		guise_token_builder_package_number(m->builder, number);
	return r;
}

int token_take_elevation(struct maker *m, const json_t *json)
{
	const struct token_word *word = NULL;

	if (json_is_string(json))
		word = token_word_find(&token_elevation_words,
				       json_string_value(json));
	if (!word)
		return token_refuse(m, -EINVAL,
				    "elevation: must be default, full or "
				    "limited");
	guise_token_builder_elevation(m->builder,
				      (enum guise_elevation)word->value);
	return 0;
}

int token_take_source(struct maker *m, const json_t *json)
{
	if (!json_is_string(json) || json_string_length(json) > 8 ||
	    strlen(json_string_value(json)) != json_string_length(json))
		return token_refuse(m, -EINVAL,
				    "source: not a name of up to 8 bytes");
	guise_token_builder_source(m->builder, json_string_value(json));
	return 0;
}

static json_t *luid_json(guise_luid luid)
{
	char text[2 + 16 + 1];

	(void)snprintf(text, sizeof(text), "0x%" PRIx64, luid);
	return json_string(text);
}

/* What "restricted_sids" and members of their own do not say. */
static uint32_t flags_to_say(const struct guise_token *token)
{
	uint32_t flags = guise_token_flags(token);
	size_t n;

	(void)guise_token_restricted_sids(token, &n);
	if (n)
		flags &= ~(uint32_t)GUISE_TOKEN_IS_RESTRICTED;
	return flags & ~(uint32_t)(GUISE_TOKEN_WRITE_RESTRICTED |
				   GUISE_TOKEN_LESS_PRIVILEGED);
}

int token_set_more(json_t *json, const struct guise_token *token)
{
	enum guise_elevation elevation = guise_token_elevation(token);
	int failed = 0;

	if (flags_to_say(token))
		failed |= json_object_set_new(
			json, "flags",
			token_words_json(&token_flag_words,
					 flags_to_say(token)));
	if (guise_token_session(token))
		failed |= json_object_set_new(
			json, "session_id",
			json_integer(guise_token_session(token)));
	if (elevation != GUISE_ELEVATION_DEFAULT)
		failed |= json_object_set_new(
			json, "elevation",
			json_string(
				token_word_of(&token_elevation_words, elevation)
					->word));
	if (guise_token_authentication_id(token))
		failed |= json_object_set_new(
			json, "authentication_id",
			luid_json(guise_token_authentication_id(token)));
	if (guise_token_origin(token))
		failed |= json_object_set_new(
			json, "origin", luid_json(guise_token_origin(token)));
	if (guise_token_source(token)[0])
		failed |= json_object_set_new(
			json, "source", json_string(guise_token_source(token)));
	return failed;
}
