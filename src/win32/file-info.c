/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes and times as Win32 asks for them: by path and by handle. */
#include "file-facts.h"
#include "file-query.h"

#include "user-memory.h"

static DWORD attributes_of(NTSTATUS status, const struct path *path)
{
	struct file_facts facts;

	if (NT_SUCCESS(status))
		status = file_facts_of_path(path, &facts);
	if (NT_SUCCESS(status))
		return facts.attributes;
	(void)win32_result(status);
	return INVALID_FILE_ATTRIBUTES;
}

DWORD WINAPI GetFileAttributesW(LPCWSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	return attributes_of(status, &path);
}

DWORD WINAPI GetFileAttributesA(LPCSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	return attributes_of(status, &path);
}

static NTSTATUS attribute_data(const struct path *path,
			       GET_FILEEX_INFO_LEVELS level, void *ret)
{
	WIN32_FILE_ATTRIBUTE_DATA data;
	struct file_facts facts;
	NTSTATUS status;

	if (level != GetFileExInfoStandard)
		return STATUS_INVALID_PARAMETER;
	if (!user_writable(ret, sizeof(data)))
		return STATUS_ACCESS_VIOLATION;
	status = file_facts_of_path(path, &facts);
	if (!NT_SUCCESS(status))
		return status;
	data = (WIN32_FILE_ATTRIBUTE_DATA){
		.dwFileAttributes = facts.attributes,
		.ftCreationTime = file_time(facts.created),
		.ftLastAccessTime = file_time(facts.accessed),
		.ftLastWriteTime = file_time(facts.written),
		.nFileSizeHigh = (DWORD)(facts.size >> 32),
		.nFileSizeLow = (DWORD)facts.size,
	};
	memcpy(ret, &data, sizeof(data));
	return STATUS_SUCCESS;
}

BOOL WINAPI GetFileAttributesExW(LPCWSTR name, GET_FILEEX_INFO_LEVELS level,
				 LPVOID ret)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	return win32_result(NT_SUCCESS(status)
				    ? attribute_data(&path, level, ret)
				    : status);
}

BOOL WINAPI GetFileAttributesExA(LPCSTR name, GET_FILEEX_INFO_LEVELS level,
				 LPVOID ret)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	return win32_result(NT_SUCCESS(status)
				    ? attribute_data(&path, level, ret)
				    : status);
}

static NTSTATUS set_attributes(const struct path *path, DWORD attributes)
{
	const struct file_open how = {
		.access = FILE_WRITE_ATTRIBUTES | SYNCHRONIZE,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_BACKUP_INTENT,
	};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_open(path, &how, &file, NULL);

	return NT_SUCCESS(status) ? file_set_attributes(file, attributes)
				  : status;
}

BOOL WINAPI SetFileAttributesW(LPCWSTR name, DWORD attributes)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	return win32_result(NT_SUCCESS(status)
				    ? set_attributes(&path, attributes)
				    : status);
}

BOOL WINAPI SetFileAttributesA(LPCSTR name, DWORD attributes)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	return win32_result(NT_SUCCESS(status)
				    ? set_attributes(&path, attributes)
				    : status);
}

static NTSTATUS facts_of_handle(HANDLE handle, struct file_facts *ret)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status =
		file_of_handle(handle, FILE_READ_ATTRIBUTES, &file, NULL);

	return NT_SUCCESS(status) ? file_facts_of_fd(file->fd, ret) : status;
}

BOOL WINAPI GetFileInformationByHandle(HANDLE handle,
				       LPBY_HANDLE_FILE_INFORMATION ret)
{
	struct file_facts facts;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	status = facts_of_handle(handle, &facts);
	if (!NT_SUCCESS(status))
		return win32_result(status);
	*ret = (BY_HANDLE_FILE_INFORMATION){
		.dwFileAttributes = facts.attributes,
		.ftCreationTime = file_time(facts.created),
		.ftLastAccessTime = file_time(facts.accessed),
		.ftLastWriteTime = file_time(facts.written),
		.dwVolumeSerialNumber = facts.volume,
		.nFileSizeHigh = (DWORD)(facts.size >> 32),
		.nFileSizeLow = (DWORD)facts.size,
		.nNumberOfLinks = facts.links,
		.nFileIndexHigh = (DWORD)(facts.index >> 32),
		.nFileIndexLow = (DWORD)facts.index,
	};
	return TRUE;
}

static bool may_be_written(FILETIME *time)
{
	return !time || user_writable(time, sizeof(*time));
}

static bool may_be_read(const FILETIME *time)
{
	return !time || user_readable(time, sizeof(*time));
}

BOOL WINAPI GetFileTime(HANDLE handle, LPFILETIME created, LPFILETIME accessed,
			LPFILETIME written)
{
	struct file_facts facts;
	NTSTATUS status;

	if (!may_be_written(created) || !may_be_written(accessed) ||
	    !may_be_written(written))
		return win32_fail(ERROR_NOACCESS);
	status = facts_of_handle(handle, &facts);
	if (!NT_SUCCESS(status))
		return win32_result(status);
	if (created)
		*created = file_time(facts.created);
	if (accessed)
		*accessed = file_time(facts.accessed);
	if (written)
		*written = file_time(facts.written);
	return TRUE;
}

BOOL WINAPI SetFileTime(HANDLE handle, const FILETIME *created,
			const FILETIME *accessed, const FILETIME *written)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status;

	if (!may_be_read(created) || !may_be_read(accessed) ||
	    !may_be_read(written))
		return win32_fail(ERROR_NOACCESS);
	status = file_of_handle(handle, FILE_WRITE_ATTRIBUTES, &file, NULL);
	if (NT_SUCCESS(status) && (accessed || written))
		status = file_set_times(
			file,
			accessed ? file_time_value(accessed) : FILE_TIME_KEEP,
			written ? file_time_value(written) : FILE_TIME_KEEP);
	return win32_result(status);
}

/* Win32's number of an information, and NT's */
static const struct {
	FILE_INFO_BY_HANDLE_CLASS which;
	FILE_INFORMATION_CLASS native;
	bool get;
	bool set;
} classes[] = {
	{FileBasicInfo, FileBasicInformation, true, true},
	{FileStandardInfo, FileStandardInformation, true, false},
	{FileNameInfo, FileNameInformation, true, false},
	{FileRenameInfo, FileRenameInformation, false, true},
	{FileDispositionInfo, FileDispositionInformation, false, true},
	{FileAllocationInfo, FileAllocationInformation, false, true},
	{FileEndOfFileInfo, FileEndOfFileInformation, false, true},
	{FileAttributeTagInfo, FileAttributeTagInformation, true, false},
	{FileDispositionInfoEx, FileDispositionInformationEx, false, true},
	{FileRenameInfoEx, FileRenameInformationEx, false, true},
};

static bool class_of(FILE_INFO_BY_HANDLE_CLASS which, bool set, ULONG *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (classes[i].which != which ||
		    !(set ? classes[i].set : classes[i].get))
			continue;
		*ret = (ULONG)classes[i].native;
		return true;
	}
	return false;
}

/* As Windows has it, a buffer too short is 24 here */
static BOOL class_result(NTSTATUS status)
{
	return status == STATUS_INFO_LENGTH_MISMATCH
		       ? win32_fail(ERROR_BAD_LENGTH)
		       : win32_result(status);
}

BOOL WINAPI GetFileInformationByHandleEx(HANDLE handle,
					 FILE_INFO_BY_HANDLE_CLASS which,
					 LPVOID ret, DWORD size)
{
	ULONG native, used;

	if (!class_of(which, false, &native))
		return win32_fail(ERROR_INVALID_PARAMETER);
	return class_result(file_query(handle, native, ret, size, &used));
}

BOOL WINAPI SetFileInformationByHandle(HANDLE handle,
				       FILE_INFO_BY_HANDLE_CLASS which,
				       LPVOID information, DWORD size)
{
	ULONG native;

	if (!class_of(which, true, &native))
		return win32_fail(ERROR_INVALID_PARAMETER);
	return class_result(file_set(handle, native, information, size));
}
