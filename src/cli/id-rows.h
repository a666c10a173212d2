/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What guise id shows: a user or a group in both worlds, and where the one was
 * found for the other.
 */
#ifndef CLI_ID_ROWS_H
#define CLI_ID_ROWS_H

#include <guise/identity.h>
#include <guise/token.h>
#include <jansson.h>

#include "who.h"

/* @kind: "user", "group", "both" (a number that is both) or "-" (not known);
 * @id: GUISE_UID_NONE: there is none; @name: printable, may be "";
 * @source: "accounts" for embedded ones, "builtin" for well-known SIDs, or a
 * source's name; "-": nobody knows an id */
struct id_row {
	const char *kind;
	uint32_t id;
	struct guise_sid sid;
	const char *source;
	char name[WHO_NAME_SIZE];
};

/* Where rows come from; all borrowed. */
struct id_worlds {
	const struct who *who;
	const struct guise_identities *identities;
};

/* Each 0 or a code, with *ret filled. */
int id_row_of_sid(const struct id_worlds *worlds, const struct guise_sid *sid,
		  struct id_row *ret);
int id_row_of_id(const struct id_worlds *worlds, enum guise_unix_id_kind kind,
		 uint32_t id, struct id_row *ret);
/* A user's: the user's own row first, then the groups'; the caller frees. */
int id_rows_of_token(const struct id_worlds *worlds,
		     const struct guise_token *token, struct id_row **ret,
		     size_t *ret_n);

void id_row_print(const struct id_row *row);
json_t *id_row_json(const struct id_row *row);

#endif
