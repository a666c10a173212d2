/* SPDX-License-Identifier: Apache-2.0 */
/* Lists in the caller's memory, which may begin at any address. */
#include "token-args.h"

#include "sd-read.h"
#include "token-query.h"
#include "user-memory.h"

#define GROUPS_AT offsetof(TOKEN_GROUPS, Groups)
#define PRIVILEGES_AT offsetof(TOKEN_PRIVILEGES, Privileges)

static NTSTATUS read_all_sids(const uint8_t *at, size_t n,
			      struct guise_sid_and_attributes *ret)
{
	for (size_t i = 0; i < n; i++) {
		SID_AND_ATTRIBUTES one;
		NTSTATUS status;

		memcpy(&one, at + i * sizeof(one), sizeof(one));
		status = sid_from_memory(one.Sid, &ret[i].sid);
		if (status)
			return status;
		ret[i].attributes = one.Attributes;
	}
	return STATUS_SUCCESS;
}

NTSTATUS sids_read(const SID_AND_ATTRIBUTES *sids, size_t n,
		   struct guise_sid_and_attributes **ret)
{
	GUISE_AUTO(freep) struct guise_sid_and_attributes *read = NULL;
	NTSTATUS status;

	if (n > GUISE_TOKEN_SIDS_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(sids, n * sizeof(*sids)))
		return STATUS_ACCESS_VIOLATION;
	read = array_alloc(n, sizeof(*read));
	if (!read)
		return STATUS_NO_MEMORY;
	status = read_all_sids((const uint8_t *)sids, n, read);
	if (!status)
		*ret = guise_take(read);
	return status;
}

NTSTATUS groups_read(const TOKEN_GROUPS *groups,
		     struct guise_sid_and_attributes **ret, size_t *ret_n)
{
	DWORD n = 0;
	NTSTATUS status;

	if (groups) {
		if (!user_readable(groups, sizeof(n)))
			return STATUS_ACCESS_VIOLATION;
		memcpy(&n, groups, sizeof(n));
	}
	status = sids_read((const void *)((uintptr_t)groups + GROUPS_AT), n,
			   ret);
	if (!status)
		*ret_n = n;
	return status;
}

NTSTATUS changes_read(const LUID_AND_ATTRIBUTES *privileges, size_t n,
		      struct guise_privilege_change **ret)
{
	const uint8_t *at = (const uint8_t *)privileges;
	struct guise_privilege_change *read;

	if (n > GUISE_WIN32_PRIVILEGES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(at, n * sizeof(*privileges)))
		return STATUS_ACCESS_VIOLATION;
	read = array_alloc(n, sizeof(*read));
	if (!read)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		LUID_AND_ATTRIBUTES one;

		memcpy(&one, at + i * sizeof(one), sizeof(one));
		read[i].privilege = luid_number(&one.Luid);
		read[i].attributes = one.Attributes;
	}
	*ret = read;
	return STATUS_SUCCESS;
}

NTSTATUS privileges_read(const TOKEN_PRIVILEGES *privileges,
			 struct guise_privilege_change **ret, size_t *ret_n)
{
	DWORD n = 0;
	NTSTATUS status;

	if (privileges) {
		if (!user_readable(privileges, sizeof(n)))
			return STATUS_ACCESS_VIOLATION;
		memcpy(&n, privileges, sizeof(n));
	}
	status = changes_read(
		(const void *)((uintptr_t)privileges + PRIVILEGES_AT), n, ret);
	if (!status)
		*ret_n = n;
	return status;
}

uint64_t changes_mask(const struct guise_privilege_change *changes, size_t n)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < n; i++) {
		if (changes[i].privilege <= GUISE_PRIVILEGE_MAX)
			mask |= GUISE_PRIVILEGE_BIT(changes[i].privilege);
	}
	return mask & GUISE_PRIVILEGE_ALL;
}
