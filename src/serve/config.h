/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of guise serve: an INI file and the same keys as options.
 * What is wrong is said in one line that names the place; nothing is started
 * on a configuration that is not wholly understood.
 */
#ifndef SERVE_CONFIG_H
#define SERVE_CONFIG_H

#include <guise/authority.h>
#include <guise/share.h>

#include "buf.h"
#include "span.h"

#define CONFIG_SHARES_MAX 64   /* what one authority can hold */
#define CONFIG_LOG_NONE "none" /* the log that is none */

/* Where audits go. */
enum config_audit {
	AUDIT_LOG = 0,
	AUDIT_JOURNAL,
	AUDIT_BOTH,
	AUDIT_OFF,
};

/* Which bindings of TLS a Kerberos client must have sent. */
enum config_bindings {
	BINDINGS_WHEN_SENT = 0, /* what it sends must be right */
	BINDINGS_OFF,
	BINDINGS_REQUIRED,
};

/* How a client that has negotiated is known later; bits, or AUTO. */
enum config_session {
	SESSION_AUTO = 0, /* by the connection, with TLS */
	SESSION_CONNECTION = 1,
	SESSION_COOKIE = 2,
	SESSION_NONE = 4,
};

#define CONFIG_JOURNAL "/run/systemd/journal/socket"

struct config_share {
	char *name; /* "": served at "/" */
	char *path;
	enum guise_share_policy policy;
	bool anonymous;
	bool read_only;
	bool hide_unreadable;
	bool no_symlinks;
	uint64_t seen; /* keys given, a bit each */
};

struct config {
	char *listen;
	bool plain_http;
	char *tls_certificate;
	char *tls_key;
	bool peers;
	bool basic;
	char *accounts;
	bool system_accounts;
	char *pam_service;
	char *pam_confdir;
	bool negotiate;
	char *identities;
	char *keytab;
	char *kerberos_service;
	uint64_t channel_bindings;  /* enum config_bindings */
	uint64_t negotiate_session; /* bits of enum config_session */
	uint64_t uid_min;
	uint64_t workers;
	uint64_t threads;
	uint64_t jobs;
	uint64_t engine; /* enum guise_engine_choice */
	char *worker_user;
	char *log;
	uint64_t log_format;
	uint64_t audit; /* enum config_audit */
	char *journal_socket;
	char *central_policies;
	char *control;
	char *state;
	bool durable;
	uint64_t max_upload;
	uint64_t max_listing;
	uint64_t max_connections;
	uint64_t max_connections_per_address;
	uint64_t max_requests_per_client;
	uint64_t max_sessions;
	uint64_t max_header_size; /* 0: config_header_size() knows */
	uint64_t idle_timeout;
	uint64_t upload_timeout;
	uint64_t drain_timeout;
	uint64_t logon_cache;
	struct config_share shares[CONFIG_SHARES_MAX];
	size_t n_shares;
	uint64_t seen;
};

/* Where it is wrong and why: "FILE:LINE", "unknown key \"x\"", "see ..." */
struct config_error {
	char where[300];
	char why[300];
	const char *todo;
};

/* Is told what is most likely not meant so. */
typedef void config_warn(const struct config_error *warning);

void config_init(struct config *config);
void config_clear(struct config *config);

/* One key of the server or, @share not NULL, of that share. 0; -EINVAL with
 * why and todo filled; -ENOMEM. @once: giving it twice is an error. */
GUISE_MUST_USE int config_set(struct config *config, struct config_share *share,
			      struct span key, struct span value, bool once,
			      struct config_error *reterr);
/* Is it a key of the server that may stand without a value? */
bool config_is_switch(struct span key);
bool config_has_key(struct span key);
/* The share of that name, made if it is not there. */
GUISE_MUST_USE int config_share(struct config *config, struct span name,
				struct config_share **ret,
				struct config_error *reterr);
/* "NAME=PATH[,policy=posix|both][,anonymous][,read-only]..." */
GUISE_MUST_USE int config_share_option(struct config *config, struct span text,
				       struct config_error *reterr);

/* Reads INI text; @name is for messages. */
GUISE_MUST_USE int config_parse(struct config *config, const char *name,
				struct span text, struct config_error *reterr);
/* Is no access log wanted? */
bool config_logs_nothing(const struct config *config);

/* The path of a listen that is a Unix socket; else NULL. */
const char *config_unix_path(const struct config *config);
/* Are clients of the Unix socket who the kernel says? */
bool config_has_peers(const struct config *config);
/* May a daemon have to be asked for such a client's SIDs? */
bool config_asks_for_sids(const struct config *config);
/* May clients log on with passwords? */
bool config_takes_passwords(const struct config *config);
/* Are clients that have negotiated known later by @what? */
bool config_keeps(const struct config *config, enum config_session what);
/* Bytes of a request's headers: tickets are larger than passwords. */
size_t config_header_size(const struct config *config);

/* Do audits go to the system's journal? */
bool config_audits_journal(const struct config *config);

/* Writes what config_parse() reads, for the worker: an opaque text. */
GUISE_MUST_USE int config_format(const struct config *config,
				 struct guise_buf *out);

/* What can be judged without looking at the system. */
GUISE_MUST_USE int config_check(const struct config *config,
				struct config_error *reterr);
/* What config_check() lets pass and is hardly meant so. */
void config_tell(const struct config *config, config_warn *warn);
/* The address of listen that is no Unix socket, and whether it is a loopback
 * one. */
struct sockaddr_storage;
GUISE_MUST_USE int config_address(const struct config *config,
				  struct sockaddr_storage *ret,
				  bool *ret_loopback);

#endif
