/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of judgement is the point of this file: who is it, then what is
 * asked, then where. A client that is not allowed in learns nothing, not even
 * whether its request was well-formed.
 */
#include <stdio.h>

#include "dav.h"
#include "fd.h"
#include "logon.h"

static const struct dav_method *const methods[METHOD_LAST] = {
	[METHOD_GET] = &dav_get,	   [METHOD_HEAD] = &dav_get,
	[METHOD_PUT] = &dav_put,	   [METHOD_DELETE] = &dav_delete,
	[METHOD_MKCOL] = &dav_mkcol,	   [METHOD_COPY] = &dav_copymove,
	[METHOD_MOVE] = &dav_copymove,	   [METHOD_OPTIONS] = &dav_options,
	[METHOD_PROPFIND] = &dav_propfind,
};

const struct dav_method *dav_method(enum http_method method)
{
	return method < METHOD_LAST ? methods[method] : NULL;
}

struct guise_actor exchange_actor(struct exchange *ex,
				  const struct serve_thread *thread)
{
	must(ex->client);
	ex->verdict = (struct guise_verdict){0};
	return (struct guise_actor){
		.engine = thread->engine,
		.token = ex->client->token,
		.verdict = &ex->verdict,
		.audit = ex->site->audits ? &ex->audit : NULL,
	};
}

struct guise_actor exchange_looker(struct exchange *ex,
				   const struct serve_thread *thread)
{
	struct guise_actor actor = exchange_actor(ex, thread);

	if (actor.audit)
		actor.audit = &ex->audit_failures;
	return actor;
}

static void audit(void *context, const struct guise_audit_event *event)
{
	struct exchange *ex = context;
	const struct audits *audits = ex->site->audits;

	audits->tell(audits->context, ex, event);
}

static void audit_failure(void *context, const struct guise_audit_event *event)
{
	if (!event->success)
		audit(context, event);
}

static bool creates(const struct exchange *ex)
{
	return ex->method == METHOD_PUT || ex->method == METHOD_MKCOL;
}

static enum exchange_next start_at_target(struct exchange *ex,
					  const struct serve_thread *thread)
{
	const struct dav_method *method = dav_method(ex->method);

	if (!site_find(ex->site, &ex->target, exchange_is_anonymous(ex),
		       &ex->share, &ex->path))
		return exchange_fail(ex, -ENOENT, creates(ex));
	if (!ex->share && method->needs_share)
		return exchange_answer(ex, 405, DECIDED_REQUEST);
	return method->start(ex, thread);
}

static enum exchange_next start(struct exchange *ex,
				const struct serve_thread *thread)
{
	uint64_t size;
	int r;

	if (ex->method == METHOD_UNKNOWN)
		return exchange_answer(ex, 501, DECIDED_REQUEST);
	if (ex->method == METHOD_REFUSED)
		return exchange_answer(ex, 405, DECIDED_REQUEST);
	if (ex->method == METHOD_OPTIONS &&
	    span_equal(ex->request->target, "*"))
		return dav_options.start(ex, thread);
	r = target_parse(ex->request->target, &ex->target);
	if (r == -ENAMETOOLONG)
		return exchange_answer(ex, 414, DECIDED_REQUEST);
	if (r == 0)
		r = request_conditions(ex->request, &ex->conditions);
	if (r == 0)
		r = request_body_size(ex->request, &size);
	if (r < 0)
		return exchange_answer(ex, 400, DECIDED_REQUEST);
	return start_at_target(ex, thread);
}

/* HEAD is GET without the body; what was opened or made for it goes. */
static void drop_body(struct exchange *ex)
{
	uint64_t length = ex->response.length;

	(void)fd_close(ex->response.fd);
	ex->response.fd = -EBADF;
	guise_buf_clear(&ex->response.memory);
	ex->response.body = BODY_NONE;
	ex->response.length = length;
}

static void step_done(struct exchange *ex)
{
	ex->step = STEP_DONE;
	if (ex->method == METHOD_HEAD)
		drop_body(ex);
}

/* The session ended under us (log-off, eviction): once more, from the same
 * step. An upload whose content has come cannot be asked for again, and a
 * message of a Kerberos client is good for once. */
static bool can_log_on_again(const struct exchange *ex, enum exchange_step step)
{
	return ex->error == GUISE_E_NO_SUCH_LOGON_SESSION &&
	       !ex->has_logged_on_again &&
	       ex->credentials.kind != CREDENTIALS_NEGOTIATE &&
	       (ex->method != METHOD_PUT || step == STEP_START);
}

static void client_drop(struct exchange *ex)
{
	const struct clients *clients = ex->site->clients;

	if (!ex->client)
		return;
	clients->release(clients->context, ex->client);
	ex->client = NULL;
}

/* Can it be logged on with what the request has brought? The name of a session
 * is no more than that, but a connection that is a peer's was never anybody
 * else's. */
static bool has_proof(struct exchange *ex)
{
	switch (ex->credentials.kind) {
	case CREDENTIALS_COOKIE:
	case CREDENTIALS_CONNECTION:
		return credentials_of_peer(ex->request->binding,
					   &ex->credentials);
	case CREDENTIALS_NONE:
	case CREDENTIALS_BASIC:
	case CREDENTIALS_NEGOTIATE:
	case CREDENTIALS_PEER:
		break;
	}
	return true;
}

static enum exchange_next step_again(struct exchange *ex,
				     enum exchange_step step)
{
	const struct clients *clients = ex->site->clients;

	clients->forget(clients->context, ex->client);
	client_drop(ex);
	if (!has_proof(ex)) {
		(void)exchange_challenge(ex, DECIDED_LOGON);
		step_done(ex);
		return EXCHANGE_RESPOND;
	}
	response_clear(&ex->response);
	ex->has_logged_on_again = true;
	ex->error = 0;
	ex->step = STEP_LOGON;
	ex->credentials.is_directorys = false;
	ex->after_logon = step;
	return EXCHANGE_BLOCKS;
}

static enum exchange_next step_execute(struct exchange *ex,
				       const struct serve_thread *thread,
				       enum exchange_step step)
{
	enum exchange_next next;

	ex->step = step;
	next = step == STEP_START ? start(ex, thread)
				  : dav_method(ex->method)->run(ex, thread);
	switch (next) {
	case EXCHANGE_BODY:
		ex->step = STEP_BODY;
		break;
	case EXCHANGE_BLOCKS:
		ex->step = STEP_RUN;
		break;
	case EXCHANGE_RESPOND:
		if (can_log_on_again(ex, step))
			return step_again(ex, step);
		step_done(ex);
		break;
	}
	return next;
}

/* No failure of ours, and none that goes away: there is no token for who it is,
 * as for root, or for a peer that has gone or whose id stands for nobody. */
static bool is_refusal(int error)
{
	return error == GUISE_E_LOGON_FAILURE || error == GUISE_E_CEILING ||
	       error == GUISE_E_NO_TOKEN;
}

/* For the log, where nobody has said more. That a password is wrong is all
 * there is to say of it. */
static void say_why(struct logon *logon, int error)
{
	if (logon->why[0] || error == GUISE_E_LOGON_FAILURE ||
	    error == GUISE_E_CONTINUE_NEEDED)
		return;
	(void)snprintf(logon->why, sizeof(logon->why), "%s",
		       error == GUISE_E_NO_TOKEN
			       ? "it has gone, or the kernel does not say for "
				 "certain who it is"
			       : guise_strerror(error));
}

static enum exchange_next logon_failed(struct exchange *ex, int error)
{
	ex->error = error;
	say_why(&ex->logon, error);
	if (error == GUISE_E_CONTINUE_NEEDED)
		(void)exchange_challenge(ex, DECIDED_LEG);
	else if (is_refusal(error))
		(void)exchange_challenge(ex, DECIDED_LOGON);
	else
		(void)exchange_answer(ex, 503, DECIDED_LIMIT);
	step_done(ex);
	return EXCHANGE_RESPOND;
}

static bool site_is_open(const struct site *site)
{
	for (size_t i = 0; i < site->n_shares; i++) {
		if (site->shares[i].anonymous)
			return true;
	}
	return false;
}

static int find(struct exchange *ex)
{
	const struct clients *clients = ex->site->clients;

	return clients->find(clients->context, &ex->credentials, &ex->client);
}

/* Whoever shows credentials is nobody else any more, whatever comes of them:
 * what the connection knew of its client is forgotten first, that it is a peer
 * for good, and an exchange goes on only with its next message. Credentials
 * that cannot be read are wrong credentials. */
static int find_shown(struct exchange *ex, struct span value)
{
	const struct clients *clients = ex->site->clients;
	struct binding *binding = ex->request->binding;
	int r;

	if (binding) {
		clients->unbind(clients->context, binding);
		binding->is_peer = false;
	}
	r = credentials_parse(value, &ex->site->schemes, &ex->credentials);
	if (binding && ex->credentials.kind != CREDENTIALS_NEGOTIATE)
		binding->pending = 0;
	if (r < 0)
		return r == -ENOMEM ? r : GUISE_E_LOGON_FAILURE;
	return find(ex);
}

/* Whatever else is served on this host can give a browser a cookie, and so make
 * it somebody whom it never was. So a connection whose client is known is not
 * asked for one, not even when the session it knows is over: that client shows
 * who it is again. Nor is a peer's, who is who the kernel says.
 */
static int find_session(struct exchange *ex)
{
	const struct binding *binding = ex->request->binding;
	struct credentials *who = &ex->credentials;

	if (credentials_of_connection(binding, who))
		return find(ex);
	if (ex->site->cookie && !(binding && binding->is_peer) &&
	    credentials_of_cookie(ex->request, ex->site->cookie, who))
		return find(ex);
	return -ENOENT;
}

/* What another site's page asks for has only what its user shows; who is a peer
 * may be so by a proxy of their own, for their browser. */
static int find_known(struct exchange *ex)
{
	struct binding *binding = ex->request->binding;
	const bool is_own = !request_is_cross_site(ex->request);
	int r = -ENOENT;

	if (binding)
		binding->pending = 0;
	if (is_own)
		r = find_session(ex);
	if (r != -ENOENT)
		return r;
	credentials_clear(&ex->credentials);
	if (!(is_own && credentials_of_peer(binding, &ex->credentials)) &&
	    !site_is_open(ex->site))
		return GUISE_E_LOGON_FAILURE;
	return find(ex);
}

static int find_client(struct exchange *ex)
{
	struct span value = {0};
	int r = request_header(ex->request, "Authorization", &value);

	if (r == -ENOENT)
		return find_known(ex);
	/* several: two readers could take two different ones */
	return find_shown(ex, r < 0 ? (struct span){0} : value);
}

static void init(struct exchange *ex, const struct site *site,
		 const struct request *request,
		 const struct serve_thread *thread)
{
	memset(ex, 0, offsetof(struct exchange, credentials));
	ex->site = site;
	ex->request = request;
	ex->thread = thread;
	ex->response.fd = -EBADF;
	ex->method = method_of(request->method);
	ex->audit = (struct guise_audit_sink){audit, ex};
	ex->audit_failures = (struct guise_audit_sink){audit_failure, ex};
	ex->put_fd = -EBADF;
	ex->after_logon = STEP_START;
	ex->credentials.kind = CREDENTIALS_NONE;
	ex->credentials.is_directorys = false;
	ex->logon.reply = (struct guise_buf){0};
	ex->logon.is_bound = false;
	ex->logon.life_s = 0;
	ex->logon.principal[0] = '\0';
	ex->logon.why[0] = '\0';
	ex->logon.pending = 0;
}

enum exchange_next exchange_refuse(struct exchange *ex, const struct site *site,
				   const struct request *request,
				   const struct serve_thread *thread)
{
	init(ex, site, request, thread);
	(void)exchange_answer(ex, 400, DECIDED_REQUEST);
	ex->response.close = true;
	step_done(ex);
	return EXCHANGE_RESPOND;
}

enum exchange_next exchange_busy(struct exchange *ex)
{
	(void)logon_failed(ex, GUISE_E_LIMIT);
	return EXCHANGE_RESPOND;
}

enum exchange_next exchange_begin(struct exchange *ex, const struct site *site,
				  const struct request *request,
				  const struct serve_thread *thread)
{
	int r;

	init(ex, site, request, thread);
	r = find_client(ex);
	if (r == -EAGAIN)
		return EXCHANGE_BLOCKS;
	if (r < 0)
		return logon_failed(ex, r);
	return step_execute(ex, thread, STEP_START);
}

static int logon(struct exchange *ex, const struct serve_thread *thread)
{
	const struct clients *clients = ex->site->clients;
	int r = clients->logon(clients->context, thread->number,
			       &ex->credentials, ex->request->binding,
			       &ex->logon, &ex->client);
	int told = logon_format(ex);

	/* a client that cannot be answered is not served */
	return r < 0 ? r : told;
}

static enum exchange_next run_logon(struct exchange *ex,
				    const struct serve_thread *thread)
{
	int r = logon(ex, thread);

	if (r == -EAGAIN && !ex->credentials.is_directorys) {
		ex->credentials.is_directorys = true;
		return EXCHANGE_BLOCKS;
	}
	if (r < 0)
		return logon_failed(ex, r);
	/* body is kept until the end, so running again starts over */
	ex->step = ex->after_logon;
	return ex->step == STEP_START ? step_execute(ex, thread, STEP_START)
				      : EXCHANGE_BLOCKS;
}

enum exchange_work exchange_work(const struct exchange *ex)
{
	if (ex->step != STEP_LOGON)
		return WORK_FILES;
	if (ex->credentials.is_directorys)
		return ex->credentials.kind == CREDENTIALS_PEER
			       ? WORK_SIDS
			       : WORK_DIRECTORY;
	return ex->credentials.kind == CREDENTIALS_BASIC ? WORK_PASSWORD
							 : WORK_LOGON;
}

bool exchange_is_anonymous(const struct exchange *ex)
{
	return ex->credentials.kind == CREDENTIALS_NONE;
}

enum exchange_next exchange_run(struct exchange *ex,
				const struct serve_thread *thread)
{
	ex->thread = thread;
	return exchange_work(ex) == WORK_FILES
		       ? step_execute(ex, thread, STEP_RUN)
		       : run_logon(ex, thread);
}

enum exchange_next exchange_body(struct exchange *ex,
				 const struct serve_thread *thread,
				 const void *data, size_t size)
{
	enum exchange_next next;

	must(ex->step == STEP_BODY);
	ex->thread = thread;
	next = dav_method(ex->method)->body(ex, thread, data, size);
	if (next == EXCHANGE_RESPOND)
		step_done(ex);
	return next;
}

enum exchange_next exchange_body_end(struct exchange *ex,
				     const struct serve_thread *thread)
{
	must(ex->step == STEP_BODY);
	ex->thread = thread;
	if (ex->method == METHOD_PROPFIND && ex->depth == DEPTH_0)
		return step_execute(ex, thread, STEP_RUN);
	ex->step = STEP_RUN;
	return EXCHANGE_BLOCKS;
}

void exchange_end(struct exchange *ex, const struct serve_thread *thread)
{
	if (ex->put) {
		struct guise_actor actor = exchange_actor(ex, thread);

		guise_share_put_abort(guise_take(ex->put), &actor);
	}
	client_drop(ex);
	response_clear(&ex->response);
	guise_buf_clear(&ex->body);
	guise_buf_clear(&ex->audited);
	guise_buf_clear(&ex->logon.reply);
	free(ex->authenticate);
	free(ex->set_cookie);
	credentials_clear(&ex->credentials);
}
