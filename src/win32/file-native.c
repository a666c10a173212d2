/* SPDX-License-Identifier: Apache-2.0 */
/* Opening files as ntdll spells it. */
#include <stdlib.h>

#include "file-facts.h"

#include <winternl.h>

#include "pipe.h"
#include "text.h"
#include "user-memory.h"

#define OPTIONS_KNOWN 0x00ffffff
#define SYNCHRONOUS (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT)
/* Those that the library is told; others say how data is cached. */
#define OPTIONS_PASSED                                                         \
	(FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE |                       \
	 FILE_DELETE_ON_CLOSE | FILE_OPEN_FOR_BACKUP_INTENT |                  \
	 FILE_OPEN_REPARSE_POINT)

/* struct target - what OBJECT_ATTRIBUTES name */
struct target {
	OBJECT_ATTRIBUTES attributes;
	struct file_object *root;
	WCHAR *name;
	size_t n;
	struct path path;
};

static void target_clear(struct target *target)
{
	file_unrefp(&target->root);
	free(target->name);
	path_clear(&target->path);
}

static NTSTATUS copy_name(struct target *target, const UNICODE_STRING *from)
{
	UNICODE_STRING name;

	if (!user_readable(from, sizeof(*from)))
		return STATUS_ACCESS_VIOLATION;
	name = *from;
	if (name.Length % sizeof(WCHAR) != 0)
		return STATUS_OBJECT_NAME_INVALID;
	if (!user_readable(name.Buffer, name.Length))
		return STATUS_ACCESS_VIOLATION;
	target->n = name.Length / sizeof(WCHAR);
	target->name = calloc(target->n + 1, sizeof(WCHAR));
	if (!target->name)
		return STATUS_NO_MEMORY;
	if (name.Length > 0)
		memcpy(target->name, name.Buffer, name.Length);
	return STATUS_SUCCESS;
}

/* Reads the attributes and the name. */
static NTSTATUS read_target(const OBJECT_ATTRIBUTES *attributes,
			    struct target *ret)
{
	NTSTATUS status = STATUS_SUCCESS;

	if (!user_readable(attributes, sizeof(*attributes)))
		return STATUS_ACCESS_VIOLATION;
	ret->attributes = *attributes;
	if (ret->attributes.Length != sizeof(ret->attributes) ||
	    (ret->attributes.Attributes & ~(ULONG)OBJ_VALID_ATTRIBUTES))
		return STATUS_INVALID_PARAMETER;
	if (!ret->attributes.ObjectName)
		return STATUS_OBJECT_PATH_SYNTAX_BAD;
	status = copy_name(ret, ret->attributes.ObjectName);
	if (NT_SUCCESS(status) && ret->attributes.RootDirectory)
		status = file_of_handle(ret->attributes.RootDirectory, 0,
					&ret->root, NULL);
	return status;
}

static NTSTATUS resolve(struct target *target)
{
	return path_resolve_native(target->name, target->n,
				   target->root ? target->root->windows : NULL,
				   &target->path);
}

static NTSTATUS check_options(ACCESS_MASK access, ULONG options,
			      ULONG disposition)
{
	const ULONG synchronous = options & SYNCHRONOUS;

	if ((options & ~(ULONG)OPTIONS_KNOWN) ||
	    disposition > FILE_MAXIMUM_DISPOSITION ||
	    synchronous == SYNCHRONOUS ||
	    (synchronous && !(access & SYNCHRONIZE)) ||
	    ((options & FILE_DELETE_ON_CLOSE) && !(access & DELETE)))
		return STATUS_INVALID_PARAMETER;
	if ((options & FILE_DIRECTORY_FILE) &&
	    ((options & FILE_NON_DIRECTORY_FILE) ||
	     (disposition != FILE_OPEN && disposition != FILE_CREATE &&
	      disposition != FILE_OPEN_IF)))
		return STATUS_INVALID_PARAMETER;
	return options & FILE_OPEN_BY_FILE_ID ? STATUS_NOT_SUPPORTED
					      : STATUS_SUCCESS;
}

static NTSTATUS open_pipe(const struct target *target, size_t at,
			  ACCESS_MASK access, ULONG options, HANDLE *ret)
{
	const SECURITY_QUALITY_OF_SERVICE *qos =
		target->attributes.SecurityQualityOfService;

	if (qos && !user_readable(qos, sizeof(*qos)))
		return STATUS_ACCESS_VIOLATION;
	return pipe_open(target->name + at, target->n - at, access, qos,
			 target->attributes.Attributes & OBJ_INHERIT,
			 !(options & SYNCHRONOUS), ret);
}

static NTSTATUS open_target(struct target *target, ACCESS_MASK access,
			    ULONG attributes, ULONG share, ULONG disposition,
			    ULONG options, HANDLE *ret,
			    enum guise_nt_action *ret_action)
{
	const struct file_open how = {
		.root = target->root,
		.access = access,
		.share = share,
		.disposition = (enum guise_nt_disposition)disposition,
		.options = options & OPTIONS_PASSED,
		.attributes = attributes,
		.descriptor = target->attributes.SecurityDescriptor,
		.handle_attributes =
			target->attributes.Attributes & OBJ_INHERIT,
		.is_overlapped = !(options & SYNCHRONOUS),
		.is_write_through = (options & FILE_WRITE_THROUGH) != 0,
	};
	NTSTATUS status;
	size_t at;

	if (!target->root && pipe_path(target->name, target->n, &at))
		return open_pipe(target, at, access, options, ret);
	status = resolve(target);
	return NT_SUCCESS(status)
		       ? file_open_handle(&target->path, &how, ret, ret_action)
		       : status;
}

NTSTATUS NTAPI NtCreateFile(PHANDLE ret, ACCESS_MASK access,
			    POBJECT_ATTRIBUTES attributes,
			    PIO_STATUS_BLOCK result, PLARGE_INTEGER allocation,
			    ULONG file_attributes, ULONG share,
			    ULONG disposition, ULONG options, PVOID ea,
			    ULONG ea_size)
{
	GUISE_AUTO(target_clear) struct target target = {0};
	enum guise_nt_action action = GUISE_NT_OPENED;
	HANDLE handle;
	NTSTATUS status;

	(void)allocation; /* room is found when it is needed */
	if (!user_writable(ret, sizeof(*ret)) ||
	    !user_writable(result, sizeof(*result)))
		return STATUS_ACCESS_VIOLATION;
	if (ea && ea_size)
		return STATUS_NOT_SUPPORTED;
	status = check_options(access, options, disposition);
	if (NT_SUCCESS(status))
		status = read_target(attributes, &target);
	if (NT_SUCCESS(status))
		status = open_target(&target, access, file_attributes, share,
				     disposition, options, &handle, &action);
	if (!NT_SUCCESS(status))
		return status;
	*ret = handle;
	*result = (IO_STATUS_BLOCK){.Status = status,
				    .Information = (ULONG_PTR)action};
	return status;
}

NTSTATUS NTAPI NtOpenFile(PHANDLE ret, ACCESS_MASK access,
			  POBJECT_ATTRIBUTES attributes,
			  PIO_STATUS_BLOCK result, ULONG share, ULONG options)
{
	return NtCreateFile(ret, access, attributes, result, NULL, 0, share,
			    FILE_OPEN, options, NULL, 0);
}

NTSTATUS NTAPI NtDeleteFile(POBJECT_ATTRIBUTES attributes)
{
	GUISE_AUTO(target_clear) struct target target = {0};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	struct file_open how = {
		.access = DELETE,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_DELETE_ON_CLOSE | GUISE_NT_OPEN_LINK,
	};
	NTSTATUS status = read_target(attributes, &target);

	if (NT_SUCCESS(status))
		status = resolve(&target);
	how.root = target.root;
	return NT_SUCCESS(status) ? file_open(&target.path, &how, &file, NULL)
				  : status;
}

static NTSTATUS facts_of(const OBJECT_ATTRIBUTES *attributes,
			 struct file_facts *ret)
{
	GUISE_AUTO(target_clear) struct target target = {0};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	struct file_open how = {
		.access = FILE_READ_ATTRIBUTES,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_BACKUP_INTENT,
	};
	NTSTATUS status = read_target(attributes, &target);

	if (NT_SUCCESS(status))
		status = resolve(&target);
	how.root = target.root;
	if (NT_SUCCESS(status))
		status = file_open(&target.path, &how, &file, NULL);
	return NT_SUCCESS(status) ? file_facts_of_fd(file->fd, ret) : status;
}

NTSTATUS NTAPI NtQueryAttributesFile(POBJECT_ATTRIBUTES attributes,
				     PFILE_BASIC_INFORMATION ret)
{
	struct file_facts facts;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = facts_of(attributes, &facts);
	if (!NT_SUCCESS(status))
		return status;
	*ret = (FILE_BASIC_INFORMATION){
		.CreationTime.QuadPart = facts.created,
		.LastAccessTime.QuadPart = facts.accessed,
		.LastWriteTime.QuadPart = facts.written,
		.ChangeTime.QuadPart = facts.changed,
		.FileAttributes = facts.attributes,
	};
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtQueryFullAttributesFile(POBJECT_ATTRIBUTES attributes,
					 PFILE_NETWORK_OPEN_INFORMATION ret)
{
	struct file_facts facts;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	status = facts_of(attributes, &facts);
	if (!NT_SUCCESS(status))
		return status;
	*ret = (FILE_NETWORK_OPEN_INFORMATION){
		.CreationTime.QuadPart = facts.created,
		.LastAccessTime.QuadPart = facts.accessed,
		.LastWriteTime.QuadPart = facts.written,
		.ChangeTime.QuadPart = facts.changed,
		.AllocationSize.QuadPart = (LONGLONG)facts.allocated,
		.EndOfFile.QuadPart = (LONGLONG)facts.size,
		.FileAttributes = facts.attributes,
	};
	return STATUS_SUCCESS;
}

/* "\??\" before the full path; what begins with "\\?\" or "\\.\" is one */
static NTSTATUS native_name(PCWSTR name, PUNICODE_STRING ret)
{
	WCHAR full[GUISE_PATH_MAX + 8] = {'\\', '?', '?', '\\'};
	const size_t before = 4;
	DWORD n = GetFullPathNameW(name, GUISE_PATH_MAX, full + before, NULL);

	if (n == 0 || n >= GUISE_PATH_MAX)
		return STATUS_OBJECT_NAME_INVALID;
	if (full[4] == '\\' && full[5] == '\\' &&
	    (full[6] == '?' || full[6] == '.'))
		memmove(full + before, full + 2 * before,
			(n - before + 1) * sizeof(*full));
	return RtlCreateUnicodeString(ret, full) ? STATUS_SUCCESS
						 : STATUS_NO_MEMORY;
}

NTSTATUS NTAPI RtlDosPathNameToNtPathName_U_WithStatus(PCWSTR name,
						       PUNICODE_STRING ret,
						       PWSTR *ret_file_part,
						       PVOID reserved)
{
	NTSTATUS status;
	PWSTR at;

	(void)reserved; /* there are no paths relative to a handle in it */
	status = native_name(name, ret);
	if (!NT_SUCCESS(status) || !ret_file_part)
		return status;
	at = ret->Buffer + ret->Length / sizeof(WCHAR);
	while (at > ret->Buffer && at[-1] != '\\')
		at--;
	*ret_file_part = *at ? at : NULL;
	return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlDosPathNameToNtPathName_U(PCWSTR name, PUNICODE_STRING ret,
					   PWSTR *ret_file_part, PVOID reserved)
{
	return RtlDosPathNameToNtPathName_U_WithStatus(
		       name, ret, ret_file_part, reserved) == STATUS_SUCCESS;
}
