/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that hold several lists at once: TokenGroupsAndPrivileges and
 * TokenAccessInformation. */
#include "token-query.h"

/* SIDs that the hash of a list tells about: as many as an entry has bits */
#define HASHED_MAX 64

size_t pack_privilege_array(struct pack *pack, const struct guise_token *token,
			    uint64_t which)
{
	const uint64_t enabled = guise_token_privileges_enabled(token);
	const uint64_t by_default = guise_token_privileges_default(token);
	const size_t start = pack_take(pack, 0, sizeof(DWORD));

	for (unsigned i = 0; i <= GUISE_PRIVILEGE_MAX; i++) {
		const uint64_t bit = GUISE_PRIVILEGE_BIT(i);
		const LUID_AND_ATTRIBUTES entry = {
			.Luid.LowPart = i,
			.Attributes =
				(enabled & bit ? SE_PRIVILEGE_ENABLED : 0) |
				(by_default & bit
					 ? SE_PRIVILEGE_ENABLED_BY_DEFAULT
					 : 0),
		};

		if (which & bit)
			pack_add(pack, &entry, sizeof(entry), sizeof(DWORD));
	}
	return start;
}

void pack_privileges(struct pack *pack, const struct guise_token *token,
		     uint64_t which)
{
	const DWORD count = (DWORD)__builtin_popcountll(which);

	pack_add(pack, &count, sizeof(count), sizeof(count));
	(void)pack_privilege_array(pack, token, which);
}

void pack_groups(struct pack *pack, const struct guise_sid_and_attributes *sids,
		 size_t n)
{
	const DWORD count = (DWORD)n;
	size_t array;

	pack_add(pack, &count, sizeof(count), sizeof(PSID));
	array = pack_take(pack, n * sizeof(SID_AND_ATTRIBUTES), sizeof(PSID));
	pack_sids(pack, array, sids, n);
}

/* An array of SIDs, those of @n after the optional @first */
static PSID_AND_ATTRIBUTES
array_of(struct pack *pack, const struct guise_sid_and_attributes *first,
	 const struct guise_sid_and_attributes *sids, size_t n)
{
	size_t n_first = first ? 1 : 0;
	size_t at = pack_take(pack, (n_first + n) * sizeof(SID_AND_ATTRIBUTES),
			      sizeof(PSID));

	pack_sids(pack, at, first, n_first);
	pack_sids(pack, at + n_first * sizeof(SID_AND_ATTRIBUTES), sids, n);
	return n_first + n ? pack_at(pack, at) : NULL;
}

NTSTATUS answer_groups_and_privileges(const struct token_query *q,
				      struct pack *pack)
{
	const uint64_t privileges = guise_token_privileges(q->token);
	TOKEN_GROUPS_AND_PRIVILEGES all = {0};
	size_t at = pack_take(pack, sizeof(all), sizeof(PVOID)), start = 0;
	const struct guise_sid_and_attributes *sids;
	size_t n;

	sids = guise_token_groups(q->token, &n);
	start = pack->used;
	all.SidCount = (DWORD)n + 1;
	all.Sids = array_of(pack, guise_token_user(q->token), sids, n);
	all.SidLength = (DWORD)(pack->used - start);
	sids = guise_token_restricted_sids(q->token, &n);
	(void)pack_take(pack, 0, sizeof(PVOID));
	start = pack->used;
	all.RestrictedSidCount = (DWORD)n;
	all.RestrictedSids = array_of(pack, NULL, sids, n);
	all.RestrictedSidLength = (DWORD)(pack->used - start);
	all.PrivilegeCount = (DWORD)__builtin_popcountll(privileges);
	start = pack_privilege_array(pack, q->token, privileges);
	all.PrivilegeLength = (DWORD)(pack->used - start);
	all.Privileges = all.PrivilegeCount ? pack_at(pack, start) : NULL;
	all.AuthenticationId = luid_of(guise_token_authentication_id(q->token));
	pack_put(pack, at, &all, sizeof(all));
	return STATUS_SUCCESS;
}

/* Which SIDs of a list end in a byte with a given low or high half */
static void hash_sid(const struct guise_sid *sid, size_t index,
		     SID_AND_ATTRIBUTES_HASH *hash)
{
	const uint32_t last = sid->n_subs ? sid->sub[sid->n_subs - 1] : 0;
	const SID_HASH_ENTRY bit = (SID_HASH_ENTRY)1 << index;

	hash->Hash[last & 0xf] |= bit;
	hash->Hash[16 + (last >> 4 & 0xf)] |= bit;
}

static PSID_AND_ATTRIBUTES_HASH
hashed(struct pack *pack, const struct guise_sid_and_attributes *first,
       const struct guise_sid_and_attributes *sids, size_t n)
{
	SID_AND_ATTRIBUTES_HASH hash = {.SidCount = (DWORD)n + (first ? 1 : 0)};
	size_t at = pack_take(pack, sizeof(hash), sizeof(PVOID)), index = 0;

	hash.SidAttr = array_of(pack, first, sids, n);
	if (first)
		hash_sid(&first->sid, index++, &hash);
	for (size_t i = 0; i < n && index < HASHED_MAX; i++)
		hash_sid(&sids[i].sid, index++, &hash);
	pack_put(pack, at, &hash, sizeof(hash));
	return pack_at(pack, at);
}

static PTOKEN_PRIVILEGES privileges_of(struct pack *pack,
				       const struct guise_token *token)
{
	const size_t at = pack_take(pack, 0, sizeof(PVOID));

	pack_privileges(pack, token, guise_token_privileges(token));
	return pack_at(pack, at);
}

NTSTATUS answer_access(const struct token_query *q, struct pack *pack)
{
	const struct guise_token *token = q->token;
	TOKEN_ACCESS_INFORMATION all = {
		.AuthenticationId =
			luid_of(guise_token_authentication_id(token)),
		.TokenType = (TOKEN_TYPE)guise_token_type(token),
		.ImpersonationLevel =
			(SECURITY_IMPERSONATION_LEVEL)guise_token_level(token),
		.MandatoryPolicy.Policy = guise_token_mandatory_policy(token),
		.Flags = guise_token_flags(token),
		.AppContainerNumber = guise_token_package_number(token),
	};
	size_t at = pack_take(pack, sizeof(all), sizeof(PVOID));
	const struct guise_sid_and_attributes *sids;
	size_t n;

	sids = guise_token_groups(token, &n);
	all.SidHash = hashed(pack, guise_token_user(token), sids, n);
	sids = guise_token_restricted_sids(token, &n);
	all.RestrictedSidHash = hashed(pack, NULL, sids, n);
	all.Privileges = privileges_of(pack, token);
	all.PackageSid = pack_sid(pack, guise_token_package(token));
	sids = guise_token_capabilities(token, &n);
	all.CapabilitiesHash = hashed(pack, NULL, sids, n);
	all.TrustLevelSid = pack_sid(pack, guise_token_trust_level(token));
	pack_put(pack, at, &all, sizeof(all));
	return STATUS_SUCCESS;
}
