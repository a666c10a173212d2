/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an end: frames become messages, or bytes, again. */
#include "receive.h"

/* A read under way. @mode: of the end when it began */
struct reading {
	struct guise_pipe_end *end;
	struct channel *channel;
	enum guise_pipe_mode mode;
	struct deadline deadline;
	uint8_t *to;
	size_t room;
	size_t done;
	size_t left; /* of the message */
};

/* What is read says who wrote it: from now on the server may be that. */
static void note_context(struct reading *reading, const struct frame *frame)
{
	struct guise_pipe_end *end = reading->end;
	struct guise_token_object *old = NULL;

	if (!end->is_server)
		return;
	must(pthread_mutex_lock(&end->lock) == 0);
	/* not if it was disconnected meanwhile */
	if (end->channel == reading->channel &&
	    end->context != frame->context) {
		old = end->context;
		end->context = guise_token_object_ref(frame->context);
	}
	must(pthread_mutex_unlock(&end->lock) == 0);
	(void)guise_token_object_unref(old);
}

/* The first frame ahead, as far as it fits. True: the read is complete. */
static bool consume(struct reading *reading)
{
	struct frame *frame = reading->channel->ahead;
	size_t n = frame->size - frame->at;
	bool message_is_over;

	note_context(reading, frame);
	if (n > reading->room - reading->done)
		n = reading->room - reading->done;
	if (n)
		memcpy(reading->to + reading->done, frame->data + frame->at, n);
	reading->done += n;
	frame->at += n;
	reading->left = frame->size - frame->at + frame->left;
	message_is_over = reading->left == 0;
	if (frame->at == frame->size)
		receive_drop(reading->channel);
	if (reading->mode == GUISE_PIPE_MESSAGES)
		return message_is_over || reading->done == reading->room;
	return reading->done == reading->room;
}

/* Is it the rest of a message that is waited for, or anything at all? */
static bool must_wait(const struct reading *reading)
{
	if (reading->mode == GUISE_PIPE_MESSAGES)
		return true;
	return reading->done == 0;
}

static int read_frames(struct reading *reading)
{
	const struct deadline at_once = deadline_in(0);
	bool some = false;
	int r;

	for (;;) {
		if (receive_is_over(reading->channel))
			r = reading->channel->ended;
		else if (reading->channel->ahead)
			r = 0;
		else
			r = receive_frame(reading->channel,
					  must_wait(reading)
						  ? &reading->deadline
						  : &at_once);
		if (r < 0) /* what was read is read */
			return some ? 0 : r;
		some = true;
		if (consume(reading))
			return 0;
	}
}

/* The end, if it may read, and whatever it is connected to now. */
static int begin(struct guise_pipe_end *end, struct reading *ret)
{
	int r;

	if (!(end->granted & GUISE_FILE_READ_DATA))
		return GUISE_E_ACCESS_DENIED;
	r = end_channel(end, &ret->channel);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&end->lock) == 0);
	ret->mode = end->read_mode;
	must(pthread_mutex_unlock(&end->lock) == 0);
	ret->end = end;
	return 0;
}

/* A peer that broke the protocol is no client any more; who came after it on
 * the same instance is. Ends the reading. */
static int verdict(struct reading *reading, int r)
{
	if (r == GUISE_E_PROTOCOL && reading->end->is_server)
		(void)!end_disconnect(reading->end, reading->channel);
	(void)channel_unref(reading->channel);
	return r;
}

int guise_pipe_read(struct guise_pipe_end *end, void *data, size_t size,
		    uint32_t timeout_ms, size_t *ret_size, size_t *ret_left)
{
	struct reading reading = {.to = data, .room = size};
	int r;

	if (!end || (!data && size) || !ret_size)
		return -EINVAL;
	reading.deadline = deadline_in(timeout_ms);
	r = begin(end, &reading);
	if (r < 0)
		return r;
	r = turn_take(&reading.channel->reading, &reading.deadline);
	if (r == 0) {
		r = read_frames(&reading);
		turn_give(&reading.channel->reading);
	}
	r = verdict(&reading, r);
	if (r < 0)
		return r;
	*ret_size = reading.done;
	if (ret_left)
		*ret_left =
			reading.mode == GUISE_PIPE_MESSAGES ? reading.left : 0;
	return 0;
}

/* All that has come, up to a limit, out of the socket. */
static void pull(struct channel *channel)
{
	const struct deadline at_once = deadline_in(0);

	while (channel->ahead_size < GUISE_PIPE_AHEAD_MAX &&
	       receive_frame(channel, &at_once) == 0)
		;
}

static void copy_ahead(const struct channel *channel, uint8_t *to, size_t room,
		       bool whole_messages, struct guise_pipe_peeked *ret)
{
	bool copying = true;

	for (const struct frame *f = channel->ahead; f; f = f->next) {
		size_t there = f->size - f->at, n = there;

		ret->available += there;
		if (!copying)
			continue;
		if (n > room - ret->size)
			n = room - ret->size;
		if (n)
			memcpy(to + ret->size, f->data + f->at, n);
		ret->size += n;
		if (whole_messages)
			ret->left = there - n + f->left;
		copying = n == there && !(whole_messages && f->left == 0);
	}
}

int guise_pipe_peek(struct guise_pipe_end *end, void *data, size_t size,
		    struct guise_pipe_peeked *ret)
{
	struct guise_pipe_peeked peeked = {0};
	struct reading reading = {0};
	int r;

	if (!end || (!data && size) || !ret)
		return -EINVAL;
	r = begin(end, &reading);
	if (r < 0)
		return r;
	reading.deadline = deadline_in(GUISE_PIPE_FOREVER);
	r = turn_take(&reading.channel->reading, &reading.deadline);
	if (r == 0) {
		pull(reading.channel);
		if (receive_is_over(reading.channel))
			r = reading.channel->ended;
		else
			copy_ahead(reading.channel, data, size,
				   end->type == GUISE_PIPE_MESSAGES, &peeked);
		turn_give(&reading.channel->reading);
	}
	r = verdict(&reading, r);
	if (r < 0)
		return r;
	*ret = peeked;
	return 0;
}
