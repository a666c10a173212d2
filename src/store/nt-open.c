/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and creating; see nt-file.h. */
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <guise/impersonate.h>
#include <guise/nt-file.h>

#include "engine.h"
#include "nt-internal.h"
#include "scope.h"
#include "text.h"

/* Somebody may remove what is found, and make what is not, again and again. */
#define TRIES_MAX 16

#define OPTIONS_KNOWN                                                          \
	(GUISE_NT_DIRECTORY | GUISE_NT_NON_DIRECTORY |                         \
	 GUISE_NT_DELETE_ON_CLOSE | GUISE_NT_BACKUP_INTENT |                   \
	 GUISE_NT_OPEN_LINK)
#define ACCESS_KNOWN                                                           \
	(GUISE_FILE_ALL_ACCESS | GUISE_ACCESS_SYSTEM_SECURITY |                \
	 GUISE_MAXIMUM_ALLOWED | GUISE_GENERIC_MASK)
#define WRITES (GUISE_FILE_WRITE_DATA | GUISE_FILE_APPEND_DATA)

int guise_nt_may_open(const struct guise_token *token)
{
	if (!token)
		return -EINVAL;
	if (!scope_allows_open() ||
	    (guise_token_type(token) == GUISE_TOKEN_IMPERSONATION &&
	     guise_token_level(token) < GUISE_LEVEL_IMPERSONATION))
		return GUISE_E_BAD_LEVEL;
	return 0;
}

static int check(const struct guise_nt_request *request)
{
	const uint32_t kind = request->options &
			      (GUISE_NT_DIRECTORY | GUISE_NT_NON_DIRECTORY);

	if (request->size != sizeof(*request) || !request->token ||
	    !request->path || (request->options & ~(uint32_t)OPTIONS_KNOWN) ||
	    (request->access & ~(uint32_t)ACCESS_KNOWN) ||
	    (request->share & ~(uint32_t)GUISE_NT_SHARE_ALL) ||
	    request->disposition > GUISE_NT_OVERWRITE_IF ||
	    kind == (GUISE_NT_DIRECTORY | GUISE_NT_NON_DIRECTORY))
		return -EINVAL;
	return guise_nt_may_open(request->token);
}

static bool replaces(const struct guise_nt_request *request)
{
	return request->disposition == GUISE_NT_SUPERSEDE ||
	       request->disposition == GUISE_NT_OVERWRITE ||
	       request->disposition == GUISE_NT_OVERWRITE_IF;
}

/* What procfs says of a process it says of the server, whoever asks. */
static int check_proc(const struct nt_place *place, uint32_t access)
{
	const uint32_t harmless = GUISE_FILE_READ_ATTRIBUTES |
				  GUISE_FILE_WRITE_ATTRIBUTES |
				  GUISE_READ_CONTROL | GUISE_SYNCHRONIZE;
	struct statfs fs;

	if (!S_ISREG(place->object.stat.st_mode) || !(access & ~harmless))
		return 0;
	if (fstatfs(place->object.fd, &fs) < 0)
		return -errno;
	return fs.f_type == PROC_SUPER_MAGIC ? GUISE_E_ACCESS_DENIED : 0;
}

/* Rights it takes besides those that are asked for. */
static uint32_t implied_by(const struct guise_nt_request *request)
{
	uint32_t access = 0;

	if (request->options & GUISE_NT_DELETE_ON_CLOSE)
		access |= GUISE_DELETE;
	if (request->disposition == GUISE_NT_SUPERSEDE)
		access |= GUISE_DELETE;
	else if (replaces(request))
		access |= GUISE_FILE_WRITE_DATA;
	return access;
}

static int check_kind(const struct guise_nt_request *request,
		      const struct nt_place *place)
{
	const mode_t mode = place->object.stat.st_mode;

	if (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode))
		return -ENXIO;
	if (!S_ISDIR(mode) && (request->options & GUISE_NT_DIRECTORY))
		return -ENOTDIR;
	if (S_ISDIR(mode) && (request->options & GUISE_NT_NON_DIRECTORY))
		return -EISDIR;
	if (S_ISDIR(mode) && replaces(request))
		return -EEXIST;
	if ((request->options & GUISE_NT_DELETE_ON_CLOSE) &&
	    nt_is_read_only(&place->object.stat))
		return GUISE_E_CANNOT_DELETE;
	return 0;
}

static int flags_for(const struct stat *stat, uint32_t granted)
{
	const bool reads = granted & GUISE_FILE_READ_DATA;

	if (S_ISLNK(stat->st_mode))
		return O_PATH;
	if (S_ISDIR(stat->st_mode))
		return reads ? O_RDONLY | O_DIRECTORY : O_PATH;
	if (!(granted & WRITES))
		return reads ? O_RDONLY : O_PATH;
	return (reads ? O_RDWR : O_WRONLY) |
	       (granted & GUISE_FILE_WRITE_DATA ? 0 : O_APPEND);
}

/* The very object that was decided on, whatever has its name by now: through
 * the link in /proc, which is open only to this process. */
static int reopen(const struct nt_node *node, int flags, int *ret_fd)
{
	static const char prefix[] = "/proc/self/fd/";
	char path[sizeof(prefix) + 20];
	int fd;

	if (flags & O_PATH) {
		fd = fcntl(node->fd, F_DUPFD_CLOEXEC, 0);
	} else {
		size_t n = sizeof(prefix) - 1;

		memcpy(path, prefix, n);
		n += text_from_u64((uint64_t)node->fd, path + n);
		path[n] = '\0';
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	}
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int truncate_node(const struct nt_node *node)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r = reopen(node, O_WRONLY, &fd);

	if (r < 0)
		return r;
	return ftruncate(fd, 0) < 0 ? -errno : 0;
}

static int file_new(const struct guise_nt_request *request,
		    const struct nt_place *place, uint32_t granted,
		    struct guise_nt_file **ret)
{
	struct guise_nt_file *file = calloc(1, sizeof(*file));

	if (!file)
		return -ENOMEM;
	file->fd = -EBADF;
	file->parent_fd = -EBADF;
	file->granted = granted;
	file->delete_on_close = request->options & GUISE_NT_DELETE_ON_CLOSE;
	memcpy(file->name, place->name, sizeof(file->name));
	*ret = file;
	return 0;
}

static int open_there(const struct guise_nt_request *request,
		      struct nt_place *place, struct guise_nt_file **ret)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	const uint32_t implied = implied_by(request);
	uint32_t granted;
	int r;

	r = check_kind(request, place);
	if (r == 0)
		r = nt_access_open(request, place, implied, &granted);
	if (r == 0)
		r = check_proc(place, granted | implied);
	if (r == 0)
		r = file_new(request, place, granted, &file);
	if (r < 0)
		return r;
	file->stat = place->object.stat;
	file->may_change = nt_access_may_change(request, &place->object);
	r = nt_open_enter(&file->stat, granted, implied, request->share,
			  &file->open);
	if (r == 0)
		r = reopen(&place->object, flags_for(&file->stat, granted),
			   &file->fd);
	if (r == 0 && replaces(request))
		r = truncate_node(&place->object);
	if (r < 0) {
		file->delete_on_close = false;
		return r;
	}
	file->action = !replaces(request) ? GUISE_NT_OPENED
		       : request->disposition == GUISE_NT_SUPERSEDE
			       ? GUISE_NT_SUPERSEDED
			       : GUISE_NT_OVERWRITTEN;
	file->parent_fd = fd_take(&place->parent.fd);
	*ret = guise_take(file);
	return 0;
}

/* What is stored on the new file; NULL: nothing. */
static int descriptor_for(const struct guise_nt_request *request,
			  const struct nt_place *place,
			  const struct guise_sd **ret)
{
	const struct nt_node *parent = &place->parent;
	const uint16_t control = guise_sd_control(parent->sd);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	uint32_t flags = 0;
	int r;

	*ret = NULL;
	if (!parent->stored && !request->creator)
		return 0;
	/* A child of a directory that marks what is inherited does so, too. */
	if (control & GUISE_SD_DACL_AUTO_INHERITED)
		flags |= GUISE_SEF_DACL_AUTO_INHERIT;
	if (control & GUISE_SD_SACL_AUTO_INHERITED)
		flags |= GUISE_SEF_SACL_AUTO_INHERIT;
	if (!request->creator)
		flags |= GUISE_SEF_AVOID_PRIVILEGE_CHECK;
	r = guise_inherit(parent->stored ? parent->sd : NULL, request->creator,
			  request->options & GUISE_NT_DIRECTORY, flags,
			  request->token, &guise_mapping_file, &sd);
	if (r < 0)
		return r;
	/* Neither given nor passed on: a stored descriptor without a DACL
	 * would give everything to everyone. */
	if (request->creator || guise_sd_dacl(sd))
		*ret = guise_take(sd);
	return 0;
}

static int make_plain(const struct nt_place *place, bool directory, mode_t mode,
		      int *ret_fd)
{
	const struct open_how how = {
		.flags = directory ? O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					     O_CLOEXEC
				   : O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
					     O_CLOEXEC | O_NOCTTY,
		.mode = directory ? 0 : mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};

	if (directory && mkdirat(place->parent.fd, place->name, mode) < 0)
		return -errno;
	return file_open_here(place->parent.fd, place->name, &how, ret_fd);
}

/* Under a name nobody can guess until it is protected. */
static int make_protected(const struct nt_place *place,
			  const struct guise_sd *sd, bool directory,
			  mode_t mode, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	char name[48];
	int r;

	file_temp_name(name);
	r = file_temp_create_here(place->parent.fd, NULL, directory, mode, name,
				  &fd);
	if (r < 0)
		return r;
	r = nt_sd_store(fd, sd);
	if (r == 0)
		r = file_temp_commit_here(place->parent.fd, name, place->name,
					  false);
	if (r < 0) {
		/* it is there, and empty */
		(void)unlinkat(place->parent.fd, name,
			       directory ? AT_REMOVEDIR : 0);
		return r;
	}
	*ret_fd = fd_take(&fd);
	return 0;
}

/* A new file is open for everything: let it be as any other. One that its maker
 * may not open again stays as it is. */
static int narrow(struct guise_nt_file *file)
{
	const int flags = flags_for(&file->stat, file->granted);
	struct nt_node node = NT_NODE_NONE;
	int fd = -EBADF;
	int r;

	if (flags == O_RDWR || (flags & O_PATH))
		return 0;
	node.fd = file->fd;
	r = reopen(&node, flags, &fd);
	if (r < 0)
		return flags & O_APPEND &&
				       fcntl(file->fd, F_SETFL, O_APPEND) < 0
			       ? -errno
			       : 0;
	(void)fd_close(file->fd);
	file->fd = fd;
	return 0;
}

static int make(const struct guise_nt_request *request,
		const struct nt_place *place, struct guise_nt_file *file)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const bool directory = request->options & GUISE_NT_DIRECTORY;
	mode_t mode = directory ? 0777 : 0666;
	int r;

	if (request->read_only && !directory)
		mode &= ~(mode_t)0222;
	r = descriptor_for(request, place, &sd);
	if (r < 0)
		return r;
	r = sd ? make_protected(place, sd, directory, mode, &file->fd)
	       : make_plain(place, directory, mode, &file->fd);
	if (r < 0)
		return r;
	if (fstat(file->fd, &file->stat) < 0)
		return -errno;
	return directory ? 0 : narrow(file);
}

static int create_there(const struct guise_nt_request *request,
			struct nt_place *place, struct guise_nt_file **ret)
{
	GUISE_AUTO(guise_nt_file_freep) struct guise_nt_file *file = NULL;
	uint32_t granted;
	int r;

	r = nt_access_create(request, place, &granted);
	if (r == 0)
		r = file_new(request, place, granted, &file);
	if (r == 0)
		r = make(request, place, file);
	if (r == 0)
		r = nt_open_enter(&file->stat, granted, 0, request->share,
				  &file->open);
	if (r < 0) {
		if (file)
			file->delete_on_close = false;
		return r;
	}
	file->action = GUISE_NT_CREATED;
	file->may_change = true;
	file->parent_fd = fd_take(&place->parent.fd);
	*ret = guise_take(file);
	return 0;
}

static int act(const struct guise_nt_request *request, struct nt_place *place,
	       struct guise_nt_file **ret)
{
	const enum guise_nt_disposition d = request->disposition;

	if (place->is_there)
		return d == GUISE_NT_CREATE ? -EEXIST
					    : open_there(request, place, ret);
	return d == GUISE_NT_OPEN || d == GUISE_NT_OVERWRITE
		       ? -ENOENT
		       : create_there(request, place, ret);
}

/* What was there when it was looked for may be gone when it is to be opened,
 * and the other way round: only for those who take either. */
static bool is_a_race(const struct guise_nt_request *request,
		      const struct nt_place *place, int r)
{
	const enum guise_nt_disposition d = request->disposition;

	return r == -EEXIST && !place->is_there && place->name[0] &&
	       (d == GUISE_NT_OPEN_IF || d == GUISE_NT_OVERWRITE_IF ||
		d == GUISE_NT_SUPERSEDE);
}

int guise_nt_open(const struct guise_nt_request *request,
		  struct guise_nt_file **ret, bool *reterr_parent)
{
	GUISE_AUTO(nt_place_clear) struct nt_place place = NT_PLACE_NONE;
	bool in_parent = false;
	int r;

	if (!request || !ret)
		return -EINVAL;
	r = check(request);
	if (r == 0)
		r = nt_place_find(request, &place, &in_parent);
	for (unsigned tries = 0; r == 0; tries++) {
		r = act(request, &place, ret);
		if (r == 0 || tries >= TRIES_MAX ||
		    !is_a_race(request, &place, r))
			break;
		r = nt_place_look(request, &place);
	}
	if (r < 0 && reterr_parent)
		*reterr_parent = in_parent;
	return r;
}
