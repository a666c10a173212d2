/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving a process another primary token. A process has its kernel identity
 * from its first instruction on, and nobody can change it from outside; what is
 * asked is checked as Windows does, and then refused as for a process that has
 * begun.
 */
#include "process.h"
#include "token.h"
#include "user-memory.h"

#include <winternl-process.h>

static NTSTATUS check_type(const struct guise_token *token)
{
	if (guise_token_type(token) == GUISE_TOKEN_PRIMARY)
		return STATUS_SUCCESS;
	return guise_token_level(token) < GUISE_LEVEL_IMPERSONATION
		       ? STATUS_BAD_IMPERSONATION_LEVEL
		       : STATUS_BAD_TOKEN_TYPE;
}

static NTSTATUS check_token(HANDLE handle)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *now = NULL;
	NTSTATUS status =
		token_from_handle(handle, TOKEN_ASSIGN_PRIMARY, &token);

	if (status < 0)
		return status;
	now = guise_token_object_token(token.object);
	return check_type(now);
}

NTSTATUS NTAPI NtSetInformationProcess(HANDLE handle, PROCESSINFOCLASS class,
				       PVOID in, ULONG size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	PROCESS_ACCESS_TOKEN said;
	NTSTATUS status;

	if (class != ProcessAccessToken)
		return STATUS_INVALID_INFO_CLASS;
	if (size != sizeof(said))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_readable(in, sizeof(said)))
		return STATUS_ACCESS_VIOLATION;
	memcpy(&said, in, sizeof(said));
	status = handle_object(handle, &process_type, PROCESS_SET_INFORMATION,
			       &object, NULL);
	if (status >= 0)
		status = check_token(said.Token);
	return status < 0 ? status : STATUS_NOT_SUPPORTED;
}
