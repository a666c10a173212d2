/* SPDX-License-Identifier: Apache-2.0 */
/* Files get other names, more names, and lose them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <guise/privilege.h>
#include <guise/thread-token.h>

#include "file-query.h"

#include "file-copy.h"

#include "buf.h"
#include "text.h"

/* A link itself is opened. */
static NTSTATUS open_name(const struct path *path, ACCESS_MASK access,
			  uint32_t options, struct file_object **ret)
{
	const struct file_open how = {
		.access = access,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = options | GUISE_NT_OPEN_LINK,
	};

	return file_open(path, &how, ret, NULL);
}

static NTSTATUS delete_file(const struct path *path)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status;

	if (path->trailing)
		return STATUS_OBJECT_NAME_INVALID;
	status = open_name(path, DELETE,
			   GUISE_NT_NON_DIRECTORY | GUISE_NT_BACKUP_INTENT,
			   &file);
	return NT_SUCCESS(status) ? file_set_delete(file, true) : status;
}

BOOL WINAPI DeleteFileW(LPCWSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	return win32_result(NT_SUCCESS(status) ? delete_file(&path) : status);
}

BOOL WINAPI DeleteFileA(LPCSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	return win32_result(NT_SUCCESS(status) ? delete_file(&path) : status);
}

#define MOVE_KNOWN                                                             \
	(MOVEFILE_REPLACE_EXISTING | MOVEFILE_COPY_ALLOWED |                   \
	 MOVEFILE_WRITE_THROUGH)

/* Between file systems: files alone, and only if that may be */
static NTSTATUS move_by_copy(struct file_object *file, const struct path *from,
			     const struct path *to, DWORD flags)
{
	NTSTATUS status;

	if (!(flags & MOVEFILE_COPY_ALLOWED) || file_is_directory(file))
		return STATUS_NOT_SAME_DEVICE;
	status = file_copy(from, to, !(flags & MOVEFILE_REPLACE_EXISTING));
	return NT_SUCCESS(status) ? file_set_delete(file, true) : status;
}

static NTSTATUS move(const struct path *from, const struct path *to,
		     DWORD flags)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status;

	if (flags & ~(DWORD)MOVE_KNOWN)
		return STATUS_NOT_SUPPORTED;
	status = open_name(from, DELETE | SYNCHRONIZE, GUISE_NT_BACKUP_INTENT,
			   &file);
	if (!NT_SUCCESS(status))
		return status;
	status = file_rename(file, NULL, to, flags & MOVEFILE_REPLACE_EXISTING);
	return status == STATUS_NOT_SAME_DEVICE
		       ? move_by_copy(file, from, to, flags)
		       : status;
}

BOOL WINAPI MoveFileExW(LPCWSTR from_name, LPCWSTR to_name, DWORD flags)
{
	GUISE_AUTO(path_clear) struct path from = PATH_NONE;
	GUISE_AUTO(path_clear) struct path to = PATH_NONE;
	NTSTATUS status = path_of_wide(from_name, &from);

	if (NT_SUCCESS(status))
		status = path_of_wide(to_name, &to);
	return win32_result(NT_SUCCESS(status) ? move(&from, &to, flags)
					       : status);
}

BOOL WINAPI MoveFileExA(LPCSTR from_name, LPCSTR to_name, DWORD flags)
{
	GUISE_AUTO(path_clear) struct path from = PATH_NONE;
	GUISE_AUTO(path_clear) struct path to = PATH_NONE;
	NTSTATUS status = path_of_narrow(from_name, &from);

	if (NT_SUCCESS(status))
		status = path_of_narrow(to_name, &to);
	return win32_result(NT_SUCCESS(status) ? move(&from, &to, flags)
					       : status);
}

BOOL WINAPI MoveFileW(LPCWSTR from, LPCWSTR to)
{
	return MoveFileExW(from, to, MOVEFILE_COPY_ALLOWED);
}

BOOL WINAPI MoveFileA(LPCSTR from, LPCSTR to)
{
	return MoveFileExA(from, to, MOVEFILE_COPY_ALLOWED);
}

/* The directory that is to get another name, with the right to add it;
 * @ret_name points into @path. */
static NTSTATUS open_parent(const struct path *path, ACCESS_MASK access,
			    struct file_object **ret, const char **ret_name)
{
	const char *last = strrchr(path->unix_path, '/');
	GUISE_AUTO(freep) char *parent = NULL;
	NTSTATUS status;

	if (!last || !last[1])
		return STATUS_OBJECT_NAME_INVALID;
	parent = strndup(
		path->unix_path,
		last == path->unix_path ? 1 : (size_t)(last - path->unix_path));
	if (!parent)
		return STATUS_NO_MEMORY;
	status = open_name(
		&(struct path){.unix_path = parent, .windows = path->windows},
		access, GUISE_NT_DIRECTORY, ret);
	if (status == STATUS_OBJECT_NAME_NOT_FOUND ||
	    status == STATUS_NOT_A_DIRECTORY)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	*ret_name = last + 1;
	return status;
}

static NTSTATUS link_status(void)
{
	return errno == ENOENT ? STATUS_OBJECT_PATH_NOT_FOUND
			       : status_of(-errno);
}

static NTSTATUS hard_link(const struct path *name, const struct path *existing)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	GUISE_AUTO(file_unrefp) struct file_object *parent = NULL;
	char self[64];
	const char *last;
	NTSTATUS status;

	status = open_name(existing, FILE_WRITE_ATTRIBUTES | SYNCHRONIZE,
			   GUISE_NT_NON_DIRECTORY, &file);
	if (NT_SUCCESS(status))
		status = open_parent(name, FILE_ADD_FILE, &parent, &last);
	if (!NT_SUCCESS(status))
		return status;
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", file->fd);
	return linkat(AT_FDCWD, self, parent->fd, last, AT_SYMLINK_FOLLOW) < 0
		       ? link_status()
		       : STATUS_SUCCESS;
}

BOOL WINAPI CreateHardLinkW(LPCWSTR name, LPCWSTR existing_name,
			    LPSECURITY_ATTRIBUTES reserved)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	GUISE_AUTO(path_clear) struct path existing = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	(void)reserved;
	if (NT_SUCCESS(status))
		status = path_of_wide(existing_name, &existing);
	return win32_result(NT_SUCCESS(status) ? hard_link(&path, &existing)
					       : status);
}

BOOL WINAPI CreateHardLinkA(LPCSTR name, LPCSTR existing_name,
			    LPSECURITY_ATTRIBUTES reserved)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	GUISE_AUTO(path_clear) struct path existing = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	(void)reserved;
	if (NT_SUCCESS(status))
		status = path_of_narrow(existing_name, &existing);
	return win32_result(NT_SUCCESS(status) ? hard_link(&path, &existing)
					       : status);
}

static bool is_relative(const char *target)
{
	return target[0] != '\\' && target[0] != '/' && target[1] != ':';
}

/* What the link says: a relative text with the other separators, or where a
 * whole path leads here. */
static NTSTATUS link_text(const char *target, char **ret)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status;

	if (!*target)
		return STATUS_OBJECT_NAME_INVALID;
	if (!is_relative(target)) {
		status = path_of_narrow(target, &path);
		if (NT_SUCCESS(status))
			*ret = guise_take(path.unix_path);
		return status;
	}
	*ret = strdup(target);
	if (!*ret)
		return STATUS_NO_MEMORY;
	for (char *c = *ret; *c; c++) {
		if (*c == '\\')
			*c = '/';
	}
	return STATUS_SUCCESS;
}

static NTSTATUS check_link_privilege(DWORD flags)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	if (flags & SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE)
		return STATUS_SUCCESS;
	r = guise_effective_token(&token);
	if (r < 0)
		return status_of(r);
	return guise_token_has_privilege(token, GUISE_SE_CREATE_SYMBOLIC_LINK)
		       ? STATUS_SUCCESS
		       : STATUS_PRIVILEGE_NOT_HELD;
}

static NTSTATUS symbolic_link(const struct path *name, const char *target,
			      DWORD flags)
{
	GUISE_AUTO(file_unrefp) struct file_object *parent = NULL;
	GUISE_AUTO(freep) char *text = NULL;
	const char *last;
	NTSTATUS status;

	if (flags & ~(DWORD)(SYMBOLIC_LINK_FLAG_DIRECTORY |
			     SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE))
		return STATUS_INVALID_PARAMETER;
	status = check_link_privilege(flags);
	if (NT_SUCCESS(status))
		status = link_text(target, &text);
	if (NT_SUCCESS(status))
		status = open_parent(name,
				     flags & SYMBOLIC_LINK_FLAG_DIRECTORY
					     ? FILE_ADD_SUBDIRECTORY
					     : FILE_ADD_FILE,
				     &parent, &last);
	if (!NT_SUCCESS(status))
		return status;
	return symlinkat(text, parent->fd, last) < 0 ? link_status()
						     : STATUS_SUCCESS;
}

BOOLEAN WINAPI CreateSymbolicLinkA(LPCSTR name, LPCSTR target, DWORD flags)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	if (NT_SUCCESS(status))
		status = symbolic_link(&path, target ? target : "", flags);
	return (BOOLEAN)win32_result(status);
}

BOOLEAN WINAPI CreateSymbolicLinkW(LPCWSTR name, LPCWSTR target, DWORD flags)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	GUISE_AUTO(freep) char *narrow = NULL;
	NTSTATUS status = path_of_wide(name, &path);

	if (NT_SUCCESS(status))
		status = utf8_dup(target, &narrow);
	if (NT_SUCCESS(status))
		status = symbolic_link(&path, narrow ? narrow : "", flags);
	return (BOOLEAN)win32_result(status);
}
