/* SPDX-License-Identifier: Apache-2.0 */
/* What functions that log on take and give beside the account: passwords, more
 * groups, the profile. */
#include <guise/thread-token.h>

#include "logon.h"

#include <ntsecapi.h>

#include "memory.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

#define NS_PER_TICK 100
/* From 1601 to 1970 */
#define EPOCH INT64_C(116444736000000000)
/* The most bytes that a UTF-16 unit becomes in UTF-8 */
#define BYTES_PER_UNIT 3

void secret_clear(struct secret *secret)
{
	if (secret->text)
		explicit_bzero(secret->text, secret->size);
	free(secret->text);
	secret->text = NULL;
	secret->size = 0;
}

/* Memory of the final size: growing would leave copies behind. */
NTSTATUS secret_of_utf16(const WCHAR *text, size_t n, struct secret *ret)
{
	struct secret secret = {.text = array_alloc(n + 1, BYTES_PER_UNIT)};

	if (!secret.text)
		return STATUS_NO_MEMORY;
	for (size_t i = 0, used; i < n; i += used) {
		uint8_t bytes[4];
		uint32_t c;
		size_t size;

		used = text_next_utf16(text + i, n - i, &c);
		if (used == 0) {
			secret_clear(&secret);
			return STATUS_NO_UNICODE_TRANSLATION;
		}
		size = text_put_utf8(c, bytes);
		memcpy(secret.text + secret.size, bytes, size);
		secret.size += size;
	}
	*ret = secret;
	return STATUS_SUCCESS;
}

NTSTATUS secret_of_utf8(const char *text, size_t n, struct secret *ret)
{
	struct secret secret = {.text = array_alloc(n + 1, 1), .size = n};

	if (!secret.text)
		return STATUS_NO_MEMORY;
	memcpy(secret.text, text, n);
	*ret = secret;
	return STATUS_SUCCESS;
}

LUID luid_of_session(guise_luid session)
{
	return (LUID){(DWORD)session, (LONG)(session >> 32)};
}

guise_luid session_of_luid(const LUID *luid)
{
	return (guise_luid)(uint32_t)luid->HighPart << 32 | luid->LowPart;
}

int64_t session_time(const struct guise_session *session)
{
	return (int64_t)(session->time_ns / NS_PER_TICK) + EPOCH;
}

NTSTATUS logon_profile(guise_luid session, PVOID *ret, PULONG ret_size)
{
	struct guise_session found = {.size = sizeof(found)};
	MSV1_0_INTERACTIVE_PROFILE *profile = memory_new(sizeof(*profile));

	if (!profile)
		return STATUS_NO_MEMORY;
	profile->MessageType = MsV1_0InteractiveProfile;
	profile->LogoffTime.QuadPart = INT64_MAX;
	profile->KickOffTime.QuadPart = INT64_MAX;
	profile->PasswordMustChange.QuadPart = INT64_MAX;
	if (guise_session_find(session, &found) == 0)
		profile->LogonTime.QuadPart = session_time(&found);
	*ret = profile;
	*ret_size = sizeof(*profile);
	return STATUS_SUCCESS;
}

NTSTATUS logon_check_tcb(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	int r = guise_effective_token(&caller);

	if (r < 0)
		return status_of(r);
	return guise_token_has_privilege(caller, GUISE_SE_TCB)
		       ? STATUS_SUCCESS
		       : STATUS_PRIVILEGE_NOT_HELD;
}

static NTSTATUS read_group(const SID_AND_ATTRIBUTES *from,
			   struct guise_sid_and_attributes *ret)
{
	const uint32_t contrary =
		GUISE_GROUP_ENABLED | GUISE_GROUP_USE_FOR_DENY_ONLY;
	NTSTATUS status = sid_from_memory(from->Sid, &ret->sid);

	ret->attributes = from->Attributes;
	if (status >= 0 && (ret->attributes & contrary) == contrary)
		return STATUS_INVALID_PARAMETER;
	return status;
}

NTSTATUS logon_read_groups(const TOKEN_GROUPS *groups,
			   struct guise_sid_and_attributes **ret, size_t *ret_n)
{
	struct guise_sid_and_attributes *list;
	NTSTATUS status = STATUS_SUCCESS;
	size_t n;

	if (!user_readable(groups, sizeof(groups->GroupCount)))
		return STATUS_ACCESS_VIOLATION;
	n = groups->GroupCount;
	if (n > GUISE_TOKEN_SIDS_MAX)
		return STATUS_INVALID_PARAMETER;
	if (!user_readable(groups->Groups, n * sizeof(groups->Groups[0])))
		return STATUS_ACCESS_VIOLATION;
	list = array_alloc(n + 1, sizeof(*list));
	if (!list)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; status >= 0 && i < n; i++)
		status = read_group(&groups->Groups[i], &list[i]);
	if (status < 0) {
		free(list);
		return status;
	}
	*ret = list;
	*ret_n = n;
	return STATUS_SUCCESS;
}

void logon_quotas(PQUOTA_LIMITS quotas)
{
	*quotas = (QUOTA_LIMITS){0};
}
