/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 9110 11, RFC 4559 (Negotiate), RFC 7617 (Basic), RFC 6265 (cookies). A
 * client that has proven who it is gets the server's own proof, and a cookie
 * only then. While an exchange goes on no other scheme is offered, which would
 * end it.
 */
#include "logon.h"
#include "base64.h"

#include <inttypes.h>

#define SCHEME "Negotiate "
#define BASIC "Basic realm=\"guise\", charset=\"UTF-8\""

static int format_authenticate(struct exchange *ex)
{
	const struct guise_buf *reply = &ex->logon.reply;
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	int r;

	if (reply->size == 0)
		return 0;
	r = buf_append_text(&text, SCHEME);
	if (r == 0)
		r = base64_append(&text, reply->data, reply->size);
	if (r == 0)
		r = buf_append_u8(&text, '\0');
	if (r < 0)
		return r;
	free(ex->authenticate);
	ex->authenticate = (char *)text.data;
	text = (struct guise_buf){0};
	return 0;
}

/* Never for scripts, nor with requests of other sites' pages; for this host
 * alone, without Domain. */
static int format_cookie(struct exchange *ex)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	char name[SESSION_NAME_TEXT_SIZE];
	int r;

	if (!ex->site->cookie || ex->logon.life_s == 0)
		return 0;
	session_name_format(&ex->logon.session, name);
	r = buf_printf(&text,
		       "%s=%s; Path=/; Max-Age=%" PRIu64
		       "; HttpOnly; SameSite=Strict%s",
		       ex->site->cookie, name, ex->logon.life_s,
		       ex->site->is_secure ? "; Secure" : "");
	explicit_bzero(name, sizeof(name));
	if (r == 0)
		r = buf_append_u8(&text, '\0');
	if (r < 0)
		return r;
	free(ex->set_cookie);
	ex->set_cookie = (char *)text.data;
	text = (struct guise_buf){0};
	return 0;
}

int logon_format(struct exchange *ex)
{
	int r = format_authenticate(ex);

	return r < 0 ? r : format_cookie(ex);
}

static void add_challenges(struct exchange *ex)
{
	const struct schemes *schemes = &ex->site->schemes;
	struct response *response = &ex->response;

	if (ex->authenticate)
		response_add(response, "WWW-Authenticate", ex->authenticate);
	else if (schemes->negotiate)
		response_add(response, "WWW-Authenticate", "Negotiate");
	if (schemes->basic && ex->decided != DECIDED_LEG)
		response_add(response, "WWW-Authenticate", BASIC);
}

void logon_add_headers(struct exchange *ex)
{
	struct response *response = &ex->response;

	if (response->status == 401) {
		add_challenges(ex);
		return;
	}
	if (ex->credentials.kind != CREDENTIALS_NEGOTIATE || !ex->client)
		return;
	if (ex->authenticate)
		response_add(response, "WWW-Authenticate", ex->authenticate);
	if (ex->set_cookie)
		response_add(response, "Set-Cookie", ex->set_cookie);
	response_add(response, "Persistent-Auth",
		     ex->logon.is_bound ? "true" : "false");
}
