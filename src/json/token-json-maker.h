/* SPDX-License-Identifier: Apache-2.0 */
/* A token while its JSON is read, for the files that read it. */
#ifndef JSON_TOKEN_JSON_MAKER_H
#define JSON_TOKEN_JSON_MAKER_H

#include <jansson.h>

#include <guise/token.h>

struct maker {
	struct guise_token_builder *builder;
	const struct guise_sid *domain; /* or NULL */
	struct guise_error_info *error;
	uint32_t flags;	 /* enum guise_token_flags, gathered */
	bool has_policy; /* the JSON said which */
	bool has_label;	 /* by "integrity", or as a group */
	bool has_package;
};

/* Says what is wrong with which member; returns @code. */
__attribute__((format(printf, 3, 4))) int
token_refuse(struct maker *m, int code, const char *format, ...);

/* token-json-unix.c: {"uid":, "gid":, "groups":, "capabilities":} */
GUISE_MUST_USE int token_take_unix(struct maker *m, const json_t *json);

#endif
