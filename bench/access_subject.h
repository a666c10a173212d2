/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who wants what: a token and a descriptor of chosen sizes, for benchmarks of
 * the access check. All SIDs are domain SIDs (five sub-authorities) of one
 * domain; the owner is not in the token; no ACE matches but the last, or the
 * last two where two passes have to be satisfied.
 */
#ifndef BENCH_ACCESS_SUBJECT_H
#define BENCH_ACCESS_SUBJECT_H

#include <guise/access.h>

#include "samba.h"

enum subject_kind {
	SUBJECT_PLAIN,	    /* the first half of the ACEs deny */
	SUBJECT_OBJECT,	    /* all but the last have an object type */
	SUBJECT_RESTRICTED, /* as many restricting SIDs as SIDs */
	SUBJECT_LOWBOX,	    /* as many capabilities as SIDs */
};

/**
 * struct subject - what one check is about
 * @kind, @n_aces, @n_sids: as asked for
 * @allowed: the decision expected
 * @sd, @raw: the descriptor parsed, and its bytes
 * @options: of the check by type
 * @samba: the same for Samba; NULL without it
 */
struct subject {
	enum subject_kind kind;
	size_t n_aces;
	size_t n_sids;
	bool allowed;
	const struct guise_token *token;
	const struct guise_sd *sd;
	struct guise_buf raw;
	struct guise_access_options options;
	struct guise_object_type *types;
	struct samba_subject *samba;
};

#define SUBJECT_DESIRED ((uint32_t)GUISE_FILE_GENERIC_READ)

/** domain_sid() - of the one domain */
struct guise_sid domain_sid(uint32_t rid);

/**
 * subject_init() - make it
 * @n_types: nodes of the object type list; 0: none
 * @with_samba: also in Samba's form
 */
void subject_init(struct subject *s, enum subject_kind kind, size_t n_aces,
		  size_t n_sids, size_t n_types, bool with_samba);

/** subject_set() - the descriptor and token given, both taken over */
void subject_set(struct subject *s, const struct guise_sd *sd,
		 const struct guise_token *token, bool with_samba);

void subject_clear(struct subject *s);

/** sd_of_aces() - a descriptor with this DACL, owner and group */
const struct guise_sd *sd_of_aces(const struct guise_ace *aces, size_t n_aces,
				  const struct guise_sid *owner);

/** linear_check() - what one writes first: look every ACE's SID up in the
 * token's list. Plain DACLs only */
bool linear_check(const struct guise_sd *sd, const struct guise_token *token,
		  uint32_t desired);

#endif
