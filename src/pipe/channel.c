/* SPDX-License-Identifier: Apache-2.0 */
/* Ends, their channels, whose turn it is, and how long it may take. */
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "end.h"
#include "fd.h"

static struct timespec now(void)
{
	struct timespec at;

	must(clock_gettime(CLOCK_MONOTONIC, &at) == 0);
	return at;
}

struct deadline deadline_in(uint32_t timeout_ms)
{
	struct deadline deadline = {.forever = timeout_ms == GUISE_PIPE_FOREVER,
				    .at = now()};

	deadline.at.tv_sec += timeout_ms / 1000;
	deadline.at.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (deadline.at.tv_nsec >= 1000000000) {
		deadline.at.tv_sec++;
		deadline.at.tv_nsec -= 1000000000;
	}
	return deadline;
}

int deadline_left(const struct deadline *deadline)
{
	struct timespec t = now();
	int64_t left;

	if (deadline->forever)
		return -1;
	left = (int64_t)(deadline->at.tv_sec - t.tv_sec) * 1000 +
	       (deadline->at.tv_nsec - t.tv_nsec + 999999) / 1000000;
	if (left <= 0)
		return 0;
	return left < INT32_MAX ? (int)left : INT32_MAX;
}

bool deadline_wait(const struct deadline *deadline, pthread_cond_t *condition,
		   pthread_mutex_t *lock)
{
	int r;

	if (deadline->forever) {
		must(pthread_cond_wait(condition, lock) == 0);
		return true;
	}
	r = pthread_cond_timedwait(condition, lock, &deadline->at);
	must(r == 0 || r == ETIMEDOUT);
	return r == 0;
}

void condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	must(pthread_condattr_init(&attributes) == 0);
	must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(condition, &attributes) == 0);
	must(pthread_condattr_destroy(&attributes) == 0);
}

void turn_init(struct turn *turn)
{
	must(pthread_mutex_init(&turn->lock, NULL) == 0);
	condition_init(&turn->free);
}

void turn_destroy(struct turn *turn)
{
	must(pthread_cond_destroy(&turn->free) == 0);
	must(pthread_mutex_destroy(&turn->lock) == 0);
}

int turn_take(struct turn *turn, const struct deadline *deadline)
{
	bool taken;

	must(pthread_mutex_lock(&turn->lock) == 0);
	while (turn->taken && deadline_wait(deadline, &turn->free, &turn->lock))
		;
	taken = !turn->taken;
	turn->taken = true;
	must(pthread_mutex_unlock(&turn->lock) == 0);
	return taken ? 0 : -ETIMEDOUT;
}

void turn_give(struct turn *turn)
{
	must(pthread_mutex_lock(&turn->lock) == 0);
	turn->taken = false;
	must(pthread_cond_signal(&turn->free) == 0);
	must(pthread_mutex_unlock(&turn->lock) == 0);
}

struct channel *channel_new(int fd, struct link *link, bool is_server,
			    enum guise_pipe_mode type)
{
	struct channel *channel = calloc(1, sizeof(*channel));

	if (!channel) {
		(void)fd_close(fd);
		link_unref(link);
		return NULL;
	}
	atomic_init(&channel->refs, 1);
	channel->fd = fd;
	channel->link = link;
	channel->is_server = is_server;
	channel->type = type;
	channel->ahead_last = &channel->ahead;
	turn_init(&channel->reading);
	turn_init(&channel->writing);
	return channel;
}

struct channel *channel_ref(struct channel *channel)
{
	refcount_get(&channel->refs);
	return channel;
}

struct channel *channel_unref(struct channel *channel)
{
	if (!channel || !refcount_put(&channel->refs))
		return NULL;
	for (struct frame *f = channel->ahead, *next; f; f = next) {
		next = f->next;
		(void)guise_token_object_unref(f->context);
		free(f);
	}
	(void)fd_close(channel->fd);
	link_unref(channel->link);
	capture_clear(&channel->capture);
	turn_destroy(&channel->reading);
	turn_destroy(&channel->writing);
	free(channel);
	return NULL;
}

bool channel_is_closing(const struct channel *channel)
{
	struct pollfd p = {.fd = channel->fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) == 1;
}

struct guise_pipe_end *end_new(bool is_server)
{
	struct guise_pipe_end *end = calloc(1, sizeof(*end));

	if (!end)
		return NULL;
	atomic_init(&end->refs, 1);
	end->is_server = is_server;
	condition_init(&end->connected);
	must(pthread_mutex_init(&end->lock, NULL) == 0);
	return end;
}

int end_channel(struct guise_pipe_end *end, struct channel **ret)
{
	int r = -ENOTCONN;

	must(pthread_mutex_lock(&end->lock) == 0);
	if (end->channel) {
		*ret = channel_ref(end->channel);
		r = 0;
	}
	must(pthread_mutex_unlock(&end->lock) == 0);
	return r;
}
