/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Being the client. A scope puts a token on the calling thread: from its begin
 * to the end of the enclosing block every access check of the kernel is made
 * against that token. It ends on every way out: return, goto, break, thread
 * cancellation, C++ exceptions.
 *
 *	GUISE_SCOPE(scope);
 *
 *	r = guise_scope_begin(&scope, token);
 *	if (r < 0)
 *		return r;
 *	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
 *
 * Only the calling thread changes. Inside a scope: no logging, no NSS or PAM,
 * Kerberos clients are not accepted, no new threads or processes, no libc
 * set*id, no longjmp. Where MIT's GSSAPI is in the process, who initiates by
 * default credentials inside a scope is the client, if the token has its
 * credentials (gss.h), and nobody otherwise.
 *
 * All functions are thread-safe; a scope belongs to the thread that began it.
 * Cost: depth and token of the scope nothing, begin and end as said there; the
 * token of a process or thread and a scan read /proc, a few files a thread.
 */
#ifndef GUISE_IMPERSONATE_H
#define GUISE_IMPERSONATE_H

#include <sys/types.h>

#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_ceiling - what no token may lift this process above
 * @size: sizeof(struct guise_ceiling)
 * @uid_min, @gid_min: smallest uid and primary gid a token may project to
 * @allow_root: uid 0 and gid 0 (also as a supplementary group) are allowed;
 *              refused by default, whatever @uid_min says
 * @groups_allowed, @n_groups_allowed: borrowed until the call returns; when not
 *              NULL, a token with any other supplementary group is refused
 * @privileges: the privileges that may become capabilities; others have no
 *              effect in the kernel. 0 = none
 *
 * Zero-initialised (with @size set): uid and gid 1 and up, no root, any
 * group, no capability.
 */
struct guise_ceiling {
	size_t size;
	uint32_t uid_min;
	uint32_t gid_min;
	bool allow_root;
	const uint32_t *groups_allowed;
	size_t n_groups_allowed;
	uint64_t privileges;
};

/**
 * guise_impersonation_init() - set the process's ceiling, once
 * @ceiling: borrowed; NULL = the zero ceiling
 * @anonymous_uid, @anonymous_gid: ids that anonymous and identification levels
 *              run as; 0 takes 65534
 *
 * Optional: the first scope does it with NULL. Remembers the process's base
 * identity and checks that SECBIT_NO_SETUID_FIXUP is off.
 *
 * Return: 0; -EALREADY if done before; -EPERM when the securebits are wrong;
 * -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_impersonation_init(const struct guise_ceiling *ceiling,
			 uint32_t anonymous_uid, uint32_t anonymous_gid);

/** struct guise_scope - one stretch of impersonation; members are private.
 * Zero-initialised it is not begun, and ending it does nothing. */
struct guise_scope {
	const struct guise_token *token;
	struct guise_scope *outer;
	uint32_t state;
	int32_t tid;
};

/** GUISE_SCOPE() - declare a scope that ends with its block */
#define GUISE_SCOPE(name)                                                      \
	GUISE_AUTO(guise_scope_end) struct guise_scope name = {0}

/**
 * guise_scope_begin() - run as @token until the scope ends
 * @scope: the caller's, zero-initialised; best declared with GUISE_SCOPE
 * @token: borrowed; the scope takes a reference of its own
 *
 * Impersonation and delegation level: the thread's effective uid, gid, groups
 * and capabilities become the token's projection; verified (docs/kernel.md).
 * Anonymous and identification level: the configured nobody, and every open
 * through guise is refused. Scopes nest: the inner one replaces, its end
 * restores the outer one.
 *
 * On failure nothing has changed. A thread that cannot be put back where it
 * was ends the process. Needs CAP_SETUID and CAP_SETGID, permitted ones are
 * enough. Cost, for begin and end together: six system calls that set (eight
 * where the service is not root) and six that ask, twelve at a thread's first
 * time and under a seccomp filter, plus what the kernel takes to sort the
 * groups; the same identity again, nested: four that ask. Where a GSSAPI is in
 * the process, two calls of it more, half a microsecond.
 *
 * Return: 0; GUISE_E_CEILING; GUISE_E_BAD_LEVEL (the token has no Unix
 * identity); GUISE_E_LIMIT (nested too deep); -EBUSY (@scope is in use);
 * -EPERM, also when the kernel claims a success it cannot show, when the thread
 * was switched by other means or created inside a scope, and when a service
 * without a root id would become root; other errors of setgroups, setresgid,
 * setresuid, capset; errors of guise_impersonation_init(); -ESHUTDOWN, -EIO
 * (the process exits, or the thread's credentials for other machines cannot be
 * set; where a GSSAPI is in it); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_scope_begin(struct guise_scope *scope,
					       const struct guise_token *token);
/**
 * guise_scope_end() - revert to what was before the scope
 *
 * Never fails: when the kernel refuses, or the thread is not the one that
 * began it, the process aborts. Must end in reverse order of begin. Does
 * nothing on a scope not begun. NULL is fine. Preserves errno.
 */
GUISE_API void guise_scope_end(struct guise_scope *scope);

/** guise_scope_depth() - scopes begun and not ended on this thread */
GUISE_API unsigned guise_scope_depth(void);

/** guise_scope_token() - the token the thread impersonates, borrowed until
 * its scope ends; NULL if none */
GUISE_API const struct guise_token *guise_scope_token(void);

/**
 * guise_token_anonymous() - ANONYMOUS LOGON (S-1-5-7) at level impersonation
 * with the unix ids @uid, @gid (usually nobody's), no groups but Everyone,
 * untrusted integrity
 * @ret: returns a reference
 *
 * Return: 0; -EINVAL (an id 0 or -1, or NULL); -ENOMEM.
 */
GUISE_API GUISE_MUST_USE int
guise_token_anonymous(uint32_t uid, uint32_t gid,
		      const struct guise_token **ret);

/**
 * guise_token_self() - the token of this process, read from the kernel
 *
 * Return: 0; errors of reading /proc; -ENOMEM. No NSS: the name stays empty.
 */
GUISE_API GUISE_MUST_USE int guise_token_self(const struct guise_token **ret);

/**
 * guise_token_of_process() - OpenProcessToken: another process's base identity
 * @pid: thread-group id
 *
 * Held by a pidfd while it is read, so that it is one process's, not two's.
 * Return: 0; -ESRCH; -EACCES (hidepid); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_of_process(pid_t pid, const struct guise_token **ret);

/**
 * guise_token_of_thread() - OpenThreadToken: a thread's impersonation token
 *
 * A thread whose credentials differ from its process's base is impersonating,
 * whoever wrote that program. The base is what most of the process's threads
 * have, of those that run under a real or saved id of theirs; at a tie, what
 * its group leader has. For the calling process's own
 * threads in a guise scope this is the kernel's view, not the token object:
 * use guise_scope_token() for that.
 *
 * Return: 0; GUISE_E_NO_TOKEN if it does not impersonate; errors of
 * guise_token_of_process().
 */
GUISE_API GUISE_MUST_USE int
guise_token_of_thread(pid_t pid, pid_t tid, const struct guise_token **ret);

/**
 * struct guise_thread_identity - one thread found by a scan
 * @pid, @tid: where
 * @ruid ... @fsgid: its ids; @capabilities: effective
 * @base_uid, @base_gid: effective ids of its process's base
 * @differs: bits of enum guise_difference
 */
struct guise_thread_identity {
	pid_t pid;
	pid_t tid;
	uint32_t ruid, euid, suid, fsuid;
	uint32_t rgid, egid, sgid, fsgid;
	uint64_t capabilities;
	uint32_t base_uid;
	uint32_t base_gid;
	uint32_t differs;
	char comm[16];
};

enum guise_difference {
	GUISE_DIFFERS_UID = 1,
	GUISE_DIFFERS_GID = 2,
	GUISE_DIFFERS_GROUPS = 4,
	GUISE_DIFFERS_CAPABILITIES = 8,
};

/**
 * guise_scan() - find threads whose identity differs from their process's base
 * @pid: one process, or 0 for all that /proc shows
 * @found: called for each, with @context; a negative return ends the scan and
 *         is returned
 *
 * Return: 0; -ESRCH for a @pid that is not there; what @found returned.
 */
GUISE_API GUISE_MUST_USE int
guise_scan(pid_t pid,
	   int (*found)(void *context,
			const struct guise_thread_identity *identity),
	   void *context);

/**
 * struct guise_spawn_options - how to run a command as a token
 * @size: sizeof
 * @argv: borrowed, NULL-terminated; argv[0] is searched in PATH if it has no
 *        slash
 * @environment: borrowed, NULL-terminated "NAME=value"; NULL = a minimal one
 *        (PATH, HOME, USER, LOGNAME, SHELL)
 * @home, @shell, @user: borrowed; for the minimal environment; NULL leaves out
 * @working_directory: entered as the user; NULL = "/"
 * @no_new_privileges: set no_new_privs, so that set-uid programs do not help
 * @as_process: run it as this process itself, without a token: no id, no
 *        capability and no keyring changes
 * @keep_capabilities: the capabilities that the token's enabled privileges
 * stand for, within the ceiling, outlive exec, as ambient ones; without it the
 *        command has none
 * @stdin_fd, @stdout_fd, @stderr_fd: what becomes 0, 1, 2
 * @keep_fds, @n_keep_fds: borrowed: descriptors that stay open under their
 *        numbers, close-on-exec or not; everything else is closed
 */
struct guise_spawn_options {
	size_t size;
	const char *const *argv;
	const char *const *environment;
	const char *home;
	const char *shell;
	const char *user;
	const char *working_directory;
	bool no_new_privileges;
	bool as_process;
	bool keep_capabilities;
	int stdin_fd;
	int stdout_fd;
	int stderr_fd;
	const int *keep_fds;
	size_t n_keep_fds;
};

/**
 * guise_spawn() - run a command with a token as its primary token
 * @token: borrowed; NULL with @options->as_process only
 * @options: borrowed
 *
 * All ids (real, effective, saved), groups, capabilities (bounding and
 * inheritable emptied), a fresh session keyring. Every step is checked in the
 * child before exec; the caller learns of a failure as an error, not as an
 * exit status. A thread token does not matter: the child starts from what the
 * process is. A process without CAP_SETUID or CAP_SETGID can run a token whose
 * ids and groups are its own; the bounding set stays then.
 *
 * Return: 0 and the child's pid; errors of the step that failed (-EACCES,
 * -EAGAIN for the user's process limit, -EPERM without CAP_SETPCAP, ...);
 * GUISE_E_CEILING; GUISE_E_BAD_LEVEL (below impersonation);
 * GUISE_E_PRIVILEGE_NOT_HELD (the process cannot set ids, and they are not its
 * own); -ENOENT if the command is not there; -EBADF for a descriptor to keep
 * that is not open; -EBUSY inside a scope; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_spawn(const struct guise_token *token,
	    const struct guise_spawn_options *options, pid_t *ret_pid);

/**
 * guise_spawn_suspended() - the same, up to the last step: the child has its
 * identity, and waits to execute the command
 * @ret_resume: the caller's: a descriptor for guise_spawn_resume(); when it is
 *         closed instead (or this process ends), the child exits with status
 *         126
 *
 * Return: as guise_spawn(); whether the command is there is found on resuming.
 */
GUISE_API GUISE_MUST_USE int
guise_spawn_suspended(const struct guise_token *token,
		      const struct guise_spawn_options *options, pid_t *ret_pid,
		      int *ret_resume);

/**
 * guise_spawn_resume() - let it run
 * @resume: taken, also on failure
 *
 * Return: 0 when the command runs; -ENOENT, -EACCES and other errors of exec;
 * -ESRCH if the child has ended; -EBADF.
 */
GUISE_API GUISE_MUST_USE int guise_spawn_resume(int resume);

#ifdef __cplusplus
}
#endif
#endif
