/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker: file operations done here, as the client. The same bodies as the
 * switch engine's, in a scope that holds nothing else. Descriptors come from
 * the worker and are checked to be from beneath a root; names are one
 * component, paths are resolved beneath their directory.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include "answer.h"
#include "buf.h"
#include "engine.h"
#include "fd.h"

/* The client of @request and the directories it names. */
static int check(struct channel *channel, const struct request *request,
		 const struct guise_token **ret_token, unsigned *ret_root)
{
	const struct roots *roots = &channel->worker->service->roots;
	unsigned root = 0;
	int r;

	for (unsigned i = 0; i < channel->packet.n_fds; i++) {
		r = roots_check_directory(roots, channel->packet.fds[i], &root);
		if (r < 0)
			return r;
	}
	r = sessions_use(&channel->worker->sessions, request->session,
			 ret_token);
	if (r == 0 && ret_root)
		*ret_root = root;
	return r;
}

static bool opens_something(const struct guise_token *token)
{
	return guise_token_level(token) >= GUISE_LEVEL_IMPERSONATION;
}

static int begin(struct guise_scope *scope, const struct guise_token *token)
{
	if (!opens_something(token))
		return GUISE_E_BAD_LEVEL;
	return guise_scope_begin(scope, token);
}

static int open_as(const struct guise_token *token, int dir_fd,
		   const char *path, const struct open_how *how, int *ret_fd)
{
	GUISE_SCOPE(scope);
	int r;

	r = begin(&scope, token);
	if (r < 0)
		return r;
	return file_open_here(dir_fd, path, how, ret_fd);
}

/* A program that is somebody's by its set-id bit is a way out of the share:
 * whoever starts it on the host runs as the client. Directories may have the
 * bits that only concern what is made in them. */
static mode_t permissions_of(const struct request *request, bool is_directory)
{
	return (mode_t)request->mode &
	       (is_directory ? S_ISVTX | S_ISGID | 0777 : 0777);
}

int answer_open(struct channel *channel, const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct open_how how = {
		.flags = request->flags | O_CLOEXEC,
		.mode = request->flags & O_CREAT
				? permissions_of(request, false)
				: 0,
		.resolve = request->resolve | RESOLVE_BENEATH |
			   RESOLVE_NO_MAGICLINKS,
	};
	int r;

	if (!(request->flags & O_CREAT) != !(request->flags & O_EXCL))
		return GUISE_E_PROTOCOL;
	if (!(request->flags & O_PATH)) /* a FIFO must not hold this thread */
		how.flags |= O_NONBLOCK | O_NOCTTY;
	r = check(channel, request, &token, NULL);
	if (r < 0)
		return r;
	return open_as(token, channel->packet.fds[0],
		       request->path[0] ? request->path : ".", &how,
		       &channel->reply_fd);
}

int answer_mkdir(struct channel *channel, const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_SCOPE(scope);
	int r;

	r = check(channel, request, &token, NULL);
	if (r == 0)
		r = begin(&scope, token);
	if (r < 0)
		return r;
	return mkdirat(channel->packet.fds[0], request->name,
		       permissions_of(request, true)) < 0
		       ? -errno
		       : 0;
}

int answer_unlink(struct channel *channel, const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_SCOPE(scope);
	int r;

	r = check(channel, request, &token, NULL);
	if (r == 0)
		r = begin(&scope, token);
	if (r < 0)
		return r;
	return unlinkat(channel->packet.fds[0], request->name,
			request->is_directory ? AT_REMOVEDIR : 0) < 0
		       ? -errno
		       : 0;
}

int answer_rename(struct channel *channel, const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_SCOPE(scope);
	int r;

	r = check(channel, request, &token, NULL);
	if (r == 0)
		r = begin(&scope, token);
	if (r < 0)
		return r;
	return renameat2(channel->packet.fds[0], request->name,
			 channel->packet.fds[1], request->new_name,
			 (unsigned)request->flags) < 0
		       ? -errno
		       : 0;
}

/* The client, and the file it passes. */
static int check_file(struct channel *channel, const struct request *request,
		      const struct guise_token **ret_token)
{
	unsigned root;
	int r;

	r = roots_check_file(&channel->worker->service->roots,
			     channel->packet.fds[0], &root);
	if (r < 0)
		return r;
	return sessions_use(&channel->worker->sessions, request->session,
			    ret_token);
}

static bool is_nanoseconds(uint64_t n)
{
	return n < 1000000000 || n == UTIME_NOW || n == UTIME_OMIT;
}

int answer_set_times(struct channel *channel, const struct request *request)
{
	const struct timespec times[2] = {
		{(time_t)request->seconds[0], (long)request->nanoseconds[0]},
		{(time_t)request->seconds[1], (long)request->nanoseconds[1]},
	};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_SCOPE(scope);
	int r;

	if (!is_nanoseconds(request->nanoseconds[0]) ||
	    !is_nanoseconds(request->nanoseconds[1]))
		return -EINVAL;
	r = check_file(channel, request, &token);
	if (r == 0)
		r = begin(&scope, token);
	if (r < 0)
		return r;
	return utimensat(channel->packet.fds[0], "", times, AT_EMPTY_PATH) < 0
		       ? -errno
		       : 0;
}

int answer_set_mode(struct channel *channel, const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_SCOPE(scope);
	struct stat st;
	char path[40];
	mode_t mode;
	int r;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d",
		       channel->packet.fds[0]);
	r = check_file(channel, request, &token);
	if (r == 0 && fstat(channel->packet.fds[0], &st) < 0)
		r = -errno;
	if (r == 0)
		r = begin(&scope, token);
	if (r < 0)
		return r;
	mode = permissions_of(request, S_ISDIR(st.st_mode));
	if (fchmod(channel->packet.fds[0], mode) == 0)
		return 0;
	if (errno != EBADF)
		return -errno;
	/* O_PATH */
	return chmod(path, mode) < 0 ? -errno : 0;
}

/* Reply: number of the temporary, its name, and its descriptor. */
int answer_temp_create(struct channel *channel, const struct request *request)
{
	struct worker *worker = channel->worker;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct temps_request wanted = {
		.session = request->session,
		.like = request->name,
		.is_directory = request->is_directory,
		.mode = permissions_of(request, request->is_directory),
	};
	char name[JOURNAL_NAME_SIZE];
	uint64_t id;
	int r;

	r = check(channel, request, &token, &wanted.root_number);
	if (r < 0)
		return r;
	if (!opens_something(token))
		return GUISE_E_BAD_LEVEL;
	wanted.token = token;
	wanted.root = &worker->service->roots.at[wanted.root_number];
	r = temps_create(&worker->temps, &wanted,
			 packet_take_fd(&channel->packet, 0), &id, name,
			 &channel->reply_fd);
	if (r < 0)
		return r;
	r = buf_append_u64le(&channel->reply, id);
	if (r == 0)
		r = buf_append(&channel->reply, name, sizeof(name));
	if (r < 0)
		temps_abort(&worker->temps, request->session, id);
	return r;
}

int answer_temp_commit(struct channel *channel, const struct request *request)
{
	struct worker *worker = channel->worker;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	if (guise_file_is_temp_name(request->name, strlen(request->name)))
		return -EINVAL;
	r = sessions_use(&worker->sessions, request->session, &token);
	if (r < 0)
		return r;
	return temps_commit(&worker->temps, request->session, request->temp,
			    request->name, request->replace);
}

/* Also for a session that is over. */
int answer_temp_abort(struct channel *channel, const struct request *request)
{
	temps_abort(&channel->worker->temps, request->session, request->temp);
	return 0;
}
