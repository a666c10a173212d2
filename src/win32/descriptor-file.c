/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A descriptor's file is written whole under a name of its own and renamed. It
 * stays when its process ends; the number and start in its name keep it from
 * being taken for another's, and whoever writes one removes those of ended
 * processes first.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "descriptor-file.h"
#include "fd.h"
#include "namespace.h"
#include "proc.h"
#include "status.h"

#define NAME_SIZE 64
#define READABLE_BY_ALL 0644

static void name_of(char ret[NAME_SIZE], char kind, pid_t id, uint64_t start)
{
	(void)snprintf(ret, NAME_SIZE, "%c.%d.%llu", kind, (int)id,
		       (unsigned long long)start);
}

static NTSTATUS decode_file(int fd, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	uint8_t *at;
	ssize_t n;
	int r;

	if (buf_reserve(&bytes, GUISE_SD_MAX_SIZE + 1, &at) < 0)
		return STATUS_NO_MEMORY;
	n = pread(fd, at, GUISE_SD_MAX_SIZE + 1, 0);
	if (n < 0)
		return status_of(-errno);
	r = guise_sd_decode(at, (size_t)n, ret);
	if (r < 0)
		return r == -ENOMEM ? STATUS_NO_MEMORY
				    : STATUS_OBJECT_NAME_NOT_FOUND;
	if (guise_sd_owner(*ret) && guise_sd_group(*ret))
		return STATUS_SUCCESS;
	*ret = guise_sd_unref(*ret); /* no check would take it */
	return STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS descriptor_read_in(int directory, const char *name, uint32_t uid,
			    const struct guise_sd **ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat is;

	if (directory < 0)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	fd = openat(directory, name,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &is) < 0 || !S_ISREG(is.st_mode) ||
	    (is.st_uid != uid && is.st_uid != 0))
		return STATUS_OBJECT_NAME_NOT_FOUND;
	return decode_file(fd, ret);
}

NTSTATUS descriptor_file_read(char kind, pid_t id, uint64_t start, uint32_t uid,
			      const struct guise_sd **ret)
{
	int global = namespace_directory(NAME_GLOBAL);
	int local = namespace_directory(NAME_LOCAL);
	char name[NAME_SIZE];
	NTSTATUS status;

	name_of(name, kind, id, start);
	status = descriptor_read_in(global, name, uid, ret);
	if (status == STATUS_OBJECT_NAME_NOT_FOUND && local != global)
		status = descriptor_read_in(local, name, uid, ret);
	return status;
}

static bool is_stale(const char *name)
{
	unsigned long long start;
	uint64_t now;
	char kind;
	int id;

	if (sscanf(name, "%c.%d.%llu", &kind, &id, &start) != 3 ||
	    (kind != 'P' && kind != 'T'))
		return false;
	return !proc_start(id, &now) || now != start;
}

/* What cannot be removed is another user's. */
static void remove_stale(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *all = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!all) {
		(void)fd_close(fd);
		return;
	}
	while ((entry = readdir(all))) {
		if (is_stale(entry->d_name))
			(void)unlinkat(directory, entry->d_name, 0);
	}
	(void)closedir(all); /* only read from */
}

static NTSTATUS write_new(int directory, const char *name,
			  const struct guise_buf *bytes)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	char temporary[NAME_SIZE + 32];

	(void)snprintf(temporary, sizeof(temporary), ".%d.%s", (int)gettid(),
		       name);
	fd = openat(directory, temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return status_of(-errno);
	if (write(fd, bytes->data, bytes->size) != (ssize_t)bytes->size ||
	    fchmod(fd, READABLE_BY_ALL) < 0 ||
	    renameat(directory, temporary, directory, name) < 0) {
		NTSTATUS status = status_of(errno ? -errno : -ENOSPC);

		(void)unlinkat(directory, temporary, 0);
		return status;
	}
	return STATUS_SUCCESS;
}

NTSTATUS descriptor_file_write(char kind, pid_t id, uint64_t start,
			       uint32_t uid, const struct guise_sd *sd)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int directory = namespace_directory(NAME_GLOBAL);
	char name[NAME_SIZE];
	int r;

	if (directory < 0)
		return status_of(directory);
	if (uid != geteuid() && geteuid() != 0)
		return STATUS_ACCESS_DENIED;
	r = guise_sd_encode(sd, &bytes);
	if (r < 0)
		return status_of(r);
	name_of(name, kind, id, start);
	remove_stale(directory);
	return write_new(directory, name, &bytes);
}

static struct guise_ace all_access(const struct guise_sid *sid, ACCESS_MASK all)
{
	return (struct guise_ace){
		.type = GUISE_ACE_ACCESS_ALLOWED,
		.mask = all,
		.sid = *sid,
	};
}

NTSTATUS descriptor_for_user(const struct guise_sid *user, uint32_t uid,
			     ACCESS_MASK all, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	struct guise_sid owner = user ? *user : guise_sid_of_uid(uid), system;
	struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.owner = &owner,
		.group = &owner,
	};
	struct guise_ace aces[2];
	int r;

	r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL, &system);
	if (r < 0)
		return status_of(r);
	aces[0] = all_access(&owner, all);
	aces[1] = all_access(&system, all);
	r = guise_acl_new(0, aces, ARRAY_SIZE(aces), &dacl);
	if (r < 0)
		return status_of(r);
	fields.dacl = dacl;
	r = guise_sd_new(&fields, ret);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}
