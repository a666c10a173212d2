/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the façade asks about names and SIDs. */
#ifndef WIN32_ACCOUNT_H
#define WIN32_ACCOUNT_H

#include <guise/lookup.h>

#include "facade.h"

/* Where accounts are looked up; static. */
const struct guise_lookup_options *account_options(void);

/**
 * account_by_sid() - as guise_lookup_sid(), and the process's own user always
 * has a name: what the token says, or the SID, of this machine
 * @ret: size is set here
 */
int account_by_sid(const struct guise_sid *sid, struct guise_principal *ret);
/* The same for guise_lookup_name(); @name is NUL-terminated. */
int account_by_name(const char *name, struct guise_principal *ret);

/**
 * account_resolve() - the SID of an account, as guise_edit_options wants it
 * @context: not used
 * Return: as guise_lookup_name().
 */
int account_resolve(void *context, const char *name, struct guise_sid *ret);

/* The SID of the machine's own domain, to which LA and LG belong: that of its
 * accounts, else one that is made of the machine's id. */
bool machine_domain(struct guise_sid *ret);

/* What a token's user is called; whom nobody knows, by the token or by SID
 * (user-name.c) */
void account_of_token(const struct guise_token *token,
		      struct guise_principal *ret);

/* What the machine is called as a domain, room for GUISE_USER_NAME_MAX bytes */
void account_domain_name(char ret[GUISE_USER_NAME_MAX + 1]);
/* Whether a system that a caller names is this one: NULL, "", ".", localhost or
 * its own name, with or without the backslashes. */
bool is_this_machine(const char *name);

/* The text of a caller, WCHAR or UTF-8, as UTF-8 for free(). NULL gives NULL
 * and success. */
NTSTATUS text_of_caller(const void *text, bool wide, char **ret);
/* For GUISE_AUTO() */
void text_freep(char **text);

/**
 * account_token() - a user's token, made as for a logon
 * @ret: returns a reference
 * Return: GUISE_E_NONE_MAPPED also for who is no user; as guise_lookup_logon().
 */
int account_token(const struct guise_sid *sid, const struct guise_token **ret);

/**
 * account_groups() - a SID with those of the groups that it is in
 * @ret_sids: an array for free(), @sid first, Everyone among them
 * @ret_n: how many
 *
 * An account nobody knows is in no other groups.
 * Return: 0; NO_MEMORY; what looking up says.
 */
NTSTATUS account_groups(const struct guise_sid *sid,
			struct guise_sid **ret_sids, size_t *ret_n);

#endif
