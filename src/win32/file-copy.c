/* SPDX-License-Identifier: Apache-2.0 */
/* Copying a file. */
#include <unistd.h>

#include "file-facts.h"

#include "file-copy.h"

/* At a time: a signal or a full disk is noticed in between */
#define CHUNK (1u << 30)

static NTSTATUS copy_data(int from, int to)
{
	char buffer[65536];
	ssize_t n;

	do {
		n = copy_file_range(from, NULL, to, NULL, CHUNK, 0);
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n == 0)
		return STATUS_SUCCESS;
	if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP)
		return status_of(-errno);
	while ((n = read(from, buffer, sizeof(buffer))) > 0) {
		if (write(to, buffer, (size_t)n) != n)
			return status_of(errno ? -errno : -ENOSPC);
	}
	return n < 0 ? status_of(-errno) : STATUS_SUCCESS;
}

static NTSTATUS open_source(const struct path *path, struct file_object **ret)
{
	const struct file_open how = {
		.access = FILE_READ_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
		.share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_NON_DIRECTORY,
	};

	return file_open(path, &how, ret, NULL);
}

static NTSTATUS open_target(const struct path *path, bool fail_if_exists,
			    const struct file_facts *source,
			    struct file_object **ret,
			    enum guise_nt_action *ret_action)
{
	const struct file_open how = {
		.access = FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE,
		.disposition = fail_if_exists ? GUISE_NT_CREATE
					      : GUISE_NT_OVERWRITE_IF,
		.options = GUISE_NT_NON_DIRECTORY,
		.attributes = source->attributes,
	};
	NTSTATUS status = file_open(path, &how, ret, ret_action);

	return status == STATUS_OBJECT_NAME_COLLISION
		       ? status_of_win32(ERROR_FILE_EXISTS)
		       : status;
}

static NTSTATUS undo(struct file_object *target, NTSTATUS status)
{
	int r = guise_nt_file_set_delete(target->file, true);

	(void)r; /* the first failure is told */
	return status;
}

NTSTATUS file_copy(const struct path *from, const struct path *to,
		   bool fail_if_exists)
{
	GUISE_AUTO(file_unrefp) struct file_object *source = NULL;
	GUISE_AUTO(file_unrefp) struct file_object *target = NULL;
	enum guise_nt_action action = GUISE_NT_OPENED;
	struct file_facts facts;
	NTSTATUS status;

	status = open_source(from, &source);
	if (NT_SUCCESS(status))
		status = file_facts_of_fd(source->fd, &facts);
	if (NT_SUCCESS(status))
		status = open_target(to, fail_if_exists, &facts, &target,
				     &action);
	if (!NT_SUCCESS(status))
		return status;
	status = copy_data(source->fd, target->fd);
	/* half a copy goes, where it is not half of what was there */
	if (!NT_SUCCESS(status))
		return action == GUISE_NT_CREATED ? undo(target, status)
						  : status;
	return file_set_times(target, FILE_TIME_KEEP, facts.written);
}

BOOL WINAPI CopyFileW(LPCWSTR from_name, LPCWSTR to_name, BOOL fail_if_exists)
{
	GUISE_AUTO(path_clear) struct path from = PATH_NONE;
	GUISE_AUTO(path_clear) struct path to = PATH_NONE;
	NTSTATUS status = path_of_wide(from_name, &from);

	if (NT_SUCCESS(status))
		status = path_of_wide(to_name, &to);
	if (NT_SUCCESS(status))
		status = file_copy(&from, &to, fail_if_exists);
	return win32_result(status);
}

BOOL WINAPI CopyFileA(LPCSTR from_name, LPCSTR to_name, BOOL fail_if_exists)
{
	GUISE_AUTO(path_clear) struct path from = PATH_NONE;
	GUISE_AUTO(path_clear) struct path to = PATH_NONE;
	NTSTATUS status = path_of_narrow(from_name, &from);

	if (NT_SUCCESS(status))
		status = path_of_narrow(to_name, &to);
	if (NT_SUCCESS(status))
		status = file_copy(&from, &to, fail_if_exists);
	return win32_result(status);
}
