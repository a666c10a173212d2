/* SPDX-License-Identifier: Apache-2.0 */
/* See rechecks.h. */
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "rechecks.h"

/* So many questions without an answer in a row, and the others of the batch
 * are not asked: each may take as long as a logon. */
#define SILENCE_MAX 2

static void lock(struct rechecks *r)
{
	must(pthread_mutex_lock(&r->lock) == 0);
}

static void unlock(struct rechecks *r)
{
	must(pthread_mutex_unlock(&r->lock) == 0);
}

struct flush_report *flush_report_free(struct flush_report *report)
{
	if (report)
		(void)fd_close(report->fd);
	free(report);
	return NULL;
}

void flush_report_send(struct flush_report *report)
{
	char text[160];
	int n;

	n = snprintf(text, sizeof(text),
		     "{\"flushed\":true,\"names\":%u,\"unanswered\":%u,"
		     "\"logged_off\":%u}\n",
		     report->n_names, report->n_unanswered, report->n_revoked);
	/* fits in any socket's buffer; who has gone does not hear it */
	if (report->fd >= 0)
		(void)!send(report->fd, text, (size_t)n,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
	report->fd = fd_close(report->fd);
}

struct recheck_batch *recheck_batch_free(struct recheck_batch *batch)
{
	if (!batch)
		return NULL;
	for (size_t i = 0; i < batch->n; i++)
		(void)guise_token_unref(batch->at[i].token);
	if (batch->is_last)
		(void)flush_report_free(batch->report);
	free(batch->at);
	free(batch);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const struct recheck *x = a, *y = b;

	return strcmp(x->name, y->name);
}

const struct recheck *recheck_find(const struct recheck_batch *batch,
				   const char *name)
{
	struct recheck key = {0};
	const size_t size = strnlen(name, sizeof(key.name));

	if (size >= sizeof(key.name))
		return NULL;
	memcpy(key.name, name, size);
	return bsearch(&key, batch->at, batch->n, sizeof(key), compare);
}

static struct recheck_batch *batch_new(size_t n)
{
	struct recheck_batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return NULL;
	batch->at = array_alloc(n, sizeof(*batch->at));
	if (!batch->at) {
		free(batch);
		return NULL;
	}
	batch->asked_ms = clock_ns() / 1000000;
	return batch;
}

/* Each name once, in order. */
static void fill(struct recheck_batch *batch, const struct guise_token **tokens,
		 size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const char *name = guise_token_name(tokens[i]);

		memcpy(batch->at[i].name, name,
		       strnlen(name, GUISE_USER_NAME_MAX));
	}
	qsort(batch->at, n, sizeof(*batch->at), compare);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 ||
		    strcmp(batch->at[kept - 1].name, batch->at[i].name) != 0)
			batch->at[kept++] = batch->at[i];
	}
	batch->n = kept;
}

/* Strict ones before the others, in their order. */
static void enqueue(struct rechecks *r, struct recheck_batch *batch)
{
	struct recheck_batch **at = &r->waiting;

	while (*at && (!batch->is_strict || (*at)->is_strict))
		at = &(*at)->next;
	batch->next = *at;
	*at = batch;
	r->n_strict += batch->is_strict;
	must(pthread_cond_signal(&r->posted) == 0);
}

int rechecks_post(struct rechecks *rechecks, const struct guise_token **tokens,
		  size_t n, enum recheck_kind kind, struct flush_report *report)
{
	struct recheck_batch *batch = batch_new(n);

	if (batch) {
		fill(batch, tokens, n);
		batch->is_strict = kind != RECHECK_DUE;
		batch->is_flush = kind == RECHECK_FLUSH;
		batch->is_last = true;
		batch->report = report;
		lock(rechecks);
		enqueue(rechecks, batch);
		unlock(rechecks);
	}
	for (size_t i = 0; i < n; i++)
		(void)guise_token_unref(tokens[i]);
	return batch ? 0 : -ENOMEM;
}

/* --- the thread --- */

/* To be given up: the authority ends, or somebody is in a hurry. */
static bool is_to_end(struct rechecks *r, const struct recheck_batch *batch)
{
	bool yes;

	lock(r);
	yes = r->is_stopping || (r->n_strict && !batch->is_strict);
	unlock(r);
	return yes;
}

static void ask(struct rechecks *r, struct recheck *recheck,
		enum logon_kind kind, int *ret_code)
{
	int code;

	code = logons_look_up(r->logons, kind, recheck->name, &recheck->token);
	recheck->is_answered = code == 0 || code == GUISE_E_LOGON_FAILURE ||
			       code == GUISE_E_NO_SUCH_ACCOUNT;
	*ret_code = code;
}

static void ask_all(struct rechecks *r, struct recheck_batch *batch,
		    enum logon_kind kind)
{
	unsigned silence = 0;
	int code;

	for (size_t i = 0; i < batch->n; i++) {
		if (silence >= SILENCE_MAX || is_to_end(r, batch))
			return;
		ask(r, &batch->at[i], kind, &code);
		silence = code == -ETIMEDOUT ? silence + 1 : 0;
	}
}

/* Whom the embedded accounts do not know, in a batch of their own; NULL: there
 * is nobody, or no memory: then they stay, as unanswered. */
static struct recheck_batch *split(struct recheck_batch *batch,
				   const bool *is_unknown, size_t n_unknown)
{
	struct recheck_batch *rest;
	size_t kept = 0;

	if (n_unknown == 0)
		return NULL;
	rest = batch_new(n_unknown);
	if (!rest)
		return NULL;
	for (size_t i = 0; i < batch->n; i++) {
		if (is_unknown[i])
			rest->at[rest->n++] = batch->at[i];
		else
			batch->at[kept++] = batch->at[i];
	}
	batch->n = kept;
	batch->is_last = false;
	rest->is_last = true;
	rest->is_strict = batch->is_strict;
	rest->is_flush = batch->is_flush;
	rest->report = batch->report;
	return rest;
}

/* An answer of "no such account" is not the last word here: not answered yet.
 */
static struct recheck_batch *ask_embedded(struct rechecks *r,
					  struct recheck_batch *batch)
{
	GUISE_AUTO(freep) bool *is_unknown = array_alloc(batch->n, 1);
	size_t n = 0;
	int code;

	for (size_t i = 0; is_unknown && i < batch->n; i++) {
		if (is_to_end(r, batch))
			break;
		ask(r, &batch->at[i], LOGON_EMBEDDED, &code);
		if (code != GUISE_E_NO_SUCH_ACCOUNT)
			continue;
		batch->at[i].is_answered = false;
		is_unknown[i] = true;
		n++;
	}
	return is_unknown ? split(batch, is_unknown, n) : NULL;
}

static void report_done(struct rechecks *r, struct recheck_batch *batch)
{
	struct recheck_batch **at = &r->done;
	const uint64_t one = 1;

	lock(r);
	while (*at)
		at = &(*at)->next;
	batch->next = NULL;
	*at = batch;
	(void)!write(r->wake_fd, &one, sizeof(one));
	unlock(r);
}

static void work(struct rechecks *r, struct recheck_batch *batch)
{
	struct recheck_batch *rest = ask_embedded(r, batch);

	report_done(r, batch);
	if (!rest)
		return;
	ask_all(r, rest, LOGON_LOOKUP);
	report_done(r, rest);
}

/* The next batch; NULL: it is time to end. */
static struct recheck_batch *next_batch(struct rechecks *r)
{
	struct recheck_batch *batch;

	lock(r);
	r->is_busy = false;
	while (!r->waiting && !r->is_stopping)
		must(pthread_cond_wait(&r->posted, &r->lock) == 0);
	batch = r->is_stopping ? NULL : r->waiting;
	if (batch) {
		r->waiting = batch->next;
		r->n_strict -= batch->is_strict;
		r->is_busy = true;
	}
	unlock(r);
	return batch;
}

static void *run(void *argument)
{
	struct rechecks *r = argument;
	struct recheck_batch *batch;

	while ((batch = next_batch(r)))
		work(r, batch);
	return NULL;
}

int rechecks_start(struct rechecks *rechecks, struct logons *logons,
		   int wake_fd)
{
	int r;

	*rechecks = (struct rechecks){.logons = logons, .wake_fd = wake_fd};
	must(pthread_mutex_init(&rechecks->lock, NULL) == 0);
	must(pthread_cond_init(&rechecks->posted, NULL) == 0);
	r = pthread_create(&rechecks->thread, NULL, run, rechecks);
	rechecks->is_running = r == 0;
	return -r;
}

static void free_list(struct recheck_batch *batch)
{
	while (batch) {
		struct recheck_batch *next = batch->next;

		(void)recheck_batch_free(batch);
		batch = next;
	}
}

void rechecks_stop(struct rechecks *rechecks)
{
	if (rechecks->is_running) {
		lock(rechecks);
		rechecks->is_stopping = true;
		must(pthread_cond_signal(&rechecks->posted) == 0);
		unlock(rechecks);
		must(pthread_join(rechecks->thread, NULL) == 0);
	}
	free_list(rechecks->waiting);
	free_list(rechecks->done);
	must(pthread_cond_destroy(&rechecks->posted) == 0);
	must(pthread_mutex_destroy(&rechecks->lock) == 0);
	*rechecks = (struct rechecks){0};
}

bool rechecks_are_idle(struct rechecks *rechecks)
{
	bool idle;

	lock(rechecks);
	idle = !rechecks->waiting && !rechecks->is_busy;
	unlock(rechecks);
	return idle;
}

struct recheck_batch *rechecks_take(struct rechecks *rechecks)
{
	struct recheck_batch *batch;

	lock(rechecks);
	batch = rechecks->done;
	if (batch)
		rechecks->done = batch->next;
	unlock(rechecks);
	return batch;
}
