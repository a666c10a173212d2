/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AccessCheck and its relatives (MS-DTYP 2.5.3.2). What can be wrong is looked
 * at in the order of Windows: pointers, generic rights, room for privileges,
 * object types, descriptor, token. Until all of it is right nothing is written,
 * but the size that a privilege set needs.
 */
#include "access-args.h"
#include "status.h"
#include "token-of.h"
#include "user-memory.h"

#include <winternl-security.h>

/* Where the answers go. */
struct answers {
	PPRIVILEGE_SET privileges;
	PULONG privileges_size;
	PACCESS_MASK granted;
	NTSTATUS *status;
};

/* The token that a check is about; primary ones are refused. */
static NTSTATUS client_token(HANDLE handle, const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	NTSTATUS status = token_of_handle(handle, TOKEN_QUERY, &token);

	if (status)
		return status;
	if (guise_token_type(token) != GUISE_TOKEN_IMPERSONATION)
		return STATUS_NO_IMPERSONATION_TOKEN;
	if (guise_token_level(token) < GUISE_LEVEL_IDENTIFICATION)
		return STATUS_BAD_IMPERSONATION_LEVEL;
	*ret = guise_take(token);
	return STATUS_SUCCESS;
}

static NTSTATUS probe(const struct access_call *call,
		      const struct answers *answers)
{
	ULONG n = call->list ? call->n_types : 1;

	if (n > GUISE_OBJECT_TYPES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_writable(answers->privileges_size, sizeof(ULONG)) ||
	    !user_writable(answers->privileges, *answers->privileges_size))
		return STATUS_ACCESS_VIOLATION;
	return access_answers_writable(answers->granted, answers->status, n);
}

static int decide(const struct access_args *args,
		  const struct guise_token *token, bool list,
		  struct guise_decision *ret)
{
	if (list)
		return guise_access_check_by_type_result_list(
			args->sd, token, args->desired, &args->mapping,
			&args->options, ret);
	return guise_access_check_by_type(args->sd, token, args->desired,
					  &args->mapping, &args->options, ret);
}

static NTSTATUS answer(const struct access_args *args, bool list, size_t n,
		       const struct guise_decision *decisions,
		       const struct answers *answers)
{
	uint64_t used = 0;
	NTSTATUS status;

	for (size_t i = 0; i < n; i++)
		used |= decisions[i].privileges_used;
	status = privilege_set_write(used, answers->privileges,
				     answers->privileges_size);
	for (size_t i = 0; !status && i < n; i++)
		access_answer(&decisions[i], args->desired, list,
			      &answers->granted[i], &answers->status[i]);
	return status;
}

static NTSTATUS check(const struct access_call *call, HANDLE handle,
		      const struct answers *answers)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(access_args_clear) struct access_args args = {0};
	GUISE_AUTO(freep) struct guise_decision *decisions = NULL;
	size_t n = call->list ? call->n_types : 1;
	NTSTATUS status = probe(call, answers);

	if (!status && (call->desired & GUISE_GENERIC_MASK))
		status = STATUS_GENERIC_NOT_MAPPED;
	if (!status)
		status = privilege_set_check(answers->privileges_size);
	if (!status)
		status = access_args_read(call, &args);
	if (!status)
		status = client_token(handle, &token);
	if (status)
		return status;
	decisions = array_alloc(n, sizeof(*decisions));
	if (!decisions)
		return STATUS_NO_MEMORY;
	status = status_of(decide(&args, token, call->list, decisions));
	return status ? status
		      : answer(&args, call->list, n, decisions, answers);
}

NTSTATUS NtAccessCheck(PSECURITY_DESCRIPTOR sd, HANDLE token,
		       ACCESS_MASK desired, PGENERIC_MAPPING mapping,
		       PPRIVILEGE_SET privileges, PULONG privileges_size,
		       PACCESS_MASK ret_granted, PNTSTATUS ret_status)
{
	return NtAccessCheckByType(sd, NULL, token, desired, NULL, 0, mapping,
				   privileges, privileges_size, ret_granted,
				   ret_status);
}

NTSTATUS NtAccessCheckByType(PSECURITY_DESCRIPTOR sd, PSID self, HANDLE token,
			     ACCESS_MASK desired, POBJECT_TYPE_LIST types,
			     ULONG n_types, PGENERIC_MAPPING mapping,
			     PPRIVILEGE_SET privileges, PULONG privileges_size,
			     PACCESS_MASK ret_granted, PNTSTATUS ret_status)
{
	const struct access_call call = {
		.sd = sd,
		.self = self,
		.desired = desired,
		.types = types,
		.n_types = n_types,
		.mapping = mapping,
	};
	const struct answers answers = {privileges, privileges_size,
					ret_granted, ret_status};

	return check(&call, token, &answers);
}

NTSTATUS
NtAccessCheckByTypeResultList(PSECURITY_DESCRIPTOR sd, PSID self, HANDLE token,
			      ACCESS_MASK desired, POBJECT_TYPE_LIST types,
			      ULONG n_types, PGENERIC_MAPPING mapping,
			      PPRIVILEGE_SET privileges, PULONG privileges_size,
			      PACCESS_MASK ret_granted, PNTSTATUS ret_status)
{
	const struct access_call call = {
		.sd = sd,
		.self = self,
		.desired = desired,
		.types = types,
		.n_types = n_types,
		.mapping = mapping,
		.list = true,
	};
	const struct answers answers = {privileges, privileges_size,
					ret_granted, ret_status};

	return check(&call, token, &answers);
}

BOOL AccessCheck(PSECURITY_DESCRIPTOR sd, HANDLE token, DWORD desired,
		 PGENERIC_MAPPING mapping, PPRIVILEGE_SET privileges,
		 LPDWORD privileges_size, LPDWORD ret_granted,
		 LPBOOL ret_allowed)
{
	return AccessCheckByType(sd, NULL, token, desired, NULL, 0, mapping,
				 privileges, privileges_size, ret_granted,
				 ret_allowed);
}

BOOL AccessCheckByType(PSECURITY_DESCRIPTOR sd, PSID self, HANDLE token,
		       DWORD desired, POBJECT_TYPE_LIST types, DWORD n_types,
		       PGENERIC_MAPPING mapping, PPRIVILEGE_SET privileges,
		       LPDWORD privileges_size, LPDWORD ret_granted,
		       LPBOOL ret_allowed)
{
	NTSTATUS answer, status;

	if (!user_writable(ret_allowed, sizeof(*ret_allowed)))
		return win32_result(STATUS_ACCESS_VIOLATION);
	status = NtAccessCheckByType(sd, self, token, desired, types, n_types,
				     mapping, privileges, privileges_size,
				     ret_granted, &answer);
	if (status)
		return win32_result(status);
	/* a refusal is a success that says why in the last error */
	*ret_allowed = win32_result(answer);
	return TRUE;
}

BOOL AccessCheckByTypeResultList(PSECURITY_DESCRIPTOR sd, PSID self,
				 HANDLE token, DWORD desired,
				 POBJECT_TYPE_LIST types, DWORD n_types,
				 PGENERIC_MAPPING mapping,
				 PPRIVILEGE_SET privileges,
				 LPDWORD privileges_size, LPDWORD ret_granted,
				 LPDWORD ret_status)
{
	/* a status is as wide as an error, so one array does for both */
	NTSTATUS *statuses = (NTSTATUS *)(void *)ret_status;
	NTSTATUS status = NtAccessCheckByTypeResultList(
		sd, self, token, desired, types, n_types, mapping, privileges,
		privileges_size, ret_granted, statuses);

	for (DWORD i = 0; !status && i < n_types; i++)
		ret_status[i] = win32_error(statuses[i]);
	return win32_result(status);
}

VOID RtlMapGenericMask(PACCESS_MASK mask, const GENERIC_MAPPING *mapping)
{
	const struct guise_generic_mapping value = {
		.read = mapping->GenericRead,
		.write = mapping->GenericWrite,
		.execute = mapping->GenericExecute,
		.all = mapping->GenericAll,
	};

	*mask = guise_map_generic(*mask, &value);
}

VOID MapGenericMask(PDWORD mask, PGENERIC_MAPPING mapping)
{
	RtlMapGenericMask(mask, mapping);
}

BOOLEAN RtlAreAllAccessesGranted(ACCESS_MASK granted, ACCESS_MASK desired)
{
	return (desired & ~granted) == 0;
}

BOOL AreAllAccessesGranted(DWORD granted, DWORD desired)
{
	return RtlAreAllAccessesGranted(granted, desired);
}

BOOLEAN RtlAreAnyAccessesGranted(ACCESS_MASK granted, ACCESS_MASK desired)
{
	return (desired & granted) != 0;
}

BOOL AreAnyAccessesGranted(DWORD granted, DWORD desired)
{
	return RtlAreAnyAccessesGranted(granted, desired);
}
