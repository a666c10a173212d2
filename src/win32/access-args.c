/* SPDX-License-Identifier: Apache-2.0 */
#include "access-args.h"
#include "sd-read.h"
#include "status.h"
#include "user-memory.h"

/* A set with nothing in it has room for one privilege all the same. */
#define LEAST_SET sizeof(PRIVILEGE_SET)
#define SET_HEADER offsetof(PRIVILEGE_SET, Privilege)
/* More privileges than there are, to leave room for those that are not. */
#define SET_MAX 256

void access_args_clear(struct access_args *args)
{
	args->sd = guise_sd_unref(args->sd);
	free(args->types);
	args->types = NULL;
}

static NTSTATUS read_type(const OBJECT_TYPE_LIST *from, unsigned deepest,
			  struct guise_object_type *ret)
{
	/* one root, first; nobody skips a level */
	if ((deepest == UINT16_MAX) != (from->Level == 0) ||
	    (deepest != UINT16_MAX && from->Level > deepest + 1) ||
	    from->Level > ACCESS_MAX_LEVEL)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(from->ObjectType, sizeof(GUID)))
		return STATUS_ACCESS_VIOLATION;
	ret->level = from->Level;
	memcpy(&ret->guid, from->ObjectType, sizeof(GUID));
	return STATUS_SUCCESS;
}

static NTSTATUS read_types(const struct access_call *call,
			   struct access_args *ret)
{
	unsigned deepest = UINT16_MAX;
	OBJECT_TYPE_LIST type;

	if (call->n_types == 0)
		return call->list ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
	if (call->n_types > GUISE_OBJECT_TYPES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(call->types, call->n_types * sizeof(type)))
		return STATUS_ACCESS_VIOLATION;
	ret->types = array_alloc(call->n_types, sizeof(*ret->types));
	if (!ret->types)
		return STATUS_NO_MEMORY;
	for (ULONG i = 0; i < call->n_types; i++) {
		NTSTATUS status;

		memcpy(&type, &call->types[i], sizeof(type));
		status = read_type(&type, deepest, &ret->types[i]);
		if (status)
			return status;
		deepest = type.Level;
	}
	ret->options.object_types = ret->types;
	ret->options.n_object_types = call->n_types;
	return STATUS_SUCCESS;
}

static NTSTATUS read_self(const struct access_call *call,
			  struct access_args *ret)
{
	NTSTATUS status;

	if (!call->self)
		return STATUS_SUCCESS;
	status = sid_from_memory(call->self, &ret->self);
	if (!status)
		ret->options.principal_self = &ret->self;
	return status;
}

static NTSTATUS read_sd(const struct access_call *call, struct access_args *ret)
{
	NTSTATUS status = call->sd ? sd_read(call->sd, &ret->sd)
				   : STATUS_INVALID_SECURITY_DESCR;

	if (!status && (!guise_sd_owner(ret->sd) || !guise_sd_group(ret->sd)))
		status = STATUS_INVALID_SECURITY_DESCR;
	return status;
}

NTSTATUS access_args_read(const struct access_call *call,
			  struct access_args *ret)
{
	GENERIC_MAPPING mapping;
	NTSTATUS status;

	if (!user_readable(call->mapping, sizeof(mapping)))
		return STATUS_ACCESS_VIOLATION;
	memcpy(&mapping, call->mapping, sizeof(mapping));
	ret->mapping = (struct guise_generic_mapping){
		.read = mapping.GenericRead,
		.write = mapping.GenericWrite,
		.execute = mapping.GenericExecute,
		.all = mapping.GenericAll,
	};
	ret->desired = call->desired;
	ret->options.size = sizeof(ret->options);
	status = read_types(call, ret);
	if (!status)
		status = read_sd(call, ret);
	return status ? status : read_self(call, ret);
}

NTSTATUS access_request_read(PSID self, const OBJECT_TYPE_LIST *types,
			     ULONG n_types, ACCESS_MASK desired,
			     struct access_args *ret)
{
	const struct access_call call = {
		.self = self, .types = types, .n_types = n_types};
	NTSTATUS status = read_types(&call, ret);

	ret->desired = desired;
	ret->options.size = sizeof(ret->options);
	return status ? status : read_self(&call, ret);
}

NTSTATUS access_answers_writable(PACCESS_MASK granted, NTSTATUS *status,
				 ULONG n)
{
	return user_writable(granted, n * sizeof(*granted)) &&
			       user_writable(status, n * sizeof(*status))
		       ? STATUS_SUCCESS
		       : STATUS_ACCESS_VIOLATION;
}

void access_answer(const struct guise_decision *decision, ACCESS_MASK desired,
		   bool list, PACCESS_MASK ret_granted, NTSTATUS *ret_status)
{
	*ret_granted = decision->granted;
	*ret_status = STATUS_SUCCESS;
	if (decision->allowed)
		return;
	*ret_granted = 0;
	if (list)
		*ret_granted = desired & ~decision->missing &
			       ~(ACCESS_MASK)MAXIMUM_ALLOWED;
	*ret_status = decision->missing_privilege ? STATUS_PRIVILEGE_NOT_HELD
						  : STATUS_ACCESS_DENIED;
}

NTSTATUS privilege_set_check(PULONG size)
{
	if (*size >= LEAST_SET)
		return STATUS_SUCCESS;
	*size = LEAST_SET;
	return STATUS_BUFFER_TOO_SMALL;
}

NTSTATUS privilege_set_write(uint64_t privileges, PPRIVILEGE_SET ret,
			     PULONG size)
{
	unsigned n = (unsigned)__builtin_popcountll(privileges);
	size_t needed = SET_HEADER + n * sizeof(LUID_AND_ATTRIBUTES);
	BYTE *at = (BYTE *)(void *)ret + SET_HEADER;

	if (*size < needed) {
		*size = (ULONG)needed;
		return STATUS_BUFFER_TOO_SMALL;
	}
	ret->PrivilegeCount = n;
	ret->Control = 0;
	for (unsigned p = 0; p < 64; p++) {
		LUID_AND_ATTRIBUTES one = {
			.Luid.LowPart = p,
			.Attributes = SE_PRIVILEGE_USED_FOR_ACCESS,
		};

		if (!(privileges & UINT64_C(1) << p))
			continue;
		memcpy(at, &one, sizeof(one));
		at += sizeof(one);
	}
	return STATUS_SUCCESS;
}

NTSTATUS privilege_set_read(const PRIVILEGE_SET *set, uint64_t *ret)
{
	LUID_AND_ATTRIBUTES one;
	uint64_t privileges = 0;
	const BYTE *at;
	DWORD n;

	if (!user_readable(set, SET_HEADER))
		return STATUS_ACCESS_VIOLATION;
	n = set->PrivilegeCount;
	if (n > SET_MAX)
		return STATUS_INVALID_PARAMETER;
	at = (const BYTE *)(const void *)set + SET_HEADER;
	if (!user_readable(at, n * sizeof(one)))
		return STATUS_ACCESS_VIOLATION;
	for (; n > 0; n--, at += sizeof(one)) {
		memcpy(&one, at, sizeof(one));
		if (one.Luid.HighPart == 0 && one.Luid.LowPart < 64)
			privileges |= UINT64_C(1) << one.Luid.LowPart;
	}
	*ret = privileges & GUISE_PRIVILEGE_ALL;
	return STATUS_SUCCESS;
}
