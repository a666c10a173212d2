/* SPDX-License-Identifier: Apache-2.0 */
/* A token while its JSON is read, for the files that read it. */
#ifndef JSON_TOKEN_JSON_MAKER_H
#define JSON_TOKEN_JSON_MAKER_H

#include <jansson.h>

#include <guise/token.h>

#include "token-names.h"

struct maker {
	struct guise_token_builder *builder;
	const struct guise_sid *domain; /* or NULL */
	struct guise_error_info *error;
	uint32_t flags; /* enum guise_token_flags, gathered */
	guise_luid authentication_id;
	guise_luid origin;
	bool has_policy; /* the JSON said which */
	bool has_label;	 /* by "integrity", or as a group */
	bool has_package;
};

/* Says what is wrong with which member; returns @code. */
__attribute__((format(printf, 3, 4))) int
token_refuse(struct maker *m, int code, const char *format, ...);

/* The words whose bits are all in @bits; NULL without memory */
json_t *token_words_json(const struct token_words *words, uint32_t bits);

/* token-json-more.c: "authentication_id", "origin", "session_id",
 * "app_container.number", "elevation", "source"; and all of them, with "flags",
 * into @json: nonzero without memory */
GUISE_MUST_USE int token_take_authentication_id(struct maker *m,
						const json_t *json);
GUISE_MUST_USE int token_take_origin(struct maker *m, const json_t *json);
GUISE_MUST_USE int token_take_session(struct maker *m, const json_t *json);
GUISE_MUST_USE int token_take_package_number(struct maker *m,
					     const json_t *json);
GUISE_MUST_USE int token_take_elevation(struct maker *m, const json_t *json);
GUISE_MUST_USE int token_take_source(struct maker *m, const json_t *json);
GUISE_MUST_USE int token_set_more(json_t *json,
				  const struct guise_token *token);

/* token-json-unix.c: {"uid":, "gid":, "groups":, "capabilities":} */
GUISE_MUST_USE int token_take_unix(struct maker *m, const json_t *json);

#endif
