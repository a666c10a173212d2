/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's side: logging clients on. See client.h. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "client.h"
#include "fd.h"
#include "supervise.h"

static int read_token(struct reader *reply, int fd, uint32_t size,
		      const struct guise_token **ret)
{
	GUISE_AUTO(freep) uint8_t *bytes = NULL;
	size_t done = 0;

	if (fd < 0)
		return reply->size == size
			       ? guise_token_decode(reply->data, size, ret)
			       : GUISE_E_PROTOCOL;
	if (size > GUISE_TOKEN_ENCODED_MAX)
		return GUISE_E_PROTOCOL;
	bytes = malloc(size);
	if (!bytes)
		return -ENOMEM;
	while (done < size) {
		ssize_t n = pread(fd, bytes + done, size - done, (off_t)done);

		if (n <= 0)
			return GUISE_E_PROTOCOL;
		done += (size_t)n;
	}
	return guise_token_decode(bytes, size, ret);
}

static int add_everywhere(struct guise_authority *authority,
			  struct session_key key, const int *ids)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < authority->n_threads; i++)
		r = session_map_add(&authority->threads[i].map, key,
				    authority->n_rings ? ids[i] : 0,
				    client_now_ms());
	return r;
}

static int accept_session(struct worker_thread *thread, struct reader *reply,
			  int fd, const struct guise_token **ret)
{
	struct guise_authority *authority = thread->authority;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	uint32_t n, size, value;
	int ids[64];
	int r;

	if (!read_u32le(reply, &n) || n != authority->n_rings ||
	    n > ARRAY_SIZE(ids))
		return GUISE_E_PROTOCOL;
	for (uint32_t i = 0; i < n; i++) {
		if (!read_u32le(reply, &value) || value == 0 || value > 65535)
			return GUISE_E_PROTOCOL;
		ids[i] = (int)value;
	}
	if (!read_u32le(reply, &size))
		return GUISE_E_PROTOCOL;
	r = read_token(reply, fd, size, &token);
	if (r < 0)
		return r;
	r = add_everywhere(authority, session_key_of(token), ids);
	if (r < 0) {
		client_end_session(thread, guise_token_id(token));
		return r;
	}
	*ret = guise_take(token);
	return 0;
}

static int ask(struct worker_thread *thread, enum request_type type,
	       const struct request *request, const int *fds,
	       struct reader *ret_reply, int *ret_fd)
{
	int r;

	client_poll(thread);
	r = client_call(thread, type, request, fds, ret_reply, ret_fd);
	if (r == GUISE_E_LIMIT) { /* perhaps for what we did not acknowledge */
		client_poll_revoked(thread);
		r = client_call(thread, type, request, fds, ret_reply, ret_fd);
	}
	return r;
}

static int logon(struct worker_thread *thread, enum request_type type,
		 const struct request *request, const int *fds,
		 const struct guise_token **ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct reader reply;
	int r;

	r = ask(thread, type, request, fds, &reply, &fd);
	if (r < 0)
		return r;
	return accept_session(thread, &reply, fd, ret);
}

static int logon_password(struct guise_authority *authority, unsigned thread,
			  enum logon_stage stage,
			  const struct authority_password *who,
			  const struct guise_token **ret)
{
	struct worker_thread *t = client_thread(authority, thread);
	const struct request request = {
		.stage = stage,
		.name = who->name,
		.blob = (const uint8_t *)who->password,
		.blob_size = who->password_size,
	};

	if (!t || !who->name || !ret || (who->password_size && !who->password))
		return -EINVAL;
	/* nobody has such a name or password */
	if (strnlen(who->name, GUISE_USER_NAME_MAX + 1) > GUISE_USER_NAME_MAX ||
	    who->password_size > GUISE_PASSWORD_MAX)
		return GUISE_E_LOGON_FAILURE;
	return logon(t, REQUEST_LOGON_PASSWORD, &request, NULL, ret);
}

int guise_authority_logon_password(struct guise_authority *authority,
				   unsigned thread, const char *name,
				   const char *password, size_t password_size,
				   const struct guise_token **ret)
{
	const struct authority_password who = {name, password, password_size};

	return logon_password(authority, thread, STAGE_ALL, &who, ret);
}

int authority_logon_quick(struct guise_authority *authority, unsigned thread,
			  const struct authority_password *who,
			  const struct guise_token **ret)
{
	return logon_password(authority, thread, STAGE_QUICK, who, ret);
}

int authority_logon_rest(struct guise_authority *authority, unsigned thread,
			 const struct authority_password *who,
			 const struct guise_token **ret)
{
	return logon_password(authority, thread, STAGE_REST, who, ret);
}

static int logon_peer(struct guise_authority *authority, unsigned thread,
		      enum logon_stage stage, int socket_fd,
		      enum guise_level level, const struct guise_token **ret)
{
	struct worker_thread *t = client_thread(authority, thread);
	const struct request request = {
		.level = (uint64_t)level,
		.stage = stage,
	};

	if (!t || !ret || socket_fd < 0)
		return -EINVAL;
	return logon(t, REQUEST_LOGON_PEER, &request, &socket_fd, ret);
}

int guise_authority_logon_peer(struct guise_authority *authority,
			       unsigned thread, int socket_fd,
			       enum guise_level level,
			       const struct guise_token **ret)
{
	return logon_peer(authority, thread, STAGE_ALL, socket_fd, level, ret);
}

int authority_peer_quick(struct guise_authority *authority, unsigned thread,
			 int socket_fd, enum guise_level level,
			 const struct guise_token **ret)
{
	return logon_peer(authority, thread, STAGE_QUICK, socket_fd, level,
			  ret);
}

int authority_peer_rest(struct guise_authority *authority, unsigned thread,
			int socket_fd, enum guise_level level,
			const struct guise_token **ret)
{
	return logon_peer(authority, thread, STAGE_REST, socket_fd, level, ret);
}

int guise_authority_logon_anonymous(struct guise_authority *authority,
				    unsigned thread,
				    const struct guise_token **ret)
{
	struct worker_thread *t = client_thread(authority, thread);
	const struct request request = {0};

	if (!t || !ret)
		return -EINVAL;
	return logon(t, REQUEST_LOGON_ANONYMOUS, &request, NULL, ret);
}

/* What the client's side of the exchange is told; 0: it is logged on. */
static int take_answer(const struct negotiate_answer *answer,
		       struct guise_negotiation *negotiation)
{
	negotiation->pending = answer->pending;
	negotiation->expires = (int64_t)answer->expires;
	(void)snprintf(negotiation->principal, sizeof(negotiation->principal),
		       "%s", answer->principal);
	(void)snprintf(negotiation->why, sizeof(negotiation->why), "%s",
		       answer->why);
	if (answer->reply_size) {
		negotiation->reply = malloc(answer->reply_size);
		if (!negotiation->reply)
			return -ENOMEM;
		memcpy(negotiation->reply, answer->reply, answer->reply_size);
		negotiation->reply_size = answer->reply_size;
	}
	return answer->code;
}

static int logon_negotiate(struct worker_thread *thread,
			   const struct request *request,
			   struct guise_negotiation *negotiation,
			   const struct guise_token **ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct negotiate_answer answer;
	struct reader reply;
	int error, r;

	r = ask(thread, REQUEST_LOGON_NEGOTIATE, request, NULL, &reply, &fd);
	if (r < 0)
		return r;
	r = negotiate_answer_decode(&reply, &answer);
	if (r < 0)
		return r;
	r = take_answer(&answer, negotiation);
	if (answer.code < 0)
		return r;
	/* there is a session: taken before any other failure is told */
	error = accept_session(thread, &reply, fd, &token);
	r = error < 0 ? error : r;
	if (r < 0) {
		if (token)
			client_end_session(thread, guise_token_id(token));
		return r;
	}
	*ret = guise_take(token);
	return 0;
}

int authority_negotiate_quick(struct guise_authority *authority,
			      unsigned thread, const void *message,
			      size_t message_size,
			      struct guise_negotiation *negotiation,
			      const struct guise_token **ret)
{
	struct worker_thread *t = client_thread(authority, thread);
	struct request request = {
		.blob = message,
		.blob_size = message_size,
	};

	if (!t || !ret || !negotiation ||
	    negotiation->size != sizeof(*negotiation) ||
	    (message_size && !message))
		return -EINVAL;
	request.pending = negotiation->pending;
	request.origin = negotiation->origin;
	*negotiation = (struct guise_negotiation){
		.size = sizeof(*negotiation),
		.origin = request.origin,
	};
	if (message_size == 0 || message_size > GUISE_GSS_TOKEN_MAX) {
		(void)snprintf(negotiation->why, sizeof(negotiation->why),
			       "the message is empty or too long");
		return GUISE_E_LOGON_FAILURE;
	}
	return logon_negotiate(t, &request, negotiation, ret);
}

int authority_negotiate_rest(struct guise_authority *authority, unsigned thread,
			     struct guise_negotiation *negotiation,
			     const struct guise_token **ret)
{
	struct worker_thread *t = client_thread(authority, thread);
	const struct request request = {.pending = negotiation->pending};

	if (!t)
		return -EINVAL;
	return logon_negotiate(t, &request, negotiation, ret);
}

int guise_authority_logon_negotiate(struct guise_authority *authority,
				    unsigned thread, const void *message,
				    size_t message_size,
				    struct guise_negotiation *negotiation,
				    const struct guise_token **ret)
{
	int r = authority_negotiate_quick(authority, thread, message,
					  message_size, negotiation, ret);

	return r == -EAGAIN ? authority_negotiate_rest(authority, thread,
						       negotiation, ret)
			    : r;
}
