/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory file: who made it (process and start), then for each handle its
 * value, access, type, descriptors and what the type has to say.
 *
 * A program that gained privilege by being executed reads nothing of it. Any
 * other was executed by the very process that could have given it the same
 * descriptors anyway; that it is its parent's is checked all the same, as long
 * as there is a parent.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/text.h"
#include "buf.h"
#include "clean-run.h"
#include "fd.h"
#include "file-object.h"
#include "handle-inherit.h"
#include "handle.h"
#include "primary-token.h"
#include "proc.h"
#include "reader.h"
#include "sync.h"
#include "token.h"

#define MAGIC 0x48736947u /* "GisH" */
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
/* Of those that a library may give, the least */
#define CONSTRUCTED_FIRST 101
#define TYPE_NAME_SIZE 32
/* A file of more is none of ours. */
#define FILE_MAX (INHERITED_FDS_MAX * (PASS_BYTES_MAX + 256))

static const struct object_type *const types[] = {
	&event_type,   &file_type,	&mutex_type,
	&section_type, &semaphore_type, &token_type,
};

static int append_pass(struct inheritance *to, struct pass *pass)
{
	int r = buf_append_u32le(&to->bytes, (uint32_t)pass->n_fds);

	if (to->n_fds + pass->n_fds > INHERITED_FDS_MAX)
		return GUISE_E_LIMIT;
	for (size_t i = 0; r >= 0 && i < pass->n_fds; i++) {
		r = buf_append_u32le(&to->bytes, (uint32_t)pass->fds[i]);
		if (r >= 0)
			to->fds[to->n_fds++] = fd_take(&pass->fds[i]);
	}
	if (r >= 0)
		r = buf_append_u32le(&to->bytes, (uint32_t)pass->size);
	return r < 0 ? r : buf_append(&to->bytes, pass->bytes, pass->size);
}

static int append_handle(struct inheritance *to, HANDLE handle,
			 const struct object_type *type, ACCESS_MASK granted,
			 struct pass *pass)
{
	char name[TYPE_NAME_SIZE] = {0};
	int r;

	must(strlen(type->name) < sizeof(name));
	memcpy(name, type->name, strlen(type->name));
	r = buf_append(&to->bytes, name, sizeof(name));
	if (r >= 0)
		r = buf_append_u32le(&to->bytes, (uint32_t)(uintptr_t)handle);
	if (r >= 0)
		r = buf_append_u32le(&to->bytes, granted);
	return r < 0 ? r : append_pass(to, pass);
}

static bool is_wanted(const struct inheritance *to, HANDLE handle)
{
	for (size_t i = 0; i < to->n_only; i++) {
		if (to->only[i] == handle)
			return true;
	}
	return !to->only;
}

static NTSTATUS pack(struct inheritance *to, HANDLE handle,
		     struct object *object, ACCESS_MASK granted)
{
	GUISE_AUTO(pass_clear)
	struct pass pass = {.granted = granted, .to_other = to->to_other};
	NTSTATUS status;
	int r;

	status = object->type->pass(object, &pass);
	if (status < 0)
		return status;
	to->n_handles++;
	r = append_handle(to, handle, object->type, granted, &pass);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}

static NTSTATUS pack_one(void *context, HANDLE handle, struct object *object,
			 ACCESS_MASK granted)
{
	struct inheritance *to = context;

	if (!object->type->pass || !is_wanted(to, handle))
		return STATUS_SUCCESS;
	return pack(to, handle, object, granted);
}

static int seal(struct inheritance *to)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	fd = memfd_create("guise-handles", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	if (pwrite(fd, to->bytes.data, to->bytes.size, 0) !=
		    (ssize_t)to->bytes.size ||
	    fcntl(fd, F_ADD_SEALS, SEALS) < 0)
		return -errno;
	to->fds[0] = fd_take(&fd);
	return 0;
}

/* Whoever names a handle that is not inherited believes it is. */
static NTSTATUS check_wanted(const struct inheritance *to)
{
	for (size_t i = 0; i < to->n_only; i++) {
		ULONG attributes = 0;

		if (handle_attributes(to->only[i], &attributes) < 0 ||
		    !(attributes & OBJ_INHERIT))
			return STATUS_INVALID_PARAMETER;
	}
	return STATUS_SUCCESS;
}

static NTSTATUS pack_primary(struct inheritance *to,
			     const struct guise_token *token)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status = primary_token_object(token, &object);

	if (status < 0)
		return status;
	return pack(to, (HANDLE)(uintptr_t)PRIMARY_TOKEN_HANDLE, object, 0);
}

static NTSTATUS pack_all(const struct guise_token *primary, bool handles,
			 struct inheritance *ret)
{
	uint64_t start = 0;
	NTSTATUS status = STATUS_SUCCESS;
	int r;

	if (handles)
		status = check_wanted(ret);
	if (status < 0)
		return status;
	(void)proc_start(getpid(), &start);
	ret->fds[0] = -EBADF;
	ret->n_fds = 1;
	r = buf_append_u32le(&ret->bytes, MAGIC);
	if (r >= 0)
		r = buf_append_u32le(&ret->bytes, (uint32_t)getpid());
	if (r >= 0)
		r = buf_append_u64le(&ret->bytes, start);
	if (r < 0)
		return status_of(r);
	if (primary)
		status = pack_primary(ret, primary);
	if (status >= 0 && handles)
		status = handle_each_inherited(pack_one, ret);
	if (status < 0)
		return status;
	r = seal(ret);
	return r < 0 ? status_of(r) : STATUS_SUCCESS;
}

/* What pack_all() is told */
struct packing {
	const struct guise_token *primary;
	bool handles;
	struct inheritance *ret;
};

static NTSTATUS pack_clean(void *argument)
{
	const struct packing *packing = argument;

	return pack_all(packing->primary, packing->handles, packing->ret);
}

/* Memory files are the process's own, not the client's, or the child would not
 * believe them. */
NTSTATUS handles_pack(const struct guise_token *primary, bool handles,
		      struct inheritance *ret)
{
	struct packing packing = {primary, handles, ret};

	return clean_run(pack_clean, &packing);
}

void inheritance_clear(struct inheritance *inheritance)
{
	for (size_t i = 0; i < inheritance->n_fds; i++)
		(void)fd_close(inheritance->fds[i]);
	guise_buf_clear(&inheritance->bytes);
	inheritance->n_fds = 0;
}

static bool read_pass(struct reader *in, struct pass *ret)
{
	uint32_t n_fds, size;

	if (!read_u32le(in, &n_fds) || n_fds > PASS_FDS_MAX)
		return false;
	for (; ret->n_fds < n_fds; ret->n_fds++) {
		uint32_t fd;

		if (!read_u32le(in, &fd) || fd > INT32_MAX ||
		    fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
			return false;
		ret->fds[ret->n_fds] = (int)fd;
	}
	if (!read_u32le(in, &size) || size > sizeof(ret->bytes) ||
	    !read_copy(in, ret->bytes, size))
		return false;
	ret->size = size;
	return true;
}

static const struct object_type *type_of(const char name[TYPE_NAME_SIZE])
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (strncmp(types[i]->name, name, TYPE_NAME_SIZE) == 0)
			return types[i];
	}
	return NULL;
}

static bool restore_one(struct reader *in)
{
	GUISE_AUTO(pass_clear) struct pass pass = {0};
	char name[TYPE_NAME_SIZE];
	const struct object_type *type;
	uint32_t handle, granted;
	struct object *object;

	if (!read_copy(in, name, sizeof(name)) || !read_u32le(in, &handle) ||
	    !read_u32le(in, &granted) || !read_pass(in, &pass))
		return false;
	type = type_of(name);
	if (!type || type->receive(&pass, &object) < 0)
		return true; /* one is lost; it reads as no handle */
	if (handle == PRIMARY_TOKEN_HANDLE) {
		primary_token_take(object);
		(void)object_unref(object);
		return true;
	}
	(void)handle_restore((HANDLE)(uintptr_t)handle, object,
			     granted & (type->valid | ACCESS_SYSTEM_SECURITY),
			     OBJ_INHERIT);
	return true;
}

/* Our parent's, if that still is; or nobody's any more */
static bool is_from_parent(uint32_t pid, uint64_t start)
{
	uint64_t now;

	if ((pid_t)pid == getppid())
		return !proc_start((pid_t)pid, &now) || now == start;
	return !proc_start((pid_t)pid, &now) || now != start;
}

static void restore_all(const uint8_t *data, size_t size)
{
	struct reader in = reader_of(data, size);
	uint32_t magic, pid;
	uint64_t start;

	if (!read_u32le(&in, &magic) || magic != MAGIC ||
	    !read_u32le(&in, &pid) || !read_u64le(&in, &start) ||
	    !is_from_parent(pid, start))
		return;
	while (in.size > 0 && restore_one(&in))
		;
}

static void restore_file(int fd)
{
	struct stat is;
	void *data;

	/* what another user made says nothing, whoever handed it on */
	if (fcntl(fd, F_GET_SEALS) != SEALS || fstat(fd, &is) < 0 ||
	    is.st_size <= 0 || is.st_size > FILE_MAX ||
	    (is.st_uid != 0 && is.st_uid != geteuid()))
		return;
	data = mmap(NULL, (size_t)is.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return;
	restore_all(data, (size_t)is.st_size);
	must(munmap(data, (size_t)is.st_size) == 0);
}

/* Before main(): the program's first handle must not take an inherited one's
 * value. And before other constructors: the process's token may be among what
 * is inherited. */
__attribute__((constructor(CONSTRUCTED_FIRST))) static void restore(void)
{
	const char *text = secure_getenv(HANDLES_VARIABLE);
	uint64_t fd;

	if (!text)
		return;
	if (text_to_u64(text, strlen(text), INT32_MAX, &fd) && fd > 2) {
		restore_file((int)fd);
		(void)fd_close((int)fd);
	}
	(void)unsetenv(HANDLES_VARIABLE); /* the name is fine */
}
