/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See housekeeping.h. Sessions of accounts are checked against what the
 * account is now: after half the life of what is remembered, so that with the
 * time an answer takes a change has its effect within that life; and all of
 * them at once when something is known to have changed.
 */
#include <limits.h>
#include <time.h>

#include "housekeeping.h"

/* When nothing is remembered. Ours. */
#define RECHECK_PERIOD_MS 60000
/* How much longer a session goes on when its directory does not answer. Ours:
 * long enough to start a server anew. */
#define RECHECK_PATIENCE_MS 300000

static bool same_groups(const struct guise_token *a,
			const struct guise_token *b)
{
	const struct guise_sid_and_attributes *x, *y;
	size_t n, m;

	x = guise_token_groups(a, &n);
	y = guise_token_groups(b, &m);
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!guise_sid_equal(&x[i].sid, &y[i].sid) ||
		    x[i].attributes != y[i].attributes)
			return false;
	}
	return true;
}

/* As far as an account decides it. Tokens of one account are built in one
 * order; if ever not, a client logs on once more than needed. */
static bool same_rights(const struct guise_token *a,
			const struct guise_token *b)
{
	const struct guise_unix_identity *x = guise_token_unix(a);
	const struct guise_unix_identity *y = guise_token_unix(b);

	return guise_sid_equal(&guise_token_user(a)->sid,
			       &guise_token_user(b)->sid) &&
	       same_groups(a, b) &&
	       guise_token_privileges(a) == guise_token_privileges(b) &&
	       guise_token_privileges_enabled(a) ==
		       guise_token_privileges_enabled(b) &&
	       x->uid == y->uid && x->gid == y->gid &&
	       x->n_groups == y->n_groups &&
	       (x->n_groups == 0 ||
		memcmp(x->groups, y->groups,
		       x->n_groups * sizeof(*x->groups)) == 0);
}

static enum verdict judge(void *context, const struct guise_token *token)
{
	const struct recheck_batch *batch = context;
	const struct recheck *recheck;

	recheck = recheck_find(batch, guise_token_name(token));
	if (!recheck) /* logged on after the question */
		return VERDICT_NONE;
	if (!recheck->is_answered)
		return batch->is_strict ? VERDICT_REVOKE : VERDICT_UNKNOWN;
	return recheck->token && same_rights(token, recheck->token)
		       ? VERDICT_SAME
		       : VERDICT_REVOKE;
}

static unsigned period_ms(const struct service *service)
{
	const unsigned cache_ms = service->options.logon_cache_ms;

	return cache_ms == UINT_MAX ? RECHECK_PERIOD_MS : cache_ms;
}

static unsigned check_sessions(struct service *service, struct worker *workers,
			       struct recheck_batch *batch)
{
	const struct sessions_check check = {
		.judge = judge,
		.context = batch,
		.asked_ms = batch->asked_ms,
		.end_same = batch->is_flush,
		.patience_ms = period_ms(service) + RECHECK_PATIENCE_MS,
	};
	unsigned n = 0;

	for (struct worker *w = workers; w; w = w->next) {
		if (w->service == service)
			n += sessions_check(&w->sessions, &check);
	}
	return n;
}

static unsigned count_unanswered(const struct recheck_batch *batch)
{
	unsigned n = 0;

	for (size_t i = 0; i < batch->n; i++)
		n += !batch->at[i].is_answered;
	return n;
}

static void apply(struct service *service, struct worker *workers,
		  struct recheck_batch *batch)
{
	const unsigned n_unanswered = count_unanswered(batch);
	const unsigned n = check_sessions(service, workers, batch);
	struct flush_report *report = batch->report;

	if (n)
		authority_log(service->process,
			      "accounts have changed: %u clients logged off",
			      n);
	if (n_unanswered)
		authority_log(service->process,
			      "%u accounts could not be looked up again",
			      n_unanswered);
	if (!report)
		return;
	report->n_names += (unsigned)batch->n;
	report->n_unanswered += n_unanswered;
	report->n_revoked += n;
	if (batch->is_last)
		flush_report_send(report);
}

void housekeeping_wake(struct service *service, struct worker *workers)
{
	struct recheck_batch *batch;

	logons_tick(&service->logons);
	while ((batch = rechecks_take(&service->rechecks))) {
		apply(service, workers, batch);
		(void)recheck_batch_free(batch);
	}
}

/* --- asking --- */

/* References; an array that grows. */
struct tokens {
	const struct guise_token **at;
	size_t n;
};

static void tokens_free(struct tokens *tokens)
{
	for (size_t i = 0; i < tokens->n; i++)
		(void)guise_token_unref(tokens->at[i]);
	free(tokens->at);
	*tokens = (struct tokens){0};
}

/* Takes @more. */
static int tokens_append(struct tokens *tokens, struct tokens *more)
{
	const struct guise_token **grown;

	if (more->n == 0) {
		tokens_free(more);
		return 0;
	}
	grown = reallocarray(tokens->at, tokens->n + more->n, sizeof(*grown));
	if (!grown) {
		tokens_free(more);
		return -ENOMEM;
	}
	memcpy(grown + tokens->n, more->at, more->n * sizeof(*grown));
	tokens->at = grown;
	tokens->n += more->n;
	free(more->at);
	return 0;
}

static int find_due(struct service *service, struct worker *workers,
		    struct tokens *ret)
{
	const struct sessions_due due = {
		.now_ms = clock_ms(),
		.period_ms = period_ms(service) / 2,
		.generation =
			remembered_generation(&service->logons.remembered),
	};
	struct tokens more = {0};
	int r = 0;

	for (struct worker *w = workers; r == 0 && w; w = w->next) {
		if (w->service != service)
			continue;
		r = sessions_find_due(&w->sessions, &due, &more.at, &more.n);
		if (r == 0)
			r = tokens_append(ret, &more);
	}
	return r;
}

static unsigned revoke(struct service *service, struct worker *workers,
		       unsigned (*which)(struct sessions *sessions))
{
	unsigned n = 0;

	for (struct worker *w = workers; w; w = w->next) {
		if (w->service == service)
			n += which(&w->sessions);
	}
	return n;
}

/* Takes @report. */
static void recheck(struct service *service, struct worker *workers,
		    enum recheck_kind kind, struct flush_report *report)
{
	struct tokens tokens = {0};
	int r;

	r = find_due(service, workers, &tokens);
	if (r == 0 && (tokens.n || report)) {
		r = rechecks_post(&service->rechecks, tokens.at, tokens.n, kind,
				  report);
		tokens.n = 0; /* the references are taken */
		if (r == 0)
			report = NULL;
	}
	tokens_free(&tokens);
	/* whom we cannot ask about is not who he was */
	if (r < 0 && kind != RECHECK_DUE)
		(void)revoke(service, workers, sessions_revoke_accounts);
	(void)flush_report_free(report);
}

void housekeeping(struct service *service, struct worker *workers)
{
	const uint64_t now = clock_ms();

	housekeeping_wake(service, workers);
	for (struct worker *w = workers; w; w = w->next) {
		if (w->service == service)
			(void)sessions_expire(&w->sessions, now,
					      service->options.idle_ms);
	}
	if (logons_accounts_changed(&service->logons))
		recheck(service, workers, RECHECK_STRICT, NULL);
	else if (rechecks_are_idle(&service->rechecks))
		recheck(service, workers, RECHECK_DUE, NULL);
}

void housekeeping_flush(struct service *service, struct worker *workers,
			struct flush_report *report)
{
	unsigned n;

	logons_flush(&service->logons);
	/* what a ticket says cannot be asked again: its client shows it again
	 */
	n = revoke(service, workers, sessions_revoke_negotiated);
	if (report)
		report->n_revoked += n;
	recheck(service, workers, RECHECK_FLUSH, report);
}
