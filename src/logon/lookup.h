/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of names and SIDs: what is known by heart, and the child that is asked
 * for the rest. */
#ifndef LOGON_LOOKUP_H
#define LOGON_LOOKUP_H

#include <guise/lookup.h>

#include "client.h"

/* lookup-known.c. @machine: what the machine's own domain is called. */
bool known_find_sid(const struct guise_sid *sid, struct guise_principal *ret);
/* @domain: NULL: none was given. Neither is NUL-terminated. */
bool known_find_name(const char *domain, size_t domain_size, const char *name,
		     size_t size, struct guise_principal *ret);

enum lookup_kind {
	LOOKUP_SID,
	LOOKUP_NAME,
	LOOKUP_DOMAIN, /* the machine's own */
	LOOKUP_LOGON,
	LOOKUP_PRIVILEGES,
	LOOKUP_CLIENT, /* of Kerberos */
	LOOKUP_IDS,
	LOOKUP_SIDS,
};

/* Where a name is looked for: one of these or any. */
enum lookup_scope {
	LOOKUP_ANYWHERE,
	LOOKUP_ACCOUNTS,
	LOOKUP_USERS,
	LOOKUP_GROUPS,
};

/* All borrowed; the child has a copy of everything. */
struct lookup_question {
	enum lookup_kind kind;
	const struct guise_lookup_options *options;
	const char *machine;
	enum lookup_scope scope;
	struct guise_sid sid;
	char name[GUISE_USER_NAME_MAX + 1];
	const char *password;
	size_t password_size;
	guise_luid authentication_id;
	uint64_t privileges;
	/* LOOKUP_CLIENT */
	const struct gss_client *client;
	const struct guise_identities *identities; /* the next two, too */
	/* LOOKUP_IDS: of @sids, as @wanted; LOOKUP_SIDS: of @ids */
	const struct guise_sid *sids;
	const struct guise_unix_id *ids;
	size_t n;
	enum guise_unix_id_kind wanted;
};

/* One answer to LOOKUP_SIDS. */
struct lookup_sid {
	struct guise_sid sid;
	enum guise_id_source source;
};

/* From the child to its parent: one program, so as it lies in memory. */
struct lookup_answer {
	int code;
	enum guise_logon_refusal refusal;
	struct guise_principal principal;
	char why[GUISE_WHY_SIZE]; /* of LOOKUP_CLIENT */
	size_t more_size; /* follows: an encoded token, or what was asked */
};

/* lookup-body.c: in the child. *@ret_token is a reference or stays NULL. */
void lookup_answer_it(const struct lookup_question *question,
		      struct lookup_answer *answer,
		      const struct guise_token **ret_token);

/* lookup-ids.c: the same for LOOKUP_IDS and LOOKUP_SIDS: 0 with an array of
 * struct guise_unix_id or of struct lookup_sid in @more, or a code. Not
 * @may_wait, and a daemon would have to be asked: -EAGAIN. */
GUISE_MUST_USE int lookup_answer_ids(const struct lookup_question *question,
				     bool may_wait, struct guise_buf *more);

/* lookup-child.c: asks a child; 0 if it answered. */
GUISE_MUST_USE int lookup_ask_more(const struct lookup_question *question,
				   struct lookup_answer *ret,
				   struct guise_buf *more);
/* The same, when what follows is a token. */
GUISE_MUST_USE int lookup_ask(const struct lookup_question *question,
			      struct lookup_answer *ret,
			      const struct guise_token **ret_token);

#endif
