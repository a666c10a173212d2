/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request and its answer as values. Nothing here knows a socket or an HTTP
 * library: a front end fills a struct request, drives an exchange (exchange.h)
 * and sends the struct response.
 */
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include "buf.h"
#include "conditional.h"
#include "date.h"
#include "span.h"

struct binding;

enum http_method {
	METHOD_UNKNOWN = 0, /* 501 */
	METHOD_REFUSED,	    /* known, not offered: 405 */
	METHOD_GET,
	METHOD_HEAD,
	METHOD_PUT,
	METHOD_DELETE,
	METHOD_MKCOL,
	METHOD_COPY,
	METHOD_MOVE,
	METHOD_OPTIONS,
	METHOD_PROPFIND,
	METHOD_LAST,
};

#define METHODS_ALLOWED                                                        \
	"GET, HEAD, PUT, DELETE, MKCOL, COPY, MOVE, OPTIONS, PROPFIND"

enum http_method method_of(struct span name);

struct request_header {
	struct span name;
	struct span value;
};

/**
 * struct request - what a client asked; all borrowed until the exchange ends
 * @method, @target: as they came
 * @headers: in any order
 * @peer: who connected, as text, for the log
 * @binding: of the connection; NULL: nothing is known of it or kept with it
 */
struct request {
	struct span method;
	struct span target;
	const struct request_header *headers;
	size_t n_headers;
	const char *peer;
	struct binding *binding;
};

/* Is the name a token, RFC 9110 5.6.2, and the value without CR, LF and NUL? A
 * library may take "Content-Length " for a header like any other, where a proxy
 * in front takes it for the length of the body. */
bool header_is_strict(const struct request_header *header);
/* Is there, in the input, nothing but @n CRLFs and blanks between @from and
 * @to? A library that ends lines with NULs shows neither a NUL in a value, nor
 * a bare CR that it took for the end of a line. @max: of the input */
bool header_gap_is_strict(const char *from, const char *to, size_t n,
			  size_t max);
/* 0; -ENOENT; -EEXIST: there are several, which for the headers we read means
 * that two readers could take two different ones. */
GUISE_MUST_USE int request_header(const struct request *request,
				  const char *name, struct span *ret);
/* Body size by its headers: 0 without a body, UINT64_MAX when it is not said
 * beforehand. 0 or -EINVAL */
GUISE_MUST_USE int request_body_size(const struct request *request,
				     uint64_t *ret);
/* 0 or -EINVAL (one of them came twice) */
GUISE_MUST_USE int request_conditions(const struct request *request,
				      struct conditions *ret);

/* Does a browser say that a page of another site asks for it? Then what the
 * browser sends along by itself is no sign that its user wants it. */
bool request_is_cross_site(const struct request *request);

enum response_body {
	BODY_NONE = 0,
	BODY_MEMORY,
	BODY_FILE, /* @length bytes of @fd from @offset */
};

#define RESPONSE_HEADERS_MAX 24

struct response_header {
	const char *name; /* static */
	const char *value;
};

/**
 * struct response - the answer
 * @body: what to send; for HEAD BODY_NONE with @length what GET would send
 * @fd: owned; -EBADF if none
 * @length: of the body
 * @close: the connection is to be closed after it
 */
struct response {
	unsigned status;
	struct response_header headers[RESPONSE_HEADERS_MAX];
	size_t n_headers;
	enum response_body body;
	struct guise_buf memory;
	int fd;
	uint64_t offset;
	uint64_t length;
	bool close;
	/* storage of header values */
	char etag[ETAG_SIZE];
	char modified[DATE_HTTP_SIZE];
	char content_range[80];
	char *location;
};

#define RESPONSE_INIT                                                          \
	{                                                                      \
		.fd = -EBADF                                                   \
	}

void response_clear(struct response *response);
/* @name is static, @value lives as long as the response */
void response_add(struct response *response, const char *name,
		  const char *value);
/* Takes @memory as the body. */
void response_set_memory(struct response *response, struct guise_buf *memory,
			 const char *content_type);
void response_set_validators(struct response *response,
			     const struct stat *stat);

#endif
