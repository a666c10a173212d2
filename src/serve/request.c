/* SPDX-License-Identifier: Apache-2.0 */
/* Reading headers strictly, and collecting an answer. */
#include <unistd.h>

#include "request.h"

#include "fd.h"

static const struct {
	const char *name;
	enum http_method method;
} methods[] = {
	{"GET", METHOD_GET},	       {"HEAD", METHOD_HEAD},
	{"PUT", METHOD_PUT},	       {"DELETE", METHOD_DELETE},
	{"MKCOL", METHOD_MKCOL},       {"COPY", METHOD_COPY},
	{"MOVE", METHOD_MOVE},	       {"OPTIONS", METHOD_OPTIONS},
	{"PROPFIND", METHOD_PROPFIND}, {"PROPPATCH", METHOD_REFUSED},
	{"LOCK", METHOD_REFUSED},      {"UNLOCK", METHOD_REFUSED},
	{"POST", METHOD_REFUSED},      {"PATCH", METHOD_REFUSED},
	{"TRACE", METHOD_REFUSED},     {"CONNECT", METHOD_REFUSED},
	{"ACL", METHOD_REFUSED},       {"REPORT", METHOD_REFUSED},
	{"SEARCH", METHOD_REFUSED},
};

enum http_method method_of(struct span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		if (span_equal(name, methods[i].name))
			return methods[i].method;
	}
	return METHOD_UNKNOWN;
}

static bool is_token_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

bool header_is_strict(const struct request_header *header)
{
	const struct span name = header->name, value = header->value;

	for (size_t i = 0; i < name.size; i++) {
		if (!is_token_character(name.data[i]))
			return false;
	}
	for (size_t i = 0; i < value.size; i++) {
		char c = value.data[i];

		if (c == '\r' || c == '\n' || c == '\0')
			return false;
	}
	return name.size > 0;
}

bool header_gap_is_strict(const char *from, const char *to, size_t n,
			  size_t max)
{
	size_t ends = 0;

	/* elsewhere: the library has joined a folded line, RFC 9112 5.2 */
	if ((uintptr_t)to < (uintptr_t)from ||
	    (uintptr_t)to - (uintptr_t)from > max)
		return false;
	for (; from < to; from++) {
		if (*from == '\0' || *from == '\r' || *from == '\n')
			ends++;
		else if (*from != ' ' && *from != '\t')
			return false;
	}
	return ends == 2 * n;
}

int request_header(const struct request *request, const char *name,
		   struct span *ret)
{
	const struct request_header *found = NULL;

	for (size_t i = 0; i < request->n_headers; i++) {
		if (!span_equal_nocase(request->headers[i].name, name))
			continue;
		if (found)
			return -EEXIST;
		found = &request->headers[i];
	}
	if (!found)
		return -ENOENT;
	*ret = span_trim(found->value);
	return 0;
}

int request_body_size(const struct request *request, uint64_t *ret)
{
	struct span value;
	uint64_t size = 0;
	int r;

	r = request_header(request, "Transfer-Encoding", &value);
	if (r == -EEXIST)
		return -EINVAL;
	if (r == 0) {
		/* both: two readers could see two ends (RFC 9112 6.3) */
		if (request_header(request, "Content-Length", &value) !=
		    -ENOENT)
			return -EINVAL;
		*ret = UINT64_MAX;
		return 0;
	}
	r = request_header(request, "Content-Length", &value);
	if (r == -EEXIST)
		return -EINVAL;
	if (r == 0 &&
	    !text_to_u64(value.data, value.size, UINT64_MAX - 1, &size))
		return -EINVAL;
	*ret = size;
	return 0;
}

/* "https://host:port" of an Origin, RFC 6454 7.1, against the Host it was sent
 * to; "null" is nobody's. A port that is the scheme's own is in neither. */
static bool is_own_origin(const struct request *request, struct span origin)
{
	struct span host;

	if (span_starts_nocase(origin, "https://"))
		origin = span_from(origin, 8);
	else if (span_starts_nocase(origin, "http://"))
		origin = span_from(origin, 7);
	else
		return false;
	return origin.size > 0 && request_header(request, "Host", &host) == 0 &&
	       text_equal_nocase(origin.data, origin.size, host.data,
				 host.size);
}

bool request_is_cross_site(const struct request *request)
{
	struct span value;
	int r = request_header(request, "Sec-Fetch-Site", &value);

	if (r == 0)
		return !span_equal(value, "same-origin") &&
		       !span_equal(value, "none");
	if (r == -ENOENT)
		r = request_header(request, "Origin", &value);
	if (r == -ENOENT)
		return false; /* no browser */
	return r < 0 || !is_own_origin(request, value);
}

int request_conditions(const struct request *request, struct conditions *ret)
{
	struct conditions c = {0};
	const struct {
		const char *name;
		struct span *to;
	} wanted[] = {
		{"If-Match", &c.if_match},
		{"If-None-Match", &c.if_none_match},
		{"If-Modified-Since", &c.if_modified_since},
		{"If-Unmodified-Since", &c.if_unmodified_since},
		{"If-Range", &c.if_range},
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		int r = request_header(request, wanted[i].name, wanted[i].to);

		if (r == -EEXIST)
			return -EINVAL;
	}
	*ret = c;
	return 0;
}

void response_clear(struct response *response)
{
	guise_buf_clear(&response->memory);
	free(response->location);
	(void)fd_close(response->fd);
	*response = (struct response)RESPONSE_INIT;
}

void response_add(struct response *response, const char *name,
		  const char *value)
{
	must(response->n_headers < RESPONSE_HEADERS_MAX);
	response->headers[response->n_headers++] =
		(struct response_header){name, value};
}

void response_set_memory(struct response *response, struct guise_buf *memory,
			 const char *content_type)
{
	response->memory = *memory;
	*memory = (struct guise_buf){0};
	response->body = BODY_MEMORY;
	response->length = response->memory.size;
	if (content_type)
		response_add(response, "Content-Type", content_type);
}

void response_set_validators(struct response *response, const struct stat *stat)
{
	etag_of(stat, response->etag);
	date_format_http(stat->st_mtim.tv_sec, response->modified);
	response_add(response, "ETag", response->etag);
	response_add(response, "Last-Modified", response->modified);
}
