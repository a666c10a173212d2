/* SPDX-License-Identifier: Apache-2.0 */
/* See housekeeping.h. */
#include "housekeeping.h"

/* Accounts looked up again after a change, with their tokens of now. */
struct recheck {
	char name[GUISE_USER_NAME_MAX + 1];
	const struct guise_token *token; /* NULL: cannot log on any more */
	struct recheck *next;
};

struct rechecks {
	struct logons *logons;
	struct recheck *first;
};

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

static const struct recheck *find(const struct rechecks *all, const char *name)
{
	for (const struct recheck *r = all->first; r; r = r->next) {
		if (strcmp(r->name, name) == 0)
			return r;
	}
	return NULL;
}

/* Ask anew, outside all locks: a helper may take its time. */
static void ask(struct rechecks *all, const char *name)
{
	struct recheck *recheck;

	if (find(all, name))
		return;
	recheck = calloc(1, sizeof(*recheck));
	if (!recheck)
		return; /* not found later: revoked, which is safe */
	memcpy(recheck->name, name, strnlen(name, GUISE_USER_NAME_MAX));
	if (logons_token(all->logons, name, &recheck->token) < 0)
		recheck->token = NULL;
	recheck->next = all->first;
	all->first = recheck;
}

static void ask_for_worker(struct rechecks *all, struct worker *worker)
{
	struct session_view *views;
	size_t n;

	if (sessions_list(&worker->sessions, clock_ms(), &views, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (views[i].source == SESSION_PASSWORD)
			ask(all, guise_token_name(views[i].token));
	}
	session_views_free(views, n);
}

static bool is_stale(void *context, const struct guise_token *token,
		     enum session_source source)
{
	const struct recheck *recheck;

	if (source != SESSION_PASSWORD)
		return false;
	recheck = find(context, guise_token_name(token));
	return !recheck || !recheck->token ||
	       !same_rights(token, recheck->token);
}

static void revoke_stale(struct service *service, struct worker *workers)
{
	struct rechecks all = {.logons = &service->logons};
	unsigned n = 0;

	for (struct worker *w = workers; w; w = w->next) {
		if (w->service == service)
			ask_for_worker(&all, w);
	}
	for (struct worker *w = workers; w; w = w->next) {
		if (w->service == service)
			n += sessions_revoke_if(&w->sessions, is_stale, &all);
	}
	while (all.first) {
		struct recheck *next = all.first->next;

		(void)guise_token_unref(all.first->token);
		free(all.first);
		all.first = next;
	}
	if (n)
		authority_log(service->process,
			      "accounts have changed: %u clients logged off",
			      n);
}

void housekeeping(struct service *service, struct worker *workers)
{
	const uint64_t now = clock_ms();

	logons_tick(&service->logons);
	for (struct worker *w = workers; w; w = w->next) {
		if (w->service == service)
			(void)sessions_expire(&w->sessions, now,
					      service->options.idle_ms);
	}
	if (logons_accounts_changed(&service->logons))
		revoke_stale(service, workers);
}
