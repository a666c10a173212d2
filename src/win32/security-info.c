/* SPDX-License-Identifier: Apache-2.0 */
#include "security-info.h"

#include "pipe.h"
#include "sd-read.h"
#include "text.h"

/* Where a self-relative descriptor says its parts are. */
enum { AT_OWNER = 4, AT_GROUP = 8, AT_SACL = 12, AT_DACL = 16 };

/* Everything that a SACL holds */
#define SACL_PARTS                                                             \
	(SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION |              \
	 ATTRIBUTE_SECURITY_INFORMATION | SCOPE_SECURITY_INFORMATION |         \
	 PROCESS_TRUST_LABEL_SECURITY_INFORMATION |                            \
	 ACCESS_FILTER_SECURITY_INFORMATION)
#define PROTECTION_OF_DACL                                                     \
	(PROTECTED_DACL_SECURITY_INFORMATION |                                 \
	 UNPROTECTED_DACL_SECURITY_INFORMATION)
#define PROTECTION_OF_SACL                                                     \
	(PROTECTED_SACL_SECURITY_INFORMATION |                                 \
	 UNPROTECTED_SACL_SECURITY_INFORMATION)

static bool asks(SECURITY_INFORMATION information, SECURITY_INFORMATION part)
{
	return (information & (part | BACKUP_SECURITY_INFORMATION)) != 0;
}

NTSTATUS outputs_check(SECURITY_INFORMATION information,
		       const struct sd_outputs *to)
{
	if (to->sd)
		return STATUS_SUCCESS;
	if (!to->owner && !to->group && !to->dacl && !to->sacl)
		return STATUS_INVALID_PARAMETER;
	if ((asks(information, OWNER_SECURITY_INFORMATION) && !to->owner) ||
	    (asks(information, GROUP_SECURITY_INFORMATION) && !to->group) ||
	    (asks(information, DACL_SECURITY_INFORMATION) && !to->dacl) ||
	    (asks(information, SACL_PARTS) && !to->sacl))
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

static void *part_at(PSECURITY_DESCRIPTOR sd, unsigned at)
{
	uint8_t *bytes = sd;
	uint32_t offset;

	memcpy(&offset, bytes + at, sizeof(offset));
	return offset ? bytes + offset : NULL;
}

NTSTATUS outputs_give(const struct guise_sd *sd,
		      SECURITY_INFORMATION information,
		      const struct sd_outputs *to)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *selected = NULL;
	PSECURITY_DESCRIPTOR made;
	NTSTATUS status;

	status = status_of(guise_sd_select(sd, information, &selected));
	if (status >= 0)
		status = sd_new(selected, &made, NULL);
	if (status < 0)
		return status;
	if (to->owner)
		*to->owner = part_at(made, AT_OWNER);
	if (to->group)
		*to->group = part_at(made, AT_GROUP);
	if (to->dacl)
		*to->dacl = part_at(made, AT_DACL);
	if (to->sacl)
		*to->sacl = part_at(made, AT_SACL);
	if (to->sd)
		*to->sd = made;
	return STATUS_SUCCESS;
}

SECURITY_DESCRIPTOR inputs_absolute(SECURITY_INFORMATION information,
				    const struct sd_inputs *from)
{
	SECURITY_DESCRIPTOR sd = {.Revision = SECURITY_DESCRIPTOR_REVISION};

	if (asks(information, OWNER_SECURITY_INFORMATION))
		sd.Owner = from->owner;
	if (asks(information, GROUP_SECURITY_INFORMATION))
		sd.Group = from->group;
	if (asks(information, DACL_SECURITY_INFORMATION)) {
		sd.Control |= SE_DACL_PRESENT;
		sd.Dacl = from->dacl;
	}
	if (asks(information, SACL_PARTS)) {
		sd.Control |= SE_SACL_PRESENT;
		sd.Sacl = from->sacl;
	}
	return sd;
}

NTSTATUS inputs_read(SECURITY_INFORMATION information,
		     const struct sd_inputs *from, const struct guise_sd **ret)
{
	const SECURITY_DESCRIPTOR sd = inputs_absolute(information, from);

	if ((asks(information, OWNER_SECURITY_INFORMATION) && !sd.Owner) ||
	    (asks(information, GROUP_SECURITY_INFORMATION) && !sd.Group))
		return STATUS_INVALID_SECURITY_DESCR;
	return sd_read(&sd, ret);
}

NTSTATUS information_check(SECURITY_INFORMATION information)
{
	if ((information & PROTECTION_OF_DACL) == PROTECTION_OF_DACL ||
	    (information & PROTECTION_OF_SACL) == PROTECTION_OF_SACL)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

/* How these functions open files */
static NTSTATUS resolve(const char *name, ACCESS_MASK access, struct path *path,
			struct file_open *ret)
{
	NTSTATUS status = path_resolve_utf8(name, strlen(name), path);

	*ret = (struct file_open){
		.access = access,
		.share = GUISE_NT_SHARE_ALL,
		.disposition = GUISE_NT_OPEN,
		.options = path->trailing ? GUISE_NT_DIRECTORY : 0,
	};
	return status;
}

NTSTATUS security_open_file(const char *name, ACCESS_MASK access,
			    struct file_object **ret)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	struct file_open open;
	NTSTATUS status = resolve(name, access, &path, &open);

	return status < 0 ? status : file_open(&path, &open, ret, NULL);
}

NTSTATUS security_open_file_handle(const char *name, ACCESS_MASK access,
				   HANDLE *ret)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	GUISE_AUTO(freep) WCHAR *wide = NULL;
	struct file_open open;
	NTSTATUS status = utf16_dup(name, &wide);
	size_t at;

	if (status < 0)
		return status;
	if (pipe_path(wide, text_length(wide), &at))
		return pipe_open(wide + at, text_length(wide + at), access,
				 NULL, 0, false, ret);
	status = resolve(name, access, &path, &open);
	return status < 0 ? status : file_open_handle(&path, &open, ret, NULL);
}

NTSTATUS security_open_kernel(const char *name, ACCESS_MASK access, HANDLE *ret)
{
	NTSTATUS(*const kinds[])
	(PHANDLE ret, ACCESS_MASK access,
	 const OBJECT_ATTRIBUTES *attributes) = {
		NtOpenEvent, NtOpenMutant, NtOpenSemaphore, NtOpenSection};
	GUISE_AUTO(freep) WCHAR *wide = NULL;
	NTSTATUS status = utf16_dup(name, &wide);
	UNICODE_STRING text;
	OBJECT_ATTRIBUTES attributes = {
		.Length = sizeof(attributes),
		.ObjectName = &text,
	};

	if (status < 0)
		return status;
	if (text_length(wide) > UINT16_MAX / sizeof(WCHAR))
		return STATUS_NAME_TOO_LONG;
	text.Length = (USHORT)(text_length(wide) * sizeof(WCHAR));
	text.MaximumLength = text.Length;
	text.Buffer = wide;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		status = kinds[i](ret, access, &attributes);
		if (status != STATUS_OBJECT_TYPE_MISMATCH)
			break;
	}
	return status;
}

NTSTATUS security_set_file(const struct file_object *file,
			   SECURITY_INFORMATION information,
			   const struct guise_sd *modification,
			   struct guise_propagate_options *options)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	NTSTATUS status = object_changer(&token);

	if (status < 0)
		return status;
	options->size = sizeof(*options);
	options->token = token;
	options->mapping = file_mapping();
	return status_of(guise_nt_set_sd_inheriting(
		file->file, information, modification, options, NULL));
}
