/* SPDX-License-Identifier: Apache-2.0 */
/* The type "File", and opening in NT's words; see file-object.h. */
#include <fcntl.h>
#include <stdlib.h>

#include <guise/sd-edit.h>
#include <guise/thread-token.h>

#include "file-object.h"

#include "buf.h"
#include "sd-read.h"

static void file_free(struct object *object)
{
	struct file_object *file = (struct file_object *)object;

	file->file = guise_nt_file_free(file->file);
	free(file->windows);
	(void)pthread_mutex_destroy(&file->position_lock);
	object_clear(object);
	free(file);
}

static NTSTATUS file_get_sd(struct object *object, const struct guise_sd **ret)
{
	const struct file_object *file = (struct file_object *)object;

	return status_of(guise_nt_get_sd(file->file, NULL, ret, NULL));
}

static NTSTATUS file_set_sd(struct object *object,
			    SECURITY_INFORMATION information,
			    const struct guise_sd *modification)
{
	const struct file_object *file = (struct file_object *)object;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_effective_token(&token);

	if (r == 0)
		r = guise_nt_set_sd(file->file, token, information,
				    modification, 0, NULL);
	return status_of(r);
}

static NTSTATUS file_get_name(struct object *object, struct guise_buf *ret)
{
	const struct file_object *file = (struct file_object *)object;

	return status_of(buf_append_text(ret, file->windows));
}

const struct object_type file_type = {
	.name = "File",
	.mapping = {GUISE_FILE_GENERIC_READ, GUISE_FILE_GENERIC_WRITE,
		    GUISE_FILE_GENERIC_EXECUTE, GUISE_FILE_ALL_ACCESS},
	.valid = GUISE_FILE_ALL_ACCESS | GUISE_ACCESS_SYSTEM_SECURITY,
	.free = file_free,
	.get_sd = file_get_sd,
	.set_sd = file_set_sd,
	.get_name = file_get_name,
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

static NTSTATUS new_object(struct guise_nt_file *takes, const struct path *path,
			   const struct file_open *open,
			   struct file_object **ret)
{
	struct file_object *file = calloc(1, sizeof(*file));
	char *windows = strdup(path->windows);

	if (!file || !windows) {
		free(file);
		free(windows);
		(void)guise_nt_file_free(takes);
		return STATUS_NO_MEMORY;
	}
	object_init(&file->object, &file_type, NULL);
	must(pthread_mutex_init(&file->position_lock, NULL) == 0);
	file->file = takes;
	file->windows = windows;
	file->is_overlapped = open->is_overlapped;
	file->is_write_through = open->is_write_through;
	*ret = file;
	return STATUS_SUCCESS;
}

NTSTATUS file_open(const struct path *path, const struct file_open *open,
		   struct file_object **ret, enum guise_nt_action *ret_action)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_nt_file *file = NULL;
	struct guise_nt_request request = {
		.size = sizeof(request),
		.dir_fd = AT_FDCWD,
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
	return new_object(file, path, open, ret);
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
