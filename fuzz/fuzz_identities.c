/* SPDX-License-Identifier: Apache-2.0 */
/* The text that says who is who: a refusal names its line, and what is accepted
 * gives nobody an id that is somebody else's. */
#include "fuzz.h"

#include <guise/token.h>

#include "idmap.h"

static void must_explain(const struct guise_identities_error *error,
			 const char *text, size_t size)
{
	unsigned n_lines = 1;

	for (size_t i = 0; i < size; i++)
		n_lines += text[i] == '\n';
	must(error->line >= 1 && error->line <= n_lines);
	must(error->why[0]);
	for (const char *c = error->why; *c; c++)
		must(*c >= ' ' && *c <= '~');
}

/* Both ways, and by no other SID. */
static void must_be_one(const struct guise_identities *ids,
			const struct guise_sid *sid,
			enum guise_unix_id_kind kind)
{
	enum guise_id_source source = GUISE_ID_SOURCE_NONE;
	struct guise_unix_id id = {0};
	struct guise_sid again;
	int r = guise_identities_sid_to_id(ids, sid, kind, &id);

	must(r == 0 || r == GUISE_E_NONE_MAPPED);
	if (r < 0)
		return;
	must(id.kind == kind && id.id != GUISE_UID_NONE);
	if (id.source == GUISE_ID_SOURCE_UNIX)
		return;
	must(id.source == GUISE_ID_SOURCE_STATIC ||
	     (id.id >= ID_FIRST_MIN && id.id != 65534 && id.id != 65535));
	must(guise_identities_id_to_sid(ids, kind, id.id, &again, &source) ==
	     0);
	must(guise_sid_equal(&again, sid) && source == id.source);
}

static void must_be_one_both_ways(const struct guise_identities *ids,
				  const struct guise_sid *sid)
{
	must_be_one(ids, sid, GUISE_UNIX_ID_UID);
	must_be_one(ids, sid, GUISE_UNIX_ID_GID);
}

static void try_domain(const struct guise_identities *ids,
		       const struct id_domain *domain)
{
	const uint32_t rids[] = {
		0,
		500,
		65534 - domain->first,
		domain->last - domain->first,
		domain->last - domain->first + 1,
		UINT32_MAX,
	};

	must(domain->first >= ID_FIRST_MIN && domain->first <= domain->last);
	for (size_t i = 0; i < ARRAY_SIZE(rids); i++) {
		struct guise_sid sid;

		must(guise_sid_append(&domain->sid, rids[i], &sid) == 0);
		must_be_one_both_ways(ids, &sid);
	}
}

static void try_principal(const struct guise_identities *ids,
			  const char *principal)
{
	struct guise_principal_match match;

	must(guise_identities_match(ids, principal, &match) == 0);
	must((match.rule == GUISE_PRINCIPAL_ACCOUNT) ==
	     (match.account[0] != '\0'));
	must((match.rule == GUISE_PRINCIPAL_REFUSED) == (match.why != NULL));
	if (!match.is_explicit)
		must(strcmp(match.account, "root") != 0);
}

static void try_all(const struct guise_identities *ids)
{
	for (size_t i = 0; i < ids->n_statics; i++)
		must_be_one_both_ways(ids, &ids->statics[i].sid);
	for (size_t i = 0; i < ids->n_domains; i++)
		try_domain(ids, &ids->domains[i]);
	for (size_t i = 0; i < ids->n_principals; i++)
		try_principal(ids, ids->principals[i].name);
	for (size_t i = 0; i < ids->n_realms; i++) {
		const struct id_realm *realm = &ids->realms[i];
		char principal[GUISE_PRINCIPAL_MAX + 8] = "root@";

		memcpy(principal + 5, realm->name, strlen(realm->name) + 1);
		try_principal(ids, principal);
		must((realm->rule == GUISE_PRINCIPAL_PAC) ==
		     (realm->n_domains > 0));
		must(identities_take_claims(ids, realm->name, true) ==
		     (realm->rule == GUISE_PRINCIPAL_PAC &&
		      realm->claims != ID_CLAIMS_NO));
		must(identities_take_claims(ids, realm->name, false) ==
		     (realm->claims == ID_CLAIMS_YES));
		for (size_t j = 0; j < realm->n_domains; j++)
			must(!guise_identities_believes(ids, realm->name,
							&realm->domains[j]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *ids = NULL;
	struct guise_identities_error error = {.size = sizeof(error)};
	const char *text = size ? (const char *)data : "";

	if (guise_identities_parse(text, size, &ids, &error) < 0) {
		must_explain(&error, text, size);
		return 0;
	}
	/* daemons are not asked */
	if (!identities_wait(ids))
		try_all(ids);
	/* one's own word is always one that may be said */
	try_principal(ids, "root@X");
	return 0;
}
