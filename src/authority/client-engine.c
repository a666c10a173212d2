/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker's engines. What a ring can do is done on the thread's own ring
 * with the session's personality; everything else, and everything without
 * rings, is asked of the authority.
 */
#include <linux/limits.h>
#include <stdio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <guise/store.h>

#include "buf.h"
#include "client.h"
#include "fd.h"

/* Most attributes are smaller; the largest possible is a dear buffer. */
#define USUAL_SIZE 1024

static struct worker_thread *thread_of(struct guise_engine *engine)
{
	return (struct worker_thread *)engine;
}
static_assert(offsetof(struct worker_thread, engine) == 0,
	      "an engine is the beginning of a worker's thread");

/* --- by request --- */

/* A request for @token. If its session is over, that is acknowledged. */
static int ask(struct guise_engine *engine, const struct guise_token *token,
	       enum request_type type, struct request *request, const int *fds,
	       struct reader *ret_reply, int *ret_fd)
{
	struct worker_thread *thread = thread_of(engine);
	int r;

	client_settle(
		thread); /* first: the reply is lent until the next call */
	if (session_map_differs(&thread->map, session_key_of(token)))
		return GUISE_E_NO_SUCH_LOGON_SESSION;
	request->session = guise_token_id(token);
	r = client_call(thread, type, request, fds, ret_reply, ret_fd);
	if (r == GUISE_E_NO_SUCH_LOGON_SESSION)
		client_end_session(thread, request->session);
	return r;
}

static int broker_open(struct guise_engine *engine,
		       const struct guise_token *token, int dir_fd,
		       const char *path, const struct open_how *how,
		       int *ret_fd)
{
	struct request request = {
		.flags = how->flags,
		.mode = how->mode,
		.resolve = how->resolve,
		.path = path,
	};
	int fd = -EBADF;
	int r;

	r = ask(engine, token, REQUEST_OPEN, &request, &dir_fd, NULL, &fd);
	if (r < 0)
		return r;
	if (fd < 0)
		return GUISE_E_PROTOCOL;
	*ret_fd = fd;
	return 0;
}

static int broker_mkdir(struct guise_engine *engine,
			const struct guise_token *token, int dir_fd,
			const char *name, mode_t mode)
{
	struct request request = {.mode = mode, .name = name};

	return ask(engine, token, REQUEST_MKDIR, &request, &dir_fd, NULL, NULL);
}

static int broker_unlink(struct guise_engine *engine,
			 const struct guise_token *token, int dir_fd,
			 const char *name, int flags)
{
	struct request request = {.is_directory = flags != 0, .name = name};

	return ask(engine, token, REQUEST_UNLINK, &request, &dir_fd, NULL,
		   NULL);
}

static int broker_rename(struct guise_engine *engine,
			 const struct guise_token *token, int old_dir_fd,
			 const char *old_name, int new_dir_fd,
			 const char *new_name, unsigned flags)
{
	const int fds[2] = {old_dir_fd, new_dir_fd};
	struct request request = {
		.flags = flags,
		.name = old_name,
		.new_name = new_name,
	};

	return ask(engine, token, REQUEST_RENAME, &request, fds, NULL, NULL);
}

static int broker_set_times(struct guise_engine *engine,
			    const struct guise_token *token, int fd,
			    const struct timespec times[2])
{
	struct request request = {
		.seconds = {(uint64_t)times[0].tv_sec,
			    (uint64_t)times[1].tv_sec},
		.nanoseconds = {(uint64_t)times[0].tv_nsec,
				(uint64_t)times[1].tv_nsec},
	};

	return ask(engine, token, REQUEST_SET_TIMES, &request, &fd, NULL, NULL);
}

static int broker_set_mode(struct guise_engine *engine,
			   const struct guise_token *token, int fd, mode_t mode)
{
	struct request request = {.mode = mode};

	return ask(engine, token, REQUEST_SET_MODE, &request, &fd, NULL, NULL);
}

static int broker_temp_create(struct guise_engine *engine,
			      const struct guise_token *token, int dir_fd,
			      const char *like, bool is_directory, mode_t mode,
			      struct guise_temp *ret)
{
	struct request request = {
		.is_directory = is_directory,
		.mode = mode,
		.name = like,
	};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct guise_temp temp = {.dir_fd = dir_fd};
	struct reader reply;
	int r;

	r = ask(engine, token, REQUEST_TEMP_CREATE, &request, &dir_fd, &reply,
		&fd);
	if (r < 0)
		return r;
	if (fd < 0 || !read_u64le(&reply, &temp.id) ||
	    !read_copy(&reply, temp.name, sizeof(temp.name)) ||
	    !memchr(temp.name, '\0', sizeof(temp.name)))
		return GUISE_E_PROTOCOL;
	temp.fd = fd_take(&fd);
	*ret = temp;
	return 0;
}

static int broker_temp_commit(struct guise_engine *engine,
			      const struct guise_token *token,
			      struct guise_temp *temp, const char *name,
			      bool replace)
{
	struct request request = {
		.temp = temp->id,
		.replace = replace,
		.name = name,
	};

	return ask(engine, token, REQUEST_TEMP_COMMIT, &request, NULL, NULL,
		   NULL);
}

static void broker_temp_abort(struct guise_engine *engine,
			      const struct guise_token *token,
			      struct guise_temp *temp)
{
	struct request request = {.temp = temp->id};

	/* what it could not remove is in the journal */
	(void)!ask(engine, token, REQUEST_TEMP_ABORT, &request, NULL, NULL,
		   NULL);
}

/* Appended to @out; what the system says. */
static int read_here(int fd, const char *name, size_t max,
		     struct guise_buf *out)
{
	uint8_t *value;
	ssize_t n;
	int r;

	r = buf_reserve(out, max, &value);
	if (r < 0)
		return r;
	n = fgetxattr(fd, name, value, max);
	if (n < 0)
		return -errno;
	out->size += (size_t)n;
	return 0;
}

/* Reading is open to us where the file is; only names need help. */
static int read_attribute(struct guise_engine *engine,
			  const struct guise_token *token,
			  enum request_type type, const char *name, int fd,
			  struct guise_buf *out)
{
	struct request request = {0};
	struct reader reply;
	int r;

	r = read_here(fd, name, USUAL_SIZE, out);
	if (r == -ERANGE)
		r = read_here(fd, name, XATTR_SIZE_MAX, out);
	if (r != -EBADF) /* O_PATH */
		return r;
	r = ask(engine, token, type, &request, &fd, &reply, NULL);
	if (r < 0)
		return r;
	return buf_append(out, reply.data, reply.size);
}

static int broker_read_sd(struct guise_engine *engine,
			  const struct guise_token *token, int fd,
			  struct guise_buf *out)
{
	return read_attribute(engine, token, REQUEST_READ_SD, GUISE_SD_XATTR,
			      fd, out);
}

static int broker_read_acl(struct guise_engine *engine,
			   const struct guise_token *token, int fd,
			   struct guise_buf *out)
{
	return read_attribute(engine, token, REQUEST_READ_ACL,
			      "system.posix_acl_access", fd, out);
}

static int broker_copy_attributes(struct guise_engine *engine,
				  const struct guise_token *token, int from_fd,
				  int to_fd)
{
	const int fds[2] = {from_fd, to_fd};
	struct request request = {0};

	return ask(engine, token, REQUEST_COPY_ATTRIBUTES, &request, fds, NULL,
		   NULL);
}

static int broker_write_sd(struct guise_engine *engine,
			   const struct guise_token *token, int fd,
			   unsigned root, const char *path, const void *data,
			   size_t size, uint32_t security_information)
{
	struct request request = {
		.root = root,
		.information = security_information,
		.path = path,
		.blob = data,
		.blob_size = size,
	};

	return ask(engine, token, REQUEST_WRITE_SD, &request, &fd, NULL, NULL);
}

/* The session is the authority's, until it is logged off. */
static void engine_forget(struct guise_engine *engine,
			  const struct guise_token *token)
{
	(void)engine;
	(void)token;
}

/* It is part of the struct guise_authority, which guise_authority_stop()
 * frees. */
static void engine_free(struct guise_engine *engine)
{
	(void)engine;
}

/* --- on the ring --- */

/* After each operation: the mark goes, and what waited for it is settled. */
static int done(struct worker_thread *thread, int result)
{
	atomic_store(&thread->using, 0);
	client_settle(thread);
	return result;
}

static int ring_open(struct guise_engine *engine,
		     const struct guise_token *token, int dir_fd,
		     const char *path, const struct open_how *how, int *ret_fd)
{
	struct worker_thread *thread = thread_of(engine);

	return done(thread, file_ring_open(thread->ring, token, dir_fd, path,
					   how, ret_fd));
}

static int ring_mkdir(struct guise_engine *engine,
		      const struct guise_token *token, int dir_fd,
		      const char *name, mode_t mode)
{
	struct worker_thread *thread = thread_of(engine);

	return done(thread,
		    file_ring_mkdir(thread->ring, token, dir_fd, name, mode));
}

static int ring_unlink(struct guise_engine *engine,
		       const struct guise_token *token, int dir_fd,
		       const char *name, int flags)
{
	struct worker_thread *thread = thread_of(engine);

	return done(thread,
		    file_ring_unlink(thread->ring, token, dir_fd, name, flags));
}

static int ring_rename(struct guise_engine *engine,
		       const struct guise_token *token, int old_dir_fd,
		       const char *old_name, int new_dir_fd,
		       const char *new_name, unsigned flags)
{
	struct worker_thread *thread = thread_of(engine);

	return done(thread,
		    file_ring_rename(thread->ring, token, old_dir_fd, old_name,
				     new_dir_fd, new_name, flags));
}

static int ring_stat_many(struct guise_engine *engine,
			  const struct guise_token *token, int dir_fd,
			  const char *const *names, size_t n,
			  struct stat *ret_stats, int *ret_results)
{
	struct worker_thread *thread = thread_of(engine);

	return done(thread,
		    file_ring_stat_many(thread->ring, token, dir_fd, names, n,
					ret_stats, ret_results));
}

/* clang-format off */
#define BY_REQUEST                                                             \
	.free = engine_free,                                                   \
	.forget = engine_forget,                                               \
	.set_times = broker_set_times,                                         \
	.set_mode = broker_set_mode,                                           \
	.temp_create = broker_temp_create,                                     \
	.temp_commit = broker_temp_commit,                                     \
	.temp_abort = broker_temp_abort,                                       \
	.read_sd = broker_read_sd,                                             \
	.read_acl = broker_read_acl,                                           \
	.copy_attributes = broker_copy_attributes,                             \
	.write_sd = broker_write_sd
/* clang-format on */

const struct engine_ops client_ring_ops = {
	.name = "ring",
	BY_REQUEST,
	.open = ring_open,
	.mkdir = ring_mkdir,
	.unlink = ring_unlink,
	.rename = ring_rename,
	.stat_many = ring_stat_many,
};

const struct engine_ops client_broker_ops = {
	.name = "broker",
	BY_REQUEST,
	.open = broker_open,
	.mkdir = broker_mkdir,
	.unlink = broker_unlink,
	.rename = broker_rename,
};
