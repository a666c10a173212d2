/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security descriptors: read for the worker, which has no privilege to see
 * them; written when the authority itself has found that the client may. What
 * the worker decided before does not count here.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/access.h>
#include <guise/impersonate.h>
#include <guise/store.h>

#include "answer.h"
#include "codec.h"
#include "engine.h"
#include "fd.h"
#include "posix.h"
#include "xattr.h"

#define DACL_CONTROL                                                           \
	(GUISE_SD_DACL_PRESENT | GUISE_SD_DACL_DEFAULTED |                     \
	 GUISE_SD_DACL_AUTO_INHERIT_REQ | GUISE_SD_DACL_AUTO_INHERITED |       \
	 GUISE_SD_DACL_PROTECTED)
#define SACL_CONTROL                                                           \
	(GUISE_SD_SACL_PRESENT | GUISE_SD_SACL_DEFAULTED |                     \
	 GUISE_SD_SACL_AUTO_INHERIT_REQ | GUISE_SD_SACL_AUTO_INHERITED |       \
	 GUISE_SD_SACL_PROTECTED)

/* The files must be from beneath a root, the session alive. */
static int check(struct channel *channel, const struct request *request,
		 const struct guise_token **ret_token)
{
	unsigned root;
	int r;

	for (unsigned i = 0; i < channel->packet.n_fds; i++) {
		r = roots_check_file(&channel->worker->service->roots,
				     channel->packet.fds[i], &root);
		if (r < 0)
			return r;
	}
	return sessions_use(&channel->worker->sessions, request->session,
			    ret_token);
}

static int read_attribute(struct channel *channel,
			  const struct request *request, const char *name)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = check(channel, request, &token);
	if (r < 0)
		return r;
	return xattr_read(channel->packet.fds[0], name, &channel->reply);
}

int answer_read_sd(struct channel *channel, const struct request *request)
{
	return read_attribute(channel, request, sd_codec_guise.xattr);
}

int answer_read_acl(struct channel *channel, const struct request *request)
{
	return read_attribute(channel, request, XATTR_POSIX_ACCESS);
}

static int copy_as_client(const struct guise_token *token, const int fds[2],
			  struct xattr_scratch *scratch)
{
	GUISE_SCOPE(scope);
	int r;

	if (guise_token_level(token) < GUISE_LEVEL_IMPERSONATION)
		return GUISE_E_BAD_LEVEL;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return xattr_copy_user(fds[0], fds[1], scratch);
}

/* user.* of the first file to the second. */
int answer_copy_attributes(struct channel *channel,
			   const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(freep)
	struct xattr_scratch *scratch = malloc(sizeof(*scratch));
	int r;

	if (!scratch)
		return -ENOMEM;
	r = check(channel, request, &token);
	if (r < 0)
		return r;
	return copy_as_client(token, channel->packet.fds, scratch);
}

static int open_as_client(const struct worker *worker,
			  const struct guise_token *token, unsigned root,
			  const char *path, int *ret_fd)
{
	const struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	GUISE_SCOPE(scope);
	int r;

	if (guise_token_level(token) < GUISE_LEVEL_IMPERSONATION)
		return GUISE_E_BAD_LEVEL;
	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return file_open_here(worker->service->roots.at[root].fd,
			      path[0] ? path : ".", &how, ret_fd);
}

/* The file that the client itself finds at the path must be the one meant. */
static int open_named(struct channel *channel, const struct request *request,
		      const struct guise_token *token, const struct stat *meant,
		      int *ret_fd)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;
	int r;

	if (request->root >= channel->worker->service->roots.n)
		return GUISE_E_PROTOCOL;
	r = open_as_client(channel->worker, token, (unsigned)request->root,
			   request->path, &fd);
	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_dev != meant->st_dev || st.st_ino != meant->st_ino)
		return -ESTALE;
	*ret_fd = fd_take(&fd);
	return 0;
}

static uint32_t rights_for(uint64_t parts)
{
	uint32_t rights = 0;

	if (parts & (GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY))
		rights |= GUISE_WRITE_OWNER;
	if (parts & GUISE_DACL_SECURITY)
		rights |= GUISE_WRITE_DAC;
	if (parts & GUISE_SACL_SECURITY)
		rights |= GUISE_ACCESS_SYSTEM_SECURITY;
	return rights;
}

static bool may_own(const struct guise_token *token,
		    const struct guise_sid *sid)
{
	const uint32_t needed = GUISE_GROUP_OWNER | GUISE_GROUP_ENABLED;
	const struct guise_sid_and_attributes *user = guise_token_user(token);
	const struct guise_sid_and_attributes *groups;
	size_t n;

	if (guise_token_has_privilege(token, GUISE_SE_RESTORE))
		return true;
	if (guise_sid_equal(&user->sid, sid))
		return !(user->attributes & GUISE_GROUP_USE_FOR_DENY_ONLY);
	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, sid))
			return (groups[i].attributes & needed) == needed;
	}
	return false;
}

static int check_rights(const struct guise_policies *policies,
			const struct guise_token *token,
			const struct guise_sd *current,
			const struct guise_sd *wanted, uint64_t parts)
{
	const struct guise_access_options options = {
		.size = sizeof(options),
		.policies = policies,
	};
	struct guise_decision decision;
	int r;

	r = guise_access_check_by_type(current, token, rights_for(parts),
				       &guise_mapping_file, &options,
				       &decision);
	if (r < 0)
		return r;
	if (!decision.allowed)
		return GUISE_E_ACCESS_DENIED;
	if (parts & GUISE_OWNER_SECURITY &&
	    !guise_sid_equal(guise_sd_owner(wanted), guise_sd_owner(current)) &&
	    !may_own(token, guise_sd_owner(wanted)))
		return GUISE_E_INVALID_OWNER;
	return 0;
}

/* The named parts of @wanted, the others of @current. */
static int merge(const struct guise_sd *current, const struct guise_sd *wanted,
		 uint64_t parts, const struct guise_sd **ret)
{
	const bool dacl = parts & GUISE_DACL_SECURITY;
	const bool sacl = parts & GUISE_SACL_SECURITY;
	const uint16_t changed = (uint16_t)((dacl ? DACL_CONTROL : 0) |
					    (sacl ? SACL_CONTROL : 0));
	const struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.control = (uint16_t)((guise_sd_control(current) & ~changed) |
				      (guise_sd_control(wanted) & changed)),
		.rm_control = guise_sd_rm_control(current),
		.owner = guise_sd_owner(parts & GUISE_OWNER_SECURITY ? wanted
								     : current),
		.group = guise_sd_group(parts & GUISE_GROUP_SECURITY ? wanted
								     : current),
		.dacl = guise_sd_dacl(dacl ? wanted : current),
		.sacl = guise_sd_sacl(sacl ? wanted : current),
	};

	return guise_sd_new(&fields, ret);
}

/* Stored, or what mode and ACL amount to for this client, as the store layer
 * decides about it. */
static int read_current(int fd, const struct stat *st,
			const struct guise_token *token,
			const struct guise_sd **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	int r;

	r = xattr_read(fd, sd_codec_guise.xattr, &value);
	if (r == -ENODATA || r == -EOPNOTSUPP)
		return posix_sd_for_token(fd, st, token, NULL, ret);
	if (r < 0)
		return r;
	return sd_codec_guise.decode(value.data, value.size, ret);
}

static int change_named(struct channel *channel, const struct request *request,
			const struct guise_token *token,
			const struct stat *meant, const struct guise_sd *wanted)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *current = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *merged = NULL;
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	r = open_named(channel, request, token, meant, &fd);
	if (r == 0)
		r = read_current(fd, meant, token, &current);
	if (r == 0)
		r = check_rights(channel->worker->service->options.policies,
				 token, current, wanted, request->information);
	if (r == 0)
		r = merge(current, wanted, request->information, &merged);
	if (r < 0)
		return r;
	return guise_sd_write(fd, merged);
}

int answer_write_sd(struct channel *channel, const struct request *request)
{
	struct worker *worker = channel->worker;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *wanted = NULL;
	const int fd = channel->packet.fds[0];
	struct stat st;
	int r;

	if (request->information == 0)
		return -EINVAL;
	r = check(channel, request, &token);
	if (r == 0)
		r = sd_codec_guise.decode(request->blob, request->blob_size,
					  &wanted);
	if (r == 0 && fstat(fd, &st) < 0)
		r = -errno;
	if (r < 0)
		return r;
	if (request->path)
		return change_named(channel, request, token, &st, wanted);
	/* the client's own creation, which has no name yet */
	if (!temps_has_file(&worker->temps, request->session, st.st_dev,
			    st.st_ino))
		return GUISE_E_ACCESS_DENIED;
	return guise_sd_write(fd, wanted);
}
