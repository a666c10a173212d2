/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LockFile and its like. The kernel's locks of an open file description are
 * what Windows' are: of a handle and its copies. Unlike those they join and
 * split; the list says what was locked as one, and what is left when one of
 * several that overlap goes.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "file-object.h"

#include "user-memory.h"

void file_locks_clear(struct file_lock **locks)
{
	while (*locks) {
		struct file_lock *gone = *locks;

		*locks = gone->next;
		free(gone);
	}
}

/* Past the last offset there is, a range goes on for ever. */
static struct flock kernel_range(const struct file_lock *lock, short type)
{
	uint64_t end;
	struct flock range = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)lock->offset,
	};

	if (!ckd_add(&end, lock->offset, lock->size) && end <= INT64_MAX)
		range.l_len = (off_t)lock->size;
	return range;
}

static bool overlap(const struct file_lock *a, const struct file_lock *b)
{
	return a->size > 0 && b->size > 0 &&
	       (a->offset < b->offset ? b->offset - a->offset < a->size
				      : a->offset - b->offset < b->size);
}

static bool conflicts(const struct file_object *file,
		      const struct file_lock *new)
{
	for (const struct file_lock *l = file->locks; l; l = l->next) {
		if ((l->exclusive || new->exclusive) && overlap(l, new))
			return true;
	}
	return false;
}

static int kernel_lock(int fd, const struct file_lock *lock, bool waits)
{
	struct flock range =
		kernel_range(lock, lock->exclusive ? F_WRLCK : F_RDLCK);
	int r;

	if (lock->size == 0)
		return 0; /* which would be all to the end */
	do {
		r = fcntl(fd, waits ? F_OFD_SETLKW : F_OFD_SETLK, &range);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

static NTSTATUS lock_status(int r)
{
	switch (r) {
	case -EAGAIN:
	case -EACCES:
		return STATUS_LOCK_NOT_GRANTED;
	case -EBADF: /* exclusive, and not open for writing; or the reverse */
		return STATUS_ACCESS_DENIED;
	default:
		return status_of(r);
	}
}

static void list(struct file_object *file, struct file_lock *new)
{
	new->next = file->locks;
	file->locks = new;
}

/* Not under the mutex: it may take as long as others like. */
static NTSTATUS wait_for(struct file_object *file, struct file_lock *new)
{
	NTSTATUS status = lock_status(kernel_lock(file->fd, new, true));

	if (!NT_SUCCESS(status))
		return status;
	must(pthread_mutex_lock(&file->position_lock) == 0);
	list(file, new);
	must(pthread_mutex_unlock(&file->position_lock) == 0);
	return STATUS_SUCCESS;
}

static NTSTATUS try_lock(struct file_object *file, struct file_lock *new,
			 bool waits)
{
	NTSTATUS status = STATUS_LOCK_NOT_GRANTED;

	must(pthread_mutex_lock(&file->position_lock) == 0);
	if (!conflicts(file, new))
		status = lock_status(kernel_lock(file->fd, new, false));
	else
		waits = false; /* for oneself: never */
	if (NT_SUCCESS(status))
		list(file, new);
	must(pthread_mutex_unlock(&file->position_lock) == 0);
	return status == STATUS_LOCK_NOT_GRANTED && waits ? wait_for(file, new)
							  : status;
}

static NTSTATUS add(struct file_object *file, const struct file_lock *range,
		    bool waits)
{
	struct file_lock *new = malloc(sizeof(*new));
	NTSTATUS status;

	if (!new)
		return STATUS_NO_MEMORY;
	*new = *range;
	status = try_lock(file, new, waits);
	if (!NT_SUCCESS(status))
		free(new);
	return status;
}

static NTSTATUS lock(HANDLE handle, struct file_lock *range, DWORD flags)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	ACCESS_MASK granted;
	NTSTATUS status = file_of_handle(handle, 0, &file, &granted);

	if (!NT_SUCCESS(status))
		return status;
	if (!(granted & (FILE_READ_DATA | FILE_WRITE_DATA)))
		return STATUS_ACCESS_DENIED;
	if (range->offset > INT64_MAX)
		return STATUS_INVALID_PARAMETER;
	range->exclusive = flags & LOCKFILE_EXCLUSIVE_LOCK;
	return add(file, range, !(flags & LOCKFILE_FAIL_IMMEDIATELY));
}

/* Takes the range that was locked as one off the list. */
static bool take(struct file_object *file, const struct file_lock *range)
{
	struct file_lock **at = &file->locks, *gone;

	while (*at &&
	       ((*at)->offset != range->offset || (*at)->size != range->size))
		at = &(*at)->next;
	if (!*at)
		return false;
	gone = *at;
	*at = gone->next;
	free(gone);
	return true;
}

static NTSTATUS unlock(HANDLE handle, const struct file_lock *range)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	struct flock all = kernel_range(range, F_UNLCK);
	NTSTATUS status = file_of_handle(handle, 0, &file, NULL);

	if (!NT_SUCCESS(status))
		return status;
	must(pthread_mutex_lock(&file->position_lock) == 0);
	if (!take(file, range))
		status = STATUS_RANGE_NOT_LOCKED;
	else if (range->size > 0 && fcntl(file->fd, F_OFD_SETLK, &all) < 0)
		status = status_of(-errno);
	/* what others that overlapped it still hold */
	for (struct file_lock *l = file->locks; NT_SUCCESS(status) && l;
	     l = l->next) {
		if (overlap(l, range))
			status = lock_status(kernel_lock(file->fd, l, false));
	}
	must(pthread_mutex_unlock(&file->position_lock) == 0);
	return status;
}

static uint64_t both(DWORD low, DWORD high)
{
	return (uint64_t)high << 32 | low;
}

BOOL WINAPI LockFile(HANDLE handle, DWORD offset_low, DWORD offset_high,
		     DWORD size_low, DWORD size_high)
{
	struct file_lock range = {.offset = both(offset_low, offset_high),
				  .size = both(size_low, size_high)};

	return win32_result(
		lock(handle, &range,
		     LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY));
}

BOOL WINAPI UnlockFile(HANDLE handle, DWORD offset_low, DWORD offset_high,
		       DWORD size_low, DWORD size_high)
{
	const struct file_lock range = {.offset = both(offset_low, offset_high),
					.size = both(size_low, size_high)};

	return win32_result(unlock(handle, &range));
}

BOOL WINAPI LockFileEx(HANDLE handle, DWORD flags, DWORD reserved,
		       DWORD size_low, DWORD size_high, LPOVERLAPPED overlapped)
{
	struct file_lock range = {.size = both(size_low, size_high)};

	if (reserved || !overlapped ||
	    (flags &
	     ~(DWORD)(LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY)))
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (!user_writable(overlapped, sizeof(*overlapped)))
		return win32_fail(ERROR_NOACCESS);
	range.offset = both(overlapped->Offset, overlapped->OffsetHigh);
	if (!win32_result(lock(handle, &range, flags)))
		return FALSE;
	overlapped->Internal = 0;
	if (overlapped->hEvent)
		(void)SetEvent(overlapped->hEvent);
	return TRUE;
}

BOOL WINAPI UnlockFileEx(HANDLE handle, DWORD reserved, DWORD size_low,
			 DWORD size_high, LPOVERLAPPED overlapped)
{
	struct file_lock range = {.size = both(size_low, size_high)};

	if (reserved || !overlapped)
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (!user_readable(overlapped, sizeof(*overlapped)))
		return win32_fail(ERROR_NOACCESS);
	range.offset = both(overlapped->Offset, overlapped->OffsetHigh);
	return win32_result(unlock(handle, &range));
}
