/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ACLs in the caller's memory (MS-DTYP 2.4.5): a header that says how many
 * bytes there are, entries one behind the other, room behind them. Functions
 * that change one walk to the place, each step inside what the header says, and
 * move bytes.
 */
#include "acl-bytes.h"
#include "sd-read.h"
#include "status.h"
#include "user-memory.h"

#include <winternl-security.h>

static BYTE *byte_at(PACL acl, size_t at)
{
	return (BYTE *)(void *)acl + at;
}

/* Where entry @n begins, counted in bytes from the ACL; 0 if one before it
 * leads outside. */
static size_t entry_at(PACL acl, unsigned n)
{
	size_t at = sizeof(*acl);
	ACE_HEADER header;

	for (unsigned i = 0; i < n; i++) {
		if (at + sizeof(header) > acl->AclSize)
			return 0;
		memcpy(&header, byte_at(acl, at), sizeof(header));
		if (header.AceSize < sizeof(header) ||
		    header.AceSize > acl->AclSize - at)
			return 0;
		at += header.AceSize;
	}
	return at > acl->AclSize ? 0 : at;
}

static bool has_revision(PACL acl)
{
	return acl->AclRevision >= MIN_ACL_REVISION &&
	       acl->AclRevision <= MAX_ACL_REVISION;
}

BOOLEAN RtlValidAcl(PACL acl)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *value = NULL;

	return acl_read(acl, &value) == STATUS_SUCCESS;
}

BOOL IsValidAcl(PACL acl)
{
	return RtlValidAcl(acl) ? TRUE : win32_result(STATUS_INVALID_ACL);
}

NTSTATUS RtlCreateAcl(PACL acl, ULONG size, ULONG revision)
{
	if (size < sizeof(*acl))
		return STATUS_BUFFER_TOO_SMALL;
	if (revision < MIN_ACL_REVISION || revision > MAX_ACL_REVISION ||
	    size > GUISE_ACL_MAX_SIZE)
		return STATUS_INVALID_PARAMETER;
	*acl = (ACL){.AclRevision = (BYTE)revision,
		     .AclSize = (WORD)(size & ~3u)};
	return STATUS_SUCCESS;
}

BOOL InitializeAcl(PACL acl, DWORD size, DWORD revision)
{
	return win32_result(RtlCreateAcl(acl, size, revision));
}

static NTSTATUS give_revision(PACL acl, PVOID ret, ULONG size)
{
	ACL_REVISION_INFORMATION info = {.AclRevision = acl->AclRevision};

	if (size < sizeof(info))
		return STATUS_BUFFER_TOO_SMALL;
	memcpy(ret, &info, sizeof(info));
	return STATUS_SUCCESS;
}

static NTSTATUS give_size(PACL acl, PVOID ret, ULONG size)
{
	ACL_SIZE_INFORMATION info = {.AceCount = acl->AceCount};
	size_t used = entry_at(acl, acl->AceCount);

	if (size < sizeof(info))
		return STATUS_BUFFER_TOO_SMALL;
	if (!used)
		return STATUS_INVALID_PARAMETER;
	info.AclBytesInUse = (DWORD)used;
	info.AclBytesFree = (DWORD)(acl->AclSize - used);
	memcpy(ret, &info, sizeof(info));
	return STATUS_SUCCESS;
}

NTSTATUS RtlQueryInformationAcl(PACL acl, PVOID ret, ULONG size,
				ACL_INFORMATION_CLASS class)
{
	if (!has_revision(acl))
		return STATUS_INVALID_PARAMETER;
	if (class == AclRevisionInformation)
		return give_revision(acl, ret, size);
	if (class == AclSizeInformation)
		return give_size(acl, ret, size);
	return STATUS_INVALID_INFO_CLASS;
}

BOOL GetAclInformation(PACL acl, LPVOID ret, DWORD size,
		       ACL_INFORMATION_CLASS class)
{
	return win32_result(RtlQueryInformationAcl(acl, ret, size, class));
}

NTSTATUS RtlSetInformationAcl(PACL acl, PVOID information, ULONG size,
			      ACL_INFORMATION_CLASS class)
{
	ACL_REVISION_INFORMATION info;

	if (!has_revision(acl))
		return STATUS_INVALID_PARAMETER;
	if (class != AclRevisionInformation)
		return STATUS_INVALID_INFO_CLASS;
	if (size < sizeof(info))
		return STATUS_BUFFER_TOO_SMALL;
	memcpy(&info, information, sizeof(info));
	if (info.AclRevision < acl->AclRevision ||
	    info.AclRevision > MAX_ACL_REVISION)
		return STATUS_INVALID_PARAMETER;
	acl->AclRevision = (BYTE)info.AclRevision;
	return STATUS_SUCCESS;
}

BOOL SetAclInformation(PACL acl, LPVOID information, DWORD size,
		       ACL_INFORMATION_CLASS class)
{
	return win32_result(
		RtlSetInformationAcl(acl, information, size, class));
}

BOOLEAN RtlFirstFreeAce(PACL acl, PVOID *ret)
{
	size_t at = entry_at(acl, acl->AceCount);

	*ret = at && at < acl->AclSize ? byte_at(acl, at) : NULL;
	return at != 0;
}

BOOL FindFirstFreeAce(PACL acl, LPVOID *ret)
{
	return RtlFirstFreeAce(acl, ret) ? TRUE
					 : win32_result(STATUS_INVALID_ACL);
}

NTSTATUS RtlGetAce(PACL acl, ULONG index, PVOID *ret)
{
	size_t at;

	if (!has_revision(acl) || index >= acl->AceCount)
		return STATUS_INVALID_PARAMETER;
	/* It must be whole, not only begin inside. */
	at = entry_at(acl, index + 1) ? entry_at(acl, index) : 0;
	if (!at)
		return STATUS_INVALID_PARAMETER;
	*ret = byte_at(acl, at);
	return STATUS_SUCCESS;
}

BOOL GetAce(PACL acl, DWORD index, LPVOID *ret)
{
	return win32_result(RtlGetAce(acl, index, ret));
}

NTSTATUS RtlDeleteAce(PACL acl, ULONG index)
{
	size_t at, next, end;

	if (!RtlValidAcl(acl) || index >= acl->AceCount)
		return STATUS_INVALID_PARAMETER;
	at = entry_at(acl, index);
	next = entry_at(acl, index + 1);
	end = entry_at(acl, acl->AceCount);
	memmove(byte_at(acl, at), byte_at(acl, next), end - next);
	memset(byte_at(acl, end - (next - at)), 0, next - at);
	acl->AceCount--;
	return STATUS_SUCCESS;
}

BOOL DeleteAce(PACL acl, DWORD index)
{
	return win32_result(RtlDeleteAce(acl, index));
}

/* Room for @size bytes at @at, and @bytes in it. */
static NTSTATUS insert(PACL acl, size_t at, const void *bytes, size_t size,
		       unsigned n, ULONG revision)
{
	size_t end = entry_at(acl, acl->AceCount);

	if (!end)
		return STATUS_INVALID_ACL;
	if (size > acl->AclSize - end)
		return STATUS_ALLOTTED_SPACE_EXCEEDED;
	memmove(byte_at(acl, at + size), byte_at(acl, at), end - at);
	memcpy(byte_at(acl, at), bytes, size);
	acl->AceCount = (WORD)(acl->AceCount + n);
	if (revision > acl->AclRevision)
		acl->AclRevision = (BYTE)revision;
	return STATUS_SUCCESS;
}

/* How many entries fill @size bytes exactly; 0 if they do not. */
static unsigned count_entries(const void *list, size_t size)
{
	const BYTE *from = list;
	ACE_HEADER header;
	unsigned n = 0;

	for (size_t at = 0; at < size; n++) {
		if (size - at < sizeof(header))
			return 0;
		memcpy(&header, from + at, sizeof(header));
		if (header.AceSize < sizeof(header) ||
		    header.AceSize % 4 != 0 || header.AceSize > size - at)
			return 0;
		at += header.AceSize;
	}
	return n;
}

/* Of @revision only the low byte counts, which need not be that of an ACL:
 * adding an entry can spoil a list. */
NTSTATUS RtlAddAce(PACL acl, ULONG revision, ULONG index, PVOID list,
		   ULONG size)
{
	unsigned n;

	if (!RtlValidAcl(acl) || !user_readable(list, size))
		return STATUS_INVALID_PARAMETER;
	n = count_entries(list, size);
	if (n == 0)
		return STATUS_INVALID_PARAMETER;
	if (index > acl->AceCount)
		index = acl->AceCount;
	return insert(acl, entry_at(acl, index), list, size, n, (BYTE)revision);
}

BOOL AddAce(PACL acl, DWORD revision, DWORD index, LPVOID list, DWORD size)
{
	return win32_result(RtlAddAce(acl, revision, index, list, size));
}

/* @ace as it is behind the header of an ACL, which begins @out. */
static NTSTATUS encode_entry(const struct guise_ace *ace, struct guise_buf *out,
			     unsigned *ret_revision)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *one = NULL;
	int r = guise_acl_new(0, ace, 1, &one);

	if (r < 0)
		return status_of(r);
	*ret_revision = guise_acl_revision(one);
	return status_of(guise_acl_encode(one, out));
}

NTSTATUS acl_append(PACL acl, ULONG revision, const struct guise_ace *ace,
		    ULONG *ret_size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	unsigned least = 0;
	NTSTATUS status = encode_entry(ace, &bytes, &least);
	size_t end;

	if (status)
		return status;
	/* What every ACL may hold goes in whatever low revision is said. */
	if (acl->AclRevision > MAX_ACL_REVISION ||
	    revision > MAX_ACL_REVISION ||
	    (least > ACL_REVISION && revision < least))
		return STATUS_REVISION_MISMATCH;
	end = entry_at(acl, acl->AceCount);
	if (!end)
		return STATUS_INVALID_ACL;
	if (ret_size)
		*ret_size = (ULONG)(end + bytes.size - sizeof(*acl));
	return insert(acl, end, bytes.data + sizeof(*acl),
		      bytes.size - sizeof(*acl), 1, revision);
}

/* Entries for OWNER RIGHTS that count for the object itself: then owners have
 * no more than these say. */
BOOLEAN RtlOwnerAcesPresent(PACL acl)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *value = NULL;
	struct guise_sid owner_rights;

	if (!acl || acl_read(acl, &value) ||
	    guise_sid_well_known(GUISE_SID_OWNER_RIGHTS, NULL, &owner_rights))
		return FALSE;
	for (size_t i = 0; i < guise_acl_n_aces(value); i++) {
		const struct guise_ace *ace = guise_acl_ace(value, i);

		if (!(ace->flags & INHERIT_ONLY_ACE) &&
		    guise_sid_equal(&ace->sid, &owner_rights))
			return TRUE;
	}
	return FALSE;
}
