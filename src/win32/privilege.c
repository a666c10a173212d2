/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges of the caller's own token, as ntdll's helpers adjust them. */
#include <guise/thread-token.h>

#include <winternl.h>

#include "token-args.h"
#include "token.h"
#include "user-memory.h"

#define ADJUST_ACCESS (TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY)

static NTSTATUS adjust(HANDLE token, ULONG privilege, bool enable,
		       bool *ret_was)
{
	TOKEN_PRIVILEGES state = {
		.PrivilegeCount = 1,
		.Privileges[0] = {.Luid.LowPart = privilege,
				  .Attributes =
					  enable ? SE_PRIVILEGE_ENABLED : 0},
	};
	TOKEN_PRIVILEGES previous = {0};
	ULONG size;
	NTSTATUS status = NtAdjustPrivilegesToken(
		token, FALSE, &state, sizeof(previous), &previous, &size);

	if (status == STATUS_NOT_ALL_ASSIGNED)
		return STATUS_PRIVILEGE_NOT_HELD;
	if (status < 0)
		return status;
	*ret_was = previous.PrivilegeCount == 0
			   ? enable
			   : (previous.Privileges[0].Attributes &
			      SE_PRIVILEGE_ENABLED) != 0;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAdjustPrivilege(ULONG privilege, BOOLEAN enable,
				  BOOLEAN of_thread, PBOOLEAN ret_was)
{
	HANDLE token;
	NTSTATUS status;
	bool was = false;

	if (!user_writable(ret_was, sizeof(*ret_was)))
		return STATUS_ACCESS_VIOLATION;
	status = of_thread ? NtOpenThreadToken(GetCurrentThread(),
					       ADJUST_ACCESS, FALSE, &token)
			   : NtOpenProcessToken(GetCurrentProcess(),
						ADJUST_ACCESS, &token);
	if (status < 0)
		return status;
	status = adjust(token, privilege, enable, &was);
	(void)NtClose(token);
	if (status >= 0)
		*ret_was = was;
	return status;
}

NTSTATUS NTAPI RtlRemovePrivileges(HANDLE token, PULONG keep, ULONG keep_count)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle handle = {0};
	struct guise_privilege_change changes[GUISE_PRIVILEGE_MAX + 1];
	uint64_t kept = 0;
	size_t n = 0;
	NTSTATUS status;

	if (keep_count > GUISE_WIN32_PRIVILEGES_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(keep, keep_count * sizeof(*keep)))
		return STATUS_ACCESS_VIOLATION;
	for (ULONG i = 0; i < keep_count; i++) {
		if (keep[i] <= GUISE_PRIVILEGE_MAX)
			kept |= GUISE_PRIVILEGE_BIT(keep[i]);
	}
	for (unsigned i = GUISE_PRIVILEGE_MIN; i <= GUISE_PRIVILEGE_MAX; i++) {
		if (!(kept & GUISE_PRIVILEGE_BIT(i)))
			changes[n++] = (struct guise_privilege_change){
				i, GUISE_PRIVILEGE_REMOVED};
	}
	status = token_from_handle(token, TOKEN_QUERY, &handle);
	if (status < 0)
		return status;
	return status_of(guise_token_handle_adjust_privileges(
		&handle, changes, n, NULL, NULL, NULL));
}

/**
 * struct acquired - what RtlAcquirePrivilege changed
 * @token: a handle to the thread's token
 * @is_ours: it was put on for this, and comes off again
 * @changed: the privileges that were disabled before
 */
struct acquired {
	HANDLE token;
	bool is_ours;
	uint64_t changed;
};

/* A token of the thread's own to be adjusted: the process's stays as it is. */
static NTSTATUS open_own(struct acquired *ret)
{
	NTSTATUS status = NtOpenThreadToken(GetCurrentThread(), ADJUST_ACCESS,
					    TRUE, &ret->token);

	if (status != STATUS_NO_TOKEN)
		return status;
	status = RtlImpersonateSelfEx(SecurityDelegation, ADJUST_ACCESS,
				      &ret->token);
	ret->is_ours = status >= 0;
	return status;
}

static void let_go(struct acquired *acquired)
{
	if (acquired->token)
		(void)NtClose(acquired->token);
	if (acquired->is_ours)
		guise_thread_revert();
	free(acquired);
}

static NTSTATUS enable_all(struct acquired *acquired, const ULONG *privileges,
			   ULONG n)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	struct guise_privilege_change changes[GUISE_PRIVILEGE_MAX + 1];
	struct guise_adjusted adjusted = {0};
	NTSTATUS status;
	int r;

	for (ULONG i = 0; i < n; i++)
		changes[i] = (struct guise_privilege_change){
			privileges[i], GUISE_PRIVILEGE_ENABLED};
	status = token_from_handle(acquired->token, 0, &token);
	if (status < 0)
		return status;
	r = guise_token_handle_adjust_privileges(&token, changes, n, NULL, NULL,
						 &adjusted);
	if (r < 0)
		return status_of(r);
	acquired->changed = adjusted.changed;
	status = adjusted.all_assigned ? STATUS_SUCCESS
				       : STATUS_PRIVILEGE_NOT_HELD;
	guise_adjusted_clear(&adjusted);
	return status;
}

static void disable_again(const struct acquired *acquired)
{
	struct guise_privilege_change changes[GUISE_PRIVILEGE_MAX + 1];
	struct guise_token_handle token = {0};
	size_t n = 0;

	for (unsigned i = 0; i <= GUISE_PRIVILEGE_MAX; i++) {
		if (acquired->changed & GUISE_PRIVILEGE_BIT(i))
			changes[n++].privilege = i;
	}
	for (size_t i = 0; i < n; i++)
		changes[i].attributes = 0;
	if (token_from_handle(acquired->token, 0, &token) < 0)
		return;
	/* who cannot be told has less from the next switch on */
	(void)!guise_token_handle_adjust_privileges(&token, changes, n, NULL,
						    NULL, NULL);
	guise_token_handle_close(&token);
}

NTSTATUS NTAPI RtlAcquirePrivilege(PULONG privileges, ULONG count, ULONG flags,
				   PVOID *ret)
{
	struct acquired *acquired;
	NTSTATUS status;

	if (flags || count > GUISE_PRIVILEGE_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(privileges, count * sizeof(*privileges)) ||
	    !user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	acquired = array_alloc(1, sizeof(*acquired));
	if (!acquired)
		return STATUS_NO_MEMORY;
	status = open_own(acquired);
	if (status >= 0)
		status = enable_all(acquired, privileges, count);
	if (status < 0) {
		if (acquired->changed && !acquired->is_ours)
			disable_again(acquired);
		let_go(acquired);
		return status;
	}
	*ret = acquired;
	return STATUS_SUCCESS;
}

VOID NTAPI RtlReleasePrivilege(PVOID state)
{
	struct acquired *acquired = state;

	if (!acquired)
		return;
	if (!acquired->is_ours && acquired->changed)
		disable_again(acquired);
	let_go(acquired);
}
