/* SPDX-License-Identifier: Apache-2.0 */
/* A channel's thread: receive, check against the table, answer. */
#include <unistd.h>

#include "answer.h"
#include "buf.h"
#include "fd.h"
#include "landlock.h"
#include "scope.h"
#include "worker.h"

static answer_fn *const answers[REQUEST_TYPES] = {
	[REQUEST_HELLO] = answer_hello,
	[REQUEST_LOGON_PASSWORD] = answer_logon_password,
	[REQUEST_LOGON_PEER] = answer_logon_peer,
	[REQUEST_LOGON_ANONYMOUS] = answer_logon_anonymous,
	[REQUEST_LOGOFF] = answer_logoff,
	[REQUEST_TOUCH] = answer_touch,
	[REQUEST_REVOKED] = answer_revoked,
	[REQUEST_OPEN] = answer_open,
	[REQUEST_MKDIR] = answer_mkdir,
	[REQUEST_UNLINK] = answer_unlink,
	[REQUEST_RENAME] = answer_rename,
	[REQUEST_SET_TIMES] = answer_set_times,
	[REQUEST_SET_MODE] = answer_set_mode,
	[REQUEST_TEMP_CREATE] = answer_temp_create,
	[REQUEST_TEMP_COMMIT] = answer_temp_commit,
	[REQUEST_TEMP_ABORT] = answer_temp_abort,
	[REQUEST_READ_SD] = answer_read_sd,
	[REQUEST_READ_ACL] = answer_read_acl,
	[REQUEST_COPY_ATTRIBUTES] = answer_copy_attributes,
	[REQUEST_WRITE_SD] = answer_write_sd,
	[REQUEST_REPORT] = answer_report,
	[REQUEST_REPORT_DENIED] = answer_report_denied,
	[REQUEST_LOGON_NEGOTIATE] = answer_logon_negotiate,
};

static int send_reply(struct channel *channel, int result)
{
	int r;

	buf_put_u32le(&channel->reply, 0, (uint32_t)result);
	if (result < 0) { /* nothing but the error */
		buf_truncate(&channel->reply, 4);
		fd_closep(&channel->reply_fd);
	}
	r = wire_send(channel->socket, channel->reply.data, channel->reply.size,
		      &channel->reply_fd, channel->reply_fd >= 0);
	fd_closep(&channel->reply_fd);
	return r;
}

/* 0: go on. A worker that breaks the protocol gets no reply. */
static int answer_one(struct channel *channel)
{
	struct request request;
	enum request_type type = REQUEST_NONE;
	int r;

	r = request_decode(channel->packet.data, channel->packet.size,
			   channel->phase, channel->packet.n_fds, &type,
			   &request);
	if (r < 0)
		return r;
	buf_truncate(&channel->reply, 0);
	r = buf_append_u32le(&channel->reply, 0);
	if (r < 0)
		return r;
	r = answers[type](channel, &request);
	/* at the job's boundary this thread is the authority again */
	must(!thread_is_away());
	if (request_is_secret(type))
		explicit_bzero(channel->packet.data, channel->packet.size);
	if (r == GUISE_E_PROTOCOL) {
		worker_cut_off(channel->worker, request_name(type));
		return r;
	}
	return send_reply(channel, r);
}

static void serve(struct channel *channel)
{
	struct worker *worker = channel->worker;
	int r = 0;

	while (r == 0 && !atomic_load(&worker->is_cut)) {
		r = wire_receive(channel->socket, &channel->packet);
		if (r == 0) {
			r = answer_one(channel);
			packet_close_fds(&channel->packet);
		}
		if (r == GUISE_E_PROTOCOL)
			worker_cut_off(worker, "not a request of the table");
	}
}

static void wake_main(struct worker *worker)
{
	const uint64_t one = 1;

	(void)!write(worker->service->process->wake_fd, &one, sizeof(one));
}

void *channel_run(void *argument)
{
	struct channel *channel = argument;
	struct worker *worker = channel->worker;
	const int ruleset = worker->service->channel_ruleset;

	channel->packet.capacity = WIRE_SIZE_MAX;
	channel->packet.data = malloc(WIRE_SIZE_MAX);
	/* not confined, not served */
	if (channel->packet.data &&
	    (ruleset < 0 || landlock_confine(ruleset) == 0))
		serve(channel);
	else
		worker_cut_off(worker, "its channel could not be confined");
	free(channel->packet.data);
	if (atomic_fetch_sub(&worker->n_running, 1) == 1)
		temps_abort_all(&worker->temps); /* still confined */
	wake_main(worker);
	return NULL;
}
