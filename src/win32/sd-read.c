/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A header is copied, what it says about the size is probed and copied in turn,
 * and only the copies are looked at. Layouts: MS-DTYP 2.4.2.2, 2.4.5, 2.4.6;
 * the absolute form is winnt.h's.
 */
#include "sd-read.h"

#include "reader.h"
#include "status.h"
#include "user-memory.h"

/* Revision, count and authority, before the sub-authorities. */
#define SID_HEADER_SIZE 8
/* Where a self-relative header says its four offsets, and how long it is. */
#define RELATIVE_OFFSETS 4
#define RELATIVE_SIZE 20

static bool copy_in(void *ret, const void *from, size_t size)
{
	if (!user_readable(from, size))
		return false;
	memcpy(ret, from, size);
	return true;
}

NTSTATUS sid_from_memory(const void *sid, struct guise_sid *ret)
{
	uint8_t bytes[GUISE_SID_MAX_SIZE];
	size_t size;

	if (!copy_in(bytes, sid, SID_HEADER_SIZE))
		return STATUS_ACCESS_VIOLATION;
	if (bytes[0] != SID_REVISION || bytes[1] > GUISE_SID_MAX_SUBS)
		return STATUS_INVALID_SID;
	size = bytes[1] * sizeof(uint32_t);
	if (size && !copy_in(bytes + SID_HEADER_SIZE,
			     (const uint8_t *)sid + SID_HEADER_SIZE, size))
		return STATUS_ACCESS_VIOLATION;
	return status_of(guise_sid_decode(bytes, SID_HEADER_SIZE + size, ret));
}

void sid_to_memory(const struct guise_sid *sid, void *ret)
{
	uint8_t *to = ret;

	to[0] = SID_REVISION;
	to[1] = sid->n_subs;
	for (unsigned i = 0; i < 6; i++)
		to[2 + i] = (uint8_t)(sid->authority >> (40 - 8 * i));
	memcpy(to + SID_HEADER_SIZE, sid->sub,
	       sid->n_subs * sizeof(sid->sub[0]));
}

NTSTATUS sid_give(const struct guise_sid *sid, ULONG size, void *ret,
		  ULONG *ret_size)
{
	ULONG needed = (ULONG)guise_sid_size(sid);

	*ret_size = needed;
	if (size < needed)
		return STATUS_BUFFER_TOO_SMALL;
	sid_to_memory(sid, ret);
	return STATUS_SUCCESS;
}

NTSTATUS sid_new(const struct guise_sid *sid, PSID *ret)
{
	PSID made = LocalAlloc(LMEM_FIXED, guise_sid_size(sid));

	if (!made)
		return STATUS_NO_MEMORY;
	sid_to_memory(sid, made);
	*ret = made;
	return STATUS_SUCCESS;
}

NTSTATUS acl_read(const void *acl, const struct guise_acl **ret)
{
	GUISE_AUTO(freep) void *bytes = NULL;
	uint8_t header[sizeof(ACL)];
	size_t size;

	if (!copy_in(header, acl, sizeof(header)))
		return STATUS_ACCESS_VIOLATION;
	size = u16le(header + 2);
	/* what is no list says nothing about how far it may be read */
	if (size < sizeof(header) || header[0] < MIN_ACL_REVISION ||
	    header[0] > MAX_ACL_REVISION)
		return STATUS_INVALID_ACL;
	bytes = malloc(size);
	if (!bytes)
		return STATUS_NO_MEMORY;
	if (!copy_in(bytes, acl, size))
		return STATUS_ACCESS_VIOLATION;
	return status_of(guise_acl_decode(bytes, size, ret));
}

static void *local_copy(const struct guise_buf *buf)
{
	void *made = LocalAlloc(LMEM_FIXED, buf->size);

	if (made)
		memcpy(made, buf->data, buf->size);
	return made;
}

NTSTATUS acl_new(const struct guise_acl *acl, PACL *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	PACL made;
	int r = guise_acl_encode(acl, &bytes);

	if (r < 0)
		return status_of(r);
	made = local_copy(&bytes);
	if (!made)
		return STATUS_NO_MEMORY;
	*ret = made;
	return STATUS_SUCCESS;
}

/* Where @offset of a self-relative descriptor leads; 0 says: no such part. */
static const void *relative_part(const void *sd, const uint8_t *header,
				 unsigned n)
{
	uint32_t offset = u32le(header + RELATIVE_OFFSETS + 4 * n);

	return offset ? (const void *)((uintptr_t)sd + offset) : NULL;
}

static NTSTATUS relative_parts(const void *sd, struct sd_parts *ret)
{
	uint8_t header[RELATIVE_SIZE];

	if (!copy_in(header, sd, sizeof(header)))
		return STATUS_ACCESS_VIOLATION;
	ret->owner = relative_part(sd, header, 0);
	ret->group = relative_part(sd, header, 1);
	ret->sacl = relative_part(sd, header, 2);
	ret->dacl = relative_part(sd, header, 3);
	return STATUS_SUCCESS;
}

static NTSTATUS absolute_parts(const void *sd, struct sd_parts *ret)
{
	SECURITY_DESCRIPTOR header;

	if (!copy_in(&header, sd, sizeof(header)))
		return STATUS_ACCESS_VIOLATION;
	ret->owner = header.Owner;
	ret->group = header.Group;
	ret->sacl = header.Sacl;
	ret->dacl = header.Dacl;
	return STATUS_SUCCESS;
}

NTSTATUS sd_parts_of(const void *sd, struct sd_parts *ret)
{
	struct sd_parts parts = {0};
	uint8_t header[RELATIVE_OFFSETS];
	NTSTATUS status;

	if (!copy_in(header, sd, sizeof(header)))
		return STATUS_ACCESS_VIOLATION;
	if (header[0] != SECURITY_DESCRIPTOR_REVISION)
		return STATUS_UNKNOWN_REVISION;
	parts.revision = header[0];
	parts.rm_control = header[1];
	parts.control = u16le(header + 2);
	status = parts.control & SE_SELF_RELATIVE ? relative_parts(sd, &parts)
						  : absolute_parts(sd, &parts);
	if (status)
		return status;
	if (!(parts.control & SE_DACL_PRESENT))
		parts.dacl = NULL;
	if (!(parts.control & SE_SACL_PRESENT))
		parts.sacl = NULL;
	*ret = parts;
	return STATUS_SUCCESS;
}

static NTSTATUS read_part_sid(const void *part, struct guise_sid *sid,
			      const struct guise_sid **ret)
{
	NTSTATUS status = part ? sid_from_memory(part, sid) : STATUS_SUCCESS;

	if (part && !status)
		*ret = sid;
	return status;
}

static NTSTATUS read_part_acl(const void *part, const struct guise_acl **ret)
{
	return part ? acl_read(part, ret) : STATUS_SUCCESS;
}

NTSTATUS sd_read(const void *sd, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	struct guise_sid owner, group;
	struct sd_parts parts;
	NTSTATUS status = sd_parts_of(sd, &parts);

	if (!status)
		status = read_part_sid(parts.owner, &owner, &fields.owner);
	if (!status)
		status = read_part_sid(parts.group, &group, &fields.group);
	if (!status)
		status = read_part_acl(parts.dacl, &dacl);
	if (!status)
		status = read_part_acl(parts.sacl, &sacl);
	if (status)
		return status;
	fields.control = (uint16_t)(parts.control & ~SE_SELF_RELATIVE);
	fields.rm_control = parts.rm_control;
	fields.dacl = dacl;
	fields.sacl = sacl;
	return status_of(guise_sd_new(&fields, ret));
}

NTSTATUS sd_read_optional(const void *sd, const struct guise_sd **ret)
{
	if (sd)
		return sd_read(sd, ret);
	*ret = NULL;
	return STATUS_SUCCESS;
}

NTSTATUS sd_read_sized(const void *sd, size_t size, const struct guise_sd **ret)
{
	GUISE_AUTO(freep) void *bytes = NULL;

	if (size > GUISE_SD_MAX_SIZE)
		return STATUS_INVALID_SECURITY_DESCR;
	bytes = malloc(size ? size : 1);
	if (!bytes)
		return STATUS_NO_MEMORY;
	if (size && !copy_in(bytes, sd, size))
		return STATUS_ACCESS_VIOLATION;
	return status_of(guise_sd_decode(bytes, size, ret));
}

NTSTATUS sd_give(const struct guise_sd *sd, ULONG size, void *ret,
		 ULONG *ret_size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r = guise_sd_encode(sd, &bytes);

	if (r < 0)
		return status_of(r);
	*ret_size = (ULONG)bytes.size;
	if (size < bytes.size)
		return STATUS_BUFFER_TOO_SMALL;
	memcpy(ret, bytes.data, bytes.size);
	return STATUS_SUCCESS;
}

NTSTATUS sd_new(const struct guise_sd *sd, PSECURITY_DESCRIPTOR *ret,
		ULONG *ret_size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	PSECURITY_DESCRIPTOR made;
	int r = guise_sd_encode(sd, &bytes);

	if (r < 0)
		return status_of(r);
	made = local_copy(&bytes);
	if (!made)
		return STATUS_NO_MEMORY;
	*ret = made;
	if (ret_size)
		*ret_size = (ULONG)bytes.size;
	return STATUS_SUCCESS;
}
