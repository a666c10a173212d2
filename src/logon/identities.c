/* SPDX-License-Identifier: Apache-2.0 */
/* Who is who: the object, and what its rules make of a Kerberos principal. */
#include "idmap.h"

const struct guise_identities *
guise_identities_ref(const struct guise_identities *identities)
{
	if (identities)
		refcount_get((atomic_uint *)(uintptr_t)&identities->refs);
	return identities;
}

void identities_free(struct guise_identities *ids)
{
	for (size_t i = 0; i < ids->n_realms; i++) {
		free(ids->realms[i].name);
		free(ids->realms[i].domains);
	}
	for (size_t i = 0; i < ids->n_principals; i++) {
		free(ids->principals[i].name);
		free(ids->principals[i].account);
	}
	free(ids->statics);
	free(ids->by_id);
	free(ids->domains);
	free(ids->realms);
	free(ids->principals);
	free(ids);
}

const struct guise_identities *
guise_identities_unref(const struct guise_identities *identities)
{
	struct guise_identities *ids =
		(struct guise_identities *)(uintptr_t)identities;

	if (ids && refcount_put(&ids->refs))
		identities_free(ids);
	return NULL;
}

void guise_identities_unrefp(const struct guise_identities **identities)
{
	*identities = guise_identities_unref(*identities);
}

bool identities_has_source(const struct guise_identities *ids,
			   enum guise_id_source source)
{
	for (size_t i = 0; i < ids->n_sources; i++) {
		if (ids->sources[i] == source)
			return true;
	}
	return false;
}

const struct id_realm *identities_realm(const struct guise_identities *ids,
					const char *name)
{
	for (size_t i = 0; i < ids->n_realms; i++) {
		if (strcmp(ids->realms[i].name, name) == 0)
			return &ids->realms[i];
	}
	return NULL;
}

static int compare_principal(const void *key, const void *row)
{
	const struct id_principal *principal = row;

	return strcmp(key, principal->name);
}

/* The "@" before the realm: the one without a backslash before it. NULL: there
 * is none, or more than one. */
static const char *find_realm_sign(const char *principal)
{
	const char *found = NULL;

	for (; *principal; principal++) {
		if (*principal == '\\') {
			if (*++principal == '\0')
				return NULL;
		} else if (*principal == '@') {
			if (found)
				return NULL;
			found = principal;
		}
	}
	return found;
}

/* Names that mean the system or everybody's administrator somewhere: no
 * realm's rule gives them away. */
static bool is_reserved(const char *name, size_t size)
{
	static const char *const names[] = {
		"root",	    "toor",   "admin", "administrator",
		"system",   "daemon", "bin",   "sys",
		"adm",	    "sync",   "lp",    "mail",
		"operator", "nobody", "guest", "anonymous",
		"krbtgt",   "wheel",  "sudo",  "localsystem",
		"kadmin",   "host",   "http",  "nfsnobody",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i]) == size &&
		    memcmp(names[i], name, size) == 0)
			return true;
	}
	return false;
}

/* A name that an account may have by a realm's rule: nothing in it means
 * anything to NSS, to a path or to Kerberos, and it is not a number. */
static bool is_plain(const char *name, size_t size)
{
	bool has_letter = false;

	for (size_t i = 0; i < size; i++) {
		const char c = name[i];

		if ((c >= 'a' && c <= 'z') || c == '_')
			has_letter = true;
		else if (!(c >= '0' && c <= '9') && c != '-' && c != '.')
			return false;
	}
	return has_letter && name[0] != '-' && name[0] != '.';
}

static void set_account(struct guise_principal_match *ret, const char *name,
			size_t size)
{
	ret->rule = GUISE_PRINCIPAL_ACCOUNT;
	memcpy(ret->account, name, size);
	ret->account[size] = '\0';
}

static void match_accounts(const char *name, size_t size,
			   struct guise_principal_match *ret)
{
	if (size == 0 || size > GUISE_USER_NAME_MAX)
		ret->why = "the name is empty or too long";
	else if (!is_plain(name, size))
		ret->why = "the realm's rule takes plain names in small "
			   "letters only";
	else if (is_reserved(name, size))
		ret->why = "the name is reserved: only [principals] can give "
			   "it to someone";
	else
		set_account(ret, name, size);
}

static void match_realm(const struct guise_identities *ids, const char *name,
			struct guise_principal_match *ret)
{
	const char *at = find_realm_sign(name);
	const struct id_realm *realm =
		at ? identities_realm(ids, at + 1) : NULL;

	if (!at || at == name)
		ret->why = "it is no principal";
	else if (!realm)
		ret->why = "the realm has no clients here";
	else if (realm->rule == GUISE_PRINCIPAL_PAC)
		ret->rule = GUISE_PRINCIPAL_PAC;
	else
		match_accounts(name, (size_t)(at - name), ret);
}

static void match_explicit(const struct id_principal *principal,
			   struct guise_principal_match *ret)
{
	ret->is_explicit = true;
	if (principal->account[0] == '\0')
		ret->why = "[principals] refuses it";
	else
		set_account(ret, principal->account,
			    strlen(principal->account));
}

int guise_identities_match(const struct guise_identities *identities,
			   const char *principal,
			   struct guise_principal_match *ret)
{
	struct guise_principal_match match = {.size = sizeof(match)};
	const struct id_principal *found = NULL;

	if (!identities || !principal || !ret)
		return -EINVAL;
	if (identities->n_principals > 0)
		found = bsearch(principal, identities->principals,
				identities->n_principals, sizeof(*found),
				compare_principal);
	if (strnlen(principal, GUISE_PRINCIPAL_MAX + 1) > GUISE_PRINCIPAL_MAX)
		match.why = "the name is empty or too long";
	else if (found)
		match_explicit(found, &match);
	else
		match_realm(identities, principal, &match);
	*ret = match;
	return 0;
}

static bool is_below(const struct guise_sid *sid,
		     const struct guise_sid *domain)
{
	return sid->n_subs == domain->n_subs + 1 &&
	       sid->authority == domain->authority &&
	       memcmp(sid->sub, domain->sub,
		      domain->n_subs * sizeof(sid->sub[0])) == 0;
}

/* How the client came in: S-1-18-1, S-1-18-2. */
static bool is_asserted_identity(const struct guise_sid *sid)
{
	return sid->authority == 18 && sid->n_subs == 1 &&
	       (sid->sub[0] == 1 || sid->sub[0] == 2);
}

bool guise_identities_believes(const struct guise_identities *identities,
			       const char *realm, const struct guise_sid *sid)
{
	const struct id_realm *found;

	if (!identities || !realm || !sid || !guise_sid_is_valid(sid))
		return false;
	found = identities_realm(identities, realm);
	if (!found || found->rule != GUISE_PRINCIPAL_PAC)
		return false;
	if (is_asserted_identity(sid))
		return true;
	for (size_t i = 0; i < found->n_domains; i++) {
		if (is_below(sid, &found->domains[i]))
			return true;
	}
	return false;
}

/* What crosses a trust are claims of somebody who makes none for this realm's
 * descriptors: who wrote these did not mean them. */
bool identities_take_claims(const struct guise_identities *ids,
			    const char *realm, bool by_own_key)
{
	const struct id_realm *found = identities_realm(ids, realm);

	if (!found || found->rule != GUISE_PRINCIPAL_PAC)
		return false;
	switch (found->claims) {
	case ID_CLAIMS_OWN:
		return by_own_key;
	case ID_CLAIMS_YES:
		return true;
	case ID_CLAIMS_NO:
		break;
	}
	return false;
}
