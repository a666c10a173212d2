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
