/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "access-log.h"

#include "escape.h"

/* Of the target, and of a destination. With it the longest line is below what a
 * pipe takes in one piece (PIPE_BUF, 4096): lines of several workers do not
 * mix. */
#define TARGET_SHOWN 1100
#define METHOD_SHOWN 32
/* Of a principal, and of a reason. */
#define LOGON_SHOWN 200

static const char *layer_name(enum guise_layer layer)
{
	switch (layer) {
	case GUISE_LAYER_LEVEL:
		return "level";
	case GUISE_LAYER_CEILING:
		return "ceiling";
	case GUISE_LAYER_SHARE:
		return "share";
	case GUISE_LAYER_DESCRIPTOR:
		return "descriptor";
	case GUISE_LAYER_KERNEL:
		return "kernel";
	case GUISE_LAYER_NONE:
		break;
	}
	return "kernel"; /* a device, a failed member: the kernel's answer */
}

static int verdict_format(struct guise_buf *out,
			  const struct guise_verdict *verdict)
{
	int r = buf_append_text(out, layer_name(verdict->layer));

	if (r < 0 || verdict->layer != GUISE_LAYER_DESCRIPTOR)
		return r;
	if (verdict->decision.decided_by)
		r = buf_printf(out, " ace %" PRIu32,
			       verdict->decision.decided_by);
	return r < 0 ? r
		     : buf_printf(out, " missing 0x%" PRIx32, verdict->missing);
}

int access_log_decided(struct guise_buf *out, const struct exchange *ex)
{
	static const char *const names[] = {
		[DECIDED_NONE] = "-",
		[DECIDED_OK] = "ok",
		[DECIDED_LOGON] = "logon",
		[DECIDED_LEG] = "negotiating",
		[DECIDED_VERDICT] = "",
		[DECIDED_NOT_FOUND] = "not-found",
		[DECIDED_LIMIT] = "limit",
		[DECIDED_CONDITION] = "condition",
		[DECIDED_REQUEST] = "request",
		[DECIDED_FAILURE] = "failure",
	};
	int r;

	must(ex->decided < ARRAY_SIZE(names));
	if (ex->decided == DECIDED_VERDICT)
		return verdict_format(out, &ex->verdict);
	r = buf_append_text(out, names[ex->decided]);
	if (r == 0 && ex->decided == DECIDED_FAILURE)
		r = buf_printf(out, " %s", guise_error_name(ex->error));
	return r;
}

static int escape_target(struct guise_buf *out, struct span target)
{
	for (size_t i = 0; i < target.size; i++) {
		uint8_t c = (uint8_t)target.data[i];
		bool plain = c > ' ' && c < 0x7f && c != '"' && c != '\\';
		int r = plain ? buf_append_u8(out, c)
			      : buf_printf(out, "%%%02X", c);

		if (r < 0)
			return r;
	}
	return 0;
}

int access_log_target(struct guise_buf *out, struct span target, size_t max)
{
	return escape_cut(out, target, max, escape_target);
}

/* "alice S-1-5-..." of who it ran as; "anonymous S-1-5-7"; "- -" */
static int who_format(struct guise_buf *out, enum log_format format,
		      const struct client *client)
{
	int (*escape)(struct guise_buf * out, struct span text) =
		format == LOG_JSON ? escape_json : escape_line;
	char sid[GUISE_SID_TEXT_SIZE];
	const char *name;
	int r;

	if (!client)
		return buf_append_text(out, format == LOG_JSON
						    ? "\"user\":null,"
						      "\"sid\":null"
						    : "- -");
	name = client->name ? client->name : "anonymous";
	guise_sid_format(&guise_token_user(client->token)->sid, sid);
	r = format == LOG_JSON ? buf_append_text(out, "\"user\":\"") : 0;
	if (r == 0)
		r = escape(out, span_of(name));
	if (r < 0)
		return r;
	return buf_printf(out, format == LOG_JSON ? "\",\"sid\":\"%s\"" : " %s",
			  sid);
}

struct span access_log_method(const struct exchange *ex)
{
	struct span method = ex->request->method;

	if (method.size > METHOD_SHOWN)
		method.size = METHOD_SHOWN;
	return method;
}

int access_log_text(struct guise_buf *out, const struct exchange *ex,
		    size_t max)
{
	int r = buf_printf(out, "%s ", ex->request->peer);

	if (r == 0)
		r = who_format(out, LOG_TEXT, ex->client);
	if (r == 0)
		r = buf_append_text(out, " \"");
	if (r == 0)
		r = escape_line(out, access_log_method(ex));
	if (r == 0)
		r = buf_append_u8(out, ' ');
	if (r == 0)
		r = access_log_target(out, ex->request->target, max);
	return r < 0 ? r : buf_append_u8(out, '"');
}

/* Where a COPY or MOVE is to go, in the client's own words. */
static int format_destination(struct guise_buf *out, const struct exchange *ex,
			      const char *before, const char *after)
{
	struct span value;
	int r;

	if ((ex->method != METHOD_COPY && ex->method != METHOD_MOVE) ||
	    request_header(ex->request, "Destination", &value) < 0)
		return 0;
	r = buf_append_text(out, before);
	if (r == 0)
		r = access_log_target(out, value, TARGET_SHOWN);
	return r < 0 ? r : buf_append_text(out, after);
}

/* Between quotes a blank is a blank. */
static int escape_words(struct guise_buf *out, struct span text)
{
	struct span word;

	while (span_split(text, ' ', &word, &text)) {
		int r = escape_line(out, word);

		if (r == 0)
			r = buf_append_u8(out, ' ');
		if (r < 0)
			return r;
	}
	return escape_line(out, text);
}

/* How a client came, but by a password only where there is more to say than
 * that it is right or wrong: by what, which Kerberos principal, and why it was
 * not let in. */
static int format_logon(struct guise_buf *out, enum log_format format,
			const struct exchange *ex)
{
	const bool json = format == LOG_JSON;
	int (*escape)(struct guise_buf * out, struct span text) =
		json ? escape_json : escape_words;
	const struct {
		const char *before;
		const char *text;
	} parts[] = {
		{json ? "\",\"principal\":\"" : "\" principal=\"",
		 ex->client ? ex->client->principal : ex->logon.principal},
		{json ? "\",\"why\":\"" : "\" why=\"",
		 ex->client ? NULL : ex->logon.why},
	};
	int r;

	if (ex->credentials.kind == CREDENTIALS_NONE ||
	    (ex->credentials.kind == CREDENTIALS_BASIC && !ex->logon.why[0]))
		return 0;
	r = buf_printf(out, json ? "\",\"by\":\"%s" : " by=\"%s",
		       credentials_name(ex->credentials.kind));
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parts); i++) {
		if (!parts[i].text || !parts[i].text[0])
			continue;
		r = buf_append_text(out, parts[i].before);
		if (r == 0)
			r = escape_cut(out, span_of(parts[i].text), LOGON_SHOWN,
				       escape);
	}
	return r < 0 || json ? r : buf_append_u8(out, '"');
}

static int format_text(struct guise_buf *out, const struct log_record *record)
{
	const struct exchange *ex = record->exchange;
	char date[DATE_ISO_SIZE];
	int r;

	date_format_iso(record->time, date);
	r = buf_printf(out, "%s ", date);
	if (r == 0)
		r = access_log_text(out, ex, TARGET_SHOWN);
	if (r == 0)
		r = buf_printf(out, " %u %" PRIu64 " %" PRIu64 "us %s ",
			       record->is_complete ? ex->response.status : 0,
			       ex->response.length, record->duration_us,
			       record->engine);
	if (r == 0)
		r = record->is_complete ? access_log_decided(out, ex)
					: buf_append_text(out, "aborted");
	if (r == 0)
		r = format_destination(out, ex, " to \"", "\"");
	if (r == 0)
		r = format_logon(out, LOG_TEXT, ex);
	return r < 0 ? r : buf_append_u8(out, '\n');
}

int access_log_json(struct guise_buf *out, const struct exchange *ex,
		    size_t max)
{
	int r = buf_printf(out, "\"peer\":\"%s\",", ex->request->peer);

	if (r == 0)
		r = who_format(out, LOG_JSON, ex->client);
	if (r == 0)
		r = buf_append_text(out, ",\"method\":\"");
	if (r == 0)
		r = escape_json(out, access_log_method(ex));
	if (r == 0)
		r = buf_append_text(out, "\",\"target\":\"");
	if (r == 0)
		r = access_log_target(out, ex->request->target, max);
	return r < 0 ? r : buf_append_u8(out, '"');
}

static int format_json(struct guise_buf *out, const struct log_record *record)
{
	const struct exchange *ex = record->exchange;
	char date[DATE_ISO_SIZE];
	int r;

	date_format_iso(record->time, date);
	r = buf_printf(out, "{\"time\":\"%s\",", date);
	if (r == 0)
		r = access_log_json(out, ex, TARGET_SHOWN);
	if (r == 0)
		r = buf_printf(out,
			       ",\"status\":%u,\"bytes\":%" PRIu64
			       ",\"us\":%" PRIu64
			       ",\"engine\":\"%s\",\"decided\":\"",
			       record->is_complete ? ex->response.status : 0,
			       ex->response.length, record->duration_us,
			       record->engine);
	if (r == 0)
		r = record->is_complete ? access_log_decided(out, ex)
					: buf_append_text(out, "aborted");
	if (r == 0)
		r = format_destination(out, ex, "\",\"destination\":\"", "");
	if (r == 0)
		r = format_logon(out, LOG_JSON, ex);
	return r < 0 ? r : buf_append_text(out, "\"}\n");
}

int access_log_format(struct guise_buf *out, enum log_format format,
		      const struct log_record *record)
{
	return format == LOG_JSON ? format_json(out, record)
				  : format_text(out, record);
}
