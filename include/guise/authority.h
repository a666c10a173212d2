/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Separated mode. The authority is a small privileged process: it checks
 * passwords and peers, makes tokens and registers their kernel identities. The
 * worker is your server: it gives up every privilege and still acts as each of
 * its logged-on clients, beneath the roots named at the start and nowhere
 * else. If a worker is taken over, the attacker has the identities now logged
 * on with it, never root's and never anyone else's.
 *
 *	guise_authority_start(&options, &authority);   one thread, still root
 *	... open listening sockets, logs, whatever needs privilege ...
 *	guise_authority_confine(authority);            from here on: nobody
 *	... start threads; each uses its own thread number ...
 *	guise_authority_logon_password(authority, thread, ..., &token);
 *	guise_file_open(guise_authority_engine(authority, thread), token, ...);
 *
 * Thread-safety: start, confine, confine_threads and stop are for one thread
 * while no other uses the authority; features, root and engine may be called by
 * any; logons, logoff and the engine of a thread number are that thread's
 * alone, and different numbers run at once. Tokens may be used by all threads.
 *
 * Cost: a logon or logoff is a request to the authority and its reply, a
 * password check besides (see logon.h); features, root and engine cost nothing.
 */
#ifndef GUISE_AUTHORITY_H
#define GUISE_AUTHORITY_H

#include <guise/file.h>
#include <guise/identity.h>
#include <guise/impersonate.h>
#include <guise/policy.h>

#ifdef __cplusplus
extern "C" {
#endif

struct guise_authority;

enum guise_engine_choice {
	GUISE_ENGINE_AUTO = 0,	 /* ring where it works, else broker */
	GUISE_ENGINE_RING = 1,	 /* ring or fail */
	GUISE_ENGINE_BROKER = 2, /* never a ring */
};

/**
 * struct guise_root - a directory tree that clients may be served from
 * @path: borrowed; must exist
 */
struct guise_root {
	const char *path;
};

/**
 * struct guise_authority_options
 * @size: sizeof
 * @roots, @n_roots: borrowed; number i is root i everywhere; at most 64
 * @n_threads: threads of the worker that will use the authority, 1 ... 64
 * @engine: which engine the worker gets
 * @service_uid, @service_gid: what the worker runs as; not 0, no one else's
 * @anonymous_uid, @anonymous_gid: what anonymous clients run as; 0 = 65534
 * @ceiling: copied; NULL = the zero ceiling
 * @accounts_path: borrowed; embedded accounts, or NULL
 * @system_accounts: NSS and PAM
 * @pam_service, @pam_confdir: borrowed; NULL = "guise" and the system's
 * @state_directory: borrowed; for the journal of temporaries; NULL =
 *              "/var/lib/guise". Made 0700 if it is not there
 * @n_logon_helpers: processes that check passwords; 0 = 2
 * @logon_timeout_ms: 0 = 10000
 * @logon_cache_ms: how long a password once checked is not checked again;
 *              0 = 60000, UINT_MAX = never remembered
 * @idle_ms: a client without requests for so long is logged off; 0 = 300000
 * @n_sessions_max: clients logged on with one worker; 0 = 4096
 * @policies: the authority takes a reference; may be NULL: the central access
 *              policies under which descriptors are changed, as in struct
 *              guise_share_options
 * @identities: the authority takes a reference; may be NULL: who Kerberos
 *              clients are, and which ids SIDs have
 * @negotiate: Kerberos clients are accepted; needs @identities
 * @keytab: borrowed; NULL = the system's
 * @kerberos_service: borrowed; "HTTP@host.example"; NULL = any key of the
 * keytab
 * @channel_bindings, @channel_bindings_size: borrowed; the application data of
 *              a TLS endpoint's bindings ("tls-server-end-point:" and the
 *              hash); NULL = none
 * @channel_bindings_required: refuse Kerberos clients that do not send them
 */
struct guise_authority_options {
	size_t size;
	const struct guise_root *roots;
	size_t n_roots;
	unsigned n_threads;
	enum guise_engine_choice engine;
	uint32_t service_uid;
	uint32_t service_gid;
	uint32_t anonymous_uid;
	uint32_t anonymous_gid;
	const struct guise_ceiling *ceiling;
	const char *accounts_path;
	bool system_accounts;
	const char *pam_service;
	const char *pam_confdir;
	const char *state_directory;
	unsigned n_logon_helpers;
	unsigned logon_timeout_ms;
	unsigned logon_cache_ms;
	unsigned idle_ms;
	unsigned n_sessions_max;
	const struct guise_policies *policies;
	const struct guise_identities *identities;
	bool negotiate;
	const char *keytab;
	const char *kerberos_service;
	const void *channel_bindings;
	size_t channel_bindings_size;
	bool channel_bindings_required;
};

/**
 * guise_authority_start() - fork the authority; the caller becomes its worker
 *
 * To be called with privilege and before threads are made. Only the child (the
 * authority) keeps privilege for good. It ends when the worker ends. @options
 * is borrowed; @ret is the caller's, until guise_authority_stop().
 *
 * Return: 0; -EPERM (lacking capabilities); -ENOENT, -ENOTDIR (a root);
 * -ENOSYS (ring demanded and not to be had); -EUSERS (the caller has threads);
 * errors of guise_accounts_open(); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_authority_start(const struct guise_authority_options *options,
		      struct guise_authority **ret);

/**
 * guise_authority_confine() - give up everything
 *
 * Ids become the service's (real, effective, saved), no groups, no capability
 * (bounding set too), no_new_privs, root directory an empty one, Landlock
 * (no file system access of its own), not dumpable, a seccomp filter that
 * allows what a network server needs and refuses, among much else, opening
 * files by name, exec, new rings, ptrace and signals to others. Verified; a
 * step that fails is an error and the process must not go on.
 *
 * Return: 0; the error of the step; -EUSERS (the caller has threads); -EINVAL
 * (NULL, or done before). What the kernel lacks (Landlock) is not an error: see
 * guise_authority_features().
 */
GUISE_API GUISE_MUST_USE int
guise_authority_confine(struct guise_authority *authority);

/**
 * guise_authority_confine_threads() - when all threads have been started: no
 * more can be made from here on
 *
 * Return: 0; -EINVAL (NULL, or not confined yet); -ENOMEM; errors of seccomp.
 */
GUISE_API GUISE_MUST_USE int
guise_authority_confine_threads(struct guise_authority *authority);

/** What protects this worker; in plain words by `guise status`. */
enum guise_feature {
	GUISE_FEATURE_RING = 1,
	GUISE_FEATURE_LANDLOCK = 2,
	GUISE_FEATURE_DETACHED_ROOTS = 4, /* ".." cannot leave a root */
	GUISE_FEATURE_SECCOMP = 8,
};

/** guise_authority_features() - bits of enum guise_feature; 0 for NULL */
GUISE_API unsigned
guise_authority_features(const struct guise_authority *authority);

/**
 * guise_authority_root() - descriptor of root @number; borrowed from
 * @authority; -EBADF if there is no such root, or on NULL
 */
GUISE_API int guise_authority_root(const struct guise_authority *authority,
				   unsigned number);

/**
 * guise_authority_engine() - the engine of thread @thread (< n_threads);
 * borrowed from @authority; NULL if there is no such thread, or on NULL
 */
GUISE_API struct guise_engine *
guise_authority_engine(struct guise_authority *authority, unsigned thread);

/**
 * guise_authority_logon_password() - log a client on
 * @thread: the calling thread's number; waits up to logon_timeout_ms
 * @name: borrowed, at most GUISE_USER_NAME_MAX bytes
 * @password: borrowed, @password_size bytes; the caller wipes it
 * @ret: returns a reference; usable with every thread's engine until
 *       guise_authority_logoff(), idle time, or the account's end
 *
 * Return: 0; GUISE_E_LOGON_FAILURE; GUISE_E_CEILING; GUISE_E_LIMIT (too many
 * clients, or logons waiting: try later); -ETIMEDOUT; -EIO; -ECONNRESET (the
 * authority is gone); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_authority_logon_password(struct guise_authority *authority,
			       unsigned thread, const char *name,
			       const char *password, size_t password_size,
			       const struct guise_token **ret);

/**
 * struct guise_negotiation - a Kerberos client's exchange with the server
 * @size: sizeof
 * @origin: whom the server takes the client for before it has proven anything,
 *           a number made of its address; 0 unknown. Who begins more exchanges
 *           than there are places for loses its own, and nobody else's
 * @pending: 0 for the client's first message; kept from one call to the next
 * @reply, @reply_size: what to send to the client, also on failure, if there is
 *           anything; the caller frees @reply with free()
 * @principal: who it is, or says it is, for the log; "" if that is not known
 * @why: on failure why, for the log; not for the client
 * @expires: seconds since 1970 after which the token is not to be used: when
 *           the ticket ends; the authority ends the session then
 */
struct guise_negotiation {
	size_t size;
	uint64_t origin;
	uint64_t pending;
	void *reply;
	size_t reply_size;
	char principal[GUISE_PRINCIPAL_MAX + 1];
	char why[GUISE_WHY_SIZE];
	int64_t expires;
};

/**
 * guise_authority_logon_negotiate() - log a Kerberos client on
 * @message: borrowed, @message_size bytes, at most GUISE_GSS_TOKEN_MAX: a
 *           GSSAPI token, SPNEGO or Kerberos, not base64
 * @negotiation: of this client's connection
 * @ret: returns a reference, as guise_authority_logon_password() does
 *
 * Return: 0; GUISE_E_CONTINUE_NEEDED (send the reply, call again with what
 * comes); errors of guise_authority_logon_password().
 */
GUISE_API GUISE_MUST_USE int guise_authority_logon_negotiate(
	struct guise_authority *authority, unsigned thread, const void *message,
	size_t message_size, struct guise_negotiation *negotiation,
	const struct guise_token **ret);

/**
 * guise_authority_logon_peer() - the client at the other end of a connected
 * Unix socket; the authority reads the peer from the kernel itself
 * @socket_fd: borrowed; accepted by this process, or by root, and the other end
 *             still open: somebody else's sockets bring nobody
 * @level: as in guise_token_of_peer()
 * @ret: returns a reference, as guise_authority_logon_password() does
 *
 * Where only a daemon (winbind, SSSD) has the SIDs of the peer's ids, it takes
 * as long as that, at most the time limit of a logon; others never do.
 *
 * Return: 0; GUISE_E_CEILING (the service's own uid, and sockets that others
 * made, too); GUISE_E_NO_TOKEN (the peer has gone, too); GUISE_E_LIMIT; errors
 * of guise_token_of_peer() and guise_lookup_token(), of these -EIO instead of
 * -EAGAIN; -ECONNRESET (of the authority); -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_authority_logon_peer(struct guise_authority *authority, unsigned thread,
			   int socket_fd, enum guise_level level,
			   const struct guise_token **ret);

/**
 * guise_authority_logon_anonymous() - ANONYMOUS LOGON, as the configured nobody
 * @ret: returns a reference, as guise_authority_logon_password() does
 *
 * Return: 0; GUISE_E_CEILING; GUISE_E_LIMIT; -ECONNRESET; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_authority_logon_anonymous(struct guise_authority *authority,
				unsigned thread,
				const struct guise_token **ret);

/**
 * guise_authority_logoff() - end the session: its kernel identities are dead at
 * return. NULLs and unknown tokens are ignored. Does not drop the reference.
 */
GUISE_API void guise_authority_logoff(struct guise_authority *authority,
				      unsigned thread,
				      const struct guise_token *token);

/**
 * guise_authority_stop() - worker side: close; the authority ends. Its engines
 * and roots are gone. NULL is fine; always returns NULL
 */
GUISE_API struct guise_authority *
guise_authority_stop(struct guise_authority *authority);

#ifdef __cplusplus
}
#endif
#endif
