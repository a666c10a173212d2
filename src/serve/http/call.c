/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request through the library's access handler, which is called first
 * when the headers are there, then for each piece of body, then once more. A
 * blocking step suspends the connection; after it the handler is called again
 * where it was.
 *
 * An answer given at the first call makes the library close the connection,
 * for it will not read the body. That is what an upload that is refused wants;
 * a request without body is judged at the second call.
 */
#include <stdio.h>
#include <unistd.h>

#include "front-internal.h"

/* What an answered client may still send before the connection is cut. */
#define DRAIN_MAX (1u << 20)
/* Most targets are shorter; memory for such a one is kept. */
#define TARGET_USUAL 1024
#define LINE_USUAL 512
/* The authority keeps no more of a refusal. */
#define TOLD_MAX 256

static _Thread_local unsigned thread_number = UINT32_MAX;

struct serve_thread front_thread(struct front *front)
{
	if (thread_number == UINT32_MAX) {
		thread_number = atomic_fetch_add(&front->n_numbered, 1);
		must(thread_number < front->options.n_threads);
	}
	return (struct serve_thread){
		.number = thread_number,
		.engine = front->options.engine(front->options.context,
						thread_number),
	};
}

/* Calls are large: the last one's memory is still near. */
static struct call *call_alloc(struct front *front, size_t target_size)
{
	struct call **spare = &front->spares[front_thread(front).number];
	size_t capacity =
		target_size > TARGET_USUAL ? target_size : TARGET_USUAL;
	struct call *call;

	if (*spare && capacity == TARGET_USUAL)
		return guise_take(*spare);
	call = malloc(sizeof(*call) + capacity);
	if (call)
		call->capacity = capacity;
	return call;
}

static void call_keep(struct call *call, const struct serve_thread *thread)
{
	struct call **spare = &call->front->spares[thread->number];

	if (!*spare && call->capacity == TARGET_USUAL)
		*spare = call;
	else
		free(call);
}

void *call_new(void *context, const char *uri,
	       struct MHD_Connection *connection)
{
	size_t size = strlen(uri);
	struct call *call = call_alloc(context, size + 1);

	connection_asks(connection);
	if (!call)
		return NULL; /* the handler closes the connection */
	/* all but the exchange, which exchange_begin() fills */
	call->request = (struct request){0};
	call->has_too_many_headers = false;
	call->is_malformed = false;
	call->front = context;
	call->connection = connection;
	call->state = CALL_NEW;
	call->is_begun = false;
	call->is_corked = false;
	call->drained = 0;
	call->engine = "-";
	must(clock_gettime(CLOCK_MONOTONIC, &call->started) == 0);
	memcpy(call->target, uri, size + 1);
	return call;
}

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind,
				  const char *name, size_t name_size,
				  const char *value, size_t value_size)
{
	struct call *call = context;
	struct request_header header = {
		.name = {name, name_size},
		.value = {value ? value : "", value ? value_size : 0},
	};

	(void)kind;
	if (call->request.n_headers == REQUEST_HEADERS_MAX) {
		call->has_too_many_headers = true;
		return MHD_NO;
	}
	if (!header_is_strict(&header) ||
	    !header_gap_is_strict(call->cursor, name, 1,
				  call->front->options.max_header_size)) {
		call->is_malformed = true;
		return MHD_NO;
	}
	call->cursor = header.value.data + header.value.size;
	call->headers[call->request.n_headers++] = header;
	return MHD_YES;
}

/* Sizes that make no sense are answered by the exchange, as if a body came. */
static bool announces_body(const struct request *request)
{
	uint64_t size;

	return request_body_size(request, &size) < 0 || size > 0;
}

/* RFC 9112 6.1: not in HTTP/1.0, whose readers do not know it; and any other
 * coding would leave the end of the body unknown. */
static bool is_coding_known(const struct request *request, const char *version)
{
	struct span value = {0};

	if (request_header(request, "Transfer-Encoding", &value) == -ENOENT)
		return true;
	return strcmp(version, "HTTP/1.0") != 0 &&
	       span_equal_nocase(value, "chunked");
}

/* The library counts from the method to the end of the empty line. */
static bool is_end_strict(const struct call *call, const char *method)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		call->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return info &&
	       header_gap_is_strict(call->cursor, method + info->header_size, 2,
				    call->front->options.max_header_size);
}

/* One space each, and no NUL, at which the library ends the target. */
static bool is_line_strict(const struct call *call, const char *method,
			   const char *version)
{
	size_t size = strlen(method) + 1 + strlen(call->target) + 1;

	return (uintptr_t)version == (uintptr_t)method + size;
}

static void read_line(struct call *call, const char *method)
{
	call->request.method = span_of(method);
	call->request.target = span_of(call->target);
	call->request.headers = call->headers;
	(void)snprintf(call->peer, sizeof(call->peer), "%s",
		       connection_peer(call->connection));
	call->request.peer = call->peer;
	call->request.binding = connection_binding(call->connection);
}

static void read_request(struct call *call, const char *method,
			 const char *version)
{
	call->cursor = version + strlen(version);
	read_line(call, method);
	(void)MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND,
					  add_header, call);
	call->is_malformed |= !is_line_strict(call, method, version) ||
			      !is_coding_known(&call->request, version) ||
			      !is_end_strict(call, method);
	call->has_body = announces_body(&call->request);
}

/* The anonymous client is many people, told apart by address. */
static void set_job_client(struct call *call)
{
	const struct client *client = call->exchange.client;
	struct job_client *to = &call->job.client;

	if (client && client->name) {
		to->size = sizeof(struct guise_sid);
		memcpy(to->data, guise_token_user(client->token), to->size);
	} else {
		to->size = strlen(call->peer);
		memcpy(to->data, call->peer, to->size);
	}
}

static void resume(struct call *call)
{
	call->state = CALL_RESUMED;
	MHD_resume_connection(call->connection);
}

static struct jobs *jobs_for(const struct front_options *options,
			     enum exchange_work work)
{
	switch (work) {
	case WORK_PASSWORD:
		return options->passwords;
	case WORK_LOGON:
		return options->logons;
	case WORK_DIRECTORY:
		return options->directory;
	case WORK_SIDS:
		return options->sids ? options->sids : options->directory;
	case WORK_FILES:
		break;
	}
	return options->jobs;
}

/* The connection is suspended. On success the call is another thread's. */
static void enqueue(struct call *call)
{
	struct jobs *jobs =
		jobs_for(&call->front->options, exchange_work(&call->exchange));

	set_job_client(call);
	if (jobs_add(jobs, &call->job) == 0)
		return;
	call->next = exchange_busy(&call->exchange);
	resume(call);
}

static void job_run(struct job *job, const struct serve_thread *thread)
{
	struct call *call = (struct call *)(void *)((char *)job -
						    offsetof(struct call, job));

	call->engine = guise_engine_name(thread->engine);
	call->next = exchange_run(&call->exchange, thread);
	if (call->next == EXCHANGE_BLOCKS)
		enqueue(call); /* logged on, or to be logged on again */
	else
		resume(call);
}

static enum MHD_Result run_as_job(struct call *call)
{
	call->state = CALL_JOB;
	call->job.run = job_run;
	MHD_suspend_connection(call->connection);
	enqueue(call);
	return MHD_YES;
}

static enum MHD_Result advance(struct call *call,
			       const struct serve_thread *thread)
{
	/* no body is the end of the body, and the library will not say so */
	if (call->next == EXCHANGE_BODY && !call->has_body)
		call->next = exchange_body_end(&call->exchange, thread);
	switch (call->next) {
	case EXCHANGE_RESPOND:
		call->state = CALL_SENT;
		return call_respond(call);
	case EXCHANGE_BODY:
		call->state = CALL_BODY;
		connection_awaits(call->front, call->connection,
				  call->exchange.method == METHOD_PUT);
		return MHD_YES;
	case EXCHANGE_BLOCKS:
		break;
	}
	return run_as_job(call);
}

static enum MHD_Result begin(struct call *call,
			     const struct serve_thread *thread)
{
	struct front *front = call->front;

	/* first counted, then looked: see front_refuse() */
	(void)atomic_fetch_add(&front->running, 1);
	if (atomic_load(&front->is_refusing)) {
		(void)atomic_fetch_sub(&front->running, 1);
		return MHD_NO;
	}
	call->is_begun = true;
	connection_runs(front, call->connection, true);
	call->next = (call->is_malformed ? exchange_refuse : exchange_begin)(
		&call->exchange, front->options.site, &call->request, thread);
	return advance(call, thread);
}

static enum MHD_Result take_headers(struct call *call, const char *method,
				    const char *version,
				    const struct serve_thread *thread)
{
	read_request(call, method, version);
	if (call->has_too_many_headers)
		return MHD_NO;
	if (call->has_body || call->is_malformed)
		return begin(call, thread);
	call->state = CALL_READY;
	return MHD_YES;
}

static enum MHD_Result take_body(struct call *call,
				 const struct serve_thread *thread,
				 const char *data, size_t *size)
{
	if (*size == 0) {
		connection_runs(call->front, call->connection, true);
		call->next = exchange_body_end(&call->exchange, thread);
		return advance(call, thread);
	}
	connection_received(call->front, call->connection, *size);
	(void)atomic_fetch_add(&call->front->bytes_received, *size);
	call->next = exchange_body(&call->exchange, thread, data, *size);
	*size = 0;
	if (call->next == EXCHANGE_RESPOND)
		call->state = CALL_DRAINS;
	return MHD_YES;
}

/* The library takes an answer only when the body has come. */
static enum MHD_Result drain(struct call *call,
			     const struct serve_thread *thread, size_t *size)
{
	uint64_t max = call->exchange.response.close
			       ? DRAIN_MAX
			       : call->front->options.site->max_upload;

	if (*size == 0) {
		connection_runs(call->front, call->connection, true);
		return advance(call, thread);
	}
	connection_received(call->front, call->connection, *size);
	call->drained += *size;
	*size = 0;
	return call->drained > max ? MHD_NO : MHD_YES;
}

enum MHD_Result call_handle(void *context, struct MHD_Connection *connection,
			    const char *url, const char *method,
			    const char *version, const char *upload_data,
			    size_t *upload_data_size, void **call_context)
{
	struct call *call = *call_context;
	struct serve_thread thread;

	(void)connection;
	(void)url;
	if (!call)
		return MHD_NO;
	thread = front_thread(context);
	if (call->state != CALL_RESUMED)
		call->engine = guise_engine_name(thread.engine);
	switch (call->state) {
	case CALL_NEW:
		return take_headers(call, method, version, &thread);
	case CALL_READY:
		return begin(call, &thread);
	case CALL_RESUMED:
		return advance(call, &thread);
	case CALL_BODY:
		return take_body(call, &thread, upload_data, upload_data_size);
	case CALL_DRAINS:
		return drain(call, &thread, upload_data_size);
	case CALL_SENT: /* the rest of a body nobody reads */
		*upload_data_size = 0;
		return MHD_YES;
	case CALL_JOB:
		break;
	}
	return MHD_NO;
}

static void write_log(struct call *call, bool is_complete)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf line = {0};
	struct front *front = call->front;
	struct timespec now, wall;
	uint8_t *room;
	struct log_record record = {
		.exchange = &call->exchange,
		.engine = call->engine,
		.is_complete = is_complete,
	};

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	must(clock_gettime(CLOCK_REALTIME, &wall) == 0);
	record.time = wall.tv_sec;
	record.duration_us =
		(uint64_t)((now.tv_sec - call->started.tv_sec) * 1000000 +
			   (now.tv_nsec - call->started.tv_nsec) / 1000);
	/* a lost line is counted, not retried: the request is over */
	if (buf_reserve(&line, LINE_USUAL, &room) < 0 ||
	    access_log_format(&line, front->options.log_format, &record) < 0 ||
	    write(front->options.log_fd, line.data, line.size) !=
		    (ssize_t)line.size)
		(void)atomic_fetch_add(&front->errors, 1);
}

static void tell_denied(struct call *call, const struct serve_thread *thread)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	struct front *front = call->front;
	struct span method = call->request.method;
	int r;

	if (method.size > 16)
		method.size = 16;
	r = buf_append(&text, method.data, method.size);
	if (r == 0)
		r = buf_append_u8(&text, ' ');
	if (r == 0)
		r = access_log_target(&text, call->request.target, TOLD_MAX);
	if (r == 0)
		r = buf_append_u8(&text, ' ');
	if (r == 0)
		r = access_log_decided(&text, &call->exchange);
	if (r == 0)
		r = buf_append_u8(&text, '\0');
	if (r == 0)
		front->options.denied(front->options.context, thread,
				      call->exchange.client->token,
				      (char *)text.data);
}

static void count(struct call *call, const struct serve_thread *thread,
		  bool is_complete)
{
	const struct exchange *ex = &call->exchange;
	struct front *front = call->front;

	(void)atomic_fetch_add(&front->requests, 1);
	if (is_complete && ex->response.body != BODY_NONE)
		(void)atomic_fetch_add(&front->bytes_sent, ex->response.length);
	if (ex->response.status >= 500)
		(void)atomic_fetch_add(&front->errors, 1);
	if (ex->decided == DECIDED_LOGON)
		(void)atomic_fetch_add(&front->denied, 1);
	if (ex->decided != DECIDED_VERDICT || !ex->client)
		return;
	(void)atomic_fetch_add(&front->denied, 1);
	tell_denied(call, thread);
}

void call_unread(struct front *front, const char *peer)
{
	GUISE_AUTO(freep) struct call *call = calloc(1, sizeof(*call));

	(void)atomic_fetch_add(&front->requests, 1);
	if (!call || front->options.log_fd < 0)
		return;
	call->front = front;
	call->engine = "-";
	call->request.method = span_of("-");
	call->request.target = span_of("-");
	call->request.peer = peer;
	call->exchange.request = &call->request;
	call->exchange.decided = DECIDED_REQUEST;
	must(clock_gettime(CLOCK_MONOTONIC, &call->started) == 0);
	write_log(call, true);
}

static unsigned status_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_HTTP_STATUS);

	return info ? info->http_status : 0;
}

/* It never got to us: headers too large, or not readable at all, or the client
 * went away while it sent them. The exchange has not been filled. */
static void refused_by_library(struct call *call,
			       struct MHD_Connection *connection)
{
	struct front *front = call->front;
	struct exchange *ex = &call->exchange;
	unsigned status = status_of(connection);

	if (!call->request.peer)
		read_line(call, "-");
	ex->request = &call->request;
	ex->client = NULL;
	ex->credentials.kind = CREDENTIALS_NONE;
	ex->method = METHOD_UNKNOWN;
	ex->response.status = status;
	ex->response.length = 0;
	ex->decided = status == MHD_HTTP_BAD_REQUEST ? DECIDED_REQUEST
						     : DECIDED_LIMIT;
	(void)atomic_fetch_add(&front->requests, 1);
	if (front->options.log_fd >= 0)
		write_log(call, status > 0 || call->has_too_many_headers);
}

void call_completed(void *context, struct MHD_Connection *connection,
		    void **call_context, enum MHD_RequestTerminationCode code)
{
	struct call *call = *call_context;
	bool is_complete = code == MHD_REQUEST_TERMINATED_COMPLETED_OK;
	struct front *front = context;
	struct serve_thread thread;

	*call_context = NULL;
	if (!call)
		return;
	if (!call->is_begun) {
		refused_by_library(call, connection);
		free(call);
		return;
	}
	thread = front_thread(front);
	call_uncork(call);
	must(call->state != CALL_JOB);
	count(call, &thread, is_complete);
	if (front->options.log_fd >= 0)
		write_log(call, is_complete);
	exchange_end(&call->exchange, &thread);
	connection_runs(front, connection, false);
	(void)atomic_fetch_sub(&front->running, 1);
	call_keep(call, &thread);
}
