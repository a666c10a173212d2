/* SPDX-License-Identifier: Apache-2.0 */
/* CreateFile: Win32's words for an open, in NT's. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "file-object.h"

#include "pipe.h"
#include "text.h"
#include "user-memory.h"

static const struct {
	enum guise_nt_disposition disposition;
	bool known;
} dispositions[] = {
	[CREATE_NEW] = {GUISE_NT_CREATE, true},
	[CREATE_ALWAYS] = {GUISE_NT_OVERWRITE_IF, true},
	[OPEN_EXISTING] = {GUISE_NT_OPEN, true},
	[OPEN_ALWAYS] = {GUISE_NT_OPEN_IF, true},
	[TRUNCATE_EXISTING] = {GUISE_NT_OVERWRITE, true},
};

/* What the flags without SECURITY_SQOS_PRESENT mean to a pipe: nothing. */
static const SECURITY_QUALITY_OF_SERVICE *
qos_of(DWORD flags, SECURITY_QUALITY_OF_SERVICE *room)
{
	if (!(flags & SECURITY_SQOS_PRESENT))
		return NULL;
	*room = (SECURITY_QUALITY_OF_SERVICE){
		.Length = sizeof(*room),
		.ImpersonationLevel =
			(SECURITY_IMPERSONATION_LEVEL)(flags >> 16 & 3),
		.ContextTrackingMode = (flags & SECURITY_CONTEXT_TRACKING) != 0,
		.EffectiveOnly = (flags & SECURITY_EFFECTIVE_ONLY) != 0,
	};
	return room;
}

static uint32_t options_of(DWORD flags, bool trailing)
{
	uint32_t options = 0;

	if (flags & FILE_FLAG_BACKUP_SEMANTICS)
		options |= GUISE_NT_BACKUP_INTENT;
	else
		options |= GUISE_NT_NON_DIRECTORY;
	if (trailing)
		options |= GUISE_NT_DIRECTORY;
	if (flags & FILE_FLAG_DELETE_ON_CLOSE)
		options |= GUISE_NT_DELETE_ON_CLOSE;
	if (flags & FILE_FLAG_OPEN_REPARSE_POINT)
		options |= GUISE_NT_OPEN_LINK;
	return options;
}

/* "x\" names a directory, which this function opens only with backup
 * semantics, and never makes. */
static NTSTATUS check_trailing(const struct path *path,
			       const struct file_open *open, DWORD flags)
{
	struct stat is;

	if (!path->trailing || ((flags & FILE_FLAG_BACKUP_SEMANTICS) &&
				open->disposition == GUISE_NT_OPEN))
		return STATUS_SUCCESS;
	return stat(path->unix_path, &is) == 0 && S_ISDIR(is.st_mode)
		       ? STATUS_OBJECT_PATH_NOT_FOUND
		       : STATUS_OBJECT_NAME_INVALID;
}

/* "NUL" and "\\.\NUL" */
static bool is_null_device(const WCHAR *name)
{
	if (name[0] == '\\' && name[1] == '\\' &&
	    (name[2] == '.' || name[2] == '?') && name[3] == '\\')
		name += 4;
	return text_equal_ascii(name, "NUL");
}

/* Nobody needs a right to it, but one who may open something. */
static NTSTATUS open_null_device(const struct file_open *how, HANDLE *ret)
{
	struct file_object *file;
	NTSTATUS status = object_level_check();
	int fd;

	if (!NT_SUCCESS(status))
		return status;
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return status_of(-errno);
	status = file_of_fd(fd, "NUL", &file);
	if (!NT_SUCCESS(status))
		return status;
	return handle_new(&file->object,
			  guise_map_generic(how->access, &file_type.mapping) &
				  FILE_ALL_ACCESS,
			  how->handle_attributes, ret);
}

static NTSTATUS create(const WCHAR *name, size_t n, struct file_open *open,
		       DWORD flags, HANDLE *ret, enum guise_nt_action *action)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	SECURITY_QUALITY_OF_SERVICE room;
	NTSTATUS status;
	size_t at;

	if (pipe_path(name, n, &at))
		return pipe_open(name + at, n - at, open->access,
				 qos_of(flags, &room), open->handle_attributes,
				 open->is_overlapped, ret);
	if (is_null_device(name))
		return open_null_device(open, ret);
	status = path_resolve(name, n, &path);
	if (NT_SUCCESS(status))
		status = check_trailing(&path, open, flags);
	if (!NT_SUCCESS(status))
		return status;
	open->options = options_of(flags, path.trailing);
	return file_open_handle(&path, open, ret, action);
}

static void set_error(NTSTATUS status, DWORD disposition,
		      enum guise_nt_action action)
{
	if (status == STATUS_OBJECT_NAME_COLLISION)
		SetLastError(ERROR_FILE_EXISTS);
	else if (!NT_SUCCESS(status))
		(void)win32_result(status);
	else if ((disposition == CREATE_ALWAYS || disposition == OPEN_ALWAYS) &&
		 action != GUISE_NT_CREATED)
		SetLastError(ERROR_ALREADY_EXISTS);
	else
		SetLastError(ERROR_SUCCESS);
}

HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template)
{
	struct file_open open = {
		.access = access | SYNCHRONIZE | FILE_READ_ATTRIBUTES,
		.share = share,
		.attributes = flags & 0xffff,
		.is_overlapped = (flags & FILE_FLAG_OVERLAPPED) != 0,
		.is_write_through = (flags & FILE_FLAG_WRITE_THROUGH) != 0,
	};
	enum guise_nt_action action = GUISE_NT_OPENED;
	HANDLE handle = INVALID_HANDLE_VALUE;
	NTSTATUS status;

	(void)template; /* nothing of it is inherited */
	if (!name || !*name) {
		SetLastError(ERROR_PATH_NOT_FOUND);
		return INVALID_HANDLE_VALUE;
	}
	if (disposition >= ARRAY_SIZE(dispositions) ||
	    !dispositions[disposition].known || (share & ~7u) ||
	    (disposition == TRUNCATE_EXISTING && !(access & GENERIC_WRITE))) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return INVALID_HANDLE_VALUE;
	}
	open.disposition = dispositions[disposition].disposition;
	if (flags & FILE_FLAG_DELETE_ON_CLOSE)
		open.access |= DELETE;
	if (security) {
		open.descriptor = security->lpSecurityDescriptor;
		open.handle_attributes =
			security->bInheritHandle ? OBJ_INHERIT : 0;
	}
	status =
		create(name, text_length(name), &open, flags, &handle, &action);
	set_error(status, disposition, action);
	return NT_SUCCESS(status) ? handle : INVALID_HANDLE_VALUE;
}

HANDLE CreateFile2(LPCWSTR name, DWORD access, DWORD share, DWORD disposition,
		   LPCREATEFILE2_EXTENDED_PARAMETERS parameters)
{
	static const CREATEFILE2_EXTENDED_PARAMETERS none;
	const CREATEFILE2_EXTENDED_PARAMETERS *p =
		parameters ? parameters : &none;

	if (parameters && parameters->dwSize < sizeof(*parameters)) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return INVALID_HANDLE_VALUE;
	}
	return CreateFileW(
		name, access, share, p->lpSecurityAttributes, disposition,
		p->dwFileAttributes | p->dwFileFlags | p->dwSecurityQosFlags,
		p->hTemplateFile);
}

HANDLE CreateFileA(LPCSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template)
{
	GUISE_AUTO(freep) WCHAR *wide = NULL;
	NTSTATUS status = utf16_dup(name, &wide);

	if (!NT_SUCCESS(status)) {
		(void)win32_result(status);
		return INVALID_HANDLE_VALUE;
	}
	return CreateFileW(wide, access, share, security, disposition, flags,
			   template);
}
