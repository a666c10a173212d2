/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs in the caller's memory: what they are made of. As on Windows the
 * getters look at nothing else and believe what is there; the IsValid family
 * takes any pointer.
 */
#include "sd-read.h"
#include "status.h"
#include "user-memory.h"

#include <winternl-security.h>

/* AllocateAndInitializeSid has no parameters for more. */
#define ALLOCATE_MAX_SUBS 8
/* Of integrity levels */
#define LABEL_AUTHORITY 16
/* Where a SID has its count, its authority and its sub-authorities. */
#define COUNT_AT 1
#define AUTHORITY_AT 2
#define SUBS_AT 8

static PUCHAR byte_at(PSID sid, size_t at)
{
	return (PUCHAR)((uintptr_t)sid + at);
}

/* The bytes @sid says that it has. */
static ULONG said_size(PSID sid)
{
	return RtlLengthRequiredSid(*byte_at(sid, COUNT_AT));
}

BOOLEAN RtlValidSid(PSID sid)
{
	struct guise_sid ignored;

	return sid_from_memory(sid, &ignored) == STATUS_SUCCESS;
}

BOOL IsValidSid(PSID sid)
{
	return RtlValidSid(sid) ? TRUE : win32_result(STATUS_INVALID_SID);
}

ULONG RtlLengthRequiredSid(ULONG n_subs)
{
	return SUBS_AT + n_subs * (ULONG)sizeof(ULONG);
}

DWORD GetSidLengthRequired(UCHAR n_subs)
{
	return RtlLengthRequiredSid(n_subs);
}

ULONG RtlLengthSid(PSID sid)
{
	return said_size(sid);
}

DWORD GetLengthSid(PSID sid)
{
	SetLastError(ERROR_SUCCESS);
	return RtlLengthSid(sid);
}

PSID_IDENTIFIER_AUTHORITY RtlIdentifierAuthoritySid(PSID sid)
{
	return (void *)byte_at(sid, AUTHORITY_AT);
}

PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID sid)
{
	SetLastError(ERROR_SUCCESS);
	return RtlIdentifierAuthoritySid(sid);
}

PUCHAR RtlSubAuthorityCountSid(PSID sid)
{
	return byte_at(sid, COUNT_AT);
}

PUCHAR GetSidSubAuthorityCount(PSID sid)
{
	SetLastError(ERROR_SUCCESS);
	return RtlSubAuthorityCountSid(sid);
}

PULONG RtlSubAuthoritySid(PSID sid, ULONG index)
{
	return (void *)byte_at(sid, SUBS_AT + sizeof(ULONG) * (size_t)index);
}

PDWORD GetSidSubAuthority(PSID sid, DWORD index)
{
	SetLastError(ERROR_SUCCESS);
	return RtlSubAuthoritySid(sid, index);
}

BOOLEAN RtlEqualSid(PSID a, PSID b)
{
	return *byte_at(a, 0) == *byte_at(b, 0) &&
	       *byte_at(a, COUNT_AT) == *byte_at(b, COUNT_AT) &&
	       memcmp(a, b, said_size(a)) == 0;
}

BOOL EqualSid(PSID a, PSID b)
{
	SetLastError(ERROR_SUCCESS);
	return RtlEqualSid(a, b);
}

BOOLEAN RtlEqualPrefixSid(PSID a, PSID b)
{
	UCHAR n_subs = *byte_at(a, COUNT_AT);

	return *byte_at(a, 0) == *byte_at(b, 0) &&
	       n_subs == *byte_at(b, COUNT_AT) &&
	       memcmp(a, b, RtlLengthRequiredSid(n_subs ? n_subs - 1u : 0)) ==
		       0;
}

BOOL EqualPrefixSid(PSID a, PSID b)
{
	return RtlEqualPrefixSid(a, b);
}

static NTSTATUS equal_domain(PSID a, PSID b, BOOL *ret)
{
	struct guise_sid first, second;
	bool equal;
	int r;

	if (sid_from_memory(a, &first) || sid_from_memory(b, &second))
		return STATUS_INVALID_SID;
	if (!ret)
		return STATUS_INVALID_PARAMETER;
	r = guise_sid_equal_domain(&first, &second, &equal);
	if (!r)
		*ret = equal;
	return status_of(r);
}

BOOL EqualDomainSid(PSID a, PSID b, BOOL *ret_equal)
{
	NTSTATUS status = equal_domain(a, b, ret_equal);

	if (status)
		return win32_result(status);
	SetLastError(ERROR_SUCCESS);
	return TRUE;
}

NTSTATUS RtlInitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority,
			  UCHAR n_subs)
{
	if (n_subs > SID_MAX_SUB_AUTHORITIES)
		return STATUS_INVALID_PARAMETER;
	*byte_at(sid, 0) = SID_REVISION;
	*byte_at(sid, COUNT_AT) = n_subs;
	memcpy(byte_at(sid, AUTHORITY_AT), authority, sizeof(*authority));
	return STATUS_SUCCESS;
}

BOOL InitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority, BYTE n_subs)
{
	return win32_result(RtlInitializeSid(sid, authority, n_subs));
}

NTSTATUS RtlAllocateAndInitializeSidEx(PSID_IDENTIFIER_AUTHORITY authority,
				       UCHAR n_subs, PULONG subs, PSID *ret)
{
	PSID made;

	if (n_subs > SID_MAX_SUB_AUTHORITIES)
		return STATUS_INVALID_SID;
	made = LocalAlloc(LMEM_FIXED, RtlLengthRequiredSid(n_subs));
	if (!made)
		return STATUS_NO_MEMORY;
	(void)RtlInitializeSid(made, authority, n_subs); /* cannot be too many
							  */
	memcpy(byte_at(made, SUBS_AT), subs, n_subs * sizeof(subs[0]));
	*ret = made;
	return STATUS_SUCCESS;
}

NTSTATUS RtlAllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority,
				     UCHAR n_subs, ULONG sub0, ULONG sub1,
				     ULONG sub2, ULONG sub3, ULONG sub4,
				     ULONG sub5, ULONG sub6, ULONG sub7,
				     PSID *ret)
{
	ULONG subs[ALLOCATE_MAX_SUBS] = {sub0, sub1, sub2, sub3,
					 sub4, sub5, sub6, sub7};

	if (n_subs > ALLOCATE_MAX_SUBS)
		return STATUS_INVALID_SID;
	return RtlAllocateAndInitializeSidEx(authority, n_subs, subs, ret);
}

BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority, BYTE n_subs,
			      DWORD sub0, DWORD sub1, DWORD sub2, DWORD sub3,
			      DWORD sub4, DWORD sub5, DWORD sub6, DWORD sub7,
			      PSID *ret)
{
	return win32_result(RtlAllocateAndInitializeSid(authority, n_subs, sub0,
							sub1, sub2, sub3, sub4,
							sub5, sub6, sub7, ret));
}

PVOID RtlFreeSid(PSID sid)
{
	return LocalFree(sid);
}

PVOID FreeSid(PSID sid)
{
	return RtlFreeSid(sid);
}

NTSTATUS RtlCopySid(ULONG size, PSID ret, PSID sid)
{
	ULONG needed = said_size(sid);

	if (size < needed)
		return STATUS_BUFFER_TOO_SMALL;
	memmove(ret, sid, needed);
	return STATUS_SUCCESS;
}

BOOL CopySid(DWORD size, PSID ret, PSID sid)
{
	return win32_result(RtlCopySid(size, ret, sid));
}

NTSTATUS RtlCopySidAndAttributesArray(ULONG n, PSID_AND_ATTRIBUTES from,
				      ULONG size, PSID_AND_ATTRIBUTES ret,
				      PSID area, PSID *ret_rest,
				      PULONG ret_rest_size)
{
	for (ULONG i = 0; i < n; i++) {
		ULONG needed = said_size(from[i].Sid);

		if (size < needed)
			return STATUS_BUFFER_TOO_SMALL;
		ret[i] = from[i];
		ret[i].Sid = area;
		memmove(area, from[i].Sid, needed);
		area = byte_at(area, needed);
		size -= needed;
	}
	*ret_rest = area;
	*ret_rest_size = size;
	return STATUS_SUCCESS;
}

/* Of labels: the levels that they are */
static NTSTATUS levels_of(PSID a, PSID b, ULONG *ret_a, ULONG *ret_b)
{
	struct guise_sid first, second;

	if (sid_from_memory(a, &first) || sid_from_memory(b, &second) ||
	    first.authority != LABEL_AUTHORITY ||
	    second.authority != LABEL_AUTHORITY || first.n_subs != 1 ||
	    second.n_subs != 1)
		return STATUS_INVALID_SID;
	*ret_a = first.sub[0];
	*ret_b = second.sub[0];
	return STATUS_SUCCESS;
}

NTSTATUS RtlSidDominates(PSID a, PSID b, PBOOLEAN ret)
{
	ULONG first, second;
	NTSTATUS status = levels_of(a, b, &first, &second);

	if (!status)
		*ret = first >= second;
	return status;
}

NTSTATUS RtlSidEqualLevel(PSID a, PSID b, PBOOLEAN ret)
{
	ULONG first, second;
	NTSTATUS status = levels_of(a, b, &first, &second);

	if (!status)
		*ret = first == second;
	return status;
}
