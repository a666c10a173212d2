/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many names or SIDs at once. The result is two blocks: what was found, each
 * with the number of its domain, and the domains. What was not found is there,
 * too, as unknown.
 */
#include "account.h"
#include "block.h"
#include "lsa-policy.h"
#include "memory.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

/* Each is a question of its own to whoever knows names. */
#define LOOKUPS_MAX 1000
#define NO_DOMAIN (-1)

/**
 * struct lookups - principals that are looked up together
 * @found: @n of them; @use is UNKNOWN of what was not found
 * @domain: of each the number of its domain
 * @n_found: how many were
 * @n_domains: different ones
 */
struct lookups {
	struct guise_principal *found;
	LONG *domain;
	size_t n, n_found;
	LONG n_domains;
};

static void lookups_clear(struct lookups *lookups)
{
	free(lookups->found);
	free(lookups->domain);
}

static NTSTATUS lookups_new(ULONG n, struct lookups *ret)
{
	if (n == 0 || n > LOOKUPS_MAX)
		return STATUS_INVALID_PARAMETER;
	ret->found = array_alloc(n, sizeof(*ret->found));
	ret->domain = array_alloc(n, sizeof(*ret->domain));
	ret->n = n;
	return ret->found && ret->domain ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static LONG domain_before(const struct lookups *lookups, size_t which)
{
	for (size_t i = 0; i < which; i++) {
		if (lookups->domain[i] != NO_DOMAIN &&
		    strcmp(lookups->found[i].domain,
			   lookups->found[which].domain) == 0)
			return lookups->domain[i];
	}
	return NO_DOMAIN;
}

/* The answer to the question @i. Nobody is one, and everything else that went
 * wrong a failure. */
static NTSTATUS note(struct lookups *lookups, size_t i, int r)
{
	lookups->domain[i] = NO_DOMAIN;
	if (r < 0) {
		lookups->found[i].use = GUISE_SID_USE_UNKNOWN;
		return r == GUISE_E_NONE_MAPPED ? STATUS_SUCCESS : status_of(r);
	}
	lookups->n_found++;
	lookups->domain[i] = domain_before(lookups, i);
	if (lookups->domain[i] == NO_DOMAIN)
		lookups->domain[i] = lookups->n_domains++;
	return STATUS_SUCCESS;
}

/* Of those that belong to none, the authority is the domain. */
static struct guise_sid domain_sid(const struct guise_principal *found)
{
	struct guise_sid sid = found->domain_sid;

	if (sid.n_subs == 0)
		sid.authority = found->sid.authority;
	return sid;
}

static NTSTATUS give_domains(const struct lookups *lookups,
			     PLSA_REFERENCED_DOMAIN_LIST *ret)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	const LSA_REFERENCED_DOMAIN_LIST list = {
		.Entries = (ULONG)lookups->n_domains,
	};
	const size_t head = block_add(&block, sizeof(list));
	const size_t entries =
		block_add(&block, (size_t)lookups->n_domains *
					  sizeof(LSA_TRUST_INFORMATION));
	LONG next = 0;

	if (block.status < 0)
		return block.status;
	memcpy(block_at(&block, head), &list, sizeof(list));
	block_point(&block,
		    head + offsetof(LSA_REFERENCED_DOMAIN_LIST, Domains),
		    entries);
	for (size_t i = 0; i < lookups->n; i++) {
		const size_t at =
			entries + (size_t)next * sizeof(LSA_TRUST_INFORMATION);
		struct guise_sid sid;

		if (lookups->domain[i] != next)
			continue;
		next++;
		sid = domain_sid(&lookups->found[i]);
		block_text(&block, at, lookups->found[i].domain);
		block_sid(&block, at + offsetof(LSA_TRUST_INFORMATION, Sid),
			  &sid);
	}
	return block_finish(&block, (PVOID *)ret);
}

static NTSTATUS outcome(const struct lookups *lookups)
{
	if (lookups->n_found == 0)
		return STATUS_NONE_MAPPED;
	return lookups->n_found < lookups->n ? STATUS_SOME_NOT_MAPPED
					     : STATUS_SUCCESS;
}

static NTSTATUS give_sids(const struct lookups *lookups,
			  PLSA_TRANSLATED_SID2 *ret)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	const size_t at =
		block_add(&block, lookups->n * sizeof(LSA_TRANSLATED_SID2));

	for (size_t i = 0; i < lookups->n && block.status >= 0; i++) {
		const size_t one = at + i * sizeof(LSA_TRANSLATED_SID2);
		const LSA_TRANSLATED_SID2 sid = {
			.Use = (SID_NAME_USE)lookups->found[i].use,
			.DomainIndex = lookups->domain[i],
		};

		memcpy(block_at(&block, one), &sid, sizeof(sid));
		if (lookups->domain[i] != NO_DOMAIN)
			block_sid(&block,
				  one + offsetof(LSA_TRANSLATED_SID2, Sid),
				  &lookups->found[i].sid);
	}
	return block_finish(&block, (PVOID *)ret);
}

static NTSTATUS give_names(const struct lookups *lookups,
			   PLSA_TRANSLATED_NAME *ret)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	const size_t at =
		block_add(&block, lookups->n * sizeof(LSA_TRANSLATED_NAME));

	for (size_t i = 0; i < lookups->n && block.status >= 0; i++) {
		const size_t one = at + i * sizeof(LSA_TRANSLATED_NAME);
		const LSA_TRANSLATED_NAME name = {
			.Use = (SID_NAME_USE)lookups->found[i].use,
			.DomainIndex = lookups->domain[i],
		};

		memcpy(block_at(&block, one), &name, sizeof(name));
		block_text(&block, one + offsetof(LSA_TRANSLATED_NAME, Name),
			   lookups->found[i].name);
	}
	return block_finish(&block, (PVOID *)ret);
}

static NTSTATUS look_up_name(struct lookups *lookups, size_t i,
			     const LSA_UNICODE_STRING *string)
{
	GUISE_AUTO(text_freep) char *name = NULL;
	NTSTATUS status = unicode_string_dup(string, &name);

	if (status < 0)
		return status;
	return note(lookups, i, account_by_name(name, &lookups->found[i]));
}

/* The older form has no room for SIDs: the last number of each. */
static NTSTATUS give_relative(const struct lookups *lookups,
			      PLSA_TRANSLATED_SID *ret)
{
	LSA_TRANSLATED_SID *list = memory_new(lookups->n * sizeof(*list));

	if (!list)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < lookups->n; i++) {
		const struct guise_sid *sid = &lookups->found[i].sid;

		list[i].Use = (SID_NAME_USE)lookups->found[i].use;
		list[i].DomainIndex = lookups->domain[i];
		if (lookups->domain[i] != NO_DOMAIN && sid->n_subs > 0)
			list[i].RelativeId = sid->sub[sid->n_subs - 1];
	}
	*ret = list;
	return STATUS_SUCCESS;
}

static NTSTATUS look_up_names(LSA_HANDLE policy, ULONG count,
			      const LSA_UNICODE_STRING *names,
			      struct lookups *ret)
{
	NTSTATUS status = policy_check(policy, POLICY_LOOKUP_NAMES);

	if (status >= 0 && !names)
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = lookups_new(count, ret);
	for (ULONG i = 0; status >= 0 && i < count; i++)
		status = look_up_name(ret, i, &names[i]);
	return status;
}

NTSTATUS LsaLookupNames(LSA_HANDLE policy, ULONG count,
			PLSA_UNICODE_STRING names,
			PLSA_REFERENCED_DOMAIN_LIST *domains,
			PLSA_TRANSLATED_SID *sids)
{
	GUISE_AUTO(lookups_clear) struct lookups lookups = {0};
	PLSA_REFERENCED_DOMAIN_LIST list = NULL;
	NTSTATUS status = look_up_names(policy, count, names, &lookups);

	if (status >= 0 && (!domains || !sids))
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = give_domains(&lookups, &list);
	if (status >= 0)
		status = give_relative(&lookups, sids);
	if (status < 0) {
		memory_free(list);
		return status;
	}
	*domains = list;
	return outcome(&lookups);
}

NTSTATUS LsaLookupNames2(LSA_HANDLE policy, ULONG flags, ULONG count,
			 PLSA_UNICODE_STRING names,
			 PLSA_REFERENCED_DOMAIN_LIST *domains,
			 PLSA_TRANSLATED_SID2 *sids)
{
	GUISE_AUTO(lookups_clear) struct lookups lookups = {0};
	PLSA_REFERENCED_DOMAIN_LIST list = NULL;
	NTSTATUS status = look_up_names(policy, count, names, &lookups);

	(void)flags; /* this machine's names are all that there are */
	if (status >= 0 && (!domains || !sids))
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = give_domains(&lookups, &list);
	if (status >= 0)
		status = give_sids(&lookups, sids);
	if (status < 0) {
		memory_free(list);
		return status;
	}
	*domains = list;
	return outcome(&lookups);
}

/* What nobody knows is called by its SID. */
static NTSTATUS look_up_sid(struct lookups *lookups, size_t i, PSID from)
{
	struct guise_principal *found = &lookups->found[i];
	struct guise_sid sid;
	NTSTATUS status = sid_from_memory(from, &sid);
	int r;

	if (status < 0)
		return status;
	r = account_by_sid(&sid, found);
	if (r < 0)
		(void)guise_sid_format(&sid, found->name);
	return note(lookups, i, r);
}

NTSTATUS LsaLookupSids2(LSA_HANDLE policy, ULONG options, ULONG count,
			PSID *sids, PLSA_REFERENCED_DOMAIN_LIST *domains,
			PLSA_TRANSLATED_NAME *names)
{
	GUISE_AUTO(lookups_clear) struct lookups lookups = {0};
	PLSA_REFERENCED_DOMAIN_LIST list = NULL;
	NTSTATUS status = policy_check(policy, POLICY_LOOKUP_NAMES);

	(void)options; /* as flags above */
	if (status >= 0 && (!sids || !domains || !names))
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = lookups_new(count, &lookups);
	for (ULONG i = 0; status >= 0 && i < count; i++)
		status = look_up_sid(&lookups, i, sids[i]);
	if (status >= 0)
		status = give_domains(&lookups, &list);
	if (status >= 0)
		status = give_names(&lookups, names);
	if (status < 0) {
		memory_free(list);
		return status;
	}
	*domains = list;
	return outcome(&lookups);
}

NTSTATUS LsaLookupSids(LSA_HANDLE policy, ULONG count, PSID *sids,
		       PLSA_REFERENCED_DOMAIN_LIST *domains,
		       PLSA_TRANSLATED_NAME *names)
{
	return LsaLookupSids2(policy, 0, count, sids, domains, names);
}
