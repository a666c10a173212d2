/* SPDX-License-Identifier: Apache-2.0 */
/* See service.h. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <guise/impersonate.h>
#include <guise/logon.h>

#include "engine.h"
#include "fd.h"
#include "landlock.h"
#include "service.h"
#include "supervise.h"

#define DENIALS_PER_SECOND 20
#define NOBODY 65534

void denials_init(struct denials *denials)
{
	*denials = (struct denials){0};
	must(pthread_mutex_init(&denials->lock, NULL) == 0);
}

void denials_add(struct denials *denials, unsigned worker, const char *user,
		 const char *text)
{
	struct denial *denial;
	time_t now = time(NULL);

	must(pthread_mutex_lock(&denials->lock) == 0);
	if (denials->second != now) {
		denials->second = now;
		denials->n_in_second = 0;
	}
	if (denials->n_in_second++ < DENIALS_PER_SECOND) {
		denial = &denials->last[denials->n++ % DENIALS_MAX];
		denial->when = now;
		denial->worker = worker;
		(void)snprintf(denial->user, sizeof(denial->user), "%s", user);
		(void)snprintf(denial->text, sizeof(denial->text), "%s", text);
	}
	must(pthread_mutex_unlock(&denials->lock) == 0);
}

void authority_log(struct authority_process *process, const char *format, ...)
{
	char line[512];
	va_list args;

	if (!process->log)
		return;
	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	must(pthread_mutex_lock(&process->log_lock) == 0);
	process->log(process->log_context, line);
	must(pthread_mutex_unlock(&process->log_lock) == 0);
}

static const char *state_directory(const struct guise_authority_options *o)
{
	return o->state_directory ? o->state_directory
				  : AUTHORITY_STATE_DIRECTORY;
}

static int set_ceiling(const struct guise_authority_options *options)
{
	int r;

	r = guise_impersonation_init(options->ceiling, options->anonymous_uid,
				     options->anonymous_gid);
	return r == -EALREADY ? 0 : r;
}

int authority_process_init(struct authority_process *process,
			   const struct guise_authority_options *options)
{
	int n, r;

	denials_init(&process->denials);
	must(pthread_mutex_init(&process->log_lock, NULL) == 0);
	process->journal = (struct journal){.top_fd = -EBADF, .fd = -EBADF};
	process->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (process->wake_fd < 0)
		return -errno;
	r = set_ceiling(options);
	if (r < 0)
		return r;
	r = journal_open(state_directory(options), &process->journal);
	if (r < 0)
		return r;
	n = journal_recover(&process->journal);
	if (n > 0)
		authority_log(process, "removed %d temporaries left by a crash",
			      n);
	return n < 0 ? n : 0;
}

void authority_process_clear(struct authority_process *process)
{
	journal_close(&process->journal);
	process->wake_fd = fd_close(process->wake_fd);
	must(pthread_mutex_destroy(&process->log_lock) == 0);
	must(pthread_mutex_destroy(&process->denials.lock) == 0);
}

static int copy_text(const char **text)
{
	if (!*text)
		return 0;
	*text = strdup(*text);
	return *text ? 0 : -ENOMEM;
}

static void free_text(const void *text)
{
	void *memory;

	memcpy(&memory, &text, sizeof(memory)); /* sheds const */
	free(memory);
}

static int copy_bindings(struct guise_authority_options *o)
{
	void *copy;

	if (!o->channel_bindings_size) {
		o->channel_bindings = NULL;
		return 0;
	}
	copy = malloc(o->channel_bindings_size);
	if (copy)
		memcpy(copy, o->channel_bindings, o->channel_bindings_size);
	o->channel_bindings = copy;
	return copy ? 0 : -ENOMEM;
}

static void set_default(unsigned *value, unsigned preset)
{
	if (*value == 0)
		*value = preset;
}

static int check_options(const struct guise_authority_options *o)
{
	if (o->size != sizeof(*o) || o->n_threads == 0 ||
	    o->n_threads > THREADS_MAX || o->service_uid == 0 ||
	    o->service_gid == 0 || o->service_uid == GUISE_UID_NONE ||
	    o->service_gid == GUISE_UID_NONE ||
	    o->engine > GUISE_ENGINE_BROKER ||
	    o->n_logon_helpers > LOGON_HELPERS_MAX)
		return -EINVAL;
	if (o->negotiate && !o->identities)
		return -EINVAL;
	if (o->channel_bindings_size > GUISE_GSS_TOKEN_MAX ||
	    (o->channel_bindings_size && !o->channel_bindings))
		return -EINVAL;
	/* the anonymous client must not be able to signal or trace a worker */
	if (o->service_uid == (o->anonymous_uid ? o->anonymous_uid : NOBODY))
		return -EINVAL;
	return 0;
}

static int copy_options(const struct guise_authority_options *options,
			struct guise_authority_options *ret)
{
	struct guise_authority_options *o = ret;
	int r;

	*o = *options;
	o->roots = NULL; /* struct roots has them */
	o->ceiling = NULL;
	(void)guise_policies_ref(o->policies);
	(void)guise_identities_ref(o->identities);
	o->state_directory = state_directory(options);
	set_default(&o->n_logon_helpers, 2);
	set_default(&o->logon_timeout_ms, 10000);
	set_default(&o->logon_cache_ms, 60000);
	set_default(&o->idle_ms, 300000);
	set_default(&o->n_sessions_max, 4096);
	set_default(&o->anonymous_uid, NOBODY);
	set_default(&o->anonymous_gid, NOBODY);
	r = copy_bindings(o);
	/* each is copied in its place: on failure the rest are not ours */
	const char **texts[] = {&o->accounts_path, &o->pam_service,
				&o->pam_confdir,   &o->state_directory,
				&o->keytab,	   &o->kerberos_service};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		r = r < 0 ? r : copy_text(texts[i]);
		for (; r < 0 && i < ARRAY_SIZE(texts); i++)
			*texts[i] = NULL;
		if (r < 0)
			return r;
	}
	return 0;
}

/* Rule sets, as far as the kernel has them. */
static int make_rulesets(struct service *service)
{
	int r;

	service->landlock_abi = landlock_abi();
	service->roots.have_landlock = service->landlock_abi > 0;
	if (!service->landlock_abi)
		return 0;
	r = landlock_new(&service->identity_ruleset);
	if (r == 0)
		r = roots_allow(&service->roots, service->identity_ruleset);
	if (r == 0)
		r = landlock_new(&service->channel_ruleset);
	if (r == 0)
		r = roots_allow(&service->roots, service->channel_ruleset);
	if (r == 0)
		r = landlock_allow(service->channel_ruleset,
				   service->process->journal.fd,
				   LANDLOCK_JOURNAL);
	return r;
}

/* Can rings be had here? */
static int probe_ring(struct service *service)
{
	struct io_uring_params params;
	int fd = -EBADF;

	if (service->options.engine == GUISE_ENGINE_BROKER)
		return 0;
	service->ring_error = file_ring_setup(4, &fd, &params);
	service->use_ring = service->ring_error == 0;
	(void)fd_close(fd);
	if (service->options.engine == GUISE_ENGINE_RING && !service->use_ring)
		return -ENOSYS;
	return 0;
}

/* STATE/empty: nothing is ever in it, nobody but root could put it there. */
static int open_empty(struct service *service)
{
	char path[GUISE_PATH_MAX + 8];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/empty",
		       service->options.state_directory);
	if (mkdir(path, 0555) < 0 && errno != EEXIST)
		return -errno;
	service->empty_fd =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (service->empty_fd < 0 || fstat(service->empty_fd, &st) < 0)
		return -errno;
	return st.st_uid == 0 && !(st.st_mode & 022) ? 0 : -EPERM;
}

static int service_fill(struct service *service,
			const struct guise_authority_options *options)
{
	int r;

	r = copy_options(options, &service->options);
	if (r == 0)
		r = roots_open(options->roots, options->n_roots,
			       &service->roots);
	if (r == 0)
		r = probe_ring(service);
	if (r == 0)
		r = make_rulesets(service);
	if (r == 0)
		r = open_empty(service);
	return r;
}

int service_new(struct authority_process *process,
		const struct guise_authority_options *options,
		struct service **ret)
{
	struct service *service;
	int r;

	r = check_options(options);
	if (r < 0)
		return r;
	service = calloc(1, sizeof(*service));
	if (!service)
		return -ENOMEM;
	service->process = process;
	service->identity_ruleset = -EBADF;
	service->channel_ruleset = -EBADF;
	service->empty_fd = -EBADF;
	r = service_fill(service, options);
	if (r < 0) {
		(void)service_free(service);
		return r;
	}
	*ret = service;
	return 0;
}

int service_start(struct service *service)
{
	const struct guise_authority_options *o = &service->options;
	const struct logons_options options = {
		.sources =
			{
				.accounts_path = o->accounts_path,
				.system = o->system_accounts,
				.pam_service = o->pam_service ? o->pam_service
							      : "guise",
				.pam_confdir = o->pam_confdir,
				.identities = o->identities,
				.negotiate = o->negotiate ? &service->acceptor
							  : NULL,
			},
		.n_helpers = o->n_logon_helpers,
		.timeout_ms = o->logon_timeout_ms,
		.cache_ms = o->logon_cache_ms,
		.wake_fd = service->process->wake_fd,
	};
	int r;

	/* nobody else can write there, and all helpers see one another's */
	(void)snprintf(service->replay_cache, sizeof(service->replay_cache),
		       "%s/replay", o->state_directory);
	service->acceptor = (struct gss_acceptor_options){
		.keytab = o->keytab,
		.service = o->kerberos_service,
		.replay_cache = service->replay_cache,
		.bindings = o->channel_bindings,
		.bindings_size = o->channel_bindings_size,
		.bindings_required = o->channel_bindings_required,
	};
	r = logons_init(&service->logons, &options);
	if (r < 0)
		return r;
	service->is_started = true;
	return rechecks_start(&service->rechecks, &service->logons,
			      service->process->wake_fd);
}

bool service_is_idle(struct service *service)
{
	return !service->is_started || rechecks_are_idle(&service->rechecks);
}

struct service *service_free(struct service *service)
{
	if (!service)
		return NULL;
	must(service->n_workers == 0);
	if (service->is_started) {
		rechecks_stop(&service->rechecks);
		logons_clear(&service->logons);
	}
	(void)fd_close(service->identity_ruleset);
	(void)fd_close(service->channel_ruleset);
	(void)fd_close(service->empty_fd);
	roots_close(&service->roots);
	(void)guise_policies_unref(service->options.policies);
	(void)guise_identities_unref(service->options.identities);
	free_text(service->options.keytab);
	free_text(service->options.kerberos_service);
	free_text(service->options.channel_bindings);
	free_text(service->options.accounts_path);
	free_text(service->options.pam_service);
	free_text(service->options.pam_confdir);
	free_text(service->options.state_directory);
	free(service);
	return NULL;
}
