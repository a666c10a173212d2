/* SPDX-License-Identifier: Apache-2.0 */
/* The server's end: waiting for a client, being it, and letting it go. */
#include "access-granted.h"
#include "doorman.h"

/* A client's rights go no further than the pipe's direction does. */
static bool direction_allows(const struct pipe *pipe, uint32_t desired)
{
	const uint32_t reads = GUISE_GENERIC_READ | GUISE_FILE_READ_DATA;
	const uint32_t writes = GUISE_GENERIC_WRITE | GUISE_FILE_WRITE_DATA;

	return (!(desired & reads) || pipe->direction & GUISE_PIPE_OUTBOUND) &&
	       (!(desired & writes) || pipe->direction & GUISE_PIPE_INBOUND);
}

int pipe_check_open(const struct pipe *pipe, const struct guise_token *token,
		    uint32_t desired, uint32_t *ret_granted)
{
	if (!direction_allows(pipe, desired))
		return GUISE_E_ACCESS_DENIED;
	return access_granted(pipe->sd, token,
			      desired | GUISE_SYNCHRONIZE |
				      GUISE_FILE_READ_ATTRIBUTES,
			      &guise_mapping_file, ret_granted);
}

void pipe_give_client(struct guise_pipe_end *instance, struct channel *channel)
{
	must(pthread_mutex_lock(&instance->lock) == 0);
	instance->channel = channel;
	instance->state = GUISE_PIPE_CONNECTED;
	must(pthread_mutex_unlock(&instance->lock) == 0);
	must(pthread_cond_broadcast(&instance->connected) == 0);
}

static enum guise_pipe_state set_state(struct guise_pipe_end *end,
				       enum guise_pipe_state state)
{
	enum guise_pipe_state before;

	must(pthread_mutex_lock(&end->lock) == 0);
	before = end->state;
	end->state = state;
	must(pthread_mutex_unlock(&end->lock) == 0);
	return before;
}

/* Under the pipe's lock. */
static int await_client(struct guise_pipe_end *end,
			const struct deadline *deadline)
{
	while (end->state == GUISE_PIPE_LISTENING) {
		if (!deadline_wait(deadline, &end->connected,
				   &end->pipe->lock) &&
		    end->state == GUISE_PIPE_LISTENING)
			return -ETIMEDOUT;
	}
	return end->state == GUISE_PIPE_CONNECTED ? 0 : -ECANCELED;
}

/* Under the pipe's lock. */
static int listen_again(struct guise_pipe_end *end)
{
	if (end->state == GUISE_PIPE_CONNECTED)
		return channel_is_closing(end->channel) ? -EPIPE : -EISCONN;
	if (end->state == GUISE_PIPE_DISCONNECTED) {
		(void)set_state(end, GUISE_PIPE_LISTENING);
		must(pthread_cond_broadcast(&end->pipe->changed) == 0);
		doorman_wake();
	}
	return 0;
}

/* @again: a disconnected end listens again, and one with a client is told so */
static int accept_client(struct guise_pipe_end *end, uint32_t timeout_ms,
			 bool again)
{
	const struct deadline deadline = deadline_in(timeout_ms);
	int r = 0;

	if (!end)
		return -EINVAL;
	if (!end->is_server)
		return -EOPNOTSUPP;
	must(pthread_mutex_lock(&end->pipe->lock) == 0);
	if (again)
		r = listen_again(end);
	if (r == 0)
		r = await_client(end, &deadline);
	must(pthread_mutex_unlock(&end->pipe->lock) == 0);
	return r;
}

int guise_pipe_accept(struct guise_pipe_end *end, uint32_t timeout_ms)
{
	return accept_client(end, timeout_ms, true);
}

int guise_pipe_accept_further(struct guise_pipe_end *end, uint32_t timeout_ms)
{
	return accept_client(end, timeout_ms, false);
}

/* The client hears of it by the link, or a last frame, if there is room. */
static void say_goodbye(struct channel *channel)
{
	const struct frame_header header = {.kind = FRAME_DISCONNECT};
	uint8_t bytes[FRAME_HEADER];

	frame_encode(&header, bytes);
	if (channel->link)
		link_disconnect(channel->link);
	else
		(void)send(channel->fd, bytes, sizeof(bytes),
			   MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)shutdown(channel->fd, SHUT_RDWR);
}

/* What the end had of its client. */
struct parted {
	enum guise_pipe_state before;
	struct channel *channel;
	struct guise_token_object *context;
};

/* Under the pipe's lock. @only: NULL: whoever the client is */
static void part(struct guise_pipe_end *end, const struct channel *only,
		 struct parted *ret)
{
	must(pthread_mutex_lock(&end->lock) == 0);
	if (!only || end->channel == only) {
		ret->before = end->state;
		ret->channel = guise_take(end->channel);
		ret->context = guise_take(end->context);
		end->state = GUISE_PIPE_DISCONNECTED;
	}
	must(pthread_mutex_unlock(&end->lock) == 0);
}

int end_disconnect(struct guise_pipe_end *end, const struct channel *only)
{
	struct parted parted = {.before = GUISE_PIPE_DISCONNECTED};

	must(pthread_mutex_lock(&end->pipe->lock) == 0);
	part(end, only, &parted);
	must(pthread_cond_broadcast(&end->connected) == 0);
	must(pthread_mutex_unlock(&end->pipe->lock) == 0);
	if (parted.channel)
		say_goodbye(parted.channel);
	(void)channel_unref(parted.channel);
	(void)guise_token_object_unref(parted.context);
	return parted.before == GUISE_PIPE_DISCONNECTED ? -ENOTCONN : 0;
}

int guise_pipe_disconnect(struct guise_pipe_end *end)
{
	if (!end)
		return -EINVAL;
	if (!end->is_server)
		return -EOPNOTSUPP;
	return end_disconnect(end, NULL);
}

int guise_pipe_client(struct guise_pipe_end *end,
		      struct guise_token_object **ret)
{
	struct guise_token_object *context;

	if (!end || !ret)
		return -EINVAL;
	if (!end->is_server)
		return -EOPNOTSUPP;
	must(pthread_mutex_lock(&end->lock) == 0);
	context = guise_token_object_ref(end->context);
	must(pthread_mutex_unlock(&end->lock) == 0);
	if (!context)
		return GUISE_E_CANNOT_IMPERSONATE;
	*ret = context;
	return 0;
}

int guise_impersonate_peer(struct guise_pipe_end *end,
			   const struct guise_impersonate_options *options)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *context = NULL;
	int r;

	r = guise_pipe_client(end, &context);
	if (r < 0)
		return r;
	return guise_thread_impersonate(context, options);
}

static int has_sd(struct guise_pipe_end *end)
{
	GUISE_AUTO(channel_unrefp) struct channel *channel = NULL;

	if (!end->pipe)
		return -EOPNOTSUPP;
	if (!end->is_server && end_channel(end, &channel) == 0 &&
	    link_is_disconnected(channel->link))
		return -ENOTCONN;
	return 0;
}

int guise_pipe_sd(struct guise_pipe_end *end, const struct guise_sd **ret)
{
	int r;

	if (!end || !ret)
		return -EINVAL;
	r = has_sd(end);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&end->pipe->lock) == 0);
	*ret = guise_sd_ref(end->pipe->sd);
	must(pthread_mutex_unlock(&end->pipe->lock) == 0);
	return 0;
}

int guise_pipe_set_sd(struct guise_pipe_end *end, const struct guise_sd *sd)
{
	const struct guise_sd *old;
	int r;

	if (!end || !sd)
		return -EINVAL;
	r = has_sd(end);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&end->pipe->lock) == 0);
	old = end->pipe->sd;
	end->pipe->sd = guise_sd_ref(sd);
	/* Only a first hurdle; the descriptor itself is always asked. */
	if (end->pipe->n_instances > 0)
		(void)!pipe_socket_set_mode(end->pipe);
	must(pthread_mutex_unlock(&end->pipe->lock) == 0);
	(void)guise_sd_unref(old);
	return 0;
}
