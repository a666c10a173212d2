/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the façade asks about names and SIDs. */
#ifndef WIN32_ACCOUNT_H
#define WIN32_ACCOUNT_H

#include <guise/lookup.h>

#include "facade.h"

/* Where accounts are looked up; static. */
const struct guise_lookup_options *account_options(void);

/**
 * account_find() - the SID of an account, as guise_edit_options wants it
 * @context: not used
 * Return: as guise_lookup_name().
 */
int account_find(void *context, const char *name, struct guise_sid *ret);

/* The SID of the machine's own domain, to which LA and LG belong: that of its
 * accounts, else one that is made of the machine's id. */
bool machine_domain(struct guise_sid *ret);

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
