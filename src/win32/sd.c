/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors in the caller's memory (MS-DTYP 2.4.6): what they say, and
 * putting parts into an absolute one. Forms are changed in sd-form.c.
 */
#include "sd-read.h"
#include "status.h"
#include "user-memory.h"

#include <winternl-security.h>

/* What SetSecurityDescriptorControl may change: how parts came about, not which
 * are there. */
#define MUTABLE_CONTROL                                                        \
	(GUISE_SD_DACL_TRUSTED | GUISE_SD_SERVER_SECURITY |                    \
	 SE_DACL_AUTO_INHERIT_REQ | SE_SACL_AUTO_INHERIT_REQ |                 \
	 SE_DACL_AUTO_INHERITED | SE_SACL_AUTO_INHERITED | SE_DACL_PROTECTED | \
	 SE_SACL_PROTECTED)

NTSTATUS RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR sd, ULONG revision)
{
	SECURITY_DESCRIPTOR *made = sd;

	if (revision != SECURITY_DESCRIPTOR_REVISION)
		return STATUS_UNKNOWN_REVISION;
	*made = (SECURITY_DESCRIPTOR){.Revision = SECURITY_DESCRIPTOR_REVISION};
	return STATUS_SUCCESS;
}

BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR sd, DWORD revision)
{
	return win32_result(RtlCreateSecurityDescriptor(sd, revision));
}

BOOLEAN RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR sd)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *value = NULL;

	return sd_read(sd, &value) == STATUS_SUCCESS;
}

BOOL IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR sd)
{
	return RtlValidSecurityDescriptor(sd)
		       ? TRUE
		       : win32_result(STATUS_INVALID_SECURITY_DESCR);
}

static bool has_required(const struct guise_sd *sd,
			 SECURITY_INFORMATION required)
{
	if ((required & OWNER_SECURITY_INFORMATION) && !guise_sd_owner(sd))
		return false;
	if ((required & GROUP_SECURITY_INFORMATION) && !guise_sd_group(sd))
		return false;
	if ((required & DACL_SECURITY_INFORMATION) && !guise_sd_dacl(sd))
		return false;
	return !(required & SACL_SECURITY_INFORMATION) || guise_sd_sacl(sd);
}

BOOLEAN RtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR sd, ULONG size,
					   SECURITY_INFORMATION required)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *value = NULL;
	struct sd_parts parts;

	if (size < sizeof(SECURITY_DESCRIPTOR_RELATIVE) ||
	    sd_parts_of(sd, &parts) || !(parts.control & SE_SELF_RELATIVE) ||
	    sd_read_sized(sd, size, &value))
		return FALSE;
	return has_required(value, required);
}

/* The bytes of a SID or an ACL in the caller's memory, rounded up. */
static ULONG sid_room(const void *sid)
{
	return sid ? RtlLengthSid((PSID)(uintptr_t)sid) : 0;
}

static ULONG acl_room(const void *acl)
{
	return acl ? (((const ACL *)acl)->AclSize + 3u) & ~3u : 0;
}

ULONG RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR sd)
{
	struct sd_parts parts;
	ULONG header;

	if (sd_parts_of(sd, &parts))
		return 0;
	header = parts.control & SE_SELF_RELATIVE
			 ? sizeof(SECURITY_DESCRIPTOR_RELATIVE)
			 : sizeof(SECURITY_DESCRIPTOR);
	return header + sid_room(parts.owner) + sid_room(parts.group) +
	       acl_room(parts.dacl) + acl_room(parts.sacl);
}

DWORD GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR sd)
{
	return RtlLengthSecurityDescriptor(sd);
}

NTSTATUS RtlGetControlSecurityDescriptor(PSECURITY_DESCRIPTOR sd,
					 PSECURITY_DESCRIPTOR_CONTROL ret,
					 PULONG ret_revision)
{
	const SECURITY_DESCRIPTOR *header = sd;

	*ret_revision = header->Revision;
	if (header->Revision != SECURITY_DESCRIPTOR_REVISION)
		return STATUS_UNKNOWN_REVISION;
	*ret = header->Control;
	return STATUS_SUCCESS;
}

BOOL GetSecurityDescriptorControl(PSECURITY_DESCRIPTOR sd,
				  PSECURITY_DESCRIPTOR_CONTROL ret,
				  LPDWORD ret_revision)
{
	return win32_result(
		RtlGetControlSecurityDescriptor(sd, ret, ret_revision));
}

NTSTATUS RtlSetControlSecurityDescriptor(PSECURITY_DESCRIPTOR sd,
					 SECURITY_DESCRIPTOR_CONTROL interest,
					 SECURITY_DESCRIPTOR_CONTROL set)
{
	SECURITY_DESCRIPTOR *header = sd;

	if (header->Revision != SECURITY_DESCRIPTOR_REVISION)
		return STATUS_UNKNOWN_REVISION;
	if ((interest & ~MUTABLE_CONTROL) || (set & ~interest))
		return STATUS_INVALID_PARAMETER;
	header->Control =
		(SECURITY_DESCRIPTOR_CONTROL)((header->Control & ~interest) |
					      set);
	return STATUS_SUCCESS;
}

BOOL SetSecurityDescriptorControl(PSECURITY_DESCRIPTOR sd,
				  SECURITY_DESCRIPTOR_CONTROL interest,
				  SECURITY_DESCRIPTOR_CONTROL set)
{
	return win32_result(RtlSetControlSecurityDescriptor(sd, interest, set));
}

/* A part as the caller wants it: not const, though it may be in memory that is.
 */
static void *part(const void *at)
{
	return (void *)(uintptr_t)at;
}

NTSTATUS RtlGetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID *ret,
				       PBOOLEAN ret_defaulted)
{
	struct sd_parts parts;
	NTSTATUS status = sd_parts_of(sd, &parts);

	if (status)
		return status;
	*ret = part(parts.owner);
	*ret_defaulted = (parts.control & SE_OWNER_DEFAULTED) != 0;
	return STATUS_SUCCESS;
}

BOOL GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR sd, PSID *ret,
				LPBOOL ret_defaulted)
{
	BOOLEAN defaulted;
	NTSTATUS status = RtlGetOwnerSecurityDescriptor(sd, ret, &defaulted);

	if (!status)
		*ret_defaulted = defaulted;
	return win32_result(status);
}

NTSTATUS RtlGetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID *ret,
				       PBOOLEAN ret_defaulted)
{
	struct sd_parts parts;
	NTSTATUS status = sd_parts_of(sd, &parts);

	if (status)
		return status;
	*ret = part(parts.group);
	*ret_defaulted = (parts.control & SE_GROUP_DEFAULTED) != 0;
	return STATUS_SUCCESS;
}

BOOL GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR sd, PSID *ret,
				LPBOOL ret_defaulted)
{
	BOOLEAN defaulted;
	NTSTATUS status = RtlGetGroupSecurityDescriptor(sd, ret, &defaulted);

	if (!status)
		*ret_defaulted = defaulted;
	return win32_result(status);
}

/* An ACL that is not present leaves the two other answers alone. */
static void give_acl(const void *acl, bool present, bool defaulted,
		     PBOOLEAN ret_present, PACL *ret, PBOOLEAN ret_defaulted)
{
	*ret_present = present;
	if (!present)
		return;
	*ret = part(acl);
	*ret_defaulted = defaulted;
}

NTSTATUS RtlGetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd,
				      PBOOLEAN ret_present, PACL *ret,
				      PBOOLEAN ret_defaulted)
{
	struct sd_parts parts;
	NTSTATUS status = sd_parts_of(sd, &parts);

	if (!status)
		give_acl(parts.dacl, (parts.control & SE_DACL_PRESENT) != 0,
			 (parts.control & SE_DACL_DEFAULTED) != 0, ret_present,
			 ret, ret_defaulted);
	return status;
}

NTSTATUS RtlGetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd,
				      PBOOLEAN ret_present, PACL *ret,
				      PBOOLEAN ret_defaulted)
{
	struct sd_parts parts;
	NTSTATUS status = sd_parts_of(sd, &parts);

	if (!status)
		give_acl(parts.sacl, (parts.control & SE_SACL_PRESENT) != 0,
			 (parts.control & SE_SACL_DEFAULTED) != 0, ret_present,
			 ret, ret_defaulted);
	return status;
}

static BOOL get_acl(NTSTATUS (*get)(PSECURITY_DESCRIPTOR, PBOOLEAN, PACL *,
				    PBOOLEAN),
		    PSECURITY_DESCRIPTOR sd, LPBOOL ret_present, PACL *ret,
		    LPBOOL ret_defaulted)
{
	BOOLEAN present, defaulted;
	NTSTATUS status = get(sd, &present, ret, &defaulted);

	if (status)
		return win32_result(status);
	*ret_present = present;
	if (present)
		*ret_defaulted = defaulted;
	return TRUE;
}

BOOL GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR sd, LPBOOL ret_present,
			       PACL *ret, LPBOOL ret_defaulted)
{
	return get_acl(RtlGetDaclSecurityDescriptor, sd, ret_present, ret,
		       ret_defaulted);
}

BOOL GetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR sd, LPBOOL ret_present,
			       PACL *ret, LPBOOL ret_defaulted)
{
	return get_acl(RtlGetSaclSecurityDescriptor, sd, ret_present, ret,
		       ret_defaulted);
}

/* The header of a descriptor into which parts can be put. */
static NTSTATUS absolute(PSECURITY_DESCRIPTOR sd, SECURITY_DESCRIPTOR **ret)
{
	SECURITY_DESCRIPTOR *header = sd;

	if (header->Revision != SECURITY_DESCRIPTOR_REVISION)
		return STATUS_UNKNOWN_REVISION;
	if (header->Control & SE_SELF_RELATIVE)
		return STATUS_INVALID_SECURITY_DESCR;
	*ret = header;
	return STATUS_SUCCESS;
}

static void set_control(SECURITY_DESCRIPTOR *header, WORD bit, bool set)
{
	header->Control = (WORD)(header->Control & ~bit);
	if (set)
		header->Control = (WORD)(header->Control | bit);
}

NTSTATUS RtlSetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID owner,
				       BOOLEAN defaulted)
{
	SECURITY_DESCRIPTOR *header;
	NTSTATUS status = absolute(sd, &header);

	if (status)
		return status;
	header->Owner = owner;
	set_control(header, SE_OWNER_DEFAULTED, defaulted);
	return STATUS_SUCCESS;
}

BOOL SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR sd, PSID owner,
				BOOL defaulted)
{
	return win32_result(
		RtlSetOwnerSecurityDescriptor(sd, owner, defaulted != FALSE));
}

NTSTATUS RtlSetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR sd, PSID group,
				       BOOLEAN defaulted)
{
	SECURITY_DESCRIPTOR *header;
	NTSTATUS status = absolute(sd, &header);

	if (status)
		return status;
	header->Group = group;
	set_control(header, SE_GROUP_DEFAULTED, defaulted);
	return STATUS_SUCCESS;
}

BOOL SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR sd, PSID group,
				BOOL defaulted)
{
	return win32_result(
		RtlSetGroupSecurityDescriptor(sd, group, defaulted != FALSE));
}

NTSTATUS RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd, BOOLEAN present,
				      PACL dacl, BOOLEAN defaulted)
{
	SECURITY_DESCRIPTOR *header;
	NTSTATUS status = absolute(sd, &header);

	if (status)
		return status;
	set_control(header, SE_DACL_PRESENT, present);
	if (!present)
		return STATUS_SUCCESS;
	header->Dacl = dacl;
	set_control(header, SE_DACL_DEFAULTED, defaulted);
	return STATUS_SUCCESS;
}

BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR sd, BOOL present, PACL dacl,
			       BOOL defaulted)
{
	return win32_result(RtlSetDaclSecurityDescriptor(
		sd, present != FALSE, dacl, defaulted != FALSE));
}

NTSTATUS RtlSetSaclSecurityDescriptor(PSECURITY_DESCRIPTOR sd, BOOLEAN present,
				      PACL sacl, BOOLEAN defaulted)
{
	SECURITY_DESCRIPTOR *header;
	NTSTATUS status = absolute(sd, &header);

	if (status)
		return status;
	set_control(header, SE_SACL_PRESENT, present);
	if (!present)
		return STATUS_SUCCESS;
	header->Sacl = sacl;
	set_control(header, SE_SACL_DEFAULTED, defaulted);
	return STATUS_SUCCESS;
}

BOOL SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR sd, BOOL present, PACL sacl,
			       BOOL defaulted)
{
	return win32_result(RtlSetSaclSecurityDescriptor(
		sd, present != FALSE, sacl, defaulted != FALSE));
}

BOOLEAN RtlGetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR ret)
{
	const SECURITY_DESCRIPTOR *header = sd;

	if (!(header->Control & SE_RM_CONTROL_VALID)) {
		*ret = 0;
		return FALSE;
	}
	*ret = header->Sbz1;
	return TRUE;
}

DWORD GetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR ret)
{
	return RtlGetSecurityDescriptorRMControl(sd, ret) ? ERROR_SUCCESS
							  : ERROR_INVALID_DATA;
}

VOID RtlSetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR value)
{
	SECURITY_DESCRIPTOR *header = sd;

	set_control(header, SE_RM_CONTROL_VALID, value != NULL);
	header->Sbz1 = value ? *value : 0;
}

DWORD SetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR sd, PUCHAR value)
{
	RtlSetSecurityDescriptorRMControl(sd, value);
	return ERROR_SUCCESS;
}
