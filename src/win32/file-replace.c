/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ReplaceFile: a new file takes the place and the list of access of an old
 * one, which may stay under another name.
 */
#include <guise/sd-edit.h>
#include <guise/thread-token.h>

#include "file-query.h"

#define FLAGS_KNOWN                                                            \
	(REPLACEFILE_WRITE_THROUGH | REPLACEFILE_IGNORE_MERGE_ERRORS |         \
	 REPLACEFILE_IGNORE_ACL_ERRORS)

static NTSTATUS open_one(const struct path *path, ACCESS_MASK access,
			 struct file_object **ret)
{
	const struct file_open how = {
		.access = access | DELETE | SYNCHRONIZE,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_NON_DIRECTORY,
	};

	return file_open(path, &how, ret, NULL);
}

/* A list that is stored; a derived one is the mode's. */
static NTSTATUS merge_list(const struct file_object *from,
			   const struct file_object *to)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	uint32_t information = DACL_SECURITY_INFORMATION;
	bool stored = false;
	int r = guise_nt_get_sd(from->file, file_mapping(), &sd, &stored);

	if (r < 0 || !stored)
		return status_of(r);
	information |= guise_sd_control(sd) & GUISE_SD_DACL_PROTECTED
			       ? PROTECTED_DACL_SECURITY_INFORMATION
			       : UNPROTECTED_DACL_SECURITY_INFORMATION;
	r = guise_effective_token(&token);
	if (r == 0)
		r = guise_nt_set_sd(to->file, token, information, sd, 0,
				    file_mapping());
	return status_of(r);
}

/* The one is away under @backup, or overwritten by the other at once. */
static NTSTATUS swap(struct file_object *old, struct file_object *new,
		     const struct path *place, const struct path *backup)
{
	const bool keeps = backup->unix_path;

	if (keeps && !NT_SUCCESS(file_rename(old, NULL, backup, true)))
		return status_of_win32(ERROR_UNABLE_TO_REMOVE_REPLACED);
	if (NT_SUCCESS(file_rename(new, NULL, place, true)))
		return STATUS_SUCCESS;
	return status_of_win32(keeps ? ERROR_UNABLE_TO_MOVE_REPLACEMENT_2
				     : ERROR_UNABLE_TO_MOVE_REPLACEMENT);
}

static NTSTATUS replace(const struct path *replaced,
			const struct path *replacement,
			const struct path *backup, DWORD flags)
{
	const bool lenient = flags & (REPLACEFILE_IGNORE_MERGE_ERRORS |
				      REPLACEFILE_IGNORE_ACL_ERRORS);
	GUISE_AUTO(file_unrefp) struct file_object *old = NULL;
	GUISE_AUTO(file_unrefp) struct file_object *new = NULL;
	NTSTATUS status;

	if (flags & ~(DWORD)FLAGS_KNOWN)
		return STATUS_INVALID_PARAMETER;
	status = open_one(replaced, READ_CONTROL, &old);
	if (NT_SUCCESS(status))
		status = open_one(replacement, WRITE_DAC, &new);
	if (status == STATUS_ACCESS_DENIED && old && lenient)
		status = open_one(replacement, 0, &new);
	if (!NT_SUCCESS(status))
		return status;
	/* before it has the name: nobody finds it there open to others */
	if (guise_nt_file_granted(new->file) & WRITE_DAC)
		status = merge_list(old, new);
	if (!NT_SUCCESS(status) && !lenient)
		return status;
	return swap(old, new, replaced, backup);
}

BOOL WINAPI ReplaceFileW(LPCWSTR replaced_name, LPCWSTR replacement_name,
			 LPCWSTR backup_name, DWORD flags, LPVOID exclude,
			 LPVOID reserved)
{
	GUISE_AUTO(path_clear) struct path replaced = PATH_NONE;
	GUISE_AUTO(path_clear) struct path replacement = PATH_NONE;
	GUISE_AUTO(path_clear) struct path backup = PATH_NONE;
	NTSTATUS status = path_of_wide(replaced_name, &replaced);

	if (exclude || reserved)
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (NT_SUCCESS(status))
		status = path_of_wide(replacement_name, &replacement);
	if (NT_SUCCESS(status) && backup_name)
		status = path_of_wide(backup_name, &backup);
	if (NT_SUCCESS(status))
		status = replace(&replaced, &replacement, &backup, flags);
	return win32_result(status);
}

BOOL WINAPI ReplaceFileA(LPCSTR replaced_name, LPCSTR replacement_name,
			 LPCSTR backup_name, DWORD flags, LPVOID exclude,
			 LPVOID reserved)
{
	GUISE_AUTO(path_clear) struct path replaced = PATH_NONE;
	GUISE_AUTO(path_clear) struct path replacement = PATH_NONE;
	GUISE_AUTO(path_clear) struct path backup = PATH_NONE;
	NTSTATUS status = path_of_narrow(replaced_name, &replaced);

	if (exclude || reserved)
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (NT_SUCCESS(status))
		status = path_of_narrow(replacement_name, &replacement);
	if (NT_SUCCESS(status) && backup_name)
		status = path_of_narrow(backup_name, &backup);
	if (NT_SUCCESS(status))
		status = replace(&replaced, &replacement, &backup, flags);
	return win32_result(status);
}
