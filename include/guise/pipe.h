/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes: a local channel between a client and a server, with a name, a security
 * descriptor and, on the server's side, the client's context to impersonate.
 *
 * A pipe is what has the name; it has one or more instances, each for one
 * client at a time, and lives as long as one of them. An end is one side of one
 * instance. All instances and ends of a pipe share its descriptor.
 *
 * Who the client is, the kernel says, never the client's text. A client in
 * another process is who connected: the ids and groups of the connecting
 * thread, frozen by the kernel, with no privilege but SeChangeNotify. Between
 * threads of one process it is the client thread's own token: the one it
 * impersonates, else the process's. What the client says (level, tracking,
 * effective-only) can only make it less.
 *
 * With static tracking the context is that of the open; with dynamic tracking
 * each write carries the context of its writer. A context becomes the server's
 * to impersonate when a message that carries it is read, and stays until the
 * next client. A message from another process that was not sent by the process,
 * uid and gid that connected carries no context at all: the kernel does not
 * say what groups its writer has.
 *
 * All functions are thread-safe, also on one end. Reading and writing may
 * overlap; two readers, or two writers, take turns. Names are UTF-8 without
 * backslashes at the beginning, at most GUISE_PIPE_NAME_MAX bytes, and compared
 * without case. An end does not outlive fork(): it stays the parent's.
 */
#ifndef GUISE_PIPE_H
#define GUISE_PIPE_H

#include <sys/types.h>

#include <guise/access.h>

#ifdef __cplusplus
extern "C" {
#endif

struct guise_pipe_end;
struct guise_impersonate_options;
struct guise_token_object;

/** GUISE_PIPE_FOREVER - a timeout that never passes; 0 does not wait at all */
#define GUISE_PIPE_FOREVER UINT32_MAX

/** GUISE_PIPE_CREATE_INSTANCE - right to make further instances of a pipe */
#define GUISE_PIPE_CREATE_INSTANCE 0x4

/** enum guise_pipe_direction - which way data may go */
enum guise_pipe_direction {
	GUISE_PIPE_INBOUND = 1,	 /* client to server */
	GUISE_PIPE_OUTBOUND = 2, /* server to client */
	GUISE_PIPE_DUPLEX = 3,
};

/** enum guise_pipe_mode - what a write, a read is about */
enum guise_pipe_mode {
	GUISE_PIPE_BYTES = 0,
	GUISE_PIPE_MESSAGES = 1,
};

/** enum guise_pipe_state - of an end */
enum guise_pipe_state {
	GUISE_PIPE_DISCONNECTED = 1, /* by the server */
	GUISE_PIPE_LISTENING = 2,    /* no client yet */
	GUISE_PIPE_CONNECTED = 3,
	GUISE_PIPE_CLOSING = 4, /* the other end is closed */
};

enum guise_tracking {
	GUISE_TRACKING_STATIC = 0,
	GUISE_TRACKING_DYNAMIC = 1,
};

/**
 * struct guise_quality_of_service - what a client lets its server do
 * @size: sizeof(struct guise_quality_of_service)
 * @level: what the server gets at most; above impersonation it counts as
 *         impersonation where client and server are two processes
 * @tracking: see above
 * @effective_only: groups and privileges that are not enabled are left out
 *
 * Where none is given: impersonation, dynamic, effective only.
 */
struct guise_quality_of_service {
	size_t size;
	enum guise_level level;
	enum guise_tracking tracking;
	bool effective_only;
};

/**
 * struct guise_pipe_options - a pipe to make, or a further instance of it
 * @size: sizeof(struct guise_pipe_options)
 * @directory: borrowed: where names are sockets; NULL: the system's, see
 *         guise_pipe_directory()
 * @name: borrowed
 * @direction: must be the same for all instances
 * @type: of what is written; must be the same for all instances
 * @read_mode: of this end; MESSAGES only with that @type
 * @instances_max: 1 to 254, or 255: as many as GUISE_PIPE_INSTANCES_MAX; the
 *         first instance's counts
 * @first_only: fail where the pipe is there already
 * @access: rights to the descriptor that this end asks for besides what
 *         @direction takes: WRITE_DAC, WRITE_OWNER, ACCESS_SYSTEM_SECURITY
 * @in_size, @out_size: said to the other end, nothing else
 * @default_timeout_ms: what guise_pipe_wait() waits where nobody says
 * @sd: borrowed: of a new pipe; owner, group and DACL that it lacks are the
 *         creator's. NULL: full access for the creator (its owner and its
 *         user), SYSTEM and administrators, reading for everyone and
 *         anonymous. A further instance that brings one must not ask for
 *         @access, and the pipe's stays as it is
 */
struct guise_pipe_options {
	size_t size;
	const char *directory;
	const char *name;
	enum guise_pipe_direction direction;
	enum guise_pipe_mode type;
	enum guise_pipe_mode read_mode;
	uint32_t instances_max;
	bool first_only;
	uint32_t access;
	uint32_t in_size;
	uint32_t out_size;
	uint32_t default_timeout_ms;
	const struct guise_sd *sd;
};

/**
 * guise_pipe_create() - the server's end of a new instance, which listens
 * @options: borrowed
 * @ret: returns a reference
 *
 * The first instance makes the pipe: its socket below the directory, open to
 * the owner only where nobody else is granted anything. A further one takes
 * GUISE_PIPE_CREATE_INSTANCE and what the end asks for, of the effective token.
 * All instances belong to one process.
 *
 * The first pipe of a process starts a thread, which greets clients and runs
 * as the process whoever the caller is.
 *
 * Return: 0; GUISE_E_ACCESS_DENIED (the descriptor says so; the pipe is there
 * and @first_only, or it belongs to another process; another direction);
 * -EBUSY (all instances are there); GUISE_E_BAD_LEVEL; GUISE_E_LIMIT;
 * -EPERM (the directory is not safe); -EACCES (the kernel says no);
 * those of guise_inherit(), of socket, bind and pthread_create; -ENOMEM;
 * -EINVAL (a name, a number; another type or maximum than the first's).
 */
GUISE_API GUISE_MUST_USE int
guise_pipe_create(const struct guise_pipe_options *options,
		  struct guise_pipe_end **ret);

/** guise_pipe_end_ref() - one more reference; returns @end, NULL for NULL */
GUISE_API struct guise_pipe_end *guise_pipe_end_ref(struct guise_pipe_end *end);

/**
 * guise_pipe_end_unref() - give a reference back; the last one closes the end,
 * and the last instance's takes the name away. NULL is fine; returns NULL
 */
GUISE_API struct guise_pipe_end *
guise_pipe_end_unref(struct guise_pipe_end *end);

/** guise_pipe_end_unrefp() - unref *@end and set it to NULL, for GUISE_AUTO()
 */
GUISE_API void guise_pipe_end_unrefp(struct guise_pipe_end **end);

/**
 * guise_pipe_accept() - wait until a client has opened this instance
 *
 * A disconnected instance listens again. Return: 0; -EISCONN (it has one
 * already); -EPIPE (it had one, who has closed its end: disconnect first);
 * -ETIMEDOUT; -ECANCELED (another thread has disconnected it); -EOPNOTSUPP (a
 * client's end); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_pipe_accept(struct guise_pipe_end *end,
					       uint32_t timeout_ms);

/**
 * guise_pipe_accept_further() - go on where guise_pipe_accept() ran out of time
 *
 * Return: 0, also if the client came meanwhile, or has come and gone;
 * -ETIMEDOUT; -ECANCELED (it was disconnected since, and does not listen);
 * -EOPNOTSUPP; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_pipe_accept_further(struct guise_pipe_end *end, uint32_t timeout_ms);

/**
 * guise_pipe_disconnect() - end with this client; what neither side has read is
 * gone, but what a client in another process was sent already
 *
 * The last context goes, too. Return: 0; -ENOTCONN (disconnected already);
 * -EOPNOTSUPP (a client's end); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_pipe_disconnect(struct guise_pipe_end *end);

/**
 * struct guise_pipe_client_options - how to open the client's end
 * @size: sizeof(struct guise_pipe_client_options)
 * @directory, @name: as in struct guise_pipe_options
 * @desired: rights; generic ones and MAXIMUM_ALLOWED, too
 * @qos: borrowed; NULL: see there
 */
struct guise_pipe_client_options {
	size_t size;
	const char *directory;
	const char *name;
	uint32_t desired;
	const struct guise_quality_of_service *qos;
};

/**
 * guise_pipe_connect() - open the client's end of an instance that listens
 * @options: borrowed
 * @ret: returns a reference; reads bytes until told otherwise
 *
 * The server's process decides by the pipe's descriptor; a server that does not
 * greet within GUISE_PIPE_GREETING_MS is none.
 *
 * Return: 0; -ENOENT (no such pipe); -EBUSY (no instance listens);
 * GUISE_E_ACCESS_DENIED (the descriptor, or a direction that the pipe has not);
 * GUISE_E_BAD_LEVEL (the caller impersonates below impersonation, or below the
 * level it offers); GUISE_E_PRIVILEGE_NOT_HELD (ACCESS_SYSTEM_SECURITY);
 * -EACCES; -EPERM; -ETIMEDOUT; GUISE_E_PROTOCOL (the server is none of ours);
 * GUISE_E_LIMIT; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_pipe_connect(const struct guise_pipe_client_options *options,
		   struct guise_pipe_end **ret);

/**
 * guise_pipe_wait() - wait until an instance of a pipe listens
 * @timeout_ms: 0: the pipe's default
 *
 * Somebody else may be quicker to open it. Return: 0; -ETIMEDOUT; -ENOENT;
 * those of guise_pipe_connect().
 */
GUISE_API GUISE_MUST_USE int
guise_pipe_wait(const char *directory, const char *name, uint32_t timeout_ms);

/**
 * guise_pipe_read() - read what there is, or wait for it
 * @ret_size: bytes read, at most @size
 * @ret_left: in message mode, how much of the message is left; may be NULL
 *
 * In message mode at most one message; in byte mode what there is up to @size.
 * On failure nothing was read, and outputs are untouched.
 *
 * Return: 0; -ETIMEDOUT (nothing came); -EPIPE (the other end is closed, and
 * all it wrote is read); -ENOTCONN (disconnected, or no client yet: the state
 * says); GUISE_E_ACCESS_DENIED (the end was not granted FILE_READ_DATA);
 * GUISE_E_PROTOCOL (the peer broke the protocol, and was disconnected);
 * -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_pipe_read(struct guise_pipe_end *end, void *data, size_t size,
		uint32_t timeout_ms, size_t *ret_size, size_t *ret_left);

/**
 * guise_pipe_write() - write a message, or bytes
 * @size: at most GUISE_PIPE_MESSAGE_MAX
 * @ret_size: bytes written
 *
 * Waits while the other end does not read. A message is written whole or not at
 * all, unless the time runs out in its middle: the connection ends then.
 *
 * Return: 0; -ETIMEDOUT; -EPIPE (the other end is closed); -ENOTCONN;
 * GUISE_E_ACCESS_DENIED (the end was not granted FILE_WRITE_DATA);
 * GUISE_E_LIMIT; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_pipe_write(struct guise_pipe_end *end,
					      const void *data, size_t size,
					      uint32_t timeout_ms,
					      size_t *ret_size);

/** struct guise_pipe_peeked - what can be read without waiting
 * @size: bytes copied; @available: bytes there; @left: of the message that
 * begins (or goes on) with the bytes copied, beyond them; 0 in byte pipes */
struct guise_pipe_peeked {
	size_t size;
	size_t available;
	size_t left;
};

/**
 * guise_pipe_peek() - look at what can be read; it stays, and counts as unread
 * @data: may be NULL if @size is 0
 *
 * At most GUISE_PIPE_AHEAD_MAX bytes are counted, among them those by which
 * each part of a message is remembered. Return: 0, also if nothing is there;
 * those of guise_pipe_read() but -ETIMEDOUT.
 */
GUISE_API GUISE_MUST_USE int guise_pipe_peek(struct guise_pipe_end *end,
					     void *data, size_t size,
					     struct guise_pipe_peeked *ret);

/** guise_pipe_flush() - wait until the other end has taken all that was
 * written. Return: 0; -EPIPE; -ENOTCONN; -ETIMEDOUT; -EINVAL */
GUISE_API GUISE_MUST_USE int guise_pipe_flush(struct guise_pipe_end *end,
					      uint32_t timeout_ms);

/** guise_pipe_set_read_mode() - Return: 0; -EINVAL (messages of a byte pipe) */
GUISE_API GUISE_MUST_USE int
guise_pipe_set_read_mode(struct guise_pipe_end *end, enum guise_pipe_mode mode);

/**
 * guise_impersonate_peer() - be the client of this instance
 * @options: borrowed, may be NULL: as for guise_thread_impersonate()
 *
 * The context of the last message read, through the gate; see
 * guise_thread_impersonate(). It stays usable when the client has closed its
 * end. Nothing is made anew: cost is that of putting the token on.
 *
 * Return: 0; GUISE_E_CANNOT_IMPERSONATE (nothing was read, or the last message
 * carried no context); -EOPNOTSUPP (a client's end); those of
 * guise_thread_impersonate(); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_impersonate_peer(struct guise_pipe_end *end,
		       const struct guise_impersonate_options *options);

/**
 * guise_pipe_client() - the context that guise_impersonate_peer() would take
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_CANNOT_IMPERSONATE; -EOPNOTSUPP; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_pipe_client(struct guise_pipe_end *end,
					       struct guise_token_object **ret);

/**
 * guise_pipe_sd() - the pipe's descriptor; returns a reference
 *
 * Return: 0; -ENOTCONN (a client's end that was disconnected); -EOPNOTSUPP (a
 * client's end whose server is another process); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_pipe_sd(struct guise_pipe_end *end,
					   const struct guise_sd **ret);

/** guise_pipe_set_sd() - replace the pipe's descriptor, for clients to come.
 * Asks for no right: that is the handle's matter. Return: as guise_pipe_sd() */
GUISE_API GUISE_MUST_USE int guise_pipe_set_sd(struct guise_pipe_end *end,
					       const struct guise_sd *sd);

/**
 * struct guise_pipe_info - what an end knows
 * @is_server: which side it is
 * @state, @direction, @type, @read_mode: see there
 * @granted: rights of this end
 * @instances_max, @instances: of the pipe; a client in another process knows
 *           what they were at its open
 * @in_size, @out_size, @default_timeout_ms: as the server said
 * @client_pid, @server_pid: as the kernel said at the open; 0: none. They are
 *           no proof of anything
 */
struct guise_pipe_info {
	bool is_server;
	enum guise_pipe_state state;
	enum guise_pipe_direction direction;
	enum guise_pipe_mode type;
	enum guise_pipe_mode read_mode;
	uint32_t granted;
	uint32_t instances_max;
	uint32_t instances;
	uint32_t in_size;
	uint32_t out_size;
	uint32_t default_timeout_ms;
	pid_t client_pid;
	pid_t server_pid;
};

/** guise_pipe_get_info() - Return: 0; -EINVAL on NULL */
GUISE_API GUISE_MUST_USE int guise_pipe_get_info(struct guise_pipe_end *end,
						 struct guise_pipe_info *ret);

/**
 * guise_pipe_directory() - where names are looked up by default
 *
 * GUISE_PIPE_DIRECTORY of the environment, but not in set-uid programs; else
 * /run/guise/pipe, which is everybody's to add to and where nobody can remove
 * another's; where that is not there and this process cannot make it, a
 * directory of the real uid's own below /tmp. A directory must belong to root
 * or the real uid, and be writable by others only with the sticky bit.
 *
 * Return: 0 and a string that lives as long as the process; -ENAMETOOLONG;
 * -EPERM (it is not safe); errors of mkdir.
 */
GUISE_API GUISE_MUST_USE int guise_pipe_directory(const char **ret);

#ifdef __cplusplus
}
#endif
#endif
