/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: beginning, use, end; and what workers report. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <guise/logon.h>
#include <guise/lookup.h>

#include "answer.h"
#include "buf.h"
#include "fd.h"

/* A larger token goes in a file of its own. */
#define TOKEN_INLINE_MAX 65536

int answer_hello(struct channel *channel, const struct request *request)
{
	if (request->version != PROTO_VERSION ||
	    request->thread != channel->thread)
		return GUISE_E_PROTOCOL;
	channel->phase = PHASE_READY;
	return 0;
}

static int write_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

/* In a memory file that nobody can change any more. */
static int reply_with_file(struct channel *channel,
			   const struct guise_buf *bytes)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	fd = memfd_create("token", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	r = write_all(fd, bytes->data, bytes->size);
	if (r < 0)
		return r;
	if (fcntl(fd, F_ADD_SEALS,
		  F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		return -errno;
	channel->reply_fd = fd_take(&fd);
	return 0;
}

/* Reply: number of identities, each of them, size of the token, the token. */
static int reply_session(struct channel *channel,
			 const struct guise_token *token, const int *ids)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	const unsigned n = channel->worker->n_rings;
	int r;

	r = buf_append_u32le(&channel->reply, n);
	for (unsigned i = 0; r == 0 && i < n; i++)
		r = buf_append_u32le(&channel->reply, (uint32_t)ids[i]);
	if (r == 0)
		r = guise_token_encode(token, &bytes);
	if (r == 0)
		r = buf_append_u32le(&channel->reply, (uint32_t)bytes.size);
	if (r < 0)
		return r;
	if (bytes.size > TOKEN_INLINE_MAX)
		return reply_with_file(channel, &bytes);
	return buf_append(&channel->reply, bytes.data, bytes.size);
}

static int begin_session(struct channel *channel,
			 const struct guise_token *token,
			 const struct session_terms *terms)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *own = NULL;
	struct sessions *sessions = &channel->worker->sessions;
	int ids[THREADS_MAX];
	int r;

	r = sessions_add(sessions, token, terms, &own, ids);
	if (r < 0)
		return r;
	/* a flush that came between has not seen it */
	if (terms->source == SESSION_NEGOTIATE &&
	    terms->generation !=
		    remembered_generation(
			    &channel->worker->service->logons.remembered))
		r = GUISE_E_LOGON_FAILURE;
	if (r == 0)
		r = reply_session(channel, own, ids);
	if (r < 0)
		sessions_end(sessions, guise_token_id(own), true);
	return r;
}

int answer_logon_password(struct channel *channel,
			  const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logged logged;
	int r;

	r = logons_password(&channel->worker->service->logons,
			    (enum logon_stage)request->stage, request->name,
			    request->blob, request->blob_size, &logged);
	if (r < 0)
		return r;
	token = logged.token;
	return begin_session(channel, token,
			     &(struct session_terms){
				     .level = GUISE_LEVEL_IMPERSONATION,
				     .source = SESSION_PASSWORD,
				     .is_account = true,
				     .asked_ms = logged.asked_ms,
				     .generation = logged.generation,
			     });
}

/* By the same rules as in the helper: an account may change, while what a PAC
 * says is good as long as its ticket. */
static bool is_account(const struct service *service, const char *principal)
{
	struct guise_principal_match match = {.size = sizeof(match)};

	return guise_identities_match(service->options.identities, principal,
				      &match) == 0 &&
	       match.rule == GUISE_PRINCIPAL_ACCOUNT;
}

/* What the helper said, and the session when it said yes. */
static int reply_negotiation(struct channel *channel, int code,
			     const struct logon_negotiation *negotiation,
			     const struct logged *logged)
{
	const struct negotiate_answer answer = {
		.code = code,
		.pending = negotiation->pending,
		.expires = (uint64_t)negotiation->expires,
		.principal = negotiation->principal,
		.why = negotiation->why,
		.reply = negotiation->reply.data,
		.reply_size = negotiation->reply.size,
	};
	const struct session_terms terms = {
		.level = GUISE_LEVEL_IMPERSONATION,
		.source = SESSION_NEGOTIATE,
		.is_account = code == 0 && is_account(channel->worker->service,
						      negotiation->principal),
		.expires = negotiation->expires,
		.asked_ms = logged->asked_ms,
		.generation = logged->generation,
	};
	int r;

	r = negotiate_answer_encode(&answer, &channel->reply);
	return r < 0 || code < 0
		       ? r
		       : begin_session(channel, logged->token, &terms);
}

static int tell_why(struct logon_negotiation *negotiation, int code,
		    const char *why)
{
	(void)snprintf(negotiation->why, sizeof(negotiation->why), "%s", why);
	return code;
}

static int negotiate(struct channel *channel,
		     struct logon_negotiation *negotiation, struct logged *ret)
{
	struct worker *worker = channel->worker;
	int (*const next)(struct logons * logons, uint64_t worker,
			  struct logon_negotiation * negotiation,
			  struct logged * ret) =
		negotiation->token_size ? logons_negotiate
					: logons_negotiate_rest;
	int r;

	r = next(&worker->service->logons, worker->serial, negotiation, ret);
	if (r == 0 && negotiation->expires <= time(NULL))
		return tell_why(negotiation, GUISE_E_LOGON_FAILURE,
				"the ticket has expired");
	if (r == 0 && guise_token_unix(ret->token)->uid == GUISE_UID_NONE)
		return tell_why(negotiation, GUISE_E_LOGON_FAILURE,
				"no Unix id is mapped to the client");
	if (r < 0 && r != GUISE_E_CONTINUE_NEEDED && r != -EAGAIN &&
	    !negotiation->why[0])
		return tell_why(negotiation, r, guise_strerror(r));
	return r;
}

/* Unlike the other logons a failure is an answer: with a message for the
 * client. GUISE_E_LIMIT as the result of the request is said before the
 * client's message is used up: it may be asked again. */
int answer_logon_negotiate(struct channel *channel,
			   const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct logon_negotiation negotiation = {
		.token = request->blob,
		.token_size = request->blob_size,
		.pending = request->pending,
		.origin = request->origin,
	};
	struct logged logged = {0};
	const size_t before = channel->reply.size;
	int code, r;

	if (sessions_are_full(&channel->worker->sessions))
		return GUISE_E_LIMIT;
	code = negotiate(channel, &negotiation, &logged);
	token = logged.token;
	r = reply_negotiation(channel, code, &negotiation, &logged);
	if (r < 0 && code == 0) { /* no session after all */
		buf_truncate(&channel->reply, before);
		r = reply_negotiation(
			channel, tell_why(&negotiation, r, guise_strerror(r)),
			&negotiation, &logged);
	}
	guise_buf_clear(&negotiation.reply);
	return r;
}

/* The SIDs that the identities have for a peer: entries that deny these must
 * not spare who comes in without a password. -EAGAIN: STAGE_QUICK, and a daemon
 * has to be asked. */
static int in_both_worlds(const struct service *service, enum logon_stage stage,
			  const struct guise_token *peer,
			  const struct guise_token **ret)
{
	const struct guise_authority_options *o = &service->options;
	int r;

	if (!o->identities) {
		*ret = guise_token_ref(peer);
		return 0;
	}
	if (stage == STAGE_QUICK)
		return logon_token_at_once(o->identities, peer, ret);
	r = guise_lookup_token(o->identities, peer, o->logon_timeout_ms, ret);
	/* of the child, and neither of the two things they mean to the worker
	 * (see logons_negotiate_rest()) */
	return r == -EAGAIN || r == -ECONNRESET ? -EIO : r;
}

/* Whoever made the socket pairs between a worker and us, and may have been root
 * then: one of the two. Neither is anybody's client. */
static bool is_between_us(const struct worker *worker, int fd)
{
	struct ucred cred;
	socklen_t size = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0 &&
	       (cred.pid == getpid() || cred.pid == worker->pid);
}

/*
 * Who is at the other end of a socket has come to us only if ours is the
 * accepted end: any user of the host has sockets with others at their other
 * ends, those of the services that listen here above all, and can hand them to
 * a worker that was taken over. The kernel says who made this end (a socket's
 * owner can be changed to no other by who has no privilege): the service, or
 * root. And who has gone is nobody's client any more, however long a worker
 * keeps its end.
 */
static int check_connection(const struct service *service, int fd)
{
	struct pollfd poller = {.fd = fd};
	struct stat st;

	if (fstat(fd, &st) < 0 || poll(&poller, 1, 0) < 0)
		return -errno;
	if (st.st_uid != service->options.service_uid && st.st_uid != 0)
		return GUISE_E_CEILING;
	return poller.revents & POLLHUP ? GUISE_E_NO_TOKEN : 0;
}

/* In two stages it is asked twice who it is: the kernel says the same, and
 * nothing of it has to be kept in between. */
int answer_logon_peer(struct channel *channel, const struct request *request)
{
	const struct service *service = channel->worker->service;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *peer = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = check_connection(service, channel->packet.fds[0]);
	if (r == 0)
		r = guise_token_of_peer(channel->packet.fds[0],
					(enum guise_level)request->level,
					&peer);
	if (r < 0)
		return r;
	/* a worker cannot be its own client, by a socket pair of its own, nor
	 * who it was before */
	if (guise_token_unix(peer)->uid == service->options.service_uid ||
	    is_between_us(channel->worker, channel->packet.fds[0]))
		return GUISE_E_CEILING;
	r = in_both_worlds(service, (enum logon_stage)request->stage, peer,
			   &token);
	if (r < 0)
		return r;
	return begin_session(channel, token,
			     &(struct session_terms){
				     .level = guise_token_level(token),
				     .source = SESSION_PEER,
			     });
}

int answer_logon_anonymous(struct channel *channel,
			   const struct request *request)
{
	const struct guise_authority_options *o =
		&channel->worker->service->options;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	(void)request;
	r = guise_token_anonymous(o->anonymous_uid, o->anonymous_gid, &token);
	if (r < 0)
		return r;
	return begin_session(channel, token,
			     &(struct session_terms){
				     .level = GUISE_LEVEL_IMPERSONATION,
				     .source = SESSION_ANONYMOUS,
			     });
}

/* Unknown sessions are nothing to complain about: two threads may log the same
 * client off. */
int answer_logoff(struct channel *channel, const struct request *request)
{
	struct worker *worker = channel->worker;

	temps_abort_session(&worker->temps, request->session);
	sessions_end(&worker->sessions, request->session, request->released);
	return 0;
}

int answer_touch(struct channel *channel, const struct request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	return sessions_use(&channel->worker->sessions, request->session,
			    &token);
}

/* Reply: how many, and their ids. */
int answer_revoked(struct channel *channel, const struct request *request)
{
	guise_luid ids[REVOKED_MAX];
	size_t n;
	int r;

	(void)request;
	n = sessions_revoked(&channel->worker->sessions, ids, REVOKED_MAX);
	r = buf_append_u32le(&channel->reply, (uint32_t)n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = buf_append_u64le(&channel->reply, ids[i]);
	return r;
}

int answer_report(struct channel *channel, const struct request *request)
{
	for (size_t i = 0; i < COUNTERS_MAX; i++)
		atomic_store(&channel->counters[i], request->counters[i]);
	return 0;
}

int answer_report_denied(struct channel *channel, const struct request *request)
{
	struct worker *worker = channel->worker;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const char *user = "-";

	if (sessions_use(&worker->sessions, request->session, &token) == 0)
		user = guise_token_name(token);
	denials_add(&worker->service->process->denials, worker->number, user,
		    request->text);
	return 0;
}
