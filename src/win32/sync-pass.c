/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events, mutexes, semaphores and sections that a child process inherits. It
 * gets the file, opened anew: locks belong to an opening, and the child's must
 * not be the parent's.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "handle.h"
#include "named.h"
#include "reader.h"
#include "sync-names.h"

static int reopen(int fd, bool read_only)
{
	char path[64];
	int again;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	return again < 0 ? -errno : again;
}

/* Of a section's bytes: no more than the handle may. Who cannot open what it
 * was given for writing can still hand it on. */
static int data_for(const struct sync *section, ACCESS_MASK granted)
{
	int fd;

	if (!(granted & SECTION_MAP_WRITE))
		return reopen(section->data_fd, true);
	fd = fcntl(section->data_fd, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

static int append_text(struct guise_buf *out, const char *text)
{
	size_t size = strlen(text);
	int r = buf_append_u32le(out, (uint32_t)size);

	return r < 0 ? r : buf_append(out, text, size);
}

/* What the child must know: the name, if there is one, and the descriptor */
static int describe(struct sync *sync, struct guise_buf *out)
{
	const struct named *named = sync->named;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	if (sync_get_sd(&sync->object, &sd) < 0)
		return -ENOMEM;
	r = buf_append_u8(out, named != NULL);
	if (r >= 0 && named) {
		r = buf_append_u32le(out, named->scope);
		if (r >= 0)
			r = buf_append_u32le(out, named->uid);
		if (r >= 0)
			r = append_text(out, named->entry);
		if (r >= 0)
			r = append_text(out, named->text);
	}
	return r < 0 ? r : guise_sd_encode(sd, out);
}

static int add_fd(struct pass *ret, int fd)
{
	if (fd < 0)
		return fd;
	ret->fds[ret->n_fds++] = fd;
	return 0;
}

NTSTATUS sync_pass(struct object *object, struct pass *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	struct sync *sync = (struct sync *)object;
	NTSTATUS status;
	int r;

	status = sync_share(sync);
	if (status < 0)
		return status;
	r = describe(sync, &bytes);
	if (r >= 0 && bytes.size > sizeof(ret->bytes))
		r = GUISE_E_LIMIT;
	if (r >= 0)
		r = add_fd(ret, reopen(sync->fd, sync->read_only));
	if (r >= 0 && sync->named) {
		if (flock(ret->fds[0], LOCK_SH | LOCK_NB) < 0)
			r = -errno;
		else
			r = add_fd(ret, fcntl(sync->named->directory,
					      F_DUPFD_CLOEXEC, 0));
	}
	if (r >= 0 && sync->data_fd >= 0)
		r = add_fd(ret, data_for(sync, ret->granted));
	if (r < 0)
		return status_of(r);
	memcpy(ret->bytes, bytes.data, bytes.size);
	ret->size = bytes.size;
	return STATUS_SUCCESS;
}

static bool read_text(struct reader *in, char *ret, size_t space)
{
	uint32_t size;

	if (!read_u32le(in, &size) || size >= space ||
	    !read_copy(in, ret, size))
		return false;
	ret[size] = 0;
	return true;
}

/* The name as the parent has it; takes @fds only when it succeeds */
static NTSTATUS read_named(struct reader *in, const int fds[2],
			   struct named **ret)
{
	struct name_parts parts;
	char text[PASS_BYTES_MAX];
	uint32_t scope, uid;

	if (!read_u32le(in, &scope) || !read_u32le(in, &uid) || scope > 1 ||
	    !read_text(in, parts.entry, sizeof(parts.entry)) ||
	    !read_text(in, text, sizeof(text)))
		return STATUS_INVALID_PARAMETER;
	parts.scope = scope;
	return named_inherit(&parts, text, uid, fds, ret);
}

static bool is_read_only(int fd)
{
	return (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

/* State, directory of a named one, data of a section */
static size_t n_fds(const struct object_type *type, bool is_named)
{
	return (size_t)1 + is_named + (type == &section_type);
}

NTSTATUS sync_receive(const struct object_type *type, const struct pass *pass,
		      struct object **ret)
{
	struct reader in = reader_of(pass->bytes, pass->size);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct named *named = NULL;
	struct sync *sync;
	NTSTATUS status = STATUS_SUCCESS;
	uint8_t is_named;
	int fd;

	if (!read_u8(&in, &is_named) || pass->n_fds != n_fds(type, is_named))
		return STATUS_INVALID_PARAMETER;
	if (is_named)
		status = read_named(&in, pass->fds, &named);
	if (status < 0)
		return status;
	if (guise_sd_decode(in.data, in.size, &sd) < 0) {
		(void)named_close(named);
		return STATUS_INVALID_PARAMETER;
	}
	fd = fcntl(pass->fds[0], F_DUPFD_CLOEXEC, 0);
	status = fd < 0 ? status_of(-errno)
			: sync_open_file(type, sd, fd,
					 is_read_only(pass->fds[0]), &sync);
	if (status < 0) {
		(void)named_close(named);
		return status;
	}
	if (type == &section_type)
		sync->data_fd =
			fcntl(pass->fds[pass->n_fds - 1], F_DUPFD_CLOEXEC, 0);
	sync->named = named;
	if (named)
		named_list(named, &sync->object);
	sync_is_made(sync);
	*ret = &sync->object;
	return STATUS_SUCCESS;
}
