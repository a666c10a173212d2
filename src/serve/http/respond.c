/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From our response to the library's. A small file is read here and leaves with
 * its headers in one write; a large one goes by sendfile from its descriptor.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front-internal.h"

#include "fd.h"

/* Measured: below it one write is faster than sendfile. */
#define SMALL_FILE 32768
/* The library's: a longer file goes in pieces, and it corks by itself. */
#define ONE_PIECE 131072

static ssize_t read_nothing(void *context, uint64_t at, char *to, size_t max)
{
	(void)context;
	(void)at;
	(void)to;
	(void)max;
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

/* HEAD: the length is told, the content never asked for. */
static struct MHD_Response *make_empty(const struct response *r)
{
	if (r->length == 0)
		return MHD_create_response_from_buffer(0, NULL,
						       MHD_RESPMEM_PERSISTENT);
	return MHD_create_response_from_callback(r->length, 1, read_nothing,
						 NULL, NULL);
}

static struct MHD_Response *make_memory(struct response *r)
{
	struct MHD_Response *made = MHD_create_response_from_buffer(
		r->memory.size, r->memory.data, MHD_RESPMEM_MUST_FREE);

	if (made)
		r->memory = (struct guise_buf){0}; /* the library's now */
	return made;
}

/* NULL also when the file has shrunk: its length has been promised. */
static struct MHD_Response *make_small(struct response *r)
{
	char *data = malloc(r->length ? r->length : 1);
	struct MHD_Response *made;
	size_t size = 0;

	while (data && size < r->length) {
		ssize_t n = pread(r->fd, data + size, r->length - size,
				  (off_t)(r->offset + size));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		size += (size_t)n;
	}
	if (!data || size < r->length) {
		free(data);
		return NULL;
	}
	made = MHD_create_response_from_buffer(size, data,
					       MHD_RESPMEM_MUST_FREE);
	if (!made)
		free(data);
	return made;
}

static struct MHD_Response *make_file(struct response *r)
{
	struct MHD_Response *made;

	if (r->length <= SMALL_FILE)
		return make_small(r);
	made = MHD_create_response_from_fd_at_offset64(r->length, r->fd,
						       r->offset);
	if (made)
		r->fd = -EBADF; /* the library's now */
	return made;
}

static struct MHD_Response *make(struct response *r)
{
	switch (r->body) {
	case BODY_NONE:
		return make_empty(r);
	case BODY_MEMORY:
		return make_memory(r);
	case BODY_FILE:
		return make_file(r);
	}
	return NULL;
}

static bool add_headers(struct MHD_Response *made, const struct response *r,
			bool close)
{
	for (size_t i = 0; i < r->n_headers; i++) {
		if (MHD_add_response_header(made, r->headers[i].name,
					    r->headers[i].value) != MHD_YES)
			return false;
	}
	return !close ||
	       MHD_add_response_header(made, "Connection", "close") == MHD_YES;
}

static bool set_cork(struct call *call, int on)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info && setsockopt(info->connect_fd, IPPROTO_TCP, TCP_CORK, &on,
				  sizeof(on)) == 0;
}

/* The library would send the headers of a file as a packet of their own. */
static void cork(struct call *call)
{
	const struct response *r = &call->exchange.response;

	if (r->body == BODY_FILE && r->length > SMALL_FILE &&
	    r->length <= ONE_PIECE && !call->front->options.certificate)
		call->is_corked = set_cork(call, 1);
}

void call_uncork(struct call *call)
{
	if (call->is_corked)
		(void)set_cork(call, 0);
}

enum MHD_Result call_respond(struct call *call)
{
	struct response *r = &call->exchange.response;
	bool close = r->close || atomic_load(&call->front->is_draining);
	struct MHD_Response *made = make(r);
	enum MHD_Result result = MHD_NO;

	if (!made)
		return MHD_NO; /* the connection ends: better than a lie */
	cork(call);
	if (add_headers(made, r, close))
		result = MHD_queue_response(call->connection, r->status, made);
	MHD_destroy_response(made);
	return result;
}
