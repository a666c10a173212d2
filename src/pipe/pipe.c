/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pipes of this process, by their sockets, and making one: whoever holds
 * the lock file of a name may replace what a dead server has left there.
 */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access-granted.h"
#include "doorman.h"
#include "fd.h"
#include "path.h"

#define BACKLOG 128

/* Protects @first and, of each pipe, next and users. */
static struct {
	pthread_mutex_t lock;
	struct pipe *first;
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Making pipes and taking their names away, one after the other: between two
 * threads the lock files would say that another process has the name. Comes
 * before all other locks. */
static pthread_mutex_t names = PTHREAD_MUTEX_INITIALIZER;

static bool same_place(const struct pipe *pipe, const struct pipe_place *place)
{
	return strcmp(pipe->place.address.sun_path, place->address.sun_path) ==
	       0;
}

/* What is there by that name is its socket still. */
static bool is_there(const struct pipe *pipe)
{
	struct stat st;

	return lstat(pipe->place.address.sun_path, &st) == 0 &&
	       st.st_dev == pipe->device && st.st_ino == pipe->inode;
}

struct pipe *pipe_find(const struct pipe_place *place)
{
	struct pipe *pipe;

	must(pthread_mutex_lock(&registry.lock) == 0);
	for (pipe = registry.first; pipe; pipe = pipe->next) {
		if (same_place(pipe, place))
			break;
	}
	if (pipe)
		pipe->users++;
	must(pthread_mutex_unlock(&registry.lock) == 0);
	if (pipe && (pipe->owner != getpid() || !is_there(pipe)))
		return pipe_unref(pipe);
	return pipe;
}

struct pipe *pipe_ref(struct pipe *pipe)
{
	must(pthread_mutex_lock(&registry.lock) == 0);
	pipe->users++;
	must(pthread_mutex_unlock(&registry.lock) == 0);
	return pipe;
}

static void pipe_free(struct pipe *pipe)
{
	(void)guise_sd_unref(pipe->sd);
	(void)fd_close(pipe->listener);
	(void)fd_close(pipe->lock_fd);
	must(pthread_cond_destroy(&pipe->changed) == 0);
	must(pthread_mutex_destroy(&pipe->lock) == 0);
	free(pipe);
}

static void unlink_from_registry(struct pipe *pipe)
{
	for (struct pipe **at = &registry.first; *at; at = &(*at)->next) {
		if (*at == pipe) {
			*at = pipe->next;
			return;
		}
	}
}

struct pipe *pipe_unref(struct pipe *pipe)
{
	bool last;

	if (!pipe)
		return NULL;
	must(pthread_mutex_lock(&registry.lock) == 0);
	must(pipe->users > 0);
	last = --pipe->users == 0;
	if (last)
		unlink_from_registry(pipe);
	must(pthread_mutex_unlock(&registry.lock) == 0);
	if (last)
		pipe_free(pipe);
	return NULL;
}

/* With the last instance the name goes, for whoever comes next. As the caller;
 * a name that it may not remove leads to no listener. With the names locked. */
static void pipe_close(struct pipe *pipe)
{
	must(pthread_mutex_lock(&registry.lock) == 0);
	unlink_from_registry(pipe);
	must(pthread_mutex_unlock(&registry.lock) == 0);
	doorman_forget(pipe);
	if (pipe->owner == getpid() && is_there(pipe)) {
		(void)unlink(pipe->place.address.sun_path);
		(void)unlink(pipe->place.lock);
	}
	pipe->listener = fd_close(pipe->listener);
	pipe->lock_fd = fd_close(pipe->lock_fd);
}

/* Locked, and still the file of that name; -EEXIST: another process has it */
static int lock_place(const char *path, int *ret)
{
	for (;;) {
		GUISE_AUTO(fd_closep)
		int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
			      0600);
		struct stat held, named;

		if (fd < 0) /* protected_regular(5): another user's */
			return errno == EACCES ? -EEXIST : -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0)
			return errno == EWOULDBLOCK ? -EEXIST : -errno;
		if (fstat(fd, &held) < 0)
			return -errno;
		if (stat(path, &named) == 0 && named.st_ino == held.st_ino &&
		    named.st_dev == held.st_dev) {
			*ret = fd_take(&fd);
			return 0;
		}
	}
}

/* Bound so that only the owner can connect, until it listens. */
static int bind_socket(int fd, const struct sockaddr_un *address)
{
	/* the socket's own mode is what the kernel gives the file */
	if (fchmod(fd, 0600) < 0)
		return -errno;
	if (unlink(address->sun_path) < 0 && errno != ENOENT)
		return -errno;
	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
		return errno == EADDRINUSE ? -EEXIST : -errno;
	return listen(fd, BACKLOG) < 0 ? -errno : 0;
}

/* Which socket it is. Made as a client, it is the client's, who may have put
 * another in its place by now: but never one of somebody else. */
static int note_socket(struct pipe *pipe)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;

	fd = path_open(pipe->place.address.sun_path, S_IFSOCK, &st);
	if (fd < 0)
		return fd;
	if (st.st_uid != geteuid())
		return -EPERM;
	pipe->device = st.st_dev;
	pipe->inode = st.st_ino;
	return 0;
}

int pipe_socket_set_mode(const struct pipe *pipe)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;

	fd = path_open(pipe->place.address.sun_path, S_IFSOCK, &st);
	if (fd < 0)
		return fd;
	if (st.st_dev != pipe->device || st.st_ino != pipe->inode)
		return -ENOENT;
	return path_chmod(fd, pipe_socket_mode(pipe->sd));
}

static int open_listener(struct pipe *pipe)
{
	GUISE_AUTO(fd_closep)
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	int r;

	if (fd < 0)
		return -errno;
	r = bind_socket(fd, &pipe->place.address);
	if (r < 0)
		return r;
	r = note_socket(pipe);
	if (r < 0)
		return r;
	r = pipe_socket_set_mode(pipe);
	if (r < 0)
		return r;
	pipe->listener = fd_take(&fd);
	return 0;
}

static struct pipe *pipe_alloc(const struct guise_pipe_options *o,
			       const struct pipe_place *place)
{
	struct pipe *pipe = calloc(1, sizeof(*pipe));

	if (!pipe)
		return NULL;
	pipe->users = 1;
	pipe->owner = getpid();
	pipe->place = *place;
	pipe->lock_fd = -EBADF;
	pipe->listener = -EBADF;
	pipe->direction = o->direction;
	pipe->type = o->type;
	pipe->instances_max = o->instances_max;
	pipe->default_timeout_ms = o->default_timeout_ms;
	must(pthread_mutex_init(&pipe->lock, NULL) == 0);
	condition_init(&pipe->changed);
	return pipe;
}

static int pipe_new(const struct guise_pipe_options *o,
		    const struct pipe_place *place,
		    const struct guise_token *creator, struct pipe **ret)
{
	GUISE_AUTO(pipe_unrefp)
	struct pipe *pipe = pipe_alloc(o, place);
	int r;

	if (!pipe)
		return -ENOMEM;
	r = pipe_sd_new(o->sd, creator, &pipe->sd);
	if (r < 0)
		return r;
	r = lock_place(place->lock, &pipe->lock_fd);
	if (r < 0)
		return r == -EEXIST ? GUISE_E_ACCESS_DENIED : r;
	r = open_listener(pipe);
	if (r < 0)
		return r == -EEXIST ? GUISE_E_ACCESS_DENIED : r;
	must(pthread_mutex_lock(&registry.lock) == 0);
	pipe->next = registry.first;
	registry.first = pipe;
	must(pthread_mutex_unlock(&registry.lock) == 0);
	r = doorman_watch(pipe);
	if (r < 0) {
		pipe_close(pipe);
		return r;
	}
	*ret = guise_take(pipe);
	return 0;
}

struct guise_pipe_end *pipe_listening(const struct pipe *pipe)
{
	struct guise_pipe_end *end;

	for (end = pipe->instances; end; end = end->sibling) {
		/* only who holds the pipe's lock makes or ends this state */
		if (end->state == GUISE_PIPE_LISTENING)
			return end;
	}
	return NULL;
}

static uint32_t direction_access(enum guise_pipe_direction direction)
{
	return GUISE_SYNCHRONIZE |
	       (direction & GUISE_PIPE_INBOUND ? GUISE_FILE_GENERIC_READ : 0) |
	       (direction & GUISE_PIPE_OUTBOUND ? GUISE_FILE_GENERIC_WRITE : 0);
}

static unsigned instances_limit(const struct pipe *pipe)
{
	return pipe->instances_max == 255 ? GUISE_PIPE_INSTANCES_MAX
					  : pipe->instances_max;
}

/* A new pipe is its creator's; one that is there has a descriptor. */
static int check_further(const struct pipe *pipe,
			 const struct guise_pipe_options *o,
			 const struct guise_token *token)
{
	uint32_t granted;
	int r;

	if (o->direction != pipe->direction)
		return GUISE_E_ACCESS_DENIED;
	if (o->type != pipe->type || o->instances_max != pipe->instances_max)
		return -EINVAL;
	if (o->sd && o->access)
		return GUISE_E_ACCESS_DENIED;
	r = access_granted(pipe->sd, token,
			   GUISE_PIPE_CREATE_INSTANCE |
				   direction_access(o->direction) | o->access,
			   &guise_mapping_file, &granted);
	if (r < 0)
		return r;
	return pipe->n_instances >= instances_limit(pipe) ? -EBUSY : 0;
}

static int check_first(const struct guise_pipe_options *o,
		       const struct guise_token *token)
{
	if (o->access & GUISE_ACCESS_SYSTEM_SECURITY &&
	    !guise_token_has_privilege(token, GUISE_SE_SECURITY))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	return 0;
}

/* Under the pipe's lock. */
static void add_instance(struct pipe *pipe, struct guise_pipe_end *end,
			 const struct guise_pipe_options *o)
{
	end->pipe = pipe;
	end->granted = direction_access(o->direction) | o->access;
	end->in_size = o->in_size;
	end->out_size = o->out_size;
	end->direction = pipe->direction;
	end->type = pipe->type;
	end->read_mode = o->read_mode;
	end->instances_max = pipe->instances_max;
	end->default_timeout_ms = pipe->default_timeout_ms;
	end->state = GUISE_PIPE_LISTENING;
	end->sibling = pipe->instances;
	pipe->instances = end;
	pipe->n_instances++;
}

/* Under the pipe's lock, not the ends'. */
static void tell_that_one_listens(struct pipe *pipe)
{
	must(pthread_cond_broadcast(&pipe->changed) == 0);
	doorman_wake();
}

/* The pipe of that name, or a new one. With the names locked. */
static int find_or_make(const struct guise_pipe_options *o,
			const struct pipe_place *place,
			const struct guise_token *token, struct pipe **ret,
			bool *ret_is_first)
{
	int r;

	*ret = pipe_find(place);
	*ret_is_first = !*ret;
	if (*ret)
		return o->first_only ? GUISE_E_ACCESS_DENIED : 0;
	r = check_first(o, token);
	return r < 0 ? r : pipe_new(o, place, token, ret);
}

/* @ret_again: the pipe that was there lost its last instance meanwhile. No code
 * stands for that: each may be the system's answer, too. */
static int create(const struct guise_pipe_options *o,
		  const struct guise_token *token, struct guise_pipe_end *end,
		  bool *ret_again)
{
	GUISE_AUTO(pipe_unrefp) struct pipe *pipe = NULL;
	struct pipe_place place;
	bool is_first;
	int r;

	*ret_again = false;
	r = pipe_place_find(o->directory, o->name, &place);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&names) == 0);
	r = find_or_make(o, &place, token, &pipe, &is_first);
	must(pthread_mutex_unlock(&names) == 0);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&pipe->lock) == 0);
	*ret_again = !is_first && pipe->n_instances == 0;
	if (!is_first && !*ret_again)
		r = check_further(pipe, o, token);
	if (r == 0 && !*ret_again) {
		add_instance(pipe, end, o);
		tell_that_one_listens(pipe);
	}
	must(pthread_mutex_unlock(&pipe->lock) == 0);
	if (r == 0 && !*ret_again)
		pipe = NULL; /* the end's reference now */
	return r;
}

static bool options_are_valid(const struct guise_pipe_options *o)
{
	const uint32_t may_ask = GUISE_WRITE_DAC | GUISE_WRITE_OWNER |
				 GUISE_ACCESS_SYSTEM_SECURITY;

	return o && o->size >= sizeof(*o) && o->name &&
	       o->direction >= GUISE_PIPE_INBOUND &&
	       o->direction <= GUISE_PIPE_DUPLEX && o->type <= 1 &&
	       o->read_mode <= o->type && o->instances_max >= 1 &&
	       o->instances_max <= 255 && !(o->access & ~may_ask);
}

int guise_pipe_create(const struct guise_pipe_options *options,
		      struct guise_pipe_end **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_pipe_end_unrefp) struct guise_pipe_end *end = NULL;
	bool again;
	int r;

	if (!options_are_valid(options) || !ret)
		return -EINVAL;
	r = caller_token(&token);
	if (r < 0)
		return r;
	end = end_new(true);
	if (!end)
		return -ENOMEM;
	do {
		r = create(options, token, end, &again);
	} while (again);
	if (r < 0)
		return r;

	*ret = guise_take(end);
	return 0;
}

struct guise_pipe_end *guise_pipe_end_ref(struct guise_pipe_end *end)
{
	if (end)
		refcount_get(&end->refs);
	return end;
}

static void remove_instance(struct guise_pipe_end *end)
{
	struct pipe *pipe = end->pipe;
	struct guise_pipe_end **at;
	bool last;

	must(pthread_mutex_lock(&pipe->lock) == 0);
	for (at = &pipe->instances; *at != end; at = &(*at)->sibling)
		;
	*at = end->sibling;
	last = --pipe->n_instances == 0;
	must(pthread_cond_broadcast(&pipe->changed) == 0);
	must(pthread_mutex_unlock(&pipe->lock) == 0);
	if (!last)
		return;
	must(pthread_mutex_lock(&names) == 0);
	pipe_close(pipe);
	must(pthread_mutex_unlock(&names) == 0);
}

struct guise_pipe_end *guise_pipe_end_unref(struct guise_pipe_end *end)
{
	if (!end || !refcount_put(&end->refs))
		return NULL;
	if (end->is_server && end->pipe)
		remove_instance(end);
	(void)channel_unref(end->channel);
	(void)guise_token_object_unref(end->context);
	(void)pipe_unref(end->pipe);
	must(pthread_mutex_destroy(&end->lock) == 0);
	must(pthread_cond_destroy(&end->connected) == 0);
	free(end);
	return NULL;
}

void guise_pipe_end_unrefp(struct guise_pipe_end **end)
{
	*end = guise_pipe_end_unref(*end);
}
