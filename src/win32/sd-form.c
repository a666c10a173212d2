/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Absolute descriptors into self-relative ones and back (MS-DTYP 2.4.6). Parts
 * are copied as they are: an ACL keeps the room behind its entries.
 */
#include "sd-read.h"
#include "status.h"

#include <winternl-security.h>

/* A part of a descriptor and how many bytes it has. */
struct span {
	const void *at;
	ULONG size;
};

/* A part, its bytes counted by its own header; INVALID_SID and so on. */
static NTSTATUS sid_span(const void *sid, struct span *ret)
{
	struct guise_sid value;
	NTSTATUS status = sid ? sid_from_memory(sid, &value) : STATUS_SUCCESS;

	*ret = (struct span){0};
	if (sid && !status)
		*ret = (struct span){sid, (ULONG)guise_sid_size(&value)};
	return status;
}

static NTSTATUS acl_span(const void *acl, struct span *ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *value = NULL;
	NTSTATUS status = acl ? acl_read(acl, &value) : STATUS_SUCCESS;
	ACL header;

	*ret = (struct span){0};
	if (!acl || status)
		return status;
	memcpy(&header, acl, sizeof(header));
	*ret = (struct span){acl, header.AclSize};
	return STATUS_SUCCESS;
}

/* What both directions copy. */
struct spans {
	struct sd_parts header;
	struct span owner;
	struct span group;
	struct span dacl;
	struct span sacl;
};

static NTSTATUS spans_of(PSECURITY_DESCRIPTOR sd, struct spans *ret)
{
	NTSTATUS status = sd_parts_of(sd, &ret->header);

	if (!status)
		status = sid_span(ret->header.owner, &ret->owner);
	if (!status)
		status = sid_span(ret->header.group, &ret->group);
	if (!status)
		status = acl_span(ret->header.dacl, &ret->dacl);
	if (!status)
		status = acl_span(ret->header.sacl, &ret->sacl);
	return status;
}

static ULONG rounded(ULONG size)
{
	return (size + 3) & ~3u;
}

static ULONG relative_size(const struct spans *from)
{
	return (ULONG)sizeof(SECURITY_DESCRIPTOR_RELATIVE) +
	       rounded(from->owner.size) + rounded(from->group.size) +
	       rounded(from->dacl.size) + rounded(from->sacl.size);
}

/* Puts a part at *@at, which moves on; the offset of a part, 0 for none. */
static ULONG put(const struct span *part, BYTE *to, ULONG *at)
{
	ULONG offset = *at;

	if (!part->at)
		return 0;
	memset(to + offset, 0, rounded(part->size));
	memcpy(to + offset, part->at, part->size);
	*at += rounded(part->size);
	return offset;
}

static void write_relative(const struct spans *from, BYTE *to)
{
	ULONG at = sizeof(SECURITY_DESCRIPTOR_RELATIVE);
	SECURITY_DESCRIPTOR_RELATIVE header = {
		.Revision = from->header.revision,
		.Sbz1 = from->header.rm_control,
		.Control = (WORD)(from->header.control | SE_SELF_RELATIVE),
	};

	/* the order in which Windows lays them out */
	header.Sacl = put(&from->sacl, to, &at);
	header.Dacl = put(&from->dacl, to, &at);
	header.Owner = put(&from->owner, to, &at);
	header.Group = put(&from->group, to, &at);
	memcpy(to, &header, sizeof(header));
}

/* Takes both forms. */
NTSTATUS RtlMakeSelfRelativeSD(PSECURITY_DESCRIPTOR sd,
			       PSECURITY_DESCRIPTOR ret, PULONG size)
{
	struct spans spans = {0};
	NTSTATUS status = spans_of(sd, &spans);
	ULONG needed;

	if (status)
		return status;
	needed = relative_size(&spans);
	if (*size < needed) {
		*size = needed;
		return STATUS_BUFFER_TOO_SMALL;
	}
	write_relative(&spans, ret);
	return STATUS_SUCCESS;
}

/* Whether a descriptor is in the form that a function wants. */
static NTSTATUS check_form(PSECURITY_DESCRIPTOR sd, bool relative)
{
	struct sd_parts parts;
	NTSTATUS status = sd_parts_of(sd, &parts);

	if (!status && ((parts.control & SE_SELF_RELATIVE) != 0) != relative)
		status = STATUS_BAD_DESCRIPTOR_FORMAT;
	return status;
}

NTSTATUS RtlAbsoluteToSelfRelativeSD(PSECURITY_DESCRIPTOR sd,
				     PSECURITY_DESCRIPTOR ret, PULONG size)
{
	NTSTATUS status = check_form(sd, false);

	return status ? status : RtlMakeSelfRelativeSD(sd, ret, size);
}

BOOL MakeSelfRelativeSD(PSECURITY_DESCRIPTOR sd, PSECURITY_DESCRIPTOR ret,
			LPDWORD size)
{
	return win32_result(RtlAbsoluteToSelfRelativeSD(sd, ret, size));
}

/* A buffer of the caller's for one part. */
struct room {
	void *at;
	ULONG *size;
};

static bool fits(struct span part, struct room room)
{
	return *room.size >= part.size;
}

/* What each part takes is said if there is no room for one of them, and only
 * then. @rooms: of DACL, SACL, owner, group and the header */
static NTSTATUS check_rooms(const struct spans *spans,
			    const struct room rooms[5])
{
	const struct span parts[] = {
		spans->dacl,
		spans->sacl,
		spans->owner,
		spans->group,
		{NULL, sizeof(SECURITY_DESCRIPTOR)},
	};
	bool enough = true;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		enough = fits(parts[i], rooms[i]) && enough;
	if (enough)
		return STATUS_SUCCESS;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		*rooms[i].size = parts[i].size;
	return STATUS_BUFFER_TOO_SMALL;
}

static void *place(struct span part, struct room room)
{
	if (!part.at)
		return NULL;
	memcpy(room.at, part.at, part.size);
	return room.at;
}

NTSTATUS RtlSelfRelativeToAbsoluteSD(PSECURITY_DESCRIPTOR sd,
				     PSECURITY_DESCRIPTOR ret, PULONG size,
				     PACL dacl, PULONG dacl_size, PACL sacl,
				     PULONG sacl_size, PSID owner,
				     PULONG owner_size, PSID group,
				     PULONG group_size)
{
	const struct room rooms[] = {{dacl, dacl_size},
				     {sacl, sacl_size},
				     {owner, owner_size},
				     {group, group_size},
				     {ret, size}};
	SECURITY_DESCRIPTOR made = {0};
	struct spans spans = {0};
	NTSTATUS status = check_form(sd, true);

	if (!status)
		status = spans_of(sd, &spans);
	if (status)
		return status;
	status = check_rooms(&spans, rooms);
	if (status)
		return status;
	made.Revision = spans.header.revision;
	made.Sbz1 = spans.header.rm_control;
	made.Control = (WORD)(spans.header.control & ~SE_SELF_RELATIVE);
	made.Dacl = place(spans.dacl, rooms[0]);
	made.Sacl = place(spans.sacl, rooms[1]);
	made.Owner = place(spans.owner, rooms[2]);
	made.Group = place(spans.group, rooms[3]);
	memcpy(ret, &made, sizeof(made));
	return STATUS_SUCCESS;
}

BOOL MakeAbsoluteSD(PSECURITY_DESCRIPTOR sd, PSECURITY_DESCRIPTOR ret,
		    LPDWORD size, PACL dacl, LPDWORD dacl_size, PACL sacl,
		    LPDWORD sacl_size, PSID owner, LPDWORD owner_size,
		    PSID group, LPDWORD group_size)
{
	return win32_result(RtlSelfRelativeToAbsoluteSD(
		sd, ret, size, dacl, dacl_size, sacl, sacl_size, owner,
		owner_size, group, group_size));
}

/* Where a part ends, counted from the descriptor; 0 without one, SIZE_MAX for
 * one that is not behind the header. */
static size_t part_end(PSECURITY_DESCRIPTOR sd, struct span part)
{
	size_t offset = (uintptr_t)part.at - (uintptr_t)sd;

	if (!part.at)
		return 0;
	return offset < sizeof(SECURITY_DESCRIPTOR_RELATIVE)
		       ? SIZE_MAX
		       : offset + part.size;
}

static size_t relative_end(PSECURITY_DESCRIPTOR sd, const struct spans *spans)
{
	const struct span parts[] = {spans->owner, spans->group, spans->dacl,
				     spans->sacl};
	size_t end = sizeof(SECURITY_DESCRIPTOR_RELATIVE);

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		size_t one = part_end(sd, parts[i]);

		end = one > end ? one : end;
	}
	return end;
}

static void *moved(const void *at, size_t by)
{
	return at ? (void *)((uintptr_t)at + by) : NULL;
}

/* In the caller's buffer itself: the header grows by what pointers are longer
 * than offsets, and all behind it moves up. */
NTSTATUS RtlSelfRelativeToAbsoluteSD2(PSECURITY_DESCRIPTOR sd, PULONG size)
{
	const size_t from = sizeof(SECURITY_DESCRIPTOR_RELATIVE);
	const size_t by = sizeof(SECURITY_DESCRIPTOR) - from;
	SECURITY_DESCRIPTOR made = {0};
	struct spans spans = {0};
	NTSTATUS status =
		sd && size ? check_form(sd, true) : STATUS_INVALID_PARAMETER;
	size_t end;

	if (!status)
		status = spans_of(sd, &spans);
	if (status)
		return status;
	end = relative_end(sd, &spans);
	if (end > GUISE_SD_MAX_SIZE)
		return STATUS_INVALID_SECURITY_DESCR;
	if (*size < end + by) {
		*size = (ULONG)(end + by);
		return STATUS_BUFFER_TOO_SMALL;
	}
	memmove(moved(sd, from + by), moved(sd, from), end - from);
	made.Revision = spans.header.revision;
	made.Sbz1 = spans.header.rm_control;
	made.Control = (WORD)(spans.header.control & ~SE_SELF_RELATIVE);
	made.Owner = moved(spans.owner.at, by);
	made.Group = moved(spans.group.at, by);
	made.Dacl = moved(spans.dacl.at, by);
	made.Sacl = moved(spans.sacl.at, by);
	memcpy(sd, &made, sizeof(made));
	return STATUS_SUCCESS;
}

NTSTATUS RtlCopySecurityDescriptor(PSECURITY_DESCRIPTOR sd,
				   PSECURITY_DESCRIPTOR *ret)
{
	struct spans spans = {0};
	NTSTATUS status = spans_of(sd, &spans);
	PSECURITY_DESCRIPTOR made;

	if (status)
		return status;
	made = LocalAlloc(LMEM_FIXED, relative_size(&spans));
	if (!made)
		return STATUS_NO_MEMORY;
	write_relative(&spans, made);
	*ret = made;
	return STATUS_SUCCESS;
}
