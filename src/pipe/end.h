/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a pipe in this process.
 *
 * pipe	what has the name: at the server, and at clients in its process
 * end	one side of one instance; what users hold
 * channel	one side of one connection: socket, frames, contexts. A server's
 *	end has one for each client, one after the other; whoever reads or
 *	writes holds a reference, so that a disconnect pulls nothing away
 *
 * Locks, outermost first: the names' and the registry's (pipe.c), a pipe's, an
 * end's; a turn (below) is taken under none of them.
 */
#ifndef PIPE_END_H
#define PIPE_END_H

#include <pthread.h>
#include <sys/socket.h>

#include "link.h"
#include "names.h"
#include "wire.h"

/* Readers, and writers, one after the other; waiting for one's turn counts as
 * waiting. */
struct turn {
	pthread_mutex_t lock; /* a leaf */
	pthread_cond_t free;
	bool taken;
};

/* Data that was taken out of the socket and not read yet.
 * @context: a reference; in which it was written; NULL: unknown */
struct frame {
	struct frame *next;
	struct guise_token_object *context;
	size_t size;
	size_t at; /* read up to here */
	uint32_t left;
	uint8_t data[];
};

/*
 * @fd: SOCK_SEQPACKET
 * @link: NULL: the other end is in another process
 * @type: of the pipe
 * @peer: who connected, or listens, as the kernel said
 * @peer_granted: what the other end was granted
 * @reading, @writing: turns; what is below each is its holder's
 * @ahead, @ahead_last: frames not read, oldest first
 * @ahead_size: bytes of memory that they take
 * @expected: bytes of the message that the socket still owes
 * @ended: 0 or why nothing more comes: -EPIPE, -ENOTCONN, GUISE_E_PROTOCOL
 * @n_read: frames taken out of the socket
 * @capture: a client's context: as it was opened, or (dynamic) last written; at
 *         a server's end whose client is another process: as it was opened
 * @n_written: frames written
 * @broken: a message was left in its middle
 */
struct channel {
	atomic_uint refs;
	int fd;
	struct link *link;
	bool is_server;
	enum guise_pipe_mode type;
	struct ucred peer;
	uint32_t peer_granted;
	struct turn reading;
	struct frame *ahead;
	struct frame **ahead_last;
	size_t ahead_size;
	uint32_t expected;
	int ended;
	uint64_t n_read;
	struct turn writing;
	struct capture capture;
	uint64_t n_written;
	bool broken;
};

/*
 * A pipe, while it has instances or somebody looks at it.
 * @next, @users: the registry's lock; who counts: ends, greetings, the moment
 * @owner: the process that made it; not its forked children
 * @place, @device, @inode: its socket
 * @lock_fd, @listener: owned; the latter non-blocking
 * @lock: protects what follows, and of each instance what end.h says
 * @changed: an instance listens
 * @sd: of the pipe
 * @instances: linked by their @sibling; @n_instances
 */
struct pipe {
	struct pipe *next;
	struct pipe *watched_next; /* doorman's lock */
	unsigned users;
	pid_t owner;
	struct pipe_place place;
	dev_t device;
	ino_t inode;
	int lock_fd;
	int listener;
	enum guise_pipe_direction direction;
	enum guise_pipe_mode type;
	uint32_t instances_max;
	uint32_t default_timeout_ms;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	const struct guise_sd *sd;
	struct guise_pipe_end *instances;
	unsigned n_instances;
};

/*
 * @pipe: counted; NULL at a client whose server is another process
 * @granted, @in_size, @out_size, @direction, @type, @instances*,
 *	@default_timeout_ms: fixed at the open
 * @sibling: a server's: the pipe's lock
 * @connected: a server's: the pipe's lock; somebody has come
 * @lock: protects what follows
 * @state: DISCONNECTED, LISTENING or CONNECTED; CLOSING is asked of the socket
 * @channel: a reference; NULL unless CONNECTED (a client's always has one)
 * @context: a server's: a reference: of the last message read
 */
struct guise_pipe_end {
	atomic_uint refs;
	bool is_server;
	struct pipe *pipe;
	uint32_t granted;
	uint32_t in_size;
	uint32_t out_size;
	enum guise_pipe_direction direction;
	enum guise_pipe_mode type;
	uint32_t instances_max;
	uint32_t instances;
	uint32_t default_timeout_ms;
	struct guise_pipe_end *sibling;
	pthread_cond_t connected;
	pthread_mutex_t lock;
	enum guise_pipe_state state;
	enum guise_pipe_mode read_mode;
	struct channel *channel;
	struct guise_token_object *context;
};

/* When a wait is over, by CLOCK_MONOTONIC. */
struct deadline {
	bool forever;
	struct timespec at;
};
struct deadline deadline_in(uint32_t timeout_ms);
/* Milliseconds from now, for poll: -1 forever, 0 over */
int deadline_left(const struct deadline *deadline);
/* pthread_cond_timedwait; false: over */
bool deadline_wait(const struct deadline *deadline, pthread_cond_t *condition,
		   pthread_mutex_t *lock);
void condition_init(pthread_cond_t *condition);

void turn_init(struct turn *turn);
void turn_destroy(struct turn *turn);
/* 0 or -ETIMEDOUT */
GUISE_MUST_USE int turn_take(struct turn *turn,
			     const struct deadline *deadline);
void turn_give(struct turn *turn);

/* Takes @fd and a reference of @link (may be NULL) also on failure; one
 * reference. NULL: no memory */
struct channel *channel_new(int fd, struct link *link, bool is_server,
			    enum guise_pipe_mode type);
struct channel *channel_ref(struct channel *channel);
struct channel *channel_unref(struct channel *channel);
static inline void channel_unrefp(struct channel **channel)
{
	*channel = channel_unref(*channel);
}
/* The other side is closed. */
bool channel_is_closing(const struct channel *channel);

/* A new end, not yet anywhere; NULL: no memory */
struct guise_pipe_end *end_new(bool is_server);
/* guise_pipe_disconnect(), if the client is still that of @only, unless
 * NULL */
GUISE_MUST_USE int end_disconnect(struct guise_pipe_end *end,
				  const struct channel *only);
/* The channel of a connected end, a reference; else -ENOTCONN */
GUISE_MUST_USE int end_channel(struct guise_pipe_end *end,
			       struct channel **ret);

/* The pipe of this process whose socket is at @place, counted; NULL */
struct pipe *pipe_find(const struct pipe_place *place);
struct pipe *pipe_ref(struct pipe *pipe);
struct pipe *pipe_unref(struct pipe *pipe);
static inline void pipe_unrefp(struct pipe **pipe)
{
	*pipe = pipe_unref(*pipe);
}
/* Under the pipe's lock: an instance that listens, or NULL */
struct guise_pipe_end *pipe_listening(const struct pipe *pipe);
/* Under the pipe's lock: may @token open it? @desired as the client said, with
 * generic bits. 0; GUISE_E_ACCESS_DENIED; GUISE_E_PRIVILEGE_NOT_HELD;
 * GUISE_E_BAD_LEVEL */
GUISE_MUST_USE int pipe_check_open(const struct pipe *pipe,
				   const struct guise_token *token,
				   uint32_t desired, uint32_t *ret_granted);
/* Under the pipe's lock, while it has instances (its listener is open, so that
 * no other file gets its inode): give the socket the mode that the descriptor
 * wants. -ENOENT: what is there by that name is another file, left alone */
GUISE_MUST_USE int pipe_socket_set_mode(const struct pipe *pipe);
/* Under the pipe's lock: @channel (taken) is now @instance's client. */
void pipe_give_client(struct guise_pipe_end *instance, struct channel *channel);

/* The descriptor of a new pipe; @asked may be NULL */
GUISE_MUST_USE int pipe_sd_new(const struct guise_sd *asked,
			       const struct guise_token *creator,
			       const struct guise_sd **ret);
/* Mode of the socket: nobody but the owner where the DACL grants no one else
 * anything. */
mode_t pipe_socket_mode(const struct guise_sd *sd);

#endif
