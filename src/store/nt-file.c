/* SPDX-License-Identifier: Apache-2.0 */
/* What an open file can do for whoever has it. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <guise/nt-file.h>
#include <guise/sd-edit.h>

#include "engine.h"
#include "nt-internal.h"
#include "raised.h"

#define CAP_SYS_ADMIN_BIT (UINT64_C(1) << 21)

struct sd_write {
	int fd;
	const struct guise_sd *sd;
};

static int sd_write(void *context)
{
	const struct sd_write *w = context;

	return guise_sd_write(w->fd, w->sd);
}

int nt_sd_store(int fd, const struct guise_sd *sd)
{
	struct sd_write w = {.fd = fd, .sd = sd};

	return raised_call(CAP_SYS_ADMIN_BIT, sd_write, &w);
}

/* Between reading a descriptor and storing what became of it nobody else of
 * this process stores one. Nothing else is locked under it. */
static pthread_mutex_t replacing = PTHREAD_MUTEX_INITIALIZER;

static int is_still(int fd, const struct guise_sd *old)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *now = NULL;
	bool stored;
	int r = guise_sd_read(fd, NULL, &now, &stored);

	if (r < 0)
		return r;
	if (old ? stored && guise_sd_equal(old, now) : !stored)
		return 0;
	return NT_SD_CHANGED;
}

int nt_sd_replace(int fd, const struct guise_sd *old, const struct guise_sd *sd)
{
	int r;

	must(pthread_mutex_lock(&replacing) == 0);
	r = is_still(fd, old);
	if (r == 0)
		r = nt_sd_store(fd, sd);
	must(pthread_mutex_unlock(&replacing) == 0);
	return r;
}

/* The name has to lead to this file still. Who may exchange what has it may
 * also remove it, so that nothing is gained in between. */
static void remove_name(const struct guise_nt_file *file)
{
	const bool directory = S_ISDIR(file->stat.st_mode);
	struct stat now;

	if (file->parent_fd < 0 ||
	    fstatat(file->parent_fd, file->name, &now, AT_SYMLINK_NOFOLLOW) <
		    0 ||
	    !nt_same(&now, &file->stat))
		return;
	/* Windows tells nobody either that a deletion at close failed. */
	(void)unlinkat(file->parent_fd, file->name,
		       directory ? AT_REMOVEDIR : 0);
}

struct guise_nt_file *guise_nt_file_free(struct guise_nt_file *file)
{
	int saved = errno;

	if (!file)
		return NULL;
	if (file->open) {
		if (file->delete_on_close)
			nt_open_set_delete(file->open, true);
		if (nt_open_leave(file->open))
			remove_name(file);
	}
	(void)fd_close(file->fd);
	(void)fd_close(file->parent_fd);
	free(file);
	errno = saved;
	return NULL;
}

void guise_nt_file_freep(struct guise_nt_file **file)
{
	*file = guise_nt_file_free(*file);
}

int guise_nt_file_fd(const struct guise_nt_file *file)
{
	return file->fd;
}

uint32_t guise_nt_file_granted(const struct guise_nt_file *file)
{
	return file->granted;
}

enum guise_nt_action guise_nt_file_action(const struct guise_nt_file *file)
{
	return file->action;
}

bool guise_nt_file_may_change(const struct guise_nt_file *file)
{
	return file->may_change;
}

bool guise_nt_file_is_directory(const struct guise_nt_file *file)
{
	return S_ISDIR(file->stat.st_mode);
}

static int found_one(void *context, const char *name, unsigned type)
{
	(void)context;
	(void)name;
	(void)type;
	return -ENOTEMPTY;
}

static int check_empty(const struct guise_nt_file *file)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	if (!S_ISDIR(file->stat.st_mode))
		return 0;
	fd = openat(file->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) /* not for this client to read: seen when it goes */
		return errno == EACCES ? 0 : -errno;
	return guise_file_list(fd, found_one, NULL);
}

int guise_nt_file_set_delete(struct guise_nt_file *file, bool remove)
{
	struct stat now;
	int r = 0;

	if (!file)
		return -EINVAL;
	if (file->parent_fd < 0)
		return -EBUSY;
	if (fstat(file->fd, &now) < 0)
		return -errno;
	if (remove && nt_is_read_only(&now))
		return GUISE_E_CANNOT_DELETE;
	if (remove)
		r = check_empty(file);
	if (r < 0)
		return r;
	nt_open_set_delete(file->open, remove);
	return 0;
}

bool guise_nt_file_delete_pending(const struct guise_nt_file *file)
{
	return nt_open_delete_pending(file->open);
}

/* What has the name now and is to go: DELETE on it, by it or its directory. */
static int check_target(const struct guise_nt_request *to,
			struct nt_place *place, bool replace)
{
	struct guise_nt_request request = *to;
	struct nt_open *open = NULL;
	uint32_t granted;
	int r;

	if (!place->is_there)
		return 0;
	if (!replace)
		return -EEXIST;
	if (S_ISDIR(place->object.stat.st_mode) ||
	    nt_is_read_only(&place->object.stat))
		return GUISE_E_ACCESS_DENIED;
	request.access = GUISE_DELETE;
	r = nt_access_open(&request, place, 0, &granted);
	if (r == 0)
		r = nt_open_enter(&place->object.stat, GUISE_DELETE, 0,
				  GUISE_NT_SHARE_ALL, &open);
	if (r == 0)
		must(!nt_open_leave(open));
	/* as Windows: it is the replacing that is refused */
	return r == GUISE_E_SHARING_VIOLATION ? GUISE_E_ACCESS_DENIED : r;
}

static int rename_to(struct guise_nt_file *file,
		     const struct guise_nt_request *to, struct nt_place *place,
		     bool replace)
{
	struct guise_nt_request request = *to;
	uint32_t granted;
	int r;

	if (place->parent.fd < 0)
		return -EEXIST;
	if (place->is_there && nt_same(&place->object.stat, &file->stat)) {
		replace = true; /* another spelling of itself */
		r = 0;
	} else {
		r = check_target(to, place, replace);
	}
	if (r < 0)
		return r;
	request.access = 0;
	request.options = S_ISDIR(file->stat.st_mode) ? GUISE_NT_DIRECTORY : 0;
	r = nt_access_create(&request, place, &granted);
	if (r < 0)
		return r;
	if (renameat2(file->parent_fd, file->name, place->parent.fd,
		      place->name, replace ? 0 : RENAME_NOREPLACE) < 0)
		return -errno;
	(void)fd_close(file->parent_fd);
	file->parent_fd = fd_take(&place->parent.fd);
	memcpy(file->name, place->name, sizeof(file->name));
	return 0;
}

static int is_still_there(const struct guise_nt_file *file)
{
	struct stat now;

	if (file->parent_fd < 0)
		return -EBUSY;
	if (fstatat(file->parent_fd, file->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return nt_same(&now, &file->stat) ? 0 : -ENOENT;
}

int guise_nt_rename(struct guise_nt_file *file,
		    const struct guise_nt_request *to, bool replace,
		    bool *reterr_parent)
{
	GUISE_AUTO(nt_place_clear) struct nt_place place = NT_PLACE_NONE;
	struct guise_nt_request request;
	bool in_parent = false;
	int r;

	if (!file || !to || to->size != sizeof(*to) || !to->token || !to->path)
		return -EINVAL;
	request = *to;
	request.options |= GUISE_NT_OPEN_LINK; /* a link is replaced itself */
	r = guise_nt_may_open(request.token);
	if (r == 0)
		r = is_still_there(file);
	if (r == 0)
		r = nt_place_find(&request, &place, &in_parent);
	if (r == 0)
		r = rename_to(file, &request, &place, replace);
	if (r < 0 && reterr_parent)
		*reterr_parent = in_parent;
	return r;
}

int guise_nt_get_sd(const struct guise_nt_file *file,
		    const struct guise_id_mapping *mapping,
		    const struct guise_sd **ret, bool *ret_stored)
{
	if (!file || !ret)
		return -EINVAL;
	if (S_ISLNK(file->stat.st_mode)) {
		if (ret_stored)
			*ret_stored = false;
		return guise_sd_of_posix(&file->stat, NULL, 0, mapping, ret);
	}
	return guise_sd_read(file->fd, mapping, ret, ret_stored);
}

static int set_once(const struct guise_nt_file *file,
		    const struct guise_token *token, uint32_t information,
		    const struct guise_sd *modification, uint32_t flags,
		    const struct guise_id_mapping *mapping)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *new = NULL;
	bool stored;
	int r;

	r = guise_nt_get_sd(file, mapping, &old, &stored);
	if (r == 0)
		r = guise_sd_set(old, information, modification, flags, token,
				 &guise_mapping_file, &new);
	if (r < 0)
		return r;
	return nt_sd_replace(file->fd, stored ? old : NULL, new);
}

int guise_nt_set_sd(const struct guise_nt_file *file,
		    const struct guise_token *token, uint32_t information,
		    const struct guise_sd *modification, uint32_t flags,
		    const struct guise_id_mapping *mapping)
{
	int r;

	if (!file || !token || !modification)
		return -EINVAL;
	do
		r = set_once(file, token, information, modification, flags,
			     mapping);
	while (r == NT_SD_CHANGED);
	return r;
}
