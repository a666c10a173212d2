/* SPDX-License-Identifier: Apache-2.0 */
/* SECURITY_INFORMATION: which parts a descriptor has, what it takes to read
 * and write them, and a descriptor with only some of them. */
#include "buf.h"
#include "sd-edit-internal.h"

uint32_t sd_part_of_sacl(uint8_t type)
{
	switch (type) {
	case GUISE_ACE_SYSTEM_MANDATORY_LABEL:
		return GUISE_LABEL_SECURITY;
	case GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE:
		return GUISE_ATTRIBUTE_SECURITY;
	case GUISE_ACE_SYSTEM_SCOPED_POLICY_ID:
		return GUISE_SCOPE_SECURITY;
	case GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL:
		return GUISE_PROCESS_TRUST_LABEL_SECURITY;
	case GUISE_ACE_SYSTEM_ACCESS_FILTER:
		return GUISE_ACCESS_FILTER_SECURITY;
	default:
		return GUISE_SACL_SECURITY;
	}
}

uint32_t sd_parts(uint32_t information)
{
	return information & GUISE_BACKUP_SECURITY ? information | SD_ALL_PARTS
						   : information;
}

uint32_t guise_sd_query_access(uint32_t information)
{
	const uint32_t system = GUISE_SACL_SECURITY | GUISE_BACKUP_SECURITY;
	const uint32_t control =
		(SD_ALL_PARTS | GUISE_BACKUP_SECURITY) & ~GUISE_SACL_SECURITY;
	uint32_t access = 0;

	if (information & control)
		access |= GUISE_READ_CONTROL;
	if (information & system)
		access |= GUISE_ACCESS_SYSTEM_SECURITY;
	return access;
}

uint32_t guise_sd_set_access(uint32_t information)
{
	uint32_t parts = sd_parts(information);
	uint32_t access = 0;

	if (parts & (GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY |
		     GUISE_LABEL_SECURITY))
		access |= GUISE_WRITE_OWNER;
	if (parts & (GUISE_DACL_SECURITY | GUISE_ATTRIBUTE_SECURITY))
		access |= GUISE_WRITE_DAC;
	if (parts &
	    (GUISE_SACL_SECURITY | GUISE_SCOPE_SECURITY |
	     GUISE_PROCESS_TRUST_LABEL_SECURITY | GUISE_ACCESS_FILTER_SECURITY))
		access |= GUISE_ACCESS_SYSTEM_SECURITY;
	return access;
}

static int select_sacl(const struct guise_acl *sacl, uint32_t parts,
		       const struct guise_acl **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf aces = {0};
	const void *array;
	int r = 0;

	if (!sacl)
		return 0;
	for (size_t i = 0; r == 0 && i < sacl->n_aces; i++) {
		if (sd_part_of_sacl(sacl->aces[i].type) & parts)
			r = buf_append(&aces, &sacl->aces[i],
				       sizeof(sacl->aces[i]));
	}
	if (r < 0)
		return r;
	array = aces.data;
	return guise_acl_new(sacl->revision, array,
			     aces.size / sizeof(struct guise_ace), ret);
}

/* The bits about parts that are left out. */
static uint16_t control_without(uint32_t parts)
{
	uint16_t without = 0;

	if (!(parts & GUISE_OWNER_SECURITY))
		without |= GUISE_SD_OWNER_DEFAULTED;
	if (!(parts & GUISE_GROUP_SECURITY))
		without |= GUISE_SD_GROUP_DEFAULTED;
	if (!(parts & GUISE_DACL_SECURITY))
		without |=
			GUISE_SD_DACL_PRESENT | GUISE_SD_DACL_DEFAULTED |
			GUISE_SD_DACL_TRUSTED | GUISE_SD_DACL_AUTO_INHERIT_REQ |
			GUISE_SD_DACL_AUTO_INHERITED | GUISE_SD_DACL_PROTECTED;
	if (!(parts & SD_SACL_PARTS))
		without |= GUISE_SD_SACL_PRESENT | GUISE_SD_SACL_DEFAULTED |
			   GUISE_SD_SACL_AUTO_INHERIT_REQ |
			   GUISE_SD_SACL_AUTO_INHERITED |
			   GUISE_SD_SACL_PROTECTED;
	return without;
}

int guise_sd_select(const struct guise_sd *sd, uint32_t information,
		    const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	const uint32_t parts = sd_parts(information);
	int r;

	if (!sd || !ret)
		return -EINVAL;
	if (parts & SD_SACL_PARTS) {
		r = select_sacl(sd->sacl, parts, &sacl);
		if (r < 0)
			return r;
	}
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control =
				sd->control & (uint16_t)~control_without(parts),
			.rm_control = sd->rm_control,
			.owner = parts & GUISE_OWNER_SECURITY
					 ? guise_sd_owner(sd)
					 : NULL,
			.group = parts & GUISE_GROUP_SECURITY
					 ? guise_sd_group(sd)
					 : NULL,
			.dacl = parts & GUISE_DACL_SECURITY ? sd->dacl : NULL,
			.sacl = sacl,
		},
		ret);
}
