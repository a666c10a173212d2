/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials.h"
#include "base64.h"
#include "request.h"

/* RFC 4559 4.1: one message, in base64. */
static int negotiate_parse(struct span value, struct negotiate *ret)
{
	GUISE_AUTO(freep) uint8_t *data = NULL;
	const size_t max = value.size / 4 * 3;
	size_t size;

	if (value.size == 0 || max > GUISE_GSS_TOKEN_MAX)
		return -EINVAL;
	data = malloc(max + 1);
	if (!data)
		return -ENOMEM;
	if (!base64_decode(value, data, max, &size) || size == 0)
		return -EINVAL;
	ret->data = guise_take(data);
	ret->size = size;
	return 0;
}

int credentials_parse(struct span value, const struct schemes *schemes,
		      struct credentials *ret)
{
	int r = -EINVAL;

	if (schemes->negotiate && span_starts_nocase(value, "Negotiate ")) {
		r = negotiate_parse(span_trim(span_from(value, 10)),
				    &ret->negotiate);
		if (r == 0)
			ret->kind = CREDENTIALS_NEGOTIATE;
	} else if (schemes->basic) {
		r = basic_parse(value, &ret->basic);
		if (r == 0)
			ret->kind = CREDENTIALS_BASIC;
	}
	return r;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool session_name_parse(struct span text, struct session_name *ret)
{
	if (text.size != 2 * SESSION_NAME_SIZE)
		return false;
	for (size_t i = 0; i < SESSION_NAME_SIZE; i++) {
		int high = hex_digit(text.data[2 * i]);
		int low = hex_digit(text.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void session_name_format(const struct session_name *name,
			 char ret[SESSION_NAME_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SESSION_NAME_SIZE; i++) {
		ret[2 * i] = digits[name->bytes[i] >> 4];
		ret[2 * i + 1] = digits[name->bytes[i] & 0xf];
	}
	ret[2 * SESSION_NAME_SIZE] = '\0';
}

/* RFC 6265 4.2.1. Somebody else may have set a second one of the same name, for
 * a wider domain: then neither is believed. */
static unsigned find_cookie(struct span header, const char *name,
			    struct span *ret)
{
	unsigned n = 0;
	bool more = true;

	while (more) {
		struct span pair = header, key, value;

		more = span_split(header, ';', &pair, &header);
		if (!span_split(span_trim(pair), '=', &key, &value) ||
		    !span_equal(key, name))
			continue;
		*ret = value;
		n++;
	}
	return n;
}

bool credentials_of_cookie(const struct request *request, const char *name,
			   struct credentials *ret)
{
	struct span header, value;

	if (request_header(request, "Cookie", &header) < 0 ||
	    find_cookie(header, name, &value) != 1 ||
	    !session_name_parse(value, &ret->session))
		return false;
	ret->kind = CREDENTIALS_COOKIE;
	return true;
}

bool credentials_of_connection(const struct binding *binding,
			       struct credentials *ret)
{
	if (!binding || !binding->is_bound)
		return false;
	ret->kind = CREDENTIALS_CONNECTION;
	ret->session = binding->session;
	return true;
}

bool credentials_of_peer(const struct binding *binding, struct credentials *ret)
{
	if (!binding || !binding->is_peer)
		return false;
	ret->kind = CREDENTIALS_PEER;
	ret->is_directorys = false;
	ret->peer_fd = binding->peer_fd;
	return true;
}

void credentials_clear(struct credentials *credentials)
{
	switch (credentials->kind) {
	case CREDENTIALS_BASIC:
		basic_clear(&credentials->basic);
		break;
	case CREDENTIALS_NEGOTIATE:
		explicit_bzero(credentials->negotiate.data,
			       credentials->negotiate.size);
		free(credentials->negotiate.data);
		break;
	case CREDENTIALS_COOKIE:
	case CREDENTIALS_CONNECTION:
		explicit_bzero(&credentials->session,
			       sizeof(credentials->session));
		break;
	case CREDENTIALS_NONE:
	case CREDENTIALS_PEER:
		break;
	}
	credentials->kind = CREDENTIALS_NONE;
}

const char *credentials_name(enum credentials_kind kind)
{
	static const char *const names[] = {
		[CREDENTIALS_NONE] = "none",
		[CREDENTIALS_BASIC] = "basic",
		[CREDENTIALS_NEGOTIATE] = "negotiate",
		[CREDENTIALS_COOKIE] = "cookie",
		[CREDENTIALS_CONNECTION] = "connection",
		[CREDENTIALS_PEER] = "peer",
	};

	must((size_t)kind < ARRAY_SIZE(names));
	return names[kind];
}
