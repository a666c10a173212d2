/* SPDX-License-Identifier: Apache-2.0 */
/* Sections: making and opening them. Mapping is section-view.c's. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/nt-file.h>

#include "clean-run.h"
#include "fd.h"
#include "file-object.h"
#include "handle.h"
#include "section.h"
#include "sync-names.h"
#include "user-memory.h"

#define SEC_FLAGS 0xfff00000u
/* What a mapping of bytes can be told; images are not mapped. */
#define SEC_KNOWN (SEC_COMMIT | SEC_RESERVE | SEC_NOCACHE)

/* A child has a descriptor that reads, or one that writes: it can open the
 * former again for its own child, and make no more of it. */
#define MEMORY_MODE 0644

bool section_protection_is_known(DWORD protection)
{
	return protection == PAGE_READONLY || protection == PAGE_READWRITE ||
	       protection == PAGE_WRITECOPY || protection == PAGE_EXECUTE ||
	       protection == PAGE_EXECUTE_READ ||
	       protection == PAGE_EXECUTE_READWRITE ||
	       protection == PAGE_EXECUTE_WRITECOPY;
}

static NTSTATUS allocate(void *argument)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct sync *section = argument;

	fd = memfd_create("guise-section", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || fchmod(fd, MEMORY_MODE) < 0 ||
	    ftruncate(fd, (off_t)section->state.size) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) <
		    0)
		return errno == EFBIG ? STATUS_SECTION_TOO_BIG
				      : status_of(-errno);
	section->data_fd = fd_take(&fd);
	return STATUS_SUCCESS;
}

/* The process's, not the client's, who could give himself more of it. */
NTSTATUS section_allocate(struct sync *section)
{
	return clean_run(allocate, section);
}

NTSTATUS section_check_owner(const struct named *named)
{
	uid_t own;
	NTSTATUS status;

	if (named->uid == 0)
		return STATUS_SUCCESS;
	status = clean_uid(&own);
	if (status < 0)
		return status;
	return named->uid == own ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

NTSTATUS section_take_data(struct sync *section, const struct named *named,
			   int fd)
{
	NTSTATUS status = section_check_owner(named);
	struct stat is;

	section->data_fd = fd;
	if (status < 0)
		return status;
	if (fd < 0 || fstat(fd, &is) < 0 || is.st_uid != named->uid ||
	    (uint64_t)is.st_size < section->state.size)
		return STATUS_INVALID_HANDLE;
	return STATUS_SUCCESS;
}

static NTSTATUS section_receive(const struct pass *pass, struct object **ret)
{
	return sync_receive(&section_type, pass, ret);
}

const struct object_type section_type = {
	.name = "Section",
	.mapping = {0x20005, 0x20002, 0x20008, SECTION_ALL_ACCESS},
	.valid = SECTION_ALL_ACCESS | SYNCHRONIZE,
	.may_gain = true,
	.free = sync_free,
	.get_sd = sync_get_sd,
	.set_sd = sync_set_sd,
	.get_name = sync_get_name,
	.pass = sync_pass,
	.receive = section_receive,
};

/* One section to be made */
struct request {
	HANDLE file; /* NULL: memory */
	uint64_t size;
	DWORD protection;
	DWORD flags;
	ACCESS_MASK access;
	ULONG attributes;
	PSECURITY_DESCRIPTOR descriptor;
	bool is_named;
};

/* The state of a new one, as far as it does not depend on a file */
static NTSTATUS state_of(const struct request *request, struct sync_state *ret)
{
	if (!section_protection_is_known(request->protection))
		return STATUS_INVALID_PAGE_PROTECTION;
	if (request->flags & ~(DWORD)SEC_KNOWN)
		return STATUS_NOT_SUPPORTED;
	if (request->size > INT64_MAX)
		return STATUS_SECTION_TOO_BIG;
	if (!request->file && request->size == 0)
		return STATUS_INVALID_PARAMETER;
	*ret = (struct sync_state){
		.kind = SYNC_SECTION,
		.protection = request->protection,
		.size = request->size,
	};
	return STATUS_SUCCESS;
}

/* What CreateFileMapping asks of a section that is there already */
static ACCESS_MASK access_of(DWORD protection)
{
	ACCESS_MASK access =
		STANDARD_RIGHTS_REQUIRED | SECTION_QUERY | SECTION_MAP_READ;

	if (protection == PAGE_READWRITE ||
	    protection == PAGE_EXECUTE_READWRITE)
		access |= SECTION_MAP_WRITE;
	if (protection >= PAGE_EXECUTE)
		access |= SECTION_MAP_EXECUTE;
	return access;
}

/* Room for all of it in the file, which is @size bytes now */
static NTSTATUS fit_file(int fd, uint64_t size, struct sync_state *state)
{
	if (state->size == 0)
		state->size = size;
	if (state->size == 0)
		return STATUS_MAPPED_FILE_SIZE_ZERO;
	if (state->size <= size)
		return STATUS_SUCCESS;
	if (!(access_of(state->protection) & SECTION_MAP_WRITE))
		return STATUS_SECTION_TOO_BIG;
	return ftruncate(fd, (off_t)state->size) < 0 ? status_of(-errno)
						     : STATUS_SUCCESS;
}

/* A descriptor of the file's own, and the state with its size */
static NTSTATUS open_file(HANDLE handle, struct sync_state *state, int *ret)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	ACCESS_MASK section = access_of(state->protection);
	ACCESS_MASK needed = FILE_READ_DATA;
	NTSTATUS status;
	struct stat is;

	if (section & SECTION_MAP_WRITE)
		needed |= FILE_WRITE_DATA;
	if (section & SECTION_MAP_EXECUTE)
		needed |= FILE_EXECUTE;
	status = file_of_handle(handle, needed, &file, NULL);
	if (status < 0)
		return status;
	if (fstat(file_fd(file), &is) < 0 || !S_ISREG(is.st_mode))
		return STATUS_INVALID_FILE_FOR_SECTION;
	status = fit_file(file_fd(file), (uint64_t)is.st_size, state);
	if (status < 0)
		return status;
	*ret = fcntl(file_fd(file), F_DUPFD_CLOEXEC, 0);
	return *ret < 0 ? status_of(-errno) : STATUS_SUCCESS;
}

static NTSTATUS make_of_file(const struct request *request,
			     const struct sync_state *wanted, HANDLE *ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct sync_state state = *wanted;
	struct sync *section;
	ACCESS_MASK granted;
	NTSTATUS status;

	if (request->is_named)
		return STATUS_NOT_SUPPORTED; /* others could not find the file
					      */
	status = open_file(request->file, &state, &fd);
	if (status >= 0)
		status = object_new_sd(&section_type, request->descriptor, &sd);
	if (status >= 0)
		status = object_creator_access(&section_type, request->access,
					       &granted);
	if (status < 0)
		return status;
	section = sync_new(&section_type, sd, &state);
	if (!section)
		return STATUS_NO_MEMORY;
	section->data_fd = fd_take(&fd);
	return handle_new(&section->object, granted, request->attributes, ret);
}

static bool has_name(const struct sync_name *name)
{
	return (name->wide && *name->wide) || (name->narrow && *name->narrow);
}

static HANDLE create(HANDLE file, LPSECURITY_ATTRIBUTES attributes,
		     DWORD protection, uint64_t size,
		     const struct sync_name *name)
{
	const struct request request = {
		.file = file == INVALID_HANDLE_VALUE ? NULL : file,
		.size = size,
		.protection = protection & ~SEC_FLAGS,
		.flags = protection & SEC_FLAGS,
		.access = access_of(protection & ~SEC_FLAGS),
		.is_named = has_name(name),
		.descriptor =
			attributes ? attributes->lpSecurityDescriptor : NULL,
		.attributes = attributes && attributes->bInheritHandle
				      ? OBJ_INHERIT
				      : 0,
	};
	struct sync_state state;
	HANDLE made = NULL;

	/* NtCreateSection would take it */
	if (request.protection == PAGE_EXECUTE) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	if (!win32_result(file ? state_of(&request, &state)
			       : STATUS_INVALID_HANDLE))
		return NULL;
	if (!request.file)
		return sync_create_win32(&section_type, attributes, name,
					 &state, request.access);
	if (win32_result(make_of_file(&request, &state, &made)))
		SetLastError(0);
	return made;
}

HANDLE WINAPI CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES attributes,
				 DWORD protection, DWORD size_high,
				 DWORD size_low, LPCWSTR name)
{
	return create(file, attributes, protection,
		      (uint64_t)size_high << 32 | size_low,
		      &(struct sync_name){.wide = name});
}

HANDLE WINAPI CreateFileMappingA(HANDLE file, LPSECURITY_ATTRIBUTES attributes,
				 DWORD protection, DWORD size_high,
				 DWORD size_low, LPCSTR name)
{
	return create(file, attributes, protection,
		      (uint64_t)size_high << 32 | size_low,
		      &(struct sync_name){.narrow = name});
}

/* FILE_MAP_ constants as rights of a section */
static ACCESS_MASK access_of_map(DWORD access)
{
	if (access == FILE_MAP_COPY)
		return SECTION_MAP_READ;
	if (access & FILE_MAP_EXECUTE)
		return (access & ~(DWORD)FILE_MAP_EXECUTE) |
		       SECTION_MAP_EXECUTE;
	return access;
}

HANDLE WINAPI OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name)
{
	return sync_open_win32(&section_type, access_of_map(access), inherit,
			       &(struct sync_name){.wide = name});
}

HANDLE WINAPI OpenFileMappingA(DWORD access, BOOL inherit, LPCSTR name)
{
	return sync_open_win32(&section_type, access_of_map(access), inherit,
			       &(struct sync_name){.narrow = name});
}

/* Of a file; what the caller points to is read here, once */
static NTSTATUS create_of_file(struct request *request,
			       const OBJECT_ATTRIBUTES *attributes,
			       const struct sync_state *state, PHANDLE ret)
{
	HANDLE made;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)) ||
	    (attributes && !user_readable(attributes, sizeof(*attributes))))
		return STATUS_ACCESS_VIOLATION;
	if (attributes) {
		request->attributes = attributes->Attributes;
		request->descriptor = attributes->SecurityDescriptor;
		request->is_named = attributes->ObjectName != NULL;
	}
	status = make_of_file(request, state, &made);
	if (status >= 0)
		*ret = made;
	return status;
}

NTSTATUS NTAPI NtCreateSection(PHANDLE ret, ACCESS_MASK access,
			       const OBJECT_ATTRIBUTES *attributes,
			       const LARGE_INTEGER *size, ULONG protection,
			       ULONG flags, HANDLE file)
{
	struct request request = {
		.file = file,
		.protection = protection,
		.flags = flags,
		.access = access,
	};
	struct sync_state state;
	NTSTATUS status;

	if (size && !user_readable(size, sizeof(*size)))
		return STATUS_ACCESS_VIOLATION;
	if (size)
		request.size = (uint64_t)size->QuadPart;
	status = state_of(&request, &state);
	if (status < 0)
		return status;
	if (file)
		return create_of_file(&request, attributes, &state, ret);
	return sync_create_native(&section_type, access, attributes, &state,
				  ret);
}

NTSTATUS NTAPI NtOpenSection(PHANDLE ret, ACCESS_MASK access,
			     const OBJECT_ATTRIBUTES *attributes)
{
	return sync_open_native(&section_type, access, attributes, ret);
}

NTSTATUS NTAPI NtQuerySection(HANDLE handle, SECTION_INFORMATION_CLASS class,
			      PVOID out, SIZE_T size, PSIZE_T ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	SECTION_BASIC_INFORMATION info = {0};
	NTSTATUS status;

	if (class != SectionBasicInformation)
		return STATUS_INVALID_INFO_CLASS;
	if (size < sizeof(info))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(out, sizeof(info)) ||
	    (ret_size && !user_writable(ret_size, sizeof(*ret_size))))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(handle, &section_type, SECTION_QUERY, &object,
			       NULL);
	if (status < 0)
		return status;
	info.AllocationAttributes = SEC_COMMIT;
	info.MaximumSize.QuadPart =
		(LONGLONG)((const struct sync *)object)->state.size;
	memcpy(out, &info, sizeof(info));
	if (ret_size)
		*ret_size = sizeof(info);
	return STATUS_SUCCESS;
}
