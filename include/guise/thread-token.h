/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token of a thread, as Windows programs know it: put on by one call and
 * taken off by another, in no block of its own (SetThreadToken, RevertToSelf).
 * Where a block will do, a scope (impersonate.h) is the safer way: it ends by
 * itself.
 *
 * A thread has at most one thread token; a new one replaces it. Scopes go on
 * top of it: inside one the thread is the scope's client, and the thread token
 * cannot be changed, only taken off. The token in force is the innermost
 * scope's, else the thread's, else the process's.
 *
 * What the kernel sees while a thread token is on:
 *
 *	delegation, impersonation	the token's projection
 *	identification, anonymous	the configured nobody, and every open
 *					through guise is refused
 *	token only			the process's own ids, no capabilities
 *					but those of the token's privileges
 *
 * New threads and forked children start without a thread token and with the
 * process's identity: threads made by guise_thread_create() and by fork()
 * always, those of others' pthread_create() only outside of impersonation (see
 * docs/kernel.md). A thread that ends reverts first.
 *
 * All functions are thread-safe. Cost: as said at each.
 */
#ifndef GUISE_THREAD_TOKEN_H
#define GUISE_THREAD_TOKEN_H

#include <pthread.h>
#include <sys/types.h>

#include <guise/impersonate.h>
#include <guise/token-object.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_impersonate_options - how a token is put on a thread
 * @size: sizeof(struct guise_impersonate_options)
 * @level: at most this level, whatever the token's; zero is anonymous
 * @allow_reduction: what the gate does not allow is impersonated at
 *         identification level and is a success, as on Windows: whoever allows
 *         this must ask for the level afterwards
 * @effective_only: leave out what is not enabled (guise_token_duplicate())
 * @token_only: a process that lacks CAP_SETUID or CAP_SETGID puts the token on
 *         all the same, without its kernel identity: above identification only
 *         a token whose ids and groups are the process's own. Where the
 *         process has them this changes nothing
 *
 * NULL instead of options: the token's own level (of a primary token
 * impersonation), and nothing else allowed.
 */
struct guise_impersonate_options {
	size_t size;
	enum guise_level level;
	bool allow_reduction;
	bool effective_only;
	bool token_only;
};

/**
 * guise_impersonation_gate() - may a process run a thread at this level
 * @process: borrowed: the primary token of the thread's process
 * @token: borrowed: what is to be impersonated
 * @level: wanted: not above the token's own
 * @ret_level: @level, or identification where it is not allowed
 *
 * The token's half of the decision; the kernel's half is CAP_SETUID and
 * CAP_SETGID. Pure. Linear in the restricting SIDs.
 *
 * Return: 0; GUISE_E_BAD_LEVEL (not a level, or above an impersonation token's
 * own); -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_impersonation_gate(const struct guise_token *process,
			 const struct guise_token *token,
			 enum guise_level level, enum guise_level *ret_level);

/**
 * guise_thread_impersonate() - put a token on the calling thread
 * @object: borrowed; the thread takes a reference of its own
 * @options: borrowed; may be NULL
 *
 * An impersonation token that is taken as it is stays shared: whoever adjusts
 * the object's privileges adjusts the thread's. A primary token, and one that
 * is reduced, is duplicated.
 *
 * On failure nothing has changed, the token that was on included. Cost: the
 * credential switch and two system calls that ask (one more in the revert),
 * more at a thread's first time and under a seccomp filter; on a thread that is
 * that client already, none.
 *
 * Return: 0; GUISE_E_PRIVILEGE_NOT_HELD (the gate, or the kernel's half of it,
 * says no and @allow_reduction is not set); GUISE_E_BAD_LEVEL (not a level; the
 * token has no Unix identity); GUISE_E_CEILING; -EBUSY in a scope; -EPERM and
 * other errors of guise_scope_begin(); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_thread_impersonate(struct guise_token_object *object,
			 const struct guise_impersonate_options *options);

/**
 * guise_impersonate_self() - a duplicate of the process's token at @level, to
 * adjust privileges for one thread only. The gate always allows it
 *
 * Return: those of guise_thread_impersonate(), with token_only.
 */
GUISE_API GUISE_MUST_USE int guise_impersonate_self(enum guise_level level);

/**
 * guise_impersonate_anonymous() - the token of ANONYMOUS LOGON, at level
 * impersonation, not a member of Everyone; the kernel sees the configured
 * nobody
 *
 * Return: those of guise_thread_impersonate(), with token_only;
 * GUISE_E_ACCESS_DENIED if the process's token is restricted.
 */
GUISE_API GUISE_MUST_USE int guise_impersonate_anonymous(void);

/**
 * guise_thread_revert() - take the thread token off; the thread is the
 * process's own when this returns. Without one nothing happens, and no system
 * call
 *
 * Never fails: when the kernel refuses, the process aborts. In a scope the
 * thread token is taken off at once, and the kernel identity is the scope's
 * until it ends. Preserves errno.
 */
GUISE_API void guise_thread_revert(void);

/**
 * guise_thread_token() - what is on the calling thread, borrowed until it is
 * changed; NULL if nothing. Anonymous level included: who opens it for others
 * says GUISE_E_CANT_OPEN_ANONYMOUS. No system call
 */
GUISE_API struct guise_token_object *guise_thread_token(void);

/**
 * guise_effective_token() - the token in force on the calling thread: the
 * innermost scope's, else the thread's, else the process's
 * @ret: returns a reference
 *
 * Return: 0; errors of guise_process_token().
 */
GUISE_API GUISE_MUST_USE int
guise_effective_token(const struct guise_token **ret);

/**
 * guise_thread_token_of() - what is on another thread of this process
 * @tid: its kernel thread id
 * @ret: returns a reference, the caller's to give back
 *
 * Return: 0; GUISE_E_NO_TOKEN; -ESRCH (no thread of this process); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_thread_token_of(pid_t tid, struct guise_token_object **ret);

/**
 * guise_thread_set_token() - put a token on, or take it off, a thread of this
 * process
 * @tid: its kernel thread id; the calling thread's own is fine
 * @object: borrowed: of an impersonation token; NULL: revert
 * @options: borrowed; may be NULL
 *
 * The thread itself does it, in the handler of a real-time signal that the
 * library reserves (the highest one; guise_thread_signal()), which interrupts
 * its blocking system calls once (EINTR, or restarted). A scope or switch under
 * way on the thread is waited for. Two seconds at most: a thread that blocks
 * the signal, or does not come back from the kernel, is not reached.
 *
 * On failure nothing has changed. Cost: two context switches.
 *
 * Return: 0; -ESRCH (no thread of this process); -ETIMEDOUT (not reached);
 * -EBUSY (in a scope all the time, or the signal is in use otherwise);
 * -EOPNOTSUPP (the thread has never used the library, and could only be made
 * known to it by allocating in a signal handler; or, for another thread than
 * the calling one: a GSSAPI is in the process, docs/kernel.md, "Other
 * machines"); GUISE_E_BAD_TOKEN_TYPE (a primary token); those of
 * guise_thread_impersonate().
 */
GUISE_API GUISE_MUST_USE int
guise_thread_set_token(pid_t tid, struct guise_token_object *object,
		       const struct guise_impersonate_options *options);

/** guise_thread_signal() - the signal that guise_thread_set_token() uses, which
 * no thread may block or handle otherwise */
GUISE_API int guise_thread_signal(void);

/**
 * guise_thread_create() - pthread_create() that is safe to call while
 * impersonating: before @start runs, the new thread is the process's own
 * @ret, @attributes, @start, @argument: as there
 *
 * Return: 0 or a negative error of pthread_create(); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_thread_create(pthread_t *ret, const pthread_attr_t *attributes,
		    void *(*start)(void *), void *argument);

/**
 * guise_process_token() - the token object of this process
 * @ret: borrowed for the life of the process, or until
 *       guise_process_token_replace()
 *
 * Read from the kernel at the first use (guise_token_self()), and from then on
 * what is made of it: privileges adjusted here stay adjusted. It does not
 * follow a process that changes its ids; the kernel's half of every decision
 * does.
 *
 * Return: 0; errors of guise_token_self(); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_process_token(struct guise_token_object **ret);

/**
 * guise_process_token_replace() - another token object as this process's, for
 * fixtures. The kernel identity stays
 * @object: borrowed: of a primary token whose Unix identity is the process's
 *          own, or none; kept for the life of the process
 *
 * Threads that hold the former one keep it.
 *
 * Return: 0; GUISE_E_BAD_TOKEN_TYPE; -EPERM (another Unix identity); errors of
 * guise_token_self(); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_process_token_replace(struct guise_token_object *object);

/**
 * guise_token_object_of_process() - another process's token as an object
 * @pid: its process id; the own one gives guise_process_token()
 * @ret: returns a reference
 *
 * For whom the kernel would let trace the process: the same user, no more
 * capabilities, or CAP_SYS_PTRACE; asked of the kernel, as the calling thread
 * is. The descriptor: all access for the token's user and SYSTEM. What it says
 * is what the process is now; it does not follow later changes, and changing it
 * changes no process.
 *
 * Return: 0; -EACCES (the kernel says no); errors of guise_token_of_process().
 */
GUISE_API GUISE_MUST_USE int
guise_token_object_of_process(pid_t pid, struct guise_token_object **ret);

/**
 * guise_token_object_of_thread() - another thread's impersonation token as an
 * object; of a thread of this process guise_thread_token_of()
 *
 * As guise_token_object_of_process(). Return: also GUISE_E_NO_TOKEN.
 */
GUISE_API GUISE_MUST_USE int
guise_token_object_of_thread(pid_t pid, pid_t tid,
			     struct guise_token_object **ret);

/**
 * guise_token_send() - pass a token to another process
 * @socket: a connected Unix socket
 * @handle: borrowed; needs GUISE_TOKEN_DUPLICATE
 *
 * The token as it is now, and the rights of the handle, in a sealed memory file
 * with the sender's credentials as the kernel knows them. What arrives is a new
 * object: changes to one do not show in the other.
 *
 * Return: 0; GUISE_E_ACCESS_DENIED; GUISE_E_LIMIT; -EBADF; -ENOMEM; errors of
 * memfd_create and sendmsg (-EAGAIN: the socket would block); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_send(int socket, const struct guise_token_handle *handle);

/**
 * struct guise_receive_options - whose word is taken
 * @size: sizeof(struct guise_receive_options)
 * @trusted_uid: a uid beside root that may pass any token; 0: only root
 *
 * NULL instead of options: only root.
 */
struct guise_receive_options {
	size_t size;
	uint32_t trusted_uid;
};

/**
 * guise_token_receive() - take the token that the peer passes
 * @socket: a connected Unix socket; SO_PASSCRED is on afterwards
 * @options: borrowed; may be NULL
 * @ret: the caller's to close; its rights are at most those of the sender's
 *       handle
 *
 * The sender of the message and the peer of the socket must be the same user by
 * the kernel's word. Root and @trusted_uid are believed; of anyone else nothing
 * is: the token is made anew of the ids and groups that the kernel knows, with
 * no more privileges than any user, at most at the level that was stated.
 *
 * Return: 0; -EPERM (the kernel vouches for nobody, or for two);
 * GUISE_E_PROTOCOL (not what guise_token_send() sends, or not sealed);
 * GUISE_E_LIMIT; -EAGAIN; -ECONNRESET (nothing more comes); other errors of
 * recvmsg; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_receive(int socket, const struct guise_receive_options *options,
		    struct guise_token_handle *ret);

#ifdef __cplusplus
}
#endif
#endif
