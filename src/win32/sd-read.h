/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs, ACLs and descriptors between the caller's memory and the library's
 * values. The only place of the façade that takes such bytes apart or writes
 * them. What the caller points to is untrusted, may change while it is read and
 * may not be there at all: each byte is read once, after a probe.
 *
 * Memory given to callers is LocalAlloc's. All functions are thread-safe.
 */
#ifndef WIN32_SD_READ_H
#define WIN32_SD_READ_H

#include <guise/sd.h>

#include "facade.h"

/* Statuses of all that read: ACCESS_VIOLATION (NULL, or not readable),
 * NO_MEMORY, and what is wrong with the value. */

/**
 * sid_from_memory() - a SID as a value
 * Return: also INVALID_SID (its revision, or too many sub-authorities).
 */
NTSTATUS sid_from_memory(const void *sid, struct guise_sid *ret);

/** sid_to_memory() - as bytes; @ret has guise_sid_size() of them, the caller
 * knows
 */
void sid_to_memory(const struct guise_sid *sid, void *ret);

/**
 * sid_give() - into the caller's buffer
 * @size: bytes at @ret, which may be NULL if that is too small
 * @ret_size: what it takes; written whether it fits or not
 *
 * Return: 0; BUFFER_TOO_SMALL.
 */
NTSTATUS sid_give(const struct guise_sid *sid, ULONG size, void *ret,
		  ULONG *ret_size);

/** sid_new() - in memory of its own. Return: 0; NO_MEMORY */
NTSTATUS sid_new(const struct guise_sid *sid, PSID *ret);

/**
 * acl_read() - an ACL as a value
 * @ret: returns a reference
 * Return: also INVALID_ACL.
 */
NTSTATUS acl_read(const void *acl, const struct guise_acl **ret);

/** acl_new() - in memory of its own. Return: 0; NO_MEMORY */
NTSTATUS acl_new(const struct guise_acl *acl, PACL *ret);

/**
 * struct sd_parts - where a descriptor, absolute or self-relative, has its
 * parts
 * @control, @revision, @rm_control: as they are there
 * @owner, @group, @dacl, @sacl: in the caller's memory, nothing of it looked at
 *	yet; NULL where there is none. An ACL is only there if it is present
 */
struct sd_parts {
	uint16_t control;
	uint8_t revision;
	uint8_t rm_control;
	const void *owner;
	const void *group;
	const void *dacl;
	const void *sacl;
};

/** sd_parts_of() - read the header. Return: also UNKNOWN_REVISION */
NTSTATUS sd_parts_of(const void *sd, struct sd_parts *ret);

/**
 * sd_read() - a descriptor as a value
 * @ret: returns a reference
 * Return: also UNKNOWN_REVISION, INVALID_SID, INVALID_ACL.
 */
NTSTATUS sd_read(const void *sd, const struct guise_sd **ret);

/** sd_read_optional() - the same; NULL gives NULL */
NTSTATUS sd_read_optional(const void *sd, const struct guise_sd **ret);

/** sd_read_sized() - a self-relative one of @size bytes: every offset is
 * checked against it. Return: also INVALID_SECURITY_DESCR */
NTSTATUS sd_read_sized(const void *sd, size_t size,
		       const struct guise_sd **ret);

/**
 * sd_give() - self-relative into the caller's buffer
 * @size: bytes at @ret, which may be NULL if that is too small
 * @ret_size: what it takes; written whether it fits or not
 *
 * Return: 0; BUFFER_TOO_SMALL; NO_MEMORY.
 */
NTSTATUS sd_give(const struct guise_sd *sd, ULONG size, void *ret,
		 ULONG *ret_size);

/** sd_new() - self-relative in memory of its own; @ret_size may be NULL.
 * Return: 0; NO_MEMORY */
NTSTATUS sd_new(const struct guise_sd *sd, PSECURITY_DESCRIPTOR *ret,
		ULONG *ret_size);

#endif
