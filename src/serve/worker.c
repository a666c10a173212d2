/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker: takes over what the authority passes, gives up every privilege,
 * and only then starts the threads that listen to the network. It ends when it
 * has drained after SIGTERM, or at once when the authority is gone.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "audit-log.h"
#include "fd.h"
#include "front.h"
#include "policies.h"
#include "ready.h"
#include "serve.h"
#include "sessions.h"

#include "supervise.h"

#define PEM_MAX (1u << 20)
/* Of one address, at one worker; browsers and tools have a dozen connections,
 * and a proxy in front is one address for all its clients. */
#define LOGONS_PENDING_MAX 32
/* Who has connected before a drain began may still ask. */
#define FIRST_REQUEST_MS 1000

struct worker {
	struct guise_authority *authority;
	struct authority_manifest manifest;
	struct config config;
	int fds[SERVE_FDS];		       /* -EBADF: not given */
	const struct guise_policies *policies; /* or NULL */
	struct audit_log audit_log;
	struct audits audits;
	struct site_share shares[CONFIG_SHARES_MAX];
	struct site site;
	struct sessions *sessions;
	struct jobs *jobs;
	struct jobs *passwords;
	struct jobs *logons;
	struct jobs *directory;
	struct jobs *sids; /* or NULL */
	char cookie[40];
	_Atomic(struct front *) front;
	char *certificate;
	char *key;
};

static int fail(const char *what, int code)
{
	(void)fprintf(stderr, "guise: worker: %s: %s\n", what,
		      guise_strerror(code));
	return code;
}

static int parse_config(struct worker *w)
{
	struct config_error error = {0};
	struct span text = {
		w->manifest.config,
		strnlen(w->manifest.config, w->manifest.config_size)};

	config_init(&w->config);
	return config_parse(&w->config, "configuration", text, &error);
}

static unsigned share_flags(const struct config_share *share)
{
	return (share->read_only ? GUISE_SHARE_READ_ONLY : 0u) |
	       (share->no_symlinks ? GUISE_SHARE_NO_SYMLINKS : 0u) |
	       (share->hide_unreadable ? GUISE_SHARE_HIDE_UNREADABLE : 0u);
}

static int make_share(struct worker *w, unsigned number)
{
	const struct config_share *config = &w->config.shares[number];
	struct site_share *share = &w->shares[number];
	struct guise_share_options options = {
		.size = sizeof(options),
		.root_fd = fcntl(guise_authority_root(w->authority, number),
				 F_DUPFD_CLOEXEC, 3),
		.root_number = number,
		.policy = config->policy,
		.flags = share_flags(config),
		.name = config->name,
		.policies = w->policies,
	};
	int r;

	if (options.root_fd < 0)
		return -errno;
	r = guise_share_new(&options, &share->share);
	if (r < 0) {
		(void)fd_close(options.root_fd);
		return r;
	}
	share->name = config->name;
	share->anonymous = config->anonymous;
	return 0;
}

/* NULL: there is nowhere for them to go. */
static const struct audits *make_audits(struct worker *w)
{
	const bool has_log = !config_logs_nothing(&w->config);

	if (w->config.audit == AUDIT_OFF ||
	    (!has_log && !config_audits_journal(&w->config)))
		return NULL;
	w->audit_log.log_fd = has_log ? w->fds[SERVE_FD_LOG] : -EBADF;
	w->audit_log.journal_fd = w->fds[SERVE_FD_JOURNAL];
	w->audit_log.always_logs = w->config.audit != AUDIT_JOURNAL;
	w->audit_log.format = (enum log_format)w->config.log_format;
	w->audits = (struct audits){&w->audit_log, audit_log_tell};
	return &w->audits;
}

/* Each worker knows its own sessions, so another's cookie has another name; and
 * another server's on this host, since cookies do not look at ports (RFC 6265
 * 8.5). A browser takes the prefix from this host alone, and only by TLS
 * (RFC 6265bis 4.1.3). */
static const char *make_cookie(struct worker *w)
{
	const char *port = strrchr(w->config.listen, ':');

	if (!config_keeps(&w->config, SESSION_COOKIE))
		return NULL;
	(void)snprintf(w->cookie, sizeof(w->cookie), "%sguise-%.5s-%u",
		       w->certificate ? "__Host-" : "",
		       config_unix_path(&w->config) ? "unix" : port + 1,
		       w->manifest.worker);
	return w->cookie;
}

static int make_site(struct worker *w)
{
	for (size_t i = 0; i < w->config.n_shares; i++) {
		int r = make_share(w, (unsigned)i);

		if (r < 0)
			return r;
	}
	w->site = (struct site){
		.shares = w->shares,
		.n_shares = w->config.n_shares,
		.clients = sessions_clients(w->sessions),
		.audits = make_audits(w),
		.schemes = {.basic = config_takes_passwords(&w->config),
			    .negotiate = w->config.negotiate},
		.cookie = make_cookie(w),
		.is_secure = w->certificate,
		.max_upload = w->config.max_upload,
		.max_listing = w->config.max_listing,
		.durable = w->config.durable,
	};
	return 0;
}

static int make_sessions(struct worker *w)
{
	const struct sessions_options options = {
		.authority = w->authority,
		.max = w->config.max_sessions,
		.ttl_ms = (unsigned)w->config.logon_cache * 1000,
		.max_requests = (unsigned)w->config.max_requests_per_client,
		.by_connection = config_keeps(&w->config, SESSION_CONNECTION),
		.by_cookie = config_keeps(&w->config, SESSION_COOKIE),
	};

	return sessions_new(&options, &w->sessions);
}

/* A whole small file behind a descriptor, NUL-terminated. */
static int read_pem(int fd, char **ret)
{
	struct stat stat;
	char *text;
	ssize_t n;

	if (fstat(fd, &stat) < 0)
		return -errno;
	if (stat.st_size <= 0 || stat.st_size > PEM_MAX)
		return -EBADMSG;
	text = calloc(1, (size_t)stat.st_size + 1);
	if (!text)
		return -ENOMEM;
	n = pread(fd, text, (size_t)stat.st_size, 0);
	if (n != stat.st_size) {
		free(text);
		return -EIO;
	}
	*ret = text;
	return 0;
}

static int read_tls(struct worker *w)
{
	int r;

	if (w->fds[SERVE_FD_KEY] < 0)
		return 0;
	r = read_pem(w->fds[SERVE_FD_CERTIFICATE], &w->certificate);
	return r < 0 ? r : read_pem(w->fds[SERVE_FD_KEY], &w->key);
}

static struct guise_engine *engine_of(void *context, unsigned number)
{
	struct worker *w = context;

	return guise_authority_engine(w->authority, number);
}

static void denied(void *context, const struct serve_thread *thread,
		   const struct guise_token *token, const char *text)
{
	struct worker *w = context;

	authority_report_denied(w->authority, thread->number, token, text);
}

static void tend(void *context, const struct serve_thread *thread)
{
	struct worker *w = context;
	struct front *front = atomic_load(&w->front);
	struct worker_counters report;
	struct front_counters now;

	sessions_tend(w->sessions, thread->number);
	if (!front)
		return;
	front_tend(front);
	front_count(front, &now);
	report = (struct worker_counters){
		.requests = now.requests,
		.denied = now.denied,
		.errors = now.errors + atomic_load(&w->audit_log.lost),
		.bytes_sent = now.bytes_sent,
		.bytes_received = now.bytes_received,
		.connections = now.connections,
	};
	authority_report(w->authority, thread->number, &report);
}

static int start_jobs(struct worker *w)
{
	const struct jobs_options options = {
		.n_threads = (unsigned)w->config.jobs,
		.first_number = (unsigned)w->config.threads,
		/* one client leaves half of them to others */
		.max_running =
			w->config.jobs > 1 ? (unsigned)w->config.jobs / 2 : 1,
		.engine = engine_of,
		.context = w,
	};

	return jobs_start(&options, &w->jobs);
}

/* Apart, so that what is slow with files, with passwords, with tickets, with
 * the system's accounts and with peers' SIDs do not wait for each other. One
 * address guesses on one thread only. */
static int start_logons(struct worker *w)
{
	const unsigned first = (unsigned)(w->config.threads + w->config.jobs);
	struct jobs_options options = {
		.n_threads = SERVE_PASSWORD_THREADS,
		.first_number = first,
		.max_running = 1,
		.max_pending = LOGONS_PENDING_MAX,
		.engine = engine_of,
		.context = w,
	};
	int r = jobs_start(&options, &w->passwords);

	if (r < 0)
		return r;
	options.n_threads = SERVE_DIRECTORY_THREADS;
	options.first_number =
		first + SERVE_PASSWORD_THREADS + SERVE_LOGON_THREADS;
	r = jobs_start(&options, &w->directory);
	if (r < 0)
		return r;
	options.n_threads = SERVE_SIDS_THREADS;
	options.first_number += SERVE_DIRECTORY_THREADS;
	if (config_asks_for_sids(&w->config))
		r = jobs_start(&options, &w->sids);
	if (r < 0)
		return r;
	options.n_threads = SERVE_LOGON_THREADS;
	options.first_number = first + SERVE_PASSWORD_THREADS;
	options.tend = tend;
	return jobs_start(&options, &w->logons);
}

static int start_front(struct worker *w)
{
	const struct front_options options = {
		.site = &w->site,
		.jobs = w->jobs,
		.directory = w->directory,
		.sids = w->sids,
		.passwords = w->passwords,
		.logons = w->logons,
		.listen_fd = w->fds[SERVE_FD_LISTEN],
		.n_threads = (unsigned)w->config.threads,
		.engine = engine_of,
		.denied = denied,
		.context = w,
		.certificate = w->certificate,
		.key = w->key,
		.has_peers = config_has_peers(&w->config),
		.log_fd = config_logs_nothing(&w->config)
				  ? -EBADF
				  : w->fds[SERVE_FD_LOG],
		.log_format = (enum log_format)w->config.log_format,
		.max_connections = (unsigned)w->config.max_connections,
		.max_connections_per_address =
			(unsigned)w->config.max_connections_per_address,
		.max_header_size = config_header_size(&w->config),
		.idle_timeout_s = (unsigned)w->config.idle_timeout,
		.upload_timeout_s = (unsigned)w->config.upload_timeout,
	};
	struct front *front;
	int r = front_start(&options, &front);

	if (r == 0)
		atomic_store(&w->front, front);
	return r;
}

static int take_fds(struct worker *w)
{
	size_t n = 0;

	for (unsigned i = 0; i < SERVE_FDS; i++) {
		bool given = serve_passes(&w->config, (enum serve_fd)i);

		if (given && n == w->manifest.n_fds)
			return -EBADMSG;
		w->fds[i] = given ? w->manifest.fds[n++] : -EBADF;
	}
	return 0;
}

static int read_policies(struct worker *w, serve_policies *policies)
{
	const int fd = w->fds[SERVE_FD_POLICIES];

	return fd < 0 ? 0 : policies_take(fd, policies, &w->policies);
}

/* Before it can be talked to: still privileged. */
static int prepare(struct worker *w, serve_policies *policies)
{
	int r = authority_attach(&w->authority, &w->manifest);

	if (r < 0)
		return fail("not started by the authority", r);
	r = parse_config(w);
	if (r == 0)
		r = take_fds(w);
	if (r == 0)
		r = read_tls(w);
	if (r == 0)
		r = read_policies(w, policies);
	if (r == 0)
		r = make_sessions(w);
	if (r == 0)
		r = make_site(w);
	if (r < 0)
		return fail("cannot take over the configuration", r);
	return 0;
}

/* The first worker speaks for all. */
static void say_ready(struct worker *w)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf line = {0};
	const char *engine =
		guise_engine_name(guise_authority_engine(w->authority, 0));

	if (w->manifest.worker == 0 &&
	    ready_format(&line, &w->config, engine) == 0)
		(void)fprintf(stderr, "guise: ready: %.*s\n", (int)line.size,
			      (char *)line.data);
}

static int start(struct worker *w)
{
	int r = guise_authority_confine(w->authority);

	if (r < 0)
		return fail("cannot give up privileges", r);
	r = start_jobs(w);
	if (r == 0)
		r = start_logons(w);
	if (r == 0)
		r = start_front(w);
	if (r < 0)
		return fail("cannot start", r);
	r = guise_authority_confine_threads(w->authority);
	if (r < 0)
		return fail("cannot seal the threads", r);
	say_ready(w);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until no request runs and, before @ask_until, no connection is so young that
 * its first request may be on the way; false: the time is over. */
static bool wait_idle(struct front *front, int64_t ask_until, int64_t until)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	struct front_counters now;

	for (;;) {
		const int64_t time = now_ms();
		bool is_idle;

		front_count(front, &now);
		is_idle = now.running == 0 &&
			  (now.fresh == 0 || time >= ask_until);
		if (is_idle || time >= until)
			return now.running == 0;
		(void)nanosleep(&pause, NULL);
	}
}

/* What has not ended in time ends with the process: its threads are not waited
 * for, and the authority removes its temporaries. */
static void drain(struct worker *w)
{
	struct front *front = atomic_load(&w->front);
	int64_t now = now_ms();
	int64_t until = now + (int64_t)w->config.drain_timeout * 1000;
	bool idle;

	front_quiesce(front);
	idle = wait_idle(front, now + FIRST_REQUEST_MS, until);
	front_refuse(front);
	if (!idle || !wait_idle(front, 0, until + 100))
		return;
	w->logons = jobs_stop(w->logons);
	w->passwords = jobs_stop(w->passwords);
	w->directory = jobs_stop(w->directory);
	w->sids = jobs_stop(w->sids);
	w->jobs = jobs_stop(w->jobs);
	atomic_store(&w->front, NULL);
	(void)front_stop(front);
	w->sessions = sessions_free(w->sessions, 0);
}

static void block_signals(sigset_t *ret)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGHUP, &ignore, NULL);
	(void)sigemptyset(ret);
	(void)sigaddset(ret, SIGTERM);
	(void)sigaddset(ret, SIGINT);
	must(pthread_sigmask(SIG_BLOCK, ret, NULL) == 0);
}

int serve_worker(serve_policies *policies)
{
	static struct worker worker; /* lives as long as its threads */
	sigset_t signals;

	block_signals(&signals);
	xmlInitParser();
	if (prepare(&worker, policies) < 0 || start(&worker) < 0)
		return 1;
	while (sigwaitinfo(&signals, NULL) < 0 && errno == EINTR)
		;
	drain(&worker);
	return 0;
}
