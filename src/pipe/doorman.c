/* SPDX-License-Identifier: Apache-2.0 */
/* See doorman.h. */
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <guise/logon.h>

#include <sys/eventfd.h>

#include "doorman.h"
#include "fd.h"

/* What a greeting may wait for an instance; its client asks again. */
#define WAIT_MS_MAX 15000
/* Without descriptors or memory, the thread looks away for so long. */
#define SHORTAGE_MS 50
/* Named pipes of one process. Ours. */
#define PIPES_MAX 1024

/* @pipe: counted */
struct greeting {
	struct greeting *next;
	struct pipe *pipe;
	int fd;
	uid_t uid;
	struct deadline deadline;
	bool waits; /* for an instance */
};

/* @lock protects @watched and @started; taken under no other lock
 * @greetings is the thread's own */
static struct {
	pthread_mutex_t lock;
	pid_t started; /* the process it was started in */
	int wake_fd;
	struct pipe *watched; /* linked by @watched_next */
	struct greeting *greetings;
	unsigned n_greetings;
	unsigned n_watched;
	struct pollfd polls[1 + PIPES_MAX + GUISE_PIPE_GREETINGS_MAX];
} doorman = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake_fd = -EBADF};

static void greeting_free(struct greeting *g)
{
	(void)fd_close(g->fd);
	(void)pipe_unref(g->pipe);
	free(g);
	doorman.n_greetings--;
}

static bool uid_has_room(uid_t uid)
{
	unsigned n = 0;

	for (const struct greeting *g = doorman.greetings; g; g = g->next)
		n += g->uid == uid;
	return doorman.n_greetings < GUISE_PIPE_GREETINGS_MAX &&
	       n < GUISE_PIPE_GREETINGS_OF_UID_MAX;
}

/* A client of this very process comes another way: which of its threads this
 * is the kernel does not say. */
static bool may_greet(int fd, struct ucred *ret)
{
	socklen_t size = sizeof(*ret);
	const int on = 1;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &size) == 0 &&
	       ret->pid > 0 && ret->pid != getpid() && uid_has_room(ret->uid) &&
	       setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0;
}

/* False: a shortage; look again later */
static bool accept_one(struct pipe *pipe)
{
	GUISE_AUTO(fd_closep)
	int fd = accept4(pipe->listener, NULL, NULL,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct greeting *g;
	struct ucred peer;

	if (fd < 0)
		return errno != EMFILE && errno != ENFILE && errno != ENOMEM;
	if (!may_greet(fd, &peer))
		return true;
	g = calloc(1, sizeof(*g));
	if (!g)
		return false;
	g->pipe = pipe_ref(pipe);
	g->fd = fd_take(&fd);
	g->uid = peer.uid;
	g->deadline = deadline_in(GUISE_PIPE_GREETING_MS);
	g->next = doorman.greetings;
	doorman.greetings = g;
	doorman.n_greetings++;
	return true;
}

static int send_reply(int fd, const struct reply *reply)
{
	uint8_t bytes[REPLY_SIZE];

	reply_encode(reply, bytes);
	return send(fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_NOSIGNAL) ==
			       (ssize_t)sizeof(bytes)
		       ? 0
		       : -EPIPE;
}

static void refuse(const struct greeting *g, int status)
{
	const struct reply reply = {.status = status};

	(void)send_reply(g->fd, &reply); /* gone is gone */
}

/* The context the client offers: of the kernel's identity, at its level. */
static int context_offered(int fd, const struct guise_quality_of_service *qos,
			   const struct guise_token *token,
			   struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *offered = NULL;
	enum guise_level level = qos->level;
	int r;

	if (level > GUISE_LEVEL_IMPERSONATION)
		level = GUISE_LEVEL_IMPERSONATION;
	if (level == GUISE_LEVEL_ANONYMOUS)
		r = guise_token_of_peer(fd, level, &offered);
	else
		r = guise_token_at_level(token, level, guise_luid_new(),
					 &offered);
	if (r < 0)
		return r;
	return context_new(offered, ret);
}

static int make_channel(struct greeting *g, const struct hello *hello,
			const struct guise_token *token, struct channel **ret)
{
	GUISE_AUTO(channel_unrefp) struct channel *channel = NULL;
	socklen_t size = sizeof(channel->peer);
	int fd = fcntl(g->fd, F_DUPFD_CLOEXEC, 0);
	int r;

	if (fd < 0)
		return -errno;
	channel = channel_new(fd, NULL, true, g->pipe->type);
	if (!channel)
		return -ENOMEM;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &channel->peer, &size) < 0)
		return -errno;
	channel->capture.qos = hello->qos;
	r = context_offered(fd, &hello->qos, token, &channel->capture.context);
	if (r < 0)
		return r;
	*ret = guise_take(channel);
	return 0;
}

/* Under the pipe's lock. */
static int give(struct greeting *g, struct channel **channel, uint32_t granted)
{
	struct guise_pipe_end *end = pipe_listening(g->pipe);
	struct reply reply = {
		.granted = granted,
		.direction = g->pipe->direction,
		.type = g->pipe->type,
		.instances_max = g->pipe->instances_max,
		.instances = g->pipe->n_instances,
		.default_timeout_ms = g->pipe->default_timeout_ms,
	};
	int r;

	if (!end)
		return -EBUSY;
	reply.in_size = end->in_size;
	reply.out_size = end->out_size;
	(*channel)->peer_granted = granted;
	r = send_reply(g->fd, &reply);
	if (r < 0)
		return r;
	pipe_give_client(end, guise_take(*channel));
	return 0;
}

static int open_for(struct greeting *g, const struct hello *hello)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(channel_unrefp) struct channel *channel = NULL;
	uint32_t granted;
	int r;

	r = guise_token_of_peer(g->fd, GUISE_LEVEL_IMPERSONATION, &token);
	if (r < 0) /* the kernel vouches for nobody */
		return GUISE_E_ACCESS_DENIED;
	r = make_channel(g, hello, token, &channel);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&g->pipe->lock) == 0);
	r = g->pipe->n_instances
		    ? pipe_check_open(g->pipe, token, hello->desired, &granted)
		    : -ENOENT;
	if (r == 0)
		r = give(g, &channel, granted);
	must(pthread_mutex_unlock(&g->pipe->lock) == 0);
	return r;
}

/* True: the client waits for an instance still */
static bool answer_wait(struct greeting *g)
{
	struct reply reply = {.direction = g->pipe->direction};
	bool listens, gone;

	must(pthread_mutex_lock(&g->pipe->lock) == 0);
	listens = pipe_listening(g->pipe) != NULL;
	gone = g->pipe->n_instances == 0;
	must(pthread_mutex_unlock(&g->pipe->lock) == 0);
	if (gone)
		refuse(g, -ENOENT);
	else if (listens)
		(void)send_reply(g->fd, &reply);
	return !listens && !gone;
}

/* True: not done with it yet */
static bool hear(struct greeting *g)
{
	uint8_t bytes[HELLO_SIZE + 1];
	struct hello hello;
	ssize_t n = recv(g->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	uint32_t wait_ms;
	int r;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (g->waits) /* it said something more, or is gone */
		return false;
	if (hello_decode(bytes, (size_t)n, &hello) < 0)
		return false;
	if (hello.kind == HELLO_OPEN) {
		r = open_for(g, &hello);
		if (r < 0)
			refuse(g, r);
		return false;
	}
	g->waits = true;
	wait_ms = hello.wait_ms ? hello.wait_ms : g->pipe->default_timeout_ms;
	g->deadline =
		deadline_in(wait_ms < WAIT_MS_MAX ? wait_ms : WAIT_MS_MAX);
	return answer_wait(g);
}

static bool attend(struct greeting *g, bool readable)
{
	if (readable && !hear(g))
		return false;
	if (g->waits && !answer_wait(g))
		return false;
	if (deadline_left(&g->deadline) > 0)
		return true;
	if (g->waits)
		refuse(g, -ETIMEDOUT);
	return false;
}

static void add_poll(size_t *n, int fd)
{
	doorman.polls[(*n)++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

/* Under the lock: what to look at; at most as many pipes as there is room
 * for. Returns how long at most. */
static int gather(size_t *ret_pipes, size_t *ret_n)
{
	size_t n = 0;
	int shortest = -1;

	add_poll(&n, doorman.wake_fd);
	for (struct pipe *p = doorman.watched; p; p = p->watched_next)
		add_poll(&n, p->listener);
	*ret_pipes = n - 1;
	for (struct greeting *g = doorman.greetings; g; g = g->next) {
		int left = deadline_left(&g->deadline);

		add_poll(&n, g->fd);
		if (shortest < 0 || left < shortest)
			shortest = left;
	}
	*ret_n = n;
	return shortest;
}

/* In the order of gather(). */
static void attend_all(size_t n_pipes)
{
	size_t i = 1 + n_pipes;
	struct greeting *g;

	for (struct greeting **at = &doorman.greetings; (g = *at);) {
		if (attend(g, doorman.polls[i++].revents != 0)) {
			at = &g->next;
			continue;
		}
		*at = g->next;
		greeting_free(g);
	}
}

/* Under the lock; a pipe that was forgotten meanwhile is not among them. */
static bool accept_all(size_t n_pipes)
{
	bool fine = true;

	for (struct pipe *p = doorman.watched; p; p = p->watched_next) {
		for (size_t i = 1; i <= n_pipes; i++) {
			if (doorman.polls[i].fd == p->listener &&
			    doorman.polls[i].revents & POLLIN)
				fine &= accept_one(p);
		}
	}
	return fine;
}

static void drain_wake(void)
{
	uint64_t n;

	(void)!read(doorman.wake_fd, &n, sizeof(n)); /* non-blocking */
}

static void *run(void *nothing)
{
	const struct timespec shortage = {.tv_nsec = SHORTAGE_MS * 1000000L};

	for (;;) {
		size_t n_pipes, n;
		bool fine;
		int wait;

		must(pthread_mutex_lock(&doorman.lock) == 0);
		wait = gather(&n_pipes, &n);
		must(pthread_mutex_unlock(&doorman.lock) == 0);
		if (poll(doorman.polls, n, wait) < 0)
			continue;
		drain_wake();
		attend_all(n_pipes);
		must(pthread_mutex_lock(&doorman.lock) == 0);
		fine = accept_all(n_pipes);
		must(pthread_mutex_unlock(&doorman.lock) == 0);
		if (!fine)
			(void)nanosleep(&shortage, NULL);
	}
	return nothing;
}

/* Under the lock. A forked child has no thread, and its parent's pipes and
 * greetings are not its own. */
static int start(void)
{
	pthread_t thread;
	int r;

	if (doorman.started == getpid())
		return 0;
	doorman.watched = NULL;
	doorman.greetings = NULL;
	doorman.n_greetings = 0;
	doorman.n_watched = 0;
	doorman.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (doorman.wake_fd < 0)
		return -errno;
	r = guise_thread_create(&thread, NULL, run, NULL);
	if (r < 0) {
		doorman.wake_fd = fd_close(doorman.wake_fd);
		return r;
	}
	(void)pthread_detach(thread);
	doorman.started = getpid();
	return 0;
}

void doorman_wake(void)
{
	const uint64_t one = 1;

	(void)!write(doorman.wake_fd, &one, sizeof(one));
}

int doorman_watch(struct pipe *pipe)
{
	int r;

	must(pthread_mutex_lock(&doorman.lock) == 0);
	r = start();
	if (r == 0 && doorman.n_watched >= PIPES_MAX)
		r = GUISE_E_LIMIT;
	if (r == 0) {
		pipe->watched_next = doorman.watched;
		doorman.watched = pipe;
		doorman.n_watched++;
	}
	must(pthread_mutex_unlock(&doorman.lock) == 0);
	if (r == 0)
		doorman_wake();
	return r;
}

void doorman_forget(struct pipe *pipe)
{
	must(pthread_mutex_lock(&doorman.lock) == 0);
	for (struct pipe **at = &doorman.watched; *at;
	     at = &(*at)->watched_next) {
		if (*at == pipe) {
			*at = pipe->watched_next;
			doorman.n_watched--;
			break;
		}
	}
	must(pthread_mutex_unlock(&doorman.lock) == 0);
	doorman_wake();
}
