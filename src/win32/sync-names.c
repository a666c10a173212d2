/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "handle.h"
#include "named.h"
#include "section.h"
#include "sync-names.h"
#include "text.h"
#include "user-memory.h"

/* How often a name that is made and removed under us is looked up again. */
#define TRIES 100

/**
 * struct request - one object to be made or opened
 * @text: its name, as it was given; empty: none. Owned
 * @state: NULL: it must be there
 * @descriptor: in the caller's memory; NULL: none
 * @existed: out: it was there
 */
struct request {
	const struct object_type *type;
	char *text;
	const struct sync_state *state;
	ACCESS_MASK access;
	ULONG attributes;
	PSECURITY_DESCRIPTOR descriptor;
	bool existed;
};

static struct sync *of(struct object *object)
{
	return (struct sync *)object;
}

static uint32_t kind_of(const struct object_type *type)
{
	if (type == &event_type)
		return SYNC_EVENT;
	if (type == &section_type)
		return SYNC_SECTION;
	return type == &mutex_type ? SYNC_MUTEX : SYNC_SEMAPHORE;
}

NTSTATUS sync_get_sd(struct object *object, const struct guise_sd **ret)
{
	if (of(object)->named)
		return named_sd(of(object)->named, ret);
	must(pthread_mutex_lock(&object->lock) == 0);
	*ret = guise_sd_ref(object->sd);
	must(pthread_mutex_unlock(&object->lock) == 0);
	return STATUS_SUCCESS;
}

NTSTATUS sync_set_sd(struct object *object, SECURITY_INFORMATION information,
		     const struct guise_sd *modification)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *current = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *changed = NULL;
	struct sync *sync = of(object);
	NTSTATUS status;

	/* one change after the other: each keeps what the one before set */
	must(pthread_mutex_lock(&sync->lock) == 0);
	status = sync_get_sd(object, &current);
	if (status >= 0)
		status = object_changed_sd(object->type, current, information,
					   modification, &changed);
	if (status >= 0 && sync->named)
		status = named_set_sd(sync->named, kind_of(object->type),
				      changed);
	if (status >= 0) {
		const struct guise_sd *old;

		must(pthread_mutex_lock(&object->lock) == 0);
		old = object->sd;
		object->sd = guise_take(changed);
		must(pthread_mutex_unlock(&object->lock) == 0);
		(void)guise_sd_unref(old);
	}
	must(pthread_mutex_unlock(&sync->lock) == 0);
	return status;
}

NTSTATUS sync_get_name(struct object *object, struct guise_buf *ret)
{
	const struct named *named = of(object)->named;

	if (!named)
		return STATUS_SUCCESS;
	if (buf_append_text(ret, "\\BaseNamedObjects\\") < 0 ||
	    buf_append_text(ret, named_plain(named)) < 0)
		return STATUS_NO_MEMORY;
	return STATUS_SUCCESS;
}

/* A right that changes the object, waiting included where that takes */
static bool needs_writing(const struct object_type *type, ACCESS_MASK granted,
			  const struct sync_state *state)
{
	if (granted & (type == &mutex_type ? 0 : EVENT_MODIFY_STATE))
		return true;
	return (granted & SYNCHRONIZE) &&
	       !(state->kind == SYNC_EVENT && state->manual);
}

static NTSTATUS grant(struct request *request, struct object *object,
		      ACCESS_MASK *ret)
{
	const struct sync *sync = of(object);
	NTSTATUS status;

	if (object->type != request->type)
		return STATUS_OBJECT_TYPE_MISMATCH;
	/* it may have been inherited, or opened as somebody else */
	if (object->type == &section_type) {
		status = section_check_owner(sync->named);
		if (status < 0)
			return status;
	}
	status = object_check(object, request->access, ret);
	if (status < 0)
		return status;
	if (sync->read_only && needs_writing(object->type, *ret, &sync->state))
		return STATUS_ACCESS_DENIED; /* the kernel said so */
	return STATUS_SUCCESS;
}

/* The object of files that were just opened or made; takes both */
static NTSTATUS object_of_files(const struct object_type *type,
				struct named *named, struct named_files *files,
				struct object **ret)
{
	struct sync *sync;
	NTSTATUS status;

	status = sync_open_file(type, files->sd, fd_take(&files->state_fd),
				files->read_only, &sync);
	if (status < 0) {
		named_files_clear(files);
		(void)named_close(named);
		return status;
	}
	if (sync->state.kind != kind_of(type))
		status = STATUS_OBJECT_TYPE_MISMATCH;
	else if (type == &section_type)
		status = section_take_data(sync, named,
					   fd_take(&files->data_fd));
	named_files_clear(files);
	if (status < 0) {
		(void)object_unref(&sync->object);
		(void)named_close(named);
		return status;
	}
	sync->named = named;
	named_list(named, &sync->object);
	sync_is_made(sync);
	*ret = &sync->object;
	return STATUS_SUCCESS;
}

static NTSTATUS find(struct request *request, const struct name_parts *parts,
		     struct object **ret)
{
	struct named_files files;
	struct named *named;
	NTSTATUS status;

	*ret = named_find(parts);
	if (*ret)
		return STATUS_SUCCESS;
	status = named_open(parts, request->text, &named, &files);
	if (status < 0)
		return status;
	return object_of_files(request->type, named, &files, ret);
}

static NTSTATUS make(struct request *request, const struct name_parts *parts,
		     struct object **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct named_files files;
	struct named *named;
	NTSTATUS status;

	status = object_new_sd(request->type, request->descriptor, &sd);
	if (status >= 0)
		status = named_create(parts, request->text, request->state, sd,
				      &named, &files);
	if (status < 0)
		return status;
	return object_of_files(request->type, named, &files, ret);
}

/* What is there, or a new one. The names are locked. */
static NTSTATUS find_or_make(struct request *request,
			     const struct name_parts *parts,
			     struct object **ret)
{
	NTSTATUS status;

	for (unsigned i = 0; i < TRIES; i++) {
		status = find(request, parts, ret);
		request->existed = status >= 0;
		if (status != STATUS_OBJECT_NAME_NOT_FOUND || !request->state)
			return status;
		status = make(request, parts, ret);
		if (status != STATUS_OBJECT_NAME_COLLISION)
			return status;
	}
	return STATUS_ACCESS_DENIED; /* somebody keeps the name for nothing */
}

static NTSTATUS named_object(struct request *request, struct object **ret)
{
	struct name_parts parts;
	NTSTATUS status;

	/* nothing of the namespace is for a client that may not open */
	status = object_level_check();
	if (status >= 0)
		status = name_parse(request->text, &parts);
	if (status < 0)
		return status;
	named_lock();
	status = find_or_make(request, &parts, ret);
	named_unlock();
	return status;
}

static NTSTATUS unnamed_object(struct request *request, struct object **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct sync *sync;
	NTSTATUS status;

	if (!request->state)
		return STATUS_OBJECT_PATH_SYNTAX_BAD;
	status = object_new_sd(request->type, request->descriptor, &sd);
	if (status < 0)
		return status;
	sync = sync_new(request->type, sd, request->state);
	if (!sync)
		return STATUS_NO_MEMORY;
	if (request->type == &section_type)
		status = section_allocate(sync);
	if (status < 0) {
		(void)object_unref(&sync->object);
		return status;
	}
	sync_is_made(sync);
	*ret = &sync->object;
	return STATUS_SUCCESS;
}

static NTSTATUS carry_out(struct request *request, HANDLE *ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = request->text && *request->text
			 ? named_object(request, &object)
			 : unnamed_object(request, &object);
	if (status < 0)
		return status;
	status = request->existed
			 ? grant(request, object, &granted)
			 : object_creator_access(request->type, request->access,
						 &granted);
	if (status < 0)
		return status;
	return handle_new(guise_take(object), granted, request->attributes,
			  ret);
}

static NTSTATUS text_of(const struct sync_name *name, char **ret)
{
	if (name->wide)
		return utf8_dup(name->wide, ret);
	*ret = strdup(name->narrow ? name->narrow : "");
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

HANDLE sync_create_win32(const struct object_type *type,
			 LPSECURITY_ATTRIBUTES attributes,
			 const struct sync_name *name,
			 const struct sync_state *state, ACCESS_MASK access)
{
	struct request request = {
		.type = type,
		.state = state,
		.access = access,
		.attributes = attributes && attributes->bInheritHandle
				      ? OBJ_INHERIT
				      : 0,
		.descriptor =
			attributes ? attributes->lpSecurityDescriptor : NULL,
	};
	HANDLE made = NULL;
	NTSTATUS status;

	status = text_of(name, &request.text);
	if (status >= 0)
		status = carry_out(&request, &made);
	free(request.text);
	if (status < 0)
		(void)win32_result(status);
	else
		SetLastError(request.existed ? ERROR_ALREADY_EXISTS : 0);
	return made;
}

HANDLE sync_open_win32(const struct object_type *type, ACCESS_MASK access,
		       BOOL inherit, const struct sync_name *name)
{
	struct request request = {
		.type = type,
		.access = access,
		.attributes = inherit ? OBJ_INHERIT : 0,
	};
	HANDLE opened = NULL;
	NTSTATUS status;

	if (!name->wide && !name->narrow) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	status = text_of(name, &request.text);
	if (status >= 0)
		status = carry_out(&request, &opened);
	free(request.text);
	(void)win32_result(status);
	return opened;
}

static NTSTATUS native(struct request *request,
		       const OBJECT_ATTRIBUTES *attributes, PHANDLE ret)
{
	HANDLE made;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return STATUS_ACCESS_VIOLATION;
	if (attributes) {
		if (!user_readable(attributes, sizeof(*attributes)))
			return STATUS_ACCESS_VIOLATION;
		if (attributes->Length != sizeof(*attributes))
			return STATUS_INVALID_PARAMETER;
		if (attributes->RootDirectory)
			return STATUS_INVALID_HANDLE; /* none can be opened */
		request->attributes = attributes->Attributes;
		request->descriptor = attributes->SecurityDescriptor;
		status = unicode_string_dup(attributes->ObjectName,
					    &request->text);
		if (status < 0)
			return status;
	}
	status = carry_out(request, &made);
	free(request->text);
	if (status < 0)
		return status;
	if (request->existed && request->state &&
	    !(request->attributes & OBJ_OPENIF)) {
		(void)handle_close(made);
		return STATUS_OBJECT_NAME_COLLISION;
	}
	*ret = made;
	return request->existed && request->state ? STATUS_OBJECT_NAME_EXISTS
						  : STATUS_SUCCESS;
}

NTSTATUS sync_create_native(const struct object_type *type, ACCESS_MASK access,
			    const OBJECT_ATTRIBUTES *attributes,
			    const struct sync_state *state, PHANDLE ret)
{
	struct request request = {
		.type = type, .access = access, .state = state};

	return native(&request, attributes, ret);
}

NTSTATUS sync_open_native(const struct object_type *type, ACCESS_MASK access,
			  const OBJECT_ATTRIBUTES *attributes, PHANDLE ret)
{
	struct request request = {.type = type, .access = access};

	return native(&request, attributes, ret);
}
