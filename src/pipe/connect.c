/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's end: within this process, straight from the pipe; to another
 * process, over its socket.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "end.h"
#include "fd.h"
#include "path.h"

static const struct guise_quality_of_service qos_default = {
	.size = sizeof(qos_default),
	.level = GUISE_LEVEL_IMPERSONATION,
	.tracking = GUISE_TRACKING_DYNAMIC,
	.effective_only = true,
};

/* Neither may raise SIGPIPE or be mistaken for data: made for this. */
static int make_pair(struct pipe *pipe, struct channel **ret_server,
		     struct channel **ret_client)
{
	GUISE_AUTO(channel_unrefp) struct channel *server = NULL;
	struct link *link;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	link = link_new();
	if (!link) {
		(void)fd_close(fds[0]);
		(void)fd_close(fds[1]);
		return -ENOMEM;
	}
	server = channel_new(fds[0], link, true, pipe->type);
	*ret_client = channel_new(fds[1], link, false, pipe->type);
	if (!server || !*ret_client) {
		*ret_client = channel_unref(*ret_client);
		return -ENOMEM;
	}
	server->peer = (struct ucred){.pid = getpid()};
	(*ret_client)->peer = server->peer;
	*ret_server = guise_take(server);
	return 0;
}

/* Under the pipe's lock. */
static void become_client(struct guise_pipe_end *end, struct pipe *pipe,
			  const struct guise_pipe_end *instance,
			  uint32_t granted)
{
	end->granted = granted;
	end->in_size = instance->in_size;
	end->out_size = instance->out_size;
	end->direction = pipe->direction;
	end->type = pipe->type;
	end->instances_max = pipe->instances_max;
	end->instances = pipe->n_instances;
	end->default_timeout_ms = pipe->default_timeout_ms;
	end->state = GUISE_PIPE_CONNECTED;
}

/* Under the pipe's lock. @capture: what the client offers, taken */
static int connect_here(struct pipe *pipe, const struct guise_token *token,
			uint32_t desired, struct capture *capture,
			struct guise_pipe_end *end)
{
	struct channel *server = NULL, *client = NULL;
	struct guise_pipe_end *instance;
	uint32_t granted;
	int r;

	if (pipe->n_instances == 0)
		return -ENOENT;
	r = pipe_check_open(pipe, token, desired, &granted);
	if (r < 0)
		return r;
	instance = pipe_listening(pipe);
	if (!instance)
		return -EBUSY;
	r = make_pair(pipe, &server, &client);
	if (r < 0)
		return r;
	server->peer_granted = granted;
	client->capture = *capture;
	*capture = (struct capture){0};
	end->channel = client;
	become_client(end, pipe, instance, granted);
	pipe_give_client(instance, server);
	return 0;
}

static int open_here(struct pipe *pipe,
		     const struct guise_pipe_client_options *o,
		     const struct guise_token *token,
		     const struct guise_quality_of_service *qos,
		     struct guise_pipe_end *end)
{
	GUISE_AUTO(capture_clear) struct capture capture = {.qos = *qos};
	int r;

	/* libc's form may change the whole process's ids to ask */
	if (syscall(SYS_faccessat2, AT_FDCWD, pipe->place.address.sun_path,
		    W_OK, AT_EACCESS) < 0)
		return -errno;
	r = capture_now(&capture);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&pipe->lock) == 0);
	r = connect_here(pipe, token, o->desired, &capture, end);
	must(pthread_mutex_unlock(&pipe->lock) == 0);
	if (r == 0)
		end->pipe = pipe_ref(pipe);
	return r;
}

/* The socket of that name: nobody's link leads to another server. */
static int connect_to(int fd, const struct pipe_place *place)
{
	struct sockaddr_un way = {.sun_family = AF_UNIX};
	GUISE_AUTO(fd_closep) int there = -EBADF;
	struct stat st;

	there = path_open(place->address.sun_path, S_IFSOCK, &st);
	if (there < 0)
		return there;
	path_way(there, way.sun_path);
	if (connect(fd, (const struct sockaddr *)&way, sizeof(way)) == 0)
		return 0;
	if (errno == ECONNREFUSED) /* its server is dead */
		return -ENOENT;
	return errno == EAGAIN ? -ETIMEDOUT : -errno;
}

static int connect_socket(const struct pipe_place *place, int *ret)
{
	GUISE_AUTO(fd_closep)
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	const struct timeval patience = {.tv_sec =
						 GUISE_PIPE_GREETING_MS / 1000};
	int r;

	if (fd < 0)
		return -errno;
	/* a full queue of a server that does not accept */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
		       sizeof(patience)) < 0)
		return -errno;
	r = connect_to(fd, place);
	if (r < 0)
		return r;
	*ret = fd_take(&fd);
	return 0;
}

static int greet(int fd, const struct hello *hello, uint32_t timeout_ms,
		 struct reply *ret)
{
	const struct deadline deadline = deadline_in(timeout_ms);
	uint8_t said[HELLO_SIZE], heard[REPLY_SIZE + 1];
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n;
	int r;

	hello_encode(hello, said);
	if (send(fd, said, sizeof(said), MSG_NOSIGNAL) != (ssize_t)sizeof(said))
		return -EBUSY;
	do {
		r = poll(&p, 1, deadline_left(&deadline));
	} while (r < 0 && errno == EINTR);
	if (r <= 0)
		return r == 0 ? -ETIMEDOUT : -errno;
	n = recv(fd, heard, sizeof(heard), MSG_DONTWAIT);
	if (n <= 0) /* it has no time for us */
		return -EBUSY;
	r = reply_decode(heard, (size_t)n, ret);
	return r < 0 ? r : ret->status;
}

static void take_reply(struct guise_pipe_end *end, const struct reply *reply)
{
	end->granted = reply->granted;
	end->in_size = reply->in_size;
	end->out_size = reply->out_size;
	end->direction = reply->direction;
	end->type = reply->type;
	end->instances_max = reply->instances_max;
	end->instances = reply->instances;
	end->default_timeout_ms = reply->default_timeout_ms;
	end->state = GUISE_PIPE_CONNECTED;
}

static int open_there(const struct pipe_place *place,
		      const struct guise_pipe_client_options *o,
		      const struct guise_quality_of_service *qos,
		      struct guise_pipe_end *end)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	const struct hello hello = {
		.kind = HELLO_OPEN, .qos = *qos, .desired = o->desired};
	struct reply reply;
	socklen_t size = sizeof(struct ucred);
	int r;

	r = connect_socket(place, &fd);
	if (r < 0)
		return r;
	r = greet(fd, &hello, GUISE_PIPE_GREETING_MS, &reply);
	if (r < 0)
		return r;
	take_reply(end, &reply);
	end->channel = channel_new(fd_take(&fd), NULL, false, reply.type);
	if (!end->channel)
		return -ENOMEM;
	end->channel->capture.qos = *qos;
	return getsockopt(end->channel->fd, SOL_SOCKET, SO_PEERCRED,
			  &end->channel->peer, &size) < 0
		       ? -errno
		       : 0;
}

/* Nobody offers another process more than he has, either. */
static int check_offer(const struct guise_token *token,
		       const struct guise_quality_of_service *qos)
{
	return guise_token_type(token) == GUISE_TOKEN_IMPERSONATION &&
			       guise_token_level(token) < qos->level
		       ? GUISE_E_BAD_LEVEL
		       : 0;
}

static bool qos_is_valid(const struct guise_quality_of_service *qos)
{
	return qos->size >= sizeof(*qos) &&
	       qos->level <= GUISE_LEVEL_DELEGATION &&
	       qos->tracking <= GUISE_TRACKING_DYNAMIC;
}

static int open_end(const struct guise_pipe_client_options *o,
		    const struct guise_quality_of_service *qos,
		    struct guise_pipe_end *end)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(pipe_unrefp) struct pipe *pipe = NULL;
	struct pipe_place place;
	int r;

	r = caller_token(&token);
	if (r < 0)
		return r;
	r = check_offer(token, qos);
	if (r < 0)
		return r;
	r = pipe_place_find(o->directory, o->name, &place);
	if (r < 0)
		return r;
	pipe = pipe_find(&place);
	return pipe ? open_here(pipe, o, token, qos, end)
		    : open_there(&place, o, qos, end);
}

int guise_pipe_connect(const struct guise_pipe_client_options *options,
		       struct guise_pipe_end **ret)
{
	GUISE_AUTO(guise_pipe_end_unrefp) struct guise_pipe_end *end = NULL;
	const struct guise_quality_of_service *qos;
	int r;

	if (!options || options->size < sizeof(*options) || !options->name ||
	    !ret)
		return -EINVAL;
	qos = options->qos ? options->qos : &qos_default;
	if (!qos_is_valid(qos))
		return -EINVAL;
	end = end_new(false);
	if (!end)
		return -ENOMEM;
	r = open_end(options, qos, end);
	if (r < 0)
		return r;
	*ret = guise_take(end);
	return 0;
}

static int wait_here(struct pipe *pipe, uint32_t timeout_ms)
{
	struct deadline deadline;
	int r = 0;

	must(pthread_mutex_lock(&pipe->lock) == 0);
	deadline =
		deadline_in(timeout_ms ? timeout_ms : pipe->default_timeout_ms);
	while (r == 0 && pipe->n_instances > 0 && !pipe_listening(pipe)) {
		if (!deadline_wait(&deadline, &pipe->changed, &pipe->lock))
			r = -ETIMEDOUT;
	}
	if (pipe->n_instances == 0)
		r = -ENOENT;
	else if (pipe_listening(pipe))
		r = 0;
	must(pthread_mutex_unlock(&pipe->lock) == 0);
	return r;
}

/* The server forgets who waits after a while: ask again. */
static int wait_there(const struct pipe_place *place, uint32_t timeout_ms)
{
	const struct deadline deadline = deadline_in(timeout_ms);
	int r;

	do {
		GUISE_AUTO(fd_closep) int fd = -EBADF;
		int left = deadline_left(&deadline);
		struct hello hello = {.kind = HELLO_WAIT};
		struct reply reply;

		hello.wait_ms =
			left < 0 || left > 10000 ? 10000 : (uint32_t)left;
		if (timeout_ms == 0)
			hello.wait_ms = 0;
		r = connect_socket(place, &fd);
		if (r == 0)
			r = greet(fd, &hello, 20000, &reply);
	} while (r == -ETIMEDOUT && timeout_ms != 0 &&
		 deadline_left(&deadline) != 0);
	return r;
}

int guise_pipe_wait(const char *directory, const char *name,
		    uint32_t timeout_ms)
{
	GUISE_AUTO(pipe_unrefp) struct pipe *pipe = NULL;
	struct pipe_place place;
	int r;

	if (!name)
		return -EINVAL;
	r = pipe_place_find(directory, name, &place);
	if (r < 0)
		return r;
	pipe = pipe_find(&place);
	return pipe ? wait_here(pipe, timeout_ms)
		    : wait_there(&place, timeout_ms);
}

int guise_pipe_set_read_mode(struct guise_pipe_end *end,
			     enum guise_pipe_mode mode)
{
	if (!end || mode > end->type)
		return -EINVAL;
	must(pthread_mutex_lock(&end->lock) == 0);
	end->read_mode = mode;
	must(pthread_mutex_unlock(&end->lock) == 0);
	return 0;
}

static enum guise_pipe_state state_of(const struct guise_pipe_end *end)
{
	const struct channel *channel = end->channel;

	if (!channel)
		return end->state;
	if (channel->link && link_is_disconnected(channel->link))
		return GUISE_PIPE_DISCONNECTED;
	return channel_is_closing(channel) ? GUISE_PIPE_CLOSING
					   : GUISE_PIPE_CONNECTED;
}

int guise_pipe_get_info(struct guise_pipe_end *end, struct guise_pipe_info *ret)
{
	pid_t peer;

	if (!end || !ret)
		return -EINVAL;
	*ret = (struct guise_pipe_info){
		.is_server = end->is_server,
		.direction = end->direction,
		.type = end->type,
		.granted = end->granted,
		.instances_max = end->instances_max,
		.instances = end->instances,
		.in_size = end->in_size,
		.out_size = end->out_size,
		.default_timeout_ms = end->default_timeout_ms,
	};
	if (end->pipe) {
		must(pthread_mutex_lock(&end->pipe->lock) == 0);
		ret->instances = end->pipe->n_instances;
		must(pthread_mutex_unlock(&end->pipe->lock) == 0);
	}
	must(pthread_mutex_lock(&end->lock) == 0);
	ret->state = state_of(end);
	ret->read_mode = end->read_mode;
	peer = end->channel ? end->channel->peer.pid : 0;
	must(pthread_mutex_unlock(&end->lock) == 0);
	ret->client_pid = end->is_server ? peer : getpid();
	ret->server_pid = end->is_server ? getpid() : peer;
	return 0;
}
