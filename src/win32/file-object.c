/* SPDX-License-Identifier: Apache-2.0 */
/* The type "File", and opening in NT's words; see file-object.h. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <guise/sd-edit.h>
#include <guise/thread-token.h>

#include "file-facts.h"
#include "file-object.h"
#include "pipe.h"

#include "buf.h"
#include "fd.h"
#include "sd-read.h"

static void file_free(struct object *object)
{
	struct file_object *file = (struct file_object *)object;

	if (!file->file)
		(void)fd_close(file->fd);
	file->file = guise_nt_file_free(file->file);
	file_locks_clear(&file->locks);
	free(file->windows);
	(void)pthread_mutex_destroy(&file->position_lock);
	object_clear(object);
	free(file);
}

static NTSTATUS file_get_sd(struct object *object, const struct guise_sd **ret)
{
	const struct file_object *file = (struct file_object *)object;

	return status_of(
		file->file
			? guise_nt_get_sd(file->file, file_mapping(), ret, NULL)
			: guise_sd_read(file->fd, file_mapping(), ret, NULL));
}

static NTSTATUS file_set_sd(struct object *object,
			    SECURITY_INFORMATION information,
			    const struct guise_sd *modification)
{
	const struct file_object *file = (struct file_object *)object;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	NTSTATUS status;

	if (!file->file)
		return STATUS_NOT_SUPPORTED;
	status = object_changer(&token);
	if (status < 0)
		return status;
	return status_of(guise_nt_set_sd(file->file, token, information,
					 modification, 0, file_mapping()));
}

static NTSTATUS file_get_name(struct object *object, struct guise_buf *ret)
{
	const struct file_object *file = (struct file_object *)object;

	return status_of(buf_append_text(ret, file->windows));
}

/* Nothing is ever under way on a file. */
static NTSTATUS file_word(struct object *object, struct wait_word *ret)
{
	static const uint32_t unchanging;

	(void)object;
	*ret = (struct wait_word){.futex = &unchanging};
	return STATUS_SUCCESS;
}

static NTSTATUS file_ready(struct object *object)
{
	(void)object;
	return STATUS_WAIT_0;
}

static const struct wait_ops wait_ops = {
	.word = file_word,
	.ready = file_ready,
	.take = file_ready,
};

/* How a child may have what is open with @flags, by a handle's rights. Who has
 * a descriptor can clear O_APPEND, truncate and write anywhere. */
static int flags_for_child(int flags, ACCESS_MASK granted)
{
	const int mode = flags & O_ACCMODE;
	const bool reads = mode != O_WRONLY && (granted & FILE_READ_DATA);
	const bool writes = mode != O_RDONLY &&
			    (granted & (FILE_WRITE_DATA | FILE_APPEND_DATA));

	if ((flags & O_PATH) || (!reads && !writes))
		return O_PATH;
	return (reads && writes ? O_RDWR
		: writes	? O_WRONLY
				: O_RDONLY) |
	       (flags & (O_APPEND | O_NONBLOCK | O_SYNC)) |
	       (writes && !(granted & FILE_WRITE_DATA) ? O_APPEND : 0);
}

struct reopening {
	int fd;
	int flags;
};

static void *reopen_clean(void *argument)
{
	const struct reopening *r = argument;
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", r->fd);
	fd = open(path, r->flags | O_CLOEXEC | O_NOCTTY);
	return (void *)(intptr_t)(fd < 0 ? -errno : fd);
}

/* As the process, which the thread may not be now */
static int reopen(int fd, int flags)
{
	struct reopening reopening = {fd, flags};
	pthread_t clean;
	void *ret;
	int r;

	if (!guise_thread_token())
		return (int)(intptr_t)reopen_clean(&reopening);
	r = guise_thread_create(&clean, NULL, reopen_clean, &reopening);
	if (r < 0)
		return r;
	must(pthread_join(clean, &ret) == 0);
	return (int)(intptr_t)ret;
}

/* One that allows no more than the handle does. The same open file where that
 * is as narrow, else one that begins where that is. */
static int descriptor_for_child(const struct file_object *file,
				const struct pass *pass)
{
	const int narrowing = O_PATH | O_ACCMODE | O_APPEND;
	const int flags = fcntl(file->fd, F_GETFL);
	int wanted, fd;
	off_t position;

	if (flags < 0)
		return -errno;
	wanted = flags_for_child(flags, pass->granted);
	if (pass->to_other && !(wanted & O_PATH) &&
	    (wanted & O_ACCMODE) != O_RDONLY &&
	    !(pass->granted & FILE_WRITE_DATA))
		return -EACCES;
	if ((wanted & narrowing) == (flags & narrowing)) {
		fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? -errno : fd;
	}
	fd = reopen(file->fd, wanted);
	if (fd < 0 || (wanted & O_PATH))
		return fd;
	position = lseek(file->fd, 0, SEEK_CUR);
	if (position > 0 && lseek(fd, position, SEEK_SET) < 0) {
		(void)fd_close(fd);
		return -EACCES;
	}
	return fd;
}

/* The descriptor, how it was opened, and its name */
static NTSTATUS file_pass(struct object *object, struct pass *ret)
{
	const struct file_object *file = (struct file_object *)object;
	const size_t size = strlen(file->windows) + 1;
	int fd;

	if (size + 1 > sizeof(ret->bytes))
		return STATUS_NAME_TOO_LONG;
	fd = descriptor_for_child(file, ret);
	if (fd < 0)
		return STATUS_ACCESS_DENIED;
	ret->fds[ret->n_fds++] = fd;
	ret->bytes[0] =
		(uint8_t)(file->is_overlapped | file->is_write_through << 1 |
			  file->keeps_attributes << 2);
	memcpy(ret->bytes + 1, file->windows, size);
	ret->size = size + 1;
	return STATUS_SUCCESS;
}

static NTSTATUS file_receive(const struct pass *pass, struct object **ret)
{
	struct file_object *file;
	NTSTATUS status;
	int fd;

	if (pipe_is_passed(pass))
		return pipe_receive(pass, ret);
	if (pass->n_fds != 1 || pass->size < 2 ||
	    pass->bytes[pass->size - 1] != 0)
		return STATUS_INVALID_HANDLE;
	fd = fcntl(pass->fds[0], F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return status_of(-errno);
	status = file_of_fd(fd, (const char *)pass->bytes + 1, &file);
	if (!NT_SUCCESS(status))
		return status;
	file->is_overlapped = pass->bytes[0] & 1;
	file->is_write_through = pass->bytes[0] & 2;
	file->keeps_attributes = pass->bytes[0] & 4;
	*ret = &file->object;
	return STATUS_SUCCESS;
}

const struct object_type file_type = {
	.name = "File",
	.mapping = {GUISE_FILE_GENERIC_READ, GUISE_FILE_GENERIC_WRITE,
		    GUISE_FILE_GENERIC_EXECUTE, GUISE_FILE_ALL_ACCESS},
	.valid = GUISE_FILE_ALL_ACCESS | GUISE_ACCESS_SYSTEM_SECURITY,
	.has_fd = true,
	.free = file_free,
	.wait = &wait_ops,
	.get_sd = file_get_sd,
	.set_sd = file_set_sd,
	.get_name = file_get_name,
	.pass = file_pass,
	.receive = file_receive,
};

NTSTATUS file_status(int code, bool in_parent)
{
	switch (code) {
	case -ENOENT:
		return in_parent ? STATUS_OBJECT_PATH_NOT_FOUND
				 : STATUS_OBJECT_NAME_NOT_FOUND;
	case -ENOTDIR:
		return in_parent ? STATUS_OBJECT_PATH_NOT_FOUND
				 : STATUS_NOT_A_DIRECTORY;
	case -EISDIR:
		return STATUS_FILE_IS_A_DIRECTORY;
	case -EEXIST:
		return STATUS_OBJECT_NAME_COLLISION;
	default:
		return status_of(code);
	}
}

static struct file_object *new_object(const char *windows)
{
	struct file_object *file = calloc(1, sizeof(*file));
	char *name = strdup(windows);

	if (!file || !name) {
		free(file);
		free(name);
		return NULL;
	}
	object_init(&file->object, &file_type, NULL);
	must(pthread_mutex_init(&file->position_lock, NULL) == 0);
	file->windows = name;
	return file;
}

NTSTATUS file_of_fd(int fd, const char *windows, struct file_object **ret)
{
	struct file_object *file = new_object(windows);

	if (!file) {
		(void)fd_close(fd);
		return STATUS_NO_MEMORY;
	}
	file->fd = fd;
	*ret = file;
	return STATUS_SUCCESS;
}

bool file_is_directory(const struct file_object *file)
{
	return file->file && guise_nt_file_is_directory(file->file);
}

static NTSTATUS new_file(struct guise_nt_file *takes, const struct path *path,
			 const struct file_open *open, struct file_object **ret)
{
	struct file_object *file = new_object(path->windows);

	if (!file) {
		(void)guise_nt_file_free(takes);
		return STATUS_NO_MEMORY;
	}
	file->file = takes;
	file->fd = guise_nt_file_fd(takes);
	file->is_overlapped = open->is_overlapped;
	file->is_write_through = open->is_write_through;
	file->keeps_attributes = !guise_nt_file_may_change(takes);
	*ret = file;
	return STATUS_SUCCESS;
}

/* Overwriting replaces the attributes, too; the file is empty by now, whatever
 * becomes of them. */
static void mark_overwritten(const struct file_object *file)
{
	enum guise_nt_action action = guise_nt_file_action(file->file);

	if (action == GUISE_NT_OVERWRITTEN || action == GUISE_NT_SUPERSEDED)
		(void)file_set_attributes(file, FILE_ATTRIBUTE_READONLY);
}

NTSTATUS file_open(const struct path *path, const struct file_open *open,
		   struct file_object **ret, enum guise_nt_action *ret_action)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_nt_file *file = NULL;
	struct guise_nt_request request = {
		.size = sizeof(request),
		.mapping = file_mapping(),
		.dir_fd = open->root ? open->root->fd : AT_FDCWD,
		.path = path->unix_path,
		.access = open->access,
		.share = open->share,
		.disposition = open->disposition,
		.options = open->options,
		.read_only = open->attributes & FILE_ATTRIBUTE_READONLY,
	};
	bool in_parent = false;
	NTSTATUS status;
	int r;

	status = sd_read_optional(open->descriptor, &sd);
	if (!NT_SUCCESS(status))
		return status;
	r = guise_effective_token(&token);
	if (r < 0)
		return status_of(r);
	request.token = token;
	request.creator = sd;
	r = guise_nt_open(&request, &file, &in_parent);
	if (r < 0)
		return file_status(r, in_parent);
	if (ret_action)
		*ret_action = guise_nt_file_action(file);
	status = new_file(file, path, open, ret);
	if (NT_SUCCESS(status) && request.read_only)
		mark_overwritten(*ret);
	return status;
}

NTSTATUS file_open_handle(const struct path *path, const struct file_open *open,
			  HANDLE *ret, enum guise_nt_action *ret_action)
{
	struct file_object *file = NULL;
	NTSTATUS status = file_open(path, open, &file, ret_action);

	if (!NT_SUCCESS(status))
		return status;
	return handle_new(&file->object, guise_nt_file_granted(file->file),
			  open->handle_attributes, ret);
}

NTSTATUS file_of_handle(HANDLE handle, ACCESS_MASK needed,
			struct file_object **ret, ACCESS_MASK *ret_granted)
{
	struct object *object = NULL;
	NTSTATUS status =
		handle_object(handle, &file_type, needed, &object, ret_granted);

	if (NT_SUCCESS(status))
		*ret = (struct file_object *)object;
	return status;
}

void file_unrefp(struct file_object **file)
{
	if (*file)
		(void)object_unref(&(*file)->object);
	*file = NULL;
}
