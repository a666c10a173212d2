/* SPDX-License-Identifier: Apache-2.0 */
/* What makes a configuration a sound one, apart from the system it runs on. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "config.h"

/* So that all of a worker's threads are no more than its authority takes: 64
 * with 16 jobs, and those that log on. */
#define THREADS_BESIDE_SIDS_MAX 34

static int refuse(struct config_error *reterr, const char *where,
		  const char *why, const char *todo)
{
	(void)snprintf(reterr->where, sizeof(reterr->where), "%s", where);
	(void)snprintf(reterr->why, sizeof(reterr->why), "%s", why);
	reterr->todo = todo;
	return -EINVAL;
}

static bool parse_port(struct span text, in_port_t *ret)
{
	uint64_t port;

	if (!text_to_u64(text.data, text.size, 65535, &port) || port == 0)
		return false;
	*ret = htons((uint16_t)port);
	return true;
}

static bool parse_host4(const char *host, in_port_t port,
			struct sockaddr_storage *ret, bool *ret_loopback)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = port};

	if (inet_pton(AF_INET, host, &in.sin_addr) != 1)
		return false;
	*ret_loopback = ntohl(in.sin_addr.s_addr) >> 24 == 127;
	memcpy(ret, &in, sizeof(in));
	return true;
}

static bool parse_host6(const char *host, in_port_t port,
			struct sockaddr_storage *ret, bool *ret_loopback)
{
	struct sockaddr_in6 in = {.sin6_family = AF_INET6, .sin6_port = port};

	if (inet_pton(AF_INET6, host, &in.sin6_addr) != 1)
		return false;
	*ret_loopback = IN6_IS_ADDR_LOOPBACK(&in.sin6_addr);
	memcpy(ret, &in, sizeof(in));
	return true;
}

int config_address(const struct config *config, struct sockaddr_storage *ret,
		   bool *ret_loopback)
{
	const char *colon = strrchr(config->listen, ':');
	char host[INET6_ADDRSTRLEN + 2];
	in_port_t port;
	size_t size;

	if (!colon || !parse_port(span_of(colon + 1), &port))
		return -EINVAL;
	size = (size_t)(colon - config->listen);
	if (size == 0 || size >= sizeof(host))
		return -EINVAL;
	memcpy(host, config->listen, size);
	host[size] = '\0';
	memset(ret, 0, sizeof(*ret));
	if (parse_host4(host, port, ret, ret_loopback))
		return 0;
	if (host[0] != '[' || host[size - 1] != ']')
		return -EINVAL;
	host[size - 1] = '\0';
	return parse_host6(host + 1, port, ret, ret_loopback) ? 0 : -EINVAL;
}

static int check_unix(const struct config *config, const char *path,
		      struct config_error *reterr)
{
	if (path[0] != '/' ||
	    strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return refuse(reterr, "listen",
			      "not an absolute path of at most 107 bytes",
			      "write unix:/run/guise/http.sock");
	if (config->tls_certificate || config->tls_key)
		return refuse(reterr, "tls-certificate",
			      "a Unix socket needs no TLS",
			      "leave it out, or listen on an address");
	return 0;
}

static int check_listen(const struct config *config,
			struct config_error *reterr)
{
	struct sockaddr_storage address;
	bool loopback;

	if (!config->listen)
		return refuse(reterr, "listen", "no address is given",
			      "say for example listen = 127.0.0.1:8080");
	if (config_unix_path(config))
		return check_unix(config, config_unix_path(config), reterr);
	if (config_address(config, &address, &loopback) < 0)
		return refuse(reterr, "listen",
			      "not a numeric address with a port",
			      "write 127.0.0.1:8080 or [::1]:8080");
	if (!config->tls_certificate != !config->tls_key)
		return refuse(reterr, "tls-certificate",
			      "certificate and key go together",
			      "give both tls-certificate and tls-key");
	if (!loopback && !config->tls_certificate && !config->plain_http)
		return refuse(reterr, "listen",
			      "passwords would cross the network in clear",
			      "give tls-certificate and tls-key, or say "
			      "plain-http = yes if a proxy in front ends TLS");
	return 0;
}

static int check_share(const struct config *config,
		       const struct config_share *share,
		       struct config_error *reterr)
{
	char where[300];

	(void)snprintf(where, sizeof(where), "share \"%s\"", share->name);
	if (!share->path)
		return refuse(reterr, where, "no path is given",
			      "say path = /some/directory");
	if (share->name[0] == '\0' && config->n_shares > 1)
		return refuse(reterr, where,
			      "a share at \"/\" hides all the others",
			      "give it a name or make it the only share");
	return 0;
}

static int check_audit(const struct config *config, struct config_error *reterr)
{
	if (config->audit == AUDIT_BOTH && config_logs_nothing(config))
		return refuse(reterr, "audit", "there is no log",
			      "say audit = journal, or name a log");
	if (config->journal_socket && !config_audits_journal(config))
		return refuse(reterr, "journal-socket",
			      "has no effect without audits in the journal",
			      "say audit = journal or both, or leave it out");
	return 0;
}

static int check_idle(const struct config *config, struct config_error *reterr)
{
	const char *where = NULL;

	if (config->keytab)
		where = "keytab";
	else if (config->kerberos_service)
		where = "kerberos-service";
	else if (config->channel_bindings != BINDINGS_WHEN_SENT)
		where = "channel-bindings";
	else if (config->negotiate_session != SESSION_AUTO)
		where = "negotiate-session";
	return where ? refuse(reterr, where,
			      "has no effect without Kerberos clients",
			      "say negotiate = yes, or leave it out")
		     : 0;
}

static int check_kerberos(const struct config *config,
			  struct config_error *reterr)
{
	if (!config->negotiate)
		return check_idle(config, reterr);
	if (!config->identities)
		return refuse(reterr, "identities",
			      "no realm has clients without it",
			      "name the file that says whose clients are who");
	if (config->channel_bindings == BINDINGS_REQUIRED &&
	    !config->tls_certificate)
		return refuse(reterr, "channel-bindings",
			      "without TLS there is nothing to be bound to",
			      "give tls-certificate and tls-key, or leave it "
			      "out");
	return 0;
}

void config_tell(const struct config *config, config_warn *warn)
{
	struct config_error warning = {0};

	if (config->workers > 1 && config_keeps(config, SESSION_COOKIE)) {
		(void)refuse(&warning, "negotiate-session",
			     "a cookie is good for the worker that gave it, so "
			     "clients negotiate with each",
			     "say workers = 1 and more threads");
		warn(&warning);
	}
	if (!config->tls_certificate &&
	    config_keeps(config, SESSION_CONNECTION)) {
		(void)refuse(&warning, "negotiate-session",
			     "a proxy that shares its connections among "
			     "clients makes them one",
			     "say cookie or none if there is one");
		warn(&warning);
	}
}

int config_check(const struct config *config, struct config_error *reterr)
{
	bool anonymous = false;
	int r = check_listen(config, reterr);

	if (r == 0 && config->n_shares == 0)
		r = refuse(
			reterr, "share", "nothing is shared",
			"say --share NAME=PATH, or [share NAME] in the file");
	for (size_t i = 0; r == 0 && i < config->n_shares; i++) {
		anonymous |= config->shares[i].anonymous;
		r = check_share(config, &config->shares[i], reterr);
	}
	if (r < 0)
		return r;
	if (!config_takes_passwords(config) && !config->negotiate &&
	    !config_has_peers(config) && !anonymous)
		return refuse(reterr, "accounts", "nobody could log on",
			      "say accounts = FILE or system-accounts = yes, "
			      "or negotiate = yes");
	if (!config->system_accounts &&
	    (config->pam_service || config->pam_confdir))
		return refuse(reterr, "pam-service",
			      "has no effect without system accounts",
			      "say system-accounts = yes, or leave it out");
	if (config_asks_for_sids(config) &&
	    config->threads > THREADS_BESIDE_SIDS_MAX)
		return refuse(
			reterr, "threads",
			"more than 34, and some are needed to ask for the "
			"SIDs of peers",
			"say at most threads = 34");
	r = check_kerberos(config, reterr);
	return r < 0 ? r : check_audit(config, reterr);
}
