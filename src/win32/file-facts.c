/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes and times; see file-facts.h. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file-facts.h"

#define PER_SECOND INT64_C(10000000)
/* From 1601 to 1970, in 100 ns */
#define EPOCH INT64_C(116444736000000000)

static int64_t time_of(const struct statx_timestamp *time)
{
	return time->tv_sec * PER_SECOND + time->tv_nsec / 100 + EPOCH;
}

static struct timespec timespec_of(int64_t time)
{
	int64_t ticks = (time - EPOCH) % PER_SECOND;
	int64_t seconds = (time - EPOCH) / PER_SECOND;

	if (ticks < 0) {
		ticks += PER_SECOND;
		seconds--;
	}
	return (struct timespec){.tv_sec = seconds, .tv_nsec = ticks * 100};
}

FILETIME file_time(int64_t time)
{
	return (FILETIME){
		.dwLowDateTime = (DWORD)time,
		.dwHighDateTime = (DWORD)((uint64_t)time >> 32),
	};
}

static int64_t oldest(const struct file_facts *facts)
{
	int64_t time = facts->changed;

	if (facts->written < time)
		time = facts->written;
	return facts->accessed < time ? facts->accessed : time;
}

static DWORD attributes_of(mode_t mode)
{
	const DWORD read_only = mode & 0222 ? 0 : FILE_ATTRIBUTE_READONLY;

	if (S_ISDIR(mode))
		return FILE_ATTRIBUTE_DIRECTORY | read_only;
	if (S_ISLNK(mode))
		return FILE_ATTRIBUTE_REPARSE_POINT;
	return S_ISREG(mode) ? FILE_ATTRIBUTE_ARCHIVE | read_only
			     : FILE_ATTRIBUTE_NORMAL;
}

static void read_facts(const struct statx *is, struct file_facts *ret)
{
	*ret = (struct file_facts){
		.attributes = attributes_of(is->stx_mode),
		.accessed = time_of(&is->stx_atime),
		.written = time_of(&is->stx_mtime),
		.changed = time_of(&is->stx_ctime),
		.size = S_ISREG(is->stx_mode) ? is->stx_size : 0,
		.allocated = S_ISREG(is->stx_mode) ? is->stx_blocks * 512 : 0,
		.index = is->stx_ino,
		.volume = (DWORD)makedev(is->stx_dev_major, is->stx_dev_minor),
		.links = is->stx_nlink,
		.is_directory = S_ISDIR(is->stx_mode),
	};
	ret->created = is->stx_mask & STATX_BTIME ? time_of(&is->stx_btime)
						  : oldest(ret);
}

static NTSTATUS ask(int fd, const char *name, int flags, struct file_facts *ret)
{
	struct statx is;

	if (statx(fd, name, flags | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_BTIME, &is) < 0)
		return status_of(-errno);
	read_facts(&is, ret);
	return STATUS_SUCCESS;
}

NTSTATUS file_facts_of_fd(int fd, struct file_facts *ret)
{
	return ask(fd, "", AT_EMPTY_PATH, ret);
}

NTSTATUS file_facts_of_name(int fd, const char *name, struct file_facts *ret)
{
	return ask(fd, name, AT_SYMLINK_NOFOLLOW, ret);
}

NTSTATUS file_facts_of_path(const struct path *path, struct file_facts *ret)
{
	const struct file_open how = {
		.access = FILE_READ_ATTRIBUTES,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_BACKUP_INTENT |
			   (path->trailing ? GUISE_NT_DIRECTORY : 0),
	};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_open(path, &how, &file, NULL);

	return NT_SUCCESS(status) ? file_facts_of_fd(file->fd, ret) : status;
}

/* 0 keeps it; so do the values that stand for "do not follow the clock" */
static struct timespec new_time(int64_t time)
{
	if (time == FILE_TIME_KEEP || time == -1 || time == -2)
		return (struct timespec){.tv_nsec = UTIME_OMIT};
	return timespec_of(time);
}

NTSTATUS file_set_times(const struct file_object *file, int64_t accessed,
			int64_t written)
{
	const struct timespec times[2] = {new_time(accessed),
					  new_time(written)};

	if (accessed < -2 || written < -2)
		return STATUS_INVALID_PARAMETER;
	if (file->keeps_attributes)
		return STATUS_ACCESS_DENIED;
	return utimensat(file->fd, "", times, AT_EMPTY_PATH) < 0
		       ? status_of(-errno)
		       : STATUS_SUCCESS;
}

/* An O_PATH descriptor has no fchmod() */
static int change_mode(int fd, mode_t mode)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return chmod(path, mode & 07777) < 0 ? -errno : 0;
}

NTSTATUS file_set_attributes(const struct file_object *file, DWORD attributes)
{
	const bool read_only = attributes & FILE_ATTRIBUTE_READONLY;
	struct stat is;

	if (file->keeps_attributes)
		return STATUS_ACCESS_DENIED;
	if (fstat(file->fd, &is) < 0)
		return status_of(-errno);
	if (!S_ISREG(is.st_mode) && !S_ISDIR(is.st_mode))
		return STATUS_SUCCESS;
	/* where nobody may make files is another thing than a directory that
	 * is marked */
	if (read_only == !(is.st_mode & 0222) ||
	    (read_only && S_ISDIR(is.st_mode)))
		return STATUS_SUCCESS;
	return status_of(
		change_mode(file->fd, read_only ? is.st_mode & ~(mode_t)0222
						: is.st_mode | S_IWUSR));
}
