/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authority's side of guise serve: at the start and at each SIGHUP the
 * configuration is read, checked as a whole, and only if all of it is good are
 * sockets and logs opened and given to the supervisor. A listening socket stays
 * open over reloads as long as its address does, so no connection is refused.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "identities-file.h"
#include "listen.h"
#include "policies.h"
#include "serve.h"
#include "state.h"
#include "system.h"
#include "tls-bindings.h"

#include "supervise.h"

/* What is passed as a whole: PEM files, policies. */
#define SEALED_MAX (1u << 20)

/* Everything that a struct supervise_config points to. */
struct setup {
	struct config config;
	struct guise_authority_options options;
	struct guise_root roots[CONFIG_SHARES_MAX];
	struct guise_ceiling ceiling;
	const struct guise_policies *policies;	   /* or NULL */
	const struct guise_identities *identities; /* or NULL */
	struct guise_buf bindings;		   /* of the certificate */
	struct guise_buf text;			   /* for the workers */
	int fds[SERVE_FDS];
	int passed[SERVE_FDS]; /* of them, borrowed */
	size_t n_passed;
};

struct server {
	serve_load *load;
	void *context;
	serve_policies *policies;
	struct setup *setup; /* the one in force */
	int state_fd;	     /* holds the lock of the state directory */
	struct config_error error;
};

static struct setup *setup_free(struct setup *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < SERVE_FDS; i++)
		(void)fd_close(s->fds[i]);
	(void)guise_policies_unref(s->policies);
	(void)guise_identities_unref(s->identities);
	guise_buf_clear(&s->bindings);
	guise_buf_clear(&s->text);
	config_clear(&s->config);
	free(s);
	return NULL;
}

static void setup_freep(struct setup **s)
{
	*s = setup_free(*s);
}

static struct setup *setup_new(void)
{
	struct setup *s = calloc(1, sizeof(*s));

	for (size_t i = 0; s && i < SERVE_FDS; i++)
		s->fds[i] = -EBADF;
	return s;
}

static int refuse(struct config_error *reterr, const char *where,
		  const char *subject, int code, const char *todo)
{
	(void)snprintf(reterr->where, sizeof(reterr->where), "%s", where);
	(void)snprintf(reterr->why, sizeof(reterr->why), "%.150s: %s", subject,
		       guise_strerror(code));
	reterr->todo = todo;
	return code;
}

static bool same_listen(const struct setup *a, const struct setup *b)
{
	return a && strcmp(a->config.listen, b->config.listen) == 0;
}

static int setup_listen(struct setup *s, const struct setup *old,
			struct config_error *reterr)
{
	int *fd = &s->fds[SERVE_FD_LISTEN], r;

	if (same_listen(old, s)) {
		*fd = fcntl(old->fds[SERVE_FD_LISTEN], F_DUPFD_CLOEXEC, 3);
		r = *fd < 0 ? -errno : 0;
	} else {
		r = listen_open(&s->config, fd);
	}
	return r < 0 ? refuse(reterr, "listen", s->config.listen, r,
			      "free the address or name another")
		     : 0;
}

static int setup_log(struct setup *s, struct config_error *reterr)
{
	const char *path =
		config_logs_nothing(&s->config) ? "/dev/null" : s->config.log;
	int fd = path ? open(path,
			     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
				     O_NOCTTY | O_NOFOLLOW,
			     0640)
		      : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return refuse(reterr, "log", path ? path : "stderr", -errno,
			      "name a file that can be written");
	s->fds[SERVE_FD_LOG] = fd;
	return 0;
}

static int copy_file(int from, int to)
{
	struct stat stat;
	off_t left, at = 0;

	if (fstat(from, &stat) < 0)
		return -errno;
	if (!S_ISREG(stat.st_mode) || stat.st_size <= 0 ||
	    stat.st_size > SEALED_MAX)
		return -EBADMSG;
	for (left = stat.st_size; left > 0;) {
		char data[4096];
		ssize_t n = pread(from, data, sizeof(data), at);
		int r = 0;

		if (n <= 0)
			r = n < 0 ? -errno : -EIO;
		else if (write(to, data, (size_t)n) != n)
			r = -EIO;
		explicit_bzero(data, sizeof(data));
		if (r < 0)
			return r;
		at += n;
		left -= n;
	}
	return 0;
}

/* The worker must not open files: it gets the bytes in memory that nobody can
 * change any more. */
static int seal_file(const char *name, const char *path, int *ret)
{
	GUISE_AUTO(fd_closep) int from = -EBADF;
	GUISE_AUTO(fd_closep) int memory = -EBADF;
	int r;

	from = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (from < 0)
		return -errno;
	memory = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memory < 0)
		return -errno;
	r = copy_file(from, memory);
	if (r < 0)
		return r;
	if (fcntl(memory, F_ADD_SEALS,
		  F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		return -errno;
	*ret = fd_take(&memory);
	return 0;
}

static int setup_tls(struct setup *s, struct config_error *reterr)
{
	const struct config *c = &s->config;
	int r;

	if (!c->tls_certificate)
		return 0;
	r = seal_file("guise-tls", c->tls_certificate,
		      &s->fds[SERVE_FD_CERTIFICATE]);
	if (r < 0)
		return refuse(reterr, "tls-certificate", c->tls_certificate, r,
			      "name a PEM file");
	r = seal_file("guise-tls", c->tls_key, &s->fds[SERVE_FD_KEY]);
	if (r < 0)
		return refuse(reterr, "tls-key", c->tls_key, r,
			      "name a PEM file");
	return 0;
}

static int setup_journal(struct setup *s, struct config_error *reterr)
{
	return config_audits_journal(&s->config)
		       ? system_journal(&s->config, &s->fds[SERVE_FD_JOURNAL],
					reterr)
		       : 0;
}

static int setup_policies(struct setup *s, serve_policies *policies,
			  struct config_error *reterr)
{
	const char *path = s->config.central_policies;
	int r;

	if (!path)
		return 0;
	r = policies_load(path, policies, &s->policies,
			  &s->fds[SERVE_FD_POLICIES], reterr);
	s->options.policies = s->policies;
	return r;
}

static int setup_identities(struct setup *s, struct config_error *reterr)
{
	int r = s->config.identities ? identities_load(s->config.identities,
						       &s->identities, reterr)
				     : 0;

	s->options.identities = s->identities;
	return r;
}

/* Of the bytes that the workers get. */
static int setup_bindings(struct setup *s, struct config_error *reterr)
{
	const struct config *c = &s->config;
	int r;

	if (!c->negotiate || !c->tls_certificate ||
	    c->channel_bindings == BINDINGS_OFF)
		return 0;
	r = tls_bindings(s->fds[SERVE_FD_CERTIFICATE], &s->bindings);
	if (r == -ENOTSUP && c->channel_bindings != BINDINGS_REQUIRED)
		return 0;
	if (r < 0)
		return refuse(reterr, "channel-bindings", c->tls_certificate, r,
			      "use a certificate signed with SHA-2, or say "
			      "channel-bindings = off");
	s->options.channel_bindings = s->bindings.data;
	s->options.channel_bindings_size = s->bindings.size;
	return 0;
}

static void setup_passed(struct setup *s)
{
	for (unsigned i = 0; i < SERVE_FDS; i++) {
		if (serve_passes(&s->config, (enum serve_fd)i))
			s->passed[s->n_passed++] = s->fds[i];
	}
}

/* Those that the worker keeps, and those it has given up for others while a
 * request, of which each connection has one, still uses them. */
static unsigned sessions_of(const struct config *c)
{
	const uint64_t n = c->max_sessions + c->max_connections + 1;

	return n < GUISE_SESSIONS_MAX ? (unsigned)n : GUISE_SESSIONS_MAX;
}

static int setup_options(struct setup *s, struct config_error *reterr)
{
	const struct config *c = &s->config;

	s->ceiling = (struct guise_ceiling){.size = sizeof(s->ceiling),
					    .uid_min = (uint32_t)c->uid_min};
	for (size_t i = 0; i < c->n_shares; i++)
		s->roots[i].path = c->shares[i].path;
	s->options = (struct guise_authority_options){
		.size = sizeof(s->options),
		.roots = s->roots,
		.n_roots = c->n_shares,
		.n_threads = (unsigned)(c->threads + c->jobs) +
			     SERVE_PASSWORD_THREADS + SERVE_LOGON_THREADS +
			     SERVE_DIRECTORY_THREADS +
			     (config_asks_for_sids(c) ? SERVE_SIDS_THREADS : 0),
		.engine = (enum guise_engine_choice)c->engine,
		.ceiling = &s->ceiling,
		.accounts_path = c->accounts,
		.system_accounts = c->system_accounts,
		.pam_service = c->pam_service,
		.pam_confdir = c->pam_confdir,
		.state_directory = c->state,
		.logon_cache_ms = (unsigned)c->logon_cache * 1000,
		/* the worker logs off what it does not use; this is for one
		 * that does not. A session lives as long as an upload. */
		.idle_ms =
			(unsigned)(c->logon_cache + c->upload_timeout) * 1000,
		.n_sessions_max = sessions_of(c),
		.negotiate = c->negotiate,
		.keytab = c->keytab,
		.kerberos_service = c->kerberos_service,
		.channel_bindings_required =
			c->channel_bindings == BINDINGS_REQUIRED,
	};
	return system_worker_user(c, &s->options.service_uid,
				  &s->options.service_gid, reterr);
}

/* The workers read the configuration as text; what cannot be written and read
 * back the same must not get that far. */
static int setup_text(struct setup *s, struct config_error *reterr)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	GUISE_AUTO(config_clear) struct config copy = {0};
	int r = config_format(&s->config, &s->text);

	if (r < 0)
		return r;
	config_init(&copy);
	r = config_parse(&copy, "configuration",
			 (struct span){(char *)s->text.data, s->text.size},
			 reterr);
	if (r == 0)
		r = config_format(&copy, &again);
	if (r == 0 && (again.size != s->text.size ||
		       memcmp(again.data, s->text.data, again.size) != 0))
		r = refuse(reterr, "configuration", "names and paths", -EINVAL,
			   "avoid blanks at their ends, \" ;\" and lengths "
			   "above 180 bytes");
	return r < 0 ? r : buf_append_u8(&s->text, '\0');
}

void serve_warn(const struct config_error *warning)
{
	(void)fprintf(stderr, "guise: warning: %s: %s; %s\n", warning->where,
		      warning->why, warning->todo);
}

static int setup_make(struct server *server, struct setup *s)
{
	struct config_error *reterr = &server->error;
	int r;

	config_init(&s->config);
	r = server->load(server->context, &s->config, reterr);
	if (r == 0)
		r = config_check(&s->config, reterr);
	if (r == 0)
		config_tell(&s->config, serve_warn);
	if (r == 0)
		r = serve_check_system(&s->config, server->policies, serve_warn,
				       reterr);
	if (r == 0)
		r = setup_options(s, reterr);
	if (r == 0)
		r = setup_text(s, reterr);
	if (r == 0)
		r = setup_tls(s, reterr);
	if (r == 0)
		r = setup_log(s, reterr);
	if (r == 0 && server->state_fd < 0)
		r = state_lock(s->config.state, &server->state_fd, reterr);
	if (r == 0)
		r = setup_journal(s, reterr);
	if (r == 0)
		r = setup_policies(s, server->policies, reterr);
	if (r == 0)
		r = setup_identities(s, reterr);
	if (r == 0)
		r = setup_bindings(s, reterr);
	if (r == 0)
		r = setup_listen(s, server->setup, reterr);
	if (r == 0)
		setup_passed(s);
	return r;
}

static int load(void *context, struct supervise_config *ret)
{
	GUISE_AUTO(setup_freep) struct setup *s = setup_new();
	struct server *server = context;
	int r;

	if (!s)
		return -ENOMEM;
	server->error = (struct config_error){0};
	r = setup_make(server, s);
	if (r < 0) {
		if (server->setup && server->error.why[0])
			(void)fprintf(stderr, "guise: %s: %s; %s\n",
				      server->error.where, server->error.why,
				      server->error.todo);
		return r;
	}
	*ret = (struct supervise_config){
		.options = &s->options,
		.worker_config = (char *)s->text.data,
		.worker_config_size = s->text.size,
		.fds = s->passed,
		.n_fds = s->n_passed,
		.n_workers = (unsigned)s->config.workers,
	};
	if (server->setup && !same_listen(server->setup, s))
		listen_remove(&server->setup->config);
	(void)setup_free(server->setup);
	server->setup = guise_take(s);
	return 0;
}

/* Who waits in the queue of the socket is told so, instead of waiting until the
 * last worker has ended. */
static void stopping(void *context)
{
	struct server *server = context;

	(void)shutdown(server->setup->fds[SERVE_FD_LISTEN], SHUT_RDWR);
}

static void log_line(void *context, const char *line)
{
	(void)context;
	(void)fprintf(stderr, "guise: %s\n", line);
}

/* The control path and the drain time are the server's own: they are read once
 * before it starts. */
int serve_run(serve_load *load_config, void *context, serve_policies *policies,
	      struct config_error *reterr)
{
	struct server server = {
		.load = load_config,
		.context = context,
		.policies = policies,
		.state_fd = -EBADF,
	};
	const struct supervise_hooks hooks = {
		.context = &server,
		.load = load,
		.stopping = stopping,
		.log = log_line,
	};
	GUISE_AUTO(config_clear) struct config first = {0};
	int r;

	config_init(&first);
	r = load_config(context, &first, reterr);
	if (r == 0)
		r = config_check(&first, reterr);
	if (r == 0)
		r = serve_check_privileges(reterr);
	if (r < 0)
		return r;
	r = supervise_run(&hooks, first.control,
			  (unsigned)first.drain_timeout * 1000);
	if (r < 0)
		*reterr = server.error;
	if (server.setup)
		listen_remove(&server.setup->config);
	(void)setup_free(server.setup);
	(void)fd_close(server.state_fd);
	return r;
}
