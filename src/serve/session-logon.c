/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <time.h>

#include "session-logon.h"
#include "supervise.h"

uint64_t session_now_ns(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Seconds since 1970 to our clock; what is over is over now. */
static uint64_t until_of(int64_t expires)
{
	struct timespec t;
	uint64_t left;

	must(clock_gettime(CLOCK_REALTIME, &t) == 0);
	if (expires <= t.tv_sec)
		return 0;
	left = (uint64_t)(expires - t.tv_sec);
	return left > UINT64_MAX / 4000000000u
		       ? UINT64_MAX
		       : session_now_ns() + left * 1000000000u;
}

/* RFC 2743 3.1: the first message of an exchange is framed, and no later one
 * is. It never goes on with what somebody else has begun on a connection that
 * a proxy shares, and would be spoilt by it. */
static bool is_first(const struct negotiate *message)
{
	return message->size > 0 && message->data[0] == 0x60;
}

static void take_result(struct attempt *a, int code,
			const struct guise_negotiation *n)
{
	/* who has proven it stays who it is */
	if (n->principal[0])
		memcpy(a->logon->principal, n->principal, sizeof(n->principal));
	memcpy(a->logon->why, n->why, sizeof(n->why));
	a->logon->pending = code == -EAGAIN ? n->pending : 0;
	if (code == 0)
		a->until_ns = until_of(n->expires);
}

/* The client has proven who it is and waits for its account. What it is to be
 * sent is there already. */
static int ask_directory(struct attempt *a, const struct guise_token **ret)
{
	struct guise_negotiation n = {
		.size = sizeof(n),
		.pending = a->logon->pending,
	};
	int r = authority_negotiate_rest(a->authority, a->thread, &n, ret);

	free(n.reply);
	take_result(a, r, &n);
	return r == -EAGAIN ? GUISE_E_LOGON_FAILURE : r;
}

static int ask_negotiate(struct attempt *a, const struct guise_token **ret)
{
	const bool goes_on = a->binding && !is_first(&a->who->negotiate);
	struct guise_negotiation n = {
		.size = sizeof(n),
		.origin = a->binding ? a->binding->origin : 0,
		.pending = goes_on ? a->binding->pending : 0,
	};
	int r;

	if (a->binding)
		a->binding->pending = 0;
	r = authority_negotiate_quick(a->authority, a->thread,
				      a->who->negotiate.data,
				      a->who->negotiate.size, &n, ret);
	a->logon->reply =
		(struct guise_buf){n.reply, n.reply_size, n.reply_size};
	take_result(a, r, &n);
	if (r == GUISE_E_CONTINUE_NEEDED && a->binding)
		a->binding->pending = n.pending;
	return r;
}

/* -EAGAIN: first what does not hang; then, on another thread, the rest. */
static int ask_password(struct attempt *a, const struct guise_token **ret)
{
	struct guise_authority *authority = a->authority;
	const struct authority_password who = {
		.name = a->who->basic.name,
		.password = a->who->basic.password,
		.password_size = a->who->basic.password_size,
	};

	return a->who->is_directorys
		       ? authority_logon_rest(authority, a->thread, &who, ret)
		       : authority_logon_quick(authority, a->thread, &who, ret);
}

/* -EAGAIN: as above. */
static int ask_peer(struct attempt *a, const struct guise_token **ret)
{
	return a->who->is_directorys
		       ? authority_peer_rest(a->authority, a->thread,
					     a->who->peer_fd,
					     GUISE_LEVEL_IMPERSONATION, ret)
		       : authority_peer_quick(a->authority, a->thread,
					      a->who->peer_fd,
					      GUISE_LEVEL_IMPERSONATION, ret);
}

static int ask_authority(struct attempt *a, const struct guise_token **ret)
{
	struct guise_authority *authority = a->authority;

	switch (a->who->kind) {
	case CREDENTIALS_NONE:
		return guise_authority_logon_anonymous(authority, a->thread,
						       ret);
	case CREDENTIALS_BASIC:
		return ask_password(a, ret);
	case CREDENTIALS_NEGOTIATE:
		return a->who->is_directorys ? ask_directory(a, ret)
					     : ask_negotiate(a, ret);
	case CREDENTIALS_PEER:
		return ask_peer(a, ret);
	case CREDENTIALS_COOKIE:
	case CREDENTIALS_CONNECTION:
		break;
	}
	return GUISE_E_LOGON_FAILURE;
}

/* Who has no identity on the file system has no business here. */
int session_log_on(struct attempt *a, const struct guise_token **ret)
{
	const struct guise_token *token;
	int r = ask_authority(a, &token);

	if (r < 0)
		return r;
	if (guise_token_level(token) < GUISE_LEVEL_IMPERSONATION) {
		guise_authority_logoff(a->authority, a->thread, token);
		(void)guise_token_unref(token);
		(void)snprintf(a->logon->why, sizeof(a->logon->why),
			       "no Unix id is mapped");
		return GUISE_E_LOGON_FAILURE;
	}
	*ret = token;
	return 0;
}
