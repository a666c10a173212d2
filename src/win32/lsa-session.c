/* SPDX-License-Identifier: Apache-2.0 */
/* Logon sessions as the local security authority shows them. Those of this
 * process are all that there are to it. */
#include <guise/thread-token.h>

#include "block.h"
#include "buf.h"
#include "logon.h"
#include "memory.h"
#include "status.h"
#include "user-memory.h"

#include <ntsecapi.h>

#define TEXT_AT(member) offsetof(SECURITY_LOGON_SESSION_DATA, member)

NTSTATUS LsaFreeReturnBuffer(PVOID buffer)
{
	memory_free(buffer);
	return STATUS_SUCCESS;
}

NTSTATUS LsaFreeMemory(PVOID memory)
{
	memory_free(memory);
	return STATUS_SUCCESS;
}

ULONG LsaNtStatusToWinError(NTSTATUS status)
{
	return win32_error(status);
}

static int add_session(void *context, const struct guise_session *session)
{
	const LUID luid = luid_of_session(session->id);

	return buf_append(context, &luid, sizeof(luid));
}

NTSTATUS LsaEnumerateLogonSessions(PULONG count, PLUID *sessions)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf list = {0};
	LUID *memory;
	int r;

	if (!user_writable(count, sizeof(*count)) ||
	    !user_writable(sessions, sizeof(*sessions)))
		return STATUS_ACCESS_VIOLATION;
	r = guise_session_list(add_session, &list);
	if (r < 0)
		return status_of(r);
	memory = memory_new(list.size);
	if (!memory)
		return STATUS_NO_MEMORY;
	memcpy(memory, list.data, list.size);
	*count = (ULONG)(list.size / sizeof(LUID));
	*sessions = memory;
	return STATUS_SUCCESS;
}

static bool is_administrator(const struct guise_token *token)
{
	struct guise_sid administrators, system;

	must(guise_sid_well_known(GUISE_SID_BUILTIN_ADMINISTRATORS, NULL,
				  &administrators) == 0);
	must(guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL, &system) == 0);
	return guise_token_is_member(token, &administrators) ||
	       guise_token_is_member(token, &system);
}

/* A client sees its own; the process, which made them, sees all. */
static NTSTATUS check_may_see(const struct guise_session *session)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	int r;

	if (!guise_thread_token() && guise_scope_depth() == 0)
		return STATUS_SUCCESS;
	r = guise_effective_token(&caller);
	if (r < 0)
		return status_of(r);
	if (guise_token_authentication_id(caller) == session->id ||
	    guise_sid_equal(&guise_token_user(caller)->sid, &session->user) ||
	    is_administrator(caller))
		return STATUS_SUCCESS;
	return STATUS_ACCESS_DENIED;
}

static void write_session(struct block_writer *block,
			  const struct guise_session *session)
{
	static const size_t empty[] = {
		TEXT_AT(LogonServer),
		TEXT_AT(DnsDomainName),
		TEXT_AT(Upn),
		TEXT_AT(LogonScript),
		TEXT_AT(ProfilePath),
		TEXT_AT(HomeDirectory),
		TEXT_AT(HomeDirectoryDrive),
	};
	SECURITY_LOGON_SESSION_DATA data = {
		.Size = sizeof(data),
		.LogonId = luid_of_session(session->id),
		.LogonType = (ULONG)session->type,
		.Session = session->terminal,
		.LogonTime.QuadPart = session_time(session),
		.LogoffTime.QuadPart = INT64_MAX,
		.KickOffTime.QuadPart = INT64_MAX,
		.PasswordMustChange.QuadPart = INT64_MAX,
	};
	const size_t at = block_add(block, sizeof(data));

	if (block->status < 0)
		return;
	memcpy(block_at(block, at), &data, sizeof(data));
	block_text(block, TEXT_AT(UserName), session->name);
	block_text(block, TEXT_AT(LogonDomain), session->authority);
	block_text(block, TEXT_AT(AuthenticationPackage), session->package);
	for (size_t i = 0; i < ARRAY_SIZE(empty); i++)
		block_text(block, empty[i], "");
	block_sid(block, offsetof(SECURITY_LOGON_SESSION_DATA, Sid),
		  &session->user);
}

NTSTATUS LsaGetLogonSessionData(PLUID luid, PSECURITY_LOGON_SESSION_DATA *data)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	struct guise_session session = {.size = sizeof(session)};
	PVOID memory = NULL;
	NTSTATUS status;

	if (!user_readable(luid, sizeof(*luid)) ||
	    !user_writable(data, sizeof(*data)))
		return STATUS_ACCESS_VIOLATION;
	status = status_of(guise_session_find(session_of_luid(luid), &session));
	if (status >= 0)
		status = check_may_see(&session);
	if (status < 0)
		return status;
	write_session(&block, &session);
	status = block_finish(&block, &memory);
	if (status >= 0)
		*data = memory;
	return status;
}
