/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges of embedded accounts. The system's accounts have none of their
 * own: what they may do the kernel knows. */
#include <guise/privilege.h>

#include "account.h"
#include "block.h"
#include "lsa-policy.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

#define RIGHTS_MAX 64

static NTSTATUS find(PSID account, struct guise_principal *ret)
{
	struct guise_sid sid;
	NTSTATUS status = sid_from_memory(account, &sid);

	if (status < 0)
		return status;
	ret->size = sizeof(*ret);
	return status_of(guise_lookup_sid(account_options(), &sid, ret));
}

static size_t count_bits(uint64_t mask)
{
	return (size_t)__builtin_popcountll(mask);
}

NTSTATUS LsaEnumerateAccountRights(LSA_HANDLE policy, PSID account,
				   PLSA_UNICODE_STRING *rights, PULONG count)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	struct guise_principal found;
	NTSTATUS status = policy_check(
		policy, POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION);
	size_t n, at;

	if (status >= 0 && (!rights || !count))
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = find(account, &found);
	if (status == STATUS_NONE_MAPPED ||
	    (status >= 0 && found.privileges == 0))
		return STATUS_OBJECT_NAME_NOT_FOUND;
	if (status < 0)
		return status;
	n = count_bits(found.privileges);
	at = block_add(&block, n * sizeof(LSA_UNICODE_STRING));
	for (unsigned p = 0; p < RIGHTS_MAX; p++) {
		if (!(found.privileges >> p & 1))
			continue;
		block_text(&block, at, guise_privilege_name(p));
		at += sizeof(LSA_UNICODE_STRING);
	}
	status = block_finish(&block, (PVOID *)rights);
	if (status >= 0)
		*count = (ULONG)n;
	return status;
}

/* Names of privileges as a mask */
static NTSTATUS read_rights(const LSA_UNICODE_STRING *rights, ULONG count,
			    uint64_t *ret)
{
	uint64_t mask = 0;

	if (count > RIGHTS_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(rights, count * sizeof(*rights)))
		return STATUS_ACCESS_VIOLATION;
	for (ULONG i = 0; i < count; i++) {
		GUISE_AUTO(text_freep) char *name = NULL;
		enum guise_privilege privilege;
		NTSTATUS status = unicode_string_dup(&rights[i], &name);

		if (status < 0)
			return status;
		if (guise_privilege_parse(name, strlen(name), &privilege) < 0)
			return STATUS_NO_SUCH_PRIVILEGE;
		mask |= UINT64_C(1) << privilege;
	}
	*ret = mask;
	return STATUS_SUCCESS;
}

static NTSTATUS set(const struct guise_principal *found, uint64_t privileges)
{
	return status_of(guise_lookup_set_privileges(account_options(),
						     found->name, privileges));
}

/* Only accounts of the machine's domain, which are the embedded ones, have a
 * place where this is written. */
static NTSTATUS find_changeable(LSA_HANDLE policy, PSID account,
				struct guise_principal *ret)
{
	struct guise_sid machine;
	NTSTATUS status = policy_check(policy, POLICY_LOOKUP_NAMES |
						       POLICY_CREATE_ACCOUNT);

	if (status >= 0)
		status = find(account, ret);
	if (status < 0)
		return status;
	if (!machine_domain(&machine) ||
	    !guise_sid_equal(&machine, &ret->domain_sid))
		return STATUS_NO_SUCH_USER;
	return STATUS_SUCCESS;
}

NTSTATUS LsaAddAccountRights(LSA_HANDLE policy, PSID account,
			     PLSA_UNICODE_STRING rights, ULONG count)
{
	struct guise_principal found;
	uint64_t mask;
	NTSTATUS status = find_changeable(policy, account, &found);

	if (status >= 0)
		status = read_rights(rights, count, &mask);
	return status < 0 ? status : set(&found, found.privileges | mask);
}

NTSTATUS LsaRemoveAccountRights(LSA_HANDLE policy, PSID account, BOOLEAN all,
				PLSA_UNICODE_STRING rights, ULONG count)
{
	struct guise_principal found;
	uint64_t mask = UINT64_MAX;
	NTSTATUS status = find_changeable(policy, account, &found);

	if (status >= 0 && !all)
		status = read_rights(rights, count, &mask);
	return status < 0 ? status : set(&found, found.privileges & ~mask);
}
