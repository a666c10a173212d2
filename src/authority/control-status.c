/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status as JSON, written by hand: a JSON library has no place in the
 * library others link. Text from outside (names, denials) is escaped; bytes
 * that are no UTF-8 are written as \u00XX, so that the result is always valid.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "supervise-internal.h"
#include "text.h"

/* The first failure is remembered; then nothing more is written. */
struct json {
	struct guise_buf *out;
	int error;
	bool needs_comma;
};

static void raw(struct json *j, const char *text)
{
	if (j->error == 0)
		j->error = buf_append_text(j->out, text);
}

static void text(struct json *j, const char *value)
{
	raw(j, "\"");
	for (; *value && j->error == 0; value++) {
		const uint8_t c = (uint8_t)*value;
		const size_t tail = text_utf8_tail(value);

		if (tail) {
			j->error = buf_append(j->out, value, tail + 1);
			value += tail;
		} else if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			j->error = buf_printf(j->out, "\\u%04x", c);
		else
			j->error = buf_append_u8(j->out, c);
	}
	raw(j, "\"");
}

static void begin(struct json *j, const char *bracket)
{
	if (j->needs_comma)
		raw(j, ",");
	raw(j, bracket);
	j->needs_comma = false;
}

static void end(struct json *j, const char *bracket)
{
	raw(j, bracket);
	j->needs_comma = true;
}

static void key(struct json *j, const char *name)
{
	if (j->needs_comma)
		raw(j, ",");
	text(j, name);
	raw(j, ":");
	j->needs_comma = false;
}

static void put_text(struct json *j, const char *name, const char *value)
{
	key(j, name);
	text(j, value);
	j->needs_comma = true;
}

static void put_number(struct json *j, const char *name, uint64_t value)
{
	key(j, name);
	if (j->error == 0)
		j->error =
			buf_printf(j->out, "%llu", (unsigned long long)value);
	j->needs_comma = true;
}

static void put_bool(struct json *j, const char *name, bool value)
{
	key(j, name);
	raw(j, value ? "true" : "false");
	j->needs_comma = true;
}

static const char *source_name(enum session_source source)
{
	switch (source) {
	case SESSION_PASSWORD:
		return "password";
	case SESSION_PEER:
		return "peer";
	case SESSION_ANONYMOUS:
		return "anonymous";
	case SESSION_NEGOTIATE:
		return "negotiate";
	}
	return "unknown";
}

static void put_session(struct json *j, const struct session_view *view)
{
	char sid[GUISE_SID_TEXT_SIZE];
	const struct guise_unix_identity *identity =
		guise_token_unix(view->token);

	guise_sid_format(&guise_token_user(view->token)->sid, sid);
	begin(j, "{");
	put_text(j, "name", guise_token_name(view->token));
	put_text(j, "sid", sid);
	put_number(j, "uid", identity->uid);
	put_text(j, "logon", source_name(view->source));
	put_number(j, "age_seconds", view->age_ms / 1000);
	put_number(j, "idle_seconds", view->idle_ms / 1000);
	end(j, "}");
}

static void put_sessions(struct json *j, struct worker *worker)
{
	struct session_view *views = NULL;
	size_t n = 0;

	if (sessions_list(&worker->sessions, clock_ms(), &views, &n) < 0)
		j->error = -ENOMEM;
	key(j, "sessions");
	begin(j, "[");
	for (size_t i = 0; i < n; i++)
		put_session(j, &views[i]);
	end(j, "]");
	session_views_free(views, n);
}

static void put_counters(struct json *j, const struct worker *worker)
{
	static const char *const names[COUNTERS_MAX] = {
		"requests",   "denied",		"errors",
		"bytes_sent", "bytes_received", "connections",
	};

	for (size_t i = 0; i < COUNTERS_MAX; i++) {
		uint64_t sum = 0;

		for (unsigned t = 0; t < worker->n_threads; t++)
			sum += atomic_load(&worker->channels[t].counters[i]);
		put_number(j, names[i], sum);
	}
}

static void put_worker(struct json *j, const struct supervisor *s,
		       struct worker *worker)
{
	unsigned n_starts = 0, n_live, n_retired;

	if (worker->number < s->n_places &&
	    s->places[worker->number].worker == worker)
		n_starts = s->places[worker->number].n_starts;
	must(pthread_mutex_lock(&worker->identities.lock) == 0);
	n_live = worker->identities.n_live;
	n_retired = worker->identities.n_retired;
	must(pthread_mutex_unlock(&worker->identities.lock) == 0);
	begin(j, "{");
	put_number(j, "number", worker->number);
	put_number(j, "pid", (uint64_t)worker->pid);
	put_number(j, "up_seconds", (clock_ms() - worker->began_ms) / 1000);
	put_number(j, "restarts", n_starts ? n_starts - 1 : 0);
	put_bool(j, "draining", worker->is_draining);
	put_text(j, "engine", worker->n_rings ? "ring" : "broker");
	put_number(j, "threads", worker->n_threads);
	put_number(j, "rings", worker->n_rings);
	put_number(j, "identities", n_live);
	put_number(j, "identities_retired", n_retired);
	put_counters(j, worker);
	put_sessions(j, worker);
	end(j, "}");
}

static void put_workers(struct json *j, struct supervisor *s)
{
	key(j, "workers");
	begin(j, "[");
	for (struct worker *w = s->workers; w; w = w->next) {
		if (!w->is_dead)
			put_worker(j, s, w);
	}
	end(j, "]");
}

static void put_feature(struct json *j, const char *name, bool is_on,
			const char *words)
{
	begin(j, "{");
	put_text(j, "name", name);
	put_bool(j, "on", is_on);
	put_text(j, "text", words);
	end(j, "}");
}

static int io_uring_disabled(void)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	char digit = '0';

	fd = open("/proc/sys/kernel/io_uring_disabled", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, &digit, 1) != 1)
		return 0;
	return digit - '0';
}

static void ring_words(const struct service *service, char *ret, size_t size)
{
	const int disabled = io_uring_disabled();

	if (service->use_ring)
		(void)snprintf(ret, size,
			       "io_uring: each client's identity is registered "
			       "in the kernel (fast)");
	else if (service->options.engine == GUISE_ENGINE_BROKER)
		(void)snprintf(ret, size,
			       "io_uring: switched off by the configuration; "
			       "the broker is used (slower)");
	else if (disabled)
		(void)snprintf(ret, size,
			       "io_uring: not available: "
			       "kernel.io_uring_disabled=%d; the broker is "
			       "used (slower)",
			       disabled);
	else
		(void)snprintf(ret, size,
			       "io_uring: not available: %s; the broker is "
			       "used (slower)",
			       guise_strerror(service->ring_error));
}

static void landlock_words(const struct service *service, char *ret,
			   size_t size)
{
	if (service->landlock_abi)
		(void)snprintf(ret, size,
			       "Landlock: ABI %u; clients' identities reach "
			       "the shares and nothing else%s",
			       service->landlock_abi,
			       service->landlock_abi < 2
				       ? ", and cannot move files between "
					 "directories"
				       : "");
	else
		(void)snprintf(ret, size,
			       "Landlock: not available in this kernel; a "
			       "taken-over worker could reach its clients' "
			       "files outside the shares");
}

static void put_features(struct json *j, const struct service *service)
{
	char words[256];

	key(j, "features");
	begin(j, "[");
	ring_words(service, words, sizeof(words));
	put_feature(j, "io_uring", service->use_ring, words);
	landlock_words(service, words, sizeof(words));
	put_feature(j, "landlock", service->landlock_abi > 0, words);
	put_feature(j, "detached_roots", service->roots.are_detached,
		    service->roots.are_detached
			    ? "detached shares: \"..\" cannot leave a share"
			    : "detached shares: the kernel refused open_tree; "
			      "the shares are plain directories");
	put_feature(j, "seccomp", true,
		    "seccomp: workers can make no system call that opens "
		    "files, changes identity or starts programs");
	end(j, "]");
}

static void put_pool(struct json *j, const char *name,
		     const struct pool_view *view)
{
	begin(j, "{");
	put_text(j, "name", name);
	put_number(j, "helpers", view->n_helpers);
	put_number(j, "busy", view->n_busy);
	put_number(j, "waiting", view->n_waiting);
	put_number(j, "restarts", view->n_restarts);
	end(j, "}");
}

/* Only the kinds that there are. */
static unsigned put_pools(struct json *j, struct service *service)
{
	static const char *const names[LOGON_KINDS] = {
		[LOGON_EMBEDDED] = "embedded",
		[LOGON_SYSTEM] = "system",
		[LOGON_LOOKUP] = "lookup",
		[LOGON_NEGOTIATE] = "negotiate",
	};
	unsigned n = 0;

	key(j, "pools");
	begin(j, "[");
	for (unsigned i = 0; i < LOGON_KINDS; i++) {
		struct helper_pool *pool = &service->logons.pools[i];
		const struct pool_view view = pool_look(pool);

		if (pool->n_slots)
			put_pool(j, names[i], &view);
		n += view.n_helpers;
	}
	end(j, "]");
	return n;
}

static void put_logons(struct json *j, struct service *service)
{
	const struct remembered_counts counts =
		remembered_look(&service->logons.remembered);
	unsigned n_helpers;

	key(j, "logon");
	begin(j, "{");
	n_helpers = put_pools(j, service);
	put_number(j, "helpers", n_helpers);
	put_number(j, "remembered", counts.n_right);
	put_number(j, "remembered_refusals", counts.n_wrong);
	put_number(j, "hits", counts.n_hits);
	put_number(j, "refused_hits", counts.n_refused);
	put_number(j, "shared", counts.n_shared);
	put_number(j, "flushes", counts.n_flushes);
	end(j, "}");
}

static void put_denials(struct json *j, struct denials *denials)
{
	uint64_t first;

	must(pthread_mutex_lock(&denials->lock) == 0);
	first = denials->n > DENIALS_MAX ? denials->n - DENIALS_MAX : 0;
	key(j, "denials");
	begin(j, "[");
	for (uint64_t i = first; i < denials->n; i++) {
		const struct denial *denial = &denials->last[i % DENIALS_MAX];

		begin(j, "{");
		put_number(j, "time", (uint64_t)denial->when);
		put_number(j, "worker", denial->worker);
		put_text(j, "user", denial->user);
		put_text(j, "text", denial->text);
		end(j, "}");
	}
	end(j, "]");
	must(pthread_mutex_unlock(&denials->lock) == 0);
}

int control_status(struct supervisor *supervisor, struct guise_buf *out)
{
	struct json j = {.out = out};

	begin(&j, "{");
	put_number(&j, "pid", (uint64_t)getpid());
	put_number(&j, "up_seconds",
		   (clock_ms() - supervisor->began_ms) / 1000);
	put_bool(&j, "stopping", supervisor->is_stopping);
	put_features(&j, supervisor->current);
	put_logons(&j, supervisor->current);
	put_workers(&j, supervisor);
	put_denials(&j, &supervisor->process.denials);
	end(&j, "}");
	raw(&j, "\n");
	return j.error;
}
